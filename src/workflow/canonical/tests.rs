//! The canonical form against the specification's own vectors, and as laws.

use proptest::prelude::*;

use super::*;
use crate::document::read::values;

const PAGE: &str = include_str!("../../../docs/reference/sign-off.md");

fn record(text: &str) -> Record {
    values(text).expect("TOML")
}

fn of(text: &str) -> String {
    String::from_utf8(canonical(&record(text), &Figures::new())).expect("JSON is UTF-8")
}

/// The fenced blocks of a part of the page, in order, by language.
fn blocks(part: &str) -> Vec<(&'static str, String)> {
    let start = PAGE.find(part).expect("the part is there");
    let mut found = Vec::new();
    let mut lines = PAGE[start..].lines().skip(1).take_while(|line| !line.starts_with("## "));
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push((language, body.join("\n")));
        }
    }
    found
}

#[test]
fn the_vectors_of_the_specification_hold() {
    let blocks = blocks("### Vectors");
    let vectors: Vec<_> = blocks.chunks_exact(3).collect();
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let [("toml", text), ("json", form), ("text", wanted)] = vector else {
            panic!("a vector is three blocks: {vector:?}")
        };
        assert_eq!(of(text), *form);
        assert_eq!(digest(&record(text), &Figures::new()), *wanted);
    }
}

#[test]
fn how_a_file_is_written_does_not_count() {
    let one = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n[impact.users]\naffected = 5\nregions = [\"a\", \"b\"]\n\
               [[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"e\"\nnotes = \"two\\nlines\"\n";
    let other = "# a comment\r\ntimeline = [{ event = 'e', notes = \"\"\"two\r\nlines\"\"\", at = 2017-01-31 23:00:00.000+01:00 }]\r\n\
                 status = \"complete\"\r\ntitle = 'x'\r\nformat = 0x1\r\nimpact.users = { regions = [\r\n  'a', # first\r\n  'b' ], affected = 5 }\r\n\
                 lessons.lucky = []\r\n[follow_up.next]\r\non = 2017-03-01\r\n";
    assert_eq!(of(one), of(other));
}

#[test]
fn every_material_change_counts() {
    let base = include_str!("../../../tests/fixtures/record.toml");
    let whole = of(base);
    for (from, to) in [
        ("severity = \"P1\"", "severity = \"P2\""),
        ("event = \"Database load rises; suspected spam\"", "event = \"Database load rises\""),
        ("private = true", "private = false"),
        ("priority = \"P2\"", "priority = \"P3\""),
        ("action = \"Alert when a backup is missing or empty\"", "action = \"Alert\""),
        ("error_budget_minutes = 1080", "error_budget_minutes = 1081"),
        ("agreed = true", "agreed = false"),
        ("approx = true", "approx = false"),
        ("[custom]", "[custom]\nmore = 1"),
        ("kind = \"detected\"", "kind = \"detected\"\nunknown = 1"),
    ] {
        assert!(base.contains(from), "{from}");
        assert_ne!(of(&base.replacen(from, to, 1)), whole, "{from} to {to}");
    }
    for (from, to) in [
        ("status = \"draft\"", "status = \"approved\""),
        ("status = \"open\"", "status = \"done\"\nclosed = 2017-02-07\nevidence = \"x\""),
        ("due = 2017-02-08", "due = 2017-03-08"),
        ("answer = \"\"", "answer = \"yes\""),
        ("shared_on = 2017-02-10", "shared_on = 2017-02-11"),
        ("kind = \"external\"", "kind = \"internal\""),
        ("reason = \"Covered by", "reason = \"Now covered by"),
    ] {
        assert!(base.contains(from), "{from}");
        assert_eq!(of(&base.replacen(from, to, 1)), whole, "{from} to {to}");
    }
}

#[test]
fn a_key_that_looks_like_a_path_counts() {
    let plain = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n";
    for key in ["\"links.url\"", "\"follow_up.tracking\"", "custom.status", "impact.\"status\"", "unknown.links"] {
        assert_ne!(of(&format!("{plain}{key} = 1\n")), of(plain), "{key}");
    }
}

#[test]
fn figures_count_by_their_content() {
    let record = record("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n[[figures]]\nfile = \"a.png\"\n");
    let with = |content: Option<&str>| {
        digest(&record, &Figures::from([("a.png".to_owned(), content.map(|content| sha256(content.as_bytes())))]))
    };
    assert_eq!(figure_names(&record), ["a.png"]);
    assert_ne!(with(Some("one")), with(Some("two")));
    assert_ne!(with(Some("one")), with(None));
}

proptest! {
    #[test]
    fn a_number_is_written_by_its_shortest_digits(number in any::<f64>()) {
        let text = decimal(number);
        if number.is_finite() {
            let (digits, power) = text.split_once('e').expect("a power");
            prop_assert_eq!(text.parse::<f64>().expect("a number").to_bits() << 1, number.to_bits() << 1);
            prop_assert!(digits == "0" || !digits.ends_with('0'));
            prop_assert!(power.parse::<i32>().is_ok());
        }
    }

    #[test]
    fn a_string_reads_back_as_json(text in any::<String>()) {
        let written = quoted(&text);
        prop_assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
        prop_assert!(!written.bytes().any(|byte| byte < 0x20));
    }
}

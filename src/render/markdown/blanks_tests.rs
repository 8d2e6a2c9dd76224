//! The template, blank by blank: each has a home in the key table or among what is derived, stands in an empty document,
//! and is filled by its key.

use std::collections::BTreeSet;

use super::tests::{about, config, read};
use super::*;
use crate::record::keys::{KEYS, Key, Kind};

const TEMPLATE: &str = include_str!("../../../tests/fixtures/postmortem-template.md");

/// The part of the template that is a document: without its introduction and its closing advice.
fn body() -> &'static str {
    let start = TEMPLATE.find("# Post-Mortem Report").expect("its first heading");
    let end = TEMPLATE.rfind("---\n\n**Remember**").expect("its closing advice");
    &TEMPLATE[start..end]
}

/// A blank of the template: its name, "Section / Label".
#[derive(Debug, PartialEq, Eq)]
struct Blank {
    name: String,
}

/// Walks the template and names every blank.
///
/// The section is the nearest heading, the label what stands before the blank. A blank that has no label of its own (a
/// block, a box) goes by the words that ask for it, else by its heading, and then its section is the heading above. A
/// further blank of a line and a box of a list are named behind a colon.
#[derive(Default)]
struct Walk {
    headings: Vec<String>,
    ask: Option<String>,
    blanks: Vec<Blank>,
    line: usize,
    touched: BTreeSet<usize>,
}

impl Walk {
    fn heading(&mut self, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        self.headings.truncate(level - 1);
        while self.headings.len() < level - 1 {
            self.headings.push(String::new());
        }
        self.headings.push(line[level..].trim().to_owned());
        self.ask = None;
    }

    fn section(&self) -> &str {
        self.headings.last().map_or("", String::as_str)
    }

    /// The name of what has no label of its own.
    fn group(&self) -> String {
        match &self.ask {
            Some(ask) => format!("{} / {ask}", self.section()),
            None => {
                let above = self.headings.iter().rev().skip(1).find(|heading| !heading.is_empty());
                format!("{} / {}", above.map_or("", String::as_str), self.section())
            }
        }
    }

    fn add(&mut self, name: String) {
        self.touched.insert(self.line);
        if self.blanks.iter().all(|blank| blank.name != name) {
            self.blanks.push(Blank { name });
        }
    }

    /// The blanks behind the first of a line: the words before each, without brackets.
    fn further(&mut self, name: &str, rest: &str) {
        let mut pieces = rest.split("__").filter(|piece| !piece.trim_matches(['_', ' ']).is_empty());
        if !rest.starts_with("__") {
            pieces.next();
        }
        let words: Vec<String> = pieces
            .map(|piece| piece.trim_matches('_').trim().trim_end_matches(':').to_owned())
            .filter(|word| rest.find(word.as_str()).is_some_and(|at| rest[at..].contains("__")))
            .collect();
        for word in words {
            let word = word.rsplit(')').next().unwrap_or(&word).trim().to_owned();
            self.add(format!("{name}: {word}"));
        }
    }

    fn run(&mut self) {
        let mut in_code = false;
        let mut in_table = false;
        for (number, line) in body().lines().enumerate() {
            self.line = number;
            let text = line.trim();
            if text == "```" {
                in_code = !in_code;
                continue;
            }
            if in_code {
                self.code(text);
                continue;
            }
            let was_table = std::mem::replace(&mut in_table, text.starts_with('|'));
            if text.starts_with('#') {
                self.heading(text);
            } else if in_table {
                if !was_table {
                    for column in text.trim_matches('|').split('|') {
                        self.add(format!("{} / {}", self.section(), column.trim()));
                    }
                }
            } else if let Some(item) = text.strip_prefix("- [ ] ") {
                self.list_box(item);
            } else {
                self.labelled(text);
            }
        }
    }

    fn code(&mut self, text: &str) {
        let group = self.group();
        let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
        if text.starts_with("__") || text.starts_with('[') {
            self.add(group);
        } else if !text.is_empty() {
            for piece in
                text.split("__").map(|piece| piece.trim_matches('_').trim()).filter(|piece| piece.ends_with(':'))
            {
                self.add(format!("{group}: {}", piece.trim_end_matches(':')));
            }
        }
    }

    fn list_box(&mut self, item: &str) {
        let (label, rest) = item.split_once(':').unwrap_or((item, ""));
        let label = if label == "(Other)" { label } else { label.trim() };
        let name = format!("{}: {label}", self.group());
        self.add(name.clone());
        if rest.contains("☐") && rest.contains("__") {
            let word = rest.rsplit("☐ No").next().unwrap_or_default().trim().trim_end_matches('_').trim();
            self.add(format!("{name}: {}", word.trim_end_matches(':')));
        } else {
            self.further(&name, rest.trim());
        }
    }

    fn labelled(&mut self, text: &str) {
        let item = text.strip_prefix("- ");
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(". ");
        if let Some(question) = numbered.filter(|rest| rest.starts_with("**")) {
            let question = question.trim_matches('*');
            self.ask = Some(question.to_owned());
            if let Some((_, answer)) = question.split_once('[') {
                let name = format!("{} / {question}: {}", self.section(), answer.trim_end_matches("]?"));
                self.add(name);
            }
            return;
        }
        if numbered.is_some_and(|rest| rest.starts_with("__")) {
            let group = self.group();
            self.add(group);
            return;
        }
        let bold = item.unwrap_or(text).strip_prefix("**").and_then(|rest| rest.split_once("**"));
        if let Some((label, rest)) = bold {
            let rest = rest.trim_start_matches(':').trim();
            let is_ask = rest.is_empty();
            if is_ask {
                self.ask = Some(label.trim_end_matches(':').to_owned());
            } else if item.is_some() || rest.contains("__") || rest.contains('☐') {
                let name = format!("{} / {label}", self.section());
                self.add(name.clone());
                if rest.contains("(If yes, describe)") {
                    self.add(format!("{name}: If yes, describe"));
                } else {
                    self.further(&name, rest);
                }
            }
        } else if let Some((label, _)) = item.and_then(|item| item.split_once(": [")) {
            self.add(format!("{} / {label}", self.section()));
        } else if text.ends_with("shared with:") {
            self.ask = Some(text.trim_end_matches(':').to_owned());
        }
    }
}

fn blanks() -> Vec<Blank> {
    let mut walk = Walk::default();
    walk.run();
    walk.blanks
}

/// The blanks a key claims: a list of words claims the box of each.
fn claimed_by(key: &Key) -> Vec<String> {
    let Kind::Words(vocabulary) = key.kind else {
        return key.blanks.iter().map(|blank| (*blank).to_owned()).collect();
    };
    let boxes = |group: &&str| {
        let labels = vocabulary.words.iter().map(|word| word.label);
        let other = group.ends_with(" Factors").then_some("(Other)");
        labels.chain(other).map(|label| format!("{group}: {label}")).collect::<Vec<_>>()
    };
    key.blanks.iter().flat_map(boxes).collect()
}

#[test]
fn the_walk_misses_no_line_with_a_blank() {
    let mut walk = Walk::default();
    walk.run();
    for (number, line) in body().lines().enumerate() {
        let marked = ["____", "☐", "- [ ]", ": [", "[answer"].iter().any(|mark| line.contains(mark))
            || line.starts_with('[')
            || line.starts_with("- **");
        let row = line.starts_with('|');
        assert!(!marked || row || walk.touched.contains(&number), "{line}");
    }
}

#[test]
fn every_blank_has_a_home_and_every_home_is_a_blank() {
    let blanks: BTreeSet<String> = blanks().into_iter().map(|blank| blank.name).collect();
    let claimed: BTreeSet<String> = KEYS.iter().flat_map(claimed_by).collect();
    let derived: BTreeSet<String> = DERIVED.iter().map(|(blank, _)| (*blank).to_owned()).collect();
    let both: Vec<_> = claimed.intersection(&derived).collect();
    assert!(both.is_empty(), "claimed by a key and derived: {both:?}");
    let homes: BTreeSet<String> = claimed.union(&derived).cloned().collect();
    let homeless: Vec<_> = blanks.difference(&homes).collect();
    assert!(homeless.is_empty(), "blanks without a home: {homeless:#?}");
    let stale: Vec<_> = homes.difference(&blanks).collect();
    assert!(stale.is_empty(), "homes of no blank: {stale:#?}");
}

/// Lines without their trailing blanks, and without empty ones: what the printed template and a document share.
fn printed(text: &str) -> Vec<String> {
    let dashes = |line: &str| line.starts_with('|') && line.contains("---");
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.map(|line| if dashes(line) { "| --- |".to_owned() } else { line.to_owned() }).collect()
}

#[test]
fn an_empty_record_with_blanks_is_the_template_line_by_line() {
    let document = document(&read(""), &about(), &config(), Options { blanks: true, ..Options::default() });
    let (shown, wanted) = (printed(&document), printed(body().trim_end().trim_end_matches("---")));
    for (shown, wanted) in shown.iter().zip(&wanted) {
        assert_eq!(shown, wanted);
    }
    assert_eq!(shown.len(), wanted.len());
}

#[test]
fn an_empty_record_without_blanks_is_almost_nothing() {
    let document = document(&read(""), &about(), &config(), Options::default());
    assert_eq!(document, "## Document Info\n\n**Last Updated**: unknown (in no commit that is at hand)\n");
}

/// A record in which only `key` is filled, as TOML, and what its rendering has to show.
fn filled(key: &Key, blank: &str) -> (String, String) {
    let path = key.path;
    let (value, shown) = match key.kind {
        Kind::Text | Kind::Prose | Kind::Person => ("\"marker seven\"".to_owned(), "marker seven".to_owned()),
        Kind::Reading => ("\"717 kB\"".to_owned(), "717 kB".to_owned()),
        Kind::Url => ("\"https://example.com/717\"".to_owned(), "https://example.com/717".to_owned()),
        Kind::List => ("[\"marker seven\"]".to_owned(), "marker seven".to_owned()),
        Kind::Severity => ("\"P2\"".to_owned(), "☑ P2".to_owned()),
        Kind::Count | Kind::Amount | Kind::Percent => ("71".to_owned(), "71".to_owned()),
        Kind::Date => ("2031-03-07".to_owned(), "2031-03-07".to_owned()),
        Kind::Time | Kind::TimeOrNo => ("2031-03-07T11:13:00Z".to_owned(), "2031-03-07 11:13".to_owned()),
        Kind::Flag => ("true".to_owned(), if path == "review.agreed" { "- [x]" } else { "☑ Yes" }.to_owned()),
        Kind::FlagOrText => ("\"marker seven\"".to_owned(), "☑ Yes  ☐ No: marker seven".to_owned()),
        Kind::Word(vocabulary) => {
            let word = vocabulary.words[1];
            let shown = match path {
                "status" => format!("☑ {}", word.label),
                "actions[].status" => word.label.to_owned(),
                "links[].kind" => blank.rsplit(" / ").next().unwrap_or_default().to_owned(),
                _ => word.slug.to_owned(),
            };
            (format!("\"{}\"", word.slug), shown)
        }
        Kind::Words(_) | Kind::Table | Kind::Tables | Kind::Free => unreachable!("{path} is no single answer"),
    };
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    // A sign-off is told apart by its role, a link by its kind.
    let role = match blank {
        _ if blank.contains("Facilitator") => "facilitator",
        _ if blank.contains("Engineering Lead") => "engineering-lead",
        _ if blank.contains("VP Engineering") => "vp-engineering",
        _ if blank.contains("Security Team") => "security",
        _ if blank.contains("Legal") => "legal",
        _ => "team-lead",
    };
    let toml = match table {
        "" => format!("{name} = {value}\n"),
        "sign_offs[]" if name == "role" => {
            return (format!("[[sign_offs]]\nto = \"approved\"\nrole = \"{role}\"\n"), "- [x]".to_owned());
        }
        "sign_offs[]" => format!("[[sign_offs]]\nto = \"approved\"\nrole = \"{role}\"\n{name} = {value}\n"),
        "links[]" => {
            let label = blank.rsplit(" / ").next().unwrap_or_default();
            let kinds = crate::record::vocabulary::LINK_KIND.words;
            let kind = kinds.iter().find(|word| word.label == label).expect("a kind of link").slug;
            format!(
                "[[links]]\nkind = \"{kind}\"\n{}",
                if name == "url" { "url = \"https://example.com/717\"\n" } else { "" }
            )
        }
        "cause.whys[]" => {
            // The blank's own place among the whys.
            let before = blank.split("[answer ").nth(1).and_then(|rest| rest[..1].parse::<usize>().ok()).unwrap_or(0);
            "[[cause.whys]]\nwhy = \"x\"\nbecause = \"y\"\n".repeat(before)
                + &format!("[[cause.whys]]\n{name} = {value}\n")
        }
        table if table.ends_with("[]") => format!("[[{}]]\n{name} = {value}\n", table.trim_end_matches("[]")),
        table => format!("[{table}]\n{name} = {value}\n"),
    };
    (toml, shown)
}

/// The part of a document under the heading of a blank's section.
fn section_of<'d>(document: &'d str, blank: &str) -> &'d str {
    let (section, label) = blank.split_once(" / ").expect("a section");
    let own = label.split(": ").next().unwrap_or(label);
    // What goes by its own heading stands under that one.
    let headed = [section, label, own].into_iter().rev().find_map(|name| {
        ["# ", "## ", "### "].iter().find_map(|mark| {
            let line = format!("{mark}{name}\n");
            document
                .find(&format!("\n{line}"))
                .map(|at| at + 1 + line.len())
                .or_else(|| document.starts_with(&line).then_some(line.len()))
        })
    });
    let rest = &document[headed.unwrap_or_else(|| panic!("no heading of {blank} in:\n{document}"))..];
    rest.find("\n#").map_or(rest, |end| &rest[..end])
}

#[test]
fn filling_a_key_fills_its_blanks() {
    for key in KEYS.iter().filter(|key| !key.blanks.is_empty() && !matches!(key.kind, Kind::Words(_))) {
        for blank in key.blanks {
            let (toml, shown) = filled(key, blank);
            let document = document(&read(&toml), &about(), &config(), Options::default());
            let part = section_of(&document, blank);
            assert!(part.contains(&shown), "{blank} by `{}`: {shown:?} is not in\n{part}", key.path);
        }
    }
}

#[test]
fn every_word_ticks_its_own_box_and_only_that() {
    for key in KEYS {
        let Kind::Words(vocabulary) = key.kind else { continue };
        let (table, name) = key.path.rsplit_once('.').expect("in a table");
        for word in vocabulary.words {
            let record = read(&format!("[{table}]\n{name} = [\"{}\"]\n", word.slug));
            let document = document(&record, &about(), &config(), Options::default());
            let part = section_of(&document, key.blanks[0]);
            let ticked: Vec<&str> = part.lines().filter(|line| line.starts_with("- [x]")).collect();
            assert_eq!(ticked, [format!("- [x] {}", word.label)], "{}", key.path);
        }
        let record = read(&format!("[{table}]\n{name} = [\"marker seven\"]\n"));
        let document = document(&record, &about(), &config(), Options::default());
        let part = section_of(&document, key.blanks[0]);
        let other = if key.path.starts_with("cause") { "(Other): " } else { "" };
        assert!(part.contains(&format!("- [x] {other}marker seven")), "{part}");
    }
}

#[test]
fn what_is_derived_fills_its_blank() {
    let document = document(
        &read(include_str!("../../../tests/fixtures/record.toml")),
        &About {
            updated: Some(crate::render::Touch {
                at: chrono::DateTime::parse_from_rfc3339("2017-02-11T10:00:00Z").expect("a time"),
                by: "Ann Example".to_owned(),
            }),
            ..about()
        },
        &config(),
        Options { blanks: true, ..Options::default() },
    );
    for (blank, shown) in [
        ("Post-Mortem Report / Date/Time", "**Date/Time**: about 2017-01-31 19:00 UTC Duration: about 23 h"),
        ("Timeline / Total Duration", "**Total Duration**: 1394 minutes (about 23 h)"),
        ("Timeline / Detection to Response", "**Detection to Response**: 60 minutes (about 1 h)"),
        ("Timeline / Response to Resolution", "**Response to Resolution**: 1154 minutes (about 19 h)"),
        ("Action Items / #", "\n| 3 | `b9hd` "),
        ("Response Metrics / Metric", "| Detection time | < 5 min | about 3 h | ☒ Missed |"),
        ("Response Metrics / Status", "| Communication time | < 30 min | 5 min | ☑ Met |"),
        ("Sign-Off / Postmortem Completion: Timeline completed and reviewed", "- [x] Timeline completed and reviewed"),
        ("Sign-Off / Postmortem Completion: Review meeting completed", "- [x] Review meeting completed"),
        ("Document Info / Last Updated", "**Last Updated**: 2017-02-11 10:00 UTC by Ann Example"),
    ] {
        let part = section_of(&document, blank);
        assert!(part.contains(shown), "{blank}: {shown:?} is not in\n{part}");
        assert!(DERIVED.iter().any(|(derived, _)| *derived == blank), "{blank}");
    }
    for (blank, _) in DERIVED.iter().filter(|(blank, _)| blank.contains("Completion")) {
        let label = blank.rsplit(": ").next().expect("a label");
        assert!(document.contains(&format!("- [x] {label}")), "{blank}");
    }
}

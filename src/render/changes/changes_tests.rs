use super::*;
use crate::diff::reworded;

fn shown(before: &str, after: &str) -> String {
    excerpt(&reworded(before, after))
        .into_iter()
        .map(|part| match part {
            Shown::Kept(text) => text,
            Shown::Gap => "…".to_owned(),
            Shown::Removed(text) => format!("[-{text}-]"),
            Shown::Added(text) => format!("{{+{text}+}}"),
        })
        .collect()
}

#[test]
fn a_text_is_shown_around_what_changed_in_it() {
    let words = |from: usize, to: usize| (from..to).fold(String::new(), |text, n| text + &format!("w{n} "));
    assert_eq!(
        shown(
            &format!("{}old {}old end", words(0, 30), words(30, 60)),
            &format!("{}new {}new end", words(0, 30), words(30, 60))
        ),
        "…w24 w25 w26 w27 w28 w29 [-old-]{+new+} w30 w31 w32 w33 w34 w35 …w54 w55 w56 w57 w58 w59 [-old-]{+new+} end"
    );
    assert_eq!(shown("a b", "a c"), "a [-b-]{+c+}");
    let long = "x".repeat(5_000);
    assert!(shown("a", &long).ends_with("… (3000 more characters)+}"));
}

#[test]
fn what_slips_is_counted_in_words() {
    let counted: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal).to_vec();
    assert_eq!(counted, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]);
}

#[test]
fn a_comment_that_would_be_too_long_says_how_much_is_left_out() {
    let record = |number: usize| Compared {
        id: RecordId::of_stem(&format!("2026-03-01-incident-{number}")),
        path: format!("postmortems/2026/2026-03-01-incident-{number}.toml"),
        was: None,
        title: format!("Incident {number} {}", "x".repeat(200)),
        fate: Fate::Added(Record::default()),
    };
    let report = Report { from: Side::Nothing, to: Side::WorkTree, records: (0..1_000).map(record).collect() };
    let comment = crate::render::markdown::changes::changes(&report);
    assert!(comment.len() < 65_000, "{}", comment.len());
    assert!(comment.ends_with("more records are too much for a comment: `pm diff` shows everything.\n"), "{comment}");
}

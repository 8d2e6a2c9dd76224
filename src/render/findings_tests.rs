use proptest::prelude::*;

use super::*;
use crate::render::places::Place;

const PLAIN: Look = Look { styled: false, width: 80 };

fn finding(span: Range<usize>) -> Finding {
    Finding {
        rule: "wrong-type",
        level: Level::Error,
        message: "`severity` is a number, not a severity".to_owned(),
        span,
        help: Some("write `severity = \"P1\"`".to_owned()),
    }
}

fn shown(text: &str, span: Range<usize>) -> String {
    let findings = [finding(span)];
    super::text(&[Source { path: "postmortems/2017/x.toml", text, findings: &findings, known: &[] }], PLAIN)
}

#[test]
fn a_finding_names_its_place_marks_it_and_says_what_to_do() {
    snapbox::assert_data_eq!(
        shown("format = 1\nseverity = 1\nstatus = \"draft\"\n", 22..23),
        snapbox::str![[r#"
error[wrong-type]: `severity` is a number, not a severity
 --> postmortems/2017/x.toml:2:12
  |
2 | severity = 1
  |            ^
  |
  = help: write `severity = "P1"`

1 error

"#]]
    );
}

#[test]
fn a_finding_about_the_whole_file_shows_no_line() {
    snapbox::assert_data_eq!(
        shown("", 0..0),
        snapbox::str![[r#"
error[wrong-type]: `severity` is a number, not a severity
--> postmortems/2017/x.toml
 = help: write `severity = "P1"`

1 error

"#]]
    );
}

#[test]
fn hostile_and_endless_lines_are_shown_safely() {
    let long = format!("title = \"{}\u{1b}[2J{}\" # x\n", "a".repeat(5000), "b".repeat(5000));
    let at = 9 + 5000;
    let text = shown(&long, at..at + 4);
    assert!(text.contains(":1:5010"), "{text}");
    assert!(text.contains("\\u{1b}[2J") && text.contains('…'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 90), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn columns_count_characters_and_no_byte_order_mark() {
    let text = "\u{feff}a = 1\r\nöé = 2\r\n";
    let place = |text: &str, span: &Range<usize>| Lines::of(text).place(span);
    assert_eq!(place(text, &(3..4)), Place { line: 1, column: 1, end_line: 1, end_column: 2 });
    let two = text.find('2').expect("a two");
    assert_eq!(place(text, &(two..two + 1)), Place { line: 2, column: 6, end_line: 2, end_column: 7 });
    assert_eq!(place("", &(5..9)), Place { line: 1, column: 1, end_line: 1, end_column: 1 });
}

#[test]
fn the_summary_counts_by_gravity() {
    let warning = Finding { level: Level::Warning, ..finding(0..1) };
    let findings = [finding(0..1), warning, finding(1..2)];
    let source = Source { path: "x", text: "ab", findings: &findings, known: &[] };
    assert_eq!(summary(&[source]), "2 errors, 1 warning");
    assert_eq!(summary(&[]), "no findings");
    assert_eq!(text(&[], PLAIN), "");
    let json: serde_json::Value = serde_json::from_str(&json(&[source], None)).expect("JSON");
    assert_eq!((&json["schema"], &json["errors"], &json["warnings"]), (&1.into(), &2.into(), &1.into()));
    assert_eq!((&json["findings"][2]["column"], &json["findings"][1]["level"]), (&2.into(), &"warning".into()));
}

proptest! {
    #[test]
    fn any_span_of_any_text_is_shown(
        text in prop_oneof![any::<String>(), "(\u{feff})?[a-c=\"é障\t \r\n]{0,80}"],
        start in 0_usize..120,
        length in 0_usize..120,
        width in 0_usize..160,
    ) {
        let findings = [finding(start..start + length)];
        let source = Source { path: "a\u{1b}b.toml", text: &text, findings: &findings, known: &[] };
        let shown = super::text(&[source], Look { styled: false, width });
        prop_assert!(shown.contains("error[wrong-type]") && shown.contains("help: "), "{shown}");
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        let place = Lines::of(&text).place(&(start..start + length));
        prop_assert!((place.line, place.column) <= (place.end_line, place.end_column));
        prop_assert!(place.line <= text.matches('\n').count() + 1);
        let styled = super::text(&[source], Look { styled: true, width });
        prop_assert!(styled.contains("wrong-type"));
    }
}

use super::*;
use crate::document::read::{Terms, read};
use crate::record::RecordId;

/// What is found in a text, at noon of the day after the incident of the example.
fn inspected(text: &str, settings: &str) -> Vec<Finding> {
    let config = Config::read(Some(settings)).expect("settings");
    let mut reading = read(text, &Terms { severities: &config.severity_names() });
    let now = "2017-02-01T12:00:00Z".parse().expect("a time");
    let on = Occasion { id: &RecordId::of_stem("2017-01-31-x"), now };
    Inspector::new(&config).inspect(text, &mut reading, on);
    reading.findings
}

/// Each with its line, level and rule.
fn told(text: &str, settings: &str) -> Vec<String> {
    let line = |finding: &Finding| text[..finding.span.start].matches('\n').count() + 1;
    let all = inspected(text, settings);
    all.iter().map(|one| format!("{}: {:?} {}: {}", line(one), one.level, one.rule, one.message)).collect()
}

fn found(entries: &str) -> Vec<String> {
    told(&format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{entries}"), "")
}

#[test]
fn rules_are_named_once_and_say_what_they_look_for() {
    let all = rules();
    for (index, rule) in all.iter().enumerate() {
        assert!(all[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
        for text in [rule.summary, rule.why, rule.source] {
            assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", rule.name);
        }
    }
}

#[test]
fn the_example_of_every_rule_is_found_and_its_counterpart_is_not() {
    let mut seen = 0;
    for rule in rules() {
        let Some(Example { bad, good }) = rule.example else { continue };
        assert!(names(bad).contains(&rule.name), "{}: {:?}", rule.name, names(bad));
        assert!(!names(good).contains(&rule.name), "{}: {:?}", rule.name, names(good));
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

/// The rules that find something in a record of these lines.
fn names(lines: &str) -> Vec<&'static str> {
    let has = |key: &str| lines.lines().any(|line| line.starts_with(&format!("{key} = ")));
    let keys = [("format", "1"), ("title", "\"x\""), ("status", "\"in-review\"")];
    let head: String =
        keys.iter().filter(|(key, _)| !has(key)).map(|(key, value)| format!("{key} = {value}\n")).collect();
    inspected(&format!("{head}{lines}\n"), "").iter().map(|finding| finding.rule).collect()
}

#[test]
fn the_complete_example_is_in_order() {
    assert_eq!(told(include_str!("../../tests/fixtures/record.toml"), ""), Vec::<String>::new());
}

#[test]
fn entries_out_of_order_are_named_once_each() {
    assert_eq!(
        found(
            "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"a\"\n[[timeline]]\nat = 2017-01-31T22:30:00+01:00\nevent = \"b\"\n\
             [[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"c\"\n[[timeline]]\nevent = \"no time\"\n"
        ),
        [
            "8: Warning timeline-order: 2017-01-31 21:30 stands below 2017-01-31 22:00, which is later",
            "13: Warning incomplete-row: a row of `timeline` has no `at`",
        ]
    );
}

#[test]
fn an_end_before_its_beginning_is_an_error() {
    assert_eq!(
        found("[[timeline]]\nat = 2017-01-31T22:00:00Z\nuntil = 2017-01-31T21:00:00Z\nevent = \"a\"\n"),
        ["6: Error negative-span: the entry ends at 2017-01-31 21:00, before it begins at 2017-01-31 22:00"]
    );
    let vague = found("[[timeline]]\nat = 2017-01-31\nuntil = 2017-01-31T21:00:00Z\nevent = \"a\"\n");
    assert!(!vague.iter().any(|line| line.contains("negative-span")), "{vague:?}");
}

#[test]
fn a_negative_duration_is_said_once_and_is_doubtful_when_a_time_is() {
    let entries = |approx: &str| {
        format!(
            "[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"resolved\"\nevent = \"a\"\n[[timeline]]\n\
             at = 2017-01-31T22:30:00Z\nkind = \"started\"\nevent = \"b\"\n{approx}"
        )
    };
    let message = "negative-span: resolved at 2017-01-31 22:00 is before started at 2017-01-31 22:30 (30 min)";
    assert_eq!(found(&entries("")), [format!("5: Error {message}")]);
    let doubtful = message.replace("30 min", "about 30 min");
    assert_eq!(found(&entries("approx = true\n")), [format!("5: Warning {doubtful}")]);
}

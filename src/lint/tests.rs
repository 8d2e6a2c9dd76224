use super::*;
use crate::document::read::{Terms, read};

fn found(entries: &str) -> Vec<String> {
    let text = format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{entries}");
    let config = Config::read(None).expect("defaults");
    let mut reading = read(&text, &Terms { severities: &config.severity_names() });
    extend(&mut reading, &config);
    let line = |finding: &Finding| text[..finding.span.start].matches('\n').count() + 1;
    let told =
        |finding: &Finding| format!("{}: {:?} {}: {}", line(finding), finding.level, finding.rule, finding.message);
    reading.findings.iter().map(told).collect()
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
    let config = Config::read(None).expect("defaults");
    let mut reading = read(&format!("{head}{lines}\n"), &Terms { severities: &config.severity_names() });
    extend(&mut reading, &config);
    reading.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn the_complete_example_is_in_order() {
    let config = Config::read(None).expect("defaults");
    let record = crate::document::read::values(include_str!("../../tests/fixtures/record.toml")).expect("TOML");
    assert_eq!(messages(&record, &config), Vec::<String>::new());
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

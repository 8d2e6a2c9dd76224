use std::fmt::Write as _;

use super::*;
use crate::document::read::{Terms, read};
use crate::record::RecordId;

/// What is found in a text, at noon of the day after the incident of the example.
fn inspected(text: &str, settings: &str) -> Vec<Finding> {
    inspected_by(&Inspector::new(&Config::read(Some(settings)).expect("settings")), text)
}

fn inspected_by(inspector: &Inspector<'_>, text: &str) -> Vec<Finding> {
    let severities = Config::read(None).expect("defaults").severity_names();
    let mut reading = read(text, &Terms { severities: &severities });
    let now = "2017-02-01T12:00:00Z".parse().expect("a time");
    inspector.inspect(text, &mut reading, Occasion { id: &RecordId::of_stem("2017-01-31-x"), now });
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
    let config = Config::read(None).expect("defaults");
    let inspector = Inspector::new(&config);
    let mut seen = 0;
    for rule in rules() {
        let Some(Example { bad, good }) = rule.example else { continue };
        let (bad, good) = (names(bad, &inspector), names(good, &inspector));
        assert!(bad.contains(&rule.name), "{}: {bad:?}", rule.name);
        assert!(!good.contains(&rule.name), "{}: {good:?}", rule.name);
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

/// The rules that find something in a record of these lines.
fn names(lines: &str, inspector: &Inspector<'_>) -> Vec<&'static str> {
    let has = |key: &str| lines.lines().any(|line| line.starts_with(&format!("{key} = ")));
    let keys = [("format", "1"), ("title", "\"x\""), ("status", "\"in-review\"")];
    let mut text = String::new();
    for (key, value) in keys.iter().filter(|(key, _)| !has(key)) {
        let _ = writeln!(text, "{key} = {value}");
    }
    inspected_by(inspector, &format!("{text}{lines}\n")).iter().map(|finding| finding.rule).collect()
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

#[test]
fn a_quick_reading_finds_what_a_reading_with_places_finds() {
    let config = Config::read(None).expect("defaults");
    let names = config.severity_names();
    let terms = Terms { severities: &names };
    let now = "2017-02-01T12:00:00Z".parse().expect("a time");
    let id = RecordId::of_stem("2017-01-31-x");
    let on = Occasion { id: &id, now };
    let inspector = Inspector::new(&config);
    let head = "format = 1\ntitle = \"x\"\nstatus = \"in-review\"\n";
    let of_rules = rules().into_iter().filter_map(|rule| rule.example).flat_map(|example| [example.bad, example.good]);
    let mut texts: Vec<String> = of_rules.map(|lines| format!("{head}{lines}\n")).collect();
    texts.push(include_str!("../../tests/fixtures/record.toml").to_owned());
    texts.push("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n# \u{202e}\n".to_owned());
    for text in texts {
        let mut slow = read(&text, &terms);
        inspector.look(&text, &mut slow, on);
        let quick = inspector.read(&text, &terms, on);
        assert_eq!(quick.findings, slow.findings, "{text}");
        assert_eq!(quick.record.values(), slow.record.values(), "{text}");
    }
}

#[test]
fn a_severity_is_too_low_by_what_the_team_has_written_down() {
    let record = |lines: &str| format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\nseverity = \"P3\"\n{lines}");
    let found = |lines: &str, settings: &str| -> Vec<String> {
        let all = inspected(&record(lines), settings);
        all.into_iter().filter(|one| one.rule == "severity-too-low").map(|one| one.message).collect()
    };
    let at = |kind: &str, time: &str| format!("[[timeline]]\nat = {time}\nkind = \"{kind}\"\nevent = \"x\"\n");
    let long = at("started", "2017-01-31T10:00:00Z") + &at("resolved", "2017-01-31T15:00:00Z");
    for (lines, settings, reason) in [
        ("[impact.users]\naffected = 1000", "affected = 1000", "1000 users were affected"),
        ("[impact.users]\npercent = 12.5", "percent = 12", "12.5 % of the users were affected"),
        (&long, "duration = \"4h\"", "it lasted 5 h"),
        ("[impact.financial]\nrevenue = 600\ncredits = 500.5", "cost = 1000", "it cost 1100.5 USD"),
        ("[impact.data]\nloss = \"six hours\"", "data_lost = true", "data was lost or corrupted"),
        ("[impact.data]\nsensitive_exposed = true", "data_exposed = true", "sensitive data was exposed"),
    ] {
        let message = format!("severity P3, and {reason}, which is P2 or worse");
        assert_eq!(found(lines, &format!("[severity_at_least.P2]\n{settings}\n")), [message]);
        assert_eq!(found(lines, &format!("[severity_at_least.P3]\n{settings}\n")), [] as [&str; 0], "it is P3");
        assert_eq!(found(lines, ""), [] as [&str; 0]);
    }
    let other = "[impact.financial]\ncurrency = \"JPY\"\nrevenue = 6000";
    assert_eq!(found(other, "[severity_at_least.P2]\ncost = 1000\n"), [] as [&str; 0], "another currency");
    let less = "[impact.users]\naffected = 999\npercent = 11.9\n[impact.data]\nloss = false";
    let all = "[severity_at_least.P2]\naffected = 1000\npercent = 12\ndata_lost = true\n";
    assert_eq!(found(less, all), [] as [&str; 0]);
}

#[test]
fn a_deadline_is_counted_from_the_resolution_and_from_the_submission() {
    let record = |status: &str, resolved: &str| {
        format!(
            "format = 1\ntitle = \"x\"\nstatus = \"{status}\"\n[[timeline]]\nat = {resolved}\nkind = \"resolved\"\nevent = \"x\"\n"
        )
    };
    let late = |text: &str| inspected(text, "").iter().any(|one| one.rule == "deadline-passed");
    assert!(late(&record("draft", "2017-01-30T11:59:00Z")));
    assert!(!late(&record("draft", "2017-01-30T12:00:00Z")), "48 hours to the minute");
    assert!(!late(&record("complete", "2016-01-30T12:00:00Z")));
    assert!(!late(&record("draft", "2016-01-30")), "a day is no instant");
}

#[test]
fn what_is_hostile_is_gone_through_in_bounded_time() {
    let comments = "# pm: allow(clock-missing) x\n".repeat(5_000);
    let signed = "[[sign_offs]]\nname = \"x\"\n".repeat(2_000);
    let entries = "[[timeline]]\nat = 2017-01-31\nevent = \"human error\"\n".repeat(1_000);
    let found = found(&format!("{comments}{entries}{signed}"));
    for rule in ["bad-allow", "sign-off-out-of-order", "clock-missing"] {
        assert!(found.iter().any(|line| line.contains(rule)), "{rule}");
    }
}

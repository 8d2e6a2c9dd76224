use super::*;

fn terms() -> Vec<String> {
    ["P1", "P2", "P3", "P4"].map(str::to_owned).to_vec()
}

fn findings(text: &str) -> Vec<String> {
    let severities = terms();
    let reading = read(text, &Terms { severities: &severities });
    reading
        .findings
        .iter()
        .map(|finding| {
            let line = text[..finding.span.start].matches('\n').count() + 1;
            let help = finding.help.as_deref().unwrap_or_default();
            let written = &text[finding.span.clone()];
            format!("{line} {:?} {} [{written}]: {} | {help}", finding.level, finding.rule, finding.message)
        })
        .collect()
}

const HEAD: &str = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n";

#[test]
fn the_complete_example_has_no_finding() {
    let text = include_str!("../../../tests/fixtures/record.toml");
    assert_eq!(findings(text), Vec::<String>::new());
}

#[test]
fn every_key_of_the_example_is_read() {
    let text = include_str!("../../../tests/fixtures/record.toml");
    let severities = terms();
    let reading = read(text, &Terms { severities: &severities });
    let record = reading.record;
    assert_eq!(record.title(), "Production database directory removed by mistake");
    assert_eq!(record.timeline().len(), 7);
    assert_eq!(record.actions().len(), 3);
    assert_eq!(record.value("custom.error_budget_minutes"), Some(&Value::Integer(1080)));
    assert_eq!(Some(record.values()), values(text).as_ref().map(Record::values));
}

#[test]
fn all_findings_of_a_file_come_at_once_with_their_places() {
    let text = format!(
        "{HEAD}severity = \"P7\"\nowners = \"Ann\"\nservices = \"api\"\ncreated = \"2017-02-01\"\n\
         [impact.users]\naffected = \"1,200\"\npercent = 120\nafected = 3\n\
         [[timeline]]\nat = 2017-01-31T22:00:00\nkind = \"detectd\"\nevent = 5\n\
         [[timeline]]\nat = 2017-01-31\nevent = \"x\"\n\
         [cause.factors]\nhuman = [\"fatige\", \"full moon\"]\n"
    );
    let found = findings(&text);
    let wanted = [
        "4 Error unknown-word [\"P7\"]: `P7` is not a severity | `pm.toml` has P1, P2, P3, P4; leave the key out while the severity is not known",
        "5 Warning unknown-key [owners]: `owners` is not a key of the format; it is kept | did you mean `owner`? Keys of your own belong under `[custom]`",
        "6 Error wrong-type [\"api\"]: `services` is text, not a list of names | write `[\"api\"]`",
        "7 Error wrong-type [\"2017-02-01\"]: `created` is text, not a date | write `2017-02-01`",
        "9 Error wrong-type [\"1,200\"]: `impact.users.affected` is text, not a whole number, zero or more | write `1200`",
        "10 Error out-of-range [120]: `impact.users.percent` is not a number from 0 to 100 | write it as in `12.5`",
        "11 Warning unknown-key [afected]: `afected` is not a key of the format; it is kept | did you mean `impact.users.affected`? Keys of your own belong under `[custom]`",
        "13 Warning zone-missing [2017-01-31T22:00:00]: `timeline[1].at` does not say in which zone it is, so no duration is computed with it | add the offset: `Z` for UTC, else as in `+02:00`",
        "14 Warning unknown-word [\"detectd\"]: `timeline[1].kind`: `detectd` is not a known kind of timeline entry; it is kept | did you mean `detected`? Known are started, detected, alerted, notified, investigating, identified, attempted, mitigated, recovered, resolved, communicated",
        "15 Error wrong-type [5]: `timeline[1].event` is a whole number, not text | write `\"5\"`",
        "17 Warning clock-missing [2017-01-31]: `timeline[2].at` says the day but not the time | write it as 2017-01-31T23:27:00Z when the time is known",
        "20 Note unknown-word [\"fatige\"]: `cause.factors.human`: `fatige` is not a known human factor; it is shown as “Other” | did you mean `fatigue`? Known are lack-of-documentation, inadequate-training, communication-breakdown, misunderstanding-of-process, fatigue, distraction",
        "20 Note unknown-word [\"full moon\"]: `cause.factors.human`: `full moon` is not a known human factor; it is shown as “Other” | known are lack-of-documentation, inadequate-training, communication-breakdown, misunderstanding-of-process, fatigue, distraction",
    ];
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn syntax_errors_duplicate_keys_and_impossible_dates_are_all_reported() {
    let text = format!("{HEAD}title = \"y\"\ncreated = 2017-02-30\nowner = Ann\n[incident]\nid = \"1\"\n[incident]\n");
    let found = findings(&text);
    let starts = [
        "4 Error duplicate-key [title]: key `title` is there twice",
        "5 Error impossible-date [2017-02-30]: `2017-02-30` cannot be: 2017-02 has no day 30",
        "6 Error syntax [Ann]: string values must be quoted",
        "9 Error duplicate-key [incident]: key `incident` is there twice",
    ];
    for start in starts {
        assert!(found.iter().any(|line| line.starts_with(start)), "{start}\nin {found:#?}");
    }
}

#[test]
fn a_missing_key_and_a_newer_format_are_reported() {
    assert!(findings("").iter().any(|line| line.contains("has no `title`")));
    let newer = findings("format = 9\ntitle = \"x\"\nstatus = \"draft\"\n");
    assert_eq!(newer.len(), 1);
    assert!(newer[0].starts_with("1 Warning newer-format [9]"), "{newer:?}");
}

#[test]
fn conflict_markers_are_one_finding() {
    let text = format!("{HEAD}<<<<<<< HEAD\nseverity = \"P1\"\n=======\nseverity = \"P2\"\n>>>>>>> theirs\n");
    let found = findings(&text);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("4 Error conflict-markers [<<<<<<< HEAD]"), "{found:?}");
}

#[test]
fn a_number_too_big_is_a_finding_and_not_a_panic() {
    let found = findings(&format!("{HEAD}[custom]\nn = 99999999999999999999\n"));
    assert!(found.iter().any(|line| line.contains("Error wrong-type [99999999999999999999]")), "{found:?}");
}

//! Merges at the edge of what can be decided: several keys that say one thing, ids that meet, and rows without a name.

use super::cases::{MARKERS, clean, merged, with};
use crate::merge::{Markers, Note, joined_values};
use toml::Value;

const HEAD: &str = "format = 1\n\ntitle = \"x\"\n\nstatus = \"draft\"\n";

fn action(more: &str) -> String {
    format!("{HEAD}\n[[actions]]\nid = \"k7fq\"\naction = \"Alert\"\nowner = \"Ann\"\nstatus = \"open\"\n{more}")
}

fn told(base: &str, ours: &str, theirs: &str) -> Vec<String> {
    let merged = merged(base, ours, theirs);
    assert_eq!(merged.report.as_text, None, "{}", merged.text);
    merged.report.conflicts.iter().map(|conflict| conflict.told("ours", "theirs")).collect()
}

fn notes(base: &str, ours: &str, theirs: &str) -> Vec<String> {
    merged(base, ours, theirs).report.notes.iter().map(|note| note.told("ours", "theirs")).collect()
}

#[test]
fn an_action_closed_in_two_ways_is_one_contradiction() {
    let base = action("");
    let ours = base.replace("\"open\"\n", "\"done\"\nclosed = 2026-03-03\nevidence = \"abc\"\n");
    let theirs = base.replace("\"open\"\n", "\"dropped\"\nclosed = 2026-03-03\nreason = \"too dear\"\n");
    let of = "action k7fq (status, evidence, reason)";
    assert_eq!(
        told(&base, &ours, &theirs),
        [format!(
            "{of}: “status: done, evidence: abc” in ours, “status: dropped, reason: too dear” in theirs (was “status: open”)"
        )]
    );
    for with_base in [false, true] {
        let text = with(&base, &ours, &theirs, &Markers { with_base, ..MARKERS }).text;
        assert_eq!(text.matches("<<<<<<<").count(), 1, "{text}");
        assert!(text.contains("<<<<<<< ours\nstatus = \"done\"\nclosed = 2026-03-03\nevidence = \"abc\"\n"), "{text}");
        assert!(
            text.contains("=======\nstatus = \"dropped\"\nclosed = 2026-03-03\nreason = \"too dear\"\n>>>>>>>"),
            "{text}"
        );
        assert_eq!(
            text.contains("||||||| base\nstatus = \"open\"\nclosed = 2026-03-03\n=======\n"),
            with_base,
            "{text}"
        );
    }
}

#[test]
fn what_says_how_an_action_stands_is_marked_together_wherever_it_is_written() {
    let base = format!(
        "{HEAD}\n[[actions]]\nid = \"k7fq\"\nstatus = \"open\"\naction = \"Alert\"\nowner = \"Ann\"\nevidence = \"a\"\npriority = \"P1\"\n"
    );
    let change = |status: &str, evidence: &str, owner: &str| {
        base.replace("\"open\"", status).replace("\"a\"", evidence).replace("\"Ann\"", owner)
    };
    let (ours, theirs) = (change("\"done\"", "\"b\"", "\"Bob\""), change("\"dropped\"", "\"c\"", "\"Eve\""));
    let all = told(&base, &ours, &theirs);
    assert_eq!(all.len(), 2, "{all:?}");
    let text = merged(&base, &ours, &theirs).text;
    let first = "<<<<<<< ours\nstatus = \"done\"\naction = \"Alert\"\nowner = \"Bob\"\nevidence = \"b\"\n=======\n";
    assert!(text.contains(first) && text.ends_with(">>>>>>> theirs\npriority = \"P1\"\n"), "{text}");
    // Two actions are two.
    let two = |first: &str, second: &str| {
        let row = |id: &str, status: &str, evidence: &str| {
            format!(
                "\n[[actions]]\nid = \"{id}\"\naction = \"Do {id}\"\nstatus = \"{status}\"\nevidence = \"{evidence}\"\n"
            )
        };
        format!("{HEAD}{}{}", row("aaaa", first, first), row("bbbb", second, second))
    };
    let text = merged(&two("open", "open"), &two("done", "done"), &two("dropped", "dropped")).text;
    assert_eq!(text.matches("<<<<<<<").count(), 2, "{text}");
}

#[test]
fn ways_of_closing_that_agree_or_do_not_meet_are_merged() {
    let base = action("");
    let done = base.replace("\"open\"", "\"done\"");
    let text = clean(&base, &format!("{done}closed = 2026-03-03\n"), &format!("{done}evidence = \"abc\"\n"));
    assert!(
        text.contains("status = \"done\"\n") && text.contains("closed = 2026-03-03\n") && text.contains("\"abc\""),
        "{text}"
    );
    let text = clean(&base, &done, &format!("{base}reason = \"later\"\n"));
    assert!(text.contains("status = \"done\"\nreason = \"later\"\n"), "{text}");
    assert_eq!(
        told(&base, &done, &base.replace("\"open\"", "\"dropped\"")),
        ["action k7fq.status: “done” in ours, “dropped” in theirs (was “open”)"]
    );
}

#[test]
fn closing_what_the_other_side_reworded_is_merged_and_noted() {
    let base = action("");
    let ours = base.replace("\"open\"", "\"done\"");
    let theirs = base.replace("Alert", "Alert within a minute");
    let text = clean(&base, &ours, &theirs);
    assert!(text.contains("\"Alert within a minute\"") && text.contains("\"done\""), "{text}");
    assert_eq!(
        notes(&base, &ours, &theirs),
        ["action k7fq is done since ours, and has other words in theirs; see that both are right"]
    );
    assert_eq!(
        notes(&base, &theirs, &ours),
        ["action k7fq is done since theirs, and has other words in ours; see that both are right"]
    );
    assert_eq!(notes(&base, &ours, &base.replace("Ann", "Bob")), Vec::<String>::new());
}

#[test]
fn a_sentence_taken_out_beside_one_reworded_is_a_conflict() {
    let base = format!("{HEAD}\nsummary = \"\"\"\nAnn ran it. She stopped it. It was fine.\n\"\"\"\n");
    let ours = base.replace("Ann ran it. ", "");
    let theirs = base.replace("She stopped it.", "She stopped it at ten.");
    assert_eq!(told(&base, &ours, &theirs).len(), 1);
    assert_eq!(told(&base, &theirs, &ours).len(), 1);
    assert!(
        clean(&base, &ours, &base.replace("It was fine.", "It was well.")).contains("\nShe stopped it. It was well.\n")
    );
}

#[test]
fn one_event_that_two_people_saw_is_two_entries() {
    let entry = |owner: &str, more: &str| {
        format!("{HEAD}\n[[timeline]]\nat = 2026-03-02T09:00:00Z\nevent = \"Page\"\n{owner}{more}")
    };
    let (ours, theirs) = (entry("owner = \"Ann\"\n", ""), entry("owner = \"Bob\"\n", "notes = \"by phone\"\n"));
    let text = clean(HEAD, &ours, &theirs);
    assert_eq!(text.matches("event = \"Page\"").count(), 2, "{text}");
    assert!(
        text.contains("owner = \"Ann\"\n\n[[timeline]]") && text.contains("owner = \"Bob\"\nnotes = \"by phone\"\n"),
        "{text}"
    );
    let told = notes(HEAD, &ours, &theirs);
    assert!(told.len() == 1 && told[0].contains("is there twice, as seen by “Ann” and by “Bob”"), "{told:?}");
    // Where nobody is named on one side it is one.
    let text = clean(HEAD, &entry("", ""), &theirs);
    assert_eq!(text.matches("event = \"Page\"").count(), 1, "{text}");
}

#[test]
fn an_action_that_was_given_two_ids_is_one() {
    let base = format!("{HEAD}\n[[actions]]\naction = \"Alert\"\nstatus = \"open\"\n");
    let with_id = |id: &str| base.replace("action = ", &format!("id = \"{id}\"\naction = "));
    let (ours, theirs) = (with_id("aaaa"), with_id("bbbb").replace("\"open\"", "\"in-progress\""));
    let text = clean(&base, &ours, &theirs);
    assert_eq!(text, ours.replace("\"open\"", "\"in-progress\""));
    let merged = merged(&base, &ours, &theirs);
    let (kept, dropped) = ("aaaa".to_owned(), "bbbb".to_owned());
    assert_eq!(merged.report.notes, [Note::TwoIds { action: "Alert".to_owned(), kept, dropped }]);
    // One that only one side gave stays.
    assert_eq!(clean(&base, &base.replace("\"open\"", "\"in-progress\""), &with_id("bbbb")), theirs);
}

#[test]
fn rows_without_a_name_are_known_by_what_they_say() {
    let row = |x: &str, y: &str| format!("\n[[custom.rows]]\nx = \"{x}\"\ny = \"{y}\"\n");
    let base = format!("{HEAD}{}{}", row("disk", "full"), row("fan", "loud"));
    // One was put before them; by position it would have been the first one, changed.
    let ours = format!("{HEAD}{}{}{}", row("cable", "cut"), row("disk", "full"), row("fan", "loud"));
    let theirs = base.replace("\"full\"", "\"nearly full\"");
    let text = clean(&base, &ours, &theirs);
    assert_eq!(text, ours.replace("\"full\"", "\"nearly full\""));
}

#[test]
fn both_of_two_values_is_offered_where_a_value_can_be_both() {
    let of = |key: &str, ours: &str, theirs: &str| {
        joined_values(key, &Value::from(ours), &Value::from(theirs)).and_then(|both| both.as_str().map(str::to_owned))
    };
    assert_eq!(
        of("timeline.event", "Customers write", "Support calls").as_deref(),
        Some("Customers write. Support calls")
    );
    assert_eq!(of("owner", "Ann Example", "Bob Example"), None, "one person is accountable");
    assert_eq!(of("incident.link", "https://a.example/1 ", "https://b.example/1"), None);
    assert_eq!(of("actions.id", "aaaa", "bbbb"), None);
    assert_eq!(of("appendix.logs", "a\n", "b\n").as_deref(), Some("a\nb\n"));
}

/// Found by the law that it does not matter which side is ours, in the 72,993rd case.
#[test]
fn the_status_that_sign_offs_lead_to_does_not_depend_on_whose_side_they_come_from() {
    use crate::record::RecordId;
    use crate::workflow::SignOff;

    let record = RecordId::of_stem("2026-03-02-example");
    let row = |name: &str, moved: (&str, &str), at: &str, prev: &str| {
        let (from, to) = moved;
        format!(
            "\n[[sign_offs]]\nfrom = \"{from}\"\nto = \"{to}\"\nrole = \"lead\"\nname = \"{name}\"\nemail = \"{name}@example.com\"\nat = 2026-03-02T{at}:00Z\ncontent = \"pm1-sha256:00\"\nprev = [{prev}]\n"
        )
    };
    let digest = |row: &str| {
        let table: toml::Table = row.parse().expect("TOML");
        let digest = SignOff::of(table["sign_offs"][0].as_table().expect("a row")).digest(&record);
        format!("\"{digest}\"")
    };
    let (submit, approve) = (("draft", "in-review"), ("in-review", "approved"));
    let first = row("o0w", submit, "11:40", "");
    // The clocks of those who approve are behind.
    let second = row("o1w", approve, "09:00", &digest(&first));
    let third = row("o2w", approve, "09:40", &digest(&second));
    let ours = format!("{}{first}{second}{third}", HEAD.replace("draft", "approved"));
    let theirs = format!("{}{}", HEAD.replace("draft", "in-review"), row("t0w", submit, "11:40", ""));
    let said = |text: &str| {
        let line = |line: &&str| ["status = ", "name = "].iter().any(|key| line.starts_with(key));
        text.lines().filter(line).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(said(&clean(HEAD, &ours, &theirs)), said(&clean(HEAD, &theirs, &ours)));
}

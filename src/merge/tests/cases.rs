//! Merges by example.

use crate::config::Config;
use crate::merge::{Decisions, Markers, Merged, Terms, merge};
use crate::record::RecordId;
use crate::workflow::canonical::Figures;

pub(super) const MARKERS: Markers<'static> =
    Markers { ours: "ours", base: "base", theirs: "theirs", size: 7, with_base: false };

pub(super) fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    with(base, ours, theirs, &MARKERS)
}

pub(super) fn with(base: &str, ours: &str, theirs: &str, markers: &Markers<'_>) -> Merged {
    let config = Config::read(None).expect("the defaults");
    let record = RecordId::of_stem("2026-03-02-example");
    let figures = Figures::new();
    let terms = Terms { record: &record, policy: Some(&config.policy), figures: &figures };
    merge(Some(base), ours, theirs, &terms, markers, &Decisions::new())
}

/// The text of a merge that must be clean.
pub(super) fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merged(base, ours, theirs);
    assert!(merged.is_clean(), "{:#?}\n{}", merged.report, merged.text);
    merged.text
}

#[test]
fn different_fields_merge_whatever_stands_between_them() {
    let base = "title = \"x\"\nseverity = \"P3\"\nowner = \"Ann\"\n";
    assert_eq!(
        clean(base, &base.replace("P3", "P1"), &base.replace("Ann", "Bob")),
        "title = \"x\"\nseverity = \"P1\"\nowner = \"Bob\"\n"
    );
}

const HEAD: &str = "format = 1\n\ntitle = \"x\"\n\nstatus = \"draft\"\n";

fn entry(at: &str, event: &str) -> String {
    format!("\n[[timeline]]\nat = 2026-03-02T{at}:00Z\nevent = \"{event}\"\n")
}

fn action(id: &str, action: &str) -> String {
    format!("\n[[actions]]\nid = \"{id}\"\naction = \"{action}\"\nstatus = \"open\"\n")
}

fn events(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("event = \"")?.strip_suffix('"')).collect()
}

/// A conflict that must be there, as it is told.
fn told(base: &str, ours: &str, theirs: &str) -> Vec<String> {
    let merged = merged(base, ours, theirs);
    assert_eq!(merged.report.as_text, None, "{}", merged.text);
    merged.report.conflicts.iter().map(|conflict| conflict.told("ours", "theirs")).collect()
}

#[test]
fn entries_of_both_sides_are_in_order_of_time() {
    let base = format!("{HEAD}{}{}", entry("09:00", "a"), entry("10:00", "z"));
    let ours =
        format!("{HEAD}{}{}{}{}", entry("09:00", "a"), entry("09:20", "o1"), entry("10:00", "z"), entry("10:20", "o2"));
    let theirs =
        format!("{HEAD}{}{}{}{}", entry("09:00", "a"), entry("09:10", "t1"), entry("10:00", "z"), entry("10:10", "t2"));
    assert_eq!(events(&clean(&base, &ours, &theirs)), ["a", "t1", "o1", "z", "t2", "o2"]);
    let counted = merged(&base, &ours, &theirs).report.counts;
    assert_eq!(counted.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2 + 2 + 2 = 6 entries, 0 lost"]);
}

#[test]
fn the_same_entry_added_twice_is_one_and_what_each_adds_to_it_is_there() {
    let base = HEAD.to_owned();
    let ours = format!("{base}{}kind = \"detected\"\n", entry("09:00", "Page"));
    let theirs = format!("{base}{}notes = \"by phone\"\n", entry("09:00", "Page"));
    let text = clean(&base, &ours, &theirs);
    assert_eq!(events(&text), ["Page"]);
    assert!(text.contains("kind = \"detected\"") && text.contains("notes = \"by phone\""), "{text}");
}

#[test]
fn an_entry_that_moved_in_time_and_was_reworded_is_both() {
    let base = format!("{HEAD}{}{}{}", entry("09:00", "a"), entry("09:30", "Page"), entry("10:00", "z"));
    let text = clean(&base, &base.replace("\"Page\"", "\"Paged\""), &base.replace("T09:30", "T10:30"));
    assert_eq!(events(&text), ["a", "z", "Paged"]);
}

#[test]
fn comments_come_along_with_what_was_added_and_stand_where_they_stood() {
    let base = format!("# of the file\n{HEAD}{}", action("k7fq", "Alert"));
    let ours = base
        .replace("status = \"draft\"", "status = \"draft\"   # mine")
        .replace("action = \"Alert\"", "action = \"Alert\"  # ours says");
    let theirs = format!("{base}\n# theirs says\n[[actions]]\nid = \"m3xt\"   # drawn\naction = 'Restore'\n")
        .replace("id = \"k7fq\"", "id = \"k7fq\"  # known");
    assert_eq!(
        clean(&base, &ours, &theirs),
        "# of the file\nformat = 1\n\ntitle = \"x\"\n\nstatus = \"draft\"   # mine\n\n[[actions]]\nid = \"k7fq\"\naction = \"Alert\"  # ours says\nstatus = \"open\"\n\n\
         # theirs says\n[[actions]]\nid = \"m3xt\"   # drawn\naction = 'Restore'\n"
    );
    // One that theirs wrote beside what both have does not, where the lines around it changed: that is told.
    assert_eq!(merged(&base, &ours, &theirs).report.comments, ["# known"]);
}

#[test]
fn line_ends_and_the_byte_order_mark_of_ours_are_kept() {
    let base = format!("{HEAD}{}", entry("09:00", "a"));
    let ours = format!("\u{feff}{}", format!("{base}{}", entry("09:20", "o")).replace('\n', "\r\n"));
    let theirs = format!("{base}{}", entry("09:10", "t")).replace("\"x\"", "\"y\"");
    let text = clean(&base, &ours, &theirs);
    assert!(text.starts_with('\u{feff}') && !text.replace("\r\n", "").contains('\n'), "{text:?}");
    assert_eq!(events(&text.replace('\r', "")), ["a", "t", "o"]);
    // A conflict does, too.
    let text = merged(&base, &ours.replace("\"x\"", "\"z\""), &theirs).text;
    assert!(
        text.starts_with('\u{feff}')
            && text.contains("<<<<<<< ours\r\ntitle = \"z\"\r\n=======\r\ntitle = \"y\"\r\n>>>>>>> theirs\r\n"),
        "{text:?}"
    );
}

#[test]
fn a_base_that_is_missing_counts_as_none_and_one_that_cannot_be_read_leaves_a_conflict() {
    let ours = format!("{HEAD}\nseverity = \"P1\"\n{}", entry("09:00", "a"));
    let theirs = format!("{HEAD}\nseverity = \"P1\"\n{}", entry("09:10", "b"));
    assert_eq!(events(&clean("", &ours, &theirs)), ["a", "b"]);
    assert_eq!(told("", &ours, &theirs.replace("P1", "P2")), ["severity: “P1” in ours, “P2” in theirs"]);
    let marked = merged("format = 1\n<<<<<<< a\nx = 1\n=======\nx = 2\n>>>>>>> b\n", &ours, &theirs);
    assert!(!marked.is_clean() && marked.report.as_text.is_some(), "what one side took out would come back");
    assert!(marked.text.contains("09:00") && marked.text.contains("09:10"), "{}", marked.text);
}

#[test]
fn two_events_of_one_time_are_not_one() {
    let base = format!("{HEAD}{}", entry("09:00", "Page: lag"));
    let ours = base.replace("Page: lag", "Customer calls the hotline");
    let theirs = base.replace("event = ", "kind = \"detected\"\nevent = ");
    assert!(!merged(&base, &ours, &theirs).is_clean(), "one was taken out here and changed there");
}

#[test]
fn prose_that_one_side_took_out_is_not_what_the_other_added_to_it() {
    let base = format!("{HEAD}\n[cause]\nroot_cause = \"\"\"\nA. B.\n\"\"\"\n");
    let ours = base.replace("A. B.\n", "");
    assert!(!merged(&base, &ours, &base.replace("A. B.", "A. B. C.")).is_clean());
}

#[test]
fn what_the_program_does_not_know_merges_as_well() {
    let base = format!("{HEAD}\n[custom]\na = 1\nb = [1, 2]\n\n[[custom.rows]]\nx = 1\ny = 1\n");
    let text = clean(
        &base,
        &base.replace("a = 1", "a = 2").replace("x = 1", "x = 3"),
        &base.replace("[1, 2]", "[1, 2, 3]").replace("y = 1", "y = 4"),
    );
    assert!(text.contains("a = 2\nb = [1, 2, 3]\n") && text.contains("x = 3\ny = 4\n"), "{text}");
    // Numbers in a list are not a set.
    assert_eq!(
        told(&base, &base.replace("[1, 2]", "[0, 2]"), &base.replace("[1, 2]", "[1, 3]")),
        ["custom.b: “0, 2” in ours, “1, 3” in theirs (was “1, 2”)"]
    );
}

#[test]
fn a_newer_format_is_not_merged_by_an_older_program() {
    let base = HEAD.replace("format = 1", "format = 2");
    let merged = merged(&base, &base.replace("\"x\"", "\"y\""), &base.replace("draft", "in-review"));
    assert!(!merged.is_clean() && merged.report.as_text.is_some());
    assert!(merged.text.starts_with("<<<<<<< ours\n"), "text that does not conflict by lines is a conflict as a whole");
}

/// What other mergers have published of themselves, or others of them.
mod published {
    use super::*;

    /// weave #60: what both sides added at one place was there once.
    #[test]
    fn both_added_at_one_place_are_both_there() {
        let base = format!("{HEAD}{}", action("k7fq", "Alert"));
        let ours = format!("{base}{}", action("aaaa", "Mine"));
        let theirs = format!("{base}{}", action("bbbb", "Theirs"));
        let text = clean(&base, &ours, &theirs);
        for id in ["k7fq", "aaaa", "bbbb"] {
            assert_eq!(text.matches(id).count(), 1, "{text}");
        }
    }

    /// mergiraf 0.18 on TOML: a table twice, called solved.
    #[test]
    fn a_table_that_both_added_is_there_once() {
        let base = HEAD.to_owned();
        let text = clean(
            &base,
            &format!("{base}\n[impact.users]\naffected = 5\n"),
            &format!("{base}\n[impact.users]\npercent = 2.5\n"),
        );
        assert_eq!(text.matches("[impact.users]").count(), 1, "{text}");
        assert!(text.contains("affected = 5") && text.contains("percent = 2.5"), "{text}");
    }

    /// glovebox #4652: one side of a block of text was dropped.
    #[test]
    fn neither_side_of_a_longer_text_is_dropped() {
        let base = format!("{HEAD}\nsummary = \"\"\"\nOne.\n\nTwo.\n\"\"\"\n");
        let text = clean(
            &base,
            &base.replace("One.", "One, as ours has it."),
            &base.replace("Two.", "Two, as theirs has it."),
        );
        assert!(text.contains("One, as ours has it.\n\nTwo, as theirs has it.\n"), "{text}");
        let both = told(&base, &base.replace("One.", "One, ours."), &base.replace("One.", "One, theirs."));
        assert_eq!(both, ["summary: “One, ours. Two.” in ours, “One, theirs. Two.” in theirs (was “One. Two.”)"]);
    }

    /// tbd #287: an eager union of lists brought back, or wiped, what one side had taken out.
    #[test]
    fn what_one_side_took_out_of_a_list_stays_out_and_the_rest_stays_in() {
        let base = format!("{HEAD}\ntags = [\"a\", \"b\", \"c\"]\n");
        let text = clean(&base, &base.replace("\"b\", ", ""), &base.replace("\"c\"", "\"c\", \"d\""));
        assert!(text.contains("tags = [\"a\", \"c\", \"d\"]\n"), "{text}");
        let text = clean(&base, &base.replace("\"a\", \"b\", \"c\"", ""), &base.replace("\"c\"", "\"c\", \"d\""));
        assert!(text.contains("tags = [\"d\"]\n"), "{text}");
    }

    /// tbd #232, beads #4796: two things with one id became one.
    #[test]
    fn two_actions_with_one_id_stay_two() {
        let base = HEAD.to_owned();
        let merged = merged(
            &base,
            &format!("{base}{}", action("abcd", "Canary deploys")),
            &format!("{base}{}", action("abcd", "Somebody on call")),
        );
        assert!(merged.is_clean());
        assert_eq!(merged.report.clashes.len(), 1);
        assert!(merged.text.contains("Canary deploys") && merged.text.contains("Somebody on call"), "{}", merged.text);
    }

    /// beads #552, gastown #824: a deletion on one side took along what the other had written.
    #[test]
    fn a_row_taken_out_here_and_changed_there_is_asked_about() {
        let base = format!("{HEAD}{}{}", action("k7fq", "Alert"), action("m3xt", "Restore"));
        let ours = format!("{HEAD}{}", action("m3xt", "Restore"));
        let theirs = base.replace("\"Alert\"", "\"Alert at once\"");
        assert_eq!(
            told(&base, &ours, &theirs),
            ["action k7fq: taken out in ours, changed in theirs (“action: Alert at once”)"]
        );
        assert_eq!(
            told(&base, &theirs, &ours),
            ["action k7fq: changed in ours (“action: Alert at once”), taken out in theirs"]
        );
        let text = merged(&base, &ours, &theirs).text;
        assert!(
            text.contains("<<<<<<< ours\n=======\n[[actions]]\nid = \"k7fq\"\naction = \"Alert at once\"\n")
                || text.contains("<<<<<<< ours\n=======\n\n[[actions]]\nid = \"k7fq\""),
            "{text}"
        );
    }

    /// A text merge breaks the file without a conflict when both sides add one key at different places.
    #[test]
    fn one_key_added_at_two_places_is_one_key() {
        let base = format!("{HEAD}\n[impact]\nsummary = \"y\"\n");
        let ours = base.replace("\ntitle", "\nseverity = \"P1\"\n\ntitle");
        let theirs = base.replace("\n[impact]", "\nseverity = \"P1\"\n\n[impact]");
        assert_eq!(clean(&base, &ours, &theirs).matches("severity").count(), 1);
        assert_eq!(told(&base, &ours, &theirs.replace("P1", "P2")), ["severity: “P1” in ours, “P2” in theirs"]);
    }

    /// merge=union: two values of one key, and the keys of two rows in one.
    #[test]
    fn two_rows_never_run_into_one() {
        let base = HEAD.to_owned();
        let text = clean(
            &base,
            &format!("{base}{}owner = \"Ann\"\n", entry("09:00", "a")),
            &format!("{base}{}owner = \"Bob\"\n", entry("09:01", "b")),
        );
        assert!(
            text.contains("event = \"a\"\nowner = \"Ann\"\n\n[[timeline]]")
                && text.contains("event = \"b\"\nowner = \"Bob\"\n"),
            "{text}"
        );
    }
}

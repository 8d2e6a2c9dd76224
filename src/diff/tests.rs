use super::*;

fn record(text: &str) -> Record {
    crate::document::read::values(text).expect("TOML")
}

fn told(before: &str, after: &str) -> Vec<String> {
    changes(&record(before), &record(after)).iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_changed_is_nothing_to_tell() {
    let text = include_str!("../../tests/fixtures/record.toml");
    assert_eq!(told(text, text), Vec::<String>::new());
    assert_eq!(told("a = 1 # x\nb = 'y'\n", "b = \"y\"\n\na = 0x1\n"), Vec::<String>::new());
}

#[test]
fn fields_lists_and_rows_are_told_in_the_order_of_the_format() {
    let before = "severity = \"P3\"\nowner = \"Ann\"\nservices = [\"api\", \"db\"]\n[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page\"\n";
    let after = "services = [\"db\", \"web\"]\nseverity = \"P1\"\n[[timeline]]\nat = 2017-01-31T21:00:00Z\nkind = \"started\"\nevent = \"Lag grows\"\n\
                 [[timeline]]\nat = 2017-01-31T22:05:00Z\nevent = \"Page\"\n[impact.users]\naffected = 5000\n[mine]\nx = true\n";
    assert_eq!(
        told(before, after),
        [
            "severity P3 → P1",
            "owner cleared (was Ann)",
            "services: + web, − api",
            "entry added at 2017-01-31 21:00 (started): Lag grows",
            "timeline[2].at 2017-01-31 22:00 → 2017-01-31 22:05",
            "impact.users.affected set to 5000",
            "mine.x set to yes",
        ]
    );
}

#[test]
fn prose_is_told_by_its_words() {
    let before = "summary = \"\"\"\nAn engineer removed the data directory.\n\"\"\"\n";
    let after = "summary = \"\"\"\nAn engineer removed the wrong data directory.\n\"\"\"\n";
    assert_eq!(told(before, after), ["summary reworded (+1 −0 words)"]);
    let pieces = reworded("the data", "the wrong data");
    assert!(
        pieces.contains(&Piece::Added("wrong ".to_owned())) || pieces.contains(&Piece::Added(" wrong".to_owned())),
        "{pieces:?}"
    );
}

#[test]
fn a_removed_row_is_told_where_it_was() {
    let before = "[[actions]]\nid = \"k7fq\"\naction = \"Alert\"\n[[actions]]\nid = \"m3xt\"\naction = \"Restore\"\n";
    let after = "[[actions]]\nid = \"m3xt\"\naction = \"Restore daily\"\n";
    assert_eq!(told(before, after), ["action removed k7fq: Alert", "actions[1].action Restore → Restore daily"]);
}

#[test]
fn rows_in_another_order_are_a_change_and_an_entry_with_another_time_is_told_by_it() {
    let whys =
        |first: &str, second: &str| format!("[[cause.whys]]\nwhy = \"{first}\"\n[[cause.whys]]\nwhy = \"{second}\"\n");
    let entries = |rows: &[(&str, &str)]| -> String {
        let of = |(at, event): &(&str, &str)| format!("[[timeline]]\nat = 2026-03-02T{at}:00Z\nevent = \"{event}\"\n");
        rows.iter().map(of).collect::<Vec<_>>().concat()
    };
    for (before, after, expected) in [
        (whys("a", "b"), whys("b", "a"), &["cause.whys: in another order"][..]),
        (
            entries(&[("09:00", "a"), ("09:00", "b")]),
            entries(&[("09:00", "b"), ("09:00", "a")]),
            &["timeline: in another order"],
        ),
        (
            entries(&[("09:00", "a"), ("09:05", "b")]),
            entries(&[("09:05", "b"), ("09:10", "a")]),
            &["timeline[2].at 2026-03-02 09:00 → 2026-03-02 09:10"],
        ),
    ] {
        assert_eq!(told(&before, &after), expected, "{before}{after}");
    }
}

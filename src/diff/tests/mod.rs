mod laws;

use super::*;

fn record(text: &str) -> Record {
    crate::document::read::values(text).expect("TOML")
}

fn told(before: &str, after: &str) -> Vec<String> {
    changes(&record(before), &record(after)).iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_changed_is_nothing_to_tell() {
    let text = include_str!("../../../tests/fixtures/record.toml");
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
            "entry at 22:00 moved 5 min later to 22:05",
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
    assert_eq!(told(before, after), ["action removed k7fq: Alert", "action m3xt action Restore → Restore daily"]);
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
            &["entry at 09:00 moved 10 min later to 09:10"],
        ),
    ] {
        assert_eq!(told(&before, &after), expected, "{before}{after}");
    }
}

#[test]
fn milestones_move_actions_slip_and_what_moved_and_was_reworded_is_one_entry() {
    let before = "[[timeline]]\nat = 2026-03-02T22:00:00Z\nkind = \"detected\"\nevent = \"Page: replication lag grows\"\n\
                  [[timeline]]\nat = 2026-03-02T23:00:00Z\nevent = \"The secondary cannot catch up\"\n\
                  [[actions]]\nid = \"k7fq\"\naction = \"Alert\"\ndue = 2026-03-09\nstatus = \"open\"\n";
    let after = "[[timeline]]\nat = 2026-03-02T20:00:00Z\nevent = \"Load rises\"\n\
                 [[timeline]]\nat = 2026-03-02T21:48:00Z\nkind = \"detected\"\nevent = \"Page: replication lag grows\"\n\
                 [[timeline]]\nat = 2026-03-03T00:10:00+01:00\nevent = \"The second secondary cannot catch up\"\napprox = true\n\
                 [[actions]]\nid = \"k7fq\"\naction = \"Alert\"\ndue = 2026-03-30\nstatus = \"in-progress\"\n";
    assert_eq!(
        told(before, after),
        [
            "entry added at 2026-03-02 20:00: Load rises",
            "detected moved 12 min earlier to 21:48",
            "entry at 23:00 moved 10 min later to 23:10",
            "entry at 23:10 is approximate",
            "entry at 23:10 reworded: The secondary cannot catch up → The second secondary cannot catch up",
            "action k7fq due slipped 21 days to 2026-03-30",
            "action k7fq open → in-progress",
        ]
    );
    assert_eq!(
        changes(&record(before), &record(after)).iter().filter_map(Change::slipped).collect::<Vec<_>>(),
        ["k7fq"]
    );
}

#[test]
fn what_is_signed_alike_is_no_change() {
    let before = "at = 2026-03-02T22:00:00Z\nx = nan\ny = 0.0\nt = [1979-05-27T00:32:00.5-07:00]\n[empty]\n";
    let after = "at = 2026-03-02T23:00:00+01:00\nx = nan\ny = -0.0\nt = [1979-05-27T07:32:00.500Z]\nl = []\n";
    assert_eq!(told(before, after), Vec::<String>::new());
    assert_eq!(told("x = 1\n", "x = 1.5\n"), ["x 1 → 1.5"]);
    assert_eq!(told("x = 1\n", "x = \"1\"\n"), ["x written as another value, 1"]);
}

#[test]
fn long_texts_that_differ_far_in_are_told_from_there() {
    let url = "https://example.com/incidents/2026/a/very/long/address/that/goes/on/";
    let told = told(&format!("x = \"{url}1\"\n"), &format!("x = \"{url}2\"\n"));
    assert_eq!(told, ["x reworded (+1 −1 words)"]);
    let list = |end: &str| format!("link = [\"{url}{end}\"]\n");
    assert_eq!(
        changes(&record(&list("1")), &record(&list("2")))[0].to_string().matches('…').count(),
        2,
        "both are cut"
    );
}

#[test]
fn a_phrase_is_read_as_one_and_a_blank_stays() {
    let pieces = reworded("the old data here\n", "the brand new data here\n");
    let shown: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Kept(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("{{+{text}+}}"),
        })
        .collect();
    assert_eq!(shown, "the [-old-]{+brand new+} data here\n");
}

#[test]
fn a_record_is_known_under_another_id_by_what_it_says() {
    let example = record(include_str!("../../../tests/fixtures/record.toml"));
    let edited =
        include_str!("../../../tests/fixtures/record.toml").replace("P1", "P2").replace("title = \"", "title = \"The ");
    assert!(likeness(&example, &record(&edited)).is_some_and(|likeness| likeness > 80));
    // What `pm new` writes is much alike and says nothing.
    let new = |title: &str, at: &str| {
        record(&format!(
            "format = 1\ntitle = \"{title}\"\nstatus = \"draft\"\nowner = \"Ann\"\ncreated = 2026-03-01\n\
             [[timeline]]\nat = 2026-03-01T{at}:00Z\nkind = \"started\"\nevent = \"Incident started\"\n"
        ))
    };
    assert_eq!(likeness(&new("Disk is full", "10:00"), &new("Cache is cold", "11:00")), None);
    assert!(likeness(&new("Disk is full", "10:00"), &new("Disk is full", "11:00")).is_some());
}

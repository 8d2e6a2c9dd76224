//! `pm diff`.

mod limits;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

/// Changes the example by hand.
fn edit(sandbox: &Sandbox, edits: &[(&str, &str)]) {
    let mut text = sandbox.read(FILE);
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    sandbox.write(FILE, text);
}

fn edited() -> Sandbox {
    let sandbox = Sandbox::with_example();
    edit(
        &sandbox,
        &[
            ("severity = \"P1\"", "severity = \"P3\""),
            ("\"postgresql\"]", "\"redis\"]"),
            ("removed the data directory", "deleted the whole data directory"),
            (
                "[[timeline]]\n",
                "[[timeline]]\nat = 2017-01-31T17:00:00Z\nevent = \"Ann opens the laptop\"\nowner = \"Ann\"\n\n[[timeline]]\n",
            ),
            ("at = 2017-01-31T22:00:00Z", "at = 2017-01-31T21:48:00Z"),
            ("kind = \"recovered\"\nevent = \"Database restored", "kind = \"mitigated\"\nevent = \"Database restored"),
            ("due = 2017-02-15", "due = 2017-03-08"),
            ("question = \"Should staging be able", "question = \"Should the staging hosts be able"),
        ],
    );
    sandbox
}

#[test]
fn changes_are_told_by_what_they_mean() {
    let sandbox = edited();
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ severity P1 → P3
  ~ services: + redis, − postgresql
  ~ summary reworded (+2 −1 words)
      An engineer repairing replication [-removed-]{+deleted+} the{+ whole+} data directory of the primary database …
  + entry added at 2017-01-31 17:00: Ann opens the laptop
      owner Ann
  ~ detected moved 12 min earlier to 21:48
      detection now about 2 h 48 min (was about 3 h)
      response now about 1 h 12 min (was about 1 h)
      resolution now 20 h 26 min (was 20 h 14 min)
      communication now 17 min (was 5 min)
  ~ entry at 2017-02-01 17:00 marked mitigated (was recovered)
  ~ action b9hd due slipped 21 days to 2017-03-08
  ~ review.questions[1].question reworded (+2 −0 words)
      Should {+the +}staging{+ hosts+} be able to stand in for production?

"#]]
    );
    let narrow = sandbox.run("COLUMNS=60 pm diff --color always").ok();
    assert!(narrow.contains("\u{1b}[31m"), "{narrow}");
    assert!(!narrow.contains("[-"), "colours tell what went");
    let plain = anstream::adapter::strip_str(&narrow).to_string();
    let widest = plain.lines().max_by_key(|line| line.chars().count()).expect("lines");
    assert!(widest.chars().count() <= 60, "{widest}");
    assert_data_eq!(
        sandbox.run("pm diff --format markdown").to_string(),
        str![[r#"
### Production database directory removed by mistake

`2017-01-31-database-removed`

- severity P1 → P3
- services: + redis, − postgresql
- summary reworded (+2 −1 words)
  <br>An engineer repairing replication <del>removed</del> <ins>deleted</ins> the <ins>whole</ins> data directory of the primary database …
- entry added at 2017-01-31 17:00: Ann opens the laptop
  - owner: Ann
- detected moved 12 min earlier to 21:48
  - detection now about 2 h 48 min (was about 3 h)
  - response now about 1 h 12 min (was about 1 h)
  - resolution now 20 h 26 min (was 20 h 14 min)
  - communication now 17 min (was 5 min)
- entry at 2017-02-01 17:00 marked mitigated (was recovered)
- action b9hd due slipped 21 days to 2017-03-08
- review.questions/[1/].question reworded (+2 −0 words)
  <br>Should <ins>the</ins> staging <ins>hosts</ins> be able to stand in for production?

"#]]
    );
}

#[test]
fn formatting_comments_and_the_order_of_tables_are_no_changes() {
    let sandbox = Sandbox::with_example();
    let text = sandbox.read(FILE);
    let (head, lessons) = text.split_once("[lessons]").expect("a table");
    let (lessons, rest) = lessons.split_once("# One table an action.").expect("a comment");
    let moved = format!("{head}# One table an action.{rest}\n[lessons]{lessons}");
    sandbox.write(
        FILE,
        moved.replace("severity = \"P1\"", "severity = 'P1' # for now").replace("22:00:00Z", "23:00:00+01:00"),
    );
    assert_data_eq!(
        sandbox.run("pm diff --exit-code").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  = only its text changed: formatting, comments or order

"#]]
    );
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = \"A\"\nstatus = \"draft\"\n");
    sandbox.run("git add postmortems/2026 && git commit -qm A").ok();
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = \"A\"\r\nstatus = \"draft\"\r\n");
    assert_eq!(sandbox.run("pm diff 2026-03-01-a -q").ok(), "", "line endings are git's");
    assert_data_eq!(
        sandbox.run("pm diff --format markdown").ok(),
        str![[r#"
### Production database directory removed by mistake

`2017-01-31-database-removed`

Only its text changed: formatting, comments or order

"#]]
    );
}

#[test]
fn a_lone_argument_is_a_record_by_name_then_a_revision_then_a_part_of_a_name() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set severity=P3").ok();
    sandbox.run("pm new 'Queue is full' --severity P2 --started 2026-03-01T10:00Z -q").ok();
    sandbox.run("git branch database").ok();
    sandbox.run("pm set -p database-removed owner=Ann --no-commit -q").ok();
    assert_data_eq!(
        sandbox.run("pm diff 2017-01-31-database-removed").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ owner Database Team <database@example.com> → Ann

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("cd postmortems && pm diff ../{FILE}")).to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ owner Database Team <database@example.com> → Ann

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff HEAD~2").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ severity P1 → P3
  ~ owner Database Team <database@example.com> → Ann

2026-03-01-queue-full  Queue is full
  + record added: P2, draft, 1 timeline entry, 0 actions

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff database").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ owner Database Team <database@example.com> → Ann

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff -p database").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ owner Database Team <database@example.com> → Ann
--- talk
2017-01-31-database-removed (`database`)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff removed").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ owner Database Team <database@example.com> → Ann
--- talk
2017-01-31-database-removed (`removed`)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff removed HEAD~2..HEAD~1").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ severity P1 → P3
--- talk
2017-01-31-database-removed (`removed`)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff queue -q HEAD~1..").to_string(),
        str![[r#"
2026-03-01-queue-full  Queue is full
  + record added: P2, draft, 1 timeline entry, 0 actions

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff nowhere").to_string(),
        str![[r#"
--- talk
error: no record matches `nowhere`
hint: `pm list` shows every record
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff main..nowhere").to_string(),
        str![[r#"
--- talk
error: `nowhere` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff -p removed HEAD extra").to_string(),
        str![[r#"
--- talk
error: `extra` is one too many: `-p` names the record already
--- exit 2

"#]]
    );
}

#[test]
fn a_range_of_three_dots_starts_where_the_two_parted() {
    let sandbox = Sandbox::with_example();
    sandbox.run("git switch -qc side && pm set -q tags+=slow && git switch -q main && pm set -q severity=P3").ok();
    assert_data_eq!(
        sandbox.run("pm diff main..side").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ severity P3 → P1
  ~ tags: + slow

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff main...side").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ tags: + slow

"#]]
    );
    sandbox.run("git switch -q --orphan other && git commit -q --allow-empty -m other").ok();
    assert_data_eq!(
        sandbox.run("pm diff main...HEAD").to_string(),
        str![[r#"
--- talk
error: main and HEAD have no commit in common
hint: `REV..REV` compares two states that have nothing to do with each other
--- exit 2

"#]]
    );
}

#[test]
fn records_come_go_move_and_get_another_id() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new 'Queue is full' --severity P2 --started 2026-03-01T10:00Z -q && pm new 'Disk is full' --started 2026-03-01T11:00Z -q").ok();
    sandbox.run("git mv postmortems/2026/*queue-full.toml postmortems/").ok();
    sandbox
        .run(&format!(
            "git mv {FILE} postmortems/2017/2017-01-31-gitlab-down.toml && git rm -q postmortems/2026/*disk-full.toml"
        ))
        .ok();
    sandbox.run("pm new 'Cache is cold' --severity P3 --started 2026-03-02T08:00Z -q --no-commit").ok();
    sandbox.run("sed -i 's/severity = \"P1\"/severity = \"P2\"/' postmortems/2017/2017-01-31-gitlab-down.toml").ok();
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2017-01-31-gitlab-down  Production database directory removed by mistake
  = renamed: was 2017-01-31-database-removed, postmortems/2017/2017-01-31-database-removed.toml
  ~ severity P1 → P2

2026-03-01-queue-full  Queue is full
  = moved: was postmortems/2026/2026-03-01-queue-full.toml

2026-03-01-disk-full  Disk is full
  - record removed: draft, 1 timeline entry, 0 actions

2026-03-02-cache-cold  Cache is cold
  + record added: P3, draft, 1 timeline entry, 0 actions

"#]]
    );
    assert_data_eq!(
        sandbox.run("git add -A && git commit -qm all && pm diff HEAD~1..HEAD --exit-code -q").to_string(),
        str![[r#"
2017-01-31-gitlab-down  Production database directory removed by mistake
  = renamed: was 2017-01-31-database-removed, postmortems/2017/2017-01-31-database-removed.toml
  ~ severity P1 → P2

2026-03-01-queue-full  Queue is full
  = moved: was postmortems/2026/2026-03-01-queue-full.toml

2026-03-01-disk-full  Disk is full
  - record removed: draft, 1 timeline entry, 0 actions

2026-03-02-cache-cold  Cache is cold
  + record added: P3, draft, 1 timeline entry, 0 actions
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff gitlab-down HEAD~1..HEAD --format markdown -q").to_string(),
        str![[r#"
### Production database directory removed by mistake

`2017-01-31-gitlab-down`

Renamed: was 2017-01-31-database-removed, postmortems/2017/2017-01-31-database-removed.toml

- severity P1 → P2

"#]]
    );
}

#[test]
fn a_due_date_that_slips_again_says_how_often() {
    let sandbox = Sandbox::with_example();
    sandbox.run("sed -i 's/due = 2017-02-15/due = 2017-03-01/' postmortems/2017/*.toml && git commit -qam later").ok();
    sandbox.run("git mv postmortems/2017 postmortems/old && git commit -qm moved").ok();
    sandbox.run("sed -i 's/due = 2017-03-01/due = 2017-03-22/' postmortems/old/*.toml").ok();
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ action b9hd due slipped 21 days to 2017-03-22 (2nd slip)

"#]]
    );
    sandbox.run("git commit -qam again").ok();
    assert_data_eq!(
        sandbox.run("pm diff HEAD~1..HEAD").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ action b9hd due slipped 21 days to 2017-03-22 (2nd slip)

"#]]
    );
}

#[test]
fn json_has_the_values() {
    let sandbox = Sandbox::with_example();
    edit(
        &sandbox,
        &[("severity = \"P1\"", "severity = \"P3\""), ("at = 2017-01-31T22:00:00Z", "at = 2017-01-31T21:48:00Z")],
    );
    assert_data_eq!(
        sandbox.run("pm diff --format json | head -n 62").to_string(),
        str![[r#"
{
  "schema": 1,
  "from": {
    "state": "commit",
    "revision": "HEAD",
    "commit": "8e1f8b5473cf69d2d69ab39a87fca37bce690661"
  },
  "to": {
    "state": "working-tree",
    "revision": null,
    "commit": null
  },
  "records": [
    {
      "id": "2017-01-31-database-removed",
      "path": "postmortems/2017/2017-01-31-database-removed.toml",
      "from_id": null,
      "from_path": null,
      "title": "Production database directory removed by mistake",
      "change": "changed",
      "changes": [
        {
          "path": "severity",
          "from_path": null,
          "kind": "became",
          "text": "severity P1 → P3",
          "before": "P1",
          "after": "P3",
          "words": null,
          "slips": null
        },
        {
          "path": "timeline[3].at",
          "from_path": null,
          "kind": "became",
          "text": "detected moved 12 min earlier to 21:48",
          "before": "2017-01-31T22:00:00Z",
          "after": "2017-01-31T21:48:00Z",
          "words": null,
          "slips": null
        }
      ],
      "durations": [
        {
          "name": "detection",
          "text": "detection now about 2 h 48 min (was about 3 h)",
          "before": {
            "name": "detection",
            "label": "Detection time",
            "target_seconds": 300,
            "actual_seconds": 10800,
            "approximate": true,
            "met": false,
            "unknown": null
          },
          "after": {
            "name": "detection",
            "label": "Detection time",
            "target_seconds": 300,
            "actual_seconds": 10080,
            "approximate": true,
            "met": false,

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm diff --format json").ok()).expect("JSON");
    let durations = json["records"][0]["durations"].as_array().expect("a list");
    assert_eq!(durations[0]["name"], "detection");
    assert_eq!(durations[0]["before"]["actual_seconds"], 10_800);
    assert_eq!(durations[0]["after"]["actual_seconds"], 10_080);
    let nothing: serde_json::Value =
        serde_json::from_str(&sandbox.run("pm diff HEAD..HEAD --format json").ok()).expect("JSON");
    assert_eq!(nothing["records"], serde_json::json!([]));
}

#[test]
fn two_revisions_are_a_range_as_in_git() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set -q severity=P3 && git tag later && git branch database-removed HEAD~1").ok();
    assert_data_eq!(
        sandbox.run("pm diff HEAD~1 later").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ~ severity P1 → P3

"#]]
    );
    assert_eq!(
        sandbox.run("pm diff HEAD~1 later --format json").ok(),
        sandbox.run("pm diff HEAD~1..later --format json").ok()
    );
    // An exact id is the record; a part of one is a revision first, as a lone argument is.
    let id = "2017-01-31-database-removed";
    sandbox.run(&format!("git branch {id} HEAD~1 && pm set -q severity=P4")).ok();
    assert_eq!(sandbox.run(&format!("pm diff {id} later")).ok(), sandbox.run("pm diff later").ok());
    assert_eq!(sandbox.run("pm diff database-removed later").ok(), sandbox.run("pm diff HEAD~2 later").ok());
    assert_eq!(sandbox.run("pm diff nosuch later").code, 2);
}

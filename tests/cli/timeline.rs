//! `pm timeline`: adding, listing, changing and taking out entries, alone and with others.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Output, Sandbox};

mod crowd;
mod edits;
mod incidents;
mod kinds;
mod times;

/// A repository with one record whose incident started at this time.
fn started(at: &str) -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.run(&format!("pm new -q 'Disk full' --started '{at}'")).ok();
    sandbox
}

/// The file of the record of [`started`].
fn file(sandbox: &Sandbox) -> String {
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok();
    sandbox.read(path.trim())
}

#[test]
fn an_event_alone_is_enough() {
    let sandbox = started("2026-03-02 08:30");
    assert_data_eq!(
        sandbox.run("pm timeline add 'Disk replaced'").to_string(),
        str![[r#"
added 2 of 2 (2:45ab): 2026-03-02 09:03 UTC, plain note: Disk replaced
--- talk
2026-03-02-disk-full (the only record)
✓ committed af5562bde9 on main

"#]]
    );
    assert_data_eq!(
        file(&sandbox),
        str![[r##"
#:schema ../postmortem.schema.json

format = 1

title = "Disk full"

status = "draft"

owner = "Ann Example <ann@example.com>"

created = 2026-03-02

[[timeline]]
at = 2026-03-02T08:30:00Z
kind = "started"
event = "Incident started"

[[timeline]]
at = 2026-03-02T09:03:00Z
event = "Disk replaced"
owner = "Ann Example"

"##]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B && git status --short && pm check").to_string(),
        str![[r#"
2026-03-02-disk-full: entry added at 2026-03-02 09:03: Disk replaced

Postmortem: 2026-03-02-disk-full

1 record, no findings

"#]]
    );
}

#[test]
fn every_field_has_its_flag_and_its_place() {
    let sandbox = started("2026-03-02 08:30");
    let line = "pm timeline add -q 'Restore runs' --at 08:50 --until +5m --approx --kind mitigated --owner 'Database Team' \
                --note 'second try' --private";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
added 2 of 2 (2:jrdj): ~2026-03-02 08:50 UTC until 2026-03-02 08:55 UTC, mitigated: Restore runs

"#]]
    );
    let file = file(&sandbox);
    assert_data_eq!(
        &file[file.rfind("[[timeline]]").expect("an entry")..],
        str![[r#"
[[timeline]]
at = 2026-03-02T08:50:00Z
until = 2026-03-02T08:55:00Z
approx = true
kind = "mitigated"
event = "Restore runs"
owner = "Database Team"
notes = "second try"
private = true

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline list").to_string(),
        str![[r#"
1:qefg  2026-03-02 08:30         started    Incident started
2:jrdj  ~2026-03-02 08:50–08:55  mitigated  Restore runs (Database Team)
--- talk
2026-03-02-disk-full (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline list -q --format json").to_string(),
        str![[r#"
{
  "schema": 1,
  "id": "2026-03-02-disk-full",
  "path": "postmortems/2026/2026-03-02-disk-full.toml",
  "timeline": [
    {
      "number": 1,
      "tag": "qefg",
      "at": "2026-03-02T08:30:00Z",
      "until": null,
      "approx": false,
      "kind": "started",
      "event": "Incident started",
      "owner": null,
      "notes": null,
      "private": false
    },
    {
      "number": 2,
      "tag": "jrdj",
      "at": "2026-03-02T08:50:00Z",
      "until": "2026-03-02T08:55:00Z",
      "approx": true,
      "kind": "mitigated",
      "event": "Restore runs",
      "owner": "Database Team",
      "notes": "second try",
      "private": true
    }
  ],
  "durations": [
    {
      "name": "detection",
      "label": "Detection time",
      "target_seconds": 300,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked detected"
    },
    {
      "name": "response",
      "label": "Response time (first action)",
      "target_seconds": 900,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked detected"
    },
    {
      "name": "resolution",
      "label": "Resolution time",
      "target_seconds": 3600,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked detected"
    },
    {
      "name": "communication",
      "label": "Communication time",
      "target_seconds": 1800,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked detected"
    },
    {
      "name": "total",
      "label": "Total duration",
      "target_seconds": null,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked resolved"
    },
    {
      "name": "response_to_resolution",
      "label": "Response to resolution",
      "target_seconds": null,
      "actual_seconds": null,
      "approximate": false,
      "met": null,
      "unknown": "no entry is marked investigating or attempted"
    }
  ]
}

"#]]
    );
}

#[test]
fn evidence_comes_through_a_pipe_without_its_colours() {
    let sandbox = started("2026-03-02 08:30");
    let add = "pm timeline add -q 'Disk is full' --owner '' --note -";
    assert_data_eq!(
        sandbox.run_with(add, "\x1b[1mFilesystem  Use%\x1b[0m\r\n/dev/sda1  \x1b[31m100%\x1b[0m\r\n").to_string(),
        str![[r#"
added 2 of 2 (2:vz41): 2026-03-02 09:03 UTC, plain note: Disk is full

"#]]
    );
    let file = file(&sandbox);
    assert_data_eq!(
        &file[file.rfind("[[timeline]]").expect("an entry")..],
        str![[r#"
[[timeline]]
at = 2026-03-02T09:03:00Z
event = "Disk is full"
notes = """
Filesystem  Use%
/dev/sda1  100%
"""

"#]]
    );
    assert_data_eq!(
        sandbox.run_with(add, &"x".repeat(70_000)).to_string(),
        str![[r#"
--- talk
error: the note is longer than 64 KiB, so nothing was changed
hint: keep the lines that show it, as in `… | tail -n 50 | pm timeline add … --note -`
hint: a whole log belongs in the folder named after the record, beside it
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("yes | pm timeline add -q 'No end' --note -").to_string(),
        str![[r#"
--- talk
error: the note is longer than 64 KiB, so nothing was changed
hint: keep the lines that show it, as in `… | tail -n 50 | pm timeline add … --note -`
hint: a whole log belongs in the folder named after the record, beside it
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("pm timeline list -q").ok().lines().count(), 2, "a refused note adds nothing");
}

#[test]
fn what_cannot_be_added_is_refused_and_nothing_is_written() {
    let sandbox = started("2026-03-02 08:30");
    for (line, said) in [
        (
            "pm timeline add -q ' '",
            str![[r#"
--- talk
error: the event is empty
hint: say what happened in one line, as in `pm timeline add "Alert fired"`
--- exit 2

"#]],
        ),
        (
            "pm timeline add -q",
            str![[r#"
--- talk
error: the following required arguments were not provided:
  <EVENT>

Usage: pm timeline add --quiet <EVENT>

For more information, try '--help'.
--- exit 2

"#]],
        ),
        (
            "pm timeline add -q x --kind detceted",
            str![[r#"
--- talk
error: `detceted` is not a milestone
hint: did you mean `detected`? Known are started, detected, alerted, notified, investigating, identified, attempted, mitigated, recovered, resolved, communicated
--- exit 2

"#]],
        ),
        (
            "pm timeline add -q x --at '2026-03-02 08:50' --until '2026-03-02 08:40'",
            str![[r#"
--- talk
error: the end, 2026-03-02 08:40 UTC, is before the beginning, 2026-03-02 08:50 UTC
hint: give both with their day, as in --at '2017-01-31 23:27' --until '2017-02-01 00:10'
--- exit 2

"#]],
        ),
        (
            "pm timeline add -q x -p nosuch",
            str![[r#"
--- talk
error: no record matches `nosuch`
hint: `pm list` shows every record
--- exit 2

"#]],
        ),
    ] {
        assert_data_eq!(sandbox.run(line).to_string(), said);
    }
    assert_data_eq!(sandbox.run("git status --short && git log --oneline | wc -l").ok(), "2\n");
}

#[test]
fn an_end_is_read_against_its_own_beginning() {
    let sandbox = started("2026-03-01 22:00");
    let add = |line: &str| sandbox.run(&format!("pm timeline add -q {line}")).to_string();
    assert_data_eq!(
        add("'Over midnight' --at 23:30 --until 00:30"),
        str![[r#"
added 2 of 2 (2:xm0f): 2026-03-01 23:30 UTC until 2026-03-02 00:30 UTC, plain note: Over midnight

"#]]
    );
    assert_data_eq!(
        add("'Back-filled' --at 22:10 --until 22:40"),
        str![[r#"
added 2 of 3 (2:zqx8): 2026-03-01 22:10 UTC until 2026-03-01 22:40 UTC, plain note: Back-filled

"#]]
    );
}

#[test]
fn an_empty_timeline_says_how_to_begin_and_the_first_entry_makes_it() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new -q 'Disk full'").ok();
    assert_data_eq!(
        sandbox.run("pm timeline list").to_string(),
        str![[r#"
--- talk
2026-03-02-disk-full (the only record)
The timeline is empty. `pm timeline add "what happened"` writes the first entry.

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline add -q 'Alert fired' --at +5m").to_string(),
        str![[r#"
--- talk
error: `+5m` counts from the last entry, and there is none yet
hint: write the time itself, as in 2017-01-31 23:27, or count from now, as in 10m ago
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline add -q 'Alert fired' --kind alerted").to_string(),
        str![[r#"
added 1 of 1 (1:nr96): 2026-03-02 09:05 UTC, alerted: Alert fired

"#]]
    );
    assert_data_eq!(
        file(&sandbox),
        str![[r##"
#:schema ../postmortem.schema.json

format = 1

title = "Disk full"

status = "draft"

owner = "Ann Example <ann@example.com>"

created = 2026-03-02

[[timeline]]
at = 2026-03-02T09:05:00Z
kind = "alerted"
event = "Alert fired"
owner = "Ann Example"

"##]]
    );
}

#[test]
fn text_from_a_record_cannot_drive_the_terminal() {
    let sandbox = started("2026-03-02 08:30");
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok().trim().to_owned();
    let text = file(&sandbox).replace("Incident started", "\\u001b[2JHa\\u202eha");
    sandbox.write(&path, text);
    for width in ["", "COLUMNS=80"] {
        let shown = sandbox.run(&format!("{width} pm timeline list -q --color always")).ok();
        assert!(shown.contains("\\u{1b}[2JHa\\u{202e}ha"), "{shown}");
    }
}

#[test]
fn a_record_that_cannot_be_read_is_left_alone_with_its_findings() {
    let sandbox = started("2026-03-02 08:30");
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok().trim().to_owned();
    sandbox.write(&path, file(&sandbox) + "[[timeline]]\nat = half past ten\n");
    assert_data_eq!(
        sandbox.run("pm timeline add -q 'Alert fired' --kind alerted").to_string(),
        str![[r#"
--- talk
error[syntax]: string values must be quoted, expected literal string
  --> postmortems/2026/2026-03-02-disk-full.toml:18:6
   |
18 | at = half past ten
   |      ^^^^^^^^^^^^^
   |
   = help: put the text in double quotes: `key = "text"`

error[wrong-type]: `timeline[2].at` is text, not a time with its offset
  --> postmortems/2026/2026-03-02-disk-full.toml:18:6
   |
18 | at = half past ten
   |      ^^^^^^^^^^^^^
   |
   = help: write it as in `2017-01-31T23:27:00Z`

2 errors
error: postmortems/2026/2026-03-02-disk-full.toml cannot be read as a record, so nothing was changed
hint: `pm edit postmortems/2026/2026-03-02-disk-full.toml` opens it
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline list -q").to_string(),
        str![[r#"
--- talk
warning[incomplete-row]: a row of `timeline` has no `event`
  --> postmortems/2026/2026-03-02-disk-full.toml:17:1
   |
17 | [[timeline]]
   | ^^^^^^^^^^^^
   |
   = help: write it: `pm set timeline[2].event=…`

error[syntax]: string values must be quoted, expected literal string
  --> postmortems/2026/2026-03-02-disk-full.toml:18:6
   |
18 | at = half past ten
   |      ^^^^^^^^^^^^^
   |
   = help: put the text in double quotes: `key = "text"`

error[wrong-type]: `timeline[2].at` is text, not a time with its offset
  --> postmortems/2026/2026-03-02-disk-full.toml:18:6
   |
18 | at = half past ten
   |      ^^^^^^^^^^^^^
   |
   = help: write it as in `2017-01-31T23:27:00Z`

2 errors, 1 warning
error: postmortems/2026/2026-03-02-disk-full.toml cannot be read as a record
hint: `pm edit 2026-03-02-disk-full` opens it
--- exit 2

"#]]
    );
}

#[test]
fn the_past_can_be_listed() {
    let sandbox = started("2026-03-02 08:30");
    sandbox.run("pm timeline add -q 'Alert fired' --kind alerted && pm timeline add -q 'Disk replaced'").ok();
    assert_eq!(sandbox.run("pm timeline list -q --rev HEAD~1").ok().lines().count(), 2);
    assert_eq!(sandbox.run("pm timeline list -q").ok().lines().count(), 3);
}

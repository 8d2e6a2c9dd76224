//! Which action is meant: by id, by record and id, by a part of its text; and what is said where none or several are.

use super::*;

/// The example, and a newer record with two actions of which one has an id that is hard to read aloud.
fn two_records() -> Sandbox {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new -q 'Disk full'").ok();
    let path = "postmortems/2026/2026-03-02-disk-full.toml";
    let rows = "\n[[actions]]\nid = \"a01x\"\naction = \"Rehearse “Grow the disk”\"\nstatus = \"open\"\n\
                \n[[actions]]\nid = \"desk\"\naction = \"Alert when the disk is full\"\nstatus = \"open\"\n";
    sandbox.write(path, sandbox.read(path) + rows);
    sandbox.run("git commit -qam actions").ok();
    sandbox
}

#[test]
fn an_id_names_an_action_of_any_record() {
    let sandbox = two_records();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action start -q A01X",
                "pm action start -q aolx",
                "pm action start -q disk/aOIx",
                "pm action start -q 2026-03-02-disk-full/a01x",
                "pm action start -q a01x -p disk",
                "pm action start -q a01x -p database",
                "pm action start -q disk/a01x -p disk",
                "pm action start -q a01y",
                "pm action start -q a0x1",
                "pm action start -q ''",
            ]
        ),
        str![[r#"
$ pm action start -q A01X
a01x is in progress (2026-03-02-disk-full): “Rehearse “Grow the disk””
$ pm action start -q aolx
$ pm action start -q disk/aOIx
$ pm action start -q 2026-03-02-disk-full/a01x
$ pm action start -q a01x -p disk
$ pm action start -q a01x -p database
--- talk
error: a01x is an action of 2026-03-02-disk-full
  2026-03-02-disk-full/a01x: Rehearse “Grow the disk” (in progress)
hint: leave the record out, or name that one
--- exit 2
$ pm action start -q disk/a01x -p disk
--- talk
error: the record is named twice: `disk` and by --postmortem
hint: name it once
--- exit 2
$ pm action start -q a01y
--- talk
error: no action matches `a01y`
  2026-03-02-disk-full/a01x: Rehearse “Grow the disk” (in progress)
hint: did you mean this one?
--- exit 2
$ pm action start -q a0x1
--- talk
error: no action matches `a0x1`
  2026-03-02-disk-full/a01x: Rehearse “Grow the disk” (in progress)
hint: did you mean this one?
--- exit 2
$ pm action start -q ''
--- talk
error: which action? nothing is named
hint: name one by its id, as in `k7fq`
--- exit 2

"#]]
    );
}

#[test]
fn a_part_of_the_text_names_the_only_action_that_has_it() {
    let sandbox = two_records();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action start 'GROW the disk'",
                "pm action start -q disk",
                "pm action start -q 'alert when'",
                "pm action start -q 'alert when the disk is full'",
                "pm action start -q 'alert when' -p disk",
                "pm action start -q 'growing disks'",
                "pm action start -q 'solar flare'",
                "pm action start -q alrt",
            ]
        ),
        str![[r#"
$ pm action start 'GROW the disk'
a01x is in progress (2026-03-02-disk-full): “Rehearse “Grow the disk””
--- talk
`GROW the disk` is 2026-03-02-disk-full/a01x: Rehearse “Grow the disk”
✓ committed 8f16dbdbdd on main
$ pm action start -q disk
--- talk
error: `disk` is in the text of 2 actions
  2026-03-02-disk-full/a01x: Rehearse “Grow the disk” (in progress)
  2026-03-02-disk-full/desk: Alert when the disk is full
hint: name one by its id, or give more of its text
--- exit 2
$ pm action start -q 'alert when'
--- talk
error: `alert when` is in the text of 2 actions
  2017-01-31-database-removed/k7fq: Alert when a backup is missing or empty
  2026-03-02-disk-full/desk: Alert when the disk is full
hint: name one by its id, or give more of its text
--- exit 2
$ pm action start -q 'alert when the disk is full'
desk is in progress (2026-03-02-disk-full): “Alert when the disk is full”
$ pm action start -q 'alert when' -p disk
$ pm action start -q 'growing disks'
--- talk
error: no action matches `growing disks`
  2026-03-02-disk-full/a01x: Rehearse “Grow the disk” (in progress)
hint: did you mean this one?
--- exit 2
$ pm action start -q 'solar flare'
--- talk
error: no action matches `solar flare`
hint: `pm action list --all` shows the actions of every record with their ids
--- exit 2
$ pm action start -q alrt
--- talk
error: no action matches `alrt`
hint: `pm action list --all` shows the actions of every record with their ids
--- exit 2

"#]]
    );
}

#[test]
fn one_id_in_two_records_is_told_apart_by_the_record_and_in_one_it_is_put_right() {
    let sandbox = two_records();
    let path = "postmortems/2026/2026-03-02-disk-full.toml";
    sandbox.write(path, sandbox.read(path).replace("a01x", "k7fq"));
    sandbox.run("git commit -qam twins").ok();
    let mut all = told(&sandbox, &["pm action start -q k7fq", "pm action start -q disk/k7fq"]);
    sandbox.write(path, sandbox.read(path).replace("desk", "k7fq"));
    all += &told(&sandbox, &["pm action start -q k7fq -p disk", "pm action start -q 'alert when the disk'"]);
    sandbox.write(path, sandbox.read(path).replace("id = \"k7fq\"\n", ""));
    all += &told(&sandbox, &["pm action start -q 'alert when the disk'"]);
    assert_data_eq!(
        all,
        str![[r#"
$ pm action start -q k7fq
--- talk
error: 2 actions have the id k7fq
  2017-01-31-database-removed/k7fq: Alert when a backup is missing or empty
  2026-03-02-disk-full/k7fq: Rehearse “Grow the disk”
hint: name the record, too, as in `2017-01-31-database-removed/k7fq`
--- exit 2
$ pm action start -q disk/k7fq
k7fq is in progress (2026-03-02-disk-full): “Rehearse “Grow the disk””
$ pm action start -q k7fq -p disk
--- talk
error: 2 actions of 2026-03-02-disk-full have the id k7fq
  2026-03-02-disk-full/k7fq: Rehearse “Grow the disk” (in progress)
  2026-03-02-disk-full/k7fq: Alert when the disk is full
hint: `pm edit 2026-03-02-disk-full` opens it: give all but the first an id of their own
--- exit 2
$ pm action start -q 'alert when the disk'
k7fq is in progress (2026-03-02-disk-full): “Alert when the disk is full”
$ pm action start -q 'alert when the disk'
--- talk
error: the action “Alert when the disk is full” of 2026-03-02-disk-full has no id yet
hint: `pm edit 2026-03-02-disk-full` opens the record: write one into it, such as `id = "[..]"`
--- exit 2

"#]]
    );
}

#[test]
fn a_record_that_cannot_be_read_is_in_nobodys_way_but_its_own() {
    let sandbox = two_records();
    let path = "postmortems/2026/2026-03-02-disk-full.toml";
    sandbox.write(path, sandbox.read(path) + "due = soon\n");
    sandbox.write("postmortems/2026/latin.toml", b"title = \"caf\xe9\" # k7fq\n");
    assert_data_eq!(
        told(&sandbox, &["pm action start -q k7fq", "pm action start a01x"]),
        str![[r#"
$ pm action start -q k7fq
k7fq is in progress (2017-01-31-database-removed): “Alert when a backup is missing or empty”
$ pm action start a01x
--- talk
error: no action matches `a01x`
  postmortems/2026/2026-03-02-disk-full.toml has it somewhere, and cannot be read as a record
hint: `pm check postmortems/2026/2026-03-02-disk-full.toml` says what is wrong with it
--- exit 2

"#]]
    );
}

#[test]
fn text_from_a_record_cannot_drive_the_terminal() {
    let sandbox = two_records();
    let path = "postmortems/2026/2026-03-02-disk-full.toml";
    let text = sandbox.read(path).replace("Alert when", "Alert \\u001b[2J\\u202e when");
    sandbox.write(path, text);
    for line in
        ["pm action start desk", "pm action start alert", "pm action done desk", "pm action drop desk --reason x"]
    {
        let output = sandbox.run(line).to_string();
        assert!(!output.contains('\u{1b}') && !output.contains('\u{202e}'), "{output}");
    }
    let log = sandbox.run("git log -3 --format=%B").ok();
    assert!(!log.contains('\u{1b}') && !log.contains('\u{202e}'), "{log}");
}

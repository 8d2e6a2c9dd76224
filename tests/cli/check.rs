use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn wrong() -> Sandbox {
    let sandbox = Sandbox::with_example();
    sandbox.write(
        "postmortems/2026/2026-01-01-wrong.toml",
        "format = 1\ntitle = \"Wrong\"\nstatus = \"draft\"\nservices = \"api\"\nowners = \"Ann\"\n[[timeline]]\nat = 2026-01-01\nevent = \"x\"\n",
    );
    sandbox
}

#[test]
fn every_finding_of_every_record_is_printed_with_its_place() {
    let sandbox = wrong();
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
  --> postmortems/2017/2017-01-31-database-removed.toml:12:10
   |
12 | status = "draft"            # draft, in-review, approved, complete;…
   |          ^^^^^^^
   |
   = help: `pm status submit 2017-01-31-database-removed`

error[wrong-type]: `services` is text, not a list of names
 --> postmortems/2026/2026-01-01-wrong.toml:4:12
  |
4 | services = "api"
  |            ^^^^^
  |
  = help: write `["api"]`

warning[unknown-key]: `owners` is not a key of the format; it is kept
 --> postmortems/2026/2026-01-01-wrong.toml:5:1
  |
5 | owners = "Ann"
  | ^^^^^^
  |
  = help: did you mean `owner`? Keys of your own belong under `[custom]`

warning[clock-missing]: `timeline[1].at` says the day but not the time
 --> postmortems/2026/2026-01-01-wrong.toml:7:6
  |
7 | at = 2026-01-01
  |      ^^^^^^^^^^
  |
  = help: write it as 2017-01-31T23:27:00Z when the time is known

1 error, 2 warnings, 1 note
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --format json").to_string(),
        str![[r#"
{
  "schema": 1,
  "errors": 1,
  "warnings": 2,
  "notes": 1,
  "findings": [
    {
      "file": "postmortems/2017/2017-01-31-database-removed.toml",
      "line": 12,
      "column": 10,
      "end_line": 12,
      "end_column": 17,
      "rule": "deadline-passed",
      "level": "note",
      "message": "it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved",
      "help": "`pm status submit 2017-01-31-database-removed`"
    },
    {
      "file": "postmortems/2026/2026-01-01-wrong.toml",
      "line": 4,
      "column": 12,
      "end_line": 4,
      "end_column": 17,
      "rule": "wrong-type",
      "level": "error",
      "message": "`services` is text, not a list of names",
      "help": "write `[/"api/"]`"
    },
    {
      "file": "postmortems/2026/2026-01-01-wrong.toml",
      "line": 5,
      "column": 1,
      "end_line": 5,
      "end_column": 7,
      "rule": "unknown-key",
      "level": "warning",
      "message": "`owners` is not a key of the format; it is kept",
      "help": "did you mean `owner`? Keys of your own belong under `[custom]`"
    },
    {
      "file": "postmortems/2026/2026-01-01-wrong.toml",
      "line": 7,
      "column": 6,
      "end_line": 7,
      "end_column": 16,
      "rule": "clock-missing",
      "level": "warning",
      "message": "`timeline[1].at` says the day but not the time",
      "help": "write it as 2017-01-31T23:27:00Z when the time is known"
    }
  ]
}
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --format github").to_string(),
        str![[r#"
::error file=postmortems/2026/2026-01-01-wrong.toml,line=4,endLine=4,col=12,title=wrong-type::`services` is text, not a list of names%0Ahelp: write `["api"]`
::warning file=postmortems/2026/2026-01-01-wrong.toml,line=5,endLine=5,col=1,title=unknown-key::`owners` is not a key of the format; it is kept%0Ahelp: did you mean `owner`? Keys of your own belong under `[custom]`
::warning file=postmortems/2026/2026-01-01-wrong.toml,line=7,endLine=7,col=6,title=clock-missing::`timeline[1].at` says the day but not the time%0Ahelp: write it as 2017-01-31T23:27:00Z when the time is known
::notice file=postmortems/2017/2017-01-31-database-removed.toml,line=12,endLine=12,col=10,title=deadline-passed::it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved%0Ahelp: `pm status submit 2017-01-31-database-removed`
1 error, 2 warnings, 1 note
--- exit 1

"#]]
    );
}

#[test]
fn the_exit_code_says_whether_it_is_well() {
    let sandbox = wrong();
    assert_eq!(sandbox.run("pm check").code, 1);
    assert_data_eq!(
        sandbox.run("pm check database-removed").to_string(),
        str![[r#"
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
  --> postmortems/2017/2017-01-31-database-removed.toml:12:10
   |
12 | status = "draft"            # draft, in-review, approved, complete;…
   |          ^^^^^^^
   |
   = help: `pm status submit 2017-01-31-database-removed`

1 note

"#]]
    );
    assert_eq!(sandbox.run("pm check postmortems/2017").code, 0);
    assert_eq!(sandbox.run("pm -C postmortems check 2026").code, 1);
    sandbox.run("sed -i 's/^services.*//' postmortems/2026/*.toml").ok();
    assert_eq!(sandbox.run("pm check").code, 0, "warnings alone pass");
    assert_eq!(sandbox.run("pm check --strict").code, 1);
    assert_eq!(sandbox.run("pm check --rev HEAD --strict").code, 0);
    assert_data_eq!(
        sandbox.run("pm check nosuch").to_string(),
        str![[r#"
--- talk
error: no record matches `nosuch`
hint: `pm list` shows every record
--- exit 2

"#]]
    );
}

#[test]
fn hostile_text_is_shown_harmlessly() {
    let sandbox = Sandbox::ready();
    let text =
        "format = 1\ntitle = \"\\u001B[31mred\\u202E\"\nstatus = \"::error::x\"\n\"\\u001B]0;title\\u0007\" = 1\n";
    sandbox.write("postmortems/2026/2026-01-01-x.toml", text);
    for format in ["text", "json", "github"] {
        let output = sandbox.run(&format!("pm check --format {format}"));
        assert!(!output.stdout.contains('\u{1b}') && !output.stdout.contains('\u{202e}'), "{output}");
    }
    for line in
        ["pm show", "pm list", "pm show --format json", "pm list --format csv", "pm render", "pm set severity=P1"]
    {
        let output = sandbox.run(line);
        assert!(!output.to_string().contains('\u{1b}'), "{line}: {output}");
    }
}

#[test]
fn mistakes_in_the_settings_fail_the_check_and_a_zone_that_is_none_is_not_utc() {
    let sandbox = Sandbox::with_example();
    sandbox.write("pm.toml", "timezone = \"Mars/Base\"\n");
    let checked = sandbox.run("pm check");
    assert!(checked.code == 1 && checked.stdout.contains("`Mars/Base` is not a time zone"), "{checked}");
    assert_eq!(sandbox.run("pm doctor").code, 1);
    let refused = sandbox.run("pm timeline add x --at '2017-02-28 22:00'");
    assert!(refused.code == 2 && refused.stderr.contains("`timezone` in pm.toml is not a time zone"), "{refused}");
    assert_eq!(sandbox.run("pm timeline add x --at '2017-02-28 22:00' --tz UTC").code, 0);
    sandbox.write("pm.toml", "[rules]\nclock-missing = \"off\"\nunknown-key = \"error\"\n");
    sandbox.run("sed -i 's/^format = 1/format = 1\\nmood = 1/' postmortems/2017/2017-01-31-database-removed.toml").ok();
    assert_eq!(sandbox.run("pm check").code, 1, "the settings say how much a rule matters");
    assert_data_eq!(
        sandbox.run("pm check --explain unknown-key").to_string(),
        str![[r#"
unknown-key (error)

The key is not one of the format.

It is kept, shown and signed; most often it is a slip of a known key, which the
help names.

Found:

    owners = "Ann"

Not found:

    owner = "Ann"

Source: the format of records, `docs/reference/record.md`.

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --explain unknown-kye").to_string(),
        str![[r#"
--- talk
error: there is no rule `unknown-kye`
hint: did you mean `unknown-key`?
--- exit 2

"#]]
    );
}

#[test]
fn a_row_without_its_point_a_strange_id_and_a_figure_outside_are_named() {
    let sandbox = Sandbox::with_example();
    sandbox.run("printf '\n[[actions]]\nid = \"Nine9\"\nowner = \"@x\"\n\n[[figures]]\nfile = \"../../../etc/passwd\"\n' >> postmortems/2017/2017-01-31-database-removed.toml").ok();
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
  --> postmortems/2017/2017-01-31-database-removed.toml:12:10
   |
12 | status = "draft"            # draft, in-review, approved, complete;…
   |          ^^^^^^^
   |
   = help: `pm status submit 2017-01-31-database-removed`

warning[incomplete-row]: a row of `actions` has no `action`
   --> postmortems/2017/2017-01-31-database-removed.toml:365:1
    |
365 | [[actions]]
    | ^^^^^^^^^^^
    |
    = help: write it: `pm set actions[4].action=…`

note[action-due]: action actions[4] has no due date
   --> postmortems/2017/2017-01-31-database-removed.toml:365:1
    |
365 | [[actions]]
    | ^^^^^^^^^^^
    |
    = help: `pm set actions[4].due=+14d`

error[action-id]: `Nine9` is not an action id
   --> postmortems/2017/2017-01-31-database-removed.toml:366:6
    |
366 | id = "Nine9"
    |      ^^^^^^^
    |
    = help: write one that no other action has into the file (`pm edit`): four characters such as `k7fq`

error[figure-path]: `../../../etc/passwd` leads out of the record's folder
   --> postmortems/2017/2017-01-31-database-removed.toml:370:8
    |
370 | file = "../../../etc/passwd"
    |        ^^^^^^^^^^^^^^^^^^^^^
    |
    = help: put the file into the folder named after the record and write its name alone

2 errors, 1 warning, 2 notes
--- exit 1

"#]]
    );
}

#[test]
fn a_rule_that_is_off_is_off_everywhere_and_one_that_is_none_is_named() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'API down' --started '2026-03-01 10:00'").ok();
    sandbox.write("pm.toml", "[rules]\nnegative-span = \"off\"\n");
    let add = "pm timeline add 'Over' --at '2026-03-01 09:50' --kind resolved";
    assert_data_eq!(
        sandbox.run(add).to_string(),
        str![[r#"
added 1 of 2 (1:aj9z): 2026-03-01 09:50 UTC, resolved: Over
--- talk
2026-03-01-api-down (the only record)
✓ committed 96f8d1eaf5 on main

"#]]
    );
    assert_eq!(sandbox.run("pm check").code, 0);
    sandbox.write("pm.toml", "[rules]\ntimeline-oder = \"off\"\nsyntax = \"off\"\n");
    assert_data_eq!(
        sandbox.run("pm timeline list").to_string(),
        str![[r#"
1:aj9z  2026-03-01 09:50  resolved  Over (Ann Example)
2:seb4  2026-03-01 10:00  started   Incident started
--- talk
warning: pm.toml has 2 mistakes, the first at line 2: there is no rule `timeline-oder`
`pm check` shows all of them
2026-03-01-api-down (the only record)
error[negative-span]: resolved at 2026-03-01 09:50 is before started at 2026-03-01 10:00 (10 min)
  --> postmortems/2026/2026-03-01-api-down.toml:14:6
   |
14 | at = 2026-03-01T09:50:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct a time, or mark another entry as the milestone (`pm timeline edit N --kind …`)

1 error

"#]]
    );
}

#[test]
fn actions_that_were_closed_by_hand_or_share_an_id_are_found() {
    let sandbox = Sandbox::with_example();
    let head = "format = 1\n\ntitle = \"Twins\"\n\nstatus = \"draft\"\n\n";
    let actions = "[[actions]]\nid = \"k7fq\"\naction = \"Again\"\nstatus = \"done\"\n\n[[actions]]\nid = \"w1nd\"\naction = \"Open\"\nclosed = 2026-03-01\n";
    sandbox.write("postmortems/2026/2026-03-01-twins.toml", format!("{head}{actions}"));
    assert_data_eq!(
        sandbox.run("pm check 2026-03-01-twins").to_string(),
        str![[r#"
error[action-id]: an action of postmortems/2017/2017-01-31-database-removed.toml has the id `k7fq`, too
 --> postmortems/2026/2026-03-01-twins.toml:8:6
  |
8 | id = "k7fq"
  |      ^^^^^^
  |
  = help: give the one that fewer people know yet another id (`pm edit`)

warning[action-date]: action k7fq is done, and nothing says when
  --> postmortems/2026/2026-03-01-twins.toml:10:10
   |
10 | status = "done"
   |          ^^^^^^
   |
   = help: add `closed` with the day, such as `closed = 2026-11-24`

warning[action-evidence]: action k7fq is done without evidence
  --> postmortems/2026/2026-03-01-twins.toml:10:10
   |
10 | status = "done"
   |          ^^^^^^
   |
   = help: `pm action done k7fq --evidence "…"`

note[action-owner]: action w1nd has no owner
  --> postmortems/2026/2026-03-01-twins.toml:12:1
   |
12 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit w1nd --owner "…"`

note[action-due]: action w1nd has no due date
  --> postmortems/2026/2026-03-01-twins.toml:12:1
   |
12 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit w1nd --due +14d`

warning[action-date]: action w1nd is open, and has a day it was closed on
  --> postmortems/2026/2026-03-01-twins.toml:15:10
   |
15 | closed = 2026-03-01
   |          ^^^^^^^^^^
   |
   = help: remove `closed`, or close it with `pm action done` or `pm action drop`

1 error, 3 warnings, 2 notes
--- exit 1

"#]]
    );
    sandbox.write("pm.toml", "[rules]\naction-id = \"off\"\naction-date = \"off\"\n");
    assert_data_eq!(
        sandbox.run("pm check 2026-03-01-twins").to_string(),
        str![[r#"
warning[action-evidence]: action k7fq is done without evidence
  --> postmortems/2026/2026-03-01-twins.toml:10:10
   |
10 | status = "done"
   |          ^^^^^^
   |
   = help: `pm action done k7fq --evidence "…"`

note[action-owner]: action w1nd has no owner
  --> postmortems/2026/2026-03-01-twins.toml:12:1
   |
12 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit w1nd --owner "…"`

note[action-due]: action w1nd has no due date
  --> postmortems/2026/2026-03-01-twins.toml:12:1
   |
12 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit w1nd --due +14d`

1 warning, 2 notes

"#]]
    );
}

//! `pm action`: adding, beginning, closing, reopening and changing action items, alone and with others.

use std::fmt::Write as _;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::team::{Signing, Team};

mod closing;
mod history;
mod naming;
mod slips;
mod sync;

/// What lines print, each below itself.
fn told(sandbox: &Sandbox, lines: &[&str]) -> String {
    lines.iter().fold(String::new(), |mut told, line| {
        let _ = write!(told, "$ {line}\n{}", sandbox.run(line));
        told
    })
}

/// A repository with one record that says how bad it was.
fn with_record() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new -q 'Disk full' --severity P2").ok();
    sandbox
}

/// The last action of the only record, as it is written, with its id as `[ID]`.
fn last_row(sandbox: &Sandbox) -> String {
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok();
    let text = sandbox.read(path.trim());
    let row = &text[text.rfind("[[actions]]").expect("an action")..];
    let id = row.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).expect("an id");
    row.replace(id, "[ID]")
}

#[test]
fn what_is_to_be_done_is_enough_and_the_rest_is_said_to_be_missing() {
    let sandbox = with_record();
    assert_data_eq!(
        sandbox.run("pm action add 'Alert when the disk is 80 % full'").to_string(),
        str![[r#"
[..] is added (2026-03-02-disk-full): “Alert when the disk is 80 % full”
--- talk
2026-03-02-disk-full (the only record)
✓ committed [..] on main
hint: an approval asks for an owner and a priority; now: pm action edit [..] --owner "…" --priority P2

"#]]
    );
    assert_data_eq!(
        last_row(&sandbox),
        str![[r#"
[[actions]]
id = "[ID]"
action = "Alert when the disk is 80 % full"
status = "open"

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B && git status --short && pm check").ok(),
        str![[r#"
2026-03-02-disk-full: action added [..]: Alert when the disk is 80 % full

Postmortem: 2026-03-02-disk-full

note[action-owner]: action [..] has no owner
  --> postmortems/2026/2026-03-02-disk-full.toml:15:1
   |
15 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit [..] --owner "…"`

note[action-due]: action [..] has no due date
  --> postmortems/2026/2026-03-02-disk-full.toml:15:1
   |
15 | [[actions]]
   | ^^^^^^^^^^^
   |
   = help: `pm action edit [..] --due +14d`

2 notes

"#]]
    );
}

#[test]
fn every_field_has_its_flag_and_its_place() {
    let sandbox = with_record();
    let line = "pm action add 'Rotate logs' --owner 'Ann <ann@example.com>' --priority p1 --type prevention --due friday \
                --link https://example.com/42 --private -m 'From the review.' -p disk";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
[..] is added (2026-03-02-disk-full): “Rotate logs”, P1, due 2026-03-06, owner Ann <ann@example.com>, prevent
--- talk
2026-03-02-disk-full (`disk`)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        last_row(&sandbox),
        str![[r#"
[[actions]]
id = "[ID]"
action = "Rotate logs"
type = "prevent"
owner = "Ann <ann@example.com>"
priority = "P1"
due = 2026-03-06
status = "open"
link = "https://example.com/42"
private = true

"#]]
    );
    assert!(sandbox.run("git log -1 --format=%B").ok().contains("From the review."));
    sandbox.run_with("pm action add - -q --no-commit", "  Watch\n the \u{1b}[1mdisk\u{1b}[0m\r\n").ok();
    assert!(last_row(&sandbox).contains("action = \"Watch the disk\""));
    assert!(sandbox.run("git status --short").ok().starts_with(" M "));
}

#[test]
fn the_due_date_follows_from_the_priority_as_the_settings_have_it() {
    let sandbox = with_record();
    let settings = sandbox.read("pm.toml")
        + "\n[deadlines]\ncalendar = \"business-days\"\nactions = { P1 = { P1 = \"1d\", P2 = \"3d\" }, P2 = \"2w\" }\n";
    let mut all = String::new();
    for text in ["", settings.as_str()] {
        if !text.is_empty() {
            sandbox.write("pm.toml", text);
        }
        for flags in
            ["--priority P1", "--priority P2", "--priority P3", "--priority P1 --due ''", "--due 2026-04-01", ""]
        {
            all += &sandbox.run(&format!("pm action add -q 'Watch the disk' --owner Ann {flags}")).ok();
        }
    }
    sandbox.run("pm set -q severity=").ok();
    all += &sandbox.run("pm action add -q 'Watch the disk' --owner Ann --priority P1").ok();
    assert_data_eq!(
        all,
        str![[r#"
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-03-09 (P1: 7 days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-03-16 (P2: 14 days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-04-01 (P3: 30 days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, P1, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-04-01, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-03-05 (P1: 3 business days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-03-20 (P2: 14 business days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-04-13 (P3: 30 business days), owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, P1, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-04-01, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, owner Ann
[..] is added (2026-03-02-disk-full): “Watch the disk”, due 2026-03-03 (P1: 1 business day), owner Ann

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm config -q | grep deadlines.actions").ok(),
        str![[r#"
deadlines.actions.P1.P1 = "1d"                        # pm.toml:32
deadlines.actions.P1.P2 = "3d"                        # pm.toml:32
deadlines.actions.P2 = "2w"                           # pm.toml:32
deadlines.actions.P1.default = "7d"                   # default
deadlines.actions.P3 = "30d"                          # default

"#]]
    );
}

#[test]
fn what_cannot_be_added_is_refused_and_nothing_is_written() {
    let sandbox = with_record();
    let lines = [
        "pm action add -q",
        "pm action add -q ' '",
        "pm action add -q '…'",
        "pm action add -q x --priority P7",
        "pm action add -q x --type preven",
        "pm action add -q x --due 2026-02-30",
        "pm action add -q x --link example.com",
        "pm action add -q x --owner TODO",
        "pm action add -q x -p nosuch",
    ];
    assert_data_eq!(
        told(&sandbox, &lines),
        str![[r#"
$ pm action add -q
--- talk
error: the action is missing
hint: say what is to be done in one line, as in `pm action add "Alert when a backup is missing"`
--- exit 2
$ pm action add -q ' '
--- talk
error: the action is empty
hint: say what is to be done in one line, as in `pm action add "Alert when a backup is missing"`
--- exit 2
$ pm action add -q '…'
--- talk
error: `…` stands for what is still to be written
hint: say what is to be done in one line, as in `pm action add "Alert when a backup is missing"`
--- exit 2
$ pm action add -q x --priority P7
--- talk
error: --priority: `P7` is not a known priority
hint: known are P1, P2, P3; leave --priority out as long as it is not known
--- exit 2
$ pm action add -q x --type preven
--- talk
error: --type: `preven` is not a known action type
hint: did you mean `prevent`? Known are prevent, mitigate, detect, process, communicate, train
--- exit 2
$ pm action add -q x --due 2026-02-30
--- talk
error: `2026-02-30` names a day that does not exist: February has 28 days
hint: write a day that exists, as in 2017-01-31
--- exit 2
$ pm action add -q x --link example.com
--- talk
error: --link: `example.com` is not an address
hint: as in https://example.com/issues/42
--- exit 2
$ pm action add -q x --owner TODO
--- talk
error: `TODO` stands for what is still to be written
hint: leave it out as long as it is not known
--- exit 2
$ pm action add -q x -p nosuch
--- talk
error: no record matches `nosuch`
hint: `pm list` shows every record
--- exit 2

"#]]
    );
    let long = "yes | head -c 5000 | pm action add -q -";
    assert_data_eq!(
        sandbox.run(long).to_string(),
        str![[r#"
--- talk
error: the action is longer than 4096 bytes, so nothing was changed
hint: say what is to be done in one line, as in `pm action add "Alert when a backup is missing"`
--- exit 2

"#]]
    );
    assert_data_eq!(sandbox.run("git status --short && git log --oneline | wc -l").ok(), "2\n");
}

#[test]
fn what_may_be_a_slip_is_done_and_said() {
    let sandbox = with_record();
    sandbox.run("pm action add -q 'Rotate logs' --owner Ann --priority P2").ok();
    assert_data_eq!(
        sandbox.run("pm action add 'Rotate logs' --owner Ann --priority P2 --due 2026-02-01").to_string(),
        str![[r#"
[..] is added (2026-03-02-disk-full): “Rotate logs”, P2, due 2026-02-01, owner Ann
--- talk
2026-03-02-disk-full (the only record)
warning: the due date 2026-02-01 is in the past
✓ committed [..] on main
warning: there is an open action of the same words: [..]

"#]]
    );
}

#[test]
fn twenty_actions_added_at_once_are_all_there_with_twenty_ids() {
    let sandbox = with_record();
    let adds: Vec<_> = (0..20)
        .map(|number| {
            let line = format!("pm action add 'Promise {number}' --owner Ann --priority P2");
            sandbox.command(&line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell")
        })
        .collect();
    let mut ids = Vec::new();
    for add in adds {
        let output = add.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        ids.extend(String::from_utf8_lossy(&output.stdout).split(' ').next().map(str::to_owned));
    }
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok();
    let text = sandbox.read(path.trim());
    let mut written: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect();
    ids.sort();
    written.sort_unstable();
    assert_eq!(ids, written, "each was told its own");
    written.dedup();
    assert_eq!(written.len(), 20, "all of them, distinct");
    for number in 0..20 {
        assert!(text.contains(&format!("action = \"Promise {number}\"\n")), "{text}");
    }
    assert_data_eq!(sandbox.run("git log --oneline | wc -l; git status --short; git fsck --strict 2>&1").ok(), "22\n");
    assert_data_eq!(sandbox.run("pm check").ok(), "1 record, no findings\n");
}

#[test]
fn the_shell_completes_ids_with_what_is_to_be_done() {
    let sandbox = Sandbox::with_example();
    let complete = |words: &str, index: usize| {
        let line = format!(
            "COMPLETE=fish _CLAP_COMPLETE_INDEX={index} _CLAP_IFS='\n' _CLAP_COMPLETE_COMP_TYPE=9 pm -- {words}"
        );
        sandbox.run(&line).ok()
    };
    assert_eq!(complete("pm action done k", 3), "k7fq\tAlert when a backup is missing or empty\n");
    let closed = complete("pm action reopen ''", 3);
    assert!(closed.contains("m3xt\tRestore") && closed.contains("b9hd\tMake") && !closed.contains("k7fq"), "{closed}");
    assert!(complete("pm action add x --priority ''", 5).contains("P1\tCritical"));
    assert!(complete("pm action edit k7fq --type d", 5).contains("detect\t"));
}

//! From open to done or dropped, and back.

use super::*;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

#[test]
fn an_action_begins_is_done_and_says_what_shows_it() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action start k7fq",
                "pm action start k7fq",
                "pm action done k7fq",
                "pm action done k7fq --evidence https://example.com/pull/42",
                "git log -1 --format=%B",
                "git diff HEAD~2 -U0 | tail -n +5",
                "pm action done k7fq",
                "pm action done k7fq --evidence https://example.com/pull/42",
                "pm action done k7fq --evidence https://example.com/pull/43",
                "pm action start k7fq",
                "pm action drop k7fq --reason 'Too dear'",
                "pm check && git status --short",
            ]
        ),
        str![[r#"
$ pm action start k7fq
k7fq is in progress (2017-01-31-database-removed): “Alert when a backup is missing or empty”
--- talk
✓ committed 2700a5081b on main
$ pm action start k7fq
--- talk
k7fq is in progress already: nothing to change
$ pm action done k7fq
--- talk
error: what shows that k7fq is done is missing
hint: `pm action done k7fq --evidence URL|COMMIT|TEXT`
--- exit 2
$ pm action done k7fq --evidence https://example.com/pull/42
k7fq is done (2017-01-31-database-removed): “Alert when a backup is missing or empty”, closed 2026-03-02, evidence https://example.com/pull/42
--- talk
✓ committed 5ec709de3c on main
$ git log -1 --format=%B
2017-01-31-database-removed: action k7fq done: Alert when a backup is missing or empty

- action k7fq in-progress → done
- action k7fq closed set to 2026-03-02
- action k7fq evidence set to https://example.com/pull/42

Postmortem: 2017-01-31-database-removed

$ git diff HEAD~2 -U0 | tail -n +5
@@ -189 +189,3 @@ [[actions]]
-status = "open"             # open, in-progress, done, dropped
+status = "done"             # open, in-progress, done, dropped
+closed = 2026-03-02
+evidence = "https://example.com/pull/42"
$ pm action done k7fq
--- talk
k7fq is already done, closed 2026-03-02, evidence https://example.com/pull/42: nothing to change
$ pm action done k7fq --evidence https://example.com/pull/42
--- talk
k7fq is already done, closed 2026-03-02, evidence https://example.com/pull/42: nothing to change
$ pm action done k7fq --evidence https://example.com/pull/43
--- talk
error: k7fq is already done, closed 2026-03-02, evidence https://example.com/pull/42
hint: `pm action edit k7fq --evidence "…"` puts another evidence in its place
--- exit 1
$ pm action start k7fq
--- talk
error: k7fq is done, closed 2026-03-02, evidence https://example.com/pull/42
hint: `pm action reopen k7fq --reason "…"` takes it up again
--- exit 1
$ pm action drop k7fq --reason 'Too dear'
--- talk
error: k7fq is done, closed 2026-03-02, evidence https://example.com/pull/42
hint: `pm action reopen k7fq --reason "…"` takes it up again
--- exit 1
$ pm check && git status --short
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
}

#[test]
fn an_action_is_dropped_with_a_reason() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action drop k7fq",
                "pm action drop k7fq --reason '…'",
                "pm action drop k7fq --reason 'The vendor alerts us'",
                "pm action drop k7fq",
                "pm action drop k7fq --reason 'Another'",
                "pm action done k7fq --evidence x",
                "git log -1 --format=%s",
            ]
        ),
        str![[r#"
$ pm action drop k7fq
--- talk
error: why k7fq is dropped is missing
hint: `pm action drop k7fq --reason TEXT`
--- exit 2
$ pm action drop k7fq --reason '…'
--- talk
error: `…` stands for what is still to be written
hint: say it in one line, as in --reason "Covered by the new runbook"
--- exit 2
$ pm action drop k7fq --reason 'The vendor alerts us'
k7fq is dropped (2017-01-31-database-removed): “Alert when a backup is missing or empty”, closed 2026-03-02, reason The vendor alerts us
--- talk
✓ committed c30a21503c on main
$ pm action drop k7fq
--- talk
k7fq is already dropped, closed 2026-03-02, reason The vendor alerts us: nothing to change
$ pm action drop k7fq --reason 'Another'
--- talk
error: k7fq is already dropped, closed 2026-03-02, reason The vendor alerts us
hint: `pm action edit k7fq --reason "…"` puts another reason in its place
--- exit 1
$ pm action done k7fq --evidence x
--- talk
error: k7fq is dropped, closed 2026-03-02, reason The vendor alerts us
hint: `pm action reopen k7fq --reason "…"` takes it up again
--- exit 1
$ git log -1 --format=%s
2017-01-31-database-removed: action k7fq dropped: Alert when a backup is missing or empty

"#]]
    );
}

#[test]
fn a_commit_that_is_evidence_has_to_be_there() {
    let sandbox = Sandbox::with_example();
    let whole = sandbox.run("git rev-parse HEAD").ok().trim().to_owned();
    let short = &whole[..8];
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action done k7fq --evidence deadbeef",
                "pm action done k7fq --evidence HEAD~7",
                &format!("pm action done -q k7fq --evidence {short}"),
                &format!("grep '^evidence' {FILE} | head -1"),
                "pm action done -q k7fq",
                "pm action done k7fq --evidence HEAD~1 --no-commit",
                "pm action edit -q k7fq --evidence 'ticket 1234567'",
                "pm action edit -q k7fq --evidence ''",
            ]
        ),
        str![[r#"
$ pm action done k7fq --evidence deadbeef
--- talk
error: `deadbeef` names no commit of this repository
hint: where somebody else made it: `git fetch` first
hint: a commit of another repository is named by its address, as in --evidence https://example.com/commit/…
hint: for something that is no commit, write a sentence: --evidence "ticket 1234567"
--- exit 2
$ pm action done k7fq --evidence HEAD~7
--- talk
error: `HEAD~7` names no commit of this repository
hint: where somebody else made it: `git fetch` first
hint: a commit of another repository is named by its address, as in --evidence https://example.com/commit/…
hint: for something that is no commit, write a sentence: --evidence "ticket 1234567"
--- exit 2
$ pm action done -q k7fq --evidence 8e1f8b54
k7fq is done (2017-01-31-database-removed): “Alert when a backup is missing or empty”, closed 2026-03-02, evidence commit 8e1f8b5473
$ grep '^evidence' postmortems/2017/2017-01-31-database-removed.toml | head -1
evidence = "8e1f8b5473cf69d2d69ab39a87fca37bce690661"
$ pm action done -q k7fq
$ pm action done k7fq --evidence HEAD~1 --no-commit
--- talk
k7fq is already done, closed 2026-03-02, evidence commit 8e1f8b5473: nothing to change
$ pm action edit -q k7fq --evidence 'ticket 1234567'
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: evidence 8e1f8b5473cf69d2d69ab39a87fca37bce690661 → ticket 1234567
$ pm action edit -q k7fq --evidence ''
--- talk
error: k7fq is done, and that needs evidence
hint: `pm action reopen k7fq` says that it is not done
--- exit 1

"#]]
    );
}

#[test]
fn an_action_that_is_opened_again_keeps_what_was_and_needs_new_evidence() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action reopen m3xt --reason 'The restore of last night failed'",
                "git log -1 --format=%B",
                &format!("sed -n '/m3xt/,/^$/p' {FILE}"),
                "pm action reopen m3xt",
                "pm action done -q m3xt",
                "pm action done -q m3xt --evidence 'A week without a failure'",
                "pm action reopen -q m3xt",
                "pm action drop -q m3xt --reason 'Restored by hand from now on'",
                &format!("sed -n '/m3xt/,/^$/p' {FILE}"),
                "pm action reopen b9hd",
                "pm action edit k7fq --evidence x",
            ]
        ),
        str![[r#"
$ pm action reopen m3xt --reason 'The restore of last night failed'
m3xt is open again (2017-01-31-database-removed): “Restore last night's backup automatically, every day, and c…”, reopened 2026-03-02: The restore of last night failed; was done 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102
--- talk
✓ committed 37b408b372 on main
$ git log -1 --format=%B
2017-01-31-database-removed: action m3xt reopened: Restore last night's backup automatically, every…

- action m3xt done → open
- action m3xt closed cleared (was 2017-02-07)
- action m3xt evidence cleared (was https://gitlab.com/gitlab-com/infrastructure/issues/1102)
- action m3xt reason set to reopened 2026-03-02: The restore of last night failed; was …

Postmortem: 2017-01-31-database-removed

$ sed -n '/m3xt/,/^$/p' postmortems/2017/2017-01-31-database-removed.toml
id = "m3xt"
action = "Restore last night's backup automatically, every day, and check it"
type = "prevent"
owner = "Infrastructure <infra@example.com>"
priority = "P1"
due = 2017-02-08
status = "open"
reason = "reopened 2026-03-02: The restore of last night failed; was done 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102"

$ pm action reopen m3xt
--- talk
m3xt is open: nothing to change
$ pm action done -q m3xt
--- talk
error: what shows that m3xt is done is missing
hint: `pm action done m3xt --evidence URL|COMMIT|TEXT`
--- exit 2
$ pm action done -q m3xt --evidence 'A week without a failure'
m3xt is done (2017-01-31-database-removed): “Restore last night's backup automatically, every day, and c…”, closed 2026-03-02, evidence A week without a failure
$ pm action reopen -q m3xt
m3xt is open again (2017-01-31-database-removed): “Restore last night's backup automatically, every day, and c…”, reopened 2026-03-02; was done 2026-03-02, evidence A week without a failure; reopened 2026-03-02: The restore of last night failed; was done 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102
$ pm action drop -q m3xt --reason 'Restored by hand from now on'
m3xt is dropped (2017-01-31-database-removed): “Restore last night's backup automatically, every day, and c…”, closed 2026-03-02, reason Restored by hand from now on
$ sed -n '/m3xt/,/^$/p' postmortems/2017/2017-01-31-database-removed.toml
id = "m3xt"
action = "Restore last night's backup automatically, every day, and check it"
type = "prevent"
owner = "Infrastructure <infra@example.com>"
priority = "P1"
due = 2017-02-08
status = "dropped"
closed = 2026-03-02
reason = "Restored by hand from now on; reopened 2026-03-02; was done 2026-03-02, evidence A week without a failure; reopened 2026-03-02: The restore of last night failed; was done 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102"

$ pm action reopen b9hd
b9hd is open again (2017-01-31-database-removed): “Make the production prompt unmistakable”, reopened 2026-03-02; was dropped 2017-02-10: Covered by access through the runbook only
--- talk
✓ committed ad50b510cb on main
$ pm action edit k7fq --evidence x
--- talk
error: k7fq is not done, so nothing shows that it is
hint: `pm action done k7fq --evidence "…"` says that it is done
--- exit 1

"#]]
    );
}

#[test]
fn closing_costs_no_approval_and_other_words_do() {
    let team = Team::new(Signing::No, "signatures = \"optional\"\n");
    team.approved();
    let mut all = String::new();
    for line in [
        "pm action done k7fq --evidence 'Seen to page'",
        "pm action reopen m3xt",
        "pm verify | head -n 1",
        "pm action edit k7fq --text 'Alert when a backup is missing, empty or old'",
    ] {
        let _ = write!(all, "$ {line}\n{}", team.by("ann", line));
    }
    assert_data_eq!(
        all,
        str![[r#"
$ pm action done k7fq --evidence 'Seen to page'
k7fq is done (2017-01-31-database-removed): “Alert when a backup is missing or empty”, closed 2026-03-02, evidence Seen to page
--- talk
✓ committed 20bb54fc43 on main
$ pm action reopen m3xt
m3xt is open again (2017-01-31-database-removed): “Restore last night's backup automatically, every day, and c…”, reopened 2026-03-02; was done 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102
--- talk
✓ committed 64b15689af on main
$ pm verify | head -n 1
2017-01-31-database-removed  approved, verified
$ pm action edit k7fq --text 'Alert when a backup is missing, empty or old'
k7fq (2017-01-31-database-removed): “Alert when a backup is missing, empty or old”: action Alert when a backup is missing or empty → Alert when a backup is missing, empty or old
--- talk
warning: the approval by Bob Lead and Vera Vice was for what it said before: it is stale now; its approvers renew it with `pm status approve 2017-01-31-database-removed`
✓ committed bb9959a4bd on main

"#]]
    );
}

#[test]
fn the_end_of_a_record_is_not_the_end_of_its_actions() {
    let team = Team::new(Signing::No, "signatures = \"optional\"\n");
    team.approved();
    team.by("ann", "pm action done -q k7fq --evidence 'Seen to page' && pm set -q distribution.shared_on=today").ok();
    team.by("ann", "pm status complete").ok();
    assert_data_eq!(
        team.by("ann", "pm action reopen k7fq --reason 'It stayed silent'").to_string(),
        str![[r#"
k7fq is open again (2017-01-31-database-removed): “Alert when a backup is missing or empty”, reopened 2026-03-02: It stayed silent; was done 2026-03-02, evidence Seen to page
--- talk
✓ committed 3438ee91f9 on main
warning: 2017-01-31-database-removed is complete, which every action closed was part of; `pm status reopen 2017-01-31-database-removed -m "…"` takes it up again, too

"#]]
    );
}

#[test]
fn the_same_end_told_by_many_at_once_is_one_commit() {
    let sandbox = Sandbox::with_example();
    let ends: Vec<_> = (0..8)
        .map(|_| {
            let line = "pm action done k7fq --evidence 'Seen to page'";
            sandbox.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell")
        })
        .collect();
    let mut told = 0;
    for end in ends {
        let output = end.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        told += usize::from(!output.stdout.is_empty());
    }
    assert_eq!(told, 1, "the others hear that it is done already");
    assert_data_eq!(sandbox.run("git log --oneline | wc -l; git status --short").ok(), "3\n");
}

#[test]
fn what_is_not_committed_stays_so_when_there_is_nothing_to_do() {
    let sandbox = Sandbox::with_example();
    sandbox.write(FILE, sandbox.read(FILE).replace("severity = \"P1\"", "severity = \"P2\""));
    assert_data_eq!(
        told(&sandbox, &["pm action done m3xt", "git status --short", "pm action start k7fq --no-commit"]),
        str![[r#"
$ pm action done m3xt
--- talk
m3xt is already done, closed 2017-02-07, evidence https://gitlab.com/gitlab-com/infrastructure/issues/1102: nothing to change
$ git status --short
 M postmortems/2017/2017-01-31-database-removed.toml
$ pm action start k7fq --no-commit
k7fq is in progress (2017-01-31-database-removed): “Alert when a backup is missing or empty”
--- talk
left in postmortems/2017/2017-01-31-database-removed.toml, not committed

"#]]
    );
}

//! Ways around the sign-offs that a review of this program found, and sound records that it took for broken.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Output;
use crate::team::{FILE, ID, Signing, Team};

fn signed() -> Team {
    Team::new(Signing::Ssh, "signatures = \"required\"\n")
}

/// The sentences at the end of a report, and the exit code.
fn told(output: &Output) -> String {
    let marked = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("✗ the") || line.starts_with("? ") || line.starts_with("✗ 20")
    };
    let lines: Vec<&str> = output.stdout.lines().filter(marked).map(str::trim).collect();
    format!("{}\nexit {}\n", lines.join("\n"), output.code)
}

#[test]
fn the_branch_under_review_does_not_name_its_own_judge() {
    let team = signed();
    team.approved();
    let evil = "git switch -qc evil && printf 'default_branch = \"evil\"\\n[approval]\\nsignatures = \"optional\"\\nown_work = true\\n' > pm.toml && git commit -qam evil && git switch -qc attack";
    team.by("mallory", &format!("git config commit.gpgSign false; {evil}")).ok();
    let own = "export GIT_CONFIG_COUNT=0; ";
    for verb in ["reopen -m x", "submit", "approve"] {
        let output = team.by("mallory", &format!("{own}pm status {verb} -q --no-sign"));
        assert_ne!(output.code, 0, "{output}");
    }
    // By hand, then.
    let text = team.sandbox.read(FILE).replace("at the prompt", "at any prompt");
    team.sandbox.write(FILE, text);
    team.by("mallory", &format!("{own}git commit -qam x")).ok();
    assert_data_eq!(
        told(&team.sandbox.run("pm verify")),
        str![[r#"
✗ the approval is stale since 459252be10 by Mallory Rogue
exit 1

"#]]
    );
}

#[test]
fn a_local_branch_is_not_taken_for_the_one_that_was_reviewed() {
    let team = signed();
    team.by("ann", "pm status submit -q && git clone -q . ../fork").ok();
    let weaker = "cd ../fork && printf '[approval]\\nsignatures = \"optional\"\\n' > pm.toml && git -c commit.gpgSign=false commit -qam weaker";
    team.by("mallory", weaker).ok();
    let output = team.by("mallory", "cd ../fork && pm status approve -q --no-sign");
    assert_eq!(output.code, 1, "{output}");
}

#[test]
fn a_signed_record_that_is_hidden_moved_or_removed_is_missed() {
    let hide: [(&str, &str); 3] = [
        ("removed", "git rm -q postmortems/2017/*.toml"),
        (
            "hidden by a record named after its folder",
            "cp postmortems/2017/*.toml postmortems/2017.toml && sed -i '/^\\[\\[sign_offs/,$d; s/^status = .*/status = \"draft\"/' postmortems/2017.toml && git add -A",
        ),
        ("looked for elsewhere", "sed -i 's/^records = .*/records = \"empty\"/' pm.toml && git add -A"),
    ];
    let mut all = String::new();
    for (what, line) in hide {
        let team = signed();
        team.approved();
        team.sandbox.run(&format!("git switch -qc side && {line} && git commit -qm x")).ok();
        let _ = write!(all, "{what}: {}", told(&team.sandbox.run("pm verify")));
    }
    assert_data_eq!(
        all,
        str![[r#"
removed: ✗ 2017-01-31-database-removed is gone: it has sign-offs where this state and
exit 1
hidden by a record named after its folder: ✗ 2017-01-31-database-removed is gone: it has sign-offs where this state and
exit 1
looked for elsewhere: ✗ 2017-01-31-database-removed is gone: it has sign-offs where this state and
exit 1

"#]]
    );
}

#[test]
fn a_record_that_is_moved_keeps_its_history() {
    let team = signed();
    team.approved();
    let moved = "postmortems/2018/2017-01-31-database-removed.toml";
    team.by("mallory", &format!("git switch -qc side && mkdir postmortems/2018 && git mv {FILE} {moved} && sed -i '/^\\[\\[sign_offs/,$d; s/^status = .*/status = \"draft\"/; s/^severity = .*/severity = \"P4\"/; s/^owner = .*/owner = \"Vera Vice\"/' {moved} && git -c commit.gpgSign=false commit -qam moved")).ok();
    team.by("ann", &format!("pm status submit -q {ID}")).ok();
    let one = team.by("bob", &format!("pm status approve -q {ID}"));
    assert_eq!(one.code, 0, "{one}");
    assert_data_eq!(
        told(&team.sandbox.run(&format!("pm verify {ID}"))),
        str![[r#"
✗ the submission by Ann Example of 2026-03-02 09:05 UTC is gone; it is in the
✗ the approval by Bob Lead of 2026-03-02 09:06 UTC is gone; it is in the
✗ the approval by Vera Vice of 2026-03-02 09:07 UTC is gone; it is in the
exit 1

"#]]
    );
}

#[test]
fn nobody_moves_a_record_in_anothers_name() {
    let team = signed();
    team.approved();
    team.by(
        "ann",
        "pm set -q actions[1].status=done actions[1].closed=2017-02-08 actions[1].evidence=https://example.com/1",
    )
    .ok();
    let as_ann = "export GIT_AUTHOR_NAME='Ann Example' GIT_AUTHOR_EMAIL=ann@example.com GIT_CONFIG_COUNT=0; ";
    let output = team.by("mallory", &format!("{as_ann}pm status complete -q --no-sign"));
    assert_eq!(output.code, 1, "{output}");
}

#[test]
fn a_completion_without_an_approval_is_none() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    let text = team.sandbox.read(FILE);
    let start = text.find("\n[[sign_offs]]").expect("a submission");
    let completion = text[start..]
        .replace("from = \"draft\"", "from = \"approved\"")
        .replace("to = \"in-review\"", "to = \"complete\"");
    let prev =
        format!("prev = [\"{}\"]", team.sandbox.run("git log -1 --format=%B | sed -n 's/^Sign-Off: //p'").ok().trim());
    let completion = completion.replace("prev = []", &prev).replace(":05:00Z", ":06:30Z");
    team.sandbox.write(FILE, text.replace("status = \"in-review\"", "status = \"complete\"") + &completion);
    team.sandbox.run("git commit -qam x").ok();
    let output = team.sandbox.run("pm verify");
    assert_eq!(output.code, 1, "{output}");
    let words = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("was set by hand: it is complete, and the sign-offs lead to in-review"), "{output}");
}

/// A team whose record names a figure, which is committed.
fn with_figure() -> Team {
    let team = signed();
    team.by("ann", &format!("mkdir postmortems/2017/{ID} && echo one > postmortems/2017/{ID}/replication-lag.png && git add -A && git -c commit.gpgSign=false commit -qm figure")).ok();
    team
}

#[test]
fn whoever_drew_a_figure_does_not_approve_it() {
    let team = with_figure();
    let figure = format!("postmortems/2017/{ID}/replication-lag.png");
    team.by("bob", &format!("echo two > {figure} && git commit -qam figure")).ok();
    team.by("ann", "pm set -q actions[1].status=in-progress && pm status submit -q").ok();
    let output = team.by("bob", "pm status approve -q");
    assert!(output.stderr.contains("own work: Bob Lead wrote parts of it"), "{output}");
}

#[test]
fn a_figure_is_signed_as_it_is_committed_or_not_at_all() {
    let team = with_figure();
    let figure = format!("postmortems/2017/{ID}/replication-lag.png");
    team.sandbox.run(&format!("echo two > {figure}")).ok();
    let mut told = team.by("ann", "pm status submit -q").to_string();
    team.sandbox
        .run(&format!("rm {figure} && ln -s ../../../pm.toml {figure} && git add -A && git commit -qm link"))
        .ok();
    told += &team.by("ann", "pm status submit -q").to_string();
    assert_data_eq!(
        told,
        str![[r#"
--- talk
error: postmortems/2017/2017-01-31-database-removed/replication-lag.png is not committed as it is here; what a record names is signed with it
hint: commit the figure first, or take it out of the record
--- exit 2
--- talk
error: postmortems/2017/2017-01-31-database-removed/replication-lag.png is a symbolic link or lies behind one; pm does not follow links: put the file itself there; what a record names is signed with it
hint: commit the figure first, or take it out of the record
--- exit 2

"#]]
    );
}

#[test]
fn a_figure_that_changes_makes_an_approval_stale_and_no_more() {
    let team = with_figure();
    team.approved();
    let figure = format!("postmortems/2017/{ID}/replication-lag.png");
    team.by("ann", &format!("git switch -qc side && echo two > {figure} && git commit -qam figure && git switch -q main && git merge -q --no-ff -m merge side")).ok();
    let output = team.sandbox.run("pm verify");
    assert!(output.code == 1 && output.stdout.contains("the approval is stale since"), "{output}");
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "pm status approve -q").ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "{}", team.sandbox.run("pm verify"));
}

#[test]
fn whoever_writes_in_a_merge_is_an_author() {
    let team = signed();
    team.by("ann", "git switch -qc side && pm set -q cause.trigger='A' && git switch -q main && pm set -q tags+=x")
        .ok();
    let title = format!("sed -i 's/^title = .*/title = \"Other\"/' {FILE}");
    team.by("bob", &format!("git -c commit.gpgSign=false merge -q --no-commit side; {title} && git add -A && git -c commit.gpgSign=false commit -qm merge")).ok();
    team.by("ann", "pm status submit -q").ok();
    assert_eq!(team.by("bob", "pm status approve -q").code, 1);
}

#[test]
fn votes_on_a_branch_outlive_what_happens_beside_them() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    team.by("bob", "git switch -qc vote && pm status approve -q").ok();
    team.by("vera", "pm status approve -q && git switch -q main").ok();
    for _ in 0..20 {
        team.sandbox.run("true").ok();
    }
    team.by(
        "ann",
        "pm set -q actions[1].status=in-progress && git -c commit.gpgSign=false merge -q --no-ff -m merge vote",
    )
    .ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "{}", team.sandbox.run("pm verify"));
    // A branch from before is only behind.
    team.sandbox.run("git switch -qc old main~1~1 && git commit -q --allow-empty -m x").ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "{}", team.sandbox.run("pm verify"));
}

#[test]
fn a_clock_that_is_a_little_behind_signs_with_the_time_before_it_and_one_far_behind_not_at_all() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    let at = |time: &str| format!("export GIT_AUTHOR_DATE='{time}' GIT_COMMITTER_DATE='{time}'; pm status approve -q");
    assert_data_eq!(
        team.by("bob", &at("2026-03-01T09:00:00Z")).to_string(),
        str![[r#"
--- talk
error: this computer's clock is behind: 2017-01-31-database-removed was signed at 2026-03-02 09:05 UTC
hint: set the clock, and sign again
--- exit 1

"#]]
    );
    team.by("bob", &at("2026-03-02T09:04:30Z")).ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0);
}

#[test]
fn an_approver_who_edits_or_leaves_locks_nothing() {
    let team = signed();
    team.approved();
    team.by("bob", "pm set -q services+=x").ok();
    team.by("vera", "pm status approve -q").ok();
    team.by("ann", "pm status reopen -q -m 'Bob wrote in it'").ok();
    let team = signed();
    team.approved();
    team.sandbox.run("sed -i '/people.bob/,/^keys/d' pm.toml && git commit -qam 'Bob has left'").ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "{}", team.sandbox.run("pm verify"));
    team.by(
        "ann",
        "pm set -q actions[1].status=done actions[1].closed=2017-02-08 actions[1].evidence=https://example.com/1",
    )
    .ok();
    team.by("ann", "pm status complete -q").ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "{}", team.sandbox.run("pm verify"));
}

#[test]
fn a_note_with_carriage_returns_or_scissors_is_signed_as_it_is_read() {
    let team = signed();
    team.by(
        "ann",
        "pm status submit -q -m \"$(printf 'a\\r\\nb\\n# ------------------------ >8 ------------------------\\nc')\"",
    )
    .ok();
    let output = team.sandbox.run("pm verify");
    assert_eq!(output.code, 0, "{output}");
    assert!(output.stdout.contains("commit    direct"), "{output}");
}

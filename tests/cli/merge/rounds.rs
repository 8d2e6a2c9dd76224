//! Sign-offs on both sides of a merge.

use crate::team::{FILE, ID, Signing, Team};

/// A team whose record was submitted on `main`; `other` begins there.
fn submitted() -> Team {
    let team = Team::new(Signing::Ssh, "");
    team.by("ann", "pm status submit -q && git branch other").ok();
    team
}

fn status(team: &Team) -> String {
    team.sandbox.run(&format!("grep -m1 '^status = ' {FILE}")).ok()
}

#[test]
fn two_approvals_on_two_branches_are_both_there_and_the_record_is_approved() {
    for line in ["git merge -q --no-edit other", "git rebase -q other", "git cherry-pick other"] {
        let team = submitted();
        team.by("bob", "git switch -q other && pm status approve -q").ok();
        team.by("vera", "git switch -q main && pm status approve -q").ok();
        let output = team.by("ann", line);
        assert_eq!(output.code, 0, "{line}: {output}");
        assert!(
            output.stderr.contains("status approved: what the sign-offs of both sides lead to"),
            "{line}: {output}"
        );
        assert_eq!(
            status(&team),
            "status = \"approved\"            # draft, in-review, approved, complete; moved only by `pm status`\n"
        );
        assert_eq!(team.sandbox.read(FILE).matches("\n[[sign_offs]]").count(), 3);
        let verify = team.by("ann", &format!("pm verify {ID}"));
        assert_eq!(verify.code, 0, "{line}: {verify}");
    }
}

#[test]
fn an_approval_beside_an_edit_is_stale_and_the_driver_says_so() {
    for line in ["git merge -q --no-edit other", "git rebase -q other", "git cherry-pick other"] {
        let team = submitted();
        team.by("ann", "git switch -q other && pm set -q impact.users.affected=9000").ok();
        team.by("bob", "git switch -q main && pm status approve -q").ok();
        team.by("vera", "pm status approve -q").ok();
        let output = team.by("ann", line);
        assert_eq!(output.code, 0, "{output}");
        assert!(output.stderr.contains("stale: Bob Lead (engineering-lead) approved what one side had"), "{output}");
        assert!(team.sandbox.read(FILE).contains("affected = 9000"));
        let verify = team.by("ann", &format!("pm verify {ID}"));
        assert_eq!(verify.code, 1, "{verify}");
        assert!(verify.to_string().contains("stale"), "{verify}");
    }
}

#[test]
fn closing_an_action_beside_an_approval_leaves_it_valid() {
    let team = submitted();
    team.by("ann", "git switch -q other && sed -i 's/^status = \"open\"/status = \"done\"\\nclosed = 2017-02-08\\nevidence = \"x\"/' postmortems/2017/*.toml && git commit -qam close").ok();
    team.by("bob", "git switch -q main && pm status approve -q").ok();
    team.by("vera", "pm status approve -q").ok();
    let output = team.by("ann", "git merge -q --no-edit other");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_eq!(team.by("ann", &format!("pm verify {ID}")).code, 0);
}

#[test]
fn an_approval_beside_a_request_for_changes_is_a_conflict() {
    let team = submitted();
    team.by("bob", "git switch -q other && pm status request-changes -q -m 'not yet'").ok();
    team.by("vera", "git switch -q main && pm status approve -q").ok();
    let output = team.by("ann", "git merge -q --no-edit other");
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("conflict in status: “approve” in HEAD, “request-changes” in other"), "{output}");
    let text = team.sandbox.read(FILE);
    assert!(text.contains("<<<<<<< HEAD") && text.contains("Vera Vice") && text.contains("not yet"), "{text}");
}

#[test]
fn complete_beside_reopen_is_a_conflict() {
    let team = submitted();
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "pm status approve -q").ok();
    team.by("ann", "sed -i 's/^status = \"open\"/status = \"done\"\\nclosed = 2017-02-08\\nevidence = \"x\"/' postmortems/2017/*.toml && git commit -qam close && git branch -f other").ok();
    team.by("bob", "git switch -q other && pm status reopen -q -m 'more came up'").ok();
    team.by("ann", "git switch -q main && pm status complete -q").ok();
    let output = team.by("ann", "git merge -q --no-edit other");
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("conflict in status: “complete” in HEAD, “reopen” in other"), "{output}");
    let text = team.sandbox.read(FILE);
    assert!(text.contains("<<<<<<< HEAD\nstatus = \"complete\"") && text.contains("more came up"), "{text}");
}

#[test]
fn a_branch_that_asks_for_fewer_approvals_does_not_make_its_own_merge_approved() {
    for (from, line) in [
        ("main", "git merge -q --no-edit other"),
        ("other", "git merge -q --no-edit main"),
        ("other", "git rebase -q main"),
    ] {
        let team = Team::new(Signing::Ssh, "");
        team.by("ann", "sed -i 's/signers = 2/signers = 3/' pm.toml && git commit -qam 'three approve'").ok();
        team.by("ann", "pm status submit -q && git branch other && git switch -q other").ok();
        team.by("bob", "sed -i 's/signers = 3/signers = 2/' pm.toml && git commit -qam 'two will do'").ok();
        team.by("bob", "pm status approve -q").ok();
        team.by("vera", "git switch -q main && pm status approve -q").ok();
        let output = team.by("ann", &format!("git switch -q {from} && {line}"));
        assert_eq!(output.code, 0, "{line}: {output}");
        assert!(team.sandbox.read("pm.toml").contains("signers = 2"), "{line}: the settings are merged like any file");
        assert_eq!(team.sandbox.read(FILE).matches("\n[[sign_offs]]").count(), 3, "{line}");
        assert!(status(&team).starts_with("status = \"in-review\""), "{line}: {}", status(&team));
        assert!(!output.stderr.contains("status approved"), "{line}: {output}");
    }
}

//! Review through a forge, tried for real: a bare remote whose `main` is protected, and a clone for each of the team.
//!
//! What `docs/guides/review.md` says is done here, step by step.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Output;
use crate::team::{FILE, ID, Signing, Team};

/// The forge: `main` moves by its own hand only, and only to what `pm verify` holds for by the `main` there was.
const PROTECTION: &str = r#"#!/bin/sh
while read -r old new ref; do
  [ "$ref" = refs/heads/main ] || continue
  [ "$FORGE" = merges ] || { echo "main is protected, open a request"; exit 1; }
  pm verify --base main --rev "$new" || exit 1
done
"#;

/// The branch of the record.
const BRANCH: &str = "postmortem/2017-01-31-database-removed";

/// How a forge puts a request on `main`.
#[derive(Clone, Copy)]
enum How {
    Merge,
    /// In the name of whoever opened the request.
    SquashBy(&'static str),
    Rebase,
}

const ANN: &str = "Ann Example <ann@example.com>";
const BOB: &str = "Bob Lead <bob@example.com>";

/// A team with a remote and a clone for each.
struct Forge {
    team: Team,
}

impl Forge {
    fn new() -> Self {
        let team = Team::new(Signing::Ssh, "signatures = \"required\"\n");
        team.sandbox.run("git clone -q --bare . ../remote.git").ok();
        team.sandbox.write("../remote.git/hooks/pre-receive", PROTECTION);
        team.sandbox.run("chmod +x ../remote.git/hooks/pre-receive").ok();
        for clone in ["ann", "bob", "vera", "forge"] {
            team.sandbox.run(&format!("git clone -q ../remote.git ../{clone}")).ok();
        }
        Self { team }
    }

    /// Runs a line in the clone of one of the team.
    fn by(&self, who: &str, line: &str) -> Output {
        self.team.by(who, &format!("cd ../{who} && {line}"))
    }

    /// The button of a request.
    fn merges(&self, branch: &str, how: How) -> Output {
        let request = format!("origin/{branch}");
        let button = match how {
            How::Merge => format!("git merge -q --no-ff -m 'Merge {branch}' {request}"),
            How::SquashBy(author) => {
                format!("git merge -q --squash {request} >&2 && git commit -qm 'Squash {branch}' --author '{author}'")
            }
            How::Rebase => format!("git rebase -q --force-rebase HEAD {request}"),
        };
        let line = format!(
            "export GIT_COMMITTER_NAME=Forge GIT_COMMITTER_EMAIL=noreply@forge.example; cd ../forge && git fetch -q && \
             git checkout -q -f --detach origin/main && {button} && FORGE=merges git push -q origin HEAD:main"
        );
        self.team.sandbox.run(&line)
    }

    /// Submitted by Ann on the branch, and pushed.
    fn submitted(&self) {
        self.by("ann", &format!("git switch -qc {BRANCH} && pm status submit -q && git push -q -u origin HEAD")).ok();
    }

    /// Approved by Bob on the branch, and pushed; Vera approves what was there before.
    fn crossed(&self) {
        self.submitted();
        for who in ["bob", "vera"] {
            self.by(who, &format!("git fetch -q && git switch -q {BRANCH} && pm status approve -q")).ok();
        }
        self.by("bob", "git push -q").ok();
    }

    /// What `pm verify` says in a fresh clone, and how it ends.
    fn fresh(&self) -> Output {
        self.team.sandbox.run("git clone -q ../remote.git ../fresh && cd ../fresh && pm verify")
    }

    /// The sign-offs of the record in a clone, and its status.
    fn state(&self, clone: &str) -> (usize, String) {
        let text = self.team.sandbox.read(&format!("../{clone}/{FILE}"));
        let status = text.lines().find_map(|line| line.strip_prefix("status = \"")).expect("a status");
        let sign_offs = text.lines().filter(|line| *line == "[[sign_offs]]").count();
        (sign_offs, status[..status.find('"').expect("an end")].to_owned())
    }
}

/// Both blocks whole, and the marker lines gone: what the guide says to do.
fn keep_both() -> String {
    format!(
        "git checkout -q --conflict=diff3 -- {FILE} && \
         sed -i -E '/^(<<<<<<< |\\|\\|\\|\\|\\|\\|\\| |=======$|>>>>>>> )/d' {FILE} && git add {FILE}"
    )
}

/// The lines that say what became of each sign-off.
fn commits(output: &Output) -> String {
    assert_eq!(output.code, 0, "{output}");
    let kept = output.stdout.lines().filter(|line| !line.starts_with("    ") || line.contains(" commit "));
    kept.filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn nobody_but_the_forge_moves_main_and_only_to_what_holds() {
    let forge = Forge::new();
    forge.submitted();
    let push = forge.by("ann", "git push -q origin HEAD:main");
    assert!(push.code == 1 && push.stderr.contains("main is protected"), "{push}");
    let typed =
        format!("sed -i 's/^status = .*/status = \"approved\"/' {FILE} && git commit -qam typed && git push -q");
    forge.by("ann", &typed).ok();
    let refused = forge.merges(BRANCH, How::Merge);
    assert_eq!(refused.code, 1, "{refused}");
    assert!(refused.stderr.contains("the status was set by hand"), "{refused}");
}

#[test]
fn of_two_approvers_at_once_the_second_keeps_both_sign_offs() {
    let forge = Forge::new();
    forge.crossed();
    let mut told = String::new();
    let mut step =
        |line: &str| write!(told, "$ {line}\n{}", forge.by("vera", line)).expect("a string takes everything");
    step("git push -q 2>&1 | grep rejected");
    step("git pull -q --no-rebase 2>&1 | grep CONFLICT");
    step(&format!("pm status {ID}"));
    step(&format!("pm status approve {ID}"));
    forge.by("vera", &keep_both()).ok();
    step("pm status approve");
    step("git commit -qm 'Both approvals'");
    step("pm verify -q | tail -n 1");
    step("pm status | head -n 7");
    assert_eq!(forge.state("vera"), (3, "in-review".to_owned()));
    step("pm status approve");
    assert_eq!(forge.state("vera"), (3, "approved".to_owned()), "the status, and no new sign-off");
    step("git push -q");
    step("pm verify | head -n 1");
    assert_data_eq!(
        told,
        str![[r#"
$ git push -q 2>&1 | grep rejected
 ! [rejected]        postmortem/2017-01-31-database-removed -> postmortem/2017-01-31-database-removed (fetch first)
hint: Updates were rejected because the remote contains work that you do not
$ git pull -q --no-rebase 2>&1 | grep CONFLICT
CONFLICT (content): Merge conflict in postmortems/2017/2017-01-31-database-removed.toml
$ pm status 2017-01-31-database-removed
--- talk
error[conflict-markers]: the record has a merge conflict
   --> postmortems/2017/2017-01-31-database-removed.toml:380:1
    |
380 | <<<<<<< HEAD
    | ^^^^^^^^^^^^
    |
    = help: `pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it

1 error
error: postmortems/2017/2017-01-31-database-removed.toml cannot be read as a record
hint: `git checkout --conflict=diff3 -- postmortems/2017/2017-01-31-database-removed.toml` writes the conflict anew, with each side whole
hint: of two sign-offs keep both blocks, an approval above a request for changes or a reopening; `status` is what the last of them made it
hint: `pm edit 2017-01-31-database-removed` opens it
--- exit 2
$ pm status approve 2017-01-31-database-removed
--- talk
error[conflict-markers]: the record has a merge conflict
   --> postmortems/2017/2017-01-31-database-removed.toml:380:1
    |
380 | <<<<<<< HEAD
    | ^^^^^^^^^^^^
    |
    = help: `pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it

1 error
error: postmortems/2017/2017-01-31-database-removed.toml cannot be read as a record
hint: `git checkout --conflict=diff3 -- postmortems/2017/2017-01-31-database-removed.toml` writes the conflict anew, with each side whole
hint: of two sign-offs keep both blocks, an approval above a request for changes or a reopening; `status` is what the last of them made it
hint: `pm edit 2017-01-31-database-removed` opens it
--- exit 2
$ pm status approve
--- talk
2017-01-31-database-removed (the record of branch postmortem/2017-01-31-database-removed)
error: a merge is in progress; finish it with `git merge --continue` or give it up with `git merge --abort`, then run pm again
--- exit 2
$ git commit -qm 'Both approvals'
$ pm verify -q | tail -n 1
  ! its votes suffice: the next `pm status` verb writes the status
$ pm status | head -n 7
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ◉ In Review ──▶ ○ Approved ──▶ ○ Complete

  ! The votes suffice; the next transition writes the status.
    Submitted by Ann Example, 2026-03-02 09:11 UTC
--- talk
2017-01-31-database-removed (the record of branch postmortem/2017-01-31-database-removed)
$ pm status approve
2017-01-31-database-removed is approved
--- talk
2017-01-31-database-removed (the record of branch postmortem/2017-01-31-database-removed)
✓ committed 48c3ef7b6a on postmortem/2017-01-31-database-removed
$ git push -q
$ pm verify | head -n 1
2017-01-31-database-removed  approved, verified

"#]]
    );
    forge.merges(BRANCH, How::Merge).ok();
    assert_data_eq!(
        forge.fresh().to_string(),
        str![[r#"
2017-01-31-database-removed  approved, verified

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
    ✓ content   matches
    ✓ commit    direct, 25994b272e
    ✓ signature good, ED25519 SHA256:1YWCf9zNvxBX5HqXtmmilMl/up2uC1WYuAYLPYtKYV4
    ✓ policy    met

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:13
  UTC
    ✓ content   matches
    ✓ commit    direct, 1947b364b1
    ✓ signature good, ED25519 SHA256:1rNXtFfxnAr57d32B8jWMke8uq28nR3sFmgCGX+XaMU
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:12
  UTC
    ✓ content   matches
    ✓ commit    direct, 5367ef183c
    ✓ signature good, ED25519 SHA256:14G+tz5Z4l3QISnUWvpIHpaOcfXoUSuWqf0rJNYzCWM
    ✓ policy    met

"#]]
    );
}

#[test]
fn of_two_approvers_at_once_the_second_signs_again() {
    for how in [How::Merge, How::SquashBy(ANN), How::Rebase] {
        let forge = Forge::new();
        forge.crossed();
        assert_eq!(forge.by("vera", "git push -q").code, 1);
        forge.by("vera", "git fetch -q && git reset -q --hard @{upstream} && pm status approve -q && git push -q").ok();
        assert_eq!(forge.state("vera"), (3, "approved".to_owned()));
        forge.merges(BRANCH, how).ok();
        let told = commits(&forge.fresh());
        match how {
            How::Merge => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
    ✓ commit    direct, 25994b272e
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:12
  UTC
    ✓ commit    direct, 5367ef183c
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:16
  UTC
    ✓ commit    direct, 2b0a0a383b

"#]]
            ),
            How::SquashBy(_) => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
      commit    rewritten: it came with 9e92566c94 by Ann Example
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:12
  UTC
      commit    rewritten: it came with 9e92566c94 by Ann Example
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:16
  UTC
      commit    rewritten: it came with 9e92566c94 by Ann Example

"#]]
            ),
            How::Rebase => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
      commit    rewritten: it came with 48ae6d6ddd by Ann Example
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:12
  UTC
      commit    rewritten: it came with 2a7228087e by Bob Lead <bob@example.com>
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:16
  UTC
      commit    rewritten: it came with 098e7babaf by Vera Vice

"#]]
            ),
        }
    }
}

#[test]
fn a_squash_in_the_name_of_an_approver_makes_the_record_their_own_work() {
    let forge = Forge::new();
    let line = format!(
        "git switch -qc {BRANCH} && pm set -q cause.trigger='The wrong terminal' && pm status submit -q && \
         git push -q -u origin HEAD"
    );
    forge.by("ann", &line).ok();
    for who in ["bob", "vera"] {
        forge.by(who, &format!("git fetch -q && git switch -q {BRANCH} && pm status approve -q && git push -q")).ok();
    }
    // On the branch everything holds; what comes in one commit is by whom that commit names.
    assert_eq!(forge.by("vera", "pm verify --base origin/main").code, 0);
    let squashed = forge.merges(BRANCH, How::SquashBy(BOB));
    assert_eq!(squashed.code, 1, "{squashed}");
    assert!(squashed.stderr.contains("own work: Bob Lead wrote parts of it"), "{squashed}");
    forge.merges(BRANCH, How::SquashBy(ANN)).ok();
}

#[test]
fn a_sign_off_that_is_rebased_holds_and_is_told_as_rewritten() {
    let forge = Forge::new();
    forge.crossed();
    assert_eq!(forge.by("vera", "git pull -q --rebase").code, 1);
    forge.by("vera", &format!("{} && GIT_EDITOR=true git rebase --continue >&2", keep_both())).ok();
    forge.by("vera", "pm status approve -q && git push -q").ok();
    assert_eq!(forge.state("vera"), (3, "approved".to_owned()));
    forge.merges(BRANCH, How::Merge).ok();
    assert_data_eq!(
        commits(&forge.fresh()),
        str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
    ✓ commit    direct, 25994b272e
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:12
  UTC
    ✓ commit    direct, 5367ef183c
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:13
  UTC
      commit    rewritten: it came with 1cfc2a42ee by Vera Vice

"#]]
    );
}

#[test]
fn an_approval_of_an_older_text_does_not_count_after_the_merge() {
    let forge = Forge::new();
    forge.submitted();
    forge.by("vera", &format!("git fetch -q && git switch -q {BRANCH} && pm status approve -q")).ok();
    forge.by("ann", "pm set -q cause.trigger='The wrong terminal' && git push -q").ok();
    forge.by("vera", "git pull -q --no-rebase").ok();
    let status = forge.by("vera", "pm status");
    let words = status.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("does not count, given for another content: stale"), "{status}");
    assert!(
        status.stdout.ends_with(&format!("Next  Bob Lead: pm status approve {ID} --as engineering-lead --sign\n")),
        "{status}"
    );
    forge.by("vera", "pm status approve -q && git push -q").ok();
    forge.by("bob", &format!("git fetch -q && git switch -q {BRANCH} && pm status approve -q && git push -q")).ok();
    forge.merges(BRANCH, How::Merge).ok();
    assert_eq!(forge.fresh().code, 0);
    assert_eq!(forge.state("fresh"), (4, "approved".to_owned()));
}

#[test]
fn an_approval_that_meets_a_request_for_changes_stands_above_it() {
    let forge = Forge::new();
    forge.submitted();
    forge.by("bob", &format!("git fetch -q && git switch -q {BRANCH} && pm status approve -q && git push -q")).ok();
    forge.by("vera", &format!("git fetch -q && git switch -q {BRANCH} && git reset -q --hard HEAD~1")).ok();
    forge.by("vera", "pm status request-changes -q -m 'The second cause is missing'").ok();
    assert_eq!(forge.by("vera", "git pull -q --no-rebase").code, 1);
    // Hers comes first in the conflict, and has to stand last.
    let last = r#"awk '/^\[\[sign_offs/ { text = "" } { text = text $0 "\n" } END { printf "\n%s", text }'"#;
    let swapped = format!(
        "git show HEAD:{FILE} | {last} > ../last && git show MERGE_HEAD:{FILE} > {FILE} && cat ../last >> {FILE} && \
         sed -i 's/^status = \"in-review\"/status = \"draft\"/' {FILE} && git add {FILE} && git commit -q --no-edit"
    );
    forge.by("vera", &swapped).ok();
    let verified = forge.by("vera", "pm verify");
    assert_eq!(verified.code, 0, "{verified}");
    assert_eq!(forge.state("vera"), (3, "draft".to_owned()));
}

#[test]
fn on_a_protected_branch_each_sign_off_is_a_request_of_its_own() {
    for how in [How::Merge, How::SquashBy(ANN), How::Rebase] {
        let forge = Forge::new();
        forge.submitted();
        forge.merges(BRANCH, how).ok();
        for who in ["bob", "vera"] {
            let line = format!(
                "git pull -q && git switch -qc sign-off/{who} && pm status approve -q && git push -q -u origin HEAD"
            );
            forge.by(who, &line).ok();
            assert_eq!(forge.by(who, "git rev-list --count origin/main..HEAD").ok(), "1\n");
        }
        forge.merges("sign-off/bob", how).ok();
        let conflict = forge.merges("sign-off/vera", how);
        assert_eq!(conflict.code, 1, "{conflict}");
        drop(forge.team.sandbox.run("cd ../forge && git rebase --abort"));
        assert_eq!(forge.fresh().code, 0, "in review, with one of two approvals");
        assert_eq!(forge.state("fresh"), (2, "in-review".to_owned()));
        forge
            .by(
                "vera",
                "git fetch -q && git reset -q --hard origin/main && pm status approve -q && git push -q --force",
            )
            .ok();
        forge.merges("sign-off/vera", how).ok();
        forge.team.sandbox.run("rm -rf ../fresh").ok();
        let told = commits(&forge.fresh());
        assert_eq!(forge.state("fresh"), (3, "approved".to_owned()));
        match how {
            How::Merge => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
    ✓ commit    direct, 25994b272e
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:13
  UTC
    ✓ commit    direct, e41b5d8806
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:21
  UTC
    ✓ commit    direct, 81b347c65a

"#]]
            ),
            How::SquashBy(_) => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
      commit    rewritten: it came with a2f76258a4 by Ann Example
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:13
  UTC
      commit    rewritten: it came with b9a75145b5 by Ann Example
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:21
  UTC
      commit    rewritten: it came with f2678b99f5 by Ann Example

"#]]
            ),
            How::Rebase => assert_data_eq!(
                told,
                str![[r#"
2017-01-31-database-removed  approved, verified
  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:11 UTC
      commit    rewritten: it came with 9f9d8a1100 by Ann Example
  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:13
  UTC
      commit    rewritten: it came with f2e9123f07 by Bob Lead <bob@example.com>
  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:21
  UTC
      commit    rewritten: it came with e465d9a16f by Vera Vice

"#]]
            ),
        }
    }
}

#[test]
fn the_second_request_may_also_take_in_main_and_keep_both() {
    let forge = Forge::new();
    forge.submitted();
    forge.merges(BRANCH, How::Merge).ok();
    for who in ["bob", "vera"] {
        let line = format!(
            "git pull -q && git switch -qc sign-off/{who} && pm status approve -q && git push -q -u origin HEAD"
        );
        forge.by(who, &line).ok();
    }
    forge.merges("sign-off/bob", How::Merge).ok();
    assert_eq!(forge.by("vera", "git fetch -q && git merge -q origin/main").code, 1);
    forge.by("vera", &format!("{} && git commit -q --no-edit && git push -q", keep_both())).ok();
    forge.merges("sign-off/vera", How::Merge).ok();
    let lags = forge.fresh();
    assert_eq!(lags.code, 0, "{lags}");
    assert!(lags.stdout.contains("its votes suffice"), "{lags}");
    // Whoever has voted writes the status that is behind: one more request, without a sign-off.
    let status =
        "git switch -q main && git pull -q && git switch -qc status && pm status approve && git push -q -u origin HEAD";
    assert_data_eq!(
        forge.by("bob", status).to_string(),
        str![[r#"
2017-01-31-database-removed is approved
--- talk
2017-01-31-database-removed (the only record)
✓ committed a5a8235e2b on status

"#]]
    );
    forge.merges("status", How::Merge).ok();
    forge.team.sandbox.run("rm -rf ../fresh").ok();
    assert_eq!(forge.fresh().code, 0);
    assert_eq!(forge.state("fresh"), (3, "approved".to_owned()));
}

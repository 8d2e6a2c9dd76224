//! What people do wrong around signing is refused before it is committed, and can be put right.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::team::{FILE, ID, Signing, Team, with_key};

fn signed() -> Team {
    Team::new(Signing::Ssh, "signatures = { P1 = \"required\", default = \"optional\" }\n")
}

/// Runs a line that is to be refused without a trace.
fn refused(team: &Team, who: &str, line: &str) -> String {
    let state = "git rev-parse HEAD; git status --porcelain; cksum postmortems/*/*.toml";
    let before = team.sandbox.run(state).ok();
    let output = team.by(who, line);
    assert_ne!(output.code, 0, "{output}");
    assert_eq!(team.sandbox.run(state).ok(), before, "{output}");
    format!("$ {line}   # {who}\n{output}")
}

#[test]
fn a_key_that_is_not_the_signers_is_refused_before_it_is_committed() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    let mut told = refused(&team, "bob", &format!("{}pm status approve -q", with_key("mallory")));
    told += &refused(&team, "bob", "pm status approve -q --no-sign");
    assert_data_eq!(
        told,
        str![[r#"
$ export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=gpg.format GIT_CONFIG_VALUE_0=ssh GIT_CONFIG_KEY_1=user.signingKey GIT_CONFIG_VALUE_1=$HOME/mallory.pub GIT_CONFIG_KEY_2=commit.gpgSign GIT_CONFIG_VALUE_2=true; pm status approve -q   # bob
--- talk
error: this signature would not count: it was signed by a key that is not one of Bob Lead's: ED25519 SHA256:5UcN7iW9rPdvZqGQEG+sUsPwv6NXdcYDnFDsMPGjqqk
hint: sign with a key that is yours there (`git config user.signingKey`), or have this one added to pm.toml on the default branch
--- exit 1
$ pm status approve -q --no-sign   # bob
--- talk
error: this sign-off would not count: it carries no signature, and one is required
hint: sign with `--sign`; `git config gpg.format` and `user.signingKey` set signing up
--- exit 1

"#]]
    );
    team.by("bob", "pm status approve -q").ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0);
}

#[test]
fn a_submission_without_the_signature_it_needs_is_refused() {
    assert_data_eq!(
        refused(&signed(), "ann", "pm status submit -q --no-sign"),
        str![[r#"
$ pm status submit -q --no-sign   # ann
--- talk
error: this sign-off would not count: it carries no signature, and one is required
hint: sign with `--sign`; `git config gpg.format` and `user.signingKey` set signing up
--- exit 1

"#]]
    );
}

#[test]
fn whoever_keeps_the_minutes_of_the_review_may_approve_still() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    team.by("bob", "pm set -q review.decisions+='Rehearse it' review.held=2017-02-07T09:00:00Z").ok();
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "pm set -q cause.trigger='Another host'").ok();
    assert_data_eq!(
        refused(&team, "vera", "pm status approve -q"),
        str![[r#"
$ pm status approve -q   # vera
--- talk
error: this sign-off would not count: own work: Vera Vice wrote parts of it
hint: somebody else has to approve it (the owner is Ann Example <ann@example.com>); `own_work = true` under [approval] of pm.toml allows it
--- exit 1

"#]]
    );
}

#[test]
fn more_is_asked_of_an_approval_whose_severity_was_raised_and_it_can_be_renewed() {
    let team = signed();
    team.by("ann", "pm set -q severity=P3").ok();
    // The default branch says P3 now, too.
    team.by("ann", "pm status submit -q --no-sign").ok();
    team.by("bob", "pm status approve -q --no-sign").ok();
    team.by("ann", "pm set -q severity=P1").ok();
    let mut told =
        team.sandbox.run("pm status").ok().lines().take(8).fold(String::new(), |text, line| text + line + "\n");
    told += &team.by("bob", "pm status approve").to_string();
    told += &team.by("vera", "pm status approve").to_string();
    told += &team.by("ann", "pm verify").to_string();
    assert_data_eq!(
        told,
        str![[r#"
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ● In Review ──▶ ◉ Approved ──▶ ○ Complete

  ✗ The approval is stale: the record says something else than what was
    approved.
    Submitted by Ann Example, 2026-03-02 09:06 UTC
2017-01-31-database-removed is approved, and still stale: approval by Bob Lead as engineering-lead, signed (git-ssh)
--- talk
2017-01-31-database-removed (the only record)
still wanted: vp-engineering: Vera Vice
✓ committed 46fc2ac118 on main
2017-01-31-database-removed is approved: approval by Vera Vice as vp-engineering, signed (git-ssh)
--- talk
2017-01-31-database-removed (the only record)
✓ committed d8fd283996 on main
2017-01-31-database-removed  approved, cannot tell

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:06 UTC
      content   stale since 86183414e2 by Ann Example <ann@example.com>
    ✓ commit    direct, 2476fe228e
      signature none: claimed
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:07
  UTC
      content   stale since 86183414e2 by Ann Example <ann@example.com>
    ✓ commit    direct, bd5394fce2
      signature none: claimed
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:10
  UTC
    ✓ content   matches
    ✓ commit    direct, 46fc2ac118
    ✓ signature good, ED25519 SHA256:14G+tz5Z4l3QISnUWvpIHpaOcfXoUSuWqf0rJNYzCWM
    ✓ policy    met

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:11
  UTC
    ✓ content   matches
    ✓ commit    direct, d8fd283996
    ✓ signature good, ED25519 SHA256:1rNXtFfxnAr57d32B8jWMke8uq28nR3sFmgCGX+XaMU
    ✓ policy    met

  ? 1 sign-off is claimed: without a signature nobody can tell it from a typed
    one; `signatures = "optional"` under [approval] of pm.toml accepts that
--- exit 3

"#]]
    );
}

#[test]
fn a_mistake_in_the_settings_lets_nothing_pass() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    team.sandbox.run("sed -i 's/P1 = \"required\"/P1 = \"requird\"/' pm.toml && git commit -qam slip").ok();
    let mut told = refused(&team, "bob", "pm status approve -q --no-sign 2>&1 | tail -2; exit 1");
    team.sandbox.run("sed -i 's/^to = \"in-review\"/&/' pm.toml").ok();
    let output = team.sandbox.run("pm verify 2>&1 | grep -v '^ *[|0-9]' | tail -4");
    let _ = write!(told, "{output}");
    assert_data_eq!(
        told,
        str![[r#"
$ pm status approve -q --no-sign 2>&1 | tail -2; exit 1   # bob
error: pm.toml at 01d6a21bce has a mistake in what sign-offs are judged by: `requird` is no value of `approval.signatures.P1`
hint: `pm check` shows where; correct it on the default branch, nothing can be signed until then
--- exit 1
    ✓ content   matches
    ✓ commit    direct, ccda6b9664
    ✓ signature good, ED25519 SHA256:1YWCf9zNvxBX5HqXtmmilMl/up2uC1WYuAYLPYtKYV4
    ✓ policy    met

"#]]
    );
}

#[test]
fn an_outsider_cannot_end_a_review() {
    let team = signed();
    team.by("ann", "pm status submit -q").ok();
    assert_data_eq!(
        refused(&team, "mallory", "pm status request-changes -q -m no"),
        str![[r#"
$ pm status request-changes -q -m no   # mallory
--- talk
error: this sign-off would not count: mallory@example.com is not one of [people]
hint: people and their roles are under [people] of pm.toml, on the default branch
--- exit 1

"#]]
    );
}

#[test]
fn a_verb_that_is_misspelt_is_told_apart_from_a_record() {
    let team = signed();
    assert_data_eq!(
        refused(&team, "ann", "pm status sumbit"),
        str![[r#"
$ pm status sumbit   # ann
--- talk
error: no record matches `sumbit`
hint: `pm list` shows every record
hint: did you mean `pm status submit`?
--- exit 2

"#]]
    );
}

#[test]
fn what_a_command_is_printed_with_to_be_filled_in_fills_no_gate() {
    let team = signed();
    team.by("ann", "pm set -q summary=… impact.summary=… impact.users.affected= impact.users.percent=").ok();
    assert_data_eq!(
        refused(&team, "ann", "pm status submit -q"),
        str![[r#"
$ pm status submit -q   # ann
--- talk
error: 2 gates are not met, so 2017-01-31-database-removed cannot be submitted
  summary: no summary is written: `pm set 2017-01-31-database-removed summary="…"`
  impact: the impact is not described: `pm set 2017-01-31-database-removed impact.summary="…"`
--- exit 1

"#]]
    );
}

#[test]
fn times_of_sign_offs_are_whole_seconds() {
    let team = signed();
    // Without the clock that tests set, the machine's own.
    team.by("ann", "unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE; pm status submit -q").ok();
    let text = team.sandbox.read(FILE);
    let at = text.rsplit("at = ").next().and_then(|rest| rest.lines().next()).expect("a time");
    assert_eq!(at.len(), "2026-03-02T09:05:00Z".len(), "{at}");
    let seconds = team.sandbox.run(&format!("date -u -d {at} +%s; git log -1 --format='%at%n%ct' -- {ID} {FILE}")).ok();
    let lines: Vec<&str> = seconds.lines().collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| *line == lines[0]), "{seconds}");
}

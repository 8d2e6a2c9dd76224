//! Where a record stands, and how it moves.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::team::{FILE, Signing, Team};

fn team() -> Team {
    Team::new(Signing::No, "signatures = \"optional\"\n")
}

#[test]
fn a_record_goes_from_draft_to_complete() {
    let team = team();
    let mut told = String::new();
    let mut step = |who: &str, line: &str| {
        let _ = write!(told, "$ {line}   # {who}\n{}", team.by(who, line));
    };
    step("ann", "pm status");
    step("ann", "pm status submit");
    step("bob", "pm status approve -m 'Read twice.'");
    step("ann", "pm status");
    step("vera", "pm status approve");
    step("ann", "pm status complete");
    step(
        "ann",
        "pm set -q actions[1].status=done actions[1].closed=2017-02-08 actions[1].evidence=https://example.com/1",
    );
    step("ann", "pm status complete -m 'Shared at the all-hands.'");
    step("ann", "pm status");
    step("ann", "pm list");
    step("ann", "pm verify");
    assert_data_eq!(
        told,
        str![[r#"
$ pm status   # ann
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ◉ Draft ──▶ ○ In Review ──▶ ○ Approved ──▶ ○ Complete

  ✗ To be submitted by 2017-02-03 18:14 UTC (overdue by 3313 d 15 h)

Gates to submit
  ✓ A severity is set.
  ✓ A summary is written.
  ✓ The impact is described, by `impact.summary` or the users affected.
  ✓ `detected` and `resolved` are marked and the timeline is in order.

Next  pm status submit 2017-01-31-database-removed
--- talk
2017-01-31-database-removed (the only record)
$ pm status submit   # ann
2017-01-31-database-removed is in-review: submitted by Ann Example as owner
--- talk
2017-01-31-database-removed (the only record)
✓ committed 98a11dc8ea on main
$ pm status approve -m 'Read twice.'   # bob
2017-01-31-database-removed is in-review: approval by Bob Lead as engineering-lead
--- talk
2017-01-31-database-removed (the only record)
still wanted: vp-engineering: Vera Vice
✓ committed e0e9051fe2 on main
$ pm status   # ann
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ◉ In Review ──▶ ○ Approved ──▶ ○ Complete

    Submitted by Ann Example, 2026-03-02 09:06 UTC
    To be approved by 2026-03-09 09:06 UTC (in 7 d)

Gates to approve
  ✓ `detected` and `resolved` are marked, the timeline is in order, and the
    review ticked the topic `timeline`.
  ✓ A root cause or a contributing factor is written, and the review ticked the
    topic `root-cause`.
  ✓ There is an action, and each has an owner, a priority and a due date.
  ✓ Something that prevents it from happening again is written (`prevention`).
  ✓ What the team takes from it is written (`lessons`).
  ✓ The review meeting was held (`review.held`).
  ✓ All stakeholders agree (`review.agreed`).

Signed
  ✓ Bob Lead as engineering-lead, 2026-03-02 09:07 UTC, claimed, no signature
      Read twice.

Still to sign
  ○ vp-engineering: Vera Vice

Next  Vera Vice: pm status approve 2017-01-31-database-removed --as vp-engineering
--- talk
2017-01-31-database-removed (the only record)
$ pm status approve   # vera
2017-01-31-database-removed is approved: approval by Vera Vice as vp-engineering
--- talk
2017-01-31-database-removed (the only record)
✓ committed 9efce9f58d on main
$ pm status complete   # ann
--- talk
2017-01-31-database-removed (the only record)
error: a gate is not met, so 2017-01-31-database-removed cannot be completed
  actions_closed: action k7fq is not closed: `pm action done k7fq --evidence "…"`
--- exit 1
$ pm set -q actions[1].status=done actions[1].closed=2017-02-08 actions[1].evidence=https://example.com/1   # ann
action k7fq open → done
action k7fq closed set to 2017-02-08
action k7fq evidence set to https://example.com/1
$ pm status complete -m 'Shared at the all-hands.'   # ann
2017-01-31-database-removed is complete: completed by Ann Example as owner
--- talk
2017-01-31-database-removed (the only record)
✓ committed 64f311ddfd on main
$ pm status   # ann
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ● In Review ──▶ ● Approved ──▶ ◉ Complete

    Submitted by Ann Example, 2026-03-02 09:06 UTC
    Completed by Ann Example, 2026-03-02 09:12 UTC: Shared at the all-hands.

Signed
  ✓ Bob Lead as engineering-lead, 2026-03-02 09:07 UTC, claimed, no signature
      Read twice.
  ✓ Vera Vice as vp-engineering, 2026-03-02 09:09 UTC, claimed, no signature

Next  nothing: it is complete
--- talk
2017-01-31-database-removed (the only record)
$ pm list   # ann
ID                           SEVERITY  STATUS    STARTED     TITLE                                             OWNER
2017-01-31-database-removed  P1        complete  2017-01-31  Production database directory removed by mistake  Ann Example
$ pm verify   # ann
2017-01-31-database-removed  complete, verified

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:06 UTC
    ✓ content   matches
    ✓ commit    direct, 98a11dc8ea
      signature none: claimed
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:07
  UTC
    ✓ content   matches
    ✓ commit    direct, e0e9051fe2
      signature none: claimed
    ✓ policy    met

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:09
  UTC
    ✓ content   matches
    ✓ commit    direct, 9efce9f58d
      signature none: claimed
    ✓ policy    met

  complete by Ann Example <ann@example.com> as owner, 2026-03-02 09:12 UTC
    ✓ content   matches
    ✓ commit    direct, 64f311ddfd
      signature none: claimed
    ✓ policy    met

"#]]
    );
    team.sandbox.run("git fsck --strict").ok();
    assert_eq!(team.sandbox.run("git status --porcelain").ok(), "");
}

#[test]
fn each_transition_is_one_commit_of_the_record_by_its_signer() {
    let team = team();
    team.sandbox.write("elsewhere.txt", "x");
    team.sandbox.run("git add elsewhere.txt").ok();
    team.by("ann", "pm status submit -q").ok();
    team.by(
        "bob",
        "pm status approve -q --signoff -m 'It holds.\n\nSign-Off: sha256:forged\nPostmortem: another\n---\nrest'",
    )
    .ok();
    assert_data_eq!(
        team.sandbox
            .run("git log -2 --format='%an <%ae>%n%cn <%ce>%n%ad%n%cd%n%B' --stat; git status --porcelain")
            .ok(),
        str![[r#"
Bob Lead <bob@example.com>
Bob Lead <bob@example.com>
Mon Mar 2 09:07:00 2026 +0000
Mon Mar 2 09:07:00 2026 +0000
2017-01-31-database-removed: approve as engineering-lead (still in-review)

    It holds.

    Sign-Off: sha256:forged
    Postmortem: another
    ---
    rest

Postmortem: 2017-01-31-database-removed
Transition: in-review -> approved
Sign-Off: sha256:a995078054925cf46846b9f38a5c2216ef3f4788f8f597adcceb2366adc732f3
Signed-off-by: Bob Lead <bob@example.com>


 postmortems/2017/2017-01-31-database-removed.toml | 18 ++++++++++++++++++
 1 file changed, 18 insertions(+)
Ann Example <ann@example.com>
Ann Example <ann@example.com>
Mon Mar 2 09:06:00 2026 +0000
Mon Mar 2 09:06:00 2026 +0000
2017-01-31-database-removed: submit as owner (draft to in-review)

Postmortem: 2017-01-31-database-removed
Transition: draft -> in-review
Sign-Off: sha256:0e73d09adfdb5b43baeddb869e860086f3056a2cd5ac0dd1143f927b551c0916


 postmortems/2017/2017-01-31-database-removed.toml | 13 ++++++++++++-
 1 file changed, 12 insertions(+), 1 deletion(-)
A  elsewhere.txt

"#]]
    );
    assert_data_eq!(
        team.sandbox.run("git log -1 --format=%B | git interpret-trailers --parse").ok(),
        str![[r#"
Postmortem: 2017-01-31-database-removed
Transition: in-review -> approved
Sign-Off: sha256:a995078054925cf46846b9f38a5c2216ef3f4788f8f597adcceb2366adc732f3
Signed-off-by: Bob Lead <bob@example.com>

"#]]
    );
    assert_data_eq!(
        team.sandbox.run(&format!("git diff HEAD~2 HEAD -- {FILE}")).ok(),
        str![[r#"
diff --git a/postmortems/2017/2017-01-31-database-removed.toml b/postmortems/2017/2017-01-31-database-removed.toml
index b12d836..75425be 100644
--- a/postmortems/2017/2017-01-31-database-removed.toml
+++ b/postmortems/2017/2017-01-31-database-removed.toml
@@ -9,7 +9,7 @@
 
 severity = "P1"
 
-status = "draft"            # draft, in-review, approved, complete; moved only by `pm status`
+status = "in-review"            # draft, in-review, approved, complete; moved only by `pm status`
 
 owner = "Ann Example <ann@example.com>"   # "Prepared by": the one accountable writer
 
@@ -361,3 +361,32 @@ [custom]
 # method = "git-ssh"
 # signature = "…"          # base64, one line
 # note = ""
+
+[[sign_offs]]
+from = "draft"
+to = "in-review"
+role = "owner"
+name = "Ann Example"
+email = "ann@example.com"
+at = 2026-03-02T09:06:00Z
+content = "pm1-sha256:e2f3dc69d8e51620a519e31ded86e8d66bc2b5a8d623a951b3a741ff8bb1ed48"
+prev = []
+method = "none"
+
+[[sign_offs]]
+from = "in-review"
+to = "approved"
+role = "engineering-lead"
+name = "Bob Lead"
+email = "bob@example.com"
+at = 2026-03-02T09:07:00Z
+content = "pm1-sha256:e2f3dc69d8e51620a519e31ded86e8d66bc2b5a8d623a951b3a741ff8bb1ed48"
+prev = ["sha256:0e73d09adfdb5b43baeddb869e860086f3056a2cd5ac0dd1143f927b551c0916"]
+method = "none"
+note = """
+It holds.
+
+Sign-Off: sha256:forged
+Postmortem: another
+---
+rest"""

"#]]
    );
}

#[test]
fn what_is_not_possible_is_said_with_what_is() {
    let team = team();
    let mut told = String::new();
    let mut refused = |who: &str, line: &str| {
        let before = team.sandbox.run("git rev-parse HEAD; git status --porcelain").ok();
        let output = team.by(who, line);
        assert_eq!(output.code, 1, "{output}");
        assert_eq!(team.sandbox.run("git rev-parse HEAD; git status --porcelain").ok(), before);
        let _ = write!(told, "$ {line}   # {who}\n{output}");
    };
    for verb in ["approve", "request-changes", "complete", "reopen"] {
        refused("bob", &format!("pm status {verb} -m x"));
    }
    team.by("ann", "pm status submit -q").ok();
    refused("ann", "pm status submit");
    refused("ann", "pm status approve");
    refused("bob", "pm status approve --as vp-engineering");
    refused("mallory", "pm status approve");
    refused("bob", "pm status request-changes");
    team.by("bob", "pm status approve -q").ok();
    refused("bob", "pm status approve");
    refused("bob", "pm status complete");
    assert_data_eq!(
        told,
        str![[r#"
$ pm status approve -m x   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `approve` is not possible for a draft
hint: possible: `pm status submit 2017-01-31-database-removed`
--- exit 1
$ pm status request-changes -m x   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `request-changes` is not possible for a draft
hint: possible: `pm status submit 2017-01-31-database-removed`
--- exit 1
$ pm status complete -m x   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `complete` is not possible for a draft
hint: possible: `pm status submit 2017-01-31-database-removed`
--- exit 1
$ pm status reopen -m x   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `reopen` is not possible for a draft
hint: possible: `pm status submit 2017-01-31-database-removed`
--- exit 1
$ pm status submit   # ann
--- talk
2017-01-31-database-removed (the only record)
error: `submit` is not possible for a record in review
hint: possible: `pm status approve 2017-01-31-database-removed`, `pm status request-changes 2017-01-31-database-removed -m "…"`
--- exit 1
$ pm status approve   # ann
--- talk
2017-01-31-database-removed (the only record)
error: this sign-off would not count: own work: Ann Example is the owner
hint: somebody else has to approve it (the owner is Ann Example <ann@example.com>); `own_work = true` under [approval] of pm.toml allows it
--- exit 1
$ pm status approve --as vp-engineering   # bob
--- talk
2017-01-31-database-removed (the only record)
error: this sign-off would not count: Bob Lead does not hold the role vp-engineering, but engineering-lead
hint: sign as a role that is theirs, or have it given under [people] of pm.toml, on the default branch
--- exit 1
$ pm status approve   # mallory
--- talk
2017-01-31-database-removed (the only record)
error: this sign-off would not count: mallory@example.com is not one of [people]
hint: people and their roles are under [people] of pm.toml, on the default branch
--- exit 1
$ pm status request-changes   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `request-changes` needs a reason
hint: say it with `pm status request-changes 2017-01-31-database-removed -m "…"`
--- exit 1
$ pm status approve   # bob
--- talk
2017-01-31-database-removed (the only record)
error: you have approved 2017-01-31-database-removed as engineering-lead already, and nothing has changed since
hint: `pm status 2017-01-31-database-removed` shows who has still to sign
--- exit 1
$ pm status complete   # bob
--- talk
2017-01-31-database-removed (the only record)
error: `complete` is not possible for a record in review
hint: possible: `pm status approve 2017-01-31-database-removed`, `pm status request-changes 2017-01-31-database-removed -m "…"`
--- exit 1

"#]]
    );
}

#[test]
fn every_unmet_gate_is_named_with_its_command() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'Disk full' -q").ok();
    assert_data_eq!(
        sandbox.run("pm status submit").to_string(),
        str![[r#"
--- talk
2026-03-02-disk-full (the only record)
error: 4 gates are not met, so 2026-03-02-disk-full cannot be submitted
  severity: no severity is set: `pm set 2026-03-02-disk-full severity=P1`
  summary: no summary is written: `pm set 2026-03-02-disk-full summary="…"`
  impact: the impact is not described: `pm set 2026-03-02-disk-full impact.summary="…"`
  timeline: no entry is marked detected: `pm timeline add "…" --kind detected --at TIME -p 2026-03-02-disk-full`
  timeline: no entry is marked resolved: `pm timeline add "…" --kind resolved --at TIME -p 2026-03-02-disk-full`
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm status").to_string(),
        str![[r#"
Disk full
2026-03-02-disk-full · severity unknown

  ◉ Draft ──▶ ○ In Review ──▶ ○ Approved ──▶ ○ Complete

Gates to submit
  ✗ A severity is set.
      no severity is set
        pm set 2026-03-02-disk-full severity=P1
  ✗ A summary is written.
      no summary is written
        pm set 2026-03-02-disk-full summary="…"
  ✗ The impact is described, by `impact.summary` or the users affected.
      the impact is not described
        pm set 2026-03-02-disk-full impact.summary="…"
  ✗ `detected` and `resolved` are marked and the timeline is in order.
      no entry is marked detected
        pm timeline add "…" --kind detected --at TIME -p 2026-03-02-disk-full
      no entry is marked resolved
        pm timeline add "…" --kind resolved --at TIME -p 2026-03-02-disk-full

Next  pm set 2026-03-02-disk-full severity=P1
--- talk
2026-03-02-disk-full (the only record)

"#]]
    );
    // Met by the commands that were named.
    sandbox.run("pm set -q severity=P2 summary='The disk was full.' impact.summary='No orders for an hour.'").ok();
    sandbox.run("pm timeline add -q 'Alert' --kind detected --at '2026-03-02 08:00' && pm timeline add -q 'Cleared' --kind resolved --at '2026-03-02 08:40'").ok();
    sandbox.run("pm status submit").ok();
    assert_data_eq!(
        sandbox.run("GIT_AUTHOR_NAME=Bo GIT_AUTHOR_EMAIL=bo@example.com pm status approve").to_string(),
        str![[r#"
--- talk
2026-03-02-disk-full (the only record)
error: 6 gates are not met, so 2026-03-02-disk-full cannot be approved
  timeline: the review has not discussed `timeline`: `pm set 2026-03-02-disk-full review.topics+=timeline`
  root_cause: no root cause or contributing factor is written: `pm set 2026-03-02-disk-full cause.root_cause="…"`
  root_cause: the review has not discussed `root-cause`: `pm set 2026-03-02-disk-full review.topics+=root-cause`
  actions: there is no action item: `pm action add "…" --owner "…" --priority P2 -p 2026-03-02-disk-full`
  prevention: no prevention is written: `pm set 2026-03-02-disk-full prevention.short_term+="…"`
  lessons: no lesson is written: `pm set 2026-03-02-disk-full lessons.learned+="…"`
  review_held: the review was not held: `pm set 2026-03-02-disk-full review.held=now`
--- exit 1

"#]]
    );
}

#[test]
fn what_is_not_committed_cannot_be_signed() {
    let team = team();
    team.sandbox.run(&format!("sed -i 's/at the prompt/at any prompt/' {FILE}")).ok();
    assert_data_eq!(
        team.by("ann", "pm status submit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
error: postmortems/2017/2017-01-31-database-removed.toml has changes that are not committed; they cannot be signed
hint: `git diff postmortems/2017/2017-01-31-database-removed.toml` shows them; commit them first, or take them back
--- exit 2

"#]]
    );
    team.sandbox.run(&format!("git add {FILE}")).ok();
    assert_eq!(team.by("ann", "pm status submit").code, 2);
    team.sandbox.run("git commit -qm prompt").ok();
    team.by("ann", "pm status submit").ok();
}

//! What keeps a sign-off, what makes it stale, and what happens around signing.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::team::{FILE, Signing, Team};

fn team() -> Team {
    Team::new(Signing::No, "signatures = \"optional\"\n")
}

#[test]
fn a_material_edit_makes_an_approval_stale_and_an_operational_one_does_not() {
    let team = team();
    team.approved();
    team.by("ann", "pm set actions[1].status=in-progress distribution.shared_on=2017-02-12 -q").ok();
    assert!(!team.sandbox.run("pm status").ok().contains("stale"));
    let mut told = team.by("ann", "pm set cause.trigger='The wrong host'").to_string();
    for line in ["pm status", "pm list", "pm show | head -6", "pm verify"] {
        let _ = write!(told, "$ {line}\n{}", team.sandbox.run(line));
    }
    told += &team.by("ann", "pm status complete").to_string();
    told += &team.by("bob", "pm status approve").to_string();
    told += &team.by("vera", "pm status approve").to_string();
    told += &team.sandbox.run("pm status --format json").to_string();
    assert_data_eq!(
        told,
        str![[r#"
cause.trigger Data directory deleted on the primary instead of the second… → The wrong host
--- talk
2017-01-31-database-removed (the only record)
warning: the approval by Bob Lead and Vera Vice was for what it said before: it is stale now; its approvers renew it with `pm status approve 2017-01-31-database-removed`
✓ committed 347b3d93d1 on main
$ pm status
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ● In Review ──▶ ◉ Approved ──▶ ○ Complete

  ✗ The approval is stale: the record says something else than what was
    approved.
    Submitted by Ann Example, 2026-03-02 09:05 UTC

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
  ✗ Bob Lead as engineering-lead, 2026-03-02 09:06 UTC, claimed, no signature:
    does not count, given for another content: stale
  ✗ Vera Vice as vp-engineering, 2026-03-02 09:07 UTC, claimed, no signature:
    does not count, given for another content: stale

Still to sign
  ○ engineering-lead: Bob Lead
  ○ vp-engineering: Vera Vice

Next  Bob Lead: pm status approve 2017-01-31-database-removed --as engineering-lead
--- talk
2017-01-31-database-removed (the only record)
$ pm list
ID                           SEVERITY  STATUS          STARTED     TITLE                                             OWNER
2017-01-31-database-removed  P1        approved stale  2017-01-31  Production database directory removed by mistake  Ann Example
$ pm show | head -6
Production database directory removed by mistake
2017-01-31-database-removed
P1 Critical  Approved, stale: changed since it was approved

  Owner     Ann Example <ann@example.com>
  Services  gitlab.com, postgresql
--- talk
2017-01-31-database-removed (the only record)
$ pm verify
2017-01-31-database-removed  approved, failed

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:05 UTC
      content   stale since 347b3d93d1 by Ann Example <ann@example.com>
    ✓ commit    direct, 7cec627337
      signature none: claimed
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:06
  UTC
    ✗ content   stale since 347b3d93d1 by Ann Example <ann@example.com>
    ✓ commit    direct, 7d136e0e4c
      signature none: claimed
    ✓ policy    met

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:07
  UTC
    ✗ content   stale since 347b3d93d1 by Ann Example <ann@example.com>
    ✓ commit    direct, d238e2b7b7
      signature none: claimed
    ✓ policy    met

  ✗ the approval is stale since 347b3d93d1 by Ann Example <ann@example.com>
--- exit 1
--- talk
2017-01-31-database-removed (the only record)
error: the approval of 2017-01-31-database-removed does not hold for what it says now, so it cannot be completed
hint: `pm status 2017-01-31-database-removed` shows who has still to sign
hint: `pm status approve 2017-01-31-database-removed` renews an approval
--- exit 1
2017-01-31-database-removed is approved, and still stale: approval by Bob Lead as engineering-lead
--- talk
2017-01-31-database-removed (the only record)
still wanted: vp-engineering: Vera Vice
✓ committed e21b3ece22 on main
2017-01-31-database-removed is approved: approval by Vera Vice as vp-engineering
--- talk
2017-01-31-database-removed (the only record)
✓ committed 83fd47b59c on main
{
  "schema": 1,
  "id": "2017-01-31-database-removed",
  "title": "Production database directory removed by mistake",
  "severity": "P1",
  "status": "approved",
  "derived_status": "approved",
  "stale": false,
  "lags": false,
  "content": "pm1-sha256:48804bc04cff8030c6c8421bdc5f20d6f3bb5066cab94d84cdc50c2abbcdb02d",
  "next_transition": "complete",
  "next": "pm action done k7fq --evidence /"…/"",
  "gates": [
    {
      "name": "actions_closed",
      "meaning": "Every action is done with evidence, or dropped with a reason.",
      "level": "require",
      "met": false,
      "lacking": [
        {
          "what": "action k7fq is not closed",
          "command": "pm action done k7fq --evidence /"…/""
        }
      ]
    },
    {
      "name": "shared",
      "meaning": "The record was shared (`distribution.shared_on`).",
      "level": "require",
      "met": true,
      "lacking": []
    }
  ],
  "needed": {
    "signers": 2,
    "roles": [
      "engineering-lead",
      "vp-engineering"
    ]
  },
  "sign_offs": [
    {
      "transition": "submit",
      "from": "draft",
      "to": "in-review",
      "role": "owner",
      "name": "Ann Example",
      "email": "ann@example.com",
      "at": "2026-03-02T09:05:00Z",
      "note": "",
      "method": "none",
      "digest": "sha256:ef8cbf189cbb114d589e2a2238e002bfbba692f61489b99833a600bcc4239bb9",
      "current_round": true,
      "uncounted": null,
      "faults": []
    },
    {
      "transition": "approve",
      "from": "in-review",
      "to": "approved",
      "role": "engineering-lead",
      "name": "Bob Lead",
      "email": "bob@example.com",
      "at": "2026-03-02T09:06:00Z",
      "note": "",
      "method": "none",
      "digest": "sha256:44a47e5661ecee10acd959db144ed05a10a3aa9fd512ea8243de4d739556019e",
      "current_round": true,
      "uncounted": "renewed by a later one",
      "faults": []
    },
    {
      "transition": "approve",
      "from": "in-review",
      "to": "approved",
      "role": "vp-engineering",
      "name": "Vera Vice",
      "email": "vera@example.com",
      "at": "2026-03-02T09:07:00Z",
      "note": "",
      "method": "none",
      "digest": "sha256:f03c2c2792e8626c47a124c989c68aa81a527f829be34d75e6d1edd7e4dd3620",
      "current_round": true,
      "uncounted": "renewed by a later one",
      "faults": []
    },
    {
      "transition": "approve",
      "from": "approved",
      "to": "approved",
      "role": "engineering-lead",
      "name": "Bob Lead",
      "email": "bob@example.com",
      "at": "2026-03-02T09:16:00Z",
      "note": "",
      "method": "none",
      "digest": "sha256:9209f10d87a00d2c39722017dfcc55bd2d3897519e7423bd505065a40c661ba0",
      "current_round": true,
      "uncounted": null,
      "faults": []
    },
    {
      "transition": "approve",
      "from": "approved",
      "to": "approved",
      "role": "vp-engineering",
      "name": "Vera Vice",
      "email": "vera@example.com",
      "at": "2026-03-02T09:17:00Z",
      "note": "",
      "method": "none",
      "digest": "sha256:824a394d57d1f0d92ef44e46c297a548cdadd8b322f48c84947f24e457218b7e",
      "current_round": true,
      "uncounted": null,
      "faults": []
    }
  ],
  "open_roles": [],
  "open_seats": 0,
  "deadline": null
}
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
    assert_eq!(team.sandbox.run("pm verify").code, 0);
}

#[test]
fn an_edit_by_hand_makes_it_stale_too() {
    let team = team();
    team.approved();
    team.sandbox.run(&format!("sed -i 's/at the prompt/at any prompt/' {FILE}")).ok();
    assert!(team.sandbox.run("pm list --format csv").ok().contains("true"));
    let output = team.sandbox.run("pm verify");
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stdout.contains("stale through what is not committed, or a figure"), "{output}");
    team.sandbox
        .run(&format!("git checkout -q {FILE} && unix2dos -q {FILE} 2>/dev/null || sed -i 's/$/\\r/' {FILE}"))
        .ok();
    assert_eq!(team.sandbox.run("pm verify").code, 0, "line endings do not count");
}

#[test]
fn reopening_keeps_the_old_sign_offs_as_history() {
    let team = team();
    team.approved();
    team.by("ann", "pm status reopen -q -m 'A second cause was found'").ok();
    team.by("ann", "pm set -q cause.trigger='Two causes'").ok();
    team.by("ann", "pm status submit -q").ok();
    assert_data_eq!(
        team.sandbox.run("pm status; pm verify").to_string(),
        str![[r#"
Production database directory removed by mistake
2017-01-31-database-removed · P1 Critical

  ● Draft ──▶ ◉ In Review ──▶ ○ Approved ──▶ ○ Complete

    Submitted by Ann Example, 2026-03-02 09:10 UTC
    To be approved by 2026-03-09 09:10 UTC (in 7 d)

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

Still to sign
  ○ engineering-lead: Bob Lead
  ○ vp-engineering: Vera Vice

Next  Bob Lead: pm status approve 2017-01-31-database-removed --as engineering-lead
2017-01-31-database-removed  in-review, verified

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:05 UTC,
  superseded

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:06
  UTC, superseded

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:07
  UTC, superseded

  reopen by Ann Example <ann@example.com> as owner, 2026-03-02 09:08 UTC,
  superseded

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:10 UTC
    ✓ content   matches
    ✓ commit    direct, d41eda4543
      signature none: claimed
    ✓ policy    met
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
    team.by("bob", "pm status approve -q").ok();
    assert!(team.sandbox.read(FILE).contains("status = \"in-review\""), "Vera's approval is of another round");
    team.by("vera", "pm status approve -q").ok();
    assert!(team.sandbox.read(FILE).contains("status = \"approved\""));
    assert_eq!(team.sandbox.run("pm verify").code, 0);
}

#[test]
fn what_a_filter_makes_of_a_record_is_not_signed() {
    let team = team();
    team.sandbox.run("git config filter.loud.smudge 'sed s/spam/SPAM/' && git config filter.loud.clean 'sed s/SPAM/spam/' && echo '*.toml filter=loud' > .gitattributes && git add -A && git commit -qm filter && rm postmortems/2017/*.toml && git checkout -q -- postmortems").ok();
    assert_data_eq!(
        team.by("ann", "pm status submit -q").to_string(),
        str![[r#"
--- talk
error: postmortems/2017/2017-01-31-database-removed.toml says something else here than in its commit
hint: a filter of .gitattributes changes it on checkout; what others would read has to be what is signed
--- exit 2

"#]]
    );
}

#[test]
fn the_settings_may_ask_for_a_signed_off_by() {
    let team = Team::new(Signing::No, "signatures = \"optional\"\nsigned_off_by = true\n");
    team.by("ann", "pm status submit -q").ok();
    let trailers = team.sandbox.run("git log -1 --format=%B | git interpret-trailers --parse").ok();
    assert!(trailers.ends_with("\nSigned-off-by: Ann Example <ann@example.com>\n"), "{trailers}");
}

#[test]
fn one_person_fills_one_seat() {
    let team = team();
    let settings = team
        .sandbox
        .read("pm.toml")
        .replace("roles = [\"engineering-lead\"]\nkeys", "roles = [\"engineering-lead\", \"vp-engineering\"]\nkeys");
    team.sandbox.write("pm.toml", settings);
    team.sandbox.run("git commit -qam roles").ok();
    team.by("ann", "pm status submit -q").ok();
    let mut told = team.by("bob", "pm status approve").to_string();
    told += &team.by("bob", "pm status approve --as engineering-lead").to_string();
    told += &team.by("bob", "pm status approve --as vp-engineering").to_string();
    told += &team.by("vera", "pm status approve").to_string();
    assert_data_eq!(
        told,
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: you hold several roles; which one do you sign as?
  `pm status approve 2017-01-31-database-removed --as engineering-lead`
  `pm status approve 2017-01-31-database-removed --as vp-engineering`
--- exit 1
2017-01-31-database-removed is in-review: approval by Bob Lead as engineering-lead
--- talk
2017-01-31-database-removed (the only record)
still wanted: vp-engineering: Vera Vice
✓ committed 2a2ea6f6c4 on main
2017-01-31-database-removed is in-review: approval by Bob Lead as vp-engineering
--- talk
2017-01-31-database-removed (the only record)
still wanted: vp-engineering: Vera Vice
✓ committed 2f1776b30c on main
2017-01-31-database-removed is approved: approval by Vera Vice as vp-engineering
--- talk
2017-01-31-database-removed (the only record)
✓ committed 496a221867 on main

"#]]
    );
}

#[test]
fn without_people_anybody_but_its_makers_may_approve() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm status submit -q").ok();
    assert_eq!(sandbox.run("pm status approve").code, 1, "the submitter");
    sandbox.run("export GIT_AUTHOR_NAME=Bo GIT_AUTHOR_EMAIL=bo@example.com; pm status approve -q").ok();
    assert_data_eq!(
        sandbox.run("pm verify").to_string(),
        str![[r#"
2017-01-31-database-removed  approved, cannot tell

  submit by Ann Example <ann@example.com> as author, 2026-03-02 09:03 UTC
    ✓ content   matches
    ✓ commit    direct, b5b909ee3d
      signature none: claimed
    ✓ policy    met

  approve by Bo <bo@example.com> as approver, 2026-03-02 09:05 UTC
    ✓ content   matches
    ✓ commit    direct, 575db4d8ef
      signature none: claimed
    ✓ policy    met

  ? 2 sign-offs are claimed: without a signature nobody can tell them from typed
    ones; `signatures = "optional"` under [approval] of pm.toml accepts that
--- exit 3

"#]]
    );
}

#[test]
fn a_hook_that_touches_what_is_signed_is_refused() {
    let team = team();
    let hook = |name: &str, body: &str| {
        team.sandbox.write(&format!(".git/hooks/{name}"), format!("#!/bin/sh\n{body}\n"));
        team.sandbox.run(&format!("chmod +x .git/hooks/{name}")).ok();
    };
    hook("pre-commit", &format!("sed -i 's/at the prompt/at a prompt/' {FILE}; git add {FILE}"));
    let before = team.sandbox.run("git rev-parse HEAD; git status --porcelain; cksum postmortems/*/*").ok();
    assert_data_eq!(
        team.by("ann", "pm status submit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: a hook changed the record that is being signed, so nothing was committed
--- exit 2

"#]]
    );
    assert_eq!(team.sandbox.run("git rev-parse HEAD; git status --porcelain; cksum postmortems/*/*").ok(), before);
    team.sandbox.run("rm .git/hooks/pre-commit").ok();
    hook("commit-msg", "sed -i 's/^Sign-Off:.*/Sign-Off: sha256:0/' \"$1\"");
    assert_data_eq!(
        team.by("ann", "pm status submit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: a hook changed the trailers of the sign-off, so nothing was committed
--- exit 2

"#]]
    );
    team.sandbox.run("rm .git/hooks/commit-msg").ok();
    hook("commit-msg", "printf 'Change-Id: I1\\n' >> \"$1\"");
    team.by("ann", "pm status submit").ok();
    assert!(team.sandbox.run("git log -1 --format=%B | git interpret-trailers --parse").ok().contains("Change-Id"));
}

#[test]
fn twenty_approve_at_once_and_all_that_are_said_to_have_signed_have() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm status submit -q").ok();
    let line = "for n in $(seq 20); do (export GIT_AUTHOR_NAME=P$n GIT_AUTHOR_EMAIL=p$n@example.com; pm status approve -q >out.$n 2>&1 && echo $n >> signed) & done; wait; rm -f out.*; sort -u signed | wc -l; rm signed";
    let signed: usize = sandbox.run(line).ok().trim().parse().expect("a number");
    assert!(signed >= 1);
    let text = sandbox.read("postmortems/2017/2017-01-31-database-removed.toml");
    assert_eq!(text.lines().filter(|line| *line == "to = \"approved\"").count(), signed);
    assert_eq!(sandbox.run("git log --format=%s | grep -c ': approve'").ok().trim(), signed.to_string());
    sandbox.run("git fsck --strict").ok();
}

//! `pm action edit`, and due dates that move after an approval.

use super::*;

#[test]
fn an_action_is_changed_field_by_field() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        told(
            &sandbox,
            &[
                "pm action edit k7fq --owner 'Bo Example <bo@example.com>' --due +2w --link https://example.com/9",
                "git log -1 --format=%B",
                "pm action edit -q k7fq --due '' --priority '' --type '' --owner '' --link ''",
                "pm action edit -q k7fq --priority P2",
                "pm action edit -q k7fq --text 'Alert when a backup is missing' --private",
                "pm action edit -q k7fq --public",
                "pm action edit k7fq --priority P2",
                "pm action edit k7fq",
                "pm action edit k7fq --text ''",
                "pm action edit b9hd --reason ''",
                "pm check",
            ]
        ),
        str![[r#"
$ pm action edit k7fq --owner 'Bo Example <bo@example.com>' --due +2w --link https://example.com/9
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: owner Infrastructure <infra@example.com> → Bo Example <bo@example.com>, due slipped 3323 days to 2026-03-16, link set to https://example.com/9
--- talk
✓ committed 79e11382da on main
$ git log -1 --format=%B
2017-01-31-database-removed: action k7fq owner, due, link: Alert when a backup is missing or empty

- action k7fq owner Infrastructure <infra@example.com> → Bo Example <bo@example.com>
- action k7fq due slipped 3323 days to 2026-03-16
- action k7fq link set to https://example.com/9

Postmortem: 2017-01-31-database-removed

$ pm action edit -q k7fq --due '' --priority '' --type '' --owner '' --link ''
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: type cleared (was detect), owner cleared (was Bo Example <bo@example.com>), priority cleared (was P1), due cleared (was 2026-03-16), link cleared (was https://example.com/9)
$ pm action edit -q k7fq --priority P2
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: priority set to P2, due set to 2026-03-16
$ pm action edit -q k7fq --text 'Alert when a backup is missing' --private
k7fq (2017-01-31-database-removed): “Alert when a backup is missing”: action Alert when a backup is missing or empty → Alert when a backup is missing, private set to yes
$ pm action edit -q k7fq --public
k7fq (2017-01-31-database-removed): “Alert when a backup is missing”: private cleared (was yes)
$ pm action edit k7fq --priority P2
--- talk
nothing to change in 2017-01-31-database-removed
$ pm action edit k7fq
--- talk
error: nothing to change
hint: say what, as in `--owner "Database Team"`, `--priority P2`, `--due +2w`, `--text "other words"`
--- exit 2
$ pm action edit k7fq --text ''
--- talk
error: the action is empty
hint: an action that is not to be done is dropped: `pm action drop`
--- exit 2
$ pm action edit b9hd --reason ''
--- talk
error: b9hd is dropped, and that needs a reason
hint: `pm action reopen b9hd` takes it up again
--- exit 1
$ pm check
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
  --> postmortems/2017/2017-01-31-database-removed.toml:12:10
   |
12 | status = "draft"            # draft, in-review, approved, complete;…
   |          ^^^^^^^
   |
   = help: `pm status submit 2017-01-31-database-removed`

note[action-owner]: action k7fq has no owner
   --> postmortems/2017/2017-01-31-database-removed.toml:182:1
    |
182 | [[actions]]
    | ^^^^^^^^^^^
    |
    = help: `pm action edit k7fq --owner "…"`

2 notes

"#]]
    );
}

#[test]
fn a_due_date_that_slips_after_the_approval_needs_a_reason() {
    let team = Team::new(Signing::No, "signatures = \"optional\"\n");
    team.by("ann", "pm action edit -q k7fq --due 2017-02-07").ok();
    team.approved();
    let mut all = String::new();
    for line in [
        "pm action edit k7fq --due 2017-02-20",
        "pm action edit k7fq --due ''",
        "pm action edit k7fq --due 2017-02-06",
        "pm action edit k7fq --due 2017-02-20 --reason 'Waits for the vendor'",
        "git log -1 --format=%B",
        "pm action edit -q k7fq --due 2017-03-01 -m 'Waits still'",
        "git log -1 --format=%B",
        "pm action edit -q k7fq --due 2017-02-20 --owner 'Bob Lead'",
        "pm action edit -q b9hd --due 2017-03-01",
        "pm verify | head -n 1",
    ] {
        let _ = write!(all, "$ {line}\n{}", team.by("ann", line));
    }
    assert_data_eq!(
        all,
        str![[r#"
$ pm action edit k7fq --due 2017-02-20
--- talk
warning: the due date 2017-02-20 is in the past
error: k7fq: the due date moves from 2017-02-07 to 2017-02-20 after the approval, and that needs a reason
hint: `pm action edit k7fq --due … --reason "why"`; it is kept in the action
--- exit 2
$ pm action edit k7fq --due ''
--- talk
error: k7fq: the due date moves from 2017-02-07 to none after the approval, and that needs a reason
hint: `pm action edit k7fq --due … --reason "why"`; it is kept in the action
--- exit 2
$ pm action edit k7fq --due 2017-02-06
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: due moved 1 day earlier to 2017-02-06
--- talk
warning: the due date 2017-02-06 is in the past
✓ committed 75bbac8521 on main
$ pm action edit k7fq --due 2017-02-20 --reason 'Waits for the vendor'
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: due slipped 14 days to 2017-02-20, reason set to Waits for the vendor
--- talk
warning: the due date 2017-02-20 is in the past
✓ committed a2857a1566 on main
$ git log -1 --format=%B
2017-01-31-database-removed: action k7fq due 2017-02-06 → 2017-02-20: Alert when a backup is missin…

- action k7fq due slipped 14 days to 2017-02-20
- action k7fq reason set to Waits for the vendor

Postmortem: 2017-01-31-database-removed

$ pm action edit -q k7fq --due 2017-03-01 -m 'Waits still'
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: due slipped 9 days to 2017-03-01, reason Waits for the vendor → Waits still
$ git log -1 --format=%B
2017-01-31-database-removed: action k7fq due 2017-02-20 → 2017-03-01: Alert when a backup is missin…

Waits still

- action k7fq due slipped 9 days to 2017-03-01
- action k7fq reason Waits for the vendor → Waits still

Postmortem: 2017-01-31-database-removed

$ pm action edit -q k7fq --due 2017-02-20 --owner 'Bob Lead'
k7fq (2017-01-31-database-removed): “Alert when a backup is missing or empty”: owner Infrastructure <infra@example.com> → Bob Lead, due moved 9 days earlier to 2017-02-20
$ pm action edit -q b9hd --due 2017-03-01
b9hd (2017-01-31-database-removed): “Make the production prompt unmistakable”: due slipped 14 days to 2017-03-01
$ pm verify | head -n 1
2017-01-31-database-removed  approved, verified

"#]]
    );
}

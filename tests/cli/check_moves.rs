//! `pm check --base` and sign-offs: what two branches do to an approval, and moves that the workflow does not allow.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use super::check_base::told;
use crate::team::{ID, Signing, Team};

#[test]
fn an_entry_that_meets_an_approval_makes_it_stale() {
    let team = Team::new(Signing::Ssh, "signatures = \"required\"\n");
    team.by("ann", "pm status submit -q && git switch -qc entry").ok();
    team.by("ann", "pm timeline add -q 'Overlooked' --at '2017-02-01 18:20'").ok();
    let entry = team.sandbox.run("pm check --base main");
    assert_eq!(entry.code, 0, "{entry}");
    team.by("ann", "git switch -q main").ok();
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "pm status approve -q").ok();
    assert_eq!(team.sandbox.run("pm check").code, 0);
    let output = team.sandbox.run("git switch -q entry; pm check --base main");
    assert_data_eq!(
        told(&output),
        str![[r#"
error[merge-stale]: merged with main, the approval by Bob Lead (engineering-lead) is stale: it is for what one side says alone
--> postmortems/2017/2017-01-31-database-removed.toml:370:1
= help: merge the other branch into this one, then have it approved again (`pm status approve`)
error[merge-stale]: merged with main, the approval by Vera Vice (vp-engineering) is stale: it is for what one side says alone
--> postmortems/2017/2017-01-31-database-removed.toml:370:1
= help: merge the other branch into this one, then have it approved again (`pm status approve`)
2 errors
exit 1

"#]]
    );
    // The other way round: the approvals are on the branch.
    team.by("ann", "git switch -qc later main~2 && pm timeline add -q 'Overlooked' --at '2017-02-01 18:20'").ok();
    let output = team.sandbox.run("git switch -q main; pm check --base later");
    assert_data_eq!(
        told(&output),
        str![[r#"
error[merge-stale]: merged with later, the approval by Bob Lead (engineering-lead) is stale: it is for what one side says alone
--> postmortems/2017/2017-01-31-database-removed.toml:365:1
= help: merge the other branch into this one, then have it approved again (`pm status approve`)
error[merge-stale]: merged with later, the approval by Vera Vice (vp-engineering) is stale: it is for what one side says alone
--> postmortems/2017/2017-01-31-database-removed.toml:365:1
= help: merge the other branch into this one, then have it approved again (`pm status approve`)
2 errors
exit 1

"#]]
    );
    // CI's own merge commit, detached: what it holds is what will be there.
    team.by("ann", "git switch -q --detach later && git merge -q -m merge main").ok();
    assert_data_eq!(
        told(&team.sandbox.run("pm check --base later")),
        str![[r#"
error[transition]: the approval is stale since 29b7cc0007 by Ann Example <ann@example.com>
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm verify 2017-01-31-database-removed --base later` tells more
1 error
exit 1

"#]]
    );
    assert_eq!(team.sandbox.run("git switch -q main; pm check --base main~1 --rev main").code, 0);
}

#[test]
fn a_move_is_one_that_the_workflow_of_the_base_allows() {
    let tries: [(&str, &str); 6] = [
        ("set by hand", "sed -i '0,/^status = .*/s//status = \"approved\"/' postmortems/*/*.toml"),
        (
            "a sign-off taken out",
            "sed -i '/^\\[\\[sign_offs/,$d; 0,/^status = .*/s//status = \"draft\"/' postmortems/*/*.toml",
        ),
        (
            "own settings",
            "printf '[rules]\\naction-id = \"off\"\\n[approval]\\nsignatures = \"optional\"\\nown_work = true\\n' > pm.toml && sed -i '0,/^status = .*/s//status = \"approved\"/' postmortems/*/*.toml",
        ),
        ("taken out", "git rm -q postmortems/*/*.toml"),
        (
            "hidden",
            "cp postmortems/2017/*.toml postmortems/2017.toml && sed -i '/^\\[\\[sign_offs/,$d; 0,/^status = .*/s//status = \"draft\"/' postmortems/2017.toml",
        ),
        ("looked for elsewhere", "sed -i 's/^records = .*/records = \"empty\"/' pm.toml"),
    ];
    let mut all = String::new();
    for (what, line) in tries {
        let team = Team::new(Signing::Ssh, "signatures = \"required\"\n");
        team.by("ann", "pm status submit -q && git switch -qc side").ok();
        team.by("mallory", &format!("export GIT_CONFIG_COUNT=0; {line} && git add -A && git commit -qm x")).ok();
        let output = team.sandbox.run("pm check --base main");
        assert_eq!(output.code, 1, "{what}: {output}");
        let _ = write!(all, "{what}\n{}\n", told(&output));
    }
    assert_data_eq!(
        all,
        str![[r#"
set by hand
error[transition]: the status was set by hand: it is approved, and the sign-offs lead to in-review
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm verify 2017-01-31-database-removed --base main` tells more
1 error
exit 1

a sign-off taken out
error[transition]: the submission by Ann Example of 2026-03-02 09:05 UTC is gone; it is in the branch it is compared with
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm verify 2017-01-31-database-removed --base main` tells more
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm status submit 2017-01-31-database-removed`
1 error, 1 note
exit 1

own settings
note[settings-of-base]: the branch changes the settings; it is judged by those of main
--> pm.toml
= help: look at each change: what it loosens counts once it is merged
error[transition]: the status was set by hand: it is approved, and the sign-offs lead to in-review
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm verify 2017-01-31-database-removed --base main` tells more
1 error, 1 note
exit 1

taken out
error[transition]: a record with 1 sign-off is not there any more, or hidden
--> postmortems/2017/2017-01-31-database-removed.toml
= help: bring it back: `pm status reopen` is the way to begin again
1 error
exit 1

hidden
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
--> postmortems/2017.toml:12:10
= help: `pm status submit 2017`
error[action-id]: an action of postmortems/2017/2017-01-31-database-removed.toml has the id `k7fq`, too
--> postmortems/2017.toml:183:6
= help: give the one that fewer people know yet another id (`pm edit`)
error[action-id]: an action of postmortems/2017/2017-01-31-database-removed.toml has the id `m3xt`, too
--> postmortems/2017.toml:192:6
= help: give the one that fewer people know yet another id (`pm edit`)
error[action-id]: an action of postmortems/2017/2017-01-31-database-removed.toml has the id `b9hd`, too
--> postmortems/2017.toml:203:6
= help: give the one that fewer people know yet another id (`pm edit`)
error[transition]: a record with 1 sign-off is not there any more, or hidden
--> postmortems/2017/2017-01-31-database-removed.toml
= help: bring it back: `pm status reopen` is the way to begin again
4 errors, 1 note
exit 1

looked for elsewhere
note[settings-of-base]: the branch changes the settings; it is judged by those of main, and takes the records from `postmortems` to `empty`
--> pm.toml
= help: look at each change: what it loosens counts once it is merged
error[transition]: a record with 1 sign-off is not there any more, or hidden
--> postmortems/2017/2017-01-31-database-removed.toml
= help: bring it back: `pm status reopen` is the way to begin again
1 error, 1 note
exit 1


"#]]
    );
    let team = Team::new(Signing::Ssh, "signatures = \"required\"\n");
    team.by("ann", "git switch -qc side && pm status submit -q").ok();
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "pm status approve -q").ok();
    assert_data_eq!(
        told(&team.sandbox.run("pm check --base main")),
        str![[r#"
1 record changed, no findings
exit 0

"#]]
    );
    // What did not hold on the base either is not the branch's doing.
    team.sandbox.run("git switch -q main && git merge -q side && sed -i 's/at the prompt/at any prompt/' postmortems/*/*.toml && git commit -qam x && git switch -qc more").ok();
    team.by("ann", &format!("pm set -q -p {ID} links+='{{label=\"x\",url=\"https://e.x\"}}'")).ok();
    assert_data_eq!(
        told(&team.sandbox.run("pm check --base main")),
        str![[r#"
error[transition]: the approval is stale since 2c6970cfca by Ann Example <ann@example.com> (from before)
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: `pm verify 2017-01-31-database-removed --base main` tells more
no new findings; 1 from before
exit 0

"#]]
    );
}

#[test]
fn approvals_of_both_sides_add_up_and_the_status_follows() {
    let team = Team::new(Signing::Ssh, "signatures = \"required\"\n");
    team.by("ann", "pm status submit -q && git switch -qc side").ok();
    team.by("bob", "pm status approve -q").ok();
    team.by("vera", "git switch -q main && pm status approve -q").ok();
    assert_data_eq!(
        told(&team.sandbox.run("git switch -q side; pm check --base main")),
        str![[r#"
warning[status-behind]: merged with main, the sign-offs of both lead to approved
--> postmortems/2017/2017-01-31-database-removed.toml:12:10
= help: the next `pm status` verb after the merge writes it
1 warning
exit 0

"#]]
    );
    team.by("ann", "git merge -q -m both main").ok();
    assert_data_eq!(
        told(&team.sandbox.run("pm check --base main")),
        str![[r#"
1 record changed, no findings
exit 0

"#]]
    );
}

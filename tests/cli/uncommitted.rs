//! Changes that are not committed: left so by `--no-commit`, made by hand, staged, or elsewhere.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_change_can_stay_in_the_working_tree_and_join_a_later_commit() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("pm set --no-commit severity=P2 && git status --short").to_string(),
        str![[r#"
severity P1 → P2
 M postmortems/2017/2017-01-31-database-removed.toml
--- talk
2017-01-31-database-removed (the only record)
left in postmortems/2017/2017-01-31-database-removed.toml, not committed

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm set severity=P3 -m 'After the call'").to_string(),
        str![[r#"
severity P2 → P3
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
warning: postmortems/2017/2017-01-31-database-removed.toml has changes that are not committed yet; they go into this commit
✓ committed a6d298ab52 on main

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B && git status --short").to_string(),
        str![[r#"
2017-01-31-database-removed: severity P1 → P3

After the call

Postmortem: 2017-01-31-database-removed


"#]]
    );
    sandbox.run("pm set --no-commit severity=P2").ok();
    assert_data_eq!(
        sandbox.run("pm set severity=P2 && git status --short").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
warning: postmortems/2017/2017-01-31-database-removed.toml has changes that are not committed yet; they go into this commit
✓ committed 6d52e22fc2 on main

"#]]
    );
    sandbox.run("pm set severity=P3").ok();
    sandbox.run("echo 'commit = false' | cat - pm.toml > t && mv t pm.toml && git commit -qam rule").ok();
    assert_data_eq!(
        sandbox.run("pm set severity=P1 && git status --short").to_string(),
        str![[r#"
severity P3 → P1
 M postmortems/2017/2017-01-31-database-removed.toml
--- talk
2017-01-31-database-removed (the only record)
left in postmortems/2017/2017-01-31-database-removed.toml, not committed

"#]]
    );
}

#[test]
fn what_is_staged_or_dirty_elsewhere_stays_as_it_is() {
    let sandbox = Sandbox::with_example();
    sandbox.run("echo a > staged && echo b > both && git add . && echo c >> both && echo d > untracked").ok();
    let before = sandbox
        .run("git status --porcelain=v2 --branch | grep -v branch.oid && git ls-files -s | grep -v database-removed")
        .ok();
    sandbox.run("pm set severity=P2").ok();
    let after = sandbox
        .run("git status --porcelain=v2 --branch | grep -v branch.oid && git ls-files -s | grep -v database-removed")
        .ok();
    assert_eq!(before, after);
    assert_eq!(
        sandbox.run("git show --format= --name-only").ok(),
        "postmortems/2017/2017-01-31-database-removed.toml\n"
    );
}

#[test]
fn what_was_changed_by_hand_is_told_in_the_commit_that_takes_it() {
    let sandbox = Sandbox::with_example();
    let file = "postmortems/2017/2017-01-31-database-removed.toml";
    sandbox.run(&format!("sed -i 's/^owner = .*/owner = \"Bo\"/' {file} && pm set severity=P2")).ok();
    let body = sandbox.run("git log -1 --format=%b").ok();
    assert!(body.contains("- severity P1 → P2") && body.contains("- owner Database Team"), "{body}");
}

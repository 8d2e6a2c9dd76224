use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// A repository of code next door, with commits that carry out actions, one of them reverted.
fn with_code() -> Sandbox {
    let sandbox = Sandbox::with_example();
    let lines = [
        "git init -q ../code && cd ../code",
        "git remote add origin git@github.com:acme/code.git",
        "git commit -q --allow-empty -m start && git tag start",
        "git commit -q --allow-empty -m 'Check that backups are not empty' -m 'Postmortem-Action: 2017-01-31-database-removed/K7FQ'",
        "git commit -q --allow-empty -m 'Restore every day' -m 'Postmortem-Action: 2017-01-31-database-removed/m3xt'",
        "git commit -q --allow-empty -m 'Evil' -m 'Postmortem-Action: ../../etc/passwd'",
        "git commit -q --allow-empty -m 'Other' -m 'Postmortem-Action: 2020-01-01-nothing/a111'",
    ];
    sandbox.run(&lines.join(" && ")).ok();
    sandbox
}

#[test]
fn what_commits_carried_out_is_offered_and_closed_once() {
    let sandbox = with_code();
    let before = sandbox.run("git rev-parse HEAD").ok();
    assert_data_eq!(
        sandbox.run("pm action sync --from ../code").to_string(),
        str![[r#"
2017-01-31-database-removed/k7fq: “Alert when a backup is missing or empty” carried out by 70123a9901 “Check that backups are not empty”
--- talk
ace693626f names `../../etc/passwd`, which is not RECORD/ID
2017-01-31-database-removed/m3xt is closed already
2267e5b066 names 2020-01-01-nothing/a111, which is no action here
Nothing was changed; --yes closes them.

"#]]
    );
    assert_eq!(before, sandbox.run("git rev-parse HEAD").ok(), "nothing is closed without being asked");
    assert_data_eq!(
        sandbox.run("pm action sync --from ../code --yes").to_string(),
        str![[r#"
k7fq is done (2017-01-31-database-removed): “Alert when a backup is missing or empty”, closed 2026-03-02, evidence https://github.com/acme/code/commit/70123a99013af2c1a3b66947e60e94803cda6785
--- talk
ace693626f names `../../etc/passwd`, which is not RECORD/ID
2017-01-31-database-removed/m3xt is closed already
2267e5b066 names 2020-01-01-nothing/a111, which is no action here
✓ committed 59cc0ed587 on main

"#]]
    );
    let evidence = sandbox.run("grep -c 'https://github.com/acme/code/commit/' postmortems/2017/*.toml").ok();
    assert_eq!(evidence, "1\n");
    assert_data_eq!(
        sandbox.run("pm action sync --from ../code --yes").to_string(),
        str![[r#"
--- talk
ace693626f names `../../etc/passwd`, which is not RECORD/ID
2017-01-31-database-removed/k7fq is closed already
2017-01-31-database-removed/m3xt is closed already
2267e5b066 names 2020-01-01-nothing/a111, which is no action here
No commit names an action that is still open.

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action sync --from ../nowhere").to_string(),
        str![[r#"
--- talk
error: there is no directory ../nowhere
hint: --from takes the directory of a repository on this machine
--- exit 2

"#]]
    );
}

#[test]
fn what_was_reverted_is_no_evidence_and_what_came_before_is_not_looked_at() {
    let sandbox = with_code();
    sandbox.run("cd ../code && echo x > f && git add f && git commit -q -m 'Alert' -m 'Postmortem-Action: 2017-01-31-database-removed/k7fq' && git revert --no-edit HEAD").ok();
    let list = sandbox.run("pm action sync --from ../code").to_string();
    assert!(list.contains("was reverted") && list.contains("Check that backups are not empty"), "{list}");
    let later = sandbox.run("pm action sync --from ../code --since start~0").to_string();
    assert!(later.contains("Check that backups"), "{later}");
    let none = sandbox.run("pm action sync --from ../code --since HEAD").to_string();
    assert!(none.contains("No commit names an action that is still open."), "{none}");
}

#[test]
fn commits_of_the_same_repository_are_kept_by_their_id() {
    let sandbox = Sandbox::with_example();
    sandbox
        .run("git commit -q --allow-empty -m 'Watch backups' -m 'Postmortem-Action: 2017-01-31-database-removed/k7fq'")
        .ok();
    let commit = sandbox.run("git rev-parse HEAD").ok();
    sandbox.run("pm action sync -q --yes").ok();
    assert!(sandbox.read("postmortems/2017/2017-01-31-database-removed.toml").contains(commit.trim()));
}

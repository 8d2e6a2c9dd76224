use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

#[test]
fn what_the_editor_leaves_is_checked_and_committed() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("EDITOR='sed -i s/distraction/rush/' pm edit -m 'As told'").to_string(),
        str![[r#"
cause.factors.human: + rush, − distraction
--- talk
2017-01-31-database-removed (the only record)
✓ committed 1b9cf1e8c4 on main

"#]]
    );
    assert_data_eq!(
        sandbox.run("git show --format=%B -U0 | grep -v '^index'").to_string(),
        str![[r#"
2017-01-31-database-removed: cause.factors.human: + rush, − distraction

As told

Postmortem: 2017-01-31-database-removed


diff --git a/postmortems/2017/2017-01-31-database-removed.toml b/postmortems/2017/2017-01-31-database-removed.toml
--- a/postmortems/2017/2017-01-31-database-removed.toml
+++ b/postmortems/2017/2017-01-31-database-removed.toml
@@ -139 +139 @@ [cause.factors]
-human = ["fatigue", "distraction"]
+human = ["fatigue", "rush"]

"#]]
    );
    assert_data_eq!(
        sandbox.run("EDITOR=true pm edit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
nothing to change in 2017-01-31-database-removed

"#]]
    );
    assert_eq!(sandbox.run("ls .git/pm/edit").ok(), "", "no copy is left behind");
}

#[test]
fn gits_editor_wins_and_its_failure_changes_nothing() {
    let sandbox = Sandbox::with_example();
    sandbox.run("git config core.editor 'sed -i s/fatigue/tiredness/'").ok();
    sandbox.run("EDITOR=false pm edit").ok();
    assert!(sandbox.read(FILE).contains("tiredness"));
    assert_data_eq!(
        sandbox.run("GIT_EDITOR=false pm edit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: the editor `false` ended with a failure, so nothing was changed
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("GIT_EDITOR=no-such-editor pm edit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
no-such-editor: 1: no-such-editor: not found
error: the editor `no-such-editor` ended with a failure, so nothing was changed
--- exit 2

"#]]
    );
}

#[test]
fn a_text_that_does_not_parse_is_kept_and_said_where() {
    let sandbox = Sandbox::with_example();
    let before = sandbox.read(FILE);
    assert_data_eq!(
        sandbox.run("EDITOR='sed -i s/^severity.*/severity=P1/' pm edit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error[syntax]: string values must be quoted, expected literal string
  --> postmortems/2017/2017-01-31-database-removed.toml:10:10
   |
10 | severity=P1
   |          ^^
   |
   = help: put the text in double quotes: `key = "text"`

1 error
error: the text has errors
hint: what you typed is kept in [ROOT]/repo/.git/pm/edit/2017-01-31-database-removed.toml
--- exit 2

"#]]
    );
    assert_eq!(sandbox.read(FILE), before);
    assert_eq!(sandbox.run("git status --short").ok(), "");
    let kept = sandbox.read(".git/pm/edit/2017-01-31-database-removed.toml");
    assert!(kept.contains("severity=P1"), "{kept}");
    assert_data_eq!(
        sandbox.run("EDITOR=true pm edit").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
warning: another edit of this record is open, or was kept, in [ROOT]/repo/.git/pm/edit/2017-01-31-database-removed.toml; delete it when it is not needed
nothing to change in 2017-01-31-database-removed

"#]]
    );
}

#[test]
fn status_sign_offs_and_ids_are_not_changed_by_hand() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        {
            sandbox.editor("sed -i 's/= \"draft\"/= \"approved\"/' $1");
            sandbox.run("pm edit")
        }
        .to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: status draft → approved: this is not changed by hand
hint: put it back; the status moves, and sign-offs are written, by `pm status` alone
hint: what you typed is kept in [ROOT]/repo/.git/pm/edit/2017-01-31-database-removed.toml
--- exit 2

"#]]
    );
    assert_data_eq!(
        {
            sandbox.editor("sed -i s/k7fq/k7fr/ $1");
            sandbox.run("pm edit")
        }
        .to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
warning: another edit of this record is open, or was kept, in [ROOT]/repo/.git/pm/edit/2017-01-31-database-removed.toml; delete it when it is not needed
error: action k7fq would lose its id
hint: an action keeps its id for ever: set its other keys, or take it out as a whole
hint: what you typed is kept in [ROOT]/repo/.git/pm/edit/2-2017-01-31-database-removed.toml
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("git log --oneline | wc -l").ok().trim(), "2");
}

#[test]
fn a_record_that_was_broken_by_hand_is_mended_in_the_editor() {
    let sandbox = Sandbox::with_example();
    sandbox.run(&format!("sed -i 's/^severity.*/severity = P1/' {FILE} && git commit -qam broken")).ok();
    assert_data_eq!(
        {
            sandbox.editor("sed -i 's/= P1$/= \"P2\"/' $1");
            sandbox.run("pm edit")
        }
        .to_string(),
        str![[r#"
severity P1 → P2
--- talk
2017-01-31-database-removed (the only record)
✓ committed f1f361ef6c on main

"#]]
    );
    assert!(sandbox.read(FILE).contains("severity = \"P2\""));
}

#[test]
fn somebody_else_changing_the_record_meanwhile_loses_nothing() {
    let sandbox = Sandbox::with_example();
    let editor = "EDITOR='sh -c \"pm set -q severity=P3; sed -i s/fatigue/rush/ $1\" --' pm edit";
    assert_data_eq!(
        sandbox.run(editor).to_string(),
        str![[r#"
severity P1 → P3
--- talk
2017-01-31-database-removed (the only record)
error: the record was changed by somebody else while the editor was open
hint: `pm edit 2017-01-31-database-removed` opens it as it is now; copy over what you typed
hint: what you typed is kept in [ROOT]/repo/.git/pm/edit/2017-01-31-database-removed.toml
--- exit 2

"#]]
    );
    assert!(sandbox.read(FILE).contains("severity = \"P3\""));
    assert!(sandbox.read(".git/pm/edit/2017-01-31-database-removed.toml").contains("rush"));
}

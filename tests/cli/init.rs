use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn an_empty_repository_is_made_ready_and_a_second_run_changes_nothing() {
    let sandbox = Sandbox::repository();
    assert_data_eq!(
        sandbox.run("pm init").to_string(),
        str![[r#"
--- talk
wrote    pm.toml
wrote    postmortems/postmortem.schema.json
wrote    .gitattributes
✓ committed 1e2e464e37 on main
set      git config diff.pm.xfuncname (hunk headers name the table)
next: pm new "what happened"

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm init").to_string(),
        str![[r#"
--- talk
left     pm.toml: it is yours
as it is postmortems/postmortem.schema.json
as it is .gitattributes
as it is git config diff.pm.xfuncname (hunk headers name the table)
✓ nothing to do: everything is ready

"#]]
    );
    assert_data_eq!(
        sandbox.run("git status --short && git log --format='%an %s' --stat").to_string(),
        str![[r#"
Ann Example pm: make the repository ready for postmortems

 .gitattributes                     |    1 +
 pm.toml                            |   25 +
 postmortems/postmortem.schema.json | 1125 ++++++++++++++++++++++++++++++++++++
 3 files changed, 1151 insertions(+)

"#]]
    );
}

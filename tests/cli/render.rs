use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn the_document_goes_to_standard_output_or_a_file() {
    let sandbox = Sandbox::with_example();
    let document = sandbox.run("pm render").ok();
    assert!(document.starts_with("# Post-Mortem Report\n"), "{document}");
    assert_data_eq!(
        sandbox.run("mkdir out && pm render -o out/report.md").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
✓ wrote out/report.md

"#]]
    );
    assert_eq!(sandbox.read("out/report.md"), document);
    assert_data_eq!(
        sandbox.run("pm render -o /dev/null").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
✓ wrote /dev/null

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm render -o postmortems").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: cannot write [ROOT]/repo/postmortems: Is a directory (os error 21)
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("umask 077 && pm -q render -o private.md && stat -c %a private.md").to_string(),
        str![[r#"
600

"#]]
    );
}

#[test]
fn a_public_document_leaves_out_what_is_private() {
    let sandbox = Sandbox::with_example();
    assert!(sandbox.run("pm render").ok().contains("pg_basebackup waits without a message"));
    assert!(!sandbox.run("pm render --audience public").ok().contains("pg_basebackup waits without a message"));
}

#[test]
fn blanks_are_shown_when_they_are_asked_for() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'API down'").ok();
    let short = sandbox.run("pm render").ok();
    let long = sandbox.run("pm render --blanks").ok();
    assert!(!short.contains("Financial Impact"), "{short}");
    assert!(long.contains("### Financial Impact"), "{long}");
    assert!(long.lines().count() > 5 * short.lines().count());
}

#[test]
fn a_record_with_errors_is_not_rendered() {
    let sandbox = Sandbox::with_example();
    sandbox.run("sed -i 's/^severity.*/severity = \"P9\"/' postmortems/2017/*.toml").ok();
    assert_data_eq!(
        sandbox.run("pm render").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
error[unknown-word]: `P9` is not a severity
  --> postmortems/2017/2017-01-31-database-removed.toml:10:12
   |
10 | severity = "P9"
   |            ^^^^
   |
   = help: `pm.toml` has P1, P2, P3, P4; leave the key out while the severity is not known

1 error
error: a record with errors is not rendered
hint: `pm edit 2017-01-31-database-removed` opens it
--- exit 2

"#]]
    );
    assert!(sandbox.run("pm render --rev HEAD").ok().contains("☑ P1"));
}

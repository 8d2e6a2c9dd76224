//! Milestones: given, hinted at, corrected.

use super::*;

#[test]
fn without_a_terminal_nothing_is_marked_and_the_hint_is_a_command() {
    let sandbox = started("2026-03-02 08:30");
    let said = sandbox.run("pm timeline add 'Root cause identified: full disk' --owner ''");
    assert!(said.stdout.contains("plain note"), "{said}");
    let hint = said.stderr.lines().find(|line| line.starts_with("hint")).unwrap_or_default();
    assert_data_eq!(
        hint,
        str!["hint: `--kind identified` would mark it as a milestone; now: pm timeline edit 2:saza --kind identified"]
    );
    let (_, command) = hint.split_once("now: ").expect("a command");
    assert_data_eq!(
        sandbox.run(&format!("{command} -q")).to_string(),
        str![[r#"
entry at 09:03 marked identified

"#]]
    );
}

#[test]
fn a_kind_is_written_in_any_case_and_none_is_a_plain_note() {
    let sandbox = started("2026-03-02 08:30");
    let add = |line: &str| sandbox.run(&format!("pm timeline add --owner '' -q {line}")).to_string();
    assert_data_eq!(
        add("'Alert fired' --kind Alerted"),
        str![[r#"
added 2 of 2 (2:ydm0): 2026-03-02 09:03 UTC, alerted: Alert fired

"#]]
    );
    assert_data_eq!(
        add("'Alert fired' --kind none"),
        str![[r#"
added 3 of 3 (3:wsea): 2026-03-02 09:04 UTC, plain note: Alert fired

"#]]
    );
    assert_data_eq!(
        add("'Alert fired' --kind fixed"),
        str![[r#"
--- talk
error: `fixed` is not a milestone
hint: known are started, detected, alerted, notified, investigating, identified, attempted, mitigated, recovered, resolved, communicated; leave --kind out for a plain note
--- exit 2

"#]]
    );
}

#[test]
fn a_milestone_before_the_one_it_is_measured_from_is_warned_about_and_stays_a_finding() {
    let sandbox = started("2026-03-02 08:30");
    let said = sandbox.run("pm timeline add 'All clear' --at 08:10 --kind resolved --owner ''");
    let warning = said.stderr.lines().find(|line| line.starts_with("warning")).unwrap_or_default();
    assert_data_eq!(
        warning,
        str!["warning: resolved at 2026-03-02 08:10 is before started at 2026-03-02 08:30 (20 min)"]
    );
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
error[negative-span]: resolved at 2026-03-02 08:10 is before started at 2026-03-02 08:30 (20 min)
  --> postmortems/2026/2026-03-02-disk-full.toml:14:6
   |
14 | at = 2026-03-02T08:10:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct a time, or mark another entry as the milestone (`pm timeline edit N --kind …`)

1 error
--- exit 1

"#]]
    );
    let shown = sandbox.run("pm show");
    assert!(shown.stderr.contains("negative-span"), "{shown}");
}

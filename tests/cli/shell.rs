//! What a shell and a manual reader get.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn completions_know_commands_keys_and_record_ids() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new 'API down'").ok();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&format!("pm completions {shell}")).ok();
        assert!(script.contains("pm") && !script.contains("[ROOT]") && !script.contains("target/"), "{script}");
    }
    let complete = |words: &str, index: usize| {
        let line = format!(
            "COMPLETE=bash _CLAP_COMPLETE_INDEX={index} _CLAP_IFS='\n' _CLAP_COMPLETE_COMP_TYPE=9 pm -- {words}"
        );
        sandbox.run(&line).ok()
    };
    assert_eq!(complete("pm show ''", 2).lines().next(), Some("2026-03-02-api-down"));
    assert!(complete("pm sh", 1).contains("show"));
    let by_part = complete("pm show database", 2);
    assert!(by_part.contains("2017-01-31-database-removed"), "{by_part}");
    let keys = complete("pm set impact.users.", 2);
    assert!(keys.contains("impact.users.affected="), "{keys}");
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("pm man man1 && ls man1").to_string(),
        str![[r#"
pm-action-add.1
pm-action-done.1
pm-action-drop.1
pm-action-edit.1
pm-action-list.1
pm-action-reopen.1
pm-action-start.1
pm-action-sync.1
pm-action.1
pm-blame.1
pm-check.1
pm-completions.1
pm-config.1
pm-diff.1
pm-doctor.1
pm-edit.1
pm-init.1
pm-list.1
pm-log.1
pm-man.1
pm-new.1
pm-rekey.1
pm-render.1
pm-resolve.1
pm-schema.1
pm-set.1
pm-show.1
pm-status-approve.1
pm-status-complete.1
pm-status-reopen.1
pm-status-request-changes.1
pm-status-submit.1
pm-status.1
pm-timeline-add.1
pm-timeline-edit.1
pm-timeline-import.1
pm-timeline-list.1
pm-timeline-remove.1
pm-timeline.1
pm-verify.1
pm.1
--- talk
✓ wrote 41 pages to man1

"#]]
    );
    assert!(sandbox.read("man1/pm-set.1").contains("KEY"));
}

#[test]
fn every_command_and_flag_has_help() {
    let sandbox = Sandbox::empty();
    let top = sandbox.run("pm --help").ok();
    assert!(!top.contains("reference"), "what is hidden is not listed: {top}");
    for line in
        top.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty())
    {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a command");
        assert!(words.next().is_some(), "{name} says what it does");
        if name == "help" {
            continue;
        }
        let help = sandbox.run(&format!("pm {name} --help")).ok();
        assert!(help.contains("Usage: pm"), "{help}");
    }
    assert_data_eq!(sandbox.run("pm --version").to_string(), str!["pm [..]\n"]);
    assert_eq!(sandbox.run("pm").code, 2);
    assert_eq!(sandbox.run("pm frobnicate").code, 2);
    assert_data_eq!(
        sandbox.run("pm -C nosuch list").to_string(),
        str![[r#"
--- talk
error: there is no directory [ROOT]/repo/nosuch
--- exit 2

"#]]
    );
}

//! What is left when the driver cannot do its work: always a conflict that can be seen.

use crate::sandbox::Sandbox;

use super::{FILE, START, begun, both, merge};

/// A `pm` in front of the real one, as a line of `sh`.
fn instead(sandbox: &Sandbox, line: &str) -> String {
    let bin = sandbox.home().join("bin");
    std::fs::create_dir_all(&bin).expect("a directory");
    std::fs::write(bin.join("pm"), format!("#!/bin/sh\n{line}\n")).expect("a script");
    sandbox.run("chmod +x ~/bin/pm").ok();
    "export PATH=$HOME/bin:$PATH; git merge -q --no-edit other".to_owned()
}

#[test]
fn a_pm_that_is_missing_fails_or_is_killed_leaves_a_conflict_with_both_sides() {
    for line in ["exit 127", "exit 126", "exit 2", "exit 3", "kill -9 $$", "kill -ABRT $$"] {
        for (ours, theirs, marked) in [
            ("sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F", true),
            ("sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"open\"/\"done\"/' $F", false),
        ] {
            let sandbox = begun();
            both(&sandbox, ours, theirs);
            let output = sandbox.run(&instead(&sandbox, line));
            assert_eq!(output.code, 1, "{line}: {output}");
            assert!(output.stderr.contains("so this record was merged as text"), "{line}: {output}");
            let text = sandbox.read(FILE);
            assert_eq!(text.contains("<<<<<<< HEAD"), marked, "{line}\n{text}");
            assert!(text.contains("P1") && (text.contains("P2") || text.contains("done")), "{line}\n{text}");
            assert_eq!(sandbox.run("git ls-files -u | wc -l").ok().trim(), "3", "{line}");
        }
    }
}

#[test]
fn a_clone_that_was_never_set_up_merges_text() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"open\"/\"done\"/' $F");
    sandbox.run("git config --remove-section merge.pm").ok();
    let output = merge(&sandbox);
    assert_eq!(output.code, 0, "{output}");
    let doctor = sandbox.run("pm doctor").to_string();
    assert!(doctor.contains("this clone merges records as lines of text"), "{doctor}");
    sandbox.run("pm init").ok();
    assert!(sandbox.run("pm doctor").to_string().contains("git merges records by field and entry"));
}

#[test]
fn a_side_that_cannot_be_read_is_a_conflict_of_text_and_said_so() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/^owner = .*/owner = Ann/' $F");
    let output = merge(&sandbox);
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("their side cannot be read as TOML (line 11)"), "{output}");
    let text = sandbox.read(FILE);
    assert!(text.contains("<<<<<<< HEAD") && text.contains("owner = Ann\n") && text.contains("\"P1\""), "{text}");
}

#[test]
fn bytes_that_are_no_text_are_both_there() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "printf 'a\\377\\000b' >> $F");
    let output = merge(&sandbox);
    assert_eq!(output.code, 1, "{output}");
    let bytes = std::fs::read(sandbox.dir().join(FILE)).expect("the file");
    assert!(bytes.starts_with(b"<<<<<<< HEAD\n") && bytes.windows(4).any(|part| part == b"a\xff\x00b"));
}

#[test]
fn settings_in_conflict_do_not_keep_records_from_merging() {
    let sandbox = begun();
    both(
        &sandbox,
        "sed -i 's/\"P3\"/\"P1\"/' $F && echo 'timezone = \"UTC\"' > pm.toml",
        "sed -i 's/\"open\"/\"done\"/' $F && echo 'timezone = \"Europe/Berlin\"' > pm.toml",
    );
    let output = merge(&sandbox);
    assert_eq!(output.code, 1, "{output}");
    assert_eq!(sandbox.run("git diff --name-only --diff-filter=U").ok(), "pm.toml\n");
    let text = sandbox.read(FILE);
    assert!(text.contains("P1") && text.contains("done"), "{text}");
}

#[test]
fn a_name_with_quotes_and_dollars_in_it_does_no_harm() {
    let sandbox = begun();
    let name = "postmortems/2026/it's $(touch hurt) `touch hurt` \"x\".toml";
    sandbox.write(name, START);
    sandbox.run("git add -A && git commit -qm more && git branch -f other").ok();
    sandbox.write(name, START.replace("P3", "P2"));
    sandbox.run("git commit -qam ours && git switch -q other").ok();
    sandbox.write(name, START.replace("P3", "P1"));
    sandbox.run("git commit -qam theirs && git switch -q main").ok();
    assert_eq!(merge(&sandbox).code, 1);
    assert!(sandbox.read(name).contains("<<<<<<<"));
    assert!(!sandbox.dir().join("hurt").exists());
    // The same where `pm` fails.
    sandbox.run("git merge --abort").ok();
    assert_eq!(sandbox.run(&instead(&sandbox, "exit 2")).code, 1);
    assert!(!sandbox.dir().join("hurt").exists());
}

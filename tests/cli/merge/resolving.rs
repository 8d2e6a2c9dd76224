//! `pm resolve`: conflicts that others left, solved from what git's index keeps.

use std::time::Duration;

use expectrl::session::Session;
use expectrl::{Eof, Expect as _};
use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

use super::{BOTH_ADD, FILE, START, begun, both, merge};

/// A clone that merges text, in the middle of a merge.
fn text_conflict(ours: &str, theirs: &str) -> Sandbox {
    let sandbox = begun();
    both(&sandbox, ours, theirs);
    sandbox.run("git config --remove-section merge.pm").ok();
    assert_eq!(merge(&sandbox).code, 1);
    sandbox
}

const SEVERITY: (&str, &str) = ("sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");

#[test]
fn what_a_text_merge_could_not_do_is_done_and_staged() {
    let sandbox = text_conflict(BOTH_ADD.0, BOTH_ADD.1);
    assert!(sandbox.read(FILE).contains("<<<<<<<"));
    assert_data_eq!(
        sandbox.run("pm resolve -v").to_string(),
        str![[r#"
--- talk
pm: postmortems/2026/2026-03-02-api-down.toml
  2 + 1 + 2 = 5 entries, 0 lost
  1 + 1 + 1 = 3 actions, 0 lost
✓ solved postmortems/2026/2026-03-02-api-down.toml
next: finish with git, as in `git merge --continue` or `git rebase --continue`

"#]]
    );
    assert_eq!(sandbox.run("git ls-files -u").ok(), "");
    sandbox.run("git commit -q --no-edit").ok();
    let text = sandbox.read(FILE);
    for part in ["Rolled back", "Customers write", "Looked at graphs", "abcd", "xyzw", "# after the review"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_data_eq!(
        sandbox.run("pm resolve").to_string(),
        str![[r#"
--- talk
✓ no record is in conflict

"#]]
    );
}

#[test]
fn what_has_to_be_decided_stays_marked() {
    let ours = format!("{} && {}", SEVERITY.0, "pm timeline add -q 'A' --at '2026-03-01 09:31Z'");
    let theirs = format!("{} && {}", SEVERITY.1, "pm timeline add -q 'B' --at '2026-03-01 09:32Z'");
    let sandbox = text_conflict(&ours, &theirs);
    assert_data_eq!(
        sandbox.run("pm resolve").to_string(),
        str![[r#"
--- talk
pm: postmortems/2026/2026-03-02-api-down.toml
  conflict in severity: “P1” in HEAD, “P2” in other (was “P3”)
1 of 1 still in conflict
--- exit 1

"#]]
    );
    let text = sandbox.read(FILE);
    assert_eq!(text.matches("<<<<<<< HEAD").count(), 1, "{text}");
    assert!(text.contains("\"A\"") && text.contains("\"B\""), "{text}");
    // Again comes to the same.
    assert_eq!(sandbox.run("pm resolve").code, 1);
    assert_eq!(sandbox.read(FILE), text);
}

#[test]
fn work_on_the_conflict_is_not_written_over() {
    let theirs = format!("{} && sed -i 's/\"Page\"/\"Paged\"/' $F", SEVERITY.1);
    let sandbox = text_conflict(SEVERITY.0, &theirs);
    sandbox.run(&format!("sed -i 's/^severity = \"P2\"/severity = \"P4\"/' {FILE}")).ok();
    let output = sandbox.run("pm resolve");
    assert_eq!(output.code, 1, "{output}");
    assert!(output.stderr.contains("somebody is at work on it"), "{output}");
    assert!(sandbox.read(FILE).contains("P4"));
    sandbox.run(&format!("sed -i '/^<<<<<<< /d; /^=======/,/^>>>>>>> /d' {FILE}")).ok();
    let output = sandbox.run(&format!("pm resolve {FILE}"));
    assert!(output.stderr.contains("has no conflict markers any more"), "{output}");
    sandbox.run(&format!("git checkout -q -m -- {FILE}")).ok();
    assert_eq!(sandbox.run("pm resolve 2026-03-02-api-down").code, 1);
    assert_eq!(sandbox.run("pm resolve elsewhere").code, 2);
}

#[test]
fn a_record_taken_out_on_one_side_is_left_to_people() {
    let sandbox = begun();
    both(&sandbox, "git rm -q $F && git commit -qm gone", SEVERITY.1);
    assert_eq!(merge(&sandbox).code, 1);
    let output = sandbox.run("pm resolve");
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("was taken out on our side and changed on the other"), "{output}");
}

#[test]
fn the_same_incident_added_twice_is_joined() {
    let sandbox = Sandbox::ready();
    sandbox.run("git config --remove-section merge.pm && git branch other").ok();
    sandbox.write(FILE, START);
    sandbox.run("git add -A && git commit -qm ours && git switch -q other").ok();
    sandbox.write(FILE, START.replace("\"Page\"", "\"Called by a customer\"").replace("k7fq", "m3xt"));
    sandbox.run("git add -A && git commit -qm theirs && git switch -q main").ok();
    assert_eq!(merge(&sandbox).code, 1);
    sandbox.run("pm resolve").ok();
    let text = sandbox.read(FILE);
    for part in ["\"Page\"", "Called by a customer", "k7fq", "m3xt"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn on_a_terminal_each_contradiction_is_a_question() {
    let ours = format!(
        "{} && sed -i 's/Nobody was paged/Bob was paged/; s/\"open\"/\"done\"/; s/\"Deploy of 4.2\"/\"Deploy of 4.2.1\"/' $F",
        SEVERITY.0
    );
    let theirs = format!(
        "{} && sed -i 's/Nobody was paged/Vera was paged/; s/\"open\"/\"dropped\"/; s/\"Deploy of 4.2\"/\"Deploy of 4.3\"/' $F",
        SEVERITY.1
    );
    let sandbox = begun();
    both(&sandbox, &ours, &theirs);
    assert_eq!(merge(&sandbox).code, 1);
    let mut command = sandbox.command("pm resolve");
    command.env("TERM", "xterm");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session.expect("severity").expect("the first question");
    session.send("\u{1b}[B\r").expect("theirs");
    session.expect("summary").expect("the second question");
    session.send("\r").expect("ours");
    session.expect("entry at 2026-03-01 09:00").expect("the third question");
    session.send("\u{1b}[B\u{1b}[B\u{1b}[B\r").expect("another");
    session.expect("event").expect("a line to write");
    session.send_line(" by hand").expect("an answer");
    session.expect("action k7fq").expect("the fourth question");
    session.send("\r").expect("ours");
    session.expect("solved").expect("it is solved");
    session.expect(Eof).expect("an end");
    let text = sandbox.read(FILE);
    for part in ["severity = \"P2\"", "Bob was paged", "status = \"done\"", "by hand\""] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(sandbox.run("git ls-files -u").ok(), "");
}

#[test]
fn a_conflict_that_is_settled_by_half_is_left_alone() {
    let change = |severity: &str, who: &str| format!("sed -i 's/\"P3\"/\"{severity}\"/; s/Nobody was/{who} was/' $F");
    let sandbox = text_conflict(&change("P1", "Bob"), &change("P2", "Vera"));
    let path = FILE;
    let marked = sandbox.read(path);
    let (before, rest) = marked.split_once("<<<<<<<").expect("a conflict");
    let (_, theirs) = rest.split_once("=======\n").expect("a conflict");
    let (kept, after) = theirs.split_once(">>>>>>>").expect("a conflict");
    let settled = format!("{before}{kept}{}", after.split_once('\n').expect("a line").1);
    assert!(settled.contains("<<<<<<<") && settled.contains("P2"), "{settled}");
    sandbox.write(path, &settled);
    let told = sandbox.run("pm resolve").to_string();
    assert!(told.contains("somebody is at work on it"), "{told}");
    assert_eq!(sandbox.read(path), settled);
    sandbox.run(&format!("git checkout -q --theirs {path}")).ok();
    let theirs = sandbox.read(path);
    assert!(sandbox.run("pm resolve").to_string().contains("somebody has settled it"));
    assert_eq!(sandbox.read(path), theirs);
}

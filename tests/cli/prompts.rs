//! What is asked on a terminal, and answered by a person.

use std::time::Duration;

use expectrl::session::Session;
use expectrl::{Eof, Expect as _};

use crate::sandbox::Sandbox;

fn terminal(sandbox: &Sandbox, line: &str) -> expectrl::session::OsSession {
    let mut command = sandbox.command(line);
    command.env("TERM", "xterm");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
}

#[test]
fn a_new_record_is_asked_for_in_five_answers() {
    let sandbox = Sandbox::ready();
    let mut session = terminal(&sandbox, "pm new");
    session.expect("What happened?").expect("the first question");
    session.send_line("Checkout returns 502").expect("an answer");
    session.expect("How bad is it?").expect("the second question");
    session.expect("Critical").expect("severities come with their meaning");
    session.send("\u{1b}[B\u{1b}[B\r").expect("an answer");
    session.expect("When did it start?").expect("the third question");
    session.send_line("25:99").expect("a slip");
    session.expect("does not exist").expect("it is said what is wrong");
    session.expect("When did it start?").expect("it is asked again");
    session.send_line("08:30").expect("an answer");
    session.expect("Services").expect("the fourth question");
    session.send_line("checkout, payments").expect("an answer");
    session.expect("Who writes it up?").expect("the fifth question");
    session.send_line("").expect("git's identity is taken");
    session.expect("2026-03-02-checkout-returns-502").expect("the id");
    session.expect(Eof).expect("an end");
    let text = sandbox.read("postmortems/2026/2026-03-02-checkout-returns-502.toml");
    for line in [
        "severity = \"P2\"",
        "owner = \"Ann Example <ann@example.com>\"",
        "services = [\"checkout\", \"payments\"]",
        "at = 2026-03-02T08:30:00Z",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn several_records_are_a_choice() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new 'API down'").ok();
    let mut session = terminal(&sandbox, "pm show --format toml");
    session.expect("Which record?").expect("a question");
    session.send("\u{1b}[B\r").expect("an answer");
    session.expect("Production database directory removed by mistake\"").expect("the second record");
    session.expect(Eof).expect("an end");
}

#[test]
fn an_edit_that_does_not_parse_is_opened_again() {
    let sandbox = Sandbox::with_example();
    let editor = "EDITOR='sh -c \"if grep -q \\\"severity = P2\\\" \\$1; then sed -i \\\"s/= P2/= \\\\\\\"P2\\\\\\\"/\\\" \\$1; else sed -i \\\"s/^severity.*/severity = P2/\\\" \\$1; fi\" --' pm edit";
    let mut session = terminal(&sandbox, editor);
    session.expect("Open the editor again?").expect("a question");
    session.send("y").expect("an answer");
    session.expect("committed").expect("the second text is good");
    session.expect(Eof).expect("an end");
    assert!(sandbox.read("postmortems/2017/2017-01-31-database-removed.toml").contains("severity = \"P2\""));
}

#[test]
fn what_does_not_fit_the_terminal_goes_through_the_pager() {
    let sandbox = Sandbox::with_example();
    sandbox.run("git config --global core.pager 'sed s/^/paged:/'").ok();
    let mut session = terminal(&sandbox, "stty rows 10; pm show");
    session.expect("paged:").expect("git's pager is used");
    session.expect(Eof).expect("an end");
    let mut session = terminal(&sandbox, "stty rows 10; GIT_PAGER=cat pm show");
    session.expect("Durations").expect("and its variables win");
    session.expect(Eof).expect("an end");
    assert!(!sandbox.run("pm show").ok().contains("paged:"), "a pipe has no pager");
}

#[test]
fn a_new_action_is_asked_for_in_five_answers() {
    let sandbox = Sandbox::with_example();
    let mut session = terminal(&sandbox, "pm action add");
    session.expect("What is to be done?").expect("the first question");
    session.send_line("Watch the disk").expect("an answer");
    session.expect("Who sees that it is done?").expect("the second question");
    session.send_line("Infrastructure").expect("an answer");
    session.expect("How soon?").expect("the third question");
    session.expect("due 2026-03-09").expect("priorities come with their due date");
    session.send("\u{1b}[B\r").expect("an answer");
    session.expect("What does it do about the incident?").expect("the fourth question");
    session.send("\u{1b}[B\u{1b}[B\u{1b}[B\r").expect("an answer");
    session.expect("Due by when?").expect("the fifth question");
    session.send_line("someday").expect("a slip");
    session.expect("Due by when?").expect("it is asked again");
    session.send_line("").expect("the usual date is taken");
    session.expect("due 2026-03-09 (P1: 7 days), owner Infrastructure, detect").expect("what was understood");
    session.expect(Eof).expect("an end");
}

#[test]
fn an_end_without_evidence_is_asked_for_it() {
    let sandbox = Sandbox::with_example();
    let mut session = terminal(&sandbox, "pm action done k7fq");
    session.expect("Alert when a backup is missing or empty").expect("it is said which");
    session.expect("What shows that it is done?").expect("a question");
    session.send_line("deadbeef").expect("no commit");
    session.expect("names no commit").expect("it is said what is wrong");
    session.expect("What shows that it is done?").expect("it is asked again");
    session.send_line("Seen to page").expect("an answer");
    session.expect("k7fq is done").expect("an end");
    session.expect(Eof).expect("an end");
    let mut session = terminal(&sandbox, "pm action drop k7fq");
    session.expect("k7fq is done").expect("what is done is not asked about");
    session.expect(Eof).expect("an end");
}

#[test]
fn several_actions_are_a_choice() {
    let sandbox = Sandbox::with_example();
    let mut session = terminal(&sandbox, "pm action start backup");
    session.expect("Which one?").expect("a question");
    session.send("\r").expect("an answer");
    session.expect("k7fq is in progress").expect("the first");
    session.expect(Eof).expect("an end");
}

#[test]
fn a_due_date_that_slips_after_the_approval_is_asked_why() {
    let sandbox = Sandbox::with_example();
    let path = "postmortems/2017/2017-01-31-database-removed.toml";
    sandbox.write(path, sandbox.read(path).replace("status = \"draft\"", "status = \"approved\""));
    sandbox.run("git commit -qam approved").ok();
    let mut session = terminal(&sandbox, "pm action edit k7fq --due +2w");
    session.expect("moves from 2017-02-08 to 2026-03-16 after the approval").expect("it is said what slips");
    session.expect("Why?").expect("a question");
    session.send_line("Waits for the vendor").expect("an answer");
    session.expect("reason set to Waits for the vendor").expect("it is kept");
    session.expect(Eof).expect("an end");
}

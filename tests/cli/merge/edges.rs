//! What a merge says of its edges, and what `pm resolve` asks there.

use std::time::Duration;

use expectrl::session::{OsSession, Session};
use expectrl::{Eof, Expect as _};
use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

use super::{FILE, WAYS, begun, both, merge};

const DONE: &str = "sed -i 's/^status = \"open\"/status = \"done\"\\nclosed = 2026-03-03\\nevidence = \"abc\"/' $F";
const DROPPED: &str =
    "sed -i 's/^status = \"open\"/status = \"dropped\"\\nclosed = 2026-03-04\\nreason = \"too dear\"/' $F";

fn session(sandbox: &Sandbox, line: &str) -> OsSession {
    let mut command = sandbox.command(line);
    command.env("TERM", "xterm");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
}

#[test]
fn an_action_closed_in_two_ways_is_one_conflict_and_one_question() {
    for line in WAYS {
        let sandbox = begun();
        both(&sandbox, DONE, DROPPED);
        assert_eq!(sandbox.run(line).code, 1, "{line}");
        assert_eq!(sandbox.read(FILE).matches("<<<<<<<").count(), 1, "{line}");
        let mut session = session(&sandbox, "pm resolve");
        session.expect("action k7fq (status, closed, evidence, reason)").expect("the one question");
        session.send("\u{1b}[B\r").expect("theirs");
        session.expect("solved").expect("it is solved");
        session.expect(Eof).expect("an end");
        let text = sandbox.read(FILE);
        let (of_ours, of_theirs) = (text.contains("evidence = \"abc\""), text.contains("reason = \"too dear\""));
        assert!(of_ours != of_theirs, "{line}\n{text}");
        assert_eq!(text.contains("status = \"done\"\nclosed = 2026-03-03\nevidence"), of_ours, "{line}\n{text}");
        assert_eq!(text.contains("status = \"dropped\"\nclosed = 2026-03-04\nreason"), of_theirs, "{line}\n{text}");
    }
}

#[test]
fn closing_beside_rewording_is_merged_and_told() {
    let sandbox = begun();
    both(&sandbox, DONE, "sed -i 's/Alert on the error rate/Alert on errors/' $F");
    assert_data_eq!(
        merge(&sandbox).to_string(),
        str![[r#"
Auto-merging postmortems/2026/2026-03-02-api-down.toml
--- talk
pm: postmortems/2026/2026-03-02-api-down.toml
  action k7fq is done since HEAD, and has other words in other; see that both are right

"#]]
    );
}

#[test]
fn a_commit_is_called_by_its_short_id_and_subject() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");
    let short = sandbox.run("git rev-parse --short other").ok();
    let called = format!("{} (theirs)", short.trim());
    let output = sandbox.run("git merge -q --no-edit $(git rev-parse other)");
    assert!(output.stderr.contains(&format!("“P1” in HEAD, “P2” in {called} (was")), "{output}");
    assert!(sandbox.read(FILE).contains(&format!("\n>>>>>>> {called}\n")), "{}", sandbox.read(FILE));
    // So it is after a pull, and where git wrote the markers.
    sandbox.run("git merge --abort && git config --remove-section merge.pm").ok();
    let output = sandbox.run("git pull -q --no-rebase . other; pm resolve");
    assert!(output.stderr.contains(&format!("“P2” in {called} (was")), "{output}");
}

/// A PATH with git and without pm.
const WITHOUT_PM: &str = "P=$(command -v pm); mkdir -p ~/only; for t in git sh sed cat; do ln -sf $(command -v $t) ~/only/$t; done; export PATH=$HOME/only; ";

#[test]
fn where_git_finds_no_pm_one_line_says_so_and_doctor_does_before() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");
    let doctor = sandbox.run(&format!("{WITHOUT_PM} $P doctor | sed -n '/driver/,/→/p'"));
    assert_data_eq!(
        doctor.to_string(),
        str![[r#"
warn  driver       git does not find pm, so records that two branches changed are merged as text and left as conflicts
                   → put its folder on the PATH that git is started with

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("{WITHOUT_PM} git merge -q --no-edit other")).to_string(),
        str![[r#"
Auto-merging postmortems/2026/2026-03-02-api-down.toml
CONFLICT (content): Merge conflict in postmortems/2026/2026-03-02-api-down.toml
Automatic merge failed; fix conflicts and then commit the result.
--- talk
pm: git finds no pm on its PATH, so this record was merged as text; run 'pm resolve', or look at it before you add it: postmortems/2026/2026-03-02-api-down.toml
--- exit 1

"#]]
    );
    assert!(
        sandbox.read(FILE).contains("<<<<<<< HEAD\nseverity = \"P1\"\n=======\nseverity = \"P2\"\n>>>>>>> other\n")
    );
    assert_eq!(sandbox.run("pm resolve").code, 1, "as good as if it had been there");
    // A program of that name that is another one is doubtful.
    let other = "mkdir -p ~/bin; printf '#!/bin/sh\\necho pm 99.0\\n' > ~/bin/pm; chmod +x ~/bin/pm; P=$(command -v pm); export PATH=$HOME/bin:$PATH; $P doctor";
    assert!(sandbox.run(other).stdout.contains("git finds another pm to merge with: pm 99.0"));
}

#[test]
fn a_git_that_does_not_know_the_labels_gets_sensible_ones() {
    let sandbox = begun();
    let text = sandbox.read(FILE);
    let line = "git config merge.pm.driver | sed 's/%O/base.toml/g; s/%A/ours.toml/g; s/%B/theirs.toml/g; s/%L/7/g; s/%P/x.toml/g' > ~/driver";
    sandbox.run(line).ok();
    for found in [
        "",
        "mkdir -p ~/bin; printf '#!/bin/sh\\nexit 3\\n' > ~/bin/pm; chmod +x ~/bin/pm; export PATH=$HOME/bin:$PATH; ",
    ] {
        for (name, severity) in [("base", "P3"), ("ours", "P1"), ("theirs", "P2")] {
            sandbox.write(&format!("{name}.toml"), text.replace("P3", severity));
        }
        let output = sandbox.run(&format!("{found}git config merge.conflictStyle diff3; sh ~/driver"));
        assert_eq!(output.code, 1, "{output}");
        let merged = sandbox.read("ours.toml");
        let marked = "<<<<<<< ours\nseverity = \"P1\"\n||||||| base\nseverity = \"P3\"\n=======\nseverity = \"P2\"\n>>>>>>> theirs\n";
        assert!(merged.contains(marked), "{found}\n{merged}");
    }
}

#[test]
fn an_id_that_two_actions_drew_is_changed_where_nothing_names_it() {
    let add = |action: &str| format!("printf '\\n[[actions]]\\nid = \"abcd\"\\naction = \"{action}\"\\n' >> $F");
    let sandbox = begun();
    both(&sandbox, &add("Canary deploys"), &add("Somebody on call"));
    assert_data_eq!(
        merge(&sandbox).to_string(),
        str![[r#"
Auto-merging postmortems/2026/2026-03-02-api-down.toml
--- talk
pm: postmortems/2026/2026-03-02-api-down.toml
  “Somebody on call” of other has the id tdwp now: abcd is another action’s, and nothing named it

"#]]
    );
    let text = sandbox.read(FILE);
    assert!(text.contains("id = \"abcd\"\naction = \"Canary deploys\""), "{text}");
    assert_eq!(text.matches("id = \"abcd\"").count(), 1, "{text}");
    assert_eq!(sandbox.run("git status --short").ok(), "");
    // What comes behind it finds the action that it is about.
    let sandbox = begun();
    let close = "git commit -qam added && sed -i '/Somebody on call/s/$/\\nstatus = \"done\"/' $F";
    both(&sandbox, &add("Canary deploys"), &format!("{} && {close}", add("Somebody on call")));
    let output = sandbox.run("git switch -q other && git rebase -q main");
    assert_eq!(output.code, 0, "{output}");
    let text = sandbox.read(FILE);
    assert!(text.contains("\"Somebody on call\"\nstatus = \"done\"\n"), "{text}");
    assert_eq!((text.matches("id = \"abcd\"").count(), text.matches("\"done\"").count()), (1, 1), "{text}");
    // What names it there, here, in another record or in a commit may mean either.
    let names = [
        "printf '\\n[custom]\\nafter = \"abcd\"\\n' >> $F",
        "cp $F postmortems/2026/2026-03-03-x.toml; sed -i 's/k7fq/mmmm/; s/Nobody was paged/See abcd/; /id = \"abcd\"/d' postmortems/2026/2026-03-03-x.toml; git add -A && git commit -qm more",
        "git commit -qam 'Canary' -m 'Postmortem-Action: 2026-03-02-api-down/abcd'",
    ];
    for named in names {
        let sandbox = begun();
        both(&sandbox, &add("Canary deploys"), &format!("{} && {named}", add("Somebody on call")));
        let output = merge(&sandbox);
        assert_eq!(output.code, 0, "{named}: {output}");
        let told = "two actions have the id abcd: “Canary deploys” and “Somebody on call”; both are kept, give one of them another id with `pm edit`";
        assert!(output.stderr.contains(told), "{named}: {output}");
        assert_eq!(sandbox.read(FILE).matches("id = \"abcd\"").count(), 2, "{named}");
    }
}

#[test]
fn another_value_is_one_of_the_key_and_what_is_none_is_refused_with_the_reason() {
    let sandbox = begun();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");
    assert_eq!(merge(&sandbox).code, 1);
    let mut session = session(&sandbox, "pm resolve");
    session.expect("severity").expect("the question");
    session.send("\u{1b}[B\u{1b}[B\r").expect("another");
    session.expect("severity").expect("a line to write");
    session.send("\u{8}\u{8}P9\r").expect("an answer");
    session.expect("P9").expect("what was typed");
    session.expect("P1, P2, P3, P4").expect("why it is none");
    session.send("\u{8}\u{8}P4\r").expect("an answer");
    session.expect("solved").expect("it is solved");
    session.expect(Eof).expect("an end");
    assert!(sandbox.read(FILE).contains("severity = \"P4\"\n"));
}

#[test]
fn a_longer_text_is_written_in_the_editor_which_opens_with_both_sides() {
    let sandbox = begun();
    let change = |who: &str| format!("sed -i 's/Nobody was paged/{who} was paged/' $F");
    both(&sandbox, &change("Bob"), &change("Vera"));
    assert_eq!(merge(&sandbox).code, 1);
    // First the markers stay, then both are in it.
    sandbox.editor(
        "cp \"$1\" ~/seen; if [ -e ~/again ]; then printf 'Bob was paged, then Vera.\\n' > \"$1\"; else touch ~/again; echo more >> \"$1\"; fi",
    );
    let mut session = session(&sandbox, "pm resolve");
    session.expect("summary").expect("the question");
    session.expect("write it in the editor").expect("a choice");
    session.send("\u{1b}[B\u{1b}[B\u{1b}[B\r").expect("the editor");
    session.expect("line 1 is still a conflict marker").expect("why it is no text");
    session.expect("Open the editor again?").expect("a question");
    session.send("y").expect("yes");
    session.expect("solved").expect("it is solved");
    session.expect(Eof).expect("an end");
    let seen = std::fs::read_to_string(sandbox.home().join("seen")).expect("what the editor saw");
    assert!(seen.starts_with("<<<<<<< HEAD\n") && seen.ends_with("more\n"), "what was typed is there again: {seen}");
    assert!(
        sandbox.read(FILE).contains("summary = \"\"\"\nBob was paged, then Vera.\n\"\"\"\n"),
        "{}",
        sandbox.read(FILE)
    );
    assert_eq!(sandbox.run("ls .git/pm/edit").ok(), "");
}

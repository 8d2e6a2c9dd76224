//! Merging records with real git: everything that calls the driver, and everything that may go wrong around it.

mod edges;
mod failing;
mod resolving;
mod rounds;
mod two_responders;

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Output, Sandbox};

const FILE: &str = "postmortems/2026/2026-03-02-api-down.toml";

/// A record on `main`, and a branch `other` from there.
fn begun() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.write(FILE, START);
    sandbox.run("git add -A && git commit -qm start && git branch other").ok();
    sandbox
}

const START: &str = r#"#:schema ../postmortem.schema.json

format = 1

title = "API down"

severity = "P3"

status = "draft"

owner = "Ann Example <ann@example.com>"

summary = """
The API answered with errors. Most users saw them.
Nobody was paged.
"""

[[timeline]]
at = 2026-03-01T09:00:00Z
kind = "started"
event = "Deploy of 4.2"

[[timeline]]
at = 2026-03-01T09:30:00Z
kind = "detected"
event = "Page"

[[actions]]
id = "k7fq"
action = "Alert on the error rate"
owner = "Ann Example <ann@example.com>"
status = "open"
"#;

/// Changes the record on both branches: lines of `sh` that are given the file as `$F`.
fn both(sandbox: &Sandbox, ours: &str, theirs: &str) {
    sandbox
        .run(&format!("F={FILE}; git switch -q other && {theirs} && (git diff --quiet || git commit -qam theirs)"))
        .ok();
    sandbox.run(&format!("F={FILE}; git switch -q main && {ours} && (git diff --quiet || git commit -qam ours)")).ok();
}

fn merge(sandbox: &Sandbox) -> Output {
    sandbox.run("git merge -q --no-edit other")
}

/// What the record at HEAD or in the working tree is, after a merge that must be clean.
fn clean(sandbox: &Sandbox, line: &str) -> String {
    let output = sandbox.run(line);
    assert_eq!(output.code, 0, "{output}");
    assert_eq!(sandbox.run("git status --short").ok(), "", "{output}");
    sandbox.run("pm check --format json > ~/check; test $? -le 1").ok();
    sandbox.read(FILE)
}

/// What brings the two branches together.
const WAYS: [&str; 3] = ["git merge -q --no-edit other", "git rebase -q other", "git cherry-pick main..other"];

const BOTH_ADD: (&str, &str) = (
    "pm timeline add -q 'Rolled back' --at '2026-03-01 09:50Z' --kind resolved && \
     printf '\\n# for the next one\\n[[actions]]\\nid = \"abcd\"\\naction = \"Canary\"   # asked for\\n' >> $F",
    "pm timeline add -q 'Customers write' --at '2026-03-01 09:20Z' && pm timeline add -q 'Looked at graphs' --at '2026-03-01 09:40Z' && \
     printf '\\n# after the review\\n[[actions]]\\nid = \"xyzw\"\\naction = \"Page somebody\"\\n' >> $F",
);

#[test]
fn both_sides_add_entries_and_actions_in_merge_rebase_and_cherry_pick() {
    for line in WAYS {
        let sandbox = begun();
        both(&sandbox, BOTH_ADD.0, BOTH_ADD.1);
        let text = clean(&sandbox, line);
        let events: Vec<&str> =
            text.lines().filter(|line| line.starts_with("event") || line.starts_with("action")).collect();
        let (entries, actions) = events.split_at(5);
        assert_eq!(
            entries,
            [
                "event = \"Deploy of 4.2\"",
                "event = \"Customers write\"",
                "event = \"Page\"",
                "event = \"Looked at graphs\"",
                "event = \"Rolled back\""
            ],
            "{line}\n{text}"
        );
        let mut actions = actions.to_vec();
        actions.sort_unstable();
        assert_eq!(
            actions,
            ["action = \"Alert on the error rate\"", "action = \"Canary\"   # asked for", "action = \"Page somebody\""],
            "{line}"
        );
        assert!(text.contains("# for the next one\n[[actions]]\nid = \"abcd\""), "{line}\n{text}");
        assert!(text.contains("# after the review\n[[actions]]\nid = \"xyzw\""), "{line}\n{text}");
    }
}

#[test]
fn different_keys_of_one_action_and_different_sentences_merge() {
    for line in WAYS {
        let sandbox = begun();
        both(
            &sandbox,
            "sed -i 's/^status = \"open\"/status = \"done\"\\nclosed = 2026-03-03/; s/Most users/Some users/' $F",
            "sed -i 's/Alert on the error rate/Alert on errors/; s/Nobody was paged/Nobody was woken/' $F",
        );
        let text = clean(&sandbox, line);
        assert!(
            text.contains("The API answered with errors. Some users saw them.\nNobody was woken.\n"),
            "{line}\n{text}"
        );
        let action = "action = \"Alert on errors\"\nowner = \"Ann Example <ann@example.com>\"\nstatus = \"done\"\nclosed = 2026-03-03\n";
        assert!(text.contains(action), "{line}\n{text}");
    }
}

#[test]
fn contradictions_are_marked_around_whole_keys_and_named() {
    let sandbox = begun();
    both(
        &sandbox,
        "sed -i 's/\"P3\"/\"P1\"/; s/\"open\"/\"done\"/; s/Nobody was paged/Bob was paged/' $F",
        "sed -i 's/\"P3\"/\"P2\"/; s/\"open\"/\"dropped\"/; s/Nobody was paged/Vera was paged/' $F && pm timeline add -q 'More' --at '2026-03-01 09:10Z'",
    );
    let output = merge(&sandbox);
    assert_data_eq!(
        output.to_string(),
        str![[r#"
Auto-merging postmortems/2026/2026-03-02-api-down.toml
CONFLICT (content): Merge conflict in postmortems/2026/2026-03-02-api-down.toml
Automatic merge failed; fix conflicts and then commit the result.
--- talk
pm: postmortems/2026/2026-03-02-api-down.toml
  conflict in severity: “P1” in HEAD, “P2” in other (was “P3”)
  conflict in summary: “The API answered with errors. Most users saw them. Bob was …” in HEAD, “The API answered with errors. Most users saw them. Vera was…” in other (was “The API answered with errors. Most users saw them. Nobody w…”)
  conflict in action k7fq.status: “done” in HEAD, “dropped” in other (was “open”)
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.read(FILE),
        str![[r##"
#:schema ../postmortem.schema.json

format = 1

title = "API down"

<<<<<<< HEAD
severity = "P1"
=======
severity = "P2"
>>>>>>> other

status = "draft"

owner = "Ann Example <ann@example.com>"

<<<<<<< HEAD
summary = """
The API answered with errors. Most users saw them.
Bob was paged.
"""
=======
summary = """
The API answered with errors. Most users saw them.
Vera was paged.
"""
>>>>>>> other

[[timeline]]
at = 2026-03-01T09:00:00Z
kind = "started"
event = "Deploy of 4.2"

[[timeline]]
at = 2026-03-01T09:10:00Z
event = "More"
owner = "Ann Example"

[[timeline]]
at = 2026-03-01T09:30:00Z
kind = "detected"
event = "Page"

[[actions]]
id = "k7fq"
action = "Alert on the error rate"
owner = "Ann Example <ann@example.com>"
<<<<<<< HEAD
status = "done"
=======
status = "dropped"
>>>>>>> other

"##]]
    );
    assert_eq!(sandbox.run("git diff --name-only --diff-filter=U").ok(), format!("{FILE}\n"));
    // Dropping either side of every conflict leaves a record.
    for side in ["ours", "theirs"] {
        let from = if side == "ours" {
            "'/^=======/,/^>>>>>>> /d; /^<<<<<<< /d'"
        } else {
            "'/^<<<<<<< /,/^=======/d; /^>>>>>>> /d'"
        };
        sandbox.run(&format!("cp {FILE} ~/kept && sed -i {from} {FILE} && pm show 2026-03-02-api-down > ~/out; r=$?; cp ~/kept {FILE}; exit $r")).ok();
    }
}

#[test]
fn the_value_before_is_shown_where_the_user_wants_it() {
    for style in ["diff3", "zdiff3"] {
        let sandbox = begun();
        sandbox.run(&format!("git config merge.conflictStyle {style}")).ok();
        both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");
        assert_eq!(merge(&sandbox).code, 1);
        let text = sandbox.read(FILE);
        let at = text.find("<<<<<<<").expect("a conflict");
        let marked: Vec<&str> = text[at..].lines().take(7).collect();
        assert_eq!(marked[..3], ["<<<<<<< HEAD", "severity = \"P1\"", marked[2]]);
        assert!(marked[2].starts_with("||||||| "), "{marked:?}");
        assert_eq!(marked[3..], ["severity = \"P3\"", "=======", "severity = \"P2\"", ">>>>>>> other"]);
    }
}

#[test]
fn an_entry_that_one_side_took_out_and_the_other_changed_is_a_conflict() {
    let sandbox = begun();
    both(
        &sandbox,
        "sed -i '/^at = 2026-03-01T09:30/,/^$/d; s/^.*XX.*$//' $F && sed -i 'N;/^\\[\\[timeline\\]\\]\\n\\[\\[actions\\]\\]/!P;D' $F",
        "sed -i 's/\"Page\"/\"Page, at last\"/' $F",
    );
    let ours = sandbox.read(FILE);
    let output = merge(&sandbox);
    assert_eq!(output.code, 1, "{ours}\n{output}");
    let text = sandbox.read(FILE);
    assert!(text.contains("Page, at last") && text.contains("<<<<<<<"), "{text}");
}

#[test]
fn a_revert_and_a_stash_merge_too() {
    let sandbox = begun();
    // What was added and is reverted goes; what came later stays.
    sandbox.run("pm timeline add -q 'Wrong' --at '2026-03-01 09:31Z' && pm timeline add -q 'Right' --at '2026-03-01 09:32Z'").ok();
    let text = clean(&sandbox, "git revert --no-edit HEAD~1");
    assert!(!text.contains("Wrong") && text.contains("Right"), "{text}");

    let sandbox = begun();
    sandbox
        .run(&format!("printf '\\n[[actions]]\\nid = \"abcd\"\\naction = \"Canary\"\\n' >> {FILE} && git stash -q"))
        .ok();
    sandbox.run(&format!("printf '\\n[[actions]]\\nid = \"xyzw\"\\naction = \"Page\"\\n' >> {FILE} && git commit -qam more && git stash pop")).ok();
    let text = sandbox.read(FILE);
    assert!(text.contains("abcd") && text.contains("xyzw") && !text.contains("<<<<"), "{text}");
}

#[test]
fn a_record_that_was_renamed_on_one_side_takes_what_the_other_did_to_it() {
    for line in WAYS {
        let sandbox = begun();
        both(
            &sandbox,
            "git mv $F postmortems/2026/2026-03-02-api-gone.toml && git commit -qm rename && pm timeline add -q 'A' --at '2026-03-01 09:31Z'",
            "pm timeline add -q 'B' --at '2026-03-01 09:32Z'",
        );
        let output = sandbox.run(line);
        assert_eq!(output.code, 0, "{line}: {output}");
        let text = sandbox.read("postmortems/2026/2026-03-02-api-gone.toml");
        assert!(text.contains("\"A\"") && text.contains("\"B\""), "{line}: {text}");
    }
}

#[test]
fn rerere_remembers_a_resolution() {
    let sandbox = begun();
    sandbox.run("git config rerere.enabled true").ok();
    both(&sandbox, "sed -i 's/\"P3\"/\"P1\"/' $F", "sed -i 's/\"P3\"/\"P2\"/' $F");
    assert_eq!(merge(&sandbox).code, 1);
    sandbox.run(&format!("sed -i '/^<<<<<<< /d; /^=======/,/^>>>>>>> /d' {FILE} && git commit -qam merged && git reset -q --hard HEAD~1")).ok();
    let output = merge(&sandbox);
    assert!(output.stderr.contains("previous resolution") || output.stdout.contains("previous resolution"), "{output}");
    assert!(!sandbox.read(FILE).contains("<<<<"));
}

#[test]
fn a_criss_cross_merge_starts_from_a_clean_base() {
    let sandbox = begun();
    both(
        &sandbox,
        "pm timeline add -q 'A' --at '2026-03-01 09:31Z'",
        "pm timeline add -q 'B' --at '2026-03-01 09:32Z'",
    );
    // Each merges what the other had.
    sandbox.run("git branch old-main && git merge -q --no-edit other && git switch -q other && git merge -q --no-edit old-main").ok();
    both(
        &sandbox,
        "pm timeline add -q 'C' --at '2026-03-01 09:33Z'",
        "pm timeline add -q 'D' --at '2026-03-01 09:34Z'",
    );
    assert_eq!(sandbox.run("git merge-base --all main other | wc -l").ok().trim(), "2");
    let text = clean(&sandbox, "git merge -q --no-edit other");
    for event in ["A", "B", "C", "D"] {
        assert_eq!(text.matches(&format!("event = \"{event}\"")).count(), 1, "{text}");
    }
}

#[test]
fn the_same_incident_on_two_branches_is_one_where_they_agree() {
    let sandbox = Sandbox::ready();
    sandbox.run("git branch other").ok();
    let theirs =
        START.replace("\"P3\"", "\"P2\"").replace("\"Page\"", "\"Called by a customer\"").replace("k7fq", "m3xt");
    sandbox.write(FILE, START);
    sandbox.run("git add -A && git commit -qm ours && git switch -q other").ok();
    sandbox.write(FILE, theirs);
    sandbox.run("git add -A && git commit -qm theirs && git switch -q main").ok();
    let output = merge(&sandbox);
    assert_eq!(output.code, 1, "{output}");
    let text = sandbox.read(FILE);
    assert_eq!(text.matches("<<<<<<<").count(), 1, "{text}");
    for part in ["\"Page\"", "Called by a customer", "k7fq", "m3xt"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text.matches("Deploy of 4.2").count(), 1);
}

#[test]
fn what_was_counted_is_told_to_those_who_ask() {
    let sandbox = begun();
    both(
        &sandbox,
        "pm timeline add -q 'A' --at '2026-03-01 09:31Z'",
        "pm timeline add -q 'B' --at '2026-03-01 09:32Z' && pm timeline add -q 'C' --at '2026-03-01 09:33Z'",
    );
    sandbox.run("git config merge.pm.driver 'pm merge-driver -v %O %A %B %L %P %S %X %Y'").ok();
    let output = merge(&sandbox);
    assert!(output.stderr.contains("2 + 1 + 2 = 5 entries, 0 lost"), "{output}");
}

#[test]
fn what_was_taken_out_before_a_criss_cross_merge_does_not_come_back() {
    let sandbox = Sandbox::ready();
    let path = "postmortems/2026/2026-01-01-x.toml";
    let write = |severity: &str, owner: &str, secret: bool| {
        let entry =
            |hour: u8, event: &str| format!("[[timeline]]\nat = 2026-01-01T{hour:02}:00:00Z\nevent = \"{event}\"\n\n");
        let more = if secret { entry(10, "hunter2") } else { String::new() };
        let head = format!(
            "format = 1\n\ntitle = \"x\"\n\nstatus = \"draft\"\n\nseverity = \"{severity}\"\n\nowner = \"{owner}\"\n\n"
        );
        sandbox.write(path, format!("{head}{}{more}", entry(9, "a")));
        sandbox.run("git add -A && git commit -qm change").ok();
    };
    write("P1", "A", false);
    sandbox.run("git branch other").ok();
    write("P1", "A", true);
    sandbox.run("git tag a1 && git switch -q other").ok();
    write("P3", "A", false);
    sandbox.run("git tag b1 && git switch -q main && git merge -q --no-edit b1 && git switch -q other && git merge -q --no-edit a1 && git switch -q main").ok();
    write("P3", "A", false);
    sandbox.run("git switch -q other").ok();
    write("P3", "Bob", true);
    sandbox.run("git switch -q main && git merge -q --no-edit other").ok();
    let text = sandbox.read(path);
    assert!(!text.contains("hunter2") && text.contains("Bob"), "{text}");
}

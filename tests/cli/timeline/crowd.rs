//! Many at once: twenty processes in one clone, and two clones of one remote.

use super::*;

#[test]
fn twenty_entries_added_at_once_are_all_there() {
    let sandbox = started("2026-03-02 08:30");
    let adds: Vec<_> = (0..20)
        .map(|number| {
            let line = format!("pm timeline add 'Responder {number}' --at '08:{:02}' --kind none", 59 - number);
            sandbox.command(&line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell")
        })
        .collect();
    for add in adds {
        let output = add.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let list = sandbox.run("pm timeline list -q").ok();
    let events: Vec<&str> = list.lines().filter_map(|line| line.split("Responder ").nth(1)).collect();
    let wanted: Vec<String> = (0..20).rev().map(|number| format!("{number} (Ann Example)")).collect();
    assert_eq!(events, wanted, "all of them, in order of time");
    assert_data_eq!(
        sandbox.run("git log --merges --oneline | wc -l; git log --oneline | wc -l; git status --short; git fsck --strict 2>&1").ok(),
        "0\n22\n"
    );
    assert_data_eq!(sandbox.run("pm check").ok(), "1 record, no findings\n");
}

/// Two clones of a bare remote with one record.
fn two_clones(pull: &str) -> Sandbox {
    let sandbox = started("2026-03-02 08:30");
    let line = format!(
        "git clone -q --bare . ../remote.git && git clone -q ../remote.git ../ann && git clone -q ../remote.git ../bob && \
         git config --global pull.rebase {pull} && git config --global user.name Ann"
    );
    sandbox.run(&line).ok();
    sandbox
}

fn add(sandbox: &Sandbox, who: &str, event: &str, at: &str) -> Output {
    let line = format!(
        "cd ../{who} && pm timeline add -q '{event}' --at '2026-03-02 {at}' --kind none --owner {who} && git pull -q && git push -q"
    );
    sandbox.run(&line)
}

#[test]
fn two_clones_that_pull_before_they_add_never_meet() {
    for pull in ["true", "false"] {
        let sandbox = two_clones(pull);
        for (minute, who) in (31..41).zip(["ann", "bob"].iter().cycle()) {
            let line = format!(
                "cd ../{who} && git pull -q && pm timeline add -q 'step {minute}' --at '08:{minute}' --kind none && git push -q"
            );
            sandbox.run(&line).ok();
        }
        let list = sandbox.run("cd ../bob && git pull -q; pm timeline list -q").ok();
        assert_eq!(list.lines().count(), 11, "{list}");
    }
}

/// Bob's clone in the middle of a pull that met an entry of Ann's at the same place, and the conflict.
fn met(pull: &str) -> (Sandbox, String) {
    let sandbox = two_clones(pull);
    add(&sandbox, "ann", "Ann sees it", "08:40").ok();
    let conflict = add(&sandbox, "bob", "Bob sees it", "08:41");
    assert_ne!(conflict.code, 0, "a text merge cannot know which of two blocks at one place comes first");
    let text = sandbox.run("cd ../bob && cat $(git diff --name-only --diff-filter=U)").ok();
    let marked = text[text.find("kind").expect("the entry above")..].lines();
    let lines: Vec<&str> = marked.map(|line| if line.starts_with(['<', '>']) { &line[..7] } else { line }).collect();
    (sandbox, lines.join("\n"))
}

/// Both blocks stay, each under its own header, as somebody may do it by hand.
fn keep_both(sandbox: &Sandbox, go_on: &str) -> String {
    let edit = "-e '/^<<<<<<< /d' -e '/^>>>>>>> /d' -e 's/^=======$/\\n[[timeline]]/'";
    let resolve = format!(
        "cd ../bob && file=$(git diff --name-only --diff-filter=U) && sed -i {edit} $file && pm check 2>&1 | grep -c timeline-order; \
         git add $file && GIT_EDITOR=true git {go_on} --continue -q 2>/dev/null || GIT_EDITOR=true git {go_on} --continue >/dev/null && git push -q && \
         cd ../ann && git pull -q && pm timeline list -q && git fsck --strict"
    );
    sandbox.run(&resolve).ok()
}

#[test]
fn two_entries_at_one_place_meet_in_a_rebase_and_both_are_kept_by_hand() {
    let (sandbox, conflict) = met("true");
    assert_data_eq!(
        conflict,
        str![[r#"
kind = "started"
event = "Incident started"

[[timeline]]
<<<<<<<
at = 2026-03-02T08:40:00Z
event = "Ann sees it"
owner = "ann"
=======
at = 2026-03-02T08:41:00Z
event = "Bob sees it"
owner = "bob"
>>>>>>>
"#]]
    );
    let refused = sandbox.run("cd ../bob && pm timeline add -q 'More' --kind none");
    assert_data_eq!(
        refused.to_string(),
        str![[r#"
--- talk
error[conflict-markers]: the record has a merge conflict
  --> postmortems/2026/2026-03-02-disk-full.toml:19:1
   |
19 | <<<<<<< HEAD
   | ^^^^^^^^^^^^
   |
   = help: `pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it

1 error
error: postmortems/2026/2026-03-02-disk-full.toml cannot be read as a record, so nothing was changed
hint: `pm edit postmortems/2026/2026-03-02-disk-full.toml` opens it
--- exit 2

"#]]
    );
    assert_data_eq!(
        keep_both(&sandbox, "rebase"),
        str![[r#"
0
1:qefg  2026-03-02 08:30  started  Incident started
2:dk96  2026-03-02 08:40  -        Ann sees it (ann)
3:6zwd  2026-03-02 08:41  -        Bob sees it (bob)

"#]]
    );
}

#[test]
fn two_entries_at_one_place_meet_in_a_merge_and_both_are_kept_by_hand() {
    let (sandbox, conflict) = met("false");
    assert_data_eq!(
        conflict,
        str![[r#"
kind = "started"
event = "Incident started"

[[timeline]]
<<<<<<<
at = 2026-03-02T08:41:00Z
event = "Bob sees it"
owner = "bob"
=======
at = 2026-03-02T08:40:00Z
event = "Ann sees it"
owner = "ann"
>>>>>>>
"#]]
    );
    // The merge puts one's own entry first, whatever its time: the finding says so.
    assert_data_eq!(
        keep_both(&sandbox, "merge"),
        str![[r#"
1
1:qefg  2026-03-02 08:30  started  Incident started
2:6zwd  2026-03-02 08:41  -        Bob sees it (bob)
3:dk96  2026-03-02 08:40  -        Ann sees it (ann)

"#]]
    );
}

#[test]
fn two_entries_at_different_places_merge_by_themselves() {
    for pull in ["true", "false"] {
        let sandbox = two_clones(pull);
        add(&sandbox, "ann", "The end", "08:59").ok();
        sandbox.run("cd ../bob && git pull -q").ok();
        add(&sandbox, "ann", "Behind the end", "09:00").ok();
        add(&sandbox, "bob", "In the middle", "08:45").ok();
        let list = sandbox.run("cd ../bob && pm timeline list -q").ok();
        assert_data_eq!(
            list.lines().map(|line| &line[8..]).collect::<Vec<_>>().join("\n"),
            str![[r#"
2026-03-02 08:30  started  Incident started
2026-03-02 08:45  -        In the middle (bob)
2026-03-02 08:59  -        The end (ann)
2026-03-02 09:00  -        Behind the end (ann)
"#]]
        );
    }
}

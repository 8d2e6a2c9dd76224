//! `pm check --base`: what a branch does to records, held against the branch it goes to.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Output, Sandbox};

/// The first lines of findings and the summary, without what is drawn below.
pub(super) fn told(output: &Output) -> String {
    let is_told = |line: &&str| {
        ["error", "warning", "note"].iter().any(|level| line.starts_with(&format!("{level}[")))
            || line.contains("--> ")
            || line.contains("= help: ")
            || line.starts_with(|c: char| c.is_ascii_digit()) && !line.contains(" | ") && !line.ends_with('|')
            || line.starts_with("no ")
    };
    let lines: Vec<&str> = output.stdout.lines().filter(is_told).map(str::trim_start).collect();
    format!("{}\n{}exit {}\n", lines.join("\n"), output.stderr, output.code)
}

/// A small record with what a test is about.
fn record(title: &str, rest: &str) -> String {
    format!("format = 1\n\ntitle = \"{title}\"\n\nseverity = \"P3\"\n\nstatus = \"draft\"\n{rest}")
}

const ENTRY: &str = "\n[[timeline]]\nat = 2026-03-01T10:00:00Z\nkind = \"detected\"\nevent = \"Alert\"\n";

/// Two records on `main`, one of them with an old mistake, and a branch `request`.
fn two() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.write("postmortems/2026/2026-03-01-one.toml", record("One", &format!("services = \"api\"\n{ENTRY}")));
    sandbox.write("postmortems/2026/2026-03-02-two.toml", record("Two", &format!("owners = \"x\"\n{ENTRY}")));
    sandbox.run("git add -A && git commit -qm records && git switch -qc request").ok();
    sandbox
}

#[test]
fn only_what_the_branch_changes_is_looked_at_and_only_what_it_brings_decides() {
    let sandbox = two();
    assert_data_eq!(
        sandbox.run("pm check --base main").to_string(),
        str![[r#"
no record was changed since the branch parted from main

"#]]
    );
    sandbox.run("pm set -q -p one summary=Short").ok();
    assert_data_eq!(
        sandbox.run("pm check --base main").to_string(),
        str![[r#"
error[wrong-type]: `services` is text, not a list of names (from before)
 --> postmortems/2026/2026-03-01-one.toml:8:12
  |
8 | services = "api"
  |            ^^^^^
  |
  = help: write `["api"]`

no new findings; 1 from before

"#]]
    );
    // The same mistake further down, in a moved record, is the same; another one is new. The working tree counts, too.
    sandbox.run("mkdir postmortems/2026/03 && git mv postmortems/2026/2026-03-01-one.toml postmortems/2026/03/").ok();
    sandbox.run("sed -i 's/^kind = .*/kindd = \"x\"/' postmortems/2026/03/*.toml").ok();
    assert_data_eq!(
        told(&sandbox.run("pm check --base main")),
        str![[r#"
error[wrong-type]: `services` is text, not a list of names (from before)
--> postmortems/2026/03/2026-03-01-one.toml:8:12
= help: write `["api"]`
warning[unknown-key]: `kindd` is not a key of the format; it is kept
--> postmortems/2026/03/2026-03-01-one.toml:14:1
= help: did you mean `timeline[].kind`? Keys of your own belong under `[custom]`
1 warning; 1 more from before
exit 0

"#]]
    );
    assert_data_eq!(
        told(&sandbox.run("pm check --base main --strict")),
        str![[r#"
error[wrong-type]: `services` is text, not a list of names (from before)
--> postmortems/2026/03/2026-03-01-one.toml:8:12
= help: write `["api"]`
warning[unknown-key]: `kindd` is not a key of the format; it is kept
--> postmortems/2026/03/2026-03-01-one.toml:14:1
= help: did you mean `timeline[].kind`? Keys of your own belong under `[custom]`
1 warning; 1 more from before
exit 1

"#]]
    );
    assert_data_eq!(
        told(&sandbox.run("pm check --base main two")),
        str![[r#"
no record was changed since the branch parted from main
exit 0

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --base main one --format json").to_string(),
        str![[r#"
{
  "schema": 1,
  "base": {
    "named": "main",
    "commit": "54bc79bdc14fb0698170b0b34ecfe8e904beddf6",
    "parted": "54bc79bdc14fb0698170b0b34ecfe8e904beddf6"
  },
  "errors": 0,
  "warnings": 1,
  "notes": 0,
  "known": 1,
  "findings": [
    {
      "file": "postmortems/2026/03/2026-03-01-one.toml",
      "line": 8,
      "column": 12,
      "end_line": 8,
      "end_column": 17,
      "rule": "wrong-type",
      "level": "error",
      "message": "`services` is text, not a list of names",
      "help": "write `[/"api/"]`",
      "new": false
    },
    {
      "file": "postmortems/2026/03/2026-03-01-one.toml",
      "line": 14,
      "column": 1,
      "end_line": 14,
      "end_column": 6,
      "rule": "unknown-key",
      "level": "warning",
      "message": "`kindd` is not a key of the format; it is kept",
      "help": "did you mean `timeline[].kind`? Keys of your own belong under `[custom]`",
      "new": true
    }
  ]
}

"#]]
    );
}

#[test]
fn a_record_that_both_sides_change_is_looked_at_as_it_will_be() {
    let sandbox = two();
    // Alone each branch is in order: the end is behind the beginning only once both are there.
    sandbox.run("pm timeline add -q -p two 'Over' --at '2026-03-01 12:00' --kind resolved && pm set -q -p two severity=P1 owner=Ann").ok();
    let main = "git switch -q main && pm timeline add -q -p two 'Began' --at '2026-03-01 13:00' --kind started && pm set -q -p two severity=P2 owner=Bob";
    sandbox.run(&format!("{main} && git switch -q request")).ok();
    assert_data_eq!(
        told(&sandbox.run("pm check --base main two")),
        str![[r#"
error[merge-conflict]: both changed severity: “P2” in main, “P1” in the branch (was “P3”)
--> postmortems/2026/2026-03-02-two.toml:5:12
= help: merge the other branch into this one, settle it (`pm resolve`), and have it reviewed again
error[merge-conflict]: both changed owner: “Bob” in main, “Ann” in the branch
--> postmortems/2026/2026-03-02-two.toml:9:9
= help: merge the other branch into this one, settle it (`pm resolve`), and have it reviewed again
warning[unknown-key]: `owners` is not a key of the format; it is kept (from before)
--> postmortems/2026/2026-03-02-two.toml:11:1
= help: did you mean `owner`? Keys of your own belong under `[custom]`
2 errors; 1 more from before
exit 1

"#]]
    );
    sandbox.run("pm set -q -p two severity=P2 owner=Bob").ok();
    assert_data_eq!(
        told(&sandbox.run("pm check --base main two")),
        str![[r#"
warning[unknown-key]: `owners` is not a key of the format; it is kept (from before)
--> postmortems/2026/2026-03-02-two.toml:11:1
= help: did you mean `owner`? Keys of your own belong under `[custom]`
error[negative-span]: merged with main: resolved at 2026-03-01 12:00 is before started at 2026-03-01 13:00 (1 h)
--> postmortems/2026/2026-03-02-two.toml:19:6
= help: correct a time, or mark another entry as the milestone (`pm timeline edit N --kind …`)
1 error; 1 more from before
exit 1

"#]]
    );
    // As a forge merges it, as a request of a bare repository, and from an older base: the same.
    sandbox.run("git clone -q --bare . ../bare.git").ok();
    let bare = sandbox.run("pm -C ../bare.git check --base main --rev request two");
    assert_eq!(bare.code, 1, "{bare}");
    assert!(bare.stdout.contains("merged with main: "), "{bare}");
}

#[test]
fn ids_are_taken_once_among_all_that_will_be_there() {
    let sandbox = two();
    let action = |text: &str| {
        format!(
            "\n[[actions]]\nid = \"k7fq\"\naction = \"{text}\"\nowner = \"Ann\"\npriority = \"P2\"\ndue = 2026-04-01\nstatus = \"open\"\n"
        )
    };
    sandbox.write("postmortems/2026/2026-03-03-three.toml", record("Three", &action("Mine")));
    sandbox.run("git add -A && git commit -qm three && git switch -q main").ok();
    sandbox.write("postmortems/2026/2026-03-04-four.toml", record("Four", &action("Theirs")));
    sandbox.write("postmortems/2026/03/2026-03-03-three.toml", record("Another", ""));
    sandbox.run("git add -A && git commit -qm four && git switch -q request").ok();
    assert_eq!(sandbox.run("pm check three").code, 0, "each side is in order alone");
    assert_data_eq!(
        told(&sandbox.run("pm check --base main")),
        str![[r#"
error[duplicate-id]: another record has the same file name, so its id does not tell them apart
--> postmortems/2026/2026-03-03-three.toml
= help: rename one of them
error[action-id]: an action of postmortems/2026/2026-03-04-four.toml has the id `k7fq`, too
--> postmortems/2026/2026-03-03-three.toml:10:6
= help: give the one that fewer people know yet another id (`pm edit`)
2 errors
exit 1

"#]]
    );
    // What both had before is nobody's doing.
    sandbox.run("git merge -q main && git switch -qc later && pm set -q -p 2026-03-04-four summary=x").ok();
    assert_data_eq!(
        told(&sandbox.run("pm check --base request")),
        str![[r#"
error[action-id]: an action of postmortems/2026/2026-03-03-three.toml has the id `k7fq`, too (from before)
--> postmortems/2026/2026-03-04-four.toml:12:6
= help: give the one that fewer people know yet another id (`pm edit`)
no new findings; 1 from before
exit 0

"#]]
    );
}

#[test]
fn a_record_that_one_side_takes_out_and_the_other_changes_is_a_conflict() {
    let sandbox = two();
    sandbox.run("git rm -q postmortems/2026/*two.toml && git commit -qm gone && pm set -q -p one summary=x").ok();
    sandbox.run("git switch -q main && pm set -q -p two summary=x && git rm -q postmortems/2026/*one.toml && git commit -qm gone").ok();
    assert_data_eq!(
        told(&sandbox.run("git switch -q request; pm check --base main")),
        str![[r#"
error[merge-conflict]: main has taken out the record, and the branch changes it
--> postmortems/2026/2026-03-01-one.toml
= help: merge the other branch into this one, settle it (`pm resolve`), and have it reviewed again
error[wrong-type]: `services` is text, not a list of names (from before)
--> postmortems/2026/2026-03-01-one.toml:8:12
= help: write `["api"]`
error[merge-conflict]: the branch takes out the record, and main has changed it
--> postmortems/2026/2026-03-02-two.toml
= help: merge the other branch into this one, settle it (`pm resolve`), and have it reviewed again
2 errors; 1 more from before
exit 1

"#]]
    );
}

#[test]
fn settings_of_the_branch_do_not_judge_it() {
    let sandbox = two();
    sandbox.write("pm.toml", "[rules]\nwrong-type = \"off\"\nunknown-key = \"error\"\nnosuch = \"off\"\n");
    sandbox.run("sed -i 's/^title = .*/title = 1/' postmortems/*/*two.toml").ok();
    assert_data_eq!(
        told(&sandbox.run("pm check --base main")),
        str![[r#"
note[settings-of-base]: the branch changes the settings; it is judged by those of main
--> pm.toml
= help: look at each change: what it loosens counts once it is merged
warning[wrong-setting]: there is no rule `nosuch`
--> pm.toml:4:1
= help: `pm check --explain RULE` tells of one; every finding begins with the name of its rule
error[wrong-type]: `title` is a whole number, not text
--> postmortems/2026/2026-03-02-two.toml:3:9
= help: write `"1"`
warning[unknown-key]: `owners` is not a key of the format; it is kept (from before)
--> postmortems/2026/2026-03-02-two.toml:8:1
= help: did you mean `owner`? Keys of your own belong under `[custom]`
1 error, 1 warning, 1 note; 1 more from before
warning[wrong-setting]: there is no rule `nosuch`
 --> pm.toml:4:1
  |
4 | nosuch = "off"
  | ^^^^^^
  |
  = help: `pm check --explain RULE` tells of one; every finding begins with the name of its rule

1 warning
exit 1

"#]]
    );
    // Where those of the base are broken nothing can be judged.
    sandbox.run("git stash -q && git switch -q main && echo '= broken' > pm.toml && git commit -qam broken && git switch -q request").ok();
    assert_data_eq!(
        sandbox.run("pm check --base main").to_string(),
        str![[r#"
--- talk
error[syntax]: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
--> pm.toml

error[syntax]: string values must be quoted, expected literal string
 --> pm.toml:1:3
  |
1 | = broken
  |   ^^^^^^

2 errors
error: `pm.toml` cannot be read as settings
hint: these are the settings of main, which judge the branch: correct them there first
--- exit 2

"#]]
    );
}

#[test]
fn what_cannot_be_told_in_this_clone_fails_and_names_the_command_that_brings_it() {
    let sandbox = two();
    sandbox.run("pm set -q -p two summary=x").ok();
    let clone = |name: &str, how: &str| {
        sandbox.run(&format!("git clone -q {how} \"file://$PWD\" ../{name}")).ok();
        sandbox.run(&format!("pm -C ../{name} check --base origin/main"))
    };
    assert_data_eq!(
        clone("shallow", "--depth 1 --no-single-branch --branch request").to_string(),
        str![[r#"
--- talk
error: the history of this clone is shallow, so where the branch parted from origin/main cannot be told
hint: `git fetch --unshallow` brings the rest; a CI job has to fetch the whole history (`fetch-depth: 0`, `GIT_DEPTH: "0"`)
--- exit 2

"#]]
    );
    let single = clone("single", "--depth 1 --branch request");
    assert_data_eq!(
        single.to_string(),
        str![[r#"
--- talk
error: `origin/main` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is
hint: `git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main` brings the branch
--- exit 2

"#]]
    );
    let other = clone("other", "--single-branch --branch request");
    assert_data_eq!(
        other.to_string(),
        str![[r#"
--- talk
error: `origin/main` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is
hint: `git fetch origin +refs/heads/main:refs/remotes/origin/main` brings the branch
--- exit 2

"#]]
    );
    // The command is exact: after it the check runs.
    for (name, output) in
        [("shallow", sandbox.run("pm -C ../shallow check --base origin/main")), ("single", single), ("other", other)]
    {
        let command = output.stderr.split('`').find(|part| part.starts_with("git fetch")).expect("a command");
        sandbox.run(&format!("cd ../{name} && {command} -q")).ok();
        let again = sandbox.run(&format!("pm -C ../{name} check --base origin/main"));
        assert_eq!(again.code, 0, "{again}");
        assert!(again.stdout.contains("no new findings") || again.stdout.contains("no findings"), "{again}");
    }
    sandbox.run("git checkout -q --orphan alone && git commit -qm alone").ok();
    assert_data_eq!(
        sandbox.run("pm check --base main").to_string(),
        str![[r#"
--- talk
error: the branch and main have no commit in common
hint: name the branch that this one goes to, as in `--base origin/main`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --base nosuch").to_string(),
        str![[r#"
--- talk
error: `nosuch` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is
hint: `git fetch origin +refs/heads/nosuch:refs/remotes/origin/nosuch` brings the branch
hint: then name it as `--base origin/nosuch`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --base '-x;$(rm)'").to_string(),
        str![[r#"
--- talk
error: unexpected argument '-x' found

  tip: to pass '-x' as a value, use '-- -x'

Usage: pm check [OPTIONS] [RECORD|PATH]...

For more information, try '--help'.
--- exit 2

"#]]
    );
    let empty = Sandbox::repository();
    empty.run("git commit -q --allow-empty -m x && git checkout -q --orphan alone").ok();
    assert_eq!(empty.run("pm check --base main").code, 2);
}

#[test]
fn records_that_nobody_changed_are_not_read() {
    let sandbox = two();
    sandbox.run("pm set -q -p two summary=x").ok();
    // Of the record that stays as it is nothing is left in the repository.
    sandbox.run("git clone -q --bare --no-local . ../bare.git && cd ../bare.git && git unpack-objects -q < $(mv objects/pack/*.pack .. && ls ../*.pack)").ok();
    sandbox.run("cd ../bare.git && blob=$(git rev-parse request:postmortems/2026/2026-03-01-one.toml) && rm -f objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-)").ok();
    assert_data_eq!(
        told(&sandbox.run("pm -C ../bare.git check --base main --rev request")),
        str![[r#"
warning[unknown-key]: `owners` is not a key of the format; it is kept (from before)
--> postmortems/2026/2026-03-02-two.toml:11:1
= help: did you mean `owner`? Keys of your own belong under `[custom]`
no new findings; 1 from before
exit 0

"#]]
    );
    let all = sandbox.run("pm -C ../bare.git check --rev request");
    assert_ne!(all.code, 0, "{all}");
}

#[test]
fn another_secret_in_a_text_that_had_one_is_new() {
    let sandbox = Sandbox::ready();
    let logs = |lines: &str| record("One", &format!("{ENTRY}\n[appendix]\nlogs = \"\"\"\n{lines}\"\"\"\n"));
    let file = "postmortems/2026/2026-03-01-one.toml";
    let token = |letter: &str| format!("ghp_{}", letter.repeat(36).replacen(letter, "A1", 1));
    sandbox.write(file, logs(&format!("{}\n", token("b"))));
    sandbox.run("git add -A && git commit -qm records && git switch -qc request").ok();
    sandbox.run("pm set -q -p one summary=Short").ok();
    let output = sandbox.run("pm check --base main");
    assert!(output.stdout.contains("(from before)") && output.code == 0, "{output}");
    for lines in [format!("{}\n", token("c")), format!("{}\n{}\n", token("b"), token("c"))] {
        sandbox.write(file, logs(&lines));
        let output = sandbox.run("pm check --base main");
        assert!(!output.stdout.contains("(from before)"), "{output}");
        assert!(output.stdout.starts_with("error[secret]") && output.code == 1, "{output}");
    }
}

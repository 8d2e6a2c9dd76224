//! What is left of sign-offs after everything that git does to the branch they were made on.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::verify::tells;
use crate::docs::table_holds;
use crate::sandbox::Sandbox;
use crate::team::{Signing, Team};

/// What happens to the branch `postmortem/x`, by whom, in a copy of the team's repository; and where `pm verify` runs then.
///
/// On the branch Ann submitted, Bob and Vera approved. `main` has the record as a draft, and `other.txt`.
struct Way {
    how: &'static str,
    steps: &'static [(&'static str, &'static str)],
    verify: &'static str,
    /// How `pm verify` ends.
    code: i32,
    /// Part of what it says, when it does not end with 0.
    said: &'static str,
}

impl Way {
    const fn new(how: &'static str, steps: &'static [(&'static str, &'static str)]) -> Self {
        Self { how, steps, verify: "cd ../way && pm verify", code: 0, said: "" }
    }

    /// `pm verify` runs in the clone.
    const fn in_a_clone(self) -> Self {
        self.seen_by("cd ../clone && pm verify")
    }

    const fn seen_by(self, verify: &'static str) -> Self {
        Self { verify, ..self }
    }

    const fn ends(self, code: i32, said: &'static str) -> Self {
        Self { code, said, ..self }
    }
}

const FAST_FORWARD: (&str, &str) = ("ann", "git switch -q main && git merge -q --ff-only postmortem/x");
const MAIN_MOVES: (&str, &str) =
    ("vera", "git switch -q main && echo on > moved.txt && git add . && git commit -qm 'main moves on'");
const MERGE: (&str, &str) = ("ann", "git merge -q --no-ff -m 'Merge the postmortem' postmortem/x");
const SQUASH: &str = "git merge -q --squash postmortem/x && git commit -qm 'Postmortem of the removed database'";
/// As GitHub writes it: the author of the pull request, all messages as a list, and who else made commits.
const FORGE_SQUASH: &str = "git merge -q --squash postmortem/x && \
    { printf 'Postmortem (#12)\\n\\n'; git log --reverse --format='* %B' main..postmortem/x; \
      printf 'Co-authored-by: Bob Lead <bob@example.com>\\nCo-authored-by: Vera Vice <vera@example.com>\\n'; } > ~/message && \
    GIT_COMMITTER_NAME=GitHub GIT_COMMITTER_EMAIL=noreply@github.com git -c commit.gpgSign=false commit -qF ~/message";
const REBASE: (&str, &str) = ("ann", "git switch -q postmortem/x && git rebase -q main");
const REVERT: (&str, &str) = ("ann", "git revert --no-edit HEAD > ~/out");
/// All of `main` without a file.
const FILTER: &str = "FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --tree-filter 'rm -f other.txt' main > ~/out 2>&1 && \
    test -z \"$(git log main --format=%h -- other.txt)\"";
/// Nothing of the record is on `main` yet.
const NEW_RECORD: (&str, &str) = ("ann", "git switch -q main && git reset -q --hard main~2");
const ENDS_EARLY: &str = "the history of this clone ends early; `git fetch --unshallow` brings the rest";

const WAYS: &[Way] = &[
    Way::new("nothing yet: seen on the branch", &[]),
    Way::new("a fast-forward", &[FAST_FORWARD]),
    Way::new("a merge commit", &[MAIN_MOVES, MERGE]),
    Way::new("`git rebase`, then a fast-forward", &[MAIN_MOVES, REBASE, FAST_FORWARD]),
    Way::new(
        "`git cherry-pick -x` of each commit",
        &[MAIN_MOVES, ("ann", "git cherry-pick -x main..postmortem/x > ~/out")],
    ),
    Way::new("a squash with a message of one's own", &[MAIN_MOVES, ("ann", SQUASH)]),
    Way::new("a squash by a forge, with all messages in one", &[MAIN_MOVES, ("ann", FORGE_SQUASH)]),
    Way::new("a squash that brings the whole record, by its owner", &[NEW_RECORD, ("ann", SQUASH)]),
    Way::new("a squash that brings the whole record, by an approver", &[NEW_RECORD, ("vera", SQUASH)])
        .ends(1, "own work: Vera Vice wrote parts of it"),
    Way::new(
        "`git checkout BRANCH -- FILE`, committed by somebody else",
        &[
            MAIN_MOVES,
            ("mallory", "git checkout -q postmortem/x -- postmortems && git commit -qm 'Take the postmortem over'"),
        ],
    ),
    Way::new("a merge commit, then `git filter-branch` over all of `main`", &[MAIN_MOVES, MERGE, ("mallory", FILTER)]),
    Way::new("a fast-forward, then `git revert` of the last approval", &[FAST_FORWARD, REVERT])
        .ends(1, "the approval by Vera Vice … is gone"),
    Way::new("the same, then `git revert` of the revert", &[FAST_FORWARD, REVERT, REVERT]),
    Way::new("a merge commit, in a fresh clone", &[MAIN_MOVES, MERGE, ("bob", "git clone -q . ../clone")]).in_a_clone(),
    Way::new("a merge commit, in a bare clone", &[MAIN_MOVES, MERGE, ("bob", "git clone -q --bare . ../clone")])
        .in_a_clone(),
    Way::new(
        "a squash, in a clone that never had the branch",
        &[MAIN_MOVES, ("ann", SQUASH), ("bob", "git clone -q --single-branch --branch main file://$PWD ../clone")],
    )
    .in_a_clone(),
    Way::new(
        "a merge commit, in a fork whose default branch is `trunk`",
        &[MAIN_MOVES, MERGE, ("bob", "git branch -m main trunk && git clone -q . ../clone")],
    )
    .in_a_clone(),
    Way::new(
        "nothing yet, in a fork whose `main` is behind: `--base origin/main`",
        &[(
            "bob",
            "git clone -q -b postmortem/x . ../clone && cd ../clone && git branch -q --no-track main origin/main~2",
        )],
    )
    .seen_by("cd ../clone && pm verify --base origin/main"),
    Way::new(
        "a merge commit, in a shallow clone",
        &[MAIN_MOVES, MERGE, ("bob", "git clone -q --depth 1 file://$PWD ../clone")],
    )
    .in_a_clone()
    .ends(3, ENDS_EARLY),
    Way::new(
        "the same with `--base origin/main`",
        &[MAIN_MOVES, MERGE, ("bob", "git clone -q --depth 1 file://$PWD ../clone")],
    )
    .seen_by("cd ../clone && pm verify --base origin/main")
    .ends(3, ENDS_EARLY),
    Way::new(
        "a rebase, in a shallow clone that begins just before the sign-offs",
        &[MAIN_MOVES, REBASE, FAST_FORWARD, ("bob", "git clone -q --depth 4 --branch main file://$PWD ../clone")],
    )
    .in_a_clone()
    .ends(3, ENDS_EARLY),
];

/// The same in a repository with SHA-256 ids.
const WAYS_WITH_SHA256: &[Way] = &[
    Way::new("a merge commit, in a repository with SHA-256 ids", &[MAIN_MOVES, MERGE]),
    Way::new("a squash, in a repository with SHA-256 ids", &[MAIN_MOVES, ("ann", SQUASH)]),
];

/// The team after Ann submitted and Bob and Vera approved on a branch, in a repository with such ids.
fn prepared(signing: Signing, object_format: &str) -> Team {
    let sandbox = Sandbox::empty();
    sandbox.run(&format!("git init -q --object-format={object_format} && pm init")).ok();
    let rule = if signing == Signing::No { "optional" } else { "required" };
    let team = Team::within(sandbox, signing, &format!("signatures = \"{rule}\"\n"));
    team.sandbox.run("echo old > other.txt && git add . && git commit -qm other && git switch -qc postmortem/x").ok();
    team.approved();
    team
}

/// What `pm verify` says of the votes: of content, commit, signature and policy, each vote's word when they differ.
fn walk(team: &Team, way: &Way) -> [String; 4] {
    team.sandbox.run("rm -rf ../way ../clone && cp -R . ../way").ok();
    for (who, line) in way.steps {
        team.by(who, &format!("cd ../way && {line}")).ok();
    }
    let output = team.sandbox.run(&format!("{} --format json", way.verify));
    assert_eq!(output.code, way.code, "{}: {output}", way.how);
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"));
    let record = &report["records"][0];
    let sentences = record["failures"].as_array().into_iter().chain(record["doubts"].as_array()).flatten();
    let sentences: Vec<&str> = sentences.filter_map(Value::as_str).collect();
    match way.code {
        0 => assert_eq!(sentences, [""; 0], "{}", way.how),
        3 => assert!(sentences.iter().all(|sentence| tells(sentence, way.said)), "{}: {sentences:#?}", way.how),
        _ => assert!(sentences.iter().any(|sentence| tells(sentence, way.said)), "{}: {sentences:#?}", way.how),
    }
    let votes =
        record["sign_offs"].as_array().expect("sign-offs").iter().filter(|entry| entry["transition"] == "approve");
    let votes: Vec<&Value> = votes.collect();
    assert_eq!(votes.len(), if way.said.contains("is gone") { 1 } else { 2 }, "{}: {output}", way.how);
    ["content", "commit", "signature", "policy"].map(|witness| {
        let mut words: Vec<&str> = votes.iter().filter_map(|vote| vote[witness]["verdict"].as_str()).collect();
        words.dedup();
        words.join(", ").replace('-', " ")
    })
}

/// The rows of ways, gone with signatures and without.
fn rows(ways: &[Way], object_format: &str) -> String {
    let (with_keys, without) = (prepared(Signing::Ssh, object_format), prepared(Signing::No, object_format));
    let mut rows = String::new();
    for way in ways {
        let [content, commit, signature, policy] = walk(&with_keys, way);
        // A claim is told as what it is, and everything else the same.
        assert_eq!(
            walk(&without, way),
            [content.clone(), commit.clone(), "none".to_owned(), policy.clone()],
            "{} without signatures",
            way.how
        );
        // The signature outlives everything; only what it is judged by can be out of reach.
        let is_judged = signature == "good" || way.code == 3 && policy == "cannot tell";
        assert!(is_judged, "{}: {signature}", way.how);
        let mut end = way.code.to_string();
        if way.code != 0 {
            write!(end, ": {}", way.said).expect("a string takes everything");
        }
        writeln!(rows, "| {} | {content} | {commit} | {signature} | {policy} | {end} |", way.how)
            .expect("a string takes everything");
    }
    rows
}

#[test]
fn sign_offs_survive_what_git_does_to_their_branch() {
    let mut table = "| what happens to the branch | content | commit | signature | policy | exit |\n".to_owned();
    table += "|---|---|---|---|---|---|\n";
    table += &rows(WAYS, "sha1");
    table += &rows(WAYS_WITH_SHA256, "sha256");
    table_holds(Path::new("docs/concepts/sign-offs.md"), "survival", &table);
}

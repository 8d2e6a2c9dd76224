//! Many writers at once, beside a user who works with plain git: nothing is lost and history stays a line.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::{Base, Repo, at, change, commit_with, committed};
use crate::store::{At, Commit, Environment, FileChange, Store};

const WRITERS: usize = 20;
const LIST: &str = "postmortems/2017/list.toml";

fn patient(repo: &Repo) -> Environment {
    let mut environment = repo.environment(&repo.root);
    environment.patience.git = Duration::from_secs(30);
    environment
}

/// Adds one line, as an edit command does: lock, load, change, commit.
fn append(environment: &Environment, line: &str) {
    let store = Store::open(environment).expect("opens");
    let mut writer = store.lock().expect("its turn comes");
    let before = store.read(&at(LIST), At::WorkTree).expect("readable");
    let mut text = before.clone().unwrap_or_default();
    text.extend(format!("{line} = 1\n").bytes());
    let commit = Commit {
        changes: vec![FileChange {
            path: at(LIST),
            content: Some(text),
            base: before.map_or(Base::Absent, Base::Bytes),
        }],
        message: format!("Add {line}\n"),
        ..Commit::default()
    };
    committed(writer.commit(&commit));
}

#[test]
fn twenty_writers_of_one_file_all_get_their_line_in() {
    let repo = Repo::new();
    repo.dirty();
    let status = repo.git(&["status", "--porcelain=v1"]);
    let environment = patient(&repo);
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let environment = &environment;
            scope.spawn(move || append(environment, &format!("line{number}")));
        }
    });
    let text = repo.text(LIST);
    for number in 0..WRITERS {
        assert!(text.contains(&format!("line{number} = 1\n")), "{number}: {text}");
    }
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), (WRITERS + 1).to_string());
    assert_eq!(repo.git(&["show", &format!("HEAD:{LIST}")]) + "\n", text);
    assert_eq!(repo.git(&["status", "--porcelain=v1"]), status);
    repo.git(&["fsck", "--strict"]);
}

#[test]
fn twenty_writers_of_twenty_files_in_two_worktrees() {
    let repo = Repo::new();
    let linked = repo.root.with_file_name("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().expect("UTF-8")]);
    let here = patient(&repo);
    let mut there = here.clone();
    there.cwd = linked.clone();
    std::thread::scope(|scope| {
        for number in 0..WRITERS {
            let environment = if number % 2 == 0 { &here } else { &there };
            scope.spawn(move || {
                let store = Store::open(environment).expect("opens");
                let path = format!("postmortems/2018/{number}.toml");
                committed(commit_with(&store, &change(&path, "x = 1\n")));
            });
        }
    });
    for root in [&repo.root, &linked] {
        let count = repo.git_in(root, &["rev-list", "--count", "HEAD"]);
        assert_eq!(count, (WRITERS / 2 + 1).to_string());
        assert_eq!(repo.git_in(root, &["status", "--porcelain"]), "");
    }
    repo.git(&["fsck", "--strict"]);
}

#[test]
fn twenty_writers_beside_a_user_who_adds_and_commits() {
    let repo = Repo::new();
    let environment = patient(&repo);
    let done = AtomicBool::new(false);
    let made = std::thread::scope(|scope| {
        let user = scope.spawn(|| {
            let mut made = 0;
            while !done.load(Ordering::Relaxed) || made == 0 {
                let file = format!("user/{made}.txt");
                repo.write(&file, "user\n");
                // By path: git reads HEAD and the index before it locks them, so what it staged, or reset to, may be from
                // before a commit of ours, and a plain commit of that would take ours back.
                let commit = ["commit", "--quiet", "--message=user", "--", &file];
                while !insist(&repo, &["add", &file]) || !insist(&repo, &commit) {}
                made += 1;
            }
            made
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let environment = &environment;
                scope.spawn(move || append(environment, &format!("line{number}")))
            })
            .collect();
        let ends: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        for end in ends {
            end.expect("every writer commits");
        }
        user.join().expect("the user commits")
    });
    let text = repo.git(&["show", &format!("HEAD:{LIST}")]);
    for number in 0..WRITERS {
        assert!(text.contains(&format!("line{number} = 1")), "{number}: {text}");
    }
    let files = repo.git(&["ls-tree", "-r", "--name-only", "HEAD", "user"]);
    assert_eq!(files.lines().count(), made);
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), (WRITERS + made + 1).to_string());
    assert_eq!(repo.git(&["rev-list", "--merges", "--count", "HEAD"]), "0");
    // The user's commits hold the user's files only: no record slipped in, none was taken back.
    let theirs = repo.git(&["log", "--author=Ada", "--grep=^user$", "--name-only", "--format="]);
    assert!(theirs.lines().all(|path| path.starts_with("user/")), "{theirs}");
    // The index that git wrote last may be from before a commit of ours, for the same reason.
    repo.git(&["reset", "--quiet"]);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    repo.git(&["fsck", "--strict"]);
}

/// Runs git until it is not turned away by the lock of the index. `false`: HEAD has moved meanwhile.
fn insist(repo: &Repo, args: &[&str]) -> bool {
    loop {
        let output = repo.try_git(args);
        if output.status.success() {
            return true;
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.contains("cannot lock ref") || said.contains("HEAD.lock") {
            return false;
        }
        assert!(said.contains("index.lock"), "{args:?}: {said}");
    }
}

#[test]
fn a_branch_that_moves_meanwhile_is_built_upon_unless_our_file_changed_there() {
    // A hook is the one place where a test can move the branch in the middle of a commit.
    let repo = Repo::new();
    let parent = repo.git(&["rev-parse", "HEAD"]);
    repo.hook(
        "commit-msg",
        "tree=$(git rev-parse HEAD^{tree}); unset GIT_INDEX_FILE; \
         new=$(echo meanwhile | git commit-tree $tree -p HEAD); git update-ref refs/heads/main $new",
    );
    let made = committed(repo.commit(super::RECORD, "x = 2\n"));
    assert_eq!(repo.git(&["log", "--format=%s"]), format!("Change {}\nmeanwhile\nstart", super::RECORD));
    assert_eq!(repo.git(&["rev-parse", "HEAD~2"]), parent);
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), made.id.to_string());
    assert_eq!(repo.git(&["status", "--porcelain"]), "");

    repo.hook(
        "commit-msg",
        &format!(
            "export GIT_INDEX_FILE=.git/other; git read-tree HEAD; \
             git update-index --cacheinfo 100644,$(echo theirs | git hash-object -w --stdin),{}; \
             new=$(echo theirs | git commit-tree $(git write-tree) -p HEAD); git update-ref refs/heads/main $new; rm .git/other",
            super::RECORD
        ),
    );
    let error = repo.commit(super::RECORD, "x = 3\n").expect_err("the race is lost");
    assert!(matches!(error, crate::store::StoreError::Raced { .. }), "{error}");
    assert_eq!(repo.text(super::RECORD), "x = 2\n");
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]), "theirs");
}

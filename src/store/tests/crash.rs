//! Killed at any step, the next run, or git alone, brings the repository to one of two ends: as before, or committed.

use std::process::Command;

use super::{RECORD, Repo, at, change, commit_with};
use crate::store::{At, Environment, Note, Store};

const NEW: &str = "postmortems/2018/new.toml";

/// The steps of a commit, in order, that a run may be killed after.
const STEPS: std::ops::RangeInclusive<u32> = 1..=10;

/// From here on the branch has moved.
const MOVED: u32 = 8;

/// Started by the other tests in a process of its own, which it does not survive; on its own it has nothing to do.
#[test]
fn victim() {
    let vars: std::collections::BTreeMap<_, _> = std::env::vars_os().collect();
    let Some(cwd) = vars.get(std::ffi::OsStr::new("PM_TEST_VICTIM")) else {
        return;
    };
    let environment = Environment { cwd: cwd.into(), vars: vars.clone(), ..Environment::default() };
    let store = Store::open(&environment).expect("opens");
    let mut commit = change(RECORD, "title = \"two\"\n");
    commit.changes.extend(change(NEW, "title = \"new\"\n").changes);
    drop(commit_with(&store, &commit));
}

fn kill_at(repo: &Repo, step: u32) {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "store::tests::crash::victim", "--test-threads=1"])
        .env_clear()
        .envs(&repo.vars)
        .env("PM_TEST_VICTIM", &repo.root)
        .env("PM_TEST_ABORT_AT", step.to_string())
        .output()
        .expect("it starts");
    assert!(!output.status.success(), "step {step} was not reached: {output:?}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("FAILED"), "{output:?}");
}

/// A repository with other work in it, killed at the step; with or without hooks, which change the order.
fn killed(step: u32, hooks: bool) -> (Repo, String) {
    let repo = Repo::new();
    repo.dirty();
    if hooks {
        repo.hook("pre-commit", "exit 0");
    }
    let status = repo.git(&["status", "--porcelain=v1"]);
    kill_at(&repo, step);
    (repo, status)
}

fn log(repo: &Repo) -> usize {
    repo.git(&["log", "--format=%s"]).lines().count()
}

#[test]
fn the_next_writer_finishes_or_undoes() {
    for hooks in [false, true] {
        for step in STEPS {
            let (repo, status) = killed(step, hooks);
            let store = repo.store();
            assert_eq!(store.interrupted().is_some(), step < 10, "step {step}");
            let notes = store.lock().expect("free").notes.clone();
            assert!(store.interrupted().is_none());
            let made = step >= MOVED;
            match notes.as_slice() {
                [Note::Finished { .. }] => assert!(made && step < 10, "step {step}"),
                [Note::Undone { files }] => {
                    assert!(!made, "step {step}");
                    for (path, blob) in files {
                        let text = repo.git(&["cat-file", "blob", &blob.expect("kept").to_string()]);
                        assert_eq!(text, if path.as_str() == NEW { "title = \"new\"" } else { "title = \"two\"" });
                    }
                }
                [] => assert_eq!(step, 10),
                other => panic!("step {step}: {other:?}"),
            }
            assert_eq!(log(&repo), if made { 2 } else { 1 }, "step {step}");
            assert_eq!(repo.git(&["status", "--porcelain=v1"]), status, "step {step}");
            assert_eq!(repo.text(RECORD), if made { "title = \"two\"\n" } else { "title = \"one\"\n" });
            assert_eq!(repo.root.join("postmortems/2018").exists(), made, "step {step}");
            is_swept(&repo);
            drop(super::committed(repo.commit(RECORD, "title = \"three\"\n")));
            repo.git(&["fsck", "--strict"]);
        }
    }
}

#[test]
fn a_user_who_deletes_the_lock_as_git_advises_is_served_by_the_next_writer() {
    for step in 2..=9 {
        let (repo, status) = killed(step, false);
        drop(std::fs::remove_file(repo.root.join(".git/index.lock")));
        drop(repo.store().lock().expect("free"));
        assert_eq!(log(&repo), if step >= MOVED { 2 } else { 1 }, "step {step}");
        assert_eq!(repo.git(&["status", "--porcelain=v1"]), status, "step {step}");
        is_swept(&repo);
    }
}

#[test]
fn a_user_with_git_alone_can_go_on() {
    for step in STEPS {
        let (repo, _) = killed(step, false);
        let lock = repo.root.join(".git/index.lock");
        if step >= MOVED && lock.exists() {
            // The lock holds the right index; git's own commit has the same window.
            std::fs::rename(&lock, repo.root.join(".git/index")).expect("renamed");
        } else {
            drop(std::fs::remove_file(&lock));
        }
        repo.git(&["add", RECORD, "postmortems"]);
        repo.git(&["commit", "--quiet", "--allow-empty", "--message=by hand"]);
        assert_eq!(repo.git(&["status", "--porcelain=v1", "--", "postmortems"]), "");
        repo.git(&["fsck", "--strict"]);
        // And when pm comes back it takes nothing away from what they did.
        let head = repo.git(&["rev-parse", "HEAD"]);
        drop(repo.store().lock().expect("free"));
        assert_eq!(repo.git(&["rev-parse", "HEAD"]), head, "step {step}");
        assert_eq!(repo.git(&["status", "--porcelain=v1", "--", "postmortems"]), "", "step {step}");
        is_swept(&repo);
    }
}

#[test]
fn an_edit_made_after_the_kill_is_not_undone() {
    let (repo, _) = killed(7, false);
    repo.write(RECORD, "title = \"by hand\"\n");
    let store = repo.store();
    let notes = store.lock().expect("free").notes.clone();
    assert!(notes.contains(&Note::Left { files: vec![at(RECORD)] }), "{notes:?}");
    assert_eq!(repo.text(RECORD), "title = \"by hand\"\n");
    assert_eq!(store.read(&at(NEW), At::WorkTree).expect("readable"), None);
    is_swept(&repo);
}

#[test]
fn a_lock_that_somebody_else_has_taken_since_stays() {
    for step in [2, 7, 8] {
        let (repo, _) = killed(step, false);
        let lock = repo.root.join(".git/index.lock");
        std::fs::remove_file(&lock).expect("ours");
        std::fs::write(&lock, "theirs").expect("written");
        let result = repo.store().lock().map(|writer| writer.notes.clone());
        assert_eq!(std::fs::read_to_string(&lock).expect("there"), "theirs", "step {step}");
        // The index cannot be mended while they hold it, so the journal has to wait.
        assert_eq!(result.is_err(), step >= MOVED, "{result:?}");
        assert_eq!(repo.store().interrupted().is_some(), step >= MOVED);
    }
}

fn is_swept(repo: &Repo) {
    let left: Vec<_> = std::fs::read_dir(repo.root.join(".git/pm"))
        .expect("our folder")
        .map(|item| item.expect("an entry").file_name())
        .filter(|name| name != "lock")
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    assert!(!repo.root.join(".git/index.lock").exists());
}

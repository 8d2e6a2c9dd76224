//! Refusals leave the repository, its index and the working tree byte for byte as they were.

use std::os::unix::fs::symlink;

use super::{RECORD, Repo, at, change, commit_with};
use crate::store::{Base, Commit, ObjectId, Operation, Outcome, Store, StoreError};

impl Repo {
    /// Tries the commit and checks that nothing at all has changed.
    #[track_caller]
    pub(super) fn refuses(&self, commit: &Commit) -> StoreError {
        let before = self.snapshot();
        let error = commit_with(&self.store(), commit).expect_err("this must be refused");
        let after = self.snapshot();
        let changed: Vec<_> =
            before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
        assert!(changed.is_empty(), "{error}: {changed:?}");
        let own: Vec<_> = std::fs::read_dir(self.root.join(".git/pm"))
            .into_iter()
            .flatten()
            .map(|item| item.expect("an entry").file_name())
            .filter(|name| name != "lock")
            .collect();
        assert!(own.is_empty(), "left behind: {own:?}");
        error
    }

    /// Two branches that changed the same line of the readme; on `main`.
    fn forked(&self) {
        self.git(&["switch", "--quiet", "--create", "other"]);
        self.write("readme.md", "theirs\n");
        self.git(&["commit", "--quiet", "--all", "--message=theirs"]);
        self.git(&["switch", "--quiet", "main"]);
        self.write("readme.md", "ours\n");
        self.git(&["commit", "--quiet", "--all", "--message=ours"]);
    }
}

fn two() -> Commit {
    change(RECORD, "title = \"two\"\n")
}

#[track_caller]
fn refuses_operation(repo: &Repo, operation: Operation) {
    assert_eq!(repo.store().operation().expect("readable"), Some(operation));
    match repo.refuses(&two()) {
        StoreError::InProgress { operation: found } => assert_eq!(found, operation),
        other => panic!("{other}"),
    }
}

#[test]
fn during_a_merge() {
    let repo = Repo::new();
    repo.forked();
    assert!(!repo.try_git(&["merge", "other"]).status.success());
    refuses_operation(&repo, Operation::Merge);
}

#[test]
fn during_a_cherry_pick() {
    let repo = Repo::new();
    repo.forked();
    assert!(!repo.try_git(&["cherry-pick", "other"]).status.success());
    refuses_operation(&repo, Operation::CherryPick);
}

#[test]
fn during_a_cherry_pick_with_refs_in_a_reftable() {
    let repo = Repo::with_init(&["--ref-format=reftable"]);
    repo.forked();
    assert!(!repo.try_git(&["cherry-pick", "other"]).status.success());
    refuses_operation(&repo, Operation::CherryPick);
}

#[test]
fn during_a_revert() {
    let repo = Repo::new();
    repo.forked();
    repo.write("readme.md", "later\n");
    repo.git(&["commit", "--quiet", "--all", "--message=later"]);
    assert!(!repo.try_git(&["revert", "--no-edit", "HEAD~1"]).status.success());
    refuses_operation(&repo, Operation::Revert);
}

#[test]
fn during_a_rebase() {
    let repo = Repo::new();
    repo.forked();
    assert!(!repo.try_git(&["rebase", "other"]).status.success());
    refuses_operation(&repo, Operation::Rebase);
}

#[test]
fn during_an_am() {
    let repo = Repo::new();
    repo.forked();
    let patch = repo.git(&["format-patch", "--stdout", "-1", "other"]);
    let file = repo.home.path().join("patch");
    std::fs::write(&file, patch + "\n").expect("written");
    assert!(!repo.try_git(&["am", file.to_str().expect("UTF-8")]).status.success());
    refuses_operation(&repo, Operation::Am);
}

#[test]
fn during_a_bisect() {
    let repo = Repo::new();
    repo.git(&["bisect", "start"]);
    refuses_operation(&repo, Operation::Bisect);
}

#[test]
fn while_somebody_holds_the_index() {
    let repo = Repo::new();
    repo.dirty();
    let lock = repo.root.join(".git/index.lock");
    std::fs::write(&lock, "somebody's").expect("written");
    match repo.refuses(&two()) {
        StoreError::IndexLocked { lock: named, .. } => assert_eq!(named, lock),
        other => panic!("{other}"),
    }
    assert_eq!(std::fs::read_to_string(&lock).expect("still there"), "somebody's");
}

#[test]
fn while_somebody_holds_the_branch() {
    let repo = Repo::new();
    repo.dirty();
    std::fs::write(repo.root.join(".git/refs/heads/main.lock"), "").expect("written");
    let error = repo.refuses(&two());
    assert!(matches!(error, StoreError::Git { .. }), "{error}");
    assert!(error.to_string().contains("main.lock"), "{error}");
}

#[test]
fn while_another_pm_holds_the_queue() {
    let repo = Repo::new();
    let store = repo.store();
    let _held = store.lock().expect("free");
    let mut environment = repo.environment(&repo.root);
    environment.patience.queue = std::time::Duration::from_millis(20);
    let other = Store::open(&environment).expect("opens");
    let error = other.lock().expect_err("held");
    assert!(matches!(error, StoreError::Queue { .. }), "{error}");
    assert!(other.interrupted().is_none());
}

#[test]
fn a_file_in_the_place_of_the_folder() {
    let repo = Repo::new();
    repo.dirty();
    let error = repo.refuses(&change("readme.md/2026/new.toml", "x = 1\n"));
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
}

#[test]
fn a_folder_in_the_place_of_the_file() {
    let repo = Repo::new();
    let error = repo.refuses(&change("postmortems/2017", "x = 1\n"));
    assert!(matches!(error, StoreError::NotAFile { .. }), "{error}");
}

#[test]
fn when_the_second_of_two_files_cannot_be_written() {
    let repo = Repo::new();
    repo.dirty();
    // Where the new bytes are put before they take the file's place; a folder cannot be replaced by a file.
    repo.write("postmortems/2017/.z.toml.pm-new/in-the-way", "x\n");
    let mut commit = two();
    commit.changes.extend(change("a/b/c.toml", "x = 1\n").changes);
    commit.changes.extend(change("postmortems/2017/z.toml", "x = 1\n").changes);
    let error = repo.refuses(&commit);
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
}

#[test]
fn a_record_that_is_a_symbolic_link() {
    let repo = Repo::new();
    let outside = repo.home.path().join("outside.toml");
    std::fs::write(&outside, "secret = 1\n").expect("written");
    symlink(&outside, repo.root.join("postmortems/2017/link.toml")).expect("linked");
    let error = repo.refuses(&change("postmortems/2017/link.toml", "x = 1\n"));
    assert!(matches!(error, StoreError::Symlink { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(outside).expect("there"), "secret = 1\n");
}

#[test]
fn a_record_behind_a_symbolic_link() {
    let repo = Repo::new();
    let outside = repo.home.path().join("outside");
    std::fs::create_dir(&outside).expect("made");
    symlink(&outside, repo.root.join("postmortems/2018")).expect("linked");
    let error = repo.refuses(&change("postmortems/2018/new.toml", "x = 1\n"));
    assert!(matches!(error, StoreError::Symlink { .. }), "{error}");
    assert_eq!(std::fs::read_dir(outside).expect("there").count(), 0);
}

#[test]
fn a_record_that_is_a_link_in_the_commit_only() {
    let repo = Repo::new();
    symlink("nowhere", repo.root.join("postmortems/2017/link.toml")).expect("linked");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=link"]);
    std::fs::remove_file(repo.root.join("postmortems/2017/link.toml")).expect("removed");
    repo.write("postmortems/2017/link.toml", "x = 1\n");
    let error = repo.refuses(&change("postmortems/2017/link.toml", "x = 2\n"));
    assert!(matches!(error, StoreError::Symlink { .. }), "{error}");
}

#[test]
fn a_record_in_a_nested_repository() {
    let repo = Repo::new();
    let nested = repo.root.join("postmortems/nested");
    std::fs::create_dir(&nested).expect("made");
    repo.git_in(&nested, &["init", "--quiet"]);
    let error = repo.refuses(&change("postmortems/nested/new.toml", "x = 1\n"));
    assert!(matches!(error, StoreError::Nested { .. }), "{error}");
}

#[test]
fn a_new_record_that_git_ignores() {
    let repo = Repo::new();
    repo.write(".gitignore", "# local\n*.toml\n");
    match repo.refuses(&change("postmortems/2018/new.toml", "x = 1\n")) {
        StoreError::Ignored { pattern, place, .. } => {
            assert_eq!((pattern.as_str(), place.as_str()), ("*.toml", ".gitignore:2"));
        }
        other => panic!("{other}"),
    }
    // A tracked one is git's business already.
    assert!(matches!(repo.commit(RECORD, "x = 2\n"), Ok(Outcome::Committed(_))));
}

#[test]
fn a_record_with_conflicts() {
    let repo = Repo::new();
    let blob = repo.git(&["rev-parse", &format!("HEAD:{RECORD}")]);
    repo.git(&["update-index", "--force-remove", RECORD]);
    let stages = [1, 2, 3].map(|stage| format!("100644 {blob} {stage}\t{RECORD}\n")).concat();
    let file = repo.home.path().join("stages");
    std::fs::write(&file, stages).expect("written");
    let command = format!("git update-index --index-info < '{}'", file.display());
    let output = std::process::Command::new("sh")
        .args(["-c", &command])
        .current_dir(&repo.root)
        .env_clear()
        .envs(&repo.vars)
        .status();
    assert!(output.expect("sh runs").success());
    let error = repo.refuses(&two());
    assert!(matches!(error, StoreError::Unmerged { .. }), "{error}");
    let store = repo.store();
    assert!(store.difference(&at(RECORD)).expect("readable").unmerged);
    let all = store.differences(None).expect("readable");
    assert!(all.iter().any(|(path, found)| path.as_str() == RECORD && found.unmerged));
    let only = store.lock().expect("free").write_only(&two().changes);
    assert!(matches!(only, Err(StoreError::Unmerged { .. })));
}

#[test]
fn staged_content_that_would_be_lost() {
    let repo = Repo::new();
    repo.write(RECORD, "title = \"staged\"\n");
    repo.git(&["add", RECORD]);
    repo.write(RECORD, "title = \"edited again\"\n");
    let error = repo.refuses(&two());
    assert!(matches!(error, StoreError::StagedDiffers { .. }), "{error}");
}

#[test]
fn a_lost_race_by_what_the_change_was_made_from() {
    let repo = Repo::new();
    let head = repo.git(&["rev-parse", &format!("HEAD:{RECORD}")]);
    let head = ObjectId::parse(&head).expect("an id");
    let with = |base| {
        let mut commit = two();
        commit.changes[0].base = base;
        commit
    };
    for base in [Base::Absent, Base::Bytes(b"other".to_vec())] {
        let error = repo.refuses(&with(base));
        assert!(matches!(error, StoreError::Raced { .. }), "{error}");
    }
    repo.write(RECORD, "title = \"by hand\"\n");
    let error = repo.refuses(&with(Base::Committed(head)));
    assert!(matches!(error, StoreError::Raced { .. }), "{error}");
    repo.git(&["checkout", "--quiet", "--", RECORD]);
    let made = commit_with(&repo.store(), &with(Base::Committed(head)));
    assert!(matches!(made, Ok(Outcome::Committed(_))), "{made:?}");
}

#[test]
fn in_a_bare_repository_and_inside_the_git_directory() {
    let repo = Repo::new();
    let bare = repo.root.with_file_name("bare.git");
    repo.git_in(
        repo.home.path(),
        &["clone", "--quiet", "--bare", repo.root.to_str().expect("UTF-8"), bare.to_str().expect("UTF-8")],
    );
    for (place, is_bare) in [(bare, true), (repo.root.join(".git"), false)] {
        let store = Store::open(&repo.environment(&place)).expect("opens");
        assert_eq!((store.is_bare(), store.root()), (is_bare, None));
        assert!(matches!(store.lock(), Err(StoreError::NoWorkTree)));
    }
}

#[test]
fn inside_a_hook_that_prepares_a_commit() {
    let mut repo = Repo::new();
    repo.vars.insert("GIT_INDEX_FILE".into(), ".git/next-index-1.lock".into());
    let error = repo.store().lock().expect_err("refused");
    assert!(matches!(error, StoreError::InsideHook { .. }), "{error}");
    repo.vars.insert("GIT_INDEX_FILE".into(), ".git/index".into());
    assert!(matches!(repo.commit(RECORD, "x = 2\n"), Ok(Outcome::Committed(_))));
}

#[test]
fn without_an_identity() {
    let mut repo = Repo::new();
    for role in ["AUTHOR", "COMMITTER"] {
        for what in ["NAME", "EMAIL"] {
            repo.vars.remove(std::ffi::OsStr::new(&format!("GIT_{role}_{what}")));
        }
    }
    repo.git(&["config", "user.useConfigOnly", "true"]);
    let error = repo.refuses(&two());
    assert!(matches!(error, StoreError::MissingIdentity { .. }), "{error}");
    assert!(matches!(repo.store().identity(), Err(StoreError::MissingIdentity { .. })));
}

#[test]
fn a_line_break_in_a_name() {
    let mut repo = Repo::new();
    repo.vars.insert("GIT_AUTHOR_NAME".into(), "Eve\ngpgsig xx".into());
    let error = repo.refuses(&two());
    assert!(matches!(error, StoreError::BadIdentity { .. }), "{error}");
}

#[test]
fn a_message_of_blanks_and_one_with_a_nul() {
    let repo = Repo::new();
    let mut commit = two();
    commit.message = " \n\t\n".into();
    let error = repo.refuses(&commit);
    assert!(matches!(error, StoreError::EmptyMessage), "{error}");
    commit.message = "a\0b".into();
    let error = repo.refuses(&commit);
    assert!(matches!(error, StoreError::Git { .. }), "{error}");
}

#[test]
fn what_a_message_holds_cannot_become_a_header() {
    let repo = Repo::new();
    let mut commit = two();
    commit.message = "subject\n\n# not a comment\ngpgsig x\nparent 0000\n".into();
    assert!(matches!(commit_with(&repo.store(), &commit), Ok(Outcome::Committed(_))));
    assert_eq!(repo.git(&["log", "-1", "--format=%B"]), "subject\n\n# not a comment\ngpgsig x\nparent 0000");
    repo.git(&["fsck", "--strict"]);
}

#[test]
fn a_hand_edit_made_while_the_hooks_ran_is_kept() {
    let repo = Repo::new();
    repo.hook("pre-commit", &format!("echo 'title = \"editor\"' > {RECORD}; exit 1"));
    let error = repo.commit(RECORD, "title = \"two\"\n").expect_err("refused");
    match &error {
        StoreError::HookRefused { left, .. } => assert_eq!(left, &[at(RECORD)]),
        other => panic!("{other}"),
    }
    assert_eq!(repo.text(RECORD), "title = \"editor\"\n");
}

#[test]
fn a_path_that_is_given_twice() {
    let repo = Repo::new();
    let mut commit = two();
    commit.changes.extend(two().changes);
    let error = repo.refuses(&commit);
    assert!(matches!(error, StoreError::InvalidPath { .. }), "{error}");
}

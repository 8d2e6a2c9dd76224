//! The store against real repositories, with git as the referee.

mod crash;
mod crowd;
mod facts;
mod hooks;
mod passes;
#[cfg(unix)]
mod places;
mod reading;
mod refusals;
mod signatures;
mod signing;
mod states;
mod summaries;
mod trailers;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use super::{Base, Commit, Committed, Environment, FileChange, Outcome, Patience, RepoPath, Store, StoreError};

/// The record most tests change.
pub(super) const RECORD: &str = "postmortems/2017/2017-01-31-database-removed.toml";

/// A repository in a folder of its own, with an environment of its own.
pub(super) struct Repo {
    pub(super) home: tempfile::TempDir,
    pub(super) root: PathBuf,
    pub(super) vars: BTreeMap<OsString, OsString>,
}

pub(super) fn at(text: &str) -> RepoPath {
    RepoPath::new(text).expect("the tests write good paths")
}

impl Repo {
    /// An empty folder and an environment; nothing initialised.
    pub(super) fn bare_ground() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let top = home.path().canonicalize().expect("it exists");
        let root = top.join("repo");
        std::fs::create_dir(&root).expect("a new folder");
        let mut vars = BTreeMap::new();
        for (name, value) in [
            ("HOME", top.to_str().expect("UTF-8")),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ada Author"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_AUTHOR_DATE", "1485908840 +0000"),
            ("GIT_COMMITTER_NAME", "Cy Committer"),
            ("GIT_COMMITTER_EMAIL", "cy@example.org"),
            ("GIT_COMMITTER_DATE", "1485908850 +0100"),
        ] {
            vars.insert(name.into(), value.into());
        }
        vars.insert("PATH".into(), std::env::var_os("PATH").expect("tests need git on PATH"));
        Self { home, root, vars }
    }

    /// A repository with one commit: the record and two other files.
    pub(super) fn new() -> Self {
        Self::with_init(&[])
    }

    pub(super) fn with_init(options: &[&str]) -> Self {
        let repo = Self::bare_ground();
        let mut args = vec!["init", "--quiet", "--initial-branch=main"];
        args.extend(options);
        repo.git(&args);
        repo.fill();
        repo
    }

    pub(super) fn fill(&self) {
        self.write(RECORD, "title = \"one\"\n");
        self.write("src/app.txt", "app\n");
        self.write("readme.md", "read me\n");
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message=start"]);
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        write(&self.root.join(path), text);
    }

    pub(super) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).expect("the file is there")
    }

    /// Unrelated work of the user's: staged, unstaged, added and untracked.
    pub(super) fn dirty(&self) {
        self.write("src/app.txt", "staged\n");
        self.git(&["add", "src/app.txt"]);
        self.write("src/app.txt", "staged, then edited\n");
        self.write("added.txt", "added\n");
        self.git(&["add", "added.txt"]);
        self.write("readme.md", "unstaged\n");
        self.write("untracked.txt", "untracked\n");
    }

    pub(super) fn try_git_in(&self, dir: &Path, args: &[&str]) -> Output {
        Command::new("git").args(args).current_dir(dir).env_clear().envs(&self.vars).output().expect("git runs")
    }

    pub(super) fn try_git(&self, args: &[&str]) -> Output {
        self.try_git_in(&self.root, args)
    }

    pub(super) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        let output = self.try_git_in(dir, args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.root, args)
    }

    pub(super) fn environment(&self, cwd: &Path) -> Environment {
        Environment {
            cwd: cwd.to_path_buf(),
            vars: self.vars.clone(),
            patience: Patience { git: Duration::from_millis(150), queue: Duration::from_secs(60) },
        }
    }

    pub(super) fn store(&self) -> Store {
        Store::open(&self.environment(&self.root)).expect("the repository opens")
    }

    /// Commits one file through a store of its own.
    pub(super) fn commit(&self, path: &str, text: &str) -> Result<Outcome, StoreError> {
        commit_with(&self.store(), &change(path, text))
    }

    /// The working tree and the git directory, byte for byte; without objects, which nobody refers to after a
    /// refusal, and without our own folder.
    pub(super) fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.root, &self.root, &mut found);
        found
    }
}

pub(super) fn write(place: &Path, text: &str) {
    std::fs::create_dir_all(place.parent().expect("not the root")).expect("folders");
    std::fs::write(place, text).expect("the file is written");
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for item in std::fs::read_dir(folder).expect("a folder") {
        let path = item.expect("an entry").path();
        let name = path.strip_prefix(root).expect("below").to_path_buf();
        let text = name.to_string_lossy();
        if text.ends_with(".git/objects") || text.ends_with(".git/pm") {
            continue;
        }
        let seen = path.symlink_metadata().expect("it is there");
        if seen.is_dir() {
            found.insert(name, b"folder".to_vec());
            collect(root, &path, found);
        } else if seen.is_symlink() {
            let target = std::fs::read_link(&path).expect("a link");
            found.insert(name, target.to_string_lossy().as_bytes().to_vec());
        } else {
            found.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

pub(super) fn change(path: &str, text: &str) -> Commit {
    Commit {
        changes: vec![FileChange { path: at(path), content: Some(text.into()), base: Base::Any }],
        message: format!("Change {path}\n\nPostmortem: one\n"),
        verb: "set".into(),
        ..Commit::default()
    }
}

pub(super) fn commit_with(store: &Store, commit: &Commit) -> Result<Outcome, StoreError> {
    store.lock()?.commit(commit)
}

#[track_caller]
pub(super) fn committed(outcome: Result<Outcome, StoreError>) -> Committed {
    match outcome {
        Ok(Outcome::Committed(committed)) => committed,
        other => panic!("no commit: {other:?}"),
    }
}

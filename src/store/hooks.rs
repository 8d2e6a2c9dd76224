//! The user's commit hooks, run by git (`git hook run`) as `git commit` would.
//!
//! Nothing of our own environment reaches them but what git sets for a commit. When there is no hook, no process is
//! started.

use std::path::{Path, PathBuf};

use super::{Identity, Store, StoreError, git::is_executable};

pub(super) const ALL: [&str; 4] = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];

/// Where the hooks are, and what they have said so far.
pub(super) struct Hooks<'a> {
    store: &'a Store,
    folder: PathBuf,
    /// Hooks defined in the configuration (`hook.<name>.command`, git 2.54): only git knows which.
    configured: bool,
    author: Option<Identity>,
    pub(super) output: String,
}

impl<'a> Hooks<'a> {
    pub(super) fn find(store: &'a Store) -> Result<Self, StoreError> {
        let config = store.config()?;
        let folder = if config.get("core.hookspath").is_some() {
            let told = store.git.plain("rev-parse").args(["--git-path", "hooks"]).run()?.text();
            store.work_tree()?.join(told)
        } else {
            store.common_dir.join("hooks")
        };
        Ok(Self { store, folder, configured: config.any_under("hook"), author: None, output: String::new() })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let file = self.folder.join(name);
        self.configured || file.exists() || file.with_extension("exe").exists()
    }

    /// A hook that is there but may not be run: git ignores it, with a hint.
    fn is_ignored(&self, name: &str) -> bool {
        let file = self.folder.join(name);
        !self.configured && file.exists() && !is_executable(&file)
    }

    /// Runs one hook if there is one. `index` is what it finds as the index.
    pub(super) fn run(&mut self, name: &str, args: &[&str], index: &Path) -> Result<(), StoreError> {
        if !self.has(name) {
            return Ok(());
        }
        if self.is_ignored(name) {
            let file = self.folder.join(name);
            let word = format!("the {name} hook was not run: {} is not executable\n", file.display());
            self.output.push_str(&word);
            return Ok(());
        }
        let author = if let Some(author) = &self.author {
            author.clone()
        } else {
            let author = self.store.identity()?;
            self.author.insert(author).clone()
        };
        let output = self
            .store
            .git
            .plain("hook")
            .args(["run", "--ignore-missing", name, "--"])
            .args(args)
            .var("GIT_INDEX_FILE", index)
            .var("GIT_EDITOR", ":")
            .var("GIT_AUTHOR_NAME", &author.name)
            .var("GIT_AUTHOR_EMAIL", &author.email)
            .var("GIT_AUTHOR_DATE", format!("@{}", author.time))
            .output()?;
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        if output.ok() {
            self.output.push_str(&said);
            return Ok(());
        }
        Err(StoreError::HookRefused {
            hook: name.to_owned(),
            output: format!("{}{said}", self.output).trim_end().to_owned(),
            left: Vec::new(),
        })
    }
}

/// What `git commit --cleanup=whitespace` does: no blank lines at the ends, one in a row between, no trailing blanks,
/// one line break at the end. Lines that begin with `#` stay.
pub(super) fn clean(message: &str) -> String {
    let mut cleaned = String::with_capacity(message.len() + 1);
    let mut blank = false;
    for line in message.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && !cleaned.is_empty() {
            cleaned.push('\n');
        }
        blank = false;
        cleaned.push_str(line);
        cleaned.push('\n');
    }
    cleaned
}

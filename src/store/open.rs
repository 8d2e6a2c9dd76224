//! Finding and opening the repository.
//!
//! Where everything is, is found out as git does; libgit2 then opens exactly that directory and is never asked to search.

use std::{
    cell::OnceCell,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Once,
};

use super::{Environment, Patience, StoreError, config::Config, git::Git, place::Place};

/// Oldest git that can run hooks for us (`git hook run`).
const OLDEST_TO_WRITE: (u32, u32) = (2, 36);

/// An open repository.
///
/// `Send` but not `Sync`: open one per thread, or let [`Store::load`] read in parallel.
pub struct Store {
    pub(super) environment: Environment,
    pub(super) git: Git,
    repository: OnceCell<git2::Repository>,
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) root: Option<PathBuf>,
    pub(super) bare: bool,
    pub(super) prefix: String,
    pub(super) reftable: bool,
    pub(super) config: OnceCell<Config>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("git_dir", &self.git_dir).field("root", &self.root).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the repository the environment's directory and `GIT_*` variables lead to.
    pub fn open(environment: &Environment) -> Result<Self, StoreError> {
        let git = Git::find(environment)?;
        let place = Place::find(&git, environment)?;
        let repository = OnceCell::new();
        let mut reftable = false;
        if !place.plain {
            let opened = open_exactly(&place.git_dir, &object_stores(environment))?;
            reftable = opened.config()?.get_string("extensions.refstorage").is_ok_and(|storage| storage == "reftable");
            let _ = repository.set(opened);
        }
        let mut git = git.moved_to(place.root.as_deref().unwrap_or(&place.git_dir));
        let found_from_root = place.root.as_ref().is_some_and(|r| r.join(".git").exists());
        if environment.var("GIT_DIR").is_some() || (place.root.is_some() && !found_from_root) {
            // Children start at the top, where a relative GIT_DIR, or a search, would lead elsewhere.
            git = git.with_var("GIT_DIR", &place.git_dir);
            if let Some(root) = &place.root {
                git = git.with_var("GIT_WORK_TREE", root);
            }
        }
        if let Some(index) = environment.var("GIT_INDEX_FILE") {
            let top = place.root.as_deref().unwrap_or(&place.git_dir);
            git = git.with_var("GIT_INDEX_FILE", top.join(index));
        }
        for name in ["GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"] {
            if let Some(place) = environment.var(name) {
                git = git.with_var(name, environment.cwd.join(place));
            }
        }
        Ok(Self {
            environment: environment.clone(),
            git,
            repository,
            git_dir: place.git_dir,
            common_dir: place.common_dir,
            root: place.root,
            bare: place.bare,
            prefix: place.prefix,
            reftable,
            config: OnceCell::new(),
        })
    }

    /// The top of the working tree; `None` in a bare repository and inside a git directory.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The git directory of this working tree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all linked worktrees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Whether the repository has no working tree of its own.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The user's directory relative to the top, `""` at the top, else ending in `/`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    pub(super) fn patience(&self) -> Patience {
        self.environment.patience
    }

    pub(super) fn work_tree(&self) -> Result<&Path, StoreError> {
        self.root.as_deref().ok_or(StoreError::NoWorkTree)
    }

    pub(super) fn default_index(&self) -> PathBuf {
        self.git_dir.join("index")
    }

    /// The repository as libgit2 has it: opened when it is needed for the first time, since many questions are answered
    /// without it.
    pub(super) fn repository(&self) -> Result<&git2::Repository, StoreError> {
        if let Some(repository) = self.repository.get() {
            return Ok(repository);
        }
        let opened = self.reopen()?;
        Ok(self.repository.get_or_init(|| opened))
    }

    /// How objects are named. A repository that is opened late has no setting that says otherwise.
    pub(super) fn object_format(&self) -> git2::ObjectFormat {
        self.repository.get().map_or(git2::ObjectFormat::Sha1, git2::Repository::object_format)
    }

    /// Another handle on the same repository, for another thread.
    pub(super) fn reopen(&self) -> Result<git2::Repository, StoreError> {
        open_exactly(&self.git_dir, &object_stores(&self.environment))
    }

    /// Refuses a git that cannot do what writing needs.
    /// The version of the git program, which is recent enough to write with.
    pub fn git_version(&self) -> Result<String, StoreError> {
        self.require_recent_git()?;
        let line = self.git.read("version").run()?.text();
        Ok(line.trim_start_matches("git version ").trim().to_owned())
    }

    pub(super) fn require_recent_git(&self) -> Result<(), StoreError> {
        let asked = self.git.read("version").spawn()?;
        // Every write needs it; read while the other child answers.
        self.config()?;
        let told = asked.wait_with_output().map_err(StoreError::io("run", "git version"))?;
        let found = String::from_utf8_lossy(&told.stdout).trim().to_owned();
        if version(&found).is_some_and(|version| version >= OLDEST_TO_WRITE) {
            Ok(())
        } else {
            Err(StoreError::GitTooOld { found })
        }
    }
}

/// `(major, minor)` of a line like `git version 2.39.5 (Apple Git-154)`.
pub(super) fn version(line: &str) -> Option<(u32, u32)> {
    let number = line.strip_prefix("git version ")?;
    let mut parts = number.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn open_exactly(git_dir: &Path, stores: &[PathBuf]) -> Result<git2::Repository, StoreError> {
    allow_extensions();
    let flags = git2::RepositoryOpenFlags::NO_SEARCH | git2::RepositoryOpenFlags::NO_DOTGIT;
    let opened = git2::Repository::open_ext(git_dir, flags, std::iter::empty::<&OsStr>());
    let repository = opened.map_err(|error| match (error.code(), error.class()) {
        (git2::ErrorCode::Owner, _) => StoreError::DubiousOwnership { path: git_dir.display().to_string() },
        (_, git2::ErrorClass::Repository) if error.message().contains("extension") => {
            StoreError::UnknownFormat { detail: error.message().to_owned() }
        }
        _ => StoreError::Object(error),
    })?;
    let objects = repository.odb()?;
    for store in stores {
        objects.add_disk_alternate(&store.to_string_lossy())?;
    }
    drop(objects);
    Ok(repository)
}

/// Where else objects are: a server keeps those of a push apart until its hooks have accepted it.
fn object_stores(environment: &Environment) -> Vec<PathBuf> {
    let apart = environment.var("GIT_OBJECT_DIRECTORY").map(PathBuf::from);
    let others = environment.var("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    apart
        .into_iter()
        .chain(std::env::split_paths(others))
        .filter(|place| !place.as_os_str().is_empty())
        .map(|place| environment.cwd.join(place))
        .collect()
}

/// Lets libgit2 open repositories whose refs (reftable) or missing objects (partial clones) it cannot deal with:
/// those go through git.
fn allow_extensions() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[allow(
            unsafe_code,
            reason = "libgit2 keeps the list in a global; `Once` makes this its only writer, before any repository is open"
        )]
        // SAFETY: as above; nothing in this program reads the list before this call has returned.
        let set = unsafe { git2::opts::set_extensions(&["refstorage", "partialclone"]) };
        // Failing means out of memory; opening then says which extension it does not know.
        drop(set);
        // git does not hash every object it reads either; `git fsck` does. It nearly halves the time of reading very many.
        git2::opts::strict_hash_verification(false);
    });
}

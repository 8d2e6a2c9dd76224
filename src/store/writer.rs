//! Holding `pm`'s own lock, behind which all `pm` processes of a repository queue, linked worktrees included.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::{
    Commit, FileChange, Note, Outcome, RepoPath, Store, StoreError, attempt, commit::Proposed, environment::Wait,
    worktree,
};

/// The right to write. Take it before loading what will be changed; it is given back on drop.
pub struct Writer<'a> {
    store: &'a Store,
    /// What taking the lock found of an earlier run that was killed, and did about it.
    pub notes: Vec<Note>,
    _queue: Queue,
}

/// The lock itself. The system lets go of it when the process ends, however it ends.
struct Queue(File);

impl Drop for Queue {
    fn drop(&mut self) {
        // Closing is not enough while a child that another thread is just starting has a copy of the descriptor.
        drop(self.0.unlock());
    }
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Store {
    /// Waits for `pm`'s lock and finishes or undoes what a killed run left behind.
    pub fn lock(&self) -> Result<Writer<'_>, StoreError> {
        self.work_tree()?;
        self.refuse_inside_hook()?;
        self.require_recent_git()?;
        let path = self.queue_file();
        let lock = self.open_queue(&path)?;
        let bound = self.patience().queue;
        let mut wait = Wait::new(bound);
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    if !wait.again() {
                        return Err(StoreError::Queue { lock: path, waited: bound.as_secs_f32() });
                    }
                }
                Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
            }
        }
        let queue = Queue(lock);
        let notes = self.recover()?;
        Ok(Writer { store: self, notes, _queue: queue })
    }

    pub(super) fn queue_file(&self) -> PathBuf {
        self.common_dir.join("pm").join("lock")
    }

    fn open_queue(&self, path: &Path) -> Result<File, StoreError> {
        let common = self.common_dir.join("pm");
        for folder in [&common, &self.own_dir()] {
            if !folder.is_dir() {
                std::fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
                if let Some(mode) = self.shared_mode(0o644)? {
                    let searchable = (mode & 0o444) >> 2;
                    worktree::set_mode(folder, mode | searchable).map_err(StoreError::io("share", folder))?;
                }
            }
        }
        let is_new = !path.exists();
        let opened = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            // A colleague's lock file in a shared repository may be read-only for us; locking needs no more.
            .or_else(|error| File::open(path).map_err(|_| error));
        let lock = opened.map_err(StoreError::io("open", path))?;
        if is_new && let Some(mode) = self.shared_mode(0o644)? {
            worktree::set_mode(path, mode).map_err(StoreError::io("share", path))?;
        }
        Ok(lock)
    }

    /// Everything that forbids a commit and does not depend on its paths.
    pub(super) fn refuse_to_write(&self) -> Result<(), StoreError> {
        self.work_tree()?;
        self.refuse_inside_hook()?;
        self.refuse_operation()
    }
}

impl Writer<'_> {
    /// Commits exactly these changes, or changes nothing.
    pub fn commit(&mut self, commit: &Commit) -> Result<Outcome, StoreError> {
        self.commit_reviewed(commit, &|_| Ok(()))
    }

    /// As [`Self::commit`], but asks `review` once the hooks have had their say; its `Err` is a clause such as
    /// `a hook rewrote the record`.
    pub fn commit_reviewed(
        &mut self,
        commit: &Commit,
        review: &dyn Fn(&Proposed<'_>) -> Result<(), String>,
    ) -> Result<Outcome, StoreError> {
        self.store.make_commit(commit, review)
    }

    /// Writes the changes to the working tree only: all of them, or none. Returns the paths that changed.
    pub fn write_only(&mut self, changes: &[FileChange]) -> Result<Vec<RepoPath>, StoreError> {
        let store = self.store;
        let root = store.work_tree()?;
        let head = store.head()?.commit;
        let tree = head.map(|id| store.tree_of(id)).transpose()?;
        let planned = store.plan_files(changes, tree.as_ref())?;
        let (files, folders) = attempt::touched(root, &planned, &std::collections::BTreeMap::new());
        let journal = super::journal::Journal { files, folders, ..super::journal::Journal::default() };
        if let Err(error) = attempt::write_planned(root, &planned, false) {
            let left = journal.undo(store).left;
            return Err(super::commit::with_left(error, left));
        }
        let written = planned.iter().filter(|plan| plan.writes());
        Ok(written.map(|plan| plan.path.clone()).collect())
    }
}

//! One try at a commit: what it holds and has touched, so that it can end whole or not at all.

use std::{collections::BTreeMap, path::Path};

use super::{
    RepoPath, Store, StoreError,
    index_lock::IndexLock,
    journal::{Journal, Touched},
    objects::Entry,
    plan::Planned,
    worktree,
};

/// Holds `index.lock`. Dropped before [`Attempt::settle`], it puts everything back.
pub(super) struct Attempt<'a> {
    pub(super) store: &'a Store,
    pub(super) journal: Journal,
    pub(super) durable: bool,
    lock: Option<IndexLock>,
    settled: bool,
}

impl<'a> Attempt<'a> {
    /// Writes the journal and takes `index.lock`.
    pub(super) fn begin(store: &'a Store, reference: String, durable: bool) -> Result<Self, StoreError> {
        let mut attempt =
            Self { store, journal: Journal { reference, ..Journal::default() }, durable, lock: None, settled: false };
        attempt.save()?;
        store.step(1);
        attempt.lock = Some(IndexLock::take(&store.default_index(), &store.own_lock(), store.patience().git)?);
        store.step(2);
        Ok(attempt)
    }

    pub(super) fn save(&self) -> Result<(), StoreError> {
        self.journal.save(&self.store.journal_file(), self.durable)
    }

    /// Writes the planned files to the working tree, the journal first.
    pub(super) fn write_files(
        &mut self,
        planned: &[Planned],
        blobs: &BTreeMap<RepoPath, Option<Entry>>,
    ) -> Result<(), StoreError> {
        let root = self.store.work_tree()?;
        let (files, folders) = touched(root, planned, blobs);
        self.journal.files = files;
        self.journal.folders = folders;
        self.save()?;
        write_planned(root, planned, self.durable)?;
        self.store.step(4);
        Ok(())
    }

    /// Puts the index with the given entries changed into the lock.
    pub(super) fn prepare_index(
        &self,
        edits: &BTreeMap<RepoPath, Option<Entry>>,
        planned: &[Planned],
    ) -> Result<(), StoreError> {
        let left_out: Vec<RepoPath> = planned
            .iter()
            .filter(|plan| plan.left_out && plan.content.is_some())
            .map(|plan| plan.path.clone())
            .collect();
        let index = self.store.build_index(edits, &left_out, planned, self.durable)?;
        if let Some(lock) = &self.lock {
            lock.fill(&index, self.store.shared_mode(0o644)?, self.durable)?;
        }
        self.store.step(6);
        Ok(())
    }

    /// The ref has moved, or there is nothing to move: the lock becomes the index, and nothing is undone any more.
    /// What fails here is the next run's to finish: the journal stays.
    pub(super) fn settle(mut self) -> Result<(), StoreError> {
        self.settled = true;
        if let Some(lock) = self.lock.take() {
            lock.become_index(&self.store.default_index(), self.durable)?;
            self.store.step(9);
        }
        self.store.sweep()?;
        self.store.step(10);
        Ok(())
    }

    /// Puts everything back and says which files somebody else changed meanwhile, so that they had to stay.
    pub(super) fn undo(mut self) -> Vec<RepoPath> {
        self.put_back()
    }

    fn put_back(&mut self) -> Vec<RepoPath> {
        self.settled = true;
        let undone = self.journal.undo(self.store);
        drop(self.lock.take());
        // What cannot be swept now is swept by the next run; the error that led here matters more. A file that could not be
        // put back, on a full disk say, is put back by the next run: it needs the journal.
        drop(self.store.sweep_but(undone.failed));
        undone.left
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.put_back();
        }
    }
}

/// Writes the planned files one after the other; what to do with those already written is the caller's when one fails.
pub(super) fn write_planned(root: &Path, planned: &[Planned], durable: bool) -> Result<(), StoreError> {
    for plan in planned.iter().filter(|plan| plan.writes()) {
        // Between the plan and now nobody but an editor can have been here: pm is locked out, and git while we commit.
        if worktree::read(root, &plan.path, u64::MAX)? != plan.before {
            return Err(StoreError::Raced { path: plan.path.clone() });
        }
        match &plan.content {
            Some(bytes) => worktree::write(root, &plan.path, bytes, durable).map(drop)?,
            None => worktree::remove(root, &plan.path)?,
        }
    }
    Ok(())
}

/// What the journal has to say of the planned files: their bytes, and the folders that are not there yet.
pub(super) fn touched(
    root: &Path,
    planned: &[Planned],
    blobs: &BTreeMap<RepoPath, Option<Entry>>,
) -> (Vec<Touched>, Vec<std::path::PathBuf>) {
    let mut files = Vec::new();
    let mut folders = std::collections::BTreeSet::new();
    for plan in planned.iter().filter(|plan| plan.writes()) {
        let blob = blobs.get(&plan.path).copied().flatten();
        files.push(Touched {
            path: plan.path.to_string(),
            before: plan.before.clone(),
            mode: plan.before_mode,
            after: plan.content.clone(),
            blob: blob.map(|entry| entry.id.to_string()),
        });
        let mut parent = plan.path.parent();
        while let Some(folder) = parent {
            let place = folder.on_disk(root);
            if place.symlink_metadata().is_ok() {
                break;
            }
            folders.insert(place);
            parent = folder.parent();
        }
    }
    // A folder sorts before what is in it.
    (files, folders.into_iter().collect())
}

impl Store {
    /// The mode `core.sharedRepository` asks for; `None` when the umask decides.
    pub(super) fn shared_mode(&self, plain: u32) -> Result<Option<u32>, StoreError> {
        let config = self.config()?;
        Ok(config.get("core.sharedrepository").and_then(|value| shared_mode(value, plain)))
    }

    /// Where the tests kill a run.
    #[cfg(test)]
    pub(super) fn step(&self, number: u32) {
        let stop = self.environment.var("PM_TEST_ABORT_AT");
        if stop.is_some_and(|stop| stop.to_string_lossy() == number.to_string()) {
            std::process::abort();
        }
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, reason = "the test build has a body")]
    pub(super) fn step(&self, _number: u32) {}
}

/// git's `calc_shared_perm`: the bits added to (or, for an octal value, put in the place of) `plain`.
pub(super) fn shared_mode(value: &str, plain: u32) -> Option<u32> {
    match value.to_ascii_lowercase().as_str() {
        "umask" | "false" | "no" | "off" | "0" => None,
        "group" | "true" | "yes" | "on" | "1" | "" => Some(plain | 0o660),
        "all" | "world" | "everybody" | "2" => Some(plain | 0o664),
        octal => u32::from_str_radix(octal, 8).ok().filter(|mode| mode & 0o600 == 0o600).map(|mode| mode & 0o666),
    }
}

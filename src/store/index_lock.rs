//! Holding git's `index.lock`, so that no `git add`, `git switch` or `git commit` comes between.
//!
//! The lock is a hard link to a file of our own: after a crash the two names share an inode, and that is how the next
//! run knows the lock is ours. A lock of anybody else is never removed.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{StoreError, environment::Wait, worktree};

/// `index.lock`, held. Let go on drop, unless [`IndexLock::become_index`] was called.
#[derive(Debug)]
pub(super) struct IndexLock {
    lock: PathBuf,
    own: PathBuf,
    held: bool,
}

impl IndexLock {
    /// Takes the lock of `index`, waiting up to `bound`. `own` is our name for it; nothing may be there of value.
    pub(super) fn take(index: &Path, own: &Path, bound: Duration) -> Result<Self, StoreError> {
        let lock = index.with_extension("lock");
        clear(own)?;
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(own).map_err(StoreError::io("make", own))?;
        // For whoever looks into a lock that is in the way.
        writeln!(file, "held by pm, process {}", std::process::id()).map_err(StoreError::io("write", own))?;
        drop(file);
        let mut wait = Wait::new(bound);
        let taken = loop {
            match std::fs::hard_link(own, &lock) {
                Ok(()) => break Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if !wait.again() {
                        break Err(StoreError::IndexLocked { lock: lock.clone(), waited: bound.as_secs_f32() });
                    }
                }
                // A file system without hard links: an ordinary exclusive file. After a crash nobody can tell whose
                // it was, so it will be left for a person to remove.
                Err(_) => match OpenOptions::new().write(true).create_new(true).open(&lock) {
                    Ok(_) => break Ok(()),
                    Err(error) if error.kind() == ErrorKind::AlreadyExists && wait.again() => {}
                    Err(error) => break Err(StoreError::io("make", &lock)(error)),
                },
            }
        };
        match taken {
            Ok(()) => Ok(Self { lock, own: own.to_path_buf(), held: true }),
            Err(error) => {
                clear(own)?;
                Err(error)
            }
        }
    }

    /// Puts the new index's bytes into the lock.
    pub(super) fn fill(&self, index: &[u8], mode: Option<u32>, durable: bool) -> Result<(), StoreError> {
        let write = || {
            let mut file = OpenOptions::new().write(true).truncate(true).open(&self.lock)?;
            file.write_all(index)?;
            if durable {
                file.sync_all()?;
            }
            match mode {
                Some(mode) => worktree::set_mode(&self.lock, mode),
                None => Ok(()),
            }
        };
        write().map_err(StoreError::io("write", &self.lock))
    }

    /// Makes the lock's content the index, which ends the lock. When that fails the lock stays, as after a crash: an
    /// index that lags behind HEAD would take the commit back, and the next run finds this one in the lock.
    pub(super) fn become_index(mut self, index: &Path, durable: bool) -> Result<(), StoreError> {
        self.held = false;
        std::fs::rename(&self.lock, index).map_err(StoreError::io("replace", index))?;
        if durable && let Some(folder) = index.parent() {
            worktree::sync_folder(folder)?;
        }
        Ok(())
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        if self.held {
            // In a destructor there is nobody to tell; a lock that stays is reported by the next git command.
            drop(std::fs::remove_file(&self.lock));
            drop(std::fs::remove_file(&self.own));
        }
    }
}

/// Whether `index.lock` is the one a run of ours made through `own`.
pub(super) fn is_ours(index: &Path, own: &Path) -> bool {
    let lock = index.with_extension("lock");
    match (lock.symlink_metadata(), own.symlink_metadata()) {
        (Ok(lock_seen), Ok(own_seen)) => {
            worktree::same_file(&lock_seen, &own_seen) && std::fs::read(&lock).ok() == std::fs::read(own).ok()
        }
        _ => false,
    }
}

/// Removes a file if it is there.
pub(super) fn clear(file: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::io("remove", file)(error)),
        _ => Ok(()),
    }
}

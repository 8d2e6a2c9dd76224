//! After a run that was killed in the middle of a commit: finish it if the branch has moved, else undo it.

use std::{collections::BTreeMap, fmt};

use super::{
    ObjectId, RepoPath, Store, StoreError,
    index_lock::{self, IndexLock},
    journal::Journal,
    objects::Entry,
};

/// What was found of a killed run, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// There is something to recover; the next command that writes does it.
    Interrupted,
    /// The commit had been made; the index is right again.
    Finished { commit: ObjectId },
    /// The commit had not been made; the files are as they were. The new text is kept in these blobs.
    Undone { files: Vec<(RepoPath, Option<ObjectId>)> },
    /// Somebody has changed these since; they stay as they are.
    Left { files: Vec<RepoPath> },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str(
                "an earlier pm was stopped in the middle of a commit; the next command that writes sets it right",
            ),
            Self::Finished { commit } => write!(
                f,
                "an earlier pm was stopped just after making commit {}; its index is now in order",
                commit.short()
            ),
            Self::Undone { files } => {
                f.write_str("an earlier pm was stopped before its commit was made; undone")?;
                for (path, blob) in files {
                    match blob {
                        Some(blob) => write!(f, "; what {path} would have held: `git cat-file blob {}`", blob.short())?,
                        None => write!(f, "; {path} was to be removed")?,
                    }
                }
                Ok(())
            }
            Self::Left { files } => {
                let names: Vec<&str> = files.iter().map(RepoPath::as_str).collect();
                write!(
                    f,
                    "an earlier pm was stopped in the middle of a commit, and {} changed since: left alone, look at `git diff`",
                    names.join(", ")
                )
            }
        }
    }
}

impl Store {
    /// Whether a killed run left something to recover. Costs one look at the file system when not.
    pub fn interrupted(&self) -> Option<Note> {
        if !self.journal_file().exists() {
            return None;
        }
        // Held: that run is alive and at it.
        let queue = std::fs::File::open(self.queue_file()).ok()?;
        queue.try_lock().ok()?;
        drop(queue.unlock());
        Some(Note::Interrupted)
    }

    /// Finishes or undoes what the journal tells of. The caller holds `pm`'s lock, so its writer is dead.
    pub(super) fn recover(&self) -> Result<Vec<Note>, StoreError> {
        let Some(journal) = Journal::load(&self.journal_file())? else {
            return Ok(Vec::new());
        };
        let index = self.default_index();
        let ours = index_lock::is_ours(&index, &self.own_lock());
        let tip = if journal.reference.is_empty() { None } else { self.tip(&journal.reference)? };
        let new = journal.new.as_deref().and_then(ObjectId::parse);
        let made = match (new, tip) {
            (Some(new), Some(tip)) => new == tip || self.is_ancestor(new, tip)?,
            _ => false,
        };
        let mut notes = Vec::new();
        if let (true, Some(new)) = (made, new) {
            if ours {
                let lock = index.with_extension("lock");
                std::fs::rename(&lock, &index).map_err(StoreError::io("replace", &index))?;
            }
            index_lock::clear(&self.own_lock())?;
            self.mend_index(new)?;
            notes.push(Note::Finished { commit: new });
        } else {
            let old = journal.old.as_deref().and_then(ObjectId::parse);
            let left = if tip == old {
                let undone = journal.undo(self);
                if undone.failed {
                    return Err(StoreError::NotPutBack);
                }
                undone.left
            } else {
                journal.files.iter().filter_map(|file| RepoPath::new(file.path.clone()).ok()).collect()
            };
            if ours {
                index_lock::clear(&index.with_extension("lock"))?;
            }
            let undone: Vec<(RepoPath, Option<ObjectId>)> = journal
                .files
                .iter()
                .filter_map(|file| Some((RepoPath::new(file.path.clone()).ok()?, file.blob())))
                .filter(|(path, _)| !left.contains(path))
                .collect();
            if !undone.is_empty() || left.is_empty() {
                notes.push(Note::Undone { files: undone });
            }
            if !left.is_empty() {
                notes.push(Note::Left { files: left });
            }
        }
        self.sweep()?;
        Ok(notes)
    }

    /// When the lock is gone (people delete it, as git advises), the index still has the files of before the commit,
    /// and the user's next commit would silently take ours back.
    fn mend_index(&self, new: ObjectId) -> Result<(), StoreError> {
        let parent = self.repository()?.find_commit(new.0)?.parent_ids().next();
        let before = parent.map(|id| self.tree_of(ObjectId(id))).transpose()?;
        let after = self.tree_of(new)?;
        let head = self.head()?.commit.map(|id| self.tree_of(id)).transpose()?;
        let paths = self.differing(parent.map(ObjectId), Some(new), None)?;
        let staged = self.index_entries(&paths)?;
        let mut edits: BTreeMap<RepoPath, Option<Entry>> = BTreeMap::new();
        let mut left_out = Vec::new();
        for path in paths {
            let here = staged.iter().find(|entry| entry.path == path);
            let ours = self.entry_in(Some(&after), &path)?;
            let stale = here.map(|entry| entry.entry) == self.entry_in(before.as_ref(), &path)?;
            let current = self.entry_in(head.as_ref(), &path)? == ours;
            if stale && current && here.is_none_or(|entry| entry.stage == 0) {
                if here.is_some_and(|entry| entry.skip_worktree) && ours.is_some() {
                    left_out.push(path.clone());
                }
                edits.insert(path, ours);
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        let lock = IndexLock::take(&self.default_index(), &self.own_lock(), self.patience().git)?;
        let bytes = self.build_index(&edits, &left_out, &[], false)?;
        lock.fill(&bytes, self.shared_mode(0o644)?, false)?;
        lock.become_index(&self.default_index(), false)
    }
}

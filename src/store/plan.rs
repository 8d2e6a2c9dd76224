//! What a commit is going to do to each path, and everything that forbids it. Looks, never writes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Base, FileChange, RepoPath, Store, StoreError,
    index::Tracked,
    objects::{EXECUTABLE, Entry, FILE, FOLDER, LINK, SUBMODULE},
    worktree,
};

/// How many commits back a staged version may be and still count as an index that lags behind.
const RECENT: usize = 100;

/// One path, looked at while the index is locked.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) path: RepoPath,
    pub(super) content: Option<Vec<u8>>,
    /// The bytes on disk now; `None` when there is no file.
    pub(super) before: Option<Vec<u8>>,
    pub(super) before_mode: Option<u32>,
    pub(super) head: Option<Entry>,
    /// The blob of the content, once it is written.
    pub(super) blob: Option<super::ObjectId>,
    /// The index's mode, else HEAD's, else that of a plain file.
    pub(super) mode: u32,
    /// Sparse checkout keeps the file out of the working tree, and so do we.
    pub(super) left_out: bool,
}

impl Planned {
    /// Whether the file on disk has to change.
    pub(super) fn writes(&self) -> bool {
        !self.left_out && self.before != self.content
    }
}

impl Store {
    /// As [`Self::plan`], for a change that stays in the working tree: nothing is staged, so nothing staged is lost,
    /// and an ignored file may be written.
    pub(super) fn plan_files(
        &self,
        changes: &[FileChange],
        tree: Option<&git2::Tree<'_>>,
    ) -> Result<Vec<Planned>, StoreError> {
        self.plan_for(changes, tree, false)
    }

    /// Plans every change against `tree` (HEAD's), refusing what would lose or hide somebody's work.
    pub(super) fn plan(
        &self,
        changes: &[FileChange],
        tree: Option<&git2::Tree<'_>>,
    ) -> Result<Vec<Planned>, StoreError> {
        self.plan_for(changes, tree, true)
    }

    fn plan_for(
        &self,
        changes: &[FileChange],
        tree: Option<&git2::Tree<'_>>,
        commits: bool,
    ) -> Result<Vec<Planned>, StoreError> {
        let paths: Vec<RepoPath> = changes.iter().map(|change| change.path.clone()).collect();
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let distinct: BTreeSet<&RepoPath> = paths.iter().collect();
        if let Some(twice) = (distinct.len() < paths.len()).then(|| paths.first()).flatten() {
            let reason = "this or another path is given twice";
            return Err(StoreError::InvalidPath { path: twice.to_string(), reason });
        }
        let mut index: BTreeMap<RepoPath, Vec<Tracked>> = BTreeMap::new();
        for entry in self.index_entries(&paths)? {
            index.entry(entry.path.clone()).or_default().push(entry);
        }
        let mut fresh = Vec::new();
        let mut planned = Vec::with_capacity(changes.len());
        for change in changes {
            let here = index.get(&change.path).map(Vec::as_slice).unwrap_or_default();
            let plan = self.plan_one(change, tree, here, commits)?;
            if plan.head.is_none() && here.is_empty() && plan.content.is_some() {
                fresh.push(plan.path.clone());
            }
            planned.push(plan);
        }
        if commits && let Some((path, rule)) = self.first_ignored(&fresh)? {
            return Err(StoreError::Ignored { path, pattern: rule.pattern, place: rule.place });
        }
        Ok(planned)
    }

    fn plan_one(
        &self,
        change: &FileChange,
        tree: Option<&git2::Tree<'_>>,
        index: &[Tracked],
        commits: bool,
    ) -> Result<Planned, StoreError> {
        let root = self.work_tree()?;
        let path = &change.path;
        if index.iter().any(|entry| entry.stage != 0) {
            return Err(StoreError::Unmerged { path: path.clone() });
        }
        let index = index.first();
        let head = self.entry_in(tree, path)?;
        for entry in [head, index.map(|tracked| tracked.entry)].into_iter().flatten() {
            refuse_kind(path, entry.mode)?;
        }
        let found = worktree::refuse_links(root, path, worktree::Last::File)?;
        let before = worktree::read(root, path, u64::MAX)?;
        let left_out = before.is_none() && index.is_some_and(Tracked::is_left_out);

        self.refuse_other_base(change, before.as_deref(), head, index, left_out)?;
        if commits {
            self.refuse_staged(path, before.as_deref(), head, index)?;
        }
        let mode = index
            .map(|tracked| tracked.entry.mode)
            .or(head.map(|entry| entry.mode))
            .filter(|mode| *mode == EXECUTABLE)
            .unwrap_or(FILE);
        Ok(Planned {
            path: path.clone(),
            content: change.content.clone(),
            before,
            before_mode: found.as_ref().and_then(worktree::mode_of),
            head,
            blob: None,
            mode,
            // A change that is not committed has nowhere else to be than the working tree.
            left_out: left_out && commits,
        })
    }

    /// The change was made from a version that is not there any more.
    fn refuse_other_base(
        &self,
        change: &FileChange,
        before: Option<&[u8]>,
        head: Option<Entry>,
        index: Option<&Tracked>,
        left_out: bool,
    ) -> Result<(), StoreError> {
        let path = &change.path;
        let holds = match &change.base {
            Base::Any => true,
            Base::Absent => before.is_none() && head.is_none() && index.is_none(),
            Base::Bytes(bytes) if left_out => match index {
                Some(tracked) => self.read_blob(tracked.entry.id, path)? == *bytes,
                None => false,
            },
            Base::Bytes(bytes) => before == Some(bytes.as_slice()),
            Base::Committed(id) => {
                let on_disk = match before {
                    Some(bytes) => Some(self.hash(path, bytes)?),
                    None => left_out.then_some(*id),
                };
                let staged = index.map(|tracked| tracked.entry.id);
                head.map(|entry| entry.id) == Some(*id) && on_disk == Some(*id) && staged == Some(*id)
            }
        };
        if holds { Ok(()) } else { Err(StoreError::Raced { path: path.clone() }) }
    }

    /// What is staged and is neither committed nor on disk exists nowhere else.
    fn refuse_staged(
        &self,
        path: &RepoPath,
        before: Option<&[u8]>,
        head: Option<Entry>,
        index: Option<&Tracked>,
    ) -> Result<(), StoreError> {
        let staged = index.map(|tracked| tracked.entry);
        if staged == head {
            return Ok(());
        }
        let same_as_disk = match (staged, before) {
            (None, None) => true,
            // `git add --intent-to-add` holds an empty blob in the file's place: nothing to lose.
            (Some(entry), _) if head.is_none() && entry.id == self.empty_blob()? => true,
            (Some(entry), Some(bytes)) => self.hash(path, bytes)? == entry.id,
            (Some(entry), None) => head.is_some_and(|head| head.id == entry.id),
            (None, Some(_)) => false,
        };
        if same_as_disk || self.was_committed(path, staged)? {
            Ok(())
        } else {
            Err(StoreError::StagedDiffers { path: path.clone() })
        }
    }

    /// Whether a recent commit has the path as it is staged: then nothing is lost with it.
    ///
    /// It is how `git commit` can leave an index behind: it reads the index before it locks it, and writes back what
    /// it read although a commit of ours came between (its own then fails, as HEAD has moved).
    fn was_committed(&self, path: &RepoPath, staged: Option<Entry>) -> Result<bool, StoreError> {
        let mut next = self.head()?.commit;
        for _ in 0..RECENT {
            let Some(id) = next else { return Ok(false) };
            let Ok(commit) = self.repository()?.find_commit(id.0) else {
                // The end of a shallow history.
                return Ok(false);
            };
            if self.entry_in(Some(&self.tree_of(id)?), path)? == staged {
                return Ok(true);
            }
            next = commit.parent_ids().next().map(super::ObjectId);
        }
        Ok(false)
    }

    fn empty_blob(&self) -> Result<super::ObjectId, StoreError> {
        let format = self.object_format();
        let id = git2::Oid::hash_object_ext(git2::ObjectType::Blob, b"", format)?;
        Ok(super::ObjectId(id))
    }
}

fn refuse_kind(path: &RepoPath, mode: u32) -> Result<(), StoreError> {
    let path = path.to_string();
    match mode {
        LINK => Err(StoreError::Symlink { path }),
        SUBMODULE => Err(StoreError::Nested { path }),
        FOLDER => Err(StoreError::NotAFile { path }),
        _ => Ok(()),
    }
}

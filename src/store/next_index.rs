//! The index as it will be after the commit, made by git from a copy of the user's, so that every extension and format
//! git knows is kept.
//!
//! The user's own index is never written: the result goes into `index.lock`.

use std::{collections::BTreeMap, fs::Metadata, path::Path};

use super::{
    RepoPath, Store, StoreError, index_lock,
    objects::{EXECUTABLE, Entry, lasting},
    plan::Planned,
    worktree,
};

/// More than a command line should hold. An import of more can do without stat data.
const FEW: usize = 200;

type Edits = BTreeMap<RepoPath, Option<Entry>>;

impl Store {
    /// The bytes of the user's index with the given entries changed. `left_out` are those that sparse checkout keeps
    /// out of the working tree, `planned` tells what the others hold there.
    pub(super) fn build_index(
        &self,
        edits: &Edits,
        left_out: &[RepoPath],
        planned: &[Planned],
        durable: bool,
    ) -> Result<Vec<u8>, StoreError> {
        let next = self.next_index();
        self.copy_index(&next)?;
        if !self.enter_with_stat(&next, edits, planned, durable)? {
            self.copy_index(&next)?;
            self.enter(&next, edits, durable)?;
            self.keep_left_out(&next, left_out)?;
            self.refresh(&next, edits, planned)?;
        }
        let bytes = std::fs::read(&next).map_err(StoreError::io("read", &next))?;
        index_lock::clear(&next)?;
        Ok(bytes)
    }

    /// Enters exactly these modes and blobs.
    fn enter(&self, index: &Path, edits: &Edits, durable: bool) -> Result<(), StoreError> {
        let gone = "0".repeat(self.hex_len());
        let mut lines = Vec::new();
        for (path, edit) in edits {
            let line = match edit {
                Some(entry) => format!("{:06o} {}\t{path}", entry.mode, entry.id),
                None => format!("0 {gone}\t{path}"),
            };
            lines.extend(line.bytes());
            lines.push(0);
        }
        let call = self.update_index(index).args(["-z", "--index-info"]);
        lasting(call, durable).stdin(lines).run().map(drop)
    }

    /// As [`Self::enter`], and in the same run lets git look at the files, so that commands that do not refresh the
    /// index (`git diff-index --quiet HEAD`) find them clean. `false`: it could not be made sure that git saw what we
    /// wrote, so the index is not to be used.
    fn enter_with_stat(
        &self,
        index: &Path,
        edits: &Edits,
        planned: &[Planned],
        durable: bool,
    ) -> Result<bool, StoreError> {
        let root = self.work_tree()?;
        let simple = edits.len() <= FEW
            && edits.len() == planned.len()
            && edits.values().all(Option::is_some)
            && planned.iter().all(|plan| !plan.left_out);
        if !simple || self.may_be_filtered(edits)? {
            return Ok(false);
        }
        let Some(before) = seen(root, edits, planned) else {
            return Ok(false);
        };
        let mut call = self.update_index(index).arg("--add");
        for (path, entry) in edits {
            if let Some(entry) = entry {
                let info = format!("{:06o},{},{path}", entry.mode, entry.id);
                call = call.arg("--cacheinfo").arg(info);
            }
        }
        let call = call.arg("--").args(edits.keys().map(RepoPath::as_str));
        lasting(call, durable).run()?;
        // An editor may have saved in between, and git have entered that: then the stat data tell.
        Ok(seen(root, edits, planned)
            .is_some_and(|after| before.iter().zip(&after).all(|(before, after)| same_state(before, after))))
    }

    /// Whether git might make another blob of the same file next time: filters that encrypt do.
    fn may_be_filtered(&self, edits: &Edits) -> Result<bool, StoreError> {
        if !self.config()?.any_under("filter") {
            return Ok(false);
        }
        let output =
            self.git.read("check-attr").args(["-z", "filter", "--"]).args(edits.keys().map(RepoPath::as_str)).run()?;
        let fields: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        let values = fields.as_chunks::<3>().0.iter().map(|[_, _, value]| *value);
        Ok(values.into_iter().any(|value| value != b"unspecified" && value != b"unset"))
    }

    /// Marks again what sparse checkout keeps out of the working tree.
    fn keep_left_out(&self, index: &Path, left_out: &[RepoPath]) -> Result<(), StoreError> {
        let mut names = Vec::new();
        for path in left_out {
            names.extend(path.as_str().bytes());
            names.push(0);
        }
        if names.is_empty() {
            return Ok(());
        }
        let call = self.update_index(index).args(["--skip-worktree", "-z", "--stdin"]);
        call.stdin(names).run().map(drop)
    }

    /// Gives entries their stat data where the file is what the entry says, by content; slower, and always right.
    fn refresh(&self, index: &Path, edits: &Edits, planned: &[Planned]) -> Result<(), StoreError> {
        let on_disk: Vec<&str> = planned
            .iter()
            .filter(|plan| !plan.left_out && edits.get(&plan.path).is_some_and(Option::is_some))
            .map(|plan| plan.path.as_str())
            .collect();
        if on_disk.is_empty() || on_disk.len() > FEW {
            return Ok(());
        }
        // Its exit code says whether a file differs; that is no trouble of ours.
        self.git
            .write("add")
            .config("core.hooksPath=/dev/null")
            .args(["--refresh", "--"])
            .args(on_disk)
            .var("GIT_INDEX_FILE", index)
            .output()
            .map(drop)
    }

    /// Without the hook that tells people their index changed: this one is not theirs yet.
    fn update_index(&self, index: &Path) -> super::git::Call<'_> {
        self.git.write("update-index").config("core.hooksPath=/dev/null").var("GIT_INDEX_FILE", index)
    }

    fn hex_len(&self) -> usize {
        match self.object_format() {
            git2::ObjectFormat::Sha1 => 40,
            git2::ObjectFormat::Sha256 => 64,
        }
    }

    /// Copies the user's index; none there means none copied.
    pub(super) fn copy_index(&self, to: &Path) -> Result<(), StoreError> {
        index_lock::clear(to)?;
        index_lock::clear(&to.with_extension("lock"))?;
        match std::fs::copy(self.default_index(), to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("copy the index to", to)(error))
            }
            _ => Ok(()),
        }
    }
}

/// The files as they are, if each holds what was planned and has the mode that is committed.
fn seen(root: &Path, edits: &Edits, planned: &[Planned]) -> Option<Vec<Metadata>> {
    planned
        .iter()
        .map(|plan| {
            let entry = edits.get(&plan.path).copied().flatten()?;
            let found = worktree::refuse_links(root, &plan.path, worktree::Last::File).ok()??;
            let bytes = worktree::read(root, &plan.path, u64::MAX).ok()??;
            let executable = worktree::mode_of(&found).is_some_and(|mode| mode & 0o100 != 0);
            let as_planned =
                plan.blob == Some(entry.id) && Some(bytes) == plan.content && (entry.mode == EXECUTABLE) == executable;
            as_planned.then_some(found)
        })
        .collect()
}

#[cfg(unix)]
fn same_state(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let state = |m: &Metadata| (m.dev(), m.ino(), m.size(), m.mtime(), m.mtime_nsec(), m.ctime(), m.ctime_nsec());
    state(a) == state(b)
}

#[cfg(not(unix))]
fn same_state(a: &Metadata, b: &Metadata) -> bool {
    worktree::same_file(a, b)
}

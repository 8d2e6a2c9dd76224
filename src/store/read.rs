//! Reading files: of the working tree or of a revision, one or many.
//!
//! Never follows a symbolic link, never runs a filter, never reads a file of unreasonable size.

use std::path::Path;

use rayon::prelude::{IntoParallelIterator as _, ParallelIterator as _};

use super::{
    ObjectId, RepoPath, Store, StoreError,
    git::Git,
    index,
    objects::{EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE},
    walk::{Walk, joined},
    worktree,
};

/// The size above which a file is not taken for a record, in bytes: 8 MiB. A few hundred megabytes of zeros pack into
/// a repository of one, so the size is asked for before the content.
pub const RECORD_LIMIT: u64 = 8 * 1024 * 1024;

/// How many entries of trees are looked at in one listing. Ten trees that name each other ten times over make billions.
const ENTRY_LIMIT: usize = 5_000_000;

/// The longest folder name that is followed, in bytes. Bounds the recursion over trees made to break it.
pub(super) const PATH_LIMIT: usize = 1024;

/// Below this many files threads cost more than they bring.
pub(super) const WORTH_THREADS: usize = 64;

/// Which state of the repository to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// The files on disk.
    WorkTree,
    /// A commit (or tree).
    Revision(ObjectId),
}

/// Where a listed file's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// On disk.
    WorkTree,
    /// In the object database: at a revision, or left out of a sparse checkout.
    Blob(ObjectId),
}

/// A regular file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileEntry {
    pub path: RepoPath,
    pub source: Source,
}

/// Something under the folder that was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// As the file system or tree has it; bytes that are no UTF-8 replaced.
    pub path: String,
    /// A clause: `it is a symbolic link`.
    pub reason: &'static str,
}

/// What is under a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Sorted by path.
    pub files: Vec<FileEntry>,
    /// Sorted by path; only names that end in the suffix, and submodules.
    pub skipped: Vec<Skipped>,
    /// Entries looked at.
    visited: usize,
}

impl Store {
    /// Every regular file under `dir` (`None`: the whole repository) whose name ends in `suffix`.
    ///
    /// A folder that does not exist is an empty listing. In a sparse checkout the files git left out are listed with
    /// the blobs the index has for them.
    pub fn files(&self, dir: Option<&RepoPath>, at: At, suffix: &str) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        match at {
            At::WorkTree => {
                let root = self.work_tree()?;
                if let Some(dir) = dir {
                    worktree::refuse_links(root, dir, worktree::Last::Folder)?;
                }
                let place = dir.map_or_else(|| root.to_path_buf(), |dir| dir.on_disk(root));
                let name = dir.map(ToString::to_string).unwrap_or_default();
                let walk = Walk::of(&place, &name, suffix)?;
                listing.skipped.extend(walk.skipped);
                for folder in &walk.folders {
                    for index in 0..folder.len() {
                        match folder.path_of(folder.file(index).0) {
                            Ok(path) => listing.files.push(FileEntry { path, source: Source::WorkTree }),
                            Err(skipped) => listing.skipped.push(skipped),
                        }
                    }
                }
                listing.files.extend(self.left_out(dir, suffix)?);
            }
            At::Revision(revision) => {
                let tree = self.tree_of(revision)?;
                match dir {
                    None => self.walk_tree(&tree, "", suffix, &mut listing)?,
                    Some(dir) => {
                        if let Some(found) = self.entry_in(Some(&tree), dir)?
                            && found.mode == FOLDER
                        {
                            let tree = self.tree(found.id)?;
                            self.walk_tree(&tree, dir.as_str(), suffix, &mut listing)?;
                        }
                    }
                }
            }
        }
        listing.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        listing.skipped.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(listing)
    }

    fn walk_tree(
        &self,
        tree: &git2::Tree<'_>,
        at: &str,
        suffix: &str,
        listing: &mut Listing,
    ) -> Result<(), StoreError> {
        for item in tree {
            let entry = super::objects::entry(&item);
            let name = item.name_bytes();
            let text = String::from_utf8_lossy(name);
            let path = joined(at, &text);
            listing.visited += 1;
            if listing.visited > ENTRY_LIMIT {
                return Err(StoreError::TooMany { limit: ENTRY_LIMIT });
            }
            if entry.mode == FOLDER && path.len() > PATH_LIMIT {
                listing.skip(path, "its path is too long");
                continue;
            }
            if entry.mode == FOLDER {
                let below = self.tree(entry.id)?;
                self.walk_tree(&below, &path, suffix, listing)?;
                continue;
            }
            if entry.mode == SUBMODULE {
                listing.skip(path, "it is a submodule");
                continue;
            }
            if !name.ends_with(suffix.as_bytes()) {
                continue;
            }
            match entry.mode {
                LINK => listing.skip(path, "it is a symbolic link"),
                _ if std::str::from_utf8(name).is_err() => {
                    listing.skip(path, "its name is not UTF-8");
                }
                _ => listing.take(path, Source::Blob(entry.id)),
            }
        }
        Ok(())
    }

    /// Files that git keeps out of a sparse checkout: in the index, marked, and not on disk.
    pub(super) fn left_out(&self, dir: Option<&RepoPath>, suffix: &str) -> Result<Vec<FileEntry>, StoreError> {
        if !self.may_leave_out() {
            return Ok(Vec::new());
        }
        let root = self.work_tree()?;
        let entries = self.index_entries(&dir.cloned().into_iter().collect::<Vec<_>>())?;
        let left_out = entries.into_iter().filter(|entry| {
            entry.skip_worktree
                && entry.stage == 0
                && entry.path.as_str().ends_with(suffix)
                && matches!(entry.entry.mode, FILE | EXECUTABLE)
                && std::fs::symlink_metadata(entry.path.on_disk(root)).is_err()
        });
        Ok(left_out.map(|entry| FileEntry { path: entry.path, source: Source::Blob(entry.entry.id) }).collect())
    }

    /// Whether git may have left files out of the working tree: what is not on disk is looked for in the index then.
    fn may_leave_out(&self) -> bool {
        self.git_dir.join("info/sparse-checkout").exists()
    }

    /// A file's bytes; `None` when there is none. Up to [`RECORD_LIMIT`].
    pub fn read(&self, path: &RepoPath, at: At) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_up_to(path, at, RECORD_LIMIT)
    }

    /// A file's bytes, refusing more than `limit` of them.
    pub fn read_up_to(&self, path: &RepoPath, at: At, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        match at {
            At::WorkTree => {
                let root = self.work_tree()?;
                if let Some(bytes) = worktree::read(root, path, limit)? {
                    return Ok(Some(bytes));
                }
                if !self.may_leave_out() {
                    return Ok(None);
                }
                let left_out =
                    self.index_entries(std::slice::from_ref(path))?.into_iter().find(index::Tracked::is_left_out);
                left_out
                    .map(|entry| self.reading_place().blob(self.repository()?, entry.entry.id, path.as_str(), limit))
                    .transpose()
            }
            At::Revision(revision) => {
                let tree = self.tree_of(revision)?;
                let Some(found) = self.entry_in(Some(&tree), path)? else {
                    return Ok(None);
                };
                match found.mode {
                    LINK => Err(StoreError::Symlink { path: path.to_string() }),
                    SUBMODULE => Err(StoreError::Nested { path: path.to_string() }),
                    FOLDER => Err(StoreError::NotAFile { path: path.to_string() }),
                    _ => self.reading_place().blob(self.repository()?, found.id, path.as_str(), limit).map(Some),
                }
            }
        }
    }

    /// The bytes of a blob; `path` is for the error.
    pub fn read_blob(&self, id: ObjectId, path: &RepoPath) -> Result<Vec<u8>, StoreError> {
        self.reading_place().blob(self.repository()?, id, path.as_str(), RECORD_LIMIT)
    }

    /// Reads many files and hands each to `each`, on all cores when it is worth it; the results keep the order.
    pub fn load<T: Send>(
        &self,
        files: &[FileEntry],
        each: impl Fn(&FileEntry, Result<Vec<u8>, StoreError>) -> T + Sync,
    ) -> Result<Vec<T>, StoreError> {
        self.each(files, |place, repository, file| each(file, place.read(repository, file)))
    }

    /// Calls `each` with every item and what is needed to read it, on all cores when it is worth it; the results keep
    /// the order.
    pub(super) fn each<I: Sync, T: Send>(
        &self,
        items: &[I],
        each: impl Fn(&ReadingPlace<'_>, &git2::Repository, &I) -> T + Sync,
    ) -> Result<Vec<T>, StoreError> {
        let place = self.reading_place();
        if items.len() < WORTH_THREADS {
            let repository = self.repository()?;
            return Ok(items.iter().map(|item| each(&place, repository, item)).collect());
        }
        let share = items.len().div_ceil(rayon::current_num_threads() * 4);
        let chunks: Vec<(git2::Repository, &[I])> =
            items.chunks(share).map(|chunk| Ok((self.reopen()?, chunk))).collect::<Result<_, StoreError>>()?;
        let done: Vec<Vec<T>> = chunks
            .into_par_iter()
            .map(|(repository, chunk)| chunk.iter().map(|item| each(&place, &repository, item)).collect())
            .collect();
        Ok(done.into_iter().flatten().collect())
    }

    fn reading_place(&self) -> ReadingPlace<'_> {
        ReadingPlace { root: self.root.as_deref(), git: &self.git }
    }

    /// The id of the blob, or for a folder of the tree, at `path` in a revision.
    pub fn object_at(&self, path: &RepoPath, revision: ObjectId) -> Result<Option<ObjectId>, StoreError> {
        let tree = self.tree_of(revision)?;
        Ok(self.entry_in(Some(&tree), path)?.map(|entry| entry.id))
    }
}

/// What of a [`Store`] several threads may share.
pub(super) struct ReadingPlace<'a> {
    root: Option<&'a Path>,
    git: &'a Git,
}

impl ReadingPlace<'_> {
    fn read(&self, repository: &git2::Repository, file: &FileEntry) -> Result<Vec<u8>, StoreError> {
        match file.source {
            Source::Blob(id) => self.blob(repository, id, file.path.as_str(), RECORD_LIMIT),
            Source::WorkTree => {
                let root = self.root.ok_or(StoreError::NoWorkTree)?;
                worktree::read(root, &file.path, RECORD_LIMIT)?.ok_or_else(|| gone(&file.path))
            }
        }
    }

    /// A file that a walk has just seen. Its folders were looked at then, so it is opened as it is; that nobody has put
    /// something else there since is seen by its inode.
    pub(super) fn seen(&self, path: &RepoPath, inode: u64) -> Result<Vec<u8>, StoreError> {
        let root = self.root.ok_or(StoreError::NoWorkTree)?;
        if let Some(bytes) = worktree::read_seen(&path.on_disk(root), inode, RECORD_LIMIT) {
            return Ok(bytes);
        }
        worktree::read(root, path, RECORD_LIMIT)?.ok_or_else(|| gone(path))
    }

    pub(super) fn blob(
        &self,
        repository: &git2::Repository,
        id: ObjectId,
        path: &str,
        limit: u64,
    ) -> Result<Vec<u8>, StoreError> {
        let header = repository.odb()?.read_header(id.0);
        let size = match header {
            Ok((size, _)) => u64::try_from(size).unwrap_or(u64::MAX),
            // A partial clone lacks it; git knows where to fetch it from.
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                let text = self.git.read("cat-file").arg("-s").arg(id.to_string()).run()?.text();
                text.parse().unwrap_or(u64::MAX)
            }
            Err(error) => return Err(error.into()),
        };
        if size > limit {
            return Err(StoreError::TooLarge { path: path.to_owned(), size, limit });
        }
        match repository.find_blob(id.0) {
            Ok(blob) => Ok(blob.content().to_vec()),
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                let call = self.git.read("cat-file").arg("blob").arg(id.to_string());
                Ok(call.run()?.stdout)
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Listing {
    fn take(&mut self, path: String, source: Source) {
        match RepoPath::new(path.clone()) {
            Ok(path) => self.files.push(FileEntry { path, source }),
            Err(_) => self.skip(path, "its name could not be used on every system"),
        }
    }

    fn skip(&mut self, path: String, reason: &'static str) {
        self.skipped.push(Skipped { path, reason });
    }
}

fn gone(path: &RepoPath) -> StoreError {
    StoreError::Io { action: "read", path: path.as_str().into(), source: std::io::ErrorKind::NotFound.into() }
}

//! Walking the working tree: every file under a folder whose name ends as wanted, with what tells whether it has changed.
//!
//! Never follows a symbolic link and never enters a nested repository.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::{IntoParallelIterator as _, ParallelIterator as _};

use super::folder::{self, Kind};
use super::read::PATH_LIMIT;
use super::{RepoPath, Skipped, StoreError};

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    /// Seconds and nanoseconds since 1970: when the content, and when anything about it, was changed last.
    pub(super) modified: (i64, i64),
    pub(super) changed: (i64, i64),
}

impl Stat {
    #[cfg(unix)]
    #[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Other systems have nothing that is sure to change with a file.
    #[cfg(not(unix))]
    pub(super) fn of(_metadata: &Metadata) -> Option<Self> {
        None
    }

    /// One number for all of it; never 0, which stands for none.
    pub(super) fn mark(&self) -> u64 {
        let parts = [
            self.device,
            self.inode,
            self.size,
            self.modified.0.cast_unsigned(),
            self.modified.1.cast_unsigned(),
            self.changed.0.cast_unsigned(),
            self.changed.1.cast_unsigned(),
        ];
        // SplitMix64's finaliser over each part: every bit of a part reaches every bit of the mark.
        let mix = |mark: u64, part: u64| {
            let mut bits = mark ^ part.wrapping_add(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^ (bits >> 31)
        };
        parts.into_iter().fold(1, mix).max(1)
    }

    /// Whether a later change of the file is sure to show: one within the same tick of the file system's clock would
    /// leave everything as it was. git calls an entry that is not settled racy.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        // A clock that counts parts of a millisecond ticks every few of them; others tick every second or two.
        let fine = [self.modified, self.changed].iter().all(|(_, nanoseconds)| nanoseconds % 1_000_000 != 0);
        let tick = if fine { Duration::from_millis(100) } else { Duration::from_secs(3) };
        let Ok(now) = now.duration_since(SystemTime::UNIX_EPOCH) else { return false };
        let Some(before) = now.checked_sub(tick) else { return false };
        let before = (i64::try_from(before.as_secs()).unwrap_or(i64::MAX), i64::from(before.subsec_nanos()));
        self.modified < before && self.changed < before
    }
}

/// What is under a folder of the working tree.
#[derive(Default)]
pub(super) struct Walk {
    /// The folders that were entered, each before those inside it; all in the order the file system lists them.
    pub(super) folders: Vec<Folder>,
    pub(super) skipped: Vec<Skipped>,
}

/// A folder that was entered, with its regular files whose names are wanted.
pub(super) struct Folder {
    /// Where it is, from the top of the working tree.
    path: String,
    /// Where it is on disk.
    pub(super) place: PathBuf,
    /// The names of the files, one after the other: nearly all files of a repository that is asked again are known, and
    /// need no path of their own.
    names: String,
    /// Where each name ends, and the file's number on its file system, which its folder knows; 0 where folders do not.
    files: Vec<(usize, u64)>,
}

/// Down to how many folders below the top all cores walk.
const SHARED_DEPTH: usize = 6;

impl Walk {
    /// Everything under `place`, which is `at` from the top of the working tree, with names that end in `suffix`.
    ///
    /// A folder that does not exist has nothing in it.
    pub(super) fn of(place: &Path, at: &str, suffix: &str) -> Result<Self, StoreError> {
        let mut walk = Self::default();
        let inside = walk.enter(place, at.to_owned(), suffix)?;
        // Deep down in a tree that was made to be deep, cores that help each other would use up the stack.
        let walks = if inside.len() < 2 || at.matches('/').count() > SHARED_DEPTH {
            inside.into_iter().map(|(place, at)| Self::of(&place, &at, suffix)).collect::<Result<Vec<_>, _>>()
        } else {
            inside.into_par_iter().map(|(place, at)| Self::of(&place, &at, suffix)).collect()
        };
        for below in walks? {
            walk.folders.extend(below.folders);
            walk.skipped.extend(below.skipped);
        }
        Ok(walk)
    }

    /// Lists one folder; returns those inside that are to be entered.
    fn enter(&mut self, place: &Path, at: String, suffix: &str) -> Result<Vec<(PathBuf, String)>, StoreError> {
        let mut found = Folder { path: at, place: place.to_path_buf(), names: String::new(), files: Vec::new() };
        let mut inside: Vec<String> = Vec::new();
        let listed = folder::list(place, |bytes, kind, inode| {
            let name = std::str::from_utf8(bytes);
            let lossy = || String::from_utf8_lossy(bytes).into_owned();
            match (kind, name) {
                (Kind::File, Ok(name)) if name.ends_with(suffix) => {
                    found.names.push_str(name);
                    found.files.push((found.names.len(), inode));
                }
                (Kind::Folder, Ok(name)) => inside.push(name.to_owned()),
                (Kind::Folder, Err(_)) => self.skip(joined(&found.path, &lossy()), "its name is not UTF-8"),
                _ if !bytes.ends_with(suffix.as_bytes()) => {}
                (Kind::Link, _) => self.skip(joined(&found.path, &lossy()), "it is a symbolic link"),
                (Kind::File, _) => self.skip(joined(&found.path, &lossy()), "its name is not UTF-8"),
                (Kind::Other, _) => self.skip(joined(&found.path, &lossy()), "it is not a regular file"),
            }
        });
        match listed {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::io("list", place)(error)),
        }
        found.drop_attached(&mut inside, suffix);
        let mut entered = Vec::new();
        for name in inside.into_iter().filter(|name| !name.eq_ignore_ascii_case(".git")) {
            let (place, path) = (place.join(&name), joined(&found.path, &name));
            if place.join(".git").exists() {
                self.skip(path, "it is a submodule or a nested repository");
            } else if path.len() > PATH_LIMIT {
                self.skip(path, "its path is too long");
            } else {
                entered.push((place, path));
            }
        }
        self.folders.push(found);
        Ok(entered)
    }

    fn skip(&mut self, path: String, reason: &'static str) {
        self.skipped.push(Skipped { path, reason });
    }
}

impl Folder {
    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// A file's name, and its number on its file system; 0 where folders do not know it.
    pub(super) fn file(&self, index: usize) -> (&str, u64) {
        let start = index.checked_sub(1).map_or(0, |before| self.files[before].0);
        let (end, inode) = self.files[index];
        (&self.names[start..end], inode)
    }

    /// The path of a file in it.
    pub(super) fn path_of(&self, name: &str) -> Result<RepoPath, Skipped> {
        let path = joined(&self.path, name);
        let unfit = |_| Skipped { path: path.clone(), reason: "its name could not be used on every system" };
        RepoPath::new(path.clone()).map_err(unfit)
    }

    /// Whether a file in it is at a path.
    pub(super) fn has(&self, name: &str, path: &str) -> bool {
        let rest = path.strip_prefix(self.path.as_str());
        rest.is_some_and(|rest| if self.path.is_empty() { rest == name } else { rest.strip_prefix('/') == Some(name) })
    }

    /// Takes out the folders that are named after a file beside them: a record's figures and logs.
    fn drop_attached(&self, folders: &mut Vec<String>, suffix: &str) {
        if folders.is_empty() || self.files.is_empty() {
            return;
        }
        let stems: HashSet<&str> =
            (0..self.len()).filter_map(|index| self.file(index).0.strip_suffix(suffix)).collect();
        folders.retain(|name| !stems.contains(name.as_str()));
    }
}

pub(super) fn joined(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { [at, "/", name].concat() }
}

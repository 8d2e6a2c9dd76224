//! Walking the working tree: every file under a folder whose name ends as wanted, with what tells whether it has changed.
//!
//! Never follows a symbolic link and never enters a nested repository.

use std::fs::{DirEntry, Metadata};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rayon::prelude::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use super::read::{PATH_LIMIT, WORTH_THREADS};
use super::{RepoPath, Skipped, StoreError};

/// A regular file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) path: RepoPath,
    /// Its number on its file system, which its folder knows; 0 where folders do not.
    pub(super) inode: u64,
    /// What the file system says of it; `None` when it was not asked.
    pub(super) stat: Option<Stat>,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    /// Seconds and nanoseconds since 1970: when the content, and when anything about it, was changed last.
    modified: (i64, i64),
    changed: (i64, i64),
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

/// What a walk looks for, and what it found.
pub(super) struct Walk<'a> {
    /// How the names of wanted files end.
    suffix: &'a str,
    /// Whether the file system is asked about each file.
    stats: bool,
    /// In the order the file system lists them.
    pub(super) files: Vec<Seen>,
    pub(super) skipped: Vec<Skipped>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(suffix: &'a str, stats: bool) -> Self {
        Self { suffix, stats, files: Vec::new(), skipped: Vec::new() }
    }

    /// Everything under `place`, which is `at` from the top of the working tree.
    pub(super) fn enter(&mut self, place: &Path, at: &str) -> Result<(), StoreError> {
        let entries = match std::fs::read_dir(place) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::io("list", place)(error)),
        };
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for item in entries {
            let item = item.map_err(StoreError::io("list", place))?;
            let kind = item.file_type().map_err(StoreError::io("look at", item.path()))?;
            let os_name = item.file_name();
            let name = os_name.to_string_lossy();
            if kind.is_dir() {
                if !name.eq_ignore_ascii_case(".git") {
                    folders.push((item.path(), joined(at, &name)));
                }
                continue;
            }
            if !name.ends_with(self.suffix) {
                continue;
            }
            let path = joined(at, &name);
            if kind.is_symlink() {
                self.skip(path, "it is a symbolic link");
            } else if !kind.is_file() {
                self.skip(path, "it is not a regular file");
            } else if os_name.to_str().is_none() {
                self.skip(path, "its name is not UTF-8");
            } else if let Ok(path) = RepoPath::new(path.clone()) {
                files.push((path, item));
            } else {
                self.skip(path, "its name could not be used on every system");
            }
        }
        self.take(files);
        for (place, path) in folders {
            if place.join(".git").exists() {
                self.skip(path, "it is a submodule or a nested repository");
            } else if path.len() > PATH_LIMIT {
                self.skip(path, "its path is too long");
            } else {
                self.enter(&place, &path)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, files: Vec<(RepoPath, DirEntry)>) {
        if !self.stats {
            let seen = |(path, entry): (RepoPath, DirEntry)| Seen { path, inode: inode(&entry), stat: None };
            return self.files.extend(files.into_iter().map(seen));
        }
        let ask = |(_, entry): &(RepoPath, DirEntry)| entry.metadata().ok().and_then(|found| Stat::of(&found));
        let stats: Vec<Option<Stat>> = if files.len() < WORTH_THREADS {
            files.iter().map(ask).collect()
        } else {
            files.par_iter().with_min_len(WORTH_THREADS).map(ask).collect()
        };
        let seen = files.into_iter().zip(stats);
        self.files.extend(seen.map(|((path, entry), stat)| Seen { path, inode: inode(&entry), stat }));
    }

    fn skip(&mut self, path: String, reason: &'static str) {
        self.skipped.push(Skipped { path, reason });
    }
}

#[cfg(unix)]
fn inode(entry: &DirEntry) -> u64 {
    std::os::unix::fs::DirEntryExt::ino(entry)
}

#[cfg(not(unix))]
fn inode(_entry: &DirEntry) -> u64 {
    0
}

pub(super) fn joined(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { [at, "/", name].concat() }
}

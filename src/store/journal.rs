//! What a commit in the making has touched, on disk before it touches it.
//!
//! Lies at `<git dir>/pm/journal` while a commit is made. One that is found when nobody holds `pm`'s lock is of a run
//! that was killed; `recovery` finishes or undoes it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ObjectId, RepoPath, Store, StoreError, index_lock, worktree};

/// The state of one commit in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The ref that will move.
    pub(super) reference: String,
    /// Where it points; `None` when unborn.
    pub(super) old: Option<String>,
    /// Where it will point; set before it moves.
    pub(super) new: Option<String>,
    pub(super) files: Vec<Touched>,
    /// Folders that did not exist, outermost first.
    pub(super) folders: Vec<PathBuf>,
    /// `COMMIT_EDITMSG`, when the commit has replaced it.
    pub(super) message_file: Option<MessageFile>,
}

/// What git's message file held before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MessageFile {
    /// `None`: there was none.
    #[serde(with = "content")]
    pub(super) before: Option<Vec<u8>>,
}

/// A file of the working tree before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Touched {
    pub(super) path: String,
    /// `None`: there was none.
    #[serde(with = "content")]
    pub(super) before: Option<Vec<u8>>,
    pub(super) mode: Option<u32>,
    /// `None`: removed.
    #[serde(with = "content")]
    pub(super) after: Option<Vec<u8>>,
    /// The blob that holds `after`, for a user who wants it back.
    pub(super) blob: Option<String>,
}

impl Touched {
    pub(super) fn blob(&self) -> Option<ObjectId> {
        ObjectId::parse(self.blob.as_deref()?)
    }
}

impl Journal {
    pub(super) fn load(file: &Path) -> Result<Option<Self>, StoreError> {
        match std::fs::read(file) {
            // Written by rename, so unreadable means written by another version: nothing in it can be trusted.
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).unwrap_or_default())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", file)(error)),
        }
    }

    pub(super) fn save(&self, file: &Path, durable: bool) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(self).map_err(|error| StoreError::io("write", file)(error.into()))?;
        let fresh = file.with_extension("new");
        let write = || {
            use std::io::Write as _;
            let mut out = std::fs::File::create(&fresh)?;
            out.write_all(&bytes)?;
            if durable {
                out.sync_all()?;
            }
            std::fs::rename(&fresh, file)
        };
        write().map_err(StoreError::io("write", file))?;
        if durable && let Some(folder) = file.parent() {
            worktree::sync_folder(folder)?;
        }
        Ok(())
    }

    /// Puts the files back as they were, where they are as we left them. Returns those that are neither.
    pub(super) fn undo(&self, store: &Store) -> Undone {
        let mut undone = Undone::default();
        let Some(root) = store.root.as_deref() else {
            return undone;
        };
        for file in &self.files {
            let Ok(path) = RepoPath::new(file.path.clone()) else {
                continue;
            };
            drop(std::fs::remove_file(worktree::beside(root, &path)));
            let now = worktree::read(root, &path, u64::MAX);
            let done = match now {
                Ok(now) if now == file.before => Ok(()),
                Ok(now) if now == file.after => put_back(root, &path, file),
                Ok(_) => Err(StoreError::Raced { path: path.clone() }),
                Err(error) => Err(error),
            };
            match done {
                Ok(()) => {}
                Err(StoreError::Io { .. }) => undone.failed = true,
                Err(_) => undone.left.push(path),
            }
        }
        worktree::remove_folders(&self.folders);
        if let Some(message) = &self.message_file {
            let file = store.message_file();
            let restored = match &message.before {
                Some(bytes) => std::fs::write(&file, bytes),
                None => std::fs::remove_file(&file),
            };
            // A scratch file of git's: not worth hiding the real error for.
            drop(restored);
        }
        undone
    }
}

/// What came of putting files back.
#[derive(Debug, Default)]
pub(super) struct Undone {
    /// Files that somebody else has changed since, and that stay as they are.
    pub(super) left: Vec<RepoPath>,
    /// Whether a file could not be put back, so that the journal is still needed.
    pub(super) failed: bool,
}

fn put_back(root: &Path, path: &RepoPath, file: &Touched) -> Result<(), StoreError> {
    let place = path.on_disk(root);
    match &file.before {
        Some(bytes) => {
            worktree::write(root, path, bytes, false)?;
            if let Some(mode) = file.mode {
                worktree::set_mode(&place, mode).map_err(StoreError::io("write", place))?;
            }
            Ok(())
        }
        None => index_lock::clear(&place),
    }
}

/// Our files in the git directory.
impl Store {
    pub(super) fn own_dir(&self) -> PathBuf {
        self.git_dir.join("pm")
    }

    pub(super) fn journal_file(&self) -> PathBuf {
        self.own_dir().join("journal")
    }

    /// Our name for the `index.lock` we hold.
    pub(super) fn own_lock(&self) -> PathBuf {
        self.own_dir().join("index-lock")
    }

    /// Where the next index is prepared.
    pub(super) fn next_index(&self) -> PathBuf {
        self.own_dir().join("index-next")
    }

    /// The index hooks see: what will be committed.
    pub(super) fn hook_index(&self) -> PathBuf {
        self.own_dir().join("index-hooks")
    }

    /// The file hooks find the message in: git's own, as some look for it there unasked.
    pub(super) fn message_file(&self) -> PathBuf {
        self.git_dir.join("COMMIT_EDITMSG")
    }

    pub(super) fn message_scratch(&self) -> PathBuf {
        self.own_dir().join("message")
    }

    /// Removes what a finished or undone commit leaves in our directory; the journal last, as it leads to the rest.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        self.sweep_but(false)
    }

    /// The same, keeping the journal itself when it is still needed.
    pub(super) fn sweep_but(&self, journal: bool) -> Result<(), StoreError> {
        for file in [
            self.own_lock(),
            self.next_index(),
            self.next_index().with_extension("lock"),
            self.hook_index(),
            self.hook_index().with_extension("lock"),
            self.message_scratch(),
            self.journal_file().with_extension("new"),
        ] {
            index_lock::clear(&file)?;
        }
        if journal { Ok(()) } else { index_lock::clear(&self.journal_file()) }
    }
}

/// Bytes as text in JSON.
mod content {
    use std::fmt::Write as _;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// In front of content that is no text, and so is written in hexadecimal digits.
    const DIGITS: char = 'x';
    /// In front of content that is text: nearly always.
    const TEXT: char = 't';

    #[allow(clippy::ref_option, reason = "serde hands the field over as it is declared")]
    pub(super) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, out: S) -> Result<S::Ok, S::Error> {
        let Some(bytes) = bytes else { return out.serialize_none() };
        if let Ok(text) = std::str::from_utf8(bytes) {
            return out.collect_str(&format_args!("{TEXT}{text}"));
        }
        let mut digits = String::from(DIGITS);
        for byte in bytes {
            let _ = write!(digits, "{byte:02x}");
        }
        out.serialize_str(&digits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Vec<u8>>, D::Error> {
        let Some(written) = Option::<String>::deserialize(input)? else {
            return Ok(None);
        };
        if let Some(text) = written.strip_prefix(TEXT) {
            return Ok(Some(text.as_bytes().to_vec()));
        }
        let digits = written.strip_prefix(DIGITS).ok_or_else(|| D::Error::custom("neither text nor digits"))?;
        let pairs = digits.as_bytes().as_chunks::<2>().0;
        let bytes = pairs.iter().map(|pair| {
            let pair = std::str::from_utf8(pair).map_err(D::Error::custom)?;
            u8::from_str_radix(pair, 16).map_err(D::Error::custom)
        });
        bytes.collect::<Result<Vec<u8>, D::Error>>().map(Some)
    }
}

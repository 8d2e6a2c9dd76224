//! Names of things in the repository: paths relative to its root, and object ids.
//!
//! Never touches the file system: a path that is well formed here may still be a symlink there.

use std::{fmt, path::Path};

use super::StoreError;

/// A path relative to the top of the repository, `/` between its parts, on every system.
///
/// Well formed by construction: not empty, no empty part, no `.` or `..`, nothing git would take for its own
/// directory (`.git` in any case, `git~1`), no control character and no backslash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    /// Checks the text and takes it as a path.
    pub fn new(text: impl Into<String>) -> Result<Self, StoreError> {
        let text = text.into();
        match flaw(&text) {
            None => Ok(Self(text)),
            Some(reason) => Err(StoreError::InvalidPath { path: text, reason }),
        }
    }

    /// The text, as git prints it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Everything before the last part; `None` at the top.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// This path with one more part.
    pub fn join(&self, part: &str) -> Result<Self, StoreError> {
        Self::new(format!("{}/{part}", self.0))
    }

    /// The parts, top first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether this path is `dir` or lies under it.
    pub fn is_under(&self, dir: &Self) -> bool {
        self.0.strip_prefix(&dir.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The place on disk, given the top of the working tree.
    pub fn on_disk(&self, root: &Path) -> std::path::PathBuf {
        let mut place = root.to_path_buf();
        place.extend(self.parts());
        place
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for RepoPath {
    type Error = StoreError;

    fn try_from(text: &str) -> Result<Self, StoreError> {
        Self::new(text)
    }
}

fn flaw(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if text.contains('\\') {
        return Some("it has a backslash");
    }
    text.split('/').find_map(|part| match part {
        "" => Some("it has an empty part"),
        "." | ".." => Some("it has a `.` or `..` part"),
        _ if is_gits_own(part) => Some("it leads into git's own directory"),
        _ => None,
    })
}

/// Names that some file system folds to `.git`: case (macOS, Windows), 8.3 names and trailing dots (NTFS),
/// characters HFS+ ignores. The list is git's own (`verify_dotfile`, `is_ntfs_dotgit`, `is_hfs_dotgit`).
fn is_gits_own(part: &str) -> bool {
    // Nearly every name is plain and begins with something else.
    if part.is_ascii() && !part.starts_with(['.', 'g', 'G']) {
        return false;
    }
    let visible: String = part
        .chars()
        .filter(
            |c| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'),
        )
        .collect();
    let name = visible.split(':').next().unwrap_or_default();
    let name = name.trim_end_matches(['.', ' ']);
    name.eq_ignore_ascii_case(".git") || name.eq_ignore_ascii_case("git~1")
}

/// The id of an object in the repository, SHA-1 or SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId(pub(super) git2::Oid);

/// Of the id's own bytes. libgit2's type has room for the longer kind, and its own hash takes in what happens to lie behind
/// a SHA-1 id read from a tree.
impl std::hash::Hash for ObjectId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl ObjectId {
    /// The raw bytes: 20 of them in a SHA-1 repository, 32 in a SHA-256 one.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Reads the full hexadecimal form: 40 or 64 digits.
    pub fn parse(hex: &str) -> Option<Self> {
        let format = match hex.len() {
            40 => git2::ObjectFormat::Sha1,
            64 => git2::ObjectFormat::Sha256,
            _ => return None,
        };
        git2::Oid::from_str_ext(hex, format).ok().map(Self)
    }

    /// The first ten digits, for people.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(10);
        hex
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

//! Who touched a file, and when: asked of git, whose log knows commit-graphs.

use super::{At, ObjectId, RepoPath, Store, StoreError};

/// One commit that touched a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The commit.
    pub commit: ObjectId,
    /// The author's name, as in the commit; it may hold anything.
    pub author: String,
    /// The author's date, RFC 3339.
    pub date: String,
}

impl Store {
    /// The last commit up to a state that touched a file; `None` when none did, or when the history ends before it.
    pub fn last_touch(&self, path: &RepoPath, at: At) -> Result<Option<Touched>, StoreError> {
        self.touch(path, at, &["-1"])
    }

    /// The first commit that touched a file. Walks the whole history.
    pub fn first_touch(&self, path: &RepoPath, at: At) -> Result<Option<Touched>, StoreError> {
        self.touch(path, at, &["--reverse"])
    }

    fn touch(&self, path: &RepoPath, at: At, which: &[&str]) -> Result<Option<Touched>, StoreError> {
        let revision = match at {
            At::Revision(id) => Some(id),
            At::WorkTree => self.head()?.commit,
        };
        let Some(revision) = revision else { return Ok(None) };
        let output = self
            .git
            .read("log")
            .args(which)
            .args([
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                "-z",
                "--format=%H%x01%an%x01%aI",
                "--end-of-options",
            ])
            .arg(revision.to_string())
            .arg("--")
            .arg(path.as_str())
            .run()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = text.split('\0').find(|record| !record.trim().is_empty());
        Ok(first.and_then(|record| {
            let mut parts = record.trim().split('\u{1}');
            let (commit, author, date) = (parts.next()?, parts.next()?, parts.next()?);
            Some(Touched { commit: ObjectId::parse(commit)?, author: author.to_owned(), date: date.to_owned() })
        }))
    }
}

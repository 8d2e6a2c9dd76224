//! How commits stand to each other, and whether this clone has all of them.
//!
//! Never follows grafts or replaced objects: what counts is what the commits themselves say.

use chrono::{DateTime, Utc};

use super::{ObjectId, Store, StoreError};

impl Store {
    /// Whether `old` is `new` or can be reached from it. An id of no commit here, or one that a shallow clone has cut
    /// off, cannot.
    pub fn is_ancestor(&self, old: ObjectId, new: ObjectId) -> Result<bool, StoreError> {
        let call = self.git.read("merge-base").var("GIT_GRAFT_FILE", "/dev/null").arg("--is-ancestor");
        Ok(call.arg(old.to_string()).arg(new.to_string()).output()?.ok())
    }

    /// The best common ancestor of two commits, one of them if there are several (after criss-cross merges); `None`
    /// for unrelated histories, or when a shallow clone ends before it.
    pub fn merge_base(&self, a: ObjectId, b: ObjectId) -> Result<Option<ObjectId>, StoreError> {
        let call = self.git.read("merge-base").var("GIT_GRAFT_FILE", "/dev/null");
        let output = call.arg(a.to_string()).arg(b.to_string()).output()?;
        match output.code {
            Some(0) => Ok(ObjectId::parse(&output.text())),
            Some(1) => Ok(None),
            code => Err(StoreError::Git { command: "merge-base".into(), code, stderr: output.complaint() }),
        }
    }

    /// The latest commit on the first-parent line of `tip` that was made at `instant` or before, by the committer's clock.
    pub fn as_of(&self, tip: ObjectId, instant: DateTime<Utc>) -> Result<Option<ObjectId>, StoreError> {
        let call = self.git.read("rev-list").var("GIT_GRAFT_FILE", "/dev/null").args(["-1", "--first-parent"]);
        let call = call.arg(format!("--until=@{}", instant.timestamp())).arg("--end-of-options").arg(tip.to_string());
        Ok(ObjectId::parse(&call.run()?.text()))
    }

    /// When a commit was made, by the committer's clock, in seconds since 1970; 0 for what is no commit here.
    pub fn committed(&self, commit: ObjectId) -> i64 {
        let seconds = |repository: &git2::Repository| Some(repository.find_commit(commit.0).ok()?.time().seconds());
        self.repository().ok().and_then(seconds).unwrap_or(0)
    }

    /// Whether the history of this clone ends before its beginning (`git clone --depth`), in every linked worktree.
    pub fn is_shallow(&self) -> bool {
        std::fs::metadata(self.common_dir.join("shallow")).is_ok_and(|found| found.len() > 0)
    }

    /// Whether a commit carries a signature, of whatever worth: nobody has checked it.
    #[cfg_attr(not(test), expect(dead_code, reason = "verify builds on it"))]
    pub fn has_signature(&self, commit: ObjectId) -> Result<bool, StoreError> {
        let commit = self.repository()?.find_commit(commit.0)?;
        Ok(["gpgsig", "gpgsig-sha256"].iter().any(|field| commit.header_field_bytes(field).is_ok()))
    }
}

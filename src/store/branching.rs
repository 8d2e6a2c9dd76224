//! Going back from a branch that was made for a commit that was then refused.

use super::{Head, Store, StoreError};

impl Store {
    /// Takes back a branch that was just made at `before`: HEAD points where it did, and the branch is gone.
    ///
    /// Index and working tree are those of `before` as long as nothing was committed on the branch, which is checked.
    pub fn unmake_branch(&self, name: &str, before: &Head) -> Result<(), StoreError> {
        let now = self.head()?;
        if now.branch.as_deref() != Some(name) || now.commit != before.commit {
            return Ok(());
        }
        match (&before.branch, before.commit) {
            (Some(branch), _) => {
                let reference = format!("refs/heads/{branch}");
                self.git.write("symbolic-ref").args(["-m", "pm: back", "HEAD"]).arg(reference).run()?;
            }
            (None, Some(commit)) => {
                self.git
                    .write("update-ref")
                    .args(["--no-deref", "-m", "pm: back", "HEAD"])
                    .arg(commit.to_string())
                    .run()?;
            }
            (None, None) => return Ok(()),
        }
        if let Some(commit) = now.commit {
            let reference = format!("refs/heads/{name}");
            self.git.write("update-ref").arg("-d").arg(reference).arg(commit.to_string()).run()?;
        }
        Ok(())
    }
}

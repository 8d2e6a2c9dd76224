//! What the commits of a history say.

use super::{ObjectId, Store, StoreError};

/// A commit and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub commit: ObjectId,
    /// The first line of the message.
    pub subject: String,
    /// The whole message; from the encoding the commit declares, what is no UTF-8 replaced.
    pub message: String,
}

impl Store {
    /// The commits up to `tip`, and it, that are not in `since`, children before parents.
    pub fn said(&self, tip: ObjectId, since: Option<ObjectId>) -> Result<Vec<Said>, StoreError> {
        let mut call = self
            .git
            .read("log")
            .var("GIT_GRAFT_FILE", "/dev/null")
            .args(["--topo-order", "--no-color", "--encoding=UTF-8", "--no-notes", "--format=tformat:%H%x00%B%x00"])
            .arg("--end-of-options")
            .arg(tip.to_string());
        if let Some(since) = since {
            call = call.arg(format!("^{since}"));
        }
        let output = call.arg("--").run()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let fields: Vec<&str> = text.split('\0').collect();
        let said = fields.as_chunks::<2>().0.iter().filter_map(|[id, message]| {
            let commit = ObjectId::parse(id.trim_start_matches('\n'))?;
            let subject = message.lines().next().unwrap_or_default().to_owned();
            Some(Said { commit, subject, message: (*message).to_owned() })
        });
        Ok(said.collect())
    }

    /// The address of a remote, as it is configured; `None` when there is no such remote.
    pub fn remote_address(&self, name: &str) -> Result<Option<String>, StoreError> {
        let output = self.git.read("config").args(["--get", &format!("remote.{name}.url")]).output()?;
        Ok(output.ok().then(|| output.text()))
    }
}

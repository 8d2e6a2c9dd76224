//! git as the judge: the signed object built again where nobody sees it, and `git verify-commit` on it.
//!
//! Never says what the answer means.

use std::path::Path;

use super::{
    super::{StoreError, git::Git, objects::id_of},
    Scratch,
};

/// What git and the program it asked said.
pub(super) struct Answer {
    pub(super) accepted: bool,
    /// For ssh what `ssh-keygen` says to people, for the others lines of `[GNUPG:]`.
    pub(super) report: String,
}

impl Answer {
    /// The last line that says something, for people.
    pub(super) fn last_words(&self) -> &str {
        let line = self.report.lines().map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("[GNUPG:]"));
        line.unwrap_or("it says nothing").trim_start_matches("error: ")
    }
}

/// Asks git about a signed object; `allowed` is the text of an allowed-signers file, and `place` where
/// temporary files go.
///
/// The object must be of the repository's own hash.
pub(super) fn ask(git: &Git, place: &Path, object: &str, allowed: Option<&str>) -> Result<Answer, StoreError> {
    let scratch = Scratch::new(place)?;
    let call = git.read("hash-object").var("GIT_OBJECT_DIRECTORY", scratch.objects());
    let id = id_of(call.args(["-t", "commit", "-w", "--stdin"]).stdin(object))?;
    let mut call = git.read("verify-commit").var("GIT_OBJECT_DIRECTORY", scratch.objects());
    call = call.config("gpg.minTrustLevel=undefined");
    if let Some(allowed) = allowed {
        let file = scratch.write("allowed", allowed.as_bytes())?;
        call = call.config(&format!("gpg.ssh.allowedSignersFile={}", file.display()));
    }
    let output = call.arg("--raw").arg(id.to_string()).output()?;
    Ok(Answer { accepted: output.ok(), report: output.complaint() })
}

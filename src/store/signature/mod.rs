//! Signatures of statements, made and checked through git.
//!
//! A statement is signed as the message of a commit object that exists nowhere else: no content, no parents, its
//! author and committer the one who states it. So every signing set-up git has works, and git itself can check what
//! was signed. Only the signature is kept; the object is built again from the statement.
//!
//! Never handles a private key, never writes an object or a ref to the user's repository, never decides who has to
//! sign.

mod allowed;
mod judge;
mod object;
mod openpgp;
mod referee;
mod ssh;
mod verified;

use std::path::{Path, PathBuf};

pub use self::{
    allowed::AllowedSigners,
    judge::{Check, Judgement},
};

use super::{Store, StoreError, objects::parse_id};

/// Who made a statement, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated<'a> {
    /// Text that ends in a line break.
    pub statement: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    /// Since 1970.
    pub seconds: i64,
}

/// What is kept of a signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `git-ssh`, `git-openpgp` or `git-x509`; `-sha256` is appended in a SHA-256 repository.
    pub method: String,
    /// One line of base64.
    pub signature: String,
}

impl Store {
    /// Whether the user's git is set up to sign commits (`commit.gpgSign`).
    pub fn signs_commits(&self) -> Result<bool, StoreError> {
        Ok(self.config()?.bool("commit.gpgsign").unwrap_or(false))
    }

    /// Has git sign the statement with the user's key. The repository stays as it is.
    pub fn sign(&self, stated: &Stated<'_>) -> Result<Signature, StoreError> {
        if let Some(flaw) = object::flaw(stated) {
            return Err(StoreError::Refused { reason: format!("this cannot be signed: {flaw}") });
        }
        let sha256 = self.has_sha256_ids();
        let scratch = Scratch::new(&self.scratch_place())?;
        let message = scratch.write("message", stated.statement.as_bytes())?;
        let time = format!("@{} +0000", stated.seconds);
        let mut call = self
            .git
            .plain("commit-tree")
            .config("i18n.commitEncoding=UTF-8")
            .var("GIT_NO_REPLACE_OBJECTS", "1")
            .var("GIT_OBJECT_DIRECTORY", scratch.objects());
        for role in ["AUTHOR", "COMMITTER"] {
            call = call
                .var(&format!("GIT_{role}_NAME"), stated.name)
                .var(&format!("GIT_{role}_EMAIL"), stated.email)
                .var(&format!("GIT_{role}_DATE"), &time);
        }
        let output = call.args(["-S", "-F"]).arg(message).arg(object::empty_tree(sha256)).output()?;
        if !output.ok() {
            return Err(StoreError::Signing { output: output.complaint() });
        }
        let id = parse_id(&output.text())?;
        let call = self.git.read("cat-file").var("GIT_OBJECT_DIRECTORY", scratch.objects());
        let made = call.arg("commit").arg(id.to_string()).run()?.stdout;
        let (method, signature) =
            object::signature_in(&made, stated, sha256).map_err(|reason| StoreError::Refused { reason })?;
        Ok(Signature { method: method.to_string(), signature })
    }

    /// Where temporary files go, by the user's environment.
    fn scratch_place(&self) -> PathBuf {
        let set = self.environment.var("TMPDIR").filter(|place| !place.is_empty());
        set.map_or_else(std::env::temp_dir, |place| self.environment.cwd.join(place))
    }

    fn has_sha256_ids(&self) -> bool {
        self.object_format() == git2::ObjectFormat::Sha256
    }
}

/// A folder for the objects and files of one call to git; gone afterwards.
struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Makes one in the folder for such things.
    fn new(place: &Path) -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new().prefix("pm-").tempdir_in(place);
        let scratch = Self(folder.map_err(StoreError::io("make a folder in", place))?);
        std::fs::create_dir(scratch.objects()).map_err(StoreError::io("make the folder", scratch.objects()))?;
        Ok(scratch)
    }

    fn objects(&self) -> PathBuf {
        self.0.path().join("objects")
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let file = self.0.path().join(name);
        std::fs::write(&file, bytes).map_err(StoreError::io("write", &file))?;
        Ok(file)
    }
}

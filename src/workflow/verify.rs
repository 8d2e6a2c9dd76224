//! What can be said of the sign-offs of a record: content, commit, signature, policy, never blurred.
//!
//! The record's own entry is the first witness and the commit that brought it the second. What the history, the signatures
//! and the settings in force were found to say is handed in; this module weighs it. The whole table, from findings to exit
//! code, is in `docs/reference/sign-off.md`.

mod history;
mod weigh;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use history::{State, Version};
pub use weigh::verify;

use super::person::Identity;
use super::round::Fault;
use super::sign_off::SignOff;
use super::standing::Standing;
use crate::config::policy::Policy;
use crate::record::{Record, RecordId};

/// Whether a sign-off is for what the record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It is.
    Matches,
    /// It was, until a change of the material part.
    Stale {
        /// The commit that changed it and its author; `None` when it is not committed.
        since: Option<(String, String)>,
    },
    /// It never was.
    Wrong(String),
    /// The history does not say.
    CannotTell(String),
}

/// What the history says of a sign-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commit {
    /// Its own commit is there, as it was made.
    Direct {
        /// Which.
        commit: String,
    },
    /// It came by another commit: after a squash, a rebase, a cherry-pick, or typed by hand.
    Rewritten {
        /// Which.
        commit: String,
        /// Whose.
        by: String,
    },
    /// No commit holds it.
    Missing,
    /// The history is not at hand.
    CannotTell(String),
}

/// What the signature of a sign-off says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// It is by a key of the signer.
    Good {
        /// Which.
        key: String,
    },
    /// It is not.
    Bad(String),
    /// There is none: the sign-off is a claim.
    None,
    /// It could not be checked.
    CannotTell(String),
}

/// Whether a sign-off is one that the settings allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// It is.
    Met,
    /// It is not.
    NotMet(String),
    /// The settings in force are not at hand.
    CannotTell(String),
}

/// The verdict on one sign-off.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The sign-off.
    pub sign_off: SignOff,
    /// Its digest.
    pub digest: String,
    /// Whether it is of the round that is going on; else it is history.
    pub counts: bool,
    /// What is wrong with it by itself.
    pub faults: Vec<Fault>,
    /// Whether it is for what the record says.
    pub content: Content,
    /// What the history says of it.
    pub commit: Commit,
    /// What its signature says.
    pub signature: Signature,
    /// Whether the settings allow it.
    pub policy: Allowed,
}

/// How a verification ends; a later one outweighs those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Everything that is claimed holds.
    Verified,
    /// Something could not be told.
    CannotTell,
    /// Something does not hold.
    Failed,
}

/// The report on one record.
pub struct Report {
    /// The record's id.
    pub id: RecordId,
    /// Where it stands.
    pub standing: Standing,
    /// A verdict for each sign-off, in order.
    pub verdicts: Vec<Verdict>,
    /// What does not hold, each a sentence.
    pub failures: Vec<String>,
    /// What cannot be told, each a sentence.
    pub doubts: Vec<String>,
    /// What to know beside that.
    pub notes: Vec<String>,
}

impl Report {
    /// How it ends.
    pub fn outcome(&self) -> Outcome {
        if !self.failures.is_empty() {
            Outcome::Failed
        } else if !self.doubts.is_empty() {
            Outcome::CannotTell
        } else {
            Outcome::Verified
        }
    }
}

/// The settings and the record by which a sign-off is judged.
#[derive(Debug)]
pub struct Base {
    /// The settings.
    pub policy: Arc<Policy>,
    /// The record as it was there, when it was.
    pub record: Option<Record>,
    /// Which state that is, for people: `main before 1a2b3c4`.
    pub label: String,
}

/// Everything that is known about a record whose sign-offs are verified.
pub struct Case<'a> {
    /// The record.
    pub record: &'a Record,
    /// Its id.
    pub id: &'a RecordId,
    /// The digest of its material part.
    pub content: &'a str,
    /// The commits that changed it, newest first.
    pub history: &'a [Version],
    /// Whether the history ends early in this clone.
    pub shallow: bool,
    /// What each sign-off is judged by, in the order of the record; or why that is not at hand.
    pub bases: Vec<Result<Arc<Base>, String>>,
    /// What each signature was found to say, in the order of the record.
    pub signatures: Vec<Signature>,
    /// The sign-offs of the record on the branch it is compared with.
    pub base_sign_offs: Vec<SignOff>,
    /// The settings at hand, for where there is nothing to judge by.
    pub policy: &'a Policy,
    /// Whether every sign-off needs a signature, whatever the settings say.
    pub require_signatures: bool,
    /// The time of the run.
    pub now: DateTime<Utc>,
}

/// Why something cannot be told where the clone is shallow.
pub const SHALLOW: &str = "the history of this clone ends early; `git fetch --unshallow` brings the rest";

/// The authors of the text of a record, as its history names them. Where the clone's history ends, whose work is
/// what was there already is not known.
pub fn authors(history: &[Version]) -> Vec<Identity> {
    let mut authors: Vec<Identity> = Vec::new();
    for version in history.iter().filter(|version| version.changes_text() && !version.edge) {
        if !authors.contains(&version.author) {
            authors.push(version.author.clone());
        }
    }
    authors
}

/// What keeps sign-offs from counting, by their index.
type Void = BTreeMap<usize, String>;

//! The history of one record, as far as sign-offs need it.

use std::sync::Arc;

use crate::record::Record;
use crate::record::RecordId;
use crate::workflow::canonical::{Figures, digest, figure_names, text_digest};
use crate::workflow::person::Identity;
use crate::workflow::sign_off::SignOff;

/// What a version of a record says.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The digest of its material part.
    pub content: String,
    /// Its sign-offs with their digests, in order.
    pub sign_offs: Vec<(String, SignOff)>,
    record: Record,
    figures: Figures,
}

impl State {
    /// The state of a record.
    pub fn of(record: &Record, id: &RecordId, figures: &Figures) -> Self {
        let sign_offs = SignOff::all(record).into_iter().map(|entry| (entry.digest(id), entry)).collect();
        Self { content: digest(record, figures), sign_offs, record: record.clone(), figures: figures.clone() }
    }

    /// Whether it names figures, so that a state of it is one of a commit.
    pub fn names_figures(&self) -> bool {
        !figure_names(&self.record).is_empty()
    }

    fn text_digest(&self) -> String {
        text_digest(&self.record, &self.figures)
    }

    /// Whether it has a sign-off.
    pub fn has(&self, digest: &str) -> bool {
        self.sign_offs.iter().any(|(own, _)| own == digest)
    }
}

/// A commit that changed the record.
#[derive(Debug, Clone)]
pub struct Version {
    /// The commit, in short.
    pub commit: String,
    /// Its author.
    pub author: Identity,
    /// When its author made it, in seconds since 1970.
    pub authored: i64,
    /// When it was committed, in seconds since 1970.
    pub committed: i64,
    /// The trailers of its message.
    pub trailers: Vec<(String, String)>,
    /// The record in each of its parents; `None` where it is not there.
    pub before: Vec<Option<Arc<State>>>,
    /// The record in it; `None` where it is not there or cannot be read.
    pub after: Option<Arc<State>>,
    /// Whether the clone's history ends here, so that what came before is not known.
    pub edge: bool,
}

impl Version {
    /// Whether it brought a sign-off that none of its parents has.
    pub fn introduces(&self, digest: &str) -> bool {
        let had = self.before.iter().flatten().any(|state| state.has(digest));
        !had && self.after.as_ref().is_some_and(|state| state.has(digest))
    }

    /// Whether it changed what makes its author one of the record's: the material part but for the review.
    pub fn changes_text(&self) -> bool {
        let Some(after) = &self.after else { return false };
        match &self.before[..] {
            [] | [None] => true,
            [Some(before)] => before.content != after.content && before.text_digest() != after.text_digest(),
            // A merge that says what none of its parents said was written by whoever merged.
            several => several.iter().all(|before| {
                before
                    .as_ref()
                    .is_none_or(|before| before.content != after.content && before.text_digest() != after.text_digest())
            }),
        }
    }

    /// Whether it is the commit of a sign-off, as it was made: its author and times, and the trailers that name it.
    pub fn is_commit_of(&self, entry: &SignOff, digest: &str, id: &RecordId) -> bool {
        let at = entry.at.map(|at| at.timestamp());
        let trailer = |key: &str, value: &str| {
            let mut of_key = self.trailers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(key));
            of_key.next().is_some_and(|(_, own)| own == value) && of_key.next().is_none()
        };
        self.author.name == entry.name
            && self.author.email == entry.email
            && at == Some(self.authored)
            && at == Some(self.committed)
            && trailer(super::super::propose::SIGN_OFF, digest)
            && trailer(super::super::propose::POSTMORTEM, id.as_str())
    }
}

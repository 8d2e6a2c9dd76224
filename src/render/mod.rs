//! Values -> text: the document, the page on a terminal, listings, findings and JSON.
//!
//! Text from records is hostile here: every module sanitises what it writes for the reader it writes for ([`sanitise`],
//! `markdown::escape`). What is derived (durations, completion, counting sign-offs) is computed on the way out.
//!
//! Depends on: record, config, query, workflow, finding. Never: reads files, the clock, the environment or the terminal; "today" and
//! widths are handed in.

pub mod action_list;
mod aligned;
pub mod annotations;
pub mod blame;
pub mod changes;
mod empty;
pub mod findings;
pub mod fingerprint;
pub mod gitlab;
pub mod history;
#[cfg(test)]
mod hostile;
pub mod json;
pub mod lines;
pub mod listing;
pub mod markdown;
mod others;
pub mod page;
mod paper;
mod places;
pub mod sanitise;
pub mod sarif;
pub mod schema;
mod sign_offs;
pub mod standing;
pub mod step_summary;
pub mod timeline;
pub mod verdicts;
mod words;

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::record::RecordId;

/// What is known about a record besides its values.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Its id.
    pub id: RecordId,
    /// Its file, from the repository's root, with `/` between its parts.
    pub path: String,
    /// The day on which it is looked at; late is what was due before.
    pub today: NaiveDate,
    /// Who wrote it down first, from the history; `None` when it is in no commit or the history is not at hand.
    pub created: Option<Touch>,
    /// Who changed it last, from the history; `None` as for [`created`](Self::created).
    pub updated: Option<Touch>,
    /// Whether it is approved and says something else than what was approved.
    pub stale: bool,
    /// What to know about where it was read, in a few words each: "not committed", "as of v1.2", "on branch x".
    pub notes: Vec<String>,
}

/// One change in the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Touch {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: String,
}

#[cfg(test)]
impl About {
    /// What is known about a record that is in no commit.
    pub fn new(id: RecordId, path: impl Into<String>, today: NaiveDate) -> Self {
        Self { id, path: path.into(), today, created: None, updated: None, stale: false, notes: Vec::new() }
    }
}

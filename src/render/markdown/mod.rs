//! The document of the postmortem template, filled from a record.
//!
//! Sections, order, headings and labels are the template's. Its own introduction ("Post-Mortem Template …") and its
//! closing advice ("Remember …") speak to whoever fills it in and are no part of a document. A section, label or box
//! without an answer is left out; with [`Options::blanks`] it stands there with the template's placeholder, so that an empty
//! record gives the template to print. Keys that the template lacks have their place: services and tags under the header,
//! the impact's summary at the head of its section, the trigger under the root cause, luck behind what could be
//! improved, and keys of somebody's own in Appendix E.
//!
//! The output is GitHub Markdown whatever the record holds. This module never decides whether a record is good.

mod actions;
mod appendices;
mod cause;
pub mod changes;
mod closing;
mod communication;
pub(super) mod escape;
mod header;
mod impact;
mod learning;
mod metrics;
mod prose;
mod review;
mod sheet;
mod sign_off;
mod timeline;

use std::borrow::Cow;

use toml::{Table, Value};

use super::About;
use crate::config::Config;
use crate::record::Record;
use sheet::Sheet;

/// Who will read a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// The team: everything.
    #[default]
    Internal,
    /// Anybody: nothing that is marked `private`, and names without mail addresses.
    Public,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether what is empty stands there with its placeholder, rather than being left out.
    pub blanks: bool,
    /// Who will read it.
    pub audience: Audience,
}

/// The blanks of the template that no key fills, each with what it is derived from. Named as in the key table.
#[allow(dead_code, reason = "the tests hold it against the template; no command lists it yet")]
pub const DERIVED: &[(&str, &str)] = &[
    ("Post-Mortem Report / Date/Time", "the milestone `started`, else the first time of the timeline"),
    ("Post-Mortem Report / Date/Time: Duration", "from `started` to `resolved`"),
    ("Timeline / Total Duration", "from `started` to `resolved`"),
    ("Timeline / Detection to Response", "the duration `response` of `pm.toml`"),
    ("Timeline / Response to Resolution", "from `investigating`, else `attempted`, to `resolved`"),
    ("Action Items / #", "the place of the action in the record"),
    ("Response Metrics / Metric", "the durations of `pm.toml`"),
    ("Response Metrics / Target", "the durations of `pm.toml`"),
    ("Response Metrics / Actual", "the milestones of the timeline"),
    ("Response Metrics / Status", "actual against target"),
    (
        "Sign-Off / Postmortem Completion: Timeline completed and reviewed",
        "detected and resolved, in order, and the review topic `timeline`",
    ),
    (
        "Sign-Off / Postmortem Completion: Root cause identified and validated",
        "a root cause or a factor, and the review topic `root-cause`",
    ),
    (
        "Sign-Off / Postmortem Completion: Action items assigned with owners and dates",
        "actions, each with an owner and a due date",
    ),
    ("Sign-Off / Postmortem Completion: Prevention measures documented", "anything under `prevention`"),
    ("Sign-Off / Postmortem Completion: Lessons learned documented", "anything under `lessons`"),
    ("Sign-Off / Postmortem Completion: Review meeting completed", "`review.held`"),
    ("Document Info / Last Updated", "the last commit of the record"),
    ("Document Info / Last Updated: by", "the author of the last commit of the record"),
];

/// The document of a record, as GitHub Markdown that ends with a line break.
pub fn document(record: &Record, about: &About, config: &Config, options: Options) -> String {
    let public = options.audience == Audience::Public;
    let shown = if public { Cow::Owned(without_private(record)) } else { Cow::Borrowed(record) };
    let sheet = Sheet { record: &shown, whole: record, about, config, blanks: options.blanks, public };
    let sections = [
        header::header(&sheet),
        header::summary(&sheet),
        timeline::timeline(&sheet),
        impact::impact(&sheet),
        cause::root_cause_analysis(&sheet),
        learning::went_well(&sheet),
        learning::could_be_improved(&sheet),
        learning::lucky(&sheet),
        actions::action_items(&sheet),
        actions::prevention(&sheet),
        communication::communication(&sheet),
        learning::learning_and_training(&sheet),
        metrics::metrics(&sheet),
        review::review(&sheet),
        sign_off::sign_off(&sheet),
        closing::follow_up(&sheet),
        appendices::appendices(&sheet),
        closing::document_info(&sheet),
        closing::distribution(&sheet),
    ];
    let filled: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    filled.join("\n\n---\n\n") + "\n"
}

/// The record without every entry, action or other listed table that is marked `private`.
fn without_private(record: &Record) -> Record {
    fn filtered(table: &Table) -> Table {
        let values = table.iter().map(|(key, value)| {
            let value = match value {
                Value::Table(inner) => Value::Table(filtered(inner)),
                Value::Array(items) => {
                    Value::Array(items.iter().filter(|item| !is_private(item)).map(public).collect())
                }
                other => other.clone(),
            };
            (key.clone(), value)
        });
        values.collect()
    }
    fn public(value: &Value) -> Value {
        value.as_table().map_or_else(|| value.clone(), |table| Value::Table(filtered(table)))
    }
    fn is_private(value: &Value) -> bool {
        value.get("private").and_then(Value::as_bool).unwrap_or(false)
    }
    Record::new(filtered(record.values()))
}

#[cfg(test)]
mod blanks_tests;
#[cfg(test)]
mod blanks_walk;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;

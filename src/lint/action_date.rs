//! What is done or dropped says when.

use super::{Found, Rule};
use crate::config::Config;
use crate::finding::Level;
use crate::record::Record;
use crate::record::action::ActionStatus;

pub(super) const RULE: Rule = Rule {
    name: "action-date",
    level: Level::Warning,
    docs: "An action is done or dropped, and `closed` does not say when; or it is open, and `closed` says that it is not. \
           `pm action done`, `drop` and `reopen` keep both right; this comes from an edit by hand.",
    look,
};

fn look(record: &Record, _: &Config) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, action) in (1..).zip(record.actions()) {
        let name = action.id().unwrap_or("without an id");
        let word = if action.status() == ActionStatus::Done { "done" } else { "dropped" };
        let (key, message, help) = match (action.is_closed(), action.closed().is_some()) {
            (true, false) => (
                "status",
                format!("action {name} is {word}, and nothing says when"),
                "add `closed` with the day, such as `closed = 2026-11-24`".to_owned(),
            ),
            (false, true) => (
                "closed",
                format!("action {name} is open, and has a day it was closed on"),
                "remove `closed`, or close it with `pm action done` or `pm action drop`".to_owned(),
            ),
            _ => continue,
        };
        found.push(Found { path: format!("actions[{number}].{key}"), message, help, doubtful: false });
    }
    found
}

//! What is done or dropped says when.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::action::ActionStatus;

pub(super) const RULE: Rule = Rule {
    name: "action-date",
    group: Group::Actions,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "An action is done or dropped and does not say when, or is open and has a day it was closed on.",
    why: "`pm action done`, `drop` and `reopen` keep both right; this comes from an edit by hand.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nstatus = \"done\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nstatus = \"done\"\nclosed = 2017-02-14",
    }),
    source: "the format of records: `actions[].closed`.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, action) in (1..).zip(subject.record.actions()) {
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
        found.push(Found { path: format!("actions[{number}].{key}"), message, help, doubtful: false, excerpt: None });
    }
    found
}

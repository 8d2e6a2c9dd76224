//! Every action has an id of its own.

use std::collections::HashSet;

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::action::is_id;

pub(super) const RULE: Rule = Rule {
    name: "action-id",
    group: Group::Actions,
    level: Level::Error,
    draft: Draft::Same,
    summary: "An action has no id, one that is none, or one that another action has, in its record or in another one.",
    why: "An id is how people and commits name an action for ever: four characters of Crockford's base 32, the first a letter, \
          drawn at random by `pm action add`.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"1\"\naction = \"Alert when a backup is missing\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"",
    }),
    source: "the format of records: `actions[].id`.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (number, action) in (1..).zip(subject.record.actions()) {
        let (message, doubtful) = match action.id() {
            None => (format!("action “{}” has no id", action.action()), true),
            Some(id) if !is_id(id) => (format!("`{}` is not an action id", id.escape_debug()), false),
            Some(id) if !seen.insert(id) => (format!("two actions have the id `{id}`"), false),
            Some(_) => continue,
        };
        found.push(Found {
            path: format!("actions[{number}].id"),
            message,
            help: "write one that no other action has into the file (`pm edit`): four characters such as `k7fq`"
                .to_owned(),
            doubtful,
            excerpt: None,
        });
    }
    found
}

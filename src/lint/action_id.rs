//! Every action has an id of its own.

use std::collections::HashSet;

use super::{Found, Rule};
use crate::config::Config;
use crate::finding::Level;
use crate::record::Record;
use crate::record::action::is_id;

pub(super) const RULE: Rule = Rule {
    name: "action-id",
    level: Level::Error,
    docs: "An action has no id, one that is not four characters of Crockford's base 32 beginning with a letter, or one that \
           another action has, in its record or in another one. An id is how people and commits name an action for ever.",
    look,
};

fn look(record: &Record, _: &Config) -> Vec<Found> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (number, action) in (1..).zip(record.actions()) {
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
        });
    }
    found
}

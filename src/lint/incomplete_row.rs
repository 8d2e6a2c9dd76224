//! Every row says what it is about.

use super::{Found, Rule};
use crate::config::Config;
use crate::finding::Level;
use crate::record::{Record, text_in};

pub(super) const RULE: Rule = Rule {
    name: "incomplete-row",
    level: Level::Warning,
    docs: "An entry has no time or no event, an action says nothing, or another row lacks what it is about.",
    look,
};

/// The lists, and what a row of each cannot do without.
const ESSENTIAL: &[(&str, &[&str])] = &[
    ("timeline", &["event"]),
    ("actions", &["action"]),
    ("cause.whys", &["because"]),
    ("links", &["url"]),
    ("metrics", &["name"]),
    ("figures", &["file"]),
    ("review.questions", &["question"]),
    ("prevention.monitoring", &["alert"]),
];

fn look(record: &Record, _: &Config) -> Vec<Found> {
    let mut found = Vec::new();
    for (list, keys) in ESSENTIAL {
        for (number, row) in (1..).zip(record.tables(list)) {
            let mut missing: Vec<&str> = keys.iter().copied().filter(|key| text_in(row, key).is_none()).collect();
            if *list == "timeline" && !row.contains_key("at") {
                missing.push("at");
            }
            found.extend(missing.into_iter().map(|key| Found {
                path: format!("{list}[{number}]"),
                message: format!("a row of `{list}` has no `{key}`"),
                help: format!("write it: `pm set {list}[{number}].{key}=…`"),
                doubtful: false,
            }));
        }
    }
    found
}

//! Every row says what it is about.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::text_in;

pub(super) const RULE: Rule = Rule {
    name: "incomplete-row",
    group: Group::Text,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "An entry has no time or no event, an action says nothing, or another row lacks what it is about.",
    why: "Such a row shows as a blank in the document, and an entry without a time has no place in the timeline.",
    example: Some(Example {
        bad: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nowner = \"Monitoring\"",
        good: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page: replication has stopped\"\nowner = \"Monitoring\"",
    }),
    source: "the format of records, `docs/reference/record.md`.",
    look: Look::Record(look),
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

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (list, keys) in ESSENTIAL {
        for (number, row) in (1..).zip(subject.record.tables(list)) {
            let mut missing: Vec<&str> = keys.iter().copied().filter(|key| text_in(row, key).is_none()).collect();
            if *list == "timeline" && !row.contains_key("at") {
                missing.push("at");
            }
            found.extend(missing.into_iter().map(|key| Found {
                path: format!("{list}[{number}]"),
                message: format!("a row of `{list}` has no `{key}`"),
                help: format!("write it: `pm set {list}[{number}].{key}=…`"),
                doubtful: false,
                excerpt: None,
            }));
        }
    }
    found
}

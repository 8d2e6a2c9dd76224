//! Two records -> what changed between them, in the field's words.
//!
//! Changes speak of meaning: formatting, comments and the order of keys are none. Rows of a list are paired by what they
//! are (an action by its id, an entry by its time and text), never by position, so that an insertion at the top is one
//! change.
//!
//! Depends on: record. Never: knows how a value was written, or what a change means for a sign-off.

mod actions;
mod pairing;
mod words;

use std::collections::HashMap;
use std::fmt;

use toml::{Table, Value};

use crate::record::Record;
use crate::record::keys::{self, Kind};
use crate::record::time::Moment;

pub use actions::of_one_action;
pub use words::{Piece, reworded};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where, in the user's spelling: `severity`, `timeline[3].event`. Numbers are those of the record after the change,
    /// of a removed row those of the record before.
    pub path: String,
    /// What happened there.
    pub what: What,
}

/// What happened at a path.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A value that was not there.
    Set(Value),
    /// A value that is no longer there.
    Cleared(Value),
    /// Another value.
    Became {
        /// The value before.
        before: Value,
        /// The value after.
        after: Value,
    },
    /// Other words in a longer text.
    Reworded(Vec<Piece>),
    /// Items that came to a list of texts, and items that left it; both empty when only their order changed.
    Items {
        /// In the list after and not before.
        added: Vec<String>,
        /// In the list before and not after.
        removed: Vec<String>,
    },
    /// A new row of a list of tables.
    RowAdded(Table),
    /// A row that is no longer there.
    RowRemoved(Table),
}

/// Everything that changed, in the order of the format; keys that the format does not know come last.
pub fn changes(before: &Record, after: &Record) -> Vec<Change> {
    let mut found = Vec::new();
    tables("", "", before.values(), after.values(), &mut found);
    found
}

fn tables(plain: &str, path: &str, before: &Table, after: &Table, found: &mut Vec<Change>) {
    let mut names: Vec<&String> =
        before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))).collect();
    let join = |parent: &str, name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    names.sort_by_key(|name| keys::position(&join(plain, name)).unwrap_or(usize::MAX));
    for name in names {
        values(&join(plain, name), &join(path, name), before.get(name), after.get(name), found);
    }
}

fn values(plain: &str, path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    let nothing = Table::new();
    let mut push = |what| found.push(Change { path: path.to_owned(), what });
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Table(before)), Some(Value::Table(after))) => tables(plain, path, before, after, found),
        (None, Some(Value::Table(after))) => tables(plain, path, &nothing, after, found),
        (Some(Value::Table(before)), None) => tables(plain, path, before, &nothing, found),
        (Some(Value::Array(before)), Some(Value::Array(after))) => arrays(plain, path, before, after, found),
        (None, Some(Value::Array(after))) => arrays(plain, path, &[], after, found),
        (Some(Value::Array(before)), None) => arrays(plain, path, before, &[], found),
        (Some(Value::String(before)), Some(Value::String(after))) if is_long(plain, before, after) => {
            push(What::Reworded(reworded(before, after)));
        }
        (Some(before), Some(after)) => push(What::Became { before: before.clone(), after: after.clone() }),
        (None, Some(after)) => push(What::Set(after.clone())),
        (Some(before), None) => push(What::Cleared(before.clone())),
        (None, None) => {}
    }
}

/// Whether a change of a text is better told by its words than by both texts.
fn is_long(plain: &str, before: &str, after: &str) -> bool {
    let prose = keys::find(plain).is_some_and(|key| key.kind == Kind::Prose);
    (prose || before.len() + after.len() > 100) && !before.trim().is_empty() && !after.trim().is_empty()
}

fn arrays(plain: &str, path: &str, before: &[Value], after: &[Value], found: &mut Vec<Change>) {
    if let (Some(before), Some(after)) = (rows(before), rows(after))
        && !(before.is_empty() && after.is_empty())
    {
        return paired(plain, path, &before, &after, found);
    }
    let missing_from = |items: &[Value], others: &[Value]| -> Vec<String> {
        let mut rest: HashMap<String, usize> = HashMap::new();
        for other in others {
            *rest.entry(format!("{other:?}")).or_default() += 1;
        }
        let mut missing = Vec::new();
        for item in items {
            match rest.get_mut(&format!("{item:?}")).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => missing.push(shown(item)),
            }
        }
        missing
    };
    if before != after {
        let what = What::Items { added: missing_from(after, before), removed: missing_from(before, after) };
        found.push(Change { path: path.to_owned(), what });
    }
}

/// The tables of a list of tables.
fn rows(items: &[Value]) -> Option<Vec<&Table>> {
    items.iter().map(Value::as_table).collect()
}

fn paired(plain: &str, path: &str, before: &[&Table], after: &[&Table], found: &mut Vec<Change>) {
    let pairs = pairing::pair(plain, before, after);
    // A row that moved because its time is another one is told by its time.
    let stayed = pairs.iter().filter_map(|(old, new)| Some(((*old)?, (*new)?)));
    let stayed = stayed.filter(|(old, new)| before[*old].get("at") == after[*new].get("at")).map(|(old, _)| old);
    if !stayed.is_sorted() {
        let what = What::Items { added: Vec::new(), removed: Vec::new() };
        found.push(Change { path: path.to_owned(), what });
    }
    for (old, new) in pairs {
        match (old, new) {
            (Some(old), Some(new)) if before[old] == after[new] => {}
            (Some(old), Some(new)) => tables(plain, &format!("{path}[{}]", new + 1), before[old], after[new], found),
            (None, Some(new)) => {
                let path = format!("{path}[{}]", new + 1);
                found.push(Change { path, what: What::RowAdded(after[new].clone()) });
            }
            (Some(old), None) => {
                let path = format!("{path}[{}]", old + 1);
                found.push(Change { path, what: What::RowRemoved(before[old].clone()) });
            }
            (None, None) => {}
        }
    }
}

/// A value as people write it: texts without quotes, times in UTC.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.trim().is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.trim().to_owned(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Datetime(time) => Moment::try_from(time).map_or_else(|_| time.to_string(), |moment| moment.to_string()),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Table(table) => row_shown("", table),
        other => other.to_string(),
    }
}

/// The row of a list in a few words: what a person would call it by.
fn row_shown(plain: &str, row: &Table) -> String {
    let text = |key: &str| row.get(key).map(shown);
    match plain {
        "timeline" => {
            let kind = text("kind").map(|kind| format!(" ({kind})")).unwrap_or_default();
            format!("at {}{kind}: {}", text("at").unwrap_or_default(), text("event").unwrap_or_default())
        }
        "actions" => format!("{}: {}", text("id").unwrap_or_default(), text("action").unwrap_or_default()),
        _ => {
            let telling =
                ["label", "name", "question", "alert", "why", "file"].into_iter().find_map(|key| row.get(key));
            let first = || row.values().find(|value| value.is_str());
            telling.or_else(first).map_or_else(String::new, shown)
        }
    }
}

impl fmt::Display for Change {
    /// One line: `severity P3 → P1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain: String = without_numbers(&self.path);
        match &self.what {
            What::Set(value) => write!(f, "{} set to {}", self.path, brief(&shown(value))),
            What::Cleared(value) => write!(f, "{} cleared (was {})", self.path, brief(&shown(value))),
            What::Became { before, after } => {
                write!(f, "{} {} → {}", self.path, brief(&shown(before)), brief(&shown(after)))
            }
            What::Reworded(pieces) => {
                let (added, removed) = words::counts(pieces);
                write!(f, "{} reworded (+{added} −{removed} words)", self.path)
            }
            What::Items { added, removed } => {
                let mut parts: Vec<String> = added.iter().map(|item| format!("+ {}", brief(item))).collect();
                parts.extend(removed.iter().map(|item| format!("− {}", brief(item))));
                let parts = if parts.is_empty() { "in another order".to_owned() } else { parts.join(", ") };
                write!(f, "{}: {parts}", self.path)
            }
            What::RowAdded(row) => write!(f, "{} added {}", noun(&plain), brief(&row_shown(&plain, row))),
            What::RowRemoved(row) => write!(f, "{} removed {}", noun(&plain), brief(&row_shown(&plain, row))),
        }
    }
}

/// What a row of a list is called.
fn noun(plain: &str) -> &str {
    match plain {
        "timeline" => "entry",
        "actions" => "action",
        "cause.whys" => "why",
        "links" => "link",
        "metrics" => "metric",
        "figures" => "figure",
        "review.questions" => "question",
        "prevention.monitoring" => "monitoring",
        "sign_offs" => "sign-off",
        other => other,
    }
}

/// `timeline[3].event` -> `timeline.event`.
fn without_numbers(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// At most one line of sixty characters.
fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut cut: String = line.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests;

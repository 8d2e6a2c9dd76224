//! Two records -> what changed between them, in the field's words.
//!
//! Changes speak of meaning: formatting, comments and the order of keys are none. Rows of a list are paired by what they
//! are (an action by its id, an entry by its time and text), never by position, so that an insertion at the top is one
//! change, and so is an entry that was moved in time. Nothing is lost on the way: made to the record before, the changes
//! give the record after.
//!
//! Depends on: record. Never: knows how a value was written, what a change does to the durations, or what it means for a
//! sign-off.

mod actions;
mod pairing;
mod same;
mod telling;
mod units;
mod words;

use std::sync::Arc;

use toml::{Table, Value};

use crate::record::Record;
use crate::record::action::day;
use crate::record::keys::{self, Kind};

pub use actions::of_one_action;
pub use pairing::likeness;
pub use telling::shown;
pub use units::{unchanged, units};
pub use words::{Piece, reworded};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where, in the user's spelling: `severity`, `timeline[3].event`. Numbers are those of the record after the change,
    /// of a removed row those of the record before.
    pub path: String,
    /// Where it was before, for a value in a row that had another number.
    pub from: Option<String>,
    /// The row it is in, for a value in a list of tables: what it is called by.
    pub row: Option<Arc<Row>>,
    /// What happened there.
    pub what: What,
}

/// The row of a list that a value is in, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The plain path of the list.
    pub list: String,
    /// What the row said before.
    pub before: Table,
    /// What it says after.
    pub after: Table,
    /// Whether the times of the list are of several days, so that a clock alone names no row.
    pub dated: bool,
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
    /// Other items of a list of texts, or the same in another order.
    Items {
        /// The list before.
        before: Vec<Value>,
        /// The list after.
        after: Vec<Value>,
    },
    /// Rows of a list of tables in another order: of those that stayed, the numbers before in the order after, from 0.
    Order(Vec<usize>),
    /// A new row of a list of tables.
    RowAdded(Table),
    /// A row that is no longer there.
    RowRemoved(Table),
}

/// Everything that changed, in the order of the format; keys that the format does not know come last.
pub fn changes(before: &Record, after: &Record) -> Vec<Change> {
    let mut found = Vec::new();
    let root = Place { plain: String::new(), path: String::new(), from: String::new(), row: None };
    tables(&root, before.values(), after.values(), &mut found);
    found
}

/// Where a value is.
struct Place {
    /// Without the numbers of rows.
    plain: String,
    /// In the record after.
    path: String,
    /// In the record before.
    from: String,
    /// The row of a list that it is in.
    row: Option<Arc<Row>>,
}

impl Place {
    fn below(&self, key: &str) -> Self {
        let join =
            |parent: &str, name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let spelled = if is_bare(key) { key.to_owned() } else { format!("{key:?}") };
        Self {
            plain: join(&self.plain, &spelled),
            path: join(&self.path, &spelled),
            from: join(&self.from, &spelled),
            row: self.row.clone(),
        }
    }

    fn change(&self, what: What) -> Change {
        let from = (self.from != self.path).then(|| self.from.clone());
        Change { path: self.path.clone(), from, row: self.row.clone(), what }
    }
}

/// Whether a key is written without quotes.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Keys of a table in the order of the format; those it does not know behind them, as they stand.
fn keys_in_order<'a>(plain: &str, keys: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let path = |key: &str| if plain.is_empty() { key.to_owned() } else { format!("{plain}.{key}") };
    let mut keys: Vec<&String> = keys.collect();
    keys.sort_by_cached_key(|key| keys::position(&path(key)).unwrap_or(usize::MAX));
    keys
}

fn tables(place: &Place, before: &Table, after: &Table, found: &mut Vec<Change>) {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in keys_in_order(&place.plain, names) {
        values(&place.below(name), before.get(name), after.get(name), found);
    }
}

fn values(place: &Place, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    let nothing = Table::new();
    let mut push = |what| found.push(place.change(what));
    match (before, after) {
        (Some(before), Some(after)) if same::same(before, after) => {}
        (Some(Value::Table(before)), Some(Value::Table(after))) => tables(place, before, after, found),
        (None, Some(Value::Table(after))) => tables(place, &nothing, after, found),
        (Some(Value::Table(before)), None) => tables(place, before, &nothing, found),
        (Some(Value::Array(before)), Some(Value::Array(after))) => arrays(place, before, after, found),
        (None, Some(Value::Array(after))) => arrays(place, &[], after, found),
        (Some(Value::Array(before)), None) => arrays(place, before, &[], found),
        (Some(Value::String(before)), Some(Value::String(after))) if is_long(&place.plain, before, after) => {
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

fn arrays(place: &Place, before: &[Value], after: &[Value], found: &mut Vec<Change>) {
    if before.is_empty() && after.is_empty() {
        return;
    }
    match (rows(before), rows(after)) {
        (Some(before), Some(after)) => paired(place, &before, &after, found),
        _ => found.push(place.change(What::Items { before: before.to_vec(), after: after.to_vec() })),
    }
}

/// The tables of a list of tables.
fn rows(items: &[Value]) -> Option<Vec<&Table>> {
    items.iter().map(Value::as_table).collect()
}

fn paired(place: &Place, before: &[&Table], after: &[&Table], found: &mut Vec<Change>) {
    let pairs = pairing::pair(&place.plain, before, after);
    let both = || pairs.iter().filter_map(|(old, new)| Some(((*old)?, (*new)?)));
    // A row that moved because its time is another one is told by its time.
    let same_time = |old: usize, new: usize| match (before[old].get("at"), after[new].get("at")) {
        (Some(old), Some(new)) => same::same(old, new),
        (None, None) => true,
        // An empty list says no time either, and nothing would be told of it.
        (Some(only), None) | (None, Some(only)) => same::is_nothing(only),
    };
    if !both().filter(|(old, new)| same_time(*old, *new)).map(|(old, _)| old).is_sorted() {
        found.push(place.change(What::Order(both().map(|(old, _)| old).collect())));
    }
    let mut days = before.iter().chain(after).filter_map(|row| day(row, "at"));
    let first = days.next();
    let dated = days.any(|day| Some(day) != first);
    let numbered = |path: &str, index: usize| format!("{path}[{}]", index + 1);
    for (old, new) in pairs {
        match (old, new) {
            (Some(old), Some(new)) if same::same_tables(before[old], after[new]) => {}
            (Some(old), Some(new)) => {
                let (list, before, after) = (place.plain.clone(), before[old], after[new]);
                let row = Row { list, before: before.clone(), after: after.clone(), dated };
                let here = Place {
                    plain: place.plain.clone(),
                    path: numbered(&place.path, new),
                    from: numbered(&place.from, old),
                    row: Some(Arc::new(row)),
                };
                tables(&here, before, after, found);
            }
            (None, Some(new)) => {
                let change = place.change(What::RowAdded(after[new].clone()));
                found.push(Change { path: numbered(&place.path, new), from: None, ..change });
            }
            (Some(old), None) => {
                let change = place.change(What::RowRemoved(before[old].clone()));
                found.push(Change { path: numbered(&place.from, old), from: None, ..change });
            }
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;

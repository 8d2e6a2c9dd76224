//! A timeline entry: one dated fact of an incident.

use toml::{Table, Value};

use super::milestone::Milestone;
use super::text_in;
use super::time::Moment;

/// A view of one `[[timeline]]` table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<'a> {
    table: &'a Table,
}

impl<'a> Entry<'a> {
    /// The entry of a table.
    pub fn new(table: &'a Table) -> Self {
        Self { table }
    }

    /// All of its values.
    pub fn values(self) -> &'a Table {
        self.table
    }

    /// When; `None` when `at` is missing or not a time.
    pub fn at(self) -> Option<Moment> {
        moment(self.table, "at")
    }

    /// When it ended, for an entry that lasted.
    pub fn until(self) -> Option<Moment> {
        moment(self.table, "until")
    }

    /// Whether the time is not exact.
    pub fn approx(self) -> bool {
        self.table.get("approx").and_then(Value::as_bool).unwrap_or(false)
    }

    /// The milestone it marks; `None` for a plain note and for an unknown kind.
    pub fn kind(self) -> Option<Milestone> {
        text_in(self.table, "kind").and_then(|word| word.parse().ok())
    }

    /// What happened.
    pub fn event(self) -> &'a str {
        text_in(self.table, "event").unwrap_or_default()
    }

    /// Who did or saw it.
    pub fn owner(self) -> Option<&'a str> {
        text_in(self.table, "owner")
    }

    /// Detection method, evidence, a second source.
    pub fn notes(self) -> Option<&'a str> {
        text_in(self.table, "notes")
    }

    /// Whether it stays out of public renderings.
    pub fn private(self) -> bool {
        self.table.get("private").and_then(Value::as_bool).unwrap_or(false)
    }
}

/// The moment of a key of a table; `None` when it is missing or not a time.
pub fn moment(table: &Table, key: &str) -> Option<Moment> {
    table.get(key).and_then(Value::as_datetime).and_then(|written| Moment::try_from(written).ok())
}

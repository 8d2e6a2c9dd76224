//! What a postmortem is: the format's keys and words, and a record as a tree of values with typed views.
//!
//! A [`Record`] holds the whole tree of a file, unknown keys included, so that nothing a team adds is lost on the way to
//! a rendering, a diff or a digest. The views ([`Entry`], [`Action`], …) read the parts the program reasons about.
//!
//! Depends on: nothing of ours. Never: reads files, the clock or the environment; knows how a value was written.

pub mod action;
pub mod duration;
pub mod id;
pub mod invisible;
pub mod keys;
pub mod milestone;
pub mod nearest;
pub mod secrets;
pub mod status;
pub mod time;
pub mod timeline;
pub mod vocabulary;

use std::sync::Arc;

use toml::{Table, Value};

pub use action::Action;
pub use id::RecordId;
pub use status::Status;
pub use timeline::Entry;

/// A postmortem: the values of one file.
///
/// Line breaks inside texts are LF whatever the file has. Values that are not of the kind the format wants are kept in
/// the tree and skipped by the views; reading has reported them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    values: Arc<Table>,
}

impl Record {
    /// A record of the values of a file; they may be shared, since a record never changes.
    pub fn new(values: impl Into<Arc<Table>>) -> Self {
        Self { values: values.into() }
    }

    /// Every value, in the order of the file.
    pub fn values(&self) -> &Table {
        &self.values
    }

    /// The value at a plain dotted path through tables, as in `impact.users.affected`.
    pub fn value(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let mut value = self.values.get(parts.next()?)?;
        for part in parts {
            value = value.as_table()?.get(part)?;
        }
        Some(value)
    }

    /// The text at a path, without surrounding blank space; an empty text is none.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.value(path).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The texts of the list at a path, without empty ones.
    pub fn texts(&self, path: &str) -> Vec<&str> {
        self.value(path).map_or_else(Vec::new, texts_of)
    }

    /// The answer at a path.
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.value(path).and_then(Value::as_bool)
    }

    /// The tables of the array at a path, in order.
    pub fn tables(&self, path: &str) -> Vec<&Table> {
        let items = self.value(path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(Value::as_table).collect()
    }

    /// The title, or a placeholder that says there is none.
    pub fn title(&self) -> &str {
        self.text("title").unwrap_or("(no title)")
    }

    /// Where it stands; `None` when the word is missing or unknown, which reading reports as an error.
    pub fn status(&self) -> Option<Status> {
        self.text("status").and_then(|word| word.parse().ok())
    }

    /// How bad it was; `None` while unknown.
    pub fn severity(&self) -> Option<&str> {
        self.text("severity")
    }

    /// The version of the format it says it is written in; 1 when it does not say.
    pub fn format(&self) -> i64 {
        self.value("format").and_then(Value::as_integer).unwrap_or(1)
    }

    /// The timeline, in the order of the file.
    pub fn timeline(&self) -> Vec<Entry<'_>> {
        self.tables("timeline").into_iter().map(Entry::new).collect()
    }

    /// The action items, in the order of the file.
    pub fn actions(&self) -> Vec<Action<'_>> {
        self.tables("actions").into_iter().map(Action::new).collect()
    }
}

/// The texts of a value that is a list of them, without empty ones. A single text counts as a list of one.
pub fn texts_of(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim()],
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).collect()
        }
        _ => Vec::new(),
    }
}

/// The text of a key of a table, without surrounding blank space; an empty text is none.
pub fn text_in<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

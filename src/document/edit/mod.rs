//! Edits of a document. Each gives a new document whose text differs in the edited bytes only.
//!
//! What an edit came to is read back and compared with the same change made on the value tree; a difference is
//! [`EditError::Unfaithful`], and nothing is changed. Comments directly above a key stay when the key goes (they are the
//! author's); those directly above a header go with it, except above the first of several `[[list]]` blocks, where they
//! speak of the list.

mod adopt;
mod blocks;
mod clear;
mod entries;
mod lines;
mod lists;
mod many;
mod set;
mod splice;

pub use adopt::Adopted;

use toml::{Table, Value};

use super::layout::Layout;
use super::path::{Path, Step};
use super::text::Document;
use super::tree::{Form, NodeId};
use super::values;
use splice::Splice;

/// Why an edit was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The edit names the whole document.
    #[error("an edit needs a key; name one, as in `impact.users.affected`")]
    Root,
    /// There is no such key.
    #[error("`{path}` is not in the document; nothing to change there")]
    NoSuchKey {
        /// What was asked for.
        path: Path,
    },
    /// The list is shorter than that, or not there.
    #[error("there is no `{path}`: the list has {len} entries; append to it to add one")]
    NoSuchElement {
        /// What was asked for.
        path: Path,
        /// How many elements the list has.
        len: usize,
    },
    /// The path goes into something that has no keys.
    #[error("`{path}` is {found}, not a table, so it has no keys{}", if *.list { "; name an entry by number, as in `[1]`" } else { "" })]
    NotATable {
        /// Where the way ends.
        path: Path,
        /// What is there.
        found: &'static str,
        /// Whether it is a list.
        list: bool,
    },
    /// The edit is one of lists.
    #[error("`{path}` is {found}, not a list; set it as a whole instead")]
    NotAList {
        /// What was to be a list.
        path: Path,
        /// What is there.
        found: &'static str,
    },
    /// The list does not hold that value.
    #[error("`{path}` does not hold {value}; nothing to remove")]
    NoSuchValue {
        /// The list.
        path: Path,
        /// The value, in TOML.
        value: String,
    },
    /// A list of `[[…]]` blocks takes tables only.
    #[error("`{path}` is a list of tables; give the new entry as one, as in `{{ name = \"…\" }}`")]
    NotFields {
        /// The list.
        path: Path,
    },
    /// The text after the edit does not say what it should: a fault in `pm`, caught before anything was changed.
    #[error(
        "internal error: editing `{path}` would have changed something else ({detail}); nothing was changed, please report this"
    )]
    Unfaithful {
        /// What was to be edited.
        path: Path,
        /// What went wrong.
        detail: String,
    },
}

impl Document {
    /// A new document: a text to begin with (comments, say, or nothing) and values set one by one.
    pub fn create(beginning: &str, entries: &[(Path, Value)], layout: &dyn Layout) -> Result<Self, EditError> {
        let start = Self::parse(beginning).map_err(|errors| unreadable(&Path::root(), &errors))?;
        entries.iter().try_fold(start, |document, (path, value)| document.set(path, value, layout))
    }

    /// Sets a value. One that is there keeps its place and, where it can, its form: kind of string, line breaks of a list.
    /// Tables and lists change only in what differs. A new one goes to its place by the layout's rank, in the form its table
    /// has, with missing tables made on the way. The same value again changes no byte.
    pub fn set(&self, path: &Path, value: &Value, layout: &dyn Layout) -> Result<Self, EditError> {
        if path.is_root() {
            return Err(EditError::Root);
        }
        if self.value(path).is_some_and(|old| values::same(old, value)) {
            return Ok(self.clone());
        }
        let value = values::normal(value);
        let edited = self.set_unchecked(path, &value, layout)?;
        let mut expected = Table::clone(&self.values);
        let made = values::put(&mut expected, path, value);
        edited.faithful(&expected, made, path)
    }

    /// Takes a key or an element out, with the comment behind it. The last key of a header leaves the header; a table with
    /// everything in it goes by its own path. At most one blank line goes with each.
    pub fn clear(&self, path: &Path) -> Result<Self, EditError> {
        if path.is_root() {
            return Err(EditError::Root);
        }
        let edited = self.clear_unchecked(path)?;
        let mut expected = Table::clone(&self.values);
        let made = self.take(&mut expected, path);
        edited.faithful(&expected, made, path)
    }

    /// Adds a value at the end of a list; makes the list when it is missing.
    pub fn append(&self, path: &Path, value: &Value, layout: &dyn Layout) -> Result<Self, EditError> {
        let end = self.len_of(path).unwrap_or(0);
        self.insert(path, end, value, layout)
    }

    /// Adds a value to a list, before the element that has the 0-based index; makes the list when it is missing.
    pub fn insert(&self, path: &Path, index: usize, value: &Value, layout: &dyn Layout) -> Result<Self, EditError> {
        if path.is_root() {
            return Err(EditError::Root);
        }
        let value = values::normal(value);
        let edited = self.insert_unchecked(path, index, &value, layout)?;
        let mut expected = Table::clone(&self.values);
        let made = values::insert(&mut expected, path, index, value);
        edited.faithful(&expected, made, path)
    }

    /// Adds a table to a list of tables, fields in the order given: before the element that has the 0-based index, or at the
    /// end. It becomes a `[[list]]` block, or an inline table where the list is written within brackets.
    pub fn insert_table(
        &self,
        path: &Path,
        index: Option<usize>,
        fields: &[(String, Value)],
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let table: Table = fields.iter().cloned().collect();
        let index = index.or_else(|| self.len_of(path)).unwrap_or(0);
        self.insert(path, index, &Value::Table(table), layout)
    }

    /// Moves an element of a list: it is taken out, and put before the element that then has the 0-based index `to`, or at
    /// the end. A `[[list]]` block keeps its own text and the comments directly above it.
    pub fn relocate(&self, path: &Path, from: usize, to: usize, layout: &dyn Layout) -> Result<Self, EditError> {
        if path.is_root() {
            return Err(EditError::Root);
        }
        if from == to && from < self.len_of(path).unwrap_or(0) {
            return Ok(self.clone());
        }
        let edited = self.relocate_unchecked(path, from, to, layout)?;
        let mut expected = Table::clone(&self.values);
        let moved = values::find(&expected, path.index(from).steps()).cloned();
        // The list goes through an empty one when it has a single element, which `from == to` has answered.
        let made = moved.is_some_and(|moved| {
            values::take(&mut expected, &path.index(from)) && values::insert(&mut expected, path, to, moved)
        });
        edited.faithful(&expected, made, path)
    }

    /// Takes every equal element out of a list.
    pub fn remove_value(&self, path: &Path, value: &Value) -> Result<Self, EditError> {
        let Some(list) = self.value(path) else {
            return Err(EditError::NoSuchKey { path: path.clone() });
        };
        let Some(items) = list.as_array() else {
            return Err(EditError::NotAList { path: path.clone(), found: values::kind(list) });
        };
        let equal: Vec<usize> = (0..items.len()).rev().filter(|at| values::same(&items[*at], value)).collect();
        if equal.is_empty() {
            return Err(EditError::NoSuchValue { path: path.clone(), value: super::print::one_line(value) });
        }
        equal.into_iter().try_fold(self.clone(), |document, at| document.clear(&path.index(at)))
    }

    /// This document with splices made; read again.
    fn spliced(&self, path: &Path, splices: Vec<Splice>) -> Result<Self, EditError> {
        let text = splice::apply(&self.text, splices);
        let mut edited = Self::parse(text).map_err(|errors| unreadable(path, &errors))?;
        edited.line_ending = self.line_ending;
        if edited.values.is_empty() {
            edited.unfinished = self.unfinished;
        }
        Ok(edited)
    }

    fn faithful(self, expected: &Table, made: bool, path: &Path) -> Result<Self, EditError> {
        if made && values::same_table(&self.values, expected) {
            return Ok(self);
        }
        Err(EditError::Unfaithful { path: path.clone(), detail: "the values after it are not those meant".to_owned() })
    }

    /// [`values::take`], and with it the tables that exist only through what was taken.
    fn take(&self, values: &mut Table, path: &Path) -> bool {
        let taken = values::take(values, path);
        let mut at = path.parent();
        while let Some(above) = at.filter(|above| !above.is_root()) {
            let implied = self.tree.find(&above).is_some_and(|node| {
                let form = self.tree.nodes[node].form;
                matches!(form, Form::Dotted | Form::Implied | Form::Tables)
            });
            let empty = match values::find(values, above.steps()) {
                Some(Value::Table(table)) => table.is_empty(),
                Some(Value::Array(items)) => items.is_empty(),
                _ => false,
            };
            if !(implied && empty) {
                break;
            }
            values::take(values, &above);
            at = above.parent();
        }
        taken
    }

    /// The error for a path that leads nowhere from the deepest node there is.
    fn astray(&self, node: NodeId, depth: usize, path: &Path) -> EditError {
        let steps = path.steps();
        let here = self.tree.path(node);
        let found = self.value(&here);
        let kind = found.map_or("a table", values::kind);
        match (found, steps.get(depth)) {
            (Some(Value::Array(items)), Some(Step::Index(_))) => {
                EditError::NoSuchElement { path: Path::from(steps[..=depth].to_vec()), len: items.len() }
            }
            (found, Some(Step::Key(_))) if !matches!(found, None | Some(Value::Table(_))) => {
                EditError::NotATable { path: here, found: kind, list: matches!(found, Some(Value::Array(_))) }
            }
            (_, Some(Step::Index(_))) => EditError::NotAList { path: here, found: kind },
            _ => EditError::NoSuchKey { path: path.clone() },
        }
    }
}

fn unreadable(path: &Path, errors: &[super::text::SyntaxError]) -> EditError {
    EditError::Unfaithful {
        path: path.clone(),
        detail: errors.first().map_or_else(String::new, |error| error.message.clone()),
    }
}

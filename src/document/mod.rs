//! The exact text of a TOML file, and edits that change only their own bytes.
//!
//! **Law:** outside the bytes an edit means to change, nothing moves: comments, blank lines, key order, quoting, line
//! endings, the byte order mark, a missing final newline, inline tables, dotted keys, unknown keys. An edit splices text;
//! no document is ever printed anew. Each edit is read back and compared with the same change made on the value tree alone.
//!
//! The edits know TOML and nothing of postmortems: the canonical order and style of new text come from a [`Layout`](layout::Layout), for
//! records from [`Canonical`]. What a record's text means, and whether it may be written, is said by [`read`] and [`check`].

mod canonical;
pub mod check;
mod edit;
#[cfg(any(test, fuzzing))]
pub(crate) mod laws;
mod layout;
mod path;
mod print;
mod quick;
pub mod read;
mod sound;
mod text;
mod tree;
mod values;

#[cfg(test)]
pub(crate) mod tests;

pub use canonical::Canonical;
pub use edit::{Adopted, EditError};
pub use layout::Plain;
pub use path::{Path, PathError, Step};
pub use text::Document;
pub use values::{same, same_table};

pub use text::LineEnding;
pub use tree::StatementKind;
#[cfg(test)]
pub use {
    layout::{Layout, Style},
    text::line_column,
};

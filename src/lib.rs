//! `pm` keeps incident postmortems as versioned records: structured TOML in a git repository.
//!
//! The rooms, each naming only what stands left of it:
//!
//! ```text
//! record <- document <- lint
//! record <- query <- workflow <- lint
//! record <- diff
//! record <- query <- workflow <- render
//! record <- document, diff, workflow <- merge
//! all of them <- store <- cli
//! ```
//!
//! - [`record`]: what a postmortem is. The key table in it is the one source of the format.
//! - [`document`]: exact text and record; edits that move no other byte.
//! - [`workflow`]: how a record may move: sign-offs, votes, gates, transitions, and what can be said of them.
//! - [`lint`]: whether what a record says can be right; rules as data.
//! - [`diff`]: what changed between two records, in the field's words.
//! - [`merge`]: two changes of one record brought together, with nothing lost.
//! - [`query`]: selection over many records, and the durations of one.
//! - [`render`]: values to Markdown, terminal pages, tables, JSON, CSV.
//! - [`config`], [`finding`]: the settings, and what is wrong with a file.
//! - [`import`]: what other products export, to entries of a record.
//! - [`store`]: the one place that knows git, the file system and locks.
//! - [`cli`]: the one place that knows the terminal.
//!
//! Everything above `store` is pure: values in, values out. The program itself is [`run`] in a [`World`].

pub(crate) mod cli;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod document;
pub(crate) mod finding;
pub(crate) mod import;
pub(crate) mod lint;
pub(crate) mod merge;
pub(crate) mod query;
pub(crate) mod record;
pub(crate) mod render;
pub(crate) mod store;
pub(crate) mod workflow;

pub use cli::failure::Exit;
pub use cli::run;
pub use cli::world::World;

/// What the fuzzer needs, and nobody else sees: the laws of reading, editing and merging as functions of any text.
#[cfg(fuzzing)]
pub mod laws {
    pub use crate::document::laws::{editing, reading};
    pub use crate::merge::laws::merging;
}

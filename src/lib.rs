//! `pm` keeps incident postmortems as versioned records: structured TOML in a git repository.

pub mod cli;
pub mod document;
pub mod finding;
pub mod record;
pub mod store;

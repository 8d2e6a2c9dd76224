//! `pm` keeps incident postmortems as versioned records: structured TOML in a git repository.

pub mod cli;
pub mod config;
pub mod diff;
pub mod document;
pub mod finding;
pub mod query;
pub mod record;
pub mod render;
pub mod store;

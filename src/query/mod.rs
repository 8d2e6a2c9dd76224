//! Questions about records: selections over many of them, and the durations of one.
//!
//! Depends on: record, config. Never: reads files or the clock; "today" is handed in.

pub mod actions;
pub mod effects;
pub mod lineage;
pub mod metrics;
pub mod past;
pub mod selection;
pub mod summary;

//! Exact text <-> record.

pub mod read;

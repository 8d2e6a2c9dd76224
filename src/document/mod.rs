//! Exact text <-> record.

pub mod check;
pub mod read;

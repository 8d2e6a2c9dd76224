//! What the user typed -> records, times, values. Errors carry near misses.

pub mod action;
pub mod record;
pub mod time;
pub mod value;
pub mod when;

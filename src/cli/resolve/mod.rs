//! What a person typed, made exact: times and dates. Never asks and never reads the clock itself.

pub mod when;

//! `cli`

pub mod resolve;

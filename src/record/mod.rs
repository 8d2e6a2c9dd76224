//! `record`

pub mod duration;
pub mod time;

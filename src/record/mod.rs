//! `record`

//! Other people's files read into what a record holds, with a report of what was taken, guessed and left out.
//!
//! Depends on: [`record`](crate::record). Never: reads files, asks for the clock, or changes a record; broken input is an
//! error with its place and gives nothing, since half an import is worse than none.

pub mod timeline;

//! How a record may move: the material that is signed, sign-offs and their rounds, gates, votes, transitions, verdicts.
//!
//! Everything here follows from values: a record, the settings, who acts, and what the history and the signatures were
//! found to say. What a sign-off covers and how it is checked is written down for strangers in
//! `docs/reference/sign-off.md`; this room is its implementation.
//!
//! Depends on: record, config, query. Never: reads files, git, the clock or the environment; changes a text.

pub mod canonical;
pub mod deadline;
pub mod due;
pub mod gate;
pub mod person;
pub mod propose;
pub mod round;
pub mod sign_off;
pub mod standing;
#[cfg(test)]
pub mod story;
pub mod tally;
pub mod transition;
pub mod verify;

pub use sign_off::SignOff;
pub use transition::Verb;

//! Findings: what is wrong or doubtful *about a record or a settings file*, with its place and what to do about it.
//!
//! A finding is data for people to act on and never stops the program by itself; what stops the program is a
//! [`Failure`](crate::cli::failure::Failure). Every reader returns all findings of a file at once.

use std::ops::Range;

/// How much a finding matters. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; changes no exit code.
    Note,
    /// Doubtful; fails only under `--strict`.
    Warning,
    /// Wrong: the record does not say what it is meant to say, or cannot be read.
    Error,
}

impl Level {
    /// Its word: in `pm.toml`, in JSON and before a message.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The rules whose findings are about what nobody should see: their lines are not shown again, in a log least of all.
pub const UNSEEN: [&str; 2] = ["secret", "customer-email"];

/// One thing that is wrong or doubtful at one place of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name in kebab-case, as used in `pm.toml` and on the command line.
    pub rule: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What is wrong, in one lower-case sentence without a full stop.
    pub message: String,
    /// Where, as a byte range of the file's text. Empty at 0 when the finding is about the file as a whole.
    pub span: Range<usize>,
    /// What to do about it: a command or the text to write.
    pub help: Option<String>,
}

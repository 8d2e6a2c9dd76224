//! Where a record stands.

use std::fmt;
use std::str::FromStr;

/// The four states of a postmortem's lifecycle, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Being written.
    Draft,
    /// Submitted to its approvers.
    InReview,
    /// Signed off.
    Approved,
    /// Approved, every action closed, and shared.
    Complete,
}

impl Status {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Draft, Self::InReview, Self::Approved, Self::Complete];

    /// The word in a record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Approved => "approved",
            Self::Complete => "complete",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.word() == word).ok_or(())
    }
}

//! The milestones of an incident, between which durations are measured.

pub mod wording;

use std::fmt;
use std::str::FromStr;

/// A kind of timeline entry that marks a phase of the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// Impact began.
    Started,
    /// Somebody or something noticed.
    Detected,
    /// An alert fired.
    Alerted,
    /// An engineer was notified.
    Notified,
    /// Investigation began.
    Investigating,
    /// The cause was identified.
    Identified,
    /// A resolution was attempted.
    Attempted,
    /// Impact was reduced.
    Mitigated,
    /// The service recovered.
    Recovered,
    /// The incident was declared resolved.
    Resolved,
    /// Users or the public were told.
    Communicated,
}

impl Milestone {
    /// All of them, in the order in which they usually happen.
    pub const ALL: [Self; 11] = [
        Self::Started,
        Self::Detected,
        Self::Alerted,
        Self::Notified,
        Self::Investigating,
        Self::Identified,
        Self::Attempted,
        Self::Mitigated,
        Self::Recovered,
        Self::Resolved,
        Self::Communicated,
    ];

    /// The word in a record.
    pub fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Detected => "detected",
            Self::Alerted => "alerted",
            Self::Notified => "notified",
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Attempted => "attempted",
            Self::Mitigated => "mitigated",
            Self::Recovered => "recovered",
            Self::Resolved => "resolved",
            Self::Communicated => "communicated",
        }
    }

    /// Whether the last entry of this kind counts, rather than the first: a service that recovers twice has recovered
    /// the second time.
    pub fn last_counts(self) -> bool {
        matches!(self, Self::Recovered | Self::Resolved)
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Milestone {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|milestone| milestone.word() == word).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::vocabulary;

    #[test]
    fn the_vocabulary_lists_every_milestone_in_this_order() {
        assert!(Milestone::ALL.into_iter().map(Milestone::word).eq(vocabulary::MILESTONE.slugs()));
    }
}

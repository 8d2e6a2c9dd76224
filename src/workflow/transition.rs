//! The five transitions and what each leads from and to.

use crate::record::Status;

/// A transition, or a further approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The owner asks for review.
    Submit,
    /// A vote for the approval; the status follows when enough of them are there.
    Approve,
    /// Back to the owner.
    RequestChanges,
    /// Every action closed, and shared.
    Complete,
    /// Back to the beginning, for a reason.
    Reopen,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Submit, Self::Approve, Self::RequestChanges, Self::Complete, Self::Reopen];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::RequestChanges => "request-changes",
            Self::Complete => "complete",
            Self::Reopen => "reopen",
        }
    }

    /// The states it may be made in.
    pub fn from(self) -> &'static [Status] {
        match self {
            Self::Submit => &[Status::Draft],
            // An approved record may get further approvals, and has to when it has become stale.
            Self::Approve => &[Status::InReview, Status::Approved],
            Self::RequestChanges => &[Status::InReview],
            Self::Complete => &[Status::Approved],
            Self::Reopen => &[Status::Approved, Status::Complete],
        }
    }

    /// The state it leads to.
    pub fn to(self) -> Status {
        match self {
            Self::Submit => Status::InReview,
            Self::Approve => Status::Approved,
            Self::RequestChanges | Self::Reopen => Status::Draft,
            Self::Complete => Status::Complete,
        }
    }

    /// Whether it begins a round: approvals from before it no longer count.
    pub fn opens(self) -> bool {
        matches!(self, Self::Submit | Self::RequestChanges | Self::Reopen)
    }

    /// Whether it has to say why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::RequestChanges | Self::Reopen)
    }

    /// The transition between two states.
    pub fn between(from: Status, to: Status) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.to() == to && verb.from().contains(&from))
    }

    /// What may be done in a state.
    pub fn possible(status: Status) -> Vec<Self> {
        Self::ALL.into_iter().filter(|verb| verb.from().contains(&status)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_ways_out_and_no_two_verbs_share_one() {
        let words = |status| Verb::possible(status).into_iter().map(Verb::word).collect::<Vec<_>>();
        assert_eq!(words(Status::Draft), ["submit"]);
        assert_eq!(words(Status::InReview), ["approve", "request-changes"]);
        assert_eq!(words(Status::Approved), ["approve", "complete", "reopen"]);
        assert_eq!(words(Status::Complete), ["reopen"]);
        for from in Status::ALL {
            for to in Status::ALL {
                let ways = Verb::ALL.into_iter().filter(|verb| verb.to() == to && verb.from().contains(&from)).count();
                assert!(ways <= 1, "{from} to {to}");
            }
        }
    }
}

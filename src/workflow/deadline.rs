//! By when a record has to move on.

use chrono::{DateTime, TimeDelta, Utc};

use super::round::Course;
use super::sign_off::SignOff;
use crate::config::policy::Policy;
use crate::query::metrics::reached;
use crate::record::milestone::Milestone;
use crate::record::{Record, Status};

/// A deadline of the state a record is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What has to be done: `submitted` or `approved`.
    pub what: &'static str,
    /// From when on it is counted: `resolved` or `submitted`.
    pub from: &'static str,
    /// By when.
    pub by: DateTime<Utc>,
    /// What is left, negative when it has passed.
    pub left: TimeDelta,
}

/// The deadline of a record that stands at a status; `None` where there is none, or where what it counts from is not known
/// to the instant.
pub fn deadline(
    record: &Record,
    all: &[SignOff],
    course: &Course,
    status: Status,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Option<Deadline> {
    let (what, from, start, length) = match status {
        Status::Draft => {
            let resolved = reached(record, Milestone::Resolved)?.moment.instant()?.to_utc();
            ("submitted", "resolved", resolved, policy.deadlines.submit)
        }
        Status::InReview => ("approved", "submitted", all[course.opener?].at?, policy.deadlines.approve),
        Status::Approved | Status::Complete => return None,
    };
    let by = start.checked_add_signed(length.time())?;
    Some(Deadline { what, from, by, left: by.signed_duration_since(now) })
}

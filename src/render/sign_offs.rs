//! Which approvals of a record count, as far as the record itself says: whether a signature or the policy holds is not asked.

use crate::record::{Record, RecordId};
use crate::workflow::SignOff;
use crate::workflow::round::Course;

/// The approvals of the round that is going on, in order.
pub(super) fn counting(record: &Record, id: &RecordId) -> Vec<SignOff> {
    let all = SignOff::all(record);
    let course = Course::of(&all, id);
    course.votes().map(|index| all[index].clone()).collect()
}

/// The latest counting approval of a role.
pub(super) fn of_role(record: &Record, id: &RecordId, role: &str) -> Option<SignOff> {
    counting(record, id).into_iter().rfind(|sign_off| sign_off.role == role)
}

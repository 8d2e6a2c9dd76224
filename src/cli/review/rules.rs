//! What can be found in a branch, beside what its records say by themselves: the names of these findings. What they mean stands
//! with the other rules.

/// Both sides changed the same thing.
pub const CONFLICT: &str = "merge-conflict";
/// The merged record is not what was approved.
pub const STALE: &str = "merge-stale";
/// A move or a sign-off that is not allowed.
pub const TRANSITION: &str = "transition";
/// The votes suffice, and the status does not say so.
pub const LAG: &str = "status-behind";
/// The status is not what the sign-offs of the record lead to, as looking at the record alone tells.
pub const BY_HAND: &str = "status-by-hand";
/// The branch changes the settings.
pub const SETTINGS: &str = "settings-of-base";

//! What can be found in a branch, beside what its records say by themselves: the names of these findings with their docs.
//!
//! No setting softens the errors: they are what the branch would break.

use crate::finding::Level;

/// Both sides changed the same thing.
pub const CONFLICT: &str = "merge-conflict";
/// The merged record is not what was approved.
pub const STALE: &str = "merge-stale";
/// A move or a sign-off that is not allowed.
pub const TRANSITION: &str = "transition";
/// The votes suffice, and the status does not say so.
pub const LAG: &str = "status-behind";
/// The branch changes the settings.
pub const SETTINGS: &str = "settings-of-base";

/// A finding of a branch: its name, how much it matters, what it means.
pub static RULES: &[(&str, Level, &str)] = &[
    (
        CONFLICT,
        Level::Error,
        "The branch and the one it goes to changed the same key, entry or action in two ways, or one of them removed a record \
         that the other one changed. `git merge` of the other branch and `pm resolve` settle it; until then the branch cannot \
         be merged as it was reviewed. Only `pm check --base` looks for it.",
    ),
    (
        STALE,
        Level::Error,
        "Each of the two branches is fine alone, but together the record says something else than what was approved: an entry \
         came on one side and an approval on the other. The approval has to be given again for what both say. Only \
         `pm check --base` looks for it.",
    ),
    (
        TRANSITION,
        Level::Error,
        "A status or a sign-off of the branch is none that the workflow allows by the settings of the branch it goes to: a status \
         set by hand, a sign-off that was removed or changed or that its signer may not give, an approval for another content. \
         `pm verify --base` tells more of each sign-off. Only `pm check --base` looks for it.",
    ),
    (
        LAG,
        Level::Note,
        "The sign-offs of the record suffice, and its status does not say so yet, since a merge brought the last of them. The \
         next `pm status` verb writes it, with no new sign-off. Only `pm check --base` looks for it.",
    ),
    (
        SETTINGS,
        Level::Note,
        "The branch changes pm.toml. Records and sign-offs of the branch are judged by the settings of the branch it goes to, so \
         that nobody makes the own check easier; the new settings count once they are merged. Only `pm check --base` looks for it.",
    ),
];

//! What reading says about the format of a record or of the settings: the rules whose findings come with the file.
//!
//! Reading itself is in `document` and `config`, which know nothing of rules; a test holds that the two lists agree.

use super::rule::{Draft, Example, Group, Look, Rule};
use crate::finding::Level;

const fn reading(
    name: &'static str,
    level: Level,
    summary: &'static str,
    why: &'static str,
    bad: &'static str,
    good: &'static str,
) -> Rule {
    let example = Some(Example { bad, good });
    let (group, draft, look) = (Group::Format, Draft::Same, Look::Reading);
    Rule { name, group, level, draft, summary, why, example, source: FORMAT, look }
}

const fn elsewhere(
    name: &'static str,
    group: Group,
    level: Level,
    source: &'static str,
    summary: &'static str,
    why: &'static str,
) -> Rule {
    Rule { name, group, level, draft: Draft::Same, summary, why, example: None, source, look: Look::Elsewhere }
}

const FORMAT: &str = "the format of records, `docs/reference/record.md`.";
const SETTINGS: &str = "the settings, `docs/reference/config.md`.";

const BRANCH: &str = "the review of branches, `docs/decisions/0015-what-a-branch-brings.md`.";

pub(super) const RULES: &[Rule] = &[
    reading(
        "syntax",
        Level::Error,
        "The text is not TOML at this place.",
        "One finding a line: what follows an error on the same line is its echo.",
        "owner = Ann",
        "owner = \"Ann\"",
    ),
    reading(
        "duplicate-key",
        Level::Error,
        "A key or a table is there twice.",
        "One of the two values would be lost.",
        "owner = \"Ann\"\nowner = \"Bob\"",
        "owner = \"Ann\"",
    ),
    reading(
        "conflict-markers",
        Level::Error,
        "A merge left its markers in the record.",
        "Nothing else is said about the file until they are gone. `pm resolve` merges it by field and entry.",
        "<<<<<<< ours\nowner = \"Ann\"\n=======\nowner = \"Bob\"\n>>>>>>> theirs",
        "owner = \"Ann\"",
    ),
    elsewhere(
        "unreadable",
        Group::Format,
        Level::Error,
        FORMAT,
        "The file cannot be read as a record at all.",
        "It is a symbolic link, has bytes that are no UTF-8, or is of unreasonable size.",
    ),
    elsewhere(
        "duplicate-id",
        Group::Format,
        Level::Error,
        FORMAT,
        "Two records have the same file name, which is their id.",
        "Nothing tells them apart but their folders. Rename one of them, with `pm rekey` where it is not on the default \
         branch yet.",
    ),
    reading(
        "missing-key",
        Level::Error,
        "`format`, `title` or `status` is missing or empty.",
        "Without them a file is not a record.",
        "title = \"\"",
        "title = \"Production database directory removed by mistake\"",
    ),
    reading(
        "newer-format",
        Level::Warning,
        "The record is written in a format newer than this `pm` knows.",
        "It is shown as far as it is understood, and not changed.",
        "format = 2",
        "format = 1",
    ),
    reading(
        "wrong-type",
        Level::Error,
        "The value is not of the kind the key takes, such as text where a number belongs.",
        "What cannot be understood is counted, compared and shown nowhere. The help says what to write.",
        "services = \"api\"",
        "services = [\"api\"]",
    ),
    reading(
        "out-of-range",
        Level::Error,
        "The number is below zero, or a percentage above 100.",
        "Such a number is a slip of the fingers, and statistics would carry it on.",
        "[impact.users]\npercent = 250",
        "[impact.users]\npercent = 25",
    ),
    reading(
        "impossible-date",
        Level::Error,
        "The day or the clock time does not exist, such as 30 February or 25:00.",
        "No duration can be computed with it.",
        "[[timeline]]\nat = 2017-02-30T10:00:00Z\nevent = \"Page\"",
        "[[timeline]]\nat = 2017-02-28T10:00:00Z\nevent = \"Page\"",
    ),
    reading(
        "zone-missing",
        Level::Warning,
        "The time does not say its offset from UTC.",
        "It takes its place among the entries as if it were UTC, and no duration is computed with it.",
        "[[timeline]]\nat = 2017-01-31T22:00:00\nevent = \"Page\"",
        "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page\"",
    ),
    reading(
        "clock-missing",
        Level::Warning,
        "The day is known and the time is not.",
        "Durations from or to it are not computed. Where the time cannot be found out any more, allow the finding with \
         that as the reason.",
        "[[timeline]]\nat = 2017-01-31\nevent = \"Page\"",
        "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page\"",
    ),
    reading(
        "unknown-key",
        Level::Warning,
        "The key is not one of the format.",
        "It is kept, shown and signed; most often it is a slip of a known key, which the help names.",
        "owners = \"Ann\"",
        "owner = \"Ann\"",
    ),
    reading(
        "unknown-word",
        Level::Warning,
        "The word is not one of those the format knows for this key.",
        "A status or a severity must be known; another word is kept, and shown as “Other” where the template has that.",
        "[[actions]]\nid = \"k7fq\"\naction = \"Alert\"\npriority = \"urgent\"",
        "[[actions]]\nid = \"k7fq\"\naction = \"Alert\"\npriority = \"P1\"",
    ),
    elsewhere(
        "unknown-setting",
        Group::Settings,
        Level::Warning,
        SETTINGS,
        "A key of `pm.toml` is not a setting.",
        "Most often it is a slip of a known one, which the help names; until it is corrected the default is in force.",
    ),
    elsewhere(
        "wrong-setting",
        Group::Settings,
        Level::Error,
        SETTINGS,
        "A setting has a value it cannot have, or one that cannot be kept to.",
        "The default is in force in its place. With a mistake in `people`, `approval`, `gates` or `severity` nothing can be \
         signed until it is corrected. What can be kept to in part is a warning.",
    ),
    elsewhere(
        "records-folder",
        Group::Settings,
        Level::Error,
        SETTINGS,
        "`records` is no folder inside the repository.",
        "Nothing can be read, so this is not only a finding: every command ends with it.",
    ),
    elsewhere(
        "merge-conflict",
        Group::Review,
        Level::Error,
        BRANCH,
        "The branch and the one it goes to changed the same thing in two ways.",
        "A key, an entry or an action; or one of them removed a record that the other one changed. `git merge` of the other \
         branch and `pm resolve` settle it; until then the branch cannot be merged as it was reviewed. Only `pm check --base` \
         looks for it.",
    ),
    elsewhere(
        "merge-stale",
        Group::Review,
        Level::Error,
        BRANCH,
        "Merged with the branch it goes to, the record is not what was approved.",
        "Each of the two branches is fine alone: an entry came on one side and an approval on the other. The approval has to be \
         given again for what both say. Only `pm check --base` looks for it.",
    ),
    elsewhere(
        "transition",
        Group::Review,
        Level::Error,
        BRANCH,
        "A status or a sign-off of the branch is none that the workflow allows.",
        "The settings of the branch it goes to judge: a status set by hand, a sign-off that was removed or changed or that its \
         signer may not give, an approval for another content. `pm verify --base` tells more of each sign-off. Only \
         `pm check --base` looks for it.",
    ),
    elsewhere(
        "settings-of-base",
        Group::Review,
        Level::Note,
        BRANCH,
        "The branch changes `pm.toml`.",
        "Records and sign-offs of the branch are judged by the settings of the branch it goes to, so that nobody makes the own \
         check easier; the new settings count once they are merged. Only `pm check --base` looks for it.",
    ),
];

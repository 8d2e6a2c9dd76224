//! The settings table: every key of `pm.toml`, once.
//!
//! Reading, findings, `pm config` and `docs/reference/config.md` take what they know about a setting from here. In a path
//! `*` stands for a name of the team's own, as in `people.*.email`.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Where it is; `*` stands for any one name.
    pub path: &'static str,
    /// What its value is.
    pub kind: Shape,
    /// Its value when it is not written, as TOML; empty when there is none.
    pub default: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Text,
    /// A list of texts.
    Texts,
    /// A folder inside the repository, with `/` between its parts.
    Folder,
    /// `true` or `false`.
    Flag,
    /// A whole number, zero or more.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An IANA time zone.
    Zone,
    /// A length of time, such as `5m`, `48h`, `7d`.
    Length,
    /// One milestone, or several of which the first that is there counts.
    Milestones,
    /// A table of further settings.
    Table,
    /// A table, or in its place one value for all of its keys.
    TableOr(&'static [&'static str]),
}

const fn setting(path: &'static str, kind: Shape, default: &'static str, meaning: &'static str) -> Setting {
    Setting { path, kind, default, meaning }
}

const GATE: &[&str] = &["off", "warn", "require"];
const LEVEL: &[&str] = &["off", "note", "warning", "error"];
const SIGNATURES: &[&str] = &["optional", "required"];

/// Every setting, in the order in which a settings file is written.
pub static SETTINGS: &[Setting] = &[
    setting("records", Shape::Folder, "\"postmortems\"", "The folder of the records, from the repository's root."),
    setting(
        "shard",
        Shape::Word(&["year", "month"]),
        "\"year\"",
        "How new records are filed: in a folder by year, or by year and month for very large collections.",
    ),
    setting(
        "default_branch",
        Shape::Text,
        "",
        "The branch that records are merged into; without it `origin/HEAD`, else `main` or `master`.",
    ),
    setting("timezone", Shape::Zone, "\"UTC\"", "What a time without a zone means on the command line."),
    setting(
        "commit",
        Shape::Flag,
        "true",
        "Whether changing commands commit; `false` leaves changes in the working tree.",
    ),
    setting(
        "branch",
        Shape::Word(&["ask", "always", "never"]),
        "\"ask\"",
        "Whether `pm new` makes a branch of its own for the record when the current branch is the default branch: asks on a terminal, always, or never.",
    ),
    setting(
        "currency",
        Shape::Text,
        "\"USD\"",
        "The currency of amounts in records that name none, as an ISO 4217 code.",
    ),
    setting("severity", Shape::Table, "", "The severities, worst first, each with its meaning."),
    setting("severity.*", Shape::Text, "", "What a severity means; shown where it is asked for."),
    setting("targets", Shape::Table, "", "The durations measured on every record, each between two milestones."),
    setting("targets.*", Shape::Table, "", "A duration."),
    setting(
        "targets.*.from",
        Shape::Milestones,
        "",
        "The milestone it starts at; of several the first that the record has.",
    ),
    setting(
        "targets.*.to",
        Shape::Milestones,
        "",
        "The milestone it ends at; of several the first that the record has.",
    ),
    setting("targets.*.within", Shape::Length, "", "Its target; without it the duration is measured and not judged."),
    setting("deadlines", Shape::Table, "", "By when things have to be done."),
    setting("deadlines.submit", Shape::Length, "\"48h\"", "From `resolved` to the submission for review."),
    setting("deadlines.approve", Shape::Length, "\"7d\"", "From the submission to the approval."),
    setting("deadlines.actions", Shape::Table, "", "The due dates of new actions, by priority."),
    setting("deadlines.actions.*", Shape::Length, "", "From the day an action is written down to its due date."),
    setting(
        "deadlines.calendar",
        Shape::Word(&["days", "business-days"]),
        "\"days\"",
        "Which days count for the due dates of actions.",
    ),
    setting("people", Shape::Table, "", "The people who may sign, under a short name each."),
    setting("people.*", Shape::Table, "", "A person."),
    setting("people.*.name", Shape::Text, "", "Their name."),
    setting("people.*.email", Shape::Texts, "", "Their addresses, as git knows them."),
    setting("people.*.roles", Shape::Texts, "", "What they may sign as."),
    setting("people.*.keys", Shape::Texts, "", "Their signing keys: ssh public keys or openpgp fingerprints."),
    setting("approval", Shape::Table, "", "Who has to approve, by severity."),
    setting("approval.own_work", Shape::Flag, "false", "Whether people may approve what they wrote."),
    setting("approval.security", Shape::Text, "", "When the security role has to sign as well."),
    setting(
        "approval.signatures",
        Shape::TableOr(SIGNATURES),
        "\"optional\"",
        "Whether a sign-off needs a cryptographic signature, by severity.",
    ),
    setting(
        "approval.signatures.*",
        Shape::Word(SIGNATURES),
        "",
        "Whether a sign-off needs a signature at this severity.",
    ),
    setting("approval.*", Shape::Table, "", "What an approval needs at a severity."),
    setting("approval.*.signers", Shape::Count, "", "How many distinct people."),
    setting("approval.*.roles", Shape::Texts, "", "Which roles."),
    setting("gates", Shape::Table, "", "What has to be true before a transition."),
    setting("gates.*", Shape::Table, "", "The gates of a transition."),
    setting("gates.*.*", Shape::TableOr(GATE), "", "Whether a gate is off, warns, or is required."),
    setting("gates.*.*.*", Shape::Word(GATE), "", "The same, by severity."),
    setting("rules", Shape::Table, "", "The rules of findings."),
    setting("rules.*", Shape::Word(LEVEL), "", "How much a finding of the rule matters."),
];

/// The setting at a path of names. A literal name wins over `*`.
pub fn find(path: &[&str]) -> Option<&'static Setting> {
    let fits = |setting: &&Setting| {
        let mut parts = setting.path.split('.');
        let same = path.iter().all(|name| parts.next().is_some_and(|part| part == "*" || part == *name));
        same && parts.next().is_none()
    };
    SETTINGS.iter().filter(fits).min_by_key(|setting| setting.path.matches('*').count())
}

/// The literal names that may stand in the table at a path.
pub fn names_in(path: &[&str]) -> Vec<&'static str> {
    SETTINGS
        .iter()
        .filter_map(|setting| {
            let (parent, name) = setting.path.rsplit_once('.').unwrap_or(("", setting.path));
            let parent: Vec<&str> = parent.split('.').filter(|part| !part.is_empty()).collect();
            let fits =
                parent.len() == path.len() && parent.iter().zip(path).all(|(part, name)| *part == "*" || part == name);
            (fits && name != "*").then_some(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_name_wins_over_a_name_of_the_teams_own() {
        assert_eq!(find(&["approval", "own_work"]).map(|s| s.path), Some("approval.own_work"));
        assert_eq!(find(&["approval", "P1"]).map(|s| s.path), Some("approval.*"));
        assert_eq!(find(&["gates", "approve", "timeline"]).map(|s| s.path), Some("gates.*.*"));
        assert_eq!(find(&["people", "ann", "shoe_size"]).map(|s| s.path), None);
        assert_eq!(names_in(&["people", "ann"]), ["name", "email", "roles", "keys"]);
    }

    #[test]
    fn every_default_is_toml() {
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            let text = format!("x = {}", setting.default);
            assert!(text.parse::<toml::Table>().is_ok(), "{}", setting.path);
        }
    }
}

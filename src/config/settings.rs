//! The settings table: every key of `pm.toml`, once.
//!
//! Reading, findings, `pm config` and `docs/reference/config.md` take what they know about a setting from here. In a path
//! `*` stands for a name of the team's own, as in `people.*.email`.

use super::policy::{GATES, Gate};

/// One setting.
#[derive(Debug, Clone, Copy)]
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
    /// A list of texts, each of one kind.
    List(Item),
    /// A folder inside the repository, with `/` between its parts.
    Folder,
    /// `true` or `false`.
    Flag,
    /// A whole number, one or more.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An IANA time zone.
    Zone,
    /// A length of time, such as `5m`, `48h`, `7d`.
    Length,
    /// A length of time, or a table of them.
    LengthOrTable,
    /// One milestone, or several of which the first that is there counts.
    Milestones,
    /// A table of further settings.
    Table,
    /// A table, or in its place one value for all of its keys.
    TableOr(&'static [&'static str]),
}

/// What the texts of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// E-mail addresses, each of one person.
    Email,
    /// Public signing keys or fingerprints, each of one person.
    Key,
    /// What people sign as.
    Role,
    /// Words and phrases.
    Phrase,
    /// Domains of mail addresses.
    Domain,
}

/// What a team's own name has to be at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Anything.
    Any,
    /// The name of a severity.
    Severity,
    /// The name of a severity, or `default` for all others.
    SeverityOrDefault,
}

const fn setting(path: &'static str, kind: Shape, default: &'static str, meaning: &'static str) -> Setting {
    Setting { path, kind, default, meaning }
}

const GATE: &[&str] = &["off", "warn", "require"];
const LEVEL: &[&str] = &["off", "note", "warning", "error"];
const SECURITY: &[&str] = &["when sensitive data was exposed", "always", "never"];
const SIGNATURES: &[&str] = &["optional", "required"];

/// Every setting, in the order in which a settings file is written.
pub static SETTINGS: &[Setting] = &{
    let mut all = [BEFORE_GATES[0]; BEFORE_GATES.len() + GATES.len() + AFTER_GATES.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < BEFORE_GATES.len() {
            BEFORE_GATES[at]
        } else if at < BEFORE_GATES.len() + GATES.len() {
            of_gate(GATES[at - BEFORE_GATES.len()])
        } else {
            AFTER_GATES[at - BEFORE_GATES.len() - GATES.len()]
        };
        at += 1;
    }
    all
};

/// The setting of a gate.
const fn of_gate(gate: Gate) -> Setting {
    setting(gate.path, Shape::TableOr(GATE), gate.default.written(), gate.meaning)
}

const BEFORE_GATES: &[Setting] = &[
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
    setting(
        "deadlines.actions.P1",
        Shape::LengthOrTable,
        "\"7d\"",
        "From the day a P1 action is written down to its due date; by severity of the record, as in `{ P1 = \"3d\", default = \"7d\" }`, where it differs.",
    ),
    setting("deadlines.actions.P2", Shape::LengthOrTable, "\"14d\"", "The same for P2."),
    setting("deadlines.actions.P3", Shape::LengthOrTable, "\"30d\"", "The same for P3."),
    setting(
        "deadlines.actions.*.*",
        Shape::Length,
        "",
        "The same for records of this severity; `default` is for the severities that are not named. A record without a severity has the shortest.",
    ),
    setting(
        "deadlines.calendar",
        Shape::Word(&["days", "business-days"]),
        "\"days\"",
        "Which days count for the due dates of actions.",
    ),
    setting(
        "people",
        Shape::Table,
        "",
        "The people who may sign, under a short name each; when nobody is named, anybody may sign.",
    ),
    setting("people.*", Shape::Table, "", "A person."),
    setting("people.*.name", Shape::Text, "", "Their name; without it the short name."),
    setting(
        "people.*.email",
        Shape::List(Item::Email),
        "",
        "Their addresses, as git knows them; without one they cannot sign. No two people share one.",
    ),
    setting("people.*.roles", Shape::List(Item::Role), "", "What they may sign as."),
    setting(
        "people.*.keys",
        Shape::List(Item::Key),
        "",
        "Their signing keys: ssh public keys or openpgp fingerprints. No two people share one.",
    ),
    setting("approval", Shape::Table, "", "Who has to approve, by severity."),
    setting("approval.own_work", Shape::Flag, "false", "Whether people may approve what they wrote."),
    setting(
        "approval.signed_off_by",
        Shape::Flag,
        "false",
        "Whether commits of transitions carry a `Signed-off-by` trailer, as `--signoff` adds one.",
    ),
    setting("approval.security", Shape::Word(SECURITY), "", "When the role `security` has to sign as well."),
    setting(
        "approval.signatures",
        Shape::TableOr(SIGNATURES),
        "",
        "Whether a sign-off needs a cryptographic signature, by severity: `optional` accepts an unsigned one as a claim, `required` does not; unset, `pm verify` says that it cannot tell.",
    ),
    setting(
        "approval.signatures.*",
        Shape::Word(SIGNATURES),
        "",
        "Whether a sign-off needs a signature at this severity; `default` is for the severities that are not named.",
    ),
    setting(
        "approval.*",
        Shape::Table,
        "",
        "What an approval needs at this severity; where nothing is written, one signer in any role. Without a severity, the strictest of what is written.",
    ),
    setting(
        "approval.*.signers",
        Shape::Count,
        "",
        "How many distinct people; unset, as many as there are roles, and at least one.",
    ),
    setting("approval.*.roles", Shape::List(Item::Role), "", "Which roles, each once."),
    setting(
        "gates",
        Shape::Table,
        "",
        "What has to be true before a transition: `require` refuses it otherwise, `warn` says so, `off` does not look.",
    ),
    setting("gates.submit", Shape::Table, "", "Before a record goes to review."),
    setting("gates.approve", Shape::Table, "", "Before a record is approved."),
    setting("gates.complete", Shape::Table, "", "Before a record is complete."),
];

const AFTER_GATES: &[Setting] = &[
    setting(
        "gates.*.*.*",
        Shape::Word(GATE),
        "",
        "The same at this severity; `default` is for the severities that are not named.",
    ),
    setting("rules", Shape::Table, "", "The rules of findings; the page of the rules has them all."),
    setting("rules.*", Shape::Word(LEVEL), "", "How much a finding of the rule matters; `off` does not look."),
    setting(
        "severity_at_least",
        Shape::Table,
        "",
        "From which impact on a record has at least a severity, for the rule `severity-too-low`; without it nothing is implied.",
    ),
    setting("severity_at_least.*", Shape::Table, "", "What makes this severity the least: any one of it suffices."),
    setting("severity_at_least.*.affected", Shape::Count, "", "So many users, by `impact.users.affected`."),
    setting("severity_at_least.*.percent", Shape::Count, "", "So much of all users, by `impact.users.percent`."),
    setting("severity_at_least.*.duration", Shape::Length, "", "So long from `started` to `resolved`."),
    setting(
        "severity_at_least.*.cost",
        Shape::Count,
        "",
        "So much money, by the sum of `impact.financial` in the currency of the settings.",
    ),
    setting("severity_at_least.*.data_lost", Shape::Flag, "", "Data was lost or corrupted, by `impact.data`."),
    setting(
        "severity_at_least.*.data_exposed",
        Shape::Flag,
        "",
        "Sensitive data was exposed, by `impact.data.sensitive_exposed`.",
    ),
    setting(
        "domains",
        Shape::List(Item::Domain),
        "",
        "The mail domains of the team, beside those of `people`: addresses there are nobody's secret.",
    ),
    setting(
        "wording",
        Shape::Table,
        "",
        "The word lists of rules about wording; the guide to checking says how a phrase is written.",
    ),
    setting("wording.people", Shape::Table, "", "Who `{person}` in a phrase stands for."),
    setting("wording.people.add", Shape::List(Item::Phrase), "", "Further words of it."),
    setting("wording.people.remove", Shape::List(Item::Phrase), "", "Words of the built-in list that are none here."),
    setting("wording.blame", Shape::Table, "", "The phrases of `blameless-wording`."),
    setting("wording.blame.add", Shape::List(Item::Phrase), "", "Further phrases of it."),
    setting("wording.blame.remove", Shape::List(Item::Phrase), "", "Phrases of the built-in list that are none here."),
    setting("wording.counterfactual", Shape::Table, "", "The phrases of `counterfactual`."),
    setting("wording.counterfactual.add", Shape::List(Item::Phrase), "", "Further phrases of it."),
    setting(
        "wording.counterfactual.remove",
        Shape::List(Item::Phrase),
        "",
        "Phrases of the built-in list that are none here.",
    ),
    setting("wording.human_error", Shape::Table, "", "The phrases of `human-error`."),
    setting("wording.human_error.add", Shape::List(Item::Phrase), "", "Further phrases of it."),
    setting(
        "wording.human_error.remove",
        Shape::List(Item::Phrase),
        "",
        "Phrases of the built-in list that are none here.",
    ),
    setting("wording.vague", Shape::Table, "", "The beginnings of actions that `vague-action` finds."),
    setting("wording.vague.add", Shape::List(Item::Phrase), "", "Further ones."),
    setting("wording.vague.remove", Shape::List(Item::Phrase), "", "Those of the built-in list that are none here."),
    setting("wording.unbounded", Shape::Table, "", "The words of `unbounded-action`."),
    setting("wording.unbounded.add", Shape::List(Item::Phrase), "", "Further words of it."),
    setting(
        "wording.unbounded.remove",
        Shape::List(Item::Phrase),
        "",
        "Words of the built-in list that are none here.",
    ),
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

/// What the last name of a setting's path has to be.
pub fn name_in(setting: &Setting) -> Name {
    match setting.path {
        "approval.*" | "severity_at_least.*" => Name::Severity,
        "approval.signatures.*" | "gates.*.*.*" | "deadlines.actions.*.*" => Name::SeverityOrDefault,
        _ => Name::Any,
    }
}

/// The literal names that may stand in the table at a path.
pub fn names_in(path: &[&str]) -> Vec<&'static str> {
    let table = find(path).map_or("", |setting| setting.path);
    let parts = SETTINGS.iter().map(|setting| setting.path.rsplit_once('.').unwrap_or(("", setting.path)));
    parts.filter(|(parent, name)| *parent == table && *name != "*").map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_name_wins_over_a_name_of_the_teams_own() {
        assert_eq!(find(&["approval", "own_work"]).map(|s| s.path), Some("approval.own_work"));
        assert_eq!(find(&["approval", "P1"]).map(|s| s.path), Some("approval.*"));
        assert_eq!(find(&["gates", "approve", "timeline"]).map(|s| s.path), Some("gates.approve.timeline"));
        assert_eq!(find(&["gates", "approve", "summary"]).map(|s| s.path), None);
        assert_eq!(find(&["gates", "approve", "timeline", "P1"]).map(|s| s.path), Some("gates.*.*.*"));
        assert_eq!(find(&["deadlines", "actions", "P1", "P1"]).map(|s| s.path), Some("deadlines.actions.*.*"));
        assert_eq!(find(&["people", "ann", "shoe_size"]).map(|s| s.path), None);
        assert_eq!(names_in(&["people", "ann"]), ["name", "email", "roles", "keys"]);
        assert_eq!(names_in(&["approval", "signatures"]), [] as [&str; 0]);
        assert!(names_in(&[]).contains(&"timezone"));
    }

    #[test]
    fn the_gates_are_settings_in_their_order() {
        let paths = SETTINGS.iter().map(|setting| setting.path).filter(|path| path.matches('.').count() == 2);
        assert!(paths.filter(|path| path.starts_with("gates.")).eq(GATES.iter().map(|gate| gate.path)));
    }

    #[test]
    fn every_default_is_toml() {
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            let text = format!("x = {}", setting.default);
            assert!(text.parse::<toml::Table>().is_ok(), "{}", setting.path);
        }
    }
}

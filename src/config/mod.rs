//! `pm.toml`: the team's settings, typed, with every mistake in them as a finding.
//!
//! A mistake in one setting leaves the default of that setting in force, so that a slip in a policy never keeps a
//! responder from writing an entry; only a file that is no TOML at all, or that hides where the records are, is a failure.
//!
//! Depends on: record, finding. Never: reads files or the environment.

pub mod policy;
mod read;
pub mod settings;

use std::ops::Range;

use crate::finding::{Finding, Level};
use crate::record::duration::Length;
use crate::record::milestone::Milestone;

pub use policy::Policy;
pub use read::Origin;

/// The name of the settings file at the repository's root.
pub const FILE_NAME: &str = "pm.toml";

/// The settings file that `pm init` writes, and the source of the defaults that are tables.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the records, from the repository's root, with `/` between its parts.
    pub records: String,
    /// How new records are filed.
    pub shard: Shard,
    /// The branch that records are merged into, when it is set.
    pub default_branch: Option<String>,
    /// What a time without a zone means on the command line.
    pub timezone: chrono_tz::Tz,
    /// Whether the file sets a time zone that is none, so that [`timezone`](Self::timezone) is nobody's choice.
    pub timezone_in_doubt: bool,
    /// Whether changing commands commit.
    pub commit: bool,
    /// Whether a new record gets a branch of its own.
    pub branch: BranchRule,
    /// The currency of amounts without one.
    pub currency: String,
    /// The severities, worst first.
    pub severities: Vec<Severity>,
    /// The durations measured on every record.
    pub targets: Vec<Target>,
    /// The levels of rules that are not as usual.
    pub rules: Vec<RuleSetting>,
    /// The word lists of rules that are not as usual.
    pub wording: Wording,
    /// The mail domains of the team, in lower case: those of the settings, and those of `[people]`.
    pub domains: Vec<String>,
    /// From which impact on a record has at least a severity, worst first.
    pub thresholds: Vec<Threshold>,
    /// Who may sign, what an approval needs, the gates and the deadlines.
    pub policy: Policy,
    /// A mistake in what sign-offs are judged by: people, approval, gates or severities. What stands in its place may ask for
    /// less than was meant.
    pub policy_in_doubt: Option<String>,
    /// Everything that is wrong with the file.
    pub findings: Vec<Finding>,
    /// Every setting in force with where it comes from, in the order of the settings table.
    pub listing: Vec<(String, String, Origin)>,
}

/// How new records are filed under the records folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shard {
    /// `<year>/<id>.toml`.
    Year,
    /// `<year>/<month>/<id>.toml`.
    Month,
}

/// Whether `pm new` makes a branch while the default branch is checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchRule {
    /// It asks on a terminal, and says how otherwise.
    Ask,
    /// It does.
    Always,
    /// It does not.
    Never,
}

/// What the settings say of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleLevel {
    /// It is not looked at.
    Off,
    /// Its findings matter this much.
    Level(Level),
}

/// What the settings say of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// The name as it is written; whether there is such a rule is for the rules to say.
    pub name: String,
    /// How much its findings matter.
    pub level: RuleLevel,
    /// Where the name stands, in bytes of the file.
    pub span: Range<usize>,
}

/// What the settings say of the word lists of rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// By the names of the lists.
    pub lists: Vec<(&'static str, WordChange)>,
}

/// What is added to a word list and taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordChange {
    /// Further phrases.
    pub add: Vec<Phrase>,
    /// Phrases of the list that are none here.
    pub remove: Vec<Phrase>,
}

/// A phrase of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// As it is written.
    pub text: String,
    /// Where it stands, in bytes of the file.
    pub span: Range<usize>,
}

impl Wording {
    /// What the settings say of a list.
    pub fn change(&self, list: &str) -> Option<&WordChange> {
        self.lists.iter().find(|(name, _)| *name == list).map(|(_, change)| change)
    }
}

/// From which impact on a record has at least a severity: any one of these suffices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Threshold {
    /// The severity.
    pub severity: String,
    /// So many users were affected.
    pub affected: Option<i64>,
    /// So much of all users, in percent.
    pub percent: Option<f64>,
    /// From `started` to `resolved`.
    pub duration: Option<Length>,
    /// So much money altogether, in the currency of the settings.
    pub cost: Option<f64>,
    /// Data was lost or corrupted.
    pub data_lost: bool,
    /// Sensitive data was exposed.
    pub data_exposed: bool,
}

/// A severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Severity {
    /// How it is written in a record.
    pub name: String,
    /// What it means.
    pub meaning: String,
}

/// A duration to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name in `pm.toml` and in JSON.
    pub name: String,
    /// The milestones it may start at; the first that the record has counts.
    pub from: Vec<Milestone>,
    /// The milestones it may end at; the first that the record has counts.
    pub to: Vec<Milestone>,
    /// How long it may take.
    pub within: Option<Length>,
}

/// A settings file that cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[error("`{FILE_NAME}` cannot be read as settings")]
pub struct BrokenConfig {
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

impl Config {
    /// The settings of a file's text; of no file, the defaults.
    pub fn read(text: Option<&str>) -> Result<Self, BrokenConfig> {
        read::read(text.unwrap_or_default())
    }

    /// The names of the severities, worst first.
    pub fn severity_names(&self) -> Vec<String> {
        self.severities.iter().map(|severity| severity.name.clone()).collect()
    }

    /// What the settings say of a rule, when they do.
    pub fn rule(&self, name: &str) -> Option<RuleLevel> {
        self.rules.iter().find(|rule| rule.name == name).map(|rule| rule.level)
    }

    /// What a severity means.
    pub fn severity_meaning(&self, name: &str) -> Option<&str> {
        self.severities.iter().find(|severity| severity.name == name).map(|severity| severity.meaning.as_str())
    }
}

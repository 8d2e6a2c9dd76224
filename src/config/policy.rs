//! Who may sign, what an approval needs, which gates stand before a transition, and by when things have to be done.
//!
//! Here is what the settings say; it never looks at a record or a signature.

mod gates;
pub mod people;

use toml::{Table, Value};

use super::settings::{self, Name};
use crate::record::duration::Length;
use crate::record::{text_in, texts_of, vocabulary};

pub use gates::{GATES, Gate, GateLevels};
#[cfg_attr(not(test), expect(unused_imports, reason = "status and verify build on it"))]
pub use gates::{GateDefault, GateLevel};
pub use people::Person;

/// The settings of the review of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The people who may sign, in the order of the file. When there are none, anybody may.
    pub people: Vec<Person>,
    /// What an approval needs.
    pub approval: ApprovalPolicy,
    /// How much each gate matters.
    pub gates: GateLevels,
    /// By when things have to be done.
    pub deadlines: Deadlines,
}

/// What an approval needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalPolicy {
    /// What is written, by severity, in the order of the file.
    pub by_severity: Vec<(String, Requirement)>,
    /// Whether people may approve what they wrote.
    pub own_work: bool,
    /// Whether commits of transitions carry a `Signed-off-by` trailer.
    pub signed_off_by: bool,
    /// When the role `security` has to sign as well; `None` when it is not written.
    pub security: Option<SecurityRule>,
    /// Whether a sign-off needs a cryptographic signature, as written.
    pub signatures: BySeverity<SignatureRule>,
    severities: Vec<String>,
}

/// What an approval needs at a severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// How many distinct people.
    pub signers: usize,
    /// Which roles, each once.
    pub roles: Vec<String>,
}

/// When the role `security` has to sign as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityRule {
    /// When the record says that sensitive data was exposed.
    WhenExposed,
    /// On every record.
    Always,
    /// On none.
    Never,
}

impl SecurityRule {
    /// All of them with their words in `pm.toml`.
    const WORDS: [(&'static str, Self); 3] =
        [("when sensitive data was exposed", Self::WhenExposed), ("always", Self::Always), ("never", Self::Never)];

    fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, rule)| rule)
    }
}

/// Whether a sign-off needs a cryptographic signature. The order is from lenient to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureRule {
    /// Without one it is accepted as a claim.
    Optional,
    /// Without one it does not count.
    Required,
}

impl SignatureRule {
    fn named(word: &str) -> Option<Self> {
        match word {
            "optional" => Some(Self::Optional),
            "required" => Some(Self::Required),
            _ => None,
        }
    }
}

/// By when things have to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// From `resolved` to the submission for review.
    pub submit: Length,
    /// From the submission to the approval.
    pub approve: Length,
    /// From the day an action is written down to its due date, by severity of the record, for every priority, most urgent
    /// first.
    pub actions: Vec<(String, BySeverity<Length>)>,
    /// Whether only Monday to Friday count for the due dates of actions.
    pub business_days: bool,
    severities: Vec<String>,
}

/// A setting that may differ by severity: one word for all, or a table of severities and `default`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BySeverity<T> {
    /// By the severities' names, in the order of the file.
    pub named: Vec<(String, T)>,
    /// For the severities that are not named.
    pub default: Option<T>,
}

/// The name that stands for the severities without a name of their own.
pub(super) const DEFAULT: &str = "default";

impl<T: Copy> BySeverity<T> {
    fn read(value: Option<&Value>, understand: impl Fn(&str) -> Option<T>) -> Self {
        let of = |value: &Value| value.as_str().and_then(&understand);
        let table = value.and_then(Value::as_table);
        let named = table.into_iter().flatten().filter(|(name, _)| *name != DEFAULT);
        Self {
            named: named.filter_map(|(name, value)| Some((name.clone(), of(value)?))).collect(),
            default: table.map_or(value, |table| table.get(DEFAULT)).and_then(of),
        }
    }

    /// What is written under the name of a severity.
    fn named(&self, severity: &str) -> Option<T> {
        self.named.iter().find(|(name, _)| name == severity).map(|(_, value)| *value)
    }

    /// What is written for a severity, by its name or by `default`.
    fn at(&self, severity: &str) -> Option<T> {
        self.named(severity).or(self.default)
    }
}

impl Policy {
    /// The policy of a settings file that was looked through: `written` holds only what is understood.
    pub(super) fn read(written: &Table, severities: &[String]) -> Self {
        let table = |name: &str| written.get(name).and_then(Value::as_table);
        Self {
            people: people::read(table("people")),
            approval: ApprovalPolicy::read(table("approval"), severities),
            gates: GateLevels::read(table("gates"), severities),
            deadlines: Deadlines::read(table("deadlines"), severities),
        }
    }
}

impl ApprovalPolicy {
    fn read(written: Option<&Table>, severities: &[String]) -> Self {
        let value = |name: &str| written.and_then(|table| table.get(name));
        let is_severity = |(name, _): &(&String, _)| {
            settings::find(&["approval", name]).is_some_and(|setting| settings::name_in(setting) == Name::Severity)
        };
        let of = |(name, row): (&String, &Value)| Some((name.clone(), Requirement::read(row.as_table()?)));
        Self {
            by_severity: written.into_iter().flatten().filter(is_severity).filter_map(of).collect(),
            own_work: value("own_work").and_then(Value::as_bool).unwrap_or(false),
            signed_off_by: value("signed_off_by").and_then(Value::as_bool).unwrap_or(false),
            security: value("security").and_then(Value::as_str).and_then(SecurityRule::named),
            signatures: BySeverity::read(value("signatures"), SignatureRule::named),
            severities: severities.to_vec(),
        }
    }

    /// What an approval needs at a severity: as written, else one signer and no role. A severity that is missing or none
    /// of the settings' counts as the strictest: the most signers and every role of all severities.
    pub fn requirement(&self, severity: Option<&str>) -> Requirement {
        let Some(severity) = self.known(severity) else {
            let mut strictest = Requirement::LEAST;
            for (_, requirement) in &self.by_severity {
                strictest.signers = strictest.signers.max(requirement.signers);
                for role in &requirement.roles {
                    if !strictest.roles.contains(role) {
                        strictest.roles.push(role.clone());
                    }
                }
            }
            return strictest;
        };
        let written = self.by_severity.iter().find(|(name, _)| name == severity);
        written.map_or(Requirement::LEAST, |(_, requirement)| requirement.clone())
    }

    /// Whether a sign-off needs a signature at a severity. `None`: nothing is said, so an unsigned sign-off is a claim that
    /// cannot be told from a typed one. A severity that is missing or none of the settings' counts as the strictest written.
    pub fn signatures(&self, severity: Option<&str>) -> Option<SignatureRule> {
        match self.known(severity) {
            Some(severity) => self.signatures.at(severity),
            None => self.signatures.named.iter().map(|(_, rule)| *rule).chain(self.signatures.default).max(),
        }
    }

    fn known<'a>(&self, severity: Option<&'a str>) -> Option<&'a str> {
        severity.filter(|name| self.severities.iter().any(|known| known == name))
    }
}

impl Requirement {
    /// What an approval needs where nothing is written.
    const LEAST: Self = Self { signers: 1, roles: Vec::new() };

    fn read(row: &Table) -> Self {
        let roles: Vec<String> =
            row.get("roles").map(texts_of).unwrap_or_default().into_iter().map(str::to_owned).collect();
        let signers = row.get("signers").and_then(Value::as_integer).and_then(|count| usize::try_from(count).ok());
        Self { signers: signers.unwrap_or_else(|| roles.len().max(1)), roles }
    }
}

impl Deadlines {
    fn read(written: Option<&Table>, severities: &[String]) -> Self {
        let actions = written.and_then(|table| table.get("actions")).and_then(Value::as_table);
        let action = |priority: &'static str| {
            let by_severity = BySeverity::read(actions.and_then(|table| table.get(priority)), |text| text.parse().ok());
            let usual = || default_length(&format!("deadlines.actions.{priority}"));
            let default = by_severity.default.or_else(|| Some(usual()));
            (priority.to_owned(), BySeverity { default, ..by_severity })
        };
        Self {
            submit: length(written, "submit", "deadlines.submit"),
            approve: length(written, "approve", "deadlines.approve"),
            actions: vocabulary::PRIORITY.slugs().map(action).collect(),
            business_days: written.and_then(|table| text_in(table, "calendar")) == Some("business-days"),
            severities: severities.to_vec(),
        }
    }

    /// How long an action of a priority may take in a record of a severity; `None` for a priority that is none. A severity
    /// that is missing or none of the settings' counts as the strictest: the shortest of all lengths.
    pub fn action(&self, priority: &str, severity: Option<&str>) -> Option<Length> {
        let (_, lengths) = self.actions.iter().find(|(name, _)| name == priority)?;
        match severity.filter(|name| self.severities.iter().any(|known| known == name)) {
            Some(severity) => lengths.at(severity),
            None => self.severities.iter().filter_map(|severity| lengths.at(severity)).min().or(lengths.default),
        }
    }
}

/// A length as written, else as the settings table has it.
fn length(written: Option<&Table>, name: &str, path: &str) -> Length {
    let written = written.and_then(|table| text_in(table, name)).and_then(|text| text.parse().ok());
    written.unwrap_or_else(|| default_length(path))
}

fn default_length(path: &str) -> Length {
    let parts: Vec<&str> = path.split('.').collect();
    let default = settings::find(&parts).map_or("", |setting| setting.default);
    default.trim_matches('"').parse().expect("the default of a deadline is a length: a test reads it")
}

#[cfg(test)]
mod tests;

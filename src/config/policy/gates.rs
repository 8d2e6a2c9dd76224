//! The gates: what has to be true of a record before it may go on, and how much each matters.
//!
//! What a gate means is said here; whether a record meets it is for the commands that move records.

use toml::{Table, Value};

use super::BySeverity;

/// How much it matters that a gate is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateLevel {
    /// It is not looked at.
    Off,
    /// It is said, and the record goes on.
    Warn,
    /// The record does not go on.
    Require,
}

impl GateLevel {
    /// All of them, from lenient to strict.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Require];

    /// The word in `pm.toml`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Require => "require",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// One thing that has to be true before a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// Its place in `pm.toml`, `gates.TRANSITION.NAME`.
    pub path: &'static str,
    /// The transition it stands before: `submit`, `approve` or `complete`.
    pub transition: &'static str,
    /// Its name, once per transition.
    pub name: &'static str,
    /// What has to be true, as one sentence.
    pub meaning: &'static str,
    /// How much it matters when nothing is written.
    pub default: GateDefault,
}

/// How much a gate matters when nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateDefault {
    /// The same at every severity.
    Level(GateLevel),
    /// Required at the two worst severities of the settings, a warning at the others.
    Worst,
}

impl GateDefault {
    /// As it would be written in `pm.toml` with the severities of the template.
    pub const fn written(self) -> &'static str {
        match self {
            Self::Level(GateLevel::Off) => "\"off\"",
            Self::Level(GateLevel::Warn) => "\"warn\"",
            Self::Level(GateLevel::Require) => "\"require\"",
            Self::Worst => "{ P1 = \"require\", P2 = \"require\", default = \"warn\" }",
        }
    }

    /// The same with the severities of a team, worst first.
    pub(super) fn levels(self, severities: &[String]) -> BySeverity<GateLevel> {
        match self {
            Self::Level(level) => BySeverity { named: Vec::new(), default: Some(level) },
            Self::Worst => BySeverity {
                named: severities.iter().take(2).map(|name| (name.clone(), GateLevel::Require)).collect(),
                default: Some(GateLevel::Warn),
            },
        }
    }
}

/// Keeps the path of a gate and its parts from ever differing.
macro_rules! gates {
    ($($transition:literal $name:literal: $default:expr, $meaning:literal;)*) => {
        &[$(Gate {
            path: concat!("gates.", $transition, ".", $name),
            transition: $transition,
            name: $name,
            meaning: $meaning,
            default: $default,
        }),*]
    };
}

const REQUIRE: GateDefault = GateDefault::Level(GateLevel::Require);
const WARN: GateDefault = GateDefault::Level(GateLevel::Warn);

/// Every gate, in the order in which they are shown; the settings and their reference follow it.
pub static GATES: &[Gate] = gates![
    "submit" "severity": REQUIRE, "A severity is set.";
    "submit" "summary": REQUIRE, "A summary is written.";
    "submit" "impact": REQUIRE, "The impact is described, by `impact.summary` or the users affected.";
    "submit" "timeline": REQUIRE, "`detected` and `resolved` are marked and the timeline is in order.";
    "approve" "timeline": REQUIRE,
        "`detected` and `resolved` are marked, the timeline is in order, and the review ticked the topic `timeline`.";
    "approve" "root_cause": REQUIRE,
        "A root cause or a contributing factor is written, and the review ticked the topic `root-cause`.";
    "approve" "actions": REQUIRE, "There is an action, and each has an owner, a priority and a due date.";
    "approve" "prevention": REQUIRE, "Something that prevents it from happening again is written (`prevention`).";
    "approve" "lessons": REQUIRE, "What the team takes from it is written (`lessons`).";
    "approve" "review_held": GateDefault::Worst,
        "The review meeting was held (`review.held`).";
    "approve" "agreed": WARN, "All stakeholders agree (`review.agreed`).";
    "complete" "actions_closed": REQUIRE, "Every action is done with evidence, or dropped with a reason.";
    "complete" "shared": REQUIRE, "The record was shared (`distribution.shared_on`).";
];

/// How much each gate matters, by severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLevels {
    severities: Vec<String>,
    /// What is written, one for each of [`GATES`].
    written: Vec<BySeverity<GateLevel>>,
}

impl GateLevels {
    /// The levels of a settings file that was looked through.
    pub(super) fn read(written: Option<&Table>, severities: &[String]) -> Self {
        let of = |gate: &Gate| {
            let value = written.and_then(|gates| gates.get(gate.transition)?.get(gate.name));
            BySeverity::read(value, GateLevel::named)
        };
        Self { severities: severities.to_vec(), written: GATES.iter().map(of).collect() }
    }

    /// How much a gate matters at a severity. A severity that is missing or none of the settings' counts as the
    /// strictest, so that leaving it out opens no gate; what is no gate is required, so that a slip in a name is noticed.
    pub fn level(&self, transition: &str, gate: &str, severity: Option<&str>) -> GateLevel {
        let is_it = |(known, _): &(&Gate, _)| known.transition == transition && known.name == gate;
        let Some((gate, written)) = GATES.iter().zip(&self.written).find(is_it) else { return GateLevel::Require };
        let defaults = gate.default.levels(&self.severities);
        // A written `default` is for every severity that is not written by its name.
        let rest = if written.default.is_some() { written } else { &defaults };
        let at = |name: &str| written.named(name).or_else(|| rest.at(name));
        if let Some(name) = severity.filter(|name| self.severities.iter().any(|known| known == name)) {
            return at(name).unwrap_or(GateLevel::Require);
        }
        let every = self.severities.iter().filter_map(|name| at(name)).chain(rest.default);
        every.max().unwrap_or(GateLevel::Require)
    }

    /// The settings that are in force without being written, as `gates.approve.agreed` with its value.
    pub(in crate::config) fn unwritten(&self) -> Vec<(String, Value)> {
        let mut rows = Vec::new();
        for (gate, written) in GATES.iter().zip(&self.written).filter(|(_, written)| written.default.is_none()) {
            let defaults = gate.default.levels(&self.severities);
            let in_table = !written.named.is_empty() || !defaults.named.is_empty();
            for (name, level) in defaults.named.iter().filter(|(name, _)| written.named(name).is_none()) {
                rows.push((format!("{}.{name}", gate.path), Value::from(level.word())));
            }
            if let Some(level) = defaults.default {
                let path = if in_table { format!("{}.default", gate.path) } else { gate.path.to_owned() };
                rows.push((path, Value::from(level.word())));
            }
        }
        rows
    }
}

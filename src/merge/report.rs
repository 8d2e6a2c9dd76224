//! What a merge has to tell: contradictions, clashes of ids, sign-offs that no longer fit, and what was counted.

use std::fmt;

use toml::Value;

use crate::diff::shown;

/// Why a key could not be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Both sides gave it another value.
    Value,
    /// Theirs took the row out that ours changed.
    GoneInTheirs,
    /// Ours took the row out that theirs changed.
    GoneInOurs,
    /// Both sides put the rows in another order.
    Order,
    /// Both sides made another transition.
    Rounds,
    /// Both sides gave keys that say one thing together other values.
    Together,
}

/// A contradiction: what stays for people to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Its number, by which it is decided.
    pub number: usize,
    /// The key as people say it: `severity`, `action k7fq.owner`.
    pub label: String,
    /// The key as the key table has it, without numbers of rows: `actions.owner`; empty where it is not about one key.
    pub key: String,
    /// Why.
    pub why: Why,
    /// The value before.
    pub base: Option<Value>,
    /// Our value.
    pub ours: Option<Value>,
    /// Their value.
    pub theirs: Option<Value>,
}

impl Conflict {
    pub(super) fn new(
        label: &str,
        why: Why,
        base: Option<&Value>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Self {
        Self {
            number: 0,
            label: label.to_owned(),
            key: String::new(),
            why,
            base: base.cloned(),
            ours: ours.cloned(),
            theirs: theirs.cloned(),
        }
    }

    /// One line that names the key, both values, and whose they are.
    pub fn told(&self, ours: &str, theirs: &str) -> String {
        let label = &self.label;
        let value = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| brief(&shown(value)));
        let (mine, other) = (value(self.ours.as_ref()), value(self.theirs.as_ref()));
        match self.why {
            Why::Value | Why::Together => {
                let was = self.base.as_ref().map(|base| format!(" (was {})", brief(&shown(base)))).unwrap_or_default();
                format!("{label}: {mine} in {ours}, {other} in {theirs}{was}")
            }
            Why::GoneInTheirs => format!("{label}: changed in {ours} ({mine}), taken out in {theirs}"),
            Why::GoneInOurs => format!("{label}: taken out in {ours}, changed in {theirs} ({other})"),
            Why::Order => format!("{label}: in one order in {ours}, in another in {theirs}"),
            Why::Rounds => format!("{label}: {mine} in {ours}, {other} in {theirs}"),
        }
    }
}

/// Two different actions with one id: both are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The id.
    pub id: String,
    /// Our action.
    pub ours: String,
    /// Their action.
    pub theirs: String,
}

/// What came together and has to be known all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// One side closed an action that the other put in other words.
    Reworded {
        /// The action.
        label: String,
        /// `done` or `dropped`.
        status: &'static str,
        /// Whether ours closed it.
        closed_in_ours: bool,
    },
    /// An action without an id was given one on each side: it keeps ours.
    TwoIds {
        /// What is to be done.
        action: String,
        /// Our id.
        kept: String,
        /// Their id.
        dropped: String,
    },
    /// Two people added the same entry, each as their own: both are kept.
    TwoPeople {
        /// The entry.
        label: String,
        /// Whose it is on our side.
        ours: String,
        /// Whose it is on theirs.
        theirs: String,
    },
    /// Another action had the id of theirs, and nothing named it: it has another id now.
    Rekeyed {
        /// What is to be done.
        action: String,
        /// The id it had.
        old: String,
        /// The id it has.
        new: String,
    },
}

impl Note {
    /// The id that has given way to another one of the same action.
    pub(super) fn given_way(&self) -> Option<&str> {
        match self {
            Self::TwoIds { dropped, .. } => Some(dropped),
            _ => None,
        }
    }

    /// One line of it.
    pub fn told(&self, ours: &str, theirs: &str) -> String {
        match self {
            Self::Reworded { label, status, closed_in_ours } => {
                let (closed, reworded) = if *closed_in_ours { (ours, theirs) } else { (theirs, ours) };
                format!(
                    "{label} is {status} since {closed}, and has other words in {reworded}; see that both are right"
                )
            }
            Self::TwoIds { action, kept, dropped } => {
                let action = brief(action);
                format!("{action} was given the id {kept} in {ours} and {dropped} in {theirs}; it keeps {kept}")
            }
            Self::TwoPeople { label, ours, theirs } => {
                let (ours, theirs) = (brief(ours), brief(theirs));
                format!("{label} is there twice, as seen by {ours} and by {theirs}; take one out if it is one")
            }
            Self::Rekeyed { action, old, new } => {
                let action = brief(action);
                format!("{action} of {theirs} has the id {new} now: {old} is another action’s, and nothing named it")
            }
        }
    }
}

/// An approval for a content that the merged record no longer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Who gave it.
    pub name: String,
    /// As what.
    pub role: String,
}

/// The rows of a list, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The list.
    pub list: String,
    /// How many the base has.
    pub base: usize,
    /// How many ours added; those that both added are among them.
    pub ours: usize,
    /// How many theirs added alone.
    pub theirs: usize,
    /// How many were taken out.
    pub removed: usize,
    /// How many are in a conflict.
    pub disputed: usize,
}

impl Count {
    /// How many there are in the end, those in conflict included.
    pub fn total(&self) -> usize {
        self.base + self.ours + self.theirs - self.removed
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {} + {}", self.base, self.ours, self.theirs)?;
        if self.removed > 0 {
            write!(f, " − {}", self.removed)?;
        }
        let noun = match self.list.as_str() {
            "timeline" => "entries",
            "cause.whys" => "whys",
            "review.questions" => "questions",
            "sign_offs" => "sign-offs",
            other => other,
        };
        write!(f, " = {} {noun}, 0 lost", self.total())?;
        if self.disputed > 0 {
            write!(f, ", {} in conflict", self.disputed)?;
        }
        Ok(())
    }
}

/// Everything a merge has to tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// What stays to be decided.
    pub conflicts: Vec<Conflict>,
    /// Ids that two actions have.
    pub clashes: Vec<Clash>,
    /// What came together and has to be known all the same.
    pub notes: Vec<Note>,
    /// Approvals that no longer fit.
    pub stale: Vec<Stale>,
    /// What was counted, a list each.
    pub counts: Vec<Count>,
    /// The status that both sides' sign-offs lead to, where it is neither side's own.
    pub derived: Option<String>,
    /// Comments that a side wrote and that did not come along, since what they stood at is another or gone.
    pub comments: Vec<String>,
    /// Why the record was merged as lines of text, where it was.
    pub as_text: Option<String>,
}

/// At most one line of sixty characters.
fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return format!("“{line}”");
    }
    let mut cut: String = line.chars().take(LONGEST - 1).collect();
    cut.push('…');
    format!("“{cut}”")
}

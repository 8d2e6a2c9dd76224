//! A rule as data: what it is called, what it looks for and why, with an example of either side.
//!
//! `pm check --explain`, the reference page, SARIF and the tests take what they say of a rule from here.

use std::fmt::Write as _;
use std::ops::Range;

use super::subject::Subject;
use crate::finding::Level;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab-case, as in `pm.toml` and in findings.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How much its findings matter, if `pm.toml` does not say.
    pub level: Level,
    /// What becomes of its findings while the record is a draft.
    pub draft: Draft,
    /// What it finds: one sentence.
    pub summary: &'static str,
    /// Why that matters, and what is not meant.
    pub why: &'static str,
    /// A record in which it finds something and one in which it does not, as the lines that make the difference. A test
    /// holds that they do. None where the lines of one record cannot show it.
    pub example: Option<Example>,
    /// Where the rule comes from.
    pub source: &'static str,
    /// Who looks for it.
    pub(super) look: Look,
}

/// Lines of a record that a rule finds something in, and lines that say it better.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What is found.
    pub bad: &'static str,
    /// What to write.
    pub good: &'static str,
}

/// What rules are about. The order is that of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Whether the file can be read as a record.
    Format,
    /// Whether the settings can be understood.
    Settings,
    /// When it happened.
    Timeline,
    /// Whom it hit, and how hard.
    Impact,
    /// Why it happened.
    Cause,
    /// How people are spoken of.
    Wording,
    /// What was promised.
    Actions,
    /// Where the record stands.
    Review,
    /// What should not be in a record, or not be seen in it.
    Text,
    /// Comments that allow a finding.
    Allowing,
}

impl Group {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Format,
        Self::Settings,
        Self::Timeline,
        Self::Impact,
        Self::Cause,
        Self::Wording,
        Self::Actions,
        Self::Review,
        Self::Text,
        Self::Allowing,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Format => "Format",
            Self::Settings => "Settings",
            Self::Timeline => "Timeline",
            Self::Impact => "Impact",
            Self::Cause => "Cause",
            Self::Wording => "Wording",
            Self::Actions => "Actions",
            Self::Review => "Review",
            Self::Text => "Text",
            Self::Allowing => "Allowing",
        }
    }
}

/// What becomes of the findings of a rule while the record is a draft: much of it is not written yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// The same as later.
    Same,
    /// They are notes at most.
    Note,
    /// Nothing is looked for.
    Silent,
}

/// Who looks for the findings of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// Reading the file, which knows nothing of rules; a test holds that the names agree.
    Reading,
    /// A look at one record.
    Record(fn(&Subject<'_>) -> Vec<Found>),
    /// Whoever sees more than one record, or the settings.
    Elsewhere,
}

/// What a rule found, before its place in the text is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The path of the value it is about, as in `timeline[2].at`; empty for the record as a whole.
    pub(super) path: String,
    /// What is wrong. It names times, not numbers of entries: numbers move.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// Whether it is less sure than the rule's level says.
    pub(super) doubtful: bool,
    /// What of the value it is about, and how often the value has the same before it; the whole value otherwise.
    pub(super) excerpt: Option<(String, usize)>,
}

impl Found {
    /// Something found at a path.
    pub(super) fn at(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: help.into(), doubtful: false, excerpt: None }
    }

    /// The same about a part of the text at that path.
    pub(super) fn about(mut self, text: &str, part: Range<usize>) -> Self {
        // In the file a text may be broken where its value is not, so one line has to do.
        let excerpt = text[part.clone()].lines().next().unwrap_or_default();
        let before = text[..part.start].matches(excerpt).count();
        self.excerpt = (!excerpt.is_empty()).then(|| (excerpt.to_owned(), before));
        self
    }

    /// The same, less sure.
    pub(super) fn doubtful(mut self) -> Self {
        self.doubtful = true;
        self
    }
}

impl Rule {
    /// Whether a comment in the record can allow what it finds. Errors of reading cannot be: behind one the rest of the file
    /// says nothing certain.
    pub fn can_be_allowed(&self) -> bool {
        match self.look {
            Look::Record(_) => true,
            Look::Reading => self.level < Level::Error,
            Look::Elsewhere => !matches!(self.group, Group::Settings | Group::Format | Group::Allowing),
        }
    }

    /// Whether its findings are always errors: behind them nothing in the file can be trusted.
    pub fn is_fixed(&self) -> bool {
        FIXED.contains(&self.name)
    }

    /// What it means for people, as Markdown without a heading: the summary, why, the example, the source.
    pub fn markdown(&self) -> String {
        let mut text = format!("{}\n\n{}\n", self.summary, self.why);
        if let Some(Example { bad, good }) = self.example {
            // What is found may be no TOML at all.
            let language = if bad.parse::<toml::Table>().is_ok() { "toml" } else { "text" };
            let _ = write!(text, "\nFound:\n\n```{language}\n{bad}\n```\n\nNot found:\n\n```toml\n{good}\n```\n");
        }
        let draft = match self.draft {
            Draft::Same => "",
            Draft::Note => "\nIn a draft its findings are notes.\n",
            Draft::Silent => "\nNot looked for in a draft.\n",
        };
        text.push_str(draft);
        let _ = writeln!(text, "\nSource: {}", self.source);
        text
    }
}

/// The rules whose findings no setting can soften.
const FIXED: &[&str] = &[
    "syntax",
    "duplicate-key",
    "conflict-markers",
    "unreadable",
    "duplicate-id",
    "missing-key",
    // What a branch would break is not for the branch to soften.
    "merge-conflict",
    "merge-stale",
    "transition",
];

//! What changed between two states, for people, for programs and for the comment on a request.
//!
//! The changes are those of [`crate::diff`]; here they meet what they did to the durations, and how often a date has
//! slipped before.

mod json;
#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
mod text;

use std::collections::HashMap;
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::config::Config;
use crate::diff::{self, Change, Piece, What};
use crate::query::effects::{self, Effect};
use crate::record::milestone::Milestone;
use crate::record::{Entry, Record, RecordId};

pub use json::{ShownChange, changes as changes_json, json};
pub use text::{Look, lines, text};

/// Every record that differs between two states.
#[derive(Debug)]
pub struct Report {
    /// The state before.
    pub from: Side,
    /// The state after.
    pub to: Side,
    /// The records, by path.
    pub records: Vec<Compared>,
}

/// A state of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// The files on disk.
    WorkTree,
    /// A commit, as it was typed and as it is known to git.
    Commit {
        /// As it was typed: `main~2`.
        named: String,
        /// Its id.
        id: String,
    },
    /// Before the first commit.
    Nothing,
}

/// A record that differs.
#[derive(Debug)]
pub struct Compared {
    /// Its id; of a removed one the id it had.
    pub id: RecordId,
    /// Its file; of a removed one the file it was.
    pub path: String,
    /// The id and file it had before, when they were others.
    pub was: Option<(RecordId, String)>,
    /// What it is about.
    pub title: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a record.
#[derive(Debug)]
pub enum Fate {
    /// It came.
    Added(Record),
    /// It went.
    Removed(Record),
    /// It is there on both sides. Without any change only its text differs, or its place.
    Changed {
        /// What changed in meaning.
        told: Vec<Told>,
        /// Whether the bytes differ.
        text_differs: bool,
    },
    /// One side cannot be read as a record.
    Unreadable {
        /// Why, as a clause with its subject: "HEAD cannot be read as a record".
        reason: String,
        /// The lines that differ, as a unified diff; empty where there is no text on one side.
        lines: String,
    },
}

/// A change with what it led to.
#[derive(Debug, Clone)]
pub struct Told {
    /// The change; `None` for durations that changed otherwise.
    pub change: Option<Change>,
    /// How often its due date has slipped by now, when that is known.
    pub slips: Option<usize>,
    /// What it did to the durations.
    pub effects: Vec<Effect>,
}

/// What changed between two records, with what it led to. `slips` is how often the due date of an action had slipped
/// before, where that is known.
pub fn told(before: &Record, after: &Record, config: &Config, slips: Option<&HashMap<String, usize>>) -> Vec<Told> {
    let mut told: Vec<Told> = diff::changes(before, after)
        .into_iter()
        .map(|change| {
            let slips = change.slipped().zip(slips).map(|(id, slips)| slips.get(id).map_or(1, |earlier| earlier + 1));
            Told { change: Some(change), slips, effects: Vec::new() }
        })
        .collect();
    let mut rest = Vec::new();
    for effect in effects::effects(before, after, config) {
        let touches = |told: &&mut Told| {
            told.change.as_ref().is_some_and(|change| milestones(change).iter().any(|kind| effect.ends.contains(kind)))
        };
        match told.iter_mut().find(touches) {
            Some(told) => told.effects.push(effect),
            None => rest.push(effect),
        }
    }
    told.extend(rest.into_iter().map(|effect| Told { change: None, slips: None, effects: vec![effect] }));
    told
}

/// The milestones whose time a change is about.
fn milestones(change: &Change) -> Vec<Milestone> {
    let kind = |table: &Table| Entry::new(table).kind();
    if let Some(row) = change.row.as_ref().filter(|row| row.list == "timeline") {
        let key = change.path.rsplit_once("].").map_or("", |(_, key)| key);
        if matches!(key, "at" | "kind" | "approx") {
            return kind(&row.before).into_iter().chain(kind(&row.after)).collect();
        }
        return Vec::new();
    }
    match &change.what {
        What::RowAdded(row) | What::RowRemoved(row) if change.list() == "timeline" => kind(row).into_iter().collect(),
        _ if change.path.starts_with("communication.") => vec![Milestone::Communicated],
        _ => Vec::new(),
    }
}

impl Told {
    /// The change in one line, with what it led to when that is one thing; not yet safe to show.
    pub fn line(&self) -> String {
        let mut line = self.change.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(slips) = self.slips.filter(|slips| *slips > 1) {
            let _ = write!(line, " ({} slip)", ordinal(slips));
        }
        if let [effect] = &self.effects[..] {
            let _ = write!(line, "{}{effect}", if line.is_empty() { "" } else { ": " });
        }
        line
    }

    /// What it led to, when that is more than its line says.
    pub(super) fn consequences(&self) -> Vec<String> {
        if self.effects.len() > 1 { self.effects.iter().map(ToString::to_string).collect() } else { Vec::new() }
    }

    /// What came, went or became another: the sign in front of a line.
    fn mark(&self) -> char {
        match self.change.as_ref().map(|change| &change.what) {
            Some(What::Set(_) | What::RowAdded(_)) => '+',
            Some(What::Cleared(_) | What::RowRemoved(_)) => '-',
            Some(_) => '~',
            None => '=',
        }
    }

    /// The words that differ, or the whole of a longer text that came or went.
    fn words(&self) -> Option<Vec<Piece>> {
        let long = |text: &str| text.trim().contains('\n') || text.chars().count() > 60;
        match &self.change.as_ref()?.what {
            What::Reworded(pieces) => Some(pieces.clone()),
            What::Set(Value::String(text)) if long(text) => Some(vec![Piece::Added(text.clone())]),
            What::Cleared(Value::String(text)) if long(text) => Some(vec![Piece::Removed(text.clone())]),
            _ => None,
        }
    }

    /// The words that differ with a few around them.
    pub(super) fn excerpt(&self) -> Option<Vec<Shown>> {
        self.words().map(|pieces| excerpt(&pieces))
    }

    /// What a row that came or went says beside what its line says.
    pub(super) fn details(&self) -> Vec<(String, String)> {
        let Some(change) = &self.change else { return Vec::new() };
        let (What::RowAdded(row) | What::RowRemoved(row)) = &change.what else { return Vec::new() };
        let list = change.list();
        let told: &[&str] = match list.as_str() {
            "timeline" => &["at", "kind", "event"],
            "actions" => &["id", "action"],
            "sign_offs" => &["from", "to", "name", "role", "content", "prev", "method", "signature"],
            _ => &[],
        };
        let rest = row.iter().filter(|(key, _)| !told.contains(&key.as_str()));
        // The event of an entry may be longer than its line.
        let is_cut = !told.is_empty() && change.to_string().ends_with('…');
        let cut = row.iter().filter(|(key, _)| is_cut && matches!(key.as_str(), "event" | "action"));
        cut.chain(rest).map(|(key, value)| (key.clone(), diff::shown(value))).collect()
    }
}

/// A record that came or went, in a line: `P1, draft, 7 timeline entries, 3 actions`.
pub(super) fn facts(record: &Record) -> String {
    let count = |many: usize, one: &str, more: &str| match many {
        1 => format!("1 {one}"),
        many => format!("{many} {more}"),
    };
    let mut facts: Vec<String> =
        [record.severity(), record.text("status")].into_iter().flatten().map(str::to_owned).collect();
    facts.push(count(record.timeline().len(), "timeline entry", "timeline entries"));
    facts.push(count(record.actions().len(), "action", "actions"));
    let sign_offs = record.tables("sign_offs").len();
    if sign_offs > 0 {
        facts.push(count(sign_offs, "sign-off", "sign-offs"));
    }
    facts.join(", ")
}

/// `2nd`.
fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

impl Compared {
    /// Whether it says something else, or is somewhere else; not whether only its text is other.
    pub fn differs(&self) -> bool {
        match &self.fate {
            Fate::Changed { told, .. } => !told.is_empty() || self.was.is_some(),
            Fate::Added(_) | Fate::Removed(_) | Fate::Unreadable { .. } => true,
        }
    }

    /// What became of the record itself, when that is worth a word of its own.
    pub(super) fn headline(&self) -> Option<String> {
        let place = match &self.was {
            Some((id, path)) if *id != self.id => Some(format!("renamed: was {id}, {path}")),
            Some((_, path)) => Some(format!("moved: was {path}")),
            None => None,
        };
        match &self.fate {
            Fate::Added(record) => Some(format!("record added: {}", facts(record))),
            Fate::Removed(record) => Some(format!("record removed: {}", facts(record))),
            Fate::Changed { told, text_differs: true } if told.is_empty() => {
                let only = "only its text changed: formatting, comments or order";
                Some(place.map_or_else(|| only.to_owned(), |place| format!("{place}; {only}")))
            }
            Fate::Changed { .. } => place,
            Fate::Unreadable { reason, lines } => {
                let shown = if lines.is_empty() { "" } else { "; the lines that differ:" };
                Some(format!("{reason}{shown}"))
            }
        }
    }
}

/// A part of a text around what changed in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it was.
    Kept(String),
    /// Left out.
    Gap,
    /// Only before.
    Removed(String),
    /// Only after.
    Added(String),
}

/// How many words are shown around a change.
const AROUND: usize = 6;

/// The most characters of one changed part that are shown.
const MOST_SHOWN: usize = 2_000;

/// What changed in a text with a few words around it, on one line.
fn excerpt(pieces: &[Piece]) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            // Other blanks: what else changed says more.
            Piece::Removed(text) | Piece::Added(text) if text.trim().is_empty() => {
                if !matches!(shown.last(), Some(Shown::Kept(_))) {
                    shown.push(Shown::Kept(" ".to_owned()));
                }
            }
            Piece::Kept(text) => {
                let (first, last) = (index == 0, index + 1 == pieces.len());
                around(text, first, last, &mut shown);
            }
            Piece::Removed(text) => shown.push(Shown::Removed(cut(text))),
            Piece::Added(text) => shown.push(Shown::Added(cut(text))),
        }
    }
    shown
}

/// The ends of a text that stayed: of the first one only the end, of the last one only the start.
fn around(text: &str, first: bool, last: bool, shown: &mut Vec<Shown>) {
    let starts: Vec<usize> = words(text);
    let room = AROUND * (usize::from(!first) + usize::from(!last));
    if starts.len() <= room + 2 {
        return shown.push(Shown::Kept(text.to_owned()));
    }
    if !first {
        shown.push(Shown::Kept(text[..starts[AROUND]].to_owned()));
    }
    shown.push(Shown::Gap);
    if !last {
        shown.push(Shown::Kept(text[starts[starts.len() - AROUND]..].to_owned()));
    }
}

/// Where each word of a text starts.
fn words(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut blank = true;
    for (at, c) in text.char_indices() {
        if blank && !c.is_whitespace() {
            starts.push(at);
        }
        blank = c.is_whitespace();
    }
    starts
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} more characters)", &text[..end], text[end..].chars().count()),
    }
}

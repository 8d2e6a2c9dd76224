//! What a rule looks at: a record, its texts, and what is known around it.

use std::cell::OnceCell;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use toml::{Table, Value};

use super::words::Words;
use crate::config::Config;
use crate::record::invisible::is_unsafe;
use crate::record::keys::{self, Kind};
use crate::record::{Record, RecordId, Status};
use crate::workflow::SignOff;
use crate::workflow::canonical::{self, Figures};
use crate::workflow::round::Course;
use crate::workflow::standing::{self, Standing};

/// From so many sign-offs on a record is none that people have signed.
pub(super) const MOST_SIGN_OFFS: usize = 1000;

/// A record with what rules may know beside it.
pub(super) struct Subject<'a> {
    /// The record.
    pub(super) record: &'a Record,
    /// Its id.
    pub(super) id: &'a RecordId,
    /// The settings.
    pub(super) config: &'a Config,
    /// The word lists in force.
    pub(super) words: &'a Words,
    /// The time it is looked at.
    pub(super) now: DateTime<Utc>,
    /// Its sign-offs, once somebody has asked for them.
    pub(super) signed: OnceCell<Signed>,
}

/// The sign-offs of a record, and where each of them stands.
#[derive(Debug)]
pub(super) struct Signed {
    /// In the order of the file.
    pub(super) all: Vec<SignOff>,
    /// Where they lead.
    pub(super) course: Course,
}

impl<'a> Subject<'a> {
    /// Where the record stands by what it says itself. `None` where the content of its figures decides what was signed.
    pub(super) fn standing(&self) -> Option<Standing> {
        if !canonical::figure_names(self.record).is_empty() || self.record.tables("sign_offs").len() > MOST_SIGN_OFFS {
            return None;
        }
        let content = canonical::digest(self.record, &Figures::new());
        Some(standing::glance(self.record, self.id, &self.config.policy, &content))
    }

    /// Whether it is still being written. What has no readable status is, too.
    pub(super) fn is_draft(&self) -> bool {
        self.record.status().unwrap_or(Status::Draft) == Status::Draft
    }

    /// The sign-offs, and where they lead; `None` where there are more than anybody makes, which would take for ever to follow.
    pub(super) fn signed(&self) -> Option<&Signed> {
        if self.record.tables("sign_offs").len() > MOST_SIGN_OFFS {
            return None;
        }
        Some(self.signed.get_or_init(|| {
            let all = SignOff::all(self.record);
            let course = Course::of(&all, self.id);
            Signed { all, course }
        }))
    }

    /// Hands every text of the record to `visit`, in the order of the file, but for what only programs read: the digests and
    /// signatures of sign-offs.
    pub(super) fn texts(&self, visit: &mut dyn FnMut(&Text<'a, '_>)) {
        let mut walk = Walk { plain: String::new(), steps: Vec::new(), private: false, imported: false, visit };
        for (name, value) in self.record.values() {
            walk.named(name, value);
        }
    }
}

/// A text of a record, and where it is.
#[expect(clippy::struct_field_names, reason = "it is the text of the place")]
pub(super) struct Text<'a, 'w> {
    /// The text.
    pub(super) text: &'a str,
    /// The path without numbers, as in `timeline.event`.
    pub(super) plain: &'w str,
    /// Whether it stays out of public renderings.
    pub(super) private: bool,
    /// Whether its row was imported, so that its words are those of another place.
    pub(super) imported: bool,
    steps: &'w [Step<'a>],
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Row(usize),
}

impl Text<'_, '_> {
    /// The path with numbers, as in `timeline[2].event`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps {
            match step {
                Step::Name(name) if path.is_empty() => path.push_str(name),
                Step::Name(name) => path.extend([".", *name]),
                Step::Row(number) => {
                    let _ = write!(path, "[{number}]");
                }
            }
        }
        path
    }

    /// The path for a message: what nobody sees, or what drives a terminal, is spelled out.
    pub(super) fn shown(&self) -> String {
        self.path().chars().fold(String::new(), |mut shown, c| {
            if is_unsafe(c) {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
            shown
        })
    }

    /// What the format wants here; `None` for keys of somebody's own.
    pub(super) fn kind(&self) -> Option<Kind> {
        keys::find(self.plain).map(|key| key.kind)
    }

    /// Whether somebody of the team wrote it in their own words: no name, no address, no log, no customer's complaint, nothing
    /// imported.
    pub(super) fn is_own_words(&self) -> bool {
        const OTHERS: &[&str] = &[
            "appendix.logs",
            "appendix.feedback",
            "incident.",
            "links.",
            "metrics.",
            "figures.file",
            "timeline.source",
        ];
        let prose = matches!(self.kind(), Some(Kind::Text | Kind::Prose | Kind::List | Kind::FlagOrText));
        prose && !self.imported && !OTHERS.iter().any(|other| self.plain.starts_with(other))
    }
}

struct Walk<'a, 'v> {
    plain: String,
    steps: Vec<Step<'a>>,
    private: bool,
    imported: bool,
    visit: &'v mut dyn FnMut(&Text<'a, '_>),
}

impl<'a> Walk<'a, '_> {
    fn named(&mut self, name: &'a str, value: &'a Value) {
        if self.plain == "sign_offs" && name != "note" {
            return;
        }
        let length = self.plain.len();
        if length > 0 {
            self.plain.push('.');
        }
        self.plain.push_str(name);
        self.steps.push(Step::Name(name));
        self.value(value);
        self.steps.pop();
        self.plain.truncate(length);
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::String(text) if !text.is_empty() => {
                let Self { plain, steps, private, imported, visit } = self;
                let text = Text { text, plain, steps, private: *private, imported: *imported };
                visit(&text);
            }
            Value::Array(items) => {
                for (number, item) in (1..).zip(items) {
                    self.steps.push(Step::Row(number));
                    self.value(item);
                    self.steps.pop();
                }
            }
            Value::Table(table) => self.table(table),
            _ => {}
        }
    }

    fn table(&mut self, table: &'a Table) {
        let before = (self.private, self.imported);
        self.private |= table.get("private").and_then(Value::as_bool) == Some(true);
        self.imported |= table.contains_key("source");
        for (name, value) in table {
            self.named(name, value);
        }
        (self.private, self.imported) = before;
    }
}

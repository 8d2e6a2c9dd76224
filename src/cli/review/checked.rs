//! A file that was checked, with what was found in it.

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::document::read::{Places, Reading, Terms, read};
use crate::finding::{Finding, Level};
use crate::lint::{Inspector, Occasion};
use crate::record::Record;
use crate::render::findings::Source;
use crate::store::records::{Loaded, Unread};

/// A file with what was found in it.
pub struct Checked {
    /// The file, as it is to be named.
    pub path: String,
    /// Its text, as the findings' places count it.
    pub text: String,
    /// What was found; against a branch, what is new.
    pub findings: Vec<Finding>,
    /// What was there before the branch, and decides nothing.
    pub known: Vec<Finding>,
    /// The ids of its actions, and the actions' numbers.
    pub ids: Vec<(String, usize)>,
}

impl Checked {
    /// A file of which nothing is known yet.
    pub fn of(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), findings: Vec::new(), known: Vec::new(), ids: Vec::new() }
    }

    /// For the reports.
    pub fn source(&self) -> Source<'_> {
        Source { path: &self.path, text: &self.text, findings: &self.findings, known: &self.known }
    }

    /// The findings in order of place, the worst of a place first.
    pub fn sort(&mut self) {
        self.findings.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.level)));
    }

    fn read(loaded: Loaded, reading: &mut Reading) -> Self {
        let actions = (1..).zip(reading.record.actions());
        let ids = actions.filter_map(|(number, action)| Some((action.id()?.to_owned(), number))).collect();
        let findings = std::mem::take(&mut reading.findings);
        Self { findings, ids, ..Self::of(loaded.path.to_string(), loaded.text) }
    }
}

/// A record with everything that can be found in it alone. What comments allow is still there.
pub fn quickly_looked_at(
    loaded: Result<Loaded, Unread>,
    terms: &Terms<'_>,
    inspector: &Inspector<'_>,
    now: DateTime<Utc>,
) -> Checked {
    match loaded {
        Ok(loaded) => {
            let mut reading = inspector.read(&loaded.text, terms, Occasion { id: &loaded.id, now });
            Checked::read(loaded, &mut reading)
        }
        Err(unread) => unreadable(unread.path, &unread.reason),
    }
}

/// The same with the record and the places of its values, for who has more to say of it; without them for a file that is no
/// record at all.
pub fn looked_at(
    loaded: Result<Loaded, Unread>,
    terms: &Terms<'_>,
    inspector: &Inspector<'_>,
    now: DateTime<Utc>,
) -> (Checked, Option<(Record, Places)>) {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(unread) => return (unreadable(unread.path, &unread.reason), None),
    };
    let mut reading = read(&loaded.text, terms);
    inspector.look(&loaded.text, &mut reading, Occasion { id: &loaded.id, now });
    let checked = Checked::read(loaded, &mut reading);
    (checked, Some((reading.record, reading.places)))
}

/// Where the id of an action is.
pub fn place_of_id(text: &str, terms: &Terms<'_>, number: usize) -> Range<usize> {
    read(text, terms).places.nearest(&format!("actions[{number}].id"))
}

/// A file that is no record at all is a finding about the file.
pub fn unreadable(path: String, reason: &str) -> Checked {
    let finding = Finding {
        rule: "unreadable",
        level: Level::Error,
        message: format!("the file cannot be read as a record: {reason}"),
        span: 0..0,
        help: None,
    };
    Checked { findings: vec![finding], ..Checked::of(path, "") }
}

/// What is said of a record whose file has the name of another's.
pub fn twin() -> Finding {
    Finding {
        rule: "duplicate-id",
        level: Level::Error,
        message: "another record has the same file name, so its id does not tell them apart".to_owned(),
        span: 0..0,
        help: Some("rename one of them".to_owned()),
    }
}

/// The rule about ids of actions, whose other half looks at one record.
pub const ACTION_ID: &str = "action-id";

/// What is said of an action that has the id of one in another record.
pub fn shared_id(id: &str, other: &str, level: Level, span: Range<usize>) -> Finding {
    Finding {
        rule: ACTION_ID,
        level,
        message: format!("an action of {other} has the id `{id}`, too"),
        span,
        help: Some("give the one that fewer people know yet another id (`pm edit`)".to_owned()),
    }
}

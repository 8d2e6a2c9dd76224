//! What lists and questions over the whole repository have to know of a record, and its form in bytes.
//!
//! The form is for the cache, which is made anew whenever the program is another one: it has no history and no
//! compatibility. Everything is borrowed from the bytes, so that a hundred thousand of them are looked through in a blink.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use toml::Value;

use super::metrics::started;
use crate::record::Record;
use crate::record::action::{self, Action, ActionStatus};
use crate::record::time::Moment;

/// What of a record a summary holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary<'a> {
    /// Why the file cannot be read as a record, as a clause; everything else is empty then.
    #[serde(borrow)]
    pub unread: Option<Cow<'a, str>>,
    /// The title, or a placeholder that says there is none.
    pub title: &'a str,
    /// How bad it was; `None` while unknown.
    pub severity: Option<&'a str>,
    /// Where it stands, as written.
    pub status: Option<&'a str>,
    /// Whether it is approved and says something else than what was approved; found out for lists of records alone.
    pub stale: bool,
    /// When the incident started, as a TOML time.
    #[serde(borrow)]
    started: Option<Cow<'a, str>>,
    /// The day the record was written down first, counted from the year 1.
    created: Option<i32>,
    /// Its accountable writer.
    pub owner: Option<&'a str>,
    /// The services that were hit.
    pub services: Vec<&'a str>,
    /// Its tags.
    pub tags: Vec<&'a str>,
    /// The incident's id in the tracker.
    pub incident: Option<&'a str>,
    /// The summary paragraph.
    pub paragraph: Option<&'a str>,
    /// How many actions are neither done nor dropped.
    pub open: usize,
    /// The action items: all of them, or the open ones alone.
    pub actions: Vec<Promise<'a>>,
}

/// An action item in a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise<'a> {
    /// Its four characters; `None` when it has none, which is a finding.
    pub id: Option<&'a str>,
    /// What is to be done.
    pub action: &'a str,
    /// Who sees that it is done.
    pub owner: Option<&'a str>,
    /// How soon, as written.
    pub priority: Option<&'a str>,
    /// What it does about the incident, as written.
    pub kind: Option<&'a str>,
    /// Where it stands, as written.
    pub status: Option<&'a str>,
    /// The due day, counted from the year 1.
    due: Option<i32>,
    /// What is written as the due date and is none.
    #[serde(borrow)]
    pub no_date: Option<Cow<'a, str>>,
    /// The day it was done or dropped, counted from the year 1.
    closed: Option<i32>,
    /// What shows that it is done.
    pub evidence: Option<&'a str>,
    /// Why it was dropped, or its due date moved.
    pub reason: Option<&'a str>,
    /// Its page in the tracker.
    pub link: Option<&'a str>,
    /// Whether it stays out of public renderings.
    pub private: bool,
}

/// Whether a summary needs a key of a record: at the top, or below one in the rows of a list.
pub fn needs(top: &str, below: Option<&str>) -> bool {
    match (top, below) {
        ("timeline", Some(key)) => matches!(key, "at" | "kind" | "approx"),
        // That there are some is enough.
        ("sign_offs", below) => below.is_none(),
        (
            "title" | "severity" | "status" | "created" | "owner" | "services" | "tags" | "incident" | "summary"
            | "timeline" | "actions",
            _,
        ) => true,
        _ => false,
    }
}

/// Whether the question if anything is open needs a key of a record; see [`needs`].
pub fn needs_to_be_open(top: &str, below: Option<&str>) -> bool {
    top == "actions" && below.is_none_or(|key| key == "status")
}

impl<'a> Summary<'a> {
    /// The summary of a record with all of its actions. Whether it is stale is not looked at.
    pub fn of(record: &'a Record) -> Self {
        let actions: Vec<Promise<'a>> = record.actions().into_iter().map(Promise::of).collect();
        Self {
            unread: None,
            title: record.title(),
            severity: record.severity(),
            status: record.text("status"),
            stale: false,
            started: started(record).map(|reached| Cow::Owned(reached.moment.to_toml())),
            created: action::day(record.values(), "created").map(|day| day.num_days_from_ce()),
            owner: record.text("owner"),
            services: record.texts("services"),
            tags: record.texts("tags"),
            incident: record.text("incident.id"),
            paragraph: record.text("summary"),
            open: actions.iter().filter(|promise| promise.is_open()).count(),
            actions,
        }
    }

    /// The summary of a file that cannot be read as a record.
    pub fn unread(reason: impl Into<Cow<'a, str>>) -> Self {
        Self { unread: Some(reason.into()), ..Self::default() }
    }

    /// When the incident started, as far as the record knows.
    pub fn started(&self) -> Option<Moment> {
        let written: toml::value::Datetime = self.started.as_deref()?.parse().ok()?;
        Moment::try_from(written).ok()
    }

    /// The same as a TOML time.
    pub fn started_text(&self) -> Option<&str> {
        self.started.as_deref()
    }

    /// The day the record is listed under: when its incident started, else when it was created.
    pub fn day(&self) -> Option<NaiveDate> {
        self.started().map(|moment| moment.day()).or_else(|| self.created())
    }

    /// The day its actions count as promised: when the record was created, else when the incident started.
    pub fn promised(&self) -> Option<NaiveDate> {
        self.created().or_else(|| self.started().map(|moment| moment.day()))
    }

    fn created(&self) -> Option<NaiveDate> {
        self.created.and_then(NaiveDate::from_num_days_from_ce_opt)
    }

    /// What questions about open actions need: the open ones, and nothing that only lists of records show. Empty
    /// (`None`) for a record that has none and could be read.
    pub fn brief(&self) -> Option<Self> {
        if self.unread.is_some() {
            return Some(self.clone());
        }
        (self.open > 0).then(|| Self {
            tags: Vec::new(),
            paragraph: None,
            actions: self.actions.iter().filter(|promise| promise.is_open()).cloned().collect(),
            ..self.clone()
        })
    }

    /// What lists of records need: nothing of the actions but how many are open, and no paragraph.
    pub fn card(&self) -> Self {
        Self { paragraph: None, actions: Vec::new(), ..self.clone() }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("texts and numbers can always be written to memory")
    }

    /// The summary that bytes hold; `None` when they hold none.
    pub fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

impl<'a> Promise<'a> {
    fn of(action: Action<'a>) -> Self {
        let no_date = match (action.due(), action.values().get("due")) {
            (None, Some(Value::String(text))) if text.trim().is_empty() => None,
            (None, Some(Value::String(text))) => Some(Cow::Borrowed(text.as_str())),
            (None, Some(other)) => Some(Cow::Owned(other.to_string())),
            _ => None,
        };
        Self {
            id: action.id(),
            action: action.action(),
            owner: action.owner(),
            priority: action.priority(),
            kind: action.kind(),
            status: action.text("status"),
            due: action.due().map(|day| day.num_days_from_ce()),
            no_date,
            closed: action.closed().map(|day| day.num_days_from_ce()),
            evidence: action.text("evidence"),
            reason: action.text("reason"),
            link: action.text("link"),
            private: action.values().get("private").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// Where it stands; an unknown word counts as open, since nobody said that it is closed.
    pub fn stands(&self) -> ActionStatus {
        ActionStatus::of(self.status)
    }

    /// Whether it is neither done nor dropped.
    pub fn is_open(&self) -> bool {
        self.stands().is_open()
    }

    /// The day it is to be done by.
    pub fn due(&self) -> Option<NaiveDate> {
        self.due.and_then(NaiveDate::from_num_days_from_ce_opt)
    }

    /// The day it was done or dropped.
    pub fn closed(&self) -> Option<NaiveDate> {
        self.closed.and_then(NaiveDate::from_num_days_from_ce_opt)
    }

    /// By how many days it is late on `today`; `None` when it is closed, has no due date, or is in time.
    pub fn overdue_days(&self, today: NaiveDate) -> Option<i64> {
        let late = today.signed_duration_since(self.due()?).num_days();
        (self.is_open() && late > 0).then_some(late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read::{values, values_of};

    const EXAMPLE: &str = include_str!("../../tests/fixtures/record.toml");

    #[test]
    fn a_summary_survives_its_bytes_and_needs_no_more_than_it_says() {
        let (whole, part) = (values(EXAMPLE).expect("TOML"), values_of(EXAMPLE, &needs).expect("TOML"));
        let summary = Summary::of(&whole);
        assert_eq!(summary, Summary::of(&part), "`needs` names every key that is used");
        assert_eq!(Summary::from_bytes(&summary.to_bytes()), Some(summary.clone()));
        assert_eq!(summary.started().map(|moment| moment.to_string()).as_deref(), Some("2017-01-31 19:00"));
        assert!(summary.brief().is_some_and(|brief| brief.actions.len() == summary.open && summary.open > 0));
    }

    #[test]
    fn a_record_without_open_actions_has_no_brief_and_one_that_cannot_be_read_has() {
        let done = values("title = \"x\"\n[[actions]]\nid = \"k7fq\"\nstatus = \"done\"\n").expect("TOML");
        assert_eq!(Summary::of(&done).brief(), None);
        let unread = Summary::unread("it is not valid TOML");
        assert_eq!(unread.brief().and_then(|brief| brief.unread), Some("it is not valid TOML".into()));
    }

    #[test]
    fn a_due_date_that_is_none_is_kept_as_it_is_written() {
        let text = "[[actions]]\ndue = \"soon\"\n[[actions]]\ndue = 7\n[[actions]]\ndue = 2026-11-24\n[[actions]]\n";
        let record = values(text).expect("TOML");
        let summary = Summary::of(&record);
        let written: Vec<_> = summary.actions.iter().map(|promise| promise.no_date.as_deref()).collect();
        assert_eq!(written, [Some("soon"), Some("7"), None, None]);
        assert_eq!(summary.actions[2].due().map(|day| day.to_string()).as_deref(), Some("2026-11-24"));
    }

    #[test]
    fn bytes_that_are_torn_are_no_summary_or_another_one_and_never_a_panic() {
        let record = values(EXAMPLE).expect("TOML");
        let bytes = Summary::of(&record).to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Summary::from_bytes(&bytes[..end]), None, "{end}");
        }
    }
}

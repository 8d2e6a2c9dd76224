//! The JSON of one record: `pm show --format json`, schema 1.
//!
//! These types are the contract with scripts and are apart from the domain types on purpose. A field may be added within
//! schema 1; none is renamed, removed or given another meaning. Texts are as they are in the record, unsanitised: JSON
//! escapes control characters, and what shows them has to do its own.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Serialize;
use toml::Value;

use super::{About, Touch, empty, sanitise};
use crate::config::Config;
use crate::query::metrics::{self, Measured};
use crate::record::action::ActionStatus;
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use crate::record::{Action, Entry, Record, text_in};

/// The version of the types below.
pub const SCHEMA: u32 = 1;

/// A record with what is derived from it.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Always 1.
    pub schema: u32,
    /// The record's id.
    pub id: String,
    /// Its file, from the repository's root.
    pub path: String,
    /// What happened, in one line; empty when the record has no title.
    pub title: String,
    /// As written; null while unknown.
    pub severity: Option<String>,
    /// As written: draft, in-review, approved or complete; null when missing.
    pub status: Option<String>,
    /// Whether it is approved and says something else than what was approved.
    pub stale: bool,
    /// The accountable writer, as written.
    pub owner: Option<String>,
    /// The day the record was written down first, `YYYY-MM-DD`.
    pub created: Option<String>,
    /// The last change in the history; null when it is not known.
    pub updated: Option<Update>,
    /// When the incident started: RFC 3339 as written (a date or local date-time where no more is known).
    pub started: Option<String>,
    /// When it was resolved, in the same forms.
    pub resolved: Option<String>,
    /// The durations of `pm.toml`, then `total` and `response_to_resolution`.
    pub durations: Vec<Duration>,
    /// The timeline in the order of the record.
    pub timeline: Vec<TimelineEntry>,
    /// The actions in the order of the record.
    pub actions: Vec<ActionItem>,
    /// How many actions are neither done nor dropped.
    pub open_actions: usize,
    /// The keys of the template that have no value, in the order of a record.
    pub empty: Vec<String>,
    /// The whole record: its TOML tree, date-times as RFC 3339 strings.
    pub record: serde_json::Value,
}

/// A change in the history.
#[derive(Debug, Clone, Serialize)]
pub struct Update {
    /// When, RFC 3339.
    pub at: String,
    /// By whom.
    pub by: String,
}

/// One duration.
#[derive(Debug, Clone, Serialize)]
pub struct Duration {
    /// Its name in `pm.toml`.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// How long it may take, in seconds; null without a target.
    pub target_seconds: Option<i64>,
    /// How long it took, in seconds; null when that is not known.
    pub actual_seconds: Option<i64>,
    /// Whether one of its ends is only approximately known.
    pub approximate: bool,
    /// Whether the target was met; null without a target or a length.
    pub met: Option<bool>,
    /// Why the length is not known; null when it is.
    pub unknown: Option<String>,
}

/// One timeline entry.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// Its number in the record, from 1.
    pub number: usize,
    /// Four characters that stand for its content; `pm timeline edit NUMBER:TAG` checks them.
    pub tag: String,
    /// When, as written: RFC 3339, a local date-time or a date.
    pub at: Option<String>,
    /// When it ended, in the same forms.
    pub until: Option<String>,
    /// Whether the time is not exact.
    pub approx: bool,
    /// The milestone it marks, as written.
    pub kind: Option<String>,
    /// What happened.
    pub event: String,
    /// Who did or saw it.
    pub owner: Option<String>,
    /// Detection method, evidence, a second source.
    pub notes: Option<String>,
    /// Whether it stays out of public renderings.
    pub private: bool,
}

/// One action item.
#[derive(Debug, Clone, Serialize)]
pub struct ActionItem {
    /// Its four characters.
    pub id: Option<String>,
    /// What is to be done.
    pub action: String,
    /// prevent, mitigate, detect, process, communicate, train, or as written.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Who sees that it is done.
    pub owner: Option<String>,
    /// P1, P2, P3, or as written.
    pub priority: Option<String>,
    /// The day it is to be done by.
    pub due: Option<NaiveDay>,
    /// open, in-progress, done or dropped; an unknown word counts as open.
    pub status: &'static str,
    /// The day it was done or dropped.
    pub closed: Option<NaiveDay>,
    /// By how many days it is late; null when it is closed or in time.
    pub overdue_days: Option<i64>,
    /// What shows that it is done.
    pub evidence: Option<String>,
    /// Why it was dropped or moved.
    pub reason: Option<String>,
    /// Its page in the tracker.
    pub link: Option<String>,
    /// Whether it stays out of public renderings.
    pub private: bool,
}

/// A day as `YYYY-MM-DD`.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct NaiveDay(String);

impl From<NaiveDate> for NaiveDay {
    fn from(day: NaiveDate) -> Self {
        Self(day.to_string())
    }
}

/// A record as JSON types.
pub fn shown(record: &Record, about: &About, config: &Config) -> Shown {
    let text = |path: &str| record.text(path).map(str::to_owned);
    let at = |reached: Option<metrics::Reached>| reached.map(|reached| reached.moment.to_toml());
    let mut durations: Vec<Duration> = metrics::response(record, config).iter().map(duration).collect();
    durations.push(duration(&metrics::total(record, config)));
    durations.push(duration(&metrics::response_to_resolution(record)));
    let actions = record.actions();
    let closed = |action: &Action<'_>| matches!(action.status(), ActionStatus::Done | ActionStatus::Dropped);
    Shown {
        schema: SCHEMA,
        id: about.id.to_string(),
        path: about.path.clone(),
        title: text("title").unwrap_or_default(),
        severity: text("severity"),
        status: text("status"),
        stale: about.stale,
        owner: text("owner"),
        created: crate::record::timeline::moment(record.values(), "created").map(|moment| moment.date_text()),
        updated: about.updated.as_ref().map(update),
        started: at(metrics::started(record)),
        resolved: at(metrics::reached(record, Milestone::Resolved)),
        durations,
        timeline: (1..).zip(record.timeline()).map(|(number, entry)| timeline_entry(number, entry)).collect(),
        actions: actions.iter().map(|action| action_item(*action, about.today)).collect(),
        open_actions: actions.iter().filter(|action| !closed(action)).count(),
        empty: empty::keys(record).into_iter().map(|key| key.path.to_owned()).collect(),
        record: tree(&Value::Table(record.values().clone())),
    }
}

/// The JSON text of a record, indented, ending with a line break.
pub fn text(record: &Record, about: &About, config: &Config) -> String {
    pretty(&shown(record, about, config))
}

/// Any of the JSON types of this library as indented text that ends with a line break.
pub fn pretty(value: &impl Serialize) -> String {
    // Our types have string keys and no floats that JSON cannot hold, so serialising them cannot fail.
    let plain = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    if !plain.contains(drives_terminals) {
        return plain;
    }
    // JSON is also read on terminals; what stands inside its texts may be written as an escape.
    let mut safe = String::with_capacity(plain.len() + 64);
    for c in plain.chars() {
        if drives_terminals(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Characters beyond ASCII that JSON leaves as they are and terminals act on.
fn drives_terminals(c: char) -> bool {
    !c.is_ascii() && sanitise::is_unsafe(c)
}

fn update(touch: &Touch) -> Update {
    Update { at: Moment::from(touch.at).to_toml(), by: touch.by.clone() }
}

pub(super) fn duration(measured: &Measured) -> Duration {
    let actual = measured.actual.as_ref().ok();
    Duration {
        name: measured.name.clone(),
        label: measured.label.clone(),
        target_seconds: measured.target.map(|target| target.time().num_seconds()),
        actual_seconds: actual.map(|actual| actual.time().num_seconds()),
        approximate: actual.is_some_and(|actual| actual.is_approximate()),
        met: measured.met(),
        unknown: measured.actual.as_ref().err().map(ToString::to_string),
    }
}

pub(super) fn timeline_entry(number: usize, entry: Entry<'_>) -> TimelineEntry {
    TimelineEntry {
        number,
        tag: entry.tag(),
        at: entry.at().map(Moment::to_toml),
        until: entry.until().map(Moment::to_toml),
        approx: entry.approx(),
        kind: text_in(entry.values(), "kind").map(str::to_owned),
        event: entry.event().to_owned(),
        owner: entry.owner().map(str::to_owned),
        notes: entry.notes().map(str::to_owned),
        private: entry.private(),
    }
}

fn action_item(action: Action<'_>, today: NaiveDate) -> ActionItem {
    let text = |key: &str| action.text(key).map(str::to_owned);
    ActionItem {
        id: text("id"),
        action: action.action().to_owned(),
        kind: text("type"),
        owner: text("owner"),
        priority: text("priority"),
        due: action.due().map(NaiveDay::from),
        status: match action.status() {
            ActionStatus::Open => "open",
            ActionStatus::InProgress => "in-progress",
            ActionStatus::Done => "done",
            ActionStatus::Dropped => "dropped",
        },
        closed: action.closed().map(NaiveDay::from),
        overdue_days: action.overdue_days(today),
        evidence: text("evidence"),
        reason: text("reason"),
        link: text("link"),
        private: action.values().get("private").and_then(Value::as_bool).unwrap_or(false),
    }
}

/// A TOML tree as JSON: date-times as RFC 3339 text, and the floats that JSON lacks (`nan`, `inf`) as text.
pub fn tree(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => {
            serde_json::Number::from_f64(*number).map_or_else(|| value.to_string().into(), serde_json::Value::Number)
        }
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(written) => {
            Moment::try_from(written).map_or_else(|_| written.to_string(), Moment::to_toml).into()
        }
        Value::Array(items) => items.iter().map(tree).collect::<Vec<_>>().into(),
        Value::Table(table) => {
            let members = table.iter().map(|(key, value)| (key.clone(), tree(value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

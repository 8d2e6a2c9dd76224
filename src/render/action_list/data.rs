//! Action items for programs: CSV and JSON.

use std::borrow::Cow;

use serde::Serialize;

use super::{Shown, history};
use crate::query::actions::{Listed, Totals};
use crate::query::past::{Moment, Past, Slip};
use crate::record::action::ActionStatus;
use crate::render::json;
use crate::render::listing::unformulated;

/// The list as CSV with a header, lines ended by CRLF (RFC 4180). A text that a spreadsheet would run as a formula gets an
/// apostrophe before it.
pub fn csv(shown: Shown<'_>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head = [
        "id",
        "record",
        "action",
        "status",
        "priority",
        "type",
        "owner",
        "due",
        "overdue_days",
        "age_days",
        "closed",
        "evidence",
        "reason",
        "link",
        "severity",
        "services",
        "title",
        "branch",
        "path",
        "private",
    ];
    let of_history: &[&str] = if shown.history { &history::FIELDS } else { &[] };
    let head = head.iter().chain(of_history).copied().map(Cow::Borrowed).collect();
    let day = |day: Option<chrono::NaiveDate>| Cow::Owned(day.map(|day| day.to_string()).unwrap_or_default());
    let days = |days: Option<i64>| Cow::Owned(days.map(|days| days.to_string()).unwrap_or_default());
    let lines = shown.actions.iter().map(|action| {
        let fields = [
            text(action.id),
            text(Some(action.record)),
            text(Some(action.action)),
            text(Some(word(action))),
            text(action.priority),
            text(action.kind),
            text(action.owner),
            if action.due.is_some() { day(action.due) } else { text(action.no_date.as_deref()) },
            days(action.overdue),
            days(action.age),
            day(action.closed),
            text(action.evidence),
            text(action.reason),
            text(action.link),
            text(action.severity),
            Cow::Owned(action.services.join("; ")),
            text(Some(action.title)),
            text(action.branch),
            text(Some(action.path)),
            Cow::Borrowed(if action.private { "true" } else { "false" }),
        ];
        let more = if shown.history { history::fields(action, shown.today).to_vec() } else { Vec::new() };
        fields.into_iter().chain(more.into_iter().map(Cow::Owned)).collect()
    });
    for line in std::iter::once(head).chain(lines) {
        let line: Vec<Cow<'_, str>> = line;
        let fields = line.iter().map(|field| unformulated(field));
        let written = writer.write_record(fields.map(Cow::into_owned));
        debug_assert!(written.is_ok(), "writing to memory cannot fail, and every line has as many fields");
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn text(text: Option<&str>) -> Cow<'_, str> {
    Cow::Borrowed(text.unwrap_or_default())
}

/// The status as a word of the format; one that is none as it is written.
fn word<'a>(action: &Listed<'a>) -> &'a str {
    let known = match action.stands {
        ActionStatus::Open => "open",
        ActionStatus::InProgress => "in-progress",
        ActionStatus::Done => "done",
        ActionStatus::Dropped => "dropped",
    };
    action.no_status.unwrap_or(known)
}

/// The JSON of `pm action list`, schema 1.
#[derive(Debug, Serialize)]
struct ActionList<'a> {
    /// Always 1.
    schema: u32,
    /// The day the list is of: what is overdue is overdue on it.
    as_of: String,
    /// The actions, in the order of the list.
    actions: Vec<ListedAction<'a>>,
    /// What they come to.
    totals: ActionTotals,
}

/// An action item and what its record says.
#[derive(Debug, Serialize)]
struct ListedAction<'a> {
    id: Option<&'a str>,
    record: &'a str,
    action: &'a str,
    status: &'a str,
    open: bool,
    priority: Option<&'a str>,
    r#type: Option<&'a str>,
    owner: Option<&'a str>,
    due: Option<String>,
    overdue_days: Option<i64>,
    age_days: Option<i64>,
    closed: Option<String>,
    evidence: Option<&'a str>,
    reason: Option<&'a str>,
    link: Option<&'a str>,
    severity: Option<&'a str>,
    services: &'a [&'a str],
    title: &'a str,
    branch: Option<&'a str>,
    path: &'a str,
    private: bool,
    /// Only with `--history`; null when the action cannot be followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(clippy::option_option, reason = "a key that is left out, and one that is null")]
    history: Option<Option<ActionHistory>>,
}

/// What became of an action.
#[derive(Debug, Serialize)]
struct ActionHistory {
    slips: Vec<DueSlip>,
    slipped_days: i64,
    due_removed: bool,
    reopened: Vec<HistoryMoment>,
    /// Null while the action is not committed, or when the history does not reach back to it.
    added: Option<HistoryMoment>,
    /// How many days ago that was.
    added_days: Option<i64>,
    /// Whether the history may begin later than the action.
    cut: bool,
}

/// A due date that moved to a later day.
#[derive(Debug, Serialize)]
struct DueSlip {
    from: String,
    to: String,
    days: i64,
    #[serde(flatten)]
    at: HistoryMoment,
}

/// Who, when, in which commit.
#[derive(Debug, Serialize)]
struct HistoryMoment {
    by: String,
    on: String,
    commit: String,
}

impl HistoryMoment {
    fn of(moment: &Moment) -> Self {
        Self { by: moment.by.clone(), on: moment.on.to_string(), commit: moment.commit.clone() }
    }
}

impl ActionHistory {
    fn of(past: &Past, today: chrono::NaiveDate) -> Self {
        let added = past.added.as_ref().filter(|_| !past.cut);
        let slip = |slip: &Slip| DueSlip {
            from: slip.from.to_string(),
            to: slip.to.to_string(),
            days: slip.days(),
            at: HistoryMoment::of(&slip.at),
        };
        Self {
            slips: past.slips.iter().map(slip).collect(),
            slipped_days: past.slipped_days(),
            due_removed: past.due_removed,
            reopened: past.reopened.iter().map(HistoryMoment::of).collect(),
            added: added.map(HistoryMoment::of),
            added_days: added.map(|first| history::days_since(first, today)),
            cut: past.cut,
        }
    }
}

/// What a list of actions comes to.
#[derive(Debug, Serialize)]
struct ActionTotals {
    open: usize,
    overdue: usize,
    done: usize,
    dropped: usize,
    by_priority: Vec<PriorityCount>,
    /// Only with `--history`, as the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    slipped: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reopened: Option<usize>,
}

/// How many open actions have a priority.
#[derive(Debug, Serialize)]
struct PriorityCount {
    /// As written; null for those without one.
    priority: Option<String>,
    open: usize,
}

/// The list as JSON text.
pub fn json(shown: Shown<'_>) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let actions = shown.actions.iter().map(|action| ListedAction {
        status: word(action),
        open: action.stands.is_open(),
        due: day(action.due),
        closed: day(action.closed),
        id: action.id,
        record: action.record,
        action: action.action,
        priority: action.priority,
        r#type: action.kind,
        owner: action.owner,
        overdue_days: action.overdue,
        age_days: action.age,
        evidence: action.evidence,
        reason: action.reason,
        link: action.link,
        severity: action.severity,
        services: &action.services,
        title: action.title,
        branch: action.branch,
        path: action.path,
        private: action.private,
        history: shown.history.then(|| action.past.as_ref().map(|past| ActionHistory::of(past, shown.today))),
    });
    let totals = Totals::of(shown.actions);
    let by_priority = totals.by_priority.into_iter().map(|(priority, open)| PriorityCount { priority, open });
    json::pretty(&ActionList {
        schema: json::SCHEMA,
        as_of: shown.today.to_string(),
        actions: actions.collect(),
        totals: ActionTotals {
            open: totals.open,
            overdue: totals.overdue,
            done: totals.done,
            dropped: totals.dropped,
            by_priority: by_priority.collect(),
            slipped: shown.history.then_some(totals.slipped),
            reopened: shown.history.then_some(totals.reopened),
        },
    })
}

//! Action items for programs: CSV and JSON.

use serde::Serialize;

use super::Shown;
use crate::query::actions::{Listed, Totals};
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
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let lines = shown.actions.iter().map(|action| {
        [
            text(&action.id),
            action.record.clone(),
            action.action.clone(),
            word(action),
            text(&action.priority),
            text(&action.kind),
            text(&action.owner),
            action.due.map_or_else(|| text(&action.no_date), |due| due.to_string()),
            days(action.overdue),
            days(action.age),
            day(action.closed),
            text(&action.evidence),
            text(&action.reason),
            text(&action.link),
            text(&action.severity),
            action.services.join("; "),
            action.title.clone(),
            text(&action.branch),
            action.path.clone(),
            action.private.to_string(),
        ]
    });
    for line in std::iter::once(head.map(str::to_owned)).chain(lines) {
        let written = writer.write_record(line.map(|field| unformulated(&field)));
        debug_assert!(written.is_ok(), "writing to memory cannot fail, and every line has as many fields");
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The status as a word of the format; one that is none as it is written.
fn word(action: &Listed) -> String {
    let known = match action.stands {
        ActionStatus::Open => "open",
        ActionStatus::InProgress => "in-progress",
        ActionStatus::Done => "done",
        ActionStatus::Dropped => "dropped",
    };
    action.no_status.clone().unwrap_or_else(|| known.to_owned())
}

/// The JSON of `pm action list`, schema 1.
#[derive(Debug, Serialize)]
struct ActionList {
    /// Always 1.
    schema: u32,
    /// The day the list is of: what is overdue is overdue on it.
    as_of: String,
    /// The actions, in the order of the list.
    actions: Vec<ListedAction>,
    /// What they come to.
    totals: ActionTotals,
}

/// An action item and what its record says.
#[derive(Debug, Serialize)]
struct ListedAction {
    id: Option<String>,
    record: String,
    action: String,
    status: String,
    open: bool,
    priority: Option<String>,
    r#type: Option<String>,
    owner: Option<String>,
    due: Option<String>,
    overdue_days: Option<i64>,
    age_days: Option<i64>,
    closed: Option<String>,
    evidence: Option<String>,
    reason: Option<String>,
    link: Option<String>,
    severity: Option<String>,
    services: Vec<String>,
    title: String,
    branch: Option<String>,
    path: String,
    private: bool,
}

/// What a list of actions comes to.
#[derive(Debug, Serialize)]
struct ActionTotals {
    open: usize,
    overdue: usize,
    done: usize,
    dropped: usize,
    by_priority: Vec<PriorityCount>,
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
    let actions = shown.actions.iter().cloned().map(|action| ListedAction {
        status: word(&action),
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
        services: action.services,
        title: action.title,
        branch: action.branch,
        path: action.path,
        private: action.private,
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
        },
    })
}

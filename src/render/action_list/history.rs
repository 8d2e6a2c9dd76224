//! The history of an action: a line below it, and the columns of a table that programs read.

use chrono::NaiveDate;

use crate::query::actions::Listed;
use crate::query::past::{Moment, Past};
use crate::render::{sanitise, words};

/// How many people a line names.
const NAMED: usize = 3;

/// `slipped 2 times, 21 days (Ann Example, Bo Example) · reopened once · added 2026-01-12 by Ann Example`; empty where
/// no history was asked for, or none can be told.
pub(super) fn line(action: &Listed<'_>) -> String {
    action.past.as_deref().map(told).unwrap_or_default()
}

fn told(past: &Past) -> String {
    let mut parts = Vec::new();
    if !past.slips.is_empty() {
        let days = past.slipped_days();
        let unit = if days == 1 { "day" } else { "days" };
        parts.push(format!("slipped {}, {days} {unit} ({})", times(past.slips.len()), people(&past.slipped_by())));
    }
    if past.due_removed {
        parts.push("due date removed".to_owned());
    }
    if !past.reopened.is_empty() {
        parts.push(format!("reopened {}", times(past.reopened.len())));
    }
    parts.push(match &past.added {
        None => "not committed yet".to_owned(),
        Some(first) if past.cut => format!("history ends on {}", first.on),
        Some(first) => format!("added {} by {}", first.on, name(&first.by)),
    });
    parts.join(" · ")
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn people(people: &[&str]) -> String {
    let named = people.iter().take(NAMED).map(|person| name(person)).collect::<Vec<_>>().join(", ");
    match people.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

fn name(person: &str) -> String {
    sanitise::one_line(words::name_of(person))
}

/// The heads of [`columns`].
pub(super) const HEADS: [&str; 6] = ["SLIPS", "SLIPPED", "SLIPPED-BY", "REOPENED", "ADDED", "ADDED-BY"];

/// The same as columns of text, empty where there is nothing to tell.
pub(super) fn columns(action: &Listed<'_>) -> [String; 6] {
    let Some(past) = &action.past else { return Default::default() };
    let added = past.added.as_ref().filter(|_| !past.cut);
    let count = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    let days = past.slipped_days();
    let removed = if past.due_removed { "due-removed".to_owned() } else { String::new() };
    [
        count(past.slips.len()),
        if days == 0 { removed } else { days.to_string() },
        if past.slips.is_empty() { String::new() } else { people(&past.slipped_by()) },
        count(past.reopened.len()),
        added.map(|first| first.on.to_string()).unwrap_or_default(),
        added.map(|first| name(&first.by)).unwrap_or_default(),
    ]
}

/// The heads of [`fields`].
pub(super) const FIELDS: [&str; 8] =
    ["slips", "slipped_days", "slipped_by", "due_removed", "reopened", "added", "added_by", "added_days"];

/// The same for a spreadsheet, people as the commits name them.
pub(super) fn fields(action: &Listed<'_>, today: NaiveDate) -> [String; 8] {
    let Some(past) = &action.past else { return Default::default() };
    let added = past.added.as_ref().filter(|_| !past.cut);
    [
        past.slips.len().to_string(),
        past.slipped_days().to_string(),
        past.slipped_by().join("; "),
        past.due_removed.to_string(),
        past.reopened.len().to_string(),
        added.map(|first| first.on.to_string()).unwrap_or_default(),
        added.map(|first| first.by.clone()).unwrap_or_default(),
        added.map(|first| days_since(first, today).to_string()).unwrap_or_default(),
    ]
}

/// How many days ago something was, on a day; never less than none, whatever a commit claims.
pub(super) fn days_since(moment: &Moment, today: NaiveDate) -> i64 {
    today.signed_duration_since(moment.on).num_days().max(0)
}

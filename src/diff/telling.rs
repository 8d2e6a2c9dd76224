//! A change as a line, as people would say it: `severity P3 → P1`, `detected moved 12 min earlier to 22:05`.
//!
//! Lines are for subjects of commits, logs and listings, so a longer text is named by how many of its words changed. They
//! are not made safe to show: whoever prints them does that.

use std::collections::HashMap;
use std::fmt;

use toml::{Table, Value};

use super::same::fingerprint;
use super::{Change, Row, What, words};
use crate::record::action::day;
use crate::record::duration::Length;
use crate::record::time::Moment;
use crate::record::timeline::moment;
use crate::record::{Entry, text_in};

impl fmt::Display for Change {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(told) = self.row.as_ref().and_then(|row| in_row(self, row)) {
            return f.write_str(&told);
        }
        let name = self.name();
        match &self.what {
            What::Set(value) => write!(f, "{name} set to {}", brief(&shown(value))),
            What::Cleared(value) => write!(f, "{name} cleared (was {})", brief(&shown(value))),
            What::Became { before, after } => {
                let (before, after) = (shown(before), shown(after));
                if before == after {
                    // Of another type, or with other blanks around it.
                    write!(f, "{name} written as another value, {}", brief(&after))
                } else {
                    let (before, after) = brief_pair(&before, &after);
                    write!(f, "{name} {before} → {after}")
                }
            }
            What::Reworded(pieces) => match words::counts(pieces) {
                (0, 0) => write!(f, "{name} has other blanks"),
                (added, removed) => write!(f, "{name} reworded (+{added} −{removed} words)"),
            },
            What::Items { before, after } => {
                let (came, went) = came_and_went(before, after);
                let mut parts: Vec<String> = came.iter().map(|item| format!("+ {}", brief(item))).collect();
                parts.extend(went.iter().map(|item| format!("− {}", brief(item))));
                let parts = if parts.is_empty() { "in another order".to_owned() } else { parts.join(", ") };
                write!(f, "{name}: {parts}")
            }
            What::Order(_) => write!(f, "{name}: in another order"),
            What::RowAdded(row) => {
                let list = self.list();
                write!(f, "{} added {}", noun(&list), brief(&row_shown(&list, row)))
            }
            What::RowRemoved(row) => {
                let list = self.list();
                write!(f, "{} removed {}", noun(&list), brief(&row_shown(&list, row)))
            }
        }
    }
}

impl Change {
    /// What changed, as a line calls it: its path, or the key behind what its row is called by.
    pub fn name(&self) -> String {
        let Some(row) = &self.row else { return self.path.clone() };
        match (row.name(), self.key_in_row()) {
            (Some(name), Some(key)) => format!("{name} {key}"),
            _ => self.path.clone(),
        }
    }

    /// The key of the row that it is about, `at` of `timeline[3].at`.
    fn key_in_row(&self) -> Option<&str> {
        self.path.rsplit_once("].").map(|(_, key)| key)
    }

    /// The plain path of the list that a row came to or went from.
    pub fn list(&self) -> String {
        without_numbers(&self.path)
    }
}

impl Row {
    /// What the row is called by.
    fn name(&self) -> Option<String> {
        match self.list.as_str() {
            "timeline" => entry_name(&self.after, self.dated).or_else(|| entry_name(&self.before, self.dated)),
            "actions" => text_in(&self.after, "id").or(text_in(&self.before, "id")).map(|id| format!("action {id}")),
            _ => None,
        }
    }
}

/// `entry at 22:05`, with its day where the clock alone does not tell it from others.
fn entry_name(table: &Table, dated: bool) -> Option<String> {
    let at = moment(table, "at")?;
    let clock = at.clock_text().filter(|_| !dated);
    Some(format!("entry at {}", clock.unwrap_or_else(|| at.to_string())))
}

/// What is said of entries and actions in words of their own.
fn in_row(change: &Change, row: &Row) -> Option<String> {
    let key = change.key_in_row()?;
    match (row.list.as_str(), key) {
        ("timeline", "at") => moved(row),
        ("timeline", "kind") => {
            let name = row.name()?;
            match &change.what {
                What::Set(kind) => Some(format!("{name} marked {}", brief(&shown(kind)))),
                What::Cleared(kind) => Some(format!("{name} no longer marked {}", brief(&shown(kind)))),
                What::Became { before, after } => {
                    Some(format!("{name} marked {} (was {})", brief(&shown(after)), brief(&shown(before))))
                }
                _ => None,
            }
        }
        ("timeline", "approx") => {
            let name = row.name()?;
            Some(if Entry::new(&row.after).approx() {
                format!("{name} is approximate")
            } else {
                format!("{name} is exact")
            })
        }
        ("timeline", "event") => {
            let name = row.name()?;
            match &change.what {
                What::Became { before, after } => {
                    let (before, after) = brief_pair(&shown(before), &shown(after));
                    Some(format!("{name} reworded: {before} → {after}"))
                }
                What::Reworded(pieces) => {
                    let (added, removed) = words::counts(pieces);
                    Some(format!("{name} reworded (+{added} −{removed} words)"))
                }
                _ => None,
            }
        }
        ("actions", "due") => slipped(row),
        ("actions", "status") => {
            let What::Became { before, after } = &change.what else { return None };
            Some(format!("{} {} → {}", row.name()?, brief(&shown(before)), brief(&shown(after))))
        }
        _ => None,
    }
}

/// `detected moved 12 min earlier to 22:05`.
fn moved(row: &Row) -> Option<String> {
    let (before, after) = (moment(&row.before, "at")?, moment(&row.after, "at")?);
    let name = match text_in(&row.after, "kind") {
        Some(kind) if text_in(&row.before, "kind") == Some(kind) => brief(kind),
        _ => entry_name(&row.before, row.dated)?,
    };
    let to = if before.day() == after.day() { after.clock_text() } else { None };
    let to = to.unwrap_or_else(|| after.to_string());
    match before.length_to(&after) {
        Some(length) => {
            let way = if length.is_negative() { "earlier" } else { "later" };
            let length = Length::exact(length.time().abs());
            Some(format!("{name} moved {length} {way} to {to}"))
        }
        None => Some(format!("{name} moved from {before} to {after}")),
    }
}

/// `action k7fq due slipped 21 days to 2026-04-01`.
fn slipped(row: &Row) -> Option<String> {
    let (name, days, to) = (row.name()?, slip(row)?, day(&row.after, "due")?);
    let plural = if days.abs() == 1 { "day" } else { "days" };
    match days {
        0 => None,
        1.. => Some(format!("{name} due slipped {days} {plural} to {to}")),
        _ => Some(format!("{name} due moved {} {plural} earlier to {to}", -days)),
    }
}

/// By how many days the due date of an action moved; negative when it came nearer.
fn slip(row: &Row) -> Option<i64> {
    Some(day(&row.after, "due")?.signed_duration_since(day(&row.before, "due")?).num_days())
}

impl Change {
    /// The id of the action whose due date slipped.
    pub fn slipped(&self) -> Option<&str> {
        let row = self.row.as_ref().filter(|row| row.list == "actions")?;
        if self.key_in_row() != Some("due") || slip(row)? <= 0 {
            return None;
        }
        text_in(&row.after, "id")
    }
}

/// A value as people write it: texts without quotes, times in UTC.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.trim().is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.trim().to_owned(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Datetime(time) => Moment::try_from(time).map_or_else(|_| time.to_string(), |moment| moment.to_string()),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Table(table) => row_shown("", table),
        other => other.to_string(),
    }
}

/// The items that came to a list, and those that left it; both empty when only their order changed.
fn came_and_went(before: &[Value], after: &[Value]) -> (Vec<String>, Vec<String>) {
    (missing_from(after, before), missing_from(before, after))
}

fn missing_from(items: &[Value], others: &[Value]) -> Vec<String> {
    let mut rest: HashMap<String, usize> = HashMap::new();
    for other in others {
        *rest.entry(fingerprint(other)).or_default() += 1;
    }
    let mut missing = Vec::new();
    for item in items {
        match rest.get_mut(&fingerprint(item)).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => missing.push(shown(item)),
        }
    }
    missing
}

/// The row of a list in a few words: what a person would call it by.
pub(super) fn row_shown(list: &str, row: &Table) -> String {
    let text = |key: &str| row.get(key).map(shown);
    match list {
        "timeline" => {
            let kind = text("kind").map(|kind| format!(" ({kind})")).unwrap_or_default();
            format!("at {}{kind}: {}", text("at").unwrap_or_default(), text("event").unwrap_or_default())
        }
        "actions" => format!("{}: {}", text("id").unwrap_or_default(), text("action").unwrap_or_default()),
        "sign_offs" => {
            let (from, to) = (text("from").unwrap_or_default(), text("to").unwrap_or_default());
            let (name, role) = (text("name").unwrap_or_default(), text("role").unwrap_or_default());
            format!("{from} → {to} by {name} as {role}")
        }
        _ => {
            let telling =
                ["label", "name", "question", "alert", "why", "file"].into_iter().find_map(|key| row.get(key));
            let first = || row.values().find(|value| value.is_str());
            telling.or_else(first).map_or_else(String::new, shown)
        }
    }
}

/// What a row of a list is called.
fn noun(plain: &str) -> &str {
    match plain {
        "timeline" => "entry",
        "actions" => "action",
        "cause.whys" => "why",
        "links" => "link",
        "metrics" => "metric",
        "figures" => "figure",
        "review.questions" => "question",
        "prevention.monitoring" => "monitoring",
        "sign_offs" => "sign-off",
        other => other,
    }
}

/// `timeline[3].event` -> `timeline.event`.
fn without_numbers(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for c in path.chars() {
        match c {
            '"' if !escaped && !inside => quoted = !quoted,
            '[' if !quoted => inside = true,
            ']' if !quoted => {
                inside = false;
                continue;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if !inside {
            plain.push(c);
        }
    }
    plain
}

/// The longest text in a line, in characters.
const LONGEST: usize = 60;

/// At most one line of sixty characters.
pub(super) fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut cut: String = line.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

/// Two texts as short lines that show where they differ: of two long ones that begin alike, what is behind that.
fn brief_pair(before: &str, after: &str) -> (String, String) {
    let (old, new) = (brief(before), brief(after));
    if old != new {
        return (old, new);
    }
    let shared = before.chars().zip(after.chars()).take_while(|(old, new)| old == new).count();
    let from = shared.saturating_sub(LONGEST / 3);
    let behind = |text: &str| format!("…{}", brief(&text.chars().skip(from).collect::<String>()));
    (behind(before), behind(after))
}

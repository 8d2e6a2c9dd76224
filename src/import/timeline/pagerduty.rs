//! `PagerDuty`: `GET /incidents/{id}/log_entries`, one log entry, and `GET /incidents/{id}/notes`.
//!
//! Told are trigger, acknowledge, unacknowledge, escalate, an escalation nobody answered, delegate, note, change of priority,
//! status update, merge, reopen and resolve; who was notified how is left out. The first trigger is the detection, the
//! first acknowledgement the beginning of the investigation, the last resolve the resolution.

use super::error::ImportError;
use super::json::{Node, parse};
use super::{Claim, Found, Reading, text};
use crate::record::milestone::Milestone;

pub(super) fn read(text: &str) -> Result<Reading, ImportError> {
    let value = parse(text)?;
    let root = Node::root(&value);
    let mut reading = Reading::default();
    if let Some(notes) = root.get("notes") {
        for note in notes.items()? {
            reading.events.push(note_of(&note)?);
        }
        return Ok(reading);
    }
    let entries = match root.get("log_entry") {
        Some(entry) => vec![entry],
        None => root.need("log_entries", "the list of log entries")?.items()?,
    };
    for entry in entries {
        reading.events.push(log_entry(&entry)?);
    }
    if root.value.get("more").and_then(serde_json::Value::as_bool) == Some(true) {
        reading.remarks.push(
            "the export is one page of several (`more` is true): import the next ones, too, each adds what is new"
                .to_owned(),
        );
    }
    Ok(reading)
}

fn note_of(note: &Node<'_>) -> Result<Found, ImportError> {
    let at = note.time_of("created_at")?;
    let content = note.need("content", "the text of the note")?.text()?;
    let mut found = Found::new(at.into(), content);
    found.owner = note.maybe(&["user", "summary"]).map(str::to_owned);
    found.id = note.id_of("id");
    found.noise = content.trim().is_empty().then(|| "empty".to_owned());
    Ok(found)
}

fn log_entry(entry: &Node<'_>) -> Result<Found, ImportError> {
    let kind = entry.need("type", "the type of the log entry")?.text()?;
    let kind = kind.strip_suffix("_reference").unwrap_or(kind);
    let kind = kind.strip_suffix("_log_entry").unwrap_or(kind);
    let at = entry.time_of("created_at")?;
    let summary = entry.text_of("summary")?;
    let words = kind.replace('_', " ");
    let incident = entry.maybe(&["incident", "summary"]).map(without_number);
    let said = summary.unwrap_or(&words);
    let mut found = Found::new(at.into(), said);
    match kind {
        "trigger" => {
            let details = [&["event_details", "description"][..], &["channel", "subject"], &["channel", "summary"]];
            let description = details.into_iter().find_map(|path| entry.maybe(path)).or(incident);
            if let Some(description) = description {
                description.clone_into(&mut found.text);
                found.notes.extend(summary.filter(|summary| *summary != description).map(str::to_owned));
            }
            found.claim = Some(Claim::First(&[Milestone::Detected, Milestone::Alerted]));
        }
        "acknowledge" => found.claim = Some(Claim::First(&[Milestone::Investigating])),
        "resolve" => found.claim = Some(Claim::Last(Milestone::Resolved)),
        "notify" => found.claim = Some(Claim::First(&[Milestone::Notified])),
        "annotate" => {
            let note = [&["note"][..], &["channel", "content"], &["channel", "summary"], &["channel", "note"]];
            if let Some(note) = note.into_iter().find_map(|path| entry.maybe(path)) {
                note.clone_into(&mut found.text);
            }
        }
        _ => {}
    }
    let tells = matches!(
        kind,
        "trigger"
            | "acknowledge"
            | "unacknowledge"
            | "escalate"
            | "exhaust_escalation_path"
            | "delegate"
            | "annotate"
            | "priority_change"
            | "status_update"
            | "merge"
            | "reopen"
            | "resolve"
    );
    found.noise = (!tells).then(|| text::shortened(&words, 40));
    found.owner = entry.maybe(&["agent", "summary"]).map(str::to_owned);
    found.id = entry.id_of("id");
    let link = entry.maybe(&["html_url"]).or_else(|| entry.maybe(&["incident", "html_url"]));
    found.link = link.map(str::to_owned);
    found.incident =
        entry.maybe(&["incident", "id"]).map(|id| (id.to_owned(), incident.unwrap_or_default().to_owned()));
    Ok(found)
}

/// `[#412] Checkout 5xx rate` without its number.
fn without_number(summary: &str) -> &str {
    let rest = summary.strip_prefix("[#").and_then(|rest| rest.split_once(']'));
    match rest {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest.trim_start(),
        _ => summary,
    }
}

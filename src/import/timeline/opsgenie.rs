//! Opsgenie: `GET /v2/alerts/{id}/logs`.
//!
//! A log has no kind, so it is told by how its text begins. Told are created, acknowledged, unacknowledged, escalated, note,
//! priority, reopened and closed; notifications and views are left out. Created is the detection, the first acknowledgement the
//! beginning of the investigation, the last close the resolution.

use super::error::ImportError;
use super::json::{Node, parse};
use super::{Claim, Found, Reading};
use crate::record::milestone::Milestone;

pub(super) fn read(text: &str) -> Result<Reading, ImportError> {
    let value = parse(text)?;
    let root = Node::root(&value);
    let mut reading = Reading::default();
    for log in root.need("data", "the list of logs")?.items()? {
        reading.events.push(log_of(&log)?);
    }
    if root.maybe(&["paging", "next"]).is_some() {
        reading.remarks.push(
            "the export is one page of several (`paging.next`): import the next ones, too, each adds what is new"
                .to_owned(),
        );
    }
    Ok(reading)
}

fn log_of(log: &Node<'_>) -> Result<Found, ImportError> {
    let at = log.time_of("createdAt")?;
    let said = log.need("log", "the text of the log")?.text()?;
    let mut found = Found::new(at.into(), said);
    found.owner = log.maybe(&["owner"]).map(str::to_owned);
    found.id = log.id_of("offset");
    let lower = said.trim().to_lowercase();
    let action = lower.strip_prefix("alert ").unwrap_or(&lower);
    let begins = |words: &[&str]| words.iter().any(|word| action.starts_with(word));
    if begins(&["created"]) {
        found.claim = Some(Claim::First(&[Milestone::Detected, Milestone::Alerted]));
    } else if begins(&["acknowledged"]) {
        found.claim = Some(Claim::First(&[Milestone::Investigating]));
    } else if begins(&["closed"]) {
        found.claim = Some(Claim::Last(Milestone::Resolved));
    } else if !begins(&["unacknowledged", "un-acknowledged", "escalated", "note", "added note", "priority", "reopened"])
    {
        let word = match log.maybe(&["type"]) {
            _ if begins(&["viewed"]) => "view",
            Some("alertRecipient") => "notification",
            _ => "other log",
        };
        found.noise = Some(word.to_owned());
    }
    Ok(found)
}

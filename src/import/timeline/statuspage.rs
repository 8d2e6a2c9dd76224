//! Statuspage: `GET /api/v2/incidents.json` and the like, an incident webhook, `GET /v1/pages/{id}/incidents`.
//!
//! An update becomes an entry at the time the page shows (`display_at`, which people may correct). Its status is the phase the
//! incident was in: investigating, identified, monitoring (Statuspage: "a fix has been implemented"; the impact is reduced, so
//! mitigated), resolved. That anything was published is an event of its own, the first communication; it happened
//! when the first update was made (`created_at`), and is no communication where the incident was filled in afterwards.

use chrono::{DateTime, FixedOffset};

use super::error::ImportError;
use super::json::{Node, parse};
use super::{Claim, Found, Reading, text};
use crate::record::milestone::Milestone;

pub(super) fn read(text: &str) -> Result<Reading, ImportError> {
    let value = parse(text)?;
    let root = Node::root(&value);
    let incidents = if value.is_array() {
        root.items()?
    } else if let Some(incident) = root.get("incident") {
        vec![incident]
    } else if let (None, Some(maintenances)) = (root.get("incidents"), root.get("scheduled_maintenances")) {
        maintenances.items()?
    } else {
        root.need("incidents", "the list of incidents")?.items()?
    };
    let mut reading = Reading::default();
    for incident in incidents {
        incident_of(&incident, &mut reading.events)?;
    }
    Ok(reading)
}

fn incident_of(incident: &Node<'_>, events: &mut Vec<Found>) -> Result<(), ImportError> {
    let name = incident.text_of("name")?.unwrap_or("incident");
    let id = incident.id_of("id").unwrap_or_else(|| name.to_owned());
    let link = incident.maybe(&["shortlink"]);
    let mut updates = incident.need("incident_updates", "the list of updates")?.items()?;
    let mut times = Vec::with_capacity(updates.len());
    for update in &updates {
        let key = if update.get("display_at").is_some() { "display_at" } else { "created_at" };
        times.push(update.time_of(key)?);
    }
    if times.first() > times.last() {
        updates.reverse();
        times.reverse();
    }
    let mark = |mut found: Found| {
        found.link = link.map(str::to_owned);
        found.incident = Some((id.clone(), name.to_owned()));
        found
    };
    if let Some(published) = published(&updates)? {
        let mut found = Found::new(published.into(), format!("Published on the status page: {name}"));
        found.notes.extend(
            incident.maybe(&["impact"]).filter(|impact| *impact != "none").map(|impact| format!("Impact: {impact}")),
        );
        found.id = Some(format!("incident/{id}"));
        let backfilled = incident.value.get("backfilled").and_then(serde_json::Value::as_bool) == Some(true);
        if !backfilled {
            found.claim = Some(Claim::First(&[Milestone::Communicated]));
        }
        events.push(mark(found));
    }
    for (update, at) in updates.iter().zip(times) {
        events.push(mark(update_of(update, at)?));
    }
    Ok(())
}

/// When the first update was made.
fn published(updates: &[Node<'_>]) -> Result<Option<DateTime<FixedOffset>>, ImportError> {
    let mut first = None;
    for update in updates {
        let key = if update.get("created_at").is_some() { "created_at" } else { "display_at" };
        let at = update.time_of(key)?;
        first = Some(first.map_or(at, |first: DateTime<FixedOffset>| first.min(at)));
    }
    Ok(first)
}

fn update_of(update: &Node<'_>, at: DateTime<FixedOffset>) -> Result<Found, ImportError> {
    let status = update.need("status", "the status of the update")?.text()?.trim();
    let words = status.replace('_', " ");
    let body = update.text_of("body")?;
    let mut found = Found::new(at.into(), body.map_or_else(|| format!("Status page: {words}"), str::to_owned));
    found.id = update.id_of("id");
    found.claim = match status {
        "investigating" => Some(Claim::First(&[Milestone::Investigating])),
        "identified" => Some(Claim::First(&[Milestone::Identified])),
        "monitoring" => Some(Claim::First(&[Milestone::Mitigated])),
        "resolved" => Some(Claim::Last(Milestone::Resolved)),
        _ => None,
    };
    found.noise = (status == "postmortem").then(|| "postmortem notice".to_owned());
    let mut note = format!("Status page update: {}", text::shortened(&words, 40));
    let components = update.get("affected_components").and_then(|list| list.items().ok()).unwrap_or_default();
    let components: Vec<String> = components
        .iter()
        .filter_map(|component| {
            let (name, old, new) =
                (component.maybe(&["name"])?, component.maybe(&["old_status"])?, component.maybe(&["new_status"])?);
            (old != new).then(|| format!("{name} {} → {}", old.replace('_', " "), new.replace('_', " ")))
        })
        .collect();
    if !components.is_empty() {
        note = format!("{note}; {}", components.join(", "));
    }
    found.notes.push(note);
    Ok(found)
}

//! What every product's events go through: one incident, order of time, no secrets, one line and notes, an id.

use std::collections::HashSet;

use super::error::ImportError;
use super::{Event, Export, Found, Product, Reading, Terms, text};
use crate::record::secrets;

/// The longest id that is kept as it is.
const LONGEST_ID: usize = 200;

/// Events in order of time, ready to become entries.
pub(super) fn assemble(product: Product, reading: Reading, terms: &Terms<'_>) -> Result<Export, ImportError> {
    let Reading { mut events, mut remarks } = reading;
    of_incidents(&mut events, terms.incidents)?;
    // Newest first in most exports: what has the same time has to be turned round, too.
    if let (Some(first), Some(last)) = (events.first(), events.last())
        && first.at > last.at
    {
        events.reverse();
    }
    events.sort_by_key(|event| event.at);
    let mut removed = 0;
    let mut seen = HashSet::new();
    let mut twice = 0;
    let mut ready = Vec::with_capacity(events.len());
    for found in events {
        let event = event(product, found, &mut removed);
        if seen.insert(event.source.clone()) {
            ready.push(event);
        } else {
            twice += 1;
        }
    }
    if twice > 0 {
        remarks.push(format!("{twice} of them {} in the export twice", if twice == 1 { "was" } else { "were" }));
    }
    if removed > 0 {
        let what = if removed == 1 { "an access token was" } else { "access tokens were" };
        let how_many = if removed == 1 { String::new() } else { format!("{removed} ") };
        remarks.push(format!("{how_many}{what} taken out of texts and links"));
    }
    Ok(Export { events: ready, remarks })
}

/// Leaves the events of the incidents that are meant. An export of several needs to be told which.
fn of_incidents(events: &mut Vec<Found>, meant: &[String]) -> Result<(), ImportError> {
    let mut incidents: Vec<(String, String)> = Vec::new();
    for (id, title) in events.iter().filter_map(|event| event.incident.as_ref()) {
        if !incidents.iter().any(|(known, _)| known == id) {
            incidents.push((text::shortened(id, LONGEST_ID), text::shortened(title, 80)));
        }
    }
    if let Some(id) = meant.iter().find(|id| !incidents.iter().any(|(known, _)| known == *id)) {
        return Err(ImportError::NoSuchIncident { id: text::shortened(id, 60), incidents });
    }
    if meant.is_empty() && incidents.len() > 1 {
        return Err(ImportError::WhichIncident { incidents });
    }
    if !meant.is_empty() {
        events.retain(|event| event.incident.as_ref().is_some_and(|(id, _)| meant.contains(id)));
    }
    Ok(())
}

fn event(product: Product, found: Found, removed: &mut usize) -> Event {
    let mut clean = |text: &str| {
        let (text, count) = secrets::strip(text);
        *removed += count;
        text
    };
    let whole = clean(&found.text);
    let (event, rest) = text::split(&whole);
    let notes: Vec<String> = found.notes.iter().map(|note| clean(note)).collect();
    let owner = found.owner.map(|owner| text::shortened(&clean(&owner), LONGEST_ID)).filter(|owner| !owner.is_empty());
    let link = found.link.map(|link| clean(&link)).filter(|link| is_link(link));
    let id = match found.id {
        Some(id) if id.chars().count() <= LONGEST_ID => clean(&id),
        Some(id) => text::fingerprint(&[&id]),
        None => text::fingerprint(&[&found.at.placed().to_string(), whole.trim()]),
    };
    let paragraphs: Vec<String> = rest.into_iter().chain(notes).filter(|note| !note.trim().is_empty()).collect();
    Event {
        at: found.at,
        until: found.until,
        approx: found.approx,
        claim: found.claim,
        event,
        notes: (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n")),
        owner,
        source: format!("{product}:{id}"),
        link,
        noise: found.noise,
    }
}

/// Whether a browser can open it.
fn is_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme));
    scheme.is_some_and(|scheme| lower.len() > scheme.len())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

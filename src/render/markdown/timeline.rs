//! The timeline and the durations that follow from it.

use super::escape;
use super::sheet::{Sheet, blank_table, blocks, broken_rows, table, under};
use crate::config::Target;
use crate::query::metrics::{self, Measured};
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use crate::record::{Entry, text_in, vocabulary};
use crate::render::words;

const HEAD: &[&str] = &["Time (UTC)", "Event", "Owner", "Notes"];

pub(super) fn timeline(sheet: &Sheet<'_>) -> String {
    let entries = sheet.record.timeline();
    let mut above: Option<Moment> = None;
    let lines: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let line = vec![time(*entry, above), event(*entry), owner(sheet, *entry), notes(*entry)];
            above = entry.until().or(entry.at()).or(above);
            line
        })
        .collect();
    let shown = if lines.is_empty() {
        sheet.or_blank(|| {
            let rows: &[&[&str]] = &[
                &["HH:MM", "Issue first detected", "Name", "Detection method"],
                &["HH:MM", "Alert triggered", "System", "Sentry/monitoring"],
                &["HH:MM", "Engineer notified", "Name", "Through Slack/phone"],
                &["HH:MM", "Investigation started", "Name", "Initial diagnosis"],
                &["HH:MM", "Root cause identified", "Name", "[describe cause]"],
                &["HH:MM", "Resolution attempted", "Name", "[describe action]"],
                &["HH:MM", "Service recovered", "Name", "Verified health checks"],
                &["HH:MM", "Incident declared resolved", "Name", "All systems green"],
            ];
            blank_table(HEAD, rows)
        })
    } else {
        table(HEAD, &lines)
    };
    let shown = under("**Detailed chronological timeline of the incident:**", shown);
    under("## Timeline", blocks([shown, durations(sheet)]))
}

/// The time of an entry, with its day where that is not the day of the entry above.
fn time(entry: Entry<'_>, above: Option<Moment>) -> String {
    let Some(at) = entry.at() else { return "unknown".to_owned() };
    let about = if entry.approx() { "\\~" } else { "" };
    let until = entry.until().map(|until| format!("–{}", until.text_after(Some(&at)))).unwrap_or_default();
    format!("{about}{}{until}", at.text_after(above.as_ref()))
}

fn event(entry: Entry<'_>) -> String {
    let event = escape::cell(entry.event());
    match text_in(entry.values(), "kind") {
        Some(kind) => {
            let label = vocabulary::MILESTONE.label(kind).map_or_else(|| escape::cell(kind), str::to_owned);
            format!("**{label}**: {event}")
        }
        None => event,
    }
}

fn owner(sheet: &Sheet<'_>, entry: Entry<'_>) -> String {
    entry.owner().map(|owner| escape::cell(sheet.person(owner))).unwrap_or_default()
}

fn notes(entry: Entry<'_>) -> String {
    let notes = entry.notes().map(super::prose::cell);
    let private = entry.private().then(|| "(private)".to_owned());
    let link = text_in(entry.values(), "link").map(escape::link);
    let source = text_in(entry.values(), "source").map(|source| format!("from {}", escape::cell(source)));
    let all: Vec<String> =
        notes.into_iter().chain(private).chain(link).chain(source).filter(|note| !note.is_empty()).collect();
    all.join("<br>")
}

fn durations(sheet: &Sheet<'_>) -> String {
    let any = !sheet.whole.timeline().is_empty();
    let line = |label: &str, measured: &Measured| {
        let shown = match &measured.actual {
            Ok(length) => Some(words::minutes(*length)),
            Err(unknown) => any.then(|| format!("unknown ({unknown})")),
        };
        sheet.line("", &[(label, shown, "_______ minutes")])
    };
    broken_rows([
        line("Total Duration", &metrics::total(sheet.whole, sheet.config)),
        line("Detection to Response", &response(sheet)),
        line("Response to Resolution", &metrics::response_to_resolution(sheet.whole)),
    ])
}

/// The duration `response` as the team defines it, else as the template means it.
fn response(sheet: &Sheet<'_>) -> Measured {
    let own = sheet.config.targets.iter().find(|target| target.name == "response").cloned();
    let target = own.unwrap_or_else(|| Target {
        name: "response".to_owned(),
        from: vec![Milestone::Detected],
        to: vec![Milestone::Investigating, Milestone::Attempted],
        within: None,
    });
    metrics::measure(sheet.whole, &target)
}

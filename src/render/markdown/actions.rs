//! Action items, and what prevents the incident from happening again.

use super::escape;
use super::sheet::{Sheet, blank, blank_numbers, blank_table, blocks, broken_rows, table, under};
use crate::record::action::ActionStatus;
use crate::record::{Action, text_in, vocabulary as v};

const HEAD: &[&str] = &["#", "Action Item", "Owner", "Priority", "Due Date", "Status"];

pub(super) fn action_items(sheet: &Sheet<'_>) -> String {
    let actions = sheet.record.actions();
    let lines: Vec<Vec<String>> = (1..).zip(&actions).map(|(number, action)| line(sheet, number, *action)).collect();
    let shown = if lines.is_empty() {
        sheet.or_blank(|| {
            let rows: &[&[&str]] = &[
                &["1", "[Prevention: fix root cause]", "_____", "P1", "_______", "☐"],
                &["2", "[Prevention: improve process]", "_____", "P1", "_______", "☐"],
                &["3", "[Prevention: add monitoring]", "_____", "P1", "_______", "☐"],
                &["4", "[Process: improve runbook]", "_____", "P2", "_______", "☐"],
                &["5", "[Communication: distribute lessons]", "_____", "P2", "_______", "☐"],
                &["6", "[Training: update documentation]", "_____", "P2", "_______", "☐"],
            ];
            blank_table(HEAD, rows)
        })
    } else {
        table(HEAD, &lines)
    };
    if shown.is_empty() {
        return shown;
    }
    let legend = broken_rows([
        "**P1 (Critical)**: Do within 1 week".to_owned(),
        "**P2 (Important)**: Do within 2 weeks".to_owned(),
        "**P3 (Nice to have)**: Do within 1 month".to_owned(),
    ]);
    under("## Action Items", blocks(["**Required action items to prevent recurrence:**".to_owned(), shown, legend]))
}

fn line(sheet: &Sheet<'_>, number: usize, action: Action<'_>) -> Vec<String> {
    vec![
        number.to_string(),
        what(action),
        action.owner().map(|owner| escape::cell(sheet.person(owner))).unwrap_or_default(),
        action.priority().map(escape::cell).unwrap_or_default(),
        action.due().map(|due| due.to_string()).unwrap_or_default(),
        status(action),
    ]
}

/// The action with its id and type, and below it what became of it.
fn what(action: Action<'_>) -> String {
    let kind = action.kind().map(|kind| v::ACTION_TYPE.label(kind).map_or_else(|| escape::cell(kind), str::to_owned));
    let mut first = action.id().map(|id| format!("{} ", escape::code(id).replace('|', "\\|"))).unwrap_or_default();
    if let Some(kind) = kind {
        first.push_str(&kind);
        first.push_str(": ");
    }
    first.push_str(&escape::cell(action.action()));
    let mut lines = vec![first];
    if let Some(evidence) = action.text("evidence") {
        lines.push(format!("Evidence: {}", escape::cell(evidence)));
    }
    if let Some(reason) = action.text("reason") {
        lines.push(format!("Reason: {}", escape::cell(reason)));
    }
    if let Some(link) = action.text("link") {
        lines.push(format!("Tracked: {}", escape::link(link)));
    }
    if action.values().get("private").and_then(toml::Value::as_bool) == Some(true) {
        lines.push("(private)".to_owned());
    }
    lines.join("<br>")
}

fn status(action: Action<'_>) -> String {
    let (mark, word) = match action.status() {
        ActionStatus::Open => ("☐", "Open"),
        ActionStatus::InProgress => ("☐", "In progress"),
        ActionStatus::Done => ("☑", "Done"),
        ActionStatus::Dropped => ("☒", "Dropped"),
    };
    let word = match action.text("status") {
        Some(other) if v::ACTION_STATUS.label(other).is_none() => escape::cell(other),
        _ => word.to_owned(),
    };
    match action.closed() {
        Some(closed) => format!("{mark} {word} {closed}"),
        None => format!("{mark} {word}"),
    }
}

pub(super) fn prevention(sheet: &Sheet<'_>) -> String {
    let part = |heading: &str, ask: &str, path: &str| {
        let list = sheet.numbered(ask, path, || format!("```\n{}\n```", blank_numbers(3, 65)));
        under(&format!("### {heading}"), list)
    };
    let body = blocks([
        part("Immediate Actions Taken", "What did we do immediately to prevent recurrence?", "prevention.immediate"),
        part("Short-Term Fixes (1-2 weeks)", "Quick wins to improve resilience:", "prevention.short_term"),
        part("Long-Term Solutions (1-3 months)", "Comprehensive fixes to address root cause:", "prevention.long_term"),
        under("### Monitoring Improvements", monitoring(sheet)),
        part("Process Improvements", "Changes to prevent similar incidents:", "prevention.process"),
    ]);
    under("## Prevention & Mitigation", body)
}

fn monitoring(sheet: &Sheet<'_>) -> String {
    let filled = (1..).zip(sheet.record.tables("prevention.monitoring")).map(|(number, alert)| {
        let what = text_in(alert, "alert").map_or_else(|| "(no alert named)".to_owned(), escape::inline);
        let mut lines = vec![format!("{number}. {what}")];
        let indent = " ".repeat(number.to_string().len() + 2);
        for (label, key) in [("Threshold", "threshold"), ("Alert to", "notify")] {
            if let Some(text) = text_in(alert, key) {
                lines.push(format!("{indent}{label}: {}", escape::inline(text)));
            }
        }
        broken_rows(lines)
    });
    let filled = filled.collect::<Vec<_>>().join("\n");
    let list = if filled.is_empty() {
        sheet.or_blank(|| {
            let steps = (1..=3).map(|number| {
                format!("{number}. {}\n   Threshold: {}\n   Alert to: {}", blank(65), blank(20), blank(20))
            });
            format!("```\n{}\n```", blocks(steps))
        })
    } else {
        filled
    };
    under("**New alerts or monitoring to catch similar issues:**", list)
}

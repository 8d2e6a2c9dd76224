//! Response metrics, which are computed, and system metrics, which were read off.

use toml::{Table, Value};

use super::escape;
use super::sheet::{Sheet, blocks, table, under};
use crate::query::metrics::{self, Measured};
use crate::record::duration::Length;
use crate::record::text_in;
use crate::record::vocabulary::SYSTEM_METRIC;
use crate::render::words;

pub(super) fn metrics(sheet: &Sheet<'_>) -> String {
    let body = blocks([
        under("### Response Metrics", response(sheet)),
        under("### System Metrics During Incident", system(sheet)),
    ]);
    under("## Metrics & Analysis", body)
}

fn response(sheet: &Sheet<'_>) -> String {
    let any = !sheet.whole.timeline().is_empty();
    let measured = metrics::response(sheet.whole, sheet.config);
    if !any && !sheet.blanks || measured.is_empty() {
        return String::new();
    }
    let lines: Vec<Vec<String>> = measured
        .iter()
        .map(|measured| {
            let target = measured.target.map(target).unwrap_or_default();
            let actual = match &measured.actual {
                Ok(length) => length.to_string(),
                Err(unknown) if any => format!("unknown ({unknown})"),
                Err(_) => "_____ min".to_owned(),
            };
            vec![escape::cell(&measured.label), target, actual, met(measured).to_owned()]
        })
        .collect();
    table(&["Metric", "Target", "Actual", "Status"], &lines)
}

/// A target in the template's unit, minutes, while that is how people say it.
fn target(target: Length) -> String {
    let minutes = target.whole_minutes();
    let whole = Length::from_minutes(minutes) == Some(target);
    if whole && minutes <= 120 { format!("< {minutes} min") } else { format!("< {target}") }
}

fn met(measured: &Measured) -> &'static str {
    match (measured.target, measured.met()) {
        (_, Some(true)) => "☑ Met",
        (_, Some(false)) => "☒ Missed",
        (Some(_), None) => "☐ Met",
        (None, None) => "",
    }
}

/// The template's rows: what it gives as normal, and its blanks.
const ROWS: [(&str, &str, &str); 6] = [
    ("0.2%", "______%", "______%"),
    ("850ms", "_____ms", "_____ms"),
    ("30%", "____%", "____%"),
    ("45%", "____%", "____%"),
    ("12", "_____", "_____"),
    ("500", "_____", "_____"),
];

fn system(sheet: &Sheet<'_>) -> String {
    let read = sheet.record.tables("metrics");
    let mut lines: Vec<Vec<String>> = read
        .into_iter()
        .map(|metric| {
            let name = text_in(metric, "name").map(escape::cell).unwrap_or_default();
            vec![name, figure(metric, "normal"), figure(metric, "during"), figure(metric, "peak")]
        })
        .collect();
    if lines.is_empty() {
        if !sheet.blanks {
            return String::new();
        }
        lines = SYSTEM_METRIC
            .iter()
            .zip(ROWS)
            .map(|(name, (normal, during, peak))| [*name, normal, during, peak].map(str::to_owned).to_vec())
            .collect();
    }
    table(&["Metric", "Normal", "During Incident", "Peak"], &lines)
}

fn figure(metric: &Table, key: &str) -> String {
    match metric.get(key) {
        Some(figure @ (Value::String(_) | Value::Integer(_) | Value::Float(_))) => escape::cell(&words::value(figure)),
        _ => String::new(),
    }
}

//! The head of the page: what, how bad, where it stands, when, and how long it took against the targets.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use crate::config::Config;
use crate::query::metrics::{self, Measured, Reached};
use crate::record::milestone::Milestone;
use crate::record::{Record, vocabulary as v};
use crate::render::paper::{BAD, BOLD, DIM, GOOD, INDENT, Paper, styled, wrap};
use crate::render::sanitise::one_line;
use crate::render::{About, words};

pub(super) fn head(paper: &mut Paper, record: &Record, about: &About, config: &Config) {
    paper.title(BOLD, record.title());
    paper.title(DIM, about.id.as_str());
    let (severity, style) = severity(record, config);
    let status = status(record, about);
    if severity.width() + 2 + status.width() <= paper.width() {
        paper.line(&format!("{}  {status}", styled(style, &severity)));
    } else {
        paper.title(style, &severity);
        paper.title(Style::new(), &status);
    }
    let mut facts = Vec::new();
    let mut fact = |label: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            facts.push((label.to_owned(), one_line(&text)));
        }
    };
    let listed = |path: &str| Some(record.texts(path).join(", "));
    fact("Owner", record.text("owner").map(str::to_owned));
    fact("Services", listed("services"));
    fact("Tags", listed("tags"));
    let incident = [record.text("incident.id"), record.text("incident.link")];
    fact("Incident", Some(incident.into_iter().flatten().collect::<Vec<_>>().join("  ")));
    fact("Started", metrics::started(record).as_ref().map(when));
    fact("Resolved", metrics::reached(record, Milestone::Resolved).as_ref().map(when));
    fact("Created", record.value("created").map(words::value));
    let updated = about.updated.as_ref();
    fact("Updated", updated.map(|touch| format!("{} by {}", words::utc(&touch.at.into()), touch.by)));
    fact("File", Some(about.path.clone()));
    fact("Note", Some(about.notes.join(" · ")));
    paper.line("");
    paper.facts(&facts);
}

fn when(reached: &Reached) -> String {
    let about = if reached.approx { "about " } else { "" };
    format!("{about}{}", words::utc(&reached.moment))
}

/// The severity with its meaning, and how it stands out.
fn severity(record: &Record, config: &Config) -> (String, Style) {
    let Some(name) = record.severity() else { return ("severity unknown".to_owned(), Style::new()) };
    let rank = config.severities.iter().position(|severity| severity.name == name);
    let style = match rank {
        Some(0) => Style::new().fg_color(Some(AnsiColor::White.into())).bg_color(Some(AnsiColor::Red.into())).bold(),
        Some(1) => Style::new().fg_color(Some(AnsiColor::Black.into())).bg_color(Some(AnsiColor::Yellow.into())),
        _ => BOLD,
    };
    let meaning = config.severity_meaning(name).unwrap_or("(not a severity of pm.toml)");
    (one_line(&format!("{name} {meaning}")), style)
}

fn status(record: &Record, about: &About) -> String {
    match record.text("status") {
        Some(word) if about.stale => {
            let label = one_line(v::STATUS.label(word).unwrap_or(word));
            format!("{label}, {}", styled(BAD, "stale: changed since it was approved"))
        }
        Some(word) => one_line(v::STATUS.label(word).unwrap_or(word)),
        None => "status unknown".to_owned(),
    }
}

/// Below this many columns every duration stands under its label.
const STACKED_BELOW: usize = 60;

/// The durations, each with a mark and a word: `✓ met`, `✗ missed`, `? unknown`.
pub(super) fn durations(paper: &mut Paper, record: &Record, config: &Config) {
    let mut all = metrics::response(record, config);
    all.push(metrics::response_to_resolution(record));
    all.push(metrics::total(record, config));
    paper.heading("Durations", "");
    if record.timeline().is_empty() {
        paper.line(&format!("{INDENT}{}", styled(DIM, "unknown: the timeline is empty")));
        return;
    }
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let labels = widest(&mut all.iter().map(|measured| one_line(&measured.label).width())).min(paper.width() / 2);
    let lengths =
        widest(&mut all.iter().filter_map(|one| one.actual.as_ref().ok()).map(|length| length.to_string().width()));
    for measured in &all {
        let (mark, style, word) = verdict(measured);
        let label = one_line(&measured.label);
        let pad = " ".repeat(labels.saturating_sub(label.width()));
        let lead = format!("{INDENT}{} {label}{pad}  ", styled(style, mark));
        let column = INDENT.len() + 2 + label.width() + pad.len() + 2;
        let target = measured.target.map(|target| format!("target {target}")).unwrap_or_default();
        let text = match &measured.actual {
            Ok(length) => {
                let told = [word, &target].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
                let length = length.to_string();
                let gap = " ".repeat(lengths.saturating_sub(length.width()) + 2);
                if told.is_empty() { length } else { format!("{length}{gap}{told}") }
            }
            Err(unknown) => format!("unknown: {unknown}"),
        };
        let room = paper.width().saturating_sub(column);
        if text.width() <= room && paper.width() >= STACKED_BELOW {
            paper.line(&format!("{lead}{text}"));
        } else {
            paper.line(lead.trim_end());
            let indent = format!("{INDENT}    ");
            for line in wrap(&text, paper.width() - indent.len()) {
                paper.line(&format!("{indent}{line}"));
            }
        }
    }
}

fn verdict(measured: &Measured) -> (&'static str, Style, &'static str) {
    match (&measured.actual, measured.met()) {
        (Ok(_), Some(true)) => ("✓", GOOD, "met"),
        (Ok(_), Some(false)) => ("✗", BAD, "missed"),
        (Ok(_), None) => (" ", Style::new(), ""),
        (Err(_), _) => ("?", DIM, ""),
    }
}

//! What changed between two states as the comment on a request: a heading a record, an item a change.

use std::fmt::Write as _;

use super::escape::{cell, code, fenced, inline};
use crate::render::changes::{Compared, Fate, Report, Shown, Told};

/// GitHub refuses comments of more than 65,536 characters; what the forge or the job adds has room, too.
const LONGEST: usize = 60_000;

/// Every record that differs; what would make the comment too long is counted at its end.
pub fn changes(report: &Report) -> String {
    within(report, LONGEST)
}

/// The same in at most so many bytes, but for the line that says what is left out.
pub fn within(report: &Report, longest: usize) -> String {
    if report.records.is_empty() {
        return "No record changed.\n".to_owned();
    }
    let mut out = String::new();
    let mut left = report.records.len();
    for record in &report.records {
        let part = one(record);
        if out.len() + part.len() > longest {
            break;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&part);
        left -= 1;
    }
    if left > 0 {
        let plural = if left == 1 { "record is" } else { "records are" };
        let _ = writeln!(out, "\n{left} more {plural} too much for a comment: `pm diff` shows everything.");
    }
    out
}

fn one(record: &Compared) -> String {
    let mut out = format!("### {}\n\n{}\n\n", inline(&record.title).replace('\n', " "), code(record.id.as_str()));
    if record.title.is_empty() {
        out = format!("### {}\n\n", code(record.id.as_str()));
    }
    if let Some(headline) = record.headline() {
        let _ = writeln!(out, "{}", sentence(&headline));
    }
    match &record.fate {
        Fate::Changed { told, .. } => {
            if record.headline().is_some() && !told.is_empty() {
                out.push('\n');
            }
            for change in told {
                out.push_str(&item(change));
            }
        }
        Fate::Unreadable { lines, .. } if !lines.is_empty() => {
            out.push('\n');
            out.push_str(&fenced(lines, "diff"));
            out.push('\n');
        }
        Fate::Unreadable { .. } | Fate::Added(_) | Fate::Removed(_) => {}
    }
    out
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    inline(&format!("{first}{}", letters.as_str()))
}

fn item(told: &Told) -> String {
    let mut out = format!("- {}\n", inline(&told.line()));
    for consequence in told.consequences() {
        let _ = writeln!(out, "  - {}", inline(&consequence));
    }
    if let Some(excerpt) = told.excerpt() {
        let _ = writeln!(out, "  <br>{}", words(excerpt));
    }
    for (key, value) in told.details() {
        let _ = writeln!(out, "  - {}: {}", inline(&key), cell(&value));
    }
    out
}

/// What differs in a text, with the tags GitHub and GitLab show as struck out and underlined.
fn words(excerpt: Vec<Shown>) -> String {
    let mut line = String::new();
    let mut after_removed = false;
    for part in excerpt {
        if after_removed && matches!(part, Shown::Added(_)) && !line.ends_with(' ') {
            line.push(' ');
        }
        after_removed = matches!(part, Shown::Removed(_));
        // Blanks at the ends of a part are told by the parts around it.
        match part {
            Shown::Kept(text) => line.push_str(&spaced(&text, "", "")),
            Shown::Gap => line.push('…'),
            Shown::Removed(text) => line.push_str(&spaced(&text, "<del>", "</del>")),
            Shown::Added(text) => line.push_str(&spaced(&text, "<ins>", "</ins>")),
        }
    }
    line.trim().to_owned()
}

fn spaced(text: &str, open: &str, close: &str) -> String {
    let blank = |there: bool| if there { " " } else { "" };
    let (start, end) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    let inner = inline(text);
    if inner.is_empty() {
        return blank(!text.is_empty()).to_owned();
    }
    format!("{}{open}{inner}{close}{}", blank(start), blank(end))
}

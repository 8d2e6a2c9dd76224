//! What a job on GitHub shows on its page: what the branch changes in meaning, and the findings as a table.
//!
//! GitHub Markdown, whatever the records hold; never longer than the job may write.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::changes;
use super::findings::{Against, KNOWN, Lines, Source, summary, word};
use super::markdown::changes::within;
use super::markdown::escape::{cell, code};
use crate::finding::Finding;

/// How much a step may write for its page, in bytes; of more GitHub shows nothing at all
/// (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>).
pub const LIMIT: usize = 1024 * 1024;

/// For the lines that say what is left out.
const NOTES: usize = 1024;

/// The page, in at most `room` bytes; empty when there is not even room for its beginning.
pub fn page(sources: &[Source<'_>], change: Option<(&changes::Report, &Against)>, room: usize) -> String {
    if room < 4 * NOTES {
        return String::new();
    }
    let room = room - NOTES;
    let mut out = "## Postmortems\n\n".to_owned();
    if let Some((_, against)) = change {
        let _ = writeln!(out, "Against {} since {}.\n", code(&against.named), code(short(&against.parted)));
    }
    let _ = writeln!(out, "{}\n", cell(&summary(sources)));
    // The findings come first where both do not fit: they decide.
    out.push_str(&table(sources, room - out.len()));
    if let Some((report, _)) = change {
        out.push_str("\n## What changes\n\n");
        let left = room.saturating_sub(out.len());
        out.push_str(&within(report, left));
    }
    out
}

/// A row a finding, the new ones first and the worst of them on top; what does not fit is counted.
fn table(sources: &[Source<'_>], room: usize) -> String {
    let mut rows: Vec<(bool, &Finding, String)> = Vec::new();
    for source in sources {
        let found = source.all();
        if found.is_empty() {
            continue;
        }
        let lines = Lines::of(source.text);
        let place = |finding: &Finding| format!("{}:{}", source.path, lines.place(&finding.span).line);
        rows.extend(found.into_iter().map(|(finding, new)| (new, finding, place(finding))));
    }
    if rows.is_empty() {
        return String::new();
    }
    rows.sort_by_key(|(new, finding, _)| Reverse((*new, finding.level)));
    let mut out = "| | Place | Rule | What |\n|---|---|---|---|\n".to_owned();
    for (told, (new, finding, place)) in rows.iter().enumerate() {
        let known = if *new { String::new() } else { format!(" ({KNOWN})") };
        let help = finding.help.as_ref().map(|help| format!("<br>{}", cell(help))).unwrap_or_default();
        let row = format!(
            "| {}{known} | {} | {} | {}{help} |\n",
            word(finding.level),
            code(place).replace('|', "\\|"),
            code(finding.rule),
            cell(&finding.message),
        );
        if out.len() + row.len() > room {
            let left = rows.len() - told;
            let _ = writeln!(out, "\n{left} more findings are too much for this page: `pm check` shows them all.");
            break;
        }
        out.push_str(&row);
    }
    out
}

/// The first digits of an id.
fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

//! The timeline of one record: a numbered table with a picture below it, plain lines for a pipe, JSON.

mod picture;
mod scale;

use chrono::NaiveDate;
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, Width};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::json::{self, Duration, TimelineEntry};
use super::page::tables;
use super::{page, sanitise};
use crate::config::Config;
use crate::query::metrics;
use crate::record::{Entry, Record};

/// Below this many columns the owners have no column of their own and stand behind the events.
const OWNERS_FROM: usize = 100;
/// Below this many columns kinds have no column of their own either, and stand before the events.
const KINDS_FROM: usize = 64;

/// The timeline as a table that fits `width`, with ANSI styles, and the picture of the incident below it. Empty when there
/// is no entry.
pub fn page(record: &Record, config: &Config, width: usize) -> String {
    if record.timeline().is_empty() {
        return String::new();
    }
    let mut out = table(record, width);
    let picture = picture::picture(record, config, width);
    if !picture.is_empty() {
        out.push('\n');
        out.push_str(&picture);
    }
    out
}

fn dim(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

fn table(record: &Record, width: usize) -> String {
    let (owners, kinds) = (width >= OWNERS_FROM, width >= KINDS_FROM);
    let heads = match (kinds, owners) {
        (true, true) => &["#", "UTC", "Kind", "Event", "Owner"][..],
        (true, false) => &["#", "UTC", "Kind", "Event"],
        (false, _) => &["#", "UTC", "Event"],
    };
    let event_column = if kinds { 3 } else { 2 };
    let mut table = Table::new();
    table
        .load_style(page::BARE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(page::columns(width))
        .enforce_styling()
        .set_header(heads.iter().map(|head| dim(head)));
    let mut day: Option<NaiveDate> = None;
    for (number, entry) in (1..).zip(record.timeline()) {
        if let Some(at) = entry.at().filter(|at| day != Some(at.day())) {
            table.add_row(vec![Cell::new(""), Cell::new(at.date_text()).add_attribute(Attribute::Bold)]);
            day = Some(at.day());
        }
        let (kind, event) = (tables::kind(entry), sanitise::one_line(entry.event()));
        let mut row = vec![dim(&format!("{number}:{}", entry.tag())), Cell::new(tables::clock(entry))];
        if kinds {
            row.push(Cell::new(kind).add_attribute(Attribute::Bold));
            row.push(Cell::new(if owners { event } else { event_and_owner(entry) }));
        } else {
            let kind = if kind.is_empty() { kind } else { format!("{kind}: ") };
            row.push(Cell::new(format!("{kind}{}", event_and_owner(entry))));
        }
        if owners {
            row.push(Cell::new(tables::owner(entry)));
        }
        table.add_row(row);
        let below = tables::below(entry);
        if !below.is_empty() {
            let mut row = vec![Cell::new(""); event_column];
            row.push(dim(&below));
            table.add_row(row);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
        if column.index < event_column {
            column.set_constraint(ColumnConstraint::ContentWidth);
        } else if column.index > event_column {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(20)));
        }
    }
    bare_ends(&table.to_string())
}

/// Lines without the blanks at their ends, also those that a style is put around.
fn bare_ends(table: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let mut out = String::with_capacity(table.len());
    for line in table.lines() {
        match line.trim_end().strip_suffix(RESET) {
            Some(styled) => {
                out.push_str(styled.trim_end());
                out.push_str(RESET);
            }
            None => out.push_str(line.trim_end()),
        }
        out.push('\n');
    }
    out
}

/// The entries as plain text, aligned, one line each: number and tag, time in UTC, kind, event, owner in brackets.
pub fn lines(record: &Record) -> String {
    let rows: Vec<[String; 4]> = (1..).zip(record.timeline()).map(|(number, entry)| row(number, entry)).collect();
    let widths = [0, 1, 2].map(|column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0));
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
        }
        line.push_str(&row[3]);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn row(number: usize, entry: Entry<'_>) -> [String; 4] {
    let about = if entry.approx() { "~" } else { "" };
    let at = entry.at().map_or_else(|| "no time".to_owned(), |at| at.to_string());
    let until = entry.until().map(|until| format!("–{}", until.text_after(entry.at().as_ref()))).unwrap_or_default();
    let kind = tables::kind(entry);
    let kind = if kind.is_empty() { "-".to_owned() } else { kind };
    [format!("{number}:{}", entry.tag()), format!("{about}{at}{until}"), kind, event_and_owner(entry)]
}

fn event_and_owner(entry: Entry<'_>) -> String {
    let owner = tables::owner(entry);
    let owner = if owner.is_empty() { String::new() } else { format!(" ({owner})") };
    format!("{}{owner}", sanitise::one_line(entry.event()))
}

/// Which record a timeline is of.
#[derive(Debug, Clone)]
pub struct Heading {
    /// The record's id.
    pub id: String,
    /// Its file, from the repository's root.
    pub path: String,
}

/// The JSON of a timeline, schema 1.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    /// Always 1.
    pub schema: u32,
    /// The record's id.
    pub id: String,
    /// Its file, from the repository's root.
    pub path: String,
    /// The entries, in the order of the record.
    pub timeline: Vec<TimelineEntry>,
    /// The durations of `pm.toml`, then `total` and `response_to_resolution`.
    pub durations: Vec<Duration>,
}

/// The timeline as JSON text.
pub fn json(record: &Record, config: &Config, heading: &Heading) -> String {
    let mut measured = metrics::response(record, config);
    measured.extend([metrics::total(record, config), metrics::response_to_resolution(record)]);
    json::pretty(&Listing {
        schema: json::SCHEMA,
        id: heading.id.clone(),
        path: heading.path.clone(),
        timeline: (1..).zip(record.timeline()).map(|(number, entry)| json::timeline_entry(number, entry)).collect(),
        durations: measured.iter().map(json::duration).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, width: usize) -> String {
        let record = crate::document::read::values(text).expect("TOML");
        let config = Config::read(None).expect("defaults");
        anstream::adapter::strip_str(&page(&record, &config, width)).to_string()
    }

    #[test]
    fn entries_before_and_after_the_scale_leave_the_picture_its_width() {
        let entry = |at: &str, kind: &str| format!("[[timeline]]\nat = {at}\nkind = \"{kind}\"\nevent = \"x\"\n");
        let text = entry("2026-03-02T08:00:00Z", "")
            + &entry("2026-03-02T09:00:00Z", "started")
            + &entry("2026-03-02T10:00:00Z", "resolved")
            + &entry("2026-03-02T11:00:00Z", "");
        for width in 64..200 {
            let shown = shown(&text, width);
            assert!(shown.contains("4 entries, 1 before, 1 after"), "{shown}");
            assert!(shown.lines().all(|line| line.width() <= width), "{width}\n{shown}");
        }
    }

    #[test]
    fn the_output_of_a_command_keeps_its_lines() {
        let text =
            "[[timeline]]\nat = 2026-03-02T08:00:00Z\nevent = \"x\"\nnotes = \"one  1\\n two 2\\n\"\nprivate = true\n";
        let shown = shown(text, 100);
        let lines: Vec<&str> = shown.lines().map(str::trim).collect();
        assert!(lines.ends_with(&["one 1", "two 2 · private"]), "{shown}");
    }
}

//! Many records as lines: a table for a terminal, aligned text for a pipe, CSV and JSON for programs.
//!
//! The caller selects and orders the rows; nothing is left out here.

use comfy_table::{Attribute, Cell, ContentArrangement, Table};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::{json, page, sanitise, words};
use crate::config::Config;
use crate::query::summary::Summary;
use crate::record::RecordId;
use crate::record::time::Moment;

/// One record of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its file, from the repository's root.
    pub path: String,
    /// What happened.
    pub title: String,
    /// How bad it was; `None` while unknown.
    pub severity: Option<String>,
    /// Where it stands, as written.
    pub status: Option<String>,
    /// Whether it is approved and says something else than what was approved.
    pub stale: bool,
    /// When the incident started, as far as the record knows.
    pub started: Option<Moment>,
    /// Its accountable writer.
    pub owner: Option<String>,
    /// The services that were hit.
    pub services: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many of its actions are neither done nor dropped.
    pub open_actions: usize,
}

impl Row {
    /// The row of a record.
    pub fn new(record: &Summary<'_>, id: &RecordId, path: impl Into<String>) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            id: id.to_string(),
            path: path.into(),
            title: record.title.to_owned(),
            severity: record.severity.map(str::to_owned),
            status: record.status.map(str::to_owned),
            stale: record.stale,
            started: record.started(),
            owner: record.owner.map(str::to_owned),
            services: owned(&record.services),
            tags: owned(&record.tags),
            open_actions: record.open,
        }
    }

    /// What rows are sorted by, the greatest first, so that the newest incident comes first.
    pub fn newest_first(&self) -> (String, String) {
        let day = self.started.map(Moment::to_toml);
        (day.unwrap_or_else(|| self.id.chars().take(10).collect()), self.id.clone())
    }

    fn started_day(&self) -> String {
        self.started.map(|moment| moment.date_text()).unwrap_or_default()
    }
}

/// The fewest columns a table is laid out for.
const NARROWEST: usize = 40;
/// From this many columns on there is room for ids, titles and owners side by side.
const WIDE: usize = 120;

/// The rows as text: a table that fits `width` with ANSI styles, or without a width (no terminal) aligned columns of plain
/// text, one line a record. Empty for no rows.
pub fn text(rows: &[Row], config: &Config, width: Option<usize>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    match width {
        Some(width) => table(rows, config, width.max(NARROWEST)),
        None => aligned(rows),
    }
}

const HEADS: [&str; 6] = ["ID", "SEVERITY", "STATUS", "STARTED", "TITLE", "OWNER"];

fn cells(row: &Row) -> [String; 6] {
    let one_line = |text: &str| sanitise::one_line(text);
    [
        one_line(&row.id),
        row.severity.as_deref().map_or_else(|| "unknown".to_owned(), one_line),
        row.status.as_deref().map_or_else(|| "unknown".to_owned(), one_line) + if row.stale { " stale" } else { "" },
        row.started_day(),
        one_line(&row.title),
        row.owner.as_deref().map(|owner| one_line(words::name_of(owner))).unwrap_or_default(),
    ]
}

fn table(rows: &[Row], config: &Config, width: usize) -> String {
    let wide = width >= WIDE;
    let heads: &[&str] = if wide { &HEADS } else { &["SEVERITY", "STATUS", "RECORD"] };
    let mut table = Table::new();
    table
        .load_style(page::BARE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(page::columns(width))
        .enforce_styling()
        .set_header(heads.iter().map(|head| Cell::new(head).add_attribute(Attribute::Dim)));
    table.style_text_only();
    for row in rows {
        let [id, severity, status, started, title, owner] = cells(row);
        let severity = page::severity_cell(&config.severities, &severity);
        let status = page::status_cell(&status);
        table.add_row(if wide {
            vec![Cell::new(id), severity, status, Cell::new(started), Cell::new(title), Cell::new(owner)]
        } else {
            // Ids are typed and copied: they keep a line of their own.
            vec![severity, status, Cell::new(format!("{id}\n{title}"))]
        });
    }
    if wide {
        page::limit(&mut table, &[(0, 50), (1, 10), (2, 14), (3, 10), (5, width / 6)]);
    } else {
        page::limit(&mut table, &[(0, 8), (1, 9)]);
    }
    page::trimmed(&table.to_string())
}

fn aligned(rows: &[Row]) -> String {
    let lines: Vec<[String; 6]> = std::iter::once(HEADS.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let widths: Vec<usize> =
        (0..6).map(|column| lines.iter().map(|line| line[column].width()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for line in &lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(width - cell.width() + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The rows as CSV with a header, lines ended by CRLF (RFC 4180). A text that a spreadsheet would run as a formula gets an
/// apostrophe before it.
pub fn csv(rows: &[Row]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head =
        ["id", "severity", "status", "started", "title", "owner", "services", "tags", "open_actions", "path", "stale"];
    let lines = rows.iter().map(|row| {
        [
            row.id.clone(),
            row.severity.clone().unwrap_or_default(),
            row.status.clone().unwrap_or_default(),
            row.started.map(Moment::to_toml).unwrap_or_default(),
            row.title.clone(),
            row.owner.clone().unwrap_or_default(),
            row.services.join("; "),
            row.tags.join("; "),
            row.open_actions.to_string(),
            row.path.clone(),
            row.stale.to_string(),
        ]
    });
    for line in std::iter::once(head.map(str::to_owned)).chain(lines) {
        let written = writer.write_record(line.map(|field| unformulated(&field)));
        debug_assert!(written.is_ok(), "writing to memory cannot fail, and every line has as many fields");
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A field that no spreadsheet takes for a formula, with what drives terminals made visible: CSV is looked at with `cat`.
pub fn unformulated(field: &str) -> String {
    let field = sanitise::one_line(field);
    if field.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) { format!("'{field}") } else { field }
}

/// The JSON of a listing, schema 1.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    /// Always 1.
    pub schema: u32,
    /// The records, in the order of the listing.
    pub records: Vec<Listed>,
}

/// One record of a listing.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Its file, from the repository's root.
    pub path: String,
    /// What happened.
    pub title: String,
    /// As written; null while unknown.
    pub severity: Option<String>,
    /// As written; null when missing.
    pub status: Option<String>,
    /// Whether it is approved and says something else than what was approved.
    pub stale: bool,
    /// When the incident started: RFC 3339, or a date or local date-time where no more is known.
    pub started: Option<String>,
    /// The accountable writer.
    pub owner: Option<String>,
    /// The services that were hit.
    pub services: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How many actions are neither done nor dropped.
    pub open_actions: usize,
}

/// The rows as JSON types.
pub fn listing(rows: &[Row]) -> Listing {
    let records = rows.iter().cloned().map(|row| Listed {
        started: row.started.map(Moment::to_toml),
        id: row.id,
        path: row.path,
        title: row.title,
        severity: row.severity,
        status: row.status,
        stale: row.stale,
        owner: row.owner,
        services: row.services,
        tags: row.tags,
        open_actions: row.open_actions,
    });
    Listing { schema: json::SCHEMA, records: records.collect() }
}

/// The rows as JSON text.
pub fn json(rows: &[Row]) -> String {
    json::pretty(&listing(rows))
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;

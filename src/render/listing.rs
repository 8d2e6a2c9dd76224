//! Many records as lines: a table for a terminal, aligned text for a pipe, CSV and JSON for programs.
//!
//! The caller selects and orders the rows; nothing is left out here.

use std::borrow::Cow;

use comfy_table::{Attribute, Cell, ContentArrangement, Table};
use rayon::slice::ParallelSliceMut as _;
use serde::Serialize;

use super::aligned::aligned;
use super::{json, page, sanitise, words};
use crate::config::Config;
use crate::query::summary::Summary;

/// One record of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its file, from the repository's root.
    pub path: &'a str,
    /// What is known of it.
    pub record: Summary<'a>,
}

impl Row<'_> {
    /// What rows are sorted by, the greatest first: when the incident started, or the day its id begins with.
    fn age(&self) -> (&str, &str, &str) {
        let day = self.id.char_indices().nth(10).map_or(self.id, |(end, _)| &self.id[..end]);
        (self.record.started_text().unwrap_or(day), self.id, self.path)
    }

    fn started_day(&self) -> String {
        self.record.started().map(|moment| moment.date_text()).unwrap_or_default()
    }

    fn severity(&self) -> Cow<'_, str> {
        self.record.severity.map_or(Cow::Borrowed("unknown"), sanitise::line)
    }

    fn status(&self) -> Cow<'_, str> {
        let status = self.record.status.map_or(Cow::Borrowed("unknown"), sanitise::line);
        if self.record.stale { Cow::Owned(status.into_owned() + " stale") } else { status }
    }

    fn owner(&self) -> Cow<'_, str> {
        self.record.owner.map_or(Cow::Borrowed(""), |owner| sanitise::line(words::name_of(owner)))
    }
}

/// The newest incident first.
pub fn sort(rows: &mut [Row<'_>]) {
    rows.par_sort_unstable_by(|a, b| b.age().cmp(&a.age()));
}

/// The fewest columns a table is laid out for.
const NARROWEST: usize = 40;
/// From this many columns on there is room for ids, titles and owners side by side.
const WIDE: usize = 120;

/// The rows as text: a table that fits `width` with ANSI styles, or without a width (no terminal) aligned columns of plain
/// text, one line a record. Empty for no rows.
pub fn text(rows: &[Row<'_>], config: &Config, width: Option<usize>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    match width {
        Some(width) => table(rows, config, width.max(NARROWEST)),
        None => lines(rows),
    }
}

const HEADS: [&str; 6] = ["ID", "SEVERITY", "STATUS", "STARTED", "TITLE", "OWNER"];

fn table(rows: &[Row<'_>], config: &Config, width: usize) -> String {
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
        let severity = page::severity_cell(&config.severities, &row.severity());
        let status = page::status_cell(&row.status());
        let (id, title) = (sanitise::line(row.id), sanitise::line(row.record.title));
        table.add_row(if wide {
            let (started, owner) = (Cell::new(row.started_day()), Cell::new(row.owner()));
            vec![Cell::new(id), severity, status, started, Cell::new(title), owner]
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

fn lines(rows: &[Row<'_>]) -> String {
    aligned(&HEADS, &[(None, rows.iter().collect())], |row: &Row<'_>, cells| {
        cells.text(&sanitise::line(row.id));
        cells.text(&row.severity());
        cells.text(&row.status());
        cells.text(&row.started_day());
        cells.text(&sanitise::line(row.record.title));
        cells.text(&row.owner());
    })
}

/// The rows as CSV with a header, lines ended by CRLF (RFC 4180). A text that a spreadsheet would run as a formula gets an
/// apostrophe before it.
pub fn csv(rows: &[Row<'_>]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head =
        ["id", "severity", "status", "started", "title", "owner", "services", "tags", "open_actions", "path", "stale"];
    let lines = rows.iter().map(|Row { id, path, record }| {
        [
            (*id).to_owned(),
            record.severity.unwrap_or_default().to_owned(),
            record.status.unwrap_or_default().to_owned(),
            record.started_text().unwrap_or_default().to_owned(),
            record.title.to_owned(),
            record.owner.unwrap_or_default().to_owned(),
            record.services.join("; "),
            record.tags.join("; "),
            record.open.to_string(),
            (*path).to_owned(),
            record.stale.to_string(),
        ]
    });
    for line in std::iter::once(head.map(str::to_owned)).chain(lines) {
        let written = writer.write_record(line.map(|field| unformulated(&field).into_owned()));
        debug_assert!(written.is_ok(), "writing to memory cannot fail, and every line has as many fields");
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A field that no spreadsheet takes for a formula, with what drives terminals made visible: CSV is looked at with `cat`.
pub fn unformulated(field: &str) -> Cow<'_, str> {
    let field = sanitise::line(field);
    if field.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{field}"))
    } else {
        field
    }
}

/// The JSON of a listing, schema 1.
#[derive(Debug, Clone, Serialize)]
struct Listing<'a> {
    /// Always 1.
    schema: u32,
    /// The records, in the order of the listing.
    records: Vec<Listed<'a>>,
}

/// One record of a listing.
#[derive(Debug, Clone, Serialize)]
struct Listed<'a> {
    /// Its id.
    id: &'a str,
    /// Its file, from the repository's root.
    path: &'a str,
    /// What happened.
    title: &'a str,
    /// As written; null while unknown.
    severity: Option<&'a str>,
    /// As written; null when missing.
    status: Option<&'a str>,
    /// Whether it is approved and says something else than what was approved.
    stale: bool,
    /// When the incident started: RFC 3339, or a date or local date-time where no more is known.
    started: Option<&'a str>,
    /// The accountable writer.
    owner: Option<&'a str>,
    /// The services that were hit.
    services: &'a [&'a str],
    /// Words to find it by.
    tags: &'a [&'a str],
    /// How many actions are neither done nor dropped.
    open_actions: usize,
}

/// The rows as JSON text.
pub fn json(rows: &[Row<'_>]) -> String {
    let records = rows.iter().map(|Row { id, path, record }| Listed {
        id,
        path,
        title: record.title,
        severity: record.severity,
        status: record.status,
        stale: record.stale,
        started: record.started_text(),
        owner: record.owner,
        services: &record.services,
        tags: &record.tags,
        open_actions: record.open,
    });
    json::pretty(&Listing { schema: json::SCHEMA, records: records.collect() })
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;

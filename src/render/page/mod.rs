//! `pm show`: a whole record on a terminal.
//!
//! First what a responder needs (what, how bad, where it stands, how long), then the timeline and the actions, then the
//! rest in the order of the record, last what is still empty with the key to fill it. ANSI styles are always written, the
//! command line strips them where they are not wanted; nothing is said by colour alone. Lines fit the width, save
//! addresses, which stay whole so that they can be followed.

mod head;
mod rest;
pub(super) mod tables;
mod unfilled;

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, LineStyle, Table, TableStyle, Width};

use super::About;
use super::paper::Paper;
use crate::config::{Config, Severity};
use crate::record::Record;

/// What is known about the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// How many columns it has; fewer than 40 count as 40.
    pub width: usize,
}

/// The fewest columns a page is laid out for.
const NARROWEST: usize = 40;

/// A record as text with ANSI styles, ending with a line break.
pub fn page(record: &Record, about: &About, config: &Config, screen: Screen) -> String {
    let mut paper = Paper::new(screen.width.max(NARROWEST));
    head::head(&mut paper, record, about, config);
    head::durations(&mut paper, record, config);
    rest::summary(&mut paper, record);
    tables::timeline(&mut paper, record);
    tables::actions(&mut paper, record, about.today);
    rest::sections(&mut paper, record, config);
    rest::sign_offs(&mut paper, record, &about.id);
    rest::others(&mut paper, record);
    unfilled::unfilled(&mut paper, record);
    paper.finish()
}

/// A table with nothing but a line under its head.
pub(super) const BARE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A width as comfy-table counts it.
pub(super) fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// Blanks between columns, besides the one that stands for a line.
const GAP: u16 = 1;

/// Makes columns as wide as their content, but no wider than their limit; the columns without one share what is left.
pub(super) fn limit(table: &mut Table, limits: &[(usize, usize)]) {
    let widths = table.column_max_content_widths();
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
        let limit = limits.iter().find(|(index, _)| *index == column.index).map(|(_, limit)| *limit);
        if let (Some(limit), Some(width)) = (limit, widths.get(column.index)) {
            let width = (*width).min(columns(limit)).max(1);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + GAP)));
        }
    }
}

/// The text of a table without the blanks at the ends of its lines, and with a line break at its end.
pub(super) fn trimmed(table: &str) -> String {
    let mut out = String::with_capacity(table.len());
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// How a severity stands out: the worst is red, the next yellow.
pub(super) fn severity_color(severities: &[Severity], name: &str) -> Option<Color> {
    match severities.iter().position(|severity| severity.name == name) {
        Some(0) => Some(Color::Red),
        Some(1) => Some(Color::Yellow),
        _ => None,
    }
}

/// A severity in a table.
pub(super) fn severity_cell(severities: &[Severity], name: &str) -> Cell {
    let cell = Cell::new(name);
    match severity_color(severities, name) {
        Some(color) => cell.fg(color).add_attribute(Attribute::Bold),
        None => cell,
    }
}

/// A status in a table.
pub(super) fn status_cell(status: &str) -> Cell {
    let cell = Cell::new(status);
    match status {
        "approved" | "complete" => cell.fg(Color::Green),
        stale if stale.ends_with(" stale") => cell.fg(Color::Red),
        "in-review" => cell.fg(Color::Cyan),
        _ => cell,
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;

//! Action items of many records: a table for a terminal, aligned text for a pipe, CSV, JSON, Markdown and a calendar.
//!
//! The caller selects and orders; nothing is left out here, save that a calendar has no place for what has no due date.

mod calendar;
mod data;
mod history;
mod markdown;

pub use calendar::calendar;
pub use data::{csv, json};
pub use markdown::markdown;

use std::borrow::Cow;
use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};

use super::aligned::{Block, aligned};
use super::{page, sanitise, words};
use crate::query::actions::{self, GroupBy, Listed, Totals};
use crate::record::action::ActionStatus;

/// A list of actions and how it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The actions, in order.
    pub actions: &'a [Listed<'a>],
    /// How they are divided.
    pub group: Option<GroupBy>,
    /// The day they are looked at.
    pub today: chrono::NaiveDate,
    /// Whether their histories were asked for.
    pub history: bool,
}

/// The fewest columns a table is laid out for.
const NARROWEST: usize = 40;
/// From this many columns on there is room for the record beside the action.
const WIDE: usize = 120;

/// The list as text: tables that fit `width` with ANSI styles and the totals below, or without a width (no terminal)
/// aligned columns of plain text, one line an action. Empty for no actions.
pub fn text(shown: Shown<'_>, width: Option<usize>) -> String {
    if shown.actions.is_empty() {
        return String::new();
    }
    match width {
        Some(width) => pages(shown, width.max(NARROWEST)),
        None => lines(shown),
    }
}

/// What the list comes to, in one line: `12 open, 3 overdue · P1 2, P2 6, no priority 4`; with histories also
/// `· 3 slipped, 1 reopened`.
pub fn totals(totals: &Totals, history: bool) -> String {
    let counts =
        [(totals.open, "open"), (totals.overdue, "overdue"), (totals.done, "done"), (totals.dropped, "dropped")];
    let told = counts.into_iter().filter(|(count, word)| *count > 0 || *word == "open");
    let mut line = told.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ");
    if !totals.by_priority.is_empty() {
        let named = |(priority, count): &(Option<String>, usize)| {
            format!("{} {count}", priority.as_deref().map_or_else(|| "no priority".to_owned(), sanitise::one_line))
        };
        line.push_str(" · ");
        line.push_str(&totals.by_priority.iter().map(named).collect::<Vec<_>>().join(", "));
    }
    if history {
        // Writing to a String cannot fail.
        let _ = write!(line, " · {} slipped, {} reopened", totals.slipped, totals.reopened);
    }
    line
}

/// The groups that are shown, each with its heading; one without a heading when the list is not divided.
fn parts(shown: Shown<'_>) -> Vec<Block<'_, Listed<'_>>> {
    let Some(by) = shown.group else { return vec![(None, shown.actions.iter().collect())] };
    let heading = |name: Option<&str>, actions: &[&Listed<'_>]| {
        let name = match (name, by) {
            (Some(name), _) => sanitise::one_line(name),
            (None, GroupBy::Owner) => "no owner".to_owned(),
            (None, GroupBy::Priority) => "no priority".to_owned(),
            (None, GroupBy::Service) => "no service".to_owned(),
            (None, GroupBy::Record) => "no record".to_owned(),
        };
        let totals = Totals::of(actions.iter().copied());
        let late = if totals.overdue > 0 { format!(", {} overdue", totals.overdue) } else { String::new() };
        format!("{name}: {}{late}", actions.len())
    };
    let groups = actions::groups(shown.actions, by).into_iter();
    groups.map(|(name, actions)| (Some(heading(name, &actions)), actions)).collect()
}

fn pages(shown: Shown<'_>, width: usize) -> String {
    let mut out = String::new();
    for (heading, actions) in parts(shown) {
        if let Some(heading) = heading {
            // Writing to a String cannot fail.
            let bold = anstyle::Style::new().bold();
            let _ = writeln!(out, "{bold}{heading}{bold:#}");
        }
        out.push_str(&table(&actions, width));
        out.push('\n');
    }
    out.push_str(&totals(&Totals::of(shown.actions), shown.history));
    out.push('\n');
    out
}

fn table(actions: &[&Listed<'_>], width: usize) -> String {
    let wide = width >= WIDE;
    let heads: &[&str] = if wide {
        &["ID", "PRIO", "STATUS", "DUE", "AGE", "OWNER", "ACTION", "RECORD"]
    } else {
        &["ID", "PRIO", "DUE", "ACTION"]
    };
    let mut table = Table::new();
    table
        .load_style(page::BARE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(page::columns(width))
        .enforce_styling()
        .set_header(heads.iter().map(|head| Cell::new(head).add_attribute(Attribute::Dim)));
    table.style_text_only();
    for action in actions {
        let id = Cell::new(id(action)).add_attribute(Attribute::Bold);
        let priority = Cell::new(one_line(action.priority));
        let text = sanitise::one_line(action.action);
        let owner = action.owner.map(words::name_of).map(sanitise::one_line).unwrap_or_default();
        let severity = action.severity.map(sanitise::one_line).unwrap_or_default();
        let dim = |text: String| Cell::new(text).add_attribute(Attribute::Dim);
        let history = history::line(action);
        if wide {
            let record = join([sanitise::one_line(action.record), severity, branch(action)]);
            let age = dim(action.age.map(|days| format!("{days} d")).unwrap_or_default());
            let cells = [
                id,
                priority,
                status_cell(action),
                due_cell(action),
                age,
                Cell::new(owner),
                Cell::new(text),
                dim(record),
            ];
            table.add_row(cells);
            if !history.is_empty() {
                let blank = || Cell::new("");
                table.add_row([blank(), blank(), blank(), blank(), blank(), blank(), dim(history), blank()]);
            }
        } else {
            // Ids are typed and copied: the record's keeps a line of its own.
            let state = if action.stands == ActionStatus::Open { String::new() } else { status(action).into_owned() };
            let severity = if severity.is_empty() { severity } else { format!("incident {severity}") };
            let age = action.age.map(|days| format!("{days} d old")).unwrap_or_default();
            table.add_row([id, priority, due_cell(action), Cell::new(text)]);
            let below = join([state, owner, severity, age, branch(action)]);
            let record = sanitise::one_line(action.record);
            let lines = [below, history, record].into_iter().filter(|line| !line.is_empty());
            let below = lines.collect::<Vec<_>>().join("\n");
            table.add_row([Cell::new(""), Cell::new(""), Cell::new(""), dim(below)]);
        }
    }
    if wide {
        let owners = width / 8;
        page::limit(&mut table, &[(0, 6), (1, 6), (2, 11), (3, 14), (4, 6), (5, owners), (7, width / 3)]);
    } else {
        page::limit(&mut table, &[(0, 6), (1, 6), (2, 14)]);
    }
    page::trimmed(&table.to_string())
}

const HEADS: [&str; 8] = ["ID", "PRIORITY", "STATUS", "DUE", "OVERDUE", "AGE", "OWNER", "SEVERITY"];

fn lines(shown: Shown<'_>) -> String {
    let of_history: &[&str] = if shown.history { &history::HEADS } else { &[] };
    let heads: Vec<&str> = HEADS.iter().chain(of_history).chain(&["RECORD", "ACTION"]).copied().collect();
    aligned(&heads, &parts(shown), |action: &Listed<'_>, cells| {
        cells.dashed(&line_of(action.id));
        cells.dashed(&line_of(action.priority));
        match status(action) {
            Cow::Borrowed("in progress") => cells.text("in-progress"),
            other => cells.dashed(&other.replace(' ', "-")),
        }
        match action.due {
            Some(due) => cells.shown(Some(due)),
            None => cells.dashed(&line_of(action.no_date.as_deref())),
        }
        cells.shown(action.overdue);
        cells.shown(action.age);
        cells.dashed(&line_of(action.owner.map(words::name_of)));
        cells.dashed(&line_of(action.severity));
        if shown.history {
            for column in history::columns(action) {
                cells.dashed(&column);
            }
        }
        match action.branch {
            Some(_) => cells.text(&join([sanitise::one_line(action.record), branch(action)])),
            None => cells.text(&sanitise::line(action.record)),
        }
        cells.text(&sanitise::line(action.action));
    })
}

fn id(action: &Listed<'_>) -> String {
    action.id.map_or_else(|| "–".to_owned(), sanitise::one_line)
}

fn one_line(text: Option<&str>) -> String {
    text.map(sanitise::one_line).unwrap_or_default()
}

fn line_of(text: Option<&str>) -> Cow<'_, str> {
    text.map_or_else(|| Cow::Borrowed(""), sanitise::line)
}

fn join<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn branch(action: &Listed<'_>) -> String {
    action.branch.map(|branch| format!("on {}", sanitise::one_line(branch))).unwrap_or_default()
}

/// Where an action stands; a word that is none as it is written.
fn status<'a>(action: &Listed<'a>) -> Cow<'a, str> {
    if let Some(other) = action.no_status {
        return sanitise::line(other);
    }
    Cow::Borrowed(match action.stands {
        ActionStatus::Open => "open",
        ActionStatus::InProgress => "in progress",
        ActionStatus::Done => "done",
        ActionStatus::Dropped => "dropped",
    })
}

fn status_cell(action: &Listed<'_>) -> Cell {
    let cell = Cell::new(status(action));
    match action.stands {
        ActionStatus::Done => cell.fg(Color::Green),
        ActionStatus::Dropped => cell.add_attribute(Attribute::Dim),
        ActionStatus::Open | ActionStatus::InProgress => cell,
    }
}

/// The due date; one that is none as it is written.
fn due(action: &Listed<'_>) -> String {
    action.due.map_or_else(|| one_line(action.no_date.as_deref()), |due| due.to_string())
}

fn due_cell(action: &Listed<'_>) -> Cell {
    match (action.overdue, action.due) {
        (Some(days), Some(due)) => {
            Cell::new(format!("{due}\n{days} d overdue")).fg(Color::Red).add_attribute(Attribute::Bold)
        }
        (_, None) if action.no_date.is_none() => Cell::new("no date").add_attribute(Attribute::Dim),
        _ => Cell::new(due(action)),
    }
}

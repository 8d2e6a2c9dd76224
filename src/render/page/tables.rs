//! The timeline and the actions as tables.

use chrono::NaiveDate;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

use super::{BARE, columns, limit, trimmed};
use crate::record::action::ActionStatus;
use crate::record::time::Moment;
use crate::record::{Action, Entry, Record, text_in, vocabulary as v};
use crate::render::paper::{INDENT, Paper};
use crate::render::sanitise::one_line;
use crate::render::words;

/// Below this many columns a table has only the columns nobody can do without; the rest moves into the text.
const NARROW: usize = 76;

fn new_table(paper: &Paper, heads: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(BARE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns(paper.width() - INDENT.len()))
        .enforce_styling()
        .set_header(heads.iter().map(|head| Cell::new(head).add_attribute(Attribute::Dim)));
    table.style_text_only();
    table
}

/// Writes a table; limits are for columns of words and days, the text gets what they leave.
fn finish(paper: &mut Paper, mut table: Table, limits: &[(usize, usize)]) {
    limit(&mut table, limits);
    for line in trimmed(&table.to_string()).lines() {
        paper.line(format!("{INDENT}{line}").trim_end());
    }
}

/// How wide the column of owners is: as the widest of them, at most a fifth of the page, but no name is broken that is
/// not very long.
fn owners_width<'t>(owners: impl Iterator<Item = &'t str>, paper: &Paper) -> usize {
    let (mut widest, mut word) = ("Owner".width(), "Owner".width());
    for owner in owners {
        let name = one_line(words::name_of(owner));
        widest = widest.max(name.width());
        word = word.max(name.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0));
    }
    widest.min((paper.width() / 5).max(word.min(16)))
}

/// Addresses in texts that a column would break, listed below a table so that they can be followed.
fn addresses<'t>(texts: impl Iterator<Item = (String, &'t str)>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (mark, text) in texts {
        for word in one_line(text).split(' ').filter(|word| word.contains("://") && word.width() > SHORT_ADDRESS) {
            found.push((mark.clone(), word.trim_matches(['(', ')', '<', '>', ',', ';']).to_owned()));
        }
    }
    found
}

/// One line of text for a column: of an address that is listed below the table only its site is left.
fn in_column(text: &str) -> String {
    let words = one_line(text);
    let words = words.split(' ').map(|word| match word.split_once("://") {
        Some((scheme, rest)) if word.width() > SHORT_ADDRESS && scheme.starts_with(char::is_alphabetic) => {
            let site: String = rest.chars().take_while(|c| *c != '/').collect();
            format!("{scheme}://{site}/…")
        }
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Addresses up to this width are left to the column they are in.
const SHORT_ADDRESS: usize = 20;

fn list_addresses(paper: &mut Paper, addresses: &[(String, String)]) {
    if !addresses.is_empty() {
        paper.line("");
        paper.list(addresses.iter().map(|(mark, address)| (mark.clone(), address.as_str())));
    }
}

/// Stands before what belongs to the line above, for those who see no dim text.
const BELOW: &str = "↳ ";

fn dim(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

pub(super) fn timeline(paper: &mut Paper, record: &Record) {
    let entries = record.timeline();
    if entries.is_empty() {
        return;
    }
    let count = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
    paper.heading("Timeline", &format!("{count}, times in UTC"));
    let narrow = paper.width() < NARROW;
    let heads: &[&str] = if narrow { &["Time", "Event"] } else { &["#", "Time", "Kind", "Event", "Owner"] };
    let mut table = new_table(paper, heads);
    let mut day: Option<NaiveDate> = None;
    for (number, entry) in (1..).zip(&entries) {
        if let Some(at) = entry.at()
            && day != Some(at.day())
        {
            let head = Cell::new(at.date_text()).add_attribute(Attribute::Bold);
            table.add_row(if narrow { vec![head] } else { vec![Cell::new(""), head] });
            day = Some(at.day());
        }
        table.add_row(if narrow { narrow_entry(*entry) } else { wide_entry(number, *entry) });
        let notes = below(*entry);
        if !notes.is_empty() {
            let empty = heads.iter().position(|head| *head == "Event").unwrap_or(1);
            let mut row = vec![Cell::new(""); empty];
            row.push(dim(&format!("{BELOW}{notes}")));
            table.add_row(row);
        }
    }
    let owners = owners_width(entries.iter().filter_map(|entry| entry.owner()), paper);
    if narrow {
        finish(paper, table, &[(0, 12)]);
    } else {
        finish(paper, table, &[(0, 5), (1, 14), (2, 14), (4, owners)]);
    }
    let numbered = (1..).zip(&entries).flat_map(|(number, entry)| {
        let texts = [Some(entry.event()), entry.notes(), text_in(entry.values(), "link")];
        texts.into_iter().flatten().map(move |text: &str| (format!("{number}."), text))
    });
    let addresses = addresses(numbered);
    list_addresses(paper, &addresses);
}

/// The clock of an entry, as a range when it lasted; a day without a clock has a dash.
pub(in crate::render) fn clock(entry: Entry<'_>) -> String {
    let Some(at) = entry.at() else { return "no time".to_owned() };
    let about = if entry.approx() { "~" } else { "" };
    let clock = |moment: &Moment| {
        let local = if matches!(moment, Moment::Local(_)) { " local" } else { "" };
        moment.clock_text().map_or_else(|| "–".to_owned(), |clock| format!("{clock}{local}"))
    };
    let until = match entry.until() {
        Some(until) if until.day() == at.day() => format!("–{}", clock(&until)),
        Some(until) => format!("–\n{until}"),
        None => String::new(),
    };
    format!("{about}{}{until}", clock(&at))
}

pub(in crate::render) fn kind(entry: Entry<'_>) -> String {
    text_in(entry.values(), "kind").map(one_line).unwrap_or_default()
}

pub(in crate::render) fn owner(entry: Entry<'_>) -> String {
    entry.owner().map(|owner| one_line(words::name_of(owner))).unwrap_or_default()
}

fn wide_entry(number: usize, entry: Entry<'_>) -> Vec<Cell> {
    vec![
        dim(&number.to_string()),
        Cell::new(clock(entry)),
        Cell::new(kind(entry)).add_attribute(Attribute::Bold),
        Cell::new(in_column(entry.event())),
        Cell::new(owner(entry)),
    ]
}

fn narrow_entry(entry: Entry<'_>) -> Vec<Cell> {
    let kind = Some(kind(entry)).filter(|kind| !kind.is_empty()).map(|kind| format!("{kind}: ")).unwrap_or_default();
    let owner = Some(owner(entry)).filter(|owner| !owner.is_empty()).map(|owner| format!(" ({owner})"));
    let event = format!("{kind}{}{}", in_column(entry.event()), owner.unwrap_or_default());
    vec![Cell::new(clock(entry)), Cell::new(event)]
}

/// What stands dim below an entry. Notes keep their lines: they may be the output of a command.
pub(in crate::render) fn below(entry: Entry<'_>) -> String {
    let lines = |notes: &str| notes.trim_end().lines().map(in_column).collect::<Vec<_>>().join("\n");
    let notes = entry.notes().map(lines);
    let private = entry.private().then(|| "private".to_owned());
    let link = text_in(entry.values(), "link").map(in_column);
    let source = text_in(entry.values(), "source").map(|source| format!("from {}", one_line(source)));
    notes.into_iter().chain(private).chain(link).chain(source).collect::<Vec<_>>().join(" · ")
}

pub(super) fn actions(paper: &mut Paper, record: &Record, today: NaiveDate) {
    let actions = record.actions();
    if actions.is_empty() {
        return;
    }
    paper.heading("Actions", &counts(&actions, today));
    let narrow = paper.width() < NARROW;
    let heads: &[&str] =
        if narrow { &["Id", "Due", "Action"] } else { &["Id", "Prio", "Status", "Due", "Owner", "Action"] };
    let mut table = new_table(paper, heads);
    for action in &actions {
        let id = Cell::new(action.id().map_or_else(|| "–".to_owned(), one_line)).add_attribute(Attribute::Bold);
        let text = in_column(action.action());
        let owner = action.owner().map(|owner| one_line(words::name_of(owner))).unwrap_or_default();
        if narrow {
            let priority = action.priority().map(one_line).unwrap_or_default();
            let whose =
                [priority, status(*action), owner].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            table.add_row(vec![id, due(*action, today), Cell::new(format!("{text} ({})", whose.join(", ")))]);
        } else {
            let priority = Cell::new(action.priority().map(one_line).unwrap_or_default());
            let status = status_of(*action);
            table.add_row(vec![id, priority, status, due(*action, today), Cell::new(owner), Cell::new(text)]);
        }
        let more = details(*action);
        if !more.is_empty() {
            let mut row = vec![Cell::new(""); heads.len() - 1];
            row.push(dim(&format!("{BELOW}{more}")));
            table.add_row(row);
        }
    }
    let owners = owners_width(actions.iter().filter_map(|action| action.owner()), paper);
    if narrow {
        finish(paper, table, &[(0, 8), (1, 11)]);
    } else {
        finish(paper, table, &[(0, 8), (1, 8), (2, 11), (3, 11), (4, owners)]);
    }
    let named = actions.iter().flat_map(|action| {
        let id = action.id().map_or_else(|| "–".to_owned(), one_line);
        let texts = ["action", "evidence", "reason", "link"].into_iter().filter_map(|key| action.text(key));
        texts.map(move |text| (id.clone(), text))
    });
    let addresses = addresses(named);
    list_addresses(paper, &addresses);
}

/// `2 open, 1 overdue, 1 closed`.
fn counts(actions: &[Action<'_>], today: NaiveDate) -> String {
    let open = |action: &&Action<'_>| matches!(action.status(), ActionStatus::Open | ActionStatus::InProgress);
    let open = actions.iter().filter(open).count();
    let late = actions.iter().filter(|action| action.overdue_days(today).is_some()).count();
    let parts = [(open, "open"), (late, "overdue"), (actions.len() - open, "closed")];
    let told = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    told.collect::<Vec<_>>().join(", ")
}

fn status(action: Action<'_>) -> String {
    if let Some(other) = action.text("status").filter(|word| !v::ACTION_STATUS.knows(word)) {
        return one_line(other);
    }
    match action.status() {
        ActionStatus::Open => "open",
        ActionStatus::InProgress => "in progress",
        ActionStatus::Done => "✓ done",
        ActionStatus::Dropped => "dropped",
    }
    .to_owned()
}

fn status_of(action: Action<'_>) -> Cell {
    let cell = Cell::new(status(action));
    match action.status() {
        ActionStatus::Done => cell.fg(Color::Green),
        ActionStatus::Dropped => cell.add_attribute(Attribute::Dim),
        _ => cell,
    }
}

/// The due date, with how late it is.
fn due(action: Action<'_>, today: NaiveDate) -> Cell {
    let Some(due) = action.due() else { return dim("no date") };
    match action.overdue_days(today) {
        Some(days) => Cell::new(format!("{due}\n{days} d late")).fg(Color::Red),
        None => Cell::new(due),
    }
}

/// What stands dim below an action.
fn details(action: Action<'_>) -> String {
    let kind = action.kind().map(|kind| one_line(v::ACTION_TYPE.label(kind).unwrap_or(kind)));
    let closed = action.closed().map(|day| format!("closed {day}"));
    // Addresses stand below the table.
    let told = |label: &str, key: &str| {
        let text = one_line(action.text(key)?);
        let address = text.contains("://") && !text.contains(' ') && text.width() > SHORT_ADDRESS;
        (!address).then(|| format!("{label}: {}", in_column(&text)))
    };
    let texts = [told("evidence", "evidence"), told("reason", "reason"), told("tracked", "link")];
    let private = action.values().get("private").and_then(toml::Value::as_bool) == Some(true);
    let private = private.then(|| "private".to_owned());
    kind.into_iter().chain(closed).chain(texts.into_iter().flatten()).chain(private).collect::<Vec<_>>().join(" · ")
}

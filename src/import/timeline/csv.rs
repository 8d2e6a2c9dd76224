//! A table with a header: columns found by the words in it, separated by comma, semicolon or tab.
//!
//! Every row is told. A date in a column of its own holds until the next one. What could mean two things (01/02/2017, a clock
//! that runs backwards under a date carried forward) is refused with its row and column. Columns without a meaning go to the
//! notes under their name.

mod columns;
mod when;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::error::ImportError;
use super::{Claim, Found, Reading, Terms, text};
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use columns::{Column, Columns, Role};
use when::Cell;

pub use when::DateOrder;

/// Whether the first row reads as the header of a timeline.
pub(super) fn recognise(text: &str) -> bool {
    let mut rows = rows(text);
    matches!(rows.next(), Some(Ok(header)) if Columns::of(&header).is_ok())
}

/// A row that is not blank, with its cells.
struct Row {
    number: u64,
    cells: Vec<String>,
}

/// A time as it stands in a cell.
struct Timed {
    row: Row,
    day: Option<Cell>,
    time: Option<Cell>,
    until: Option<Cell>,
}

pub(super) fn read(text: &str, terms: &Terms<'_>) -> Result<Reading, ImportError> {
    unclosed_quote(text)?;
    let mut rows = rows(text);
    let header = rows.next().transpose()?.unwrap_or_default();
    let columns = Columns::of(&header)?;
    let mut table = Vec::new();
    for (number, row) in (2..).zip(rows) {
        let cells = row?;
        if cells.len() > header.len() && cells[header.len()..].iter().any(|cell| !cell.is_empty()) {
            return Err(ImportError::Cell {
                row: number,
                column: header.len() + 1,
                message: format!(
                    "the row has {} cells and the header {}; put texts that hold the separator between quotes",
                    cells.len(),
                    header.len()
                ),
            });
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            table.push(timed(&columns, Row { number, cells })?);
        }
    }
    let mut reading = Reading::default();
    let order = date_order(&table, terms, &mut reading)?;
    events(&columns, table, order, terms, &mut reading)?;
    Ok(reading)
}

fn rows(text: &str) -> impl Iterator<Item = Result<Vec<String>, ImportError>> {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(columns::separator(text))
        .from_reader(text.as_bytes());
    reader.into_records().map(|record| {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
            ImportError::Syntax { line, column: 1, message: error.to_string() }
        })?;
        Ok(record.iter().map(|cell| cell.trim().to_owned()).collect())
    })
}

/// A quote without its end would swallow the rest of the file.
fn unclosed_quote(text: &str) -> Result<(), ImportError> {
    let separator = char::from(columns::separator(text));
    let (mut line, mut column) = (1, 0);
    let mut open: Option<(usize, usize)> = None;
    let mut begins = true;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        column += 1;
        if open.is_some() {
            if c == '"' && chars.peek() == Some(&'"') {
                chars.next();
                column += 1;
            } else if c == '"' {
                open = None;
            }
        } else if c == '"' && begins {
            open = Some((line, column));
        }
        begins = open.is_none() && (c == separator || c == '\n' || c == '\r');
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
    }
    match open {
        Some((line, column)) => {
            Err(ImportError::Syntax { line, column, message: "the quote that opens here is not closed".to_owned() })
        }
        None => Ok(()),
    }
}

/// A row with its times taken apart.
fn timed(columns: &Columns, row: Row) -> Result<Timed, ImportError> {
    let cell = |role: Role| -> Result<Option<Cell>, ImportError> {
        let Some(column) = columns.of_role(role) else { return Ok(None) };
        let text = row.cells.get(column.index).map_or("", String::as_str);
        if text.is_empty() {
            return Ok(None);
        }
        when::read(text).map(Some).map_err(|why| at(&row, column, text, &why))
    };
    let (day, time, until) = (cell(Role::Date)?, cell(Role::Time)?, cell(Role::Until)?);
    Ok(Timed { row, day, time, until })
}

fn at(row: &Row, column: &Column, shown: &str, why: &str) -> ImportError {
    let message = format!("`{}` {why}", text::shortened(shown, 40));
    ImportError::Cell { row: row.number, column: column.index + 1, message }
}

/// How days written in numbers are meant: as told, else as the table itself shows with one that can only be read one way.
fn date_order(table: &[Timed], terms: &Terms<'_>, reading: &mut Reading) -> Result<Option<DateOrder>, ImportError> {
    let days = || {
        table.iter().flat_map(|timed| {
            let cells = [&timed.day, &timed.time, &timed.until];
            cells.into_iter().filter_map(|cell| Some((timed.row.number, cell.as_ref()?.day?)))
        })
    };
    if terms.date_order.is_some() {
        return Ok(terms.date_order);
    }
    let shows = |order| days().find(|(_, day)| day.shows() == Some(order)).map(|(row, _)| row);
    match (shows(DateOrder::DayFirst), shows(DateOrder::MonthFirst)) {
        (Some(one), Some(other)) => Err(ImportError::Cell {
            row: one.max(other),
            column: 1,
            message: format!(
                "dates are written day first in row {one} and month first in row {other}; write them as 2017-01-31"
            ),
        }),
        (Some(row), None) => {
            if days().any(|(_, day)| day.is_open()) {
                reading.remarks.push(format!("dates are read as day/month/year, as row {row} shows"));
            }
            Ok(Some(DateOrder::DayFirst))
        }
        (None, Some(row)) => {
            if days().any(|(_, day)| day.is_open()) {
                reading.remarks.push(format!("dates are read as month/day/year, as row {row} shows"));
            }
            Ok(Some(DateOrder::MonthFirst))
        }
        (None, None) => Ok(None),
    }
}

/// The day that rows without one are on.
#[derive(Default)]
struct Carried {
    day: Option<NaiveDate>,
    /// The local time of the row above on that day.
    above: Option<NaiveDateTime>,
}

fn events(
    columns: &Columns,
    table: Vec<Timed>,
    order: Option<DateOrder>,
    terms: &Terms<'_>,
    reading: &mut Reading,
) -> Result<(), ImportError> {
    let time_column = columns.of_role(Role::Time).or(columns.of_role(Role::Date));
    let Some(time_column) = time_column else { return Ok(()) };
    let mut carried = Carried::default();
    for timed in table {
        let moment = moment(columns, time_column, &timed, order, &mut carried, terms)?;
        let Some(moment) = moment else { continue };
        let Timed { row, day, time, until } = timed;
        let event = row.cells.get(columns.event.index).map_or("", String::as_str);
        let mut found = Found::new(moment, event);
        found.approx = day.iter().chain(&time).any(|cell| cell.approx);
        if let Some(cell) = until {
            let start = Start {
                moment,
                order,
                day: carried.day,
                clock: time.as_ref().and_then(|cell| cell.clock),
                zone: zone_of(columns, time_column, time.as_ref().or(day.as_ref())),
            };
            let until = end(&cell, &start, terms).map_err(|why| fail(columns, time_column, &row, Role::Until, &why))?;
            found.until = Some(until);
        }
        rest(columns, &row, &mut found);
        if found.text.is_empty() && !found.notes.is_empty() {
            found.text = found.notes.remove(0);
        }
        found.noise = found.text.is_empty().then(|| "without an event".to_owned());
        reading.events.push(found);
    }
    Ok(())
}

/// The time of a row; `None` for one that is only a date and heads the rows below it.
fn moment(
    columns: &Columns,
    time_column: &Column,
    timed: &Timed,
    order: Option<DateOrder>,
    carried: &mut Carried,
    terms: &Terms<'_>,
) -> Result<Option<Moment>, ImportError> {
    let Timed { row, day, time, .. } = timed;
    let fail = |role: Role, why: &str| fail(columns, time_column, row, role, why);
    let own = match (day, time.as_ref().and_then(|cell| cell.day)) {
        (_, Some(day)) => Some((Role::Time, day)),
        (Some(cell), None) => cell.day.map(|day| (Role::Date, day)),
        (None, None) => None,
    };
    let own = own.map(|(role, day)| day.date(order).map_err(|why| fail(role, &why))).transpose()?;
    if let Some(day) = own {
        *carried = Carried { day: Some(day), above: None };
    }
    if let Some(instant) = time.iter().chain(day).find_map(|cell| cell.at) {
        return Ok(Some(Moment::Instant(instant)));
    }
    let clock = time.iter().chain(day).find_map(|cell| cell.clock);
    match (carried.day, clock) {
        (Some(date), Some(clock)) => {
            let local = date.and_time(clock);
            if own.is_none() && carried.above.is_some_and(|above| local < above) {
                let why = format!("is before the row above on {date}; write the date into this row, too");
                return Err(fail(Role::Time, &why));
            }
            carried.above = Some(local);
            let zone = zone_of(columns, time_column, time.as_ref().or(day.as_ref()));
            let instant = terms.zones.instant(local, zone.as_deref()).map_err(|why| fail(Role::Time, &why))?;
            Ok(Some(Moment::Instant(instant)))
        }
        (Some(day), None) if own.is_some() => {
            let told = row.cells.get(columns.event.index).is_some_and(|event| !event.is_empty());
            Ok(told.then_some(Moment::Day(day)))
        }
        (None, Some(_)) => Err(fail(Role::Time, "has no date; add a column `date`, or write it as 2017-01-31 23:27")),
        _ => Err(fail(Role::Time, "is no time; every row needs one")),
    }
}

fn fail(columns: &Columns, time_column: &Column, row: &Row, role: Role, why: &str) -> ImportError {
    let column = columns.of_role(role).unwrap_or(time_column);
    let shown = row.cells.get(column.index).map_or("", String::as_str);
    at(row, column, shown, why)
}

/// The beginning of an entry, against which its end is read.
struct Start {
    moment: Moment,
    order: Option<DateOrder>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    zone: Option<String>,
}

/// The end of an entry: a clock time alone is the next one after the beginning.
fn end(cell: &Cell, start: &Start, terms: &Terms<'_>) -> Result<Moment, String> {
    let end = if let Some(instant) = cell.at {
        Moment::Instant(instant)
    } else {
        let own = cell.day.map(|day| day.date(start.order)).transpose()?;
        match (own.or(start.day), cell.clock) {
            (Some(date), Some(clock)) => {
                let next_day = own.is_none() && start.clock.is_some_and(|start| clock < start);
                let date = if next_day { date.checked_add_days(Days::new(1)).unwrap_or(date) } else { date };
                let zone = cell.zone.as_deref().or(start.zone.as_deref());
                Moment::Instant(terms.zones.instant(date.and_time(clock), zone)?)
            }
            (Some(date), None) if own.is_some() => Moment::Day(date),
            _ => return Err("has no date".to_owned()),
        }
    };
    // A day is placed at its first minute, which says nothing of its end.
    if end < start.moment && !matches!(end, Moment::Day(_)) {
        return Err("is before the beginning".to_owned());
    }
    Ok(end)
}

/// The zone of a cell, else that of the header.
fn zone_of(columns: &Columns, time: &Column, cell: Option<&Cell>) -> Option<String> {
    let of_cell = cell.and_then(|cell| cell.zone.clone());
    of_cell.or_else(|| time.zone.clone()).or_else(|| columns.of_role(Role::Date)?.zone.clone())
}

/// Everything of a row beside time and event.
fn rest(columns: &Columns, row: &Row, found: &mut Found) {
    let of_role = |role: Role| {
        let cell = row.cells.get(columns.of_role(role)?.index)?;
        (!cell.is_empty()).then(|| cell.clone())
    };
    found.owner = of_role(Role::Owner);
    found.link = of_role(Role::Link);
    found.notes.extend(of_role(Role::Notes));
    if let Some(kind) = of_role(Role::Kind) {
        match kind.to_lowercase().parse::<Milestone>() {
            Ok(milestone) => found.claim = Some(Claim::Said(milestone)),
            Err(()) => found.notes.push(format!("Kind: {kind}")),
        }
    }
    for column in &columns.others {
        let cell = row.cells.get(column.index).map_or("", String::as_str);
        if !cell.is_empty() {
            found.notes.push(format!("{}: {cell}", column.name));
        }
    }
}

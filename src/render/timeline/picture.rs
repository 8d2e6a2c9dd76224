//! The incident as a picture: milestones on a scale of time from start to resolution, and durations against targets.
//!
//! Every row says in words at its end what it shows, so the picture can be read without colour and aloud. What lies outside
//! the span from start to resolution (a cause weeks before, a report days after) is named at the edge, so that it does not
//! press the incident itself into a corner.

use chrono::{Datelike as _, NaiveDateTime};
use unicode_width::UnicodeWidthStr as _;

use super::scale::{Place, Scale};
use crate::config::Config;
use crate::query::metrics::{self, Measured, Unknown};
use crate::record::duration::Length;
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use crate::record::{Entry, Record};
use crate::render::sanitise::one_line;

/// Below this many columns there is no room for a scale.
const NARROWEST: usize = 50;
/// The fewest columns of the scale itself.
const SHORTEST_SCALE: usize = 16;
const INDENT: &str = "  ";
/// Text at the end of a row is broken off here at the latest.
const WIDEST_TEXT: usize = 32;

/// A row: its name, what stands on the scale, what it says in words.
struct Row {
    name: String,
    on_scale: Vec<char>,
    words: String,
}

/// The picture, with a heading; empty when there are not two different times to draw between, or no room.
pub(super) fn picture(record: &Record, config: &Config, width: usize) -> String {
    let entries = record.timeline();
    let Some((from, to)) = span(&entries) else { return String::new() };
    let vague_from = entries.iter().any(|entry| entry.approx() && entry.at() == Some(from));
    let vague_to = entries.iter().any(|entry| entry.approx() && entry.at() == Some(to));
    if width < NARROWEST || from.placed() >= to.placed() {
        return String::new();
    }
    let mut measured = metrics::response(record, config);
    measured.push(metrics::total(record, config));
    let reached: Vec<(Milestone, Entry<'_>)> = milestones(&entries);

    // The words are laid out first: the scale has what they leave.
    let names = |rows: &mut dyn Iterator<Item = usize>| rows.max().unwrap_or(0);
    let label = names(
        &mut reached.iter().map(|(kind, _)| kind.word().len()).chain(measured.iter().map(|one| name(one).width())),
    )
    .max("all entries".len())
    .min(width / 4);
    let mut above = from;
    let mut times = Vec::new();
    for (_, entry) in &reached {
        times.push(when(*entry, &above, &from, vague_from));
        above = entry.at().unwrap_or(above);
    }
    let counted = counted(&entries, &from, &to);
    let words = times.iter().cloned().chain(measured.iter().map(verdict)).chain([counted.clone()]);
    let words = words.map(|text| text.width()).max().unwrap_or(0).min(WIDEST_TEXT);
    let columns = width.saturating_sub(INDENT.len() + label + 2 + 2 + words).max(SHORTEST_SCALE);
    let scale = Scale::new(from.placed(), to.placed(), columns);

    let mut out = format!("{}\n", heading(&from, &to, vague_from || vague_to));
    let lead = " ".repeat(INDENT.len() + label + 2);
    let marks = scale.marks();
    out.push_str(&trimmed(&format!("{lead}{}", labels(&marks, columns))));
    out.push_str(&trimmed(&format!("{lead}{}", ruler(&marks, columns))));
    let mut rows = vec![everything(&entries, counted, &scale)];
    rows.extend(reached.iter().zip(times).map(|((kind, entry), words)| milestone_row(*kind, *entry, words, &scale)));
    let durations = measured.iter().map(|one| duration_row(one, record, config, &scale));
    let (milestones, durations): (Vec<Row>, Vec<Row>) = (rows, durations.collect());
    for row in &milestones {
        out.push_str(&line(row, label));
    }
    if !reached.is_empty() {
        out.push('\n');
        for row in &durations {
            out.push_str(&line(row, label));
        }
        if durations.iter().any(|row| row.on_scale.contains(&OVER)) {
            out.push_str(&trimmed(&format!("{lead}{WITHIN} within its target  {OVER} beyond it")));
        }
    }
    out
}

const WITHIN: char = '█';
const OVER: char = '▒';
const POINT: char = '●';
const VAGUE: char = '○';
const LASTS: char = '─';

/// From `started`, else the first milestone, else the first entry; to the last `resolved`, else the last milestone, else the
/// last entry.
fn span(entries: &[Entry<'_>]) -> Option<(Moment, Moment)> {
    let of =
        |kind: Milestone| entries.iter().filter(move |entry| entry.kind() == Some(kind)).filter_map(|entry| entry.at());
    let marked: Vec<Moment> =
        entries.iter().filter(|entry| entry.kind().is_some()).filter_map(|entry| entry.at()).collect();
    let all: Vec<Moment> = entries.iter().filter_map(|entry| entry.at()).collect();
    let spread = |times: &[Moment]| times.iter().min() < times.iter().max();
    let times = if spread(&marked) { &marked } else { &all };
    let from = of(Milestone::Started).min().filter(|start| times.iter().any(|time| time > start));
    let from = from.or_else(|| times.iter().min().copied())?;
    let to = of(Milestone::Resolved).max().filter(|end| *end > from);
    let to = to.or_else(|| times.iter().max().copied())?;
    Some((from, to))
}

/// The entry that counts for each milestone that was reached, in order of time.
fn milestones<'a>(entries: &[Entry<'a>]) -> Vec<(Milestone, Entry<'a>)> {
    let counts = |kind: Milestone| {
        let of_kind = entries.iter().filter(move |entry| entry.kind() == Some(kind) && entry.at().is_some()).copied();
        if kind.last_counts() {
            of_kind.max_by_key(|entry| entry.at())
        } else {
            // The first of several at one time.
            of_kind.reduce(|best, entry| if entry.at() < best.at() { entry } else { best })
        }
    };
    let mut found: Vec<(Milestone, Entry<'a>)> =
        Milestone::ALL.into_iter().filter_map(|kind| Some((kind, counts(kind)?))).collect();
    found.sort_by_key(|(_, entry)| entry.at());
    found
}

fn heading(from: &Moment, to: &Moment, vague: bool) -> String {
    let length = from.length_to(to).map(|length| format!("{}, ", length.or_approximate(vague))).unwrap_or_default();
    let until = if from.day() == to.day() { to.text_after(Some(from)) } else { to.to_string() };
    let dim = anstyle::Style::new().dimmed();
    let bold = anstyle::Style::new().bold();
    format!("{bold}Picture{bold:#}  {dim}{length}{from} to {until} UTC{dim:#}")
}

/// How many entries there are, and how many of them the scale has no room for.
fn counted(entries: &[Entry<'_>], from: &Moment, to: &Moment) -> String {
    let times = || entries.iter().filter_map(|entry| entry.at()).map(|at| at.placed());
    let before = times().filter(|at| *at < from.placed()).count();
    let after = times().filter(|at| *at > to.placed()).count();
    let outside = [(before, "before"), (after, "after")];
    let outside = outside.into_iter().filter(|(count, _)| *count > 0).map(|(count, side)| format!("{count} {side}"));
    let count = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
    std::iter::once(count).chain(outside).collect::<Vec<_>>().join(", ")
}

/// Every entry as a mark on one line: where nothing is marked as a milestone, it is all there is to see.
fn everything(entries: &[Entry<'_>], words: String, scale: &Scale) -> Row {
    let mut on_scale = vec![' '; scale.columns()];
    for at in entries.iter().filter_map(|entry| entry.at()) {
        if let Place::At(column) = scale.place(at.placed()) {
            on_scale[column] = if on_scale[column] == ' ' { '·' } else { ':' };
        }
    }
    Row { name: "all entries".to_owned(), on_scale, words }
}

fn milestone_row(kind: Milestone, entry: Entry<'_>, words: String, scale: &Scale) -> Row {
    let mut on_scale = vec![' '; scale.columns()];
    let Some(at) = entry.at().map(|at| at.placed()) else {
        return Row { name: kind.word().to_owned(), on_scale, words };
    };
    let vague = entry.approx() || !matches!(entry.at(), Some(Moment::Instant(_)));
    match scale.place(at) {
        Place::Before => on_scale[0] = '<',
        Place::Behind => on_scale[scale.columns() - 1] = '>',
        Place::At(column) => {
            if let Some(until) = entry.until().filter(|until| until.placed() > at) {
                on_scale[column..=scale.nearest(until.placed())].fill(LASTS);
            }
            on_scale[column] = if vague { VAGUE } else { POINT };
        }
    }
    Row { name: kind.word().to_owned(), on_scale, words }
}

/// The time of an entry, with its day where that is not the day of `above`, and how long after the start that was.
fn when(entry: Entry<'_>, above: &Moment, from: &Moment, vague: bool) -> String {
    let Some(at) = entry.at() else { return String::new() };
    let about = if entry.approx() { "~" } else { "" };
    let day = if at.day() == above.day() {
        String::new()
    } else if at.day().year() == from.day().year() {
        at.day().format("%m-%d ").to_string()
    } else {
        format!("{} ", at.day())
    };
    let clock = at.clock_text().unwrap_or_else(|| "day only".to_owned());
    let after = match from.length_to(&at) {
        Some(length) if length.is_negative() => format!("  {} before", Length::exact(-length.time())),
        Some(length) if !length.time().is_zero() => {
            let mark = if vague || entry.approx() { "~" } else { "" };
            format!("  {mark}+{}", Length::exact(length.time()))
        }
        _ => String::new(),
    };
    format!("{about}{day}{clock}{after}")
}

fn name(measured: &Measured) -> String {
    one_line(&measured.name.replace(['_', '-'], " "))
}

/// What a duration came to, in words.
fn verdict(measured: &Measured) -> String {
    match (&measured.actual, measured.target) {
        (Err(Unknown::Missing(kinds)), _) => {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
            format!("? no {}", names.join(" or "))
        }
        (Err(Unknown::Imprecise(..)), _) => "? no exact times".to_owned(),
        (Err(Unknown::Negative(from, to)), _) => format!("? {to} before {from}"),
        (Ok(length), None) => format!("  {length}"),
        (Ok(length), Some(target)) => {
            let mark = if measured.met() == Some(true) { "✓" } else { "✗" };
            format!("{mark} {length}, target {target}")
        }
    }
}

fn duration_row(measured: &Measured, record: &Record, config: &Config, scale: &Scale) -> Row {
    let mut on_scale = vec![' '; scale.columns()];
    let words = verdict(measured);
    if let (Ok(length), Some((begins, ends))) = (&measured.actual, ends_of(measured, record, config))
        && !length.is_negative()
    {
        let (first, last) = (scale.nearest(begins), scale.nearest(ends));
        let limit = measured.target.and_then(|target| begins.checked_add_signed(target.time()));
        let limit = limit.filter(|limit| *limit < ends).map_or(last, |limit| scale.nearest(limit));
        on_scale[first..=last].fill(OVER);
        // At least the cell it begins in: a target of minutes is nothing on a scale of days.
        on_scale[first..=limit.max(first)].fill(WITHIN);
        if measured.met() == Some(false) && limit >= last {
            on_scale[last] = OVER;
        }
    }
    Row { name: name(measured), on_scale, words }
}

/// Where a duration begins and ends.
fn ends_of(measured: &Measured, record: &Record, config: &Config) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let target = config.targets.iter().find(|target| target.name == measured.name);
    let total = (vec![Milestone::Started], vec![Milestone::Resolved]);
    let (from, to) = target.map_or(total, |target| (target.from.clone(), target.to.clone()));
    let first = |kinds: &[Milestone]| kinds.iter().find_map(|kind| metrics::reached(record, *kind));
    Some((first(&from)?.moment.placed(), first(&to)?.moment.placed()))
}

fn labels(marks: &[(usize, String)], columns: usize) -> String {
    let mut line = vec![' '; columns];
    for (column, label) in marks {
        for (offset, letter) in label.chars().enumerate() {
            if let Some(cell) = line.get_mut(column + offset) {
                *cell = letter;
            }
        }
    }
    line.into_iter().collect()
}

fn ruler(marks: &[(usize, String)], columns: usize) -> String {
    let mut line = vec!['─'; columns];
    for (column, _) in marks {
        line[*column] = '┬';
    }
    line[0] = '├';
    line[columns - 1] = '┤';
    line.into_iter().collect()
}

fn line(row: &Row, label: usize) -> String {
    let gap = " ".repeat(label.saturating_sub(row.name.width()));
    let on_scale: String = row.on_scale.iter().collect();
    trimmed(&format!("{INDENT}{}{gap}  {on_scale}  {}", row.name, row.words))
}

fn trimmed(line: &str) -> String {
    format!("{}\n", line.trim_end())
}

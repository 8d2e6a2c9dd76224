//! Conflict markers, in git's form, around whole statements: dropping either side leaves valid TOML.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::actions::CLOSING;
use super::diff3::{self, Nearness, Piece};
use crate::document::{Document, StatementKind};

/// How conflicts are marked.
#[derive(Debug, Clone, Copy)]
pub struct Markers<'a> {
    /// What our side is called.
    pub ours: &'a str,
    /// What the base is called.
    pub base: &'a str,
    /// What their side is called.
    pub theirs: &'a str,
    /// How many characters a marker has.
    pub size: usize,
    /// Whether the value before stands between them, as under `merge.conflictStyle = diff3` or `zdiff3`.
    pub with_base: bool,
}

impl Markers<'_> {
    fn line(&self, sign: char, label: &str, newline: &str) -> String {
        let marker: String = std::iter::repeat_n(sign, self.size.max(1)).collect();
        let label: String = label.chars().filter(|c| !c.is_control()).collect();
        if label.is_empty() || sign == '=' {
            format!("{marker}{newline}")
        } else {
            format!("{marker} {label}{newline}")
        }
    }

    /// A conflict of two whole files that are no text.
    pub fn around(&self, ours: &[u8], base: &[u8], theirs: &[u8]) -> Vec<u8> {
        let line = |sign, label| self.line(sign, label, "\n").into_bytes();
        let mut bytes = line('<', self.ours);
        let mut add = |part: &[u8], marker: Vec<u8>| {
            bytes.extend(part);
            if !part.is_empty() && !part.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend(marker);
        };
        if self.with_base {
            add(ours, line('|', self.base));
            add(base, line('=', ""));
        } else {
            add(ours, line('=', ""));
        }
        add(theirs, line('>', self.theirs));
        bytes
    }

    /// One conflict.
    fn conflict(&self, ours: &str, base: &str, theirs: &str, newline: &str) -> String {
        let mut text = self.line('<', self.ours, newline);
        text.push_str(&finished(ours, newline));
        if self.with_base {
            text.push_str(&self.line('|', self.base, newline));
            text.push_str(&finished(base, newline));
        }
        text.push_str(&self.line('=', "", newline));
        text.push_str(&finished(theirs, newline));
        text.push_str(&self.line('>', self.theirs, newline));
        text
    }
}

/// A text whose last line has a line break.
fn finished(text: &str, newline: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}{newline}") }
}

/// A statement with the comments and blank lines above it.
struct Unit<'t> {
    text: &'t str,
    /// What it is compared by: its text, and for the header of a row what tells the row from others.
    sign: String,
    /// Where it stands, with the numbers of rows left out.
    place: String,
    is_header: bool,
}

impl Unit<'_> {
    /// Whether it says how an action stands, which goes together.
    fn closes(&self) -> bool {
        self.place.strip_prefix("actions.").is_some_and(|key| CLOSING.contains(&key))
    }
}

fn units(document: &Document) -> Vec<Unit<'_>> {
    let text = document.text();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let statements = document.statements();
    let mut units = Vec::with_capacity(statements.len() + 1);
    for (index, statement) in statements.iter().enumerate() {
        let own = &text[at..statement.lines.end];
        at = statement.lines.end;
        let mut sign = own.trim_end().to_owned();
        if statement.kind == StatementKind::Element
            && let Some(first) = statements.get(index + 1).filter(|next| next.kind == StatementKind::Pair)
        {
            sign.push('\n');
            sign.push_str(&text[first.body.clone()]);
        }
        let is_header = statement.kind != StatementKind::Pair;
        units.push(Unit { text: own, sign, place: statement.path.generic().join("."), is_header });
    }
    if at < text.len() {
        let own = &text[at..];
        units.push(Unit { text: own, sign: own.trim_end().to_owned(), place: String::new(), is_header: false });
    }
    units
}

/// The text of a merge that leaves contradictions: `ours` and `theirs` are what it comes to by either choice. `as_one` makes
/// one conflict of all, where they cannot be decided one by one.
pub(super) fn marked(
    ours: &Document,
    base: Option<&Document>,
    theirs: &Document,
    markers: &Markers<'_>,
    as_one: bool,
) -> String {
    let newline = ours.line_ending().as_str();
    let (mine, other) = (units(ours), units(theirs));
    let was = base.map(units);
    let mut regions = regions(&mine, &other);
    if as_one && let (Some(first), Some(last)) = (regions.first().cloned(), regions.last()) {
        regions = vec![(first.0.start..last.0.end, first.1.start..last.1.end)];
    }
    let parts = parts(regions, &mine, was.as_deref(), &other, markers.with_base);
    let mut text = if ours.text().starts_with('\u{feff}') { "\u{feff}".to_owned() } else { String::new() };
    let mut at = 0;
    let push = |text: &mut String, part: &str| {
        if !part.is_empty() && !text.is_empty() && !text.ends_with(['\n', '\u{feff}']) {
            text.push_str(newline);
        }
        text.push_str(part);
    };
    let all = |units: &[Unit<'_>]| units.iter().map(|unit| finished(unit.text, newline)).collect::<String>();
    for part in parts {
        mine[at..part.ours.start].iter().for_each(|unit| push(&mut text, unit.text));
        at = part.ours.end;
        let before = was.as_ref().map_or(String::new(), |was| all(&was[part.base]));
        let (left, right) = (all(&mine[part.ours]), all(&other[part.theirs]));
        let shared = shared_head(&left, &right, markers.with_base.then_some(before.as_str()));
        push(&mut text, &left[..shared]);
        let before = before.get(shared..).unwrap_or_default();
        push(&mut text, &markers.conflict(&left[shared..], before, &right[shared..], newline));
    }
    mine[at..].iter().for_each(|unit| push(&mut text, unit.text));
    text
}

/// One conflict, by the units of the three versions.
struct Part {
    ours: Range<usize>,
    base: Range<usize>,
    theirs: Range<usize>,
}

/// The conflicts: a region statement by statement where both sides have the same ones, and all that says how an action stands
/// in one.
fn parts(
    regions: Vec<(Range<usize>, Range<usize>)>,
    mine: &[Unit<'_>],
    was: Option<&[Unit<'_>]>,
    other: &[Unit<'_>],
    with_base: bool,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (ours, theirs) in regions {
        let base = was.map_or(0..0, |was| between(mine, was, &ours));
        let (left, right) = (&mine[ours.clone()], &other[theirs.clone()]);
        let pairwise = left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| left.place == right.place)
            && (!with_base || base.len() == left.len());
        let length = |all: &Range<usize>| if pairwise { 1 } else { all.len() };
        for number in 0..if pairwise { left.len() } else { 1 } {
            let of = |all: &Range<usize>| {
                let start = (all.start + number).min(all.end);
                start..(start + length(all)).min(all.end)
            };
            join(&mut parts, Part { ours: of(&ours), base: of(&base), theirs: of(&theirs) }, mine, other);
        }
    }
    parts
}

/// Adds a part, as a piece of the one it is a conflict with.
fn join(parts: &mut Vec<Part>, part: Part, mine: &[Unit<'_>], other: &[Unit<'_>]) {
    let closes = |part: &Part| {
        let all = mine[part.ours.clone()].iter().chain(&other[part.theirs.clone()]);
        !all.clone().any(|unit| unit.is_header) && all.into_iter().any(Unit::closes)
    };
    let is_one = |first: &Part| {
        let rows = mine[first.ours.start..part.ours.end].iter().chain(&other[first.theirs.start..part.theirs.end]);
        closes(first) && !rows.into_iter().any(|unit| unit.is_header)
    };
    let begun = if closes(&part) { parts.iter().position(is_one) } else { None };
    let Some(begun) = begun else { return parts.push(part) };
    parts.truncate(begun + 1);
    if let Some(first) = parts.last_mut() {
        let is_known = |base: &Range<usize>| *base != (0..0);
        let known = is_known(&first.base) && is_known(&part.base) && first.base.start <= part.base.end;
        let base = if known { first.base.start..part.base.end } else { 0..0 };
        *first = Part { ours: first.ours.start..part.ours.end, base, theirs: first.theirs.start..part.theirs.end };
    }
}

/// Where the two differ.
fn regions(mine: &[Unit<'_>], other: &[Unit<'_>]) -> Vec<(Range<usize>, Range<usize>)> {
    let signs = |units: &[Unit<'_>]| units.iter().map(|unit| unit.sign.clone()).collect::<Vec<_>>();
    let mut regions: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &signs(mine), &signs(other)) {
        let (tag, left, right) = op.as_tag_tuple();
        match regions.last_mut() {
            _ if tag == DiffTag::Equal => {}
            Some(last) if last.0.end == left.start && last.1.end == right.start => {
                last.0.end = left.end;
                last.1.end = right.end;
            }
            _ => regions.push((left, right)),
        }
    }
    regions
}

/// The part of another version that is between the same neighbours.
fn between(mine: &[Unit<'_>], was: &[Unit<'_>], range: &Range<usize>) -> Range<usize> {
    let mut places = vec![None; mine.len()];
    for (left, right) in regions_kept(mine, was) {
        places[left] = Some(right);
    }
    let start = range.start.checked_sub(1).map_or(Some(0), |above| places[above].map(|place| place + 1));
    let end = places.get(range.end).map_or(Some(was.len()), |place| *place);
    match (start, end) {
        (Some(start), Some(end)) if start <= end => start..end,
        _ => 0..0,
    }
}

fn regions_kept(mine: &[Unit<'_>], was: &[Unit<'_>]) -> Vec<(usize, usize)> {
    let mut kept = Vec::new();
    let (mut left, mut right) = (0, 0);
    let ends = (mine.len()..mine.len(), was.len()..was.len());
    for (in_mine, in_was) in regions(mine, was).into_iter().chain(std::iter::once(ends)) {
        kept.extend((left..in_mine.start).zip(right..in_was.start));
        left = in_mine.end;
        right = in_was.end;
    }
    kept
}

/// How many bytes of blank lines and comments all versions begin with.
fn shared_head(left: &str, right: &str, before: Option<&str>) -> usize {
    let mut shared = 0;
    for line in left.split_inclusive('\n') {
        let is_gap = line.trim().is_empty() || line.trim_start().starts_with('#');
        let has = |text: &str| text.get(shared..).is_some_and(|rest| rest.starts_with(line));
        if !is_gap || !has(right) || before.is_some_and(|before| !has(before)) {
            break;
        }
        shared += line.len();
    }
    // What has nothing else on a side goes into the conflict as it is.
    if shared == left.len() || shared == right.len() { 0 } else { shared }
}

/// The two texts that a marked one stands for; `None` when the markers do not add up.
pub(super) fn sides(text: &str, size: usize) -> Option<[String; 2]> {
    let is = |line: &str, sign: char| {
        let line = line.trim_end_matches(['\r', '\n']);
        let length = line.chars().take_while(|c| *c == sign).count();
        length == size.max(1) && (line.len() == length || line[length..].starts_with(' '))
    };
    let [mut ours, mut theirs] = [String::new(), String::new()];
    let mut part = ' ';
    for line in text.split_inclusive('\n') {
        let next = match part {
            ' ' if is(line, '<') => '<',
            '<' if is(line, '|') => '|',
            '<' | '|' if is(line, '=') => '=',
            '=' if is(line, '>') => ' ',
            _ => {
                if matches!(part, ' ' | '<') {
                    ours.push_str(line);
                }
                if matches!(part, ' ' | '=') {
                    theirs.push_str(line);
                }
                continue;
            }
        };
        part = next;
    }
    (part == ' ').then_some([ours, theirs])
}

/// The lines merged as git merges text; `None` when they conflict. All three have to end their lines alike.
pub(super) fn merged_lines(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut text = String::new();
    for piece in diff3::merge(&base, &ours, &theirs, Nearness::Apart) {
        match piece {
            Piece::Kept { ours: at, .. } => text.push_str(ours[at]),
            Piece::Ours(range) | Piece::Both(range) => text.extend(ours[range].iter().copied()),
            Piece::Theirs(range) => text.extend(theirs[range].iter().copied()),
            Piece::Conflict { .. } => return None,
        }
    }
    Some(text)
}

/// A conflict of text: of the lines that both changed, or of the whole file where lines alone would not conflict, since
/// what could not be understood must not look as if it had been.
pub(super) fn text_conflict(base: Option<&str>, ours: &str, theirs: &str, markers: &Markers<'_>) -> String {
    let newline = if ours.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let [was, mine, other] = [base.unwrap_or_default(), ours, theirs].map(lines);
    let signs =
        |lines: &[String]| lines.iter().map(|line| line.trim_end_matches(['\r', '\n']).to_owned()).collect::<Vec<_>>();
    let mut text = String::new();
    let mut conflicts = 0;
    for piece in diff3::merge(&signs(&was), &signs(&mine), &signs(&other), Nearness::Apart) {
        match piece {
            Piece::Kept { ours: at, .. } => text.push_str(&mine[at]),
            Piece::Ours(range) | Piece::Both(range) => text.push_str(&mine[range].concat()),
            Piece::Theirs(range) => text.push_str(&other[range].concat()),
            Piece::Conflict { base, ours, theirs } => {
                conflicts += 1;
                text = finished(&text, newline);
                text.push_str(&markers.conflict(
                    &mine[ours].concat(),
                    &was[base].concat(),
                    &other[theirs].concat(),
                    newline,
                ));
            }
        }
    }
    if conflicts > 0 { text } else { markers.conflict(ours, base.unwrap_or_default(), theirs, newline) }
}

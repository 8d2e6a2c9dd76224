//! Conflict markers, in git's form, around whole statements: dropping either side leaves valid TOML.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

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
        units.push(Unit { text: own, sign, place: statement.path.generic().join(".") });
    }
    if at < text.len() {
        let own = &text[at..];
        units.push(Unit { text: own, sign: own.trim_end().to_owned(), place: String::new() });
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
    let mut text = if ours.text().starts_with('\u{feff}') { "\u{feff}".to_owned() } else { String::new() };
    let mut at = 0;
    let push = |text: &mut String, part: &str| {
        if !part.is_empty() && !text.is_empty() && !text.ends_with(['\n', '\u{feff}']) {
            text.push_str(newline);
        }
        text.push_str(part);
    };
    let all = |units: &[Unit<'_>]| units.iter().map(|unit| finished(unit.text, newline)).collect::<String>();
    for (in_ours, in_theirs) in regions {
        mine[at..in_ours.start].iter().for_each(|unit| push(&mut text, unit.text));
        at = in_ours.end;
        let was_range = was.as_ref().map(|was| between(&mine, was, &in_ours));
        let before: &[Unit<'_>] = match (&was, was_range) {
            (Some(was), Some(range)) => &was[range],
            _ => &[],
        };
        let (left, right) = (&mine[in_ours], &other[in_theirs]);
        let pairwise = left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| left.place == right.place)
            && (!markers.with_base || before.len() == left.len());
        let conflicts: Vec<[String; 3]> = if pairwise {
            let of = |index: usize| before.get(index).map_or(String::new(), |unit| finished(unit.text, newline));
            (0..left.len())
                .map(|index| [finished(left[index].text, newline), of(index), finished(right[index].text, newline)])
                .collect()
        } else {
            vec![[all(left), all(before), all(right)]]
        };
        for [left, before, right] in conflicts {
            let shared = shared_head(&left, &right, markers.with_base.then_some(before.as_str()));
            push(&mut text, &left[..shared]);
            let before = before.get(shared..).unwrap_or_default();
            push(&mut text, &markers.conflict(&left[shared..], before, &right[shared..], newline));
        }
    }
    mine[at..].iter().for_each(|unit| push(&mut text, unit.text));
    text
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

//! Whole lines: where new ones go and how they are spaced, and what goes with lines that are taken out.
//!
//! New lines follow the file's own habit of blank lines. Where it has none to show: one above a header, and as above
//! headers so between the keys of a table; none between those of a `[[list]]` element.

use std::ops::Range;

use super::splice::{Splice, union};
use crate::document::text::Document;
use crate::document::tree::{Statement, StatementKind, text_start};

/// Blank lines between the lines of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habit {
    /// Between two keys.
    pub(super) between_keys: bool,
    /// Between a header and its first key.
    pub(super) below_header: bool,
}

/// Where new lines are put, relative to statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// Right above the statement and its attached comments.
    Above(usize),
    /// Below the pair and the comments attached to it.
    Below(usize),
    /// Below the header, above its first pair.
    BelowHeader(usize),
    /// Behind the header, its pairs and the comments attached to them.
    BehindSection(usize),
    /// Above the first header, or at the end when there is none: where the root's first key goes.
    Top,
    /// At the end, behind all comments.
    End,
}

/// For and against a blank line.
#[derive(Default)]
struct Votes {
    blank: usize,
    tight: usize,
}

impl Votes {
    fn add(&mut self, blank: bool) {
        if blank {
            self.blank += 1;
        } else {
            self.tight += 1;
        }
    }

    fn verdict(&self) -> Option<bool> {
        (self.blank + self.tight > 0).then_some(self.blank >= self.tight)
    }
}

impl Document {
    fn statement(&self, at: usize) -> &Statement {
        &self.tree.statements[at]
    }

    fn newline(&self) -> &'static str {
        self.line_ending.as_str()
    }

    fn has_blank_line(&self, range: Range<usize>) -> bool {
        self.text.get(range).is_some_and(|gap| gap.lines().any(|line| line.trim().is_empty()))
    }

    /// The spacing of keys below this header, from its own pairs, else from those of its like.
    pub(super) fn habit(&self, header: Option<usize>) -> Habit {
        let element = header.is_some_and(|at| self.statement(at).kind == StatementKind::Element);
        let alike = header.map(|at| self.statement(at).path.generic());
        self.habit_of(header, element, alike.as_deref())
    }

    /// The spacing of keys below a header that is yet to be written.
    pub(super) fn habit_of_new(&self, element: bool, path: &[&str]) -> Habit {
        self.habit_of(None, element, Some(path))
    }

    fn habit_of(&self, own: Option<usize>, element: bool, path: Option<&[&str]>) -> Habit {
        let all = std::iter::once(None).chain(self.headers().map(Some));
        let (mut mine, mut alike, mut class) = Default::default();
        let (mut below_alike, mut below_class): (Votes, Votes) = Default::default();
        for header in all {
            let statement = header.map(|at| self.statement(at));
            if statement.is_some_and(|s| s.kind == StatementKind::Element) != element {
                continue;
            }
            let same_path = statement.map(|s| s.path.generic()).as_deref() == path;
            let pairs = self.tree.pairs(header);
            for (above, below) in pairs.clone().zip(pairs.clone().skip(1)) {
                let gap = self.statement(above).lines.end..self.statement(below).leading.start;
                let blank = self.has_blank_line(gap);
                let votes: [(&mut Votes, bool); 3] =
                    [(&mut mine, header == own && same_path), (&mut alike, same_path), (&mut class, true)];
                for (votes, counts) in votes {
                    if counts {
                        votes.add(blank);
                    }
                }
            }
            if let (Some(statement), false) = (statement, pairs.is_empty()) {
                let gap = statement.lines.end..self.statement(pairs.start).leading.start;
                let blank = self.has_blank_line(gap);
                below_class.add(blank);
                if same_path {
                    below_alike.add(blank);
                }
            }
        }
        let between_keys = mine
            .verdict()
            .or_else(|| alike.verdict())
            .or_else(|| class.verdict())
            .unwrap_or_else(|| !element && self.blank_above_headers());
        let below_header = below_alike.verdict().or_else(|| below_class.verdict()).unwrap_or(between_keys);
        Habit { between_keys, below_header }
    }

    /// Whether headers have a blank line above them.
    pub(super) fn blank_above_headers(&self) -> bool {
        let mut votes = Votes::default();
        for at in self.headers().filter(|at| *at > 0) {
            let gap = self.statement(at - 1).lines.end..self.statement(at).leading.start;
            votes.add(self.has_blank_line(gap));
        }
        votes.verdict().unwrap_or(true)
    }

    /// The headers, by statement.
    pub(super) fn headers(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.tree.statements.len()).filter(|at| self.statement(*at).kind != StatementKind::Pair)
    }

    /// The indentation of a statement's line.
    pub(super) fn indentation(&self, at: usize) -> &str {
        let statement = self.statement(at);
        &self.text[statement.lines.start..statement.body.start]
    }

    /// Lines (each with its line break) put at a spot. `key` says that they are a key of the section there and not a header;
    /// `blank` whether a blank line keeps them from their neighbours.
    pub(super) fn insert_lines(&self, spot: Spot, lines: &str, key: bool, blank: bool) -> Splice {
        let start = text_start(&self.text);
        let end = self.text.len();
        let (at, blank_above) = match spot {
            Spot::Above(below) => {
                let statement = self.statement(below);
                // Comments at the very top speak of the file, and `#:schema` counts only there.
                let file_comment = statement.leading.start == start && !statement.leading.is_empty();
                let at = if file_comment { statement.lines.start } else { statement.leading.start };
                let under_pair = below > 0 && self.statement(below - 1).kind == StatementKind::Pair;
                (at, blank && !file_comment && (under_pair || !key))
            }
            Spot::Below(above) => {
                let limit = self.tree.statements.get(above + 1).map_or(end, |next| next.leading.start);
                (self.pass_comments(self.statement(above).lines.end, limit), blank)
            }
            Spot::End => (end, blank),
            Spot::BelowHeader(header) => {
                let next = self.tree.statements.get(header + 1);
                let limit = next.map_or(end, |next| next.leading.start);
                let at = self.pass_comments(self.statement(header).lines.end, limit);
                let commented = at > self.statement(header).lines.end;
                (at, self.habit(Some(header)).below_header || (commented && blank))
            }
            Spot::BehindSection(header) => {
                let next = self.tree.statements.get(self.tree.pairs(Some(header)).end);
                let at = next.map_or(end, |next| self.pass_comments(self.section_end(header), next.leading.start));
                (at, blank)
            }
            Spot::Top => {
                let at = self.tree.statements.first().map_or(end, |first| {
                    if first.leading.start == start { first.lines.start } else { first.leading.start }
                });
                (at, true)
            }
        };
        let newline = self.newline();
        let mut text = String::with_capacity(lines.len() + 2 * newline.len());
        let above = &self.text[start..at];
        if !above.is_empty() && !above.ends_with('\n') {
            text.push_str(newline);
        }
        if blank_above && !above.is_empty() && !ends_blank(above) {
            text.push_str(newline);
        }
        text.push_str(lines);
        let rest = &self.text[at..];
        let header_below = key && self.next_is_header(at);
        let blank_below = if header_below { self.blank_above_headers() } else { blank };
        if blank_below && !rest.is_empty() && !begins_blank(rest) {
            text.push_str(newline);
        }
        if self.unfinished
            && rest.is_empty()
            && let Some(kept) = text.strip_suffix(newline)
        {
            // A file without a final line break keeps having none.
            text.truncate(kept.len());
        }
        Splice::insert(at, text)
    }

    fn next_is_header(&self, at: usize) -> bool {
        self.tree
            .statements
            .iter()
            .find(|statement| statement.lines.start >= at)
            .is_some_and(|statement| statement.kind != StatementKind::Pair)
    }

    /// Over the comment lines that begin right here, up to a limit.
    fn pass_comments(&self, from: usize, limit: usize) -> usize {
        let mut at = from;
        while at < limit {
            let line_end = self.text[at..limit].find('\n').map_or(limit, |newline| at + newline + 1);
            if !self.text[at..line_end].trim_start().starts_with('#') {
                break;
            }
            at = line_end;
        }
        at
    }

    /// Takes out ranges of whole lines, each with at most one of the blank lines that kept it from its neighbours. At
    /// `joined` the lines above and below are to meet without a blank line.
    pub(super) fn remove_lines(&self, ranges: Vec<Range<usize>>, joined: Option<usize>) -> Vec<Splice> {
        let start = text_start(&self.text);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in union(ranges) {
            match merged.last_mut() {
                // Blank lines between lines that go are no one's.
                Some(last) if self.text[last.end..range.start].trim().is_empty() => last.end = range.end,
                _ => merged.push(range),
            }
        }
        let spaced = merged.into_iter().map(|range| {
            let above = &self.text[start..range.start];
            let rest = &self.text[range.end..];
            let blank_below = begins_blank(rest);
            if ends_blank(above) && (blank_below || rest.is_empty()) {
                start + last_line(above)..range.end
            } else if blank_below && (above.is_empty() || joined == Some(range.start)) {
                let length = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
                range.start..range.end + length
            } else {
                range
            }
        });
        let mut ranges: Vec<Range<usize>> = spaced.collect();
        if self.unfinished {
            // A file without a final line break keeps having none, nor the blank lines that are now its end.
            let mut end = self.text.len();
            while let Some(last) = ranges.pop_if(|last| last.end >= end) {
                end = start + without_last_breaks(&self.text[start..last.start]).len();
            }
            ranges.push(end..self.text.len());
        }
        union(ranges).into_iter().map(Splice::remove).collect()
    }
}

/// The text without the line break at its end and the blank lines before that.
fn without_last_breaks(text: &str) -> &str {
    let mut kept = text;
    while let Some(line) = kept.strip_suffix('\n') {
        kept = line.strip_suffix('\r').unwrap_or(line);
        let start = kept.rfind('\n').map_or(0, |newline| newline + 1);
        if kept[start..].trim().is_empty() {
            kept = &kept[..start];
        }
    }
    kept
}

/// Where the last line begins.
fn last_line(text: &str) -> usize {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Whether the last line is a blank one. An empty text has no line.
fn ends_blank(text: &str) -> bool {
    text.ends_with('\n') && text[last_line(text)..].trim().is_empty()
}

/// Whether the first line is a blank one. An empty text has no line.
fn begins_blank(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.trim().is_empty())
}

//! Entries between brackets and braces: elements of `[…]`, keys of `{…}`. Lists that are broken into lines stay so, with
//! their indentation, comments, and habit of a trailing comma.

use std::ops::Range;

use super::splice::Splice;
use crate::document::tree::line_start;

/// A list or table between brackets or braces, and the text around it.
pub(super) struct Bracketed<'t> {
    pub(super) text: &'t str,
    pub(super) newline: &'static str,
    /// Brackets included.
    pub(super) span: Range<usize>,
    /// In order of text.
    pub(super) entries: Vec<Range<usize>>,
    /// Whether a space belongs inside the brackets of what has had no entry yet: `{ a = 1 }`.
    pub(super) padded: bool,
}

impl Bracketed<'_> {
    /// Puts an entry before the one that has the index, or at the end.
    pub(super) fn insert(&self, index: usize, entry: &str) -> Vec<Splice> {
        if self.entries.is_empty() {
            return vec![self.insert_first(entry)];
        }
        let inner = self.inner();
        let broken = self.gaps().any(|gap| self.text[gap].contains('\n'));
        let Some(previous) = index.checked_sub(1) else {
            let first = self.entries[0].start;
            let rest_of_line = self.pass_comment(inner.start);
            return vec![if broken && self.at_line_end(rest_of_line) {
                let line = format!("{}{}{entry},", self.newline, self.indent(0));
                Splice::insert(rest_of_line, line)
            } else {
                Splice::insert(first, format!("{entry}, "))
            }];
        };
        let before = self.entries[previous].end;
        let next = self.entries.get(index).map(|next| next.start);
        let comma = comma(self.text, before..next.unwrap_or(inner.end));
        let behind = comma.map_or(before, |comma| comma + 1);
        let rest_of_line = self.pass_comment(behind);
        if broken && self.at_line_end(rest_of_line) {
            let own_comma = if comma.is_some() { "," } else { "" };
            let line = format!("{}{}{entry}{own_comma}", self.newline, self.indent(previous));
            let mut splices = Vec::new();
            if comma.is_none() {
                splices.push(Splice::insert(before, ","));
            }
            splices.push(Splice::insert(rest_of_line, line));
            return splices;
        }
        vec![match (next, comma) {
            (Some(next), _) => Splice::insert(next, format!("{entry}, ")),
            (None, Some(comma)) => Splice::insert(comma + 1, format!(" {entry},")),
            (None, None) if broken && self.own_line(previous).is_some() => {
                let line = format!(",{}{}{entry}", self.newline, self.indent(previous));
                Splice::insert(before, line)
            }
            (None, None) => Splice::insert(before, format!(", {entry}")),
        }]
    }

    fn insert_first(&self, entry: &str) -> Splice {
        let inner = self.inner();
        let interior = &self.text[inner.clone()];
        if interior.contains('\n') {
            // Behind what comments there are, above the closing bracket, which is alone on its line.
            let line = line_start(self.text, inner.end);
            let indent = self.line_indent(inner.end);
            let text = format!("{indent}    {entry},{}", self.newline);
            return Splice::insert(line, text);
        }
        if self.padded { Splice::replace(inner, format!(" {entry} ")) } else { Splice::replace(inner, entry) }
    }

    /// Takes an entry out, with the comment behind it; comments above it stay.
    pub(super) fn remove(&self, index: usize) -> Vec<Splice> {
        let inner = self.inner();
        let entry = &self.entries[index];
        let last = index + 1 == self.entries.len();
        let next = self.entries.get(index + 1).map_or(inner.end, |next| next.start);
        let before = index.checked_sub(1).map(|previous| {
            let gap = self.entries[previous].end..entry.start;
            comma(self.text, gap).unwrap_or(entry.start)
        });
        let comma = comma(self.text, entry.end..next);
        let behind = comma.map_or(entry.end, |comma| comma + 1);
        let rest_of_line = self.pass_comment(behind);
        if let Some(line) = self.own_line(index)
            && self.at_line_end(rest_of_line)
        {
            let line_end =
                self.text[rest_of_line..].find('\n').map_or(self.text.len(), |newline| rest_of_line + newline + 1);
            let mut splices = Vec::new();
            if let (None, Some(before)) = (comma, before) {
                splices.push(Splice::remove(before..before + 1));
            }
            splices.push(Splice::remove(line..line_end));
            return splices;
        }
        let commented = |range: Range<usize>| self.text[range].contains('#');
        match (before, comma) {
            // The only one: nothing is left to keep apart.
            (None, _) if last => {
                let blank = !self.text[inner.start..entry.start].contains(['#', '\n'])
                    && !self.text[behind..inner.end].contains(['#', '\n']);
                vec![Splice::remove(if blank { inner } else { entry.start..behind })]
            }
            (Some(before), Some(comma)) if last && !commented(before + 1..entry.start) => {
                vec![Splice::remove(before + 1..comma + 1)]
            }
            (Some(before), None) if !commented(before + 1..entry.start) => {
                vec![Splice::remove(before..entry.end)]
            }
            (Some(before), None) => vec![Splice::remove(before..before + 1), Splice::remove(entry.clone())],
            (_, Some(_)) => {
                let spaces = blanks(&self.text[behind..]);
                if self.at_line_end(behind + spaces) {
                    let kept = self.text[..entry.start].trim_end_matches([' ', '\t']).len();
                    vec![Splice::remove(kept.max(inner.start)..behind)]
                } else {
                    vec![Splice::remove(entry.start..behind + spaces)]
                }
            }
            (None, None) => vec![Splice::remove(entry.clone())],
        }
    }

    fn inner(&self) -> Range<usize> {
        self.span.start + 1..self.span.end - 1
    }

    /// What lies between the entries, and between them and the brackets.
    fn gaps(&self) -> impl Iterator<Item = Range<usize>> {
        let inner = self.inner();
        let starts = std::iter::once(inner.start).chain(self.entries.iter().map(|e| e.end));
        let ends = self.entries.iter().map(|e| e.start).chain([inner.end]);
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// Over blanks and a comment, to where the line ends or the next thing stands.
    fn pass_comment(&self, from: usize) -> usize {
        let at = from + blanks(&self.text[from..]);
        if !self.text[at..].starts_with('#') {
            return if self.at_line_end(at) { at } else { from };
        }
        let length = self.text[at..].find('\n').unwrap_or(self.text.len() - at);
        at + self.text[at..at + length].trim_end_matches('\r').len()
    }

    fn at_line_end(&self, at: usize) -> bool {
        self.text[at..].starts_with('\n') || self.text[at..].starts_with("\r\n")
    }

    /// Where the entry's line begins, when nothing but blanks stands before it on that line.
    fn own_line(&self, index: usize) -> Option<usize> {
        let start = self.entries[index].start;
        let line = line_start(self.text, start);
        let blank = self.text[line..start].trim_matches([' ', '\t']).is_empty();
        (blank && line > self.span.start).then_some(line)
    }

    fn line_indent(&self, at: usize) -> &str {
        let line = line_start(self.text, at);
        &self.text[line..line + blanks(&self.text[line..])]
    }

    /// The indentation of an entry's line, or that which an entry of its own line would have.
    fn indent(&self, near: usize) -> String {
        let others = (0..self.entries.len()).rev();
        let own = std::iter::once(near).chain(others).find_map(|at| self.own_line(at).map(|_| self.entries[at].start));
        match own {
            Some(start) => self.line_indent(start).to_owned(),
            None => format!("{}    ", self.line_indent(self.span.start)),
        }
    }
}

/// How many blanks a text begins with.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The comma between two entries; those in comments do not count.
fn comma(text: &str, gap: Range<usize>) -> Option<usize> {
    let mut comment = false;
    for (at, byte) in text[gap.clone()].bytes().enumerate() {
        match byte {
            b'#' => comment = true,
            b'\n' => comment = false,
            b',' if !comment => return Some(gap.start + at),
            _ => {}
        }
    }
    None
}

//! Where a byte range of a text is, in lines and columns; made once a text, so that very many can be asked for.
//!
//! Never reads the text again from its start: a file of a hundred thousand findings, or of one endless line, would take hours.

use std::ops::Range;

/// Where something is: lines and columns from 1, columns in characters; the end is behind the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line it starts on.
    pub line: usize,
    /// The column it starts at.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
}

/// How many bytes of a line are counted anew for a place in it.
const STEP: usize = 256;

/// A known place on the way through the text.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: usize,
    line: usize,
    column: usize,
}

/// The lines of a text.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    /// Where each line starts, in bytes.
    starts: Vec<usize>,
    /// Every start of a line, and places on long ones.
    marks: Vec<Mark>,
}

impl<'t> Lines<'t> {
    /// Goes through a text once.
    pub fn of(text: &'t str) -> Self {
        let (mut starts, mut marks) = (vec![0], vec![Mark { offset: 0, line: 1, column: 1 }]);
        let (mut line, mut column, mut since) = (1, 1, 0);
        for (offset, c) in text.char_indices() {
            if offset - since >= STEP {
                marks.push(Mark { offset, line, column });
                since = offset;
            }
            // A byte order mark takes no column.
            column += usize::from(c != '\u{feff}');
            if c == '\n' {
                (line, column, since) = (line + 1, 1, offset + 1);
                starts.push(since);
                marks.push(Mark { offset: since, line, column });
            }
        }
        Self { text, starts, marks }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The place of a byte range. A range beyond the text or inside a character is moved to the nearest place before it.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let start = self.boundary(span.start);
        let end = self.boundary(span.end.max(span.start)).max(start);
        let (line, column) = self.position(start);
        let (end_line, end_column) = self.position(end);
        Place { line, column, end_line, end_column }
    }

    /// The bytes of a line that holds an offset, without its line break.
    pub fn around(&self, offset: usize) -> Range<usize> {
        let next = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[next - 1];
        let end = self.starts.get(next).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }

    /// The nearest place between characters, at an offset or before it.
    pub fn boundary(&self, offset: usize) -> usize {
        (0..=offset.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let next = self.marks.partition_point(|mark| mark.offset <= offset);
        let mark = self.marks[next - 1];
        let more = self.text[mark.offset..offset].chars().filter(|c| *c != '\u{feff}').count();
        (mark.line, mark.column + more)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_what_counting_from_the_start_gives(
            text in prop_oneof![any::<String>(), "(\u{feff})?[a-cé障\r\n]{0,80}", "[a-cé\n]{300,900}"],
            start in 0_usize..1000,
            length in 0_usize..1000,
        ) {
            let lines = Lines::of(&text);
            let count = |offset: usize| {
                let before = &text[..lines.boundary(offset)];
                let line_start = before.rfind('\n').map_or(0, |end| end + 1);
                let column = before[line_start..].chars().filter(|c| *c != '\u{feff}').count() + 1;
                (before.matches('\n').count() + 1, column)
            };
            let place = lines.place(&(start..start + length));
            prop_assert_eq!((place.line, place.column), count(start));
            prop_assert_eq!((place.end_line, place.end_column), count(start + length));
            let line = lines.around(lines.boundary(start));
            prop_assert!(!text[line.clone()].contains('\n'));
            prop_assert!(line.start == 0 || text[..line.start].ends_with('\n'));
        }
    }
}

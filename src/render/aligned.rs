//! Aligned columns of plain text, one line a row: what lists print where there is no terminal.
//!
//! Lists may have very many rows, so the cells of many are kept in one text, and all cores write them.

use std::fmt::{Display, Write as _};

use rayon::prelude::{IntoParallelRefIterator as _, ParallelIterator as _};
use unicode_width::UnicodeWidthStr as _;

/// How many rows one core writes before it takes some more.
const SHARE: usize = 512;

/// How many blanks stand between two columns.
const GAP: usize = 2;

/// The cells of some rows, which are filled from left to right.
#[derive(Default)]
pub struct Cells {
    text: String,
    /// Where each cell ends in the text, and its width in columns of a terminal.
    cells: Vec<(usize, usize)>,
}

impl Cells {
    /// The next cell. Its text has been made safe to show.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
        let width = if text.is_ascii() { text.len() } else { text.width() };
        self.cells.push((self.text.len(), width));
    }

    /// The next cell, `–` when it is empty, so that programs that split at blanks find every column.
    pub fn dashed(&mut self, text: &str) {
        self.text(if text.is_empty() { "–" } else { text });
    }

    /// The next cell: a number or a date, `–` for none.
    pub fn shown(&mut self, value: Option<impl Display>) {
        let Some(value) = value else { return self.dashed("") };
        let start = self.text.len();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
        self.cells.push((self.text.len(), self.text.len() - start));
    }

    /// The cells as lines, each as wide as its column but for the blanks at the end of a line.
    fn lines(&self, widths: &[usize]) -> String {
        let line = widths.iter().map(|width| width + GAP).sum::<usize>() + 1;
        let mut out = String::with_capacity(line * (self.cells.len() / widths.len().max(1)));
        let mut start = 0;
        for row in self.cells.chunks(widths.len()) {
            let mut missing = 0;
            for ((end, width), column) in row.iter().zip(widths) {
                if *end > start {
                    out.extend(std::iter::repeat_n(' ', missing));
                    out.push_str(&self.text[start..*end]);
                    missing = 0;
                }
                start = *end;
                missing += column.saturating_sub(*width) + GAP;
            }
            out.push('\n');
        }
        out
    }
}

/// Rows under one heading; without one when the list is not divided.
pub type Block<'a, T> = (Option<String>, Vec<&'a T>);

/// The blocks as text, each with its heading and the names of the columns above it. `fill` puts as many cells as there
/// are columns.
pub fn aligned<T: Sync>(heads: &[&str], blocks: &[Block<'_, T>], fill: impl Fn(&T, &mut Cells) + Sync) -> String {
    let filled = |rows: &&[&T]| {
        let mut cells = Cells::default();
        rows.iter().for_each(|row| fill(row, &mut cells));
        cells
    };
    let shares: Vec<Vec<&[&T]>> = blocks.iter().map(|(_, rows)| rows.chunks(SHARE).collect()).collect();
    let filled: Vec<Vec<Cells>> = shares.iter().map(|shares| on_all_cores(shares, filled)).collect();
    let mut top = Cells::default();
    for head in heads {
        top.text(head);
    }
    let mut widths = vec![0; heads.len()];
    for cells in std::iter::once(&top).chain(filled.iter().flatten()) {
        for row in cells.cells.chunks(heads.len()) {
            for (widest, (_, width)) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(*width);
            }
        }
    }
    let lines: usize = blocks.iter().map(|(_, rows)| rows.len() + 3).sum();
    let mut out = String::with_capacity(lines * (widths.iter().sum::<usize>() + GAP * widths.len()));
    for (index, ((heading, _), shares)) in blocks.iter().zip(&filled).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if let Some(heading) = heading {
            out.extend([heading.as_str(), "\n"]);
        }
        out.push_str(&top.lines(&widths));
        out.extend(on_all_cores(shares, |cells| cells.lines(&widths)));
    }
    out
}

fn on_all_cores<I: Sync, O: Send>(items: &[I], each: impl Fn(&I) -> O + Send + Sync) -> Vec<O> {
    if items.len() < 2 { items.iter().map(each).collect() } else { items.par_iter().map(each).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_lines_end_without_blanks() {
        let rows = [("k7fq", Some(12), "障害"), ("", None, ""), ("long-one", Some(3), "x")];
        let refs: Vec<&(&str, Option<i32>, &str)> = rows.iter().collect();
        let fill = |row: &(&str, Option<i32>, &str), cells: &mut Cells| {
            cells.dashed(row.0);
            cells.shown(row.1);
            cells.text(row.2);
        };
        let blocks =
            [(Some("Some: 2".to_owned()), refs[..2].to_vec()), (Some("One: 1".to_owned()), refs[2..].to_vec())];
        assert_eq!(
            aligned(&["ID", "DAYS", "WHAT"], &blocks, fill),
            "Some: 2\nID        DAYS  WHAT\nk7fq      12    障害\n–         –\n\nOne: 1\nID        DAYS  WHAT\nlong-one  3     x\n"
        );
        assert_eq!(
            aligned(&["ID", "DAYS", "WHAT"], &[(None, vec![&rows[0]])], fill),
            "ID    DAYS  WHAT\nk7fq  12    障害\n"
        );
    }

    #[test]
    fn very_many_rows_keep_their_order() {
        let rows: Vec<usize> = (0..3 * SHARE).collect();
        let text = aligned(&["N"], &[(None, rows.iter().collect())], |row, cells| cells.shown(Some(row)));
        let read: Vec<usize> = text.lines().skip(1).map(|line| line.parse().expect("a number")).collect();
        assert_eq!(read, rows);
    }
}

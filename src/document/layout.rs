//! What the caller knows of the canonical form of *new* text: order of keys, and how a value is written.
//!
//! Nothing here moves or restyles text that is already there.

/// How a new value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Within brackets on the key's line: `["a", "b"]`, `{ a = 1 }`, `[{ a = 1 }]`.
    #[cfg_attr(not(test), expect(dead_code, reason = "records have no such key, other layouts do"))]
    Inline,
    /// A plain value on the key's line; a line break in a string is written `\n`.
    OneLine,
    /// A string with line breaks is written between `"""`, first line below the quotes; one without stays on the key's line.
    Prose,
    /// A list of tables is written as one `[[key]]` block an element, a table as a `[key]` block.
    /// Other lists are written within brackets.
    List,
}

/// Canonical places and styles, by the keys of a path with positions dropped (`["impact", "users", "affected"]`).
pub trait Layout {
    /// The place in the canonical order of all keys and tables of the document, a table before the keys in it.
    /// `None` for a key it does not know: that goes after the known ones of its table.
    fn rank(&self, path: &[&str]) -> Option<usize>;

    /// How a new value at this path is written.
    fn style(&self, path: &[&str]) -> Style;
}

/// The layout of a document nothing is known about: no order, lists of tables as blocks, prose where there are line breaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl Layout for Plain {
    fn rank(&self, _: &[&str]) -> Option<usize> {
        None
    }

    fn style(&self, _: &[&str]) -> Style {
        Style::Prose
    }
}

/// The rank of the longest part of the path that has one and is longer than `above`: an unknown key ranks with the table it
/// is in. `above` is the length of the path of a table, when only what is in it is compared.
pub(super) fn order(layout: &dyn Layout, path: &[&str], above: usize) -> Option<usize> {
    (above + 1..=path.len()).rev().find_map(|length| layout.rank(&path[..length]))
}

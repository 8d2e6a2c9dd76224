//! A document: the exact text of a TOML file, with what it says and where it says it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::{Table, Value};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::path::Path;
use super::tree::{Form, LazyTree, NodeId, Statement, StatementKind, text_start};
use super::values;
use crate::record::Record;

/// One thing that makes a text no TOML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// Where, in bytes of the text; may be empty.
    pub span: Range<usize>,
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnding {
    /// `\n`; also that of a text without a line break.
    Lf,
    /// `\r\n`.
    Crlf,
}

impl LineEnding {
    /// The characters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
        }
    }

    fn of(text: &str) -> Self {
        let all = text.bytes().filter(|byte| *byte == b'\n').count();
        let crlf = text.match_indices('\r').filter(|(at, _)| text[at + 1..].starts_with('\n')).count();
        if crlf * 2 > all { Self::Crlf } else { Self::Lf }
    }
}

/// The exact text of a valid TOML file. Edits give a new document; outside the bytes an edit means to change, nothing moves.
///
/// All offsets are bytes of [`Document::text`], a byte order mark included.
#[derive(Clone)]
pub struct Document {
    pub(super) text: String,
    pub(super) line_ending: LineEnding,
    /// Whether the last line has no line break; an edit that empties the text remembers it.
    pub(super) unfinished: bool,
    pub(super) values: Arc<Table>,
    pub(super) tree: LazyTree,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.text).finish()
    }
}

impl Document {
    /// Reads a text; on failure all that is wrong with it, in order of place.
    pub fn parse(text: impl Into<String>) -> Result<Self, Vec<SyntaxError>> {
        let text = text.into();
        let values = values::read(&text)?;
        Ok(Self {
            line_ending: LineEnding::of(&text),
            unfinished: text.len() > text_start(&text) && !text.ends_with('\n'),
            tree: LazyTree::of(&text),
            values: Arc::new(values),
            text,
        })
    }

    /// Does now what the first edit would wait for.
    pub fn prepare(&self) {
        let _: &super::tree::Tree = &self.tree;
    }

    /// The text and its values.
    pub fn into_parts(self) -> (String, Arc<Table>) {
        (self.text, self.values)
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What most lines end with, and every line an edit writes.
    pub fn line_ending(&self) -> LineEnding {
        self.line_ending
    }

    /// The record of its values, which the two share: those of a long timeline are too many to copy.
    pub fn record(&self) -> Record {
        Record::new(Arc::clone(&self.values))
    }

    /// All values. Line breaks in strings are `\n`, however the file writes them.
    pub fn values(&self) -> &Table {
        &self.values
    }

    /// Headers and pairs in order of text.
    pub fn statements(&self) -> &[Statement] {
        &self.tree.statements
    }

    /// All comments, from their `#` on, in order of text.
    pub fn comments(&self) -> Vec<&str> {
        let comments = Source::new(&self.text).lex().filter(|token| token.kind() == TokenKind::Comment);
        comments.filter_map(|token| self.text.get(token.span().start()..token.span().end())).collect()
    }

    /// A copy of the value at a path; the whole document at the root.
    #[cfg_attr(not(any(test, fuzzing)), expect(dead_code, reason = "merging records builds on it"))]
    pub fn get(&self, path: &Path) -> Option<Value> {
        if path.is_root() {
            return Some(Value::Table(Table::clone(&self.values)));
        }
        self.value(path).cloned()
    }

    /// The value at a path; `None` at the root, which is [`Document::values`].
    pub fn value(&self, path: &Path) -> Option<&Value> {
        values::find(&self.values, path.steps())
    }

    /// Whether there is a value at a path.
    pub fn contains(&self, path: &Path) -> bool {
        self.tree.find(path).is_some()
    }

    /// How many elements the list at a path has; `None` when there is no list.
    pub fn len_of(&self, path: &Path) -> Option<usize> {
        self.value(path)?.as_array().map(Vec::len)
    }

    /// Where the value at a path is written. For a table with a header that is the header, for a table or list without text
    /// of its own the first text that makes it.
    #[cfg_attr(not(any(test, fuzzing)), expect(dead_code, reason = "merging records builds on it"))]
    pub fn span_of(&self, path: &Path) -> Option<Range<usize>> {
        self.tree.find(path).map(|node| self.tree.nodes[node].span.clone())
    }

    /// Where the key of the value at a path is written (its own part of a dotted key); `None` for an element in brackets.
    #[cfg_attr(not(test), expect(dead_code, reason = "merging records builds on it"))]
    pub fn key_span_of(&self, path: &Path) -> Option<Range<usize>> {
        self.tree.find(path).and_then(|node| self.tree.nodes[node].key.clone())
    }

    /// All the text that belongs to the value at a path, in order: whole lines of statements, with a table the lines of
    /// everything in it, with a header the comment lines directly above. Within brackets it is the entry alone.
    pub fn regions_of(&self, path: &Path) -> Vec<Range<usize>> {
        let Some(node) = self.tree.find(path) else {
            return Vec::new();
        };
        if self.bracket(node).is_some() {
            return vec![self.tree.nodes[node].entry.clone()];
        }
        self.statements_of(node)
            .into_iter()
            .map(|at| {
                let statement = &self.tree.statements[at];
                match statement.kind {
                    StatementKind::Pair => statement.leading.start..statement.lines.end,
                    _ => statement.leading.start..self.section_end(at),
                }
            })
            .collect()
    }

    /// 1-based line, and column in characters, of a byte offset. A byte order mark takes no column; offsets beyond the end
    /// are taken for the end, offsets within a character for its beginning.
    #[cfg_attr(not(test), expect(dead_code, reason = "merging records builds on it"))]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        line_column(&self.text, offset)
    }

    /// The nearest node around, itself included, that has brackets or braces around the given one.
    pub(super) fn bracket(&self, node: NodeId) -> Option<NodeId> {
        let mut at = self.tree.nodes[node].parent;
        while self.tree.nodes[at].form == Form::Dotted {
            at = self.tree.nodes[at].parent;
        }
        matches!(self.tree.nodes[at].form, Form::Array | Form::Inline).then_some(at)
    }

    /// The statements that a node consists of: headers, and pairs that stand under none of these headers.
    pub(super) fn statements_of(&self, node: NodeId) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .tree
            .within(node)
            .into_iter()
            .filter(|at| {
                let node = &self.tree.nodes[*at];
                !matches!(node.form, Form::Dotted | Form::Implied | Form::Tables)
            })
            .map(|at| self.tree.nodes[at].statement)
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut kept: Vec<usize> = Vec::new();
        for at in found {
            let pair = self.tree.statements[at].kind == StatementKind::Pair;
            let covered = kept.last().is_some_and(|last| {
                self.tree.statements[*last].kind != StatementKind::Pair && self.tree.pairs(Some(*last)).contains(&at)
            });
            if !(pair && covered) {
                kept.push(at);
            }
        }
        kept
    }

    /// Where the last line of a header's pairs ends.
    pub(super) fn section_end(&self, header: usize) -> usize {
        let pairs = self.tree.pairs(Some(header));
        self.tree.statements[pairs.end - 1].lines.end
    }
}

/// 1-based line, and column in characters, of a byte offset of any text; see [`Document::line_column`].
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (line, column)
}

//! Taking out keys, elements and whole tables.

use super::EditError;
use super::entries::Bracketed;
use super::lines::begins_blank;
use super::splice::Splice;
use crate::document::path::{Path, Step};
use crate::document::text::Document;
use crate::document::tree::{Form, Kind, NodeId};

impl Document {
    pub(super) fn clear_unchecked(&self, path: &Path) -> Result<Self, EditError> {
        let (node, depth) = self.tree.deepest(path);
        if depth < path.steps().len() {
            return Err(self.astray(node, depth, path));
        }
        if let Some(bracket) = self.bracket(node) {
            return self.clear_entries(bracket, node, path);
        }
        let ranges = self.statements_of(node).into_iter().map(|at| {
            let statement = &self.tree.statements[at];
            if statement.kind == Kind::Pair {
                return statement.lines.clone();
            }
            let end = self.section_end(at);
            if !self.heads_a_list(at, node) {
                return statement.leading.start..end;
            }
            // The comment above goes on to head the next element, so it must not be parted from it.
            let commented = !statement.leading.is_empty();
            let rest = &self.text[end..];
            let blank = if commented && begins_blank(rest) {
                rest.find('\n').map_or(rest.len(), |newline| newline + 1)
            } else {
                0
            };
            statement.lines.start..end + blank
        });
        let splices = self.remove_lines(ranges.collect());
        self.spliced(path, splices)
    }

    /// Whether the header is that of the first of several elements, and only this one goes.
    fn heads_a_list(&self, header: usize, node: NodeId) -> bool {
        let this = &self.tree.nodes[node];
        let list = &self.tree.nodes[this.parent];
        this.statement == header && this.step == Step::Index(0) && list.form == Form::Tables && list.children.len() > 1
    }

    /// Entries go one by one: a table of dotted keys within braces has several.
    fn clear_entries(&self, bracket: NodeId, node: NodeId, path: &Path) -> Result<Self, EditError> {
        let entries = self.tree.entries(bracket);
        let within = self.tree.within(node);
        let Some(last) = entries.iter().rposition(|entry| within.contains(entry)) else {
            return Ok(self.clone());
        };
        let splices: Vec<Splice> = self.bracketed(bracket).remove(last);
        let edited = self.spliced(path, splices)?;
        // The others come before it in the text, so the node is still found by its path as long as any is left.
        match edited.tree.find(path) {
            Some(rest) if self.tree.nodes[node].form == Form::Dotted => {
                let bracket = edited.bracket(rest);
                bracket.map_or(Ok(edited.clone()), |bracket| edited.clear_entries(bracket, rest, path))
            }
            _ => Ok(edited),
        }
    }

    /// The brackets or braces of a node, with their entries.
    pub(super) fn bracketed(&self, node: NodeId) -> Bracketed<'_> {
        let entries = self.tree.entries(node);
        Bracketed {
            text: &self.text,
            newline: self.line_ending.as_str(),
            span: self.tree.nodes[node].span.clone(),
            entries: entries.into_iter().map(|entry| self.tree.nodes[entry].entry.clone()).collect(),
            padded: self.tree.nodes[node].form == Form::Inline,
        }
    }
}

//! Taking out keys, elements and whole tables.

use super::EditError;
use super::entries::Bracketed;
use super::splice::Splice;
use crate::document::path::{Path, Step};
use crate::document::text::Document;
use crate::document::tree::{Form, NodeId, StatementKind};

impl Document {
    pub(super) fn clear_unchecked(&self, path: &Path) -> Result<Self, EditError> {
        let (node, depth) = self.tree.deepest(path);
        if depth < path.steps().len() {
            return Err(self.astray(node, depth, path));
        }
        if let Some(bracket) = self.bracket(node) {
            return self.clear_entries(bracket, node, path);
        }
        let heads = self.heads_a_list(node);
        let statements = self.statements_of(node);
        let ranges = statements.iter().map(|at| {
            let statement = &self.tree.statements[*at];
            match statement.kind {
                StatementKind::Pair => statement.lines.clone(),
                _ if heads && statements.first() == Some(at) => statement.lines.start..self.section_end(*at),
                _ => statement.leading.start..self.section_end(*at),
            }
        });
        // The comment of a list goes on to head the next element, where that follows, and must not be parted from it.
        let next = statements.last().and_then(|at| self.tree.statements.get(self.tree.pairs(Some(*at)).end));
        let joined = statements.first().filter(|_| heads).map(|at| &self.tree.statements[*at]).filter(|first| {
            let element = path.parent().map(|list| list.index(1));
            !first.leading.is_empty() && next.map(|next| &next.path) == element.as_ref()
        });
        let splices = self.remove_lines(ranges.collect(), joined.map(|first| first.lines.start));
        self.spliced(path, splices)
    }

    /// Whether a node is the first of several elements that are blocks.
    fn heads_a_list(&self, node: NodeId) -> bool {
        let this = &self.tree.nodes[node];
        let list = &self.tree.nodes[this.parent];
        this.step == Step::Index(0) && list.form == Form::Tables && list.children.len() > 1
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

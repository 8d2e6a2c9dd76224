//! Lists: adding an element, and changing one list into another by what differs.

use toml::{Table, Value};

use super::EditError;
use super::lines::Spot;
use crate::document::layout::Layout;
use crate::document::path::Path;
use crate::document::print;
use crate::document::text::Document;
use crate::document::tree::{Form, NodeId};
use crate::document::values;

impl Document {
    pub(super) fn insert_unchecked(
        &self,
        path: &Path,
        index: usize,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let (node, depth) = self.tree.deepest(path);
        if depth < path.steps().len() {
            if index > 0 {
                return Err(EditError::NoSuchElement { path: path.index(index), len: 0 });
            }
            let list = Value::Array(vec![value.clone()]);
            return self.set_unchecked(path, &list, layout);
        }
        let children = self.tree.nodes[node].children.len();
        match self.tree.nodes[node].form {
            Form::Array | Form::Tables if index > children => {
                Err(EditError::NoSuchElement { path: path.index(index), len: children })
            }
            Form::Array => {
                let text = self.element_text(node, index, value);
                self.spliced(path, self.bracketed(node).insert(index, &text))
            }
            Form::Tables => {
                let Value::Table(fields) = value else {
                    return Err(EditError::NotFields { path: path.clone() });
                };
                self.insert_block(node, path, index, fields, layout)
            }
            _ => {
                Err(EditError::NotAList { path: path.clone(), found: self.value(path).map_or("a table", values::kind) })
            }
        }
    }

    /// An element between brackets, in the quotes its neighbour has where they can hold it.
    fn element_text(&self, list: NodeId, index: usize, value: &Value) -> String {
        let children = &self.tree.nodes[list].children;
        let neighbour = children.get(index.saturating_sub(1)).or(children.last());
        let form = neighbour.map(|at| self.tree.nodes[*at].form);
        match form {
            Some(Form::Scalar(Some(encoding @ toml_parser::decoder::Encoding::LiteralString))) => {
                print::like(value, encoding, "", self.line_ending.as_str())
            }
            _ => print::one_line(value),
        }
    }

    fn insert_block(
        &self,
        list: NodeId,
        path: &Path,
        index: usize,
        fields: &Table,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let blocks = &self.tree.nodes[list].children;
        let next = blocks.get(index).map(|at| self.tree.nodes[*at].statement);
        let previous = blocks.last().map(|at| self.tree.nodes[*at].statement);
        let lines = self.block_lines(&path.generic(), true, fields, next.or(previous), layout);
        let blank = self.blank_above_headers();
        let splice = match next {
            Some(first) if index == 0 => self.insert_first_block(first, &lines, blank),
            Some(next) => self.insert_lines(Spot::Above(next), &lines, false, blank),
            None => {
                // Tables of the last element may stand further down, between other tables; the new one must follow them.
                let statements = blocks.last().map(|at| self.statements_of(*at)).unwrap_or_default();
                let end = statements.last().map_or(Spot::End, |at| Spot::BehindSection(*at));
                self.insert_lines(end, &lines, false, blank)
            }
        };
        self.spliced(path, vec![splice])
    }

    /// Changes a list within brackets, or one of blocks, into another: equal elements at both ends stay as they are.
    pub(super) fn change_list(
        &self,
        path: &Path,
        old: &[Value],
        new: &[Value],
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let head = old.iter().zip(new).take_while(|(old, new)| values::same(old, new)).count();
        let tail = old[head..]
            .iter()
            .rev()
            .zip(new[head..].iter().rev())
            .take_while(|(old, new)| values::same(old, new))
            .count();
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let both = old_end.min(new_end);
        let mut edited = self.clone();
        for (at, value) in new.iter().enumerate().take(both).skip(head) {
            edited = edited.set_unchecked(&path.index(at), value, layout)?;
        }
        for at in (both..old_end).rev() {
            edited = edited.clear_unchecked(&path.index(at))?;
        }
        for (at, value) in new.iter().enumerate().take(new_end).skip(both) {
            edited = edited.insert_unchecked(path, at, value, layout)?;
        }
        Ok(edited)
    }
}

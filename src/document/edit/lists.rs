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
        let like = blocks.get(index).or(blocks.last()).map(|at| self.tree.nodes[*at].statement);
        let lines = self.block_lines(&path.generic(), true, fields, like, layout);
        self.insert_lines_of_block(list, path, index, &lines)
    }

    /// Puts the lines of a block before the element that has the index, or at the end.
    fn insert_lines_of_block(&self, list: NodeId, path: &Path, index: usize, lines: &str) -> Result<Self, EditError> {
        let blocks = &self.tree.nodes[list].children;
        let next = blocks.get(index).map(|at| self.tree.nodes[*at].statement);
        let blank = self.blank_above_headers();
        let splice = match next {
            Some(first) if index == 0 => self.insert_first_block(first, lines, blank),
            Some(next) => self.insert_lines(Spot::Above(next), lines, false, blank),
            None => {
                // Tables of the last element may stand further down, between other tables; the new one must follow them.
                let statements = blocks.last().map(|at| self.statements_of(*at)).unwrap_or_default();
                let end = statements.last().map_or(Spot::End, |at| Spot::BehindSection(*at));
                self.insert_lines(end, lines, false, blank)
            }
        };
        self.spliced(path, vec![splice])
    }

    /// An element of a list taken from one place and put at another, `to` counted without it. A block keeps its text, and
    /// the comments directly above it but for those that head the list.
    pub(super) fn relocate_unchecked(
        &self,
        path: &Path,
        from: usize,
        to: usize,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let element = path.index(from);
        let no_such = || EditError::NoSuchElement { path: element.clone(), len: self.len_of(path).unwrap_or(0) };
        let node = self.tree.find(&element).ok_or_else(no_such)?;
        let value = self.value(&element).cloned().ok_or_else(no_such)?;
        let list = self.tree.nodes[node].parent;
        let without = self.clear_unchecked(&element)?;
        let target = without.tree.find(path);
        let (Form::Tables, Some(target)) = (self.tree.nodes[list].form, target) else {
            return without.insert_unchecked(path, to, &value, layout);
        };
        let regions = self.regions_of(&element);
        let header = &self.tree.statements[self.tree.nodes[node].statement];
        let mut lines = String::new();
        for (at, region) in regions.into_iter().enumerate() {
            // The comment above the first element heads the list and has stayed.
            let start = if at == 0 && from == 0 { header.lines.start } else { region.start };
            let text = self.text.get(start..region.end).unwrap_or_default();
            lines.push_str(text);
            if !text.ends_with('\n') {
                lines.push_str(self.line_ending.as_str());
            }
        }
        without.insert_lines_of_block(target, path, to, &lines)
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

#[cfg(test)]
mod tests {
    use crate::document::{Canonical, Document, Path};

    fn moved(text: &str, from: usize, to: usize) -> String {
        let document = Document::parse(text).expect("TOML");
        let list = Path::of(&["timeline"]);
        document.relocate(&list, from, to, &Canonical).expect("a move").text().to_owned()
    }

    const THREE: &str = "a = 1\n\n# the list\n[[timeline]]\nevent = \"one\"\n\n# of two\n[[timeline]]\n# inside\nevent = 'two'   # behind\n\n\
                         [[timeline]]\nevent = \"three\"\n\n[impact]\nb = 2\n";

    #[test]
    fn a_moved_block_takes_its_own_comments_and_its_own_spelling_along() {
        assert_eq!(
            moved(THREE, 1, 2),
            "a = 1\n\n# the list\n[[timeline]]\nevent = \"one\"\n\n[[timeline]]\nevent = \"three\"\n\n\
             # of two\n[[timeline]]\n# inside\nevent = 'two'   # behind\n\n[impact]\nb = 2\n"
        );
        assert_eq!(moved(&moved(THREE, 1, 2), 2, 1), THREE);
    }

    #[test]
    fn the_comment_that_heads_a_list_stays_at_its_head() {
        for (from, to) in [(0, 1), (0, 2), (2, 0), (1, 0)] {
            let text = moved(THREE, from, to);
            assert!(text.starts_with("a = 1\n\n# the list\n"), "{text}");
            let mut lines: Vec<&str> = text.lines().collect();
            let mut before: Vec<&str> = THREE.lines().collect();
            lines.sort_unstable();
            before.sort_unstable();
            assert_eq!(lines, before, "no line is lost");
        }
    }

    #[test]
    fn line_endings_and_a_missing_last_one_are_kept_in_order() {
        let text = "[[timeline]]\r\nevent = \"one\"\r\n\r\n[[timeline]]\r\nevent = \"two\"";
        assert_eq!(moved(text, 1, 0), "[[timeline]]\r\nevent = \"two\"\r\n\r\n[[timeline]]\r\nevent = \"one\"");
    }

    #[test]
    fn an_element_in_brackets_moves_too() {
        let text = "timeline = [\n    { event = \"one\" },\n    { event = \"two\" },   # second\n]\n";
        let text = moved(text, 0, 1);
        assert_eq!(text, "timeline = [\n    { event = \"two\" },   # second\n    { event = \"one\" },\n]\n");
        assert!(
            Document::parse(text)
                .is_ok_and(|document| { document.relocate(&Path::of(&["timeline"]), 5, 0, &Canonical).is_err() })
        );
    }
}

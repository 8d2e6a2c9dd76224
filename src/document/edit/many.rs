//! Many new elements of a list at once: one change of the text however many there are, where adding them one by one would
//! read the document again for each.

use toml::{Table, Value};

use super::EditError;
use super::lines::Spot;
use crate::document::layout::Layout;
use crate::document::path::Path;
use crate::document::text::Document;
use crate::document::tree::{Form, NodeId};
use crate::document::values;

impl Document {
    /// Adds tables to a list of tables, each before the element that has its 0-based index in the list as it is now, or at
    /// the end. Those of one index keep their order. The list is made when it is missing.
    pub fn insert_tables(
        &self,
        path: &Path,
        tables: &[(usize, Table)],
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let mut tables: Vec<(usize, Table)> = tables.to_vec();
        tables.sort_by_key(|(index, _)| *index);
        let Some(list) = self.tree.find(path).filter(|list| self.tree.nodes[*list].form == Form::Tables) else {
            return self.insert_one_by_one(path, tables, layout);
        };
        let splices = tables.chunk_by(|(one, _), (other, _)| one == other).map(|group| {
            let index = group[0].0;
            self.block_group(list, path, index, group, layout)
        });
        let edited = self.spliced(path, splices.collect::<Result<_, _>>()?)?;
        let mut expected = Table::clone(&self.values);
        // From the end, so that the indices of those before stay what they are.
        let made = tables
            .into_iter()
            .rev()
            .all(|(index, table)| values::insert(&mut expected, path, index, values::normal(&Value::Table(table))));
        edited.faithful(&expected, made, path)
    }

    /// A list that is missing is made as a whole; one between brackets is edited by element.
    fn insert_one_by_one(
        &self,
        path: &Path,
        tables: Vec<(usize, Table)>,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        if tables.is_empty() {
            return Ok(self.clone());
        }
        if !self.contains(path) {
            let list = tables.into_iter().map(|(_, table)| Value::Table(table)).collect();
            return self.set(path, &Value::Array(list), layout);
        }
        let numbered = tables.into_iter().enumerate();
        numbered.into_iter().try_fold(self.clone(), |document, (before, (index, table))| {
            document.insert(path, index + before, &Value::Table(table), layout)
        })
    }

    /// The splice that puts blocks before the element that has the index.
    fn block_group(
        &self,
        list: NodeId,
        path: &Path,
        index: usize,
        group: &[(usize, Table)],
        layout: &dyn Layout,
    ) -> Result<super::splice::Splice, EditError> {
        let children = &self.tree.nodes[list].children;
        if index > children.len() {
            return Err(EditError::NoSuchElement { path: path.index(index), len: children.len() });
        }
        let like = children.get(index).or(children.last()).map(|at| self.tree.nodes[*at].statement);
        let generic = path.generic();
        let blocks: Vec<String> = group
            .iter()
            .map(|(_, table)| match values::normal(&Value::Table(table.clone())) {
                Value::Table(fields) => self.block_lines(&generic, true, &fields, like, layout),
                _ => String::new(),
            })
            .collect();
        let lines = blocks.join(if self.blank_above_headers() { self.line_ending.as_str() } else { "" });
        Ok(self.blocks_before(list, index, &lines))
    }

    /// The splice that puts the lines of blocks before the element that has the index, or at the end.
    pub(super) fn blocks_before(&self, list: NodeId, index: usize, lines: &str) -> super::splice::Splice {
        let children = &self.tree.nodes[list].children;
        let blank = self.blank_above_headers();
        match children.get(index) {
            Some(next) if index == 0 => self.insert_first_block(self.tree.nodes[*next].statement, lines, blank),
            Some(next) => self.insert_lines(Spot::Above(self.tree.nodes[*next].statement), lines, false, blank),
            None => {
                let end = children.last().copied().unwrap_or(list);
                let statements = self.statements_of(end);
                let spot = Spot::BehindSection(statements.last().copied().unwrap_or_default());
                self.insert_lines(spot, lines, false, blank)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Canonical, Document, Path};

    use super::*;

    fn entry(event: &str) -> Table {
        Table::from_iter([("event".to_owned(), Value::from(event))])
    }

    #[test]
    fn many_at_once_come_to_what_one_by_one_comes_to() {
        let path = Path::of(&["timeline"]);
        for text in [
            "title = \"x\"\n",
            "title = \"x\"\n\n# the story\n[[timeline]]\nevent = \"a\"\n\n[[timeline]]\nevent = \"b\" # why\n\n[impact]\nsummary = \"y\"\n",
            "timeline = [{ event = \"a\" }, { event = \"b\" }]\n",
            "[[timeline]]\r\nevent = \"a\"\r\n[[timeline]]\r\nevent = \"b\"",
        ] {
            let document = Document::parse(text).expect("TOML");
            let len = document.len_of(&path).unwrap_or(0);
            let tables: Vec<(usize, Table)> = [(len, "z1"), (0, "p1"), (len.min(1), "m"), (len, "z2"), (0, "p2")]
                .map(|(at, event)| (at, entry(event)))
                .into();
            let many = document.insert_tables(&path, &tables, &Canonical).expect("an edit");
            let mut sorted = tables.clone();
            sorted.sort_by_key(|(at, _)| *at);
            let one_by_one = sorted.into_iter().enumerate().fold(document, |document, (before, (at, table))| {
                let place = if len == 0 { before } else { at + before };
                document.insert(&path, place, &Value::Table(table), &Canonical).expect("an edit")
            });
            assert_eq!(many.values(), one_by_one.values(), "{text}");
            assert_eq!(many.text(), one_by_one.text(), "{text}");
        }
    }

    #[test]
    fn an_index_beyond_the_list_is_refused() {
        let document = Document::parse("[[timeline]]\nevent = \"a\"\n").expect("TOML");
        let edited = document.insert_tables(&Path::of(&["timeline"]), &[(3, entry("b"))], &Canonical);
        assert!(matches!(edited, Err(EditError::NoSuchElement { len: 1, .. })));
    }
}

//! Taking over from another document what it says, in its words and with its comments: how a merge brings the other side's
//! work along.

use std::ops::Range;

use toml::{Table, Value};

use super::EditError;
use super::splice::{self, Splice};
use crate::document::layout::Layout;
use crate::document::path::Path;
use crate::document::text::{Document, LineEnding};
use crate::document::tree::{Form, Statement, StatementKind, text_start};
use crate::document::values;

/// An element of another document's list, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adopted {
    /// Its 0-based position in the other list.
    pub from: usize,
    /// Before the element of this list, as it is now, that has this 0-based position; or at the end.
    pub before: usize,
}

impl Document {
    /// Sets the value at a path to that of another document, and takes the spelling and the comments of it over: with a new
    /// key its comments too, and those of a changed one when `all` says that this document's are not to be kept.
    ///
    /// # Errors
    ///
    /// Those of [`Document::set`]. Where there is nothing to take over, nothing is changed.
    pub fn adopt(
        &self,
        path: &Path,
        from: &Self,
        at: &Path,
        all: bool,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let Some(value) = from.value(at) else { return Ok(self.clone()) };
        if let Value::Table(fields) = value
            && !fields.is_empty()
            && !self.contains(path)
            && from.tree.find(at).is_some_and(|node| from.tree.nodes[node].form != Form::Inline)
        {
            let mut edited = self.clone();
            for key in fields.keys() {
                edited = edited.adopt(&path.key(key), from, &at.key(key), all, layout)?;
            }
            return Ok(edited.with_header_comments(path, from, at));
        }
        if let Value::Array(items) = value
            && values::tables(value)
            && !self.contains(path)
        {
            let elements: Vec<Adopted> = (0..items.len()).map(|from| Adopted { from, before: 0 }).collect();
            return self.adopt_elements(path, from, at, &elements, layout);
        }
        let is_new = !self.contains(path);
        let edited = self.set(path, value, layout)?;
        Ok(edited.dressed(path, from, at, is_new || all).unwrap_or(edited))
    }

    /// Adds elements of another document's list of tables. A `[[list]]` block comes as it is written there, with the
    /// comments directly above it.
    pub fn adopt_elements(
        &self,
        path: &Path,
        from: &Self,
        at: &Path,
        elements: &[Adopted],
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let tables: Vec<(usize, Table)> = elements
            .iter()
            .filter_map(|element| Some((element.before, from.value(&at.index(element.from))?.as_table()?.clone())))
            .collect();
        if tables.is_empty() {
            return Ok(self.clone());
        }
        let plain = self.insert_tables(path, &tables, layout)?;
        Ok(self
            .with_blocks(path, from, at, elements, layout)
            .filter(|adopted| values::same_table(&adopted.values, &plain.values))
            .unwrap_or(plain))
    }

    /// The lines of the pair at a path with the comments above it, line breaks as `\n`; `None` when it is not written as one.
    pub fn pair_text(&self, path: &Path) -> Option<String> {
        let statement = self.pair_at(path)?;
        Some(lines_as(&self.text[statement.leading.start..statement.lines.end], LineEnding::Lf))
    }

    fn pair_at(&self, path: &Path) -> Option<&Statement> {
        let node = self.tree.find(path)?;
        let statement = self.tree.statements.get(self.tree.nodes[node].statement)?;
        (statement.kind == StatementKind::Pair && statement.path == *path).then_some(statement)
    }

    /// A pair in the spelling of another document, when that is a pair of lines of its own too.
    fn dressed(&self, path: &Path, from: &Self, at: &Path, all: bool) -> Option<Self> {
        let (mine, other) = (self.pair_at(path)?, from.pair_at(at)?);
        let (value, other_value) = (mine.value.clone()?, other.value.clone()?);
        let text = |range: Range<usize>| lines_as(&from.text[range], self.line_ending);
        let mut splices = vec![Splice::replace(value, text(other_value))];
        if all {
            let behind = other.comment.clone().map_or(String::new(), |comment| text(other.body.end..comment.end));
            let end = mine.comment.clone().map_or(mine.body.end, |comment| comment.end);
            if end > mine.body.end || !behind.is_empty() {
                splices.push(Splice::replace(mine.body.end..end, behind));
            }
            // The comments at the top of a file are not those of its first key.
            let of_file =
                |document: &Self, statement: &Statement| statement.leading.start == text_start(&document.text);
            if !of_file(self, mine) && !of_file(from, other) {
                splices.push(Splice::replace(mine.leading.clone(), text(other.leading.clone())));
            }
        }
        self.with_same_values(splices)
    }

    /// A header that came with its keys, with the comments it has in another document.
    fn with_header_comments(self, path: &Path, from: &Self, at: &Path) -> Self {
        let header = |document: &Self, path: &Path| {
            let node = document.tree.find(path)?;
            let statement = document.tree.statements.get(document.tree.nodes[node].statement)?.clone();
            (statement.kind == StatementKind::Table && statement.path == *path).then_some(statement)
        };
        let (Some(mine), Some(other)) = (header(&self, path), header(from, at)) else { return self };
        let text = |range: Range<usize>| lines_as(&from.text[range], self.line_ending);
        let mut splices = Vec::new();
        if mine.leading.is_empty() && other.leading.start > text_start(&from.text) {
            splices.push(Splice::insert(mine.lines.start, text(other.leading.clone())));
        }
        if let (None, Some(comment)) = (&mine.comment, other.comment.clone()) {
            splices.push(Splice::insert(mine.body.end, text(other.body.end..comment.end)));
        }
        self.with_same_values(splices).unwrap_or(self)
    }

    fn with_blocks(
        &self,
        path: &Path,
        from: &Self,
        at: &Path,
        elements: &[Adopted],
        layout: &dyn Layout,
    ) -> Option<Self> {
        let other = from.tree.find(at)?;
        if from.tree.nodes[other].form != Form::Tables || path.generic().len() != path.steps().len() {
            return None;
        }
        let of_list = |element: &Adopted| element.from == 0 && from.tree.nodes[other].children.len() > 1;
        let lines = |element: &Adopted| -> String {
            let path = at.index(element.from);
            let node = from.tree.find(&path);
            let mut lines = String::new();
            for (number, region) in from.regions_of(&path).into_iter().enumerate() {
                // The comment above the first element heads the list; it comes along with the whole list only.
                let heads = number == 0 && of_list(element) && self.contains(&path.parent().unwrap_or_default());
                let header = node.map(|node| &from.tree.statements[from.tree.nodes[node].statement]);
                let start = header.filter(|_| heads).map_or(region.start, |header| header.lines.start);
                let start = start.max(text_start(&from.text));
                lines.push_str(&lines_as(&from.text[start..region.end], self.line_ending));
                if !lines.ends_with('\n') {
                    lines.push_str(self.line_ending.as_str());
                }
            }
            lines
        };
        let mut sorted = elements.to_vec();
        sorted.sort_by_key(|element| element.before);
        let gap = if self.blank_above_headers() { self.line_ending.as_str() } else { "" };
        let list = self.tree.find(path).filter(|list| self.tree.nodes[*list].form == Form::Tables);
        let Some(list) = list else {
            if self.contains(path) {
                return None;
            }
            let blocks: Vec<String> = sorted.iter().map(lines).collect();
            let generic = path.generic();
            let spot = self.block_spot(crate::document::tree::ROOT, &generic, layout);
            let splice = self.insert_lines(spot, &blocks.join(gap), false, self.blank_above_headers());
            return self.read_again(vec![splice]);
        };
        let groups = sorted.chunk_by(|one, other| one.before == other.before);
        let splices = groups.map(|group| {
            let blocks: Vec<String> = group.iter().map(lines).collect();
            self.blocks_before(list, group[0].before, &blocks.join(gap))
        });
        self.read_again(splices.collect())
    }

    fn with_same_values(&self, splices: Vec<Splice>) -> Option<Self> {
        self.read_again(splices).filter(|edited| values::same_table(&edited.values, &self.values))
    }

    fn read_again(&self, splices: Vec<Splice>) -> Option<Self> {
        let mut edited = Self::parse(splice::apply(&self.text, splices)).ok()?;
        edited.line_ending = self.line_ending;
        Some(edited)
    }
}

/// A text with these line breaks.
fn lines_as(text: &str, ending: LineEnding) -> String {
    let text = text.replace("\r\n", "\n");
    match ending {
        LineEnding::Lf => text,
        LineEnding::Crlf => text.replace('\n', "\r\n"),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Canonical, Document, Path};

    use super::*;

    fn document(text: &str) -> Document {
        Document::parse(text).expect("TOML")
    }

    fn adopted(ours: &str, theirs: &str, path: &[&str]) -> String {
        let path = Path::of(path);
        document(ours).adopt(&path, &document(theirs), &path, false, &Canonical).expect("an edit").text().to_owned()
    }

    #[test]
    fn a_new_key_comes_with_its_spelling_and_its_comments() {
        let theirs = "title = 'x'\n\n# asked twice\nseverity = 'P1'   # by Ann\n";
        assert_eq!(
            adopted("title = \"y\"\n", theirs, &["severity"]),
            "title = \"y\"\n\n# asked twice\nseverity = 'P1'   # by Ann\n"
        );
        assert_eq!(
            adopted("title = \"y\"\r\n", theirs, &["severity"]),
            "title = \"y\"\r\n\r\n# asked twice\r\nseverity = 'P1'   # by Ann\r\n"
        );
    }

    #[test]
    fn a_changed_key_keeps_the_comments_that_are_here() {
        assert_eq!(
            adopted("# mine\nseverity = \"P2\" # why\n", "severity = 'P1' # theirs\n", &["severity"]),
            "# mine\nseverity = 'P1' # why\n"
        );
    }

    #[test]
    fn a_new_table_comes_with_its_header_and_a_new_list_with_its_head() {
        let theirs = "a = 1\n\n# who was hit\n[impact.users] # count\n\naffected = 5 # about\n\n# the story\n[[timeline]]\nevent = 'a'\n\n# of b\n[[timeline]]\nevent = 'b'\n";
        let text = adopted("a = 1\n", theirs, &["impact"]);
        assert_eq!(
            text,
            "a = 1\n\n[impact.users]\n\naffected = 5 # about\n"
                .replace("[impact.users]\n", "# who was hit\n[impact.users] # count\n")
        );
        assert_eq!(
            adopted(&text, theirs, &["timeline"]),
            "a = 1\n\n# the story\n[[timeline]]\nevent = 'a'\n\n# of b\n[[timeline]]\nevent = 'b'\n\n# who was hit\n[impact.users] # count\n\naffected = 5 # about\n"
        );
    }

    #[test]
    fn blocks_come_as_they_are_written_and_into_brackets_as_values() {
        let theirs = "[[timeline]]\nevent = 'a'\n\n# of b\n[[timeline]]\nevent = 'b' # behind\n";
        let list = Path::of(&["timeline"]);
        let elements = [Adopted { from: 1, before: 0 }, Adopted { from: 0, before: 1 }];
        let blocks = document("[[timeline]]\nevent = \"z\"\n")
            .adopt_elements(&list, &document(theirs), &list, &elements, &Canonical)
            .expect("an edit");
        assert_eq!(
            blocks.text(),
            "# of b\n[[timeline]]\nevent = 'b' # behind\n\n[[timeline]]\nevent = \"z\"\n\n[[timeline]]\nevent = 'a'\n"
        );
        let inline = document("timeline = [{ event = \"z\" }]\n")
            .adopt_elements(&list, &document(theirs), &list, &elements, &Canonical)
            .expect("an edit");
        assert_eq!(inline.text(), "timeline = [{ event = \"b\" }, { event = \"z\" }, { event = \"a\" }]\n");
    }
}

//! Setting a value: in its place when it is there, else as a new key in the form its table has.

use toml::{Table, Value};
use toml_parser::decoder::Encoding;

use super::EditError;
use super::lines::Spot;
use super::splice::Splice;
use crate::document::layout::{Layout, Style, order};
use crate::document::path::{Path, Step};
use crate::document::print;
use crate::document::text::Document;
use crate::document::tree::{Form, NodeId, ROOT, StatementKind};
use crate::document::values;

impl Document {
    pub(super) fn set_unchecked(&self, path: &Path, value: &Value, layout: &dyn Layout) -> Result<Self, EditError> {
        let (node, depth) = self.tree.deepest(path);
        if depth < path.steps().len() {
            return self.add(node, depth, path, value, layout);
        }
        match self.value(path) {
            Some(old) if values::same(old, value) => Ok(self.clone()),
            Some(old) => self.replace(node, path, old, value, layout),
            None => Err(EditError::Root),
        }
    }

    fn replace(
        &self,
        node: NodeId,
        path: &Path,
        old: &Value,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let form = self.tree.nodes[node].form;
        match (form, old, value) {
            (_, Value::Table(old), Value::Table(new))
                if !new.is_empty() || matches!(form, Form::Table | Form::Inline) =>
            {
                self.change_table(path, old, new, layout)
            }
            (Form::Array, Value::Array(old), Value::Array(new)) => self.change_list(path, old, new, layout),
            (Form::Tables, Value::Array(old), Value::Array(new)) if values::tables(value) => {
                self.change_list(path, old, new, layout)
            }
            (Form::Scalar(_) | Form::Array | Form::Inline, ..) => {
                let text = self.replacement(node, path, value, layout);
                let span = self.tree.nodes[node].span.clone();
                self.spliced(path, vec![Splice::replace(span, text)])
            }
            (Form::Table, ..) if matches!(path.steps().last(), Some(Step::Index(_))) => {
                Err(EditError::NotFields { path: path.parent().unwrap_or_default() })
            }
            // What has no text of its own cannot be written over.
            (Form::Dotted | Form::Table | Form::Implied | Form::Tables, ..) => {
                self.clear_unchecked(path)?.set_unchecked(path, value, layout)
            }
        }
    }

    fn replacement(&self, node: NodeId, path: &Path, value: &Value, layout: &dyn Layout) -> String {
        let newline = self.line_ending.as_str();
        let span = self.tree.nodes[node].span.clone();
        match self.tree.nodes[node].form {
            // One line has become several: the form a new value would have is the better one.
            Form::Scalar(Some(Encoding::BasicString | Encoding::LiteralString))
                if value.as_str().is_some_and(|text| text.contains('\n')) && self.bracket(node).is_none() =>
            {
                print::value(value, layout.style(&path.generic()), newline)
            }
            Form::Scalar(Some(old)) => print::like(value, old, &self.text[span], newline),
            _ if self.bracket(node).is_some() => print::one_line(value),
            _ => print::value(value, layout.style(&path.generic()), newline),
        }
    }

    fn change_table(&self, path: &Path, old: &Table, new: &Table, layout: &dyn Layout) -> Result<Self, EditError> {
        let mut edited = self.clone();
        // Setting comes first: a table of dotted keys that loses all of them is gone.
        for (key, value) in new {
            edited = edited.set_unchecked(&path.key(key), value, layout)?;
        }
        for (key, _) in old {
            if !new.contains_key(key) {
                edited = edited.clear_unchecked(&path.key(key))?;
            }
        }
        Ok(edited)
    }

    /// Adds what is missing from `node` on, which is `depth` steps down the path.
    fn add(
        &self,
        node: NodeId,
        depth: usize,
        path: &Path,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let mut missing: Vec<&str> = Vec::new();
        for step in &path.steps()[depth..] {
            match step {
                Step::Key(key) => missing.push(key),
                Step::Index(_) if missing.is_empty() => return Err(self.astray(node, depth, path)),
                Step::Index(_) => {
                    let here = path.steps()[..=depth + missing.len()].to_vec();
                    return Err(EditError::NoSuchElement { path: Path::from(here), len: 0 });
                }
            }
        }
        let (container, above) = self.container(node);
        let mut keys: Vec<&str> = above.iter().map(String::as_str).collect();
        keys.extend(&missing);
        match self.tree.nodes[container].form {
            Form::Scalar(_) | Form::Array | Form::Tables => Err(self.astray(node, depth, path)),
            Form::Inline => self.add_entry(container, &keys, path, value, layout),
            _ if !above.is_empty() => {
                let section = self.section(container, Some(node));
                self.add_pair(section, Some(node), &keys, path, value, layout)
            }
            form => self.add_to_table(container, form, &missing, path, value, layout),
        }
    }

    /// The table that holds the text of dotted keys, and these keys; the node itself when it is not made of them.
    fn container(&self, node: NodeId) -> (NodeId, Vec<String>) {
        let mut at = node;
        let mut keys = Vec::new();
        while self.tree.nodes[at].form == Form::Dotted {
            if let Step::Key(key) = &self.tree.nodes[at].step {
                keys.insert(0, key.clone());
            }
            at = self.tree.nodes[at].parent;
        }
        (at, keys)
    }

    /// The header under which the pairs of a table stand; for dotted keys that of the first of them.
    fn section(&self, container: NodeId, dotted: Option<NodeId>) -> Option<usize> {
        match dotted {
            Some(node) => self.tree.section_of(self.tree.nodes[node].statement),
            None if container == ROOT => None,
            None => Some(self.tree.nodes[container].statement),
        }
    }

    fn add_entry(
        &self,
        container: NodeId,
        keys: &[&str],
        path: &Path,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let entries = self.tree.entries(container);
        let generic = path.generic();
        let above = self.tree.path(container).generic().len();
        let ranks = entries.iter().map(|entry| order(layout, &self.tree.path(*entry).generic(), above));
        let index = place(order(layout, &generic, above), ranks);
        let index = match index {
            Some(Place::Behind(at)) => at + 1,
            Some(Place::Before(at)) => at,
            None => entries.len(),
        };
        let text = format!("{} = {}", print::keys(keys), print::one_line(value));
        self.spliced(path, self.bracketed(container).insert(index, &text))
    }

    fn add_to_table(
        &self,
        container: NodeId,
        form: Form,
        missing: &[&str],
        path: &Path,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let generic = path.generic();
        let as_blocks = layout.style(&generic) == Style::List && (values::tables(value) || value.is_table());
        let section = self.section(container, None);
        if let [_, _, ..] = missing {
            match self.habitual_form(container) {
                Some(Form::Dotted) => {
                    return self.add_pair(section, None, missing, path, value, layout);
                }
                Some(Form::Inline) => {
                    let nested = missing[1..]
                        .iter()
                        .rev()
                        .fold(value.clone(), |inner, key| Value::Table(Table::from_iter([((*key).to_owned(), inner)])));
                    let depth = path.steps().len() + 1 - missing.len();
                    let outer = Path::from(path.steps()[..depth].to_vec());
                    return self.add_pair(section, None, &missing[..1], &outer, &nested, layout);
                }
                _ => {}
            }
        }
        if as_blocks {
            return self.add_blocks(container, path, value, layout);
        }
        if missing.len() == 1 && form != Form::Implied {
            return self.add_pair(section, None, missing, path, value, layout);
        }
        let above = &generic[..generic.len() - 1];
        let fields = Table::from_iter([(generic[generic.len() - 1].to_owned(), value.clone())]);
        let lines = self.block_lines(above, false, &fields, None, layout);
        self.add_lines(container, above, &lines, path, layout)
    }

    /// The form of the other tables in a table, where it is not that of headers.
    fn habitual_form(&self, container: NodeId) -> Option<Form> {
        let children = &self.tree.nodes[container].children;
        let forms: Vec<Form> = children.iter().map(|child| self.tree.nodes[*child].form).collect();
        let headers = forms.iter().any(|form| matches!(form, Form::Table | Form::Implied | Form::Tables));
        let none_at_all = self.headers().next().is_none();
        if headers {
            None
        } else if forms.contains(&Form::Dotted) {
            (container != ROOT || none_at_all).then_some(Form::Dotted)
        } else if forms.contains(&Form::Inline) {
            none_at_all.then_some(Form::Inline)
        } else {
            None
        }
    }

    fn add_blocks(
        &self,
        container: NodeId,
        path: &Path,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let generic = path.generic();
        let blocks: Vec<String> = match value {
            Value::Table(table) => {
                vec![self.block_lines(&generic, false, table, None, layout)]
            }
            _ => value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_table)
                .map(|table| self.block_lines(&generic, true, table, None, layout))
                .collect(),
        };
        let gap = if self.blank_above_headers() { self.line_ending.as_str() } else { "" };
        self.add_lines(container, &generic, &blocks.join(gap), path, layout)
    }

    fn add_lines(
        &self,
        container: NodeId,
        header: &[&str],
        lines: &str,
        path: &Path,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let spot = self.block_spot(container, header, layout);
        let splice = self.insert_lines(spot, lines, false, self.blank_above_headers());
        self.spliced(path, vec![splice])
    }

    /// Adds a pair to a section, at its rank among those that stand there; dotted keys among their own kind.
    fn add_pair(
        &self,
        section: Option<usize>,
        among: Option<NodeId>,
        keys: &[&str],
        path: &Path,
        value: &Value,
        layout: &dyn Layout,
    ) -> Result<Self, EditError> {
        let pairs: Vec<usize> = self.tree.pairs(section).collect();
        let family = among.map(|node| self.tree.path(node));
        let siblings: Vec<usize> = pairs
            .iter()
            .copied()
            .filter(|at| {
                let other = &self.tree.statements[*at].path;
                family.as_ref().is_none_or(|family| family.holds(other))
            })
            .collect();
        let generic = path.generic();
        let above = match (&family, section) {
            (Some(family), _) => family.generic().len(),
            (None, Some(header)) => self.tree.statements[header].path.generic().len(),
            (None, None) => 0,
        };
        let ranks = siblings.iter().map(|at| order(layout, &self.tree.statements[*at].path.generic(), above));
        let spot = match place(order(layout, &generic, above), ranks) {
            Some(Place::Behind(at)) => Spot::Below(siblings[at]),
            Some(Place::Before(at)) => Spot::Above(siblings[at]),
            None => match (siblings.last(), section) {
                (Some(last), _) => Spot::Below(*last),
                (None, Some(header)) => Spot::BelowHeader(header),
                (None, None) => Spot::Top,
            },
        };
        let near = match spot {
            Spot::Above(at) | Spot::Below(at) => Some(at),
            _ => None,
        };
        let indent = near.or(section).map_or("", |at| self.indentation(at));
        let equals = match near.filter(|at| self.is_tight(*at)) {
            Some(_) => "=",
            None => " = ",
        };
        let newline = self.line_ending.as_str();
        let text = print::value(value, layout.style(&generic), newline);
        let line = format!("{indent}{}{equals}{text}{newline}", print::keys(keys));
        let blank = self.habit(section).between_keys;
        let splice = self.insert_lines(spot, &line, true, blank);
        self.spliced(path, vec![splice])
    }

    /// Whether a pair is written `key=value`.
    fn is_tight(&self, at: usize) -> bool {
        let statement = &self.tree.statements[at];
        match (statement.kind, statement.keys.last(), &statement.value) {
            (StatementKind::Pair, Some(key), Some(value)) => &self.text[key.end..value.start] == "=",
            _ => false,
        }
    }
}

enum Place {
    Behind(usize),
    Before(usize),
}

/// Where something of a rank goes among siblings: behind the last of those that rank next below it, else before the first
/// that ranks above. `None` when the ranks say nothing: then it goes to the end.
fn place(rank: Option<usize>, siblings: impl Iterator<Item = Option<usize>>) -> Option<Place> {
    let rank = rank?;
    let ranked: Vec<(usize, usize)> = siblings.enumerate().filter_map(|(at, sibling)| Some((sibling?, at))).collect();
    let below = ranked.iter().filter(|(other, _)| *other <= rank).max();
    let above = ranked.iter().filter(|(other, _)| *other > rank);
    match below {
        Some((_, at)) => Some(Place::Behind(*at)),
        None => above.min_by_key(|(other, at)| (*other, *at)).map(|(_, at)| Place::Before(*at)),
    }
}

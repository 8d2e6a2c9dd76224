//! The syntax of a document: its statements in order, and a tree of nodes that says where and in which form each value is
//! written. Built from a text that is known to be valid; it reports no errors and changes nothing.

use std::collections::HashMap;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};

use super::path::{Path, Step};

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// `[table]`.
    Table,
    /// `[[list]]`: begins an element.
    Element,
    /// `key = value`.
    Pair,
}

/// A header or a key with its value: what a document is made of, besides comments and blank lines. Ranges are of bytes of
/// the document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// The full place: of the table that a header opens (with its position for an element), or of a pair's value.
    pub path: Path,
    /// The parts of the key as written, quotes included: one, or several with dots between.
    pub keys: Vec<Range<usize>>,
    /// The header with its brackets, or from the key to the end of the value.
    pub body: Range<usize>,
    /// The value of a pair.
    pub value: Option<Range<usize>>,
    /// The comment behind it on its last line, from the `#`, without the line break.
    pub comment: Option<Range<usize>>,
    /// Its lines: from the indentation to the line break, included where there is one.
    pub lines: Range<usize>,
    /// The comment lines directly above, with no blank line between; ends where `lines` begins, empty when there are none.
    pub leading: Range<usize>,
}

/// A node's number in [`Tree::nodes`]; the root is 0.
pub(super) type NodeId = usize;

/// From so many keys on a table has a map of them. The rows of a long timeline, thousands of tables, have fewer.
const MANY_KEYS: usize = 16;

/// The root table.
pub(super) const ROOT: NodeId = 0;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A string, number, time or boolean.
    Scalar(Option<Encoding>),
    /// `[…]`.
    Array,
    /// `{…}`.
    Inline,
    /// A table that exists through dotted keys.
    Dotted,
    /// A table with a header of its own (or the root, or an element of `Tables`).
    Table,
    /// A table that exists only because a header goes through it.
    Implied,
    /// A list of `[[…]]` blocks.
    Tables,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) form: Form,
    pub(super) parent: NodeId,
    pub(super) step: Step,
    /// The key as written, of what has one.
    pub(super) key: Option<Range<usize>>,
    /// The value as written; for a table its header, for what has no text of its own the first text within it.
    pub(super) span: Range<usize>,
    /// Key, `=` and value of what is written as a pair, also within braces; the value alone of an element within brackets.
    pub(super) entry: Range<usize>,
    /// The statement it is written in; for tables without a header the first that made it.
    pub(super) statement: usize,
    /// In order of appearance.
    pub(super) children: Vec<NodeId>,
    /// Of a table with many keys; those of a small one are looked through.
    by_key: HashMap<String, NodeId>,
}

/// The tree of a text, made when somebody first looks at it: an edit is read back for its values, and most edits are the
/// last one, so that nobody asks for the tree of what they gave.
#[derive(Debug, Clone)]
pub(super) struct LazyTree {
    text: String,
    tree: OnceLock<Tree>,
}

impl LazyTree {
    /// The tree of a text that is known to be valid.
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), tree: OnceLock::new() }
    }
}

impl Deref for LazyTree {
    type Target = Tree;

    fn deref(&self) -> &Tree {
        self.tree.get_or_init(|| Tree::of(&self.text))
    }
}

/// Statements and nodes of a document.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) statements: Vec<Statement>,
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    /// The tree of a valid text.
    pub(super) fn of(text: &str) -> Self {
        let tokens = Source::new(text).lex().into_vec();
        let mut events: Vec<Event> = Vec::with_capacity(tokens.len());
        parse_document(&tokens, &mut events, &mut ());
        let mut builder = Builder {
            text,
            events: &events,
            at: 0,
            tree: Self { statements: Vec::new(), nodes: Vec::new() },
            table: ROOT,
        };
        builder.add_root();
        builder.document();
        builder.tree
    }

    pub(super) fn child(&self, node: NodeId, step: &Step) -> Option<NodeId> {
        let node = &self.nodes[node];
        match step {
            Step::Key(key) if !node.by_key.is_empty() => node.by_key.get(key).copied(),
            Step::Key(_) => node.children.iter().copied().find(|child| self.nodes[*child].step == *step),
            Step::Index(index) if matches!(node.form, Form::Array | Form::Tables) => node.children.get(*index).copied(),
            Step::Index(_) => None,
        }
    }

    /// The deepest node on the way, and how many steps lead to it.
    pub(super) fn deepest(&self, path: &Path) -> (NodeId, usize) {
        let mut node = ROOT;
        for (depth, step) in path.steps().iter().enumerate() {
            match self.child(node, step) {
                Some(child) => node = child,
                None => return (node, depth),
            }
        }
        (node, path.steps().len())
    }

    pub(super) fn find(&self, path: &Path) -> Option<NodeId> {
        let (node, depth) = self.deepest(path);
        (depth == path.steps().len()).then_some(node)
    }

    /// The full place of a node.
    pub(super) fn path(&self, node: NodeId) -> Path {
        let mut steps = Vec::new();
        let mut at = node;
        while at != ROOT {
            steps.push(self.nodes[at].step.clone());
            at = self.nodes[at].parent;
        }
        steps.reverse();
        Path::from(steps)
    }

    /// The node and everything in it, outer ones first.
    pub(super) fn within(&self, node: NodeId) -> Vec<NodeId> {
        let mut all = vec![node];
        let mut next = 0;
        while let Some(at) = all.get(next) {
            all.extend(&self.nodes[*at].children);
            next += 1;
        }
        all
    }

    /// The entries between a node's brackets or braces, in order of text. A dotted key within braces is one entry.
    pub(super) fn entries(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut open: Vec<NodeId> = self.nodes[node].children.clone();
        while let Some(at) = open.pop() {
            if self.nodes[at].form == Form::Dotted {
                open.extend(&self.nodes[at].children);
            } else {
                found.push(at);
            }
        }
        found.sort_by_key(|at| self.nodes[*at].entry.start);
        found
    }

    /// The header that a statement stands under, and the end of that header's pairs; `None` for the root's.
    pub(super) fn section_of(&self, statement: usize) -> Option<usize> {
        (0..=statement).rev().find(|at| self.statements[*at].kind != StatementKind::Pair)
    }

    /// The pairs that stand under a header, or in the root table before the first one.
    pub(super) fn pairs(&self, header: Option<usize>) -> Range<usize> {
        let start = header.map_or(0, |header| header + 1);
        let length =
            self.statements[start..].iter().take_while(|statement| statement.kind == StatementKind::Pair).count();
        start..start + length
    }
}

struct Builder<'t> {
    text: &'t str,
    events: &'t [Event],
    at: usize,
    tree: Tree,
    table: NodeId,
}

impl Builder<'_> {
    fn add_root(&mut self) {
        self.tree.nodes.push(Node {
            form: Form::Table,
            parent: ROOT,
            step: Step::Index(0),
            key: None,
            span: 0..0,
            entry: 0..0,
            statement: 0,
            children: Vec::new(),
            by_key: HashMap::new(),
        });
    }

    fn add(&mut self, parent: NodeId, step: Step, form: Form, key: Option<Range<usize>>, span: Range<usize>) -> NodeId {
        let id = self.tree.nodes.len();
        self.tree.nodes[parent].children.push(id);
        self.index(parent, id, &step);
        self.tree.nodes.push(Node {
            form,
            parent,
            step,
            key,
            entry: span.clone(),
            span,
            statement: self.tree.statements.len(),
            children: Vec::new(),
            by_key: HashMap::new(),
        });
        id
    }

    /// Adds a child to the map of its table, once there are enough to be worth one.
    fn index(&mut self, parent: NodeId, id: NodeId, step: &Step) {
        let Step::Key(name) = step else { return };
        let nodes = &mut self.tree.nodes;
        if nodes[parent].children.len() == MANY_KEYS {
            let earlier = nodes[parent].children.iter().filter(|child| **child != id);
            let named = earlier.filter_map(|child| match &nodes[*child].step {
                Step::Key(name) => Some((name.clone(), *child)),
                Step::Index(_) => None,
            });
            nodes[parent].by_key = named.collect();
        }
        if nodes[parent].children.len() >= MANY_KEYS {
            nodes[parent].by_key.insert(name.clone(), id);
        }
    }

    fn peek(&self) -> Option<&Event> {
        self.events.get(self.at)
    }

    fn next(&mut self) -> Option<Event> {
        let event = self.events.get(self.at).copied();
        self.at += 1;
        event
    }

    fn document(&mut self) {
        let mut comments: Option<usize> = None;
        let mut empty = true;
        while let Some(event) = self.peek() {
            let (kind, start) = (event.kind(), event.span().start());
            match kind {
                EventKind::Comment => {
                    comments.get_or_insert(line_start(self.text, start));
                    empty = false;
                    self.at += 1;
                }
                EventKind::Newline => {
                    if empty {
                        comments = None;
                    }
                    empty = true;
                    self.at += 1;
                }
                EventKind::StdTableOpen | EventKind::ArrayTableOpen | EventKind::SimpleKey => {
                    self.statement(kind, start, comments.take());
                    empty = true;
                }
                _ => self.at += 1,
            }
        }
    }

    fn statement(&mut self, kind: EventKind, start: usize, comments: Option<usize>) {
        let first = line_start(self.text, start);
        let (kind, node, keys, end, value) = if kind == EventKind::SimpleKey {
            let (node, keys) = self.pair(self.table, start);
            let value = self.tree.nodes[node].span.clone();
            (StatementKind::Pair, node, keys, value.end, Some(value))
        } else {
            let element = kind == EventKind::ArrayTableOpen;
            let (node, keys, end) = self.header(element, start);
            (if element { StatementKind::Element } else { StatementKind::Table }, node, keys, end, None)
        };
        let mut comment = None;
        let mut line_end = self.text.len();
        while let Some(event) = self.next() {
            let span = event.span();
            match event.kind() {
                EventKind::Comment => comment = Some(span.start()..span.end()),
                EventKind::Newline => {
                    line_end = span.end();
                    break;
                }
                _ => {}
            }
        }
        let path = self.tree.path(node);
        self.tree.statements.push(Statement {
            kind,
            path,
            keys,
            body: start..end,
            value,
            comment,
            lines: first..line_end,
            leading: comments.unwrap_or(first)..first,
        });
    }

    /// The parts of a key, up to what is neither key, dot nor white space.
    fn keys(&mut self) -> Vec<(String, Range<usize>)> {
        let mut keys = Vec::new();
        while let Some(event) = self.peek().copied() {
            match event.kind() {
                EventKind::SimpleKey => {
                    let mut name = String::new();
                    if let Some(raw) = Source::new(self.text).get(event) {
                        raw.decode_key(&mut name, &mut ());
                    }
                    keys.push((name, event.span().start()..event.span().end()));
                }
                EventKind::KeySep | EventKind::Whitespace => {}
                _ => break,
            }
            self.at += 1;
        }
        keys
    }

    /// A header, to its closing brackets: its table, the parts of its key, and its end.
    fn header(&mut self, element: bool, start: usize) -> (NodeId, Vec<Range<usize>>, usize) {
        self.at += 1;
        let keys = self.keys();
        let end = self.next().map_or(start, |close| close.span().end());
        let spans: Vec<Range<usize>> = keys.iter().map(|(_, span)| span.clone()).collect();
        let mut node = ROOT;
        let last_key = keys.len().saturating_sub(1);
        for (at, (name, span)) in keys.into_iter().enumerate() {
            let step = Step::Key(name);
            let found = self.tree.child(node, &step);
            node = if at < last_key {
                let next = found.unwrap_or_else(|| self.add(node, step, Form::Implied, Some(span), start..end));
                match self.tree.nodes[next].form {
                    Form::Tables => self.tree.nodes[next].children.last().copied(),
                    _ => None,
                }
                .unwrap_or(next)
            } else if element {
                let list = found.unwrap_or_else(|| self.add(node, step, Form::Tables, Some(span.clone()), start..end));
                let index = Step::Index(self.tree.nodes[list].children.len());
                self.add(list, index, Form::Table, Some(span), start..end)
            } else {
                let table = found.unwrap_or_else(|| self.add(node, step, Form::Table, Some(span.clone()), start..end));
                let statement = self.tree.statements.len();
                let table_node = &mut self.tree.nodes[table];
                table_node.form = Form::Table;
                table_node.statement = statement;
                table_node.key = Some(span);
                table_node.span = start..end;
                table_node.entry = start..end;
                table
            };
        }
        self.table = node;
        (node, spans, end)
    }

    /// A key, `=` and value, in a table of any form.
    fn pair(&mut self, table: NodeId, start: usize) -> (NodeId, Vec<Range<usize>>) {
        let mut keys = self.keys();
        let spans: Vec<Range<usize>> = keys.iter().map(|(_, span)| span.clone()).collect();
        let last = keys.pop();
        let mut parent = table;
        for (name, span) in keys {
            let step = Step::Key(name);
            parent = match self.tree.child(parent, &step) {
                Some(found) => {
                    // A header below it made the table, but now that dotted keys add to it, no header of its own may.
                    let statement = self.tree.statements.len();
                    let table = &mut self.tree.nodes[found];
                    if table.form == Form::Implied {
                        table.form = Form::Dotted;
                        table.statement = statement;
                    }
                    found
                }
                None => self.add(parent, step, Form::Dotted, Some(span.clone()), span),
            };
        }
        let (name, span) = last.unwrap_or_default();
        let node = self.value(parent, Step::Key(name), Some(span));
        self.tree.nodes[node].entry.start = start;
        (node, spans)
    }

    /// The next value; what stands before it is passed over.
    fn value(&mut self, parent: NodeId, step: Step, key: Option<Range<usize>>) -> NodeId {
        while let Some(event) = self.next() {
            let span = event.span().start()..event.span().end();
            match event.kind() {
                EventKind::Scalar => {
                    return self.add(parent, step, Form::Scalar(event.encoding()), key, span);
                }
                EventKind::ArrayOpen => {
                    let node = self.add(parent, step, Form::Array, key, span);
                    self.bracketed(node);
                    return node;
                }
                EventKind::InlineTableOpen => {
                    let node = self.add(parent, step, Form::Inline, key, span);
                    self.bracketed(node);
                    return node;
                }
                _ => {}
            }
        }
        // A valid text has a value behind every `=`.
        self.add(parent, step, Form::Scalar(None), key, self.text.len()..self.text.len())
    }

    /// What stands between the brackets of a list or the braces of a table, to the closing one.
    fn bracketed(&mut self, node: NodeId) {
        while let Some(event) = self.peek().copied() {
            match event.kind() {
                EventKind::ArrayClose | EventKind::InlineTableClose => {
                    self.at += 1;
                    self.tree.nodes[node].span.end = event.span().end();
                    self.tree.nodes[node].entry.end = event.span().end();
                    return;
                }
                EventKind::SimpleKey => {
                    self.pair(node, event.span().start());
                }
                EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                    let index = Step::Index(self.tree.nodes[node].children.len());
                    self.value(node, index, None);
                }
                _ => self.at += 1,
            }
        }
    }
}

/// Where the first line begins: behind the byte order mark.
pub(super) fn text_start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Where the line that holds the offset begins.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(text_start(text), |newline| newline + 1)
}

//! `[table]` and `[[list]]` blocks: their lines, and the place among the tables of a document where a new one belongs.

use std::ops::Range;

use toml::{Table, Value};

use super::lines::Spot;
use super::splice::Splice;
use crate::document::layout::{Layout, Style, order};
use crate::document::print;
use crate::document::text::Document;
use crate::document::tree::{Form, NodeId, ROOT, StatementKind};
use crate::document::values;

impl Document {
    /// The lines of a header and its fields; tables that are to be blocks of their own follow. `like` is a header whose
    /// indentation it takes over.
    pub(super) fn block_lines(
        &self,
        path: &[&str],
        element: bool,
        fields: &Table,
        like: Option<usize>,
        layout: &dyn Layout,
    ) -> String {
        let newline = self.line_ending.as_str();
        let habit = self.habit_of_new(element, path);
        let indent = like.map_or("", |at| self.indentation(at));
        let pair_indent = like
            .and_then(|at| {
                let pairs = self.tree.pairs(Some(at));
                (!pairs.is_empty()).then(|| self.indentation(pairs.start))
            })
            .unwrap_or(indent);
        let (open, close) = if element { ("[[", "]]") } else { ("[", "]") };
        let mut lines = String::new();
        let mut blocks: Vec<(Vec<&str>, bool, &Table)> = Vec::new();
        let mut first = true;
        for (key, value) in fields {
            let mut below = path.to_vec();
            below.push(key);
            let style = layout.style(&below);
            match value {
                Value::Table(table) if style == Style::List => {
                    blocks.push((below, false, table));
                    continue;
                }
                Value::Array(items) if style == Style::List && values::tables(value) => {
                    blocks.extend(items.iter().filter_map(Value::as_table).map(|table| (below.clone(), true, table)));
                    continue;
                }
                _ => {}
            }
            let blank = if first { habit.below_header } else { habit.between_keys };
            if blank {
                lines.push_str(newline);
            }
            first = false;
            let value = print::value(value, style, newline);
            lines.extend([pair_indent, &print::key(key), " = ", &value, newline]);
        }
        // Tables of tables alone need no header: those below make them.
        if element || !lines.is_empty() || blocks.is_empty() {
            lines.insert_str(0, &format!("{indent}{open}{}{close}{newline}", print::keys(path)));
        }
        for (below, element, table) in blocks {
            if !lines.is_empty() && self.blank_above_headers() {
                lines.push_str(newline);
            }
            lines.push_str(&self.block_lines(&below, element, table, None, layout));
        }
        lines
    }

    /// A new first element: below the comment that heads the list, if there is one.
    pub(super) fn insert_first_block(&self, header: usize, lines: &str, blank: bool) -> Splice {
        let statement = &self.tree.statements[header];
        if statement.leading.is_empty() {
            return self.insert_lines(Spot::Above(header), lines, false, blank);
        }
        let gap = if blank { self.line_ending.as_str() } else { "" };
        Splice::insert(statement.lines.start, format!("{lines}{gap}"))
    }

    /// Where a header for a path belongs that has none yet, below the table `container`.
    pub(super) fn block_spot(&self, container: NodeId, path: &[&str], layout: &dyn Layout) -> Spot {
        let range = self.reach(container);
        let headers: Vec<usize> = self.headers().filter(|at| range.contains(at)).collect();
        let generic = |at: usize| self.tree.statements[at].path.generic();
        // A table that others have been written below already goes above the first of them.
        if let Some(first) =
            headers.iter().find(|at| generic(**at).len() > path.len() && generic(**at).starts_with(path))
        {
            return Spot::Above(*first);
        }
        let rank = order(layout, path, 0);
        let rank_of = |at: usize| order(layout, &generic(at), 0);
        let shared = |at: usize| generic(at).iter().zip(path).take_while(|(a, b)| a == b).count();
        let neighbour = if rank.is_some() {
            let ranked = headers.iter().filter_map(|at| Some((rank_of(*at)?, *at)));
            ranked.filter(|(other, _)| Some(*other) <= rank).max().map(|(_, at)| at)
        } else {
            // Beside its kin, or behind all.
            headers.iter().copied().max_by_key(|at| (shared(*at), *at))
        };
        if let Some(neighbour) = neighbour {
            let family = generic(neighbour);
            let behind = headers.iter().copied().skip_while(|at| *at <= neighbour);
            let last =
                behind.take_while(|at| generic(*at).len() > family.len() && generic(*at).starts_with(&family)).last();
            return Spot::BehindSection(last.unwrap_or(neighbour));
        }
        let next = headers.iter().find(|at| rank_of(**at) > rank);
        match (next, headers.last()) {
            (Some(next), _) => Spot::Above(*next),
            (None, Some(last)) => Spot::BehindSection(*last),
            (None, None) => Spot::End,
        }
    }

    /// The statements among which a header speaks of this very table: all, or those from the `[[list]]` element it is in to
    /// the next one.
    fn reach(&self, container: NodeId) -> Range<usize> {
        let statements = &self.tree.statements;
        let mut at = container;
        while at != ROOT {
            let node = &self.tree.nodes[at];
            if self.tree.nodes[node.parent].form == Form::Tables {
                let start = node.statement;
                let element = statements[start].path.generic();
                let next = statements[start + 1..].iter().position(|other| {
                    other.kind == StatementKind::Element && element.starts_with(&other.path.generic())
                });
                return start..next.map_or(statements.len(), |next| start + 1 + next);
            }
            at = node.parent;
        }
        0..statements.len()
    }
}

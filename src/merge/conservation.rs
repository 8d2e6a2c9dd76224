//! The proof that nothing is lost: what either side had is looked for in what the merge came to.
//!
//! It knows nothing of how the merge was made. What each side changed, leaf by leaf and row by row, has to be found in what
//! one of the two choices gives; what nobody changed, in both.

use std::collections::HashMap;

use toml::{Table, Value};

use super::pairing::{written, written_table};
use super::plan::parts_of;
use super::prose::units;
use crate::document::same;
use crate::record::keys::{self, Kind};

/// What a record says, taken apart.
#[derive(Default)]
struct Facts {
    /// Single values by their plain path, counted.
    leaves: HashMap<(String, String), usize>,
    /// Longer texts by their plain path.
    texts: HashMap<String, Vec<String>>,
    /// Rows of lists, counted.
    rows: HashMap<(String, String), usize>,
    /// The rows themselves.
    tables: HashMap<String, Vec<Table>>,
}

impl Facts {
    fn of(record: &Table) -> Self {
        let mut facts = Self::default();
        facts.table("", record);
        facts
    }

    fn table(&mut self, plain: &str, table: &Table) {
        for (key, value) in table {
            let key = if key.contains('.') { format!("{key:?}") } else { key.clone() };
            let path = if plain.is_empty() { key } else { format!("{plain}.{key}") };
            self.value(&path, value);
        }
    }

    fn value(&mut self, path: &str, value: &Value) {
        match value {
            Value::Table(table) => self.table(path, table),
            Value::Array(items) => {
                for item in items {
                    if let Value::Table(row) = item {
                        *self.rows.entry((path.to_owned(), written_table(row))).or_default() += 1;
                        self.tables.entry(path.to_owned()).or_default().push(row.clone());
                    }
                    self.value(path, item);
                }
            }
            Value::String(text) if is_prose(path, text) => {
                self.texts.entry(path.to_owned()).or_default().push(text.clone());
            }
            other => *self.leaves.entry((path.to_owned(), written(other))).or_default() += 1,
        }
    }

    fn leaf(&self, fact: &(String, String)) -> usize {
        self.leaves.get(fact).copied().unwrap_or(0)
    }

    fn says(&self, path: &str, part: &str) -> bool {
        self.texts.get(path).into_iter().flatten().any(|text| text.contains(part))
    }
}

fn is_prose(path: &str, text: &str) -> bool {
    keys::find(path).map_or_else(|| text.contains('\n'), |key| key.kind == Kind::Prose)
}

/// The three versions of a record and what the merge came to: by our choice, and by theirs.
pub(super) struct Versions<'a> {
    pub(super) base: &'a Table,
    pub(super) ours: &'a Table,
    pub(super) theirs: &'a Table,
    pub(super) results: [&'a Table; 2],
    /// Whether the status is neither side's own but follows from the sign-offs of both.
    pub(super) derived: bool,
    /// Ids of actions that the other side knows by another one, which they keep.
    pub(super) given_way: Vec<&'a str>,
}

/// Everything that is missing from the merge, each in a few words; nothing when all is there.
pub(super) fn missing(versions: &Versions<'_>) -> Vec<String> {
    let base = Facts::of(versions.base);
    let sides = [Facts::of(versions.ours), Facts::of(versions.theirs)];
    let results = versions.results.map(Facts::of);
    let mut missing = Vec::new();
    for (side, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        changed(&base, side, &results, versions, &mut missing);
        rows(&base, side, other, &results, &mut missing);
    }
    unchanged(&base, &sides, &results, versions.derived, &mut missing);
    missing.sort();
    missing.dedup();
    missing
}

/// What a side changed is in one of the results.
fn changed(base: &Facts, side: &Facts, results: &[Facts; 2], versions: &Versions<'_>, missing: &mut Vec<String>) {
    let is_replaced = |(path, value): &(String, String)| match path.as_str() {
        "status" => versions.derived,
        // The action itself is looked for as a row.
        "actions.id" => versions.given_way.iter().any(|id| written(&Value::from(*id)) == *value),
        _ => false,
    };
    for (fact, count) in &side.leaves {
        let added = count.saturating_sub(base.leaf(fact));
        let there = results.iter().map(|result| result.leaf(fact)).max().unwrap_or(0);
        if there < added && !is_replaced(fact) {
            missing.push(format!("{} {}", fact.0, fact.1));
        }
    }
    for (path, texts) in &side.texts {
        for part in texts.iter().flat_map(|text| units(text, parts_of(path))) {
            let part = part.trim();
            let is_new = !part.is_empty() && !base.says(path, part);
            if is_new && !results.iter().any(|result| result.says(path, part)) {
                missing.push(format!("{path} {part}"));
            }
        }
    }
}

/// A row that a side added or changed is one row of a result, in all that the other side did not change.
fn rows(base: &Facts, side: &Facts, other: &Facts, results: &[Facts; 2], missing: &mut Vec<String>) {
    for (list, tables) in &side.tables {
        for row in tables {
            let sign = (list.clone(), written_table(row));
            if base.rows.contains_key(&sign) || results.iter().any(|result| result.rows.contains_key(&sign)) {
                continue;
            }
            let of_other = |key: &String, value: &Value| {
                other.tables.get(list).into_iter().flatten().any(|row| row.get(key).is_some_and(|own| same(own, value)))
            };
            let is_in = |merged: &Table| {
                let keeps = |(key, value): (&String, &Value)| match merged.get(key) {
                    Some(merged) => same(merged, value) || of_other(key, merged) || is_both(list, key, merged),
                    // Taken out by the other side.
                    None => base.tables.get(list).into_iter().flatten().any(|row| row.contains_key(key)),
                };
                row.iter().all(keeps)
            };
            let found = results.iter().any(|result| result.tables.get(list).into_iter().flatten().any(is_in));
            if !found {
                missing.push(format!("{list} {}", sign.1));
            }
        }
    }
}

/// Whether a value may be made of both sides: a list or a longer text, whose parts are looked for by themselves.
fn is_both(list: &str, key: &str, value: &Value) -> bool {
    match value {
        Value::Array(_) | Value::Table(_) => true,
        Value::String(text) => is_prose(&format!("{list}.{key}"), text),
        _ => false,
    }
}

/// What nobody changed is in both results.
fn unchanged(base: &Facts, sides: &[Facts; 2], results: &[Facts; 2], derived: bool, missing: &mut Vec<String>) {
    for (sign, count) in &base.rows {
        let least = |facts: &[Facts; 2]| facts.iter().map(|one| one.rows.get(sign).copied().unwrap_or(0)).min();
        let stays = least(sides).unwrap_or(0).min(*count);
        if least(results).unwrap_or(0) < stays {
            missing.push(format!("{} {}", sign.0, sign.1));
        }
    }
    for fact in base.leaves.keys() {
        // Those of rows come and go with their rows.
        let is_row = base.tables.keys().any(|list| fact.0.starts_with(&format!("{list}.")));
        let is_counted = !is_row && (!derived || fact.0 != "status");
        let stays = is_counted && sides.iter().all(|side| side.leaf(fact) > 0);
        if stays && results.iter().any(|result| result.leaf(fact) == 0) {
            missing.push(format!("{} {}", fact.0, fact.1));
        }
    }
    for (path, texts) in &base.texts {
        if base.tables.keys().any(|list| path.starts_with(&format!("{list}."))) {
            continue;
        }
        for part in
            texts.iter().flat_map(|text| units(text, parts_of(path))).map(str::trim).filter(|part| !part.is_empty())
        {
            let stays = sides.iter().all(|side| side.says(path, part));
            if stays && !results.iter().all(|result| result.says(path, part)) {
                missing.push(format!("{path} {part}"));
            }
        }
    }
}

//! The parts of a record that have a history of their own: each field, each entry, each action, each row of another list.

use std::collections::HashMap;

use toml::{Table, Value};

use super::pairing;
use super::same::{is_nothing, same, same_tables};
use super::telling::{row_shown, shown};
use super::{is_bare, keys_in_order, rows};
use crate::record::Record;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Where it is: `impact.users.affected`, `timeline[3]`.
    pub path: String,
    /// What it says, or what a row is called by.
    pub text: String,
}

/// The parts of a record, in the order of the format.
pub fn units(record: &Record) -> Vec<Unit> {
    let mut found = Vec::new();
    collect(("", ""), record.values(), &mut found);
    found
}

fn collect((plain, path): (&str, &str), table: &Table, found: &mut Vec<Unit>) {
    for key in keys_in_order(plain, table.keys()) {
        let (plain, path) = (below(plain, key), below(path, key));
        match &table[key] {
            value if is_nothing(value) => {}
            Value::Table(table) => collect((&plain, &path), table, found),
            Value::Array(items) if rows(items).is_some() => {
                for (number, row) in (1..).zip(items.iter().filter_map(Value::as_table)) {
                    found.push(Unit { path: format!("{path}[{number}]"), text: row_shown(&plain, row) });
                }
            }
            value => found.push(Unit { path, text: shown(value) }),
        }
    }
}

/// The parts that say the same in both records: where each is after, and where it was before.
pub fn unchanged(before: &Record, after: &Record) -> HashMap<String, String> {
    let mut found = HashMap::new();
    keep(("", "", ""), before.values(), after.values(), &mut found);
    found
}

fn keep((plain, from, path): (&str, &str, &str), before: &Table, after: &Table, found: &mut HashMap<String, String>) {
    for (key, new) in after {
        let Some(old) = before.get(key) else { continue };
        let (plain, from, path) = (below(plain, key), below(from, key), below(path, key));
        match (old, new) {
            (Value::Table(old), Value::Table(new)) => keep((&plain, &from, &path), old, new, found),
            (Value::Array(old), Value::Array(new)) if !new.is_empty() => {
                if let (Some(old), Some(new)) = (rows(old), rows(new)) {
                    for (was, is) in pairing::pair(&plain, &old, &new) {
                        if let (Some(was), Some(is)) = (was, is)
                            && same_tables(old[was], new[is])
                        {
                            found.insert(format!("{path}[{}]", is + 1), format!("{from}[{}]", was + 1));
                        }
                    }
                } else if old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new)) {
                    found.insert(path, from);
                }
            }
            (old, new) if same(old, new) => drop(found.insert(path, from)),
            _ => {}
        }
    }
}

fn below(parent: &str, key: &str) -> String {
    let spelled = if is_bare(key) { key.to_owned() } else { format!("{key:?}") };
    if parent.is_empty() { spelled } else { format!("{parent}.{spelled}") }
}

//! When two values say the same: the notion of the form that is signed, so that nothing which makes an approval stale
//! is kept quiet, and nothing else is told.
//!
//! An instant is the same with every offset, `0.0` with every sign, and a table or list with nothing in it is none.

use std::cmp::Ordering;
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::record::time::Moment;

/// Whether two values say the same.
pub(super) fn same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Table(before), Value::Table(after)) => same_tables(before, after),
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(before, after)| same(before, after))
        }
        (Value::Float(before), Value::Float(after)) => {
            before.partial_cmp(after) == Some(Ordering::Equal) || before.is_nan() && after.is_nan()
        }
        (Value::Datetime(before), Value::Datetime(after)) => {
            before == after
                || match (Moment::try_from(before), Moment::try_from(after)) {
                    (Ok(before), Ok(after)) => before == after,
                    _ => false,
                }
        }
        (before, after) => before == after,
    }
}

/// Whether two tables say the same, in whatever order.
pub(super) fn same_tables(before: &Table, after: &Table) -> bool {
    let covers = |one: &Table, other: &Table| {
        one.iter().all(|(key, value)| match other.get(key) {
            Some(there) => same(value, there),
            None => is_nothing(value),
        })
    };
    covers(before, after) && after.iter().all(|(key, value)| before.contains_key(key) || is_nothing(value))
}

/// Whether a value is a table or list with nothing in it.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Table(table) => table.values().all(is_nothing),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A text that two values share when they say the same, and else do not.
pub(super) fn fingerprint(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// The fingerprint of a table.
pub(super) fn fingerprint_of(table: &Table) -> String {
    let mut out = String::new();
    write_table(table, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match value {
        Value::Table(table) => {
            write_table(table, out);
            Ok(())
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
            Ok(())
        }
        Value::Float(number) if *number == 0.0 => write!(out, "f0"),
        Value::Float(number) if number.is_nan() => write!(out, "fnan"),
        Value::Float(number) => write!(out, "f{number:?}"),
        Value::Datetime(time) => match Moment::try_from(time) {
            Ok(Moment::Instant(at)) => write!(out, "i{:?}", at.naive_utc()),
            _ => write!(out, "t{time}"),
        },
        other => write!(out, "{other:?}"),
    };
}

fn write_table(table: &Table, out: &mut String) {
    let mut keys: Vec<&String> = table.iter().filter(|(_, value)| !is_nothing(value)).map(|(key, _)| key).collect();
    keys.sort_unstable();
    out.push('{');
    for key in keys {
        let _ = write!(out, "{key:?}=");
        write(&table[key], out);
        out.push(',');
    }
    out.push('}');
}

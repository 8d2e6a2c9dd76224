//! The value tree of a document, and edits on that tree alone: what an edit of the text has to amount to.
//!
//! Strings are read with the line breaks the file is written in taken for `\n`; a `\r` written as an escape stays.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};
use toml_parser::decoder::Encoding;
use toml_parser::{Raw, Span};

use super::path::{Path, Step};
use super::text::SyntaxError;

/// The values of a whole text, or everything that is wrong with it.
pub(super) fn read(text: &str) -> Result<Table, Vec<SyntaxError>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<SyntaxError> = errors
        .iter()
        .map(|error| SyntaxError { message: error.message().to_owned(), span: error.span().unwrap_or(0..0) })
        .collect();
    let values = convert_table(table.into_inner(), text, &mut errors);
    if errors.is_empty() {
        return Ok(values);
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup();
    Err(errors)
}

fn convert_table(table: DeTable<'_>, text: &str, errors: &mut Vec<SyntaxError>) -> Table {
    table.into_iter().map(|(key, value)| (key.into_inner().into_owned(), convert(value, text, &mut *errors))).collect()
}

fn convert(value: Spanned<DeValue<'_>>, text: &str, errors: &mut Vec<SyntaxError>) -> Value {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(string) => Value::String(match broken_lines(text, span) {
            Some(string) => string,
            None => string.into_owned(),
        }),
        DeValue::Integer(number) => {
            let value = i64::from_str_radix(number.as_str(), number.radix());
            Value::Integer(value.unwrap_or_else(|_| {
                errors.push(SyntaxError {
                    message: format!("`{number}` is beyond the whole numbers TOML knows (64 bits)"),
                    span,
                });
                0
            }))
        }
        DeValue::Float(number) => {
            let value: f64 = number.as_str().parse().unwrap_or(f64::INFINITY);
            if value.is_infinite() && !number.as_str().contains("inf") {
                errors.push(SyntaxError {
                    message: format!("`{number}` is beyond the numbers TOML knows (64 bits)"),
                    span,
                });
            }
            Value::Float(value)
        }
        DeValue::Boolean(value) => Value::Boolean(value),
        DeValue::Datetime(value) => Value::Datetime(value),
        DeValue::Array(items) => {
            let items = items.into_iter();
            Value::Array(items.map(|item| convert(item, text, errors)).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(table, text, errors)),
    }
}

/// The text of a multi-line string that is written with CRLF, read as if it were written with LF.
fn broken_lines(text: &str, span: Range<usize>) -> Option<String> {
    let raw = text.get(span)?;
    let encoding = if raw.starts_with("\"\"\"") {
        Encoding::MlBasicString
    } else if raw.starts_with("'''") {
        Encoding::MlLiteralString
    } else {
        return None;
    };
    if !raw.contains("\r\n") {
        return None;
    }
    let raw = raw.replace("\r\n", "\n");
    let mut decoded = String::new();
    let whole = Span::new_unchecked(0, raw.len());
    // The text was read without an error before, and a line break is one in either form.
    let _ = Raw::new_unchecked(&raw, Some(encoding), whole).decode_scalar(&mut decoded, &mut ());
    Some(decoded)
}

/// Whether two values are the same to a reader: tables in any order, NaN like NaN.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Table(a), Value::Table(b)) => same_table(a, b),
        // `17:20` says what `17:20:00` says.
        (Value::Datetime(_), Value::Datetime(_)) => normal(a) == normal(b),
        _ => a == b,
    }
}

/// [`same`], for tables.
pub fn same_table(a: &Table, b: &Table) -> bool {
    a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
}

/// The value as it is written: clock times get the seconds that TOML 1.0 readers insist on.
pub(super) fn normal(value: &Value) -> Value {
    match value {
        Value::Datetime(datetime) => {
            let mut datetime = *datetime;
            if let Some(time) = &mut datetime.time {
                time.second = time.second.or(Some(0));
            }
            Value::Datetime(datetime)
        }
        Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
        Value::Table(table) => Value::Table(table.iter().map(|(key, value)| (key.clone(), normal(value))).collect()),
        _ => value.clone(),
    }
}

/// What people call the type.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// Whether the value is a list of at least one table and of nothing else.
pub(super) fn tables(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_table))
}

/// The value at these steps.
pub(super) fn find<'v>(root: &'v Table, steps: &[Step]) -> Option<&'v Value> {
    let (first, rest) = steps.split_first()?;
    let Step::Key(key) = first else { return None };
    rest.iter().try_fold(root.get(key)?, |value, step| match step {
        Step::Key(key) => value.as_table()?.get(key),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

fn find_mut<'v>(root: &'v mut Table, steps: &[Step]) -> Option<&'v mut Value> {
    let (first, rest) = steps.split_first()?;
    let Step::Key(key) = first else { return None };
    rest.iter().try_fold(root.get_mut(key)?, |value, step| match step {
        Step::Key(key) => value.as_table_mut()?.get_mut(key),
        Step::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

/// Puts a value at a path, with the tables on the way. `false` when the way is barred by something that is no table.
pub(super) fn put(root: &mut Table, path: &Path, value: Value) -> bool {
    let steps = path.steps();
    if let Some(place) = find_mut(root, steps) {
        *place = value;
        return true;
    }
    let Some((Step::Key(last), above)) = steps.split_last() else {
        return false;
    };
    let mut table = root;
    let mut above = above.iter().peekable();
    while let Some(step) = above.next() {
        let Step::Key(key) = step else { return false };
        let mut place = table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
        while let Some(Step::Index(index)) = above.peek() {
            above.next();
            let Some(item) = place.as_array_mut().and_then(|items| items.get_mut(*index)) else {
                return false;
            };
            place = item;
        }
        let Some(next) = place.as_table_mut() else {
            return false;
        };
        table = next;
    }
    table.insert(last.clone(), value);
    true
}

/// Takes the value at a path out. `false` when there is none.
pub(super) fn take(root: &mut Table, path: &Path) -> bool {
    let Some((last, above)) = path.steps().split_last() else {
        return false;
    };
    match last {
        Step::Key(key) if above.is_empty() => root.remove(key).is_some(),
        Step::Key(key) => {
            find_mut(root, above).and_then(Value::as_table_mut).is_some_and(|table| table.remove(key).is_some())
        }
        Step::Index(index) => match find_mut(root, above).and_then(Value::as_array_mut) {
            Some(items) if *index < items.len() => {
                items.remove(*index);
                true
            }
            _ => false,
        },
    }
}

/// Puts a value into the list at a path, before the element that has the index; makes the list when there is none.
pub(super) fn insert(root: &mut Table, path: &Path, index: usize, value: Value) -> bool {
    if find(root, path.steps()).is_none() && !put(root, path, Value::Array(Vec::new())) {
        return false;
    }
    match find_mut(root, path.steps()).and_then(Value::as_array_mut) {
        Some(items) if index <= items.len() => {
            items.insert(index, value);
            true
        }
        _ => false,
    }
}

//! Text -> values, as fast as can be, for reading very many records.
//!
//! Gives what [`read::values`](super::read::values) promises and no places or findings. A second parser does the work; where it refuses a text,
//! or a value, the first one decides, so that what counts as TOML is said in one place. That both agree is a law.

use toml::value::{Date, Datetime, Offset, Time};
use toml::{Table, Value};
use toml_spanner::{Arena, Item, TimeOffset};

/// Which keys of a record are wanted: one at the top, or below one in the rows of a list.
pub type Wanted<'a> = &'a dyn Fn(&str, Option<&str>) -> bool;

/// The values of a text that are wanted; `None` when this parser has doubts about anything.
pub fn table(text: &str, wanted: Wanted<'_>) -> Option<Table> {
    let arena = Arena::new();
    let document = toml_spanner::parse(text, &arena).ok()?;
    let mut values = Table::new();
    for (key, item) in document.table() {
        let key = key.as_str();
        if wanted(key, None)
            && let Some(value) = value(item, &|below| wanted(key, Some(below)))?
        {
            values.insert(key.to_owned(), value);
        }
    }
    Some(values)
}

/// [`table`]'s choice of keys, for values that were read otherwise.
pub fn keep(values: &mut Table, wanted: Wanted<'_>) {
    values.retain(|key, _| wanted(key, None));
    for (key, value) in values.iter_mut() {
        for row in value.as_array_mut().into_iter().flatten().filter_map(Value::as_table_mut) {
            row.retain(|below, _| wanted(key, Some(below)));
        }
    }
}

/// `None`: there are doubts. `Some(None)`: a number that no value can hold, which is left out.
#[expect(clippy::option_option, reason = "both are absent values, and `?` takes the outer one")]
fn value(item: &Item<'_>, in_rows: &dyn Fn(&str) -> bool) -> Option<Option<Value>> {
    Some(Some(match item.value() {
        toml_spanner::Value::String(words) if words.contains('\r') => Value::String(words.replace("\r\n", "\n")),
        toml_spanner::Value::String(words) => Value::String((*words).to_owned()),
        toml_spanner::Value::Integer(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => return Some(None),
        },
        toml_spanner::Value::Float(number) => Value::Float(*number),
        toml_spanner::Value::Boolean(flag) => Value::Boolean(*flag),
        toml_spanner::Value::DateTime(time) => Value::Datetime(datetime(time)),
        toml_spanner::Value::Array(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                let value = match item.value() {
                    toml_spanner::Value::Table(row) => Some(Value::Table(below(row, in_rows)?)),
                    _ => value(item, &everything)?,
                };
                match value {
                    Some(value) => list.push(value),
                    None => return Some(None),
                }
            }
            Value::Array(list)
        }
        toml_spanner::Value::Table(table) => Value::Table(below(table, &everything)?),
    }))
}

fn below(table: &toml_spanner::Table<'_>, wanted: &dyn Fn(&str) -> bool) -> Option<Table> {
    let mut values = Table::new();
    for (key, item) in table {
        if wanted(key.as_str())
            && let Some(value) = value(item, &everything)?
        {
            values.insert(key.as_str().to_owned(), value);
        }
    }
    Some(values)
}

fn datetime(read: &toml_spanner::DateTime) -> Datetime {
    let date = read.date().map(|date| Date { year: date.year, month: date.month, day: date.day });
    let time = read.time().map(|time| Time {
        hour: time.hour,
        minute: time.minute,
        second: time.has_seconds().then_some(time.second),
        nanosecond: (time.subsecond_precision() > 0).then_some(time.nanosecond),
    });
    let offset = read.offset().map(|offset| match offset {
        TimeOffset::Z => Offset::Z,
        TimeOffset::Custom { minutes } => Offset::Custom { minutes },
    });
    Datetime { date, time, offset }
}

fn everything(_key: &str) -> bool {
    true
}

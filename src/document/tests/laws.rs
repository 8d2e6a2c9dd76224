//! The laws of an edit, over generated documents.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;
use toml::{Table, Value};

use super::generate::{Ranked, document, key, scalar_value, text, tidy_document, value};
use crate::document::laws::{
    assert_comments_kept, assert_deleted, assert_form_kept, assert_inserted, places, statements_cover,
};
use crate::document::values::{normal, same, same_table};
use crate::document::{Document, EditError, Layout, Path, Plain, StatementKind, Step};

fn layout(ranked: bool) -> &'static dyn Layout {
    if ranked { &Ranked } else { &Plain }
}

/// The value a document would have at a path where something is to be set: tables are there.
fn free_place(document: &Document, at: Index, key: &str, deep: bool) -> Option<Path> {
    let tables: Vec<Path> =
        places(document).into_iter().filter(|path| matches!(document.get(path), Some(Value::Table(_)))).collect();
    let mut path = at.get(&tables).key(key);
    if deep {
        path = path.key("deep");
    }
    let blocked = document.contains(&path) || (deep && document.contains(&path.parent()?));
    (!blocked).then_some(path)
}

fn config() -> Config {
    Config { failure_persistence: None, max_global_rejects: 100_000, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_value_set_is_the_value_read(document in document(), at in any::<Index>(), value in value(), ranked in any::<bool>()) {
        let places = places(&document);
        let path = at.get(&places);
        match document.set(path, &value, layout(ranked)) {
            Ok(edited) => {
                prop_assert!(same(&edited.get(path).expect("just set"), &normal(&value)));
                assert_form_kept(&document, &edited);
            }
            Err(EditError::Root) => prop_assert!(path.is_root()),
            // A block of a list cannot become something else than a table.
            Err(EditError::NotFields { .. }) => prop_assert!(!value.is_table()),
            Err(error) => prop_assert!(false, "{error}\n{path}\n{}", document.text()),
        }
    }

    #[test]
    fn a_scalar_in_place_of_a_scalar_changes_its_own_bytes_only(document in document(), at in any::<Index>(), value in scalar_value()) {
        let scalars: Vec<Path> = places(&document)
            .into_iter()
            .filter(|path| !matches!(document.get(path), Some(Value::Table(_) | Value::Array(_))))
            .collect();
        prop_assume!(!scalars.is_empty());
        let path = at.get(&scalars);
        let span = document.span_of(path).expect("it is there");
        let edited = document.set(path, &value, &Ranked).expect("a scalar can be set");
        let (old, new) = (document.text(), edited.text());
        prop_assert!(new.starts_with(&old[..span.start]));
        prop_assert!(new.ends_with(&old[span.end..]));
        let at = edited.span_of(path).expect("it is still there");
        prop_assert_eq!(&new[at.end..], &old[span.end..]);
    }

    #[test]
    fn the_same_value_again_changes_no_byte(document in document(), at in any::<Index>()) {
        let places = places(&document);
        let path = at.get(&places);
        prop_assume!(!path.is_root());
        let edited = document.set(path, &document.get(path).expect("listed"), &Ranked).expect("no change");
        prop_assert_eq!(edited.text(), document.text());
    }

    #[test]
    fn a_new_key_is_an_insertion_and_clearing_it_brings_the_values_back(
        document in document(), at in any::<Index>(), key in key(), deep in any::<bool>(), value in value(), ranked in any::<bool>(),
    ) {
        let Some(path) = free_place(&document, at, &key, deep) else { return Ok(()) };
        let edited = match document.set(&path, &value, layout(ranked)) {
            Ok(edited) => edited,
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{path}\n{}", document.text()))),
        };
        if !matches!(value, Value::Array(_) | Value::Table(_)) {
            // A list in brackets may need a comma besides.
            assert_form_kept(&document, &edited);
        }
        // Within braces a comma may be needed elsewhere.
        let in_braces = document.statements().iter().any(|other| other.value.is_some() && other.path.holds(&path));
        if !in_braces {
            assert_inserted(document.text(), edited.text());
        }
        prop_assert!(same(&edited.get(&path).expect("just set"), &normal(&value)));
        let cleared = edited.clear(&path).expect("just set");
        assert_deleted(edited.text(), cleared.text());
        if !deep {
            prop_assert!(same_table(cleared.values(), document.values()), "{}\n{}", edited.text(), cleared.text());
        }
        if let Some(above) = path.parent().filter(|above| deep && cleared.contains(above)) {
            let cleared = cleared.clear(&above).expect("made on the way");
            prop_assert!(same_table(cleared.values(), document.values()), "{}\n{}", edited.text(), cleared.text());
        }
    }

    #[test]
    fn in_a_document_of_one_habit_what_is_added_and_cleared_leaves_the_text_as_it_was(
        document in tidy_document(), at in any::<Index>(), key in key(), deep in any::<bool>(), value in scalar_value(), ranked in any::<bool>(),
    ) {
        let Some(path) = free_place(&document, at, &key, deep) else { return Ok(()) };
        let edited = document.set(&path, &value, layout(ranked)).expect("a free place");
        // A table that had no header of its own has one now, and keeps it.
        prop_assume!(deep || edited.statements().len() == document.statements().len() + 1);
        let added = path.parent().filter(|_| deep).unwrap_or(path);
        let cleared = edited.clear(&added).expect("just set");
        prop_assert_eq!(cleared.text(), document.text(), "by way of {:?}", edited.text());
    }

    #[test]
    fn in_a_document_of_one_habit_a_block_put_in_and_taken_out_leaves_the_text_as_it_was(
        document in tidy_document(), at in any::<Index>(), place in any::<Index>(), value in scalar_value(),
    ) {
        let mut lists: Vec<Path> = document
            .statements()
            .iter()
            .filter(|statement| statement.kind == StatementKind::Element)
            .filter_map(|statement| statement.path.parent())
            .collect();
        lists.push(Path::of(&["brand", "new"]));
        let path = at.get(&lists);
        let index = place.index(document.len_of(path).unwrap_or(0) + 1);
        let fields = [("b".to_owned(), value.clone()), ("z".to_owned(), value)];
        let edited = document.insert_table(path, Some(index), &fields, &Ranked).expect("a list of blocks");
        let added = if document.contains(path) { path.index(index) } else { Path::of(&["brand"]) };
        let cleared = edited.clear(&added).expect("just put in");
        prop_assert_eq!(cleared.text(), document.text(), "by way of {:?}", edited.text());
    }

    #[test]
    fn clearing_only_deletes_and_keeps_the_comments_of_others(document in document(), at in any::<Index>()) {
        let places = places(&document);
        let path = at.get(&places);
        prop_assume!(!path.is_root());
        let edited = match document.clear(path) {
            Ok(edited) => edited,
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{path}\n{}", document.text()))),
        };
        prop_assert!(matches!(path.steps().last(), Some(Step::Index(_))) || !edited.contains(path));
        assert_deleted(document.text(), edited.text());
        assert_form_kept(&document, &edited);
        for statement in document.statements() {
            if statement.kind == StatementKind::Pair && !path.holds(&statement.path) && !statement.path.holds(path) {
                let text = &document.text()[statement.body.start..statement.comment.as_ref().map_or(statement.body.end, |c| c.end)];
                prop_assert!(edited.text().contains(text), "{text:?} is gone from {:?}", edited.text());
            }
        }
    }

    #[test]
    fn appending_and_removing_brings_the_list_back(document in document(), at in any::<Index>(), value in value()) {
        let lists: Vec<Path> = places(&document)
            .into_iter()
            .filter(|path| document.len_of(path).is_some())
            .collect();
        prop_assume!(!lists.is_empty());
        let path = at.get(&lists);
        let len = document.len_of(path).expect("a list");
        match document.append(path, &value, &Ranked) {
            Ok(edited) => {
                prop_assert_eq!(edited.len_of(path), Some(len + 1));
                assert_form_kept(&document, &edited);
                assert_comments_kept(&document, &edited);
                let cleared = edited.clear(&path.index(len)).expect("just added");
                prop_assert!(same_table(cleared.values(), document.values()));
                let removed = edited.remove_value(path, &normal(&value)).expect("just added");
                let left = removed.get(path);
                let items = left.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                prop_assert!(items.iter().all(|item| !same(item, &value)));
            }
            Err(EditError::NotFields { .. }) => prop_assert!(!value.is_table()),
            Err(error) => prop_assert!(false, "{error}\n{path}\n{}", document.text()),
        }
    }

    #[test]
    fn a_table_put_into_a_list_can_be_taken_out_again(
        document in document(), at in any::<Index>(), place in any::<Index>(), fields in proptest::collection::vec((key(), value()), 0..4),
    ) {
        let table: Table = fields.into_iter().collect();
        let fields: Vec<(String, Value)> = table.into_iter().collect();
        let mut lists: Vec<Path> = places(&document)
            .into_iter()
            .filter(|path| document.len_of(path).is_some())
            .collect();
        lists.push(Path::of(&["brand", "new"]));
        let path = at.get(&lists);
        let len = document.len_of(path).unwrap_or(0);
        let index = place.index(len + 1);
        let edited = match document.insert_table(path, Some(index), &fields, &Ranked) {
            Ok(edited) => edited,
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{path}\n{}", document.text()))),
        };
        assert_form_kept(&document, &edited);
        assert_comments_kept(&document, &edited);
        let here = path.index(index);
        let taken = edited.get(&here).expect("just put there");
        let fields: Table = fields.into_iter().collect();
        prop_assert!(same(&taken, &normal(&Value::Table(fields))));
        let cleared = edited.clear(&here).expect("just put there");
        assert_deleted(edited.text(), cleared.text());
        if len > 0 {
            prop_assert!(same_table(cleared.values(), document.values()), "{}\n{}", edited.text(), cleared.text());
        }
    }

    #[test]
    fn any_text_comes_back_from_any_kind_of_string(value in text(), document in prop::sample::select(vec![
        "a = \"x\"", "a = 'x'", "a = \"\"\"x\"\"\"", "a = \"\"\"\nx\n\"\"\"", "a = '''\nx'''", "a = '''x'''", "", "a = ['x']",
        "b = 1\r\na = \"\"\"\r\nx\r\n\"\"\"\r\n", "b = 1\r\n",
    ])) {
        let document = Document::parse(document).expect("valid");
        for layout in [layout(true), layout(false)] {
            let path: Path = "a".parse().expect("a key");
            let value = Value::String(value.clone());
            let edited = document.set(&path, &value, layout).expect("any text can be set");
            prop_assert_eq!(edited.get(&path), Some(value.clone()));
            let listed = document.set(&"b.list".parse().expect("a path"), &Value::Array(vec![value]), layout);
            prop_assert!(document.contains(&Path::of(&["b"])) || listed.is_ok());
        }
    }

    #[test]
    fn a_path_reads_as_it_is_shown(keys in proptest::collection::vec((text(), proptest::option::of(0..9_usize)), 1..4)) {
        let mut path = Path::root();
        for (key, index) in keys {
            path = path.key(&key);
            if let Some(index) = index {
                path = path.index(index);
            }
        }
        prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
    }

    #[test]
    fn statements_cover_every_pair_and_header(document in document()) {
        statements_cover(&document);
    }
}

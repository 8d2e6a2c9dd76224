//! Records whose texts try to break what shows them; for tests only.

use proptest::prelude::*;
use toml::{Table, Value};

use crate::record::Record;
use crate::record::keys::{self, Kind};
use crate::workflow::Verb;
use crate::workflow::story::Story;

/// Markdown that tries to leave its place.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "#",
        "## H",
        "---",
        "***",
        "===",
        "```",
        "~~~",
        "````",
        "<script>",
        "</div>",
        "<!--",
        "-->",
        "<br>",
        "<?",
        "<![CDATA[",
        "[x]: /y",
        "[^1]: n",
        "[a](b)",
        "![i](http://e/x)",
        "[a](javascript:x)",
        "|",
        "| a | b |\n|--|--|\n",
        "|--|",
        "- ",
        "1. ",
        "* ",
        "+ ",
        "> ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\n",
        " ",
        "text",
        "é",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "``",
        "\\",
        "&",
        "&lt;",
        "@ann",
        "#12",
        "http://e.x/_a_",
        "<http://e.x>",
        "\u{1b}[2J",
        "\u{202e}",
        "$$",
        "$",
        ":",
        "[ ] ",
        "[x] ",
        "-",
        "=",
        "\r\n",
        "<details>",
        "&#10;",
        "&nbsp;",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|parts| parts.concat())
}

/// The id of the record that hostile values are shown of.
const ID: &str = "2017-01-31-production-database-directory-removed";

/// A record in which every key of the format has a value, each text that `text` gives for the key's path.
pub(super) fn filled_by(mut text: impl FnMut(&str) -> String) -> Record {
    let mut table = children("", &mut text);
    // Only sign-offs that count are shown in the document, so they are made as the program makes them.
    let mut story = Story::of(ID);
    story.sign(Verb::Submit, "draft", "Owner", "owner");
    for _ in 0..2 {
        story.sign(Verb::Approve, "in-review", &text("sign_offs.name"), &text("sign_offs.role"));
    }
    for entry in &mut story.all {
        entry.note = text("sign_offs.note");
    }
    let story = story.linked_anew();
    let entries = story.all.iter().map(|entry| Value::Table(entry.fields().into_iter().collect()));
    table.insert("sign_offs".to_owned(), Value::Array(entries.collect()));
    Record::new(table)
}

/// A record in which every text key of the format holds one of `texts`, in turn.
pub(super) fn filled_with(texts: &[String]) -> Record {
    let mut next = texts.iter().cycle().cloned();
    filled_by(|_| next.next().unwrap_or_default())
}

fn children(parent: &str, text: &mut impl FnMut(&str) -> String) -> Table {
    let mut table = Table::new();
    for key in keys::children(parent) {
        let plain = key.plain_path();
        let value = match key.kind {
            Kind::Url => Value::String(format!("https://e.x/{}", text(&plain))),
            Kind::Table => Value::Table(children(&plain, text)),
            Kind::Tables => Value::Array((0..2).map(|_| Value::Table(children(&plain, text))).collect()),
            Kind::List | Kind::Names | Kind::Words(_) => {
                Value::Array(vec![Value::String(text(&plain)), Value::String(text(&plain))])
            }
            Kind::Count | Kind::Amount | Kind::Percent => Value::Integer(7),
            Kind::Flag => Value::Boolean(false),
            Kind::Date | Kind::Time | Kind::TimeOrNo => {
                Value::Datetime("2031-03-07T11:13:00Z".parse().expect("a time"))
            }
            Kind::Free => Value::Table([(text(&plain), Value::String(text(&plain)))].into_iter().collect()),
            _ => Value::String(text(&plain)),
        };
        table.insert(key.name().to_owned(), value);
    }
    table
}

/// What a rendering of a record has to show: a marker for every text key, save those that `verify` reads.
pub(super) fn markers() -> Vec<String> {
    let texts = keys::KEYS.iter().filter(|key| {
        let counted = matches!(key.kind, Kind::Count | Kind::Amount | Kind::Percent | Kind::Flag);
        let dated = matches!(key.kind, Kind::Date | Kind::Time | Kind::TimeOrNo);
        !counted && !dated && !matches!(key.kind, Kind::Table | Kind::Tables) && !key.path.starts_with("sign_offs")
    });
    texts.map(|key| marker(&key.plain_path())).collect()
}

/// The marker of a key: one word that no rendering breaks or escapes.
pub(super) fn marker(path: &str) -> String {
    let place = keys::position(path).unwrap_or(usize::MAX);
    format!("Mark{place}er")
}

//! Records, and what two people may have done to them: scripts of edits, each of which brings words of its own along.

use proptest::collection::vec;
use proptest::prelude::*;
use toml::{Table, Value};

use crate::document::{Canonical, Document, Path};
use crate::record::RecordId;
use crate::workflow::SignOff;
use crate::workflow::sign_off::tips;

/// One edit; the numbers choose among what is there.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    Set(usize, usize),
    Clear(usize),
    AddItem(usize, usize),
    DropItem(usize, usize),
    RewordItem(usize, usize),
    AddRow(usize, usize, usize),
    ChangeRow(usize, usize, usize),
    ClearInRow(usize, usize, usize),
    DropRow(usize, usize),
    Sign(usize),
    MoveRow(usize, usize, usize),
    RewordSentence(usize),
    DropSentence(usize),
    AddSentence(usize),
    Comment(usize),
}

const FIELDS: [&[&str]; 10] = [
    &["severity"],
    &["owner"],
    &["impact", "summary"],
    &["impact", "users", "affected"],
    &["impact", "users", "percent"],
    &["cause", "trigger"],
    &["custom", "team"],
    &["custom", "deep", "more"],
    &["mine"],
    &["review", "location"],
];

const LISTS: [&[&str]; 4] = [&["services"], &["tags"], &["lessons", "went_well"], &["custom", "names"]];

const ROWS: [&[&str]; 6] =
    [&["timeline"], &["actions"], &["cause", "whys"], &["links"], &["review", "questions"], &["custom", "rows"]];

/// An edit.
pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let n = 0..64_usize;
    prop_oneof![
        4 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Set(a, b)),
        1 => n.clone().prop_map(Edit::Clear),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::AddItem(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::DropItem(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RewordItem(a, b)),
        5 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::AddRow(a, b, c)),
        4 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::ChangeRow(a, b, c)),
        1 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::ClearInRow(a, b, c)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::DropRow(a, b)),
        1 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::MoveRow(a, b, c)),
        2 => n.clone().prop_map(Edit::RewordSentence),
        1 => n.clone().prop_map(Edit::DropSentence),
        1 => n.clone().prop_map(Edit::AddSentence),
        1 => n.clone().prop_map(Edit::Sign),
        1 => n.prop_map(Edit::Comment),
    ]
}

/// What one person did.
pub(super) fn script(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    vec(edit(), 0..=most)
}

/// A base, and how its lines end.
pub(super) fn base() -> impl Strategy<Value = Document> {
    (script(14), any::<bool>(), any::<bool>(), 0..8_u8).prop_map(|(script, crlf, mark, shape)| {
        let start = "#:schema ../x.json\n\nformat = 1\n\ntitle = \"x\"\n\nstatus = \"draft\"\n\nsummary = \"\"\"\nFirst one. Second one. Third one.\nFourth one.\n\"\"\"\n";
        let mut document = edited(&Document::parse(start).expect("TOML"), &script, "b");
        if shape == 0 {
            // Everything in the shortest form: rows within braces, keys with dots.
            let pairs = document.values().iter().map(|(key, value)| format!("{key} = {value}"));
            let text = pairs.collect::<Vec<_>>().join("\n") + "\n";
            document = Document::parse(text).expect("TOML");
        }
        let mut text = document.text().to_owned();
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        Document::parse(text).expect("TOML")
    })
}

/// The document after a script; the words it brings are `whose` and a number.
pub(super) fn edited(document: &Document, script: &[Edit], whose: &str) -> Document {
    let mut document = document.clone();
    for (number, edit) in script.iter().enumerate() {
        let word = format!("{whose}{number}w");
        if let Some(next) = one(&document, edit, &word) {
            document = next;
        }
    }
    document
}

fn one(document: &Document, edit: &Edit, word: &str) -> Option<Document> {
    let path = |keys: &[&str]| Path::of(keys);
    let list_of = |number: usize| path(LISTS[number % LISTS.len()]);
    let rows_of = |number: usize| path(ROWS[number % ROWS.len()]);
    let at = |list: &Path, number: usize| -> Option<usize> {
        let len = document.len_of(list).filter(|len| *len > 0)?;
        Some(number % len)
    };
    match edit {
        Edit::Set(field, value) => {
            let field = FIELDS[field % FIELDS.len()];
            let value = match field.last() {
                Some(&"severity") => Value::from(["P1", "P2", "P3"][value % 3]),
                Some(&"affected" | &"percent") => Value::from(i64::try_from(value % 5).ok()?),
                _ if value % 7 == 0 => Value::from("agreed"),
                _ => Value::from(word),
            };
            document.set(&path(field), &value, &Canonical).ok()
        }
        Edit::Clear(field) => document.clear(&path(FIELDS[field % FIELDS.len()])).ok(),
        Edit::AddItem(list, value) => {
            let item = if value % 4 == 0 { "agreed".to_owned() } else { word.to_owned() };
            let list = list_of(*list);
            let index = value % (document.len_of(&list).unwrap_or(0) + 1);
            let held = document
                .value(&list)
                .and_then(Value::as_array)
                .is_some_and(|items| items.contains(&Value::from(item.as_str())));
            if held { None } else { document.insert(&list, index, &Value::from(item), &Canonical).ok() }
        }
        Edit::DropItem(list, index) => {
            let list = list_of(*list);
            document.clear(&list.index(at(&list, *index)?)).ok()
        }
        Edit::RewordItem(list, index) => {
            let list = list_of(*list);
            document.set(&list.index(at(&list, *index)?), &Value::from(word), &Canonical).ok()
        }
        Edit::AddRow(list, kind, place) => {
            let list = rows_of(*list);
            let len = document.len_of(&list).unwrap_or(0);
            let row = row(&list, *kind, word);
            let index = if list == path(&["timeline"]) {
                let entries = document.value(&list).and_then(Value::as_array).cloned().unwrap_or_default();
                crate::record::timeline::place_in_time(&entries, crate::record::timeline::moment(&row, "at"))
            } else {
                place % (len + 1)
            };
            document.insert(&list, index, &Value::Table(row), &Canonical).ok()
        }
        Edit::ChangeRow(list, index, value) => {
            let list = rows_of(*list);
            let row = list.index(at(&list, *index)?);
            let keys = keys_of(&list);
            let key = keys[value % keys.len()];
            let value = match key {
                "status" => Value::from(["open", "in-progress", "done"][value % 3]),
                "approx" => Value::from(true),
                "at" => time(*value),
                _ => Value::from(word),
            };
            document.set(&row.key(key), &value, &Canonical).ok()
        }
        Edit::ClearInRow(list, index, key) => {
            let list = rows_of(*list);
            let keys = keys_of(&list);
            document.clear(&list.index(at(&list, *index)?).key(keys[key % keys.len()])).ok()
        }
        Edit::DropRow(list, index) => {
            let list = rows_of(*list);
            document.clear(&list.index(at(&list, *index)?)).ok()
        }
        Edit::Sign(kind) => signed(document, *kind, word),
        Edit::MoveRow(list, from, to) => {
            let list = rows_of(*list);
            document.relocate(&list, at(&list, *from)?, at(&list, *to)?, &Canonical).ok()
        }
        Edit::RewordSentence(index) => sentences(document, |all| {
            let index = index % all.len();
            all[index] = format!("Said {word} instead.");
        }),
        Edit::DropSentence(index) => sentences(document, |all| {
            if all.len() > 1 {
                all.remove(index % all.len());
            }
        }),
        Edit::AddSentence(index) => sentences(document, |all| {
            let index = index % (all.len() + 1);
            all.insert(index, format!("Added {word} here."));
        }),
        Edit::Comment(index) => {
            let statements = document.statements();
            let statement = statements.get(index % statements.len().max(1))?;
            let mut text = document.text().to_owned();
            let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
            text.insert_str(statement.lines.start, &format!("# note {word}{newline}"));
            Document::parse(text).ok()
        }
    }
}

/// A transition by somebody, which builds on all that is there.
fn signed(document: &Document, kind: usize, word: &str) -> Option<Document> {
    let list = Path::of(&["sign_offs"]);
    let record = RecordId::of_stem("2026-03-02-example");
    let prev = tips(&SignOff::all(&document.record()), &record);
    let (from, to) =
        [("in-review", "approved"), ("in-review", "approved"), ("draft", "in-review"), ("in-review", "draft")]
            [kind % 4];
    let Value::Datetime(at) = time(kind) else { return None };
    let fields = [
        ("from", Value::from(from)),
        ("to", Value::from(to)),
        ("role", Value::from("lead")),
        ("name", Value::from(word)),
        ("email", Value::from(format!("{word}@example.com"))),
        ("at", Value::Datetime(at)),
        ("content", Value::from("pm1-sha256:00")),
        ("prev", Value::Array(prev.into_iter().map(Value::from).collect())),
    ];
    let row: Table = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let document = document.append(&list, &Value::Table(row), &Canonical).ok()?;
    document.set(&Path::of(&["status"]), &Value::from(to), &Canonical).ok()
}

fn sentences(document: &Document, change: impl FnOnce(&mut Vec<String>)) -> Option<Document> {
    let path = Path::of(&["summary"]);
    let text = document.value(&path)?.as_str()?;
    let mut all: Vec<String> = text
        .split_inclusive(". ")
        .flat_map(|part| part.split_inclusive(".\n"))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    if all.is_empty() {
        return None;
    }
    change(&mut all);
    document.set(&path, &Value::from(format!("{}\n", all.join(" "))), &Canonical).ok()
}

fn keys_of(list: &Path) -> &'static [&'static str] {
    match list.generic().join(".").as_str() {
        "timeline" => &["event", "notes", "owner", "approx", "at"],
        "actions" => &["action", "owner", "status", "evidence", "reason"],
        "cause.whys" => &["why", "because"],
        "links" => &["label", "url"],
        "review.questions" => &["question", "owner", "answer"],
        _ => &["x", "y"],
    }
}

fn time(number: usize) -> Value {
    let text = format!("2026-03-02T{:02}:{:02}:00Z", number % 4 + 9, number % 3 * 20);
    Value::Datetime(text.parse().expect("a time"))
}

/// A new row: often one that nobody else adds, sometimes the same as somebody else's.
fn row(list: &Path, kind: usize, word: &str) -> Table {
    let text = if kind.is_multiple_of(6) { "agreed" } else { word };
    let pairs: Vec<(&str, Value)> = match list.generic().join(".").as_str() {
        "timeline" => vec![("at", time(kind)), ("event", Value::from(text))],
        "actions" => {
            let id = if kind.is_multiple_of(6) { "k7fq".to_owned() } else { format!("a{word}") };
            vec![("id", Value::from(id)), ("action", Value::from(text)), ("status", Value::from("open"))]
        }
        "cause.whys" => vec![("why", Value::from(text)), ("because", Value::from(format!("Since {text}.")))],
        "links" => vec![("label", Value::from(text)), ("url", Value::from(format!("https://example.com/{text}")))],
        "review.questions" => vec![("question", Value::from(text))],
        _ => vec![("x", Value::from(text)), ("y", Value::from(1))],
    };
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

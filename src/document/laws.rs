//! The laws of reading and editing, of any text at all: what the fuzzer, and the tests, hold the room to.
//!
//! Each function panics where a law is broken, and says what broke it. Never: part of the program; it is built for tests and
//! for fuzzing alone.

use toml::{Table, Value};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::values::normal;
use super::{Canonical, Document, EditError, Path, StatementKind, Step, read, same, same_table};

/// What separates the parts of an input that consists of several.
pub const PART: &str = "----\n";

/// Holds reading to its laws: it never fails, both readers say the same, and every place is in the text.
pub fn reading(text: &str) {
    let severities = ["P1", "P2", "P3"].map(str::to_owned);
    let terms = read::Terms { severities: &severities };
    let reading = read::read(text, &terms);
    for finding in &reading.findings {
        let span = &finding.span;
        assert!(text.get(span.clone()).is_some(), "{span:?} of {} is no part of the text: {text:?}", finding.rule);
    }
    let [quick, decided] = read::both_readers(text);
    if let Some(quick) = &quick {
        let decided = decided.as_ref().unwrap_or_else(|| panic!("{text:?} is read as {quick:?} and should not be"));
        assert!(same_table(quick, decided), "{text:?}\nquick: {quick:?}\nother: {decided:?}");
    }
    let is_marked = reading.findings.iter().any(|finding| finding.rule == "conflict-markers");
    match &decided {
        Some(values) if !is_marked => {
            assert!(same_table(reading.record.values(), values), "{text:?}\n{:?}\n{values:?}", reading.record);
        }
        None => assert!(!reading.is_sound(), "{text:?} is no TOML, and nothing says so"),
        Some(_) => {}
    }
    let Ok(document) = Document::parse(text) else { return };
    assert_eq!(document.text(), text);
    let decided = decided.unwrap_or_else(|| panic!("{text:?} is a document and no record"));
    let plain = |table: &Table| Value::Table(without_returns(table));
    assert!(same(&plain(document.values()), &plain(&decided)), "{text:?}\n{document:?}\n{decided:?}");
    statements_cover(&document);
}

/// The table with the line breaks of Windows in its texts as `\n`: a document keeps those written as escapes.
fn without_returns(table: &Table) -> Table {
    fn plain(value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(text.replace("\r\n", "\n")),
            Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
            Value::Table(table) => Value::Table(without_returns(table)),
            other => other.clone(),
        }
    }
    table.iter().map(|(key, value)| (key.clone(), plain(value))).collect()
}

/// Every statement is where it says, with nothing but blank lines and comments between two of them.
pub(super) fn statements_cover(document: &Document) {
    let text = document.text();
    let mut end = 0;
    for statement in document.statements() {
        assert!(statement.leading.start >= end, "{text:?}");
        assert_eq!(statement.leading.end, statement.lines.start, "{text:?}");
        assert!(statement.lines.start <= statement.body.start && statement.body.end <= statement.lines.end, "{text:?}");
        let gap = &text[end..statement.lines.start];
        let is_gap = |line: &str| line.is_empty() || line.starts_with('#');
        assert!(gap.trim_start_matches('\u{feff}').lines().map(str::trim).all(is_gap), "{text:?}");
        end = statement.lines.end;
        assert!(document.contains(&statement.path), "{} of {text:?}", statement.path);
        if let Some(value) = &statement.value {
            assert_eq!(document.span_of(&statement.path), Some(value.clone()), "{text:?}");
            let alone = Document::parse(format!("x = {}", &text[value.clone()])).expect("a value stands alone");
            assert!(same(&alone.values()["x"], &document.get(&statement.path).expect("it is there")), "{text:?}");
        }
    }
}

/// Holds one edit of any text to the laws of edits. The input is a text, [`PART`], and what is done with it: a verb, the number
/// of the place, and for some verbs a key and a value as TOML writes it.
///
/// `set 3 "x"`, `clear 3`, `append 3 "x"`, `insert 3 { x = 1 }`, `remove 3 "x"`, `add 3 key "x"`
pub fn editing(input: &str) {
    let Some((text, order)) = input.split_once(PART) else { return };
    let Ok(document) = Document::parse(text) else { return };
    let Some(edit) = Edit::read(&document, order) else { return };
    edit.hold();
}

struct Edit<'d> {
    document: &'d Document,
    verb: &'d str,
    path: Path,
    key: String,
    value: Value,
}

impl<'d> Edit<'d> {
    fn read(document: &'d Document, order: &'d str) -> Option<Self> {
        let (verb, rest) = order.split_once(' ').unwrap_or((order.trim_end(), ""));
        let (number, rest) = rest.split_once(' ').unwrap_or((rest.trim_end(), ""));
        let places = places(document);
        let path = places[number.parse::<usize>().unwrap_or(0) % places.len()].clone();
        let (key, rest) = if verb == "add" { rest.split_once(' ')? } else { ("", rest) };
        let value = format!("x = {rest}\n").parse::<Table>().ok().and_then(|mut table| table.remove("x"));
        Some(Self { document, verb, path, key: key.to_owned(), value: value.unwrap_or(Value::from("x")) })
    }

    fn hold(&self) {
        match self.verb {
            "set" => self.set(),
            "clear" => self.clear(),
            "append" => self.append(),
            "insert" => self.insert(),
            "remove" => self.remove(),
            "add" => self.add(),
            _ => {}
        }
    }

    fn fail(&self, error: &EditError) -> ! {
        panic!("{} {} {}: {error}\n{:?}", self.verb, self.path, self.value, self.document.text())
    }

    fn set(&self) {
        let (document, path) = (self.document, &self.path);
        let old = document.get(path);
        match document.set(path, &self.value, &Canonical) {
            Ok(edited) => {
                assert!(same(&edited.get(path).expect("just set"), &normal(&self.value)), "{:?}", edited.text());
                assert_form_kept(document, &edited);
                let is_single = |value: &Value| !matches!(value, Value::Table(_) | Value::Array(_));
                if let Some(span) = document.span_of(path)
                    && old.as_ref().is_some_and(is_single)
                    && is_single(&self.value)
                {
                    let (before, behind) = (&document.text()[..span.start], &document.text()[span.end..]);
                    let text = edited.text();
                    assert!(text.starts_with(before) && text.ends_with(behind), "{:?}\n{text:?}", document.text());
                }
                if let Some(old) = old.filter(|_| !path.is_root()) {
                    match edited.set(path, &old, &Canonical) {
                        Ok(back) => assert!(same_table(back.values(), document.values()), "{:?}", back.text()),
                        Err(EditError::NotFields { .. }) => {}
                        Err(error) => self.fail(&error),
                    }
                }
            }
            Err(EditError::Root) => assert!(path.is_root()),
            Err(EditError::NotFields { .. }) => assert!(!self.value.is_table()),
            Err(error) => self.fail(&error),
        }
    }

    fn clear(&self) {
        let (document, path) = (self.document, &self.path);
        match document.clear(path) {
            Ok(edited) => {
                assert!(matches!(path.steps().last(), Some(Step::Index(_))) || !edited.contains(path));
                assert_deleted(document.text(), edited.text());
                assert_form_kept(document, &edited);
                for statement in document.statements() {
                    let is_other = !path.holds(&statement.path) && !statement.path.holds(path);
                    if statement.kind == StatementKind::Pair && is_other {
                        let end = statement.comment.as_ref().map_or(statement.body.end, |comment| comment.end);
                        let text = &document.text()[statement.body.start..end];
                        assert!(edited.text().contains(text), "{text:?} is gone from {:?}", edited.text());
                    }
                }
            }
            Err(EditError::Root) => assert!(path.is_root()),
            Err(error) => self.fail(&error),
        }
    }

    fn append(&self) {
        let (document, path) = (self.document, &self.path);
        let Some(len) = document.len_of(path) else { return };
        match document.append(path, &self.value, &Canonical) {
            Ok(edited) => {
                assert_eq!(edited.len_of(path), Some(len + 1));
                assert_form_kept(document, &edited);
                assert_comments_kept(document, &edited);
                let cleared = edited.clear(&path.index(len)).unwrap_or_else(|error| self.fail(&error));
                assert!(same_table(cleared.values(), document.values()), "{:?}", cleared.text());
            }
            Err(EditError::NotFields { .. }) => assert!(!self.value.is_table()),
            Err(error) => self.fail(&error),
        }
    }

    fn insert(&self) {
        let (document, path) = (self.document, &self.path);
        let (Some(len), Value::Table(table)) = (document.len_of(path), &self.value) else { return };
        let index = table.len() % (len + 1);
        let fields: Vec<(String, Value)> = table.clone().into_iter().collect();
        let edited =
            document.insert_table(path, Some(index), &fields, &Canonical).unwrap_or_else(|error| self.fail(&error));
        assert_form_kept(document, &edited);
        assert_comments_kept(document, &edited);
        let here = path.index(index);
        assert!(same(&edited.get(&here).expect("just put there"), &normal(&self.value)), "{:?}", edited.text());
        let cleared = edited.clear(&here).unwrap_or_else(|error| self.fail(&error));
        assert_deleted(edited.text(), cleared.text());
        if len > 0 {
            assert!(same_table(cleared.values(), document.values()), "{:?}", cleared.text());
        }
    }

    fn remove(&self) {
        let (document, path) = (self.document, &self.path);
        match document.remove_value(path, &self.value) {
            Ok(edited) => {
                assert_deleted(document.text(), edited.text());
                let left = edited.get(path);
                let items = left.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                assert!(!items.iter().any(|item| same(item, &self.value)), "{:?}", edited.text());
            }
            Err(EditError::NoSuchKey { .. } | EditError::NotAList { .. } | EditError::NoSuchValue { .. }) => {}
            Err(error) => self.fail(&error),
        }
    }

    fn add(&self) {
        let document = self.document;
        if !matches!(document.get(&self.path), Some(Value::Table(_))) {
            return;
        }
        let path = self.path.key(&self.key);
        if document.contains(&path) {
            return;
        }
        let edited = document.set(&path, &self.value, &Canonical).unwrap_or_else(|error| self.fail(&error));
        // Within braces a comma may be needed elsewhere.
        let in_braces = document.statements().iter().any(|other| other.value.is_some() && other.path.holds(&path));
        if !in_braces {
            assert_inserted(document.text(), edited.text());
        }
        assert!(same(&edited.get(&path).expect("just set"), &normal(&self.value)), "{:?}", edited.text());
        let cleared = edited.clear(&path).unwrap_or_else(|error| self.fail(&error));
        assert_deleted(edited.text(), cleared.text());
        assert!(same_table(cleared.values(), document.values()), "{:?}\n{:?}", edited.text(), cleared.text());
    }
}

/// Every place of a document, outer ones first.
pub(super) fn places(document: &Document) -> Vec<Path> {
    fn walk(value: &Value, at: &Path, found: &mut Vec<Path>) {
        found.push(at.clone());
        match value {
            Value::Table(table) => table.iter().for_each(|(key, value)| walk(value, &at.key(key), found)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, value)| walk(value, &at.index(index), found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    let root = Value::Table(document.values().clone());
    walk(&root, &Path::root(), &mut found);
    found
}

/// The old text in two parts, with something new between them.
pub(super) fn assert_inserted(old: &str, new: &str) {
    let same_start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b);
    let start = same_start.count();
    let same_end = old.bytes().rev().zip(new.bytes().rev());
    let end = same_end.take_while(|(a, b)| a == b).count();
    assert!(start + end >= old.len(), "more than an insertion:\n{old:?}\n{new:?}");
}

/// No comment is lost.
pub(super) fn assert_comments_kept(old: &Document, new: &Document) {
    let mut left = comments(new.text());
    for comment in comments(old.text()) {
        let at = left.iter().position(|other| *other == comment);
        let at = at.unwrap_or_else(|| panic!("{comment} is gone:\n{:?}\n{:?}", old.text(), new.text()));
        left.swap_remove(at);
    }
}

fn comments(text: &str) -> Vec<String> {
    Source::new(text)
        .lex()
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(|token| text[token.span().start()..token.span().end()].to_owned())
        .collect()
}

/// Nothing but deletions.
pub(super) fn assert_deleted(old: &str, new: &str) {
    let mut rest = old.chars();
    for c in new.chars() {
        assert!(rest.any(|other| other == c), "more than deletions:\n{old:?}\n{new:?}");
    }
}

/// The byte order mark, the line endings and a missing last line break are as they were.
pub(super) fn assert_form_kept(old: &Document, new: &Document) {
    assert_eq!(old.text().starts_with('\u{feff}'), new.text().starts_with('\u{feff}'));
    let unfinished = |text: &str| {
        let text = text.trim_start_matches('\u{feff}');
        !text.is_empty() && !text.ends_with('\n')
    };
    if unfinished(old.text()) {
        assert!(!new.text().ends_with('\n'), "{:?}\n{:?}", old.text(), new.text());
    }
    if !old.text().replace("\r\n", "").contains('\n') && old.text().contains('\n') {
        assert!(!new.text().replace("\r\n", "").contains('\n'), "a bare line break in a CRLF text: {:?}", new.text());
    }
}

//! Text of a record -> its values and everything that is wrong with its format.
//!
//! Reading never stops at the first error: what can be understood is in the [`Record`], and every finding of the file
//! comes at once, each with its place. Whether the *content* is good (order of time, owners of actions) is not asked
//! here.

mod expect;

use std::collections::HashMap;
use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::quick::{self, Wanted};
use crate::finding::{Finding, Level};
use crate::record::Record;
use crate::record::keys::{self, FORMAT, Kind};

/// What reading has to know of the settings.
#[derive(Debug, Clone)]
pub struct Terms<'a> {
    /// The severities of `pm.toml`, worst first.
    pub severities: &'a [String],
}

/// What a file says.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Everything that could be understood.
    pub record: Record,
    /// Everything that is wrong with the format, in order of place.
    pub findings: Vec<Finding>,
    /// Where each value is.
    pub places: Places,
}

/// The byte ranges of the values of a file by their path, as in `timeline[2].at` (numbers from 1).
#[derive(Debug, Clone, Default)]
pub struct Places {
    spans: HashMap<String, Range<usize>>,
}

impl Places {
    /// Where the value at a path is, else where the nearest table around it is, else the start of the file.
    pub fn nearest(&self, path: &str) -> Range<usize> {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return span.clone();
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return 0..0,
            }
        }
    }
}

impl Reading {
    /// Whether nothing keeps the file from being read as a record: no finding is an error.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.level < Level::Error)
    }
}

/// Reads a record with all of its findings, and the place of every value.
pub fn read(text: &str, terms: &Terms<'_>) -> Reading {
    read_keeping(text, terms, true)
}

/// The same without the places of what is in rows of lists, of which a long timeline has thousands.
pub(super) fn read_for_findings(text: &str, terms: &Terms<'_>) -> Reading {
    read_keeping(text, terms, false)
}

fn read_keeping(text: &str, terms: &Terms<'_>, rows: bool) -> Reading {
    if let Some(finding) = conflict_markers(text) {
        return Reading { findings: vec![finding], ..Reading::default() };
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, terms, findings: Vec::new(), places: Places::default(), rows, unknown: 0 };
    // The parser goes on behind an error, and finds more on the same line that are only its echo.
    let mut last_line = None;
    let (mut line, mut counted) = (0, 0);
    for error in &errors {
        let start = error.span().map_or(0, |span| span.start);
        // Errors come in order of place but for a few, so that the lines between two are counted, and not all again.
        match text.get(counted..start) {
            Some(between) => line += between.matches('\n').count(),
            None => line = text.get(..start).map_or(0, |before| before.matches('\n').count()),
        }
        counted = start;
        if last_line != Some(line) {
            reader.syntax(error);
        }
        last_line = Some(line);
    }
    let broken = !errors.is_empty();
    let values = reader.table(root.get_ref(), "", "");
    reader.required(&values, broken);
    let Reader { mut findings, places, .. } = reader;
    findings.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.level)));
    findings.dedup();
    Reading { record: Record::new(values), findings, places }
}

/// The values of a text in which reading certainly finds nothing, several times faster than reading with places. `None` says
/// nothing of the text.
pub fn sound_values(text: &str, terms: &Terms<'_>) -> Option<Record> {
    let values = quick::table(text, &|_, _| true)?;
    super::sound::certainly(&values, terms).then(|| Record::new(values))
}

/// Why a text of which [`values`] gives nothing cannot be read, as a clause for a listing.
pub fn why_unread(text: &str) -> &'static str {
    if conflict_markers(text).is_some() {
        "it has conflict markers: `pm resolve` merges it by field and entry"
    } else {
        "it is not valid TOML"
    }
}

/// The values of a record without any finding, for reading very many; `None` when the TOML is broken.
pub fn values(text: &str) -> Option<Record> {
    values_of(text, &|_, _| true)
}

/// The same with those keys alone that are wanted, which spares the work for the rest.
pub fn values_of(text: &str, wanted: Wanted<'_>) -> Option<Record> {
    quick::table(text, wanted).or_else(|| parsed(text, wanted)).map(Record::new)
}

/// What decides where the quick reader has doubts.
fn parsed(text: &str, wanted: Wanted<'_>) -> Option<Table> {
    let root = DeTable::parse(text).ok()?;
    let mut values = plain_table(root.get_ref());
    quick::keep(&mut values, wanted);
    Some(values)
}

/// From so many unknown keys on nobody reads what each may have been meant for, and looking costs.
const MANY: usize = 100;

struct Reader<'a> {
    text: &'a str,
    terms: &'a Terms<'a>,
    findings: Vec<Finding>,
    places: Places,
    /// Whether the places of what is in rows of lists are kept.
    rows: bool,
    /// How many unknown keys were seen.
    unknown: usize,
}

impl Reader<'_> {
    fn place(&mut self, path: &str, span: Range<usize>) {
        if self.rows || !path.contains('[') {
            self.places.spans.insert(path.to_owned(), span);
        }
    }

    fn report(&mut self, rule: &'static str, level: Level, span: Range<usize>, message: String, help: Option<String>) {
        self.findings.push(Finding { rule, level, message, span, help });
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().to_owned();
        let written = self.text.get(span.clone()).unwrap_or_default();
        if message.starts_with("duplicate key") {
            let message = format!("key `{written}` is there twice");
            let help = Some("keep one of the two, with the value that is right".to_owned());
            return self.report("duplicate-key", Level::Error, span, message, help);
        }
        if let Some((why, whole)) = expect::impossible_date(self.text, &span) {
            let help = Some("correct the date; times are written as 2017-01-31T23:27:00Z".to_owned());
            return self.report("impossible-date", Level::Error, whole, why, help);
        }
        let help = expect::syntax_help(&message);
        self.report("syntax", Level::Error, span, message, help);
    }

    fn table(&mut self, table: &DeTable<'_>, plain: &str, path: &str) -> Table {
        let mut values = Table::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let join = |parent: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
            let (plain, path) = (join(plain), join(path));
            let known = keys::find(&plain);
            if known.is_none() {
                self.unknown_key(&plain, key.span());
            }
            let place = if value.get_ref().is_table() { key.span() } else { value.span() };
            self.place(&path, place);
            let value = match known {
                Some(key) => self.known_value(value, key.kind, &plain, &path),
                None => self.free_value(value, &path),
            };
            if let Some(value) = value {
                values.insert(name.to_owned(), value);
            }
        }
        values
    }

    fn unknown_key(&mut self, plain: &str, span: Range<usize>) {
        self.unknown += 1;
        let near = if self.unknown > MANY { None } else { keys::nearest(plain) };
        let help = match near {
            Some(near) if near.name() == plain.rsplit('.').next().unwrap_or(plain) => match near.parent() {
                "" => format!("`{}` belongs at the top of the file, above the first table", near.name()),
                parent => format!("`{}` belongs under `[{}]`", near.name(), parent.replace("[]", "")),
            },
            Some(near) => format!("did you mean `{}`? Keys of your own belong under `[custom]`", near.path),
            None => "keys of your own belong under `[custom]`".to_owned(),
        };
        let name = plain.rsplit('.').next().unwrap_or(plain);
        let message = format!("`{name}` is not a key of the format; it is kept");
        self.report("unknown-key", Level::Warning, span, message, Some(help));
    }

    /// The value of a known key: checked, and kept even when it is not what the format wants.
    fn known_value(&mut self, value: &Spanned<DeValue<'_>>, kind: Kind, plain: &str, path: &str) -> Option<Value> {
        match (kind, value.get_ref()) {
            (Kind::Table, DeValue::Table(table)) => Some(Value::Table(self.table(table, plain, path))),
            (Kind::Tables, DeValue::Array(items)) => {
                let items = items.iter().enumerate().filter_map(|(index, item)| {
                    let path = format!("{path}[{}]", index + 1);
                    self.place(&path, item.span());
                    if let DeValue::Table(table) = item.get_ref() {
                        return Some(Value::Table(self.table(table, plain, &path)));
                    }
                    let message = format!("`{path}` is {}, not a table", expect::article(item.get_ref()));
                    let help = Some(format!("write each one under a line `[[{plain}]]`"));
                    self.report("wrong-type", Level::Error, item.span(), message, help);
                    self.free_value(item, &path)
                });
                Some(Value::Array(items.collect()))
            }
            (Kind::Free, _) => self.free_value(value, path),
            (kind, _) => {
                let terms = self.terms;
                self.findings.extend(expect::problems(value, kind, path, terms));
                self.free_value(value, path)
            }
        }
    }

    /// A value that is nobody's to judge, with the places of everything inside it.
    fn free_value(&mut self, value: &Spanned<DeValue<'_>>, path: &str) -> Option<Value> {
        match value.get_ref() {
            DeValue::Table(table) => {
                let values = table.iter().filter_map(|(key, value)| {
                    let path = format!("{path}.{}", key.get_ref());
                    self.place(&path, value.span());
                    Some((key.get_ref().clone().into_owned(), self.free_value(value, &path)?))
                });
                Some(Value::Table(values.collect()))
            }
            DeValue::Array(items) => {
                let values = items.iter().enumerate().filter_map(|(index, item)| {
                    let path = format!("{path}[{}]", index + 1);
                    self.place(&path, item.span());
                    self.free_value(item, &path)
                });
                Some(Value::Array(values.collect()))
            }
            scalar => {
                let converted = plain_value(scalar);
                if converted.is_none() && !matches!(scalar, DeValue::Datetime(_)) {
                    let message = format!("`{path}` is a number beyond what the format can hold");
                    let help = Some("whole numbers go from -9223372036854775808 to 9223372036854775807".to_owned());
                    self.report("wrong-type", Level::Error, value.span(), message, help);
                }
                converted
            }
        }
    }

    /// The three keys without which a file is not a record.
    fn required(&mut self, values: &Table, broken: bool) {
        match values.get("format").and_then(Value::as_integer) {
            Some(format) if format > FORMAT => {
                let message = format!("the record is written in format {format}, this `pm` writes format {FORMAT}");
                let help = Some("it is shown as far as it is understood; a newer `pm` can change it".to_owned());
                let span = self.places.nearest("format");
                self.report("newer-format", Level::Warning, span, message, help);
            }
            Some(format) if format < 1 => {
                let span = self.places.nearest("format");
                let help = Some(format!("write `format = {FORMAT}`"));
                self.report("wrong-type", Level::Error, span, format!("there is no format {format}"), help);
            }
            _ => {}
        }
        // In a file that is broken anyway the missing key is often just behind the place where the parser lost its way.
        if broken {
            return;
        }
        for (key, help) in [
            ("format", format!("add `format = {FORMAT}` as the first line")),
            ("title", "add `title = \"what happened, in one line\"`".to_owned()),
            ("status", "add `status = \"draft\"`".to_owned()),
        ] {
            if !values.contains_key(key) {
                let message = format!("the record has no `{key}`");
                self.report("missing-key", Level::Error, 0..0, message, Some(help));
            }
        }
        if values.get("title").and_then(Value::as_str).is_some_and(|title| title.trim().is_empty()) {
            let span = self.places.nearest("title");
            let help = Some("say what happened, in one line".to_owned());
            self.report("missing-key", Level::Error, span, "the title is empty".to_owned(), help);
        }
    }
}

/// The markers that a merge leaves, which make every other message about the file misleading.
fn conflict_markers(text: &str) -> Option<Finding> {
    let mut start = 0;
    let mut opened = None;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            opened.get_or_insert(start..start + line.trim_end().len());
        }
        if line.starts_with(">>>>>>> ") && opened.is_some() {
            return Some(Finding {
                rule: "conflict-markers",
                level: Level::Error,
                message: "the record has a merge conflict".to_owned(),
                span: opened.unwrap_or(0..0),
                help: Some(
                    "`pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it"
                        .to_owned(),
                ),
            });
        }
        start += line.len();
    }
    None
}

/// What the quick reader makes of a text, and what the one does that decides; `None` where they make nothing of it.
#[cfg(any(test, fuzzing))]
pub(super) fn both_readers(text: &str) -> [Option<Table>; 2] {
    [quick::table(text, &|_, _| true), parsed(text, &|_, _| true)]
}

pub(super) fn plain_table(table: &DeTable<'_>) -> Table {
    table
        .iter()
        .filter_map(|(key, value)| Some((key.get_ref().clone().into_owned(), plain_value(value.get_ref())?)))
        .collect()
}

/// A value without its place; texts get LF line breaks. `None` for a number out of range.
fn plain_value(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) if text.contains('\r') => Value::String(text.replace("\r\n", "\n")),
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
        DeValue::Float(number) => Value::Float(number.as_str().parse().ok()?),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        // The parser goes on behind an impossible date, which it has reported, with something that is no date.
        DeValue::Datetime(time) => Value::Datetime(time.to_string().parse().ok()?),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| plain_value(item.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => Value::Table(plain_table(table)),
    })
}

#[cfg(test)]
mod tests;

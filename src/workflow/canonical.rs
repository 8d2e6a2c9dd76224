//! The canonical form of what a sign-off covers, and its digest: form `pm1`.
//!
//! It is a JSON text of the material part of the whole value tree, unknown keys included, in which nothing of the way the
//! file is written is left: not comments, the order of keys, the form of tables and strings, line endings, the offset of an
//! instant. The rules, with test vectors, are in `docs/reference/sign-off.md`. They are frozen: another rule is another form.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use toml::value::Datetime;
use toml::{Table, Value};

use crate::record::keys::{self, Part};
use crate::record::time::Moment;
use crate::record::timeline::moment;
use crate::record::{Record, text_in};

/// The version of the rules, and what every digest by them begins with.
pub const FORM: &str = "pm1";

/// The SHA-256, in hexadecimal digits, of each figure that a record names; `None` for a file that is not there.
pub type Figures = BTreeMap<String, Option<String>>;

/// What stands for the digest of a figure that is not there.
const MISSING: &str = "missing";

/// The names of the figures of a record, for whoever fetches their content.
pub fn figure_names(record: &Record) -> Vec<&str> {
    record.tables("figures").into_iter().filter_map(|figure| text_in(figure, "file")).collect()
}

/// The digest of what a sign-off covers: `pm1-sha256:` and 64 hexadecimal digits.
pub fn digest(record: &Record, figures: &Figures) -> String {
    format!("{FORM}-sha256:{}", sha256(&canonical(record, figures)))
}

/// The digest of what makes somebody an author: the covered part but for the review, which those who approve may keep the
/// minutes of.
pub fn text_digest(record: &Record, figures: &Figures) -> String {
    sha256(&written(record, figures, Some("review")))
}

/// The canonical form: `{"figures":{…},"form":"pm1","record":{…}}`.
pub fn canonical(record: &Record, figures: &Figures) -> Vec<u8> {
    written(record, figures, None)
}

fn written(record: &Record, figures: &Figures, left_out: Option<&'static str>) -> Vec<u8> {
    let mut writer = Writer { out: Vec::with_capacity(8 * 1024), path: String::new(), left_out };
    writer.out.extend(b"{\"figures\":{");
    for (index, (name, digest)) in figures.iter().enumerate() {
        if index > 0 {
            writer.out.push(b',');
        }
        writer.string(name);
        writer.out.push(b':');
        writer.string(digest.as_deref().unwrap_or(MISSING));
    }
    writer.out.extend(b"},\"form\":");
    writer.string(FORM);
    writer.out.extend(b",\"record\":");
    if !writer.table(record.values(), true) {
        writer.out.extend(b"{}");
    }
    writer.out.push(b'}');
    writer.out
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Writes the form. What turns out to have nothing in it is taken back.
struct Writer {
    out: Vec<u8>,
    /// The plain path of the table of the format that is being written.
    path: String,
    /// A table of the format that is left out as well.
    left_out: Option<&'static str>,
}

impl Writer {
    /// The material members of a table; `false`, and nothing written, when there are none. Within what the format does not
    /// know (`known` is false) everything counts.
    fn table(&mut self, values: &Table, known: bool) -> bool {
        let start = self.out.len();
        let mut keys: Vec<(&String, &Value)> = values.iter().collect();
        keys.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let mut separator = b'{';
        for (key, value) in keys {
            let above = self.path.len();
            let mut key_known = false;
            // A key with a dot in it is no path: `"links.url"` at the top is somebody's own.
            if known && !key.contains('.') {
                if above > 0 {
                    self.path.push('.');
                }
                self.path.push_str(key);
                let found = keys::find(&self.path);
                key_known = found.is_some();
                let is_left_out = self.left_out == Some(self.path.as_str());
                if is_left_out || found.is_some_and(|key| key.part == Part::Operational) {
                    self.path.truncate(above);
                    continue;
                }
            }
            let before = self.out.len();
            self.out.push(separator);
            self.string(key);
            self.out.push(b':');
            if self.value(value, key_known) {
                separator = b',';
            } else {
                self.out.truncate(before);
            }
            self.path.truncate(above);
        }
        let is_empty = self.out.len() == start;
        if !is_empty {
            self.out.push(b'}');
        }
        !is_empty
    }

    /// A value; `false`, and nothing written, for a table or list with nothing in it.
    fn value(&mut self, value: &Value, known: bool) -> bool {
        match value {
            Value::Table(values) => return self.table(values, known),
            Value::Array(items) if items.is_empty() => return false,
            Value::Array(items) => self.list(items, known),
            Value::String(text) if text.contains("\r\n") => self.scalar(b's', &text.replace("\r\n", "\n")),
            Value::String(text) => self.scalar(b's', text),
            Value::Integer(number) => self.scalar(b'i', &number.to_string()),
            Value::Float(number) => self.scalar(b'f', &decimal(*number)),
            Value::Boolean(flag) => self.scalar(b'b', if *flag { "true" } else { "false" }),
            Value::Datetime(time) => self.scalar(b't', &instant(time)),
        }
        true
    }

    /// A list in its order; the timeline in order of time. An element with nothing in it keeps its place.
    fn list(&mut self, items: &[Value], known: bool) {
        self.out.push(b'[');
        if known && self.path == "timeline" {
            let before = std::mem::take(&mut self.out);
            let mut rows: Vec<(Option<Moment>, Vec<u8>)> = items
                .iter()
                .map(|item| {
                    self.element(item, known);
                    let at = item.as_table().and_then(|table| moment(table, "at"));
                    (at, std::mem::take(&mut self.out))
                })
                .collect();
            // What has no time comes last.
            let place = |at: &Option<Moment>| (at.is_none(), at.map(|at| at.placed()));
            rows.sort_by(|a, b| place(&a.0).cmp(&place(&b.0)).then_with(|| a.1.cmp(&b.1)));
            self.out = before;
            for (index, (_, row)) in rows.into_iter().enumerate() {
                if index > 0 {
                    self.out.push(b',');
                }
                self.out.extend(row);
            }
        } else {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    self.out.push(b',');
                }
                self.element(item, known);
            }
        }
        self.out.push(b']');
    }

    fn element(&mut self, item: &Value, known: bool) {
        if !self.value(item, known) {
            self.out.extend(if item.is_array() { b"[]" } else { b"{}" });
        }
    }

    /// A string with the letter of its type in front.
    fn scalar(&mut self, letter: u8, text: &str) {
        self.out.extend([b'"', letter]);
        let quote = self.out.len();
        self.string(text);
        // The string's own opening quote makes room for the colon.
        self.out[quote] = b':';
    }

    /// A JSON string.
    fn string(&mut self, text: &str) {
        let written = serde_json::to_writer(&mut self.out, text);
        debug_assert!(written.is_ok(), "writing to memory cannot fail");
    }
}

/// A JSON string: only `"`, `\` and the characters below U+0020 are escaped, those with a short form by it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The shortest decimal digits that read back as the number, without zeros at their end, then `e` and the power of ten.
fn decimal(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if number == 0.0 {
        return "0e0".to_owned();
    }
    let shortest = format!("{number:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: i64 = exponent.parse().unwrap_or_default();
    let power = exponent - i64::try_from(fraction.len()).unwrap_or_default();
    let all = format!("{whole}{fraction}");
    let kept = all.trim_end_matches('0');
    format!("{kept}e{}", power + i64::try_from(all.len() - kept.len()).unwrap_or_default())
}

/// An instant in UTC, a local time or a day as it is; a fraction of a second without zeros at its end.
fn instant(written: &Datetime) -> String {
    match Moment::try_from(written) {
        Ok(Moment::Instant(at)) => Moment::from(at.to_utc()).to_toml(),
        Ok(other) => other.to_toml(),
        Err(_) => written.to_string(),
    }
}

#[cfg(test)]
mod tests;

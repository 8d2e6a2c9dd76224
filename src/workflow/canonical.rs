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
    format!("{FORM}-sha256:{}", sha256(canonical(record, figures).as_bytes()))
}

/// The canonical form: `{"figures":{…},"form":"pm1","record":{…}}`.
pub fn canonical(record: &Record, figures: &Figures) -> String {
    let figures = figures.iter().map(|(name, digest)| (name.as_str(), quoted(digest.as_deref().unwrap_or(MISSING))));
    let record = table(record.values(), Some("")).unwrap_or_else(|| "{}".to_owned());
    format!("{{\"figures\":{},\"form\":{},\"record\":{record}}}", object(figures.collect()), quoted(FORM))
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The material members of a table, or `None` when there are none. `path` is the plain path of a table of the format;
/// `None` within what the format does not know, where everything counts.
fn table(values: &Table, path: Option<&str>) -> Option<String> {
    let member = |(key, value): (&String, &Value)| {
        let below = path.map(|path| if path.is_empty() { key.clone() } else { format!("{path}.{key}") });
        let known = below.as_deref().and_then(keys::find);
        if known.is_some_and(|key| key.part == Part::Operational) {
            return None;
        }
        Some((key.clone(), self::value(value, below.as_deref().filter(|_| known.is_some()))?))
    };
    let members: Vec<(String, String)> = values.iter().filter_map(member).collect();
    if members.is_empty() {
        return None;
    }
    Some(object(members.iter().map(|(key, text)| (key.as_str(), text.clone())).collect()))
}

/// A value; `None` for a table or list with nothing in it.
fn value(value: &Value, path: Option<&str>) -> Option<String> {
    match value {
        Value::Table(values) => table(values, path),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(list(items, path)),
        Value::String(text) => Some(quoted(&format!("s:{}", text.replace("\r\n", "\n")))),
        Value::Integer(number) => Some(quoted(&format!("i:{number}"))),
        Value::Float(number) => Some(quoted(&format!("f:{}", decimal(*number)))),
        Value::Boolean(flag) => Some(quoted(&format!("b:{flag}"))),
        Value::Datetime(time) => Some(quoted(&format!("t:{}", instant(time)))),
    }
}

/// A list in its order; the timeline in order of time. An element with nothing in it keeps its place.
fn list(items: &[Value], path: Option<&str>) -> String {
    let text = |item: &Value| {
        value(item, path).unwrap_or_else(|| if item.is_array() { "[]".to_owned() } else { "{}".to_owned() })
    };
    let mut texts: Vec<(Option<Moment>, String)> =
        items.iter().map(|item| (item.as_table().and_then(|table| moment(table, "at")), text(item))).collect();
    if path == Some("timeline") {
        // What has no time comes last.
        texts.sort_by(|a, b| {
            (a.0.is_none(), a.0.map(|at| at.placed()), &a.1).cmp(&(b.0.is_none(), b.0.map(|at| at.placed()), &b.1))
        });
    }
    let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
    format!("[{}]", texts.join(","))
}

fn object(mut members: Vec<(&str, String)>) -> String {
    members.sort_by(|a, b| a.0.cmp(b.0));
    let members: Vec<String> = members.into_iter().map(|(key, text)| format!("{}:{text}", quoted(key))).collect();
    format!("{{{}}}", members.join(","))
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

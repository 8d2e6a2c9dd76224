//! TOML text for one key or one value. It never prints a document, and knows nothing of the text around the value.

use std::fmt::Write as _;

use toml::Value;
use toml_parser::decoder::Encoding;

use super::layout::Style;

/// A key as a path or a header spells it: bare where possible, else quoted.
pub(super) fn key(key: &str) -> String {
    toml_edit::Key::new(key).display_repr().into_owned()
}

/// Keys joined by dots.
pub(super) fn keys<S: AsRef<str>>(keys: &[S]) -> String {
    let parts: Vec<String> = keys.iter().map(|part| key(part.as_ref())).collect();
    parts.join(".")
}

/// A value that is new in the document.
pub(super) fn value(value: &Value, style: Style, newline: &str) -> String {
    match value {
        Value::String(text) if style == Style::Prose && text.contains('\n') => multi_line(text, newline, true),
        _ => one_line(value),
    }
}

/// A value that takes the place of a string: the kind of string stays where it can hold the new text.
pub(super) fn like(value: &Value, old: Encoding, old_text: &str, newline: &str) -> String {
    let Value::String(text) = value else {
        return one_line(value);
    };
    let below = old_text.get(3..).is_some_and(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"));
    match old {
        Encoding::LiteralString => literal(text).unwrap_or_else(|| basic(text)),
        Encoding::BasicString => basic(text),
        Encoding::MlLiteralString => {
            multi_line_literal(text, newline, below).unwrap_or_else(|| multi_line(text, newline, below))
        }
        Encoding::MlBasicString => multi_line(text, newline, below),
    }
}

/// A value without a line break.
pub(super) fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let fields: Vec<String> =
                table.iter().map(|(name, value)| format!("{} = {}", key(name), one_line(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => value.to_string(),
    }
}

/// A one-line string in the quotes that need the fewest escapes, double ones first.
fn plain(text: &str) -> String {
    if text.contains(['"', '\\']) { literal(text).unwrap_or_else(|| basic(text)) } else { basic(text) }
}

fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{a}'..='\u{1f}' | '\u{7f}')
}

fn literal(text: &str) -> Option<String> {
    let fits = !text.chars().any(|c| c == '\'' || is_control(c));
    fits.then(|| format!("'{text}'"))
}

fn multi_line_literal(text: &str, newline: &str, below: bool) -> Option<String> {
    let fits = !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(|c| c != '\n' && is_control(c));
    fits.then(|| {
        let first = if below || text.starts_with('\n') { newline } else { "" };
        format!("'''{first}{}'''", text.replace('\n', newline))
    })
}

fn escape(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '"' => out.push_str("\\\""),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        c if is_control(c) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

fn basic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        escape(&mut out, c);
    }
    out.push('"');
    out
}

fn multi_line(text: &str, newline: &str, below: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str("\"\"\"");
    // A line break right behind the quotes is not part of the text, so text that begins with one needs one more.
    if below || text.starts_with('\n') {
        out.push_str(newline);
    }
    let mut quotes = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '\n' => out.push_str(newline),
            '\t' => out.push('\t'),
            // Three in a row would close the string, and one at the end would run into the closing quotes.
            '"' if quotes < 3 && chars.peek().is_some() => out.push('"'),
            '"' => {
                quotes = 0;
                out.push_str("\\\"");
            }
            c => escape(&mut out, c),
        }
    }
    out.push_str("\"\"\"");
    out
}

//! A record as lines that a text diff can compare: `pm textconv`.
//!
//! Two records that say the same give the same lines, however they are written, and a change of one value changes the
//! lines of that value alone. What a line says is what was written, but for characters that drive a terminal.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::sanitise;
use crate::record::Record;
use crate::record::keys;
use crate::record::time::Moment;
use crate::record::timeline::moment;

/// The lines of a record, keys in the order of the format, those that it does not know behind them.
pub fn lines(record: &Record) -> String {
    let mut out = String::new();
    table("", "", record.values(), "", &mut out);
    out
}

fn table(plain: &str, path: &str, values: &Table, indent: &str, out: &mut String) {
    let join = |parent: &str, name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    let mut names: Vec<&String> = values.keys().collect();
    names.sort_by_cached_key(|name| (keys::position(&join(plain, name)).unwrap_or(usize::MAX), (*name).clone()));
    for name in names {
        let shown =
            if name.is_empty() || name.contains(['.', ':', '"', ' ']) { format!("{name:?}") } else { name.clone() };
        value(&join(plain, name), &join(path, &sanitise::one_line(&shown)), &values[name], indent, out);
    }
}

fn value(plain: &str, path: &str, value: &Value, indent: &str, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match value {
        Value::Table(values) => {
            table(plain, path, values, indent, out);
            Ok(())
        }
        Value::Array(items) if items.is_empty() => Ok(()),
        Value::Array(items) if items.iter().all(Value::is_table) => {
            rows(plain, path, items, indent, out);
            Ok(())
        }
        Value::Array(items) => {
            let _ = writeln!(out, "{indent}{path}:");
            for item in items {
                let _ = writeln!(out, "{indent}  - {}", scalar(item));
            }
            Ok(())
        }
        Value::String(text) if text.contains('\n') => {
            let _ = writeln!(out, "{indent}{path}:");
            let text = sanitise::terminal(text);
            for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
                let _ = writeln!(out, "{}", format!("{indent}    {line}").trim_end());
            }
            if text.ends_with('\n') { Ok(()) } else { writeln!(out, "{indent}    \\ no line break at its end") }
        }
        other => writeln!(out, "{indent}{path}: {}", scalar(other)),
    };
}

/// The rows of a list, each under a line that says what it is.
fn rows(plain: &str, path: &str, rows: &[Value], indent: &str, out: &mut String) {
    let mut sorted: Vec<&Table> = rows.iter().filter_map(Value::as_table).collect();
    if plain == "timeline" {
        // As they are signed: by time, whatever order they stand in.
        sorted.sort_by_key(|row| {
            let at = moment(row, "at");
            (at.is_none(), at.map(|at| at.placed()))
        });
    }
    for row in sorted {
        let mut rest = row.clone();
        let mut heading = String::new();
        if plain == "timeline" && moment(row, "at").is_some() {
            heading = rest.remove("at").map(|at| scalar(&at)).unwrap_or_default();
            if let Some(Value::String(_)) = row.get("kind") {
                let kind = rest.remove("kind").map(|kind| scalar(&kind)).unwrap_or_default();
                let _ = write!(heading, " ({kind})");
            }
        } else if plain == "actions" && row.get("id").is_some_and(Value::is_str) {
            heading = rest.remove("id").map(|id| scalar(&id)).unwrap_or_default();
        }
        let _ = writeln!(out, "{}", format!("{indent}{path}: {heading}").trim_end());
        table(plain, "", &rest, &format!("{indent}  "), out);
    }
}

/// One value in a line. A text that could be taken for another value, or whose blanks would not be seen, is quoted.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let line = sanitise::one_line(text);
            let like_another = text.parse::<f64>().is_ok()
                || matches!(text.as_str(), "true" | "false")
                || text.parse::<toml::value::Datetime>().is_ok();
            if line == *text && !line.is_empty() && !like_another && !text.starts_with('"') {
                line
            } else {
                format!(
                    "\"{}\"",
                    sanitise::terminal(&text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
                )
            }
        }
        Value::Float(number) if *number == 0.0 => "0.0".to_owned(),
        Value::Datetime(time) => match Moment::try_from(time) {
            Ok(Moment::Instant(at)) => Moment::from(at.to_utc()).to_toml(),
            _ => time.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let mut keys: Vec<&String> = table.keys().collect();
            keys.sort_unstable();
            let pairs: Vec<String> =
                keys.into_iter().map(|key| format!("{} = {}", sanitise::one_line(key), scalar(&table[key]))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        lines(&crate::document::read::values(text).expect("TOML"))
    }

    #[test]
    fn what_says_the_same_gives_the_same_lines() {
        let one = "severity = \"P1\"\ntitle = 'x' # why\n[[timeline]]\nat = 2026-03-02T10:00:00Z\nevent = \"a\"\n[[timeline]]\nat = 2026-03-02T11:00:00+01:00\nevent = \"b\"\n";
        let other = "title = \"x\"\nseverity = \"P1\"\ntimeline = [{ event = \"a\", at = 2026-03-02 10:00:00Z }, { event = 'b', at = 2026-03-02T10:00:00+00:00 }]\ntags = []\n";
        assert_eq!(shown(one), shown(other));
        for (one, other) in [
            ("x = 1\n", "x = \"1\"\n"),
            ("x = true\n", "x = \"true\"\n"),
            ("x = \"a\"\n", "x = \"a \"\n"),
            ("x = \"\"\"\na\nb\n\"\"\"\n", "x = \"\"\"\na\nb\"\"\"\n"),
            ("x = \"a\\n\"\n", "x = \"a\"\n"),
            ("x = 2026-03-02\n", "x = \"2026-03-02\"\n"),
            ("x = [\"a\"]\n", "x = \"a\"\n"),
        ] {
            assert_ne!(shown(one), shown(other), "{one}{other}");
        }
    }

    #[test]
    fn a_text_cannot_pass_for_another_key() {
        let text = shown("title = \"a\\nseverity: P4\\u001b[2J\"\n\"x: y\\n\" = 1\n");
        assert_eq!(
            text,
            "title:\n    a\n    severity: P4\\u{1b}[2J\n    \\ no line break at its end\n\"x: y\\n\": 1\n"
        );
    }
}

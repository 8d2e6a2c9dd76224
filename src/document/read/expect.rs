//! What the format expects of a value, and how to say that it is something else.

use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::DeValue;

use super::Terms;
use crate::finding::{Finding, Level};
use crate::record::keys::Kind;
use crate::record::nearest::nearest;
use crate::record::time::Moment;
use crate::record::vocabulary::{Openness, Vocabulary};

/// Everything wrong with one value of a kind.
pub(super) fn problems(value: &Spanned<DeValue<'_>>, kind: Kind, path: &str, terms: &Terms<'_>) -> Vec<Finding> {
    let at = value.span();
    match (kind, value.get_ref()) {
        (Kind::Text | Kind::Prose | Kind::Person | Kind::Url | Kind::FlagOrText, DeValue::String(_))
        | (Kind::Reading, DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_))
        | (Kind::TimeOrNo, DeValue::Boolean(false))
        | (Kind::Flag | Kind::FlagOrText, DeValue::Boolean(_)) => Vec::new(),
        (Kind::Word(vocabulary), DeValue::String(word)) => unknown_word(word, vocabulary, path, at),
        (Kind::Severity, DeValue::String(word)) => unknown_severity(word, terms, at),
        (Kind::List | Kind::Names, DeValue::Array(items)) => {
            items.iter().filter(|item| !item.get_ref().is_str()).map(|item| wrong(item, Kind::Text, path)).collect()
        }
        (Kind::Words(vocabulary), DeValue::Array(items)) => items
            .iter()
            .flat_map(|item| match item.get_ref() {
                DeValue::String(word) => unknown_word(word, vocabulary, path, item.span()),
                _ => vec![wrong(item, Kind::Text, path)],
            })
            .collect(),
        (Kind::Count, DeValue::Integer(_))
        | (Kind::Amount | Kind::Percent, DeValue::Integer(_) | DeValue::Float(_)) => out_of_range(value, kind, path),
        (Kind::Date, DeValue::Datetime(time)) if time.time.is_none() => Vec::new(),
        (Kind::Time | Kind::TimeOrNo, DeValue::Datetime(time)) => match Moment::try_from(time) {
            Ok(Moment::Instant(_)) => Vec::new(),
            Ok(Moment::Local(_)) => vec![Finding {
                rule: "zone-missing",
                level: Level::Warning,
                message: format!("`{path}` does not say in which zone it is, so no duration is computed with it"),
                span: at,
                help: Some("add the offset: `Z` for UTC, else as in `+02:00`".to_owned()),
            }],
            Ok(Moment::Day(_)) => vec![Finding {
                rule: "clock-missing",
                level: Level::Warning,
                message: format!("`{path}` says the day but not the time"),
                span: at,
                help: Some("write it as 2017-01-31T23:27:00Z when the time is known".to_owned()),
            }],
            Err(error) => vec![Finding {
                rule: "impossible-date",
                level: Level::Error,
                message: format!("`{path}`: {error}"),
                span: at,
                help: Some("write it as 2017-01-31T23:27:00Z".to_owned()),
            }],
        },
        _ => vec![wrong(value, kind, path)],
    }
}

fn wrong(value: &Spanned<DeValue<'_>>, kind: Kind, path: &str) -> Finding {
    Finding {
        rule: "wrong-type",
        level: Level::Error,
        message: format!("`{path}` is {}, not {}", article(value.get_ref()), kind.noun()),
        span: value.span(),
        help: Some(repair(value.get_ref(), kind)),
    }
}

/// What to write instead: the value itself in the right form where that can be told, else an example.
fn repair(value: &DeValue<'_>, kind: Kind) -> String {
    let meant = match (kind, value) {
        (Kind::Text | Kind::Prose | Kind::Person | Kind::Url | Kind::Reading, value) => {
            plain(value).map(|text| quoted(&text))
        }
        (Kind::List | Kind::Names | Kind::Words(_), DeValue::String(text)) => Some(format!("[{}]", quoted(text))),
        (Kind::Flag | Kind::FlagOrText, DeValue::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Some("true".to_owned()),
            "false" | "no" => Some("false".to_owned()),
            _ => None,
        },
        (Kind::Count | Kind::Amount | Kind::Percent, DeValue::String(text)) => {
            let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '%' | '\'')).collect();
            digits.parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| digits)
        }
        (Kind::Count, DeValue::Float(number)) => {
            number.as_str().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| format!("{:.0}", n.round()))
        }
        (Kind::Date, DeValue::Datetime(time)) => time.date.map(|date| date.to_string()),
        (Kind::Date | Kind::Time | Kind::TimeOrNo, DeValue::String(text)) => {
            let text = text.trim();
            text.parse::<toml::value::Datetime>().ok().map(|_| text.to_owned())
        }
        _ => None,
    };
    match meant {
        Some(text) => format!("write `{text}`"),
        None => format!("write it as in `{}`", kind.example().replace('\n', " ")),
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// What a value is, with its article.
pub(super) fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(time) if time.time.is_none() => "a date",
        DeValue::Datetime(time) if time.date.is_none() => "a time of day",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn out_of_range(value: &Spanned<DeValue<'_>>, kind: Kind, path: &str) -> Vec<Finding> {
    let number = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<f64>().ok(),
        DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
        _ => None,
    };
    let Some(number) = number else { return Vec::new() };
    let fits = number.is_finite() && number >= 0.0 && (kind != Kind::Percent || number <= 100.0);
    if fits {
        return Vec::new();
    }
    vec![Finding {
        rule: "out-of-range",
        level: Level::Error,
        message: format!("`{path}` is not {}", kind.noun()),
        span: value.span(),
        help: Some(format!("write it as in `{}`", kind.example())),
    }]
}

fn unknown_word(word: &str, vocabulary: &'static Vocabulary, path: &str, span: Range<usize>) -> Vec<Finding> {
    if vocabulary.knows(word) || (word.trim().is_empty() && vocabulary.openness != Openness::Closed) {
        return Vec::new();
    }
    let near = vocabulary.nearest(word);
    let (level, consequence) = match vocabulary.openness {
        Openness::Closed => (Level::Error, ""),
        Openness::Expected => (Level::Warning, "; it is kept"),
        Openness::Open => (Level::Note, "; it is shown as “Other”"),
    };
    let words = vocabulary.slugs().collect::<Vec<_>>().join(", ");
    let help = match near {
        Some(near) => format!("did you mean `{near}`? Known are {words}"),
        None => format!("known are {words}"),
    };
    vec![Finding {
        rule: "unknown-word",
        level,
        message: format!("`{path}`: `{}` is not a known {}{consequence}", word.escape_debug(), vocabulary.noun),
        span,
        help: Some(help),
    }]
}

fn unknown_severity(word: &str, terms: &Terms<'_>, span: Range<usize>) -> Vec<Finding> {
    if terms.severities.iter().any(|severity| severity == word) {
        return Vec::new();
    }
    let known = terms.severities.join(", ");
    let help = match nearest(word, terms.severities.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? `pm.toml` has {known}"),
        None => format!("`pm.toml` has {known}; leave the key out while the severity is not known"),
    };
    vec![Finding {
        rule: "unknown-word",
        level: Level::Error,
        message: format!("`{}` is not a severity", word.escape_debug()),
        span,
        help: Some(help),
    }]
}

/// Why the date around a syntax error cannot be, with the span of the whole date: `2017-02-30` is no day.
pub(super) fn impossible_date(text: &str, span: &Range<usize>) -> Option<(String, Range<usize>)> {
    let is_part =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'+' | b'T' | b't' | b'Z' | b'z');
    let bytes = text.as_bytes();
    let mut start = span.start.min(bytes.len());
    while start > 0 && is_part(bytes[start - 1]) {
        start -= 1;
    }
    let mut end = start;
    while end < bytes.len() && is_part(bytes[end]) {
        end += 1;
    }
    let written = text.get(start..end)?;
    let shape: Vec<&str> = written.get(..10)?.split('-').collect();
    let [year, month, day] = shape[..] else { return None };
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (year, month, day) = (year.parse::<i32>().ok()?, month.parse::<u32>().ok()?, day.parse::<u32>().ok()?);
    let whole = start..end;
    if !(1..=12).contains(&month) {
        return Some((format!("`{written}` cannot be: there is no month {month:02}"), whole));
    }
    if chrono::NaiveDate::from_ymd_opt(year, month, day).is_none() {
        return Some((format!("`{written}` cannot be: {year}-{month:02} has no day {day:02}"), whole));
    }
    let clock = written.get(11..)?;
    let mut parts = clock.split([':', '.', 'Z', 'z', '+', '-']);
    let hour = parts.next()?.parse::<u32>().ok()?;
    let minute = parts.next()?.parse::<u32>().ok()?;
    if hour > 23 || minute > 59 {
        return Some((format!("`{written}` cannot be: there is no {hour:02}:{minute:02} on the clock"), whole));
    }
    None
}

/// What to do about a syntax error that people make often.
pub(super) fn syntax_help(message: &str) -> Option<String> {
    let help = if message.contains("string values must be quoted") {
        "put the text in double quotes: `key = \"text\"`"
    } else if message.contains("missing value") {
        "write a value behind the `=`, or remove the line"
    } else if message.contains("invalid basic string") || message.contains("invalid literal string") {
        "close the text with the quotes it began with; longer text goes between two lines of `\"\"\"`"
    } else if message.contains("unclosed") {
        "close what was opened"
    } else if message.contains("extra") || message.contains("expected newline") {
        "each key has a line of its own"
    } else {
        return None;
    };
    Some(help.to_owned())
}

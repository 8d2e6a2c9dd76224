//! Values in the words that every rendering shares; unescaped, so each caller sanitises for its own reader.

use toml::Value;

use crate::config::Config;
use crate::record::Record;
use crate::record::duration::Length;
use crate::record::time::Moment;

/// A moment with its zone: `2017-01-31 23:27 UTC`; a local time keeps its mark, a day is a day.
pub(super) fn utc(moment: &Moment) -> String {
    match moment {
        Moment::Instant(_) => format!("{moment} UTC"),
        Moment::Local(_) | Moment::Day(_) => moment.to_string(),
    }
}

/// Any value as one line for people.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Integer(number) => grouped(&number.to_string()),
        Value::Float(number) => grouped(&number.to_string()),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Datetime(written) => Moment::try_from(written).map_or_else(|_| written.to_string(), |at| utc(&at)),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(self::value).filter(|item| !item.is_empty()).collect();
            items.join(", ")
        }
        Value::Table(_) => value.to_string(),
    }
}

/// A number at a path, with its thousands marked.
pub(super) fn number(record: &Record, path: &str) -> Option<String> {
    match record.value(path)? {
        number @ (Value::Integer(_) | Value::Float(_)) => Some(value(number)),
        _ => None,
    }
}

/// An amount of money with its currency: `USD 1,200.50`.
pub(super) fn amount(record: &Record, path: &str, config: &Config) -> Option<String> {
    let currency = record.text("impact.financial.currency").unwrap_or(&config.currency);
    number(record, path).map(|number| format!("{currency} {number}").trim().to_owned())
}

/// Marks the thousands of a decimal number: `5,000,000.25`.
fn grouped(number: &str) -> String {
    let (sign, unsigned) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A length in the template's unit, and as people say it when that is shorter: `1394 minutes (about 23 h)`.
pub(super) fn minutes(length: Length) -> String {
    let minutes = length.whole_minutes();
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    if minutes.abs() >= 60 {
        return format!("{minutes} {unit} ({length})");
    }
    let about = if length.is_approximate() { "about " } else { "" };
    format!("{about}{minutes} {unit}")
}

/// The name of a person or team without the address behind it.
pub(super) fn name_of(person: &str) -> &str {
    match person.split_once('<') {
        Some((name, _)) if !name.trim().is_empty() => name.trim(),
        _ => person.trim(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(value(&Value::Integer(5_000_000)), "5,000,000");
        assert_eq!(value(&Value::Float(-1234.5)), "-1,234.5");
        assert_eq!(value(&Value::Float(f64::NAN)), "NaN");
        assert_eq!(value(&Value::Array(vec!["a".into(), "".into(), Value::Boolean(true)])), "a, yes");
        assert_eq!(minutes(Length::approximate(TimeDelta::minutes(1394))), "1394 minutes (about 23 h)");
        assert_eq!(minutes(Length::approximate(TimeDelta::minutes(5))), "about 5 minutes");
        assert_eq!(minutes(Length::exact(TimeDelta::minutes(1))), "1 minute");
        assert_eq!(name_of("Ann <ann@example.com>"), "Ann");
        assert_eq!(name_of("<ann@example.com>"), "<ann@example.com>");
    }
}

//! A cell that holds a date, a clock time, or both, with a zone or without.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike as _};

use crate::import::timeline::json;
use crate::record::time::why_no_such_day;

/// The order of day and month in dates such as 01/02/2017.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/01/2017.
    DayFirst,
    /// 01/31/2017.
    MonthFirst,
}

/// What a cell says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// The instant, when the cell states all of it.
    pub(super) at: Option<DateTime<FixedOffset>>,
    pub(super) day: Option<Day>,
    pub(super) clock: Option<NaiveTime>,
    /// An offset or the name of a zone.
    pub(super) zone: Option<String>,
    pub(super) approx: bool,
}

/// A day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Known(NaiveDate),
    /// Two numbers whose order is open, and the year.
    Numbers {
        first: u32,
        second: u32,
        year: i32,
    },
}

impl Day {
    /// The order that this day can only be written in.
    pub(super) fn shows(self) -> Option<DateOrder> {
        match self {
            Self::Numbers { first, second, .. } if first > 12 && second <= 12 => Some(DateOrder::DayFirst),
            Self::Numbers { first, second, .. } if second > 12 && first <= 12 => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// Whether only an order tells which day it is.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Numbers { first, second, .. } if first <= 12 && second <= 12 && first != second)
    }

    /// The day, in an order.
    pub(super) fn date(self, order: Option<DateOrder>) -> Result<NaiveDate, String> {
        let (first, second, year) = match self {
            Self::Known(day) => return Ok(day),
            Self::Numbers { first, second, year } => (first, second, year),
        };
        let exact = |month, day| {
            NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
                let why = why_no_such_day(year, month, day).unwrap_or_default();
                format!("is not a day: {why}")
            })
        };
        match order {
            Some(DateOrder::DayFirst) => exact(second, first),
            Some(DateOrder::MonthFirst) => exact(first, second),
            None if first == second => exact(first, second),
            None => {
                let readings: Vec<String> = [exact(second, first), exact(first, second)]
                    .into_iter()
                    .flatten()
                    .map(|day| day.to_string())
                    .collect();
                if readings.is_empty() {
                    return exact(first, second);
                }
                Err(format!(
                    "could be {}; say which with `--date-order dmy` or `--date-order mdy`",
                    readings.join(" or ")
                ))
            }
        }
    }
}

/// Reads a cell; the error is a clause behind the text of the cell.
pub(super) fn read(text: &str) -> Result<Cell, String> {
    let mut cell = Cell::default();
    let mut text = text.trim();
    for mark in ["~", "≈", "approx.", "approx", "about", "around", "circa", "ca.", "c."] {
        if text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)) {
            text = text[mark.len()..].trim_start();
            cell.approx = true;
            break;
        }
    }
    if DateTime::parse_from_rfc3339(text).is_ok() {
        cell.at = Some(json::instant(text).map_err(|why| format!("is no time: {why}"))?);
        return Ok(cell);
    }
    if let Some(instant) = epoch(text) {
        cell.at = Some(instant);
        return Ok(cell);
    }
    words(text, &mut cell)?;
    if cell.day.is_none() && cell.clock.is_none() {
        return Err(unreadable());
    }
    Ok(cell)
}

fn unreadable() -> String {
    "is no time; write it as 2017-01-31 23:27, with an offset where it is known".to_owned()
}

/// Seconds or milliseconds since 1970, as monitoring tools write them.
fn epoch(text: &str) -> Option<DateTime<FixedOffset>> {
    let whole = text.split('.').next()?;
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || text.matches('.').count() > 1 {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let instant = match whole.len() {
        10 => DateTime::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        _ => None,
    };
    instant.map(|instant| instant.fixed_offset())
}

fn words(text: &str, cell: &mut Cell) -> Result<(), String> {
    let text = text.replace(',', " ");
    // Named days: `31 January 2017`, `Jan 31 2017`.
    let (mut month, mut numbers): (Option<u32>, Vec<&str>) = (None, Vec::new());
    let mut half: Option<bool> = None;
    let split: Vec<&str> = text.split_whitespace().flat_map(date_and_clock).collect();
    let joined = split.len() > text.split_whitespace().count();
    for word in split {
        let lower = word.to_ascii_lowercase();
        if let Some(afternoon) = half_of_day(&lower) {
            half = Some(afternoon);
        } else if let Some(day) = numeric_day(word)? {
            if cell.day.replace(day).is_some() {
                return Err(unreadable());
            }
        } else if let Some((clock, rest)) = clock_of(word)? {
            if cell.clock.replace(clock).is_some() {
                return Err("holds two times; put the second into a column `until`".to_owned());
            }
            match half_of_day(&rest.to_ascii_lowercase()) {
                Some(afternoon) => half = Some(afternoon),
                None if !rest.is_empty() => cell.zone = Some(rest.to_owned()),
                None => {}
            }
        } else if let Some(named) = month_named(&lower) {
            month = Some(named);
        } else if is_weekday(&lower) || lower == "at" || lower == "of" {
            // Says nothing that the date does not say.
        } else if let Some(number) = ordinal(word) {
            numbers.push(number);
        } else if cell.zone.is_none() && is_zone(word) {
            cell.zone = Some(word.to_owned());
        } else {
            return Err(unreadable());
        }
    }
    // `22:00-22:30` is a stretch of time as often as a time with an offset.
    let minutes_only = cell.clock.is_some_and(|clock| text.matches(':').count() == 2 && clock.second() == 0);
    if minutes_only && cell.zone.as_deref().is_some_and(|zone| zone.starts_with('-') && zone.contains(':')) && !joined {
        return Err("holds two times, or one with an offset; put a second time into a column `until`, and write an \
                    offset as in 2017-01-31T23:27:00-05:00"
            .to_owned());
    }
    if let Some(afternoon) = half {
        let clock = cell.clock.ok_or_else(unreadable)?;
        cell.clock =
            Some(of_half(clock, afternoon).ok_or_else(|| "is no time: hours of am and pm go from 1 to 12".to_owned())?);
    }
    match (month, numbers.as_slice()) {
        (None, []) => Ok(()),
        (Some(month), [one, other]) if cell.day.is_none() => {
            let (day, year) = if one.len() == 4 { (other, one) } else { (one, other) };
            let year = year.parse().ok().filter(|_| year.len() == 4);
            let year = year.ok_or_else(|| "has no year; write it as 2017-01-31".to_owned())?;
            let day = day.parse().map_err(|_| unreadable())?;
            cell.day = Some(known(year, month, day)?);
            Ok(())
        }
        (Some(_), [_]) => Err("has no year; write it as 2017-01-31".to_owned()),
        _ => Err(unreadable()),
    }
}

/// `2017-01-31T23:27` is two words.
fn date_and_clock(word: &str) -> impl Iterator<Item = &str> {
    let split = word.split_once(['T', 't']).filter(|(date, clock)| {
        date.len() >= 8
            && date.starts_with(|c: char| c.is_ascii_digit())
            && clock.starts_with(|c: char| c.is_ascii_digit())
    });
    let (one, other) = split.map_or((word, None), |(date, clock)| (date, Some(clock)));
    std::iter::once(one).chain(other)
}

fn known(year: i32, month: u32, day: u32) -> Result<Day, String> {
    if year <= 1 {
        return Err("is no time: the year 1 stands for \"no time\"".to_owned());
    }
    NaiveDate::from_ymd_opt(year, month, day).map(Day::Known).ok_or_else(|| {
        let why = why_no_such_day(year, month, day).unwrap_or_default();
        format!("is not a day: {why}")
    })
}

/// Three numbers between equal separators.
fn numeric_day(word: &str) -> Result<Option<Day>, String> {
    let Some(separator) = word.chars().find(|c| matches!(c, '-' | '/' | '.')) else { return Ok(None) };
    let parts: Vec<&str> = word.split(separator).filter(|part| !part.is_empty()).collect();
    let [one, two, three] = parts.as_slice() else { return Ok(None) };
    if ![one, two, three].iter().all(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let year = |text: &str| match text.len() {
        4 => text.parse::<i32>().ok(),
        // No export is older than the century.
        2 => text.parse::<i32>().ok().map(|year| 2000 + year),
        _ => None,
    };
    if one.len() == 4 {
        return known(year(one).unwrap_or(0), number(two), number(three)).map(Some);
    }
    let Some(year) = year(three) else { return Ok(None) };
    let (first, second) = (number(one), number(two));
    if separator == '.' {
        // With points between them, days come first wherever dates are written so.
        return known(year, second, first).map(Some);
    }
    if year <= 1 || (first > 12 && second > 12) {
        return known(year, second, first).map(Some);
    }
    Ok(Some(Day::Numbers { first, second, year }))
}

/// A clock time and what follows it directly: `23:27`, `23:27:10.5Z`, `3:05pm`, `14:05+02:00`, `3pm`.
fn clock_of(word: &str) -> Result<Option<(NaiveTime, &str)>, String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let hours = digits(word);
    if hours == 0 || hours > 2 {
        return Ok(None);
    }
    let (hour, mut rest) = word.split_at(hours);
    if !rest.starts_with(':') {
        let half = half_of_day(&rest.to_ascii_lowercase()).is_some();
        let hour = hour.parse().ok().filter(|_| half).and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        return Ok(hour.map(|clock| (clock, rest)));
    }
    let mut parts = [0_u32; 2];
    for part in &mut parts {
        let Some(after) = rest.strip_prefix(':') else { break };
        if digits(after) != 2 {
            return Err(unreadable());
        }
        *part = after[..2].parse().unwrap_or(60);
        rest = &after[2..];
    }
    let mut nano = 0;
    if let Some(after) = rest.strip_prefix(['.']) {
        let length = digits(after);
        let fraction: String = after[..length].chars().chain(std::iter::repeat('0')).take(9).collect();
        nano = fraction.parse().unwrap_or(0);
        rest = &after[length..];
    }
    let hour = hour.parse().unwrap_or(24);
    let clock = NaiveTime::from_hms_nano_opt(hour, parts[0], parts[1], nano)
        .ok_or_else(|| "is no time: hours go from 00 to 23, minutes and seconds from 00 to 59".to_owned())?;
    if !rest.is_empty() && half_of_day(&rest.to_ascii_lowercase()).is_none() && !is_zone(rest) {
        return Err(unreadable());
    }
    Ok(Some((clock, rest)))
}

/// Whether it is `pm`; `None` when it is neither.
fn half_of_day(lower: &str) -> Option<bool> {
    match lower {
        "am" | "a.m." => Some(false),
        "pm" | "p.m." => Some(true),
        _ => None,
    }
}

fn of_half(clock: NaiveTime, afternoon: bool) -> Option<NaiveTime> {
    let hour = clock.hour();
    (1..=12).contains(&hour).then(|| clock.with_hour(hour % 12 + if afternoon { 12 } else { 0 })).flatten()
}

/// `31`, `31st`, `2017`.
fn ordinal(word: &str) -> Option<&str> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && matches!(suffix, "" | "st" | "nd" | "rd" | "th")).then_some(digits)
}

fn is_zone(word: &str) -> bool {
    let offset = word
        .strip_prefix(['+', '-'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b':'));
    let word = word.trim_start_matches('(').trim_end_matches(')');
    offset
        || (word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte)))
}

fn is_weekday(lower: &str) -> bool {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = lower.trim_end_matches('.');
    word.len() >= 3 && days.iter().any(|day| day.starts_with(word))
}

fn month_named(lower: &str) -> Option<u32> {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = lower.trim_end_matches('.');
    let at = months.iter().position(|month| word.len() >= 3 && month.starts_with(word))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Err(why) => why,
            Ok(cell) => {
                let day = cell.day.map(|day| day.date(None).map_or_else(|why| why, |day| day.to_string()));
                let parts =
                    [cell.at.map(|at| at.to_rfc3339()), day, cell.clock.map(|clock| clock.to_string()), cell.zone];
                let approx = if cell.approx { "~" } else { "" };
                format!("{approx}{}", parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn the_forms_in_which_tables_write_times() {
        for (text, wanted) in [
            ("2017-01-31T23:27:00Z", "2017-01-31T23:27:00+00:00"),
            ("2017-01-31 23:27:00.125000001+01:00", "2017-01-31T23:27:00.125000001+01:00"),
            ("1485905220", "2017-01-31T23:27:00+00:00"),
            ("1485905220.5", "2017-01-31T23:27:00+00:00"),
            ("1485905220000", "2017-01-31T23:27:00+00:00"),
            ("2017-01-31 23:27", "2017-01-31 23:27:00"),
            ("2017-01-31T23:27", "2017-01-31 23:27:00"),
            ("2017/1/31 9:05", "2017-01-31 09:05:00"),
            ("31.01.2017 23:27", "2017-01-31 23:27:00"),
            ("01.02.2017", "2017-02-01"),
            ("Tue, 31 January 2017 11:27 pm", "2017-01-31 23:27:00"),
            ("Jan 31st, 2017 at 11:27PM UTC", "2017-01-31 23:27:00 UTC"),
            ("~23:27", "~23:27:00"),
            ("approx. 12am", "~00:00:00"),
            ("23:27 Europe/London", "23:27:00 Europe/London"),
            ("23:27Z", "23:27:00 Z"),
            ("2017-01-31 23:27 +0100", "2017-01-31 23:27:00 +0100"),
            ("2017-01-31T09:00-05:00", "2017-01-31 09:00:00 -05:00"),
            ("02/02/2017", "2017-02-02"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_could_be_two_says_so() {
        for (text, wanted) in [
            ("01/02/2017", "could be 2017-02-01 or 2017-01-02; say which"),
            ("31.11.2017", "is not a day: November has 30 days"),
            ("32/13/2017", "is not a day"),
            ("23:61", "is no time: hours go"),
            ("13:00 pm", "is no time: hours of am and pm"),
            ("22:00-22:30", "holds two times"),
            ("2017-01-31 09:00-10:00", "holds two times"),
            ("22:00 - 22:30", "is no time"),
            ("22:00 22:30", "holds two times"),
            ("31 January", "has no year"),
            ("0001-01-01T00:00:00Z", "is no time: the year 1"),
            ("0001-01-01", "is no time: the year 1"),
            ("soon!", "is no time"),
            ("later", "is no time"),
            ("", "is no time"),
        ] {
            assert!(shown(text).starts_with(wanted), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn an_order_decides_what_is_open() {
        let day = Day::Numbers { first: 1, second: 2, year: 2017 };
        assert_eq!(day.date(Some(DateOrder::DayFirst)).map(|day| day.to_string()), Ok("2017-02-01".to_owned()));
        assert_eq!(day.date(Some(DateOrder::MonthFirst)).map(|day| day.to_string()), Ok("2017-01-02".to_owned()));
        let shows = Day::Numbers { first: 31, second: 1, year: 2017 };
        assert_eq!(shows.shows(), Some(DateOrder::DayFirst));
        assert!(shows.date(Some(DateOrder::MonthFirst)).is_err());
    }
}

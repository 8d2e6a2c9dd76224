//! Dates in other forms than the grammar's: recognised to be answered well, never read.

use chrono::NaiveDate;

use super::refusal::Refusal;
use super::scan::split_digits;
use crate::record::time::why_no_such_day;

/// A date in another form, such as `01/02/2017`, `31.01.2017`, `2026/1/5` or `31 January 2017`: never read, since its order of
/// day and month may be the other one, but answered with the day (or days) it would be in the form that is.
pub(super) fn foreign_day(typed: &str, lower: &str) -> Option<Refusal> {
    let words: Vec<&str> = lower.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for (index, word) in words.iter().enumerate() {
        if let Some(refusal) = foreign_numbers(typed, word) {
            return Some(refusal);
        }
        if let Some(month) = month_named(word) {
            let number = |at: Option<usize>| -> Option<&str> {
                let text = words.get(at?)?;
                let digits =
                    text.trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th");
                (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
            };
            let (before, after) = (number(index.checked_sub(1)), number(index.checked_add(1)));
            let later = number(index.checked_add(2));
            let (day, year) = match (before, after) {
                (Some(day), year) if day.len() <= 2 => (day, year),
                (_, Some(day)) if day.len() <= 2 => (day, later),
                _ => continue,
            };
            return day_in_words(typed, year.filter(|year| year.len() == 4), month, day);
        }
    }
    None
}

fn day_in_words(typed: &str, year: Option<&str>, month: u32, day: &str) -> Option<Refusal> {
    let day = day.parse().ok()?;
    let text = typed.to_owned();
    // A leap year where none was typed: 29 February exists in some years.
    let checked = year.map_or(Some(2024), |year| year.parse().ok())?;
    if let Some(why) = why_no_such_day(checked, month, day) {
        return Some(Refusal::NoSuchDay { text, why });
    }
    let year = year.unwrap_or("YYYY");
    Some(Refusal::DayForm { text, readings: vec![format!("{year}-{month:02}-{day:02}")] })
}

/// Three numbers between the same separators, other than `YYYY-MM-DD`.
fn foreign_numbers(typed: &str, word: &str) -> Option<Refusal> {
    let separator = word.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let word = word.trim_end_matches(separator);
    let parts: Vec<&str> = word.split(separator).collect();
    let [one, two, three] = parts.as_slice() else {
        return None;
    };
    // What follows the last number directly, such as `T14:05`, is no part of the day.
    let (three, _) = split_digits(three);
    let number = |text: &str| {
        (text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok()).flatten()
    };
    let (first, second, third) = (number(one)?, number(two)?, number(three)?);
    if one.len() == 4 && two.len() == 2 && three.len() == 2 && separator == '-' {
        return None;
    }
    let year = |text: &str, value: u32| match text.len() {
        4 => i32::try_from(value).ok(),
        2 => i32::try_from(2000 + value).ok(),
        _ => None,
    };
    let mut readings = if one.len() == 4 {
        vec![(year(one, first)?, second, third)]
    } else {
        let year = year(three, third)?;
        // Day first and month first.
        vec![(year, second, first), (year, first, second)]
    };
    readings.dedup();
    let text = typed.to_owned();
    let days: Vec<String> = readings
        .iter()
        .filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(*year, *month, *day))
        .map(|day| day.to_string())
        .collect();
    if days.is_empty() {
        let reason = readings.iter().find(|(_, month, _)| (1..=12).contains(month)).or(readings.first());
        let why = reason.and_then(|(year, month, day)| why_no_such_day(*year, *month, *day)).unwrap_or_default();
        return Some(Refusal::NoSuchDay { text, why });
    }
    Some(Refusal::DayForm { text, readings: days })
}

/// The month a word names, in English, whole or by its first three letters.
fn month_named(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
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
    let word = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|month| {
        *month == word || (word.len() == 3 && month.starts_with(word)) || (word == "sept" && month.starts_with(word))
    })?;
    u32::try_from(at + 1).ok()
}

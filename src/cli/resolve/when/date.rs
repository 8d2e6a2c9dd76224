//! Dates as a person types them: due dates, bounds of a listing.

use chrono::{Datelike as _, Days, NaiveDate};

use super::foreign::foreign_day;
use super::scan::{exact_day, iso_day, weekday};
use super::{Bearings, LONGEST_INPUT, Refusal, amount, weekday_after, weekday_before};
use crate::record::duration::Parts;

/// The forms a date is accepted in, for messages.
pub const ACCEPTED_DATES: &str = "2026-12-01, today, tomorrow, +7d, +2w, in 3 days, friday, last friday, 7d ago";

/// Reads a date typed by a person, in the zone of the bearings.
///
/// `2026-12-01`; `today`, `tomorrow`, `yesterday`; `+7d`, `-2w`, `in 3 days`, `a week ago`; `friday` and `next friday` are the next
/// such day, `last friday` the one before today, never today itself.
pub fn date(text: &str, bearings: &Bearings<'_>) -> Result<NaiveDate, Refusal> {
    let typed = text.trim();
    if typed.is_empty() {
        return Err(Refusal::Empty);
    }
    if typed.chars().count() > LONGEST_INPUT {
        return Err(Refusal::UnreadableDate {
            text: typed.chars().take(LONGEST_INPUT / 2).chain("…".chars()).collect(),
        });
    }
    let lower = typed.to_ascii_lowercase();
    let today = bearings.today(bearings.zone);
    let out_of_range = || Refusal::OutOfRange { text: typed.to_owned() };
    let date = match lower.as_str() {
        "today" => Some(today),
        "tomorrow" => today.checked_add_days(Days::new(1)),
        "yesterday" => today.checked_sub_days(Days::new(1)),
        _ => match counted(typed, &lower)? {
            Some((true, days)) => today.checked_add_days(days),
            Some((false, days)) => today.checked_sub_days(days),
            None => Some(written(typed, &lower, today)?),
        },
    };
    date.filter(|date| (1..=9999).contains(&date.year())).ok_or_else(out_of_range)
}

/// `+7d`, `in 3 days` (true: forward), `-2w`, `a week ago`; `None` when the text is none of them.
fn counted(typed: &str, lower: &str) -> Result<Option<(bool, Days)>, Refusal> {
    let (forward, length) = if let Some(length) = typed.strip_prefix('+') {
        (true, length)
    } else if let Some(length) = typed.strip_prefix('-') {
        (false, length)
    } else if lower.starts_with("in ") {
        (true, &typed[3..])
    } else if let Some(length) = lower.strip_suffix("ago").filter(|rest| rest.ends_with(char::is_whitespace)) {
        (false, &typed[..length.len()])
    } else if Parts::read(typed).is_ok() {
        return Err(Refusal::Undirected { text: typed.to_owned() });
    } else {
        return Ok(None);
    };
    let parts = amount(length)?;
    if parts.seconds > 0 {
        return Err(Refusal::NotDays { text: typed.to_owned() });
    }
    Ok(Some((forward, Days::new(u64::from(parts.days)))))
}

/// A date in full, or a weekday.
fn written(typed: &str, lower: &str, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if let Some((year, month, day, length)) = iso_day(lower)
        && length == lower.len()
    {
        return exact_day(typed, year, month, day);
    }
    let words: Vec<&str> = lower.split_whitespace().collect();
    let named = match words.as_slice() {
        ["next" | "on", day] | [day] => weekday(day).map(|day| (true, day)),
        ["last", day] => weekday(day).map(|day| (false, day)),
        _ => None,
    };
    let Some((forward, day)) = named else {
        let unreadable = || Refusal::UnreadableDate { text: typed.to_owned() };
        return Err(foreign_day(typed, lower).unwrap_or_else(unreadable));
    };
    // Today itself is never meant, it has a shorter name.
    let moved = if forward { weekday_after(today, day) } else { weekday_before(today, day) };
    moved.ok_or_else(|| Refusal::OutOfRange { text: typed.to_owned() })
}

//! A typed time taken apart: day, clock and zone, in the order people write them, with nothing left over.

use chrono::{FixedOffset, NaiveDate, NaiveTime, Weekday};

use super::foreign::foreign_day;
use super::refusal::Refusal;
use super::zone::{self, Zone};
use crate::record::time::why_no_such_day;

/// The parts of a typed time. What is absent was not typed.
#[derive(Debug, Default)]
pub(super) struct Phrase {
    pub(super) day: Option<Day>,
    pub(super) clock: Option<NaiveTime>,
    /// The zone of the clock: typed as a name, an offset, or in brackets without an offset.
    pub(super) zone: Option<Zone>,
    /// The offset, when one was typed as digits or `Z`.
    pub(super) offset: Option<FixedOffset>,
    /// Whether that offset was `Z`.
    pub(super) zulu: bool,
    /// The zone in brackets behind the offset.
    pub(super) bracket: Option<Zone>,
}

/// A typed day.
#[derive(Debug, Clone, Copy)]
pub(super) enum Day {
    Date(NaiveDate),
    /// Days from today, negative before it.
    FromToday(i64),
    Weekday(Weekday, Side),
}

/// On which side of today a weekday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// `friday`: the last on which the clock time is past, today included.
    Past,
    /// `last friday`: before today.
    Before,
    /// `next friday`: after today.
    After,
}

/// Takes the whole text apart. `lower` is `typed` with its ASCII letters in lower case.
pub(super) fn scan(typed: &str, lower: &str) -> Result<Phrase, Refusal> {
    let mut scan = Scan { typed, lower, at: 0, phrase: Phrase::default(), midnight: false };
    while scan.next()? {}
    Ok(scan.phrase)
}

struct Scan<'a> {
    typed: &'a str,
    lower: &'a str,
    at: usize,
    phrase: Phrase,
    /// Whether the clock was the word `midnight`, which belongs to two days.
    midnight: bool,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.lower[self.at..]
    }

    /// Takes the next part. False at the end.
    fn next(&mut self) -> Result<bool, Refusal> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        let spaced = rest.len() > trimmed.len() || self.at == 0;
        match trimmed.chars().next() {
            None => {
                if self.midnight && self.phrase.day.is_some() {
                    return Err(Refusal::Midnight { text: self.typed.to_owned() });
                }
                return Ok(false);
            }
            Some('0'..='9') if spaced => self.digits()?,
            Some('+' | '-') => self.offset()?,
            Some('[') => self.bracket()?,
            Some(c) if c.is_ascii_alphabetic() => self.word()?,
            Some(_) => return Err(self.unreadable()),
        }
        Ok(true)
    }

    fn unreadable(&self) -> Refusal {
        foreign_day(self.typed, self.lower).unwrap_or_else(|| Refusal::Unreadable { text: self.typed.to_owned() })
    }

    fn no_such_clock(&self, why: &str) -> Refusal {
        Refusal::NoSuchClock { text: self.typed.to_owned(), why: why.to_owned() }
    }

    /// A date or a clock.
    fn digits(&mut self) -> Result<(), Refusal> {
        match iso_day(self.rest()) {
            Some((year, month, day, length)) => {
                if self.phrase.day.is_some() {
                    return Err(self.unreadable());
                }
                self.phrase.day = Some(Day::Date(exact_day(self.typed, year, month, day)?));
                self.at += length;
                // RFC 3339's `T`, which stands for nothing anywhere else.
                let mut after = self.rest().chars();
                if after.next() == Some('t') && after.next().is_some_and(|c| c.is_ascii_digit()) {
                    self.at += 1;
                    self.clock()?;
                }
                Ok(())
            }
            None => self.clock(),
        }
    }

    fn clock(&mut self) -> Result<(), Refusal> {
        if self.phrase.clock.is_some() {
            return Err(self.unreadable());
        }
        let rest = self.rest();
        let (hour_text, mut after) = split_digits(rest);
        if hour_text.len() > 2 {
            return Err(self.bare_number(hour_text, after));
        }
        let mut minute = None;
        let mut second = 0;
        let mut nanosecond = 0;
        if let Some(text) = after.strip_prefix(':') {
            let (digits, tail) = split_digits(text);
            minute = Some(self.two_digits(digits, "minutes have two digits, as in 09:05")?);
            after = tail;
            if let Some(text) = after.strip_prefix(':') {
                let (digits, tail) = split_digits(text);
                second = self.two_digits(digits, "seconds have two digits, as in 09:05:00")?;
                after = tail;
                if let Some(text) = after.strip_prefix(['.', ',']) {
                    let (digits, tail) = split_digits(text);
                    if digits.is_empty() || digits.len() > 9 {
                        return Err(self.no_such_clock("a fraction of a second has one to nine digits"));
                    }
                    nanosecond = format!("{digits:0<9}").parse().unwrap_or(0);
                    after = tail;
                }
            }
        }
        let half = half_day(after);
        if minute.is_none() && half.is_none() {
            return Err(self.bare_number(hour_text, after));
        }
        let mut hour: u32 = self.two_digits(&format!("{hour_text:0>2}"), "hours have one or two digits")?;
        if let Some((afternoon, length)) = half {
            if !(1..=12).contains(&hour) {
                return Err(self.no_such_clock("with am or pm, hours go from 1 to 12"));
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            after = &after[length..];
        }
        if after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',')) {
            return Err(self.unreadable());
        }
        self.phrase.clock = Some(self.exact_clock(hour, minute.unwrap_or(0), second, nanosecond)?);
        self.at = self.lower.len() - after.len();
        Ok(())
    }

    fn two_digits(&self, digits: &str, why: &str) -> Result<u32, Refusal> {
        if digits.len() == 2 {
            digits.parse().map_err(|_| self.no_such_clock(why))
        } else {
            Err(self.no_such_clock(why))
        }
    }

    fn exact_clock(&self, hour: u32, minute: u32, second: u32, nanosecond: u32) -> Result<NaiveTime, Refusal> {
        if hour == 24 && minute == 0 && second == 0 {
            return Err(self.no_such_clock("the day ends at 24:00, which is 00:00 of the next day; write that"));
        }
        if hour > 23 {
            return Err(self.no_such_clock("hours go from 00 to 23"));
        }
        if minute > 59 {
            return Err(self.no_such_clock("minutes go from 00 to 59"));
        }
        if second > 60 {
            return Err(self.no_such_clock("seconds go from 00 to 59"));
        }
        // chrono's form of a leap second.
        let (second, nanosecond) = if second == 60 { (59, nanosecond + 1_000_000_000) } else { (second, nanosecond) };
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond)
            .ok_or_else(|| self.no_such_clock("it is no time of day"))
    }

    /// Digits that are neither a date nor a clock: seconds since 1970, `1430`, `17h`, or a date in another order.
    fn bare_number(&self, digits: &str, after: &str) -> Refusal {
        if let Some(refusal) = foreign_day(self.typed, self.lower) {
            return refusal;
        }
        let whole = digits.len() == self.lower.len();
        if whole && digits.len() >= 9 {
            return Refusal::Epoch { text: self.typed.to_owned() };
        }
        let clock = match (digits.len(), after.chars().next()) {
            (4, None | Some(' ')) => {
                digits.split_at_checked(2).map(|(hour, minute)| (hour.to_owned(), minute.to_owned()))
            }
            (1 | 2, Some('h' | '.')) => {
                let (minute, _) = split_digits(&after[1..]);
                Some((format!("{digits:0>2}"), format!("{minute:0>2}")))
            }
            (1 | 2, None) => Some((format!("{digits:0>2}"), "00".to_owned())),
            _ => None,
        };
        let clock = clock.map(|(hour, minute)| format!("{hour}:{minute}"));
        let clock = clock.filter(|clock| NaiveTime::parse_from_str(clock, "%H:%M").is_ok());
        match clock {
            Some(clock) => Refusal::ClockForm { text: self.typed.to_owned(), clock },
            None => Refusal::Unreadable { text: self.typed.to_owned() },
        }
    }

    /// An offset right behind its clock, with or without a space.
    fn offset(&mut self) -> Result<(), Refusal> {
        if self.phrase.clock.is_none() || self.phrase.zone.is_some() {
            return Err(self.unreadable());
        }
        let rest = self.rest();
        let end = rest[1..].find(|c: char| !c.is_ascii_digit() && c != ':').map_or(rest.len(), |end| end + 1);
        let Some(offset) = zone::offset(&rest[..end]) else {
            return Err(Refusal::Offset { text: self.typed.to_owned(), offset: rest[..end].to_owned() });
        };
        self.phrase.zone = Some(Zone::Fixed(offset));
        self.phrase.offset = Some(offset);
        self.at += end;
        Ok(())
    }

    /// `[Europe/Berlin]`, RFC 9557.
    fn bracket(&mut self) -> Result<(), Refusal> {
        let Some(end) = self.rest().find(']') else {
            return Err(self.unreadable());
        };
        let name_in_zone = self.phrase.zone.is_some() && self.phrase.offset.is_none();
        if self.phrase.clock.is_none() || name_in_zone || self.phrase.bracket.is_some() {
            return Err(self.unreadable());
        }
        let zone = Zone::parse(&self.typed[self.at + 1..self.at + end])?;
        self.phrase.bracket = Some(zone);
        if self.phrase.zone.is_none() {
            self.phrase.zone = Some(zone);
        }
        self.at += end + 1;
        Ok(())
    }

    fn word(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || c == '[').unwrap_or(rest.len());
        let word = &rest[..end];
        let start = self.at;
        self.at += end;
        let day = match word {
            "at" if self.phrase.clock.is_none() && self.followed() => return Ok(()),
            "on" if self.phrase.day.is_none() && self.followed() => return Ok(()),
            "in" if self.phrase.clock.is_some() && self.phrase.zone.is_none() && self.followed() => return Ok(()),
            "noon" | "midday" => return self.named_clock(12),
            "midnight" => {
                self.midnight = true;
                return self.named_clock(0);
            }
            "today" => Day::FromToday(0),
            "yesterday" => Day::FromToday(-1),
            "tomorrow" => Day::FromToday(1),
            "last" | "next" => {
                let next = self.rest().trim_start();
                let end = next.find(char::is_whitespace).unwrap_or(next.len());
                let day = weekday(&next[..end]).ok_or_else(|| self.unreadable())?;
                self.at = self.lower.len() - next.len() + end;
                Day::Weekday(day, if word == "last" { Side::Before } else { Side::After })
            }
            _ => match weekday(word) {
                Some(day) => Day::Weekday(day, Side::Past),
                None => return self.zone_word(start, word),
            },
        };
        if self.phrase.day.is_some() {
            return Err(self.unreadable());
        }
        self.phrase.day = Some(day);
        Ok(())
    }

    /// Whether anything but space follows: "at" alone says nothing.
    fn followed(&self) -> bool {
        !self.rest().trim().is_empty()
    }

    fn named_clock(&mut self, hour: u32) -> Result<(), Refusal> {
        if self.phrase.clock.is_some() {
            return Err(self.unreadable());
        }
        self.phrase.clock = NaiveTime::from_hms_opt(hour, 0, 0);
        Ok(())
    }

    fn zone_word(&mut self, start: usize, word: &str) -> Result<(), Refusal> {
        if self.phrase.clock.is_none() || self.phrase.zone.is_some() {
            return Err(self.unreadable());
        }
        if let Some(refusal) = foreign_day(self.typed, self.lower) {
            return Err(refusal);
        }
        let zone = Zone::parse(&self.typed[start..start + word.len()]).map_err(|refusal| {
            // "New York" is one name in two words.
            match Zone::parse(&self.typed[start..]) {
                Err(whole @ Refusal::UnknownZone { .. }) if whole.has_near_zones() => whole,
                _ => refusal,
            }
        })?;
        self.phrase.zone = Some(zone);
        if word == "z" {
            self.phrase.zulu = true;
            self.phrase.offset = FixedOffset::east_opt(0);
        }
        Ok(())
    }
}

/// `am`, `pm`, `a.m.`, `p.m.`, also behind a space, as a whole word: whether it is the afternoon, and the length taken.
fn half_day(after: &str) -> Option<(bool, usize)> {
    let word = after.trim_start();
    let space = after.len() - word.len();
    [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)].into_iter().find_map(|(name, afternoon)| {
        let tail = word.strip_prefix(name)?;
        (!tail.starts_with(char::is_alphanumeric)).then_some((afternoon, space + name.len()))
    })
}

pub(super) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// `YYYY-MM-DD` at the start, with its length; whether such a day exists is not looked at.
pub(super) fn iso_day(text: &str) -> Option<(i32, u32, u32, usize)> {
    let (year, rest) = split_digits(text);
    let (month, rest) = split_digits(rest.strip_prefix('-')?);
    let (day, rest) = split_digits(rest.strip_prefix('-')?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?, text.len() - rest.len()))
}

/// The day, or why there is none such.
pub(super) fn exact_day(typed: &str, year: i32, month: u32, day: u32) -> Result<NaiveDate, Refusal> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let why = why_no_such_day(year, month, day).unwrap_or_default();
        Refusal::NoSuchDay { text: typed.to_owned(), why }
    })
}

/// The weekday a word in lower case names, whole or by its usual abbreviations.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wed" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" | "sat" => Weekday::Sat,
        "sunday" | "sun" => Weekday::Sun,
        _ => return None,
    })
}

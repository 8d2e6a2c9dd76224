//! Times and dates as a person types them, made exact or refused: the grammar of the command line.
//!
//! A time that could mean two things is refused with what it could mean; nothing is read as UTC because its zone was not
//! understood; the whole input counts. Pure: the clock, the zone and the record's entries are handed in as [`Bearings`].
//!
//! # Times
//!
//! | typed | meaning |
//! |---|---|
//! | `2017-01-31T23:27:00Z`, `2017-01-31 23:27+01:00`, `…[Europe/Berlin]` | that instant; seconds may be left out; a zone in brackets must agree with the offset |
//! | `2017-01-31 23:27`, `2017-01-31 23:27 Europe/London`, `… UTC` | in that zone, else in the default zone |
//! | `23:27`, `3pm`, `3:05 pm`, `noon`, `midnight` | of the instants with that clock time, not in the future, the nearest to the last entry, if at least twice as near as the next; without entries the last past one |
//! | `today 14:05`, `yesterday at 3pm`, `14:05 yesterday`, `friday 14:05`, `last friday 14:05` | on that day; a weekday is the last on which the clock time is past, with `last` never today |
//! | `now`, `10m ago`, `1 hour 30 minutes ago`, `a week ago` | counted from now; days and weeks keep the clock time |
//! | `+5m`, `-5m` | counted from the last entry |
//! | `@1763647500` | seconds since 1970 |
//!
//! Clocks of two machines differ, so up to [`CLOCK_SKEW_SECONDS`] ahead of `now` is not yet "in the future".

mod clock;
mod date;
mod foreign;
mod refusal;
mod scan;
mod zone;

use std::fmt;

use chrono::{
    DateTime, Datelike as _, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday,
};

use crate::record::duration::{Length, LengthError, Parts};
use crate::record::time::{Moment, leap_second_fits, whole_second};

pub use date::date;
pub use refusal::Refusal;
pub use zone::{Local, Zone};

use scan::{Day, Phrase, Side};

#[cfg(test)]
mod tests;

/// How far ahead of `now` a typed time may lie without being refused as a time in the future.
pub const CLOCK_SKEW_SECONDS: i64 = 120;

/// Longest input looked at; the longest time anyone types is well under half of it.
const LONGEST_INPUT: usize = 120;

/// What a typed time is read against.
#[derive(Debug, Clone, Copy)]
pub struct Bearings<'a> {
    /// The current instant.
    pub now: DateTime<Utc>,
    /// What a time without a zone means: `--tz`, else `timezone` of `pm.toml`, else UTC.
    pub zone: Zone,
    /// The times of the record's entries, in any order, without the entry that is being changed. The last is the latest. For the
    /// end of an entry (`--until`) its own beginning is the one entry to count from.
    pub entries: &'a [Moment],
    /// Whether a time in the future is fine, as for a review that is planned.
    pub future: bool,
}

#[cfg_attr(not(test), expect(clippy::elidable_lifetime_names, reason = "the tests hand in entries"))]
impl<'a> Bearings<'a> {
    /// Bearings without entries that refuse the future.
    pub fn new(now: DateTime<Utc>, zone: impl Into<Zone>) -> Self {
        Self { now, zone: zone.into(), entries: &[], future: false }
    }

    /// The same with these entries.
    #[cfg(test)]
    #[must_use]
    pub fn with_entries(self, entries: &'a [Moment]) -> Self {
        Self { entries, ..self }
    }

    /// The same, with the future allowed.
    #[must_use]
    pub fn with_future(self) -> Self {
        Self { future: true, ..self }
    }

    /// The last instant that does not count as in the future.
    fn latest(&self) -> DateTime<Utc> {
        self.now.checked_add_signed(TimeDelta::seconds(CLOCK_SKEW_SECONDS)).unwrap_or(self.now)
    }

    fn is_future(&self, instant: &DateTime<FixedOffset>) -> bool {
        *instant > self.latest()
    }

    fn last_entry(&self) -> Option<Moment> {
        self.entries.iter().max().copied()
    }

    fn today(&self, zone: Zone) -> NaiveDate {
        zone.of(self.now).date_naive()
    }
}

/// A typed time, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The instant, with the offset as typed, else of the zone it was read in.
    pub instant: DateTime<FixedOffset>,
    /// How it was read, such as "the 23:27 in Europe/Berlin nearest to the last entry".
    pub note: String,
}

impl fmt::Display for Understood {
    /// The instant in UTC, seconds only where there are any, and as typed where that differs: `2026-11-20 13:05 UTC (14:05 +01:00)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.instant.to_utc();
        write!(f, "{} UTC", wall(utc.naive_utc()))?;
        if self.instant.offset().local_minus_utc() != 0 {
            let local = self.instant.naive_local();
            let same_day = local.date() == utc.date_naive();
            let shown = if same_day { wall_clock(local.time()) } else { wall(local) };
            write!(f, " ({shown} {})", self.instant.offset())?;
        }
        Ok(())
    }
}

/// Reads a time typed by a person.
pub fn time(text: &str, bearings: &Bearings<'_>) -> Result<Understood, Refusal> {
    let typed = text.trim();
    if typed.is_empty() {
        return Err(Refusal::Empty);
    }
    if typed.chars().count() > LONGEST_INPUT {
        return Err(Refusal::Unreadable { text: typed.chars().take(LONGEST_INPUT / 2).chain("…".chars()).collect() });
    }
    // ASCII only: the text keeps its byte positions.
    let lower = typed.to_ascii_lowercase();
    let understood = match relative(typed, &lower, bearings) {
        Some(understood) => understood,
        None => scan::scan(typed, &lower).and_then(|phrase| assemble(typed, &phrase, bearings)),
    };
    let understood = understood.or_else(|refusal| the_one_that_came(refusal, bearings))?;
    in_bounds(typed, &understood.instant)?;
    if !leap_second_fits(&understood.instant) {
        let why = "a second 60 exists only at 23:59:60 UTC on the last day of a month".to_owned();
        return Err(Refusal::NoSuchClock { text: typed.to_owned(), why });
    }
    if !bearings.future && bearings.is_future(&understood.instant) {
        return Err(Refusal::Future { text: typed.to_owned(), instant: understood.instant, now: bearings.now });
    }
    Ok(understood)
}

/// Of a local time that comes twice, the first while the second is still in the future.
fn the_one_that_came(refusal: Refusal, bearings: &Bearings<'_>) -> Result<Understood, Refusal> {
    match &refusal {
        Refusal::Twice { choices, .. } if !bearings.future => match choices.as_slice() {
            [first, second] if bearings.is_future(second) && !bearings.is_future(first) => {
                Ok(Understood { instant: *first, note: "before clocks are set back".to_owned() })
            }
            _ => Err(refusal),
        },
        _ => Err(refusal),
    }
}

/// The forms that count from somewhere: `now`, `… ago`, `in …`, `+…`, `-…`, `@…`. `None` when the text is none of them.
fn relative(typed: &str, lower: &str, bearings: &Bearings<'_>) -> Option<Result<Understood, Refusal>> {
    let now = || whole_second(bearings.zone.of(bearings.now));
    if lower == "now" {
        return Some(Ok(Understood { instant: now(), note: "now".to_owned() }));
    }
    if let Some(seconds) = lower.strip_prefix('@') {
        return Some(epoch(typed, seconds, bearings));
    }
    if let Some(length) = typed.strip_prefix(['+', '-']) {
        return Some(from_last_entry(typed, length, bearings));
    }
    if let Some(length) = lower.strip_suffix("ago").filter(|rest| rest.ends_with(char::is_whitespace)) {
        return Some(amount(&typed[..length.len()]).map_err(Refusal::from).and_then(|parts| {
            let instant = step(typed, now(), parts, -1, bearings.zone)?;
            Ok(Understood { instant, note: format!("{} before now", Length::exact(parts.elapsed())) })
        }));
    }
    if Parts::read(typed).is_ok() {
        return Some(Err(Refusal::Undirected { text: typed.to_owned() }));
    }
    if lower.starts_with("in ") {
        return Some(amount(&typed[3..]).map_err(Refusal::from).and_then(|parts| {
            let instant = step(typed, now(), parts, 1, bearings.zone)?;
            Ok(Understood { instant, note: format!("{} from now", Length::exact(parts.elapsed())) })
        }));
    }
    None
}

/// A length in a sentence, where "a" and "an" are one.
fn amount(text: &str) -> Result<Parts, LengthError> {
    let text = text.trim();
    let one = text
        .split_once(char::is_whitespace)
        .filter(|(article, _)| article.eq_ignore_ascii_case("a") || article.eq_ignore_ascii_case("an"));
    match one {
        Some((_, unit)) => Parts::read(&format!("1 {}", unit.trim_start())),
        None => Parts::read(text),
    }
}

fn epoch(typed: &str, seconds: &str, bearings: &Bearings<'_>) -> Result<Understood, Refusal> {
    let digits = seconds.strip_prefix('-').unwrap_or(seconds);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::Epoch { text: typed.to_owned() });
    }
    let instant = seconds.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let instant = instant.ok_or_else(|| Refusal::OutOfRange { text: typed.to_owned() })?;
    Ok(Understood { instant: bearings.zone.of(instant), note: "seconds since 1970-01-01 00:00 UTC".to_owned() })
}

fn from_last_entry(typed: &str, length: &str, bearings: &Bearings<'_>) -> Result<Understood, Refusal> {
    let parts = amount(length)?;
    let last = bearings.last_entry().ok_or_else(|| Refusal::NoEntry { text: typed.to_owned() })?;
    let Some(start) = last.instant() else {
        return Err(Refusal::VagueStart { text: typed.to_owned(), entry: last });
    };
    let (sign, side) = if typed.starts_with('-') { (-1, "before") } else { (1, "after") };
    let instant = step(typed, bearings.zone.of(start.to_utc()), parts, sign, bearings.zone)?;
    Ok(Understood { instant, note: format!("{} {side} the last entry, {last}", Length::exact(parts.elapsed())) })
}

/// Days on the calendar of the zone first, then hours and smaller as elapsed time.
fn step(
    typed: &str,
    from: DateTime<FixedOffset>,
    parts: Parts,
    sign: i64,
    zone: Zone,
) -> Result<DateTime<FixedOffset>, Refusal> {
    let out_of_range = || Refusal::OutOfRange { text: typed.to_owned() };
    let mut at = from;
    if parts.days > 0 {
        let days = Days::new(u64::from(parts.days));
        let local = from.naive_local();
        let moved = if sign < 0 { local.checked_sub_days(days) } else { local.checked_add_days(days) };
        at = match zone.at(moved.ok_or_else(out_of_range)?) {
            // The clock showed this time twice that day: the one with the offset it was counted from.
            Local::Twice(_, second) if second.offset() == from.offset() => second,
            Local::Twice(first, _) => first,
            local => once(typed, local, zone)?,
        };
    }
    let seconds = i64::try_from(parts.seconds).ok().and_then(|seconds| TimeDelta::try_seconds(sign * seconds));
    let at = seconds.and_then(|delta| at.checked_add_signed(delta)).ok_or_else(out_of_range)?;
    Ok(zone.of(at.to_utc()))
}

/// Day, clock and zone put together.
fn assemble(typed: &str, phrase: &Phrase, bearings: &Bearings<'_>) -> Result<Understood, Refusal> {
    let Some(clock) = phrase.clock else {
        return Err(match phrase.day {
            Some(_) => Refusal::ClockMissing { text: typed.to_owned() },
            None => Refusal::Unreadable { text: typed.to_owned() },
        });
    };
    let zone = phrase.zone.unwrap_or(bearings.zone);
    let Some(day) = phrase.day else {
        return clock::nearest(typed, clock, zone, bearings);
    };
    let note = |instant: DateTime<FixedOffset>| {
        let read = if phrase.zone.is_some() { "as typed" } else { "in the default zone" };
        Understood { instant, note: format!("{read}, {zone}") }
    };
    match day {
        Day::Date(date) => {
            let instant = match phrase.offset {
                Some(offset) => in_bracket(typed, date.and_time(clock), offset, phrase)?,
                None => once(typed, zone.at(date.and_time(clock)), zone)?,
            };
            Ok(note(instant))
        }
        Day::FromToday(days) => on_named_day(typed, zone, bearings, |today| {
            let days = TimeDelta::days(days);
            today.checked_add_signed(days).map(|day| day.and_time(clock))
        })
        .map(note),
        Day::Weekday(day, side) => {
            on_named_day(typed, zone, bearings, |today| on_weekday(today, day, side, clock, zone, bearings)).map(note)
        }
    }
}

/// An instant with a typed offset, checked against a zone in brackets when there is one.
fn in_bracket(
    typed: &str,
    local: NaiveDateTime,
    offset: FixedOffset,
    phrase: &Phrase,
) -> Result<DateTime<FixedOffset>, Refusal> {
    let instant = once(typed, Zone::Fixed(offset).at(local), Zone::Fixed(offset))?;
    let Some(zone) = phrase.bracket else {
        return Ok(instant);
    };
    let in_zone = zone.of(instant.to_utc());
    // `Z` before brackets says only that the instant is in UTC (RFC 9557, 2).
    if phrase.zulu || in_zone.offset() == instant.offset() {
        return Ok(in_zone);
    }
    Err(Refusal::OffsetDisagrees { text: typed.to_owned(), zone, offset: *in_zone.offset() })
}

/// `today`, `yesterday` and weekdays: where the typed zone has another date than the person's own, the word has two meanings.
fn on_named_day(
    typed: &str,
    zone: Zone,
    bearings: &Bearings<'_>,
    local_on: impl Fn(NaiveDate) -> Option<NaiveDateTime>,
) -> Result<DateTime<FixedOffset>, Refusal> {
    let there = bearings.today(zone);
    let here = bearings.today(bearings.zone);
    let instant_on = |today: NaiveDate| {
        let local = local_on(today).ok_or_else(|| Refusal::OutOfRange { text: typed.to_owned() })?;
        once(typed, zone.at(local), zone)
    };
    let theirs = instant_on(there)?;
    if here == there {
        return Ok(theirs);
    }
    let ours = instant_on(here)?;
    let mut choices = vec![theirs, ours];
    choices.sort();
    choices.dedup();
    if !bearings.future && choices.iter().any(|choice| !bearings.is_future(choice)) {
        choices.retain(|choice| !bearings.is_future(choice));
    }
    match choices.as_slice() {
        [only] => Ok(*only),
        _ => Err(Refusal::WhichToday { text: typed.to_owned(), zone, choices }),
    }
}

/// The clock time on the weekday that is meant.
fn on_weekday(
    today: NaiveDate,
    day: Weekday,
    side: Side,
    clock: NaiveTime,
    zone: Zone,
    bearings: &Bearings<'_>,
) -> Option<NaiveDateTime> {
    let today_is_past = || today.and_time(clock) <= zone.of(bearings.latest()).naive_local();
    let date = match side {
        Side::After => weekday_after(today, day)?,
        Side::Past if day == today.weekday() && today_is_past() => today,
        Side::Past | Side::Before => weekday_before(today, day)?,
    };
    Some(date.and_time(clock))
}

/// The nearest such weekday before the day, one to seven days away.
fn weekday_before(today: NaiveDate, day: Weekday) -> Option<NaiveDate> {
    let back = (today.weekday().days_since(day) + 6) % 7 + 1;
    today.checked_sub_days(Days::new(u64::from(back)))
}

/// The nearest such weekday after the day, one to seven days away.
fn weekday_after(today: NaiveDate, day: Weekday) -> Option<NaiveDate> {
    let ahead = (day.days_since(today.weekday()) + 6) % 7 + 1;
    today.checked_add_days(Days::new(u64::from(ahead)))
}

/// The one instant of a local time, or why there is not exactly one.
fn once(typed: &str, local: Local, zone: Zone) -> Result<DateTime<FixedOffset>, Refusal> {
    match local {
        Local::Once(instant) => Ok(instant),
        Local::Twice(first, second) => {
            Err(Refusal::Twice { text: typed.to_owned(), zone, choices: vec![first, second] })
        }
        Local::Never(gap) => Err(Refusal::gap(typed, zone, gap)),
        Local::OutOfRange => Err(Refusal::OutOfRange { text: typed.to_owned() }),
    }
}

/// A record's text has years of four digits, in UTC and as typed.
fn in_bounds(typed: &str, instant: &DateTime<FixedOffset>) -> Result<(), Refusal> {
    let years = 1..=9999;
    if years.contains(&instant.naive_utc().year()) && years.contains(&instant.naive_local().year()) {
        return Ok(());
    }
    Err(Refusal::OutOfRange { text: typed.to_owned() })
}

/// Day and clock for people: to the minute, with seconds only where there are any.
fn wall(local: NaiveDateTime) -> String {
    format!("{} {}", local.date(), wall_clock(local.time()))
}

fn wall_clock(clock: NaiveTime) -> String {
    let text = clock.to_string();
    text.strip_suffix(":00").map_or(text.as_str(), |minute| minute).to_owned()
}

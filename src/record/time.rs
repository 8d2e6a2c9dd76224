//! Times in a record, with the precision they were known to: an instant, a local time without its zone, or a day.
//!
//! Real timelines mix all three. A [`Moment`] keeps what was written and never invents a zone or a clock time; only ordering
//! and terminal display place a vaguer one as if it were UTC.
//!
//! # Order
//!
//! Moments are ordered by where they stand on the UTC axis: an instant where it is, a local time as if its zone were UTC, a
//! day at its first minute. Where those agree the vaguer comes first (day, local time, instant). It is a total order, for
//! sorting and "is in order" checks; it is no claim about which of two vague moments came first.
//!
//! # Difference
//!
//! | from, to | length |
//! |---|---|
//! | instant, instant | exact |
//! | local, local | approximate: most likely one zone, but a clock change may lie between |
//! | instant, local | unknown: zones reach from -12 to +14 hours |
//! | a day and anything | unknown: up to a day wrong, against targets of minutes |

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use chrono::{
    DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, SubsecRound as _,
    Timelike as _, Utc,
};
use toml::value::{Date, Datetime, Offset, Time};

use crate::record::duration::Length;

#[cfg(test)]
mod tests;

/// A time with the precision it is known to. Two instants are equal when they are the same instant, whatever their offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Known exactly: a TOML offset date-time. The offset it was written with is kept.
    Instant(DateTime<FixedOffset>),
    /// The clock is known, the zone is not: a TOML local date-time.
    Local(NaiveDateTime),
    /// The day is known, the clock is not: a TOML local date.
    Day(NaiveDate),
}

/// Why a TOML date-time is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// A local time such as `07:32:00`.
    #[error("{clock} is a clock time without a day; write the day before it, as in 2017-01-31T{clock}Z")]
    ClockWithoutDay { clock: String },
    /// 31 November, 29 February in a common year, month 13.
    #[error("{year:04}-{month:02}-{day:02} is not a day: {why}")]
    NoSuchDay { year: u16, month: u8, day: u8, why: String },
    /// 25:00 or 23:61.
    #[error("{0} is not a clock time: hours go from 00 to 23, minutes and seconds from 00 to 59")]
    NoSuchClock(String),
    /// A second 60 where no leap second can be.
    #[error("{0} is not a time: a second 60 exists only at 23:59:60 UTC on the last day of a month; write second 59")]
    NoLeapSecond(String),
    /// An offset of a day or more.
    #[error("{0} is not an offset from UTC: offsets are less than 24 hours")]
    NoSuchOffset(String),
    /// Not one of the four TOML shapes.
    #[error("{0} is neither a date nor a date with a time; write 2017-01-31 or 2017-01-31T23:27:00Z")]
    Shape(String),
}

impl TryFrom<&Datetime> for Moment {
    type Error = MomentError;

    fn try_from(written: &Datetime) -> Result<Self, MomentError> {
        match (written.date, written.time, written.offset) {
            (Some(date), None, None) => day_of(date).map(Self::Day),
            (Some(date), Some(time), None) => {
                let day = day_of(date)?;
                Ok(Self::Local(day.and_time(clock_of(time)?)))
            }
            (Some(date), Some(time), Some(offset)) => {
                let local = day_of(date)?.and_time(clock_of(time)?);
                let east = offset_of(offset)?;
                let instant =
                    local.and_local_timezone(east).single().ok_or_else(|| MomentError::Shape(written.to_string()))?;
                if !leap_second_fits(&instant) {
                    return Err(MomentError::NoLeapSecond(written.to_string()));
                }
                Ok(Self::Instant(instant))
            }
            (None, Some(time), None) => Err(MomentError::ClockWithoutDay { clock: time.to_string() }),
            _ => Err(MomentError::Shape(written.to_string())),
        }
    }
}

impl TryFrom<Datetime> for Moment {
    type Error = MomentError;

    fn try_from(written: Datetime) -> Result<Self, MomentError> {
        Self::try_from(&written)
    }
}

impl From<DateTime<FixedOffset>> for Moment {
    fn from(instant: DateTime<FixedOffset>) -> Self {
        Self::Instant(instant)
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Instant(instant.fixed_offset())
    }
}

impl From<NaiveDate> for Moment {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl Moment {
    /// The instant, when it is known.
    pub const fn instant(&self) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Instant(instant) => Some(*instant),
            Self::Local(_) | Self::Day(_) => None,
        }
    }

    /// The day in UTC of an instant; the day as written of a local time or a day.
    pub fn day(&self) -> NaiveDate {
        self.placed().date()
    }

    /// Where it stands on the UTC axis for ordering and display; see the module's rule. No instant may be made from it.
    pub fn placed(&self) -> NaiveDateTime {
        match self {
            Self::Instant(instant) => instant.naive_utc(),
            Self::Local(local) => *local,
            Self::Day(day) => day.and_time(NaiveTime::MIN),
        }
    }

    const fn precision(&self) -> u8 {
        match self {
            Self::Day(_) => 0,
            Self::Local(_) => 1,
            Self::Instant(_) => 2,
        }
    }

    /// How long from here to `later`, negative when `later` is earlier; `None` when the precision does not allow an answer
    /// (the module's table).
    pub fn length_to(&self, later: &Self) -> Option<Length> {
        match (self, later) {
            (Self::Instant(from), Self::Instant(to)) => Some(Length::exact(to.signed_duration_since(from))),
            (Self::Local(from), Self::Local(to)) => Some(Length::approximate(to.signed_duration_since(*from))),
            _ => None,
        }
    }

    /// The TOML text: RFC 3339 with seconds, `Z` for a zero offset, a fraction only where there is one. An offset that is no
    /// whole number of minutes (local mean time before about 1900) is written in UTC, since TOML cannot say it.
    pub fn to_toml(self) -> String {
        match self {
            Self::Day(day) => day_text(day),
            Self::Local(local) => format!("{}T{}", day_text(local.date()), exact_clock(local.time())),
            Self::Instant(instant) => {
                let instant = whole_minute_offset(instant);
                let local = instant.naive_local();
                let offset = instant.offset().local_minus_utc();
                let zone = if offset == 0 { "Z".to_owned() } else { instant.offset().to_string() };
                format!("{}T{}{zone}", day_text(local.date()), exact_clock(local.time()))
            }
        }
    }

    /// The day for a terminal, such as `2017-01-31`: in UTC for an instant.
    pub fn date_text(&self) -> String {
        day_text(self.day())
    }

    /// The clock for a terminal, such as `23:27`, in UTC for an instant, cut to the minute; `None` for a day.
    pub fn clock_text(&self) -> Option<String> {
        match self {
            Self::Day(_) => None,
            Self::Local(_) | Self::Instant(_) => Some(minute_clock(self.placed().time())),
        }
    }

    /// The text for a list in which `previous` stands just above: the clock alone when it is the same day, else day and clock.
    /// A local time keeps its mark.
    pub fn text_after(&self, previous: Option<&Self>) -> String {
        let same_day = previous.is_some_and(|above| above.day() == self.day());
        match (self, self.clock_text()) {
            (Self::Local(_), Some(clock)) if same_day => format!("{clock} {LOCAL_MARK}"),
            (_, Some(clock)) if same_day => clock,
            _ => self.to_string(),
        }
    }
}

/// Stands behind a clock time whose zone is unknown.
const LOCAL_MARK: &str = "local";

impl fmt::Display for Moment {
    /// `2017-01-31 23:27` in UTC, cut to the minute; `2017-01-31 23:27 local` when the zone is unknown; `2017-01-31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_text())?;
        if let Some(clock) = self.clock_text() {
            write!(f, " {clock}")?;
        }
        if matches!(self, Self::Local(_)) {
            write!(f, " {LOCAL_MARK}")?;
        }
        Ok(())
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.placed(), self.precision()).cmp(&(other.placed(), other.precision()))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The instant without its fraction of a second: what `now` means in a record.
pub fn whole_second(instant: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    instant.trunc_subsecs(0)
}

/// How many days a month has, and why a day is none of its: "November has 30 days", "2023 is not a leap year: …".
/// `None` when the day exists.
pub fn why_no_such_day(year: i32, month: u32, day: u32) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    if NaiveDate::from_ymd_opt(year, month, day).is_some() {
        return None;
    }
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let Some(name) = name else {
        return Some("months go from 01 to 12".to_owned());
    };
    if month == 2 && day == 29 {
        return Some(format!("{year} is not a leap year, its February has 28 days"));
    }
    let last = (28..=31).rev().find(|last| NaiveDate::from_ymd_opt(year, month, *last).is_some());
    Some(match last {
        Some(last) if day > 0 => format!("{name} has {last} days"),
        _ => "days count from 01".to_owned(),
    })
}

/// Whether a second 60 can be there: leap seconds end a month in UTC (RFC 3339, 5.7). True for every other second.
pub fn leap_second_fits(instant: &DateTime<FixedOffset>) -> bool {
    let utc = instant.naive_utc();
    if utc.nanosecond() < 1_000_000_000 {
        return true;
    }
    utc.hour() == 23 && utc.minute() == 59 && utc.date().succ_opt().is_some_and(|next| next.day() == 1)
}

fn day_of(date: Date) -> Result<NaiveDate, MomentError> {
    let Date { year, month, day } = date;
    let refuse = |why: String| MomentError::NoSuchDay { year, month, day, why };
    if year > 9999 {
        return Err(refuse("years have four digits".to_owned()));
    }
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
        .ok_or_else(|| refuse(why_no_such_day(i32::from(year), u32::from(month), u32::from(day)).unwrap_or_default()))
}

fn clock_of(time: Time) -> Result<NaiveTime, MomentError> {
    let refuse = || MomentError::NoSuchClock(time.to_string());
    let second = u32::from(time.second.unwrap_or(0));
    let nanosecond = time.nanosecond.unwrap_or(0);
    if nanosecond >= 1_000_000_000 {
        return Err(refuse());
    }
    // chrono writes second 60 as second 59 with a second's worth of nanoseconds more.
    let (second, nanosecond) = if second == 60 { (59, nanosecond + 1_000_000_000) } else { (second, nanosecond) };
    NaiveTime::from_hms_nano_opt(u32::from(time.hour), u32::from(time.minute), second, nanosecond).ok_or_else(refuse)
}

fn offset_of(offset: Offset) -> Result<FixedOffset, MomentError> {
    match offset {
        Offset::Z => Ok(Utc.fix()),
        Offset::Custom { minutes } => {
            FixedOffset::east_opt(i32::from(minutes) * 60).ok_or_else(|| MomentError::NoSuchOffset(offset.to_string()))
        }
    }
}

fn whole_minute_offset(instant: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    if instant.offset().local_minus_utc() % 60 == 0 { instant } else { instant.with_timezone(&Utc.fix()) }
}

fn day_text(day: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

fn minute_clock(clock: NaiveTime) -> String {
    format!("{:02}:{:02}", clock.hour(), clock.minute())
}

fn exact_clock(clock: NaiveTime) -> String {
    let leap = clock.nanosecond() / 1_000_000_000;
    let nanosecond = clock.nanosecond() % 1_000_000_000;
    let mut text = format!("{}:{:02}", minute_clock(clock), clock.second() + leap);
    if nanosecond > 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, ".{nanosecond:09}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

//! How long something took: read from settings (`1h30m`), shown as on-call people write it (`18 h 14 min`).
//!
//! Lengths are elapsed time: a day is 24 hours and a week seven days here. Months and years have no fixed length and are
//! refused. This module never looks at a clock or a zone.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

#[cfg(test)]
mod tests;

/// The forms a length is accepted in, for messages.
pub const ACCEPTED_LENGTHS: &str = "90s, 5m, 48h, 7d, 2w, 1h30m";

/// Below this many seconds a length is shown in seconds: on-call people say "90 s" but not "300 s".
const SHOWN_IN_SECONDS: i64 = 120;
/// From this many minutes on a length is shown in days: "24 h 11 min" is still read at a glance, "651 h" is not.
const SHOWN_IN_DAYS: i64 = 48 * 60;
/// From this many of the larger unit on, an approximate length leaves the smaller one out.
const COARSE_FROM: i64 = 10;

/// A length of time, negative when the end lies before the beginning, and marked when it is only approximate.
///
/// Lengths are equal or ordered by their time alone when both are exact; an approximate length follows an exact one of
/// the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length {
    time: TimeDelta,
    approx: bool,
}

impl Length {
    /// An exact length.
    pub const fn exact(time: TimeDelta) -> Self {
        Self { time, approx: false }
    }

    /// An approximate length, shown with "about".
    pub const fn approximate(time: TimeDelta) -> Self {
        Self { time, approx: true }
    }

    /// An exact length of whole minutes; `None` beyond what fits (about 292 million years).
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        TimeDelta::try_minutes(minutes).map(Self::exact)
    }

    /// The same length, approximate when it was or when `approx` is true.
    #[must_use]
    pub const fn or_approximate(self, approx: bool) -> Self {
        Self { time: self.time, approx: self.approx || approx }
    }

    /// The elapsed time.
    pub const fn time(self) -> TimeDelta {
        self.time
    }

    /// Whether one of its ends was only approximately known.
    pub const fn is_approximate(self) -> bool {
        self.approx
    }

    /// Whether the end lies before the beginning.
    pub fn is_negative(self) -> bool {
        self.time < TimeDelta::zero()
    }

    /// Minutes, rounded to the nearest (half a minute away from zero): the template's unit.
    pub const fn whole_minutes(self) -> i64 {
        let seconds = self.time.num_seconds();
        let half = if seconds < 0 { -30 } else { 30 };
        (seconds + half) / 60
    }

    /// The shortest text a setting would be written with, such as `1h30m` or `7d`; sub-seconds and the approximate mark are
    /// left out. Settings hold no negative lengths, so the sign of one is shown but not read back. Weeks
    /// are written as days, since deadlines of 7 and 30 days stand side by side.
    pub fn to_setting(self) -> String {
        let seconds = self.time.num_seconds();
        let sign = if seconds < 0 { "-" } else { "" };
        let mut rest = seconds.unsigned_abs();
        if rest == 0 {
            return "0s".to_owned();
        }
        // "48h" is how deadlines are written; days only where nothing is left over.
        let mut text = sign.to_owned();
        let mut units: &[Unit] = &[Unit::Hour, Unit::Minute, Unit::Second];
        if rest.is_multiple_of(Unit::Day.seconds()) && rest > 2 * Unit::Day.seconds() {
            units = &[Unit::Day];
        }
        for unit in units {
            let count = rest / unit.seconds();
            rest %= unit.seconds();
            if count > 0 {
                text.push_str(&count.to_string());
                text.push(unit.letter());
            }
        }
        text
    }
}

impl fmt::Display for Length {
    /// "90 s" below two minutes, "4 min", "18 h 14 min" up to two days, then "27 d 3 h"; rounded to the smaller unit.
    /// Approximate lengths start with "about" and drop the smaller unit beside ten or more of the larger.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.approx {
            f.write_str("about ")?;
        }
        let seconds = self.time.num_seconds();
        if seconds < 0 {
            f.write_str("-")?;
        }
        if seconds.abs() < SHOWN_IN_SECONDS {
            return write!(f, "{} s", seconds.abs());
        }
        let minutes = self.whole_minutes().abs();
        if minutes < SHOWN_IN_DAYS {
            self.write_two(f, minutes, 60, "h", "min")
        } else {
            self.write_two(f, (minutes + 30) / 60, 24, "d", "h")
        }
    }
}

impl Length {
    /// Writes `amount` of the small unit as large and small, leaving out what is zero.
    fn write_two(self, f: &mut fmt::Formatter<'_>, amount: i64, per: i64, large: &str, small: &str) -> fmt::Result {
        let (mut many, mut few) = (amount / per, amount % per);
        if self.approx && many >= COARSE_FROM {
            many += i64::from(few * 2 >= per);
            few = 0;
        }
        match (many, few) {
            (0, few) => write!(f, "{few} {small}"),
            (many, 0) => write!(f, "{many} {large}"),
            (many, few) => write!(f, "{many} {large} {few} {small}"),
        }
    }
}

/// Why a text is not a length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LengthError {
    /// Nothing there.
    #[error("a length of time is missing; write one such as {ACCEPTED_LENGTHS}")]
    Empty,
    /// A sign where only a length makes sense.
    #[error("`{0}` has a sign, and a length of time has none; write it as one of {ACCEPTED_LENGTHS}")]
    Signed(String),
    /// A number with nothing behind it.
    #[error("`{text}` has no unit behind {number}; write {number}m for minutes, or one of {ACCEPTED_LENGTHS}")]
    NoUnit { text: String, number: String },
    /// A unit that is none.
    #[error("`{unit}` in `{text}` is not a unit of time; use s, m, h, d or w, as in {ACCEPTED_LENGTHS}")]
    UnknownUnit { text: String, unit: String },
    /// Months, quarters and years.
    #[error("`{text}`: a {unit} has no fixed length; write days or weeks, as in 30d or 4w")]
    NoFixedLength { text: String, unit: &'static str },
    /// A decimal point or comma.
    #[error("`{0}` has a fraction; write whole units, as in 1h30m instead of 1.5h")]
    Fraction(String),
    /// The same unit twice, or a smaller one first.
    #[error("`{0}` does not go from larger to smaller units, each once; write it as in 1h30m")]
    Order(String),
    /// More than a thousand years.
    #[error("`{0}` is longer than a thousand years")]
    TooLong(String),
    /// Anything else.
    #[error("`{0}` is not a length of time; write one such as {ACCEPTED_LENGTHS}")]
    Junk(String),
}

impl FromStr for Length {
    type Err = LengthError;

    /// Reads `1h30m`, also with spaces and unit words (`1 hour 30 minutes`, `18 h 14 min`): what is shown can be typed.
    fn from_str(text: &str) -> Result<Self, LengthError> {
        Ok(Self::exact(Parts::read(text)?.elapsed()))
    }
}

/// A length as it was typed, with days apart from hours: on a calendar a day is not always 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Whole days, weeks included.
    pub days: u32,
    /// The hours, minutes and seconds, in seconds.
    pub seconds: u64,
}

/// A thousand years in seconds; anything longer is a slip, and all arithmetic below stays far from overflow.
const LONGEST: u64 = 1000 * 366 * 86_400;

impl Parts {
    /// Reads the forms of [`Length::from_str`].
    pub fn read(text: &str) -> Result<Self, LengthError> {
        let typed = || text.trim().to_owned();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(LengthError::Empty);
        }
        if rest.starts_with(['+', '-']) {
            return Err(LengthError::Signed(typed()));
        }
        let mut parts = Self { days: 0, seconds: 0 };
        let mut total = 0_u64;
        let mut previous: Option<Unit> = None;
        while !rest.is_empty() {
            let (number, after) = split_while(rest, |c| c.is_ascii_digit());
            if number.is_empty() {
                return Err(LengthError::Junk(typed()));
            }
            if after.starts_with(['.', ',']) {
                return Err(LengthError::Fraction(typed()));
            }
            let (word, after) = split_while(after.trim_start(), char::is_alphabetic);
            if word.is_empty() {
                let number = number.to_owned();
                return Err(if after.is_empty() {
                    LengthError::NoUnit { text: typed(), number }
                } else {
                    LengthError::Junk(typed())
                });
            }
            let unit = Unit::named(word, &typed())?;
            if previous.is_some_and(|before| before <= unit) {
                return Err(LengthError::Order(typed()));
            }
            previous = Some(unit);
            let amount = number
                .parse::<u64>()
                .ok()
                .and_then(|count| count.checked_mul(unit.seconds()))
                .filter(|amount| *amount <= LONGEST)
                .ok_or_else(|| LengthError::TooLong(typed()))?;
            total += amount;
            if total > LONGEST {
                return Err(LengthError::TooLong(typed()));
            }
            if unit >= Unit::Day {
                parts.days += u32::try_from(amount / Unit::Day.seconds()).map_err(|_| LengthError::TooLong(typed()))?;
            } else {
                parts.seconds += amount;
            }
            rest = after.trim_start();
        }
        Ok(parts)
    }

    /// The length with days of 24 hours.
    pub fn elapsed(self) -> TimeDelta {
        let seconds = u64::from(self.days) * Unit::Day.seconds() + self.seconds;
        // At most a thousand years, which both conversions hold.
        i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds).unwrap_or(TimeDelta::MAX)
    }
}

/// Units from small to large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
}

impl Unit {
    const fn seconds(self) -> u64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::Week => 604_800,
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
        }
    }

    /// The unit a word names. A lone capital `M` is refused: elsewhere it stands for months.
    fn named(word: &str, typed: &str) -> Result<Self, LengthError> {
        let no_fixed_length = |unit| Err(LengthError::NoFixedLength { text: typed.to_owned(), unit });
        match word.to_lowercase().as_str() {
            _ if word == "M" => no_fixed_length("month"),
            "s" | "sec" | "secs" | "second" | "seconds" => Ok(Self::Second),
            "m" | "min" | "mins" | "minute" | "minutes" => Ok(Self::Minute),
            "h" | "hr" | "hrs" | "hour" | "hours" => Ok(Self::Hour),
            "d" | "day" | "days" => Ok(Self::Day),
            "w" | "wk" | "wks" | "week" | "weeks" => Ok(Self::Week),
            "mo" | "mon" | "mos" | "month" | "months" => no_fixed_length("month"),
            "q" | "quarter" | "quarters" => no_fixed_length("quarter"),
            "y" | "yr" | "yrs" | "year" | "years" => no_fixed_length("year"),
            _ => Err(LengthError::UnknownUnit { text: typed.to_owned(), unit: word.to_owned() }),
        }
    }
}

/// Splits where `take` first fails.
fn split_while(text: &str, take: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !take(c)).unwrap_or(text.len()))
}

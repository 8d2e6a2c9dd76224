//! Why a typed time or date was not understood, and what to type instead.
//!
//! The text of a [`Refusal`] says what is wrong and why; [`Refusal::next_step`] says what to do; [`Refusal::choices`] holds the
//! instants a terminal may offer.

use chrono::{DateTime, DurationRound as _, FixedOffset, NaiveDateTime, TimeDelta, Utc};

use super::date::ACCEPTED_DATES;
use super::wall;
use super::zone::{Gap, Zone};
use crate::record::duration::LengthError;
use crate::record::time::Moment;

/// The forms a time is accepted in, for messages.
pub const ACCEPTED_TIMES: &str = "2017-01-31T23:27:00Z, 2017-01-31 23:27 (with Z, +01:00 or Europe/Berlin behind it), \
     23:27, 3pm, yesterday 14:05, friday 14:05, now, 10m ago, +5m (after the last entry), @1485905220";

/// Why a typed time or date was refused. Every variant holds the text as typed; it comes from a person or a script and is made
/// safe for a terminal where it is printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing typed.
    #[error("the time is empty")]
    Empty,
    /// No form of the grammar, or something left over.
    #[error("`{text}` is not a time that can be read")]
    Unreadable { text: String },
    /// The same for a date.
    #[error("`{text}` is not a date that can be read")]
    UnreadableDate { text: String },
    /// No such date, such as 31 November.
    #[error("`{text}` names a day that does not exist: {why}")]
    NoSuchDay { text: String, why: String },
    /// A date in a form of which day and month may be swapped, or which is simply another.
    #[error("`{text}` has its day {}", if readings.len() > 1 { "in a form that people read in two ways" } else { "in another form than YYYY-MM-DD" })]
    DayForm { text: String, readings: Vec<String> },
    /// No such clock time, such as 25:00.
    #[error("`{text}` names a clock time that does not exist: {why}")]
    NoSuchClock { text: String, why: String },
    /// `1430`, `17h`.
    #[error("`{text}` has no clock time with a colon")]
    ClockForm { text: String, clock: String },
    /// A day without a clock.
    #[error("`{text}` is a day without a clock time")]
    ClockMissing { text: String },
    /// `midnight` with a day.
    #[error("`{text}`: midnight stands at both ends of a day")]
    Midnight { text: String },
    /// Plain seconds since 1970, or `@` with something else.
    #[error("`{text}` is not written as seconds since 1970")]
    Epoch { text: String },
    /// Not an offset.
    #[error("`{offset}` in `{text}` is not an offset from UTC")]
    Offset { text: String, offset: String },
    /// Offset and zone in brackets contradict each other.
    #[error("`{text}` contradicts itself: {zone} is at {offset} then")]
    OffsetDisagrees { text: String, zone: Zone, offset: FixedOffset },
    /// No zone of that name.
    #[error("`{name}` is not a time zone")]
    UnknownZone { name: String, near: Vec<&'static str> },
    /// An abbreviation of several zones, or of a part of the year.
    #[error(
        "`{name}` is an abbreviation, which has several meanings or holds for part of the year only; it may be {}",
        listed(means)
    )]
    AmbiguousZone { name: String, means: &'static [&'static str] },
    /// Clocks were set forward over it.
    #[error("`{text}` does not exist in {zone}: clocks went from {} straight to {}", wall(gap.from), wall(gap.to))]
    Gap { text: String, zone: Zone, gap: Box<Gap> },
    /// Clocks were set back over it.
    #[error("`{text}` came twice in {zone}, when clocks were set back: {}", listed_instants(choices))]
    Twice { text: String, zone: Zone, choices: Vec<DateTime<FixedOffset>> },
    /// Two days are about equally near the last entry.
    #[error("`{text}` may be {}: neither is clearly nearer to the last entry, {}", listed_instants(choices), Moment::Instant(*entry))]
    WhichDay { text: String, entry: DateTime<FixedOffset>, choices: Vec<DateTime<FixedOffset>> },
    /// The last entry has no zone or no clock, so that nothing is near it.
    #[error("`{text}` may be {}: the last entry, {entry}, is not exact enough to tell", listed_instants(choices))]
    VagueEntry { text: String, entry: Moment, choices: Vec<DateTime<FixedOffset>> },
    /// The zone has another date just now than the person's own.
    #[error("`{text}` may be {}: {zone} has another date just now", listed_instants(choices))]
    WhichToday { text: String, zone: Zone, choices: Vec<DateTime<FixedOffset>> },
    /// After now.
    #[error("`{text}` is in the future: {} UTC, and it is {} UTC now", wall(instant.naive_utc()), wall(minute(now)))]
    Future { text: String, instant: DateTime<FixedOffset>, now: DateTime<Utc> },
    /// `+5m` in a record without entries.
    #[error("`{text}` counts from the last entry, and there is none yet")]
    NoEntry { text: String },
    /// `+5m` after an entry that is not exact.
    #[error("`{text}` counts from the last entry, and that one ({entry}) is not an exact time")]
    VagueStart { text: String, entry: Moment },
    /// Years beyond four digits.
    #[error("`{text}` is outside the years 0001 to 9999")]
    OutOfRange { text: String },
    /// A date counted in hours, or a time of no length.
    #[error("`{text}` does not count in whole days")]
    NotDays { text: String },
    /// `5m`: how long, but not from when.
    #[error("`{text}` is a length of time and does not say from when")]
    Undirected { text: String },
    /// The length in `… ago` or `+…`.
    #[error(transparent)]
    Length(#[from] LengthError),
}

impl Refusal {
    pub(super) fn gap(text: &str, zone: Zone, gap: Gap) -> Self {
        Self::Gap { text: text.to_owned(), zone, gap: Box::new(gap) }
    }

    pub(super) fn has_near_zones(&self) -> bool {
        matches!(self, Self::UnknownZone { near, .. } if !near.is_empty())
    }

    /// The instants that may have been meant, earliest first. Empty when there is nothing to choose from.
    pub fn choices(&self) -> &[DateTime<FixedOffset>] {
        match self {
            Self::Gap { gap, .. } => &gap.neighbours,
            Self::Twice { choices, .. }
            | Self::WhichDay { choices, .. }
            | Self::VagueEntry { choices, .. }
            | Self::WhichToday { choices, .. } => choices,
            _ => &[],
        }
    }

    /// What to type instead, as one lower-case sentence without a full stop.
    pub fn next_step(&self) -> String {
        match self {
            Self::Empty | Self::Unreadable { .. } => format!("write it as one of: {ACCEPTED_TIMES}"),
            Self::UnreadableDate { .. } => format!("write it as one of: {ACCEPTED_DATES}"),
            Self::NoSuchDay { .. } => "write a day that exists, as in 2017-01-31".to_owned(),
            Self::DayForm { readings, .. } => format!("write the day as {}", readings.join(" or as ")),
            Self::NoSuchClock { .. } => "write a time between 00:00 and 23:59, as in 23:27 or 3:05 pm".to_owned(),
            Self::ClockForm { clock, .. } => format!("write {clock}"),
            Self::ClockMissing { text } => format!("add the time, as in `{text} 14:05`"),
            Self::Midnight { .. } => "write 00:00 with the day that begins then".to_owned(),
            Self::Epoch { .. } => "write @ and whole seconds, as in @1763647500".to_owned(),
            Self::Offset { .. } => "write Z, +01:00 or a zone such as Europe/Berlin".to_owned(),
            Self::OffsetDisagrees { offset, .. } => format!("write {offset}, or leave out the offset or the zone"),
            Self::UnknownZone { near, .. } if near.is_empty() => {
                "write an offset such as +01:00, UTC, or an IANA name such as Europe/Berlin".to_owned()
            }
            Self::UnknownZone { near, .. } => {
                format!("did you mean {}? an offset such as +01:00 is fine, too", listed(near))
            }
            Self::AmbiguousZone { .. } => "write the name, or the offset, behind the time".to_owned(),
            Self::Gap { gap, .. } => write_one(&gap.neighbours),
            Self::Twice { choices, .. }
            | Self::WhichDay { choices, .. }
            | Self::VagueEntry { choices, .. }
            | Self::WhichToday { choices, .. } => write_one(choices),
            Self::Future { .. } => "write a time that is past, with its day if it was another day".to_owned(),
            Self::NoEntry { .. } => {
                "write the time itself, as in 2017-01-31 23:27, or count from now, as in 10m ago".to_owned()
            }
            Self::VagueStart { .. } => "write the time itself, as in 2017-01-31 23:27".to_owned(),
            Self::OutOfRange { .. } => {
                "check the number; seconds since 1970 have ten digits today, milliseconds thirteen".to_owned()
            }
            Self::NotDays { .. } => "count in days or weeks, as in +7d or +2w".to_owned(),
            Self::Undirected { text } => format!("write `{text} ago`, or `+{text}`"),
            Self::Length(_) => "count as in 10m ago, 1 hour 30 minutes ago, +5m or +7d".to_owned(),
        }
    }
}

fn write_one(choices: &[DateTime<FixedOffset>]) -> String {
    format!("write {}", choices.iter().map(exact).collect::<Vec<_>>().join(" or "))
}

/// As it can be typed back: day, clock, offset.
fn exact(instant: &DateTime<FixedOffset>) -> String {
    let offset = instant.offset();
    let zone = if offset.local_minus_utc() == 0 { "Z".to_owned() } else { offset.to_string() };
    format!("{}{zone}", wall(instant.naive_local()))
}

fn listed_instants(instants: &[DateTime<FixedOffset>]) -> String {
    listed(&instants.iter().map(exact).collect::<Vec<_>>())
}

/// "a", "a or b", "a, b or c".
fn listed(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => "nothing".to_owned(),
    }
}

fn minute(now: &DateTime<Utc>) -> NaiveDateTime {
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(*now).naive_utc()
}

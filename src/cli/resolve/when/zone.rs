//! Time zones by name or offset, and the local times a zone has once, twice or never.
//!
//! Zones are IANA names, `UTC`, `GMT`, `Z` and offsets. Abbreviations such as `CET` or `IST` are refused with what they may
//! mean, also where the IANA database keeps an old zone of that name: `EST` there is -05:00 all year, which nobody means in July.

use std::fmt;

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};

use super::refusal::Refusal;

/// A zone in which local times have a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// A zone with its history of clock changes.
    Named(Tz),
    /// A fixed offset from UTC.
    Fixed(FixedOffset),
}

impl From<Tz> for Zone {
    fn from(zone: Tz) -> Self {
        Self::Named(zone)
    }
}

impl From<FixedOffset> for Zone {
    fn from(offset: FixedOffset) -> Self {
        Self::Fixed(offset)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Fixed(offset) if offset.local_minus_utc() == 0 => f.write_str("UTC"),
            Self::Fixed(offset) => write!(f, "{offset}"),
        }
    }
}

/// The instants a local time stands for in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// The usual case.
    Once(DateTime<FixedOffset>),
    /// Clocks were set back over it; the earlier instant first.
    Twice(DateTime<FixedOffset>, DateTime<FixedOffset>),
    /// Clocks were set forward over it.
    Never(Gap),
    /// Beyond the years that can be computed with.
    OutOfRange,
}

/// A local time that clocks were set forward over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The local time that does not exist.
    pub local: NaiveDateTime,
    /// The first local time that does not exist.
    pub from: NaiveDateTime,
    /// The first local time that exists again.
    pub to: NaiveDateTime,
    /// The instants it may have been meant as: with the offset after the change, which is a clock time before the gap, and with
    /// the offset before the change, a clock time after the gap.
    pub neighbours: [DateTime<FixedOffset>; 2],
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self::Named(Tz::UTC);

    /// Reads an IANA name in any case, `UTC`, `GMT`, `Z` or an offset such as `+02:00`.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        let name = name.trim();
        if matches!(name.to_ascii_lowercase().as_str(), "utc" | "gmt" | "z") {
            return Ok(Self::UTC);
        }
        if let Some(offset) = offset(name) {
            return Ok(Self::Fixed(offset));
        }
        if let Some(means) = meanings(name) {
            return Err(Refusal::AmbiguousZone { name: name.to_owned(), means });
        }
        Tz::from_str_insensitive(name)
            .map(Self::Named)
            .map_err(|_| Refusal::UnknownZone { name: name.to_owned(), near: near(name) })
    }

    /// An instant with this zone's offset.
    pub fn of(self, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Self::Named(zone) => instant.with_timezone(&zone).fixed_offset(),
            Self::Fixed(offset) => instant.with_timezone(&offset),
        }
    }

    /// The instants of a local time.
    pub fn at(self, local: NaiveDateTime) -> Local {
        // A day of room on both sides, for the offsets and the search around a gap.
        let (Some(before), Some(after)) =
            (local.checked_sub_signed(TimeDelta::days(2)), local.checked_add_signed(TimeDelta::days(2)))
        else {
            return Local::OutOfRange;
        };
        match self {
            Self::Fixed(offset) => match offset.from_local_datetime(&local) {
                MappedLocalTime::Single(instant) => Local::Once(instant),
                _ => Local::OutOfRange,
            },
            Self::Named(zone) => match zone.from_local_datetime(&local) {
                MappedLocalTime::Single(instant) => Local::Once(instant.fixed_offset()),
                MappedLocalTime::Ambiguous(one, other) => {
                    let (one, other) = (one.fixed_offset(), other.fixed_offset());
                    Local::Twice(one.min(other), one.max(other))
                }
                MappedLocalTime::None => gap(zone, local, before, after).map_or(Local::OutOfRange, Local::Never),
            },
        }
    }
}

fn gap(zone: Tz, local: NaiveDateTime, before: NaiveDateTime, after: NaiveDateTime) -> Option<Gap> {
    let info = GapInfo::new(&local, &zone);
    let begin = info.as_ref().and_then(|info| info.begin.as_ref());
    let end = info.as_ref().and_then(|info| info.end.as_ref());
    let offset_before = begin.map_or_else(|| zone.offset_from_utc_datetime(&before).fix(), |(_, offset)| offset.fix());
    let offset_after = end.map_or_else(|| zone.offset_from_utc_datetime(&after).fix(), |end| end.offset().fix());
    let with = |offset: FixedOffset| {
        let instant = offset.from_local_datetime(&local).single()?;
        Some(instant.with_timezone(&zone).fixed_offset())
    };
    Some(Gap {
        local,
        from: begin.map_or(local, |(from, _)| *from),
        to: end.map_or(local, DateTime::naive_local),
        neighbours: [with(offset_after)?, with(offset_before)?],
    })
}

/// `+02:00`, `+0200`, `+02`, less than a day; `None` for anything else.
pub(super) fn offset(text: &str) -> Option<FixedOffset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let two = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    if minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

/// Up to three IANA names that `name` may have been meant as.
fn near(name: &str) -> Vec<&'static str> {
    let wanted = name.to_ascii_lowercase().replace(' ', "_");
    let allowed = (wanted.chars().count() / 4).clamp(1, 3);
    let distance = |known: &str| {
        let worth_it = known.len().abs_diff(wanted.len()) <= allowed;
        worth_it.then(|| strsim::osa_distance(&known.to_ascii_lowercase(), &wanted)).filter(|it| *it <= allowed)
    };
    let mut found: Vec<(usize, bool, &'static str)> = TZ_VARIANTS
        .iter()
        .filter_map(|zone| {
            let name = zone.name();
            let city = name.rsplit('/').next().unwrap_or(name);
            let nearest = [name, city].into_iter().filter_map(distance).min()?;
            // Names with an area are the ones in use; the rest are kept for old systems.
            Some((nearest, !name.contains('/'), name))
        })
        .filter(|(_, _, name)| meanings(name).is_none())
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, _, name)| name).take(3).collect()
}

/// What an abbreviation may mean. Listed are those in everyday use (POSIX `TZ` names, e-mail, monitoring tools); the offsets
/// are those of the IANA database today.
fn meanings(name: &str) -> Option<&'static [&'static str]> {
    const EASTERN: &[&str] = &["America/New_York", "America/Panama (-05:00 all year)", "Australia/Sydney"];
    const CENTRAL: &[&str] =
        &["America/Chicago", "America/Costa_Rica (-06:00 all year)", "Asia/Shanghai", "America/Havana"];
    const MOUNTAIN: &[&str] = &["America/Denver", "America/Phoenix (-07:00 all year)"];
    const PACIFIC: &[&str] = &["America/Los_Angeles", "Asia/Manila", "Pacific/Pitcairn"];
    Some(match name.to_ascii_uppercase().as_str() {
        "IST" => &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
        "BST" => &["Europe/London", "Asia/Dhaka", "Pacific/Bougainville"],
        "EST" | "EDT" | "ET" => EASTERN,
        "CST" | "CDT" | "CT" => CENTRAL,
        "MST" | "MDT" | "MT" => MOUNTAIN,
        "PST" | "PDT" | "PT" => PACIFIC,
        "AST" | "ADT" => &["America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"],
        "AKST" | "AKDT" => &["America/Anchorage"],
        "HST" | "HDT" => &["Pacific/Honolulu", "America/Adak"],
        "NST" | "NDT" => &["America/St_Johns"],
        "CET" | "CEST" => &["Europe/Berlin", "Europe/Paris", "+01:00 in winter", "+02:00 in summer"],
        "MET" | "MEST" | "MEZ" | "MESZ" => &["Europe/Berlin", "+01:00 in winter", "+02:00 in summer"],
        "EET" | "EEST" => &["Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo", "+02:00 in winter", "+03:00 in summer"],
        "WET" | "WEST" => &["Europe/Lisbon", "Atlantic/Canary", "+00:00 in winter", "+01:00 in summer"],
        "MSK" | "MSD" => &["Europe/Moscow"],
        "GST" => &["Asia/Dubai", "Atlantic/South_Georgia"],
        "SST" => &["Pacific/Pago_Pago", "Asia/Singapore"],
        "SGT" => &["Asia/Singapore"],
        "HKT" => &["Asia/Hong_Kong"],
        "JST" => &["Asia/Tokyo"],
        "KST" => &["Asia/Seoul"],
        "PKT" => &["Asia/Karachi"],
        "ICT" => &["Asia/Bangkok", "Asia/Ho_Chi_Minh"],
        "WIB" => &["Asia/Jakarta"],
        "PHT" => &["Asia/Manila"],
        "AMT" => &["America/Manaus", "Asia/Yerevan"],
        "ECT" => &["America/Guayaquil", "America/Puerto_Rico"],
        "BRT" | "BRST" => &["America/Sao_Paulo"],
        "ART" => &["America/Argentina/Buenos_Aires"],
        "CLT" | "CLST" => &["America/Santiago"],
        "AEST" | "AEDT" | "AET" => &["Australia/Sydney", "Australia/Brisbane (+10:00 all year)"],
        "ACST" | "ACDT" => &["Australia/Adelaide", "Australia/Darwin (+09:30 all year)"],
        "AWST" => &["Australia/Perth"],
        "NZST" | "NZDT" | "NZT" => &["Pacific/Auckland"],
        "SAST" => &["Africa/Johannesburg"],
        "WAT" => &["Africa/Lagos"],
        "CAT" => &["Africa/Maputo"],
        "EAT" => &["Africa/Nairobi"],
        _ => return None,
    })
}

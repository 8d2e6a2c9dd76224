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
    let allowed = (wanted.chars().count() / 4).min(3);
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
    let best = found.first().map_or(0, |(nearest, ..)| *nearest);
    found.retain(|(nearest, ..)| *nearest <= best + 1);
    found.into_iter().map(|(_, _, name)| name).take(3).collect()
}

/// What an abbreviation may mean: zones with the offset it stands for there. Listed are those in everyday use (POSIX `TZ` names,
/// e-mail, monitoring tools); the offsets are those of the IANA database for 2026, which a test holds them to.
fn meanings(name: &str) -> Option<&'static [&'static str]> {
    Some(match name.to_ascii_uppercase().as_str() {
        "IST" => &["Asia/Kolkata (+05:30)", "Europe/Dublin (+01:00)", "Asia/Jerusalem (+02:00)"],
        "BST" => &["Europe/London (+01:00)", "Asia/Dhaka (+06:00)", "Pacific/Bougainville (+11:00)"],
        "EST" => &["America/New_York (-05:00)", "America/Panama (-05:00)", "Australia/Sydney (+10:00)"],
        "EDT" => &["America/New_York (-04:00)", "Australia/Sydney (+11:00)"],
        "ET" => &["America/New_York (-05:00)"],
        "CST" => &["America/Chicago (-06:00)", "Asia/Shanghai (+08:00)", "America/Havana (-05:00)"],
        "CDT" => &["America/Chicago (-05:00)", "America/Havana (-04:00)"],
        "CT" => &["America/Chicago (-06:00)"],
        "MST" => &["America/Denver (-07:00)", "America/Phoenix (-07:00)", "Asia/Kuala_Lumpur (+08:00)"],
        "MDT" => &["America/Denver (-06:00)"],
        "MT" => &["America/Denver (-07:00)"],
        "PST" => &["America/Los_Angeles (-08:00)", "Asia/Manila (+08:00)", "Pacific/Pitcairn (-08:00)"],
        "PDT" => &["America/Los_Angeles (-07:00)"],
        "PT" => &["America/Los_Angeles (-08:00)"],
        "AST" => &["America/Halifax (-04:00)", "America/Puerto_Rico (-04:00)", "Asia/Riyadh (+03:00)"],
        "ADT" => &["America/Halifax (-03:00)"],
        "AKST" => &["America/Anchorage (-09:00)"],
        "AKDT" => &["America/Anchorage (-08:00)"],
        "HST" => &["Pacific/Honolulu (-10:00)", "America/Adak (-10:00)"],
        "HDT" => &["America/Adak (-09:00)"],
        "NST" => &["America/St_Johns (-03:30)"],
        "NDT" => &["America/St_Johns (-02:30)"],
        "CET" | "MET" | "MEZ" => &["Europe/Berlin (+01:00)", "Europe/Paris (+01:00)", "Africa/Algiers (+01:00)"],
        "CEST" | "MEST" | "MESZ" => &["Europe/Berlin (+02:00)", "Europe/Paris (+02:00)"],
        "EET" => &["Europe/Helsinki (+02:00)", "Europe/Kyiv (+02:00)", "Africa/Cairo (+02:00)"],
        "EEST" => &["Europe/Helsinki (+03:00)", "Europe/Kyiv (+03:00)", "Africa/Cairo (+03:00)"],
        "WET" => &["Europe/Lisbon (+00:00)", "Atlantic/Canary (+00:00)"],
        "WEST" => &["Europe/Lisbon (+01:00)", "Atlantic/Canary (+01:00)"],
        "MSK" => &["Europe/Moscow (+03:00)"],
        "GST" => &["Asia/Dubai (+04:00)", "Atlantic/South_Georgia (-02:00)"],
        "SST" => &["Pacific/Pago_Pago (-11:00)", "Asia/Singapore (+08:00)"],
        "SGT" => &["Asia/Singapore (+08:00)"],
        "HKT" => &["Asia/Hong_Kong (+08:00)"],
        "JST" => &["Asia/Tokyo (+09:00)"],
        "KST" => &["Asia/Seoul (+09:00)"],
        "PKT" => &["Asia/Karachi (+05:00)"],
        "ICT" => &["Asia/Bangkok (+07:00)", "Asia/Ho_Chi_Minh (+07:00)"],
        "IDT" => &["Asia/Jerusalem (+03:00)"],
        "CHST" => &["Pacific/Guam (+10:00)"],
        "WITA" => &["Asia/Makassar (+08:00)"],
        "WIT" => &["Asia/Jayapura (+09:00)"],
        "WIB" => &["Asia/Jakarta (+07:00)"],
        "PHT" => &["Asia/Manila (+08:00)"],
        "AMT" => &["America/Manaus (-04:00)", "Asia/Yerevan (+04:00)"],
        "ECT" => &["America/Guayaquil (-05:00)", "America/Puerto_Rico (-04:00)"],
        "BRT" => &["America/Sao_Paulo (-03:00)"],
        "ART" => &["America/Argentina/Buenos_Aires (-03:00)"],
        "CLT" => &["America/Santiago (-04:00)"],
        "CLST" => &["America/Santiago (-03:00)"],
        "AEST" => &["Australia/Sydney (+10:00)", "Australia/Brisbane (+10:00)"],
        "AEDT" => &["Australia/Sydney (+11:00)"],
        "ACST" => &["Australia/Adelaide (+09:30)", "Australia/Darwin (+09:30)"],
        "ACDT" => &["Australia/Adelaide (+10:30)"],
        "AWST" => &["Australia/Perth (+08:00)"],
        "NZST" => &["Pacific/Auckland (+12:00)"],
        "NZDT" => &["Pacific/Auckland (+13:00)"],
        "SAST" => &["Africa/Johannesburg (+02:00)"],
        "WAT" => &["Africa/Lagos (+01:00)"],
        "CAT" => &["Africa/Maputo (+02:00)"],
        "EAT" => &["Africa/Nairobi (+03:00)"],
        _ => return None,
    })
}

//! A clock time without a day: which of its instants is meant.
//!
//! The rule is the command line's contract: not in the future, nearest to the last entry, and at least twice as near as the
//! next; else the person is asked. It holds at midnight in both directions and for a timeline written weeks later.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, Timelike as _};

use super::refusal::Refusal;
use super::zone::{Gap, Local, Zone};
use super::{Bearings, Understood, wall_clock};
use crate::record::time::Moment;

/// An instant with the clock time, or the place on the axis where a clock change left it out: the earlier of the two it might
/// have been, so that it counts as soon as the change is past.
#[derive(Clone, Copy)]
struct Candidate {
    at: DateTime<FixedOffset>,
    missing: Option<Gap>,
}

/// Days looked at around a date: the rule needs the two nearest, and one of them may fall into a gap of a day (Samoa, 2011).
const DAYS_AROUND: u64 = 3;

pub(super) fn nearest(
    typed: &str,
    clock: NaiveTime,
    zone: Zone,
    bearings: &Bearings<'_>,
) -> Result<Understood, Refusal> {
    if clock.nanosecond() >= 1_000_000_000 {
        let why = "a second 60 needs its day, as in 2016-12-31 23:59:60Z".to_owned();
        return Err(Refusal::NoSuchClock { text: typed.to_owned(), why });
    }
    let shown = wall_clock(clock);
    let understood = |at, which: &str| Understood { instant: at, note: format!("the {shown} in {zone} {which}") };
    match bearings.last_entry() {
        None => {
            let at = last_past(typed, clock, zone, bearings)?;
            Ok(Understood { instant: at, note: format!("the last {shown} in {zone}") })
        }
        Some(Moment::Instant(entry)) => {
            let candidates = by_distance(clock, zone, entry, bearings);
            let distance = |candidate: &Candidate| (candidate.at - entry).abs();
            let Some((first, rest)) = candidates.split_first() else {
                return Err(Refusal::OutOfRange { text: typed.to_owned() });
            };
            if let Some(gap) = first.missing {
                return Err(Refusal::gap(typed, zone, gap));
            }
            match rest.iter().find(|candidate| candidate.missing.is_none()) {
                Some(next) if distance(next) < distance(first) * 2 => {
                    let mut choices = vec![first.at, next.at];
                    choices.sort();
                    Err(Refusal::WhichDay { text: typed.to_owned(), entry, choices })
                }
                _ => Ok(understood(first.at, "nearest to the last entry")),
            }
        }
        Some(vague @ (Moment::Local(_) | Moment::Day(_))) => {
            // Up to 14 hours (or a day) wrong: no reference to measure nearness from.
            let near = zone.of(vague.placed().and_utc());
            let candidates = by_distance(clock, zone, near, bearings);
            let mut choices: Vec<_> = candidates
                .iter()
                .filter(|candidate| candidate.missing.is_none())
                .map(|candidate| candidate.at)
                .take(2)
                .collect();
            choices.sort();
            Err(Refusal::VagueEntry { text: typed.to_owned(), entry: vague, choices })
        }
    }
}

/// The last past instant; a clock change that left it out, or had it twice, is the person's to settle.
fn last_past(
    typed: &str,
    clock: NaiveTime,
    zone: Zone,
    bearings: &Bearings<'_>,
) -> Result<DateTime<FixedOffset>, Refusal> {
    let mut past = candidates(clock, zone, [bearings.today(zone)], bearings);
    past.sort_by_key(|candidate| std::cmp::Reverse(candidate.at));
    match past.as_slice() {
        [] => Err(Refusal::OutOfRange { text: typed.to_owned() }),
        [Candidate { missing: Some(gap), .. }, ..] => Err(Refusal::gap(typed, zone, *gap)),
        [last, before, ..] if last.at.date_naive() == before.at.date_naive() => {
            Err(Refusal::Twice { text: typed.to_owned(), zone, choices: vec![before.at, last.at] })
        }
        [last, ..] => Ok(last.at),
    }
}

fn by_distance(clock: NaiveTime, zone: Zone, from: DateTime<FixedOffset>, bearings: &Bearings<'_>) -> Vec<Candidate> {
    let mut found = candidates(clock, zone, [zone.of(from.to_utc()).date_naive(), bearings.today(zone)], bearings);
    // Of two equally near the later: it is only ever shown first in a question.
    found.sort_by_key(|candidate| ((candidate.at - from).abs(), std::cmp::Reverse(candidate.at)));
    found
}

/// Every instant with the clock time around the dates, none in the future and none twice.
fn candidates<const N: usize>(
    clock: NaiveTime,
    zone: Zone,
    around: [NaiveDate; N],
    bearings: &Bearings<'_>,
) -> Vec<Candidate> {
    let mut days: Vec<NaiveDate> = Vec::new();
    for date in around {
        for distance in 0..=DAYS_AROUND {
            days.extend(date.checked_sub_days(Days::new(distance)));
            days.extend(date.checked_add_days(Days::new(distance)));
        }
    }
    days.sort_unstable();
    days.dedup();
    let mut found = Vec::new();
    for day in days {
        let exists = |at| Candidate { at, missing: None };
        match zone.at(day.and_time(clock)) {
            Local::Once(at) => found.push(exists(at)),
            Local::Twice(first, second) => found.extend([exists(first), exists(second)]),
            Local::Never(gap) => found.push(Candidate { at: gap.neighbours[0], missing: Some(gap) }),
            Local::OutOfRange => {}
        }
    }
    found.retain(|candidate| !bearings.is_future(&candidate.at));
    found
}

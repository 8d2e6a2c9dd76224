//! What holds for every time that is typed.

use super::*;

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
];

/// 2010 to 2040: clock changes of every zone above, and Samoa's left-out day.
const SECONDS: std::ops::Range<i64> = 1_262_304_000..2_208_988_800;

fn at(seconds: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(seconds, 0).single().unwrap_or_default()
}

fn text_of(instant: &DateTime<FixedOffset>) -> String {
    Moment::Instant(*instant).to_toml()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn an_rfc_3339_instant_round_trips_with_its_offset(
        seconds in -30_000_000_000_i64..250_000_000_000, nanosecond in prop_oneof![Just(0_u32), 0_u32..1_000_000_000], minutes in -1439_i32..=1439,
    ) {
        let offset = FixedOffset::east_opt(minutes * 60).ok_or_else(|| TestCaseError::reject("range"))?;
        let utc = DateTime::from_timestamp(seconds, nanosecond).ok_or_else(|| TestCaseError::reject("range"))?;
        let instant = utc.with_timezone(&offset);
        let bearings = Bearings::new(at(0), tz("Europe/Berlin")).with_future();
        let text = text_of(&instant);
        let understood = time(&text, &bearings).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(text_of(&understood.instant), text.clone());
        prop_assert_eq!(time(&text.replace('T', " "), &bearings).map(|u| u.instant), Ok(instant));
    }

    #[test]
    fn a_clock_time_keeps_its_clock_is_not_in_the_future_and_is_nearest(
        now in SECONDS, back in prop_oneof![-3_i64..3, 0_i64..100_000, 0_i64..3_000_000], hour in 0_u32..24, minute in 0_u32..60,
        zone in 0..ZONES.len(), with_entry in any::<bool>(),
    ) {
        let zone = tz(ZONES[zone]);
        let last = at(now - back);
        let entries = if with_entry { vec![Moment::from(last)] } else { Vec::new() };
        let bearings = Bearings::new(at(now), zone).with_entries(&entries);
        let text = format!("{hour:02}:{minute:02}");
        match time(&text, &bearings) {
            Ok(understood) => {
                let instant = understood.instant;
                let local = instant.with_timezone(&zone);
                prop_assert_eq!(wall_clock(local.time()), text.as_str());
                prop_assert_eq!(instant.naive_local(), local.naive_local());
                prop_assert!(instant.to_utc() <= at(now + CLOCK_SKEW_SECONDS));
                // By brute force, every quarter of an hour (offsets of these years are whole quarters): no other past instant with that clock is within twice the distance.
                let reference = if with_entry { last } else { at(now + CLOCK_SKEW_SECONDS) };
                let distance = (instant.to_utc() - reference).abs();
                let span = if with_entry { (distance * 2).min(TimeDelta::days(4)) } else { distance };
                let mut other = reference - span + TimeDelta::seconds(1);
                other -= TimeDelta::seconds((other.timestamp() - i64::from(minute) * 60).rem_euclid(900));
                while other < reference + span {
                    let same = wall_clock(other.with_timezone(&zone).time()) == text;
                    let past = other <= at(now + CLOCK_SKEW_SECONDS);
                    let nearer = (other - reference).abs() < span;
                    prop_assert!(!(same && past && nearer) || other == instant.to_utc(), "{} chosen, {} as near to {}", instant, other, reference);
                    other += TimeDelta::minutes(15);
                }
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.choices().len(), 2, "{}", refusal);
                prop_assert!(refusal.choices()[0] < refusal.choices()[1]);
            }
        }
    }

    #[test]
    fn a_local_time_is_once_twice_or_never_as_the_zone_has_it(seconds in SECONDS, zone in 0..ZONES.len()) {
        let zone = tz(ZONES[zone]);
        let local = at(seconds).naive_utc();
        // By brute force over the offsets a zone can have: which instants show this wall clock?
        let showing: Vec<DateTime<FixedOffset>> = (-56..=56)
            .filter_map(|quarter| {
                let instant = local.and_utc() - TimeDelta::minutes(quarter * 15);
                let shown = instant.with_timezone(&zone);
                (shown.naive_local() == local).then(|| shown.fixed_offset())
            })
            .rev()
            .collect();
        match Zone::from(zone).at(local) {
            Local::Once(instant) => prop_assert_eq!(showing, vec![instant]),
            Local::Twice(first, second) => prop_assert_eq!(showing, vec![first, second]),
            Local::Never(gap) => {
                prop_assert!(showing.is_empty());
                prop_assert!(gap.from <= local && local < gap.to);
                prop_assert!(gap.neighbours[0].naive_local() < gap.from && gap.to <= gap.neighbours[1].naive_local());
            }
            Local::OutOfRange => prop_assert!(false, "in range"),
        }
    }

    #[test]
    fn no_text_makes_reading_panic_and_no_reading_is_in_the_future(text in "\\PC{0,60}", zone in 0..ZONES.len()) {
        let entries = [entry("2026-11-23T09:00:00Z")];
        let bearings = Bearings::new(utc(NOW), tz(ZONES[zone])).with_entries(&entries);
        if let Ok(understood) = time(&text, &bearings) {
            prop_assert!(!bearings.is_future(&understood.instant));
        }
        if let Err(refusal) = date(&text, &bearings) {
            prop_assert!(!refusal.next_step().is_empty());
        }
    }

    #[test]
    fn words_of_the_grammar_in_any_order_never_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "2026-11-20", "2026-02-30", "2026-11-20T14:05", "14:05", "3pm", "25:00", "23:59:60", "0.5", "Z", "+01:00", "-", "+5m", "@17", "[Asia/Tokyo]", "[",
                "]", "Europe/London", "CET", "yesterday", "friday", "last", "next", "at", "on", "in", "ago", "now", "a", "1", "h", "week", "noon", "midnight", "am",
                "Jan", "31", "1/2/3", "1.2.2017", "é", "\u{202e}", "T", "99999999999999999999", "1st", "may", "-2w", "5 days", "…",
            ]),
            0..6,
        ),
        joined in any::<bool>(),
    ) {
        let text = words.join(if joined { "" } else { " " });
        let entries = [entry("2026-11-23T09:00:00Z")];
        let bearings = Bearings::new(utc(NOW), tz("Europe/Berlin")).with_entries(&entries);
        match time(&text, &bearings) {
            Ok(understood) => prop_assert!(!understood.note.is_empty()),
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty() && !refusal.next_step().is_empty()),
        }
        if let Err(refusal) = date(&text, &bearings) {
            prop_assert!(!refusal.to_string().is_empty() && !refusal.next_step().is_empty());
        }
        if let Err(refusal) = Zone::parse(&text) {
            prop_assert!(!refusal.next_step().is_empty());
        }
    }
}

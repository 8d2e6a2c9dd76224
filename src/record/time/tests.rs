use chrono::TimeZone as _;
use proptest::prelude::*;

use super::*;

fn moment(toml: &str) -> Result<Moment, MomentError> {
    let written: Datetime = toml.parse().unwrap_or_else(|e| panic!("{toml}: {e}"));
    Moment::try_from(&written)
}

fn good(toml: &str) -> Moment {
    moment(toml).unwrap_or_else(|e| panic!("{toml}: {e}"))
}

#[test]
fn every_shape_of_toml_is_read_and_written_as_rfc_3339() {
    let table = [
        ("2017-01-31T23:27:00Z", "2017-01-31T23:27:00Z"),
        ("2017-01-31 23:27:00z", "2017-01-31T23:27:00Z"),
        ("2017-01-31T23:27Z", "2017-01-31T23:27:00Z"),
        ("2017-01-31T23:27:00+00:00", "2017-01-31T23:27:00Z"),
        ("2017-01-31T23:27:00-00:00", "2017-01-31T23:27:00Z"),
        ("2017-01-31T23:27:05+05:45", "2017-01-31T23:27:05+05:45"),
        ("2017-01-31T23:27:05.250-08:00", "2017-01-31T23:27:05.25-08:00"),
        ("2017-01-31T23:27:05.000Z", "2017-01-31T23:27:05Z"),
        ("2017-01-31T23:27:05.000000001Z", "2017-01-31T23:27:05.000000001Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("2017-01-01T00:59:60.5+01:00", "2017-01-01T00:59:60.5+01:00"),
        ("2017-01-31T23:27:00", "2017-01-31T23:27:00"),
        ("2017-01-31T23:27", "2017-01-31T23:27:00"),
        ("2017-01-31 23:27:01.5", "2017-01-31T23:27:01.5"),
        ("2017-01-31", "2017-01-31"),
        ("2016-02-29", "2016-02-29"),
        ("0001-01-01", "0001-01-01"),
    ];
    for (toml, written) in table {
        assert_eq!(good(toml).to_toml(), written, "{toml}");
        assert_eq!(good(written), good(toml), "{toml}");
    }
}

#[test]
fn the_precision_is_kept() {
    assert!(matches!(good("2017-01-31T23:27:00Z"), Moment::Instant(_)));
    assert!(matches!(good("2017-01-31T23:27:00"), Moment::Local(_)));
    assert!(matches!(good("2017-01-31"), Moment::Day(_)));
    assert!(good("2017-01-31T23:27:00").instant().is_none());
}

fn raw(year: u16, month: u8, day: u8) -> Datetime {
    Datetime { date: Some(Date { year, month, day }), time: None, offset: None }
}

#[test]
fn impossible_values_are_typed_errors_that_say_why() {
    let clock = |hour, minute, second| Time { hour, minute, second: Some(second), nanosecond: None };
    let at = |time, offset| Datetime { date: raw(2017, 1, 31).date, time: Some(time), offset };
    let table: Vec<(Datetime, &str)> = vec![
        (raw(2026, 11, 31), "November has 30 days"),
        (raw(2023, 2, 29), "2023 is not a leap year"),
        (raw(1900, 2, 29), "1900 is not a leap year"),
        (raw(2024, 2, 30), "February has 29 days"),
        (raw(2024, 13, 1), "months go from 01 to 12"),
        (raw(2024, 0, 1), "months go from 01 to 12"),
        (raw(2024, 1, 0), "days count from 01"),
        (raw(10_000, 1, 1), "four digits"),
        (at(clock(25, 0, 0), None), "not a clock time"),
        (at(clock(23, 61, 0), None), "not a clock time"),
        (at(clock(23, 0, 61), None), "not a clock time"),
        (at(clock(12, 30, 60), Some(Offset::Z)), "a second 60 exists only"),
        (at(clock(23, 59, 60), Some(Offset::Custom { minutes: 60 })), "a second 60 exists only"),
        (at(clock(23, 0, 0), Some(Offset::Custom { minutes: 1440 })), "not an offset"),
        (
            Datetime { date: None, time: Some(clock(7, 32, 0)), offset: None },
            "write the day before it, as in 2017-01-31T07:32:00Z",
        ),
        (Datetime { date: None, time: Some(clock(7, 32, 0)), offset: Some(Offset::Z) }, "neither a date"),
        (Datetime { date: raw(2017, 1, 1).date, time: None, offset: Some(Offset::Z) }, "neither a date"),
        (Datetime { date: None, time: None, offset: None }, "neither a date"),
    ];
    for (written, reason) in table {
        let refused = Moment::try_from(&written).expect_err(&written.to_string()).to_string();
        assert!(refused.contains(reason), "{written}: {refused}");
    }
}

#[test]
fn an_instant_equals_itself_in_another_offset_and_sorts_by_utc() {
    assert_eq!(good("2017-01-31T23:27:00Z"), good("2017-02-01T00:27:00+01:00"));
    assert!(good("2017-02-01T00:27:00+01:00") < good("2017-01-31T23:28:00Z"));
    assert!(good("2016-12-31T23:59:60Z") > good("2016-12-31T23:59:59.9Z"));
    assert!(good("2016-12-31T23:59:60.9Z") < good("2017-01-01T00:00:00Z"));
}

#[test]
fn mixed_precision_sorts_the_vaguer_first_at_the_same_place() {
    let mut moments = [
        "2017-01-31T12:00:00Z",
        "2017-02-01",
        "2017-01-31T00:00:00Z",
        "2017-01-31T12:00:00",
        "2017-01-31T00:00:00",
        "2017-01-31",
    ]
    .map(good);
    moments.sort();
    assert_eq!(
        moments.map(Moment::to_toml),
        [
            "2017-01-31",
            "2017-01-31T00:00:00",
            "2017-01-31T00:00:00Z",
            "2017-01-31T12:00:00",
            "2017-01-31T12:00:00Z",
            "2017-02-01",
        ]
    );
}

#[test]
fn a_difference_is_exact_approximate_or_unknown_by_precision() {
    let between = |from, to| good(from).length_to(&good(to));
    let exact = between("2017-01-31T23:27:00Z", "2017-02-01T18:41:00+01:00").expect("two instants");
    assert_eq!((exact.whole_minutes(), exact.is_approximate()), (18 * 60 + 14, false));
    let local = between("2017-01-31T23:27:00", "2017-02-01T17:41:00").expect("two local times");
    assert_eq!((local.whole_minutes(), local.is_approximate()), (18 * 60 + 14, true));
    assert_eq!(between("2017-01-31T23:27:00Z", "2017-02-01T17:41:00"), None);
    assert_eq!(between("2017-01-31", "2017-02-01T17:41:00Z"), None);
    assert_eq!(between("2017-01-31", "2017-02-03"), None);
    let back = between("2017-01-31T23:27:00Z", "2017-01-31T23:22:00Z").expect("two instants");
    assert_eq!(back.to_string(), "-5 min");
}

#[test]
fn terminals_show_utc_and_repeat_a_day_only_when_it_changes() {
    let instant = good("2017-02-01T00:27:31+01:00");
    assert_eq!(instant.to_string(), "2017-01-31 23:27");
    assert_eq!((instant.date_text().as_str(), instant.clock_text().as_deref()), ("2017-01-31", Some("23:27")));
    assert_eq!(good("2017-01-31T23:30:00").to_string(), "2017-01-31 23:30 local");
    assert_eq!(good("2017-01-31").to_string(), "2017-01-31");
    assert_eq!(good("2017-01-31").clock_text(), None);
    assert_eq!(good("2017-01-31T23:30:00Z").text_after(Some(&instant)), "23:30");
    assert_eq!(good("2017-02-01T00:30:00Z").text_after(Some(&instant)), "2017-02-01 00:30");
    assert_eq!(good("2017-01-31T23:30:00").text_after(Some(&instant)), "23:30 local");
    assert_eq!(good("2017-01-31").text_after(Some(&instant)), "2017-01-31");
    assert_eq!(instant.text_after(None), "2017-01-31 23:27");
}

#[test]
fn an_offset_of_odd_seconds_is_written_in_utc() {
    let amsterdam = FixedOffset::east_opt(1172).expect("19 min 32 s");
    let instant = amsterdam.with_ymd_and_hms(1920, 1, 1, 12, 0, 0).single().expect("a fixed offset has every time");
    assert_eq!(Moment::from(instant).to_toml(), "1920-01-01T11:40:28Z");
}

proptest! {
    #[test]
    fn any_moment_of_toml_round_trips(
        seconds in -62_000_000_000_i64..250_000_000_000,
        nanosecond in prop_oneof![Just(0_u32), 0_u32..1_000_000_000],
        minutes in -1439_i32..=1439,
        shape in 0..3,
    ) {
        let utc = DateTime::from_timestamp(seconds, nanosecond).ok_or_else(|| TestCaseError::reject("range"))?;
        let instant = utc.with_timezone(&FixedOffset::east_opt(minutes * 60).ok_or_else(|| TestCaseError::reject("range"))?);
        let moment = match shape {
            0 => Moment::Instant(instant),
            1 => Moment::Local(instant.naive_local()),
            _ => Moment::Day(instant.date_naive()),
        };
        let text = moment.to_toml();
        let written: Datetime = text.parse().map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let read = Moment::try_from(&written).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(read, moment);
        if let (Some(read), Some(moment)) = (read.instant(), moment.instant()) {
            prop_assert_eq!(read.offset(), moment.offset());
        }
    }

    #[test]
    fn any_fields_at_all_give_a_moment_or_an_error(
        year in any::<u16>(), month in any::<u8>(), day in any::<u8>(), hour in any::<u8>(), minute in any::<u8>(),
        second in any::<Option<u8>>(), nanosecond in any::<Option<u32>>(), offset in any::<Option<i16>>(), shape in 0..4,
    ) {
        let date = Some(Date { year, month, day });
        let time = Some(Time { hour, minute, second, nanosecond });
        let offset = offset.map(|minutes| Offset::Custom { minutes });
        let written = match shape {
            0 => Datetime { date, time, offset },
            1 => Datetime { date, time: None, offset: None },
            2 => Datetime { date: None, time, offset: None },
            _ => Datetime { date, time, offset: None },
        };
        if let Ok(moment) = Moment::try_from(&written) {
            prop_assert!(moment.to_toml().parse::<Datetime>().is_ok());
        }
    }

    #[test]
    fn order_agrees_with_equality_and_is_transitive(seconds in prop::collection::vec((0_i64..4, 0..3, -2_i32..3), 3)) {
        let moments: Vec<Moment> = seconds
            .iter()
            .filter_map(|(hours, shape, east)| {
                let utc = DateTime::from_timestamp(hours * 43_200, 0)?;
                Some(match shape {
                    0 => Moment::Instant(utc.with_timezone(&FixedOffset::east_opt(east * 3600)?)),
                    1 => Moment::Local(utc.naive_utc()),
                    _ => Moment::Day(utc.date_naive()),
                })
            })
            .collect();
        for a in &moments {
            for b in &moments {
                prop_assert_eq!(a == b, a.cmp(b) == Ordering::Equal);
                prop_assert_eq!(a.cmp(b), b.cmp(a).reverse());
                for c in &moments {
                    prop_assert!(!(a <= b && b <= c) || a <= c);
                }
            }
        }
    }
}

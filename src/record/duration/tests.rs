use proptest::prelude::*;

use super::*;

fn seconds(seconds: i64) -> Length {
    Length::exact(TimeDelta::seconds(seconds))
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

#[test]
fn settings_forms_are_read() {
    let table = [
        ("5m", 5 * MINUTE),
        ("48h", 48 * HOUR),
        ("7d", 7 * DAY),
        ("1h30m", 90 * MINUTE),
        ("90s", 90),
        ("2w", 14 * DAY),
        ("0m", 0),
        ("1w2d3h4m5s", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5),
        ("1h90m", 150 * MINUTE),
        (" 18 h 14 min ", 18 * HOUR + 14 * MINUTE),
        ("1 hour 30 minutes", 90 * MINUTE),
        ("2 Hours", 2 * HOUR),
        ("10 mins", 10 * MINUTE),
    ];
    for (text, expected) in table {
        assert_eq!(text.parse(), Ok(seconds(expected)), "{text}");
    }
}

#[test]
fn junk_is_refused_with_its_reason() {
    let table = [
        ("", "is missing"),
        ("5", "no unit behind 5"),
        ("1h30", "no unit behind 30"),
        ("m", "not a length"),
        ("5 m x", "not a length"),
        ("5x", "`x` in `5x` is not a unit"),
        ("5M", "a month has no fixed length"),
        ("1mo", "a month has no fixed length"),
        ("1 year", "a year has no fixed length"),
        ("1.5h", "has a fraction"),
        ("1,5h", "has a fraction"),
        ("-5m", "has a sign"),
        ("+5m", "has a sign"),
        ("30m1h", "larger to smaller"),
        ("1h1h", "larger to smaller"),
        ("5µ", "`µ` in `5µ` is not a unit"),
        ("99999999999999999999999s", "longer than a thousand years"),
        ("999999999w", "longer than a thousand years"),
        ("five minutes", "not a length"),
    ];
    for (text, reason) in table {
        let refused = text.parse::<Length>().expect_err(text).to_string();
        assert!(refused.contains(reason), "{text}: {refused}");
    }
}

#[test]
fn every_refusal_of_a_form_names_a_form_to_write() {
    for text in ["", "5", "m", "5x", "1mo", "1.5h", "-5m", "30m1h"] {
        let refused = text.parse::<Length>().expect_err(text).to_string();
        assert!(refused.contains("1h30m") || refused.contains("30d"), "{text}: {refused}");
    }
}

#[test]
fn lengths_are_shown_as_on_call_people_write_them() {
    let table = [
        (0, "0 s"),
        (45, "45 s"),
        (119, "119 s"),
        (120, "2 min"),
        (4 * MINUTE, "4 min"),
        (4 * MINUTE + 29, "4 min"),
        (4 * MINUTE + 30, "5 min"),
        (HOUR - 20, "1 h"),
        (HOUR, "1 h"),
        (18 * HOUR + 14 * MINUTE, "18 h 14 min"),
        (24 * HOUR + 11 * MINUTE, "24 h 11 min"),
        (47 * HOUR + 59 * MINUTE, "47 h 59 min"),
        (48 * HOUR - 10, "2 d"),
        (48 * HOUR, "2 d"),
        (27 * DAY + 3 * HOUR, "27 d 3 h"),
        (27 * DAY + 23 * HOUR + 45 * MINUTE, "28 d"),
        (-5 * MINUTE, "-5 min"),
        (-30, "-30 s"),
        (-(18 * HOUR + 14 * MINUTE), "-18 h 14 min"),
    ];
    for (length, shown) in table {
        assert_eq!(seconds(length).to_string(), shown, "{length}");
    }
}

#[test]
fn approximate_lengths_say_about_and_claim_no_false_precision() {
    let about = |length| seconds(length).or_approximate(true).to_string();
    assert_eq!(about(18 * HOUR + 14 * MINUTE), "about 18 h");
    assert_eq!(about(18 * HOUR + 44 * MINUTE), "about 19 h");
    assert_eq!(about(HOUR + 14 * MINUTE), "about 1 h 14 min");
    assert_eq!(about(27 * DAY + 13 * HOUR), "about 28 d");
    assert_eq!(about(4 * MINUTE), "about 4 min");
    assert_eq!(about(-4 * MINUTE), "about -4 min");
}

#[test]
fn whole_minutes_round_to_the_nearest_on_both_sides_of_zero() {
    for (length, minutes) in [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (-29, 0), (-30, -1), (1094 * 60, 1094)] {
        assert_eq!(seconds(length).whole_minutes(), minutes, "{length}");
    }
}

#[test]
fn an_approximate_end_makes_the_length_approximate_for_good() {
    assert!(seconds(5).or_approximate(true).or_approximate(false).is_approximate());
    assert!(!seconds(5).or_approximate(false).is_approximate());
    assert!(seconds(-1).is_negative() && !seconds(0).is_negative());
}

#[test]
fn settings_are_written_as_people_write_them() {
    for text in ["5m", "48h", "7d", "1h30m", "90m", "90s", "2w", "24h", "3d"] {
        let length = text.parse::<Length>().expect(text);
        let written = length.to_setting();
        assert_eq!(written.parse(), Ok(length), "{text} -> {written}");
    }
    assert_eq!(seconds(7 * DAY).to_setting(), "7d");
    assert_eq!(seconds(30 * DAY).to_setting(), "30d");
    assert_eq!(seconds(48 * HOUR).to_setting(), "48h");
    assert_eq!(seconds(90).to_setting(), "1m30s");
    assert_eq!(seconds(0).to_setting(), "0s");
}

proptest! {
    #[test]
    fn any_setting_that_is_written_is_read_back(length in 0_i64..40_000_000_000) {
        // Up to the thousand years that are accepted.
        let length = seconds(length % (1000 * 365 * DAY));
        prop_assert_eq!(length.to_setting().parse(), Ok(length));
    }

    #[test]
    fn what_is_shown_can_be_typed_and_is_within_half_its_smaller_unit(length in 0_i64..1_000_000_000) {
        let shown = seconds(length).to_string().parse::<Length>().map_err(|e| TestCaseError::fail(e.to_string()))?;
        let error = (shown.time().num_seconds() - length).abs();
        let allowed = if length < 120 { 0 } else if length < 48 * HOUR { 30 } else { 1830 };
        prop_assert!(error <= allowed, "{} shown as {}", length, seconds(length));
    }

    #[test]
    fn no_text_makes_reading_a_length_panic(text in "\\PC{0,40}") {
        drop(text.parse::<Length>());
    }

    #[test]
    fn near_misses_of_lengths_never_panic(text in "[-+ 0-9.,smhdwoyMDéa]{0,24}") {
        if let Ok(length) = text.parse::<Length>() {
            prop_assert!(!length.is_negative());
        }
    }
}

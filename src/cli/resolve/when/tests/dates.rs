//! Dates as people type them.

use super::*;

#[test]
fn dates_are_read_as_people_type_them() {
    // A Monday.
    let bearings = Bearings::new(utc(NOW), tz("Europe/Berlin"));
    for (text, expected) in [
        ("2026-12-01", "2026-12-01"),
        ("today", "2026-11-23"),
        ("Tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
        ("+7d", "2026-11-30"),
        ("+2w", "2026-12-07"),
        ("+1w2d", "2026-12-02"),
        ("+0d", "2026-11-23"),
        ("-3d", "2026-11-20"),
        ("in 3 days", "2026-11-26"),
        ("in a week", "2026-11-30"),
        ("3 days ago", "2026-11-20"),
        ("friday", "2026-11-27"),
        ("next friday", "2026-11-27"),
        ("on Friday", "2026-11-27"),
        ("monday", "2026-11-30"),
        ("next monday", "2026-11-30"),
        ("sunday", "2026-11-29"),
        ("last friday", "2026-11-20"),
        ("last monday", "2026-11-16"),
        ("2028-02-29", "2028-02-29"),
    ] {
        assert_eq!(date(text, &bearings).map(|day| day.to_string()).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn today_is_the_zones_day() {
    let late = utc("2026-11-23T23:30:00Z");
    let today = |zone| date("today", &Bearings::new(late, tz(zone))).map(|day| day.to_string());
    assert_eq!(today("UTC").as_deref(), Ok("2026-11-23"));
    assert_eq!(today("Europe/Berlin").as_deref(), Ok("2026-11-24"));
    assert_eq!(today("Asia/Kathmandu").as_deref(), Ok("2026-11-24"));
    assert_eq!(today("Pacific/Honolulu").as_deref(), Ok("2026-11-23"));
}

#[test]
fn dates_that_do_not_exist_or_may_be_two_are_refused() {
    let bearings = Bearings::new(utc(NOW), Zone::UTC);
    for (text, reason) in [
        ("2026-11-31", "November has 30 days"),
        ("2026-02-29", "2026 is not a leap year"),
        ("2026-13-01", "months go from 01 to 12"),
        ("31 November", "November has 30 days"),
        ("01/02/2017", "2017-02-01 or as 2017-01-02"),
        ("1 Dec 2026", "write the day as 2026-12-01"),
        ("2026-12-01T10:00", "not a date"),
        ("2026-12-01 10:00", "not a date"),
        ("", "empty"),
        ("7d", "write `7d ago`, or `+7d`"),
        ("+7", "no unit"),
        ("+12h", "whole days"),
        ("+1mo", "no fixed length"),
        ("next week", "not a date"),
        ("soon", "not a date"),
        ("+99999w", "a thousand years"),
        ("0000-01-01", "outside the years"),
        ("20261201", "not a date"),
    ] {
        let refusal = date(text, &bearings).expect_err(text);
        let message = format!("{refusal}; {}", refusal.next_step());
        assert!(message.contains(reason), "{text}: {message}");
    }
}

//! The grammar as tables: what is typed, against what, and what it means or why it is refused.

use chrono::TimeZone as _;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

mod dates;
mod laws;
mod zones;

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_utc()
}

fn tz(name: &str) -> Tz {
    name.parse().unwrap_or_else(|e| panic!("{name}: {e:?}"))
}

fn entry(text: &str) -> Moment {
    let written: toml::value::Datetime = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    Moment::try_from(&written).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The reading as RFC 3339 with its offset, or the refusal with its next step.
fn read(text: &str, now: &str, zone: &str, entries: &[&str]) -> Result<String, String> {
    let entries: Vec<Moment> = entries.iter().map(|text| entry(text)).collect();
    let bearings = Bearings::new(utc(now), tz(zone)).with_entries(&entries);
    time(text, &bearings)
        .map(|understood| rfc(&understood.instant))
        .map_err(|refused| format!("{refused}; {}", refused.next_step()))
}

fn rfc(instant: &DateTime<FixedOffset>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// Monday 2026-11-23, 10:30 in Berlin.
const NOW: &str = "2026-11-23T09:30:00Z";

fn means(text: &str, expected: &str) {
    assert_eq!(read(text, NOW, "Europe/Berlin", &[]), Ok(expected.to_owned()), "{text}");
}

fn refused(text: &str, reasons: &[&str]) {
    let message = read(text, NOW, "Europe/Berlin", &[]).expect_err(text);
    for reason in reasons {
        assert!(message.contains(reason), "{text}: {message}\n  lacks: {reason}");
    }
}

#[test]
fn everything_other_crates_misread_is_read_right_or_refused() {
    means("yesterday 3pm", "2026-11-22T15:00:00+01:00");
    means("3pm yesterday", "2026-11-22T15:00:00+01:00");
    means("yesterday at 15:04", "2026-11-22T15:04:00+01:00");
    means("15m ago", "2026-11-23T10:15:00+01:00");
    means("2h ago", "2026-11-23T08:30:00+01:00");
    means("1h30m ago", "2026-11-23T09:00:00+01:00");
    means("1 hour 30 minutes ago", "2026-11-23T09:00:00+01:00");
    means("a week ago", "2026-11-16T10:30:00+01:00");
    refused("in 3 days", &["in the future"]);
    refused("+45m", &["the last entry, and there is none yet", "10m ago"]);
    refused("2pm PST", &["`PST` is an abbreviation", "America/Los_Angeles", "Asia/Manila"]);
    refused("14:05 foo", &["`foo` is not a time zone"]);
    refused("2pm foo", &["`foo` is not a time zone"]);
    means("2026-11-20 14:05 UTC", "2026-11-20T14:05:00Z");
    refused("2026-11-20 14:05 CET", &["`CET` is an abbreviation", "Europe/Berlin"]);
    means("2026-11-20 14:05 Europe/London", "2026-11-20T14:05:00Z");
    means("2026-11-20T14:05:00+01:00[Europe/Berlin]", "2026-11-20T14:05:00+01:00");
    means("midnight", "2026-11-23T00:00:00+01:00");
    refused("25:00", &["hours go from 00 to 23"]);
    refused("tomorrow 17h", &["no clock time with a colon", "write 17:00"]);
    let gap = read("2026-03-29 02:30", NOW, "Europe/Berlin", &[]).expect_err("a gap");
    assert!(
        gap.contains("03:30") && gap.contains("01:30") && gap.contains("02:00 straight to 2026-03-29 03:00"),
        "{gap}"
    );
    refused("2026-10-25 02:30", &["came twice", "2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"]);
    refused("1763647500", &["write @ and whole seconds"]);
    means("@1763647500", "2025-11-20T15:05:00+01:00");
}

#[test]
fn full_times_are_read_with_and_without_seconds_zone_and_t() {
    means("2017-01-31T23:27:00Z", "2017-01-31T23:27:00Z");
    means("2017-01-31t23:27:00z", "2017-01-31T23:27:00Z");
    means("2017-01-31T23:27Z", "2017-01-31T23:27:00Z");
    means("2017-01-31T23:27", "2017-01-31T23:27:00+01:00");
    means("2017-01-31 23:27", "2017-01-31T23:27:00+01:00");
    means("  2017-01-31   23:27:05  ", "2017-01-31T23:27:05+01:00");
    means("2017-07-31 23:27", "2017-07-31T23:27:00+02:00");
    means("2017-01-31 23:27 GMT", "2017-01-31T23:27:00Z");
    means("2017-01-31 23:27 utc", "2017-01-31T23:27:00Z");
    means("2017-01-31 23:27UTC", "2017-01-31T23:27:00Z");
    means("2017-01-31 23:27 -0800", "2017-01-31T23:27:00-08:00");
    means("2017-01-31 23:27-08", "2017-01-31T23:27:00-08:00");
    means("2017-01-31 23:27 +05:45", "2017-01-31T23:27:00+05:45");
    means("2017-01-31T23:27:00-00:00", "2017-01-31T23:27:00Z");
    means("2017-01-31T23:27:00.25Z", "2017-01-31T23:27:00.250Z");
    means("2017-01-31T23:27:00,25Z", "2017-01-31T23:27:00.250Z");
    means("2017-01-31 11:27 pm Europe/London", "2017-01-31T23:27:00Z");
    means("2026-11-20 14:05 europe/london", "2026-11-20T14:05:00Z");
    means("2026-06-20 14:05 EUROPE/LONDON", "2026-06-20T14:05:00+01:00");
    means("2026-06-20 14:05 asia/kathmandu", "2026-06-20T14:05:00+05:45");
    means("2026-06-20 14:05 America/Argentina/Buenos_Aires", "2026-06-20T14:05:00-03:00");
    means("2026-06-20T14:05[Asia/Tokyo]", "2026-06-20T14:05:00+09:00");
    means("2026-06-20T14:05Z[Asia/Tokyo]", "2026-06-20T23:05:00+09:00");
    means("14:05 2026-11-20", "2026-11-20T14:05:00+01:00");
    means("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z");
    means("2017-01-01T00:59:60+01:00", "2017-01-01T00:59:60+01:00");
}

#[test]
fn days_and_clocks_that_do_not_exist_are_refused_with_the_reason() {
    refused("2026-11-31 10:00", &["November has 30 days"]);
    refused("2026-02-29 10:00", &["2026 is not a leap year"]);
    refused("1900-02-29 10:00", &["1900 is not a leap year"]);
    refused("2024-02-30 10:00", &["February has 29 days"]);
    refused("2026-13-01 10:00", &["months go from 01 to 12"]);
    refused("2026-00-10 10:00", &["months go from 01 to 12"]);
    refused("2026-01-00 10:00", &["days count from 01"]);
    refused("31 November 10:00", &["November has 30 days"]);
    refused("November 31, 2026 10:00", &["November has 30 days"]);
    refused("31/11/2026 10:00", &["November has 30 days"]);
    refused("23:61", &["minutes go from 00 to 59"]);
    refused("23:59:61", &["seconds go from 00 to 59"]);
    refused("24:00", &["00:00 of the next day"]);
    refused("23:59:60", &["needs its day"]);
    refused("2017-01-31T12:30:60Z", &["a second 60 exists only"]);
    refused("2017-01-30T23:59:60Z", &["a second 60 exists only"]);
    refused("yesterday 23:59:60 UTC", &["a second 60 exists only"]);
    refused("13pm", &["hours go from 1 to 12"]);
    refused("0am", &["hours go from 1 to 12"]);
    refused("14:05 pm", &["hours go from 1 to 12"]);
    refused("9:5", &["minutes have two digits"]);
    refused("09:05:5", &["seconds have two digits"]);
    refused("09:05:05.", &["one to nine digits"]);
}

#[test]
fn days_in_another_order_or_form_are_refused_with_the_form_to_write() {
    refused("01/02/2017 10:00", &["2017-02-01 or as 2017-01-02"]);
    refused("1.2.2017 10:00", &["2017-02-01 or as 2017-01-02"]);
    refused("01-02-2017 10:00", &["2017-02-01 or as 2017-01-02"]);
    refused("01/02/17 10:00", &["2017-02-01 or as 2017-01-02"]);
    refused("02/02/2017 10:00", &["another form than YYYY-MM-DD", "write the day as 2017-02-02"]);
    refused("31.01.2017 23:27", &["write the day as 2017-01-31"]);
    refused("01/31/2017 23:27", &["write the day as 2017-01-31"]);
    refused("23:27 31/01/2017", &["write the day as 2017-01-31"]);
    refused("2017/01/31 23:27", &["write the day as 2017-01-31"]);
    refused("2017-1-5 23:27", &["write the day as 2017-01-05"]);
    refused("31 January 2017 23:27", &["write the day as 2017-01-31"]);
    refused("Jan 31, 2017 23:27", &["write the day as 2017-01-31"]);
    refused("January 31st 23:27", &["write the day as YYYY-01-31"]);
    refused("1430", &["write 14:30"]);
    refused("17h30", &["write 17:30"]);
    refused("14.30", &["write 14:30"]);
    refused("yesterday 15", &["write 15:00"]);
}

#[test]
fn nothing_typed_is_left_over() {
    for text in [
        "",
        "   ",
        "foo",
        "at",
        "on",
        "14:05 at",
        "14:05 14:06",
        "today yesterday 14:05",
        "2017-01-31 2017-02-01 14:05",
        "2017-01-31 14:05 UTC UTC",
        "2017-01-31 14:05 +01:00 Europe/Berlin",
        "2017-01-31 14:05 Europe/Berlin +01:00",
        "2017-01-31 14:05Z[Europe/Berlin] x",
        "2017-01-31 14:05 [Europe/Berlin",
        "14:05.",
        "14:05:06:07",
        "14:05,",
        "now UTC",
        "now now",
        "-",
        "+",
        "@",
        "@x",
        "@1.5",
        "@+5",
        "@ 5",
        "ago",
        "5 ago",
        "last 14:05",
        "next 14:05",
        "2017-01-31 14:05 Europe/Berlin [Europe/London]",
        "14:05[Asia/Tokyo]2017-01-31",
        "5 foo",
        "2017-01-3114:05",
        "14:05 yesterday!",
        "Europe/Berlin 14:05",
        "UTC",
        "[UTC]",
        "T14:05",
        "2017-01-31TT14:05",
        "14:05\u{0}",
        "１４:05",
        "14:05 \u{1b}[31m",
    ] {
        let message = read(text, NOW, "Europe/Berlin", &["2026-11-23T09:00:00Z"]).expect_err(text);
        assert!(message.contains("; "), "{text}: {message}");
    }
    let long = "1".repeat(10_000);
    let message = read(&long, NOW, "Europe/Berlin", &[]).expect_err("far too long");
    assert!(message.len() < 1000, "a refusal repeats no endless input");
}

#[test]
fn a_day_alone_is_no_time() {
    for text in ["2017-01-31", "yesterday", "friday", "on friday"] {
        refused(text, &["a day without a clock time", "14:05"]);
    }
}

#[test]
fn named_days_are_days_of_the_zone() {
    means("today 9:05", "2026-11-23T09:05:00+01:00");
    means("9:05 today", "2026-11-23T09:05:00+01:00");
    means("yesterday at noon", "2026-11-22T12:00:00+01:00");
    means("Friday 14:05", "2026-11-20T14:05:00+01:00");
    means("on friday at 2:05 p.m.", "2026-11-20T14:05:00+01:00");
    means("14:05 fri", "2026-11-20T14:05:00+01:00");
    means("tuesday 14:05", "2026-11-17T14:05:00+01:00");
    // Today is Monday: past already, or last week's.
    means("monday 10:29", "2026-11-23T10:29:00+01:00");
    means("monday 14:05", "2026-11-16T14:05:00+01:00");
    means("last monday 10:29", "2026-11-16T10:29:00+01:00");
    means("friday 14:05 UTC", "2026-11-20T14:05:00Z");
    refused("yesterday midnight", &["both ends of a day", "00:00"]);
    refused("midnight 2026-11-20", &["both ends of a day"]);
}

#[test]
fn a_named_day_with_another_zone_is_refused_where_the_date_differs() {
    // 00:30 on the 24th in Berlin is still the 23rd in UTC.
    let at = |text| read(text, "2026-11-23T23:30:00Z", "Europe/Berlin", &[]);
    let message = at("yesterday 20:00 UTC").expect_err("two yesterdays");
    assert!(message.contains("2026-11-22 20:00Z or 2026-11-23 20:00Z"), "{message}");
    // The other reading is in the future.
    assert_eq!(at("today 20:00 UTC").as_deref(), Ok("2026-11-23T20:00:00Z"));
    assert_eq!(at("yesterday 20:00").as_deref(), Ok("2026-11-23T20:00:00+01:00"));
}

#[test]
fn the_future_is_refused_beyond_the_skew_of_two_clocks() {
    means("2026-11-23 10:32", "2026-11-23T10:32:00+01:00");
    refused("2026-11-23 10:33", &["in the future: 2026-11-23 09:33 UTC, and it is 2026-11-23 09:30 UTC now"]);
    refused("today 14:05", &["in the future"]);
    refused("tomorrow 14:05", &["in the future"]);
    refused("in 20m", &["in the future"]);
    refused("@1999999999", &["in the future"]);
    refused("@1763647500000", &["outside the years", "milliseconds"]);
    let planned = Bearings::new(utc(NOW), tz("Europe/Berlin")).with_future();
    let read = |text| time(text, &planned).map(|understood| rfc(&understood.instant));
    assert_eq!(read("tomorrow 14:05").as_deref(), Ok("2026-11-24T14:05:00+01:00"));
    assert_eq!(read("next friday 14:05").as_deref(), Ok("2026-11-27T14:05:00+01:00"));
    assert_eq!(read("next monday at 9am").as_deref(), Ok("2026-11-30T09:00:00+01:00"));
    assert_eq!(read("in 3 days").as_deref(), Ok("2026-11-26T10:30:00+01:00"));
    assert_eq!(read("2027-07-01 09:00").as_deref(), Ok("2027-07-01T09:00:00+02:00"));
}

#[test]
fn counting_is_from_now_or_from_the_last_entry() {
    let entries = ["2026-11-23T09:00:00Z", "2026-11-23T08:00:00Z"];
    let at = |text| read(text, NOW, "Europe/Berlin", &entries);
    assert_eq!(at("+5m").as_deref(), Ok("2026-11-23T10:05:00+01:00"));
    assert_eq!(at("-5m").as_deref(), Ok("2026-11-23T09:55:00+01:00"));
    assert_eq!(at("+1m30s").as_deref(), Ok("2026-11-23T10:01:30+01:00"));
    assert_eq!(at("-1d").as_deref(), Ok("2026-11-22T10:00:00+01:00"));
    assert!(at("+45m").is_err_and(|message| message.contains("in the future")));
    assert!(at("+5").is_err_and(|message| message.contains("no unit behind 5")));
    means("now", "2026-11-23T10:30:00+01:00");
    means("NOW", "2026-11-23T10:30:00+01:00");
    means("an hour ago", "2026-11-23T09:30:00+01:00");
    means("2 Hours Ago", "2026-11-23T08:30:00+01:00");
    refused("5 minutes", &["does not say from when", "write `5 minutes ago`"]);
    refused("1.5 hours ago", &["has a fraction"]);
    refused("a month ago", &["no fixed length"]);
    refused("-5m ago", &["`5m ago` is not a length"]);
    refused("999999w ago", &["longer than a thousand years"]);
    for vague in ["2026-11-23T09:00:00", "2026-11-23"] {
        let message = read("+5m", NOW, "Europe/Berlin", &[vague]).expect_err(vague);
        assert!(message.contains("not an exact time"), "{message}");
    }
}

#[test]
fn days_ago_keep_the_clock_over_a_clock_change() {
    // Berlin left summer time on 2026-10-25.
    let at = |text| read(text, "2026-10-26T09:30:00Z", "Europe/Berlin", &[]);
    assert_eq!(at("2 days ago").as_deref(), Ok("2026-10-24T10:30:00+02:00"));
    assert_eq!(at("48h ago").as_deref(), Ok("2026-10-24T11:30:00+02:00"));
    // Into the hour that came twice, from either side: the one with the offset counted from.
    let after = read("1 day ago", "2026-10-26T01:30:00Z", "Europe/Berlin", &[]);
    assert_eq!(after.as_deref(), Ok("2026-10-25T02:30:00+01:00"));
    let before = read("+1d", NOW, "Europe/Berlin", &["2026-10-24T02:30:00+02:00"]);
    assert_eq!(before.as_deref(), Ok("2026-10-25T02:30:00+02:00"));
    // Into the hour that never came.
    let gap = read("+1d", NOW, "Europe/Berlin", &["2026-03-28T02:30:00+01:00"]);
    assert!(gap.is_err_and(|message| message.contains("does not exist")));
}

#[test]
fn now_has_no_fraction_of_a_second() {
    let bearings = Bearings::new(utc("2026-11-23T09:30:15.987Z"), Zone::UTC);
    assert_eq!(
        time("now", &bearings).map(|understood| rfc(&understood.instant)).as_deref(),
        Ok("2026-11-23T09:30:15Z")
    );
}

/// The night of the record: what was last written down, when it is typed, what, and which day is meant.
#[test]
fn a_clock_time_is_the_one_nearest_to_the_last_entry() {
    let wiped = "2017-01-31T23:27:00Z";
    let table = [
        // Over midnight, typed at once and hours later.
        (wiped, "2017-02-01T00:10:00Z", "00:05", "2017-02-01T00:05:00Z"),
        (wiped, "2017-02-01T09:00:00Z", "00:05", "2017-02-01T00:05:00Z"),
        (wiped, "2017-02-01T23:50:00Z", "00:05", "2017-02-01T00:05:00Z"),
        // Back before the last entry.
        (wiped, "2017-01-31T23:40:00Z", "22:05", "2017-01-31T22:05:00Z"),
        (wiped, "2017-02-01T00:10:00Z", "22:05", "2017-01-31T22:05:00Z"),
        (wiped, "2017-02-01T23:00:00Z", "22:05", "2017-01-31T22:05:00Z"),
        (wiped, "2017-02-03T12:00:00Z", "17:20", "2017-01-31T17:20:00Z"),
        // Back over midnight.
        ("2017-02-01T00:10:00Z", "2017-02-01T00:20:00Z", "23:50", "2017-01-31T23:50:00Z"),
        ("2017-02-01T00:10:00Z", "2017-02-09T12:00:00Z", "23:50", "2017-01-31T23:50:00Z"),
        // The very minute, and a minute around midnight itself.
        (wiped, "2017-02-09T12:00:00Z", "23:27", "2017-01-31T23:27:00Z"),
        ("2017-02-01T00:00:00Z", "2017-02-01T00:01:00Z", "23:59", "2017-01-31T23:59:00Z"),
        ("2017-01-31T23:59:00Z", "2017-02-01T00:00:30Z", "00:00", "2017-02-01T00:00:00Z"),
        // Seconds ahead of this machine's clock, not a day behind.
        ("2017-01-31T23:27:00Z", "2017-01-31T23:29:30Z", "23:31", "2017-01-31T23:31:00Z"),
        // Not in the future, though nearer: the day before.
        ("2017-02-01T09:50:00Z", "2017-02-01T10:00:00Z", "14:05", "2017-01-31T14:05:00Z"),
        // Written down 27 days later.
        (wiped, "2017-02-27T15:00:00Z", "23:45", "2017-01-31T23:45:00Z"),
        (wiped, "2017-02-27T15:00:00Z", "03:00", "2017-02-01T03:00:00Z"),
        // Half-days as people say them.
        (wiped, "2017-02-01T09:00:00Z", "12:05 am", "2017-02-01T00:05:00Z"),
        ("2017-02-01T11:00:00Z", "2017-02-01T13:00:00Z", "12:05pm", "2017-02-01T12:05:00Z"),
        (wiped, "2017-02-01T09:00:00Z", "11pm", "2017-01-31T23:00:00Z"),
        (wiped, "2017-02-01T09:00:00Z", "midnight", "2017-02-01T00:00:00Z"),
        // With a zone of its own.
        (wiped, "2017-02-01T09:00:00Z", "15:45 America/Los_Angeles", "2017-01-31T15:45:00-08:00"),
        (wiped, "2017-02-01T09:00:00Z", "00:45+01:00", "2017-02-01T00:45:00+01:00"),
        (wiped, "2017-02-01T09:00:00Z", "05:15 Asia/Kathmandu", "2017-02-01T05:15:00+05:45"),
    ];
    for (last, now, text, expected) in table {
        // An earlier entry does not change what the last one means.
        let entries = [last, "2017-01-20T11:00:00Z"];
        assert_eq!(read(text, now, "UTC", &entries).as_deref(), Ok(expected), "{text} at {now} after {last}");
    }
}

#[test]
fn a_clock_time_that_fits_two_days_is_a_question_with_both_dates() {
    let entries = [entry("2017-01-31T23:27:00Z")];
    let bearings = Bearings::new(utc("2017-02-27T15:00:00Z"), Zone::UTC).with_entries(&entries);
    // 11:27 is twelve hours away on both sides; 15:00 is 8 h 27 before and 15 h 33 after.
    for text in ["11:27", "15:00", "08:00"] {
        let refusal = time(text, &bearings).expect_err(text);
        let days: Vec<u32> = refusal.choices().iter().map(chrono::Datelike::day).collect();
        assert_eq!(days, [31, 1], "{text}");
        let message = format!("{refusal}; {}", refusal.next_step());
        assert!(message.contains(&format!("2017-01-31 {text}Z or 2017-02-01 {text}Z")), "{message}");
        assert!(message.contains("2017-01-31 23:27"), "{message}");
    }
    // Exactly twice as near is near enough: 8 h before, 16 h after; one minute further is not.
    let near = |text| time(text, &bearings).map(|understood| rfc(&understood.instant)).ok();
    assert_eq!(near("15:27").as_deref(), Some("2017-01-31T15:27:00Z"));
    assert_eq!(near("15:26"), None);
    assert_eq!(near("07:27").as_deref(), Some("2017-02-01T07:27:00Z"));
    assert_eq!(near("07:28"), None);
}

#[test]
fn a_last_entry_in_the_future_draws_no_clock_time_to_it() {
    // Yesterday's is 49 hours from it, the one before 73.
    let message = read("11:00", "2026-11-23T10:00:00Z", "UTC", &["2026-11-24T12:00:00Z"]).expect_err("two days");
    assert!(message.contains("2026-11-21 11:00Z or 2026-11-22 11:00Z"), "{message}");
}

#[test]
fn without_entries_a_clock_time_is_the_last_past_one() {
    means("10:30", "2026-11-23T10:30:00+01:00");
    means("10:29", "2026-11-23T10:29:00+01:00");
    means("10:31", "2026-11-23T10:31:00+01:00");
    means("10:33", "2026-11-22T10:33:00+01:00");
    means("3pm", "2026-11-22T15:00:00+01:00");
    means("3:05 pm", "2026-11-22T15:05:00+01:00");
    means("23:27:15", "2026-11-22T23:27:15+01:00");
    means("23:27 UTC", "2026-11-22T23:27:00Z");
    means("04:29 America/New_York", "2026-11-23T04:29:00-05:00");
}

#[test]
fn an_entry_without_zone_or_clock_makes_a_clock_time_a_question() {
    for vague in ["2026-11-20T14:00:00", "2026-11-20"] {
        let entries = [entry("2026-11-19T10:00:00Z"), entry(vague)];
        let bearings = Bearings::new(utc(NOW), Zone::UTC).with_entries(&entries);
        let refusal = time("14:05", &bearings).expect_err(vague);
        assert_eq!(refusal.choices().len(), 2, "{refusal}");
        assert!(refusal.choices().iter().any(|choice| rfc(choice) == "2026-11-20T14:05:00Z"), "{refusal}");
        assert!(refusal.to_string().contains("not exact enough"), "{refusal}");
    }
}

#[test]
fn the_answer_shows_utc_and_how_it_was_read() {
    let entries = [entry("2026-11-22T23:00:00Z")];
    let bearings = Bearings::new(utc(NOW), tz("Europe/Berlin")).with_entries(&entries);
    let shown = |text| time(text, &bearings).map(|understood| (understood.to_string(), understood.note)).expect(text);
    let of = |instant: &str, note: &str| (instant.to_owned(), note.to_owned());
    assert_eq!(
        shown("00:05"),
        of("2026-11-22 23:05 UTC (2026-11-23 00:05 +01:00)", "the 00:05 in Europe/Berlin nearest to the last entry")
    );
    assert_eq!(
        shown("2026-11-20 14:05"),
        of("2026-11-20 13:05 UTC (14:05 +01:00)", "in the default zone, Europe/Berlin")
    );
    assert_eq!(shown("2026-11-20 14:05:09Z"), of("2026-11-20 14:05:09 UTC", "as typed, UTC"));
    assert_eq!(shown("+5m").1, "5 min after the last entry, 2026-11-22 23:00");
    assert_eq!(shown("90s ago").1, "90 s before now");
}

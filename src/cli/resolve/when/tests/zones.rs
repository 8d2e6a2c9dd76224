//! Zones, their abbreviations, and what clock changes do to local times.

use super::*;

#[test]
fn zones_are_names_and_offsets_and_abbreviations_say_what_they_may_mean() {
    for (text, shown) in [
        ("europe/berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("z", "UTC"),
        ("+05:30", "+05:30"),
        ("-0800", "-08:00"),
        ("+02", "+02:00"),
        ("+00:00", "UTC"),
        ("asia/kolkata", "Asia/Kolkata"),
        ("Etc/UTC", "Etc/UTC"),
    ] {
        assert_eq!(Zone::parse(text).map(|zone| zone.to_string()).as_deref(), Ok(shown), "{text}");
    }
    for (text, meant) in [
        ("IST", "Asia/Kolkata"),
        ("CST", "America/Chicago"),
        ("CST", "Asia/Shanghai"),
        ("bst", "Europe/London"),
        ("EST", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("CET", "Europe/Berlin"),
        ("MST", "America/Denver"),
        ("hst", "Pacific/Honolulu"),
        ("EDT", "America/New_York"),
    ] {
        let refusal = Zone::parse(text).expect_err(text);
        assert!(refusal.to_string().contains(meant), "{refusal}");
        assert!(refusal.next_step().contains("the offset"), "{}", refusal.next_step());
    }
    for (text, near) in [
        ("Europe/Berln", "Europe/Berlin"),
        ("london", "Europe/London"),
        ("New York", "America/New_York"),
        ("Europe/Kiew", "Europe/Kiev"),
        ("Asia/Katmandou", "Asia/Katmandu"),
    ] {
        let refusal = Zone::parse(text).expect_err(text);
        assert!(refusal.next_step().contains(near), "{text}: {}", refusal.next_step());
    }
    for text in ["", "foo", "Mars/Olympus_Mons", "+25:00", "+2", "+02:60", "UTC+2", "GMT-5", "A"] {
        let refusal = Zone::parse(text).expect_err(text);
        assert!(matches!(refusal, Refusal::UnknownZone { .. }), "{text}: {refusal}");
    }
    refused("2026-11-20 14:05+01:00[Europe/London]", &["Europe/London is at +00:00 then", "write +00:00"]);
    refused("2026-11-20 14:05+99:00", &["`+99:00`", "not an offset"]);
    refused("2026-11-20 14:05 UTC+2", &["`UTC+2` is not a time zone"]);
    refused("14:05 Europe/Lodnon", &["did you mean Europe/London?"]);
    refused("yesterday 14:05 New York", &["did you mean America/New_York?"]);
    refused("14:05 in berlin", &["`berlin` is not a time zone", "did you mean Europe/Berlin?"]);
    means("yesterday 14:05 in Asia/Tokyo", "2026-11-22T14:05:00+09:00");
}

/// Also: no abbreviation the IANA database itself uses is taken for a zone.
#[test]
fn every_zone_an_abbreviation_may_mean_has_the_offset_it_is_listed_with() {
    let mut listed = 0;
    for word in abbreviations() {
        let Err(Refusal::AmbiguousZone { means, .. }) = Zone::parse(&word) else { panic!("{word} is not listed") };
        for meant in means {
            let (name, offset) = meant.split_once(' ').expect("a zone and its offset");
            let zone = Zone::parse(name).unwrap_or_else(|e| panic!("{word}: {e}"));
            let offsets =
                ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"].map(|at| format!("({})", zone.of(utc(at)).offset()));
            assert!(offsets.contains(&offset.to_owned()), "{word}: {meant}, not {offsets:?}");
            listed += 1;
        }
    }
    assert!(listed > 60, "{listed}");
}

/// What the IANA database itself calls its offsets in 2026 (`CET`, `AEDT`, …), and the old zones named by an abbreviation, without
/// UTC and GMT.
fn abbreviations() -> Vec<String> {
    use chrono_tz::OffsetName as _;
    let mut found: Vec<String> = chrono_tz::TZ_VARIANTS
        .iter()
        .flat_map(|zone| ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"].map(|at| utc(at).with_timezone(zone)))
        .filter_map(|at| at.offset().abbreviation().map(str::to_owned))
        .chain(["EST", "MST", "HST", "CET", "MET", "EET", "WET"].map(str::to_owned))
        .filter(|name| name.chars().all(|c| c.is_ascii_alphabetic()) && !matches!(name.as_str(), "UTC" | "GMT"))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Zone, local time, and what it is: one instant, two (both shown), or none (the neighbours shown).
#[test]
fn clock_changes_are_asked_about_and_never_guessed() {
    let table: &[(&str, &str, &[&str])] = &[
        ("Europe/London", "2026-03-29 01:30", &["2026-03-29T00:30:00Z", "2026-03-29T02:30:00+01:00"]),
        ("Europe/London", "2026-10-25 01:30", &["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00Z"]),
        ("Europe/Berlin", "2026-03-29 02:00", &["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]),
        ("Europe/Berlin", "2026-03-29 01:59:59", &[]),
        ("Europe/Berlin", "2026-03-29 03:00", &[]),
        ("Europe/Berlin", "2026-10-25 02:00", &["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]),
        ("Europe/Berlin", "2026-10-25 01:59", &[]),
        ("Europe/Berlin", "2026-10-25 03:00", &[]),
        ("America/New_York", "2026-03-08 02:30", &["2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00"]),
        ("America/New_York", "2026-11-01 01:30", &["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"]),
        // Half an hour only.
        ("Australia/Lord_Howe", "2026-10-04 02:15", &["2026-10-04T01:45:00+10:30", "2026-10-04T02:45:00+11:00"]),
        ("Australia/Lord_Howe", "2026-10-04 02:30", &[]),
        ("Australia/Lord_Howe", "2026-04-05 01:45", &["2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30"]),
        ("Australia/Lord_Howe", "2026-04-05 01:29", &[]),
        // A whole day left out.
        ("Pacific/Apia", "2011-12-30 12:00", &["2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"]),
        ("Asia/Kathmandu", "2026-03-29 02:30", &[]),
    ];
    for (zone, text, expected) in table {
        let bearings = Bearings::new(utc("2026-11-23T09:30:00Z"), tz(zone));
        match time(text, &bearings) {
            Ok(understood) => {
                assert!(expected.is_empty(), "{zone} {text}: {understood}");
                assert_eq!(understood.instant.with_timezone(&tz(zone)).naive_local().to_string(), full(text), "{zone}");
            }
            Err(refusal) => {
                let choices: Vec<String> = refusal.choices().iter().map(rfc).collect();
                assert_eq!(&choices, expected, "{zone} {text}: {refusal}");
                // The zone typed out is treated the same, and each choice can be typed back as the next step shows it.
                let typed = format!("{text} {zone}");
                let again = time(&typed, &Bearings::new(utc(NOW), Zone::UTC)).expect_err(&typed);
                assert_eq!(again.choices(), refusal.choices(), "{typed}");
                let steps = refusal.next_step();
                let steps = steps.trim_start_matches("write ").split(" or ").map(|step| time(step, &bearings));
                let steps: Vec<DateTime<FixedOffset>> = steps
                    .map(|step| step.map(|understood| understood.instant))
                    .collect::<Result<_, _>>()
                    .expect("steps are times");
                assert_eq!(steps, refusal.choices(), "{zone} {text}");
            }
        }
    }
}

fn full(text: &str) -> String {
    if text.len() > 16 { text.to_owned() } else { format!("{text}:00") }
}

#[test]
fn a_clock_time_in_a_clock_change_follows_the_same_rule_and_never_jumps_a_day() {
    // Typed 40 minutes after the clocks went forward: 02:30 did not come, and yesterday's is not meant.
    let gap = |entries: &[&str], now| read("02:30", now, "Europe/Berlin", entries).expect_err("a gap");
    for now in ["2026-03-29T01:10:00Z", "2026-03-29T01:40:00Z", "2026-03-29T20:00:00Z"] {
        assert!(gap(&["2026-03-29T00:50:00Z"], now).contains("does not exist"), "{now}");
        assert!(gap(&[], now).contains("does not exist"), "{now}");
    }
    // Twice that night: the entry just before tells which, where it is twice as near.
    let twice = |entries: &[&str]| read("02:30", "2026-10-25T02:00:00Z", "Europe/Berlin", entries);
    assert_eq!(twice(&["2026-10-25T00:20:00Z"]).as_deref(), Ok("2026-10-25T02:30:00+02:00"));
    assert_eq!(twice(&["2026-10-25T01:35:00Z"]).as_deref(), Ok("2026-10-25T02:30:00+01:00"));
    assert!(twice(&["2026-10-25T01:00:00Z"]).is_err_and(|m| m.contains("02:30+02:00 or 2026-10-25 02:30+01:00")));
    assert!(twice(&[]).is_err_and(|message| message.contains("came twice")));
    // Only the first has come yet.
    for text in ["today 02:30", "2026-10-25 02:30", "2026-10-25 02:30 Europe/Berlin"] {
        let first = read(text, "2026-10-25T00:45:00Z", "Europe/Berlin", &[]);
        assert_eq!(first.as_deref(), Ok("2026-10-25T02:30:00+02:00"), "{text}");
    }
    assert_eq!(read("02:30", "2026-10-25T00:45:00Z", "Europe/Berlin", &[]).as_deref(), Ok("2026-10-25T02:30:00+02:00"));
}

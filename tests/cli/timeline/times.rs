//! Every form of a time, and what is not a time.

use super::*;

/// What is said of a time, in the answer and beside it; the entry is taken out again.
fn read(sandbox: &Sandbox, at: &str) -> String {
    let said = sandbox.run(&format!("pm timeline add x --kind none --owner '' {at}"));
    let told = said.to_string();
    let told: Vec<&str> =
        told.lines().filter(|line| !line.starts_with("✓ committed") && !line.contains("(the only record)")).collect();
    if said.code == 0 {
        sandbox.run("git reset -q --hard HEAD~1").ok();
    }
    let told = told.join("\n");
    let told =
        told.strip_suffix("\n--- talk").unwrap_or(&told).replace("\n--- talk\n", "\n  ").replace("--- talk\n", "");
    format!("$ {at}\n{told}\n")
}

fn read_all(sandbox: &Sandbox, forms: &[&str]) -> String {
    forms.iter().map(|form| read(sandbox, form)).collect()
}

#[test]
fn every_form_of_the_contract_is_understood_and_told() {
    let sandbox = started("2026-03-01 23:27");
    let forms = [
        "",
        "--at now",
        "--at 2026-03-01T23:40:00Z",
        "--at 2026-03-02T00:40:00+01:00",
        "--at '2026-03-01 23:40'",
        "--at '2026-03-01 23:40:15'",
        "--at '2026-03-01 23:40 Europe/Berlin'",
        "--at '2026-03-01 23:40' --tz America/New_York",
        "--at 23:40",
        "--at 22:05",
        "--at 00:10",
        "--at 3am",
        "--at 'yesterday 14:05'",
        "--at '10m ago'",
        "--at +5m",
        "--at -5m",
        "--at=-1h30m",
        "--at @1772410000",
    ];
    assert_data_eq!(
        read_all(&sandbox, &forms),
        str![[r#"
$ 
added 2 of 2 (2:gq29): 2026-03-02 09:03 UTC, plain note: x
$ --at now
added 2 of 2 (2:ans6): 2026-03-02 09:05 UTC, plain note: x
$ --at 2026-03-01T23:40:00Z
added 2 of 2 (2:ytrm): 2026-03-01 23:40 UTC, plain note: x
$ --at 2026-03-02T00:40:00+01:00
added 2 of 2 (2:xvny): 2026-03-01 23:40 UTC (2026-03-02 00:40 +01:00), plain note: x
$ --at '2026-03-01 23:40'
added 2 of 2 (2:ytrm): 2026-03-01 23:40 UTC, plain note: x
$ --at '2026-03-01 23:40:15'
added 2 of 2 (2:ket2): 2026-03-01 23:40:15 UTC, plain note: x
$ --at '2026-03-01 23:40 Europe/Berlin'
added 1 of 2 (1:arc9): 2026-03-01 22:40 UTC (23:40 +01:00), plain note: x
$ --at '2026-03-01 23:40' --tz America/New_York
added 2 of 2 (2:69rk): 2026-03-02 04:40 UTC (2026-03-01 23:40 America/New_York), plain note: x
$ --at 23:40
added 2 of 2 (2:ytrm): 2026-03-01 23:40 UTC, plain note: x
  23:40 is 2026-03-01 23:40 UTC: the 23:40 in UTC nearest to the last entry
$ --at 22:05
added 1 of 2 (1:g3tj): 2026-03-01 22:05 UTC, plain note: x
  22:05 is 2026-03-01 22:05 UTC: the 22:05 in UTC nearest to the last entry
$ --at 00:10
added 2 of 2 (2:854a): 2026-03-02 00:10 UTC, plain note: x
  00:10 is 2026-03-02 00:10 UTC: the 00:10 in UTC nearest to the last entry
$ --at 3am
added 2 of 2 (2:v3dz): 2026-03-02 03:00 UTC, plain note: x
  3am is 2026-03-02 03:00 UTC: the 03:00 in UTC nearest to the last entry
$ --at 'yesterday 14:05'
added 1 of 2 (1:581s): 2026-03-01 14:05 UTC, plain note: x
  yesterday 14:05 is 2026-03-01 14:05 UTC: in the default zone, UTC
$ --at '10m ago'
added 2 of 2 (2:pqb5): 2026-03-02 09:19 UTC, plain note: x
  10m ago is 2026-03-02 09:19 UTC: 10 min before now
$ --at +5m
added 2 of 2 (2:yzn8): 2026-03-01 23:32 UTC, plain note: x
  +5m is 2026-03-01 23:32 UTC: 5 min after the last entry, 2026-03-01 23:27
$ --at -5m
added 1 of 2 (1:ryaw): 2026-03-01 23:22 UTC, plain note: x
  -5m is 2026-03-01 23:22 UTC: 5 min before the last entry, 2026-03-01 23:27
$ --at=-1h30m
added 1 of 2 (1:3x6w): 2026-03-01 21:57 UTC, plain note: x
  -1h30m is 2026-03-01 21:57 UTC: 1 h 30 min before the last entry, 2026-03-01 23:27
$ --at @1772410000
added 2 of 2 (2:y9wb): 2026-03-02 00:06:40 UTC, plain note: x
  @1772410000 is 2026-03-02 00:06:40 UTC: seconds since 1970-01-01 00:00 UTC

"#]]
    );
}

#[test]
fn a_clock_time_lands_on_the_right_side_of_midnight() {
    let late = started("2026-03-01 23:27");
    let early = started("2026-03-02 00:20");
    assert_data_eq!(
        read_all(&late, &["--at 22:05", "--at 23:26", "--at 23:28", "--at 00:00", "--at 05:00"])
            + &read_all(&early, &["--at 23:50", "--at 00:00", "--at 00:19", "--at 00:21", "--at 18:30"]),
        str![[r#"
$ --at 22:05
added 1 of 2 (1:g3tj): 2026-03-01 22:05 UTC, plain note: x
  22:05 is 2026-03-01 22:05 UTC: the 22:05 in UTC nearest to the last entry
$ --at 23:26
added 1 of 2 (1:w9hq): 2026-03-01 23:26 UTC, plain note: x
  23:26 is 2026-03-01 23:26 UTC: the 23:26 in UTC nearest to the last entry
$ --at 23:28
added 2 of 2 (2:am2t): 2026-03-01 23:28 UTC, plain note: x
  23:28 is 2026-03-01 23:28 UTC: the 23:28 in UTC nearest to the last entry
$ --at 00:00
added 2 of 2 (2:gjvq): 2026-03-02 00:00 UTC, plain note: x
  00:00 is 2026-03-02 00:00 UTC: the 00:00 in UTC nearest to the last entry
$ --at 05:00
added 2 of 2 (2:m4pk): 2026-03-02 05:00 UTC, plain note: x
  05:00 is 2026-03-02 05:00 UTC: the 05:00 in UTC nearest to the last entry
$ --at 23:50
added 1 of 2 (1:6pc8): 2026-03-01 23:50 UTC, plain note: x
  23:50 is 2026-03-01 23:50 UTC: the 23:50 in UTC nearest to the last entry
$ --at 00:00
added 1 of 2 (1:gjvq): 2026-03-02 00:00 UTC, plain note: x
  00:00 is 2026-03-02 00:00 UTC: the 00:00 in UTC nearest to the last entry
$ --at 00:19
added 1 of 2 (1:dt2a): 2026-03-02 00:19 UTC, plain note: x
  00:19 is 2026-03-02 00:19 UTC: the 00:19 in UTC nearest to the last entry
$ --at 00:21
added 2 of 2 (2:7220): 2026-03-02 00:21 UTC, plain note: x
  00:21 is 2026-03-02 00:21 UTC: the 00:21 in UTC nearest to the last entry
$ --at 18:30
added 1 of 2 (1:wvvp): 2026-03-01 18:30 UTC, plain note: x
  18:30 is 2026-03-01 18:30 UTC: the 18:30 in UTC nearest to the last entry

"#]]
    );
}

#[test]
fn what_is_no_time_or_two_times_is_an_error_with_the_choices() {
    let sandbox = started("2026-03-01 23:27");
    let forms = [
        "--at 23:61",
        "--at '31 November 10:00'",
        "--at '2026-02-29 10:00'",
        "--at 11:27",
        "--at '10:00 IST'",
        "--at 10:00 --tz IST",
        "--at 10:00 --tz Europe/Berln",
        "--at '2026-03-09 10:00'",
        "--at ''",
        "--at soon",
        "--at 5m",
    ];
    assert_data_eq!(
        read_all(&sandbox, &forms),
        str![[r#"
$ --at 23:61
error: `23:61` names a clock time that does not exist: minutes go from 00 to 59
hint: write a time between 00:00 and 23:59, as in 23:27 or 3:05 pm
--- exit 2
$ --at '31 November 10:00'
error: `31 November 10:00` names a day that does not exist: November has 30 days
hint: write a day that exists, as in 2017-01-31
--- exit 2
$ --at '2026-02-29 10:00'
error: `2026-02-29 10:00` names a day that does not exist: 2026 is not a leap year, its February has 28 days
hint: write a day that exists, as in 2017-01-31
--- exit 2
$ --at 11:27
added 1 of 2 (1:p3df): 2026-03-01 11:27 UTC, plain note: x
  11:27 is 2026-03-01 11:27 UTC: the 11:27 in UTC nearest to the last entry
warning: 11:27 is still to come today, so this is 2026-03-01; for a clock of another zone add it, as in --at '11:27 Europe/Berlin'
$ --at '10:00 IST'
error: `IST` is an abbreviation, which has several meanings or holds for part of the year only; it may be Asia/Kolkata (+05:30), Europe/Dublin (+01:00) or Asia/Jerusalem (+02:00)
hint: write the name, or the offset, behind the time
--- exit 2
$ --at 10:00 --tz IST
error: `IST` is an abbreviation, which has several meanings or holds for part of the year only; it may be Asia/Kolkata (+05:30), Europe/Dublin (+01:00) or Asia/Jerusalem (+02:00)
hint: write the name, or the offset, behind the time
--- exit 2
$ --at 10:00 --tz Europe/Berln
error: `Europe/Berln` is not a time zone
hint: did you mean Europe/Berlin? an offset such as +01:00 is fine, too
--- exit 2
$ --at '2026-03-09 10:00'
error: `2026-03-09 10:00` is in the future: 2026-03-09 10:00 UTC, and it is 2026-03-02 09:11 UTC now
hint: write a time that is past, with its day if it was another day
--- exit 2
$ --at ''
error: the time is empty
hint: write it as one of: 2017-01-31T23:27:00Z, 2017-01-31 23:27 (with Z, +01:00 or Europe/Berlin behind it), 23:27, 3pm, yesterday 14:05, friday 14:05, now, 10m ago, +5m (after the last entry), @1485905220
--- exit 2
$ --at soon
error: `soon` is not a time that can be read
hint: write it as one of: 2017-01-31T23:27:00Z, 2017-01-31 23:27 (with Z, +01:00 or Europe/Berlin behind it), 23:27, 3pm, yesterday 14:05, friday 14:05, now, 10m ago, +5m (after the last entry), @1485905220
--- exit 2
$ --at 5m
error: `5m` is a length of time and does not say from when
hint: write `5m ago`, or `+5m`
--- exit 2

"#]]
    );
}

#[test]
fn a_clock_time_half_a_day_away_is_asked_about() {
    let sandbox = started("2026-02-20 12:00");
    assert_data_eq!(
        read_all(&sandbox, &["--at 00:10", "--at '2026-02-21 00:10'"]),
        str![[r#"
$ --at 00:10
error: `00:10` may be 2026-02-20 00:10Z or 2026-02-21 00:10Z: neither is clearly nearer to the last entry, 2026-02-20 12:00
hint: write 2026-02-20 00:10Z or 2026-02-21 00:10Z
--- exit 2
$ --at '2026-02-21 00:10'
added 2 of 2 (2:254a): 2026-02-21 00:10 UTC, plain note: x

"#]]
    );
}

#[test]
fn hours_that_a_clock_change_skips_or_repeats_are_errors() {
    let sandbox = started("2025-10-26 00:10");
    let forms = [
        "--at '2025-10-26 02:30' --tz Europe/Berlin",
        "--at 02:30 --tz Europe/Berlin",
        "--at '2025-10-26 02:30+01:00'",
        "--at '2025-03-30 02:30' --tz Europe/Berlin",
    ];
    assert_data_eq!(
        read_all(&sandbox, &forms),
        str![[r#"
$ --at '2025-10-26 02:30' --tz Europe/Berlin
error: `2025-10-26 02:30` came twice in Europe/Berlin, when clocks were set back: 2025-10-26 02:30+02:00 or 2025-10-26 02:30+01:00
hint: write 2025-10-26 02:30+02:00 or 2025-10-26 02:30+01:00
--- exit 2
$ --at 02:30 --tz Europe/Berlin
added 2 of 2 (2:rmf4): 2025-10-26 00:30 UTC (02:30 Europe/Berlin), plain note: x
  02:30 is 2025-10-26 00:30 UTC (02:30 Europe/Berlin): the 02:30 in Europe/Berlin nearest to the last entry
$ --at '2025-10-26 02:30+01:00'
added 2 of 2 (2:g6qz): 2025-10-26 01:30 UTC (02:30 +01:00), plain note: x
$ --at '2025-03-30 02:30' --tz Europe/Berlin
error: `2025-03-30 02:30` does not exist in Europe/Berlin: clocks went from 2025-03-30 02:00 straight to 2025-03-30 03:00
hint: write 2025-03-30 01:30+01:00 or 2025-03-30 03:30+02:00
--- exit 2

"#]]
    );
}

#[test]
fn nothing_is_taken_as_utc_where_a_zone_is_configured() {
    let sandbox = started("2026-03-01 23:27");
    let settings = sandbox.read("pm.toml").replace("timezone = \"UTC\"", "timezone = \"Europe/Berlin\"");
    assert!(settings.contains("Europe/Berlin"));
    sandbox.write("pm.toml", settings);
    sandbox.run("git commit -qam zone").ok();
    let forms =
        ["", "--at 00:40", "--at 23:40", "--at '2026-03-01 23:40Z'", "--at '23:40 UTC'", "--at '2026-03-01 23:40'"];
    assert_data_eq!(
        read_all(&sandbox, &forms),
        str![[r#"
$ 
added 2 of 2 (2:zab7): 2026-03-02 09:04 UTC (10:04 Europe/Berlin), plain note: x
$ --at 00:40
added 2 of 2 (2:xvny): 2026-03-01 23:40 UTC (2026-03-02 00:40 Europe/Berlin), plain note: x
  00:40 is 2026-03-01 23:40 UTC (2026-03-02 00:40 Europe/Berlin): the 00:40 in Europe/Berlin nearest to the last entry
$ --at 23:40
added 1 of 2 (1:arc9): 2026-03-01 22:40 UTC (23:40 Europe/Berlin), plain note: x
  23:40 is 2026-03-01 22:40 UTC (23:40 Europe/Berlin): the 23:40 in Europe/Berlin nearest to the last entry
$ --at '2026-03-01 23:40Z'
added 2 of 2 (2:ytrm): 2026-03-01 23:40 UTC, plain note: x
$ --at '23:40 UTC'
added 2 of 2 (2:ytrm): 2026-03-01 23:40 UTC, plain note: x
  23:40 UTC is 2026-03-01 23:40 UTC: the 23:40 in UTC nearest to the last entry
$ --at '2026-03-01 23:40'
added 1 of 2 (1:arc9): 2026-03-01 22:40 UTC (23:40 Europe/Berlin), plain note: x

"#]]
    );
    sandbox.run("pm timeline add -q 'Local' --at 00:40 --owner ''").ok();
    let file = file(&sandbox);
    assert_data_eq!(
        &file[file.rfind("[[timeline]]").expect("an entry")..],
        str![[r#"
[[timeline]]
at = 2026-03-02T00:40:00+01:00
event = "Local"

"#]]
    );
}

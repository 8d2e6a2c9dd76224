//! By when an action is to be done, where nobody said: so many days after it was written down, by its priority.
//!
//! Whole days only, since a due date is a day. What today is, the caller says.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use crate::config::policy::Deadlines;

/// The due date of an action that is written down, or gets its priority, on a day. `None` when the priority is none of the
/// known ones, and beyond the calendar.
pub fn due(deadlines: &Deadlines, priority: &str, severity: Option<&str>, today: NaiveDate) -> Option<NaiveDate> {
    after(today, days(deadlines, priority, severity)?, deadlines.business_days)
}

/// How many days that is; a day that has begun is a day.
pub fn days(deadlines: &Deadlines, priority: &str, severity: Option<&str>) -> Option<u64> {
    let length = deadlines.action(priority, severity)?;
    Some(u64::try_from(length.time().num_seconds()).unwrap_or_default().div_ceil(24 * 60 * 60))
}

/// The day that many days later. Of business days only Monday to Friday count, and none of them ends on a weekend.
fn after(day: NaiveDate, days: u64, business_days: bool) -> Option<NaiveDate> {
    if !business_days {
        return day.checked_add_days(Days::new(days));
    }
    // From a weekend it is counted as from the Friday before it; with nothing to count, the next day that is one.
    let start = match (days, day.weekday()) {
        (0, Weekday::Sat) => return day.checked_add_days(Days::new(2)),
        (0, Weekday::Sun) => return day.checked_add_days(Days::new(1)),
        (_, Weekday::Sat) => day.checked_sub_days(Days::new(1))?,
        (_, Weekday::Sun) => day.checked_sub_days(Days::new(2))?,
        _ => day,
    };
    let into_week = u64::from(start.weekday().num_days_from_monday());
    // Every five business days from the week's Monday on are seven days of the calendar.
    let from_monday = into_week + days;
    let calendar = from_monday / 5 * 7 + from_monday % 5 - into_week;
    start.checked_add_days(Days::new(calendar))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn is_business(day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    #[test]
    fn a_due_date_follows_from_priority_severity_and_calendar() {
        let of = |text: &str, priority: &str, severity| {
            let config = Config::read(Some(text)).expect("usable");
            due(&config.policy.deadlines, priority, severity, day("2026-11-24")).map(|day| day.to_string())
        };
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(of("", "P1", None), is("2026-12-01"));
        assert_eq!(of("", "P2", Some("P1")), is("2026-12-08"));
        assert_eq!(of("", "P3", Some("P1")), is("2026-12-24"));
        assert_eq!(of("", "P4", Some("P1")), None);
        let text = "[deadlines]\ncalendar = \"business-days\"\nactions = { P1 = { P1 = \"3d\", default = \"7d\" } }\n";
        assert_eq!(of(text, "P1", Some("P1")), is("2026-11-27"));
        assert_eq!(of(text, "P1", Some("P2")), is("2026-12-03"));
        assert_eq!(of("[deadlines]\nactions = { P1 = \"36h\" }\n", "P1", None), is("2026-11-26"));
        assert_eq!(of("[deadlines]\nactions = { P1 = \"30m\" }\n", "P1", None), is("2026-11-25"));
    }

    #[test]
    fn weekends_are_no_business_days() {
        let of = |from: &str, days| after(day(from), days, true).map(|day| day.to_string());
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(of("2026-11-27", 1), is("2026-11-30"), "from a Friday to the Monday");
        assert_eq!(of("2026-11-28", 1), is("2026-11-30"), "a Saturday is nobody's first day");
        assert_eq!(of("2026-11-29", 5), is("2026-12-04"));
        assert_eq!(of("2026-11-28", 0), is("2026-11-30"));
        assert_eq!(of("2026-11-27", 0), is("2026-11-27"));
    }

    proptest! {
        #[test]
        fn business_days_are_what_counting_them_gives(offset in 0_u64..4000, days in 0_u64..400) {
            let start = day("2020-01-01") + Days::new(offset);
            let end = after(start, days, true).expect("within the calendar");
            prop_assert!(is_business(end));
            let counted = start.iter_days().skip(1).take_while(|day| *day <= end).filter(|day| is_business(*day));
            let first_of_weekend = u64::from(days == 0 && !is_business(start));
            prop_assert_eq!(counted.count() as u64, days + first_of_weekend);
            let plain = after(start, days, false).expect("within the calendar");
            prop_assert_eq!(plain - start, chrono::TimeDelta::days(i64::try_from(days).expect("few")));
            prop_assert!(end >= plain);
        }
    }
}

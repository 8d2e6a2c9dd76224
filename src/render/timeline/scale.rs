//! A scale of time on a line of columns: which column an instant has, and where round times stand on it.

use chrono::{NaiveDateTime, TimeDelta, Timelike as _};

/// Round steps for the marks of a scale, in minutes: 1 min to 30 days.
const STEPS: [i64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760, 10_080, 14_400, 20_160, 43_200];
/// Columns a mark with its label needs.
const ROOM: usize = 9;

/// A span of time drawn over columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    from: NaiveDateTime,
    to: NaiveDateTime,
    columns: usize,
}

/// Where an instant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the first column.
    Before,
    /// In this column.
    At(usize),
    /// Behind the last column.
    Behind,
}

impl Scale {
    /// A scale of at least a minute and two columns.
    pub(super) fn new(from: NaiveDateTime, to: NaiveDateTime, columns: usize) -> Self {
        let least = from.checked_add_signed(TimeDelta::minutes(1)).unwrap_or(from);
        Self { from, to: to.max(least), columns: columns.max(2) }
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The column of an instant.
    pub(super) fn place(&self, at: NaiveDateTime) -> Place {
        if at < self.from {
            return Place::Before;
        }
        if at > self.to {
            return Place::Behind;
        }
        let whole = (self.to - self.from).num_seconds().max(1);
        let part = (at - self.from).num_seconds();
        let last = i64::try_from(self.columns - 1).unwrap_or(i64::MAX);
        // Rounded to the nearest column.
        let column = (part.saturating_mul(last).saturating_add(whole / 2)) / whole;
        Place::At(usize::try_from(column).unwrap_or(0).min(self.columns - 1))
    }

    /// The column of an instant, of one outside the nearest.
    pub(super) fn nearest(&self, at: NaiveDateTime) -> usize {
        match self.place(at) {
            Place::Before => 0,
            Place::At(column) => column,
            Place::Behind => self.columns - 1,
        }
    }

    /// Round times on the scale with their columns, as many as have room for a label.
    pub(super) fn marks(&self) -> Vec<(usize, String)> {
        let whole = (self.to - self.from).num_minutes().max(1);
        let most = i64::try_from((self.columns / ROOM).max(1)).unwrap_or(1);
        let Some(step) = STEPS.into_iter().find(|step| whole / step < most) else { return Vec::new() };
        let step = TimeDelta::minutes(step);
        // From the midnight before, so that steps fall on round clock times.
        let mut at = self.from.date().and_time(chrono::NaiveTime::MIN);
        let mut marks: Vec<(usize, String)> = Vec::new();
        while at <= self.to {
            if let Place::At(column) = self.place(at) {
                let midnight = at.hour() == 0 && at.minute() == 0;
                // A new day is named; within one the clock is enough.
                let dated = step >= TimeDelta::days(1) || (midnight && at > self.from);
                let label = if dated { at.format("%m-%d").to_string() } else { at.format("%H:%M").to_string() };
                let free = marks.last().is_none_or(|(last, text): &(usize, String)| last + text.len() + 2 <= column);
                if free && column + label.len() <= self.columns {
                    marks.push((column, label));
                }
            }
            let Some(next) = at.checked_add_signed(step) else { break };
            at = next;
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().expect("a time")
    }

    #[test]
    fn the_ends_are_the_first_and_the_last_column() {
        let scale = Scale::new(at("2018-10-21T22:52:00"), at("2018-10-22T23:03:00"), 40);
        assert_eq!(scale.place(at("2018-10-21T22:52:00")), Place::At(0));
        assert_eq!(scale.place(at("2018-10-22T23:03:00")), Place::At(39));
        assert_eq!(scale.place(at("2018-10-22T10:57:30")), Place::At(20));
        assert_eq!(scale.place(at("2018-10-21T22:51:59")), Place::Before);
        assert_eq!(scale.place(at("2018-10-22T23:04:00")), Place::Behind);
        assert_eq!(scale.nearest(at("2019-01-01T00:00:00")), 39);
    }

    fn labels(from: &str, to: &str) -> String {
        let marks = Scale::new(at(from), at(to), 50).marks();
        marks.into_iter().map(|(column, label)| format!("{column} {label}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn marks_are_round_times_that_do_not_touch() {
        let all = [
            labels("2018-10-21T22:52:00", "2018-10-22T23:03:00"),
            labels("2021-06-08T09:47:00", "2021-06-08T12:35:00"),
            labels("2021-06-08T09:47:00", "2021-06-08T09:51:00"),
            labels("2021-05-12T00:00:00", "2021-06-08T09:51:00"),
            labels("2021-06-08T09:47:00", "2021-06-08T09:47:00"),
        ];
        assert_eq!(
            all,
            [
                "2 10-22, 14 06:00, 27 12:00, 39 18:00",
                "4 10:00, 21 11:00, 39 12:00",
                "0 09:47, 12 09:48, 25 09:49, 37 09:50",
                "0 05-12, 13 05-19, 25 05-26, 38 06-02",
                "0 09:47",
            ]
        );
    }

    #[test]
    fn a_moment_and_a_thousand_years_have_a_scale() {
        assert_eq!(Scale::new(at("2021-06-08T09:47:00"), at("2021-06-08T09:47:00"), 0).columns(), 2);
        assert!(Scale::new(at("1021-06-08T09:47:00"), at("2021-06-08T09:47:00"), 60).marks().len() < 10);
    }
}

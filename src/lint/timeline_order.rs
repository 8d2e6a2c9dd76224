//! Entries stand in order of time.

use super::{Found, Rule};
use crate::config::Config;
use crate::finding::Level;
use crate::record::Record;
use crate::record::time::Moment;

pub(super) const RULE: Rule = Rule {
    name: "timeline-order",
    level: Level::Warning,
    docs: "An entry stands below one of a later time. Nothing is moved by itself: the time may be the mistake, not the place.",
    look,
};

fn look(record: &Record, _: &Config) -> Vec<Found> {
    let mut latest: Option<Moment> = None;
    let mut found = Vec::new();
    for (number, entry) in (1..).zip(record.timeline()) {
        let Some(at) = entry.at() else { continue };
        match latest {
            Some(above) if at < above && same_axis(at, above) => found.push(Found {
                path: format!("timeline[{number}].at"),
                message: format!("{at} stands below {above}, which is later"),
                help: "correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)"
                    .to_owned(),
                doubtful: false,
            }),
            _ => latest = latest.max(Some(at)),
        }
    }
    found
}

/// Whether it can be told which comes first: a day is not before an instant of the same day.
fn same_axis(one: Moment, other: Moment) -> bool {
    let day = |moment| matches!(moment, Moment::Day(_));
    !(day(one) || day(other)) || one.day() != other.day()
}

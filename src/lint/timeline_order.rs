//! Entries stand in order of time.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::time::Moment;

pub(super) const RULE: Rule = Rule {
    name: "timeline-order",
    group: Group::Timeline,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "An entry stands below one of a later time.",
    why: "Nothing is moved by itself: the time may be the mistake, not the place.",
    example: Some(Example {
        bad: "[[timeline]]\nat = 2017-01-31T23:00:00Z\nevent = \"Resync\"\n\n[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page\"",
        good: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"Page\"\n\n[[timeline]]\nat = 2017-01-31T23:00:00Z\nevent = \"Resync\"",
    }),
    source: "the postmortem template: a chronological timeline.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let mut latest: Option<Moment> = None;
    let mut found = Vec::new();
    for (number, entry) in (1..).zip(subject.record.timeline()) {
        let Some(at) = entry.at() else { continue };
        match latest {
            Some(above) if at < above && same_axis(at, above) => found.push(Found {
                path: format!("timeline[{number}].at"),
                message: format!("{at} stands below {above}, which is later"),
                help: "correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)"
                    .to_owned(),
                doubtful: false,
                excerpt: None,
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

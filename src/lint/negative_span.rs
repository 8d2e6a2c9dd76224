//! Nothing ends before it begins.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::query::metrics;
use crate::record::Record;
use crate::record::duration::Length;
use crate::record::milestone::Milestone;
use crate::record::time::Moment;

pub(super) const RULE: Rule = Rule {
    name: "negative-span",
    group: Group::Timeline,
    level: Level::Error,
    draft: Draft::Same,
    summary: "An entry ends before it begins, or a milestone that ends a duration comes before the one that begins it.",
    why: "At least one of the times is wrong, most often by its day or its zone. A duration of less than nothing is never \
          computed; it is unknown. Where a time is approximate or not exact, the finding is a warning.",
    example: Some(Example {
        bad: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nuntil = 2017-01-31T00:30:00Z\nevent = \"Resync\"",
        good: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nuntil = 2017-02-01T00:30:00Z\nevent = \"Resync\"",
    }),
    source: "the durations of `docs/concepts/durations.md`.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let (record, config) = (subject.record, subject.config);
    let mut found: Vec<Found> = Vec::new();
    for (number, entry) in (1..).zip(record.timeline()) {
        let (Some(at), Some(until)) = (entry.at(), entry.until()) else { continue };
        if at.length_to(&until).is_some_and(Length::is_negative) {
            found.push(Found {
                path: format!("timeline[{number}].until"),
                message: format!("the entry ends at {until}, before it begins at {at}"),
                help: "correct one of the two, with the day".to_owned(),
                doubtful: false,
                excerpt: None,
            });
        }
    }
    let targets = config.targets.iter().map(|target| (target.from.as_slice(), target.to.as_slice()));
    let fixed = [
        (&[Milestone::Started][..], &[Milestone::Resolved][..]),
        (&[Milestone::Investigating, Milestone::Attempted][..], &[Milestone::Resolved][..]),
    ];
    let milestones = metrics::Milestones::of(record);
    for (from, to) in targets.chain(fixed) {
        let (Some((from, begins)), Some((to, ends))) = (milestones.first_of(from), milestones.first_of(to)) else {
            continue;
        };
        let Some(length) = begins.moment.length_to(&ends.moment).filter(|length| length.is_negative()) else {
            continue;
        };
        let back =
            Length::exact(-length.time()).or_approximate(begins.approx || ends.approx || length.is_approximate());
        let one = Found {
            path: place_of(record, to, ends.moment),
            message: format!("{to} at {} is before {from} at {} ({back})", ends.moment, begins.moment),
            help: "correct a time, or mark another entry as the milestone (`pm timeline edit N --kind …`)".to_owned(),
            doubtful: back.is_approximate(),
            excerpt: None,
        };
        if !found.iter().any(|other| other.message == one.message) {
            found.push(one);
        }
    }
    found
}

/// Where a milestone is written; one that comes from `[communication]` has no entry.
fn place_of(record: &Record, kind: Milestone, moment: Moment) -> String {
    let entries = record.timeline();
    let at = entries.iter().position(|entry| entry.kind() == Some(kind) && entry.at() == Some(moment));
    at.map_or_else(|| "communication".to_owned(), |index| format!("timeline[{}].at", index + 1))
}

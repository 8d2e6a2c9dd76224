//! The milestones that durations are computed from are marked.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::query::metrics::Milestones;
use crate::record::milestone::Milestone;

pub(super) const RULE: Rule = Rule {
    name: "milestone-missing",
    group: Group::Timeline,
    level: Level::Warning,
    draft: Draft::Silent,
    summary: "No entry is marked as started, detected or resolved.",
    why: "Durations are computed from these milestones and from nothing else; without one of them the record counts in no statistic. A draft is told by `pm status`.",
    example: Some(Example {
        bad: "[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"detected\"\nevent = \"Page\"",
        good: "[[timeline]]\nat = 2017-01-31T19:00:00Z\nkind = \"started\"\nevent = \"Load rises\"\n\n[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"detected\"\nevent = \"Page\"\n\n[[timeline]]\nat = 2017-02-01T18:14:00Z\nkind = \"resolved\"\nevent = \"Confirmed\"",
    }),
    source: "the durations of `docs/concepts/durations.md`.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let reached = Milestones::of(subject.record);
    let missing: Vec<&str> = [Milestone::Started, Milestone::Detected, Milestone::Resolved]
        .into_iter()
        .filter(|kind| reached.reached(*kind).is_none())
        .map(Milestone::word)
        .collect();
    let Some(first) = missing.first() else { return Vec::new() };
    let message = format!("no entry is marked {}, so no duration from or to it is known", missing.join(" or "));
    let help = format!(
        "mark the entry: `pm timeline edit N --kind {first}`, or add it: `pm timeline add \"…\" --kind {first}`"
    );
    vec![Found::at("timeline", message, help)]
}

//! More than one thing has to come together.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;

pub(super) const NONE: Rule = Rule {
    name: "no-factor",
    group: Group::Cause,
    level: Level::Warning,
    draft: Draft::Silent,
    summary: "No contributing factor is written.",
    why: "Factors are what many incidents have in common, and what statistics count. A root cause alone is found by nobody who looks for the same thing elsewhere.",
    example: Some(Example {
        bad: "[cause]\nroot_cause = \"No tested backup existed.\"",
        good: "[cause]\nroot_cause = \"No tested backup existed.\"\n\n[cause.factors]\nprocess = [\"inadequate-testing\"]\ntechnical = [\"resource-exhaustion\"]",
    }),
    source: "the postmortem template: Contributing factors.",
    look: Look::Record(none),
};

pub(super) const SINGLE: Rule = Rule {
    name: "single-factor",
    group: Group::Cause,
    level: Level::Note,
    draft: Draft::Same,
    summary: "Only one contributing factor is written.",
    why: "In systems that are defended at all, one thing alone rarely suffices; where one is written, the search most often stopped there. Ask what else had to be so.",
    example: Some(Example {
        bad: "[cause.factors]\nhuman = [\"fatigue\"]",
        good: "[cause.factors]\nhuman = [\"fatigue\"]\nprocess = [\"missing-checklist-item\"]",
    }),
    source: "Richard I. Cook, “How Complex Systems Fail” (1998), 3: single point failures are not enough.",
    look: Look::Record(single),
};

const GROUPS: [&str; 4] =
    ["cause.factors.human", "cause.factors.process", "cause.factors.technical", "cause.factors.environmental"];

fn none(subject: &Subject<'_>) -> Vec<Found> {
    if count(subject) > 0 {
        return Vec::new();
    }
    let help = "name what contributed: `pm set cause.factors.process+=inadequate-testing`; the reference has the words";
    vec![Found::at("cause", "no contributing factor is written", help)]
}

fn single(subject: &Subject<'_>) -> Vec<Found> {
    if count(subject) != 1 {
        return Vec::new();
    }
    let place = GROUPS.into_iter().find(|path| !subject.record.texts(path).is_empty()).unwrap_or("cause.factors");
    let help = "ask what else had to be so: what let it through, what kept it from being noticed, what made it last";
    vec![Found::at(place, "only one contributing factor is written", help)]
}

fn count(subject: &Subject<'_>) -> usize {
    GROUPS.iter().map(|path| subject.record.texts(path).len()).sum()
}

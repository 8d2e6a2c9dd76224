//! Where the record stands is where its sign-offs lead, and it moves on in time.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::{MOST_SIGN_OFFS, Signed, Subject};
use crate::finding::Level;
use crate::record::Status;
use crate::workflow::deadline::deadline as deadline_of;
use crate::workflow::standing::Standing;

pub(super) const BY_HAND: Rule = Rule {
    name: "status-by-hand",
    group: Group::Review,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "The status is not one that the sign-offs of the record lead to.",
    why: "The status moves only by transitions, each signed: `pm status submit`, `approve`, `complete`, `reopen`. A status that was typed says that somebody approved who did not. Whether the votes suffice is for `pm verify`, which asks the history.",
    example: Some(Example { bad: "status = \"approved\"", good: "status = \"draft\"" }),
    source: "the sign-offs of `docs/concepts/sign-offs.md`.",
    look: Look::Record(by_hand),
};

pub(super) const BEHIND: Rule = Rule {
    name: "status-behind",
    group: Group::Review,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "The record has all votes it needs and is still in review.",
    why: "A merge has brought the last vote together with the others. Nothing more has to be signed: the merge driver or the next `pm status` of somebody who has voted writes the status.",
    example: None,
    source: "the sign-offs of `docs/concepts/sign-offs.md`.",
    look: Look::Record(behind),
};

pub(super) const CHAIN: Rule = Rule {
    name: "sign-off-out-of-order",
    group: Group::Review,
    level: Level::Error,
    draft: Draft::Same,
    summary: "A sign-off does not follow from those above it: one was removed, changed, or written by hand.",
    why: "Each names the digest of the ones it builds on, so that none can be taken out or put in unseen. `pm verify` tells more, from the history.",
    example: Some(Example {
        bad: "[[sign_offs]]\nfrom = \"draft\"\nto = \"approved\"\nrole = \"author\"\nname = \"Ann\"\nemail = \"ann@example.com\"\nat = 2017-02-07T10:12:00Z\ncontent = \"pm1-sha256:0\"\nprev = []",
        good: "[[sign_offs]]\nfrom = \"draft\"\nto = \"in-review\"\nrole = \"author\"\nname = \"Ann\"\nemail = \"ann@example.com\"\nat = 2017-02-07T10:12:00Z\ncontent = \"pm1-sha256:0\"\nprev = []",
    }),
    source: "the form of sign-offs, `docs/reference/sign-off.md`.",
    look: Look::Record(chain),
};

pub(super) const STALE: Rule = Rule {
    name: "stale-approval",
    group: Group::Review,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "The record says something else than what was approved.",
    why: "A change of the material part after an approval makes it stale. `pm diff` from the approval on shows what changed; `pm status approve` renews it. Figures count by their content, which `pm status` looks at; here only what the record itself says is judged.",
    example: None,
    source: "the sign-offs of `docs/concepts/sign-offs.md`.",
    look: Look::Record(stale),
};

pub(super) const DEADLINE: Rule = Rule {
    name: "deadline-passed",
    group: Group::Review,
    level: Level::Note,
    draft: Draft::Same,
    summary: "The record was not submitted, or not approved, in the time that `deadlines` in `pm.toml` gives.",
    why: "What is written down late is written from memory. Counted from the milestone `resolved` to the submission, and from there to the approval.",
    example: None,
    source: "the postmortem template: complete within 48 hours of resolution.",
    look: Look::Record(deadline),
};

fn by_hand(subject: &Subject<'_>) -> Vec<Found> {
    let Some(written) = subject.record.status() else { return Vec::new() };
    let Some(Signed { all: sign_offs, course }) = subject.signed() else { return Vec::new() };
    let voted = course.votes().next().is_some();
    // Where somebody has voted, the history decides whether that sufficed.
    if written == course.status(false) || voted && written == course.status(true) {
        return Vec::new();
    }
    let leads = course.status(false);
    let message = if sign_offs.is_empty() {
        format!("the status is {written}, and nobody has signed anything")
    } else {
        format!("the status is {written}, and the sign-offs lead to {leads}")
    };
    let help = format!("write `status = \"{leads}\"` back, and use `pm status` to move it");
    vec![Found::at("status", message, help)]
}

fn behind(subject: &Subject<'_>) -> Vec<Found> {
    if subject.record.status() != Some(Status::InReview) || subject.record.tables("sign_offs").len() < 2 {
        return Vec::new();
    }
    let lags = subject.standing().is_some_and(|standing| standing.lags());
    let help = format!("`pm status approve {}`, by somebody who has voted, writes it", subject.id);
    lags.then(|| Found::at("status", "all votes are there, and the status is still in-review", help))
        .into_iter()
        .collect()
}

fn chain(subject: &Subject<'_>) -> Vec<Found> {
    let Some(Signed { all: sign_offs, course }) = subject.signed() else {
        let message = format!("there are more than {MOST_SIGN_OFFS} sign-offs, so none of them is followed");
        return vec![Found::at("sign_offs", message, "keep those that `pm status` has written")];
    };
    let faults =
        (1..).zip(&course.places).flat_map(|(number, place)| place.faults.iter().map(move |fault| (number, fault)));
    faults
        .map(|(number, fault)| {
            let who = &sign_offs[number - 1];
            let message =
                format!("the sign-off of {}: {fault}", if who.name.is_empty() { "nobody" } else { &who.name });
            let help = format!("`pm verify {}` tells what the history knows of it", subject.id);
            Found::at(format!("sign_offs[{number}]"), message, help)
        })
        .collect()
}

fn stale(subject: &Subject<'_>) -> Vec<Found> {
    let approved = matches!(subject.record.status(), Some(Status::Approved | Status::Complete));
    if !approved || subject.record.tables("sign_offs").is_empty() {
        return Vec::new();
    }
    let Some(standing) = subject.standing().filter(Standing::is_stale) else { return Vec::new() };
    let mut names: Vec<&str> =
        standing.tally.votes.iter().map(|vote| standing.sign_offs[vote.index].name.as_str()).collect();
    names.dedup();
    let message = format!("the record says something else than what {} approved", names.join(" and "));
    let help =
        format!("`pm status {id}` tells what is next; `pm status approve {id}` renews the approval", id = subject.id);
    vec![Found::at("status", message, help)]
}

fn deadline(subject: &Subject<'_>) -> Vec<Found> {
    let Some(status @ (Status::Draft | Status::InReview)) = subject.record.status() else { return Vec::new() };
    let Some(Signed { all, course }) = subject.signed() else { return Vec::new() };
    let policy = &subject.config.policy;
    let Some(due) = deadline_of(subject.record, all, course, status, policy, subject.now) else {
        return Vec::new();
    };
    if due.left >= chrono::TimeDelta::zero() {
        return Vec::new();
    }
    let (what, from, by) = (due.what, due.from, due.by.format("%Y-%m-%d %H:%M UTC"));
    let verb = if status == Status::Draft { "submit" } else { "approve" };
    let message = format!("it was to be {what} by {by}, counted from when it was {from}");
    vec![Found::at("status", message, format!("`pm status {verb} {}`", subject.id))]
}

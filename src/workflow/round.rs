//! Which sign-offs count: those of the round that is going on.
//!
//! A submission, a request for changes and a reopening each begin a round. An approval counts in the round whose beginning
//! it builds on, by the digests it names, so that neither its place in the file nor a merge of two branches moves it into
//! another round. What does not fit is a fault of the record, named; nothing is guessed.

use std::collections::{HashMap, HashSet};

use super::sign_off::SignOff;
use super::transition::Verb;
use crate::record::{RecordId, Status};

/// What is wrong with an entry by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// `from` and `to` are no transition.
    #[error("from `{from}` to `{to}` is no transition")]
    NoTransition { from: String, to: String },
    /// It cannot be made where the record stood.
    #[error("`{verb}` cannot follow when the record is {status}")]
    OutOfTurn { verb: &'static str, status: Status },
    /// A field that every sign-off has is missing.
    #[error("it has no `{0}`")]
    Missing(&'static str),
    /// It names a sign-off that is not above it.
    #[error("it builds on a sign-off that is not there: one was removed or changed")]
    Broken,
    /// It names none though there are some above it that it should.
    #[error("it builds on no sign-off, though there are earlier ones")]
    Unlinked,
    /// It is earlier than one it builds on.
    #[error("it says it was made before a sign-off that it builds on")]
    BackDated,
    /// It is of a time to come.
    #[error("it says it was made at a time that is still to come")]
    Future,
    /// The same statement stands there twice.
    #[error("the same sign-off is there twice")]
    Twice,
}

/// Where an entry stands in the course of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The transition; `None` when it is none.
    pub verb: Option<Verb>,
    /// Its digest.
    pub digest: String,
    /// Whether it is of the round that is going on.
    pub counts: bool,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// The course of a record: its sign-offs in order, and where they lead before votes are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// A place for each sign-off.
    pub places: Vec<Place>,
    /// The index of the entry that began the round; `None` before the first submission.
    pub opener: Option<usize>,
    /// The index of the entry that completed the record, in this round.
    pub completion: Option<usize>,
}

impl Course {
    /// Follows the sign-offs of a record.
    pub fn of(all: &[SignOff], record: &RecordId) -> Self {
        let digests: Vec<String> = all.iter().map(|entry| entry.digest(record)).collect();
        let above: HashMap<&str, usize> =
            digests.iter().enumerate().rev().map(|(index, digest)| (digest.as_str(), index)).collect();
        let mut course = Self { places: Vec::with_capacity(all.len()), opener: None, completion: None };
        // The opener each entry has behind it: itself, or the last of those that it builds on.
        let mut openers: Vec<Option<usize>> = Vec::with_capacity(all.len());
        for (index, entry) in all.iter().enumerate() {
            let verb = entry.verb();
            let mut faults = faults(all, index, &digests, &above);
            let earlier = entry.prev.iter().filter_map(|prev| above.get(prev.as_str()).copied());
            let before = earlier.filter(|earlier| *earlier < index).filter_map(|earlier| openers[earlier]).max();
            // What is asked of an entry is asked of what it builds on: what a merge put above it is of another branch.
            let status = before.and_then(|opener| all[opener].verb()).map_or(Status::Draft, Verb::to);
            let mut own = before;
            match verb {
                None => faults.push(Fault::NoTransition { from: entry.from.clone(), to: entry.to.clone() }),
                // What an entry follows is not known where it builds on nothing, or on what is not there.
                Some(_) if faults.contains(&Fault::Unlinked) || faults.contains(&Fault::Broken) => {}
                Some(verb) if !may_follow(verb, status) => faults.push(Fault::OutOfTurn { verb: verb.word(), status }),
                Some(verb) if verb.opens() => {
                    own = Some(index);
                    course.opener = Some(index);
                    course.completion = None;
                }
                Some(Verb::Complete) => course.completion = Some(index),
                Some(_) => {}
            }
            openers.push(own);
            course.places.push(Place { verb, digest: digests[index].clone(), counts: false, faults });
        }
        let Some(opener) = course.opener else { return course };
        course.places[opener].counts = true;
        for index in opener + 1..all.len() {
            let of_round = course.places[index].faults.is_empty() && builds_on(all, index, opener, &above);
            course.places[index].counts = of_round;
        }
        course
    }

    /// The approvals of the round, by their index.
    pub fn votes(&self) -> impl Iterator<Item = usize> {
        self.places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.counts && place.verb == Some(Verb::Approve))
            .map(|(index, _)| index)
    }

    /// Where the record stands, once it is known whether its approvals suffice.
    pub fn status(&self, approved: bool) -> Status {
        let begun = self.opener.and_then(|opener| self.places[opener].verb).map_or(Status::Draft, Verb::to);
        match begun {
            Status::InReview if !approved => Status::InReview,
            Status::InReview if self.completion.is_some_and(|index| self.places[index].counts) => Status::Complete,
            Status::InReview => Status::Approved,
            begun => begun,
        }
    }
}

/// Whether a transition may be made in a state that is known but for whether its approvals suffice.
fn may_follow(verb: Verb, status: Status) -> bool {
    match status {
        // The votes may have made it approved.
        Status::InReview => {
            matches!(verb, Verb::Approve | Verb::RequestChanges | Verb::Complete | Verb::Reopen)
        }
        status => verb.from().contains(&status),
    }
}

fn faults(all: &[SignOff], index: usize, digests: &[String], above: &HashMap<&str, usize>) -> Vec<Fault> {
    let entry = &all[index];
    let mut faults = Vec::new();
    for (key, missing) in [
        ("name", entry.name.is_empty()),
        ("email", entry.email.is_empty()),
        ("role", entry.role.is_empty()),
        ("at", entry.at.is_none()),
        ("content", entry.content.is_empty()),
    ] {
        if missing {
            faults.push(Fault::Missing(key));
        }
    }
    if digests[..index].contains(&digests[index]) {
        faults.push(Fault::Twice);
    }
    let before = |prev: &String| above.get(prev.as_str()).copied().filter(|found| *found < index);
    if entry.prev.iter().any(|prev| before(prev).is_none()) {
        faults.push(Fault::Broken);
    }
    // Two first submissions on two branches both build on nothing; anything else has something to build on.
    if index > 0 && entry.prev.is_empty() && entry.verb() != Some(Verb::Submit) {
        faults.push(Fault::Unlinked);
    }
    if entry.prev.iter().filter_map(before).any(|earlier| all[earlier].at > entry.at) {
        faults.push(Fault::BackDated);
    }
    faults
}

/// Whether one entry builds on another, directly or through others.
fn builds_on(all: &[SignOff], from: usize, on: usize, above: &HashMap<&str, usize>) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(index) = open.pop() {
        if index == on {
            return true;
        }
        if seen.insert(index) {
            let earlier = all[index].prev.iter().filter_map(|prev| above.get(prev.as_str()).copied());
            open.extend(earlier.filter(|earlier| *earlier < index));
        }
    }
    false
}

#[cfg(test)]
mod tests;

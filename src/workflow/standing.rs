//! Where a record stands: its round, its votes, whether they are for what it says now, and what is next.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::deadline::{Deadline, deadline};
use super::gate::{self, Checked};
use super::round::Course;
use super::sign_off::SignOff;
use super::tally::{Own, Tally, Terms};
use super::transition::Verb;
use crate::config::policy::Policy;
use crate::record::{Record, RecordId, Status};

/// Where a record stands as far as the record itself and the settings at hand say: for lists and pages, which ask no history.
pub fn glance(record: &Record, id: &RecordId, policy: &Policy, content: &str) -> Standing {
    let own = Own { owners: record.text("owner").map(str::to_owned).into_iter().collect(), authors: Vec::new() };
    Standing::of(&View {
        record,
        id,
        policy,
        content,
        base: None,
        own: &own,
        void: BTreeMap::new(),
        policies: BTreeMap::new(),
    })
}

/// What is known about a record and around it.
pub struct View<'a> {
    /// The record.
    pub record: &'a Record,
    /// Its id.
    pub id: &'a RecordId,
    /// The settings that are in force for it.
    pub policy: &'a Policy,
    /// The digest of its material part.
    pub content: &'a str,
    /// The record as it is on the default branch, when there is one there.
    pub base: Option<&'a Record>,
    /// Whose work it is.
    pub own: &'a Own,
    /// What checking sign-offs found that keeps them from counting, by their index.
    pub void: BTreeMap<usize, String>,
    /// The settings that votes are judged by where they are other ones, by their index.
    pub policies: BTreeMap<usize, Arc<Policy>>,
}

impl View<'_> {
    /// The severities that count: the record's, and that of the default branch.
    pub fn severities(&self) -> Vec<Option<String>> {
        let of = |record: &Record| record.severity().map(str::to_owned);
        let mut all = vec![of(self.record)];
        if let Some(base) = self.base.map(of).filter(|base| base.is_some() && *base != all[0]) {
            all.push(base);
        }
        all
    }
}

impl<'a> View<'a> {
    /// What counting votes has to know.
    pub fn terms(&self) -> Terms<'a> {
        Terms {
            policy: self.policy,
            severities: self.severities(),
            content: self.content,
            own: self.own,
            void: self.void.clone(),
            policies: self.policies.clone(),
        }
    }
}

/// Where a record stands.
pub struct Standing {
    /// The status as it is written; a draft when it cannot be read.
    pub written: Status,
    /// The status its sign-offs lead to.
    pub derived: Status,
    /// Its sign-offs, in order.
    pub sign_offs: Vec<SignOff>,
    /// Where each of them stands.
    pub course: Course,
    /// What the votes of the round come to.
    pub tally: Tally,
    /// Whether some of them were given for another content.
    of_older: bool,
}

impl Standing {
    /// Follows the sign-offs of a record and counts its votes.
    pub fn of(view: &View<'_>) -> Self {
        Self::with(view, SignOff::all(view.record))
    }

    /// The same with other sign-offs, such as one more.
    pub fn with(view: &View<'_>, sign_offs: Vec<SignOff>) -> Self {
        let course = Course::of(&sign_offs, view.id);
        let tally = Tally::of(view.record, &sign_offs, &course, &view.terms());
        let written = view.record.status().unwrap_or(Status::Draft);
        // What was approved and has changed since is approved still, and stale, also when more is asked of it now.
        let of_older = tally.votes.iter().any(|vote| sign_offs[vote.index].content != view.content);
        let was_approved = written >= Status::Approved && of_older;
        let derived = course.status(tally.is_met() || tally.was_met() || was_approved);
        Self { written, derived, sign_offs, course, tally, of_older }
    }

    /// Whether it is approved or complete, and says something else than what was approved.
    pub fn is_stale(&self) -> bool {
        self.written >= Status::Approved && !self.tally.is_met() && self.of_older
    }

    /// Whether the sign-offs have led further than the status that is written: a merge has brought the last vote.
    pub fn lags(&self) -> bool {
        self.written == Status::InReview && self.derived == Status::Approved && self.tally.is_met()
    }

    /// Whether the status is not what the sign-offs lead to, and nobody's vote explains it.
    pub fn is_set_by_hand(&self) -> bool {
        self.written != self.derived && !self.lags()
    }

    /// The gates of the next transition.
    pub fn gates(&self, view: &View<'_>) -> Option<(Verb, Vec<Checked>)> {
        let next = match self.written {
            Status::Draft => Verb::Submit,
            Status::InReview => Verb::Approve,
            Status::Approved if self.is_stale() => Verb::Approve,
            Status::Approved => Verb::Complete,
            Status::Complete => return None,
        };
        Some((next, gate::check(next, view.record, view.id, view.policy, &view.severities())))
    }

    /// By when it has to move on.
    pub fn deadline(&self, view: &View<'_>, now: DateTime<Utc>) -> Option<Deadline> {
        deadline(view.record, &self.sign_offs, &self.course, self.written, view.policy, now)
    }
}

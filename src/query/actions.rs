//! The action items of many records: which are wanted, in which order, and what they come to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::past::Past;
use super::selection::{any_of, has, one_of};
use super::summary::{Promise, Summary};
use crate::record::action::{ActionStatus, is_id};
use crate::record::vocabulary::{ACTION_STATUS, PRIORITY};

/// What is wanted; an empty list or nothing asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Any of these states; empty: those that are neither done nor dropped.
    pub statuses: Vec<ActionStatus>,
    /// A part of the owner.
    pub owner: Option<String>,
    /// Any of these priorities.
    pub priorities: Vec<String>,
    /// Any of these types.
    pub kinds: Vec<String>,
    /// Any of these services, of the record.
    pub services: Vec<String>,
    /// Overdue ones alone.
    pub overdue: bool,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
}

impl Wanted {
    /// What is wanted, ready to compare: case does not count.
    pub fn ready(mut self) -> Self {
        let texts = self.owner.iter_mut().chain(&mut self.services).chain(&mut self.kinds).chain(&mut self.priorities);
        texts.for_each(|text| *text = text.to_lowercase());
        self
    }

    /// Whether open actions alone are wanted.
    pub fn open_alone(&self) -> bool {
        self.statuses.iter().all(|status| status.is_open())
    }

    /// An empty text asks for those that nobody owns.
    fn owns(&self, owner: Option<&str>) -> bool {
        match self.owner.as_deref().map(str::trim) {
            Some("") => owner.is_none(),
            wanted => has(owner, wanted),
        }
    }

    fn admits(&self, record: &Summary<'_>, promise: &Promise<'_>, today: NaiveDate) -> bool {
        let stands = promise.stands();
        let wanted = if self.statuses.is_empty() { stands.is_open() } else { self.statuses.contains(&stands) };
        wanted
            && self.owns(promise.owner)
            && one_of(&self.priorities, promise.priority.map(str::to_lowercase).as_deref())
            && one_of(&self.kinds, promise.kind.map(str::to_lowercase).as_deref())
            && any_of(&self.services, &record.services)
            && (!self.overdue || promise.overdue_days(today).is_some())
            && self.due_before.is_none_or(|day| promise.due().is_some_and(|due| due < day))
    }
}

/// An action of a list, with what its record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id of its record.
    pub record: String,
    /// The record's file, from the repository's root.
    pub path: String,
    /// What happened.
    pub title: String,
    /// How bad it was; `None` while unknown.
    pub severity: Option<String>,
    /// The services that were hit.
    pub services: Vec<String>,
    /// The branch the record was taken from, when it is another one than what is looked at.
    pub branch: Option<String>,
    /// Its four characters; `None` when it has none.
    pub id: Option<String>,
    /// What is to be done.
    pub action: String,
    /// Who sees that it is done.
    pub owner: Option<String>,
    /// How soon, as written.
    pub priority: Option<String>,
    /// What it does about the incident, as written.
    pub kind: Option<String>,
    /// Where it stands.
    pub stands: ActionStatus,
    /// A status that is none, as written.
    pub no_status: Option<String>,
    /// The day it is to be done by.
    pub due: Option<NaiveDate>,
    /// A due date that is none, as written.
    pub no_date: Option<String>,
    /// By how many days it is late.
    pub overdue: Option<i64>,
    /// Days since it was promised (the day its record was created, else the incident started) until it was closed or today.
    pub age: Option<i64>,
    /// The day it was done or dropped.
    pub closed: Option<NaiveDate>,
    /// What shows that it is done.
    pub evidence: Option<String>,
    /// Why it was dropped, or its due date moved.
    pub reason: Option<String>,
    /// Its page in the tracker.
    pub link: Option<String>,
    /// Whether it stays out of public renderings.
    pub private: bool,
    /// Its history, where that was asked for and can be followed: it needs an id that is its own in its record.
    pub past: Option<Past>,
}

/// Where a record of a list is.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its file.
    pub path: &'a str,
    /// The branch it was taken from, when it is another one than what is looked at.
    pub branch: Option<&'a str>,
}

/// Adds the actions of a record that are wanted on `today`.
pub fn select(found: &mut Vec<Listed>, record: &Summary<'_>, place: Place<'_>, wanted: &Wanted, today: NaiveDate) {
    for promise in record.actions.iter().filter(|promise| wanted.admits(record, promise, today)) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let until = promise.closed().filter(|_| !promise.is_open()).unwrap_or(today);
        found.push(Listed {
            record: place.id.to_owned(),
            path: place.path.to_owned(),
            title: record.title.to_owned(),
            severity: owned(record.severity),
            services: record.services.iter().map(|service| (*service).to_owned()).collect(),
            branch: owned(place.branch),
            id: owned(promise.id),
            action: promise.action.to_owned(),
            owner: owned(promise.owner),
            priority: owned(promise.priority),
            kind: owned(promise.kind),
            stands: promise.stands(),
            no_status: owned(promise.status.filter(|word| !ACTION_STATUS.knows(word))),
            due: promise.due(),
            no_date: promise.no_date.as_deref().map(str::to_owned),
            overdue: promise.overdue_days(today),
            age: record.promised().map(|day| until.signed_duration_since(day).num_days().max(0)),
            closed: promise.closed(),
            evidence: owned(promise.evidence),
            reason: owned(promise.reason),
            link: owned(promise.link),
            private: promise.private,
            past: None,
        });
    }
}

/// Open ones first, by due date (so the longest overdue lead) and those without one last; then by priority, record and
/// id. Closed ones follow, the last closed first.
pub fn sort(actions: &mut [Listed]) {
    actions.sort_by(|a, b| {
        let key = |action: &Listed| {
            let closed = (!action.stands.is_open()).then_some(Reverse(action.closed));
            (closed, action.due.is_none(), action.due)
        };
        let rank = |action: &Listed| action.priority.as_deref().map_or(usize::MAX, rank_of);
        key(a)
            .cmp(&key(b))
            .then_with(|| rank(a).cmp(&rank(b)))
            .then_with(|| (&a.record, &a.id, &a.action).cmp(&(&b.record, &b.id, &b.action)))
    });
}

fn rank_of(priority: &str) -> usize {
    PRIORITY.slugs().position(|known| known == priority).unwrap_or(usize::MAX - 1)
}

/// What a list can be divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Who sees that it is done.
    Owner,
    /// The record.
    Record,
    /// How soon.
    Priority,
    /// A service of the record; an action of a record with two services is in both groups.
    Service,
}

/// The groups of a sorted list, by name; those without one last. The order inside stays.
pub fn groups(actions: &[Listed], by: GroupBy) -> Vec<(Option<&str>, Vec<&Listed>)> {
    let mut found: BTreeMap<(bool, usize, Option<&str>), Vec<&Listed>> = BTreeMap::new();
    for action in actions {
        let names: Vec<Option<&str>> = match by {
            GroupBy::Owner => vec![action.owner.as_deref()],
            GroupBy::Record => vec![Some(&action.record)],
            GroupBy::Priority => vec![action.priority.as_deref()],
            GroupBy::Service if action.services.is_empty() => vec![None],
            GroupBy::Service => action.services.iter().map(|service| Some(service.as_str())).collect(),
        };
        for name in names {
            let rank = if by == GroupBy::Priority { name.map_or(usize::MAX, rank_of) } else { 0 };
            found.entry((name.is_none(), rank, name)).or_default().push(action);
        }
    }
    found.into_iter().map(|((_, _, name), actions)| (name, actions)).collect()
}

/// What a list comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Neither done nor dropped.
    pub open: usize,
    /// Of these, past their due date.
    pub overdue: usize,
    /// Of the open ones, by priority as written, most urgent first; those without one last.
    pub by_priority: Vec<(Option<String>, usize)>,
    /// Done.
    pub done: usize,
    /// Decided against.
    pub dropped: usize,
    /// With a due date that moved to a later day at least once, as far as histories were asked for.
    pub slipped: usize,
    /// Taken up again at least once, the same.
    pub reopened: usize,
}

impl Totals {
    /// The totals of actions.
    pub fn of<'a>(actions: impl IntoIterator<Item = &'a Listed>) -> Self {
        let mut totals = Self::default();
        let mut by_priority: BTreeMap<(usize, Option<&str>), usize> = BTreeMap::new();
        for action in actions {
            if let Some(past) = &action.past {
                totals.slipped += usize::from(!past.slips.is_empty());
                totals.reopened += usize::from(!past.reopened.is_empty());
            }
            match action.stands {
                ActionStatus::Done => totals.done += 1,
                ActionStatus::Dropped => totals.dropped += 1,
                ActionStatus::Open | ActionStatus::InProgress => {
                    totals.open += 1;
                    totals.overdue += usize::from(action.overdue.is_some());
                    let priority = action.priority.as_deref();
                    *by_priority.entry((priority.map_or(usize::MAX, rank_of), priority)).or_default() += 1;
                }
            }
        }
        totals.by_priority =
            by_priority.into_iter().map(|((_, priority), count)| (priority.map(str::to_owned), count)).collect();
        totals
    }
}

/// What is wrong with the actions of a list, as sentences: it shows what it can, and says what it could not.
pub fn troubles(actions: &[Listed]) -> Vec<String> {
    let mut told = Vec::new();
    let mut places: HashMap<&str, Vec<&Listed>> = HashMap::new();
    for action in actions {
        let name = || format!("{}/{}", action.record, action.id.as_deref().unwrap_or("?"));
        match action.id.as_deref() {
            None => told.push(format!("{}: an action has no id: {}", action.path, action.action)),
            Some(id) if !is_id(id) => told.push(format!("{}: `{id}` is no action id", name())),
            Some(id) => places.entry(id).or_default().push(action),
        }
        if let Some(written) = &action.no_date {
            told.push(format!("{}: the due date `{written}` is no date, so it is never overdue", name()));
        }
        if let Some(written) = &action.no_status {
            told.push(format!("{}: the status `{written}` is none, so it counts as open", name()));
        }
        if let Some(priority) = action.priority.as_deref().filter(|priority| !PRIORITY.knows(priority)) {
            told.push(format!("{}: the priority `{priority}` is none of {}", name(), all_priorities()));
        }
        if action.stands == ActionStatus::Done && action.closed.is_none() {
            told.push(format!("{}: it is done, and nothing says when", name()));
        }
    }
    let mut twice: Vec<(&str, Vec<&Listed>)> = places.into_iter().filter(|(_, actions)| actions.len() > 1).collect();
    twice.sort_unstable_by_key(|(id, _)| *id);
    told.extend(twice.into_iter().map(|(id, actions)| {
        let records: Vec<&str> = actions.iter().map(|action| action.record.as_str()).collect();
        format!("{id} is the id of {} actions: in {}", actions.len(), records.join(", "))
    }));
    told
}

fn all_priorities() -> String {
    PRIORITY.slugs().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn listed(text: &str, wanted: Wanted) -> Vec<Listed> {
        let record = crate::document::read::values(text).expect("TOML");
        let mut found = Vec::new();
        let place = Place { id: "2026-01-01-x", path: "postmortems/2026/2026-01-01-x.toml", branch: None };
        select(&mut found, &Summary::of(&record), place, &wanted.ready(), day("2026-11-24"));
        sort(&mut found);
        found
    }

    const MANY: &str = r#"
title = "x"
created = 2026-11-01
services = ["DNS", "api"]
[[actions]]
id = "a001"
action = "later"
due = 2026-12-01
priority = "P2"
owner = "Ann <ann@example.com>"
[[actions]]
id = "a002"
action = "late"
due = 2026-11-20
priority = "P3"
[[actions]]
id = "a003"
action = "latest"
due = 2026-11-01
status = "in-progress"
type = "detect"
[[actions]]
id = "a004"
action = "some day"
due = "soon"
[[actions]]
id = "a004"
action = "done"
status = "done"
due = 2026-11-01
[[actions]]
action = "dropped"
status = "dropped"
closed = 2026-11-11
priority = "high"
"#;

    fn ids(wanted: Wanted) -> Vec<String> {
        listed(MANY, wanted).into_iter().map(|action| action.id.unwrap_or_default()).collect()
    }

    #[test]
    fn the_longest_overdue_lead_and_closed_ones_are_not_asked_for() {
        assert_eq!(ids(Wanted::default()), ["a003", "a002", "a001", "a004"]);
        let late: Vec<Option<i64>> = listed(MANY, Wanted::default()).iter().map(|action| action.overdue).collect();
        assert_eq!(late, [Some(23), Some(4), None, None]);
        assert_eq!(listed(MANY, Wanted::default())[0].age, Some(23), "since the record was created");
    }

    #[test]
    fn every_filter_keeps_what_fits() {
        let some = |text: &str| vec![text.to_owned()];
        assert_eq!(ids(Wanted { overdue: true, ..Wanted::default() }), ["a003", "a002"]);
        assert_eq!(ids(Wanted { due_before: Some(day("2026-11-20")), ..Wanted::default() }), ["a003"]);
        assert_eq!(ids(Wanted { owner: Some("ANN".into()), ..Wanted::default() }), ["a001"]);
        assert_eq!(ids(Wanted { owner: Some(String::new()), ..Wanted::default() }), ["a003", "a002", "a004"]);
        assert_eq!(ids(Wanted { priorities: some("p3"), ..Wanted::default() }), ["a002"]);
        assert_eq!(ids(Wanted { kinds: some("detect"), ..Wanted::default() }), ["a003"]);
        assert_eq!(ids(Wanted { services: some("dns"), ..Wanted::default() }).len(), 4);
        assert_eq!(ids(Wanted { services: some("web"), ..Wanted::default() }).len(), 0);
        assert_eq!(ids(Wanted { statuses: vec![ActionStatus::Done], ..Wanted::default() }), ["a004"]);
    }

    #[test]
    fn groups_and_totals_count_every_action() {
        let all = listed(MANY, Wanted::default());
        let names = |by| groups(&all, by).into_iter().map(|(name, rows)| (name, rows.len())).collect::<Vec<_>>();
        assert_eq!(names(GroupBy::Owner), [(Some("Ann <ann@example.com>"), 1), (None, 3)]);
        assert_eq!(names(GroupBy::Priority), [(Some("P2"), 1), (Some("P3"), 1), (None, 2)]);
        assert_eq!(names(GroupBy::Service), [(Some("DNS"), 4), (Some("api"), 4)]);
        let totals = Totals::of(&all);
        assert_eq!((totals.open, totals.overdue, totals.done), (4, 2, 0));
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_still_listed() {
        let everything = vec![ActionStatus::Open, ActionStatus::InProgress, ActionStatus::Done, ActionStatus::Dropped];
        let told = troubles(&listed(MANY, Wanted { statuses: everything, ..Wanted::default() }));
        assert_eq!(
            told,
            [
                "2026-01-01-x/a004: the due date `soon` is no date, so it is never overdue",
                "postmortems/2026/2026-01-01-x.toml: an action has no id: dropped",
                "2026-01-01-x/?: the priority `high` is none of P1, P2, P3",
                "2026-01-01-x/a004: it is done, and nothing says when",
                "a004 is the id of 2 actions: in 2026-01-01-x, 2026-01-01-x",
            ]
        );
    }
}

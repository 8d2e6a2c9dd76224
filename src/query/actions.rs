//! The action items of many records: which are wanted, in which order, and what they come to.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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
            && is_one_of(&self.priorities, promise.priority)
            && is_one_of(&self.kinds, promise.kind)
            && any_of(&self.services, &record.services)
            && (!self.overdue || promise.overdue_days(today).is_some())
            && self.due_before.is_none_or(|day| promise.due().is_some_and(|due| due < day))
    }
}

/// Whether a word is one of those that are wanted, whatever its case.
fn is_one_of(wanted: &[String], word: Option<&str>) -> bool {
    wanted.is_empty() || one_of(wanted, word.map(str::to_lowercase).as_deref())
}

/// An action of a list, with what its record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The id of its record.
    pub record: &'a str,
    /// The record's file, from the repository's root.
    pub path: &'a str,
    /// What happened.
    pub title: &'a str,
    /// How bad it was; `None` while unknown.
    pub severity: Option<&'a str>,
    /// The services that were hit.
    pub services: Vec<&'a str>,
    /// The branch the record was taken from, when it is another one than what is looked at.
    pub branch: Option<&'a str>,
    /// Its four characters; `None` when it has none.
    pub id: Option<&'a str>,
    /// What is to be done.
    pub action: &'a str,
    /// Who sees that it is done.
    pub owner: Option<&'a str>,
    /// How soon, as written.
    pub priority: Option<&'a str>,
    /// What it does about the incident, as written.
    pub kind: Option<&'a str>,
    /// Where it stands.
    pub stands: ActionStatus,
    /// A status that is none, as written.
    pub no_status: Option<&'a str>,
    /// The day it is to be done by.
    pub due: Option<NaiveDate>,
    /// A due date that is none, as written.
    pub no_date: Option<Cow<'a, str>>,
    /// By how many days it is late.
    pub overdue: Option<i64>,
    /// Days since it was promised (the day its record was created, else the incident started) until it was closed or today.
    pub age: Option<i64>,
    /// The day it was done or dropped.
    pub closed: Option<NaiveDate>,
    /// What shows that it is done.
    pub evidence: Option<&'a str>,
    /// Why it was dropped, or its due date moved.
    pub reason: Option<&'a str>,
    /// Its page in the tracker.
    pub link: Option<&'a str>,
    /// Whether it stays out of public renderings.
    pub private: bool,
    /// Its history, where that was asked for and can be followed: it needs an id that is its own in its record.
    pub past: Option<Box<Past>>,
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

/// The actions of a record that are wanted on `today`.
pub fn select<'s, 'a>(
    record: &'s Summary<'a>,
    place: Place<'a>,
    wanted: &'s Wanted,
    today: NaiveDate,
) -> impl Iterator<Item = Listed<'a>> + use<'s, 'a> {
    record.actions.iter().filter(move |promise| wanted.admits(record, promise, today)).map(move |promise| {
        let until = promise.closed().filter(|_| !promise.is_open()).unwrap_or(today);
        Listed {
            record: place.id,
            path: place.path,
            title: record.title,
            severity: record.severity,
            services: record.services.clone(),
            branch: place.branch,
            id: promise.id,
            action: promise.action,
            owner: promise.owner,
            priority: promise.priority,
            kind: promise.kind,
            stands: promise.stands(),
            no_status: promise.status.filter(|word| !ACTION_STATUS.knows(word)),
            due: promise.due(),
            no_date: promise.no_date.clone(),
            overdue: promise.overdue_days(today),
            age: record.promised().map(|day| until.signed_duration_since(day).num_days().max(0)),
            closed: promise.closed(),
            evidence: promise.evidence,
            reason: promise.reason,
            link: promise.link,
            private: promise.private,
            past: None,
        }
    })
}

/// Open ones first, by due date (so the longest overdue lead) and those without one last; then by priority, record and
/// id. Closed ones follow, the last closed first.
pub fn sort(actions: &mut [Listed<'_>]) {
    actions.sort_by_cached_key(|action| {
        let closed = (!action.stands.is_open()).then_some(Reverse(action.closed));
        let rank = action.priority.map_or(usize::MAX, rank_of);
        (closed, action.due.is_none(), action.due, rank, action.record, action.id, action.action, action.path)
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
pub fn groups<'l, 'a>(actions: &'l [Listed<'a>], by: GroupBy) -> Vec<(Option<&'a str>, Vec<&'l Listed<'a>>)> {
    let mut found: BTreeMap<(bool, usize, Option<&str>), Vec<&Listed<'_>>> = BTreeMap::new();
    for action in actions {
        let names: Vec<Option<&str>> = match by {
            GroupBy::Owner => vec![action.owner],
            GroupBy::Record => vec![Some(action.record)],
            GroupBy::Priority => vec![action.priority],
            GroupBy::Service if action.services.is_empty() => vec![None],
            GroupBy::Service => action.services.iter().map(|service| Some(*service)).collect(),
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
    pub fn of<'l, 'a: 'l>(actions: impl IntoIterator<Item = &'l Listed<'a>>) -> Self {
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
                    let priority = action.priority;
                    *by_priority.entry((priority.map_or(usize::MAX, rank_of), priority)).or_default() += 1;
                }
            }
        }
        totals.by_priority =
            by_priority.into_iter().map(|((_, priority), count)| (priority.map(str::to_owned), count)).collect();
        totals
    }
}

/// How many places of one id are named.
const NAMED: usize = 5;

/// What is wrong with the actions of a list, as sentences: it shows what it can, and says what it could not.
pub fn troubles(actions: &[Listed<'_>]) -> Vec<String> {
    let mut told = Vec::new();
    let mut ids: Vec<(&str, &str)> = Vec::with_capacity(actions.len());
    for action in actions {
        let name = || format!("{}/{}", action.record, action.id.unwrap_or("?"));
        match action.id {
            None => told.push(format!("{}: an action has no id: {}", action.path, action.action)),
            Some(id) if !is_id(id) => told.push(format!("{}: `{id}` is no action id", name())),
            Some(id) => ids.push((id, action.record)),
        }
        if let Some(written) = &action.no_date {
            told.push(format!("{}: the due date `{written}` is no date, so it is never overdue", name()));
        }
        if let Some(written) = action.no_status {
            told.push(format!("{}: the status `{written}` is none, so it counts as open", name()));
        }
        if let Some(priority) = action.priority.filter(|priority| !PRIORITY.knows(priority)) {
            told.push(format!("{}: the priority `{priority}` is none of {}", name(), all_priorities()));
        }
        if action.stands == ActionStatus::Done && action.closed.is_none() {
            told.push(format!("{}: it is done, and nothing says when", name()));
        }
    }
    ids.sort_unstable();
    for same in ids.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let records: Vec<&str> = same.iter().take(NAMED).map(|(_, record)| *record).collect();
        let more = same.len() - records.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        told.push(format!("{} is the id of {} actions: in {}{more}", same[0].0, same.len(), records.join(", ")));
    }
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

    fn with<T>(text: &str, wanted: Wanted, look: impl FnOnce(&[Listed<'_>]) -> T) -> T {
        let record = crate::document::read::values(text).expect("TOML");
        let place = Place { id: "2026-01-01-x", path: "postmortems/2026/2026-01-01-x.toml", branch: None };
        let summary = Summary::of(&record);
        let mut found: Vec<Listed<'_>> = select(&summary, place, &wanted.ready(), day("2026-11-24")).collect();
        sort(&mut found);
        look(&found)
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
        with(MANY, wanted, |found| found.iter().map(|action| action.id.unwrap_or_default().to_owned()).collect())
    }

    #[test]
    fn the_longest_overdue_lead_and_closed_ones_are_not_asked_for() {
        assert_eq!(ids(Wanted::default()), ["a003", "a002", "a001", "a004"]);
        with(MANY, Wanted::default(), |found| {
            let late: Vec<Option<i64>> = found.iter().map(|action| action.overdue).collect();
            assert_eq!(late, [Some(23), Some(4), None, None]);
            assert_eq!(found[0].age, Some(23), "since the record was created");
        });
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
        with(MANY, Wanted::default(), |all| {
            let names = |by| groups(all, by).into_iter().map(|(name, rows)| (name, rows.len())).collect::<Vec<_>>();
            assert_eq!(names(GroupBy::Owner), [(Some("Ann <ann@example.com>"), 1), (None, 3)]);
            assert_eq!(names(GroupBy::Priority), [(Some("P2"), 1), (Some("P3"), 1), (None, 2)]);
            assert_eq!(names(GroupBy::Service), [(Some("DNS"), 4), (Some("api"), 4)]);
            let totals = Totals::of(all);
            assert_eq!((totals.open, totals.overdue, totals.done), (4, 2, 0));
        });
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_still_listed() {
        let everything = vec![ActionStatus::Open, ActionStatus::InProgress, ActionStatus::Done, ActionStatus::Dropped];
        let told = with(MANY, Wanted { statuses: everything, ..Wanted::default() }, troubles);
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

    #[test]
    fn an_id_that_very_many_have_names_a_few_of_them() {
        let text = "[[actions]]\nid = \"a001\"\naction = \"x\"\n".repeat(30);
        let told = with(&text, Wanted::default(), troubles);
        let ids = ["2026-01-01-x"; NAMED].join(", ");
        assert_eq!(told, [format!("a001 is the id of 30 actions: in {ids} and 25 more")]);
    }
}

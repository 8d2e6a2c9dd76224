//! What a record takes of an export: which events become entries, which are there already, which are left out, and what
//! each marks.
//!
//! A milestone that the record has is not marked a second time, since the first (of recovered and resolved the last) of its kind
//! counts and an import must not move a duration without a word; the one exception is a later resolution from the same product.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDateTime;
use toml::{Table, Value};

use super::{Claim, Event, Export};
use crate::record::Record;
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use crate::record::timeline::{Entry, moment, place_among};

/// What an import comes to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The new entries, in order of time.
    pub add: Vec<NewEntry>,
    /// How many are in the record already.
    pub there: usize,
    /// What does not tell the story, by the word for it, the most frequent first.
    pub left_out: Vec<(String, usize)>,
    /// The milestones that new entries would mark if the record did not have them.
    pub unmarked: Vec<Milestone>,
}

/// An entry to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// When.
    pub at: Moment,
    /// Its fields, in the order of the format.
    pub fields: Table,
}

impl NewEntry {
    /// A view of it.
    pub fn entry(&self) -> Entry<'_> {
        Entry::new(&self.fields)
    }
}

impl Plan {
    /// How many events are left out.
    pub fn left_out_in_all(&self) -> usize {
        self.left_out.iter().map(|(_, count)| count).sum()
    }

    /// Where each new entry goes among the entries of a list: behind the last that is not later.
    pub fn places(&self, entries: &[Value]) -> Vec<(usize, Table)> {
        let times: Vec<Option<Moment>> =
            entries.iter().map(|entry| entry.as_table().and_then(|table| moment(table, "at"))).collect();
        let place = |new: &NewEntry| place_among(times.len(), |index| times[index], new.at);
        self.add.iter().map(|new| (place(new), new.fields.clone())).collect()
    }
}

/// Chooses what a record takes of an export; everything under `all`.
pub fn plan(export: &Export, record: &Record, all: bool) -> Plan {
    let known = Known::of(record);
    let mut plan = Plan::default();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for event in &export.events {
        match &event.noise {
            Some(word) if !all => *left_out.entry(word).or_default() += 1,
            _ => chosen.push(event),
        }
    }
    plan.left_out = left_out.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
    plan.left_out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let claims = claims(&chosen);
    for (event, candidates) in chosen.into_iter().zip(claims) {
        if known.has(event) {
            plan.there += 1;
            continue;
        }
        let marks = candidates.iter().copied().find(|milestone| known.lacks(*milestone, event));
        if let (None, Some(first)) = (marks, candidates.first())
            && !plan.unmarked.contains(first)
        {
            plan.unmarked.push(*first);
        }
        plan.add.push(NewEntry { at: event.at, fields: fields(event, marks) });
    }
    plan
}

/// The milestones that each event may mark: of those that claim the same, the first or the last one does.
fn claims<'e>(events: &[&'e Event]) -> Vec<Vec<Milestone>> {
    let mut first: HashSet<Milestone> = HashSet::new();
    let mut last: HashMap<Milestone, usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Some(Claim::Last(milestone)) = event.claim {
            last.insert(milestone, at);
        }
    }
    let of = |(at, event): (usize, &&'e Event)| match event.claim {
        Some(Claim::Said(milestone)) => vec![milestone],
        Some(Claim::First(candidates)) if candidates.first().is_some_and(|kind| first.insert(*kind)) => {
            candidates.to_vec()
        }
        Some(Claim::Last(milestone)) if last.get(&milestone) == Some(&at) => vec![milestone],
        _ => Vec::new(),
    };
    events.iter().enumerate().map(of).collect()
}

/// What a record has.
struct Known<'r> {
    entries: Vec<Entry<'r>>,
    sources: HashSet<&'r str>,
    events: HashMap<(NaiveDateTime, &'r str), Vec<Option<&'r str>>>,
}

impl<'r> Known<'r> {
    fn of(record: &'r Record) -> Self {
        let entries = record.timeline();
        let source = |entry: &Entry<'r>| crate::record::text_in(entry.values(), "source");
        let sources = entries.iter().filter_map(source).collect();
        let mut events: HashMap<_, Vec<_>> = HashMap::new();
        for entry in &entries {
            if let Some(at) = entry.at() {
                events.entry((at.placed(), entry.event())).or_default().push(source(entry));
            }
        }
        Self { entries, sources, events }
    }

    /// Whether the event is there: by its id, else by its time and text, typed by hand or from another export.
    fn has(&self, event: &Event) -> bool {
        if self.sources.contains(event.source.as_str()) {
            return true;
        }
        let same = self.events.get(&(event.at.placed(), event.event.trim()));
        same.is_some_and(|sources| {
            sources.iter().any(|source| source.is_none_or(|source| may_be_one(source, &event.source)))
        })
    }

    /// Whether an event may mark a milestone.
    fn lacks(&self, milestone: Milestone, event: &Event) -> bool {
        let mut marked = self.entries.iter().filter(|entry| entry.kind() == Some(milestone));
        // A service that is resolved again was resolved the second time.
        let again = |entry: &Entry<'_>| {
            let source = crate::record::text_in(entry.values(), "source");
            source.is_some_and(|source| product(source) == product(&event.source))
                && entry.at().is_some_and(|at| at < event.at)
        };
        marked.all(|entry| milestone.last_counts() && again(entry))
    }
}

fn product(source: &str) -> &str {
    source.split(':').next().unwrap_or_default()
}

/// Whether two ids can be of one event: of different products, or of one channel by its name and by its id.
fn may_be_one(one: &str, other: &str) -> bool {
    let end = |source: &'_ str| source.rsplit_once('/').map(|(_, end)| end.to_owned());
    product(one) != product(other) || (end(one).is_some() && end(one) == end(other))
}

fn fields(event: &Event, kind: Option<Milestone>) -> Table {
    let mut fields = Table::new();
    let time = |moment: Moment| Value::Datetime(moment.to_toml().parse().expect("a time that a moment wrote"));
    let text = |text: &str| Value::from(text);
    fields.insert("at".to_owned(), time(event.at));
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    };
    put("until", event.until.map(time));
    put("approx", event.approx.then_some(Value::Boolean(true)));
    put("kind", kind.map(|kind| text(kind.word())));
    put("event", Some(text(&event.event)));
    put("owner", event.owner.as_deref().map(text));
    put("notes", event.notes.as_deref().map(text));
    put("source", Some(text(&event.source)));
    put("link", event.link.as_deref().map(text));
    fields
}

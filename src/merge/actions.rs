//! What is said of one action by several of its keys together, and by its id.
//!
//! Status, the day it was closed, evidence and reason say one thing: how it stands. Two ways of closing an action are one
//! contradiction, not four. Never: invents an id.

use toml::{Table, Value};

use super::plan::{Plan, Planner};
use super::report::{Conflict, Note, Why};
use crate::diff::shown;
use crate::document::same;
use crate::record::action::{Action, ActionStatus};
use crate::record::text_in;

/// The keys that together say how an action stands.
pub(super) const CLOSING: [&str; 4] = ["status", "closed", "evidence", "reason"];

impl Planner<'_> {
    /// The plan of a row that both sides have.
    pub(super) fn row(&mut self, list: &str, label: &str, was: Option<&Table>, mine: &Table, other: &Table) -> Plan {
        if list == "actions" {
            self.action(label, was, mine, other)
        } else {
            self.table(list, label, was, Some(mine), Some(other))
        }
    }

    fn action(&mut self, label: &str, was: Option<&Table>, mine: &Table, other: &Table) -> Plan {
        self.note_reworded(label, was, mine, other);
        let mut other = other.clone();
        if let Some(dropped) = self.second_id(was, mine, &other) {
            other.insert("id".to_owned(), Value::from(dropped));
        }
        let together = together(was, mine, &other);
        if together.is_empty() {
            return self.table("actions", label, was, Some(mine), Some(&other));
        }
        let said = |row: &Table| words(row, &together);
        let label_of_all = format!("{label} ({})", together.join(", "));
        let was_said = was.map(said).filter(|words| !words.is_empty()).map(Value::from);
        let (mine_said, other_said) = (Value::from(said(mine)), Value::from(said(&other)));
        let conflict =
            Conflict::new(&label_of_all, Why::Together, was_said.as_ref(), Some(&mine_said), Some(&other_said));
        let number = self.conflict(conflict);
        let without = |row: &Table| -> Table {
            row.iter()
                .filter(|(key, _)| !together.contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        let rest =
            self.table("actions", label, was.map(without).as_ref(), Some(&without(mine)), Some(&without(&other)));
        let mut plans = if let Plan::Table(plans) = rest { plans } else { Vec::new() };
        plans.extend(together.iter().map(|key| ((*key).to_owned(), Plan::Conflict(number))));
        Plan::Table(plans)
    }

    /// An action without an id that each side has given one: ours stays, which is given back.
    fn second_id(&mut self, was: Option<&Table>, mine: &Table, other: &Table) -> Option<String> {
        let had_none = was.is_some_and(|was| !was.contains_key("id"));
        let (kept, dropped) = (text_in(mine, "id")?, text_in(other, "id")?);
        if !had_none || kept == dropped {
            return None;
        }
        let action = text_in(mine, "action").unwrap_or_default();
        let (kept, dropped) = (kept.to_owned(), dropped.to_owned());
        self.notes.push(Note::TwoIds { action: action.to_owned(), kept: kept.clone(), dropped });
        Some(kept)
    }

    /// Notes that one side closed what the other put in other words: somebody has to see whether it is still that.
    fn note_reworded(&mut self, label: &str, was: Option<&Table>, mine: &Table, other: &Table) {
        let Some(was) = was else { return };
        let is_open = |row: &Table| Action::new(row).status().is_open();
        let is_other = |row: &Table| text_in(row, "action") != text_in(was, "action");
        for (closed, reworded, closed_in_ours) in [(mine, other, true), (other, mine, false)] {
            if is_open(was) && !is_open(closed) && is_open(reworded) && is_other(reworded) && !is_other(closed) {
                let status = if Action::new(closed).status() == ActionStatus::Done { "done" } else { "dropped" };
                self.notes.push(Note::Reworded { label: label.to_owned(), status, closed_in_ours });
            }
        }
    }
}

/// The keys of how an action stands that differ, where the sides contradict each other in one of them and differ in more.
fn together(was: Option<&Table>, mine: &Table, other: &Table) -> Vec<&'static str> {
    let alike = |a: Option<&Value>, b: Option<&Value>| match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    let differ: Vec<&str> = CLOSING.into_iter().filter(|key| !alike(mine.get(*key), other.get(*key))).collect();
    let contradict = |key: &&str| {
        let before = was.and_then(|was| was.get(*key));
        !alike(before, mine.get(*key)) && !alike(before, other.get(*key))
    };
    if differ.len() > 1 && differ.iter().any(contradict) { differ } else { Vec::new() }
}

/// What a row says under some keys.
fn words(row: &Table, keys: &[&str]) -> String {
    let said = keys.iter().filter_map(|key| Some(format!("{key}: {}", shown(row.get(*key)?))));
    said.collect::<Vec<_>>().join(", ")
}

//! The transitions that each side made, and the status both lead to.
//!
//! Approvals of both sides add up; two different transitions from one state contradict each other, whatever stands in
//! `status`.

use toml::Value;

use super::pairing::written_table;
use super::report::Stale;
use crate::config::policy::Policy;
use crate::record::{Record, RecordId, Status};
use crate::workflow::canonical::{self, Figures};
use crate::workflow::round::Course;
use crate::workflow::standing::{Standing, View};
use crate::workflow::tally::Own;
use crate::workflow::{SignOff, Verb};

/// What each side signed since the base.
#[derive(Debug, Clone, Default)]
pub(super) struct Rounds {
    /// The transitions of ours, in words.
    pub(super) ours: Vec<&'static str>,
    /// Those of theirs.
    pub(super) theirs: Vec<&'static str>,
    contradict: bool,
}

impl Rounds {
    /// Looks at what came to the sign-offs.
    pub(super) fn of(base: &Record, ours: &Record, theirs: &Record) -> Self {
        let old: Vec<String> = base.tables("sign_offs").into_iter().map(written_table).collect();
        let of = |side: &Record, other: &Record| -> Vec<Option<Verb>> {
            let shared: Vec<String> = other.tables("sign_offs").into_iter().map(written_table).collect();
            let rows = side.tables("sign_offs").into_iter().filter(|row| {
                let row = written_table(row);
                !old.contains(&row) && !shared.contains(&row)
            });
            rows.map(|row| SignOff::of(row).verb()).collect()
        };
        let (mine, other) = (of(ours, theirs), of(theirs, ours));
        let words =
            |verbs: &[Option<Verb>]| verbs.iter().map(|verb| verb.map_or("no transition", Verb::word)).collect();
        // Who approves and who completes want the same; anything else beside another transition does not.
        let moves = |verbs: &[Option<Verb>]| -> Vec<Option<Verb>> {
            verbs.iter().copied().filter(|verb| *verb != Some(Verb::Approve)).collect()
        };
        let (my_moves, other_moves) = (moves(&mine), moves(&other));
        let forward = |moves: &[Option<Verb>]| moves.iter().all(|verb| *verb == Some(Verb::Complete));
        let agree = my_moves == other_moves
            || (my_moves.is_empty() && forward(&other_moves))
            || (other_moves.is_empty() && forward(&my_moves));
        let contradict = !mine.is_empty() && !other.is_empty() && !agree;
        Self { ours: words(&mine), theirs: words(&other), contradict }
    }

    /// Whether the two sides made different transitions from one state.
    pub(super) fn contradict(&self) -> bool {
        self.contradict
    }

    /// Whether both sides signed, so that the status is what the sign-offs together lead to.
    pub(super) fn add_up(&self) -> bool {
        !self.contradict && !self.ours.is_empty() && !self.theirs.is_empty()
    }
}

/// What judging the merged record has to know.
pub(super) struct Judge<'a> {
    pub(super) record: &'a RecordId,
    pub(super) figures: &'a Figures,
    pub(super) base: &'a Record,
    pub(super) ours: &'a Record,
    pub(super) theirs: &'a Record,
}

impl Judge<'_> {
    fn digest(&self, record: &Record) -> String {
        let named = canonical::figure_names(record);
        let figures: Figures =
            named.into_iter().map(|name| (name.to_owned(), self.figures.get(name).cloned().flatten())).collect();
        canonical::digest(record, &figures)
    }

    /// The status that the sign-offs of both sides lead to.
    pub(super) fn status(&self, merged: &Record, policy: &Policy) -> Status {
        let written = [self.ours, self.theirs].map(|side| side.status().unwrap_or(Status::Draft));
        let mut values = merged.values().clone();
        let furthest = written[0].max(written[1]);
        values.insert("status".to_owned(), Value::from(furthest.word()));
        let merged = Record::new(values);
        let content = self.digest(&merged);
        let owners = [merged.text("owner"), self.base.text("owner")];
        let own = Own { owners: owners.into_iter().flatten().map(str::to_owned).collect(), authors: Vec::new() };
        let view = View {
            record: &merged,
            id: self.record,
            policy,
            content: &content,
            base: Some(self.base),
            own: &own,
            void: std::collections::BTreeMap::new(),
            policies: std::collections::BTreeMap::new(),
        };
        Standing::of(&view).derived
    }

    /// The approvals that fitted the side they came from, and do not fit the merged record.
    pub(super) fn stale(&self, merged: &Record) -> Vec<Stale> {
        let all = SignOff::all(merged);
        let course = Course::of(&all, self.record);
        let now = self.digest(merged);
        let then = [self.digest(self.ours), self.digest(self.theirs)];
        course
            .votes()
            .map(|index| &all[index])
            .filter(|entry| entry.content != now && then.contains(&entry.content))
            .map(|entry| Stale { name: entry.name.clone(), role: entry.role.clone() })
            .collect()
    }
}

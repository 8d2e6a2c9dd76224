//! Two changes of one record brought together: by field, entry, action, list item and sign-off, with nothing lost.
//!
//! The three texts are read; a plan says for each key what happens to it; the plan is carried out as edits of the
//! text of ours, so that comments and spelling stay; what the sides contradict each other in is marked around whole keys.
//! Then, by other means, everything either side had is looked for in the result, and where something is missing nothing is
//! claimed: the record is given back as a conflict of text.
//!
//! Depends on: record, document, diff, config, workflow. Never: reads files, git, the clock or the environment; says that a
//! merge is clean when it is not.

mod actions;
mod apply;
mod conservation;
mod diff3;
#[cfg(any(test, fuzzing))]
pub(crate) mod laws;
mod lists;
mod markers;
mod pairing;
mod plan;
mod prose;
mod report;
mod rounds;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use toml::Value;

use crate::config::policy::Policy;
use crate::document::{Document, EditError, LineEnding, same_table};
use crate::record::RecordId;
use crate::record::keys::FORMAT;
use crate::workflow::canonical::Figures;
use apply::Applier;
use conservation::Versions;
use plan::{Plan, Planner};
use rounds::{Judge, Rounds};

pub use apply::Choice;
pub use markers::Markers;
pub use plan::joined_values;
pub use report::{Clash, Conflict, Note, Report, Why};

/// What was decided, by the number of the conflict.
pub type Decisions = BTreeMap<usize, Choice>;

/// What a merge has to know beside the texts.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The record.
    pub record: &'a RecordId,
    /// The settings that say when a record is approved; without them the status is not derived.
    pub policy: Option<&'a Policy>,
    /// The content of the figures that the record names.
    pub figures: &'a Figures,
}

/// What a merge came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The text, with conflict markers where something is left to decide.
    pub text: String,
    /// What there is to tell.
    pub report: Report,
}

impl Merged {
    /// Whether nothing is left to decide.
    pub fn is_clean(&self) -> bool {
        self.report.conflicts.is_empty() && self.report.as_text.is_none()
    }
}

/// Merges a record, with the contradictions that somebody has decided. Without a base, or with one that cannot be read,
/// what is equal on both sides is one and what differs is a conflict.
pub fn merge(
    base: Option<&str>,
    ours: &str,
    theirs: &str,
    terms: &Terms<'_>,
    markers: &Markers<'_>,
    decisions: &Decisions,
) -> Merged {
    match by_meaning(base, ours, theirs, terms, (markers, decisions)) {
        Ok(merged) => merged,
        Err(why) => Merged {
            text: markers::text_conflict(base, ours, theirs, markers),
            report: Report { as_text: Some(why), ..Report::default() },
        },
    }
}

fn by_meaning(
    base: Option<&str>,
    ours: &str,
    theirs: &str,
    terms: &Terms<'_>,
    (markers, decisions): (&Markers<'_>, &Decisions),
) -> Result<Merged, String> {
    if let Some(text) = one_sided(base, ours, theirs) {
        return Ok(Merged { text: text.to_owned(), report: Report::default() });
    }
    let [ours, theirs] = [("our side", ours), ("their side", theirs)].map(|(whose, text)| parsed(whose, text));
    let (ours, theirs) = (ours?, theirs?);
    // Without what was before, nobody can tell an addition from what the other side took out. Only where there was no file
    // (both added it) is everything an addition.
    let base = parsed("what was before", base.unwrap_or_default())?;
    for document in [&ours, &theirs] {
        let format = document.record().format();
        if format > FORMAT {
            return Err(format!("a side is of format {format}, newer than this program"));
        }
    }
    Merge { base, ours, theirs, terms, decisions }.made(markers)
}

fn parsed(whose: &str, text: &str) -> Result<Document, String> {
    Document::parse(text).map_err(|errors| {
        let line = errors.first().map_or(1, |error| text[..error.span.start.min(text.len())].matches('\n').count() + 1);
        format!("{whose} cannot be read as TOML (line {line})")
    })
}

/// The text of the only side that differs from the base, whatever stands in it: `git rerere` has marked texts merged so.
fn one_sided<'t>(base: Option<&'t str>, ours: &'t str, theirs: &'t str) -> Option<&'t str> {
    if ours == theirs || base == Some(theirs) {
        return Some(ours);
    }
    (base == Some(ours)).then_some(theirs)
}

/// Three documents of which two differ from the first.
struct Merge<'a> {
    base: Document,
    ours: Document,
    theirs: Document,
    terms: &'a Terms<'a>,
    decisions: &'a Decisions,
}

impl Merge<'_> {
    fn made(&self, markers: &Markers<'_>) -> Result<Merged, String> {
        let records = [&self.base, &self.ours, &self.theirs].map(Document::record);
        let [base, ours, theirs] = &records;
        let rounds = Rounds::of(base, ours, theirs);
        let mut planner = Planner::new(self.terms.record, &rounds);
        let mut plan = planner.record(base.values(), ours.values(), theirs.values());
        let judge = Judge { record: self.terms.record, figures: self.terms.figures, base, ours, theirs };
        let mut report = Report::default();
        if let Some(policy) = self.terms.policy.filter(|_| rounds.add_up()) {
            self.derive(&mut planner, &mut plan, (&judge, policy), &mut report)?;
        }
        report.conflicts = planner.conflicts;
        report.clashes = planner.clashes;
        report.notes = planner.notes;
        report.counts = planner.counts;
        let nobody = Decisions::new();
        let mine = self.by(&plan, &Choice::Ours, &nobody)?;
        let is_clear = report.conflicts.is_empty();
        let other = if is_clear { mine.clone() } else { self.by(&plan, &Choice::Theirs, &nobody)? };
        let versions = Versions {
            base: base.values(),
            ours: ours.values(),
            theirs: theirs.values(),
            results: [mine.values(), other.values()],
            derived: report.derived.is_some(),
            given_way: report.notes.iter().filter_map(Note::given_way).collect(),
        };
        let missing = conservation::missing(&versions);
        if let Some(first) = missing.first() {
            let first: String = first.chars().take(80).collect();
            return Err(format!("{} of it could not be found again in the merged record, as {first}", missing.len()));
        }
        report.conflicts.retain(|conflict| !self.decisions.contains_key(&conflict.number));
        let is_settled = report.conflicts.is_empty();
        let mine = if is_clear { mine } else { self.by(&plan, &Choice::Ours, self.decisions)? };
        let other = if is_settled { mine.clone() } else { self.by(&plan, &Choice::Theirs, self.decisions)? };
        for result in [&mine, &other] {
            for stale in judge.stale(&result.record()) {
                if !report.stale.contains(&stale) {
                    report.stale.push(stale);
                }
            }
        }
        let text = if is_clear {
            self.with_all_comments(&mine)
        } else if is_settled {
            mine.text().to_owned()
        } else {
            let as_one = report.conflicts.iter().any(|conflict| conflict.why == Why::Order);
            let was = self.by(&plan, &Choice::Base, self.decisions).ok();
            let text = markers::marked(&mine, was.as_ref(), &other, markers, as_one);
            Self::prove(&text, [&mine, &other], markers)?;
            text
        };
        report.comments = self.left_comments(&text);
        Ok(Merged { text, report })
    }

    /// The comments of either side that are new and not in the result.
    fn left_comments(&self, text: &str) -> Vec<String> {
        let old = self.base.comments();
        let new = [&self.ours, &self.theirs].into_iter().flat_map(Document::comments);
        let mut left: Vec<String> = new
            .filter(|comment| !old.contains(comment) && !text.contains(comment.trim_end()))
            .map(|comment| comment.trim_end().to_owned())
            .collect();
        left.dedup();
        left
    }

    /// The status is what the sign-offs of both sides lead to.
    fn derive(
        &self,
        planner: &mut Planner<'_>,
        plan: &mut Plan,
        (judge, policy): (&Judge<'_>, &Policy),
        report: &mut Report,
    ) -> Result<(), String> {
        let Plan::Table(plans) = plan else { return Ok(()) };
        let is_open = |conflict: &Conflict| !self.decisions.contains_key(&conflict.number);
        let others = planner.conflicts.iter().any(|conflict| conflict.label != "status" && is_open(conflict));
        // What is not decided yet cannot be counted; the status is then that of the side that moved it.
        if others {
            return Ok(());
        }
        let merged = self.by(&Plan::Table(plans.clone()), &Choice::Ours, self.decisions)?;
        let status = judge.status(&merged.record(), policy);
        planner.conflicts.retain(|conflict| conflict.label != "status");
        plans.retain(|(key, _)| key != "status");
        if self.ours.record().status() != Some(status) {
            plans.push(("status".to_owned(), Plan::Put(Value::from(status.word()))));
        }
        if self.ours.record().status() != Some(status) || self.theirs.record().status() != Some(status) {
            report.derived = Some(status.word().to_owned());
        }
        Ok(())
    }

    fn by(&self, plan: &Plan, choice: &Choice, decisions: &Decisions) -> Result<Document, String> {
        let choose = |number: usize| decisions.get(&number).unwrap_or(choice).clone();
        let applier = Applier { base: &self.base, theirs: &self.theirs, choose: &choose };
        applier.apply(&self.ours, plan).map_err(|error: EditError| format!("the merge could not be written ({error})"))
    }

    /// The merged text, line by line where that comes to the same: then comments that stand alone come along as well.
    fn with_all_comments(&self, merged: &Document) -> String {
        let ending = self.ours.line_ending();
        let plain = |document: &Document| {
            let text = document.text().trim_start_matches('\u{feff}').replace("\r\n", "\n");
            if ending == LineEnding::Crlf { text.replace('\n', "\r\n") } else { text }
        };
        let ours = self.ours.text().trim_start_matches('\u{feff}');
        let lines = markers::merged_lines(&plain(&self.base), ours, &plain(&self.theirs));
        let bom = if self.ours.text().starts_with('\u{feff}') { "\u{feff}" } else { "" };
        lines
            .and_then(|lines| Document::parse(format!("{bom}{lines}")).ok())
            .filter(|lines| same_table(lines.values(), merged.values()))
            .map_or_else(|| merged.text().to_owned(), |lines| lines.text().to_owned())
    }

    /// Shows that dropping either side of every conflict gives the record by that choice.
    fn prove(text: &str, results: [&Document; 2], markers: &Markers<'_>) -> Result<(), String> {
        let sides = markers::sides(text, markers.size).ok_or("its own text looks like conflict markers")?;
        for (side, result) in sides.into_iter().zip(results) {
            let read = Document::parse(side).map_err(|_| "a side of the marked text cannot be read")?;
            if !same_table(read.values(), result.values()) {
                return Err("a side of the marked text does not say what it should".to_owned());
            }
        }
        Ok(())
    }
}

//! What would be wrong once the branch is merged, though each of the two may be fine alone.

use std::ops::Range;

use super::base::Base;
use super::{BRANCH, Changed, MERGE_IT, counted, counterpart, rules, take};
use crate::cli::comparison::{Pair, State};
use crate::cli::context::Context;
use crate::cli::dossier::figures;
use crate::cli::failure::Failure;
use crate::document::read::{Reading, Terms, read, values};
use crate::finding::Finding;
use crate::lint;
use crate::merge::{self, Decisions, Markers, Merged};
use crate::record::Record;
use crate::store::At;
use crate::store::records::{Loaded, Located};
use crate::workflow::canonical::Figures;

/// Merges every record that both sides changed, in memory, and looks at what comes of it.
pub(super) fn look(
    context: &Context,
    base: &Base,
    (tip, theirs): (&State, &[Pair]),
    all: &mut [Changed],
) -> Result<(), Failure> {
    for changed in all {
        let Some(other) = counterpart(&changed.pair, theirs) else { continue };
        let Some(located) = &other.after else {
            let message = format!("{} has taken out the record, and the branch changes it", base.named);
            changed.add(rules::CONFLICT, 0..0, message, Some(MERGE_IT));
            continue;
        };
        let (mine, moved) = (&changed.after.file.path, &located.file.path);
        let started = changed.pair.before.as_ref().map(|before| &before.file.path);
        if mine != moved && started != Some(mine) && started != Some(moved) {
            let message = format!("the branch has the record at {mine}, and {} at {moved}", base.named);
            changed.add(rules::CONFLICT, 0..0, message, Some(MERGE_IT));
        }
        let loaded = tip.load(context, std::slice::from_ref(located))?.pop();
        // What cannot be read there cannot be merged by field; git says what it makes of it.
        if let Some(Ok(loaded)) = loaded {
            one(context, base, (located, &loaded), changed);
        }
    }
    Ok(())
}

fn one(context: &Context, base: &Base, (located, other): (&Located, &Loaded), changed: &mut Changed) {
    let Some((mine, _)) = &changed.read else { return };
    let severities = base.settings.severity_names();
    let terms = Terms { severities: &severities };
    let inspector = lint::Inspector::new(&base.settings);
    let id = changed.after.id.clone();
    let looked = |text: &str| -> Reading {
        let mut reading = read(text, &terms);
        inspector.inspect(text, &mut reading, lint::Occasion { id: &id, now: context.now() });
        reading
    };
    let figures = figures_of(context, base, (mine, changed), (other, located));
    let merge_terms =
        merge::Terms { record: &changed.after.id, policy: base.policy.as_deref().ok(), figures: &figures };
    let markers = Markers { ours: &base.named, base: "base", theirs: BRANCH, size: 7, with_base: false };
    let was = changed.before.as_ref().map(|before| before.text.as_str());
    let Merged { text, report } =
        merge::merge(was, &other.text, &changed.checked.text, &merge_terms, &markers, &Decisions::new());
    if let Some(why) = &report.as_text {
        // Of its own text the findings of the branch tell.
        if values(&changed.checked.text).is_some() {
            let why = why.replace("our side", &base.named).replace("their side", BRANCH);
            let message = format!("the record cannot be merged with {}: {why}", base.named);
            changed.add(rules::CONFLICT, 0..0, message, Some(MERGE_IT));
        }
        return;
    }
    for conflict in &report.conflicts {
        let span = place(changed, &conflict.label);
        let message = format!("both changed {}", conflict.told(&base.named, BRANCH));
        changed.add(rules::CONFLICT, span, message, Some(MERGE_IT));
    }
    for stale in &report.stale {
        let message = format!(
            "merged with {}, the approval by {} ({}) is stale: it is for what one side says alone",
            base.named, stale.name, stale.role
        );
        let help = "merge the other branch into this one, then have it approved again (`pm status approve`)";
        let span = changed.place("sign_offs");
        changed.add(rules::STALE, span, message, Some(help));
    }
    if let Some(status) = &report.derived {
        let message = format!("merged with {}, the sign-offs of both lead to {status}", base.named);
        let span = changed.place("status");
        changed.add(rules::LAG, span, message, Some("the next `pm status` verb after the merge writes it"));
    }
    if !report.conflicts.is_empty() {
        return;
    }
    // What either side has already is told there.
    let mut known = counted(&changed.checked.findings, &changed.checked.text);
    for (gist, count) in counted(&looked(&other.text).findings, &other.text) {
        *known.entry(gist).or_insert(0) += count;
    }
    let found: Vec<Finding> =
        looked(&text).findings.into_iter().filter(|finding| !take(&mut known, finding, &text)).collect();
    for finding in found {
        let span = in_branch(&text, &changed.checked.text, &finding.span);
        let message = format!("merged with {}: {}", base.named, finding.message);
        changed.checked.findings.push(Finding { message, span, ..finding });
    }
}

/// The content of the figures of both sides.
fn figures_of(
    context: &Context,
    base: &Base,
    (mine, changed): (&Record, &Changed),
    (other, located): (&Loaded, &Located),
) -> Figures {
    let store = &context.store;
    let mut all = figures(store, mine, &changed.after.file.path, context.at);
    if let Some(record) = values(&other.text) {
        for (name, content) in figures(store, &record, &located.file.path, At::Revision(base.tip)) {
            let kept = all.entry(name).or_default();
            *kept = kept.take().or(content);
        }
    }
    all
}

/// Where the branch has what a conflict is about: a key, or a key of an action; else its file as a whole.
fn place(changed: &Changed, label: &str) -> Range<usize> {
    let Some((record, _)) = &changed.read else { return 0..0 };
    let in_action = || {
        let rest = label.strip_prefix("action ")?;
        let (id, key) = rest.split_once('.').unwrap_or((rest, ""));
        let number = 1 + record.actions().iter().position(|action| action.id() == Some(id))?;
        Some(if key.is_empty() { format!("actions[{number}]") } else { format!("actions[{number}].{key}") })
    };
    changed.place(&in_action().unwrap_or_else(|| label.to_owned()))
}

/// Where the line of a place in the merged text is in that of the branch; the file as a whole where it is not.
fn in_branch(merged: &str, branch: &str, span: &Range<usize>) -> Range<usize> {
    let start = merged.get(..span.start).map_or(0, |before| before.rfind('\n').map_or(0, |end| end + 1));
    let line = merged.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    if line.trim().is_empty() {
        return 0..0;
    }
    // The same line may be there more than once; of equally many the same one is meant.
    let in_merged: Vec<usize> = starts(merged, line);
    let in_branch: Vec<usize> = starts(branch, line);
    let nth = in_merged.iter().position(|at| *at == start);
    match nth.filter(|_| in_merged.len() == in_branch.len()).and_then(|nth| in_branch.get(nth)) {
        Some(at) => {
            let from = at + (span.start - start).min(line.len());
            from..(from + span.len()).min(at + line.len())
        }
        None => 0..0,
    }
}

/// Where a line starts, each time it is there.
fn starts(text: &str, line: &str) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    for own in text.split_inclusive('\n') {
        if own.trim_end_matches(['\n', '\r']) == line {
            found.push(at);
        }
        at += own.len();
    }
    found
}

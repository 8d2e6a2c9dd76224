//! Ids that two records would have once the branch is merged.

use std::collections::{HashMap, HashSet};

use super::base::Base;
use super::checked::{ACTION_ID, shared_id, twin};
use super::{Changed, known_by};
use crate::cli::comparison::State;
use crate::cli::context::{Context, settings_text};
use crate::cli::failure::Failure;
use crate::cli::resolve::record::twins;
use crate::cli::survey::{Around, Depth, Survey};
use crate::config::RuleLevel;
use crate::finding::Level;
use crate::record::RecordId;
use crate::store::records::Located;
use crate::store::{At, ObjectId, RepoPath};

/// Looks at the ids of the records and of their actions among all that will be there.
pub(super) fn look(
    context: &Context,
    base: &Base,
    (parted, tip): (&State, &State),
    all: &mut [Changed],
) -> Result<(), Failure> {
    of_records(context, (parted, tip), all)?;
    of_actions(context, base, all)
}

/// Two records whose files have one name.
fn of_records(context: &Context, (parted, tip): (&State, &State), all: &mut [Changed]) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    let (mut there, _) = tip.locate(context)?;
    let moved: HashSet<&RepoPath> =
        all.iter().filter_map(|changed| changed.pair.before.as_ref()).map(|before| &before.file.path).collect();
    let here: HashSet<&RepoPath> = all.iter().map(|changed| &changed.after.file.path).collect();
    there.retain(|located| !moved.contains(&located.file.path) && !here.contains(&located.file.path));
    // A record that the other side has moved is the same one, wherever it is now.
    let mine: HashSet<&RecordId> =
        all.iter().filter_map(|changed| changed.pair.before.as_ref()).map(|before| &before.id).collect();
    let were = parted.locate(context)?.0;
    let paths: HashSet<&RepoPath> = were.iter().map(|located| &located.file.path).collect();
    there.retain(|located| !mine.contains(&located.id) || paths.contains(&located.file.path));
    let merged: Vec<Located> = there.into_iter().chain(all.iter().map(|changed| changed.after.clone())).collect();
    let twins_of = |all: &[Located]| -> HashSet<RepoPath> { twins(all).into_iter().collect() };
    let (same, known) = (twins_of(&merged), twins_of(&were));
    for changed in all.iter_mut().filter(|changed| same.contains(&changed.after.file.path)) {
        let finding = twin();
        let was = changed.pair.before.as_ref().is_some_and(|before| known.contains(&before.file.path));
        if was {
            *changed.was.entry(known_by(&finding, "")).or_insert(0) += 1;
        }
        changed.checked.findings.push(finding);
    }
    Ok(())
}

/// Two actions of two records with one id.
fn of_actions(context: &Context, base: &Base, all: &mut [Changed]) -> Result<(), Failure> {
    let level = match base.settings.rule(ACTION_ID) {
        Some(RuleLevel::Off) => return Ok(()),
        Some(RuleLevel::Level(level)) => level,
        None => Level::Error,
    };
    if all.iter().all(|changed| changed.checked.ids.is_empty()) {
        return Ok(());
    }
    let mine: HashSet<RecordId> = all
        .iter()
        .flat_map(|changed| changed.pair.before.iter().chain(&changed.pair.after))
        .map(|located| located.id.clone())
        .collect();
    let mut others = owners(&surveyed(context, base, base.tip)?, &mine);
    for changed in all.iter() {
        for (id, _) in &changed.checked.ids {
            others.entry(id.clone()).or_default().push(changed.checked.path.clone());
        }
    }
    let mut before: Option<HashMap<String, Vec<String>>> = None;
    for changed in all.iter_mut() {
        for (id, number) in changed.checked.ids.clone() {
            let other = others.get(&id).into_iter().flatten().filter(|path| **path != changed.checked.path).min();
            let Some(other) = other else { continue };
            let finding = shared_id(&id, other, level, changed.place(&format!("actions[{number}].id")));
            if changed.before.as_ref().is_some_and(|before| before.ids.contains(&id)) {
                // It is not new where both had it when the two parted.
                if before.is_none() {
                    before = Some(owners(&surveyed(context, base, base.parted)?, &HashSet::new()));
                }
                let had = before.as_ref().and_then(|before| before.get(&id)).is_some_and(|paths| paths.contains(other));
                if had {
                    *changed.was.entry(known_by(&finding, "")).or_insert(0) += 1;
                }
            }
            changed.checked.findings.push(finding);
        }
    }
    Ok(())
}

/// Every record of a commit, as far as the cache does not know it already.
fn surveyed(context: &Context, base: &Base, commit: ObjectId) -> Result<Survey, Failure> {
    let at = At::Revision(commit);
    let text = settings_text(&context.store, at).unwrap_or_default();
    let around = Around { store: &context.store, config: &base.settings, settings: &text, world: context.ui.world() };
    around.survey(at, Depth::Whole, true)
}

/// The records that have an action of each id, but for some.
fn owners(survey: &Survey, but_for: &HashSet<RecordId>) -> HashMap<String, Vec<String>> {
    let mut owners: HashMap<String, Vec<String>> = HashMap::new();
    for record in survey.records().filter(|record| !but_for.contains(&record.id())) {
        for id in record.summary.actions.iter().filter_map(|action| action.id) {
            owners.entry(id.to_owned()).or_default().push(record.path.to_owned());
        }
    }
    owners
}

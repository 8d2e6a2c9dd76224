//! The history of one record: which commits changed it, and what it said before and after each.
//!
//! Git is asked for every commit on every way, so that an approval on a side branch that was merged away is there, too. A
//! record that was moved is found by its id, one that was given another id by what it says; git's guess (`--follow`) is
//! not asked for, and could not tell a record from its template.

mod lineage;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::diff;
use crate::document::read::values;
use crate::record::Record;
use crate::store::records::{Located, id_of};
use crate::store::{At, FileEntry, FileStep, ObjectId, Passed, RepoPath, Source};

pub use lineage::Lineage;

/// How often a record may have been moved. A history made to lead round in circles ends there.
const MOST_MOVES: usize = 32;

/// Of the records that went with a commit as many are compared with one that came.
const MOST_COMPARED: usize = 1_000;

/// A version of a record.
#[derive(Debug)]
pub struct Version {
    /// Its blob.
    pub blob: ObjectId,
    /// What it says; `None` when it cannot be read as a record.
    pub record: Option<Record>,
}

/// What a commit made of the record.
#[derive(Debug)]
pub struct Step {
    /// The commit.
    pub passed: Passed,
    /// The record in each parent that is compared with.
    pub before: Vec<Option<Arc<Version>>>,
    /// The record in the commit; `None` when it was removed.
    pub after: Option<Arc<Version>>,
    /// The path it had before, when the commit moved it.
    pub moved_from: Option<RepoPath>,
}

/// The commits that changed a record, children before parents, else newest first.
///
/// Nothing before the first commit; `tip` is a commit.
pub fn chronicle(context: &Context, located: &Located, tip: ObjectId) -> Result<Vec<Step>, Failure> {
    let store = &context.store;
    let folder = context.records().folder()?;
    let mut paths = vec![located.file.path.clone()];
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut passes = store.history(tip, &paths)?;
    for _ in 0..MOST_MOVES {
        let known = paths.len();
        for passed in &passes {
            let came =
                passed.files.iter().find(|file| !file.before.is_empty() && file.before.iter().all(Option::is_none));
            let (Some(came), Some(parent)) = (came, passed.parents.first()) else { continue };
            if !seen.insert(passed.commit) {
                continue;
            }
            if let Some(from) = moved_from(context, passed, &came.path, came.after, (*parent, &folder))?
                && !paths.contains(&from)
            {
                paths.push(from);
            }
        }
        if paths.len() == known {
            break;
        }
        passes = store.history(tip, &paths)?;
    }
    for passed in passes.iter_mut().filter(|passed| passed.files.is_empty()) {
        passed.files.extend(taken(context, passed, &paths)?);
    }
    let versions = read(context, &passes)?;
    Ok(passes.into_iter().map(|passed| step(passed, &versions)).collect())
}

/// What a merge that changed nothing itself took, and what its parents have.
fn taken(context: &Context, passed: &Passed, paths: &[RepoPath]) -> Result<Vec<FileStep>, Failure> {
    let store = &context.store;
    let mut found = Vec::new();
    for path in paths {
        let before =
            passed.parents.iter().map(|parent| store.object_at(path, *parent)).collect::<Result<Vec<_>, _>>()?;
        let after = store.object_at(path, passed.commit)?;
        if after.is_some() || before.iter().any(Option::is_some) {
            found.push(FileStep { path: path.clone(), before, after });
        }
    }
    Ok(found)
}

/// Where a record that came with a commit was before, when it was somewhere.
fn moved_from(
    context: &Context,
    passed: &Passed,
    path: &RepoPath,
    blob: Option<ObjectId>,
    (parent, folder): (ObjectId, &RepoPath),
) -> Result<Option<RepoPath>, Failure> {
    let store = &context.store;
    let changed = store.changed_paths(parent, passed.commit, Some(folder))?;
    let went: Vec<RepoPath> = changed
        .into_iter()
        .filter(|other| other != path && is_record(other))
        .filter(|other| matches!(store.object_at(other, passed.commit), Ok(None)))
        .collect();
    if let Some(same) = went.iter().find(|other| id_of(other) == id_of(path)) {
        return Ok(Some(same.clone()));
    }
    let record = |blob: ObjectId, path: &RepoPath| values(&String::from_utf8(store.read_blob(blob, path).ok()?).ok()?);
    let Some(here) = blob.and_then(|blob| record(blob, path)) else { return Ok(None) };
    let mut likest = None;
    for other in went.into_iter().take(MOST_COMPARED) {
        let Some(there) = store.object_at(&other, parent)?.and_then(|blob| record(blob, &other)) else { continue };
        let Some(likeness) = diff::likeness(&there, &here) else { continue };
        if likest.as_ref().is_none_or(|(most, _)| likeness > *most) {
            likest = Some((likeness, other));
        }
    }
    Ok(likest.map(|(_, path)| path))
}

fn is_record(path: &RepoPath) -> bool {
    path.file_name().strip_suffix(".toml").is_some_and(|stem| !stem.is_empty())
}

/// Every version that the passes name, each read once.
fn read(context: &Context, passes: &[Passed]) -> Result<HashMap<ObjectId, Arc<Version>>, Failure> {
    let mut files: HashMap<ObjectId, FileEntry> = HashMap::new();
    for file in passes.iter().flat_map(|passed| &passed.files) {
        for blob in file.before.iter().flatten().chain(&file.after) {
            let entry = || FileEntry { path: file.path.clone(), source: Source::Blob(*blob) };
            files.entry(*blob).or_insert_with(entry);
        }
    }
    let (blobs, entries): (Vec<ObjectId>, Vec<FileEntry>) = files.into_iter().unzip();
    let records = context.store.load(&entries, |_, bytes| values(&String::from_utf8(bytes.ok()?).ok()?))?;
    let version = |(blob, record)| (blob, Arc::new(Version { blob, record }));
    Ok(blobs.into_iter().zip(records).map(version).collect())
}

fn step(passed: Passed, versions: &HashMap<ObjectId, Arc<Version>>) -> Step {
    let version = |blob: &Option<ObjectId>| blob.as_ref().and_then(|blob| versions.get(blob)).cloned();
    let mut before: Vec<Option<Arc<Version>>> = vec![None; passed.parents.len()];
    let (mut after, mut at, mut from) = (None, None, None);
    for file in &passed.files {
        for (kept, blob) in before.iter_mut().zip(&file.before) {
            *kept = kept.take().or_else(|| version(blob));
        }
        match file.after {
            Some(_) => {
                after = after.or_else(|| version(&file.after));
                at = Some(&file.path);
            }
            None => from = Some(&file.path),
        }
    }
    let moved_from = at.and(from).cloned();
    Step { passed, before, after, moved_from }
}

impl Step {
    /// Whether it is a merge that took the record as one of its parents has it.
    pub fn is_taken(&self) -> bool {
        let blob = |version: &Option<Arc<Version>>| version.as_ref().map(|version| version.blob);
        self.passed.parents.len() > 1 && self.before.iter().any(|before| blob(before) == blob(&self.after))
    }

    /// The version before, in the first parent that has one.
    pub fn parent(&self) -> Option<&Version> {
        self.before.iter().flatten().next().map(AsRef::as_ref)
    }
}

/// How often the due date of each action had slipped by a state, by the id of the action.
///
/// Merges are left out: what they brought together was counted where it was made.
pub fn slips(steps: &[Step]) -> HashMap<String, usize> {
    let mut slips = HashMap::new();
    for id in steps.iter().flat_map(slipped) {
        *slips.entry(id).or_insert(0) += 1;
    }
    slips
}

/// The actions whose due date a commit let slip.
pub fn slipped(step: &Step) -> Vec<String> {
    let record = |version: Option<&Version>| version.and_then(|version| version.record.clone());
    let (Some(before), Some(after), 0..=1) =
        (record(step.parent()), record(step.after.as_deref()), step.passed.parents.len())
    else {
        return Vec::new();
    };
    diff::changes(&before, &after).iter().filter_map(|change| change.slipped().map(str::to_owned)).collect()
}

/// The commit that a state is, or that it stands on.
pub fn tip(context: &Context) -> Result<Option<ObjectId>, Failure> {
    match context.at {
        At::Revision(commit) => Ok(Some(commit)),
        At::WorkTree => Ok(context.store.head()?.commit),
    }
}

//! What other branches have that is not here yet.

use std::collections::HashMap;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::document::read::{values_of, why_unread};
use crate::query::actions::Place;
use crate::query::summary::needs;
use crate::record::Record;
use crate::store::records::{Located, Records, Unread};
use crate::store::{At, Branch, Line, ObjectId, RepoPath};

/// A record that another branch has added, or changed since it parted from what is looked at.
pub struct News {
    located: Located,
    branch: Branch,
    /// What it says there, or why that cannot be read.
    record: Result<Record, String>,
}

impl News {
    /// Where it is, here or there.
    pub fn path(&self) -> &str {
        self.located.file.path.as_str()
    }

    /// Where it is, and what it says.
    pub fn told(&self) -> (Place<'_>, Result<&Record, Unread>) {
        let place = Place { id: self.located.id.as_str(), path: self.path(), branch: Some(&self.branch.name) };
        let unread =
            |reason: &String| Unread { path: format!("{}:{}", self.branch.name, self.path()), reason: reason.clone() };
        (place, self.record.as_ref().map_err(unread))
    }

    /// The branch it was read from, with its commit.
    pub fn branch(&self) -> Option<(String, ObjectId)> {
        self.record.is_ok().then(|| (self.branch.name.clone(), self.branch.commit))
    }
}

/// The records of other branches that stand in the place of those here, or beside them, by path; `only` the one at that
/// path, when it is given.
pub fn news(context: &Context, only: Option<&str>) -> Result<Vec<News>, Failure> {
    let newer = newer(context)?.into_values();
    let mut newer: Vec<_> =
        newer.filter(|(located, _)| only.is_none_or(|path| path == located.file.path.as_str())).collect();
    newer.sort_by(|(a, _), (b, _)| a.file.path.cmp(&b.file.path));
    let read = |(located, branch): (Located, Branch)| {
        let loaded = context.records().load(&located).map_err(|unread| unread.reason);
        let record = loaded
            .and_then(|loaded| values_of(&loaded.text, &needs).ok_or_else(|| why_unread(&loaded.text).to_owned()));
        News { located, branch, record }
    };
    Ok(newer.into_iter().map(read).collect())
}

/// The records that other branches have in a newer version, by their path.
fn newer(context: &Context) -> Result<HashMap<String, (Located, Branch)>, Failure> {
    let store = &context.store;
    let here = match context.at {
        At::Revision(commit) => Some(commit),
        At::WorkTree => store.head()?.commit,
    };
    let folder = context.records().folder()?;
    let mut branches = store.branches()?;
    // The latest commit first; a local branch before the one it was pushed to.
    branches.sort_by_key(|branch| (std::cmp::Reverse(store.committed(branch.commit)), branch.name.clone()));
    let mut seen: Vec<ObjectId> = here.into_iter().collect();
    let mut newer = HashMap::new();
    for branch in branches {
        if seen.contains(&branch.commit) {
            continue;
        }
        seen.push(branch.commit);
        let parted = here.map(|here| store.merge_base(here, branch.commit)).transpose()?.flatten();
        if parted == Some(branch.commit) {
            continue;
        }
        let changed = match parted {
            Some(parted) => store.changed_paths(parted, branch.commit, Some(&folder))?,
            None => Records::new(store, &context.config, At::Revision(branch.commit))
                .locate()?
                .0
                .into_iter()
                .map(|located| located.file.path)
                .collect(),
        };
        if changed.is_empty() {
            continue;
        }
        let (there, _) = Records::new(store, &context.config, At::Revision(branch.commit)).locate()?;
        for located in there.into_iter().filter(|located| changed.contains(&located.file.path)) {
            if changed_here(context, parted, here, &located.file.path)? {
                continue;
            }
            let path = located.file.path.as_str().to_owned();
            if !newer.contains_key(&path) && is_news(context, here, &located.file.path, branch.commit)? {
                newer.insert(path, (located, branch.clone()));
            }
        }
    }
    Ok(newer)
}

/// Whether this branch, too, has changed a file since the two parted: neither version is the newer one then.
fn changed_here(
    context: &Context,
    parted: Option<ObjectId>,
    here: Option<ObjectId>,
    path: &RepoPath,
) -> Result<bool, Failure> {
    let (Some(parted), Some(here)) = (parted, here) else { return Ok(false) };
    Ok(context.store.object_at(path, parted)? != context.store.object_at(path, here)?)
}

/// Whether what a branch has of a file was never here: it was if the branch was merged by a squash, or picked.
fn is_news(context: &Context, here: Option<ObjectId>, path: &RepoPath, there: ObjectId) -> Result<bool, Failure> {
    let store = &context.store;
    let Some(here) = here else { return Ok(true) };
    let blob = store.object_at(path, there)?;
    if store.object_at(path, here)? == blob {
        return Ok(false);
    }
    let steps = store.pass(here, path, Line::FirstParent)?;
    Ok(!steps.iter().flat_map(|passed| &passed.files).any(|step| step.path == *path && step.after == blob))
}

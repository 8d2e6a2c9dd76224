//! The history of the actions of a list, out of one pass over that of the records folder.
//!
//! Only versions of files that have, or had under another name, an action of the list are read, each once, and of each
//! nothing is kept but the due dates and states of these actions.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::DateTime;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::document::read::values_of;
use crate::query::actions::Listed;
use crate::query::lineage::{Change, Said, Start, State, follow};
use crate::query::past::{Moment, Past};
use crate::record::action::Action;
use crate::store::records::Records;
use crate::store::{At, FileEntry, Line, ObjectId, Passed, RepoPath, Source, StoreError};
use crate::workflow::verify::SHALLOW;

/// Says of every action of a list what became of it. `branches` are those that the list was taken from beside what is
/// looked at.
pub fn add(
    context: &mut Context,
    listed: &mut [Listed<'_>],
    branches: &BTreeMap<String, ObjectId>,
) -> Result<(), Failure> {
    let here = match context.at {
        At::Revision(commit) => Some(commit),
        At::WorkTree => context.store.head()?.commit,
    };
    let tips: Vec<ObjectId> = here.into_iter().chain(branches.values().copied()).collect();
    if tips.is_empty() {
        for action in listed {
            action.past = Some(Box::default());
        }
        return Ok(());
    }
    let ids = Ids::of(listed);
    let mut seen = Seen::default();
    for action in listed.iter().filter(|action| ids.number(action).is_some()) {
        seen.wanted.extend(RepoPath::new(action.path));
    }
    let folder = context.records().folder()?;
    context.store.pass_all(&tips, &folder, Line::All, |passed| {
        seen.take(passed);
        Ok(())
    })?;
    let starts = starts(context, listed, &ids, here, branches, &mut seen)?;
    let said = context.store.load(&seen.versions, |_, bytes| said(bytes, &ids))?;
    let which: Vec<Start> = starts.iter().map(|(_, start)| *start).collect();
    let followed = follow(&seen.changes, &which, |version| &said[version as usize]);
    let shallow = context.store.is_shallow();
    let zone = context.config.timezone;
    let moment = |commit: u32| {
        let seen = &seen.commits[commit as usize];
        let on = DateTime::from_timestamp(seen.seconds, 0).unwrap_or_default().with_timezone(&zone).date_naive();
        Moment { by: seen.author.clone(), on, commit: seen.id.to_string() }
    };
    for action in listed.iter_mut().filter(|action| ids.number(action).is_some()) {
        action.past = Some(Box::default());
    }
    for ((index, _), turns) in starts.iter().zip(followed) {
        let cut = shallow && turns.first().is_some_and(|turn| !seen.commits[turn.commit as usize].has_parents);
        let past = Past::of(turns.into_iter().map(|turn| (turn.state, moment(turn.commit))));
        listed[*index].past = Some(Box::new(Past { cut, ..past }));
    }
    if shallow {
        context.ui.note(SHALLOW);
    }
    Ok(())
}

/// The ids of actions as numbers.
struct Ids {
    numbers: HashMap<String, u32>,
    /// The places of actions whose id another one of the same record has, too: nobody can say which is which.
    twins: HashSet<(String, String)>,
}

impl Ids {
    fn of(listed: &[Listed<'_>]) -> Self {
        let mut ids = Self { numbers: HashMap::new(), twins: HashSet::new() };
        let mut places = HashSet::new();
        for action in listed {
            let Some(id) = action.id else { continue };
            let next = u32::try_from(ids.numbers.len()).unwrap_or(u32::MAX);
            ids.numbers.entry(id.to_owned()).or_insert(next);
            let place = (action.path.to_owned(), id.to_owned());
            if !places.insert(place.clone()) {
                ids.twins.insert(place);
            }
        }
        ids
    }

    /// The number of an action that can be followed.
    fn number(&self, action: &Listed<'_>) -> Option<u32> {
        let id = action.id?;
        let alone = self.twins.is_empty() || !self.twins.contains(&(action.path.to_owned(), id.to_owned()));
        alone.then(|| self.numbers.get(id).copied()).flatten()
    }
}

/// What a pass has seen, with numbers in the place of ids and paths: there may be very many.
#[derive(Default)]
struct Seen {
    /// The files that have an action of the list, or had one under another name.
    wanted: HashSet<RepoPath>,
    commits: Vec<Commit>,
    changes: Vec<Change>,
    files: HashMap<RepoPath, u32>,
    numbers: HashMap<ObjectId, u32>,
    /// The versions by their numbers, with the path of one file that had it.
    versions: Vec<FileEntry>,
}

struct Commit {
    id: ObjectId,
    author: String,
    seconds: i64,
    has_parents: bool,
}

impl Seen {
    fn take(&mut self, passed: Passed) {
        let wanted = |seen: &Self, path: &RepoPath| seen.wanted.contains(path);
        if !passed.files.iter().any(|step| wanted(self, &step.path)) {
            return;
        }
        // Where a file was added, those that went may be what it was before.
        let added = |seen: &Self| {
            let mut files = passed.files.iter();
            files
                .any(|step| step.after.is_some() && step.before.iter().all(Option::is_none) && wanted(seen, &step.path))
        };
        if added(self) {
            let gone = passed.files.iter().filter(|step| step.after.is_none());
            self.wanted.extend(gone.map(|step| step.path.clone()));
        }
        let commit = u32::try_from(self.commits.len()).unwrap_or(u32::MAX);
        self.commits.push(Commit {
            id: passed.commit,
            author: format!("{} <{}>", passed.author.name, passed.author.email),
            seconds: passed.author.seconds,
            has_parents: !passed.parents.is_empty(),
        });
        for step in passed.files {
            if !self.wanted.contains(&step.path) {
                continue;
            }
            let before = step.before.iter().map(|blob| blob.map(|blob| self.version(blob, &step.path))).collect();
            let after = step.after.map(|blob| self.version(blob, &step.path));
            let file = self.file(&step.path);
            self.changes.push(Change { commit, file, before, after });
        }
    }

    fn file(&mut self, path: &RepoPath) -> u32 {
        let next = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        *self.files.entry(path.clone()).or_insert(next)
    }

    fn version(&mut self, blob: ObjectId, path: &RepoPath) -> u32 {
        let next = u32::try_from(self.versions.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(blob).or_insert(next);
        if number == next {
            self.versions.push(FileEntry { path: path.clone(), source: Source::Blob(blob) });
        }
        number
    }
}

/// Where each action of the list that is committed is followed from.
fn starts(
    context: &Context,
    listed: &[Listed<'_>],
    ids: &Ids,
    here: Option<ObjectId>,
    branches: &BTreeMap<String, ObjectId>,
    seen: &mut Seen,
) -> Result<Vec<(usize, Start)>, Failure> {
    let mut starts = Vec::new();
    let all = std::iter::once((None, here)).chain(branches.iter().map(|(name, commit)| (Some(name), Some(*commit))));
    for (branch, commit) in all {
        let Some(commit) = commit else { continue };
        let (located, _) = Records::new(&context.store, &context.config, At::Revision(commit)).locate()?;
        let blobs: HashMap<&str, (&RepoPath, ObjectId)> = located
            .iter()
            .filter_map(|located| match located.file.source {
                Source::Blob(blob) => Some((located.file.path.as_str(), (&located.file.path, blob))),
                Source::WorkTree => None,
            })
            .collect();
        let of_branch = |action: &Listed<'_>| action.branch == branch.map(String::as_str);
        for (index, action) in listed.iter().enumerate().filter(|(_, action)| of_branch(action)) {
            if let (Some(number), Some((path, blob))) = (ids.number(action), blobs.get(action.path)) {
                let (file, version) = (seen.file(path), seen.version(*blob, path));
                starts.push((index, Start { action: number, file, version }));
            }
        }
    }
    Ok(starts)
}

/// What a version of a file says of the actions.
fn said(bytes: Result<Vec<u8>, StoreError>, ids: &Ids) -> Said {
    let Some(text) = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return Said::Unreadable };
    // A key may be written with escapes; nothing else stands for its letters.
    if !text.contains("actions") && !text.contains("\\u") && !text.contains("\\x") {
        return Said::Actions(Vec::new());
    }
    let wanted = |top: &str, below: Option<&str>| {
        top == "actions" && below.is_none_or(|key| matches!(key, "id" | "due" | "status"))
    };
    let Some(record) = values_of(&text, &wanted) else { return Said::Unreadable };
    let state = |action: Action<'_>| {
        let number = ids.numbers.get(action.id()?)?;
        Some((*number, State { due: action.due(), stands: action.status() }))
    };
    Said::Actions(record.actions().into_iter().filter_map(state).collect())
}

//! Two states of the repository -> the records that differ, each with its two sides.
//!
//! Only what differs is read: trees are compared by their ids, and the working tree by what git says of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use similar::TextDiff;

use super::context::Context;
use super::failure::Failure;
use crate::config::Config;
use crate::diff;
use crate::document::read::values;
use crate::record::{Record, RecordId};
use crate::render::changes::{Compared, Fate, Side, told};
use crate::render::sanitise::one_line;
use crate::store::records::{Loaded, Located, Records, Unread};
use crate::store::{At, ObjectId, RepoPath, Skipped};

/// As many pairs of records that went and came are compared by what they say.
const MOST_COMPARED: usize = 10_000;

/// Texts of more lines than this together are not compared line by line.
const MOST_LINES: usize = 20_000;

/// A state of the repository, and what it is called.
#[derive(Debug, Clone)]
pub struct State {
    /// Where its files are; `None` before the first commit.
    pub at: Option<At>,
    /// What it is called in a sentence: "HEAD", "the working tree".
    pub name: String,
    /// Its own settings, where it may have its records in another place than those of the context.
    settings: Option<Arc<Config>>,
}

impl State {
    /// The state of the files on disk.
    pub fn work_tree() -> Self {
        Self { at: Some(At::WorkTree), name: "the working tree".to_owned(), settings: None }
    }

    /// The state of a commit.
    pub fn commit(name: &str, commit: ObjectId) -> Self {
        Self { at: Some(At::Revision(commit)), name: name.to_owned(), settings: None }
    }

    /// The state before the first commit.
    pub fn nothing() -> Self {
        Self { at: None, name: "nothing".to_owned(), settings: None }
    }

    /// The same state, with its records where these settings have them.
    #[must_use]
    pub fn with(self, settings: Arc<Config>) -> Self {
        Self { settings: Some(settings), ..self }
    }

    fn records<'a>(&'a self, context: &'a Context, at: At) -> Records<'a> {
        Records::new(&context.store, self.settings.as_deref().unwrap_or(&context.config), at)
    }

    /// What a report says of it.
    pub fn side(&self) -> Side {
        match self.at {
            None => Side::Nothing,
            Some(At::WorkTree) => Side::WorkTree,
            Some(At::Revision(commit)) => Side::Commit { named: self.name.clone(), id: commit.to_string() },
        }
    }

    /// Every record's file, and what looks like one but is not read.
    pub fn locate(&self, context: &Context) -> Result<(Vec<Located>, Vec<Skipped>), Failure> {
        match self.at {
            None => Ok((Vec::new(), Vec::new())),
            Some(at) => Ok(self.records(context, at).locate()?),
        }
    }

    /// Many records handed to `each`, on all cores when it is worth it; the results keep the order.
    pub fn load_each<T: Send>(
        &self,
        context: &Context,
        located: &[Located],
        each: impl Fn(Result<Loaded, Unread>) -> T + Sync,
    ) -> Result<Vec<T>, Failure> {
        match self.at {
            None => Ok(Vec::new()),
            Some(at) => Ok(self.records(context, at).load_each(located, each)?),
        }
    }

    /// The texts of records.
    pub fn load(&self, context: &Context, located: &[Located]) -> Result<Vec<Result<Loaded, Unread>>, Failure> {
        self.load_each(context, located, |loaded| loaded)
    }
}

/// A record on both sides; on at least one of them it is there.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Before.
    pub before: Option<Located>,
    /// After.
    pub after: Option<Located>,
}

impl Pair {
    /// Whether it is a record of this id on either side.
    pub fn is(&self, id: &RecordId) -> bool {
        self.before.iter().chain(&self.after).any(|located| located.id == *id)
    }

    /// Where it is, else where it was.
    fn path(&self) -> &RepoPath {
        let located = self.after.as_ref().or(self.before.as_ref());
        &located.expect("a pair has a side").file.path
    }
}

/// The records that differ between two states, by path, and what looks like a changed record but is not read.
pub fn pairs(context: &Context, before: &State, after: &State) -> Result<(Vec<Pair>, Vec<Skipped>), Failure> {
    let changed = changed(context, before, after)?;
    let (there, mut skipped) = before.locate(context)?;
    let (here, skipped_here) = after.locate(context)?;
    let differing = |located: Vec<Located>| -> BTreeMap<RepoPath, Located> {
        let differing = located.into_iter().filter(|located| changed.contains(&located.file.path));
        differing.map(|located| (located.file.path.clone(), located)).collect()
    };
    let (mut there, mut here) = (differing(there), differing(here));
    skipped.extend(skipped_here);
    // Whether one whose name is none of ours has changed cannot be asked, so it is always named.
    skipped.retain(|skipped| RepoPath::new(skipped.path.clone()).map_or(true, |path| changed.contains(&path)));
    skipped.sort_by(|a, b| a.path.cmp(&b.path));
    skipped.dedup();
    let stayed: Vec<RepoPath> = there.keys().filter(|path| here.contains_key(*path)).cloned().collect();
    let mut pairs: Vec<Pair> =
        stayed.iter().map(|path| Pair { before: there.remove(path), after: here.remove(path) }).collect();
    let (mut went, mut came): (Vec<Located>, Vec<Located>) =
        (there.into_values().collect(), here.into_values().collect());
    moved(&mut went, &mut came, &mut pairs);
    renamed(context, before, after, (&mut went, &mut came), &mut pairs)?;
    pairs.extend(went.into_iter().map(|located| Pair { before: Some(located), after: None }));
    pairs.extend(came.into_iter().map(|located| Pair { before: None, after: Some(located) }));
    pairs.sort_by(|a, b| a.path().cmp(b.path()));
    Ok((pairs, skipped))
}

/// The files of the records' folders that differ.
fn changed(context: &Context, before: &State, after: &State) -> Result<BTreeSet<RepoPath>, Failure> {
    let mut found = BTreeSet::new();
    let folders = [before, after].map(|state| state.records(context, context.at).folder());
    for folder in folders.into_iter().collect::<Result<BTreeSet<_>, _>>()? {
        found.extend(changed_under(context, before, after, &folder)?);
    }
    Ok(found)
}

fn changed_under(
    context: &Context,
    before: &State,
    after: &State,
    folder: &RepoPath,
) -> Result<Vec<RepoPath>, Failure> {
    let store = &context.store;
    let on_disk = || -> Result<Vec<RepoPath>, Failure> {
        Ok(store.differences(Some(folder))?.into_iter().map(|(path, _)| path).collect())
    };
    Ok(match (before.at, after.at) {
        (Some(At::Revision(before)), Some(At::Revision(after))) => store.changed_paths(before, after, Some(folder))?,
        (Some(At::Revision(before)), Some(At::WorkTree)) => {
            let mut found = on_disk()?;
            match store.head()?.commit {
                Some(head) if head != before => found.extend(store.changed_paths(before, head, Some(folder))?),
                _ => {}
            }
            found
        }
        _ => {
            let all = [before.locate(context)?.0, after.locate(context)?.0];
            all.into_iter().flatten().map(|located| located.file.path).collect()
        }
    })
}

/// A record that went from one place and came to another is known by its id.
fn moved(went: &mut Vec<Located>, came: &mut Vec<Located>, pairs: &mut Vec<Pair>) {
    let mut places: HashMap<RecordId, Vec<Located>> = HashMap::new();
    for located in came.drain(..) {
        places.entry(located.id.clone()).or_default().push(located);
    }
    let mut gone = Vec::new();
    for before in went.drain(..) {
        match places.get_mut(&before.id).and_then(Vec::pop) {
            Some(after) => pairs.push(Pair { before: Some(before), after: Some(after) }),
            None => gone.push(before),
        }
    }
    *went = gone;
    *came = places.into_values().flatten().collect();
    came.sort_by(|a, b| a.file.path.cmp(&b.file.path));
}

/// A record that came under an id of its own and says most of what one says that went is that one.
fn renamed(
    context: &Context,
    before: &State,
    after: &State,
    (went, came): (&mut Vec<Located>, &mut Vec<Located>),
    pairs: &mut Vec<Pair>,
) -> Result<(), Failure> {
    if went.is_empty() || came.is_empty() || went.len().saturating_mul(came.len()) > MOST_COMPARED {
        return Ok(());
    }
    let records = |state: &State, located: &[Located]| -> Result<Vec<Option<Record>>, Failure> {
        let loaded = state.load(context, located)?;
        Ok(loaded.into_iter().map(|loaded| values(&loaded.ok()?.text)).collect())
    };
    let (old, new) = (records(before, went)?, records(after, came)?);
    let mut likest: Vec<(usize, usize, usize)> = Vec::new();
    for (from, old) in old.iter().enumerate() {
        for (to, new) in new.iter().enumerate() {
            if let (Some(old), Some(new)) = (old, new) {
                likest.extend(diff::likeness(old, new).map(|likeness| (likeness, from, to)));
            }
        }
    }
    likest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut from_taken, mut to_taken) = (BTreeSet::new(), BTreeSet::new());
    for (_, from, to) in likest {
        if !from_taken.contains(&from) && !to_taken.contains(&to) {
            from_taken.insert(from);
            to_taken.insert(to);
            pairs.push(Pair { before: Some(went[from].clone()), after: Some(came[to].clone()) });
        }
    }
    let rest = |all: &mut Vec<Located>, taken: &BTreeSet<usize>| {
        let mut index = 0;
        all.retain(|_| {
            index += 1;
            !taken.contains(&(index - 1))
        });
    };
    rest(went, &from_taken);
    rest(came, &to_taken);
    Ok(())
}

/// What became of records, in the order of the pairs, and those that could not be read at all.
///
/// `slips` says how often the due dates of a record's actions had slipped before; it is asked only where one does.
pub fn compare(
    context: &Context,
    before: &State,
    after: &State,
    pairs: Vec<Pair>,
    slips: impl Fn(&Located) -> Option<HashMap<String, usize>>,
) -> Result<(Vec<Compared>, Vec<Unread>), Failure> {
    let side = |pick: fn(&Pair) -> &Option<Located>| pairs.iter().filter_map(|pair| pick(pair).clone()).collect();
    let (old, new): (Vec<Located>, Vec<Located>) = (side(|pair| &pair.before), side(|pair| &pair.after));
    let mut old = before.load(context, &old)?.into_iter();
    let mut new = after.load(context, &new)?.into_iter();
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for pair in pairs {
        let mut take = |located: &Option<Located>, from: &mut dyn Iterator<Item = Result<Loaded, Unread>>| {
            let loaded = located.as_ref().and_then(|_| from.next())?;
            Some(loaded.inspect_err(|error| {
                unread.push(Unread { path: error.path.clone(), reason: error.reason.clone() });
            }))
        };
        let (old, new) = (take(&pair.before, &mut old), take(&pair.after, &mut new));
        let (old, new) = match (old, new) {
            (Some(Err(_)), _) | (_, Some(Err(_))) => continue,
            (old, new) => (old.and_then(Result::ok), new.and_then(Result::ok)),
        };
        found.extend(compared(context, (before, after), &pair, (old, new), &slips));
    }
    Ok((found, unread))
}

fn compared(
    context: &Context,
    (before, after): (&State, &State),
    pair: &Pair,
    (old, new): (Option<Loaded>, Option<Loaded>),
    slips: &impl Fn(&Located) -> Option<HashMap<String, usize>>,
) -> Option<Compared> {
    let here = new.as_ref().or(old.as_ref())?;
    let (id, path) = (here.id.clone(), here.path.to_string());
    let was = old.as_ref().filter(|old| old.path != here.path).map(|old| (old.id.clone(), old.path.to_string()));
    let read = |loaded: &Option<Loaded>| loaded.as_ref().map(|loaded| values(&loaded.text));
    let (old_record, new_record) = (read(&old), read(&new));
    let titled = new_record.as_ref().and_then(Option::as_ref).or(old_record.as_ref().and_then(Option::as_ref));
    let title = titled.and_then(|record| record.text("title")).unwrap_or_default().to_owned();
    let text = |loaded: &Option<Loaded>| loaded.as_ref().map_or_else(String::new, |loaded| loaded.text.clone());
    let (old_text, new_text) = (text(&old), text(&new));
    let unreadable = |reason: String| Fate::Unreadable { reason, lines: lines_between(&old_text, &new_text) };
    let fate = match (old_record, new_record) {
        (Some(None), None) | (None, Some(None)) => {
            let what = if new.is_some() { "added" } else { "removed" };
            Fate::Unreadable { reason: format!("record {what}; it cannot be read as one"), lines: String::new() }
        }
        (Some(None), Some(None)) => unreadable("neither side can be read as a record".to_owned()),
        (Some(None), _) => unreadable(format!("{} has what cannot be read as a record", one_line(&before.name))),
        (_, Some(None)) => unreadable(format!("{} has what cannot be read as a record", one_line(&after.name))),
        (None, Some(Some(record))) => Fate::Added(record),
        (Some(Some(record)), None) => Fate::Removed(record),
        (Some(Some(old)), Some(Some(new))) => {
            let slipped = diff::changes(&old, &new).iter().any(|change| change.slipped().is_some());
            let slips = pair.before.as_ref().filter(|_| slipped).and_then(slips);
            let told = told(&old, &new, &context.config, slips.as_ref());
            // Line endings are git's to choose on each machine.
            let text_differs = old_text.replace("\r\n", "\n") != new_text.replace("\r\n", "\n");
            if told.is_empty() && !text_differs && was.is_none() {
                return None;
            }
            Fate::Changed { told, text_differs }
        }
        (None, None) => return None,
    };
    Some(Compared { id, path, was, title, fate })
}

/// The lines that differ between two texts, as a unified diff.
fn lines_between(before: &str, after: &str) -> String {
    if before.lines().count() + after.lines().count() > MOST_LINES {
        return String::new();
    }
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(3).missing_newline_hint(false).to_string()
}

//! The versions of records that a history goes through, each read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::figures::figures;
use super::record_at;
use crate::cli::failure::Failure;
use crate::document::read::values;
use crate::record::{Record, RecordId};
use crate::store::records::id_of;
use crate::store::{At, FileEntry, ObjectId, Passed, RepoPath, Source, Store};
use crate::workflow::canonical::Figures;
use crate::workflow::verify::State;

/// A version of a record.
pub(super) struct Known {
    pub(super) record: Record,
    pub(super) state: Arc<State>,
}

/// A record in the parents of a commit, and in it; `None` where it is not there or cannot be read.
#[derive(Default)]
pub(super) struct Changed {
    pub(super) before: Vec<Option<Arc<Known>>>,
    pub(super) after: Option<Arc<Known>>,
}

/// The versions of records.
pub(super) struct Versions<'a> {
    store: &'a Store,
    wanted: HashSet<&'a RecordId>,
    read: HashMap<(RecordId, ObjectId), Option<Arc<Known>>>,
}

impl<'a> Versions<'a> {
    /// Reads every version that the passes name of the records that are wanted.
    pub(super) fn read<'p>(
        store: &'a Store,
        passes: impl Iterator<Item = &'p Passed>,
        wanted: HashSet<&'a RecordId>,
    ) -> Result<Self, Failure> {
        let mut files: HashMap<(RecordId, ObjectId), FileEntry> = HashMap::new();
        for file in passes.flat_map(|passed| &passed.files).filter(|file| is_record(&file.path)) {
            let id = id_of(&file.path);
            if wanted.contains(&id) {
                for blob in file.before.iter().flatten().chain(&file.after) {
                    let entry = || FileEntry { path: file.path.clone(), source: Source::Blob(*blob) };
                    files.entry((id.clone(), *blob)).or_insert_with(entry);
                }
            }
        }
        let (keys, entries): (Vec<_>, Vec<FileEntry>) = files.into_iter().unzip();
        let known = store.load(&entries, |entry, bytes| {
            let record = values(&String::from_utf8(bytes.ok()?).ok()?)?;
            let state = State::of(&record, &id_of(&entry.path), &Figures::new());
            Some(Arc::new(Known { record, state: Arc::new(state) }))
        })?;
        Ok(Self { store, wanted, read: keys.into_iter().zip(known).collect() })
    }

    /// The records that a commit changed, by their file or by their figures.
    pub(super) fn of(&self, passed: &Passed) -> Vec<(RecordId, Changed)> {
        let mut found: BTreeMap<RecordId, Changed> = BTreeMap::new();
        for file in passed.files.iter().filter(|file| is_record(&file.path)) {
            let id = id_of(&file.path);
            let parents = file.before.iter().zip(&passed.parents);
            let before: Vec<_> = parents.map(|(blob, parent)| self.known(&id, *blob, &file.path, *parent)).collect();
            let after = self.known(&id, file.after, &file.path, passed.commit);
            if after.is_none() && before.iter().all(Option::is_none) {
                continue;
            }
            // A file that was moved is one that went and one that came: together a version of the same record.
            let changed = found.entry(id).or_default();
            changed.before.resize(before.len().max(changed.before.len()), None);
            for (kept, new) in changed.before.iter_mut().zip(before) {
                *kept = kept.take().or(new);
            }
            changed.after = changed.after.take().or(after);
        }
        for (id, record) in passed.files.iter().filter_map(|file| self.record_of_figure(&file.path)) {
            let at = |commit: &ObjectId| self.read_at(&id, &record, *commit);
            found.entry(id.clone()).or_insert_with(|| Changed {
                before: passed.parents.iter().map(at).collect(),
                after: at(&passed.commit),
            });
        }
        found.into_iter().collect()
    }

    /// A version as a commit has it; what it says of figures is what they are there.
    fn known(&self, id: &RecordId, blob: Option<ObjectId>, path: &RepoPath, commit: ObjectId) -> Option<Arc<Known>> {
        let known = self.read.get(&(id.clone(), blob?)).cloned().flatten()?;
        if !known.state.names_figures() {
            return Some(known);
        }
        Some(self.with_figures(id, known.record.clone(), path, commit))
    }

    fn read_at(&self, id: &RecordId, path: &RepoPath, commit: ObjectId) -> Option<Arc<Known>> {
        record_at(self.store, path, commit).map(|record| self.with_figures(id, record, path, commit))
    }

    fn with_figures(&self, id: &RecordId, record: Record, path: &RepoPath, commit: ObjectId) -> Arc<Known> {
        let figures = figures(self.store, &record, path, At::Revision(commit));
        let state = Arc::new(State::of(&record, id, &figures));
        Arc::new(Known { record, state })
    }

    /// The record in whose folder a file lies, when it is one of those that are wanted, and its file.
    fn record_of_figure(&self, path: &RepoPath) -> Option<(RecordId, RepoPath)> {
        let mut folder = path.parent();
        while let Some(here) = folder {
            let id = RecordId::of_stem(here.file_name());
            if self.wanted.contains(&id) {
                return Some((id, RepoPath::new(format!("{here}.toml")).ok()?));
            }
            folder = here.parent();
        }
        None
    }
}

fn is_record(path: &RepoPath) -> bool {
    path.file_name().strip_suffix(".toml").is_some_and(|stem| !stem.is_empty())
}

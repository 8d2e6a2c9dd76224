//! What the repository says about sign-offs: the history of records, and the settings and records they are judged by.
//!
//! Git is asked twice for all records together, never once a record: what changed on every way to the state that is looked
//! at, and what changed on the default branch.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::policy::Policy;
use crate::config::{Config, FILE_NAME};
use crate::document::read::values;
use crate::record::{Record, RecordId};
use crate::store::records::{Located, id_of};
use crate::store::{At, Difference, FileEntry, Line, ObjectId, Passed, RepoPath, Source, Store};
use crate::workflow::canonical::{self, Figures};
use crate::workflow::person::Identity;
use crate::workflow::verify::{Base, SHALLOW, State, Version};

/// The largest figure whose content is signed, in bytes: 256 MiB.
const FIGURE_LIMIT: u64 = 256 * 1024 * 1024;

/// What the history says of records.
pub struct Dossier {
    histories: HashMap<RecordId, Vec<Version>>,
    line: HashMap<RecordId, Vec<Step>>,
    /// Whether the history ends early in this clone.
    pub shallow: bool,
    judged: Judged,
}

/// By which states sign-offs are judged.
enum Judged {
    /// As they came to the default branch; what is not there yet by its tip.
    AsTheyCame { branch: String, tip: ObjectId },
    /// By one revision, which was asked for.
    By { revision: String, commit: ObjectId },
    /// There is nothing to judge by.
    Nothing(String),
}

/// A commit of the default branch's first-parent line that changed a record.
struct Step {
    commit: ObjectId,
    parent: Option<ObjectId>,
    committed: i64,
    before: Option<Arc<Known>>,
    after: Option<Arc<Known>>,
}

/// A version of a record.
struct Known {
    record: Record,
    state: Arc<State>,
}

/// What a sign-off is judged by.
pub struct JudgedBy {
    /// The settings and the record.
    pub base: Arc<Base>,
    /// The commit they are of.
    pub commit: ObjectId,
    /// When the sign-off came to the default branch, in seconds since 1970; `None` when it has not yet.
    pub came: Option<i64>,
}

impl Dossier {
    /// Everything about the records that are wanted, as far as it leads to the state that is looked at.
    pub fn gather(context: &Context, wanted: &[Located], base: Option<&str>) -> Result<Self, Failure> {
        let store = &context.store;
        let tip = match context.at {
            At::Revision(commit) => Some(commit),
            At::WorkTree => store.head()?.commit,
        };
        let judged = match base {
            Some(revision) => Judged::By { revision: revision.to_owned(), commit: store.resolve(revision)? },
            None => match store.default_branch(context.config.default_branch.as_deref())? {
                Some(branch) => match branch.commit {
                    Some(tip) => Judged::AsTheyCame { branch: branch.name, tip },
                    None => Judged::Nothing(format!(
                        "there is no branch {}; name what to judge by with --base",
                        branch.name
                    )),
                },
                None => Judged::Nothing("there is no default branch; name what to judge by with --base".to_owned()),
            },
        };
        let under = match wanted {
            [only] => only.file.path.clone(),
            _ => context.records().folder()?,
        };
        let ids: HashSet<&RecordId> = wanted.iter().map(|located| &located.id).collect();
        let all = tip.map(|tip| store.pass(tip, &under, Line::All)).transpose()?.unwrap_or_default();
        let first = match &judged {
            Judged::AsTheyCame { tip, .. } => store.pass(*tip, &under, Line::FirstParent)?,
            Judged::By { .. } | Judged::Nothing(_) => Vec::new(),
        };
        let known = Versions::read(store, all.iter().chain(&first), &ids)?;
        let shallow = store.is_shallow();
        let mut histories: HashMap<RecordId, Vec<Version>> = HashMap::new();
        for passed in &all {
            for (id, changed) in known.of(passed) {
                let state = |known: &Option<Arc<Known>>| known.as_ref().map(|known| Arc::clone(&known.state));
                histories.entry(id).or_default().push(Version {
                    commit: passed.commit.short(),
                    author: Identity { name: passed.author.name.clone(), email: passed.author.email.clone() },
                    authored: passed.author.seconds,
                    committed: passed.committer.seconds,
                    trailers: crate::store::trailers(&passed.message),
                    before: changed.before.iter().map(state).collect(),
                    after: state(&changed.after),
                    edge: shallow && passed.parents.is_empty(),
                });
            }
        }
        let mut line: HashMap<RecordId, Vec<Step>> = HashMap::new();
        for passed in &first {
            for (id, Changed { before, after }) in known.of(passed) {
                let before = before.into_iter().next().flatten();
                let (commit, parent) = (passed.commit, passed.parents.first().copied());
                let committed = passed.committer.seconds;
                line.entry(id).or_default().push(Step { commit, parent, committed, before, after });
            }
        }
        Ok(Self { histories, line, shallow, judged })
    }

    /// The commits that changed a record, newest first.
    pub fn history(&self, id: &RecordId) -> &[Version] {
        self.histories.get(id).map_or(&[], Vec::as_slice)
    }

    /// What a sign-off is judged by: what was there just before it came to the default branch.
    pub fn judged_by(
        &self,
        context: &Context,
        policies: &mut Policies,
        id: &RecordId,
        path: &RepoPath,
        digest: &str,
    ) -> Result<JudgedBy, String> {
        let mut arrived = None;
        let (commit, label, record) = match &self.judged {
            Judged::Nothing(reason) => return Err(reason.clone()),
            Judged::By { revision, commit } => (*commit, revision.clone(), record_at(&context.store, path, *commit)),
            Judged::AsTheyCame { branch, tip } => {
                let steps = self.line.get(id).map_or(&[][..], Vec::as_slice);
                let has = |known: &Option<Arc<Known>>| known.as_ref().is_some_and(|known| known.state.has(digest));
                let came = steps.iter().rev().find(|step| has(&step.after) && !has(&step.before));
                let record_of = |known: &Option<Arc<Known>>| known.as_ref().map(|known| known.record.clone());
                match came.map(|step| (step, step.parent)) {
                    None => (*tip, branch.clone(), steps.first().and_then(|step| record_of(&step.after))),
                    Some((step, Some(parent))) => {
                        arrived = Some(step.committed);
                        (parent, format!("{branch} before {}", step.commit.short()), record_of(&step.before))
                    }
                    Some((_, None)) if self.shallow => {
                        return Err(SHALLOW.to_owned());
                    }
                    Some((_, None)) => {
                        return Err(format!("it came with the first commit of {branch}, with nothing to judge it by"));
                    }
                }
            }
        };
        let policy = policies.at(&context.store, commit)?;
        Ok(JudgedBy { base: Arc::new(Base { policy, record, label }), commit, came: arrived })
    }

    /// The record on the branch it is compared with.
    pub fn base_record(&self, context: &Context, id: &RecordId, path: &RepoPath) -> Option<Record> {
        match &self.judged {
            Judged::Nothing(_) => None,
            Judged::By { commit, .. } => record_at(&context.store, path, *commit),
            Judged::AsTheyCame { .. } => self.line.get(id)?.first()?.after.as_ref().map(|known| known.record.clone()),
        }
    }

    /// The settings of the branch a record is compared with; the working ones where there is no such branch.
    pub fn base_policy(&self, context: &Context, policies: &mut Policies) -> Policy {
        let commit = match &self.judged {
            Judged::Nothing(_) => return context.config.policy.clone(),
            Judged::By { commit, .. } | Judged::AsTheyCame { tip: commit, .. } => *commit,
        };
        policies
            .at(&context.store, commit)
            .map_or_else(|_| context.config.policy.clone(), |policy| Policy::clone(&policy))
    }
}

/// The settings of commits, each read once.
#[derive(Default)]
pub struct Policies {
    by_blob: HashMap<Option<ObjectId>, Result<Arc<Policy>, String>>,
}

impl Policies {
    /// The settings of a commit.
    pub fn at(&mut self, store: &Store, commit: ObjectId) -> Result<Arc<Policy>, String> {
        let path = RepoPath::new(FILE_NAME).map_err(|error| error.to_string())?;
        let blob = store.object_at(&path, commit).map_err(|error| error.to_string())?;
        let read = || {
            let bytes = store.read(&path, At::Revision(commit)).map_err(|error| error.to_string())?;
            let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let config = Config::read(text.as_deref()).map_err(|broken| format!("{broken} at {}", commit.short()))?;
            Ok(Arc::new(config.policy))
        };
        self.by_blob.entry(blob).or_insert_with(read).clone()
    }
}

/// A record in the parents of a commit, and in it; `None` where it is not there or cannot be read.
#[derive(Default)]
struct Changed {
    before: Vec<Option<Arc<Known>>>,
    after: Option<Arc<Known>>,
}

/// The versions of records, each read once.
struct Versions {
    read: HashMap<(RecordId, ObjectId), Option<Arc<Known>>>,
}

impl Versions {
    fn read<'a>(
        store: &Store,
        passes: impl Iterator<Item = &'a Passed>,
        wanted: &HashSet<&RecordId>,
    ) -> Result<Self, Failure> {
        let mut files: HashMap<(RecordId, ObjectId), (FileEntry, ObjectId)> = HashMap::new();
        for passed in passes {
            for file in &passed.files {
                let id = id_of(&file.path);
                if !wanted.contains(&id) || !is_record(&file.path) {
                    continue;
                }
                let entry = |blob| FileEntry { path: file.path.clone(), source: Source::Blob(blob) };
                for blob in file.before.iter().flatten() {
                    files.entry((id.clone(), *blob)).or_insert((entry(*blob), passed.commit));
                }
                // The commit that made a version is the one whose figures are of it.
                if let Some(blob) = file.after {
                    files.insert((id, blob), (entry(blob), passed.commit));
                }
            }
        }
        let (keys, files): (Vec<_>, Vec<_>) = files.into_iter().unzip();
        let (entries, commits): (Vec<FileEntry>, Vec<ObjectId>) = files.into_iter().unzip();
        let records = store.load(&entries, |entry, bytes| {
            let record = values(&String::from_utf8(bytes.ok()?).ok()?)?;
            let id = id_of(&entry.path);
            let state = State::of(&record, &id, &Figures::new());
            Some((record, state))
        })?;
        let mut read = HashMap::new();
        for ((key, (entry, commit)), found) in keys.into_iter().zip(entries.into_iter().zip(commits)).zip(records) {
            let known = found.map(|(record, mut state)| {
                if !canonical::figure_names(&record).is_empty() {
                    let figures = figures(store, &record, &entry.path, At::Revision(commit));
                    state = State::of(&record, &key.0, &figures);
                }
                Arc::new(Known { record, state: Arc::new(state) })
            });
            read.insert(key, known);
        }
        Ok(Self { read })
    }

    /// The records that a commit changed.
    fn of(&self, passed: &Passed) -> Vec<(RecordId, Changed)> {
        let mut found: BTreeMap<RecordId, Changed> = BTreeMap::new();
        for file in &passed.files {
            let id = id_of(&file.path);
            let known = |blob: &Option<ObjectId>| self.read.get(&(id.clone(), (*blob)?)).cloned().flatten();
            let before: Vec<_> = file.before.iter().map(known).collect();
            let after = known(&file.after);
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
        found.into_iter().collect()
    }
}

fn is_record(path: &RepoPath) -> bool {
    path.file_name().strip_suffix(".toml").is_some_and(|stem| !stem.is_empty())
}

fn record_at(store: &Store, path: &RepoPath, commit: ObjectId) -> Option<Record> {
    let bytes = store.read(path, At::Revision(commit)).ok()??;
    values(&String::from_utf8(bytes).ok()?)
}

/// The content of the figures that a record names.
pub fn figures(store: &Store, record: &Record, path: &RepoPath, at: At) -> Figures {
    let folder = path.as_str().strip_suffix(".toml").unwrap_or(path.as_str());
    let content = |name: &str| {
        let place = RepoPath::new(format!("{folder}/{name}")).ok()?;
        // A figure that is as committed is taken from there, without what the checkout did to its line ends.
        let committed = || {
            let unchanged = store.difference(&place).is_ok_and(Difference::is_clean);
            let head = store.head().ok()?.commit.filter(|_| unchanged)?;
            store.read_up_to(&place, At::Revision(head), FIGURE_LIMIT).ok()?
        };
        let bytes = match at {
            At::WorkTree => committed().or_else(|| store.read_up_to(&place, at, FIGURE_LIMIT).ok().flatten()),
            At::Revision(_) => store.read_up_to(&place, at, FIGURE_LIMIT).ok().flatten(),
        };
        bytes.map(|bytes| canonical::sha256(&bytes))
    };
    canonical::figure_names(record).into_iter().map(|name| (name.to_owned(), content(name))).collect()
}

/// The digest of what a sign-off of a record covers, in the state that is looked at.
pub fn content_digest(context: &Context, record: &Record, path: &RepoPath) -> String {
    let figures = match &canonical::figure_names(record)[..] {
        [] => Figures::new(),
        _ => figures(&context.store, record, path, context.at),
    };
    canonical::digest(record, &figures)
}

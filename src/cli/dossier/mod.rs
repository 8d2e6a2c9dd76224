//! What the repository says about sign-offs: the history of records, and the settings and records they are judged by.
//!
//! Git is asked twice for all records together, never once a record: what changed on every way to the state that is looked
//! at, and what changed on the default branch.

mod figures;
mod judge;
mod versions;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use figures::{content_digest, figures, unsignable};
pub use judge::Policies;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::policy::Policy;
use crate::document::read::values;
use crate::record::{Record, RecordId};
use crate::store::records::{Located, Records};
use crate::store::{At, Line, ObjectId, Passed, RepoPath, Store};
use crate::workflow::person::Identity;
use crate::workflow::sign_off::SignOff;
use crate::workflow::verify::{Base, SHALLOW, Version};
use judge::Judged;
use versions::{Changed, Known, Versions};

/// What the history says of records.
pub struct Dossier {
    histories: HashMap<RecordId, Vec<Version>>,
    line: HashMap<RecordId, Vec<Step>>,
    /// Whether the history ends early in this clone.
    pub shallow: bool,
    judged: Judged,
    /// Where the state that is looked at and the one it is compared with parted.
    parted: Option<ObjectId>,
}

/// How much of the history is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every record's, so that one that was moved is found.
    Everything,
    /// That of one file, where nothing says that it was moved.
    OneFile,
}

/// A commit of the default branch's first-parent line that changed a record.
struct Step {
    commit: ObjectId,
    parent: Option<ObjectId>,
    committed: i64,
    before: Option<Arc<Known>>,
    after: Option<Arc<Known>>,
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
    pub fn gather(context: &Context, wanted: &[Located], base: Option<&str>, scope: Scope) -> Result<Self, Failure> {
        let store = &context.store;
        let tip = match context.at {
            At::Revision(commit) => Some(commit),
            At::WorkTree => store.head()?.commit,
        };
        let judged = Judged::find(context, base)?;
        let parted = match (tip, judged.commit()) {
            (Some(tip), Some(base)) => store.merge_base(tip, base)?,
            _ => None,
        };
        let under = folders(context, wanted, &judged, scope)?;
        let pass = |tip: ObjectId, line: Line| -> Result<Vec<Passed>, Failure> {
            let mut passes = Vec::new();
            for folder in &under {
                passes.extend(store.pass(tip, folder, line)?);
            }
            Ok(passes)
        };
        let all = tip.map(|tip| pass(tip, Line::All)).transpose()?.unwrap_or_default();
        let first = match &judged {
            Judged::AsTheyCame { tip, .. } => pass(*tip, Line::FirstParent)?,
            Judged::By { .. } | Judged::Nothing(_) => Vec::new(),
        };
        let ids: HashSet<&RecordId> = wanted.iter().map(|located| &located.id).collect();
        let known = Versions::read(store, all.iter().chain(&first), ids)?;
        let shallow = store.is_shallow();
        let mut histories: HashMap<RecordId, Vec<Version>> = HashMap::new();
        for passed in &all {
            for (id, changed) in known.of(passed) {
                histories.entry(id).or_default().push(version(passed, &changed, shallow));
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
        Ok(Self { histories, line, shallow, judged, parted })
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
        located: &Located,
        digest: &str,
    ) -> Result<JudgedBy, String> {
        let id = &located.id;
        let mut arrived = None;
        let (commit, label, record) = match &self.judged {
            Judged::Nothing(reason) => return Err(reason.clone()),
            Judged::By { revision, commit } => (*commit, revision.clone(), record_of(context, located, *commit)),
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
                    Some((_, None)) if self.shallow => return Err(SHALLOW.to_owned()),
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
    pub fn base_record(&self, context: &Context, located: &Located) -> Option<Record> {
        match &self.judged {
            Judged::Nothing(_) => None,
            Judged::By { commit, .. } => record_of(context, located, *commit),
            Judged::AsTheyCame { .. } => {
                self.line.get(&located.id)?.first()?.after.as_ref().map(|known| known.record.clone())
            }
        }
    }

    /// The sign-offs that the record had where the state that is looked at parted from the one it is compared with.
    pub fn earlier_sign_offs(&self, context: &Context, located: &Located) -> Vec<SignOff> {
        let record = self.parted.and_then(|commit| record_of(context, located, commit));
        record.as_ref().map(SignOff::all).unwrap_or_default()
    }

    /// Records with sign-offs that were there where the two states parted, and are not among those that are wanted.
    pub fn gone(&self, context: &Context, wanted: &[Located]) -> Result<Vec<RecordId>, Failure> {
        let (Some(commit), Some(base)) = (self.parted, self.judged.commit()) else { return Ok(Vec::new()) };
        // Where records are is what the settings of the base say: those under review may say anything.
        let Some(config) = judge::settings_at(&context.store, base) else { return Ok(Vec::new()) };
        let here: HashSet<&RecordId> = wanted.iter().map(|located| &located.id).collect();
        let records = Records::new(&context.store, &config, At::Revision(commit));
        let (there, _) = records.locate()?;
        let missing: Vec<Located> = there.into_iter().filter(|located| !here.contains(&located.id)).collect();
        let signed = records.load_each(&missing, |loaded| {
            loaded.ok().and_then(|loaded| values(&loaded.text)).is_some_and(|record| !SignOff::all(&record).is_empty())
        })?;
        Ok(missing.into_iter().zip(signed).filter(|(_, signed)| *signed).map(|(located, _)| located.id).collect())
    }

    /// The settings of the branch a record is compared with, and their commit; the working ones where there is no such
    /// branch.
    ///
    /// # Errors
    ///
    /// What is wrong with the settings there, as a clause.
    pub fn base_policy(&self, context: &Context) -> Result<(Policy, Option<ObjectId>), String> {
        let Some(commit) = self.judged.commit() else {
            return judge::sound(&context.config, "here").map(|()| (context.config.policy.clone(), None));
        };
        let policy = Policies::default().at(&context.store, commit)?;
        Ok((Policy::clone(&policy), Some(commit)))
    }
}

/// What a commit made of a record.
fn version(passed: &Passed, changed: &Changed, shallow: bool) -> Version {
    let state = |known: &Option<Arc<Known>>| known.as_ref().map(|known| Arc::clone(&known.state));
    Version {
        commit: passed.commit.short(),
        author: Identity { name: passed.author.name.clone(), email: passed.author.email.clone() },
        authored: passed.author.seconds,
        committed: passed.committer.seconds,
        trailers: crate::store::trailers(&passed.message),
        before: changed.before.iter().map(state).collect(),
        after: state(&changed.after),
        edge: shallow && passed.parents.is_empty(),
    }
}

/// What the history is asked about: the folder of the records, and where the base has them if that is another one.
fn folders(context: &Context, wanted: &[Located], judged: &Judged, scope: Scope) -> Result<Vec<RepoPath>, Failure> {
    if let ([only], Scope::OneFile) = (wanted, scope)
        && !may_have_moved(context, only, judged)?
    {
        return Ok(vec![only.file.path.clone()]);
    }
    let here = context.records().folder()?;
    let there = judged.commit().and_then(|commit| judge::settings_at(&context.store, commit));
    let there = there.and_then(|config| RepoPath::new(config.records).ok());
    Ok(std::iter::once(here.clone()).chain(there.filter(|there| *there != here && !there.is_under(&here))).collect())
}

/// Whether something says that one file is not all of a record's history: figures, or another place on the base.
fn may_have_moved(context: &Context, located: &Located, judged: &Judged) -> Result<bool, Failure> {
    let loaded = context.records().load(located).ok();
    let names_figures = loaded
        .and_then(|loaded| values(&loaded.text))
        .is_some_and(|record| !crate::workflow::canonical::figure_names(&record).is_empty());
    let Some(commit) = judged.commit() else { return Ok(names_figures) };
    let (there, _) = Records::new(&context.store, &context.config, At::Revision(commit)).locate()?;
    let elsewhere = there.iter().any(|other| other.id == located.id && other.file.path != located.file.path);
    Ok(names_figures || elsewhere)
}

/// A record as a commit has it, wherever it has it.
fn record_of(context: &Context, located: &Located, commit: ObjectId) -> Option<Record> {
    record_at(&context.store, &located.file.path, commit).or_else(|| {
        let (there, _) = Records::new(&context.store, &context.config, At::Revision(commit)).locate().ok()?;
        let other = there.into_iter().find(|other| other.id == located.id)?;
        record_at(&context.store, &other.file.path, commit)
    })
}

fn record_at(store: &Store, path: &RepoPath, commit: ObjectId) -> Option<Record> {
    let bytes = store.read(path, At::Revision(commit)).ok()??;
    values(&String::from_utf8(bytes).ok()?)
}

//! By which state sign-offs are judged, and the settings of states.
//!
//! The state under review has no say in it: neither its settings nor a branch of its own name the judge.

use std::collections::HashMap;
use std::sync::Arc;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::policy::Policy;
use crate::config::{Config, FILE_NAME};
use crate::store::{At, DefaultBranch, ObjectId, RepoPath, Store};

/// By which states sign-offs are judged.
pub(super) enum Judged {
    /// As they came to the default branch; what is not there yet by its tip.
    AsTheyCame { branch: String, tip: ObjectId },
    /// By one revision, which was asked for.
    By { revision: String, commit: ObjectId },
    /// There is nothing to judge by.
    Nothing(String),
}

impl Judged {
    /// The revision that was asked for, else the default branch: that of the remote, else `main` or `master`; another one
    /// only where the settings on that branch name it. Where there is none of these, the one that the settings name, if the
    /// settings on it do so, too.
    pub(super) fn find(context: &Context, base: Option<&str>) -> Result<Self, Failure> {
        let store = &context.store;
        if let Some(revision) = base {
            return Ok(Self::By { revision: revision.to_owned(), commit: store.resolve(revision)? });
        }
        let named_on = |branch: &DefaultBranch| settings_at(store, branch.commit?)?.default_branch;
        let found = match store.reviewed_branch(None)?.filter(|branch| branch.commit.is_some()) {
            Some(usual) => match named_on(&usual).filter(|name| *name != usual.name) {
                Some(name) => {
                    store.reviewed_branch(Some(&name))?.filter(|other| other.commit.is_some()).or(Some(usual))
                }
                None => Some(usual),
            },
            None => match context.config.default_branch.as_deref() {
                Some(name) => {
                    store.reviewed_branch(Some(name))?.filter(|branch| named_on(branch).as_deref() == Some(name))
                }
                None => None,
            },
        };
        Ok(match found.and_then(|branch| Some((branch.commit?, branch.name))) {
            Some((tip, branch)) => Self::AsTheyCame { branch, tip },
            None => Self::Nothing("there is no default branch; name what to judge by with --base".to_owned()),
        })
    }

    /// The newest state that something is judged by.
    pub(super) fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::AsTheyCame { tip: commit, .. } | Self::By { commit, .. } => Some(*commit),
            Self::Nothing(_) => None,
        }
    }
}

/// The settings of a commit, where they can be read.
pub(super) fn settings_at(store: &Store, commit: ObjectId) -> Option<Config> {
    let path = RepoPath::new(FILE_NAME).ok()?;
    let bytes = store.read(&path, At::Revision(commit)).ok()?;
    let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Config::read(text.as_deref()).ok()
}

/// Refuses settings with a mistake in what sign-offs are judged by: the default in its place may ask for less.
pub(super) fn sound(config: &Config, place: &str) -> Result<(), String> {
    match &config.policy_in_doubt {
        Some(mistake) => Err(format!("{FILE_NAME} {place} has a mistake in what sign-offs are judged by: {mistake}")),
        None => Ok(()),
    }
}

/// The settings of commits, each read once.
#[derive(Default)]
pub struct Policies {
    by_blob: HashMap<Option<ObjectId>, Result<Arc<Policy>, String>>,
}

impl Policies {
    /// The settings of a commit.
    ///
    /// # Errors
    ///
    /// What is wrong with them, as a clause.
    pub fn at(&mut self, store: &Store, commit: ObjectId) -> Result<Arc<Policy>, String> {
        let path = RepoPath::new(FILE_NAME).map_err(|error| error.to_string())?;
        let blob = store.object_at(&path, commit).map_err(|error| error.to_string())?;
        let read = || {
            let place = format!("at {}", commit.short());
            let config = settings_at(store, commit).ok_or_else(|| format!("{FILE_NAME} {place} cannot be read"))?;
            sound(&config, &place)?;
            Ok(Arc::new(config.policy))
        };
        self.by_blob.entry(blob).or_insert_with(read).clone()
    }
}

//! The branch that a branch goes to: where the two parted, and the settings that judge.
//!
//! Fails closed: what cannot be told in this clone is a failure that names the command which brings it, never a pass.

use std::sync::Arc;

use crate::cli::context::{Context, settings};
use crate::cli::dossier::Policies;
use crate::cli::failure::Failure;
use crate::config::{Config, Policy};
use crate::render::findings::Against;
use crate::render::sanitise::one_line;
use crate::store::{At, ObjectId, Store, StoreError};

/// The branch that is gone to.
pub struct Base {
    /// What it was called: `origin/main`.
    pub named: String,
    /// Its newest commit.
    pub tip: ObjectId,
    /// Where the two parted.
    pub parted: ObjectId,
    /// Its settings.
    pub settings: Arc<Config>,
    /// What sign-offs are judged by; or what is wrong with it, as a clause.
    pub policy: Result<Arc<Policy>, String>,
}

impl Base {
    /// Finds it, and where the state that is looked at parted from it.
    pub fn find(context: &Context, named: &str) -> Result<Self, Failure> {
        let store = &context.store;
        let tip = store.resolve(named).map_err(|error| unknown(store, named, error))?;
        let head = match context.at {
            At::Revision(commit) => commit,
            At::WorkTree => store.head()?.commit.ok_or_else(|| {
                Failure::new("there is no commit yet, so nothing can be held against a branch")
                    .hint("`pm check` without --base looks at every record")
            })?,
        };
        // A merge base that is found here may be an older one than the true one, which was cut off.
        if store.is_shallow() {
            let message = format!(
                "the history of this clone is shallow, so where the branch parted from {} cannot be told",
                one_line(named)
            );
            return Err(Failure::new(message)
                .hint("`git fetch --unshallow` brings the rest; a CI job has to fetch the whole history (`fetch-depth: 0`, `GIT_DEPTH: \"0\"`)"));
        }
        let Some(parted) = store.merge_base(tip, head)? else {
            let message = format!("the branch and {} have no commit in common", one_line(named));
            return Err(Failure::new(message).hint("name the branch that this one goes to, as in `--base origin/main`"));
        };
        let at = At::Revision(tip);
        let settings = settings(store, at, context.ui.look()).map_err(|failure| {
            let place = one_line(named);
            Failure {
                hints: vec![format!(
                    "these are the settings of {place}, which judge the branch: correct them there first"
                )],
                ..failure
            }
        })?;
        Ok(Self {
            named: named.to_owned(),
            tip,
            parted,
            settings: Arc::new(settings),
            policy: Policies::default().at(store, tip),
        })
    }

    /// What the reports say of it.
    pub fn against(&self) -> Against {
        Against { named: self.named.clone(), commit: self.tip.to_string(), parted: self.parted.to_string() }
    }
}

/// A revision that is not there, with the command that brings it.
fn unknown(store: &Store, named: &str, error: StoreError) -> Failure {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let is_name = !named.is_empty() && !named.starts_with('-') && named.chars().all(is_plain);
    let is_missing = matches!(error, StoreError::UnknownRevision { .. });
    let failure = Failure::from(error);
    if !is_missing || !is_name {
        return failure;
    }
    let short = named.strip_prefix("refs/remotes/").unwrap_or(named);
    let (remote, branch) = short.split_once('/').unwrap_or(("origin", short));
    let deepen = if store.is_shallow() { "--unshallow " } else { "" };
    let failure = failure.hint(format!(
        "`git fetch {deepen}{remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}` brings the branch"
    ));
    if short.contains('/') { failure } else { failure.hint(format!("then name it as `--base {remote}/{branch}`")) }
}

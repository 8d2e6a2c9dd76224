//! `pm status`: where a record stands, and the transitions that move it.

mod picture;
mod transition;

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::cli::arguments::{RecordArg, RevisionArg, TextOrJson};
use crate::cli::context::Context;
use crate::cli::dossier::{Dossier, Policies, Scope, content_digest};
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::Taken;
use crate::cli::signatures;
use crate::config::policy::Policy;
use crate::document::read::Reading;
use crate::record::{Record, RecordId};
use crate::render::sanitise::one_line;
use crate::store::records::Loaded;
use crate::store::{ObjectId, RepoPath};
use crate::workflow::standing::View;
use crate::workflow::tally::Own;
use crate::workflow::verify::{Signature, authors};
use crate::workflow::{SignOff, Verb};

/// Show where a record stands, or move it on
///
/// Without a transition: the state, every gate met or not, who has signed, who has still to
/// sign, the deadline, and the next command. A transition is one commit whose author signs.
///
/// Examples:
///   pm status
///   pm status submit
///   pm status approve database-removed --as engineering-lead -m "Read twice"
///   pm status reopen database-removed -m "The second cause was overlooked"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub struct StatusArgs {
    /// The transition to make
    #[command(subcommand)]
    pub transition: Option<StatusCommand>,

    #[command(flatten)]
    pub record: RecordArg,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// The transitions.
#[derive(Debug, Subcommand)]
pub enum StatusCommand {
    /// Ask for review: draft to in-review
    Submit(TransitionArgs),
    /// Vote for the approval: in-review to approved, once enough have
    ///
    /// Without --as it is your only role under `[people]` of pm.toml. On an approved record that
    /// has changed since, it renews the approval.
    Approve(TransitionArgs),
    /// Give it back to its owner: in-review to draft
    RequestChanges(TransitionArgs),
    /// Close it: approved to complete, once every action is closed and it was shared
    Complete(TransitionArgs),
    /// Take it up again: approved or complete to draft
    Reopen(TransitionArgs),
}

/// What every transition takes.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct TransitionArgs {
    #[command(flatten)]
    pub record: RecordArg,

    /// As what you sign
    #[arg(long = "as", value_name = "ROLE")]
    pub role: Option<String>,

    /// What you have to say; request-changes and reopen need it
    #[arg(short, long = "message", value_name = "NOTE")]
    pub message: Option<String>,

    /// Sign cryptographically, whatever `commit.gpgSign` says
    #[arg(long, overrides_with = "no_sign")]
    pub sign: bool,

    /// Do not sign cryptographically, whatever `commit.gpgSign` says
    #[arg(long, overrides_with = "sign")]
    pub no_sign: bool,

    /// Add a Signed-off-by trailer to the commit, as `git commit --signoff` does
    #[arg(long)]
    pub signoff: bool,

    /// Skip the pre-commit and commit-msg hooks
    #[arg(long)]
    pub no_verify: bool,
}

impl StatusArgs {
    /// The revision to read, of the picture.
    pub fn rev(&self) -> Option<&str> {
        self.at.rev.as_deref()
    }

    /// Whether a transition is asked for.
    pub fn writes(&self) -> bool {
        self.transition.is_some()
    }
}

/// Shows the picture or makes the transition.
pub fn run(context: &mut Context, args: &StatusArgs) -> Result<Exit, Failure> {
    let (verb, args) = match &args.transition {
        None => return picture::run(context, args),
        Some(StatusCommand::Submit(args)) => (Verb::Submit, args),
        Some(StatusCommand::Approve(args)) => (Verb::Approve, args),
        Some(StatusCommand::RequestChanges(args)) => (Verb::RequestChanges, args),
        Some(StatusCommand::Complete(args)) => (Verb::Complete, args),
        Some(StatusCommand::Reopen(args)) => (Verb::Reopen, args),
    };
    transition::run(context, verb, args)
}

/// What a record is looked at with: everything a [`View`] borrows.
struct Surroundings {
    id: RecordId,
    policy: Policy,
    content: String,
    base: Option<Record>,
    own: Own,
    /// The commit whose settings and keys are in force; `None` for the working ones.
    state: Option<ObjectId>,
    /// Sign-offs whose signature is bad, with the reason.
    void: BTreeMap<usize, String>,
    /// The settings that each sign-off is judged by.
    policies: BTreeMap<usize, Arc<Policy>>,
}

impl Surroundings {
    /// Asks the history and the default branch. For signing the settings there have to be without a mistake.
    fn of(context: &Context, taken: &Taken, record: &Record, signing: bool) -> Result<Self, Failure> {
        let located = &taken.located;
        let dossier = Dossier::gather(context, std::slice::from_ref(located), None, Scope::OneFile)?;
        let base = dossier.base_record(context, located);
        let owner = |record: &Record| record.text("owner").map(str::to_owned);
        let mut owners: Vec<String> = owner(record).into_iter().collect();
        owners.extend(base.as_ref().and_then(owner).filter(|owner| !owners.contains(owner)));
        let (policy, state) = match dossier.base_policy(context) {
            Ok(found) => found,
            // A picture is better than none; the mistake has been told.
            Err(_) if !signing => (context.config.policy.clone(), None),
            Err(mistake) => {
                return Err(Failure::new(one_line(&mistake)).hint(
                    "`pm check` shows where; correct it on the default branch, nothing can be signed until then",
                ));
            }
        };
        let entries = SignOff::all(record);
        let said = signatures::of_record(context, &entries, &located.id, &policy, state)?;
        // A sign-off that has come to the default branch is judged by what was there before it.
        let mut known = Policies::default();
        let judged = |(index, entry): (usize, &SignOff)| {
            let judged = dossier.judged_by(context, &mut known, located, &entry.digest(&located.id)).ok()?;
            Some((index, Arc::clone(&judged.base.policy)))
        };
        let policies = entries.iter().enumerate().filter_map(judged).collect();
        let bad = said.into_iter().enumerate().filter_map(|(index, signature)| match signature {
            Signature::Bad(reason) => Some((index, reason)),
            _ => None,
        });
        Ok(Self {
            void: bad.collect(),
            policies,
            state,
            id: located.id.clone(),
            policy,
            content: content_digest(context, record, &located.file.path),
            base,
            own: Own { owners, authors: authors(dossier.history(&located.id)) },
        })
    }

    fn view<'a>(&'a self, record: &'a Record) -> View<'a> {
        View {
            record,
            id: &self.id,
            policy: &self.policy,
            content: &self.content,
            base: self.base.as_ref(),
            own: &self.own,
            void: self.void.clone(),
            policies: self.policies.clone(),
        }
    }
}

/// Why a text cannot be taken for a record, with what to do; `None` when it can.
fn unreadable(context: &Context, loaded: &Loaded, reading: &Reading) -> Option<Failure> {
    let found = |rule: &str| reading.findings.iter().any(|finding| finding.rule == rule);
    let in_conflict = found("conflict-markers");
    if !in_conflict && !found("syntax") {
        return None;
    }
    let path = path_of(&loaded.path);
    let report = context.report(&loaded.path, &loaded.text, &reading.findings);
    let mut failure = Failure::new(format!("{path} cannot be read as a record")).report(report);
    if context.store.difference(&loaded.path).is_ok_and(|difference| difference.unmerged) {
        // The usual style mixes the lines of two sign-offs; this one shows each side as it was.
        failure = failure
            .hint(format!("`git checkout --conflict=diff3 -- {path}` writes the conflict anew, with each side whole"));
    }
    if in_conflict {
        failure = failure.hint(
            "of two sign-offs keep both blocks, an approval above a request for changes or a reopening; `status` is what \
             the last of them made it",
        );
    }
    Some(failure.hint(format!("`pm edit {}` opens it", one_line(loaded.id.as_str()))))
}

/// The path of a record for a person, as they would type it.
fn path_of(path: &RepoPath) -> String {
    one_line(path.as_str())
}

//! One action changed in its record, however it was named; and `pm action start`, which is no more than that.

use std::cell::RefCell;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use toml::Value;

use super::evidence;
use super::fields::{Field, quoted};
use crate::cli::arguments::{CommitArgs, RecordFlag, open_actions};
use crate::cli::change::{Current, Made, change_answering, edit_failure, nothing_changed};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::action::{Found, action};
use crate::document::{Canonical, Path};
use crate::record::Record;
use crate::record::action::{Action, ActionStatus};
use crate::render::sanitise::one_line;

/// Say that work on an action has begun
///
/// Examples:
///   pm action start k7fq
///   pm action start 2017-01-31-database-removed/k7fq
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct StartArgs {
    /// The action: k7fq, RECORD/k7fq, or a part of its text
    #[arg(value_name = "ID", add = ArgValueCompleter::new(open_actions))]
    pub action: String,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// What a command comes to for an action as it is.
pub enum Step {
    /// It is so already: why, as a clause.
    Already(String),
    /// What becomes of its keys.
    Fields(Vec<Field>),
}

/// Marks an action as begun.
pub fn start(context: &mut Context, args: &StartArgs) -> Result<Exit, Failure> {
    let found = action(context, &args.action, args.record.postmortem.as_deref())?;
    let id = found.id.clone();
    let step = |_: &Record, action: Action<'_>| match action.status() {
        ActionStatus::Open => Ok(Step::Fields(vec![status("in-progress")])),
        ActionStatus::InProgress => Ok(Step::Already(format!("{id} is in progress already"))),
        ActionStatus::Done | ActionStatus::Dropped => Err(closed(&id, action)),
    };
    let told = |_: &Made, action: Action<'_>, record: &str| {
        format!("{id} is in progress ({record}): {}", quoted(action.action()))
    };
    change_action(context, &found, &args.commit, "action start", step, told)
}

/// The status of an action.
pub fn status(word: &'static str) -> Field {
    ("status", Some(Value::from(word)))
}

/// The refusal to go on with what is done or dropped.
pub fn closed(id: &str, action: Action<'_>) -> Failure {
    Failure::new(format!("{id} is {}", how_closed(action)))
        .hint(format!("`pm action reopen {id} --reason \"…\"` takes it up again"))
        .refused()
}

/// How an action was closed: `done, closed 2026-11-24, evidence https://…`.
pub fn how_closed(action: Action<'_>) -> String {
    let (word, key) = match action.status() {
        ActionStatus::Dropped => ("dropped", "reason"),
        _ => ("done", "evidence"),
    };
    let day = action.closed().map(|day| format!(", closed {day}")).unwrap_or_default();
    let why = action.text(key).map(|text| format!(", {key} {}", evidence::told(text))).unwrap_or_default();
    format!("{word}{day}{why}")
}

/// Changes an action in one commit. `step` says what becomes of it as it is, asked before anything is done and again under
/// the lock; `told` gives the answer's line without its end.
pub fn change_action(
    context: &mut Context,
    found: &Found,
    commit: &CommitArgs,
    verb: &str,
    step: impl Fn(&Record, Action<'_>) -> Result<Step, Failure>,
    told: impl Fn(&Made, Action<'_>, &str) -> String,
) -> Result<Exit, Failure> {
    let already = RefCell::new(None);
    let edit = |current: &Current<'_>| {
        let document = current.document()?;
        let index = found.index_in(current.record)?;
        match step(current.record, current.record.actions()[index])? {
            Step::Fields(fields) => {
                let row = Path::of(&["actions"]).index(index);
                let edited = fields.iter().try_fold(document.clone(), |document, (key, value)| {
                    let path = row.key(key);
                    match value {
                        Some(value) => document.set(&path, value, &Canonical),
                        None if document.contains(&path) => document.clear(&path),
                        None => Ok(document),
                    }
                });
                Ok(edited.map_err(|error| edit_failure(&error))?.into())
            }
            // An end without a change: nothing that was changed by hand is to be committed with it.
            Step::Already(why) => {
                *already.borrow_mut() = Some(why.clone());
                Err(Failure::new(why))
            }
        }
    };
    let answer = |made: &Made| match found.index_in(&made.record) {
        Ok(index) => told(made, made.record.actions()[index], found.located.id.as_str()) + "\n",
        Err(_) => String::new(),
    };
    let made = change_answering(context, &found.located, commit, verb, edit, answer);
    if let Some(why) = already.into_inner() {
        context.ui.note(&format!("{}: nothing to change", one_line(&why)));
        return Ok(Exit::Fine);
    }
    Ok(match made? {
        Some(made) => {
            // The process ends soon: to free the tree of a long record by then is time that somebody waits for.
            std::mem::forget(made);
            Exit::Fine
        }
        None => nothing_changed(context, &found.located.id),
    })
}

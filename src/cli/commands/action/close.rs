//! `pm action done` and `pm action drop`: the two ends of an action, each with what makes it believable.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use toml::Value;

use super::evidence;
use super::fields::{filled, quoted, written};
use super::moving::{Step, change_action, closed, how_closed, status};
use super::reopen::keep_reopening;
use crate::cli::arguments::{CommitArgs, RecordFlag, open_actions};
use crate::cli::change::Made;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::resolve::action::{Found, action};
use crate::record::Record;
use crate::record::action::{Action, ActionStatus};
use crate::render::sanitise::one_line;
use crate::workflow::gate::is_placeholder;

/// Say that an action is done, and what shows it
///
/// Evidence is an address, a commit of this repository (which has to exist, and is kept by
/// its whole id), or a sentence. `closed` is stamped with today.
///
/// Examples:
///   pm action done k7fq --evidence HEAD
///   pm action done k7fq --evidence "Seen to page in the drill of 2026-11-24"
///   pm action done "backup is missing" --evidence "pull request 42"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DoneArgs {
    /// The action: k7fq, RECORD/k7fq, or a part of its text
    #[arg(value_name = "ID", add = ArgValueCompleter::new(open_actions))]
    pub action: String,

    /// What shows that it is done: an address, a commit, a sentence
    #[arg(long, value_name = "URL|COMMIT|TEXT", allow_hyphen_values = true)]
    pub evidence: Option<String>,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Decide against an action, and say why
///
/// Examples:
///   pm action drop b9hd --reason "Covered by access through the runbook only"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DropArgs {
    /// The action: k7fq, RECORD/k7fq, or a part of its text
    #[arg(value_name = "ID", add = ArgValueCompleter::new(open_actions))]
    pub action: String,

    /// Why it is not going to be done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// One of the two ends.
struct End {
    status: ActionStatus,
    word: &'static str,
    /// The key that makes it believable.
    key: &'static str,
    verb: &'static str,
}

const DONE: End = End { status: ActionStatus::Done, word: "done", key: "evidence", verb: "action done" };
const DROPPED: End = End { status: ActionStatus::Dropped, word: "dropped", key: "reason", verb: "action drop" };

/// Closes an action as done.
pub fn done(context: &mut Context, args: &DoneArgs) -> Result<Exit, Failure> {
    let found = action(context, &args.action, args.record.postmortem.as_deref())?;
    let given = args.evidence.as_deref().map(|typed| evidence::read(context, typed)).transpose()?;
    if let Step::Already(why) = DONE.step(&found.id, found.action(), given.as_deref())? {
        return Ok(nothing_to_do(context, &why));
    }
    let evidence = match given {
        Some(given) => given,
        None if context.ui.interactive() => {
            say(context, &found);
            asked(context, "What shows that it is done? (an address, a commit, a sentence)", |context, typed| {
                evidence::read(context, typed)
            })?
        }
        None => {
            return Err(Failure::new(format!("what shows that {} is done is missing", found.id))
                .hint(format!("`pm action done {} --evidence URL|COMMIT|TEXT`", found.id)));
        }
    };
    close(context, &found, &args.commit, &DONE, &evidence)
}

/// Closes an action as dropped.
pub fn drop(context: &mut Context, args: &DropArgs) -> Result<Exit, Failure> {
    const HINT: &str = "say it in one line, as in --reason \"Covered by the new runbook\"";
    let found = action(context, &args.action, args.record.postmortem.as_deref())?;
    let given = args.reason.as_deref().map(|typed| filled("the reason", typed, HINT)).transpose()?;
    if let Step::Already(why) = DROPPED.step(&found.id, found.action(), given.as_deref())? {
        return Ok(nothing_to_do(context, &why));
    }
    let reason = match given {
        Some(given) => given,
        None if context.ui.interactive() => {
            say(context, &found);
            asked(context, "Why is it not going to be done?", |_, typed| filled("the reason", typed, HINT))?
        }
        None => {
            return Err(Failure::new(format!("why {} is dropped is missing", found.id))
                .hint(format!("`pm action drop {} --reason TEXT`", found.id)));
        }
    };
    close(context, &found, &args.commit, &DROPPED, &reason)
}

impl End {
    /// What closing an action so comes to. What makes it believable is not needed to see that it cannot be.
    fn step(&self, id: &str, action: Action<'_>, given: Option<&str>) -> Result<Step, Failure> {
        if !action.is_closed() {
            return Ok(Step::Fields(Vec::new()));
        }
        if action.status() != self.status {
            return Err(closed(id, action));
        }
        let there = action.text(self.key).filter(|text| !is_placeholder(text));
        match (there, given) {
            // Closed by hand, and what makes it believable was left out.
            (None, _) => Ok(Step::Fields(Vec::new())),
            (Some(there), Some(given)) if there != given => {
                let verb = format!("pm action edit {id} --{} \"…\"", self.key);
                Err(Failure::new(format!("{id} is already {}", how_closed(action)))
                    .hint(format!("`{verb}` puts another {} in its place", self.key))
                    .refused())
            }
            _ => Ok(Step::Already(format!("{id} is already {}", how_closed(action)))),
        }
    }
}

fn close(
    context: &mut Context,
    found: &Found,
    commit: &CommitArgs,
    end: &'static End,
    given: &str,
) -> Result<Exit, Failure> {
    let today = context.today();
    let step = |_: &Record, action: Action<'_>| {
        if let Step::Already(why) = end.step(&found.id, action, Some(given))? {
            return Ok(Step::Already(why));
        }
        let day = action.closed().filter(|_| action.is_closed()).unwrap_or(today);
        let text = if end.key == "reason" { keep_reopening(given, action) } else { given.to_owned() };
        Ok(Step::Fields(vec![status(end.word), ("closed", Some(written(day))), (end.key, Some(Value::from(text)))]))
    };
    let told = |_: &Made, action: Action<'_>, record: &str| {
        let day = action.closed().unwrap_or(today);
        let text = quoted(action.action());
        let why = evidence::told(given);
        format!("{} is {} ({record}): {text}, closed {day}, {} {why}", found.id, end.word, end.key)
    };
    change_action(context, found, commit, end.verb, step, told)
}

fn nothing_to_do(context: &mut Context, why: &str) -> Exit {
    context.ui.note(&format!("{}: nothing to change", one_line(why)));
    Exit::Fine
}

/// Which action a question is about.
fn say(context: &mut Context, found: &Found) {
    context.ui.note(&format!("{} ({}): {}", found.id, found.located.id, quoted(found.action().action())));
}

/// An answer that is understood; an empty one ends the command.
pub fn asked(
    context: &mut Context,
    question: &str,
    read: impl Fn(&mut Context, &str) -> Result<String, Failure>,
) -> Result<String, Failure> {
    loop {
        let typed = prompt::line(question, None)?;
        if typed.is_empty() {
            return Err(Failure::new("nothing was changed"));
        }
        match read(context, &typed) {
            Ok(text) => return Ok(text),
            Err(failure) => context.ui.failure(&failure),
        }
    }
}

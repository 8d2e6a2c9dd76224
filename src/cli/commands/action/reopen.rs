//! `pm action reopen`: a closed action is open again, and the record keeps that it was closed.
//!
//! The evidence of a closed action is not evidence of the next time it is closed, so it leaves its key: whoever closes the
//! action again has to give new one. What was, is in the reason, in words.

use chrono::NaiveDate;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use toml::Value;

use super::fields::{filled, quoted};
use super::moving::{Step, change_action, status};
use crate::cli::arguments::{CommitArgs, RecordFlag, closed_actions};
use crate::cli::change::Made;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::action::action;
use crate::record::action::{Action, ActionStatus};
use crate::record::{Record, Status};

/// Take up an action again that was done or dropped
///
/// It is open again. When and how it was closed is kept in its reason; closing it again
/// needs new evidence.
///
/// Examples:
///   pm action reopen k7fq --reason "The alert stayed silent on 2026-11-24"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ReopenArgs {
    /// The action: k7fq, RECORD/k7fq, or a part of its text
    #[arg(value_name = "ID", add = ArgValueCompleter::new(closed_actions))]
    pub action: String,

    /// Why it is taken up again
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// How the reason of an action begins that was taken up again.
const BEGINNING: &str = "reopened ";

/// Opens an action again.
pub fn run(context: &mut Context, args: &ReopenArgs) -> Result<Exit, Failure> {
    let hint = "leave it out, or say it in one line";
    let reason = args.reason.as_deref().map(|typed| filled("the reason", typed, hint)).transpose()?;
    let found = action(context, &args.action, args.record.postmortem.as_deref())?;
    let today = context.today();
    let step = |_: &Record, action: Action<'_>| {
        let word = match action.status() {
            ActionStatus::Open => "open",
            ActionStatus::InProgress => "in progress",
            ActionStatus::Done | ActionStatus::Dropped => {
                let kept = kept(action, today, reason.as_deref());
                return Ok(Step::Fields(vec![
                    status("open"),
                    ("closed", None),
                    ("evidence", None),
                    ("reason", Some(Value::from(kept))),
                ]));
            }
        };
        Ok(Step::Already(format!("{} is {word}", found.id)))
    };
    let told = |_: &Made, action: Action<'_>, record: &str| {
        let reason = action.text("reason").map(crate::render::sanitise::one_line).unwrap_or_default();
        format!("{} is open again ({record}): {}, {reason}", found.id, quoted(action.action()))
    };
    let exit = change_action(context, &found, &args.commit, "action reopen", step, told)?;
    if found.record.status() == Some(Status::Complete) && found.action().is_closed() {
        let id = &found.located.id;
        context.ui.warn(&format!(
            "{id} is complete, which every action closed was part of; `pm status reopen {id} -m \"…\"` takes it up again, too"
        ));
    }
    Ok(exit)
}

/// The reason of an action that is taken up again: when and why, and all that its keys said of its end.
fn kept(action: Action<'_>, today: NaiveDate, reason: Option<&str>) -> String {
    let dropped = action.status() == ActionStatus::Dropped;
    let mut text = format!("{BEGINNING}{today}");
    if let Some(reason) = reason {
        text = format!("{text}: {reason}");
    }
    let day = action.closed().map(|day| format!(" {day}")).unwrap_or_default();
    text = format!("{text}; was {}{day}", if dropped { "dropped" } else { "done" });
    if let Some(evidence) = action.text("evidence") {
        text = format!("{text}, evidence {evidence}");
    }
    match action.text("reason") {
        Some(before) if dropped => format!("{text}: {before}"),
        Some(before) => format!("{text}; {before}"),
        None => text,
    }
}

/// A new reason in front of what an action that was taken up again keeps in the old one.
pub fn keep_reopening(reason: &str, action: Action<'_>) -> String {
    match action.text("reason") {
        Some(before) if before.starts_with(BEGINNING) && before != reason => format!("{reason}; {before}"),
        // What stands in front of it was the reason of another day; the history has it.
        Some(before) if before.contains("; reopened ") => {
            before.find("; reopened ").map_or_else(|| reason.to_owned(), |at| format!("{reason}{}", &before[at..]))
        }
        _ => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> toml::Table {
        text.parse().expect("TOML")
    }

    #[test]
    fn what_was_is_kept_in_words() {
        let today: NaiveDate = "2026-11-24".parse().expect("a day");
        let of = |text: &str, reason| kept(Action::new(&table(text)), today, reason);
        let done = "status = \"done\"\nclosed = 2026-11-01\nevidence = \"PR 42\"\n";
        assert_eq!(of(done, Some("silent")), "reopened 2026-11-24: silent; was done 2026-11-01, evidence PR 42");
        let slipped = format!("{done}reason = \"vendor was late\"\n");
        assert_eq!(of(&slipped, None), "reopened 2026-11-24; was done 2026-11-01, evidence PR 42; vendor was late");
        let dropped = "status = \"dropped\"\nclosed = 2026-11-01\nreason = \"too dear\"\n";
        assert_eq!(of(dropped, Some("cheaper")), "reopened 2026-11-24: cheaper; was dropped 2026-11-01: too dear");
    }

    #[test]
    fn a_later_reason_does_not_push_it_out() {
        let of = |old: &str, new| keep_reopening(new, Action::new(&table(&format!("reason = \"{old}\"\n"))));
        assert_eq!(of("vendor was late", "later still"), "later still");
        assert_eq!(of("reopened 2026-11-24; was done", "later"), "later; reopened 2026-11-24; was done");
        assert_eq!(of("later; reopened 2026-11-24; was done", "last"), "last; reopened 2026-11-24; was done");
    }
}

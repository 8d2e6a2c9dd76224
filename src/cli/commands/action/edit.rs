//! `pm action edit`: another owner, another day, other words. What was approved to be done by a day does not slip in silence.

use chrono::NaiveDate;
use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use toml::Value;

use super::close::asked;
use super::evidence;
use super::fields::{self, Field, filled, quoted, written};
use super::moving::{Step, change_action};
use super::reopen::keep_reopening;
use crate::cli::arguments::{CommitArgs, RecordFlag, action_types, all_actions, priorities};
use crate::cli::change::Made;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::action::{Found, action};
use crate::record::action::{Action, ActionStatus};
use crate::record::{Record, Status};
use crate::render::sanitise::one_line;

/// Change an action
///
/// "" clears a field. In an approved record a due date that moves to a later day needs a
/// reason (--reason, else -m); it is kept in the action. A priority without a due date gets
/// the one of the settings. Whether an action is done is said by start, done, drop, reopen.
///
/// Examples:
///   pm action edit k7fq --owner "Database Team" --priority P2
///   pm action edit k7fq --due +2w --reason "Waits for the vendor's fix"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EditArgs {
    /// The action: k7fq, RECORD/k7fq, or a part of its text
    #[arg(value_name = "ID", add = ArgValueCompleter::new(all_actions))]
    pub action: String,

    /// What is to be done, in other words
    #[arg(long, visible_alias = "action", value_name = "TEXT", allow_hyphen_values = true)]
    pub text: Option<String>,

    /// Who sees that it is done
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// How soon: P1, P2 or P3
    #[arg(long, value_name = "PRIORITY", add = ArgValueCompleter::new(priorities))]
    pub priority: Option<String>,

    /// What it does about the incident: prevent, mitigate, detect, process, communicate or train
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCompleter::new(action_types))]
    pub kind: Option<String>,

    /// The day it is to be done by: 2026-12-01, +7d, friday
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub due: Option<String>,

    /// Its page in the tracker
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,

    /// What shows that it is done: an address, a commit, a sentence
    #[arg(long, value_name = "URL|COMMIT|TEXT", allow_hyphen_values = true)]
    pub evidence: Option<String>,

    /// Why its due date moves, or why it was dropped
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,

    /// Keep it out of public renderings
    #[arg(long)]
    pub private: bool,

    /// Let it into public renderings
    #[arg(long, conflicts_with = "private")]
    pub public: bool,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// What was asked for; an empty text clears.
#[derive(Default)]
struct Wanted {
    plain: Vec<Field>,
    priority: Option<String>,
    due: Option<Due>,
    evidence: Option<String>,
    reason: Option<String>,
    /// What stands for the reason of a slip where none is given.
    message: Option<String>,
}

/// A new due date.
#[derive(Clone, Copy)]
enum Due {
    On(NaiveDate),
    Cleared,
}

impl Due {
    fn day(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::Cleared => None,
        }
    }
}

/// Changes the action in one commit.
pub fn run(context: &mut Context, args: &EditArgs) -> Result<Exit, Failure> {
    let mut wanted = read(context, args)?;
    let found = action(context, &args.action, args.record.postmortem.as_deref())?;
    let slips = wanted.slips(&found.record, found.action());
    if let (Some(slip), None, true) = (&slips, wanted.reason_given(), context.ui.interactive()) {
        context.ui.note(&format!("{} ({}): {slip}", found.id, found.located.id));
        let reason = asked(context, "Why?", |_, typed| filled("the reason", typed, "say it in one line"))?;
        wanted.reason = Some(reason);
    }
    // The settings and today do not change on the way, the severity of the record may.
    let usual =
        |priority: &str, severity: Option<&str>| fields::usual_due(context, priority, severity).map(|(day, _)| day);
    let known: Vec<(Option<String>, Option<NaiveDate>)> = match &wanted.priority {
        Some(priority) => {
            let names = context.config.severities.iter().map(|severity| Some(severity.name.clone())).chain([None]);
            names.map(|name| (name.clone(), usual(priority, name.as_deref()))).collect()
        }
        _ => Vec::new(),
    };
    let usual_due = |record: &Record| {
        let severity = record.severity();
        let of = |name: Option<&str>| known.iter().find(|(known, _)| known.as_deref() == name);
        of(severity).or_else(|| of(None)).and_then(|(_, day)| *day)
    };
    let step =
        |record: &Record, action: Action<'_>| wanted.step(&found, record, action, usual_due(record)).map(Step::Fields);
    let told = |made: &Made, action: Action<'_>, record: &str| {
        let name = format!("action {} ", found.id);
        let changes = made.changes.iter().filter(|change| change.path.starts_with("actions["));
        let changes: Vec<String> = changes
            .map(|change| {
                let told = change.to_string();
                one_line(told.strip_prefix(&name).unwrap_or(&told))
            })
            .collect();
        format!("{} ({record}): {}: {}", found.id, quoted(action.action()), changes.join(", "))
    };
    change_action(context, &found, &args.commit, "action edit", step, told)
}

/// What was typed, understood.
fn read(context: &mut Context, args: &EditArgs) -> Result<Wanted, Failure> {
    let mut wanted = Wanted::default();
    let value = |text: Option<String>| text.map(Value::from);
    if let Some(typed) = &args.text {
        let text = filled("the action", typed, "an action that is not to be done is dropped: `pm action drop`")?;
        wanted.plain.push(("action", Some(Value::from(text))));
    }
    if let Some(typed) = &args.kind {
        wanted.plain.push(("type", value(fields::read_kind(typed)?)));
    }
    if let Some(typed) = &args.owner {
        wanted.plain.push(("owner", value(fields::read_optional("the owner", typed)?)));
    }
    if let Some(typed) = &args.link {
        wanted.plain.push(("link", value(fields::read_link(typed)?)));
    }
    if args.private || args.public {
        wanted.plain.push(("private", args.private.then(|| Value::from(true))));
    }
    wanted.priority = args.priority.as_deref().map(fields::read_priority).transpose()?.map(Option::unwrap_or_default);
    if let Some(typed) = &args.due {
        wanted.due = Some(fields::read_due(context, typed)?.map_or(Due::Cleared, Due::On));
    }
    if let Some(typed) = &args.evidence {
        let clears = typed.trim().is_empty();
        wanted.evidence = Some(if clears { String::new() } else { evidence::read(context, typed)? });
    }
    wanted.reason = args
        .reason
        .as_deref()
        .map(|typed| fields::read_optional("the reason", typed))
        .transpose()?
        .map(Option::unwrap_or_default);
    wanted.message = args.commit.message.as_deref().map(crate::cli::commands::timeline::fields::line);
    wanted.message.take_if(|message| message.is_empty());
    let nothing = wanted.plain.is_empty()
        && wanted.priority.is_none()
        && wanted.due.is_none()
        && wanted.evidence.is_none()
        && wanted.reason.is_none();
    if nothing {
        return Err(Failure::new("nothing to change").hint(
            "say what, as in `--owner \"Database Team\"`, `--priority P2`, `--due +2w`, `--text \"other words\"`",
        ));
    }
    Ok(wanted)
}

impl Wanted {
    /// The reason that was given for a slip.
    fn reason_given(&self) -> Option<&str> {
        self.reason.as_deref().filter(|reason| !reason.is_empty()).or(self.message.as_deref())
    }

    /// How the due date slips, where that needs a reason: the record is approved, and the day was part of what is known.
    fn slips(&self, record: &Record, action: Action<'_>) -> Option<String> {
        let (new, old) = (self.due?.day(), action.due()?);
        let approved = matches!(record.status(), Some(Status::Approved | Status::Complete));
        if !approved || action.is_closed() || new.is_some_and(|new| new <= old) {
            return None;
        }
        let new = new.map_or_else(|| "none".to_owned(), |day| day.to_string());
        Some(format!("the due date moves from {old} to {new} after the approval"))
    }

    /// What becomes of the action as it is.
    fn step(
        &self,
        found: &Found,
        record: &Record,
        action: Action<'_>,
        usual_due: Option<NaiveDate>,
    ) -> Result<Vec<Field>, Failure> {
        let id = &found.id;
        let mut fields = self.plain.clone();
        let text = |text: &str| Some(text).filter(|text| !text.is_empty()).map(Value::from);
        if let Some(priority) = &self.priority {
            fields.push(("priority", text(priority)));
            if self.due.is_none() && action.due().is_none() && !action.is_closed() {
                fields.extend(usual_due.map(|day| ("due", Some(written(day)))));
            }
        }
        if let Some(due) = self.due {
            fields.push(("due", due.day().map(written)));
        }
        if let Some(evidence) = &self.evidence {
            if action.status() != ActionStatus::Done {
                let hint = format!("`pm action done {id} --evidence \"…\"` says that it is done");
                return Err(Failure::new(format!("{id} is not done, so nothing shows that it is"))
                    .hint(hint)
                    .refused());
            }
            if evidence.is_empty() {
                let hint = format!("`pm action reopen {id}` says that it is not done");
                return Err(Failure::new(format!("{id} is done, and that needs evidence")).hint(hint).refused());
            }
            fields.push(("evidence", text(evidence)));
        }
        if self.reason.as_deref() == Some("") && action.status() == ActionStatus::Dropped {
            let hint = format!("`pm action reopen {id}` takes it up again");
            return Err(Failure::new(format!("{id} is dropped, and that needs a reason")).hint(hint).refused());
        }
        let slip = self.slips(record, action);
        match (&slip, self.reason_given()) {
            (Some(slip), None) => {
                return Err(Failure::new(format!("{id}: {slip}, and that needs a reason"))
                    .hint(format!("`pm action edit {id} --due … --reason \"why\"`; it is kept in the action")));
            }
            (Some(_), Some(reason)) => fields.push(("reason", Some(Value::from(keep_reopening(reason, action))))),
            (None, _) => fields.extend(self.reason.as_ref().map(|reason| ("reason", text(reason)))),
        }
        Ok(fields)
    }
}

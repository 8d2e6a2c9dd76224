//! `pm action add`: one more promise, with an id of its own and a day by which it is kept.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use toml::{Table, Value};

use super::fields::{self, quoted, written};
use crate::cli::action_id::fresh_ids;
use crate::cli::arguments::{CommitArgs, RecordFlag, action_types, priorities};
use crate::cli::change::{Current, Made, change_answering, edit_failure};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::resolve::record::{Taken, record};
use crate::config::policy::GateLevel;
use crate::document::read::values;
use crate::document::{Canonical, Path};
use crate::record::Record;
use crate::record::action::{Action, has_word};
use crate::record::vocabulary::{ACTION_TYPE, PRIORITY, Vocabulary};
use crate::render::sanitise::one_line;
use crate::store::StoreError;

/// Add an action item
///
/// It gets an id of four characters that no other action has. What is not given is asked
/// for on a terminal; "" stands for not known yet. Without --due the due date follows from
/// the priority (`[deadlines]` of pm.toml: P1 7 days, P2 14, P3 30).
///
/// Examples:
///   pm action add "Alert when a backup is missing" --priority P1 --owner "Infrastructure"
///   pm action add "Rehearse restoring" --due friday --type train -p database-removed
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AddArgs {
    /// What is to be done, in one line; `-` reads standard input
    #[arg(value_name = "ACTION")]
    pub action: Option<String>,

    /// Who sees that it is done
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// How soon: P1, P2 or P3
    #[arg(long, value_name = "PRIORITY", add = ArgValueCompleter::new(priorities))]
    pub priority: Option<String>,

    /// What it does about the incident: prevent, mitigate, detect, process, communicate or train
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCompleter::new(action_types))]
    pub kind: Option<String>,

    /// The day it is to be done by: 2026-12-01, +7d, friday; "" for none
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub due: Option<String>,

    /// Its page in the tracker
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,

    /// Keep it out of public renderings
    #[arg(long)]
    pub private: bool,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// What an action is to say.
struct Asked {
    action: String,
    kind: Option<String>,
    owner: Option<String>,
    priority: Option<String>,
    due: Option<chrono::NaiveDate>,
    link: Option<String>,
    /// How the due date came to be, where nobody gave it.
    due_by: Option<String>,
}

/// Adds the action in one commit, and answers in one line.
pub fn run(context: &mut Context, args: &AddArgs) -> Result<Exit, Failure> {
    if context.store.is_bare() {
        return Err(Failure::from(StoreError::NoWorkTree));
    }
    let taken = record(context, args.record.postmortem.as_deref())?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    let asked = ask(context, args, &taken)?;
    // Spare ones for the case that the record has got an action of that very id meanwhile.
    let ids = fresh_ids(context, 3)?;
    let edit = |current: &Current<'_>| {
        let document = current.document()?;
        let id = ids.iter().find(|id| !has_word(current.text, id)).unwrap_or(&ids[0]);
        let row = Value::Table(row(id, &asked, args.private));
        let edited =
            document.append(&Path::of(&["actions"]), &row, &Canonical).map_err(|error| edit_failure(&error))?;
        Ok(edited.into())
    };
    let id = taken.located.id.clone();
    let answer = |made: &Made| {
        let actions = made.record.actions();
        let Some(added) = actions.last() else { return String::new() };
        format!(
            "{} is added ({id}): {}{}\n",
            added.id().unwrap_or_default(),
            quoted(added.action()),
            told(*added, &asked)
        )
    };
    let made = change_answering(context, &taken.located, &args.commit, "action add", edit, answer)?;
    if let Some(made) = made {
        say_twin(context, &made);
        say_gate(context, &made.record);
        // Not freed, for the reason that `change` has.
        std::mem::forget(made);
    }
    Ok(Exit::Fine)
}

/// The row of the record.
fn row(id: &str, asked: &Asked, private: bool) -> Table {
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let values = [
        ("id", Some(Value::from(id))),
        ("action", Some(Value::from(asked.action.as_str()))),
        ("type", text(&asked.kind)),
        ("owner", text(&asked.owner)),
        ("priority", text(&asked.priority)),
        ("due", asked.due.map(written)),
        ("status", Some(Value::from("open"))),
        ("link", text(&asked.link)),
        ("private", private.then(|| Value::from(true))),
    ];
    values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// What was understood of an action beside its text.
fn told(action: Action<'_>, asked: &Asked) -> String {
    let due = asked.due.map(|day| match &asked.due_by {
        Some(by) => format!("due {day} ({by})"),
        None => format!("due {day}"),
    });
    let priority = action.priority().filter(|_| asked.due_by.is_none()).map(str::to_owned);
    let owner = action.owner().map(|owner| format!("owner {owner}"));
    let parts = [priority, due, owner, action.kind().map(str::to_owned)];
    parts.into_iter().flatten().fold(String::new(), |text, part| format!("{text}, {}", one_line(&part)))
}

/// The answers: flags first, questions on a terminal for the rest.
fn ask(context: &mut Context, args: &AddArgs, taken: &Taken) -> Result<Asked, Failure> {
    let hint = "say what is to be done in one line, as in `pm action add \"Alert when a backup is missing\"`";
    let asks = context.ui.interactive();
    let action = match &args.action {
        Some(typed) => fields::read_text(context, typed)?,
        None if asks => {
            super::close::asked(context, "What is to be done?", |_, typed| fields::filled("the action", typed, hint))?
        }
        None => return Err(Failure::new("the action is missing").hint(hint)),
    };
    // All that was given is understood before the first question is asked.
    let owner = args.owner.as_deref().map(|typed| fields::read_optional("the owner", typed)).transpose()?;
    let priority = args.priority.as_deref().map(fields::read_priority).transpose()?;
    let kind = args.kind.as_deref().map(fields::read_kind).transpose()?;
    let given_due = match &args.due {
        Some(typed) => Some(fields::read_due(context, typed)?),
        None => None,
    };
    let link = args.link.as_deref().map(fields::read_link).transpose()?.flatten();
    let severity = severity_of(context, taken);
    let owner = match owner {
        Some(owner) => owner,
        None if asks => fields::read_optional(
            "the owner",
            &prompt::line("Who sees that it is done? (empty: not known yet)", None)?,
        )?,
        None => None,
    };
    let priority = match priority {
        Some(priority) => priority,
        None if asks => {
            let usual = |word: &str| {
                fields::usual_due(context, word, severity.as_deref())
                    .map(|(day, _)| format!(", due {day}"))
                    .unwrap_or_default()
            };
            pick("How soon?", "not known yet", &PRIORITY, usual)?
        }
        None => None,
    };
    let kind = match kind {
        Some(kind) => kind,
        None if asks => pick("What does it do about the incident?", "not said", &ACTION_TYPE, |_| String::new())?,
        None => None,
    };
    let usual = priority.as_deref().and_then(|word| fields::usual_due(context, word, severity.as_deref()));
    let due = match given_due {
        Some(due) => due,
        None if asks => ask_due(context, usual.as_ref().map(|(day, _)| *day))?,
        None => usual.as_ref().map(|(day, _)| *day),
    };
    let due_by = usual.filter(|(day, _)| args.due.is_none() && due == Some(*day)).map(|(_, by)| by);
    Ok(Asked { action, kind, owner, priority, due, link, due_by })
}

/// The severity of a record, on which the time for an action may depend.
fn severity_of(context: &Context, taken: &Taken) -> Option<String> {
    let loaded = context.records().load(&taken.located).ok()?;
    values(&loaded.text)?.severity().map(str::to_owned)
}

fn pick(
    question: &str,
    none: &str,
    vocabulary: &'static Vocabulary,
    more: impl Fn(&str) -> String,
) -> Result<Option<String>, Failure> {
    // First, so that Enter claims nothing.
    let mut choices = vec![none.to_owned()];
    choices.extend(vocabulary.words.iter().map(|word| {
        // How much time there is, the settings say; the template's label names its own.
        let label = word.label.split(':').next().unwrap_or_default();
        format!("{}  {label}{}", word.slug, more(word.slug))
    }));
    let picked = prompt::pick(question, &choices)?.and_then(|index| index.checked_sub(1));
    Ok(picked.map(|index| vocabulary.words[index].slug.to_owned()))
}

/// Asks again until the answer is understood.
fn ask_due(context: &mut Context, usual: Option<chrono::NaiveDate>) -> Result<Option<chrono::NaiveDate>, Failure> {
    let (question, default) = match usual {
        Some(day) => ("Due by when? (2026-12-01, +7d, friday; none)", Some(day.to_string())),
        None => ("Due by when? (2026-12-01, +7d, friday; empty: not known yet)", None),
    };
    loop {
        let typed = prompt::line(question, default.as_deref())?;
        match fields::read_due(context, &typed) {
            Ok(due) => return Ok(due),
            Err(failure) => context.ui.failure(&failure),
        }
    }
}

/// Says that the record had an open action of the same words: a command that was run again adds another one.
fn say_twin(context: &mut Context, made: &Made) {
    let actions = made.record.actions();
    let Some(added) = actions.last() else { return };
    let same = |action: &&Action<'_>| action.action() == added.action() && !action.is_closed();
    if let Some(twin) = made.before.actions().iter().find(same).and_then(|action| action.id()) {
        context.ui.warn(&format!("there is an open action of the same words: {}", one_line(twin)));
    }
}

/// Says what an approval will ask of the action that was added last.
fn say_gate(context: &mut Context, record: &Record) {
    let actions = record.actions();
    let Some(added) = actions.last() else { return };
    if context.config.policy.gates.level("approve", "actions", record.severity()) == GateLevel::Off {
        return;
    }
    let lacks = [
        (added.owner().is_none(), "an owner", "--owner \"…\""),
        (added.priority().is_none(), "a priority", "--priority P2"),
        (added.due().is_none(), "a due date", "--due +14d"),
    ];
    // With a priority comes a due date.
    let comes_with_it = |what: &str| what == "a due date" && added.priority().is_none();
    let missing: Vec<_> = lacks.iter().filter(|(lacks, what, _)| *lacks && !comes_with_it(what)).collect();
    if missing.is_empty() {
        return;
    }
    let what: Vec<&str> = missing.iter().map(|(_, what, _)| *what).collect();
    let flags: Vec<&str> = missing.iter().map(|(_, _, flag)| *flag).collect();
    let id = one_line(added.id().unwrap_or_default());
    context.ui.note(&format!(
        "hint: an approval asks for {}; now: pm action edit {id} {}",
        what.join(" and "),
        flags.join(" ")
    ));
}

//! `pm set`: any key of a record, from the command line.

use clap::Args;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use toml::Value;

use crate::cli::action_id::fresh_ids;
use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::change::{change, edit_failure, nothing_changed};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::cli::resolve::time::entry_times;
use crate::cli::resolve::value::{self, Assignment, Operation};
use crate::cli::ui::Ui;
use crate::document::read::values;
use crate::document::{Canonical, Document};
use crate::record::Record;
use crate::record::keys::KEYS;
use crate::record::timeline::{moment, place_in_time};
use crate::render::sanitise::one_line;

/// Set keys of a record
///
/// KEY=VALUE sets, KEY+=VALUE appends to a list, KEY-=VALUE removes from it, KEY= clears,
/// KEY=- reads standard input. Rows of a list have numbers from 1:
/// `cause.whys[2].because=…`; `metrics[1]-=` removes one. Types come from the format:
/// dates and times are understood as everywhere, `yes` and `no` are answers, commas
/// separate names.
///
/// Examples:
///   pm set severity=P1 services+=api,db
///   pm set database-removed impact.users.affected=5000
///   pm set 'timeline+={at="23:27", kind="identified", event="Wrong directory removed"}'
///   journalctl -u postgres | pm set appendix.logs=-
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SetArgs {
    /// The record first, if it is not the one in hand; then what to set
    #[arg(value_name = "[RECORD] KEY=VALUE", required = true, add = ArgValueCompleter::new(candidates))]
    pub assignments: Vec<String>,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Makes the changes in one commit.
pub fn run(context: &mut Context, args: &SetArgs) -> Result<Exit, Failure> {
    let (named, assignments) = match args.assignments.split_first() {
        Some((first, rest)) if !value::is_assignment(first) => (Some(first.as_str()), rest),
        _ => (None, args.assignments.as_slice()),
    };
    if assignments.is_empty() {
        return Err(Failure::new("nothing to set").hint("add what to set, as in `pm set severity=P1`"));
    }
    if let (Some(name), Some(_)) = (named, &args.record.postmortem) {
        return Err(Failure::new(format!("the record is named twice: `{}` and by --postmortem", one_line(name)))
            .hint("name it once"));
    }
    let mut typed = together(assignments.iter().map(|text| value::split(text)))?;
    let from_stdin = typed.iter().filter(|typed| typed.reads_stdin()).count();
    if from_stdin > 1 {
        return Err(Failure::new("standard input can be read for one key only"));
    }
    let taken = record(context, args.record.postmortem.as_deref().or(named))?;
    if from_stdin == 1 {
        let text = Ui::read_stdin()?;
        if text.trim().is_empty() {
            return Err(Failure::new("standard input is empty, so nothing was changed").hint("`KEY=` clears a key"));
        }
        for typed in typed.iter_mut().filter(|typed| typed.reads_stdin()) {
            typed.text.clone_from(&text);
        }
    }
    // Clock times are understood against the entries that are there now; the edit itself runs on what the lock shows.
    let loaded = context.records().load(&taken.located);
    let entries =
        loaded.ok().and_then(|loaded| values(&loaded.text)).map(|record| entry_times(&record)).unwrap_or_default();
    let edits = together(typed.iter().map(|typed| value::understand(context, typed, &entries)))?;
    let ids = new_action_ids(context, &edits)?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    let made = change(context, &taken.located, &args.commit, "set", |current| {
        let mut ids = ids.iter();
        let start = current.document()?.clone();
        let edited = edits.iter().try_fold(start, |document, edit| apply(&document, current.record, edit, &mut ids))?;
        Ok(edited.into())
    })?;
    Ok(match made {
        Some(_) => Exit::Fine,
        None => nothing_changed(context, &taken.located.id),
    })
}

/// All of the values, or everything that is wrong with them at once.
fn together<T>(outcomes: impl Iterator<Item = Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    let (mut values, mut failures) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(value) => values.push(value),
            Err(failure) => failures.push(failure),
        }
    }
    match failures.len() {
        0 => Ok(values),
        1 => Err(failures.remove(0)),
        count => {
            let start = Failure::new(format!("{count} of these cannot be set, so nothing was changed"));
            Err(failures.into_iter().fold(start, |all, one| {
                let hint = if one.hints.is_empty() { String::new() } else { format!(" ({})", one.hints.join("; ")) };
                all.detail(format!("{}{hint}", one.message))
            }))
        }
    }
}

/// One assignment applied to a document.
fn apply<'a>(
    document: &Document,
    record: &Record,
    edit: &Assignment,
    ids: &mut impl Iterator<Item = &'a String>,
) -> Result<Document, Failure> {
    let Assignment { path, operation } = edit;
    let plain = path.generic().join(".");
    let edited = match operation {
        Operation::Set(Value::Array(rows)) if plain == "actions" => {
            let rows = rows.iter().map(|row| with_id(row, ids)).collect();
            document.set(path, &Value::Array(rows), &Canonical)
        }
        Operation::Set(value) => document.set(path, value, &Canonical),
        Operation::Clear if !document.contains(path) => return Ok(document.clone()),
        Operation::Clear => document.clear(path),
        Operation::Append(items) => {
            return items.iter().try_fold(document.clone(), |document, item| match plain.as_str() {
                "timeline" => {
                    let entries = document.value(path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                    let place = place_in_time(entries, item.as_table().and_then(|entry| moment(entry, "at")));
                    document.insert(path, place, item, &Canonical).map_err(|error| edit_failure(&error))
                }
                "actions" => {
                    document.append(path, &with_id(item, ids), &Canonical).map_err(|error| edit_failure(&error))
                }
                _ if document.value(path).and_then(Value::as_array).is_some_and(|list| list.contains(item))
                    && item.is_str() =>
                {
                    Ok(document)
                }
                _ => document.append(path, item, &Canonical).map_err(|error| edit_failure(&error)),
            });
        }
        Operation::Remove(items) => {
            return items.iter().try_fold(document.clone(), |document, item| {
                document.remove_value(path, item).map_err(|error| {
                    let held = record.texts(&plain).join(", ");
                    let failure = edit_failure(&error);
                    if held.is_empty() { failure } else { failure.hint(format!("it holds {}", one_line(&held))) }
                })
            });
        }
    };
    edited.map_err(|error| edit_failure(&error))
}

/// A new action with its id in front and its status set.
fn with_id<'a>(row: &Value, ids: &mut impl Iterator<Item = &'a String>) -> Value {
    let Value::Table(fields) = row else { return row.clone() };
    let mut table = toml::Table::new();
    if let (false, Some(id)) = (fields.contains_key("id"), ids.next()) {
        table.insert("id".to_owned(), Value::from(id.as_str()));
    }
    table.extend(fields.clone());
    table.entry("status").or_insert_with(|| Value::from("open"));
    Value::Table(table)
}

/// As many unused action ids as the edits need.
fn new_action_ids(context: &Context, edits: &[Assignment]) -> Result<Vec<String>, Failure> {
    let rows = |operation: &Operation| match operation {
        Operation::Append(items) | Operation::Set(Value::Array(items)) => items.len(),
        _ => 0,
    };
    let of_actions = edits.iter().filter(|edit| edit.path.generic() == ["actions"]);
    let needed: usize = of_actions.map(|edit| rows(&edit.operation)).sum();
    fresh_ids(context, needed)
}

/// What the shell offers: record ids, and the keys of the format.
fn candidates(current: &std::ffi::OsStr) -> Vec<CompletionCandidate> {
    let Some(text) = current.to_str() else { return Vec::new() };
    let keys = KEYS.iter().filter(|key| key.path.starts_with(text) && !key.path.starts_with("sign_offs"));
    let keys = keys.map(|key| {
        let operator = if key.kind.is_list() { "+=" } else { "=" };
        CompletionCandidate::new(format!("{}{operator}", key.path.replace("[]", "[1]"))).help(Some(key.meaning.into()))
    });
    keys.chain(crate::cli::arguments::record_ids(current)).collect()
}

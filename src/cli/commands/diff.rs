//! `pm diff`: what changed in meaning between two states.

use std::collections::HashMap;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::arguments::{RecordFlag, record_ids};
use crate::cli::chronicle::{self, chronicle};
use crate::cli::comparison::{self, Pair, State};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{exact, record};
use crate::record::RecordId;
use crate::render::changes::{self, Compared, Look, Report};
use crate::render::markdown;
use crate::render::sanitise::one_line;
use crate::store::records::Located;
use crate::store::{At, StoreError};

/// Show what changed in meaning
///
/// Fields, timeline entries and actions, and what that did to the durations. Formatting,
/// comments and the order of tables are no changes. Without a revision HEAD is compared
/// with the working tree, without a record every record that differs is shown.
///
/// A lone argument is the exact id or path of a record, else a revision, else a part of a
/// record's name; `-p` forces the last. `A B` is `A..B` where both are revisions.
///
/// Examples:
///   pm diff
///   pm diff main...HEAD --format markdown
///   pm diff database-removed v1.2..v1.3
///   pm diff HEAD~3 --exit-code
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DiffArgs {
    /// The record: an id, a path, an incident id, or a part of an id or title that only one record has
    #[arg(value_name = "RECORD", add = ArgValueCompleter::new(record_ids))]
    pub first: Option<String>,

    /// What to compare: `REV` with the working tree, `REV..REV`, or `REV...REV` from where the two parted
    #[arg(value_name = "REV")]
    pub second: Option<String>,

    #[command(flatten)]
    pub by_flag: RecordFlag,

    /// End with 1 when something differs in meaning
    #[arg(long)]
    pub exit_code: bool,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: DiffFormat,
}

/// The forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DiffFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For the comment on a request
    Markdown,
}

/// What was asked for.
struct Asked {
    before: State,
    after: State,
    record: Option<String>,
}

/// Prints what differs.
pub fn run(context: &mut Context, args: &DiffArgs) -> Result<Exit, Failure> {
    let Asked { before, after, record } = asked(context, args)?;
    let wanted = record.map(|typed| named(context, &typed, &before, &after)).transpose()?;
    let (mut pairs, skipped) = comparison::pairs(context, &before, &after)?;
    if let Some(id) = &wanted {
        pairs.retain(|pair: &Pair| pair.is(id));
    }
    let (records, unread) =
        comparison::compare(context, &before, &after, pairs, |located| slips(context, located, &before))?;
    let differs = records.iter().any(Compared::differs) || !unread.is_empty();
    let silent = records.is_empty() && unread.is_empty();
    let report = Report { from: before.side(), to: after.side(), records };
    let text = match args.format {
        DiffFormat::Text => {
            let coloured = context.ui.result_colours();
            let text = changes::text(&report, Look { coloured, width: context.ui.list_width() });
            context.ui.for_log(&text).into_owned()
        }
        DiffFormat::Json => changes::json(&report),
        DiffFormat::Markdown => markdown::changes::changes(&report),
    };
    context.page(&text)?;
    if silent && args.format == DiffFormat::Text {
        let what = wanted.map_or_else(|| "No record differs".to_owned(), |id| format!("{id} does not differ"));
        context.ui.note(&one_line(&format!("{what} between {} and {}.", before.name, after.name)));
    }
    for skipped in &skipped {
        context.ui.talk(&format!("skipped {}: {}\n", one_line(&skipped.path), skipped.reason));
    }
    for unread in &unread {
        context.ui.talk(&format!("skipped {}: {}\n", one_line(&unread.path), one_line(&unread.reason)));
    }
    if !unread.is_empty() {
        let plural = if unread.len() == 1 { "file was" } else { "files were" };
        return Err(Failure::new(format!("{} {plural} skipped", unread.len())));
    }
    Ok(if args.exit_code && differs { Exit::Findings } else { Exit::Fine })
}

/// How often due dates had slipped up to the state before; nothing where the history is not at hand.
fn slips(context: &Context, located: &Located, before: &State) -> Option<HashMap<String, usize>> {
    let Some(At::Revision(commit)) = before.at.filter(|_| !context.store.is_shallow()) else { return None };
    chronicle(context, located, commit).ok().map(|steps| chronicle::slips(&steps))
}

/// Tells the record from the revision.
fn asked(context: &Context, args: &DiffArgs) -> Result<Asked, Failure> {
    let (record, revision) = match (&args.by_flag.postmortem, &args.first, &args.second) {
        (Some(_), Some(_), Some(extra)) => {
            return Err(Failure::new(format!("`{}` is one too many: `-p` names the record already", one_line(extra))));
        }
        (Some(record), revision, None) | (Some(record), None, revision) => (Some(record), revision.as_ref()),
        (None, Some(first), Some(second)) => {
            if let Some((before, after)) = two_revisions(context, first, second)? {
                return Ok(Asked { before, after, record: None });
            }
            (Some(first), Some(second))
        }
        (None, None, Some(revision)) => (None, Some(revision)),
        (None, Some(lone), None) => return lone_argument(context, lone),
        (None, None, None) => (None, None),
    };
    let (before, after) = states(context, revision.map(String::as_str))?;
    Ok(Asked { before, after, record: record.cloned() })
}

/// `pm diff A B` is `A..B`, as in git, where A is not the exact id or path of a record.
fn two_revisions(context: &Context, first: &str, second: &str) -> Result<Option<(State, State)>, Failure> {
    let commit = |name: &str| Some(State::commit(name, context.store.resolve(name).ok()?));
    let (Some(before), Some(after)) = (commit(first), commit(second)) else { return Ok(None) };
    for state in [&before, &after] {
        if exact(context, &state.locate(context)?.0, first).is_some() {
            return Ok(None);
        }
    }
    Ok(Some((before, after)))
}

/// An exact id or path, else a revision, else a part of a record's name.
fn lone_argument(context: &Context, lone: &str) -> Result<Asked, Failure> {
    let of_record = |(before, after)| Asked { before, after, record: Some(lone.to_owned()) };
    let without = states(context, None);
    let mut is_exact = false;
    for state in without.iter().flat_map(|(before, after)| [after, before]) {
        is_exact = is_exact || exact(context, &state.locate(context)?.0, lone).is_some();
    }
    if is_exact {
        return without.map(of_record);
    }
    match states(context, Some(lone)) {
        Ok((before, after)) => Ok(Asked { before, after, record: None }),
        // `main..nowhere` is no part of a name.
        Err(failure) if lone.contains("..") => Err(failure),
        Err(_) => without.map(of_record),
    }
}

/// The states a revision, a range or nothing stands for.
fn states(context: &Context, typed: Option<&str>) -> Result<(State, State), Failure> {
    let store = &context.store;
    let commit = |name: &str| -> Result<State, StoreError> {
        let name = if name.is_empty() { "HEAD" } else { name };
        Ok(State::commit(name, store.resolve(name)?))
    };
    let on_disk = || {
        if store.is_bare() {
            return Err(Failure::from(StoreError::NoWorkTree).hint("name two revisions, as in `pm diff HEAD~1..HEAD`"));
        }
        Ok(State::work_tree())
    };
    let Some(typed) = typed else {
        let head = store.head()?.commit;
        return Ok((head.map_or_else(State::nothing, |head| State::commit("HEAD", head)), on_disk()?));
    };
    if let Some((one, other)) = typed.split_once("...") {
        let (one, other) = (commit(one)?, commit(other)?);
        let (Some(At::Revision(a)), Some(At::Revision(b))) = (one.at, other.at) else {
            return Err(Failure::new("a range is between two commits"));
        };
        let Some(base) = store.merge_base(a, b)? else {
            let message = format!("{} and {} have no commit in common", one_line(&one.name), one_line(&other.name));
            let hint = if store.is_shallow() {
                "this clone is shallow: `git fetch --unshallow` brings the rest of the history"
            } else {
                "`REV..REV` compares two states that have nothing to do with each other"
            };
            return Err(Failure::new(message).hint(hint));
        };
        return Ok((State::commit(&base.short(), base), other));
    }
    if let Some((one, other)) = typed.split_once("..") {
        return Ok((commit(one)?, commit(other)?));
    }
    Ok((commit(typed)?, on_disk()?))
}

/// The id of the record that was named, as one side or the other has it.
fn named(context: &mut Context, typed: &str, before: &State, after: &State) -> Result<RecordId, Failure> {
    let at = context.at;
    let mut failure = None;
    let mut taken = None;
    for state in [after, before] {
        let Some(place) = state.at else { continue };
        context.at = place;
        match record(context, Some(typed)) {
            Ok(found) => {
                taken = Some(found);
                break;
            }
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    context.at = at;
    let Some(taken) = taken else {
        return Err(failure.unwrap_or_else(|| Failure::new(format!("no record matches `{}`", one_line(typed)))));
    };
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    Ok(taken.located.id)
}

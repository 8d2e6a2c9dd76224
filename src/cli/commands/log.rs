//! `pm log`: the history of a record by what it means.

use std::collections::HashMap;
use std::sync::Arc;

use clap::Args;

use crate::cli::arguments::{RecordArg, RevisionArg, TextOrJson};
use crate::cli::chronicle::{Lineage, Step, Version, chronicle, slipped, tip};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{Taken, record};
use crate::diff::Change;
use crate::document::read::values;
use crate::record::Record;
use crate::record::time::Moment;
use crate::render::changes::{Look, Told, told};
use crate::render::history::{self, Commit, Did, Form, Person};
use crate::render::sanitise::one_line;
use crate::store::records::Located;
use crate::store::{At, Who};

/// Show the history of a record
///
/// A line a commit, newest first: when, who, and what changed in meaning. `✓` marks
/// sign-offs, `!` a status that moved without one. Commits on side branches are there, too,
/// also when a merge took nothing of them; a record that was moved is followed by its id.
///
/// Examples:
///   pm log
///   pm log database-removed --full
///   pm log --oneline -n 5
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LogArgs {
    #[command(flatten)]
    pub record: RecordArg,

    /// Only the commit and what it did
    #[arg(long, conflicts_with_all = ["full", "format"])]
    pub oneline: bool,

    /// Everything: the message, every change, and the words that differ
    #[arg(long, conflicts_with = "format")]
    pub full: bool,

    /// Only the last N commits
    #[arg(short = 'n', long, value_name = "N")]
    pub max_count: Option<usize>,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// Prints the history.
pub fn run(context: &mut Context, args: &LogArgs) -> Result<Exit, Failure> {
    let Taken { located, because } = record(context, args.record.typed())?;
    if let Some(because) = &because {
        context.ui.note(&format!("{} ({})", one_line(located.id.as_str()), one_line(because)));
    }
    let steps = match tip(context)? {
        Some(tip) => chronicle(context, &located, tip)?,
        None => Vec::new(),
    };
    let shown = args.max_count.unwrap_or(usize::MAX);
    let commits = commits(context, &steps, shown)?;
    let path = located.file.path.as_str();
    let text = match (args.format, args.oneline, args.full) {
        (TextOrJson::Json, ..) => history::json(&located.id, path, &commits),
        (TextOrJson::Text, oneline, full) => {
            let form = match (oneline, full) {
                (true, _) => Form::Short,
                (false, true) => Form::Full,
                (false, false) => Form::Line,
            };
            let look = Look { coloured: context.ui.result_colours(), width: context.ui.list_width() };
            history::text(&commits, form, look)
        }
    };
    context.page(&text)?;
    if args.format == TextOrJson::Text {
        if commits.is_empty() && shown > 0 {
            context.ui.note(&format!("No commit has {} yet.", one_line(located.id.as_str())));
        } else if context.at == At::WorkTree && differs_from_head(context, &located)? {
            context.ui.note("What is not committed yet is not in it: `pm diff` shows that.");
        }
        if context.store.is_shallow() {
            context.ui.note("This clone is shallow: `git fetch --unshallow` brings the rest of the history.");
        }
    }
    Ok(Exit::Fine)
}

/// Whether the file says something else than HEAD has, but for line endings; only for a note, so git is not asked.
fn differs_from_head(context: &Context, located: &Located) -> Result<bool, Failure> {
    let path = &located.file.path;
    let Some(head) = context.store.head()?.commit else { return Ok(false) };
    let text = |at: At| -> Result<Option<String>, Failure> {
        let bytes = context.store.read(path, at)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n")))
    };
    Ok(text(At::WorkTree)? != text(At::Revision(head))?)
}

/// What the commits did, newest first.
fn commits(context: &Context, steps: &[Step], most: usize) -> Result<Vec<Commit>, Failure> {
    let lineage = Lineage::of(&context.store, steps);
    let mut slips = HashMap::new();
    let mut commits = Vec::new();
    for (index, step) in steps.iter().enumerate().rev() {
        let known = Some(&slips).filter(|_| !context.store.is_shallow());
        let did = if step.is_taken() {
            left_out(context, step)?
        } else {
            Some(did(context, (index, step), &lineage, known)?)
        };
        commits.extend(did.map(|did| commit(step, did)));
        for id in slipped(step) {
            *slips.entry(id).or_insert(0) += 1;
        }
    }
    commits.reverse();
    commits.truncate(most);
    Ok(commits)
}

fn commit(step: &Step, did: Did) -> Commit {
    let passed = &step.passed;
    let was_broken = step.before.iter().flatten().any(|version| version.record.is_none());
    Commit {
        id: passed.commit.to_string(),
        short: passed.commit.short(),
        parents: passed.parents.iter().map(ToString::to_string).collect(),
        author: person(&passed.author),
        committer: person(&passed.committer),
        message: passed.message.clone(),
        mended: was_broken && matches!(did, Did::Changed(_)),
        did,
        moved_from: step.moved_from.as_ref().map(ToString::to_string),
    }
}

/// What a merge that took the record as one parent has it leaves out of another; nothing when that one had not changed it.
fn left_out(context: &Context, step: &Step) -> Result<Option<Did>, Failure> {
    let store = &context.store;
    let blob = |version: &Option<Arc<Version>>| version.as_ref().map(|version| version.blob);
    let after = blob(&step.after);
    let Some(taken) = step.before.iter().position(|before| blob(before) == after) else { return Ok(None) };
    for (before, parent) in step.before.iter().zip(&step.passed.parents) {
        let Some(record) =
            before.as_ref().filter(|version| Some(version.blob) != after).and_then(|it| it.record.as_ref())
        else {
            continue;
        };
        let Some(base) = store.merge_base(step.passed.parents[taken], *parent)? else { continue };
        let there = step.passed.files.iter().find_map(|file| {
            let blob = store.object_at(&file.path, base).ok()??;
            let text = String::from_utf8(store.read_blob(blob, &file.path).ok()?).ok()?;
            values(&text)
        });
        let told = there.map(|there| told(&there, record, &context.config, None)).unwrap_or_default();
        if !told.is_empty() {
            return Ok(Some(Did::LeftOut { of: parent.short(), told }));
        }
    }
    Ok(None)
}

fn did(
    context: &Context,
    (index, step): (usize, &Step),
    lineage: &Lineage<'_>,
    slips: Option<&HashMap<String, usize>>,
) -> Result<Did, Failure> {
    let Some(after) = &step.after else { return Ok(Did::Removed) };
    let Some(after) = &after.record else { return Ok(Did::Broke) };
    let mut readable: Vec<&Record> = Vec::new();
    for (parent, version) in step.before.iter().enumerate() {
        match version {
            Some(version) if version.record.is_some() => readable.extend(&version.record),
            Some(_) => readable.extend(lineage.before(index, parent)?.map(|(_, record)| record)),
            None => {}
        }
    }
    Ok(match &readable[..] {
        [] if step.passed.parents.is_empty() && context.store.is_shallow() => Did::Edge,
        [] => Did::Added(after.clone()),
        [first, others @ ..] => {
            let mut changes = told(first, after, &context.config, slips);
            // A merge tells what is in it and in none of its parents.
            for other in others {
                let there = crate::diff::changes(other, after);
                let known = |change: &Change| there.iter().any(|other| other.path == change.path);
                changes.retain(|told: &Told| told.change.as_ref().is_some_and(known));
            }
            Did::Changed(changes)
        }
    })
}

/// A person of a commit.
pub fn person(who: &Who) -> Person {
    let at = chrono::DateTime::from_timestamp(who.seconds, 0).unwrap_or_default();
    Person { name: who.name.clone(), email: who.email.clone(), at: Moment::from(at) }
}

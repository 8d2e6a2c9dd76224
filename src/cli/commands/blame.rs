//! `pm blame`: each part of a record with the commit that last changed it.

use std::collections::HashMap;

use clap::Args;

use crate::cli::arguments::{RecordArg, RevisionArg, TextOrJson};
use crate::cli::chronicle::{Lineage, Step, chronicle, tip};
use crate::cli::commands::log::person;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{Taken, record};
use crate::diff::{unchanged, units};
use crate::document::read::values;
use crate::record::Record;
use crate::render::blame::{self, Blame, Blamed};
use crate::render::sanitise::one_line;
use crate::store::ObjectId;

/// Show which commit last changed each part of a record
///
/// A line for each field, timeline entry, action and row of another list. Formatting and
/// moving a record or an entry to another place change nothing in it, so the commits that did
/// that are not named.
///
/// Examples:
///   pm blame
///   pm blame database-removed | grep timeline
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct BlameArgs {
    #[command(flatten)]
    pub record: RecordArg,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// Prints the parts.
pub fn run(context: &mut Context, args: &BlameArgs) -> Result<Exit, Failure> {
    let Taken { located, because } = record(context, args.record.typed())?;
    if let Some(because) = &because {
        context.ui.note(&format!("{} ({})", one_line(located.id.as_str()), one_line(because)));
    }
    let loaded = context.records().load(&located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    let Some(here) = values(&loaded.text) else {
        return Err(Failure::new(format!("{} cannot be read as a record", one_line(loaded.path.as_str())))
            .hint("`git blame` tells of its lines"));
    };
    let (steps, start) = match tip(context)? {
        Some(tip) => (changing(chronicle(context, &located, tip)?), context.store.object_at(&located.file.path, tip)?),
        None => (Vec::new(), None),
    };
    let blamed = walk(context, &steps, start, &here)?;
    let commits: Vec<Option<Blame>> = steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            blamed.values().any(|step| *step == index).then(|| Blame {
                id: step.passed.commit.to_string(),
                short: step.passed.commit.short(),
                author: person(&step.passed.author),
                subject: step.passed.message.lines().next().unwrap_or_default().to_owned(),
            })
        })
        .collect();
    let parts: Vec<Blamed<'_>> = units(&here)
        .into_iter()
        .map(|unit| {
            let commit = blamed.get(&unit.path).and_then(|index| commits[*index].as_ref());
            Blamed { path: unit.path, text: unit.text, commit }
        })
        .collect();
    let text = match args.format {
        TextOrJson::Text => blame::text(&parts, context.ui.list_width()),
        TextOrJson::Json => blame::json(&located.id, located.file.path.as_str(), &parts),
    };
    context.page(&text)?;
    if args.format == TextOrJson::Text && context.store.is_shallow() {
        context.ui.note("This clone is shallow: what is older is laid to its first commit.");
    }
    Ok(Exit::Fine)
}

/// The steps but for the merges that took the record as one of their parents has it.
fn changing(mut steps: Vec<Step>) -> Vec<Step> {
    steps.retain(|step| !step.is_taken());
    steps
}

/// Which step each part of the record goes back to; a part that no commit has is not in it.
///
/// As git does it: a commit keeps what it has in common with no parent, and hands the rest on to one that says the same.
fn walk(
    context: &Context,
    steps: &[Step],
    start: Option<ObjectId>,
    here: &Record,
) -> Result<HashMap<String, usize>, Failure> {
    let mut blamed = HashMap::new();
    let lineage = Lineage::of(&context.store, steps);
    let Some(first) = start.and_then(|blob| lineage.latest(blob)) else { return Ok(blamed) };
    // By step, the parts it still has to answer for: where they are in it, and where in the record that was asked about.
    let mut open: Vec<HashMap<String, Vec<String>>> = vec![HashMap::new(); steps.len()];
    // What is committed may not be readable, and be put right in the working tree alone.
    let committed = steps[first].after.as_ref().and_then(|version| version.record.as_ref());
    let committed = match committed {
        Some(record) => Some((Some(first), record)),
        None => lineage.before(first, 0)?,
    };
    let Some((Some(first), record)) = committed else { return Ok(blamed) };
    for (now, then) in unchanged(record, here) {
        open[first].entry(then).or_default().push(now);
    }
    for index in first..steps.len() {
        let mut left = std::mem::take(&mut open[index]);
        let Some(after) = steps[index].after.as_ref().and_then(|version| version.record.as_ref()) else { continue };
        for parent in 0..steps[index].before.len() {
            if left.is_empty() {
                break;
            }
            let Some((Some(maker), before)) = lineage.before(index, parent)? else { continue };
            let kept = unchanged(before, after);
            left.retain(|path, parts| match kept.get(path) {
                Some(then) => {
                    open[maker].entry(then.clone()).or_default().append(parts);
                    false
                }
                None => true,
            });
        }
        blamed.extend(left.into_values().flatten().map(|part| (part, index)));
    }
    Ok(blamed)
}

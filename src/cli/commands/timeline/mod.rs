//! `pm timeline`: what happened when, entry by entry.

pub mod add;
pub mod edit;
pub mod fields;
pub mod import;
pub mod list;
pub mod remove;
pub mod which;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{Taken, record};
use crate::document::Path;
use crate::document::read::values;
use crate::record::Record;
use crate::render::sanitise::one_line;

/// Write down and read what happened when
///
/// Every duration of a record is computed from the milestones among its entries.
#[derive(Debug, Args)]
pub struct TimelineArgs {
    /// What to do with the timeline.
    #[command(subcommand)]
    pub command: TimelineCommand,
}

/// The commands of the timeline.
#[derive(Debug, Subcommand)]
pub enum TimelineCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
    Edit(edit::EditArgs),
    Remove(remove::RemoveArgs),
    Import(import::ImportArgs),
}

impl TimelineArgs {
    /// The revision to read, of a command that only reads.
    pub fn rev(&self) -> Option<&str> {
        match &self.command {
            TimelineCommand::List(args) => args.at.rev.as_deref(),
            _ => None,
        }
    }

    /// Whether the command changes the record.
    pub fn writes(&self) -> bool {
        !matches!(self.command, TimelineCommand::List(_))
    }
}

/// Runs one of them.
pub fn run(context: &mut Context, args: &TimelineArgs) -> Result<Exit, Failure> {
    match &args.command {
        TimelineCommand::Add(args) => add::run(context, args),
        TimelineCommand::List(args) => list::run(context, args),
        TimelineCommand::Edit(args) => edit::run(context, args),
        TimelineCommand::Remove(args) => remove::run(context, args),
        TimelineCommand::Import(args) => import::run(context, args),
    }
}

/// The record in hand and what it says now, before any lock: for reading, for questions, and for times that count from an
/// entry.
struct InHand {
    taken: Taken,
    text: String,
    record: Record,
}

/// The record in hand, said where it was not named.
fn taken(context: &mut Context, typed: Option<&str>) -> Result<Taken, Failure> {
    let taken = record(context, typed)?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    Ok(taken)
}

fn in_hand(context: &mut Context, typed: Option<&str>) -> Result<InHand, Failure> {
    let taken = taken(context, typed)?;
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    // A text that is broken has its findings told by whoever goes on to change or show it.
    let record = values(&loaded.text).unwrap_or_default();
    Ok(InHand { taken, text: loaded.text, record })
}

/// The list of entries in a document.
fn timeline() -> Path {
    Path::root().key("timeline")
}

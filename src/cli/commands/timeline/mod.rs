//! `pm timeline`: what happened when, entry by entry.

pub mod import;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};

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
    Import(import::ImportArgs),
}

/// Runs one of them.
pub fn run(context: &mut Context, args: &TimelineArgs) -> Result<Exit, Failure> {
    match &args.command {
        TimelineCommand::Import(args) => import::run(context, args),
    }
}

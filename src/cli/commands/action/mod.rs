//! `pm action`: what was promised, from the promise to what shows that it was kept.

pub mod branches;
pub mod list;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};

/// Write down action items, and say what became of them
#[derive(Debug, Args)]
pub struct ActionArgs {
    /// What to do with an action.
    #[command(subcommand)]
    pub command: ActionCommand,
}

/// The commands of actions.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    List(Box<list::ListArgs>),
}

impl ActionArgs {
    /// The revision that is asked about.
    pub fn rev(&self) -> Option<&str> {
        match &self.command {
            ActionCommand::List(args) => args.rev.as_deref(),
        }
    }

    /// Whether it changes records.
    pub const fn writes(&self) -> bool {
        !matches!(self.command, ActionCommand::List(_))
    }
}

/// Runs one of them.
pub fn run(context: &mut Context, args: &ActionArgs) -> Result<Exit, Failure> {
    match &args.command {
        ActionCommand::List(args) => list::run(context, args),
    }
}

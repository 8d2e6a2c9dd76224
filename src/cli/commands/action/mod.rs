//! `pm action`: what was promised, from the promise to what shows that it was kept.

pub mod add;
pub mod branches;
pub mod close;
pub mod edit;
pub mod evidence;
pub mod fields;
pub mod history;
pub mod list;
pub mod moving;
pub mod reopen;
pub mod sync;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};

/// List action items, write them down, and say what became of them
///
/// ID is `k7fq`, or RECORD/k7fq, or a part of the action's text that no other action has.
/// No record has to be named: every record is looked through for it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ActionArgs {
    /// What to do with an action.
    #[command(subcommand)]
    pub command: ActionCommand,
}

/// The commands of actions.
#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    List(Box<list::ListArgs>),
    Add(add::AddArgs),
    Start(moving::StartArgs),
    Done(close::DoneArgs),
    Drop(close::DropArgs),
    Reopen(reopen::ReopenArgs),
    Edit(edit::EditArgs),
    Sync(sync::SyncArgs),
}

impl ActionArgs {
    /// The revision that is asked about.
    pub fn rev(&self) -> Option<&str> {
        match &self.command {
            ActionCommand::List(args) => args.rev.as_deref(),
            _ => None,
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
        ActionCommand::Add(args) => add::run(context, args),
        ActionCommand::Start(args) => moving::start(context, args),
        ActionCommand::Done(args) => close::done(context, args),
        ActionCommand::Drop(args) => close::drop(context, args),
        ActionCommand::Reopen(args) => reopen::run(context, args),
        ActionCommand::Edit(args) => edit::run(context, args),
        ActionCommand::Sync(args) => sync::run(context, args),
    }
}

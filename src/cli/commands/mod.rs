//! One file a command: its arguments, then what it does with them.

pub mod about;
pub mod check;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod edit;
pub mod init;
pub mod list;
pub mod man;
pub mod new;
pub mod reference;
pub mod render;
pub mod schema;
pub mod set;
pub mod show;
pub mod timeline;

use super::arguments::Command;
use super::context::Context;
use super::failure::{Exit, Failure};
use super::ui::Ui;

/// Runs a command and prints why it failed when it did.
pub fn run(command: Command, ui: Ui) -> Exit {
    match command {
        Command::Init(args) => plain(ui, |ui| init::run(ui, &args)),
        Command::New(args) => in_repository(ui, None, |context| new::run(context, &args)),
        Command::List(args) => in_repository(ui, args.at.rev.as_deref(), |context| list::run(context, &args)),
        Command::Show(args) => in_repository(ui, args.at.rev.as_deref(), |context| show::run(context, &args)),
        Command::Edit(args) => in_repository(ui, None, |context| edit::run(context, &args)),
        Command::Set(args) => in_repository(ui, None, |context| set::run(context, &args)),
        Command::Timeline(args) => in_repository(ui, None, |context| timeline::run(context, &args)),
        Command::Check(args) => in_repository(ui, args.at.rev.as_deref(), |context| check::run(context, &args)),
        Command::Render(args) => in_repository(ui, args.at.rev.as_deref(), |context| render::run(context, &args)),
        Command::Config(args) => in_repository(ui, args.at.rev.as_deref(), |context| config::run(context, &args)),
        Command::Schema(args) => plain(ui, |ui| schema::run(ui, &args)),
        Command::Doctor(args) => plain(ui, |ui| doctor::run(ui, &args)),
        Command::Completions(args) => plain(ui, |ui| completions::run(ui, &args)),
        Command::Man(args) => plain(ui, |ui| man::run(ui, &args)),
        Command::Reference(args) => plain(ui, |ui| reference::run(ui, &args)),
    }
}

/// A command that needs no repository, or opens it itself.
fn plain(mut ui: Ui, command: impl FnOnce(&mut Ui) -> Result<Exit, Failure>) -> Exit {
    let outcome = command(&mut ui);
    end(&mut ui, outcome)
}

/// A command inside a repository, at a revision or in the working tree.
fn in_repository(ui: Ui, revision: Option<&str>, command: impl FnOnce(&mut Context) -> Result<Exit, Failure>) -> Exit {
    match Context::open(ui, revision) {
        Ok(mut context) => {
            context.mention_interrupted();
            let outcome = command(&mut context);
            end(&mut context.ui, outcome)
        }
        Err((mut ui, failure)) => end(&mut ui, Err(failure)),
    }
}

fn end(ui: &mut Ui, outcome: Result<Exit, Failure>) -> Exit {
    outcome.unwrap_or_else(|failure| {
        ui.failure(&failure);
        failure.exit
    })
}

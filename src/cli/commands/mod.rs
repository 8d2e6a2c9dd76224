//! One file a command: its arguments, then what it does with them.

pub mod about;
pub mod action;
pub mod blame;
pub mod check;
pub mod completions;
pub mod config;
pub mod diff;
pub mod doctor;
pub mod edit;
pub mod init;
pub mod list;
pub mod log;
pub mod man;
pub mod merge_driver;
pub mod new;
pub mod reference;
pub mod rekey;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod set;
pub mod show;
pub mod status;
pub mod textconv;
pub mod timeline;
pub mod verify;

use super::arguments::Command;
use super::context::Context;
use super::failure::{Exit, Failure};
use super::ui::Ui;

/// Runs a command and prints why it failed when it did.
pub fn run(command: Command, ui: Ui) -> Exit {
    match command {
        Command::Init(args) => plain(ui, |ui| init::run(ui, &args)),
        Command::New(args) => writing(ui, |context| new::run(context, &args)),
        Command::List(args) => reading(ui, args.at.rev.as_deref(), |context| list::run(context, &args)),
        Command::Show(args) => reading(ui, args.at.rev.as_deref(), |context| show::run(context, &args)),
        Command::Edit(args) => writing(ui, |context| edit::run(context, &args)),
        Command::Set(args) => writing(ui, |context| set::run(context, &args)),
        Command::Timeline(args) => {
            in_repository(ui, args.rev(), args.writes(), |context| timeline::run(context, &args))
        }
        Command::Action(args) => in_repository(ui, args.rev(), args.writes(), |context| action::run(context, &args)),
        Command::Status(args) => in_repository(ui, args.rev(), args.writes(), |context| status::run(context, &args)),
        Command::Verify(args) => reading(ui, args.at.rev.as_deref(), |context| verify::run(context, &args)),
        Command::Log(args) => reading(ui, args.at.rev.as_deref(), |context| log::run(context, &args)),
        Command::Blame(args) => reading(ui, args.at.rev.as_deref(), |context| blame::run(context, &args)),
        Command::Diff(args) => reading(ui, None, |context| diff::run(context, &args)),
        Command::Rekey(args) => writing(ui, |context| rekey::run(context, &args)),
        Command::Resolve(args) => plain(ui, |ui| resolve::run(ui, &args)),
        Command::Check(args) => check(ui, &args),
        Command::Render(args) => reading(ui, args.at.rev.as_deref(), |context| render::run(context, &args)),
        Command::Config(args) => reading(ui, args.at.rev.as_deref(), |context| config::run(context, &args)),
        Command::Schema(args) => plain(ui, |ui| schema::run(ui, &args)),
        Command::Doctor(args) => plain(ui, |ui| doctor::run(ui, &args)),
        Command::Completions(args) => plain(ui, |ui| completions::run(ui, &args)),
        Command::Man(args) => plain(ui, |ui| man::run(ui, &args)),
        Command::Textconv(args) => plain(ui, |ui| textconv::run(ui, &args)),
        Command::MergeDriver(args) => plain(ui, |ui| merge_driver::run(ui, &args)),
        Command::Reference(args) => plain(ui, |ui| reference::run(ui, &args)),
    }
}

/// Settings that cannot be read are a finding there, in the form that was asked for.
fn check(mut ui: Ui, args: &check::CheckArgs) -> Exit {
    match check::of_broken_settings(&mut ui, args) {
        Some(exit) => exit,
        None => reading(ui, args.at.rev.as_deref(), |context| check::run(context, args)),
    }
}

/// A command that needs no repository, or opens it itself.
fn plain(mut ui: Ui, command: impl FnOnce(&mut Ui) -> Result<Exit, Failure>) -> Exit {
    let outcome = command(&mut ui);
    end(&mut ui, outcome)
}

/// A command inside a repository, at a revision or in the working tree.
fn reading(ui: Ui, revision: Option<&str>, command: impl FnOnce(&mut Context) -> Result<Exit, Failure>) -> Exit {
    in_repository(ui, revision, false, command)
}

/// A command that changes records. It sets right what a killed run left, and says so then.
fn writing(ui: Ui, command: impl FnOnce(&mut Context) -> Result<Exit, Failure>) -> Exit {
    in_repository(ui, None, true, command)
}

fn in_repository(
    ui: Ui,
    revision: Option<&str>,
    writes: bool,
    command: impl FnOnce(&mut Context) -> Result<Exit, Failure>,
) -> Exit {
    match Context::open(ui, revision) {
        Ok(mut context) => {
            if !writes {
                context.mention_interrupted();
            }
            let outcome = command(&mut context);
            end(&mut context.ui, outcome)
        }
        Err(refused) => {
            let (mut ui, failure) = *refused;
            end(&mut ui, Err(failure))
        }
    }
}

fn end(ui: &mut Ui, outcome: Result<Exit, Failure>) -> Exit {
    outcome.unwrap_or_else(|failure| {
        ui.failure(&failure);
        failure.exit
    })
}

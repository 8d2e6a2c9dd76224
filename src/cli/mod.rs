//! The command line: what can be typed, and what each command does with it.
//!
//! The one place that knows the terminal. A command is one file under `commands/`, with its arguments above its `run`.

pub mod action_id;
pub mod arguments;
pub mod change;
pub mod chronicle;
pub mod commands;
pub mod comparison;
pub mod context;
pub mod dossier;
pub mod editor;
pub mod failure;
pub mod prompt;
pub mod reference;
pub mod resolve;
pub mod review;
pub mod signatures;
pub mod survey;
pub mod ui;
pub mod verification;
pub mod world;

use clap::{CommandFactory as _, Parser as _};

use arguments::Cli;
use failure::{Exit, Failure};
use ui::Ui;
use world::World;

/// Runs the program in a world.
pub fn run(mut world: World) -> Exit {
    if let Some(exit) = complete(&mut world) {
        return exit;
    }
    let cli = match Cli::try_parse_from(&world.args) {
        Ok(cli) => cli,
        Err(error) => return usage(world, &error),
    };
    if let Some(directory) = &cli.everywhere.directory {
        world.cwd.push(directory);
        if !world.cwd.is_dir() {
            let failure = Failure::new(format!("there is no directory {}", world.cwd.display()));
            let mut ui = Ui::new(world, cli.everywhere.quiet, cli.everywhere.color);
            ui.failure(&failure);
            return failure.exit;
        }
    }
    let ui = Ui::new(world, cli.everywhere.quiet, cli.everywhere.color);
    commands::run(cli.command, ui)
}

/// Help and version go to stdout with 0, what was typed wrongly to stderr with 2.
fn usage(world: World, error: &clap::Error) -> Exit {
    let mut ui = Ui::new(world, false, ui::ColorChoice::Auto);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        ui.talk(&text);
        return Exit::Failure;
    }
    match ui.result(&text) {
        Ok(()) => Exit::Fine,
        Err(failure) => failure.exit,
    }
}

/// Answers the shell's request for completions, when this run is one.
fn complete(world: &mut World) -> Option<Exit> {
    world.var("COMPLETE")?;
    let completer = clap_complete::CompleteEnv::with_factory(Cli::command).bin("pm").completer("pm");
    match completer.try_complete(world.args.clone(), Some(&world.cwd)) {
        Ok(true) => Some(Exit::Fine),
        Ok(false) => None,
        Err(_) => Some(Exit::Failure),
    }
}

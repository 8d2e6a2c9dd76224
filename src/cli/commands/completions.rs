//! `pm completions`: what a shell needs to complete commands, keys and record ids.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::render::findings::Look;

/// Print the set-up of completions for a shell
///
/// Completions ask `pm` itself, so record ids are complete, too.
///
/// Examples:
///   source <(pm completions bash)
///   pm completions zsh > ~/.zfunc/_pm
///   pm completions fish > ~/.config/fish/completions/pm.fish
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// The shells that can complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// Elvish
    Elvish,
    /// `PowerShell`
    Powershell,
}

/// Prints the set-up.
pub fn run(ui: &mut Ui, args: &CompletionsArgs) -> Result<Exit, Failure> {
    let name = match args.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Elvish => "elvish",
        Shell::Powershell => "powershell",
    };
    let shells = Shells::builtins();
    let completer = shells.completer(name).ok_or_else(|| Failure::new(format!("{name} cannot complete")))?;
    let mut script = Vec::new();
    completer.write_registration("COMPLETE", "pm", "pm", "pm", &mut script)?;
    ui.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}

/// The ids of the records around the current directory: names only, no file is read.
pub fn record_ids() -> Vec<String> {
    let world = crate::cli::world::World::real();
    let open = || {
        let store = crate::store::Store::open(&crate::cli::context::environment(world.cwd.clone(), &world)).ok()?;
        let at = crate::store::At::WorkTree;
        let config = crate::cli::context::settings(&store, at, Look { styled: false, width: 80 }).ok()?;
        let (all, _) = crate::store::records::Records::new(&store, &config, at).locate().ok()?;
        Some(
            all.into_iter()
                .rev()
                .map(|located| located.id.to_string())
                .filter(|id| !id.contains(char::is_control))
                .collect(),
        )
    };
    open().unwrap_or_default()
}

//! `pm completions`: what a shell needs to complete commands, keys and record ids.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::document::read::values;
use crate::record::action::is_id;
use crate::render::findings::Look;
use crate::render::sanitise::one_line;
use crate::store::records::{Loaded, Located, Records, Unread};

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
    let ids = around(|_, all| all.into_iter().rev().map(|located| located.id.to_string()).collect::<Vec<_>>());
    ids.unwrap_or_default().into_iter().filter(|id| !id.contains(char::is_control)).collect()
}

/// The ids of actions that begin with a text, each with what is to be done: of closed or of other actions where that is said, of
/// the newest records, since somebody waits for the shell.
pub fn action_ids(beginning: &str, closed: Option<bool>) -> Vec<(String, String)> {
    const NEWEST: usize = 500;
    let beginning = beginning.to_lowercase();
    let of_record = |loaded: Result<Loaded, Unread>| {
        let loaded = loaded.ok().filter(|loaded| loaded.text.contains(&beginning));
        let record = loaded.and_then(|loaded| values(&loaded.text)).unwrap_or_default();
        let fitting =
            record.actions().into_iter().filter(|action| closed.is_none_or(|closed| action.is_closed() == closed));
        let told = fitting.filter_map(|action| Some((action.id()?.to_owned(), one_line(action.action()))));
        told.filter(|(id, _)| is_id(id) && id.starts_with(&beginning)).collect::<Vec<_>>()
    };
    let found = around(|records, mut all| {
        // Ids begin with the day of the incident.
        all.sort_by(|a, b| b.id.cmp(&a.id));
        all.truncate(NEWEST);
        records.load_each(&all, of_record).unwrap_or_default()
    });
    found.unwrap_or_default().into_iter().flatten().collect()
}

/// What is made of the records around the current directory, where there is a repository.
fn around<T>(make: impl FnOnce(Records<'_>, Vec<Located>) -> T) -> Option<T> {
    let world = crate::cli::world::World::real();
    let store = crate::store::Store::open(&crate::cli::context::environment(world.cwd.clone(), &world)).ok()?;
    let at = crate::store::At::WorkTree;
    let config = crate::cli::context::settings(&store, at, Look { styled: false, width: 80 }).ok()?;
    let records = Records::new(&store, &config, at);
    let (all, _) = records.locate().ok()?;
    Some(make(records, all))
}

//! `pm man`: manual pages, from the same command tree as the help.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::cli::arguments::Cli;
use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;

/// Write manual pages
///
/// Examples:
///   pm man ~/.local/share/man/man1
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ManArgs {
    /// The folder to write them to; it is made when it is missing
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// Writes the pages.
pub fn run(ui: &mut Ui, args: &ManArgs) -> Result<Exit, Failure> {
    let folder = ui.world().cwd.join(&args.folder);
    let mut pages = Vec::new();
    collect(Cli::command().disable_help_flag(false), "pm", &mut pages)?;
    for (name, page) in &pages {
        crate::store::write_file(&folder.join(name), page)?;
    }
    ui.done(&format!("wrote {} pages to {}", pages.len(), args.folder.display()));
    Ok(Exit::Fine)
}

/// The page of a command and of every command below it.
fn collect(mut command: clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    command.build();
    let below: Vec<clap::Command> = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .cloned()
        .collect();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.name(name.to_owned()).version(env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    for command in below {
        let name = format!("{name}-{}", command.get_name());
        collect(command, &name, pages)?;
    }
    Ok(())
}

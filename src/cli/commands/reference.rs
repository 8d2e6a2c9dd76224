//! `pm reference`: the generated pages of the documentation. Hidden: for whoever works on `pm` itself.

use clap::Args;

use crate::cli::failure::{Exit, Failure};
use crate::cli::reference;
use crate::cli::ui::Ui;

/// Print a generated page of the documentation
#[derive(Debug, Args)]
pub struct ReferenceArgs {
    /// Which page
    #[arg(value_name = "PAGE", value_parser = reference::PAGES.iter().map(|(name, _)| *name).collect::<Vec<_>>())]
    pub page: String,
}

/// Prints the page.
pub fn run(ui: &mut Ui, args: &ReferenceArgs) -> Result<Exit, Failure> {
    let page = reference::PAGES.iter().find(|(name, _)| *name == args.page);
    let (_, make) = page.ok_or_else(|| Failure::new("there is no such page"))?;
    ui.result(&make())?;
    Ok(Exit::Fine)
}

//! `pm textconv`: a record as lines that git can compare; called by git where `pm init --textconv` has set it up.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::document::read::values;
use crate::render::lines;
use crate::render::sanitise::one_line;

/// The largest file that is read as a record, in bytes; a larger one goes through as it is.
const LARGEST: usize = 8 * 1024 * 1024;

/// Print a record as lines that a text diff can compare
///
/// What cannot be read as a record is printed as it is.
#[derive(Debug, Args)]
pub struct TextconvArgs {
    /// The file, which git has written for this
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Prints the lines.
pub fn run(ui: &mut Ui, args: &TextconvArgs) -> Result<Exit, Failure> {
    let path = ui.world().cwd.join(&args.file);
    let bytes = fs::read(&path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", one_line(&args.file.to_string_lossy()))))?;
    let text = if bytes.len() <= LARGEST { std::str::from_utf8(&bytes).ok() } else { None };
    match text.and_then(values) {
        Some(record) => ui.result(&lines::lines(&record))?,
        None => ui.bytes(&bytes)?,
    }
    Ok(Exit::Fine)
}

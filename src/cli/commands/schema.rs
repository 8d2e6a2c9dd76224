//! `pm schema`: the JSON Schema of a record, so that editors complete and check.

use clap::Args;

use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::render::schema::schema;

/// The name of the schema's file in the records folder.
pub const FILE_NAME: &str = "postmortem.schema.json";

/// Print the JSON Schema of a record
///
/// `pm init` keeps it in the records folder, where the first line of every record points to.
#[derive(Debug, Args)]
pub struct SchemaArgs {}

/// Prints the schema.
pub fn run(ui: &mut Ui, _: &SchemaArgs) -> Result<Exit, Failure> {
    ui.result(&schema(&[]))?;
    Ok(Exit::Fine)
}

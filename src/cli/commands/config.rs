//! `pm config`: the settings in force, and where each comes from.

use clap::Args;
use serde_json::json;

use crate::cli::arguments::{RevisionArg, TextOrJson};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::config::{FILE_NAME, Origin};
use crate::finding::Level;
use crate::render::sanitise::one_line;

/// Show the settings in force
///
/// Each with where it comes from: a line of pm.toml, or the default.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// How to print them
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// Prints the settings.
pub fn run(context: &mut Context, args: &ConfigArgs) -> Result<Exit, Failure> {
    let listing = &context.config.listing;
    let text = match args.format {
        TextOrJson::Text => {
            let width = listing.iter().map(|(path, value, _)| path.len() + value.len() + 3).max().unwrap_or(0).min(60);
            let line = |(path, value, origin): &(String, String, Origin)| {
                let setting = one_line(&format!("{path} = {value}"));
                format!("{setting:width$}  # {}\n", said(*origin))
            };
            listing.iter().map(line).collect()
        }
        TextOrJson::Json => {
            let rows = listing.iter().map(|(path, value, origin)| {
                let line = match origin {
                    Origin::Default => None,
                    Origin::Line(line) => Some(*line),
                };
                json!({ "key": path, "value": data(value), "file": line.map(|_| FILE_NAME), "line": line })
            });
            let rows: Vec<_> = rows.collect();
            format!("{:#}\n", json!({ "schema": 1, "settings": rows }))
        }
    };
    context.ui.result(&text)?;
    let wrong = context.config.findings.iter().any(|finding| finding.level == Level::Error);
    Ok(if wrong { Exit::Findings } else { Exit::Fine })
}

/// A value of the settings as JSON.
fn data(written: &str) -> serde_json::Value {
    let table: Option<toml::Table> = format!("value = {written}").parse().ok();
    table
        .and_then(|mut table| table.remove("value"))
        .map_or(serde_json::Value::Null, |value| crate::render::json::tree(&value))
}

fn said(origin: Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Line(line) => format!("{FILE_NAME}:{line}"),
    }
}

//! `pm render`: the document of the template, filled.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::arguments::{RecordArg, RevisionArg};
use crate::cli::commands::about;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::document::read::read;
use crate::render::markdown::{self, Audience, Options};
use crate::render::sanitise::one_line;

/// Make the document of a record
///
/// The sections of the postmortem template in their order: checkboxes ticked, tables
/// filled, durations computed. Blanks that are empty are left out.
///
/// Examples:
///   pm render
///   pm render database-removed -o report.md
///   pm render --blanks --audience public
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RenderArgs {
    #[command(flatten)]
    pub record: RecordArg,

    /// What to make
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub to: RenderTo,

    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Who it is for; entries and actions marked private stay out of a public one
    #[arg(long, value_enum, value_name = "WHO", default_value_t)]
    pub audience: AudienceArg,

    /// Keep the template's placeholders where nothing is written
    #[arg(long)]
    pub blanks: bool,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// The forms of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RenderTo {
    /// GitHub Markdown
    #[default]
    Markdown,
}

/// Who a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AudienceArg {
    /// The organisation
    #[default]
    Internal,
    /// Everybody
    Public,
}

/// Makes the document.
pub fn run(context: &mut Context, args: &RenderArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed())?;
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(loaded.id.as_str()), one_line(because)));
    }
    let reading = read(&loaded.text, &context.terms());
    if !reading.is_sound() {
        let report = context.report(&loaded.path, &loaded.text, &reading.findings);
        return Err(Failure::new("a record with errors is not rendered")
            .report(report)
            .hint(format!("`pm edit {}` opens it", one_line(loaded.id.as_str()))));
    }
    let about = about::about(context, &loaded);
    let audience = match args.audience {
        AudienceArg::Internal => Audience::Internal,
        AudienceArg::Public => Audience::Public,
    };
    let RenderTo::Markdown = args.to;
    let text = markdown::document(&reading.record, &about, &context.config, Options { blanks: args.blanks, audience });
    match &args.output {
        None => context.ui.result(&text)?,
        Some(file) => {
            let place = context.ui.world().cwd.join(file);
            if place.extension().is_some_and(|extension| extension == "toml") {
                return Err(Failure::new(format!("{} looks like a record, not like a document", file.display()))
                    .hint("name a file that ends in .md"));
            }
            if let Some(folder) = place.parent().filter(|folder| !folder.is_dir()) {
                return Err(Failure::new(format!("there is no folder {}", folder.display()))
                    .hint("make it first, or name another file"));
            }
            crate::store::write_file(&place, text.as_bytes())?;
            context.ui.done(&format!("wrote {}", file.display()));
        }
    }
    Ok(Exit::Fine)
}

//! `pm show`: the whole record on a terminal.

use clap::{Args, ValueEnum};

use crate::cli::arguments::{RecordArg, RevisionArg};
use crate::cli::commands::about;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::document::read::read;
use crate::finding::{Finding, Level};
use crate::lint::{self, Group, Inspector, Occasion};
use crate::render::findings::{Source, summary};
use crate::render::json;
use crate::render::page::{Screen, page};
use crate::render::sanitise::one_line;

/// Show a whole record
///
/// Header, durations against their targets, timeline, actions, everything that is
/// written, and what is still empty.
///
/// Examples:
///   pm show
///   pm show database-removed
///   pm show INC-2017-0131 --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ShowArgs {
    #[command(flatten)]
    pub record: RecordArg,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: ShowFormat,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// The forms of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// A page for people
    #[default]
    Text,
    /// For programs, with what is derived
    Json,
    /// The file as it is
    Toml,
}

/// Prints the record.
pub fn run(context: &mut Context, args: &ShowArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed())?;
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(loaded.id.as_str()), one_line(because)));
    }
    if args.format == ShowFormat::Toml {
        context.ui.result(&loaded.text)?;
        return Ok(Exit::Fine);
    }
    let mut reading = read(&loaded.text, &context.terms());
    let on = Occasion { id: &loaded.id, now: context.ui.world().now() };
    Inspector::new(&context.config).inspect(&loaded.text, &mut reading, on);
    let broken = reading.findings.iter().any(|finding| finding.rule == "syntax" || finding.rule == "conflict-markers");
    let report = context.report(&loaded.path, &loaded.text, &reading.findings);
    if broken {
        return Err(Failure::new(format!("{} cannot be read as a record", one_line(loaded.path.as_str())))
            .report(report)
            .hint(format!("`pm edit {}` opens it", one_line(loaded.id.as_str()))));
    }
    // What reading and the times say changes what the page shows; the rest is for `pm check`, and no reason to push the page
    // down.
    let (doubts, rest): (Vec<_>, Vec<_>) = reading.findings.iter().cloned().partition(is_for_readers);
    if !doubts.is_empty() {
        let report = context.report(&loaded.path, &loaded.text, &doubts);
        context.ui.note(report.trim_end());
    }
    // `pm status` tells of the deadline.
    let rest: Vec<_> = rest.into_iter().filter(|finding| finding.rule != "deadline-passed").collect();
    if !rest.is_empty() && args.format == ShowFormat::Text {
        let source = Source { path: loaded.path.as_str(), text: &loaded.text, findings: &rest, known: &[] };
        let counts = summary(&[source]);
        context.ui.note(&format!("{counts}: `pm check {}` shows more", one_line(loaded.id.as_str())));
    }
    let about = about::about(context, &loaded);
    let text = if args.format == ShowFormat::Json {
        json::text(&reading.record, &about, &context.config)
    } else {
        let page = page(&reading.record, &about, &context.config, Screen { width: context.ui.page_width() });
        context.ui.for_log(&page).into_owned()
    };
    context.page(&text)?;
    let of_format = |name| lint::rule(name).is_some_and(|rule| rule.group == Group::Format);
    let wrong = reading.findings.iter().any(|finding| finding.level == Level::Error && of_format(finding.rule));
    if wrong && args.format == ShowFormat::Text {
        context.ui.note("The record has errors; what is shown may be incomplete.");
    }
    Ok(Exit::Fine)
}

/// Whether a finding says that the page may not show what was meant.
fn is_for_readers(finding: &Finding) -> bool {
    let of_the_page = lint::rule(finding.rule).is_some_and(|rule| {
        matches!(rule.group, Group::Format | Group::Timeline)
            || matches!(rule.name, "incomplete-row" | "action-id" | "action-date")
    });
    finding.level == Level::Error || finding.level == Level::Warning && of_the_page
}

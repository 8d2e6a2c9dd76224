//! `pm list`: the records, newest first.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::cli::arguments::{CacheArg, RevisionArg};
use crate::cli::context::Context;
use crate::cli::dossier::content_digest;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::time;
use crate::cli::resolve::value::severity;
use crate::cli::survey::{Depth, Surveyed, survey};
use crate::document::read::values;
use crate::query::selection::{Selection, Wanted};
use crate::render::listing::{self, Row};
use crate::render::sanitise::one_line;
use crate::store::RepoPath;
use crate::store::records::Unread;
use crate::workflow::standing;

/// List records, newest first
///
/// Filters narrow the list; one that can be repeated keeps a record that fits any of its
/// values.
///
/// Examples:
///   pm list
///   pm list --status draft --severity P1
///   pm list --since 2026-01-01 backup
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ListArgs {
    /// Only records whose id, title, summary or incident id has TEXT in it
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,

    /// Only records in this state (can be repeated)
    #[arg(long, value_name = "STATUS", value_parser = ["draft", "in-review", "approved", "complete"])]
    pub status: Vec<String>,

    /// Only records of this severity (can be repeated)
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Vec<String>,

    /// Only records that name this service (can be repeated)
    #[arg(long, value_name = "SERVICE")]
    pub service: Vec<String>,

    /// Only records with this tag (can be repeated)
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,

    /// Only records whose owner has WHO in it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// Only incidents that started on this day or later
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,

    /// Only incidents that started on this day or earlier
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,

    /// How to print the list
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: ListFormat,

    #[command(flatten)]
    pub at: RevisionArg,

    #[command(flatten)]
    pub cache: CacheArg,
}

/// The forms of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// A table for people
    #[default]
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// Prints the list.
pub fn run(context: &mut Context, args: &ListArgs) -> Result<Exit, Failure> {
    let selection = selection(context, args)?;
    // Words are looked for in the summary paragraph, too.
    let depth = if args.text.is_some() { Depth::Judged } else { Depth::Listed };
    let survey = survey(context, context.at, depth, !args.cache.no_cache)?;
    let mut unread = survey.skipped();
    let found = survey.gather(|record, found| {
        let id = record.stem();
        if record.summary.unread.is_some() || selection.admits(id, &record.summary) {
            found.push(record);
        }
    });
    let mut rows = Vec::new();
    for mut record in found {
        if let Some(reason) = &record.summary.unread {
            unread.push(Unread { path: record.path.to_owned(), reason: reason.to_string() });
            continue;
        }
        record.summary.stale |= record.undecided && is_stale(context, &record);
        rows.push(Row { id: record.stem(), path: record.path, record: record.summary });
    }
    unread.sort_by(|a, b| a.path.cmp(&b.path));
    listing::sort(&mut rows);
    let text = match args.format {
        ListFormat::Text => listing::text(&rows, &context.config, context.ui.list_width()),
        ListFormat::Json => listing::json(&rows),
        ListFormat::Csv => listing::csv(&rows),
    };
    context.page(&text)?;
    if rows.is_empty() && unread.is_empty() && args.format == ListFormat::Text {
        say_empty(context, survey.len());
    }
    for unread in &unread {
        context.ui.talk(&format!("skipped {}: {}\n", one_line(&unread.path), one_line(&unread.reason)));
    }
    if unread.is_empty() {
        return Ok(Exit::Fine);
    }
    let plural = if unread.len() == 1 { "file was" } else { "files were" };
    Err(Failure::new(format!("{} {plural} skipped", unread.len())).hint("`pm check` shows what is wrong with them"))
}

/// Whether the approval of a record with figures is stale: their content is signed, too.
fn is_stale(context: &Context, record: &Surveyed<'_>) -> bool {
    let look = || {
        let path = RepoPath::new(record.path).ok()?;
        let bytes = context.store.read(&path, context.at).ok()??;
        let values = values(&String::from_utf8(bytes).ok()?)?;
        let digest = content_digest(context, &values, &path);
        Some(standing::glance(&values, &record.id(), &context.config.policy, &digest).is_stale())
    };
    look().unwrap_or(false)
}

fn say_empty(context: &mut Context, all: usize) {
    if all == 0 {
        context.ui.note("No record yet. `pm new \"what happened\"` writes the first one.");
    } else {
        context.ui.note(&format!("No record fits, of {all}."));
    }
}

fn selection(context: &Context, args: &ListArgs) -> Result<Selection, Failure> {
    let day = |text: &Option<String>| -> Result<Option<NaiveDate>, Failure> {
        text.as_deref().map(|text| time::date(context, text)).transpose()
    };
    let severities = args.severity.iter().map(|text| severity(context, text)).collect::<Result<_, _>>()?;
    Ok(Selection::new(Wanted {
        text: args.text.clone(),
        statuses: args.status.clone(),
        severities,
        services: args.service.clone(),
        tags: args.tag.clone(),
        owner: args.owner.clone(),
        since: day(&args.since)?,
        until: day(&args.until)?,
    }))
}

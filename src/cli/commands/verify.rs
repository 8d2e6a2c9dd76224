//! `pm verify`: every sign-off against content, commit, signature and policy.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::arguments::{RevisionArg, TextOrJson, record_ids};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::cli::verification::{Asked, Verified, verified};
use crate::render::sanitise::one_line;
use crate::render::verdicts;
use crate::workflow::verify::{Outcome, Report};

/// Verify sign-offs
///
/// Tells for each sign-off whether it is for what the record says, whether its commit is
/// there, whether its signature is good and with whose key, and whether the settings allow
/// it. Settings and keys are those of the default branch just before the sign-off came
/// there, or those of --base; never those of the branch under review.
///
/// Ends with 0 when everything holds, 1 when something does not, 3 when something cannot
/// be told.
///
/// Examples:
///   pm verify
///   pm verify database-removed --require-signatures
///   pm verify --base origin/main --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct VerifyArgs {
    /// Records; the default is every record
    #[arg(value_name = "RECORD", add = ArgValueCompleter::new(record_ids))]
    pub records: Vec<String>,

    /// Judge by the settings, keys and records of REV
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,

    /// Take a sign-off without a signature for a failure, whatever the settings say
    #[arg(long)]
    pub require_signatures: bool,

    /// How to print the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// Prints the report.
pub fn run(context: &mut Context, args: &VerifyArgs) -> Result<Exit, Failure> {
    let (mut wanted, skipped) = context.records().locate()?;
    let all = args.records.is_empty();
    if !all {
        wanted = args
            .records
            .iter()
            .map(|name| record(context, Some(name)).map(|taken| taken.located))
            .collect::<Result<_, _>>()?;
    }
    let asked = Asked { base: args.base.as_deref(), require_signatures: args.require_signatures, all };
    let Verified { reports, gone, unread: unreadable } = verified(context, wanted, &asked)?;
    let skipped = skipped.into_iter().filter(|_| all).map(|skipped| format!("{}: {}", skipped.path, skipped.reason));
    let unread: Vec<String> = skipped.chain(unreadable).collect();
    let text = match args.format {
        TextOrJson::Json => verdicts::json(&reports, &gone),
        TextOrJson::Text => verdicts::text(&reports, &gone, context.ui.page_width()),
    };
    context.page(&text)?;
    if reports.is_empty() && unread.is_empty() && gone.is_empty() && args.format == TextOrJson::Text {
        context.ui.note("No record yet.");
    }
    for reason in &unread {
        context.ui.warn(&format!("cannot be verified: {}", one_line(reason)));
    }
    let outcome = reports.iter().map(Report::outcome).max().unwrap_or(Outcome::Verified);
    Ok(match outcome {
        Outcome::Failed => Exit::Findings,
        _ if !gone.is_empty() => Exit::Findings,
        _ if !unread.is_empty() => Exit::Failure,
        Outcome::CannotTell => Exit::CannotTell,
        Outcome::Verified => Exit::Fine,
    })
}

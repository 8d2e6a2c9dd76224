//! `pm timeline list`: the entries, numbered and tagged, and a picture of the incident.

use clap::Args;

use super::{InHand, in_hand};
use crate::cli::arguments::{RecordFlag, RevisionArg, TextOrJson};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::document::read::read;
use crate::lint::{self, Group, Inspector, Occasion};
use crate::render::sanitise::one_line;
use crate::render::timeline::{self, Heading};

/// Show the timeline
///
/// Each entry has a number and a tag of its content, such as 7:k3fd, which `edit` and
/// `remove` take. On a terminal a picture of the incident follows: its milestones on a
/// scale of time, and the durations against their targets.
///
/// Examples:
///   pm timeline list
///   pm timeline list -p database-removed --format json
///   pm timeline list --rev HEAD~3
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ListArgs {
    #[command(flatten)]
    pub record: RecordFlag,

    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// Prints the timeline.
pub fn run(context: &mut Context, args: &ListArgs) -> Result<Exit, Failure> {
    let InHand { taken, text, .. } = in_hand(context, args.record.postmortem.as_deref())?;
    let mut reading = read(&text, &context.terms());
    let broken = reading.findings.iter().any(|finding| finding.rule == "syntax" || finding.rule == "conflict-markers");
    let on = Occasion { id: &taken.located.id, now: context.ui.world().now() };
    Inspector::of_timeline(&context.config).inspect(&text, &mut reading, on);
    let path = &taken.located.file.path;
    if broken {
        let report = context.report(path, &text, &reading.findings);
        return Err(Failure::new(format!("{} cannot be read as a record", one_line(path.as_str())))
            .report(report)
            .hint(format!("`pm edit {}` opens it", one_line(taken.located.id.as_str()))));
    }
    // Findings of the timeline only: `pm show` and `pm check` have the others.
    reading.findings.retain(|finding| {
        finding.rule == "incomplete-row" || lint::rule(finding.rule).is_some_and(|rule| rule.group == Group::Timeline)
    });
    if !reading.findings.is_empty() {
        let report = context.report(path, &text, &reading.findings);
        context.ui.note(report.trim_end());
    }
    let record = reading.record;
    let heading = Heading { id: taken.located.id.to_string(), path: taken.located.file.path.to_string() };
    let text = match (args.format, context.ui.list_width()) {
        (TextOrJson::Json, _) => timeline::json(&record, &context.config, &heading),
        (TextOrJson::Text, Some(width)) => timeline::page(&record, &context.config, width),
        (TextOrJson::Text, None) => timeline::lines(&record),
    };
    context.page(&text)?;
    if record.timeline().is_empty() && args.format == TextOrJson::Text {
        context.ui.note("The timeline is empty. `pm timeline add \"what happened\"` writes the first entry.");
    }
    Ok(Exit::Fine)
}

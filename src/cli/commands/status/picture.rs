//! The picture of where a record stands.

use super::{StatusArgs, Surroundings, path_of};
use crate::cli::arguments::TextOrJson;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::document::read::read;
use crate::render::sanitise::one_line;
use crate::render::standing::{self, Around};
use crate::workflow::standing::Standing;

pub(super) fn run(context: &mut Context, args: &StatusArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed())?;
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(loaded.id.as_str()), one_line(because)));
    }
    let reading = read(&loaded.text, &context.terms());
    if reading.findings.iter().any(|finding| finding.rule == "syntax" || finding.rule == "conflict-markers") {
        let report = context.report(&loaded.path, &loaded.text, &reading.findings);
        return Err(Failure::new(format!("{} cannot be read as a record", path_of(&loaded.path)))
            .report(report)
            .hint(format!("`pm edit {}` opens it", one_line(loaded.id.as_str())))
            .hint("of two sign-offs that conflict both are kept: take both blocks, and the status that the later one leads to"));
    }
    let record = reading.record;
    let surroundings = Surroundings::of(context, &taken, &record)?;
    let view = surroundings.view(&record);
    let standing = Standing::of(&view);
    let around = Around { now: context.now(), width: context.ui.page_width() };
    let text = match args.format {
        TextOrJson::Json => standing::json(&view, &standing, around),
        TextOrJson::Text => standing::text(&view, &standing, around, &context.config),
    };
    context.page(&text)?;
    Ok(Exit::Fine)
}

//! The picture of where a record stands.

use super::{StatusArgs, Surroundings, unreadable};
use crate::cli::arguments::TextOrJson;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::document::read::read;
use crate::record::nearest::nearest;
use crate::render::sanitise::one_line;
use crate::render::standing::{self, Around};
use crate::workflow::Verb;
use crate::workflow::standing::Standing;

pub(super) fn run(context: &mut Context, args: &StatusArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed()).map_err(|failure| {
        let near = args.record.record.as_deref().and_then(|typed| nearest(typed, Verb::ALL.map(Verb::word)));
        match near {
            Some(verb) => failure.hint(format!("did you mean `pm status {verb}`?")),
            None => failure,
        }
    })?;
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(loaded.id.as_str()), one_line(because)));
    }
    let reading = read(&loaded.text, &context.terms());
    if let Some(failure) = unreadable(context, &loaded, &reading) {
        return Err(failure);
    }
    let record = reading.record;
    let surroundings = Surroundings::of(context, &taken, &record, false)?;
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

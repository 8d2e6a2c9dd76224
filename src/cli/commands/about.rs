//! What is known about a record beside its text: where it was read, and who touched it.

use chrono::DateTime;

use crate::cli::context::Context;
use crate::cli::dossier::content_digest;
use crate::document::read::values;
use crate::render::{About, Touch};
use crate::store::records::Loaded;
use crate::store::{At, Touched};
use crate::workflow::standing;

/// What is known about a record that was read.
pub fn about(context: &Context, loaded: &Loaded) -> About {
    let record = values(&loaded.text).unwrap_or_default();
    // The whole history is walked only where the record itself does not say when and by whom it was created.
    let says_itself = record.text("owner").is_some() && record.value("created").is_some();
    let first = if says_itself { None } else { context.store.first_touch(&loaded.path, context.at).ok().flatten() };
    let last = context.store.last_touch(&loaded.path, context.at).ok().flatten();
    let mut notes = Vec::new();
    match context.at {
        At::Revision(commit) => notes.push(format!("as of {}", commit.short())),
        At::WorkTree if last.is_none() => notes.push("not committed yet".to_owned()),
        At::WorkTree => match context.store.difference(&loaded.path) {
            Ok(difference) if difference.unmerged => notes.push("has a merge conflict".to_owned()),
            Ok(difference) if !difference.is_clean() => notes.push("has uncommitted edits".to_owned()),
            _ => {}
        },
    }
    let digest = content_digest(context, &record, &loaded.path);
    let stale = standing::glance(&record, &loaded.id, &context.config.policy, &digest).is_stale();
    About {
        stale,
        id: loaded.id.clone(),
        path: loaded.path.to_string(),
        today: context.today(),
        created: first.and_then(touch),
        updated: last.and_then(touch),
        notes,
    }
}

fn touch(touched: Touched) -> Option<Touch> {
    let at = DateTime::parse_from_rfc3339(&touched.date).ok()?;
    Some(Touch { at, by: touched.author })
}

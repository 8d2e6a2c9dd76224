//! The page of a job on GitHub: written behind what earlier commands of the step have written.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::context::Context;
use crate::render::changes::Report;
use crate::render::findings::{Against, Source};
use crate::render::step_summary::{LIMIT, page};

/// The file that the runner names.
pub(super) fn place(context: &Context) -> Option<PathBuf> {
    context.ui.world().var("GITHUB_STEP_SUMMARY").map(PathBuf::from)
}

/// Adds the page. Where that fails the findings have been told all the same, so it is said and ends nothing.
pub(super) fn write(context: &mut Context, sources: &[Source<'_>], change: Option<(&Report, &Against)>) {
    let Some(place) = place(context) else { return };
    let place = context.ui.world().cwd.join(place);
    let there = std::fs::metadata(&place).map_or(0, |found| usize::try_from(found.len()).unwrap_or(usize::MAX));
    let page = page(sources, change, LIMIT.saturating_sub(there));
    if page.is_empty() {
        return context.ui.warn("the page of the step is full, so nothing was added to it");
    }
    let written =
        OpenOptions::new().append(true).create(true).open(&place).and_then(|mut file| file.write_all(page.as_bytes()));
    if let Err(error) = written {
        context.ui.warn(&format!("cannot write the page of the step ($GITHUB_STEP_SUMMARY): {error}"));
    }
}

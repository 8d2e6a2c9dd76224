//! `pm timeline remove`: takes entries out that somebody has looked at.

use std::cell::RefCell;

use clap::Args;

use super::which::{self, Named};
use super::{InHand, in_hand, timeline};
use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::change::{Current, change, edit_failure, nothing_changed};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};

/// Take entries out
///
/// N is the number and tag that `pm timeline list` prints; on a terminal a number is
/// enough, the entry is shown first. The history keeps what is taken out.
///
/// Examples:
///   pm timeline remove 7:k3fd
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RemoveArgs {
    /// The entries, such as 7:k3fd
    #[arg(value_name = "N", required = true)]
    pub entries: Vec<String>,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Removes them in one commit.
pub fn run(context: &mut Context, args: &RemoveArgs) -> Result<Exit, Failure> {
    let InHand { taken, record, .. } = in_hand(context, args.record.postmortem.as_deref())?;
    let mut wanted: Vec<Named> = Vec::new();
    for typed in &args.entries {
        wanted.push(which::named(context, &record, typed)?);
    }
    for (typed, named) in args.entries.iter().zip(&wanted) {
        which::sure(context, &record, typed, named, "Remove")?;
    }
    let moved = RefCell::new(Vec::new());
    let edit = |current: &Current<'_>| {
        let document = current.document()?;
        let mut found = Vec::new();
        moved.borrow_mut().clear();
        for named in &wanted {
            let index = which::find(document, named)?;
            if index + 1 != named.number {
                moved.borrow_mut().push(format!("{named} is now number {}", index + 1));
            }
            found.push(index);
        }
        found.sort_unstable();
        found.dedup();
        // From the last on, so that the numbers of the others stay.
        let edited = found.into_iter().rev().try_fold(document.clone(), |document, index| {
            document.clear(&timeline().index(index)).map_err(|error| edit_failure(&error))
        })?;
        Ok(edited.into())
    };
    let made = change(context, &taken.located, &args.commit, "timeline remove", edit)?;
    for note in moved.into_inner() {
        context.ui.note(&note);
    }
    Ok(match made {
        Some(made) => {
            super::add::warn_of_new_findings(context, &taken.located.id, &made);
            Exit::Fine
        }
        None => nothing_changed(context, &taken.located.id),
    })
}

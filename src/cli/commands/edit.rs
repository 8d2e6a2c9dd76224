//! `pm edit`: a record in the editor, checked on the way back.
//!
//! What was typed is kept in a file of git's directory until it is in the record: an editor that crashes, a text that does
//! not parse, a commit that is refused lose nothing.

use std::path::PathBuf;

use clap::Args;

use crate::cli::arguments::{CommitArgs, RecordArg};
use crate::cli::change::{change, guard, nothing_changed};
use crate::cli::context::Context;
use crate::cli::editor;
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::resolve::record::record;
use crate::document::check::check;
use crate::document::read::read;
use crate::render::findings::{self, Source};
use crate::render::sanitise::one_line;
use crate::store::records::Located;

/// Open a record in the editor
///
/// Uses the editor git would use. On the way back the text is checked; one that cannot be
/// read can be opened again, and what was typed is never lost.
///
/// Examples:
///   pm edit
///   pm edit database-removed -m "Causes, as discussed in the review"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EditArgs {
    #[command(flatten)]
    pub record: RecordArg,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Opens the record.
pub fn run(context: &mut Context, args: &EditArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed())?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    edit(context, &taken.located, &args.commit)
}

/// Opens a record, checks what comes back, and commits it.
pub fn edit(context: &mut Context, located: &Located, commit: &CommitArgs) -> Result<Exit, Failure> {
    let loaded = context.records().load(located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    let commits = !commit.no_commit && context.config.commit;
    if let (true, Some(operation)) = (commits, context.store.operation()?) {
        // Said before anything is typed, not after.
        return Err(crate::store::StoreError::InProgress { operation }.into());
    }
    let draft = Draft::open(context, located, &loaded.text)?;
    let text = typed(context, &draft, &loaded.text)?;
    if text == loaded.text {
        draft.discard();
        return Ok(nothing_changed(context, &located.id));
    }
    let outcome = change_unless_moved(context, located, commit, &loaded.text, &text);
    match outcome {
        Ok(exit) => {
            draft.discard();
            Ok(exit)
        }
        Err(failure) => Err(draft.kept(failure)),
    }
}

fn change_unless_moved(
    context: &mut Context,
    located: &Located,
    commit: &CommitArgs,
    before: &str,
    text: &str,
) -> Result<Exit, Failure> {
    let made = change(context, located, commit, "edit", |current| {
        if current.text == before {
            return Ok(text.to_owned().into());
        }
        Err(Failure::new("the record was changed by somebody else while the editor was open").hint(format!(
            "`pm edit {}` opens it as it is now; copy over what you typed",
            one_line(located.id.as_str())
        )))
    })?;
    Ok(match made {
        Some(_) => Exit::Fine,
        None => nothing_changed(context, &located.id),
    })
}

/// Opens the editor until the text may be written, the user gives up, or nothing was changed.
fn typed(context: &mut Context, draft: &Draft, before: &str) -> Result<String, Failure> {
    loop {
        draft.run_editor(context, before)?;
        let text = draft.text()?;
        let Some(problem) = problem(context, draft, before, &text) else { return Ok(text) };
        if !context.ui.interactive() {
            return Err(draft.kept(problem));
        }
        context.ui.failure(&problem);
        if !prompt::confirm("Open the editor again?", true)? {
            return Err(draft.kept(Failure::new("the record was not changed")));
        }
    }
}

/// Why a text may not be written.
fn problem(context: &Context, draft: &Draft, before: &str, text: &str) -> Option<Failure> {
    if text == before {
        return None;
    }
    let terms = context.terms();
    if let Err(refused) = check(Some(before), text.to_owned().into(), &terms) {
        let source = Source { path: &draft.shown, text: &refused.text, findings: &refused.findings, known: &[] };
        let report = findings::text(&[source], context.ui.look());
        return Some(Failure::new("the text has errors").report(report));
    }
    guard(&read(before, &terms).record, &read(text, &terms).record).err()
}

/// The copy that the editor works on.
struct Draft {
    path: PathBuf,
    shown: String,
}

impl Draft {
    fn open(context: &mut Context, located: &Located, text: &str) -> Result<Self, Failure> {
        let folder = context.store.git_dir().join("pm").join("edit");
        std::fs::create_dir_all(&folder).map_err(|error| cannot("make the folder", &folder, &error))?;
        let name = format!("{}.toml", located.id);
        let kept = folder.join(&name);
        // A file of its own for every edit: another one may be open.
        let path = (1..u16::MAX)
            .map(|number| if number == 1 { kept.clone() } else { folder.join(format!("{number}-{name}")) })
            .find(|path| std::fs::OpenOptions::new().write(true).create_new(true).open(path).is_ok() || !path.exists())
            .unwrap_or_else(|| kept.clone());
        if path != kept {
            let place = kept.display();
            context.ui.warn(&format!(
                "another edit of this record is open, or was kept, in {place}; delete it when it is not needed"
            ));
        }
        std::fs::write(&path, text).map_err(|error| cannot("write", &path, &error))?;
        Ok(Self { path, shown: located.file.path.to_string() })
    }

    fn run_editor(&self, context: &Context, before: &str) -> Result<(), Failure> {
        let Err(failure) = editor::open(&context.store, context.ui.world(), &self.path) else { return Ok(()) };
        if self.text().is_ok_and(|text| text == before) {
            self.discard();
            return Err(failure);
        }
        Err(self.kept(failure))
    }

    fn text(&self) -> Result<String, Failure> {
        let bytes = std::fs::read(&self.path).map_err(|error| cannot("read", &self.path, &error))?;
        String::from_utf8(bytes).map_err(|_| self.kept(Failure::new("the text is not UTF-8, so nothing was changed")))
    }

    fn kept(&self, failure: Failure) -> Failure {
        failure.hint(format!("what you typed is kept in {}", self.path.display()))
    }

    fn discard(&self) {
        // A copy that stays behind is offered at the next edit; it harms nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn cannot(what: &str, path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {what} {}: {error}", path.display()))
}

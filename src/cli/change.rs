//! The one way a command changes a record: lock, load, edit, check, commit, say what happened.
//!
//! An edit is an operation on the text that is there when the lock is held, so that twenty writers of one record queue
//! and each works on the other's result. Questions are asked before, never in between.

use std::fmt::Write as _;
use std::mem::ManuallyDrop;

use crate::cli::arguments::CommitArgs;
use crate::cli::context::Context;
use crate::cli::dossier::content_digest;
use crate::cli::failure::{Exit, Failure};
use crate::diff::{self, Change, What};
use crate::document::check::{NewText, check};
use crate::document::read::{read, values};
use crate::document::{Document, EditError};
use crate::record::keys::FORMAT;
use crate::record::{Record, RecordId, Status};
use crate::render::sanitise::{one_line, terminal};
use crate::store::records::Located;
use crate::store::{At, Base, Commit, CommitOptions, Committed, FileChange, Outcome, RepoPath, StoreError, Writer};
use crate::workflow::standing;

/// How often an edit is replayed on a tip that somebody else moved meanwhile.
const REPLAYS: usize = 5;

/// The longest subject of a commit.
const LONGEST_SUBJECT: usize = 100;

/// A record as it is under the lock.
pub struct Current<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its values, as far as they could be read.
    pub record: &'a Record,
    document: Result<Document, Failure>,
}

impl Current<'_> {
    /// The document to edit.
    ///
    /// # Errors
    ///
    /// The findings that keep the text from being read.
    pub fn document(&self) -> Result<&Document, Failure> {
        self.document.as_ref().map_err(Clone::clone)
    }
}

/// A change that was made.
pub struct Made {
    /// The record before it.
    pub before: Record,
    /// What changed in meaning.
    pub changes: Vec<Change>,
    /// The record after it.
    pub record: Record,
}

/// Edits a record and commits the result, or leaves it in the working tree when that is asked for.
///
/// `edit` gives the text after the change of the record as it is under the lock, and may be called again when a race is
/// lost. Nothing changed is [`None`].
pub fn change(
    context: &mut Context,
    located: &Located,
    args: &CommitArgs,
    verb: &str,
    edit: impl Fn(&Current<'_>) -> Result<NewText, Failure>,
) -> Result<Option<Made>, Failure> {
    change_answering(context, located, args, verb, edit, every_change)
}

/// [`change`] with an answer of the command's own on standard output, given once the change is made.
pub fn change_answering(
    context: &mut Context,
    located: &Located,
    args: &CommitArgs,
    verb: &str,
    edit: impl Fn(&Current<'_>) -> Result<NewText, Failure>,
    answer: impl Fn(&Made) -> String,
) -> Result<Option<Made>, Failure> {
    for _ in 0..REPLAYS {
        match attempt(context, located, args, verb, &edit, &answer) {
            Err(Stop::Raced) => {}
            Err(Stop::Failed(failure)) => return Err(failure),
            Ok(made) => return Ok(made),
        }
    }
    Err(Failure::from(StoreError::Raced { path: located.file.path.clone() }))
}

/// A line for each change.
fn every_change(made: &Made) -> String {
    made.changes.iter().fold(String::new(), |lines, change| lines + &one_line(&change.to_string()) + "\n")
}

enum Stop {
    Raced,
    Failed(Failure),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Raced { .. } => Self::Raced,
            error => Self::Failed(error.into()),
        }
    }
}

fn attempt(
    context: &mut Context,
    located: &Located,
    args: &CommitArgs,
    verb: &str,
    edit: &impl Fn(&Current<'_>) -> Result<NewText, Failure>,
    answer: &impl Fn(&Made) -> String,
) -> Result<Option<Made>, Stop> {
    let path = &located.file.path;
    let mut notes = Vec::new();
    let mut writer = context.store.lock()?;
    notes.extend(writer.notes.iter().map(ToString::to_string));
    let loaded = context.records().load(located).map_err(|unread| {
        Stop::Failed(Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason))))
    })?;
    let commits = !args.no_commit && context.config.commit;
    // git is asked what is uncommitted while a long record is read.
    let (parsed, difference) = std::thread::scope(|scope| {
        let parsed = scope.spawn(|| parse_for_change(&loaded.text));
        let difference = commits.then(|| context.store.difference(path)).transpose();
        (parsed.join().unwrap_or_default(), difference)
    });
    let (document, before) = open_for_change(context, path, &loaded.text, parsed);
    refuse_newer(path, &before).map_err(Stop::Failed)?;
    let by_hand = difference?.is_some_and(|difference| !difference.is_clean());
    if by_hand {
        notes.push(format!("{path} has changes that are not committed yet; they go into this commit"));
    }
    // The process ends soon: to free the tree of a long record by then is time that somebody waits for.
    let current = ManuallyDrop::new(Current { text: &loaded.text, record: &before, document });
    let text = edit(&current).map_err(Stop::Failed)?;
    if text.text() == loaded.text && !by_hand {
        drop(writer);
        say(context, &notes);
        return Ok(None);
    }
    let (checked, after) = check(Some(&loaded.text), text, &context.terms()).map_err(|refused| {
        let report = context.report(path, &refused.text, &refused.findings);
        Stop::Failed(Failure::new("the change would make the record wrong, so nothing was changed").report(report))
    })?;
    if !after.is_sound() {
        notes.push(format!("{path} has errors from before: `pm check {}` shows them", located.id));
    }
    let changes = diff::changes(&before, &after.record);
    let write = FileChange {
        path: path.clone(),
        content: Some(checked.into_bytes()),
        base: Base::Bytes(loaded.text.into_bytes()),
    };
    notes.extend(stales(context, path, &located.id, &before, &after.record));
    // The commit tells of everything in it, what was changed by hand before included.
    let committed_before = if by_hand { at_head(context, path) } else { None };
    let in_commit = committed_before.map(|head| diff::changes(&head, &after.record));
    let told = in_commit.as_ref().unwrap_or(&changes);
    guard(&before, &after.record).map_err(Stop::Failed)?;
    let message = message(&located.id, &summary(told, &after.record), told, args.message.as_deref());
    let committed = put(&mut writer, commits, vec![write], message, verb, args)?;
    drop(writer);
    say(context, &notes);
    let made = Made { before, changes, record: after.record };
    context.ui.result(&answer(&made)).map_err(Stop::Failed)?;
    report_commit(context, committed.as_ref(), path);
    Ok(Some(made))
}

/// What a change does to an approval that held until then.
fn stales(context: &Context, path: &RepoPath, id: &RecordId, before: &Record, after: &Record) -> Option<String> {
    if !matches!(before.status(), Some(Status::Approved | Status::Complete)) {
        return None;
    }
    let signed = content_digest(context, before, path);
    let standing = standing::glance(before, id, &context.config.policy, &signed);
    let ends = standing.tally.is_met() && content_digest(context, after, path) != signed;
    let who = standing.tally.votes.iter().filter(|vote| vote.uncounted.is_none());
    let who: Vec<&str> = who.map(|vote| standing.sign_offs[vote.index].name.as_str()).collect();
    ends.then(|| {
        let by = who.join(" and ");
        let next = if before.status() == Some(Status::Complete) {
            format!("`pm status reopen {id} -m \"…\"` takes it up again")
        } else {
            format!("its approvers renew it with `pm status approve {id}`")
        };
        format!("the approval by {by} was for what it said before: it is stale now; {next}")
    })
}

/// What no edit may do: the status moves and sign-offs are written by transitions alone, and an action keeps its id.
pub fn guard(before: &Record, after: &Record) -> Result<(), Failure> {
    for key in ["status", "sign_offs"] {
        // A word that was wrong may be put right.
        let broken = key == "status" && before.status().is_none();
        if before.value(key) != after.value(key) && !broken {
            let change = diff::changes(before, after).into_iter().find(|change| change.path.starts_with(key));
            let what = change.map_or_else(|| key.to_owned(), |change| change.to_string());
            return Err(Failure::new(format!("{}: this is not changed by hand", one_line(&what)))
                .hint("put it back; the status moves, and sign-offs are written, by `pm status` alone"));
        }
    }
    let (old, new) = (before.actions(), after.actions());
    let lost = old.iter().find(|action| {
        let same_words =
            |other: &&crate::record::Action<'_>| other.action() == action.action() && !action.action().is_empty();
        let gone = action.id().is_some() && !new.iter().any(|other| other.id() == action.id());
        let shorter = new.len() < old.len();
        gone && (!shorter || new.iter().any(|other| same_words(&other)))
    });
    match lost {
        None => Ok(()),
        Some(action) => {
            Err(Failure::new(format!("action {} would lose its id", one_line(action.id().unwrap_or_default())))
                .hint("an action keeps its id for ever: set its other keys, or take it out as a whole"))
        }
    }
}

/// The record as HEAD has it, where that can be read.
fn at_head(context: &Context, path: &RepoPath) -> Option<Record> {
    let head = context.store.head().ok()?.commit?;
    let bytes = context.store.read(path, At::Revision(head)).ok()??;
    values(&String::from_utf8(bytes).ok()?)
}

fn say(context: &mut Context, notes: &[String]) {
    for note in notes {
        context.ui.warn(&one_line(note));
    }
}

fn refuse_newer(path: &RepoPath, record: &Record) -> Result<(), Failure> {
    if record.format() <= FORMAT {
        return Ok(());
    }
    let format = record.format();
    Err(Failure::new(format!("{path} is written in format {format}, which this `pm` can show but not change"))
        .hint("install a newer `pm`"))
}

/// The document of a text without conflict markers, ready to be edited.
fn parse_for_change(text: &str) -> Option<Document> {
    let in_conflict = text.starts_with("<<<<<<< ") || text.contains("\n<<<<<<< ");
    let document = if in_conflict { None } else { Document::parse(text).ok() };
    document.inspect(Document::prepare)
}

/// The document of a text that can be read, and the record it says, as far as it can be read.
///
/// All findings are asked for only where something is wrong: for a long timeline that is the dearest part of a change.
fn open_for_change(
    context: &Context,
    path: &RepoPath,
    text: &str,
    parsed: Option<Document>,
) -> (Result<Document, Failure>, Record) {
    if let Some(document) = parsed {
        let record = document.record();
        return (Ok(document), record);
    }
    let reading = read(text, &context.terms());
    let marked = reading.findings.iter().any(|finding| finding.rule == "conflict-markers");
    if !marked && let Ok(document) = Document::parse(text) {
        return (Ok(document), reading.record);
    }
    let report = context.report(path, text, &reading.findings);
    let failure = Failure::new(format!("{path} cannot be read as a record, so nothing was changed"))
        .report(report)
        .hint(format!("`pm edit {path}` opens it"));
    (Err(failure), reading.record)
}

/// Writes the files, with a commit or without.
pub fn put(
    writer: &mut Writer<'_>,
    commits: bool,
    changes: Vec<FileChange>,
    message: String,
    verb: &str,
    args: &CommitArgs,
) -> Result<Option<Committed>, StoreError> {
    if !commits {
        writer.write_only(&changes)?;
        return Ok(None);
    }
    let options = CommitOptions { no_verify: args.no_verify, ..CommitOptions::default() };
    let commit = Commit { changes, message, verb: verb.to_owned(), options };
    Ok(match writer.commit(&commit)? {
        Outcome::Committed(committed) => Some(committed),
        Outcome::Unchanged => None,
    })
}

/// Says which commit was made, on which branch, and what the hooks had to say.
pub fn report_commit(context: &mut Context, committed: Option<&Committed>, path: &RepoPath) {
    let Some(committed) = committed else {
        context.ui.note(&format!("left in {path}, not committed"));
        return;
    };
    if !committed.hook_output.trim().is_empty() {
        context.ui.talk(&format!("{}\n", terminal(committed.hook_output.trim_end())));
    }
    if !committed.hook_rewrote.is_empty() {
        let names: Vec<String> = committed.hook_rewrote.iter().map(ToString::to_string).collect();
        context.ui.warn(&format!("a hook changed {} on the way", names.join(", ")));
    }
    if let Some(note) = &committed.index_note {
        context.ui.warn(&one_line(note));
    }
    if let Some(branch) = &committed.branch {
        context.ui.done(&format!("committed {} on {}", committed.id.short(), one_line(branch)));
    } else {
        context.ui.done(&format!("committed {}", committed.id.short()));
        context.ui.warn("HEAD is detached, so no branch holds this commit; `git switch -c NAME` keeps it");
    }
}

/// The changes in one line: what changed when it is one thing, else where.
fn summary(changes: &[Change], after: &Record) -> String {
    if let Some(of_action) = diff::of_one_action(changes, after) {
        return of_action;
    }
    match changes {
        [] => "formatting and comments".to_owned(),
        [only] => only.to_string(),
        several => {
            let mut places: Vec<&str> =
                several.iter().map(|change| change.path.split('[').next().unwrap_or_default()).collect();
            places.dedup();
            // Many new rows of one list, as an import makes them.
            if let [list] = places[..]
                && several.iter().all(|change| matches!(change.what, What::RowAdded(_)))
            {
                return format!("{list}: {} added", several.len());
            }
            places.join(", ")
        }
    }
}

/// The message of a commit: `<id>: what changed`, then what the user added, then every change, then the trailer.
///
/// Everything that comes from outside is kept from looking like a trailer: the subject is one line, the changes are
/// list items, and the user's text is never the last paragraph.
pub fn message(id: &RecordId, what: &str, changes: &[Change], added: Option<&str>) -> String {
    let mut subject = one_line(&format!("{id}: {what}"));
    if subject.chars().count() > LONGEST_SUBJECT {
        subject = subject.chars().take(LONGEST_SUBJECT - 1).collect::<String>() + "…";
    }
    let mut message = format!("{subject}\n");
    if let Some(added) = added.map(str::trim).filter(|text| !text.is_empty()) {
        message.push('\n');
        for line in added.lines() {
            // git takes a line of dashes, or one of scissors, for the end of the message.
            let gap = if line.starts_with("---") || line.contains(" >8 ") { " " } else { "" };
            let _ = writeln!(message, "{gap}{}", terminal(line));
        }
    }
    if changes.len() > 1 {
        message.push('\n');
        for change in changes {
            let _ = writeln!(message, "- {}", one_line(&change.to_string()));
        }
    }
    let _ = write!(message, "\nPostmortem: {}\n", one_line(id.as_str()));
    message
}

/// An edit that could not be made.
pub fn edit_failure(error: &EditError) -> Failure {
    Failure::new(error.to_string())
}

/// The end of a command that found nothing to change.
pub fn nothing_changed(context: &mut Context, id: &RecordId) -> Exit {
    context.ui.note(&format!("nothing to change in {}", one_line(id.as_str())));
    Exit::Fine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_can_forge_a_trailer() {
        let id = RecordId::of_stem("2017-01-31-db");
        let message =
            message(&id, "title x\nSign-Off: me", &[], Some("text\n\nPostmortem: other\nSign-Off: boss\n---\nrest"));
        let last = message.trim_end().rsplit("\n\n").next().expect("a paragraph");
        assert_eq!(last, "Postmortem: 2017-01-31-db");
        assert!(!message.lines().any(|line| line.starts_with("---")));
        assert!(!message.lines().next().expect("a subject").contains('\n'));
    }
}

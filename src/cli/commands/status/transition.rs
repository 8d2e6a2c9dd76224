//! A transition: lock, load, propose, sign, commit, say what happened. It is never replayed: what was signed is what was seen.

use std::fmt::Write as _;

use chrono::SubsecRound as _;

use toml::Value;

use super::{Surroundings, TransitionArgs, path_of, unreadable};
use crate::cli::change::{edit_failure, report_commit};
use crate::cli::context::Context;
use crate::cli::dossier::unsignable;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{Taken, record};
use crate::cli::signatures;
use crate::document::check::{NewText, check};
use crate::document::read::{read, values};
use crate::document::{Canonical, Document, Path};
use crate::record::keys::FORMAT;
use crate::record::{Record, Status};
use crate::render::sanitise::{one_line, terminal};
use crate::render::standing::refusal;
use crate::store::records::Loaded;
use crate::store::{
    Base, Commit, CommitOptions, FileChange, ObjectId, Outcome, RepoPath, Stated, StoreError, trailers,
};
use crate::workflow::propose::{POSTMORTEM, Proposal, SIGN_OFF, TRANSITION, Wish, propose};
use crate::workflow::standing::Standing;
use crate::workflow::verify::Signature;
use crate::workflow::{SignOff, Verb};

pub(super) fn run(context: &mut Context, verb: Verb, args: &TransitionArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.typed())?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{} ({})", one_line(taken.located.id.as_str()), one_line(because)));
    }
    match attempt(context, verb, args, &taken) {
        Err(StopOr::Store(StoreError::Raced { path })) => {
            Err(Failure::new(format!("{} was changed while you signed, so nothing was signed", path_of(&path)))
                .hint("look at what it says now, and sign again"))
        }
        Err(StopOr::Store(error)) => Err(error.into()),
        Err(StopOr::Failed(failure)) => Err(failure),
        Ok(exit) => Ok(exit),
    }
}

enum StopOr {
    Store(StoreError),
    Failed(Failure),
}

impl From<StoreError> for StopOr {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StopOr {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn attempt(context: &mut Context, verb: Verb, args: &TransitionArgs, taken: &Taken) -> Result<Exit, StopOr> {
    let path = &taken.located.file.path;
    let id = &taken.located.id;
    let mut writer = context.store.lock()?;
    let notes: Vec<String> = writer.notes.iter().map(ToString::to_string).collect();
    let loaded = context.records().load(&taken.located).map_err(|unread| {
        Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
    })?;
    let blob = committed(context, &loaded)?;
    let document = Document::parse(loaded.text.clone()).map_err(|_| {
        Failure::new(format!("{} cannot be read as a record, so nothing was signed", path_of(path)))
            .hint(format!("`pm check {id}` says what is wrong"))
    })?;
    let record = document.record();
    if record.format() > FORMAT {
        let message = format!(
            "{} is written in format {}, which this `pm` can show but not change",
            path_of(path),
            record.format()
        );
        return Err(Failure::new(message).hint("install a newer `pm`").into());
    }
    as_others_read_it(context, &record, path, blob)?;
    let surroundings = Surroundings::of(context, taken, &record, true)?;
    let view = surroundings.view(&record);
    let author = context.store.identity()?;
    let who = crate::workflow::person::Identity { name: author.name.clone(), email: author.email.clone() };
    let signs = if args.sign {
        true
    } else if args.no_sign {
        false
    } else {
        context.store.signs_commits()?
    };
    let wish = Wish {
        verb,
        who: &who,
        role: args.role.as_deref(),
        note: args.message.as_deref().unwrap_or_default(),
        at: context.now().trunc_subsecs(0),
        signs,
    };
    let proposal = propose(&view, &wish).map_err(|refused| refused_failure(&refused, verb, &record, id))?;
    let entry = match &proposal.entry {
        None => None,
        Some(entry) if signs => Some(signed(context, entry.clone(), &surroundings)?),
        Some(entry) => Some(entry.clone()),
    };
    let text = edited(&document, &proposal, entry.as_ref())?;
    let (checked, after) = check(Some(&loaded.text), text, &context.terms()).map_err(|refused| {
        let report = context.report(path, &refused.text, &refused.findings);
        Failure::new("the sign-off would make the record wrong, so nothing was signed").report(report)
    })?;
    // What is written has to be what was signed, to the byte of its statement.
    let written = SignOff::all(&after.record).pop();
    if entry.as_ref().is_some_and(|entry| written.as_ref().is_none_or(|written| written != entry)) {
        return Err(Failure::new(
            "internal error: the sign-off would read as another one; nothing was signed, please report this",
        )
        .into());
    }
    let write = FileChange { path: path.clone(), content: Some(checked.into_bytes()), base: Base::Committed(blob) };
    let asks_trailer = args.signoff || context.config.policy.approval.signed_off_by;
    let message = message(&record, &proposal, entry.as_ref(), verb, &surroundings, asks_trailer.then_some(&who));
    let at = entry.as_ref().and_then(|entry| entry.at).map(|at| at.timestamp());
    let commit = Commit {
        changes: vec![write],
        message: message.clone(),
        verb: format!("status {}", verb.word()),
        options: CommitOptions { no_verify: args.no_verify, sign: Some(signs), at, ..CommitOptions::default() },
    };
    let ours = trailers(&message);
    let outcome = writer.commit_reviewed(&commit, &|proposed| {
        if !proposed.rewritten.is_empty() {
            return Err("a hook changed the record that is being signed".to_owned());
        }
        let kept = trailers(proposed.message);
        let mine = |key: &str| kept.iter().filter(|(own, _)| own.eq_ignore_ascii_case(key)).collect::<Vec<_>>();
        let same =
            !ours.is_empty() && ours.iter().all(|(key, value)| matches!(mine(key)[..], [(_, own)] if own == value));
        if same { Ok(()) } else { Err("a hook changed the trailers of the sign-off".to_owned()) }
    })?;
    drop(writer);
    for note in notes {
        context.ui.warn(&one_line(&note));
    }
    for warning in &proposal.warnings {
        for lack in &warning.lacking {
            context.ui.warn(&one_line(&format!("{}: {} (`{}`)", warning.gate.name, lack.what, lack.command)));
        }
    }
    say(context, &surroundings, &after.record, &proposal, entry.as_ref())?;
    let committed = match outcome {
        Outcome::Committed(committed) => Some(committed),
        Outcome::Unchanged => None,
    };
    report_commit(context, committed.as_ref(), path);
    Ok(Exit::Fine)
}

/// Refuses a record of which others would read something else: figures, and what filters make of its text.
fn as_others_read_it(context: &Context, record: &Record, path: &RepoPath, blob: ObjectId) -> Result<(), StopOr> {
    if let Some(figure) = unsignable(&context.store, record, path) {
        return Err(Failure::new(format!("{}; what a record names is signed with it", one_line(&figure)))
            .hint("commit the figure first, or take it out of the record")
            .into());
    }
    let stored = context.store.read_blob(blob, path)?;
    if values(&String::from_utf8_lossy(&stored)).as_ref() != Some(record) {
        return Err(Failure::new(format!("{} says something else here than in its commit", path_of(path)))
            .hint("a filter of .gitattributes changes it on checkout; what others would read has to be what is signed")
            .into());
    }
    Ok(())
}

/// The committed version of a record that can be read and has no other changes: what can be signed.
fn committed(context: &Context, loaded: &Loaded) -> Result<ObjectId, StopOr> {
    let path = &loaded.path;
    if let Some(failure) = unreadable(context, loaded, &read(&loaded.text, &context.terms())) {
        return Err(failure.into());
    }
    // Before differences: to commit or to take back what a merge brought would be the wrong advice.
    if let Some(operation) = context.store.operation()? {
        return Err(StoreError::InProgress { operation }.into());
    }
    if !context.store.difference(path)?.is_clean() {
        return Err(Failure::new(format!(
            "{} has changes that are not committed; they cannot be signed",
            path_of(path)
        ))
        .hint(format!("`git diff {}` shows them; commit them first, or take them back", path_of(path)))
        .into());
    }
    let head = context.store.head()?.commit;
    let blob = head.map(|head| context.store.object_at(path, head)).transpose()?.flatten();
    blob.ok_or_else(|| Failure::new(format!("{} is not committed; it cannot be signed", path_of(path))).into())
}

/// The sign-off with git's signature over its statement.
///
/// One that would be bad for everybody else, by a key that is not the signer's, is refused before it is committed.
fn signed(context: &Context, mut entry: SignOff, surroundings: &Surroundings) -> Result<SignOff, StopOr> {
    let Surroundings { id, policy, state, .. } = surroundings;
    let seconds = entry.at.map(|at| at.timestamp()).unwrap_or_default();
    let statement = entry.statement(id);
    let stated = Stated { statement: &statement, name: &entry.name, email: &entry.email, seconds };
    let signature = context.store.sign(&stated)?;
    entry.method = signature.method;
    entry.signature = signature.signature;
    let said = signatures::of_record(context, std::slice::from_ref(&entry), id, policy, *state)?;
    if let Some(Signature::Bad(reason)) = said.into_iter().next() {
        return Err(Failure::new(format!("this signature would not count: {}", one_line(&reason)))
            .hint("sign with a key that is yours there (`git config user.signingKey`), or have this one added to pm.toml on the default branch")
            .refused()
            .into());
    }
    Ok(entry)
}

fn edited(document: &Document, proposal: &Proposal, entry: Option<&SignOff>) -> Result<NewText, Failure> {
    let status = Value::from(proposal.status.word());
    let mut edited =
        document.set(&Path::root().key("status"), &status, &Canonical).map_err(|error| edit_failure(&error))?;
    if let Some(entry) = entry {
        edited = edited
            .insert_table(&Path::root().key("sign_offs"), None, &entry.fields(), &Canonical)
            .map_err(|error| edit_failure(&error))?;
    }
    Ok(edited.into())
}

fn refused_failure(
    refused: &crate::workflow::propose::Refused,
    verb: Verb,
    record: &Record,
    id: &crate::record::RecordId,
) -> Failure {
    let told = refusal(refused, verb, record, id);
    let mut failure = Failure::new(told.message).refused();
    for detail in told.details {
        failure = failure.detail(detail);
    }
    told.hints.into_iter().fold(failure, Failure::hint)
}

/// The message: what happened, the note, and the trailers that name record, transition and sign-off.
fn message(
    record: &Record,
    proposal: &Proposal,
    entry: Option<&SignOff>,
    verb: Verb,
    surroundings: &Surroundings,
    signed_off_by: Option<&crate::workflow::person::Identity>,
) -> String {
    let id = one_line(surroundings.id.as_str());
    let was = record.status().unwrap_or(Status::Draft);
    let moved = if was == proposal.status { format!("still {was}") } else { format!("{was} to {}", proposal.status) };
    let mut text = match entry {
        Some(entry) => format!("{id}: {} as {} ({moved})\n", verb.word(), one_line(&entry.role)),
        None => format!("{id}: {moved}, by the votes that are there\n"),
    };
    let note = entry.map(|entry| entry.note.as_str()).unwrap_or_default();
    if !note.is_empty() {
        text.push('\n');
        for line in note.lines() {
            // Set in, so that no line of it is taken for a trailer, a comment or the end of the message; scissors cut nothing.
            let _ = writeln!(text, "    {}", terminal(line).replace(">8", "> 8").replace("8<", "8 <"));
        }
    }
    let transition = match entry {
        Some(entry) => format!("{} -> {}", entry.from, entry.to),
        None => format!("{was} -> {}", proposal.status),
    };
    let _ = write!(text, "\n{POSTMORTEM}: {id}\n{TRANSITION}: {transition}\n");
    if let Some(entry) = entry {
        let _ = writeln!(text, "{SIGN_OFF}: {}", entry.digest(&surroundings.id));
    }
    if let Some(who) = signed_off_by {
        let _ = writeln!(text, "Signed-off-by: {} <{}>", one_line(&who.name), one_line(&who.email));
    }
    text
}

/// Says in a line what came of it, and in another what is still wanted.
fn say(
    context: &mut Context,
    surroundings: &Surroundings,
    after: &Record,
    proposal: &Proposal,
    entry: Option<&SignOff>,
) -> Result<(), Failure> {
    let standing = Standing::of(&surroundings.view(after));
    let id = one_line(surroundings.id.as_str());
    let headline = entry.map(|entry| {
        let who = format!("{} as {}", one_line(&entry.name), one_line(&entry.role));
        let how = if entry.is_signed() { format!(", signed ({})", entry.method) } else { String::new() };
        let what = match entry.verb() {
            Some(Verb::Submit) => format!("submitted by {who}"),
            Some(Verb::RequestChanges) => format!("changes requested by {who}"),
            Some(Verb::Complete) => format!("completed by {who}"),
            Some(Verb::Reopen) => format!("reopened by {who}"),
            Some(Verb::Approve) | None => format!("approval by {who}"),
        };
        let stale = if standing.is_stale() { ", and still stale" } else { "" };
        format!("{stale}: {what}{how}")
    });
    context.ui.result(&format!("{id} is {}{}\n", proposal.status, headline.unwrap_or_default()))?;
    if proposal.status == Status::InReview || standing.is_stale() {
        let wanted = crate::render::standing::wanted(&standing, &surroundings.policy);
        if !wanted.is_empty() && entry.is_some_and(|entry| entry.verb() == Some(Verb::Approve)) {
            context.ui.note(&format!("still wanted: {}", one_line(&wanted)));
        }
    }
    Ok(())
}

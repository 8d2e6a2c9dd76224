//! `pm rekey`: another id for a record that has not reached the default branch yet, with everything that names it.
//!
//! An id is fixed at birth. Where two branches describe two incidents under one id, the one that is not merged yet gives way.

use clap::Args;

use crate::cli::arguments::{CommitArgs, record_ids};
use crate::cli::change::{message, put, report_commit};
use crate::cli::commands::new::refuse_twin;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record;
use crate::document::Document;
use crate::record::RecordId;
use crate::render::sanitise::one_line;
use crate::store::records::Located;
use crate::store::{At, Base, FileChange, ObjectId, RepoPath};

/// Give a record another id, before it is on the default branch
///
/// Renames its file and the folder of its figures, and rewrites what names it in records
/// that are not on the default branch either. A record that was signed keeps its id: the
/// sign-offs name it.
///
/// Examples:
///   pm rekey 2026-03-02-api-down 2026-03-02-api-down-in-asia
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct RekeyArgs {
    /// The record: an id, a path, an incident id, or a part of an id or title that only one record has
    #[arg(value_name = "RECORD", add = clap_complete::engine::ArgValueCompleter::new(record_ids))]
    pub record: String,

    /// Its new id: lower-case letters, digits and hyphens
    #[arg(value_name = "NEW-ID")]
    pub new_id: String,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Renames.
pub fn run(context: &mut Context, args: &RekeyArgs) -> Result<Exit, Failure> {
    let id = RecordId::of_stem(&args.new_id);
    if !id.is_canonical() {
        return Err(Failure::new(format!("`{}` cannot be an id", one_line(&args.new_id)))
            .hint("use lower-case letters, digits and hyphens, as in 2026-03-02-api-down"));
    }
    let taken = record::record(context, Some(&args.record))?;
    let located = taken.located;
    if id.is_device() {
        return Err(Failure::new(format!("`{id}` cannot be an id: Windows takes a file of that name for a device"))
            .hint("use a day and a few words, as in 2026-03-02-api-down"));
    }
    if located.id == id {
        return Err(Failure::new(format!("the record has the id {id} already")));
    }
    refuse_twin(context, &id, None)?;
    let default = context.store.reviewed_branch(context.config.default_branch.as_deref())?;
    let reviewed = default.as_ref().and_then(|branch| branch.commit);
    let is_there = |path: &RepoPath| -> Result<bool, Failure> {
        Ok(reviewed.map(|commit| context.store.object_at(path, commit)).transpose()?.flatten().is_some())
    };
    if is_there(&located.file.path)? {
        let name = default.map(|branch| branch.name).unwrap_or_default();
        return Err(Failure::new(format!(
            "{} is on {} already, so its id stays",
            one_line(located.id.as_str()),
            one_line(&name)
        ))
        .hint("others may have its id in links and in their records"));
    }
    let Plan { changes, others, left } = plan(context, &located, &id, reviewed)?;
    let count = changes.iter().filter(|change| change.content.is_some()).count();
    let path = changes.first().map(|change| change.path.clone());
    let commits = !args.commit.no_commit && context.config.commit;
    let subject = format!("rekeyed, was {}", located.id);
    let text = message(&id, &subject, &[], args.commit.message.as_deref());
    let by_hand = if commits { uncommitted(context, &changes)? } else { Vec::new() };
    let committed = {
        let mut writer = context.store.lock()?;
        put(&mut writer, commits, changes, text, "rekey", &args.commit)?
    };
    for path in by_hand {
        context.ui.warn(&one_line(&format!("{path} has changes that are not committed yet; they go into this commit")));
    }
    context.ui.result(&format!("{id}\n"))?;
    if let Some(path) = path {
        context.ui.note(&one_line(&format!("{path}, {count} {} written", if count == 1 { "file" } else { "files" })));
        for other in others {
            context.ui.note(&one_line(&format!("{other} names it, and follows")));
        }
        for address in left {
            context.ui.note(&one_line(&format!("left as it is: {address}")));
        }
        report_commit(context, committed.as_ref(), &path);
    }
    Ok(Exit::Fine)
}

/// What a new id comes to.
struct Plan {
    /// The new files and the end of the old ones; the record's own comes first.
    changes: Vec<FileChange>,
    /// The other records that are changed.
    others: Vec<RepoPath>,
    /// The addresses that keep the old id.
    left: Vec<String>,
}

/// Those of the files that hold changes somebody has made by hand.
fn uncommitted(context: &Context, changes: &[FileChange]) -> Result<Vec<RepoPath>, Failure> {
    let mut found = Vec::new();
    for change in changes.iter().filter(|change| !matches!(change.base, Base::Absent)) {
        if !context.store.difference(&change.path)?.is_clean() {
            found.push(change.path.clone());
        }
    }
    Ok(found)
}

fn plan(context: &Context, located: &Located, id: &RecordId, reviewed: Option<ObjectId>) -> Result<Plan, Failure> {
    let old = &located.file.path;
    let folder = |path: &RepoPath, stem: &str| match path.parent() {
        Some(parent) => parent.join(stem),
        None => RepoPath::new(stem),
    };
    let new = folder(old, &format!("{id}.toml"))?;
    let text = load(context, located)?;
    let document = Document::parse(text.as_str())
        .map_err(|_| Failure::new(format!("{old} cannot be read as a record, so it keeps its id")))?;
    if !document.record().tables("sign_offs").is_empty() {
        return Err(Failure::new(format!("{} was signed, and its sign-offs name it", one_line(located.id.as_str())))
            .hint("start another record with `pm new`, and drop this one"));
    }
    let own = renamed(&text, located.id.as_str(), id.as_str())?;
    let (mut others, mut left) = (Vec::new(), own.left);
    let mut changes = vec![written(new, own.text.into_bytes(), Base::Absent), removed(old.clone(), text.into_bytes())];
    let (beside, beside_new) = (folder(old, located.id.as_str())?, folder(old, id.as_str())?);
    let listing = context.store.files(Some(&beside), At::WorkTree, "")?;
    if let Some(skipped) = listing.skipped.first() {
        return Err(Failure::new(format!("{} cannot be moved: {}", one_line(&skipped.path), skipped.reason)));
    }
    for file in listing.files {
        let Some(bytes) = context.store.read(&file.path, At::WorkTree)? else { continue };
        let name = file.path.as_str().strip_prefix(beside.as_str()).unwrap_or_default().trim_start_matches('/');
        changes.push(written(beside_new.join(name)?, bytes.clone(), Base::Absent));
        changes.push(removed(file.path.clone(), bytes));
    }
    let (all, _) = context.records().locate()?;
    for other in all.into_iter().filter(|other| other.file.path != *old) {
        let committed = reviewed.map(|commit| context.store.object_at(&other.file.path, commit)).transpose()?.flatten();
        if committed.is_some() {
            continue;
        }
        // A record that cannot be read names nothing.
        let Ok(text) = load(context, &other) else { continue };
        if !text.contains(located.id.as_str()) {
            continue;
        }
        let next = renamed(&text, located.id.as_str(), id.as_str())?;
        left.extend(next.left);
        if next.text != text {
            others.push(other.file.path.clone());
            changes.push(written(other.file.path, next.text.into_bytes(), Base::Bytes(text.into_bytes())));
        }
    }
    left.sort();
    left.dedup();
    Ok(Plan { changes, others, left })
}

fn load(context: &Context, located: &Located) -> Result<String, Failure> {
    let loaded = context.records().load(located);
    loaded
        .map(|loaded| loaded.text)
        .map_err(|unread| Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason))))
}

fn written(path: RepoPath, content: Vec<u8>, base: Base) -> FileChange {
    FileChange { path, content: Some(content), base }
}

fn removed(path: RepoPath, content: Vec<u8>) -> FileChange {
    FileChange { path, content: None, base: Base::Bytes(content) }
}

/// A text with another id wherever the old one stands by itself, but in addresses: what they lead to keeps its name.
struct Renamed {
    text: String,
    /// The addresses with the old id in them.
    left: Vec<String>,
}

fn renamed(text: &str, old: &str, new: &str) -> Result<Renamed, Failure> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut next = String::with_capacity(text.len());
    let mut left = Vec::new();
    let mut at = 0;
    for (start, _) in text.match_indices(old) {
        if start < at {
            continue;
        }
        let end = start + old.len();
        let stands_alone = !text[..start].ends_with(is_part) && !text[end..].starts_with(is_part);
        let address = address(text, start);
        next.push_str(&text[at..start]);
        next.push_str(if stands_alone && address.is_none() { new } else { old });
        let told = |address: &str| address.trim_end_matches([')', ']', '}', ',', '.', ';', ':']).to_owned();
        left.extend(address.filter(|_| stands_alone).map(told));
        at = end;
    }
    next.push_str(&text[at..]);
    left.dedup();
    // An id has nothing in it that TOML minds, but a text that was broken before is not written again.
    match Document::parse(next.as_str()) {
        Ok(_) => Ok(Renamed { text: next, left }),
        Err(_) => Err(Failure::new("a record that names this one cannot be read; `pm check` shows why")),
    }
}

/// The address around a place of a text: from its scheme on, as in `https://…`, to what ends it.
fn address(text: &str, place: usize) -> Option<&str> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|');
    let start = text[..place].rfind(ends).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[place..].find(ends).map_or(text.len(), |at| place + at);
    let around = &text[start..end];
    let scheme = around[..place - start].find("://")?;
    let begins = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let from =
        around[..scheme].rfind(begins).map_or(0, |at| at + around[at..].chars().next().map_or(1, char::len_utf8));
    (from < scheme).then_some(&around[from..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_id_is_another_one() {
        let text = "a = \"x-1 x-1/k7fq x-12 y-x-1 x-1.\"\n";
        assert_eq!(renamed(text, "x-1", "z").expect("TOML").text, "a = \"z z/k7fq x-12 y-x-1 z.\"\n");
    }

    #[test]
    fn what_an_address_leads_to_keeps_its_name() {
        let text = "a = \"see [it](https://wiki.example.com/x-1), x-1/lag.png and (é)http://h/x-1?q x-1\"\nb = 'x-1'\n";
        let renamed = renamed(text, "x-1", "z").expect("TOML");
        assert_eq!(
            renamed.text,
            "a = \"see [it](https://wiki.example.com/x-1), z/lag.png and (é)http://h/x-1?q z\"\nb = 'z'\n"
        );
        assert_eq!(renamed.left, ["https://wiki.example.com/x-1", "http://h/x-1?q"]);
    }
}

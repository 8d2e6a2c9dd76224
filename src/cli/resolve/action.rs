//! What the user typed -> one action of one record.
//!
//! ID is `k7fq`, or `RECORD/k7fq`, or `k7fq` with `-p RECORD`; else a part of the action's text that no other action has.
//! Without a record every record of the working tree is looked through, by what the cache knows of them.

use std::collections::HashSet;

use super::record::record;
use crate::cli::action_id::fresh_ids;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::cli::survey::{Depth, survey};
use crate::document::read::values;
use crate::record::action::{Action, ActionStatus, id_typed, is_id};
use crate::record::{Record, RecordId};
use crate::render::sanitise::one_line;
use crate::store::StoreError;
use crate::store::records::Located;

/// How many candidates an error lists.
const SHOWN: usize = 12;

/// How many letters of a word are looked for when a text has no match: at the end is where `grow` and `growing` differ.
const TELLING: usize = 4;

/// An action as it was when it was looked for.
pub struct Found {
    /// Its record.
    pub located: Located,
    /// What the record says.
    pub record: Record,
    /// Its id.
    pub id: String,
    index: usize,
}

impl Found {
    /// The action.
    pub fn action(&self) -> Action<'_> {
        self.record.actions()[self.index]
    }

    /// Where it is among the actions of its record as that is by now.
    ///
    /// # Errors
    ///
    /// It is no longer there, or no longer the only one of its id.
    pub fn index_in(&self, record: &Record) -> Result<usize, Failure> {
        let actions = record.actions();
        let same = |index: &usize| actions[*index].id() == Some(&self.id);
        let all: Vec<usize> = (0..actions.len()).filter(same).collect();
        let same_text = || all.iter().copied().filter(|index| actions[*index].action() == self.action().action());
        match all[..] {
            [only] => Ok(only),
            [] => Err(Failure::new(format!("action {} is no longer in {}", self.id, self.located.id))),
            _ => match same_text().collect::<Vec<_>>()[..] {
                [only] => Ok(only),
                _ => Err(twins(&self.id, &self.located.id, all.len())),
            },
        }
    }
}

/// The action that was meant, to be changed.
pub fn action(context: &mut Context, typed: &str, postmortem: Option<&str>) -> Result<Found, Failure> {
    if context.store.is_bare() {
        return Err(Failure::from(StoreError::NoWorkTree));
    }
    let typed = typed.trim();
    let (in_record, name) = match typed.rsplit_once('/') {
        Some((record, id)) if id_typed(id).is_some() && !record.trim().is_empty() => (Some(record), id),
        _ => (None, typed),
    };
    if name.is_empty() {
        return Err(Failure::new("which action? nothing is named").hint("name one by its id, as in `k7fq`"));
    }
    if let (Some(one), Some(_)) = (in_record, postmortem) {
        return Err(Failure::new(format!("the record is named twice: `{}` and by --postmortem", one_line(one)))
            .hint("name it once"));
    }
    let named = postmortem.or(in_record);
    let among = match named {
        Some(named) => vec![record(context, Some(named))?.located],
        None => context.records().locate()?.0,
    };
    let id = id_typed(name);
    let ids: Vec<&str> =
        id.as_deref().into_iter().chain(Some(name).filter(|name| id.as_deref() != Some(*name))).collect();
    let found = by_id(context, &among, &ids)?;
    if !found.is_empty() {
        return one_of(context, found, several_of_id);
    }
    // What has a digit in it is an id and no word of a text: a slip in it must not find something else.
    let may_be_words = id.is_none() || !name.contains(|c: char| c.is_ascii_digit());
    let mut found = if may_be_words { by_text(context, &among, name)? } else { Vec::new() };
    if found.is_empty() {
        return Err(none(context, &among, name, named.is_some())?);
    }
    let count = found.len();
    // Most commands are for what is not closed yet.
    found.sort_by_key(|found| found.action().is_closed());
    let found = one_of(context, found, |_| {
        Failure::new(format!("`{}` is in the text of {count} actions", one_line(name)))
            .hint("name one by its id, or give more of its text")
    })?;
    if found.id.is_empty() {
        let (record, fresh) = (&found.located.id, fresh_ids(context, 1)?.concat());
        let text = one_line(found.action().action());
        return Err(Failure::new(format!("the action “{text}” of {record} has no id yet"))
            .hint(format!("`pm edit {record}` opens the record: write one into it, such as `id = \"{fresh}\"`")));
    }
    context.ui.note(&format!("`{}` is {}", one_line(name), told(&found)));
    Ok(found)
}

/// The actions that have one of the ids.
fn by_id(context: &Context, among: &[Located], ids: &[&str]) -> Result<Vec<Found>, Failure> {
    search(context, among, |id, _| id.is_some_and(|id| ids.contains(&id)))
}

/// The actions whose text has these words in it; where they are the whole of one, that one.
fn by_text(context: &Context, among: &[Located], words: &str) -> Result<Vec<Found>, Failure> {
    let wanted = words.to_lowercase();
    let mut found = search(context, among, |_, text| text.to_lowercase().contains(&wanted))?;
    let is_whole = |found: &Found| found.action().action().to_lowercase() == wanted;
    if found.iter().any(is_whole) {
        found.retain(is_whole);
    }
    Ok(found)
}

/// The actions whose id and text fit.
fn search(
    context: &Context,
    among: &[Located],
    fits: impl Fn(Option<&str>, &str) -> bool,
) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for located in having(context, among, &fits)? {
        let Some(record) = context.records().load(located).ok().and_then(|loaded| values(&loaded.text)) else {
            continue;
        };
        for (index, action) in record.actions().into_iter().enumerate() {
            if fits(action.id(), action.action()) {
                let id = action.id().unwrap_or_default().to_owned();
                found.push(Found { located: located.clone(), record: record.clone(), id, index });
            }
        }
    }
    Ok(found)
}

/// Those of many records that have an action that fits, as far as the summaries know, so that few have to be read.
fn having<'a>(
    context: &Context,
    among: &'a [Located],
    fits: impl Fn(Option<&str>, &str) -> bool,
) -> Result<Vec<&'a Located>, Failure> {
    if among.len() == 1 {
        return Ok(among.iter().collect());
    }
    let survey = survey(context, context.at, Depth::Whole, true)?;
    let fitting =
        survey.records().filter(|record| record.summary.actions.iter().any(|action| fits(action.id, action.action)));
    let paths: HashSet<&str> = fitting.map(|record| record.path).collect();
    Ok(among.iter().filter(|located| paths.contains(located.file.path.as_str())).collect())
}

/// The only one, or the one that is chosen on a terminal; else the failure with all of them.
fn one_of(
    context: &mut Context,
    mut found: Vec<Found>,
    several: impl Fn(&[Found]) -> Failure,
) -> Result<Found, Failure> {
    if found.len() > 1 {
        if !context.ui.interactive() {
            return Err(listed(several(&found), &found));
        }
        let labels: Vec<String> = found.iter().map(told).collect();
        let Some(index) = prompt::pick("Which one?", &labels)? else {
            return Err(Failure::new("no action was chosen"));
        };
        found.swap(0, index);
    }
    Ok(found.swap_remove(0))
}

fn several_of_id(found: &[Found]) -> Failure {
    let (first, count) = (&found[0], found.len());
    if found.iter().all(|other| other.located == first.located) {
        return twins(&first.id, &first.located.id, count);
    }
    Failure::new(format!("{count} actions have the id {}", one_line(&first.id)))
        .hint(format!("name the record, too, as in `{}/{}`", first.located.id, first.id))
}

fn twins(id: &str, record: &RecordId, count: usize) -> Failure {
    Failure::new(format!("{count} actions of {record} have the id {}", one_line(id)))
        .hint(format!("`pm edit {record}` opens it: give all but the first an id of their own"))
}

/// Why nothing was found, with what is near.
fn none(context: &Context, among: &[Located], name: &str, in_one_record: bool) -> Result<Failure, Failure> {
    let failure = Failure::new(format!("no action matches `{}`", one_line(name)));
    let id = id_typed(name);
    if let (true, Some(id)) = (in_one_record, &id) {
        let elsewhere = by_id(context, &context.records().locate()?.0, &[id])?;
        if let [only] = &elsewhere[..] {
            return Ok(Failure::new(format!("{id} is an action of {}", only.located.id))
                .detail(told(only))
                .hint("leave the record out, or name that one"));
        }
    }
    let looks_like_id = id.is_some() || name.chars().count() == 4;
    let mut near = if looks_like_id { near_ids(context, among, name)? } else { Vec::new() };
    if near.is_empty() {
        near = near_texts(context, among, name)?;
    }
    let unread = unread(context, among, id.as_deref().unwrap_or(name))?;
    if let (true, [first, ..]) = (near.is_empty(), &unread[..]) {
        let failure = unread.iter().take(SHOWN).fold(failure, |failure, located| {
            failure.detail(format!("{} has it somewhere, and cannot be read as a record", located.file.path))
        });
        return Ok(failure.hint(format!("`pm check {}` says what is wrong with it", first.file.path)));
    }
    if near.is_empty() {
        return Ok(failure.hint("`pm action list --all` shows the actions of every record with their ids"));
    }
    let (what, them) = if near.len() == 1 { ("this one", &near[..]) } else { ("one of these", &near[..]) };
    Ok(listed(failure, them).hint(format!("did you mean {what}?")))
}

/// Actions whose id is one slip away.
fn near_ids(context: &Context, among: &[Located], name: &str) -> Result<Vec<Found>, Failure> {
    let wanted = name.to_lowercase();
    let is_near = |id: &str| is_id(id) && strsim::damerau_levenshtein(id, &wanted) == 1;
    search(context, among, |id, _| id.is_some_and(is_near))
}

/// Actions that have some of the words in their text, those with the most of them.
fn near_texts(context: &Context, among: &[Located], name: &str) -> Result<Vec<Found>, Failure> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= TELLING);
    let words: Vec<String> = words.map(|word| word.chars().take(TELLING).collect()).collect();
    let shared = |text: &str| {
        let text = text.to_lowercase();
        words.iter().filter(|word| text.contains(word.as_str())).count()
    };
    let found = search(context, among, |_, text| shared(text) > 0)?;
    let most = found.iter().map(|found| shared(found.action().action())).max().unwrap_or_default();
    Ok(found.into_iter().filter(|found| shared(found.action().action()) == most).collect())
}

/// The records that have a name in their text and cannot be read.
fn unread(context: &Context, among: &[Located], name: &str) -> Result<Vec<Located>, Failure> {
    let broken = context.records().load_each(among, |loaded| {
        loaded.is_ok_and(|loaded| loaded.text.contains(name) && values(&loaded.text).is_none())
    })?;
    Ok(among.iter().zip(broken).filter(|(_, broken)| *broken).map(|(located, _)| located.clone()).collect())
}

fn listed(failure: Failure, found: &[Found]) -> Failure {
    let failure = found.iter().take(SHOWN).fold(failure, |failure, found| failure.detail(told(found)));
    match found.len().saturating_sub(SHOWN) {
        0 => failure,
        more => failure.detail(format!("and {more} more")),
    }
}

/// `2017-01-31-database-removed/k7fq: Alert when a backup is missing (done)`.
fn told(found: &Found) -> String {
    let action = found.action();
    let status = match action.status() {
        ActionStatus::Open => "",
        ActionStatus::InProgress => " (in progress)",
        ActionStatus::Done => " (done)",
        ActionStatus::Dropped => " (dropped)",
    };
    let id = if found.id.is_empty() { "-" } else { found.id.as_str() };
    one_line(&format!("{}/{id}: {}{status}", found.located.id, action.action()))
}

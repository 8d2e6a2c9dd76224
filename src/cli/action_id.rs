//! New action ids: drawn at random, and not in use anywhere in the repository.

use std::collections::HashSet;

use super::context::Context;
use super::failure::Failure;
use super::survey::{Depth, survey};
use crate::record::action::{has_word, id_from};
use crate::store::RepoPath;

/// As many ids as are needed, each in use in no record of the working tree.
///
/// A record that cannot be read as one is looked through for them as a text. Two clones may still draw the same id, once
/// in some hundred thousand times; `pm` then asks which is meant.
pub fn fresh_ids(context: &Context, needed: usize) -> Result<Vec<String>, Failure> {
    if needed == 0 {
        return Ok(Vec::new());
    }
    let survey = survey(context, context.at, Depth::Whole, true)?;
    let mut used: HashSet<&str> = HashSet::new();
    let mut unread = Vec::new();
    for record in survey.records() {
        used.extend(record.summary.actions.iter().filter_map(|action| action.id));
        if record.summary.unread.is_some() {
            let bytes = RepoPath::new(record.path).ok().and_then(|path| context.store.read(&path, context.at).ok()?);
            unread.extend(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let mut fresh: Vec<String> = Vec::new();
    while fresh.len() < needed {
        let random = getrandom::u32().map_err(|error| Failure::new(format!("no random numbers: {error}")))?;
        let id = id_from(random.to_le_bytes());
        let is_free = !used.contains(id.as_str()) && !fresh.contains(&id);
        if is_free && !unread.iter().any(|text| has_word(text, &id)) {
            fresh.push(id);
        }
    }
    Ok(fresh)
}

//! New action ids: drawn at random, and not in use anywhere in the repository.

use super::context::Context;
use super::failure::Failure;
use crate::record::action::{has_word, id_from};

/// As many ids as are needed, each in use in no record of the working tree.
///
/// Texts are looked through for the ids themselves, and none is parsed: a word that merely looks like one of them costs
/// another draw. Two clones may still draw the same id, once in some hundred thousand times; `pm` then asks which is meant.
pub fn fresh_ids(context: &Context, needed: usize) -> Result<Vec<String>, Failure> {
    if needed == 0 {
        return Ok(Vec::new());
    }
    let (all, _) = context.records().locate()?;
    let mut fresh: Vec<String> = Vec::new();
    while fresh.len() < needed {
        let mut drawn = Vec::new();
        while fresh.len() + drawn.len() < needed {
            let random = getrandom::u32().map_err(|error| Failure::new(format!("no random numbers: {error}")))?;
            let id = id_from(random.to_le_bytes());
            if !fresh.contains(&id) && !drawn.contains(&id) {
                drawn.push(id);
            }
        }
        let used = context.records().load_each(&all, |loaded| {
            let text = loaded.map(|loaded| loaded.text).unwrap_or_default();
            drawn.iter().map(|id| has_word(&text, id)).collect::<Vec<_>>()
        })?;
        let is_used = |index: usize| used.iter().any(|of_record| of_record[index]);
        fresh.extend(drawn.iter().enumerate().filter(|(index, _)| !is_used(*index)).map(|(_, id)| id.clone()));
    }
    Ok(fresh)
}

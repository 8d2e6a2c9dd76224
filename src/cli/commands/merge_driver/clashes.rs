//! Two new actions that two clones gave one id: theirs gets another one where nothing names it by the old.
//!
//! Never: touches an id that a record, or a commit that comes in, may mean.

use sha2::{Digest as _, Sha256};

use crate::config::Config;
use crate::document::{Canonical, Document, Path};
use crate::merge::{Clash, Note};
use crate::record::action::{has_word, id_from};
use crate::record::{RecordId, text_in};
use crate::store::records::Records;
use crate::store::{At, RepoPath, Store};

/// Where a merge takes place, as far as ids are concerned.
pub struct Surroundings<'a> {
    /// The repository.
    pub store: &'a Store,
    /// Its settings, which say where records are.
    pub config: &'a Config,
    /// The record's file.
    pub path: &'a RepoPath,
    /// The record.
    pub record: &'a RecordId,
    /// The state that ours is of.
    pub here: At,
    /// What their side is called: a branch, or a commit and its subject.
    pub theirs: &'a str,
}

/// Their text with other ids where that is safe, and what was changed; `None` where nothing was.
pub fn rekeyed(around: &Surroundings<'_>, clashes: &[Clash], ours: &str, theirs: &str) -> Option<(String, Vec<Note>)> {
    let mut document = Document::parse(theirs).ok()?;
    let mut notes = Vec::new();
    for clash in clashes {
        let list = Path::of(&["actions"]);
        let Some(rows) = document.value(&list).and_then(toml::Value::as_array) else { continue };
        let is_it = |row: &toml::Value| {
            let row = row.as_table();
            let says = |key: &str| row.and_then(|row| text_in(row, key));
            says("id") == Some(clash.id.as_str()) && says("action") == Some(clash.theirs.as_str())
        };
        let Some(place) = rows.iter().position(is_it) else { continue };
        let id = list.index(place).key("id");
        let Ok(without) = document.clear(&id) else { continue };
        if has_word(without.text(), &clash.id) || is_named(around, &clash.id) != Some(false) {
            continue;
        }
        let Some(new) = other_id(around, clash, ours, document.text()) else { continue };
        let Ok(next) = document.set(&id, &toml::Value::from(new.as_str()), &Canonical) else { continue };
        document = next;
        notes.push(Note::Rekeyed { action: clash.theirs.clone(), old: clash.id.clone(), new });
    }
    (!notes.is_empty()).then(|| (document.text().to_owned(), notes))
}

/// Whether another record of either side, or a commit that comes in, has the id; `None` where that cannot be told.
fn is_named(around: &Surroundings<'_>, id: &str) -> Option<bool> {
    let their_commit = around.store.resolve(around.theirs.split(' ').next()?).ok()?;
    for at in [around.here, At::Revision(their_commit)] {
        let records = Records::new(around.store, around.config, at);
        let (all, skipped) = records.locate().ok()?;
        if !skipped.is_empty() {
            return None;
        }
        let others = all.into_iter().filter(|located| located.file.path != *around.path);
        for other in others {
            let bytes = around.store.read(&other.file.path, at).ok()?.unwrap_or_default();
            if has_word(&String::from_utf8_lossy(&bytes), id) {
                return Some(true);
            }
        }
    }
    let head = around.store.head().ok()?.commit;
    let said = around.store.said(their_commit, head).ok()?;
    // The commit that added it has said its id; what carries it out names the record, too.
    let name = format!("{}/{id}", around.record);
    Some(said.iter().any(|commit| commit.message.contains(&name)))
}

/// Another id, the same in every clone that makes this merge, and in nobody's use here.
fn other_id(around: &Surroundings<'_>, clash: &Clash, ours: &str, theirs: &str) -> Option<String> {
    (0..u8::MAX).find_map(|attempt| {
        let seed = format!("{}\n{}\n{}\n{attempt}", around.record, clash.id, clash.theirs);
        let digest = Sha256::digest(seed.as_bytes());
        let id = id_from([digest[0], digest[1], digest[2], digest[3]]);
        let is_free = ![ours, theirs].iter().any(|text| has_word(text, &id)) && is_named(around, &id) == Some(false);
        is_free.then_some(id)
    })
}

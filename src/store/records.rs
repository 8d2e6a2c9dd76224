//! Records in a repository: which files they are, loading them, and committing a change of one.
//!
//! Any `*.toml` under the records folder is a record, however people nest it, except inside a folder named after a
//! record, which holds that record's figures and logs. Its id is the file's stem.

use std::collections::HashSet;

use chrono::{Datelike as _, NaiveDate};

use super::summaries::{self, Asked, Summaries};
use super::{At, FileEntry, RepoPath, Skipped, Store, StoreError};
use crate::config::{Config, Shard};
use crate::record::RecordId;

/// A record's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Its id.
    pub id: RecordId,
    /// Where it is.
    pub file: FileEntry,
}

/// A record's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its id.
    pub id: RecordId,
    /// Where it is.
    pub path: RepoPath,
    /// What it says.
    pub text: String,
}

/// A record that could not be read at all.
#[derive(Debug)]
pub struct Unread {
    /// Where it is.
    pub path: String,
    /// Why, as a clause.
    pub reason: String,
}

/// The records of one state of the repository.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    store: &'a Store,
    config: &'a Config,
    at: At,
}

impl<'a> Records<'a> {
    /// The records of a state.
    pub fn new(store: &'a Store, config: &'a Config, at: At) -> Self {
        Self { store, config, at }
    }

    /// The folder that holds them.
    pub fn folder(&self) -> Result<RepoPath, StoreError> {
        RepoPath::new(self.config.records.clone())
    }

    /// Every record's file, sorted by path, and what looks like one but is not read.
    pub fn locate(&self) -> Result<(Vec<Located>, Vec<Skipped>), StoreError> {
        let mut listing = self.store.files(Some(&self.folder()?), self.at, ".toml")?;
        drop_attachments(&mut listing.files, |file| file.path.as_str());
        let located = listing.files.into_iter().map(|file| Located { id: id_of(&file.path), file }).collect();
        Ok((located, listing.skipped))
    }

    /// A record's text.
    pub fn load(&self, located: &Located) -> Result<Loaded, Unread> {
        let path = &located.file.path;
        let read = self.store.load(std::slice::from_ref(&located.file), |_, bytes| loaded(path, bytes));
        let unread = |error: StoreError| Unread { path: path.to_string(), reason: error.to_string() };
        read.map_err(unread)?
            .pop()
            .unwrap_or_else(|| Err(Unread { path: path.to_string(), reason: "it is gone".to_owned() }))
    }

    /// Many records' texts handed to `each`, on all cores when it is worth it; the results keep the order.
    pub fn load_each<T: Send>(
        &self,
        located: &[Located],
        each: impl Fn(Result<Loaded, Unread>) -> T + Sync,
    ) -> Result<Vec<T>, StoreError> {
        let files: Vec<FileEntry> = located.iter().map(|located| located.file.clone()).collect();
        self.store.load(&files, |file, bytes| each(loaded(&file.path, bytes)))
    }

    /// What is known of every record, from the cache as far as it is sure to be right.
    pub fn summaries(&self, asked: &Asked<'_>) -> Result<Summaries, StoreError> {
        summaries::summaries(self.store, &self.folder()?, self.at, asked)
    }

    /// Where a new record goes.
    pub fn place_for(&self, id: &RecordId, day: NaiveDate) -> Result<RepoPath, StoreError> {
        let (year, month) = (day.year(), day.month());
        let folder = &self.config.records;
        RepoPath::new(match self.config.shard {
            Shard::Year => format!("{folder}/{year:04}/{id}.toml"),
            Shard::Month => format!("{folder}/{year:04}/{month:02}/{id}.toml"),
        })
    }
}

/// The id of a record at a path.
pub fn id_of(path: &RepoPath) -> RecordId {
    RecordId::of_stem(stem_of(path.as_str()))
}

/// The same as text: the name of the file at a path, without what all records end in.
pub fn stem_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Takes out what lies in a folder named after a record: its figures and logs.
pub(super) fn drop_attachments<T>(files: &mut Vec<T>, path: impl Fn(&T) -> &str) {
    // Few folders hold many files, so it is asked which folders there are, and which files they are named after.
    let mut folders: HashSet<&str> = HashSet::new();
    let mut last = "";
    for file in files.iter() {
        let mut folder = path(file);
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if folder == last || !folders.insert(folder) {
                break;
            }
        }
        last = path(file).rsplit_once('/').map_or("", |(above, _)| above);
    }
    let lengths: HashSet<usize> = folders.iter().map(|folder| folder.len()).collect();
    let named = |file: &T| {
        let stem = path(file).strip_suffix(".toml")?;
        (lengths.contains(&stem.len()) && folders.contains(stem)).then(|| stem.to_owned())
    };
    let named: HashSet<String> = files.iter().filter_map(named).collect();
    if named.is_empty() {
        return;
    }
    files.retain(|file| {
        let mut folder = path(file);
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if named.contains(folder) {
                return false;
            }
        }
        true
    });
}

fn loaded(path: &RepoPath, bytes: Result<Vec<u8>, StoreError>) -> Result<Loaded, Unread> {
    let unread = |reason: String| Unread { path: path.to_string(), reason };
    let bytes = bytes.map_err(|error| unread(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        unread(format!("it is not UTF-8 from byte {} on; save it as UTF-8", error.utf8_error().valid_up_to() + 1))
    })?;
    Ok(Loaded { id: id_of(path), path: path.clone(), text })
}

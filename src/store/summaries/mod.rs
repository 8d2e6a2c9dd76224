//! What is known of every record of a state, from the cache as far as it is sure to be right.
//!
//! Whoever asks says how a file's bytes become a summary, as bytes; what they mean is not known here. A file of the
//! working tree whose mark (inode, size, times) is the one it had when it was read has the content it had; any other is
//! read, and known by its content's id. A revision whose records folder is the tree it was is answered without a walk.

mod kept;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::read::{RECORD_LIMIT, WORTH_THREADS};
use super::records::drop_attachments;
use super::walk::{Seen, Stat, Walk};
use super::{At, FileEntry, ObjectId, RepoPath, Skipped, Source, Store, StoreError, worktree};
use kept::{Kept, Key, padded};

/// What a file's bytes were made to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// What most questions need; empty when the file says nothing to them.
    pub brief: Vec<u8>,
    /// What the others need.
    pub rest: Vec<u8>,
    /// By what the judgements in it were made; see [`Asked::holds`].
    pub judged: u64,
    /// Whether it will be the same next time: not when the file could not be read this time.
    pub lasting: bool,
}

/// Makes the summary of a file's bytes.
pub type Make<'a> = dyn Fn(&RepoPath, Result<Vec<u8>, StoreError>) -> Made + Sync + 'a;

/// What is asked, and how the answer is found where it is not known.
pub struct Asked<'a> {
    /// Whether the cache may be used.
    pub cached: bool,
    /// Whether the rests are needed.
    pub rest: bool,
    /// Stands for everything that decides what is made of a file's bytes.
    pub maker: u64,
    /// Whether what was judged by the second holds for the file at the first.
    pub holds: &'a (dyn Fn(&str, u64) -> bool + Sync),
    /// Makes the summary of a file's bytes.
    pub make: &'a Make<'a>,
    /// The time of the system, which tells which files are settled.
    pub now: SystemTime,
}

/// What is known of every record of a state.
pub struct Summaries {
    kept: Option<Kept>,
    rows: Vec<Row>,
    /// What looks like a record and is not read.
    pub skipped: Vec<Skipped>,
}

/// What is known of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// Where it is.
    pub path: &'a str,
    /// See [`Made::brief`].
    pub brief: &'a [u8],
    /// See [`Made::rest`]; empty where it was not asked for.
    pub rest: &'a [u8],
    /// See [`Made::judged`].
    pub judged: u64,
}

enum Row {
    /// A row of the kept file as it is.
    Kept(usize),
    Fresh(Box<Fresh>),
}

struct Fresh {
    path: RepoPath,
    blob: [u8; 32],
    /// What tells that the file is unchanged; 0 while nothing does.
    mark: u64,
    made: Made,
}

/// When so many times the files that changed are more than all files, the cache is written anew: writing all of it
/// costs as much as reading about the two hundredth part of the files.
const WORTH_WRITING: usize = 200;

/// The same for files that are gone, which cost nothing but room.
const WORTH_CLEARING: usize = 4;

/// The same for looking for contents that were seen at another place, which needs all of the contents in a map.
const WORTH_LOOKING: usize = 50;

impl Summaries {
    /// Every file, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = Held<'_>> {
        self.rows.iter().map(|row| {
            let kept::Row { path, brief, rest, judged, .. } = self.row(row);
            Held { path, brief, rest, judged }
        })
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes the cache for the next time.
    fn keep(&mut self, place: &Path, key: &Key) {
        if let Some(kept) = &mut self.kept
            && kept.read_rests().is_none()
        {
            // It was not whole after all.
            std::fs::remove_file(place).ok();
            return;
        }
        let lasting =
            |row: &&Row| matches!(row, Row::Kept(_)) || matches!(row, Row::Fresh(fresh) if fresh.made.lasting);
        let rows: Vec<kept::Row<'_>> = self.rows.iter().filter(lasting).map(|row| self.row(row)).collect();
        let whole = rows.len() == self.rows.len();
        let key = Key { maker: key.maker, tree: if whole { key.tree } else { [0; 32] } };
        // A cache that cannot be written costs time and nothing else.
        let _ = kept::write(place, &key, &rows);
    }

    fn row<'a>(&'a self, row: &'a Row) -> kept::Row<'a> {
        match row {
            Row::Kept(index) => self.kept.as_ref().expect("there are rows of a kept file").row(*index),
            Row::Fresh(fresh) => kept::Row {
                path: fresh.path.as_str(),
                blob: fresh.blob,
                mark: fresh.mark,
                judged: fresh.made.judged,
                brief: &fresh.made.brief,
                rest: &fresh.made.rest,
            },
        }
    }
}

/// What is known of every record of a state, and what is kept of it for the next time.
pub fn summaries(store: &Store, folder: &RepoPath, at: At, asked: &Asked<'_>) -> Result<Summaries, StoreError> {
    match at {
        At::WorkTree => of_work_tree(store, folder, asked),
        At::Revision(revision) => of_revision(store, folder, revision, asked),
    }
}

impl Store {
    /// The folder of the files that keep summaries; all of it can be deleted at any time.
    fn summaries_folder(&self) -> PathBuf {
        self.common_dir().join("pm")
    }

    /// The files that keep summaries, newest first.
    pub fn kept_summaries(&self) -> Vec<PathBuf> {
        kept::files(&self.summaries_folder())
    }

    fn kept_of_tree(&self) -> PathBuf {
        self.summaries_folder().join("summaries-tree")
    }

    /// Named after the working tree's place.
    fn kept_of_work_tree(&self, root: &Path) -> PathBuf {
        let hash = crc32fast::hash(root.as_os_str().as_encoded_bytes());
        self.summaries_folder().join(format!("summaries-{hash:08x}"))
    }
}

/// A file of a state.
struct Entry {
    path: RepoPath,
    inode: u64,
    stat: Option<Stat>,
    source: Source,
}

fn of_work_tree(store: &Store, folder: &RepoPath, asked: &Asked<'_>) -> Result<Summaries, StoreError> {
    let root = store.work_tree()?;
    let place = store.kept_of_work_tree(root);
    let (walked, kept) = rayon::join(
        || walk(root, folder, asked.cached),
        || asked.cached.then(|| Kept::read(&place, asked.maker, asked.rest)).flatten(),
    );
    let walk = walked?;
    let on_disk =
        walk.files.into_iter().map(|Seen { path, inode, stat }| Entry { path, inode, stat, source: Source::WorkTree });
    let mut entries: Vec<Entry> = on_disk.collect();
    let left_out = store.left_out(Some(folder), ".toml")?.into_iter();
    entries.extend(left_out.map(|FileEntry { path, source }| Entry { path, inode: 0, stat: None, source }));
    drop_attachments(&mut entries, |entry| &entry.path);
    let holds = |entry: &Entry, row: &kept::Row<'_>| {
        row.mark != 0 && entry.stat.is_some_and(|stat| stat.mark() == row.mark) && (asked.holds)(row.path, row.judged)
    };
    let key = Key { maker: asked.maker, tree: [0; 32] };
    assemble(store, asked, State { place, key, kept, entries, skipped: walk.skipped }, holds)
}

fn walk(root: &Path, folder: &RepoPath, stats: bool) -> Result<Walk<'static>, StoreError> {
    worktree::refuse_links(root, folder, worktree::Last::Folder)?;
    let mut walk = Walk::new(".toml", stats);
    walk.enter(&folder.on_disk(root), folder.as_str())?;
    Ok(walk)
}

fn of_revision(
    store: &Store,
    folder: &RepoPath,
    revision: ObjectId,
    asked: &Asked<'_>,
) -> Result<Summaries, StoreError> {
    let place = store.kept_of_tree();
    let tree = store.object_at(folder, revision)?.map_or([0; 32], |id| name_of(folder, id));
    let kept = asked.cached.then(|| Kept::read(&place, asked.maker, asked.rest)).flatten();
    let holds = |index: usize, kept: &Kept| {
        let row = kept.row(index);
        (asked.holds)(row.path, row.judged)
    };
    let whole = kept.as_ref().filter(|kept| kept.tree == tree && tree != [0; 32]);
    if let Some(count) = whole.filter(|kept| (0..kept.len()).all(|index| holds(index, kept))).map(Kept::len) {
        return Ok(Summaries { kept, rows: (0..count).map(Row::Kept).collect(), skipped: Vec::new() });
    }
    let mut listing = store.files(Some(folder), At::Revision(revision), ".toml")?;
    drop_attachments(&mut listing.files, |file| &file.path);
    let entries =
        listing.files.into_iter().map(|FileEntry { path, source }| Entry { path, inode: 0, stat: None, source });
    // What is skipped is not kept, so a state with something skipped is walked every time.
    let tree = if listing.skipped.is_empty() { tree } else { [0; 32] };
    let key = Key { maker: asked.maker, tree };
    let state = State { place, key, kept, entries: entries.collect(), skipped: listing.skipped };
    let holds = |entry: &Entry, row: &kept::Row<'_>| {
        matches!(entry.source, Source::Blob(id) if row.blob == padded(id)) && (asked.holds)(row.path, row.judged)
    };
    assemble(store, asked, state, holds)
}

/// What a tree is known by; the same tree in another folder has other paths.
fn name_of(folder: &RepoPath, tree: ObjectId) -> [u8; 32] {
    let mut name = padded(tree);
    for (byte, more) in name.iter_mut().zip(crc32fast::hash(folder.as_str().as_bytes()).to_le_bytes()) {
        *byte ^= more;
    }
    name
}

/// A state whose files are known, and what was kept of it.
struct State {
    place: PathBuf,
    key: Key,
    kept: Option<Kept>,
    entries: Vec<Entry>,
    skipped: Vec<Skipped>,
}

/// Takes what `holds` from the kept file, makes the rest, and keeps the whole when that is worth it.
fn assemble(
    store: &Store,
    asked: &Asked<'_>,
    state: State,
    holds: impl Fn(&Entry, &kept::Row<'_>) -> bool,
) -> Result<Summaries, StoreError> {
    let State { place, key, mut kept, entries, skipped } = state;
    let rows = kept.as_ref().map_or_else(|| vec![None; entries.len()], |kept| rows_at(kept, &entries));
    let known = |entry: &Entry, row: Option<usize>| {
        row.is_some_and(|index| kept.as_ref().is_some_and(|kept| holds(entry, &kept.row(index))))
    };
    let known: Vec<bool> = entries.iter().zip(&rows).map(|(entry, row)| known(entry, *row)).collect();
    let missing: Vec<&Entry> =
        entries.iter().zip(&known).filter(|(_, known)| !**known).map(|(entry, _)| entry).collect();
    let fresh = missing.len();
    if let Some(kept) = &mut kept
        && asked.cached
        && fresh * WORTH_WRITING > entries.len()
    {
        kept.read_rests();
    }
    let mut made = make(store, asked, kept.as_ref(), &missing)?.into_iter();
    drop(missing);
    let mut changed = 0;
    let mut all = Vec::with_capacity(entries.len());
    for ((entry, row), known) in entries.into_iter().zip(rows).zip(known) {
        if let (Some(index), true) = (row, known) {
            all.push(Row::Kept(index));
            continue;
        }
        let (blob, made) = made.next().expect("one is made for each that is missing");
        let mark = entry.stat.filter(|stat| stat.is_settled(asked.now)).map_or(0, |stat| stat.mark());
        let before = row.and_then(|index| kept.as_ref().map(|kept| kept.row(index)));
        let same = before.is_some_and(|row| (row.blob, row.mark, row.judged) == (blob, mark, made.judged));
        changed += usize::from(!same);
        all.push(Row::Fresh(Box::new(Fresh { path: entry.path, blob, mark, made })));
    }
    let gone = (kept.as_ref().map_or(0, Kept::len) + changed).saturating_sub(all.len());
    let outdated = changed * WORTH_WRITING > all.len() || gone * WORTH_CLEARING > all.len();
    let mut summaries = Summaries { rows: all, kept, skipped };
    if asked.cached && outdated {
        summaries.keep(&place, &key);
    }
    Ok(summaries)
}

/// For each entry the row of its path. Both are in the order of the walk, which seldom changes, so the next row is
/// nearly always the one.
fn rows_at(kept: &Kept, entries: &[Entry]) -> Vec<Option<usize>> {
    let mut next = 0;
    let mut elsewhere: Option<HashMap<&str, usize>> = None;
    let mut find = |entry: &Entry| {
        let path = entry.path.as_str();
        let here = (next..kept.len().min(next + 2)).find(|index| kept.row(*index).path == path);
        let found = here.or_else(|| {
            let all = || (0..kept.len()).map(|index| (kept.row(index).path, index)).collect();
            elsewhere.get_or_insert_with(all).get(path).copied()
        });
        next = found.map_or(next, |index| index + 1);
        found
    };
    entries.iter().map(&mut find).collect()
}

/// Where each content is in a kept file.
type Contents = HashMap<[u8; 32], usize>;

/// Content ids and summaries of files that are not known by their place. Where there are many, a content that was seen
/// elsewhere is not read again.
fn make(
    store: &Store,
    asked: &Asked<'_>,
    kept: Option<&Kept>,
    missing: &[&Entry],
) -> Result<Vec<([u8; 32], Made)>, StoreError> {
    let worth_a_look = |kept: &&Kept| missing.len() * WORTH_LOOKING > kept.len();
    let contents = kept.filter(worth_a_look).filter(|kept| kept.has_rests()).map(|kept| (kept, kept.by_blob()));
    let others: Vec<(Kept, Contents)> = if asked.cached && missing.len() > WORTH_THREADS && contents.is_none() {
        let found = store.kept_summaries().into_iter().filter_map(|place| Kept::read(&place, asked.maker, true));
        found.map(|kept| (kept.by_blob(), kept)).map(|(blobs, kept)| (kept, blobs)).collect()
    } else {
        Vec::new()
    };
    let seen = |path: &str, blob: [u8; 32]| {
        let all =
            contents.iter().map(|(kept, blobs)| (*kept, blobs)).chain(others.iter().map(|(kept, blobs)| (kept, blobs)));
        let mut rows = all.filter_map(|(kept, blobs)| Some(kept.row(*blobs.get(&blob)?)));
        // Some judgements are about the record's id, too.
        let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        rows.find(|row| name(path) == name(row.path) && (asked.holds)(path, row.judged)).map(|row| row.made())
    };
    let format = store.repository.object_format();
    store.each(missing, |place, repository, entry| {
        let path = &entry.path;
        let summarise = |bytes| (asked.make)(path, bytes);
        if let Source::Blob(id) = entry.source {
            let blob = padded(id);
            let made = seen(path.as_str(), blob);
            return (blob, made.unwrap_or_else(|| summarise(place.blob(repository, id, path.as_str(), RECORD_LIMIT))));
        }
        let bytes = place.seen(path, entry.inode);
        let blob = bytes.as_ref().ok().filter(|_| asked.cached).and_then(|bytes| id_of(bytes, format));
        let made = blob.and_then(|blob| seen(path.as_str(), blob));
        (blob.unwrap_or_default(), made.unwrap_or_else(|| summarise(bytes)))
    })
}

/// The id git gives to a blob of these bytes, as they are.
fn id_of(bytes: &[u8], format: git2::ObjectFormat) -> Option<[u8; 32]> {
    git2::Oid::hash_object_ext(git2::ObjectType::Blob, bytes, format).ok().map(|id| padded(ObjectId(id)))
}

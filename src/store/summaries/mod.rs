//! What is known of every record of a state, from the cache as far as it is sure to be right.
//!
//! Whoever asks says how a file's bytes become a summary, as bytes; what they mean is not known here. A file of the
//! working tree whose mark (inode, size, times) is the one it had when it was read has the content it had; any other is
//! read, and known by its content's id. A revision whose records folder is the tree it was is answered without a walk.

mod kept;

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use rayon::prelude::{IntoParallelIterator as _, ParallelIterator as _, ParallelSlice as _};

use super::folder::Opened;
use super::read::{RECORD_LIMIT, WORTH_THREADS};
use super::records::drop_attachments;
use super::walk::{Folder, Stat, Walk};
use super::{At, FileEntry, ObjectId, RepoPath, Skipped, Source, Store, StoreError, worktree};
use kept::{Kept, Key, Section, padded};

/// What a file's bytes were made to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// What most questions need; empty when the file says nothing to them.
    pub brief: Vec<u8>,
    /// What lists of records need.
    pub card: Vec<u8>,
    /// What the others need.
    pub rest: Vec<u8>,
    /// By what the judgements in it were made; see [`Asked::holds`].
    pub judged: u64,
    /// Whether it will be the same next time: not when the file could not be read this time.
    pub lasting: bool,
}

/// What a question needs of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// [`Made::brief`].
    Brief,
    /// [`Made::card`].
    Card,
    /// [`Made::rest`].
    Rest,
}

impl Part {
    fn section(self) -> Section {
        match self {
            Self::Brief => Section::Briefs,
            Self::Card => Section::Cards,
            Self::Rest => Section::Rests,
        }
    }
}

/// Makes the summary of a file's bytes.
pub type Make<'a> = dyn Fn(&RepoPath, Result<Vec<u8>, StoreError>) -> Made + Sync + 'a;

/// What is asked, and how the answer is found where it is not known.
pub struct Asked<'a> {
    /// Whether the cache may be used.
    pub cached: bool,
    /// What is needed of each file.
    pub part: Part,
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
    part: Part,
    kept: Option<Kept>,
    rows: Vec<Row>,
    /// What looks like a record and is not read.
    pub skipped: Vec<Skipped>,
}

/// What is known of one file.
#[derive(Clone, Copy)]
pub struct Held<'a> {
    kept: Option<&'a Kept>,
    part: Part,
    row: &'a Row,
}

impl<'a> Held<'a> {
    /// Where it is.
    pub fn path(self) -> &'a str {
        match self.row {
            Row::Kept(index) => self.file().path(*index),
            Row::Fresh(fresh) => fresh.path.as_str(),
        }
    }

    /// The part that was asked for.
    pub fn part(self) -> &'a [u8] {
        match self.row {
            Row::Kept(index) => self.file().bytes(*index, self.part.section()),
            Row::Fresh(fresh) => match self.part {
                Part::Brief => &fresh.made.brief,
                Part::Card => &fresh.made.card,
                Part::Rest => &fresh.made.rest,
            },
        }
    }

    /// See [`Made::judged`].
    pub fn judged(self) -> u64 {
        match self.row {
            Row::Kept(index) => self.file().judged(*index),
            Row::Fresh(fresh) => fresh.made.judged,
        }
    }

    fn whole(self) -> kept::Row<'a> {
        match self.row {
            Row::Kept(index) => self.file().row(*index),
            Row::Fresh(fresh) => kept::Row {
                path: fresh.path.as_str(),
                blob: fresh.blob,
                mark: fresh.mark,
                judged: fresh.made.judged,
                brief: &fresh.made.brief,
                card: &fresh.made.card,
                rest: &fresh.made.rest,
            },
        }
    }

    fn file(self) -> &'a Kept {
        self.kept.expect("there are rows of a kept file")
    }
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

/// How many files are looked at by one core before it takes some more.
const SHARE: usize = 256;

/// How far from where it is expected a row is looked for before all of them are.
const NEAR: usize = 8;

impl Summaries {
    /// Every file, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = Held<'_>> {
        self.rows.iter().map(|row| self.held(row))
    }

    /// What `each` adds for every file, in the order of [`Self::iter`], found on all cores when it is worth it.
    pub fn gather<'a, T: Send>(&'a self, each: impl Fn(Held<'a>, &mut Vec<T>) + Sync) -> impl Iterator<Item = T> {
        let some = |rows: &'a [Row]| {
            let mut found = Vec::new();
            for row in rows {
                each(self.held(row), &mut found);
            }
            found
        };
        let found: Vec<Vec<T>> = if self.rows.len() <= SHARE {
            vec![some(&self.rows)]
        } else {
            self.rows.par_chunks(SHARE).map(some).collect()
        };
        found.into_iter().flatten()
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes the cache for the next time.
    fn keep(&mut self, place: &Path, key: &Key) {
        if let Some(kept) = &mut self.kept
            && kept.need_all().is_none()
        {
            // It was not whole after all.
            std::fs::remove_file(place).ok();
            return;
        }
        let lasting =
            |row: &&Row| matches!(row, Row::Kept(_)) || matches!(row, Row::Fresh(fresh) if fresh.made.lasting);
        let rows: Vec<kept::Row<'_>> = self.rows.iter().filter(lasting).map(|row| self.held(row).whole()).collect();
        let whole = rows.len() == self.rows.len();
        let key = Key { maker: key.maker, tree: if whole { key.tree } else { [0; 32] } };
        // A cache that cannot be written costs time and nothing else.
        let _ = kept::write(place, &key, &rows);
    }

    fn held<'a>(&'a self, row: &'a Row) -> Held<'a> {
        Held { kept: self.kept.as_ref(), part: self.part, row }
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
enum Place {
    /// As the kept file has it, in this row.
    Known(usize),
    Unknown(Box<Entry>),
}

impl Place {
    fn unknown(&self) -> Option<&Entry> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(entry) => Some(entry),
        }
    }
}

/// A file that has to be read.
struct Entry {
    path: RepoPath,
    inode: u64,
    stat: Option<Stat>,
    source: Source,
    /// The row of its path in the kept file.
    row: Option<usize>,
}

fn of_work_tree(store: &Store, folder: &RepoPath, asked: &Asked<'_>) -> Result<Summaries, StoreError> {
    let root = store.work_tree()?;
    worktree::refuse_links(root, folder, worktree::Last::Folder)?;
    let place = store.kept_of_work_tree(root);
    let (walked, kept) = rayon::join(
        || Walk::of(&folder.on_disk(root), folder.as_str(), ".toml"),
        || asked.cached.then(|| Kept::read(&place, asked.maker, &[asked.part.section()])).flatten(),
    );
    let Walk { folders, mut skipped } = walked?;
    let rows = Rows::of(kept.as_ref());
    let mut places = Vec::with_capacity(folders.iter().map(Folder::len).sum());
    for (found, unfit) in on_disk(&folders, &rows, asked) {
        places.extend(found);
        skipped.extend(unfit);
    }
    let left_out = store.left_out(Some(folder), ".toml")?;
    if !left_out.is_empty() {
        let entry = |FileEntry { path, source }| Box::new(Entry { path, inode: 0, stat: None, source, row: None });
        places.extend(left_out.into_iter().map(|file| Place::Unknown(entry(file))));
        let named = places.into_iter().map(|place| match &place {
            Place::Known(row) => (kept.as_ref().map_or("", |kept| kept.path(*row)).to_owned(), place),
            Place::Unknown(entry) => (entry.path.to_string(), place),
        });
        let mut named: Vec<(String, Place)> = named.collect();
        drop_attachments(&mut named, |(path, _)| path);
        places = named.into_iter().map(|(_, place)| place).collect();
    }
    let key = Key { maker: asked.maker, tree: [0; 32] };
    assemble(store, asked, State { place, key, kept, places, skipped })
}

/// Asks the file system about every file, on all cores, and says which have not changed.
fn on_disk(folders: &[Folder], rows: &Rows<'_>, asked: &Asked<'_>) -> Vec<(Vec<Place>, Vec<Skipped>)> {
    let mut before = 0;
    let mut shares: Vec<(usize, &Folder, Range<usize>)> = Vec::new();
    for folder in folders {
        let starts = (0..folder.len()).step_by(SHARE);
        shares.extend(starts.map(|start| (before, folder, start..folder.len().min(start + SHARE))));
        before += folder.len();
    }
    let look = |(before, folder, files): (usize, &Folder, Range<usize>)| {
        let (mut places, mut skipped) = (Vec::with_capacity(files.len()), Vec::new());
        let opened = if asked.cached { Opened::of(&folder.place) } else { None };
        let mut expected = before + files.start;
        for index in files {
            let (name, inode) = folder.file(index);
            let stat = opened.as_ref().and_then(|opened| opened.stat(name));
            let row = rows.find(expected, |path| folder.has(name, path), || folder.path_of(name).ok());
            expected = row.map_or(expected, |row| row + 1);
            if let Some(row) = row.filter(|row| rows.holds(*row, stat, asked)) {
                places.push(Place::Known(row));
                continue;
            }
            match folder.path_of(name) {
                Ok(path) => {
                    let source = Source::WorkTree;
                    places.push(Place::Unknown(Box::new(Entry { path, inode, stat, source, row })));
                }
                Err(unfit) => skipped.push(unfit),
            }
        }
        (places, skipped)
    };
    if shares.len() < 2 { shares.into_iter().map(look).collect() } else { shares.into_par_iter().map(look).collect() }
}

fn of_revision(
    store: &Store,
    folder: &RepoPath,
    revision: ObjectId,
    asked: &Asked<'_>,
) -> Result<Summaries, StoreError> {
    let place = store.kept_of_tree();
    let tree = store.object_at(folder, revision)?.map_or([0; 32], |id| name_of(folder, id));
    let mut kept = asked.cached.then(|| Kept::read(&place, asked.maker, &[asked.part.section()])).flatten();
    let holds = |index: usize, kept: &Kept| (asked.holds)(kept.path(index), kept.judged(index));
    let whole = kept.as_ref().filter(|kept| kept.tree == tree && tree != [0; 32]);
    if let Some(count) = whole.filter(|kept| (0..kept.len()).all(|index| holds(index, kept))).map(Kept::len) {
        return Ok(Summaries {
            part: asked.part,
            kept,
            rows: (0..count).map(Row::Kept).collect(),
            skipped: Vec::new(),
        });
    }
    // The ids of the contents tell which files have not changed.
    kept = kept.and_then(|mut kept| kept.need(Section::Ids).map(|()| kept));
    let mut listing = store.files(Some(folder), At::Revision(revision), ".toml")?;
    drop_attachments(&mut listing.files, |file| file.path.as_str());
    let rows = Rows::of(kept.as_ref());
    let same = |source, blob| matches!(source, Source::Blob(id) if Some(padded(id)) == blob);
    let mut next = 0;
    let mut place_of = |FileEntry { path, source }: FileEntry| {
        let row = rows.find(next, |known| known == path.as_str(), || Some(path.clone()));
        next = row.map_or(next, |row| row + 1);
        match (kept.as_ref(), row) {
            (Some(kept), Some(row)) if same(source, kept.blob(row)) && holds(row, kept) => Place::Known(row),
            _ => Place::Unknown(Box::new(Entry { path, inode: 0, stat: None, source, row })),
        }
    };
    let places: Vec<Place> = listing.files.into_iter().map(&mut place_of).collect();
    // What is skipped is not kept, so a state with something skipped is walked every time.
    let tree = if listing.skipped.is_empty() { tree } else { [0; 32] };
    let key = Key { maker: asked.maker, tree };
    assemble(store, asked, State { place, key, kept, places, skipped: listing.skipped })
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
    places: Vec<Place>,
    skipped: Vec<Skipped>,
}

/// Makes what is not known, and keeps the whole when that is worth it.
fn assemble(store: &Store, asked: &Asked<'_>, state: State) -> Result<Summaries, StoreError> {
    let State { place, key, mut kept, places, skipped } = state;
    if let Some(kept) = &mut kept
        && asked.cached
        && places.iter().filter_map(Place::unknown).count() * WORTH_WRITING > places.len()
    {
        kept.need_all();
    }
    let missing: Vec<&Entry> = places.iter().filter_map(Place::unknown).collect();
    if let Some(kept) = kept.as_mut().filter(|_| !missing.is_empty()) {
        // Tells whether what is read is what was known. Without it more is written than need be.
        kept.need(Section::Ids);
    }
    let mut made = make(store, asked, kept.as_ref(), &missing)?.into_iter();
    let mut changed = 0;
    let mut rows = Vec::with_capacity(places.len());
    for place in places {
        let Entry { path, stat, row, .. } = match place {
            Place::Known(row) => {
                rows.push(Row::Kept(row));
                continue;
            }
            Place::Unknown(entry) => *entry,
        };
        let (blob, made) = made.next().expect("one is made for each that is missing");
        let mark = stat.filter(|stat| stat.is_settled(asked.now)).map_or(0, |stat| stat.mark());
        let before = row.and_then(|index| kept.as_ref().map(|kept| kept.row(index)));
        let same = before.is_some_and(|row| (row.blob, row.mark, row.judged) == (blob, mark, made.judged));
        changed += usize::from(!same);
        rows.push(Row::Fresh(Box::new(Fresh { path, blob, mark, made })));
    }
    let gone = (kept.as_ref().map_or(0, Kept::len) + changed).saturating_sub(rows.len());
    let outdated = changed * WORTH_WRITING > rows.len() || gone * WORTH_CLEARING > rows.len();
    let mut summaries = Summaries { part: asked.part, rows, kept, skipped };
    if asked.cached && outdated {
        summaries.keep(&place, &key);
    }
    Ok(summaries)
}

/// The rows of a kept file, by path.
struct Rows<'a> {
    kept: Option<&'a Kept>,
    by_path: OnceLock<HashMap<&'a str, usize>>,
}

impl<'a> Rows<'a> {
    fn of(kept: Option<&'a Kept>) -> Self {
        Self { kept, by_path: OnceLock::new() }
    }

    /// The row of a path. Rows are in the order of the walk, which seldom changes, so it is nearly always the one that
    /// is expected, or a few beside it.
    fn find(&self, expected: usize, is: impl Fn(&str) -> bool, path: impl Fn() -> Option<RepoPath>) -> Option<usize> {
        let kept = self.kept?;
        let near = (expected.saturating_sub(NEAR)..expected).chain(expected + 1..expected + NEAR);
        let near = std::iter::once(expected).chain(near).filter(|row| *row < kept.len());
        near.into_iter().find(|row| is(kept.path(*row))).or_else(|| {
            let all = || (0..kept.len()).map(|row| (kept.path(row), row)).collect();
            self.by_path.get_or_init(all).get(path()?.as_str()).copied()
        })
    }

    /// Whether a file that looks like this is as it was when its row was made.
    fn holds(&self, row: usize, stat: Option<Stat>, asked: &Asked<'_>) -> bool {
        let (Some(kept), Some(stat)) = (self.kept, stat) else { return false };
        let mark = kept.mark(row);
        mark != 0 && stat.mark() == mark && (asked.holds)(kept.path(row), kept.judged(row))
    }
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
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let worth_a_look = |kept: &&Kept| missing.len() * WORTH_LOOKING > kept.len();
    let contents = kept.filter(worth_a_look).filter(|kept| kept.has_all()).map(|kept| (kept, kept.by_blob()));
    let others: Vec<(Kept, Contents)> = if asked.cached && missing.len() > WORTH_THREADS && contents.is_none() {
        let found = store.kept_summaries().into_iter().filter_map(|place| Kept::read(&place, asked.maker, &[]));
        let found = found.filter_map(|mut kept| kept.need_all().map(|()| kept));
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
    let format = store.object_format();
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

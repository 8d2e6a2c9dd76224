//! Trees and blobs: read in this process, written by git.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, Write as _},
};

use super::{
    ObjectId, RepoPath, Store, StoreError,
    git::{Call, Git},
    read::PATH_LIMIT,
};

/// A file's mode and blob in a tree or an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) mode: u32,
    pub(super) id: ObjectId,
}

pub(super) const FILE: u32 = 0o100_644;
pub(super) const EXECUTABLE: u32 = 0o100_755;
pub(super) const LINK: u32 = 0o120_000;
pub(super) const SUBMODULE: u32 = 0o160_000;
pub(super) const FOLDER: u32 = 0o040_000;

/// Writes `bytes` as the blob git would make of the file at `path`: line endings and filters applied.
pub(super) fn write_blob(git: &Git, path: &RepoPath, bytes: &[u8], durable: bool) -> Result<ObjectId, StoreError> {
    let call = git.write("hash-object").args(["-w", "--stdin"]).arg(format!("--path={path}"));
    id_of(lasting(call, durable).stdin(bytes))
}

impl Store {
    /// The tree of a commit (or of a tree itself).
    pub(super) fn tree_of(&self, revision: ObjectId) -> Result<git2::Tree<'_>, StoreError> {
        let repository = self.repository()?;
        let object = self.fetched(revision, || repository.find_object(revision.0, None))?;
        match object.peel_to_tree() {
            Ok(tree) => Ok(tree),
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                let commit = object.peel_to_commit()?;
                self.tree(ObjectId(commit.tree_id()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A tree by its own id.
    pub(super) fn tree(&self, id: ObjectId) -> Result<git2::Tree<'_>, StoreError> {
        let repository = self.repository()?;
        self.fetched(id, || repository.find_tree(id.0))
    }

    /// Finds an object; one that a partial clone lacks is fetched by git first.
    fn fetched<'a, T>(&'a self, id: ObjectId, find: impl Fn() -> Result<T, git2::Error> + 'a) -> Result<T, StoreError> {
        match find() {
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                let call = self.git.read("cat-file").arg("-t").arg(id.to_string());
                if !call.output()?.ok() {
                    return Err(error.into());
                }
                self.repository()?.odb()?.refresh()?;
                Ok(find()?)
            }
            found => Ok(found?),
        }
    }

    /// What is at `path` in a tree: a file, link, folder or submodule.
    pub(super) fn entry_in(&self, tree: Option<&git2::Tree<'_>>, path: &RepoPath) -> Result<Option<Entry>, StoreError> {
        let Some(tree) = tree else { return Ok(None) };
        let mut found: Option<Entry> = None;
        for part in path.parts() {
            let item = match found {
                None => tree.get_name(part).map(|item| entry(&item)),
                Some(folder) if folder.mode == FOLDER => {
                    let tree = self.tree(folder.id)?;
                    tree.get_name(part).map(|item| entry(&item))
                }
                Some(_) => return Ok(None),
            };
            if item.is_none() {
                return Ok(None);
            }
            found = item;
        }
        Ok(found)
    }

    /// The blob git would make of `bytes` at `path`, without writing it.
    pub(super) fn hash(&self, path: &RepoPath, bytes: &[u8]) -> Result<ObjectId, StoreError> {
        let call = self.git.read("hash-object").arg("--stdin").arg(format!("--path={path}"));
        id_of(call.stdin(bytes))
    }

    /// `base` with some files put in, replaced or (`None`) taken out. Folders left empty go, too.
    pub(super) fn write_tree(
        &self,
        base: Option<ObjectId>,
        edits: &BTreeMap<RepoPath, Option<Entry>>,
        durable: bool,
    ) -> Result<ObjectId, StoreError> {
        let mut root = Folder::default();
        for (path, edit) in edits {
            root.put(path.parts(), *edit);
        }
        let call = self.git.write("mktree").args(["-z", "--batch", "--missing"]);
        let mut maker = Maker::start(&lasting(call, durable).stdin([]))?;
        let base = base.map(|id| self.tree_of(id)).transpose()?;
        let made = self.make(&mut maker, base.as_ref(), &root, "");
        let id = match made {
            Ok(Some(id)) => Ok(id),
            // Everything was taken out: the empty tree.
            Ok(None) => maker.make(&[]),
            Err(error) => Err(error),
        };
        maker.end(id)
    }

    fn make(
        &self,
        maker: &mut Maker,
        base: Option<&git2::Tree<'_>>,
        folder: &Folder,
        at: &str,
    ) -> Result<Option<ObjectId>, StoreError> {
        let mut entries: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
        for found in base.into_iter().flat_map(git2::Tree::iter) {
            entries.insert(found.name_bytes().to_vec(), entry(&found));
        }
        for (name, edit) in &folder.files {
            let name = name.as_bytes().to_vec();
            match edit {
                Some(entry) => entries.insert(name, *entry),
                None => entries.remove(&name),
            };
        }
        for (name, below) in &folder.folders {
            let here = format!("{at}{name}");
            let old = match entries.get(name.as_bytes()) {
                Some(entry) if entry.mode == FOLDER => Some(self.tree(entry.id)?),
                Some(entry) if entry.mode == SUBMODULE => {
                    return Err(StoreError::Nested { path: here });
                }
                Some(entry) if entry.mode == LINK => {
                    return Err(StoreError::Symlink { path: here });
                }
                Some(_) => return Err(StoreError::NotAFile { path: here }),
                None => None,
            };
            match self.make(maker, old.as_ref(), below, &format!("{here}/"))? {
                Some(id) => entries.insert(name.as_bytes().to_vec(), Entry { mode: FOLDER, id }),
                None => entries.remove(name.as_bytes()),
            };
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let entries: Vec<(Vec<u8>, Entry)> = entries.into_iter().collect();
        maker.make(&entries).map(Some)
    }

    /// The files that differ between two revisions (or trees), under `dir` when given, sorted.
    pub fn changed_paths(&self, a: ObjectId, b: ObjectId, dir: Option<&RepoPath>) -> Result<Vec<RepoPath>, StoreError> {
        self.differing(Some(a), Some(b), dir)
    }

    /// As [`Self::changed_paths`]; `None` is the empty tree. Paths that are no [`RepoPath`] are left out.
    pub(super) fn differing(
        &self,
        a: Option<ObjectId>,
        b: Option<ObjectId>,
        dir: Option<&RepoPath>,
    ) -> Result<Vec<RepoPath>, StoreError> {
        let folder = |revision: Option<ObjectId>| -> Result<Option<git2::Tree<'_>>, StoreError> {
            let Some(revision) = revision else {
                return Ok(None);
            };
            let tree = self.tree_of(revision)?;
            let Some(dir) = dir else {
                return Ok(Some(tree));
            };
            match self.entry_in(Some(&tree), dir)? {
                Some(entry) if entry.mode == FOLDER => Ok(Some(self.tree(entry.id)?)),
                _ => Ok(None),
            }
        };
        let mut found = Vec::new();
        let at = dir.map(|dir| format!("{dir}/")).unwrap_or_default();
        let mut odd = Vec::new();
        self.compare(folder(a)?.as_ref(), folder(b)?.as_ref(), &at, &mut found, &mut odd)?;
        // Whoever asks about a whole commit must not miss a file because its name is none that pm would write.
        if let (None, Some(path)) = (dir, odd.pop()) {
            return Err(StoreError::InvalidPath {
                path: path.escape_debug().to_string(),
                reason: "its name is none that pm writes",
            });
        }
        found.sort_unstable();
        Ok(found)
    }

    fn compare(
        &self,
        a: Option<&git2::Tree<'_>>,
        b: Option<&git2::Tree<'_>>,
        at: &str,
        found: &mut Vec<RepoPath>,
        odd: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        if let (Some(a), Some(b)) = (a, b)
            && a.id() == b.id()
        {
            return Ok(());
        }
        if at.len() > PATH_LIMIT {
            return Err(StoreError::InvalidPath { path: at.to_owned(), reason: "it is too long" });
        }
        let mut pairs: BTreeMap<Vec<u8>, (Option<Entry>, Option<Entry>)> = BTreeMap::new();
        for item in a.into_iter().flat_map(git2::Tree::iter) {
            pairs.entry(item.name_bytes().to_vec()).or_default().0 = Some(entry(&item));
        }
        for item in b.into_iter().flat_map(git2::Tree::iter) {
            pairs.entry(item.name_bytes().to_vec()).or_default().1 = Some(entry(&item));
        }
        for (name, (before, after)) in pairs {
            if before == after {
                continue;
            }
            let here = format!("{at}{}", String::from_utf8_lossy(&name));
            let is_file = |entry: Option<Entry>| entry.is_some_and(|e| e.mode != FOLDER);
            if is_file(before) || is_file(after) {
                match RepoPath::new(here.clone()) {
                    Ok(path) => found.push(path),
                    Err(_) => odd.push(here.clone()),
                }
            }
            let tree = |entry: Option<Entry>| match entry {
                Some(entry) if entry.mode == FOLDER => self.tree(entry.id).map(Some),
                _ => Ok(None),
            };
            self.compare(tree(before)?.as_ref(), tree(after)?.as_ref(), &format!("{here}/"), found, odd)?;
        }
        Ok(())
    }
}

pub(super) fn entry(item: &git2::TreeEntry<'_>) -> Entry {
    Entry { mode: u32::try_from(item.filemode_raw()).unwrap_or(0), id: ObjectId(item.id()) }
}

/// Adds git's strictest fsync policy to a call that writes.
pub(super) fn lasting(call: Call<'_>, durable: bool) -> Call<'_> {
    if durable { call.config("core.fsync=all") } else { call }
}

/// Runs a call that prints one object id.
pub(super) fn id_of(call: Call<'_>) -> Result<ObjectId, StoreError> {
    let text = call.run()?.text();
    parse_id(&text)
}

pub(super) fn parse_id(text: &str) -> Result<ObjectId, StoreError> {
    ObjectId::parse(text.trim()).ok_or_else(|| StoreError::Git {
        command: "answer".into(),
        code: Some(0),
        stderr: format!("`{text}` is no object id"),
    })
}

/// Edits by folder.
#[derive(Debug, Default)]
struct Folder {
    files: BTreeMap<String, Option<Entry>>,
    folders: BTreeMap<String, Self>,
}

impl Folder {
    fn put<'a>(&mut self, mut parts: impl Iterator<Item = &'a str>, edit: Option<Entry>) {
        let Some(first) = parts.next() else { return };
        let mut here = self;
        let mut name = first;
        for next in parts {
            here = here.folders.entry(name.to_owned()).or_default();
            name = next;
        }
        here.files.insert(name.to_owned(), edit);
    }
}

/// One `git mktree --batch` that makes many trees, the lower ones first.
struct Maker {
    child: std::process::Child,
    input: Option<std::process::ChildStdin>,
    output: std::io::BufReader<std::process::ChildStdout>,
}

impl Maker {
    fn start(call: &Call<'_>) -> Result<Self, StoreError> {
        let mut child = call.spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| broken("no output"))?;
        Ok(Self { child, input, output: std::io::BufReader::new(output) })
    }

    fn make(&mut self, entries: &[(Vec<u8>, Entry)]) -> Result<ObjectId, StoreError> {
        let mut text = Vec::new();
        for (name, entry) in entries {
            let kind = match entry.mode {
                FOLDER => "tree",
                SUBMODULE => "commit",
                _ => "blob",
            };
            text.extend(format!("{:06o} {kind} {}\t", entry.mode, entry.id).bytes());
            text.extend(name);
            text.push(0);
        }
        text.push(0);
        let input = self.input.as_mut().ok_or_else(|| broken("no input"))?;
        let sent = input.write_all(&text).and_then(|()| input.flush());
        let mut line = String::new();
        match sent.and_then(|()| self.output.read_line(&mut line)) {
            Ok(_) => parse_id(&line),
            Err(error) => Err(broken(&error.to_string())),
        }
    }

    /// Closes the pipe and waits; a failure git explained wins over what was seen on the pipe.
    fn end(mut self, made: Result<ObjectId, StoreError>) -> Result<ObjectId, StoreError> {
        drop(self.input.take());
        let output = self.child.wait_with_output().map_err(|error| broken(&error.to_string()))?;
        if output.status.success() {
            return made;
        }
        Err(broken(String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn broken(what: &str) -> StoreError {
    StoreError::Git { command: "mktree".into(), code: None, stderr: what.to_owned() }
}

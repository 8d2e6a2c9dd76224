//! Files of the working tree: read, written and removed so that a reader sees the old bytes or the new, never half.
//!
//! Never follows a symbolic link, not even in the middle of a path, and never reaches into a nested repository.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::{RepoPath, StoreError, walk::Stat};

/// What the last part of a path is expected to be, if it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    File,
    Folder,
}

/// Looks at every part of the path without following links. `None`: something on the way does not exist.
pub(super) fn refuse_links(root: &Path, path: &RepoPath, last: Last) -> Result<Option<Metadata>, StoreError> {
    let mut place = root.to_path_buf();
    let mut parts = path.parts().peekable();
    while let Some(part) = parts.next() {
        place.push(part);
        let found = match std::fs::symlink_metadata(&place) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            // A file where a folder should be; the part before has been found to be a folder, so this is a race.
            Err(error) => return Err(StoreError::io("look at", place)(error)),
        };
        if found.is_symlink() {
            return Err(StoreError::Symlink { path: path.to_string() });
        }
        let is_last = parts.peek().is_none();
        if is_last && last == Last::File {
            return if found.is_file() {
                Ok(Some(found))
            } else {
                Err(StoreError::NotAFile { path: path.to_string() })
            };
        }
        if !found.is_dir() {
            return Err(StoreError::NotAFile { path: shown(root, &place) });
        }
        if place.join(".git").symlink_metadata().is_ok() {
            return Err(StoreError::Nested { path: path.to_string() });
        }
        if is_last {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn shown(root: &Path, place: &Path) -> String {
    place.strip_prefix(root).unwrap_or(place).display().to_string()
}

/// The file's bytes; `None` when there is no such file.
pub(super) fn read(root: &Path, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(seen) = refuse_links(root, path, Last::File)? else {
        return Ok(None);
    };
    let place = path.on_disk(root);
    let too_large = |size| StoreError::TooLarge { path: path.to_string(), size, limit };
    if seen.len() > limit {
        return Err(too_large(seen.len()));
    }
    let file = match File::open(&place) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("read", place)(error)),
    };
    let opened = file.metadata().map_err(StoreError::io("read", &place))?;
    if !same_file(&seen, &opened) {
        // Replaced between the look and the open; an ordinary rename by an editor, unless a link was slipped in.
        if refuse_links(root, path, Last::File)?.is_none_or(|now| !same_file(&now, &opened)) {
            return Err(StoreError::Raced { path: path.clone() });
        }
    }
    let mut bytes = Vec::with_capacity(usize::try_from(seen.len()).unwrap_or(0));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(StoreError::io("read", &place))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(Some(bytes))
}

/// The bytes of the file that a walk saw at `place`, when it is that very file (by its inode) and no larger than `limit`.
pub(super) fn read_seen(place: &Path, inode: u64, limit: u64) -> Option<Vec<u8>> {
    let mut file = File::open(place).ok()?;
    let metadata = file.metadata().ok()?;
    let opened = Stat::of(&metadata)?;
    if !metadata.is_file() || opened.inode != inode || opened.size > limit {
        return None;
    }
    let size = usize::try_from(opened.size).ok()?;
    // One byte more, so that the end is seen in the same call.
    let mut bytes = vec![0; size + 1];
    let read = file.read(&mut bytes).ok()?;
    bytes.truncate(read);
    // Interrupted, or growing: somebody is at it, and the slow way knows what to do.
    (read == size).then_some(bytes)
}

#[cfg(unix)]
pub(super) fn same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
pub(super) fn same_file(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}

/// Where the new bytes of a file are put before they take its place. One name per file, so that a killed run leaves
/// at most one behind, and the next run clears it.
pub(super) fn beside(root: &Path, path: &RepoPath) -> PathBuf {
    path.on_disk(root).with_file_name(format!(".{}.pm-new", path.file_name()))
}

/// Puts `bytes` in the file's place in one step. Keeps the old file's mode. Returns the folders it had to make,
/// outermost first.
pub(super) fn write(root: &Path, path: &RepoPath, bytes: &[u8], durable: bool) -> Result<Vec<PathBuf>, StoreError> {
    let old = refuse_links(root, path, Last::File)?;
    let made = make_parents(root, path)?;
    let place = path.on_disk(root);
    let fresh = beside(root, path);
    let written = write_fresh(&fresh, bytes, old.as_ref()).and_then(|()| std::fs::rename(&fresh, &place));
    if let Err(error) = written {
        // Best effort: the error being reported is the one that matters.
        drop(std::fs::remove_file(&fresh));
        remove_folders(&made);
        return Err(StoreError::io("write", place)(error));
    }
    if durable && let Some(folder) = place.parent() {
        sync_folder(folder)?;
    }
    Ok(made)
}

fn write_fresh(fresh: &Path, bytes: &[u8], old: Option<&Metadata>) -> std::io::Result<()> {
    match std::fs::remove_file(fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(fresh)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    // Always: a rename that reaches the disk before the bytes do leaves an empty record after a power cut.
    file.sync_all()
}

/// Removes the file, and the folders above it that are left empty, as git does.
pub(super) fn remove(root: &Path, path: &RepoPath) -> Result<(), StoreError> {
    if refuse_links(root, path, Last::File)?.is_none() {
        return Ok(());
    }
    let place = path.on_disk(root);
    std::fs::remove_file(&place).map_err(StoreError::io("remove", &place))?;
    let mut parent = path.parent();
    while let Some(folder) = parent {
        if std::fs::remove_dir(folder.on_disk(root)).is_err() {
            break;
        }
        parent = folder.parent();
    }
    Ok(())
}

/// Removes folders this run made, innermost first; one that somebody has put something in stays.
pub(super) fn remove_folders(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

fn make_parents(root: &Path, path: &RepoPath) -> Result<Vec<PathBuf>, StoreError> {
    let mut made = Vec::new();
    let mut place = root.to_path_buf();
    let Some(parent) = path.parent() else {
        return Ok(made);
    };
    for part in parent.parts() {
        place.push(part);
        match std::fs::create_dir(&place) {
            Ok(()) => made.push(place.clone()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                remove_folders(&made);
                return Err(StoreError::io("make the folder", place)(error));
            }
        }
    }
    Ok(made)
}

#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreError::io("sync", folder))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "other systems sync folders, and that can fail")]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have no modes")]
pub(super) fn mode_of(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
pub(super) fn mode_of(_metadata: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
pub(super) fn set_mode(place: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn set_mode(_place: &Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

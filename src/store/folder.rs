//! One folder of the working tree: what is in it, and what the file system says of a file in it.
//!
//! Folders of very many files are listed and asked without a piece of memory for each. Nothing is followed.

use std::io;
use std::path::Path;

use super::walk::Stat;

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    Other,
}

pub(super) use system::{Opened, list};

#[cfg(unix)]
mod system {
    use rustix::fd::OwnedFd;
    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat as Raw, openat, statat};

    use super::{Kind, Path, Stat, io};

    const OPEN: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

    /// Hands every entry of a folder to `each`: its name, what it is, its number on its file system.
    pub fn list(place: &Path, mut each: impl FnMut(&[u8], Kind, u64)) -> io::Result<()> {
        let mut folder = Dir::new(openat(CWD, place, OPEN, Mode::empty())?)?;
        while let Some(entry) = folder.read() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let mut kind = entry.file_type();
            if kind == FileType::Unknown {
                // Some file systems do not keep it with the name.
                kind = match statat(folder.fd()?, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(found) => FileType::from_raw_mode(found.st_mode),
                    Err(rustix::io::Errno::NOENT) => continue,
                    Err(error) => return Err(error.into()),
                };
            }
            let kind = match kind {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Folder,
                FileType::Symlink => Kind::Link,
                _ => Kind::Other,
            };
            each(name.to_bytes(), kind, entry.ino());
        }
        Ok(())
    }

    /// A folder that is open, so that its files are found without the way to it.
    pub struct Opened(OwnedFd);

    impl Opened {
        /// Opens a folder; `None` when there is none any more.
        pub fn of(place: &Path) -> Option<Self> {
            openat(CWD, place, OPEN, Mode::empty()).ok().map(Self)
        }

        /// What the file system says of a file in it.
        pub fn stat(&self, name: &str) -> Option<Stat> {
            let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            (FileType::from_raw_mode(found.st_mode) == FileType::RegularFile).then(|| stat_of(&found))
        }
    }

    #[allow(
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        clippy::cast_lossless,
        clippy::unnecessary_cast,
        reason = "the numbers have other types on other systems, and are compared, never counted with"
    )]
    fn stat_of(found: &Raw) -> Stat {
        Stat {
            device: found.st_dev as u64,
            inode: found.st_ino as u64,
            size: found.st_size as u64,
            modified: (found.st_mtime as i64, found.st_mtime_nsec as i64),
            changed: (found.st_ctime as i64, found.st_ctime_nsec as i64),
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Kind, Path, Stat, io};

    /// Hands every entry of a folder to `each`: its name, what it is, and 0, since folders do not know more.
    pub fn list(place: &Path, mut each: impl FnMut(&[u8], Kind, u64)) -> io::Result<()> {
        for entry in std::fs::read_dir(place)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let kind = if kind.is_file() {
                Kind::File
            } else if kind.is_dir() {
                Kind::Folder
            } else if kind.is_symlink() {
                Kind::Link
            } else {
                Kind::Other
            };
            each(entry.file_name().as_encoded_bytes(), kind, 0);
        }
        Ok(())
    }

    /// Nothing tells for sure that a file has not changed.
    pub struct Opened;

    impl Opened {
        /// Never a folder.
        pub fn of(_place: &Path) -> Option<Self> {
            None
        }

        /// Nothing.
        pub fn stat(&self, _name: &str) -> Option<Stat> {
            None
        }
    }
}

//! The content of the figures that records name, and the digest of what a sign-off of a record covers.

use crate::cli::context::Context;
use crate::record::Record;
use crate::store::{At, Difference, RepoPath, Store};
use crate::workflow::canonical::{self, Figures};

/// The largest figure whose content is signed, in bytes: 256 MiB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// What stands for the digest of a figure that is there and cannot be read: a link, a folder, one that is too large.
const UNREADABLE: &str = "unreadable";

/// The content of the figures that a record names.
pub fn figures(store: &Store, record: &Record, path: &RepoPath, at: At) -> Figures {
    let digest = |place: RepoPath| match store.read_up_to(&place, at, LIMIT) {
        Ok(bytes) => bytes.map(|bytes| canonical::sha256(&as_committed(store, &place, at, bytes))),
        Err(_) => Some(UNREADABLE.to_owned()),
    };
    let of = |name: &str| (name.to_owned(), place(path, name).and_then(digest));
    canonical::figure_names(record).into_iter().map(of).collect()
}

/// A figure on disk that is as committed counts as what was committed, without what the checkout did to its line ends.
fn as_committed(store: &Store, place: &RepoPath, at: At, bytes: Vec<u8>) -> Vec<u8> {
    let head = || store.head().ok()?.commit;
    let committed = || store.read_up_to(place, At::Revision(head()?), LIMIT).ok()?;
    match (at, committed()) {
        // git is asked only where it could make a difference.
        (At::WorkTree, Some(committed)) if committed != bytes => {
            if store.difference(place).is_ok_and(Difference::is_clean) { committed } else { bytes }
        }
        _ => bytes,
    }
}

/// The digest of what a sign-off of a record covers, in the state that is looked at.
pub fn content_digest(context: &Context, record: &Record, path: &RepoPath) -> String {
    let figures = match &canonical::figure_names(record)[..] {
        [] => Figures::new(),
        _ => figures(&context.store, record, path, context.at),
    };
    canonical::digest(record, &figures)
}

/// Why a figure keeps its record from being signed, as a sentence: it is not as committed, or cannot be read.
pub fn unsignable(store: &Store, record: &Record, path: &RepoPath) -> Option<String> {
    let of = |name: &str| {
        let place = place(path, name)?;
        match store.difference(&place) {
            Ok(difference) if !difference.is_clean() => Some(format!("{place} is not committed as it is here")),
            _ => store.read_up_to(&place, At::WorkTree, LIMIT).err().map(|error| error.to_string()),
        }
    };
    canonical::figure_names(record).into_iter().find_map(of)
}

/// Where a figure lies: in the folder named after the record.
fn place(record: &RepoPath, name: &str) -> Option<RepoPath> {
    let folder = record.as_str().strip_suffix(".toml").unwrap_or(record.as_str());
    RepoPath::new(format!("{folder}/{name}")).ok()
}

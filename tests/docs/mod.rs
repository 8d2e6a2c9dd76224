//! The documentation holds: its examples run, its generated pages are current, its links lead somewhere.
//!
//! `PM_UPDATE=1 cargo test --test pm docs` writes what the program prints into the pages; read the difference before
//! committing it.

mod blocks;
mod examples;
mod generated;
mod links;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use snapbox::{IntoData as _, assert_data_eq};

/// Whether the pages are to be rewritten.
fn updates() -> bool {
    std::env::var("PM_UPDATE").is_ok_and(|value| !value.is_empty() && value != "0")
        || std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page: the README and what is under `docs`, as paths from the project's root.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md")];
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(project().join(&folder)).expect("a folder of the documentation") {
            let entry = entry.expect("an entry");
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

fn page(path: &Path) -> String {
    let text =
        std::fs::read_to_string(project().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Holds a table that a test found out against the one on a page, which stands between `<!-- table: NAME -->` and
/// `<!-- /table -->`.
pub(crate) fn table_holds(path: &Path, name: &str, table: &str) {
    let _alone = alone();
    let written = page(path);
    let begin = format!("<!-- table: {name} -->\n\n");
    let start = written.find(&begin).unwrap_or_else(|| panic!("{} has no {begin:?}", path.display())) + begin.len();
    let length = written[start..].find("\n<!-- /table -->").expect("an end of the table");
    if updates() {
        return rewrite(path, &format!("{}{table}{}", &written[..start], &written[start + length..]));
    }
    assert_data_eq!(table, written[start..start + length].to_owned().into_data().raw());
}

/// Tests that may rewrite the same page do so one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static WRITING: Mutex<()> = Mutex::new(());
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn rewrite(path: &Path, text: &str) {
    std::fs::write(project().join(path), text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

//! The documentation holds: its examples run, its generated pages are current, its links lead somewhere.
//!
//! `PM_UPDATE=1 cargo test --test pm docs` writes what the program prints into the pages; read the difference before
//! committing it.

mod blocks;
mod examples;
mod generated;
mod links;

use std::path::{Path, PathBuf};

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

fn rewrite(path: &Path, text: &str) {
    std::fs::write(project().join(path), text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

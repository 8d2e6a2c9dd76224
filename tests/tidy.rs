//! The house keeps itself tidy: which room names which, what every file says of itself, how long it may be.

use std::path::{Path, PathBuf};

/// A room and the rooms its files may name. Everything above `store` is pure.
const ROOMS: &[(&str, &[&str])] = &[
    ("record", &[]),
    ("finding", &[]),
    ("config", &["record", "finding"]),
    ("document", &["record", "finding"]),
    ("diff", &["record"]),
    ("query", &["record", "config"]),
    ("workflow", &["record", "config", "query"]),
    ("lint", &["record", "document", "config", "finding", "query", "workflow"]),
    ("import", &["record", "finding"]),
    ("merge", &["record", "document", "diff", "config", "query", "workflow", "finding"]),
    ("render", &["record", "config", "diff", "query", "workflow", "finding", "document", "import"]),
    ("store", &["record", "config", "document", "finding"]),
    (
        "cli",
        &[
            "record", "finding", "config", "document", "diff", "query", "workflow", "lint", "import", "merge",
            "render", "store",
        ],
    ),
];

/// What a pure room never names.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::io::stdin",
    "std::io::stdout",
    "git2",
    "clap::",
    "dialoguer",
    "Utc::now",
    "Local::now",
    "SystemTime",
];

/// The longest file that can still be read at a sitting, in lines.
const LONGEST: usize = 600;

fn rust_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                files.push((path.strip_prefix(root).expect("inside the project").to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

/// The room of a file under `src`.
fn room(path: &Path) -> Option<String> {
    let mut parts = path.iter().map(|part| part.to_string_lossy());
    (parts.next()? == "src").then_some(())?;
    let first = parts.next()?;
    let name = first.trim_end_matches(".rs").to_owned();
    ROOMS.iter().any(|(room, _)| *room == name).then_some(name)
}

fn is_test(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with("tests.rs") || text.contains("/tests/")
}

/// The part of a file that is the program, without its unit tests and comments.
fn program(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn rooms_name_only_what_stands_left_of_them() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files() {
        let Some(room) = room(&path).filter(|_| !is_test(&path)) else { continue };
        let (_, allowed) = ROOMS.iter().find(|(name, _)| *name == room).expect("a room");
        let code = program(&text);
        for (other, _) in ROOMS.iter().filter(|(other, _)| *other != room && !allowed.contains(other)) {
            if code.contains(&format!("crate::{other}::")) || code.contains(&format!("crate::{other};")) {
                wrong.push(format!("{} names {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn everything_above_the_store_is_pure() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files() {
        let Some(room) = room(&path).filter(|room| room != "store" && room != "cli") else { continue };
        if is_test(&path) {
            continue;
        }
        let code = program(&text);
        wrong.extend(
            IMPURE
                .iter()
                .filter(|name| code.contains(**name))
                .map(|name| format!("{} ({room}) names {name}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_command_line_leaves_git_to_the_store() {
    for (path, text) in rust_files().into_iter().filter(|(path, _)| room(path).as_deref() == Some("cli")) {
        assert!(!program(&text).contains("git2"), "{} names git2", path.display());
    }
}

#[test]
fn every_file_says_what_it_is_and_can_be_read_at_a_sitting() {
    for (path, text) in rust_files() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
        let module_doc = text.starts_with("//!");
        assert!(module_doc || is_test(&path) || path.starts_with("tests"), "{} has no module doc", path.display());
    }
}

#[test]
fn no_room_is_called_by_what_says_nothing() {
    for (path, text) in rust_files() {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for word in ["util", "utils", "helper", "helpers", "common", "manager", "misc", "prelude"] {
            assert_ne!(stem, word, "{}", path.display());
        }
        // The words are put together here, so that this file does not hold them.
        for word in [
            ["to", "do!("].concat(),
            ["db", "g!("].concat(),
            ["unimplem", "ented!("].concat(),
            ["#[ign", "ore"].concat(),
        ] {
            assert!(!text.contains(&word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn licences_of_all_dependencies_are_permissive() {
    let allowed = include_str!("../.github/deny.toml");
    let list = allowed.split("allow = [").nth(1).and_then(|rest| rest.split(']').next()).expect("a list of licences");
    let allowed: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--edges", "normal,build", "--format", "{p}\t{l}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let mut seen = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (package, licence) = line.split_once('\t').expect("a package and its licence");
        let licence = licence.trim_end_matches(" (*)").replace('/', " OR ");
        // One of the alternatives has to be allowed, with every part of it.
        let fits = licence
            .split(" OR ")
            .any(|choice| choice.split(" AND ").all(|part| allowed.contains(&part.trim().trim_matches(['(', ')']))));
        assert!(fits, "{package}: {licence}");
        seen += 1;
    }
    assert!(seen > 50, "only {seen} dependencies were seen");
}

#[test]
fn everything_that_can_be_found_in_a_record_is_documented() {
    let documented = include_str!("../src/lint/format.rs");
    let mut seen = 0;
    for (path, text) in rust_files() {
        let place = path.to_string_lossy();
        if !place.starts_with("src/document") && place != "src/cli/review/checked.rs" || is_test(&path) {
            continue;
        }
        for start in ["rule: \"", "report(\""] {
            for name in text.split(start).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(documented.contains(&format!("\"{name}\",")), "{place}: {name}");
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen} findings were seen");
}

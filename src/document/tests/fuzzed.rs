//! Every text the fuzzer starts from, and every one it has broken a law with, holds to the laws.

use crate::document::laws::{editing, reading};

/// The texts of a folder below `tests/fuzz/seeds`, with their names.
pub(crate) fn seeds(target: &str) -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let files = std::fs::read_dir(folder).expect("the folder of the seeds");
    let mut seeds: Vec<(String, String)> = files
        .map(|file| {
            let path = file.expect("a seed").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            (path.display().to_string(), text)
        })
        .collect();
    seeds.sort();
    assert!(seeds.len() > 3, "{seeds:?}");
    seeds
}

#[test]
fn what_fuzzing_reading_starts_from_holds_to_the_laws() {
    for (_, text) in seeds("reading") {
        reading(&text);
    }
}

#[test]
fn what_fuzzing_editing_starts_from_holds_to_the_laws() {
    for (_, text) in seeds("editing") {
        editing(&text);
    }
}

//! Merges by example.

use crate::config::Config;
use crate::merge::{Markers, Merged, Terms, merge};
use crate::record::RecordId;
use crate::workflow::canonical::Figures;

pub(super) const MARKERS: Markers<'static> =
    Markers { ours: "ours", base: "base", theirs: "theirs", size: 7, with_base: false };

pub(super) fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    with(base, ours, theirs, &MARKERS)
}

pub(super) fn with(base: &str, ours: &str, theirs: &str, markers: &Markers<'_>) -> Merged {
    let config = Config::read(None).expect("the defaults");
    let record = RecordId::of_stem("2026-03-02-example");
    let figures = Figures::new();
    let terms = Terms { record: &record, policy: &config.policy, figures: &figures };
    merge(Some(base), ours, theirs, &terms, markers)
}

/// The text of a merge that must be clean.
pub(super) fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merged(base, ours, theirs);
    assert!(merged.is_clean(), "{:#?}\n{}", merged.report, merged.text);
    merged.text
}

#[test]
fn different_fields_merge_whatever_stands_between_them() {
    let base = "title = \"x\"\nseverity = \"P3\"\nowner = \"Ann\"\n";
    assert_eq!(
        clean(base, &base.replace("P3", "P1"), &base.replace("Ann", "Bob")),
        "title = \"x\"\nseverity = \"P1\"\nowner = \"Bob\"\n"
    );
}

//! The laws of merging, of any three texts: what the fuzzer, and the tests, hold the room to.
//!
//! Panics where a law is broken, and says what broke it. Never: part of the program; it is built for tests and for fuzzing
//! alone.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{Decisions, Markers, Merge, Merged, Terms, markers, merge};
use crate::config::Config;
use crate::document::laws::PART;
use crate::document::{Document, same_table};
use crate::record::RecordId;
use crate::workflow::canonical::Figures;

const MARKERS: Markers<'static> = Markers { ours: "ours", base: "base", theirs: "theirs", size: 7, with_base: false };

/// Holds a merge to its laws. The input is the text before and the two sides, with [`PART`] between them. A side that begins
/// with `@` is the text before with changes, one a line: `@PLACE LENGTH TEXT` puts a text, with `\n` for a line break, in the
/// place of so many bytes from that place on. Without a base, as where both added the file, it begins with [`PART`].
pub fn merging(input: &str) {
    let mut parts = input.splitn(3, PART);
    let (Some(base), Some(ours)) = (parts.next(), parts.next()) else { return };
    let ours = side(base, ours);
    let theirs = side(base, parts.next().unwrap_or_default());
    hold(base, &ours, &theirs);
}

fn side(base: &str, text: &str) -> String {
    if !text.starts_with('@') {
        return text.to_owned();
    }
    let mut side = base.to_owned();
    // From the end on, so that the places are those of the text before.
    let mut changes: Vec<(usize, usize, &str)> = text.split('\n').filter_map(change).collect();
    changes.sort_by_key(|(place, ..)| std::cmp::Reverse(*place));
    for (place, length, put) in changes {
        let start = boundary(&side, place);
        let end = boundary(&side, start + length).max(start);
        side.replace_range(start..end, &put.replace("\\n", "\n"));
    }
    side
}

/// The nearest beginning of a character at or before a place.
fn boundary(text: &str, place: usize) -> usize {
    (0..=place.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn change(line: &str) -> Option<(usize, usize, &str)> {
    let (place, rest) = line.strip_prefix('@')?.split_once(' ')?;
    let (length, put) = rest.split_once(' ').unwrap_or((rest, ""));
    Some((place.parse::<u16>().ok()?.into(), length.parse::<u16>().ok()?.into(), put))
}

fn hold(base: &str, ours: &str, theirs: &str) {
    let config = Config::read(None).expect("the defaults");
    let record = RecordId::of_stem("2026-03-02-example");
    let figures = Figures::new();
    let terms = Terms { record: &record, policy: Some(&config.policy), figures: &figures };
    let all = || format!("{base:?}\n--- ours\n{ours:?}\n--- theirs\n{theirs:?}");
    for with_base in [false, true] {
        let markers = Markers { with_base, ..MARKERS };
        let merged = merge(Some(base), ours, theirs, &terms, &markers, &Decisions::new());
        is_toml_or_marked(&merged, [base, ours, theirs], &all);
    }
    let [Ok(base), Ok(ours), Ok(theirs)] = [base, ours, theirs].map(Document::parse) else { return };
    let by_meaning = |base: &Document, ours: &Document, theirs: &Document| {
        let (base, ours, theirs) = (base.clone(), ours.clone(), theirs.clone());
        Merge { base, ours, theirs, terms: &terms, decisions: &Decisions::new() }.made(&MARKERS)
    };
    // What one side did alone, or both alike, is what comes out, also on the long way, which a merge of such texts spares itself.
    for [base, ours, theirs, wanted] in
        [[&base, &base, &theirs, &theirs], [&base, &ours, &base, &ours], [&base, &ours, &ours, &ours]]
    {
        let Ok(merged) = by_meaning(base, ours, theirs) else { continue };
        assert!(merged.is_clean(), "{:#?}\n{}", merged.report, all());
        let read = Document::parse(merged.text.as_str()).unwrap_or_else(|_| panic!("{}\n{}", merged.text, all()));
        assert!(same_table(read.values(), wanted.values()), "{}\n{}", merged.text, all());
    }
    let Ok(one) = by_meaning(&base, &ours, &theirs) else { return };
    nothing_is_lost(&one, [&base, &ours, &theirs], &all);
    // It does not matter which side is ours, but where one way round the program refused.
    let Ok(two) = by_meaning(&base, &theirs, &ours) else { return };
    assert_eq!(one.is_clean(), two.is_clean(), "{:#?}\n{:#?}\n{}", one.report, two.report, all());
}

/// A clean result is TOML, and one with conflicts is none until a side of each is dropped.
fn is_toml_or_marked(merged: &Merged, texts: [&str; 3], all: &dyn Fn() -> String) {
    if merged.is_clean() {
        // Where one side did nothing the text is the other's, whatever stands in it.
        let is_side = texts.contains(&merged.text.as_str());
        assert!(is_side || Document::parse(merged.text.as_str()).is_ok(), "{}\n{}", merged.text, all());
        return;
    }
    let is_marked = |line: &str| line.starts_with("<<<<<<< ours");
    assert!(merged.text.lines().any(is_marked), "{}\n{}", merged.text, all());
    if merged.report.as_text.is_none() {
        let sides = markers::sides(&merged.text, MARKERS.size).unwrap_or_else(|| panic!("{}\n{}", merged.text, all()));
        for side in sides {
            assert!(Document::parse(side.as_str()).is_ok(), "{side}\n{}", all());
        }
    }
}

/// Every word that a side brought is said by one side of the result.
fn nothing_is_lost(merged: &Merged, [base, ours, theirs]: [&Document; 3], all: &dyn Fn() -> String) {
    let results: Vec<Document> = if merged.is_clean() {
        Document::parse(merged.text.as_str()).into_iter().collect()
    } else {
        let sides = markers::sides(&merged.text, MARKERS.size).into_iter().flatten();
        sides.filter_map(|side| Document::parse(side).ok()).collect()
    };
    let found: BTreeSet<String> = results.iter().flat_map(|document| words(document.values())).collect();
    let old = words(base.values());
    for side in [ours, theirs] {
        for word in words(side.values()).difference(&old) {
            // The status may be neither side's own.
            let is_status = merged.report.derived.is_some() && side.record().text("status") == Some(word);
            assert!(found.contains(word) || is_status, "{word} is lost:\n{}\n{}", merged.text, all());
        }
    }
}

/// The words of all values.
fn words(table: &Table) -> BTreeSet<String> {
    fn walk(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Table(table) => table.values().for_each(|value| walk(value, found)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::String(text) => found.extend(text.split_whitespace().map(str::to_owned)),
            // The same number may be written in two ways.
            Value::Float(_) | Value::Datetime(_) => {}
            other => {
                found.insert(other.to_string());
            }
        }
    }
    let mut found = BTreeSet::new();
    table.values().for_each(|value| walk(value, &mut found));
    found
}

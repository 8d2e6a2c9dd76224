//! The laws of a merge, over random records and random work of two people.
//!
//! `PROPTEST_CASES` sets how many cases a law is tried with; the long job of the pipeline tries 100,000.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::Config;
use toml::Value;

use super::cases::{MARKERS, with};
use super::generate::{base, edited, script};
use crate::document::tests::generate::document;
use crate::document::{Document, same_table};
use crate::merge::{Decisions, Markers, Merge, Merged, Terms, markers};
use crate::record::RecordId;
use crate::workflow::canonical::Figures;

/// A merge by meaning also where only one side changed anything, which the program takes a shorter way for.
fn merged(base: &Document, ours: &Document, theirs: &Document) -> Result<Merged, String> {
    let config = crate::config::Config::read(None).expect("the defaults");
    let record = RecordId::of_stem("2026-03-02-example");
    let figures = Figures::new();
    let terms = Terms { record: &record, policy: Some(&config.policy), figures: &figures };
    Merge {
        base: base.clone(),
        ours: ours.clone(),
        theirs: theirs.clone(),
        terms: &terms,
        decisions: &Decisions::new(),
    }
    .made(&MARKERS)
}

/// The words that scripts bring along.
fn words(text: &str) -> BTreeSet<String> {
    let is_word = |word: &str| {
        word.len() > 2
            && word.starts_with(['b', 'o', 't'])
            && word.ends_with('w')
            && word[1..word.len() - 1].bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    // The id of an action is its word with a letter in front.
    parts.map(|part| part.strip_prefix('a').unwrap_or(part)).filter(|part| is_word(part)).map(str::to_owned).collect()
}

/// The words of the values alone, each with the key it stands at.
fn spoken(document: &Document) -> BTreeSet<(String, String)> {
    fn walk(key: &str, value: &Value, found: &mut BTreeSet<(String, String)>) {
        match value {
            Value::Table(table) => table.iter().for_each(|(name, value)| walk(&format!("{key}.{name}"), value, found)),
            Value::Array(items) => items.iter().for_each(|item| walk(key, item, found)),
            other => found.extend(words(&other.to_string()).into_iter().map(|word| (key.to_owned(), word))),
        }
    }
    let mut found = BTreeSet::new();
    walk("", &Value::Table(document.values().clone()), &mut found);
    found
}

/// The values with every list in one order: what two merges agree in whichever side is ours.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Table(table) => {
            let mut pairs: Vec<(String, Value)> =
                table.iter().map(|(key, value)| (key.clone(), unordered(value))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Table(pairs.into_iter().collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(unordered).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(96);
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_only_one_side_did_is_what_comes_out(base in base(), script in script(8)) {
        let side = edited(&base, &script, "o");
        let taken = merged(&base, &base, &side).map_err(TestCaseError::fail)?;
        prop_assert!(taken.is_clean(), "{:#?}\n{}", taken.report, taken.text);
        let read = Document::parse(taken.text.as_str()).expect("TOML");
        prop_assert!(same_table(read.values(), side.values()), "{}\n---\n{}\n---\n{}", base.text(), side.text(), taken.text);
        let kept = merged(&base, &side, &base).map_err(TestCaseError::fail)?;
        prop_assert!(kept.is_clean());
        prop_assert_eq!(kept.text.as_str(), side.text());
        let same = merged(&base, &side, &side).map_err(TestCaseError::fail)?;
        prop_assert!(same.is_clean());
        prop_assert_eq!(same.text.as_str(), side.text());
    }

    #[test]
    fn nothing_is_lost_and_the_text_is_toml_or_marked(base in base(), ours in script(8), theirs in script(8)) {
        let (mine, other) = (edited(&base, &ours, "o"), edited(&base, &theirs, "t"));
        let merged = merged(&base, &mine, &other).map_err(TestCaseError::fail)?;
        let before = spoken(&base);
        let (said_ours, said_theirs) = (spoken(&mine), spoken(&other));
        let found = words(&merged.text);
        let all = |wanted: &BTreeSet<(String, String)>| wanted.iter().all(|(_, word)| found.contains(word));
        prop_assert!(all(&said_ours.difference(&before).cloned().collect()), "ours: {said_ours:?}\n{}", merged.text);
        prop_assert!(all(&said_theirs.difference(&before).cloned().collect()), "theirs: {said_theirs:?}\n{}", merged.text);
        let both: BTreeSet<_> = said_ours.intersection(&said_theirs).cloned().collect();
        prop_assert!(all(&both), "both: {both:?}\n{}", merged.text);
        // What they wrote beside the values is there or told of.
        for comment in mine.comments().into_iter().chain(other.comments()).filter(|comment| !base.comments().contains(comment)) {
            let told = merged.report.comments.iter().any(|left| left == comment.trim_end());
            prop_assert!(told || merged.text.contains(comment), "{comment}\n{}", merged.text);
        }
        prop_assert_eq!(merged.text.contains("\r\n"), mine.text().contains("\r\n"));
        prop_assert_eq!(merged.text.starts_with('\u{feff}'), mine.text().starts_with('\u{feff}'));
        if merged.is_clean() {
            prop_assert!(Document::parse(merged.text.as_str()).is_ok(), "{}", merged.text);
        } else {
            prop_assert!(Document::parse(merged.text.as_str()).is_err(), "{}", merged.text);
            for side in markers::sides(&merged.text, MARKERS.size).expect("two sides") {
                prop_assert!(Document::parse(side.as_str()).is_ok(), "{side}");
            }
        }
        for count in &merged.report.counts {
            prop_assert!(count.base + count.ours + count.theirs >= count.removed, "{count:?}");
        }
    }

    #[test]
    fn any_three_documents_come_to_toml_or_to_a_marked_text(
        base in document(),
        ours in document(),
        theirs in document(),
        with_base in any::<bool>(),
        related in 0..4_u8,
    ) {
        // Whole documents that have nothing to do with each other, or of which one has grown out of another.
        let (ours, theirs) = (ours.text().to_owned(), theirs.text().to_owned());
        let grown = |text: &str| format!("{}{text}", base.text());
        let ours = if related & 1 == 1 && Document::parse(grown(&ours)).is_ok() { grown(&ours) } else { ours };
        let theirs = if related & 2 == 2 && Document::parse(grown(&theirs)).is_ok() { grown(&theirs) } else { theirs };
        let merged = with(base.text(), &ours, &theirs, &Markers { with_base, ..MARKERS });
        if merged.is_clean() {
            prop_assert!(Document::parse(merged.text.as_str()).is_ok(), "{}", merged.text);
        } else {
            prop_assert!(Document::parse(merged.text.as_str()).is_err(), "{}", merged.text);
            prop_assert!(markers::sides(&merged.text, MARKERS.size).is_some(), "{}", merged.text);
        }
    }

    #[test]
    fn it_does_not_matter_which_side_is_ours(base in base(), ours in script(6), theirs in script(6)) {
        let (mine, other) = (edited(&base, &ours, "o"), edited(&base, &theirs, "t"));
        let one = merged(&base, &mine, &other).map_err(TestCaseError::fail)?;
        let two = merged(&base, &other, &mine).map_err(TestCaseError::fail)?;
        let labels = |merged: &Merged| merged.report.conflicts.iter().map(|conflict| conflict.label.clone()).collect::<BTreeSet<_>>();
        prop_assert_eq!(labels(&one), labels(&two), "{}\n---\n{}\n---\n{}", base.text(), mine.text(), other.text());
        if one.is_clean() {
            let read = |merged: &Merged| {
                let document = Document::parse(merged.text.as_str()).expect("TOML");
                unordered(&Value::Table(document.values().clone())).to_string()
            };
            prop_assert_eq!(read(&one), read(&two));
        }
    }
}

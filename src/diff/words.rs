//! Changes inside a longer text, word by word.

use similar::{ChangeTag, TextDiff};

/// Texts whose different parts have more bytes than this are not compared word by word: a pull request can hold two of
/// eight megabytes that have nothing in common.
const MOST_COMPARED: usize = 64 * 1024;

/// A run of words with one fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both texts.
    Kept(String),
    /// Only in the text before.
    Removed(String),
    /// Only in the text after.
    Added(String),
}

/// How the text before became the text after. All pieces but the added ones are the text before, all but the removed
/// ones the text after.
pub fn reworded(before: &str, after: &str) -> Vec<Piece> {
    let (start, end) = shared(before, after);
    let (old, new) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut pieces = Vec::new();
    push(&mut pieces, Piece::Kept(before[..start].to_owned()));
    if old.len() + new.len() > MOST_COMPARED {
        push(&mut pieces, Piece::Removed(old.to_owned()));
        push(&mut pieces, Piece::Added(new.to_owned()));
    } else {
        for change in TextDiff::from_unicode_words(old, new).iter_all_changes() {
            let text = change.value().to_owned();
            push(
                &mut pieces,
                match change.tag() {
                    ChangeTag::Equal => Piece::Kept(text),
                    ChangeTag::Delete => Piece::Removed(text),
                    ChangeTag::Insert => Piece::Added(text),
                },
            );
        }
    }
    push(&mut pieces, Piece::Kept(before[before.len() - end..].to_owned()));
    readable(pieces)
}

/// The bytes that two texts share at their start and their end, in whole words.
fn shared(before: &str, after: &str) -> (usize, usize) {
    let both = || before.char_indices().zip(after.chars());
    let same = both().take_while(|((_, old), new)| old == new);
    let start = same.map(|((at, c), _)| at + c.len_utf8()).last().unwrap_or(0);
    let start = if start == before.len() && start == after.len() { start } else { word_start(before, start) };
    let (old, new) = (&before[start..], &after[start..]);
    let from_end = old.chars().rev().zip(new.chars().rev()).take_while(|(old, new)| old == new);
    let end: usize = from_end.map(|(c, _)| c.len_utf8()).sum();
    let rest = &old[old.len() - end..];
    // The first blank after which whole words are shared.
    let end = if end == old.len() && end == new.len() {
        end
    } else {
        rest.find(char::is_whitespace).map_or(0, |blank| rest.len() - blank)
    };
    (start, end)
}

/// Behind the last blank before a place.
fn word_start(text: &str, at: usize) -> usize {
    let before = &text[..at];
    before.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(blank, c)| blank + c.len_utf8())
}

/// Runs of one fate together; a blank between two changed words goes with them, so that a phrase is read as one.
fn readable(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut runs: Vec<(String, String, String)> = Vec::new(); // kept, then removed and added
    for piece in pieces {
        match piece {
            Piece::Kept(text) => match runs.last_mut() {
                Some((_, removed, added))
                    if !(removed.is_empty() || added.is_empty()) && text.trim().is_empty() && !text.contains('\n') =>
                {
                    removed.push_str(&text);
                    added.push_str(&text);
                }
                Some((kept, removed, added)) if removed.is_empty() && added.is_empty() => kept.push_str(&text),
                _ => runs.push((text, String::new(), String::new())),
            },
            Piece::Removed(text) => last(&mut runs).1.push_str(&text),
            Piece::Added(text) => last(&mut runs).2.push_str(&text),
        }
    }
    let mut out = Vec::new();
    for (kept, mut removed, mut added) in runs {
        push(&mut out, Piece::Kept(kept));
        // A blank that went along at the end of a phrase, with nothing changed behind it, is kept again.
        let tail: String = match (removed.strip_suffix(char::is_whitespace), added.strip_suffix(char::is_whitespace)) {
            (Some(old), Some(new)) if removed[old.len()..] == added[new.len()..] => {
                let (old, new) = (old.len(), new.len());
                added.truncate(new);
                removed.split_off(old)
            }
            _ => String::new(),
        };
        push(&mut out, Piece::Removed(removed));
        push(&mut out, Piece::Added(added));
        push(&mut out, Piece::Kept(tail));
    }
    out
}

fn last(runs: &mut Vec<(String, String, String)>) -> &mut (String, String, String) {
    if runs.is_empty() {
        runs.push(Default::default());
    }
    runs.last_mut().expect("one was pushed")
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    let (Piece::Kept(text) | Piece::Removed(text) | Piece::Added(text)) = &piece;
    if text.is_empty() {
        return;
    }
    match (pieces.last_mut(), piece) {
        (Some(Piece::Kept(run)), Piece::Kept(text))
        | (Some(Piece::Removed(run)), Piece::Removed(text))
        | (Some(Piece::Added(run)), Piece::Added(text)) => run.push_str(&text),
        (_, piece) => pieces.push(piece),
    }
}

/// How many words came and how many went.
pub(super) fn counts(pieces: &[Piece]) -> (usize, usize) {
    let words = |text: &str| text.split_whitespace().count();
    pieces.iter().fold((0, 0), |(added, removed), piece| match piece {
        Piece::Added(text) => (added + words(text), removed),
        Piece::Removed(text) => (added, removed + words(text)),
        Piece::Kept(_) => (added, removed),
    })
}

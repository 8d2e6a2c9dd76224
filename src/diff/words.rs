//! Changes inside a longer text, word by word.

use similar::{ChangeTag, TextDiff};

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

/// How the text before became the text after.
pub fn reworded(before: &str, after: &str) -> Vec<Piece> {
    let diff = TextDiff::from_words(before, after);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match (change.tag(), pieces.last_mut()) {
            (ChangeTag::Equal, Some(Piece::Kept(run)))
            | (ChangeTag::Delete, Some(Piece::Removed(run)))
            | (ChangeTag::Insert, Some(Piece::Added(run))) => run.push_str(text),
            (ChangeTag::Equal, _) => pieces.push(Piece::Kept(text.to_owned())),
            (ChangeTag::Delete, _) => pieces.push(Piece::Removed(text.to_owned())),
            (ChangeTag::Insert, _) => pieces.push(Piece::Added(text.to_owned())),
        }
    }
    pieces
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

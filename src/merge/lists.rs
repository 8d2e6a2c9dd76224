//! Lists of texts merged as ordered sets: an item is in the result when a side added it or neither took it out.

use std::collections::HashMap;

use super::diff3::{self, Nearness, Piece};

/// What the items of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    /// Names and words: each stands for itself, so no two changes contradict each other.
    Words,
    /// Sentences: one that both sides reworded differently is a contradiction.
    Sentences,
}

/// An item with the number of equal ones before it: what tells equal items of a list apart.
type Item = (String, usize);

/// The merged list; `None` for a contradiction.
pub(super) fn merge(base: &[String], ours: &[String], theirs: &[String], items: Items) -> Option<Vec<String>> {
    let [base, ours, theirs] = [base, ours, theirs].map(numbered);
    let mut merged: Vec<Item> = Vec::new();
    for piece in diff3::merge(&base, &ours, &theirs, Nearness::Touching) {
        match piece {
            Piece::Kept { base: at, .. } => merged.push(base[at].clone()),
            Piece::Ours(range) | Piece::Both(range) => merged.extend(ours[range].iter().cloned()),
            Piece::Theirs(range) => merged.extend(theirs[range].iter().cloned()),
            Piece::Conflict { base: was, ours: mine, theirs: other } => {
                let (was, mine, other) = (&base[was], &ours[mine], &theirs[other]);
                let added =
                    |side: &[Item]| side.iter().filter(|item| !base.contains(item)).cloned().collect::<Vec<_>>();
                let gone_on_both = was.iter().any(|item| !ours.contains(item) && !theirs.contains(item));
                let (of_ours, of_theirs) = (added(mine), added(other));
                let is_same = of_ours.len() == of_theirs.len() && of_ours.iter().all(|item| of_theirs.contains(item));
                if items == Items::Sentences && gone_on_both && !is_same {
                    return None;
                }
                // What each side left of this part, and what came to it.
                let kept = mine.iter().filter(|item| !base.contains(item) || theirs.contains(item));
                merged.extend(kept.cloned());
                merged.extend(of_theirs);
            }
        }
    }
    // An item that moved is in two pieces, one that both sides added at different places too.
    let mut result: Vec<Item> = Vec::with_capacity(merged.len());
    for item in merged {
        let taken_out = base.contains(&item) && !(ours.contains(&item) && theirs.contains(&item));
        if !taken_out && !result.contains(&item) {
            result.push(item);
        }
    }
    // What moved on both sides may have been passed over.
    for item in &ours {
        let stays = !base.contains(item) || theirs.contains(item);
        if stays && !result.contains(item) {
            result.push(item.clone());
        }
    }
    Some(result.into_iter().map(|(text, _)| text).collect())
}

fn numbered(list: &[String]) -> Vec<Item> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    list.iter()
        .map(|text| {
            let number = seen.entry(text).or_default();
            *number += 1;
            (text.clone(), *number - 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(base: &str, ours: &str, theirs: &str, items: Items) -> Option<String> {
        let [base, ours, theirs] =
            [base, ours, theirs].map(|text| text.chars().map(|c| c.to_string()).collect::<Vec<String>>());
        merge(&base, &ours, &theirs, items).map(|merged| merged.concat())
    }

    #[test]
    fn additions_and_removals_of_both_sides_are_made() {
        for items in [Items::Words, Items::Sentences] {
            assert_eq!(told("ab", "abc", "abd", items).as_deref(), Some("abcd"));
            assert_eq!(told("abc", "ab", "bc", items).as_deref(), Some("b"));
            assert_eq!(told("ab", "abx", "abx", items).as_deref(), Some("abx"));
            assert_eq!(told("ab", "xab", "abx", items).as_deref(), Some("xab"));
            assert_eq!(told("", "ab", "bc", items).as_deref(), Some("abc"));
            assert_eq!(told("abc", "cab", "abcd", items).as_deref(), Some("cabd"));
        }
    }

    #[test]
    fn a_sentence_reworded_twice_is_a_contradiction_and_two_words_are_two_words() {
        assert_eq!(told("abc", "axc", "ayc", Items::Sentences), None);
        assert_eq!(told("abc", "ac", "ayc", Items::Sentences), None, "taken out and reworded");
        assert_eq!(told("abc", "axc", "ayc", Items::Words).as_deref(), Some("axyc"));
        assert_eq!(told("abc", "xbc", "ayc", Items::Sentences).as_deref(), Some("xyc"));
    }
}

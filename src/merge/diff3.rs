//! Two changes of one sequence brought together: of lines, of sentences, of the items of a list.
//!
//! Knows nothing of what the items are. Changes of different places are both made, the same change is one, and what both
//! sides changed differently is a conflict with its three versions.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// A part of the merged sequence, by positions in the three that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// An item that neither side changed.
    Kept {
        /// In the base.
        base: usize,
        /// In ours.
        ours: usize,
        /// In theirs.
        theirs: usize,
    },
    /// What ours has for a part of the base that theirs left alone.
    Ours(Range<usize>),
    /// What theirs has for a part of the base that ours left alone.
    Theirs(Range<usize>),
    /// The same change on both sides, by its place in ours.
    Both(Range<usize>),
    /// Two different changes of one part.
    Conflict {
        /// In the base.
        base: Range<usize>,
        /// In ours.
        ours: Range<usize>,
        /// In theirs.
        theirs: Range<usize>,
    },
}

/// How near two changes may be to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nearness {
    /// They may touch: the items stand for themselves.
    Touching,
    /// They may touch, but not where one side takes out what stands beside what the other changed: it may speak of it.
    Sentences,
    /// An unchanged item has to be between them, as git wants it between lines.
    Apart,
}

/// One change of one side: a part of the base, and what the side has in its place.
#[derive(Debug, Clone)]
struct Change {
    base: Range<usize>,
    side: Range<usize>,
    of_ours: bool,
}

/// Brings two changes of a sequence together.
pub(super) fn merge<T: Eq + Hash>(base: &[T], ours: &[T], theirs: &[T], near: Nearness) -> Vec<Piece> {
    let (ours_at, mut changes) = changes(base, ours, true);
    let (theirs_at, of_theirs) = self::changes(base, theirs, false);
    changes.extend(of_theirs);
    changes.sort_by_key(|change| (change.base.start, change.base.end));
    let mut pieces = Vec::new();
    let mut at = 0;
    let keep = |pieces: &mut Vec<Piece>, until: usize, at: &mut usize| {
        for item in *at..until {
            if let (Some(ours), Some(theirs)) = (ours_at[item], theirs_at[item]) {
                pieces.push(Piece::Kept { base: item, ours, theirs });
            }
        }
        *at = until.max(*at);
    };
    let mut open = changes.into_iter().peekable();
    while let Some(first) = open.next() {
        keep(&mut pieces, first.base.start, &mut at);
        let mut cluster = vec![first.clone()];
        let mut reach = first.base;
        while let Some(next) = open.next_if(|next| meets(&reach, &next.base, near) || leans(&cluster, next, near)) {
            reach.end = reach.end.max(next.base.end);
            cluster.push(next);
        }
        pieces.push(piece(base, ours, theirs, &cluster, reach.clone()));
        at = at.max(reach.end);
    }
    keep(&mut pieces, base.len(), &mut at);
    pieces
}

/// Where each item of the base is on a side, and the changes of the side.
fn changes<T: Eq + Hash>(base: &[T], side: &[T], of_ours: bool) -> (Vec<Option<usize>>, Vec<Change>) {
    let mut places = vec![None; base.len()];
    let mut changes: Vec<Change> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, base, side) {
        let (tag, old, new) = op.as_tag_tuple();
        if tag == DiffTag::Equal {
            for (old, new) in old.zip(new) {
                places[old] = Some(new);
            }
            continue;
        }
        match changes.last_mut() {
            Some(last) if last.base.end == old.start && last.side.end == new.start => {
                last.base.end = old.end;
                last.side.end = new.end;
            }
            _ => changes.push(Change { base: old, side: new, of_ours }),
        }
    }
    (places, changes)
}

/// Whether a change is of the same part as those before it. It begins where they begin or further on.
fn meets(reach: &Range<usize>, next: &Range<usize>, near: Nearness) -> bool {
    match near {
        Nearness::Apart => next.start <= reach.end,
        Nearness::Touching | Nearness::Sentences => {
            next.start < reach.end || (reach.is_empty() && next.is_empty() && next.start == reach.end)
        }
    }
}

/// Whether a change stands beside one of the other side, and one of the two takes out what the other may speak of.
fn leans(cluster: &[Change], next: &Change, near: Nearness) -> bool {
    near == Nearness::Sentences
        && cluster.iter().any(|change| {
            let is_beside = change.of_ours != next.of_ours && change.base.end == next.base.start;
            is_beside && (change.side.is_empty() || next.side.is_empty())
        })
}

fn piece<T: Eq>(base: &[T], ours: &[T], theirs: &[T], cluster: &[Change], reach: Range<usize>) -> Piece {
    let of = |of_ours: bool| side_of(cluster, of_ours, &reach);
    match (of(true), of(false)) {
        (Some(ours), None) => Piece::Ours(ours),
        (None, Some(theirs)) => Piece::Theirs(theirs),
        (Some(in_ours), Some(in_theirs)) if ours[in_ours.clone()] == theirs[in_theirs.clone()] => Piece::Both(in_ours),
        (Some(ours), Some(theirs)) => Piece::Conflict { base: reach, ours, theirs },
        // A cluster has at least one change.
        (None, None) => Piece::Kept { base: reach.start.min(base.len()), ours: 0, theirs: 0 },
    }
}

/// What a side has for a part of the base, when it changed anything there. What it left alone at the edges is as long there
/// as in the base.
fn side_of(cluster: &[Change], of_ours: bool, reach: &Range<usize>) -> Option<Range<usize>> {
    let mut mine = cluster.iter().filter(|change| change.of_ours == of_ours);
    let first = mine.next()?;
    let last = mine.next_back().unwrap_or(first);
    Some(first.side.start - (first.base.start - reach.start)..last.side.end + (reach.end - last.base.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(base: &str, ours: &str, theirs: &str, near: Nearness) -> String {
        let [base, ours, theirs] = [base, ours, theirs].map(|text| text.chars().collect::<Vec<char>>());
        let text = |side: &[char], range: Range<usize>| side[range].iter().collect::<String>();
        merge(&base, &ours, &theirs, near)
            .into_iter()
            .map(|piece| match piece {
                Piece::Kept { base: at, .. } => base[at].to_string(),
                Piece::Ours(range) | Piece::Both(range) => text(&ours, range),
                Piece::Theirs(range) => text(&theirs, range),
                Piece::Conflict { base: of_base, ours: of_ours, theirs: of_theirs } => {
                    format!("<{}|{}|{}>", text(&ours, of_ours), text(&base, of_base), text(&theirs, of_theirs))
                }
            })
            .collect()
    }

    #[test]
    fn changes_of_different_places_are_both_made() {
        assert_eq!(told("abcde", "aXcde", "abcYe", Nearness::Apart), "aXcYe");
        assert_eq!(told("abcde", "abcde", "ae", Nearness::Apart), "ae");
        assert_eq!(told("abc", "Xabc", "abcY", Nearness::Apart), "XabcY");
        assert_eq!(told("", "", "x", Nearness::Apart), "x");
    }

    #[test]
    fn the_same_change_is_one_and_different_ones_conflict() {
        assert_eq!(told("abc", "aXc", "aXc", Nearness::Apart), "aXc");
        assert_eq!(told("abc", "aXc", "aYc", Nearness::Apart), "a<X|b|Y>c");
        assert_eq!(told("abc", "abcX", "abcY", Nearness::Touching), "abc<X||Y>");
        assert_eq!(told("abc", "ac", "aYc", Nearness::Touching), "a<|b|Y>c");
    }

    #[test]
    fn neighbours_may_touch_where_items_stand_for_themselves() {
        assert_eq!(told("abcd", "aXcd", "abYd", Nearness::Touching), "aXYd");
        assert_eq!(told("abcd", "aXcd", "abYd", Nearness::Apart), "a<Xc|bc|bY>d");
        assert_eq!(told("abcd", "aIbcd", "aXcd", Nearness::Touching), "aIXcd");
        assert_eq!(told("abcd", "abIcd", "aXcd", Nearness::Touching), "aXIcd");
        assert_eq!(told("abcd", "aXd", "abYd", Nearness::Touching), "a<X|bc|bY>d");
    }

    #[test]
    fn what_is_taken_out_beside_a_change_is_a_conflict_of_sentences() {
        assert_eq!(told("abcd", "aXcd", "abYd", Nearness::Sentences), "aXYd");
        assert_eq!(told("abcd", "acd", "abYd", Nearness::Sentences), "a<c|bc|bY>d");
        assert_eq!(told("abcd", "aXcd", "abd", Nearness::Sentences), "a<Xc|bc|b>d");
        assert_eq!(told("abcd", "acd", "aXbcd", Nearness::Sentences), "a<|b|Xb>cd");
        assert_eq!(told("abcd", "acd", "abcY", Nearness::Sentences), "acY");
        assert_eq!(told("abcd", "acd", "acd", Nearness::Sentences), "acd");
        assert_eq!(told("abcd", "acd", "ad", Nearness::Sentences), "a<c|bc|>d");
    }
}

//! Which row of a list before is which row after.

use toml::{Table, Value};

/// Pairs of positions before and after, in the order of the list after; removed rows come where they were.
///
/// Equal rows are paired first, then rows that are the same thing by what identifies it (an action by its id, an entry
/// by its text, else by its time), then for lists of few keys the rest by position.
pub(super) fn pair(plain: &str, before: &[&Table], after: &[&Table]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut partner_of: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let mut claim = |same: &dyn Fn(&Table, &Table) -> bool| {
        for (new, row) in after.iter().enumerate() {
            if partner_of[new].is_some() {
                continue;
            }
            if let Some(old) = (0..before.len()).find(|old| !taken[*old] && same(before[*old], row)) {
                partner_of[new] = Some(old);
                taken[old] = true;
            }
        }
    };
    claim(&|old, new| old == new);
    for key in identities(plain) {
        claim(&|old, new| same_value(old.get(*key), new.get(*key)));
    }
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    let mut removed = (0..before.len()).filter(|old| !taken[*old]).peekable();
    for (new, old) in partner_of.iter().enumerate() {
        if let Some(old) = old {
            while removed.peek().is_some_and(|gone| gone < old) {
                pairs.push((removed.next(), None));
            }
        }
        pairs.push((*old, Some(new)));
    }
    pairs.extend(removed.map(|old| (Some(old), None)));
    pairs
}

/// The keys that tell the rows of a list apart, the surest first.
fn identities(plain: &str) -> &'static [&'static str] {
    match plain {
        "timeline" => &["event", "at"],
        "actions" => &["id"],
        "cause.whys" => &["why", "because"],
        "links" => &["url", "label"],
        "metrics" => &["name"],
        "figures" => &["file"],
        "review.questions" => &["question"],
        "prevention.monitoring" => &["alert"],
        _ => &[],
    }
}

fn same_value(old: Option<&Value>, new: Option<&Value>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if old == new)
}

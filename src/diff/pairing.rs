//! Which row of a list before is which row after.

use std::collections::{HashMap, VecDeque};

use toml::Table;

/// Pairs of positions before and after, in the order of the list after; removed rows come where they were.
///
/// Equal rows are paired first, then rows that are the same thing by what identifies it (an action by its id, an entry
/// by its text, else by its time).
pub(super) fn pair(plain: &str, before: &[&Table], after: &[&Table]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut partner_of: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    // Most changes leave the rows above and below them alone.
    let above = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let rest = before.len().min(after.len()) - above;
    let below = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    for index in 0..above {
        partner_of[index] = Some(index);
        taken[index] = true;
    }
    for index in 1..=below {
        partner_of[after.len() - index] = Some(before.len() - index);
        taken[before.len() - index] = true;
    }
    let mut claim = |likeness: &dyn Fn(&Table) -> Option<String>| {
        let mut free: HashMap<String, VecDeque<usize>> = HashMap::new();
        for old in (0..before.len()).filter(|old| !taken[*old]) {
            if let Some(like) = likeness(before[old]) {
                free.entry(like).or_default().push_back(old);
            }
        }
        for new in 0..after.len() {
            if partner_of[new].is_some() || free.is_empty() {
                continue;
            }
            let old = likeness(after[new]).and_then(|like| free.get_mut(&like)?.pop_front());
            if let Some(old) = old {
                partner_of[new] = Some(old);
                taken[old] = true;
            }
        }
    };
    claim(&|row| Some(format!("{row:?}")));
    for key in identities(plain) {
        claim(&|row| row.get(*key).map(|value| format!("{value:?}")));
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

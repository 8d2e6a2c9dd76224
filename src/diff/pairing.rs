//! Which row of a list before is which row after.

use std::collections::{HashMap, HashSet, VecDeque};

use toml::{Table, Value};

use crate::record::Record;

use super::same::{fingerprint, fingerprint_of, same_tables};

/// Rows that are left over are compared with each other up to this many times: two lists that have nothing in common
/// are told row by row, however long they are.
const MOST_COMPARED: usize = 40_000;

/// As many words of a row are looked at.
const MOST_WORDS: usize = 200;

/// Pairs of positions before and after, in the order of the list after; removed rows come where they were.
///
/// Equal rows are paired first, then rows that are the same thing by what identifies it (an action by its id, an entry
/// by its text, else by its time), then rows most of whose words are the same.
pub(super) fn pair(plain: &str, before: &[&Table], after: &[&Table]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut partner_of: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    // Most changes leave the rows above and below them alone.
    let above = before.iter().zip(after).take_while(|(old, new)| same_tables(old, new)).count();
    let rest = before.len().min(after.len()) - above;
    let from_below = before.iter().rev().zip(after.iter().rev());
    let below = from_below.take(rest).take_while(|(old, new)| same_tables(old, new)).count();
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
    claim(&|row| Some(fingerprint_of(row)));
    for key in identities(plain) {
        claim(&|row| row.get(*key).map(fingerprint));
    }
    alike(plain, before, after, &mut partner_of, &mut taken);
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

/// Pairs what is left over by the words it shares: an entry that was moved and reworded, a question put differently.
fn alike(plain: &str, before: &[&Table], after: &[&Table], partner_of: &mut [Option<usize>], taken: &mut [bool]) {
    // Nobody rewords a signature: of two sign-offs one is another.
    if plain == "sign_offs" {
        return;
    }
    let old: Vec<usize> = (0..before.len()).filter(|old| !taken[*old]).collect();
    let new: Vec<usize> = (0..after.len()).filter(|new| partner_of[*new].is_none()).collect();
    if old.is_empty() || old.len().saturating_mul(new.len()) > MOST_COMPARED {
        return;
    }
    let old: Vec<(usize, Vec<&str>)> = old.into_iter().map(|old| (old, words(plain, before[old]))).collect();
    for new in new {
        let here = words(plain, after[new]);
        let likest = old
            .iter()
            .filter(|(old, _)| !taken[*old])
            .map(|(old, there)| (common(&here, there) * 2, here.len() + there.len(), *old))
            .filter(|(common, all, _)| *common > 0 && common * 2 >= *all)
            // The earlier one of two that are as like.
            .max_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)).then_with(|| b.2.cmp(&a.2)));
        if let Some((_, _, old)) = likest {
            partner_of[new] = Some(old);
            taken[old] = true;
        }
    }
}

/// The words that tell what a row is about, sorted.
fn words<'a>(plain: &str, row: &'a Table) -> Vec<&'a str> {
    let telling = identities(plain);
    let texts = row.iter().filter(|(key, _)| telling.is_empty() || telling.contains(&key.as_str()));
    let texts = texts.filter_map(|(_, value)| value.as_str());
    let mut words: Vec<&str> = texts.flat_map(str::split_whitespace).take(MOST_WORDS).collect();
    words.sort_unstable();
    words
}

/// How many words two sorted lists share.
fn common(a: &[&str], b: &[&str]) -> usize {
    let (mut at_a, mut at_b, mut shared) = (0, 0, 0);
    while let (Some(in_a), Some(in_b)) = (a.get(at_a), b.get(at_b)) {
        match in_a.cmp(in_b) {
            std::cmp::Ordering::Less => at_a += 1,
            std::cmp::Ordering::Greater => at_b += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                at_a += 1;
                at_b += 1;
            }
        }
    }
    shared
}

/// How much of two records has to be the same for one to be the other under a new id, in percent; git's own measure for
/// renames.
const ALIKE: usize = 50;

/// How much of two records is the same, in percent of what both say: for a record that went beside one that came. [`None`]
/// when that is too little for one to be the other.
///
/// Without a title, an incident, a summary or an entry in common they are not: short records have much in common that
/// says nothing.
pub fn likeness(before: &Record, after: &Record) -> Option<usize> {
    let shares = |path: &str| before.text(path).is_some_and(|text| after.text(path) == Some(text));
    let entry = |table: &Table| (table.get("at").map(fingerprint), table.get("event").map(fingerprint));
    let share_an_entry = || {
        let known: HashSet<_> = before.tables("timeline").into_iter().map(entry).collect();
        after.tables("timeline").into_iter().any(|table| known.contains(&entry(table)))
    };
    if !["title", "incident.id", "summary"].into_iter().any(shares) && !share_an_entry() {
        return None;
    }
    let (before, after) = (before.values(), after.values());
    let mut leaves = [Vec::new(), Vec::new()];
    for (found, table) in leaves.iter_mut().zip([before, after]) {
        collect("", table, found);
        found.sort_unstable();
    }
    let [before, after] = leaves.each_ref().map(|leaves| leaves.iter().map(String::as_str).collect::<Vec<_>>());
    let all = before.len() + after.len();
    (common(&before, &after) * 200).checked_div(all).filter(|likeness| *likeness >= ALIKE)
}

/// Every value with where it is, whatever row it is in.
fn collect(at: &str, table: &Table, found: &mut Vec<String>) {
    for (key, value) in table {
        let here = format!("{at}.{key}");
        leaf(&here, value, found);
    }
}

fn leaf(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => collect(at, table, found),
        Value::Array(items) => items.iter().for_each(|item| leaf(at, item, found)),
        value => found.push(format!("{at}={}", fingerprint(value))),
    }
}

/// The keys that tell the rows of a list apart, the surest first.
fn identities(plain: &str) -> &'static [&'static str] {
    match plain {
        "timeline" => &["event", "at"],
        "actions" => &["id", "action"],
        "cause.whys" => &["why", "because"],
        "links" => &["url", "label"],
        "metrics" => &["name"],
        "figures" => &["file"],
        "review.questions" => &["question"],
        "prevention.monitoring" => &["alert"],
        _ => &[],
    }
}

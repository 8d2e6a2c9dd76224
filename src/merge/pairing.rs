//! Which row of one version is which row of another.
//!
//! An action is known by its id, a sign-off by what it states, an entry by its time and its text, other rows by what they
//! are called. Never by position, but in lists that the format does not know and that name their rows by nothing.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::record::{RecordId, text_in};
use crate::workflow::SignOff;

/// From this likeness on two texts are one text, reworded.
const ALIKE: f64 = 0.6;

/// The rows of a list, and what has to be known to tell them apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// The list: `timeline`, `cause.whys`.
    pub(super) list: &'a str,
    /// The record they are of: a sign-off states it.
    pub(super) record: &'a RecordId,
}

impl Rows<'_> {
    /// For each row after, the row before that it comes from.
    pub(super) fn versions(&self, before: &[&Table], after: &[&Table]) -> Vec<Option<usize>> {
        let mut claims = Claims::new(before, after);
        claims.by(&|row| Some(written_table(row)));
        match self.list {
            "timeline" => {
                claims.by(&|row| Some(format!("{}\n{}", told(row, "at")?, told(row, "event")?)));
                claims.by(&|row| told(row, "event"));
                claims.by_likeness(&|row| told(row, "at"), "event", ALIKE);
            }
            "actions" => {
                claims.by(&|row| Some(format!("{}\n{}", told(row, "id")?, told(row, "action")?)));
                claims.by(&|row| told(row, "id"));
                claims.by(&|row| if row.contains_key("id") { None } else { told(row, "action") });
            }
            "sign_offs" => claims.by(&|row| Some(SignOff::of(row).digest(self.record))),
            list => match names(list) {
                [] => {
                    for key in ["id", "name", "key"] {
                        claims.by(&|row| told(row, key));
                    }
                    claims.by_position();
                }
                names => names.iter().for_each(|key| claims.by(&|row| told(row, key))),
            },
        }
        claims.partner
    }

    /// For each row that theirs added, the row that ours added and that is the same thing.
    pub(super) fn additions(&self, ours: &[&Table], theirs: &[&Table]) -> Vec<Option<usize>> {
        let mut claims = Claims::new(ours, theirs);
        claims.by(&|row| Some(written_table(row)));
        match self.list {
            "timeline" => claims.by(&|row| Some(format!("{}\n{}", told(row, "at")?, told(row, "event")?))),
            "actions" => claims.by_likeness(&|row| told(row, "id"), "action", ALIKE),
            "sign_offs" => claims.by(&|row| Some(SignOff::of(row).digest(self.record))),
            list => match names(list) {
                [] => ["id", "name", "key"].iter().for_each(|key| claims.by(&|row| told(row, key))),
                [first, ..] => claims.by(&|row| told(row, first)),
            },
        }
        claims.partner
    }
}

/// The keys that tell the rows of a list apart, the surest first.
fn names(list: &str) -> &'static [&'static str] {
    match list {
        "cause.whys" => &["why", "because"],
        "links" => &["url", "label"],
        "metrics" => &["name"],
        "figures" => &["file"],
        "review.questions" => &["question"],
        "prevention.monitoring" => &["alert"],
        _ => &[],
    }
}

/// What people call a row by.
pub(super) fn called(list: &str, row: &Table, index: usize) -> String {
    let text = |key: &str| text_in(row, key).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let name = match list {
        "timeline" => {
            return format!("entry at {}", row.get("at").map_or_else(|| "no time".to_owned(), crate::diff::shown));
        }
        "actions" => return text("id").map_or_else(|| format!("action {}", index + 1), |id| format!("action {id}")),
        "sign_offs" => text("name"),
        _ => names(list).iter().chain(&["id", "name", "key"]).find_map(|key| text(key)),
    };
    match name {
        Some(name) => format!("{list} “{}”", shortened(&name)),
        None => format!("{list}[{}]", index + 1),
    }
}

fn shortened(name: &str) -> String {
    const LONGEST: usize = 40;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

fn told(row: &Table, key: &str) -> Option<String> {
    row.get(key).map(written)
}

/// A value as text, the same for all that say the same.
pub(super) fn written(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    text
}

/// [`written`], for a table.
pub(super) fn written_table(table: &Table) -> String {
    let mut text = String::new();
    write_table(table, &mut text);
    text
}

fn write_table(table: &Table, text: &mut String) {
    let mut keys: Vec<&String> = table.keys().collect();
    keys.sort_unstable();
    text.push('{');
    for key in keys {
        let _ = write!(text, "{key:?}=");
        write_value(&table[key], text);
        text.push(',');
    }
    text.push('}');
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Table(table) => write_table(table, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_value(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Datetime(time) => {
            let mut time = *time;
            if let Some(clock) = &mut time.time {
                clock.second = clock.second.or(Some(0));
            }
            let _ = write!(text, "{time}");
        }
        other => {
            let _ = write!(text, "{other:?}");
        }
    }
}

/// Rows that find their partners, the surest signs first.
struct Claims<'a> {
    before: &'a [&'a Table],
    after: &'a [&'a Table],
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Claims<'a> {
    fn new(before: &'a [&'a Table], after: &'a [&'a Table]) -> Self {
        Self { before, after, partner: vec![None; after.len()], taken: vec![false; before.len()] }
    }

    fn pair(&mut self, before: usize, after: usize) {
        self.partner[after] = Some(before);
        self.taken[before] = true;
    }

    fn free(&self, sign: &dyn Fn(&Table) -> Option<String>) -> HashMap<String, VecDeque<usize>> {
        let mut free: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (index, row) in self.before.iter().enumerate().filter(|(index, _)| !self.taken[*index]) {
            if let Some(sign) = sign(row) {
                free.entry(sign).or_default().push_back(index);
            }
        }
        free
    }

    /// Pairs rows that have the same sign, in their order.
    fn by(&mut self, sign: &dyn Fn(&Table) -> Option<String>) {
        let mut free = self.free(sign);
        for after in 0..self.after.len() {
            if self.partner[after].is_some() || free.is_empty() {
                continue;
            }
            let before = sign(self.after[after]).and_then(|sign| free.get_mut(&sign)?.pop_front());
            if let Some(before) = before {
                self.pair(before, after);
            }
        }
    }

    /// Pairs rows that have the same sign, those first whose texts are most alike. A text that the other goes on from is
    /// alike, however much longer that is.
    fn by_likeness(&mut self, sign: &dyn Fn(&Table) -> Option<String>, text: &str, least: f64) {
        let free = self.free(sign);
        let text_of = |row: &Table| text_in(row, text).unwrap_or_default().to_owned();
        let mut found: Vec<(f64, usize, usize)> = Vec::new();
        for (after, row) in self.after.iter().enumerate().filter(|(after, _)| self.partner[*after].is_none()) {
            for before in sign(row).and_then(|sign| free.get(&sign)).into_iter().flatten() {
                let (old, new) = (text_of(self.before[*before]), text_of(row));
                let grown = !old.is_empty() && !new.is_empty() && (old.contains(&new) || new.contains(&old));
                let alike = strsim::normalized_levenshtein(&old, &new).max(if grown { ALIKE } else { 0.0 });
                found.push((alike, *before, after));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (alike, before, after) in found {
            if alike >= least && !self.taken[before] && self.partner[after].is_none() {
                self.pair(before, after);
            }
        }
    }

    /// Pairs rows between the same neighbours, where there are as many of them on both sides.
    fn by_position(&mut self) {
        let mut anchors: Vec<(usize, usize)> =
            self.partner.iter().enumerate().filter_map(|(after, before)| Some(((*before)?, after))).collect();
        anchors.push((self.before.len(), self.after.len()));
        let (mut before, mut after) = (0, 0);
        for (next_before, next_after) in anchors {
            if next_before >= before && next_before - before == next_after - after {
                let both = (before..next_before).zip(after..next_after).collect::<Vec<_>>();
                let all_free = both.iter().all(|(before, _)| !self.taken[*before]);
                both.into_iter().filter(|_| all_free).for_each(|(before, after)| self.pair(before, after));
            }
            before = next_before + 1;
            after = next_after + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Table> {
        let table: Table = text.parse().expect("TOML");
        table["rows"].as_array().expect("a list").iter().filter_map(Value::as_table).cloned().collect()
    }

    fn versions(list: &str, before: &str, after: &str) -> Vec<Option<usize>> {
        let (before, after) = (rows(before), rows(after));
        let record = RecordId::of_stem("x");
        let pairs = Rows { list, record: &record };
        pairs.versions(&before.iter().collect::<Vec<_>>(), &after.iter().collect::<Vec<_>>())
    }

    #[test]
    fn an_entry_is_known_by_its_text_and_else_by_its_time() {
        let before = "rows = [{ at = 2026-01-01T09:00:00Z, event = \"a\" }, { at = 2026-01-01T09:00:00Z, event = \"the page fired\" }]";
        let after = "rows = [{ at = 2026-01-01T09:00:00Z, event = \"new\" }, { at = 2026-01-01T09:00:00Z, event = \"the page fires\" }, { at = 2026-01-01T10:00Z, event = \"a\" }]";
        assert_eq!(versions("timeline", before, after), [None, Some(1), Some(0)]);
    }

    #[test]
    fn rows_of_unknown_lists_keep_their_place_between_the_same_neighbours() {
        let before = "rows = [{ x = 1 }, { x = 2 }, { x = 3 }]";
        assert_eq!(
            versions("custom.rows", before, "rows = [{ x = 1 }, { x = 9 }, { x = 3 }]"),
            [Some(0), Some(1), Some(2)]
        );
        assert_eq!(
            versions("custom.rows", before, "rows = [{ x = 1 }, { x = 8 }, { x = 9 }, { x = 3 }]"),
            [Some(0), None, None, Some(2)]
        );
    }
}

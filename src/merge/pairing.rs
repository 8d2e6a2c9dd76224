//! Which row of one version is which row of another.
//!
//! An action is known by its id, a sign-off by what it states, an entry by its time and its text, other rows by what they
//! are called, and in lists that the format does not know by most of what they say. Never by position.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use toml::{Table, Value};

use crate::record::{RecordId, text_in};
use crate::workflow::SignOff;

/// From this likeness on two texts are one text, reworded.
const ALIKE: f64 = 0.6;

/// Rows of unknown lists are compared with each other up to this many times; beyond, those that are not equal are others.
const MOST_COMPARED: usize = 40_000;

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
                let nameless = |row: &Table| if row.contains_key("id") { None } else { told(row, "action") };
                claims.by(&|row| Some(format!("{}\n{}", told(row, "id")?, told(row, "action")?)));
                claims.by_likeness(&|row| told(row, "id"), "action", ALIKE);
                // Two actions drew its id, and one of them has another one since.
                let named = |row: &Table| text_in(row, "id").and(text_in(row, "action")).map(str::to_owned);
                claims.by(&named);
                claims.by(&|row| told(row, "id"));
                claims.by(&nameless);
                // It has been given an id since.
                claims.by_signs(&nameless, &|row| told(row, "action"), &|_, _| true);
            }
            "sign_offs" => claims.by(&|row| Some(SignOff::of(row).digest(self.record))),
            list => match names(list) {
                [] => {
                    for key in ["id", "name", "key"] {
                        claims.by(&|row| told(row, key));
                    }
                    claims.by_content();
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
            "timeline" => {
                let event = |row: &Table| Some(format!("{}\n{}", told(row, "at")?, told(row, "event")?));
                claims.by(&|row| Some(format!("{}\n{}", event(row)?, told(row, "owner")?)));
                claims.by_signs(&event, &event, &|mine, other| !of_two_people(mine, other));
            }
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

/// Whether two entries are by two people, who may both have seen the same.
fn of_two_people(a: &Table, b: &Table) -> bool {
    matches!((told(a, "owner"), told(b, "owner")), (Some(a), Some(b)) if a != b)
}

/// Whether an entry says what another one does, at the same time, and is another person's: both are kept.
pub(super) fn seen_by_another(a: &Table, b: &Table) -> bool {
    ["at", "event"].into_iter().all(|key| told(a, key).is_some() && told(a, key) == told(b, key)) && of_two_people(a, b)
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
        self.by_signs(sign, sign, &|_, _| true);
    }

    /// Pairs a row before with one after that has as its sign what the other has as another, and that fits it.
    fn by_signs(
        &mut self,
        of_before: &dyn Fn(&Table) -> Option<String>,
        of_after: &dyn Fn(&Table) -> Option<String>,
        fits: &dyn Fn(&Table, &Table) -> bool,
    ) {
        let mut free = self.free(of_before);
        for after in 0..self.after.len() {
            if self.partner[after].is_some() || free.is_empty() {
                continue;
            }
            let row = self.after[after];
            let before = of_after(row).and_then(|sign| {
                let free = free.get_mut(&sign)?;
                let place = free.iter().position(|before| fits(self.before[*before], row))?;
                free.remove(place)
            });
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

    /// Pairs rows that say the same under at least half of their keys, those first that are most alike.
    fn by_content(&mut self) {
        let open: Vec<usize> = (0..self.after.len()).filter(|after| self.partner[*after].is_none()).collect();
        let free: Vec<usize> = (0..self.before.len()).filter(|before| !self.taken[*before]).collect();
        if open.len().saturating_mul(free.len()) > MOST_COMPARED {
            return;
        }
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for after in open {
            let alike = |before: usize| (likeness(self.before[before], self.after[after]), before, after);
            found.extend(free.iter().map(|before| alike(*before)).filter(|(alike, ..)| *alike >= 500));
        }
        found.sort_by_key(|(alike, before, after)| (std::cmp::Reverse(*alike), *before, *after));
        for (_, before, after) in found {
            if !self.taken[before] && self.partner[after].is_none() {
                self.pair(before, after);
            }
        }
    }
}

/// How many of a thousand keys of two rows say the same, or are one text reworded.
fn likeness(a: &Table, b: &Table) -> usize {
    let same = |(key, value): &(&String, &Value)| match (value, b.get(key.as_str())) {
        (_, None) => false,
        (Value::String(a), Some(Value::String(b))) => strsim::normalized_levenshtein(a, b) >= ALIKE,
        (value, Some(other)) => written(value) == written(other),
    };
    a.iter().filter(same).count() * 1000 / a.len().max(b.len()).max(1)
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
    fn rows_of_unknown_lists_are_known_by_what_they_say_wherever_they_stand() {
        let before = "rows = [{ x = 1, y = 1 }, { x = 2, y = 2 }, { x = 3, y = 3 }]";
        assert_eq!(
            versions("custom.rows", before, "rows = [{ x = 3, y = 4 }, { x = 9, y = 9 }, { x = 1, y = 1 }]"),
            [Some(2), None, Some(0)]
        );
        let before = "rows = [{ note = \"the disk was full\" }, { note = \"nobody looked\" }]";
        let after = "rows = [{ note = \"nobody looked at it\" }, { note = \"the disk was full at nine\" }]";
        assert_eq!(versions("custom.rows", before, after), [Some(1), Some(0)]);
    }

    #[test]
    fn an_action_that_was_given_an_id_is_the_one_without() {
        let before = "rows = [{ action = \"Alert\" }, { action = \"Restore\" }]";
        let after = "rows = [{ id = \"k7fq\", action = \"Restore\" }, { action = \"Alert\" }]";
        assert_eq!(versions("actions", before, after), [Some(1), Some(0)]);
    }

    #[test]
    fn an_action_whose_id_another_one_has_now_is_known_by_its_words() {
        let before = "rows = [{ id = \"abcd\", action = \"Somebody on call\" }, { id = \"k7fq\", action = \"Alert\" }]";
        let after = "rows = [{ id = \"abcd\", action = \"Canary deploys\" }, { id = \"tdwp\", action = \"Somebody on call\" }, { id = \"k7fq\", action = \"Restore at once\" }]";
        assert_eq!(versions("actions", before, after), [None, Some(0), Some(1)]);
    }

    #[test]
    fn what_two_people_saw_is_two_entries_and_what_nobody_claims_is_one() {
        let of = |ours: &str, theirs: &str| {
            let row = |owner: &str| rows(&format!("rows = [{{ at = 2026-01-01T09:00:00Z, event = \"a\"{owner} }}]"));
            let (ours, theirs) = (row(ours), row(theirs));
            let record = RecordId::of_stem("x");
            let pairs = Rows { list: "timeline", record: &record };
            pairs.additions(&ours.iter().collect::<Vec<_>>(), &theirs.iter().collect::<Vec<_>>())
        };
        assert_eq!(of(", owner = \"Ann\"", ", owner = \"Bob\""), [None]);
        assert_eq!(of(", owner = \"Ann\"", ", owner = \"Ann\", notes = \"x\""), [Some(0)]);
        assert_eq!(of("", ", owner = \"Bob\""), [Some(0)]);
    }
}

//! What a merge comes to, before any text is touched: for each key what happens to it.

use toml::{Table, Value};

use super::lists::{self, Items};
use super::pairing::Rows;
use super::prose::{self, Parts};
use super::report::{Clash, Conflict, Count, Note, Why};
use super::rounds::Rounds;
use crate::document::{same, same_table};
use crate::record::RecordId;
use crate::record::keys::{self, Kind};

/// What happens to a value of ours.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// Ours stands.
    Keep,
    /// Theirs takes its place: their value, or that it is gone.
    Take,
    /// A value made of both.
    Put(Value),
    /// A table, by those of its keys that something happens to.
    Table(Vec<(String, Self)>),
    /// A list of tables.
    Rows(RowsPlan),
    /// A contradiction, by its number.
    Conflict(usize),
}

/// The rows of the merged list, in order, with those that only some choices leave in it.
#[derive(Debug, Clone, Default)]
pub(super) struct RowsPlan {
    pub(super) rows: Vec<Row>,
    /// The number of the conflict about the order; ours is that of `rows`, theirs that of their list.
    pub(super) order: Option<usize>,
}

/// A row, by where it is in the three versions.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) base: Option<usize>,
    pub(super) ours: Option<usize>,
    pub(super) theirs: Option<usize>,
    /// What happens to its keys.
    pub(super) plan: Plan,
    /// The number of the conflict that decides whether it stays.
    pub(super) disputed: Option<usize>,
}

/// Makes the plan, and notes what has to be told about it.
pub(super) struct Planner<'a> {
    pub(super) record: &'a RecordId,
    pub(super) rounds: &'a Rounds,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) clashes: Vec<Clash>,
    pub(super) notes: Vec<Note>,
    pub(super) counts: Vec<Count>,
    /// The number of the conflict of two rounds, once it is noted.
    pub(super) contradiction: Option<usize>,
}

impl<'a> Planner<'a> {
    /// A planner of a record whose rounds are known.
    pub(super) fn new(record: &'a RecordId, rounds: &'a Rounds) -> Self {
        Self {
            record,
            rounds,
            conflicts: Vec::new(),
            clashes: Vec::new(),
            notes: Vec::new(),
            counts: Vec::new(),
            contradiction: None,
        }
    }

    /// The plan of a whole record.
    pub(super) fn record(&mut self, base: &Table, ours: &Table, theirs: &Table) -> Plan {
        self.table("", "", Some(base), Some(ours), Some(theirs))
    }

    /// Notes a contradiction.
    pub(super) fn conflict(&mut self, conflict: Conflict) -> usize {
        let number = self.conflicts.len();
        self.conflicts.push(Conflict { number, ..conflict });
        number
    }

    /// The conflict of two transitions from one state: the status and the new sign-offs of both sides stand and fall with
    /// it.
    pub(super) fn contradiction(&mut self) -> usize {
        if let Some(number) = self.contradiction {
            return number;
        }
        let [ours, theirs] = [&self.rounds.ours, &self.rounds.theirs].map(|moves| Value::from(moves.join(", then ")));
        let conflict = Conflict::new("status", Why::Rounds, None, Some(&ours), Some(&theirs));
        let number = self.conflict(conflict);
        self.contradiction = Some(number);
        number
    }

    /// The plan of a table, key by key: those of ours in their order, then those that only theirs has.
    pub(super) fn table(
        &mut self,
        plain: &str,
        label: &str,
        base: Option<&Table>,
        ours: Option<&Table>,
        theirs: Option<&Table>,
    ) -> Plan {
        let empty = Table::new();
        let (base, ours, theirs) = (base.unwrap_or(&empty), ours.unwrap_or(&empty), theirs.unwrap_or(&empty));
        let only_theirs = theirs.keys().filter(|key| !ours.contains_key(*key));
        let mut found = Vec::new();
        for key in ours.keys().chain(only_theirs) {
            let (place, name) = (joined(plain, key), joined(label, key));
            let fate = self.value(&place, &name, base.get(key), ours.get(key), theirs.get(key));
            if !matches!(fate, Plan::Keep) {
                found.push((key.clone(), fate));
            }
        }
        if found.is_empty() { Plan::Keep } else { Plan::Table(found) }
    }

    fn value(
        &mut self,
        plain: &str,
        label: &str,
        base: Option<&Value>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Plan {
        if plain == "sign_offs" && self.rounds.contradict() {
            let [base, ours, theirs] = [base, ours, theirs].map(|side| rows(side).unwrap_or_default());
            return self.rows(plain, &base, &ours, &theirs);
        }
        if plain == "status" && self.rounds.contradict() {
            return Plan::Conflict(self.contradiction());
        }
        let is_new = ours.is_none();
        if let (Some(base), Some(ours), Some(theirs)) = (rows(base), rows(ours), rows(theirs))
            && !(base.is_empty() && ours.is_empty() && theirs.is_empty())
            && !(is_new && base.is_empty())
            && !(theirs.is_empty() && same_rows(&base, &ours))
        {
            return self.rows(plain, &base, &ours, &theirs);
        }
        if alike(ours, theirs) || alike(base, theirs) {
            self.count_whole(plain, base, ours, theirs);
            return Plan::Keep;
        }
        if let (Some(base), Some(ours), Some(theirs)) = (table(base), table(ours), table(theirs))
            && !(theirs.is_none() && alike_tables(base, ours))
            && !(base.is_none() && ours.is_none())
        {
            return self.table(plain, label, base, ours, theirs);
        }
        if alike(base, ours) {
            self.count_whole(plain, base, ours, theirs);
            return Plan::Take;
        }
        if let Some(merged) = both(plain, base, ours, theirs) {
            let is_empty = merged.as_array().is_some_and(Vec::is_empty);
            return match (ours, theirs) {
                (None, _) if is_empty => Plan::Keep,
                (_, None) if is_empty => Plan::Take,
                _ => Plan::Put(merged),
            };
        }
        let conflict = Conflict { key: plain.to_owned(), ..Conflict::new(label, Why::Value, base, ours, theirs) };
        Plan::Conflict(self.conflict(conflict))
    }

    /// A list of tables that came or went as a whole, or is the same on both sides.
    fn count_whole(&mut self, plain: &str, base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) {
        let (Some(base), Some(ours), Some(theirs)) = (rows(base), rows(ours), rows(theirs)) else { return };
        if base.len() + ours.len() + theirs.len() == 0 {
            return;
        }
        let known = Rows { list: plain, record: self.record };
        let news = |side: &[&Table]| known.versions(&base, side).iter().filter(|version| version.is_none()).count();
        let is_theirs = same_rows(&base, &ours) && !same_rows(&base, &theirs);
        let result = if is_theirs { &theirs } else { &ours };
        let added = news(result);
        self.counts.push(Count {
            list: plain.to_owned(),
            base: base.len(),
            ours: if is_theirs { 0 } else { added },
            theirs: if is_theirs { added } else { 0 },
            removed: base.len() + added - result.len(),
            disputed: 0,
        });
    }
}

/// The dotted path of a key; a key with a dot in it is no path, and is known by nothing.
fn joined(above: &str, key: &str) -> String {
    let key = if key.contains('.') { format!("{key:?}") } else { key.to_owned() };
    if above.is_empty() { key } else { format!("{above}.{key}") }
}

/// What a value is as a table: `None` when it is something else.
#[expect(clippy::option_option, reason = "no table is not the same as something that is none")]
fn table(value: Option<&Value>) -> Option<Option<&Table>> {
    match value {
        None => Some(None),
        Some(Value::Table(table)) => Some(Some(table)),
        Some(_) => None,
    }
}

/// The rows of a list of tables, none for a list that is missing or empty; `None` when it is something else.
fn rows(value: Option<&Value>) -> Option<Vec<&Table>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(Value::as_table).collect(),
        Some(_) => None,
    }
}

fn same_rows(a: &[&Table], b: &[&Table]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_table(a, b))
}

fn alike(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn alike_tables(a: Option<&Table>, b: Option<&Table>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_table(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Both values of a key in one: the items of both lists, one text behind the other. `None` where nothing can be both, as of
/// two names.
pub fn joined_values(key: &str, ours: &Value, theirs: &Value) -> Option<Value> {
    let kind = keys::find(key).map(|key| key.kind);
    match (ours, theirs) {
        (Value::Array(mine), Value::Array(other)) => {
            let new = other.iter().filter(|item| !mine.contains(item));
            Some(Value::Array(mine.iter().chain(new).cloned().collect()))
        }
        (Value::String(mine), Value::String(other)) => {
            let is_text = match kind {
                Some(kind) => matches!(kind, Kind::Text | Kind::Prose | Kind::FlagOrText),
                None => mine.contains(['\n', ' ']) || other.contains(['\n', ' ']),
            };
            let is_name = matches!(key, "actions.id" | "incident.id" | "timeline.source");
            (is_text && !is_name).then(|| Value::from(prose::joined(mine, other, parts_of(key))))
        }
        _ => None,
    }
}

/// A value that has something of both sides: a list of texts, or prose of which they changed different parts.
fn both(plain: &str, base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    let kind = keys::find(plain).map(|key| key.kind);
    if let (Some(base), Some(ours), Some(theirs)) = (texts(base), texts(ours), texts(theirs)) {
        let items = if matches!(kind, Some(Kind::Names | Kind::Words(_))) { Items::Words } else { Items::Sentences };
        let merged = lists::merge(&base, &ours, &theirs, items)?;
        return Some(Value::Array(merged.into_iter().map(Value::String).collect()));
    }
    let (Some(Value::String(base)), Some(Value::String(ours)), Some(Value::String(theirs))) = (base, ours, theirs)
    else {
        return None;
    };
    let is_prose = match kind {
        Some(kind) => kind == Kind::Prose,
        None => [base, ours, theirs].iter().all(|text| text.contains('\n')),
    };
    let parts = parts_of(plain);
    is_prose.then(|| prose::merge(base, ours, theirs, parts)).flatten().map(Value::String)
}

/// How a text is taken apart: logs by lines, whatever stands in them.
pub(super) fn parts_of(plain: &str) -> Parts {
    if plain == "appendix.logs" { Parts::Lines } else { Parts::Sentences }
}

/// The items of a list of texts; none for a list that is missing.
fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    }
}

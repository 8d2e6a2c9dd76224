use proptest::collection::vec;
use proptest::prelude::*;
use toml::{Table, Value};

use crate::diff::same::same_tables;
use crate::diff::{Change, Piece, What, changes, reworded};
use crate::record::Record;

/// One step of a path: a key, or a place in a list, from 0.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Row(usize),
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(number) = rest.strip_prefix('[') {
            let (number, behind) = number.split_once(']').expect("a closed number");
            steps.push(Step::Row(number.parse::<usize>().expect("a number") - 1));
            rest = behind.strip_prefix('.').unwrap_or(behind);
            continue;
        }
        let end = if rest.starts_with('"') {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            close.expect("a closed key").0 + 1
        } else {
            rest.find(['.', '[']).unwrap_or(rest.len())
        };
        let (key, behind) = rest.split_at(end);
        let key = if key.starts_with('"') {
            let Value::String(key) = format!("x = {key}").parse::<Table>().expect("a quoted key")["x"].clone() else {
                panic!("no text: {key}")
            };
            key
        } else {
            key.to_owned()
        };
        steps.push(Step::Key(key));
        rest = behind.strip_prefix('.').unwrap_or(behind);
    }
    steps
}

/// A change with the way to it in the record before and in the record after.
type Way<'a> = (Vec<Step>, Vec<Step>, &'a What);

/// Makes the changes to a record.
fn apply(before: &Record, changes: &[Change]) -> Record {
    let ways: Vec<Way<'_>> = changes
        .iter()
        .map(|change| (steps(change.from.as_ref().unwrap_or(&change.path)), steps(&change.path), &change.what))
        .collect();
    Record::new(in_table(before.values(), &ways))
}

fn in_table(before: &Table, ways: &[Way<'_>]) -> Table {
    let mut after = before.clone();
    let mut keys: Vec<&String> = Vec::new();
    for (_, way, _) in ways {
        let Step::Key(key) = &way[0] else { panic!("a key: {way:?}") };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    for key in keys {
        let below: Vec<Way<'_>> = ways
            .iter()
            .filter(|(_, way, _)| way[0] == Step::Key(key.clone()))
            .map(|(from, way, what)| (from[1..].to_vec(), way[1..].to_vec(), *what))
            .collect();
        match value(before.get(key), &below) {
            Some(value) => after.insert(key.clone(), value),
            None => after.remove(key),
        };
    }
    after
}

fn value(before: Option<&Value>, ways: &[Way<'_>]) -> Option<Value> {
    if let [(_, way, what)] = ways
        && way.is_empty()
        && !matches!(what, What::Order(_))
    {
        return match what {
            What::Set(value) => Some(value.clone()),
            What::Cleared(gone) => {
                assert_eq!(Some(&format!("{gone:?}")), before.map(|value| format!("{value:?}")).as_ref());
                None
            }
            What::Became { after, .. } => Some(after.clone()),
            What::Reworded(pieces) => {
                assert_eq!(text(pieces, false), before.and_then(Value::as_str).expect("a text"));
                Some(Value::String(text(pieces, true)))
            }
            What::Items { after, .. } => Some(Value::Array(after.clone())),
            What::Order(_) | What::RowAdded(_) | What::RowRemoved(_) => panic!("{what:?} is of a list"),
        };
    }
    let is_list = ways.iter().any(|(_, way, what)| {
        matches!(way.first(), Some(Step::Row(_))) || way.is_empty() && matches!(what, What::Order(_))
    });
    if is_list {
        return Some(Value::Array(in_list(before.and_then(Value::as_array).map_or(&[], Vec::as_slice), ways)));
    }
    let nothing = Table::new();
    Some(Value::Table(in_table(before.and_then(Value::as_table).unwrap_or(&nothing), ways)))
}

fn text(pieces: &[Piece], after: bool) -> String {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Kept(text) => Some(text.as_str()),
            Piece::Removed(text) => (!after).then_some(text),
            Piece::Added(text) => after.then_some(text),
        })
        .collect()
}

fn in_list(before: &[Value], ways: &[Way<'_>]) -> Vec<Value> {
    let row = |way: &[Step]| match way.first() {
        Some(Step::Row(row)) => Some(*row),
        _ => None,
    };
    let whole = |way: &[Step]| way.len() == 1;
    let mut removed = Vec::new();
    let mut added: Vec<(usize, Value)> = Vec::new();
    let mut told: Vec<(usize, usize)> = Vec::new();
    let mut order: Option<Vec<usize>> = None;
    for (from, way, what) in ways {
        match what {
            What::RowRemoved(_) if whole(way) => removed.push(row(way).expect("a row")),
            What::RowAdded(new) if whole(way) => added.push((row(way).expect("a row"), Value::Table(new.clone()))),
            What::Order(rows) if way.is_empty() => order = Some(rows.clone()),
            _ => told.push((row(from).expect("a row"), row(way).expect("a row"))),
        }
    }
    let length = before.len() - removed.len() + added.len();
    let free = |taken: &[usize]| (0..length).filter(|new| !taken.contains(new)).collect::<Vec<_>>();
    let mut pairs = told.clone();
    let mut taken: Vec<usize> = added.iter().map(|(new, _)| *new).collect();
    if let Some(order) = order {
        pairs.extend(order.into_iter().zip(free(&taken)));
    } else {
        taken.extend(told.iter().map(|(_, new)| *new));
        let rest = (0..before.len()).filter(|old| !removed.contains(old) && !told.iter().any(|(was, _)| was == old));
        pairs.extend(rest.zip(free(&taken)));
    }
    let mut after: Vec<Option<Value>> = vec![None; length];
    for (old, new) in pairs {
        let below: Vec<Way<'_>> = ways
            .iter()
            .filter(|(_, way, _)| row(way) == Some(new) && way.len() > 1)
            .map(|(from, way, what)| (from[1..].to_vec(), way[1..].to_vec(), *what))
            .collect();
        let table = before[old].as_table().expect("rows are tables");
        after[new] = Some(Value::Table(if below.is_empty() { table.clone() } else { in_table(table, &below) }));
    }
    for (new, value) in added {
        after[new] = Some(value);
    }
    after.into_iter().map(|row| row.expect("every place is told")).collect()
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["page", "lag", "the", "primary", "is", "back", "ü", "障害", "x.y", "[1]", ""])
        .prop_map(str::to_owned)
}

fn prose() -> impl Strategy<Value = String> {
    vec(word(), 0..25).prop_map(|words| words.join(" "))
}

fn time() -> impl Strategy<Value = String> {
    (0..4, 0..3).prop_map(|(hour, zone)| match zone {
        0 => format!("2026-03-02T1{hour}:00:00Z"),
        1 => format!("2026-03-02T1{hour}:00:00+01:00"),
        _ => "2026-03-02".to_owned(),
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        prose().prop_map(Value::String),
        (0..4_i64).prop_map(Value::Integer),
        prop::sample::select(vec![0.0, -0.0, 1.5, f64::NAN]).prop_map(Value::Float),
        any::<bool>().prop_map(Value::Boolean),
        time().prop_map(|text| Value::Datetime(text.parse().expect("a time"))),
        vec(word().prop_map(Value::String), 0..4).prop_map(Value::Array),
    ]
}

fn row() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["at", "event", "kind", "id", "due", "why", "note", "a.b", "x\"y[2]"]);
    vec((key, scalar()), 0..5)
        .prop_map(|pairs| Value::Table(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}

fn any_record() -> impl Strategy<Value = Record> {
    let key = prop::sample::select(vec!["title", "severity", "summary", "services", "mine", "\"q\"", "k.d"]);
    let list = prop::sample::select(vec!["timeline", "actions", "cause.whys", "custom", "sign_offs"]);
    let lists = vec((list, vec(row(), 0..6)), 0..4);
    let nested = vec((prop::sample::select(vec!["users", "data", "more"]), scalar()), 0..3);
    (vec((key, scalar()), 0..5), lists, nested).prop_map(|(pairs, lists, nested)| {
        let mut table: Table = pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        for (name, rows) in lists {
            match name.split_once('.') {
                Some((parent, name)) => {
                    let inner = Table::from_iter([(name.to_owned(), Value::Array(rows))]);
                    table.insert(parent.to_owned(), Value::Table(inner));
                }
                None => drop(table.insert(name.to_owned(), Value::Array(rows))),
            }
        }
        let nested: Table = nested.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        table.insert("impact".to_owned(), Value::Table(nested));
        Record::new(table)
    })
}

/// A record, and what a few hands made of it.
fn edited() -> impl Strategy<Value = (Record, Record)> {
    (any_record(), vec((0..8_usize, 0..8_usize, row()), 0..4)).prop_map(|(before, edits)| {
        let mut table = before.values().clone();
        for (place, how, row) in edits {
            for list in ["timeline", "actions"] {
                let Some(Value::Array(rows)) = table.get_mut(list) else { continue };
                let at = place.min(rows.len());
                match how {
                    0 | 1 => rows.insert(at, row.clone()),
                    2 if at < rows.len() => drop(rows.remove(at)),
                    3 => rows.reverse(),
                    4 if at < rows.len() => rows.rotate_left(at),
                    _ => {
                        if let Some(Value::Table(there)) = rows.get_mut(at)
                            && let Value::Table(new) = row.clone()
                        {
                            there.extend(new);
                        }
                    }
                }
            }
        }
        (before, Record::new(table))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_record_does_not_differ_from_itself(record in any_record()) {
        prop_assert_eq!(changes(&record, &record), Vec::new());
    }

    #[test]
    fn changes_made_to_the_record_before_give_the_record_after((before, after) in edited()) {
        let told = changes(&before, &after);
        let made = apply(&before, &told);
        prop_assert!(same_tables(made.values(), after.values()), "{told:#?}\nmade {made:#?}");
    }

    #[test]
    fn any_two_records_lead_to_each_other(before in any_record(), after in any_record()) {
        let told = changes(&before, &after);
        let made = apply(&before, &told);
        prop_assert!(same_tables(made.values(), after.values()), "{told:#?}\nmade {made:#?}");
        prop_assert_eq!(told.is_empty(), same_tables(before.values(), after.values()));
    }

    #[test]
    fn pieces_are_both_texts(before in prose(), after in prose()) {
        let pieces = reworded(&before, &after);
        prop_assert_eq!(text(&pieces, false), before);
        prop_assert_eq!(text(&pieces, true), after);
    }

    #[test]
    fn pieces_of_anything_are_both_texts(before in any::<String>(), after in any::<String>()) {
        let pieces = reworded(&before, &after);
        prop_assert_eq!(text(&pieces, false), before);
        prop_assert_eq!(text(&pieces, true), after);
    }
}

#[test]
fn rows_that_moved_and_got_or_lost_an_empty_time_are_told_as_moved() {
    let record = |text: &str| Record::new(text.parse::<Table>().expect("TOML"));
    for (before, after) in [
        ("timeline = [{}, {at = []}, {at = \"\"}]", "timeline = [{at = \"\"}, {at = []}, {}]"),
        ("timeline = [{}, {due = true}]", "timeline = [{due = true, at = []}, {}, {due = true}, {}]"),
    ] {
        let (before, after) = (record(before), record(after));
        let told = changes(&before, &after);
        assert!(told.iter().any(|change| matches!(change.what, What::Order(_))), "{told:#?}");
        assert!(same_tables(apply(&before, &told).values(), after.values()), "{told:#?}");
    }
}

//! The plan of a list of tables: which rows stay, in which order, and what happens to their keys.

use toml::{Table, Value};

use super::pairing::{Rows, called, seen_by_another};
use super::plan::{Plan, Planner, Row, RowsPlan};
use super::report::{Clash, Conflict, Count, Note, Why};
use crate::diff::shown;
use crate::document::{same, same_table};
use crate::record::text_in;
use crate::record::time::Moment;
use crate::record::timeline::{moment, place_among};
use crate::workflow::SignOff;

/// The three versions of a list.
#[derive(Clone, Copy)]
struct Lists<'a> {
    base: &'a [&'a Table],
    ours: &'a [&'a Table],
    theirs: &'a [&'a Table],
}

impl Planner<'_> {
    /// The plan of a list of tables.
    pub(super) fn rows(&mut self, list: &str, base: &[&Table], ours: &[&Table], theirs: &[&Table]) -> Plan {
        let known = Rows { list, record: self.record };
        let lists = Lists { base, ours, theirs };
        let from_ours = known.versions(base, ours);
        let from_theirs = known.versions(base, theirs);
        let mut rows = self.old_rows(list, lists, &from_ours, &from_theirs);
        let news = |from: &[Option<usize>]| -> Vec<usize> {
            from.iter().enumerate().filter(|(_, base)| base.is_none()).map(|(index, _)| index).collect()
        };
        let (new_ours, new_theirs) = (news(&from_ours), news(&from_theirs));
        let of = |list: &[&'_ Table], indices: &[usize]| {
            indices.iter().map(|index| (*list[*index]).clone()).collect::<Vec<Table>>()
        };
        let (tables_ours, tables_theirs) = (of(ours, &new_ours), of(theirs, &new_theirs));
        let twins = known.additions(&tables_ours.iter().collect::<Vec<_>>(), &tables_theirs.iter().collect::<Vec<_>>());
        for (number, index) in new_ours.iter().enumerate() {
            let twin = twins.iter().position(|twin| *twin == Some(number)).map(|twin| new_theirs[twin]);
            rows.push(self.new_row(list, lists, Some(*index), twin));
        }
        for (number, index) in new_theirs.iter().enumerate() {
            if twins[number].is_none() {
                match list {
                    "actions" => self.note_clash(ours, theirs[*index]),
                    "timeline" => self.note_two_people(&tables_ours, theirs[*index], *index),
                    _ => {}
                }
                rows.push(self.new_row(list, lists, None, Some(*index)));
            }
        }
        let is_in = |row: &Row| row.ours.is_some() || row.theirs.is_some();
        rows.retain(is_in);
        let both = twins.iter().flatten().count();
        let stay = rows.iter().filter(|row| row.disputed.is_none()).count();
        let disputed = rows.len() - stay;
        let (added_ours, added_theirs) = (new_ours.len(), new_theirs.len() - both);
        self.counts.push(Count {
            list: list.to_owned(),
            base: base.len(),
            ours: added_ours,
            theirs: added_theirs,
            removed: base.len() + added_ours + added_theirs - rows.len(),
            disputed,
        });
        let (rows, order) = self.in_order(list, lists, rows);
        let as_it_is = order.is_none()
            && rows.len() == ours.len()
            && rows.iter().enumerate().all(|(index, row)| {
                row.ours == Some(index) && row.disputed.is_none() && matches!(row.plan, Plan::Keep)
            });
        if as_it_is { Plan::Keep } else { Plan::Rows(RowsPlan { rows, order }) }
    }

    /// The rows that the base has, but for those that are gone.
    fn old_rows(
        &mut self,
        list: &str,
        lists: Lists<'_>,
        from_ours: &[Option<usize>],
        from_theirs: &[Option<usize>],
    ) -> Vec<Row> {
        let place = |from: &[Option<usize>], base: usize| from.iter().position(|version| *version == Some(base));
        let mut rows = Vec::new();
        for (base, was) in lists.base.iter().enumerate() {
            let (ours, theirs) = (place(from_ours, base), place(from_theirs, base));
            let mut row = Row { base: Some(base), ours, theirs, plan: Plan::Keep, disputed: None };
            match (ours, theirs) {
                (Some(ours), Some(theirs)) => {
                    let (mine, other) = (lists.ours[ours], lists.theirs[theirs]);
                    row.plan = self.row(list, &called(list, was, base), Some(was), mine, other);
                }
                (Some(mine), None) if self.stands(list, was, lists.ours[mine], lists.ours) => {
                    let (why, mine) = (Why::GoneInTheirs, changed(was, lists.ours[mine]));
                    row.disputed = Some(self.dispute(list, was, base, why, Some(&mine), None));
                }
                (None, Some(other)) if self.stands(list, was, lists.theirs[other], lists.theirs) => {
                    let (why, other) = (Why::GoneInOurs, changed(was, lists.theirs[other]));
                    row.disputed = Some(self.dispute(list, was, base, why, None, Some(&other)));
                }
                _ => continue,
            }
            rows.push(row);
        }
        rows
    }

    /// Whether a row that one side took out is more than what it was on the other: changed, or a sign-off that another one
    /// there builds on.
    fn stands(&self, list: &str, was: &Table, is: &Table, others: &[&Table]) -> bool {
        if !same_table(was, is) {
            return true;
        }
        list == "sign_offs" && {
            let digest = SignOff::of(is).digest(self.record);
            others.iter().any(|other| SignOff::of(other).prev.contains(&digest))
        }
    }

    fn dispute(
        &mut self,
        list: &str,
        was: &Table,
        index: usize,
        why: Why,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> usize {
        let was_value = Value::Table(was.clone());
        let conflict = Conflict::new(&called(list, was, index), why, Some(&was_value), ours, theirs);
        self.conflict(conflict)
    }

    /// A row that a side added, or both.
    fn new_row(&mut self, list: &str, lists: Lists<'_>, ours: Option<usize>, theirs: Option<usize>) -> Row {
        let mut row = Row { base: None, ours, theirs, plan: Plan::Keep, disputed: None };
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let (mine, other) = (lists.ours[ours], lists.theirs[theirs]);
                row.plan = self.row(list, &called(list, mine, ours), None, mine, other);
            }
            _ if list == "sign_offs" && self.rounds.contradict() => row.disputed = Some(self.contradiction()),
            _ => {}
        }
        row
    }

    /// Notes that theirs has a new action with an id that ours has for another one.
    fn note_clash(&mut self, ours: &[&Table], new: &Table) {
        let Some(id) = text_in(new, "id") else { return };
        if let Some(other) = ours.iter().find(|row| text_in(row, "id") == Some(id)) {
            let text = |row: &Table| text_in(row, "action").unwrap_or_default().to_owned();
            self.clashes.push(Clash { id: id.to_owned(), ours: text(other), theirs: text(new) });
        }
    }

    /// Notes that theirs has added an entry that ours has added, too, each by somebody else.
    fn note_two_people(&mut self, added: &[Table], new: &Table, index: usize) {
        if let Some(mine) = added.iter().find(|mine| seen_by_another(mine, new)) {
            let owner = |row: &Table| text_in(row, "owner").unwrap_or_default().to_owned();
            let label = called("timeline", new, index);
            self.notes.push(Note::TwoPeople { label, ours: owner(mine), theirs: owner(new) });
        }
    }

    /// The rows in the order of the merged list.
    fn in_order(&mut self, list: &str, lists: Lists<'_>, mut rows: Vec<Row>) -> (Vec<Row>, Option<usize>) {
        let same = |a: &[&Table], b: &[&Table]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_table(a, b));
        let side_of_ours = |row: &Row| row.ours;
        let side_of_theirs = |row: &Row| row.theirs;
        if same(lists.base, lists.ours) {
            return (woven(rows, side_of_theirs, side_of_ours), None);
        }
        if same(lists.base, lists.theirs) {
            return (woven(rows, side_of_ours, side_of_theirs), None);
        }
        match list {
            "timeline" => (by_time(rows, lists), None),
            "sign_offs" => (self.by_building(rows, lists), None),
            _ => {
                let common = |side: fn(&Row) -> Option<usize>| -> Vec<usize> {
                    let mut common: Vec<&Row> = rows
                        .iter()
                        .filter(|row| row.base.is_some() && row.ours.is_some() && row.theirs.is_some())
                        .collect();
                    common.sort_by_key(|row| side(row));
                    common.into_iter().filter_map(|row| row.base).collect()
                };
                let (of_ours, of_theirs) = (common(side_of_ours), common(side_of_theirs));
                let (ours_moved, theirs_moved) = (!of_ours.is_sorted(), !of_theirs.is_sorted());
                if theirs_moved && !ours_moved {
                    return (woven(rows, side_of_theirs, side_of_ours), None);
                }
                rows = woven(rows, side_of_ours, side_of_theirs);
                let order = (theirs_moved && ours_moved && of_ours != of_theirs)
                    .then(|| self.conflict(Conflict::new(list, Why::Order, None, None, None)));
                (rows, order)
            }
        }
    }

    /// Sign-offs: those from before, then the new ones of both sides, each behind all that it builds on, and otherwise in order
    /// of time. What counts depends on their order, so it is the same whichever side is ours: equal times go by digest.
    fn by_building(&self, rows: Vec<Row>, lists: Lists<'_>) -> Vec<Row> {
        let (mut placed, new): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.base.is_some());
        let signed = |row: Row| {
            let entry = SignOff::of(content(&row, lists));
            (entry.at.map(Moment::from), entry.digest(self.record), entry.prev, row)
        };
        let mut open: Vec<_> = new.into_iter().map(signed).collect();
        open.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        while !open.is_empty() {
            let is_ready = |prev: &[String]| !open.iter().any(|(_, digest, ..)| prev.contains(digest));
            // Where each of them builds on another one, somebody has made that up.
            let next = open.iter().position(|(_, _, prev, _)| is_ready(prev)).unwrap_or(0);
            placed.push(open.remove(next).3);
        }
        placed
    }
}

/// What is new in a row, in a few words.
fn changed(was: &Table, is: &Table) -> Value {
    let other = |(key, value): &(&String, &Value)| !was.get(*key).is_some_and(|was| same(was, value));
    let told = is.iter().filter(other).map(|(key, value)| format!("{key}: {}", shown(value)));
    let gone = was.keys().filter(|key| !is.contains_key(*key)).map(|key| format!("no {key}"));
    Value::from(told.chain(gone).collect::<Vec<_>>().join(", "))
}

/// What a row says, as ours has it where it does.
fn content<'a>(row: &Row, lists: Lists<'a>) -> &'a Table {
    match (row.ours, row.theirs, row.base) {
        (Some(ours), _, _) => lists.ours[ours],
        (None, Some(theirs), _) => lists.theirs[theirs],
        (None, None, base) => lists.base[base.unwrap_or_default()],
    }
}

/// The order of one side, with the rows that only the other has behind those they follow there.
fn woven(rows: Vec<Row>, first: fn(&Row) -> Option<usize>, second: fn(&Row) -> Option<usize>) -> Vec<Row> {
    let (mut placed, mut open): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| first(row).is_some());
    placed.sort_by_key(first);
    open.sort_by_key(second);
    for row in open {
        let before = placed.iter().filter(|other| second(other).is_some() && second(other) < second(&row));
        let above = before.max_by_key(|other| second(other)).and_then(second);
        let mut place =
            placed.iter().position(|other| second(other) == above && above.is_some()).map_or(0, |at| at + 1);
        // What the first side has added at the same place comes first.
        place += placed[place..].iter().take_while(|other| second(other).is_none()).count();
        placed.insert(place, row);
    }
    placed
}

/// The timeline: ours as it is, and what is new or has another time at its place in time.
fn by_time(rows: Vec<Row>, lists: Lists<'_>) -> Vec<Row> {
    let time_of = |row: &Row| -> Option<Moment> {
        let takes_at =
            |plans: &[(String, Plan)]| plans.iter().any(|(key, plan)| key == "at" && matches!(plan, Plan::Take));
        let takes_theirs = matches!(&row.plan, Plan::Table(plans) if takes_at(plans));
        match row.theirs {
            Some(theirs) if takes_theirs => moment(lists.theirs[theirs], "at"),
            _ => moment(content(row, lists), "at"),
        }
    };
    let moves = |row: &Row| match (row.ours, &row.plan) {
        (Some(ours), Plan::Table(_)) => time_of(row) != moment(lists.ours[ours], "at"),
        (Some(_), _) => false,
        (None, _) => true,
    };
    let (mut open, mut placed): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(moves);
    placed.sort_by_key(|row| row.ours);
    open.sort_by_key(|row| (row.theirs, row.ours));
    for row in open {
        let times: Vec<Option<Moment>> = placed.iter().map(time_of).collect();
        let place = if let Some(time) = time_of(&row) {
            place_among(placed.len(), |index| times[index], time)
        } else {
            // What has no time stays with the one above it.
            let above = placed.iter().rposition(|other| other.theirs.is_some() && other.theirs < row.theirs);
            above.map_or(0, |above| above + 1)
        };
        placed.insert(place, row);
    }
    placed
}

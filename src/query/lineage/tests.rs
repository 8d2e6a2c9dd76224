use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::record::action::ActionStatus::Open;

/// What a version says: by its number, a list of the action's due day in it, or that it cannot be read.
fn versions(all: &[(u32, Option<u32>)]) -> HashMap<u32, Said> {
    let said = |due: Option<u32>| due.map_or(Said::Unreadable, |due| Said::Actions(vec![(7, state(due))]));
    all.iter().map(|(version, due)| (*version, said(*due))).collect()
}

fn state(due: u32) -> State {
    let first: NaiveDate = "2026-01-01".parse().expect("a day");
    State { due: Some(first + chrono::Days::new(due.into())), stands: Open }
}

fn change(commit: u32, file: u32, before: &[Option<u32>], after: Option<u32>) -> Change {
    Change { commit, file, before: before.to_vec(), after }
}

/// The turns of action 7 from a version of file 0: commit and due day.
fn turns(changes: &[Change], version: u32, said: &HashMap<u32, Said>) -> Vec<(u32, u32)> {
    let start = Start { action: 7, file: 0, version };
    let followed = follow(changes, &[start], |version| &said[&version]);
    let day = |turn: &Turn| (turn.commit, (0..99).find(|due| state(*due) == turn.state).expect("one of them"));
    followed[0].iter().map(day).collect()
}

#[test]
fn a_line_is_followed_to_its_beginning() {
    let said = versions(&[(1, Some(5)), (2, Some(5)), (3, Some(9))]);
    let changes = [change(3, 0, &[Some(2)], Some(3)), change(2, 0, &[Some(1)], Some(2)), change(1, 0, &[], Some(1))];
    assert_eq!(turns(&changes, 3, &said), [(1, 5), (3, 9)]);
    assert_eq!(turns(&changes, 2, &said), [(1, 5)], "as of an earlier commit");
}

#[test]
fn a_merge_brings_sides_together_and_is_no_slip_itself() {
    // Both sides of 4 change the file; one moves the due date.
    let said = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(5)), (4, Some(9))]);
    let changes = [
        change(4, 0, &[Some(3), Some(2)], Some(4)),
        change(3, 0, &[Some(1)], Some(3)),
        change(2, 0, &[Some(1)], Some(2)),
        change(1, 0, &[], Some(1)),
    ];
    assert_eq!(turns(&changes, 4, &said), [(1, 5), (2, 9)]);
}

#[test]
fn what_both_sides_moved_counts_once_and_a_side_thrown_away_not_at_all() {
    let picked = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(9)), (4, Some(9))]);
    let changes = [
        change(4, 0, &[Some(3), Some(2)], Some(4)),
        change(3, 0, &[Some(1)], Some(3)),
        change(2, 0, &[Some(1)], Some(2)),
        change(1, 0, &[], Some(1)),
    ];
    assert_eq!(turns(&changes, 4, &picked), [(1, 5), (3, 9)]);
    // The merge took version 3 as it was, so it tells nothing.
    let thrown = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(5))]);
    assert_eq!(turns(&changes[1..], 3, &thrown), [(1, 5)]);
}

#[test]
fn a_merge_that_says_something_of_its_own_is_a_turn() {
    let said = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(5)), (4, Some(20))]);
    let changes = [
        change(4, 0, &[Some(2), Some(3)], Some(4)),
        change(3, 0, &[Some(1)], Some(3)),
        change(2, 0, &[Some(1)], Some(2)),
        change(1, 0, &[], Some(1)),
    ];
    assert_eq!(turns(&changes, 4, &said), [(1, 5), (2, 9), (4, 20)]);
}

#[test]
fn a_file_that_is_renamed_is_followed() {
    let said = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(12))]);
    let changes = [
        change(3, 0, &[Some(2)], Some(3)),
        change(2, 0, &[None], Some(2)),
        change(2, 1, &[Some(1)], None),
        change(1, 1, &[], Some(1)),
    ];
    assert_eq!(turns(&changes, 3, &said), [(1, 5), (2, 9), (3, 12)]);
}

#[test]
fn a_file_that_was_away_for_a_while_is_followed() {
    let said = versions(&[(1, Some(5)), (2, Some(9)), (3, Some(9))]);
    let changes = [
        change(4, 0, &[None], Some(3)),
        change(3, 0, &[Some(2)], None),
        change(2, 0, &[Some(1)], Some(2)),
        change(1, 0, &[], Some(1)),
    ];
    assert_eq!(turns(&changes, 3, &said), [(1, 5), (2, 9)]);
}

#[test]
fn a_version_that_cannot_be_read_is_passed_over() {
    let said = versions(&[(1, Some(5)), (2, None), (3, Some(5))]);
    let changes = [change(3, 0, &[Some(2)], Some(3)), change(2, 0, &[Some(1)], Some(2)), change(1, 0, &[], Some(1))];
    assert_eq!(turns(&changes, 3, &said), [(1, 5)]);
}

#[test]
fn an_action_that_is_not_there_has_no_turns() {
    let said = HashMap::from([(1, Said::Actions(Vec::new())), (2, Said::Unreadable)]);
    assert_eq!(turns(&[change(1, 0, &[], Some(1))], 1, &said), []);
    assert_eq!(turns(&[change(1, 0, &[], Some(2))], 2, &said), []);
}

/// A commit of a made-up history: its due day, and which earlier one is merged, if any.
fn histories() -> impl Strategy<Value = Vec<(u32, Option<prop::sample::Index>)>> {
    prop::collection::vec((0..6u32, prop::option::of(any::<prop::sample::Index>())), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_turns_end_with_what_is_said_and_each_says_something_new(history in histories()) {
        // Every version is one of its own; commit n has n as its version, its parents are n - 1 and another.
        let said = versions(&(0..).zip(&history).map(|(n, (due, _))| (n, Some(*due))).collect::<Vec<_>>());
        let mut changes: Vec<Change> = (0u32..).zip(&history).map(|(n, (_, merged))| {
            let mut before: Vec<Option<u32>> = n.checked_sub(1).map(Some).into_iter().collect();
            if let (Some(index), 2..) = (merged, n) {
                before.push(u32::try_from(index.index(n as usize - 1)).ok());
            }
            Change { commit: n, file: 0, before, after: Some(n) }
        }).collect();
        changes.reverse();
        let last = u32::try_from(history.len() - 1).expect("few");
        let turns = turns(&changes, last, &said);
        prop_assert_eq!(turns.first().map(|(commit, _)| *commit), Some(0), "back to the beginning");
        prop_assert_eq!(turns.last().map(|(_, due)| *due), Some(history[last as usize].0));
        prop_assert!(turns.windows(2).all(|pair| pair[0].1 != pair[1].1 && pair[0].0 < pair[1].0));
        for (commit, due) in turns {
            prop_assert_eq!(due, history[commit as usize].0);
        }
    }
}

//! Rounds: what builds on what decides, not the place in the file.

use chrono::{TimeZone as _, Utc};

use super::*;
use crate::workflow::story::Story;

fn story() -> Story {
    Story::of("2017-01-31-db")
}

fn approved() -> Story {
    let mut story = story();
    story.sign(Verb::Submit, "draft", "ann", "owner");
    story.sign(Verb::Approve, "in-review", "bob", "lead");
    story.sign(Verb::Approve, "in-review", "vera", "vp");
    story
}

fn counting(story: &Story) -> Vec<&str> {
    story.course().votes().map(|index| story.all[index].name.as_str()).collect()
}

#[test]
fn votes_count_until_the_next_round_begins() {
    let mut story = approved();
    assert_eq!(counting(&story), ["bob", "vera"]);
    assert_eq!(story.course().status(true), Status::Approved);
    assert_eq!(story.course().status(false), Status::InReview);
    story.sign(Verb::Reopen, "approved", "ann", "owner");
    assert_eq!(counting(&story), [""; 0]);
    assert_eq!(story.course().status(true), Status::Draft);
    story.sign(Verb::Submit, "draft", "ann", "owner").sign(Verb::Approve, "in-review", "bob", "lead");
    assert_eq!(counting(&story), ["bob"]);
    story.sign(Verb::RequestChanges, "in-review", "vera", "vp");
    assert_eq!(story.course().status(true), Status::Draft);
    assert!(story.course().places.iter().all(|place| place.faults.is_empty()));
}

#[test]
fn a_vote_that_a_merge_brings_below_a_new_round_stays_in_its_own() {
    let mut ours = approved();
    let mut theirs = approved();
    ours.sign(Verb::Reopen, "approved", "ann", "owner").sign(Verb::Submit, "draft", "ann", "owner");
    theirs.sign(Verb::Approve, "approved", "lou", "legal");
    ours.all.extend(theirs.all.pop());
    assert_eq!(counting(&ours), [""; 0]);
    assert!(ours.course().places.iter().all(|place| place.faults.is_empty()));
}

#[test]
fn two_votes_on_two_branches_both_count_and_the_next_builds_on_both() {
    let (mut ours, mut theirs) = (story(), story());
    for story in [&mut ours, &mut theirs] {
        story.sign(Verb::Submit, "draft", "ann", "owner");
    }
    ours.sign(Verb::Approve, "in-review", "bob", "lead");
    theirs.sign(Verb::Approve, "in-review", "vera", "vp");
    ours.all.extend(theirs.all.pop());
    assert_eq!(counting(&ours), ["bob", "vera"]);
    ours.sign(Verb::Complete, "approved", "ann", "owner");
    assert_eq!(ours.all[3].prev.len(), 2);
    assert_eq!(ours.course().status(true), Status::Complete);
}

#[test]
fn what_two_branches_did_at_once_can_be_merged() {
    let faultless = |story: &Story| story.course().places.iter().all(|place| place.faults.is_empty());
    // Two first submissions: the later one in the file begins the round.
    let (mut ours, mut theirs) = (story(), story());
    ours.sign(Verb::Submit, "draft", "ann", "owner");
    theirs.sign(Verb::Submit, "draft", "cy", "author").sign(Verb::Approve, "in-review", "bob", "lead");
    ours.all.extend(theirs.all);
    assert!(faultless(&ours));
    assert_eq!(counting(&ours), ["bob"]);
    // A vote that a merge puts below a request for changes made meanwhile.
    let (mut ours, mut theirs) = (approved(), approved());
    ours.sign(Verb::RequestChanges, "in-review", "vera", "vp");
    theirs.sign(Verb::Approve, "in-review", "lou", "legal");
    ours.all.extend(theirs.all.pop());
    assert!(faultless(&ours));
    assert_eq!(ours.course().status(true), Status::Draft);
    // Two completions.
    let (mut ours, mut theirs) = (approved(), approved());
    ours.sign(Verb::Complete, "approved", "ann", "owner");
    theirs.sign(Verb::Complete, "approved", "vera", "vp");
    ours.all.extend(theirs.all.pop());
    assert!(faultless(&ours));
    assert_eq!(ours.course().status(true), Status::Complete);
    assert_eq!(ours.course().status(false), Status::InReview, "a completion without an approval is none");
}

#[test]
fn whatever_one_is_taken_out_or_changed_in_the_middle_is_noticed() {
    let whole = approved();
    for index in 0..whole.all.len() - 1 {
        let mut story = approved();
        story.all.remove(index);
        let faults = story.course().places.iter().flat_map(|place| place.faults.clone()).collect::<Vec<_>>();
        // Of two votes that both build on the first nothing but the history tells that one is gone.
        let seen =
            faults.contains(&Fault::Broken) || faults.iter().any(|fault| matches!(fault, Fault::OutOfTurn { .. }));
        assert!(seen, "{index}: {faults:?}");
        let mut story = approved();
        story.all[index].note = "changed".to_owned();
        assert!(story.course().places.iter().any(|place| place.faults.contains(&Fault::Broken)), "{index}");
    }
}

#[test]
fn what_is_wrong_with_an_entry_is_named() {
    let faults_of = |change: &dyn Fn(&mut Vec<SignOff>)| {
        let mut story = approved();
        change(&mut story.all);
        story.course().places.iter().flat_map(|place| place.faults.clone()).collect::<Vec<_>>()
    };
    assert_eq!(faults_of(&|all| all[2].prev.clear()), [Fault::Unlinked]);
    assert_eq!(faults_of(&|all| all[2].at = all[0].at.map(|at| at - chrono::TimeDelta::days(1))), [Fault::BackDated]);
    assert_eq!(faults_of(&|all| all.push(all[2].clone())), [Fault::Twice]);
    assert_eq!(faults_of(&|all| all[2].role.clear()), [Fault::Missing("role")]);
    assert_eq!(
        faults_of(&|all| all[2].to = "done".to_owned()),
        [Fault::NoTransition { from: "in-review".to_owned(), to: "done".to_owned() }]
    );
    assert_eq!(
        faults_of(&|all| {
            all.remove(0);
            all[0].prev.clear();
            all[1].prev.remove(0);
            all.truncate(1);
        }),
        [Fault::OutOfTurn { verb: "approve", status: Status::Draft }]
    );
}

#[test]
fn the_statement_of_the_specification_is_the_programs() {
    let page = include_str!("../../../docs/reference/sign-off.md");
    let entry = SignOff {
        from: "in-review".to_owned(),
        to: "approved".to_owned(),
        role: "engineering-lead".to_owned(),
        name: "Bob Lead".to_owned(),
        email: "bob@example.com".to_owned(),
        at: Utc.with_ymd_and_hms(2017, 2, 7, 10, 12, 0).single(),
        content: "pm1-sha256:1b2e0c3f5a7d9b8c6e4f2a1d3c5b7e9f8a6c4e2d1f3b5a7c9e8d6f4b2a1c3e5d".to_owned(),
        prev: vec!["sha256:ec92a16b32e60306396ef020e7d2b6214a2f4d3e3d15925fd79113e75c4c252e".to_owned()],
        note: "Read twice.\nThe second cause is right.".to_owned(),
        ..SignOff::default()
    };
    let id = RecordId::of_stem("2017-01-31-database-removed");
    assert!(page.contains(&format!("```text\n{}```", entry.statement(&id))), "{}", entry.statement(&id));
    assert!(page.contains(&format!("```text\n{}\n```", entry.digest(&id))), "{}", entry.digest(&id));
}

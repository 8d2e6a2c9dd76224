//! One action followed back through the versions of its record's file: over merges, renames and deletions.
//!
//! What a file was is told by changes from version to version, as git's log has them. An action is followed along one line
//! of them, from what the file says now: where a merge brought two sides together, along the side that says of the action
//! what the merge says. So what was moved on both sides counts once, and what was moved on a side that was thrown away
//! does not count. Versions, files and commits are numbers; what a version says is handed in.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::record::action::ActionStatus;

/// What a version of a record says of an action, as far as it can slip or be taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The day it is to be done by; `None` also for one that is no date.
    pub due: Option<NaiveDate>,
    /// Where it stands.
    pub stands: ActionStatus,
}

/// What a commit made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit.
    pub commit: u32,
    /// The file.
    pub file: u32,
    /// What each parent has there; `None`: nothing. Empty: there is no parent.
    pub before: Vec<Option<u32>>,
    /// What the commit has there.
    pub after: Option<u32>,
}

/// What a version of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It cannot be read: it says what the versions around it say.
    Unreadable,
    /// The actions in it, by their numbers.
    Actions(Vec<(u32, State)>),
}

impl Said {
    fn of(&self, action: u32, otherwise: State) -> Option<State> {
        match self {
            Self::Unreadable => Some(otherwise),
            Self::Actions(all) => all.iter().find(|(other, _)| *other == action).map(|(_, state)| *state),
        }
    }
}

/// Where following an action begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The action.
    pub action: u32,
    /// The file it is in.
    pub file: u32,
    /// The version of the file.
    pub version: u32,
}

/// A commit that changed what is said of an action, or said something of it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The commit.
    pub commit: u32,
    /// What is said since.
    pub state: State,
}

/// An action on its way back.
struct Thread {
    /// Its place in the answer.
    index: usize,
    action: u32,
    /// The version of the file that is looked for; `None`: it was added later than that, so a deletion is.
    version: Option<u32>,
    /// What is said of it from there on.
    state: State,
}

/// The turns of actions, oldest first, in the order of `starts`. None for an action that is not in the version it is
/// followed from.
///
/// `changes` are in an order in which no commit stands before one of its children, those of a commit together. `said`
/// gives what a version says.
pub fn follow<'a>(changes: &[Change], starts: &[Start], said: impl Fn(u32) -> &'a Said) -> Vec<Vec<Turn>> {
    let mut turns: Vec<Vec<Turn>> = vec![Vec::new(); starts.len()];
    let mut threads: HashMap<u32, Vec<Thread>> = HashMap::new();
    for (index, start) in starts.iter().enumerate() {
        let Start { action, file, version } = *start;
        if let Said::Actions(all) = said(version)
            && let Some((_, state)) = all.iter().find(|(other, _)| *other == action)
        {
            threads.entry(file).or_default().push(Thread { index, action, version: Some(version), state: *state });
        }
    }
    for of_commit in changes.chunk_by(|a, b| a.commit == b.commit) {
        let mut moved: Vec<(u32, Thread)> = Vec::new();
        for change in of_commit {
            let Some(waiting) = threads.get_mut(&change.file) else { continue };
            for mut thread in waiting.extract_if(.., |thread| thread.version == change.after) {
                let state = match change.after {
                    Some(version) => said(version).of(thread.action, thread.state),
                    // It came back later, whatever it says since.
                    None => Some(thread.state),
                };
                let Some(state) = state else { continue };
                let before = source(&thread, state, change, of_commit, &said);
                let turn = Turn { commit: change.commit, state };
                match (before, change.after) {
                    (Some((file, version, before)), Some(_)) => {
                        if before != state {
                            turns[thread.index].push(turn);
                        }
                        (thread.version, thread.state) = (Some(version), before);
                        moved.push((file, thread));
                    }
                    (Some((file, version, before)), None) => {
                        // What is said since it came back is no news if it was said before it went.
                        if before == state {
                            turns[thread.index].pop();
                        }
                        (thread.version, thread.state) = (Some(version), before);
                        moved.push((file, thread));
                    }
                    (None, Some(_)) => {
                        turns[thread.index].push(turn);
                        let added = change.before.iter().all(Option::is_none);
                        if added {
                            (thread.version, thread.state) = (None, state);
                            moved.push((change.file, thread));
                        }
                    }
                    (None, None) => moved.push((change.file, thread)),
                }
            }
        }
        for (file, thread) in moved {
            threads.entry(file).or_default().push(thread);
        }
    }
    for turns in &mut turns {
        turns.reverse();
    }
    turns
}

/// Where an action was before a change: file, version and what was said of it there. A parent that says the same goes
/// before one that says something else; a file that goes in the same commit may be where this one was.
fn source<'a>(
    thread: &Thread,
    state: State,
    change: &Change,
    of_commit: &[Change],
    said: &impl Fn(u32) -> &'a Said,
) -> Option<(u32, u32, State)> {
    let in_change = |change: &Change| {
        let parents = change.before.iter().flatten().filter_map(|version| {
            said(*version).of(thread.action, state).map(|before| (change.file, *version, before))
        });
        let parents: Vec<_> = parents.collect();
        parents.iter().find(|(_, _, before)| *before == state).or_else(|| parents.first()).copied()
    };
    let read_in = |other: &&Change| {
        let holds = |version: &u32| matches!(said(*version), Said::Actions(all) if all.iter().any(|(action, _)| *action == thread.action));
        other.after.is_none() && other.file != change.file && other.before.iter().flatten().any(holds)
    };
    in_change(change).or_else(|| {
        let renamed = change.after.is_some().then(|| of_commit.iter().find(read_in)).flatten();
        renamed.and_then(in_change)
    })
}

#[cfg(test)]
mod tests;

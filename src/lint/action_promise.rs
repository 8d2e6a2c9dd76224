//! An action says who does what by when, and how one sees that it is done.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use super::words::List;
use crate::finding::Level;
use crate::record::action::{Action, ActionStatus, is_id};
use crate::workflow::gate::is_placeholder;

pub(super) const OWNER: Rule = Rule {
    name: "action-owner",
    group: Group::Actions,
    level: Level::Warning,
    draft: Draft::Note,
    summary: "An open action has no owner.",
    why: "What is everybody's is nobody's: actions without an owner are those that are not done.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\ndue = 2017-02-14",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\ndue = 2017-02-14\nowner = \"Database Team\"",
    }),
    source: "Lueder and Beyer, “Postmortem Culture: Learning from Failure”, in “Site Reliability Engineering” (2016).",
    look: Look::Record(owner),
};

pub(super) const DUE: Rule = Rule {
    name: "action-due",
    group: Group::Actions,
    level: Level::Warning,
    draft: Draft::Note,
    summary: "An open action has no due date.",
    why: "Nothing is overdue that has no date, so nobody is reminded. `pm action add` sets one by the priority.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nowner = \"Database Team\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nowner = \"Database Team\"\ndue = 2017-02-14",
    }),
    source: "the postmortem template: Action Items.",
    look: Look::Record(due),
};

pub(super) const VERB: Rule = Rule {
    name: "action-verb",
    group: Group::Actions,
    level: Level::Note,
    draft: Draft::Same,
    summary: "An action does not begin with what is to be done.",
    why: "“Monitoring of backups” is a topic; “Alert when a backup is missing” can be done, and somebody can see that it was. Only words are found that are certainly no verbs.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Better monitoring\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"",
    }),
    source: "Lunney, Lueder and O'Connor, “Postmortem Action Items: Plan the Work and Work the Plan”, ;login: 42:1 (2017): actionable.",
    look: Look::Record(verb),
};

pub(super) const VAGUE: Rule = Rule {
    name: "vague-action",
    group: Group::Actions,
    level: Level::Warning,
    draft: Draft::Note,
    summary: "An action begins with a word of which nobody can say when it is done: “improve”, “investigate”, “look into”.",
    why: "Name the change instead, or the question and the day it is answered. The words are `wording.vague` in `pm.toml`.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Improve the monitoring of backups\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing or smaller than the day before\"",
    }),
    source: "Lunney, Lueder and O'Connor, “Postmortem Action Items: Plan the Work and Work the Plan”, ;login: 42:1 (2017): specific.",
    look: Look::Record(vague),
};

pub(super) const UNBOUNDED: Rule = Rule {
    name: "unbounded-action",
    group: Group::Actions,
    level: Level::Note,
    draft: Draft::Same,
    summary: "An action has no end: “all”, “always”, “everywhere”, “ongoing”.",
    why: "Say which ones, or until when, so that it can be closed. The words are `wording.unbounded` in `pm.toml`.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Always test the backups\"",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Restore the newest backup on the first Monday of a month, by a scheduled job\"",
    }),
    source: "Lunney, Lueder and O'Connor, “Postmortem Action Items: Plan the Work and Work the Plan”, ;login: 42:1 (2017): bounded.",
    look: Look::Record(unbounded),
};

pub(super) const EVIDENCE: Rule = Rule {
    name: "action-evidence",
    group: Group::Actions,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "An action is done without evidence, or dropped without a reason.",
    why: "Whoever reads it in a year wants to see what was done, or why it was not. `pm action done --evidence` and `drop --reason` write it.",
    example: Some(Example {
        bad: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nstatus = \"done\"\nclosed = 2017-02-14",
        good: "[[actions]]\nid = \"k7fq\"\naction = \"Alert when a backup is missing\"\nstatus = \"done\"\nclosed = 2017-02-14\nevidence = \"https://example.com/pull/42\"",
    }),
    source: "the gate `gates.complete.actions_closed`.",
    look: Look::Record(evidence),
};

fn owner(subject: &Subject<'_>) -> Vec<Found> {
    let lacks = |action: Action<'_>| !action.is_closed() && action.owner().is_none_or(is_placeholder);
    each(subject, lacks, |action, number| {
        let help = command(action, number, "edit ID", "owner", "\"…\"");
        Found::at(format!("actions[{number}].owner"), format!("action {} has no owner", name(action, number)), help)
    })
}

fn due(subject: &Subject<'_>) -> Vec<Found> {
    let lacks = |action: Action<'_>| !action.is_closed() && action.due().is_none();
    each(subject, lacks, |action, number| {
        let help = command(action, number, "edit ID", "due", "+14d");
        Found::at(format!("actions[{number}].due"), format!("action {} has no due date", name(action, number)), help)
    })
}

fn evidence(subject: &Subject<'_>) -> Vec<Found> {
    let key = |action: Action<'_>| match action.status() {
        ActionStatus::Done => Some(("evidence", "done without evidence", "done")),
        ActionStatus::Dropped => Some(("reason", "dropped without a reason", "drop")),
        ActionStatus::Open | ActionStatus::InProgress => None,
    };
    let lacks = |action: Action<'_>| key(action).is_some_and(|(key, _, _)| action.text(key).is_none_or(is_placeholder));
    each(subject, lacks, |action, number| {
        let (key, what, verb) = key(action).unwrap_or(("status", "closed", "done"));
        let help = command(action, number, &format!("{verb} ID"), key, "\"…\"");
        Found::at(format!("actions[{number}].status"), format!("action {} is {what}", name(action, number)), help)
    })
}

fn vague(subject: &Subject<'_>) -> Vec<Found> {
    let starts = |action: Action<'_>| subject.words.beginning(List::Vague, action.action());
    each(
        subject,
        |action| !action.is_closed() && starts(action).is_some(),
        |action, number| {
            let range = starts(action).unwrap_or_default();
            let word = action.action()[range.clone()].to_lowercase();
            let help = "name the change that is to be made, or the question and the day it is answered";
            let message = format!("nobody can say when “{word}” is done");
            Found::at(format!("actions[{number}].action"), message, help).about(action.action(), range)
        },
    )
}

fn unbounded(subject: &Subject<'_>) -> Vec<Found> {
    let word = |action: Action<'_>| {
        let found = subject.words.first(List::Unbounded, action.action());
        // “No test at all” is a phrase of its own.
        found.filter(|range| !action.action()[..range.start].ends_with("at "))
    };
    each(
        subject,
        |action| !action.is_closed() && word(action).is_some(),
        |action, number| {
            let range = word(action).unwrap_or_default();
            let message = format!("“{}” has no end", &action.action()[range.clone()]);
            let help = "say which ones, or until when";
            Found::at(format!("actions[{number}].action"), message, help).about(action.action(), range)
        },
    )
}

fn verb(subject: &Subject<'_>) -> Vec<Found> {
    let lacks = |action: Action<'_>| !action.is_closed() && begins_without_verb(action.action());
    each(subject, lacks, |action, number| {
        let message = format!("action {} does not begin with what is to be done", name(action, number));
        Found::at(
            format!("actions[{number}].action"),
            message,
            "begin with a verb, as in “Alert when a backup is missing”",
        )
    })
}

fn each<'a>(
    subject: &Subject<'a>,
    lacks: impl Fn(Action<'a>) -> bool,
    found: impl Fn(Action<'a>, usize) -> Found,
) -> Vec<Found> {
    let all = (1..).zip(subject.record.actions());
    all.filter(|(_, action)| lacks(*action)).map(|(number, action)| found(action, number)).collect()
}

/// How an action is named: by its id where commands find it by that, else by its place.
fn name(action: Action<'_>, number: usize) -> String {
    action.id().filter(|id| is_id(id)).map_or_else(|| format!("actions[{number}]"), str::to_owned)
}

/// The command that writes a key of an action; `by_id` is the command where it has an id.
fn command(action: Action<'_>, number: usize, by_id: &str, key: &str, value: &str) -> String {
    match action.id().filter(|id| is_id(id)) {
        Some(id) => format!("`pm action {} --{key} {value}`", by_id.replace("ID", id)),
        None => format!("`pm set actions[{number}].{key}={value}`"),
    }
}

/// Whether the first word is certainly no verb: one that begins a noun, or one whose ending makes it a noun or a topic.
fn begins_without_verb(text: &str) -> bool {
    const NO_VERBS: &[&str] = &[
        "a",
        "additional",
        "alerts",
        "an",
        "another",
        "automation",
        "backups",
        "bad",
        "better",
        "checklist",
        "dashboards",
        "documentation",
        "fewer",
        "good",
        "it",
        "lack",
        "less",
        "missing",
        "more",
        "need",
        "needs",
        "new",
        "no",
        "one",
        "our",
        "playbook",
        "possible",
        "postmortem",
        "proper",
        "regular",
        "runbook",
        "runbooks",
        "should",
        "some",
        "someone",
        "that",
        "the",
        "their",
        "there",
        "these",
        "they",
        "this",
        "tooling",
        "we",
    ];
    const VERBS: &[&str] = &[
        "advance",
        "audit",
        "augment",
        "balance",
        "bring",
        "comment",
        "commission",
        "complement",
        "condition",
        "decommission",
        "decrement",
        "document",
        "enhance",
        "experiment",
        "finance",
        "function",
        "implement",
        "increment",
        "instrument",
        "mention",
        "partition",
        "ping",
        "position",
        "provision",
        "question",
        "reference",
        "reposition",
        "ring",
        "segment",
        "sequence",
        "silence",
        "spring",
        "string",
        "supplement",
        "transition",
        "version",
        "caution",
    ];
    const NOUN_ENDINGS: &[&str] = &["tion", "sion", "ment", "ness", "ity", "ance", "ence", "ing"];
    let first = text.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or_default().to_lowercase();
    let is_noun = || first.len() > 5 && NOUN_ENDINGS.iter().any(|ending| first.ends_with(ending));
    NO_VERBS.contains(&first.as_str()) || is_noun() && !VERBS.contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certainly_no_verb_is_found() {
        for text in
            ["Better monitoring", "The alert for lag", "Documentation of restores", "Adding an alert", "Monitoring"]
        {
            assert!(begins_without_verb(text), "{text}");
        }
        for text in
            ["Alert on lag", "Implement it", "`pg_dump` upgrade", "Provision a host", "Re-run it", "Ping them", ""]
        {
            assert!(!begins_without_verb(text), "{text}");
        }
    }
}

//! Gates: what has to be true of a record before a transition, and the command that makes it true.

use crate::config::policy::{GATES, Gate, GateLevel, Policy};
use crate::query::metrics::reached;
use crate::record::action::{Action, ActionStatus, is_id};
use crate::record::milestone::Milestone;
use crate::record::{Record, RecordId};

use super::transition::Verb;

/// A gate and how a record stands to it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The gate.
    pub gate: &'static Gate,
    /// How much it matters for this record.
    pub level: GateLevel,
    /// What is lacking, with the command that puts it right; empty when the gate is met.
    pub lacking: Vec<Lack>,
}

/// Something that is lacking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What, as a clause: `no summary is written`.
    pub what: String,
    /// The command that puts it right.
    pub command: String,
}

impl Checked {
    /// Whether nothing is lacking.
    pub fn is_met(&self) -> bool {
        self.lacking.is_empty()
    }
}

/// The gates of a transition that are not off, in the order of the settings. The strictest of the severities counts;
/// `None` is unknown.
pub fn check(
    verb: Verb,
    record: &Record,
    id: &RecordId,
    policy: &Policy,
    severities: &[Option<String>],
) -> Vec<Checked> {
    let of_verb = GATES.iter().filter(|gate| gate.transition == verb.word());
    let levels = |gate: &Gate| {
        let level = |severity: &Option<String>| policy.gates.level(gate.transition, gate.name, severity.as_deref());
        severities.iter().map(level).max().unwrap_or(GateLevel::Require)
    };
    of_verb
        .map(|gate| Checked { gate, level: levels(gate), lacking: lacking(gate.transition, gate.name, record, id) })
        .filter(|checked| checked.level != GateLevel::Off)
        .collect()
}

/// Whether a record meets a gate.
pub fn is_met(transition: &str, gate: &str, record: &Record) -> bool {
    // Which record the commands would name is nobody's concern here.
    lacking(transition, gate, record, &RecordId::of_stem("")).is_empty()
}

/// What a record lacks of a gate.
pub fn lacking(transition: &str, gate: &str, record: &Record, id: &RecordId) -> Vec<Lack> {
    let text = |path: &str| record.text(path).filter(|text| !is_placeholder(text));
    let set = |what: &str, assignment: &str| vec![lack(what, format!("pm set {id} {assignment}"))];
    let unless = |met: bool, what: &str, assignment: &str| if met { Vec::new() } else { set(what, assignment) };
    let filled = |table: &str, keys: &[&str]| {
        keys.iter().any(|key| record.texts(&format!("{table}.{key}")).into_iter().any(|text| !is_placeholder(text)))
    };
    match (transition, gate) {
        ("submit", "severity") => unless(record.severity().is_some(), "no severity is set", "severity=P1"),
        ("submit", "summary") => unless(text("summary").is_some(), "no summary is written", "summary=\"…\""),
        ("submit", "impact") => {
            let users =
                ["affected", "percent"].iter().any(|key| record.value(&format!("impact.users.{key}")).is_some());
            let described = text("impact.summary").is_some() || users;
            unless(described, "the impact is not described", "impact.summary=\"…\"")
        }
        ("submit", "timeline") => timeline(record, id),
        ("approve", "timeline") => {
            let mut lacking = timeline(record, id);
            lacking.extend(topic(record, id, "timeline"));
            lacking
        }
        ("approve", "root_cause") => {
            let groups = ["human", "process", "technical", "environmental"];
            let caused = text("cause.root_cause").is_some() || filled("cause.factors", &groups);
            let mut lacking =
                unless(caused, "no root cause or contributing factor is written", "cause.root_cause=\"…\"");
            lacking.extend(topic(record, id, "root-cause"));
            lacking
        }
        ("approve", "actions") => actions(record, id),
        ("approve", "prevention") => {
            let written = filled("prevention", &["immediate", "short_term", "long_term", "process"])
                || !record.tables("prevention.monitoring").is_empty();
            unless(written, "no prevention is written", "prevention.short_term+=\"…\"")
        }
        ("approve", "lessons") => {
            let written = filled("lessons", &["went_well", "could_improve", "lucky", "learned"]);
            unless(written, "no lesson is written", "lessons.learned+=\"…\"")
        }
        ("approve", "review_held") => {
            let held = record.value("review.held").is_some_and(toml::Value::is_datetime);
            unless(held, "the review was not held", "review.held=now")
        }
        ("approve", "agreed") => {
            unless(record.flag("review.agreed") == Some(true), "not all stakeholders agree", "review.agreed=true")
        }
        ("complete", "actions_closed") => closed(record, id),
        ("complete", "shared") => {
            unless(record.value("distribution.shared_on").is_some(), "it is not shared", "distribution.shared_on=today")
        }
        _ => Vec::new(),
    }
}

/// Whether a text is what a command is printed with for somebody to fill in.
pub fn is_placeholder(text: &str) -> bool {
    matches!(text.trim(), "…" | "..." | "TODO" | "TBD")
}

fn lack(what: impl Into<String>, command: impl Into<String>) -> Lack {
    Lack { what: what.into(), command: command.into() }
}

fn timeline(record: &Record, id: &RecordId) -> Vec<Lack> {
    let mut lacking = Vec::new();
    for kind in [Milestone::Detected, Milestone::Resolved] {
        if reached(record, kind).is_none() {
            let command = format!("pm timeline add \"…\" --kind {kind} --at TIME -p {id}");
            lacking.push(lack(format!("no entry is marked {kind}"), command));
        }
    }
    let times: Vec<_> = record.timeline().iter().filter_map(|entry| entry.at()).collect();
    if !times.is_sorted() {
        lacking.push(lack("the timeline is out of order", format!("pm check {id}")));
    }
    lacking
}

fn topic(record: &Record, id: &RecordId, topic: &str) -> Option<Lack> {
    let ticked = record.texts("review.topics").contains(&topic);
    let command = || format!("pm set {id} review.topics+={topic}");
    (!ticked).then(|| lack(format!("the review has not discussed `{topic}`"), command()))
}

fn actions(record: &Record, id: &RecordId) -> Vec<Lack> {
    let all = record.actions();
    if all.is_empty() {
        return vec![lack(
            "there is no action item",
            format!("pm action add \"…\" --owner \"…\" --priority P2 -p {id}"),
        )];
    }
    let mut lacking = Vec::new();
    for (index, action) in all.iter().enumerate() {
        let has = [
            ("owner", action.owner().is_some_and(|owner| !is_placeholder(owner))),
            ("priority", action.priority().is_some()),
            ("due", action.due().is_some()),
        ];
        let missing: Vec<&str> = has.into_iter().filter(|(_, there)| !there).map(|(key, _)| key).collect();
        if missing.is_empty() {
            continue;
        }
        let value = |key: &str| match key {
            "priority" => "P2",
            "due" => "+14d",
            _ => "\"…\"",
        };
        let command = match id_of(*action) {
            // With a priority comes a due date.
            Some(action) => missing
                .iter()
                .filter(|key| **key != "due" || !missing.contains(&"priority"))
                .fold(format!("pm action edit {action}"), |command, key| format!("{command} --{key} {}", value(key))),
            None => missing.iter().fold(format!("pm set {id}"), |command, key| {
                format!("{command} actions[{}].{key}={}", index + 1, value(key))
            }),
        };
        lacking.push(lack(format!("{} has no {}", name_of(*action, index), missing.join(" and no ")), command));
    }
    lacking
}

fn closed(record: &Record, id: &RecordId) -> Vec<Lack> {
    let mut lacking = Vec::new();
    for (index, action) in record.actions().into_iter().enumerate() {
        let at = format!("actions[{}]", index + 1);
        let (what, verb, keys) = match action.status() {
            ActionStatus::Open | ActionStatus::InProgress => {
                ("is not closed", "done", format!("{at}.status=done {at}.closed=today {at}.evidence=\"…\""))
            }
            ActionStatus::Done if action.text("evidence").is_none_or(is_placeholder) => {
                ("is done without evidence", "done", format!("{at}.evidence=\"…\""))
            }
            ActionStatus::Dropped if action.text("reason").is_none_or(is_placeholder) => {
                ("is dropped without a reason", "drop", format!("{at}.reason=\"…\""))
            }
            ActionStatus::Done | ActionStatus::Dropped => continue,
        };
        let key = if verb == "done" { "evidence" } else { "reason" };
        let command = match id_of(action) {
            Some(action) => format!("pm action {verb} {action} --{key} \"…\""),
            None => format!("pm set {id} {keys}"),
        };
        lacking.push(lack(format!("{} {what}", name_of(action, index)), command));
    }
    lacking
}

/// The id of an action that the commands of actions find.
fn id_of(action: Action<'_>) -> Option<&str> {
    action.id().filter(|id| is_id(id))
}

fn name_of(action: Action<'_>, index: usize) -> String {
    action.id().map_or_else(|| format!("action {}", index + 1), |id| format!("action {id}"))
}

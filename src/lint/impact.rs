//! The impact is told in numbers, and the severity is not below what they imply.

use toml::Value;

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::config::Threshold;
use crate::finding::Level;
use crate::query::metrics;

pub(super) const UNQUANTIFIED: Rule = Rule {
    name: "impact-unquantified",
    group: Group::Impact,
    level: Level::Warning,
    draft: Draft::Note,
    summary: "The impact has no number: no users, no share of them, no money, no count of complaints.",
    why: "How bad it was is what priorities are set by, and “many users” cannot be compared with the next incident. An estimate will do; a number in `impact.summary` counts.",
    example: Some(Example {
        bad: "[impact]\nsummary = \"Many users could not sign in.\"",
        good: "[impact]\nsummary = \"Many users could not sign in.\"\n\n[impact.users]\npercent = 12.5",
    }),
    source: "the postmortem template: Impact Assessment.",
    look: Look::Record(unquantified),
};

pub(super) const TOO_LOW: Rule = Rule {
    name: "severity-too-low",
    group: Group::Impact,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "The impact is that of a higher severity, by what `severity_at_least` in `pm.toml` says.",
    why: "Who has to approve, and how soon, follows from the severity. Nothing is implied until the team has written down what is.",
    example: None,
    source: "the settings: `severity_at_least`.",
    look: Look::Record(too_low),
};

/// What is a number of the impact.
const NUMBERS: &[&str] = &[
    "impact.users.affected",
    "impact.users.percent",
    "impact.financial.revenue",
    "impact.financial.credits",
    "impact.financial.resolution_cost",
    "impact.reputation.complaints",
    "impact.reputation.social_mentions",
    "impact.reputation.escalations",
];

fn unquantified(subject: &Subject<'_>) -> Vec<Found> {
    let record = subject.record;
    let summary = record.text("impact.summary");
    let has_number =
        NUMBERS.iter().any(|path| record.value(path).is_some_and(|value| value.is_integer() || value.is_float()))
            || summary.is_some_and(|text| text.contains(|c: char| c.is_numeric()));
    // A draft that says nothing of the impact is not finished, and knows it.
    if has_number || summary.is_none() && subject.is_draft() {
        return Vec::new();
    }
    let message =
        if summary.is_some() { "the impact is described without a number" } else { "the impact is not described" };
    let help = "estimate it: `pm set impact.users.affected=…` or `impact.users.percent=…`";
    vec![Found::at("impact.summary", message, help)]
}

fn too_low(subject: &Subject<'_>) -> Vec<Found> {
    let (record, config) = (subject.record, subject.config);
    let place = |name: &str| config.severities.iter().position(|severity| severity.name == name);
    let Some(written) = record.severity() else { return Vec::new() };
    let Some(at) = place(written) else { return Vec::new() };
    // Worst first: the first that is reached is the least it should be.
    let mut worse =
        config.thresholds.iter().filter(|threshold| place(&threshold.severity).is_some_and(|other| other < at));
    let reached = worse.find_map(|threshold| Some((threshold, reason(subject, threshold)?)));
    let found = reached.map(|(threshold, reason)| {
        let least = &threshold.severity;
        let help = format!("`pm set severity={least}`, or correct the impact");
        Found::at("severity", format!("severity {written}, and {reason}, which is {least} or worse"), help)
    });
    found.into_iter().collect()
}

/// Why an impact is of a severity, as a clause.
fn reason(subject: &Subject<'_>, threshold: &Threshold) -> Option<String> {
    let record = subject.record;
    let number = |path: &str| record.value(path).and_then(|value| value.as_float().or_else(|| whole(value)));
    let is_yes = |path: &str| record.flag(path) == Some(true) || record.text(path).is_some();
    if let Some(users) = record.value("impact.users.affected").and_then(Value::as_integer)
        && threshold.affected.is_some_and(|least| users >= least)
    {
        return Some(format!("{users} users were affected"));
    }
    if let Some(percent) = number("impact.users.percent")
        && threshold.percent.is_some_and(|least| percent >= least)
    {
        return Some(format!("{percent} % of the users were affected"));
    }
    if let (Some(least), Ok(length)) = (threshold.duration, metrics::total(record, subject.config).actual)
        && length.time() >= least.time()
    {
        return Some(format!("it lasted {length}"));
    }
    let ours = record.text("impact.financial.currency").is_none_or(|currency| currency == subject.config.currency);
    let costs = ["revenue", "credits", "resolution_cost"].map(|key| number(&format!("impact.financial.{key}")));
    let cost: f64 = costs.iter().flatten().sum();
    if ours && threshold.cost.is_some_and(|least| cost >= least) {
        return Some(format!("it cost {cost} {}", subject.config.currency));
    }
    if threshold.data_lost && (is_yes("impact.data.loss") || is_yes("impact.data.corruption")) {
        return Some("data was lost or corrupted".to_owned());
    }
    (threshold.data_exposed && record.flag("impact.data.sensitive_exposed") == Some(true))
        .then(|| "sensitive data was exposed".to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "it is compared with a threshold below 2^32")]
fn whole(value: &Value) -> Option<f64> {
    value.as_integer().map(|number| number as f64)
}

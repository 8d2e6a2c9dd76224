//! Sign-off: the completion checklist as far as it follows from the record, and who signed.

use super::escape;
use super::sheet::{Sheet, blank, blocks, list_box, rows, under};
use crate::query::metrics::reached;
use crate::record::Record;
use crate::record::milestone::Milestone;
use crate::render::sign_offs::{self, SignOff};
use crate::render::words;

pub(super) fn sign_off(sheet: &Sheet<'_>) -> String {
    let (name, date) = of_role(sheet, "facilitator");
    let facilitator = sheet.line("", &[("Facilitator Sign-Off", name, &blank(25)), ("Date", date, &blank(9))]);
    let body = blocks([
        under("### Postmortem Completion", blocks([completion(sheet), facilitator])),
        under("### Stakeholder Review", stakeholders(sheet)),
    ]);
    under("## Sign-Off", body)
}

/// The checklist of a record's completion, in the template's order.
pub(super) fn checklist(record: &Record) -> [(&'static str, bool); 7] {
    let topic = |name: &str| record.texts("review.topics").contains(&name);
    let filled = |path: &str| !record.texts(path).is_empty();
    let times: Vec<_> = record.timeline().iter().filter_map(|entry| entry.at()).collect();
    let marked = [Milestone::Detected, Milestone::Resolved].into_iter().all(|kind| reached(record, kind).is_some());
    let factors = ["human", "process", "technical", "environmental"];
    let caused = record.text("cause.root_cause").is_some()
        || factors.iter().any(|group| filled(&format!("cause.factors.{group}")));
    let actions = record.actions();
    let prevention = ["immediate", "short_term", "long_term", "process"];
    let lessons = ["went_well", "could_improve", "lucky", "learned"];
    [
        ("Timeline completed and reviewed", marked && times.is_sorted() && topic("timeline")),
        ("Root cause identified and validated", caused && topic("root-cause")),
        (
            "Action items assigned with owners and dates",
            !actions.is_empty() && actions.iter().all(|action| action.owner().is_some() && action.due().is_some()),
        ),
        (
            "Prevention measures documented",
            prevention.iter().any(|part| filled(&format!("prevention.{part}")))
                || !record.tables("prevention.monitoring").is_empty(),
        ),
        ("Lessons learned documented", lessons.iter().any(|part| filled(&format!("lessons.{part}")))),
        ("Review meeting completed", record.value("review.held").is_some_and(toml::Value::is_datetime)),
        ("All stakeholders agree on findings", record.flag("review.agreed") == Some(true)),
    ]
}

fn completion(sheet: &Sheet<'_>) -> String {
    let list = checklist(sheet.whole);
    if !sheet.blanks && list.iter().all(|(_, met)| !met) {
        return String::new();
    }
    rows(list.into_iter().map(|(label, met)| format!("{} {label}", list_box(met))))
}

/// The roles of the template's stakeholders with the words before their lines.
const STAKEHOLDERS: [(&str, &str); 4] = [
    ("engineering-lead", "Engineering Lead reviewed"),
    ("vp-engineering", "VP Engineering reviewed"),
    ("security", "Security Team reviewed (if applicable)"),
    ("legal", "Legal reviewed (if applicable)"),
];

fn stakeholders(sheet: &Sheet<'_>) -> String {
    let known = STAKEHOLDERS.iter().map(|(role, label)| match of_role(sheet, role) {
        (None, _) => sheet.or_blank(|| format!("{} {label}: {} Date: {}", list_box(false), blank(17), blank(9))),
        (Some(name), date) => signed(label, &name, date),
    });
    let named = |role: &str| {
        STAKEHOLDERS.iter().any(|(known, _)| *known == role) || matches!(role, "facilitator" | "team-lead")
    };
    let counting = sign_offs::counting(sheet.record);
    let others = counting.iter().filter(|approval| !approval.text("role").is_some_and(named)).map(|approval| {
        let role = approval.text("role").map_or_else(|| "(no role)".to_owned(), escape::inline);
        let (name, date) = who_and_when(sheet, *approval);
        signed(&format!("{role} reviewed"), &name, date)
    });
    rows(known.chain(others))
}

fn signed(label: &str, name: &str, date: Option<String>) -> String {
    let date = date.map(|date| format!(" Date: {date}")).unwrap_or_default();
    format!("{} {label}: {name}{date}", list_box(true))
}

/// Who signed as a role last, and when.
pub(super) fn of_role(sheet: &Sheet<'_>, role: &str) -> (Option<String>, Option<String>) {
    match sign_offs::of_role(sheet.record, role) {
        Some(approval) => {
            let (name, date) = who_and_when(sheet, approval);
            (Some(name), date)
        }
        None => (None, None),
    }
}

fn who_and_when(sheet: &Sheet<'_>, approval: SignOff<'_>) -> (String, Option<String>) {
    let name = approval.text("name").map_or_else(|| "(no name)".to_owned(), |name| escape::inline(sheet.person(name)));
    (name, approval.at().map(|at| words::utc(&at)))
}

//! Sign-off: the completion checklist as far as it follows from the record, and who signed.

use super::escape;
use super::sheet::{Sheet, blank, blocks, list_box, rows, under};
use crate::record::Record;
use crate::record::time::Moment;
use crate::render::sign_offs;
use crate::render::words;
use crate::workflow::{SignOff, gate};

pub(super) fn sign_off(sheet: &Sheet<'_>) -> String {
    let (name, date) = of_role(sheet, "facilitator");
    let facilitator = sheet.line("", &[("Facilitator Sign-Off", name, &blank(25)), ("Date", date, &blank(9))]);
    let body = blocks([
        under("### Postmortem Completion", blocks([completion(sheet), facilitator])),
        under("### Stakeholder Review", stakeholders(sheet)),
    ]);
    under("## Sign-Off", body)
}

/// The checklist of a record's completion, in the template's order: the gates of an approval.
pub(super) fn checklist(record: &Record) -> [(&'static str, bool); 7] {
    [
        ("Timeline completed and reviewed", "timeline"),
        ("Root cause identified and validated", "root_cause"),
        ("Action items assigned with owners and dates", "actions"),
        ("Prevention measures documented", "prevention"),
        ("Lessons learned documented", "lessons"),
        ("Review meeting completed", "review_held"),
        ("All stakeholders agree on findings", "agreed"),
    ]
    .map(|(label, gate)| (label, gate::is_met("approve", gate, record)))
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
    let counting = sign_offs::counting(sheet.record, &sheet.about.id);
    let others = counting.iter().filter(|approval| !named(&approval.role)).map(|approval| {
        let role = escape::inline(&approval.role);
        let (name, date) = who_and_when(sheet, approval);
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
    match sign_offs::of_role(sheet.record, &sheet.about.id, role) {
        Some(approval) => {
            let (name, date) = who_and_when(sheet, &approval);
            (Some(name), date)
        }
        None => (None, None),
    }
}

fn who_and_when(sheet: &Sheet<'_>, approval: &SignOff) -> (String, Option<String>) {
    (escape::inline(sheet.person(&approval.name)), approval.at.map(|at| words::utc(&Moment::from(at))))
}

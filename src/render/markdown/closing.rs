//! What comes after the review: follow-up, the document's own data, and its distribution.

use super::escape;
use super::sheet::{Sheet, blank, blocks, broken_rows, inline_box, rows, under};
use super::sign_off::of_role;
use crate::record::time::Moment;
use crate::record::vocabulary as v;
use crate::render::{Touch, words};

pub(super) fn follow_up(sheet: &Sheet<'_>) -> String {
    let text =
        |label: &str, key: &str, given: &str| sheet.bullet(label, sheet.text(&format!("follow_up.{key}")), given);
    let tracking = rows([
        text("When", "tracking.when", "Review action items daily for first week"),
        text("How", "tracking.how", "Track in project management tool"),
        text("Who", "tracking.who", "Project owner"),
        text("Escalation", "tracking.escalation", "If item not completed by due date"),
    ]);
    let until = sheet.time("follow_up.monitoring.until").map(|day| format!("until {day}"));
    let monitoring = rows([
        sheet.bullet("Duration", until, "1 month"),
        text("Focus", "monitoring.focus", "Watch for similar issues"),
        text("Alert", "monitoring.alerts", "Lower thresholds during monitoring period"),
        text("Review", "monitoring.review", "Weekly check-in on metrics"),
    ]);
    let next = rows([
        sheet.bullet("Date", sheet.time("follow_up.next.on"), "(1 month after incident)"),
        sheet.bullet("Owner", sheet.person_at("follow_up.next.owner"), &blank(25)),
        text("Agenda", "next.agenda", "Verify action items complete, no recurrence"),
    ]);
    let body = blocks([
        under("### Action Item Tracking", tracking),
        under("### Monitoring Period", monitoring),
        under("### Next Postmortem", next),
    ]);
    under("## Follow-Up", body)
}

pub(super) fn document_info(sheet: &Sheet<'_>) -> String {
    let about = sheet.about;
    let day = |touch: &Touch| words::utc(&Moment::Day(Moment::from(touch.at).day()));
    let by = |touch: &Touch| escape::inline(sheet.person(&touch.by));
    let created = sheet.time("created").or_else(|| about.created.as_ref().map(day));
    let creator = sheet.person_at("owner").or_else(|| about.created.as_ref().map(by));
    let (updated, author) = match &about.updated {
        Some(touch) => (Some(words::utc(&Moment::from(touch.at))), Some(by(touch))),
        None if sheet.blanks => (None, None),
        None => (Some("unknown (in no commit that is at hand)".to_owned()), None),
    };
    let (date, wide) = (blank(17), blank(25));
    let facts = broken_rows([
        sheet.line("", &[("Report Created", created, &date), ("by", creator, &wide)]),
        sheet.line("", &[("Last Updated", updated, &date), ("by", author, &wide)]),
        status(sheet),
    ]);
    under("## Document Info", blocks([facts, approval(sheet)]))
}

fn status(sheet: &Sheet<'_>) -> String {
    let status = sheet.record.text("status");
    if status.is_none() && !sheet.blanks {
        return String::new();
    }
    let mut boxes: Vec<String> = Vec::new();
    for word in v::STATUS.words {
        boxes.push(format!("{} {}", inline_box(status == Some(word.slug)), word.label));
    }
    if let Some(other) = status.filter(|word| !v::STATUS.knows(word)) {
        boxes.push(format!("{} {}", inline_box(true), escape::inline(other)));
    }
    format!("**Status**: {}", boxes.join("  "))
}

fn approval(sheet: &Sheet<'_>) -> String {
    let (name, date) = of_role(sheet, "team-lead");
    let name = name.map(|name| format!("{name} (Team Lead)"));
    let line = format!("{} (Team Lead)", blank(25));
    sheet.line("", &[("Approval", name, &line), ("Date", date, &blank(9))])
}

pub(super) fn distribution(sheet: &Sheet<'_>) -> String {
    let audience = sheet.boxes("distribution.audience", &v::AUDIENCE, None);
    let audience = under("This postmortem should be shared with:", audience);
    let shared = sheet.line(
        "",
        &[
            ("Sharing Date", sheet.time("distribution.shared_on"), &blank(17)),
            ("by", sheet.person_at("distribution.shared_by"), &blank(25)),
        ],
    );
    under("## Distribution", blocks([audience, shared]))
}

//! Who was told, and when.

use toml::Value;

use super::sheet::{Sheet, blank, blocks, list_box, rows, under, yes_no};
use crate::record::time::Moment;
use crate::render::words;

pub(super) fn communication(sheet: &Sheet<'_>) -> String {
    let told = |label: &str, key: &str| internal(sheet, label, &format!("communication.internal.{key}"));
    let outside = |label: &str, key: &str| flag(sheet, label, &format!("communication.external.{key}"));
    let after = |label: &str, key: &str| flag(sheet, label, &format!("communication.follow_up.{key}"));
    let body = blocks([
        under(
            "### Internal Communication",
            rows([
                told("Slack notification sent", "chat_notified"),
                told("Status page updated", "status_page_updated"),
                told("Team standup briefed", "standup_briefed"),
                told("Leadership notified", "leadership_notified"),
            ]),
        ),
        under(
            "### External Communication",
            rows([
                users(sheet),
                outside("Notification content reviewed", "content_reviewed"),
                outside("Social media response", "social_media"),
                outside("Press release", "press_release"),
            ]),
        ),
        under(
            "### Follow-Up Communication",
            rows([
                after("Root cause explanation shared", "root_cause_shared"),
                after("Action items communicated", "actions_communicated"),
                after("Prevention measures explained", "prevention_explained"),
                after("Expected timeline for fixes", "timeline_for_fixes"),
            ]),
        ),
    ]);
    under("## Communication", body)
}

/// Whether something was done, and when as far as that is known.
fn done(sheet: &Sheet<'_>, path: &str) -> Option<(bool, Option<String>)> {
    match sheet.record.value(path)? {
        Value::Boolean(done) => Some((*done, None)),
        Value::Datetime(written) => Moment::try_from(written).ok().map(|at| (true, Some(words::utc(&at)))),
        _ => None,
    }
}

fn internal(sheet: &Sheet<'_>, label: &str, path: &str) -> String {
    match done(sheet, path) {
        Some((true, Some(when))) => format!("{} {label}: {when}", list_box(true)),
        Some((true, None)) => format!("{} {label}: Yes", list_box(true)),
        Some((false, _)) => format!("{} {label}: No", list_box(false)),
        None => sheet.or_blank(|| format!("{} {label}: {} (time)", list_box(false), blank(17))),
    }
}

fn users(sheet: &Sheet<'_>) -> String {
    let label = "Users notified";
    match done(sheet, "communication.external.users_notified") {
        Some((done, when)) => {
            let when = when.map(|when| format!("  When: {when}")).unwrap_or_default();
            format!("{} {label}: {}{when}", list_box(done), yes_no(Some(done)))
        }
        None => sheet.or_blank(|| format!("{} {label}: {}  When: {}", list_box(false), yes_no(None), blank(13))),
    }
}

fn flag(sheet: &Sheet<'_>, label: &str, path: &str) -> String {
    match sheet.record.flag(path) {
        Some(done) => format!("{} {label}: {}", list_box(done), yes_no(Some(done))),
        None => sheet.or_blank(|| format!("{} {label}: {}", list_box(false), yes_no(None))),
    }
}

//! The impact: users, data, money, reputation.

use toml::Value;

use super::escape;
use super::sheet::{Sheet, blank, blocks, rows, under, yes_no};
use crate::render::words;

pub(super) fn impact(sheet: &Sheet<'_>) -> String {
    let body = blocks([
        sheet.prose("", "impact.summary", String::new),
        under("### Users Affected", users(sheet)),
        under("### Data Impact", data(sheet)),
        under("### Financial Impact", financial(sheet)),
        under("### Reputation Impact", reputation(sheet)),
    ]);
    under("## Impact Assessment", body)
}

fn users(sheet: &Sheet<'_>) -> String {
    let percent = number(sheet, "impact.users.percent").map(|share| format!("{share}%"));
    rows([
        sheet.bullet("Number of users", number(sheet, "impact.users.affected"), &blank(7)),
        sheet.bullet("Percentage of user base", percent, &format!("{}%", blank(7))),
        sheet.bullet("Geographic regions", sheet.listed("impact.users.regions"), &blank(27)),
        sheet.bullet("Feature impacted", sheet.listed("impact.users.features"), &blank(27)),
    ])
}

fn data(sheet: &Sheet<'_>) -> String {
    let describe = " (If yes, describe): ";
    rows([
        answer(sheet, "Data loss", "impact.data.loss", &format!("{describe}{}", blank(12))),
        answer(sheet, "Data corruption", "impact.data.corruption", &format!("{describe}{}", blank(12))),
        answer(sheet, "Sensitive data exposed", "impact.data.sensitive_exposed", " (If yes, notify security)"),
        answer(sheet, "Data recovery required", "impact.data.recovery_required", ""),
    ])
}

/// A yes or no with its description. What the template asks for behind it stands there while there is no answer.
fn answer(sheet: &Sheet<'_>, label: &str, path: &str, ask: &str) -> String {
    let written = match sheet.record.value(path) {
        Some(Value::Boolean(yes)) => Some(yes_no(Some(*yes))),
        Some(Value::String(text)) if !text.trim().is_empty() => {
            Some(format!("{}: {}", yes_no(Some(true)), escape::inline(text)))
        }
        _ => None,
    };
    sheet.bullet(label, written, &format!("{}{ask}", yes_no(None)))
}

fn financial(sheet: &Sheet<'_>) -> String {
    let amount = |path: &str| words::amount(sheet.record, path, sheet.config).map(|amount| escape::inline(&amount));
    let placeholder = format!("${}", blank(11));
    rows([
        sheet.bullet("Estimated revenue impact", amount("impact.financial.revenue"), &placeholder),
        sheet.bullet("Customer credits issued", amount("impact.financial.credits"), &placeholder),
        sheet.bullet("Cost of resolution", amount("impact.financial.resolution_cost"), &placeholder),
    ])
}

fn reputation(sheet: &Sheet<'_>) -> String {
    rows([
        sheet.bullet("User complaints received", number(sheet, "impact.reputation.complaints"), &blank(8)),
        sheet.bullet("Social media mentions", number(sheet, "impact.reputation.social_mentions"), &blank(8)),
        answer(sheet, "Press coverage", "impact.reputation.press_coverage", ""),
        sheet.bullet("Customer escalations", number(sheet, "impact.reputation.escalations"), &blank(8)),
    ])
}

fn number(sheet: &Sheet<'_>, path: &str) -> Option<String> {
    words::number(sheet.record, path)
}

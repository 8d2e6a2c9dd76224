//! The head of a document: what, when, how bad, by whom; and the summary.

use super::escape;
use super::sheet::{Sheet, blank, blank_lines, blocks, inline_box, under};
use crate::query::metrics;
use crate::render::words;

pub(super) fn header(sheet: &Sheet<'_>) -> String {
    let record = sheet.record;
    let (wide, narrow) = (blank(25), blank(13));
    let body = blocks([
        sheet.line("", &[("Incident Title", sheet.text("title"), &blank(65))]),
        when(sheet),
        severity(sheet),
        sheet.line(
            "",
            &[
                ("Incident ID", sheet.text("incident.id"), &blank(22)),
                ("Issue Link", record.text("incident.link").map(escape::link), &blank(30)),
            ],
        ),
        sheet.line("", &[("Prepared By", sheet.person_at("owner"), &wide), ("Date", sheet.time("created"), &narrow)]),
        // The template has no blank for these two: only an answer stands there.
        sheet.listed("services").map(|services| format!("**Services**: {services}")).unwrap_or_default(),
        sheet.listed("tags").map(|tags| format!("**Tags**: {tags}")).unwrap_or_default(),
    ]);
    under("# Post-Mortem Report", body)
}

fn when(sheet: &Sheet<'_>) -> String {
    let started = metrics::started(sheet.whole).map(|reached| {
        let about = if reached.approx { "about " } else { "" };
        format!("{about}{}", words::utc(&reached.moment))
    });
    let duration = match metrics::total(sheet.whole, sheet.config).actual {
        Ok(length) => Some(length.to_string()),
        Err(unknown) => started.is_some().then(|| format!("unknown ({unknown})")),
    };
    sheet.line("", &[("Date/Time", started, &blank(22)), ("Duration", duration, &blank(20))])
}

fn severity(sheet: &Sheet<'_>) -> String {
    let chosen = sheet.record.severity();
    if chosen.is_none() && !sheet.blanks {
        return String::new();
    }
    let mut boxes: Vec<String> = Vec::new();
    for severity in &sheet.config.severities {
        let ticked = inline_box(chosen == Some(severity.name.as_str()));
        boxes.push(format!("{ticked} {} ({})", escape::inline(&severity.name), escape::inline(&severity.meaning)));
    }
    if let Some(other) = chosen.filter(|name| sheet.config.severity_meaning(name).is_none()) {
        boxes.push(format!("{} {}", inline_box(true), escape::inline(other)));
    }
    format!("**Severity Level**: {}", boxes.join("  "))
}

pub(super) fn summary(sheet: &Sheet<'_>) -> String {
    let ask = "Brief one-paragraph summary of what happened, impact, and resolution:";
    under("## Executive Summary", sheet.prose(ask, "summary", || blank_lines(4, 69)))
}

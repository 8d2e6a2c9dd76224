//! The incident review meeting.

use toml::Table;

use super::sheet::{Sheet, blank, blank_numbers, blocks, broken_rows, rows, under};
use super::{escape, prose};
use crate::record::{action, text_in, vocabulary as v};

pub(super) fn review(sheet: &Sheet<'_>) -> String {
    let line = blank(25);
    let location = sheet.record.text("review.location").map(escape::inline);
    let details = rows([
        sheet.bullet("Date/Time", sheet.time("review.held"), &line),
        sheet.bullet("Location/Link", location, &line),
        sheet.bullet("Facilitator", sheet.person_at("review.facilitator"), &line),
        sheet.bullet("Attendees", sheet.people("review.attendees"), &line),
    ]);
    let decisions = sheet.numbered("", "review.decisions", || format!("```\n{}\n```", blank_numbers(3, 65)));
    let body = blocks([
        under("### Meeting Details", details),
        under("### Discussion Topics", sheet.boxes("review.topics", &v::TOPIC, None)),
        under("### Decisions Made", decisions),
        under("### Open Questions", questions(sheet)),
    ]);
    under("## Incident Review Meeting", body)
}

fn questions(sheet: &Sheet<'_>) -> String {
    let asked = sheet.record.tables("review.questions");
    if asked.is_empty() {
        return sheet.or_blank(|| {
            let steps =
                (1..=3).map(|number| format!("{number}. {}\n   Owner: {} Due: {}", blank(65), blank(17), blank(13)));
            format!("```\n{}\n```", rows(steps))
        });
    }
    blocks((1..).zip(asked).map(|(number, table)| question(sheet, number, table)))
}

fn question(sheet: &Sheet<'_>, number: usize, table: &Table) -> String {
    let asked = text_in(table, "question").map_or_else(|| "(no question)".to_owned(), escape::inline);
    let owner = text_in(table, "owner").map(|owner| format!("Owner: {}", escape::inline(sheet.person(owner))));
    let due = action::day(table, "due").map(|due| format!("Due: {due}"));
    let whose: Vec<String> = owner.into_iter().chain(due).collect();
    let marker = format!("{number}. ");
    let indent = " ".repeat(marker.len());
    let whose = if whose.is_empty() { String::new() } else { format!("{indent}{}", whose.join(" ")) };
    let mut out = broken_rows([format!("{marker}{asked}"), whose]);
    if let Some(answer) = text_in(table, "answer") {
        for line in format!("\n**Answer**:\n\n{}", prose::prose(answer)).lines() {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&indent);
                out.push_str(line);
            }
        }
    }
    out
}

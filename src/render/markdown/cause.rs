//! What happened and why: factors, the five whys, the root cause.

use super::sheet::{Sheet, blank_lines, blocks, under};
use super::{escape, prose};
use crate::record::text_in;
use crate::record::vocabulary as v;

pub(super) fn root_cause_analysis(sheet: &Sheet<'_>) -> String {
    let happened = "Detailed description of what actually occurred:";
    let body = blocks([
        under("### What Happened?", sheet.prose(happened, "cause.what_happened", || blank_lines(3, 69))),
        under("### Why Did It Happen?", factors(sheet)),
        under("### Root Cause (5 Whys)", blocks([whys(sheet), root_cause(sheet), trigger(sheet)])),
    ]);
    under("## Root Cause Analysis", body)
}

fn factors(sheet: &Sheet<'_>) -> String {
    let group = |label: &str, path: &str, vocabulary| {
        under(&format!("**{label}**:"), sheet.boxes(path, vocabulary, Some(("(Other)", 21))))
    };
    let groups = blocks([
        group("Human Factors", "cause.factors.human", &v::HUMAN_FACTOR),
        group("Process Factors", "cause.factors.process", &v::PROCESS_FACTOR),
        group("Technical Factors", "cause.factors.technical", &v::TECHNICAL_FACTOR),
        group("Environmental Factors", "cause.factors.environmental", &v::ENVIRONMENTAL_FACTOR),
    ]);
    under("**Contributing factors (check all that apply):**", groups)
}

fn whys(sheet: &Sheet<'_>) -> String {
    let whys = sheet.record.tables("cause.whys");
    let filled = (1..).zip(whys).map(|(number, why)| {
        let asked = text_in(why, "why").map_or_else(|| question(number), escape::inline);
        let answer = text_in(why, "because").map(prose::prose).unwrap_or_default();
        step(number, &asked, &answer)
    });
    let filled = blocks(filled);
    if !filled.is_empty() {
        return filled;
    }
    sheet.or_blank(|| blocks((1..=5).map(|number| step(number, &question(number), &blank_lines(1, 65)))))
}

/// The question the template asks.
fn question(number: usize) -> String {
    if number == 1 { "Why did the incident occur?".to_owned() } else { format!("Why did [answer {}]?", number - 1) }
}

/// One numbered question with its answer inside the same list item.
fn step(number: usize, question: &str, answer: &str) -> String {
    let marker = format!("{number}. ");
    let indent = " ".repeat(marker.len());
    let mut out = format!("{marker}**{question}**");
    if !answer.is_empty() {
        out.push('\n');
    }
    for line in answer.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&indent);
            out.push_str(line);
        }
    }
    out
}

fn root_cause(sheet: &Sheet<'_>) -> String {
    let text = sheet.prose("", "cause.root_cause", || blank_lines(2, 69));
    under("**Root Cause**:", text)
}

fn trigger(sheet: &Sheet<'_>) -> String {
    sheet.text("cause.trigger").map(|trigger| format!("**Trigger**: {trigger}")).unwrap_or_default()
}

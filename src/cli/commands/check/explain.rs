//! `pm check --explain RULE`: what a rule looks for and why, as the reference says it.

use std::fmt::Write as _;

use clap_complete::engine::CompletionCandidate;

use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::config::RuleLevel;
use crate::lint::{self, Draft, Example, Rule};
use crate::render::sanitise::one_line;

/// Prints the rule, with the level that is in force here.
pub fn run(context: &mut Context, wanted: &str) -> Result<Exit, Failure> {
    let Some(rule) = lint::rule(wanted) else {
        let failure = Failure::new(format!("there is no rule `{}`", one_line(wanted)));
        return Err(if let Some(near) = lint::near(wanted) {
            failure.hint(format!("did you mean `{near}`?"))
        } else {
            let names: Vec<&str> = lint::rules().iter().map(|rule| rule.name).collect();
            failure.hint(format!("rules are {}", names.join(", ")))
        });
    };
    let level = match context.config.rule(rule.name) {
        Some(RuleLevel::Off) if !rule.is_fixed() => "off",
        Some(RuleLevel::Level(level)) if !rule.is_fixed() => level.word(),
        _ => rule.level.word(),
    };
    let width = context.ui.page_width().min(100);
    context.ui.result(&explanation(rule, level, width))?;
    Ok(Exit::Fine)
}

/// The rules the shell offers.
pub fn rule_names(current: &std::ffi::OsStr) -> Vec<CompletionCandidate> {
    let text = current.to_str().unwrap_or_default();
    let fitting = lint::rules().into_iter().filter(|rule| rule.name.starts_with(text));
    fitting.map(|rule| CompletionCandidate::new(rule.name).help(Some(rule.summary.into()))).collect()
}

fn explanation(rule: &Rule, level: &str, width: usize) -> String {
    let fill = |text: &str| textwrap::fill(text, width);
    let mut text = format!("{} ({level})\n\n{}\n\n{}\n", rule.name, fill(rule.summary), fill(rule.why));
    if let Some(Example { bad, good }) = rule.example {
        for (what, lines) in [("Found:", bad), ("Not found:", good)] {
            let _ = write!(text, "\n{what}\n\n{}", textwrap::indent(&format!("{lines}\n"), "    "));
        }
    }
    match rule.draft {
        Draft::Same => {}
        Draft::Note => text.push_str("\nIn a draft its findings are notes.\n"),
        Draft::Silent => text.push_str("\nNot looked for in a draft.\n"),
    }
    let _ = writeln!(text, "\n{}", fill(&format!("Source: {}", rule.source)));
    text
}

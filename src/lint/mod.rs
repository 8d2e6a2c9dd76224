//! Whether what a record says can be right: rules as static data, one file a rule.
//!
//! Reading has judged the format before; a rule here looks at what the values mean together. A finding stops nobody from
//! writing.
//!
//! Depends on: record, document, query, config, finding. Never: reads files, the clock or the terminal; changes a record.

mod action_date;
mod action_id;
mod action_promise;
mod allow;
mod disclosure;
mod factors;
mod figure_path;
mod format;
mod impact;
mod incomplete_row;
mod inspector;
mod leftovers;
mod lifecycle;
mod milestones;
mod negative_span;
mod rule;
mod subject;
mod timeline_order;
mod wording;
mod words;

use crate::config::Config;
use crate::finding::{Finding, Level};
use crate::record::nearest::nearest;

pub use inspector::{Inspector, Occasion};
pub use rule::{Draft, Example, Group, Rule};
use words::List;

/// The rules that look at records, and those of comments that allow a finding.
static RULES: &[Rule] = &[
    timeline_order::RULE,
    negative_span::RULE,
    milestones::RULE,
    impact::UNQUANTIFIED,
    impact::TOO_LOW,
    factors::NONE,
    factors::SINGLE,
    wording::HUMAN_ERROR,
    wording::BLAME,
    wording::COUNTERFACTUAL,
    action_id::RULE,
    action_date::RULE,
    action_promise::EVIDENCE,
    action_promise::OWNER,
    action_promise::DUE,
    action_promise::VERB,
    action_promise::VAGUE,
    action_promise::UNBOUNDED,
    lifecycle::BY_HAND,
    lifecycle::BEHIND,
    lifecycle::CHAIN,
    lifecycle::STALE,
    lifecycle::DEADLINE,
    disclosure::SECRET,
    disclosure::EMAIL,
    leftovers::INVISIBLE,
    leftovers::PLACEHOLDER,
    leftovers::LINK,
    incomplete_row::RULE,
    figure_path::RULE,
    allow::BAD,
    allow::UNUSED,
];

/// Every rule there is, by group: those that look at records, those of reading and of the settings.
pub fn rules() -> Vec<&'static Rule> {
    let mut all: Vec<&Rule> = format::RULES.iter().chain(RULES).collect();
    all.sort_by_key(|rule| rule.group);
    all
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    format::RULES.iter().chain(RULES).find(|rule| rule.name == name)
}

/// The rule whose name is nearest to one that there is not.
pub fn near(name: &str) -> Option<&'static str> {
    nearest(name, format::RULES.iter().chain(RULES).map(|rule| rule.name))
}

/// Takes out what comments of the text allow, adds what is wrong with such comments, and puts the findings of one file in
/// order of place. To be asked once for a file, when all findings about it are there.
pub fn settle(text: &str, findings: &mut Vec<Finding>, config: &Config) {
    allow::apply(text, findings);
    inspector::set_levels(findings, config, |rule| rule.group == Group::Allowing);
}

/// The phrases that a word list of the settings begins with, by the list's name there.
pub fn built_in_phrases() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    List::ALL.into_iter().map(|list| (list.name(), list.built_in()))
}

/// What is wrong with the rules and the word lists that the settings name: there is no such rule, it is one that cannot be
/// softened, or a phrase is to be removed that is not there.
pub fn of_settings(config: &Config) -> Vec<Finding> {
    let found = config.rules.iter().filter_map(|setting| {
        let name = setting.name.as_str();
        let (message, help) = match rule(name) {
            Some(rule) if rule.is_fixed() => (format!("`{name}` is always an error"), "remove the line".to_owned()),
            Some(_) => return None,
            None => {
                let help = match near(name) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`pm check --explain RULE` tells of one; every finding begins with the name of its rule"
                        .to_owned(),
                };
                (format!("there is no rule `{}`", name.escape_debug()), help)
            }
        };
        let span = setting.span.clone();
        Some(Finding { rule: "wrong-setting", level: Level::Warning, message, span, help: Some(help) })
    });
    found.chain(of_word_lists(config)).collect()
}

fn of_word_lists(config: &Config) -> impl Iterator<Item = Finding> {
    List::ALL.into_iter().flat_map(|list| {
        let removed = config.wording.change(list.name()).map_or(&[][..], |change| &change.remove);
        let there_is_none =
            removed.iter().filter(move |gone| !list.built_in().iter().any(|known| words::same(known, &gone.text)));
        there_is_none.map(move |gone| Finding {
            rule: "wrong-setting",
            level: Level::Warning,
            message: format!("`{}` is not in the list `{}`", gone.text.escape_debug(), list.name()),
            span: gone.span.clone(),
            help: Some(match nearest(&gone.text, list.built_in().iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the reference of the rules has the phrases of every list".to_owned(),
            }),
        })
    })
}

#[cfg(test)]
mod tests;

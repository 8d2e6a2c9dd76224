//! Whether what a record says can be right: rules as static data, one file a rule.
//!
//! Reading has judged the format before; a rule here looks at what the values mean together. A finding stops nobody from
//! writing.
//!
//! Depends on: record, document, query, config, finding. Never: reads files, the clock or the terminal; changes a record.

mod action_date;
mod action_id;
mod figure_path;
mod format;
mod incomplete_row;
mod negative_span;
mod rule;
mod subject;
mod timeline_order;

use rule::{Found, Look};
use subject::Subject;

use crate::config::{Config, RuleLevel};
use crate::document::read::Reading;
use crate::finding::{Finding, Level};
use crate::record::Record;
use crate::record::nearest::nearest;

pub use rule::{Draft, Example, Group, Rule};

/// The rules that look at records.
static LOOKING: &[Rule] = &[
    timeline_order::RULE,
    negative_span::RULE,
    incomplete_row::RULE,
    action_id::RULE,
    action_date::RULE,
    figure_path::RULE,
];

/// Every rule there is, by group: those that look at records, those of reading and of the settings.
pub fn rules() -> Vec<&'static Rule> {
    let mut all: Vec<&Rule> = format::RULES.iter().chain(LOOKING).collect();
    all.sort_by_key(|rule| rule.group);
    all
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    format::RULES.iter().chain(LOOKING).find(|rule| rule.name == name)
}

/// The rule whose name is nearest to one that there is not.
pub fn near(name: &str) -> Option<&'static str> {
    nearest(name, format::RULES.iter().chain(LOOKING).map(|rule| rule.name))
}

/// What is wrong with the rules that the settings name: there is no such rule, or it is one that cannot be softened.
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
    found.collect()
}

/// Adds the findings of every rule to a reading, in order of place, each at the level that the settings give its rule.
pub fn extend(reading: &mut Reading, config: &Config) {
    let subject = Subject { record: &reading.record, config };
    let mut found: Vec<Finding> = Vec::new();
    for (rule, look) in looks() {
        found.extend(look(&subject).into_iter().map(|one| Finding {
            rule: rule.name,
            level: if one.doubtful { rule.level.min(Level::Warning) } else { rule.level },
            message: one.message,
            span: reading.places.nearest(&one.path),
            help: Some(one.help),
        }));
    }
    reading.findings.extend(found);
    reading.findings.retain_mut(|finding| match config.rule(finding.rule) {
        Some(_) if rule(finding.rule).is_some_and(Rule::is_fixed) => true,
        Some(RuleLevel::Off) => false,
        Some(RuleLevel::Level(level)) => {
            finding.level = level;
            true
        }
        None => true,
    });
    reading.findings.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.level)));
}

/// The messages of every finding of a record, for telling which a change has brought.
pub fn messages(record: &Record, config: &Config) -> Vec<String> {
    let subject = Subject { record, config };
    let wanted = looks().filter(|(rule, _)| config.rule(rule.name) != Some(RuleLevel::Off));
    wanted.flat_map(|(_, look)| look(&subject)).map(|found| found.message).collect()
}

/// The rules that look at records, with what they look with.
fn looks() -> impl Iterator<Item = (&'static Rule, fn(&Subject<'_>) -> Vec<Found>)> {
    LOOKING.iter().filter_map(|rule| match rule.look {
        Look::Record(look) => Some((rule, look)),
        Look::Reading | Look::Elsewhere => None,
    })
}

#[cfg(test)]
mod tests;

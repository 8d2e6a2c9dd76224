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
mod timeline_order;

use crate::config::{Config, RuleLevel};
use crate::document::read::Reading;
use crate::finding::{Finding, Level};
use crate::record::Record;
use crate::record::nearest::nearest;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab-case, as in `pm.toml` and in findings.
    pub name: &'static str,
    /// How much its findings matter, if `pm.toml` does not say.
    pub level: Level,
    /// What it looks for and why, for the reference.
    pub docs: &'static str,
    look: fn(&Record, &Config) -> Vec<Found>,
}

/// Every rule.
pub static RULES: &[Rule] = &[
    timeline_order::RULE,
    negative_span::RULE,
    incomplete_row::RULE,
    action_id::RULE,
    action_date::RULE,
    figure_path::RULE,
];

/// What a rule found, before its place in the text is known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    /// The path of the value it is about, as in `timeline[2].at`.
    path: String,
    /// What is wrong. It names times, not numbers of entries: numbers move.
    message: String,
    /// What to do about it.
    help: String,
    /// Whether it is less sure than the rule's level says.
    doubtful: bool,
}

/// The name, the usual level and the docs of everything that can be found in a record, findings of the format first.
pub fn all() -> impl Iterator<Item = (&'static str, Level, &'static str)> {
    format::FORMAT.iter().copied().chain(RULES.iter().map(|rule| (rule.name, rule.level, rule.docs)))
}

/// What is wrong with the rules that the settings name: there is no such rule, or it is one that cannot be softened.
pub fn of_settings(config: &Config) -> Vec<Finding> {
    let found = config.rules.iter().filter_map(|setting| {
        let name = setting.name.as_str();
        let (message, help) = if format::FIXED.contains(&name) {
            (format!("`{name}` is always an error"), "remove the line".to_owned())
        } else if all().any(|(known, _, _)| known == name) {
            return None;
        } else {
            let help = match nearest(name, all().map(|(known, _, _)| known)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "`pm check --explain RULE` tells of one; every finding begins with the name of its rule".to_owned()
                }
            };
            (format!("there is no rule `{}`", name.escape_debug()), help)
        };
        let span = setting.span.clone();
        Some(Finding { rule: "wrong-setting", level: Level::Warning, message, span, help: Some(help) })
    });
    found.collect()
}

/// Adds the findings of every rule to a reading, in order of place, each at the level that the settings give its rule.
pub fn extend(reading: &mut Reading, config: &Config) {
    let mut found: Vec<Finding> = Vec::new();
    for rule in RULES {
        found.extend((rule.look)(&reading.record, config).into_iter().map(|one| Finding {
            rule: rule.name,
            level: if one.doubtful { rule.level.min(Level::Warning) } else { rule.level },
            message: one.message,
            span: reading.places.nearest(&one.path),
            help: Some(one.help),
        }));
    }
    reading.findings.extend(found);
    reading.findings.retain_mut(|finding| match config.rule(finding.rule) {
        Some(_) if format::FIXED.contains(&finding.rule) => true,
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
    let rules = RULES.iter().filter(|rule| config.rule(rule.name) != Some(RuleLevel::Off));
    rules.flat_map(|rule| (rule.look)(record, config)).map(|found| found.message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read::{Terms, read};

    fn found(entries: &str) -> Vec<String> {
        let text = format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{entries}");
        let config = Config::read(None).expect("defaults");
        let mut reading = read(&text, &Terms { severities: &config.severity_names() });
        extend(&mut reading, &config);
        let line = |finding: &Finding| text[..finding.span.start].matches('\n').count() + 1;
        let told =
            |finding: &Finding| format!("{}: {:?} {}: {}", line(finding), finding.level, finding.rule, finding.message);
        reading.findings.iter().map(told).collect()
    }

    #[test]
    fn rules_are_named_once_and_say_what_they_look_for() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
            assert!(rule.docs.ends_with('.') && rule.docs.len() > 20, "{}", rule.name);
        }
    }

    #[test]
    fn the_complete_example_is_in_order() {
        let config = Config::read(None).expect("defaults");
        let record = crate::document::read::values(include_str!("../../tests/fixtures/record.toml")).expect("TOML");
        assert_eq!(messages(&record, &config), Vec::<String>::new());
    }

    #[test]
    fn entries_out_of_order_are_named_once_each() {
        assert_eq!(
            found(
                "[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"a\"\n[[timeline]]\nat = 2017-01-31T22:30:00+01:00\nevent = \"b\"\n\
                 [[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = \"c\"\n[[timeline]]\nevent = \"no time\"\n"
            ),
            [
                "8: Warning timeline-order: 2017-01-31 21:30 stands below 2017-01-31 22:00, which is later",
                "13: Warning incomplete-row: a row of `timeline` has no `at`",
            ]
        );
    }

    #[test]
    fn an_end_before_its_beginning_is_an_error() {
        assert_eq!(
            found("[[timeline]]\nat = 2017-01-31T22:00:00Z\nuntil = 2017-01-31T21:00:00Z\nevent = \"a\"\n"),
            ["6: Error negative-span: the entry ends at 2017-01-31 21:00, before it begins at 2017-01-31 22:00"]
        );
        let vague = found("[[timeline]]\nat = 2017-01-31\nuntil = 2017-01-31T21:00:00Z\nevent = \"a\"\n");
        assert!(!vague.iter().any(|line| line.contains("negative-span")), "{vague:?}");
    }

    #[test]
    fn a_negative_duration_is_said_once_and_is_doubtful_when_a_time_is() {
        let entries = |approx: &str| {
            format!(
                "[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"resolved\"\nevent = \"a\"\n[[timeline]]\n\
                 at = 2017-01-31T22:30:00Z\nkind = \"started\"\nevent = \"b\"\n{approx}"
            )
        };
        let message = "negative-span: resolved at 2017-01-31 22:00 is before started at 2017-01-31 22:30 (30 min)";
        assert_eq!(found(&entries("")), [format!("5: Error {message}")]);
        let doubtful = message.replace("30 min", "about 30 min");
        assert_eq!(found(&entries("approx = true\n")), [format!("5: Warning {doubtful}")]);
    }
}

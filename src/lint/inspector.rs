//! Looks at records with every rule, by the settings.

use std::cell::OnceCell;
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::rule::{Draft, Found, Group, Look, Rule};
use super::subject::Subject;
use super::words::Words;
use super::{RULES, leftovers};
use crate::config::{Config, RuleLevel};
use crate::document::read::{Reading, Terms, read, sound_values};
use crate::finding::{Finding, Level};
use crate::record::{Record, RecordId};

/// What a rule looks with.
type Looking = fn(&Subject<'_>) -> Vec<Found>;

/// The rules that are on, with what they go by, made once for many records.
#[derive(Debug)]
pub struct Inspector<'a> {
    config: &'a Config,
    words: Words,
    rules: Vec<(&'static Rule, Looking)>,
}

/// Which record is looked at, and when.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The record's id.
    pub id: &'a RecordId,
    /// The time, for what has to be done by one.
    pub now: DateTime<Utc>,
}

impl<'a> Inspector<'a> {
    /// All rules that look at records.
    pub fn new(config: &'a Config) -> Self {
        Self::of(config, |_| true)
    }

    /// Those alone that are about the timeline.
    pub fn of_timeline(config: &'a Config) -> Self {
        Self::of(config, |rule| rule.group == Group::Timeline || rule.name == "incomplete-row")
    }

    fn of(config: &'a Config, wanted: fn(&Rule) -> bool) -> Self {
        let is_on = |rule: &&Rule| wanted(rule) && config.rule(rule.name) != Some(RuleLevel::Off);
        let look = |rule: &'static Rule| match rule.look {
            Look::Record(look) => Some((rule, look)),
            Look::Reading | Look::Elsewhere => None,
        };
        let rules = RULES.iter().filter(is_on).filter_map(look).collect();
        Self { config, words: Words::new(&config.wording), rules }
    }

    /// Reads a text and adds the findings of every rule, as [`look`](Self::look) does. In most texts there is nothing to be
    /// found, which is much faster to tell than where something is: such a reading has no places.
    pub fn read(&self, text: &str, terms: &Terms<'_>, on: Occasion<'_>) -> Reading {
        if let Some(record) = sound_values(text, terms)
            && self.found(&record, on).next().is_none()
            && leftovers::in_file(text).is_empty()
        {
            return Reading { record, ..Reading::default() };
        }
        let mut reading = read(text, terms);
        self.look(text, &mut reading, on);
        reading
    }

    /// Adds the findings of every rule to those of reading a text, each at the level that the settings give its rule. What
    /// comments allow is still there: [`settle`](super::settle) is for that.
    pub fn look(&self, text: &str, reading: &mut Reading, on: Occasion<'_>) {
        let mut found: Vec<Finding> = Vec::new();
        for (rule, one) in self.found(&reading.record, on) {
            let value = reading.places.nearest(&one.path);
            let part = one.excerpt.as_ref().and_then(|(excerpt, before)| part(text, &value, excerpt, *before));
            // What stands in the file as it is has been found by looking at the file.
            if rule.name == leftovers::INVISIBLE.name && part.is_some() {
                continue;
            }
            let span = part.unwrap_or(value);
            let level = if one.doubtful { rule.level.min(Level::Warning) } else { rule.level };
            found.push(Finding { rule: rule.name, level, message: one.message, span, help: Some(one.help) });
        }
        if self.rules.iter().any(|(rule, _)| rule.name == leftovers::INVISIBLE.name) {
            found.extend(leftovers::in_file(text));
        }
        reading.findings.append(&mut found);
        set_levels(&mut reading.findings, self.config, |_| true);
        if Subject::is_draft(&self.subject(&reading.record, on)) {
            for finding in &mut reading.findings {
                if self.rules.iter().any(|(rule, _)| rule.name == finding.rule && rule.draft == Draft::Note) {
                    finding.level = Level::Note;
                }
            }
        }
    }

    /// [`look`](Self::look) and [`settle`](super::settle): all that is to be said of one record.
    pub fn inspect(&self, text: &str, reading: &mut Reading, on: Occasion<'_>) {
        self.look(text, reading, on);
        super::settle(text, &mut reading.findings, self.config);
    }

    /// The messages of every finding of a record, for telling which a change has brought.
    pub fn messages(&self, record: &Record, on: Occasion<'_>) -> Vec<String> {
        self.found(record, on).map(|(_, found)| found.message).collect()
    }

    fn subject<'s>(&'s self, record: &'s Record, on: Occasion<'s>) -> Subject<'s> {
        Subject { record, id: on.id, config: self.config, words: &self.words, now: on.now, signed: OnceCell::new() }
    }

    fn found<'s>(&'s self, record: &'s Record, on: Occasion<'s>) -> impl Iterator<Item = (&'static Rule, Found)> + 's {
        let subject = self.subject(record, on);
        let is_draft = subject.is_draft();
        let wanted = self.rules.iter().filter(move |(rule, _)| !is_draft || rule.draft != Draft::Silent);
        wanted.flat_map(move |(rule, look)| look(&subject).into_iter().map(|found| (*rule, found)))
    }
}

/// Gives findings the level that the settings give their rule, and takes out those of rules that are off.
pub(super) fn set_levels(findings: &mut Vec<Finding>, config: &Config, of: impl Fn(&Rule) -> bool) {
    if config.rules.is_empty() {
        return;
    }
    findings.retain_mut(|finding| {
        let known = super::rule(finding.rule);
        match config.rule(finding.rule) {
            Some(_) if known.is_some_and(|rule| rule.is_fixed() || !of(rule)) => true,
            Some(RuleLevel::Off) => false,
            Some(RuleLevel::Level(level)) => {
                finding.level = level;
                true
            }
            None => true,
        }
    });
}

/// Where a part of a value stands in the file; `None` when the file writes it otherwise.
fn part(text: &str, value: &Range<usize>, excerpt: &str, before: usize) -> Option<Range<usize>> {
    let (at, found) = text.get(value.clone())?.match_indices(excerpt).nth(before)?;
    Some(value.start + at..value.start + at + found.len())
}

//! The text of `pm.toml` -> [`Config`] and its findings.

mod doubts;
mod listing;
mod lists;
mod rule_terms;

use std::ops::Range;
use std::str::FromStr as _;

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::policy::people::NoKey;
use super::policy::{self, Policy};
use super::settings::{self, Item, Name, Setting, Shape};
use super::{BranchRule, BrokenConfig, Config, DEFAULT_TEXT, RuleLevel, RuleSetting, Severity, Shard, Target};
use crate::finding::{Finding, Level};
use crate::record::duration::Length;
use crate::record::milestone::Milestone;
use crate::record::nearest::nearest;

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody wrote it down.
    Default,
    /// The line of `pm.toml`, from 1.
    Line(usize),
}

pub(super) fn read(text: &str) -> Result<Config, BrokenConfig> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let findings = errors.iter().map(|error| Finding {
            rule: "syntax",
            level: Level::Error,
            message: error.message().to_owned(),
            span: error.span().unwrap_or(0..0),
            help: None,
        });
        return Err(BrokenConfig { findings: findings.collect() });
    }
    let defaults: Table = DEFAULT_TEXT.parse().expect("the embedded default is TOML: a test reads it");
    let mut reader = Reader::new(severity_names(root.get_ref(), &defaults));
    let written = reader.table(root.get_ref(), &mut Vec::new());
    let policy = Policy::read(&written, &reader.severities);
    reader.doubts(&policy);
    reader.whole_targets(table_at(&written, "targets"), table_at(&defaults, "targets"));
    let Reader { mut findings, places, severities: names, .. } = reader;
    findings.sort_by_key(|finding| finding.span.start);
    let policy_in_doubt = in_doubt(&findings, &places);
    let lost_records = findings.iter().any(|finding| finding.rule == "records-folder");
    if lost_records {
        return Err(BrokenConfig { findings });
    }
    let line = |path: &str| {
        let place = places.iter().find(|(known, _)| known == path)?;
        Some(text[..place.1.start].matches('\n').count() + 1)
    };
    Ok(Config {
        records: text_at(&written, "records").unwrap_or("postmortems").trim_end_matches('/').to_owned(),
        shard: if text_at(&written, "shard") == Some("month") { Shard::Month } else { Shard::Year },
        default_branch: text_at(&written, "default_branch").map(str::to_owned),
        timezone: text_at(&written, "timezone").and_then(zone).unwrap_or(chrono_tz::UTC),
        timezone_in_doubt: root.get_ref().contains_key("timezone") && !written.contains_key("timezone"),
        commit: written.get("commit").and_then(Value::as_bool).unwrap_or(true),
        branch: match text_at(&written, "branch") {
            Some("always") => BranchRule::Always,
            Some("never") => BranchRule::Never,
            _ => BranchRule::Ask,
        },
        currency: text_at(&written, "currency").unwrap_or("USD").to_owned(),
        severities: severities(table_at(&written, "severity").or(table_at(&defaults, "severity"))),
        targets: targets(table_at(&written, "targets"), table_at(&defaults, "targets"), |path| line(path).is_some()),
        rules: rules(table_at(&written, "rules"), &places),
        wording: rule_terms::wording(table_at(&written, "wording"), &places),
        domains: rule_terms::domains(&written, &policy),
        thresholds: rule_terms::thresholds(table_at(&written, "severity_at_least"), &names),
        policy_in_doubt,
        listing: listing::listing(&written, &defaults, &policy, line),
        policy,
        findings,
    })
}

/// The first mistake under the tables that sign-offs are judged by, or in the name of such a table.
fn in_doubt(findings: &[Finding], places: &[(String, Range<usize>)]) -> Option<String> {
    const JUDGED_BY: [&str; 4] = ["people", "approval", "gates", "severity"];
    let mistake = findings.iter().find(|finding| {
        let above = places.iter().filter(|(_, span)| span.start <= finding.span.start);
        let path = above.max_by_key(|(_, span)| span.start).map_or("", |(path, _)| path.as_str());
        let table = path.split('.').next().unwrap_or_default();
        let misspelt = finding.rule == "unknown-setting" && path == table && nearest(table, JUDGED_BY).is_some();
        let weakens = finding.level == Level::Error || finding.rule == "unknown-setting";
        weakens && JUDGED_BY.contains(&table) || misspelt
    });
    mistake.map(|finding| finding.message.clone())
}

fn text_at<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    crate::record::text_in(table, key)
}

fn table_at<'a>(table: &'a Table, key: &str) -> Option<&'a Table> {
    table.get(key).and_then(Value::as_table).filter(|table| !table.is_empty())
}

fn zone(name: &str) -> Option<chrono_tz::Tz> {
    chrono_tz::Tz::from_str_insensitive(name).ok()
}

/// The names that [`severities`] will have: other settings are told by them, wherever they stand in the file.
fn severity_names(root: &DeTable<'_>, defaults: &Table) -> Vec<String> {
    let table = root.get("severity").and_then(|value| value.get_ref().as_table());
    let written = table.into_iter().flatten().filter(|(_, meaning)| meaning.get_ref().is_str());
    let names: Vec<String> = written.map(|(name, _)| name.get_ref().clone().into_owned()).collect();
    if names.is_empty() {
        severities(table_at(defaults, "severity")).into_iter().map(|one| one.name).collect()
    } else {
        names
    }
}

fn severities(table: Option<&Table>) -> Vec<Severity> {
    let rows = table.into_iter().flatten();
    rows.map(|(name, meaning)| Severity {
        name: name.clone(),
        meaning: meaning.as_str().unwrap_or_default().trim().to_owned(),
    })
    .collect()
}

/// The team's targets; the default ones it does not name keep their place in front of its own. What it measures may be left
/// to the default of that name; how long it may take is not, so that a target can be measured and not judged, unless it was
/// written wrong.
fn targets(written: Option<&Table>, defaults: Option<&Table>, is_there: impl Fn(&str) -> bool) -> Vec<Target> {
    let mut names: Vec<&String> = defaults.into_iter().flatten().map(|(name, _)| name).collect();
    for (name, _) in written.into_iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let of = |name: &String| {
        let end = |key: &str| target_end(written, defaults, name, key);
        let within = |table| text_at(row_of(table, name)?, "within").and_then(|text| Length::from_str(text).ok());
        let left_out = row_of(written, name).is_some() && !is_there(&format!("targets.{name}.within"));
        let within = within(written).or_else(|| within(defaults).filter(|_| !left_out));
        Some(Target { name: name.to_owned(), from: end("from")?, to: end("to")?, within })
    };
    names.into_iter().filter_map(of).collect()
}

fn row_of<'a>(table: Option<&'a Table>, name: &str) -> Option<&'a Table> {
    table?.get(name)?.as_table()
}

/// The milestones that a target begins (`from`) or ends (`to`) at.
fn target_end(written: Option<&Table>, defaults: Option<&Table>, name: &str, key: &str) -> Option<Vec<Milestone>> {
    let of = |table| row_of(table, name)?.get(key).map(milestones).filter(|found| !found.is_empty());
    of(written).or_else(|| of(defaults))
}

fn rules(table: Option<&Table>, places: &[(String, Range<usize>)]) -> Vec<RuleSetting> {
    let level = |value: &Value| match value.as_str()? {
        "off" => Some(RuleLevel::Off),
        "note" => Some(RuleLevel::Level(Level::Note)),
        "warning" => Some(RuleLevel::Level(Level::Warning)),
        "error" => Some(RuleLevel::Level(Level::Error)),
        _ => None,
    };
    let of = |(name, value): (&String, &Value)| {
        let place = places.iter().find(|(path, _)| path.strip_prefix("rules.") == Some(name));
        let span = place.map_or(0..0, |(_, span)| span.clone());
        Some(RuleSetting { name: name.clone(), level: level(value)?, span })
    };
    table.into_iter().flatten().filter_map(of).collect()
}

fn milestones(value: &Value) -> Vec<Milestone> {
    crate::record::texts_of(value).into_iter().filter_map(|word| word.parse().ok()).collect()
}

struct Reader {
    findings: Vec<Finding>,
    /// The places of keys by their paths, and of the texts in lists by `PATH[TEXT]`.
    places: Vec<(String, Range<usize>)>,
    /// The names of the severities, worst first.
    severities: Vec<String>,
    /// The addresses and keys so far, with whose they are.
    taken: Vec<(String, String)>,
}

impl Reader {
    fn new(severities: Vec<String>) -> Self {
        Self { findings: Vec::new(), places: Vec::new(), severities, taken: Vec::new() }
    }

    fn report(&mut self, rule: &'static str, level: Level, span: Range<usize>, message: String, help: String) {
        self.findings.push(Finding { rule, level, message, span, help: Some(help) });
    }

    fn place(&self, path: &str) -> Option<Range<usize>> {
        self.places.iter().find(|(known, _)| known == path).map(|(_, span)| span.clone())
    }

    /// Whether a name may stand where a setting wants one of the team's.
    fn fits(&self, setting: &Setting, name: &str) -> bool {
        match settings::name_in(setting) {
            Name::Any => true,
            Name::SeverityOrDefault if name == policy::DEFAULT => true,
            Name::Severity | Name::SeverityOrDefault => self.severities.iter().any(|known| known == name),
        }
    }

    /// The values of a table that are what their setting wants; what is not is reported and left out.
    fn table(&mut self, table: &DeTable<'_>, path: &mut Vec<String>) -> Table {
        let mut values = Table::new();
        for (key, value) in table {
            path.push(key.get_ref().clone().into_owned());
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            self.places.push((names.join("."), key.span()));
            match settings::find(&names) {
                Some(setting) if self.fits(setting, key.get_ref()) => {
                    if let Some(value) = self.value(setting, value, path) {
                        values.insert(key.get_ref().clone().into_owned(), value);
                    }
                }
                _ => self.unknown(&names, key.span()),
            }
            path.pop();
        }
        values
    }

    /// Reports targets that say neither by themselves nor by their default what they measure.
    fn whole_targets(&mut self, written: Option<&Table>, defaults: Option<&Table>) {
        for (name, _) in written.into_iter().flatten() {
            let path = format!("targets.{name}");
            // What is written and was left out has its finding already.
            let is_missing = |key: &&str| {
                target_end(written, defaults, name, key).is_none() && self.place(&format!("{path}.{key}")).is_none()
            };
            let missing: Vec<String> =
                ["from", "to"].into_iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
            let (missing, place) = (missing.join(" and no "), self.place(&path).unwrap_or(0..0));
            if !missing.is_empty() {
                let message = format!("`{path}` has no {missing}, so it is not measured");
                let help = "name the milestones, as in `from = \"started\"`, `to = \"recovered\"`".to_owned();
                self.report("wrong-setting", Level::Error, place, message, help);
            }
        }
    }

    fn unknown(&mut self, path: &[&str], span: Range<usize>) {
        let (name, parent) = path.split_last().expect("a key has a name");
        let own = settings::find(path).map_or(Name::Any, settings::name_in);
        let severities = self.severities.iter().map(String::as_str).filter(|_| own != Name::Any);
        let default = (own == Name::SeverityOrDefault).then_some(policy::DEFAULT);
        let known: Vec<&str> = severities.chain(default).chain(settings::names_in(parent)).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "remove it".to_owned(),
            None => format!("known here are {}", known.join(", ")),
        };
        self.report("unknown-setting", Level::Warning, span, format!("`{}` is not a setting", path.join(".")), help);
    }

    fn value(&mut self, setting: &Setting, value: &Spanned<DeValue<'_>>, path: &mut Vec<String>) -> Option<Value> {
        let span = value.span();
        let name = path.join(".");
        match (setting.kind, value.get_ref()) {
            (Shape::Table | Shape::TableOr(_) | Shape::LengthOrTable, DeValue::Table(table)) => {
                Some(Value::Table(self.table(table, path)))
            }
            (Shape::Text, DeValue::String(text)) => Some(Value::String(text.clone().into_owned())),
            (Shape::Flag, DeValue::Boolean(flag)) => Some(Value::Boolean(*flag)),
            (Shape::Count, DeValue::Integer(number)) if number.as_str().parse::<u32>().is_ok_and(|count| count > 0) => {
                number.as_str().parse().ok().map(Value::Integer)
            }
            (Shape::Count, DeValue::Integer(number)) if number.as_str() == "0" => {
                let reason = if name.starts_with("approval") { ": an approval is somebody's" } else { "" };
                let help = format!("write 1 or more{reason}");
                self.report("wrong-setting", Level::Error, span, format!("`{name}` is 0"), help);
                None
            }
            (Shape::List(Item::Key), DeValue::String(text)) if policy::people::key_of(text) == Err(NoKey::Private) => {
                self.private_key(&name);
                None
            }
            (Shape::List(kind), DeValue::Array(items)) if items.iter().all(|item| item.get_ref().is_str()) => {
                Some(Value::Array(self.list(kind, items, span, &name)))
            }
            (Shape::Folder, DeValue::String(text)) => {
                if let Some(why) = no_folder(text) {
                    let help = "name a folder inside the repository, as in `records = \"postmortems\"`".to_owned();
                    self.report("records-folder", Level::Error, span, format!("`{name}` {why}"), help);
                    return None;
                }
                Some(Value::String(text.clone().into_owned()))
            }
            (Shape::Word(words) | Shape::TableOr(words), DeValue::String(text)) => {
                if words.contains(&text.as_ref()) {
                    return Some(Value::String(text.clone().into_owned()));
                }
                let known = words.join(", ");
                let help = match nearest(text, words.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`? Known are {known}"),
                    None => format!("known are {known}"),
                };
                self.report(
                    "wrong-setting",
                    Level::Error,
                    span,
                    format!("`{}` is no value of `{name}`", text.escape_debug()),
                    help,
                );
                None
            }
            (Shape::Zone, DeValue::String(text)) => {
                if zone(text).is_some() {
                    return Some(Value::String(text.clone().into_owned()));
                }
                let near = nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`? Zones have IANA names"),
                    None => "zones have IANA names, as in `Europe/London`, or are `UTC`".to_owned(),
                };
                self.report(
                    "wrong-setting",
                    Level::Error,
                    span,
                    format!("`{}` is not a time zone", text.escape_debug()),
                    help,
                );
                None
            }
            (Shape::Length | Shape::LengthOrTable, DeValue::String(text)) => match Length::from_str(text) {
                Ok(_) => Some(Value::String(text.clone().into_owned())),
                Err(error) => {
                    self.report(
                        "wrong-setting",
                        Level::Error,
                        span,
                        format!("`{name}`: {error}"),
                        "as in `48h`".to_owned(),
                    );
                    None
                }
            },
            (Shape::Milestones, DeValue::String(_) | DeValue::Array(_)) => self.milestones(value),
            (kind, _) => {
                let help = format!("it is {}", wanted(kind));
                self.report("wrong-setting", Level::Error, span, format!("`{name}` has a value of another kind"), help);
                None
            }
        }
    }
}

fn wanted(kind: Shape) -> String {
    match kind {
        Shape::Text => "text in quotes".to_owned(),
        Shape::List(Item::Email) => "a list of e-mail addresses, such as [\"ann@example.com\"]".to_owned(),
        Shape::List(Item::Key) => "a list of ssh public keys and openpgp fingerprints".to_owned(),
        Shape::List(Item::Role) => "a list of roles, such as [\"engineering-lead\"]".to_owned(),
        Shape::List(Item::Phrase) => "a list of words and phrases, such as [\"if only\"]".to_owned(),
        Shape::List(Item::Domain) => "a list of domains, such as [\"example.com\"]".to_owned(),
        Shape::Folder => "a folder in quotes".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::Count => "a whole number, one or more".to_owned(),
        Shape::Word(words) => format!("one of {}", words.join(", ")),
        Shape::Zone => "a time zone in quotes".to_owned(),
        Shape::Length => "a length of time in quotes, such as \"48h\"".to_owned(),
        Shape::LengthOrTable => "a length of time in quotes, such as \"7d\", or a table of them by severity".to_owned(),
        Shape::Milestones => "a milestone in quotes, or a list of them".to_owned(),
        Shape::Table => "a table".to_owned(),
        Shape::TableOr(words) => format!("one of {}, or a table of them by severity", words.join(", ")),
    }
}

/// Why a text is no folder inside the repository.
fn no_folder(text: &str) -> Option<&'static str> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.is_empty() {
        return Some("is empty");
    }
    if trimmed.starts_with('/') || trimmed.contains([':', '\\']) || trimmed.starts_with('~') {
        return Some("is not a path from the repository's root with `/` between its parts");
    }
    if trimmed.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    let odd = |part: &str| part.is_empty() || part == "." || part == ".." || part.eq_ignore_ascii_case(".git");
    trimmed.split('/').any(odd).then_some("leaves the repository or names its git folder")
}

#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod tests;

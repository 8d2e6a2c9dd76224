//! Findings as SARIF 2.1.0, which code scanning and editors read.
//!
//! The types are the part of the format that is used here (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>);
//! a test holds what they write against the schema of the standard.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::findings::{Lines, Source, word};
use super::fingerprint::Fingerprints;
use super::{json, sanitise};
use crate::finding::{Finding, Level};

/// As many results GitHub takes of a run; it refuses a report with more as a whole
/// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
const MOST: usize = 25_000;

/// The name of our fingerprint, with the version of how it is made.
const FINGERPRINT: &str = "pmFinding/v1";

/// A rule, as far as a report says something of it.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Its name.
    pub name: &'static str,
    /// How much its findings usually matter.
    pub level: Level,
    /// What it looks for and why.
    pub docs: String,
}

/// How a run of the program ended, as far as it is no finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything was looked at.
    Whole,
    /// The settings could not be read, so no record was looked at.
    Broken,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    partial_fingerprints: HashMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

/// Lines and columns from 1; the end column is behind the last character, as the standard has it, too.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// The report. With a base, whose findings are known already is told by `baselineState`.
pub fn report(sources: &[Source<'_>], rules: &[RuleInfo], has_base: bool, ending: Ending) -> String {
    let mut notifications = Vec::new();
    if ending == Ending::Broken {
        let text = "the settings cannot be read, so no record was looked at".to_owned();
        notifications.push(Notification { level: "error", message: Text { text } });
    }
    let (results, left) = results(sources, rules, has_base);
    if left > 0 {
        let text = format!("{left} findings of lesser weight are left out: `pm check` shows them all");
        notifications.push(Notification { level: "warning", message: Text { text } });
    }
    let driver =
        Driver { name: "pm", semantic_version: env!("CARGO_PKG_VERSION"), rules: rules.iter().map(rule).collect() };
    let invocation =
        Invocation { execution_successful: ending == Ending::Whole, tool_execution_notifications: notifications };
    json::pretty(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            invocations: [invocation],
            // Columns count characters, as everywhere else in the program.
            column_kind: "unicodeCodePoints",
            results,
        }],
    })
}

fn rule(rule: &RuleInfo) -> Rule {
    let docs = rule.docs.trim();
    // The first sentence; none of them has a full stop inside.
    let first = docs.find(". ").map_or(docs, |end| &docs[..=end]);
    Rule {
        id: rule.name,
        short_description: Text { text: first.to_owned() },
        full_description: Text { text: docs.to_owned() },
        help: Text { text: format!("{docs}\n\n`pm check --explain {}` tells how much it matters here.", rule.name) },
        default_configuration: Configuration { level: word(rule.level) },
    }
}

/// The results, worst and new first where there are too many, and how many were left out.
fn results(sources: &[Source<'_>], rules: &[RuleInfo], has_base: bool) -> (Vec<Outcome>, usize) {
    let places: HashMap<&str, usize> = rules.iter().enumerate().map(|(place, rule)| (rule.name, place)).collect();
    let mut fingerprints = Fingerprints::default();
    let mut all: Vec<(Outcome, Level, bool)> = Vec::new();
    for source in sources {
        let found = source.all();
        if found.is_empty() {
            continue;
        }
        let lines = Lines::of(source.text);
        for (finding, new) in found {
            let fingerprint = fingerprints.next(source, finding);
            let outcome = Outcome {
                rule_id: finding.rule,
                rule_index: places.get(finding.rule).copied(),
                level: word(finding.level),
                message: Text { text: message(finding) },
                locations: [Location { physical_location: physical(source, &lines, finding) }],
                partial_fingerprints: HashMap::from([(FINGERPRINT, fingerprint)]),
                baseline_state: has_base.then_some(if new { "new" } else { "unchanged" }),
            };
            all.push((outcome, finding.level, new));
        }
    }
    let left = all.len().saturating_sub(MOST);
    if left > 0 {
        all.sort_by_key(|(_, level, new)| (!*new, std::cmp::Reverse(*level)));
        all.truncate(MOST);
    }
    (all.into_iter().map(|(outcome, _, _)| outcome).collect(), left)
}

/// The message. `[x](y)` would be a link there, and braces a placeholder.
fn message(finding: &Finding) -> String {
    let mut text = sanitise::one_line(&finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {}", sanitise::one_line(help));
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' => safe.extend(['\\', c]),
            '{' | '}' => safe.extend([c, c]),
            c => safe.push(c),
        }
    }
    safe
}

fn physical(source: &Source<'_>, lines: &Lines<'_>, finding: &Finding) -> Physical {
    let of_file = finding.span.is_empty() && finding.span.start == 0;
    let region = (!of_file).then(|| {
        let place = lines.place(&finding.span);
        Region {
            start_line: place.line,
            start_column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        }
    });
    Physical { artifact_location: Artifact { uri: uri(source.path), uri_base_id: "%SRCROOT%" }, region }
}

/// A path as a relative reference of RFC 3986: what is not unreserved is percent-encoded, byte by byte. A colon in the first
/// part would make a scheme of it.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_reference() {
        assert_eq!(uri("postmortems/2026/x y.toml"), "postmortems/2026/x%20y.toml");
        assert_eq!(uri("a:b/ö\n%#?.toml"), "a%3Ab/%C3%B6%0A%25%23%3F.toml");
    }

    #[test]
    fn a_message_makes_neither_a_link_nor_a_placeholder() {
        let finding = Finding {
            rule: "x",
            level: Level::Error,
            message: "see [here](https://e.x) {0}\n::error::".to_owned(),
            span: 0..0,
            help: Some("\u{1b}[2J".to_owned()),
        };
        assert_eq!(message(&finding), "see \\[here\\](https://e.x) {{0}} ::error::\nhelp: \\\\u{{1b}}\\[2J");
    }

    #[test]
    fn the_worst_results_stay_when_there_are_too_many() {
        let finding = |level| Finding { rule: "x", level, message: "m".to_owned(), span: 0..0, help: None };
        let mut findings = vec![finding(Level::Note); MOST + 7];
        findings.push(finding(Level::Error));
        let source = Source { path: "a.toml", text: "", findings: &findings, known: &[] };
        let log: serde_json::Value = serde_json::from_str(&report(&[source], &[], false, Ending::Whole)).expect("JSON");
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().expect("results").len(), MOST);
        assert_eq!(run["results"][0]["level"], "error");
        let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().expect("a text");
        assert!(told.starts_with("8 findings of lesser weight"), "{told}");
    }
}

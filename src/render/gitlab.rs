//! Findings as a Code Quality report, which GitLab shows beside a merge request.
//!
//! Of the format of Code Climate GitLab reads these five keys and needs all of them; a report of another form is dropped
//! without a word (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use serde::Serialize;

use super::findings::{KNOWN, Lines, Source};
use super::fingerprint::Fingerprints;
use super::{json, sanitise};
use crate::finding::Level;

#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Begin,
}

#[derive(Debug, Serialize)]
struct Begin {
    begin: usize,
}

/// The report. GitLab itself tells by the fingerprint which issues a merge request has brought.
pub fn report(sources: &[Source<'_>]) -> String {
    let mut fingerprints = Fingerprints::default();
    let mut issues = Vec::new();
    for source in sources {
        let all = source.all();
        if all.is_empty() {
            continue;
        }
        let lines = Lines::of(source.text);
        for (finding, new) in all {
            let mut description = sanitise::one_line(&finding.message);
            if !new {
                description = format!("{description} ({KNOWN})");
            }
            if let Some(help) = &finding.help {
                description = format!("{description}: {}", sanitise::one_line(help));
            }
            issues.push(Issue {
                description,
                check_name: finding.rule,
                fingerprint: fingerprints.next(source, finding),
                severity: match finding.level {
                    Level::Error => "major",
                    Level::Warning => "minor",
                    Level::Note => "info",
                },
                location: Location {
                    path: source.path.to_owned(),
                    lines: Begin { begin: lines.place(&finding.span).line },
                },
            });
        }
    }
    json::pretty(&issues)
}

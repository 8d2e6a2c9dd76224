//! Findings as annotations of a CI job.
//!
//! The runner reads commands from what a job prints, so every text of a record is escaped by the runner's own rules.

use std::fmt::Write as _;

use super::findings::{Source, place, summary};
use super::sanitise;
use crate::finding::{Finding, Level};

/// How many annotations of a level GitHub shows for a step; the rest would vanish without a word.
const SHOWN: usize = 10;

/// Annotations of a GitHub Actions run, worst first, and the summary as a plain line.
pub fn github(sources: &[Source<'_>]) -> String {
    let mut all: Vec<(&Source<'_>, &Finding)> =
        sources.iter().flat_map(|source| source.findings.iter().map(move |finding| (source, finding))).collect();
    all.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
    let mut text = String::new();
    for (level, command) in [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "notice")] {
        let found: Vec<_> = all.iter().filter(|(_, finding)| finding.level == level).collect();
        for (source, finding) in found.iter().take(SHOWN) {
            text.push_str(&annotation(command, source, finding));
        }
        if found.len() > SHOWN {
            let _ =
                writeln!(text, "::{command} title=pm check::{} more: `pm check` shows them all", found.len() - SHOWN);
        }
    }
    let _ = writeln!(text, "{}", summary(sources));
    text
}

fn annotation(command: &str, source: &Source<'_>, finding: &Finding) -> String {
    let place = place(source.text, &finding.span);
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!(
        "::{command} file={},line={},endLine={},col={},title={}::{}\n",
        property(source.path),
        place.line,
        place.end_line,
        place.column,
        property(finding.rule),
        data(&format!("{}{help}", sanitise::one_line(&finding.message))),
    )
}

/// The runner's escape of a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The runner's escape of a property.
fn property(text: &str) -> String {
    data(&sanitise::one_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(message: &str) -> Finding {
        Finding {
            rule: "wrong-type",
            level: Level::Error,
            message: message.to_owned(),
            span: 8..9,
            help: Some("write 1".to_owned()),
        }
    }

    #[test]
    fn a_hostile_path_or_message_cannot_start_a_command() {
        let findings = [finding("x\n::error::forged %0A")];
        let text = github(&[Source { path: "a,line=1::b", text: "a = 1\nb = 2\n", findings: &findings }]);
        assert_eq!(
            text,
            "::error file=a%2Cline=1%3A%3Ab,line=2,endLine=2,col=3,title=wrong-type::x ::error::forged %250A%0Ahelp: write 1\n1 error\n"
        );
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_counted() {
        let findings: Vec<Finding> = (0..14).map(|n| finding(&format!("number {n}"))).collect();
        let text = github(&[Source { path: "a", text: "a = 1\nb = 2\n", findings: &findings }]);
        assert_eq!(text.lines().filter(|line| line.contains("number")).count(), 10);
        assert!(text.contains("::error title=pm check::4 more"), "{text}");
    }
}

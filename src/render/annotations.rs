//! Findings as annotations of a CI job.
//!
//! The runner reads commands from what a job prints, so every text of a record is escaped by the runner's own rules.

use std::fmt::Write as _;

use super::findings::{KNOWN, Lines, Source, summary};
use super::sanitise;
use crate::finding::{Finding, Level};

/// How many annotations of a level GitHub shows for a step; the rest would vanish without a word. Of a job it shows 50, which
/// the three levels of one step stay below.
const SHOWN: usize = 10;

/// Annotations of a GitHub Actions run, worst first, and the summary as a plain line. What was there before fails nothing, so
/// it is a notice, behind those that are new.
pub fn github(sources: &[Source<'_>]) -> String {
    let lines: Vec<Lines<'_>> = sources.iter().map(|source| Lines::of(source.text)).collect();
    let mut all: Vec<(usize, &Finding, bool)> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        all.extend(source.all().into_iter().map(|(finding, new)| (index, finding, new)));
    }
    all.sort_by_key(|(_, finding, new)| (!new, std::cmp::Reverse(finding.level)));
    let mut text = String::new();
    for (level, command) in [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "notice")] {
        let of_level =
            |(_, finding, new): &&(usize, &Finding, bool)| (if *new { finding.level } else { Level::Note }) == level;
        let found: Vec<_> = all.iter().filter(of_level).collect();
        // The line that says what is left out is an annotation, too.
        let shown = if found.len() > SHOWN { SHOWN - 1 } else { found.len() };
        for (index, finding, new) in &found[..shown] {
            text.push_str(&annotation(command, sources[*index].path, &lines[*index], finding, *new));
        }
        if found.len() > shown {
            let more = found.len() - shown;
            let _ = writeln!(text, "::{command} title=pm check::{more} more: `pm check` shows them all");
        }
    }
    let _ = writeln!(text, "{}", summary(sources));
    text
}

fn annotation(command: &str, path: &str, lines: &Lines<'_>, finding: &Finding, new: bool) -> String {
    let place = lines.place(&finding.span);
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {}", sanitise::one_line(help))).unwrap_or_default();
    let known = if new { String::new() } else { format!(" ({KNOWN})") };
    format!(
        "::{command} file={},line={},endLine={},col={},title={}::{}\n",
        property(path),
        place.line,
        place.end_line,
        place.column,
        property(&format!("{}{known}", finding.rule)),
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
        let text = github(&[Source { path: "a,line=1::b", text: "a = 1\nb = 2\n", findings: &findings, known: &[] }]);
        assert_eq!(
            text,
            "::error file=a%2Cline=1%3A%3Ab,line=2,endLine=2,col=3,title=wrong-type::x ::error::forged %250A%0Ahelp: write 1\n1 error\n"
        );
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_counted() {
        let findings: Vec<Finding> = (0..14).map(|n| finding(&format!("number {n}"))).collect();
        let text = github(&[Source { path: "a", text: "a = 1\nb = 2\n", findings: &findings, known: &[] }]);
        assert_eq!(text.lines().filter(|line| line.contains("number")).count(), 9);
        assert!(text.contains("::error title=pm check::5 more"), "{text}");
    }
}

//! Findings for people and for programs: each with its place, the line it is about, and what to do.
//!
//! The source lines come from repository content, so they are sanitised and cut before anything marks them; places are
//! computed on the text as it is.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level as Severity, Origin, Renderer, Snippet};
use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

pub use super::places::Lines;
use super::{json, sanitise};
use crate::finding::{Finding, Level, UNSEEN};

/// A file with what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file, as it is to be named.
    pub path: &'a str,
    /// Its text, as the findings' spans count it.
    pub text: &'a str,
    /// What was found.
    pub findings: &'a [Finding],
    /// What was found and was there before the change that is looked at; it decides nothing. Empty where no change is.
    pub known: &'a [Finding],
}

impl<'a> Source<'a> {
    /// Everything that was found, in order of place, and whether it is new.
    pub(super) fn all(&self) -> Vec<(&'a Finding, bool)> {
        let new = self.findings.iter().map(|finding| (finding, true));
        let mut all: Vec<_> = new.chain(self.known.iter().map(|finding| (finding, false))).collect();
        if !self.known.is_empty() {
            all.sort_by_key(|(finding, new)| (finding.span.start, std::cmp::Reverse(finding.level), !new));
        }
        all
    }
}

/// How findings are written for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI styles are written.
    pub styled: bool,
    /// How many columns there are.
    pub width: usize,
}

/// As many findings of a file are drawn. Nobody reads more, and a file made to have a million would take minutes.
const MOST_DRAWN: usize = 1000;

/// The findings as text in the order given, an empty line between them, with the summary behind; empty for none.
pub fn text(sources: &[Source<'_>], look: Look) -> String {
    let mut out = String::new();
    for source in sources {
        let all = source.all();
        if all.is_empty() {
            continue;
        }
        let lines = Lines::of(source.text);
        let unseen = unseen(&all, &lines);
        for (finding, new) in all.iter().take(MOST_DRAWN) {
            let line = lines.around(lines.boundary(finding.span.start));
            // What another rule says of the same line would show it.
            let is_hidden = unseen.iter().any(|part| part.start <= line.end && line.start <= part.end);
            out.push_str(&drawn(source.path, &lines, finding, Said { new: *new, is_hidden }, look));
            out.push_str("\n\n");
        }
        if let Some(more @ 1..) = all.len().checked_sub(MOST_DRAWN) {
            let path = sanitise::one_line(source.path);
            let _ = writeln!(out, "{more} more findings in {path} are not shown; `--format json` has them all\n");
        }
    }
    if !out.is_empty() {
        out.push_str(&summary(sources));
        out.push('\n');
    }
    out
}

/// The lines that are not shown again.
fn unseen(all: &[(&Finding, bool)], lines: &Lines<'_>) -> Vec<Range<usize>> {
    let found = all.iter().filter(|(finding, _)| UNSEEN.contains(&finding.rule));
    let line = |offset: usize| lines.around(lines.boundary(offset));
    found.map(|(finding, _)| line(finding.span.start).start..line(finding.span.end).end).collect()
}

/// `2 errors, 1 warning`; `no findings`.
pub fn summary(sources: &[Source<'_>]) -> String {
    let count = |level: Level| {
        let findings = sources.iter().flat_map(|source| source.findings);
        findings.filter(|finding| finding.level == level).count()
    };
    let parts: Vec<String> = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "note")]
        .into_iter()
        .filter_map(|(level, noun)| match count(level) {
            0 => None,
            1 => Some(format!("1 {noun}")),
            many => Some(format!("{many} {noun}s")),
        })
        .collect();
    let known: usize = sources.iter().map(|source| source.known.len()).sum();
    let before = match (known, parts.is_empty()) {
        (0, true) => return "no findings".to_owned(),
        (0, false) => String::new(),
        (known, true) => format!("no new findings; {known} {KNOWN}"),
        (known, false) => format!("; {known} more {KNOWN}"),
    };
    parts.join(", ") + &before
}

/// What is said of a finding that no change has brought.
pub(super) const KNOWN: &str = "from before";

/// How a finding is told.
#[derive(Debug, Clone, Copy)]
struct Said {
    /// Whether a change has brought it.
    new: bool,
    /// Whether its line is not to be shown.
    is_hidden: bool,
}

/// One finding, without a line break behind it.
fn drawn(path: &str, lines: &Lines<'_>, finding: &Finding, Said { new, is_hidden }: Said, look: Look) -> String {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let place = lines.place(&finding.span);
    let mut message = sanitise::one_line(&finding.message);
    if !new {
        message = format!("{message} ({KNOWN})");
    }
    let path = sanitise::one_line(path);
    let mut group = severity.primary_title(message).id(finding.rule).elements(Vec::<Origin<'_>>::new());
    group = if finding.span.is_empty() && finding.span.start == 0 {
        group.element(Origin::path(path))
    } else if is_hidden {
        group.element(Origin::path(path).line(place.line).char_column(place.column))
    } else {
        let marked = Marked::new(lines, &finding.span, look.width);
        group.element(Origin::path(path).line(place.line).char_column(place.column)).element(
            Snippet::source(marked.line).line_start(place.line).annotation(AnnotationKind::Primary.span(marked.span)),
        )
    };
    if let Some(help) = &finding.help {
        group = group.element(Severity::HELP.message(sanitise::one_line(help)));
    }
    let plan = if look.styled { Renderer::styled() } else { Renderer::plain() };
    let drawn = plan.term_width(look.width.max(20)).render(&[group]);
    // The place is given apart from the line, which may be cut, and the renderer then draws an empty `:::` for the line's
    // own path. No source line looks like that: each stands behind its number.
    let lines = drawn.lines().filter(|line| anstream::adapter::strip_str(line).to_string().trim() != ":::");
    lines.collect::<Vec<_>>().join("\n")
}

/// The line a finding is about, safe to show, with the marked part of it.
#[derive(Debug, PartialEq, Eq)]
struct Marked {
    line: String,
    span: Range<usize>,
}

/// How many columns of a line stand before the marked part when the line has to be cut.
const LEAD: usize = 20;
/// As many bytes on each side of a place are looked at to show its line; far more than any terminal is wide.
const NEAR: usize = 1024;
/// What stands for a part that was cut off.
const CUT: &str = "…";

impl Marked {
    fn new(lines: &Lines<'_>, span: &Range<usize>, width: usize) -> Self {
        let start = lines.boundary(span.start);
        let whole = lines.around(start);
        let end = lines.boundary(span.end).min(whole.end).max(start);
        // Behind the line's own text (a missing quote at its end) the last place of the line is marked.
        let (from, to) = (start.min(whole.end), end.min(whole.end));
        // Of an endless line only what is near enough to be shown is made safe.
        let near = |offset: usize| lines.boundary(offset);
        let parts = [
            near(from.saturating_sub(NEAR)).max(whole.start)..from,
            from..near(from + NEAR).min(to),
            to..near(to + NEAR).min(whole.end),
        ];
        let parts = parts.map(|part| shown(lines.text()[part].trim_start_matches('\u{feff}')));
        let room = width.saturating_sub(12).max(30);
        let [before, marked, after] = parts;
        let before = cut_front(&before, if width_of(&before) + width_of(&marked) > room { LEAD } else { room });
        let marked = cut_back(&marked, room.saturating_sub(width_of(&before)).max(10));
        let after = cut_back(&after, room.saturating_sub(width_of(&before) + width_of(&marked)).max(1));
        let span = before.len()..before.len() + marked.len();
        Self { line: format!("{before}{marked}{after}"), span }
    }
}

/// Part of a line, safe and with tabs as blanks, but with its own blanks kept.
fn shown(part: &str) -> String {
    sanitise::terminal(part).replace('\n', " ")
}

fn width_of(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn cut_back(text: &str, room: usize) -> String {
    if width_of(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        out.push(c);
    }
    out + CUT
}

fn cut_front(text: &str, room: usize) -> String {
    if width_of(text) <= room {
        return text.to_owned();
    }
    let mut kept = Vec::new();
    let mut used = 1;
    for c in text.chars().rev() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(c);
    }
    CUT.to_owned() + &kept.into_iter().rev().collect::<String>()
}

/// What the records were held against: the branch they go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Against {
    /// What it was called: `origin/main`.
    pub named: String,
    /// Its newest commit.
    pub commit: String,
    /// Where the two parted.
    pub parted: String,
}

/// The JSON of findings, schema 1.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Always 1.
    pub schema: u32,
    /// What the records were held against, where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Against>,
    /// How many are errors; with a base, how many new ones.
    pub errors: usize,
    /// How many are warnings; with a base, how many new ones.
    pub warnings: usize,
    /// How many are notes; with a base, how many new ones.
    pub notes: usize,
    /// With a base, how many were there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<usize>,
    /// The findings, file by file.
    pub findings: Vec<Found>,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The file.
    pub file: String,
    /// The line it starts on, from 1.
    pub line: usize,
    /// The column it starts at, from 1, in characters.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// error, warning or note.
    pub level: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the change that was looked at has brought it; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<bool>,
}

/// The findings as JSON types.
pub fn report(sources: &[Source<'_>], against: Option<&Against>) -> Report {
    let count = |level: Level| {
        let found = sources.iter().flat_map(|source| source.findings);
        found.filter(|finding| finding.level == level).count()
    };
    let known = sources.iter().map(|source| source.known.len()).sum();
    let mut findings = Vec::new();
    for source in sources {
        let all = source.all();
        if all.is_empty() {
            continue;
        }
        let lines = Lines::of(source.text);
        for (finding, new) in all {
            let place = lines.place(&finding.span);
            findings.push(Found {
                file: source.path.to_owned(),
                line: place.line,
                column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
                rule: finding.rule,
                level: word(finding.level),
                message: finding.message.clone(),
                help: finding.help.clone(),
                new: against.map(|_| new),
            });
        }
    }
    Report {
        schema: json::SCHEMA,
        base: against.cloned(),
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        notes: count(Level::Note),
        known: against.map(|_| known),
        findings,
    }
}

/// The word of a level.
pub fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// The findings as JSON text.
pub fn json(sources: &[Source<'_>], against: Option<&Against>) -> String {
    json::pretty(&report(sources, against))
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;

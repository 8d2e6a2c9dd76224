//! Findings for people and for programs: each with its place, the line it is about, and what to do.
//!
//! The source lines come from repository content, so they are sanitised and cut before anything marks them; places are
//! computed on the text as it is.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level as Severity, Origin, Renderer, Snippet};
use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

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
}

/// How findings are written for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI styles are written.
    pub styled: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Where something is: lines and columns from 1, columns in characters; the end is behind the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line it starts on.
    pub line: usize,
    /// The column it starts at.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// The column behind its end.
    pub end_column: usize,
}

/// The place of a byte range. A range beyond the text or inside a character is moved to the nearest place before it; a byte
/// order mark takes no column.
pub fn place(text: &str, span: &Range<usize>) -> Place {
    let start = boundary(text, span.start);
    let end = boundary(text, span.end.max(span.start)).max(start);
    let (line, column) = position(text, start);
    let (end_line, end_column) = position(text, end);
    Place { line, column, end_line, end_column }
}

fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before[line_start..].chars().filter(|c| *c != '\u{feff}').count() + 1;
    (line, column)
}

/// The findings as text in the order given, an empty line between them, with the summary behind; empty for none.
pub fn text(sources: &[Source<'_>], look: Look) -> String {
    let mut out = String::new();
    for source in sources {
        for finding in source.findings {
            out.push_str(&one(source, finding, look));
            out.push_str("\n\n");
        }
    }
    if !out.is_empty() {
        out.push_str(&summary(sources));
        out.push('\n');
    }
    out
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
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// One finding, without a line break behind it.
pub fn one(source: &Source<'_>, finding: &Finding, look: Look) -> String {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let place = place(source.text, &finding.span);
    let message = sanitise::one_line(&finding.message);
    let path = sanitise::one_line(source.path);
    let mut group = severity.primary_title(message).id(finding.rule).elements(Vec::<Origin<'_>>::new());
    group = if finding.span.is_empty() && finding.span.start == 0 {
        group.element(Origin::path(path))
    } else if UNSEEN.contains(&finding.rule) {
        group.element(Origin::path(path).line(place.line).char_column(place.column))
    } else {
        let marked = Marked::new(source.text, &finding.span, look.width);
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
/// What stands for a part that was cut off.
const CUT: &str = "…";

impl Marked {
    fn new(text: &str, span: &Range<usize>, width: usize) -> Self {
        let start = boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let line_end = text[line_start..].find('\n').map_or(text.len(), |length| line_start + length);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let end = boundary(text, span.end).min(line_start + line.len()).max(start);
        // Behind the line's own text (a missing quote at its end) the last place of the line is marked.
        let (from, to) = ((start - line_start).min(line.len()), (end.max(start) - line_start).min(line.len()));
        let parts =
            [&line[..from], &line[from..to], &line[to..]].map(|part| shown(part.trim_start_matches('\u{feff}')));
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

/// The JSON of findings, schema 1.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Always 1.
    pub schema: u32,
    /// How many are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many are notes.
    pub notes: usize,
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
}

/// The findings as JSON types.
pub fn report(sources: &[Source<'_>]) -> Report {
    let mut report = Report { schema: json::SCHEMA, errors: 0, warnings: 0, notes: 0, findings: Vec::new() };
    for source in sources {
        for finding in source.findings {
            let (count, level) = match finding.level {
                Level::Error => (&mut report.errors, "error"),
                Level::Warning => (&mut report.warnings, "warning"),
                Level::Note => (&mut report.notes, "note"),
            };
            *count += 1;
            let place = place(source.text, &finding.span);
            report.findings.push(Found {
                file: source.path.to_owned(),
                line: place.line,
                column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
                rule: finding.rule,
                level,
                message: finding.message.clone(),
                help: finding.help.clone(),
            });
        }
    }
    report
}

/// The findings as JSON text.
pub fn json(sources: &[Source<'_>]) -> String {
    json::pretty(&report(sources))
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;

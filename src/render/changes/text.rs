//! Changes on a terminal and in a pipe.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Compared, Fate, Report, Shown, Told};
use crate::render::paper::{BOLD, DIM, styled, wrap};
use crate::render::sanitise::{one_line, terminal};

const CAME: Style = AnsiColor::Green.on_default();
const WENT: Style = AnsiColor::Red.on_default();
const BECAME: Style = AnsiColor::Yellow.on_default();
// Words that went and came are also told by what a terminal without colours, or an eye, can see.
const STRUCK: Style = AnsiColor::Red.on_default().strikethrough();
const INSERTED: Style = AnsiColor::Green.on_default().underline();

/// How changes look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Whether words that came and went are told apart by colour; else they stand in `[-…-]` and `{+…+}`.
    pub coloured: bool,
    /// The columns there are; `None` where lines have no edge.
    pub width: Option<usize>,
}

/// Every record that differs, with ANSI styles.
pub fn text(report: &Report, look: Look) -> String {
    let mut out = String::new();
    for (index, record) in report.records.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        one(record, look, &mut out);
    }
    out
}

fn one(record: &Compared, look: Look, out: &mut String) {
    let (id, title) = (one_line(record.id.as_str()), one_line(&record.title));
    let fits = look.width.is_none_or(|width| id.width() + 2 + title.width() <= width);
    let gap = match (title.is_empty(), fits) {
        (true, _) => "",
        (false, true) => "  ",
        (false, false) => "\n  ",
    };
    let title = look.width.filter(|_| !fits).map_or(title.clone(), |width| wrap(&title, width - 2).join("\n  "));
    let _ = writeln!(out, "{}{gap}{title}", styled(BOLD, &id));
    if let Some(headline) = record.headline() {
        let (mark, style) = match &record.fate {
            Fate::Added(_) => ('+', CAME),
            Fate::Removed(_) => ('-', WENT),
            Fate::Changed { .. } => ('=', DIM),
            Fate::Unreadable { .. } => ('!', WENT),
        };
        line(mark, style, &one_line(&headline), look, out);
    }
    match &record.fate {
        Fate::Changed { told, .. } => out.push_str(&lines(told, look)),
        Fate::Unreadable { lines, .. } => {
            for line in terminal(lines).lines() {
                let style = match line.chars().next() {
                    Some('+') => CAME,
                    Some('-') => WENT,
                    Some('@') => DIM,
                    _ => Style::new(),
                };
                let line = format!("    {line}");
                out.push_str(&styled(style, line.trim_end()));
                out.push('\n');
            }
        }
        Fate::Added(_) | Fate::Removed(_) => {}
    }
}

/// The changes of one record, a line each, with what differs in its texts below.
pub fn lines(told: &[Told], look: Look) -> String {
    let mut out = String::new();
    for change in told {
        let mark = change.mark();
        let style = match mark {
            '+' => CAME,
            '-' => WENT,
            '~' => BECAME,
            _ => DIM,
        };
        line(mark, style, &one_line(&change.line()), look, &mut out);
        for consequence in change.consequences() {
            below(&one_line(&consequence), look, &mut out);
        }
        if let Some(excerpt) = change.excerpt() {
            below(&marked(excerpt, look), look, &mut out);
        }
        for (key, value) in change.details() {
            below(&format!("{} {}", styled(DIM, &one_line(&key)), one_line(&value)), look, &mut out);
        }
    }
    out
}

fn line(mark: char, style: Style, text: &str, look: Look, out: &mut String) {
    let wrapped = look.width.map_or_else(|| vec![text.to_owned()], |width| wrap(text, width.saturating_sub(4).max(20)));
    for (index, line) in wrapped.iter().enumerate() {
        let lead = if index == 0 { format!("  {} ", styled(style, &mark.to_string())) } else { "    ".to_owned() };
        out.push_str(&lead);
        out.push_str(line);
        out.push('\n');
    }
}

/// A line below another one. Its styles go on over the ends of lines.
fn below(text: &str, look: Look, out: &mut String) {
    const LEAD: &str = "      ";
    let wrapped = look.width.map_or_else(|| vec![text.to_owned()], |width| wrap(text, width.saturating_sub(6).max(20)));
    for line in wrapped {
        out.push_str(LEAD);
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// What differs in a text, in one line.
fn marked(excerpt: Vec<Shown>, look: Look) -> String {
    let mut line = String::new();
    let mut after_removed = false;
    for part in excerpt {
        if after_removed && look.coloured && matches!(part, Shown::Added(_)) && !line.ends_with(' ') {
            line.push(' ');
        }
        after_removed = matches!(part, Shown::Removed(_));
        match part {
            Shown::Kept(text) => line.push_str(&folded(&text)),
            Shown::Gap => line.push('…'),
            Shown::Removed(text) => line.push_str(&run(&text, STRUCK, ("[-", "-]"), look)),
            Shown::Added(text) => line.push_str(&run(&text, INSERTED, ("{+", "+}"), look)),
        }
    }
    line.trim().to_owned()
}

/// A run of words that came or went.
fn run(text: &str, style: Style, marks: (&str, &str), look: Look) -> String {
    let text = folded(text);
    if !look.coloured {
        return format!("{}{text}{}", marks.0, marks.1);
    }
    // Each word by itself, so that a line may end between them.
    let words: Vec<String> =
        text.split(' ').map(|word| if word.is_empty() { String::new() } else { styled(style, word) }).collect();
    words.join(" ")
}

/// One line that keeps a blank at its ends.
fn folded(text: &str) -> String {
    let blank = |there: bool| if there { " " } else { "" };
    let line = one_line(text);
    if line.is_empty() {
        return blank(!text.is_empty()).to_owned();
    }
    let (start, end) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{line}{}", blank(start), blank(end))
}

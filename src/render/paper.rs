//! The paper a page is written on: headings, facts, paragraphs and lists that fit its width.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use textwrap::WordSplitter;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::render::sanitise;

/// Longer lines of running text are hard to read.
const WIDEST_TEXT: usize = 100;
/// How far everything under a heading is set in.
pub(super) const INDENT: &str = "  ";
/// The widest column of labels.
const WIDEST_LABEL: usize = 30;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const HEADING: Style = Style::new().bold().underline();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Text in a style.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A page being written.
pub(super) struct Paper {
    out: String,
    width: usize,
}

impl Paper {
    pub(super) fn new(width: usize) -> Self {
        Self { out: String::new(), width }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The columns of running text, inside the indent.
    pub(super) fn text_width(&self) -> usize {
        self.width.min(WIDEST_TEXT) - INDENT.len()
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// A line that has been laid out already.
    pub(super) fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// A heading with an empty line above it; `beside` stands dim behind it.
    pub(super) fn heading(&mut self, heading: &str, beside: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let mut line = styled(HEADING, heading);
        if !beside.is_empty() {
            line.push_str(&styled(DIM, &format!("  {beside}")));
        }
        self.line(&line);
    }

    /// One-line text over the whole width, in a style.
    pub(super) fn title(&mut self, style: Style, text: &str) {
        for line in wrap(&sanitise::one_line(text), self.width) {
            let line = styled(style, &line);
            self.line(&line);
        }
    }

    /// Labels with their texts in two columns. A text of several lines keeps them.
    pub(super) fn facts(&mut self, facts: &[(String, String)]) {
        let widest = facts.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
        let column = widest.min(WIDEST_LABEL).min(self.width / 2 - INDENT.len());
        let room = self.text_width().saturating_sub(column + 2).max(10);
        for (label, text) in facts {
            let mut lines = text.split('\n').flat_map(|line| hang(line, room)).collect::<Vec<_>>().into_iter();
            let mut label_lines = wrap(label, column).into_iter();
            loop {
                let (label, text) = (label_lines.next(), lines.next());
                if label.is_none() && text.is_none() {
                    break;
                }
                let label = label.unwrap_or_default();
                let pad = " ".repeat(column.saturating_sub(label.width()));
                let text = text.unwrap_or_default();
                let line =
                    format!("{INDENT}{}{pad}  {text}", if label.is_empty() { label } else { styled(DIM, &label) });
                self.line(line.trim_end());
            }
        }
    }

    /// Text of any length: paragraphs wrapped; lists, quotes, tables and code keep their lines.
    pub(super) fn prose(&mut self, text: &str, indent: &str) {
        let room = self.text_width().saturating_sub(indent.len()).max(10);
        let lines = prose_lines(text, room);
        for line in lines {
            let line = format!("{INDENT}{indent}{line}");
            self.line(line.trim_end());
        }
    }

    /// One line a text, each after its mark, wrapped under itself.
    pub(super) fn list<'t>(&mut self, marked: impl IntoIterator<Item = (String, &'t str)>) {
        for (mark, text) in marked {
            // A mark may be coloured.
            let width = console::measure_text_width(&mark);
            let room = self.text_width().saturating_sub(width + 1).max(10);
            let indent = " ".repeat(width);
            for (index, line) in wrap(&sanitise::one_line(text), room).into_iter().enumerate() {
                let lead = if index == 0 { &mark } else { &indent };
                self.line(&format!("{INDENT}{lead} {line}"));
            }
        }
    }

    /// A small heading of a part.
    pub(super) fn part(&mut self, label: &str) {
        let line = format!("{INDENT}{}", styled(BOLD, label));
        self.line(&line);
    }
}

/// Prose as lines that fit.
pub(super) fn prose_lines(text: &str, room: usize) -> Vec<String> {
    let clean = sanitise::terminal(text);
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in clean.trim_matches('\n').split('\n') {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        let laid_out = in_code || fence || keeps_its_line(line);
        if laid_out || line.trim().is_empty() {
            lines.extend(take_wrapped(&mut paragraph, room));
            if line.trim().is_empty() {
                lines.push(String::new());
            } else {
                lines.extend(hang(line, room));
            }
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
        in_code ^= fence;
    }
    lines.extend(take_wrapped(&mut paragraph, room));
    lines
}

fn take_wrapped(paragraph: &mut String, room: usize) -> Vec<String> {
    let text = std::mem::take(paragraph);
    if text.is_empty() { Vec::new() } else { wrap(&text, room) }
}

/// Whether a line of Markdown means its own line: a list item, a quote, a heading, a table row, indented text.
fn keeps_its_line(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with([' ', '>', '#', '|'])
        || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
        || digits > 0 && line[digits..].starts_with(". ")
}

/// Wraps a line under where its own text starts.
fn hang(line: &str, room: usize) -> Vec<String> {
    let blank = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[blank..];
    let mark = ["- ", "* ", "+ ", "• "].iter().find(|mark| rest.starts_with(**mark)).map_or(0, |mark| mark.width());
    let indent = blank.min(room / 2) + mark;
    let wrapped = wrap(rest, room.saturating_sub(blank.min(room / 2)).max(8));
    if wrapped.len() <= 1 {
        return wrapped.into_iter().map(|text| " ".repeat(blank.min(room / 2)) + &text).collect();
    }
    let first = " ".repeat(blank.min(room / 2));
    wrap_with(rest, room, &first, &" ".repeat(indent))
}

/// Wraps a line of text.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    wrap_with(text, room, "", "")
}

fn wrap_with(text: &str, room: usize, first: &str, rest: &str) -> Vec<String> {
    let room = room.max(1);
    let longest = room.saturating_sub(first.width().max(rest.width())).max(1);
    let broken: Vec<String> = text.split(' ').map(|word| broken_word(word, longest)).collect();
    let options = textwrap::Options::new(room)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(&broken.join(" "), options).into_iter().map(Cow::into_owned).collect()
}

/// A word that is too long for a line, in pieces that fit; an address stays whole.
fn broken_word(word: &str, longest: usize) -> String {
    if word.width() <= longest || word.contains("://") {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len() + 8);
    let (mut line, mut used) = (String::new(), 0);
    for c in word.chars() {
        let width = c.width().unwrap_or(0);
        if used + width > longest && used > 0 {
            // A path or an id reads better broken behind one of its own marks, when there is one in the later half.
            let mark = line.rfind(['/', '-', '_', '.', ',']).filter(|at| *at >= line.len() / 2);
            let rest = mark.map(|at| line.split_off(at + 1)).unwrap_or_default();
            out.push_str(&line);
            out.push(' ');
            used = rest.width();
            line = rest;
        }
        line.push(c);
        used += width;
    }
    out + &line
}

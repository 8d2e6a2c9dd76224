//! The sheet a document is written on: what every section asks for, and the pieces that sections are made of.
//!
//! A piece without an answer is an empty text, unless blanks are wanted; what holds only empty pieces is empty itself.

use std::fmt::Write as _;

use super::escape;
use crate::config::Config;
use crate::record::time::Moment;
use crate::record::vocabulary::Vocabulary;
use crate::record::{Record, timeline};
use crate::render::{About, words};

/// What a section is written from.
pub(super) struct Sheet<'a> {
    /// The record as the audience may see it.
    pub(super) record: &'a Record,
    /// The whole record, for what is derived.
    pub(super) whole: &'a Record,
    pub(super) about: &'a About,
    pub(super) config: &'a Config,
    pub(super) blanks: bool,
    pub(super) public: bool,
}

/// A label, its answer as Markdown, and the placeholder of its blank.
pub(super) type Labelled<'t> = (&'t str, Option<String>, &'t str);

/// A blank to write on.
pub(super) fn blank(width: usize) -> String {
    "_".repeat(width)
}

/// A box of the running text.
pub(super) fn inline_box(ticked: bool) -> &'static str {
    if ticked { "☑" } else { "☐" }
}

/// A box of a list.
pub(super) fn list_box(ticked: bool) -> &'static str {
    if ticked { "- [x]" } else { "- [ ]" }
}

/// `☑ Yes  ☐ No`.
pub(super) fn yes_no(answer: Option<bool>) -> String {
    format!("{} Yes  {} No", inline_box(answer == Some(true)), inline_box(answer == Some(false)))
}

/// Blocks with an empty line between them, without the empty ones.
pub(super) fn blocks(blocks: impl IntoIterator<Item = String>) -> String {
    let filled: Vec<String> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    filled.join("\n\n")
}

/// Lines of one list, without the empty ones.
pub(super) fn rows(lines: impl IntoIterator<Item = String>) -> String {
    let filled: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    filled.join("\n")
}

/// Lines of one paragraph that stay lines, by two spaces at their ends.
pub(super) fn broken_rows(lines: impl IntoIterator<Item = String>) -> String {
    let filled: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    filled.join("  \n")
}

/// A body under its heading; nothing when the body is nothing.
pub(super) fn under(heading: &str, body: String) -> String {
    if body.is_empty() { body } else { format!("{heading}\n\n{body}") }
}

/// A table, its rows already escaped.
pub(super) fn table(head: &[&str], lines: &[Vec<String>]) -> String {
    let mut out = format!("| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
    for line in lines {
        // Writing to a String cannot fail, here and below.
        let _ = write!(out, "\n| {} |", line.join(" | "));
    }
    out
}

/// A table of the template's placeholders.
pub(super) fn blank_table(head: &[&str], lines: &[&[&str]]) -> String {
    let lines: Vec<Vec<String>> =
        lines.iter().map(|line| line.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    table(head, &lines)
}

/// A fenced block of lines to write on.
pub(super) fn blank_lines(count: usize, width: usize) -> String {
    format!("```\n{}\n```", vec![blank(width); count].join("\n"))
}

/// Numbered lines to write on.
pub(super) fn blank_numbers(count: usize, width: usize) -> String {
    let lines: Vec<String> = (1..=count).map(|number| format!("{number}. {}", blank(width))).collect();
    lines.join("\n")
}

impl Sheet<'_> {
    /// A one-line text of the record.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        self.record.text(path).map(escape::inline)
    }

    /// A person of the record.
    pub(super) fn person_at(&self, path: &str) -> Option<String> {
        self.record.text(path).map(|person| escape::inline(self.person(person)))
    }

    /// A person as the audience may see them.
    pub(super) fn person<'p>(&self, person: &'p str) -> &'p str {
        if self.public { words::name_of(person) } else { person }
    }

    /// A list of the record on one line.
    pub(super) fn listed(&self, path: &str) -> Option<String> {
        let texts = self.record.texts(path);
        (!texts.is_empty()).then(|| escape::inline(&texts.join(", ")))
    }

    /// People of the record on one line.
    pub(super) fn people(&self, path: &str) -> Option<String> {
        let people: Vec<&str> = self.record.texts(path).into_iter().map(|person| self.person(person)).collect();
        (!people.is_empty()).then(|| escape::inline(&people.join(", ")))
    }

    /// A time or day of the record.
    pub(super) fn time(&self, path: &str) -> Option<String> {
        self.moment(path).map(|moment| words::utc(&moment))
    }

    fn moment(&self, path: &str) -> Option<Moment> {
        let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
        let table = if parent.is_empty() { self.record.values() } else { self.record.value(parent)?.as_table()? };
        timeline::moment(table, key)
    }

    /// The placeholder when blanks are wanted.
    pub(super) fn or_blank(&self, placeholder: impl FnOnce() -> String) -> String {
        if self.blanks { placeholder() } else { String::new() }
    }

    /// `**Label**: answer Second label: answer`, with `mark` before it; labels without an answer are left out.
    pub(super) fn line(&self, mark: &str, parts: &[Labelled<'_>]) -> String {
        let mut out = String::new();
        for (label, answer, placeholder) in parts {
            let answer = match answer {
                Some(answer) => answer.as_str(),
                None if self.blanks => placeholder,
                None => continue,
            };
            if out.is_empty() {
                out = format!("{mark}**{label}**: {answer}");
            } else if label.chars().all(char::is_lowercase) {
                // "by" stands between its neighbours as a word.
                let _ = write!(out, " {label} {answer}");
            } else {
                let _ = write!(out, " {label}: {answer}");
            }
        }
        out
    }

    /// `- **Label**: answer`.
    pub(super) fn bullet(&self, label: &str, answer: Option<String>, placeholder: &str) -> String {
        self.line("- ", &[(label, answer, placeholder)])
    }

    /// A list of the record as numbered lines under the words that ask for it.
    pub(super) fn numbered(&self, ask: &str, path: &str, placeholder: impl FnOnce() -> String) -> String {
        let texts = self.record.texts(path);
        let list = rows((1..).zip(texts).map(|(number, text)| format!("{number}. {}", escape::inline(text))));
        let list = if list.is_empty() { self.or_blank(placeholder) } else { list };
        if ask.is_empty() { list } else { under(&format!("**{ask}**"), list) }
    }

    /// Prose of the record under the words that ask for it, if any.
    pub(super) fn prose(&self, ask: &str, path: &str, placeholder: impl FnOnce() -> String) -> String {
        let text = self.record.text(path).map(super::prose::prose).unwrap_or_default();
        let text = if text.is_empty() { self.or_blank(placeholder) } else { text };
        if ask.is_empty() { text } else { under(&format!("**{ask}**"), text) }
    }

    /// The words of a vocabulary as boxes, those of the record ticked. Text outside the vocabulary fills `other`, the
    /// label and placeholder of the template's "(Other)", else gets a box of its own.
    pub(super) fn boxes(&self, path: &str, vocabulary: &Vocabulary, other: Option<(&str, usize)>) -> String {
        let chosen = self.record.texts(path);
        if chosen.is_empty() && !self.blanks {
            return String::new();
        }
        let mut lines = Vec::new();
        for word in vocabulary.words {
            let named: Vec<&str> = chosen.iter().filter_map(|text| text.strip_prefix(vocabulary.prefix?)).collect();
            let takes_name = vocabulary.prefix.is_some_and(|prefix| prefix.trim_end_matches(':') == word.slug);
            let ticked = chosen.contains(&word.slug) || takes_name && !named.is_empty();
            let name = match (takes_name, named.is_empty()) {
                (true, false) => format!(": {}", escape::inline(&named.join(", "))),
                (true, true) if self.blanks => format!(": {}", blank(13)),
                _ => String::new(),
            };
            lines.push(format!("{} {}{name}", list_box(ticked), word.label));
        }
        let foreign: Vec<&str> = chosen.into_iter().filter(|text| !vocabulary.knows(text)).collect();
        for text in &foreign {
            let label = other.map(|(label, _)| format!("{label}: ")).unwrap_or_default();
            lines.push(format!("{} {label}{}", list_box(true), escape::inline(text)));
        }
        if let (Some((label, width)), true, true) = (other, foreign.is_empty(), self.blanks) {
            lines.push(format!("{} {label}: {}", list_box(false), blank(width)));
        }
        lines.join("\n")
    }
}

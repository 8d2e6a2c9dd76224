//! Nothing is left of the template, and what is a link can be followed.

use std::ops::Range;

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use super::words::is_mentioned;
use crate::finding::{Finding, Level};
use crate::record::invisible;
use crate::record::keys::{Kind, is_address};
use crate::workflow::gate::is_placeholder;

pub(super) const PLACEHOLDER: Rule = Rule {
    name: "placeholder",
    group: Group::Text,
    level: Level::Warning,
    draft: Draft::Note,
    summary: "A text is still what stood there to be filled in: “TBD”, “TODO”, “…”, “<name>”, “[describe cause]”.",
    why: "A blank that looks filled passes the gates and tells readers nothing. Where it is not known, leave the key out.",
    example: Some(Example {
        bad: "summary = \"TBD\"",
        good: "summary = \"The data directory of the primary was removed.\"",
    }),
    source: "the postmortem template.",
    look: Look::Record(placeholder),
};

pub(super) const LINK: Rule = Rule {
    name: "not-a-link",
    group: Group::Text,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "A link is no http, https or mailto address.",
    why: "It is shown as plain text in every document, since other schemes can run what they name.",
    example: Some(Example {
        bad: "[[links]]\nlabel = \"Live notes\"\nurl = \"notes.example.com/2017\"",
        good: "[[links]]\nlabel = \"Live notes\"\nurl = \"https://notes.example.com/2017\"",
    }),
    source: "the format of records: an http, https or mailto address.",
    look: Look::Record(link),
};

pub(super) const INVISIBLE: Rule = Rule {
    name: "invisible-character",
    group: Group::Text,
    level: Level::Error,
    draft: Draft::Same,
    summary: "The file holds a character that is there without being seen, or that turns the text around it.",
    why: "What a reviewer sees is not what is approved. It is named by its code point; line breaks, tabs, and joiners inside scripts and emoji are none. Comments and keys are looked at, too.",
    example: Some(Example { bad: "owner = \"Ann\\u202e moc.live@\"", good: "owner = \"Ann\"" }),
    source: "CVE-2021-42574, “Trojan Source”; Unicode Technical Report 36.",
    look: Look::Record(invisible),
};

fn placeholder(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    subject.texts(&mut |text| {
        let Some(range) = blank(text.text) else { return };
        if text.plain.starts_with("custom") || text.plain == "appendix.logs" || is_mentioned(text.text, &range) {
            return;
        }
        let what = text.text[range.clone()].trim();
        let message = format!("“{what}” is still to be filled in");
        let help = "write what belongs there, or leave the key out while it is not known";
        found.push(Found::at(text.path(), message, help).about(text.text, range));
    });
    found
}

/// What is still to be filled in, in a text: all of it, or a mark that says so.
fn blank(text: &str) -> Option<Range<usize>> {
    let whole = text.trim();
    let start = text.len() - text.trim_start().len();
    let inside = |open: char, close: char| {
        let inner = whole.strip_prefix(open)?.strip_suffix(close)?;
        let plain = !inner.is_empty() && !inner.contains([open, close]);
        plain.then_some(inner)
    };
    // `<https://…>` and `<ann@…>` are links, `[1]` is a reference, `[x]` a box.
    let angled = inside('<', '>')
        .is_some_and(|inner| inner.starts_with(char::is_alphabetic) && !inner.contains([':', '@', '/']));
    let bracketed = inside('[', ']').is_some_and(|inner| inner.contains(' ') || inner == "link");
    let lined = whole.len() > 2 && whole.chars().all(|c| matches!(c, '_' | ' ' | '\n'));
    let asked = whole.len() > 1 && whole.chars().all(|c| c == '?');
    let words = ["N.N.", "FIXME", "XXX", "HH:MM", "tbd", "todo", "Lorem ipsum"];
    let example = whole.starts_with("e.g.") || whole.starts_with("E.g.");
    if is_placeholder(whole) || angled || bracketed || lined || asked || example || words.contains(&whole) {
        return Some(start..start + whole.len());
    }
    // As words of their own, in capitals, as people write them to find them again.
    ["TBD", "FIXME", "TODO:", "TODO "].into_iter().find_map(|mark| {
        let at = text.find(mark)?;
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/'));
        let end = at + mark.trim_end().len();
        let alone = !letter(text[..at].chars().next_back()) && !letter(text[end..].chars().next());
        // “the TODO list” is a word; “TODO ask Bob” begins a line.
        let begins = mark != "TODO "
            || text[..at].trim_end_matches([' ', '-', '*']).chars().next_back().is_none_or(|c| c == '\n');
        (alone && begins).then_some(at..end)
    })
}

fn link(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    subject.texts(&mut |text| {
        // A blank to be filled in has its own finding.
        if is_address(text.text) || text.kind() != Some(Kind::Url) || blank(text.text).is_some() {
            return;
        }
        let message = format!("`{}` is no http, https or mailto address", text.shown());
        found.push(Found::at(text.path(), message, "write the whole address, as in `https://example.com/1`"));
    });
    found
}

fn invisible(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    subject.texts(&mut |text| {
        if let Some((at, c)) = invisible::first(text.text) {
            let message = format!("`{}` holds U+{:04X}, {}", text.shown(), u32::from(c), invisible::name(c));
            let help = "take it out; in the file it may be written as an escape";
            found.push(Found::at(text.path(), message, help).about(text.text, at..at + c.len_utf8()));
        }
    });
    found
}

/// The same in a file as it stands, keys and comments included; the first of a line.
pub(super) fn in_file(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if invisible::first(&text[start..]).is_none() {
        return found;
    }
    for line in text[start..].split_inclusive('\n') {
        if let Some((at, c)) = invisible::first(line) {
            found.push(Finding {
                rule: INVISIBLE.name,
                level: INVISIBLE.level,
                message: format!("the line holds U+{:04X}, {}", u32::from(c), invisible::name(c)),
                span: start + at..start + at + c.len_utf8(),
                help: Some("take it out; an editor shows it when it is told to show invisible characters".to_owned()),
            });
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_told_from_text() {
        for text in [
            "TBD",
            " … ",
            "...",
            "<name of the service>",
            "[describe cause]",
            "____",
            "e.g. 12 %",
            "Owner: TBD.",
            "TODO ask Bob",
            "Fixed.\n- TODO: check",
            "??",
            "HH:MM",
            "[link]",
        ] {
            assert!(blank(text).is_some(), "{text}");
        }
        for text in [
            "the TODO list",
            "<https://example.com>",
            "<!-- more -->",
            "[1]",
            "TBD-17",
            "Wait… what?",
            "a <b> c",
            "METADATA",
            "?",
        ] {
            assert!(blank(text).is_none(), "{text}");
        }
    }
}

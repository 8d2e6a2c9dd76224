//! Plain text as Markdown that shows exactly that text.
//!
//! The output is read by GitHub's Markdown: `CommonMark` with tables, strikethrough, task lists, autolinks, mentions,
//! cross-links and `$` mathematics. A mention or cross-link is found *after* Markdown is rendered, so neither a backslash
//! nor an entity keeps `@name` from notifying somebody (github/cmark-gfm issue 181); a code span does, and is chosen over
//! invisible characters, which would be copied along with the text.

use std::fmt::Write as _;

use crate::render::sanitise;

/// One line of text, for a paragraph, a list item or a heading.
pub(in crate::render) fn inline(text: &str) -> String {
    escaped(&sanitise::one_line(text), Links::Kept)
}

/// One line of text without links, for the inside of one.
pub(in crate::render) fn label(text: &str) -> String {
    escaped(&sanitise::one_line(text), Links::Shown)
}

/// Text for a table cell: one line, its own line breaks as `<br>`.
pub(in crate::render) fn cell(text: &str) -> String {
    let text = sanitise::terminal(text);
    let lines: Vec<String> = text.split('\n').map(inline).filter(|line| !line.is_empty()).collect();
    lines.join("<br>")
}

/// The address as a link that shows itself; the text alone when it is not one of http, https and mailto.
pub(in crate::render) fn link(address: &str) -> String {
    match destination(address) {
        Some(safe) => format!("<{safe}>"),
        None => inline(address),
    }
}

/// A link with a label; label and address as text when the address is none that may be followed.
pub(in crate::render) fn labelled_link(text: &str, address: &str) -> String {
    match destination(address) {
        Some(safe) => format!("[{}](<{safe}>)", label(text)),
        None => format!("{} ({})", inline(text), inline(address)),
    }
}

/// The address as the destination of a link, without anything that could end it; `None` for a scheme that is not followed.
pub(in crate::render) fn destination(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, rest) = address.split_once(':')?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let followed = if web { rest.len() > 2 && rest.starts_with("//") } else { scheme.eq_ignore_ascii_case("mailto") };
    if !followed || rest.is_empty() {
        return None;
    }
    let mut safe = String::with_capacity(address.len());
    for c in address.chars() {
        // A backslash or an ampersand would be an escape or an entity; `|` ends a table cell; the rest ends the link.
        let encode = sanitise::is_unsafe(c) || c.is_whitespace() || "<>\\|`\"^{}[]&*_~$@".contains(c);
        let kept = match c {
            '@' => !web,
            '&' | '*' | '_' | '~' | '$' => true,
            _ => !encode,
        };
        if kept {
            safe.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(safe, "%{byte:02X}");
            }
        }
    }
    // `&copy;` inside an address is an entity to Markdown; the ampersand of a query is not touched by its own entity.
    Some(safe.replace('&', "&amp;"))
}

/// Text as a code span that shows it, whatever backticks it has.
pub(in crate::render) fn code(text: &str) -> String {
    let text = sanitise::one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text of several lines as a fenced block that it cannot end.
pub(in crate::render) fn fenced(text: &str, language: &str) -> String {
    let text = sanitise::terminal(text);
    let text = text.trim_matches('\n');
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}")
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

/// What becomes of addresses inside a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    /// They can be followed.
    Kept,
    /// They are text.
    Shown,
}

/// Escapes one sanitised line.
fn escaped(line: &str, links: Links) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut at = leading_mark(line, &mut out);
    while let Some(c) = line[at..].chars().next() {
        let before = line[..at].chars().next_back();
        let starts_word = !before.is_some_and(is_word);
        if starts_word && let Some(length) = address_at(&line[at..]) {
            let address = &line[at..at + length];
            match (links, destination(address)) {
                (Links::Kept, Some(safe)) => {
                    out.push('<');
                    out.push_str(&safe);
                    out.push('>');
                }
                // Without its slashes together it is no autolink either.
                _ => plain(&address.replacen("://", ":\u{0}//", 1), &mut out),
            }
            at += length;
            continue;
        }
        if let Some(length) = reference_at(&line[at..], starts_word) {
            let from = at;
            at += length;
            // The next reference goes into the same span: two spans side by side would be one with other backticks.
            while let Some(length) = reference_at(&line[at..], !line[..at].ends_with(is_word)) {
                at += length;
            }
            out.push('`');
            out.push_str(&line[from..at]);
            out.push('`');
            continue;
        }
        let after = line[at + c.len_utf8()..].chars().next();
        escape_char(before, c, after, &mut out);
        at += c.len_utf8();
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn plain(text: &str, out: &mut String) {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{0}' {
            // An entity for the slash: shown the same, found by no autolinker.
            out.push_str("&#47;");
            rest.next();
        } else {
            escape_char(before, c, rest.peek().copied(), out);
        }
        before = Some(c);
    }
}

fn escape_char(before: Option<char>, c: char, after: Option<char>, out: &mut String) {
    let word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '`' => out.push_str("&#96;"),
        // `_` inside a word is never emphasis.
        '_' if word(before) && word(after) => out.push('_'),
        '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
            out.push('\\');
            out.push(c);
        }
        _ => out.push(c),
    }
}

/// Escapes what at the start of a line would be a list, a heading, a quote, a rule or an underline of one; returns where
/// the rest starts.
fn leading_mark(line: &str, out: &mut String) -> usize {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        out.push_str(&line[..digits]);
        out.push('\\');
        out.push_str(&line[digits..=digits]);
        return digits + 1;
    }
    match line.chars().next() {
        Some(mark @ ('-' | '+' | '#' | '=' | ':')) => {
            out.push('\\');
            out.push(mark);
            1
        }
        _ => 0,
    }
}

/// The length of a web address at the start of `text`, without the punctuation of the sentence around it.
fn address_at(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let end = text.find(|c: char| c.is_whitespace() || "<>\"`|".contains(c)).unwrap_or(text.len());
    let mut address = &text[..end];
    loop {
        let unclosed = address.ends_with(')') && address.matches(')').count() > address.matches('(').count();
        if unclosed || address.ends_with(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']', '\\', '}']) {
            address = &address[..address.len() - 1];
        } else {
            break;
        }
    }
    (address.len() > scheme.len()).then_some(address.len())
}

/// The length of a mention (`@name`, `@org/team`) or a cross-link (`#123`, `GH-123`) at the start of `text`.
fn reference_at(text: &str, starts_word: bool) -> Option<usize> {
    let count =
        |text: &str, of: fn(char) -> bool| text.chars().take_while(|c| of(*c)).map(char::len_utf8).sum::<usize>();
    let name: fn(char) -> bool = |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    let digit: fn(char) -> bool = |c| c.is_ascii_digit();
    if let Some(rest) = text.strip_prefix('@') {
        let length = count(rest, name);
        return (starts_word && length > 0).then_some(1 + length);
    }
    if let Some(rest) = text.strip_prefix('#') {
        let length = count(rest, digit);
        return (length > 0).then_some(1 + length);
    }
    let rest = text.get(..3).filter(|start| start.eq_ignore_ascii_case("gh-")).map(|_| &text[3..])?;
    let length = count(rest, digit);
    (starts_word && length > 0).then_some(3 + length)
}

#[cfg(test)]
#[path = "escape_tests.rs"]
mod tests;

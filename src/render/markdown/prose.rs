//! Prose: Markdown written by people, kept as Markdown and kept inside its section.
//!
//! The text is parsed and written anew from what was understood, so that nothing of it can reach beyond its place: headings
//! become bold paragraphs, raw HTML is shown as text, thematic breaks and reference definitions are gone, fences are
//! closed, links lead to http, https and mailto only, and images, which would be loaded from anywhere, are links.

mod inline;

use std::iter::Peekable;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::escape;
use crate::render::sanitise;
use inline::{Bare, inlines};

/// How deep lists and quotes may nest; deeper text is shown as it is written.
const DEEPEST: usize = 12;

/// The Markdown of a prose field as blocks that can stand under any heading; empty for an empty text.
pub(super) fn prose(text: &str) -> String {
    let text = sanitise::terminal(text);
    let text = text.trim_matches('\n');
    if text.trim().is_empty() {
        return String::new();
    }
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    if nesting(Parser::new_ext(text, options)) > DEEPEST {
        return escape::fenced(text, "");
    }
    let mut events = Parser::new_ext(text, options).peekable();
    let blocks = blocks(&mut events);
    blocks.into_iter().map(|block| block.join("\n")).collect::<Vec<_>>().join("\n\n")
}

/// Prose in one table cell: emphasis, code and links stay, line breaks are `<br>`; text with lists or other blocks, for
/// which a cell has no room, is shown as it is written.
pub(super) fn cell(text: &str) -> String {
    let clean = sanitise::terminal(text);
    let flat = Parser::new_ext(&clean, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).all(|event| {
        !matches!(
            event,
            Event::Start(
                Tag::Heading { .. }
                    | Tag::BlockQuote(_)
                    | Tag::CodeBlock(_)
                    | Tag::List(_)
                    | Tag::Table(_)
                    | Tag::HtmlBlock
            ) | Event::Rule
        )
    });
    if !flat {
        return escape::cell(text);
    }
    let shown = prose(text);
    let lines = shown.lines().map(|line| line.trim_end_matches('\\').trim()).filter(|line| !line.is_empty());
    pipes_escaped(&lines.collect::<Vec<_>>().join("<br>"))
}

fn nesting<'a>(events: impl Iterator<Item = Event<'a>>) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for event in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

type Lines = Vec<String>;

/// The blocks up to the end of what they are in.
fn blocks<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>) -> Vec<Lines> {
    let mut all = Vec::new();
    while let Some(event) = events.peek() {
        let block = match event {
            Event::End(_) => {
                events.next();
                break;
            }
            Event::Start(Tag::Paragraph) => {
                events.next();
                lines(&inlines(events, Bare::No))
            }
            Event::Start(Tag::Heading { .. }) => {
                events.next();
                // Bold inside bold would end it: the heading is bold as a whole.
                let inner = events.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
                let plain =
                    inner.filter(|event| !matches!(event, Event::Start(Tag::Strong) | Event::End(TagEnd::Strong)));
                let text = inlines(&mut plain.peekable(), Bare::No).replace("\\\n", " ").replace('\n', " ");
                if text.trim().is_empty() { Vec::new() } else { vec![format!("**{}**", text.trim())] }
            }
            Event::Start(Tag::BlockQuote(_)) => {
                events.next();
                quoted(blocks(events))
            }
            Event::Start(Tag::CodeBlock(_)) => {
                events.next();
                escape::fenced(&raw(events), "").split('\n').map(str::to_owned).collect()
            }
            Event::Start(Tag::List(first)) => {
                let first = *first;
                events.next();
                list(events, first)
            }
            Event::Start(Tag::Table(columns)) => {
                let columns = columns.len();
                events.next();
                table(events, columns)
            }
            Event::Start(Tag::HtmlBlock) => {
                events.next();
                let text = raw(events);
                text.lines().map(escape::inline).filter(|line| !line.is_empty()).collect()
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
            | Event::Text(_)
            | Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => lines(&inlines(events, Bare::Yes)),
            Event::Start(Tag::FootnoteDefinition(name)) => {
                // Footnotes of several fields would meet at the end of the document: they stay where they are, as text.
                let name = escape::label(&format!("[{name}]:"));
                events.next();
                all.push(vec![name]);
                all.extend(blocks(events));
                continue;
            }
            Event::Start(_) => {
                events.next();
                let inner = blocks(events);
                all.extend(inner);
                continue;
            }
            _ => {
                events.next();
                continue;
            }
        };
        if !block.is_empty() {
            all.push(block);
        }
    }
    all
}

/// Inline text as lines none of which is read as the start of another block.
fn lines(text: &str) -> Lines {
    text.split('\n').map(|line| guard(line.trim_start())).filter(|line| !line.is_empty() && line != "\\").collect()
}

/// A line of already escaped text whose first characters cannot open a list, a heading, a quote, a rule or a fence.
fn guard(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    if line.starts_with(['-', '+', '#', '=', ':']) {
        return format!("\\{line}");
    }
    line.to_owned()
}

/// The text of a code or HTML block as it is.
fn raw<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>) -> String {
    let mut out = String::new();
    for event in events.by_ref() {
        match event {
            Event::Text(text) | Event::Html(text) => out.push_str(&text),
            Event::End(_) => break,
            _ => {}
        }
    }
    out
}

fn quoted(blocks: Vec<Lines>) -> Lines {
    let inner = spaced(blocks);
    inner.into_iter().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect()
}

/// The lines of blocks with an empty line between them.
fn spaced(blocks: Vec<Lines>) -> Lines {
    let mut all = Lines::new();
    for block in blocks {
        if !all.is_empty() {
            all.push(String::new());
        }
        all.extend(block);
    }
    all
}

fn list<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>, first: Option<u64>) -> Lines {
    let mut items = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Item) => items.push(blocks(events)),
            Event::End(_) => break,
            _ => {}
        }
    }
    let loose = items.iter().any(|item| item.len() > 1);
    let mut all = Lines::new();
    let numbers = first.unwrap_or(0)..;
    for (number, item) in numbers.zip(items.into_iter().filter(|item| !item.is_empty())) {
        let marker = if first.is_some() { format!("{number}. ") } else { "- ".to_owned() };
        if loose && !all.is_empty() {
            all.push(String::new());
        }
        let indent = " ".repeat(marker.len());
        for (index, line) in spaced(item).into_iter().enumerate() {
            all.push(match (index, line.is_empty()) {
                (0, _) => format!("{marker}{line}"),
                (_, true) => String::new(),
                (_, false) => format!("{indent}{line}"),
            });
        }
    }
    all
}

fn table<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>, columns: usize) -> Lines {
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                let text = inlines(events, Bare::No).replace("\\\n", " ").replace('\n', " ");
                if let Some(row) = rows.last_mut() {
                    row.push(pipes_escaped(&text));
                }
            }
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    let mut all = Lines::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = (0..columns).map(|column| row.get(column).map_or("", String::as_str)).collect();
        all.push(format!("| {} |", cells.join(" | ")));
        if index == 0 {
            all.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    all
}

/// A cell's text with every pipe escaped: also those of code spans, where only a table asks for it.
fn pipes_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars() {
        if c == '|' && before != Some('\\') {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

#[cfg(test)]
#[path = "prose_tests.rs"]
mod tests;

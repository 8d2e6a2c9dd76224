//! The inside of a paragraph: emphasis, code and links written anew, everything else as text.

use std::fmt::Write as _;
use std::iter::Peekable;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::render::markdown::escape;

/// Whether inline text stands without a paragraph around it, as in a tight list, and so ends before the next block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    Yes,
    No,
}

/// Inline text up to the end of what it is in; takes that end unless it is bare.
pub(super) fn inlines<'a>(events: &mut Peekable<impl Iterator<Item = Event<'a>>>, bare: Bare) -> String {
    let mut out = String::new();
    let mut text = String::new();
    let mut link_depth = 0_usize;
    let mut links: Vec<Link> = Vec::new();
    let mut depth = 0_usize;
    while let Some(event) = events.peek() {
        // Neighbouring texts are one: the parser splits them at every escape.
        match event {
            Event::Text(piece) | Event::Html(piece) | Event::InlineHtml(piece) => {
                text.push_str(piece);
                events.next();
                continue;
            }
            _ => {}
        }
        flush(&mut text, &mut out, link_depth > 0);
        match event {
            Event::End(_) if depth == 0 => {
                if bare == Bare::No {
                    events.next();
                }
                break;
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }) => {}
            Event::Start(_) if bare == Bare::Yes => break,
            _ => {}
        }
        let Some(event) = events.next() else { break };
        match event {
            Event::Start(tag) => {
                depth += 1;
                match tag {
                    Tag::Emphasis => out.push('*'),
                    Tag::Strong => out.push_str("**"),
                    Tag::Strikethrough => out.push_str("~~"),
                    Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                        let link = if link_depth > 0 { Link::Inner } else { Link::new(&dest_url) };
                        if matches!(link, Link::Followed(_)) {
                            link_depth += 1;
                            open_link(&mut out);
                        }
                        links.push(link);
                    }
                    _ => {}
                }
            }
            Event::End(tag) => {
                depth -= 1;
                match tag {
                    TagEnd::Emphasis => out.push('*'),
                    TagEnd::Strong => out.push_str("**"),
                    TagEnd::Strikethrough => out.push_str("~~"),
                    TagEnd::Link | TagEnd::Image => match links.pop() {
                        Some(Link::Followed(target)) => {
                            link_depth -= 1;
                            let _ = write!(out, "](<{target}>)");
                        }
                        Some(Link::Refused(target)) => {
                            let _ = write!(out, " ({})", escape::label(&target));
                        }
                        Some(Link::Inner) | None => {}
                    },
                    _ => {}
                }
            }
            Event::FootnoteReference(name) => out.push_str(&escape::label(&format!("[{name}]"))),
            Event::Code(code) => push_apart(&mut out, &escape::code(&code)),
            Event::SoftBreak => out.push('\n'),
            Event::HardBreak => out.push_str("\\\n"),
            Event::TaskListMarker(done) => out.push_str(if done { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }
    flush(&mut text, &mut out, link_depth > 0);
    out
}

/// What becomes of a link or an image.
enum Link {
    /// It is a link to this address.
    Followed(String),
    /// Its text is followed by the address as text.
    Refused(String),
    /// It is inside another link, which cannot hold links.
    Inner,
}

impl Link {
    fn new(address: &str) -> Self {
        escape::destination(address).map_or_else(|| Self::Refused(address.to_owned()), Self::Followed)
    }
}

/// Opens a link; behind an exclamation mark it would be an image.
fn open_link(out: &mut String) {
    if out.ends_with('!') {
        out.pop();
        out.push_str("\\!");
    }
    out.push('[');
}

/// Adds text; two code spans side by side would be one with other backticks, so a blank comes between them.
fn push_apart(out: &mut String, text: &str) {
    if out.ends_with('`') && text.starts_with('`') {
        out.push(' ');
    }
    out.push_str(text);
}

/// Writes collected text escaped, with the blanks around it that the escaping folds away.
fn flush(text: &mut String, out: &mut String, in_link: bool) {
    if text.is_empty() {
        return;
    }
    let taken = std::mem::take(text);
    if taken.starts_with(char::is_whitespace) {
        out.push(' ');
    }
    let written = if in_link { escape::label(&taken) } else { escape::inline(&taken) };
    let blank = written.is_empty();
    push_apart(out, &written);
    if !blank && taken.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

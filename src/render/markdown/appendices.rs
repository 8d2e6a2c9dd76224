//! Appendices: links, logs, figures, feedback, notes, and what a record holds besides the template.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::escape;
use super::sheet::{Sheet, blank_lines, blocks, rows, under};
use crate::record::{text_in, vocabulary as v};
use crate::render::others::others;

pub(super) fn appendices(sheet: &Sheet<'_>) -> String {
    let body = blocks([
        under("### Appendix A: Links & References", links(sheet)),
        under("### Appendix B: Error Logs", logs(sheet)),
        under("### Appendix C: System Metrics During Incident", figures(sheet)),
        under(
            "### Appendix D: Customer Feedback",
            sheet.prose("", "appendix.feedback", || fence("[Summarize customer complaints or feedback]")),
        ),
        under(
            "### Appendix E: Additional Notes",
            blocks([sheet.prose("", "appendix.notes", || blank_lines(3, 69)), own_keys(sheet)]),
        ),
    ]);
    under("## Appendices", body)
}

fn fence(text: &str) -> String {
    format!("```\n{text}\n```")
}

fn links(sheet: &Sheet<'_>) -> String {
    let links = sheet.record.tables("links");
    let kind = |link: &Table| text_in(link, "kind").unwrap_or_default().to_owned();
    let known = v::LINK_KIND.words.iter().map(|word| {
        let of_kind = links.iter().filter(|link| kind(link) == word.slug);
        let shown = rows(of_kind.map(|link| format!("- {}: {}", word.label, target(link))));
        if shown.is_empty() { sheet.or_blank(|| format!("- {}: [link]", word.label)) } else { shown }
    });
    let others = links.iter().filter(|link| !v::LINK_KIND.knows(&kind(link))).map(|link| match text_in(link, "kind") {
        Some(kind) => format!("- {}: {}", escape::inline(kind), target(link)),
        None => format!("- {}", target(link)),
    });
    rows(known.chain(others))
}

/// A link with its label where it has both.
fn target(link: &Table) -> String {
    match (text_in(link, "label"), text_in(link, "url")) {
        (Some(label), Some(url)) => escape::labelled_link(label, url),
        (None, Some(url)) => escape::link(url),
        (Some(label), None) => escape::inline(label),
        (None, None) => "(no address)".to_owned(),
    }
}

fn logs(sheet: &Sheet<'_>) -> String {
    match sheet.record.value("appendix.logs").and_then(Value::as_str).filter(|logs| !logs.trim().is_empty()) {
        Some(logs) => escape::fenced(logs, ""),
        None => sheet.or_blank(|| fence("[Paste relevant error logs here]")),
    }
}

/// Figures lie in the folder named after the record; a link to them is relative to the record's own folder.
fn figures(sheet: &Sheet<'_>) -> String {
    let figures = blocks(sheet.record.tables("figures").into_iter().map(|figure| {
        let file = text_in(figure, "file").unwrap_or_default();
        let caption = text_in(figure, "caption").unwrap_or(file);
        match path(sheet.about.id.as_str(), file) {
            Some(path) => format!("![{}](<{path}>)", escape::label(caption)),
            None => format!("{} ({})", escape::inline(caption), escape::inline(file)),
        }
    }));
    if figures.is_empty() { sheet.or_blank(|| fence("[Paste graphs or metrics screenshots here]")) } else { figures }
}

/// The relative address of a figure; `None` when the name would lead out of the folder.
fn path(id: &str, file: &str) -> Option<String> {
    let inside = !file.is_empty() && !file.starts_with('.') && !file.contains(['/', '\\', ':']);
    inside.then(|| format!("{}/{}", percent_encoded(id), percent_encoded(file)))
}

fn percent_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Keys of somebody's own, and values that are not of their key's kind: shown as they are.
fn own_keys(sheet: &Sheet<'_>) -> String {
    let lines: Vec<String> =
        others(sheet.record).into_iter().map(|(path, value)| format!("{path} = {value}")).collect();
    if lines.is_empty() {
        return String::new();
    }
    blocks(["**Further keys of the record**:".to_owned(), escape::fenced(&lines.join("\n"), "toml")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stays_in_its_folder() {
        assert_eq!(path("2017-01-31-x", "lag 1.png").as_deref(), Some("2017-01-31-x/lag%201.png"));
        for file in ["../secret", "a/b.png", "c:\\x", ".git", "", "javascript:x"] {
            assert_eq!(path("id", file), None, "{file}");
        }
    }
}

//! Each part of a record with the commit that last changed it.

use serde::Serialize;

use super::history::{Person, ShownPerson, fitted};
use super::json;
use super::paper::{BOLD, DIM, styled};
use super::sanitise::one_line;
use crate::record::RecordId;

/// A part of a record with the commit that last changed it.
#[derive(Debug)]
pub struct Blamed<'a> {
    /// Where it is.
    pub path: String,
    /// What it says.
    pub text: String,
    /// The commit; `None` when the change is not committed.
    pub commit: Option<&'a Blame>,
}

/// A commit that parts of a record go back to.
#[derive(Debug)]
pub struct Blame {
    /// Its id.
    pub id: String,
    /// Its id as people are shown it.
    pub short: String,
    /// Who wrote it.
    pub author: Person,
    /// The first line of its message.
    pub subject: String,
}

/// The parts of a record, a line each, with ANSI styles.
pub fn text(parts: &[Blamed<'_>], width: Option<usize>) -> String {
    const NOBODY: &str = "not committed";
    let who = |part: &Blamed<'_>| -> String {
        let name = part.commit.map_or_else(|| NOBODY.to_owned(), |commit| one_line(&commit.author.name));
        name.chars().take(20).collect()
    };
    let count = |text: &str| text.chars().count();
    let short = parts.iter().filter_map(|part| part.commit).map(|commit| commit.short.len()).max().unwrap_or(10);
    let widest = parts.iter().map(|part| count(&who(part))).max().unwrap_or(0);
    let paths = parts.iter().map(|part| count(&one_line(&part.path))).max().unwrap_or(0).min(44);
    let mut out = String::new();
    for part in parts {
        let (id, day) = part.commit.map_or_else(
            || ("-".repeat(short), "-".repeat(10)),
            |commit| (commit.short.clone(), commit.author.at.date_text()),
        );
        let (name, path) = (who(part), one_line(&part.path));
        let pad = |text: &str, to: usize| " ".repeat(to.saturating_sub(count(text)));
        let used = short + 10 + widest + paths.max(count(&path)) + 8;
        let text = fitted(&part.text, width.map(|width| width.saturating_sub(used)));
        let line = format!(
            "{}{}  {day}  {name}{}  {}{}  {text}",
            styled(DIM, &id),
            pad(&id, short),
            pad(&name, widest),
            styled(BOLD, &path),
            pad(&path, paths),
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[derive(Debug, Serialize)]
struct ShownBlame<'a> {
    schema: u32,
    id: &'a str,
    path: &'a str,
    parts: Vec<ShownPart<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownPart<'a> {
    path: &'a str,
    text: &'a str,
    commit: Option<&'a str>,
    author: Option<ShownPerson<'a>>,
    subject: Option<&'a str>,
}

/// The parts of a record as JSON, schema 1.
pub fn json(id: &RecordId, path: &str, parts: &[Blamed<'_>]) -> String {
    json::pretty(&ShownBlame {
        schema: json::SCHEMA,
        id: id.as_str(),
        path,
        parts: parts
            .iter()
            .map(|part| ShownPart {
                path: &part.path,
                text: &part.text,
                commit: part.commit.map(|commit| commit.id.as_str()),
                author: part.commit.map(|commit| (&commit.author).into()),
                subject: part.commit.map(|commit| commit.subject.as_str()),
            })
            .collect(),
    })
}

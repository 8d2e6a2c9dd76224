//! The history of a record: a line a commit, everything a commit did, or JSON.

use std::fmt::Write as _;

use serde::Serialize;
use toml::Value;

use super::changes::{self, Look, Told};
use super::json;
use super::paper::{BAD, BOLD, DIM, GOOD, styled, wrap};
use super::sanitise::one_line;
use super::words;
use crate::diff::{Change, What};
use crate::record::time::Moment;
use crate::record::{Record, RecordId};
use crate::workflow::{SignOff, Verb};

/// Of more changes than this a line names how many more there are.
const NAMED: usize = 3;

/// A commit that changed the record.
#[derive(Debug)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Its id as people are shown it.
    pub short: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: Person,
    /// Who made the commit.
    pub committer: Person,
    /// Its whole message.
    pub message: String,
    /// What it made of the record.
    pub did: Did,
    /// Whether it put right what could not be read.
    pub mended: bool,
    /// The path that the record had before, when the commit moved it.
    pub moved_from: Option<String>,
}

/// A person and a time, as a commit says.
#[derive(Debug)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// When, in UTC.
    pub at: Moment,
}

/// What a commit made of the record.
#[derive(Debug)]
pub enum Did {
    /// It wrote it down.
    Added(Record),
    /// It took it out.
    Removed,
    /// It changed it; without any change only the text, or the place.
    Changed(Vec<Told>),
    /// As a merge it took the record as another parent has it.
    LeftOut {
        /// The parent of which it took nothing.
        of: String,
        /// What that parent had changed since the two parted.
        told: Vec<Told>,
    },
    /// The history of this clone ends there.
    Edge,
    /// It left something that cannot be read as a record.
    Broke,
}

impl Commit {
    fn told(&self) -> &[Told] {
        match &self.did {
            Did::Changed(told) => told,
            _ => &[],
        }
    }

    fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    /// The sign-offs that came with it.
    fn sign_offs(&self) -> Vec<SignOff> {
        let added = |told: &Told| match &told.change {
            Some(Change { what: What::RowAdded(row), .. }) if is_sign_off(told) => Some(SignOff::of(row)),
            _ => None,
        };
        self.told().iter().filter_map(added).collect()
    }

    /// The status before and after, when it is another one.
    fn status_move(&self) -> Option<(String, String)> {
        self.told().iter().find_map(|told| match told.change.as_ref() {
            Some(Change { path, what: What::Became { before, after }, .. }) if path == "status" => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                Some((text(before), text(after)))
            }
            _ => None,
        })
    }

    /// What it did, in a line.
    fn line(&self) -> String {
        let mut parts: Vec<String> = self.sign_offs().iter().map(sign_off).collect();
        if let Some(from) = &self.moved_from {
            parts.push(format!("moved from {from}"));
        }
        if self.mended {
            parts.push("can be read again".to_owned());
        }
        match &self.did {
            Did::Added(record) => parts.push(format!("record written: {}", changes::facts(record))),
            Did::Removed => parts.push("record removed".to_owned()),
            Did::Edge => parts.push("the history of this clone ends here".to_owned()),
            Did::Broke => parts.push("cannot be read as a record".to_owned()),
            Did::Changed(told) if told.is_empty() && parts.is_empty() => {
                let only =
                    if self.is_merge() { "nothing of its own" } else { "only its text: formatting, comments or order" };
                parts.push(only.to_owned());
            }
            Did::LeftOut { of, told } => {
                let of = format!("takes nothing of {of}");
                let lines: Vec<String> = told.iter().take(NAMED).map(left_out).collect();
                let more = told.len().saturating_sub(NAMED);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                parts.push(format!("{of}: {}{more}", lines.join("; ")));
            }
            Did::Changed(told) => {
                let rest: Vec<&Told> = told.iter().filter(|told| !is_sign_off_added(told)).collect();
                parts.extend(rest.iter().take(NAMED).map(|told| told.line()));
                if rest.len() > NAMED {
                    parts.push(format!("and {} more", rest.len() - NAMED));
                }
            }
        }
        let merge = if self.is_merge() { "merge: " } else { "" };
        format!("{merge}{}", parts.join("; "))
    }

    /// What tells a commit that moved the record on from others: signed, or moved without a signature.
    fn mark(&self) -> String {
        let leaves_out_a_sign_off =
            matches!(&self.did, Did::LeftOut { told, .. } if told.iter().any(is_sign_off_added));
        if !self.sign_offs().is_empty() {
            styled(GOOD, "✓")
        } else if leaves_out_a_sign_off || self.status_move().is_some() && !self.is_merge() {
            styled(BAD, "!")
        } else {
            " ".to_owned()
        }
    }
}

/// A change that a merge left out, in a line.
fn left_out(told: &Told) -> String {
    match &told.change {
        Some(Change { what: What::RowAdded(row), .. }) if is_sign_off(told) => sign_off(&SignOff::of(row)),
        _ => told.line(),
    }
}

fn is_sign_off(told: &Told) -> bool {
    told.change.as_ref().is_some_and(|change| change.list() == "sign_offs")
}

fn is_sign_off_added(told: &Told) -> bool {
    is_sign_off(told) && matches!(told.change.as_ref().map(|change| &change.what), Some(What::RowAdded(_)))
}

/// `approve by Bob Lead as engineering-lead`.
fn sign_off(entry: &SignOff) -> String {
    let verb = entry.verb().map_or("no transition", Verb::word);
    format!("{verb} by {} as {}", entry.name, entry.role)
}

/// How the history is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// When, who and what.
    Line,
    /// The commit and what.
    Short,
    /// Everything.
    Full,
}

/// The commits, newest first, with ANSI styles.
pub fn text(commits: &[Commit], form: Form, look: Look) -> String {
    let widest = commits.iter().map(|commit| one_line(&commit.author.name).chars().count()).max().unwrap_or(0).min(20);
    let mut out = String::new();
    for (index, commit) in commits.iter().enumerate() {
        match form {
            Form::Short => {
                let room = look.width.map(|width| width.saturating_sub(commit.short.len() + 3));
                let what = fitted(&commit.line(), room);
                let _ = writeln!(out, "{} {} {what}", styled(DIM, &commit.short), commit.mark());
            }
            Form::Line => {
                // Where there is little room the day has to do.
                let narrow = look.width.is_some_and(|width| width < 100);
                let when = if narrow { commit.author.at.date_text() } else { commit.author.at.to_string() };
                let who: String = one_line(&commit.author.name).chars().take(20).collect();
                let pad = " ".repeat(widest.saturating_sub(who.chars().count()));
                let used = commit.short.len() + when.len() + widest + 8;
                let what = fitted(&commit.line(), look.width.map(|width| width.saturating_sub(used)));
                let _ = writeln!(out, "{}  {when}  {who}{pad}  {} {what}", styled(DIM, &commit.short), commit.mark());
            }
            Form::Full => {
                if index > 0 {
                    out.push('\n');
                }
                full(commit, look, &mut out);
            }
        }
    }
    out
}

/// A line cut where the terminal ends.
pub(super) fn fitted(line: &str, room: Option<usize>) -> String {
    let line = one_line(line);
    let Some(room) = room.map(|room| room.max(20)) else { return line };
    console::truncate_str(&line, room, "…").into_owned()
}

fn full(commit: &Commit, look: Look, out: &mut String) {
    let person = |person: &Person| one_line(&format!("{} <{}>", person.name, person.email));
    out.push_str(&styled(BOLD, &format!("commit {}", commit.id)));
    if commit.is_merge() {
        out.push_str(&styled(DIM, "  merge"));
    }
    out.push('\n');
    let _ = writeln!(out, "Author: {}, {}", person(&commit.author), words::utc(&commit.author.at));
    let same = commit.author.name == commit.committer.name && commit.author.email == commit.committer.email;
    if !same {
        let _ = writeln!(out, "Commit: {}, {}", person(&commit.committer), words::utc(&commit.committer.at));
    }
    out.push('\n');
    let subject = one_line(commit.message.lines().next().unwrap_or_default());
    let width = look.width.map_or(usize::MAX, |width| width.saturating_sub(4).max(20));
    for line in wrap(&subject, width) {
        let _ = writeln!(out, "    {line}");
    }
    out.push('\n');
    for entry in commit.sign_offs() {
        let _ = writeln!(out, "  {} {}", styled(GOOD, "✓"), one_line(&sign_off(&entry)));
    }
    match &commit.did {
        Did::Changed(told) if !told.is_empty() => {
            if commit.mended {
                let _ = writeln!(out, "  {} can be read again", styled(DIM, "="));
            }
            if let Some(from) = &commit.moved_from {
                let _ = writeln!(out, "  {} moved from {}", styled(DIM, "="), one_line(from));
            }
            let rest: Vec<Told> = told.iter().filter(|told| !is_sign_off_added(told)).cloned().collect();
            out.push_str(&changes::lines(&rest, look));
        }
        _ => {
            let _ = writeln!(out, "  {} {}", styled(DIM, "="), one_line(&commit.line()));
        }
    }
}

#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: u32,
    id: &'a str,
    path: &'a str,
    commits: Vec<ShownCommit<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownCommit<'a> {
    commit: &'a str,
    parents: &'a [String],
    author: ShownPerson<'a>,
    committer: ShownPerson<'a>,
    subject: &'a str,
    /// added, removed, changed, text-only, broke, left-out or edge.
    change: &'static str,
    mended: bool,
    from_path: Option<&'a str>,
    status: Option<ShownMove>,
    sign_offs: Vec<ShownSignOff>,
    changes: Vec<changes::ShownChange>,
}

#[derive(Debug, Serialize)]
pub(super) struct ShownPerson<'a> {
    name: &'a str,
    email: &'a str,
    at: String,
}

impl<'a> From<&'a Person> for ShownPerson<'a> {
    fn from(person: &'a Person) -> Self {
        Self { name: &person.name, email: &person.email, at: person.at.to_toml() }
    }
}

#[derive(Debug, Serialize)]
struct ShownMove {
    from: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct ShownSignOff {
    transition: Option<&'static str>,
    role: String,
    name: String,
    email: String,
}

/// The commits as JSON, schema 1. A field may be added within it; none is renamed, removed or given another meaning.
pub fn json(id: &RecordId, path: &str, commits: &[Commit]) -> String {
    json::pretty(&Shown { schema: json::SCHEMA, id: id.as_str(), path, commits: commits.iter().map(shown).collect() })
}

fn shown(commit: &Commit) -> ShownCommit<'_> {
    ShownCommit {
        commit: &commit.id,
        parents: &commit.parents,
        author: (&commit.author).into(),
        committer: (&commit.committer).into(),
        subject: commit.message.lines().next().unwrap_or_default(),
        change: match &commit.did {
            Did::Added(_) => "added",
            Did::Removed => "removed",
            Did::Changed(told) if told.is_empty() => "text-only",
            Did::Changed(_) => "changed",
            Did::LeftOut { .. } => "left-out",
            Did::Edge => "edge",
            Did::Broke => "broke",
        },
        mended: commit.mended,
        from_path: commit.moved_from.as_deref(),
        status: commit.status_move().map(|(from, to)| ShownMove { from, to }),
        sign_offs: commit
            .sign_offs()
            .into_iter()
            .map(|entry| ShownSignOff {
                transition: entry.verb().map(Verb::word),
                role: entry.role,
                name: entry.name,
                email: entry.email,
            })
            .collect(),
        changes: changes::changes_json(match &commit.did {
            Did::LeftOut { told, .. } => told,
            _ => commit.told(),
        }),
    }
}

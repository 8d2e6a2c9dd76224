//! The report of `pm verify`, for people and for programs.

use serde::Serialize;

use super::paper::{BAD, BOLD, DIM, GOOD, Paper, styled};
use super::sanitise::one_line;
use super::{json, words};
use crate::record::RecordId;
use crate::record::time::Moment;
use crate::workflow::Verb;
use crate::workflow::verify::{Allowed, Commit, Content, Outcome, Report, Signature, Verdict};

/// The reports on a terminal, with ANSI styles.
pub fn text(reports: &[Report], gone: &[RecordId], width: usize) -> String {
    let mut paper = Paper::new(width.max(40));
    for (index, report) in reports.iter().enumerate() {
        if index > 0 {
            paper.line("");
        }
        one(&mut paper, report);
    }
    for id in gone {
        paper.line("");
        let sentence =
            format!("{id} is gone: it has sign-offs where this state and the one it is compared with parted");
        paper.list([(styled(BAD, "✗"), sentence.as_str())]);
    }
    if reports.len() > 1 {
        let count = |outcome| reports.iter().filter(|report| report.outcome() == outcome).count();
        let parts = [
            (count(Outcome::Verified), "verified"),
            (count(Outcome::CannotTell), "cannot tell"),
            (count(Outcome::Failed), "failed"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        paper.line("");
        paper.line(&styled(BOLD, &format!("{} records: {}", reports.len(), parts.join(", "))));
    }
    paper.finish()
}

fn one(paper: &mut Paper, report: &Report) {
    let (style, word) = match report.outcome() {
        Outcome::Verified => (GOOD, "verified"),
        Outcome::CannotTell => (BOLD, "cannot tell"),
        Outcome::Failed => (BAD, "failed"),
    };
    let id = one_line(report.id.as_str());
    paper.line(&format!("{}  {}, {}", styled(BOLD, &id), report.standing.written, styled(style, word)));
    for verdict in &report.verdicts {
        let entry = &verdict.sign_off;
        let at = entry.at.map_or_else(|| "at an unknown time".to_owned(), |at| words::utc(&Moment::from(at)));
        let what = verdict.sign_off.verb().map_or("no transition", Verb::word);
        let superseded = if verdict.counts { "" } else { ", superseded" };
        let line = format!("{what} by {} <{}> as {}, {at}{superseded}", entry.name, entry.email, entry.role);
        let style = if verdict.counts { BOLD } else { DIM };
        paper.line("");
        for line in super::paper::wrap(&one_line(&line), width_of(paper)) {
            paper.line(&format!("  {}", styled(style, &line)));
        }
        if !verdict.counts && verdict.faults.is_empty() {
            // History: the JSON has what is known of it.
            continue;
        }
        for fault in &verdict.faults {
            paper.list([(format!("  {}", styled(BAD, "✗")), fault.to_string().as_str())]);
        }
        let facts = facts(verdict, report.standing.is_stale());
        for (mark, label, text) in facts {
            let mark = match mark {
                Mark::Good => styled(GOOD, "✓"),
                Mark::Bad => styled(BAD, "✗"),
                Mark::Open => "?".to_owned(),
                Mark::Plain => " ".to_owned(),
            };
            paper.list([(format!("  {mark} {}", styled(DIM, &format!("{label:<9}"))), text.as_str())]);
        }
    }
    let sentences = [(BAD, "✗", &report.failures), (BOLD, "?", &report.doubts), (DIM, "!", &report.notes)];
    if sentences.iter().any(|(_, _, list)| !list.is_empty()) {
        paper.line("");
    }
    for (style, mark, list) in sentences {
        for sentence in list {
            paper.list([(styled(style, mark), sentence.as_str())]);
        }
    }
    if report.verdicts.is_empty() {
        paper.list([(" ".to_owned(), "no sign-off yet")]);
    }
}

fn width_of(paper: &Paper) -> usize {
    paper.width().saturating_sub(2).max(20)
}

#[derive(Clone, Copy)]
enum Mark {
    Good,
    Bad,
    Open,
    Plain,
}

fn facts(verdict: &Verdict, approval_is_stale: bool) -> [(Mark, &'static str, String); 4] {
    // What an older round says is history, and no fault.
    let of_round = |mark: Mark| if verdict.counts { mark } else { Mark::Plain };
    // That a submission, or a vote in the place of which there is another, is for an earlier text is no fault either.
    let fails = approval_is_stale && verdict.sign_off.verb() == Some(Verb::Approve);
    let stale = if fails { of_round(Mark::Bad) } else { Mark::Plain };
    let content = match &verdict.content {
        Content::Matches => (Mark::Good, "matches".to_owned()),
        Content::Stale { since: Some((commit, by)) } => (stale, format!("stale since {commit} by {by}")),
        Content::Stale { since: None } => (stale, "stale through what is not committed, or a figure".to_owned()),
        Content::Wrong(reason) => (Mark::Bad, format!("wrong: {reason}")),
        Content::CannotTell(reason) => {
            // Only of an approval it matters: a squash takes the contents that came between away.
            let is_vote = verdict.sign_off.verb() == Some(Verb::Approve);
            (if is_vote { of_round(Mark::Open) } else { Mark::Plain }, format!("cannot tell: {reason}"))
        }
    };
    let commit = match &verdict.commit {
        Commit::Direct { commit } => (Mark::Good, format!("direct, {commit}")),
        Commit::Rewritten { commit, by } => (Mark::Plain, format!("rewritten: it came with {commit} by {by}")),
        Commit::Missing => (Mark::Bad, "missing: no commit holds it".to_owned()),
        Commit::CannotTell(reason) => (of_round(Mark::Open), format!("cannot tell: {reason}")),
    };
    let signature = match &verdict.signature {
        Signature::Good { key } => (Mark::Good, format!("good, {key}")),
        Signature::Bad(reason) => (Mark::Bad, format!("bad: {reason}")),
        Signature::None => (Mark::Plain, "none: claimed".to_owned()),
        Signature::CannotTell(reason) => (of_round(Mark::Open), format!("cannot tell: {reason}")),
    };
    let policy = match &verdict.policy {
        Allowed::Met => (Mark::Good, "met".to_owned()),
        Allowed::NotMet(reason) => (of_round(Mark::Bad), format!("not met: {reason}")),
        Allowed::CannotTell(reason) => (of_round(Mark::Open), format!("cannot tell: {reason}")),
    };
    [
        (content.0, "content", content.1),
        (commit.0, "commit", commit.1),
        (signature.0, "signature", signature.1),
        (policy.0, "policy", policy.1),
    ]
}

/// The JSON of a verification, schema 1. A field may be added within it; none is renamed, removed or given another meaning.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: u32,
    outcome: &'static str,
    /// Records with sign-offs that are not there any more.
    gone: Vec<&'a str>,
    records: Vec<ShownRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownRecord<'a> {
    id: &'a str,
    status: &'static str,
    outcome: &'static str,
    stale: bool,
    sign_offs: Vec<ShownVerdict<'a>>,
    failures: &'a [String],
    doubts: &'a [String],
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
struct ShownVerdict<'a> {
    transition: Option<&'static str>,
    role: &'a str,
    name: &'a str,
    email: &'a str,
    at: Option<String>,
    digest: &'a str,
    current_round: bool,
    faults: Vec<String>,
    content: Witness<'a>,
    commit: Witness<'a>,
    signature: Witness<'a>,
    policy: Witness<'a>,
}

/// A verdict in one word, and what belongs to it.
#[derive(Debug, Serialize)]
struct Witness<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> Witness<'a> {
    fn plain(verdict: &'static str) -> Self {
        Self { verdict, commit: None, by: None, key: None, reason: None }
    }

    fn because(verdict: &'static str, reason: &'a str) -> Self {
        Self { reason: Some(reason), ..Self::plain(verdict) }
    }
}

/// The reports as JSON.
pub fn json(reports: &[Report], gone: &[RecordId]) -> String {
    let worst = reports.iter().map(Report::outcome).max().unwrap_or(Outcome::Verified);
    let worst = if gone.is_empty() { worst } else { Outcome::Failed };
    json::pretty(&Shown {
        schema: json::SCHEMA,
        outcome: outcome(worst),
        gone: gone.iter().map(RecordId::as_str).collect(),
        records: reports
            .iter()
            .map(|report| ShownRecord {
                id: report.id.as_str(),
                status: report.standing.written.word(),
                outcome: outcome(report.outcome()),
                stale: report.standing.is_stale(),
                sign_offs: report.verdicts.iter().map(shown).collect(),
                failures: &report.failures,
                doubts: &report.doubts,
                notes: &report.notes,
            })
            .collect(),
    })
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Verified => "verified",
        Outcome::CannotTell => "cannot-tell",
        Outcome::Failed => "failed",
    }
}

fn shown(verdict: &Verdict) -> ShownVerdict<'_> {
    let entry = &verdict.sign_off;
    ShownVerdict {
        transition: entry.verb().map(Verb::word),
        role: &entry.role,
        name: &entry.name,
        email: &entry.email,
        at: entry.at.map(|at| Moment::from(at).to_toml()),
        digest: &verdict.digest,
        current_round: verdict.counts,
        faults: verdict.faults.iter().map(ToString::to_string).collect(),
        content: match &verdict.content {
            Content::Matches => Witness::plain("matches"),
            Content::Stale { since } => {
                let (commit, by) = since.as_ref().map(|(commit, by)| (commit.as_str(), by.as_str())).unzip();
                Witness { commit, by, ..Witness::plain("stale") }
            }
            Content::Wrong(reason) => Witness::because("wrong", reason),
            Content::CannotTell(reason) => Witness::because("cannot-tell", reason),
        },
        commit: match &verdict.commit {
            Commit::Direct { commit } => Witness { commit: Some(commit), ..Witness::plain("direct") },
            Commit::Rewritten { commit, by } => {
                Witness { commit: Some(commit), by: Some(by), ..Witness::plain("rewritten") }
            }
            Commit::Missing => Witness::plain("missing"),
            Commit::CannotTell(reason) => Witness::because("cannot-tell", reason),
        },
        signature: match &verdict.signature {
            Signature::Good { key } => Witness { key: Some(key), ..Witness::plain("good") },
            Signature::Bad(reason) => Witness::because("bad", reason),
            Signature::None => Witness::plain("none"),
            Signature::CannotTell(reason) => Witness::because("cannot-tell", reason),
        },
        policy: match &verdict.policy {
            Allowed::Met => Witness::plain("met"),
            Allowed::NotMet(reason) => Witness::because("not-met", reason),
            Allowed::CannotTell(reason) => Witness::because("cannot-tell", reason),
        },
    }
}

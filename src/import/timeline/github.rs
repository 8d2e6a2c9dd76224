//! GitHub: `GET /repos/{owner}/{repo}/issues/{n}/timeline`, and `…/comments`.
//!
//! Told are comments, closing, reopening, renaming, labels, merging, mentions in other issues, transfer and duplicates, as
//! far as no bot did them. No event is a milestone: an issue may be closed long after the service was well.

use super::error::ImportError;
use super::json::{Node, parse};
use super::{Found, Reading, text};

pub(super) fn read(text: &str) -> Result<Reading, ImportError> {
    let value = parse(text)?;
    let mut reading = Reading::default();
    for item in Node::root(&value).items()? {
        // `gh api --paginate --slurp` wraps pages in a list.
        if item.value.is_array() {
            for item in item.items()? {
                reading.events.push(event_of(&item)?);
            }
        } else {
            reading.events.push(event_of(&item)?);
        }
    }
    Ok(reading)
}

fn event_of(item: &Node<'_>) -> Result<Found, ImportError> {
    let event = match item.text_of("event")? {
        Some(event) => event,
        None if item.get("body").is_some() && item.get("user").is_some() => "commented",
        None => item.need("event", "the kind of event")?.text()?,
    };
    let at = time(item, event)?;
    let mut found = Found::new(at, words(item, event)?);
    let tells = matches!(
        event,
        "commented"
            | "closed"
            | "reopened"
            | "renamed"
            | "labeled"
            | "unlabeled"
            | "merged"
            | "cross-referenced"
            | "transferred"
            | "marked_as_duplicate"
            | "unmarked_as_duplicate"
    );
    let who = [["actor", "login"], ["user", "login"], ["author", "name"]];
    found.owner = who.iter().find_map(|path| item.maybe(path)).map(str::to_owned);
    let types = [["actor", "type"], ["user", "type"]];
    let bot = types.iter().any(|path| item.maybe(path) == Some("Bot"))
        || found.owner.as_deref().is_some_and(|owner| owner.ends_with("[bot]"));
    found.noise = if !tells {
        Some(text::shortened(&event.replace(['_', '-'], " "), 40))
    } else if bot {
        Some("by bots".to_owned())
    } else {
        found.text.trim().is_empty().then(|| "empty".to_owned())
    };
    found.link = item.maybe(&["html_url"]).or_else(|| item.maybe(&["source", "issue", "html_url"])).map(str::to_owned);
    found.id = id(item, event, &found);
    Ok(found)
}

fn time(item: &Node<'_>, event: &str) -> Result<crate::record::time::Moment, ImportError> {
    for key in ["created_at", "submitted_at"] {
        if item.get(key).is_some() {
            return item.time_of(key).map(Into::into);
        }
    }
    match (event, item.get("committer").or_else(|| item.get("author"))) {
        ("committed", Some(committer)) => committer.time_of("date").map(Into::into),
        _ => item.time_of("created_at").map(Into::into),
    }
}

/// Ids of events, comments and reviews are numbered apart.
fn id(item: &Node<'_>, event: &str, found: &Found) -> Option<String> {
    let id = item.id_of("id");
    match event {
        "commented" => id.map(|id| format!("comment/{id}")),
        "reviewed" => id.map(|id| format!("review/{id}")),
        "committed" => item.id_of("sha").map(|sha| format!("commit/{sha}")),
        "cross-referenced" => {
            let issue =
                item.get("source").and_then(|source| source.get("issue")).and_then(|issue| issue.id_of("id"))?;
            Some(format!("mention/{issue}/{}", found.at.placed().and_utc().timestamp()))
        }
        _ => id.map(|id| format!("event/{id}")),
    }
}

/// What happened, in words.
fn words(item: &Node<'_>, event: &str) -> Result<String, ImportError> {
    let commit = item.maybe(&["commit_id"]).map(|sha| format!(" by commit {}", short(sha))).unwrap_or_default();
    let label = || item.maybe(&["label", "name"]).unwrap_or("(unnamed)");
    Ok(match event {
        "commented" => item.text_of("body")?.unwrap_or_default().to_owned(),
        "reviewed" => {
            let state = item.maybe(&["state"]).unwrap_or("reviewed").replace('_', " ");
            format!("Review: {state}\n{}", item.text_of("body")?.unwrap_or_default())
        }
        "closed" => {
            let reason = item.maybe(&["state_reason"]).filter(|reason| *reason == "not_planned");
            let reason = if reason.is_some() { " as not planned" } else { "" };
            format!("Issue closed{reason}{commit}")
        }
        "reopened" => "Issue reopened".to_owned(),
        "renamed" => {
            let name = |key| item.maybe(&["rename", key]).unwrap_or("(unnamed)");
            format!("Issue renamed to “{}”\nWas: {}", name("to"), name("from"))
        }
        "labeled" => format!("Label “{}” added", label()),
        "unlabeled" => format!("Label “{}” removed", label()),
        "merged" => format!("Pull request merged{commit}"),
        "cross-referenced" => {
            let title = item.maybe(&["source", "issue", "title"]).unwrap_or("another issue");
            let number =
                item.get("source").and_then(|source| source.get("issue")).and_then(|issue| issue.id_of("number"));
            format!("Mentioned in “{title}”{}", number.map(|number| format!(" (#{number})")).unwrap_or_default())
        }
        "committed" => {
            let message = item.maybe(&["message"]).unwrap_or_default();
            format!("Commit {}: {message}", short(item.maybe(&["sha"]).unwrap_or("(unknown)")))
        }
        "referenced" => format!("Referenced{commit}"),
        _ => {
            let whom = [["assignee", "login"], ["milestone", "title"], ["requested_reviewer", "login"]];
            let whom = whom.iter().find_map(|path| item.maybe(path)).map(|whom| format!(": {whom}"));
            format!("Issue {}{}", event.replace(['_', '-'], " "), whom.unwrap_or_default())
        }
    })
}

fn short(sha: &str) -> String {
    sha.chars().take(10).collect()
}

//! What the user typed, or did not type, -> one record.
//!
//! RECORD is an id, a path, an incident id, or any part of an id or title that only one record has. Without it:
//! `$PM_RECORD`; else the branch's own record; else the one record that differs from the default branch; else the only
//! record that is not complete. Whatever was not typed is said.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::document::read::values;
use crate::record::nearest::nearest;
use crate::record::{RecordId, Status};
use crate::render::sanitise::one_line;
use crate::store::records::{Located, id_of};
use crate::store::{At, RepoPath};

/// The prefix of the branches that `pm new --branch` makes.
pub const BRANCH_PREFIX: &str = "postmortem/";

/// How many candidates an error lists.
const SHOWN: usize = 12;

/// A record and why it was taken.
#[derive(Debug)]
pub struct Taken {
    /// The record.
    pub located: Located,
    /// Why, when it was not typed: "the record of branch postmortem/…".
    pub because: Option<String>,
}

/// What finding a record by its content has to know of one.
struct Known {
    located: Located,
    title: String,
    incident: Option<String>,
    status: Option<Status>,
}

/// The record that was meant.
pub fn record(context: &mut Context, typed: Option<&str>) -> Result<Taken, Failure> {
    let (all, skipped) = context.records().locate()?;
    if all.is_empty() {
        let failure = match typed {
            Some(typed) => elsewhere(context, none_at_all(context), &typed.to_lowercase()),
            None => none_at_all(context),
        };
        return Err(skipped.into_iter().fold(failure, |failure, skipped| {
            failure.detail(format!("{} is skipped: {}", one_line(&skipped.path), skipped.reason))
        }));
    }
    if let Some(typed) = typed {
        return by_name(context, all, typed).map(|located| {
            let whole = located.id.as_str() == typed || Path::new(typed).extension().is_some_and(|end| end == "toml");
            let because = (!whole).then(|| format!("`{typed}`"));
            Taken { located, because }
        });
    }
    if let Some(named) = context.ui.world().var("PM_RECORD").map(|name| name.to_string_lossy().into_owned()) {
        let located = by_name(context, all, &named).map_err(|failure| failure.hint("this came from $PM_RECORD"))?;
        return Ok(Taken { located, because: Some("named by $PM_RECORD".to_owned()) });
    }
    if context.at == At::WorkTree
        && let Some(taken) = by_branch(context, &all)?
    {
        return Ok(taken);
    }
    if let [only] = &all[..] {
        return Ok(Taken { located: only.clone(), because: Some("the only record".to_owned()) });
    }
    let known = know(context, all)?;
    let open: Vec<&Known> = known.iter().filter(|known| known.status != Some(Status::Complete)).collect();
    if let [only] = open[..] {
        let because = "the only record that is not complete".to_owned();
        return Ok(Taken { located: only.located.clone(), because: Some(because) });
    }
    let all_complete = open.is_empty();
    let open = if all_complete { known.iter().collect() } else { open };
    let message = if all_complete {
        format!("which record? there are {}, all complete", open.len())
    } else {
        format!("which record? {} are not complete", open.len())
    };
    let failure = || {
        Failure::new(message.clone())
            .hint("name one with `-p`, by its id, its incident id, or a part of its id or title")
    };
    choose(context, &open, failure, "Which record?").map(|located| Taken { located, because: None })
}

fn none_at_all(context: &Context) -> Failure {
    let folder = &context.config.records;
    match context.at {
        At::WorkTree => Failure::new(format!("there is no record under `{folder}` yet"))
            .hint("`pm new \"what happened\"` writes the first one"),
        At::Revision(commit) => Failure::new(format!("there is no record under `{folder}` at {}", commit.short())),
    }
}

/// The record of an exact id or path, when there is one.
pub fn exact(context: &Context, all: &[Located], typed: &str) -> Option<Located> {
    let mut by_id = all.iter().filter(|located| located.id.as_str() == typed);
    match (by_id.next(), by_id.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => by_path(context, all, typed),
    }
}

/// The record of a name: exact matches first, then parts.
fn by_name(context: &mut Context, all: Vec<Located>, typed: &str) -> Result<Located, Failure> {
    let exact: Vec<&Located> = all.iter().filter(|located| located.id.as_str() == typed).collect();
    match exact[..] {
        [only] => return Ok(only.clone()),
        [] => {}
        _ => {
            let mut failure = Failure::new(format!("{} records are named `{}`", exact.len(), one_line(typed)));
            for located in exact {
                failure = failure.detail(one_line(located.file.path.as_str()));
            }
            return Err(failure.hint("name one by its path"));
        }
    }
    if let Some(located) = by_path(context, &all, typed) {
        return Ok(located);
    }
    let known = know(context, all)?;
    let wanted = typed.to_lowercase();
    let of_incident: Vec<&Known> = known
        .iter()
        .filter(|known| known.incident.as_ref().is_some_and(|incident| incident.to_lowercase() == wanted))
        .collect();
    if let [only] = of_incident[..] {
        return Ok(only.located.clone());
    }
    let parts: Vec<&Known> = if of_incident.is_empty() {
        let part_of = |known: &&Known| {
            known.located.id.as_str().to_lowercase().contains(&wanted) || known.title.to_lowercase().contains(&wanted)
        };
        known.iter().filter(part_of).collect()
    } else {
        of_incident
    };
    match parts[..] {
        [only] => Ok(only.located.clone()),
        [] => Err(elsewhere(context, near_misses(&known, typed), &wanted)),
        _ => {
            let message = format!("{} records match `{}`", parts.len(), one_line(typed));
            choose(
                context,
                &parts,
                || Failure::new(message.clone()).hint("give a longer part, or the id"),
                "Which one?",
            )
        }
    }
}

/// The failure with the branches whose names say that they hold such a record.
fn elsewhere(context: &Context, failure: Failure, wanted: &str) -> Failure {
    let branches = context.store.branches().unwrap_or_default();
    let fits = |name: &str| name.split_once(BRANCH_PREFIX).is_some_and(|(_, id)| id.to_lowercase().contains(wanted));
    branches.iter().filter(|branch| fits(&branch.name)).take(3).fold(failure, |failure, branch| {
        let local = branch.name.find(BRANCH_PREFIX).map_or(branch.name.as_str(), |start| &branch.name[start..]);
        failure.hint(format!("{} may have it: `git switch {}`", one_line(&branch.name), one_line(local)))
    })
}

/// A path from where the user is, or from the repository's root.
fn by_path(context: &Context, all: &[Located], typed: &str) -> Option<Located> {
    let inside = context.store.root().and_then(|root| Path::new(typed).strip_prefix(root).ok());
    let absolute = inside.and_then(|path| RepoPath::new(path.to_string_lossy().replace('\\', "/")).ok());
    let from_here = from_here(context.store.prefix(), typed).filter(|_| !typed.starts_with('/'));
    let from_root = RepoPath::new(typed).ok();
    [absolute, from_here, from_root]
        .into_iter()
        .flatten()
        .find_map(|path| all.iter().find(|located| located.file.path == path).cloned())
}

/// A relative path typed in the folder `prefix` of the repository, from the repository's root.
pub fn from_here(prefix: &str, typed: &str) -> Option<RepoPath> {
    let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    for part in typed.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    RepoPath::new(parts.join("/")).ok()
}

/// The record of the branch: by the branch's name, else the one record that it changes.
fn by_branch(context: &Context, all: &[Located]) -> Result<Option<Taken>, Failure> {
    let head = context.store.head()?;
    if let Some(branch) = &head.branch
        && let Some(id) = branch.strip_prefix(BRANCH_PREFIX)
        && let Some(located) = all.iter().find(|located| located.id == RecordId::of_stem(id))
    {
        return Ok(Some(Taken { located: located.clone(), because: Some(format!("the record of branch {branch}")) }));
    }
    let folder = context.records().folder()?;
    let mut changed: Vec<RepoPath> =
        context.store.differences(Some(&folder))?.into_iter().map(|(path, _)| path).collect();
    let default = context.store.default_branch(context.config.default_branch.as_deref())?;
    let mut than = "HEAD".to_owned();
    if let (Some(default), Some(head)) = (default, head.commit)
        && let Some(base) = default.commit
        && base != head
    {
        changed.extend(context.store.changed_paths(base, head, Some(&folder))?);
        than = default.name;
    }
    let mut records: Vec<&Located> = all.iter().filter(|located| changed.contains(&located.file.path)).collect();
    records.dedup_by(|a, b| a.id == b.id);
    Ok(match records[..] {
        [only] => {
            Some(Taken { located: only.clone(), because: Some(format!("the one record that differs from {than}")) })
        }
        _ => None,
    })
}

/// Titles, incident ids and states of records; one that cannot be read keeps its id.
fn know(context: &Context, all: Vec<Located>) -> Result<Vec<Known>, Failure> {
    let records = context.records().load_each(&all, |loaded| loaded.ok().and_then(|loaded| values(&loaded.text)))?;
    let known = all.into_iter().zip(records).map(|(located, record)| Known {
        title: record.as_ref().map(|record| record.title().to_owned()).unwrap_or_default(),
        incident: record.as_ref().and_then(|record| record.text("incident.id")).map(str::to_owned),
        status: record.as_ref().and_then(crate::record::Record::status),
        located,
    });
    // Newest first: that is what people look for.
    let mut known: Vec<Known> = known.collect();
    known.sort_by(|a, b| b.located.id.cmp(&a.located.id));
    Ok(known)
}

fn near_misses(known: &[Known], typed: &str) -> Failure {
    let failure = Failure::new(format!("no record matches `{}`", one_line(typed)));
    let names = known.iter().flat_map(|known| {
        let slug = known.located.id.as_str().get(11..).unwrap_or_default();
        [known.located.id.as_str(), slug, known.title.as_str(), known.incident.as_deref().unwrap_or_default()]
    });
    let near = nearest(typed, names);
    let owner = near.and_then(|near| {
        known.iter().find(|known| {
            let id = known.located.id.as_str();
            id == near || id.get(11..) == Some(near) || known.title == near || known.incident.as_deref() == Some(near)
        })
    });
    match owner {
        Some(known) => {
            let hint = format!("did you mean `{}`? {}", one_line(known.located.id.as_str()), one_line(&known.title));
            failure.hint(hint.trim_end())
        }
        None => failure.hint("`pm list` shows every record"),
    }
}

/// Asks on a terminal; else fails and lists the candidates.
fn choose(
    context: &mut Context,
    candidates: &[&Known],
    failure: impl Fn() -> Failure,
    question: &str,
) -> Result<Located, Failure> {
    if context.ui.interactive() {
        let labels: Vec<String> = candidates.iter().map(|known| label(known)).collect();
        return match prompt::pick(question, &labels)? {
            Some(index) => Ok(candidates[index].located.clone()),
            None => Err(Failure::new("no record was chosen")),
        };
    }
    let mut failure = failure();
    for known in candidates.iter().take(SHOWN) {
        failure = failure.detail(label(known));
    }
    if candidates.len() > SHOWN {
        failure = failure.detail(format!("and {} more: `pm list` shows them all", candidates.len() - SHOWN));
    }
    Err(failure)
}

fn label(known: &Known) -> String {
    format!("{}  {}", one_line(known.located.id.as_str()), one_line(&known.title))
}

/// The paths of every record whose id is taken twice.
pub fn twins(all: &[Located]) -> Vec<RepoPath> {
    let mut sorted: Vec<&Located> = all.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let twin = sorted.chunk_by(|a, b| id_of(&a.file.path) == id_of(&b.file.path)).filter(|group| group.len() > 1);
    twin.flatten().map(|located| located.file.path.clone()).collect()
}

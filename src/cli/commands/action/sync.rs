//! `pm action sync`: actions that commits say they carry out.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use clap::Args;

use super::close::{self, DoneArgs};
use super::fields::quoted;
use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::context::{Context, environment};
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::survey::{Depth, survey};
use crate::record::action::id_typed;
use crate::render::sanitise::one_line;
use crate::store::{ObjectId, Said, Store, trailers};

/// The trailer by which a commit names the action it carries out.
const TRAILER: &str = "Postmortem-Action";

/// Close the actions that commits say they carry out
///
/// Looks for commits with a trailer `Postmortem-Action: RECORD/ID` and offers to close each
/// open action they name, with the commit as evidence. On a terminal it asks about each one;
/// elsewhere it shows what it found and changes nothing, unless --yes is given. A commit
/// that a later one reverts closes nothing, and nothing is closed twice.
///
/// Examples:
///   pm action sync
///   pm action sync --from ../checkout-service --since v2.3
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct SyncArgs {
    /// Look in the repository at REPO, such as that of the code
    #[arg(long, value_name = "REPO", value_hint = clap::ValueHint::DirPath)]
    pub from: Option<PathBuf>,

    /// Only commits that are not in REV
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,

    /// Close everything that is found without asking
    #[arg(long, short)]
    pub yes: bool,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// An action that is open, and the commit that says it carries it out.
struct Offer {
    record: String,
    id: String,
    action: String,
    commit: Said,
}

/// Finds the commits, and closes what is agreed to.
pub fn run(context: &mut Context, args: &SyncArgs) -> Result<Exit, Failure> {
    let elsewhere = args.from.as_deref().map(|place| open(context, place)).transpose()?;
    let searched = elsewhere.as_ref().unwrap_or(&context.store);
    let head = searched.head()?.commit.ok_or_else(|| Failure::new("there is no commit to look through yet"))?;
    let since = args.since.as_deref().map(|revision| searched.resolve(revision)).transpose()?;
    let said = searched.said(head, since)?;
    let (named, notes) = named(&said);
    let address = elsewhere.as_ref().map(|store| Address::of(store, args.from.as_deref()));
    let (offers, more) = offers(context, named)?;
    for note in notes.iter().chain(&more) {
        context.ui.note(&one_line(note));
    }
    if offers.is_empty() {
        context.ui.note("No commit names an action that is still open.");
        return Ok(Exit::Fine);
    }
    let asks = !args.yes && context.ui.interactive();
    for offer in &offers {
        let told = format!(
            "{}/{}: {} carried out by {} {}",
            offer.record,
            offer.id,
            quoted(&offer.action),
            offer.commit.commit.short(),
            quoted(&offer.commit.subject),
        );
        let told = one_line(&told);
        if asks && !prompt::confirm(&format!("{told}. Close it?"), true)? {
            continue;
        }
        if !asks && !args.yes {
            context.ui.result(&format!("{told}\n"))?;
            continue;
        }
        let evidence =
            address.as_ref().map_or_else(|| offer.commit.commit.to_string(), |at| at.of_commit(offer.commit.commit));
        let done = DoneArgs {
            action: format!("{}/{}", offer.record, offer.id),
            evidence: Some(evidence),
            record: RecordFlag { postmortem: None },
            commit: args.commit.clone(),
        };
        close::done(context, &done)?;
    }
    if !asks && !args.yes {
        context.ui.note("Nothing was changed; --yes closes them.");
    }
    Ok(Exit::Fine)
}

/// The actions that commits name, each with the newest that does and is not reverted; and what is to be said of others.
fn named(said: &[Said]) -> (BTreeMap<(String, String), &Said>, Vec<String>) {
    let mut reverted: HashSet<String> = HashSet::new();
    let (mut found, mut notes) = (BTreeMap::new(), Vec::new());
    // The newest comes first, so a revert is seen before what it takes back; one that is taken back itself does not count.
    for commit in said {
        let undone = reverted.contains(&commit.commit.to_string());
        if !undone {
            reverted.extend(reverts(&commit.message));
        }
        for (_, value) in trailers(&commit.message).into_iter().filter(|(key, _)| key.eq_ignore_ascii_case(TRAILER)) {
            let short = commit.commit.short();
            let Some((record, id)) = value.rsplit_once('/').and_then(|(record, id)| Some((record, id_typed(id)?)))
            else {
                notes.push(format!("{short} names `{value}`, which is not RECORD/ID"));
                continue;
            };
            if undone {
                notes.push(format!("{short} for {record}/{id} was reverted"));
            } else {
                found.entry((record.to_owned(), id)).or_insert(commit);
            }
        }
    }
    (found, notes)
}

/// The commits a message says it takes back.
fn reverts(message: &str) -> impl Iterator<Item = String> + '_ {
    message.lines().filter_map(|line| {
        let id = line.strip_prefix("This reverts commit ")?;
        let id = id.trim_end_matches(['.', ',', ' ']).split(',').next()?;
        ObjectId::parse(id).map(|id| id.to_string())
    })
}

/// Those of the named actions that are open here, and what is to be said of the others.
fn offers(context: &Context, named: BTreeMap<(String, String), &Said>) -> Result<(Vec<Offer>, Vec<String>), Failure> {
    let survey = survey(context, context.at, Depth::Whole, true)?;
    let mut known: BTreeMap<(String, String), (String, bool)> = BTreeMap::new();
    for record in survey.records() {
        for action in &record.summary.actions {
            if let Some(id) = action.id {
                let place = (record.id().to_string(), id.to_owned());
                known.insert(place, (action.action.to_owned(), action.is_open()));
            }
        }
    }
    let (mut offers, mut notes) = (Vec::new(), Vec::new());
    for ((record, id), commit) in named {
        match known.get(&(record.clone(), id.clone())) {
            None => notes.push(format!("{} names {record}/{id}, which is no action here", commit.commit.short())),
            Some((_, false)) => notes.push(format!("{record}/{id} is closed already")),
            Some((action, true)) => offers.push(Offer { record, id, action: action.clone(), commit: commit.clone() }),
        }
    }
    Ok((offers, notes))
}

fn open(context: &Context, place: &Path) -> Result<Store, Failure> {
    let world = context.ui.world();
    let cwd = world.cwd.join(place);
    if !cwd.is_dir() {
        return Err(Failure::new(format!("there is no directory {}", one_line(&place.display().to_string())))
            .hint("--from takes the directory of a repository on this machine"));
    }
    let mut around = environment(cwd, world);
    // They say where this repository is, not where that one is.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
        around.vars.remove(std::ffi::OsStr::new(name));
    }
    Ok(Store::open(&around)?)
}

/// Where the commits of another repository can be seen.
struct Address {
    /// `https://host/owner/name`, and what stands between it and the id of a commit.
    web: Option<(String, &'static str)>,
    name: String,
}

impl Address {
    fn of(store: &Store, place: Option<&Path>) -> Self {
        let origin = store.remote_address("origin").ok().flatten();
        let web = origin.as_deref().and_then(web);
        let named = origin.as_deref().and_then(|address| address.trim_end_matches(".git").rsplit(['/', ':']).next());
        let folder = place.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        Self { web, name: named.map(str::to_owned).or(folder).unwrap_or_default() }
    }

    fn of_commit(&self, commit: ObjectId) -> String {
        match &self.web {
            Some((web, between)) => format!("{web}{between}{commit}"),
            None => format!("{}@{commit}", self.name),
        }
    }
}

/// The page of a repository on a forge that is known by its name.
fn web(origin: &str) -> Option<(String, &'static str)> {
    let rest = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("ssh://"))
        .map(|rest| rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).to_owned())
        .or_else(|| {
            origin
                .split_once('@')
                .and_then(|(_, rest)| rest.split_once(':'))
                .map(|(host, path)| format!("{host}/{path}"))
        })?;
    let (host, path) = rest.split_once('/')?;
    let host = host.split(':').next()?;
    let path = path.trim_matches('/').trim_end_matches(".git");
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte));
    let between = match () {
        () if host == "github.com" || host.starts_with("github.") => "/commit/",
        () if host == "gitlab.com" || host.starts_with("gitlab.") => "/-/commit/",
        () => return None,
    };
    (plain(host) && plain(path) && path.contains('/')).then(|| (format!("https://{host}/{path}"), between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_on_a_known_forge_has_an_address() {
        let is = |origin: &str| web(origin).map(|(web, between)| format!("{web}{between}"));
        let github = Some("https://github.com/o/n/commit/".to_owned());
        for origin in [
            "https://github.com/o/n.git",
            "https://user:token@github.com/o/n",
            "git@github.com:o/n.git",
            "ssh://git@github.com:22/o/n.git",
        ] {
            assert_eq!(is(origin), github, "{origin}");
        }
        assert_eq!(is("git@gitlab.com:g/s/n.git"), Some("https://gitlab.com/g/s/n/-/commit/".to_owned()));
        for origin in ["/srv/git/n.git", "https://example.com/o/n", "../n", "https://github.com/o n/x?y"] {
            assert_eq!(is(origin), None, "{origin}");
        }
    }
}

//! `pm doctor`: what in this clone is not set up, and what to do about it.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::cli::arguments::TextOrJson;
use crate::cli::commands::merge_driver::DRIVER;
use crate::cli::commands::schema;
use crate::cli::context::{environment, settings, settings_text};
use crate::cli::failure::{Exit, Failure};
use crate::cli::survey::Around;
use crate::cli::ui::Ui;
use crate::config::{Config, FILE_NAME};
use crate::document::read::{Terms, read};
use crate::finding::Level;
use crate::render::sanitise::one_line;
use crate::store::records::Records;
use crate::store::{At, Change, RepoPath, Store, StoreError};

/// Look for what is not set up in this clone
///
/// Prints one line a check, and what to do about each that is not well. Ends with 1 when something is broken.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Set right what an earlier run that was killed left behind
    #[arg(long)]
    pub fix: bool,

    /// Compare what earlier runs have kept in the git directory with the records themselves
    ///
    /// Reads every record. A cache that says anything else is deleted.
    #[arg(long)]
    pub cache: bool,

    /// How to print the checks
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    Doubtful,
    Broken,
}

/// One check.
struct Check {
    name: &'static str,
    state: State,
    said: String,
    step: Option<String>,
}

impl Check {
    fn well(name: &'static str, said: impl Into<String>) -> Self {
        Self { name, state: State::Well, said: said.into(), step: None }
    }

    fn doubtful(name: &'static str, said: impl Into<String>, step: impl Into<String>) -> Self {
        Self { name, state: State::Doubtful, said: said.into(), step: Some(step.into()) }
    }

    fn broken(name: &'static str, said: impl Into<String>, step: impl Into<String>) -> Self {
        Self { name, state: State::Broken, said: said.into(), step: Some(step.into()) }
    }
}

/// Prints the checks.
pub fn run(ui: &mut Ui, args: &DoctorArgs) -> Result<Exit, Failure> {
    let store = Store::open(&environment(ui.world().cwd.clone(), ui.world()))?;
    let mut checks = vec![version(&store), identity(&store)];
    checks.push(interrupted(ui, &store, args.fix)?);
    checks.push(operation(&store)?);
    match settings(&store, at(&store)?, ui.look()) {
        Ok(config) => {
            checks.push(settings_check(&store, &config)?);
            checks.extend(clone_checks(&store, &config)?);
            if !store.is_bare() {
                checks.push(stale_index(&store, &config)?);
            }
            checks.push(records(&store, &config)?);
            if args.cache {
                checks.push(cache(ui, &store, &config)?);
            }
        }
        Err(failure) => checks.push(Check::broken("settings", failure.message, "`pm config` shows what is wrong")),
    }
    let text = match args.format {
        TextOrJson::Text => text(&checks),
        TextOrJson::Json => json_text(&checks),
    };
    ui.result(&text)?;
    let broken = checks.iter().any(|check| check.state == State::Broken);
    Ok(if broken { Exit::Findings } else { Exit::Fine })
}

fn at(store: &Store) -> Result<At, Failure> {
    if !store.is_bare() {
        return Ok(At::WorkTree);
    }
    let head = store.head()?.commit;
    head.map(At::Revision).ok_or_else(|| Failure::new("this bare repository has no commit yet"))
}

fn version(store: &Store) -> Check {
    match store.git_version() {
        Ok(version) => Check::well("git", format!("git {version}")),
        Err(error) => Check::broken("git", error.to_string(), "install git 2.36 or newer"),
    }
}

fn identity(store: &Store) -> Check {
    match store.identity() {
        Ok(who) => Check::well("identity", one_line(&format!("{} <{}>", who.name, who.email))),
        Err(StoreError::MissingIdentity { detail }) => Check::broken(
            "identity",
            format!("git does not know who you are ({detail})"),
            "`git config --global user.name \"Your Name\"` and `git config --global user.email you@example.com`",
        ),
        Err(error) => Check::broken("identity", error.to_string(), "`git var GIT_AUTHOR_IDENT` shows what git knows"),
    }
}

fn interrupted(ui: &mut Ui, store: &Store, fix: bool) -> Result<Check, Failure> {
    let Some(note) = store.interrupted() else {
        return Ok(Check::well("interrupted", "no run was stopped half way"));
    };
    if !fix || store.is_bare() {
        return Ok(Check::doubtful("interrupted", note.to_string(), "`pm doctor --fix` sets it right now"));
    }
    let writer = store.lock()?;
    let notes: Vec<String> = writer.notes.iter().map(ToString::to_string).collect();
    drop(writer);
    for note in &notes {
        ui.note(&one_line(note));
    }
    Ok(Check::well("interrupted", "set right"))
}

fn operation(store: &Store) -> Result<Check, Failure> {
    if store.is_bare() {
        return Ok(Check::well("operation", "a bare repository: records are read, not changed"));
    }
    Ok(match store.operation()? {
        None => Check::well("operation", "no merge or rebase is half way"),
        Some(operation) => Check::doubtful(
            "operation",
            format!("{operation} is in progress; records are not changed meanwhile"),
            format!("`{}` or `{}`", operation.finish(), operation.abort()),
        ),
    })
}

fn settings_check(store: &Store, config: &Config) -> Result<Check, Failure> {
    let there = store.read(&RepoPath::new(FILE_NAME)?, at(store)?)?.is_some();
    Ok(match (there, config.findings.len()) {
        (false, _) => Check::doubtful(
            "settings",
            format!("there is no {FILE_NAME}; defaults are in force"),
            "`pm init` writes one",
        ),
        (true, 0) => Check::well("settings", FILE_NAME),
        (true, count) => {
            let said = format!("{FILE_NAME} has {count} {}", if count == 1 { "finding" } else { "findings" });
            let step = "`pm config` shows them";
            let wrong = config.findings.iter().any(|finding| finding.level == Level::Error);
            if wrong { Check::broken("settings", said, step) } else { Check::doubtful("settings", said, step) }
        }
    })
}

fn clone_checks(store: &Store, config: &Config) -> Result<Vec<Check>, Failure> {
    let records = RepoPath::new(config.records.clone())?;
    let state = at(store)?;
    let mut checks = Vec::new();
    let schema_path = records.join(schema::FILE_NAME)?;
    let wanted = crate::render::schema::schema(&config.severity_names());
    checks.push(match store.read(&schema_path, state)? {
        None => Check::doubtful(
            "schema",
            format!("{schema_path} is missing, so editors cannot complete keys"),
            "`pm init` writes it",
        ),
        Some(bytes) if bytes == wanted.as_bytes() => Check::well("schema", schema_path.to_string()),
        Some(_) => Check::doubtful(
            "schema",
            format!("{schema_path} is of another version or other severities"),
            "`pm init` renews it",
        ),
    });
    let attributes = store.read(&RepoPath::new(".gitattributes")?, state)?.unwrap_or_default();
    let has_line = String::from_utf8_lossy(&attributes)
        .lines()
        .any(|line| line.contains(records.as_str()) && line.contains("diff=pm") && line.contains("merge=pm"));
    checks.push(if has_line {
        Check::well("attributes", ".gitattributes keeps line endings, and has records merged by pm")
    } else {
        Check::doubtful("attributes", ".gitattributes has no line for the records", "`pm init` adds it")
    });
    if !store.is_bare() {
        checks.push(match store.local_config("diff.pm.xfuncname")? {
            Some(_) => Check::well("diff", "hunk headers of `git diff` name the table"),
            None => Check::doubtful("diff", "this clone's git config does not know diff=pm", "`pm init` sets it"),
        });
        checks.push(match store.local_config("merge.pm.driver")? {
            Some(driver) if driver == DRIVER => Check::well("merge", "git merges records by field and entry"),
            Some(_) => {
                Check::doubtful("merge", "this clone's merge.pm.driver is not what pm would set", "`pm init` sets it")
            }
            None => Check::doubtful("merge", "this clone merges records as lines of text", "`pm init` sets it up"),
        });
        checks.push(found_by_git(store)?);
    }
    Ok(checks)
}

/// Whether git, which runs the merge driver through `sh`, finds this program: a function or an alias of somebody's shell is
/// nothing to it.
fn found_by_git(store: &Store) -> Result<Check, Failure> {
    let own = concat!("pm ", env!("CARGO_PKG_VERSION"));
    Ok(match store.found_by_git()? {
        Some(version) if version.split(" (").next() == Some(own) => Check::well("driver", "git finds pm to merge with"),
        Some(version) => Check::doubtful(
            "driver",
            format!(
                "git finds another pm to merge with: {} (this is {own})",
                version.lines().next().unwrap_or_default()
            ),
            "`command -v pm` shows which; leave one of the two on the PATH",
        ),
        None => Check::doubtful(
            "driver",
            "git does not find pm, so records that two branches changed are merged as text and left as conflicts",
            "put its folder on the PATH that git is started with",
        ),
    })
}

/// Records whose staged content is neither HEAD's nor the working tree's. A `git commit` that lost a race to `pm` can leave
/// an index from before it, and the next one would take the change back.
fn stale_index(store: &Store, config: &Config) -> Result<Check, Failure> {
    let folder = RepoPath::new(config.records.clone())?;
    let stale = store.differences(Some(&folder))?.into_iter().find(|(path, found)| {
        // What `git status` calls modified on both sides may still be HEAD's content in the working tree.
        found.staged == Change::Modified
            && !found.unmerged
            && store
                .difference(path)
                .is_ok_and(|exact| exact.staged == Change::Modified && exact.worktree == Change::Same)
    });
    Ok(match stale {
        None => Check::well("index", "what is staged is what is committed or in the working tree"),
        Some((path, _)) => Check::doubtful(
            "index",
            format!("{path} is staged with other content than HEAD and the working tree have"),
            format!("`git restore --staged {path}` unless you staged it yourself"),
        ),
    })
}

fn records(store: &Store, config: &Config) -> Result<Check, Failure> {
    let records = Records::new(store, config, at(store)?);
    let (all, skipped) = records.locate()?;
    let names = config.severity_names();
    let terms = Terms { severities: &names };
    let outcomes = records.load_each(&all, |loaded| {
        loaded
            .is_ok_and(|loaded| read(&loaded.text, &terms).findings.iter().all(|finding| finding.level < Level::Error))
    })?;
    let wrong = outcomes.iter().filter(|sound| !**sound).count() + skipped.len();
    Ok(match (all.len(), wrong) {
        (0, 0) => Check::well("records", format!("none under {} yet", config.records)),
        (count, 0) => Check::well("records", format!("{count} under {}, all readable", config.records)),
        (count, wrong) => Check::broken("records", format!("{wrong} of {count} have errors"), "`pm check` shows them"),
    })
}

/// Whether the cache says of every record what the record says, on disk and at HEAD.
fn cache(ui: &Ui, store: &Store, config: &Config) -> Result<Check, Failure> {
    let mut differing = Vec::new();
    let head = store.head()?.commit.map(At::Revision);
    for at in head.into_iter().chain((!store.is_bare()).then_some(At::WorkTree)) {
        let settings = settings_text(store, at).unwrap_or_default();
        differing.extend(Around { store, config, settings: &settings, world: ui.world() }.doubtful(at)?);
    }
    let files = store.kept_summaries();
    let size: u64 = files.iter().filter_map(|place| std::fs::metadata(place).ok()).map(|file| file.len()).sum();
    if let Some(first) = differing.first() {
        let deleted = files.iter().all(|place| std::fs::remove_file(place).is_ok());
        let step = if deleted {
            "it is deleted now; this is a bug worth reporting"
        } else {
            "delete the folder `pm` in the git directory"
        };
        return Ok(Check::broken("cache", format!("{} records differ, {first} is one", differing.len()), step));
    }
    let plural = if files.len() == 1 { "file" } else { "files" };
    Ok(Check::well(
        "cache",
        format!("it says what the records say ({} {plural}, {} KiB)", files.len(), size.div_ceil(1024)),
    ))
}

fn text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let mark = match check.state {
            State::Well => "ok  ",
            State::Doubtful => "warn",
            State::Broken => "FAIL",
        };
        let _ = writeln!(text, "{mark}  {:width$}  {}", check.name, one_line(&check.said));
        if let Some(step) = &check.step {
            let _ = writeln!(text, "      {:width$}  → {}", "", one_line(step));
        }
    }
    text
}

fn json_text(checks: &[Check]) -> String {
    let rows: Vec<_> = checks
        .iter()
        .map(|check| {
            let state = match check.state {
                State::Well => "ok",
                State::Doubtful => "warning",
                State::Broken => "error",
            };
            json!({ "name": check.name, "state": state, "message": check.said, "next": check.step })
        })
        .collect();
    format!("{:#}\n", json!({ "schema": 1, "checks": rows }))
}

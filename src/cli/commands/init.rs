//! `pm init`: a repository made ready, once or again.

mod forge;
mod owners;

use clap::Args;

use crate::cli::arguments::CommitArgs;
use crate::cli::change::put;
use crate::cli::commands::merge_driver::DRIVER;
use crate::cli::commands::schema;
use crate::cli::context::{environment, settings};
use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::config::{Config, DEFAULT_TEXT, FILE_NAME};
use crate::document::{Document, Path, Plain};
use crate::store::{At, Base, FileChange, RepoPath, Store, StoreError};

/// A section of git's configuration, what it is for, and its settings.
type Section = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What a clone's git config has to know of records. `merge.pm.recursive` is not set: the virtual base of a criss-cross
/// merge is a merge by `pm`, too. An older version in its place would make what one side took out look like an addition.
const CLONE_CONFIG: [Section; 2] = [
    ("diff.pm", "hunk headers name the table", &[("diff.pm.xfuncname", r"^\[\[?[^]]+\]\]?")]),
    (
        "merge.pm",
        "records merge by field and entry",
        &[("merge.pm.name", "postmortem records, by field and entry"), ("merge.pm.driver", DRIVER)],
    ),
];

/// What the line in `.gitattributes` says of records.
const ATTRIBUTES: &str = "text eol=lf merge=pm diff=pm linguist-language=TOML";

/// What it said before records were merged by `pm`.
const OLD_ATTRIBUTES: &str = "text eol=lf diff=pm linguist-language=TOML";

/// What makes git compare records by what they say. Where there is no `pm` any more git goes on with the text.
const TEXTCONV: (&str, &str) = ("diff.pm.textconv", "f() { pm textconv \"$1\" 2>/dev/null || cat \"$1\"; }; f");

/// Make a repository ready for postmortems
///
/// Writes pm.toml, the records folder with the JSON Schema, and the records' lines of
/// .gitattributes; sets up this clone's git config. Safe to run again: it says what it
/// did and what it left alone, and never changes what you wrote.
///
/// Examples:
///   pm init
///   pm init --records docs/postmortems --github
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct InitArgs {
    /// The folder for records, from the repository's root
    #[arg(long, value_name = "DIR")]
    pub records: Option<String>,

    /// Also write a workflow, a pull request template and CODEOWNERS lines for GitHub
    #[arg(long)]
    pub github: bool,

    /// Also write a job, a merge request template and CODEOWNERS lines for GitLab
    #[arg(long)]
    pub gitlab: bool,

    /// Leave this clone's git config alone
    #[arg(long)]
    pub no_config: bool,

    /// Let git diff, log -p and show of this clone speak of meaning
    ///
    /// Sets `diff.pm.textconv` in this clone's git config. Where `pm` is removed later git goes on with the text.
    #[arg(long, conflicts_with = "no_config")]
    pub textconv: bool,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// One file that init takes care of.
struct Wanted {
    path: RepoPath,
    /// The whole text it should have, given what is there.
    text: String,
    before: Option<String>,
    /// Why the file is left alone although it is not what init would write.
    left: Option<String>,
}

/// Makes the repository ready.
pub fn run(ui: &mut Ui, args: &InitArgs) -> Result<Exit, Failure> {
    let store = Store::open(&environment(ui.world().cwd.clone(), ui.world()))?;
    if store.is_bare() {
        return Err(Failure::from(StoreError::NoWorkTree));
    }
    let before = settings(&store, At::WorkTree, ui.look())?;
    let wanted = wanted(&store, args, &before)?;
    let mut changes = Vec::new();
    for file in wanted {
        match (&file.left, &file.before) {
            (Some(why), _) => ui.note(&format!("left     {}: {why}", file.path)),
            (None, Some(before)) if *before == file.text => ui.note(&format!("as it is {}", file.path)),
            (None, before) => {
                let what = if before.is_some() { "added to" } else { "wrote   " };
                let base = before.as_ref().map_or(Base::Any, |text| Base::Bytes(text.clone().into_bytes()));
                changes.push((what, FileChange { path: file.path, content: Some(file.text.into_bytes()), base }));
            }
        }
    }
    let count = changes.len();
    if count > 0 {
        write(ui, &store, args, &before, changes)?;
    }
    if !args.no_config {
        for (section, meaning, settings) in CLONE_CONFIG {
            let mut is_new = false;
            for (key, value) in settings {
                is_new |= store.set_local_config(key, value)?;
            }
            let what = if is_new { "set     " } else { "as it is" };
            ui.note(&format!("{what} git config {section} ({meaning})"));
        }
    }
    if args.textconv {
        let (key, value) = TEXTCONV;
        let what = if store.set_local_config(key, value)? { "set     " } else { "as it is" };
        ui.note(&format!("{what} git config {key} (git diff speaks of meaning; `git config --unset {key}` ends it)"));
    }
    if count == 0 {
        ui.done("nothing to do: everything is ready");
    } else {
        ui.note("next: pm new \"what happened\"");
    }
    Ok(Exit::Fine)
}

/// Writes the files and commits them, but for those that hold other uncommitted work: these stay for their author.
fn write(
    ui: &mut Ui,
    store: &Store,
    args: &InitArgs,
    config: &Config,
    changes: Vec<(&'static str, FileChange)>,
) -> Result<(), Failure> {
    let commits = !args.commit.no_commit && config.commit;
    let mut writer = store.lock()?;
    let (mut mixed, mut clean) = (Vec::new(), Vec::new());
    for (what, change) in changes {
        let is_mixed = commits && !store.difference(&change.path)?.is_clean();
        if is_mixed { mixed.push((what, change)) } else { clean.push((what, change)) }
    }
    let paths: Vec<(&str, String)> = clean.iter().map(|(what, change)| (*what, change.path.to_string())).collect();
    let clean: Vec<FileChange> = clean.into_iter().map(|(_, change)| change).collect();
    let committed = if clean.is_empty() {
        None
    } else {
        let added = args.commit.message.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let body = added.map(|text| format!("\n{text}\n")).unwrap_or_default();
        let message = format!("pm: make the repository ready for postmortems\n{body}");
        put(&mut writer, commits, clean, message, "init", &args.commit)?
    };
    for (what, path) in paths {
        ui.note(&format!("{what} {path}"));
    }
    for (what, change) in mixed {
        writer.write_only(std::slice::from_ref(&change))?;
        ui.note(&format!("{what} {}, not committed: it has other changes of yours", change.path));
    }
    match committed {
        Some(committed) => {
            let branch = committed.branch.as_deref().map(|branch| format!(" on {branch}")).unwrap_or_default();
            ui.done(&format!("committed {}{branch}", committed.id.short()));
        }
        None => ui.done("ready; not committed"),
    }
    Ok(())
}

fn wanted(store: &Store, args: &InitArgs, config: &Config) -> Result<Vec<Wanted>, Failure> {
    let records =
        args.records.as_deref().map_or_else(|| config.records.clone(), |text| text.trim_end_matches('/').to_owned());
    let mut files = vec![settings_file(store, args, &records)?];
    let records = RepoPath::new(records)?;
    let schema_path = records.join(schema::FILE_NAME)?;
    let severities = config.severity_names();
    let text = crate::render::schema::schema(&severities);
    files.push(Wanted { before: text_of(store, &schema_path)?, path: schema_path, text, left: None });
    files.push(attributes(store, &records)?);
    if args.github {
        files.extend(forge::github(store, config, &records)?);
    }
    if args.gitlab {
        files.extend(forge::gitlab(store, &records)?);
    }
    let forges = [(args.github, forge::GITHUB), (args.gitlab, forge::GITLAB)];
    let forges: Vec<_> = forges.into_iter().filter(|(asked, _)| *asked).map(|(_, forge)| forge).collect();
    files.extend(owners::owners(store, config, &records, &forges)?);
    Ok(files)
}

/// `pm.toml`: written once; afterwards it is the team's, but for the records folder when that is asked for.
fn settings_file(store: &Store, args: &InitArgs, records: &str) -> Result<Wanted, Failure> {
    let path = RepoPath::new(FILE_NAME)?;
    let before = text_of(store, &path)?;
    let start = before.clone().unwrap_or_else(|| DEFAULT_TEXT.to_owned());
    let mut text = start.clone();
    let mut left = before.is_some().then(|| "it is yours".to_owned());
    let quoted = toml::Value::from(records);
    if args.records.is_some() || before.is_none() {
        let document = Document::parse(start).map_err(|_| Failure::new(format!("`{FILE_NAME}` cannot be read")))?;
        let edited =
            document.set(&Path::of(&["records"]), &quoted, &Plain).map_err(|error| Failure::new(error.to_string()))?;
        edited.text().clone_into(&mut text);
    }
    Config::read(Some(&text)).map_err(|broken| {
        let why = broken.findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
        Failure::new(format!("`{records}` cannot be the records folder: {why}"))
            .hint("name a folder inside the repository, as in `--records docs/postmortems`")
    })?;
    if before.as_ref().is_some_and(|before| *before != text) {
        left = None;
    }
    Ok(Wanted { path, text, before, left })
}

/// The records' lines of `.gitattributes`, added behind what is there.
fn attributes(store: &Store, records: &RepoPath) -> Result<Wanted, Failure> {
    let path = RepoPath::new(".gitattributes")?;
    let before = text_of(store, &path)?;
    // A pattern with a blank in it has to be quoted in this file.
    let pattern = format!("{records}/**/*.toml");
    let pattern = if pattern.contains([' ', '"']) { format!("\"{}\"", pattern.replace('"', "\\\"")) } else { pattern };
    let line = format!("{pattern} {ATTRIBUTES}");
    let start = before.as_deref().unwrap_or_default().replace(&format!("{pattern} {OLD_ATTRIBUTES}"), &line);
    let text = with_line(&start, &line, |known| known.split_whitespace().next() == Some(pattern.as_str()));
    let mine = before.as_ref().is_some_and(|before| before.lines().any(|known| known.trim() == line));
    let left = (before.as_ref() == Some(&text) && !mine).then(|| format!("it has its own line for {pattern}"));
    Ok(Wanted { path, text, before, left })
}

/// A text with one more line, unless a line `is_there` already. Keeps the text's line ending.
fn with_line(text: &str, line: &str, is_there: impl Fn(&str) -> bool) -> String {
    if text.lines().any(|known| is_there(known.trim())) {
        return text.to_owned();
    }
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { ending };
    format!("{text}{gap}{line}{ending}")
}

fn text_of(store: &Store, path: &RepoPath) -> Result<Option<String>, Failure> {
    let bytes = store.read(path, At::WorkTree)?;
    bytes
        .map(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| Failure::new(format!("{path} is not UTF-8, so nothing is added to it")))
        })
        .transpose()
}

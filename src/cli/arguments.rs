//! The command tree, and the arguments that several commands share.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::commands;
use super::ui::ColorChoice;
use crate::record::vocabulary::{ACTION_TYPE, PRIORITY, Vocabulary};

/// Keep incident postmortems as versioned records in git
///
/// A postmortem is a TOML file under `postmortems/`; every change is a commit. `pm new` starts one, `pm set` and `pm edit`
/// fill it in, `pm show` shows where it stands, `pm render` makes the document.
#[derive(Debug, Parser)]
#[command(name = "pm", version, propagate_version = false, max_term_width = 100)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub everywhere: Everywhere,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Everywhere {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = clap::ValueHint::DirPath)]
    pub directory: Option<PathBuf>,

    /// Say nothing beside the result
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub color: ColorChoice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(commands::init::InitArgs),
    New(commands::new::NewArgs),
    List(commands::list::ListArgs),
    Show(commands::show::ShowArgs),
    Edit(commands::edit::EditArgs),
    Set(commands::set::SetArgs),
    Timeline(commands::timeline::TimelineArgs),
    Action(commands::action::ActionArgs),
    Status(commands::status::StatusArgs),
    Diff(commands::diff::DiffArgs),
    Log(commands::log::LogArgs),
    Blame(commands::blame::BlameArgs),
    Check(commands::check::CheckArgs),
    Verify(commands::verify::VerifyArgs),
    Resolve(commands::resolve::ResolveArgs),
    Rekey(commands::rekey::RekeyArgs),
    Render(commands::render::RenderArgs),
    Config(commands::config::ConfigArgs),
    Schema(commands::schema::SchemaArgs),
    Doctor(commands::doctor::DoctorArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
    #[command(hide = true)]
    Textconv(commands::textconv::TextconvArgs),
    #[command(hide = true)]
    MergeDriver(commands::merge_driver::MergeDriverArgs),
    #[command(hide = true)]
    Reference(commands::reference::ReferenceArgs),
}

/// Which record, as the first argument or by flag.
#[derive(Debug, Args)]
pub struct RecordArg {
    /// The record: an id, a path, an incident id, or a part of an id or title that only one record has
    ///
    /// Without it: `$PM_RECORD`, else the record of the branch, else the one record that differs from the default branch,
    /// else the only one that is not complete.
    #[arg(value_name = "RECORD", conflicts_with = "postmortem", add = ArgValueCompleter::new(record_ids))]
    pub record: Option<String>,

    #[command(flatten)]
    pub by_flag: RecordFlag,
}

/// Which record, by flag.
#[derive(Debug, Args)]
pub struct RecordFlag {
    /// The record, as a flag
    #[arg(short = 'p', long = "postmortem", value_name = "RECORD", add = ArgValueCompleter::new(record_ids))]
    pub postmortem: Option<String>,
}

impl RecordArg {
    /// What was typed; the flag wins.
    pub fn typed(&self) -> Option<&str> {
        self.by_flag.postmortem.as_deref().or(self.record.as_deref())
    }
}

/// Which state a reading command answers for.
#[derive(Debug, Args)]
pub struct RevisionArg {
    /// Answer as of this revision, without a checkout
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
}

/// Whether what earlier runs have found out may be used.
#[derive(Debug, Args)]
pub struct CacheArg {
    /// Read every record, whatever earlier runs have kept in the git directory
    #[arg(long)]
    pub no_cache: bool,
}

/// How a changing command commits.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Commit")]
pub struct CommitArgs {
    /// Leave the change in the working tree
    ///
    /// `commit = false` in pm.toml makes that the default.
    #[arg(long)]
    pub no_commit: bool,

    /// Add TEXT to the commit message
    #[arg(short, long = "message", value_name = "TEXT")]
    pub message: Option<String>,

    /// Skip the pre-commit and commit-msg hooks
    #[arg(long)]
    pub no_verify: bool,
}

/// Text or data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TextOrJson {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// The ids of the records around the current directory, for the shell. Reads names, never files.
pub fn record_ids(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    commands::completions::record_ids()
        .into_iter()
        .filter(|id| id.contains(current))
        .map(CompletionCandidate::new)
        .collect()
}

/// The ids of actions that are neither done nor dropped, for the shell.
pub fn open_actions(current: &OsStr) -> Vec<CompletionCandidate> {
    action_ids(current, Some(false))
}

/// The ids of actions that are done or dropped, for the shell.
pub fn closed_actions(current: &OsStr) -> Vec<CompletionCandidate> {
    action_ids(current, Some(true))
}

/// The ids of all actions, for the shell.
pub fn all_actions(current: &OsStr) -> Vec<CompletionCandidate> {
    action_ids(current, None)
}

fn action_ids(current: &OsStr, closed: Option<bool>) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let ids = commands::completions::action_ids(current, closed);
    ids.into_iter().map(|(id, text)| CompletionCandidate::new(id).help(Some(text.into()))).collect()
}

/// The priorities of actions, for the shell.
pub fn priorities(current: &OsStr) -> Vec<CompletionCandidate> {
    words(&PRIORITY, current)
}

/// The types of actions, for the shell.
pub fn action_types(current: &OsStr) -> Vec<CompletionCandidate> {
    words(&ACTION_TYPE, current)
}

fn words(vocabulary: &'static Vocabulary, current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str().map(str::to_lowercase) else { return Vec::new() };
    let known = vocabulary.words.iter().filter(|word| word.slug.to_lowercase().starts_with(&current));
    known.map(|word| CompletionCandidate::new(word.slug).help(Some(word.label.into()))).collect()
}

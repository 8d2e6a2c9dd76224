//! Everything that can go wrong between `pm` and git, each with the next step.

use std::path::PathBuf;

use super::{Operation, RepoPath};

/// Why the store could not do what was asked. After any of these the repository, its index and the working tree are
/// as they were, but for what the message names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("git was not found on PATH; install git 2.36 or newer")]
    GitMissing,
    #[error("git {found} is too old to write with; pm needs git 2.36 or newer")]
    GitTooOld { found: String },
    #[error("{cwd} is not in a git repository; run `git init` or go to one with `-C DIR`", cwd = .cwd.display())]
    NotARepository { cwd: PathBuf },
    #[error(
        "{path} belongs to somebody else, so git will not use it; if you trust it, run `git config --global --add safe.directory {path}`"
    )]
    DubiousOwnership { path: String },
    #[error("this repository uses a format pm does not know: {detail}")]
    UnknownFormat { detail: String },
    #[error(
        "this is a bare repository or git's own directory: there is no working tree to write in; run from a clone's working tree"
    )]
    NoWorkTree,

    #[error(
        "`{revision}` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is"
    )]
    UnknownRevision { revision: String },
    #[error("`{path}` cannot be a path in the repository: {reason}")]
    InvalidPath { path: String, reason: &'static str },
    #[error("{path} is {size} bytes; pm reads files of up to {limit}")]
    TooLarge { path: String, size: u64, limit: u64 },
    #[error("there are more than {limit} files; name the folder of the records")]
    TooMany { limit: usize },
    #[error("{path} is a symbolic link or lies behind one; pm does not follow links: put the file itself there")]
    Symlink { path: String },
    #[error("{path} is not a regular file; move it out of the way")]
    NotAFile { path: String },
    #[error("{path} lies in a submodule or a nested repository; run pm in there")]
    Nested { path: String },

    #[error("{path} has merge conflicts; settle them with `pm resolve {path}` or an editor and `git add {path}` first")]
    Unmerged { path: RepoPath },
    #[error(
        "{path} has staged content that is neither what is committed nor what is in the working tree, and would be lost; `git commit` it or `git restore --staged {path}` first"
    )]
    StagedDiffers { path: RepoPath },
    #[error(
        "{path} is ignored by `{pattern}` in {place}, so it would not be committed; change that rule or the records folder"
    )]
    Ignored {
        path: RepoPath,
        pattern: String,
        /// `file:line` of the rule.
        place: String,
    },
    #[error("{operation} is in progress; {way_out}, then run pm again", way_out = way_out(*.operation))]
    InProgress { operation: Operation },
    #[error("pm was started from within a git hook that is preparing a commit (GIT_INDEX_FILE is {index}), so it cannot commit itself; run it before or after `git commit`", index = .index.display())]
    InsideHook { index: PathBuf },
    #[error("another process holds {lock} (waited {waited} s); if no git is running, a crash left it behind: make sure, then delete it", lock = .lock.display())]
    IndexLocked { lock: PathBuf, waited: f32 },
    #[error(
        "what an earlier pm left half way could not be put back yet (is the disk full, or read-only?); make room and run the command again"
    )]
    NotPutBack,
    #[error("another pm holds {lock} (waited {waited} s); wait for it to end, then run again", lock = .lock.display())]
    Queue { lock: PathBuf, waited: f32 },

    #[error(
        "git does not know who you are ({detail}); run `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.com`"
    )]
    MissingIdentity { detail: String },
    #[error("{variable} has a line break or another control character; set it to a plain name")]
    BadIdentity { variable: String },

    #[error("the {hook} hook refused the change, so nothing was committed{rest}; what it said:\n{output}", rest = left_over(.left))]
    HookRefused {
        hook: String,
        output: String,
        /// Files the hook itself changed; they stay as it left them.
        left: Vec<RepoPath>,
    },
    #[error("a hook changed other files of the commit ({paths}), so nothing was committed; take them out of the hook or run it yourself first", paths = listed(.paths))]
    HookWidened { paths: Vec<RepoPath> },
    #[error("{error}; {paths} changed meanwhile and stays as it is", paths = listed(.paths))]
    LeftBehind { error: Box<Self>, paths: Vec<RepoPath> },
    #[error("the commit message is empty, so nothing was committed")]
    EmptyMessage,
    #[error("{reason}, so nothing was committed")]
    Refused { reason: String },
    #[error(
        "signing the commit failed, so nothing was committed; `git config --get-regexp 'gpg|sign'` shows the set-up; what git said:\n{output}"
    )]
    Signing { output: String },
    #[error("{path} was changed by somebody else meanwhile; look at it and run the command again")]
    Raced { path: RepoPath },
    #[error("the branch kept moving while pm tried to commit; run the command again")]
    Unsettled,
    #[error("there is a branch `{name}` already; `git switch {name}` goes there")]
    BranchExists { name: String },
    #[error("`{name}` cannot be the name of a branch")]
    InvalidBranch { name: String },

    #[error("git {command} failed{code}: {stderr}", code = .code.map(|c| format!(" ({c})")).unwrap_or_default())]
    Git { command: String, code: Option<i32>, stderr: String },
    #[error("cannot {action} {path}: {source}", path = .path.display())]
    Io { action: &'static str, path: PathBuf, source: std::io::Error },
    #[error("cannot read the repository: {0}")]
    Object(#[from] git2::Error),
}

impl StoreError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

fn way_out(operation: Operation) -> String {
    match (operation.finish(), operation.abort()) {
        (finish, abort) if finish == abort => format!("end it with `{finish}`"),
        (finish, abort) => format!("finish it with `{finish}` or give it up with `{abort}`"),
    }
}

fn listed(paths: &[RepoPath]) -> String {
    let names: Vec<&str> = paths.iter().map(RepoPath::as_str).collect();
    names.join(", ")
}

fn left_over(left: &[RepoPath]) -> String {
    if left.is_empty() { String::new() } else { format!(" ({} stays as the hook left it)", listed(left)) }
}

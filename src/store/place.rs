//! Where a repository is: its git directory, the one it shares with linked worktrees, its working tree.
//!
//! git itself knows (`GIT_DIR`, separate git directories, linked worktrees, ownership) and is asked, unless everything is
//! as ordinary as it mostly is: starting a program costs as much as a whole answer to a short question.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::{Environment, StoreError, git::Git};

/// Where everything is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) root: Option<PathBuf>,
    pub(super) bare: bool,
    /// Whether it was found without git: nothing about it is out of the ordinary then.
    pub(super) plain: bool,
    pub(super) prefix: String,
}

impl Place {
    /// Where the repository around the environment's directory is.
    pub(super) fn find(git: &Git, environment: &Environment) -> Result<Self, StoreError> {
        Self::plain(environment).map_or_else(|| Self::ask(git, environment), Ok)
    }

    /// A repository with nothing out of the ordinary: a `.git` folder in this directory or the nearest one above it
    /// that has any, all of it the user's own, no variable and no setting that says otherwise. `None` for everything
    /// else, which git has to answer: the rules are its `setup.c`'s, and more doubtful than those.
    #[cfg(unix)]
    pub(super) fn plain(environment: &Environment) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let known = |name: &OsStr| {
            let Some(name) = name.to_str().filter(|name| name.starts_with("GIT_")) else { return true };
            HARMLESS.contains(&name) || HARMLESS_STARTS.iter().any(|start| name.starts_with(start))
        };
        if !environment.vars.keys().all(|name| known(name)) {
            return None;
        }
        let cwd = environment.cwd.canonicalize().ok()?;
        let device = cwd.metadata().ok()?.dev();
        let user = rustix::process::geteuid().as_raw();
        for root in cwd.ancestors() {
            let here = root.metadata().ok()?;
            if here.dev() != device {
                return None;
            }
            let git_dir = root.join(".git");
            match git_dir.symlink_metadata() {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    if root.join("HEAD").symlink_metadata().is_ok() {
                        // Perhaps a bare repository.
                        return None;
                    }
                    if environment.var(CEILING).is_some() {
                        return None;
                    }
                }
                Ok(found) if found.is_dir() && found.uid() == user && here.uid() == user => {
                    if !is_plain(&git_dir) {
                        return None;
                    }
                    let below = cwd.strip_prefix(root).ok()?.to_str()?;
                    let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
                    let (root, common_dir) = (Some(root.to_path_buf()), git_dir.clone());
                    return Some(Self { git_dir, common_dir, root, bare: false, plain: true, prefix });
                }
                _ => return None,
            }
        }
        None
    }

    /// Whose a folder is, is not as easy to tell.
    #[cfg(not(unix))]
    pub(super) fn plain(_environment: &Environment) -> Option<Self> {
        None
    }

    pub(super) fn ask(git: &Git, environment: &Environment) -> Result<Self, StoreError> {
        // The last question fails where there is no working tree; the answers before it are already printed then.
        let output = git
            .read("rev-parse")
            .args([
                "--path-format=absolute",
                "--is-bare-repository",
                "--git-dir",
                "--git-common-dir",
                "--show-prefix",
                "--show-toplevel",
            ])
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = text.lines().collect();
        match (lines.as_slice(), output.ok()) {
            ([bare, git_dir, common_dir, prefix, root], true) => Ok(Self {
                git_dir: git_dir.into(),
                common_dir: common_dir.into(),
                root: Some(root.into()),
                bare: *bare == "true",
                plain: false,
                prefix: (*prefix).to_owned(),
            }),
            ([bare, git_dir, common_dir, ..], false) => Ok(Self {
                git_dir: git_dir.into(),
                common_dir: common_dir.into(),
                root: None,
                bare: *bare == "true",
                plain: false,
                prefix: String::new(),
            }),
            _ => Err(refusal(&output.complaint(), environment)),
        }
    }
}

/// Names folders above which no repository is looked for; where the search starts is always looked at.
const CEILING: &str = "GIT_CEILING_DIRECTORIES";

/// Variables of git's that have no say in where a repository is, and how the names of more of them begin.
const HARMLESS: [&str; 10] = [
    "GIT_ASKPASS",
    CEILING,
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_PAGER",
    "GIT_SEQUENCE_EDITOR",
    "GIT_TERMINAL_PROMPT",
];
const HARMLESS_STARTS: [&str; 9] = [
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CURL_",
    "GIT_HTTP_",
    "GIT_MERGE_",
    "GIT_PS1_",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TRACE",
];

/// Whether a folder is a git directory whose settings say nothing about where it and its working tree are.
fn is_plain(git_dir: &Path) -> bool {
    let Ok(settings) = std::fs::read_to_string(git_dir.join("config")) else { return false };
    let is_dull = |line: &str| {
        let line = line.trim().to_ascii_lowercase();
        let is = |key: &str, value: &str| {
            line.strip_prefix(key).and_then(|rest| rest.trim_start().strip_prefix('=')).map(str::trim) == Some(value)
        };
        let telling = ["bare", "worktree", "repositoryformatversion", "extensions"];
        // A line may go on in the next one.
        !line.ends_with('\\') && !telling.iter().any(|word| line.contains(word))
            || is("bare", "false")
            || is("repositoryformatversion", "0")
    };
    settings.lines().all(is_dull)
        && git_dir.join("HEAD").symlink_metadata().is_ok_and(|head| head.is_file())
        && std::fs::read_to_string(git_dir.join("HEAD")).is_ok_and(|head| is_head(head.trim_end()))
        && git_dir.join("objects").is_dir()
        && git_dir.join("refs").is_dir()
        && !git_dir.join("commondir").exists()
}

/// Whether this is what stands in a HEAD: the name of a branch, or of a commit.
fn is_head(text: &str) -> bool {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id || text.strip_prefix("ref:").is_some_and(|name| name.trim_start_matches([' ', '\t']).starts_with("refs/"))
}

fn refusal(complaint: &str, environment: &Environment) -> StoreError {
    if complaint.contains("dubious ownership") {
        // git's advice has the path in the form that safe.directory wants, quoted if need be.
        let path = complaint
            .lines()
            .find_map(|line| line.split_once("--add safe.directory "))
            .map_or_else(|| environment.cwd.display().to_string(), |(_, path)| path.trim().to_owned());
        return StoreError::DubiousOwnership { path };
    }
    if complaint.contains("not a git repository") {
        return StoreError::NotARepository { cwd: environment.cwd.clone() };
    }
    if complaint.contains("extension") || complaint.contains("repo version") {
        return StoreError::UnknownFormat { detail: complaint.trim_start_matches("fatal: ").to_owned() };
    }
    StoreError::Git { command: "rev-parse".into(), code: Some(128), stderr: complaint.to_owned() }
}

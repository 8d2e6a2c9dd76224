//! Running the git program, hardened: argument arrays, a fixed environment, no pager, no prompt, literal paths.
//!
//! Never goes through a shell and never finds `git` in the current directory.

use std::{
    ffi::{OsStr, OsString},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Environment, StoreError};

/// Variables that belong to the git command that may have started us, not to the ones we start.
const NOT_OURS: [&str; 8] = [
    "GIT_PREFIX",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
];

/// The git program and the place and environment it runs in.
#[derive(Debug, Clone)]
pub(super) struct Git {
    program: PathBuf,
    vars: Vec<(OsString, OsString)>,
    cwd: PathBuf,
}

/// What a child wrote and how it ended.
#[derive(Debug)]
pub(super) struct Output {
    /// `None` when a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

impl Output {
    pub(super) fn ok(&self) -> bool {
        self.code == Some(0)
    }

    /// Standard output as text, without the last line break.
    pub(super) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }

    pub(super) fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim().to_owned()
    }
}

impl Git {
    /// Finds `git` in the absolute folders of the environment's PATH.
    pub(super) fn find(environment: &Environment) -> Result<Self, StoreError> {
        let name = if cfg!(windows) { "git.exe" } else { "git" };
        let path = environment.var("PATH").unwrap_or_default();
        let program = std::env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
            .find(|file| is_executable(file))
            .ok_or(StoreError::GitMissing)?;
        let vars = environment
            .vars
            .iter()
            .filter(|(name, _)| !NOT_OURS.iter().any(|other| OsStr::new(other) == *name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(Self { program, vars, cwd: environment.cwd.clone() })
    }

    /// The same program, started elsewhere.
    pub(super) fn moved_to(mut self, cwd: &Path) -> Self {
        cwd.clone_into(&mut self.cwd);
        self
    }

    pub(super) fn with_var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.vars.retain(|(other, _)| other != name);
        self.vars.push((name.into(), value.into()));
        self
    }

    /// A command that only reads: takes no lock, runs no hook and no monitor, speaks English.
    pub(super) fn read(&self, subcommand: &str) -> Call<'_> {
        self.guarded(subcommand)
            .global("--no-optional-locks")
            .config("core.hooksPath=/dev/null")
            .config("core.fsmonitor=false")
            .config("log.showSignature=false")
            .config("color.ui=false")
    }

    /// A command that writes, and takes the user's configuration as it is.
    pub(super) fn write(&self, subcommand: &str) -> Call<'_> {
        self.guarded(subcommand)
    }

    /// A command whose environment reaches programs of the user (hooks, signers): nothing of ours leaks into it.
    pub(super) fn plain(&self, subcommand: &str) -> Call<'_> {
        Call {
            git: self,
            globals: Vec::new(),
            subcommand: subcommand.into(),
            args: Vec::new(),
            vars: Vec::new(),
            stdin: None,
        }
    }

    fn guarded(&self, subcommand: &str) -> Call<'_> {
        self.plain(subcommand)
            .global("--no-pager")
            .global("--literal-pathspecs")
            .global("--no-replace-objects")
            .config("core.quotePath=false")
            .config("advice.sparseIndexExpanded=false")
            .var("GIT_TERMINAL_PROMPT", "0")
            .var("LC_ALL", "C")
    }
}

/// One run of git, in the making.
#[derive(Debug)]
pub(super) struct Call<'a> {
    git: &'a Git,
    globals: Vec<OsString>,
    subcommand: OsString,
    args: Vec<OsString>,
    vars: Vec<(OsString, OsString)>,
    stdin: Option<Vec<u8>>,
}

impl Call<'_> {
    pub(super) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub(super) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// An option of git itself, before the subcommand.
    pub(super) fn global(mut self, arg: &str) -> Self {
        self.globals.push(arg.into());
        self
    }

    pub(super) fn config(self, setting: &str) -> Self {
        self.global("-c").global(setting)
    }

    pub(super) fn var(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.vars.push((name.into(), value.as_ref().to_owned()));
        self
    }

    pub(super) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Starts the child and returns its pipes, for talking to it.
    pub(super) fn spawn(&self) -> Result<std::process::Child, StoreError> {
        let mut command = Command::new(&self.git.program);
        command
            .args(&self.globals)
            .arg(&self.subcommand)
            .args(&self.args)
            .current_dir(&self.git.cwd)
            .env_clear()
            .envs(self.git.vars.iter().map(|(name, value)| (name, value)))
            .envs(self.vars.iter().map(|(name, value)| (name, value)))
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().map_err(StoreError::io("run", &self.git.program))
    }

    /// Runs to the end, however it ends.
    pub(super) fn output(mut self) -> Result<Output, StoreError> {
        let mut child = self.spawn()?;
        let input = self.stdin.take();
        let pipe = child.stdin.take();
        let output = std::thread::scope(|scope| {
            if let (Some(bytes), Some(mut pipe)) = (input, pipe) {
                // A child that ends early closes its end; its exit code tells the story, not our broken pipe.
                scope.spawn(move || pipe.write_all(&bytes).is_ok());
            }
            child.wait_with_output()
        })
        .map_err(StoreError::io("run", &self.git.program))?;
        Ok(Output { code: output.status.code(), stdout: output.stdout, stderr: output.stderr })
    }

    /// Runs to a good end, or fails with what git said.
    pub(super) fn run(self) -> Result<Output, StoreError> {
        let command = self.subcommand.to_string_lossy().into_owned();
        let output = self.output()?;
        if output.ok() {
            Ok(output)
        } else {
            Err(StoreError::Git { command, code: output.code, stderr: output.complaint() })
        }
    }
}

#[cfg(unix)]
pub(super) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(file: &Path) -> bool {
    file.is_file()
}

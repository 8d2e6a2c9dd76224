//! A place to run `pm` in: an empty directory, a cleared environment, fixed people, a clock that moves one minute a command.
//!
//! Commands are lines for `sh`, as people type them; what comes back is the whole of what they would see. Commit ids are
//! fixed, since everything that goes into them is.

use std::cell::Cell;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// 2026-03-02 09:00:00 UTC, a Monday.
const START: u64 = 1_772_442_000;

/// A directory with a home beside it, and what is needed to run commands there.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
    minutes: Cell<u64>,
}

/// What a command printed and how it ended.
#[must_use = "compare it with a snapshot, or assert how it ended"]
pub(crate) struct Output {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Output {
    /// The result, of a command that must have gone well.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self}");
        self.stdout
    }
}

impl fmt::Display for Output {
    /// Everything there is to see: the result, then the talk behind a line of its own, then the exit code when it is not 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- talk\n{}", self.stderr)?;
        }
        if self.code != 0 {
            writeln!(f, "--- exit {}", self.code)?;
        }
        Ok(())
    }
}

impl Sandbox {
    /// An empty directory.
    pub(crate) fn empty() -> Self {
        let root = tempfile::Builder::new().prefix("pm-test-").tempdir().expect("a directory for temporary files");
        let sandbox = Self { root, minutes: Cell::new(0) };
        std::fs::create_dir(sandbox.dir()).expect("a new directory");
        std::fs::create_dir(sandbox.home()).expect("a new directory");
        let config = "[user]\n\tname = Ann Example\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n[core]\n\tpager = cat\n";
        std::fs::write(sandbox.home().join(".gitconfig"), config).expect("a new file");
        sandbox
    }

    /// An empty git repository.
    pub(crate) fn repository() -> Self {
        let sandbox = Self::empty();
        sandbox.run("git init -q").ok();
        sandbox
    }

    /// A repository after `pm init`.
    pub(crate) fn ready() -> Self {
        let sandbox = Self::repository();
        sandbox.run("pm init").ok();
        sandbox
    }

    /// A repository with one record: that of the complete example.
    pub(crate) fn with_example() -> Self {
        let sandbox = Self::ready();
        let text = include_str!("fixtures/record.toml");
        sandbox.write("postmortems/2017/2017-01-31-database-removed.toml", text);
        sandbox.run("git add -A && git commit -qm example").ok();
        sandbox
    }

    /// The directory commands run in.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("repo")
    }

    /// The home of the user.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Writes a file, from the directory commands run in.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.dir().join(path);
        std::fs::create_dir_all(place.parent().expect("a file in a directory")).expect("directories");
        std::fs::write(place, text).expect("a file");
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.dir().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Makes the user's editor a line of `sh` that gets the file as `$1`.
    pub(crate) fn editor(&self, line: &str) {
        let script = self.home().join("editor");
        std::fs::write(&script, format!("#!/bin/sh\n{line}\n")).expect("a script");
        self.run("chmod +x ~/editor && git config --global core.editor ~/editor").ok();
    }

    /// Runs a line of `sh`.
    pub(crate) fn run(&self, line: &str) -> Output {
        self.run_with(line, "")
    }

    /// Runs a line of `sh` with text on its standard input.
    pub(crate) fn run_with(&self, line: &str, stdin: &str) -> Output {
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        // A command that does not read its input closes it early.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
        let output = child.wait_with_output().expect("an end");
        Output {
            stdout: self.tidy(&output.stdout),
            stderr: self.tidy(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// The command of a line, one minute later than the one before.
    pub(crate) fn command(&self, line: &str) -> Command {
        let minute = self.minutes.get();
        self.minutes.set(minute + 1);
        let date = format!("@{} +0000", START + 60 * minute);
        let program = Path::new(env!("CARGO_BIN_EXE_pm")).parent().expect("a directory of the program").to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(program).chain(std::env::split_paths(&path))).expect("paths");
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(line)
            .current_dir(self.dir())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home())
            .env("TMPDIR", self.root.path())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("GIT_CONFIG_GLOBAL", self.home().join(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.root.path())
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// The text without the place of the sandbox in it.
    fn tidy(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let root = self.root.path().to_string_lossy();
        // macOS reaches its temporary directory through a link.
        let real = self.root.path().canonicalize().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        text.replace(&real, "[ROOT]").replace(root.as_ref(), "[ROOT]")
    }
}

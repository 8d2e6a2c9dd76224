//! The world outside: arguments, directory, environment, clock, streams. It enters here, once; nobody else asks for it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use chrono::{DateTime, TimeZone as _, Utc};

/// Everything a run takes from outside.
pub struct World {
    /// The command line, program name first.
    pub args: Vec<OsString>,
    /// The directory the program was started in.
    pub cwd: PathBuf,
    /// The environment.
    pub vars: BTreeMap<OsString, OsString>,
    /// The time that git's `GIT_COMMITTER_DATE` or `GIT_AUTHOR_DATE` sets, since what the run writes must agree with the
    /// commit it makes.
    pub git_date: Option<DateTime<Utc>>,
    /// Tells this build of the program from others.
    pub build: String,
    /// What the streams are connected to.
    pub terminal: Terminal,
    /// Where results go.
    pub stdout: Box<dyn Write>,
    /// Where talk goes.
    pub stderr: Box<dyn Write>,
}

/// What the streams are connected to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Standard input is a terminal.
    pub stdin: bool,
    /// Standard output is a terminal.
    pub stdout: bool,
    /// Standard error is a terminal.
    pub stderr: bool,
    /// Columns of the terminal, or of `COLUMNS`; `None` when neither is known.
    pub columns: Option<usize>,
    /// Lines of the terminal.
    pub lines: Option<usize>,
}

impl World {
    /// The real world.
    pub fn real() -> Self {
        let vars: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
        let cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let terminal = Terminal {
            stdin: std::io::stdin().is_terminal(),
            stdout: std::io::stdout().is_terminal(),
            stderr: std::io::stderr().is_terminal(),
            ..Terminal::default()
        };
        let (columns, lines) = size(&vars, terminal.stdout);
        Self {
            args: std::env::args_os().collect(),
            cwd,
            git_date: git_date(&vars),
            build: build(),
            terminal: Terminal { columns, lines, ..terminal },
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
            vars,
        }
    }

    /// Now. A prompt may have been open for long, so "10m ago" counts from the answer and not from the start.
    pub fn now(&self) -> DateTime<Utc> {
        self.git_date.unwrap_or_else(Utc::now)
    }

    /// The time of the system, which the times of files are compared with.
    pub fn clock(&self) -> SystemTime {
        SystemTime::now()
    }

    /// An environment variable that is set to something.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Whether there is somebody to ask.
    pub fn interactive(&self) -> bool {
        self.terminal.stdin && self.terminal.stderr && self.var("TERM").is_none_or(|term| term != "dumb")
    }
}

/// The version, and when and how large the program was made: during development the version stays while the rest moves.
fn build() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let made = file.and_then(|file| Ok((file.len(), file.modified()?)));
    format!("{} {made:?}", env!("CARGO_PKG_VERSION"))
}

/// `COLUMNS` wins over the terminal, so that a page can be made for another width.
fn size(vars: &BTreeMap<OsString, OsString>, terminal: bool) -> (Option<usize>, Option<usize>) {
    let asked =
        vars.get(OsStr::new("COLUMNS")).and_then(|text| text.to_str()?.parse().ok()).filter(|columns| *columns > 0);
    if !terminal {
        return (asked, None);
    }
    let known = terminal_size::terminal_size();
    let columns = known.map(|(width, _)| usize::from(width.0)).filter(|columns| *columns > 0);
    (asked.or(columns), known.map(|(_, height)| usize::from(height.0)))
}

/// The time git itself would put on a commit, when it is told which.
fn git_date(vars: &BTreeMap<OsString, OsString>) -> Option<DateTime<Utc>> {
    ["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"]
        .into_iter()
        .find_map(|name| parse_git_date(vars.get(OsStr::new(name))?.to_str()?))
}

/// The forms of a date that git documents: its internal one (`@1485903600 +0000`), RFC 3339 and RFC 2822.
fn parse_git_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let seconds = text.trim_start_matches('@').split(' ').next()?;
    if let Ok(seconds) = seconds.parse::<i64>() {
        return Utc.timestamp_opt(seconds, 0).single();
    }
    let offset = |text: &str| {
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z"))
    };
    let parsed = offset(text).or_else(|_| offset(&format!("{text}Z"))).or_else(|_| DateTime::parse_from_rfc2822(text));
    parsed.ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_gits_dates_is_the_same_instant() {
        let wanted = Utc.with_ymd_and_hms(2017, 2, 1, 9, 0, 0).single();
        for text in [
            "@1485939600 +0100",
            "1485939600 +0000",
            "2017-02-01T09:00:00Z",
            "2017-02-01T10:00:00+01:00",
            "2017-02-01 09:00:00 +0000",
            "2017-02-01T09:00:00",
            "Wed, 1 Feb 2017 09:00:00 +0000",
        ] {
            assert_eq!(parse_git_date(text), wanted, "{text}");
        }
        assert_eq!(parse_git_date("yesterday"), None);
    }
}

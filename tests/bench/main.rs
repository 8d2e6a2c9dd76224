//! Whole processes beside what people would otherwise run: medians, and their ratios, in one run.
//!
//! `cargo bench` builds the program as it is shipped, generates repositories, and prints one table. Nothing is asserted:
//! a time says something only beside another one of the same run. `cargo bench -- 1000` measures one size alone,
//! `cargo bench -- actions 100000` the questions about every record, `cargo bench -- verify 1000` signed records (to make
//! either takes minutes), `cargo bench -- history 50000` the history of one record among as many commits,
//! `cargo bench -- check 10000` every rule over every record,
//! `cargo bench -- past 50000` the history of actions over so many commits, `cargo bench -- merge 300` merges of each kind.

mod actions;
mod check;
mod generated;
mod history;
mod merge;
mod past;
mod verify;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each command is run.
const RUNS: usize = 15;

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if std::env::args().any(|argument| argument == "merge") {
        return merge::print(asked.first().copied().unwrap_or(300));
    }
    let sizes = if asked.is_empty() { vec![1_000, 10_000] } else { asked };
    let mut table = Table::default();
    if std::env::args().any(|argument| argument == "history") {
        let scratch = tempfile::tempdir().expect("a directory for temporary files");
        for size in sizes {
            history::rows(&mut table, &scratch.path().join(format!("commits-{size}")), size);
        }
        return table.print();
    }
    if std::env::args().any(|argument| argument == "verify") {
        let scratch = tempfile::tempdir().expect("a directory for temporary files");
        for size in sizes {
            verify::rows(&mut table, &scratch.path().join(format!("signed-{size}")), size);
        }
        return table.print();
    }
    if std::env::args().any(|argument| argument == "actions") {
        let scratch = tempfile::tempdir().expect("a directory for temporary files");
        for size in sizes {
            actions::rows(&mut table, &scratch.path().join(format!("records-{size}")), size);
        }
        return table.print();
    }
    if std::env::args().any(|argument| argument == "check") {
        let scratch = tempfile::tempdir().expect("a directory for temporary files");
        for size in sizes {
            check::rows(&mut table, &scratch.path().join(format!("records-{size}")), size);
        }
        return table.print();
    }
    if std::env::args().any(|argument| argument == "past") {
        let scratch = tempfile::tempdir().expect("a directory for temporary files");
        for size in sizes {
            past::rows(&mut table, &scratch.path().join(format!("commits-{size}")), size);
        }
        return table.print();
    }
    let scratch = tempfile::tempdir().expect("a directory for temporary files");
    let empty = scratch.path().to_owned();
    let git_version = time(&empty, "git --version");
    table.row("start-up", "pm --version", time(&empty, "pm --version"), "git --version", git_version);
    for size in sizes {
        let repository = scratch.path().join(format!("records-{size}"));
        generated::generate(&repository, size);
        let label = format!("{size} records");
        let list = time(&repository, "pm list");
        table.row(&label, "pm list", list, "git status", time(&repository, "git status"));
        let ripgrep = time(&repository, "rg --count '^title' postmortems");
        table.row(&label, "pm list", list, "rg '^title'", ripgrep);
        let grep = time(&repository, "git grep --count '^title' -- postmortems");
        table.row(&label, "pm list", list, "git grep '^title'", grep);
        let at_head = time(&repository, "pm list --rev HEAD");
        table.row(
            &label,
            "pm list --rev HEAD",
            at_head,
            "git grep '^title' HEAD",
            time(&repository, "git grep --count '^title' HEAD -- postmortems"),
        );
        let show = time(&repository, "pm show 2020-01-01-incident-0");
        table.row(
            &label,
            "pm show ID",
            show,
            "git log -1 -- FILE",
            time(&repository, "git log -1 -- postmortems/2020/2020-01-01-incident-0.toml"),
        );
        let (set, commit) = changes(&repository);
        table.row(&label, "pm set (one commit)", set, "git commit --only", commit);
    }
    table.print();
}

/// The median time of a line of `sh` in a directory; `None` when it cannot be run there.
fn time(directory: &Path, line: &str) -> Option<Duration> {
    // Once before the clock: files come into the page cache, and a command that fails is not measured.
    run(directory, line)?;
    let mut times: Vec<Duration> = (0..RUNS).filter_map(|_| run(directory, line)).collect();
    times.sort();
    times.get(times.len() / 2).copied()
}

fn run(directory: &Path, line: &str) -> Option<Duration> {
    let program = Path::new(env!("CARGO_BIN_EXE_pm")).parent().expect("the program's directory");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(PathBuf::from(program)).chain(std::env::split_paths(&path)))
        .expect("paths");
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {line}")).current_dir(directory).env("PATH", path);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().ok()?;
    let time = start.elapsed();
    status.success().then_some(time)
}

/// The median times of two lines of `sh`, run in turns, so that what else the machine does meets both.
fn in_turns(directory: &Path, ours: &str, theirs: &str) -> (Option<Duration>, Option<Duration>) {
    run(directory, ours);
    run(directory, theirs);
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        our_times.extend(run(directory, ours));
        their_times.extend(run(directory, theirs));
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times.get(times.len() / 2).copied()
    };
    (median(our_times), median(their_times))
}

/// One change each way, measured in turns: both make a commit of one file.
fn changes(repository: &Path) -> (Option<Duration>, Option<Duration>) {
    let file = "postmortems/2020/2020-01-01-incident-0.toml";
    let (mut by_pm, mut by_git) = (Vec::new(), Vec::new());
    for turn in 0..RUNS {
        by_pm.extend(run(repository, &format!("pm set -q 2020-01-01-incident-0 impact.users.affected={turn}")));
        let text = std::fs::read_to_string(repository.join(file)).expect("a record");
        std::fs::write(repository.join(file), format!("{text}# {turn}\n")).expect("a record");
        by_git.extend(run(repository, &format!("git commit -q --only -m x -- {file}")));
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times.get(times.len() / 2).copied()
    };
    (median(by_pm), median(by_git))
}

pub(crate) fn sh(directory: &Path, line: &str) {
    let status = Command::new("sh").arg("-c").arg(line).current_dir(directory).status().expect("sh");
    assert!(status.success(), "{line}");
}

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 6]>,
}

impl Table {
    fn row(&mut self, what: &str, ours: &str, our_time: Option<Duration>, theirs: &str, their_time: Option<Duration>) {
        let shown = |time: Option<Duration>| {
            time.map_or("-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0))
        };
        let ratio = match (our_time, their_time) {
            (Some(ours), Some(theirs)) => format!("{:.2}", ours.as_secs_f64() / theirs.as_secs_f64()),
            _ => "-".to_owned(),
        };
        self.rows.push([
            what.to_owned(),
            ours.to_owned(),
            shown(our_time),
            theirs.to_owned(),
            shown(their_time),
            ratio,
        ]);
    }

    #[expect(clippy::print_stdout, reason = "the table is what a benchmark is run for")]
    fn print(&self) {
        let head = ["", "pm", "median", "beside", "median", "ratio"].map(str::to_owned);
        let all: Vec<&[String; 6]> = std::iter::once(&head).chain(&self.rows).collect();
        let widths: Vec<usize> =
            (0..6).map(|column| all.iter().map(|row| row[column].len()).max().unwrap_or(0)).collect();
        let mut text = String::new();
        for row in all {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(text, "{cell:width$}  ");
            }
            text = text.trim_end().to_owned() + "\n";
        }
        print!("{text}");
    }
}

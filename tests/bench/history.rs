//! The history of one record among many commits, beside what git alone says of the file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Table, generated, sh, time};

/// How many commits change the record that is asked about.
const VERSIONS: usize = 24;

/// The record that is asked about.
const RECORD: &str = "2021-01-01-incident-1";

/// Measures a repository of `commits` commits over a fifth as many records, one merge in twenty, packed.
pub(crate) fn rows(table: &mut Table, repository: &Path, commits: usize) {
    generated::generate(repository, (commits / 5).max(6));
    history(repository, commits);
    sh(repository, "git gc -q");
    let file = format!("postmortems/2021/{RECORD}.toml");
    for (what, command) in [
        ("no commit-graph", "rm -rf .git/objects/info/commit-graph*"),
        ("commit-graph", "git commit-graph write --reachable 2> /dev/null"),
        ("with changed paths", "git commit-graph write --reachable --changed-paths 2> /dev/null"),
    ] {
        sh(repository, command);
        let label = format!("{commits} commits, {what}");
        let log = time(repository, &format!("pm log {RECORD}"));
        let git = time(repository, &format!("git log --full-history -- {file}"));
        table.row(&label, "pm log", log, "git log --full-history", git);
        let blame = time(repository, &format!("pm blame {RECORD}"));
        let git = time(repository, &format!("git blame --porcelain {file}"));
        table.row(&label, "pm blame", blame, "git blame --porcelain", git);
    }
}

/// Commits that each change one record, by `git fast-import`: a record takes its turn, the one that is asked about comes
/// at even distances.
fn history(repository: &Path, commits: usize) {
    let mut child = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(repository)
        .stdin(Stdio::piped())
        .spawn()
        .expect("git fast-import");
    let mut input = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
    let text = |number: usize, round: usize| {
        let year = 2020 + number % 6;
        let name = format!("postmortems/{year}/{year}-01-01-incident-{number}.toml");
        let text = std::fs::read_to_string(repository.join(&name)).expect("a record");
        let text = text.replacen("affected = 5000", &format!("affected = {round}"), 1);
        (name, text.replacen("complaints = 0", &format!("complaints = {}", round / 7), 1))
    };
    let records = (commits / 5).max(6);
    let every = (commits / VERSIONS).max(1);
    let change = |number: usize| {
        let record = if number % every == every / 2 { 1 } else { 2 + number % (records - 2) };
        let (name, text) = text(record, number);
        format!("M 100644 inline {name}\ndata {}\n{text}\n", text.len())
    };
    for number in 0..commits {
        // Of twenty commits one is on a side branch, and the next one merges it.
        let (side, merge) = (number % 20 == 18, number % 20 == 19);
        let branch = if side { "refs/heads/side" } else { "refs/heads/bench" };
        let mut text = format!(
            "commit {branch}\nmark :{}\ncommitter Bench <bench@example.com> {} +0000\ndata 6\nchange\n",
            number + 1,
            1_600_000_000 + number * 60
        );
        if number == 0 {
            let _ = writeln!(text, "from {}", head(repository));
        } else if side {
            let _ = writeln!(text, "from :{number}");
        }
        if merge {
            let _ = write!(text, "merge :{number}\n{}", change(number - 1));
        }
        text.push_str(&change(number));
        input.write_all(text.as_bytes()).expect("git reads");
    }
    drop(input);
    assert!(child.wait().expect("an end").success(), "git fast-import");
    sh(repository, "git checkout -q bench");
}

fn head(repository: &Path) -> String {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(repository).output().expect("git");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

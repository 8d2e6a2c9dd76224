//! The history of every action beside git's own walk over the same commits.

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Table, generated, sh, time};

/// How many commits there are for each record: it is added, and then changed.
const VERSIONS: usize = 5;

/// Measures a repository of so many commits, each of one version of a record.
pub(crate) fn rows(table: &mut Table, repository: &Path, commits: usize) {
    generate(repository, commits);
    let label = format!("{commits} commits");
    let log = time(repository, "git log --raw -- postmortems");
    let history = time(repository, "pm action list --history");
    table.row(&label, "pm action list --history", history, "git log --raw -- FOLDER", log);
    let all = time(repository, "pm action list --all --history");
    table.row(&label, "pm action list --all --history", all, "git log --raw -- FOLDER", log);
}

/// One commit a version, the records in turns. The due date of an action moves with every version.
fn generate(repository: &Path, commits: usize) {
    std::fs::create_dir_all(repository).expect("a directory");
    sh(repository, "git init -q -b main && git config gc.auto 0");
    let mut command = Command::new("git");
    let child = command.args(["fast-import", "--quiet"]).current_dir(repository).stdin(Stdio::piped()).spawn();
    let mut child = child.expect("git");
    let mut stream = BufWriter::new(child.stdin.take().expect("a pipe"));
    let (records, body) = (commits.div_ceil(VERSIONS), generated::whole_body());
    for commit in 0..commits {
        let (number, version) = (commit % records, commit / records);
        let year = 2020 + number % 6;
        let due = format!("due = 2017-02-{:02}", 8 + version);
        let body = body.replacen("due = 2017-02-08", &due, 1);
        let text = format!("format = 1\n\ntitle = \"Incident {number} of the generated collection\"\n{body}");
        let person = format!("Person {} <person@example.com> {} +0000", commit % 40, 1_600_000_000 + 60 * commit);
        let written = write!(
            stream,
            "commit refs/heads/main\ncommitter {person}\ndata 8\ngenerate\nM 100644 inline postmortems/{year}/{year}-01-01-incident-{number}.toml\ndata {}\n{text}\n",
            text.len()
        );
        written.expect("git reads");
    }
    drop(stream);
    assert!(child.wait().expect("git ends").success());
    sh(repository, "git reset -q --hard && git status > /dev/null");
}

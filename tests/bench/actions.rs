//! The questions about every record: with the cache, without it, after one change, at a revision, beside git's own.

use std::path::Path;
use std::process::Command;

use crate::{Table, generated, in_turns, sh};

/// The rows of one size.
pub(crate) fn rows(table: &mut Table, repository: &Path, size: usize) {
    generated::generate(repository, size);
    let label = format!("{size} records");
    let mut row = |what: &str, ours: &str, theirs: &str| {
        let (our_time, their_time) = in_turns(repository, ours, theirs);
        let each = our_time.map_or(0, |time| time.as_nanos() / size as u128);
        table.row(&format!("{label}, {what} ({each} ns each)"), ours, our_time, theirs, their_time);
    };
    let open = "git grep -c 'status = \"open\"' -- postmortems";
    row("cold", "pm action list -q --no-cache", open);
    row("warm", "pm action list -q", "git status");
    row("warm", "pm list -q", "git status");
    row("cold", "pm list -q --no-cache", "git grep -c '^title' -- postmortems");
    let file = generated::file(3);
    let edit = |line: &str| format!("sh -c 'echo \"# $$\" >> {file}; {line}'");
    row("one edit", &edit("pm action list -q"), &edit("git status"));
    sh(repository, &format!("git checkout -q -- {file}"));
    row("at HEAD", "pm action list -q --rev HEAD", "git status");
    sh(repository, "git clone -q --bare . ../bare && mv ../bare .git/bare.git");
    row("bare", "pm -C .git/bare.git action list -q", "git status");
    for ours in
        ["pm action list -q", "pm action list -q --no-cache", "pm list -q", "pm action list -q --all --format json"]
    {
        table.row(&format!("{label}, peak memory"), ours, None, &peak(repository, ours), None);
    }
}

/// The most memory a line of `sh` has used, in megabytes, where GNU time is there to tell.
fn peak(repository: &Path, line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_pm")).parent().expect("the program's directory");
    let line = format!("PATH={}:$PATH; exec /usr/bin/time -f %M {line} 2>&1 >/dev/null | tail -n 1", program.display());
    let output = Command::new("sh").arg("-c").arg(line).current_dir(repository).output();
    let kilobytes = output.ok().and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse::<u64>().ok());
    kilobytes.map_or("-".to_owned(), |kilobytes| format!("{} MB", kilobytes.div_ceil(1024)))
}

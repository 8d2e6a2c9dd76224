//! What a commit costs beside git's own. A ratio, as times differ from machine to machine.

use std::time::{Duration, Instant};

use super::{Repo, change, commit_with, committed};
use crate::store::Store;

const FILES: usize = 10_000;
const ROUNDS: usize = 15;

/// Run by hand: `cargo test --release --lib store::tests::cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement; takes half a minute"]
fn a_commit_among_ten_thousand_files_costs_less_than_gits_own() {
    let repo = Repo::new();
    for number in 0..FILES {
        repo.write(&format!("src/{}/{number}.txt", number % 100), &format!("{number}\n"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=many"]);
    let mut ours = Vec::new();
    let mut gits = Vec::new();
    for round in 0..ROUNDS {
        let path = "postmortems/2017/cost.toml";
        let start = Instant::now();
        let store = Store::open(&repo.environment(&repo.root)).expect("opens");
        committed(commit_with(&store, &change(path, &format!("ours = {round}\n"))));
        ours.push(start.elapsed());

        repo.write(path, &format!("gits = {round}\n"));
        let start = Instant::now();
        repo.git(&["commit", "--quiet", "--only", "--message=git", "--", path]);
        gits.push(start.elapsed());
    }
    let (ours, gits) = (median(&mut ours), median(&mut gits));
    let ratio = ours.as_secs_f64() / gits.as_secs_f64();
    assert!(ratio < 1.0, "ours {ours:?}, git's {gits:?}: {ratio:.2}");
    let report = repo.home.path().with_file_name("pm-cost.txt");
    std::fs::write(report, format!("ours {ours:?}, git's {gits:?}: {ratio:.2}\n")).expect("written");
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

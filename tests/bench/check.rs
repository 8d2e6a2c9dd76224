//! Every rule over every record, beside reading and parsing them and beside git's own search.
//!
//! What reading costs alone is told by a whole process of the same program that reads and parses every record and asks it one
//! thing; what a reading with places costs, by the same check over records that each have something to be found.

use std::path::Path;

use crate::{Table, generated, in_turns, sh};

/// The rows of one size.
pub(crate) fn rows(table: &mut Table, repository: &Path, size: usize) {
    // Nobody has signed these records, and most of them are long done.
    generated::generate(repository, size);
    let settings = "[rules]\nstatus-by-hand = \"off\"\n";
    std::fs::write(repository.join("pm.toml"), settings).expect("the settings");
    sh(repository, "git add pm.toml && git commit -q -m settings");
    let label = format!("{size} records");
    let mut row = |what: &str, ours: &str, theirs: &str| {
        let (our_time, their_time) = in_turns(repository, ours, theirs);
        table.row(&format!("{label}, {what}"), ours, our_time, theirs, their_time);
    };
    let read = "pm list -q --no-cache --tag nothing";
    row("nothing to find", "pm check -q", read);
    row("nothing to find", "pm check -q", "git grep -c backup -- postmortems");
    row("one record", "pm check -q 2020-01-01-incident-0", read);
    sh(repository, "for file in postmortems/*/*.toml; do echo 'owners = 1' | cat - $file > x && mv x $file; done");
    row("a finding in each", "pm check -q --format json", read);
}

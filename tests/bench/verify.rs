//! Verifying signed sign-offs beside what git alone offers: `git verify-commit` on as many commits.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Table, generated, run, sh};

/// The people: short name, name, address and role.
const PEOPLE: [(&str, &str, &str, &str); 3] = [
    ("ann", "Ann Example", "ann@example.com", "facilitator"),
    ("bob", "Bob Lead", "bob@example.com", "engineering-lead"),
    ("vera", "Vera Vice", "vera@example.com", "vp-engineering"),
];

/// Measures a repository of records with three signed sign-offs each, every one in a signed commit of its own.
pub(crate) fn rows(table: &mut Table, repository: &Path, count: usize) {
    generated::generate_with(repository, count, 1);
    sign(repository, count);
    let label = format!("{count} signed records");
    let first = once(repository, "pm verify");
    let again = super::time(repository, "pm verify");
    let commits = format!("git verify-commit $(git log --format=%H -{})", 3 * count);
    let git = once(repository, &commits);
    table.row(&label, "pm verify, first time", first, "git verify-commit", git);
    table.row(&label, "pm verify, again", again, "git verify-commit", git);
}

/// The time of a single run: nothing was there before it.
fn once(repository: &Path, line: &str) -> Option<Duration> {
    let start = Instant::now();
    run(repository, line)?;
    Some(start.elapsed())
}

/// Every record submitted by Ann, approved by Bob and Vera, with ssh keys.
fn sign(repository: &Path, count: usize) {
    let git_dir = repository.join(".git");
    let mut settings = String::from(
        "[approval]\nP1 = { signers = 2, roles = [\"engineering-lead\", \"vp-engineering\"] }\nsignatures = \"required\"\n",
    );
    let mut allowed = String::new();
    for (short, name, email, role) in PEOPLE {
        sh(&git_dir, &format!("ssh-keygen -q -t ed25519 -N '' -C {short} -f {short}"));
        let public = std::fs::read_to_string(git_dir.join(format!("{short}.pub"))).expect("a key");
        let key = public.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let _ = write!(
            settings,
            "\n[people.{short}]\nname = \"{name}\"\nemail = [\"{email}\"]\nroles = [\"{role}\"]\nkeys = [\"{key}\"]\n"
        );
        let _ = writeln!(allowed, "{email} {key}");
    }
    std::fs::write(repository.join("pm.toml"), settings).expect("settings");
    std::fs::write(git_dir.join("allowed"), allowed).expect("keys");
    sh(
        repository,
        "git config gpg.format ssh && git config commit.gpgSign true && git config gpg.ssh.allowedSignersFile \"$PWD/.git/allowed\" && \
         git -c commit.gpgSign=false add -A && git -c commit.gpgSign=false commit -qm settings",
    );
    for number in 0..count {
        let year = 2020 + number % 6;
        for (verb, (short, name, email, _)) in ["submit", "approve", "approve"].into_iter().zip(PEOPLE) {
            let line = format!(
                "env GIT_AUTHOR_NAME='{name}' GIT_AUTHOR_EMAIL={email} GIT_COMMITTER_NAME='{name}' GIT_COMMITTER_EMAIL={email} \
                 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.signingKey GIT_CONFIG_VALUE_0=\"$PWD/.git/{short}.pub\" \
                 pm status {verb} -q {year}-01-01-incident-{number}"
            );
            assert!(run(repository, &line).is_some(), "{line}");
        }
    }
}

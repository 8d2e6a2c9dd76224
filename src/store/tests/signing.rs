//! Signing is git's: every set-up that signs `git commit` signs ours, and one that fails stops it.

use super::{RECORD, Repo, change, commit_with, committed};
use crate::store::StoreError;

/// Makes an ssh key and tells git to sign with it and to trust it.
fn with_ssh_key() -> Repo {
    let repo = Repo::new();
    let key = repo.home.path().join("key");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(&key)
        .status();
    assert!(made.expect("ssh-keygen runs").success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("made");
    let allowed = repo.home.path().join("allowed");
    std::fs::write(&allowed, format!("cy@example.org {public}")).expect("written");
    repo.git(&["config", "gpg.format", "ssh"]);
    repo.git(&["config", "user.signingKey", key.to_str().expect("UTF-8")]);
    repo.git(&["config", "gpg.ssh.allowedSignersFile", allowed.to_str().expect("UTF-8")]);
    repo
}

#[test]
fn an_ssh_key_signs_when_the_configuration_says_so() {
    let repo = with_ssh_key();
    repo.git(&["config", "commit.gpgSign", "true"]);
    committed(repo.commit(RECORD, "x = 2\n"));
    repo.git(&["verify-commit", "HEAD"]);
    let mut commit = change(RECORD, "x = 3\n");
    commit.options.sign = Some(false);
    committed(commit_with(&repo.store(), &commit));
    assert!(!repo.try_git(&["verify-commit", "HEAD"]).status.success());
}

#[test]
fn an_ssh_key_signs_when_asked_to() {
    let repo = with_ssh_key();
    let mut commit = change(RECORD, "x = 2\n");
    commit.options.sign = Some(true);
    committed(commit_with(&repo.store(), &commit));
    repo.git(&["verify-commit", "HEAD"]);
}

#[test]
fn an_ssh_key_signs_with_sha256_ids() {
    let repo = Repo::with_init(&["--object-format=sha256"]);
    let ssh = with_ssh_key();
    let config = std::fs::read_to_string(ssh.root.join(".git/config")).expect("there");
    for key in ["gpg.format", "user.signingKey", "gpg.ssh.allowedSignersFile"] {
        assert!(!config.is_empty());
        repo.git(&["config", key, &ssh.git(&["config", key])]);
    }
    let mut commit = change(RECORD, "x = 2\n");
    commit.options.sign = Some(true);
    committed(commit_with(&repo.store(), &commit));
    repo.git(&["verify-commit", "HEAD"]);
}

#[test]
fn an_openpgp_key_signs() {
    let mut repo = Repo::new();
    if std::process::Command::new("gpg").arg("--version").output().is_err() {
        return;
    }
    // Sockets have short names, temporary folders may not.
    let home = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    repo.vars.insert("GNUPGHOME".into(), home.path().into());
    let made = std::process::Command::new("gpg")
        .args(["--batch", "--quiet", "--passphrase", "", "--quick-generate-key"])
        .args(["Cy Committer <cy@example.org>", "ed25519", "sign", "never"])
        .env_clear()
        .envs(&repo.vars)
        .output()
        .expect("gpg runs");
    assert!(made.status.success(), "{made:?}");
    // Signatures carry today's date, so the fixed committer date must not be checked against the key's.
    let mut commit = change(RECORD, "x = 2\n");
    commit.options.sign = Some(true);
    committed(commit_with(&repo.store(), &commit));
    repo.git(&["verify-commit", "HEAD"]);
    drop(std::process::Command::new("gpgconf").args(["--kill", "all"]).env_clear().envs(&repo.vars).status());
}

#[test]
fn a_signer_that_fails_stops_the_commit_without_a_trace() {
    for (key, value) in [("gpg.program", "/bin/false"), ("gpg.format", "ssh")] {
        let repo = Repo::new();
        repo.dirty();
        repo.git(&["config", "commit.gpgSign", "true"]);
        repo.git(&["config", key, value]);
        let error = repo.refuses(&change("postmortems/2018/new.toml", "x = 2\n"));
        assert!(matches!(error, StoreError::Signing { .. }), "{error}");
        repo.hook("pre-commit", "exit 0");
        let error = repo.refuses(&change("postmortems/2018/new.toml", "x = 2\n"));
        assert!(matches!(error, StoreError::Signing { .. }), "{error}");
    }
}

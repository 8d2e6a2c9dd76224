//! Statements signed through git and judged again, with git itself as the referee.

mod allowed;
mod gnupg;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Repo;
use crate::store::signature::Signature;
use crate::store::{Check, Judgement, Stated, Store, StoreError};

const STATEMENT: &str =
    "pm sign-off 1\nrecord: database-removed\n\nnote: \u{e9}t\u{e9}, with spaces at the end  \n\n\n";

const STATED: Stated<'static> =
    Stated { statement: STATEMENT, name: "Ada Author", email: "ada@example.org", seconds: 1_485_950_000 };

/// The time of [`STATED`] lies between these.
const DAY_BEFORE: &str = "20170131Z";
const DAY_AFTER: &str = "20170202Z";

struct Keyed {
    repo: Repo,
    /// The public key, without a comment.
    public: String,
}

fn ssh_key(folder: &Path, name: &str, options: &[&str]) -> (PathBuf, String) {
    let key = folder.join(name);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", "a comment"]).args(options).arg("-f").arg(&key);
    assert!(command.status().expect("ssh-keygen runs").success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("made");
    let words: Vec<&str> = public.split(' ').take(2).collect();
    (key, words.join(" "))
}

impl Keyed {
    fn new() -> Self {
        Self::with(&[], &["-t", "ed25519"])
    }

    fn with(init: &[&str], options: &[&str]) -> Self {
        let repo = Repo::with_init(init);
        let (key, public) = ssh_key(repo.home.path(), "key", options);
        repo.git(&["config", "gpg.format", "ssh"]);
        repo.git(&["config", "user.signingKey", key.to_str().expect("UTF-8")]);
        let keyed = Self { repo, public };
        keyed.allow(&format!("ada@example.org {}\n", keyed.public));
        keyed
    }

    fn allow(&self, text: &str) {
        let file = self.repo.home.path().join("allowed");
        std::fs::write(&file, text).expect("written");
        self.repo.git(&["config", "gpg.ssh.allowedSignersFile", file.to_str().expect("UTF-8")]);
    }

    fn sign(&self) -> Signature {
        self.repo.store().sign(&STATED).expect("it is signed")
    }

    /// Judged by the allowed-signers file.
    fn judge(&self, stated: Stated<'_>, signature: &Signature) -> Judgement {
        let emails = [stated.email.to_owned()];
        judge(&self.repo.store(), stated, signature, &[], &emails)
    }

    fn judge_by(&self, keys: &[String], stated: Stated<'_>, signature: &Signature) -> Judgement {
        judge(&self.repo.store(), stated, signature, keys, &[stated.email.to_owned()])
    }

    /// What `git verify-commit` says of the object built again by nobody but this test.
    fn referee(&self, stated: Stated<'_>, signature: &Signature) -> bool {
        let Stated { statement, name, email, seconds } = stated;
        let sha256 = signature.method.ends_with("-sha256");
        let tree = self.repo.git(&["hash-object", "-t", "tree", "--stdin"]);
        let (header, label, gap) = match (sha256, signature.method.starts_with("git-ssh")) {
            (true, true) => ("gpgsig-sha256", "SSH SIGNATURE", ""),
            (false, true) => ("gpgsig", "SSH SIGNATURE", ""),
            (_, false) => ("gpgsig", "PGP SIGNATURE", " \n"),
        };
        let mut armour = format!("-----BEGIN {label}-----\n{gap}");
        for line in signature.signature.as_bytes().chunks(64) {
            armour.extend([" ", std::str::from_utf8(line).expect("ASCII"), "\n"]);
        }
        let who = format!("{name} <{email}> {seconds} +0000");
        let object = format!(
            "tree {tree}\nauthor {who}\ncommitter {who}\n{header} {armour} -----END {label}-----\n\n{statement}"
        );
        let file = self.repo.home.path().join("object");
        std::fs::write(&file, object).expect("written");
        let id = self.repo.git(&["hash-object", "-t", "commit", "-w", file.to_str().expect("UTF-8")]);
        self.repo.try_git(&["verify-commit", &id]).status.success()
    }
}

fn judge(store: &Store, stated: Stated<'_>, signature: &Signature, keys: &[String], emails: &[String]) -> Judgement {
    judge_seen(store, stated, signature, keys, emails, None)
}

fn judge_seen(
    store: &Store,
    stated: Stated<'_>,
    signature: &Signature,
    keys: &[String],
    emails: &[String],
    seen: Option<i64>,
) -> Judgement {
    let allowed = store.allowed_signers(None).expect("readable");
    let Signature { method, signature } = signature;
    let check = Check { stated, method, signature, keys, emails, seen };
    let mut judgements = store.judge(&[check], &allowed);
    assert_eq!(judgements.len(), 1);
    judgements.remove(0)
}

#[track_caller]
fn good(judgement: &Judgement) -> &str {
    match judgement {
        Judgement::Good { key } => key,
        other => panic!("not good: {other:?}"),
    }
}

#[track_caller]
fn bad(judgement: &Judgement, part: &str) {
    match judgement {
        Judgement::Bad { reason } if reason.contains(part) => {}
        other => panic!("not bad because of {part}: {other:?}"),
    }
}

#[track_caller]
fn unsure(judgement: &Judgement, part: &str) {
    match judgement {
        Judgement::CannotTell { reason } if reason.contains(part) => {}
        other => panic!("not unsure because of {part}: {other:?}"),
    }
}

fn changes() -> Vec<Stated<'static>> {
    vec![
        Stated { statement: "pm sign-off 2\n", ..STATED },
        Stated { statement: STATEMENT.trim_end_matches('\n'), ..STATED },
        Stated { name: "Ada", ..STATED },
        Stated { name: "Ada Author\ngpgsig x", ..STATED },
        Stated { email: "adb@example.org", ..STATED },
        Stated { seconds: STATED.seconds + 1, ..STATED },
    ]
}

#[test]
fn ssh_keys_of_all_kinds_sign_and_are_known_again() {
    let kinds: [(&[&str], &str); 5] = [
        (&["-t", "ed25519"], "ED25519"),
        (&["-t", "ecdsa", "-b", "256"], "ECDSA"),
        (&["-t", "ecdsa", "-b", "384"], "ECDSA"),
        (&["-t", "ecdsa", "-b", "521"], "ECDSA"),
        (&["-t", "rsa", "-b", "2048"], "RSA"),
    ];
    for (options, name) in kinds {
        let keyed = Keyed::with(&[], options);
        let signature = keyed.sign();
        assert_eq!(signature.method, "git-ssh");
        let key = keyed.judge(STATED, &signature);
        let shown = Command::new("ssh-keygen").args(["-l", "-f"]).arg(keyed.repo.home.path().join("key.pub")).output();
        let shown = String::from_utf8(shown.expect("it runs").stdout).expect("UTF-8");
        let fingerprint = shown.split(' ').nth(1).expect("size, fingerprint");
        assert_eq!(good(&key), format!("{name} {fingerprint}"));
        assert!(keyed.referee(STATED, &signature), "{options:?}");
        let keys = [format!("{} with another comment", keyed.public)];
        assert_eq!(keyed.judge_by(&keys, STATED, &signature), key);
        for stated in changes() {
            assert!(matches!(keyed.judge(stated, &signature), Judgement::Bad { .. }), "{stated:?}");
            assert!(matches!(keyed.judge_by(&keys, stated, &signature), Judgement::Bad { .. }), "{stated:?}");
        }
        assert!(!keyed.referee(Stated { name: "Ada", ..STATED }, &signature));
    }
}

#[test]
fn an_rsa_key_longer_than_this_process_takes_is_gits_business() {
    let keyed = Keyed::with(&[], &["-t", "rsa", "-b", "4104"]);
    let signature = keyed.sign();
    good(&keyed.judge(STATED, &signature));
    good(&keyed.judge_by(std::slice::from_ref(&keyed.public), STATED, &signature));
    bad(&keyed.judge(Stated { name: "Ada", ..STATED }, &signature), "does not match");
}

#[test]
fn sha256_repositories_sign_another_object() {
    let keyed = Keyed::with(&["--object-format=sha256"], &["-t", "ed25519"]);
    let mut signature = keyed.sign();
    assert_eq!(signature.method, "git-ssh-sha256");
    good(&keyed.judge(STATED, &signature));
    assert!(keyed.referee(STATED, &signature));
    signature.method = "git-ssh".into();
    bad(&keyed.judge(STATED, &signature), "does not match");
    signature.method = "git-openpgp".into();
    unsure(&keyed.judge(STATED, &signature), "SHA-1 repository");
}

#[test]
fn signing_leaves_nothing_in_the_repository() {
    let keyed = Keyed::new();
    keyed.repo.dirty();
    let before = (keyed.repo.snapshot(), keyed.repo.git(&["count-objects", "-v"]));
    let signature = keyed.sign();
    good(&keyed.judge(STATED, &signature));
    assert_eq!((keyed.repo.snapshot(), keyed.repo.git(&["count-objects", "-v"])), before);
    assert!(!keyed.repo.store().signs_commits().expect("readable"));
    keyed.repo.git(&["config", "commit.gpgSign", "true"]);
    assert!(keyed.repo.store().signs_commits().expect("readable"));
}

#[test]
fn what_git_would_write_otherwise_is_not_signed() {
    let keyed = Keyed::new();
    let store = keyed.repo.store();
    for stated in [
        Stated { name: "", ..STATED },
        Stated { name: "Ada <ada>", ..STATED },
        Stated { name: "Ada\nAuthor", ..STATED },
        Stated { name: "\"Ada\"", ..STATED },
        Stated { name: "Ada,", ..STATED },
        Stated { email: "ada@example.org\u{7f}", ..STATED },
        Stated { email: ":ada@example.org", ..STATED },
        Stated { seconds: -1, ..STATED },
        Stated { statement: "no line break", ..STATED },
        Stated { statement: "a NUL\0\n", ..STATED },
    ] {
        let error = store.sign(&stated).expect_err("refused");
        assert!(matches!(error, StoreError::Refused { .. }), "{stated:?}: {error}");
    }
    keyed.repo.git(&["config", "user.signingKey", "/nowhere"]);
    assert!(matches!(keyed.repo.store().sign(&STATED), Err(StoreError::Signing { .. })));
}

#[test]
fn damage_is_bad() {
    let keyed = Keyed::new();
    let whole = keyed.sign();
    let text = &whole.signature;
    let (front, back) = text.split_at(70);
    let mut other = text.clone().into_bytes();
    other[200] = if other[200] == b'A' { b'B' } else { b'A' };
    for damaged in [
        String::new(),
        format!("{front}\r\n{back}"),
        format!("{front} {back}"),
        format!("{text}\n"),
        format!("{text}AAAA"),
        text[..100].to_owned(),
        text.trim_end_matches('=').to_owned() + "*",
        "AAAA".into(),
        String::from_utf8(other).expect("ASCII"),
    ] {
        let signature = Signature { signature: damaged, method: whole.method.clone() };
        let judgement = keyed.judge(STATED, &signature);
        assert!(matches!(judgement, Judgement::Bad { .. }), "{signature:?}: {judgement:?}");
    }
    let unknown = Signature { method: "git-rot13".into(), ..whole.clone() };
    unsure(&keyed.judge(STATED, &unknown), "`git-rot13` is not known");
    let message = keyed.repo.home.path().join("message");
    std::fs::write(&message, "x").expect("written");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "sign", "-n", "file", "-f"]).arg(keyed.repo.home.path().join("key")).arg(&message);
    assert!(command.output().expect("it runs").status.success());
    let armour = std::fs::read_to_string(message.with_extension("sig")).expect("made");
    let signature = armour.lines().filter(|line| !line.starts_with("--")).collect();
    bad(&keyed.judge(STATED, &Signature { signature, ..whole }), "signed for `file`");
}

#[test]
fn whose_key_it_is_decides() {
    let keyed = Keyed::new();
    let signature = keyed.sign();
    let (_, stranger) = ssh_key(keyed.repo.home.path(), "other", &["-t", "ed25519"]);
    bad(&keyed.judge_by(std::slice::from_ref(&stranger), STATED, &signature), "not one of Ada Author's");
    let both = [stranger.clone(), format!("key::{}", keyed.public)];
    good(&keyed.judge_by(&both, STATED, &signature));
    let public = &keyed.public;
    keyed.allow(&format!("ada@example.org {stranger}\n"));
    unsure(&keyed.judge(STATED, &signature), "no trusted key of ada@example.org");
    keyed.allow(&format!("eve@example.org {public}\n"));
    bad(&keyed.judge(STATED, &signature), "eve@example.org's, not ada@example.org's");
    let emails = ["ada@example.org".to_owned(), "eve@example.org".to_owned()];
    good(&judge(&keyed.repo.store(), STATED, &signature, &[], &emails));
    keyed.allow(&format!("ada@example.org namespaces=\"file\" {public}\n"));
    unsure(&keyed.judge(STATED, &signature), "does not let");
    keyed.allow(&format!("ada@example.org valid-before=\"{DAY_BEFORE}\" {public}\n"));
    unsure(&keyed.judge(STATED, &signature), "expired on 2017-01-31, before it signed");
    // A key that was good at the time the statement gives, and had expired when anybody saw the statement.
    keyed.allow(&format!("ada@example.org valid-before=\"20170301Z\" {public}\n"));
    good(&keyed.judge(STATED, &signature));
    let seen = |seconds| judge_seen(&keyed.repo.store(), STATED, &signature, &[], &emails, Some(seconds));
    good(&seen(STATED.seconds + 60));
    unsure(&seen(STATED.seconds + 365 * 24 * 3600), "expired on 2017-03-01, before anybody else saw the sign-off");
    keyed.allow(&format!("ada@example.org valid-after=\"{DAY_AFTER}\" {public}\n"));
    unsure(&keyed.judge(STATED, &signature), "trusted only from 2017-02-02 on");
    keyed.allow(&format!("ada@example.org valid-after=\"{DAY_BEFORE}\",valid-before=\"{DAY_AFTER}\" {public}\n"));
    good(&keyed.judge(STATED, &signature));
    assert!(keyed.referee(STATED, &signature));
    keyed.repo.git(&["config", "gpg.ssh.allowedSignersFile", "/nowhere/at/all"]);
    unsure(&keyed.judge(STATED, &signature), "/nowhere/at/all does not exist");
    keyed.repo.git(&["config", "--unset", "gpg.ssh.allowedSignersFile"]);
    unsure(&keyed.judge(STATED, &signature), "no allowed-signers file is set");
}

#[test]
fn a_revoked_key_is_no_good_key() {
    let keyed = Keyed::new();
    let signature = keyed.sign();
    let revoked = keyed.repo.home.path().join("revoked");
    std::fs::write(&revoked, "").expect("written");
    keyed.repo.git(&["config", "gpg.ssh.revocationFile", revoked.to_str().expect("UTF-8")]);
    good(&keyed.judge(STATED, &signature));
    std::fs::write(&revoked, format!("{}\n", keyed.public)).expect("written");
    unsure(&keyed.judge(STATED, &signature), "git does not accept ED25519");
}

#[test]
fn a_certificate_is_checked_by_git() {
    let keyed = Keyed::new();
    let home = keyed.repo.home.path();
    let (authority, trusted) = ssh_key(home, "authority", &["-t", "ed25519"]);
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-I", "ada", "-n", "ada@example.org", "-s"]).arg(&authority).arg(home.join("key.pub"));
    assert!(command.output().expect("it runs").status.success());
    let certificate = home.join("key-cert.pub");
    keyed.repo.git(&["config", "user.signingKey", certificate.to_str().expect("UTF-8")]);
    let signature = keyed.sign();
    keyed.allow(&format!("*@example.org cert-authority {trusted}\n"));
    let judgement = keyed.judge(STATED, &signature);
    assert!(good(&judgement).starts_with("ED25519-CERT SHA256:"), "{judgement:?}");
    assert_eq!(keyed.judge(STATED, &signature), judgement, "remembered");
    assert!(verified(&keyed.repo).exists());
    bad(&keyed.judge(Stated { name: "Ada", ..STATED }, &signature), "does not match");
    keyed.allow(&format!("*@example.com cert-authority {trusted}\n"));
    unsure(&keyed.judge(STATED, &signature), "no authority for certificates of ada@example.org");
    keyed.allow(&format!("*@example.org cert-authority {}\n", keyed.public));
    unsure(&keyed.judge(STATED, &signature), "git does not accept");
    unsure(&keyed.judge_by(std::slice::from_ref(&keyed.public), STATED, &signature), "is a certificate");
}

fn verified(repo: &Repo) -> PathBuf {
    repo.root.join(".git/pm/verified")
}

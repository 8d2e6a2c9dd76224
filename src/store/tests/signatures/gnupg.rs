//! Signatures by `gpg` and `gpgsm`, and the cache of what they said.

use std::process::Command;

use super::{Keyed, Repo, STATED, bad, changes, good, judge, unsure, verified};
use crate::store::signature::Signature;
use crate::store::{Check, Judgement, Stated};

/// A home for gpg with a key; its fingerprint.
fn openpgp(repo: &mut Repo) -> Option<(tempfile::TempDir, String)> {
    Command::new("gpg").arg("--version").output().ok()?;
    // Sockets have short names, temporary folders may not.
    let home = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    repo.vars.insert("GNUPGHOME".into(), home.path().into());
    let gpg = |args: &[&str]| {
        let output = Command::new("gpg").args(["--batch", "--quiet"]).args(args).env_clear().envs(&repo.vars).output();
        let output = output.expect("gpg runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let user = "Ada Author <ada@example.org>";
    gpg(&["--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never"]);
    let listing = gpg(&["--with-colons", "--list-keys"]);
    let line = listing.lines().find(|line| line.starts_with("fpr:")).expect("a fingerprint");
    Some((home, line.trim_matches(|c| c != ':').split(':').find(|part| part.len() == 40)?.to_owned()))
}

fn stop(repo: &Repo) {
    drop(Command::new("gpgconf").args(["--kill", "all"]).env_clear().envs(&repo.vars).status());
}

#[test]
fn an_openpgp_key_signs_and_is_known_by_its_fingerprint() {
    let mut repo = Repo::new();
    let Some((home, fingerprint)) = openpgp(&mut repo) else { return };
    let mut keyed = Keyed { repo, public: String::new() };
    let signature = keyed.sign();
    assert_eq!(signature.method, "git-openpgp");
    assert!(keyed.referee(STATED, &signature));
    let name = format!("openpgp {fingerprint}");
    assert_eq!(good(&keyed.judge(STATED, &signature)), name);
    let other = Stated { email: "eve@example.org", ..STATED };
    bad(&keyed.judge(other, &signature), "does not match");
    let emails = ["eve@example.org".to_owned()];
    unsure(&judge(&keyed.repo.store(), STATED, &signature, &[], &emails), "by the keyring");
    std::fs::remove_file(verified(&keyed.repo)).expect("the bad one was remembered");

    let spaced: String = fingerprint.to_lowercase().chars().flat_map(|c| [c, ' ']).collect();
    let keys = [spaced];
    bad(&keyed.judge_by(&["A".repeat(40)], STATED, &signature), "not one of Ada Author's");
    for stated in changes() {
        assert!(matches!(keyed.judge_by(&keys, stated, &signature), Judgement::Bad { .. }), "{stated:?}");
    }
    assert_eq!(good(&keyed.judge_by(&keys, STATED, &signature)), name);
    let whole = Command::new("gpg")
        .args(["--batch", "--quiet", "--sign"])
        .current_dir(&keyed.repo.root)
        .arg("--output=-")
        .arg("readme.md")
        .env_clear()
        .envs(&keyed.repo.vars)
        .output();
    let whole = data_encoding::BASE64.encode(&whole.expect("gpg runs").stdout);
    assert!(whole.len() > 100);
    let other_text = Signature { signature: whole, method: signature.method.clone() };
    unsure(&keyed.judge_by(&keys, STATED, &other_text), "git could not check it");
    let later = Stated { seconds: 4_000_000_000, ..STATED };
    let early = keyed.repo.store().sign(&later).expect("signed");
    unsure(&keyed.judge_by(&keys, later, &early), "before the day it states");
    keyed.repo.git(&["config", "gpg.program", "/nowhere/gpg"]);
    assert_eq!(good(&keyed.judge_by(&keys, STATED, &signature)), name, "remembered");
    keyed.repo.git(&["config", "--unset", "gpg.program"]);
    stop(&keyed.repo);

    let empty = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    keyed.repo.vars.insert("GNUPGHOME".into(), empty.path().into());
    unsure(&keyed.judge_by(&keys, STATED, &signature), "not in the keyring");
    std::fs::write(verified(&keyed.repo), b"\xff\n1234 good x\ngarbage").expect("written");
    unsure(&keyed.judge_by(&keys, STATED, &signature), "not in the keyring");
    unsure(&keyed.judge(STATED, &signature), "not in the keyring");
    keyed.repo.git(&["config", "gpg.program", "/nowhere/gpg"]);
    unsure(&keyed.judge(STATED, &signature), "git could not check it");
    stop(&keyed.repo);
    drop(home);
}

#[test]
fn many_are_judged_in_order_and_a_damaged_cache_is_no_cache() {
    let mut repo = Repo::new();
    let Some((_home, fingerprint)) = openpgp(&mut repo) else { return };
    let keyed = Keyed { repo, public: String::new() };
    let signature = keyed.sign();
    let keys = [fingerprint];
    let emails = [STATED.email.to_owned()];
    let all: Vec<Stated<'_>> = std::iter::once(STATED).chain(changes()).chain([STATED]).collect();
    let run = || {
        let store = keyed.repo.store();
        let allowed = store.allowed_signers(None).expect("readable");
        let Signature { method, signature } = &signature;
        let checks: Vec<Check<'_>> = all
            .iter()
            .map(|stated| Check { stated: *stated, method, signature, keys: &keys, emails: &emails, seen: None })
            .collect();
        store.judge(&checks, &allowed)
    };
    let first = run();
    good(&first[0]);
    good(first.last().expect("some"));
    assert!(first[1..7].iter().all(|judgement| matches!(judgement, Judgement::Bad { .. })), "{first:?}");
    let file = verified(&keyed.repo);
    let text = std::fs::read_to_string(&file).expect("written");
    assert_eq!(run(), first);
    assert_eq!(std::fs::read_to_string(&file).expect("there"), text, "nothing new");
    for garbage in [text.replace(" good ", " better "), text.replace('\n', "\r\n\0"), text[..40].to_owned()] {
        std::fs::write(&file, garbage).expect("written");
        let kinds = |judgements: &[Judgement]| judgements.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        assert_eq!(kinds(&run()), kinds(&first));
    }
    let many = "0123456789abcdef".repeat(4) + " good openpgp OLD\n";
    std::fs::write(&file, many.repeat(120_000)).expect("written");
    assert_eq!(run(), first);
    let kept = std::fs::read_to_string(&file).expect("there");
    assert!(kept.len() < 5_500_000 && kept.contains(&keys[0]), "the older half went");
    std::fs::remove_file(&file).expect("removed");
    std::fs::create_dir(&file).expect("in the way");
    assert_eq!(run(), first);
    stop(&keyed.repo);
}

#[test]
fn a_certificate_of_x509_signs_and_is_known_by_its_fingerprint() {
    let mut repo = Repo::new();
    if Command::new("gpgsm").arg("--version").output().is_err() {
        return;
    }
    let home = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    repo.vars.insert("GNUPGHOME".into(), home.path().into());
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).expect("written");
    write("gpg-agent.conf", "allow-loopback-pinentry\n");
    write("gpgsm.conf", "disable-crl-checks\n");
    write("empty", "\n");
    write("key", "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign, cert\nSerial: random\nName-DN: CN=Ada\n");
    let gpgsm = |args: &[&str]| {
        let mut command = Command::new("gpgsm");
        command.arg("--batch").args(args).current_dir(home.path()).env_clear().envs(&repo.vars);
        let output = command.stdin(std::fs::File::open(home.path().join("empty")).expect("there")).output();
        let output = output.expect("gpgsm runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let loopback = ["--pinentry-mode", "loopback", "--passphrase-fd", "0", "--armor", "--generate-key", "key"];
    write("certificate", &gpgsm(&loopback));
    gpgsm(&["--import", "certificate"]);
    let listing = gpgsm(&["--with-colons", "--list-secret-keys"]);
    let line = listing.lines().find(|line| line.starts_with("fpr:")).expect("a fingerprint");
    let fingerprint = line.split(':').nth(9).expect("the tenth field").to_owned();
    write("trustlist.txt", &format!("{fingerprint} S relax\n"));
    stop(&repo);
    repo.git(&["config", "gpg.format", "x509"]);
    repo.git(&["config", "user.signingKey", &fingerprint]);
    let keyed = Keyed { repo, public: String::new() };
    let signature = keyed.sign();
    assert_eq!(signature.method, "git-x509");
    let keys = [fingerprint.clone()];
    assert_eq!(good(&keyed.judge_by(&keys, STATED, &signature)), format!("x509 {fingerprint}"));
    for stated in changes() {
        assert!(matches!(keyed.judge_by(&keys, stated, &signature), Judgement::Bad { .. }), "{stated:?}");
    }
    unsure(&keyed.judge(STATED, &signature), "no certificate is listed for Ada Author");
    let later = Stated { seconds: 4_000_000_000, ..STATED };
    let early = keyed.repo.store().sign(&later).expect("signed");
    unsure(&keyed.judge_by(&keys, later, &early), "before the day it states");
    stop(&keyed.repo);
}

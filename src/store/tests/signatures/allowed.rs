//! git's allowed-signers file: where it is read from, and what its lines mean, with `ssh-keygen` as the referee.

use std::process::Command;

use super::{Keyed, STATED, unsure};
use crate::store::{AllowedSigners, Judgement};

#[test]
fn allowed_signers_in_the_working_tree_are_those_of_the_revision() {
    let keyed = Keyed::new();
    let repo = &keyed.repo;
    let text = |allowed: &AllowedSigners| allowed.text().map(str::to_owned).map_err(str::to_owned);
    let start = repo.store().head().expect("readable").commit;
    repo.git(&["config", "gpg.ssh.allowedSignersFile", "./trust/allowed"]);
    repo.write("trust/allowed", "committed\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=trust"]);
    repo.write("trust/allowed", "edited\n");
    let store = repo.store();
    let head = store.head().expect("readable").commit;
    assert_eq!(text(&store.allowed_signers(head).expect("readable")), Ok("committed\n".into()));
    assert_eq!(text(&store.allowed_signers(None).expect("readable")), Ok("edited\n".into()));
    let missing = text(&store.allowed_signers(start).expect("readable")).expect_err("not there yet");
    assert!(missing.contains("trust/allowed is not in"), "{missing}");
    // A link from outside leads into the working tree, whether or not the file is still there.
    let link = repo.home.path().join("link");
    std::os::unix::fs::symlink(repo.root.join("trust"), &link).expect("linked");
    let outside = link.join("allowed");
    repo.git(&["config", "gpg.ssh.allowedSignersFile", outside.to_str().expect("UTF-8")]);
    let store = repo.store();
    assert_eq!(text(&store.allowed_signers(head).expect("readable")), Ok("committed\n".into()));
    std::fs::remove_file(repo.root.join("trust/allowed")).expect("removed");
    assert_eq!(text(&store.allowed_signers(head).expect("readable")), Ok("committed\n".into()));
    // git's own folder is nobody's branch.
    let own = repo.root.join(".git/allowed");
    std::fs::write(&own, "own\n").expect("written");
    repo.git(&["config", "gpg.ssh.allowedSignersFile", own.to_str().expect("UTF-8")]);
    assert_eq!(text(&repo.store().allowed_signers(head).expect("readable")), Ok("own\n".into()));
}

/// Lines of an allowed-signers file (`KEY` is the key), and whether they let ada@example.org sign for git now.
const LINES: [(&str, bool); 33] = [
    ("ada@example.org KEY", true),
    ("\t ada@example.org\tKEY\ta comment", true),
    ("# a comment\n\n  # another\nada@example.org KEY", true),
    ("# ada@example.org KEY", false),
    ("\"ada@example.org\" KEY", true),
    ("Ada@example.org KEY", false),
    ("*@example.org KEY", true),
    ("a?a@*.org KEY", true),
    ("a?@example.org KEY", false),
    ("eve@example.org,ada@example.org KEY", true),
    ("*@example.org,!ada@example.org KEY", false),
    ("!ada@example.org,*@example.org KEY", false),
    ("!eve@example.org KEY", false),
    ("!eve@example.org,* KEY", true),
    ("ada@example.org, KEY", true),
    ("ada@example.org, eve@example.org KEY", false),
    ("ada@example.org namespaces=\"git\" KEY", true),
    ("ada@example.org NAMESPACES=\"file,g*\" KEY", true),
    ("ada@example.org namespaces=\"file\" KEY", false),
    ("ada@example.org namespaces=\"*,!git\" KEY", false),
    ("ada@example.org namespaces=git KEY", false),
    ("ada@example.org namespaces=\"git\", KEY", false),
    ("ada@example.org namespaces=\"git\",namespaces=\"git\" KEY", false),
    ("ada@example.org namespaces=\"git\" namespaces=\"git\" KEY", false),
    ("ada@example.org unheard-of KEY", false),
    ("ada@example.org cert-authority KEY", false),
    ("ada@example.org valid-before=\"20000101\" KEY", false),
    ("ada@example.org valid-after=\"20000101\",valid-before=\"20991231235959Z\" KEY", true),
    ("ada@example.org valid-after=\"209912312359\" KEY", false),
    ("ada@example.org valid-after=\"20200101\",valid-before=\"20000101\" KEY", false),
    ("ada@example.org valid-before=\"2099\" KEY", false),
    ("ada@example.org ssh-rsa AAAA\nada@example.org KEY", true),
    ("ada@example.org KEY=", false),
];

#[test]
fn lines_mean_what_they_mean_to_ssh_keygen() {
    let keyed = Keyed::new();
    let signature = keyed.sign();
    let home = keyed.repo.home.path();
    let message = home.join("message");
    std::fs::write(&message, "x").expect("written");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-Y", "sign", "-n", "git", "-f"]).arg(home.join("key")).arg(&message);
    assert!(command.output().expect("it runs").status.success());
    for (line, expected) in LINES {
        keyed.allow(&line.replace("KEY", &keyed.public));
        let judgement = keyed.judge(STATED, &signature);
        assert_eq!(matches!(judgement, Judgement::Good { .. }), expected, "{line}: {judgement:?}");
        let verify = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-n", "git", "-I", "ada@example.org", "-Overify-time=20170201120000", "-f"])
            .arg(home.join("allowed"))
            .arg("-s")
            .arg(message.with_extension("sig"))
            .stdin(std::fs::File::open(&message).expect("there"))
            .output();
        let verify = verify.expect("it runs");
        // `KEY=` is base64 that OpenSSH reads leniently.
        let lenient = line.ends_with('=');
        assert!(lenient || verify.status.success() == expected, "{line}: {verify:?}");
    }
    // Stricter than OpenSSH: there is no such day.
    keyed.allow(&format!("ada@example.org valid-before=\"20990230\" {}\n", keyed.public));
    unsure(&keyed.judge(STATED, &signature), "not in the allowed-signers file");
}

//! Many at once on one repository: all of them succeed, or say that they did not.

use std::process::{Child, Stdio};

use crate::sandbox::Sandbox;

const MANY: usize = 20;

fn start(sandbox: &Sandbox, line: &str) -> Child {
    sandbox.command(line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell")
}

fn all_well(children: Vec<Child>) {
    for child in children {
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn is_linear_and_whole(sandbox: &Sandbox, commits: usize) {
    assert_eq!(sandbox.run("git rev-list --count HEAD").ok().trim(), commits.to_string());
    assert_eq!(sandbox.run("git rev-list --min-parents=2 --count HEAD").ok().trim(), "0");
    assert_eq!(sandbox.run("git status --short").ok(), "");
    let fsck = sandbox.run("git fsck --strict --no-dangling");
    assert_eq!((fsck.code, fsck.stdout.as_str()), (0, ""), "{fsck}");
}

#[test]
fn twenty_writers_of_one_record_are_all_in_its_history() {
    let sandbox = Sandbox::with_example();
    all_well((0..MANY).map(|n| start(&sandbox, &format!("pm set tags+=writer-{n}"))).collect());
    is_linear_and_whole(&sandbox, 2 + MANY);
    let text = sandbox.read("postmortems/2017/2017-01-31-database-removed.toml");
    for n in 0..MANY {
        assert!(text.contains(&format!("\"writer-{n}\"")), "writer {n} is lost");
    }
}

#[test]
fn twenty_new_records_and_changes_of_them_are_all_there() {
    let sandbox = Sandbox::ready();
    all_well((0..MANY).map(|n| start(&sandbox, &format!("pm new 'Incident number {n}'"))).collect());
    is_linear_and_whole(&sandbox, 1 + MANY);
    all_well(
        (0..MANY)
            .map(|n| {
                start(
                    &sandbox,
                    &format!(
                        "pm set incident-number-{n} severity=P1 || pm set 2026-03-02-incident-number-{n} severity=P1"
                    ),
                )
            })
            .collect(),
    );
    is_linear_and_whole(&sandbox, 1 + 2 * MANY);
    assert_eq!(sandbox.run("pm list --severity P1 --format csv | wc -l").ok().trim(), (MANY + 1).to_string());
}

#[test]
fn the_users_own_adds_and_commits_lose_nothing_beside_twenty_writers() {
    let sandbox = Sandbox::with_example();
    // By path: git reads the index before it locks it, so a plain commit that lost a race must not just be tried again.
    let own = "for n in $(seq 1 15); do echo $n > own-$n; until git add own-$n 2>/dev/null; do :; done; \
               until git commit -qm own-$n -- own-$n 2>/dev/null; do :; done; done";
    let mut children = vec![start(&sandbox, own)];
    children.extend((0..MANY).map(|n| start(&sandbox, &format!("pm set tags+=writer-{n}"))));
    all_well(children);
    // For the same reason the index that git wrote last may be from before a commit of ours.
    sandbox.run("git reset -q").ok();
    is_linear_and_whole(&sandbox, 2 + 15 + MANY);
    assert_eq!(
        sandbox.run("git log --format=%s --name-only | grep -c '^own-[0-9]*$'").ok().trim(),
        "30",
        "15 subjects, 15 files"
    );
    for n in 0..MANY {
        assert!(sandbox.read("postmortems/2017/2017-01-31-database-removed.toml").contains(&format!("\"writer-{n}\"")));
    }
}

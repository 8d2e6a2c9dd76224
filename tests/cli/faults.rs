//! Repositories in odd states: one clear error, and everything as it was; or the work done as git would have done it.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// Everything that a refused command must leave alone: branch, index, files.
fn everything(sandbox: &Sandbox) -> String {
    sandbox
        .run("git rev-parse HEAD; git ls-files -s; git status --porcelain=v2; find . -path ./.git -prune -o -type f -print | sort | xargs cksum; ls .git")
        .stdout
}

fn refused(sandbox: &Sandbox, line: &str) -> String {
    sandbox.run("pm doctor").stdout.clear();
    let before = everything(sandbox);
    let output = sandbox.run(line);
    assert_eq!(output.code, 2, "{output}");
    assert_eq!(everything(sandbox), before, "{output}");
    output.to_string()
}

/// A repository in which `pm` has written before, so that its own folder is there.
fn used() -> Sandbox {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set tags+=used").ok();
    sandbox
}

#[test]
fn a_merge_a_rebase_and_a_cherry_pick_are_finished_first() {
    let sandbox = used();
    sandbox.run("echo a > f && git add f && git commit -qm a && git switch -qc side HEAD~1 && echo b > f && git add f && git commit -qm b").ok();
    assert_eq!(sandbox.run("git merge main").code, 1);
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: a merge is in progress; finish it with `git merge --continue` or give it up with `git merge --abort`, then run pm again
--- exit 2

"#]]
    );
    sandbox.run("git merge --abort").ok();
    assert_ne!(sandbox.run("git rebase main").code, 0);
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: a rebase is in progress; finish it with `git rebase --continue` or give it up with `git rebase --abort`, then run pm again
--- exit 2

"#]]
    );
    sandbox.run("git rebase --abort").ok();
    assert_ne!(sandbox.run("git cherry-pick main").code, 0);
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: a cherry-pick is in progress; finish it with `git cherry-pick --continue` or give it up with `git cherry-pick --abort`, then run pm again
--- exit 2

"#]]
    );
    assert_data_eq!(
        refused(&sandbox, "pm new 'API down'"),
        str![[r#"
--- talk
error: a cherry-pick is in progress; finish it with `git cherry-pick --continue` or give it up with `git cherry-pick --abort`, then run pm again
--- exit 2

"#]]
    );
}

#[test]
fn a_conflict_in_the_record_itself_is_said_by_every_command() {
    let sandbox = used();
    sandbox.run("git switch -qc side && pm set severity=P2 && git switch -q main && pm set severity=P3").ok();
    assert_eq!(sandbox.run("git merge side").code, 1);
    assert_data_eq!(
        sandbox.run("pm show").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
error[conflict-markers]: the record has a merge conflict
  --> postmortems/2017/2017-01-31-database-removed.toml:10:1
   |
10 | <<<<<<< HEAD
   | ^^^^^^^^^^^^
   |
   = help: `pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it

1 error
error: postmortems/2017/2017-01-31-database-removed.toml cannot be read as a record
hint: `pm edit 2017-01-31-database-removed` opens it
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm list").to_string(),
        str![[r#"
--- talk
skipped postmortems/2017/2017-01-31-database-removed.toml: it has conflict markers: `pm resolve` merges it by field and entry
error: 1 file was skipped
hint: `pm check` shows what is wrong with them
--- exit 2

"#]]
    );
    assert_data_eq!(
        refused(&sandbox, "pm set --no-commit severity=P1"),
        str![[r#"
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
error[conflict-markers]: the record has a merge conflict
  --> postmortems/2017/2017-01-31-database-removed.toml:10:1
   |
10 | <<<<<<< HEAD
   | ^^^^^^^^^^^^
   |
   = help: `pm resolve` merges it by field and entry; or settle it in an editor, then `git add` it

1 error
error: postmortems/2017/2017-01-31-database-removed.toml cannot be read as a record, so nothing was changed
hint: `pm edit postmortems/2017/2017-01-31-database-removed.toml` opens it
--- exit 2

"#]]
    );
}

#[test]
fn a_locked_index_an_unknown_author_and_a_refusing_hook_change_nothing() {
    let sandbox = used();
    sandbox.run("git config --global user.useConfigOnly true && git config --global --unset user.email").ok();
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: git does not know who you are (no email was given and auto-detection is disabled); run `git config --global user.name "Your Name"` and `git config --global user.email you@example.com`
--- exit 2

"#]]
    );
    sandbox.run("git config --global user.email ann@example.com").ok();
    sandbox.write(".git/hooks/pre-commit", "#!/bin/sh\necho \"no commits on Mondays\"\nexit 1\n");
    sandbox.run("chmod +x .git/hooks/pre-commit").ok();
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: the pre-commit hook refused the change, so nothing was committed; what it said:
no commits on Mondays
--- exit 2

"#]]
    );
    sandbox.run("mkdir hooks && mv .git/hooks/pre-commit hooks/commit-msg && git config core.hooksPath hooks").ok();
    assert!(
        refused(&sandbox, "pm new 'API down' --branch; code=$?; git branch --list; git symbolic-ref HEAD; exit $code")
            .starts_with("* main\nrefs/heads/main\n")
    );
    assert_data_eq!(
        refused(&sandbox, "pm new 'API down'"),
        str![[r#"
--- talk
error: the commit-msg hook refused the change, so nothing was committed; what it said:
no commits on Mondays
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm set --no-verify severity=P2").to_string(),
        str![[r#"
severity P1 → P2
--- talk
2017-01-31-database-removed (the only record)
✓ committed 51a770a6fc on main

"#]]
    );
    sandbox.run("git config --unset core.hooksPath && git config commit.gpgsign true && git config gpg.format ssh && git config user.signingkey /nonexistent").ok();
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P3"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: signing the commit failed, so nothing was committed; `git config --get-regexp 'gpg|sign'` shows the set-up; what git said:
error: Couldn't load public key /nonexistent: No such file or directory?
--- exit 2

"#]]
    );
}

#[test]
fn hooks_see_exactly_the_record_and_may_add_to_the_message() {
    let sandbox = used();
    sandbox.run("echo x > other && git add other").ok();
    sandbox.write(".git/hooks/pre-commit", "#!/bin/sh\ngit diff --cached --name-only > seen\n");
    sandbox.write(".git/hooks/commit-msg", "#!/bin/sh\necho 'Change-Id: I1' >> \"$1\"\n");
    sandbox.write(".git/hooks/post-commit", "#!/bin/sh\ngit log -1 --format=%s > after\n");
    sandbox.run("chmod +x .git/hooks/*-commit .git/hooks/commit-msg && pm set severity=P2").ok();
    assert_eq!(sandbox.read("seen"), "postmortems/2017/2017-01-31-database-removed.toml\n");
    assert_data_eq!(
        sandbox
            .run("cat after; git log -1 --format=%B | git interpret-trailers --parse; git status --short")
            .to_string(),
        str![[r#"
2017-01-31-database-removed: severity P1 → P2
Postmortem: 2017-01-31-database-removed
Change-Id: I1
A  other
?? after
?? seen

"#]]
    );
}

#[test]
fn commits_are_signed_when_git_is_set_up_to_sign() {
    let sandbox = used();
    sandbox.run("ssh-keygen -q -t ed25519 -N '' -C ann -f ../home/key && echo \"ann@example.com $(cat ../home/key.pub)\" > ../home/allowed").ok();
    sandbox.run("git config commit.gpgsign true && git config gpg.format ssh && git config user.signingkey ~/key.pub && git config gpg.ssh.allowedSignersFile ~/allowed").ok();
    sandbox.run("pm set severity=P2").ok();
    let verified = sandbox.run("git verify-commit HEAD");
    assert_eq!(verified.code, 0, "{verified}");
    assert!(verified.stderr.contains("Good \"git\" signature for ann@example.com"), "{verified}");
}

#[test]
fn author_and_committer_are_who_git_says() {
    let sandbox = used();
    sandbox.run("GIT_AUTHOR_NAME=Bo GIT_AUTHOR_EMAIL=bo@example.com pm set severity=P2").ok();
    assert_eq!(
        sandbox.run("git log -1 --format='%an <%ae>, %cn <%ce>'").ok(),
        "Bo <bo@example.com>, Ann Example <ann@example.com>\n"
    );
}

#[test]
fn detached_linked_and_nested_repositories_work() {
    let sandbox = used();
    sandbox.run("git switch -q --detach").ok();
    assert_data_eq!(
        sandbox.run("pm set severity=P2").to_string(),
        str![[r#"
severity P1 → P2
--- talk
2017-01-31-database-removed (the only record)
✓ committed fc6cce9658
warning: HEAD is detached, so no branch holds this commit; `git switch -c NAME` keeps it

"#]]
    );
    sandbox.run("git switch -q main && git worktree add -q ../linked -b linked").ok();
    assert_data_eq!(
        sandbox
            .run("cd ../linked && pm set severity=P3 && git status --short && git -C ../repo log -1 --format=%s main")
            .to_string(),
        str![[r#"
severity P1 → P3
2017-01-31-database-removed: tags: + used
--- talk
2017-01-31-database-removed (the only record)
✓ committed 638f9e56d4 on linked

"#]]
    );
    sandbox.run("git init -q ../outer && git -C ../outer -c protocol.file.allow=always submodule add -q ../repo inner && git -C ../outer commit -qm inner").ok();
    assert_data_eq!(
        sandbox.run("cd ../outer/inner && pm set tags+=inner && git status --short").to_string(),
        str![[r#"
tags: + inner
--- talk
2017-01-31-database-removed (the only record)
✓ committed 4ae1eaa45a on main

"#]]
    );
    sandbox.run("git clone -q --bare . ../bare.git").ok();
    assert_eq!(sandbox.run("pm -C ../bare.git list --format csv | wc -l").ok().trim(), "2");
    assert_data_eq!(
        sandbox.run("pm -C ../bare.git set severity=P1").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: this is a bare repository or git's own directory: there is no working tree to write in; run from a clone's working tree
--- exit 2

"#]]
    );
}

#[test]
fn a_sparse_checkout_without_the_records_still_reads_and_changes_them() {
    let sandbox = used();
    sandbox.run("mkdir code && echo x > code/x && git add code && git commit -qm code && git sparse-checkout set --cone code").ok();
    assert!(!sandbox.dir().join("postmortems/2017").exists());
    sandbox.run("pm set severity=P2").ok();
    assert_eq!(
        sandbox.run("git status --short && git ls-files -t postmortems/2017").ok(),
        "S postmortems/2017/2017-01-31-database-removed.toml\n"
    );
    assert!(sandbox.run("pm show --format toml").ok().contains("severity = \"P2\""));
}

#[test]
fn other_object_formats_and_ref_storages_work() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let sandbox = Sandbox::empty();
        if sandbox.run(&format!("git init -q {format}")).code != 0 {
            // An older git does not know the format; nothing of `pm` is involved.
            continue;
        }
        sandbox.run("pm init && pm new 'API down' && pm set severity=P1").ok();
        assert_eq!(
            sandbox.run("pm list --severity P1 --format csv | wc -l && git status --short").ok().trim(),
            "2",
            "{format}"
        );
        assert_eq!(sandbox.run("pm show --rev HEAD~1 --format toml | grep -c severity").stdout.trim(), "0", "{format}");
        let fsck = sandbox.run("git fsck --strict");
        assert_eq!(fsck.code, 0, "{format}: {fsck}");
    }
}

#[test]
fn links_and_ignored_places_are_refused() {
    let sandbox = used();
    sandbox.run("mkdir ../outside && ln -s ../../outside postmortems/2026").ok();
    assert_data_eq!(
        refused(&sandbox, "pm new 'API down'"),
        str![[r#"
--- talk
error: postmortems/2026/2026-03-02-api-down.toml is a symbolic link or lies behind one; pm does not follow links: put the file itself there
--- exit 2

"#]]
    );
    sandbox.run("rm postmortems/2026 && echo '/postmortems/2026/' > .gitignore").ok();
    assert_data_eq!(
        refused(&sandbox, "pm new 'API down'"),
        str![[r#"
--- talk
error: postmortems/2026/2026-03-02-api-down.toml is ignored by `/postmortems/2026/` in .gitignore:1, so it would not be committed; change that rule or the records folder
--- exit 2

"#]]
    );
}

#[test]
fn a_record_of_a_newer_format_is_shown_and_not_changed() {
    let sandbox = used();
    sandbox.run("sed -i 's/^format = 1/format = 2/' postmortems/2017/*.toml && git commit -qam newer").ok();
    assert_eq!(sandbox.run("pm show").code, 0);
    assert_data_eq!(
        refused(&sandbox, "pm set severity=P2"),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: postmortems/2017/2017-01-31-database-removed.toml is written in format 2, which this `pm` can show but not change
hint: install a newer `pm`
--- exit 2

"#]]
    );
}

#[test]
fn a_branch_that_is_an_alias_moves_the_branch_it_stands_for() {
    let sandbox = used();
    sandbox.run("git symbolic-ref refs/heads/alias refs/heads/main && git symbolic-ref HEAD refs/heads/alias").ok();
    sandbox.run("pm set severity=P2").ok();
    assert_data_eq!(
        sandbox.run("git symbolic-ref refs/heads/alias; git log -1 --format=%s main; git status --short").to_string(),
        str![[r#"
refs/heads/main
2017-01-31-database-removed: severity P1 → P2

"#]]
    );
}

/// Runs a line as somebody whom permissions bind, even where the tests run as root.
#[cfg(unix)]
fn as_an_ordinary_user(sandbox: &Sandbox, line: &str) -> crate::sandbox::Output {
    let line = line.replace('\'', r"'\''");
    sandbox.run(&format!(
        "if [ \"$(id -u)\" != 0 ]; then sh -c '{line}'; else \
         cp \"$(command -v pm)\" ~/pm && chown -R 65534 .. && \
         PATH=\"$HOME:$PATH\" setpriv --reuid=65534 --clear-groups sh -c '{line}'; fi"
    ))
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_stays_as_it_is() {
    let sandbox = used();
    let look = "git rev-parse HEAD && git status --short && ls .git .git/pm && cksum postmortems/2017/*";
    let mut said = String::new();
    for folder in ["postmortems/2017", ".git", ".git/refs/heads", ".git/objects"] {
        let before = as_an_ordinary_user(&sandbox, look).ok();
        let close = format!("chmod 555 {folder} && pm set severity=P2; code=$?; chmod 755 {folder}; exit $code");
        let output = as_an_ordinary_user(&sandbox, &close);
        assert_eq!(output.code, 2, "{folder}: {output}");
        assert_eq!(as_an_ordinary_user(&sandbox, look).ok(), before, "{folder}");
        said += &output.to_string();
    }
    assert_data_eq!(
        said,
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
error: cannot write [ROOT]/repo/postmortems/2017/2017-01-31-database-removed.toml: Permission denied (os error 13)
--- exit 2
--- talk
2017-01-31-database-removed (the only record)
error: cannot make [ROOT]/repo/.git/index.lock: Permission denied (os error 13)
--- exit 2
--- talk
2017-01-31-database-removed (the only record)
error: git update-ref failed (128): [..]Unable to create '[ROOT]/repo/.git/refs/heads/main.lock': Permission denied
--- exit 2
--- talk
2017-01-31-database-removed (the only record)
error: git commit-tree failed ([..]): [..]insufficient permission[..]
--- exit 2

"#]]
    );
    as_an_ordinary_user(&sandbox, "pm set severity=P2 && git fsck --strict").ok();
}

//! The user's hooks see what `git commit` would show them, and have the same say.

use std::os::unix::fs::PermissionsExt as _;

use super::{RECORD, Repo, at, change, commit_with, committed};
use crate::store::{Outcome, StoreError, hooks::clean};

impl Repo {
    pub(super) fn hook(&self, name: &str, script: &str) {
        self.hook_in(".git/hooks", name, script);
    }

    fn hook_in(&self, folder: &str, name: &str, script: &str) {
        let file = format!("{folder}/{name}");
        self.write(&file, &format!("#!/bin/sh\n{script}\n"));
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.root.join(file), mode).expect("made executable");
    }

    fn seen(&self) -> String {
        std::fs::read_to_string(self.home.path().join("seen")).unwrap_or_default()
    }
}

#[test]
fn every_hook_runs_in_order_and_sees_exactly_the_record() {
    let repo = Repo::new();
    repo.dirty();
    let seen = repo.home.path().join("seen");
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"] {
        let script = format!(
            "exec >> '{}'; echo {name} \"$@\" [$(git diff --cached --name-only)] $GIT_EDITOR $GIT_AUTHOR_NAME ${{GIT_LITERAL_PATHSPECS-none}}; pwd >> '{}.pwd'",
            seen.display(),
            seen.display()
        );
        repo.hook(name, &script);
    }
    let before = repo.git(&["status", "--porcelain=v1", "--", ".", &format!(":!{RECORD}")]);
    committed(repo.commit(RECORD, "title = \"two\"\n"));
    let name = "Ada Author none";
    assert_eq!(
        repo.seen(),
        format!(
            "pre-commit [{RECORD}] : {name}\n\
             prepare-commit-msg .git/COMMIT_EDITMSG message [{RECORD}] : {name}\n\
             commit-msg .git/COMMIT_EDITMSG [{RECORD}] : {name}\n\
             post-commit [added.txt src/app.txt] : {name}\n"
        )
    );
    let places = std::fs::read_to_string(repo.home.path().join("seen.pwd")).expect("there");
    assert!(places.lines().all(|place| place == repo.root.to_str().expect("UTF-8")));
    assert_eq!(repo.git(&["status", "--porcelain=v1"]), before);
}

#[test]
fn in_a_linked_worktree_the_common_hooks_run() {
    let repo = Repo::new();
    let linked = repo.root.with_file_name("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().expect("UTF-8")]);
    repo.hook("pre-commit", "echo no; exit 1");
    let store = crate::store::Store::open(&repo.environment(&linked)).expect("opens");
    let error = commit_with(&store, &change(RECORD, "x = 2\n")).expect_err("refused");
    assert!(matches!(error, StoreError::HookRefused { .. }), "{error}");
}

#[test]
fn a_hook_that_refuses_is_heard_and_leaves_no_trace() {
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
        let repo = Repo::new();
        repo.dirty();
        repo.hook(name, "echo to stdout; echo to stderr >&2; exit 3");
        let mut commit = change("postmortems/2018/new.toml", "x = 1\n");
        match repo.refuses(&commit) {
            StoreError::HookRefused { hook, output, left } => {
                assert_eq!(hook, name);
                assert!(output.contains("to stdout") && output.contains("to stderr"), "{output}");
                assert!(left.is_empty());
            }
            other => panic!("{other}"),
        }
        commit.options.no_verify = true;
        let outcome = commit_with(&repo.store(), &commit);
        assert_eq!(outcome.is_ok(), name != "prepare-commit-msg", "{outcome:?}");
    }
}

#[test]
fn a_reference_transaction_hook_that_refuses_leaves_no_trace() {
    let repo = Repo::new();
    repo.dirty();
    repo.hook("reference-transaction", "test \"$1\" != prepared");
    let error = repo.refuses(&change(RECORD, "x = 2\n"));
    assert!(matches!(error, StoreError::HookRefused { .. }), "{error}");
}

#[test]
fn a_hook_that_is_not_executable_is_passed_over_with_a_word() {
    let repo = Repo::new();
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    let made = committed(repo.commit(RECORD, "x = 2\n"));
    assert!(made.hook_output.contains("not executable"), "{}", made.hook_output);
}

#[test]
fn hooks_are_found_where_the_configuration_says() {
    let repo = Repo::new();
    repo.hook("pre-commit", "exit 1");
    repo.hook_in("tools/hooks", "commit-msg", "exit 1");
    repo.git(&["config", "core.hooksPath", "tools/hooks"]);
    match repo.refuses(&change(RECORD, "x = 2\n")) {
        StoreError::HookRefused { hook, .. } => assert_eq!(hook, "commit-msg"),
        other => panic!("{other}"),
    }
    repo.git(&["config", "core.hooksPath", "~/nothing"]);
    committed(repo.commit(RECORD, "x = 2\n"));
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    committed(repo.commit(RECORD, "x = 3\n"));
}

#[test]
fn a_formatter_that_stages_its_result_changes_the_commit_and_the_index() {
    let repo = Repo::new();
    repo.dirty();
    repo.hook("pre-commit", &format!("echo '# formatted' >> {RECORD}; git add {RECORD}"));
    let before = repo.git(&["status", "--porcelain=v1"]);
    let made = committed(repo.commit(RECORD, "x = 2\n"));
    assert_eq!(made.hook_rewrote, [at(RECORD)]);
    assert_eq!(repo.git(&["show", &format!("HEAD:{RECORD}")]), "x = 2\n# formatted");
    assert_eq!(repo.text(RECORD), "x = 2\n# formatted\n");
    assert_eq!(repo.git(&["status", "--porcelain=v1"]), before);
}

#[test]
fn a_reviewer_may_refuse_what_a_formatter_made() {
    let repo = Repo::new();
    repo.hook("pre-commit", &format!("git rm --quiet --cached {RECORD}; git update-index --add --cacheinfo 100644,$(echo y | git hash-object -w --stdin),{RECORD}"));
    let before = repo.snapshot();
    let store = repo.store();
    let result = store.lock().expect("free").commit_reviewed(&change(RECORD, "x = 2\n"), &|proposed| {
        assert!(proposed.message.contains("Postmortem: one"));
        if proposed.rewritten.is_empty() { Ok(()) } else { Err("a hook rewrote the record".into()) }
    });
    assert_eq!(result.expect_err("refused").to_string(), "a hook rewrote the record, so nothing was committed");
    assert_eq!(repo.snapshot(), before);
}

#[test]
fn a_hook_that_adds_other_files_is_refused_by_their_names() {
    let repo = Repo::new();
    repo.write("generated.md", "x\n");
    repo.hook("pre-commit", "git add generated.md");
    match repo.refuses(&change(RECORD, "x = 2\n")) {
        StoreError::HookWidened { paths } => assert_eq!(paths, [at("generated.md")]),
        other => panic!("{other}"),
    }
}

#[test]
fn a_hook_that_takes_the_change_back_leaves_nothing_to_commit() {
    let repo = Repo::new();
    repo.hook("pre-commit", &format!("git reset --quiet HEAD -- {RECORD}"));
    let error = repo.refuses(&change(RECORD, "x = 2\n"));
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
}

#[test]
fn a_message_hook_has_the_last_word_on_the_message() {
    let repo = Repo::new();
    repo.hook("prepare-commit-msg", "printf 'Prepared\\n\\n\\nBody  \\n' > \"$1\"");
    repo.hook("commit-msg", "echo 'Change-Id: I1' >> \"$1\"");
    committed(repo.commit(RECORD, "x = 2\n"));
    assert_eq!(repo.git(&["log", "-1", "--format=%B"]), "Prepared\n\nBody\nChange-Id: I1");
    repo.hook("commit-msg", ": > \"$1\"");
    let error = repo.refuses(&change(RECORD, "x = 3\n"));
    assert!(matches!(error, StoreError::EmptyMessage), "{error}");
}

#[test]
fn a_post_commit_hook_that_fails_changes_nothing() {
    let repo = Repo::new();
    repo.hook("post-commit", "echo sorry; exit 1");
    let made = committed(repo.commit(RECORD, "x = 2\n"));
    assert_eq!(made.hook_output, "sorry\n");
}

#[test]
fn in_a_sparse_checkout_hooks_see_no_deletions() {
    let repo = Repo::new();
    repo.git(&["sparse-checkout", "set", "--cone", "postmortems"]);
    repo.hook(
        "pre-commit",
        "test -z \"$(git diff --name-only)\" && test \"$(git diff --cached --name-only | wc -l)\" -eq 1",
    );
    committed(repo.commit(RECORD, "x = 2\n"));
}

#[test]
fn a_hook_that_runs_pm_is_told_it_cannot_commit() {
    let repo = Repo::new();
    let seen = repo.home.path().join("seen");
    repo.hook("pre-commit", &format!("echo \"$GIT_INDEX_FILE\" > '{}'", seen.display()));
    committed(repo.commit(RECORD, "x = 2\n"));
    let index = repo.seen().trim().to_owned();
    let mut inside = Repo::new();
    inside.vars.insert("GIT_INDEX_FILE".into(), index.into());
    assert!(matches!(inside.store().lock(), Err(StoreError::InsideHook { .. })));
}

#[test]
fn blank_lines_are_cleaned_as_git_cleans_them() {
    let repo = Repo::new();
    for message in ["\n\n a \n\n\n b\t\n# c\n\n", "one", "one\n\n", "a\r\nb\n", "\n", ""] {
        let file = repo.home.path().join("message");
        std::fs::write(&file, message).expect("written");
        let script = format!("git stripspace < '{}'", file.display());
        let output = std::process::Command::new("sh").args(["-c", &script]).output();
        let expected = String::from_utf8(output.expect("sh runs").stdout).expect("UTF-8");
        assert_eq!(clean(message), expected, "{message:?}");
    }
}

#[test]
fn no_hook_means_no_process_and_no_message_file() {
    let repo = Repo::new();
    std::fs::remove_file(repo.root.join(".git/COMMIT_EDITMSG")).expect("the first commit made it");
    let outcome = repo.commit(RECORD, "x = 2\n");
    assert!(matches!(outcome, Ok(Outcome::Committed(_))));
    assert!(!repo.root.join(".git/COMMIT_EDITMSG").exists());
}

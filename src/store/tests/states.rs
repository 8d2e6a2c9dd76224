//! Every state a repository may be in: one commit, one path, everything else as it was, and git finds no fault.

use std::path::{Path, PathBuf};

use super::{RECORD, Repo, change, commit_with, committed, write};
use crate::store::{Committed, Store};

/// A working tree in some state, and the record in it.
struct State<'a> {
    repo: &'a Repo,
    root: PathBuf,
}

impl State<'_> {
    fn lines(&self, args: &[&str], path: &str) -> Vec<String> {
        let output = self.repo.git_in(&self.root, args);
        output.split('\0').filter(|line| !line.ends_with(path)).map(str::to_owned).collect()
    }

    /// Commits `text` to `path` and checks the four things.
    #[track_caller]
    fn accepts(&self, path: &str, text: &str) -> Committed {
        let status = ["status", "--porcelain=v1", "-z", "--untracked-files=all"];
        let staged = ["ls-files", "-z", "-t", "--stage"];
        let before = (self.lines(&status, path), self.lines(&staged, path));
        let parent = self.head();

        let store = Store::open(&self.repo.environment(&self.root)).expect("opens");
        let made = committed(commit_with(&store, &change(path, text)));

        assert_eq!(made.index_note, None);
        assert_eq!(self.head().as_deref(), Some(made.id.to_string().as_str()));
        let parents = self.git(&["log", "-1", "--format=%P"]);
        assert_eq!(parents, parent.unwrap_or_default(), "one commit on top");
        let paths = self.git(&["diff-tree", "--root", "--no-commit-id", "--name-only", "-r", "HEAD"]);
        assert_eq!(paths, path, "one path");
        // First of all, as `git status` would refresh the index.
        let unrefreshed = self.git(&["diff-index", "--name-only", "HEAD", "--", path]);
        assert_eq!(unrefreshed, "", "the index knows the file");
        let after = (self.lines(&status, path), self.lines(&staged, path));
        assert_eq!(before, after, "everything else as it was");
        let own = self.git(&["status", "--porcelain=v1", "--untracked-files=all", "--", path]);
        assert_eq!(own, "", "the record is clean");
        self.is_sound();
        made
    }

    fn is_sound(&self) {
        let fsck = self.repo.try_git_in(
            &self.root,
            &["-c", "advice.sparseIndexExpanded=false", "fsck", "--strict", "--no-progress", "--no-dangling"],
        );
        assert!(fsck.status.success() && fsck.stdout.is_empty() && fsck.stderr.is_empty(), "{fsck:?}");
        let git_dir = self.git(&["rev-parse", "--absolute-git-dir"]);
        let left: Vec<_> = std::fs::read_dir(Path::new(&git_dir).join("pm"))
            .expect("our folder")
            .map(|item| item.expect("an entry").file_name())
            .filter(|name| name != "lock")
            .collect();
        assert!(left.is_empty(), "left behind: {left:?}");
        assert!(!Path::new(&git_dir).join("index.lock").exists());
    }

    fn head(&self) -> Option<String> {
        let output = self.repo.try_git_in(&self.root, &["rev-parse", "--verify", "--quiet", "HEAD"]);
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (!id.is_empty()).then_some(id)
    }

    fn git(&self, args: &[&str]) -> String {
        self.repo.git_in(&self.root, args)
    }
}

fn state(repo: &Repo) -> State<'_> {
    State { repo, root: repo.root.clone() }
}

#[test]
fn beside_staged_unstaged_and_untracked_work() {
    let repo = Repo::new();
    repo.dirty();
    let made = state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert_eq!(made.branch.as_deref(), Some("main"));
    assert_eq!(repo.text(RECORD), "title = \"two\"\n");
    assert_eq!(
        repo.git(&["log", "-1", "--format=%an|%ae|%ai|%cn|%ce|%ci|%B"]),
        format!(
            "Ada Author|ada@example.org|2017-02-01 00:27:20 +0000|Cy Committer|cy@example.org|2017-02-01 01:27:30 +0100|Change {RECORD}\n\nPostmortem: one"
        )
    );
    let reflog = repo.git(&["reflog", "-1", "--format=%gs", "HEAD"]);
    assert_eq!(reflog, "commit: pm set");
    assert_eq!(repo.git(&["reflog", "-1", "--format=%gs", "main"]), reflog);
}

#[test]
fn a_new_record_in_a_new_folder() {
    let repo = Repo::new();
    repo.dirty();
    state(&repo).accepts("postmortems/2026/2026-01-01-new.toml", "title = \"new\"\n");
}

#[test]
fn a_removed_record_takes_its_empty_folder_with_it() {
    let repo = Repo::new();
    repo.dirty();
    let mut commit = change(RECORD, "");
    commit.changes[0].content = None;
    committed(commit_with(&repo.store(), &commit));
    assert!(!repo.root.join("postmortems").exists());
    assert_eq!(repo.git(&["show", "--name-status", "--format=", "HEAD"]), format!("D\t{RECORD}"));
    assert_eq!(repo.git(&["status", "--porcelain", "--", "postmortems"]), "");
    state(&repo).is_sound();
}

#[test]
fn on_an_unborn_branch() {
    let repo = Repo::bare_ground();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.write("other.txt", "staged\n");
    repo.git(&["add", "other.txt"]);
    state(&repo).accepts(RECORD, "title = \"first\"\n");
}

#[test]
fn on_an_unborn_branch_without_an_index() {
    let repo = Repo::bare_ground();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    state(&repo).accepts(RECORD, "title = \"first\"\n");
}

#[test]
fn on_a_detached_head() {
    let repo = Repo::new();
    repo.git(&["switch", "--quiet", "--detach"]);
    repo.dirty();
    let made = state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert_eq!(made.branch, None);
    assert_ne!(repo.git(&["rev-parse", "main"]), made.id.to_string());
}

#[test]
fn in_a_linked_worktree() {
    let repo = Repo::new();
    let linked = repo.root.with_file_name("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "other", linked.to_str().expect("UTF-8")]);
    write(&linked.join("src/app.txt"), "dirty\n");
    let state = State { repo: &repo, root: linked };
    let made = state.accepts(RECORD, "title = \"two\"\n");
    assert_eq!(made.branch.as_deref(), Some("other"));
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn in_a_submodule() {
    let repo = Repo::new();
    let outer = repo.root.with_file_name("outer");
    std::fs::create_dir(&outer).expect("a new folder");
    repo.git_in(&outer, &["init", "--quiet"]);
    let url = repo.root.to_str().expect("UTF-8");
    repo.git_in(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
    let state = State { repo: &repo, root: outer.join("sub") };
    state.accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn with_a_separate_git_dir() {
    let repo = Repo::bare_ground();
    let git_dir = repo.root.with_file_name("elsewhere.git");
    let option = format!("--separate-git-dir={}", git_dir.display());
    repo.git(&["init", "--quiet", "--initial-branch=main", &option]);
    repo.fill();
    repo.dirty();
    state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert_eq!(repo.store().root(), Some(repo.root.as_path()));
}

#[test]
fn with_sha256_ids() {
    let repo = Repo::with_init(&["--object-format=sha256"]);
    repo.dirty();
    let made = state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert_eq!(made.id.as_bytes().len(), 32);
}

#[test]
fn with_refs_in_a_reftable() {
    let repo = Repo::with_init(&["--ref-format=reftable"]);
    repo.dirty();
    let made = state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert_eq!(made.branch.as_deref(), Some("main"));
}

#[test]
fn with_refs_in_a_reftable_on_an_unborn_branch() {
    let repo = Repo::bare_ground();
    repo.git(&["init", "--quiet", "--initial-branch=main", "--ref-format=reftable"]);
    state(&repo).accepts(RECORD, "title = \"first\"\n");
}

#[test]
fn with_a_split_index() {
    let repo = Repo::new();
    repo.git(&["config", "core.splitIndex", "true"]);
    repo.git(&["update-index", "--split-index"]);
    repo.dirty();
    state(&repo).accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn with_a_sparse_index_and_the_record_outside_the_cone() {
    let repo = Repo::new();
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert!(!repo.root.join(RECORD).exists());
    repo.write("src/app.txt", "dirty\n");
    let before = repo.git(&["status", "--porcelain"]);
    let made = committed(repo.commit(RECORD, "title = \"two\"\n"));
    assert!(!repo.root.join(RECORD).exists(), "git keeps it out, and so do we");
    assert_eq!(repo.git(&["show", &format!("{}:{RECORD}", made.id)]), "title = \"two\"");
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    assert!(repo.git(&["ls-files", "-t", RECORD]).starts_with("S "));
    state(&repo).is_sound();
}

#[test]
fn with_the_record_marked_skip_worktree() {
    let repo = Repo::new();
    repo.dirty();
    repo.git(&["update-index", "--skip-worktree", RECORD]);
    std::fs::remove_file(repo.root.join(RECORD)).expect("it was there");
    let made = committed(repo.commit(RECORD, "title = \"two\"\n"));
    assert_eq!(repo.git(&["show", &format!("{}:{RECORD}", made.id)]), "title = \"two\"");
    assert!(repo.git(&["ls-files", "-t", RECORD]).starts_with("S "));
    assert!(!repo.root.join(RECORD).exists());
    state(&repo).is_sound();
}

#[test]
fn with_carriage_returns_in_the_working_tree() {
    let repo = Repo::new();
    repo.write(".gitattributes", "*.toml text eol=crlf\n");
    repo.git(&["add", ".gitattributes"]);
    repo.git(&["commit", "--quiet", "--message=attributes"]);
    state(&repo).accepts(RECORD, "title = \"two\"\r\nstatus = \"draft\"\r\n");
    assert_eq!(repo.git(&["cat-file", "blob", &format!("HEAD:{RECORD}")]), "title = \"two\"\nstatus = \"draft\"");
    assert!(repo.text(RECORD).contains("\r\n"), "the working tree keeps its line endings");
}

#[test]
fn with_a_clean_filter() {
    let repo = Repo::new();
    repo.write(".gitattributes", "*.toml filter=secret\n");
    repo.git(&["config", "filter.secret.clean", "tr a-z n-za-m"]);
    repo.git(&["config", "filter.secret.smudge", "tr a-z n-za-m"]);
    repo.git(&["config", "filter.secret.required", "true"]);
    repo.git(&["add", "--renormalize", "."]);
    repo.git(&["add", ".gitattributes"]);
    repo.git(&["commit", "--quiet", "--message=filter"]);
    state(&repo).accepts(RECORD, "secret\n");
    assert_eq!(repo.git(&["cat-file", "blob", &format!("HEAD:{RECORD}")]), "frperg");
}

#[test]
fn with_an_executable_record() {
    let repo = Repo::new();
    repo.git(&["update-index", "--chmod=+x", RECORD]);
    repo.git(&["commit", "--quiet", "--message=mode"]);
    repo.git(&["checkout", "--quiet", "--force", "HEAD", "--", "."]);
    state(&repo).accepts(RECORD, "title = \"two\"\n");
    assert!(repo.git(&["ls-tree", "HEAD", RECORD]).starts_with("100755"));
}

#[test]
fn in_a_partial_clone() {
    let repo = Repo::new();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.root.with_file_name("clone");
    let url = format!("file://{}", repo.root.display());
    repo.git_in(repo.home.path(), &["clone", "--quiet", "--filter=blob:none", &url, clone.to_str().expect("UTF-8")]);
    let state = State { repo: &repo, root: clone };
    state.accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn in_a_shallow_clone() {
    let repo = Repo::new();
    repo.write("readme.md", "second\n");
    repo.git(&["commit", "--quiet", "--all", "--message=second"]);
    let clone = repo.root.with_file_name("clone");
    let url = format!("file://{}", repo.root.display());
    repo.git_in(repo.home.path(), &["clone", "--quiet", "--depth=1", &url, clone.to_str().expect("UTF-8")]);
    let state = State { repo: &repo, root: clone };
    state.accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn with_an_untracked_cache() {
    let repo = Repo::new();
    repo.git(&["config", "core.untrackedCache", "true"]);
    repo.git(&["update-index", "--force-untracked-cache"]);
    repo.dirty();
    repo.git(&["status"]);
    state(&repo).accepts(RECORD, "title = \"two\"\n");
    let index = std::fs::read(repo.root.join(".git/index")).expect("an index");
    assert!(index.windows(4).any(|four| four == b"UNTR"), "the cache is still there");
}

#[test]
fn with_git_dir_and_work_tree_in_the_environment() {
    let mut repo = Repo::new();
    let git_dir = repo.root.with_file_name("moved.git");
    std::fs::rename(repo.root.join(".git"), &git_dir).expect("a rename");
    repo.vars.insert("GIT_DIR".into(), "../moved.git".into());
    repo.vars.insert("GIT_WORK_TREE".into(), ".".into());
    repo.dirty();
    state(&repo).accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn with_the_record_edited_by_hand_the_edit_goes_along() {
    let repo = Repo::new();
    repo.write(RECORD, "title = \"by hand\"\n");
    state(&repo).accepts(RECORD, "title = \"by hand\"\nstatus = \"draft\"\n");
}

#[test]
fn with_the_record_staged_as_it_is_on_disk() {
    let repo = Repo::new();
    repo.write(RECORD, "title = \"staged\"\n");
    repo.git(&["add", RECORD]);
    state(&repo).accepts(RECORD, "title = \"two\"\n");
}

#[test]
fn with_the_record_merely_intended_to_be_added() {
    let repo = Repo::new();
    let path = "postmortems/2026/2026-01-01-new.toml";
    repo.write(path, "title = \"draft\"\n");
    repo.git(&["add", "--intent-to-add", path]);
    state(&repo).accepts(path, "title = \"new\"\n");
}

#[test]
fn several_files_in_one_commit() {
    let repo = Repo::new();
    repo.dirty();
    let mut commit = change(RECORD, "title = \"two\"\n");
    commit.changes.extend(change("pm.toml", "records = \"postmortems\"\n").changes);
    commit.options.durable = true;
    committed(commit_with(&repo.store(), &commit));
    assert_eq!(repo.git(&["show", "--name-only", "--format=", "HEAD"]), format!("pm.toml\n{RECORD}"));
    assert_eq!(repo.git(&["status", "--porcelain", "--", "pm.toml", RECORD]), "");
    state(&repo).is_sound();
}

#[test]
fn the_same_content_again_is_no_commit() {
    let repo = Repo::new();
    repo.dirty();
    let before = repo.git(&["status", "--porcelain=v1"]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    let outcome = repo.commit(RECORD, "title = \"one\"\n").expect("nothing is wrong");
    assert_eq!(outcome, crate::store::Outcome::Unchanged);
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(repo.git(&["status", "--porcelain=v1"]), before);
    state(&repo).is_sound();
}

#[test]
fn many_new_files_in_one_commit() {
    let repo = Repo::new();
    repo.dirty();
    let mut commit = change(RECORD, "title = \"two\"\n");
    for number in 0..250 {
        commit.changes.extend(change(&format!("postmortems/2018/{number}.toml"), &format!("n = {number}\n")).changes);
    }
    committed(commit_with(&repo.store(), &commit));
    assert_eq!(repo.git(&["show", "--name-only", "--format=", "HEAD"]).lines().count(), 251);
    assert_eq!(repo.git(&["status", "--porcelain", "--", "postmortems"]), "");
    state(&repo).is_sound();
}

#[test]
fn removing_what_is_not_there_is_no_commit() {
    let repo = Repo::new();
    let mut commit = change("postmortems/2018/none.toml", "");
    commit.changes[0].content = None;
    let outcome = commit_with(&repo.store(), &commit).expect("nothing is wrong");
    assert_eq!(outcome, crate::store::Outcome::Unchanged);
    state(&repo).is_sound();
}

#[test]
fn with_an_index_that_lags_behind_the_last_commit() {
    let repo = Repo::new();
    let old = repo.git(&["rev-parse", &format!("HEAD:{RECORD}")]);
    committed(repo.commit(RECORD, "title = \"two\"\n"));
    repo.git(&["update-index", "--cacheinfo", &format!("100644,{old},{RECORD}")]);
    state(&repo).accepts(RECORD, "title = \"three\"\n");
}

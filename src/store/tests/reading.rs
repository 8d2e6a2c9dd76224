//! Reading: the same bytes git has, from disk or from any revision, and nothing through a link.

use std::os::unix::fs::symlink;

use super::{RECORD, Repo, at};
use crate::store::{At, Change, Difference, ObjectId, RECORD_LIMIT, Source, Store, StoreError};

fn names(store: &Store, from: At) -> Vec<String> {
    let listing = store.files(Some(&at("postmortems")), from, ".toml").expect("listed");
    listing.files.into_iter().map(|file| file.path.to_string()).collect()
}

#[test]
fn the_working_tree_and_a_revision_list_their_own_files() {
    let repo = Repo::new();
    let store = repo.store();
    let first = store.resolve("HEAD").expect("there");
    repo.write("postmortems/2018/b.toml", "b = 1\n");
    repo.write("postmortems/2018/note.md", "no\n");
    repo.write("postmortems/2018-a.toml", "a = 1\n");
    assert_eq!(
        names(&store, At::WorkTree),
        ["postmortems/2017/2017-01-31-database-removed.toml", "postmortems/2018-a.toml", "postmortems/2018/b.toml"]
    );
    assert_eq!(names(&store, At::Revision(first)), [RECORD]);
    let everything = store.files(None, At::Revision(first), "").expect("listed");
    let all: Vec<_> = everything.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(all.join("\n"), repo.git(&["ls-tree", "-r", "--name-only", "HEAD"]));
    let missing = store.files(Some(&at("nowhere")), At::WorkTree, "").expect("empty");
    assert!(missing.files.is_empty());
    let missing = store.files(Some(&at("nowhere")), At::Revision(first), "").expect("empty");
    assert!(missing.files.is_empty());
}

#[test]
fn links_submodules_and_odd_names_are_skipped_with_a_reason() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::new();
    symlink("2017-01-31-database-removed.toml", repo.root.join("postmortems/2017/link.toml")).expect("linked");
    symlink("2017", repo.root.join("postmortems/folder")).expect("linked");
    repo.write("postmortems/back\\slash.toml", "x\n");
    let odd = std::ffi::OsStr::from_bytes(b"postmortems/\xff.toml");
    std::fs::write(repo.root.join(odd), "x\n").expect("written");
    let nested = repo.root.join("postmortems/nested");
    std::fs::create_dir(&nested).expect("made");
    repo.git_in(&nested, &["init", "--quiet"]);
    super::write(&nested.join("inner.toml"), "x\n");
    let reasons = |from| -> Vec<(String, &str)> {
        let store = repo.store();
        let listing = store.files(Some(&at("postmortems")), from, ".toml").expect("listed");
        assert_eq!(listing.files.len(), 1);
        listing.skipped.into_iter().map(|skipped| (skipped.path, skipped.reason)).collect()
    };
    let expected = [
        ("postmortems/2017/link.toml".to_owned(), "it is a symbolic link"),
        ("postmortems/back\\slash.toml".to_owned(), "its name could not be used on every system"),
        ("postmortems/nested".to_owned(), "it is a submodule or a nested repository"),
        ("postmortems/\u{fffd}.toml".to_owned(), "its name is not UTF-8"),
    ];
    assert_eq!(reasons(At::WorkTree), expected);
    std::fs::remove_dir_all(&nested).expect("removed");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=odd"]);
    let head = repo.store().resolve("HEAD").expect("there");
    let found = reasons(At::Revision(head));
    assert_eq!(found, [&expected[..2], &expected[3..]].concat());
}

#[test]
fn a_link_is_never_read() {
    let repo = Repo::new();
    let outside = repo.home.path().join("outside");
    super::write(&outside.join("secret.toml"), "secret\n");
    symlink(&outside, repo.root.join("postmortems/out")).expect("linked");
    symlink(outside.join("secret.toml"), repo.root.join("postmortems/secret.toml")).expect("linked");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=links"]);
    let store = repo.store();
    let head = store.resolve("HEAD").expect("there");
    for (path, from) in [
        ("postmortems/out/secret.toml", At::WorkTree),
        ("postmortems/secret.toml", At::WorkTree),
        ("postmortems/secret.toml", At::Revision(head)),
    ] {
        let error = store.read(&at(path), from).expect_err("a link");
        assert!(matches!(error, StoreError::Symlink { .. }), "{path}: {error}");
    }
    let error = store.files(Some(&at("postmortems/out")), At::WorkTree, "").expect_err("a link");
    assert!(matches!(error, StoreError::Symlink { .. }), "{error}");
}

#[test]
fn bytes_come_as_they_are() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with_init(&[&format!("--object-format={format}")]);
        let store = repo.store();
        let head = store.resolve("HEAD").expect("there");
        repo.write(RECORD, "edited\r\n");
        let on_disk = store.read(&at(RECORD), At::WorkTree).expect("readable");
        assert_eq!(on_disk.as_deref(), Some(&b"edited\r\n"[..]));
        let before = store.read(&at(RECORD), At::Revision(head)).expect("readable");
        assert_eq!(before.as_deref(), Some(&b"title = \"one\"\n"[..]));
        for from in [At::WorkTree, At::Revision(head)] {
            assert_eq!(store.read(&at("no/such.toml"), from).expect("readable"), None);
        }
        let id = store.object_at(&at(RECORD), head).expect("readable").expect("there");
        assert_eq!(id.to_string(), repo.git(&["rev-parse", &format!("HEAD:{RECORD}")]));
        assert_eq!(store.read_blob(id, &at(RECORD)).expect("readable"), b"title = \"one\"\n");
        let tree = store.object_at(&at("postmortems"), head).expect("readable").expect("there");
        assert_eq!(tree.to_string(), repo.git(&["rev-parse", "HEAD:postmortems"]));
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let repo = Repo::new();
    let file = std::fs::File::create(repo.root.join("postmortems/big.toml")).expect("made");
    file.set_len(RECORD_LIMIT + 1).expect("sparse");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=big"]);
    let store = repo.store();
    let head = store.resolve("HEAD").expect("there");
    for from in [At::WorkTree, At::Revision(head)] {
        match store.read(&at("postmortems/big.toml"), from).expect_err("too large") {
            StoreError::TooLarge { size, limit, .. } => assert_eq!((size, limit), (RECORD_LIMIT + 1, RECORD_LIMIT)),
            other => panic!("{other}"),
        }
    }
    let listing = store.files(Some(&at("postmortems")), At::Revision(head), ".toml").expect("listed");
    let results = store.load(&listing.files, |_, bytes| bytes.is_ok()).expect("loaded");
    assert_eq!(results, [true, false], "one bad file does not spoil the others");
}

#[test]
fn many_files_are_read_at_once_and_in_order() {
    let repo = Repo::new();
    for number in 0..500 {
        repo.write(&format!("postmortems/many/{number:03}.toml"), &format!("{number}\n"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=many"]);
    let store = repo.store();
    let head = store.resolve("HEAD").expect("there");
    for from in [At::WorkTree, At::Revision(head)] {
        let listing = store.files(Some(&at("postmortems/many")), from, ".toml").expect("listed");
        let texts = store
            .load(&listing.files, |_, bytes| String::from_utf8(bytes.expect("readable")).expect("UTF-8"))
            .expect("loaded");
        let expected: Vec<String> = (0..500).map(|number| format!("{number}\n")).collect();
        assert_eq!(texts, expected);
    }
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_read_from_the_index() {
    let repo = Repo::new();
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert!(!repo.root.join(RECORD).exists());
    let store = repo.store();
    let listing = store.files(Some(&at("postmortems")), At::WorkTree, ".toml").expect("listed");
    assert_eq!(listing.files.len(), 1);
    assert!(matches!(listing.files[0].source, Source::Blob(_)));
    let loaded = store.load(&listing.files, |_, bytes| bytes.expect("readable")).expect("loaded");
    assert_eq!(loaded, [b"title = \"one\"\n"]);
    let read = store.read(&at(RECORD), At::WorkTree).expect("readable");
    assert_eq!(read.as_deref(), Some(&b"title = \"one\"\n"[..]));
    assert!(store.difference(&at(RECORD)).expect("readable").is_clean());
    // Written without a commit it has nowhere to be but the disk.
    let changes = super::change(RECORD, "title = \"two\"\n").changes;
    let written = store.lock().expect("free").write_only(&changes).expect("written");
    assert_eq!(written, [at(RECORD)]);
    assert_eq!(repo.text(RECORD), "title = \"two\"\n");
}

#[test]
fn a_partial_clone_fetches_what_it_lacks() {
    let repo = Repo::new();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    repo.write(RECORD, "title = \"two\"\n");
    repo.git(&["commit", "--quiet", "--all", "--message=two"]);
    let clone = repo.root.with_file_name("clone");
    let url = format!("file://{}", repo.root.display());
    repo.git_in(repo.home.path(), &["clone", "--quiet", "--filter=blob:none", &url, clone.to_str().expect("UTF-8")]);
    let store = Store::open(&repo.environment(&clone)).expect("opens");
    let before = store.resolve("HEAD~1").expect("there");
    let read = store.read(&at(RECORD), At::Revision(before)).expect("fetched");
    assert_eq!(read.as_deref(), Some(&b"title = \"one\"\n"[..]));
}

#[test]
fn a_bare_repository_reads_revisions() {
    let repo = Repo::new();
    let bare = repo.root.with_file_name("bare.git");
    repo.git_in(
        repo.home.path(),
        &["clone", "--quiet", "--bare", repo.root.to_str().expect("UTF-8"), bare.to_str().expect("UTF-8")],
    );
    let store = Store::open(&repo.environment(&bare)).expect("opens");
    let head = store.head().expect("readable").commit.expect("a commit");
    assert_eq!(names(&store, At::Revision(head)), [RECORD]);
    assert!(matches!(store.files(None, At::WorkTree, ""), Err(StoreError::NoWorkTree)));
}

#[test]
fn differences_are_those_git_reports() {
    let repo = Repo::new();
    let store = repo.store();
    let path = at(RECORD);
    assert!(store.difference(&path).expect("readable").is_clean());
    assert_eq!(store.differences(None).expect("readable"), []);

    let check = |expected: Difference| {
        assert_eq!(store.difference(&path).expect("readable"), expected);
        let all = store.differences(Some(&at("postmortems"))).expect("readable");
        assert_eq!(all, [(path.clone(), expected)]);
    };
    let clean = Difference { tracked: true, ..Difference::default() };
    repo.write(RECORD, "edited\n");
    check(Difference { worktree: Change::Modified, ..clean });
    repo.git(&["add", RECORD]);
    check(Difference { worktree: Change::Modified, staged: Change::Modified, ..clean });
    repo.write(RECORD, "title = \"one\"\n");
    let back = store.difference(&path).expect("readable");
    assert_eq!((back.worktree, back.staged), (Change::Same, Change::Modified));
    repo.git(&["reset", "--quiet"]);
    std::fs::remove_file(repo.root.join(RECORD)).expect("removed");
    check(Difference { worktree: Change::Deleted, ..clean });
    repo.git(&["rm", "--quiet", "--cached", RECORD]);
    check(Difference { worktree: Change::Deleted, staged: Change::Deleted, unmerged: false, tracked: false });
    repo.write(RECORD, "again\n");
    check(Difference { worktree: Change::Modified, staged: Change::Deleted, unmerged: false, tracked: false });
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.write("postmortems/new.toml", "x\n");
    let untracked = Difference { worktree: Change::Added, ..Difference::default() };
    assert_eq!(store.difference(&at("postmortems/new.toml")).expect("readable"), untracked);
    let all = store.differences(Some(&at("postmortems"))).expect("readable");
    assert_eq!(all, [(at("postmortems/new.toml"), untracked)]);
}

#[test]
fn ignore_rules_are_named_and_negations_are_none() {
    let repo = Repo::new();
    repo.write(".gitignore", "*.toml\n!kept.toml\n");
    let store = repo.store();
    let rule = store.ignored(&at("a/new.toml")).expect("readable").expect("ignored");
    assert_eq!((rule.pattern.as_str(), rule.place.as_str()), ("*.toml", ".gitignore:1"));
    assert_eq!(store.ignored(&at("a/kept.toml")).expect("readable"), None);
    assert_eq!(store.ignored(&at("a/other.md")).expect("readable"), None);
    assert_eq!(store.ignored(&at(RECORD)).expect("readable"), None, "tracked");
    assert_eq!(store.ignored(&at(":(top)x.md")).expect("readable"), None, "no magic");
}

#[test]
fn changed_paths_are_those_of_diff_tree() {
    let repo = Repo::new();
    let store = repo.store();
    let a = store.resolve("HEAD").expect("there");
    repo.write(RECORD, "edited\n");
    repo.write("postmortems/2018/new.toml", "x\n");
    repo.write("src/app.txt", "changed\n");
    std::fs::remove_file(repo.root.join("readme.md")).expect("removed");
    repo.write("readme.md/now-a-folder", "x\n");
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--message=b"]);
    let b = store.resolve("HEAD").expect("there");
    let text =
        |paths: Vec<crate::store::RepoPath>| paths.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let all = text(store.changed_paths(a, b, None).expect("readable"));
    assert_eq!(all, repo.git(&["diff-tree", "-r", "--no-renames", "--name-only", "HEAD~1", "HEAD"]));
    let some = text(store.changed_paths(a, b, Some(&at("postmortems"))).expect("readable"));
    assert_eq!(
        some,
        repo.git(&["diff-tree", "-r", "--no-renames", "--name-only", "HEAD~1", "HEAD", "--", "postmortems"])
    );
    assert_eq!(store.changed_paths(a, a, None).expect("readable"), []);
}

#[test]
fn a_file_written_without_a_commit_keeps_its_mode_and_stages_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = Repo::new();
    repo.dirty();
    let place = repo.root.join(RECORD);
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o640)).expect("set");
    let staged = repo.git(&["ls-files", "--stage"]);
    let mut commit = super::change(RECORD, "two\n");
    commit.changes.extend(super::change("postmortems/2018/new.toml", "x\n").changes);
    let store = repo.store();
    let mut writer = store.lock().expect("free");
    assert_eq!(writer.write_only(&commit.changes).expect("written").len(), 2);
    assert_eq!(writer.write_only(&commit.changes).expect("nothing to do"), []);
    assert_eq!(repo.text(RECORD), "two\n");
    assert_eq!(place.metadata().expect("there").permissions().mode() & 0o777, 0o640);
    assert_eq!(repo.git(&["ls-files", "--stage"]), staged);
}

#[test]
fn files_written_without_a_commit_are_all_written_or_none() {
    let repo = Repo::new();
    repo.write("postmortems/2017/.z.toml.pm-new/in-the-way", "x\n");
    let before = repo.snapshot();
    let mut commit = super::change(RECORD, "two\n");
    commit.changes.extend(super::change("a/b/new.toml", "x\n").changes);
    commit.changes.extend(super::change("postmortems/2017/z.toml", "x\n").changes);
    let result = repo.store().lock().expect("free").write_only(&commit.changes);
    assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
    assert_eq!(repo.snapshot(), before);
}

#[test]
fn ids_know_their_length() {
    assert!(ObjectId::parse(&"a".repeat(40)).is_some_and(|id| id.as_bytes().len() == 20));
    assert!(ObjectId::parse(&"a".repeat(64)).is_some_and(|id| id.as_bytes().len() == 32));
    assert_eq!(ObjectId::parse("abc"), None);
    assert_eq!(ObjectId::parse(&"g".repeat(40)), None);
}

#[test]
fn a_treeless_clone_fetches_the_trees_it_lacks() {
    let repo = Repo::new();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    repo.write(RECORD, "title = \"two\"\n");
    repo.git(&["commit", "--quiet", "--all", "--message=two"]);
    let clone = repo.root.with_file_name("clone");
    let url = format!("file://{}", repo.root.display());
    let place = clone.to_str().expect("UTF-8");
    repo.git_in(repo.home.path(), &["clone", "--quiet", "--filter=tree:0", &url, place]);
    let store = Store::open(&repo.environment(&clone)).expect("opens");
    let before = store.resolve("HEAD~1").expect("there");
    let listing = store.files(Some(&at("postmortems")), At::Revision(before), ".toml").expect("fetched");
    assert_eq!(listing.files.len(), 1);
    let read = store.read(&at(RECORD), At::Revision(before)).expect("fetched");
    assert_eq!(read.as_deref(), Some(&b"title = \"one\"\n"[..]));
}

#[test]
fn objects_that_a_server_keeps_apart_during_a_push_are_read() {
    let mut repo = Repo::new();
    let apart = repo.root.with_file_name("apart");
    std::fs::create_dir(&apart).expect("made");
    repo.vars.insert("GIT_OBJECT_DIRECTORY".into(), "../apart".into());
    repo.vars.insert("GIT_ALTERNATE_OBJECT_DIRECTORIES".into(), repo.root.join(".git/objects").into());
    repo.write(RECORD, "pushed\n");
    repo.git(&["add", "."]);
    let tree = repo.git(&["write-tree"]);
    let pushed = repo.git(&["commit-tree", "-m", "pushed", "-p", "HEAD", &tree]);
    assert!(!repo.root.join(".git/objects").join(&pushed[..2]).join(&pushed[2..]).exists());
    let store = repo.store();
    let revision = store.resolve(&pushed).expect("there");
    let read = store.read(&at(RECORD), At::Revision(revision)).expect("readable");
    assert_eq!(read.as_deref(), Some(&b"pushed\n"[..]));
}

#[test]
fn trees_made_to_break_readers_end_in_an_error_or_a_skip() {
    let repo = Repo::new();
    let mktree = |line: &str| {
        let script = format!("printf '{line}' | git mktree");
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(&repo.root)
            .env_clear()
            .envs(&repo.vars)
            .output()
            .expect("sh runs");
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    };
    let blob = repo.git(&["rev-parse", &format!("HEAD:{RECORD}")]);
    let mut deep = mktree(&format!("100644 blob {blob}\\tx.toml\\n"));
    for _ in 0..20 {
        deep = mktree(&format!("040000 tree {deep}\\t{}\\n", "d".repeat(100)));
    }
    let store = repo.store();
    let id = ObjectId::parse(&deep).expect("an id");
    let listing = store.files(None, At::Revision(id), ".toml").expect("listed");
    assert!(listing.files.is_empty());
    assert_eq!(listing.skipped[0].reason, "its path is too long");
    let head = store.resolve("HEAD").expect("there");
    assert!(store.changed_paths(head, id, None).is_err());
}

#[test]
fn an_id_read_from_a_tree_and_the_same_one_written_out_are_found_in_one_map() {
    let repo = Repo::new();
    for number in 0..200 {
        repo.write(&format!("postmortems/many/{number}.toml"), &format!("title = \"{number}\"\n"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=many"]);
    let store = repo.store();
    let head = store.head().expect("a head").commit.expect("a commit");
    let listing = store.files(Some(&at("postmortems/many")), At::Revision(head), ".toml").expect("listed");
    let read: std::collections::HashSet<ObjectId> = listing
        .files
        .iter()
        .filter_map(|file| match file.source {
            Source::Blob(id) => Some(id),
            Source::WorkTree => None,
        })
        .collect();
    assert_eq!(read.len(), 200);
    let written = read.iter().map(|id| ObjectId::parse(&id.to_string()).expect("hexadecimal digits"));
    assert_eq!(written.filter(|id| read.contains(id)).count(), 200);
}

#[cfg(unix)]
#[test]
fn a_folder_whose_name_is_no_utf8_is_told_and_its_twin_is_read_once() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::new();
    let odd = repo.root.join("postmortems").join(std::ffi::OsStr::from_bytes(b"d\xff"));
    if std::fs::create_dir(&odd).is_err() {
        // Some file systems take no such names.
        return;
    }
    std::fs::write(odd.join("hidden.toml"), "title = \"x\"\n").expect("written");
    repo.write("postmortems/d\u{fffd}/twin.toml", "title = \"y\"\n");
    let listing = repo.store().files(Some(&at("postmortems")), At::WorkTree, ".toml").expect("a listing");
    let paths: Vec<&str> = listing.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, [RECORD, "postmortems/d\u{fffd}/twin.toml"]);
    let skipped: Vec<&str> = listing.skipped.iter().map(|skipped| skipped.reason).collect();
    assert_eq!(skipped, ["its name is not UTF-8"]);
}

//! One pass over history, against what the trees of every commit say.

use std::collections::{BTreeMap, BTreeSet};

use super::{RECORD, Repo, at};
use crate::store::{FileStep, Line, ObjectId, Passed, RepoPath, Store, StoreError, Who};

const DIR: &str = "postmortems";

type Files = BTreeMap<String, (String, String)>;

impl Repo {
    /// Commits everything on disk.
    fn save(&self, message: &str) -> ObjectId {
        let file = self.home.path().join("message");
        std::fs::write(&file, message).expect("written");
        let file = file.to_str().expect("UTF-8");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", file]);
        self.id("HEAD")
    }

    fn id(&self, revision: &str) -> ObjectId {
        ObjectId::parse(&self.git(&["rev-parse", revision])).expect("an id")
    }

    /// Writes a commit object as it stands.
    fn raw_commit(&self, object: &[u8]) -> ObjectId {
        let file = self.home.path().join("object");
        std::fs::write(&file, object).expect("written");
        let file = file.to_str().expect("UTF-8");
        ObjectId::parse(&self.git(&["hash-object", "-t", "commit", "-w", "--literally", file])).expect("an id")
    }

    /// Mode and id of every regular file under a path in a commit.
    fn tree(&self, commit: &str, under: &str) -> Files {
        let listing = self.git(&["--no-replace-objects", "ls-tree", "-r", "-z", commit, "--", under]);
        let files = listing.split('\0').filter_map(|line| line.split_once('\t'));
        let good = |path: &str| !path.contains('\u{fffd}') && RepoPath::new(path).is_ok();
        let files = files.filter(|(meta, path)| meta.starts_with("100") && good(path));
        let pair = |meta: &str| (meta[..6].to_owned(), meta.rsplit(' ').next().unwrap_or_default().to_owned());
        files.map(|(meta, path)| (path.to_owned(), pair(meta))).collect()
    }

    /// The referee: every commit's tree against the trees of its parents.
    fn by_trees(&self, tip: ObjectId, under: &str, line: Line) -> BTreeMap<String, String> {
        let tip = tip.to_string();
        let mut args = vec!["--no-replace-objects", "rev-list", "--parents"];
        args.extend((line == Line::FirstParent).then_some("--first-parent"));
        args.push(&tip);
        let mut told = BTreeMap::new();
        for ids in self.git(&args).lines() {
            let mut ids = ids.split(' ');
            let commit = ids.next().expect("an id");
            let parents: Vec<&str> = ids.collect();
            let compared = if line == Line::FirstParent { &parents[..parents.len().min(1)] } else { &parents[..] };
            let after = self.tree(commit, under);
            let before: Vec<Files> = compared.iter().map(|parent| self.tree(parent, under)).collect();
            let paths: BTreeSet<&String> = after.keys().chain(before.iter().flat_map(BTreeMap::keys)).collect();
            let blob = |files: &Files, path: &str| files.get(path).map(|(_, id)| id.clone());
            let steps: BTreeMap<&str, _> = paths
                .into_iter()
                .filter(|path| before.iter().all(|files| files.get(*path) != after.get(*path)))
                .map(|path| {
                    let olds: Vec<_> = before.iter().map(|files| blob(files, path)).collect();
                    (path.as_str(), (olds, blob(&after, path)))
                })
                .collect();
            if !steps.is_empty() {
                told.insert(commit.to_owned(), format!("{parents:?} {steps:?}"));
            }
        }
        told
    }
}

fn told(passes: &[Passed]) -> BTreeMap<String, String> {
    let hex = |id: &Option<ObjectId>| id.map(|id| id.to_string());
    let sides = |step: &FileStep| (step.before.iter().map(hex).collect::<Vec<_>>(), hex(&step.after));
    let one = |passed: &Passed| {
        let parents: Vec<String> = passed.parents.iter().map(ToString::to_string).collect();
        let steps: BTreeMap<&str, _> = passed.files.iter().map(|step| (step.path.as_str(), sides(step))).collect();
        assert_eq!(steps.len(), passed.files.len(), "every file once");
        (passed.commit.to_string(), format!("{parents:?} {steps:?}"))
    };
    let told: BTreeMap<_, _> = passes.iter().map(one).collect();
    assert_eq!(told.len(), passes.len(), "every commit once");
    told
}

/// Both lines, of the folder and of one file, say what the trees say; children come before parents.
#[track_caller]
fn agrees(repo: &Repo, store: &Store, tip: ObjectId) {
    for line in [Line::All, Line::FirstParent] {
        for under in [DIR, RECORD, "absent/folder", "src"] {
            let passes = store.pass(tip, &at(under), line).expect("a pass");
            assert_eq!(told(&passes), repo.by_trees(tip, under, line), "{line:?} {under}");
            for (place, passed) in passes.iter().enumerate() {
                let early = passes[..place].iter().find(|child| passed.parents.contains(&child.commit));
                assert_eq!(early, None, "a parent before its child");
            }
        }
    }
}

/// A history with every kind of merge.
fn tangle(repo: &Repo) -> ObjectId {
    let other = "postmortems/2018/other.toml";
    repo.write(RECORD, "two\n");
    repo.save("change");
    repo.git(&["branch", "left"]);
    repo.git(&["switch", "--quiet", "--create", "right"]);
    repo.write(other, "right\n");
    repo.save("right");
    repo.git(&["switch", "--quiet", "left"]);
    repo.write(RECORD, "left\n");
    repo.save("left");
    // Criss-cross, the second evil: it also changes a file neither side has so.
    repo.git(&["branch", "was-left"]);
    repo.git(&["merge", "--quiet", "--no-edit", "right"]);
    repo.git(&["switch", "--quiet", "right"]);
    repo.git(&["merge", "--quiet", "--no-commit", "was-left"]);
    repo.write(RECORD, "evil\n");
    repo.write("postmortems/born-in-a-merge.toml", "evil\n");
    repo.save("evil");
    repo.try_git(&["merge", "--quiet", "--no-edit", "left"]);
    repo.write(RECORD, "settled\n");
    repo.save("settled");
    // What a side did and the merge threw away is history all the same.
    repo.git(&["switch", "--quiet", "--create", "discarded"]);
    repo.write(RECORD, "approved\n");
    repo.save("approved");
    repo.git(&["switch", "--quiet", "right"]);
    repo.write("src/app.txt", "goes on\n");
    repo.save("elsewhere");
    repo.git(&["merge", "--quiet", "--strategy=ours", "--no-edit", "discarded"]);
    for side in ["a", "b", "c"] {
        repo.git(&["switch", "--quiet", "--create", side, "right"]);
        repo.write(&format!("postmortems/{side}.toml"), side);
        repo.save(side);
    }
    repo.git(&["switch", "--quiet", "right"]);
    repo.write("readme.md", "goes on\n");
    repo.save("elsewhere again");
    repo.git(&["merge", "--quiet", "--no-edit", "a", "b", "c"]);
    repo.write("postmortems/a.toml", "evil octopus\n");
    repo.git(&["rm", "--quiet", RECORD]);
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    repo.id("HEAD")
}

#[test]
fn every_kind_of_merge_in_both_formats_with_and_without_a_commit_graph() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with_init(&["--object-format", format]);
        let tip = tangle(&repo);
        let store = repo.store();
        assert_eq!(repo.git(&["rev-list", "--parents", "--max-count=1", "HEAD"]).split(' ').count(), 5, "an octopus");
        agrees(&repo, &store, tip);
        let messages = |line| {
            let passes = store.pass(tip, &at(RECORD), line).expect("a pass");
            passes.into_iter().map(|passed| passed.message).collect::<Vec<_>>()
        };
        assert!(messages(Line::All).contains(&"approved".to_owned()), "a discarded side is history");
        assert!(!messages(Line::FirstParent).contains(&"approved".to_owned()));
        repo.git(&["commit-graph", "write", "--reachable", "--changed-paths"]);
        agrees(&repo, &store, tip);
    }
}

#[test]
fn renames_modes_links_submodules_and_folders_in_place_of_files() {
    let repo = Repo::new();
    let place = |path: &str| repo.root.join(path);
    repo.git(&["mv", RECORD, "postmortems/renamed.toml"]);
    repo.save("renamed");
    repo.git(&["update-index", "--chmod=+x", "postmortems/renamed.toml"]);
    repo.git(&["commit", "--quiet", "-m", "mode"]);
    let mode = repo.store().pass(repo.id("HEAD"), &at(DIR), Line::All).expect("a pass").remove(0);
    assert_eq!(mode.files[0].before, [mode.files[0].after], "the same blob");
    std::fs::remove_file(place("postmortems/renamed.toml")).expect("gone");
    std::os::unix::fs::symlink("elsewhere", place("postmortems/renamed.toml")).expect("a link");
    repo.save("a link");
    std::fs::remove_file(place("postmortems/renamed.toml")).expect("gone");
    std::os::unix::fs::symlink("somewhere", place("postmortems/renamed.toml")).expect("a link");
    let unseen = repo.save("another link");
    std::fs::remove_file(place("postmortems/renamed.toml")).expect("gone");
    repo.write("postmortems/renamed.toml/below.toml", "below\n");
    repo.save("a folder");
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["rm", "-r", "--quiet", "postmortems/renamed.toml"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},postmortems/renamed.toml")]);
    repo.git(&["commit", "--quiet", "-m", "a submodule"]);
    let tip = repo.id("HEAD");
    agrees(&repo, &repo.store(), tip);
    let passes = repo.store().pass(tip, &at(DIR), Line::All).expect("a pass");
    assert_eq!(passes.len(), 6);
    assert!(passes.iter().all(|passed| passed.commit != unseen), "links are no files");
    assert_eq!(passes.last().expect("the root").files[0].before, [], "there was no parent");
}

#[test]
fn names_and_messages_that_look_like_gits_own_answer() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::new();
    let long = "x".repeat(100_000);
    let messages = ["", "\n", ":100644 100644 a b M\n\n:x", "%x00%H\\0\u{1}\u{2}\n\n\n", "ü\n\nA: b\n", &long];
    let names = ["a b.toml", "\"q\".toml", "'s'.toml", ":(glob)*", "-n", "%x00", "ü.toml", "A: b", ".x", "x"];
    for (number, message) in messages.iter().enumerate() {
        for name in names {
            repo.write(&format!("postmortems/{name}"), &format!("{name}{number}"));
        }
        for name in [&b"tab\t.toml"[..], b"line\n:100644 x.toml", b"\xff.toml", b"back\\slash"] {
            let place = repo.root.join("postmortems").join(std::ffi::OsStr::from_bytes(name));
            std::fs::write(place, number.to_string()).expect("written");
        }
        repo.save(message);
    }
    let place = repo.root.join("postmortems").join(std::ffi::OsStr::from_bytes(b"\xff.toml"));
    std::fs::write(place, "again").expect("written");
    let unseen = repo.save("only a name that is skipped");
    let passes = repo.store().pass(unseen, &at(DIR), Line::All).expect("a pass");
    assert_eq!(told(&passes), repo.by_trees(unseen, DIR, Line::All));
    let read: Vec<&str> = passes.iter().rev().skip(1).map(|passed| passed.message.as_str()).collect();
    assert_eq!(read, messages);
    for name in names {
        let path = at(&format!("postmortems/{name}"));
        assert_eq!(repo.store().pass(unseen, &path, Line::All).expect("a pass").len(), messages.len(), "{name}");
    }
}

#[test]
fn people_times_encodings_and_signatures_are_those_of_the_object() {
    let repo = Repo::new();
    repo.write(".mailmap", "Mapped <mapped@example.org> <ada@example.org>\n");
    let start = repo.store().pass(repo.id("HEAD"), &at(DIR), Line::All).expect("a pass").remove(0);
    let who = |name: &str, email: &str, seconds| Who { name: name.into(), email: email.into(), seconds };
    assert_eq!(start.author, who("Ada Author", "ada@example.org", 1_485_908_840));
    assert_eq!(start.committer, who("Cy Committer", "cy@example.org", 1_485_908_850));

    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let object = |middle: &[u8], message: &[u8]| {
        let mut bytes = format!("tree {tree}\n").into_bytes();
        bytes.extend(middle);
        bytes.extend(b"\n");
        bytes.extend(message);
        let tip = repo.raw_commit(&bytes);
        let passed = repo.store().pass(tip, &at(DIR), Line::All).expect("a pass").remove(0);
        assert_eq!(passed.commit, tip);
        passed
    };
    let latin = object(b"author J\xfcrgen <j@x> 5 +0000\ncommitter c <c@x> 6 -0130\nencoding ISO-8859-1\n", b"\xfc\n");
    assert_eq!((latin.author.name.as_str(), latin.message.as_str()), ("Jürgen", "ü\n"));
    assert_eq!((latin.author.seconds, latin.committer.seconds), (5, 6));
    let undeclared = object(b"author J\xfcrgen <j@x> 5 +0000\ncommitter c <c@x> 6 +0000\n", b"\xfc");
    assert_eq!((undeclared.author.name.as_str(), undeclared.message.as_str()), ("J\u{fffd}rgen", "\u{fffd}"));
    let zero = object(b"author a <a@x> 5 +0000\ncommitter c <c@x> 6 +0000\n", b"before\0:100644 after");
    assert_eq!(zero.message, "before", "git ends a message there");
    let hidden = object(b"author a+AAA-b <a@x> 5 +0000\ncommitter c <c@x> 6 +0000\nencoding UTF-7\n", b"a+AAA-b");
    assert_eq!(hidden.files, start.files, "a NUL cannot be smuggled in");
    let broken = object(b"author nobody\ncommitter c <c@x> soon\n", b"x");
    assert_eq!((broken.author.name.as_str(), broken.author.seconds, broken.committer.seconds), ("", 0, 0));

    let store = repo.store();
    assert!(!store.has_signature(start.commit).expect("a commit"));
    for field in ["gpgsig", "gpgsig-sha256"] {
        let header = format!("author a <a@x> 5 +0000\ncommitter c <c@x> 6 +0000\n{field} -----BEGIN\n x\n -----END\n");
        let signed = object(header.as_bytes(), b"x");
        assert!(store.has_signature(signed.commit).expect("a commit"), "{field}");
    }
    let quoted = object(b"author a <a@x> 5 +0000\ncommitter c <c@x> 6 +0000\n", b"gpgsig x\n");
    assert!(!store.has_signature(quoted.commit).expect("a commit"));
}

#[test]
fn no_setting_replacement_or_graft_changes_what_is_told() {
    let repo = Repo::new();
    let tip = tangle(&repo);
    repo.write(".mailmap", "Mapped <mapped@example.org> <ada@example.org>\n");
    let passes = |line| repo.store().pass(tip, &at(DIR), line).expect("a pass");
    let before = [passes(Line::All), passes(Line::FirstParent)];
    for setting in [
        "log.showRoot=false",
        "log.follow=true",
        "log.mailmap=true",
        "log.showSignature=true",
        "log.diffMerges=remerge",
        "log.decorate=full",
        "log.date=raw",
        "log.abbrevCommit=true",
        "format.pretty=raw",
        "format.notes=*",
        "diff.relative=true",
        "diff.orderFile=/nowhere",
        "diff.renames=copies",
        "diff.external=false",
        "diff.ignoreSubmodules=all",
        "diff.noprefix=true",
        "core.quotePath=true",
        "core.abbrev=4",
        "color.ui=always",
        "i18n.logOutputEncoding=UTF-16",
    ] {
        let (key, value) = setting.split_once('=').expect("a pair");
        repo.git(&["config", key, value]);
    }
    let root = repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let mid = repo.git(&["rev-parse", "HEAD^1"]);
    repo.git(&["notes", "add", "-m", "a note", &mid]);
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let other = repo.git(&["commit-tree", "-m", "replaced", &tree]);
    repo.git(&["replace", &mid, &other]);
    super::write(&repo.root.join(".git/info/grafts"), &format!("{tip} {root}\n"));
    let file = |line| repo.store().pass(tip, &at("postmortems/a.toml"), line).expect("a pass").len();
    assert_eq!([passes(Line::All), passes(Line::FirstParent)], before);
    assert_eq!((file(Line::All), file(Line::FirstParent)), (2, 1));
    let id = |text: &str| ObjectId::parse(text).expect("an id");
    assert!(repo.store().is_ancestor(id(&mid), tip).expect("an answer"));
    assert_eq!(repo.store().merge_base(id(&mid), tip).expect("an answer"), Some(id(&mid)));
}

#[test]
fn ancestors_and_where_lines_part() {
    let repo = Repo::new();
    let start = repo.id("HEAD");
    let tip = tangle(&repo);
    let store = repo.store();
    let (left, discarded) = (repo.id("left"), repo.id("discarded"));
    assert_eq!(store.merge_base(left, discarded).expect("an answer"), Some(left));
    assert_eq!(store.merge_base(repo.id("a"), repo.id("b")).expect("an answer"), Some(repo.id("a^")));
    assert!(store.is_ancestor(start, tip).expect("an answer"));
    assert!(store.is_ancestor(tip, tip).expect("an answer"));
    assert!(!store.is_ancestor(tip, start).expect("an answer"));
    repo.git(&["switch", "--quiet", "--orphan", "alone"]);
    let alone = repo.save("alone");
    assert_eq!(store.merge_base(alone, tip).expect("an answer"), None);
    let nowhere = ObjectId::parse(&"1".repeat(40)).expect("an id");
    assert!(!store.is_ancestor(nowhere, tip).expect("an answer"));
    assert!(matches!(store.merge_base(nowhere, tip), Err(StoreError::Git { .. })));
    assert!(matches!(store.pass(nowhere, &at(DIR), Line::All), Err(StoreError::Git { .. })));
}

#[test]
fn a_shallow_clone_says_so_in_every_worktree_and_ends_as_if_it_began_there() {
    let mut repo = Repo::new();
    repo.write(RECORD, "two\n");
    repo.save("two");
    assert!(!repo.store().is_shallow());
    let top = repo.home.path().canonicalize().expect("it exists");
    let url = format!("file://{}", repo.root.display());
    let clone = top.join("clone");
    repo.git_in(&top, &["clone", "--quiet", "--depth=1", &url, "clone"]);
    repo.git_in(&clone, &["worktree", "add", "--quiet", "--detach", "../linked"]);
    repo.root = top.join("linked");
    assert!(repo.store().is_shallow());
    let passes = repo.store().pass(repo.id("HEAD"), &at(DIR), Line::All).expect("a pass");
    assert_eq!((passes.len(), passes[0].parents.len(), passes[0].files[0].before.len()), (1, 0, 0));
    repo.git(&["fetch", "--quiet", "--unshallow"]);
    assert!(!repo.store().is_shallow());
}

#[test]
fn the_first_error_ends_the_pass() {
    let repo = Repo::new();
    let mut tip = repo.id("HEAD");
    for number in 0..40 {
        repo.write(RECORD, &format!("{number}\n"));
        tip = repo.save(&"long ".repeat(4_000));
    }
    let mut seen = 0;
    let ended = repo.store().pass_each(tip, &[at(DIR)], Line::All, |_| {
        seen += 1;
        if seen == 3 { Err(StoreError::EmptyMessage) } else { Ok(()) }
    });
    assert!(matches!(ended, Err(StoreError::EmptyMessage)));
    assert_eq!(seen, 3);
}

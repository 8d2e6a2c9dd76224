//! What the store says of a repository is what git says.

use super::{RECORD, Repo, at};
use crate::store::{
    BranchKind, Environment, Head, ObjectId, RepoPath, Store, StoreError, attempt::shared_mode, config::Config,
    open::version,
};

#[test]
fn outside_a_repository_the_error_says_what_to_do() {
    let repo = Repo::bare_ground();
    let error = Store::open(&repo.environment(&repo.root)).expect_err("no repository");
    assert!(matches!(error, StoreError::NotARepository { .. }));
    assert!(error.to_string().contains("git init"), "{error}");
}

#[test]
fn ceiling_directories_are_honoured() {
    let mut repo = Repo::new();
    let sub = repo.root.join("src");
    assert!(Store::open(&repo.environment(&sub)).is_ok());
    repo.vars.insert("GIT_CEILING_DIRECTORIES".into(), repo.root.clone().into());
    let error = Store::open(&repo.environment(&sub)).expect_err("the search stops");
    assert!(matches!(error, StoreError::NotARepository { .. }), "{error}");
}

#[test]
fn without_git_on_path_or_with_one_in_the_current_directory_only() {
    let mut repo = Repo::new();
    repo.write("git", "#!/bin/sh\nexit 0\n");
    for path in ["", ".", "./", "src"] {
        repo.vars.insert("PATH".into(), path.into());
        let error = Store::open(&repo.environment(&repo.root)).expect_err("no git");
        assert!(matches!(error, StoreError::GitMissing), "{path}: {error}");
    }
}

#[test]
fn an_unknown_extension_is_named() {
    let repo = Repo::new();
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.timeTravel", "true"]);
    let error = Store::open(&repo.environment(&repo.root)).expect_err("unknown");
    assert!(matches!(error, StoreError::UnknownFormat { .. }), "{error}");
    assert!(error.to_string().to_lowercase().contains("timetravel"), "{error}");
}

#[test]
fn somebody_elses_repository_is_refused_with_the_line_to_run() {
    use std::os::unix::fs::chown;
    let repo = Repo::new();
    if chown(&repo.root, Some(12345), None).is_err() {
        // Only root can give a folder away.
        return;
    }
    chown(repo.root.join(".git"), Some(12345), None).expect("as before");
    let error = Store::open(&repo.environment(&repo.root)).expect_err("not ours");
    let line = format!("git config --global --add safe.directory {}", repo.root.display());
    assert!(error.to_string().contains(&line), "{error}");
}

#[test]
fn root_prefix_and_head() {
    let repo = Repo::new();
    let store = Store::open(&repo.environment(&repo.root.join("src"))).expect("opens");
    assert_eq!(store.root(), Some(repo.root.as_path()));
    assert_eq!(store.git_dir(), repo.root.join(".git"));
    assert_eq!(store.common_dir(), repo.root.join(".git"));
    assert_eq!(store.prefix(), "src/");
    let commit = ObjectId::parse(&repo.git(&["rev-parse", "HEAD"]));
    let on_main = Head { branch: Some("main".into()), commit };
    assert_eq!(store.head().expect("readable"), on_main);
    repo.git(&["switch", "--quiet", "--detach"]);
    assert_eq!(store.head().expect("readable"), Head { branch: None, commit });
    repo.git(&["switch", "--quiet", "--orphan", "fresh/start"]);
    let unborn = Head { branch: Some("fresh/start".into()), commit: None };
    assert_eq!(store.head().expect("readable"), unborn);
}

#[test]
fn refs_are_the_same_in_files_and_in_a_reftable() {
    for format in ["files", "reftable"] {
        let repo = Repo::with_init(&[&format!("--ref-format={format}")]);
        let store = repo.store();
        let commit = ObjectId::parse(&repo.git(&["rev-parse", "HEAD"]));
        assert_eq!(store.head().expect("readable"), Head { branch: Some("main".into()), commit });
        let default = store.default_branch(None).expect("readable").expect("main");
        assert_eq!((default.name.as_str(), default.commit), ("main", commit));
        assert_eq!(default.reference.as_deref(), Some("refs/heads/main"));
        repo.git(&["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
        repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
        let default = store.default_branch(None).expect("readable").expect("trunk");
        assert_eq!(default.reference.as_deref(), Some("refs/remotes/origin/trunk"));
        let named = store.default_branch(Some("release")).expect("readable").expect("named");
        assert_eq!((named.name.as_str(), named.commit), ("release", None));
        let branches: Vec<_> = store
            .branches()
            .expect("readable")
            .into_iter()
            .map(|branch| (branch.name, branch.kind, Some(branch.commit)))
            .collect();
        assert_eq!(
            branches,
            [("main".to_owned(), BranchKind::Local, commit), ("origin/trunk".to_owned(), BranchKind::Remote, commit),]
        );
        repo.git(&["switch", "--quiet", "--orphan", "empty"]);
        assert_eq!(store.head().expect("readable").commit, None);
    }
}

#[test]
fn a_repository_without_a_default_branch_has_none() {
    let repo = Repo::new();
    repo.git(&["branch", "--move", "trunk"]);
    assert_eq!(repo.store().default_branch(None).expect("readable"), None);
    assert_eq!(repo.store().remotes().expect("readable"), Vec::<String>::new());
}

#[test]
fn revisions_are_resolved_by_git_and_never_taken_for_options() {
    let repo = Repo::new();
    repo.git(&["tag", "--annotate", "--message=t", "v1"]);
    repo.git(&["update-ref", "refs/heads/--evil", "HEAD"]);
    let store = repo.store();
    let head = store.resolve("HEAD").expect("there");
    for revision in ["main", "v1", "@", "--evil", "main@{0}", &head.short()] {
        assert_eq!(store.resolve(revision).expect("there"), head, "{revision}");
    }
    for revision in ["", "--all", "-h", "nothing", "HEAD~9", "a\0b", "HEAD\nmain", "HEAD:src"] {
        let error = store.resolve(revision).expect_err("unknown");
        assert!(matches!(error, StoreError::UnknownRevision { .. }), "{revision}: {error}");
    }
}

#[test]
fn identity_is_what_git_would_write() {
    let mut repo = Repo::new();
    let identity = repo.store().identity().expect("known");
    assert_eq!((identity.name.as_str(), identity.email.as_str()), ("Ada Author", "ada@example.org"));
    assert_eq!(identity.time, "1485908840 +0000");
    assert_eq!(repo.store().committer().expect("known").name, "Cy Committer");
    repo.vars.remove(std::ffi::OsStr::new("GIT_AUTHOR_NAME"));
    repo.git(&["config", "author.name", "Configured <Person>"]);
    assert_eq!(repo.store().identity().expect("known").name, "Configured Person");
}

#[test]
fn configuration_is_set_once_and_read_as_git_reads_it() {
    let repo = Repo::new();
    let store = repo.store();
    let key = "merge.pm.driver";
    assert_eq!(store.local_config(key).expect("readable"), None);
    assert!(store.set_local_config(key, "pm merge-driver %O %A %B %P").expect("writable"));
    assert!(!store.set_local_config(key, "pm merge-driver %O %A %B %P").expect("writable"));
    assert_eq!(store.local_config(key).expect("readable").as_deref(), Some("pm merge-driver %O %A %B %P"));
    assert_eq!(repo.git(&["config", "--local", key]), "pm merge-driver %O %A %B %P");
    std::thread::scope(|scope| {
        for number in 0..20 {
            let mut environment = repo.environment(&repo.root);
            environment.patience.git = std::time::Duration::from_secs(30);
            scope.spawn(move || {
                let store = Store::open(&environment).expect("opens");
                store.set_local_config(&format!("pm.key{number}"), "1").expect("waits for the lock")
            });
        }
    });
    let keys = repo.git(&["config", "--local", "--get-regexp", "^pm\\.key"]);
    assert_eq!(keys.lines().count(), 20);
}

#[test]
fn booleans_follow_gits_rules() {
    let config =
        Config::parse(b"a.yes\nYES\0a.bare\0a.empty\n\0a.two\n2\0a.zero\n0\0a.odd\nmaybe\0a.last\ntrue\0a.last\noff\0");
    let found: Vec<_> = ["a.yes", "a.bare", "a.empty", "a.two", "a.zero", "a.odd", "a.last", "a.none"]
        .iter()
        .map(|key| config.bool(key))
        .collect();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(found, [yes, yes, no, yes, no, None, no, None]);
    assert_eq!(config.get("a.bare"), Some(""));
}

#[test]
fn a_new_branch_starts_at_head_and_moves_nothing_else() {
    for format in ["files", "reftable"] {
        let repo = Repo::with_init(&[&format!("--ref-format={format}")]);
        repo.dirty();
        let status = repo.git(&["status", "--porcelain=v1"]);
        let store = repo.store();
        store.new_branch("postmortem/one").expect("new");
        assert_eq!(repo.git(&["symbolic-ref", "--short", "HEAD"]), "postmortem/one");
        assert_eq!(repo.git(&["rev-parse", "HEAD"]), repo.git(&["rev-parse", "main"]));
        assert_eq!(repo.git(&["status", "--porcelain=v1"]), status);
        let error = store.new_branch("main").expect_err("there is one");
        assert!(matches!(error, StoreError::BranchExists { .. }));
        for name in ["-f", "a..b", "", "HEAD", "a b", "x.lock"] {
            let error = store.new_branch(name).expect_err("no name");
            assert!(matches!(error, StoreError::InvalidBranch { .. }), "{name}: {error}");
        }
    }
}

#[test]
fn a_new_branch_before_the_first_commit() {
    let repo = Repo::bare_ground();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    repo.store().new_branch("postmortem/one").expect("new");
    assert_eq!(repo.git(&["symbolic-ref", "--short", "HEAD"]), "postmortem/one");
}

#[test]
fn editor_and_pager_are_gits() {
    let mut repo = Repo::new();
    repo.git(&["config", "core.pager", "less -R"]);
    repo.vars.insert("GIT_EDITOR".into(), "code --wait".into());
    let store = repo.store();
    assert_eq!(store.editor().expect("known"), "code --wait");
    assert_eq!(store.pager().expect("known"), "less -R");
}

#[test]
fn versions_are_read_from_what_git_prints() {
    assert_eq!(version("git version 2.39.5 (Apple Git-154)"), Some((2, 39)));
    assert_eq!(version("git version 2.47.rc1"), Some((2, 47)));
    assert_eq!(version("git version 3.0"), Some((3, 0)));
    assert_eq!(version("hub version 1"), None);
}

#[test]
fn a_git_that_is_too_old_may_read_but_not_write() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut repo = Repo::new();
    let real = repo.vars.get(std::ffi::OsStr::new("PATH")).expect("set").clone();
    let tools = repo.home.path().join("tools");
    let script = format!(
        "#!/bin/sh\nfor arg; do test \"$arg\" = version && echo git version 2.30.2 && exit; done\nPATH='{}' exec git \"$@\"\n",
        real.to_string_lossy()
    );
    super::write(&tools.join("git"), &script);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(tools.join("git"), mode).expect("made executable");
    repo.vars.insert("PATH".into(), tools.into());
    let store = repo.store();
    assert!(store.head().is_ok());
    assert!(matches!(store.lock(), Err(StoreError::GitTooOld { .. })));
}

#[test]
fn shared_modes_are_gits() {
    assert_eq!(shared_mode("group", 0o600), Some(0o660));
    assert_eq!(shared_mode("true", 0o600), Some(0o660));
    assert_eq!(shared_mode("all", 0o600), Some(0o664));
    assert_eq!(shared_mode("0640", 0o644), Some(0o640));
    assert_eq!(shared_mode("umask", 0o600), None);
}

#[test]
fn in_a_shared_repository_colleagues_can_read_and_write_the_index() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = Repo::with_init(&["--shared=group"]);
    super::committed(repo.commit(RECORD, "x = 2\n"));
    let mode = |name: &str| {
        let seen = std::fs::metadata(repo.root.join(".git").join(name)).expect("there");
        seen.permissions().mode() & 0o060
    };
    for name in ["index", "pm/lock", "pm", "refs/heads/main"] {
        assert_eq!(mode(name), 0o060, "{name}");
    }
}

#[test]
fn an_environment_is_all_the_store_knows() {
    let nowhere = Environment::default();
    assert!(matches!(Store::open(&nowhere), Err(StoreError::GitMissing)));
}

#[test]
fn paths_that_could_leave_the_repository_or_enter_gits_own_are_no_paths() {
    for path in [
        "",
        "/etc/passwd",
        "a//b",
        "a/",
        "../a",
        "a/../b",
        "./a",
        ".git/config",
        "a/.GIT/x",
        "git~1/x",
        ".git./x",
        ".git /x",
        "a\\b",
        "a\nb",
        "a\u{1b}b",
        ".g\u{200c}it/x",
        ".git:stream/x",
    ] {
        assert!(RepoPath::new(path).is_err(), "{path:?}");
    }
    let path = at("postmortems/2017/a.toml");
    assert!(path.is_under(&at("postmortems")) && path.is_under(&path));
    assert!(!path.is_under(&at("post")));
    assert_eq!(path.file_name(), "a.toml");
    assert_eq!(path.parent(), Some(at("postmortems/2017")));
    assert!(RepoPath::new(".gitattributes").is_ok());
}

//! Where a repository is, found without git: never anything else than what git says, and nothing where that is doubtful.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::super::git::Git;
use super::super::place::Place;
use super::Repo;

/// What is found without git, which must be what git says.
fn found(repo: &Repo, cwd: &Path) -> Option<Place> {
    let environment = repo.environment(cwd);
    let plain = Place::plain(&environment)?;
    let git = Git::find(&environment).expect("tests need git on PATH");
    let asked = Place::ask(&git, &environment).expect("a repository");
    assert_eq!(plain, Place { plain: true, ..asked }, "{}", cwd.display());
    Some(plain)
}

#[test]
fn an_ordinary_repository_is_found_from_everywhere_in_it() {
    let repo = Repo::new();
    assert_eq!(found(&repo, &repo.root).expect("at the top").prefix, "");
    assert_eq!(found(&repo, &repo.root.join("src")).expect("below").prefix, "src/");
    assert_eq!(found(&repo, &repo.root.join("postmortems/2017")).expect("far below").prefix, "postmortems/2017/");
    let link = repo.root.with_file_name("link");
    symlink(repo.root.join("src"), &link).expect("a link");
    assert_eq!(found(&repo, &link).expect("through a link").prefix, "src/");
    repo.git(&["switch", "--quiet", "--detach"]);
    assert!(found(&repo, &repo.root).is_some());
    let inner = repo.root.join("src/inner");
    std::fs::create_dir(&inner).expect("a folder");
    repo.git_in(&inner, &["init", "--quiet"]);
    assert_eq!(found(&repo, &inner).expect("a repository in a repository").root, Some(inner));
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_git() {
    let repo = Repo::new();
    let inside = repo.root.join(".git");
    assert_eq!(found(&repo, &inside), None);
    assert_eq!(found(&repo, &inside.join("refs")), None);
    assert_eq!(found(&repo, repo.home.path()), None);
    let linked = repo.root.with_file_name("linked");
    repo.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().expect("UTF-8")]);
    assert_eq!(found(&repo, &linked), None, "a linked worktree");
    let bare = repo.root.join("src/bare.git");
    repo.git(&["init", "--quiet", "--bare", bare.to_str().expect("UTF-8")]);
    assert_eq!(found(&repo, &bare), None, "a bare repository in the working tree");
    assert_eq!(found(&repo, &bare.join("objects")), None);
    let moved = repo.root.with_file_name("moved");
    std::fs::create_dir(&moved).expect("a folder");
    symlink(&inside, moved.join(".git")).expect("a link");
    assert_eq!(found(&repo, &moved), None, "a link to a git directory");
    let empty = repo.root.join("src/empty");
    std::fs::create_dir_all(empty.join(".git")).expect("a folder");
    assert_eq!(found(&repo, &empty), None, "an empty folder named .git, which git passes over");
}

#[test]
fn settings_and_variables_that_have_a_say_are_left_to_git() {
    let settings: [&[&str]; 4] = [
        &["core.worktree", "../elsewhere"],
        &["core.bare", "true"],
        &["core.repositoryFormatVersion", "1"],
        &["extensions.worktreeConfig", "true"],
    ];
    for setting in settings {
        let repo = Repo::new();
        assert!(found(&repo, &repo.root).is_some());
        repo.git(&[&["config"], setting].concat());
        assert_eq!(found(&repo, &repo.root), None, "{setting:?}");
    }
    let repo = Repo::new();
    repo.git(&["config", "diff.pm.xfuncname", "^\\[\\[?[a-z_.]+\\]\\]?"]);
    repo.git(&["config", "merge.pm.driver", "command -v pm >/dev/null && pm merge-driver \"%O\" \"%A\""]);
    assert!(found(&repo, &repo.root).is_some(), "what is written to every clone");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_SOMETHING_NEW"] {
        let mut repo = Repo::new();
        repo.vars.insert(name.into(), "elsewhere".into());
        assert_eq!(Place::plain(&repo.environment(&repo.root)), None, "{name}");
    }
    let mut repo = Repo::new();
    repo.vars.insert("GIT_CEILING_DIRECTORIES".into(), repo.root.as_os_str().into());
    assert!(found(&repo, &repo.root).is_some());
    assert_eq!(found(&repo, &repo.root.join("src")), None);
    std::fs::write(repo.root.join(".git/HEAD"), "nonsense\n").expect("written");
    assert_eq!(found(&repo, &repo.root), None);
}

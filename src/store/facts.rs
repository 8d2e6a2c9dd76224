//! What the repository is doing: head, branches, an operation half way, who the user is.

use std::{fmt, path::Path};

use super::{ObjectId, Store, StoreError};

/// Where HEAD points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The branch's short name; `None` when detached.
    pub branch: Option<String>,
    /// Its commit; `None` before the first one.
    pub commit: Option<ObjectId>,
}

impl Head {
    /// The ref a commit moves.
    pub(super) fn reference(&self) -> String {
        match &self.branch {
            Some(elsewhere) if elsewhere.starts_with("refs/") => elsewhere.clone(),
            Some(branch) => format!("refs/heads/{branch}"),
            None => "HEAD".into(),
        }
    }
}

/// The branch that reviewed work ends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultBranch {
    /// Short name, without a remote.
    pub name: String,
    /// The full ref that was found for it: the local branch, else the remote-tracking one.
    pub reference: Option<String>,
    /// The commit that ref points to.
    pub commit: Option<ObjectId>,
}

/// A branch and its tip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Short name: `main`, or `origin/main`.
    pub name: String,
    pub kind: BranchKind,
    pub commit: ObjectId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchKind {
    Local,
    Remote,
}

/// Who the next commit's author is, by git's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub email: String,
    /// Seconds since 1970 and the offset, as git writes them: `1767225600 +0100`.
    pub time: String,
}

/// Something git is half way through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Merge,
    Rebase,
    CherryPick,
    Revert,
    Am,
    Bisect,
}

impl Operation {
    /// The command that finishes it.
    pub fn finish(self) -> &'static str {
        match self {
            Self::Merge => "git merge --continue",
            Self::Rebase => "git rebase --continue",
            Self::CherryPick => "git cherry-pick --continue",
            Self::Revert => "git revert --continue",
            Self::Am => "git am --continue",
            Self::Bisect => "git bisect reset",
        }
    }

    /// The command that gives it up.
    pub fn abort(self) -> &'static str {
        match self {
            Self::Merge => "git merge --abort",
            Self::Rebase => "git rebase --abort",
            Self::CherryPick => "git cherry-pick --abort",
            Self::Revert => "git revert --abort",
            Self::Am => "git am --abort",
            Self::Bisect => "git bisect reset",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Merge => "a merge",
            Self::Rebase => "a rebase",
            Self::CherryPick => "a cherry-pick",
            Self::Revert => "a revert",
            Self::Am => "`git am`",
            Self::Bisect => "a bisect",
        })
    }
}

impl Store {
    /// Where HEAD points now.
    pub fn head(&self) -> Result<Head, StoreError> {
        if self.reftable {
            return self.head_by_git();
        }
        let head = self.repository()?.find_reference("HEAD")?;
        let branch = head.symbolic_target()?.map(|full| full.strip_prefix("refs/heads/").unwrap_or(full).to_owned());
        let commit = match head.resolve() {
            Ok(tip) => tip.target().map(ObjectId),
            Err(error) if error.code() == git2::ErrorCode::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Head { branch, commit })
    }

    fn head_by_git(&self) -> Result<Head, StoreError> {
        let symbolic = self.git.read("symbolic-ref").args(["--quiet", "HEAD"]).output()?;
        let branch = symbolic.ok().then(|| {
            let full = symbolic.text();
            full.strip_prefix("refs/heads/").unwrap_or(&full).to_owned()
        });
        Ok(Head { branch, commit: self.tip("HEAD")? })
    }

    /// The commit a full ref points to.
    pub(super) fn tip(&self, reference: &str) -> Result<Option<ObjectId>, StoreError> {
        if !self.reftable {
            return match self.repository()?.find_reference(reference) {
                Ok(found) => match found.resolve() {
                    Ok(tip) => Ok(tip.target().map(ObjectId)),
                    Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
                    Err(error) => Err(error.into()),
                },
                Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            };
        }
        let output =
            self.git.read("rev-parse").args(["--verify", "--quiet", "--end-of-options", reference]).output()?;
        Ok(output.ok().then(|| ObjectId::parse(&output.text())).flatten())
    }

    /// The commit a user's text means: a branch, tag, id, `HEAD~2`, `main@{yesterday}`.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, StoreError> {
        let unknown = || StoreError::UnknownRevision { revision: revision.to_owned() };
        if revision.is_empty() || revision.contains(['\0', '\n']) {
            return Err(unknown());
        }
        if revision == "HEAD"
            && let Some(commit) = self.head()?.commit
        {
            return Ok(commit);
        }
        let output = self
            .git
            .read("rev-parse")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("{revision}^{{commit}}"))
            .output()?;
        if !output.ok() {
            return Err(unknown());
        }
        ObjectId::parse(&output.text()).ok_or_else(unknown)
    }

    /// A commit as a rebase calls it: its short id and its subject; `None` where there is no such commit.
    pub fn told(&self, commit: &str) -> Option<String> {
        let call = self.git.read("log").args(["-1", "--no-color", "--encoding=UTF-8", "--format=%h (%s)"]);
        let output = call.args(["--end-of-options", commit, "--"]).output().ok()?;
        output.ok().then(|| output.text()).filter(|told| !told.is_empty())
    }

    /// What `pm` says of its version where git runs a program of that name, as it does for a merge driver: by its shell, on
    /// its PATH; `None` where it finds none.
    pub fn found_by_git(&self) -> Result<Option<String>, StoreError> {
        let call = self.git.plain("find-pm").global("-c").global("alias.find-pm=!pm --version 2>/dev/null");
        let output = call.output()?;
        Ok(output.ok().then(|| output.text()))
    }

    /// The default branch: the configured one, else what `origin/HEAD` names, else `main` or `master` if there is one.
    pub fn default_branch(&self, configured: Option<&str>) -> Result<Option<DefaultBranch>, StoreError> {
        if let Some(name) = configured {
            return self.found_branch(name).map(Some);
        }
        if let Some(name) = self.origin_head()? {
            return self.found_branch(&name).map(Some);
        }
        for name in ["main", "master"] {
            let branch = self.found_branch(name)?;
            if branch.commit.is_some() {
                return Ok(Some(branch));
            }
        }
        Ok(None)
    }

    fn origin_head(&self) -> Result<Option<String>, StoreError> {
        let target = if self.reftable {
            let output = self.git.read("symbolic-ref").args(["--quiet", "refs/remotes/origin/HEAD"]).output()?;
            output.ok().then(|| output.text())
        } else {
            match self.repository()?.find_reference("refs/remotes/origin/HEAD") {
                Ok(found) => found.symbolic_target()?.map(str::to_owned),
                Err(error) if error.code() == git2::ErrorCode::NotFound => None,
                Err(error) => return Err(error.into()),
            }
        };
        Ok(target.and_then(|full| full.strip_prefix("refs/remotes/origin/").map(str::to_owned)))
    }

    /// As [`Self::default_branch`], but as others have reviewed it: the remote-tracking branch before a local one of its
    /// name, which may hold anything.
    pub fn reviewed_branch(&self, named: Option<&str>) -> Result<Option<DefaultBranch>, StoreError> {
        let Some(local) = self.default_branch(named)? else { return Ok(None) };
        let reference = format!("refs/remotes/origin/{}", local.name);
        Ok(Some(match self.tip(&reference)? {
            Some(commit) => DefaultBranch { commit: Some(commit), reference: Some(reference), ..local },
            None => local,
        }))
    }

    fn found_branch(&self, name: &str) -> Result<DefaultBranch, StoreError> {
        for reference in [format!("refs/heads/{name}"), format!("refs/remotes/origin/{name}")] {
            if !git2::Reference::is_valid_name(&reference) {
                return Err(StoreError::InvalidBranch { name: name.into() });
            }
            if let Some(commit) = self.tip(&reference)? {
                return Ok(DefaultBranch { name: name.to_owned(), reference: Some(reference), commit: Some(commit) });
            }
        }
        Ok(DefaultBranch { name: name.to_owned(), reference: None, commit: None })
    }

    /// Every local and remote-tracking branch with its tip, sorted by full ref; symbolic refs (`origin/HEAD`) left out.
    pub fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        let output = self
            .git
            .read("for-each-ref")
            .arg("--format=%(objectname)%00%(symref)%00%(refname)%00")
            .args(["refs/heads", "refs/remotes"])
            .run()?;
        let fields: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        let branches = fields.as_chunks::<3>().0.iter().filter_map(|[id, symref, name]| {
            let id = std::str::from_utf8(id).ok()?.trim_start_matches('\n');
            let name = std::str::from_utf8(name).ok()?;
            if !symref.is_empty() {
                return None;
            }
            let (kind, short) = name
                .strip_prefix("refs/heads/")
                .map(|short| (BranchKind::Local, short))
                .or_else(|| name.strip_prefix("refs/remotes/").map(|short| (BranchKind::Remote, short)))?;
            Some(Branch { name: short.to_owned(), kind, commit: ObjectId::parse(id)? })
        });
        Ok(branches.collect())
    }

    /// The names of the remotes.
    pub fn remotes(&self) -> Result<Vec<String>, StoreError> {
        let output = self.git.read("remote").run()?;
        Ok(output.text().lines().map(str::to_owned).collect())
    }

    /// Makes a branch at HEAD and switches to it; index and working tree stay as they are.
    pub fn new_branch(&self, name: &str) -> Result<(), StoreError> {
        self.work_tree()?;
        self.refuse_inside_hook()?;
        self.refuse_operation()?;
        let reference = format!("refs/heads/{name}");
        if name.starts_with('-') || name == "HEAD" || !git2::Reference::is_valid_name(&reference) {
            return Err(StoreError::InvalidBranch { name: name.into() });
        }
        let head = self.head()?;
        if head.branch.as_deref() == Some(name) || self.tip(&reference)?.is_some() {
            return Err(StoreError::BranchExists { name: name.into() });
        }
        let mut wait = super::environment::Wait::new(self.patience().git);
        loop {
            let attempt = self.git.write("switch").args(["--quiet", "--no-track", "--create", name]).run();
            match attempt {
                Ok(_) => return Ok(()),
                Err(StoreError::Git { stderr, .. }) if stderr.contains("File exists") && wait.again() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// What git is half way through, if anything.
    pub fn operation(&self) -> Result<Option<Operation>, StoreError> {
        let has = |name: &str| self.git_dir.join(name).exists();
        let found = if has("rebase-merge") {
            Some(Operation::Rebase)
        } else if has("rebase-apply") {
            Some(if has("rebase-apply/applying") { Operation::Am } else { Operation::Rebase })
        } else if has("MERGE_HEAD") {
            Some(Operation::Merge)
        } else if self.has_pseudo_ref("CHERRY_PICK_HEAD")? {
            Some(Operation::CherryPick)
        } else if self.has_pseudo_ref("REVERT_HEAD")? {
            Some(Operation::Revert)
        } else if let Some(operation) = sequencer(&self.git_dir) {
            Some(operation)
        } else if has("BISECT_LOG") {
            Some(Operation::Bisect)
        } else {
            None
        };
        Ok(found)
    }

    /// Files, except in a reftable.
    fn has_pseudo_ref(&self, name: &str) -> Result<bool, StoreError> {
        if self.git_dir.join(name).exists() {
            return Ok(true);
        }
        Ok(self.reftable && self.tip(name)?.is_some())
    }

    pub(super) fn refuse_operation(&self) -> Result<(), StoreError> {
        match self.operation()? {
            None => Ok(()),
            Some(operation) => Err(StoreError::InProgress { operation }),
        }
    }

    /// A commit that git is preparing has its own index; ours would pull the ground from under it.
    pub(super) fn refuse_inside_hook(&self) -> Result<(), StoreError> {
        let Some(index) = self.environment.var("GIT_INDEX_FILE") else {
            return Ok(());
        };
        let top = self.root.as_deref().unwrap_or(&self.git_dir);
        let index = top.join(index);
        if same_place(&index, &self.default_index()) {
            return Ok(());
        }
        Err(StoreError::InsideHook { index })
    }

    /// The author of the next commit, from `GIT_AUTHOR_*`, then configuration.
    pub fn identity(&self) -> Result<Identity, StoreError> {
        self.identity_of("AUTHOR")
    }

    /// The committer of the next commit, from `GIT_COMMITTER_*`, then configuration.
    pub fn committer(&self) -> Result<Identity, StoreError> {
        self.identity_of("COMMITTER")
    }

    /// git drops these from a name without a word; a name that has them is a mistake or an attack.
    pub(super) fn refuse_control_characters(&self, role: &str) -> Result<(), StoreError> {
        for what in ["NAME", "EMAIL", "DATE"] {
            let variable = format!("GIT_{role}_{what}");
            let value = self.environment.var(&variable).unwrap_or_default();
            if value.to_string_lossy().chars().any(char::is_control) {
                return Err(StoreError::BadIdentity { variable });
            }
        }
        Ok(())
    }

    fn identity_of(&self, role: &str) -> Result<Identity, StoreError> {
        self.refuse_control_characters(role)?;
        let output = self.git.read("var").arg(format!("GIT_{role}_IDENT")).output()?;
        let line = output.text();
        let parsed = || {
            let (name, rest) = line.split_once(" <")?;
            let (email, time) = rest.rsplit_once("> ")?;
            Some(Identity { name: name.to_owned(), email: email.to_owned(), time: time.to_owned() })
        };
        match parsed() {
            Some(identity) if output.ok() => Ok(identity),
            _ => Err(StoreError::MissingIdentity { detail: missing(&output.complaint()) }),
        }
    }
}

/// The last line of git's long advice says what exactly is missing.
fn missing(complaint: &str) -> String {
    complaint
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("fatal: "))
        .unwrap_or("no name or e-mail is set")
        .to_owned()
}

/// Between two picks of a longer series only the list of what is left shows that it goes on.
fn sequencer(git_dir: &Path) -> Option<Operation> {
    let todo = std::fs::read_to_string(git_dir.join("sequencer/todo")).ok()?;
    let first = todo.lines().find(|line| !line.starts_with('#'))?;
    match first.split(' ').next() {
        Some("revert") => Some(Operation::Revert),
        _ => Some(Operation::CherryPick),
    }
}

fn same_place(a: &Path, b: &Path) -> bool {
    let resolved = |path: &Path| {
        let parent = path.parent().and_then(|p| p.canonicalize().ok());
        parent.map(|p| p.join(path.file_name().unwrap_or_default()))
    };
    a == b || resolved(a).is_some_and(|a| Some(a) == resolved(b))
}

//! How a file on disk, in the index and in HEAD differ, and whether git would take it at all.

use super::{RepoPath, Store, StoreError, objects::Entry, worktree};

/// How one version of a file differs from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    #[default]
    Same,
    Modified,
    Added,
    Deleted,
}

/// Where a file stands against HEAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// The working tree against HEAD.
    pub worktree: Change,
    /// The index against HEAD.
    pub staged: Change,
    /// The file has conflict stages.
    pub unmerged: bool,
    /// The file is in the index.
    pub tracked: bool,
}

impl Difference {
    /// Whether working tree, index and HEAD agree.
    pub fn is_clean(self) -> bool {
        self.worktree == Change::Same && self.staged == Change::Same && !self.unmerged
    }
}

/// The rule that makes git ignore a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    pub pattern: String,
    /// `file:line`.
    pub place: String,
}

impl Store {
    /// Compares working tree, index and HEAD at one path, with git's filters applied.
    pub fn difference(&self, path: &RepoPath) -> Result<Difference, StoreError> {
        let root = self.work_tree()?;
        let head = self.head_entry(path)?;
        let entries = self.index_entries(std::slice::from_ref(path))?;
        let here: Vec<_> = entries.iter().filter(|entry| entry.path == *path).collect();
        let index = here.iter().find(|entry| entry.stage == 0);
        let unmerged = here.iter().any(|entry| entry.stage != 0);
        let disk = match worktree::read(root, path, u64::MAX)? {
            Some(bytes) => Some(self.hash(path, &bytes)?),
            None => index.filter(|entry| entry.is_left_out()).map(|entry| entry.entry.id),
        };
        Ok(Difference {
            worktree: change(head.map(|entry| entry.id), disk),
            staged: if unmerged { Change::Modified } else { change(head, index.map(|entry| entry.entry)) },
            unmerged,
            tracked: !here.is_empty(),
        })
    }

    /// Every file under `dir` that is not clean, untracked ones included, ignored ones not.
    pub fn differences(&self, dir: Option<&RepoPath>) -> Result<Vec<(RepoPath, Difference)>, StoreError> {
        self.work_tree()?;
        let output = self
            .git
            .read("status")
            .args(["--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"])
            .args(["--ignore-submodules=all", "--"])
            .args(dir.map(RepoPath::as_str))
            .run()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut found: Vec<_> = text.split('\0').filter_map(status_line).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                // Staged as deleted and still, or again, on disk: two lines of git's, one file.
                kept.1.worktree = Change::Modified;
                kept.1.staged = Change::Deleted;
            }
            same
        });
        Ok(found)
    }

    /// The rule that makes git ignore `path`, if one does. A tracked file is never ignored.
    #[cfg_attr(not(test), expect(dead_code, reason = "a check of new places asks for it"))]
    pub fn ignored(&self, path: &RepoPath) -> Result<Option<IgnoreRule>, StoreError> {
        Ok(self.first_ignored(std::slice::from_ref(path))?.map(|(_, rule)| rule))
    }

    /// The first of `paths` that git ignores, with the rule.
    pub(super) fn first_ignored(&self, paths: &[RepoPath]) -> Result<Option<(RepoPath, IgnoreRule)>, StoreError> {
        self.work_tree()?;
        if paths.is_empty() {
            return Ok(None);
        }
        // `./` keeps a leading colon from being magic.
        let names: String = paths.iter().flat_map(|path| ["./", path.as_str(), "\0"]).collect();
        // Not `read`: check-ignore refuses to run with literal paths.
        let output = self
            .git
            .plain("check-ignore")
            .global("--no-optional-locks")
            .config("core.fsmonitor=false")
            .var("LC_ALL", "C")
            .args(["--verbose", "-z", "--stdin"])
            .stdin(names)
            .output()?;
        if !matches!(output.code, Some(0 | 1)) {
            return Err(StoreError::Git {
                command: "check-ignore".into(),
                code: output.code,
                stderr: output.complaint(),
            });
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let fields: Vec<&str> = text.split('\0').collect();
        for [file, line, pattern, path] in fields.as_chunks::<4>().0 {
            // A rule that begins with `!` takes an earlier one back.
            if pattern.is_empty() || pattern.starts_with('!') {
                continue;
            }
            let path = RepoPath::new(path.trim_start_matches("./"))?;
            let rule = IgnoreRule { pattern: (*pattern).to_owned(), place: format!("{file}:{line}") };
            return Ok(Some((path, rule)));
        }
        Ok(None)
    }

    pub(super) fn head_entry(&self, path: &RepoPath) -> Result<Option<Entry>, StoreError> {
        let tree = self.head()?.commit.map(|id| self.tree_of(id)).transpose()?;
        self.entry_in(tree.as_ref(), path)
    }
}

fn change<T: PartialEq>(before: Option<T>, after: Option<T>) -> Change {
    match (before, after) {
        (None, None) => Change::Same,
        (None, Some(_)) => Change::Added,
        (Some(_), None) => Change::Deleted,
        (Some(before), Some(after)) if before == after => Change::Same,
        (Some(_), Some(_)) => Change::Modified,
    }
}

/// One entry of `git status --porcelain=v2 -z`: `1 XY sub mH mI mW hH hI PATH`, `u XY … PATH`, `? PATH`.
fn status_line(line: &str) -> Option<(RepoPath, Difference)> {
    let (kind, rest) = line.split_once(' ')?;
    let path = |skip: usize| {
        let path = rest.splitn(skip + 1, ' ').nth(skip)?;
        RepoPath::new(path).ok()
    };
    let difference = match kind {
        "1" => {
            let mut letters = rest.chars();
            let staged = letter(letters.next()?);
            let on_disk = letter(letters.next()?);
            let worktree = match (staged, on_disk) {
                (staged, Change::Same) => staged,
                (Change::Added, Change::Deleted) => Change::Same,
                (Change::Added, _) => Change::Added,
                (_, on_disk) => on_disk,
            };
            Difference { worktree, staged, unmerged: false, tracked: staged != Change::Deleted }
        }
        "u" => Difference { worktree: Change::Modified, staged: Change::Modified, unmerged: true, tracked: true },
        "?" => Difference { worktree: Change::Added, ..Difference::default() },
        _ => return None,
    };
    let fields_before_path = match kind {
        "1" => 7,
        "u" => 9,
        _ => 0,
    };
    Some((path(fields_before_path)?, difference))
}

fn letter(letter: char) -> Change {
    match letter {
        '.' => Change::Same,
        'A' => Change::Added,
        'D' => Change::Deleted,
        _ => Change::Modified,
    }
}

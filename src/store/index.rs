//! What git's index says of a path. Asked of git: libgit2 cannot read split or sparse indexes.

use super::{ObjectId, RepoPath, Store, StoreError, objects::Entry};

/// One line of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tracked {
    pub(super) path: RepoPath,
    pub(super) entry: Entry,
    /// 0, or 1 to 3 for the sides of a conflict.
    pub(super) stage: u8,
    /// Git leaves the file out of the working tree.
    pub(super) skip_worktree: bool,
}

/// A file in conflict, by the versions that git's index keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicted {
    /// Where it is.
    pub path: RepoPath,
    /// What both sides began with; `None` when both added it.
    pub base: Option<ObjectId>,
    /// Our version; `None` when we took it out.
    pub ours: Option<ObjectId>,
    /// Their version; `None` when they took it out.
    pub theirs: Option<ObjectId>,
}

impl Tracked {
    pub(super) fn is_left_out(&self) -> bool {
        self.skip_worktree && self.stage == 0
    }
}

impl Store {
    /// The files in conflict, whatever made it: a merge, a rebase, another program.
    pub fn conflicted(&self) -> Result<Vec<Conflicted>, StoreError> {
        let output = self.git.read("ls-files").args(["-z", "-t", "--unmerged"]).run()?;
        let lines = output.stdout.split(|byte| *byte == 0);
        let mut found: Vec<Conflicted> = Vec::new();
        for line in lines.filter_map(|line| parse(std::str::from_utf8(line).ok()?)) {
            if found.last().is_none_or(|last| last.path != line.path) {
                found.push(Conflicted { path: line.path.clone(), base: None, ours: None, theirs: None });
            }
            if let Some(last) = found.last_mut() {
                let side = match line.stage {
                    1 => &mut last.base,
                    2 => &mut last.ours,
                    _ => &mut last.theirs,
                };
                *side = Some(line.entry.id);
            }
        }
        Ok(found)
    }

    /// Stages a file of the working tree, as `git add` does: a conflict of it counts as solved.
    pub fn stage(&self, path: &RepoPath) -> Result<(), StoreError> {
        self.git.write("add").args(["--", path.as_str()]).run().map(drop)
    }

    /// The index entries at or under `paths` (none, or more than a thousand: all of them). Names no [`RepoPath`] can hold are left out.
    pub(super) fn index_entries(&self, paths: &[RepoPath]) -> Result<Vec<Tracked>, StoreError> {
        // More than a command line holds: list everything, the caller looks up what it wants.
        let paths = if paths.len() > 1000 { &[] } else { paths };
        let output = self
            .git
            .read("ls-files")
            .args(["-z", "-t", "--stage", "--"])
            .args(paths.iter().map(RepoPath::as_str))
            .run()?;
        let entries = output.stdout.split(|byte| *byte == 0).filter_map(|line| {
            let line = std::str::from_utf8(line).ok()?;
            parse(line)
        });
        Ok(entries.collect())
    }
}

/// `TAG MODE ID STAGE TAB PATH`; the tag is `S` for skip-worktree.
fn parse(line: &str) -> Option<Tracked> {
    let (fields, path) = line.split_once('\t')?;
    let mut fields = fields.split(' ');
    let tag = fields.next()?;
    let mode = u32::from_str_radix(fields.next()?, 8).ok()?;
    let id = ObjectId::parse(fields.next()?)?;
    let stage = fields.next()?.parse().ok()?;
    Some(Tracked {
        path: RepoPath::new(path).ok()?,
        entry: Entry { mode, id },
        stage,
        skip_worktree: tag.eq_ignore_ascii_case("S"),
    })
}

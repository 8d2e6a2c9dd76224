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

impl Tracked {
    pub(super) fn is_left_out(&self) -> bool {
        self.skip_worktree && self.stage == 0
    }
}

impl Store {
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

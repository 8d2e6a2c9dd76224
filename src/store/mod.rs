//! The one place that knows git, the file system and locks.
//!
//! It deals in repository-relative paths and bytes: open a [`Store`], read files of the working tree or of a revision,
//! take the [`Writer`] and commit. Reading goes through libgit2 in this process; every write goes through the git
//! program, so that hooks, signing, filters, index formats and ref storage are git's own.
//!
//! Never prints, never knows what is in a record, never reads the process's environment or the wall clock.

mod ancestry;
mod attempt;
mod branching;
mod commit;
mod config;
mod difference;
mod environment;
mod error;
mod facts;
mod folder;
mod git;
mod history;
mod hooks;
mod index;
mod index_lock;
mod journal;
mod next_index;
mod objects;
mod open;
mod output;
mod passes;
mod path;
mod place;
mod plan;
mod read;
pub mod records;
mod recovery;
mod said;
mod signature;
pub mod summaries;
mod trailers;
mod walk;
mod worktree;
mod writer;

#[cfg(all(test, unix))]
mod tests;

pub use self::{
    commit::{Base, Commit, CommitOptions, Committed, FileChange, Outcome},
    difference::{Change, Difference},
    environment::{Environment, Patience},
    error::StoreError,
    facts::{Branch, BranchKind, DefaultBranch, Head, Identity, Operation},
    history::Touched,
    index::Conflicted,
    open::Store,
    output::write_file,
    passes::{FileStep, Line, Passed, Who},
    path::{ObjectId, RepoPath},
    read::{At, FileEntry, Skipped, Source},
    recovery::Note,
    said::Said,
    signature::{AllowedSigners, Check, Judgement, Stated},
    trailers::trailers,
    writer::Writer,
};

#[cfg(test)]
pub use self::read::RECORD_LIMIT;

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
mod plan;
mod read;
pub mod records;
mod recovery;
#[cfg_attr(not(test), expect(dead_code, reason = "verify builds on it"))]
mod signature;
mod trailers;
mod worktree;
mod writer;

#[cfg(all(test, unix))]
mod tests;

pub use self::{
    commit::{Base, Commit, CommitOptions, Committed, FileChange, Outcome},
    difference::Change,
    environment::{Environment, Patience},
    error::StoreError,
    facts::{Branch, BranchKind, Head, Identity, Operation},
    history::Touched,
    open::Store,
    output::write_file,
    path::{ObjectId, RepoPath},
    read::{At, FileEntry, Skipped},
    recovery::Note,
    writer::Writer,
};

pub use self::signature::{AllowedSigners, Check, Judgement, Signature, Stated};
#[cfg_attr(not(test), expect(unused_imports, reason = "verify builds on it"))]
pub use self::{
    passes::{FileStep, Line, Passed, Who},
    trailers::trailers,
};

#[cfg(test)]
pub use self::{
    difference::Difference,
    read::{RECORD_LIMIT, Source},
};

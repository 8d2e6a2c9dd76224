//! What the store may know of the process around it: a directory, the environment variables, how long to wait.
//!
//! Never reads the process's own environment: whoever starts the program does that once and hands it in.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::PathBuf,
    time::Duration,
};

/// The surroundings a [`Store`](super::Store) is opened in.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The directory the user is in; relative paths and the search for the repository start here. Absolute.
    pub cwd: PathBuf,
    /// The variables git children get, and no others.
    pub vars: BTreeMap<OsString, OsString>,
    /// How long to wait for locks.
    pub patience: Patience,
}

/// How long to wait for locks other processes hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For git's own locks (`index.lock`, locks of refs).
    pub git: Duration,
    /// For `pm`'s lock, behind which other `pm` processes queue.
    pub queue: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { git: Duration::from_secs(5), queue: Duration::from_secs(30) }
    }
}

impl Environment {
    /// The variable's value; an empty value counts as set.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str)
    }
}

/// A wait with jitter that knows when it has lasted long enough. Counts what it slept, not what the clock says.
#[derive(Debug)]
pub(super) struct Wait {
    left: Duration,
    round: u32,
}

impl Wait {
    pub(super) fn new(bound: Duration) -> Self {
        Self { left: bound, round: 0 }
    }

    /// Sleeps a little; `false` when the bound is used up.
    pub(super) fn again(&mut self) -> bool {
        if self.left.is_zero() {
            return false;
        }
        self.round += 1;
        // Jitter, so that writers that met once do not meet again; a failing random source only costs fairness.
        let spread = u64::from(getrandom::u32().unwrap_or(7) % 16);
        let base = u64::from(self.round.min(6)) * 4;
        let nap = Duration::from_millis(2 + base + spread).min(self.left);
        std::thread::sleep(nap);
        self.left -= nap;
        true
    }
}

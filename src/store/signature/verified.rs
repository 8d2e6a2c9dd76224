//! Verdicts of earlier runs that cannot change, so that a slow program is asked once: `pm/verified` in the git
//! directory all working trees share.
//!
//! A line is the hash of everything the verdict depends on, `good` or `bad`, and the key or the reason. Never holds a
//! verdict that may be another one tomorrow, and never is an error: a cache that cannot be read or written is none.

use std::{
    collections::HashMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};

use sha2::{Digest as _, Sha256};

use super::{
    super::write_file,
    judge::{Check, Judgement},
};

/// Changes when verdicts are found in another way.
const VERSION: &str = "pm verified 1";

/// The size above which the older half is dropped, in bytes.
const LIMIT: usize = 8 * 1024 * 1024;

/// Everything a verdict depends on, as a hash.
pub(super) type Key = String;

/// The cache, read when first asked.
pub(super) struct Verified {
    file: PathBuf,
    known: OnceLock<HashMap<Key, Judgement>>,
    new: Mutex<Vec<(Key, Judgement)>>,
}

impl Verified {
    pub(super) fn of(common_dir: &Path) -> Self {
        Self { file: common_dir.join("pm").join("verified"), known: OnceLock::new(), new: Mutex::default() }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Judgement> {
        let known = self.known.get_or_init(|| self.lines().iter().filter_map(|line| read(line)).collect());
        known.get(key).cloned()
    }

    pub(super) fn put(&self, key: Key, judgement: &Judgement) {
        self.new.lock().unwrap_or_else(PoisonError::into_inner).push((key, judgement.clone()));
    }

    /// Writes what is new. Of two runs that end at once one wins, and the other asks again next time.
    pub(super) fn save(self) {
        let new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        let added: Vec<String> = new.iter().filter_map(|(key, judgement)| written(key, judgement)).collect();
        if added.is_empty() {
            return;
        }
        let mut lines: Vec<String> = self.lines().into_iter().filter(|line| read(line).is_some()).collect();
        lines.extend(added);
        let size: usize = lines.iter().map(|line| line.len() + 1).sum();
        if size > LIMIT {
            lines.drain(..lines.len() / 2);
        }
        // A cache that cannot be written costs time and nothing else.
        write_file(&self.file, (lines.join("\n") + "\n").as_bytes()).ok();
    }

    fn lines(&self) -> Vec<String> {
        let small = std::fs::metadata(&self.file).is_ok_and(|file| file.is_file() && file.len() <= 4 * LIMIT as u64);
        let bytes = if small { std::fs::read(&self.file).unwrap_or_default() } else { Vec::new() };
        bytes.split(|byte| *byte == b'\n').filter_map(|line| String::from_utf8(line.to_vec()).ok()).collect()
    }
}

fn read(line: &str) -> Option<(Key, Judgement)> {
    let (key, rest) = line.split_once(' ')?;
    let (verdict, text) = rest.split_once(' ')?;
    let whole = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()) && !text.is_empty();
    let judgement = match verdict {
        "good" => Judgement::Good { key: text.to_owned() },
        "bad" => Judgement::Bad { reason: text.to_owned() },
        _ => return None,
    };
    whole.then(|| (key.to_owned(), judgement))
}

fn written(key: &str, judgement: &Judgement) -> Option<String> {
    let (verdict, text) = match judgement {
        Judgement::Good { key } => ("good", key),
        Judgement::Bad { reason } => ("bad", reason),
        Judgement::CannotTell { .. } => return None,
    };
    (!text.is_empty() && !text.contains(char::is_control)).then(|| format!("{key} {verdict} {text}"))
}

/// The hash of a check and the part of the allowed-signers file that applies to it.
pub(super) fn key(check: &Check<'_>, allowed: &str) -> Key {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // Lengths, so that no two lists of texts run together to the same bytes.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    let stated = &check.stated;
    let seconds = stated.seconds.to_string();
    let seen = check.seen.map(|seen| seen.to_string()).unwrap_or_default();
    for text in [VERSION, stated.statement, stated.name, stated.email, &seconds, check.method, check.signature, &seen] {
        add(text);
    }
    for list in [check.keys, check.emails] {
        let mut sorted: Vec<&String> = list.iter().collect();
        sorted.sort_unstable();
        add(&sorted.len().to_string());
        for text in sorted {
            add(text);
        }
    }
    add(allowed);
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("text grows without errors");
        hex
    })
}

//! Whether a signature holds, and whose it is: the way from a check to its verdict.
//!
//! Never guesses: what cannot be told is a verdict of its own, with the reason.

use std::path::PathBuf;

use rayon::prelude::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{
    super::{Store, StoreError, git::Git},
    AllowedSigners, Stated,
    object::{self, Form, Method},
    openpgp, referee,
    ssh::{self, Opinion},
    verified::{self, Verified},
};

/// One signature to check.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    pub stated: Stated<'a>,
    pub method: &'a str,
    pub signature: &'a str,
    /// The signer's keys by policy: ssh public keys, `OpenPGP` and X.509 fingerprints. Empty: git's allowed-signers file
    /// or the keyring decides.
    pub keys: &'a [String],
    /// All addresses of that person, the one of the statement included.
    pub emails: &'a [String],
    /// When others first saw it, in seconds since 1970, where that is known: a key that had expired by then proves nothing
    /// about a statement that says it is older.
    pub seen: Option<i64>,
}

/// What is to be thought of a signature. Reasons are clauses: `the signature does not match what it signs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    Good {
        /// `ED25519 SHA256:…`, or `openpgp` and a fingerprint.
        key: String,
    },
    Bad {
        reason: String,
    },
    CannotTell {
        reason: String,
    },
}

impl Judgement {
    pub(super) fn bad(reason: impl Into<String>) -> Self {
        Self::Bad { reason: reason.into() }
    }

    pub(super) fn cannot_tell(reason: impl Into<String>) -> Self {
        Self::CannotTell { reason: reason.into() }
    }
}

/// Below this many ssh signatures threads and the cache cost more than they bring.
const WORTH_THREADS: usize = 16;

pub(super) const NO_MATCH: &str = "the signature does not match what it signs";

impl Store {
    /// Judges signatures, in the order given.
    ///
    /// Plain ssh keys are checked in this process: for the few of a record that takes less time than to read a long
    /// cache. For everything else git is asked, on all cores. Verdicts that cannot change are remembered.
    pub fn judge(&self, checks: &[Check<'_>], allowed: &AllowedSigners) -> Vec<Judgement> {
        let bench = Bench {
            git: &self.git,
            place: self.scratch_place(),
            sha256: self.has_sha256_ids(),
            allowed,
            verified: Verified::of(&self.common_dir),
            many: checks.len() >= WORTH_THREADS,
            keyring: self.keyring_stamp(),
        };
        // A program to wait for is worth a thread, a few keys to check here are not.
        let quick = !bench.many && checks.iter().all(|check| check.method.starts_with("git-ssh"));
        let judgements = if quick || checks.len() < 2 {
            checks.iter().map(|check| bench.judge(check)).collect()
        } else {
            checks.par_iter().map(|check| bench.judge(check)).collect()
        };
        bench.verified.save();
        judgements
    }
}

impl Store {
    /// Sizes and times of the files that gpg keeps its keys in.
    fn keyring_stamp(&self) -> String {
        let home = self.environment.var("GNUPGHOME").map(PathBuf::from);
        let home = home.or_else(|| Some(PathBuf::from(self.environment.var("HOME")?).join(".gnupg")));
        let stamp = |name: &str| {
            let found = std::fs::metadata(home.as_ref()?.join(name)).ok()?;
            Some(format!("{name} {} {:?}\n", found.len(), found.modified().ok()))
        };
        ["pubring.kbx", "pubring.gpg", "public-keys.d/pubring.db", "trustdb.gpg"]
            .into_iter()
            .filter_map(stamp)
            .collect()
    }
}

/// What of a [`Store`] all checks share.
struct Bench<'a> {
    git: &'a Git,
    /// For temporary files.
    place: PathBuf,
    sha256: bool,
    allowed: &'a AllowedSigners,
    verified: Verified,
    /// Whether there are so many that to read the cache is quicker than to check them.
    many: bool,
    /// Changes with the keyring: a key that is revoked later is asked about again.
    keyring: String,
}

impl Bench<'_> {
    fn judge(&self, check: &Check<'_>) -> Judgement {
        let Some(method) = Method::parse(check.method) else {
            return Judgement::cannot_tell(format!("the method `{}` is not known to this version", check.method));
        };
        if let Some(flaw) = object::flaw(&check.stated) {
            return Judgement::bad(format!("nobody can have signed this: {flaw}"));
        }
        let Some(bytes) = object::bytes(check.signature) else {
            return Judgement::bad("the signature is damaged: it is not one line of base64");
        };
        if method.form != Form::Ssh {
            return self.remembered(check, &self.keyring, || self.by_gpg(check, method));
        }
        let by_key = || ssh::judge(check, method, &bytes, self.allowed);
        if self.many && !check.keys.is_empty() {
            // Nothing but the keys decides, and they are part of what is remembered.
            return self.remembered(check, "", || match by_key() {
                Opinion::Sure(judgement) => {
                    let lasting = !matches!(judgement, Judgement::CannotTell { .. });
                    (judgement, lasting)
                }
                Opinion::Ask { allowed, key } => (self.by_ssh(check, method, &allowed, &key), false),
            });
        }
        match by_key() {
            Opinion::Sure(judgement) => judgement,
            Opinion::Ask { allowed, key } if self.allowed.can_revoke() => self.by_ssh(check, method, &allowed, &key),
            Opinion::Ask { allowed, key } => self.remembered(check, &allowed, || {
                let judgement = self.by_ssh(check, method, &allowed, &key);
                let lasting = !matches!(judgement, Judgement::CannotTell { .. });
                (judgement, lasting)
            }),
        }
    }

    /// The remembered verdict, else a new one, remembered if it is one that lasts.
    fn remembered(&self, check: &Check<'_>, allowed: &str, judge: impl FnOnce() -> (Judgement, bool)) -> Judgement {
        let key = verified::key(check, allowed);
        if let Some(judgement) = self.verified.get(&key) {
            return judgement;
        }
        let (judgement, lasting) = judge();
        if lasting {
            self.verified.put(key, &judgement);
        }
        judgement
    }

    fn by_gpg(&self, check: &Check<'_>, method: Method) -> (Judgement, bool) {
        match self.ask(check, method, None) {
            Ok(answer) => openpgp::judge(check, method.form, &answer),
            Err(judgement) => (judgement, false),
        }
    }

    fn by_ssh(&self, check: &Check<'_>, method: Method, allowed: &str, key: &str) -> Judgement {
        match self.ask(check, method, Some(allowed)) {
            Ok(answer) if answer.accepted => Judgement::Good { key: key.to_owned() },
            Ok(answer) if answer.report.contains("incorrect signature") => Judgement::bad(NO_MATCH),
            Ok(answer) => Judgement::cannot_tell(format!("git does not accept {key}: {}", answer.last_words())),
            Err(judgement) => judgement,
        }
    }

    fn ask(&self, check: &Check<'_>, method: Method, allowed: Option<&str>) -> Result<referee::Answer, Judgement> {
        if method.sha256 != self.sha256 {
            let hash = if method.sha256 { "SHA-256" } else { "SHA-1" };
            return Err(Judgement::cannot_tell(format!(
                "it was signed in a {hash} repository, so git cannot check it in this one"
            )));
        }
        let object = object::signed(&check.stated, method, check.signature);
        let asked = referee::ask(self.git, &self.place, &object, allowed);
        asked.map_err(|error: StoreError| Judgement::cannot_tell(format!("git could not be asked: {error}")))
    }
}

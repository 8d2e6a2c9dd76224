//! git's allowed-signers file: whose address which ssh key may sign for, and when (`ssh-keygen(1)`, "ALLOWED SIGNERS").
//!
//! Stricter than OpenSSH where that can only make a key count less: a line that is not understood as a whole vouches
//! for nobody, and days that do not exist are such lines. Times without a `Z` are read as UTC, not as the local time
//! of whoever looks, so that everybody comes to the same verdict. Never takes a file from the working tree when a
//! revision is asked for.

use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::BASE64;

use super::{
    super::{At, ObjectId, RepoPath, Store, StoreError, read::RECORD_LIMIT},
    judge::{Check, Judgement},
    ssh,
};

const SETTING: &str = "gpg.ssh.allowedSignersFile";

/// What the file says, or why there is none.
#[derive(Debug, Clone)]
pub struct AllowedSigners {
    text: Result<String, String>,
    lines: Vec<Line>,
    revocations: bool,
}

/// One line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    principals: String,
    options: Options,
    /// The key's data.
    blob: Vec<u8>,
    /// Its type and data, as in the file.
    key: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Options {
    authority: bool,
    namespaces: Option<String>,
    /// Seconds since 1970, like the other one.
    after: Option<i64>,
    before: Option<i64>,
}

/// Whether a key may sign for somebody.
pub(super) enum Standing {
    Good,
    Not(Judgement),
}

impl Store {
    /// git's allowed-signers file (`gpg.ssh.allowedSignersFile`): as of `at` where that is given and the file lies
    /// inside the working tree, else from disk.
    pub fn allowed_signers(&self, at: Option<ObjectId>) -> Result<AllowedSigners, StoreError> {
        let config = self.config()?;
        let revocations = config.get("gpg.ssh.revocationfile").is_some_and(|file| !file.is_empty());
        let found = if config.get("gpg.ssh.allowedsignersfile").is_none_or(str::is_empty) {
            Err(format!("no allowed-signers file is set: git config {SETTING}"))
        } else {
            // git knows what `~` is.
            let output = self.git.read("config").args(["--type=path", "-z", "--get", SETTING]).run()?;
            let value = String::from_utf8_lossy(&output.stdout).trim_end_matches('\0').to_owned();
            self.allowed_signers_in(Path::new(&value), at)?
        };
        let mut allowed = AllowedSigners::new(found);
        allowed.revocations = revocations;
        Ok(allowed)
    }

    fn allowed_signers_in(&self, file: &Path, at: Option<ObjectId>) -> Result<Result<String, String>, StoreError> {
        // Where git starts, too.
        let place = self.root.as_deref().unwrap_or(&self.git_dir).join(file);
        let shown = file.display();
        if let (Some(revision), Some(path)) = (at, self.inside(&place)) {
            let path = match RepoPath::new(path) {
                Ok(path) => path,
                Err(error) => return Ok(Err(error.to_string())),
            };
            return match self.read(&path, At::Revision(revision)) {
                Ok(Some(bytes)) => Ok(Ok(String::from_utf8_lossy(&bytes).into_owned())),
                Ok(None) => Ok(Err(format!("the allowed-signers file {path} is not in {}", revision.short()))),
                Err(
                    error @ (StoreError::Symlink { .. }
                    | StoreError::NotAFile { .. }
                    | StoreError::Nested { .. }
                    | StoreError::TooLarge { .. }),
                ) => Ok(Err(error.to_string())),
                Err(error) => Err(error),
            };
        }
        let size = std::fs::metadata(&place).map(|file| file.len());
        if size.is_ok_and(|size| size > RECORD_LIMIT) {
            return Ok(Err(format!("the allowed-signers file {shown} is too large")));
        }
        Ok(match std::fs::read(&place) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(format!("the allowed-signers file {shown} does not exist: git config {SETTING}"))
            }
            Err(error) => Err(format!("the allowed-signers file {shown} cannot be read: {error}")),
        })
    }

    /// The path of a file that lies in the working tree, by its name or by what its links lead to, and is not git's own.
    fn inside(&self, place: &Path) -> Option<String> {
        let root = self.root.as_deref()?;
        let tops = [root.to_path_buf(), real(root)];
        let own = [&self.git_dir, &self.common_dir];
        [plain(place), real(place)].iter().find_map(|place| {
            let below = tops.iter().find_map(|top| place.strip_prefix(top).ok())?;
            let of_git = own.iter().any(|dir| place.starts_with(dir) || place.starts_with(real(dir)));
            let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            (!of_git).then(|| parts.join("/"))
        })
    }
}

/// Without `.` and `..`.
fn plain(place: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in place.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    clean
}

/// With the links resolved in as much of it as exists.
fn real(place: &Path) -> PathBuf {
    if let Ok(real) = place.canonicalize() {
        return real;
    }
    let place = plain(place);
    let found = place.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match found {
        Some((above, real)) if above == place => real,
        Some((above, real)) => real.join(place.strip_prefix(above).unwrap_or(&place)),
        None => place,
    }
}

impl AllowedSigners {
    fn new(text: Result<String, String>) -> Self {
        let lines = text.iter().flat_map(|text| text.lines()).filter_map(Line::parse).collect();
        Self { text, lines, revocations: false }
    }

    /// The file's text, or why there is none.
    pub fn text(&self) -> Result<&str, &str> {
        self.text.as_deref().map_err(String::as_str)
    }

    /// Whether git has a list of revoked keys, too, which only git's own check reads.
    pub(super) fn can_revoke(&self) -> bool {
        self.revocations
    }

    /// Whether the key may sign for the person of the check at the time stated.
    pub(super) fn standing(&self, blob: &[u8], check: &Check<'_>) -> Standing {
        let email = check.stated.email;
        let key = ssh::name_of(blob);
        let unsure = |reason: String| Standing::Not(Judgement::cannot_tell(reason));
        if let Err(reason) = &self.text {
            return unsure(reason.clone());
        }
        let listed: Vec<&Line> =
            self.lines.iter().filter(|line| !line.options.authority && line.blob == blob).collect();
        let Some(first) = listed.first() else {
            return unsure(format!("no trusted key of {email}: the key {key} is not in the allowed-signers file"));
        };
        let own: Vec<&&Line> = listed.iter().filter(|line| line.speaks_for(check.emails).next().is_some()).collect();
        if own.is_empty() {
            return Standing::Not(Judgement::bad(format!("the key {key} is {}'s, not {email}'s", first.principals)));
        }
        let own: Vec<&&Line> = own.into_iter().filter(|line| line.options.for_git()).collect();
        if own.is_empty() {
            return unsure(format!("the allowed-signers file does not let {key} sign for git"));
        }
        let outside = |line: &&Line| {
            line.options.outside(check.stated.seconds).or_else(|| line.options.expired_unseen(check.seen?))
        };
        let reasons: Option<Vec<String>> = own.iter().map(|line| outside(line)).collect();
        match reasons.and_then(|reasons| reasons.into_iter().next()) {
            None => Standing::Good,
            Some(reason) => unsure(format!("the key {key} {reason}")),
        }
    }

    /// An allowed-signers file with the certificate authorities that may vouch for the person of the check.
    pub(super) fn authorities(&self, check: &Check<'_>) -> Result<String, Judgement> {
        self.text().map_err(Judgement::cannot_tell)?;
        let fit = |line: &&Line| {
            line.options.authority && line.options.for_git() && line.options.outside(check.stated.seconds).is_none()
        };
        let mut lines = String::new();
        for line in self.lines.iter().filter(fit) {
            if line.speaks_for(check.emails).next().is_some() {
                let emails = ssh::principals(line.speaks_for(check.emails));
                lines.extend([&emails, " cert-authority,namespaces=\"git\" ", &line.key, "\n"]);
            }
        }
        if lines.is_empty() {
            let reason =
                format!("the allowed-signers file has no authority for certificates of {}", check.stated.email);
            return Err(Judgement::cannot_tell(reason));
        }
        Ok(lines)
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let line = line.trim_matches([' ', '\t', '\r']);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (principals, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => line.split_once([' ', '\t'])?,
        };
        let rest = rest.trim_start_matches([' ', '\t']);
        let (options, key) = if ssh::blob_of(rest).is_some() {
            ("", rest)
        } else {
            let (options, key) = rest.split_at(end_of_options(rest));
            (options, key.trim_start_matches([' ', '\t']))
        };
        if key.starts_with("key::") {
            return None;
        }
        let blob = ssh::blob_of(key)?;
        let kind = key.split([' ', '\t']).next()?;
        let options = if options.is_empty() { Options::default() } else { Options::parse(options)? };
        let key = format!("{kind} {}", BASE64.encode(&blob));
        Some(Self { principals: principals.to_owned(), options, blob, key })
    }

    /// Those of the addresses the line is about.
    fn speaks_for<'a>(&self, emails: &'a [String]) -> impl Iterator<Item = &'a String> {
        emails.iter().filter(|email| in_list(&self.principals, email))
    }
}

impl Options {
    fn parse(text: &str) -> Option<Self> {
        let mut options = Self::default();
        let mut rest = text;
        loop {
            let end = rest.find([',', '=']).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end)?;
            let name = name.to_ascii_lowercase();
            let after = if let Some(quoted) = after.strip_prefix('=') {
                let (value, after) = unquoted(quoted)?;
                let free = match name.as_str() {
                    "namespaces" => options.namespaces.replace(value).is_none(),
                    "valid-after" => options.after.replace(time(&value)?).is_none(),
                    "valid-before" => options.before.replace(time(&value)?).is_none(),
                    _ => false,
                };
                if !free {
                    return None;
                }
                after
            } else if name == "cert-authority" {
                options.authority = true;
                after
            } else {
                return None;
            };
            if after.is_empty() {
                break;
            }
            rest = after.strip_prefix(',')?;
        }
        let empty = matches!((options.after, options.before), (Some(after), Some(before)) if before <= after);
        (!empty).then_some(options)
    }

    fn for_git(&self) -> bool {
        self.namespaces.as_deref().is_none_or(|list| in_list(list, "git"))
    }

    /// Why the line does not count for what was first seen at a time, whatever time it says it was made at.
    fn expired_unseen(&self, seen: i64) -> Option<String> {
        let before = self.before.filter(|before| seen > *before)?;
        Some(format!("expired on {}, before anybody else saw the sign-off", day(before)))
    }

    /// Why the line does not count at a time.
    fn outside(&self, seconds: i64) -> Option<String> {
        match (self.after, self.before) {
            (_, Some(before)) if seconds > before => Some(format!("expired on {}, before it signed", day(before))),
            (Some(after), _) if seconds < after => {
                Some(format!("is trusted only from {} on, after it signed", day(after)))
            }
            _ => None,
        }
    }
}

fn end_of_options(text: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' | '\t' if !quoted => return at,
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\';
    }
    text.len()
}

/// The text in double quotes, and what follows them.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (before, after) = rest.split_once('"')?;
        match before.strip_suffix('\\') {
            Some(before) => value.extend([before, "\""]),
            None => return Some((value + before, after)),
        }
        rest = after;
    }
}

/// `YYYYMMDD[HHMM[SS]][Z]` in seconds since 1970.
fn time(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('Z').unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<u32>().ok());
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    let time = date.and_hms_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?)?;
    Some(time.and_utc().timestamp())
}

pub(super) fn day(seconds: i64) -> String {
    DateTime::<Utc>::from_timestamp(seconds, 0)
        .map_or_else(|| seconds.to_string(), |t| t.format("%Y-%m-%d").to_string())
}

/// Whether a list of patterns has a text and no `!` pattern takes it out again.
fn in_list(patterns: &str, text: &str) -> bool {
    let matching = |pattern: &&str| glob(pattern.strip_prefix('!').unwrap_or(pattern).as_bytes(), text.as_bytes());
    let mut found = patterns.split(',').filter(matching).peekable();
    found.peek().is_some() && found.all(|pattern| !pattern.starts_with('!'))
}

/// `*` is any text, `?` any one byte.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || text.get(from) == Some(byte) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((back, taken)) = star else { return false };
                star = Some((back, taken + 1));
                at = back + 1;
                from = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

//! One pass over history: which commits changed the files under a folder, from which blobs to which.
//!
//! Reads only what git's log says: no content, no mailmap, no rename guessing, no grafts or replaced objects, and
//! nothing of the user's configuration. Never judges what it finds.

use std::{
    io::{self, BufRead, BufReader, Read as _},
    process::{ChildStderr, ChildStdout},
};

use super::{ObjectId, RepoPath, Store, StoreError, git::Call};

/// Every field ends in NUL, which neither a commit's header nor its message nor a path can hold as git prints them.
const FORMAT: &str = "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00";

/// Each answers a setting (`log.showRoot`, `log.follow`, `log.mailmap`, `diff.relative`, `diff.orderFile`, …) that
/// would change what is told.
const OPTIONS: [&str; 14] = [
    "-z",
    "--raw",
    "--root",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "-O/dev/null",
    "--ignore-submodules=none",
    "--no-ext-diff",
    "--no-textconv",
    "--no-follow",
    "--no-mailmap",
    "--encoding=UTF-8",
    FORMAT,
];

const REGULAR: u32 = 0o100_000;
const KIND: u32 = 0o170_000;

/// Which commits are looked at, and with what a merge is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Every commit that can be reached. A merge tells only of files that are different from all its parents.
    All,
    /// The line of first parents. A merge is compared with the first one, so it tells what it brought in.
    FirstParent,
}

/// Who made a commit, and when, as the commit says: anybody can write anything there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub name: String,
    pub email: String,
    /// Since 1970; 0 when the commit has no time that can be read, as git takes it.
    pub seconds: i64,
}

/// A commit that changed files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    pub commit: ObjectId,
    /// All of them, on the first-parent line, too. None where a shallow clone ends.
    pub parents: Vec<ObjectId>,
    pub author: Who,
    pub committer: Who,
    /// The whole message, for its trailers; from the encoding the commit declares, what is no UTF-8 replaced.
    pub message: String,
    /// In git's order; empty only of merges in a [`Store::history`].
    pub files: Vec<FileStep>,
}

/// What a commit made of a file. What is no regular file (a link, a submodule) counts as not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStep {
    pub path: RepoPath,
    /// One for each parent the commit is compared with, in their order; `None`: not there. Empty: there is no parent.
    pub before: Vec<Option<ObjectId>>,
    /// The same as before when only the mode changed.
    pub after: Option<ObjectId>,
}

impl Store {
    /// The commits up to `tip`, and it, that changed a file under a folder (or one file), children before parents,
    /// else newest first.
    ///
    /// Files whose names cannot be a [`RepoPath`] are left out. A renamed file is one removed and one added.
    pub fn pass(&self, tip: ObjectId, under: &RepoPath, line: Line) -> Result<Vec<Passed>, StoreError> {
        self.pass_over(tip, std::slice::from_ref(under), line)
    }

    /// [`Store::pass`] over several folders or files at once, in one order.
    pub fn pass_over(&self, tip: ObjectId, under: &[RepoPath], line: Line) -> Result<Vec<Passed>, StoreError> {
        let mut found = Vec::new();
        self.pass_each(tip, under, line, |passed| {
            found.push(passed);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every commit on every way that has to do with some files, in the order of [`Store::pass`]: also the merges that took
    /// them as one of their parents has them, which name no file.
    pub fn history(&self, tip: ObjectId, under: &[RepoPath]) -> Result<Vec<Passed>, StoreError> {
        let mut found = Vec::new();
        self.walk(&[tip], under, Line::All, |passed| {
            found.push(passed);
            Ok(())
        })?;
        Ok(found)
    }

    /// [`Store::pass_over`], one by one while git is still walking; the first error ends it. What was handed over before an
    /// error of git's may be incomplete.
    pub fn pass_each(
        &self,
        tip: ObjectId,
        under: &[RepoPath],
        line: Line,
        mut each: impl FnMut(Passed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.walk(&[tip], under, line, |passed| if passed.files.is_empty() { Ok(()) } else { each(passed) })
    }

    /// The same for the commits up to any of several tips, each once.
    pub fn pass_all(
        &self,
        tips: &[ObjectId],
        under: &RepoPath,
        line: Line,
        mut each: impl FnMut(Passed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let under = std::slice::from_ref(under);
        self.walk(tips, under, line, |passed| if passed.files.is_empty() { Ok(()) } else { each(passed) })
    }

    fn walk(
        &self,
        tips: &[ObjectId],
        under: &[RepoPath],
        line: Line,
        mut each: impl FnMut(Passed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let how: &[&str] = match line {
            Line::All => &["--topo-order", "--diff-merges=combined"],
            Line::FirstParent => &["--first-parent", "--diff-merges=first-parent"],
        };
        // Without the full history git drops sides of merges, and rewrites the parents of those it keeps.
        let call = self
            .git
            .read("log")
            .var("GIT_GRAFT_FILE", "/dev/null")
            .args(OPTIONS)
            .arg("--full-history")
            .args(how)
            .arg("--end-of-options")
            .args(tips.iter().map(ToString::to_string))
            .arg("--")
            .args(under.iter().map(RepoPath::as_str));
        let mut stopped = false;
        let (read, ended) = reading(&call, |stdout| {
            parse(BufReader::new(stdout), |passed| each(passed).inspect_err(|_| stopped = true))
        })?;
        if stopped { read } else { ended.and(read) }
    }
}

/// Runs git, hands its output to `read` while it comes, and says how both ended.
pub(super) fn reading<T>(
    call: &Call<'_>,
    read: impl FnOnce(ChildStdout) -> T,
) -> Result<(T, Result<(), StoreError>), StoreError> {
    let mut child = call.spawn()?;
    let stdout = child.stdout.take().expect("`spawn` pipes it");
    let stderr = child.stderr.take().expect("`spawn` pipes it");
    let (value, complaint) = std::thread::scope(|scope| {
        let complaint = scope.spawn(move || said(stderr));
        (read(stdout), complaint.join().unwrap_or_default())
    });
    let status = child.wait().map_err(StoreError::io("run", "git log"))?;
    let ended = if status.success() {
        Ok(())
    } else {
        Err(StoreError::Git { command: "log".into(), code: status.code(), stderr: complaint })
    };
    Ok((value, ended))
}

fn said(mut stderr: ChildStderr) -> String {
    let mut bytes = Vec::new();
    // Only words for an error: as far as they go.
    let _ = stderr.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

/// Reads `FORMAT` and the raw lines after it, commit by commit.
fn parse(from: impl BufRead, mut each: impl FnMut(Passed) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut fields = Fields::new(from);
    while let Some(hex) = fields.first()? {
        let mut passed = Passed {
            commit: id(&hex)?,
            parents: fields.text()?.split_ascii_whitespace().map(id).collect::<Result<_, _>>()?,
            author: fields.who()?,
            committer: fields.who()?,
            message: fields.text()?,
            files: Vec::new(),
        };
        while let Some(raw) = fields.raw()? {
            let path = fields.next()?.ok_or_else(cut)?;
            let mut step = step(&raw, path)?;
            if passed.parents.is_empty() {
                // The one side there is stands for no parent.
                step.before.clear();
            }
            if let (Some(path), true) = (step.path, step.after.is_some() || step.before.iter().any(Option::is_some)) {
                passed.files.push(FileStep { path, before: step.before, after: step.after });
            }
        }
        each(passed)?;
    }
    Ok(())
}

/// Fields that end in NUL, one by one.
pub(super) struct Fields<R> {
    from: R,
    /// The start of the next commit, seen while looking for another file of this one.
    ahead: Option<Vec<u8>>,
}

impl<R: BufRead> Fields<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, ahead: None }
    }

    /// Up to the next NUL; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut field = Vec::new();
        self.from.read_until(0, &mut field).map_err(StoreError::io("read", "git log"))?;
        match field.pop() {
            None => Ok(None),
            Some(0) => Ok(Some(field)),
            Some(_) => Err(cut()),
        }
    }

    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        let field = self.next()?.ok_or_else(cut)?;
        Ok(String::from_utf8(field).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    fn who(&mut self) -> Result<Who, StoreError> {
        Ok(Who { name: self.text()?, email: self.text()?, seconds: self.text()?.parse().unwrap_or(0) })
    }

    /// The next field that says something. Between a message and the raw lines, and between commits, git puts a NUL or
    /// two, or a NUL and a line break, depending on what follows.
    pub(super) fn first(&mut self) -> Result<Option<String>, StoreError> {
        let mut found = self.ahead.take();
        while found.as_ref().is_none_or(|field| field.trim_ascii().is_empty()) {
            match self.next()? {
                None => return Ok(None),
                field => found = field,
            }
        }
        Ok(found.map(|field| String::from_utf8_lossy(field.trim_ascii()).into_owned()))
    }

    /// The next raw line of this commit, if there is another: those alone begin with a colon.
    fn raw(&mut self) -> Result<Option<String>, StoreError> {
        let Some(found) = self.first()? else { return Ok(None) };
        if found.starts_with(':') {
            return Ok(Some(found));
        }
        self.ahead = Some(found.into_bytes());
        Ok(None)
    }
}

struct Step {
    path: Option<RepoPath>,
    before: Vec<Option<ObjectId>>,
    after: Option<ObjectId>,
}

/// `:MODE MODE ID ID STATUS`; with a colon, a mode and an id more for every further parent.
fn step(raw: &str, path: Vec<u8>) -> Result<Step, StoreError> {
    let line = raw.trim_start_matches(':');
    let sides = raw.len() - line.len() + 1;
    let words: Vec<&str> = line.split(' ').collect();
    if words.len() != 2 * sides + 1 {
        return Err(strange(raw));
    }
    let (modes, ids) = words.split_at(sides);
    let mut before = modes.iter().zip(ids).map(|(mode, id)| blob(mode, id)).collect::<Result<Vec<_>, _>>()?;
    let after = before.pop().flatten();
    let path = String::from_utf8(path).ok().and_then(|path| RepoPath::new(path).ok());
    Ok(Step { path, before, after })
}

fn blob(mode: &str, hex: &str) -> Result<Option<ObjectId>, StoreError> {
    let mode = u32::from_str_radix(mode, 8).map_err(|_| strange(mode))?;
    if mode & KIND == REGULAR { id(hex).map(Some) } else { Ok(None) }
}

pub(super) fn id(hex: &str) -> Result<ObjectId, StoreError> {
    ObjectId::parse(hex).ok_or_else(|| strange(hex))
}

fn cut() -> StoreError {
    StoreError::io("read", "git log")(io::ErrorKind::UnexpectedEof.into())
}

fn strange(what: &str) -> StoreError {
    let what: String = what.chars().take(120).collect();
    let error = io::Error::new(io::ErrorKind::InvalidData, format!("`{}` was not expected there", what.escape_debug()));
    StoreError::io("read", "git log")(error)
}

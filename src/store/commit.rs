//! Committing: one commit with exactly the paths asked for, whatever else is staged or dirty, or nothing at all.
//!
//! The order is working tree, objects, content of `index.lock`, ref, index, so that every state a crash can leave
//! behind is one that recovery, or git alone, brings to an end.

use std::collections::BTreeMap;

use rayon::prelude::{IntoParallelRefMutIterator as _, ParallelIterator as _};

use super::{
    ObjectId, RepoPath, Store, StoreError,
    attempt::Attempt,
    environment::Wait,
    hooks::{self, Hooks},
    journal::MessageFile,
    objects::{Entry, id_of, lasting, write_blob},
    plan::Planned,
};

/// How often a branch may move under a commit before it gives up.
const ROUNDS: u32 = 50;

/// What a change was made from. Anything else there now is a lost race.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Base {
    /// Whatever is there.
    #[default]
    Any,
    /// Nothing: on disk, staged or committed.
    Absent,
    /// These bytes in the working tree (in a sparse checkout: in the index).
    Bytes(Vec<u8>),
    /// This committed blob, with nothing uncommitted on top: for sign-offs.
    Committed(ObjectId),
}

/// One file's new content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    pub path: RepoPath,
    /// As it shall be in the working tree; `None` removes the file.
    pub content: Option<Vec<u8>>,
    pub base: Base,
}

/// A commit to make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// At most one a path.
    pub changes: Vec<FileChange>,
    /// Subject, body, trailers. Blank lines at the ends and trailing blanks are removed, nothing else.
    pub message: String,
    /// The reflog says `commit: pm <verb>`; empty: `commit: <subject>`.
    pub verb: String,
    pub options: CommitOptions,
}

/// How to make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommitOptions {
    /// Skips pre-commit and commit-msg, as `git commit --no-verify` does.
    pub no_verify: bool,
    /// `None`: as `commit.gpgSign` says.
    pub sign: Option<bool>,
    /// The time of author and committer, in seconds since 1970; `None`: as git has it.
    pub at: Option<i64>,
    /// Everything is on the disk before the commit counts as made.
    pub durable: bool,
}

/// What is about to be committed, after the hooks had their say.
#[derive(Debug)]
pub struct Proposed<'a> {
    pub message: &'a str,
    /// The files a hook gave other content.
    pub rewritten: &'a [RepoPath],
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Committed(Committed),
    /// HEAD has exactly this content already. The working tree has it now, too.
    Unchanged,
}

/// The commit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub id: ObjectId,
    /// `None`: HEAD is detached, so no branch holds the commit.
    pub branch: Option<String>,
    /// Files that hooks gave other content.
    pub hook_rewrote: Vec<RepoPath>,
    /// What the hooks printed.
    pub hook_output: String,
    /// What could not be finished after the commit was made; the next run tries again.
    pub index_note: Option<String>,
}

type Edits = BTreeMap<RepoPath, Option<Entry>>;

/// What the hooks leave to commit.
struct Decided {
    edits: Edits,
    tree: ObjectId,
    message: String,
    rewritten: Vec<RepoPath>,
}

impl Store {
    /// Makes the commit. The caller holds `pm`'s lock.
    pub(super) fn make_commit(
        &self,
        commit: &Commit,
        review: &dyn Fn(&Proposed<'_>) -> Result<(), String>,
    ) -> Result<Outcome, StoreError> {
        self.refuse_to_write()?;
        self.refuse_control_characters("AUTHOR")?;
        self.refuse_control_characters("COMMITTER")?;
        let message = hooks::clean(&commit.message);
        if message.is_empty() {
            return Err(StoreError::EmptyMessage);
        }
        let reference = self.head()?.reference();
        let mut attempt = Attempt::begin(self, reference, commit.options.durable)?;
        match self.carry_out(&mut attempt, commit, message, review) {
            Ok(Some(mut committed)) => {
                committed.index_note = attempt.settle().err().map(|error| error.to_string());
                self.after_commit(&mut committed);
                Ok(Outcome::Committed(committed))
            }
            Ok(None) => {
                attempt.settle()?;
                Ok(Outcome::Unchanged)
            }
            Err(error) => Err(with_left(error, attempt.undo())),
        }
    }

    fn carry_out(
        &self,
        attempt: &mut Attempt<'_>,
        commit: &Commit,
        message: String,
        review: &dyn Fn(&Proposed<'_>) -> Result<(), String>,
    ) -> Result<Option<Committed>, StoreError> {
        // Again, now that the index is locked and git can begin nothing new.
        self.refuse_operation()?;
        let head = self.head()?;
        attempt.journal.reference = head.reference();
        attempt.journal.old = head.commit.map(|id| id.to_string());
        let old_tree = head.commit.map(|id| self.tree_of(id)).transpose()?;
        let mut planned = self.plan(&commit.changes, old_tree.as_ref())?;
        let edits = self.write_blobs(&mut planned, commit.options.durable)?;
        let old_tree = old_tree.map(|tree| ObjectId(tree.id()));
        let tree = self.write_tree(old_tree, &edits, commit.options.durable)?;
        self.step(3);

        if self.differing(old_tree, Some(tree), None)?.is_empty() {
            attempt.write_files(&planned, &edits)?;
            attempt.prepare_index(&edits, &planned)?;
            return Ok(None);
        }

        let mut hooks = Hooks::find(self)?;
        let with_hooks = hooks::ALL[..3].iter().any(|name| hooks.has(name));
        let decided = if with_hooks {
            // Hooks read the working tree, so it comes first.
            attempt.write_files(&planned, &edits)?;
            self.run_hooks(attempt, &mut hooks, commit, &planned, tree, &message)?
        } else {
            Decided { edits, tree, message, rewritten: Vec::new() }
        };
        if let Err(reason) = review(&Proposed { message: &decided.message, rewritten: &decided.rewritten }) {
            self.take_back_from_hooks(attempt, &decided);
            return Err(StoreError::Refused { reason });
        }

        let parent = head.commit;
        let id = self.write_commit(decided.tree, parent, &decided.message, commit.options)?;
        self.step(5);
        if !with_hooks {
            attempt.journal.new = Some(id.to_string());
            attempt.write_files(&planned, &decided.edits)?;
        }
        attempt.prepare_index(&decided.edits, &planned)?;
        let id = self.advance(attempt, &head, id, &decided, &planned, commit)?;
        Ok(Some(Committed {
            id,
            branch: head.branch,
            hook_rewrote: decided.rewritten,
            hook_output: hooks.output,
            index_note: None,
        }))
    }

    fn write_blobs(&self, planned: &mut [Planned], durable: bool) -> Result<Edits, StoreError> {
        let git = &self.git;
        let write = |plan: &mut Planned| -> Result<(), StoreError> {
            if let Some(bytes) = &plan.content {
                plan.blob = Some(write_blob(git, &plan.path, bytes, durable)?);
            }
            Ok(())
        };
        // A process a file: an import of thousands keeps all cores busy, one record needs no threads.
        if planned.len() < 8 {
            planned.iter_mut().try_for_each(write)?;
        } else {
            planned.par_iter_mut().try_for_each(write)?;
        }
        let edits = planned.iter().map(|plan| {
            let mode = plan.mode;
            (plan.path.clone(), plan.blob.map(|id| Entry { mode, id }))
        });
        Ok(edits.collect())
    }

    /// pre-commit, prepare-commit-msg, commit-msg, against an index that is exactly what will be committed.
    fn run_hooks(
        &self,
        attempt: &mut Attempt<'_>,
        hooks: &mut Hooks<'_>,
        commit: &Commit,
        planned: &[Planned],
        tree: ObjectId,
        message: &str,
    ) -> Result<Decided, StoreError> {
        let index = self.hook_index();
        self.copy_index(&index)?;
        // Over a copy of the user's, so that entries that stay keep their stat data and sparse bits.
        self.git.write("read-tree").arg("--reset").arg(tree.to_string()).var("GIT_INDEX_FILE", &index).run()?;

        let mut tree = tree;
        if !commit.options.no_verify && hooks.has("pre-commit") {
            hooks.run("pre-commit", &[], &index)?;
            let call = self.git.write("write-tree").var("GIT_INDEX_FILE", &index);
            tree = id_of(lasting(call, commit.options.durable))?;
        }
        let (edits, rewritten) = self.read_back(planned, tree)?;

        let file = self.message_file();
        attempt.journal.message_file = Some(MessageFile { before: std::fs::read(&file).ok() });
        attempt.save()?;
        std::fs::write(&file, message).map_err(StoreError::io("write", &file))?;
        let name = file.strip_prefix(self.work_tree()?).unwrap_or(&file);
        let name = name.to_string_lossy().into_owned();
        hooks.run("prepare-commit-msg", &[&name, "message"], &index)?;
        if !commit.options.no_verify {
            hooks.run("commit-msg", &[&name], &index)?;
        }
        let message = std::fs::read(&file).map_err(StoreError::io("read", &file))?;
        let message = hooks::clean(&String::from_utf8_lossy(&message));
        if message.is_empty() {
            return Err(StoreError::EmptyMessage);
        }
        Ok(Decided { edits, tree, message, rewritten })
    }

    /// What a pre-commit hook has made of the tree. Other files than ours may not have changed.
    fn read_back(&self, planned: &[Planned], tree: ObjectId) -> Result<(Edits, Vec<RepoPath>), StoreError> {
        let head = self.head()?.commit;
        let foreign: Vec<RepoPath> = self
            .differing(head, Some(tree), None)?
            .into_iter()
            .filter(|path| !planned.iter().any(|plan| plan.path == *path))
            .collect();
        if !foreign.is_empty() {
            return Err(StoreError::HookWidened { paths: foreign });
        }
        let made = self.tree_of(tree)?;
        let mut edits = Edits::new();
        let mut rewritten = Vec::new();
        for plan in planned {
            let entry = self.entry_in(Some(&made), &plan.path)?;
            if entry.map(|entry| entry.id) != plan.blob {
                rewritten.push(plan.path.clone());
            }
            edits.insert(plan.path.clone(), entry);
        }
        if self.differing(head, Some(tree), None)?.is_empty() {
            return Err(StoreError::Refused { reason: "a hook took the whole change back".into() });
        }
        Ok((edits, rewritten))
    }

    fn write_commit(
        &self,
        tree: ObjectId,
        parent: Option<ObjectId>,
        message: &str,
        options: CommitOptions,
    ) -> Result<ObjectId, StoreError> {
        let sign = match options.sign {
            Some(sign) => sign,
            None => self.config()?.bool("commit.gpgsign").unwrap_or(false),
        };
        let scratch = self.message_scratch();
        std::fs::write(&scratch, message).map_err(StoreError::io("write", &scratch))?;
        let mut call =
            self.git.plain("commit-tree").config("i18n.commitEncoding=UTF-8").var("GIT_NO_REPLACE_OBJECTS", "1");
        if sign {
            call = call.arg("-S");
        }
        if let Some(at) = options.at {
            let date = format!("@{at} +0000");
            call = call.var("GIT_AUTHOR_DATE", &date).var("GIT_COMMITTER_DATE", &date);
        }
        if let Some(parent) = parent {
            call = call.arg("-p").arg(parent.to_string());
        }
        let call = lasting(call, options.durable).arg("-F").arg(&scratch).arg(tree.to_string());
        let output = call.output()?;
        if output.ok() {
            return super::objects::parse_id(&output.text());
        }
        // The two usual reasons, told apart by asking rather than by reading what git says in some language.
        self.identity()?;
        self.committer()?;
        if sign {
            return Err(StoreError::Signing { output: output.complaint() });
        }
        Err(StoreError::Git { command: "commit-tree".into(), code: output.code, stderr: output.complaint() })
    }

    /// What a hook made of a file is in the object database, so that it may be put back like what we wrote ourselves.
    fn take_back_from_hooks(&self, attempt: &mut Attempt<'_>, decided: &Decided) {
        for file in &mut attempt.journal.files {
            let Ok(path) = RepoPath::new(file.path.clone()) else { continue };
            let made = decided.edits.get(&path).copied().flatten().filter(|_| decided.rewritten.contains(&path));
            let (Some(made), Ok(root)) = (made, self.work_tree()) else { continue };
            if let Ok(Some(bytes)) = super::worktree::read(root, &path, u64::MAX)
                && self.hash(&path, &bytes).is_ok_and(|id| id == made.id)
            {
                file.after = Some(bytes);
            }
        }
    }

    /// Moves the ref from the old commit to the new one. When it has moved meanwhile and our files have not changed
    /// there, makes the commit anew on top.
    fn advance(
        &self,
        attempt: &mut Attempt<'_>,
        head: &super::Head,
        first: ObjectId,
        decided: &Decided,
        planned: &[Planned],
        commit: &Commit,
    ) -> Result<ObjectId, StoreError> {
        let reference = head.reference();
        let reason = reflog(commit, &decided.message);
        let mut old = head.commit;
        let mut new = first;
        let mut wait = Wait::new(self.patience().git);
        let mut rounds = 0;
        while rounds < ROUNDS {
            let between = (old.map(|id| id.to_string()), Some(new.to_string()));
            // The journal holds the files, too: it is written again only for what it does not say yet.
            if (&attempt.journal.old, &attempt.journal.new) != (&between.0, &between.1) {
                (attempt.journal.old, attempt.journal.new) = between;
                attempt.save()?;
            }
            self.step(7);
            let moved = self.move_ref(&reference, old, new, &reason, commit.options)?;
            let Some(failure) = moved else {
                self.step(8);
                return Ok(new);
            };
            let tip = self.tip(&reference)?;
            if tip == old {
                if is_lock_trouble(&failure) && wait.again() {
                    continue;
                }
                return Err(refused_ref(failure));
            }
            rounds += 1;
            let tree = tip.map(|id| self.tree_of(id)).transpose()?;
            for plan in planned {
                if self.entry_in(tree.as_ref(), &plan.path)? != plan.head {
                    return Err(StoreError::Raced { path: plan.path.clone() });
                }
            }
            let tree = tree.map(|tree| ObjectId(tree.id()));
            let tree = self.write_tree(tree, &decided.edits, commit.options.durable)?;
            new = self.write_commit(tree, tip, &decided.message, commit.options)?;
            old = tip;
        }
        Err(StoreError::Unsettled)
    }

    /// `None`: moved; else what git said.
    fn move_ref(
        &self,
        reference: &str,
        old: Option<ObjectId>,
        new: ObjectId,
        reason: &str,
        options: CommitOptions,
    ) -> Result<Option<String>, StoreError> {
        let nothing = "0".repeat(new.to_string().len());
        let call = self
            .git
            .plain("update-ref")
            .var("LC_ALL", "C")
            // A branch that is a name for another one moves the other one, as with `git commit`.
            .args(["-m", reason, reference])
            .arg(new.to_string())
            .arg(old.map_or(nothing, |id| id.to_string()));
        let output = lasting(call, options.durable).output()?;
        Ok((!output.ok()).then(|| output.complaint()))
    }

    /// Hooks that run when all is done; what they answer changes nothing.
    fn after_commit(&self, committed: &mut Committed) {
        let index = self.default_index();
        if let Ok(mut hooks) = Hooks::find(self) {
            for (name, args) in [("post-index-change", &["0", "0"][..]), ("post-commit", &[])] {
                if let Err(StoreError::HookRefused { output, .. }) = hooks.run(name, args, &index) {
                    hooks.output = format!("{output}\n");
                }
            }
            committed.hook_output.push_str(&hooks.output);
        }
    }
}

fn reflog(commit: &Commit, message: &str) -> String {
    if commit.verb.is_empty() {
        format!("commit: {}", message.lines().next().unwrap_or_default())
    } else {
        format!("commit: pm {}", commit.verb.replace(['\n', '\r', '\0'], " "))
    }
}

/// Whether somebody else holds the lock of the ref; a lock that cannot be made at all is not worth waiting for.
fn is_lock_trouble(complaint: &str) -> bool {
    complaint.contains("File exists")
}

fn refused_ref(complaint: String) -> StoreError {
    if complaint.contains("aborted by hook") || complaint.contains("in 'prepared' phase") {
        StoreError::HookRefused { hook: "reference-transaction".into(), output: complaint, left: Vec::new() }
    } else {
        StoreError::Git { command: "update-ref".into(), code: Some(128), stderr: complaint }
    }
}

/// Adds the files that could not be put back to what is reported.
pub(super) fn with_left(error: StoreError, paths: Vec<RepoPath>) -> StoreError {
    match error {
        error if paths.is_empty() => error,
        StoreError::HookRefused { hook, output, .. } => StoreError::HookRefused { hook, output, left: paths },
        error => StoreError::LeftBehind { error: Box::new(error), paths },
    }
}

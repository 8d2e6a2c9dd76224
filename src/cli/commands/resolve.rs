//! `pm resolve`: conflicts in records, whoever made them, merged again by field and entry; the rest is asked about.
//!
//! It starts from the versions that git's index keeps, so that it does not matter whether the driver ran: a forge, another
//! program or a clone that was never set up leaves the same. What is solved is staged, the rest stays marked.

mod question;

use std::path::Path;

use clap::Args;

use crate::cli::commands::merge_driver::{label, merge_record, tell};
use crate::cli::commands::resolve::question::Question;
use crate::cli::context::{environment, settings};
use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::merge::{Decisions, Markers, Merged};
use crate::render::sanitise::one_line;
use crate::store::records::id_of;
use crate::store::{At, Conflicted, RepoPath, Store, write_file};

/// Solve merge conflicts in records
///
/// Merges each record in conflict again, by field and entry, and stages what is solved.
/// On a terminal it asks about the rest, field by field; elsewhere the rest stays marked
/// in the file. Ends with 1 while conflicts are left.
///
/// Examples:
///   pm resolve
///   pm resolve postmortems/2026/2026-03-02-api-down.toml
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ResolveArgs {
    /// Only these: paths or ids of records
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// Ask nothing, leave what has to be decided
    #[arg(long)]
    pub no_input: bool,

    /// Say what was counted
    #[arg(short, long)]
    pub verbose: bool,
}

/// How one record ended.
#[derive(PartialEq, Eq)]
enum Outcome {
    Solved,
    Left,
}

/// Solves what can be solved.
pub fn run(ui: &mut Ui, args: &ResolveArgs) -> Result<Exit, Failure> {
    let store = Store::open(&environment(ui.world().cwd.clone(), ui.world()))?;
    let Some(root) = store.root().map(Path::to_owned) else {
        return Err(crate::store::StoreError::NoWorkTree.into());
    };
    let look = ui.look();
    let folder =
        settings(&store, At::WorkTree, look).map_or_else(|_| "postmortems".to_owned(), |config| config.records);
    let folder = RepoPath::new(folder)?;
    let all: Vec<Conflicted> = store
        .conflicted()?
        .into_iter()
        .filter(|conflicted| {
            conflicted.path.is_under(&folder) && conflicted.path.file_name().strip_suffix(".toml").is_some()
        })
        .collect();
    let wanted = chosen(&store, all, &args.paths)?;
    if wanted.is_empty() {
        ui.done("no record is in conflict");
        return Ok(Exit::Fine);
    }
    let _writer = store.lock()?;
    let mut left = 0;
    for conflicted in &wanted {
        if one(ui, &store, &root, conflicted, args)? == Outcome::Left {
            left += 1;
        }
    }
    if left > 0 {
        ui.note(&format!("{left} of {} still in conflict", wanted.len()));
        return Ok(Exit::Findings);
    }
    ui.note("next: finish with git, as in `git merge --continue` or `git rebase --continue`");
    Ok(Exit::Fine)
}

/// Those that were typed, by path or id; all without any.
fn chosen(store: &Store, all: Vec<Conflicted>, typed: &[String]) -> Result<Vec<Conflicted>, Failure> {
    if typed.is_empty() {
        return Ok(all);
    }
    let is = |conflicted: &Conflicted, typed: &str| {
        let path = conflicted.path.as_str();
        path == typed || path == format!("{}{typed}", store.prefix()) || id_of(&conflicted.path).as_str() == typed
    };
    if let Some(unknown) = typed.iter().find(|typed| !all.iter().any(|conflicted| is(conflicted, typed))) {
        return Err(Failure::new(format!("`{unknown}` is no record in conflict"))
            .hint("`pm resolve` without a path takes all that are"));
    }
    Ok(all.into_iter().filter(|conflicted| typed.iter().any(|typed| is(conflicted, typed))).collect())
}

fn one(
    ui: &mut Ui,
    store: &Store,
    root: &Path,
    conflicted: &Conflicted,
    args: &ResolveArgs,
) -> Result<Outcome, Failure> {
    let path = &conflicted.path;
    let (Some(ours), Some(theirs)) = (conflicted.ours, conflicted.theirs) else {
        let gone = if conflicted.ours.is_none() { "our side" } else { "their side" };
        ui.warn(&format!("{path} was taken out on {gone} and changed on the other"));
        ui.note(&one_line(&format!("`git add {path}` keeps it, `git rm {path}` takes it out")));
        return Ok(Outcome::Left);
    };
    let text = |id| -> Result<String, Failure> {
        String::from_utf8(store.read_blob(id, path)?).map_err(|_| {
            Failure::new(format!("{path} is not UTF-8 on every side"))
                .hint("settle it with an editor, then `git add` it")
        })
    };
    let base = conflicted.base.map(text).transpose()?.unwrap_or_default();
    let sides = [text(ours)?, text(theirs)?];
    let place = path.on_disk(root);
    let there = std::fs::read_to_string(&place).unwrap_or_default();
    let labels = labels(&there).map(|given| label(&given, "", Some(store)));
    let markers = Markers {
        ours: &labels[0],
        base: "base",
        theirs: &labels[1],
        size: 7,
        with_base: store.shows_base_in_conflicts(),
    };
    let texts = [base.as_str(), sides[0].as_str(), sides[1].as_str()];
    let mut merged = merge_record(Some(store), path.as_str(), texts, (&markers, &Decisions::new()), ui);
    // What the driver left may have lines that are of both sides; anything else of that kind is somebody's.
    let plain = Markers { with_base: false, ..markers };
    let left = merge_record(Some(store), path.as_str(), texts, (&plain, &Decisions::new()), ui).text;
    if let Some(why) = own_work(&there, &base, &sides)
        && without_base(&there) != left
    {
        ui.warn(&format!("{path} {why}"));
        ui.note(&one_line(&format!("`git add {path}` takes it as it is, `git checkout -m -- {path}` begins again")));
        return Ok(Outcome::Left);
    }
    if !merged.report.conflicts.is_empty() && ui.interactive() && !args.no_input {
        let decisions = ask(ui, store, path, &merged, &markers)?;
        merged = merge_record(Some(store), path.as_str(), texts, (&markers, &decisions), ui);
    }
    write_file(&place, merged.text.as_bytes())?;
    tell(ui, path.as_str(), &merged, &markers, args.verbose);
    if !merged.is_clean() {
        return Ok(Outcome::Left);
    }
    store.stage(path)?;
    ui.done(&format!("solved {path}"));
    Ok(Outcome::Solved)
}

/// What the sides are called in the markers that are there.
fn labels(there: &str) -> [String; 2] {
    let label = |marker: &str, otherwise: &str| {
        let line = there.lines().find_map(|line| line.strip_prefix(marker));
        line.map_or_else(|| otherwise.to_owned(), |label| label.trim().to_owned())
    };
    [label("<<<<<<< ", "ours"), label(">>>>>>> ", "theirs")]
}

/// A marked text without the parts that say what was before.
fn without_base(there: &str) -> String {
    let mut skips = false;
    let mut text = String::with_capacity(there.len());
    for line in there.split_inclusive('\n') {
        skips = if line.starts_with("||||||| ") { true } else { skips && !line.starts_with("=======") };
        if !skips {
            text.push_str(line);
        }
    }
    text
}

/// Why the file is somebody's own work and must not be written over.
fn own_work(there: &str, base: &str, sides: &[String; 2]) -> Option<&'static str> {
    let known: std::collections::HashSet<&str> =
        [base, &sides[0], &sides[1]].into_iter().flat_map(str::lines).map(str::trim_end).collect();
    let is_marker =
        |line: &str| ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker));
    let mut marked = false;
    for line in there.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if is_marker(line) {
            marked = true;
        } else if !known.contains(line) {
            return Some("holds lines that neither side has: somebody is at work on it");
        }
    }
    // Where git cannot merge it leaves our side; nothing leaves theirs.
    if !marked {
        return (*there != sides[0]).then_some("has no conflict markers any more: somebody has settled it");
    }
    let all_there = taken(there).iter().zip(sides).all(|(taken, side)| holds(taken, &added(base, side)));
    (!all_there).then_some("has a conflict less than the merge left: somebody is at work on it")
}

/// A marked text with our side of every conflict, and with theirs, as lines.
fn taken(there: &str) -> [Vec<&str>; 2] {
    let mut taken = [Vec::new(), Vec::new()];
    let mut side = None;
    for line in there.lines().map(str::trim_end) {
        match line.get(..7) {
            Some("<<<<<<<") => side = Some(Some(0)),
            Some("|||||||") if side.is_some() => side = Some(None),
            Some("=======") if side.is_some() => side = Some(Some(1)),
            Some(">>>>>>>") => side = None,
            _ => match side {
                Some(Some(side)) => taken[side].push(line),
                Some(None) => {}
                None => taken.iter_mut().for_each(|taken| taken.push(line)),
            },
        }
    }
    taken
}

/// The lines a side has more often than the base.
fn added<'t>(base: &str, side: &'t str) -> Vec<&'t str> {
    let mut before: Vec<&str> = base.lines().map(str::trim_end).collect();
    let is_new = |line: &&str| match before.iter().position(|other| other == line) {
        Some(place) => {
            before.swap_remove(place);
            false
        }
        None => !line.is_empty(),
    };
    side.lines().map(str::trim_end).filter(is_new).collect()
}

/// Whether all of the lines are there, each as often.
fn holds(there: &[&str], lines: &[&str]) -> bool {
    let mut there = there.to_vec();
    lines
        .iter()
        .all(|line| there.iter().position(|other| other == line).map(|place| there.swap_remove(place)).is_some())
}

/// Asks about each contradiction.
fn ask(
    ui: &mut Ui,
    store: &Store,
    path: &RepoPath,
    merged: &Merged,
    markers: &Markers<'_>,
) -> Result<Decisions, Failure> {
    ui.note(&one_line(path.as_str()));
    let severities =
        settings(store, At::WorkTree, ui.look()).map_or_else(|_| Vec::new(), |config| config.severity_names());
    let mut decisions = Decisions::new();
    for conflict in &merged.report.conflicts {
        let mut question = Question { ui: &mut *ui, store, conflict, markers, severities: &severities };
        if let Some(choice) = question.decide()? {
            decisions.insert(conflict.number, choice);
        }
    }
    Ok(decisions)
}

//! `pm merge-driver`: a record merged for git, which calls it with three files. Hidden: nobody types it.
//!
//! git takes the first file for the result whatever happens, so it is written once, as a whole, when the result is known.
//! Any failure leaves it as it was and ends with 2: the line that [`DRIVER`] puts into git's config then merges the text with
//! git's own program, and leaves a conflict whatever comes of it.

mod clashes;

use std::path::Path;

use clap::Args;

use crate::cli::commands::merge_driver::clashes::{Surroundings, rekeyed};
use crate::cli::context::{environment, settings};
use crate::cli::dossier;
use crate::cli::failure::{Exit, Failure};
use crate::cli::ui::Ui;
use crate::config::Config;
use crate::document::Document;
use crate::merge::{self, Decisions, Markers, Merged, Report, Terms};
use crate::render::sanitise::one_line;
use crate::store::records::id_of;
use crate::store::{At, RepoPath, Store, write_file};
use crate::workflow::canonical::Figures;

/// What git runs. Where `pm` is missing, fails or is killed, git's own program merges the text, and whatever it finds the
/// file counts as conflicted: git alone would leave our side there, without a mark. 128 and more stop the whole merge.
/// git before 2.44 leaves the placeholders of the labels as they are.
pub const DRIVER: &str = "w='pm failed'; if command -v pm >/dev/null 2>&1; \
    then pm merge-driver %O %A %B %L %P %S %X %Y; r=$?; else r=127; w='git finds no pm on its PATH'; fi; \
    if [ $r -gt 1 ]; then \
    echo \"pm: $w, so this record was merged as text; run 'pm resolve', or look at it before you add it:\" %P >&2; \
    b=%S; o=%X; t=%Y; case $o in [%]*) b=base; o=ours; t=theirs;; esac; \
    git merge-file --marker-size=%L -L \"$o\" -L \"$b\" -L \"$t\" %A %O %B; r=$?; \
    if [ $r -lt 128 ]; then r=1; fi; fi; exit $r";

/// Merge a record for git
///
/// `git config merge.pm.driver` calls it; `pm init` sets that up.
#[derive(Debug, Args)]
pub struct MergeDriverArgs {
    /// The version both sides began with
    #[arg(value_name = "BASE")]
    pub base: std::path::PathBuf,

    /// Our version; the result is written there
    #[arg(value_name = "OURS")]
    pub ours: std::path::PathBuf,

    /// Their version
    #[arg(value_name = "THEIRS")]
    pub theirs: std::path::PathBuf,

    /// How many characters a conflict marker has
    #[arg(value_name = "SIZE", default_value = "7")]
    pub size: usize,

    /// The record's path in the repository
    #[arg(value_name = "PATH", default_value = "")]
    pub path: String,

    /// What the base is called
    #[arg(value_name = "BASE-LABEL", default_value = "")]
    pub base_label: String,

    /// What our side is called
    #[arg(value_name = "OUR-LABEL", default_value = "")]
    pub our_label: String,

    /// What their side is called
    #[arg(value_name = "THEIR-LABEL", default_value = "")]
    pub their_label: String,

    /// Say what was counted
    #[arg(short, long)]
    pub verbose: bool,
}

/// Merges.
pub fn run(ui: &mut Ui, args: &MergeDriverArgs) -> Result<Exit, Failure> {
    let read = |path: &Path| {
        let place = ui.world().cwd.join(path);
        std::fs::read(&place).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
    };
    let [base, ours, theirs] = [read(&args.base)?, read(&args.ours)?, read(&args.theirs)?];
    let store = Store::open(&environment(ui.world().cwd.clone(), ui.world())).ok();
    let known = store.as_ref();
    let labels = [(&args.base_label, "base"), (&args.our_label, "ours"), (&args.their_label, "theirs")]
        .map(|(given, otherwise)| label(given, otherwise, known));
    let markers = Markers {
        ours: &labels[1],
        base: &labels[0],
        theirs: &labels[2],
        size: args.size,
        with_base: store.as_ref().is_some_and(Store::shows_base_in_conflicts),
    };
    let result = ui.world().cwd.join(&args.ours);
    let [Ok(base), Ok(ours), Ok(theirs)] = [&base, &ours, &theirs].map(|bytes| std::str::from_utf8(bytes)) else {
        write_file(&result, &markers.around(&ours, &base, &theirs))?;
        ui.warn(&one_line(&format!("{} is not UTF-8 on every side; both sides are in it", args.path)));
        return Ok(Exit::Findings);
    };
    let nothing = Decisions::new();
    let merged = merge_record(store.as_ref(), &args.path, [base, ours, theirs], (&markers, &nothing), ui);
    write_file(&result, merged.text.as_bytes())?;
    // `git rerere` tries an old resolution on a text that is marked already, of which all has been said.
    let is_marked = |text: &str| text.lines().any(|line| line.starts_with("<<<<<<<"));
    if !(is_marked(ours) && is_marked(base)) {
        tell(ui, &args.path, &merged, &markers, args.verbose);
    }
    Ok(if merged.is_clean() { Exit::Fine } else { Exit::Findings })
}

/// What a side is called; git before 2.44 leaves its placeholder as it is. `git pull` and `git merge` of a commit give all
/// of its digits, which nobody can read: it is called as a rebase calls it.
pub fn label(given: &str, otherwise: &str, store: Option<&Store>) -> String {
    let is_placeholder = given.len() == 2 && given.starts_with('%');
    let is_commit = matches!(given.len(), 40 | 64) && given.bytes().all(|byte| byte.is_ascii_hexdigit());
    let told = || store.and_then(|store| store.told(given));
    match () {
        () if given.is_empty() || is_placeholder => otherwise.to_owned(),
        () if is_commit => told().unwrap_or_else(|| given.to_owned()),
        () => given.to_owned(),
    }
}

/// Merges the texts of a record under the settings of the repository.
pub fn merge_record(
    store: Option<&Store>,
    path: &str,
    [base, ours, theirs]: [&str; 3],
    (markers, decisions): (&Markers<'_>, &Decisions),
    ui: &Ui,
) -> Merged {
    let path = RepoPath::new(path).ok();
    let record = path.as_ref().map_or_else(|| crate::record::RecordId::of_stem("record"), id_of);
    let config = store.and_then(|store| settings_of(store, ui));
    let mut figures = Figures::new();
    if let (Some(store), Some(path)) = (store, &path) {
        for side in [ours, theirs] {
            if let Ok(document) = Document::parse(side)
                && let Some(at) = state(store)
            {
                figures.extend(dossier::figures(store, &document.record(), path, at));
            }
        }
    }
    let policy = config.as_ref().filter(|config| config.policy_in_doubt.is_none()).map(|config| &config.policy);
    let terms = Terms { record: &record, policy, figures: &figures };
    let base = Some(base).filter(|base| !base.trim().is_empty());
    let mut merged = merge::merge(base, ours, theirs, &terms, markers, decisions);
    if let (false, Some(store), Some(config), Some(path)) = (merged.report.clashes.is_empty(), store, &config, &path)
        && let Some(here) = state(store)
    {
        let around = Surroundings { store, config, path, record: &record, here, theirs: markers.theirs };
        if let Some((theirs, notes)) = rekeyed(&around, &merged.report.clashes, ours, theirs) {
            merged = merge::merge(base, ours, &theirs, &terms, markers, decisions);
            merged.report.notes.extend(notes);
        }
    }
    merged
}

fn state(store: &Store) -> Option<At> {
    if store.is_bare() { store.head().ok()?.commit.map(At::Revision) } else { Some(At::WorkTree) }
}

/// The settings sign-offs are judged by: of the default branch, so that no branch makes its own approval easier; where there
/// is none, of the working tree, or as committed where those are in conflict themselves.
fn settings_of(store: &Store, ui: &Ui) -> Option<Config> {
    let look = ui.look();
    let here = state(store).and_then(|at| settings(store, at, look).ok());
    let here = here.or_else(|| settings(store, At::Revision(store.head().ok()?.commit?), look).ok())?;
    let reviewed = store.reviewed_branch(here.default_branch.as_deref()).ok().flatten();
    match reviewed.and_then(|branch| branch.commit) {
        Some(commit) => settings(store, At::Revision(commit), look).ok(),
        None => Some(here),
    }
}

/// Says what is left to decide and what has to be known, and where it is asked for what was counted.
pub fn tell(ui: &mut Ui, path: &str, merged: &Merged, markers: &Markers<'_>, verbose: bool) {
    let Report { conflicts, clashes, stale, counts, derived, comments, as_text, notes } = &merged.report;
    let mut lines = Vec::new();
    if let Some(why) = as_text {
        lines.push(format!("merged as text, and left as a conflict: {why}"));
    }
    lines.extend(
        conflicts.iter().map(|conflict| format!("conflict in {}", conflict.told(markers.ours, markers.theirs))),
    );
    for clash in clashes {
        lines.push(format!(
            "two actions have the id {}: “{}” and “{}”; both are kept, give one of them another id with `pm edit`",
            clash.id, clash.ours, clash.theirs
        ));
    }
    lines.extend(notes.iter().map(|note| note.told(markers.ours, markers.theirs)));
    for stale in stale {
        lines.push(format!(
            "stale: {} ({}) approved what one side had; what both changed together needs a new approval",
            stale.name, stale.role
        ));
    }
    if let Some(status) = derived {
        lines.push(format!("status {status}: what the sign-offs of both sides lead to"));
    }
    for comment in comments {
        lines.push(format!("a comment did not come along: {comment}"));
    }
    if verbose {
        lines.extend(counts.iter().map(ToString::to_string));
    }
    if lines.is_empty() {
        return;
    }
    ui.note(&one_line(&format!("pm: {path}")));
    for line in lines {
        ui.note(&format!("  {}", one_line(&line)));
    }
}

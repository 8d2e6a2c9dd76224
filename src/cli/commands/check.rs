//! `pm check`: everything that is wrong, in every record, with its place.

mod explain;
mod step_summary;

use std::collections::{BTreeSet, HashMap, HashSet};

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::arguments::{RevisionArg, record_ids};
use crate::cli::context::{Context, environment, settings_text};
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{from_here, record, twins};
use crate::cli::review::checked::{ACTION_ID, Checked, place_of_id, quickly_looked_at, shared_id, twin, unreadable};
use crate::cli::review::review;
use crate::cli::survey::{Depth, Surveyed, survey};
use crate::cli::ui::Ui;
use crate::config::{Config, FILE_NAME, RuleLevel};
use crate::finding::Level;
use crate::lint;
use crate::render::changes::Report;
use crate::render::findings::{self, Against, Look, Source};
use crate::render::sanitise::one_line;
use crate::render::sarif::{Ending, RuleInfo};
use crate::render::{annotations, gitlab, sarif};
use crate::store::records::Located;
use crate::store::{At, Store};

/// Check records
///
/// Prints every finding of every record with file, line and column. Ends with 1 when one
/// is an error.
///
/// Examples:
///   pm check
///   pm check database-removed --strict
///   pm check postmortems/2017 --format github
///   pm check --base origin/main
///   pm check --explain zone-missing
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CheckArgs {
    /// Records or folders; the default is every record
    #[arg(value_name = "RECORD|PATH", add = ArgValueCompleter::new(record_ids))]
    pub records: Vec<String>,

    /// Hold what the branch changes against REV, the branch it goes to
    ///
    /// Looks at the records that were changed since the two parted, at what they would be once merged, and at each move and
    /// sign-off; by the settings of REV. Findings that were there before are marked, and decide nothing.
    #[arg(long, value_name = "REV", conflicts_with = "explain")]
    pub base: Option<String>,

    /// Take warnings for errors
    #[arg(long)]
    pub strict: bool,

    /// How to print findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: CheckFormat,

    /// Say what a rule looks for and why
    #[arg(long, value_name = "RULE", conflicts_with = "records", add = ArgValueCompleter::new(explain::rule_names))]
    pub explain: Option<String>,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// The forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub Actions run, and the page of the job where `$GITHUB_STEP_SUMMARY` names it
    Github,
    /// A Code Quality report for GitLab
    Gitlab,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

/// Prints the findings.
pub fn run(context: &mut Context, args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(rule) = &args.explain {
        return explain::run(context, rule);
    }
    let (all, skipped) = context.records().locate()?;
    let wanted = wanted(context, &all, &args.records)?;
    if let Some(base) = &args.base {
        return against(context, args, base, (!args.records.is_empty()).then_some(&wanted[..]));
    }
    let terms = context.terms();
    let inspector = lint::Inspector::new(&context.config);
    let now = context.now();
    let mut checked =
        context.records().load_each(&wanted, |loaded| quickly_looked_at(loaded, &terms, &inspector, now))?;
    if args.records.is_empty() {
        if !context.config.findings.is_empty() {
            let findings = context.config.findings.clone();
            checked.insert(0, Checked { findings, ..Checked::of(FILE_NAME, context.settings_text()) });
        }
        checked.extend(skipped.into_iter().map(|skipped| unreadable(skipped.path, skipped.reason)));
    }
    shared_ids(context, &mut checked, args.records.is_empty())?;
    for path in twins(&all) {
        if let Some(checked) = checked.iter_mut().find(|checked| checked.path == path.as_str()) {
            checked.findings.push(twin());
        }
    }
    for checked in &mut checked {
        lint::settle(&checked.text, &mut checked.findings, &context.config);
    }
    print(context, args, &checked, &said_well(wanted.len()), None)
}

/// The findings of what the branch changes.
fn against(context: &mut Context, args: &CheckArgs, base: &str, only: Option<&[Located]>) -> Result<Exit, Failure> {
    let review = review(context, base, only)?;
    let well = match review.records {
        0 => format!("no record was changed since the branch parted from {}", one_line(base)),
        1 => "1 record changed, no findings".to_owned(),
        many => format!("{many} records changed, no findings"),
    };
    let against = review.base.against();
    // What changes in meaning is read once more, so it is only where a page shows it.
    let wants_page = args.format == CheckFormat::Github && step_summary::place(context).is_some();
    let changes = if wants_page { Some(review.changes(context)?) } else { None };
    print(context, args, &review.files, &well, Some((&against, changes.as_ref())))
}

/// Prints what was found, and says how it ends.
fn print(
    context: &mut Context,
    args: &CheckArgs,
    checked: &[Checked],
    well: &str,
    base: Option<(&Against, Option<&Report>)>,
) -> Result<Exit, Failure> {
    let sources: Vec<Source<'_>> = checked.iter().map(Checked::source).collect();
    let against = base.map(|(against, _)| against);
    let report = match args.format {
        CheckFormat::Text => {
            let look = context.ui.look();
            let found = findings::text(&sources, Look { styled: context.ui.result_colours(), ..look });
            if found.is_empty() { format!("{well}\n") } else { context.ui.for_log(&found).into_owned() }
        }
        CheckFormat::Json => findings::json(&sources, against),
        CheckFormat::Github => annotations::github(&sources),
        CheckFormat::Gitlab => gitlab::report(&sources),
        CheckFormat::Sarif => sarif::report(&sources, &rules(), base.is_some(), Ending::Whole),
    };
    context.ui.result(&report)?;
    if args.format == CheckFormat::Github {
        let change = base.and_then(|(against, changes)| Some((changes?, against)));
        step_summary::write(context, &sources, change);
    }
    let worst = checked.iter().flat_map(|checked| &checked.findings).map(|finding| finding.level).max();
    let limit = if args.strict { Level::Warning } else { Level::Error };
    Ok(if worst.is_some_and(|worst| worst >= limit) { Exit::Findings } else { Exit::Fine })
}

/// Ends a run whose settings cannot be read with a report of the form that was asked for, so that whatever reads it has one.
/// `None` where they can be read, or where the form has no report of its own.
pub fn of_broken_settings(ui: &mut Ui, args: &CheckArgs) -> Option<Exit> {
    if args.format == CheckFormat::Text || args.explain.is_some() {
        return None;
    }
    let store = Store::open(&environment(ui.world().cwd.clone(), ui.world())).ok()?;
    let at = match &args.at.rev {
        Some(revision) => At::Revision(store.resolve(revision).ok()?),
        None if store.is_bare() => At::Revision(store.head().ok()?.commit?),
        None => At::WorkTree,
    };
    let text = settings_text(&store, at)?;
    let broken = Config::read(Some(&text)).err()?;
    let failure = Failure::new(broken.to_string())
        .hint(format!("correct `{FILE_NAME}`, or remove it to go on with the defaults; no record was looked at"));
    let checked = Checked { findings: broken.findings, ..Checked::of(FILE_NAME, text) };
    let sources = [checked.source()];
    let report = match args.format {
        CheckFormat::Text => return None,
        CheckFormat::Json => findings::json(&sources, None),
        CheckFormat::Github => annotations::github(&sources),
        CheckFormat::Gitlab => gitlab::report(&sources),
        CheckFormat::Sarif => sarif::report(&sources, &rules(), false, Ending::Broken),
    };
    ui.result(&report).ok()?;
    ui.failure(&failure);
    Some(failure.exit)
}

/// Every rule, for a report that describes those it names.
fn rules() -> Vec<RuleInfo> {
    let of = |rule: &'static lint::Rule| RuleInfo { name: rule.name, level: rule.level, docs: rule.markdown() };
    lint::rules().into_iter().map(of).collect()
}

/// Adds what no record can see alone: an id of an action that another record has, too.
fn shared_ids(context: &Context, checked: &mut [Checked], whole: bool) -> Result<(), Failure> {
    let level = match context.config.rule(ACTION_ID) {
        Some(RuleLevel::Off) => return Ok(()),
        Some(RuleLevel::Level(level)) => level,
        None => Level::Error,
    };
    if checked.iter().all(|checked| checked.ids.is_empty()) {
        return Ok(());
    }
    let mut places: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut place = |id: &str, path: &str| {
        places.entry(id.to_owned()).or_default().insert(path.to_owned());
    };
    if whole {
        for checked in checked.iter() {
            for (id, _) in &checked.ids {
                place(id, &checked.path);
            }
        }
    } else {
        let asked: HashSet<&str> = checked.iter().flat_map(|checked| &checked.ids).map(|(id, _)| id.as_str()).collect();
        let survey = survey(context, context.at, Depth::Whole, true)?;
        let of_record = |record: Surveyed<'_>, found: &mut Vec<(String, String)>| {
            let ids = record.summary.actions.iter().filter_map(|action| action.id);
            found.extend(ids.filter(|id| asked.contains(id)).map(|id| (id.to_owned(), record.path.to_owned())));
        };
        survey.gather(of_record).for_each(|(id, path)| place(&id, &path));
    }
    let terms = context.terms();
    for checked in checked {
        for (id, number) in &checked.ids {
            let mut others = places.get(id.as_str()).into_iter().flatten().filter(|path| **path != checked.path);
            if let Some(first) = others.next() {
                checked.findings.push(shared_id(id, first, level, place_of_id(&checked.text, &terms, *number)));
            }
        }
    }
    Ok(())
}

fn said_well(count: usize) -> String {
    match count {
        0 => "no record to check".to_owned(),
        1 => "1 record, no findings".to_owned(),
        count => format!("{count} records, no findings"),
    }
}

/// The records that were asked for: all, those of a folder, or single ones.
fn wanted(context: &mut Context, all: &[Located], typed: &[String]) -> Result<Vec<Located>, Failure> {
    if typed.is_empty() {
        return Ok(all.to_vec());
    }
    let mut wanted: Vec<Located> = Vec::new();
    for name in typed {
        let folder = from_here(context.store.prefix(), name);
        let inside: Vec<Located> = folder
            .map(|folder| {
                all.iter()
                    .filter(|located| located.file.path != folder && located.file.path.is_under(&folder))
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        if inside.is_empty() {
            wanted.push(record(context, Some(name))?.located);
        } else {
            wanted.extend(inside);
        }
    }
    wanted.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    wanted.dedup_by(|a, b| a.file.path == b.file.path);
    Ok(wanted)
}

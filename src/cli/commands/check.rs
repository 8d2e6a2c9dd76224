//! `pm check`: everything that is wrong, in every record, with its place.

mod explain;

use std::collections::{BTreeSet, HashMap};

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::arguments::{RevisionArg, record_ids};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::{from_here, record, twins};
use crate::cli::survey::{Depth, survey};
use crate::config::{FILE_NAME, RuleLevel};
use crate::document::read::read;
use crate::finding::{Finding, Level};
use crate::lint;
use crate::render::annotations;
use crate::render::findings::{self, Look, Source};
use crate::store::records::{Loaded, Located, Unread};

/// Check records
///
/// Prints every finding of every record with file, line and column. Ends with 1 when one
/// is an error.
///
/// Examples:
///   pm check
///   pm check database-removed --strict
///   pm check postmortems/2017 --format github
///   pm check --explain zone-missing
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CheckArgs {
    /// Records or folders; the default is every record
    #[arg(value_name = "RECORD|PATH", add = ArgValueCompleter::new(record_ids))]
    pub records: Vec<String>,

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
    /// Annotations of a GitHub Actions run
    Github,
}

/// Prints the findings.
pub fn run(context: &mut Context, args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(rule) = &args.explain {
        return explain::run(context, rule);
    }
    let (all, skipped) = context.records().locate()?;
    let wanted = wanted(context, &all, &args.records)?;
    let (terms, config) = (context.terms(), &context.config);
    let inspector = lint::Inspector::new(config);
    let now = context.ui.world().now();
    let read_one = |loaded: Result<Loaded, Unread>| match loaded {
        Ok(loaded) => {
            let reading = inspector.read(&loaded.text, &terms, lint::Occasion { id: &loaded.id, now });
            let actions = (1..).zip(reading.record.actions());
            let ids = actions.filter_map(|(number, action)| Some((action.id()?.to_owned(), number))).collect();
            Checked { path: loaded.path.to_string(), text: loaded.text, findings: reading.findings, ids }
        }
        Err(unread) => unreadable(unread.path, &unread.reason),
    };
    let mut checked = context.records().load_each(&wanted, read_one)?;
    if args.records.is_empty() {
        if !context.config.findings.is_empty() {
            let findings = context.config.findings.clone();
            let (path, text) = (FILE_NAME.to_owned(), context.settings_text());
            checked.insert(0, Checked { path, text, findings, ids: Vec::new() });
        }
        checked.extend(skipped.into_iter().map(|skipped| unreadable(skipped.path, skipped.reason)));
    }
    shared_ids(context, &mut checked, args.records.is_empty())?;
    for twin in twins(&all) {
        if let Some(checked) = checked.iter_mut().find(|checked| checked.path == twin.as_str()) {
            checked.findings.push(Finding {
                rule: "duplicate-id",
                level: Level::Error,
                message: "another record has the same file name, so its id does not tell them apart".to_owned(),
                span: 0..0,
                help: Some("rename one of them".to_owned()),
            });
        }
    }
    for checked in &mut checked {
        lint::settle(&checked.text, &mut checked.findings, &context.config);
    }
    let sources: Vec<Source<'_>> = checked.iter().map(Checked::source).collect();
    let report = match args.format {
        CheckFormat::Text => {
            let look = context.ui.look();
            let found = findings::text(&sources, Look { styled: context.ui.result_colours(), ..look });
            if found.is_empty() { format!("{}\n", said_well(wanted.len())) } else { found }
        }
        CheckFormat::Json => findings::json(&sources),
        CheckFormat::Github => annotations::github(&sources),
    };
    context.ui.result(&report)?;
    let worst = checked.iter().flat_map(|checked| &checked.findings).map(|finding| finding.level).max();
    let limit = if args.strict { Level::Warning } else { Level::Error };
    Ok(if worst.is_some_and(|worst| worst >= limit) { Exit::Findings } else { Exit::Fine })
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
        let survey = survey(context, context.at, Depth::Whole, true)?;
        for record in survey.records() {
            for id in record.summary.actions.iter().filter_map(|action| action.id) {
                place(id, record.path);
            }
        }
    }
    let terms = context.terms();
    for checked in checked {
        for (id, number) in &checked.ids {
            let others = places.get(id.as_str()).into_iter().flatten().filter(|path| **path != checked.path);
            let others: Vec<&String> = others.collect();
            if let [first, ..] = others[..] {
                checked.findings.push(Finding {
                    rule: ACTION_ID,
                    level,
                    message: format!("an action of {first} has the id `{id}`, too"),
                    span: read(&checked.text, &terms).places.nearest(&format!("actions[{number}].id")),
                    help: Some("give the one that fewer people know yet another id (`pm edit`)".to_owned()),
                });
            }
        }
    }
    Ok(())
}

/// The rule about ids of actions, whose other half looks at one record.
const ACTION_ID: &str = "action-id";

/// A file with what was found in it.
struct Checked {
    path: String,
    text: String,
    findings: Vec<Finding>,
    /// The ids of its actions, and their numbers.
    ids: Vec<(String, usize)>,
}

impl Checked {
    fn source(&self) -> Source<'_> {
        Source { path: &self.path, text: &self.text, findings: &self.findings }
    }
}

fn said_well(count: usize) -> String {
    match count {
        0 => "no record to check".to_owned(),
        1 => "1 record, no findings".to_owned(),
        count => format!("{count} records, no findings"),
    }
}

/// A file that is no record at all is a finding about the file.
fn unreadable(path: String, reason: &str) -> Checked {
    let finding = Finding {
        rule: "unreadable",
        level: Level::Error,
        message: format!("the file cannot be read as a record: {reason}"),
        span: 0..0,
        help: None,
    };
    Checked { path, text: String::new(), findings: vec![finding], ids: Vec::new() }
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

//! `pm timeline import`: what an on-call, chat, status or tracker product recorded becomes entries of the timeline.

mod answer;
mod files;

use std::cell::RefCell;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use clap::{Args, ValueEnum};
use toml::Value;

use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::change::{change_answering, edit_failure};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::resolve::record::record;
use crate::cli::resolve::time;
use crate::cli::resolve::when::{Local, Zone};
use crate::document::check::NewText;
use crate::document::read::values;
use crate::document::{Canonical, Path};
use crate::import::timeline::plan::{Plan, plan};
use crate::import::timeline::{self, Broken, DateOrder, Export, Product, Terms, Zones};
use crate::render::sanitise::one_line;

/// Import entries from what another product exports
///
/// FILE is the JSON that the product's API answers, a CSV table, or for Slack a day file or the folder of a channel
/// (users.json and channels.json are found beside or above it); `-` reads standard input. What tells the story is taken and
/// put in its place in time, in one commit; each entry keeps the offset, the link and the id of its source, so that
/// importing the same again adds nothing. Milestones are marked only where the product is sure of them and the record
/// does not have them yet. Access tokens are taken out of links and texts.
///
/// On a terminal the entries are shown first, and a question asked; elsewhere the import goes ahead. A broken file imports
/// nothing.
///
/// Examples:
///   pm timeline import log_entries.json --from pagerduty
///   pm timeline import slack-export/inc-42 --from slack --dry-run
///   pm timeline import events.csv --from csv --tz Europe/London --date-order dmy
///   curl -s https://status.example.com/api/v2/incidents.json | pm timeline import - --from statuspage --incident n4njzfn1mqy0
///   gh api --paginate repos/acme/shop/issues/42/timeline | pm timeline import - --from github
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "the comment is the help text, where examples are typed as they are")]
pub struct ImportArgs {
    /// The export; `-` reads standard input
    #[arg(value_name = "FILE|-", value_hint = clap::ValueHint::AnyPath)]
    pub file: String,

    /// The product it comes from; without it the file tells
    #[arg(long, value_name = "PRODUCT", value_enum)]
    pub from: Option<From>,

    /// Take everything, also what does not tell the story: who was notified how, joins, bots, …
    #[arg(long)]
    pub all: bool,

    /// The incident to take, from an export of several; may be repeated
    #[arg(long = "incident", value_name = "ID")]
    pub incidents: Vec<String>,

    /// The zone of times without one; the default is `timezone` of pm.toml
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub tz: Option<String>,

    /// How 01/02/2017 is meant in a CSV table that does not show it itself
    #[arg(long, value_name = "ORDER", value_enum)]
    pub date_order: Option<Order>,

    /// Show what would be added, and change nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// The products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// A table with a header: time, event, and as you like date, owner, notes, kind, until, link
    Csv,
    /// A channel of a workspace export, or a list of messages
    Slack,
    /// Log entries, or notes of an incident
    #[value(name = "pagerduty")]
    PagerDuty,
    /// Incidents of the API, or a webhook
    Statuspage,
    /// The timeline of an issue
    #[value(name = "github")]
    GitHub,
    /// The logs of an alert
    Opsgenie,
}

impl From {
    fn product(self) -> Product {
        match self {
            Self::Csv => Product::Csv,
            Self::Slack => Product::Slack,
            Self::PagerDuty => Product::PagerDuty,
            Self::Statuspage => Product::Statuspage,
            Self::GitHub => Product::GitHub,
            Self::Opsgenie => Product::Opsgenie,
        }
    }
}

/// Day or month first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// 31/01/2017
    Dmy,
    /// 01/31/2017
    Mdy,
}

/// The zones of the command line.
struct Surroundings {
    zone: Zone,
}

impl Zones for Surroundings {
    fn instant(&self, local: NaiveDateTime, zone: Option<&str>) -> Result<DateTime<FixedOffset>, String> {
        let zone = match zone {
            Some(name) => Zone::parse(name).map_err(|refusal| format!("has a zone that cannot be read: {refusal}"))?,
            None => self.zone,
        };
        match zone.at(local) {
            Local::Once(instant) => Ok(instant),
            Local::Twice(one, other) => Err(format!(
                "came twice in {zone}, as clocks were set back: write it with its offset, {} or {}",
                one.to_rfc3339(),
                other.to_rfc3339()
            )),
            Local::Never(gap) => Err(format!(
                "never was in {zone}: clocks were set forward from {} to {}",
                gap.from.format("%H:%M"),
                gap.to.format("%H:%M")
            )),
            Local::OutOfRange => Err("is beyond the years that can be computed with".to_owned()),
        }
    }
}

/// Imports in one commit, after showing on a terminal what will be added.
pub fn run(context: &mut Context, args: &ImportArgs) -> Result<Exit, Failure> {
    let taken = record(context, args.record.postmortem.as_deref())?;
    let id = one_line(taken.located.id.as_str());
    let export = read(context, args)?;
    if let Some(because) = &taken.because {
        context.ui.note(&format!("{id} ({})", one_line(because)));
    }
    for remark in &export.remarks {
        context.ui.warn(&one_line(remark));
    }
    // What is shown is computed from what is there now; what is added, from what is there under the lock.
    let asks = context.ui.interactive() && !args.yes;
    if args.dry_run || asks {
        let loaded = context.records().load(&taken.located).map_err(|unread| {
            Failure::new(format!("cannot read {}: {}", one_line(&unread.path), one_line(&unread.reason)))
        })?;
        let plan = plan(&export, &values(&loaded.text).unwrap_or_default(), args.all);
        let width = context.ui.list_width();
        if args.dry_run {
            context.ui.result(&answer::table(&plan, width))?;
            context.ui.result(&answer::counts(&plan, args.all, true))?;
            return Ok(Exit::Fine);
        }
        if !plan.add.is_empty() {
            context.ui.talk(&answer::table(&plan, width));
            let question = format!("Add {} to {id}?", answer::entries(plan.add.len()));
            if !prompt::confirm(&question, true)? {
                context.ui.note("nothing was imported");
                return Ok(Exit::Fine);
            }
        }
    }
    import(context, args, &taken.located, &export, !asks)
}

/// Adds the entries under the lock.
fn import(
    context: &mut Context,
    args: &ImportArgs,
    located: &crate::store::records::Located,
    export: &Export,
    shows: bool,
) -> Result<Exit, Failure> {
    let path = Path::of(&["timeline"]);
    let last: RefCell<Plan> = RefCell::default();
    let width = context.ui.list_width();
    let made = change_answering(
        context,
        located,
        &args.commit,
        "timeline import",
        |current| {
            let document = current.document()?;
            let plan = plan(export, current.record, args.all);
            let entries = document.value(&path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let edited = document.insert_tables(&path, &plan.places(entries), &Canonical);
            last.replace(plan);
            edited.map(NewText::from).map_err(|error| edit_failure(&error))
        },
        |_| {
            let plan = last.borrow();
            let table = if shows { answer::table(&plan, width) } else { String::new() };
            table + &answer::counts(&plan, args.all, false)
        },
    )?;
    if made.is_none() {
        let counts = answer::counts(&last.borrow(), args.all, false);
        context.ui.result(&counts)?;
    }
    Ok(Exit::Fine)
}

/// The export, read as a whole.
fn read(context: &mut Context, args: &ImportArgs) -> Result<Export, Failure> {
    let zone = time::zone(context, args.tz.as_deref())?;
    let (product, files) = if let Some(from) = args.from {
        (from.product(), files::read(context, &args.file, from.product())?)
    } else {
        // A folder can only be Slack's.
        let files = files::read(context, &args.file, Product::Slack)?;
        let product = files.events.first().and_then(timeline::recognise);
        let product = product.ok_or_else(|| {
            let failure = Failure::new(format!("cannot tell which product {} comes from", one_line(&args.file)));
            failure.hint(format!("say it with --from {}", Product::ALL.map(Product::word).join("|")))
        })?;
        context.ui.note(&format!("read as {}", product.noun()));
        (product, files)
    };
    let order = args.date_order.map(|order| match order {
        Order::Dmy => DateOrder::DayFirst,
        Order::Mdy => DateOrder::MonthFirst,
    });
    let zones = Surroundings { zone };
    let terms = Terms { zones: &zones, date_order: order, incidents: &args.incidents };
    timeline::read(product, &files, &terms).map_err(|broken| failure(&broken))
}

/// Why nothing was imported.
fn failure(broken: &Broken) -> Failure {
    let failure = Failure::new(format!("{}; nothing was imported", one_line(&broken.to_string())));
    broken.error.next_steps().iter().fold(failure, |failure, step| failure.hint(one_line(step)))
}

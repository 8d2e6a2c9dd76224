//! `pm action list`: what was promised and is not done, in every record.

use std::collections::HashSet;

use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::branches::{self, News};
use super::history;
use crate::cli::arguments::{CacheArg, RecordFlag};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::{record, time};
use crate::cli::survey::{Depth, survey};
use crate::query::actions::{self, GroupBy, Listed, Place, Wanted};
use crate::query::summary::Summary;
use crate::record::action::ActionStatus;
use crate::record::vocabulary::{ACTION_STATUS, ACTION_TYPE, PRIORITY};
use crate::render::action_list::{self, Shown};
use crate::render::sanitise::one_line;
use crate::store::records::Unread;

/// List action items of every record, the longest overdue first
///
/// Without a filter: the open ones. Filters narrow the list; one that can be repeated keeps an action that fits any of
/// its values. On a terminal the totals stand below; through a pipe every action is one line, and the totals go to
/// standard error.
///
/// Examples:
///   pm action list
///   pm action list --owner infra --overdue
///   pm action list --group-by owner
///   pm action list --format ics > actions.ics
///   pm action list --history
///   pm action list --at 2026-01-01
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct ListArgs {
    /// Done and dropped ones, too
    #[arg(long, conflicts_with = "status")]
    pub all: bool,

    /// Only actions in this state (can be repeated)
    #[arg(long, value_name = "STATUS", value_parser = PossibleValuesParser::new(ACTION_STATUS.slugs()))]
    pub status: Vec<String>,

    /// Only actions whose owner has WHO in it; "" those without one
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// Only actions of this priority (can be repeated)
    #[arg(long, value_name = "PRIORITY", ignore_case = true, value_parser = PossibleValuesParser::new(PRIORITY.slugs()))]
    pub priority: Vec<String>,

    /// Only actions of this type (can be repeated)
    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(ACTION_TYPE.slugs()))]
    pub kind: Vec<String>,

    /// Only actions of records that name this service (can be repeated)
    #[arg(long, value_name = "SERVICE")]
    pub service: Vec<String>,

    /// Only actions past their due date
    #[arg(long)]
    pub overdue: bool,

    /// Only actions due before this day
    #[arg(long, value_name = "DATE")]
    pub due_before: Option<String>,

    #[command(flatten)]
    pub of: RecordFlag,

    /// Divide the list
    #[arg(long, value_enum, value_name = "BY")]
    pub group_by: Option<Grouping>,

    /// Also what is on its way on other branches
    ///
    /// A record that another branch has added, or changed since it parted from what is looked at, is shown as it is
    /// there, with the branch; each record once. One that both have changed stays as it is here. Of several such
    /// branches the one with the latest commit counts.
    #[arg(long)]
    pub all_branches: bool,

    /// Also what became of each: due dates that slipped, reopenings, who added it and when
    ///
    /// Asked of git's history, in one pass over all of it. What is not committed is not in there.
    #[arg(long)]
    pub history: bool,

    /// Exit with 1 when an action of the list is overdue
    #[arg(long)]
    pub fail_overdue: bool,

    /// How to print the list
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: ActionFormat,

    /// Answer as of this revision, without a checkout
    ///
    /// What is overdue is still asked about today.
    #[arg(long, value_name = "REV", conflicts_with = "at")]
    pub rev: Option<String>,

    /// Answer as of the end of this day: what was open then, and what was overdue
    ///
    /// The latest commit of that day or before counts, on the first-parent line of HEAD.
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,

    #[command(flatten)]
    pub cache: CacheArg,
}

/// What a list can be divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Grouping {
    /// Who sees that it is done
    Owner,
    /// The record
    Record,
    /// How soon
    Priority,
    /// The services of the record
    Service,
}

/// The forms of a list of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ActionFormat {
    /// A table for people
    #[default]
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// For a wiki, an issue or the notes of a meeting
    Markdown,
    /// Due dates for a calendar
    Ics,
}

/// Prints the list.
pub fn run(context: &mut Context, args: &ListArgs) -> Result<Exit, Failure> {
    let today = match &args.at {
        Some(day) => as_of(context, day)?,
        None => context.today(),
    };
    let wanted = wanted(context, args)?;
    let record = args.of.postmortem.as_deref().map(|typed| record::record(context, Some(typed))).transpose()?;
    let path = record.as_ref().map(|taken| taken.located.file.path.as_str());
    let depth = if wanted.open_alone() { Depth::OpenActions } else { Depth::Whole };
    let cached = !args.cache.no_cache;
    let survey = survey(context, context.at, depth, cached)?;
    let news = if args.all_branches { branches::news(context, path)? } else { Vec::new() };
    let taken: HashSet<&str> = news.iter().map(News::path).collect();
    let found = survey.gather(|record, found| {
        if path.is_some_and(|path| path != record.path) || taken.contains(record.path) {
            return;
        }
        if let Some(reason) = &record.summary.unread {
            return found.push(Err(Unread { path: record.path.to_owned(), reason: reason.to_string() }));
        }
        let place = Place { id: record.stem(), path: record.path, branch: None };
        found.extend(actions::select(&record.summary, place, &wanted, today).map(Ok));
    });
    let (mut listed, mut unread) = (Vec::new(), survey.skipped());
    for found in found {
        match found {
            Ok(action) => listed.push(action),
            Err(reason) => unread.push(reason),
        }
    }
    for (place, record) in news.iter().map(News::told) {
        match record {
            Ok(record) => listed.extend(actions::select(&Summary::of(record), place, &wanted, today)),
            Err(reason) => unread.push(reason),
        }
    }
    actions::sort(&mut listed);
    if args.history {
        let branches = news.iter().filter_map(News::branch).collect();
        history::add(context, &mut listed, &branches)?;
    }
    unread.sort_by(|a, b| a.path.cmp(&b.path));
    print(context, args, &listed, today)?;
    if listed.is_empty() && unread.is_empty() && args.format == ActionFormat::Text {
        say_empty(context, args, survey.len());
    }
    warn(context, &actions::troubles(&listed));
    for unread in &unread {
        context.ui.talk(&format!("skipped {}: {}\n", one_line(&unread.path), one_line(&unread.reason)));
    }
    if !unread.is_empty() {
        let plural = if unread.len() == 1 { "file was" } else { "files were" };
        let failure = Failure::new(format!("{} {plural} skipped", unread.len()));
        return Err(failure.hint("`pm check` shows what is wrong with them"));
    }
    let overdue = listed.iter().any(|action| action.overdue.is_some());
    Ok(if args.fail_overdue && overdue { Exit::Findings } else { Exit::Fine })
}

fn print(context: &mut Context, args: &ListArgs, listed: &[Listed<'_>], today: NaiveDate) -> Result<(), Failure> {
    let group = args.group_by.map(|by| match by {
        Grouping::Owner => GroupBy::Owner,
        Grouping::Record => GroupBy::Record,
        Grouping::Priority => GroupBy::Priority,
        Grouping::Service => GroupBy::Service,
    });
    let shown = Shown { actions: listed, group, today, history: args.history };
    let width = context.ui.list_width();
    let text = match args.format {
        ActionFormat::Text => action_list::text(shown, width),
        ActionFormat::Json => action_list::json(shown),
        ActionFormat::Csv => action_list::csv(shown),
        ActionFormat::Markdown => action_list::markdown(shown),
        ActionFormat::Ics => action_list::calendar(shown),
    };
    context.page(&text)?;
    if args.format == ActionFormat::Text && width.is_none() && !listed.is_empty() {
        context.ui.note(&action_list::totals(&actions::Totals::of(listed), args.history));
    }
    Ok(())
}

/// How many troubles are told one by one: more would push the list out of sight.
const TOLD: usize = 12;

fn warn(context: &mut Context, troubles: &[String]) {
    for trouble in troubles.iter().take(TOLD) {
        context.ui.warn(&one_line(trouble));
    }
    if troubles.len() > TOLD {
        context.ui.note(&format!("… and {} more; `pm check` shows what is wrong with records", troubles.len() - TOLD));
    }
}

fn say_empty(context: &mut Context, args: &ListArgs, records: usize) {
    let filtered = args.of.postmortem.is_some()
        || args.owner.is_some()
        || args.due_before.is_some()
        || args.overdue
        || ![&args.status, &args.priority, &args.kind, &args.service].iter().all(|list| list.is_empty());
    let plural = if records == 1 { "record" } else { "records" };
    context.ui.note(&match (records, filtered, args.all) {
        (0, _, _) => "No record yet. `pm new \"what happened\"` writes the first one.".to_owned(),
        (_, true, _) => format!("No action fits, in {records} {plural}."),
        (_, false, true) => format!("No action in {records} {plural}. `pm action add` writes the first one."),
        (_, false, false) => format!("No open action in {records} {plural}."),
    });
}

fn wanted(context: &Context, args: &ListArgs) -> Result<Wanted, Failure> {
    let all = [ActionStatus::Open, ActionStatus::InProgress, ActionStatus::Done, ActionStatus::Dropped];
    let statuses = args.status.iter().map(|word| ActionStatus::of(Some(word)));
    Ok(Wanted {
        statuses: if args.all { all.to_vec() } else { statuses.collect() },
        owner: args.owner.clone(),
        priorities: args.priority.clone(),
        kinds: args.kind.clone(),
        services: args.service.clone(),
        overdue: args.overdue,
        due_before: args.due_before.as_deref().map(|text| time::date(context, text)).transpose()?,
    }
    .ready())
}

/// Turns to what the repository said at the end of a day.
fn as_of(context: &mut Context, typed: &str) -> Result<NaiveDate, Failure> {
    let day = time::date(context, typed)?;
    let zone = context.config.timezone;
    let end = day.succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
    let end = end.and_then(|end| end.and_local_timezone(zone).earliest());
    let end = end.ok_or_else(|| Failure::new(format!("{day} is too far away")))?.to_utc();
    let head = context.store.head()?.commit;
    let commit = head.map(|head| context.store.as_of(head, end)).transpose()?.flatten();
    let commit = commit.ok_or_else(|| {
        Failure::new(format!("there is no commit of {day} or before"))
            .hint("`git log --reverse --format=%cs | head -1` shows the day of the first one")
    })?;
    context.turn_to(commit)?;
    Ok(day)
}

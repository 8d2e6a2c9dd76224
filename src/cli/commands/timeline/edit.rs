//! `pm timeline edit`: other words, another time, another kind for an entry that somebody has looked at.

use std::cell::RefCell;

use clap::Args;
use toml::Value;

use super::which::{self, Named};
use super::{InHand, fields, in_hand, timeline};
use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::change::{Current, change, edit_failure, nothing_changed};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::time;
use crate::document::{Canonical, Document};
use crate::record::Entry;
use crate::record::time::Moment;
use crate::record::timeline::{moment, place_in_time};

/// Change an entry
///
/// N is the number and tag that `pm timeline list` prints; on a terminal a number is
/// enough, the entry is shown first. An entry whose time changes moves to its place in
/// time. "" clears a field.
///
/// Examples:
///   pm timeline edit 7:k3fd --kind identified
///   pm timeline edit 7:k3fd --at 23:31 --exact
///   pm timeline edit 7:k3fd --event "Wrong directory removed" --note ""
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct EditArgs {
    /// The entry, such as 7:k3fd
    #[arg(value_name = "N")]
    pub entry: String,

    /// What happened, in other words
    #[arg(long, visible_alias = "text", value_name = "EVENT", allow_hyphen_values = true)]
    pub event: Option<String>,

    /// When; +5m counts from the last of the other entries
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,

    /// When it ended; +5m counts from its beginning
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,

    /// The zone of times without one; the default is `timezone` of pm.toml
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub tz: Option<String>,

    /// The time is not exact
    #[arg(long)]
    pub approx: bool,

    /// The time is exact
    #[arg(long, conflicts_with = "approx")]
    pub exact: bool,

    /// The milestone it marks; `none` for a plain note
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,

    /// Who did or saw it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// Evidence, a second source; `-` reads standard input
    #[arg(long, value_name = "TEXT|-", allow_hyphen_values = true)]
    pub note: Option<String>,

    /// Keep it out of public renderings
    #[arg(long)]
    pub private: bool,

    /// Let it into public renderings
    #[arg(long, conflicts_with = "private")]
    pub public: bool,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// What becomes of a field.
type Field = (&'static str, Option<Value>);

/// Changes the entry in one commit.
pub fn run(context: &mut Context, args: &EditArgs) -> Result<Exit, Failure> {
    let InHand { taken, record, .. } = in_hand(context, args.record.postmortem.as_deref())?;
    let named = which::named(context, &record, &args.entry)?;
    let fields = fields_of(context, args, &record, &named)?;
    if fields.is_empty() {
        return Err(Failure::new("nothing to change")
            .hint("say what, as in `--kind identified`, `--at 23:31`, `--event \"other words\"`"));
    }
    which::sure(context, &record, &args.entry, &named, "Change")?;
    let outcome = RefCell::new((0, String::new()));
    let edit = |current: &Current<'_>| {
        let document = current.document()?;
        let index = which::find(document, &named)?;
        let (edited, index) = apply(document, index, &fields)?;
        let tag = edited.value(&timeline().index(index)).and_then(Value::as_table).map(|table| Entry::new(table).tag());
        *outcome.borrow_mut() = (index + 1, tag.unwrap_or_default());
        Ok(edited.into())
    };
    let made = change(context, &taken.located, &args.commit, "timeline edit", edit)?;
    let (number, tag) = outcome.into_inner();
    Ok(match made {
        Some(made) => {
            let moved = if number == named.number { String::new() } else { format!(", was number {}", named.number) };
            context.ui.note(&format!("it is now {number}:{tag}{moved}"));
            super::add::warn_of_new_findings(context, &taken.located.id, &made);
            Exit::Fine
        }
        None => nothing_changed(context, &taken.located.id),
    })
}

/// The fields of an entry after the change; an entry whose time is another one moves, with the comments above it.
fn apply(document: &Document, index: usize, fields: &[Field]) -> Result<(Document, usize), Failure> {
    let entry = timeline().index(index);
    let mut edited = document.clone();
    for (key, value) in fields {
        let path = entry.key(key);
        edited = match value {
            Some(value) => edited.set(&path, value, &Canonical),
            None if edited.contains(&path) => edited.clear(&path),
            None => Ok(edited),
        }
        .map_err(|error| edit_failure(&error))?;
    }
    let time_of = |document: &Document| {
        document.value(&entry.key("at")).and_then(Value::as_datetime).and_then(|time| Moment::try_from(time).ok())
    };
    let (before, after) = (time_of(document), time_of(&edited));
    if before == after {
        return Ok((edited, index));
    }
    let mut others = edited.value(&timeline()).and_then(Value::as_array).cloned().unwrap_or_default();
    others.remove(index);
    // Where both neighbours agree it stays, so that entries of one time keep the order written.
    let (above, below) = others.split_at(index);
    let timed = |entry: &Value| entry.as_table().and_then(|table| moment(table, "at"));
    let last_above = above.iter().rev().find_map(timed);
    let first_below = below.iter().find_map(timed);
    if last_above.is_none_or(|above| Some(above) <= after) && first_below.is_none_or(|below| after <= Some(below)) {
        return Ok((edited, index));
    }
    let place = place_in_time(&others, after);
    let edited = edited.relocate(&timeline(), index, place, &Canonical).map_err(|error| edit_failure(&error))?;
    Ok((edited, place))
}

fn fields_of(
    context: &mut Context,
    args: &EditArgs,
    record: &crate::record::Record,
    named: &Named,
) -> Result<Vec<Field>, Failure> {
    let zone = time::zone(context, args.tz.as_deref())?;
    let entries = record.timeline();
    let this = entries.iter().position(|entry| entry.tag() == named.tag);
    let mut fields: Vec<Field> = Vec::new();
    let old_at = this.and_then(|index| entries[index].at());
    let mut at = old_at;
    if let Some(typed) = &args.at {
        if typed.trim().is_empty() {
            return Err(Failure::new("an entry needs its time").hint("`pm timeline remove` takes an entry out"));
        }
        let numbered = entries.iter().enumerate().filter(|(index, _)| Some(*index) != this);
        let others: Vec<Moment> = numbered.filter_map(|(_, entry)| entry.at()).collect();
        let moment = Moment::from(fields::read_time(context, typed, zone, &others)?);
        at = Some(moment);
        fields.push(("at", Some(fields::written(moment))));
    }
    let mut until = this.and_then(|index| entries[index].until());
    if let Some(typed) = &args.until {
        if typed.trim().is_empty() {
            until = None;
            fields.push(("until", None));
        } else {
            let against: Vec<Moment> = at.into_iter().collect();
            let end = Moment::from(fields::read_time(context, typed, zone, &against)?);
            until = Some(end);
            fields.push(("until", Some(fields::written(end))));
        }
    }
    if let (Some(until), Some(at), true) = (until, at, args.at.is_some() || args.until.is_some()) {
        fields::not_before(until, at, zone)?;
    }
    if args.approx || args.exact {
        fields.push(("approx", args.approx.then(|| Value::from(true))));
    }
    if let Some(typed) = &args.kind {
        fields.push(("kind", fields::read_kind(typed)?.map(|kind| Value::from(kind.word()))));
    }
    if let Some(typed) = &args.event {
        fields.push(("event", Some(Value::from(fields::read_event(typed)?))));
    }
    let text = |text: String| Some(text).filter(|text| !text.is_empty()).map(Value::from);
    if let Some(typed) = &args.owner {
        fields.push(("owner", text(fields::line(typed))));
    }
    if let Some(typed) = &args.note {
        fields.push(("notes", text(fields::read_note(context, typed)?)));
    }
    if args.private || args.public {
        fields.push(("private", args.private.then(|| Value::from(true))));
    }
    Ok(fields)
}

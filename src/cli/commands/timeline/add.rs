//! `pm timeline add`: one entry in its place in time. Nothing may stand in the way of a responder at 3 a.m.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use clap::Args;
use toml::{Table, Value};

use super::fields::{self, Kind};
use super::{InHand, in_hand, timeline};
use crate::cli::arguments::{CommitArgs, RecordFlag};
use crate::cli::change::{change_answering, edit_failure};
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::time::{self, entry_times};
use crate::document::Canonical;
use crate::lint::{Inspector, Occasion};
use crate::record::time::{Moment, whole_second};
use crate::record::timeline::place_in_time;
use crate::record::{Entry, RecordId};
use crate::render::sanitise::one_line;

/// Add an entry in its place in time
///
/// Without --at it is stamped now. TIME is RFC 3339, `2017-01-31 23:27`, `23:27` (the one
/// nearest to the last entry, which may be yesterday's), `yesterday 14:05`, `10m ago`, or
/// `+5m` and `-5m` counted from the last entry. A time without a zone is in --tz, else in
/// `timezone` of pm.toml. What was understood is in the answer, in UTC.
///
/// Examples:
///   pm timeline add "Alert fired"
///   pm timeline add "Root cause identified: full disk" --at 23:27 --kind identified
///   pm timeline add "Restore runs" --at -40m --until now --approx --owner "Database Team"
///   kubectl get pods | pm timeline add "Pods restart in a loop" --note -
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AddArgs {
    /// What happened, in one line
    #[arg(value_name = "EVENT")]
    pub event: String,

    /// When; the default is now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,

    /// When it ended, for what lasted; +5m counts from --at
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,

    /// The zone of times without one; the default is `timezone` of pm.toml
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub tz: Option<String>,

    /// The time is not exact
    #[arg(long)]
    pub approx: bool,

    /// The milestone it marks, from which durations are computed; `none` for a plain note
    ///
    /// started, detected, alerted, notified, investigating, identified, attempted, mitigated, recovered, resolved or
    /// communicated.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,

    /// Who did or saw it; the default is you, as git knows you; "" for nobody
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// Evidence, a second source; `-` reads standard input
    #[arg(long, value_name = "TEXT|-", allow_hyphen_values = true)]
    pub note: Option<String>,

    /// Keep it out of public renderings
    #[arg(long)]
    pub private: bool,

    #[command(flatten)]
    pub record: RecordFlag,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// Adds the entry in one commit, and answers in one line.
pub fn run(context: &mut Context, args: &AddArgs) -> Result<Exit, Failure> {
    let event = fields::read_event(&args.event)?;
    let zone = time::zone(context, args.tz.as_deref())?;
    let named = args.record.postmortem.as_deref();
    let (taken, at) = match &args.at {
        Some(typed) => {
            let InHand { taken, record, .. } = in_hand(context, named)?;
            (taken, fields::read_time(context, typed, zone, &entry_times(&record))?)
        }
        // Now needs nothing to count from.
        None => (super::taken(context, named)?, whole_second(zone.of(context.now()))),
    };
    let at = Moment::from(at);
    let until = match &args.until {
        Some(typed) => Some(fields::read_until(context, typed, zone, at)?),
        None => None,
    };
    let kind = fields::kind_of(context, args.kind.as_deref(), &event)?;
    let (marked, suggested) = match kind {
        Kind::Settled(kind) => (kind, None),
        Kind::Suggested(kind) => (None, Some(kind)),
    };
    let note = args.note.as_deref().map(|typed| fields::read_note(context, typed)).transpose()?;
    let owner = match &args.owner {
        Some(owner) => fields::line(owner),
        None => context.store.identity().map(|who| fields::line(&who.name)).unwrap_or_default(),
    };

    let mut entry = Table::new();
    let mut put = |key: &str, value: Option<Value>| drop(value.map(|value| entry.insert(key.to_owned(), value)));
    let text = |text: String| Some(text).filter(|text| !text.is_empty()).map(Value::from);
    put("at", Some(fields::written(at)));
    put("until", until.map(fields::written));
    put("approx", args.approx.then(|| Value::from(true)));
    put("kind", marked.map(|kind| Value::from(kind.word())));
    put("event", Some(Value::from(event.as_str())));
    put("owner", text(owner));
    put("notes", note.and_then(text));
    put("private", args.private.then(|| Value::from(true)));
    let tag = Entry::new(&entry).tag();
    let entry = Value::Table(entry);

    let place = Cell::new(0);
    let edit = |current: &crate::cli::change::Current<'_>| {
        let document = current.document()?;
        let path = timeline();
        let entries = document.value(&path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let index = place_in_time(entries, Some(at));
        place.set(index + 1);
        let edited = document.insert(&path, index, &entry, &Canonical).map_err(|error| edit_failure(&error))?;
        Ok(edited.into())
    };
    let when = {
        let about = if args.approx { "~" } else { "" };
        let at = if args.at.is_some() { fields::told(at, zone) } else { fields::told_to_the_minute(at, zone) };
        let until = until.map(|until| format!(" until {}", fields::told(until, zone))).unwrap_or_default();
        format!("{about}{at}{until}")
    };
    let answer = |made: &crate::cli::change::Made| {
        let of = made.record.timeline().len();
        let number = place.get();
        let what = fields::kind_word(marked);
        format!("added {number} of {of} ({number}:{tag}): {when}, {what}: {}\n", one_line(&event))
    };
    let made = change_answering(context, &taken.located, &args.commit, "timeline add", edit, answer)?;
    // Not freed, for the reason that `change` has.
    if let Some(made) = made.map(ManuallyDrop::new) {
        warn_of_new_findings(context, &taken.located.id, &made);
        if let Some(kind) = suggested {
            context.ui.note(&format!(
                "hint: `--kind {kind}` would mark it as a milestone; now: pm timeline edit {}:{tag} --kind {kind}",
                place.get()
            ));
        }
    }
    Ok(Exit::Fine)
}

/// Says what a change made doubtful in the timeline: it stands, and somebody may want to look again.
pub fn warn_of_new_findings(context: &mut Context, id: &RecordId, made: &crate::cli::change::Made) {
    let inspector = Inspector::of_timeline(&context.config);
    let on = Occasion { id, now: context.ui.world().now() };
    let after = inspector.messages(&made.record, on);
    if after.is_empty() {
        return;
    }
    let before = inspector.messages(&made.before, on);
    for message in after {
        if !before.contains(&message) {
            context.ui.warn(&one_line(&message));
        }
    }
}

//! Times and dates of the command line, with the settings, the record and the terminal at hand.
//!
//! The grammar is [`when`]'s; here its refusals become failures, or a choice on a terminal.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::when::{self, Bearings, Refusal, Understood, Zone};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::record::Record;
use crate::record::time::Moment;

/// The zone of `--tz`, else of the settings.
pub fn zone(context: &Context, typed: Option<&str>) -> Result<Zone, Failure> {
    match typed {
        Some(name) => Zone::parse(name).map_err(|refusal| failure(&refusal)),
        None if context.config.timezone_in_doubt => {
            Err(Failure::new("`timezone` in pm.toml is not a time zone, so a time without one means nothing")
                .hint("correct pm.toml, or say the zone with --tz or an offset"))
        }
        None => Ok(Zone::Named(context.config.timezone)),
    }
}

/// The times of a record's entries.
pub fn entry_times(record: &Record) -> Vec<Moment> {
    record.timeline().iter().filter_map(|entry| entry.at()).collect()
}

/// A time, read against the entries of a record. One that could mean two instants is asked about on a terminal.
pub fn time(
    context: &mut Context,
    text: &str,
    zone: Zone,
    entries: &[Moment],
    future: bool,
) -> Result<Understood, Failure> {
    let bearings = Bearings { now: context.now(), zone, entries, future };
    match when::time(text, &bearings) {
        Ok(understood) => Ok(understood),
        Err(refusal) if !refusal.choices().is_empty() && context.ui.interactive() => ask(context, &refusal),
        Err(refusal) => Err(failure(&refusal)),
    }
}

fn ask(context: &mut Context, refusal: &Refusal) -> Result<Understood, Failure> {
    context.ui.note(&refusal.to_string());
    let choices = refusal.choices();
    let labels: Vec<String> = choices.iter().map(choice).collect();
    match prompt::pick("Which one?", &labels)? {
        Some(index) => Ok(Understood { instant: choices[index], note: "chosen".to_owned() }),
        None => Err(failure(refusal)),
    }
}

fn choice(instant: &DateTime<FixedOffset>) -> String {
    format!(
        "{} ({}), {} UTC",
        instant.format("%Y-%m-%d %H:%M"),
        instant.offset(),
        instant.naive_utc().format("%Y-%m-%d %H:%M")
    )
}

/// A date.
pub fn date(context: &Context, text: &str) -> Result<NaiveDate, Failure> {
    let bearings = Bearings::new(context.now(), Zone::Named(context.config.timezone)).with_future();
    when::date(text, &bearings).map_err(|refusal| failure(&refusal))
}

/// Why a time or date was refused, with what to type instead.
pub fn failure(refusal: &Refusal) -> Failure {
    Failure::new(refusal.to_string()).hint(refusal.next_step())
}

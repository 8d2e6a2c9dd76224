//! What on-call, chat, status and tracker products export -> entries of a timeline.
//!
//! A reader a product turns its files into [`Found`] events; [`assemble`] puts them in order, takes secrets out, splits
//! long texts and gives what has no id one; [`plan`] chooses what a record takes of it. Which product calls its fields what
//! is in the module of the product.

mod assemble;
mod csv;
mod error;
mod github;
mod json;
mod opsgenie;
mod pagerduty;
pub mod plan;
mod slack;
mod statuspage;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDateTime};

use crate::record::milestone::Milestone;
use crate::record::time::Moment;

pub use csv::DateOrder;
pub use error::{Broken, ImportError};

/// The largest export that is read, in bytes: all of its files together.
pub const LARGEST: usize = 50 * 1024 * 1024;

/// A product whose exports can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// A table with a header.
    Csv,
    /// A Slack workspace export.
    Slack,
    /// `PagerDuty` log entries, or notes of an incident.
    PagerDuty,
    /// Statuspage incidents, from the API or a webhook.
    Statuspage,
    /// The timeline of a GitHub issue.
    GitHub,
    /// The logs of an Opsgenie alert.
    Opsgenie,
}

impl Product {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Csv, Self::Slack, Self::PagerDuty, Self::Statuspage, Self::GitHub, Self::Opsgenie];

    /// Its word on the command line, and before the ids of what came from it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Slack => "slack",
            Self::PagerDuty => "pagerduty",
            Self::Statuspage => "statuspage",
            Self::GitHub => "github",
            Self::Opsgenie => "opsgenie",
        }
    }

    /// What its exports are called in a message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Csv => "a CSV table",
            Self::Slack => "a Slack export",
            Self::PagerDuty => "PagerDuty log entries or notes",
            Self::Statuspage => "Statuspage incidents",
            Self::GitHub => "a GitHub issue timeline",
            Self::Opsgenie => "Opsgenie alert logs",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One file of an export.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name for messages.
    pub name: String,
    /// The name of the folder it is in, when that is known: a Slack channel.
    pub folder: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All that is to be imported.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The files with events, in order.
    pub events: Vec<File>,
    /// Slack's `users.json`.
    pub users: Option<File>,
    /// Slack's `channels.json`.
    pub channels: Option<File>,
}

/// The zones of the surroundings, for times that come without an offset.
pub trait Zones {
    /// The instant of a local time: in the zone of this name, else in the default zone.
    ///
    /// # Errors
    ///
    /// Why there is not exactly one such instant, or no such zone, as a clause.
    fn instant(&self, local: NaiveDateTime, zone: Option<&str>) -> Result<DateTime<FixedOffset>, String>;
}

/// How to read what an export leaves open.
pub struct Terms<'a> {
    /// For times without an offset.
    pub zones: &'a dyn Zones,
    /// How `01/02/2017` is meant, where the table itself does not show it.
    pub date_order: Option<DateOrder>,
    /// The incidents to take from an export of several.
    pub incidents: &'a [String],
}

/// What an event may mark, and which of several events like it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The export itself names the milestone.
    Said(Milestone),
    /// The first such event marks the first of these milestones that the record does not have.
    First(&'static [Milestone]),
    /// The last such event marks it.
    Last(Milestone),
}

/// An event as a reader finds it.
#[derive(Debug, Clone)]
pub(in crate::import) struct Found {
    /// When, with the offset of the export.
    pub(in crate::import) at: Moment,
    pub(in crate::import) until: Option<Moment>,
    pub(in crate::import) approx: bool,
    pub(in crate::import) claim: Option<Claim>,
    /// What happened, of any length.
    pub(in crate::import) text: String,
    /// What else is known, a paragraph each.
    pub(in crate::import) notes: Vec<String>,
    pub(in crate::import) owner: Option<String>,
    /// The id in the product.
    pub(in crate::import) id: Option<String>,
    pub(in crate::import) link: Option<String>,
    /// Why it does not tell the story, in a word or two.
    pub(in crate::import) noise: Option<String>,
    /// The incident it is of, in an export that can hold several: id and title.
    pub(in crate::import) incident: Option<(String, String)>,
}

impl Found {
    pub(in crate::import) fn new(at: Moment, text: impl Into<String>) -> Self {
        Self {
            at,
            until: None,
            approx: false,
            claim: None,
            text: text.into(),
            notes: Vec::new(),
            owner: None,
            id: None,
            link: None,
            noise: None,
            incident: None,
        }
    }
}

/// What a reader gives: events in the order of the files, and what it has to say about reading them.
#[derive(Debug, Default)]
pub(in crate::import) struct Reading {
    pub(in crate::import) events: Vec<Found>,
    pub(in crate::import) remarks: Vec<String>,
}

/// An event ready to become an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "`event` is the key of the format")]
pub struct Event {
    /// When, with the offset of the export.
    pub at: Moment,
    /// When it ended.
    pub until: Option<Moment>,
    /// The time is not exact.
    pub approx: bool,
    /// What it may mark.
    pub claim: Option<Claim>,
    /// What happened, one line of at most [`text::LONGEST_EVENT`] characters.
    pub event: String,
    /// The rest of the text, and what else is known.
    pub notes: Option<String>,
    /// Who did or saw it.
    pub owner: Option<String>,
    /// Product and id there, the same at every import.
    pub source: String,
    /// Its page.
    pub link: Option<String>,
    /// Why it does not tell the story.
    pub noise: Option<String>,
}

/// An export that was read as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// Its events in order of time.
    pub events: Vec<Event>,
    /// What was guessed, missing or taken out, a sentence each.
    pub remarks: Vec<String>,
}

/// Reads an export.
///
/// # Errors
///
/// What is broken and where; then nothing of it is to be used.
pub fn read(product: Product, files: &Files, terms: &Terms<'_>) -> Result<Export, Broken> {
    let reading = match product {
        Product::Csv => each(files, |text| csv::read(text, terms)),
        Product::Slack => slack::read(files),
        Product::PagerDuty => each(files, pagerduty::read),
        Product::Statuspage => each(files, statuspage::read),
        Product::GitHub => each(files, github::read),
        Product::Opsgenie => each(files, opsgenie::read),
    };
    let reading = reading.map_err(|broken| another_product(broken, product, files))?;
    let name = files.events.first().map(|file| file.name.clone()).unwrap_or_default();
    assemble::assemble(product, reading, terms).map_err(|error| Broken { file: name, error })
}

/// The product whose export a file looks like.
pub fn recognise(file: &File) -> Option<Product> {
    let text = text::decode(&file.bytes).ok()?;
    match text.trim_start().chars().next()? {
        '{' | '[' => json::recognise(text),
        _ => csv::recognise(text).then_some(Product::Csv),
    }
}

fn each(files: &Files, read: impl Fn(&str) -> Result<Reading, ImportError>) -> Result<Reading, Broken> {
    let mut all = Reading::default();
    for file in &files.events {
        let of_file = text::decode(&file.bytes).and_then(&read);
        let of_file = of_file.map_err(|error| Broken { file: file.name.clone(), error })?;
        all.events.extend(of_file.events);
        all.remarks.extend(of_file.remarks);
    }
    Ok(all)
}

/// What does not read as one product may be an export of another.
fn another_product(broken: Broken, product: Product, files: &Files) -> Broken {
    let file = files.events.iter().find(|file| file.name == broken.file);
    match file.and_then(recognise) {
        Some(other) if other != product && broken.error.is_of_shape() => {
            Broken { error: ImportError::OtherProduct { asked: product, found: other }, ..broken }
        }
        _ => broken,
    }
}

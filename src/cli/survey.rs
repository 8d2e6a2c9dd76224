//! Every record of a state, as far as a question about the whole repository needs it.
//!
//! What is known from earlier runs is taken from the cache; the rest is read, and its summary made here.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, Policy};
use crate::document::read::{values, values_of, why_unread};
use crate::query::summary::{Summary, needs, needs_to_be_open};
use crate::record::{Record, RecordId, Status};
use crate::store::records::{Records, Unread, id_of, stem_of};
use crate::store::summaries::{Asked, Held, Made, Part, Summaries};
use crate::store::{At, RepoPath, Store, StoreError};
use crate::workflow::canonical::{self, Figures};
use crate::workflow::standing;

use super::context::Context;
use super::failure::Failure;
use super::world::World;

/// How much of each record is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The open actions of those that have some, and what cannot be read.
    OpenActions,
    /// What a line of a list says, and whether approvals are stale.
    Listed,
    /// All that a summary holds but for stale approvals.
    Whole,
    /// All of it.
    Judged,
}

impl Depth {
    fn part(self) -> Part {
        match self {
            Self::OpenActions => Part::Brief,
            Self::Listed => Part::Card,
            Self::Whole | Self::Judged => Part::Rest,
        }
    }

    fn is_judged(self) -> bool {
        matches!(self, Self::Listed | Self::Judged)
    }
}

/// A judgement that holds under any settings: there was nothing to judge.
const ANY: u64 = 1;
/// No judgement was made.
const NONE: u64 = 0;

/// Every record of a state.
pub struct Survey {
    summaries: Summaries,
    depth: Depth,
}

/// A record of a survey.
pub struct Surveyed<'a> {
    /// Where it is, from the repository's root.
    pub path: &'a str,
    /// What is known of it.
    pub summary: Summary<'a>,
    /// Whether it is not known if its approval is stale: the content of its figures decides.
    pub undecided: bool,
}

impl<'a> Surveyed<'a> {
    /// Its id.
    pub fn id(&self) -> RecordId {
        RecordId::of_stem(self.stem())
    }

    /// Its id as text.
    pub fn stem(&self) -> &'a str {
        stem_of(self.path)
    }
}

/// Looks at every record of a state.
pub fn survey(context: &Context, at: At, depth: Depth, cached: bool) -> Result<Survey, Failure> {
    let settings = context.settings_text();
    let around =
        Around { store: &context.store, config: &context.config, settings: &settings, world: context.ui.world() };
    around.survey(at, depth, cached)
}

/// What a survey is made with.
pub struct Around<'a> {
    /// The repository.
    pub store: &'a Store,
    /// The settings in force.
    pub config: &'a Config,
    /// Their text.
    pub settings: &'a str,
    /// The build of the program and the clock.
    pub world: &'a World,
}

impl Around<'_> {
    /// [`survey`].
    pub fn survey(&self, at: At, depth: Depth, cached: bool) -> Result<Survey, Failure> {
        let rules = Rules { policy: &self.config.policy, key: key_of(self.settings) };
        let key = rules.key;
        let make = |path: &RepoPath, bytes: Result<Vec<u8>, StoreError>| match bytes {
            Ok(bytes) => of_bytes(path, bytes, depth, cached, &rules),
            Err(error) => made(&Summary::unread(error.to_string()), ANY, false),
        };
        let holds = |_: &str, judged: u64| !depth.is_judged() || judged == ANY || judged == key;
        let asked = Asked {
            cached,
            part: depth.part(),
            maker: key_of(&self.world.build),
            holds: &holds,
            make: &make,
            now: self.world.clock(),
        };
        let summaries = Records::new(self.store, self.config, at).summaries(&asked)?;
        Ok(Survey { summaries, depth })
    }

    /// The paths of records about which the cache says something else than the records themselves.
    pub fn doubtful(&self, at: At) -> Result<Vec<String>, Failure> {
        let mut doubtful = BTreeSet::new();
        for depth in [Depth::OpenActions, Depth::Listed, Depth::Judged] {
            let (with, without) = (self.survey(at, depth, true)?, self.survey(at, depth, false)?);
            let known = |survey: &Survey| -> BTreeMap<String, String> {
                survey.records().map(|record| (record.path.to_owned(), format!("{:?}", record.summary))).collect()
            };
            let (with, without) = (known(&with), known(&without));
            let paths = with.keys().chain(without.keys());
            doubtful.extend(paths.filter(|path| with.get(*path) != without.get(*path)).cloned());
        }
        Ok(doubtful.into_iter().collect())
    }
}

impl Survey {
    /// The records that can have what was asked for, in no order that means anything.
    pub fn records(&self) -> impl Iterator<Item = Surveyed<'_>> {
        self.summaries.iter().filter_map(|held| self.surveyed(held))
    }

    /// What `each` adds for these records, found on all cores when it is worth it.
    pub fn gather<'a, T: Send>(&'a self, each: impl Fn(Surveyed<'a>, &mut Vec<T>) + Sync) -> impl Iterator<Item = T> {
        self.summaries.gather(move |held, found| {
            if let Some(record) = self.surveyed(held) {
                each(record, found);
            }
        })
    }

    fn surveyed<'a>(&'a self, held: Held<'a>) -> Option<Surveyed<'a>> {
        let bytes = held.part();
        if bytes.is_empty() {
            return None;
        }
        // Bytes that passed their checksum and are no summary were never written by this build.
        let summary = Summary::from_bytes(bytes).unwrap_or_else(|| Summary::unread("its summary cannot be read"));
        let undecided = self.depth.is_judged() && held.judged() == NONE;
        Some(Surveyed { path: held.path(), summary, undecided })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.summaries.len()
    }

    /// What looks like a record and is not read.
    pub fn skipped(&self) -> Vec<Unread> {
        let unread =
            |skipped: &crate::store::Skipped| Unread { path: skipped.path.clone(), reason: skipped.reason.to_owned() };
        self.summaries.skipped.iter().map(unread).collect()
    }
}

/// The settings approvals are judged by.
struct Rules<'a> {
    policy: &'a Policy,
    /// Stands for them.
    key: u64,
}

fn of_bytes(path: &RepoPath, bytes: Vec<u8>, depth: Depth, cached: bool, rules: &Rules<'_>) -> Made {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let place = error.utf8_error().valid_up_to() + 1;
            return made(
                &Summary::unread(format!("it is not UTF-8 from byte {place} on; save it as UTF-8")),
                ANY,
                true,
            );
        }
    };
    let broken = || made(&Summary::unread(why_unread(&text)), ANY, true);
    if depth == Depth::OpenActions && !cached {
        // Most records have nothing open, and nothing more is asked of them.
        match values_of(&text, &needs_to_be_open) {
            None => return broken(),
            Some(record) if !record.actions().iter().any(|action| action.status().is_open()) => return Made::default(),
            Some(_) => {}
        }
    }
    let Some(record) = values_of(&text, &needs) else { return broken() };
    let mut summary = Summary::of(&record);
    let approved = matches!(record.status(), Some(Status::Approved | Status::Complete));
    if !approved || record.tables("sign_offs").is_empty() {
        return made(&summary, ANY, true);
    }
    let judged = depth.is_judged().then(|| is_stale(rules.policy, path, &values(&text)?)).flatten();
    summary.stale = judged.unwrap_or(false);
    made(&summary, if judged.is_some() { rules.key } else { NONE }, true)
}

/// Whether an approved record says something else than what was approved; `None` when its figures decide.
fn is_stale(policy: &Policy, path: &RepoPath, record: &Record) -> Option<bool> {
    if !canonical::figure_names(record).is_empty() {
        return None;
    }
    let content = canonical::digest(record, &Figures::new());
    Some(standing::glance(record, &id_of(path), policy, &content).is_stale())
}

fn made(summary: &Summary<'_>, judged: u64, lasting: bool) -> Made {
    let brief = summary.brief().map(|brief| brief.to_bytes()).unwrap_or_default();
    Made { brief, card: summary.card().to_bytes(), rest: summary.to_bytes(), judged, lasting }
}

/// A text as a number that no other text of a run of this program has, above those with a meaning of their own.
fn key_of(text: &str) -> u64 {
    let digits = canonical::sha256(text.as_bytes());
    u64::from_str_radix(&digits[..16], 16).unwrap_or(u64::MAX).max(2)
}

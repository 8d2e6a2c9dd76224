//! The durations of an incident, computed from the milestones of its timeline.
//!
//! Derived, never typed: a duration that cannot be computed is unknown and names the milestone that is missing; it is
//! never a zero.

use crate::config::{Config, Target};
use crate::record::Record;
use crate::record::duration::Length;
use crate::record::milestone::Milestone;
use crate::record::time::Moment;
use crate::record::timeline::moment;

/// A duration of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its name in `pm.toml` and in JSON.
    pub name: String,
    /// Its name for people: "Detection time".
    pub label: String,
    /// How long it may take.
    pub target: Option<Length>,
    /// How long it took, or why that is not known.
    pub actual: Result<Length, Unknown>,
}

/// Why a duration is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// The timeline has no entry of any of these kinds.
    Missing(Vec<Milestone>),
    /// Both milestones are there, but their times are not exact enough to subtract.
    Imprecise(Milestone, Milestone),
    /// The end is before the beginning, so at least one of the times is wrong.
    Negative(Milestone, Milestone),
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
                write!(f, "no entry is marked {}", names.join(" or "))
            }
            Self::Imprecise(from, to) => write!(f, "{from} and {to} have no exact times"),
            Self::Negative(from, to) => write!(f, "{to} is before {from}"),
        }
    }
}

impl Measured {
    /// Whether the target was met; `None` without a target or without a length.
    pub fn met(&self) -> Option<bool> {
        let (target, actual) = (self.target?, self.actual.as_ref().ok()?);
        Some(actual.time() <= target.time())
    }
}

/// The durations with targets, in the order of `pm.toml`.
pub fn response(record: &Record, config: &Config) -> Vec<Measured> {
    let named = config.targets.iter().filter(|target| !is_total(&target.name));
    named.map(|target| measure(record, target)).collect()
}

/// From `started` to `resolved`.
pub fn total(record: &Record, config: &Config) -> Measured {
    let target = config.targets.iter().find(|target| is_total(&target.name)).cloned().unwrap_or_else(|| Target {
        name: "total".to_owned(),
        from: vec![Milestone::Started],
        to: vec![Milestone::Resolved],
        within: None,
    });
    Measured { label: "Total duration".to_owned(), ..measure(record, &target) }
}

/// The template's "Response to Resolution": from the first response to `resolved`.
pub fn response_to_resolution(record: &Record) -> Measured {
    let target = Target {
        name: "response_to_resolution".to_owned(),
        from: vec![Milestone::Investigating, Milestone::Attempted],
        to: vec![Milestone::Resolved],
        within: None,
    };
    Measured { label: "Response to resolution".to_owned(), ..measure(record, &target) }
}

fn is_total(name: &str) -> bool {
    name == "total"
}

/// Measures one duration.
pub fn measure(record: &Record, target: &Target) -> Measured {
    let actual = || {
        let milestones = Milestones::of(record);
        let first_of = |kinds: &[Milestone]| milestones.first_of(kinds).ok_or_else(|| Unknown::Missing(kinds.to_vec()));
        let (from_kind, from) = first_of(&target.from)?;
        let (to_kind, to) = first_of(&target.to)?;
        let length = from.moment.length_to(&to.moment).ok_or(Unknown::Imprecise(from_kind, to_kind))?;
        if length.is_negative() {
            return Err(Unknown::Negative(from_kind, to_kind));
        }
        Ok(length.or_approximate(from.approx || to.approx))
    };
    Measured { name: target.name.clone(), label: label(&target.name), target: target.within, actual: actual() }
}

fn label(name: &str) -> String {
    if name == "response" {
        return "Response time (first action)".to_owned();
    }
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{} time", letters.as_str())
}

/// A milestone of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// When.
    pub moment: Moment,
    /// Whether that is not exact.
    pub approx: bool,
}

/// When a record reached its milestones.
#[derive(Debug, Clone, Copy)]
pub struct Milestones {
    reached: [Option<Reached>; Milestone::ALL.len()],
}

impl Milestones {
    /// The milestones of a record, in one walk through its timeline: of a kind the first entry, of `recovered` and
    /// `resolved` the last. Without an entry of the kind `communicated` the earliest time under `[communication]` counts.
    pub fn of(record: &Record) -> Self {
        let mut reached = [None::<Reached>; Milestone::ALL.len()];
        for entry in record.timeline() {
            let Some(kind) = entry.kind() else { continue };
            let Some(moment) = entry.at() else { continue };
            let here = &mut reached[kind as usize];
            let counts = here
                .is_none_or(|other| if kind.last_counts() { moment >= other.moment } else { moment < other.moment });
            if counts {
                *here = Some(Reached { moment, approx: entry.approx() });
            }
        }
        let told = &mut reached[Milestone::Communicated as usize];
        *told = told.or_else(|| first_communication(record));
        Self { reached }
    }

    /// When a milestone was reached.
    pub fn reached(&self, kind: Milestone) -> Option<Reached> {
        self.reached[kind as usize]
    }

    /// The first of several kinds that was reached.
    pub fn first_of(&self, kinds: &[Milestone]) -> Option<(Milestone, Reached)> {
        kinds.iter().find_map(|kind| Some((*kind, self.reached(*kind)?)))
    }
}

/// When a record reached a milestone.
pub fn reached(record: &Record, kind: Milestone) -> Option<Reached> {
    Milestones::of(record).reached(kind)
}

fn first_communication(record: &Record) -> Option<Reached> {
    let tables = ["communication.internal", "communication.external"];
    tables
        .into_iter()
        .filter_map(|path| record.value(path)?.as_table())
        .flat_map(|table| table.keys().filter_map(|key| moment(table, key)))
        .min()
        .map(|moment| Reached { moment, approx: false })
}

/// When the incident started as far as the record knows: the milestone `started`, else the first time in the timeline.
pub fn started(record: &Record) -> Option<Reached> {
    reached(record, Milestone::Started).or_else(|| {
        let times = record.timeline();
        times
            .iter()
            .filter_map(|entry| Some(Reached { moment: entry.at()?, approx: entry.approx() }))
            .min_by_key(|reached| reached.moment)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        crate::document::read::values(text).expect("TOML")
    }

    fn shown(text: &str) -> Vec<String> {
        let (record, config) = (record(text), Config::read(None).expect("defaults"));
        let mut all = response(&record, &config);
        all.extend([total(&record, &config), response_to_resolution(&record)]);
        all.iter()
            .map(|measured| {
                let actual = match &measured.actual {
                    Ok(length) => length.to_string(),
                    Err(unknown) => format!("unknown: {unknown}"),
                };
                format!("{} {actual} {:?}", measured.label, measured.met())
            })
            .collect()
    }

    #[test]
    fn the_example_gives_the_published_durations() {
        assert_eq!(
            shown(include_str!("../../tests/fixtures/record.toml")),
            [
                "Detection time about 3 h Some(false)",
                "Response time (first action) about 1 h Some(false)",
                "Resolution time 20 h 14 min Some(false)",
                "Communication time 5 min Some(true)",
                "Total duration about 23 h None",
                "Response to resolution about 19 h None",
            ]
        );
    }

    #[test]
    fn a_missing_milestone_is_named_and_never_a_zero() {
        assert_eq!(
            shown("[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"detected\"\n"),
            [
                "Detection time unknown: no entry is marked started None",
                "Response time (first action) unknown: no entry is marked investigating or attempted None",
                "Resolution time unknown: no entry is marked resolved None",
                "Communication time unknown: no entry is marked communicated None",
                "Total duration unknown: no entry is marked started None",
                "Response to resolution unknown: no entry is marked investigating or attempted None",
            ]
        );
    }

    #[test]
    fn the_last_recovery_counts_and_the_first_detection() {
        let text = "[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"detected\"\n[[timeline]]\nat = 2017-01-31T22:30:00Z\nkind = \"resolved\"\n\
                    [[timeline]]\nat = 2017-01-31T22:40:00Z\nkind = \"detected\"\n[[timeline]]\nat = 2017-02-01T00:10:00+01:00\nkind = \"resolved\"\n";
        assert_eq!(shown(text)[2], "Resolution time 1 h 10 min Some(false)");
    }
}

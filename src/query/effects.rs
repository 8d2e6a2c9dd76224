//! What a change of a record did to its durations.

use std::fmt;

use super::metrics::{self, Measured};
use crate::config::Config;
use crate::record::Record;
use crate::record::milestone::Milestone;

/// A duration that is another one than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The duration before.
    pub before: Measured,
    /// The duration after.
    pub after: Measured,
    /// The milestones it is measured between.
    pub ends: Vec<Milestone>,
}

/// The durations that a change made others, in the order of `pm.toml`, then the total one.
pub fn effects(before: &Record, after: &Record, config: &Config) -> Vec<Effect> {
    if before.value("timeline") == after.value("timeline")
        && before.value("communication") == after.value("communication")
    {
        return Vec::new();
    }
    let named = config.targets.iter().filter(|target| target.name != "total").map(|target| {
        let ends = target.from.iter().chain(&target.to).copied().collect();
        Effect { before: metrics::measure(before, target), after: metrics::measure(after, target), ends }
    });
    let total = config.targets.iter().find(|target| target.name == "total");
    let ends = total.map_or_else(
        || vec![Milestone::Started, Milestone::Resolved],
        |target| target.from.iter().chain(&target.to).copied().collect(),
    );
    let total = Effect { before: metrics::total(before, config), after: metrics::total(after, config), ends };
    named.chain([total]).filter(Effect::is_one).collect()
}

impl Effect {
    fn is_one(&self) -> bool {
        match (&self.before.actual, &self.after.actual) {
            (Ok(before), Ok(after)) => before != after,
            (Err(_), Err(_)) => false,
            _ => true,
        }
    }
}

impl fmt::Display for Effect {
    /// `detection now 4 min (was 16 min), within the target of 5 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.after.name.replace(['_', '-'], " ");
        match (&self.before.actual, &self.after.actual) {
            (Ok(before), Ok(after)) => write!(f, "{name} now {after} (was {before})")?,
            (Err(_), Ok(after)) => write!(f, "{name} now {after} (was not known)")?,
            (Ok(before), Err(unknown)) => write!(f, "{name} no longer known (was {before}): {unknown}")?,
            (Err(_), Err(_)) => write!(f, "{name} not known")?,
        }
        match (self.after.target, self.after.met()) {
            (Some(target), Some(met)) if self.before.met() != Some(met) => {
                write!(f, ", {} the target of {target}", if met { "within" } else { "past" })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<String> {
        let record = |text: &str| crate::document::read::values(text).expect("TOML");
        let config = Config::read(None).expect("defaults");
        effects(&record(before), &record(after), &config).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_milestone_that_moves_changes_what_is_measured_from_it() {
        let record = |detected: &str| {
            format!(
                "[[timeline]]\nat = 2026-03-02T22:00:00Z\nkind = \"started\"\n\
                 [[timeline]]\nat = 2026-03-02T{detected}:00Z\nkind = \"detected\"\n\
                 [[timeline]]\nat = 2026-03-02T23:00:00Z\nkind = \"resolved\"\n"
            )
        };
        assert_eq!(
            told(&record("22:16"), &record("22:04")),
            ["detection now 4 min (was 16 min), within the target of 5 min", "resolution now 56 min (was 44 min)",]
        );
        assert_eq!(
            told(&record("22:16"), "[[timeline]]\nat = 2026-03-02T22:16:00Z\nkind = \"detected\"\n"),
            [
                "detection no longer known (was 16 min): no entry is marked started",
                "resolution no longer known (was 44 min): no entry is marked resolved",
                "total no longer known (was 1 h): no entry is marked started",
            ]
        );
        assert_eq!(told("", &record("22:16"))[0], "detection now 16 min (was not known), past the target of 5 min");
        assert_eq!(told("", ""), Vec::<String>::new());
    }
}

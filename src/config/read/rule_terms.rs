//! What rules of findings go by, beside their levels: word lists, the team's mail domains, what a severity implies.

use std::ops::Range;

use toml::{Table, Value};

use crate::config::policy::Policy;
use crate::config::settings::SETTINGS;
use crate::config::{Phrase, Threshold, WordChange, Wording};
use crate::record::{text_in, texts_of};

/// What is added to word lists and taken from them. The lists are those of the settings table.
pub(super) fn wording(written: Option<&Table>, places: &[(String, Range<usize>)]) -> Wording {
    let names = SETTINGS.iter().filter_map(|setting| setting.path.strip_prefix("wording."));
    let of = |name: &'static str| {
        let list = written?.get(name)?.as_table()?;
        let phrases = |key: &str| {
            let texts = list.get(key).map(texts_of).unwrap_or_default();
            let phrase = |text: &str| {
                let path = format!("wording.{name}.{key}[{text}]");
                let span = places.iter().find(|(known, _)| *known == path).map_or(0..0, |(_, span)| span.clone());
                Phrase { text: text.to_owned(), span }
            };
            texts.into_iter().map(phrase).collect()
        };
        Some((name, WordChange { add: phrases("add"), remove: phrases("remove") }))
    };
    Wording { lists: names.filter(|name| !name.contains('.')).filter_map(of).collect() }
}

/// The mail domains of the team, in lower case, each once.
pub(super) fn domains(written: &Table, policy: &Policy) -> Vec<String> {
    let named = written.get("domains").map(texts_of).unwrap_or_default();
    let of_people = policy.people.iter().flat_map(|person| &person.emails);
    let behind = of_people.filter_map(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
    let mut all: Vec<String> = named.into_iter().chain(behind).map(str::to_lowercase).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// From which impact on a record has at least a severity, worst first.
pub(super) fn thresholds(written: Option<&Table>, severities: &[String]) -> Vec<Threshold> {
    let of = |severity: &String| {
        let row = written?.get(severity)?.as_table()?;
        let count = |key: &str| row.get(key).and_then(Value::as_integer);
        #[expect(clippy::cast_precision_loss, reason = "settings take whole numbers below 2^32")]
        let number = |key: &str| count(key).map(|count| count as f64);
        let flag = |key: &str| row.get(key).and_then(Value::as_bool).unwrap_or(false);
        Some(Threshold {
            severity: severity.clone(),
            affected: count("affected"),
            percent: number("percent"),
            duration: text_in(row, "duration").and_then(|text| text.parse().ok()),
            cost: number("cost"),
            data_lost: flag("data_lost"),
            data_exposed: flag("data_exposed"),
        })
    };
    severities.iter().filter_map(of).collect()
}

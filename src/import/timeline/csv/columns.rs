//! The columns of a table, found by the words in its header.

use crate::import::timeline::error::ImportError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Date,
    Until,
    Event,
    Owner,
    Notes,
    Kind,
    Link,
}

/// The words for each, the surest first.
const WORDS: [(Role, &[&str]); 8] = [
    (
        Role::Time,
        &[
            "time",
            "timestamp",
            "datetime",
            "date time",
            "date/time",
            "at",
            "when",
            "start",
            "start time",
            "started",
            "started at",
            "created at",
            "occurred at",
            "event time",
        ],
    ),
    (Role::Date, &["date", "day"]),
    (Role::Until, &["until", "end", "end time", "ended", "ended at"]),
    (
        Role::Event,
        &[
            "event",
            "what",
            "what happened",
            "description",
            "message",
            "text",
            "summary",
            "action",
            "activity",
            "update",
            "title",
        ],
    ),
    (Role::Owner, &["owner", "who", "actor", "person", "user", "author", "responsible", "by"]),
    (Role::Notes, &["notes", "note", "comment", "comments", "remarks", "details", "evidence"]),
    (Role::Kind, &["kind", "milestone", "type", "phase", "category"]),
    (Role::Link, &["link", "url"]),
];

/// A column of the table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its place, from 0.
    pub(super) index: usize,
    /// Its name as written.
    pub(super) name: String,
    /// The zone its name states: `Time (UTC)`.
    pub(super) zone: Option<String>,
    word: String,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Columns {
    known: Vec<(Role, Column)>,
    pub(super) event: Column,
    /// Those without a meaning.
    pub(super) others: Vec<Column>,
}

impl Columns {
    /// The columns of a header; it needs one for the time and one for what happened.
    pub(super) fn of(header: &[String]) -> Result<Self, ImportError> {
        let mut columns: Vec<Column> = header
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty())
            .map(|(index, name)| column(index, name))
            .collect();
        let mut known = Vec::new();
        for (role, words) in WORDS {
            let at = words.iter().find_map(|word| columns.iter().position(|column| column.word == *word));
            if let Some(at) = at {
                known.push((role, columns.remove(at)));
            }
        }
        let missing = |wanted| {
            let found: Vec<&str> = header.iter().take(12).map(String::as_str).collect();
            let found = super::text::shortened(&found.join(", "), 100);
            ImportError::NoColumn { row: 1, wanted, found }
        };
        if !known.iter().any(|(role, _)| matches!(role, Role::Time | Role::Date)) {
            return Err(missing("the time"));
        }
        let event = known.iter().find(|(role, _)| *role == Role::Event).map(|(_, column)| column.clone());
        let event = event.ok_or_else(|| missing("what happened"))?;
        Ok(Self { known, event, others: columns })
    }

    pub(super) fn of_role(&self, role: Role) -> Option<&Column> {
        self.known.iter().find(|(known, _)| *known == role).map(|(_, column)| column)
    }
}

/// `Time (UTC)` is the word `time` and the zone `UTC`.
fn column(index: usize, name: &str) -> Column {
    let lower = name.to_lowercase().replace(['_', '-'], " ");
    let (word, bracket) = match name.find(['(', '[']) {
        Some(open) => {
            let inside = name[open + 1..].trim_end_matches([')', ']']).trim();
            // Lower case can have another length, so the word is made from the name again.
            (name[..open].to_lowercase().replace(['_', '-'], " "), Some(inside))
        }
        None => match lower.rsplit_once(' ') {
            Some((word, zone @ ("utc" | "gmt"))) => (word.to_owned(), Some(zone)),
            _ => (lower, None),
        },
    };
    let zone = bracket.filter(|inside| {
        let letters = inside.chars().all(|c| c.is_ascii_alphabetic());
        let known = matches!(inside.to_ascii_lowercase().as_str(), "utc" | "gmt" | "z");
        let short = letters && (2..=5).contains(&inside.len()) && inside.chars().all(|c| c.is_ascii_uppercase());
        known || short || inside.contains('/') && !inside.contains(' ') || inside.starts_with(['+', '-'])
    });
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    Column { index, name: name.to_owned(), zone: zone.map(str::to_owned), word }
}

/// The separator of the first line: of comma, semicolon and tab the one that is there most often outside of quotes.
pub(super) fn separator(text: &str) -> u8 {
    let line = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        }
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    // The first of those that are there equally often.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Result<Columns, ImportError> {
        let separator = char::from(separator(header));
        Columns::of(&header.split(separator).map(|name| name.trim().to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_found_by_their_words_whatever_separates_them() {
        for header in ["Time (UTC),Event,Owner", "when;what;who", "timestamp\tdescription\tactor", "Date,Event,By"] {
            let columns = columns(header).expect(header);
            assert_eq!(columns.event.index, 1, "{header}");
            assert!(columns.of_role(Role::Owner).is_some() && columns.others.is_empty(), "{header}");
        }
        let columns = columns("Time [Europe/London],Summary,Event,Severity").expect("a header");
        assert_eq!(columns.of_role(Role::Time).and_then(|column| column.zone.as_deref()), Some("Europe/London"));
        assert_eq!(columns.event.name, "Event");
        let others: Vec<&str> = columns.others.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(others, ["Summary", "Severity"]);
    }

    #[test]
    fn a_header_without_time_or_event_says_what_it_has() {
        let error = columns("a,event").expect_err("no time").to_string();
        assert_eq!(error, "row 1: there is no column for the time (found: a, event)");
        assert!(columns("time,b").is_err());
        let zone = |name: &str| column(0, name).zone;
        assert_eq!(zone("time_utc").as_deref(), Some("utc"));
        assert_eq!(zone("Time (local)"), None);
        assert_eq!(zone("Time (24h)"), None);
        assert_eq!(zone("Time (PST)").as_deref(), Some("PST"));
    }
}

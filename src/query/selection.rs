//! Which records fit.

use chrono::NaiveDate;

use super::summary::Summary;

/// What is wanted; an empty list or nothing asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A part of the id, title, summary or incident id.
    pub text: Option<String>,
    /// Any of these states.
    pub statuses: Vec<String>,
    /// Any of these severities.
    pub severities: Vec<String>,
    /// Any of these services.
    pub services: Vec<String>,
    /// Any of these tags.
    pub tags: Vec<String>,
    /// A part of the owner.
    pub owner: Option<String>,
    /// Started on this day or later.
    pub since: Option<NaiveDate>,
    /// Started on this day or earlier.
    pub until: Option<NaiveDate>,
}

/// What is wanted, ready to compare: case does not count.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    wanted: Wanted,
}

impl Selection {
    /// The selection of what is wanted.
    pub fn new(mut wanted: Wanted) -> Self {
        for text in [&mut wanted.text, &mut wanted.owner].into_iter().flatten() {
            *text = text.to_lowercase();
        }
        for list in [&mut wanted.services, &mut wanted.tags] {
            for text in list.iter_mut() {
                *text = text.to_lowercase();
            }
        }
        Self { wanted }
    }

    /// Whether a record fits everything that is wanted.
    pub fn admits(&self, id: &str, record: &Summary<'_>) -> bool {
        let wanted = &self.wanted;
        one_of(&wanted.statuses, record.status)
            && one_of(&wanted.severities, record.severity)
            && any_of(&wanted.services, &record.services)
            && any_of(&wanted.tags, &record.tags)
            && has(record.owner, wanted.owner.as_deref())
            && self.in_time(record)
            && wanted.text.as_deref().is_none_or(|text| {
                let places = [Some(id), Some(record.title), record.paragraph, record.incident];
                places.into_iter().any(|place| place.is_some() && has(place, Some(text)))
            })
    }

    fn in_time(&self, record: &Summary<'_>) -> bool {
        if self.wanted.since.is_none() && self.wanted.until.is_none() {
            return true;
        }
        let Some(day) = record.day() else { return false };
        self.wanted.since.is_none_or(|since| day >= since) && self.wanted.until.is_none_or(|until| day <= until)
    }
}

/// Whether nothing is wanted, or exactly this.
pub(super) fn one_of(wanted: &[String], text: Option<&str>) -> bool {
    wanted.is_empty() || text.is_some_and(|text| wanted.iter().any(|wanted| wanted == text))
}

/// Whether nothing is wanted, or one of these; `wanted` is in lower case.
pub(super) fn any_of(wanted: &[String], texts: &[&str]) -> bool {
    wanted.is_empty() || texts.iter().any(|text| wanted.contains(&text.to_lowercase()))
}

/// Whether nothing is wanted, or a part of this; `part` is in lower case.
pub(super) fn has(place: Option<&str>, part: Option<&str>) -> bool {
    part.is_none_or(|part| place.is_some_and(|place| place.to_lowercase().contains(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(wanted: Wanted) -> bool {
        let text = include_str!("../../tests/fixtures/record.toml");
        let record = crate::document::read::values(text).expect("TOML");
        Selection::new(wanted).admits("2017-01-31-database-removed", &Summary::of(&record))
    }

    #[test]
    fn every_filter_keeps_what_fits_and_drops_what_does_not() {
        let list = |text: &str| vec![text.to_owned()];
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        assert!(admits(Wanted::default()));
        assert!(admits(Wanted { text: Some("DIRECTORY".into()), ..Wanted::default() }));
        assert!(admits(Wanted { text: Some("INC-2017".into()), ..Wanted::default() }));
        assert!(!admits(Wanted { text: Some("certificate".into()), ..Wanted::default() }));
        assert!(admits(Wanted { statuses: vec!["draft".into(), "complete".into()], ..Wanted::default() }));
        assert!(!admits(Wanted { statuses: list("complete"), ..Wanted::default() }));
        assert!(!admits(Wanted { severities: list("P2"), ..Wanted::default() }));
        assert!(admits(Wanted { services: list("PostgreSQL"), ..Wanted::default() }));
        assert!(!admits(Wanted { services: list("postgres"), ..Wanted::default() }));
        assert!(admits(Wanted { tags: list("backup"), ..Wanted::default() }));
        assert!(admits(Wanted { owner: Some("database team".into()), ..Wanted::default() }));
        assert!(admits(Wanted { since: day("2017-01-31"), until: day("2017-01-31"), ..Wanted::default() }));
        assert!(!admits(Wanted { since: day("2017-02-01"), ..Wanted::default() }));
        assert!(!admits(Wanted { until: day("2017-01-30"), ..Wanted::default() }));
    }
}

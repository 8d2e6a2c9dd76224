//! Record ids: a day and a short slug of the title, fixed at birth.
//!
//! No counters: two branches that describe the same incident meet as an add/add conflict in plain git, and two that
//! describe different ones do not collide.

use std::fmt;

use chrono::NaiveDate;

/// The longest slug a new id gets, in characters.
const LONGEST_SLUG: usize = 32;

/// Words that carry no meaning in a slug.
const SMALL_WORDS: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "due", "during", "for", "from", "in", "is", "of", "on", "or", "our", "the",
    "to", "was", "were", "with",
];

/// The name of a record: the stem of its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

impl RecordId {
    /// The id a new record gets: the day its incident started (else was created) and its title.
    pub fn new(day: NaiveDate, title: &str) -> Self {
        let slug = slug(title);
        let day = day.format("%Y-%m-%d");
        Self(if slug.is_empty() { format!("{day}-incident") } else { format!("{day}-{slug}") })
    }

    /// The id of an existing file, whatever its stem looks like.
    pub fn of_stem(stem: &str) -> Self {
        Self(stem.to_owned())
    }

    /// The id as text. It may hold anything a file name may hold: sanitise it before showing it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id has the form `pm` gives to new ones: lower-case ASCII letters, digits and hyphens, at most 80.
    pub fn is_canonical(&self) -> bool {
        let bytes = self.0.as_bytes();
        matches!(bytes.len(), 1..=80)
            && bytes[0] != b'-'
            && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
    }
}

impl RecordId {
    /// Whether Windows takes a file of this name for a device, whatever its extension, so that no clone there could hold it.
    /// The names are those of "Naming Files, Paths, and Namespaces" in Microsoft's documentation of Win32.
    pub fn is_device(&self) -> bool {
        let name = self.0.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let numbered = ["com", "lpt"].iter().any(|device| {
            name.strip_prefix(device)
                .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
        });
        numbered || matches!(name.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The words of a title that tell it from others, joined by hyphens. Other scripts are transliterated.
fn slug(title: &str) -> String {
    let ascii = deunicode::deunicode(title).to_lowercase();
    let words: Vec<&str> = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let telling: Vec<&str> = words.iter().copied().filter(|word| !SMALL_WORDS.contains(word)).collect();
    let words = if telling.is_empty() { words } else { telling };
    let mut slug = String::new();
    for word in words {
        let needed = word.len() + usize::from(!slug.is_empty());
        if slug.len() + needed > LONGEST_SLUG {
            if slug.is_empty() {
                slug.extend(word.chars().take(LONGEST_SLUG));
            }
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(title: &str) -> String {
        RecordId::new(NaiveDate::from_ymd_opt(2017, 1, 31).expect("a day"), title).to_string()
    }

    #[test]
    fn a_slug_keeps_the_telling_words_within_its_length() {
        assert_eq!(id("Production database directory removed by mistake"), "2017-01-31-production-database-directory");
        assert_eq!(id("The API is down"), "2017-01-31-api-down");
        assert_eq!(id("Ausfall für Köln"), "2017-01-31-ausfall-fur-koln");
        assert_eq!(id("データベース"), "2017-01-31-detabesu");
        assert_eq!(id("!!!"), "2017-01-31-incident");
        assert_eq!(id("the of"), "2017-01-31-the-of");
        assert_eq!(id(&"x".repeat(90)).len(), 11 + 32);
    }

    #[test]
    fn names_of_devices_are_known() {
        let is = |name: &str| RecordId::of_stem(name).is_device();
        for name in ["con", "NUL", "aux", "com1", "lpt9", "con.2"] {
            assert!(is(name), "{name}");
        }
        for name in ["console", "com10", "2026-03-02-con", "lpt", "comx"] {
            assert!(!is(name), "{name}");
        }
    }

    #[test]
    fn every_new_id_is_canonical() {
        for title in ["../../etc/passwd", "con", "-rf", "a\nb", "x".repeat(400).as_str(), "🔥🔥"] {
            let id = RecordId::new(NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day"), title);
            assert!(id.is_canonical(), "{id}");
        }
    }
}

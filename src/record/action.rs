//! An action item: what was promised.

use std::fmt::Write as _;

use chrono::NaiveDate;
use toml::Table;

use super::text_in;
use super::timeline::moment;

/// A view of one `[[actions]]` table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action<'a> {
    table: &'a Table,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionStatus {
    /// Promised, not begun.
    Open,
    /// Begun.
    InProgress,
    /// Done, with evidence.
    Done,
    /// Decided against, with a reason.
    Dropped,
}

impl ActionStatus {
    /// What a written word means; an unknown one counts as open, since nobody said that it is closed.
    pub fn of(written: Option<&str>) -> Self {
        match written {
            Some("in-progress") => Self::InProgress,
            Some("done") => Self::Done,
            Some("dropped") => Self::Dropped,
            _ => Self::Open,
        }
    }

    /// Whether it is neither done nor dropped.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }
}

impl<'a> Action<'a> {
    /// The action of a table.
    pub fn new(table: &'a Table) -> Self {
        Self { table }
    }

    /// All of its values.
    pub fn values(self) -> &'a Table {
        self.table
    }

    /// Its four characters.
    pub fn id(self) -> Option<&'a str> {
        text_in(self.table, "id")
    }

    /// What is to be done.
    pub fn action(self) -> &'a str {
        text_in(self.table, "action").unwrap_or_default()
    }

    /// Who sees that it is done.
    pub fn owner(self) -> Option<&'a str> {
        text_in(self.table, "owner")
    }

    /// How soon.
    pub fn priority(self) -> Option<&'a str> {
        text_in(self.table, "priority")
    }

    /// What it does about the incident.
    pub fn kind(self) -> Option<&'a str> {
        text_in(self.table, "type")
    }

    /// Where it stands; an unknown word counts as open, since nobody said that it is closed.
    pub fn status(self) -> ActionStatus {
        ActionStatus::of(text_in(self.table, "status"))
    }

    /// The day it is to be done by.
    pub fn due(self) -> Option<NaiveDate> {
        day(self.table, "due")
    }

    /// The day it was done or dropped.
    pub fn closed(self) -> Option<NaiveDate> {
        day(self.table, "closed")
    }

    /// A text of it by key, such as `evidence`, `reason` or `link`.
    pub fn text(self, key: &str) -> Option<&'a str> {
        text_in(self.table, key)
    }

    /// Whether it is done or dropped.
    pub fn is_closed(self) -> bool {
        !self.status().is_open()
    }

    /// By how many days it is late on `today`; `None` when it is closed, has no due date, or is in time.
    pub fn overdue_days(self, today: NaiveDate) -> Option<i64> {
        if self.is_closed() {
            return None;
        }
        let late = today.signed_duration_since(self.due()?).num_days();
        (late > 0).then_some(late)
    }
}

/// The day of a key of a table that holds a date or a time.
pub fn day(table: &Table, key: &str) -> Option<NaiveDate> {
    moment(table, key).map(|moment| moment.day())
}

/// The characters of an action id: Crockford's base 32, which leaves out i, l, o and u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An action id out of four random numbers: four characters of Crockford's base 32, the first a letter.
///
/// The caller draws again while the id is in use anywhere in the repository.
pub fn id_from(random: [u8; 4]) -> String {
    let mut id = String::with_capacity(4);
    let letters = &ALPHABET[10..];
    let first = letters[usize::from(random[0]) % letters.len()];
    let _ = write!(id, "{}", char::from(first));
    for byte in &random[1..] {
        id.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    }
    id
}

/// Whether a text has the form of an action id.
pub fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 4 && bytes[0].is_ascii_lowercase() && bytes.iter().all(|byte| ALPHABET.contains(byte))
}

/// The id that somebody typed, as it is written: capitals are small letters, and as Crockford has it `o` is read as `0`, `i`
/// and `l` as `1`.
pub fn id_typed(text: &str) -> Option<String> {
    let letter = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        c => c,
    };
    let id: String = text.trim().chars().map(letter).collect();
    is_id(&id).then_some(id)
}

/// Whether a text has an id in it as a word of its own. What has it nowhere can have no action of that id.
pub fn has_word(text: &str, id: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let is_whole = |at: usize| (at == 0 || !is_letter(at - 1)) && !is_letter(at + id.len());
    text.match_indices(id).any(|(at, _)| is_whole(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_random_draw_is_an_id() {
        for byte in 0..=u8::MAX {
            let id = id_from([byte, byte.wrapping_mul(7), byte.wrapping_add(99), !byte]);
            assert!(is_id(&id), "{id}");
        }
        assert!(!is_id("7fqk"), "the first is a letter");
        assert!(!is_id("kfql"), "l reads as 1");
        assert!(!is_id("k7f"));
    }
    #[test]
    fn an_id_may_be_typed_as_it_was_read_aloud() {
        assert_eq!(id_typed("K7FQ").as_deref(), Some("k7fq"));
        assert_eq!(id_typed(" ko1i ").as_deref(), Some("k011"));
        assert_eq!(id_typed("lk7f"), None, "the first is a letter, and `l` is read as 1");
        assert_eq!(id_typed("k7fu"), None);
        assert_eq!(id_typed("k7f"), None);
        assert_eq!(id_typed("k7fé"), None);
    }

    #[test]
    fn an_id_is_found_as_a_word_only() {
        assert!(has_word("id = \"k7fq\"", "k7fq"));
        assert!(has_word("k7fq", "k7fq"));
        assert!(has_word("ak7fq, see k7fq", "k7fq"));
        assert!(has_word("ék7fqé", "k7fq"));
        assert!(!has_word("ak7fq k7fqa 0k7fq", "k7fq"));
        assert!(!has_word("", "k7fq"));
    }
}

//! A timeline entry: one dated fact of an incident; its place among the others, and the tag people name it by.

use toml::{Table, Value};

use super::milestone::Milestone;
use super::text_in;
use super::time::Moment;

/// A view of one `[[timeline]]` table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<'a> {
    table: &'a Table,
}

impl<'a> Entry<'a> {
    /// The entry of a table.
    pub fn new(table: &'a Table) -> Self {
        Self { table }
    }

    /// All of its values.
    pub fn values(self) -> &'a Table {
        self.table
    }

    /// When; `None` when `at` is missing or not a time.
    pub fn at(self) -> Option<Moment> {
        moment(self.table, "at")
    }

    /// When it ended, for an entry that lasted.
    pub fn until(self) -> Option<Moment> {
        moment(self.table, "until")
    }

    /// Whether the time is not exact.
    pub fn approx(self) -> bool {
        self.table.get("approx").and_then(Value::as_bool).unwrap_or(false)
    }

    /// The milestone it marks; `None` for a plain note and for an unknown kind.
    pub fn kind(self) -> Option<Milestone> {
        text_in(self.table, "kind").and_then(|word| word.parse().ok())
    }

    /// What happened.
    pub fn event(self) -> &'a str {
        text_in(self.table, "event").unwrap_or_default()
    }

    /// Who did or saw it.
    pub fn owner(self) -> Option<&'a str> {
        text_in(self.table, "owner")
    }

    /// Detection method, evidence, a second source.
    pub fn notes(self) -> Option<&'a str> {
        text_in(self.table, "notes")
    }

    /// Whether it stays out of public renderings.
    pub fn private(self) -> bool {
        self.table.get("private").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Four characters that stand for everything the entry says, whatever order its keys are in: entries have no id, so
    /// this tells whether the entry somebody looked at is still the one that is there. Two entries of a record have the
    /// same tag by chance about once in a million pairs.
    pub fn tag(self) -> String {
        let mut hash = FNV_BASIS;
        let mut keys: Vec<&String> = self.table.keys().collect();
        keys.sort_unstable();
        for key in keys {
            mix(&mut hash, key.as_bytes());
            mix_value(&mut hash, &self.table[key]);
        }
        // FNV's low bits are its weak ones, so the high ones are folded in.
        let folded = hash ^ (hash >> 23) ^ (hash >> 44);
        (0..4).map(|place| char::from(BASE32[usize::try_from((folded >> (5 * place)) & 31).unwrap_or(0)])).collect()
    }
}

/// Crockford's base 32, as in the ids of actions.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// FNV-1a, 64 bit: its parameters are fixed for good, unlike those of the standard library's hashes, so a tag in a shell
/// history means the same after an upgrade.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Mixes bytes and their end into a hash.
fn mix(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes.iter().chain(&[0xff]) {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
    }
}

fn mix_value(hash: &mut u64, value: &Value) {
    match value {
        Value::String(text) => mix(hash, text.trim_end().as_bytes()),
        Value::Datetime(time) => {
            let text = Moment::try_from(time).map_or_else(|_| time.to_string(), Moment::to_toml);
            mix(hash, text.as_bytes());
        }
        other => mix(hash, other.to_string().as_bytes()),
    }
}

/// Where an entry of a time goes among the entries of a list: behind the last one that is not later, so that equal times
/// keep the order written and nothing that is out of order is moved. Entries without a time stay with the one above them.
pub fn place_in_time(entries: &[Value], at: Option<Moment>) -> usize {
    let time_of = |index: usize| entries[index].as_table().and_then(|table| moment(table, "at"));
    at.map_or(entries.len(), |new| place_among(entries.len(), time_of, new))
}

/// [`place_in_time`] among `len` entries whose times are known otherwise.
pub fn place_among(len: usize, time_of: impl Fn(usize) -> Option<Moment>, new: Moment) -> usize {
    let last = (0..len).rev().find(|index| time_of(*index).is_some_and(|time| time <= new));
    last.map_or(0, |last| last + 1 + (last + 1..len).take_while(|index| time_of(*index).is_none()).count())
}

/// The moment of a key of a table; `None` when it is missing or not a time.
pub fn moment(table: &Table, key: &str) -> Option<Moment> {
    table.get(key).and_then(Value::as_datetime).and_then(|written| Moment::try_from(written).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        text.parse().expect("TOML")
    }

    fn tag(text: &str) -> String {
        Entry::new(&table(text)).tag()
    }

    #[test]
    fn a_tag_is_of_what_the_entry_says_and_not_of_how_it_is_written() {
        let one = tag("at = 2017-01-31T23:27:00Z\nevent = \"Removed\"\n");
        assert_eq!(one, "2ka4", "tags in shell histories must keep their meaning");
        assert_eq!(one, tag("event = 'Removed' # by hand\nat = 2017-01-31 23:27:00Z\n"));
        for other in [
            "at = 2017-01-31T23:28:00Z\nevent = \"Removed\"\n",
            "at = 2017-01-31T23:27:00Z\nevent = \"removed\"\n",
            "at = 2017-01-31T23:27:00Z\nevent = \"Removed\"\nprivate = true\n",
            "at = 2017-02-01T00:27:00+01:00\nevent = \"Removed\"\n",
        ] {
            assert_ne!(one, tag(other), "{other}");
        }
    }

    #[test]
    fn tags_of_entries_that_differ_in_a_letter_are_spread_out() {
        let all: std::collections::HashSet<String> =
            (0..2000).map(|number| tag(&format!("at = 2017-01-31T23:27:00Z\nevent = \"step {number}\"\n"))).collect();
        // Of 2,000 draws out of 2^20 about two meet.
        assert!(all.len() > 1985, "{} of 2000", all.len());
    }

    fn place(times: &[&str], new: &str) -> usize {
        let entry = |time: &&str| {
            let text = if time.is_empty() { String::new() } else { format!("at = {time}") };
            Value::Table(table(&text))
        };
        let entries: Vec<Value> = times.iter().map(entry).collect();
        place_in_time(&entries, moment(&table(&format!("at = {new}")), "at"))
    }

    #[test]
    fn an_entry_goes_behind_the_last_that_is_not_later() {
        let times = ["2017-01-31T10:00:00Z", "2017-01-31T12:00:00Z", "2017-01-31T14:00:00Z"];
        assert_eq!(place(&times, "2017-01-31T09:00:00Z"), 0);
        assert_eq!(place(&times, "2017-01-31T11:00:00Z"), 1);
        assert_eq!(place(&times, "2017-01-31T12:00:00Z"), 2, "equal times keep the order written");
        assert_eq!(place(&times, "2017-01-31T13:30:00+01:00"), 2, "instants are compared, not clocks");
        assert_eq!(place(&times, "2017-02-01"), 3);
        assert_eq!(place(&[], "2017-02-01"), 0);
    }

    #[test]
    fn what_is_out_of_order_or_has_no_time_stays_where_it_is() {
        let out_of_order = ["2017-01-31T14:00:00Z", "2017-01-31T10:00:00Z", "2017-01-31T16:00:00Z"];
        assert_eq!(place(&out_of_order, "2017-01-31T12:00:00Z"), 2);
        let without = ["2017-01-31T10:00:00Z", "", "2017-01-31T12:00:00Z", ""];
        assert_eq!(place(&without, "2017-01-31T11:00:00Z"), 2);
        assert_eq!(place(&without, "2017-01-31T13:00:00Z"), 4);
        assert_eq!(place(&without, "2017-01-31T09:00:00Z"), 0);
    }
}

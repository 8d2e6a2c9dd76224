//! Which entry was meant: its number and the tag of its content, as `list` prints them.
//!
//! Entries have no id and their numbers move, so a number alone says too little: somebody else may have added an entry
//! since. The tag decides. An entry that has moved is still the same entry; one that says something else is not.

use toml::Value;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::document::Document;
use crate::record::{Entry, Record, text_in};
use crate::render::sanitise::one_line;

/// An entry by its number from 1 and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its number when it was looked at.
    pub number: usize,
    /// The tag of its content.
    pub tag: String,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.tag)
    }
}

/// The entry that a text names: `7:k3fd`, or on a terminal a number alone, which is then to be [confirmed](sure).
pub fn named(context: &Context, record: &Record, typed: &str) -> Result<Named, Failure> {
    let (number, tag) = match typed.split_once(':') {
        Some((number, tag)) => (number, Some(tag)),
        None => (typed, None),
    };
    let Ok(number) = number.trim().parse::<usize>() else {
        return Err(Failure::new(format!("`{}` does not name an entry", one_line(typed)))
            .hint("give its number and tag as `pm timeline list` prints them, such as `7:k3fd`"));
    };
    if let Some(tag) = tag {
        return Ok(Named { number, tag: tag.trim().to_lowercase() });
    }
    let entries = record.timeline();
    let Some(entry) = number.checked_sub(1).and_then(|index| entries.get(index)) else {
        return Err(no_such_number(number, entries.len()));
    };
    let named = Named { number, tag: entry.tag() };
    if !context.ui.interactive() {
        return Err(Failure::new(format!("entry {number} is named by its number alone, and numbers move"))
            .hint(format!("name it {named} if you mean {}", told(*entry))));
    }
    Ok(named)
}

/// Shows an entry that was named by its number alone and asks whether it is the one.
pub fn sure(context: &mut Context, record: &Record, typed: &str, named: &Named, verb: &str) -> Result<(), Failure> {
    if typed.contains(':') {
        return Ok(());
    }
    if let Some(entry) = record.timeline().get(named.number - 1) {
        context.ui.talk(&format!("{named}  {}\n", told(*entry)));
    }
    if prompt::confirm(&format!("{verb} this entry?"), false)? {
        return Ok(());
    }
    Err(Failure::new("nothing was changed"))
}

/// An entry in a line.
pub fn told(entry: Entry<'_>) -> String {
    let at = entry.at().map_or_else(|| "no time".to_owned(), |at| at.to_string());
    let about = if entry.approx() { "~" } else { "" };
    let kind = text_in(entry.values(), "kind").map(|kind| format!(" ({kind})")).unwrap_or_default();
    one_line(&format!("{about}{at}{kind}: {}", entry.event()))
}

/// The index of a named entry among those that are there now.
///
/// # Errors
///
/// The entry is gone, or is there several times elsewhere: the message shows what is at its number.
pub fn find(document: &Document, named: &Named) -> Result<usize, Failure> {
    let items = document.values().get("timeline").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let entries: Vec<Entry<'_>> = items.iter().filter_map(Value::as_table).map(Entry::new).collect();
    let tags: Vec<String> = entries.iter().map(|entry| entry.tag()).collect();
    let at = named.number.wrapping_sub(1);
    if tags.get(at) == Some(&named.tag) {
        return Ok(at);
    }
    let elsewhere: Vec<usize> = (0..tags.len()).filter(|index| tags[*index] == named.tag).collect();
    if let [only] = elsewhere[..] {
        return Ok(only);
    }
    if !elsewhere.is_empty() {
        let places: Vec<String> = elsewhere.iter().map(|index| format!("{}:{}", index + 1, named.tag)).collect();
        return Err(Failure::new(format!("entry {named} is there {} times, at other numbers", places.len()))
            .hint(format!("name one of {}", places.join(", "))));
    }
    let Some(entry) = entries.get(at) else {
        return Err(no_such_number(named.number, entries.len()));
    };
    let now = format!("{}:{}", named.number, tags[at]);
    Err(Failure::new(format!("entry {named} is no longer there, so nothing was changed"))
        .hint(format!("number {} is now {now}  {}", named.number, told(*entry)))
        .hint("`pm timeline list` shows them all"))
}

fn no_such_number(number: usize, len: usize) -> Failure {
    let there = match len {
        0 => "the timeline is empty".to_owned(),
        1 => "the timeline has 1 entry".to_owned(),
        len => format!("the timeline has {len} entries"),
    };
    Failure::new(format!("there is no entry {number}: {there}")).hint("`pm timeline list` shows them")
}

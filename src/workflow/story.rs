//! Sign-offs for tests, made one after the other as the program makes them.

use chrono::{TimeZone as _, Utc};

use super::round::Course;
use super::sign_off::{SignOff, tips};
use super::transition::Verb;
use crate::record::RecordId;

/// A record's sign-offs, made one after the other as the program makes them.
pub struct Story {
    /// In order.
    pub all: Vec<SignOff>,
    id: RecordId,
    minute: i64,
}

impl Story {
    /// Of a record that has none yet.
    pub fn of(id: &str) -> Self {
        Self { all: Vec::new(), id: RecordId::of_stem(id), minute: 0 }
    }

    /// One more, a minute later.
    pub fn sign(&mut self, verb: Verb, from: &str, who: &str, role: &str) -> &mut Self {
        self.minute += 1;
        self.all.push(SignOff {
            from: from.to_owned(),
            to: verb.to().word().to_owned(),
            role: role.to_owned(),
            name: who.to_owned(),
            email: format!("{who}@example.com"),
            at: Utc.timestamp_opt(1_500_000_000 + 60 * self.minute, 0).single(),
            content: "pm1-sha256:now".to_owned(),
            prev: tips(&self.all, &self.id),
            method: "none".to_owned(),
            ..SignOff::default()
        });
        self
    }

    /// Where they lead.
    pub fn course(&self) -> Course {
        Course::of(&self.all, &self.id)
    }

    /// The same with every entry building on the one before it, after they were changed.
    pub fn linked_anew(mut self) -> Self {
        for index in 1..self.all.len() {
            self.all[index].prev = vec![self.all[index - 1].digest(&self.id)];
        }
        self
    }

    /// The entries as TOML.
    pub fn to_toml(&self) -> String {
        let entry = |entry: &SignOff| {
            let fields: toml::Table = entry.fields().into_iter().collect();
            format!("[[sign_offs]]\n{fields}\n")
        };
        self.all.iter().map(entry).collect()
    }
}

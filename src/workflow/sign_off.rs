//! One sign-off: an entry of `[[sign_offs]]`, the statement it makes, and the digest others know it by.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use toml::{Table, Value};

use super::canonical::{quoted, sha256};
use super::transition::Verb;
use crate::record::time::Moment;
use crate::record::timeline::moment;
use crate::record::{Record, RecordId, Status, text_in, texts_of};

/// The first line of a statement.
const TITLE: &str = "postmortem sign-off, form pm1";

/// The method of an entry without a signature.
pub const UNSIGNED: &str = "none";

/// An entry of `[[sign_offs]]`, as it is written; what is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignOff {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// As what the person signed.
    pub role: String,
    /// Who.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When; `None` when it is missing or no instant.
    pub at: Option<DateTime<Utc>>,
    /// The digest of the material part.
    pub content: String,
    /// The digests of the sign-offs it builds on.
    pub prev: Vec<String>,
    /// How it was signed: `none`, or form and kind of the signature.
    pub method: String,
    /// The signature: base64, one line; empty without one.
    pub signature: String,
    /// What the signer had to say.
    pub note: String,
}

impl SignOff {
    /// The entry of a table.
    pub fn of(table: &Table) -> Self {
        let text = |key: &str| text_in(table, key).unwrap_or_default().to_owned();
        let at = moment(table, "at").and_then(|at| at.instant()).map(|at| at.to_utc());
        let method = Some(text("method")).filter(|method| !method.is_empty()).unwrap_or_else(|| UNSIGNED.to_owned());
        Self {
            from: text("from"),
            to: text("to"),
            role: text("role"),
            name: text("name"),
            email: text("email"),
            at,
            content: text("content"),
            prev: table.get("prev").map(texts_of).unwrap_or_default().into_iter().map(str::to_owned).collect(),
            method,
            signature: text("signature"),
            note: text("note"),
        }
    }

    /// All of a record, in the order of the file.
    pub fn all(record: &Record) -> Vec<Self> {
        record.tables("sign_offs").into_iter().map(Self::of).collect()
    }

    /// The transition, when it is one.
    pub fn verb(&self) -> Option<Verb> {
        let (from, to): (Status, Status) = (self.from.parse().ok()?, self.to.parse().ok()?);
        Verb::between(from, to)
    }

    /// Whether it carries a signature, or says that it does.
    pub fn is_signed(&self) -> bool {
        self.method != UNSIGNED || !self.signature.is_empty()
    }

    /// What is signed: the title, then a line for each field of it with its value as a JSON string.
    pub fn statement(&self, record: &RecordId) -> String {
        let at = self.at.map(|at| Moment::from(at).to_toml()).unwrap_or_default();
        let mut text = format!("{TITLE}\n\n");
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(text, "{key}: {}", quoted(value));
        };
        line("record", record.as_str());
        line("from", &self.from);
        line("to", &self.to);
        line("role", &self.role);
        line("name", &self.name);
        line("email", &self.email);
        line("at", &at);
        line("content", &self.content);
        for prev in &self.prev {
            line("prev", prev);
        }
        line("note", &self.note);
        text
    }

    /// The digest of its statement, by which later sign-offs and the commit name it.
    pub fn digest(&self, record: &RecordId) -> String {
        format!("sha256:{}", sha256(self.statement(record).as_bytes()))
    }

    /// The fields of the entry in the order of the format; what is empty is left out.
    pub fn fields(&self) -> Vec<(String, Value)> {
        let at = self.at.and_then(|at| Moment::from(at).to_toml().parse().ok()).map(Value::Datetime);
        let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
        let prev = Value::Array(self.prev.iter().map(|prev| Value::from(prev.as_str())).collect());
        [
            ("from", text(&self.from)),
            ("to", text(&self.to)),
            ("role", text(&self.role)),
            ("name", text(&self.name)),
            ("email", text(&self.email)),
            ("at", at),
            ("content", text(&self.content)),
            ("prev", Some(prev)),
            ("method", text(&self.method)),
            ("signature", text(&self.signature)),
            ("note", text(&self.note)),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}

/// The digests that no other sign-off builds on, in order: what the next one names.
pub fn tips(all: &[SignOff], record: &RecordId) -> Vec<String> {
    let digests: Vec<String> = all.iter().map(|entry| entry.digest(record)).collect();
    let built_on = |digest: &String| all.iter().any(|entry| entry.prev.contains(digest));
    let mut tips: Vec<String> = Vec::new();
    for digest in digests {
        if !built_on(&digest) && !tips.contains(&digest) {
            tips.push(digest);
        }
    }
    tips
}

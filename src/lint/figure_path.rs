//! A figure lies in the folder named after its record.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::text_in;

pub(super) const RULE: Rule = Rule {
    name: "figure-path",
    group: Group::Text,
    level: Level::Error,
    draft: Draft::Same,
    summary: "A figure's file is not a plain name in the folder named after the record.",
    why: "It would lead out of the records, and what it names would be neither signed nor found by readers.",
    example: Some(Example {
        bad: "[[figures]]\nfile = \"../../secrets.png\"",
        good: "[[figures]]\nfile = \"replication-lag.png\"",
    }),
    source: "the format of records: `figures[].file`.",
    look: Look::Record(look),
};

fn look(subject: &Subject<'_>) -> Vec<Found> {
    let outside = |file: &str| {
        let parts: Vec<&str> = file.split(['/', '\\']).collect();
        parts.iter().any(|part| matches!(*part, "" | "." | "..")) || file.contains(':') || file.starts_with('~')
    };
    let rows = (1..).zip(subject.record.tables("figures"));
    let wrong = rows.filter_map(|(number, row)| Some((number, text_in(row, "file").filter(|file| outside(file))?)));
    wrong
        .map(|(number, file)| Found {
            path: format!("figures[{number}].file"),
            message: format!("`{}` leads out of the record's folder", file.escape_debug()),
            help: "put the file into the folder named after the record and write its name alone".to_owned(),
            doubtful: false,
            excerpt: None,
        })
        .collect()
}

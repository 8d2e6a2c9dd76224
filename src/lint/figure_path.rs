//! A figure lies in the folder named after its record.

use super::{Found, Rule};
use crate::config::Config;
use crate::finding::Level;
use crate::record::{Record, text_in};

pub(super) const RULE: Rule = Rule {
    name: "figure-path",
    level: Level::Error,
    docs: "A figure's file is not a plain name in the folder named after the record, so it would lead out of the records.",
    look,
};

fn look(record: &Record, _: &Config) -> Vec<Found> {
    let outside = |file: &str| {
        let parts: Vec<&str> = file.split(['/', '\\']).collect();
        parts.iter().any(|part| matches!(*part, "" | "." | "..")) || file.contains(':') || file.starts_with('~')
    };
    let rows = (1..).zip(record.tables("figures"));
    let wrong = rows.filter_map(|(number, row)| Some((number, text_in(row, "file").filter(|file| outside(file))?)));
    wrong
        .map(|(number, file)| Found {
            path: format!("figures[{number}].file"),
            message: format!("`{}` leads out of the record's folder", file.escape_debug()),
            help: "put the file into the folder named after the record and write its name alone".to_owned(),
            doubtful: false,
        })
        .collect()
}

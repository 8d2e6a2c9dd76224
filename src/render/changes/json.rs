//! Changes as JSON, schema 1. A field may be added within it; none is renamed, removed or given another meaning.

use serde::Serialize;

use super::{Compared, Fate, Report, Side, Told};
use crate::diff::{Piece, What};
use crate::render::json::{self, Duration, duration, tree};

#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: u32,
    from: ShownSide<'a>,
    to: ShownSide<'a>,
    records: Vec<ShownRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownSide<'a> {
    /// commit, working-tree or nothing.
    state: &'static str,
    revision: Option<&'a str>,
    commit: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct ShownRecord<'a> {
    id: &'a str,
    path: &'a str,
    from_id: Option<&'a str>,
    from_path: Option<&'a str>,
    title: &'a str,
    /// added, removed, moved, renamed, changed, text-only or unreadable.
    change: &'static str,
    changes: Vec<ShownChange>,
    durations: Vec<ShownEffect>,
    reason: Option<&'a str>,
    lines: Option<&'a str>,
}

/// One change.
#[derive(Debug, Serialize)]
pub struct ShownChange {
    path: String,
    from_path: Option<String>,
    /// set, cleared, became, reworded, items, reordered, row-added or row-removed.
    kind: &'static str,
    text: String,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
    words: Option<Vec<ShownPiece>>,
    slips: Option<usize>,
}

#[derive(Debug, Serialize)]
struct ShownPiece {
    /// kept, removed or added.
    kind: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct ShownEffect {
    name: String,
    text: String,
    before: Duration,
    after: Duration,
}

/// The report as JSON.
pub fn json(report: &Report) -> String {
    json::pretty(&Shown {
        schema: json::SCHEMA,
        from: side(&report.from),
        to: side(&report.to),
        records: report.records.iter().map(record).collect(),
    })
}

fn side(side: &Side) -> ShownSide<'_> {
    match side {
        Side::WorkTree => ShownSide { state: "working-tree", revision: None, commit: None },
        Side::Commit { named, id } => ShownSide { state: "commit", revision: Some(named), commit: Some(id) },
        Side::Nothing => ShownSide { state: "nothing", revision: None, commit: None },
    }
}

fn record(record: &Compared) -> ShownRecord<'_> {
    let (from_id, from_path) = record.was.as_ref().map(|(id, path)| (id.as_str(), path.as_str())).unzip();
    let renamed = from_id.is_some_and(|was| was != record.id.as_str());
    let (change, told, reason, lines) = match &record.fate {
        Fate::Added(_) => ("added", &[][..], None, None),
        Fate::Removed(_) => ("removed", &[][..], None, None),
        Fate::Changed { told, .. } => {
            let word = match (renamed, from_id.is_some(), told.is_empty()) {
                (true, ..) => "renamed",
                (false, true, _) => "moved",
                (false, false, true) => "text-only",
                (false, false, false) => "changed",
            };
            (word, &told[..], None, None)
        }
        Fate::Unreadable { reason, lines } => {
            ("unreadable", &[][..], Some(reason.as_str()), (!lines.is_empty()).then_some(lines.as_str()))
        }
    };
    let effects = told.iter().flat_map(|told| &told.effects);
    ShownRecord {
        id: record.id.as_str(),
        path: &record.path,
        from_id,
        from_path,
        title: &record.title,
        change,
        changes: changes(told),
        durations: effects
            .map(|effect| ShownEffect {
                name: effect.after.name.clone(),
                text: effect.to_string(),
                before: duration(&effect.before),
                after: duration(&effect.after),
            })
            .collect(),
        reason,
        lines,
    }
}

/// The changes of one record.
pub fn changes(told: &[Told]) -> Vec<ShownChange> {
    told.iter()
        .filter_map(|told| {
            let change = told.change.as_ref()?;
            let row = |row: &toml::Table| Some(tree(&toml::Value::Table(row.clone())));
            let list = |items: &[toml::Value]| Some(items.iter().map(tree).collect::<Vec<_>>().into());
            let (kind, before, after) = match &change.what {
                What::Set(value) => ("set", None, Some(tree(value))),
                What::Cleared(value) => ("cleared", Some(tree(value)), None),
                What::Became { before, after } => ("became", Some(tree(before)), Some(tree(after))),
                What::Reworded(pieces) => {
                    let text = |left_out: fn(&Piece) -> bool| -> String {
                        pieces.iter().filter(|piece| !left_out(piece)).map(words).collect()
                    };
                    let before = text(|piece| matches!(piece, Piece::Added(_)));
                    let after = text(|piece| matches!(piece, Piece::Removed(_)));
                    ("reworded", Some(before.into()), Some(after.into()))
                }
                What::Items { before, after } => ("items", list(before), list(after)),
                What::Order(_) => ("reordered", None, None),
                What::RowAdded(new) => ("row-added", None, row(new)),
                What::RowRemoved(old) => ("row-removed", row(old), None),
            };
            let words = match &change.what {
                What::Reworded(pieces) => Some(pieces.iter().map(piece).collect()),
                _ => None,
            };
            Some(ShownChange {
                path: change.path.clone(),
                from_path: change.from.clone(),
                kind,
                text: change.to_string(),
                before,
                after,
                words,
                slips: told.slips,
            })
        })
        .collect()
}

fn words(piece: &Piece) -> &str {
    let (Piece::Kept(text) | Piece::Removed(text) | Piece::Added(text)) = piece;
    text
}

fn piece(piece: &Piece) -> ShownPiece {
    let kind = match piece {
        Piece::Kept(_) => "kept",
        Piece::Removed(_) => "removed",
        Piece::Added(_) => "added",
    };
    ShownPiece { kind, text: words(piece).to_owned() }
}

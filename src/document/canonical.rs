//! The canonical form of a record's new text, from the key table.

use super::layout::{Layout, Style};
use crate::record::keys::{self, Kind};

/// The order and styles of the format: a blank line between keys, prose as multi-line strings, lists of tables as blocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Canonical;

impl Layout for Canonical {
    fn rank(&self, path: &[&str]) -> Option<usize> {
        keys::position(&path.join("."))
    }

    fn style(&self, path: &[&str]) -> Style {
        match keys::find(&path.join(".")).map(|key| key.kind) {
            Some(Kind::Prose) | None => Style::Prose,
            Some(Kind::Tables | Kind::Table | Kind::Free) => Style::List,
            Some(_) => Style::OneLine,
        }
    }
}

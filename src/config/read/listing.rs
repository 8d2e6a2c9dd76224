//! The settings in force as a list of paths and values, for `pm config`.

use toml::{Table, Value};

use super::{Origin, row_of, table_at};
use crate::config::policy::{GATES, Policy};
use crate::config::settings::{SETTINGS, Setting};

/// Every setting in force, written ones with their line.
pub(super) fn listing(
    written: &Table,
    defaults: &Table,
    policy: &Policy,
    line: impl Fn(&str) -> Option<usize>,
) -> Vec<(String, String, Origin)> {
    let mut flat: Vec<(String, String, Origin)> = Vec::new();
    flatten(written, "", &mut |path, value| {
        let origin = line(path).map_or(Origin::Default, Origin::Line);
        flat.push((path.to_owned(), value.to_string(), origin));
    });
    // [severity] is taken as a whole; a target that is written keeps what its default measures where it does not say.
    flatten(defaults, "", &mut |path, value| {
        let mut parts = path.split('.');
        let (table, name) = (parts.next().unwrap_or_default(), parts.next());
        let replaced = match table {
            "severity" => table_at(written, "severity").is_some(),
            "targets" => name.and_then(|name| row_of(table_at(written, "targets"), name)).is_some_and(|row| {
                let key = parts.next().unwrap_or_default();
                row.contains_key(key) || key == "within" && line(path).is_none()
            }),
            _ => true,
        };
        if !replaced {
            flat.push((path.to_owned(), value.to_string(), Origin::Default));
        }
    });
    for (path, value) in policy.gates.unwritten() {
        flat.push((path, value.to_string(), Origin::Default));
    }
    for (priority, lengths) in &policy.deadlines.actions {
        // A table without a `default` leaves the usual length in force for the severities that it does not name.
        let path = format!("deadlines.actions.{priority}");
        if let Some(default) = lengths.default.filter(|_| !lengths.named.is_empty())
            && !flat.iter().any(|(known, _, _)| *known == format!("{path}.default"))
        {
            flat.push((format!("{path}.default"), format!("\"{}\"", default.to_setting()), Origin::Default));
        }
    }
    let is_plain = |setting: &&Setting| !setting.default.is_empty() && !setting.path.starts_with("gates.");
    for setting in SETTINGS.iter().filter(is_plain) {
        let inside = format!("{}.", setting.path);
        if !flat.iter().any(|(path, _, _)| path == setting.path || path.starts_with(&inside)) {
            flat.push((setting.path.to_owned(), setting.default.to_owned(), Origin::Default));
        }
    }
    flat.sort_by_cached_key(|(path, _, _)| {
        let parts: Vec<&str> = path.split('.').collect();
        let top = SETTINGS.iter().position(|setting| setting.path.split('.').next() == parts.first().copied());
        let gate = GATES.iter().position(|gate| parts.get(1..3) == Some(&[gate.transition, gate.name]));
        (top, gate)
    });
    flat
}

fn flatten(table: &Table, prefix: &str, visit: &mut impl FnMut(&str, &Value)) {
    for (name, value) in table {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => flatten(inner, &path, visit),
            value => visit(&path, value),
        }
    }
}

//! What is still empty, by section, each with the key to fill it: the last thing on the page.

use crate::record::Record;
use crate::record::keys::Key;
use crate::render::empty;
use crate::render::paper::Paper;

pub(super) fn unfilled(paper: &mut Paper, record: &Record) {
    let keys = empty::keys(record);
    if keys.is_empty() {
        return;
    }
    paper.heading("Still empty", "pm set KEY=VALUE");
    let mut facts: Vec<(String, String)> = Vec::new();
    for (section, keys) in grouped(&keys) {
        let label = if section == "record" { String::new() } else { format!("{section}.") };
        facts.push((label, told(section, &keys)));
    }
    paper.facts(&facts);
}

/// Keys by the table they are in, in order; keys of the root together under "record".
fn grouped<'k>(keys: &[&'k Key]) -> Vec<(&'static str, Vec<&'k Key>)> {
    let mut groups: Vec<(&'static str, Vec<&Key>)> = Vec::new();
    for key in keys {
        let section = key.path.split_once('.').map_or("record", |(section, _)| section);
        match groups.iter_mut().find(|(name, _)| *name == section) {
            Some((_, group)) => group.push(key),
            None => groups.push((section, vec![key])),
        }
    }
    groups
}

/// How many keys of a section are told by name.
const NAMED: usize = 6;

fn told(section: &str, keys: &[&Key]) -> String {
    let prefix = format!("{section}.");
    let name = |key: &&Key| match key.path {
        "timeline" => "timeline (pm timeline add)".to_owned(),
        "actions" => "actions (actions+={action=\"…\"})".to_owned(),
        path => path.strip_prefix(&prefix).unwrap_or(path).to_owned(),
    };
    let all = empty::asked().filter(|key| key.path.starts_with(&prefix)).count();
    let names: Vec<String> = keys.iter().take(NAMED).map(name).collect();
    if section == "record" || keys.len() <= NAMED {
        let names: Vec<String> = keys.iter().map(name).collect();
        return names.join(", ");
    }
    if keys.len() == all {
        return format!("all {all}: {}, …", names[..3].join(", "));
    }
    format!("{}, and {} more", names.join(", "), keys.len() - NAMED)
}

//! What became of one action, in a line that names it by its id.

use toml::Value;

use super::telling::{brief, shown};
use super::{Change, What};
use crate::record::Record;

/// What happened to an action, when all of the changes are of one: `action k7fq done: Alert when a backup is missing`.
///
/// `after` is the record after them.
pub fn of_one_action(changes: &[Change], after: &Record) -> Option<String> {
    let place = |change: &Change| {
        let (number, key) = change.path.strip_prefix("actions[")?.split_once("].")?;
        Some((number.parse::<usize>().ok()?, key.to_owned()))
    };
    let places: Vec<(usize, String)> = changes.iter().map(place).collect::<Option<_>>()?;
    let (number, _) = places.first()?;
    if places.iter().any(|(other, _)| other != number) {
        return None;
    }
    let actions = after.actions();
    let action = actions.get(number.checked_sub(1)?)?;
    let id = action.id()?;
    let change_of = |wanted: &str| places.iter().position(|(_, key)| key == wanted).map(|index| &changes[index].what);
    let told = |what: &str| format!("action {id} {what}: {}", brief(action.action()));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let moved = change_of("status").and_then(|what| match what {
        What::Became { before, after } => Some((text(before), text(after)?)),
        What::Set(after) => Some((None, text(after)?)),
        _ => None,
    });
    if let Some((before, after)) = moved {
        let was_closed = matches!(before.as_deref(), Some("done" | "dropped"));
        return Some(told(match after.as_str() {
            "in-progress" => "in progress",
            "open" if was_closed => "reopened",
            other => other,
        }));
    }
    if let Some(What::Became { before, after }) = change_of("due")
        && places.iter().all(|(_, key)| key == "due" || key == "reason")
    {
        return Some(told(&format!("due {} → {}", shown(before), shown(after))));
    }
    if let [only] = changes {
        return Some(only.to_string());
    }
    let keys: Vec<&str> = places.iter().map(|(_, key)| key.as_str()).collect();
    Some(told(&keys.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::changes;

    fn told(before: &str, after: &str) -> Option<String> {
        let record = |keys: &str| {
            let text = format!("[[actions]]\nid = \"k7fq\"\naction = \"Alert\"\n{keys}[[actions]]\nid = \"m3xt\"\n");
            Record::new(text.parse::<toml::Table>().expect("TOML"))
        };
        let (before, after) = (record(before), record(after));
        of_one_action(&changes(&before, &after), &after)
    }

    #[test]
    fn what_became_of_one_action_names_it_by_its_id() {
        let is = |text: &str| Some(text.to_owned());
        let (open, done) = ("status = \"open\"\n", "status = \"done\"\nclosed = 2026-11-24\nevidence = \"PR 42\"\n");
        assert_eq!(told(open, done), is("action k7fq done: Alert"));
        assert_eq!(told("", done), is("action k7fq done: Alert"));
        assert_eq!(told(done, open), is("action k7fq reopened: Alert"));
        assert_eq!(told("", open), is("action k7fq open: Alert"));
        assert_eq!(told(open, "status = \"in-progress\"\n"), is("action k7fq in progress: Alert"));
        let slipped = "due = 2026-12-08\nreason = \"vendor\"\n";
        assert_eq!(told("due = 2026-12-01\n", slipped), is("action k7fq due 2026-12-01 → 2026-12-08: Alert"));
        assert_eq!(told("owner = \"A\"\n", "owner = \"B\"\n"), is("action k7fq owner A → B"));
        assert_eq!(told("", "owner = \"B\"\ndue = 2026-12-01\n"), is("action k7fq owner, due: Alert"));
        assert_eq!(told("", ""), None);
        let two = changes(
            &Record::new("title = \"a\"\nactions = [{ id = \"k7fq\" }]\n".parse::<toml::Table>().expect("TOML")),
            &Record::new(
                "title = \"b\"\nactions = [{ id = \"k7fq\", owner = \"B\" }]\n".parse::<toml::Table>().expect("TOML"),
            ),
        );
        assert_eq!(of_one_action(&two, &Record::default()), None, "something else changed, too");
    }
}

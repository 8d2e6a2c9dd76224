//! The sections below the tables. They follow the key table, so that no key of the format can be missing from the page.

use toml::{Table, Value};

use crate::config::Config;
use crate::record::keys::{self, KEYS, Key, Kind};
use crate::record::time::Moment;
use crate::record::{Record, RecordId, text_in};
use crate::render::paper::{INDENT, Paper, prose_lines};
use crate::render::sanitise::one_line;
use crate::render::{others, sign_offs, words};
use crate::workflow::SignOff;

pub(super) fn summary(paper: &mut Paper, record: &Record) {
    if let Some(summary) = record.text("summary") {
        paper.heading("Summary", "");
        paper.prose(summary, "");
    }
}

/// The top-level tables and lists with their headings, in the order of a record.
const SECTIONS: &[(&str, &str)] = &[
    ("impact", "Impact"),
    ("cause", "Cause"),
    ("lessons", "Lessons"),
    ("prevention", "Prevention"),
    ("communication", "Communication"),
    ("metrics", "System metrics"),
    ("review", "Review"),
    ("follow_up", "Follow-up"),
    ("links", "Links"),
    ("figures", "Figures"),
    ("appendix", "Appendix"),
    ("distribution", "Distribution"),
];

pub(super) fn sections(paper: &mut Paper, record: &Record, config: &Config) {
    for (path, heading) in SECTIONS {
        section(paper, record, config, path, heading);
    }
}

/// One section: short answers as facts; prose and lists below their own labels.
fn section(paper: &mut Paper, record: &Record, config: &Config, path: &str, heading: &str) {
    let mut headed = false;
    let mut facts: Vec<(String, String)> = Vec::new();
    let prefix = format!("{path}.");
    let mut begin = |paper: &mut Paper| {
        if !std::mem::replace(&mut headed, true) {
            paper.heading(heading, "");
        }
    };
    let keys = KEYS.iter().filter(|key| key.path == path || key.path.starts_with(&prefix));
    for key in keys.filter(|key| !key.path.contains("[]")) {
        let Some(value) = record.value(key.path) else { continue };
        let label = label(key.path.strip_prefix(&prefix).unwrap_or_default());
        match (key.kind, value) {
            (Kind::Table, _) => {}
            // Every amount is shown with it.
            _ if key.path == "impact.financial.currency" => {}
            (Kind::Tables, Value::Array(_)) => {
                let tables = record.tables(key.path);
                if !tables.is_empty() {
                    begin(paper);
                    flush(paper, &mut facts);
                    if !label.is_empty() {
                        paper.part(&label);
                    }
                    list(paper, key, &tables);
                }
            }
            (Kind::Prose, Value::String(text)) if !text.trim().is_empty() => {
                begin(paper);
                flush(paper, &mut facts);
                if key.name() == "summary" {
                    paper.prose(text, "");
                } else {
                    paper.part(&label);
                    paper.prose(text, INDENT);
                }
            }
            (Kind::List | Kind::Names, _) if is_long(&record.texts(key.path)) => {
                begin(paper);
                let items = record.texts(key.path).into_iter().map(|text| format!("• {}", one_line(text)));
                facts.push((label, items.collect::<Vec<_>>().join("\n")));
            }
            (kind, value) => {
                if let Some(text) = answer(kind, value, key.path, record, config) {
                    begin(paper);
                    facts.push((label, text));
                }
            }
        }
    }
    flush(paper, &mut facts);
}

fn flush(paper: &mut Paper, facts: &mut Vec<(String, String)>) {
    paper.facts(facts);
    facts.clear();
}

/// Whether a list reads better one text a line.
fn is_long(texts: &[&str]) -> bool {
    texts.len() > 1 && texts.iter().any(|text| text.chars().count() > 20)
}

/// `users.affected` as "Users affected".
fn label(path: &str) -> String {
    let words = path.replace(['.', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value as one line for a fact; `None` when it is empty or not of its kind, which the last section shows.
fn answer(kind: Kind, value: &Value, path: &str, record: &Record, config: &Config) -> Option<String> {
    let text = match (kind, value) {
        (Kind::Words(vocabulary), _) => {
            let named = |word: &str| {
                let prefix = vocabulary.prefix?;
                let label = vocabulary.label(prefix.trim_end_matches(':'))?;
                Some(format!("{label}: {}", word.strip_prefix(prefix)?))
            };
            let label = |word: &str| vocabulary.label(word).map(str::to_owned).or_else(|| named(word));
            let words = record.texts(path).into_iter().map(|word| label(word).unwrap_or_else(|| word.to_owned()));
            words.collect::<Vec<_>>().join(", ")
        }
        (Kind::List | Kind::Names, _) => record.texts(path).join(", "),
        (Kind::Amount, Value::Integer(_) | Value::Float(_)) => words::amount(record, path, config)?,
        (Kind::Percent, Value::Integer(_) | Value::Float(_)) => format!("{} %", words::value(value)),
        (Kind::Count | Kind::Reading, Value::Integer(_) | Value::Float(_))
        | (Kind::Flag | Kind::FlagOrText | Kind::TimeOrNo, Value::Boolean(_))
        | (Kind::Date | Kind::Time | Kind::TimeOrNo, Value::Datetime(_)) => words::value(value),
        (Kind::FlagOrText, Value::String(text)) => format!("yes: {text}"),
        (
            Kind::Text | Kind::Person | Kind::Url | Kind::Reading | Kind::Word(_) | Kind::Severity | Kind::Prose,
            Value::String(text),
        ) => text.clone(),
        _ => return None,
    };
    Some(one_line(&text)).filter(|text| !text.is_empty())
}

/// A list of tables: the first text of each as its line, the rest below it or behind it.
fn list(paper: &mut Paper, key: &Key, tables: &[&Table]) {
    let keys: Vec<&Key> = keys::children(&key.plain_path()).collect();
    for (number, table) in (1..).zip(tables) {
        let mark = format!("{number}.");
        let texts: Vec<(&str, String)> = keys
            .iter()
            .filter(|key| key.kind != Kind::Prose)
            .filter_map(|key| {
                let value = table.get(key.name())?;
                let text = one_line(&words::value(value));
                (!text.is_empty()).then_some((key.name(), text))
            })
            .collect();
        let line = match texts.split_first() {
            Some(((_, first), rest)) => {
                let rest: Vec<String> = rest.iter().map(|(name, text)| behind(name, text)).collect();
                if rest.is_empty() { first.clone() } else { format!("{first} · {}", rest.join(" · ")) }
            }
            None => "(nothing)".to_owned(),
        };
        paper.list([(mark.clone(), line.as_str())]);
        let indent = " ".repeat(mark.len() + 1);
        for prose in keys.iter().filter(|key| key.kind == Kind::Prose).filter_map(|key| text_in(table, key.name())) {
            paper.prose(prose, &indent);
        }
    }
}

fn behind(name: &str, text: &str) -> String {
    if matches!(name, "url" | "label" | "caption") { text.to_owned() } else { format!("{name}: {text}") }
}

/// Who signed which transition, the latest last; approvals of the round that is going on are marked.
pub(super) fn sign_offs(paper: &mut Paper, record: &Record, id: &RecordId) {
    let all = SignOff::all(record);
    if all.is_empty() {
        return;
    }
    let counting = sign_offs::counting(record, id).len();
    let beside = if counting == 1 { "1 approval counts".to_owned() } else { format!("{counting} approvals count") };
    paper.heading("Sign-offs", &beside);
    for entry in all {
        let or_unknown = |text: &str| if text.is_empty() { "?".to_owned() } else { text.to_owned() };
        let when = entry.at.map_or_else(|| "no time".to_owned(), |at| words::utc(&Moment::from(at)));
        let signed = if entry.is_signed() { format!("signed ({})", entry.method) } else { "not signed".to_owned() };
        let [from, to, name, role] = [&entry.from, &entry.to, &entry.name, &entry.role].map(|text| or_unknown(text));
        paper.list([("•".to_owned(), format!("{when}  {from} → {to}  {name} as {role}, {signed}").as_str())]);
        if !entry.note.is_empty() {
            paper.prose(&entry.note, "  ");
        }
    }
}

/// Keys of somebody's own, and values that are not of their key's kind.
pub(super) fn others(paper: &mut Paper, record: &Record) {
    let others = others::others(record);
    if others.is_empty() {
        return;
    }
    paper.heading("Further keys", "");
    let facts: Vec<(String, String)> = others
        .into_iter()
        .map(|(path, value)| {
            let shown = match value {
                Value::String(text) => prose_lines(text, usize::MAX >> 1).join("\n"),
                other => one_line(&other.to_string()),
            };
            (one_line(&path), shown)
        })
        .collect();
    paper.facts(&facts);
}

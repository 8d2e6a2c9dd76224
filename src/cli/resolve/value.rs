//! `KEY=VALUE` as people type it -> an edit of a record, with the types of the key table.

use toml::{Table, Value};

use super::time;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::document::{Path, Step};
use crate::record::keys::{self, Kind, is_address};
use crate::record::time::Moment;
use crate::record::vocabulary::{Openness, Vocabulary};
use crate::render::sanitise::one_line;

/// What `pm set` is asked to do to one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// Where.
    pub path: Path,
    /// What.
    pub operation: Operation,
}

/// What to do to a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `KEY=VALUE`
    Set(Value),
    /// `KEY=`, and `KEY[2]-=`
    Clear,
    /// `KEY+=VALUE`: append these to a list.
    Append(Vec<Value>),
    /// `KEY-=VALUE`: take these out of a list.
    Remove(Vec<Value>),
}

/// An assignment before its value is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    path: Path,
    operator: Operator,
    /// The text behind the operator.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Set,
    Append,
    Remove,
}

impl Typed {
    /// Whether the value is to be read from standard input.
    pub fn reads_stdin(&self) -> bool {
        self.text == "-"
    }
}

/// Whether a text on the command line is an assignment rather than the name of a record.
pub fn is_assignment(text: &str) -> bool {
    operator_at(text).is_some()
}

/// Splits an assignment at its operator: the first `=` outside of quotes.
pub fn split(text: &str) -> Result<Typed, Failure> {
    let Some((end, operator, start)) = operator_at(text) else {
        return Err(Failure::new(format!("`{}` is not an assignment", one_line(text)))
            .hint("write it as in `severity=P1`, `services+=api` or `tags-=old`"));
    };
    let name = text[..end].trim();
    let path: Path = name.parse().map_err(|error: crate::document::PathError| Failure::new(error.to_string()))?;
    Ok(Typed { path, operator, text: text[start..].to_owned() })
}

fn operator_at(text: &str) -> Option<(usize, Operator, usize)> {
    let mut quote = None;
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') => {
                let before = text[..index].chars().next_back();
                let (operator, end) = match before {
                    Some('+') => (Operator::Append, index - 1),
                    Some('-') => (Operator::Remove, index - 1),
                    _ => (Operator::Set, index),
                };
                return (end > 0).then_some((end, operator, index + 1));
            }
            (None, c) if c.is_whitespace() => return None,
            _ => {}
        }
    }
    None
}

/// The edit that an assignment asks for.
pub fn understand(context: &mut Context, typed: &Typed, entries: &[Moment]) -> Result<Assignment, Failure> {
    let (path, text) = (typed.path.clone(), typed.text.as_str());
    let plain = path.generic().join(".");
    let indexed = matches!(path.steps().last(), Some(Step::Index(_)));
    refuse_fixed(&path, &plain)?;
    let kind = kind_of(&path, &plain)?;
    let operation = match typed.operator {
        Operator::Set if text.is_empty() => Operation::Clear,
        Operator::Remove if text.is_empty() && indexed => Operation::Clear,
        Operator::Set if indexed && kind == Kind::Tables => Operation::Set(fields(context, &plain, text, entries)?),
        Operator::Set if indexed => Operation::Set(item(context, kind, &plain, text, entries)?),
        Operator::Set => Operation::Set(value(context, kind, &plain, text, entries)?),
        Operator::Append | Operator::Remove if !kind.is_list() && kind != Kind::Free => {
            return Err(no_list(&path, kind));
        }
        Operator::Append => Operation::Append(items(context, kind, &plain, text, entries)?),
        Operator::Remove if kind == Kind::Tables => {
            return Err(Failure::new(format!("`{path}` is a list of tables: take one out by its number"))
                .hint(format!("as in `{path}[1]-=`")));
        }
        Operator::Remove => Operation::Remove(items(context, kind, &plain, text, entries)?),
    };
    Ok(Assignment { path, operation })
}

fn no_list(path: &Path, kind: Kind) -> Failure {
    Failure::new(format!("`{path}` is {}, not a list", kind.noun())).hint(format!("set it with `{path}=VALUE`"))
}

/// Keys that have a command of their own, or none at all.
fn refuse_fixed(path: &Path, plain: &str) -> Result<(), Failure> {
    let first = path.generic().first().copied().unwrap_or_default().to_owned();
    let failure = |what: &str| Failure::new(format!("`{path}` {what}"));
    match plain {
        "status" => Err(failure("moves only by transitions")
            .hint("`pm status` shows which of them are possible; `pm status submit` is the first")),
        "format" => Err(failure("is written by `pm` itself")),
        "actions.id" => Err(failure("is given once and never changes")
            .hint("set the other keys of the action, such as its `action` text")),
        _ if first == "sign_offs" => {
            Err(failure("is written only by signing").hint("`pm status approve` and the other transitions write it"))
        }
        _ => Ok(()),
    }
}

/// What the value at a path is; a path through a list has to have its number.
fn kind_of(path: &Path, plain: &str) -> Result<Kind, Failure> {
    let generic = path.generic();
    if generic == ["custom"] {
        return Err(
            Failure::new("`custom` is a table for keys of your own").hint("as in `custom.error_budget_minutes=30`")
        );
    }
    if generic.first() == Some(&"custom") {
        return Ok(Kind::Free);
    }
    let Some(key) = keys::find(plain) else {
        let failure = Failure::new(format!("`{}` is not a key of the format", one_line(plain)));
        return Err(match keys::nearest(plain) {
            Some(near) => failure.hint(format!("did you mean `{}`? {}", near.path.replace("[]", "[1]"), near.meaning)),
            None => failure.hint(format!(
                "keys of your own go under `custom`, as in `custom.{}=…`",
                generic.last().unwrap_or(&"name")
            )),
        });
    };
    // Every list on the way needs a number, and only lists have numbers.
    let mut above = String::new();
    let mut steps = path.steps().iter().peekable();
    while let Some(step) = steps.next() {
        let Step::Key(name) = step else { continue };
        above = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let list = keys::find(&above).is_some_and(|key| key.kind.is_list());
        let numbered = matches!(steps.peek(), Some(Step::Index(_)));
        if numbered && !list {
            return Err(Failure::new(format!("`{above}` is not a list, so it has no numbers")));
        }
        let goes_on = steps.peek().is_some();
        if list && goes_on && !numbered {
            let rest = plain[above.len()..].to_owned();
            return Err(Failure::new(format!("`{above}` is a list: say which one by its number"))
                .hint(format!("as in `{above}[1]{rest}=…`, or add one with `{above}+={{…}}`")));
        }
    }
    Ok(key.kind)
}

/// One text as a value of a kind.
fn value(context: &mut Context, kind: Kind, plain: &str, text: &str, entries: &[Moment]) -> Result<Value, Failure> {
    let trimmed = text.trim();
    let wrong = |why: String| {
        Failure::new(format!("`{plain}` takes {}; {why}", kind.noun()))
            .hint(format!("as in `{plain}={}`", example(kind)))
    };
    let not_it = || wrong(format!("`{}` is not", one_line(trimmed)));
    match kind {
        Kind::Text | Kind::Person | Kind::Reading if trimmed.contains('\n') => {
            Err(wrong("it has to fit on one line".to_owned()))
        }
        Kind::Text | Kind::Person | Kind::Reading => Ok(Value::from(trimmed)),
        Kind::Url => url(trimmed).map(Value::from).ok_or_else(not_it),
        Kind::Prose => Ok(Value::from(prose(text))),
        Kind::Word(vocabulary) => word(vocabulary, plain, trimmed).map(Value::from),
        Kind::Severity => severity(context, trimmed).map(Value::from),
        Kind::Flag => flag(trimmed).map(Value::from).ok_or_else(not_it),
        Kind::FlagOrText => Ok(flag(trimmed).map_or_else(|| Value::from(trimmed), Value::from)),
        Kind::Count => trimmed.replace('_', "").parse::<u32>().map(i64::from).map(Value::from).map_err(|_| not_it()),
        Kind::Amount | Kind::Percent => number(kind, trimmed).ok_or_else(not_it),
        Kind::Date => time::date(context, trimmed).map(|day| datetime(&day.to_string())),
        Kind::TimeOrNo if flag(trimmed) == Some(false) => Ok(Value::from(false)),
        Kind::Time | Kind::TimeOrNo => moment(context, plain, trimmed, entries),
        Kind::List | Kind::Names | Kind::Words(_) | Kind::Tables => {
            items(context, kind, plain, text, entries).map(Value::Array)
        }
        Kind::Table => {
            let keys: Vec<&str> = keys::children(plain).map(keys::Key::path_of).collect();
            let first = keys.first().copied().unwrap_or(plain);
            Err(Failure::new(format!("`{plain}` is a table: set its keys one by one"))
                .hint(format!("as in `{first}=…`; its keys are {}", keys.join(", "))))
        }
        Kind::Free => Ok(toml_value(trimmed).unwrap_or_else(|| Value::from(text))),
    }
}

/// The items that a text gives to a list: a TOML array, names with commas between them, else the text as one item.
fn items(
    context: &mut Context,
    kind: Kind,
    plain: &str,
    text: &str,
    entries: &[Moment],
) -> Result<Vec<Value>, Failure> {
    let trimmed = text.trim();
    if trimmed.starts_with('[') && kind != Kind::Free {
        let Some(Value::Array(written)) = toml_value(trimmed) else {
            return Err(Failure::new(format!("`{plain}` is not given as a TOML list: {}", one_line(trimmed)))
                .hint("write it as in `[\"one\", \"two\"]`"));
        };
        return written.into_iter().map(|item| listed(context, kind, plain, item)).collect();
    }
    match kind {
        Kind::Names | Kind::Words(_) => trimmed
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| item(context, kind, plain, name, entries))
            .collect(),
        Kind::Tables => Ok(vec![fields(context, plain, trimmed, entries)?]),
        _ => Ok(vec![item(context, kind, plain, trimmed, entries)?]),
    }
}

/// One item of a list.
fn item(context: &mut Context, kind: Kind, plain: &str, text: &str, entries: &[Moment]) -> Result<Value, Failure> {
    match kind {
        Kind::Words(vocabulary) => word(vocabulary, plain, text.trim()).map(Value::from),
        Kind::List | Kind::Names => Ok(Value::from(text.trim())),
        Kind::Tables => fields(context, plain, text, entries),
        Kind::Free => Ok(toml_value(text.trim()).unwrap_or_else(|| Value::from(text.trim()))),
        other => value(context, other, plain, text, entries),
    }
}

/// An item that was written in TOML: texts only, but for lists of tables.
fn listed(context: &mut Context, kind: Kind, plain: &str, item: Value) -> Result<Value, Failure> {
    match (kind, item) {
        (Kind::Words(vocabulary), Value::String(text)) => word(vocabulary, plain, text.trim()).map(Value::from),
        (Kind::List | Kind::Names, Value::String(text)) => Ok(Value::from(text.trim())),
        (Kind::Tables, Value::Table(table)) => row(context, plain, table, &[]),
        (kind, item) => Err(Failure::new(format!("`{plain}` is {}; {item} does not fit in it", kind.noun()))),
    }
}

/// An inline table such as `{label="Notes", url="https://…"}` as a row of the list at a path.
fn fields(context: &mut Context, plain: &str, text: &str, entries: &[Moment]) -> Result<Value, Failure> {
    let Some(Value::Table(table)) = toml_value(text.trim()) else {
        let usual = |name: &&str| !matches!(*name, "until" | "approx" | "id" | "type");
        let names: Vec<&str> = keys::children(plain).map(keys::Key::name).filter(usual).take(3).collect();
        let sample: Vec<String> = names.iter().map(|name| format!("{name}=\"…\"")).collect();
        let in_braces = text.trim().starts_with('{') && text.trim().ends_with('}');
        let why = if in_braces {
            format!("`{}` is not a table in TOML: every text and time in it stands in quotes", one_line(text))
        } else {
            format!("`{plain}` takes a table in braces, and `{}` is none", one_line(text))
        };
        return Err(Failure::new(why).hint(format!("write it as in `{plain}+={{{}}}`", sample.join(", "))));
    };
    row(context, plain, table, entries)
}

/// The fields of a row, each with the type of its key. Texts are understood as they would be on the command line.
fn row(context: &mut Context, plain: &str, table: Table, entries: &[Moment]) -> Result<Value, Failure> {
    let mut fields: Vec<(usize, String, Value)> = Vec::new();
    for (name, written) in table {
        let path = format!("{plain}.{name}");
        let Some(key) = keys::find(&path) else {
            let known: Vec<&str> = keys::children(plain).map(keys::Key::name).collect();
            let near = crate::record::nearest::nearest(&name, known.iter().copied());
            let failure = Failure::new(format!("`{}` is not a key of `{plain}`", one_line(&name)));
            return Err(match near {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint(format!("its keys are {}", known.join(", "))),
            });
        };
        if path == "actions.id" {
            return Err(Failure::new("`actions.id` is given once and never changes")
                .hint("leave it out: a new action gets one"));
        }
        let value = match written {
            Value::String(text) => value(context, key.kind, &path, &text, entries)?,
            other => other,
        };
        fields.push((keys::position(&path).unwrap_or(usize::MAX), name, value));
    }
    let essential: &[&str] = match plain {
        "timeline" => &["at", "event"],
        "actions" => &["action"],
        "cause.whys" => &["because"],
        "links" => &["url"],
        "metrics" => &["name"],
        "figures" => &["file"],
        "review.questions" => &["question"],
        "prevention.monitoring" => &["alert"],
        _ => &[],
    };
    let is_there = |name: &str| {
        let empty = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        fields.iter().any(|(_, known, value)| known == name && !empty(value))
    };
    if let Some(missing) = essential.iter().find(|name| !is_there(name)) {
        return Err(Failure::new(format!("a new row of `{plain}` needs `{missing}`"))
            .hint(format!("add it, as in `{plain}+={{{missing}=\"…\"}}`")));
    }
    fields.sort_by_key(|(position, _, _)| *position);
    Ok(Value::Table(fields.into_iter().map(|(_, name, value)| (name, value)).collect()))
}

fn toml_value(text: &str) -> Option<Value> {
    let table: Table = format!("value = {text}").parse().ok()?;
    (table.len() == 1).then(|| table.into_iter().next().map(|(_, value)| value)).flatten()
}

fn datetime(text: &str) -> Value {
    text.parse().map_or_else(|_| Value::from(text), Value::Datetime)
}

/// A time that is understood against the entries of the record; meetings may lie in the future.
fn moment(context: &mut Context, plain: &str, text: &str, entries: &[Moment]) -> Result<Value, Failure> {
    if text.parse::<chrono::NaiveDate>().is_ok() {
        // The day is known and the clock is not: the format has a form for that.
        return Ok(datetime(text));
    }
    let zone = time::zone(context, None)?;
    let understood = time::time(context, text, zone, entries, plain == "review.held")?;
    Ok(datetime(&Moment::from(understood.instant).to_toml()))
}

/// Longer text goes between lines of `"""`, which wants a line break at its end.
fn prose(text: &str) -> String {
    const ONE_LINE: usize = 80;
    let text = text.trim_end().trim_start_matches(['\n', '\r']);
    if text.contains('\n') || text.chars().count() > ONE_LINE { format!("{text}\n") } else { text.to_owned() }
}

fn word(vocabulary: &'static Vocabulary, plain: &str, text: &str) -> Result<String, Failure> {
    if vocabulary.knows(text) || (vocabulary.openness == Openness::Open && vocabulary.nearest(text).is_none()) {
        return Ok(text.to_owned());
    }
    // The label of the template is as good as the slug: "Race condition" is `race-condition`.
    if let Some(word) = vocabulary
        .words
        .iter()
        .find(|word| word.label.eq_ignore_ascii_case(text) || word.slug.eq_ignore_ascii_case(text))
    {
        return Ok(word.slug.to_owned());
    }
    let known = vocabulary.slugs().collect::<Vec<_>>().join(", ");
    let failure = Failure::new(format!("`{plain}`: `{}` is not a known {}", one_line(text), vocabulary.noun));
    Err(match vocabulary.nearest(text) {
        Some(near) => failure.hint(format!("did you mean `{near}`? Known are {known}")),
        None => failure.hint(format!("known are {known}")),
    })
}

/// A severity by its name, whatever its case, or by its meaning.
pub fn severity(context: &Context, text: &str) -> Result<String, Failure> {
    let known = &context.config.severities;
    let found = known
        .iter()
        .find(|severity| severity.name.eq_ignore_ascii_case(text) || severity.meaning.eq_ignore_ascii_case(text));
    if let Some(severity) = found {
        return Ok(severity.name.clone());
    }
    let list: Vec<String> = known.iter().map(|severity| format!("{} ({})", severity.name, severity.meaning)).collect();
    Err(Failure::new(format!("`{}` is not a severity", one_line(text))).hint(format!("known are {}", list.join(", "))))
}

/// An address that may stand in a link.
pub fn url(text: &str) -> Option<&str> {
    is_address(text).then_some(text)
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" => Some(true),
        "false" | "no" | "n" => Some(false),
        _ => None,
    }
}

fn number(kind: Kind, text: &str) -> Option<Value> {
    let text = text.trim_end_matches('%').trim().replace('_', "");
    let number: f64 = text.parse().ok()?;
    let fits = number.is_finite() && number >= 0.0 && (kind != Kind::Percent || number <= 100.0);
    if !fits {
        return None;
    }
    text.parse::<i64>().map(Value::from).ok().or(Some(Value::from(number)))
}

/// How a value of a kind is typed.
fn example(kind: Kind) -> String {
    match kind {
        Kind::Flag | Kind::FlagOrText => "yes".to_owned(),
        Kind::Count => "1200".to_owned(),
        Kind::Url => "https://example.com/1".to_owned(),
        other => other.example().trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(String, Operator, String)> {
        let typed = split(text).ok()?;
        Some((typed.path.to_string(), typed.operator, typed.text))
    }

    #[test]
    fn an_assignment_splits_at_its_first_operator() {
        let of = |path: &str, operator, text: &str| Some((path.to_owned(), operator, text.to_owned()));
        assert_eq!(parts("title=a=b"), of("title", Operator::Set, "a=b"));
        assert_eq!(parts("services+=api"), of("services", Operator::Append, "api"));
        assert_eq!(parts("tags-=old"), of("tags", Operator::Remove, "old"));
        assert_eq!(parts("metrics[1]-="), of("metrics[1]", Operator::Remove, ""));
        assert_eq!(parts("custom.\"a=b\"=1"), of("custom.\"a=b\"", Operator::Set, "1"));
        assert_eq!(parts("=x"), None);
        assert!(!is_assignment("database removed = bad"), "a title is not an assignment");
        assert!(!is_assignment("2017-01-31-database-removed"));
    }

    #[test]
    fn only_addresses_that_may_be_followed_are_links() {
        assert!(url("https://example.com/a?b=c").is_some());
        for text in ["javascript:alert(1)", "example.com", "https://", "https://a b", "ftp://x"] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    #[test]
    fn prose_that_needs_room_ends_with_a_line_break() {
        assert_eq!(prose("short"), "short");
        assert_eq!(prose("\na\nb"), "a\nb\n");
        assert!(prose(&"long ".repeat(30)).ends_with("g\n"));
    }
}

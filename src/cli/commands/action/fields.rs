//! The fields of an action as people give them, and an action told back in a line.

use chrono::NaiveDate;
use toml::Value;

use crate::cli::commands::timeline::fields::line;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::resolve::{time, value};
use crate::cli::ui::Ui;
use crate::record::vocabulary::{ACTION_TYPE, PRIORITY, Vocabulary};
use crate::render::sanitise::one_line;
use crate::workflow::due::{days, due};
use crate::workflow::gate::is_placeholder;

/// What becomes of a key of an action: a value, or none.
pub type Field = (&'static str, Option<Value>);

/// The longest text of an action, in bytes: it is one line of a table.
const LONGEST_TEXT: usize = 4096;

/// The answer that leaves a field empty, where empty is the default that was offered.
const NONE: &str = "none";

/// What is to be done, in one line; `-` reads it from standard input.
pub fn read_text(context: &mut Context, typed: &str) -> Result<String, Failure> {
    let hint = "say what is to be done in one line, as in `pm action add \"Alert when a backup is missing\"`";
    let piped;
    let typed = if typed == "-" {
        if context.ui.world().terminal.stdin {
            context.ui.note("Reading the action from the keyboard; end it with Ctrl-D.");
        }
        piped = Ui::read_stdin_up_to(LONGEST_TEXT)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        piped.as_deref()
    } else {
        Some(typed).filter(|typed| typed.len() <= LONGEST_TEXT)
    };
    let Some(typed) = typed else {
        return Err(
            Failure::new(format!("the action is longer than {LONGEST_TEXT} bytes, so nothing was changed")).hint(hint)
        );
    };
    filled("the action", typed, hint)
}

/// A line of text that has to say something.
pub fn filled(what: &str, typed: &str, hint: &str) -> Result<String, Failure> {
    let text = line(typed);
    if text.is_empty() {
        return Err(Failure::new(format!("{what} is empty")).hint(hint));
    }
    if is_placeholder(&text) {
        return Err(Failure::new(format!("`{text}` stands for what is still to be written")).hint(hint));
    }
    Ok(text)
}

/// A text that may be empty, for none.
pub fn read_optional(what: &str, typed: &str) -> Result<Option<String>, Failure> {
    if line(typed).is_empty() {
        return Ok(None);
    }
    filled(what, typed, "leave it out as long as it is not known").map(Some)
}

/// A priority, whatever its case; the empty word is none.
pub fn read_priority(typed: &str) -> Result<Option<String>, Failure> {
    read_word(&PRIORITY, "--priority", typed)
}

/// What an action does about the incident; the empty word is none.
pub fn read_kind(typed: &str) -> Result<Option<String>, Failure> {
    read_word(&ACTION_TYPE, "--type", typed)
}

fn read_word(vocabulary: &'static Vocabulary, flag: &str, typed: &str) -> Result<Option<String>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let is_it = |label: &str| label.split(':').next().is_some_and(|label| label.eq_ignore_ascii_case(typed));
    let found = vocabulary.words.iter().find(|word| word.slug.eq_ignore_ascii_case(typed) || is_it(word.label));
    if let Some(word) = found {
        return Ok(Some(word.slug.to_owned()));
    }
    let known = vocabulary.slugs().collect::<Vec<_>>().join(", ");
    let failure = Failure::new(format!("{flag}: `{}` is not a known {}", one_line(typed), vocabulary.noun));
    Err(match vocabulary.nearest(typed) {
        Some(near) => failure.hint(format!("did you mean `{near}`? Known are {known}")),
        None => failure.hint(format!("known are {known}; leave {flag} out as long as it is not known")),
    })
}

/// A due date; the empty word and `none` are no date. One in the past stands, and is said to be past.
pub fn read_due(context: &mut Context, typed: &str) -> Result<Option<NaiveDate>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() || typed.eq_ignore_ascii_case(NONE) {
        return Ok(None);
    }
    let day = time::date(context, typed)?;
    if day < context.today() {
        context.ui.warn(&format!("the due date {day} is in the past"));
    }
    Ok(Some(day))
}

/// The page of an action in a tracker; the empty word is none.
pub fn read_link(typed: &str) -> Result<Option<String>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let address = value::url(typed).ok_or_else(|| {
        Failure::new(format!("--link: `{}` is not an address", one_line(typed)))
            .hint("as in https://example.com/issues/42")
    })?;
    Ok(Some(address.to_owned()))
}

/// The due date that the settings give to an action, and how it came to be, as in `P1: 7 days`.
pub fn usual_due(context: &Context, priority: &str, severity: Option<&str>) -> Option<(NaiveDate, String)> {
    let deadlines = &context.config.policy.deadlines;
    let day = due(deadlines, priority, severity, context.today())?;
    let count = days(deadlines, priority, severity)?;
    let business = if deadlines.business_days { "business " } else { "" };
    let unit = if count == 1 { "day" } else { "days" };
    Some((day, format!("{priority}: {count} {business}{unit}")))
}

/// A day as a value of a record.
pub fn written(day: NaiveDate) -> Value {
    let text = day.to_string();
    text.parse().map_or_else(|_| Value::from(text), Value::Datetime)
}

/// The text of an action in quotes, cut to what fits in an answer.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = one_line(text);
    if text.chars().count() <= LONGEST {
        return format!("“{text}”");
    }
    format!("“{}…”", text.chars().take(LONGEST - 1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_slug_and_label_in_any_case() {
        assert_eq!(read_priority("p1"), Ok(Some("P1".to_owned())));
        assert_eq!(read_priority("important"), Ok(Some("P2".to_owned())));
        assert_eq!(read_priority(" "), Ok(None));
        assert_eq!(read_kind("Detection"), Ok(Some("detect".to_owned())));
        let failure = read_kind("preven").expect_err("a slip");
        assert!(failure.hints[0].starts_with("did you mean `prevent`?"), "{failure:?}");
        assert!(read_priority("P4").is_err());
    }

    #[test]
    fn what_a_hint_leaves_blank_is_not_an_answer() {
        assert!(filled("the reason", "…", "say why").is_err());
        assert!(filled("the reason", " \n", "say why").is_err());
        assert_eq!(filled("the reason", " a\n b ", "say why"), Ok("a b".to_owned()));
    }
}

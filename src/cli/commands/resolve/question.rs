//! One contradiction, put to somebody on a terminal: ours, theirs, both, or another value.
//!
//! Another value is understood as its key wants it. What is no value of the key is refused with the reason, and asked for
//! again; a longer text is written in the editor.

use std::path::PathBuf;

use toml::{Table, Value};

use crate::cli::editor;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::cli::ui::Ui;
use crate::diff::shown;
use crate::document::read::{Terms, read};
use crate::finding::{Finding, Level};
use crate::merge::{Choice, Conflict, Markers, Why, joined_values};
use crate::record::keys::{self, Kind};
use crate::render::sanitise::one_line;
use crate::store::Store;

/// A question about one contradiction.
pub struct Question<'a> {
    /// The terminal.
    pub ui: &'a mut Ui,
    /// The repository, which knows the editor.
    pub store: &'a Store,
    /// What it is about.
    pub conflict: &'a Conflict,
    /// What the sides are called.
    pub markers: &'a Markers<'a>,
    /// The severities of the settings.
    pub severities: &'a [String],
}

/// What may be picked.
enum Pick {
    /// This.
    Choice(Choice),
    /// Another value, on one line.
    Line,
    /// Another text, in the editor.
    Editor,
    /// Nothing yet.
    Leave,
}

impl Question<'_> {
    /// Asks until there is an answer; `None` leaves the conflict in the file.
    pub fn decide(&mut self) -> Result<Option<Choice>, Failure> {
        let conflict = self.conflict;
        let label = one_line(&conflict.label);
        loop {
            let (words, mut picks): (Vec<String>, Vec<Pick>) = self.choices().into_iter().unzip();
            let Some(picked) = prompt::pick(&label, &words)? else { return Ok(None) };
            match picks.swap_remove(picked) {
                Pick::Choice(choice) => return Ok(Some(choice)),
                Pick::Leave => return Ok(None),
                Pick::Line => return self.line().map(Some),
                Pick::Editor => {
                    if let Some(text) = self.edited()? {
                        return Ok(Some(Choice::Value(Value::from(text))));
                    }
                }
            }
        }
    }

    fn choices(&self) -> Vec<(String, Pick)> {
        let conflict = self.conflict;
        let value = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| one_line(&shown(value)));
        let side = |label: &str, side: Option<&Value>| format!("{}: {}", one_line(label), value(side));
        let mut choices = vec![
            (side(self.markers.ours, conflict.ours.as_ref()), Pick::Choice(Choice::Ours)),
            (side(self.markers.theirs, conflict.theirs.as_ref()), Pick::Choice(Choice::Theirs)),
        ];
        if conflict.why == Why::Value {
            if let (Some(ours), Some(theirs)) = (&conflict.ours, &conflict.theirs)
                && let Some(both) = joined_values(&conflict.key, ours, theirs)
            {
                choices.push((format!("both: {}", value(Some(&both))), Pick::Choice(Choice::Value(both))));
            }
            let all = || [&conflict.ours, &conflict.theirs].into_iter().flatten();
            if self.is_long() {
                choices.push(("write it in the editor".to_owned(), Pick::Editor));
            } else if !all().any(Value::is_table) {
                choices.push(("write another".to_owned(), Pick::Line));
            }
        }
        choices.push(("leave it".to_owned(), Pick::Leave));
        choices
    }

    /// Whether it is about a text of any length.
    fn is_long(&self) -> bool {
        let sides = || [&self.conflict.ours, &self.conflict.theirs].into_iter().flatten();
        let is_prose = keys::find(&self.conflict.key).is_some_and(|key| key.kind == Kind::Prose);
        sides().all(Value::is_str)
            && (is_prose || sides().any(|text| text.as_str().is_some_and(|text| text.contains('\n'))))
    }

    /// A value that neither side has, on one line: a text as it is typed, anything else as TOML writes it.
    fn line(&mut self) -> Result<Choice, Failure> {
        let known = self.conflict.ours.as_ref().or(self.conflict.theirs.as_ref());
        let is_text = known.is_none_or(Value::is_str);
        let label = one_line(&self.conflict.label);
        let mut start = known.map(|value| if is_text { one_line(&shown(value)) } else { value.to_string() });
        loop {
            let line = prompt::line(&label, start.as_deref())?;
            let read = if is_text { Ok(Value::from(line.as_str())) } else { toml_value(&line) };
            let problem = match read {
                Ok(value) => match self.problem(&value) {
                    None => return Ok(Choice::Value(value)),
                    Some(problem) => problem,
                },
                Err(problem) => problem,
            };
            self.ui.warn(&one_line(&problem));
            start = Some(line);
        }
    }

    /// Why a value is none of the key, in one line.
    fn problem(&self, value: &Value) -> Option<String> {
        let key = &self.conflict.key;
        let table = nested(key, value)?;
        let terms = Terms { severities: self.severities };
        let is_about_it = |finding: &Finding| finding.level == Level::Error && finding.rule != "missing-key";
        let finding = read(&table.to_string(), &terms).findings.into_iter().find(is_about_it)?;
        let help = finding.help.map(|help| format!("; {help}")).unwrap_or_default();
        Some(format!("{}{help}", finding.message))
    }

    /// A text written in the editor, which begins with both sides between markers; `None` where nothing came of it.
    fn edited(&mut self) -> Result<Option<String>, Failure> {
        let text = |side: &Option<Value>| side.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        let (ours, theirs) = (text(&self.conflict.ours), text(&self.conflict.theirs));
        let before = text(&self.conflict.base);
        let begun = self.markers.around(ours.as_bytes(), before.as_bytes(), theirs.as_bytes());
        let file = Draft::new(self.store, &begun)?;
        let written = loop {
            editor::open(self.store, self.ui.world(), &file.path).map_err(|failure| file.kept(failure))?;
            let written = std::fs::read_to_string(&file.path)
                .map_err(|error| file.kept(Failure::new(format!("what was written is no text: {error}"))))?;
            if written.as_bytes() == begun {
                self.ui.warn("nothing was written, so nothing is decided yet");
                file.discard();
                return Ok(None);
            }
            let Some(number) = written.lines().position(|line| is_marker(line, self.markers.size)) else {
                break written;
            };
            self.ui.warn(&format!(
                "line {} is still a conflict marker; leave what the text is to be, and take the markers out",
                number + 1
            ));
            if !prompt::confirm("Open the editor again?", true)? {
                self.ui.note(&format!("what you typed is kept in {}", file.path.display()));
                return Ok(None);
            }
        };
        file.discard();
        // An editor ends the last line; a text that was one line stays one.
        let is_one_line = !ours.contains('\n') && !theirs.contains('\n');
        let written = if is_one_line { written.trim_end_matches(['\r', '\n']).to_owned() } else { written };
        Ok(Some(written.replace("\r\n", "\n")))
    }
}

fn is_marker(line: &str, size: usize) -> bool {
    ['<', '|', '=', '>'].iter().any(|sign| line.chars().take_while(|c| c == sign).count() == size)
}

/// A value as TOML writes it, or why it is none.
fn toml_value(line: &str) -> Result<Value, String> {
    let read = format!("x = {line}").parse::<Table>();
    let value = read.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("x"));
    value.ok_or_else(|| {
        format!(
            "`{line}` is no value as TOML writes it: a text stands in quotes, a list in brackets, a day is 2026-03-02"
        )
    })
}

/// A record that says one thing; `None` for a key that has no plain path.
fn nested(key: &str, value: &Value) -> Option<Table> {
    if key.is_empty() || key.contains('"') {
        return None;
    }
    let mut value = value.clone();
    let mut path = key;
    loop {
        let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
        let table = Table::from_iter([(name.to_owned(), value)]);
        if above.is_empty() {
            return Some(table);
        }
        let is_list = keys::find(above).is_some_and(|key| key.kind == Kind::Tables);
        value = if is_list { Value::Array(vec![Value::Table(table)]) } else { Value::Table(table) };
        path = above;
    }
}

/// A file that the editor works on. It stays where what was typed came to nothing.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn new(store: &Store, text: &[u8]) -> Result<Self, Failure> {
        let folder = store.git_dir().join("pm").join("edit");
        let cannot = |error: std::io::Error| Failure::new(format!("cannot write in {}: {error}", folder.display()));
        std::fs::create_dir_all(&folder).map_err(cannot)?;
        let file = tempfile::Builder::new().prefix("resolve-").suffix(".md").tempfile_in(&folder).map_err(cannot)?;
        let (_, path) = file.keep().map_err(|error| cannot(error.error))?;
        std::fs::write(&path, text).map_err(cannot)?;
        Ok(Self { path })
    }

    fn kept(&self, failure: Failure) -> Failure {
        failure.hint(format!("what you typed is kept in {}", self.path.display()))
    }

    fn discard(&self) {
        // A copy that stays behind harms nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_value_is_said_with_the_reason() {
        assert_eq!(toml_value("[\"a\"]"), Ok(Value::Array(vec![Value::from("a")])));
        assert!(toml_value("tomorrow").is_err_and(|why| why.contains("a day is")));
        assert!(toml_value("1\ny = 2").is_err());
    }

    #[test]
    fn a_value_stands_where_its_key_does() {
        let told = |key: &str| nested(key, &Value::from("x")).map(|table| table.to_string());
        assert_eq!(told("severity").as_deref(), Some("severity = \"x\"\n"));
        assert_eq!(told("actions.status").as_deref(), Some("[[actions]]\nstatus = \"x\"\n"));
        assert_eq!(told("impact.users.percent").as_deref(), Some("[impact.users]\npercent = \"x\"\n"));
        assert_eq!(told(""), None);
    }
}

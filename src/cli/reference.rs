//! The generated pages of the documentation: from the command tree, the key table, the settings table, the exit codes.
//!
//! The pages are committed under `docs/reference`; a test says when one is no longer what the program prints.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::arguments::Cli;
use super::failure::Exit;
use crate::config::DEFAULT_TEXT;
use crate::config::settings::{Item, SETTINGS, Shape};
use crate::lint::{self, Group};
use crate::record::keys::{KEYS, Kind, Part};
use crate::record::vocabulary::{self, Openness, Vocabulary};

/// A page: its name, and what makes it.
pub type Page = (&'static str, fn() -> String);

/// Every generated page.
pub const PAGES: &[Page] =
    &[("cli", cli), ("record", record), ("config", config), ("rules", rules), ("exit-codes", exit_codes)];

fn head(title: &str, source: &str) -> String {
    format!("# {title}\n\n<!-- Generated from {source}; `PM_UPDATE=1 cargo test` renews it. -->\n\n")
}

/// The commands with their help.
fn cli() -> String {
    let mut text = head("Command line", "the command tree");
    let mut command = Cli::command().term_width(100);
    command.build();
    let _ = write!(text, "```text\n{}```\n", trimmed(&command.render_long_help().to_string()));
    below(&command, "pm", &mut text);
    text
}

/// The help of every command below one.
fn below(command: &clap::Command, name: &str, text: &mut String) {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help") {
        let mut command = command.clone().term_width(100);
        let name = format!("{name} {}", command.get_name());
        let _ = write!(text, "\n## {name}\n\n```text\n{}```\n", trimmed(&command.render_long_help().to_string()));
        below(&command, &name, text);
    }
}

/// Help without blanks at the ends of lines.
fn trimmed(help: &str) -> String {
    help.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// The keys of a record.
fn record() -> String {
    let mut text = head("Record", "the key table");
    text.push_str(
        "A record is a TOML file. Only `format`, `title` and `status` are required. Keys of your own belong under `[custom]`;\n\
         elsewhere they are kept and reported. Line breaks, comments, the order of keys and the form of tables are yours.\n\n\
         **Part** says what a sign-off covers: a change of a *material* value after an approval makes the approval stale, an\n\
         *operational* one may move on.\n\n\
         | key | value | part | meaning | template |\n|---|---|---|---|---|\n",
    );
    for key in KEYS {
        let part = match key.part {
            Part::Material => "material",
            Part::Operational => "operational",
        };
        let blanks = key.blanks.join("; ");
        let _ = writeln!(
            text,
            "| `{}` | {} | {part} | {} | {} |",
            key.path,
            kind(key.kind),
            cell(key.meaning),
            cell(&blanks)
        );
    }
    text.push_str("\n## Words\n\n");
    for vocabulary in VOCABULARIES {
        let rest = match vocabulary.openness {
            Openness::Closed => "No other word is allowed.",
            Openness::Expected => "Another word is kept and reported.",
            Openness::Open => "Any other text is the template's “(Other)”.",
        };
        let _ = writeln!(text, "### {}\n\n{rest}\n\n| word | label |\n|---|---|", capitalised(vocabulary.noun));
        for word in vocabulary.words {
            let _ = writeln!(text, "| `{}` | {} |", word.slug, cell(word.label));
        }
        if let Some(prefix) = vocabulary.prefix {
            let _ = writeln!(text, "| `{prefix}NAME` | with the name |");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "System metrics that the template asks for: {}.", vocabulary::SYSTEM_METRIC.join(", "));
    text
}

const VOCABULARIES: &[&Vocabulary] = &[
    &vocabulary::STATUS,
    &vocabulary::MILESTONE,
    &vocabulary::HUMAN_FACTOR,
    &vocabulary::PROCESS_FACTOR,
    &vocabulary::TECHNICAL_FACTOR,
    &vocabulary::ENVIRONMENTAL_FACTOR,
    &vocabulary::ACTION_TYPE,
    &vocabulary::PRIORITY,
    &vocabulary::ACTION_STATUS,
    &vocabulary::TRAINING,
    &vocabulary::DOCUMENTATION,
    &vocabulary::TOPIC,
    &vocabulary::LINK_KIND,
    &vocabulary::AUDIENCE,
];

fn kind(kind: Kind) -> String {
    cell(&kind.noun())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// A text inside a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// The settings.
fn config() -> String {
    let mut text = head("Settings", "the settings table");
    text.push_str(
        "`pm.toml` at the repository's root, reviewed like the records. Every key has a default; a mistake in one setting is\n\
         reported and leaves its default in force. `*` stands for a name of your own. `pm config` shows what is in force and\n\
         where each setting comes from. Sign-offs are judged by `people`, `approval`, `gates` and `severity` as the default branch has\n\
         them; with a mistake there nothing can be signed until it is corrected.\n\n\
         | setting | value | default | meaning |\n|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let _ =
            writeln!(text, "| `{}` | {} | {default} | {} |", setting.path, shape(setting.kind), cell(setting.meaning));
    }
    let _ = write!(text, "\n## What `pm init` writes\n\n```toml\n{DEFAULT_TEXT}```\n");
    text
}

fn shape(shape: Shape) -> String {
    let words = |words: &[&str]| words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::List(Item::Email) => "list of e-mail addresses".to_owned(),
        Shape::List(Item::Key) => "list of keys".to_owned(),
        Shape::List(Item::Role) => "list of roles".to_owned(),
        Shape::List(Item::Phrase) => "list of words and phrases".to_owned(),
        Shape::List(Item::Domain) => "list of domains".to_owned(),
        Shape::Folder => "folder".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Count => "whole number, 1 or more".to_owned(),
        Shape::Word(list) => words(list),
        Shape::Zone => "IANA time zone".to_owned(),
        Shape::Length => "length of time".to_owned(),
        Shape::LengthOrTable => "length of time, or table".to_owned(),
        Shape::Milestones => "milestone, or list of them".to_owned(),
        Shape::Table => "table".to_owned(),
        Shape::TableOr(list) => format!("{}, or table", words(list)),
    }
}

/// What `pm check` can find.
fn rules() -> String {
    let mut text = head("Rules", "the rules themselves");
    text.push_str(
        "What `pm check` and `pm show` can find in a record. `[rules]` in `pm.toml` sets another level: `off`, `note`, `warning`\n\
         or `error`; findings that make the rest of a file unreliable keep theirs. `pm check --explain RULE` prints the same.\n\n",
    );
    let all = lint::rules();
    for group in Group::ALL {
        let of_group: Vec<_> = all.iter().filter(|rule| rule.group == group).collect();
        if of_group.is_empty() {
            continue;
        }
        let _ = writeln!(text, "**{}**\n\n| rule | level | finds |\n|---|---|---|", group.title());
        for rule in of_group {
            let _ = writeln!(text, "| [{0}](#{0}) | {1} | {2} |", rule.name, rule.level.word(), cell(rule.summary));
        }
        text.push('\n');
    }
    for rule in all {
        let fixed = if rule.is_fixed() { ", whatever the settings say" } else { "" };
        let _ = write!(text, "## {}\n\nLevel: {}{fixed}.\n\n{}\n", rule.name, rule.level.word(), rule.markdown());
    }
    text.push_str(
        "## Word lists\n\nWhat the rules about wording look for. `[wording]` in `pm.toml` adds phrases and removes them; how one is written\n\
         is told in [Check records](../guides/check.md#word-lists).\n\n",
    );
    for (list, phrases) in lint::built_in_phrases() {
        let phrases: Vec<String> = phrases.iter().map(|phrase| format!("`{phrase}`")).collect();
        let _ = write!(text, "**{list}**: {}.\n\n", phrases.join(", "));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// How a run ends.
fn exit_codes() -> String {
    let mut text = head("Exit codes", "the exit codes of the program");
    text.push_str("| code | meaning |\n|---|---|\n");
    for (exit, meaning) in Exit::ALL {
        let _ = writeln!(text, "| {} | {} |", exit.code(), cell(meaning));
    }
    text.push_str("\nA closed pipe ends quietly with 0. An interrupt at a question ends with 130.\n");
    text
}

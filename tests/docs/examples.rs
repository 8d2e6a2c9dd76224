//! Every `console` block of the documentation, run in order: one sandbox a page.
//!
//! A page starts in an empty directory; `<!-- sandbox: ready -->` (after `pm init`) or `<!-- sandbox: example -->` (with the
//! record of the complete example) says otherwise. A `cd` holds for the commands after it; nothing else does. `[..]` in an output stands
//! for anything in a line, `...` for any lines. A command that ends with another code than 0 is followed by `(exit 2)`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use snapbox::filter::NormalizeToExpected;
use snapbox::{Data, IntoData as _, assert_data_eq};

use super::blocks::{Piece, Step, split, typed};
use super::{alone, page, pages, rewrite, updates};
use crate::sandbox::Sandbox;

/// A sandbox and the directory a page has gone to in it.
struct Walk {
    sandbox: Sandbox,
    cwd: PathBuf,
}

impl Walk {
    fn begin(text: &str) -> Self {
        let sandbox = match text.split_once("<!-- sandbox: ").and_then(|(_, rest)| rest.split_once(" -->")) {
            None => Sandbox::empty(),
            Some(("ready", _)) => Sandbox::ready(),
            Some(("example", _)) => Sandbox::with_example(),
            Some((other, _)) => panic!("there is no sandbox called {other}"),
        };
        let cwd = sandbox.dir();
        Self { sandbox, cwd }
    }

    /// What a terminal would show of a command.
    fn run(&mut self, command: &str) -> String {
        let place = self.sandbox.home().join(".cwd");
        // `pwd -W` is the spelling of Git for Windows.
        let script =
            format!("exec 2>&1\n{command}\ncode=$?\n{{ pwd -W 2>/dev/null || pwd -P; }} >\"$HOME/.cwd\"\nexit $code\n");
        let output = self
            .sandbox
            .command(&script)
            .current_dir(&self.cwd)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("a shell");
        let mut shown = String::from_utf8(output.stdout).expect("text");
        if !shown.is_empty() && !shown.ends_with('\n') {
            shown.push('\n');
        }
        if !output.status.success() {
            writeln!(shown, "(exit {})", output.status.code().unwrap_or(-1)).expect("a string takes everything");
        }
        self.cwd = std::fs::read_to_string(place).expect("the directory of the shell").trim_end().into();
        shown
    }

    /// Ids of actions are drawn at random; they, and commit ids once one was drawn, are shown as wildcards. So is the place
    /// of the sandbox.
    fn with_wildcards(&self, shown: &str) -> String {
        let root = self.sandbox.dir().parent().expect("the root of the sandbox").to_owned();
        let real = root.canonicalize().expect("a directory that is there");
        let shown = shown.replace(&*real.to_string_lossy(), "[..]").replace(&*root.to_string_lossy(), "[..]");
        let drawn = drawn_ids(&root);
        if drawn.is_empty() {
            return shown;
        }
        let mut text = String::new();
        let mut word = String::new();
        for letter in shown.chars() {
            if letter.is_ascii_alphanumeric() {
                word.push(letter);
                continue;
            }
            text.push_str(wildcard(&word, &drawn));
            word.clear();
            text.push(letter);
        }
        text.push_str(wildcard(&word, &drawn));
        text
    }
}

/// A word, or the wildcard in its place when it is an id that differs from run to run.
fn wildcard<'a>(word: &'a str, drawn: &BTreeSet<String>) -> &'a str {
    let is_hex = word.chars().all(|letter| matches!(letter, '0'..='9' | 'a'..='f'));
    let is_commit = word.len() >= 7 && is_hex && word.contains(|letter: char| letter.is_ascii_digit());
    if is_commit || drawn.contains(word) { "[..]" } else { word }
}

/// The ids of actions in the records below a folder, but for those of the complete example.
fn drawn_ids(folder: &Path) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder of the sandbox") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with(".git") {
            ids.extend(drawn_ids(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).expect("a record");
            let found = text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'));
            ids.extend(found.filter(|id| id.len() == 4 && !FIXED.contains(id)).map(str::to_owned));
        }
    }
    ids
}

/// The ids of the complete example.
const FIXED: [&str; 3] = ["k7fq", "m3xt", "b9hd"];

/// Whether a text is what is expected, wildcards considered.
fn fits(shown: &str, expected: &str) -> bool {
    let pattern = expected.to_owned().into_data();
    let normal = NormalizeToExpected::new().redact().normalize(Data::text(shown), &pattern);
    normal.render().as_deref() == Some(expected)
}

/// A new output with the lines that the old one has with wildcards.
fn keep_wildcards(old: &str, new: &str) -> String {
    let patterns: Vec<&str> = old.split_inclusive('\n').filter(|line| line.contains("[..]")).collect();
    let kept =
        new.split_inclusive('\n').map(|line| patterns.iter().find(|old| fits(line, old)).copied().unwrap_or(line));
    kept.collect()
}

/// A page as it is written, and as it would have to be for the program as it is.
fn run(path: &Path) -> (String, String) {
    let written = page(path);
    let mut walk = Walk::begin(&written);
    let mut found = String::new();
    for piece in split(&written) {
        match piece {
            Piece::Text(text) => found.push_str(&text),
            Piece::Step(Step { command, output, .. }) => {
                let shown = walk.run(&command);
                found.push_str(&typed(&command));
                if fits(&shown, &output) {
                    found.push_str(&output);
                } else {
                    found.push_str(&keep_wildcards(&output, &walk.with_wildcards(&shown)));
                }
            }
        }
    }
    (written, found)
}

fn holds(path: &Path) {
    let _alone = updates().then(alone);
    let (written, found) = run(path);
    if updates() {
        if written != found {
            rewrite(path, &found);
        }
        return;
    }
    assert_data_eq!(found, written.into_data().raw());
}

#[test]
fn the_readme_runs() {
    holds(Path::new("README.md"));
}

#[test]
fn the_tutorial_runs() {
    holds(Path::new("docs/tutorial.md"));
}

#[test]
fn the_examples_of_every_other_page_run() {
    for path in pages() {
        if path != Path::new("README.md") && path != Path::new("docs/tutorial.md") {
            let text = page(&path);
            if split(&text).iter().any(|piece| matches!(piece, Piece::Step(_))) {
                holds(&path);
            }
        }
    }
}

#[test]
fn toml_on_a_page_can_be_read() {
    for path in pages() {
        let text = page(&path);
        for block in text.split("\n```toml\n").skip(1) {
            let (block, _) = block.split_once("\n```").expect("an end of the block");
            block.parse::<toml::Table>().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

#[test]
fn a_page_is_taken_apart_and_put_together_without_loss() {
    let page = "a\n```console\n$ one \\\n>  two\nout\n\n> more\n$ three\n```\nb\n```sh\n$ not run\n```\n";
    let pieces = split(page);
    let steps: Vec<&Step> =
        pieces.iter().filter_map(|piece| if let Piece::Step(step) = piece { Some(step) } else { None }).collect();
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0].command, "one \\\n two");
    assert_eq!(steps[0].output, "out\n\n> more\n");
    assert_eq!((steps[0].line, steps[1].line), (3, 8));
    let joined: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Step(step) => typed(&step.command) + &step.output,
        })
        .collect();
    assert_eq!(joined, page);
}

#[test]
fn an_example_that_prints_something_else_is_noticed() {
    let mut walk = Walk::begin("");
    assert_eq!(walk.run("echo out; echo talk >&2; mkdir there; cd there"), "out\ntalk\n");
    assert!(!fits("out\n", "another\n"));
    assert!(fits("committed 53a1c72 on main\n", "committed [..] on main\n"));
    assert_eq!(keep_wildcards("git [..]\nold\n", "git 2.47.3\nnew\n"), "git [..]\nnew\n");
    assert_eq!(walk.run("basename \"$PWD\"; exit 2"), "there\n(exit 2)\n");
}

//! A walk through the postmortem template that names every blank of it; for tests only.

use std::collections::BTreeSet;

const TEMPLATE: &str = include_str!("../../../tests/fixtures/postmortem-template.md");

/// The part of the template that is a document: without its introduction and its closing advice.
pub(super) fn body() -> &'static str {
    let start = TEMPLATE.find("# Post-Mortem Report").expect("its first heading");
    let end = TEMPLATE.rfind("---\n\n**Remember**").expect("its closing advice");
    &TEMPLATE[start..end]
}

/// A blank of the template: its name, "Section / Label".
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blank {
    pub(super) name: String,
}

/// Walks the template and names every blank.
///
/// The section is the nearest heading, the label what stands before the blank. A blank that has no label of its own (a
/// block, a box) goes by the words that ask for it, else by its heading, and then its section is the heading above. A
/// further blank of a line and a box of a list are named behind a colon.
#[derive(Default)]
pub(super) struct Walk {
    headings: Vec<String>,
    ask: Option<String>,
    /// The blanks in order.
    pub(super) blanks: Vec<Blank>,
    line: usize,
    /// The lines of the body that a blank was found on.
    pub(super) touched: BTreeSet<usize>,
}

impl Walk {
    fn heading(&mut self, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        self.headings.truncate(level - 1);
        while self.headings.len() < level - 1 {
            self.headings.push(String::new());
        }
        self.headings.push(line[level..].trim().to_owned());
        self.ask = None;
    }

    fn section(&self) -> &str {
        self.headings.last().map_or("", String::as_str)
    }

    /// The name of what has no label of its own.
    fn group(&self) -> String {
        if let Some(ask) = &self.ask {
            return format!("{} / {ask}", self.section());
        }
        let above = self.headings.iter().rev().skip(1).find(|heading| !heading.is_empty());
        format!("{} / {}", above.map_or("", String::as_str), self.section())
    }

    fn add(&mut self, name: String) {
        self.touched.insert(self.line);
        if self.blanks.iter().all(|blank| blank.name != name) {
            self.blanks.push(Blank { name });
        }
    }

    /// The blanks behind the first of a line: the words before each, without brackets.
    fn further(&mut self, name: &str, rest: &str) {
        let mut pieces = rest.split("__").filter(|piece| !piece.trim_matches(['_', ' ']).is_empty());
        if !rest.starts_with("__") {
            pieces.next();
        }
        let words: Vec<String> = pieces
            .map(|piece| piece.trim_matches('_').trim().trim_end_matches(':').to_owned())
            .filter(|word| rest.find(word.as_str()).is_some_and(|at| rest[at..].contains("__")))
            .collect();
        for word in words {
            let word = word.rsplit(')').next().unwrap_or(&word).trim().to_owned();
            self.add(format!("{name}: {word}"));
        }
    }

    /// Walks the whole body.
    pub(super) fn run(&mut self) {
        let mut in_code = false;
        let mut in_table = false;
        for (number, line) in body().lines().enumerate() {
            self.line = number;
            let text = line.trim();
            if text == "```" {
                in_code = !in_code;
                continue;
            }
            if in_code {
                self.code(text);
                continue;
            }
            let was_table = std::mem::replace(&mut in_table, text.starts_with('|'));
            if text.starts_with('#') {
                self.heading(text);
            } else if in_table {
                if !was_table {
                    for column in text.trim_matches('|').split('|') {
                        self.add(format!("{} / {}", self.section(), column.trim()));
                    }
                }
            } else if let Some(item) = text.strip_prefix("- [ ] ") {
                self.list_box(item);
            } else {
                self.labelled(text);
            }
        }
    }

    fn code(&mut self, text: &str) {
        let group = self.group();
        let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
        if text.starts_with("__") || text.starts_with('[') {
            self.add(group);
        } else if !text.is_empty() {
            for piece in
                text.split("__").map(|piece| piece.trim_matches('_').trim()).filter(|piece| piece.ends_with(':'))
            {
                self.add(format!("{group}: {}", piece.trim_end_matches(':')));
            }
        }
    }

    fn list_box(&mut self, item: &str) {
        let (label, rest) = item.split_once(':').unwrap_or((item, ""));
        let label = if label == "(Other)" { label } else { label.trim() };
        let name = format!("{}: {label}", self.group());
        self.add(name.clone());
        if rest.contains("☐") && rest.contains("__") {
            let word = rest.rsplit("☐ No").next().unwrap_or_default().trim().trim_end_matches('_').trim();
            self.add(format!("{name}: {}", word.trim_end_matches(':')));
        } else {
            self.further(&name, rest.trim());
        }
    }

    fn labelled(&mut self, text: &str) {
        let item = text.strip_prefix("- ");
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(". ");
        if let Some(question) = numbered.filter(|rest| rest.starts_with("**")) {
            let question = question.trim_matches('*');
            self.ask = Some(question.to_owned());
            if let Some((_, answer)) = question.split_once('[') {
                let name = format!("{} / {question}: {}", self.section(), answer.trim_end_matches("]?"));
                self.add(name);
            }
            return;
        }
        if numbered.is_some_and(|rest| rest.starts_with("__")) {
            let group = self.group();
            self.add(group);
            return;
        }
        let bold = item.unwrap_or(text).strip_prefix("**").and_then(|rest| rest.split_once("**"));
        if let Some((label, rest)) = bold {
            let rest = rest.trim_start_matches(':').trim();
            let is_ask = rest.is_empty();
            if is_ask {
                self.ask = Some(label.trim_end_matches(':').to_owned());
            } else if item.is_some() || rest.contains("__") || rest.contains('☐') {
                let name = format!("{} / {label}", self.section());
                self.add(name.clone());
                if rest.contains("(If yes, describe)") {
                    self.add(format!("{name}: If yes, describe"));
                } else {
                    self.further(&name, rest);
                }
            }
        } else if let Some((label, _)) = item.and_then(|item| item.split_once(": [")) {
            self.add(format!("{} / {label}", self.section()));
        } else if text.ends_with("shared with:") {
            self.ask = Some(text.trim_end_matches(':').to_owned());
        }
    }
}

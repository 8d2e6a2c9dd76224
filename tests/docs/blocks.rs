//! The console blocks of a Markdown page: what is typed, and what it is said to print.
//!
//! Also read by the `tutorial` example, so it names nothing of the tests.

/// A command of a page with the output the page shows for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// What is typed, its lines joined by line breaks.
    pub(crate) command: String,
    /// What the page shows beneath it; every line ends with a line break.
    pub(crate) output: String,
    /// The line of the page the command stands on, from 1.
    pub(crate) line: usize,
}

/// A piece of a page, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Lines that are not run, as they are.
    Text(String),
    /// A command of a `console` block.
    Step(Step),
}

/// Takes a page apart.
pub(crate) fn split(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut step: Option<Step> = None;
    let mut inside = false;
    for (number, line) in page.split_inclusive('\n').enumerate() {
        let bare = line.trim_end_matches('\n');
        if inside && bare == "```" {
            inside = false;
            pieces.extend(step.take().map(Piece::Step));
            text.push_str(line);
        } else if !inside {
            inside = bare == "```console";
            text.push_str(line);
        } else if let Some(typed) = bare.strip_prefix("$ ") {
            pieces.extend(step.take().map(Piece::Step));
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            step = Some(Step { command: typed.to_owned(), output: String::new(), line: number + 1 });
        } else {
            match (&mut step, bare.strip_prefix("> ")) {
                (Some(step), Some(more)) if step.output.is_empty() => {
                    step.command.push('\n');
                    step.command.push_str(more);
                }
                (Some(step), _) => step.output.push_str(line),
                (None, _) => text.push_str(line),
            }
        }
    }
    pieces.extend(step.map(Piece::Step));
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// A command as a page shows it.
pub(crate) fn typed(command: &str) -> String {
    let mut text = String::new();
    for (number, line) in command.lines().enumerate() {
        text.push_str(if number == 0 { "$ " } else { "> " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

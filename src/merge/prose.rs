//! Longer texts merged by sentence and paragraph.

use std::hash::{Hash, Hasher};

use super::diff3::{self, Nearness, Piece};

/// A sentence, or a line that is none, with the blank space behind it. Two are the same whatever that space is.
#[derive(Debug, Clone, Copy)]
struct Unit<'t>(&'t str);

impl Unit<'_> {
    fn words(&self) -> &str {
        self.0.trim_end()
    }
}

impl PartialEq for Unit<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.words() == other.words()
    }
}

impl Eq for Unit<'_> {}

impl Hash for Unit<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.words().hash(state);
    }
}

/// How a text is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// By sentences and paragraphs.
    Sentences,
    /// By lines, as logs are.
    Lines,
}

/// The merged text; `None` when both sides changed one part of it differently.
pub(super) fn merge(base: &str, ours: &str, theirs: &str, parts: Parts) -> Option<String> {
    // Who took everything out did not mean to keep what the other adds to it.
    if ours.trim().is_empty() || theirs.trim().is_empty() {
        return None;
    }
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| units(text, parts).into_iter().map(Unit).collect::<Vec<_>>());
    let mut merged = String::new();
    for piece in diff3::merge(&base, &ours, &theirs, nearness(parts)) {
        match piece {
            Piece::Kept { base: at, ours: in_ours, theirs: in_theirs } => {
                let of_ours = ours[in_ours].0;
                merged.push_str(if of_ours == base[at].0 { theirs[in_theirs].0 } else { of_ours });
            }
            Piece::Ours(range) | Piece::Both(range) => push(&mut merged, &ours[range]),
            Piece::Theirs(range) => push(&mut merged, &theirs[range]),
            Piece::Conflict { .. } => return None,
        }
    }
    // The end is that of the side that changed it.
    let end = |units: &[Unit<'_>]| units.last().map_or(String::new(), |unit| unit.0[unit.words().len()..].to_owned());
    let wanted = if end(&ours) == end(&base) { end(&theirs) } else { end(&ours) };
    merged.truncate(merged.trim_end().len());
    merged.push_str(&wanted);
    Some(merged)
}

/// Lines of a log stand for themselves; a sentence may speak of the one before it.
fn nearness(parts: Parts) -> Nearness {
    match parts {
        Parts::Sentences => Nearness::Sentences,
        Parts::Lines => Nearness::Touching,
    }
}

/// Adds units, apart from what is there before them.
fn push(merged: &mut String, units: &[Unit<'_>]) {
    for unit in units {
        if !merged.is_empty() && !merged.ends_with(char::is_whitespace) {
            merged.push(' ');
        }
        merged.push_str(unit.0);
    }
}

/// One text behind the other: paragraphs behind paragraphs, and one line behind another as a sentence of its own.
pub(super) fn joined(ours: &str, theirs: &str, parts: Parts) -> String {
    if parts == Parts::Lines {
        let gap = if ours.is_empty() || ours.ends_with('\n') { "" } else { "\n" };
        return format!("{ours}{gap}{theirs}");
    }
    if ours.contains('\n') || theirs.contains('\n') {
        return format!("{}\n\n{theirs}", ours.trim_end());
    }
    let ours = ours.trim_end();
    let gap =
        if ours.is_empty() || ours.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？']) { "" } else { "." };
    format!("{ours}{gap} {}", theirs.trim_start())
}

/// The parts of a text, in order; together they are the text.
pub(super) fn units(text: &str, parts: Parts) -> Vec<&str> {
    if parts == Parts::Lines {
        return text.split_inclusive('\n').collect();
    }
    let mut units = Vec::new();
    let mut start = 0;
    let mut fenced = false;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let here = line_start;
        line_start += line.len();
        let is_fence = line.trim_start().starts_with("```");
        let stands_alone = fenced || is_fence || line.trim().is_empty() || begins_item(line);
        fenced ^= is_fence;
        if stands_alone && start < here {
            units.push(&text[start..here]);
            start = here;
        }
        if fenced || is_fence || line.trim().is_empty() {
            units.push(&text[here..line_start]);
            start = line_start;
            continue;
        }
        for (at, c) in line.char_indices() {
            let behind = here + at + c.len_utf8();
            let rest = &line[at + c.len_utf8()..];
            if matches!(c, '.' | '!' | '?' | '。' | '！' | '？') && rest.starts_with(char::is_whitespace) {
                let space = rest.len() - rest.trim_start().len();
                units.push(&text[start..behind + space]);
                start = behind + space;
            }
        }
    }
    if start < text.len() {
        units.push(&text[start..]);
    }
    units
}

/// Whether a line begins an item, a heading, a quotation or a row: it goes on with no sentence.
fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '+', '#', '>', '|'])
        || (numbered.len() < line.len() && numbered.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_sentences_blank_lines_items_and_lines_of_code() {
        let text = "One goes\nover two lines. Two! 3.5 is no end.\n\n- item a\n- item b\n```\nx. y\n```\nLast";
        let units = units(text, Parts::Sentences);
        assert_eq!(
            units,
            [
                "One goes\nover two lines. ",
                "Two! ",
                "3.5 is no end.\n",
                "\n",
                "- item a\n",
                "- item b\n",
                "```\n",
                "x. y\n",
                "```\n",
                "Last"
            ]
        );
        assert_eq!(units.concat(), text);
    }

    #[test]
    fn different_sentences_merge_and_one_sentence_conflicts() {
        let of = |ours: &str, theirs: &str| merge("First. Second. Third.\n", ours, theirs, Parts::Sentences);
        assert_eq!(
            of("First one. Second. Third.\n", "First. Second. Third one.\n").as_deref(),
            Some("First one. Second. Third one.\n")
        );
        assert_eq!(
            of("First one. Second. Third.\n", "First. Second one. Third.\n").as_deref(),
            Some("First one. Second one. Third.\n")
        );
        assert_eq!(of("First one. Second. Third.\n", "First two. Second. Third.\n"), None);
        assert_eq!(
            of("First. Third.\n", "First. Second. Third. Fourth.\n").as_deref(),
            Some("First. Third. Fourth.\n")
        );
    }

    #[test]
    fn a_sentence_taken_out_beside_one_that_was_reworded_conflicts() {
        let of = |ours: &str, theirs: &str| {
            merge("Ann ran it. She stopped it. Then it was fine.\n", ours, theirs, Parts::Sentences)
        };
        let without = "She stopped it. Then it was fine.\n";
        assert_eq!(of(without, "Ann ran it. She stopped it at ten. Then it was fine.\n"), None);
        assert_eq!(of("Ann ran it. She stopped it at ten. Then it was fine.\n", without), None);
        let far = "Ann ran it. She stopped it. Then it was fine again.\n";
        assert_eq!(of(without, far).as_deref(), Some("She stopped it. Then it was fine again.\n"));
    }

    #[test]
    fn both_of_two_texts_read_as_one() {
        let of = |ours: &str, theirs: &str| joined(ours, theirs, Parts::Sentences);
        assert_eq!(of("Customers wrote", "Support called"), "Customers wrote. Support called");
        assert_eq!(of("Customers wrote.", "Support called."), "Customers wrote. Support called.");
        assert_eq!(of("It was full.\n", "It was slow.\n"), "It was full.\n\nIt was slow.\n");
        assert_eq!(of("It was full.", "It was slow.\n"), "It was full.\n\nIt was slow.\n");
        assert_eq!(joined("a\nb", "c\n", Parts::Lines), "a\nb\nc\n");
    }

    #[test]
    fn an_end_without_a_line_break_stays_one() {
        assert_eq!(merge("A. B.", "A2. B.", "A. B. C.", Parts::Sentences).as_deref(), Some("A2. B. C."));
        assert_eq!(merge("A.\nB.\n", "A.\nB2.\n", "A.\nB.", Parts::Sentences).as_deref(), Some("A.\nB2."));
    }
}

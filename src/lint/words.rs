//! The word lists of the rules about wording, with what the settings add and remove, compiled once for many records.
//!
//! A phrase is words with blanks between them; a blank stands for any blanks and line breaks, `*` at the end of a word for
//! any ending, `{person}` for a word of the list `people`, `{done}` for a participle. Case does not matter, and `'` is any
//! apostrophe.

use std::ops::Range;
use std::sync::OnceLock;

use pulldown_cmark::{Event, Parser, Tag};
use regex::{Regex, RegexBuilder};

use crate::config::Wording;

/// A word list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// Who may be meant by `{person}`.
    People,
    /// What puts somebody in the wrong.
    Blame,
    /// What says how it ought to have gone.
    Counterfactual,
    /// What takes a person for the cause.
    HumanError,
    /// How an action begins of which nobody can say when it is done.
    Vague,
    /// What makes an action endless.
    Unbounded,
}

impl List {
    /// All of them, in the order of the settings.
    pub(super) const ALL: [Self; 6] =
        [Self::People, Self::Blame, Self::Counterfactual, Self::HumanError, Self::Vague, Self::Unbounded];

    /// Its name under `[wording]`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Blame => "blame",
            Self::Counterfactual => "counterfactual",
            Self::HumanError => "human_error",
            Self::Vague => "vague",
            Self::Unbounded => "unbounded",
        }
    }

    /// The phrases it begins with.
    pub(super) const fn built_in(self) -> &'static [&'static str] {
        match self {
            Self::People => PEOPLE,
            Self::Blame => BLAME,
            Self::Counterfactual => COUNTERFACTUAL,
            Self::HumanError => HUMAN_ERROR,
            Self::Vague => VAGUE,
            Self::Unbounded => UNBOUNDED,
        }
    }
}

/// `they` and `operator` are not here: pods and Kubernetes operators fail to do things, too.
const PEOPLE: &[&str] = &[
    "he",
    "she",
    "we",
    "i",
    "you",
    "somebody",
    "someone",
    "nobody",
    "no one",
    "engineer",
    "engineers",
    "developer",
    "developers",
    "operators",
    "administrator",
    "administrators",
    "admin",
    "admins",
    "sre",
    "sres",
    "responder",
    "responders",
    "on-call",
    "oncall",
    "team",
    "teams",
    "staff",
    "colleague",
    "colleagues",
    "employee",
    "employees",
    "contractor",
    "contractors",
    "manager",
    "managers",
    "reviewer",
    "reviewers",
    "author",
    "technician",
    "technicians",
];

const BLAME: &[&str] = &[
    "{person} failed to",
    "{person} had failed to",
    "{person} forgot",
    "{person} had forgotten",
    "{person} neglected",
    "{person} ignored",
    "{person} overlooked",
    "{person} did not bother",
    "{person} didn't bother",
    "{person} did not follow",
    "{person} didn't follow",
    "{person} did not pay attention",
    "{person} didn't pay attention",
    "{person} made a mistake",
    "{person} made an error",
    "{person} screwed up",
    "{person} messed up",
    "{person} mistakenly",
    "{person} wrongly",
    "{person} incorrectly",
    "{person} carelessly",
    "{person} was careless",
    "{person} was negligent",
    "{person} was lazy",
    "{person} is to blame",
    "{person} was to blame",
    "{person} at fault",
    "careless",
    "carelessly",
    "carelessness",
    "negligent",
    "negligently",
    "negligence",
    "incompetent",
    "incompetence",
    "sloppy",
    "sloppily",
    "sloppiness",
    "reckless",
    "recklessly",
    "stupid",
    "stupidly",
    "stupidity",
    "idiot*",
    "unprofessional*",
    "irresponsibl*",
    "lack of discipline",
    "lack of care",
    "the blame lies",
    "whose fault",
];

const COUNTERFACTUAL: &[&str] = &[
    "should have {done}",
    "should not have {done}",
    "shouldn't have {done}",
    "should've {done}",
    "ought to have {done}",
    "ought not to have {done}",
    "{person} could have {done}",
    "{person} could've {done}",
    "could have prevented",
    "could have avoided",
    "could have caught",
    "could have been prevented",
    "could have been avoided",
    "could have been caught",
    "could have been noticed",
    "could have been detected",
    "could easily have {done}",
    "would have prevented",
    "would have avoided",
    "would have caught",
    "would have been prevented",
    "would have been avoided",
    "would have been caught",
    "might have been prevented",
    "might have been avoided",
    "if only",
];

const HUMAN_ERROR: &[&str] = &[
    "human error",
    "human errors",
    "human mistake",
    "operator error",
    "operator mistake",
    "user error",
    "engineer error",
    "manual error",
    "error by {person}",
    "mistake by {person}",
    "mistake of {person}",
    "error of {person}",
    "pilot error",
    "pebkac",
    "finger trouble",
    "fat finger*",
];

const VAGUE: &[&str] = &[
    "improve",
    "enhance",
    "optimise",
    "optimize",
    "better",
    "investigate",
    "look into",
    "look at",
    "explore",
    "consider",
    "think about",
    "revisit",
    "evaluate",
    "assess",
    "discuss",
    "try to",
    "work on",
    "be more",
    "be careful",
    "pay attention",
    "keep an eye on",
    "make sure",
    "raise awareness",
    "strengthen",
];

const UNBOUNDED: &[&str] = &[
    "all",
    "always",
    "everything",
    "everywhere",
    "forever",
    "at all times",
    "as soon as possible",
    "asap",
    "as needed",
    "ongoing",
    "continuously",
];

/// A participle, with an adverb before it or without: those that are regular, and the others that occur.
const DONE: &str = "(?:(?:[a-z]+ly|also|never|already|just|not)\\s+)?(?:[a-z]{2,}ed|been|had|done|made|gone|known|seen|caught|\
     found|taken|given|written|run|kept|left|told|sent|set|built|thought|come|become|begun|broken|chosen|held|led|lost|met|\
     read|shown|spoken|spent|understood|thrown|put|cut|hit|got|gotten|paid|brought|felt)";

/// Stands for a word of the list `people`.
const PERSON: &str = "{person} ";

/// The word lists in force.
#[derive(Debug)]
pub(super) struct Words {
    phrases: Vec<Vec<String>>,
    compiled: [OnceLock<Option<Regex>>; List::ALL.len()],
}

impl Words {
    /// The lists with what the settings add to them and take from them.
    pub(super) fn new(wording: &Wording) -> Self {
        let of = |list: List| {
            let change = wording.change(list.name());
            let removed =
                |phrase: &&&str| !change.is_some_and(|one| one.remove.iter().any(|gone| same(&gone.text, phrase)));
            let kept = list.built_in().iter().filter(removed).map(|phrase| (*phrase).to_owned());
            let added = change.into_iter().flat_map(|one| one.add.iter().map(|phrase| phrase.text.clone()));
            kept.chain(added).collect()
        };
        Self { phrases: List::ALL.map(of).into(), compiled: Default::default() }
    }

    /// The first phrase of a list that a text uses, not only mentions: nothing in code, in a quotation, or between quotes.
    pub(super) fn first(&self, list: List, text: &str) -> Option<Range<usize>> {
        // Taken apart once at most, however many matches a text has.
        let mut foreign: Option<Vec<Range<usize>>> = None;
        self.matches(list, text).find(|found| {
            !is_quoted(text, found) && !is_inside(foreign.get_or_insert_with(|| foreign_parts(text)), found)
        })
    }

    /// The phrase of a list that a text begins with.
    pub(super) fn beginning(&self, list: List, text: &str) -> Option<Range<usize>> {
        let start = text.len() - text.trim_start().len();
        self.matches(list, text).next().filter(|found| found.start == start)
    }

    fn matches<'t>(&'t self, list: List, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let mut from = 0;
        std::iter::from_fn(move || {
            let regex = self.regex(list)?;
            while let Some(found) = regex.find_at(text, from) {
                let range = found.range();
                // The expression knows no edges of words, which costs it its speed; a match inside a word is passed over.
                if !range.is_empty() && is_word(text, &range) {
                    from = range.end;
                    return Some(range);
                }
                from = range.start + text[range.start..].chars().next().map_or(1, char::len_utf8);
            }
            None
        })
    }

    fn regex(&self, list: List) -> Option<&Regex> {
        let compile = || {
            let people = self.phrases[List::People as usize].iter().map(|word| pattern(word, ""));
            let people = format!("(?:{})", longest_first(people).join("|"));
            let phrases = || self.phrases[list as usize].iter().filter(|phrase| !phrase.trim().is_empty());
            // Phrases that begin with somebody share that beginning: with one of its own for each, compiling takes as long as
            // looking at a thousand records.
            let about = phrases().filter_map(|phrase| phrase.trim_start().strip_prefix(PERSON));
            let about = longest_first(about.map(|rest| pattern(rest, &people)));
            let others = phrases().filter(|phrase| !phrase.trim_start().starts_with(PERSON));
            let mut patterns = longest_first(others.map(|phrase| pattern(phrase, &people)));
            if !about.is_empty() && people != "(?:)" {
                patterns.insert(0, format!("{people}\\s+(?:{})", about.join("|")));
            }
            if patterns.is_empty() {
                return None;
            }
            // Too much for memory is as good as nothing to look for; the settings are looked at elsewhere.
            RegexBuilder::new(&patterns.join("|")).case_insensitive(true).size_limit(64 << 20).build().ok()
        };
        self.compiled[list as usize].get_or_init(compile).as_ref()
    }
}

/// Whether two phrases are the same but for case and blanks.
pub(super) fn same(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(one) == words(other)
}

/// The longest first: an alternation takes the first branch that fits.
fn longest_first(patterns: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = patterns.collect();
    all.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
    all
}

fn pattern(phrase: &str, people: &str) -> String {
    let word = |word: &str| match word {
        "{person}" if !people.is_empty() => people.to_owned(),
        "{done}" => DONE.to_owned(),
        word => {
            let (stem, ending) = match word.strip_suffix('*') {
                // Both cases are written out: to fold all of Unicode takes longer than to read a thousand records.
                Some(stem) => (stem, "(?-i:[A-Za-z\u{80}-\u{10ffff}])*"),
                None => (word, ""),
            };
            let stem = regex::escape(stem).replace(['\'', '’'], "['’]");
            // Letters of other alphabets that fold to English ones would double every word.
            if word.is_ascii() && !word.contains(['\'', '*']) { format!("(?-u:{stem})") } else { stem + ending }
        }
    };
    phrase.split_whitespace().map(word).collect::<Vec<_>>().join("\\s+")
}

fn is_word(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (before, after) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    let (first, last) = (text[range.clone()].chars().next(), text[range.clone()].chars().next_back());
    !(letter(before) && letter(first) || letter(last) && letter(after))
}

/// Whether what stands at a place is somebody else's: between quotes, in code, in a quotation.
pub(super) fn is_mentioned(text: &str, range: &Range<usize>) -> bool {
    is_quoted(text, range) || is_inside(&foreign_parts(text), range)
}

fn is_quoted(text: &str, range: &Range<usize>) -> bool {
    let quote = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '`');
    let before = text[..range.start].chars().next_back().is_some_and(quote);
    before && text[range.end..].chars().find(|c| !matches!(c, '.' | ',' | '!' | '?')).is_some_and(quote)
}

fn is_inside(parts: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = parts.partition_point(|part| part.end <= range.start);
    parts.get(next).is_some_and(|part| part.start <= range.start)
}

/// Where a text is code or a quotation, in order.
fn foreign_parts(text: &str) -> Vec<Range<usize>> {
    // What makes a part one of these; most texts have none of it.
    if !text.contains(['`', '>', '~', '\t']) && !text.contains("    ") {
        return Vec::new();
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (event, place) in Parser::new(text).into_offset_iter() {
        let is_foreign = matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::BlockQuote(_)) | Event::Code(_));
        // What is inside one is part of it already.
        if is_foreign && parts.last().is_none_or(|last| last.end <= place.start) {
            parts.push(place);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(list: List, text: &str) -> Option<&str> {
        Words::new(&Wording::default()).first(list, text).map(|range| &text[range])
    }

    #[test]
    fn a_phrase_is_found_over_line_breaks_and_in_any_case_and_only_as_whole_words() {
        assert_eq!(first(List::Counterfactual, "This Should\n  have been seen."), Some("Should\n  have been"));
        assert_eq!(first(List::Counterfactual, "It shouldn’t have merged"), Some("shouldn’t have merged"));
        assert_eq!(first(List::Blame, "the engineer failed to notice"), Some("engineer failed to"));
        assert_eq!(first(List::Blame, "the pod failed to start"), None);
        assert_eq!(first(List::Blame, "heidiot"), None);
        assert_eq!(first(List::Blame, "unprofessionally"), Some("unprofessionally"));
        assert_eq!(first(List::Counterfactual, "every action should have an owner"), None);
    }

    #[test]
    fn what_is_only_mentioned_is_not_found() {
        for text in [
            "“operator error” is never a cause",
            "\"human error,\" they said",
            "the log said `human error` then",
            "```\nhuman error\n```",
            "> human error\n\nis what it said",
        ] {
            assert_eq!(first(List::HumanError, text), None, "{text}");
        }
        assert_eq!(first(List::HumanError, "`x` was human error"), Some("human error"));
        assert_eq!(first(List::HumanError, "It's human error, isn't it"), Some("human error"));
    }

    #[test]
    fn a_long_text_of_mentions_is_gone_through_once() {
        let text = "    human error and `human error`\n".repeat(20_000);
        assert_eq!(first(List::HumanError, &text), None);
        let found = Words::new(&Wording::default()).first(List::HumanError, &(text + "\nIt was human error.\n"));
        assert!(found.is_some());
    }

    #[test]
    fn no_phrase_is_in_a_list_twice() {
        for list in List::ALL {
            let all = list.built_in();
            for (index, phrase) in all.iter().enumerate() {
                assert!(!all[..index].iter().any(|other| same(other, phrase)), "{phrase}");
            }
        }
    }
}

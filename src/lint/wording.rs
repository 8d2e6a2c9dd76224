//! How people are spoken of: nobody is blamed, nobody is judged in hindsight, nobody is the cause.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use super::words::List;
use crate::finding::Level;

pub(super) const BLAME: Rule = Rule {
    name: "blameless-wording",
    group: Group::Wording,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "A text puts somebody in the wrong: “the engineer failed to”, “forgot”, “careless”.",
    why: "Who expects blame tells less, and the next team learns nothing. Say what was known and what made it look right at the time. Logs, quotations, code, customers' words and what was imported are not looked at. The words are `wording.blame` and `wording.people` in `pm.toml`.",
    example: Some(Example {
        bad: "[cause]\nwhat_happened = \"The engineer failed to check which host it was.\"",
        good: "[cause]\nwhat_happened = \"Nothing at the prompt told the two hosts apart.\"",
    }),
    source: "John Allspaw, “Blameless PostMortems and a Just Culture” (2012).",
    look: Look::Record(blame),
};

pub(super) const COUNTERFACTUAL: Rule = Rule {
    name: "counterfactual",
    group: Group::Wording,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "A text says how it ought to have gone: “should have been noticed”, “could have been prevented”, “if only”.",
    why: "It describes a world that was not there, and takes the place of why it made sense not to. What ought to be from now on is an action. The phrases are `wording.counterfactual` in `pm.toml`.",
    example: Some(Example {
        bad: "[cause]\nwhat_happened = \"The failing backup should have been noticed earlier.\"",
        good: "[cause]\nwhat_happened = \"The mails about the failing backup were rejected by the mail server, so nobody saw one.\"",
    }),
    source: "Sidney Dekker, “The Field Guide to Understanding ‘Human Error’” (2006), on counterfactual reasoning.",
    look: Look::Record(counterfactual),
};

pub(super) const HUMAN_ERROR: Rule = Rule {
    name: "human-error",
    group: Group::Cause,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "Under `[cause]` a person is the cause: “human error”, “operator mistake”.",
    why: "It is where the search begins, not where it ends: the same slip will be made by the next person as long as the tool, the procedure and the hour are the same. The phrases are `wording.human_error` in `pm.toml`.",
    example: Some(Example {
        bad: "[cause]\nroot_cause = \"Human error.\"",
        good: "[cause]\nroot_cause = \"The two hosts could not be told apart, and the command asks for no confirmation.\"",
    }),
    source: "Sidney Dekker, “The Field Guide to Understanding ‘Human Error’” (2006).",
    look: Look::Record(human_error),
};

fn blame(subject: &Subject<'_>) -> Vec<Found> {
    let help = "say what was known, and what made it look right; word lists are under `[wording]` in pm.toml";
    phrases(subject, List::Blame, |_| true, "puts somebody in the wrong", help)
}

fn counterfactual(subject: &Subject<'_>) -> Vec<Found> {
    let help = "say what there was instead, and why it made sense; what ought to be from now on is an action";
    phrases(subject, List::Counterfactual, |_| true, "tells how it did not go", help)
}

fn human_error(subject: &Subject<'_>) -> Vec<Found> {
    let help = "ask what made the slip possible, and what would have caught it";
    phrases(subject, List::HumanError, |plain| plain.starts_with("cause."), "ends the search at a person", help)
}

/// A finding for each text in which a phrase of a list is used.
fn phrases(subject: &Subject<'_>, list: List, wanted: fn(&str) -> bool, does: &str, help: &str) -> Vec<Found> {
    let mut found = Vec::new();
    subject.texts(&mut |text| {
        if !wanted(text.plain) {
            return;
        }
        // The words are looked for first: where they are is asked of the few texts that have them.
        let Some(range) = subject.words.first(list, text.text) else { return };
        if text.is_own_words() || list == List::HumanError {
            let phrase = text.text[range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
            found.push(Found::at(text.path(), format!("“{phrase}” {does}"), help).about(text.text, range));
        }
    });
    found
}

//! What the team takes from the incident.

use super::sheet::{Sheet, blank_numbers, blocks, under};
use crate::record::vocabulary as v;

pub(super) fn went_well(sheet: &Sheet<'_>) -> String {
    let ask = "Things the team did right that helped resolve the incident:";
    under("## What Went Well", sheet.numbered(ask, "lessons.went_well", || blank_numbers(5, 67)))
}

pub(super) fn could_be_improved(sheet: &Sheet<'_>) -> String {
    let ask = "Things that slowed down response or resolution:";
    under("## What Could Be Improved", sheet.numbered(ask, "lessons.could_improve", || blank_numbers(5, 67)))
}

/// The template does not ask for luck: the section is there only with an answer.
pub(super) fn lucky(sheet: &Sheet<'_>) -> String {
    under("## Where We Got Lucky", sheet.numbered("", "lessons.lucky", String::new))
}

pub(super) fn learning_and_training(sheet: &Sheet<'_>) -> String {
    let ask = "What did the team learn from this incident?";
    let learned = sheet.numbered(ask, "lessons.learned", || format!("```\n{}\n```", blank_numbers(5, 65)));
    let body = blocks([
        under("### Team Learnings", learned),
        under("### Training Needs Identified", sheet.boxes("lessons.training", &v::TRAINING, None)),
        under("### Documentation Updates Required", sheet.boxes("lessons.documentation", &v::DOCUMENTATION, None)),
    ]);
    under("## Learning & Training", body)
}

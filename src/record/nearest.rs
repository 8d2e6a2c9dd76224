//! The nearest known spelling of what somebody wrote.

/// The candidate nearest to `text`, when it is near enough that a slip of the fingers explains the difference: at
/// most a third of the longer word's characters, or one being the beginning of the other.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(text);
    if wanted.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let known = fold(candidate);
            let distance = strsim::damerau_levenshtein(&wanted, &known);
            let longer = wanted.chars().count().max(known.chars().count());
            let prefix = wanted.len() >= 3 && (known.starts_with(&wanted) || wanted.starts_with(&known));
            (distance * 3 <= longer || prefix).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Spelling without what people vary freely: case, and the separators between words.
fn fold(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '_' | ' ' | '.') { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_the_word_and_another_word_finds_none() {
        let words = ["resource-exhaustion", "race-condition", "network-issue"];
        assert_eq!(nearest("resource-exhastion", words), Some("resource-exhaustion"));
        assert_eq!(nearest("Race Condition", words), Some("race-condition"));
        assert_eq!(nearest("network", words), Some("network-issue"));
        assert_eq!(nearest("solar flare", words), None);
        assert_eq!(nearest("", words), None);
    }
}

//! The gate before a commit: what must not be written.
//!
//! Refused are texts that cannot be read, merge conflicts, and *new* errors. A draft's open findings, and errors that
//! were there before, pass: nothing may block a responder at 3 a.m.

use std::sync::Arc;

use toml::Table;

use super::read::{Reading, Terms, read_for_findings};
use super::{Document, sound};
use crate::finding::{Finding, Level};
use crate::record::Record;

/// The text of a record that may be written. Only [`check`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    text: String,
}

impl Checked {
    /// The bytes to write.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// A text that may not be written.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The findings that stand against it.
    pub findings: Vec<Finding>,
    /// The text they are about.
    pub text: String,
}

/// A text about to be written, with its values where they are at hand.
#[derive(Debug, Clone)]
pub struct NewText {
    text: String,
    values: Option<Arc<Table>>,
}

impl NewText {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl From<Document> for NewText {
    fn from(document: Document) -> Self {
        let (text, values) = document.into_parts();
        Self { text, values: Some(values) }
    }
}

impl From<String> for NewText {
    fn from(text: String) -> Self {
        Self { text, values: None }
    }
}

/// Checks the text of a record about to be written, against the text it replaces.
///
/// # Errors
///
/// The findings that forbid it: every error that the text before did not have.
pub fn check(before: Option<&str>, after: NewText, terms: &Terms<'_>) -> Result<(Checked, Reading), Refused> {
    let NewText { text: after, values } = after;
    if let Some(values) = values
        && sound::certainly(&values, terms)
    {
        return Ok((Checked { text: after }, Reading { record: Record::new(values), ..Reading::default() }));
    }
    let reading = read_for_findings(&after, terms);
    if reading.is_sound() {
        return Ok((Checked { text: after }, reading));
    }
    let mut old: Vec<_> =
        before.map(|text| read_for_findings(text, terms).findings).unwrap_or_default().iter().map(likeness).collect();
    // Each error of before excuses one like it: the numbers of rows may have moved.
    let mut known = |finding: &Finding| {
        let like = likeness(finding);
        old.iter().position(|old| *old == like).map(|index| old.swap_remove(index)).is_some()
    };
    let breaks = |finding: &Finding| matches!(finding.rule, "syntax" | "duplicate-key" | "conflict-markers");
    let unreadable = reading.findings.iter().any(breaks);
    let errors = reading.findings.iter().filter(|finding| finding.level == Level::Error);
    let findings: Vec<Finding> = errors.filter(|finding| unreadable || !known(finding)).cloned().collect();
    if findings.is_empty() {
        return Ok((Checked { text: after }, reading));
    }
    Err(Refused { findings, text: after })
}

/// What makes two findings the same one when rows of a list have moved: the rule, and the message without row numbers.
fn likeness(finding: &Finding) -> (&'static str, String) {
    let mut message = String::with_capacity(finding.message.len());
    let mut rest = finding.message.as_str();
    while let Some(open) = rest.find('[') {
        let digits = rest[open + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = open + 1 + digits;
        if digits > 0 && rest[end..].starts_with(']') {
            message.push_str(&rest[..open]);
            rest = &rest[end + 1..];
        } else {
            message.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
        }
    }
    message.push_str(rest);
    (finding.rule, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n";

    fn passes(before: Option<&str>, after: &str) -> bool {
        check(before, after.to_owned().into(), &Terms { severities: &["P1".to_owned()] }).is_ok()
    }

    #[test]
    fn a_new_error_is_refused_and_an_old_one_passes() {
        let bad = format!("{SOUND}severity = \"P9\"\n");
        assert!(!passes(Some(SOUND), &bad));
        assert!(passes(Some(&bad), &format!("{bad}owner = \"Ann\"\n")));
        assert!(passes(None, SOUND));
    }

    #[test]
    fn an_old_error_passes_when_its_row_has_moved_and_a_second_one_does_not() {
        let row = |event: &str| format!("[[timeline]]\nat = 2017-01-31T22:00:00Z\nevent = {event}\n");
        let before = format!("{SOUND}{}{}", row("\"a\""), row("5"));
        assert!(passes(Some(&before), &format!("{SOUND}{}{}{}", row("\"new\""), row("\"a\""), row("5"))));
        assert!(!passes(Some(&before), &format!("{SOUND}{}{}{}", row("6"), row("\"a\""), row("5"))));
    }

    #[test]
    fn what_cannot_be_read_is_refused_whatever_was_there_before() {
        let broken = format!("{SOUND}owner = Ann\n");
        assert!(!passes(Some(&broken), &broken));
        let conflict = format!("{SOUND}<<<<<<< HEAD\n=======\n>>>>>>> x\n");
        assert!(!passes(Some(&conflict), &conflict));
    }
}

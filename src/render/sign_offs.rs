//! The sign-offs of a record as they are written, and which approvals of theirs count.
//!
//! What counts here is what the record says: whether a signature or the policy holds is not asked.

use toml::Table;

use crate::record::time::Moment;
use crate::record::timeline::moment;
use crate::record::{Record, text_in};

/// One entry of `[[sign_offs]]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignOff<'a> {
    table: &'a Table,
}

impl<'a> SignOff<'a> {
    /// A text of it by key.
    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        text_in(self.table, key)
    }

    /// When.
    pub(super) fn at(self) -> Option<Moment> {
        moment(self.table, "at")
    }
}

/// All of them, in the order of the record.
pub(super) fn all(record: &Record) -> Vec<SignOff<'_>> {
    record.tables("sign_offs").into_iter().map(|table| SignOff { table }).collect()
}

/// The approvals of the round that is going on: those behind the last submit, request for changes or reopening.
pub(super) fn counting(record: &Record) -> Vec<SignOff<'_>> {
    let all = all(record);
    let opens = |sign_off: &SignOff<'_>| matches!(sign_off.text("to"), Some("in-review" | "draft"));
    let from = all.iter().rposition(opens).map_or(0, |index| index + 1);
    all[from..].iter().copied().filter(|sign_off| sign_off.text("to") == Some("approved")).collect()
}

/// The latest counting approval of a role.
pub(super) fn of_role<'a>(record: &'a Record, role: &str) -> Option<SignOff<'a>> {
    counting(record).into_iter().rfind(|sign_off| sign_off.text("role") == Some(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_before_a_reopening_does_not_count() {
        let entry = |to: &str, role: &str, name: &str| {
            format!("[[sign_offs]]\nto = \"{to}\"\nrole = \"{role}\"\nname = \"{name}\"\n")
        };
        let mut text =
            entry("in-review", "owner", "O") + &entry("approved", "legal", "L") + &entry("draft", "owner", "O");
        let read = |text: &str| crate::document::read::values(text).expect("TOML");
        assert!(of_role(&read(&text), "legal").is_none());
        text +=
            &(entry("in-review", "owner", "O") + &entry("approved", "legal", "A") + &entry("approved", "legal", "B"));
        assert_eq!(of_role(&read(&text), "legal").and_then(|found| found.text("name")), Some("B"));
    }
}

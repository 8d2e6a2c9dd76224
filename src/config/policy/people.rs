//! The people of the settings, and what their addresses and keys look like.

use toml::{Table, Value};

use crate::record::{text_in, texts_of};

/// Somebody who may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The short name they are written under.
    pub key: String,
    /// Their name, or else the short name.
    pub name: String,
    /// Their addresses as written; no two people share one, whatever its case.
    pub emails: Vec<String>,
    /// What they may sign as.
    pub roles: Vec<String>,
    /// Their signing keys: `TYPE BASE64` of an ssh key, without its comment, or the upper-case digits of an openpgp
    /// fingerprint; no two people share one.
    pub keys: Vec<String>,
}

/// The people of `[people]`, in order.
pub(super) fn read(written: Option<&Table>) -> Vec<Person> {
    let of = |(key, row): (&String, &Value)| {
        let row = row.as_table()?;
        let texts = |name: &str| -> Vec<String> {
            row.get(name).map(texts_of).unwrap_or_default().into_iter().map(str::to_owned).collect()
        };
        Some(Person {
            key: key.clone(),
            name: text_in(row, "name").unwrap_or(key).to_owned(),
            emails: texts("email"),
            roles: texts("roles"),
            keys: texts("keys").iter().filter_map(|text| key_of(text).ok()).collect(),
        })
    };
    written.into_iter().flatten().filter_map(of).collect()
}

/// Why a text is no e-mail address that git could know somebody by.
pub fn no_email(text: &str) -> Option<&'static str> {
    if text.contains(['<', '>']) {
        return Some("has angle brackets");
    }
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Some("has a blank or a control character");
    }
    match text.rsplit_once('@') {
        None => Some("has no `@`"),
        Some(("", _) | (_, "")) => Some("has nothing on one side of its `@`"),
        Some(_) => None,
    }
}

/// Why a text is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {
    /// The half of a key pair that nobody else may see.
    Private,
    /// The last digits of a fingerprint, which others can have too.
    ShortId,
    /// A whole openpgp key in place of its fingerprint.
    Armour,
    /// An ssh key that is not whole.
    BadSsh,
    /// Anything else.
    Other,
}

/// A signing key in the one form it is compared in.
pub fn key_of(text: &str) -> Result<String, NoKey> {
    let is_private = ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines:", "AGE-SECRET-KEY-"];
    // How the base64 of an ssh private key begins, when only that was pasted.
    if is_private.iter().any(|mark| text.contains(mark)) || text.trim_start().starts_with("b3BlbnNzaC1rZXktdjE") {
        return Err(NoKey::Private);
    }
    if text.contains("-----BEGIN PGP") {
        return Err(NoKey::Armour);
    }
    if ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| text.trim_start().starts_with(kind)) {
        let mut parts = text.split_whitespace();
        let (kind, blob) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let is_one_line = !text.trim().contains(['\n', '\r']);
        return if is_one_line && is_base64(blob) { Ok(format!("{kind} {blob}")) } else { Err(NoKey::BadSsh) };
    }
    let digits: String = text.chars().filter(|letter| *letter != ' ').collect();
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(NoKey::Other);
    }
    match digits.len() {
        40 | 64 => Ok(digits.to_ascii_uppercase()),
        8 | 16 => Err(NoKey::ShortId),
        _ => Err(NoKey::Other),
    }
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |digit: u8| digit.is_ascii_alphanumeric() || matches!(digit, b'+' | b'/');
    !digits.is_empty() && text.len() - digits.len() <= 2 && text.len().is_multiple_of(4) && digits.bytes().all(is_digit)
}

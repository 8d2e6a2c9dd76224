//! Settings that are lists: what is right in them is kept, what is not is reported and left out.

use std::ops::Range;
use std::str::FromStr as _;

use serde_spanned::Spanned;
use toml::Value;
use toml::de::DeValue;

use super::Reader;
use crate::config::policy::people::{NoKey, key_of, no_email};
use crate::config::settings::Item;
use crate::finding::Level;
use crate::record::milestone::Milestone;
use crate::record::nearest::nearest;

/// The longest phrase, in characters; one is looked for in every text of every record.
const LONGEST_PHRASE: usize = 200;

impl Reader {
    /// The texts of a list that are what they have to be, each once.
    pub(super) fn list(
        &mut self,
        kind: Item,
        items: &[Spanned<DeValue<'_>>],
        span: Range<usize>,
        path: &str,
    ) -> Vec<Value> {
        let owner = path.rsplit_once('.').map_or(path, |(owner, _)| owner);
        if kind == Item::Email && items.is_empty() {
            self.cannot_sign(owner, span);
        }
        let mut kept = Vec::new();
        let mut forms: Vec<String> = Vec::new();
        for item in items {
            let text = item.get_ref().as_str().unwrap_or_default().trim();
            let form = match understood(kind, text, path) {
                Ok(form) => form,
                // The line of a key that nobody may see is not shown.
                Err(None) => {
                    self.private_key(path);
                    continue;
                }
                Err(Some((message, help))) => {
                    self.report("wrong-setting", Level::Error, item.span(), message, help);
                    continue;
                }
            };
            let other = self.taken.iter().find(|(known, whose)| *known == form && whose != owner);
            let twice = if forms.contains(&form) {
                let help = if path.starts_with("approval.") {
                    "write it once; `signers` says how many people have to sign"
                } else {
                    "write it once"
                };
                Some((format!("`{path}` has this twice"), help.to_owned()))
            } else {
                other.map(|(_, whose)| {
                    let noun = if kind == Item::Email { "address" } else { "key" };
                    let message =
                        format!("this {noun} is there for `{whose}` already, so it would not tell who signed");
                    (message, format!("leave it with the one person whose {noun} it is"))
                })
            };
            if let Some((message, help)) = twice {
                self.report("wrong-setting", Level::Error, item.span(), message, help);
                continue;
            }
            if matches!(kind, Item::Email | Item::Key) {
                self.taken.push((form.clone(), owner.to_owned()));
            }
            self.places.push((format!("{path}[{text}]"), item.span()));
            forms.push(form);
            kept.push(Value::from(text));
        }
        kept
    }

    /// Says as loudly as a finding can that a private key is in the settings.
    pub(super) fn private_key(&mut self, path: &str) {
        let span = self.place(path).unwrap_or(0..0);
        let message = format!("`{path}` holds a PRIVATE key: whoever can read this repository can sign with it");
        let help = "take it out and never use that key again, since git keeps what was committed; make a new pair, and \
                    write its public half here, the one line of the file that ends in `.pub`";
        self.report("wrong-setting", Level::Error, span, message, help.to_owned());
    }

    /// Reports a person whom no commit can come from.
    pub(super) fn cannot_sign(&mut self, person: &str, span: Range<usize>) {
        let message = format!("`{person}` has no e-mail address, so nothing can be signed as them");
        let help = "write the address they commit with, as in `email = [\"ann@example.com\"]`".to_owned();
        self.report("wrong-setting", Level::Warning, span, message, help);
    }

    /// The milestones of a setting, when all of them are.
    pub(super) fn milestones(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let single = std::slice::from_ref(value);
        let items = value.get_ref().as_array().map_or(single, |items| items.get(..).unwrap_or_default());
        let mut words = Vec::new();
        for item in items {
            let word = item.get_ref().as_str().unwrap_or_default();
            if Milestone::from_str(word).is_ok() {
                words.push(Value::from(word));
                continue;
            }
            let known = Milestone::ALL.map(Milestone::word);
            let help = match nearest(word, known) {
                Some(near) => format!("did you mean `{near}`? Known are {}", known.join(", ")),
                None => format!("known are {}", known.join(", ")),
            };
            self.report("wrong-setting", Level::Error, item.span(), "this is not a milestone".to_owned(), help);
        }
        (words.len() == items.len() && !words.is_empty()).then_some(Value::Array(words))
    }
}

/// The form a text is compared in, or what is wrong with it and what to do; of a private key, nothing.
fn understood(kind: Item, text: &str, path: &str) -> Result<String, Option<(String, String)>> {
    match kind {
        Item::Email => match no_email(text) {
            None => Ok(text.to_lowercase()),
            Some(why) => {
                let message = format!("`{}` is not an e-mail address: it {why}", text.escape_debug());
                Err(Some((message, "write the address alone, as in `ann@example.com`".to_owned())))
            }
        },
        Item::Key => key_of(text).map_err(|why| {
            let wanted = "an ssh public key, the one line of the file that ends in `.pub`, or an openpgp fingerprint of 40 or 64 digits";
            let (what, help) = match why {
                NoKey::Private => return None,
                NoKey::ShortId => (
                    "is a short key id, which other keys can have too",
                    "write the whole fingerprint, as `gpg --fingerprint` shows it".to_owned(),
                ),
                NoKey::Armour => (
                    "is a whole openpgp key",
                    "write its fingerprint, as `gpg --fingerprint` shows it".to_owned(),
                ),
                NoKey::BadSsh => ("is an ssh public key that is not whole", format!("write {wanted}")),
                NoKey::Other => ("is not a signing key", format!("write {wanted}")),
            };
            Some((format!("this text of `{path}` {what}"), help))
        }),
        Item::Phrase if text.is_empty() => Err(Some(("a phrase is empty".to_owned(), "take it out".to_owned()))),
        Item::Phrase if text.chars().count() > LONGEST_PHRASE => {
            Err(Some(("this phrase is too long".to_owned(), format!("{LONGEST_PHRASE} characters are enough for one"))))
        }
        Item::Phrase => Ok(text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")),
        Item::Domain if text.is_empty() || text.contains(['@', '/', ' ']) || !text.contains('.') => {
            let message = format!("`{}` is not a domain", text.escape_debug());
            Err(Some((message, "write what stands behind the `@`, as in `example.com`".to_owned())))
        }
        Item::Domain => Ok(text.to_lowercase()),
        Item::Role if text.is_empty() => Err(Some(("a role is empty".to_owned(), "take it out".to_owned()))),
        Item::Role => Ok(text.to_owned()),
    }
}

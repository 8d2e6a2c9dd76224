//! What `gpg` and `gpgsm` say of a signature, in the status lines git passes on (`doc/DETAILS` of `GnuPG`).
//!
//! Never reads what is written for people, which is in any language, and never asks a keyring itself.

use chrono::NaiveDateTime;

use super::{
    allowed::day,
    judge::{Check, Judgement, NO_MATCH},
    object::Form,
    referee::Answer,
};

/// How much earlier than the statement a signature may say it was made, in seconds: clocks differ. A later one is no
/// finding, since the statement's time is what the signer says it is.
const EARLIER: i64 = 24 * 60 * 60;

/// What the lines say about the one signature.
#[derive(Debug, Default)]
struct Status {
    /// The words that each mean one signature was looked at, with the rest of their lines.
    results: Vec<(String, String)>,
    valid: Option<Valid>,
    trusted: bool,
    no_key: bool,
}

#[derive(Debug)]
struct Valid {
    fingerprint: String,
    /// Of the key the signing one belongs to.
    primary: Option<String>,
    /// Since 1970.
    seconds: Option<i64>,
}

/// The verdict, and whether it will be the same whatever the keyring becomes.
pub(super) fn judge(check: &Check<'_>, form: Form, answer: &Answer) -> (Judgement, bool) {
    let status = Status::of(&answer.report);
    let name = check.stated.name;
    let passing = |reason: String| (Judgement::cannot_tell(reason), false);
    let (result, rest) = match status.results.as_slice() {
        [] => return passing(format!("git could not check it: {}", answer.last_words())),
        [(result, rest)] => (result.as_str(), rest.as_str()),
        _ => return (Judgement::bad("there is more than one signature in it"), false),
    };
    let (id, user) = rest.split_once(' ').unwrap_or((rest, ""));
    let key = status.valid.as_ref().map_or(id, |valid| &valid.fingerprint);
    match result {
        "BADSIG" => return (Judgement::bad(NO_MATCH), true),
        "ERRSIG" if status.no_key => return passing(format!("the public key {id} is not in the keyring")),
        "REVKEYSIG" => return (Judgement::bad(format!("the key {key} has been revoked")), false),
        "EXPKEYSIG" => return passing(format!("the key {key} has expired")),
        "EXPSIG" => return passing(format!("the signature by {key} has expired")),
        "GOODSIG" => {}
        _ => return passing(format!("gpg could not check the signature by {id}")),
    }
    let Some(valid) = &status.valid else {
        return passing(format!("gpg does not say which key {id} is"));
    };
    if let Some(seconds) = valid.seconds
        && seconds < check.stated.seconds.saturating_sub(EARLIER)
    {
        let (signed, stated) = (day(seconds), day(check.stated.seconds));
        return passing(format!("it was signed on {signed}, before the day it states, {stated}"));
    }
    let kind = if form == Form::X509 { "x509" } else { "openpgp" };
    let good = Judgement::Good { key: format!("{kind} {}", valid.fingerprint) };
    if !check.keys.is_empty() {
        let listed = check.keys.iter().filter_map(|key| fingerprint(key));
        let own = [Some(&valid.fingerprint), valid.primary.as_ref()];
        let known = listed.into_iter().any(|listed| own.contains(&Some(&listed)));
        let other = format!("it was signed by a key that is not one of {name}'s: {kind} {}", valid.fingerprint);
        return if known { (good, true) } else { (Judgement::bad(other), false) };
    }
    if form == Form::X509 {
        return passing(format!("no certificate is listed for {name}; its fingerprint is {key}"));
    }
    if !status.trusted {
        return passing(format!("the keyring has the key {key}, but does not trust it"));
    }
    match address(user) {
        Some(email) if check.emails.iter().any(|own| own.eq_ignore_ascii_case(email)) => (good, false),
        _ => passing(format!("the key {key} is {user}'s by the keyring, not {}'s", check.stated.email)),
    }
}

impl Status {
    fn of(report: &str) -> Self {
        let mut status = Self::default();
        for line in report.lines() {
            let Some(line) = line.strip_prefix("[GNUPG:] ") else { continue };
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "GOODSIG" | "BADSIG" | "ERRSIG" | "EXPSIG" | "EXPKEYSIG" | "REVKEYSIG" => {
                    status.results.push((word.to_owned(), rest.to_owned()));
                }
                "VALIDSIG" => status.valid = Valid::of(rest),
                "TRUST_ULTIMATE" | "TRUST_FULLY" | "TRUST_MARGINAL" => status.trusted = true,
                "NO_PUBKEY" => status.no_key = true,
                _ => {}
            }
        }
        status
    }
}

impl Valid {
    /// Fingerprint, date, time, and as the tenth the primary key's fingerprint.
    fn of(rest: &str) -> Option<Self> {
        let words: Vec<&str> = rest.split(' ').collect();
        Some(Self {
            fingerprint: fingerprint(words.first()?)?,
            primary: words.get(9).and_then(|word| fingerprint(word)),
            seconds: words.get(2).and_then(|word| time(word)),
        })
    }
}

/// Seconds, which `gpg` counts and `gpgsm` writes as a date.
fn time(word: &str) -> Option<i64> {
    let date = |word| NaiveDateTime::parse_from_str(word, "%Y%m%dT%H%M%S").ok();
    word.parse().ok().or_else(|| date(word).map(|date| date.and_utc().timestamp()))
}

/// A fingerprint in one form, however it is spaced: 40 or 64 digits.
fn fingerprint(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    let text = text.strip_prefix("0x").unwrap_or(&text).to_ascii_uppercase();
    let whole = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then_some(text)
}

/// The address in a user id: `Ada <ada@example.org>`, or nothing but the address.
fn address(user: &str) -> Option<&str> {
    match user.strip_suffix('>') {
        Some(user) => user.rsplit_once('<').map(|(_, address)| address),
        None => user.contains('@').then_some(user),
    }
}

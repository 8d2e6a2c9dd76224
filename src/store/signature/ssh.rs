//! ssh signatures, checked in this process.
//!
//! Signatures with certificates, security keys and very long RSA keys are left to git. Never reads a file, never
//! runs a program.

use data_encoding::{BASE64, BASE64_NOPAD};
use sha2::{Digest as _, Sha256};
use ssh_key::{PublicKey, SshSig};

use super::{
    AllowedSigners,
    allowed::Standing,
    judge::{Check, Judgement, NO_MATCH},
    object::{self, Form, Method},
};

/// What git signs commits for; a signature for anything else is none of a statement.
const NAMESPACE: &str = "git";

/// Lengths of RSA moduli in bytes: shorter ones OpenSSH refuses, longer ones are git's business.
const RSA_LENGTHS: std::ops::RangeInclusive<usize> = 128..=512;

pub(super) enum Opinion {
    Sure(Judgement),
    /// git has to say, with this text as the allowed-signers file.
    Ask {
        allowed: String,
        /// The key to name when git accepts it.
        key: String,
    },
}

fn sure(judgement: Judgement) -> Opinion {
    Opinion::Sure(judgement)
}

pub(super) fn judge(check: &Check<'_>, method: Method, signature: &[u8], allowed: &AllowedSigners) -> Opinion {
    let Some(parts) = Parts::of(signature) else {
        return sure(Judgement::bad("the signature is damaged: it is no ssh signature"));
    };
    if parts.namespace != NAMESPACE.as_bytes() {
        let namespace = String::from_utf8_lossy(parts.namespace);
        return sure(Judgement::bad(format!("it was signed for `{}`, not for git", namespace.escape_debug())));
    }
    let key = parts.name();
    let in_process = match parts.kind.as_str() {
        "ssh-ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => true,
        "ssh-rsa" => match parts.modulus() {
            Some(length) if length < *RSA_LENGTHS.start() => {
                return sure(Judgement::bad(format!("{key} is too short a key to be safe")));
            }
            length => length.is_none_or(|length| RSA_LENGTHS.contains(&length)),
        },
        _ => false,
    };
    if in_process {
        let signed = object::unsigned(&check.stated, method.sha256);
        let armour = object::armoured(Form::Ssh, check.signature) + "\n";
        let holds = SshSig::from_pem(armour).is_ok_and(|signature| {
            PublicKey::from(signature.public_key().clone()).verify(NAMESPACE, signed.as_bytes(), &signature).is_ok()
        });
        if !holds {
            return sure(Judgement::bad(NO_MATCH));
        }
    }
    if parts.kind.contains("-cert-") {
        return by_certificate(check, allowed, key);
    }
    if check.keys.is_empty() {
        match allowed.standing(parts.blob, check) {
            Standing::Good if in_process && !allowed.can_revoke() => sure(Judgement::Good { key }),
            Standing::Good => Opinion::Ask { allowed: line(check.emails, &parts), key },
            Standing::Not(judgement) => sure(judgement),
        }
    } else if !check.keys.iter().any(|listed| blob_of(listed).as_deref() == Some(parts.blob)) {
        sure(Judgement::bad(format!("it was signed by a key that is not one of {}'s: {key}", check.stated.name)))
    } else if in_process {
        sure(Judgement::Good { key })
    } else {
        Opinion::Ask { allowed: line(check.emails, &parts), key }
    }
}

fn by_certificate(check: &Check<'_>, allowed: &AllowedSigners, key: String) -> Opinion {
    if !check.keys.is_empty() {
        let reason = format!("{key} is a certificate, and the keys listed for {} are none", check.stated.name);
        return sure(Judgement::cannot_tell(reason));
    }
    match allowed.authorities(check) {
        Ok(allowed) => Opinion::Ask { allowed, key },
        Err(judgement) => sure(judgement),
    }
}

/// A line of an allowed-signers file that trusts exactly this key.
fn line(emails: &[String], parts: &Parts<'_>) -> String {
    format!("{} namespaces=\"git\" {} {}\n", principals(emails.iter()), parts.kind, BASE64.encode(parts.blob))
}

/// Addresses as a list of principals; those that would mean something else there are left out.
pub(super) fn principals<'a>(emails: impl Iterator<Item = &'a String>) -> String {
    let plain = |email: &&String| {
        !email.is_empty() && !email.contains(|c: char| c.is_whitespace() || c.is_control() || ",*?!\"#\\".contains(c))
    };
    let emails: Vec<&str> = emails.filter(plain).map(String::as_str).collect();
    // Nobody's address, where nothing is left: an empty list would make the key's type the principal.
    if emails.is_empty() { "!*".into() } else { emails.join(",") }
}

/// The data of a public key in the form of a `.pub` file, whatever its comment.
pub(super) fn blob_of(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_start();
    let mut words = text.strip_prefix("key::").unwrap_or(text).split([' ', '\t']).filter(|word| !word.is_empty());
    let (kind, data) = (words.next()?, words.next()?);
    let blob = BASE64.decode(data.trim_end().as_bytes()).ok()?;
    let (named, _) = string(&blob)?;
    (named == kind.as_bytes()).then_some(blob)
}

/// A key for people: its type and fingerprint, as OpenSSH prints them.
pub(super) fn name_of(blob: &[u8]) -> String {
    let kind = string(blob).map(|(kind, _)| String::from_utf8_lossy(kind).into_owned()).unwrap_or_default();
    let base = kind.trim_end_matches("@openssh.com").trim_end_matches("-cert-v01");
    let short = match base {
        "ssh-ed25519" => "ED25519",
        "ssh-rsa" => "RSA",
        "sk-ssh-ed25519" => "ED25519-SK",
        "sk-ecdsa-sha2-nistp256" => "ECDSA-SK",
        _ if base.starts_with("ecdsa-") => "ECDSA",
        _ => "key",
    };
    let certificate = if kind.contains("-cert-") { "-CERT" } else { "" };
    format!("{short}{certificate} SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(blob)))
}

/// The outer fields of a signature (OpenSSH's `PROTOCOL.sshsig`).
struct Parts<'a> {
    blob: &'a [u8],
    kind: String,
    namespace: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(signature: &'a [u8]) -> Option<Self> {
        let rest = signature.strip_prefix(b"SSHSIG\0\0\0\x01")?;
        let (blob, rest) = string(rest)?;
        let (namespace, rest) = string(rest)?;
        let (_reserved, rest) = string(rest)?;
        let (_hash, rest) = string(rest)?;
        let (_signature, rest) = string(rest)?;
        let (kind, _) = string(blob)?;
        let kind = std::str::from_utf8(kind).ok()?;
        let plain = kind.bytes().all(|byte| byte.is_ascii_graphic()) && !kind.is_empty();
        (rest.is_empty() && plain).then(|| Self { blob, kind: kind.to_owned(), namespace })
    }

    fn name(&self) -> String {
        name_of(self.blob)
    }

    /// The length of an RSA key's modulus, in bytes.
    fn modulus(&self) -> Option<usize> {
        let (_kind, rest) = string(self.blob)?;
        let (_exponent, rest) = string(rest)?;
        let (modulus, _) = string(rest)?;
        Some(modulus.iter().skip_while(|byte| **byte == 0).count())
    }
}

/// A string of ssh's wire format, its length before it, and what follows.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

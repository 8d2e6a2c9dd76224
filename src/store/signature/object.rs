//! The commit object a statement is signed in, and the armour around its signature: built and taken apart byte by byte.
//!
//! Never accepts an object that differs in a byte from the expected one, and never runs git.

use std::fmt;

use data_encoding::BASE64;

use super::Stated;

/// The id of the tree without entries, a constant of git's.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const EMPTY_TREE_SHA256: &str = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";

/// The longest signature that is looked at, in base64 digits: chains of X.509 certificates stay far below.
const LONGEST: usize = 256 * 1024;

/// The program whose signature it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Ssh,
    OpenPgp,
    X509,
}

impl Form {
    const ALL: [Self; 3] = [Self::Ssh, Self::OpenPgp, Self::X509];

    fn name(self) -> &'static str {
        match self {
            Self::Ssh => "git-ssh",
            Self::OpenPgp => "git-openpgp",
            Self::X509 => "git-x509",
        }
    }

    /// What the armour's first and last line name. git tells the forms apart by it.
    fn label(self) -> &'static str {
        match self {
            Self::Ssh => "SSH SIGNATURE",
            Self::OpenPgp => "PGP SIGNATURE",
            Self::X509 => "SIGNED MESSAGE",
        }
    }

    fn columns(self) -> usize {
        if self == Self::Ssh { 70 } else { 64 }
    }
}

/// The form of a signature and the hash of the repository it was made in, which is part of what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) form: Form,
    pub(super) sha256: bool,
}

impl Method {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, sha256) = match text.strip_suffix("-sha256") {
            Some(name) => (name, true),
            None => (text, false),
        };
        Form::ALL.into_iter().find(|form| form.name() == name).map(|form| Self { form, sha256 })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.form.name())?;
        f.write_str(if self.sha256 { "-sha256" } else { "" })
    }
}

pub(super) fn empty_tree(sha256: bool) -> &'static str {
    if sha256 { EMPTY_TREE_SHA256 } else { EMPTY_TREE }
}

/// Why a commit object cannot say this.
pub(super) fn flaw(stated: &Stated<'_>) -> Option<&'static str> {
    let unfit = |text: &str| {
        text.is_empty() || text.trim() != text || text.contains(['<', '>']) || text.chars().any(char::is_control)
    };
    if unfit(stated.name) {
        Some("the name is empty or has a character that no author's name can have")
    } else if unfit(stated.email) {
        Some("the e-mail is empty or has a character that no author's e-mail can have")
    } else if stated.seconds < 0 {
        Some("the time is before 1970")
    } else if !stated.statement.ends_with('\n') || stated.statement.contains('\0') {
        Some("the statement does not end in a line break, or has a NUL in it")
    } else {
        None
    }
}

fn head(stated: &Stated<'_>, sha256: bool) -> String {
    let Stated { name, email, seconds, .. } = stated;
    let tree = empty_tree(sha256);
    format!("tree {tree}\nauthor {name} <{email}> {seconds} +0000\ncommitter {name} <{email}> {seconds} +0000\n")
}

fn header(sha256: bool) -> &'static str {
    if sha256 { "gpgsig-sha256" } else { "gpgsig" }
}

/// The bytes that are signed.
pub(super) fn unsigned(stated: &Stated<'_>, sha256: bool) -> String {
    format!("{}\n{}", head(stated, sha256), stated.statement)
}

/// The object with its signature, as git made it but for the armour's comments and checksum, which nothing needs.
pub(super) fn signed(stated: &Stated<'_>, method: Method, signature: &str) -> String {
    let armour = armoured(method.form, signature).replace('\n', "\n ");
    format!("{}{} {armour}\n\n{}", head(stated, method.sha256), header(method.sha256), stated.statement)
}

/// The armour around one line of base64, without a line break at its end.
pub(super) fn armoured(form: Form, signature: &str) -> String {
    let label = form.label();
    let mut text = format!("-----BEGIN {label}-----\n");
    if form == Form::OpenPgp {
        text.push('\n');
    }
    let mut rest = signature;
    while let Some((line, more)) = rest.split_at_checked(form.columns()) {
        text.extend([line, "\n"]);
        rest = more;
    }
    if !rest.is_empty() {
        text.extend([rest, "\n"]);
    }
    text + &format!("-----END {label}-----")
}

/// The bytes of a signature; `None` unless it is one line of base64 as an encoder writes it.
pub(super) fn bytes(signature: &str) -> Option<Vec<u8>> {
    if signature.is_empty() || signature.len() > LONGEST {
        return None;
    }
    BASE64.decode(signature.as_bytes()).ok()
}

/// The signature in the object that git made, which has to be the expected one but for it.
pub(super) fn signature_in(made: &[u8], stated: &Stated<'_>, sha256: bool) -> Result<(Method, String), String> {
    let text = std::str::from_utf8(made).map_err(|_| "git wrote the statement in another encoding".to_owned())?;
    let rest = text.strip_prefix(&head(stated, sha256)).ok_or_else(|| {
        format!("git does not write `{} <{}>` as it is; take dots and quotes off its ends", stated.name, stated.email)
    })?;
    let rest = rest.strip_prefix(header(sha256)).and_then(|rest| rest.strip_prefix(' '));
    let (armour, message) = rest
        .and_then(|rest| rest.split_once("\n\n"))
        .ok_or_else(|| "git made the object without the one signature that was asked for".to_owned())?;
    let mut lines = armour.split('\n');
    let mut armour = vec![lines.next().unwrap_or_default()];
    for line in lines {
        let line = line.strip_prefix(' ').ok_or_else(|| "git added a header to what was signed".to_owned())?;
        armour.push(line);
    }
    if message != stated.statement {
        return Err("git changed the statement before it was signed".to_owned());
    }
    let (form, signature) =
        disarmed(&armour).ok_or_else(|| "the signer's answer is no signature that pm knows".to_owned())?;
    Ok((Method { form, sha256 }, signature))
}

fn disarmed(armour: &[&str]) -> Option<(Form, String)> {
    let lines: Vec<&str> = armour.iter().map(|line| line.trim_end()).collect();
    let first = lines.first()?;
    let form = Form::ALL.into_iter().find(|form| *first == format!("-----BEGIN {}-----", form.label()))?;
    let end = lines.iter().position(|line| *line == format!("-----END {}-----", form.label()))?;
    if lines.get(end + 1..)?.iter().any(|line| !line.is_empty()) {
        return None;
    }
    // Comments, such as the version of the program, end with an empty line.
    let start = lines.get(..end)?.iter().position(|line| line.is_empty()).unwrap_or(0) + 1;
    let body = lines.get(start..end)?;
    let checksum = |line: &&&str| form == Form::OpenPgp && line.starts_with('=');
    let signature: String = body.iter().filter(|line| !checksum(line)).copied().collect();
    bytes(&signature).map(|_| (form, signature))
}

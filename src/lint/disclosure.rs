//! What only the team may know stays out of the record.

use super::rule::{Draft, Example, Found, Group, Look, Rule};
use super::subject::Subject;
use crate::finding::Level;
use crate::record::keys::Kind;
use crate::record::secrets::{self, Secret};

pub(super) const SECRET: Rule = Rule {
    name: "secret",
    group: Group::Text,
    level: Level::Error,
    draft: Draft::Same,
    summary: "A text holds what looks like a password, an access token, a private key, or a link that lets its reader in.",
    why: "Git keeps what was committed, and a record is read by more people than the system it opens. The finding does not repeat the line. Take it out, and make a new one: whoever had a copy of the repository has the old one. What is known by its form is an error; what only stands behind `password =` or the like is a warning. One finding a text: where one is taken out, look for more. Never complete: a password that looks like a word stays a word.",
    example: Some(Example {
        bad: "[appendix]\nlogs = \"PGPASSWORD=hunter2-2017 pg_basebackup\"",
        good: "[appendix]\nlogs = \"PGPASSWORD=… pg_basebackup\"",
    }),
    source: "the forms of tokens that their makers publish for scanners.",
    look: Look::Record(secret),
};

pub(super) const EMAIL: Rule = Rule {
    name: "customer-email",
    group: Group::Text,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "A text that is rendered for the public holds a mail address of somebody outside the team.",
    why: "It is personal data, and git keeps it. Addresses of the domains in `domains` and `[people]` of `pm.toml` and of the people the record names are the team's own; without any of them only `appendix.feedback` is looked at. Those of roles (`support@`, `noreply@`) are nobody's. Entries and actions that are `private` are not looked at.",
    example: Some(Example {
        bad: "[appendix]\nfeedback = \"carla.nunez@gmail.com lost two comments.\"",
        good: "[appendix]\nfeedback = \"A customer lost two comments.\"",
    }),
    source: "the GDPR, article 5(1)(c): data minimisation.",
    look: Look::Record(email),
};

fn secret(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    subject.texts(&mut |text| {
        if let Some(secret) = secrets::first(text.text) {
            let message = format!("`{}` holds {}", text.shown(), secret.noun());
            let help = "take it out and make a new one: git keeps what was committed";
            let one = Found::at(text.path(), message, help);
            found.push(if secret == Secret::Assigned { one.doubtful() } else { one });
        }
    });
    found
}

fn email(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut own: Option<Vec<String>> = None;
    subject.texts(&mut |text| {
        if text.private
            || !text.text.contains('@')
            || matches!(text.kind(), Some(Kind::Person | Kind::Url | Kind::Names))
        {
            return;
        }
        let own = own.get_or_insert_with(|| domains(subject));
        // Where nobody's domain is known, an address is told from the team's by where it stands.
        if own.is_empty() && text.plain != "appendix.feedback" {
            return;
        }
        let strange = |address: &(&str, &str)| {
            let domain = address.1.to_ascii_lowercase();
            !own.iter().any(|known| domain == *known || domain.ends_with(&format!(".{known}")))
        };
        let addresses = addresses(text.text);
        if let Some((local, domain)) = addresses.into_iter().find(strange) {
            let first: String = local.chars().take(1).collect();
            let message =
                format!("`{}` holds the mail address {first}…@{domain}, which is not of the team", text.shown());
            let help = "leave the address out, or add the domain to `domains` in pm.toml if it is yours";
            found.push(Found::at(text.path(), message, help));
        }
    });
    found
}

/// The mail domains that are the team's: of the settings, and of everybody the record names in a place for people.
fn domains(subject: &Subject<'_>) -> Vec<String> {
    let mut all = subject.config.domains.clone();
    subject.texts(&mut |text| {
        if text.text.contains('@') && matches!(text.kind(), Some(Kind::Person | Kind::Names)) {
            let behind = text.text.rsplit_once('@').map_or("", |(_, domain)| domain);
            all.push(behind.trim_end_matches(['>', ' ']).to_ascii_lowercase());
        }
    });
    all
}

/// The mail addresses of people in a text, each in its two parts.
fn addresses(text: &str) -> Vec<(&str, &str)> {
    const ROLES: &[&str] = &[
        "abuse",
        "admin",
        "alerts",
        "billing",
        "contact",
        "donotreply",
        "git",
        "hello",
        "help",
        "info",
        "no-reply",
        "noreply",
        "oncall",
        "on-call",
        "ops",
        "postmaster",
        "press",
        "root",
        "sales",
        "security",
        "sre",
        "status",
        "support",
        "ubuntu",
        "webmaster",
        "ec2-user",
    ];
    // Names that stand for nothing (RFC 2606, RFC 6761), names of systemd units, and names inside a network.
    const NO_DOMAINS: &[&str] = &[
        "example",
        "test",
        "invalid",
        "localhost",
        "service",
        "socket",
        "timer",
        "target",
        "mount",
        "local",
        "internal",
        "lan",
        "svc",
        "cluster",
    ];
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let start = text[..at]
            .rfind(|c| !is_local(c))
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_domain(c)).unwrap_or(rest.len());
        let (local, domain) = (text[start..at].trim_start_matches('.'), rest[..end].trim_end_matches(['.', '-']));
        let after = rest[end..].chars().next();
        let top = domain.rsplit('.').next().unwrap_or_default();
        // `git@host:path`, `ssh user@host/…` and what stands behind a scheme are no mail.
        let is_mail = !text[..start].ends_with([':', '/']) && !matches!(after, Some(':' | '/' | '@'));
        let is_name = domain.contains('.') && top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
        let example = domain.split('.').rev().nth(1) == Some("example") || NO_DOMAINS.contains(&top);
        if is_mail && is_name && !example && !local.is_empty() && !ROLES.contains(&local.to_ascii_lowercase().as_str())
        {
            found.push((local, domain));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people_are_told_from_what_only_looks_like_one() {
        for text in ["carla.nunez@gmail.com", "<bob@mail.co.uk>,", "mail: x+y@web.de."] {
            assert_eq!(addresses(text).len(), 1, "{text}");
        }
        for text in [
            "git@github.com:org/repo.git",
            "https://ann:pw@db.host.com/x",
            "ann@example.com",
            "noreply@web.de",
            "actions/checkout@v4.1.0",
            "postgresql@14-main.service",
            "@channel look",
            "root@web1.prod.com",
            "a @ b.com",
        ] {
            assert_eq!(addresses(text), [], "{text}");
        }
    }
}

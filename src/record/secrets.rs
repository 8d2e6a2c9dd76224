//! Access tokens in texts and links: a record is read by more people than a chat or a file store lets in.
//!
//! What is imported loses them: parameters of links that carry access go, with everything else of the link kept; tokens that
//! can be told by their form are replaced by [`REMOVED`]. What somebody wrote is only judged ([`first`]). Never complete: a
//! password that looks like a word stays a word.

use std::sync::LazyLock;

use regex::Regex;

/// Stands where a secret was.
pub const REMOVED: &str = "[removed]";

/// The text without its secrets, and how many there were.
pub fn strip(text: &str) -> (String, usize) {
    let mut removed = 0;
    let text = private_keys(text, &mut removed);
    let text = links(&text, &mut removed);
    let text = tokens(&text, &mut removed);
    (text, removed)
}

/// A secret that a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// A private key.
    PrivateKey,
    /// A link whose parameters, user name or path let its reader in.
    Link,
    /// A token that can be told by its form.
    Token,
    /// What is written behind `password:` or the like, and looks as if it were one.
    Assigned,
}

impl Secret {
    /// What it is, with its article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::PrivateKey => "a private key",
            Self::Link => "a link that lets its reader in",
            Self::Token => "an access token",
            Self::Assigned => "what looks like a password",
        }
    }
}

/// The first kind of secret in a text; nothing is said of where, so that nobody repeats it.
pub fn first(text: &str) -> Option<Secret> {
    // Texts without any of these have none, and nearly all are.
    static MAY_BE: LazyLock<Regex> = LazyLock::new(|| {
        let forms = FORMS.map(|(prefix, _)| regex::escape(prefix)).join("|");
        let pattern = format!("://|{BEGIN}|{forms}|(?i-u:bearer |passw|pwd|secret|token|key)");
        Regex::new(&pattern).expect("a fixed expression: a test uses it")
    });
    if !MAY_BE.is_match(text) {
        return None;
    }
    let removes = |pass: fn(&str, &mut usize) -> String| {
        let mut removed = 0;
        pass(text, &mut removed);
        removed > 0
    };
    if removes(private_keys) {
        Some(Secret::PrivateKey)
    } else if removes(links) {
        Some(Secret::Link)
    } else if removes(tokens) {
        Some(Secret::Token)
    } else {
        is_assigned(text).then_some(Secret::Assigned)
    }
}

/// Whether a text says what a password is, as settings and logs do: behind `password =` stands something with letters and
/// digits that is no blank to fill in.
fn is_assigned(text: &str) -> bool {
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
        let name = "(?i-u:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)";
        let value = r#"["']?[ \t]*[:=][ \t]*["']?([^\s"'<>{}\[\]()$*`,;]{8,})"#;
        Regex::new(&format!("{name}{value}")).expect("a fixed expression: a test uses it")
    });
    ASSIGNED.captures_iter(text).filter_map(|found| found.get(1)).any(|value| {
        let value = value.as_str();
        let lower = value.to_ascii_lowercase();
        let blank = ["redacted", "removed", "example", "changeme", "placeholder", "xxxx", "your", "secret", "://"];
        value.contains(|c: char| c.is_ascii_digit())
            && value.contains(|c: char| c.is_ascii_alphabetic())
            && !blank.iter().any(|word| lower.contains(word))
    })
}

const BEGIN: &str = "-----BEGIN ";

fn private_keys(text: &str, removed: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let header = rest[at..].lines().next().unwrap_or_default();
        if !header.contains("PRIVATE KEY") {
            out.push_str(&rest[..at + BEGIN.len()]);
            rest = &rest[at + BEGIN.len()..];
            continue;
        }
        out.push_str(&rest[..at]);
        out.push_str(REMOVED);
        *removed += 1;
        let end = rest[at..].find("-----END ").map(|end| at + end + "-----END ".len());
        let close = end.and_then(|end| rest[end..].find("-----").map(|close| end + close + "-----".len()));
        rest = close.map_or("", |close| &rest[close..]);
    }
    out.push_str(rest);
    out
}

/// Every link of a text cleaned.
fn links(text: &str, removed: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(found) = text[done..].find("://") {
        let middle = done + found;
        let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        let start = text[done..middle]
            .rfind(|c| !scheme(c))
            .map_or(done, |at| done + at + text[done + at..].chars().next().map_or(1, char::len_utf8));
        let ends = |c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\'' | '`' | '|' | ')' | ']' | '}')
        };
        let end = text[middle..].find(ends).map_or(text.len(), |at| middle + at);
        // An archive's link has another one in its path, with secrets of its own.
        let inner = text[middle + 3..end].find("://").map(|at| middle + 3 + at);
        let end = inner.map_or(end, |inner| {
            let behind = text[middle + 3..inner].rfind(|c| !scheme(c));
            behind.map_or(middle + 3, |at| {
                middle + 3 + at + text[middle + 3 + at..].chars().next().map_or(1, char::len_utf8)
            })
        });
        out.push_str(&text[done..start]);
        out.push_str(&link(&text[start..end], middle - start, removed));
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// One link; `scheme` is the length of what stands before `://`.
fn link(link: &str, scheme: usize, removed: &mut usize) -> String {
    let (head, rest) = link.split_at((scheme + 3).min(link.len()));
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| {
        *removed += 1;
        host
    });
    let mut out = format!("{head}{host}");
    match secret_path(host, path) {
        Some(kept) => {
            *removed += 1;
            out.push_str(kept);
            out.push_str(REMOVED);
        }
        None => out.push_str(path),
    }
    for (mark, part) in [('?', query), ('#', fragment)] {
        let Some(part) = part else { continue };
        let kept: Vec<&str> = part.split('&').filter(|parameter| !is_secret(parameter)).collect();
        *removed += part.split('&').count() - kept.len();
        if !kept.is_empty() {
            out.push(mark);
            out.push_str(&kept.join("&"));
        }
    }
    out
}

/// What may stay of a path that is itself the secret: incoming webhooks, and Slack's public file links.
fn secret_path<'p>(host: &str, path: &'p str) -> Option<&'p str> {
    let host = host.to_ascii_lowercase();
    let keep = |prefix: &str| path.strip_prefix(prefix).filter(|rest| !rest.is_empty()).map(|_| &path[..prefix.len()]);
    match host.as_str() {
        "hooks.slack.com" => ["/services/", "/workflows/", "/triggers/"].into_iter().find_map(keep),
        "discord.com" | "discordapp.com" => keep("/api/webhooks/"),
        // T024BE7LH-F024BERPE-8004f4c2b9: team, file, and the secret that makes it public.
        "slack-files.com" => path.rfind('-').filter(|_| path.matches('-').count() >= 2).map(|at| &path[..=at]),
        host if host.ends_with(".webhook.office.com") => keep("/"),
        _ => None,
    }
}

/// Whether a `name=value` of a query lets its reader in.
fn is_secret(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let name = percent_decoded(name).to_ascii_lowercase();
    let exact = [
        "auth",
        "authorization",
        "awsaccesskeyid",
        "jwt",
        "key",
        "passwd",
        "password",
        "pub_secret",
        "pwd",
        "session",
        "sessionid",
        "sig",
        "signature",
    ];
    exact.contains(&name.as_str())
        || name.starts_with("x-amz-")
        || name.starts_with("x-goog-")
        || ["token", "secret", "apikey", "api_key", "api-key", "access_key", "private_key"]
            .iter()
            .any(|end| name.ends_with(end))
        || value.starts_with("xox")
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// How tokens begin, and how long at least the rest of one is. The forms are the ones their makers publish for scanners.
const FORMS: [(&str, usize); 24] = [
    ("xoxa-", 6),
    ("xoxb-", 6),
    ("xoxc-", 6),
    ("xoxd-", 6),
    ("xoxe-", 6),
    ("xoxe.", 6),
    ("xoxp-", 6),
    ("xoxr-", 6),
    ("xoxs-", 6),
    ("xapp-", 6),
    ("ghp_", 10),
    ("gho_", 10),
    ("ghu_", 10),
    ("ghs_", 10),
    ("ghr_", 10),
    ("github_pat_", 10),
    ("glpat-", 10),
    ("sk_live_", 10),
    ("rk_live_", 10),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("npm_", 30),
    ("eyJ", 30),
];

fn tokens(text: &str, removed: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        let begins = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        let length = if begins { token(rest) } else { None };
        if let Some(length) = length {
            out.push_str(REMOVED);
            *removed += 1;
            rest = &rest[length..];
            before = Some(']');
            continue;
        }
        if begins && let Some(length) = bearer(rest) {
            let (word, _) = rest.split_at(rest.len().min("bearer ".len()));
            out.push_str(word);
            out.push_str(REMOVED);
            *removed += 1;
            rest = &rest[length..];
            before = Some(']');
            continue;
        }
        out.push(c);
        before = Some(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The length of the token that a text begins with.
fn token(text: &str) -> Option<usize> {
    let (prefix, least) = FORMS.iter().find(|(prefix, _)| text.starts_with(prefix))?;
    let upper_only = matches!(*prefix, "AKIA" | "ASIA");
    let part = |c: char| {
        if upper_only {
            c.is_ascii_uppercase() || c.is_ascii_digit()
        } else {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
        }
    };
    let body = &text[prefix.len()..];
    let end = body.find(|c| !part(c)).unwrap_or(body.len());
    let body = body[..end].trim_end_matches('.');
    let fits = match *prefix {
        "AKIA" | "ASIA" => body.len() == 16,
        "eyJ" => body.len() >= *least && body.matches('.').count() == 2,
        _ => body.len() >= *least,
    };
    fits.then_some(prefix.len() + body.len())
}

/// The length of `Bearer` with what follows, when that is no word.
fn bearer(text: &str) -> Option<usize> {
    let word = text.get(..7).filter(|word| word.eq_ignore_ascii_case("bearer "))?;
    let body = &text[word.len()..];
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '~' | '+' | '/' | '=');
    let end = body.find(|c| !part(c)).unwrap_or(body.len());
    let body = body[..end].trim_end_matches('.');
    (body.len() >= 16 && body.contains(|c: char| c.is_ascii_digit())).then_some(word.len() + body.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_lets_a_reader_in_is_taken_out_and_the_rest_of_a_link_stays() {
        for (text, clean, count) in [
            ("see https://x.example/a?b=1&token=abc&c=2#top", "see https://x.example/a?b=1&c=2#top", 1),
            (
                "https://files.slack.com/files-pri/T1-F1/a.txt?t=xoxe-123-abc",
                "https://files.slack.com/files-pri/T1-F1/a.txt",
                1,
            ),
            ("https://slack.com/f?pub_secret=8f3", "https://slack.com/f", 1),
            ("https://ann:pw@x.example/a", "https://x.example/a", 1),
            ("postgres://app:pw@db:5432/x failed", "postgres://db:5432/x failed", 1),
            (
                "https://b.s3.amazonaws.com/k?X-Amz-Credential=A&x-amz-signature=B&v=1",
                "https://b.s3.amazonaws.com/k?v=1",
                2,
            ),
            ("https://a.example/cb#access_token=1&state=2", "https://a.example/cb#state=2", 1),
            ("https://a.example/?acce%73s_token=1", "https://a.example/", 1),
            (
                "https://archive.example/2020/https://ann:pw@a.example/",
                "https://archive.example/2020/https://a.example/",
                1,
            ),
            ("https://hooks.slack.com/services/T1/B1/abc", "https://hooks.slack.com/services/[removed]", 1),
            ("https://slack-files.com/T02-F02-8004f", "https://slack-files.com/T02-F02-[removed]", 1),
            ("used xoxb-123456-abcdef, then left", "used [removed], then left", 1),
            ("key AKIAIOSFODNN7EXAMPLE.", "key [removed].", 1),
            ("ghp_0123456789abcdefghij", "[removed]", 1),
            ("curl -H 'Authorization: Bearer abcdef0123456789abcd'", "curl -H 'Authorization: Bearer [removed]'", 1),
            ("-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----\nend", "[removed]\nend", 1),
        ] {
            assert_eq!(strip(text), (clean.to_owned(), count), "{text}");
        }
    }

    #[test]
    fn words_and_harmless_links_stay_as_they_are() {
        for text in [
            "https://grafana.example/d/x?from=1&to=2&var-key_id=3",
            "the bearer of bad news is a bearer authentication-mechanism",
            "AKIAsomething, ASIA, xoxb, ghp_short, eyJ",
            "https://github.blog/changelog/2022-05-12-x/",
            "a://b ://, http://",
            "-----BEGIN CERTIFICATE-----",
        ] {
            assert_eq!(strip(text), (text.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn what_somebody_wrote_is_judged_and_not_repeated() {
        for (text, secret) in [
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nx", Some(Secret::PrivateKey)),
            ("see https://ann:pw@db.example/", Some(Secret::Link)),
            ("used AKIAIOSFODNN7EXAMPLE", Some(Secret::Token)),
            ("PGPASSWORD=hunter2-2017 psql", Some(Secret::Assigned)),
            ("api_key: \"9f8e7d6c5b\"", Some(Secret::Assigned)),
            ("The token: expired after 24h", None),
            ("password = <redacted>, then password: ********", None),
            ("DB_PASSWORD=$DB_PASSWORD1", None),
            ("the key to it is a sealed secret", None),
            ("https://example.com/tokens/12", None),
        ] {
            assert_eq!(first(text), secret, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_stripped_and_a_second_time_changes_nothing(
            text in "([ -~üß障\n]|://|\\?token=|#|@|xoxb-|Bearer |-----BEGIN RSA PRIVATE KEY-----){0,40}"
        ) {
            let (once, _) = strip(&text);
            let (twice, _) = strip(&once);
            prop_assert_eq!(once, twice);
        }
    }
}

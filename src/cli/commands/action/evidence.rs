//! What shows that an action is done: an address, a commit of this repository, a sentence.

use super::fields::filled;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::resolve::value;
use crate::render::sanitise::one_line;

/// How evidence is asked for, in a message.
const AS_IN: &str = "as in --evidence https://example.com/pull/42, a commit of this repository, or a sentence";

/// Evidence as it is kept: an address and a sentence as they are, a commit by its whole id. What looks like a commit has to
/// be one.
pub fn read(context: &Context, typed: &str) -> Result<String, Failure> {
    let text = filled("the evidence", typed, AS_IN)?;
    if value::url(&text).is_some() || !names_a_commit(&text) {
        return Ok(text);
    }
    let commit = context.store.resolve(&text).map_err(|_| {
        Failure::new(format!("`{}` names no commit of this repository", one_line(&text)))
            .hint("where somebody else made it: `git fetch` first")
            .hint(
                "a commit of another repository is named by its address, as in --evidence https://example.com/commit/…",
            )
            .hint("for something that is no commit, write a sentence: --evidence \"ticket 1234567\"")
    })?;
    Ok(commit.to_string())
}

/// Evidence as an answer tells it: `commit 4f2a91c03b`, else as it is.
pub fn told(evidence: &str) -> String {
    let is_id = matches!(evidence.len(), 40 | 64) && evidence.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { format!("commit {}", &evidence[..10]) } else { one_line(evidence) }
}

/// Whether a text is an id of a commit, whole or abbreviated, or `HEAD` and what is counted from it.
fn names_a_commit(text: &str) -> bool {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit()) && matches!(text.len(), 7..=40 | 64);
    let from_head =
        text.strip_prefix("HEAD").is_some_and(|rest| rest.chars().all(|c| matches!(c, '~' | '^' | '0'..='9')));
    hex || from_head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_commit_is_one() {
        for text in ["4f2a91c", "4F2A91C03B", "1234567", "HEAD", "HEAD~2", "HEAD^", &"a".repeat(40), &"0".repeat(64)] {
            assert!(names_a_commit(text), "{text}");
        }
        for text in ["4f2a91", "ticket 1234567", "HEADER", "#1234567", &"a".repeat(41), "main"] {
            assert!(!names_a_commit(text), "{text}");
        }
    }
}

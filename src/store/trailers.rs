//! The trailers of a commit message, read strictly.
//!
//! Never asks git, whose answer depends on the user's `trailer.*` settings, and never sees a block that git, left
//! alone, would not see. They are hints: anybody can write them.

/// How git's own cut line ends; what follows one is no part of the message.
const SCISSORS: &str = "------------------------ >8 ------------------------";

/// The keys and values of the last paragraph, in order, if every line of it is `Key: value`; else none.
///
/// The first paragraph is the subject and never counts. Lines that `git cherry-pick -x` adds are passed over.
pub fn trailers(message: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = message.split('\n').map(trimmed_end).collect();
    // Some of git's commands take what follows these for no part of the message, others do not.
    if lines.iter().any(|line| is_divider(line) || line.ends_with(SCISSORS)) {
        return Vec::new();
    }
    let Some(last) = lines.iter().rposition(|line| !line.is_empty()) else { return Vec::new() };
    let Some(gap) = lines[..last].iter().rposition(|line| line.is_empty()) else { return Vec::new() };
    if lines[..gap].iter().all(|line| line.is_empty() || line.starts_with('#')) {
        return Vec::new();
    }
    let block = lines[gap + 1..=last].iter().filter(|line| !is_pick(line));
    block.map(|line| trailer(line)).collect::<Option<_>>().unwrap_or_default()
}

/// The characters git takes for white space.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

fn trimmed_end(line: &str) -> &str {
    line.trim_end_matches(is_blank)
}

fn is_divider(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(is_blank))
}

/// `(cherry picked from commit ID)`.
fn is_pick(line: &str) -> bool {
    let id = line.strip_prefix("(cherry picked from commit ").and_then(|rest| rest.strip_suffix(')'));
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn trailer(line: &str) -> Option<(String, String)> {
    let (key, value) = line.split_once(": ")?;
    let value = value.trim_matches(is_blank);
    let good = key.starts_with(|c: char| c.is_ascii_alphanumeric())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !value.is_empty();
    good.then(|| (key.to_owned(), value.to_owned()))
}

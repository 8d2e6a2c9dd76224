//! Comments in a record that allow a finding: `# pm: allow(RULE) reason`.
//!
//! At the end of a line the comment is for what is written there, on a line of its own for what stands below it: a key with its
//! whole value, or a table. Above the first key of the file it is also for what is found in the record as a whole. Since it
//! is a comment, edits and merges keep it where it is.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::rule::{Draft, Example, Group, Look, Rule};
use super::{near, rule};
use crate::finding::{Finding, Level};
use crate::record::nearest::nearest;
use crate::workflow::gate::is_placeholder;

const SOURCE: &str = "`docs/guides/check.md`.";

pub(super) const BAD: Rule = Rule {
    name: "bad-allow",
    group: Group::Allowing,
    level: Level::Warning,
    draft: Draft::Same,
    summary: "A comment means to allow a finding and cannot: it gives no reason, names no rule that there is, or one that cannot be allowed.",
    why: "Without its reason nobody can tell later whether it still holds, so it allows nothing. Errors of reading cannot be \
          allowed: behind one the rest of the file says nothing certain.",
    example: Some(Example {
        bad: "[[timeline]]\nat = 2017-01-31 # pm: allow(clock-missing)\nevent = \"Page\"",
        good: "[[timeline]]\nat = 2017-01-31 # pm: allow(clock-missing) nobody wrote the time down\nevent = \"Page\"",
    }),
    source: SOURCE,
    look: Look::Elsewhere,
};

pub(super) const UNUSED: Rule = Rule {
    name: "unused-allow",
    group: Group::Allowing,
    level: Level::Note,
    draft: Draft::Same,
    summary: "A comment allows a finding that is not there.",
    why: "What it was for has been put right, or is somewhere else now. It would hide the next finding of the rule at its \
          place.",
    example: Some(Example {
        bad: "owner = \"Ann\" # pm: allow(placeholder) not known yet",
        good: "owner = \"TBD\" # pm: allow(placeholder) not known yet",
    }),
    source: SOURCE,
    look: Look::Elsewhere,
};

/// What every such comment has.
const MARK: &str = "pm:";

/// From so many on comments are no exceptions any more, and to look at each for each finding costs.
const MANY: usize = 1000;

/// What is longer is no name of a rule, in bytes.
const LONGEST_NAME: usize = 60;

/// How many rules a comment may name.
const MOST_NAMES: usize = 20;

/// Takes out the findings that comments of the text allow, adds what is wrong with those comments, and puts all in order of
/// place.
pub(super) fn apply(text: &str, findings: &mut Vec<Finding>) {
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some() {
        let (mut allowances, mut wrong) = read(text);
        if !allowances.is_empty() {
            findings.retain(|finding| {
                let fixed = rule(finding.rule).is_none_or(|rule| !rule.can_be_allowed());
                let mut allowed = false;
                // Each that fits has its use, or taking one away would change what is said of another.
                for allowance in
                    allowances.iter_mut().filter(|one| one.rule == finding.rule && one.covers(&finding.span))
                {
                    allowance.used |= !fixed;
                    allowed |= !fixed;
                }
                !allowed
            });
        }
        wrong.extend(allowances.iter().filter(|one| !one.used).map(|one| Finding {
            rule: UNUSED.name,
            level: UNUSED.level,
            message: format!("nothing here is found by `{}`", one.rule),
            span: one.span.clone(),
            help: Some("take the comment away, or move it to what it is for".to_owned()),
        }));
        findings.append(&mut wrong);
    }
    findings.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.level)));
}

/// One rule allowed at one place.
#[derive(Debug)]
struct Allowance {
    rule: &'static str,
    /// What it is for, in bytes of the text.
    scope: Range<usize>,
    /// Whether it is for the record as a whole, too.
    whole: bool,
    /// Where it is written.
    span: Range<usize>,
    used: bool,
}

impl Allowance {
    fn covers(&self, span: &Range<usize>) -> bool {
        let about_the_file = span.is_empty() && span.start == 0;
        self.scope.contains(&span.start) && !about_the_file || self.whole && about_the_file
    }
}

/// A line of a text as the lexer sees it: a string of several lines does not end it.
#[derive(Debug)]
struct Line {
    range: Range<usize>,
    /// The first thing on it that is no blank.
    first: Option<TokenKind>,
    comment: Option<Range<usize>>,
    /// How many brackets are open where it begins.
    depth: usize,
}

impl Line {
    fn is_content(&self) -> bool {
        self.first.is_some_and(|kind| kind != TokenKind::Comment)
    }

    fn is_header(&self) -> bool {
        self.depth == 0 && self.first == Some(TokenKind::LeftSquareBracket)
    }
}

/// What the comments of a text allow, and what is wrong with them.
fn read(text: &str) -> (Vec<Allowance>, Vec<Finding>) {
    let lines = lines(text);
    let first = lines.iter().position(Line::is_content);
    let (mut allowances, mut wrong) = (Vec::new(), Vec::new());
    // The line of content at or below each, found once for all.
    let mut below = vec![None; lines.len()];
    let mut next = None;
    for (index, line) in lines.iter().enumerate().rev() {
        next = if line.is_content() { Some(index) } else { next };
        below[index] = next;
    }
    for (index, line) in lines.iter().enumerate() {
        if allowances.len() >= MANY {
            let help = "a record needs a few at most; `[rules]` in pm.toml turns a rule off for all".to_owned();
            wrong.push(bad(format!("from {MANY} on comments allow nothing"), help, line.range.start..line.range.start));
            break;
        }
        let Some(comment) = &line.comment else { continue };
        let written = text[comment.clone()].trim_start_matches('#').trim_start();
        let Some(rest) = written.strip_prefix(MARK) else { continue };
        match understood(rest.trim()) {
            None => {}
            Some(Err((message, help))) => wrong.push(bad(message, help, comment.clone())),
            Some(Ok(names)) => {
                let own_line = !line.is_content();
                let target = below[index];
                let scope = target.map_or(comment.clone(), |target| scope(&lines, target));
                let whole = own_line && target == first;
                for name in names {
                    match allowable(name) {
                        Ok(rule) => {
                            let span = comment.clone();
                            allowances.push(Allowance { rule, scope: scope.clone(), whole, span, used: false });
                        }
                        Err((message, help)) => wrong.push(bad(message, help, comment.clone())),
                    }
                }
            }
        }
    }
    (allowances, wrong)
}

/// What a comment on a line of content is for: a table from its header to the next one, a key with its value, or a line inside a
/// list of several.
fn scope(lines: &[Line], target: usize) -> Range<usize> {
    let line = &lines[target];
    let end = |is_end: &dyn Fn(&Line) -> bool| {
        let next = lines[target + 1..].iter().find(|line| is_end(line)).map(|next| next.range.start);
        next.or(lines.last().map(|last| last.range.end)).unwrap_or(line.range.end)
    };
    if line.is_header() {
        line.range.start..end(&Line::is_header)
    } else if line.depth == 0 {
        line.range.start..end(&|line| line.depth == 0)
    } else {
        line.range.clone()
    }
}

/// What a message says and what helps.
type Wrong = (String, String);

/// The rules a comment names; `None` when it is none of these comments.
fn understood(text: &str) -> Option<Result<Vec<&str>, Wrong>> {
    let word: &str = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let form = || "write it as in `# pm: allow(clock-missing) nobody wrote the time down`".to_owned();
    if word != "allow" {
        let meant = word.len() < LONGEST_NAME && nearest(word, ["allow", "ignore", "disable", "suppress"]).is_some();
        return meant.then(|| Err((format!("`{}` is not understood", word.escape_debug()), form())));
    }
    let inside = text[word.len()..].trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let Some((names, reason)) = inside else { return Some(Err(("no rule is named".to_owned(), form()))) };
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let reason = reason.trim().trim_start_matches([':', '-', '–', '—']).trim();
    Some(if names.is_empty() || names.iter().any(|name| name.len() > LONGEST_NAME) || names.len() > MOST_NAMES {
        Err(("no rule is named".to_owned(), form()))
    } else if reason.is_empty() || is_placeholder(reason) {
        let help = "say why behind the bracket; whoever reads it in a year wants to know whether it still holds";
        Err((format!("`{}` is allowed without a reason", names.join(", ").escape_debug()), help.to_owned()))
    } else {
        Ok(names)
    })
}

/// The rule of a name that may be allowed.
fn allowable(name: &str) -> Result<&'static str, Wrong> {
    match rule(name) {
        Some(rule) if rule.can_be_allowed() => Ok(rule.name),
        Some(_) => Err((
            format!("`{name}` cannot be allowed"),
            "put it right: nothing else in the file is certain before that is".to_owned(),
        )),
        None => {
            let help = near(name).map_or_else(
                || "every finding begins with the name of its rule".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err((format!("there is no rule `{}`", name.escape_debug()), help))
        }
    }
}

fn bad(message: String, help: String, span: Range<usize>) -> Finding {
    Finding { rule: BAD.name, level: BAD.level, message, span, help: Some(help) }
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line { range: 0..0, first: None, comment: None, depth: 0 };
    let mut depth = 0_usize;
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::Newline | TokenKind::Eof => {
                line.range.end = span.end;
                let next = Line { range: span.end..span.end, first: None, comment: None, depth };
                lines.push(std::mem::replace(&mut line, next));
                continue;
            }
            TokenKind::Whitespace => continue,
            TokenKind::Comment => line.comment = Some(span),
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        line.first.get_or_insert(token.kind());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of one finding of a rule at the first place that has `at`, with what is said of the comments.
    fn left(text: &str, name: &'static str, at: &str) -> Vec<String> {
        let start = text.find(at).expect("the place");
        let level = rule(name).expect("a rule").level;
        let (message, span) = (String::new(), start..start + at.len());
        let mut findings = vec![Finding { rule: name, level, message, span, help: None }];
        apply(text, &mut findings);
        findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
    }

    #[test]
    fn a_comment_is_for_its_line_for_the_key_below_or_for_the_table_below() {
        for text in [
            "at = 1 # pm: allow(clock-missing) gone",
            "# pm: allow(clock-missing) gone\nat = 1",
            "# pm: allow(zone-missing, clock-missing): gone\n# more\n\nat = 1 # pm: allow(zone-missing) no use",
            "# pm: allow(clock-missing) gone\n[[timeline]]\nx = 2\nat = 1\n[b]\n",
            "[[timeline]] # pm: allow(clock-missing) gone\nx = 2\nat = 1",
            "x = [ # pm: allow(clock-missing) gone\n  2,\n  at,\n]",
            "x = [\n  # pm: allow(clock-missing) gone\n  { y = at },\n]",
            "# pm: allow(clock-missing) gone\nx = \"\"\"\nat\n\"\"\"\n",
            "x = \"\"\"\nat\n\"\"\" # pm: allow(clock-missing) gone\n",
        ] {
            let left = left(text, "clock-missing", "at");
            assert!(left.iter().all(|line| line.starts_with("unused-allow")), "{text}: {left:?}");
        }
        for text in [
            "# pm: allow(clock-missing) gone\n[[timeline]]\nx = 2\n[[timeline]]\nat = 1",
            "# pm: allow(clock-missing) gone\nx = 2\nat = 1",
            "x = [\n  2, # pm: allow(clock-missing) gone\n  at,\n]",
            "x = \"\"\"\n# pm: allow(clock-missing) gone\nat\n\"\"\"",
            "# 5 pm: allow(clock-missing) gone\nat = 1",
        ] {
            let left = left(text, "clock-missing", "at");
            assert!(left.iter().any(|line| line.starts_with("clock-missing")), "{text}: {left:?}");
        }
    }

    #[test]
    fn without_a_reason_or_a_rule_that_can_be_allowed_a_comment_allows_nothing() {
        for (comment, said) in [
            ("allow(clock-missing)", "`clock-missing` is allowed without a reason"),
            ("allow(clock-missing) TBD", "`clock-missing` is allowed without a reason"),
            ("allow clock-missing", "no rule is named"),
            ("allow() x", "no rule is named"),
            ("allow(clock-mising) gone", "there is no rule `clock-mising`"),
            ("allow(wrong-type) we like it", "`wrong-type` cannot be allowed"),
            ("ignore(clock-missing) gone", "`ignore` is not understood"),
        ] {
            let left = left(&format!("at = 1 # pm: {comment}"), "clock-missing", "at");
            assert_eq!(left, ["clock-missing: ".to_owned(), format!("bad-allow: {said}")], "{comment}");
        }
        assert_eq!(left("at = 1 # pm: allow(wrong-type) x", "wrong-type", "at").len(), 2, "errors of reading stay");
        assert_eq!(left("at = 1 # pm: ask the product manager", "clock-missing", "at").len(), 1);
    }

    #[test]
    fn above_the_first_key_it_is_for_the_record_as_a_whole_and_an_unused_one_is_told() {
        let mut about =
            vec![Finding { rule: "no-factor", level: Level::Warning, message: String::new(), span: 0..0, help: None }];
        apply("#:schema x\n# pm: allow(no-factor) a drill\n\nformat = 1\ntitle = 2\n", &mut about);
        assert_eq!(about, []);
        let unused = left("owner = 1 # pm: allow(placeholder) x\nat = 1", "clock-missing", "at");
        assert_eq!(unused, ["unused-allow: nothing here is found by `placeholder`", "clock-missing: "]);
    }
}

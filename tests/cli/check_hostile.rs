//! Records made to break what shows them, in every format of `pm check` and of `pm diff`: shown harmlessly or refused, with
//! little work and little said.

use std::fmt::Write as _;

use serde_json::Value;

use crate::runner::commands;
use crate::sandbox::{Output, Sandbox};

/// More than any format may say of the hostile repository, in bytes. Of its thousands of findings SARIF says most.
const MOST: usize = 16 * 1024 * 1024;

/// What tries to drive a terminal, a job, a browser, a spreadsheet, or to hide from a reader.
const TRICKS: &str = "\\u001b[2J\\u001b]0;owned\\u0007 \\u202egnp.exe\\u2066 <script>alert(1)</script> <img src=x onerror=alert(1)> =cmd() @everyone %0A::error::forged ##[error]forged ##vso[task.setvariable]x";

/// A repository in which everything is hostile, with the state before as its commit.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::ready();
    let head = "format = 1\ntitle = \"T\"\nstatus = \"draft\"\n";
    let write = |name: &str, text: &str| sandbox.write(&format!("postmortems/2026/2026-01-0{name}.toml"), text);
    let tricks = |lead: &str| {
        let multi = TRICKS.replace("%0A", "\n::error file=x::forged\n  ::add-mask::a\n%0A");
        format!(
            "format = 1\ntitle = \"{lead}{TRICKS}\"\nstatus = \"{TRICKS}\"\nseverity = \"::error::x\"\n\"{TRICKS}{lead}\" = 1\nsummary = \"\"\"\n{lead}{multi}\n\"\"\"\n\
             [[timeline]]\nat = 2026-01-01T00:00:00Z\nevent = \"{lead}=cmd() {TRICKS}\"\nkind = \"{TRICKS}\"\n[[timeline]]\nevent = \"{TRICKS}\"\n\
             [[actions]]\nid = \"::error::\"\naction = \"{lead}{TRICKS}\"\nowner = \"{TRICKS}\"\n[[figures]]\nfile = \"../{TRICKS}\"\n"
        )
    };
    let entries = |text: &str| {
        let mut all = format!("{head}summary = \"{text}\"\n");
        for number in 0..100_000 {
            let _ = write!(all, "[[timeline]]\nat=2026-01-01T00:00:00Z\nevent=\"{number}\"\n");
        }
        all
    };
    write("1-tricks", &tricks("a"));
    write("2-entries", &entries("a"));
    write("3-tables", &format!("{head}[{}]\nx = 1\n", ["a"; 1000].join(".")));
    write("4-brackets", &format!("{head}x = {}1{}\n", "[".repeat(1000), "]".repeat(1000)));
    write("5-errors", &format!("{head}{}", "= 1\n".repeat(3_000)));
    write("6-one-line", &format!("{head}timeline = [{}]\n", vec!["{at=1}"; 3_000].join(",")));
    write("7-unreadable", "a\n  ::error::forged\n##[error]forged\n");
    sandbox.run("git add -A && git commit -qm before").ok();
    write("1-tricks", &tricks("b"));
    write("2-entries", &entries("b"));
    write("7-unreadable", "b\n  ::error::forged\n##[error]forged\n::error::new\n");
    // 50 MB of one text, a link to a file that is nobody's business, and names that are lines of their own.
    let large = format!("{head}summary = \"{}\"\n", "A".repeat(50_000_000));
    write("8-large", &large);
    sandbox.run("ln -s /etc/passwd postmortems/2026/2026-01-09-link.toml").ok();
    sandbox.write("postmortems/2026/x\n::error::forged\n\u{1b}[2J.toml", head);
    sandbox
}

/// Runs a command as in a job, and holds what all formats have in common.
fn shown(sandbox: &Sandbox, line: &str) -> Output {
    let output = sandbox.run(&format!("export CI=true GITHUB_ACTIONS=true; {line}"));
    assert!(output.code == 1 || output.code == 2, "{line}: {}", output.code);
    for (which, text) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let drives = |c: &char| {
            c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
        };
        assert_eq!(text.chars().find(drives), None, "{line}: {which}");
        assert!(!text.contains("root:x:0"), "{line}: {which} shows what a link leads to");
        assert!(text.len() < MOST, "{line}: {which} has {} bytes", text.len());
    }
    assert_eq!(commands(&output.stderr), [], "{line}");
    output
}

fn check(format: &str) -> Output {
    let sandbox = hostile();
    let output = shown(&sandbox, &format!("pm check --format {format}"));
    assert_eq!(output.code, 1, "{}", output.stderr);
    // What is refused is named in every format, and nothing else of it is said.
    for name in ["2026-01-08-large", "2026-01-09-link"] {
        assert!(output.stdout.contains(name) || format == "github", "{name}");
    }
    // The same of what a branch changes.
    let against = shown(&sandbox, &format!("pm check --base HEAD --format {format}"));
    assert_eq!(against.code, 1, "{}", against.stderr);
    output
}

fn parsed(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).expect("JSON")
}

#[test]
fn check_text() {
    let output = check("text");
    assert_eq!(commands(&output.stdout), []);
    assert!(output.stdout.contains("more findings in postmortems/2026/2026-01-05-errors.toml are not shown"));
}

#[test]
fn check_json() {
    let findings = parsed(&check("json"))["findings"].as_array().expect("findings").clone();
    assert!(findings.len() > 6_000);
    assert!(findings.iter().any(|finding| finding["file"] == "postmortems/2026/x\n::error::forged\n\u{1b}[2J.toml"));
}

#[test]
fn check_github() {
    let output = check("github");
    let found = commands(&output.stdout);
    assert_eq!(found.iter().filter(|command| command.name == "error").count(), 10);
    // One command a line and a summary: nothing of a record has become a command or a line of its own.
    assert_eq!(output.stdout.lines().count(), found.len() + 1);
    assert!(found.iter().all(|command| ["error", "warning", "notice"].contains(&command.name.as_str())), "{found:?}");
    assert!(output.stdout.lines().last().is_some_and(|line| line.contains(" errors, ")), "{output}");
}

#[test]
fn check_gitlab() {
    let issues = parsed(&check("gitlab")).as_array().expect("a list").clone();
    let mut fingerprints: Vec<String> = issues.iter().map(|issue| issue["fingerprint"].to_string()).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), issues.len());
}

#[test]
fn check_sarif() {
    let report = parsed(&check("sarif"));
    let results = report["runs"][0]["results"].as_array().expect("results");
    assert!(results.len() > 6_000);
    let mut few = report.clone();
    few["runs"][0]["results"] = results.iter().take(200).cloned().collect();
    assert_eq!(super::check_formats::complaints(&few), Vec::<String>::new());
}

#[test]
fn the_page_of_a_step() {
    let sandbox = hostile();
    let _ = shown(&sandbox, "GITHUB_STEP_SUMMARY=../page.md pm check --base HEAD --format github");
    let page = sandbox.read("../page.md");
    assert!(page.len() <= 1_048_576, "{}", page.len());
    assert!(
        !page.contains("<script") && !page.contains("<img") && !page.contains('\u{1b}') && !page.contains('\u{202e}')
    );
    assert!(!page.contains(" @everyone"), "nobody is called");
}

#[test]
fn diff_text() {
    let output = shown(&hostile(), "pm diff");
    assert_eq!(commands(&output.stdout), []);
    assert!(output.stdout.contains("summary"), "{output}");
}

#[test]
fn diff_json() {
    let report = parsed(&shown(&hostile(), "pm diff --format json"));
    assert!(report["records"].as_array().is_some_and(|records| records.len() >= 3), "{report}");
}

#[test]
fn diff_markdown() {
    let output = shown(&hostile(), "pm diff --format markdown");
    assert!(output.stdout.len() < 65_536, "as long as a comment may be");
    assert!(!output.stdout.contains("<script") && !output.stdout.contains("<img"));
    assert!(!output.stdout.contains(" @everyone"), "nobody is called");
}

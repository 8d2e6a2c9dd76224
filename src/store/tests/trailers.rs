//! The strict reading of trailers never sees what git does not.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use proptest::prelude::*;

use crate::store::trailers;

/// What git makes of a message, without anybody's settings.
fn by_git(message: &str) -> Vec<(String, String)> {
    let mut child = Command::new("git")
        .args(["interpret-trailers", "--parse"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_DIR", "/nowhere")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut pipe = child.stdin.take().expect("piped");
    pipe.write_all(message.as_bytes()).expect("git reads");
    drop(pipe);
    let output = child.wait_with_output().expect("git ends");
    let text = String::from_utf8(output.stdout).expect("as it went in");
    let pairs = text.split('\n').filter_map(|line| line.split_once(':'));
    pairs.map(|(key, value)| (key.to_owned(), value.trim_matches([' ', '\t', '\r']).to_owned())).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_last_paragraph_is_read_as_git_reads_it() {
    for (message, expected) in [
        ("db: severity P1\n\nPostmortem: db\n", pairs(&[("Postmortem", "db")])),
        (
            "s\n\nbody: no\n\nA: one\nB-2:  two: three \nA: four",
            pairs(&[("A", "one"), ("B-2", "two: three"), ("A", "four")]),
        ),
        ("s\r\n\r\nA: b\r\n", pairs(&[("A", "b")])),
        ("s\n \t\nA: b\n\n\n", pairs(&[("A", "b")])),
        ("s\n\nA: ü\u{7}\u{b}\u{2028}x\n", pairs(&[("A", "ü\u{7}\u{b}\u{2028}x")])),
        ("s\n\nA: b\n(cherry picked from commit 0123abc)\n", pairs(&[("A", "b")])),
    ] {
        assert_eq!(trailers(message), expected, "{message:?}");
        assert_eq!(by_git(message), expected, "{message:?}");
    }
}

#[test]
fn anything_else_is_no_block() {
    for message in [
        "",
        "\n\n",
        "A: b\n",
        "\nA: b\n",
        "# a comment\n\nA: b\n",
        "s\nA: b\n",
        "s\n\nA: b\n\nlast words\n",
        "s\n\nA: b\nnot one\n",
        "s\n\nA: b\n folded\n",
        "s\n\nA:b\n",
        "s\n\nA : b\n",
        "s\n\nA b: c\n",
        "s\n\nA:\n",
        "s\n\nA: \t\n",
        "s\n\n: b\n",
        "s\n\n-: b\n",
        "s\n\nÄ: b\n",
        "s\n\n- A: b\n",
        "s\n\nA: b\n# a comment\n",
        "s\n\nA: b\nConflicts:\n",
        "s\n\nA: b\n\n---\ndiff",
        "s\n\n--- \n\nA: b\n",
        "s\n\n# ------------------------ >8 ------------------------\n\nA: b\n",
        "s\n\n(cherry picked from commit 0123abc)\n",
        "s\n\nA: b\n(cherry picked from commit )\n",
    ] {
        assert_eq!(trailers(message), [], "{message:?}");
    }
}

fn line() -> impl Strategy<Value = String> {
    let fixed = [
        "",
        "",
        "",
        "s",
        " ",
        "\t",
        "\r",
        "A: b",
        "A: b",
        "Postmortem: db",
        "Signed-off-by: a <a@b>",
        "A:b",
        "A : b",
        "A:",
        " folded",
        "# c",
        "#: c",
        "---",
        "--- x",
        "----",
        "-- ",
        "Conflicts:",
        "\tpath",
        "key with blank: x",
        "B-2: c: d\r",
        "(cherry picked from commit 12ab)",
        "# ------------------------ >8 ------------------------",
        "; ------------------------ >8 ------------------------",
        "diff --git a b",
        "A:\tb",
        "A: \u{b}b\u{c}",
    ];
    prop_oneof![8 => prop::sample::select(fixed.to_vec()).prop_map(str::to_owned), 1 => "[ -~äö\t]{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_seen_git_sees_the_same(
        start in prop::collection::vec(line(), 0..6),
        block in prop::collection::vec(prop::sample::select(vec!["A: b", "Postmortem: db", "C-d: \u{b}e: f", ""]), 0..4),
        end in prop::collection::vec(line(), 0..2),
    ) {
        let message = format!("{}\n\n{}\n{}", start.join("\n"), block.join("\n"), end.join("\n"));
        let ours = trailers(&message);
        if !ours.is_empty() {
            prop_assert_eq!(&ours, &by_git(&message), "{:?}", message);
        }
    }
}

//! What is broken, hostile, huge or not there.

use snapbox::{assert_data_eq, str};

use super::{FILE, edit};
use crate::sandbox::Sandbox;

#[test]
fn what_cannot_be_read_is_compared_by_its_lines() {
    let sandbox = Sandbox::with_example();
    edit(&sandbox, &[("severity = \"P1\"", "severity = P3")]);
    assert_data_eq!(
        sandbox.run("pm diff --exit-code").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ! the working tree has what cannot be read as a record; the lines that differ:
    @@ -7,7 +7,7 @@

     title = "Production database directory removed by mistake"

    -severity = "P1"
    +severity = P3

     status = "draft"            # draft, in-review, approved, complete; moved only by `pm status`

--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm diff --format markdown").to_string(),
        str![[r####"
### Production database directory removed by mistake

`2017-01-31-database-removed`

The working tree has what cannot be read as a record; the lines that differ:

```diff
@@ -7,7 +7,7 @@
 
 title = "Production database directory removed by mistake"
 
-severity = "P1"
+severity = P3
 
 status = "draft"            # draft, in-review, approved, complete; moved only by `pm status`
 
```

"####]]
    );
    sandbox.run("git commit -qam broken").ok();
    edit(&sandbox, &[("severity = P3", "severity = \"P3\"")]);
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2017-01-31-database-removed  Production database directory removed by mistake
  ! HEAD has what cannot be read as a record; the lines that differ:
    @@ -7,7 +7,7 @@

     title = "Production database directory removed by mistake"

    -severity = P3
    +severity = "P3"

     status = "draft"            # draft, in-review, approved, complete; moved only by `pm status`


"#]]
    );
    sandbox.write(FILE, b"title = \"\xff\"\n");
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
--- talk
skipped postmortems/2017/2017-01-31-database-removed.toml: it is not UTF-8 from byte 10 on; save it as UTF-8
error: 1 file was skipped
--- exit 2

"#]]
    );
    sandbox.run(&format!("rm {FILE} && ln -s /etc/passwd {FILE}")).ok();
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2017-01-31-database-removed
  ! record removed; it cannot be read as one
--- talk
skipped postmortems/2017/2017-01-31-database-removed.toml: it is a symbolic link

"#]]
    );
}

#[test]
fn without_a_commit_or_a_working_tree() {
    let sandbox = Sandbox::repository();
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = \"A\"\nstatus = \"draft\"\n");
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2026-03-01-a  A
  + record added: draft, 0 timeline entries, 0 actions

"#]]
    );
    sandbox.run("git add -A && git commit -qm a && git clone -q --bare . ../bare.git").ok();
    assert_data_eq!(
        sandbox.run("pm -C ../bare.git diff").to_string(),
        str![[r#"
--- talk
error: this is a bare repository or git's own directory: there is no working tree to write in; run from a clone's working tree
hint: name two revisions, as in `pm diff HEAD~1..HEAD`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm -C ../bare.git diff HEAD..HEAD").to_string(),
        str![[r#"
--- talk
No record differs between HEAD and HEAD.

"#]]
    );
}

#[test]
fn a_hostile_record_is_shown_harmlessly() {
    let sandbox = Sandbox::with_example();
    let hostile = "\\u001b[2J\\u202e</del><script>alert(1)</script> @everyone #1 | ::error::x =cmd()";
    edit(
        &sandbox,
        &[
            ("title = \"Production", &format!("title = \"{hostile} Production")),
            ("An engineer repairing", &format!("{hostile} An engineer ```\\n repairing")),
            ("event = \"Page:", &format!("event = \"{hostile} Page:")),
            ("[custom]", &format!("[custom]\n\n\"{hostile}\" = \"{hostile}\"")),
        ],
    );
    let text = sandbox.run("pm diff --color always").ok();
    assert!(!text.contains("\u{1b}[2J") && !text.contains('\u{202e}'), "{text}");
    let markdown = sandbox.run("pm diff --format markdown").ok();
    assert!(!markdown.contains("<script") && !markdown.contains('\u{1b}'), "{markdown}");
    assert!(!markdown.contains(" @everyone"), "{markdown}");
    let json = sandbox.run("pm diff --format json").ok();
    assert!(!json.contains('\u{1b}') && !json.contains('\u{202e}'), "{json}");
}

#[test]
fn a_huge_change_is_told_in_bounded_time() {
    let sandbox = Sandbox::with_example();
    let word = |seed: u64| {
        let number = |n: u64| (n * 7919 + seed) % 99_991;
        (0..400_000).map(|n| number(n).to_string()).collect::<Vec<_>>().join(" ")
    };
    edit(&sandbox, &[("An engineer repairing", &format!("{} An engineer repairing", word(1)))]);
    let entry = |n: u32| {
        let (hour, minute, second) = (n / 3600, n / 60 % 60, n % 60);
        format!(
            "[[timeline]]
at = 2017-02-02T{hour:02}:{minute:02}:{second:02}Z
event = \"e {n}\"
"
        )
    };
    let entries = (0..20_000).map(entry).collect::<Vec<_>>().concat();
    edit(&sandbox, &[("[impact]\n", &format!("{entries}\n[impact]\n"))]);
    sandbox.run("git commit -qam huge").ok();
    let text = sandbox.read(FILE).replace(&word(1), &word(2)).replace("event = \"e ", "event = \"other ");
    sandbox.write(FILE, text);
    let start = std::time::Instant::now();
    let told = sandbox.run("pm diff").ok();
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert!(told.lines().count() > 20_000, "each entry is told");
}

#[test]
fn what_is_too_large_too_deep_or_badly_named_is_said_in_every_format() {
    let sandbox = Sandbox::with_example();
    let text = sandbox.read(FILE);
    sandbox.write("postmortems/2026/2026-03-01-large.toml", format!("title = \"{}\"\n", "x".repeat(50 << 20)));
    let deep: String = (0..1_000).map(|_| "t.").collect::<String>() + "t = 1\n";
    sandbox.write("postmortems/2026/2026-03-01-deep.toml", format!("title = \"deep\"\nstatus = \"draft\"\n{deep}"));
    sandbox.write("postmortems/2026/2026-03-01-a\nb.toml", &text);
    sandbox.run("ln -s /etc/passwd postmortems/2026/2026-03-01-link.toml").ok();
    assert_data_eq!(
        sandbox.run("pm diff").to_string(),
        str![[r#"
2026-03-01-deep  deep
  + record added: draft, 0 timeline entries, 0 actions
--- talk
skipped postmortems/2026/2026-03-01-a b.toml: its name could not be used on every system
skipped postmortems/2026/2026-03-01-link.toml: it is a symbolic link
skipped postmortems/2026/2026-03-01-large.toml: postmortems/2026/2026-03-01-large.toml is 52428811 bytes; pm reads files of up to 8388608
error: 1 file was skipped
--- exit 2

"#]]
    );
    for format in ["json", "markdown"] {
        let output = sandbox.run(&format!("pm diff --format {format}"));
        assert_eq!(output.code, 2, "{output}");
        assert!(output.stdout.len() < 20_000 && !output.stdout.contains("root:"), "{output}");
    }
}

//! `pm textconv` under the real git.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

fn edited() -> Sandbox {
    let sandbox = Sandbox::with_example();
    let text = sandbox.read(FILE);
    let text = text
        .replace("severity = \"P1\"", "severity   = 'P3' # for now")
        .replace("22:00:00Z", "21:48:00Z")
        .replace("18:14:00Z", "19:14:00+01:00")
        .replace("GitLab.com was down", "GitLab.com had been down");
    sandbox.write(FILE, text);
    sandbox
}

#[test]
fn hunk_headers_name_the_table_after_init() {
    let sandbox = edited();
    assert_data_eq!(
        sandbox.run("git diff -U0 | grep '^@@'").ok(),
        str![[r#"
@@ -10 +10 @@
@@ -24 +24 @@
@@ -51 +51 @@ [[timeline]]
@@ -76 +76 @@ [[timeline]]

"#]]
    );
}

#[test]
fn git_speaks_of_meaning_where_that_is_asked_for() {
    let sandbox = edited();
    assert_data_eq!(
        sandbox.run("pm init --textconv").to_string(),
        str![[r#"
--- talk
left     pm.toml: it is yours
as it is postmortems/postmortem.schema.json
as it is .gitattributes
as it is git config diff.pm (hunk headers name the table)
as it is git config merge.pm (records merge by field and entry)
set      git config diff.pm.textconv (git diff speaks of meaning; `git config --unset diff.pm.textconv` ends it)
✓ nothing to do: everything is ready

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm init --textconv").to_string(),
        str![[r#"
--- talk
left     pm.toml: it is yours
as it is postmortems/postmortem.schema.json
as it is .gitattributes
as it is git config diff.pm (hunk headers name the table)
as it is git config merge.pm (records merge by field and entry)
as it is git config diff.pm.textconv (git diff speaks of meaning; `git config --unset diff.pm.textconv` ends it)
✓ nothing to do: everything is ready

"#]]
    );
    assert_data_eq!(
        sandbox.run("git diff -U1").ok(),
        str![[r#"
diff --git a/postmortems/2017/2017-01-31-database-removed.toml b/postmortems/2017/2017-01-31-database-removed.toml
index 3812be2..8289277 100644
--- a/postmortems/2017/2017-01-31-database-removed.toml
+++ b/postmortems/2017/2017-01-31-database-removed.toml
@@ -2,3 +2,3 @@
 title: Production database directory removed by mistake
-severity: P1
+severity: P3
 status: draft
@@ -15,3 +15,3 @@
     An engineer repairing replication removed the data directory of the primary database instead of the secondary's.
-    GitLab.com was down for about 18 hours, and database changes made between 17:20 and midnight were lost.
+    GitLab.com had been down for about 18 hours, and database changes made between 17:20 and midnight were lost.
 incident.id: INC-2017-0131
@@ -26,3 +26,3 @@
   notes: A second report puts this at 18:00.
-timeline: 2017-01-31T22:00:00Z (detected)
+timeline: 2017-01-31T21:48:00Z (detected)
   event: Page: replication lag on the secondary has grown until replication stopped

"#]]
    );
    sandbox.run("git commit -qam changed").ok();
    let diff = |line: &str| {
        let text = sandbox.run(line).ok();
        text.split_once("@@").map(|(_, hunks)| hunks.to_owned()).unwrap_or_default()
    };
    let shown = diff("git show --format= -U1");
    assert!(shown.contains("-severity: P1\n+severity: P3\n"), "{shown}");
    assert_eq!(diff("git log -1 -p --format= -U1"), shown);
    let raw = sandbox.run("git show --format= --no-textconv").ok();
    assert!(raw.contains("# for now"), "{raw}");
    let patch = sandbox.run("git format-patch -1 --stdout").ok();
    assert!(patch.contains("# for now"), "a patch is of the text: {patch}");
    assert!(sandbox.run("git for-each-ref refs/notes").ok().is_empty(), "nothing is written to the repository");
}

#[test]
fn a_record_that_is_only_written_otherwise_has_no_hunks() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm init --textconv -q").ok();
    sandbox.write(FILE, sandbox.read(FILE).replace("severity = \"P1\"", "severity   = 'P1' # for now"));
    assert_data_eq!(
        sandbox.run("git diff | grep -c '^@@'").to_string(),
        str![[r#"
0
--- exit 1

"#]]
    );
}

#[test]
fn what_is_no_record_is_printed_as_it_is() {
    let sandbox = Sandbox::ready();
    sandbox.write("broken", "title = \u{1b}[2J\n<<<<<<< x\n");
    assert_eq!(sandbox.run("pm textconv broken").ok(), "title = \u{1b}[2J\n<<<<<<< x\n");
    sandbox.write("binary", b"\xff\x00\x01");
    assert_eq!(sandbox.run("pm textconv binary | od -An -tx1").ok(), " ff 00 01\n");
    sandbox.run("dd if=/dev/zero of=huge bs=1M count=50 2>/dev/null").ok();
    assert_eq!(sandbox.run("pm textconv huge | wc -c").ok().trim(), "52428800");
    assert_data_eq!(
        sandbox.run("pm textconv missing").to_string(),
        str![[r#"
--- talk
error: cannot read missing: No such file or directory (os error 2)
--- exit 2

"#]]
    );
}

#[test]
fn a_clone_without_pm_goes_on_with_the_text() {
    let sandbox = edited();
    sandbox.run("pm init --textconv -q").ok();
    let without = "mkdir -p ../bin && for tool in git cat sh; do ln -sf \"$(command -v $tool)\" ../bin/$tool; done; \
                   PATH=$PWD/../bin";
    for command in
        ["git diff", "git log -p -1", "git show", "git blame -- postmortems/2017/*.toml", "git grep --textconv -c P3"]
    {
        let output = sandbox.run(&format!("{without} {command}"));
        assert_eq!(output.code, 0, "{command}: {output}");
    }
    let diff = sandbox.run(&format!("{without} git diff")).ok();
    assert!(diff.contains("+severity   = 'P3' # for now"), "{diff}");
    // A clone that was never set up has the attribute alone.
    sandbox.run("git commit -qam changed && git clone -q . ../fresh").ok();
    let diff = sandbox.run(&format!("{without} git -C ../fresh show --format=")).ok();
    assert!(diff.contains("+severity   = 'P3' # for now"), "{diff}");
}

#[test]
fn a_hostile_record_is_shown_harmlessly() {
    let sandbox = Sandbox::with_example();
    let hostile = "title = \"\\u001b[2J\\u202e x\"\nstatus = \"draft\"\n\"\\u001bkey\" = \"y\\nstatus: approved\"\n[[timeline]]\nkind = \"\\u009b31m\"\n";
    sandbox.write("hostile.toml", hostile);
    assert_data_eq!(
        sandbox.run("pm textconv hostile.toml").ok(),
        str![[r#"
title: "/u{1b}[2J/u{202e} x"
status: draft
timeline:
  kind: "/u{9b}31m"
/u{1b}key:
    y
    status: approved
    / no line break at its end

"#]]
    );
}

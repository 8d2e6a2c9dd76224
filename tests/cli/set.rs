use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn every_kind_of_value_is_understood_and_the_rest_of_the_file_stays() {
    let sandbox = Sandbox::with_example();
    let line = "pm set severity=p2 impact.users.percent=12.5% impact.data.corruption=no impact.financial.revenue=1_000 \
                created=yesterday review.held='2026-03-05 15:00' communication.external.users_notified=false \
                services+=api,web tags-=backup cause.factors.human+='Race to finish' lessons.lucky+='A, and B' \
                'cause.whys[2].because=Nobody could tell' metrics[1].peak='9000' custom.mood=3 custom.note=fine";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
severity P1 → P2
created 2017-02-01 → 2026-03-01
services: + api, + web
tags: − backup
impact.users.percent 100.0 → 12.5
impact.financial.revenue 0 → 1000
cause.factors.human: + Race to finish
cause.whys[2].because reworded (+2 −14 words)
lessons.lucky: + A, and B
communication.external.users_notified 2017-02-01 00:30 → no
metrics[1].peak 8000 → 9000
review.held 2017-02-06 15:00 → 2026-03-05 15:00
custom.mood set to 3
custom.note set to fine
--- talk
2017-01-31-database-removed (the only record)
✓ committed 13fbdf2031 on main

"#]]
    );
    assert_data_eq!(
        sandbox.run("git show --format= -U0 | grep '^[-+@]'").to_string(),
        str![[r#"
--- a/postmortems/2017/2017-01-31-database-removed.toml
+++ b/postmortems/2017/2017-01-31-database-removed.toml
@@ -10 +10 @@
-severity = "P1"
+severity = "P2"
@@ -16 +16 @@
-created = 2017-02-01        # "Prepared by … Date"
+created = 2026-03-01        # "Prepared by … Date"
@@ -18 +18 @@
-services = ["gitlab.com", "postgresql"]
+services = ["gitlab.com", "postgresql", "api", "web"]
@@ -20 +20 @@
-tags = ["backup", "replication", "operator-action"]
+tags = ["replication", "operator-action"]
@@ -88 +88 @@ [impact.users]
-percent = 100.0
+percent = 12.5
@@ -108 +108 @@ [impact.financial]
-revenue = 0
+revenue = 1000
@@ -139 +139 @@ [cause.factors]
-human = ["fatigue", "distraction"]
+human = ["fatigue", "distraction", "Race to finish"]
@@ -153 +153 @@ [[cause.whys]]
-because = "The two hosts could not be told apart and the resync needed an empty directory."
+because = "Nobody could tell"
@@ -173 +173 @@ [lessons]
-lucky = ["The snapshot was manual: the daily one was almost a day old"]
+lucky = ["The snapshot was manual: the daily one was almost a day old", "A, and B"]
@@ -242 +242 @@ [communication.external]
-users_notified = 2017-02-01T00:30:00Z
+users_notified = false
@@ -265 +265 @@ [[metrics]]
-peak = "8000"
+peak = "9000"
@@ -269 +269 @@ [review]
-held = 2017-02-06T15:00:00Z
+held = 2026-03-05T15:00:00Z
@@ -349,0 +350,4 @@ [custom]
+mood = 3
+
+note = "fine"
+

"#]]
    );
}

#[test]
fn rows_are_added_where_they_belong_and_removed_by_number() {
    let sandbox = Sandbox::with_example();
    let line = "pm set 'timeline+={at=\"2017-01-31 22:30\", event=\"Call opened\", kind=\"notified\"}' \
                'links+={label=\"Notes\", url=\"https://example.com/n\"}' cause.whys[5]-=";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
entry added at 2017-01-31 22:30 (notified): Call opened
why removed Why did nobody know?
link added Notes
--- talk
2017-01-31-database-removed (the only record)
✓ committed 6ba4386e0a on main

"#]]
    );
    assert_data_eq!(
        sandbox.run("git show --format= -U2").to_string(),
        str![[r#"
diff --git a/postmortems/2017/2017-01-31-database-removed.toml b/postmortems/2017/2017-01-31-database-removed.toml
index 3812be2..e40ed91 100644
--- a/postmortems/2017/2017-01-31-database-removed.toml
+++ b/postmortems/2017/2017-01-31-database-removed.toml
@@ -55,4 +55,9 @@ [[timeline]]
 notes = "Alert"
 
+[[timeline]]
+at = 2017-01-31T22:30:00Z
+kind = "notified"
+event = "Call opened"
+
 [[timeline]]
 at = 2017-01-31T23:00:00Z
@@ -161,8 +166,4 @@ [[cause.whys]]
 because = "pg_dump 9.2 had been run against 9.6, so the uploaded backups were empty."
 
-[[cause.whys]]
-why = "Why did nobody know?"
-because = "The failure mails were rejected, and nobody owned the testing of backups."
-
 [lessons]
 
@@ -320,4 +321,8 @@ [[links]]
 url = "https://about.gitlab.com/blog/2017/02/01/gitlab-dot-com-database-incident/"
 
+[[links]]
+label = "Notes"
+url = "https://example.com/n"
+
 # Figures and logs may also lie beside the record, in a folder of its name.
 [[figures]]

"#]]
    );
    let added = sandbox.run("pm set 'actions+={action=\"Rehearse restoring\", owner=\"Ann\", due=\"+14d\"}'").ok();
    let id = added.strip_prefix("action added ").and_then(|rest| rest.strip_suffix(": Rehearse restoring\n"));
    assert!(id.is_some_and(|id| id.len() == 4), "{added}");
    let text = sandbox.read("postmortems/2017/2017-01-31-database-removed.toml");
    assert!(text.contains("due = 2026-03-16\nstatus = \"open\""), "{text}");
}

#[test]
fn standard_input_is_a_value() {
    let sandbox = Sandbox::with_example();
    let log = "ERROR: \"quoted\" \\ and \"\"\"three\"\"\"\n\tindented\n";
    assert_data_eq!(
        sandbox.run_with("pm set appendix.logs=-", log).to_string(),
        str![[r#"
appendix.logs reworded (+6 −6 words)
--- talk
2017-01-31-database-removed (the only record)
✓ committed 86d2ca88cc on main

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm show --format json").ok()).expect("JSON");
    assert_eq!(json["record"]["appendix"]["logs"], log);
    assert_data_eq!(
        sandbox.run("pm set summary=- appendix.notes=-").to_string(),
        str![[r#"
--- talk
error: standard input can be read for one key only
--- exit 2

"#]]
    );
}

#[test]
fn clearing_and_setting_the_same_again_leave_the_text_alone() {
    let sandbox = Sandbox::with_example();
    let before = sandbox.read("postmortems/2017/2017-01-31-database-removed.toml");
    assert_data_eq!(
        sandbox.run("pm set severity=P1 appendix.feedback=").to_string(),
        str![[r#"
appendix.feedback cleared (was (empty))
--- talk
2017-01-31-database-removed (the only record)
✓ committed 2601b17cde on main

"#]]
    );
    sandbox.run("pm set severity=P1").ok();
    assert_data_eq!(
        sandbox.run("pm set severity=P1").to_string(),
        str![[r#"
--- talk
2017-01-31-database-removed (the only record)
nothing to change in 2017-01-31-database-removed

"#]]
    );
    sandbox.run("git reset -q --hard HEAD~1").ok();
    assert_eq!(sandbox.read("postmortems/2017/2017-01-31-database-removed.toml"), before);
}

#[test]
fn what_is_refused_says_what_to_type_and_changes_nothing() {
    let sandbox = Sandbox::with_example();
    let mut said = String::new();
    for line in [
        "pm set",
        "pm set database-removed",
        "pm set severity=P9",
        "pm set sevrity=P1",
        "pm set status=approved",
        "pm set sign_offs+='{role=\"x\"}'",
        "pm set actions[1].id=aaaa",
        "pm set 'actions[1]={id=\"aaaa\", title=\"x\"}'",
        "pm set format=2",
        "pm set timeline.event=x",
        "pm set timeline[99].event=x",
        "pm set title+=x",
        "pm set impact.users.affected=many",
        "pm set impact.users.percent=120",
        "pm set 'incident.link=javascript:alert(1)'",
        "pm set created=2017-02-30",
        "pm set review.agreed=perhaps",
        "pm set tags-=nosuch",
        "pm set timeline+=x",
        "pm set 'links+={lable=\"x\"}'",
        "pm set 'actions+={id=\"aaaa\"}'",
        "pm set title=",
        "pm set custom=x",
        "printf '' | pm set summary=-",
    ] {
        let _ = write!(said, "$ {line}\n{}", sandbox.run(line));
    }
    assert_data_eq!(
        said,
        str![[r#"
$ pm set
--- talk
error: the following required arguments were not provided:
  <[RECORD] KEY=VALUE>...

Usage: pm set <[RECORD] KEY=VALUE>...

For more information, try '--help'.
--- exit 2
$ pm set database-removed
--- talk
error: nothing to set
hint: add what to set, as in `pm set severity=P1`
--- exit 2
$ pm set severity=P9
--- talk
error: `P9` is not a severity
hint: known are P1 (Critical), P2 (High), P3 (Medium), P4 (Low)
--- exit 2
$ pm set sevrity=P1
--- talk
error: `sevrity` is not a key of the format
hint: did you mean `severity`? How bad it was, by the severities of `pm.toml`; absent means not yet known.
--- exit 2
$ pm set status=approved
--- talk
error: `status` moves only by transitions
hint: `pm status` shows which of them are possible; `pm status submit` is the first
--- exit 2
$ pm set sign_offs+='{role="x"}'
--- talk
error: `sign_offs` is written only by signing
hint: `pm status approve` and the other transitions write it
--- exit 2
$ pm set actions[1].id=aaaa
--- talk
error: `actions[1].id` is given once and never changes
hint: set the other keys of the action, such as its `action` text
--- exit 2
$ pm set 'actions[1]={id="aaaa", title="x"}'
--- talk
error: `actions.id` is given once and never changes
hint: leave it out: a new action gets one
--- exit 2
$ pm set format=2
--- talk
error: `format` is written by `pm` itself
--- exit 2
$ pm set timeline.event=x
--- talk
error: `timeline` is a list: say which one by its number
hint: as in `timeline[1].event=…`, or add one with `timeline+={…}`
--- exit 2
$ pm set timeline[99].event=x
--- talk
2017-01-31-database-removed (the only record)
error: there is no `timeline[99]`: the list has 7 entries; append to it to add one
--- exit 2
$ pm set title+=x
--- talk
error: `title` is text, not a list
hint: set it with `title=VALUE`
--- exit 2
$ pm set impact.users.affected=many
--- talk
error: `impact.users.affected` takes a whole number, zero or more; `many` is not
hint: as in `impact.users.affected=1200`
--- exit 2
$ pm set impact.users.percent=120
--- talk
error: `impact.users.percent` takes a number from 0 to 100; `120` is not
hint: as in `impact.users.percent=12.5`
--- exit 2
$ pm set 'incident.link=javascript:alert(1)'
--- talk
error: `incident.link` takes an http, https or mailto address; `javascript:alert(1)` is not
hint: as in `incident.link=https://example.com/1`
--- exit 2
$ pm set created=2017-02-30
--- talk
error: `2017-02-30` names a day that does not exist: February has 28 days
hint: write a day that exists, as in 2017-01-31
--- exit 2
$ pm set review.agreed=perhaps
--- talk
error: `review.agreed` takes true or false; `perhaps` is not
hint: as in `review.agreed=yes`
--- exit 2
$ pm set tags-=nosuch
--- talk
2017-01-31-database-removed (the only record)
error: `tags` does not hold "nosuch"; nothing to remove
hint: it holds backup, replication, operator-action
--- exit 2
$ pm set timeline+=x
--- talk
error: `timeline` takes a table in braces, and `x` is none
hint: write it as in `timeline+={at="…", kind="…", event="…"}`
--- exit 2
$ pm set 'links+={lable="x"}'
--- talk
error: `lable` is not a key of `links`
hint: did you mean `label`?
--- exit 2
$ pm set 'actions+={id="aaaa"}'
--- talk
error: `actions.id` is given once and never changes
hint: leave it out: a new action gets one
--- exit 2
$ pm set title=
--- talk
2017-01-31-database-removed (the only record)
error[missing-key]: the record has no `title`
--> postmortems/2017/2017-01-31-database-removed.toml
 = help: add `title = "what happened, in one line"`

1 error
error: the change would make the record wrong, so nothing was changed
--- exit 2
$ pm set custom=x
--- talk
error: `custom` is a table for keys of your own
hint: as in `custom.error_budget_minutes=30`
--- exit 2
$ printf '' | pm set summary=-
--- talk
error: standard input is empty, so nothing was changed
hint: `KEY=` clears a key
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("git status --short && git log --oneline | wc -l").ok().trim(), "2");
}

#[test]
fn windows_line_endings_stay_and_git_sees_no_other_change() {
    let sandbox = Sandbox::with_example();
    let file = "postmortems/2017/2017-01-31-database-removed.toml";
    sandbox.run("rm .gitattributes && git config core.autocrlf true && git commit -qam off").ok();
    sandbox.run(&format!("rm {file} && git checkout -q {file}")).ok();
    assert!(sandbox.read(file).contains("\r\n"), "git writes CRLF");
    sandbox.run("pm set severity=P2 summary+= ; pm set severity=P2 owner=Bo").ok();
    let text = sandbox.read(file);
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "every line still ends in CRLF");
    assert_eq!(sandbox.run("git status --short").ok(), "");
    assert_eq!(sandbox.run("git show --format= --numstat").ok(), format!("2\t2\t{file}\n"));
}

/// A value for each kind of key, by the words of the reference, and what JSON has for it afterwards.
fn value_for(kind: &str) -> Option<(&'static str, serde_json::Value)> {
    use serde_json::json;
    Some(match kind {
        "text" | "text of any length" => ("some text", json!("some text")),
        kind if kind.starts_with("a name") => ("Bo Example <bo@example.com>", json!("Bo Example <bo@example.com>")),
        "an http, https or mailto address" => ("https://example.com/7", json!("https://example.com/7")),
        "a severity" => ("P4", json!("P4")),
        "a kind of timeline entry" => ("mitigated", json!("mitigated")),
        "an action type" => ("train", json!("train")),
        "a priority" => ("P3", json!("P3")),
        "an action status" => ("in-progress", json!("in-progress")),
        "a kind of link" => ("pr", json!("pr")),
        "a list of texts" => ("one thing, and another", json!(["one thing, and another"])),
        "a list of names" => ("one,two", json!(["one", "two"])),
        "a list of training needs" => ("tool:psql", json!(["tool:psql"])),
        kind if kind.starts_with("a list of ") && kind != "a list of tables" => {
            ("Something else entirely", json!(["Something else entirely"]))
        }
        "true or false" => ("yes", json!(true)),
        "false, true, or a text that describes it" => ("no", json!(false)),
        "a whole number, zero or more" => ("7", json!(7)),
        "a number, zero or more" => ("7.5", json!(7.5)),
        "a number from 0 to 100" => ("7.5%", json!(7.5)),
        "a figure with its unit, as text" => ("7 ms", json!("7 ms")),
        "a date" => ("2026-01-07", json!("2026-01-07")),
        "a time with its offset" | "a time with its offset, or false" => {
            ("2026-01-07 07:07", json!("2026-01-07T07:07:00Z"))
        }
        _ => return None,
    })
}

#[test]
fn every_key_of_the_format_can_be_set_from_the_command_line() {
    let sandbox = Sandbox::with_example();
    let reference = include_str!("../../docs/reference/record.md");
    let rows =
        reference.lines().filter(|line| line.starts_with("| `")).take_while(|line| !line.starts_with("| `draft`"));
    let mut reached = 0;
    let mut assignments = Vec::new();
    let mut wanted = Vec::new();
    for row in rows {
        let mut cells = row.split(" | ");
        let path = cells.next().expect("a key").trim_start_matches("| ").trim_matches('`');
        let kind = cells.next().expect("a kind").replace("&lt;", "<");
        let fixed = path.starts_with("sign_offs")
            || matches!(path, "format" | "status" | "actions[].id" | "timeline[].at" | "timeline[].until");
        if fixed || matches!(kind.as_str(), "a table" | "a list of tables" | "anything") {
            continue;
        }
        let (text, json) = value_for(&kind).unwrap_or_else(|| panic!("no value for {path}: {kind}"));
        assignments.push(format!("'{}={text}'", path.replace("[]", "[1]")));
        wanted.push((format!("/record/{}", path.replace("[]", "/0").replace('.', "/")), json));
        reached += 1;
    }
    assert!(reached > 100, "only {reached} keys");
    let output = sandbox.run(&format!("pm set {}", assignments.join(" ")));
    assert_eq!(output.code, 0, "{output}");
    let shown: serde_json::Value = serde_json::from_str(&sandbox.run("pm show --format json").ok()).expect("JSON");
    for (pointer, json) in wanted {
        assert_eq!(shown.pointer(&pointer), Some(&json), "{pointer}");
    }
    // Back to nothing: every key that may be empty can be cleared again.
    let clear: Vec<String> =
        assignments.iter().map(|text| format!("{}='", text.split('=').next().unwrap_or_default())).collect();
    let clear: Vec<String> = clear.into_iter().filter(|text| !text.starts_with("'title")).collect();
    assert_eq!(sandbox.run(&format!("pm set {}", clear.join(" "))).code, 0);
}

#[test]
fn a_row_needs_what_it_is_about_and_a_table_is_set_key_by_key() {
    let sandbox = Sandbox::with_example();
    let mut said = String::new();
    for line in [
        "pm set 'timeline+={event=\"no time\"}'",
        "pm set 'timeline+={at=\"2017-01-31 21:59\", event=\"\"}'",
        "pm set 'actions+={owner=\"Ann\"}'",
        "pm set 'links+={label=\"Notes\"}'",
        "pm set impact.users=5",
        "pm set 'impact.users={affected=5}'",
    ] {
        let _ = write!(said, "$ {line}\n{}", sandbox.run(line));
    }
    assert_data_eq!(
        said,
        str![[r#"
$ pm set 'timeline+={event="no time"}'
--- talk
error: a new row of `timeline` needs `at`
hint: add it, as in `timeline+={at="…"}`
--- exit 2
$ pm set 'timeline+={at="2017-01-31 21:59", event=""}'
--- talk
error: a new row of `timeline` needs `event`
hint: add it, as in `timeline+={event="…"}`
--- exit 2
$ pm set 'actions+={owner="Ann"}'
--- talk
error: a new row of `actions` needs `action`
hint: add it, as in `actions+={action="…"}`
--- exit 2
$ pm set 'links+={label="Notes"}'
--- talk
error: a new row of `links` needs `url`
hint: add it, as in `links+={url="…"}`
--- exit 2
$ pm set impact.users=5
--- talk
error: `impact.users` is a table: set its keys one by one
hint: as in `impact.users.affected=…`; its keys are impact.users.affected, impact.users.percent, impact.users.regions, impact.users.features
--- exit 2
$ pm set 'impact.users={affected=5}'
--- talk
error: `impact.users` is a table: set its keys one by one
hint: as in `impact.users.affected=…`; its keys are impact.users.affected, impact.users.percent, impact.users.regions, impact.users.features
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("git log --oneline | wc -l").ok().trim(), "2");
}

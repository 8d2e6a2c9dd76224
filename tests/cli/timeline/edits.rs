//! Changing and taking out entries, and the tags that keep one person from changing what another has just moved.

use super::*;

const ENTRIES: &str = "
# everything we know
[[timeline]]
at = 2026-03-01T22:00:00Z
kind = \"started\"
event = \"Writes fail\"   # seen later

# from the chat
[[timeline]]
at = 2026-03-01T22:30:00Z
event = 'Page'
notes = \"\"\"
a
b
\"\"\"

[[timeline]]
at = 2026-03-01T23:00:00Z
event = \"Rollback\"
x-source = \"chat\"
";

fn three() -> Sandbox {
    let sandbox = Sandbox::ready();
    let text = format!("format = 1\n\ntitle = \"Disk full\"\n\nstatus = \"draft\"\n{ENTRIES}");
    sandbox.write("postmortems/2026/2026-03-01-disk-full.toml", text);
    sandbox.run("git add -A && git commit -qm record").ok();
    sandbox
}

fn tag(sandbox: &Sandbox, number: usize) -> String {
    let list = sandbox.run("pm timeline list -q").ok();
    let line = list.lines().nth(number - 1).expect("a line");
    line.split(' ').next().expect("a tag").to_owned()
}

#[test]
fn a_change_says_what_changed_and_leaves_every_other_byte() {
    let sandbox = three();
    let named = tag(&sandbox, 2);
    let edit = format!(
        "pm timeline edit {named} --kind detected --event 'Page: disk full' --owner Monitoring --private --approx"
    );
    assert_data_eq!(
        sandbox.run(&edit).to_string(),
        str![[r#"
entry at 22:30 is approximate
entry at 22:30 marked detected
entry at 22:30 reworded: Page → Page: disk full
entry at 22:30 owner set to Monitoring
entry at 22:30 private set to yes
--- talk
2026-03-01-disk-full (the only record)
✓ committed 99784a57e8 on main
it is now 2:xyge

"#]]
    );
    assert_data_eq!(
        sandbox.run("git show --format=%s -U0 | grep -v '^index'").ok(),
        str![[r#"
2026-03-01-disk-full: timeline

diff --git a/postmortems/2026/2026-03-01-disk-full.toml b/postmortems/2026/2026-03-01-disk-full.toml
--- a/postmortems/2026/2026-03-01-disk-full.toml
+++ b/postmortems/2026/2026-03-01-disk-full.toml
@@ -16 +16,4 @@ [[timeline]]
-event = 'Page'
+approx = true
+kind = "detected"
+event = 'Page: disk full'
+owner = "Monitoring"
@@ -20,0 +24 @@ [[timeline]]
+private = true

"#]]
    );
    let named = tag(&sandbox, 2);
    let clear = format!("pm timeline edit {named} -q --kind none --owner '' --public --exact --note ''");
    assert_data_eq!(
        sandbox.run(&clear).to_string(),
        str![[r#"
entry at 22:30 is exact
entry at 22:30 no longer marked detected
entry at 22:30 owner cleared (was Monitoring)
entry at 22:30 notes cleared (was a b)
entry at 22:30 private cleared (was yes)

"#]]
    );
}

#[test]
fn a_new_time_moves_the_entry_with_the_comments_above_it() {
    let sandbox = three();
    let named = tag(&sandbox, 2);
    assert_data_eq!(
        sandbox.run(&format!("pm timeline edit {named} --at 23:30")).to_string(),
        str![[r#"
entry at 22:30 moved 1 h later to 23:30
--- talk
2026-03-01-disk-full (the only record)
23:30 is 2026-03-01 23:30 UTC: the 23:30 in UTC nearest to the last entry
✓ committed 42ebada549 on main
it is now 3:2qzh, was number 2

"#]]
    );
    assert_data_eq!(
        sandbox.read("postmortems/2026/2026-03-01-disk-full.toml"),
        str![[r#"
format = 1

title = "Disk full"

status = "draft"

# everything we know
[[timeline]]
at = 2026-03-01T22:00:00Z
kind = "started"
event = "Writes fail"   # seen later

[[timeline]]
at = 2026-03-01T23:00:00Z
event = "Rollback"
x-source = "chat"

# from the chat
[[timeline]]
at = 2026-03-01T23:30:00Z
event = 'Page'
notes = """
a
b
"""

"#]]
    );
    let named = tag(&sandbox, 3);
    sandbox.run(&format!("pm timeline edit -q {named} --at '2026-03-01 22:30'")).ok();
    assert_data_eq!(
        sandbox.read("postmortems/2026/2026-03-01-disk-full.toml"),
        sandbox.run("git show HEAD~2:postmortems/2026/2026-03-01-disk-full.toml").ok()
    );
}

#[test]
fn an_entry_that_moved_is_found_by_its_tag_and_one_that_says_something_else_is_refused() {
    let sandbox = three();
    let (second, third) = (tag(&sandbox, 2), tag(&sandbox, 3));
    sandbox.run("pm timeline add -q 'First report' --at 22:10 --owner ''").ok();
    assert_data_eq!(
        sandbox.run(&format!("pm timeline edit -q {second} --kind detected")).to_string(),
        str![[r#"
entry at 22:30 marked detected

"#]]
    );
    // Somebody else has changed it meanwhile.
    assert_data_eq!(
        sandbox.run(&format!("pm timeline edit -q {second} --at 22:40")).to_string(),
        str![[r#"
--- talk
error: entry 2:3962 is no longer there, so nothing was changed
hint: number 2 is now 2:trb8  2026-03-01 22:10: First report
hint: `pm timeline list` shows them all
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("pm timeline remove {third}")).to_string(),
        str![[r#"
entry removed at 2026-03-01 23:00: Rollback
--- talk
2026-03-01-disk-full (the only record)
✓ committed 491ddcc652 on main
3:e0hd is now number 4

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("pm timeline remove -q {third}")).to_string(),
        str![[r#"
--- talk
error: entry 3:e0hd is no longer there, so nothing was changed
hint: number 3 is now 3:8pqa  2026-03-01 22:30 (detected): Page
hint: `pm timeline list` shows them all
--- exit 2

"#]]
    );
}

#[test]
fn a_number_alone_is_not_enough_without_a_terminal() {
    let sandbox = three();
    for line in ["remove 2", "edit 2 --kind detected", "remove 9", "remove two", "edit 2", "remove"] {
        let said = sandbox.run(&format!("pm timeline -q {line}"));
        assert_eq!(said.code, 2, "{said}");
    }
    assert_data_eq!(
        sandbox.run("pm timeline remove -q 2").to_string(),
        str![[r#"
--- talk
error: entry 2 is named by its number alone, and numbers move
hint: name it 2:3962 if you mean 2026-03-01 22:30: Page
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline remove -q 9").to_string(),
        str![[r#"
--- talk
error: there is no entry 9: the timeline has 3 entries
hint: `pm timeline list` shows them
--- exit 2

"#]]
    );
    let named = tag(&sandbox, 1);
    assert_data_eq!(
        sandbox.run(&format!("pm timeline edit -q {named}")).to_string(),
        str![[r#"
--- talk
error: nothing to change
hint: say what, as in `--kind identified`, `--at 23:31`, `--event "other words"`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("pm timeline edit -q {named} --at ''")).to_string(),
        str![[r#"
--- talk
error: an entry needs its time
hint: `pm timeline remove` takes an entry out
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("git log --oneline | wc -l").ok().trim(), "2");
}

#[test]
fn several_entries_go_in_one_commit_and_the_comment_of_the_list_stays() {
    let sandbox = three();
    let (first, third) = (tag(&sandbox, 1), tag(&sandbox, 3));
    assert_data_eq!(
        sandbox.run(&format!("pm timeline remove {third} {first}")).to_string(),
        str![[r#"
entry removed at 2026-03-01 22:00 (started): Writes fail
entry removed at 2026-03-01 23:00: Rollback
--- talk
2026-03-01-disk-full (the only record)
✓ committed d7a33e3095 on main

"#]]
    );
    assert_data_eq!(
        sandbox.read("postmortems/2026/2026-03-01-disk-full.toml"),
        str![[r#"
format = 1

title = "Disk full"

status = "draft"

# everything we know
# from the chat
[[timeline]]
at = 2026-03-01T22:30:00Z
event = 'Page'
notes = """
a
b
"""

"#]]
    );
}

#[test]
fn a_file_out_of_order_is_reported_and_not_put_in_order() {
    let sandbox = three();
    let path = "postmortems/2026/2026-03-01-disk-full.toml";
    let text = sandbox.read(path).replace("2026-03-01T22:00:00Z", "2026-03-01T22:45:00Z");
    sandbox.write(path, text);
    sandbox.run("git commit -qam 'by hand'").ok();
    assert_data_eq!(
        sandbox.run("pm timeline add 'Between' --at 22:40 --owner ''").to_string(),
        str![[r#"
added 3 of 4 (3:f9z5): 2026-03-01 22:40 UTC, plain note: Between
--- talk
2026-03-01-disk-full (the only record)
22:40 is 2026-03-01 22:40 UTC: the 22:40 in UTC nearest to the last entry
✓ committed 5fcf9c2aeb on main
warning: 2026-03-01 22:40 stands below 2026-03-01 22:45, which is later

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline list").to_string(),
        str![[r#"
1:dq49  2026-03-01 22:45  started  Writes fail
2:3962  2026-03-01 22:30  -        Page
3:f9z5  2026-03-01 22:40  -        Between
4:e0hd  2026-03-01 23:00  -        Rollback
--- talk
2026-03-01-disk-full (the only record)
warning[timeline-order]: 2026-03-01 22:30 stands below 2026-03-01 22:45, which is later
  --> postmortems/2026/2026-03-01-disk-full.toml:15:6
   |
15 | at = 2026-03-01T22:30:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)

warning[timeline-order]: 2026-03-01 22:40 stands below 2026-03-01 22:45, which is later
  --> postmortems/2026/2026-03-01-disk-full.toml:23:6
   |
23 | at = 2026-03-01T22:40:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)

2 warnings

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm check --strict").to_string(),
        str![[r#"
warning[timeline-order]: 2026-03-01 22:30 stands below 2026-03-01 22:45, which is later
  --> postmortems/2026/2026-03-01-disk-full.toml:15:6
   |
15 | at = 2026-03-01T22:30:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)

warning[timeline-order]: 2026-03-01 22:40 stands below 2026-03-01 22:45, which is later
  --> postmortems/2026/2026-03-01-disk-full.toml:23:6
   |
23 | at = 2026-03-01T22:40:00Z
   |      ^^^^^^^^^^^^^^^^^^^^
   |
   = help: correct the time (`pm timeline edit N --at TIME`), or move the entry by hand (`pm edit`)

warning[unknown-key]: `x-source` is not a key of the format; it is kept
  --> postmortems/2026/2026-03-01-disk-full.toml:29:1
   |
29 | x-source = "chat"
   | ^^^^^^^^
   |
   = help: did you mean `timeline[].source`? Keys of your own belong under `[custom]`

3 warnings
--- exit 1

"#]]
    );
}

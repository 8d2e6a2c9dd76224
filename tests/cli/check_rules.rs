//! The rules of `pm check` family by family, what settings make of them, and comments that allow a finding.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// A record of these lines in review, in a repository of its own.
fn in_review(lines: &str) -> Sandbox {
    let sandbox = Sandbox::ready();
    record(&sandbox, "in-review", lines);
    sandbox
}

fn record(sandbox: &Sandbox, status: &str, lines: &str) {
    let text = format!("format = 1\n\ntitle = \"Checkout down\"\n\nstatus = \"{status}\"\n\n{lines}");
    sandbox.write("postmortems/2026/2026-03-01-checkout-down.toml", text);
}

/// The places, rules and messages of what is found, a line each.
fn found(sandbox: &Sandbox) -> String {
    let output = sandbox.run("pm check --format json").stdout;
    let report: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let of = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        assert!(!text("message").contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{finding}");
        format!("{}:{} {} {}: {}\n", finding["line"], finding["column"], text("level"), text("rule"), text("message"))
    };
    findings.iter().map(of).collect()
}

#[test]
fn a_fresh_draft_is_quiet() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'Checkout down' --started '2026-03-01 10:00' --severity P2").ok();
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
1 record, no findings

"#]]
    );
    sandbox.run("pm timeline add 'Page' --kind detected --at '2026-03-01 10:05'").ok();
    sandbox.run("pm set impact.summary='Many could not pay.' cause.root_cause='A lock was held.'").ok();
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
28:11 note impact-unquantified: the impact is described without a number

"#]]
    );
}

#[test]
fn impact_cause_and_milestones_are_asked_for_in_review() {
    let sandbox = in_review("[impact]\nsummary = \"Many could not pay.\"\n\n[cause]\nroot_cause = \"Human error.\"\n");
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
8:11 warning impact-unquantified: the impact is described without a number
10:2 warning no-factor: no contributing factor is written
11:15 warning human-error: “Human error” ends the search at a person

"#]]
    );
}

#[test]
fn wording_is_told_with_its_exact_place() {
    let sandbox = in_review(
        "[cause]\nwhat_happened = \"\"\"\nThe deploy went out at noon.\nThe engineer failed to read the runbook, which should\nhave been linked. The log said `should have been 3`.\n\"\"\"\n",
    );
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
warning[milestone-missing]: no entry is marked started or detected or resolved, so no duration from or to it is known
--> postmortems/2026/2026-03-01-checkout-down.toml
 = help: mark the entry: `pm timeline edit N --kind started`, or add it: `pm timeline add "…" --kind started`

warning[impact-unquantified]: the impact is not described
--> postmortems/2026/2026-03-01-checkout-down.toml
 = help: estimate it: `pm set impact.users.affected=…` or `impact.users.percent=…`

warning[status-by-hand]: the status is in-review, and nobody has signed anything
 --> postmortems/2026/2026-03-01-checkout-down.toml:5:10
  |
5 | status = "in-review"
  |          ^^^^^^^^^^^
  |
  = help: write `status = "draft"` back, and use `pm status` to move it

warning[no-factor]: no contributing factor is written
 --> postmortems/2026/2026-03-01-checkout-down.toml:7:2
  |
7 | [cause]
  |  ^^^^^
  |
  = help: name what contributed: `pm set cause.factors.process+=inadequate-testing`; the reference has the words

warning[blameless-wording]: “engineer failed to” puts somebody in the wrong
  --> postmortems/2026/2026-03-01-checkout-down.toml:10:5
   |
10 | The engineer failed to read the runbook, which should
   |     ^^^^^^^^^^^^^^^^^^
   |
   = help: say what was known, and what made it look right; word lists are under `[wording]` in pm.toml

warning[counterfactual]: “should have been” tells how it did not go
  --> postmortems/2026/2026-03-01-checkout-down.toml:10:48
   |
10 | The engineer failed to read the runbook, which should
   |                                                ^^^^^^
   |
   = help: say what there was instead, and why it made sense; what ought to be from now on is an action

6 warnings

"#]]
    );
}

#[test]
fn actions_that_nobody_can_finish_are_told() {
    let sandbox = in_review(
        "[[actions]]\nid = \"k7fq\"\naction = \"Improve monitoring\"\n\n[[actions]]\nid = \"w1nd\"\naction = \"Always test all backups\"\nowner = \"Ann\"\ndue = 2026-03-20\n\n\
         [[actions]]\nid = \"b2ck\"\naction = \"Documentation of restores\"\nowner = \"Ann\"\ndue = 2026-03-20\n\n\
         [[actions]]\nid = \"d0ne\"\naction = \"Alert on lag\"\nstatus = \"done\"\nclosed = 2026-03-01\n",
    );
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
1:1 warning impact-unquantified: the impact is not described
1:1 warning no-factor: no contributing factor is written
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
7:1 warning action-owner: action k7fq has no owner
7:1 warning action-due: action k7fq has no due date
9:11 warning vague-action: nobody can say when “improve” is done
13:11 note unbounded-action: “Always” has no end
19:10 note action-verb: action b2ck does not begin with what is to be done
26:10 warning action-evidence: action d0ne is done without evidence

"#]]
    );
}

#[test]
fn what_another_rule_finds_on_the_line_of_a_secret_does_not_show_it() {
    let told = "The engineer forgot a step. PGPASSWORD=hunter2-2017";
    let output = in_review(&format!("[cause]\ntrigger = \"{told}\"\n")).run("pm check");
    for rule in ["[secret]", "[blameless-wording]"] {
        assert!(output.stdout.contains(rule), "{output}");
    }
    assert!(!output.to_string().contains("hunter2"), "{output}");
    let alone = in_review("[cause]\ntrigger = \"The engineer forgot a step.\"\n").run("pm check");
    assert!(alone.stdout.contains("| trigger = "), "{alone}");
}

#[test]
fn one_phrase_is_told_by_one_rule() {
    let output = in_review("summary = \"He should have known better.\"\n").run("pm check");
    assert!(output.stdout.contains("[counterfactual]") && !output.stdout.contains("[blameless-wording]"), "{output}");
}

#[test]
fn a_secret_is_told_and_its_line_is_not_repeated() {
    let sandbox = in_review(
        "[appendix]\nlogs = \"PGPASSWORD=hunter2-2017 pg_basebackup\"\nfeedback = \"carla.nunez@gmail.com lost two comments\"\nnotes = \"used ghp_0123456789abcdefghij\"\n",
    );
    let output = sandbox.run("pm check");
    for text in ["hunter2", "carla.nunez", "ghp_0123"] {
        assert!(!output.to_string().contains(text), "{output}");
    }
    assert_data_eq!(
        output.to_string(),
        str![[r#"
warning[milestone-missing]: no entry is marked started or detected or resolved, so no duration from or to it is known
--> postmortems/2026/2026-03-01-checkout-down.toml
 = help: mark the entry: `pm timeline edit N --kind started`, or add it: `pm timeline add "…" --kind started`

warning[impact-unquantified]: the impact is not described
--> postmortems/2026/2026-03-01-checkout-down.toml
 = help: estimate it: `pm set impact.users.affected=…` or `impact.users.percent=…`

warning[no-factor]: no contributing factor is written
--> postmortems/2026/2026-03-01-checkout-down.toml
 = help: name what contributed: `pm set cause.factors.process+=inadequate-testing`; the reference has the words

warning[status-by-hand]: the status is in-review, and nobody has signed anything
 --> postmortems/2026/2026-03-01-checkout-down.toml:5:10
  |
5 | status = "in-review"
  |          ^^^^^^^^^^^
  |
  = help: write `status = "draft"` back, and use `pm status` to move it

warning[secret]: `appendix.logs` holds what looks like a password
--> postmortems/2026/2026-03-01-checkout-down.toml:8:8
 = help: take it out and make a new one: git keeps what was committed

warning[customer-email]: `appendix.feedback` holds the mail address c…@gmail.com, which is not of the team
--> postmortems/2026/2026-03-01-checkout-down.toml:9:12
 = help: leave the address out, or add the domain to `domains` in pm.toml if it is yours

error[secret]: `appendix.notes` holds an access token
--> postmortems/2026/2026-03-01-checkout-down.toml:10:9
 = help: take it out and make a new one: git keeps what was committed

1 error, 6 warnings
--- exit 1

"#]]
    );
}

#[test]
fn what_nobody_sees_is_an_error_in_values_keys_and_comments() {
    let sandbox = in_review(
        "owner = \"Ann\u{202e}\" # gr\u{200b}een\n\n[custom]\n\"k\u{2066}ey\" = \"a\\u200Bb\"\nname = \"👩\u{200d}💻 می\u{200c}خواهم\"\n",
    );
    let output = sandbox.run("pm check");
    assert!(!output.stdout.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{output}");
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
1:1 warning impact-unquantified: the impact is not described
1:1 warning no-factor: no contributing factor is written
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
7:13 error invisible-character: the line holds U+202E, a bidirectional control character
10:3 error invisible-character: the line holds U+2066, a bidirectional control character
10:10 error invisible-character: `custom.k/u{2066}ey` holds U+200B, a zero width space

"#]]
    );
}

#[test]
fn a_status_that_was_typed_and_links_and_blanks_are_told() {
    let sandbox = in_review(
        "summary = \"TBD\"\n\n[incident]\nlink = \"tracker/17\"\n\n[[links]]\nlabel = \"<name>\"\nurl = \"javascript:alert(1)\"\n",
    );
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
1:1 warning impact-unquantified: the impact is not described
1:1 warning no-factor: no contributing factor is written
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
7:12 warning placeholder: “TBD” is still to be filled in
10:8 warning not-a-link: `incident.link` is no http, https or mailto address
13:10 warning placeholder: “<name>” is still to be filled in
14:7 warning not-a-link: `links[1].url` is no http, https or mailto address

"#]]
    );
}

#[test]
fn a_change_after_the_approval_is_told_as_stale_and_a_sign_off_that_was_taken_out_is_seen() {
    let sandbox = Sandbox::ready();
    let settings = "[gates]\nsubmit = { severity = \"off\", summary = \"off\", impact = \"off\", timeline = \"off\" }\n\
                    approve = { timeline = \"off\", root_cause = \"off\", actions = \"off\", prevention = \"off\", lessons = \"off\", review_held = \"off\", agreed = \"off\" }\n\n\
                    [approval]\nown_work = true\n\n[rules]\nno-factor = \"off\"\nmilestone-missing = \"off\"\nimpact-unquantified = \"off\"\n";
    sandbox.write("pm.toml", settings);
    sandbox.run("pm new 'Checkout down' --severity P2 && git add -A && git commit -qm settings").ok();
    sandbox.run("pm status submit && pm status approve --as engineering-lead").ok();
    assert_eq!(found(&sandbox), "");
    sandbox.run("pm set summary='Nobody could pay.'").ok();
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
9:10 warning stale-approval: the record says something else than what Ann Example approved

"#]]
    );
    sandbox.run(r#"awk '/^\[\[sign_offs\]\]/ { rows++ } rows != 1' postmortems/2026/*.toml > x && mv x postmortems/2026/*.toml"#).ok();
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
9:10 warning status-by-hand: the status is approved, and the sign-offs lead to draft
17:1 error sign-off-out-of-order: the sign-off of Ann Example: it builds on a sign-off that is not there: one was removed or changed

"#]]
    );
}

#[test]
fn what_the_severity_implies_is_the_teams_to_say() {
    let sandbox = in_review("severity = \"P3\"\n\n[impact.users]\npercent = 60\naffected = 1500\n");
    assert!(!found(&sandbox).contains("severity-too-low"));
    sandbox.write(
        "pm.toml",
        "[severity_at_least.P1]\npercent = 50\n\n[severity_at_least.P2]\naffected = 1000\n\n[severity_at_least.P9]\naffected = 1\n",
    );
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
7:20 warning unknown-setting: `severity_at_least.P9` is not a setting
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
1:1 warning no-factor: no contributing factor is written
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
7:12 warning severity-too-low: severity P3, and 60 % of the users were affected, which is P1 or worse

"#]]
    );
    sandbox.run("sed -i s/P3/P1/ postmortems/2026/*.toml").ok();
    assert!(!found(&sandbox).contains("severity-too-low"));
}

#[test]
fn word_lists_are_the_teams_to_change() {
    let sandbox = in_review("summary = \"The DBA fat-fingered it; the query was sloppy.\"\n");
    sandbox.write(
        "pm.toml",
        "[wording.blame]\nadd = [\"{person} fat-finger*\"]\nremove = [\"sloppy\", \"slopy\"]\n\n[wording.people]\nadd = [\"DBA\"]\n\n[wording.blam]\nadd = [\"\"]\n",
    );
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
3:21 warning wrong-setting: `slopy` is not in the list `blame`
8:10 warning unknown-setting: `wording.blam` is not a setting
1:1 warning milestone-missing: no entry is marked started or detected or resolved, so no duration from or to it is known
1:1 warning impact-unquantified: the impact is not described
1:1 warning no-factor: no contributing factor is written
5:10 warning status-by-hand: the status is in-review, and nobody has signed anything
7:16 warning blameless-wording: “DBA fat-fingered” puts somebody in the wrong

"#]]
    );
}

#[test]
fn a_comment_with_a_reason_allows_a_finding_and_stays_through_edits_and_a_merge() {
    let lines = "# pm: allow(not-a-link) the tracker has no web pages\nincident = { link = \"tracker/17\" }\n\n\
                 [[timeline]]\nat = 2026-03-01 # pm: allow(clock-missing) nobody wrote it down\nevent = \"Page\"\n\n\
                 # pm: allow(action-owner, action-due) agreed in the review: the guild does it\n[[actions]]\nid = \"k7fq\"\naction = \"Alert on lag\"\n";
    let sandbox = Sandbox::ready();
    record(&sandbox, "draft", lines);
    assert_eq!(found(&sandbox), "");
    sandbox.run("git add -A && git commit -qm record && git switch -qc other").ok();
    sandbox.run("pm set -q owner='Ann Example' && pm action edit k7fq --priority P2 -q").ok();
    sandbox.run("pm timeline add -q 'Back' --at '2026-03-02 08:00'").ok();
    sandbox.run("git switch -q main && pm set -q summary='Nobody could pay.'").ok();
    sandbox.run("pm timeline add -q 'Looked' --at '2026-03-02 07:00'").ok();
    sandbox.run("git merge -q -m merged other || (pm resolve && git commit -qm merged)").ok();
    assert_data_eq!(
        sandbox.run("grep -h -A1 'pm: allow' postmortems/2026/*.toml").to_string(),
        str![[r##"
# pm: allow(not-a-link) the tracker has no web pages
incident = { link = "tracker/17" }
--
at = 2026-03-01 # pm: allow(clock-missing) nobody wrote it down
event = "Page"
--
# pm: allow(action-owner, action-due) agreed in the review: the guild does it
[[actions]]

"##]]
    );
    // The priority has brought a due date.
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
28:1 note unused-allow: nothing here is found by `action-due`

"#]]
    );
}

#[test]
fn a_comment_that_allows_nothing_says_why() {
    let sandbox = Sandbox::ready();
    record(
        &sandbox,
        "draft",
        "# pm: allow(clock-missing)\n[[timeline]]\nat = 2026-03-01\nevent = \"Page\"\n\n\
         [impact.users]\npercent = 250 # pm: allow(out-of-range) we like it\nregions = [\"EU\"] # pm: allow(no-faktor) x\nfeatures = [] # pm: allow(placeholder) not yet\n",
    );
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
warning[bad-allow]: `clock-missing` is allowed without a reason
 --> postmortems/2026/2026-03-01-checkout-down.toml:7:1
  |
7 | # pm: allow(clock-missing)
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: say why behind the bracket; whoever reads it in a year wants to know whether it still holds

warning[clock-missing]: `timeline[1].at` says the day but not the time
 --> postmortems/2026/2026-03-01-checkout-down.toml:9:6
  |
9 | at = 2026-03-01
  |      ^^^^^^^^^^
  |
  = help: write it as 2017-01-31T23:27:00Z when the time is known

error[out-of-range]: `impact.users.percent` is not a number from 0 to 100
  --> postmortems/2026/2026-03-01-checkout-down.toml:13:11
   |
13 | percent = 250 # pm: allow(out-of-range) we like it
   |           ^^^
   |
   = help: write it as in `12.5`

warning[bad-allow]: `out-of-range` cannot be allowed
  --> postmortems/2026/2026-03-01-checkout-down.toml:13:15
   |
13 | percent = 250 # pm: allow(out-of-range) we like it
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: put it right: nothing else in the file is certain before that is

warning[bad-allow]: there is no rule `no-faktor`
  --> postmortems/2026/2026-03-01-checkout-down.toml:14:18
   |
14 | regions = ["EU"] # pm: allow(no-faktor) x
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: did you mean `no-factor`?

note[unused-allow]: nothing here is found by `placeholder`
  --> postmortems/2026/2026-03-01-checkout-down.toml:15:15
   |
15 | features = [] # pm: allow(placeholder) not yet
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: take the comment away, or move it to what it is for

1 error, 4 warnings, 1 note
--- exit 1

"#]]
    );
    sandbox.write("pm.toml", "[rules]\nbad-allow = \"off\"\nunused-allow = \"error\"\n");
    assert_data_eq!(
        found(&sandbox),
        str![[r#"
9:6 warning clock-missing: `timeline[1].at` says the day but not the time
13:11 error out-of-range: `impact.users.percent` is not a number from 0 to 100
15:15 error unused-allow: nothing here is found by `placeholder`

"#]]
    );
}

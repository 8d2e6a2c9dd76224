//! What became of actions, out of git's history: slips, reopenings, who added them.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const PATH: &str = "postmortems/2026/2026-01-10-queue-stalls.toml";

/// Writes the record with an action whose other keys are given, and commits it as somebody on a day.
fn say(sandbox: &Sandbox, who: &str, day: &str, keys: &str) {
    put(sandbox, PATH, keys);
    commit(sandbox, who, day);
}

fn put(sandbox: &Sandbox, path: &str, keys: &str) {
    let head =
        "format = 1\n\ntitle = \"Queue stalls\"\n\nseverity = \"P2\"\n\nstatus = \"draft\"\n\ncreated = 2026-01-12\n";
    sandbox.write(path, format!("{head}\n[[actions]]\nid = \"c0de\"\naction = \"Restart by itself\"\n{keys}"));
}

fn commit(sandbox: &Sandbox, who: &str, day: &str) {
    let (email, date) = (who.to_lowercase(), format!("{day}T12:00:00Z"));
    let line = format!(
        "git add -A && GIT_AUTHOR_NAME='{who} Example' GIT_AUTHOR_EMAIL='{email}@example.com' GIT_AUTHOR_DATE={date} \
         GIT_COMMITTER_DATE={date} git commit -q --allow-empty -m 'on {day}'"
    );
    sandbox.run(&line).ok();
}

/// An action that slipped twice, was done and is taken up again.
fn with_past() -> Sandbox {
    let sandbox = Sandbox::ready();
    say(&sandbox, "Ann", "2026-01-12", "due = 2026-01-20\n");
    say(&sandbox, "Bo", "2026-01-19", "due = 2026-01-27\n");
    say(&sandbox, "Ann", "2026-01-21", "due = 2026-01-25\n");
    say(&sandbox, "Bo", "2026-01-25", "due = 2026-02-08\n");
    say(
        &sandbox,
        "Cy",
        "2026-02-01",
        "due = 2026-02-08\nstatus = \"done\"\nclosed = 2026-02-01\nevidence = \"PR 1\"\n",
    );
    say(&sandbox, "Cy", "2026-02-10", "due = 2026-02-10\nreason = \"came back\"\n");
    sandbox
}

#[test]
fn slips_reopenings_and_age_stand_below_the_action() {
    let sandbox = with_past();
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm action list --history").to_string(),
        str![[r#"
ID    PRIO  DUE           ACTION
────────────────────────────────────────────────────────────────────────────────
c0de        2026-02-10    Restart by itself
            20 d overdue
                          incident P2 · 49 d old
                          slipped 3 times, 23 days (Bo Example, Cy Example) ·
                          reopened once · added 2026-01-12 by Ann Example
                          2026-01-10-queue-stalls

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=130 pm action list --history").to_string(),
        str![[r#"
ID    PRIO  STATUS  DUE           AGE   OWNER  ACTION                                                RECORD
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
c0de        open    2026-02-10    49 d         Restart by itself                                     2026-01-10-queue-stalls · P2
                    20 d overdue
                                               slipped 3 times, 23 days (Bo Example, Cy Example) ·
                                               reopened once · added 2026-01-12 by Ann Example

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --history").to_string(),
        str![[r#"
ID    PRIORITY  STATUS  DUE         OVERDUE  AGE  OWNER  SEVERITY  SLIPS  SLIPPED  SLIPPED-BY              REOPENED  ADDED       ADDED-BY     RECORD                   ACTION
c0de  –         open    2026-02-10  20       49   –      P2        3      23       Bo Example, Cy Example  1         2026-01-12  Ann Example  2026-01-10-queue-stalls  Restart by itself
--- talk
1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
}

#[test]
fn every_form_has_it_only_when_it_was_asked_for() {
    let sandbox = with_past();
    assert_data_eq!(
        sandbox.run("pm action list --history --format csv").to_string(),
        str![[r#"
id,record,action,status,priority,type,owner,due,overdue_days,age_days,closed,evidence,reason,link,severity,services,title,branch,path,private,slips,slipped_days,slipped_by,due_removed,reopened,added,added_by,added_days
c0de,2026-01-10-queue-stalls,Restart by itself,open,,,,2026-02-10,20,49,,,came back,,P2,,Queue stalls,,postmortems/2026/2026-01-10-queue-stalls.toml,false,3,23,Bo Example <bo@example.com>; Cy Example <cy@example.com>,false,1,2026-01-12,Ann Example <ann@example.com>,49

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --history --format markdown").to_string(),
        str![[r#"
| Due | Action | Owner | Priority | Status | Record | History |
|---|---|---|---|---|---|---|
| **2026-02-10** (20 d overdue) | `c0de` Restart by itself |  |  | open | 2026-01-10-queue-stalls (P2) | slipped 3 times, 23 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example |

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened (on 2026-03-02)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --history --format ics | grep -A4 DESC").to_string(),
        str![[r#"
DESCRIPTION:Overdue by 20 days on 2026-03-02/n2026-01-10-queue-stalls: Queu
 e stalls/nslipped 3 times/, 23 days (Bo Example/, Cy Example) · reopened 
 once · added 2026-01-12 by Ann Example
DTEND;VALUE=DATE:20260211
DTSTAMP:20260302T000000Z

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --history --format json | sed -n '/\"history\"/,$p'").to_string(),
        str![[r#"
      "history": {
        "slips": [
          {
            "from": "2026-01-20",
            "to": "2026-01-27",
            "days": 7,
            "by": "Bo Example <bo@example.com>",
            "on": "2026-01-19",
            "commit": "e7ad87a79c31f1b0fd3ddce48afd133f58c50358"
          },
          {
            "from": "2026-01-25",
            "to": "2026-02-08",
            "days": 14,
            "by": "Bo Example <bo@example.com>",
            "on": "2026-01-25",
            "commit": "f250d6b12da706a85625922770a03519eedef148"
          },
          {
            "from": "2026-02-08",
            "to": "2026-02-10",
            "days": 2,
            "by": "Cy Example <cy@example.com>",
            "on": "2026-02-10",
            "commit": "f8bdf8a667e460170725661f61ba21e16263ec38"
          }
        ],
        "slipped_days": 23,
        "due_removed": false,
        "reopened": [
          {
            "by": "Cy Example <cy@example.com>",
            "on": "2026-02-10",
            "commit": "f8bdf8a667e460170725661f61ba21e16263ec38"
          }
        ],
        "added": {
          "by": "Ann Example <ann@example.com>",
          "on": "2026-01-12",
          "commit": "ed8fc2c4a1644920078527337ff1e6efaf812024"
        },
        "added_days": 49,
        "cut": false
      }
    }
  ],
  "totals": {
    "open": 1,
    "overdue": 1,
    "done": 0,
    "dropped": 0,
    "by_priority": [
      {
        "priority": null,
        "open": 1
      }
    ],
    "slipped": 1,
    "reopened": 1
  }
}

"#]]
    );
    for form in ["csv", "json"] {
        let plain = sandbox.run(&format!("pm action list --format {form}")).ok();
        assert!(!plain.contains("slip") && !plain.contains("reopened\""), "{plain}");
    }
}

#[test]
fn the_past_has_a_past_of_its_own() {
    let sandbox = with_past();
    let at = |ask: &str| sandbox.run(&format!("COLUMNS=300 pm action list -q --all --history {ask} | grep added")).ok();
    assert_data_eq!(
        at("--at 2026-01-19"),
        str![[r#"
                                            slipped once, 7 days (Bo Example) · added 2026-01-12 by Ann Example

"#]]
    );
    assert_data_eq!(
        at("--rev HEAD~1"),
        str![[r#"
                                             slipped 2 times, 21 days (Bo Example) · added 2026-01-12 by Ann Example

"#]]
    );
    assert_data_eq!(
        at("--at 2026-01-12 --owner nobody ; echo; pm action list -q | grep -c added; echo added"),
        str![[r#"

0
added

"#]]
    );
}

#[test]
fn a_slip_on_one_side_of_a_merge_counts_once_and_under_the_name_of_who_made_it() {
    let sandbox = Sandbox::ready();
    say(&sandbox, "Ann", "2026-01-12", "due = 2026-01-20\n");
    sandbox.run("git switch -qc side").ok();
    say(&sandbox, "Bo", "2026-01-13", "due = 2026-01-27\n");
    sandbox.run("git switch -q main").ok();
    commit(&sandbox, "Ann", "2026-01-14");
    sandbox.run("git merge -q --no-edit side").ok();
    let told = |sandbox: &Sandbox| sandbox.run("COLUMNS=300 pm action list -q --history | grep -o 'slipped.*'").ok();
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
slipped once, 7 days (Bo Example) · added 2026-01-12 by Ann Example
slipped, 0 reopened

"#]]
    );
    // Picked to the other side before the merge, it is still one slip.
    sandbox.run("git reset -q --hard HEAD~1 && git cherry-pick side").ok();
    sandbox.write("postmortems/2026/2026-02-02-other.toml", "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n");
    commit(&sandbox, "Ann", "2026-01-15");
    sandbox.run("git merge -q --no-edit side").ok();
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
slipped once, 7 days (Bo Example) · added 2026-01-12 by Ann Example
slipped, 0 reopened

"#]]
    );
    // A side whose slip was thrown away moved nothing.
    sandbox.run("git switch -qc thrown").ok();
    say(&sandbox, "Cy", "2026-01-16", "due = 2026-12-24\n");
    sandbox.run("git switch -q main").ok();
    commit(&sandbox, "Ann", "2026-01-17");
    sandbox.run("git merge -q --no-edit -s ours thrown").ok();
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
slipped once, 7 days (Bo Example) · added 2026-01-12 by Ann Example
slipped, 0 reopened

"#]]
    );
}

#[test]
fn a_record_that_moves_takes_its_past_with_it() {
    let sandbox = with_past();
    sandbox.run(&format!("mkdir postmortems/old && git mv {PATH} postmortems/old/")).ok();
    commit(&sandbox, "Ann", "2026-02-11");
    let told = |sandbox: &Sandbox| sandbox.run("COLUMNS=300 pm action list -q --history | grep -A1 slipped").ok();
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
                                               slipped 3 times, 23 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
    sandbox.run("git mv postmortems/old/*.toml postmortems/2026/2026-01-10-renamed.toml").ok();
    commit(&sandbox, "Ann", "2026-02-12");
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
                                               slipped 3 times, 23 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
    sandbox.run("git rm -q postmortems/2026/2026-01-10-renamed.toml").ok();
    commit(&sandbox, "Ann", "2026-02-13");
    sandbox.run("git revert --no-edit HEAD").ok();
    assert_data_eq!(
        told(&sandbox),
        str![[r#"
                                               slipped 3 times, 23 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
}

#[test]
fn what_is_on_a_branch_has_the_past_of_the_branch() {
    let sandbox = with_past();
    sandbox.run("git switch -qc postmortem/later").ok();
    say(&sandbox, "Cy", "2026-02-12", "due = 2026-03-10\n");
    sandbox.run("git switch -q main").ok();
    let list =
        |flags: &str| sandbox.run(&format!("COLUMNS=300 pm action list -q --history {flags} | grep slipped")).ok();
    assert_data_eq!(
        list(""),
        str![[r#"
                                               slipped 3 times, 23 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example
1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
    assert_data_eq!(
        list("--all-branches"),
        str![[r#"
                                             slipped 4 times, 51 days (Bo Example, Cy Example) · reopened once · added 2026-01-12 by Ann Example
1 open · no priority 1 · 1 slipped, 1 reopened

"#]]
    );
}

#[test]
fn what_is_not_committed_or_has_no_name_of_its_own_has_no_past() {
    let sandbox = with_past();
    let text =
        sandbox.read(PATH) + "\n[[actions]]\nid = \"n3ws\"\naction = \"New\"\n\n[[actions]]\naction = \"Nameless\"\n";
    sandbox.write(PATH, text);
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm action list --history").to_string(),
        str![[r#"
ID    PRIO  DUE           ACTION
────────────────────────────────────────────────────────────────────────────────
c0de        2026-02-10    Restart by itself
            20 d overdue
                          incident P2 · 49 d old
                          slipped 3 times, 23 days (Bo Example, Cy Example) ·
                          reopened once · added 2026-01-12 by Ann Example
                          2026-01-10-queue-stalls
–           no date       Nameless
                          incident P2 · 49 d old
                          2026-01-10-queue-stalls
n3ws        no date       New
                          incident P2 · 49 d old
                          not committed yet
                          2026-01-10-queue-stalls

3 open, 1 overdue · no priority 3 · 1 slipped, 1 reopened
--- talk
warning: postmortems/2026/2026-01-10-queue-stalls.toml: an action has no id: Nameless

"#]]
    );
    let fresh = Sandbox::repository();
    put(&fresh, PATH, "");
    assert_data_eq!(
        fresh.run("COLUMNS=80 pm action list --history").to_string(),
        str![[r#"
ID    PRIO  DUE      ACTION
─────────────────────────────────────────────
c0de        no date  Restart by itself
                     incident P2 · 49 d old
                     not committed yet
                     2026-01-10-queue-stalls

1 open · no priority 1 · 0 slipped, 0 reopened

"#]]
    );
}

#[test]
fn a_shallow_clone_says_that_its_history_ends_early() {
    let sandbox = with_past();
    sandbox.run("git clone -q --depth 3 file://$PWD ../shallow").ok();
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm -C ../shallow action list --history").to_string(),
        str![[r#"
ID    PRIO  DUE           ACTION
────────────────────────────────────────────────────────────────────────────────
c0de        2026-02-10    Restart by itself
            20 d overdue
                          incident P2 · 49 d old
                          slipped once, 2 days (Cy Example) · reopened once ·
                          history ends on 2026-01-25
                          2026-01-10-queue-stalls

1 open, 1 overdue · no priority 1 · 1 slipped, 1 reopened
--- talk
the history of this clone ends early; `git fetch --unshallow` brings the rest

"#]]
    );
    let json = sandbox.run("pm -C ../shallow action list --history --format json").ok();
    assert!(json.contains("\"added\": null") && json.contains("\"cut\": true"), "{json}");
}

#[test]
fn a_bare_repository_of_the_other_hash_is_asked_the_same() {
    let sandbox = Sandbox::empty();
    sandbox.run("git init -q --object-format=sha256 && pm init -q").ok();
    say(&sandbox, "Ann", "2026-01-12", "due = 2026-01-20\n");
    say(&sandbox, "Bo", "2026-01-13", "due = 2026-01-27\n");
    sandbox.run("git clone -q --bare . ../bare").ok();
    assert_data_eq!(
        sandbox.run("COLUMNS=300 pm -C ../bare action list -q --history | grep slipped").ok(),
        str![[r#"
                                               slipped once, 7 days (Bo Example) · added 2026-01-12 by Ann Example
1 open, 1 overdue · no priority 1 · 1 slipped, 0 reopened

"#]]
    );
}

#[test]
fn versions_that_cannot_be_read_and_hostile_names_do_no_harm() {
    let sandbox = Sandbox::ready();
    say(&sandbox, "Ann", "2026-01-12", "due = 2026-01-20\n");
    say(&sandbox, "Ann", "2026-01-13", "due = [\n");
    say(&sandbox, "=cmd|\u{1b}[2J", "2026-01-14", "due = 2026-01-27\n");
    assert_data_eq!(
        sandbox.run("COLUMNS=300 pm action list -q --history | grep slipped").ok(),
        str![[r#"
                                               slipped once, 7 days (Ann Example) · added 2026-01-12 by Ann Example
1 open, 1 overdue · no priority 1 · 1 slipped, 0 reopened

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list -q --history --format csv | tail -1 | grep -o 'false,1,.*'").ok(),
        str![[r#"
false,1,7,Ann Example <ann@example.com>,false,0,2026-01-12,Ann Example <ann@example.com>,49

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list -q --history --format markdown | tail -3 | head -1").ok(),
        str![[r#"
| **2026-01-27** (34 d overdue) | `c0de` Restart by itself |  |  | open | 2026-01-10-queue-stalls (P2) | slipped once, 7 days (Ann Example) · added 2026-01-12 by Ann Example |

"#]]
    );
}

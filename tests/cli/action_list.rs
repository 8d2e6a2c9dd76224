use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// A record with what the actions say.
fn record(title: &str, created: &str, actions: &str) -> String {
    format!(
        "format = 1\n\ntitle = \"{title}\"\n\nseverity = \"P2\"\n\nstatus = \"draft\"\n\ncreated = {created}\n\nservices = [\"checkout\", \"mail\"]\n\n{actions}"
    )
}

/// Three records: the example, one with work of three people, one without actions.
fn several() -> Sandbox {
    let sandbox = Sandbox::with_example();
    let actions = r#"[[actions]]
id = "c0de"
action = "Restart the queue by itself when it stalls"
type = "mitigate"
owner = "Bo Example <bo@example.com>"
priority = "P1"
due = 2026-02-20
status = "in-progress"

[[actions]]
id = "d1sk"
action = "=cmd|' /C calc'!A0 | not a cell"
priority = "P3"
due = 2026-04-01
link = "https://tracker.example.com/17"

[[actions]]
id = "n0ne"
action = "Write the runbook"
owner = "Ann Example <ann@example.com>"
"#;
    sandbox.write("postmortems/2026/2026-01-10-queue-stalls.toml", record("Queue stalls", "2026-01-12", actions));
    sandbox.write("postmortems/2026/2026-02-01-quiet.toml", record("Nothing promised", "2026-02-02", ""));
    sandbox.run("git add -A && git commit -qm records").ok();
    sandbox
}

#[test]
fn the_longest_overdue_leads_and_the_totals_stand_below() {
    let sandbox = several();
    assert_data_eq!(
        sandbox.run("pm action list").to_string(),
        str![[r#"
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed  Alert when a backup is missing or empty
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls      Restart the queue by itself when it stalls
d1sk  P3        open         2026-04-01  –        49    –               P2        2026-01-10-queue-stalls      =cmd|' /C calc'!A0 | not a cell
n0ne  –         open         –           –        49    Ann Example     P2        2026-01-10-queue-stalls      Write the runbook
--- talk
4 open, 2 overdue · P1 2, P3 1, no priority 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm action list").to_string(),
        str![[r#"
ID    PRIO  DUE             ACTION
──────────────────────────────────────────────────────────────────────────────
k7fq  P1    2017-02-08      Alert when a backup is missing or empty
            3309 d overdue
                            Infrastructure · incident P1 · 3316 d old
                            2017-01-31-database-removed
c0de  P1    2026-02-20      Restart the queue by itself when it stalls
            10 d overdue
                            in progress · Bo Example · incident P2 · 49 d old
                            2026-01-10-queue-stalls
d1sk  P3    2026-04-01      =cmd|' /C calc'!A0 | not a cell
                            incident P2 · 49 d old
                            2026-01-10-queue-stalls
n0ne        no date         Write the runbook
                            Ann Example · incident P2 · 49 d old
                            2026-01-10-queue-stalls

4 open, 2 overdue · P1 2, P3 1, no priority 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=140 pm action list --all").to_string(),
        str![[r#"
ID    PRIO  STATUS       DUE             AGE     OWNER           ACTION                                    RECORD
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
k7fq  P1    open         2017-02-08      3316 d  Infrastructure  Alert when a backup is missing or empty   2017-01-31-database-removed · P1
                         3309 d overdue
c0de  P1    in progress  2026-02-20      49 d    Bo Example      Restart the queue by itself when it       2026-01-10-queue-stalls · P2
                         10 d overdue                            stalls
d1sk  P3    open         2026-04-01      49 d                    =cmd|' /C calc'!A0 | not a cell           2026-01-10-queue-stalls · P2
n0ne        open         no date         49 d    Ann Example     Write the runbook                         2026-01-10-queue-stalls · P2
b9hd  P2    dropped      2017-02-15      9 d     Database Team   Make the production prompt unmistakable   2017-01-31-database-removed · P1
m3xt  P1    done         2017-02-08      6 d     Infrastructure  Restore last night's backup               2017-01-31-database-removed · P1
                                                                 automatically, every day, and check it

4 open, 2 overdue, 1 done, 1 dropped · P1 2, P3 1, no priority 1

"#]]
    );
}

#[test]
fn groups_have_their_counts() {
    let sandbox = several();
    assert_data_eq!(
        sandbox.run("pm action list --group-by owner").to_string(),
        str![[r#"
Ann Example <ann@example.com>: 1
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
n0ne  –         open         –           –        49    Ann Example     P2        2026-01-10-queue-stalls      Write the runbook

Bo Example <bo@example.com>: 1, 1 overdue
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls      Restart the queue by itself when it stalls

Infrastructure <infra@example.com>: 1, 1 overdue
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed  Alert when a backup is missing or empty

no owner: 1
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
d1sk  P3        open         2026-04-01  –        49    –               P2        2026-01-10-queue-stalls      =cmd|' /C calc'!A0 | not a cell
--- talk
4 open, 2 overdue · P1 2, P3 1, no priority 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm action list --group-by service").to_string(),
        str![[r#"
checkout: 3, 1 overdue
ID    PRIO  DUE           ACTION
────────────────────────────────────────────────────────────────────────────
c0de  P1    2026-02-20    Restart the queue by itself when it stalls
            10 d overdue
                          in progress · Bo Example · incident P2 · 49 d old
                          2026-01-10-queue-stalls
d1sk  P3    2026-04-01    =cmd|' /C calc'!A0 | not a cell
                          incident P2 · 49 d old
                          2026-01-10-queue-stalls
n0ne        no date       Write the runbook
                          Ann Example · incident P2 · 49 d old
                          2026-01-10-queue-stalls

gitlab.com: 1, 1 overdue
ID    PRIO  DUE             ACTION
──────────────────────────────────────────────────────────────────────
k7fq  P1    2017-02-08      Alert when a backup is missing or empty
            3309 d overdue
                            Infrastructure · incident P1 · 3316 d old
                            2017-01-31-database-removed

mail: 3, 1 overdue
ID    PRIO  DUE           ACTION
────────────────────────────────────────────────────────────────────────────
c0de  P1    2026-02-20    Restart the queue by itself when it stalls
            10 d overdue
                          in progress · Bo Example · incident P2 · 49 d old
                          2026-01-10-queue-stalls
d1sk  P3    2026-04-01    =cmd|' /C calc'!A0 | not a cell
                          incident P2 · 49 d old
                          2026-01-10-queue-stalls
n0ne        no date       Write the runbook
                          Ann Example · incident P2 · 49 d old
                          2026-01-10-queue-stalls

postgresql: 1, 1 overdue
ID    PRIO  DUE             ACTION
──────────────────────────────────────────────────────────────────────
k7fq  P1    2017-02-08      Alert when a backup is missing or empty
            3309 d overdue
                            Infrastructure · incident P1 · 3316 d old
                            2017-01-31-database-removed

4 open, 2 overdue · P1 2, P3 1, no priority 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --group-by priority --overdue").to_string(),
        str![[r#"
P1: 2, 2 overdue
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed  Alert when a backup is missing or empty
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls      Restart the queue by itself when it stalls
--- talk
2 open, 2 overdue · P1 2

"#]]
    );
}

#[test]
fn filters_narrow_the_list_and_an_empty_one_says_so() {
    let sandbox = several();
    let ids = |filter: &str| {
        let list = sandbox.run(&format!("pm action list -q {filter}")).ok();
        list.lines().skip(1).filter_map(|line| line.split(' ').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(ids("--owner BO"), ["c0de"]);
    assert_eq!(ids("--priority p1"), ["k7fq", "c0de"]);
    assert_eq!(ids("--priority P1 --priority P3"), ["k7fq", "c0de", "d1sk"]);
    assert_eq!(ids("--type mitigate"), ["c0de"]);
    assert_eq!(ids("--service CHECKOUT"), ["c0de", "d1sk", "n0ne"]);
    assert_eq!(ids("--overdue"), ["k7fq", "c0de"]);
    assert_eq!(ids("--due-before 2026-02-20"), ["k7fq"]);
    assert_eq!(ids("--due-before +60d"), ["k7fq", "c0de", "d1sk"]);
    assert_eq!(ids("--status done --status dropped"), ["b9hd", "m3xt"]);
    assert_eq!(ids("--status in-progress"), ["c0de"]);
    assert_eq!(ids("-p queue"), ["c0de", "d1sk", "n0ne"]);
    assert_data_eq!(
        sandbox.run("pm action list --owner nobody").to_string(),
        str![[r#"
--- talk
No action fits, in 3 records.

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list -p quiet").to_string(),
        str![[r#"
--- talk
No action fits, in 3 records.

"#]]
    );
    assert_data_eq!(
        Sandbox::ready().run("pm action list").to_string(),
        str![[r#"
--- talk
No record yet. `pm new "what happened"` writes the first one.

"#]]
    );
}

#[test]
fn overdue_actions_fail_a_job_that_asks_for_it() {
    let sandbox = several();
    assert_eq!(sandbox.run("pm action list --fail-overdue").code, 1);
    assert_eq!(sandbox.run("pm action list --fail-overdue --priority P3").code, 0);
    assert_eq!(sandbox.run("pm action list").code, 0);
}

#[test]
fn every_form_is_safe_for_its_reader() {
    let sandbox = several();
    assert_data_eq!(
        sandbox.run("pm action list -p queue --format csv").to_string(),
        str![[r#"
id,record,action,status,priority,type,owner,due,overdue_days,age_days,closed,evidence,reason,link,severity,services,title,branch,path,private
c0de,2026-01-10-queue-stalls,Restart the queue by itself when it stalls,in-progress,P1,mitigate,Bo Example <bo@example.com>,2026-02-20,10,49,,,,,P2,checkout; mail,Queue stalls,,postmortems/2026/2026-01-10-queue-stalls.toml,false
d1sk,2026-01-10-queue-stalls,'=cmd|' /C calc'!A0 | not a cell,open,P3,,,2026-04-01,,49,,,,https://tracker.example.com/17,P2,checkout; mail,Queue stalls,,postmortems/2026/2026-01-10-queue-stalls.toml,false
n0ne,2026-01-10-queue-stalls,Write the runbook,open,,,Ann Example <ann@example.com>,,,49,,,,,P2,checkout; mail,Queue stalls,,postmortems/2026/2026-01-10-queue-stalls.toml,false

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --format markdown").to_string(),
        str![[r#"
| Due | Action | Owner | Priority | Status | Record |
|---|---|---|---|---|---|
| **2017-02-08** (3309 d overdue) | `k7fq` Alert when a backup is missing or empty | Infrastructure | P1 | open | 2017-01-31-database-removed (P1) |
| **2026-02-20** (10 d overdue) | `c0de` Restart the queue by itself when it stalls | Bo Example | P1 | in progress | 2026-01-10-queue-stalls (P2) |
| 2026-04-01 | `d1sk` /=cmd/|' /C calc'!A0 /| not a cell ([tracked](<https://tracker.example.com/17>)) |  | P3 | open | 2026-01-10-queue-stalls (P2) |
|  | `n0ne` Write the runbook | Ann Example |  | open | 2026-01-10-queue-stalls (P2) |

4 open, 2 overdue · P1 2, P3 1, no priority 1 (on 2026-03-02)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --format ics").to_string(),
        str![[r#"
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//pm//action items//EN
METHOD:PUBLISH
NAME:Postmortem action items
X-WR-CALNAME:Postmortem action items
BEGIN:VEVENT
CLASS:PUBLIC
DESCRIPTION:Overdue by 3309 days on 2026-03-02/nOwner: Infrastructure <infr
 a@example.com>/n2017-01-31-database-removed: Production database director
 y removed by mistake
DTEND;VALUE=DATE:20170209
DTSTAMP:20260302T000000Z
DTSTART;VALUE=DATE:20170208
SUMMARY:P1: Alert when a backup is missing or empty
TRANSP:TRANSPARENT
UID:k7fq@2017-01-31-database-removed
END:VEVENT
BEGIN:VEVENT
CLASS:PUBLIC
DESCRIPTION:Overdue by 10 days on 2026-03-02/nOwner: Bo Example <bo@example
 .com>/n2026-01-10-queue-stalls: Queue stalls
DTEND;VALUE=DATE:20260221
DTSTAMP:20260302T000000Z
DTSTART;VALUE=DATE:20260220
SUMMARY:P1: Restart the queue by itself when it stalls
TRANSP:TRANSPARENT
UID:c0de@2026-01-10-queue-stalls
END:VEVENT
BEGIN:VEVENT
CLASS:PUBLIC
DESCRIPTION:2026-01-10-queue-stalls: Queue stalls
DTEND;VALUE=DATE:20260402
DTSTAMP:20260302T000000Z
DTSTART;VALUE=DATE:20260401
SUMMARY:P3: =cmd|' /C calc'!A0 | not a cell
TRANSP:TRANSPARENT
UID:d1sk@2026-01-10-queue-stalls
URL:https://tracker.example.com/17
END:VEVENT
END:VCALENDAR

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list -p queue --priority P1 --format json").to_string(),
        str![[r#"
{
  "schema": 1,
  "as_of": "2026-03-02",
  "actions": [
    {
      "id": "c0de",
      "record": "2026-01-10-queue-stalls",
      "action": "Restart the queue by itself when it stalls",
      "status": "in-progress",
      "open": true,
      "priority": "P1",
      "type": "mitigate",
      "owner": "Bo Example <bo@example.com>",
      "due": "2026-02-20",
      "overdue_days": 10,
      "age_days": 49,
      "closed": null,
      "evidence": null,
      "reason": null,
      "link": null,
      "severity": "P2",
      "services": [
        "checkout",
        "mail"
      ],
      "title": "Queue stalls",
      "branch": null,
      "path": "postmortems/2026/2026-01-10-queue-stalls.toml",
      "private": false
    }
  ],
  "totals": {
    "open": 1,
    "overdue": 1,
    "done": 0,
    "dropped": 0,
    "by_priority": [
      {
        "priority": "P1",
        "open": 1
      }
    ]
  }
}

"#]]
    );
}

#[test]
fn trouble_is_told_and_what_can_be_shown_is_shown() {
    let sandbox = several();
    let twice = r#"[[actions]]
id = "c0de"
action = "The same id in another record"
due = "next week"
priority = "urgent"
status = "waiting"

[[actions]]
action = "No id\u001b[2J"
status = "done"
"#;
    sandbox.write("postmortems/2026/2026-02-10-twins.toml", record("Twins", "2026-02-10", twice));
    sandbox.write("postmortems/2026/2026-02-11-broken.toml", "title = \n");
    assert_data_eq!(
        sandbox.run("pm action list --all -p twins").to_string(),
        str![[r#"
ID    PRIORITY  STATUS   DUE        OVERDUE  AGE  OWNER  SEVERITY  RECORD            ACTION
c0de  urgent    waiting  next week  –        20   –      P2        2026-02-10-twins  The same id in another record
–     –         done     –          –        20   –      P2        2026-02-10-twins  No id/u{1b}[2J
--- talk
1 open, 1 done · urgent 1
warning: 2026-02-10-twins/c0de: the due date `next week` is no date, so it is never overdue
warning: 2026-02-10-twins/c0de: the status `waiting` is none, so it counts as open
warning: 2026-02-10-twins/c0de: the priority `urgent` is none of P1, P2, P3
warning: postmortems/2026/2026-02-10-twins.toml: an action has no id: No id/u{1b}[2J
warning: 2026-02-10-twins/?: it is done, and nothing says when

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --priority P1 --priority P9").to_string(),
        str![[r#"
--- talk
error: invalid value 'P9' for '--priority <PRIORITY>'
  [possible values: P1, P2, P3]

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list --due-before 2026-02-21").to_string(),
        str![[r#"
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed  Alert when a backup is missing or empty
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls      Restart the queue by itself when it stalls
--- talk
2 open, 2 overdue · P1 2
skipped postmortems/2026/2026-02-11-broken.toml: it is not valid TOML
error: 1 file was skipped
hint: `pm check` shows what is wrong with them
--- exit 2

"#]]
    );
}

#[test]
fn the_past_is_asked_without_a_checkout() {
    let sandbox = several();
    sandbox.run("git tag before").ok();
    let path = "postmortems/2026/2026-01-10-queue-stalls.toml";
    let text = sandbox.read(path).replace("status = \"in-progress\"", "status = \"done\"\nclosed = 2026-03-02");
    sandbox.write(path, text);
    sandbox.run("GIT_COMMITTER_DATE='2026-03-04 12:00 +0000' git commit -qam closed").ok();
    let list = |ask: &str| sandbox.run(&format!("pm action list -q -p queue {ask}")).to_string();
    let wide = "GIT_COMMITTER_DATE='2026-05-01 12:00 +0000' ";
    let later = |ask: &str| sandbox.run(&format!("{wide}pm action list -q -p queue {ask}")).to_string();
    assert!(!list("").contains("c0de"));
    assert!(list("--rev before").contains("c0de"));
    assert_data_eq!(
        later("--at 2026-03-03"),
        str![[r#"
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE  OWNER        SEVERITY  RECORD                   ACTION
c0de  P1        in-progress  2026-02-20  11       50   Bo Example   P2        2026-01-10-queue-stalls  Restart the queue by itself when it stalls
d1sk  P3        open         2026-04-01  –        50   –            P2        2026-01-10-queue-stalls  =cmd|' /C calc'!A0 | not a cell
n0ne  –         open         –           –        50   Ann Example  P2        2026-01-10-queue-stalls  Write the runbook

"#]]
    );
    assert_data_eq!(
        later("--at 2026-04-20"),
        str![[r#"
ID    PRIORITY  STATUS  DUE         OVERDUE  AGE  OWNER        SEVERITY  RECORD                   ACTION
d1sk  P3        open    2026-04-01  19       98   –            P2        2026-01-10-queue-stalls  =cmd|' /C calc'!A0 | not a cell
n0ne  –         open    –           –        98   Ann Example  P2        2026-01-10-queue-stalls  Write the runbook

"#]]
    );
    assert_data_eq!(
        later("--at 2020-01-01"),
        str![[r#"
--- talk
error: there is no commit of 2020-01-01 or before
hint: `git log --reverse --format=%cs | head -1` shows the day of the first one
--- exit 2

"#]]
    );
    assert_data_eq!(
        later("--at 2026-03-03 --rev HEAD"),
        str![[r#"
--- talk
error: the argument '--at <DATE>' cannot be used with '--rev <REV>'

Usage: pm action list --quiet --postmortem <RECORD> --at <DATE>

For more information, try '--help'.
--- exit 2

"#]]
    );
    sandbox.run("git clone -q --bare . ../bare").ok();
    let bare = sandbox.run("pm -C ../bare action list -q -p queue").ok();
    assert!(bare.contains("d1sk") && !bare.contains("c0de"), "{bare}");
}

#[test]
fn what_is_on_its_way_on_other_branches_is_there_once() {
    let sandbox = several();
    let path = "postmortems/2026/2026-01-10-queue-stalls.toml";
    let before = sandbox.read(path);
    sandbox.run("git switch -qc postmortem/new").ok();
    let action = "[[actions]]\nid = \"fr5h\"\naction = \"Only on the branch\"\n";
    sandbox.write("postmortems/2026/2026-03-01-new.toml", record("New", "2026-03-01", action));
    sandbox.write(path, before.replace("Write the runbook", "Write and try the runbook"));
    sandbox.run("git add -A && git commit -qm new && git branch copy && git switch -q main").ok();
    assert_data_eq!(
        sandbox.run("pm action list -q").to_string(),
        str![[r#"
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                       ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed  Alert when a backup is missing or empty
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls      Restart the queue by itself when it stalls
d1sk  P3        open         2026-04-01  –        49    –               P2        2026-01-10-queue-stalls      =cmd|' /C calc'!A0 | not a cell
n0ne  –         open         –           –        49    Ann Example     P2        2026-01-10-queue-stalls      Write the runbook

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm action list -q --all-branches").to_string(),
        str![[r#"
ID    PRIORITY  STATUS       DUE         OVERDUE  AGE   OWNER           SEVERITY  RECORD                             ACTION
k7fq  P1        open         2017-02-08  3309     3316  Infrastructure  P1        2017-01-31-database-removed        Alert when a backup is missing or empty
c0de  P1        in-progress  2026-02-20  10       49    Bo Example      P2        2026-01-10-queue-stalls · on copy  Restart the queue by itself when it stalls
d1sk  P3        open         2026-04-01  –        49    –               P2        2026-01-10-queue-stalls · on copy  =cmd|' /C calc'!A0 | not a cell
n0ne  –         open         –           –        49    Ann Example     P2        2026-01-10-queue-stalls · on copy  Write and try the runbook
fr5h  –         open         –           –        1     –               P2        2026-03-01-new · on copy           Only on the branch

"#]]
    );
    // Merged by a squash and gone on with here, the branch has nothing new to say.
    sandbox.run("git merge -q --squash postmortem/new && git commit -qm squashed").ok();
    sandbox.write(path, sandbox.read(path).replace("id = \"n0ne\"", "id = \"n0ne\"\nstatus = \"dropped\""));
    sandbox.run("git commit -qam dropped").ok();
    let list = sandbox.run("pm action list -q --all-branches").ok();
    assert!(!list.contains("n0ne") && !list.contains("on postmortem/new"), "{list}");
}

#[test]
fn the_cache_changes_nothing_but_the_time() {
    let sandbox = several();
    let with = sandbox.run("pm action list --all && pm list").to_string();
    assert_eq!(with, sandbox.run("pm action list --all && pm list").to_string());
    assert_eq!(with, sandbox.run("pm action list --all --no-cache && pm list --no-cache").to_string());
    assert_eq!(
        sandbox.run("pm action list --rev HEAD").to_string(),
        sandbox.run("pm action list --rev HEAD --no-cache").to_string()
    );
    let files = sandbox.run("ls .git/pm").ok();
    assert!(files.contains("summaries-tree"), "{files}");
    let doctor = sandbox.run("pm doctor --cache").ok();
    assert!(doctor.contains("it says what the records say (2 files, "), "{doctor}");
    sandbox.run("rm -rf .git/pm && git status --short && git fsck --strict").ok();
    assert_eq!(with, sandbox.run("pm action list --all && pm list").to_string());
}

#[test]
fn another_programs_parser_reads_the_calendar() {
    let sandbox = several();
    let hostile = r#"[[actions]]
id = "h0st"
action = "Stop; drop, and \\ roll\nBEGIN:VEVENT\nSUMMARY:forged"
due = 2026-03-05
owner = "Zoë \u001b[31m"
"#;
    sandbox.write("postmortems/2026/2026-03-01-hostile.toml", record("Line\\none", "2026-03-01", hostile));
    let text = sandbox.run("pm action list --format ics").ok();
    let calendars: Vec<_> = ical::IcalParser::new(text.as_bytes()).collect::<Result<_, _>>().expect("a calendar");
    assert_eq!(calendars.len(), 1);
    let value = |event: &ical::parser::ical::component::IcalEvent, name: &str| {
        let found = event.properties.iter().find(|property| property.name == name);
        found.and_then(|property| property.value.clone()).unwrap_or_default()
    };
    let events: Vec<[String; 3]> =
        calendars[0].events.iter().map(|event| ["UID", "DTSTART", "DTEND"].map(|name| value(event, name))).collect();
    assert_eq!(
        events,
        [
            ["k7fq@2017-01-31-database-removed", "20170208", "20170209"],
            ["c0de@2026-01-10-queue-stalls", "20260220", "20260221"],
            ["h0st@2026-03-01-hostile", "20260305", "20260306"],
            ["d1sk@2026-01-10-queue-stalls", "20260401", "20260402"],
        ],
        "the action without a due date is no event, and no text makes one"
    );
    assert_eq!(value(&calendars[0].events[2], "SUMMARY"), r"Stop\; drop\, and \\ roll BEGIN:VEVENT SUMMARY:forged");
}

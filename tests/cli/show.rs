use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn the_page_of_the_example_has_everything() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("pm show").to_string(),
        str![[r#"
Production database directory removed by mistake
2017-01-31-database-removed
P1 Critical  Draft

  Owner     Database Team <database@example.com>
  Services  gitlab.com, postgresql
  Tags      backup, replication, operator-action
  Incident  INC-2017-0131
            https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/
  Started   about 2017-01-31 19:00 UTC
  Resolved  2017-02-01 18:14 UTC
  Created   2017-02-01
  Updated   2026-03-02 09:02 UTC by Ann Example
  File      postmortems/2017/2017-01-31-database-removed.toml

Durations
  ✗ Detection time                about 3 h    missed, target 5 min
  ✗ Response time (first action)  about 1 h    missed, target 15 min
  ✗ Resolution time               20 h 14 min  missed, target 1 h
  ✓ Communication time            5 min        met, target 30 min
    Response to resolution        about 19 h
    Total duration                about 23 h

Summary
  An engineer repairing replication removed the data directory of the primary
  database instead of the secondary's. GitLab.com was down for about 18 hours,
  and database changes made between 17:20 and midnight were lost.

Timeline  7 entries, times in UTC
  #  Time          Kind           Event                           Owner
  ──────────────────────────────────────────────────────────────────────────────
     2017-01-31
  1  ~17:20                       Extra LVM snapshot of           Database Team
                                  production taken, to load into
                                  staging
  2  ~19:00        started        Database load rises; suspected
                                  spam
                                  ↳ A second report puts this at
                                  18:00.
  3  22:00         detected       Page: replication lag on the    Monitoring
                                  secondary has grown until
                                  replication stopped
                                  ↳ Alert
  4  ~23:00–23:30  investigating  Secondary cannot catch up;
                                  manual resync starts,
                                  pg_basebackup waits without a
                                  message
                                  ↳ private
  5  23:27         identified     Removal of the wrong data
                                  directory is noticed and
                                  stopped; about 300 GB are gone
     2017-02-01
  6  17:00         recovered      Database restored from the
                                  staging snapshot, without
                                  webhooks
  7  18:14         resolved       Webhooks restored and the
                                  service confirmed

Actions  1 open, 1 overdue, 2 closed
  Id    Prio  Status   Due          Owner           Action
  ──────────────────────────────────────────────────────────────────────────────
  k7fq  P1    open     2017-02-08   Infrastructure  Alert when a backup is
                       3309 d late                  missing or empty
                                                    ↳ Detection
  m3xt  P1    ✓ done   2017-02-08   Infrastructure  Restore last night's backup
                                                    automatically, every day,
                                                    and check it
                                                    ↳ Prevention · closed
                                                    2017-02-07
  b9hd  P2    dropped  2017-02-15   Database Team   Make the production prompt
                                                    unmistakable
                                                    ↳ Mitigation · closed
                                                    2017-02-10 · reason:
                                                    Covered by access through
                                                    the runbook only

  m3xt https://gitlab.com/gitlab-com/infrastructure/issues/1102
  b9hd https://gitlab.com/gitlab-com/infrastructure/issues/1094

Impact
  Site down for about 18 hours; database changes from 17:20 to 00:00 lost.
  Repositories and wikis not lost.
  Users affected              5,000
  Users percent               100 %
  Users regions               worldwide
  Users features              issues, merge requests, comments, sign-up
  Data loss                   yes: About 5,000 projects, 5,000 comments and 700
                              accounts created in six hours
  Data corruption             no
  Data sensitive exposed      no
  Data recovery required      yes
  Financial revenue           USD 0
  Financial credits           USD 0
  Financial resolution cost   USD 0
  Reputation complaints       0
  Reputation social mentions  0
  Reputation press coverage   yes
  Reputation escalations      0

Cause
  What happened
    Replication had stopped under load. While preparing a new resync, the data
    directory was removed on the primary.
  Root cause
    Nothing told the two database hosts apart at the prompt, and no tested
    backup existed to recover from a mistake.
  Trigger                Data directory deleted on the primary instead of the
                         secondary
  Factors human          Fatigue/overwork, Distraction
  Factors process        Missing checklist item, Inadequate testing
  Factors technical      Resource exhaustion, Database issue
  Factors environmental  Production configuration issue
  Whys
  1. Why did the incident occur?
     The primary's data directory was deleted.
  2. Why was it deleted?
     The two hosts could not be told apart and the resync needed an empty
     directory.
  3. Why did recovery take 18 hours?
     The only usable copy was a six-hour-old snapshot on slow disks.
  4. Why was it the only copy?
     pg_dump 9.2 had been run against 9.6, so the uploaded backups were empty.
  5. Why did nobody know?
     The failure mails were rejected, and nobody owned the testing of backups.

Lessons
  Went well      • A manual snapshot had been taken six hours earlier
                 • Progress was shared in public as it happened
  Could improve  • Backups were not monitored
                 • Restoring was never rehearsed
  Lucky          The snapshot was manual: the daily one was almost a day old
  Learned        A backup that has not been restored is not a backup
  Training       Runbook training needed, Tool training needed (which tool):
                 pg_basebackup
  Documentation  Runbook needs update, Architecture documentation needs update

Prevention
  Immediate   Hourly LVM snapshots enabled
  Short term  Disk snapshots on the database hosts
  Long term   Continuous WAL archiving
  Process     Data durability has a named owner
  Monitoring
  1. Backup missing or smaller than the day before · threshold: 24 h, or -20 % ·
     notify: database on-call

Communication
  Internal chat notified          2017-01-31 22:05 UTC
  Internal status page updated    2017-01-31 23:50 UTC
  Internal standup briefed        2017-02-01 09:00 UTC
  Internal leadership notified    2017-02-01 00:10 UTC
  External users notified         2017-02-01 00:30 UTC
  External content reviewed       yes
  External social media           yes
  External press release          no
  Follow up root cause shared     yes
  Follow up actions communicated  yes
  Follow up prevention explained  yes
  Follow up timeline for fixes    yes

System metrics
  1. Database connections · normal: 12 · during: 200 · peak: 8000

Review
  Held         2017-02-06 15:00 UTC
  Location     https://meet.example.com/postmortem
  Facilitator  Reliability <sre@example.com>
  Attendees    Database Team, Infrastructure, Support
  Topics       Timeline review and validation, Root cause discussion and
               agreement, Impact assessment review, Action items assignment,
               Timeline and ownership, Prevention measures discussion,
               Communication review, Team feedback and morale check
  Decisions    Restores are rehearsed before any other backup work
  Agreed       yes
  Questions
  1. Should staging be able to stand in for production? · owner: Infrastructure
     · due: 2017-02-20

Follow-up
  Tracking when        daily for the first week
  Tracking how         in the issue tracker
  Tracking who         Project owner
  Tracking escalation  to the engineering lead, when not done by its due date
  Monitoring until     2017-03-01
  Monitoring focus     Replication lag and backup size
  Monitoring alerts    Thresholds halved
  Monitoring review    weekly
  Next on              2017-03-01
  Next owner           Reliability <sre@example.com>
  Next agenda          Actions done, no recurrence

Links
  1. external · Live notes ·
     https://about.gitlab.com/blog/2017/02/01/gitlab-dot-com-database-incident/

Figures
  1. replication-lag.png · Replication lag, 21:00 to 23:30

Appendix
  Logs
    pg_basebackup: could not connect to server

Distribution
  Audience   Engineering team, Customer support team, Leadership
  Shared on  2017-02-10
  Shared by  Reliability <sre@example.com>

Further keys
  custom.error_budget_minutes  1080

Still empty  pm set KEY=VALUE
  appendix.  feedback, notes
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
}

#[test]
fn colour_is_there_when_asked_for_and_nothing_needs_it() {
    let sandbox = Sandbox::with_example();
    let plain = sandbox.run("pm show").ok();
    assert!(!plain.contains('\u{1b}'));
    let coloured = sandbox.run("pm show --color always").ok();
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(sandbox.run("CLICOLOR_FORCE=1 pm show").ok(), sandbox.run("pm show --color always").ok());
    assert_eq!(sandbox.run("NO_COLOR=1 CLICOLOR_FORCE=1 pm show").ok(), plain);
    assert_eq!(sandbox.run("CLICOLOR_FORCE=1 pm show --color never").ok(), plain);
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, plain, "the words are the same");
}

#[test]
fn toml_is_the_file_and_json_has_what_is_derived() {
    let sandbox = Sandbox::with_example();
    assert_eq!(sandbox.run("pm show --format toml").ok(), include_str!("../fixtures/record.toml"));
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm show --format json").ok()).expect("JSON");
    assert_eq!(json["schema"], 1);
    assert_eq!(json["id"], "2017-01-31-database-removed");
    assert_eq!(json["record"]["impact"]["users"]["affected"], 5000);
    assert_eq!(json["durations"][0]["name"], "detection");
    assert_eq!(json["durations"][0]["actual_seconds"], 10_800);
}

#[test]
fn a_revision_is_shown_as_it_was() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set severity=P3").ok();
    let was = sandbox.run("pm show --rev HEAD~1 --format toml").ok();
    assert!(was.contains("severity = \"P1\""), "{was}");
    assert_data_eq!(
        sandbox.run("pm show --rev nosuch").to_string(),
        str![[r#"
--- talk
error: `nosuch` is no commit in this repository; `git log --oneline` and `git branch --all` list what there is
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm show --rev --evil").to_string(),
        str![[r#"
--- talk
error: unexpected argument '--evil' found

  tip: a similar argument exists: '--rev'

Usage: pm show --rev <REV> [RECORD]

For more information, try '--help'.
--- exit 2

"#]]
    );
}

#[test]
fn a_record_that_cannot_be_read_shows_where_and_why() {
    let sandbox = Sandbox::ready();
    sandbox.write("postmortems/2026/2026-01-01-x.toml", "format = 1\ntitle = \"x\nstatus = draft\n");
    assert_data_eq!(
        sandbox.run("pm show").to_string(),
        str![[r#"
--- talk
2026-01-01-x (the one record that differs from HEAD)
error[syntax]: invalid basic string, expected `"`
 --> postmortems/2026/2026-01-01-x.toml:2:11
  |
2 | title = "x
  |           ^
  |
  = help: close the text with the quotes it began with; longer text goes between two lines of `"""`

error[syntax]: string values must be quoted, expected literal string
 --> postmortems/2026/2026-01-01-x.toml:3:10
  |
3 | status = draft
  |          ^^^^^
  |
  = help: put the text in double quotes: `key = "text"`

2 errors
error: postmortems/2026/2026-01-01-x.toml cannot be read as a record
hint: `pm edit 2026-01-01-x` opens it
--- exit 2

"#]]
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("pm show | head -1; pm list | true").to_string(),
        str![[r#"
Production database directory removed by mistake
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
}

#[test]
fn an_end_before_its_beginning_is_unknown_and_never_met() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'API down' --started '2026-03-01 10:00'").ok();
    sandbox.run("pm timeline add 'Seen' --at '2026-03-01 09:50' --kind detected").ok();
    let page = sandbox.run("pm show").ok();
    assert!(page.contains("? Detection time"), "{page}");
    assert!(page.contains("detected is before started"), "{page}");
    assert!(sandbox.run("pm render").ok().contains("detected is before started"));
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm show --format json").ok()).expect("JSON");
    assert_eq!(json["durations"][0]["met"], serde_json::Value::Null);
    assert_eq!(sandbox.run("pm check").code, 1);
}

#[test]
fn what_cannot_be_shown_is_left_out_and_what_is_hidden_is_spelled_out() {
    let sandbox = Sandbox::with_example();
    sandbox
        .run("printf '\n[custom.more]\nwhen = 2026-02-31T10:00:00Z\nturned = \"a\\u202Eb\"\n' >> postmortems/2017/2017-01-31-database-removed.toml")
        .ok();
    assert_data_eq!(sandbox.run("pm show -q >/dev/null").to_string(), str![]);
    let json = sandbox.run("pm show -q --format json").stdout;
    assert!(json.contains("a\\u202eb") && !json.contains('\u{202e}'), "{json}");
    assert_data_eq!(
        sandbox.run("pm check").to_string(),
        str![[r#"
note[deadline-passed]: it was to be submitted by 2017-02-03 18:14 UTC, counted from when it was resolved
  --> postmortems/2017/2017-01-31-database-removed.toml:12:10
   |
12 | status = "draft"            # draft, in-review, approved, complete;…
   |          ^^^^^^^
   |
   = help: `pm status submit 2017-01-31-database-removed`

error[impossible-date]: `2026-02-31T10:00:00Z` cannot be: 2026-02 has no day 31
   --> postmortems/2017/2017-01-31-database-removed.toml:366:8
    |
366 | when = 2026-02-31T10:00:00Z
    |        ^^^^^^^^^^^^^^^^^^^^
    |
    = help: correct the date; times are written as 2017-01-31T23:27:00Z

error[invisible-character]: `custom.more.turned` holds U+202E, a bidirectional control character
   --> postmortems/2017/2017-01-31-database-removed.toml:367:10
    |
367 | turned = "a/u202Eb"
    |          ^^^^^^^^^^
    |
    = help: take it out; in the file it may be written as an escape

2 errors, 1 note
--- exit 1

"#]]
    );
}

#[test]
fn a_record_is_named_by_its_path_from_anywhere() {
    let sandbox = Sandbox::with_example();
    let line = "cd postmortems && pm show \"$PWD/2017/2017-01-31-database-removed.toml\" --format toml | head -1 && pm show 2017/2017-01-31-database-removed.toml --format toml | head -1";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
#:schema ../postmortem.schema.json
#:schema ../postmortem.schema.json

"#]]
    );
}

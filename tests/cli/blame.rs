//! `pm blame`.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

/// The lines of some parts.
fn blame(sandbox: &Sandbox, parts: &str) -> String {
    sandbox.run(&format!("pm blame -q | grep -E ' ({parts}) '")).ok()
}

#[test]
fn each_part_has_the_commit_that_last_changed_what_it_says() {
    let sandbox = Sandbox::with_example();
    for line in [
        "pm set -q severity=P2",
        "pm timeline add -q --at 2017-01-31T21:00Z 'Ann wakes up'",
        "sed -i 's/^due = 2017-02-15/due = 2017-03-08/' postmortems/2017/*.toml && git -c user.name='Bob' commit -qam 'Later'",
        "sed -i 's/^title = /title    = /; s/^severity = /severity   = /' postmortems/2017/*.toml && git commit -qam 'Blanks'",
        "git mv postmortems/2017 postmortems/old && git commit -qm 'Another folder'",
        "echo '[broken' | tee -a postmortems/old/*.toml && git commit -qam 'By accident'",
        "sed -i '$d' postmortems/old/*.toml && git commit -qam 'Mended'",
        "pm set -q --no-commit tags+=slow",
    ] {
        sandbox.run(line).ok();
    }
    assert_data_eq!(
        sandbox.run("git log --format='%h %an %s' --abbrev=10").ok(),
        str![[r#"
5d5629034e Ann Example Mended
64b95e2a1c Ann Example By accident
363ff767c5 Ann Example Another folder
8ced47bf29 Ann Example Blanks
483455445f Bob Later
32bca6aa20 Ann Example 2017-01-31-database-removed: entry added at 2017-01-31 21:00: Ann wakes up
c5d3b64efe Ann Example 2017-01-31-database-removed: severity P1 → P2
8e1f8b5473 Ann Example example
d4e5725df2 Ann Example pm: make the repository ready for postmortems

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm blame").to_string(),
        str![[r#"
8e1f8b5473  2026-03-02  Ann Example    format                                        1
8e1f8b5473  2026-03-02  Ann Example    title                                         Production database directory removed by mistake
c5d3b64efe  2026-03-02  Ann Example    severity                                      P2
8e1f8b5473  2026-03-02  Ann Example    status                                        draft
8e1f8b5473  2026-03-02  Ann Example    owner                                         Database Team <database@example.com>
8e1f8b5473  2026-03-02  Ann Example    created                                       2017-02-01
8e1f8b5473  2026-03-02  Ann Example    services                                      gitlab.com, postgresql
----------  ----------  not committed  tags                                          backup, replication, operator-action, slow
8e1f8b5473  2026-03-02  Ann Example    summary                                       An engineer repairing replication removed the data directory of the primary database instead of the secondary's. GitLab.com was down for about 18 hours, and database changes made between 17:20 and midnight were lost.
8e1f8b5473  2026-03-02  Ann Example    incident.id                                   INC-2017-0131
8e1f8b5473  2026-03-02  Ann Example    incident.link                                 https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/
8e1f8b5473  2026-03-02  Ann Example    timeline[1]                                   at 2017-01-31 17:20: Extra LVM snapshot of production taken, to load into staging
8e1f8b5473  2026-03-02  Ann Example    timeline[2]                                   at 2017-01-31 19:00 (started): Database load rises; suspected spam
32bca6aa20  2026-03-02  Ann Example    timeline[3]                                   at 2017-01-31 21:00: Ann wakes up
8e1f8b5473  2026-03-02  Ann Example    timeline[4]                                   at 2017-01-31 22:00 (detected): Page: replication lag on the secondary has grown until replication stopped
8e1f8b5473  2026-03-02  Ann Example    timeline[5]                                   at 2017-01-31 23:00 (investigating): Secondary cannot catch up; manual resync starts, pg_basebackup waits without a message
8e1f8b5473  2026-03-02  Ann Example    timeline[6]                                   at 2017-01-31 23:27 (identified): Removal of the wrong data directory is noticed and stopped; about 300 GB are gone
8e1f8b5473  2026-03-02  Ann Example    timeline[7]                                   at 2017-02-01 17:00 (recovered): Database restored from the staging snapshot, without webhooks
8e1f8b5473  2026-03-02  Ann Example    timeline[8]                                   at 2017-02-01 18:14 (resolved): Webhooks restored and the service confirmed
8e1f8b5473  2026-03-02  Ann Example    impact.summary                                Site down for about 18 hours; database changes from 17:20 to 00:00 lost. Repositories and wikis not lost.
8e1f8b5473  2026-03-02  Ann Example    impact.users.affected                         5000
8e1f8b5473  2026-03-02  Ann Example    impact.users.percent                          100.0
8e1f8b5473  2026-03-02  Ann Example    impact.users.regions                          worldwide
8e1f8b5473  2026-03-02  Ann Example    impact.users.features                         issues, merge requests, comments, sign-up
8e1f8b5473  2026-03-02  Ann Example    impact.data.loss                              About 5,000 projects, 5,000 comments and 700 accounts created in six hours
8e1f8b5473  2026-03-02  Ann Example    impact.data.corruption                        no
8e1f8b5473  2026-03-02  Ann Example    impact.data.sensitive_exposed                 no
8e1f8b5473  2026-03-02  Ann Example    impact.data.recovery_required                 yes
8e1f8b5473  2026-03-02  Ann Example    impact.financial.currency                     USD
8e1f8b5473  2026-03-02  Ann Example    impact.financial.revenue                      0
8e1f8b5473  2026-03-02  Ann Example    impact.financial.credits                      0
8e1f8b5473  2026-03-02  Ann Example    impact.financial.resolution_cost              0
8e1f8b5473  2026-03-02  Ann Example    impact.reputation.complaints                  0
8e1f8b5473  2026-03-02  Ann Example    impact.reputation.social_mentions             0
8e1f8b5473  2026-03-02  Ann Example    impact.reputation.press_coverage              yes
8e1f8b5473  2026-03-02  Ann Example    impact.reputation.escalations                 0
8e1f8b5473  2026-03-02  Ann Example    cause.what_happened                           Replication had stopped under load. While preparing a new resync, the data directory was removed on the primary.
8e1f8b5473  2026-03-02  Ann Example    cause.root_cause                              Nothing told the two database hosts apart at the prompt, and no tested backup existed to recover from a mistake.
8e1f8b5473  2026-03-02  Ann Example    cause.trigger                                 Data directory deleted on the primary instead of the secondary
8e1f8b5473  2026-03-02  Ann Example    cause.factors.human                           fatigue, distraction
8e1f8b5473  2026-03-02  Ann Example    cause.factors.process                         missing-checklist-item, inadequate-testing
8e1f8b5473  2026-03-02  Ann Example    cause.factors.technical                       resource-exhaustion, database-issue
8e1f8b5473  2026-03-02  Ann Example    cause.factors.environmental                   production-configuration-issue
8e1f8b5473  2026-03-02  Ann Example    cause.whys[1]                                 Why did the incident occur?
8e1f8b5473  2026-03-02  Ann Example    cause.whys[2]                                 Why was it deleted?
8e1f8b5473  2026-03-02  Ann Example    cause.whys[3]                                 Why did recovery take 18 hours?
8e1f8b5473  2026-03-02  Ann Example    cause.whys[4]                                 Why was it the only copy?
8e1f8b5473  2026-03-02  Ann Example    cause.whys[5]                                 Why did nobody know?
8e1f8b5473  2026-03-02  Ann Example    lessons.went_well                             A manual snapshot had been taken six hours earlier, Progress was shared in public as it happened
8e1f8b5473  2026-03-02  Ann Example    lessons.could_improve                         Backups were not monitored, Restoring was never rehearsed
8e1f8b5473  2026-03-02  Ann Example    lessons.lucky                                 The snapshot was manual: the daily one was almost a day old
8e1f8b5473  2026-03-02  Ann Example    lessons.learned                               A backup that has not been restored is not a backup
8e1f8b5473  2026-03-02  Ann Example    lessons.training                              runbook, tool:pg_basebackup
8e1f8b5473  2026-03-02  Ann Example    lessons.documentation                         runbook, architecture
8e1f8b5473  2026-03-02  Ann Example    actions[1]                                    k7fq: Alert when a backup is missing or empty
8e1f8b5473  2026-03-02  Ann Example    actions[2]                                    m3xt: Restore last night's backup automatically, every day, and check it
483455445f  2026-03-02  Bob            actions[3]                                    b9hd: Make the production prompt unmistakable
8e1f8b5473  2026-03-02  Ann Example    prevention.immediate                          Hourly LVM snapshots enabled
8e1f8b5473  2026-03-02  Ann Example    prevention.short_term                         Disk snapshots on the database hosts
8e1f8b5473  2026-03-02  Ann Example    prevention.long_term                          Continuous WAL archiving
8e1f8b5473  2026-03-02  Ann Example    prevention.process                            Data durability has a named owner
8e1f8b5473  2026-03-02  Ann Example    prevention.monitoring[1]                      Backup missing or smaller than the day before
8e1f8b5473  2026-03-02  Ann Example    communication.internal.chat_notified          2017-01-31 22:05
8e1f8b5473  2026-03-02  Ann Example    communication.internal.status_page_updated    2017-01-31 23:50
8e1f8b5473  2026-03-02  Ann Example    communication.internal.standup_briefed        2017-02-01 09:00
8e1f8b5473  2026-03-02  Ann Example    communication.internal.leadership_notified    2017-02-01 00:10
8e1f8b5473  2026-03-02  Ann Example    communication.external.users_notified         2017-02-01 00:30
8e1f8b5473  2026-03-02  Ann Example    communication.external.content_reviewed       yes
8e1f8b5473  2026-03-02  Ann Example    communication.external.social_media           yes
8e1f8b5473  2026-03-02  Ann Example    communication.external.press_release          no
8e1f8b5473  2026-03-02  Ann Example    communication.follow_up.root_cause_shared     yes
8e1f8b5473  2026-03-02  Ann Example    communication.follow_up.actions_communicated  yes
8e1f8b5473  2026-03-02  Ann Example    communication.follow_up.prevention_explained  yes
8e1f8b5473  2026-03-02  Ann Example    communication.follow_up.timeline_for_fixes    yes
8e1f8b5473  2026-03-02  Ann Example    metrics[1]                                    Database connections
8e1f8b5473  2026-03-02  Ann Example    review.held                                   2017-02-06 15:00
8e1f8b5473  2026-03-02  Ann Example    review.location                               https://meet.example.com/postmortem
8e1f8b5473  2026-03-02  Ann Example    review.facilitator                            Reliability <sre@example.com>
8e1f8b5473  2026-03-02  Ann Example    review.attendees                              Database Team, Infrastructure, Support
8e1f8b5473  2026-03-02  Ann Example    review.topics                                 timeline, root-cause, impact, actions, ownership, prevention, communication, team
8e1f8b5473  2026-03-02  Ann Example    review.decisions                              Restores are rehearsed before any other backup work
8e1f8b5473  2026-03-02  Ann Example    review.agreed                                 yes
8e1f8b5473  2026-03-02  Ann Example    review.questions[1]                           Should staging be able to stand in for production?
8e1f8b5473  2026-03-02  Ann Example    follow_up.tracking.when                       daily for the first week
8e1f8b5473  2026-03-02  Ann Example    follow_up.tracking.how                        in the issue tracker
8e1f8b5473  2026-03-02  Ann Example    follow_up.tracking.who                        Project owner
8e1f8b5473  2026-03-02  Ann Example    follow_up.tracking.escalation                 to the engineering lead, when not done by its due date
8e1f8b5473  2026-03-02  Ann Example    follow_up.monitoring.until                    2017-03-01
8e1f8b5473  2026-03-02  Ann Example    follow_up.monitoring.focus                    Replication lag and backup size
8e1f8b5473  2026-03-02  Ann Example    follow_up.monitoring.alerts                   Thresholds halved
8e1f8b5473  2026-03-02  Ann Example    follow_up.monitoring.review                   weekly
8e1f8b5473  2026-03-02  Ann Example    follow_up.next.on                             2017-03-01
8e1f8b5473  2026-03-02  Ann Example    follow_up.next.owner                          Reliability <sre@example.com>
8e1f8b5473  2026-03-02  Ann Example    follow_up.next.agenda                         Actions done, no recurrence
8e1f8b5473  2026-03-02  Ann Example    links[1]                                      Live notes
8e1f8b5473  2026-03-02  Ann Example    figures[1]                                    replication-lag.png
8e1f8b5473  2026-03-02  Ann Example    appendix.logs                                 pg_basebackup: could not connect to server
8e1f8b5473  2026-03-02  Ann Example    appendix.feedback                             (empty)
8e1f8b5473  2026-03-02  Ann Example    appendix.notes                                (empty)
8e1f8b5473  2026-03-02  Ann Example    distribution.audience                         engineering, support, leadership
8e1f8b5473  2026-03-02  Ann Example    distribution.shared_on                        2017-02-10
8e1f8b5473  2026-03-02  Ann Example    distribution.shared_by                        Reliability <sre@example.com>
8e1f8b5473  2026-03-02  Ann Example    custom.error_budget_minutes                   1080
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=90 pm blame -q | sed -n '4,16p'").ok(),
        str![[r#"
8e1f8b5473  2026-03-02  Ann Example    status                                        draft
8e1f8b5473  2026-03-02  Ann Example    owner                                         Database Team <data…
8e1f8b5473  2026-03-02  Ann Example    created                                       2017-02-01
8e1f8b5473  2026-03-02  Ann Example    services                                      gitlab.com, postgre…
----------  ----------  not committed  tags                                          backup, replication…
8e1f8b5473  2026-03-02  Ann Example    summary                                       An engineer repairi…
8e1f8b5473  2026-03-02  Ann Example    incident.id                                   INC-2017-0131
8e1f8b5473  2026-03-02  Ann Example    incident.link                                 https://about.gitla…
8e1f8b5473  2026-03-02  Ann Example    timeline[1]                                   at 2017-01-31 17:20…
8e1f8b5473  2026-03-02  Ann Example    timeline[2]                                   at 2017-01-31 19:00…
32bca6aa20  2026-03-02  Ann Example    timeline[3]                                   at 2017-01-31 21:00…
8e1f8b5473  2026-03-02  Ann Example    timeline[4]                                   at 2017-01-31 22:00…
8e1f8b5473  2026-03-02  Ann Example    timeline[5]                                   at 2017-01-31 23:00…

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm blame -q --rev HEAD~6 | sed -n '3p'").ok(),
        str![[r#"
c5d3b64efe  2026-03-02  Ann Example  severity                                      P2

"#]]
    );
}

#[test]
fn a_merge_takes_the_blame_for_what_is_in_no_parent_alone() {
    let sandbox = Sandbox::with_example();
    for line in [
        "git switch -qc side && pm set -q severity=P2 && pm set -q tags+=side && git switch -q main",
        "pm set -q severity=P3 && pm set -q services+=redis",
        "git merge -q side >/dev/null 2>&1; sed -i -e '/^<<<<<<<\\|^=======\\|^>>>>>>>/d' -e '/\"P3\"/d' -e 's/\"P2\"/\"P4\"/' postmortems/2017/*.toml && git commit -qam 'Between the two'",
    ] {
        sandbox.run(line).ok();
    }
    assert_data_eq!(
        sandbox.run("git log --format='%h %s' --abbrev=10").ok(),
        str![[r#"
0d5f14ffb3 Between the two
ef12b50a15 2017-01-31-database-removed: services: + redis
3dfe70941a 2017-01-31-database-removed: severity P1 → P3
6e7b21524a 2017-01-31-database-removed: tags: + side
c5d3b64efe 2017-01-31-database-removed: severity P1 → P2
8e1f8b5473 example
d4e5725df2 pm: make the repository ready for postmortems

"#]]
    );
    assert_data_eq!(
        blame(&sandbox, "title|severity|tags|services"),
        str![[r#"
8e1f8b5473  2026-03-02  Ann Example  title                                         Production database directory removed by mistake
0d5f14ffb3  2026-03-02  Ann Example  severity                                      P4
ef12b50a15  2026-03-02  Ann Example  services                                      gitlab.com, postgresql, redis
6e7b21524a  2026-03-02  Ann Example  tags                                          backup, replication, operator-action, side

"#]]
    );
}

#[test]
fn the_same_made_twice_is_laid_to_the_one_it_came_from() {
    let sandbox = Sandbox::with_example();
    for line in [
        "git switch -qc side && pm set -q severity=P2 && git switch -q main",
        "pm set -q severity=P2 && git commit -q --allow-empty -m between",
        "git merge -q -s ours -m 'Both the same' side",
        "pm set -q severity=P3 && pm set -q severity=P2 && pm set -q severity=P3 && pm set -q severity=P2 && pm set -q tags+=x",
    ] {
        sandbox.run(line).ok();
    }
    let last = sandbox.run("git log -1 --format=%h --abbrev=10 --skip=1").ok();
    assert!(blame(&sandbox, "severity").starts_with(last.trim()), "a value that came back was written again");
    let at_merge = sandbox.run("pm blame -q --rev HEAD~5 | grep ' severity '").ok();
    let made = sandbox.run("git log --no-walk --format=%h --abbrev=10 HEAD~7 side").ok();
    assert!(made.lines().any(|made| at_merge.starts_with(made)), "one of the two that made it: {at_merge}{made}");
}

#[test]
fn json_has_everything() {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set -q severity=P2 && pm set -q --no-commit owner=Bob").ok();
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm blame -q --format json").ok()).expect("JSON");
    let parts = json["parts"].as_array().expect("a list");
    let of = |path: &str| parts.iter().find(|part| part["path"] == path).expect("a part");
    assert_eq!(of("severity")["subject"], "2017-01-31-database-removed: severity P1 → P2");
    assert_eq!(of("severity")["author"]["email"], "ann@example.com");
    assert_eq!(of("owner")["commit"], serde_json::Value::Null);
    assert_eq!(of("timeline[3]")["subject"], "example");
}

#[test]
fn what_cannot_be_read_or_is_in_no_commit() {
    let sandbox = Sandbox::ready();
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = \"A\"\nstatus = \"draft\"\n");
    assert_data_eq!(
        sandbox.run("pm blame -q").to_string(),
        str![[r#"
----------  ----------  not committed  title   A
----------  ----------  not committed  status  draft

"#]]
    );
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = A\n");
    assert_data_eq!(
        sandbox.run("pm blame").to_string(),
        str![[r#"
--- talk
2026-03-01-a (the one record that differs from HEAD)
error: postmortems/2026/2026-03-01-a.toml cannot be read as a record
hint: `git blame` tells of its lines
--- exit 2

"#]]
    );
    let sandbox = Sandbox::with_example();
    sandbox.run(&format!("echo '[broken' >> {FILE} && git commit -qam broken && sed -i '$d' {FILE}")).ok();
    let blamed = sandbox.run("pm blame -q").ok();
    let example = sandbox.run("git log -1 --format=%h --abbrev=10 HEAD~1").ok();
    assert!(blamed.lines().all(|line| line.starts_with(example.trim())), "{blamed}");
}

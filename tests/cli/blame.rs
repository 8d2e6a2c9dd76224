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
43540737ec Ann Example Mended
de6b168512 Ann Example By accident
ebfc2b63c2 Ann Example Another folder
8a589a8471 Ann Example Blanks
5fc828cfa1 Bob Later
9f99858e2d Ann Example 2017-01-31-database-removed: entry added at 2017-01-31 21:00: Ann wakes up
db0cceda02 Ann Example 2017-01-31-database-removed: severity P1 → P2
276bbe5ee7 Ann Example example
73efa2348c Ann Example pm: make the repository ready for postmortems

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm blame").to_string(),
        str![[r#"
276bbe5ee7  2026-03-02  Ann Example    format                                        1
276bbe5ee7  2026-03-02  Ann Example    title                                         Production database directory removed by mistake
db0cceda02  2026-03-02  Ann Example    severity                                      P2
276bbe5ee7  2026-03-02  Ann Example    status                                        draft
276bbe5ee7  2026-03-02  Ann Example    owner                                         Database Team <database@example.com>
276bbe5ee7  2026-03-02  Ann Example    created                                       2017-02-01
276bbe5ee7  2026-03-02  Ann Example    services                                      gitlab.com, postgresql
----------  ----------  not committed  tags                                          backup, replication, operator-action, slow
276bbe5ee7  2026-03-02  Ann Example    summary                                       An engineer repairing replication removed the data directory of the primary database instead of the secondary's. GitLab.com was down for about 18 hours, and database changes made between 17:20 and midnight were lost.
276bbe5ee7  2026-03-02  Ann Example    incident.id                                   INC-2017-0131
276bbe5ee7  2026-03-02  Ann Example    incident.link                                 https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/
276bbe5ee7  2026-03-02  Ann Example    timeline[1]                                   at 2017-01-31 17:20: Extra LVM snapshot of production taken, to load into staging
276bbe5ee7  2026-03-02  Ann Example    timeline[2]                                   at 2017-01-31 19:00 (started): Database load rises; suspected spam
9f99858e2d  2026-03-02  Ann Example    timeline[3]                                   at 2017-01-31 21:00: Ann wakes up
276bbe5ee7  2026-03-02  Ann Example    timeline[4]                                   at 2017-01-31 22:00 (detected): Page: replication lag on the secondary has grown until replication stopped
276bbe5ee7  2026-03-02  Ann Example    timeline[5]                                   at 2017-01-31 23:00 (investigating): Secondary cannot catch up; manual resync starts, pg_basebackup waits without a message
276bbe5ee7  2026-03-02  Ann Example    timeline[6]                                   at 2017-01-31 23:27 (identified): Removal of the wrong data directory is noticed and stopped; about 300 GB are gone
276bbe5ee7  2026-03-02  Ann Example    timeline[7]                                   at 2017-02-01 17:00 (recovered): Database restored from the staging snapshot, without webhooks
276bbe5ee7  2026-03-02  Ann Example    timeline[8]                                   at 2017-02-01 18:14 (resolved): Webhooks restored and the service confirmed
276bbe5ee7  2026-03-02  Ann Example    impact.summary                                Site down for about 18 hours; database changes from 17:20 to 00:00 lost. Repositories and wikis not lost.
276bbe5ee7  2026-03-02  Ann Example    impact.users.affected                         5000
276bbe5ee7  2026-03-02  Ann Example    impact.users.percent                          100.0
276bbe5ee7  2026-03-02  Ann Example    impact.users.regions                          worldwide
276bbe5ee7  2026-03-02  Ann Example    impact.users.features                         issues, merge requests, comments, sign-up
276bbe5ee7  2026-03-02  Ann Example    impact.data.loss                              About 5,000 projects, 5,000 comments and 700 accounts created in six hours
276bbe5ee7  2026-03-02  Ann Example    impact.data.corruption                        no
276bbe5ee7  2026-03-02  Ann Example    impact.data.sensitive_exposed                 no
276bbe5ee7  2026-03-02  Ann Example    impact.data.recovery_required                 yes
276bbe5ee7  2026-03-02  Ann Example    impact.financial.currency                     USD
276bbe5ee7  2026-03-02  Ann Example    impact.financial.revenue                      0
276bbe5ee7  2026-03-02  Ann Example    impact.financial.credits                      0
276bbe5ee7  2026-03-02  Ann Example    impact.financial.resolution_cost              0
276bbe5ee7  2026-03-02  Ann Example    impact.reputation.complaints                  0
276bbe5ee7  2026-03-02  Ann Example    impact.reputation.social_mentions             0
276bbe5ee7  2026-03-02  Ann Example    impact.reputation.press_coverage              yes
276bbe5ee7  2026-03-02  Ann Example    impact.reputation.escalations                 0
276bbe5ee7  2026-03-02  Ann Example    cause.what_happened                           Replication had stopped under load. While preparing a new resync, the data directory was removed on the primary.
276bbe5ee7  2026-03-02  Ann Example    cause.root_cause                              Nothing told the two database hosts apart at the prompt, and no tested backup existed to recover from a mistake.
276bbe5ee7  2026-03-02  Ann Example    cause.trigger                                 Data directory deleted on the primary instead of the secondary
276bbe5ee7  2026-03-02  Ann Example    cause.factors.human                           fatigue, distraction
276bbe5ee7  2026-03-02  Ann Example    cause.factors.process                         missing-checklist-item, inadequate-testing
276bbe5ee7  2026-03-02  Ann Example    cause.factors.technical                       resource-exhaustion, database-issue
276bbe5ee7  2026-03-02  Ann Example    cause.factors.environmental                   production-configuration-issue
276bbe5ee7  2026-03-02  Ann Example    cause.whys[1]                                 Why did the incident occur?
276bbe5ee7  2026-03-02  Ann Example    cause.whys[2]                                 Why was it deleted?
276bbe5ee7  2026-03-02  Ann Example    cause.whys[3]                                 Why did recovery take 18 hours?
276bbe5ee7  2026-03-02  Ann Example    cause.whys[4]                                 Why was it the only copy?
276bbe5ee7  2026-03-02  Ann Example    cause.whys[5]                                 Why did nobody know?
276bbe5ee7  2026-03-02  Ann Example    lessons.went_well                             A manual snapshot had been taken six hours earlier, Progress was shared in public as it happened
276bbe5ee7  2026-03-02  Ann Example    lessons.could_improve                         Backups were not monitored, Restoring was never rehearsed
276bbe5ee7  2026-03-02  Ann Example    lessons.lucky                                 The snapshot was manual: the daily one was almost a day old
276bbe5ee7  2026-03-02  Ann Example    lessons.learned                               A backup that has not been restored is not a backup
276bbe5ee7  2026-03-02  Ann Example    lessons.training                              runbook, tool:pg_basebackup
276bbe5ee7  2026-03-02  Ann Example    lessons.documentation                         runbook, architecture
276bbe5ee7  2026-03-02  Ann Example    actions[1]                                    k7fq: Alert when a backup is missing or empty
276bbe5ee7  2026-03-02  Ann Example    actions[2]                                    m3xt: Restore last night's backup automatically, every day, and check it
5fc828cfa1  2026-03-02  Bob            actions[3]                                    b9hd: Make the production prompt unmistakable
276bbe5ee7  2026-03-02  Ann Example    prevention.immediate                          Hourly LVM snapshots enabled
276bbe5ee7  2026-03-02  Ann Example    prevention.short_term                         Disk snapshots on the database hosts
276bbe5ee7  2026-03-02  Ann Example    prevention.long_term                          Continuous WAL archiving
276bbe5ee7  2026-03-02  Ann Example    prevention.process                            Data durability has a named owner
276bbe5ee7  2026-03-02  Ann Example    prevention.monitoring[1]                      Backup missing or smaller than the day before
276bbe5ee7  2026-03-02  Ann Example    communication.internal.chat_notified          2017-01-31 22:05
276bbe5ee7  2026-03-02  Ann Example    communication.internal.status_page_updated    2017-01-31 23:50
276bbe5ee7  2026-03-02  Ann Example    communication.internal.standup_briefed        2017-02-01 09:00
276bbe5ee7  2026-03-02  Ann Example    communication.internal.leadership_notified    2017-02-01 00:10
276bbe5ee7  2026-03-02  Ann Example    communication.external.users_notified         2017-02-01 00:30
276bbe5ee7  2026-03-02  Ann Example    communication.external.content_reviewed       yes
276bbe5ee7  2026-03-02  Ann Example    communication.external.social_media           yes
276bbe5ee7  2026-03-02  Ann Example    communication.external.press_release          no
276bbe5ee7  2026-03-02  Ann Example    communication.follow_up.root_cause_shared     yes
276bbe5ee7  2026-03-02  Ann Example    communication.follow_up.actions_communicated  yes
276bbe5ee7  2026-03-02  Ann Example    communication.follow_up.prevention_explained  yes
276bbe5ee7  2026-03-02  Ann Example    communication.follow_up.timeline_for_fixes    yes
276bbe5ee7  2026-03-02  Ann Example    metrics[1]                                    Database connections
276bbe5ee7  2026-03-02  Ann Example    review.held                                   2017-02-06 15:00
276bbe5ee7  2026-03-02  Ann Example    review.location                               https://meet.example.com/postmortem
276bbe5ee7  2026-03-02  Ann Example    review.facilitator                            Reliability <sre@example.com>
276bbe5ee7  2026-03-02  Ann Example    review.attendees                              Database Team, Infrastructure, Support
276bbe5ee7  2026-03-02  Ann Example    review.topics                                 timeline, root-cause, impact, actions, ownership, prevention, communication, team
276bbe5ee7  2026-03-02  Ann Example    review.decisions                              Restores are rehearsed before any other backup work
276bbe5ee7  2026-03-02  Ann Example    review.agreed                                 yes
276bbe5ee7  2026-03-02  Ann Example    review.questions[1]                           Should staging be able to stand in for production?
276bbe5ee7  2026-03-02  Ann Example    follow_up.tracking.when                       daily for the first week
276bbe5ee7  2026-03-02  Ann Example    follow_up.tracking.how                        in the issue tracker
276bbe5ee7  2026-03-02  Ann Example    follow_up.tracking.who                        Project owner
276bbe5ee7  2026-03-02  Ann Example    follow_up.tracking.escalation                 to the engineering lead, when not done by its due date
276bbe5ee7  2026-03-02  Ann Example    follow_up.monitoring.until                    2017-03-01
276bbe5ee7  2026-03-02  Ann Example    follow_up.monitoring.focus                    Replication lag and backup size
276bbe5ee7  2026-03-02  Ann Example    follow_up.monitoring.alerts                   Thresholds halved
276bbe5ee7  2026-03-02  Ann Example    follow_up.monitoring.review                   weekly
276bbe5ee7  2026-03-02  Ann Example    follow_up.next.on                             2017-03-01
276bbe5ee7  2026-03-02  Ann Example    follow_up.next.owner                          Reliability <sre@example.com>
276bbe5ee7  2026-03-02  Ann Example    follow_up.next.agenda                         Actions done, no recurrence
276bbe5ee7  2026-03-02  Ann Example    links[1]                                      Live notes
276bbe5ee7  2026-03-02  Ann Example    figures[1]                                    replication-lag.png
276bbe5ee7  2026-03-02  Ann Example    appendix.logs                                 pg_basebackup: could not connect to server
276bbe5ee7  2026-03-02  Ann Example    appendix.feedback                             (empty)
276bbe5ee7  2026-03-02  Ann Example    appendix.notes                                (empty)
276bbe5ee7  2026-03-02  Ann Example    distribution.audience                         engineering, support, leadership
276bbe5ee7  2026-03-02  Ann Example    distribution.shared_on                        2017-02-10
276bbe5ee7  2026-03-02  Ann Example    distribution.shared_by                        Reliability <sre@example.com>
276bbe5ee7  2026-03-02  Ann Example    custom.error_budget_minutes                   1080
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=90 pm blame -q | sed -n '4,16p'").ok(),
        str![[r#"
276bbe5ee7  2026-03-02  Ann Example    status                                        draft
276bbe5ee7  2026-03-02  Ann Example    owner                                         Database Team <data…
276bbe5ee7  2026-03-02  Ann Example    created                                       2017-02-01
276bbe5ee7  2026-03-02  Ann Example    services                                      gitlab.com, postgre…
----------  ----------  not committed  tags                                          backup, replication…
276bbe5ee7  2026-03-02  Ann Example    summary                                       An engineer repairi…
276bbe5ee7  2026-03-02  Ann Example    incident.id                                   INC-2017-0131
276bbe5ee7  2026-03-02  Ann Example    incident.link                                 https://about.gitla…
276bbe5ee7  2026-03-02  Ann Example    timeline[1]                                   at 2017-01-31 17:20…
276bbe5ee7  2026-03-02  Ann Example    timeline[2]                                   at 2017-01-31 19:00…
9f99858e2d  2026-03-02  Ann Example    timeline[3]                                   at 2017-01-31 21:00…
276bbe5ee7  2026-03-02  Ann Example    timeline[4]                                   at 2017-01-31 22:00…
276bbe5ee7  2026-03-02  Ann Example    timeline[5]                                   at 2017-01-31 23:00…

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm blame -q --rev HEAD~6 | sed -n '3p'").ok(),
        str![[r#"
db0cceda02  2026-03-02  Ann Example  severity                                      P2

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
1de5ca891b Between the two
432c92e3d6 2017-01-31-database-removed: services: + redis
bd216841b4 2017-01-31-database-removed: severity P1 → P3
f06ceb130d 2017-01-31-database-removed: tags: + side
db0cceda02 2017-01-31-database-removed: severity P1 → P2
276bbe5ee7 example
73efa2348c pm: make the repository ready for postmortems

"#]]
    );
    assert_data_eq!(
        blame(&sandbox, "title|severity|tags|services"),
        str![[r#"
276bbe5ee7  2026-03-02  Ann Example  title                                         Production database directory removed by mistake
1de5ca891b  2026-03-02  Ann Example  severity                                      P4
432c92e3d6  2026-03-02  Ann Example  services                                      gitlab.com, postgresql, redis
f06ceb130d  2026-03-02  Ann Example  tags                                          backup, replication, operator-action, side

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

//! Public incidents, entered as a responder would, and the durations they are known by.
//!
//! Facts of GitHub 2018 from <https://github.blog/2018-10-30-oct21-post-incident-analysis/>, of Fastly 2021 from
//! <https://www.fastly.com/blog/summary-of-june-8-outage>, of GitLab 2017 from the complete example; in our words.

use super::*;

fn enter(sandbox: &Sandbox, entries: &[&str]) {
    for entry in entries {
        sandbox.run(&format!("pm timeline add -q --owner '' {entry}")).ok();
    }
}

#[test]
fn github_2018_crosses_midnight_and_lasts_24_h_11_min() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new -q 'Primaries promoted across regions' --started '2018-10-21 22:52'").ok();
    // Clock times only: each lands nearest to the last entry, on the next day where that is nearer.
    enter(
        &sandbox,
        &[
            "'Monitoring alerts start' --at 22:54 --kind detected",
            "'Database topologies found in an unexpected state' --at 23:02 --kind investigating",
            "'Deployments locked by hand' --at 23:07",
            "'Status yellow' --at 23:09 --kind communicated",
            "'Incident coordinator joins, status red' --at 23:11",
            "'Webhooks and Pages builds paused to protect data' --at 23:19",
            "'Plan: restore, synchronise, fall back, work off the queue' --at 00:05 --kind identified",
            "'Restore from backups under way' --at 00:41 --kind attempted",
            "'Several clusters restored and replicating' --at 06:51",
            "'All primaries back in the east, replicas hours behind' --at 11:12",
            "'Replicas in sync, original topology restored' --at 16:24 --kind recovered",
            "'Queue work starts' --at 16:45",
            "'Backlog done, status green' --at '2018-10-22 23:03' --kind resolved",
            "'Database team joins' --at '2018-10-21 23:13'",
        ],
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm timeline list -q").ok(),
        str![[r#"
#         UTC          Kind            Event
────────────────────────────────────────────────────────────────────────────────
          2018-10-21
1:a5yy    22:52        started         Incident started
2:enh6    22:54        detected        Monitoring alerts start
3:kr8w    23:02        investigating   Database topologies found in an
                                       unexpected state
4:y4s0    23:07                        Deployments locked by hand
5:zybm    23:09        communicated    Status yellow
6:6sdh    23:11                        Incident coordinator joins, status red
7:3661    23:13                        Database team joins
8:yebj    23:19                        Webhooks and Pages builds paused to
                                       protect data
          2018-10-22
9:c03r    00:05        identified      Plan: restore, synchronise, fall back,
                                       work off the queue
10:pwge   00:41        attempted       Restore from backups under way
11:yj2y   06:51                        Several clusters restored and
                                       replicating
12:90tg   11:12                        All primaries back in the east,
                                       replicas hours behind
13:nesf   16:24        recovered       Replicas in sync, original topology
                                       restored
14:qdd0   16:45                        Queue work starts
15:4n14   23:03        resolved        Backlog done, status green

Picture  24 h 11 min, 2018-10-21 22:52 to 2018-10-22 23:03 UTC
                   10-22             12:00
                 ├─┬─────────────────┬───────────────┤
  all entries    ::··        ·     ·       ··        ·  15 entries
  started        ●                                      22:52
  detected       ●                                      22:54  +2 min
  investigating  ●                                      23:02  +10 min
  communicated   ●                                      23:09  +17 min
  identified       ●                                    10-22 00:05  +1 h 13 min
  attempted         ●                                   00:41  +1 h 49 min
  recovered                                ●            16:24  +17 h 32 min
  resolved                                           ●  23:03  +24 h 11 min

  detection      █                                      ✓ 2 min, target 5 min
  response       █                                      ✓ 8 min, target 15 min
  resolution     ███▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  ✗ 24 h 9 min, target 1 h
  communication  █                                      ✓ 15 min, target 30 min
  total          █████████████████████████████████████    24 h 11 min
                 █ within its target  ▒ beyond it

"#]]
    );
    let json = sandbox.run("pm timeline list -q --format json").ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let total =
        json["durations"].as_array().expect("durations").iter().find(|one| one["name"] == "total").expect("a total");
    assert_eq!(total["actual_seconds"], 24 * 3600 + 11 * 60);
}

#[test]
fn fastly_2021_has_its_cause_27_days_before_and_a_duration_of_its_own() {
    let sandbox = Sandbox::ready();
    let settings = sandbox.read("pm.toml");
    let at = settings.find("[targets]").expect("targets") + "[targets]\n".len();
    let own = "restoration = { from = \"started\", to = \"recovered\", within = \"60m\" }\n";
    sandbox.write("pm.toml", format!("{}{own}{}", &settings[..at], &settings[at..]));
    sandbox.run("git commit -qam 'targets: 95 % normal within an hour'").ok();
    sandbox.run("pm new -q 'Global disruption' --started '2021-06-08 09:47'").ok();
    enter(
        &sandbox,
        &[
            "'Own monitoring sees it' --at 09:48 --kind detected",
            "'Status post' --at 09:58 --kind communicated",
            "'Customer configuration identified' --at 10:27 --kind identified",
            "'Services begin to recover' --at 10:36 --kind recovered",
            "'Most services recovered' --at 11:00",
            "'Mitigated' --at 12:35 --kind mitigated",
            "'Status post resolved' --at 12:44 --kind resolved",
            "'Deployment of the fix starts' --at 17:25",
        ],
    );
    let path = sandbox.run("git ls-files 'postmortems/2*'").ok().trim().to_owned();
    // The day is known, the clock is not: such an entry is written by hand.
    let text = sandbox.read(&path).replacen(
        "[[timeline]]",
        "[[timeline]]\nat = 2021-05-12\nevent = \"Software with the bug starts to be deployed\"\n\n[[timeline]]",
        1,
    );
    sandbox.write(&path, text);
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm timeline list -q").ok(),
        str![[r#"
#         UTC          Kind           Event
──────────────────────────────────────────────────────────────────────────
          2021-05-12
1:2jtt    –                           Software with the bug starts to be
                                      deployed
          2021-06-08
2:6rn2    09:47        started        Incident started
3:8v2w    09:48        detected       Own monitoring sees it
4:af0s    09:58        communicated   Status post
5:tmc3    10:27        identified     Customer configuration identified
6:ps38    10:36        recovered      Services begin to recover
7:4dce    11:00                       Most services recovered
8:tj5d    12:35        mitigated      Mitigated
9:b7x6    12:44        resolved       Status post resolved
10:nr4q   17:25                       Deployment of the fix starts

Picture  2 h 57 min, 2021-06-08 09:47 to 12:44 UTC
                   10:00     11:00     12:00
                 ├─┬─────────┬─────────┬──────┤
  all entries    : ·    ··   ·               ··  10 entries, 1 before, 1 after
  started        ●                               09:47
  detected       ●                               09:48  +60 s
  communicated     ●                             09:58  +11 min
  identified            ●                        10:27  +40 min
  recovered              ●                       10:36  +49 min
  mitigated                                  ●   12:35  +2 h 48 min
  resolved                                    ●  12:44  +2 h 57 min

  detection      █                               ✓ 60 s, target 5 min
  response                                       ? no investigating or attempted
  resolution     ███████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  ✗ 2 h 56 min, target 1 h
  communication  ███                             ✓ 10 min, target 30 min
  restoration    █████████                       ✓ 49 min, target 1 h
  total          ██████████████████████████████    2 h 57 min
                 █ within its target  ▒ beyond it

"#]]
    );
}

#[test]
fn four_minutes_have_a_picture_of_seconds() {
    let sandbox = started("2026-03-02 08:30:10");
    enter(
        &sandbox,
        &[
            "'Page' --at '08:31:05' --kind detected",
            "'Rolled back' --at '08:32' --kind attempted",
            "'Errors stopped' --at '08:34' --kind resolved",
        ],
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm timeline list -q").ok(),
        str![[r#"
#        UTC          Kind        Event
────────────────────────────────────────────────────
         2026-03-02
1:ce94   08:30        started     Incident started
2:y7eq   08:31        detected    Page
3:c3e1   08:32        attempted   Rolled back
4:yk1n   08:34        resolved    Errors stopped

Picture  4 min, 2026-03-02 08:30 to 08:34 UTC
                         08:31      08:32     08:33
                 ├───────┬──────────┬─────────┬─────────┤
  all entries    ·        ·         ·                   ·  4 entries
  started        ●                                         08:30
  detected                ●                                08:31  +55 s
  attempted                         ●                      08:32  +110 s
  resolved                                              ●  08:34  +4 min

  detection      ██████████                                ✓ 55 s, target 5 min
  response                ███████████                      ✓ 55 s, target 15 min
  resolution              ███████████████████████████████  ✓ 3 min, target 1 h
  communication                                            ? no communicated
  total          ████████████████████████████████████████    4 min

"#]]
    );
}

#[test]
fn entries_without_milestones_are_drawn_and_nothing_is_measured() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new -q 'Disk full'").ok();
    enter(&sandbox, &["'Page' --at 08:31 --kind none"]);
    assert_data_eq!(
        sandbox.run("COLUMNS=60 pm timeline list -q").ok(),
        str![[r#"
#        UTC          Event
─────────────────────────────
         2026-03-02
1:wy9m   08:31        Page

"#]]
    );
    enter(&sandbox, &["'Rolled back' --at '08:52' --kind none", "'Quiet' --at '09:01' --kind none"]);
    assert_data_eq!(
        sandbox.run("COLUMNS=60 pm timeline list -q").ok(),
        str![[r#"
#        UTC          Event
───────────────────────────────────
         2026-03-02
1:wy9m   08:31        Page
2:zbxh   08:52        Rolled back
3:fh91   09:01        Quiet

Picture  30 min, 2026-03-02 08:31 to 09:01 UTC
                              08:45
                 ├────────────┬─────────────┤
  all entries    ·                  ·       ·  3 entries

"#]]
    );
}

#[test]
fn approximate_and_vague_times_are_drawn_as_such() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm timeline list -q").ok(),
        str![[r#"
#        UTC            Kind            Event
────────────────────────────────────────────────────────────────────────────────
         2017-01-31
1:aa1h   ~17:20                         Extra LVM snapshot of production
                                        taken, to load into staging (Database
                                        Team)
2:pgcf   ~19:00         started         Database load rises; suspected spam
                                        A second report puts this at 18:00.
3:371a   22:00          detected        Page: replication lag on the secondary
                                        has grown until replication stopped
                                        (Monitoring)
                                        Alert
4:bv59   ~23:00–23:30   investigating   Secondary cannot catch up; manual
                                        resync starts, pg_basebackup waits
                                        without a message
                                        private
5:k461   23:27          identified      Removal of the wrong data directory is
                                        noticed and stopped; about 300 GB are
                                        gone
         2017-02-01
6:frv9   17:00          recovered       Database restored from the staging
                                        snapshot, without webhooks
7:6apd   18:14          resolved        Webhooks restored and the service
                                        confirmed

Picture  about 23 h, 2017-01-31 19:00 to 2017-02-01 18:14 UTC
                        02-01             12:00
                 ├──────┬─────────────────┬────────┤
  all entries    ·   · ··                        · ·  7 entries, 1 before
  started        ○                                    ~19:00
  detected           ●                                22:00  ~+3 h
  investigating        ○─                             ~23:00  ~+4 h
  identified            ●                             23:27  ~+4 h 27 min
  recovered                                      ●    02-01 17:00  ~+22 h
  resolved                                         ●  18:14  ~+23 h 14 min

  detection      █▒▒▒▒                                ✗ about 3 h, target 5 min
  response           ██▒                              ✗ about 1 h, target 15 min
  resolution         ███▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  ✗ 20 h 14 min, target 1 h
  communication      ██                               ✓ 5 min, target 30 min
  total          ███████████████████████████████████    about 23 h
                 █ within its target  ▒ beyond it

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=120 pm timeline list -q").ok(),
        str![[r#"
#        UTC            Kind            Event                                                            Owner
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         2017-01-31
1:aa1h   ~17:20                         Extra LVM snapshot of production taken, to load into staging     Database Team
2:pgcf   ~19:00         started         Database load rises; suspected spam
                                        A second report puts this at 18:00.
3:371a   22:00          detected        Page: replication lag on the secondary has grown until           Monitoring
                                        replication stopped
                                        Alert
4:bv59   ~23:00–23:30   investigating   Secondary cannot catch up; manual resync starts, pg_basebackup
                                        waits without a message
                                        private
5:k461   23:27          identified      Removal of the wrong data directory is noticed and stopped;
                                        about 300 GB are gone
         2017-02-01
6:frv9   17:00          recovered       Database restored from the staging snapshot, without webhooks
7:6apd   18:14          resolved        Webhooks restored and the service confirmed

Picture  about 23 h, 2017-01-31 19:00 to 2017-02-01 18:14 UTC
                       21:00     02-01    03:00     06:00     09:00    12:00     15:00
                 ├─────┬─────────┬────────┬─────────┬─────────┬────────┬─────────┬─────────┤
  all entries    ·         ·  ··                                                       ·   ·  7 entries, 1 before
  started        ○                                                                            ~19:00
  detected                 ●                                                                  22:00  ~+3 h
  investigating               ○─                                                              ~23:00  ~+4 h
  identified                   ●                                                              23:27  ~+4 h 27 min
  recovered                                                                            ●      02-01 17:00  ~+22 h
  resolved                                                                                 ●  18:14  ~+23 h 14 min

  detection      █▒▒▒▒▒▒▒▒▒▒                                                                  ✗ about 3 h, target 5 min
  response                 █▒▒▒                                                               ✗ about 1 h, target 15 min
  resolution               ████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  ✗ 20 h 14 min, target 1 h
  communication            █                                                                  ✓ 5 min, target 30 min
  total          ███████████████████████████████████████████████████████████████████████████    about 23 h
                 █ within its target  ▒ beyond it

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=44 pm timeline list -q").ok(),
        str![[r#"
#        UTC            Event
────────────────────────────────────────────
         2017-01-31
1:aa1h   ~17:20         Extra LVM snapshot
                        of production
                        taken, to load
                        into staging
                        (Database Team)
2:pgcf   ~19:00         started: Database
                        load rises;
                        suspected spam
                        A second report
                        puts this at
                        18:00.
3:371a   22:00          detected: Page:
                        replication lag on
                        the secondary has
                        grown until
                        replication
                        stopped
                        (Monitoring)
                        Alert
4:bv59   ~23:00–23:30   investigating:
                        Secondary cannot
                        catch up; manual
                        resync starts,
                        pg_basebackup
                        waits without a
                        message
                        private
5:k461   23:27          identified:
                        Removal of the
                        wrong data
                        directory is
                        noticed and
                        stopped; about 300
                        GB are gone
         2017-02-01
6:frv9   17:00          recovered:
                        Database restored
                        from the staging
                        snapshot, without
                        webhooks
7:6apd   18:14          resolved: Webhooks
                        restored and the
                        service confirmed

"#]]
    );
}

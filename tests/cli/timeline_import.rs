use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

mod refused;

/// A repository with one record that has no timeline, and samples of exports.
fn with_exports() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.run("pm new 'Checkout answers 502' --severity P1").ok();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/timelines");
    let script = format!("cp -r '{}' exports", samples.display());
    sandbox.run(&script).ok();
    sandbox
}

/// The record as it is written.
fn record(sandbox: &Sandbox) -> String {
    sandbox.run("cat postmortems/2026/*.toml | sed -n '/timeline/,$p'").ok()
}

#[test]
fn pagerduty_log_entries_become_a_story_in_one_commit_and_nothing_twice() {
    let sandbox = with_exports();
    let import = "pm timeline import exports/constructed/pagerduty-log-entries.json --from pagerduty";
    assert_data_eq!(
        sandbox.run(&format!("{import} --dry-run")).to_string(),
        str![[r#"
2024-03-05 09:51  detected       checkout     Checkout 5xx rate above 5%
           09:56                 checkout     Escalated to Ben Example because Ada Example did not acknowledge.
           09:58  investigating  Ben Example  Acknowledged by Ben Example.
           10:12                 Ben Example  Rolled back to build 881, error rate falling
           10:41  resolved       Ben Example  Resolved by Ben Example.
5 entries to add, 1 left out (1 notify; --all takes it)
--- talk
2026-03-02-checkout-answers-502 (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log --oneline | wc -l && git status --short postmortems").to_string(),
        str![[r#"
2

"#]]
    );
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
2024-03-05 09:51  detected       checkout     Checkout 5xx rate above 5%
           09:56                 checkout     Escalated to Ben Example because Ada Example did not acknowledge.
           09:58  investigating  Ben Example  Acknowledged by Ben Example.
           10:12                 Ben Example  Rolled back to build 881, error rate falling
           10:41  resolved       Ben Example  Resolved by Ben Example.
5 entries added, 1 left out (1 notify; --all takes it)
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        record(&sandbox),
        str![[r#"
[[timeline]]
at = 2024-03-05T09:51:10Z
kind = "detected"
event = "Checkout 5xx rate above 5%"
owner = "checkout"
notes = "Triggered through the API."
source = "pagerduty:R1"

[[timeline]]
at = 2024-03-05T09:56:10Z
event = "Escalated to Ben Example because Ada Example did not acknowledge."
owner = "checkout"
source = "pagerduty:R3"

[[timeline]]
at = 2024-03-05T09:58:44Z
kind = "investigating"
event = "Acknowledged by Ben Example."
owner = "Ben Example"
source = "pagerduty:R4"

[[timeline]]
at = 2024-03-05T10:12:03Z
event = "Rolled back to build 881, error rate falling"
owner = "Ben Example"
source = "pagerduty:R5"

[[timeline]]
at = 2024-03-05T10:41:20Z
kind = "resolved"
event = "Resolved by Ben Example."
owner = "Ben Example"
source = "pagerduty:R6"

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B && git status --short postmortems").to_string(),
        str![[r#"
2026-03-02-checkout-answers-502: timeline: 5 added

- entry added at 2024-03-05 09:51 (detected): Checkout 5xx rate above 5%
- entry added at 2024-03-05 09:56: Escalated to Ben Example because Ada E…
- entry added at 2024-03-05 09:58 (investigating): Acknowledged by Ben Ex…
- entry added at 2024-03-05 10:12: Rolled back to build 881, error rate f…
- entry added at 2024-03-05 10:41 (resolved): Resolved by Ben Example.

Postmortem: 2026-03-02-checkout-answers-502


"#]]
    );
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
0 entries added, 5 already there, 1 left out (1 notify; --all takes it)
--- talk
2026-03-02-checkout-answers-502 (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("{import} --all")).to_string(),
        str![[r#"
2024-03-05 09:51  notified  checkout  Notified Ada Example by push notification.
1 entry added, 5 already there
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log --oneline | wc -l && pm check").to_string(),
        str![[r#"
4
note[deadline-passed]: it was to be submitted by 2024-03-07 10:41 UTC, counted from when it was resolved
 --> postmortems/2026/2026-03-02-checkout-answers-502.toml:9:10
  |
9 | status = "draft"
  |          ^^^^^^^
  |
  = help: `pm status submit 2026-03-02-checkout-answers-502`

1 note

"#]]
    );
    assert_data_eq!(
        sandbox
            .run("pm timeline import exports/pagerduty-incident-notes.json --from pagerduty --no-commit")
            .to_string(),
        str![[r#"
2013-03-06 20:28  A Global Event Rule  Initial alert information indicates a 1-alarm fire
           20:28  Earline Greenholt    Firefighters are on the scene.
2 entries added
--- talk
2026-03-02-checkout-answers-502 (the only record)
left in postmortems/2026/2026-03-02-checkout-answers-502.toml, not committed

"#]]
    );
}

#[test]
fn a_second_product_finds_its_milestones_taken() {
    let sandbox = with_exports();
    sandbox.run("pm timeline import exports/constructed/pagerduty-log-entries.json --from pagerduty").ok();
    let import = "pm timeline import exports/constructed/opsgenie-alert-logs.json --from opsgenie -m 'From Opsgenie'";
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
2024-03-05 09:51  alerted  System           Alert created via API[checkout]
           09:58           ben@example.com  Alert acknowledged via web
           10:41           ben@example.com  Alert closed
3 entries added
not marked, since the record has them: investigating, resolved
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
0 entries added, 3 already there
--- talk
2026-03-02-checkout-answers-502 (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B").to_string(),
        str![[r#"
2026-03-02-checkout-answers-502: timeline: 3 added

From Opsgenie

- entry added at 2024-03-05 09:51 (alerted): Alert created via API[checko…
- entry added at 2024-03-05 09:58: Alert acknowledged via web
- entry added at 2024-03-05 10:41: Alert closed

Postmortem: 2026-03-02-checkout-answers-502


"#]]
    );
}

#[test]
fn statuspage_updates_keep_offset_link_and_components() {
    let sandbox = with_exports();
    for file in ["statuspage-webhook-incident.json", "statuspage-incidents.json"] {
        let import = format!("pm timeline import exports/{file} --from statuspage");
        sandbox.run(&import).ok();
        let again = sandbox.run(&import).to_string();
        assert!(again.starts_with("0 entries added, "), "{again}");
    }
    assert_data_eq!(
        record(&sandbox),
        str![[r#"
[[timeline]]
at = 2013-05-29T15:08:51-06:00
kind = "communicated"
event = "Published on the status page: Virginia Is Down"
notes = "Impact: critical"
source = "statuspage:incident/lbkhbwn21v5q"
link = "https://j.mp/18zyDQx"

[[timeline]]
at = 2013-05-29T15:08:51-06:00
kind = "investigating"
event = "The cloud, located in Norther Virginia, has once again gone the way of the dodo."
notes = "Status page update: investigating"
source = "statuspage:qbbsfhy5s9kk"
link = "https://j.mp/18zyDQx"

[[timeline]]
at = 2013-05-29T15:18:51-06:00
kind = "identified"
event = "We are waiting for the cloud to come back online and will update when we have further information"
notes = "Status page update: identified"
source = "statuspage:2rryghr4qgrh"
link = "https://j.mp/18zyDQx"

[[timeline]]
at = 2013-05-29T16:07:53-06:00
kind = "mitigated"
event = "A fix has been implemented and we are monitoring the results."
notes = "Status page update: monitoring"
source = "statuspage:drfcwbnpxnr6"
link = "https://j.mp/18zyDQx"

[[timeline]]
at = 2022-02-15T13:14:17.849-08:00
event = "Published on the status page: Messaging issues"
notes = "Impact: minor"
source = "statuspage:incident/n4njzfn1mqy0"
link = "https://stspg.io/y1w39cblgvhz"

[[timeline]]
at = 2022-02-15T13:14:17.849-08:00
event = "We're investigating high latency related to channels and messages."
notes = "Status page update: investigating; API operational → degraded performance"
source = "statuspage:7gv6pn1zyz2n"
link = "https://stspg.io/y1w39cblgvhz"

"#]]
    );
}

#[test]
fn a_github_issue_is_told_without_its_housekeeping() {
    let sandbox = with_exports();
    let import = "pm timeline import - --from github < exports/github-issue-timeline.json";
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
2022-04-13 20:49  github-product-roadmap  Label “beta” added
2022-05-18 19:29  github-product-roadmap  Issue renamed to “Secret scanning: dry-runs for enterprise-level custom patterns”
2022-05-19 00:52  octocat                 🚢 Shipped to the cloud: https://github.blog/changelog/2022-05-12-secret-scanning-dry-runs-for-enterprise-level-custom-patterns/
3 entries added, 1 left out (1 locked; --all takes it)
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
0 entries added, 3 already there, 1 left out (1 locked; --all takes it)
--- talk
2026-03-02-checkout-answers-502 (the only record)

"#]]
    );
    assert_data_eq!(
        record(&sandbox),
        str![[r#"
[[timeline]]
at = 2022-04-13T20:49:34Z
event = "Label “beta” added"
owner = "github-product-roadmap"
source = "github:event/6430296748"

[[timeline]]
at = 2022-05-18T19:29:01Z
event = "Issue renamed to “Secret scanning: dry-runs for enterprise-level custom patterns”"
owner = "github-product-roadmap"
notes = "Was: Secret scanning: dry-runs for enterprise-level custom patterns (cloud)"
source = "github:event/6635165802"

[[timeline]]
at = 2022-05-19T00:52:15Z
event = "🚢  Shipped to the cloud: https://github.blog/changelog/2022-05-12-secret-scanning-dry-runs-for-enterprise-level-custom-patterns/"
owner = "octocat"
source = "github:comment/1130876857"
link = "https://github.com/github/roadmap/issues/493#issuecomment-1130876857"

"#]]
    );
}

#[test]
fn a_slack_channel_is_read_with_the_names_beside_it() {
    let sandbox = with_exports();
    let import = "pm timeline import exports/slack-export --from slack";
    assert_data_eq!(
        sandbox.run(&format!("{import} --dry-run")).to_string(),
        str![[r#"
2018-01-20 13:22  U8VAHEVUY  This is Steve typing random stuff.
           14:06  U6006P1CN  Huh this is very useful being able to see the snippet of text files
           17:10  U8W3QFGQ5  The markdown mapping is also lossy, as Zulip doesn't support two types of formatting together like bold and italic ~*_random_*~ while slack does
           17:15  U8W3QFGQ5  @everyone
           17:15  U8W3QFGQ5  @everyone
           17:15  U8W3QFGQ5  @channel
           17:15  U8W3QFGQ5  @channel
7 entries to add, 3 left out (3 joins; --all takes them)
--- talk
2026-03-02-checkout-answers-502 (the only record)
warning: users without a name (no users.json beside or above the export): U6006P1CN, U8VAHEVUY, U8W3QFGQ5, U8X25EBAB

"#]]
    );
    sandbox.write(
        "exports/slack-export/users.json",
        r#"[{"id":"U8VAHEVUY","profile":{"real_name":"Steve Example"}},{"id":"U6006P1CN","name":"tabbott"},
            {"id":"U8W3QFGQ5","real_name":"Rhea Example"},{"id":"U8X25EBAB","name":"zoe"}]"#,
    );
    sandbox.write("exports/slack-export/channels.json", r#"[{"id":"C6006","name":"random"}]"#);
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
2018-01-20 13:22  Steve Example  This is Steve typing random stuff.
           14:06  tabbott        Huh this is very useful being able to see the snippet of text files
           17:10  Rhea Example   The markdown mapping is also lossy, as Zulip doesn't support two types of formatting together like bold and italic ~*_random_*~ while slack does
           17:15  Rhea Example   @everyone
           17:15  Rhea Example   @everyone
           17:15  Rhea Example   @channel
           17:15  Rhea Example   @channel
7 entries added, 3 left out (3 joins; --all takes them)
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
0 entries added, 7 already there, 3 left out (3 joins; --all takes them)
--- talk
2026-03-02-checkout-answers-502 (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline import exports/slack-export/threads.json").to_string(),
        str![[r#"
2015-06-12 19:58  U061A5N1G  message body text
2015-08-18 03:24  U061A5N1G  random
2015-12-11 21:11  U061A1R2R  another reply
2018-10-18 13:11  U061A1R2R  another thread message
4 entries added
--- talk
read as a Slack export
2026-03-02-checkout-answers-502 (the only record)
warning: users without a name (not in users.json): U061A1R2R, U061A5N1G
✓ committed [..] on main

"#]]
    );
    sandbox.write("exports/slack-export/incidents/2018-01-20.json", "[]");
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
--- talk
error: exports/slack-export holds 2 channels; import one of them
hint: pm timeline import exports/slack-export/incidents --from slack
hint: pm timeline import exports/slack-export/random --from slack
--- exit 2

"#]]
    );
}

#[test]
fn a_table_is_read_in_the_zone_that_is_told() {
    let sandbox = with_exports();
    sandbox.write(
        "events.csv",
        "Date,Time,Event,Who,Kind,Notes\n\
         01/02/2026,22:10,Error rate rises,,started,\n\
         ,22:14,\"Page: checkout, 5xx\",Monitoring,detected,https://ann:pw@grafana.example/d/1?token=abc&from=1\n\
         02/02/2026,00:40,Rolled back,Ben,,\n",
    );
    let import = "pm timeline import events.csv --from csv --tz America/New_York";
    assert_data_eq!(
        sandbox.run(import).to_string(),
        str![[r#"
--- talk
error: events.csv: row 2, column 1: `01/02/2026` could be 2026-02-01 or 2026-01-02; say which with `--date-order dmy` or `--date-order mdy`; nothing was imported
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("{import} --date-order dmy")).to_string(),
        str![[r#"
2026-02-02 03:10  started               Error rate rises
           03:14  detected  Monitoring  Page: checkout, 5xx
           05:40            Ben         Rolled back
3 entries added
--- talk
2026-03-02-checkout-answers-502 (the only record)
warning: 2 access tokens were taken out of texts and links
✓ committed [..] on main

"#]]
    );
    assert_data_eq!(
        sandbox.run(&format!("{import} --date-order dmy")).to_string(),
        str![[r#"
0 entries added, 3 already there
--- talk
2026-03-02-checkout-answers-502 (the only record)
warning: 2 access tokens were taken out of texts and links

"#]]
    );
    assert_data_eq!(
        record(&sandbox),
        str![[r#"
[[timeline]]
at = 2026-02-01T22:10:00-05:00
kind = "started"
event = "Error rate rises"
source = "csv:2e6445e25a01234d"

[[timeline]]
at = 2026-02-01T22:14:00-05:00
kind = "detected"
event = "Page: checkout, 5xx"
owner = "Monitoring"
notes = "https://grafana.example/d/1?from=1"
source = "csv:d1036c7b39bd4017"

[[timeline]]
at = 2026-02-02T00:40:00-05:00
event = "Rolled back"
owner = "Ben"
source = "csv:4a5ac59bb2ae64cb"

"#]]
    );
    sandbox.write("zone.csv", "Time (PST),Event\n2026-02-01 10:00,x\n");
    assert_data_eq!(
        sandbox.run("pm timeline import zone.csv").to_string(),
        str![[r#"
--- talk
read as a CSV table
error: zone.csv: row 2, column 1: `2026-02-01 10:00` has a zone that cannot be read: `PST` is an abbreviation, which has several meanings or holds for part of the year only; it may be America/Los_Angeles (-08:00), Asia/Manila (+08:00) or Pacific/Pitcairn (-08:00); nothing was imported
--- exit 2

"#]]
    );
}

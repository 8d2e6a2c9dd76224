use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use toml::{Table, Value};

use super::plan::{Plan, plan};
use super::*;
use crate::record::Record;

mod laws;

/// Zones by their IANA names, and a default.
struct World(Tz);

impl Zones for World {
    fn instant(&self, local: NaiveDateTime, zone: Option<&str>) -> Result<DateTime<FixedOffset>, String> {
        let zone = match zone {
            Some(name) => name.parse().map_err(|_| format!("has no known zone, {name}"))?,
            None => self.0,
        };
        let one = zone.from_local_datetime(&local).single();
        one.map(|instant| instant.fixed_offset()).ok_or_else(|| "is not one instant".to_owned())
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/timelines").join(name);
    std::fs::read(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display()))
}

fn files(bytes: &[u8]) -> Files {
    let file = File { name: "export".to_owned(), folder: Some("random".to_owned()), bytes: bytes.to_vec() };
    Files { events: vec![file], ..Files::default() }
}

fn read_with(
    product: Product,
    bytes: &[u8],
    date_order: Option<DateOrder>,
    incidents: &[String],
) -> Result<Export, Broken> {
    read(product, &files(bytes), &Terms { zones: &World(Tz::Europe__London), date_order, incidents })
}

fn export(product: Product, bytes: &[u8]) -> Export {
    read_with(product, bytes, None, &[]).unwrap_or_else(|broken| panic!("{broken}"))
}

fn error(product: Product, bytes: &[u8]) -> String {
    read_with(product, bytes, None, &[]).expect_err("a broken export").error.to_string()
}

/// A record with the entries of a plan put in their places.
fn with(record: &Record, plan: &Plan) -> Record {
    let mut values = record.values().clone();
    let list = values.entry("timeline").or_insert_with(|| Value::Array(Vec::new())).as_array_mut().expect("a list");
    for (index, fields) in plan.places(&list.clone()).into_iter().rev() {
        list.insert(index, Value::Table(fields));
    }
    Record::new(values)
}

/// The entries as lines: time, kind, owner, event, source.
fn shown(plan: &Plan) -> Vec<String> {
    let line = |new: &plan::NewEntry| {
        let entry = new.entry();
        let kind = entry.kind().map(|kind| format!(" [{kind}]")).unwrap_or_default();
        let source = entry.values()["source"].as_str().unwrap_or_default().to_owned();
        format!("{}{kind} {}: {} <{source}>", new.at.to_toml(), entry.owner().unwrap_or("-"), entry.event())
    };
    plan.add.iter().map(line).collect()
}

const SAMPLES: [(Product, &str); 9] = [
    (Product::PagerDuty, "pagerduty-incident-log-entries.json"),
    (Product::PagerDuty, "pagerduty-incident-notes.json"),
    (Product::PagerDuty, "constructed/pagerduty-log-entries.json"),
    (Product::Statuspage, "statuspage-incidents.json"),
    (Product::Statuspage, "statuspage-webhook-incident.json"),
    (Product::GitHub, "github-issue-timeline.json"),
    (Product::Slack, "slack-export/random/2018-01-20.json"),
    (Product::Slack, "slack-export/threads.json"),
    (Product::Opsgenie, "constructed/opsgenie-alert-logs.json"),
];

#[test]
fn every_sample_adds_nothing_the_second_time() {
    for (product, name) in SAMPLES {
        for all in [false, true] {
            let export = export(product, &fixture(name));
            let empty = Record::default();
            let once = plan(&export, &empty, all);
            assert!(!once.add.is_empty(), "{name}");
            assert_eq!(once.add.len() + once.left_out_in_all(), export.events.len(), "{name}");
            let record = with(&empty, &once);
            let times: Vec<Moment> = record.timeline().iter().filter_map(|entry| entry.at()).collect();
            assert!(times.is_sorted(), "{name}");
            let twice = plan(&export, &record, all);
            assert_eq!((twice.add.len(), twice.there), (0, once.add.len()), "{name}");
            // What was left out at first can be had later, and still nothing comes twice.
            let later = plan(&export, &record, true);
            assert_eq!(later.add.len() + later.there, export.events.len(), "{name}");
        }
    }
}

#[test]
fn every_sample_is_recognised_and_no_product_takes_that_of_another() {
    for (product, name) in SAMPLES {
        let bytes = fixture(name);
        let file = &files(&bytes).events[0];
        assert_eq!(recognise(file), Some(product), "{name}");
        for other in Product::ALL.into_iter().filter(|other| *other != product) {
            let broken = read_with(other, &bytes, None, &[]).expect_err(name);
            assert_eq!(broken.error, ImportError::OtherProduct { asked: other, found: product }, "{name} as {other}");
        }
    }
    for (product, text) in [
        (Product::Slack, r#"{"messages": [{"ts": "1516420800.000100"}]}"#),
        (Product::Statuspage, r#"[{"incident_updates": []}]"#),
        (Product::Statuspage, r#"{"scheduled_maintenances": []}"#),
        (Product::GitHub, r#"[[{"event": "closed"}], [{"event": "reopened"}]]"#),
        (Product::PagerDuty, r#"{"log_entry": {}}"#),
    ] {
        assert_eq!(recognise(&files(text.as_bytes()).events[0]), Some(product), "{text}");
    }
    assert_eq!(recognise(&files(&fixture("constructed/alertmanager-webhook.json")).events[0]), None);
    assert_eq!(
        error(Product::PagerDuty, b"time,event\n2017-01-31T10:00:00Z,x\n"),
        "this is not PagerDuty log entries or notes, it looks like a CSV table"
    );
}

#[test]
fn pagerduty_tells_the_story_and_leaves_the_notifications() {
    let export = export(Product::PagerDuty, &fixture("constructed/pagerduty-log-entries.json"));
    let story = plan(&export, &Record::default(), false);
    assert_eq!(
        shown(&story),
        [
            "2024-03-05T09:51:10Z [detected] checkout: Checkout 5xx rate above 5% <pagerduty:R1>",
            "2024-03-05T09:56:10Z checkout: Escalated to Ben Example because Ada Example did not acknowledge. <pagerduty:R3>",
            "2024-03-05T09:58:44Z [investigating] Ben Example: Acknowledged by Ben Example. <pagerduty:R4>",
            "2024-03-05T10:12:03Z Ben Example: Rolled back to build 881, error rate falling <pagerduty:R5>",
            "2024-03-05T10:41:20Z [resolved] Ben Example: Resolved by Ben Example. <pagerduty:R6>",
        ]
    );
    assert_eq!(story.left_out, [("notify".to_owned(), 1)]);
    let all = plan(&export, &Record::default(), true);
    assert_eq!(
        shown(&all)[1],
        "2024-03-05T09:51:11Z [notified] checkout: Notified Ada Example by push notification. <pagerduty:R2>"
    );
}

fn record(timeline: &str) -> Record {
    Record::new(timeline.parse::<Table>().expect("TOML"))
}

#[test]
fn a_milestone_that_the_record_has_is_not_marked_again() {
    let export = export(Product::PagerDuty, &fixture("constructed/pagerduty-log-entries.json"));
    let has = record(
        "[[timeline]]\nat = 2024-03-05T09:40:00Z\nkind = \"detected\"\nevent = \"a\"\n\
         [[timeline]]\nat = 2024-03-05T10:00:00Z\nkind = \"resolved\"\nevent = \"b\"\n",
    );
    let story = plan(&export, &has, false);
    let kinds: Vec<Option<Milestone>> = story.add.iter().map(|new| new.entry().kind()).collect();
    // The trigger is the second best thing: an alert.
    assert_eq!(kinds, [Some(Milestone::Alerted), None, Some(Milestone::Investigating), None, None]);
    assert_eq!(story.unmarked, [Milestone::Resolved]);
}

#[test]
fn of_several_resolutions_the_last_counts_also_over_two_imports() {
    let entry = |id: &str, kind: &str, at: &str| {
        format!("{{\"id\":\"{id}\",\"type\":\"{kind}_log_entry\",\"created_at\":\"{at}\",\"summary\":\"{kind} {id}\"}}")
    };
    let early =
        [entry("R1", "trigger", "2024-03-05T09:00:00Z"), entry("R2", "resolve", "2024-03-05T10:00:00Z")].join(",");
    let late = [
        entry("R3", "trigger", "2024-03-05T11:00:00Z"),
        entry("R4", "resolve", "2024-03-05T12:00:00Z"),
        entry("R5", "resolve", "2024-03-05T13:00:00Z"),
    ]
    .join(",");
    let of = |entries: &str| export(Product::PagerDuty, format!("{{\"log_entries\":[{entries}]}}").as_bytes());
    let once = with(&Record::default(), &plan(&of(&early), &Record::default(), false));
    let more = plan(&of(&format!("{early},{late}")), &once, false);
    let kinds: Vec<Option<Milestone>> = more.add.iter().map(|new| new.entry().kind()).collect();
    assert_eq!((more.there, kinds), (2, vec![None, None, Some(Milestone::Resolved)]));
}

#[test]
fn statuspage_updates_keep_their_offset_and_say_when_the_public_was_told() {
    let webhook = export(Product::Statuspage, &fixture("statuspage-webhook-incident.json"));
    assert_eq!(
        shown(&plan(&webhook, &Record::default(), false)),
        [
            "2013-05-29T15:08:51-06:00 [communicated] -: Published on the status page: Virginia Is Down <statuspage:incident/lbkhbwn21v5q>",
            "2013-05-29T15:08:51-06:00 [investigating] -: The cloud, located in Norther Virginia, has once again gone the way of the dodo. <statuspage:qbbsfhy5s9kk>",
            "2013-05-29T15:18:51-06:00 [identified] -: We are waiting for the cloud to come back online and will update when we have further information <statuspage:2rryghr4qgrh>",
            "2013-05-29T16:07:53-06:00 [mitigated] -: A fix has been implemented and we are monitoring the results. <statuspage:drfcwbnpxnr6>",
        ]
    );
    let api = export(Product::Statuspage, &fixture("statuspage-incidents.json"));
    let update = &api.events[1];
    assert_eq!(update.at.to_toml(), "2022-02-15T13:14:17.849-08:00");
    assert_eq!(update.link.as_deref(), Some("https://stspg.io/y1w39cblgvhz"));
    assert_eq!(
        update.notes.as_deref(),
        Some("Status page update: investigating; API operational → degraded performance")
    );
}

#[test]
fn an_export_of_several_incidents_asks_which() {
    let incident = |id: &str| {
        format!(
            "{{\"id\":\"{id}\",\"name\":\"Outage {id}\",\"incident_updates\":[{{\"id\":\"u{id}\",\"status\":\"investigating\",\
             \"body\":\"b\",\"created_at\":\"2022-02-15T13:14:17Z\"}}]}}"
        )
    };
    let two = format!("{{\"incidents\":[{},{}]}}", incident("a"), incident("b"));
    assert_eq!(error(Product::Statuspage, two.as_bytes()), "the export holds 2 incidents, and a record is about one");
    let of = |ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        read_with(Product::Statuspage, two.as_bytes(), None, &ids)
    };
    let sources: Vec<String> = of(&["b"]).expect("one").events.into_iter().map(|event| event.source).collect();
    assert_eq!(sources, ["statuspage:incident/b", "statuspage:ub"]);
    assert_eq!(of(&["a", "b"]).map(|export| export.events.len()), Ok(4));
    let broken = of(&["c"]).expect_err("no such incident").error;
    assert_eq!(broken.next_steps(), ["--incident a  Outage a", "--incident b  Outage b"]);
}

#[test]
fn github_events_are_told_in_words_and_mark_nothing() {
    let export = export(Product::GitHub, &fixture("github-issue-timeline.json"));
    let story = plan(&export, &Record::default(), false);
    assert_eq!(
        shown(&story),
        [
            "2022-04-13T20:49:34Z github-product-roadmap: Label “beta” added <github:event/6430296748>",
            "2022-05-18T19:29:01Z github-product-roadmap: Issue renamed to “Secret scanning: dry-runs for enterprise-level custom patterns” <github:event/6635165802>",
            "2022-05-19T00:52:15Z octocat: 🚢  Shipped to the cloud: https://github.blog/changelog/2022-05-12-secret-scanning-dry-runs-for-enterprise-level-custom-patterns/ <github:comment/1130876857>",
        ]
    );
    let comment = story.add[2].entry().values()["link"].as_str();
    assert_eq!(comment, Some("https://github.com/github/roadmap/issues/493#issuecomment-1130876857"));
    assert_eq!(story.left_out, [("locked".to_owned(), 1)]);
}

#[test]
fn opsgenie_logs_are_told_by_their_words() {
    let export = export(Product::Opsgenie, &fixture("constructed/opsgenie-alert-logs.json"));
    assert_eq!(
        shown(&plan(&export, &Record::default(), false)),
        [
            "2024-03-05T09:51:10.005Z [detected] System: Alert created via API[checkout] <opsgenie:1709632270005_1709632270005000001>",
            "2024-03-05T09:58:44.301Z [investigating] ben@example.com: Alert acknowledged via web <opsgenie:1709632724301_1709632724301000002>",
            "2024-03-05T10:41:20.112Z [resolved] ben@example.com: Alert closed <opsgenie:1709635280112_1709635280112000003>",
        ]
    );
}

#[test]
fn slack_messages_are_sorted_by_their_stamp_and_named_by_the_export() {
    let mut export_files = files(&fixture("slack-export/threads.json"));
    export_files.users = Some(File {
        name: "users.json".to_owned(),
        folder: None,
        bytes: br#"[{"id":"U061A5N1G","name":"ann","profile":{"real_name":"Ann Example"}}]"#.to_vec(),
    });
    export_files.channels = Some(File {
        name: "channels.json".to_owned(),
        folder: None,
        bytes: br#"[{"id":"C123","name":"random"}]"#.to_vec(),
    });
    let terms = Terms { zones: &World(Tz::UTC), date_order: None, incidents: &[] };
    let export = read(Product::Slack, &export_files, &terms).expect("an export");
    assert_eq!(
        shown(&plan(&export, &Record::default(), false)),
        [
            "2015-06-12T19:58:22Z Ann Example: message body text <slack:C123/1434139102.000002>",
            "2015-08-18T03:24:54Z Ann Example: random <slack:C123/1439868294.000007>",
            "2015-12-11T21:11:34Z U061A1R2R: another reply <slack:C123/1449868294.000007>",
            "2018-10-18T13:11:34Z U061A1R2R: another thread message <slack:C123/1539868294.000007>",
        ]
    );
    assert_eq!(export.events[1].notes.as_deref(), Some("In reply to “message body text”"));
    assert_eq!(export.remarks, ["users without a name (not in users.json): U061A1R2R"]);
    // The same channel without channels.json has another id, and is still the same messages.
    let once = with(&Record::default(), &plan(&export, &Record::default(), false));
    let mut bare = export_files.clone();
    bare.channels = None;
    let again = read(Product::Slack, &bare, &terms).expect("an export");
    assert_eq!(plan(&again, &once, false).there, 4);
}

#[test]
fn slack_leaves_out_joins_bots_and_what_is_empty_and_takes_tokens_out() {
    let export = export(
        Product::Slack,
        br#"[
          {"ts":"1516454398.000069","user":"U1","subtype":"channel_join","text":"<@U1> has joined"},
          {"ts":"1516454399.000001","bot_id":"B1","subtype":"bot_message","username":"Alerts","text":"","attachments":[{"title":"CPU","text":"95 %"}]},
          {"ts":"1516454400.000001","user":"U1","user_profile":{"real_name":"Ann"},"text":"log <https://files.slack.com/a?t=xoxe-123-abcdef|here> &amp; done","files":[{"title":"log.txt"}]},
          {"ts":"1516454401.000001","user":"U1","text":""},
          {"ts":"1516454402.000001","user":"U1","text":"","files":[{"name":"graph.png"}]}
        ]"#,
    );
    let story = plan(&export, &Record::default(), false);
    assert_eq!(
        shown(&story),
        [
            "2018-01-20T13:20:00Z Ann: log here (https://files.slack.com/a) & done <slack:random/1516454400.000001>",
            "2018-01-20T13:20:02Z U1: File: graph.png <slack:random/1516454402.000001>",
        ]
    );
    assert_eq!(story.add[0].entry().notes(), Some("File: log.txt"));
    assert_eq!(story.left_out.len(), 3);
    assert!(
        export.remarks.contains(&"an access token was taken out of texts and links".to_owned()),
        "{:?}",
        export.remarks
    );
    assert_eq!(export.events[1].event, "CPU: 95 %");
}

const TABLE: &str = "\u{feff}Date;Time (UTC);Until;What happened;Who;Kind;Comment;Severity\r\n\
    31/01/2017;22:00;;Replication lag;Ann;detected;\"Alert; paged\";P1\r\n\
    ;23:27;00:10;\"Directory removed\nby mistake\";Ben;Identified;;\r\n\
    01/02/2017;;;;;;;\r\n\
    ;~17:00;;Restored;;deploy;;\r\n";

#[test]
fn a_table_is_read_by_its_header_and_dates_are_carried_forward() {
    let export = export(Product::Csv, TABLE.as_bytes());
    let story = plan(&export, &Record::default(), false);
    let lines: Vec<String> =
        shown(&story).into_iter().map(|line| line.split(" <").next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        lines,
        [
            "2017-01-31T22:00:00Z [detected] Ann: Replication lag",
            "2017-01-31T23:27:00Z [identified] Ben: Directory removed",
            "2017-02-01T17:00:00Z -: Restored",
        ]
    );
    let entries: Vec<_> = story.add.iter().map(plan::NewEntry::entry).collect();
    assert_eq!(entries[0].notes(), Some("Alert; paged\n\nSeverity: P1"));
    assert_eq!(entries[1].until().map(Moment::to_toml).as_deref(), Some("2017-02-01T00:10:00Z"));
    assert_eq!(entries[1].notes(), Some("by mistake"));
    assert!(entries[2].approx());
    assert_eq!(entries[2].notes(), Some("Kind: deploy"));
    assert_eq!(export.remarks, ["dates are read as day/month/year, as row 2 shows"]);
    let record = with(&Record::default(), &story);
    assert_eq!(plan(&export, &record, false).there, 3);
}

#[test]
fn a_table_without_a_zone_is_in_the_default_one_and_bad_cells_are_named() {
    let one = |table: &str| export(Product::Csv, table.as_bytes()).events[0].at.to_toml();
    assert_eq!(one("time,event\n2017-07-31 23:27,x\n"), "2017-07-31T23:27:00+01:00");
    assert_eq!(one("time\tevent\n2017-07-31 23:27 America/New_York\tx\n"), "2017-07-31T23:27:00-04:00");
    assert_eq!(one("day,event\n2017-07-31,x\n"), "2017-07-31");
    for (table, wanted) in [
        (
            "time,event\n01/02/2017 10:00,x\n",
            "row 2, column 1: `01/02/2017 10:00` could be 2017-02-01 or 2017-01-02; say which with `--date-order dmy` or `--date-order mdy`",
        ),
        (
            "time,event\n2017-01-31T10:00:00Z,x\nsoon,y\n",
            "row 3, column 1: `soon` is no time; write it as 2017-01-31 23:27, with an offset where it is known",
        ),
        (
            "event,time\nx,10:00\n",
            "row 2, column 2: `10:00` has no date; add a column `date`, or write it as 2017-01-31 23:27",
        ),
        (
            "time,event\n2017-01-31 23:50,x\n00:10,y\n",
            "row 3, column 1: `00:10` is before the row above on 2017-01-31; write the date into this row, too",
        ),
        ("time,event\n2017-03-26 01:30,x\n", "row 2, column 1: `2017-03-26 01:30` is not one instant"),
        (
            "time,event\n31/01/2017 10:00,x\n01/31/2017 11:00,y\n",
            "row 3, column 1: dates are written day first in row 2 and month first in row 3; write them as 2017-01-31",
        ),
        (
            "time,event\n2017-01-31T10:00:00Z,a,b,c\n",
            "row 2, column 3: the row has 4 cells and the header 2; put texts that hold the separator between quotes",
        ),
        ("time,event\n2017-01-31T10:00:00Z,\"a\n", "line 2, column 22: the quote that opens here is not closed"),
        ("a,b\n1,2\n", "row 1: there is no column for the time (found: a, b)"),
        ("time,event\n,x\n", "row 2, column 1: `` is no time; every row needs one"),
        (
            "time,until,event\n2017-01-31 10:00,2017-01-30 11:00,x\n",
            "row 2, column 2: `2017-01-30 11:00` is before the beginning",
        ),
    ] {
        assert_eq!(error(Product::Csv, table.as_bytes()), wanted);
    }
    let open = b"time,event\n01/02/2017 10:00,x\n";
    let with_order = read_with(Product::Csv, open, Some(DateOrder::DayFirst), &[]).expect("an order");
    assert_eq!(with_order.events[0].at.to_toml(), "2017-02-01T10:00:00Z");
}

#[test]
fn broken_exports_name_the_place() {
    for (product, text, wanted) in [
        (Product::PagerDuty, "", "the file is empty"),
        (
            Product::PagerDuty,
            "{\"log_entries\": [{\"type\": \"trigger_log_entry\"",
            "line 1, column 45: EOF while parsing an object",
        ),
        (Product::PagerDuty, "{}", "`log_entries` is missing; expected the list of log entries"),
        (Product::PagerDuty, "{\"log_entries\": {}}", "log_entries is an object; expected a list"),
        (Product::PagerDuty, "{\"log_entries\": [1]}", "log_entries[0] is a number; expected an object"),
        (
            Product::PagerDuty,
            "{\"log_entries\": [{\"type\": \"x\", \"created_at\": \"2017-01-31\"}]}",
            "log_entries[0].created_at is `2017-01-31`: not a time with its offset, as in 2017-01-31T23:27:00Z",
        ),
        (
            Product::Opsgenie,
            "{\"data\": [{\"log\": \"x\", \"createdAt\": \"0001-01-01T00:00:00Z\"}]}",
            "data[0].createdAt is `0001-01-01T00:00:00Z`: the year 1 stands for \"no time\"",
        ),
        (Product::Slack, "[{\"ts\": 1516454398.0, \"text\": \"x\"}]", "[0].ts is a number; expected a text"),
        (
            Product::Slack,
            "[{\"ts\": \"yesterday\"}]",
            "[0].ts is `yesterday`: not seconds since 1970 and a sequence number, as in 1516454537.000093",
        ),
        (Product::GitHub, "[{\"event\": \"closed\"}]", "`[0].created_at` is missing; expected a time"),
        (
            Product::Statuspage,
            "{\"incidents\": [{\"incident_updates\": [{}]}]}",
            "`incidents[0].incident_updates[0].created_at` is missing; expected a time",
        ),
    ] {
        assert_eq!(error(product, text.as_bytes()), wanted, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(
        error(Product::GitHub, deep.as_bytes()).contains("recursion limit"),
        "{}",
        error(Product::GitHub, deep.as_bytes())
    );
    assert_eq!(export(Product::Slack, b"[]").events, []);
}

#[test]
fn nanoseconds_and_mixed_offsets_stay_and_sort_by_instant() {
    let log =
        |at: &str, offset: &str| format!("{{\"log\":\"x {offset}\",\"createdAt\":\"{at}\",\"offset\":\"{offset}\"}}");
    let logs = [
        log("2024-03-05T10:51:40+01:00", "2"),
        log("2024-03-05T09:50:40.125000001Z", "1"),
        log("2024-03-05T09:51:40Z", "3"),
    ];
    let export = export(Product::Opsgenie, format!("{{\"data\":[{}]}}", logs.join(",")).as_bytes());
    let times: Vec<String> = export.events.iter().map(|event| event.at.to_toml()).collect();
    assert_eq!(times, ["2024-03-05T09:50:40.125000001Z", "2024-03-05T10:51:40+01:00", "2024-03-05T09:51:40Z"]);
}

#[test]
fn the_same_event_twice_in_an_export_is_taken_once() {
    let note = "{\"id\":\"N1\",\"content\":\"x\",\"created_at\":\"2024-03-05T10:00:00Z\"}";
    let export = export(Product::PagerDuty, format!("{{\"notes\":[{note},{note}]}}").as_bytes());
    assert_eq!(
        (export.events.len(), export.remarks.as_slice()),
        (1, &["1 of them was in the export twice".to_owned()][..])
    );
}

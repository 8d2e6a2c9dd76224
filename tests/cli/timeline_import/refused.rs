use snapbox::{assert_data_eq, str};

use super::{record, with_exports};

#[test]
fn broken_files_import_nothing_and_name_the_place() {
    let sandbox = with_exports();
    let before = record(&sandbox);
    sandbox.run("head -c 700 exports/constructed/pagerduty-log-entries.json > cut.json").ok();
    sandbox.write("empty.json", "");
    sandbox.write("latin.csv", b"time,event\n2026-02-01T10:00:00Z,caf\xe9\n");
    sandbox.write("shape.json", r#"{"log_entries": [{"type": "trigger_log_entry", "created_at": 5}]}"#);
    sandbox.write("quote.csv", "time,event\n2026-02-01T10:00:00Z,\"open\n");
    sandbox.write("hostile.json", "{\"log_entries\": [{\"type\": \"x\", \"created_at\": \"\\u001b[2J\"}]}");
    for (line, wanted) in [
        (
            "pm timeline import cut.json --from pagerduty",
            str![[r#"
--- talk
error: cut.json: line 25, column 18: EOF while parsing an object; nothing was imported
hint: the file ends too early; export or download it again
--- exit 2

"#]],
        ),
        (
            "pm timeline import empty.json --from slack",
            str![[r#"
--- talk
error: empty.json: the file is empty; nothing was imported
--- exit 2

"#]],
        ),
        (
            "pm timeline import latin.csv --from csv",
            str![[r#"
--- talk
error: latin.csv: line 2, column 25: not UTF-8; save the file as UTF-8; nothing was imported
--- exit 2

"#]],
        ),
        (
            "pm timeline import shape.json --from pagerduty",
            str![[r#"
--- talk
error: shape.json: log_entries[0].created_at is a number; expected a text; nothing was imported
--- exit 2

"#]],
        ),
        (
            "pm timeline import quote.csv --from csv",
            str![[r#"
--- talk
error: quote.csv: line 2, column 22: the quote that opens here is not closed; nothing was imported
--- exit 2

"#]],
        ),
        (
            "pm timeline import hostile.json --from pagerduty",
            str![[r#"
--- talk
error: hostile.json: log_entries[0].created_at is `/u{1b}[2J`: not a time with its offset, as in 2017-01-31T23:27:00Z; nothing was imported
--- exit 2

"#]],
        ),
        (
            "pm timeline import exports/slack-export/threads.json --from pagerduty",
            str![[r#"
--- talk
error: exports/slack-export/threads.json: this is not PagerDuty log entries or notes, it looks like a Slack export; nothing was imported
hint: import it with `--from slack`
--- exit 2

"#]],
        ),
        (
            "pm timeline import exports/constructed/alertmanager-webhook.json",
            str![[r#"
--- talk
error: cannot tell which product exports/constructed/alertmanager-webhook.json comes from
hint: say it with --from csv|slack|pagerduty|statuspage|github|opsgenie
--- exit 2

"#]],
        ),
        (
            "pm timeline import exports --from github",
            str![[r#"
--- talk
error: exports is a folder
hint: name the file that holds a GitHub issue timeline
--- exit 2

"#]],
        ),
        (
            "pm timeline import none.json --from github",
            str![[r#"
--- talk
error: cannot read none.json: there is no such file
--- exit 2

"#]],
        ),
        (
            "head -c 52428801 /dev/zero > big.json; pm timeline import big.json --from github",
            str![[r#"
--- talk
error: big.json is larger than 50 MB
hint: export a shorter time, or split it; importing several parts adds up
--- exit 2

"#]],
        ),
    ] {
        assert_data_eq!(sandbox.run(line).to_string(), wanted);
    }
    assert_eq!(record(&sandbox), before);
    assert_eq!(sandbox.run("git status --short postmortems").ok(), "");
}

#[test]
fn an_export_of_several_incidents_asks_which() {
    let sandbox = with_exports();
    let incident = |id: &str, name: &str| {
        format!(
            r#"{{"id":"{id}","name":"{name}","incident_updates":[{{"id":"u-{id}","status":"resolved","body":"Done.","created_at":"2026-02-01T10:00:00Z"}}]}}"#
        )
    };
    sandbox.write(
        "two.json",
        format!(r#"{{"incidents":[{},{}]}}"#, incident("n1", "Checkout down"), incident("n2", "Search slow")),
    );
    assert_data_eq!(
        sandbox.run("pm timeline import two.json --from statuspage").to_string(),
        str![[r#"
--- talk
error: two.json: the export holds 2 incidents, and a record is about one; nothing was imported
hint: --incident n1 Checkout down
hint: --incident n2 Search slow
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm timeline import two.json --from statuspage --incident n2").to_string(),
        str![[r#"
2026-02-01 10:00  communicated  Published on the status page: Search slow
           10:00  resolved      Done.
2 entries added
--- talk
2026-03-02-checkout-answers-502 (the only record)
✓ committed [..] on main

"#]]
    );
}

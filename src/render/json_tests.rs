use chrono::NaiveDate;

use super::*;
use crate::record::RecordId;

fn shown_json(text: &str) -> serde_json::Value {
    let record = crate::document::read::values(text).expect("TOML");
    let today = NaiveDate::from_ymd_opt(2017, 2, 20).expect("a day");
    let about = About::new(RecordId::of_stem("2017-01-31-x"), "postmortems/2017/2017-01-31-x.toml", today);
    let config = Config::read(None).expect("defaults");
    serde_json::from_str(&super::text(&record, &about, &config)).expect("JSON")
}

#[test]
fn the_example_has_what_scripts_ask_for() {
    let json = shown_json(include_str!("../../tests/fixtures/record.toml"));
    assert_eq!(json["schema"], 1);
    assert_eq!(json["title"], "Production database directory removed by mistake");
    assert_eq!(json["created"], "2017-02-01");
    assert_eq!(json["started"], "2017-01-31T19:00:00Z");
    assert_eq!(json["resolved"], "2017-02-01T18:14:00Z");
    assert_eq!(json["open_actions"], 1);
    assert_eq!(json["actions"][0]["overdue_days"], 12);
    assert_eq!(json["actions"][1]["overdue_days"], serde_json::Value::Null);
    assert_eq!(json["actions"][0]["type"], "detect");
    assert_eq!(json["timeline"][3]["until"], "2017-01-31T23:30:00Z");
    assert_eq!(json["timeline"][3]["private"], true);
    let detection = &json["durations"][0];
    assert_eq!(detection["name"], "detection");
    assert_eq!(detection["target_seconds"], 300);
    assert_eq!(detection["actual_seconds"], 3 * 3600);
    assert_eq!((&detection["approximate"], &detection["met"]), (&true.into(), &false.into()));
    assert_eq!(json["record"]["incident"]["id"], "INC-2017-0131");
    assert_eq!(json["record"]["timeline"][0]["at"], "2017-01-31T17:20:00Z");
    assert_eq!(json["record"]["custom"]["error_budget_minutes"], 1080);
    assert_eq!(json["empty"], serde_json::json!(["appendix.feedback", "appendix.notes"]));
}

#[test]
fn an_unknown_length_is_null_with_its_reason_and_odd_values_are_kept() {
    let json = shown_json("created = 1979-05-27\nx = nan\nclock = 07:32:00\nlocal = 2017-01-31T22:00:00\n");
    let total = json["durations"].as_array().expect("a list").iter().find(|one| one["name"] == "total").expect("total");
    assert_eq!(total["actual_seconds"], serde_json::Value::Null);
    assert_eq!(total["unknown"], "no entry is marked started");
    assert_eq!(json["title"], "");
    assert_eq!(json["record"]["x"], "nan");
    assert_eq!(json["record"]["clock"], "07:32:00");
    assert_eq!(json["record"]["local"], "2017-01-31T22:00:00");
    assert!(json["empty"].as_array().expect("a list").contains(&"impact.users.affected".into()));
}

use proptest::prelude::*;

use super::*;
use unicode_width::UnicodeWidthStr as _;

fn with<T>(look: impl FnOnce(&[Row<'_>]) -> T) -> T {
    let texts = [include_str!("../../tests/fixtures/record.toml"), "title = \"障害 API\"\nstatus = \"draft\"\n"];
    let read = texts.map(|text| crate::document::read::values(text).expect("TOML"));
    let ids = ["2017-01-31-production-database-directory-removed", "2026-11-24-api"];
    let paths = ids.map(|id| format!("postmortems/2017/{id}.toml"));
    let rows = (0..2).map(|place| Row { id: ids[place], path: &paths[place], record: Summary::of(&read[place]) });
    look(&rows.collect::<Vec<_>>())
}

fn config() -> Config {
    Config::read(None).expect("defaults")
}

fn plain(rows: &[Row<'_>], width: Option<usize>) -> String {
    anstream::adapter::strip_str(&text(rows, &config(), width)).to_string()
}

#[test]
fn a_pipe_gets_aligned_columns_and_no_styles() {
    let shown = with(|rows| text(rows, &config(), None));
    assert_eq!(
        shown,
        "ID                                                SEVERITY  STATUS  STARTED     TITLE                                             OWNER\n\
         2017-01-31-production-database-directory-removed  P1        draft   2017-01-31  Production database directory removed by mistake  Database Team\n\
         2026-11-24-api                                    unknown   draft               障害 API\n"
    );
    assert_eq!(text(&[], &config(), Some(80)), "");
}

#[test]
fn a_terminal_gets_a_table_that_fits() {
    let shown = with(|rows| plain(rows, Some(80)));
    assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    assert!(shown.contains("2017-01-31-production-database-directory-removed\n"), "{shown}");
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r"
SEVERITY  STATUS  RECORD
───────────────────────────────────────────────────────────────────
P1        draft   2017-01-31-production-database-directory-removed
                  Production database directory removed by mistake
unknown   draft   2026-11-24-api
                  障害 API

"]]
    );
    snapbox::assert_data_eq!(
        with(|rows| plain(rows, Some(140))),
        snapbox::str![[r"
ID                                                SEVERITY  STATUS  STARTED     TITLE                                     OWNER
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
2017-01-31-production-database-directory-removed  P1        draft   2017-01-31  Production database directory removed by  Database Team
                                                                                mistake
2026-11-24-api                                    unknown   draft               障害 API

"]]
    );
}

#[test]
fn csv_is_quoted_and_runs_no_formula() {
    let mut hostile = Summary::unread("");
    hostile.title = "=cmd|'/c calc'!A0";
    hostile.owner = Some("@SUM(1)");
    hostile.services = vec!["a", "-b"];
    hostile.tags = vec!["x,\"y\""];
    let text = csv(&[Row { id: "x", path: "postmortems/2017/x.toml", record: hostile }]);
    let line = text.split("\r\n").nth(1).expect("a line");
    assert_eq!(line, "x,,,,'=cmd|'/c calc'!A0,'@SUM(1),a; -b,\"x,\"\"y\"\"\",0,postmortems/2017/x.toml,false");
    assert!(text.starts_with("id,severity,status,started,title,owner,services,tags,open_actions,path,stale\r\n"));
}

#[test]
fn json_has_every_row_with_its_schema() {
    let json: serde_json::Value = serde_json::from_str(&with(json)).expect("JSON");
    assert_eq!(json["schema"], 1);
    assert_eq!(json["records"][0]["started"], "2017-01-31T19:00:00Z");
    assert_eq!(json["records"][0]["open_actions"], 1);
    assert_eq!(json["records"][1]["severity"], serde_json::Value::Null);
}

proptest! {
    #[test]
    fn no_title_breaks_the_lines(title in any::<String>(), width in 20_usize..200) {
        let told = Some(title.as_str());
        let mut record = Summary::unread("");
        (record.title, record.severity, record.status, record.owner) = (&title, told, told, told);
        let hostile = Row { id: &title, path: "x.toml", record };
        let shown = plain(std::slice::from_ref(&hostile), Some(width));
        let styled = text(std::slice::from_ref(&hostile), &config(), Some(width));
        prop_assert!(shown.lines().all(|line| line.width() <= width.max(40)), "{shown}");
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
        prop_assert!(styled.ends_with('\n'));
        prop_assert_eq!(plain(std::slice::from_ref(&hostile), None).lines().count(), 2);
        let table = csv(&[hostile]);
        let mut reader = ::csv::Reader::from_reader(table.as_bytes());
        prop_assert_eq!(reader.records().filter(|line| line.as_ref().is_ok_and(|line| line.len() == 11)).count(), 1);
    }
}

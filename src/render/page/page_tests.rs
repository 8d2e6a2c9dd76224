use chrono::NaiveDate;
use snapbox::IntoData as _;

use super::*;
use crate::record::RecordId;

fn shown(text: &str, width: usize) -> String {
    let record = crate::document::read::values(text).expect("TOML");
    let today = NaiveDate::from_ymd_opt(2017, 2, 20).expect("a day");
    let id = RecordId::of_stem("2017-01-31-production-database-directory-removed");
    let about = About::new(id, "postmortems/2017/2017-01-31-production-database-directory-removed.toml", today);
    let config = Config::read(None).expect("defaults");
    let styled = page(&record, &about, &config, Screen { width });
    anstream::adapter::strip_str(&styled).to_string()
}

const EXAMPLE: &str = include_str!("../../../tests/fixtures/record.toml");

#[test]
fn the_example_fits_eighty_columns() {
    snapbox::assert_data_eq!(shown(EXAMPLE, 80), snapbox::file!["../../../tests/fixtures/page-80.txt"].raw());
}

#[test]
fn the_example_fits_two_hundred_columns() {
    snapbox::assert_data_eq!(shown(EXAMPLE, 200), snapbox::file!["../../../tests/fixtures/page-200.txt"].raw());
}

#[test]
fn a_fresh_draft_says_what_to_fill() {
    let draft = "format = 1\ntitle = \"API down\"\nstatus = \"draft\"\n";
    snapbox::assert_data_eq!(shown(draft, 80), snapbox::file!["../../../tests/fixtures/page-draft.txt"].raw());
}

use chrono::NaiveDate;
use snapbox::IntoData as _;

use super::*;
use crate::record::RecordId;

pub(super) fn read(text: &str) -> Record {
    crate::document::read::values(text).expect("TOML")
}

pub(super) fn config() -> Config {
    Config::read(None).expect("defaults")
}

pub(super) fn about() -> About {
    let today = NaiveDate::from_ymd_opt(2017, 2, 20).expect("a day");
    let id = RecordId::of_stem("2017-01-31-production-database-directory-removed");
    About::new(id, "postmortems/2017/2017-01-31-production-database-directory-removed.toml", today)
}

fn rendered(text: &str, options: Options) -> String {
    document(&read(text), &about(), &config(), options)
}

const EXAMPLE: &str = include_str!("../../../tests/fixtures/record.toml");

#[test]
fn the_example_gives_its_document() {
    let document = rendered(EXAMPLE, Options::default());
    snapbox::assert_data_eq!(document, snapbox::file!["../../../tests/fixtures/record.md"].raw());
}

use chrono::NaiveDate;
use proptest::prelude::*;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::*;
use crate::record::RecordId;
use crate::render::hostile;

fn shown(text: &str, width: usize) -> String {
    laid_out(&crate::document::read::values(text).expect("TOML"), width)
}

fn laid_out(record: &Record, width: usize) -> String {
    let today = NaiveDate::from_ymd_opt(2017, 2, 20).expect("a day");
    let id = RecordId::of_stem("2017-01-31-production-database-directory-removed");
    let about = About::new(id, "postmortems/2017/2017-01-31-production-database-directory-removed.toml", today);
    let config = Config::read(None).expect("defaults");
    let styled = page(record, &about, &config, Screen { width });
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

#[test]
fn a_hostile_record_is_shown_for_what_it_is() {
    let hostile = "title = \"\\u001B[2J\\u202Etxt.exe\"\nseverity = \"P9\"\nstatus = \"done?\"\nowner = \"\\u0007\"\n\
                   [custom]\nx = \"a\\tb\\nc\"\n[impact]\nusers = \"many\"\n[[timeline]]\nevent = \"\\u001B]0;pwned\\u0007\"\n\
                   notes = \"https://example.com/a/very/long/address/that/no/column/has/room/for/in/any/table\"\n\
                   [[timeline]]\nat = 2017-01-31\nkind = \"panicked\"\nevent = \"障害が発生しました、データベースに接続できません、復旧作業を開始しました\"\n\
                   [[actions]]\naction = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n";
    snapbox::assert_data_eq!(shown(hostile, 80), snapbox::file!["../../../tests/fixtures/page-hostile.txt"].raw());
}

#[test]
fn every_text_of_a_record_is_on_its_page() {
    let record = hostile::filled_by(hostile::marker);
    for width in [40, 80, 200] {
        let page = laid_out(&record, width);
        for marker in hostile::markers() {
            assert!(page.contains(&marker), "{marker} at {width} is not in\n{page}");
        }
    }
}

#[test]
fn every_address_stays_whole() {
    for width in [40, 60, 80, 200] {
        let page = shown(EXAMPLE, width);
        for address in EXAMPLE.split('"').filter(|text| text.starts_with("https://")) {
            assert!(page.contains(address), "{address} at {width} is not in\n{page}");
        }
    }
}

/// Lines that are wider than the page and have no address to keep whole.
fn too_wide(page: &str, width: usize) -> Vec<&str> {
    // Terminals and libraries differ on conjuncts and emoji sequences: a line fits when one way of counting says so.
    let columns = |line: &str| line.width().min(line.chars().map(|c| c.width().unwrap_or(0)).sum());
    page.lines().filter(|line| columns(line) > width && !line.contains("://")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_page_fits_and_drives_no_terminal(
        texts in prop::collection::vec(prop_oneof![hostile::texts(), any::<String>(), "[a-z障害]{0,120}"], 1..9),
        width in 40_usize..220,
    ) {
        let page = laid_out(&hostile::filled_with(&texts), width);
        prop_assert_eq!(too_wide(&page, width), Vec::<&str>::new(), "{}", page);
        prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{page:?}");
    }

    #[test]
    fn the_example_fits_every_width(width in 0_usize..300) {
        let page = shown(EXAMPLE, width);
        prop_assert_eq!(too_wide(&page, width.max(40)), Vec::<&str>::new(), "{}", page);
    }
}

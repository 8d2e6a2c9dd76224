use chrono::NaiveDate;

use super::*;
use crate::record::RecordId;
use crate::workflow::Verb;
use crate::workflow::story::Story;

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

#[test]
fn every_text_of_a_record_is_in_its_document() {
    let record = crate::render::hostile::filled_by(crate::render::hostile::marker);
    let document = document(&record, &about(), &config(), Options::default());
    for marker in crate::render::hostile::markers() {
        assert!(document.contains(&marker), "{marker} is not in\n{document}");
    }
}

#[test]
fn a_public_document_has_nothing_private_and_no_addresses() {
    let internal = rendered(EXAMPLE, Options::default());
    let public = rendered(EXAMPLE, Options { audience: Audience::Public, ..Options::default() });
    assert!(internal.contains("manual resync starts") && internal.contains("sre@example.com"));
    assert!(!public.contains("manual resync starts") && !public.contains("(private)"), "{public}");
    assert!(!public.contains("@example.com"), "{public}");
    // What is derived is of the whole record.
    assert!(public.contains("**Detection to Response**: 60 minutes (about 1 h)"));
}

#[test]
fn the_latest_counting_approval_signs() {
    let mut story = Story::of(about().id.as_str());
    story.sign(Verb::Submit, "draft", "Owner", "owner");
    for role in ["facilitator", "engineering-lead", "team-lead", "release-manager"] {
        story.sign(Verb::Approve, "in-review", "Old", role).sign(
            Verb::Approve,
            "in-review",
            &format!("Signer of {role}"),
            role,
        );
    }
    for entry in &mut story.all {
        entry.at = "2017-02-07T10:12:00Z".parse().ok();
    }
    let story = story.linked_anew();
    let document = rendered(&story.to_toml(), Options::default());
    for line in [
        "**Facilitator Sign-Off**: Signer of facilitator Date: 2017-02-07 10:12 UTC",
        "- [x] Engineering Lead reviewed: Signer of engineering-lead Date: 2017-02-07 10:12 UTC",
        "- [x] release-manager reviewed: Signer of release-manager Date: 2017-02-07 10:12 UTC",
        "**Approval**: Signer of team-lead (Team Lead) Date: 2017-02-07 10:12 UTC",
    ] {
        assert!(document.contains(line), "{line} is not in\n{document}");
    }
    assert!(!document.contains("VP Engineering"), "{document}");
}

#[test]
fn what_is_unknown_is_said_and_never_a_zero() {
    let text = "[[timeline]]\nat = 2017-01-31T22:00:00Z\nkind = \"detected\"\nevent = \"x\"\n[[timeline]]\nat = 2017-02-01\n\
                event = \"y\"\n[[timeline]]\nat = 2017-02-01T09:00:00\nuntil = 2017-02-02T09:30:00\nevent = \"z\"\n";
    let document = rendered(text, Options::default());
    for line in [
        "**Date/Time**: 2017-01-31 22:00 UTC Duration: unknown (no entry is marked started)",
        "**Total Duration**: unknown (no entry is marked started)",
        "| Detection time | < 5 min | unknown (no entry is marked started) | ☐ Met |",
        "| 2017-02-01 | y |",
        "| 09:00 local–2017-02-02 09:30 local | z |",
    ] {
        assert!(document.contains(line), "{line} is not in\n{document}");
    }
}

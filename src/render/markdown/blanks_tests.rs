//! The template, blank by blank: each has a home in the key table or among what is derived, stands in an empty document,
//! and is filled by its key.

use std::collections::BTreeSet;

use super::blanks_walk::{Blank, Walk, body};
use super::tests::{about, config, read};
use super::*;
use crate::record::keys::{KEYS, Key, Kind};
use crate::workflow::Verb;
use crate::workflow::story::Story;

fn blanks() -> Vec<Blank> {
    let mut walk = Walk::default();
    walk.run();
    walk.blanks
}

/// The blanks a key claims: a list of words claims the box of each.
fn claimed_by(key: &Key) -> Vec<String> {
    let Kind::Words(vocabulary) = key.kind else {
        return key.blanks.iter().map(|blank| (*blank).to_owned()).collect();
    };
    let boxes = |group: &&str| {
        let labels = vocabulary.words.iter().map(|word| word.label);
        let other = group.ends_with(" Factors").then_some("(Other)");
        labels.chain(other).map(|label| format!("{group}: {label}")).collect::<Vec<_>>()
    };
    key.blanks.iter().flat_map(boxes).collect()
}

#[test]
fn the_walk_misses_no_line_with_a_blank() {
    let mut walk = Walk::default();
    walk.run();
    for (number, line) in body().lines().enumerate() {
        let marked = ["____", "☐", "- [ ]", ": [", "[answer"].iter().any(|mark| line.contains(mark))
            || line.starts_with('[')
            || line.starts_with("- **");
        let row = line.starts_with('|');
        assert!(!marked || row || walk.touched.contains(&number), "{line}");
    }
}

#[test]
fn every_blank_has_a_home_and_every_home_is_a_blank() {
    let blanks: BTreeSet<String> = blanks().into_iter().map(|blank| blank.name).collect();
    let claimed: BTreeSet<String> = KEYS.iter().flat_map(claimed_by).collect();
    let derived: BTreeSet<String> = DERIVED.iter().map(|(blank, _)| (*blank).to_owned()).collect();
    let both: Vec<_> = claimed.intersection(&derived).collect();
    assert!(both.is_empty(), "claimed by a key and derived: {both:?}");
    let homes: BTreeSet<String> = claimed.union(&derived).cloned().collect();
    let homeless: Vec<_> = blanks.difference(&homes).collect();
    assert!(homeless.is_empty(), "blanks without a home: {homeless:#?}");
    let stale: Vec<_> = homes.difference(&blanks).collect();
    assert!(stale.is_empty(), "homes of no blank: {stale:#?}");
}

/// Lines without their trailing blanks, and without empty ones: what the printed template and a document share.
fn printed(text: &str) -> Vec<String> {
    let dashes = |line: &str| line.starts_with('|') && line.contains("---");
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.map(|line| if dashes(line) { "| --- |".to_owned() } else { line.to_owned() }).collect()
}

#[test]
fn an_empty_record_with_blanks_is_the_template_line_by_line() {
    let document = document(&read(""), &about(), &config(), Options { blanks: true, ..Options::default() });
    let (shown, wanted) = (printed(&document), printed(body().trim_end().trim_end_matches("---")));
    for (shown, wanted) in shown.iter().zip(&wanted) {
        assert_eq!(shown, wanted);
    }
    assert_eq!(shown.len(), wanted.len());
}

#[test]
fn an_empty_record_without_blanks_is_almost_nothing() {
    let document = document(&read(""), &about(), &config(), Options::default());
    assert_eq!(document, "## Document Info\n\n**Last Updated**: unknown (in no commit that is at hand)\n");
}

/// A record in which only `key` is filled, as TOML, and what its rendering has to show.
fn filled(key: &Key, blank: &str) -> (String, String) {
    let path = key.path;
    let (value, shown) = match key.kind {
        Kind::Text | Kind::Prose | Kind::Person => ("\"marker seven\"".to_owned(), "marker seven".to_owned()),
        Kind::Reading => ("\"717 kB\"".to_owned(), "717 kB".to_owned()),
        Kind::Url => ("\"https://example.com/717\"".to_owned(), "https://example.com/717".to_owned()),
        Kind::List | Kind::Names => ("[\"marker seven\"]".to_owned(), "marker seven".to_owned()),
        Kind::Severity => ("\"P2\"".to_owned(), "☑ P2".to_owned()),
        Kind::Count | Kind::Amount | Kind::Percent => ("71".to_owned(), "71".to_owned()),
        Kind::Date => ("2031-03-07".to_owned(), "2031-03-07".to_owned()),
        Kind::Time | Kind::TimeOrNo => ("2031-03-07T11:13:00Z".to_owned(), "2031-03-07 11:13".to_owned()),
        Kind::Flag => ("true".to_owned(), if path == "review.agreed" { "- [x]" } else { "☑ Yes" }.to_owned()),
        Kind::FlagOrText => ("\"marker seven\"".to_owned(), "☑ Yes  ☐ No: marker seven".to_owned()),
        Kind::Word(vocabulary) => {
            let word = vocabulary.words[1];
            let shown = match path {
                "status" => format!("☑ {}", word.label),
                "actions[].status" => word.label.to_owned(),
                "links[].kind" => blank.rsplit(" / ").next().unwrap_or_default().to_owned(),
                _ => word.slug.to_owned(),
            };
            (format!("\"{}\"", word.slug), shown)
        }
        Kind::Words(_) | Kind::Table | Kind::Tables | Kind::Free => unreachable!("{path} is no single answer"),
    };
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    // A sign-off is told apart by its role, a link by its kind.
    let role = match blank {
        _ if blank.contains("Facilitator") => "facilitator",
        _ if blank.contains("Engineering Lead") => "engineering-lead",
        _ if blank.contains("VP Engineering") => "vp-engineering",
        _ if blank.contains("Security Team") => "security",
        _ if blank.contains("Legal") => "legal",
        _ => "team-lead",
    };
    let toml = match table {
        "" => format!("{name} = {value}\n"),
        "sign_offs[]" => {
            let mut story = Story::of(about().id.as_str());
            story.sign(Verb::Submit, "draft", "Owner", "owner").sign(Verb::Approve, "in-review", "Signer", role);
            let vote = story.all.last_mut().expect("a vote");
            match name {
                "name" => vote.name = "marker seven".to_owned(),
                "at" => vote.at = "2031-03-07T11:13:00Z".parse().ok(),
                _ => return (story.to_toml(), "- [x]".to_owned()),
            }
            story.to_toml()
        }
        "links[]" => {
            let label = blank.rsplit(" / ").next().unwrap_or_default();
            let kinds = crate::record::vocabulary::LINK_KIND.words;
            let kind = kinds.iter().find(|word| word.label == label).expect("a kind of link").slug;
            format!(
                "[[links]]\nkind = \"{kind}\"\n{}",
                if name == "url" { "url = \"https://example.com/717\"\n" } else { "" }
            )
        }
        "cause.whys[]" => {
            // The blank's own place among the whys.
            let before = blank.split("[answer ").nth(1).and_then(|rest| rest[..1].parse::<usize>().ok()).unwrap_or(0);
            "[[cause.whys]]\nwhy = \"x\"\nbecause = \"y\"\n".repeat(before)
                + &format!("[[cause.whys]]\n{name} = {value}\n")
        }
        table if table.ends_with("[]") => format!("[[{}]]\n{name} = {value}\n", table.trim_end_matches("[]")),
        table => format!("[{table}]\n{name} = {value}\n"),
    };
    (toml, shown)
}

/// The part of a document under the heading of a blank's section.
fn section_of<'d>(document: &'d str, blank: &str) -> &'d str {
    let (section, label) = blank.split_once(" / ").expect("a section");
    let own = label.split(": ").next().unwrap_or(label);
    // What goes by its own heading stands under that one.
    let headed = [section, label, own].into_iter().rev().find_map(|name| {
        ["# ", "## ", "### "].iter().find_map(|mark| {
            let line = format!("{mark}{name}\n");
            document
                .find(&format!("\n{line}"))
                .map(|at| at + 1 + line.len())
                .or_else(|| document.starts_with(&line).then_some(line.len()))
        })
    });
    let rest = &document[headed.unwrap_or_else(|| panic!("no heading of {blank} in:\n{document}"))..];
    rest.find("\n#").map_or(rest, |end| &rest[..end])
}

#[test]
fn filling_a_key_fills_its_blanks() {
    for key in KEYS.iter().filter(|key| !key.blanks.is_empty() && !matches!(key.kind, Kind::Words(_))) {
        for blank in key.blanks {
            let (toml, shown) = filled(key, blank);
            let document = document(&read(&toml), &about(), &config(), Options::default());
            let part = section_of(&document, blank);
            assert!(part.contains(&shown), "{blank} by `{}`: {shown:?} is not in\n{part}", key.path);
        }
    }
}

#[test]
fn every_word_ticks_its_own_box_and_only_that() {
    for key in KEYS {
        let Kind::Words(vocabulary) = key.kind else { continue };
        let (table, name) = key.path.rsplit_once('.').expect("in a table");
        for word in vocabulary.words {
            let record = read(&format!("[{table}]\n{name} = [\"{}\"]\n", word.slug));
            let document = document(&record, &about(), &config(), Options::default());
            let part = section_of(&document, key.blanks[0]);
            let ticked: Vec<&str> = part.lines().filter(|line| line.starts_with("- [x]")).collect();
            assert_eq!(ticked, [format!("- [x] {}", word.label)], "{}", key.path);
        }
        let record = read(&format!("[{table}]\n{name} = [\"marker seven\"]\n"));
        let document = document(&record, &about(), &config(), Options::default());
        let part = section_of(&document, key.blanks[0]);
        let other = if key.path.starts_with("cause") { "(Other): " } else { "" };
        assert!(part.contains(&format!("- [x] {other}marker seven")), "{part}");
    }
}

#[test]
fn what_is_derived_fills_its_blank() {
    let document = document(
        &read(include_str!("../../../tests/fixtures/record.toml")),
        &About {
            updated: Some(crate::render::Touch {
                at: chrono::DateTime::parse_from_rfc3339("2017-02-11T10:00:00Z").expect("a time"),
                by: "Ann Example".to_owned(),
            }),
            ..about()
        },
        &config(),
        Options { blanks: true, ..Options::default() },
    );
    for (blank, shown) in [
        ("Post-Mortem Report / Date/Time", "**Date/Time**: about 2017-01-31 19:00 UTC Duration: about 23 h"),
        ("Timeline / Total Duration", "**Total Duration**: 1394 minutes (about 23 h)"),
        ("Timeline / Detection to Response", "**Detection to Response**: 60 minutes (about 1 h)"),
        ("Timeline / Response to Resolution", "**Response to Resolution**: 1154 minutes (about 19 h)"),
        ("Action Items / #", "\n| 3 | `b9hd` "),
        ("Response Metrics / Metric", "| Detection time | < 5 min | about 3 h | ☒ Missed |"),
        ("Response Metrics / Status", "| Communication time | < 30 min | 5 min | ☑ Met |"),
        ("Sign-Off / Postmortem Completion: Timeline completed and reviewed", "- [x] Timeline completed and reviewed"),
        ("Sign-Off / Postmortem Completion: Review meeting completed", "- [x] Review meeting completed"),
        ("Document Info / Last Updated", "**Last Updated**: 2017-02-11 10:00 UTC by Ann Example"),
    ] {
        let part = section_of(&document, blank);
        assert!(part.contains(shown), "{blank}: {shown:?} is not in\n{part}");
        assert!(DERIVED.iter().any(|(derived, _)| *derived == blank), "{blank}");
    }
    for (blank, _) in DERIVED.iter().filter(|(blank, _)| blank.contains("Completion")) {
        let label = blank.rsplit(": ").next().expect("a label");
        assert!(document.contains(&format!("- [x] {label}")), "{blank}");
    }
}

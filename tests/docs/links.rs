//! Links between pages lead somewhere, every page can be reached, and no page knows the machine it was written on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{page, pages, project};

/// What a page offers and what it points to.
struct Outline {
    anchors: BTreeSet<String>,
    links: Vec<String>,
}

fn outline(text: &str) -> Outline {
    let mut anchors = BTreeSet::new();
    let mut links = Vec::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor(&heading.take().unwrap_or_default());
                let again = (1..).map(|count| format!("{anchor}-{count}"));
                let free = std::iter::once(anchor.clone()).chain(again).find(|anchor| !anchors.contains(anchor));
                anchors.extend(free);
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.into_string());
            }
            _ => {}
        }
    }
    Outline { anchors, links }
}

/// The anchor the forges give a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// Where a link of a page leads inside the project; `None` when it leads out of it.
fn target(from: &Path, link: &str) -> Option<(PathBuf, Option<String>)> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor.to_owned())));
    if path.is_empty() {
        return Some((from.to_owned(), anchor));
    }
    let mut place = from.parent().expect("a folder").to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                place.pop();
            }
            Component::CurDir => {}
            part => place.push(part),
        }
    }
    Some((place, anchor))
}

fn outlines() -> BTreeMap<PathBuf, Outline> {
    pages().into_iter().map(|path| (path.clone(), outline(&page(&path)))).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let outlines = outlines();
    let mut wrong = Vec::new();
    for (from, here) in &outlines {
        for link in &here.links {
            let Some((path, anchor)) = target(from, link) else { continue };
            let known = outlines.get(&path);
            let is_there = match (&anchor, known) {
                (Some(anchor), Some(there)) => there.anchors.contains(anchor),
                (Some(_), None) => false,
                (None, _) => project().join(&path).exists(),
            };
            if !is_there {
                wrong.push(format!("{}: {link}", from.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let outlines = outlines();
    let mut reached = BTreeSet::new();
    let mut next = vec![PathBuf::from("README.md")];
    while let Some(path) = next.pop() {
        if let Some(outline) = outlines.get(&path).filter(|_| reached.insert(path.clone())) {
            next.extend(outline.links.iter().filter_map(|link| target(&path, link)).map(|(path, _)| path));
        }
    }
    let lost: Vec<&PathBuf> = outlines.keys().filter(|path| !reached.contains(*path)).collect();
    assert!(lost.is_empty(), "no link leads to {lost:#?}");
}

#[test]
fn no_page_knows_the_machine_it_was_written_on() {
    let here = project().to_string_lossy().into_owned();
    for path in pages() {
        let text = page(&path);
        for place in [here.as_str(), "/home/", "/Users/", "/root/", "/tmp/", "C:\\", "[ROOT]"] {
            assert!(!text.contains(place), "{} names {place}", path.display());
        }
    }
}

#[test]
fn anchors_are_those_of_the_forges() {
    assert_eq!(anchor("What `pm init` writes"), "what-pm-init-writes");
    assert_eq!(anchor("0001: Reading, and writing"), "0001-reading-and-writing");
}

//! Whatever the texts of a record hold, the document keeps its shape.

use std::sync::LazyLock;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options as Cmark, Parser, Tag, TagEnd};

use super::tests::{about, config};
use super::*;
use crate::record::keys::KEYS;
use crate::render::hostile::{filled_with, texts as hostile};

/// The shape of a document: its headings, and of each table the number of columns and rows.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    headings: Vec<String>,
    tables: Vec<(usize, usize)>,
}

/// The shape, or what must not be in a document.
fn shape(document: &str) -> Result<Shape, String> {
    let options = Cmark::ENABLE_TABLES
        | Cmark::ENABLE_STRIKETHROUGH
        | Cmark::ENABLE_TASKLISTS
        | Cmark::ENABLE_FOOTNOTES
        | Cmark::ENABLE_MATH
        | Cmark::ENABLE_GFM;
    let mut shape = Shape { headings: Vec::new(), tables: Vec::new() };
    let mut in_heading = false;
    let mut tables = Vec::new();
    for event in Parser::new_ext(document, options) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                shape.headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(text) if in_heading => {
                if let Some(heading) = shape.headings.last_mut() {
                    heading.push_str(&text);
                }
            }
            Event::Start(Tag::Table(columns)) => tables.push((columns.len(), 0)),
            Event::Start(Tag::TableRow) => {
                if let Some((_, rows)) = tables.last_mut() {
                    *rows += 1;
                }
            }
            Event::Html(html) => return Err(format!("HTML {html:?}")),
            Event::InlineHtml(html) if html.as_ref() != "<br>" => return Err(format!("HTML {html:?}")),
            Event::InlineMath(text) | Event::DisplayMath(text) => return Err(format!("mathematics {text:?}")),
            Event::FootnoteReference(name) => return Err(format!("footnote {name:?}")),
            _ => {}
        }
    }
    shape.tables = tables;
    Ok(shape)
}

/// The document's own tables, found by their heads: columns, rows, and the pipes of each line that are no text. Cells beyond
/// the head's are dropped by a reader, so the number of columns alone would not tell.
fn own_tables(document: &str) -> Vec<(usize, usize, Vec<usize>)> {
    let heads = ["| Time (UTC) | Event |", "| # | Action Item |", "| Metric | Target |", "| Metric | Normal |"];
    let mut tables = Vec::new();
    for (at, _) in document.match_indices('\n') {
        let rest = &document[at + 1..];
        if heads.iter().any(|head| rest.starts_with(head)) {
            let table = &rest[..rest.find("\n\n").unwrap_or(rest.len())];
            let pipes = |line: &str| line.replace("\\|", "").matches('|').count();
            if let Ok(shape) = shape(table) {
                let found = shape.tables.into_iter();
                tables.extend(found.map(|(columns, rows)| (columns, rows, table.lines().map(pipes).collect())));
            }
        }
    }
    tables
}

fn documents(texts: &[String]) -> Vec<String> {
    let record = filled_with(texts);
    let options = [
        Options::default(),
        Options { blanks: true, ..Options::default() },
        Options { audience: Audience::Public, ..Options::default() },
    ];
    options.into_iter().map(|options| document(&record, &about(), &config(), options)).collect()
}

#[test]
fn a_filled_record_holds_every_text_key() {
    let record = filled_with(&["x".to_owned()]);
    for key in KEYS.iter().filter(|key| !key.path.contains("[]")) {
        assert!(record.value(key.path).is_some(), "{}", key.path);
    }
    let plain = shape(&documents(&["x".to_owned()])[0]).expect("a shape");
    assert_eq!(plain.tables, [(4, 2), (6, 2), (4, 4), (4, 2)]);
    let template = include_str!("../../../tests/fixtures/postmortem-template.md");
    let mut wanted = shape(template).expect("a shape").headings;
    wanted.remove(0);
    let lucky = wanted.iter().position(|heading| heading == "Action Items").expect("the template's actions");
    wanted.insert(lucky, "Where We Got Lucky".to_owned());
    assert_eq!(plain.headings, wanted);
}

/// The documents of a harmless record.
static PLAIN: LazyLock<Vec<String>> = LazyLock::new(|| documents(&["x".to_owned()]));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_changes_the_shape_of_the_document(
        texts in prop::collection::vec(prop_oneof![hostile(), any::<String>()], 1..9),
    ) {
        // An empty text leaves its place out, so each has something to show at both ends.
        let texts: Vec<String> = texts.iter().map(|text| format!("x{text}x")).collect();
        for (document, plain) in documents(&texts).iter().zip(PLAIN.iter()) {
            let shown = shape(document).map_err(|found| TestCaseError::fail(format!("{found} in\n{document}")))?;
            prop_assert_eq!(&shown.headings, &shape(plain).expect("a shape").headings, "{}", document);
            prop_assert_eq!(own_tables(document), own_tables(plain), "{}", document);
        }
    }

    #[test]
    fn no_text_brings_a_heading_or_html_from_its_first_character(text in hostile()) {
        let known = shape(&PLAIN[1]).expect("a shape").headings;
        for document in documents(std::slice::from_ref(&text)) {
            let shown = shape(&document).map_err(|found| TestCaseError::fail(format!("{found} in\n{document}")))?;
            let strange: Vec<&String> = shown.headings.iter().filter(|heading| !known.contains(heading)).collect();
            prop_assert!(strange.is_empty(), "{strange:?} in\n{document}");
        }
    }
}

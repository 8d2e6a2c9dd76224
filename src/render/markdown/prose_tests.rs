use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::render::hostile::texts as hostile;

#[test]
fn markdown_stays_markdown() {
    for (text, expected) in [
        ("Two *plain* **lines**\nof `code`.", "Two *plain* **lines**\nof `code`."),
        ("- one\n- two\n  - three", "- one\n\n- two\n\n  - three"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("> quoted\n> text", "> quoted\n> text"),
        ("```sh\nls -l\n```", "```\nls -l\n```"),
        ("| a | b |\n|---|---|\n| 1 | `x\\|y` |", "| a | b |\n| --- | --- |\n| 1 | `x\\|y` |"),
        ("[docs](https://example.com/a_b)", "[docs](<https://example.com/a_b>)"),
        ("see https://example.com/x.", "see <https://example.com/x>."),
        ("a  \nb", "a\\\nb"),
        ("- [x] done\n- [ ] open", "- [x] done\n- [ ] open"),
    ] {
        assert_eq!(prose(text), expected, "{text}");
    }
}

#[test]
fn nothing_reaches_beyond_its_section() {
    for (text, expected) in [
        ("# Approved\n\ntext", "**Approved**\n\ntext"),
        ("# `#<b>```**` of **two**", "**````#<b>```**```` of two**"),
        ("Title\n===\n\n---\n\nx", "**Title**\n\nx"),
        ("```\nopen", "```\nopen\n```"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a <b>bold</b>", "a &lt;b&gt;bold&lt;/b&gt;"),
        ("<!-- \n\n# hidden", "&lt;!--\n\\# hidden"),
        ("[x](javascript:alert)", "x (javascript:alert)"),
        ("wait\\![x](https://e.x/)", "wait\\![x](<https://e.x/>)"),
        ("![x](https://evil.example/pixel.png)", "[x](<https://evil.example/pixel.png>)"),
        ("[x]\n\n[x]: https://evil.example", "[x](<https://evil.example>)"),
        ("[^1]\n\n[^1]: note", "\\[1\\]\n\n\\[1\\]:\n\nnote"),
        ("``a<b>``@ann", "`a<b>` `@ann`"),
        ("ping @ann about #3", "ping `@ann` about `#3`"),
    ] {
        assert_eq!(prose(text), expected, "{text}");
    }
    assert!(prose(&">".repeat(2000)).len() < 5000);
    assert_eq!(cell("one *two*\n`x|y`"), "one *two*<br>`x\\|y`");
    assert_eq!(cell("- a\n- b"), "\\- a<br>\\- b");
    assert_eq!(cell("# a | b"), "\\# a \\| b");
}

fn full() -> Options {
    Options::all()
        - Options::ENABLE_OLD_FOOTNOTES
        - Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        - Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
        - Options::ENABLE_HEADING_ATTRIBUTES
        - Options::ENABLE_SMART_PUNCTUATION
        - Options::ENABLE_DEFINITION_LIST
        - Options::ENABLE_WIKILINKS
        - Options::ENABLE_SUPERSCRIPT
        - Options::ENABLE_SUBSCRIPT
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn prose_is_contained(text in hostile()) {
        let document = format!("# Before\n\n{}\n\n# After\n\nend\n", prose(&text));
        let mut headings = 0;
        let mut depth = 0_i32;
        for event in Parser::new_ext(&document, full()) {
            match &event {
                Event::Start(Tag::Heading { .. }) => {
                    prop_assert_eq!(depth, 0, "{}", document);
                    headings += 1;
                }
                Event::Start(Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_))
                | Event::Html(_) | Event::InlineHtml(_) | Event::Rule | Event::FootnoteReference(_)
                | Event::InlineMath(_) | Event::DisplayMath(_) => prop_assert!(false, "{event:?} in {document:?}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let followed = ["http://", "https://", "mailto:"].iter().any(|scheme| dest_url.starts_with(scheme));
                    prop_assert!(followed, "{dest_url}");
                }
                _ => {}
            }
            depth += match event {
                Event::Start(_) => 1,
                Event::End(_) => -1,
                _ => 0,
            };
        }
        prop_assert_eq!(headings, 2, "{}", document);
    }

    #[test]
    fn prose_in_a_cell_stays_one_cell(text in hostile()) {
        let table = format!("| a | b |\n| --- | --- |\n| {} | end |\n", cell(&text));
        let mut cells = Vec::new();
        for event in Parser::new_ext(&table, full()) {
            match event {
                Event::Start(Tag::TableCell) => cells.push(String::new()),
                Event::Text(piece) => if let Some(cell) = cells.last_mut() { cell.push_str(&piece) },
                Event::InlineHtml(html) => prop_assert_eq!(html.as_ref(), "<br>"),
                Event::Html(_) => prop_assert!(false, "{table:?}"),
                _ => {}
            }
        }
        prop_assert_eq!(cells.len(), 4, "{}", table);
        prop_assert_eq!(cells[3].as_str(), "end", "{}", table);
    }
}

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_FOOTNOTES
}

/// What a reader sees of a paragraph that may only hold text, code spans and links to themselves; `None` when there is
/// anything else.
fn seen(markdown: &str) -> Option<String> {
    let mut shown = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Link { .. }) | Event::End(TagEnd::Paragraph | TagEnd::Link) => {}
            Event::Text(text) | Event::Code(text) => shown.push_str(&text),
            _ => return None,
        }
    }
    Some(shown)
}

#[test]
fn words_stay_readable_and_marks_lose_their_power() {
    for (text, expected) in [
        ("pg_basebackup waits", "pg_basebackup waits"),
        ("a *b* _c_ [d](e) <b> & `x` | ~y~", r"a \*b\* \_c\_ \[d\](e) &lt;b&gt; &amp; &#96;x&#96; \| \~y\~"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2017) item", r"2017\) item"),
        ("# heading", r"\# heading"),
        ("ask @ann in #12 or GH-3, org/repo#4", "ask `@ann` in `#12` or `GH-3`, org/repo`#4`"),
        ("ann@example.com", "ann@example.com"),
        ("see https://example.com/a_b?c=d&e=f.", "see <https://example.com/a_b?c=d&amp;e=f>."),
        ("(https://example.com/x_(y))", "(<https://example.com/x_(y)>)"),
        ("\u{1b}[31m", r"\\u{1b}\[31m"),
        ("costs $5-$6", r"costs \$5-\$6"),
    ] {
        assert_eq!(inline(text), expected, "{text}");
    }
    assert_eq!(cell("a|b\nc"), r"a\|b<br>c");
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(fenced("x\n```\ny\n", ""), "````\nx\n```\ny\n````");
}

#[test]
fn only_web_and_mail_addresses_are_links() {
    assert_eq!(link("https://example.com/a b>"), "<https://example.com/a%20b%3E>");
    assert_eq!(link("mailto:ann@example.com"), "<mailto:ann@example.com>");
    for address in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil", "https:", "vbscript:x"] {
        assert_eq!(destination(address), None, "{address}");
        assert!(!labelled_link("x", address).contains("]("), "{address}");
    }
}

/// Text made of what matters in Markdown.
fn hostile() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(vec![
        "*",
        "_",
        "`",
        "``",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "|",
        "\\",
        "#",
        "~",
        "!",
        "&",
        "&lt;",
        "&#35;",
        "$",
        "-",
        "+",
        "=",
        "1.",
        "1)",
        "@ann",
        "#1",
        "https://e.x/",
        "http://",
        "javascript:",
        "\n",
        " ",
        "    ",
        "\t",
        "a",
        "Z",
        "é",
        "0",
        "---",
        "===",
        "```",
        "~~~",
        "<br>",
        "<script>",
        "<!--",
        "-->",
        "[^1]",
        "[x]: y",
        ":",
        "//",
        "\u{202e}",
        "\u{1b}",
        "{",
        "}",
        "^",
    ]);
    prop::collection::vec(marks, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_shown_as_itself(text in prop_oneof![hostile(), any::<String>()]) {
        let expected = sanitise::one_line(&text);
        let markdown = inline(&text);
        prop_assert!(!markdown.contains('\n'));
        let shown = seen(&markdown);
        prop_assert!(shown.is_some(), "{markdown:?}");
        // Addresses are percent-encoded where they had to be; everything else is the same text.
        if !expected.to_lowercase().contains("http") {
            prop_assert_eq!(shown.unwrap_or_default(), expected, "{}", markdown);
        }
        let shown = seen(&label(&text));
        prop_assert_eq!(shown, Some(sanitise::one_line(&text)), "{}", label(&text));
    }

    #[test]
    fn code_and_fences_cannot_be_left(text in hostile()) {
        let block = format!("{}\n\nafter", fenced(&text, ""));
        let events: Vec<Event<'_>> = Parser::new_ext(&block, options()).collect();
        prop_assert!(matches!(events.first(), Some(Event::Start(Tag::CodeBlock(_)))), "{block:?}");
        prop_assert!(matches!(&events[events.len() - 2], Event::Text(text) if text.as_ref() == "after"), "{block:?}");
        let line = sanitise::one_line(&text);
        if !line.is_empty() {
            prop_assert_eq!(seen(&code(&text)), Some(line));
        }
    }
}

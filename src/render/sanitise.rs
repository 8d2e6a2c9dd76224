//! Text from a record made safe to show: whatever could drive a terminal or hide from a reader becomes visible.
//!
//! Records come from pull requests. A title may hold an escape sequence that clears the screen, a bidi override that turns
//! `lib/exe.txt` around, or a sentence in tag characters that only a machine reads. Every such character is shown as
//! `\u{1b}`, the way Rust writes it. This module never decides *where* a text is shown, and never shortens one.

use std::borrow::Cow;
use std::fmt::Write as _;

pub use crate::record::invisible::is_unsafe;
use crate::record::invisible::joins;

/// How wide a tab becomes: enough to tell columns of a log apart, never a control character.
const TAB: &str = "    ";

/// Text of several lines: line breaks stay, as LF; tabs become four spaces; everything unsafe is made visible.
pub fn terminal(text: &str) -> String {
    clean(text, &mut |out, blank| match blank {
        '\n' => out.push('\n'),
        _ => out.push_str(TAB),
    })
}

/// Text of one line: each run of blanks and line breaks becomes one space; everything unsafe is made visible.
pub fn one_line(text: &str) -> String {
    line(text).into_owned()
}

/// The same without a copy of what is one line already: nearly every text is, and lists have very many.
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain_line(text) {
        return Cow::Borrowed(text);
    }
    let folded = clean(text, &mut |out, _| out.push(' '));
    let mut line = String::with_capacity(folded.len());
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Cow::Owned(line)
}

/// Whether a text is printable ASCII with single blanks between its words.
fn is_plain_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let blank = |byte: Option<&u8>| byte == Some(&b' ');
    !blank(bytes.first())
        && !blank(bytes.last())
        && bytes.iter().all(|byte| (b' '..=b'~').contains(byte))
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// Copies `text`, handing line breaks (as LF) and tabs to `blank`.
fn clean(text: &str, blank: &mut dyn FnMut(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied();
        match c {
            '\r' if after == Some('\n') => {}
            '\n' | '\r' => blank(&mut out, '\n'),
            '\t' => blank(&mut out, '\t'),
            _ if joins(before, c, after) || !is_unsafe(c) => out.push(c),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_drives_a_terminal_or_hides_is_shown() {
        assert_eq!(terminal("a\u{1b}[2Jb\u{7}"), "a\\u{1b}[2Jb\\u{7}");
        assert_eq!(terminal("x\u{202e}txt.exe"), "x\\u{202e}txt.exe");
        assert_eq!(terminal("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(terminal("a\u{200b}b\u{e0041}"), "a\\u{200b}b\\u{e0041}");
        assert_eq!(one_line(" a \r\n\t b\rc "), "a b c");
        assert_eq!(terminal("a\r\nb\tc\rd"), "a\nb    c\nd");
    }

    #[test]
    fn scripts_and_emoji_stay_whole() {
        for text in ["Ausfall für Köln", "障害", "👩\u{200d}💻 على الخط", "می\u{200c}خواهم", "☑️"]
        {
            assert_eq!(terminal(text), text);
        }
        assert_eq!(terminal("pay\u{200d}pal"), "pay\\u{200d}pal");
    }

    proptest! {
        #[test]
        fn no_unsafe_character_is_left(text in any::<String>()) {
            for line in terminal(&text).split('\n') {
                let joiner = |c| matches!(c, '\u{200c}' | '\u{200d}');
                prop_assert!(!line.chars().any(|c| is_unsafe(c) && !joiner(c)), "{line:?}");
            }
            prop_assert!(!one_line(&text).chars().any(char::is_control));
        }
    }
}

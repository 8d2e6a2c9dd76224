//! Characters that are there without being seen, or that turn the text around them.
//!
//! A bidi override turns `lib/exe.txt` around; tag characters hold a sentence that only a machine reads; an escape character
//! drives a terminal. What is printed shows them, and what is checked names them.

/// Whether a joiner stands where scripts and emoji need one: between two characters beyond ASCII that are safe themselves.
pub fn joins(before: Option<char>, c: char, after: Option<char>) -> bool {
    let script = |neighbour: Option<char>| neighbour.is_some_and(|c| !c.is_ascii() && !is_unsafe(c));
    matches!(c, '\u{200c}' | '\u{200d}') && script(before) && script(after)
}

/// Whether a character does something to the text around it, or is there without being seen.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Unicode's Bidi_Control.
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Line breaks of other systems.
            | '\u{2028}' | '\u{2029}'
            // Without width: joiners, fillers, marks of order, annotations.
            | '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags and the supplementary variation selectors, in which whole sentences can hide.
            | '\u{e0000}'..='\u{e0fff}')
}

/// The first such character of a text, and where it is: line breaks and tabs are none, nor are joiners where a script or an
/// emoji needs one.
pub fn first(text: &str) -> Option<(usize, char)> {
    // Nearly every text is printable ASCII.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        return None;
    }
    let mut before = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let after = rest.peek().map(|(_, c)| *c);
        if is_unsafe(c) && !matches!(c, '\n' | '\r' | '\t') && !joins(before, c, after) {
            return Some((at, c));
        }
        before = Some(c);
    }
    None
}

/// What a character of these is called, for people.
pub fn name(c: char) -> &'static str {
    match c {
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a bidirectional control character"
        }
        '\u{200b}' => "a zero width space",
        '\u{200c}' | '\u{200d}' => "a joiner without width",
        '\u{ad}' => "a soft hyphen",
        '\u{feff}' => "a byte order mark inside the text",
        '\u{e0000}'..='\u{e0fff}' => "an invisible tag or variation character",
        c if c.is_control() => "a control character",
        _ => "an invisible character",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_named_and_scripts_and_emoji_have_none() {
        assert_eq!(first("a\u{202e}b"), Some((1, '\u{202e}')));
        assert_eq!(first("é\u{200b}"), Some((2, '\u{200b}')));
        assert_eq!(name('\u{202e}'), "a bidirectional control character");
        for text in ["Köln\r\n\t障害", "👩\u{200d}💻", "می\u{200c}خواهم", "☑\u{fe0f}"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(first("pay\u{200d}pal").map(|(at, _)| at), Some(3));
    }
}

//! Bytes to text, and a text to one line and the rest.

use super::error::ImportError;

/// The longest event, in characters.
pub(super) const LONGEST_EVENT: usize = 200;

/// The text of a file, without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, ImportError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ImportError::NotUtf8 { line: 1, column: 1, hint: " but UTF-16" });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let line_start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = good.split(|byte| *byte == b'\n').count();
        let column = 1 + std::str::from_utf8(&good[line_start..]).map_or(0, |line| line.chars().count());
        ImportError::NotUtf8 { line, column, hint: "" }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    Ok(text)
}

/// The first line of a text as an event, and what is left of it. A long line is cut behind its last sentence that fits, else
/// between words, with an ellipsis on both sides of the cut.
pub(super) fn split(text: &str) -> (String, Option<String>) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (line, rest) = (line.trim_end(), rest.trim_start_matches('\n').trim_end());
    if line.chars().count() <= LONGEST_EVENT {
        return (line.to_owned(), (!rest.is_empty()).then(|| rest.to_owned()));
    }
    let end = line.char_indices().nth(LONGEST_EVENT - 1).map_or(line.len(), |(at, _)| at);
    let fits = &line[..end];
    let sentence = fits.match_indices(['.', '!', '?']).map(|(at, mark)| at + mark.len()).rev();
    let sentence = sentence.into_iter().find(|end| line[*end..].starts_with(' '));
    let (event, cut) = if let Some(end) = sentence {
        (line[..end].to_owned(), line[end..].trim_start().to_owned())
    } else {
        let end = fits.rfind(' ').filter(|at| *at > 0).unwrap_or(end);
        (format!("{}…", line[..end].trim_end()), format!("…{}", line[end..].trim_start()))
    };
    let rest = if rest.is_empty() { cut } else { format!("{cut}\n{rest}") };
    (event, Some(rest))
}

/// At most so many characters of a text, on one line, for messages.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// FNV-1a with 64 bits of texts: its constants are fixed for good, so an id made from it is the same at every import.
pub(super) fn fingerprint(texts: &[&str]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_event_and_nothing_of_the_rest_is_lost() {
        assert_eq!(split("Rolled back"), ("Rolled back".to_owned(), None));
        assert_eq!(split(" one\r\n\r\n  two\r\nthree \n"), ("one".to_owned(), Some("  two\nthree".to_owned())));
        let sentences = format!("{} Second part. {}", "First sentence is here.", "word ".repeat(60));
        let (event, rest) = split(&sentences);
        assert_eq!(event, "First sentence is here. Second part.");
        assert_eq!(rest.as_deref(), Some("word ".repeat(60).trim()));
        let (event, rest) = split(&"ab ".repeat(100));
        assert!(event.chars().count() <= LONGEST_EVENT && event.ends_with("ab…"), "{event}");
        assert!(rest.is_some_and(|rest| rest.starts_with("…ab")));
        let (event, rest) = split(&"ü".repeat(500));
        assert_eq!(event.chars().count(), LONGEST_EVENT);
        assert_eq!(rest.map(|rest| rest.chars().count()), Some(302));
    }

    #[test]
    fn what_is_no_utf8_is_refused_with_its_place() {
        let error = decode(b"time;event\n\xc3\xbc;caf\xe9").expect_err("Latin-1");
        assert_eq!(error.to_string(), "line 2, column 6: not UTF-8; save the file as UTF-8");
        assert_eq!(decode(b"\xef\xbb\xbf \n"), Err(ImportError::Empty));
        assert!(decode(b"\xff\xfet\0").is_err());
        assert_eq!(decode(b"\xef\xbb\xbfa"), Ok("a"));
    }
}

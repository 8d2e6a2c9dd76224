//! The key table: every key of the format, once.
//!
//! Reading, `pm set`, findings, the JSON Schema, the rendered document and `docs/reference/record.md` all take what they
//! know about a key from here. A key that is not in [`KEYS`] is somebody's own: it is kept, shown and signed, and
//! reported with the nearest key of this table.

mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary::Vocabulary;
pub use table::KEYS;

/// The version of the format this program writes. A record with a higher `format` is read and shown, never written.
pub const FORMAT: i64 = 1;

/// One key of the format.
#[derive(Debug)]
pub struct Key {
    /// Where it is: dotted, with `[]` after an array of tables, as in `timeline[].at`.
    pub path: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether a sign-off covers it.
    pub part: Part,
    /// What it means, in one sentence; also the help text of editors and of `pm set`.
    pub meaning: &'static str,
    /// The blanks of the postmortem template it fills, each as "Section / Label"; empty when the template has none.
    pub blanks: &'static [&'static str],
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Text of any length: Markdown, written as a multi-line string.
    Prose,
    /// A person or team, `Name <mail@example.com>` or just a name.
    Person,
    /// An absolute `http(s)` or `mailto` address.
    Url,
    /// One of a vocabulary.
    Word(&'static Vocabulary),
    /// One of the severities of `pm.toml`.
    Severity,
    /// A list of lines of text.
    List,
    /// A list of short names, which may be typed with commas between them.
    Names,
    /// A list of words of a vocabulary.
    Words(&'static Vocabulary),
    /// `true` or `false`.
    Flag,
    /// `false`, `true`, or the description when the answer is yes.
    FlagOrText,
    /// A whole number, zero or more.
    Count,
    /// A number, zero or more.
    Amount,
    /// A number from 0 to 100.
    Percent,
    /// A measured figure as text, with its unit; a bare number is accepted.
    Reading,
    /// A calendar day.
    Date,
    /// An instant with its offset; a local date-time or a day is accepted and reported.
    Time,
    /// An instant when done, `false` when decided against.
    TimeOrNo,
    /// A table of further keys.
    Table,
    /// An array of tables, in order.
    Tables,
    /// Anything; never looked into.
    Free,
}

/// The part of a record a value belongs to for the purpose of sign-offs.
///
/// The split is frozen in the digest version `pm1`: a changed *material* value makes an approval stale, an
/// *operational* one may move on after approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What approvers approve.
    Material,
    /// What goes on after approval: status, sign-offs, progress of actions, links, distribution.
    Operational,
}

impl Kind {
    /// What the kind is called in a message, with its article: "a whole number, zero or more".
    pub fn noun(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Prose => "text of any length".into(),
            Self::Person => "a name, as in \"Ann Example <ann@example.com>\"".into(),
            Self::Url => "an http, https or mailto address".into(),
            Self::Word(vocabulary) => {
                let article = if vocabulary.noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("{article} {}", vocabulary.noun)
            }
            Self::Severity => "a severity".into(),
            Self::List => "a list of texts".into(),
            Self::Names => "a list of names".into(),
            Self::Words(vocabulary) => format!("a list of {}s", vocabulary.noun),
            Self::Flag => "true or false".into(),
            Self::FlagOrText => "false, true, or a text that describes it".into(),
            Self::Count => "a whole number, zero or more".into(),
            Self::Amount => "a number, zero or more".into(),
            Self::Percent => "a number from 0 to 100".into(),
            Self::Reading => "a figure with its unit, as text".into(),
            Self::Date => "a date".into(),
            Self::Time => "a time with its offset".into(),
            Self::TimeOrNo => "a time with its offset, or false".into(),
            Self::Table => "a table".into(),
            Self::Tables => "a list of tables".into(),
            Self::Free => "anything".into(),
        }
    }

    /// A value of this kind as TOML text, for error messages and the reference.
    pub fn example(self) -> String {
        match self {
            Self::Text => "\"one line\"".into(),
            Self::Prose => "\"\"\"\nAs long as it takes.\n\"\"\"".into(),
            Self::Person => "\"Ann Example <ann@example.com>\"".into(),
            Self::Url => "\"https://example.com/1\"".into(),
            Self::Word(vocabulary) => format!("\"{}\"", vocabulary.words[0].slug),
            Self::Severity => "\"P1\"".into(),
            Self::List | Self::Names => "[\"one\", \"two\"]".into(),
            Self::Words(vocabulary) => format!("[\"{}\"]", vocabulary.words[0].slug),
            Self::Flag | Self::FlagOrText => "true".into(),
            Self::Count => "1200".into(),
            Self::Amount => "1200.50".into(),
            Self::Percent => "12.5".into(),
            Self::Reading => "\"850 ms\"".into(),
            Self::Date => "2017-02-01".into(),
            Self::Time | Self::TimeOrNo => "2017-01-31T23:27:00Z".into(),
            Self::Table | Self::Tables | Self::Free => String::new(),
        }
    }

    /// Whether the value is a list that `+=` appends to.
    pub fn is_list(self) -> bool {
        matches!(self, Self::List | Self::Names | Self::Words(_) | Self::Tables)
    }
}

impl Key {
    /// The last part of the path: `at` of `timeline[].at`.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// The whole path.
    pub fn path_of(&self) -> &'static str {
        self.path
    }

    /// The path of the table it is in: `timeline[]` of `timeline[].at`, empty for a key of the root.
    pub fn parent(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// The path without the marks of arrays: `timeline.at`.
    pub fn plain_path(&self) -> String {
        self.path.replace("[]", "")
    }
}

/// Whether a text is what a [`Kind::Url`] wants: a whole http, https or mailto address.
pub fn is_address(text: &str) -> bool {
    let begins = |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://", "mailto:"].into_iter().find(|scheme| begins(scheme));
    scheme.is_some_and(|scheme| text.len() > scheme.len())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The key at a plain dotted path without array marks or numbers, as in `timeline.at`.
pub fn find(plain_path: &str) -> Option<&'static Key> {
    position(plain_path).map(|index| &KEYS[index])
}

/// The place of a key in the table, which is its place in a written record.
pub fn position(plain_path: &str) -> Option<usize> {
    // Every key of every record is looked up, some several times; a timeline has thousands.
    static PLACES: LazyLock<HashMap<String, usize>> =
        LazyLock::new(|| KEYS.iter().enumerate().map(|(place, key)| (key.plain_path(), place)).collect());
    PLACES.get(plain_path).copied()
}

/// The keys directly inside the table at `plain_path` ("" for the root), in order.
pub fn children(plain_path: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| same_path(key.parent(), plain_path))
}

/// The key of the table whose plain path is nearest to `plain_path`, tried first among the siblings of the place it was
/// written at.
pub fn nearest(plain_path: &str) -> Option<&'static Key> {
    let (parent, name) = plain_path.rsplit_once('.').unwrap_or(("", plain_path));
    let among_siblings = super::nearest::nearest(name, children(parent).map(Key::name));
    if let Some(name) = among_siblings {
        return children(parent).find(|key| key.name() == name);
    }
    // The right name at a wrong place (`root_cause` instead of `cause.root_cause`), then a slip in the whole path.
    let mut elsewhere = KEYS.iter().filter(|key| key.name() == name);
    if let (Some(only), None) = (elsewhere.next(), elsewhere.next()) {
        return Some(only);
    }
    let paths: Vec<String> = KEYS.iter().map(Key::plain_path).collect();
    let near = super::nearest::nearest(plain_path, paths.iter().map(String::as_str))?;
    find(near)
}

fn same_path(marked: &str, plain: &str) -> bool {
    if !marked.contains("[]") {
        return marked == plain;
    }
    marked.split('.').map(|part| part.trim_end_matches("[]")).eq(plain.split('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_there_once_and_has_its_table() {
        for (index, key) in KEYS.iter().enumerate() {
            let plain = key.plain_path();
            assert_eq!(position(&plain), Some(index), "{} is there twice", key.path);
            let parent = key.parent().replace("[]", "");
            if !parent.is_empty() {
                let table = find(&parent).unwrap_or_else(|| panic!("{} has no table `{parent}`", key.path));
                let array = key.parent().ends_with("[]");
                let wanted = if array { Kind::Tables } else { Kind::Table };
                assert_eq!(table.kind, wanted, "{}", key.path);
            }
        }
    }

    #[test]
    fn a_near_miss_finds_its_key_beside_it_and_elsewhere() {
        assert_eq!(nearest("impact.users.afected").map(|key| key.path), Some("impact.users.affected"));
        assert_eq!(nearest("timeline.note").map(|key| key.path), Some("timeline[].notes"));
        assert_eq!(nearest("root_cause").map(|key| key.path), Some("cause.root_cause"));
        assert_eq!(nearest("zzz").map(|key| key.path), None);
    }
}

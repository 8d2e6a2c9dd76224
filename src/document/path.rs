//! Where a value lives in a document: `cause.whys[2].because`.
//!
//! People count from one, so numbers in the spelling are 1-based; [`Step::Index`] holds the 0-based position. A path never
//! says whether the table it goes through is written as a header, with dotted keys or inline: that is the document's choice.

use std::fmt;
use std::str::FromStr;

use toml_parser::decoder::Encoding;
use toml_parser::{Source, Span};

use super::print;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a table, by key (unquoted, as the value tree has it).
    Key(String),
    /// Into a list, by 0-based position. It is shown 1-based.
    Index(usize),
}

/// The place of a value, as steps from the root table.
///
/// The empty path is the whole document; it can be read, and every edit of it is refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Vec<Step>);

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing was given.
    #[error("a key is missing; name one, as in `impact.users.affected`")]
    Empty,
    /// Two dots in a row, or a dot at either end.
    #[error("`{text}` has an empty part at character {column}; write one key between two dots")]
    EmptyKey {
        /// What was given.
        text: String,
        /// 1-based character.
        column: usize,
    },
    /// `[0]`.
    #[error("`{text}` counts from zero; entries are numbered from 1, so write `[1]` for the first")]
    Zero {
        /// What was given.
        text: String,
    },
    /// Brackets without a number in them.
    #[error("`{text}` needs a number between `[` and `]` at character {column}, as in `cause.whys[2]`")]
    Number {
        /// What was given.
        text: String,
        /// 1-based character.
        column: usize,
    },
    /// A quote that is not closed, or a bad escape within quotes.
    #[error("`{text}` has a quoted key at character {column} that does not read as one")]
    Quote {
        /// What was given.
        text: String,
        /// 1-based character.
        column: usize,
    },
    /// A character that no bare key may have.
    #[error(
        "`{text}` has {found:?} at character {column}; put keys with other than letters, digits, `-` and `_` in quotes"
    )]
    Junk {
        /// What was given.
        text: String,
        /// The character that does not belong.
        found: char,
        /// 1-based character.
        column: usize,
    },
}

impl Path {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of keys only.
    pub fn of(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| Step::Key((*key).to_owned())).collect())
    }

    /// This path and one key more.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// This path and one 0-based position more.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This path and one step more.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The path one step up; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys alone, positions dropped: what a [`Layout`](super::layout::Layout) is asked about.
    pub fn generic(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            })
            .collect()
    }

    /// Whether `self` is `other` or a place above it.
    pub fn holds(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(&print::key(key))?,
                Step::Key(key) => write!(f, ".{}", print::key(key))?,
                Step::Index(index) => write!(f, "[{}]", index.saturating_add(1))?,
            }
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Reader { text, at: 0 }.path()
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn path(mut self) -> Result<Path, PathError> {
        if self.text.trim().is_empty() {
            return Err(PathError::Empty);
        }
        let mut steps = vec![Step::Key(self.one_key()?)];
        while let Some(next) = self.peek() {
            match next {
                '.' => {
                    self.at += 1;
                    steps.push(Step::Key(self.one_key()?));
                }
                '[' => steps.push(Step::Index(self.number()?)),
                found => return Err(self.junk(found)),
            }
        }
        Ok(Path(steps))
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn column(&self) -> usize {
        self.text.get(..self.at).unwrap_or_default().chars().count() + 1
    }

    fn junk(&self, found: char) -> PathError {
        PathError::Junk { text: self.text.to_owned(), found, column: self.column() }
    }

    fn one_key(&mut self) -> Result<String, PathError> {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return self.quoted(quote);
        }
        let length = self
            .rest()
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(self.rest().len());
        if length == 0 {
            return Err(match self.peek() {
                None | Some('.' | '[') => PathError::EmptyKey { text: self.text.to_owned(), column: self.column() },
                Some(found) => self.junk(found),
            });
        }
        let key = self.rest()[..length].to_owned();
        self.at += length;
        Ok(key)
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let bad = PathError::Quote { text: self.text.to_owned(), column: self.column() };
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find_map(|(at, c)| {
            let closes = c == quote && !escaped;
            escaped = quote == '"' && c == '\\' && !escaped;
            closes.then_some(at + 1)
        });
        let Some(end) = end else { return Err(bad) };
        let raw = &self.rest()[..end];
        let encoding = if quote == '"' { Encoding::BasicString } else { Encoding::LiteralString };
        let (mut key, mut errors) = (String::new(), Vec::new());
        if let Some(raw) = Source::new(raw).get(Span::new_unchecked(0, end)) {
            toml_parser::Raw::new_unchecked(raw.as_str(), Some(encoding), Span::new_unchecked(0, end))
                .decode_key(&mut key, &mut errors);
        }
        if !errors.is_empty() {
            return Err(bad);
        }
        self.at += end;
        Ok(key)
    }

    fn number(&mut self) -> Result<usize, PathError> {
        let bad = PathError::Number { text: self.text.to_owned(), column: self.column() };
        let Some(end) = self.rest().find(']') else {
            return Err(bad);
        };
        let digits = &self.rest()[1..end];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        let number: usize = digits.parse().map_err(|_| bad)?;
        self.at += end + 1;
        number.checked_sub(1).ok_or_else(|| PathError::Zero { text: self.text.to_owned() })
    }
}

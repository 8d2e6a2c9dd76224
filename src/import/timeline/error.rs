//! Why an export was not read, with the place in it.

use super::Product;

/// What is broken, and in which file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {error}")]
pub struct Broken {
    /// The name of the file.
    pub file: String,
    /// What is broken.
    pub error: ImportError,
}

/// What keeps an export from being read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Not text.
    #[error("line {line}, column {column}: not UTF-8{hint}; save the file as UTF-8")]
    NotUtf8 { line: usize, column: usize, hint: &'static str },
    /// Not JSON, not CSV, or cut off.
    #[error("line {line}, column {column}: {message}")]
    Syntax { line: usize, column: usize, message: String },
    /// A field is missing or is not what it should be.
    #[error("{place} is {found}; expected {wanted}")]
    Shape { place: String, wanted: &'static str, found: String },
    /// A time that is none.
    #[error("{place} is `{text}`: {why}")]
    Time { place: String, text: String, why: String },
    /// A cell of a table.
    #[error("row {row}, column {column}: {message}")]
    Cell { row: u64, column: usize, message: String },
    /// The header of a table lacks a column.
    #[error("row {row}: there is no column for {wanted} (found: {found})")]
    NoColumn { row: u64, wanted: &'static str, found: String },
    /// The export is of another product.
    #[error("this is not {}, it looks like {}", asked.noun(), found.noun())]
    OtherProduct { asked: Product, found: Product },
    /// More than one incident, and nothing says which.
    #[error("the export holds {} incidents, and a record is about one", incidents.len())]
    WhichIncident { incidents: Vec<(String, String)> },
    /// No incident of that id.
    #[error("the export has no incident `{id}`")]
    NoSuchIncident { id: String, incidents: Vec<(String, String)> },
}

/// How many incidents an answer lists.
const LISTED: usize = 10;

impl ImportError {
    /// Whether the content is not what the product writes, so that it may be another product's.
    pub(super) fn is_of_shape(&self) -> bool {
        matches!(self, Self::Syntax { .. } | Self::Shape { .. } | Self::NoColumn { .. } | Self::Cell { row: 1, .. })
    }

    /// What to do next, a sentence each.
    pub fn next_steps(&self) -> Vec<String> {
        match self {
            Self::OtherProduct { found, .. } => vec![format!("import it with `--from {found}`")],
            Self::WhichIncident { incidents } | Self::NoSuchIncident { incidents, .. } => {
                let rest = incidents.len().saturating_sub(LISTED);
                let more = (rest > 0).then(|| format!("and {rest} more"));
                let listed = incidents.iter().take(LISTED).map(|(id, title)| format!("--incident {id}  {title}"));
                listed.chain(more).collect()
            }
            Self::NoColumn { .. } => vec![
                "the first row names the columns: time (or date), event, and as you like owner, notes, kind, until"
                    .to_owned(),
            ],
            Self::Syntax { message, .. } if message.starts_with("EOF") => {
                vec!["the file ends too early; export or download it again".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}

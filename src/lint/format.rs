//! What reading says about the format of a record: the names of its findings with their docs.
//!
//! Reading itself is in `document`, which knows nothing of rules; a test holds that the two lists agree.

use crate::finding::Level;

/// A finding of reading: its name, how much it matters, what it means.
pub static FORMAT: &[(&str, Level, &str)] = &[
    (
        "syntax",
        Level::Error,
        "The text is not TOML at this place. One finding a line: what follows an error on the same line is its echo.",
    ),
    ("duplicate-key", Level::Error, "A key or a table is there twice, so one of the two values would be lost."),
    (
        "conflict-markers",
        Level::Error,
        "A merge left its markers in the record. Nothing else is said about the file until they are gone.",
    ),
    (
        "unreadable",
        Level::Error,
        "The file cannot be read as a record at all: a symbolic link, bytes that are no UTF-8, a file of unreasonable size.",
    ),
    (
        "duplicate-id",
        Level::Error,
        "Two records have the same file name, which is their id; nothing tells them apart but their folders.",
    ),
    (
        "missing-key",
        Level::Error,
        "`format`, `title` or `status` is missing or empty. Without them a file is not a record.",
    ),
    (
        "newer-format",
        Level::Warning,
        "The record is written in a format newer than this `pm` knows. It is shown as far as it is understood, and not changed.",
    ),
    (
        "wrong-type",
        Level::Error,
        "The value is not of the kind the key takes, such as text where a number belongs. The help says what to write.",
    ),
    ("out-of-range", Level::Error, "The number is below zero, or a percentage above 100."),
    ("impossible-date", Level::Error, "The day or the clock time does not exist, such as 30 February or 25:00."),
    (
        "zone-missing",
        Level::Warning,
        "The time does not say its offset from UTC. It is taken as UTC for the order of entries, and durations to it are not computed.",
    ),
    (
        "clock-missing",
        Level::Warning,
        "The day is known and the time is not. Durations from or to it are not computed.",
    ),
    (
        "unknown-key",
        Level::Warning,
        "The key is not one of the format. It is kept, shown and signed; most often it is a slip of a known key, which the help names.",
    ),
    (
        "unknown-word",
        Level::Warning,
        "The word is not one of those the format knows for this key. A status or a severity must be known; another word is kept, and shown as “Other” where the template has that.",
    ),
];

/// Findings that no setting can soften: behind them nothing in the file can be trusted.
pub static FIXED: &[&str] =
    &["syntax", "duplicate-key", "conflict-markers", "unreadable", "duplicate-id", "missing-key"];

//! `document`

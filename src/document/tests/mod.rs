//! What a document promises: laws over generated documents, examples of each shape, and the public TOML test suite.

mod examples;
pub(crate) mod fuzzed;
pub(crate) mod generate;
mod laws;
mod quick;
mod record;
mod suite;

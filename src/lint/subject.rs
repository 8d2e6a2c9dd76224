//! What a rule looks at: a record, and what is known around it.

use crate::config::Config;
use crate::record::Record;

/// A record with what rules may know beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The record.
    pub(super) record: &'a Record,
    /// The settings.
    pub(super) config: &'a Config,
}

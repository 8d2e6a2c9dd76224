//! Which commit a version of a record was made by: how the steps of a history hang together.

use std::collections::HashMap;

use super::Step;
use crate::cli::failure::Failure;
use crate::record::Record;
use crate::store::{ObjectId, Store};

/// Which step made which version.
#[derive(Debug)]
pub struct Lineage<'a> {
    store: &'a Store,
    steps: &'a [Step],
    by_blob: HashMap<ObjectId, Vec<usize>>,
    /// Whether each step begins where the next one ended.
    is_line: bool,
}

impl<'a> Lineage<'a> {
    /// The lineage of the steps of one record.
    pub fn of(store: &'a Store, steps: &'a [Step]) -> Self {
        let mut by_blob: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        for (index, step) in steps.iter().enumerate() {
            if let Some(after) = &step.after {
                by_blob.entry(after.blob).or_default().push(index);
            }
        }
        let is_line = steps.windows(2).all(|pair| {
            let before: Vec<_> = pair[0].before.iter().map(|version| version.as_ref().map(|v| v.blob)).collect();
            before == [pair[1].after.as_ref().map(|version| version.blob)]
        });
        Self { store, steps, by_blob, is_line }
    }

    /// The latest step that made a version.
    pub fn latest(&self, blob: ObjectId) -> Option<usize> {
        self.by_blob.get(&blob)?.first().copied()
    }

    /// What the record said before a step, in the parent of a number, and the step that made it say so. Versions that
    /// cannot be read are looked through: what they hide was changed by whoever made it readable again.
    pub fn before(&self, index: usize, parent: usize) -> Result<Option<(Option<usize>, &'a Record)>, Failure> {
        let (mut at, mut number) = (index, parent);
        loop {
            let step = &self.steps[at];
            let (Some(Some(version)), Some(parent)) = (step.before.get(number), step.passed.parents.get(number)) else {
                return Ok(None);
            };
            let maker = self.find(at, version.blob, *parent)?;
            if let Some(record) = &version.record {
                return Ok(Some((maker, record)));
            }
            let Some(maker) = maker else { return Ok(None) };
            at = maker;
            number = self.steps[at].before.iter().position(Option::is_some).unwrap_or_default();
        }
    }

    /// The step behind `index` that made the version a parent has.
    fn find(&self, index: usize, blob: ObjectId, parent: ObjectId) -> Result<Option<usize>, Failure> {
        if self.is_line {
            return Ok(Some(index + 1).filter(|next| *next < self.steps.len()));
        }
        let older = self.by_blob.get(&blob).map_or(&[][..], Vec::as_slice).iter().copied().filter(|made| *made > index);
        let older: Vec<usize> = older.collect();
        let [first, _, ..] = older[..] else { return Ok(older.first().copied()) };
        // The same was written twice: by the parent or one of its forebears.
        for made in &older {
            let commit = self.steps[*made].passed.commit;
            if commit == parent || self.store.merge_base(commit, parent)? == Some(commit) {
                return Ok(Some(*made));
            }
        }
        Ok(Some(first))
    }
}

//! Whether each move and sign-off of the branch is one that the workflow allows, by the settings of the branch it goes to.
//!
//! It asks what `pm verify --base` asks; what it cannot tell for want of a signature is left to that.

use std::collections::HashSet;

use super::base::Base;
use super::{Changed, rules};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::verification::{Asked, verified};
use crate::finding::Finding;
use crate::record::{Record, RecordId};
use crate::store::At;
use crate::store::records::Located;

/// Looks at the sign-offs and the status of every record that has some, or had.
pub(super) fn look(context: &mut Context, base: &Base, all: &mut [Changed]) -> Result<(), Failure> {
    let moved: Vec<Located> =
        all.iter().filter(|changed| is_moved(changed)).map(|changed| changed.after.clone()).collect();
    if moved.is_empty() {
        return Ok(());
    }
    if let Err(reason) = &base.policy {
        // Nothing can be judged, and what is not judged does not pass.
        for changed in all.iter_mut().filter(|changed| is_moved(changed)) {
            let span = changed.place("status");
            changed.add(
                rules::TRANSITION,
                span,
                format!("it cannot be judged: {reason}"),
                Some("correct the settings there first"),
            );
        }
        return Ok(());
    }
    let asked = Asked { base: Some(&base.named), require_signatures: false, all: false };
    let found = verified(context, moved, &asked)?;
    let failing: HashSet<&RecordId> =
        found.reports.iter().filter(|report| !report.failures.is_empty()).map(|report| &report.id).collect();
    let were: Vec<Located> = all
        .iter()
        .filter(|changed| failing.contains(&changed.after.id))
        .filter_map(|changed| changed.pair.before.clone())
        .collect();
    // What did not hold before is no doing of the branch.
    let before = if were.is_empty() {
        Vec::new()
    } else {
        let here = std::mem::replace(&mut context.at, At::Revision(base.parted));
        let before = verified(context, were, &asked);
        context.at = here;
        before?.reports
    };
    for changed in all.iter_mut() {
        let Some(report) = found.reports.iter().find(|report| report.id == changed.after.id) else { continue };
        let was = changed.pair.before.as_ref();
        let was = before.iter().find(|report| was.is_some_and(|was| was.id == report.id));
        let known: Vec<String> = was.map(|report| report.failures.clone()).unwrap_or_default();
        let span = changed.place("status");
        for failure in report.failures.clone() {
            let is_known = known.contains(&failure);
            let help = format!("`pm verify {} --base {}` tells more", report.id, base.named);
            let finding = Finding {
                rule: rules::TRANSITION,
                level: super::level_of(rules::TRANSITION),
                message: failure,
                span: span.clone(),
                help: Some(help),
            };
            if is_known { changed.checked.known.push(finding) } else { changed.checked.findings.push(finding) }
        }
        if !report.failures.is_empty() {
            // What the record says against itself is among them.
            changed.checked.findings.retain(|finding| finding.rule != rules::BY_HAND);
        }
        // Mostly the record says so by itself.
        if !changed.checked.findings.iter().any(|finding| finding.rule == rules::LAG) {
            for note in &report.notes {
                changed.add(rules::LAG, span.clone(), note.clone(), None);
            }
        }
    }
    Ok(())
}

/// Whether it has sign-offs or another status than a draft, or had.
fn is_moved(changed: &Changed) -> bool {
    let moved = |record: &Record| {
        !record.tables("sign_offs").is_empty() || record.text("status").is_some_and(|status| status != "draft")
    };
    let before = changed.before.as_ref().and_then(|before| before.record.as_ref());
    changed.read.as_ref().is_some_and(|(record, _)| moved(record)) || before.is_some_and(moved)
}

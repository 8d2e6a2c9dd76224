//! Weighing what was found.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Allowed, Base, Case, Commit, Content, Report, SHALLOW, Signature, Verdict, Version, Void, authors};
use crate::config::policy::SignatureRule;
use crate::record::Status;
use crate::workflow::round::{Course, Fault};
use crate::workflow::sign_off::SignOff;
use crate::workflow::standing::{Standing, View};
use crate::workflow::tally::{Own, Terms, Uncounted, identity, may_move, may_sign_as, own_work, signature_rule};
use crate::workflow::transition::Verb;

/// What is said of a sign-off without the signature it needs.
const UNSIGNED: &str = "it carries no signature, and one is required";

/// By how much clocks may differ.
const SLACK: TimeDelta = TimeDelta::minutes(10);

/// Weighs everything that is known about the sign-offs of a record.
pub fn verify(case: &Case<'_>) -> Report {
    let all = SignOff::all(case.record);
    let course = Course::of(&all, case.id);
    let own = own(case);
    let verdicts: Vec<Verdict> = (0..all.len()).map(|index| verdict(case, &all, &course, &own, index)).collect();
    let void = void(&verdicts);
    // The settings of the newest sign-off of the round are those the approval as a whole is judged by.
    let judged = all.iter().enumerate().rev().find(|(index, _)| course.places[*index].counts);
    let base = judged.and_then(|(index, _)| case.bases[index].as_ref().ok());
    let view = View {
        record: case.record,
        id: case.id,
        policy: base.map_or(case.policy, |base| &base.policy),
        content: case.content,
        base: base.and_then(|base| base.record.as_ref()),
        own: &own,
        void,
        policies: case
            .bases
            .iter()
            .enumerate()
            .filter_map(|(index, base)| Some((index, Arc::clone(&base.as_ref().ok()?.policy))))
            .collect(),
    };
    let standing = Standing::with(&view, all);
    let mut report =
        Report { id: case.id.clone(), standing, verdicts, failures: Vec::new(), doubts: Vec::new(), notes: Vec::new() };
    removed(case, &mut report);
    for_each_verdict(case, &view, &mut report);
    as_a_whole(&mut report);
    report
}

fn own(case: &Case<'_>) -> Own {
    let mut owners: Vec<String> = case.record.text("owner").map(str::to_owned).into_iter().collect();
    for base in case.bases.iter().flatten() {
        let owner = base.record.as_ref().and_then(|record| record.text("owner"));
        if let Some(owner) = owner.filter(|owner| !owners.iter().any(|known| known == owner)) {
            owners.push(owner.to_owned());
        }
    }
    Own { owners, authors: authors(case.history) }
}

fn verdict(case: &Case<'_>, all: &[SignOff], course: &Course, own: &Own, index: usize) -> Verdict {
    let (entry, place) = (&all[index], &course.places[index]);
    let brought: Vec<&Version> = case.history.iter().filter(|version| version.introduces(&place.digest)).collect();
    let direct = brought.iter().find(|version| version.is_commit_of(entry, &place.digest, case.id));
    let commit = match (direct, brought.last()) {
        (Some(version), _) => Commit::Direct { commit: version.commit.clone() },
        (None, Some(version)) if version.edge => Commit::CannotTell(SHALLOW.to_owned()),
        (None, Some(version)) => Commit::Rewritten { commit: version.commit.clone(), by: version.author.to_string() },
        (None, None) if case.shallow => Commit::CannotTell(SHALLOW.to_owned()),
        (None, None) => Commit::Missing,
    };
    let content = content(case, entry, direct.or(brought.last()).copied(), direct.is_some());
    let mut faults = place.faults.clone();
    let late = |at| at > case.now + SLACK;
    if entry.at.is_some_and(late) {
        faults.push(Fault::Future);
    }
    let policy = allowed(case, all, course, own, index);
    Verdict {
        sign_off: entry.clone(),
        digest: place.digest.clone(),
        counts: place.counts,
        faults,
        content,
        commit,
        signature: case.signatures[index].clone(),
        policy,
    }
}

fn content(case: &Case<'_>, entry: &SignOff, brought: Option<&Version>, direct: bool) -> Content {
    if entry.content == case.content {
        return Content::Matches;
    }
    let then = brought.and_then(|version| version.after.as_ref());
    let is_signed_content =
        |version: &Version| version.after.as_ref().is_some_and(|state| state.content == entry.content);
    if then.is_some_and(|state| state.content == entry.content) || !direct && case.history.iter().any(is_signed_content)
    {
        // From the newest version with that content on it says something else.
        let last = case.history.iter().position(is_signed_content).unwrap_or_default();
        let changed = last.checked_sub(1).map(|next| &case.history[next]);
        return Content::Stale { since: changed.map(|version| (version.commit.clone(), version.author.to_string())) };
    }
    if direct {
        return Content::Wrong("the record said something else in the very commit of the sign-off".to_owned());
    }
    if case.shallow {
        return Content::CannotTell(SHALLOW.to_owned());
    }
    Content::CannotTell("the content it was given for is not in this history".to_owned())
}

fn allowed(case: &Case<'_>, all: &[SignOff], course: &Course, own: &Own, index: usize) -> Allowed {
    let entry = &all[index];
    let base = match &case.bases[index] {
        Ok(base) => base,
        Err(reason) => return Allowed::CannotTell(reason.clone()),
    };
    let who = identity(entry);
    let verb = course.places[index].verb.unwrap_or(Verb::Submit);
    if verb != Verb::Approve {
        // A role is claimed by whoever moves a record, too.
        let claimed = !matches!(entry.role.as_str(), "owner" | "author");
        if let Some(refused) = may_sign_as(&who, &entry.role, &base.policy).filter(|_| claimed) {
            return Allowed::NotMet(format!("{refused}, by {}", base.label));
        }
        return match may_move(&who, verb, own, &base.policy) {
            Some(refused) => Allowed::NotMet(format!("{refused}, by {}", base.label)),
            None if lacks_signature(case, entry, &terms_of(case, base, own)) => Allowed::NotMet(UNSIGNED.to_owned()),
            None => Allowed::Met,
        };
    }
    if let Some(refused) = may_sign_as(&who, &entry.role, &base.policy) {
        return Allowed::NotMet(format!("{refused}, by {}", base.label));
    }
    let terms = terms_of(case, base, own);
    // Whose work it was is asked of the round it was given in.
    let submitter = all[..index].iter().rev().find(|earlier| earlier.verb() == Some(Verb::Submit));
    match own_work(&who, submitter, own, &base.policy) {
        Some(reason) => Allowed::NotMet(format!("own work: {reason}")),
        None if lacks_signature(case, entry, &terms) => Allowed::NotMet(UNSIGNED.to_owned()),
        None if !base.policy.approval.own_work && case.history.iter().any(|version| version.edge) => {
            Allowed::CannotTell(SHALLOW.to_owned())
        }
        None => Allowed::Met,
    }
}

/// What counting votes has to know by a state that sign-offs are judged by.
fn terms_of<'a>(case: &Case<'a>, base: &'a Base, own: &'a Own) -> Terms<'a> {
    let view = View {
        record: case.record,
        id: case.id,
        policy: &base.policy,
        content: case.content,
        base: base.record.as_ref(),
        own,
        void: Void::new(),
        policies: BTreeMap::new(),
    };
    view.terms()
}

/// Whether it is for what the record says now, which asks for a signature, and carries none.
fn lacks_signature(case: &Case<'_>, entry: &SignOff, terms: &Terms<'_>) -> bool {
    !entry.is_signed() && entry.content == case.content && signatures_required(case, terms)
}

fn signatures_required(case: &Case<'_>, terms: &Terms<'_>) -> bool {
    case.require_signatures || signature_rule(terms) == Some(SignatureRule::Required)
}

/// What keeps sign-offs from counting, whatever else they say.
fn void(verdicts: &[Verdict]) -> Void {
    let reason = |verdict: &Verdict| match verdict {
        Verdict { signature: Signature::Bad(reason), .. }
        | Verdict { policy: Allowed::NotMet(reason), content: Content::Matches, .. }
        | Verdict { content: Content::Wrong(reason), .. } => Some(reason.clone()),
        Verdict { commit: Commit::Missing, .. } => Some("no commit holds it".to_owned()),
        Verdict { faults, .. } => faults.first().map(ToString::to_string),
    };
    verdicts.iter().enumerate().filter_map(|(index, verdict)| Some((index, reason(verdict)?))).collect()
}

/// Sign-offs that were there, in the history or on the branch it is compared with, and are not now.
fn removed(case: &Case<'_>, report: &mut Report) {
    let now: Vec<(&str, &SignOff)> =
        report.verdicts.iter().map(|verdict| (verdict.digest.as_str(), &verdict.sign_off)).collect();
    let mut told: Vec<String> = Vec::new();
    let mut gone = |digest: &str, entry: &SignOff, place: &str| {
        if told.iter().any(|known| known == digest) {
            return None;
        }
        let sentence = match now.iter().find(|(own, _)| *own == digest) {
            Some((_, kept)) if kept.signature == entry.signature => return None,
            Some(_) => format!("the signature of {} was changed or removed; it is in {place}", named(entry)),
            None => format!("{} is gone; it is in {place}", named(entry)),
        };
        told.push(digest.to_owned());
        Some(sentence)
    };
    let mut failures: Vec<String> = Vec::new();
    for entry in &case.base_sign_offs {
        failures.extend(gone(&entry.digest(case.id), entry, "the branch it is compared with"));
    }
    for version in case.history {
        for (digest, entry) in version.after.iter().flat_map(|state| &state.sign_offs) {
            failures.extend(gone(digest, entry, &version.commit));
        }
    }
    report.failures.extend(failures);
}

/// A sign-off in a few words: `the approval by Ann Example of 2017-02-07 10:12 UTC`.
fn named(entry: &SignOff) -> String {
    let what = match entry.verb() {
        Some(Verb::Approve) => "the approval",
        Some(Verb::Submit) => "the submission",
        Some(Verb::RequestChanges) => "the request for changes",
        Some(Verb::Complete) => "the completion",
        Some(Verb::Reopen) => "the reopening",
        None => "the sign-off",
    };
    let at = entry.at.map(|at| format!(" of {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
    format!("{what} by {}{at}", entry.name)
}

fn for_each_verdict(case: &Case<'_>, view: &View<'_>, report: &mut Report) {
    let terms = view.terms();
    let claims_accepted = signature_rule(&terms) == Some(SignatureRule::Optional) && !case.require_signatures;
    let mut claims: u32 = 0;
    for (index, verdict) in report.verdicts.iter().enumerate() {
        let name = named(&verdict.sign_off);
        // A vote in the place of which the same person has given another one, and what an older round says, are history.
        let is_replaced = report
            .standing
            .tally
            .votes
            .iter()
            .any(|vote| vote.index == index && vote.uncounted == Some(Uncounted::Renewed));
        let matters = verdict.counts && !is_replaced;
        let is_asked = verdict.content == Content::Matches;
        for fault in &verdict.faults {
            report.failures.push(format!("{name}: {fault}"));
        }
        match &verdict.content {
            Content::Wrong(reason) => report.failures.push(format!("{name}: {reason}")),
            // What an older round was given for does not matter any more.
            Content::CannotTell(reason) if is_vote(verdict) => report.doubts.push(format!("{name}: {reason}")),
            _ => {}
        }
        match &verdict.commit {
            Commit::Missing => report.failures.push(format!("{name}: no commit holds it")),
            Commit::CannotTell(reason) if verdict.counts => report.doubts.push(format!("{name}: {reason}")),
            _ => {}
        }
        match &verdict.signature {
            Signature::Bad(reason) if matters => report.failures.push(format!("{name}: {reason}")),
            Signature::CannotTell(reason) if matters => report.doubts.push(format!("{name}: {reason}")),
            Signature::None if matters && case.require_signatures => {
                report.failures.push(format!("{name}: {UNSIGNED}"));
            }
            // Of one that lacks the signature it needs its policy tells; what it needed before it was stale is not known.
            Signature::None if matters && !claims_accepted && !(signatures_required(case, &terms) && is_asked) => {
                claims += u32::from(!is_replaced_by_now(verdict));
            }
            _ => {}
        }
        match &verdict.policy {
            Allowed::NotMet(reason)
                if matters
                    && !is_replaced_by_now(verdict)
                    && !report.failures.iter().any(|told| told.starts_with(&name)) =>
            {
                report.failures.push(format!("{name} does not count: {reason}"));
            }
            Allowed::CannotTell(reason) if matters => report.doubts.push(format!("{name}: {reason}")),
            _ => {}
        }
    }
    // One reason may be that of several witnesses.
    report.doubts.dedup();
    if claims > 0 {
        report.doubts.push(claimed(claims));
    }
}

/// Sign-offs without a signature, where the settings do not say that they are accepted.
fn claimed(count: u32) -> String {
    let (what, them) = match count {
        1 => ("1 sign-off is".to_owned(), "it from a typed one"),
        many => (format!("{many} sign-offs are"), "them from typed ones"),
    };
    format!(
        "{what} claimed: without a signature nobody can tell {them}; `signatures = \"optional\"` under \
         [approval] of pm.toml accepts that"
    )
}

/// A vote for what the record does not say any more, which counts for nothing.
fn is_replaced_by_now(verdict: &Verdict) -> bool {
    is_vote(verdict) && verdict.content != Content::Matches
}

fn is_vote(verdict: &Verdict) -> bool {
    verdict.counts && verdict.sign_off.verb() == Some(Verb::Approve)
}

fn as_a_whole(report: &mut Report) {
    let standing = &report.standing;
    let judged =
        !report.verdicts.iter().any(|verdict| verdict.counts && matches!(verdict.policy, Allowed::CannotTell(_)));
    if standing.lags() {
        let note = "its votes suffice: the next `pm status` verb writes the status".to_owned();
        report.notes.push(note);
    }
    if standing.is_stale() {
        let since =
            report.verdicts.iter().filter(|verdict| is_vote(verdict)).find_map(|verdict| match &verdict.content {
                Content::Stale { since: Some((commit, by)) } => Some(format!(" since {commit} by {by}")),
                Content::Stale { since: None } => Some(" through what is not committed, or a figure".to_owned()),
                _ => None,
            });
        report.failures.push(format!("the approval is stale{}", since.unwrap_or_default()));
        return;
    }
    let claims_approval = matches!(standing.written, Status::Approved | Status::Complete);
    if standing.written != standing.derived && !standing.lags() {
        // An approval whose votes do not count is told of by what they lack.
        let short = claims_approval && report.verdicts.iter().any(is_vote);
        if short {
            report.failures.push(lacking(report));
        } else {
            let (written, derived) = (standing.written, standing.derived);
            report
                .failures
                .push(format!("the status was set by hand: it is {written}, and the sign-offs lead to {derived}"));
        }
        return;
    }
    if claims_approval && judged && !standing.tally.is_met() {
        let sentence = lacking(report);
        report.failures.push(sentence);
    }
}

/// What the approval lacks by the settings.
fn lacking(report: &Report) -> String {
    let tally = &report.standing.tally;
    let mut wanted: Vec<String> = tally.open_roles.clone();
    let others = tally.open_seats.saturating_sub(wanted.len());
    if others > 0 {
        wanted.push(if others == 1 { "one more person".to_owned() } else { format!("{others} more people") });
    }
    format!("the approval does not meet the settings: it lacks {}", wanted.join(" and "))
}

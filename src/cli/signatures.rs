//! Asking whether signatures of sign-offs hold, with the keys that the settings in force name.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::policy::Policy;
use crate::record::RecordId;
use crate::store::{Check, Judgement, ObjectId, Stated};
use crate::workflow::SignOff;
use crate::workflow::tally::identity;
use crate::workflow::verify::Signature;

/// What checking a signature borrows from.
pub struct Asked {
    statement: String,
    keys: Vec<String>,
    emails: Vec<String>,
    seen: Option<i64>,
}

impl Asked {
    /// What has to be known of a sign-off of a record; `seen` is when it came to the default branch.
    pub fn of(entry: &SignOff, id: &RecordId, policy: &Policy, seen: Option<i64>) -> Self {
        let who = identity(entry);
        Self {
            statement: entry.statement(id),
            keys: who.person(policy).map(|person| person.keys.clone()).unwrap_or_default(),
            emails: who.emails(policy),
            seen,
        }
    }

    /// The question.
    pub fn check<'a>(&'a self, entry: &'a SignOff) -> Check<'a> {
        Check {
            stated: Stated {
                statement: &self.statement,
                name: &entry.name,
                email: &entry.email,
                seconds: entry.at.map(|at| at.timestamp()).unwrap_or_default(),
            },
            method: &entry.method,
            signature: &entry.signature,
            keys: &self.keys,
            emails: &self.emails,
            seen: self.seen,
        }
    }
}

/// An answer in the words of the workflow.
pub fn said(judgement: Judgement) -> Signature {
    match judgement {
        Judgement::Good { key } => Signature::Good { key },
        Judgement::Bad { reason } => Signature::Bad(reason),
        Judgement::CannotTell { reason } => Signature::CannotTell(reason),
    }
}

/// What the signatures of one record's sign-offs say, by the settings and keys of one state.
pub fn of_record(
    context: &Context,
    entries: &[SignOff],
    id: &RecordId,
    policy: &Policy,
    state: Option<ObjectId>,
) -> Result<Vec<Signature>, Failure> {
    let signed: Vec<&SignOff> = entries.iter().filter(|entry| entry.is_signed()).collect();
    if signed.is_empty() {
        return Ok(vec![Signature::None; entries.len()]);
    }
    let allowed = context.store.allowed_signers(state)?;
    let asked: Vec<Asked> = signed.iter().map(|entry| Asked::of(entry, id, policy, None)).collect();
    let checks: Vec<Check<'_>> = signed.iter().zip(&asked).map(|(entry, asked)| asked.check(entry)).collect();
    let mut judgements = context.store.judge(&checks, &allowed).into_iter();
    let answer = |entry: &SignOff| {
        if entry.is_signed() { judgements.next().map_or(Signature::None, said) } else { Signature::None }
    };
    Ok(entries.iter().map(answer).collect())
}

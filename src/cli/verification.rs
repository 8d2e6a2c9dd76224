//! Records -> what can be said of their sign-offs, for `pm verify` and for the part of `pm check --base` that asks the same.
//!
//! Gathers what `workflow::verify` weighs: the history, the states that sign-offs are judged by, and the signatures. Prints
//! nothing.

use std::collections::BTreeMap;

use super::context::Context;
use super::dossier::{Dossier, JudgedBy, Policies, Scope, content_digest};
use super::failure::Failure;
use super::signatures::{Asked as AskedSignature, said};
use crate::config::policy::Policy;
use crate::document::read::{values, why_unread};
use crate::record::{Record, RecordId};
use crate::store::records::Located;
use crate::store::{AllowedSigners, Check, ObjectId};
use crate::workflow::SignOff;
use crate::workflow::tally::identity;
use crate::workflow::verify::{Case, Report, Signature, verify};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The revision whose settings, keys and records judge; without it, those of the default branch just before each sign-off.
    pub base: Option<&'a str>,
    /// Whether every sign-off needs a signature, whatever the settings say.
    pub require_signatures: bool,
    /// Whether the records are all there are, so that one that is missing has gone.
    pub all: bool,
}

/// What was found.
pub struct Verified {
    /// A report for each record that could be read, in their order.
    pub reports: Vec<Report>,
    /// Records with sign-offs that are not there any more.
    pub gone: Vec<RecordId>,
    /// What could not be read, each with the reason.
    pub unread: Vec<String>,
}

/// A record that was read, with what its sign-offs are judged by.
struct Read {
    located: Located,
    record: Record,
    content: String,
    sign_offs: Vec<SignOff>,
    judged: Vec<Result<JudgedBy, String>>,
}

/// Looks at every sign-off of records, as the state that the context reads has them.
pub fn verified(context: &Context, wanted: Vec<Located>, asked: &Asked<'_>) -> Result<Verified, Failure> {
    let dossier = Dossier::gather(context, &wanted, asked.base, Scope::Everything)?;
    let gone = if asked.all { dossier.gone(context, &wanted)? } else { Vec::new() };
    let mut policies = Policies::default();
    let (mut all, mut unread): (Vec<Read>, Vec<String>) = (Vec::new(), Vec::new());
    let loaded = context.records().load_each(&wanted, |loaded| {
        let loaded = loaded.map_err(|unread| format!("{}: {}", unread.path, unread.reason))?;
        let record = values(&loaded.text);
        record.ok_or_else(|| format!("{}: {}", loaded.path, why_unread(&loaded.text)))
    })?;
    for (located, record) in wanted.into_iter().zip(loaded) {
        match record {
            Err(reason) => unread.push(reason),
            Ok(record) => {
                let sign_offs = SignOff::all(&record);
                let (id, path) = (&located.id, &located.file.path);
                let judged = sign_offs
                    .iter()
                    .map(|entry| dossier.judged_by(context, &mut policies, &located, &entry.digest(id)))
                    .collect();
                let digest = content_digest(context, &record, path);
                all.push(Read { located, record, content: digest, sign_offs, judged });
            }
        }
    }
    let signatures = signatures(context, &all)?;
    let reports = all
        .iter()
        .zip(signatures)
        .map(|(read, signatures)| {
            let id = &read.located.id;
            verify(&Case {
                record: &read.record,
                id,
                content: &read.content,
                history: dossier.history(id),
                shallow: dossier.shallow,
                bases: read
                    .judged
                    .iter()
                    .map(|judged| judged.as_ref().map(|judged| judged.base.clone()).map_err(Clone::clone))
                    .collect(),
                signatures,
                base_sign_offs: dossier.earlier_sign_offs(context, &read.located),
                policy: &context.config.policy,
                require_signatures: asked.require_signatures,
                now: context.now(),
            })
        })
        .collect();
    Ok(Verified { reports, gone, unread })
}

/// A sign-off: the index of its record, and its own in it.
type Place = (usize, usize);

/// Whether the settings name keys of the signer, so that nothing else decides.
fn names_keys(entry: &SignOff, policy: &Policy) -> bool {
    identity(entry).person(policy).is_some_and(|person| !person.keys.is_empty())
}

/// What every signature says, in the order of the records and their sign-offs.
fn signatures(context: &Context, all: &[Read]) -> Result<Vec<Vec<Signature>>, Failure> {
    let mut found: Vec<Vec<Signature>> = all.iter().map(|read| vec![Signature::None; read.sign_offs.len()]).collect();
    // Git's allowed signers, which count where the settings name no keys, are those of the state a sign-off is judged by.
    let mut keyed: Vec<Place> = Vec::new();
    let mut by_state: BTreeMap<Option<ObjectId>, Vec<Place>> = BTreeMap::new();
    for (record, read) in all.iter().enumerate() {
        for (index, entry) in read.sign_offs.iter().enumerate().filter(|(_, entry)| entry.is_signed()) {
            match &read.judged[index] {
                Ok(judged) if names_keys(entry, &judged.base.policy) => keyed.push((record, index)),
                Ok(judged) => by_state.entry(Some(judged.commit)).or_default().push((record, index)),
                Err(reason) => found[record][index] = Signature::CannotTell(reason.clone()),
            }
        }
    }
    // Most states have the same allowed signers: all their signatures are checked together.
    let mut together: BTreeMap<Result<String, String>, (AllowedSigners, Vec<Place>)> = BTreeMap::new();
    if !keyed.is_empty() {
        by_state.entry(None).or_default().extend(keyed);
    }
    for (state, places) in by_state {
        let allowed = context.store.allowed_signers(state)?;
        let text = allowed.text().map(str::to_owned).map_err(str::to_owned);
        together.entry(text).or_insert_with(|| (allowed, Vec::new())).1.extend(places);
    }
    for (allowed, places) in together.into_values() {
        let asked: Vec<AskedSignature> = places
            .iter()
            .filter_map(|(record, index)| {
                let read = &all[*record];
                let entry = &read.sign_offs[*index];
                let judged = read.judged[*index].as_ref().ok()?;
                Some(AskedSignature::of(entry, &read.located.id, &judged.base.policy, judged.came))
            })
            .collect();
        let checks: Vec<Check<'_>> = places
            .iter()
            .zip(&asked)
            .map(|((record, index), asked)| asked.check(&all[*record].sign_offs[*index]))
            .collect();
        for ((record, index), judgement) in places.iter().zip(context.store.judge(&checks, &allowed)) {
            found[*record][*index] = said(judgement);
        }
    }
    Ok(found)
}

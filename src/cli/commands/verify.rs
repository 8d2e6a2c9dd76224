//! `pm verify`: every sign-off against content, commit, signature and policy.

use std::collections::BTreeMap;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::arguments::{RevisionArg, TextOrJson, record_ids};
use crate::cli::context::Context;
use crate::cli::dossier::{Dossier, JudgedBy, Policies, Scope, content_digest};
use crate::cli::failure::{Exit, Failure};
use crate::cli::resolve::record::record;
use crate::cli::signatures::{Asked, said};
use crate::config::policy::Policy;
use crate::document::read::values;
use crate::record::Record;
use crate::render::sanitise::one_line;
use crate::render::verdicts;
use crate::store::records::Located;
use crate::store::{AllowedSigners, Check, ObjectId};
use crate::workflow::SignOff;
use crate::workflow::tally::identity;
use crate::workflow::verify::{Case, Outcome, Report, Signature, verify};

/// Verify sign-offs
///
/// Tells for each sign-off whether it is for what the record says, whether its commit is
/// there, whether its signature is good and with whose key, and whether the settings allow
/// it. Settings and keys are those of the default branch just before the sign-off came
/// there, or those of --base; never those of the branch under review.
///
/// Ends with 0 when everything holds, 1 when something does not, 3 when something cannot
/// be told.
///
/// Examples:
///   pm verify
///   pm verify database-removed --require-signatures
///   pm verify --base origin/main --format json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct VerifyArgs {
    /// Records; the default is every record
    #[arg(value_name = "RECORD", add = ArgValueCompleter::new(record_ids))]
    pub records: Vec<String>,

    /// Judge by the settings, keys and records of REV
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,

    /// Take a sign-off without a signature for a failure, whatever the settings say
    #[arg(long)]
    pub require_signatures: bool,

    /// How to print the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub at: RevisionArg,
}

/// A record that was read, with what its sign-offs are judged by.
struct Read {
    located: Located,
    record: Record,
    content: String,
    sign_offs: Vec<SignOff>,
    judged: Vec<Result<JudgedBy, String>>,
}

/// Prints the report.
pub fn run(context: &mut Context, args: &VerifyArgs) -> Result<Exit, Failure> {
    let (mut wanted, skipped) = context.records().locate()?;
    if !args.records.is_empty() {
        wanted = args
            .records
            .iter()
            .map(|name| record(context, Some(name)).map(|taken| taken.located))
            .collect::<Result<_, _>>()?;
    }
    let mut unread: Vec<String> = Vec::new();
    if args.records.is_empty() {
        unread.extend(skipped.into_iter().map(|skipped| format!("{}: {}", skipped.path, skipped.reason)));
    }
    let dossier = Dossier::gather(context, &wanted, args.base.as_deref(), Scope::Everything)?;
    let gone = if args.records.is_empty() { dossier.gone(context, &wanted)? } else { Vec::new() };
    let mut policies = Policies::default();
    let mut all: Vec<Read> = Vec::new();
    let loaded = context.records().load_each(&wanted, |loaded| {
        let loaded = loaded.map_err(|unread| format!("{}: {}", unread.path, unread.reason))?;
        let record = values(&loaded.text);
        record.ok_or_else(|| format!("{}: it is not valid TOML", loaded.path))
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
    let reports: Vec<Report> = all
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
                require_signatures: args.require_signatures,
                now: context.now(),
            })
        })
        .collect();
    let text = match args.format {
        TextOrJson::Json => verdicts::json(&reports, &gone),
        TextOrJson::Text => verdicts::text(&reports, &gone, context.ui.page_width()),
    };
    context.page(&text)?;
    if reports.is_empty() && unread.is_empty() && gone.is_empty() && args.format == TextOrJson::Text {
        context.ui.note("No record yet.");
    }
    for reason in &unread {
        context.ui.warn(&format!("cannot be verified: {}", one_line(reason)));
    }
    let outcome = reports.iter().map(Report::outcome).max().unwrap_or(Outcome::Verified);
    Ok(match outcome {
        Outcome::Failed => Exit::Findings,
        _ if !gone.is_empty() => Exit::Findings,
        _ if !unread.is_empty() => Exit::Failure,
        Outcome::CannotTell => Exit::CannotTell,
        Outcome::Verified => Exit::Fine,
    })
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
        let asked: Vec<Asked> = places
            .iter()
            .filter_map(|(record, index)| {
                let read = &all[*record];
                let entry = &read.sign_offs[*index];
                let judged = read.judged[*index].as_ref().ok()?;
                Some(Asked::of(entry, &read.located.id, &judged.base.policy, judged.came))
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

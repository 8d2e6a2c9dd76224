//! Counting votes: which approvals count, and what is still wanted.
//!
//! One person fills one seat, however many roles they hold. A vote counts for the content it was given for, and for no
//! other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::person::Identity;
use super::round::Course;
use super::sign_off::SignOff;
use super::transition::Verb;
use crate::config::policy::{Policy, Requirement, SecurityRule, SignatureRule};
use crate::record::Record;

/// The role that has to sign when sensitive data was exposed.
pub const SECURITY: &str = "security";

/// Why a vote does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uncounted {
    /// What it was given for has changed since.
    #[error("given for another content: stale")]
    Stale,
    /// The settings name people, and not this one.
    #[error("{0} is not one of [people]")]
    NotNamed(String),
    /// They do not hold the role.
    #[error("{name} does not hold the role {role}, but {}", if held.is_empty() { "none".to_owned() } else { held.join(", ") })]
    NotTheirRole { name: String, role: String, held: Vec<String> },
    /// They approve what they made themselves.
    #[error("own work: {0}")]
    OwnWork(String),
    /// A signature is required and there is none.
    #[error("it carries no signature, and one is required")]
    Unsigned,
    /// What checking it found.
    #[error("{0}")]
    Void(String),
    /// The same person signed again later.
    #[error("renewed by a later one")]
    Renewed,
}

/// What counting has to know beside the record.
#[derive(Clone)]
pub struct Terms<'a> {
    /// The settings that are in force for it.
    pub policy: &'a Policy,
    /// The severities that count: of the record, and of what it is compared with. `None` is unknown.
    pub severities: Vec<Option<String>>,
    /// The digest of the material part as it is now.
    pub content: &'a str,
    /// Whose work it is, beside its submitter.
    pub own: &'a Own,
    /// What checking a sign-off found that keeps it from counting, by its index.
    pub void: BTreeMap<usize, String>,
    /// The settings that votes are judged by where they are other ones, by their index.
    pub policies: BTreeMap<usize, Arc<Policy>>,
}

impl Terms<'_> {
    /// The settings that a vote is judged by.
    fn policy_of(&self, index: usize) -> &Policy {
        self.policies.get(&index).map_or(self.policy, Arc::as_ref)
    }
}

/// Whose work a record is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// Its owners, as the records name them: now, and in what it is compared with.
    pub owners: Vec<String>,
    /// Who changed its material part, as the history names them.
    pub authors: Vec<Identity>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The index of its sign-off.
    pub index: usize,
    /// What stands for the person.
    pub seat: String,
    /// The role.
    pub role: String,
    /// Why it does not count.
    pub uncounted: Option<Uncounted>,
}

/// What the votes of a round come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What is needed.
    pub needed: Requirement,
    /// The votes of the round, in order.
    pub votes: Vec<Vote>,
    /// Roles that nobody fills yet.
    pub open_roles: Vec<String>,
    /// How many people are still wanted, those for the open roles included.
    pub open_seats: usize,
}

impl Tally {
    /// Counts.
    pub fn of(record: &Record, all: &[SignOff], course: &Course, terms: &Terms<'_>) -> Self {
        let submitter = course.opener.map(|index| &all[index]);
        let mut votes: Vec<Vote> = course
            .votes()
            .map(|index| Vote {
                index,
                seat: identity(&all[index]).seat(terms.policy),
                role: all[index].role.clone(),
                uncounted: uncounted(&all[index], index, submitter, terms),
            })
            .collect();
        // Of one person in one role only the last vote that counts is told of as counting.
        for at in 0..votes.len() {
            let again = votes[at + 1..]
                .iter()
                .any(|later| later.uncounted.is_none() && later.seat == votes[at].seat && later.role == votes[at].role);
            if again {
                votes[at].uncounted = Some(Uncounted::Renewed);
            }
        }
        let needed = needed(record, terms);
        let counting: Vec<&Vote> = votes.iter().filter(|vote| vote.uncounted.is_none()).collect();
        let open_roles = open_roles(&needed.roles, &counting);
        let mut people: Vec<&str> = counting.iter().map(|vote| vote.seat.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let open_seats = needed.signers.saturating_sub(people.len()).max(open_roles.len());
        Self { needed, votes, open_roles, open_seats }
    }

    /// Whether the votes suffice.
    pub fn is_met(&self) -> bool {
        self.open_seats == 0
    }

    /// Whether they would suffice if nothing had changed since they were given.
    pub fn was_met(&self) -> bool {
        let once: Vec<&Vote> =
            self.votes.iter().filter(|vote| matches!(vote.uncounted, None | Some(Uncounted::Stale))).collect();
        let mut people: Vec<&str> = once.iter().map(|vote| vote.seat.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        people.len() >= self.needed.signers && open_roles(&self.needed.roles, &once).is_empty()
    }
}

/// The identity of a sign-off.
pub fn identity(entry: &SignOff) -> Identity {
    Identity { name: entry.name.clone(), email: entry.email.clone() }
}

/// What an approval needs: the most that any of the severities asks for, and the security role under its condition.
pub fn needed(record: &Record, terms: &Terms<'_>) -> Requirement {
    let mut needed = Requirement { signers: 1, roles: Vec::new() };
    for severity in &terms.severities {
        let one = terms.policy.approval.requirement(severity.as_deref());
        needed.signers = needed.signers.max(one.signers);
        for role in one.roles {
            if !needed.roles.contains(&role) {
                needed.roles.push(role);
            }
        }
    }
    if security_signs(record, terms.policy) && !needed.roles.iter().any(|role| role == SECURITY) {
        needed.roles.push(SECURITY.to_owned());
    }
    needed.signers = needed.signers.max(needed.roles.len());
    needed
}

/// Whether security has to sign: by the settings, or where somebody holds the role and data may have been exposed.
fn security_signs(record: &Record, policy: &Policy) -> bool {
    let may_be_exposed = record.flag("impact.data.sensitive_exposed") != Some(false);
    match policy.approval.security {
        Some(SecurityRule::Always) => true,
        Some(SecurityRule::Never) => false,
        Some(SecurityRule::WhenExposed) => may_be_exposed,
        None => may_be_exposed && policy.people.iter().any(|person| person.roles.iter().any(|role| role == SECURITY)),
    }
}

/// Whether a sign-off needs a signature: by the strictest of the severities.
pub fn signature_rule(terms: &Terms<'_>) -> Option<SignatureRule> {
    let rules: Vec<Option<SignatureRule>> =
        terms.severities.iter().map(|severity| terms.policy.approval.signatures(severity.as_deref())).collect();
    if rules.contains(&Some(SignatureRule::Required)) {
        return Some(SignatureRule::Required);
    }
    // A severity of which nothing is said accepts no claim.
    rules.into_iter().min_by_key(Option::is_some).flatten()
}

fn uncounted(entry: &SignOff, index: usize, submitter: Option<&SignOff>, terms: &Terms<'_>) -> Option<Uncounted> {
    let who = identity(entry);
    if let Some(reason) = terms.void.get(&index) {
        return Some(Uncounted::Void(reason.clone()));
    }
    // Everything else is asked of a vote for what it says now: who has since become an author has lost no earlier vote.
    if entry.content != terms.content {
        return Some(Uncounted::Stale);
    }
    let policy = terms.policy_of(index);
    if let Some(refused) = may_sign_as(&who, &entry.role, policy) {
        return Some(refused);
    }
    if let Some(reason) = own_work(&who, submitter, terms.own, policy) {
        return Some(Uncounted::OwnWork(reason));
    }
    (!entry.is_signed() && signature_rule(terms) == Some(SignatureRule::Required)).then_some(Uncounted::Unsigned)
}

/// Why somebody may not sign as a role; anybody may where the settings name no people.
pub fn may_sign_as(who: &Identity, role: &str, policy: &Policy) -> Option<Uncounted> {
    if policy.people.is_empty() {
        return None;
    }
    let Some(person) = who.person(policy) else { return Some(Uncounted::NotNamed(who.email.clone())) };
    let holds = person.roles.iter().any(|held| held == role);
    let held = || person.roles.clone();
    (!holds).then(|| Uncounted::NotTheirRole { name: person.name.clone(), role: role.to_owned(), held: held() })
}

/// Why somebody may not make a transition that is no vote. Anybody may submit; the others are for people that the settings
/// name, where they name any, and for those whose work it is.
pub fn may_move(who: &Identity, verb: Verb, own: &Own, policy: &Policy) -> Option<Uncounted> {
    let is_known = policy.people.is_empty() || who.person(policy).is_some();
    let seat = who.seat(policy);
    let is_theirs = own.owners.iter().any(|owner| who.is_named_by(owner, policy))
        || own.authors.iter().any(|author| author.seat(policy) == seat);
    (!is_known && !is_theirs && verb != Verb::Submit).then(|| Uncounted::NotNamed(who.email.clone()))
}

/// Why a record is somebody's own work, where own work may not be approved.
pub fn own_work(who: &Identity, submitter: Option<&SignOff>, own: &Own, policy: &Policy) -> Option<String> {
    if policy.approval.own_work {
        return None;
    }
    if own.owners.iter().any(|owner| who.is_named_by(owner, policy)) {
        return Some(format!("{} is the owner", who.name));
    }
    let seat = who.seat(policy);
    if submitter.is_some_and(|entry| identity(entry).seat(policy) == seat) {
        return Some(format!("{} submitted it", who.name));
    }
    let wrote = own.authors.iter().any(|author| author.seat(policy) == seat);
    wrote.then(|| format!("{} wrote parts of it", who.name))
}

/// The roles that cannot be filled, each by another person: as many as possible are filled.
fn open_roles(roles: &[String], votes: &[&Vote]) -> Vec<String> {
    // Who sits on each role; a person is moved to another role of theirs where that frees a seat.
    let mut seated: BTreeMap<usize, &str> = BTreeMap::new();
    let mut open = Vec::new();
    for role in 0..roles.len() {
        if !seat(role, roles, votes, &mut seated, &mut Vec::new()) {
            open.push(roles[role].clone());
        }
    }
    open
}

fn seat<'a>(
    role: usize,
    roles: &[String],
    votes: &[&'a Vote],
    seated: &mut BTreeMap<usize, &'a str>,
    tried: &mut Vec<&'a str>,
) -> bool {
    for vote in votes.iter().filter(|vote| vote.role == roles[role]) {
        let person = vote.seat.as_str();
        if tried.contains(&person) {
            continue;
        }
        tried.push(person);
        let elsewhere = seated.iter().find(|(_, other)| **other == person).map(|(role, _)| *role);
        if elsewhere.is_none_or(|other| seat(other, roles, votes, seated, tried)) {
            seated.insert(role, person);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;

//! A transition that somebody wants to make: the sign-off and the status it leads to, or everything that stands against it.

use chrono::{DateTime, TimeDelta, Utc};

use super::gate::{self, Checked};
use super::person::Identity;
use super::sign_off::{SignOff, UNSIGNED, tips};
use super::standing::{Standing, View};
use super::tally::{self, Uncounted, own_work};
use super::transition::Verb;
use crate::config::policy::{GateLevel, SignatureRule};
use crate::record::Status;

/// By how much clocks may differ.
const CLOCKS: TimeDelta = TimeDelta::minutes(10);

/// What somebody wants.
pub struct Wish<'a> {
    /// Which transition.
    pub verb: Verb,
    /// Who.
    pub who: &'a Identity,
    /// As what; without it what follows from who they are.
    pub role: Option<&'a str>,
    /// What they have to say.
    pub note: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the sign-off will carry a signature.
    pub signs: bool,
}

/// A transition that may be made.
#[derive(Debug)]
pub struct Proposal {
    /// The sign-off, without its signature; `None` when there is nothing to sign and only the status is behind.
    pub entry: Option<SignOff>,
    /// The status afterwards.
    pub status: Status,
    /// Gates that are not met and only warn.
    pub warnings: Vec<Checked>,
}

/// Why a transition is not made.
#[derive(Debug)]
pub enum Refused {
    /// It is not one of this state.
    OutOfTurn {
        /// Where the record stands.
        status: Status,
    },
    /// The status is not what the sign-offs lead to.
    SetByHand {
        /// As written.
        written: Status,
        /// As the sign-offs have it.
        derived: Status,
    },
    /// A reason has to be given.
    NoReason,
    /// Gates are not met.
    Gates(Vec<Checked>),
    /// The approval is stale, so there is nothing to complete.
    Stale,
    /// The person holds several roles.
    WhichRole(Vec<String>),
    /// The person holds no role.
    NoRole(String),
    /// Their sign-off would not count.
    WouldNotCount(Uncounted),
    /// The clock is far behind that of an earlier signer.
    Clock {
        /// The time of the latest sign-off.
        latest: DateTime<Utc>,
    },
    /// They have signed this already.
    Already {
        /// As what.
        role: String,
    },
}

/// What a wish comes to.
///
/// # Errors
///
/// The first of the reasons against it, all unmet gates at once.
pub fn propose(view: &View<'_>, wish: &Wish<'_>) -> Result<Proposal, Refused> {
    let standing = Standing::of(view);
    // The way back is open whatever happened.
    let goes_back = wish.verb == Verb::Reopen && wish.verb.from().contains(&standing.written);
    if standing.is_set_by_hand() && !goes_back {
        return Err(Refused::SetByHand { written: standing.written, derived: standing.derived });
    }
    let status = if goes_back { standing.written } else { standing.derived };
    if !wish.verb.from().contains(&status) {
        return Err(Refused::OutOfTurn { status });
    }
    if wish.verb.needs_reason() && wish.note.trim().is_empty() {
        return Err(Refused::NoReason);
    }
    if wish.verb == Verb::Complete && !standing.tally.is_met() {
        return Err(Refused::Stale);
    }
    let gates = gate::check(wish.verb, view.record, view.id, view.policy, &view.severities());
    let (unmet, warnings): (Vec<Checked>, Vec<Checked>) =
        gates.into_iter().filter(|gate| !gate.is_met()).partition(|gate| gate.level == GateLevel::Require);
    if !unmet.is_empty() {
        return Err(Refused::Gates(unmet));
    }
    let role = match role(view, wish) {
        // Who asks does not matter where there is nothing to sign: the votes are there, and only the status is behind.
        Err(_) if wish.verb == Verb::Approve && standing.lags() => return Ok(status_alone(warnings)),
        role => role?,
    };
    // Clocks differ a little; what builds on another sign-off is not older than it.
    let latest = standing.sign_offs.iter().filter_map(|entry| entry.at).max().filter(|latest| *latest > wish.at);
    let at = match latest {
        Some(latest) if latest.signed_duration_since(wish.at) > CLOCKS => return Err(Refused::Clock { latest }),
        Some(latest) => latest,
        None => wish.at,
    };
    let mut entry = SignOff {
        from: status.word().to_owned(),
        to: wish.verb.to().word().to_owned(),
        role,
        name: wish.who.name.clone(),
        email: wish.who.email.clone(),
        at: Some(at),
        content: view.content.to_owned(),
        prev: tips(&standing.sign_offs, view.id),
        method: UNSIGNED.to_owned(),
        signature: String::new(),
        note: wish.note.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned(),
    };
    if wish.verb != Verb::Approve {
        if let Some(refused) = tally::may_move(wish.who, wish.verb, view.own, view.policy) {
            return Err(Refused::WouldNotCount(refused));
        }
        if must_sign(view) && !wish.signs {
            return Err(Refused::WouldNotCount(Uncounted::Unsigned));
        }
        return Ok(Proposal { entry: Some(entry), status: wish.verb.to(), warnings });
    }
    if let Some(refused) = against_vote(view, wish, &standing, &entry) {
        return if standing.lags() { Ok(status_alone(warnings)) } else { Err(refused) };
    }
    // A record that is approved by the sign-offs keeps its status through a renewal.
    status.word().clone_into(&mut entry.from);
    let mut with_it = standing.sign_offs.clone();
    // It counts as what it will be once it is signed.
    let method = if wish.signs { "to be signed".to_owned() } else { entry.method.clone() };
    with_it.push(SignOff { method, ..entry.clone() });
    let after = Standing::with(&View { void: view.void.clone(), policies: view.policies.clone(), ..*view }, with_it);
    let status = if status == Status::Approved || after.tally.is_met() { Status::Approved } else { Status::InReview };
    Ok(Proposal { entry: Some(entry), status, warnings })
}

/// Nothing is signed: the status is written that the votes have led to.
fn status_alone(warnings: Vec<Checked>) -> Proposal {
    Proposal { entry: None, status: Status::Approved, warnings }
}

/// As what somebody signs.
fn role(view: &View<'_>, wish: &Wish<'_>) -> Result<String, Refused> {
    let policy = view.policy;
    let person = wish.who.person(policy);
    let held: &[String] = person.map(|person| person.roles.as_slice()).unwrap_or_default();
    let owns = view.record.text("owner").is_some_and(|owner| wish.who.is_named_by(owner, policy));
    if wish.verb != Verb::Approve {
        // Whoever moves a record without voting needs no role; one that is claimed has to be held.
        return match wish.role {
            Some(role)
                if policy.people.is_empty() || held.iter().any(|held| held == role) || role == "owner" && owns =>
            {
                Ok(role.to_owned())
            }
            Some(role) => Err(Refused::WouldNotCount(
                tally::may_sign_as(wish.who, role, policy).unwrap_or(Uncounted::Void(format!("{role} is not theirs"))),
            )),
            None if owns => Ok("owner".to_owned()),
            None => Ok(match held {
                [only] => only.clone(),
                _ => "author".to_owned(),
            }),
        };
    }
    if let Some(role) = wish.role {
        return match tally::may_sign_as(wish.who, role, policy) {
            Some(refused) => Err(Refused::WouldNotCount(refused)),
            None => Ok(role.to_owned()),
        };
    }
    if policy.people.is_empty() {
        return Ok("approver".to_owned());
    }
    match (person, held) {
        (None, _) => Err(Refused::WouldNotCount(Uncounted::NotNamed(wish.who.email.clone()))),
        (Some(person), []) => Err(Refused::NoRole(person.name.clone())),
        (Some(_), [only]) => Ok(only.clone()),
        (Some(_), several) => Err(Refused::WhichRole(several.to_vec())),
    }
}

/// Whether a sign-off needs a signature.
pub fn must_sign(view: &View<'_>) -> bool {
    tally::signature_rule(&view.terms()) == Some(SignatureRule::Required)
}

/// What stands against a vote that is about to be given.
fn against_vote(view: &View<'_>, wish: &Wish<'_>, standing: &Standing, entry: &SignOff) -> Option<Refused> {
    let submitter = standing.course.opener.map(|opener| &standing.sign_offs[opener]);
    if let Some(reason) = own_work(wish.who, submitter, view.own, view.policy) {
        return Some(Refused::WouldNotCount(Uncounted::OwnWork(reason)));
    }
    if must_sign(view) && !wish.signs {
        return Some(Refused::WouldNotCount(Uncounted::Unsigned));
    }
    let seat = wish.who.seat(view.policy);
    let already = standing.tally.votes.iter().any(|vote| {
        let same = vote.uncounted.is_none() && vote.seat == seat && vote.role == entry.role;
        // An unsigned vote may be given again with a signature.
        same && (!wish.signs || standing.sign_offs[vote.index].is_signed())
    });
    already.then(|| Refused::Already { role: entry.role.clone() })
}

/// The trailer that names the record of a commit.
pub const POSTMORTEM: &str = "Postmortem";
/// The trailer that names a transition: `in-review -> approved`.
pub const TRANSITION: &str = "Transition";
/// The trailer that names a sign-off by its digest.
pub const SIGN_OFF: &str = "Sign-Off";

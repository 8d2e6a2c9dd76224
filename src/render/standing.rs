//! Where a record stands, for people and for programs; and why a transition is not made.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::paper::{BAD, BOLD, DIM, GOOD, INDENT, Paper, styled};
use super::sanitise::one_line;
use super::{json, words};
use crate::config::Config;
use crate::config::policy::{GateLevel, Person, Policy};
use crate::record::duration::Length;
use crate::record::time::Moment;
use crate::record::{Record, RecordId, Status, vocabulary as v};
use crate::workflow::gate::Checked;
use crate::workflow::propose::{Refused, must_sign};
use crate::workflow::standing::{Standing, View};
use crate::workflow::tally::{Uncounted, Vote};
use crate::workflow::{SignOff, Verb};

/// What a picture has to know beside the record.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// The time it is looked at.
    pub now: DateTime<Utc>,
    /// How many columns there are.
    pub width: usize,
}

/// The picture on a terminal, with ANSI styles.
pub fn text(view: &View<'_>, standing: &Standing, around: Around, config: &Config) -> String {
    let mut paper = Paper::new(around.width.max(40));
    paper.title(BOLD, view.record.title());
    let severity = view.record.severity().unwrap_or("severity unknown");
    let meaning = config.severity_meaning(severity).map(|meaning| format!(" {meaning}")).unwrap_or_default();
    paper.title(DIM, &format!("{} · {severity}{meaning}", view.id));
    paper.line("");
    states(&mut paper, standing);
    let remarks = remarks(view, standing, around);
    if !remarks.is_empty() {
        paper.line("");
    }
    for (mark, line) in &remarks {
        paper.list([(mark.clone(), line.as_str())]);
    }
    if let Some((verb, gates)) = standing.gates(view) {
        paper.heading(&format!("Gates to {}", verb.word()), "");
        gates_of(&mut paper, &gates);
    }
    signed(&mut paper, standing);
    if matches!(standing.written, Status::InReview | Status::Approved) && !standing.tally.is_met() {
        let how = if must_sign(view) { "each with a signature" } else { "" };
        paper.heading("Still to sign", how);
        for line in still(standing, view.policy) {
            paper.list([("○".to_owned(), line.as_str())]);
        }
    }
    paper.line("");
    let next = next(view, standing);
    paper.line(&format!("{}  {}", styled(BOLD, "Next"), one_line(&next)));
    paper.finish()
}

/// `● Draft ──▶ ◉ In review ──▶ ○ Approved ──▶ ○ Complete`, one below the other where that is too wide.
fn states(paper: &mut Paper, standing: &Standing) {
    let marked = |status: Status| {
        let label = v::STATUS.label(status.word()).unwrap_or(status.word());
        match status.cmp(&standing.written) {
            std::cmp::Ordering::Less => styled(GOOD, &format!("● {label}")),
            std::cmp::Ordering::Equal => styled(BOLD, &format!("◉ {label}")),
            std::cmp::Ordering::Greater => styled(DIM, &format!("○ {label}")),
        }
    };
    let all = Status::ALL.map(marked);
    if paper.width() >= 62 {
        paper.line(&format!("{INDENT}{}", all.join(" ──▶ ")));
    } else {
        for state in all {
            paper.line(&format!("{INDENT}{state}"));
        }
    }
}

/// What is to be known about the state, each with its mark.
fn remarks(view: &View<'_>, standing: &Standing, around: Around) -> Vec<(String, String)> {
    let mut remarks = Vec::new();
    if standing.is_stale() {
        let text = "The approval is stale: the record says something else than what was approved.";
        remarks.push((styled(BAD, "✗"), text.to_owned()));
    }
    if standing.lags() {
        remarks.push(("!".to_owned(), "The votes suffice; the next transition writes the status.".to_owned()));
    } else if standing.is_set_by_hand() {
        let text = format!(
            "The status is {}, and the sign-offs lead to {}: it was not moved by a transition.",
            standing.written, standing.derived
        );
        remarks.push((styled(BAD, "✗"), text));
    }
    for (entry, place) in standing.sign_offs.iter().zip(&standing.course.places) {
        if let Some(fault) = place.faults.first() {
            remarks.push((styled(BAD, "✗"), format!("The sign-off by {}: {fault}.", entry.name)));
        }
    }
    if let Some(opener) = standing.course.opener {
        let entry = &standing.sign_offs[opener];
        let what = match entry.verb() {
            Some(Verb::Submit) => "Submitted",
            Some(Verb::RequestChanges) => "Changes requested",
            Some(Verb::Reopen) => "Reopened",
            _ => "Moved",
        };
        let note = if entry.note.is_empty() { String::new() } else { format!(": {}", entry.note) };
        remarks.push((" ".to_owned(), format!("{what} by {}, {}{note}", entry.name, when(entry))));
    }
    if let Some(entry) = standing.course.completion.map(|index| &standing.sign_offs[index]) {
        let note = if entry.note.is_empty() { String::new() } else { format!(": {}", entry.note) };
        remarks.push((" ".to_owned(), format!("Completed by {}, {}{note}", entry.name, when(entry))));
    }
    if let Some(deadline) = standing.deadline(view, around.now) {
        let by = Moment::from(deadline.by);
        let left = Length::exact(deadline.left.abs());
        let passed = deadline.left < TimeDelta::zero();
        let (mark, left) = if passed {
            (styled(BAD, "✗"), format!("overdue by {left}"))
        } else {
            (" ".to_owned(), format!("in {left}"))
        };
        remarks.push((mark, format!("To be {} by {} ({left})", deadline.what, words::utc(&by))));
    }
    remarks
}

fn gates_of(paper: &mut Paper, gates: &[Checked]) {
    if gates.is_empty() {
        paper.line(&format!("{INDENT}{}", styled(DIM, "none")));
    }
    for checked in gates {
        let mark = match (checked.is_met(), checked.level) {
            (true, _) => styled(GOOD, "✓"),
            (false, GateLevel::Require) => styled(BAD, "✗"),
            (false, _) => "!".to_owned(),
        };
        let only_warns = if !checked.is_met() && checked.level == GateLevel::Warn { "  (only warns)" } else { "" };
        paper.list([(mark, format!("{}{only_warns}", checked.gate.meaning).as_str())]);
        for lack in &checked.lacking {
            paper.list([("   ".to_owned(), lack.what.as_str())]);
            // Not wrapped, so that it can be copied.
            paper.line(&format!("{INDENT}      {}", styled(DIM, &one_line(&lack.command))));
        }
    }
}

fn signed(paper: &mut Paper, standing: &Standing) {
    let votes = &standing.tally.votes;
    if votes.is_empty() {
        return;
    }
    paper.heading("Signed", "");
    for vote in votes.iter().filter(|vote| vote.uncounted != Some(Uncounted::Renewed)) {
        let entry = &standing.sign_offs[vote.index];
        let (mark, why) = match &vote.uncounted {
            None => (styled(GOOD, "✓"), String::new()),
            Some(reason) => (styled(BAD, "✗"), format!(": does not count, {reason}")),
        };
        let how = if entry.is_signed() { entry.method.as_str() } else { "claimed, no signature" };
        let line = format!("{} as {}, {}, {how}{why}", entry.name, vote.role, when(entry));
        paper.list([(mark, line.as_str())]);
        if !entry.note.is_empty() {
            paper.list([("   ".to_owned(), entry.note.as_str())]);
        }
    }
}

fn when(entry: &SignOff) -> String {
    entry.at.map_or_else(|| "at an unknown time".to_owned(), |at| words::utc(&Moment::from(at)))
}

/// Who has still to sign, a line for each role and one for further people.
fn still(standing: &Standing, policy: &Policy) -> Vec<String> {
    let tally = &standing.tally;
    let mut lines: Vec<String> = tally
        .open_roles
        .iter()
        .map(|role| {
            let sits = |person: &Person| {
                let seat = format!("[people.{}]", person.key);
                tally.votes.iter().any(|vote| vote.uncounted.is_none() && vote.seat == seat)
            };
            let holders: Vec<&str> = policy
                .people
                .iter()
                .filter(|person| person.roles.contains(role) && !sits(person))
                .map(|person| person.name.as_str())
                .collect();
            match holders[..] {
                [] if policy.people.is_empty() => role.clone(),
                [] => format!("{role}: nobody in [people] holds it"),
                _ => format!("{role}: {}", holders.join(" or ")),
            }
        })
        .collect();
    match tally.open_seats.saturating_sub(lines.len()) {
        0 => {}
        1 if tally.votes.iter().all(|vote| vote.uncounted.is_some()) && lines.is_empty() => {
            lines.push("one person".to_owned());
        }
        1 => lines.push("one more person".to_owned()),
        more => lines.push(format!("{more} more people")),
    }
    lines
}

/// Who has still to sign, in one line; empty when nobody has.
pub fn wanted(standing: &Standing, policy: &Policy) -> String {
    still(standing, policy).join("; ")
}

/// The next command.
fn next(view: &View<'_>, standing: &Standing) -> String {
    let id = view.id;
    if standing.is_set_by_hand() {
        return format!("pm verify {id}");
    }
    let Some((verb, gates)) = standing.gates(view) else {
        return if standing.is_stale() {
            command(Verb::Reopen, id.as_str())
        } else {
            "nothing: it is complete".to_owned()
        };
    };
    let unmet = gates.iter().filter(|gate| gate.level == GateLevel::Require).flat_map(|gate| &gate.lacking).next();
    if let Some(lack) = unmet {
        return lack.command.clone();
    }
    let role = match &standing.tally.open_roles[..] {
        [role, ..] if verb == Verb::Approve => format!(" --as {role}"),
        _ => String::new(),
    };
    let sign = if must_sign(view) { " --sign" } else { "" };
    let command = format!("pm status {} {id}{role}{sign}", verb.word());
    match still(standing, view.policy).first().and_then(|line| line.split_once(": ")) {
        // Whoever looks may not be the one whose turn it is.
        Some((_, people)) if !role.is_empty() && !people.starts_with("nobody") => format!("{people}: {command}"),
        _ => command,
    }
}

/// The JSON of a standing, schema 1. A field may be added within it; none is renamed, removed or given another meaning.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    schema: u32,
    id: &'a str,
    title: &'a str,
    severity: Option<&'a str>,
    status: &'static str,
    derived_status: &'static str,
    stale: bool,
    lags: bool,
    content: &'a str,
    next_transition: Option<&'static str>,
    next: String,
    gates: Vec<ShownGate>,
    needed: Needed<'a>,
    sign_offs: Vec<ShownSignOff<'a>>,
    open_roles: &'a [String],
    open_seats: usize,
    deadline: Option<ShownDeadline>,
}

#[derive(Debug, Serialize)]
struct ShownGate {
    name: &'static str,
    meaning: &'static str,
    level: &'static str,
    met: bool,
    lacking: Vec<ShownLack>,
}

#[derive(Debug, Serialize)]
struct ShownLack {
    what: String,
    command: String,
}

#[derive(Debug, Serialize)]
struct Needed<'a> {
    signers: usize,
    roles: &'a [String],
}

#[derive(Debug, Serialize)]
struct ShownSignOff<'a> {
    transition: Option<&'static str>,
    from: &'a str,
    to: &'a str,
    role: &'a str,
    name: &'a str,
    email: &'a str,
    at: Option<String>,
    note: &'a str,
    method: &'a str,
    digest: &'a str,
    current_round: bool,
    /// Of an approval of the current round: why it does not count; null when it does.
    uncounted: Option<String>,
    faults: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShownDeadline {
    what: &'static str,
    by: String,
    seconds_left: i64,
}

/// The standing as JSON.
pub fn json(view: &View<'_>, standing: &Standing, around: Around) -> String {
    let next_gates = standing.gates(view);
    let vote = |index: usize| standing.tally.votes.iter().find(|vote| vote.index == index);
    let shown_gate = |checked: &Checked| ShownGate {
        name: checked.gate.name,
        meaning: checked.gate.meaning,
        level: level(checked.level),
        met: checked.is_met(),
        lacking: checked
            .lacking
            .iter()
            .map(|lack| ShownLack { what: lack.what.clone(), command: lack.command.clone() })
            .collect(),
    };
    let places = standing.sign_offs.iter().zip(&standing.course.places).enumerate();
    json::pretty(&Shown {
        schema: json::SCHEMA,
        id: view.id.as_str(),
        title: view.record.title(),
        severity: view.record.severity(),
        status: standing.written.word(),
        derived_status: standing.derived.word(),
        stale: standing.is_stale(),
        lags: standing.lags(),
        content: view.content,
        next_transition: next_gates.as_ref().map(|(verb, _)| verb.word()),
        next: next(view, standing),
        gates: next_gates.iter().flat_map(|(_, gates)| gates).map(shown_gate).collect(),
        needed: Needed { signers: standing.tally.needed.signers, roles: &standing.tally.needed.roles },
        sign_offs: places
            .map(|(index, (entry, place))| ShownSignOff {
                transition: place.verb.map(Verb::word),
                from: &entry.from,
                to: &entry.to,
                role: &entry.role,
                name: &entry.name,
                email: &entry.email,
                at: entry.at.map(|at| Moment::from(at).to_toml()),
                note: &entry.note,
                method: &entry.method,
                digest: &place.digest,
                current_round: place.counts,
                uncounted: vote(index).and_then(|vote: &Vote| vote.uncounted.as_ref()).map(ToString::to_string),
                faults: place.faults.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        open_roles: &standing.tally.open_roles,
        open_seats: standing.tally.open_seats,
        deadline: standing.deadline(view, around.now).map(|deadline| ShownDeadline {
            what: deadline.what,
            by: Moment::from(deadline.by).to_toml(),
            seconds_left: deadline.left.num_seconds(),
        }),
    })
}

fn level(level: GateLevel) -> &'static str {
    match level {
        GateLevel::Off => "off",
        GateLevel::Warn => "warn",
        GateLevel::Require => "require",
    }
}

/// Why a transition is not made, as a message with what belongs to it.
#[derive(Debug)]
pub struct Refusal {
    /// In one sentence.
    pub message: String,
    /// Each thing that stands against it.
    pub details: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
}

/// Why a transition is not made.
pub fn refusal(refused: &Refused, verb: Verb, record: &Record, id: &RecordId) -> Refusal {
    let id = one_line(id.as_str());
    let word = verb.word();
    let (message, details, hints): (String, Vec<String>, Vec<String>) = match refused {
        Refused::OutOfTurn { status } => {
            let possible: Vec<String> =
                Verb::possible(*status).into_iter().map(|verb| format!("`{}`", command(verb, &id))).collect();
            let a = if *status == Status::Approved { "an" } else { "a" };
            let noun =
                if *status == Status::InReview { "record in review".to_owned() } else { format!("{status} record") };
            let noun = if *status == Status::Draft { "draft".to_owned() } else { noun };
            (
                format!("`{word}` is not possible for {a} {noun}"),
                Vec::new(),
                vec![format!("possible: {}", possible.join(", "))],
            )
        }
        Refused::SetByHand { written, derived } => (
            format!(
                "the status of {id} is {written}, and its sign-offs lead to {derived}; it was not moved by a transition"
            ),
            Vec::new(),
            vec![
                format!("set `status = \"{derived}\"` back in the file and commit it"),
                format!("`pm verify {id}` says more"),
            ],
        ),
        Refused::NoReason => (
            format!("`{word}` needs a reason"),
            Vec::new(),
            vec![format!("say it with `pm status {word} {id} -m \"…\"`")],
        ),
        Refused::Gates(unmet) => {
            let lacks =
                unmet.iter().flat_map(|checked| checked.lacking.iter().map(move |lack| (checked.gate.name, lack)));
            let details: Vec<String> =
                lacks.map(|(gate, lack)| one_line(&format!("{gate}: {}: `{}`", lack.what, lack.command))).collect();
            let gates = if unmet.len() == 1 { "a gate is".to_owned() } else { format!("{} gates are", unmet.len()) };
            (format!("{gates} not met, so {id} cannot be {}", done(verb)), details, Vec::new())
        }
        Refused::Stale => (
            format!("the approval of {id} does not hold for what it says now, so it cannot be completed"),
            Vec::new(),
            vec![
                format!("`pm status {id}` shows who has still to sign"),
                format!("`pm status approve {id}` renews an approval"),
            ],
        ),
        Refused::WhichRole(roles) => (
            "you hold several roles; which one do you sign as?".to_owned(),
            roles.iter().map(|role| one_line(&format!("`pm status {word} {id} --as {role}`"))).collect(),
            Vec::new(),
        ),
        Refused::NoRole(name) => (
            one_line(&format!("{name} holds no role, so their approval would not count")),
            Vec::new(),
            vec!["roles are given to people under [people] of pm.toml, on the default branch".to_owned()],
        ),
        Refused::WouldNotCount(reason) => would_not_count(reason, record),
        Refused::Clock { latest } => (
            format!("this computer's clock is behind: {id} was signed at {}", words::utc(&Moment::from(*latest))),
            Vec::new(),
            vec!["set the clock, and sign again".to_owned()],
        ),
        Refused::Already { role } => (
            one_line(&format!("you have approved {id} as {role} already, and nothing has changed since")),
            Vec::new(),
            vec![format!("`pm status {id}` shows who has still to sign")],
        ),
    };
    Refusal { message, details, hints }
}

/// The command of a transition, with the reason that some of them need.
fn command(verb: Verb, id: &str) -> String {
    let reason = if verb.needs_reason() { " -m \"…\"" } else { "" };
    format!("pm status {} {id}{reason}", verb.word())
}

fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Submit => "submitted",
        Verb::Approve => "approved",
        Verb::RequestChanges => "given back",
        Verb::Complete => "completed",
        Verb::Reopen => "reopened",
    }
}

fn would_not_count(reason: &Uncounted, record: &Record) -> (String, Vec<String>, Vec<String>) {
    let message = one_line(&format!("this sign-off would not count: {reason}"));
    let hint = match reason {
        Uncounted::NotNamed(_) => {
            "people and their roles are under [people] of pm.toml, on the default branch".to_owned()
        }
        Uncounted::NotTheirRole { .. } => {
            "sign as a role that is theirs, or have it given under [people] of pm.toml, on the default branch"
                .to_owned()
        }
        Uncounted::OwnWork(_) => {
            let owner = record.text("owner").map(|owner| format!(" (the owner is {owner})")).unwrap_or_default();
            one_line(&format!(
                "somebody else has to approve it{owner}; `own_work = true` under [approval] of pm.toml allows it"
            ))
        }
        Uncounted::Unsigned => {
            "sign with `--sign`; `git config gpg.format` and `user.signingKey` set signing up".to_owned()
        }
        Uncounted::Stale | Uncounted::Renewed | Uncounted::Void(_) => "`pm status` shows where it stands".to_owned(),
    };
    (message, Vec::new(), vec![hint])
}

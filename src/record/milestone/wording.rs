//! The milestone that the wording of an event suggests: "root cause identified" is `identified`.
//!
//! A suggestion for a person to take with Enter, never a mark of its own. What speaks of an alert, a page or a fix only in
//! passing must suggest nothing: a wrong milestone makes a wrong duration, a missing one is asked for by the gates. The
//! phrases come from timelines of published postmortems, and are held against some of these in the tests.

use super::Milestone;

/// Phrases by milestone. Words are in lower case; `identif*` is every word with that beginning, `~` stands for up to three
/// other words. The phrase that comes first in the text wins, of several at one place the longest.
pub const PHRASES: &[(Milestone, &[&str])] = &[
    (
        Milestone::Started,
        &[
            "outage begins",
            "outage began",
            "outage starts",
            "outage started",
            "incident begins",
            "incident began",
            "incident starts",
            "incident started",
            "impact begins",
            "impact began",
            "impact starts",
            "impact started",
            "disruption begins",
            "disruption began",
            "disruption started",
            "start of ~ outage",
            "start of ~ impact",
            "beginning of ~ outage",
            "first failed request",
            "errors begin",
            "errors began",
            "errors start",
            "errors started",
        ],
    ),
    (
        Milestone::Detected,
        &[
            "paged",
            "first page",
            "page received",
            "monitoring detect*",
            "detected",
            "noticed",
            "notices that",
            "noticing that",
            "monitoring sees",
            "first customer report*",
            "initial customer report*",
        ],
    ),
    (
        Milestone::Alerted,
        &[
            "alert fired",
            "alert fires",
            "alerts fired",
            "alerts fire",
            "alert triggered",
            "alerts triggered",
            "alert was triggered",
            "alerts start",
            "alerts started",
            "alert raised",
            "alarm fired",
            "alarm triggered",
            "alarm raised",
            "alerted by",
            "alerted on call",
        ],
    ),
    (
        Milestone::Notified,
        &[
            "on call acknowledge*",
            "acknowledged ~ alert",
            "acknowledged ~ page",
            "acknowledges ~ alert",
            "acknowledges ~ page",
            "engineer notified",
            "engineers notified",
            "on call notified",
            "on call engineer notified",
            "team notified",
        ],
    ),
    (
        Milestone::Investigating,
        &[
            "investigation started",
            "investigation starts",
            "investigation begins",
            "investigation began",
            "begin* investigat*",
            "began investigat*",
            "start* investigat*",
            "investigating",
            "started debugging",
            "starts debugging",
            "started looking into",
        ],
    ),
    (
        Milestone::Identified,
        &[
            "cause identified",
            "cause found",
            "cause confirmed",
            "cause is identified",
            "cause was identified",
            "identif* ~ cause",
            "identif* ~ culprit",
            "identif* ~ problem",
            "found ~ cause",
            "found ~ reason for",
            "found ~ culprit",
            "found ~ bug",
            "pinpoint*",
            "problem identified",
            "issue identified",
        ],
    ),
    (
        Milestone::Attempted,
        &[
            "rolled back",
            "rolling back",
            "rollback started",
            "rollback initiated",
            "rollback begins",
            "revert* ~ change",
            "revert* ~ commit",
            "revert* ~ deploy*",
            "reverted",
            "fix deployed",
            "fix is deployed",
            "fix was deployed",
            "deploy* ~ fix",
            "fix rolled out",
            "fix released",
            "hotfix deployed",
            "deploy* ~ hotfix",
            "failed over",
            "failover started",
            "failover initiated",
            "attempt* to fix",
            "attempt* to restore",
            "tried to fix",
            "restarted ~ server*",
            "restarted ~ database",
            "restarted ~ service*",
        ],
    ),
    (
        Milestone::Mitigated,
        &[
            "mitigated",
            "mitigation applied",
            "mitigation in place",
            "mitigation deployed",
            "impact reduced",
            "partial recovery",
            "partially recovered",
            "partially restored",
        ],
    ),
    (
        Milestone::Recovered,
        &[
            "fully recovered",
            "service recovered",
            "service restored",
            "service fully restored",
            "services recovered",
            "services restored",
            "full service restored",
            "fully restored",
            "full recovery",
            "back online",
            "back to normal",
            "returned to normal",
            "errors stopped",
            "fully operational",
            "up and running again",
        ],
    ),
    (
        Milestone::Resolved,
        &[
            "incident resolved",
            "incident is resolved",
            "incident was resolved",
            "incident closed",
            "close* ~ incident",
            "issue resolved",
            "outage resolved",
            "declar* ~ resolved",
            "marked ~ resolved",
            "resolved the incident",
            "all clear",
        ],
    ),
    (
        Milestone::Communicated,
        &[
            "status page updated",
            "status page is updated",
            "status page was updated",
            "update* ~ status page",
            "post* ~ status page",
            "status post",
            "statuspage updated",
            "customers notified",
            "customers informed",
            "users notified",
            "users informed",
            "notified ~ customers",
            "notified ~ users",
            "informed ~ customers",
            "informed ~ users",
            "public announcement",
            "tweet*",
        ],
    ),
];

/// Words before a phrase that take its meaning away, or make it an aside: "not resolved", "before the alert fired".
const TAKEN_BACK: &[&str] = &[
    "not", "no", "never", "without", "cannot", "unable", "isn", "wasn", "hasn", "didn", "if", "until", "before",
    "after", "when", "while", "whether", "should", "would", "could", "will", "false", "expected", "yet", "nobody",
    "nothing", "why", "because",
];

/// How many words before a phrase are looked at for such a word.
const LOOK_BACK: usize = 3;
/// How many words `~` may stand for.
const GAP: usize = 3;

/// How many words of an event are looked at: what it is about comes first, further down it tells what else there was.
const LEAD: usize = 12;

/// The milestone an event's wording suggests.
pub fn suggested(event: &str) -> Option<Milestone> {
    let lower = event.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(LEAD).collect();
    // "Page: replication lag" and "Paged: …" are how alerts are copied out of a phone.
    if lower.trim_start().starts_with("page:") {
        return Some(Milestone::Detected);
    }
    let mut best: Option<(usize, usize, Milestone)> = None;
    for (milestone, phrases) in PHRASES {
        for phrase in *phrases {
            let parts: Vec<&str> = phrase.split(' ').collect();
            let Some((start, length)) = first_match(&words, &parts) else { continue };
            let better = best.is_none_or(|(at, long, _)| start < at || (start == at && length > long));
            if better {
                best = Some((start, length, *milestone));
            }
        }
    }
    best.map(|(_, _, milestone)| milestone)
}

/// Where a phrase first stands that is not taken back, and how many words it covers.
fn first_match(words: &[&str], phrase: &[&str]) -> Option<(usize, usize)> {
    (0..words.len()).find_map(|start| {
        let length = covers(&words[start..], phrase)?;
        let before = &words[start.saturating_sub(LOOK_BACK)..start];
        (!before.iter().any(|word| TAKEN_BACK.contains(word))).then_some((start, length))
    })
}

/// How many words from the first on a phrase covers.
fn covers(words: &[&str], phrase: &[&str]) -> Option<usize> {
    let Some((part, rest)) = phrase.split_first() else { return Some(0) };
    if *part == "~" {
        return (0..=GAP.min(words.len())).find_map(|gap| Some(gap + covers(&words[gap..], rest)?));
    }
    let word = words.first()?;
    let fits = part.strip_suffix('*').map_or(word == part, |beginning| word.starts_with(beginning));
    if fits { Some(1 + covers(&words[1..], rest)?) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_of_published_timelines_suggests_their_milestones() {
        for (event, wanted) in [
            ("Alert fired", Milestone::Alerted),
            ("Root cause identified: rate limiter sees load balancer IP only", Milestone::Identified),
            ("found the reason for the outage (full root partition)", Milestone::Identified),
            ("Page: replication lag on the secondary", Milestone::Detected),
            ("On-call was paged", Milestone::Detected),
            ("Noticed the Verify CD pipeline was red in Concourse.", Milestone::Detected),
            ("Automated monitoring detects increased error rates", Milestone::Detected),
            ("Initial customer reports of widespread failures", Milestone::Detected),
            ("Engineering begins investigation into customer reports", Milestone::Investigating),
            ("Rolled back hardware changes, errors mostly subsided but latencies persist", Milestone::Attempted),
            ("Immediate rollback initiated and completed", Milestone::Attempted),
            ("Fix deployed on production", Milestone::Attempted),
            ("restarted the web server", Milestone::Attempted),
            ("Partial recovery as stable US pods brought back online", Milestone::Mitigated),
            ("Full service restored, US region fully operational", Milestone::Recovered),
            ("Rate limiting disabled, service fully recovered", Milestone::Recovered),
            ("CDN propagated the changes, docs.rs back online", Milestone::Recovered),
            ("Incident resolved, query timings returned to normal", Milestone::Resolved),
            ("PyPI Admins close the incident", Milestone::Resolved),
            ("Status page updated with incident details", Milestone::Communicated),
            ("Outage begins", Milestone::Started),
        ] {
            assert_eq!(suggested(event), Some(wanted), "{event}");
        }
    }

    #[test]
    fn what_only_speaks_of_such_things_suggests_nothing() {
        for event in [
            "Team identifies 429 errors in logs",
            "Manual configuration changes deployed",
            "Rollback fails due to ArgoCD configuration issues",
            "Pages builds paused to protect data",
            "Not resolved yet",
            "Waiting until the service recovered",
            "Nobody noticed",
            "Decision to halt rollout and scale US pods to zero",
            "Engineers join the call",
            "Chia team tunes all alerting",
            "the author of wasmer-runtime-core asks for the versions to be deleted",
            "Added builds failed during the outage back into the queue",
            "Second wave of transactions begin",
            "Destroyed and rebuilt tools cluster.",
            "Initial pods begin failing database connections and entering crash loops",
            "Sean opens up PR 2207 with the fix",
            "Hostname resolved to the old address",
            "I looked at my local node in the evening and saw the status, which is how I then noticed it",
            "joins into the operations channel",
            "",
        ] {
            assert_eq!(suggested(event), None, "{event}");
        }
    }

    #[test]
    fn phrases_are_written_the_way_they_are_looked_for() {
        for (milestone, phrases) in PHRASES {
            for phrase in *phrases {
                let part = |part: &str| part == "~" || part.trim_end_matches('*').chars().all(char::is_alphanumeric);
                assert!(phrase.split(' ').all(part), "{phrase}");
                let sample = phrase.replace("~ ", "the ").replace('*', "ed");
                assert!(suggested(&sample).is_some(), "{milestone}: {sample}");
            }
        }
    }
}

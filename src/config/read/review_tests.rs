//! Mistakes in the settings of the review: people, approval, gates, deadlines.

use snapbox::{assert_data_eq, str};

use super::*;

/// `line level rule [what is marked]: message | help`, and the settings in force.
fn told(text: &str) -> (String, Config) {
    let config = Config::read(Some(text)).expect("usable");
    let line = |finding: &Finding| {
        let (rule, span) = (finding.rule, finding.span.clone());
        let line = text[..span.start].matches('\n').count() + 1;
        let level = format!("{:?}", finding.level).to_lowercase();
        let help = finding.help.as_deref().unwrap_or_default();
        format!("{line} {level} {rule} [{}]: {} | {help}", &text[span], finding.message)
    };
    (config.findings.iter().map(line).collect::<Vec<_>>().join("\n"), config)
}

#[test]
fn names_that_are_none_are_told_with_the_nearest() {
    let text = r#"[gates]
aprove = {}
[gates.submit]
sumary = "warn"
lessons = "warn"
timeline = { P1 = "warn", P5 = "off", defualt = "off", P2 = "of" }
[approval]
P11 = { signers = 2 }
own_wrok = true
signatures = { P1 = "required", Pq = "optional", default = "optinal" }
security = "when exposed"
[deadlines.actions]
P2 = "1w"
P4 = "1y"
P1 = { P1 = "3x", P9 = "1d" }
P3 = 30
"#;
    let (found, config) = told(text);
    assert_data_eq!(
        found,
        str![[r#"
2 warning unknown-setting [aprove]: `gates.aprove` is not a setting | did you mean `approve`?
4 warning unknown-setting [sumary]: `gates.submit.sumary` is not a setting | did you mean `summary`?
5 warning unknown-setting [lessons]: `gates.submit.lessons` is not a setting | known here are severity, summary, impact, timeline
6 warning unknown-setting [P5]: `gates.submit.timeline.P5` is not a setting | known here are P1, P2, P3, P4, default
6 warning unknown-setting [defualt]: `gates.submit.timeline.defualt` is not a setting | did you mean `default`?
6 error wrong-setting ["of"]: `of` is no value of `gates.submit.timeline.P2` | did you mean `off`? Known are off, warn, require
8 warning unknown-setting [P11]: `approval.P11` is not a setting | did you mean `P1`?
9 warning unknown-setting [own_wrok]: `approval.own_wrok` is not a setting | did you mean `own_work`?
10 warning unknown-setting [Pq]: `approval.signatures.Pq` is not a setting | known here are P1, P2, P3, P4, default
10 error wrong-setting ["optinal"]: `optinal` is no value of `approval.signatures.default` | did you mean `optional`? Known are optional, required
11 error wrong-setting ["when exposed"]: `when exposed` is no value of `approval.security` | known are when sensitive data was exposed, always, never
14 warning unknown-setting [P4]: `deadlines.actions.P4` is not a setting | known here are P1, P2, P3
15 error wrong-setting ["3x"]: `deadlines.actions.P1.P1`: `x` in `3x` is not a unit of time; use s, m, h, d or w, as in 90s, 5m, 48h, 7d, 2w, 1h30m | as in `48h`
15 warning unknown-setting [P9]: `deadlines.actions.P1.P9` is not a setting | known here are P1, P2, P3, P4, default
16 error wrong-setting [30]: `deadlines.actions.P3` has a value of another kind | it is a length of time in quotes, such as "7d", or a table of them by severity
"#]]
    );
    assert_eq!(config.policy.gates.level("submit", "timeline", Some("P1")).word(), "warn");
    assert_eq!(config.policy.gates.level("submit", "timeline", Some("P2")).word(), "require");
}

#[test]
fn severities_are_told_by_the_settings_wherever_they_stand() {
    let text =
        "[approval]\nSEV1 = { signers = 2 }\nP1 = { signers = 2 }\n[severity]\nSEV1 = \"Worst\"\nSEV2 = \"Bad\"\n";
    let (found, config) = told(text);
    assert_data_eq!(
        found,
        str![
            "3 warning unknown-setting [P1]: `approval.P1` is not a setting | known here are SEV1, SEV2, own_work, signed_off_by, security, signatures"
        ]
    );
    assert_eq!(config.policy.approval.by_severity.len(), 1);
}

#[test]
fn people_and_their_keys_are_looked_at_one_by_one() {
    let text = r#"[people.ann]
email = ["ann@example.com", "Ann <ann@example.org>", "ann example.com", "ann", "@x"]
roles = ["lead", "lead", ""]
keys = ["ssh-ed25519 AAAA ann", "ssh-ed25519 AAAA…", "89ABCDEF01234567", "id.pub"]
[people.bob]
email = ["Ann@Example.com"]
keys = ["ssh-ed25519 AAAA bob", '''
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAA
''']
[people.cyd]
name = "Cyd"
[people.dee]
email = []
[people.eve]
email = "eve@example.com"
keys = "-----BEGIN RSA PRIVATE KEY-----"
"#;
    let (found, config) = told(text);
    assert_data_eq!(
        found,
        str![[r#"
2 error wrong-setting ["Ann <ann@example.org>"]: `Ann <ann@example.org>` is not an e-mail address: it has angle brackets | write the address alone, as in `ann@example.com`
2 error wrong-setting ["ann example.com"]: `ann example.com` is not an e-mail address: it has a blank or a control character | write the address alone, as in `ann@example.com`
2 error wrong-setting ["ann"]: `ann` is not an e-mail address: it has no `@` | write the address alone, as in `ann@example.com`
2 error wrong-setting ["@x"]: `@x` is not an e-mail address: it has nothing on one side of its `@` | write the address alone, as in `ann@example.com`
3 error wrong-setting ["lead"]: `people.ann.roles` has this twice | write it once
3 error wrong-setting [""]: a role is empty | take it out
4 error wrong-setting ["ssh-ed25519 AAAA…"]: this text of `people.ann.keys` is an ssh public key that is not whole | write an ssh public key, the one line of the file that ends in `.pub`, or an openpgp fingerprint of 40 or 64 digits
4 error wrong-setting ["89ABCDEF01234567"]: this text of `people.ann.keys` is a short key id, which other keys can have too | write the whole fingerprint, as `gpg --fingerprint` shows it
4 error wrong-setting ["id.pub"]: this text of `people.ann.keys` is not a signing key | write an ssh public key, the one line of the file that ends in `.pub`, or an openpgp fingerprint of 40 or 64 digits
6 error wrong-setting ["Ann@Example.com"]: this address is there for `people.ann` already, so it would not tell who signed | leave it with the one person whose address it is
7 error wrong-setting [keys]: `people.bob.keys` holds a PRIVATE key: whoever can read this repository can sign with it | take it out and never use that key again, since git keeps what was committed; make a new pair, and write its public half here, the one line of the file that ends in `.pub`
7 error wrong-setting ["ssh-ed25519 AAAA bob"]: this key is there for `people.ann` already, so it would not tell who signed | leave it with the one person whose key it is
11 warning wrong-setting [cyd]: `people.cyd` has no e-mail address, so nothing can be signed as them | write the address they commit with, as in `email = ["ann@example.com"]`
14 warning wrong-setting [[]]: `people.dee` has no e-mail address, so nothing can be signed as them | write the address they commit with, as in `email = ["ann@example.com"]`
16 error wrong-setting ["eve@example.com"]: `people.eve.email` has a value of another kind | it is a list of e-mail addresses, such as ["ann@example.com"]
17 error wrong-setting [keys]: `people.eve.keys` holds a PRIVATE key: whoever can read this repository can sign with it | take it out and never use that key again, since git keeps what was committed; make a new pair, and write its public half here, the one line of the file that ends in `.pub`
"#]]
    );
    let people = &config.policy.people;
    assert_eq!(people[0].emails, ["ann@example.com"]);
    assert_eq!(people[0].roles, ["lead"]);
    assert_eq!(people[0].keys, ["ssh-ed25519 AAAA"]);
    assert!(people[1].emails.is_empty() && people[1].keys.is_empty());
    assert!(!config.listing.iter().any(|(_, value, _)| value.contains("PRIVATE")));
}

#[test]
fn what_an_approval_asks_for_has_to_be_there() {
    let approval = r#"[approval]
P1 = { signers = 0, roles = ["lead", "lead", "vp"] }
P2 = { signers = 3 }
P3 = { roles = ["a", "b", "led"] }
security = "always"
"#;
    let (found, config) = told(approval);
    assert_data_eq!(
        found,
        str![[r#"
2 error wrong-setting [0]: `approval.P1.signers` is 0 | write 1 or more: an approval is somebody's
2 error wrong-setting ["lead"]: `approval.P1.roles` has this twice | write it once; `signers` says how many people have to sign
"#]]
    );
    let needs = config.policy.approval.requirement(Some("P1"));
    assert_eq!((needs.signers, needs.roles.len()), (2, 2));
    let people = "[people]\nann = { email = [\"ann@example.com\"], roles = [\"lead\"] }\nbob = { email = [\"bob@example.com\"], roles = [\"vp\"] }\n";
    let (found, _) = told(&format!("{approval}{people}"));
    assert_data_eq!(
        found,
        str![[r#"
2 error wrong-setting [0]: `approval.P1.signers` is 0 | write 1 or more: an approval is somebody's
2 error wrong-setting ["lead"]: `approval.P1.roles` has this twice | write it once; `signers` says how many people have to sign
3 warning wrong-setting [signers]: `approval.P2` wants 3 signers, and there are 2 people in `[people]` | name more people, or want fewer signers
4 warning wrong-setting [roles]: `approval.P3` wants 3 signers, and there are 2 people in `[people]` | name more people, or want fewer signers
4 warning wrong-setting ["a"]: `approval.P3.roles` wants the role `a`, which nobody in `[people]` has | add it to the `roles` of a person
4 warning wrong-setting ["b"]: `approval.P3.roles` wants the role `b`, which nobody in `[people]` has | add it to the `roles` of a person
4 warning wrong-setting ["led"]: `approval.P3.roles` wants the role `led`, which nobody in `[people]` has | did you mean `lead`? Otherwise add it to the `roles` of a person
5 warning wrong-setting [security]: `approval.security` wants the role `security`, which nobody in `[people]` has | add it to the `roles` of a person
"#]]
    );
}

#[test]
fn the_listing_has_every_gate_at_the_level_in_force() {
    let text = "[severity]\nSEV1 = \"Worst\"\nSEV2 = \"Bad\"\nSEV3 = \"So so\"\n[gates.approve]\nreview_held = { SEV1 = \"off\" }\nagreed = { SEV1 = \"require\" }\nlessons = { default = \"off\" }\n";
    let config = Config::read(Some(text)).expect("readable");
    let rows = config.listing.iter().filter_map(|(path, value, origin)| {
        path.strip_prefix("gates.").map(|path| format!("{path} = {value} {origin:?}"))
    });
    let rows: Vec<String> = rows.collect();
    assert_data_eq!(
        rows.join("\n"),
        str![[r#"
submit.severity = "require" Default
submit.summary = "require" Default
submit.impact = "require" Default
submit.timeline = "require" Default
approve.timeline = "require" Default
approve.root_cause = "require" Default
approve.actions = "require" Default
approve.prevention = "require" Default
approve.lessons.default = "off" Line(8)
approve.review_held.SEV1 = "off" Line(6)
approve.review_held.SEV2 = "require" Default
approve.review_held.default = "warn" Default
approve.agreed.SEV1 = "require" Line(7)
approve.agreed.default = "warn" Default
complete.actions_closed = "require" Default
complete.shared = "require" Default
"#]]
    );
}

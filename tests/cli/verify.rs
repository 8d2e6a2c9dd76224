//! Sign-offs that are what they say, and every way of pretending.

use std::fmt::Write as _;
use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::docs::table_holds;
use crate::team::{FILE, ID, Signing, Team};

/// Signatures are required, and Ann could approve what is not her own.
const APPROVAL: &str = "signatures = \"required\"\n";

#[test]
fn two_people_with_keys_and_a_fresh_clone() {
    let team = Team::new(Signing::Ssh, APPROVAL);
    team.approved();
    team.sandbox.run("git clone -q . ../clone").ok();
    let mut told = team.sandbox.run("cd ../clone && pm verify").to_string();
    told += &team.sandbox.run("cd ../clone && pm verify --format json").to_string();
    assert_data_eq!(
        told,
        str![[r#"
2017-01-31-database-removed  approved, verified

  submit by Ann Example <ann@example.com> as owner, 2026-03-02 09:05 UTC
    ✓ content   matches
    ✓ commit    direct, 040ce3a817
    ✓ signature good, ED25519 SHA256:1YWCf9zNvxBX5HqXtmmilMl/up2uC1WYuAYLPYtKYV4
    ✓ policy    met

  approve by Bob Lead <bob@example.com> as engineering-lead, 2026-03-02 09:06
  UTC
    ✓ content   matches
    ✓ commit    direct, 83e8c2e24f
    ✓ signature good, ED25519 SHA256:14G+tz5Z4l3QISnUWvpIHpaOcfXoUSuWqf0rJNYzCWM
    ✓ policy    met

  approve by Vera Vice <vera@example.com> as vp-engineering, 2026-03-02 09:07
  UTC
    ✓ content   matches
    ✓ commit    direct, ea4b046ea0
    ✓ signature good, ED25519 SHA256:1rNXtFfxnAr57d32B8jWMke8uq28nR3sFmgCGX+XaMU
    ✓ policy    met
{
  "schema": 1,
  "outcome": "verified",
  "gone": [],
  "records": [
    {
      "id": "2017-01-31-database-removed",
      "status": "approved",
      "outcome": "verified",
      "stale": false,
      "sign_offs": [
        {
          "transition": "submit",
          "role": "owner",
          "name": "Ann Example",
          "email": "ann@example.com",
          "at": "2026-03-02T09:05:00Z",
          "digest": "sha256:ef8cbf189cbb114d589e2a2238e002bfbba692f61489b99833a600bcc4239bb9",
          "current_round": true,
          "faults": [],
          "content": {
            "verdict": "matches"
          },
          "commit": {
            "verdict": "direct",
            "commit": "040ce3a817"
          },
          "signature": {
            "verdict": "good",
            "key": "ED25519 SHA256:1YWCf9zNvxBX5HqXtmmilMl/up2uC1WYuAYLPYtKYV4"
          },
          "policy": {
            "verdict": "met"
          }
        },
        {
          "transition": "approve",
          "role": "engineering-lead",
          "name": "Bob Lead",
          "email": "bob@example.com",
          "at": "2026-03-02T09:06:00Z",
          "digest": "sha256:44a47e5661ecee10acd959db144ed05a10a3aa9fd512ea8243de4d739556019e",
          "current_round": true,
          "faults": [],
          "content": {
            "verdict": "matches"
          },
          "commit": {
            "verdict": "direct",
            "commit": "83e8c2e24f"
          },
          "signature": {
            "verdict": "good",
            "key": "ED25519 SHA256:14G+tz5Z4l3QISnUWvpIHpaOcfXoUSuWqf0rJNYzCWM"
          },
          "policy": {
            "verdict": "met"
          }
        },
        {
          "transition": "approve",
          "role": "vp-engineering",
          "name": "Vera Vice",
          "email": "vera@example.com",
          "at": "2026-03-02T09:07:00Z",
          "digest": "sha256:f03c2c2792e8626c47a124c989c68aa81a527f829be34d75e6d1edd7e4dd3620",
          "current_round": true,
          "faults": [],
          "content": {
            "verdict": "matches"
          },
          "commit": {
            "verdict": "direct",
            "commit": "ea4b046ea0"
          },
          "signature": {
            "verdict": "good",
            "key": "ED25519 SHA256:1rNXtFfxnAr57d32B8jWMke8uq28nR3sFmgCGX+XaMU"
          },
          "policy": {
            "verdict": "met"
          }
        }
      ],
      "failures": [],
      "doubts": [],
      "notes": []
    }
  ]
}

"#]]
    );
    assert_data_eq!(
        last_sign_off(&team.sandbox.read(FILE)),
        str![[r#"
[[sign_offs]]
from = "in-review"
to = "approved"
role = "vp-engineering"
name = "Vera Vice"
email = "vera@example.com"
at = 2026-03-02T09:07:00Z
content = "pm1-sha256:e2f3dc69d8e51620a519e31ded86e8d66bc2b5a8d623a951b3a741ff8bb1ed48"
prev = ["sha256:44a47e5661ecee10acd959db144ed05a10a3aa9fd512ea8243de4d739556019e"]
method = "git-ssh"
signature = "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgFru2wHbn0kOOtGug97zqmOa3OJemw8qh9PHYUWHnrE0AAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5AAAAQCQ4papWGIX2skssDoUH6zv6YARSYZAF9fyuncGEUPApzR1jYYePF4oN82aAiIlJb/ddvKIi+qPIxpzc6sbyago="

"#]]
    );
    // Git's own referee on the commits.
    let allowed = "for p in ann bob vera; do echo \"$p@example.com $(cat ~/$p.pub)\"; done > ~/allowed";
    team.sandbox.run(allowed).ok();
    team.sandbox.run("git -c gpg.ssh.allowedSignersFile=$HOME/allowed verify-commit HEAD HEAD~1 HEAD~2").ok();
}

/// The last entry of `[[sign_offs]]`.
fn last_sign_off(text: &str) -> String {
    text[text.rfind("[[sign_offs]]").expect("a sign-off")..].to_owned()
}

/// The record before its sign-offs, and each of them.
fn parts(text: &str) -> (String, Vec<String>) {
    let mut parts = text.split("\n[[sign_offs]]\n").map(str::to_owned);
    (parts.next().expect("a record"), parts.collect())
}

fn joined(record: &str, sign_offs: &[String]) -> String {
    sign_offs.iter().fold(record.to_owned(), |text, entry| format!("{text}\n[[sign_offs]]\n{entry}"))
}

/// Changes the file of the record and commits it as Mallory.
fn rewrite(team: &Team, change: impl Fn(&str) -> String) {
    let before = team.sandbox.read(FILE);
    let after = change(&before);
    assert_ne!(before, after);
    team.sandbox.write(FILE, after);
    team.by("mallory", "git -c commit.gpgSign=false commit -qam 'Small things'").ok();
}

/// Changes the sign-offs of the record.
fn rewrite_sign_offs(team: &Team, change: impl Fn(&mut Vec<String>)) {
    rewrite(team, |text| {
        let (record, mut sign_offs) = parts(text);
        change(&mut sign_offs);
        joined(&record, &sign_offs)
    });
}

/// The value of a key of an entry, as it is written.
fn value<'t>(entry: &'t str, key: &str) -> &'t str {
    let line = entry.lines().find(|line| line.starts_with(&format!("{key} = "))).expect("a key");
    line.split_once(" = ").expect("a value").1
}

fn with_value(entry: &str, key: &str, new: &str) -> String {
    entry.replacen(&format!("{key} = {}", value(entry, key)), &format!("{key} = {new}"), 1)
}

/// What somebody does in a clone of theirs whose default branch they may do anything to; it comes back as a branch.
fn in_a_clone(team: &Team, lines: &[(&str, &str)]) {
    team.sandbox
        .run("git clone -q . ../own && cd ../own && git checkout -q -B main before && git remote remove origin")
        .ok();
    for (who, line) in lines {
        team.by(who, &format!("cd ../own && {line}")).ok();
    }
    team.sandbox.run("git fetch -q ../own main && git checkout -q -B side FETCH_HEAD").ok();
}

/// Whether a text has the parts of a sentence, which `…` sets apart, in their order.
pub(crate) fn tells(text: &str, sentence: &str) -> bool {
    let mut parts = sentence.split('…').map(str::trim);
    parts.try_fold(text, |rest, part| rest.split_once(part).map(|(_, rest)| rest)).is_some()
}

/// What is done, how, and part of what `verify` says of it. It comes as a branch, after Bob and Vera have approved on
/// the default branch, or before anybody has.
type Forgery = (&'static str, When, fn(&Team), &'static str);

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Submitted and approved on the default branch.
    Approved,
    /// Submitted on the default branch.
    Submitted,
    /// A draft.
    Draft,
}

const FORGERIES: &[Forgery] = &[
    (
        "a status set by hand",
        When::Draft,
        |team| rewrite(team, |text| text.replacen("status = \"draft\"", "status = \"approved\"", 1)),
        "the status was set by hand: it is approved, and the sign-offs lead to draft",
    ),
    (
        "a sign-off typed by hand",
        When::Submitted,
        |team| {
            rewrite_sign_offs(team, |all| {
                let typed = with_value(&all[0], "from", "\"in-review\"");
                let typed = with_value(&with_value(&typed, "to", "\"approved\""), "role", "\"engineering-lead\"");
                let typed = with_value(&with_value(&typed, "name", "\"Bob Lead\""), "email", "\"bob@example.com\"");
                let typed = with_value(&typed, "method", "\"none\"").replace(value(&typed, "signature"), "\"\"");
                all.push(typed);
            });
        },
        "it builds on no sign-off, though there are earlier ones",
    ),
    (
        "a sign-off copied from another record",
        When::Draft,
        |team| {
            let other = "postmortems/2017/2017-02-01-another.toml";
            team.sandbox.run(&format!("cp {FILE} {other} && git add {other} && git commit -qm another")).ok();
            team.by("ann", "pm status submit -q 2017-02-01-another").ok();
            let copied = last_sign_off(&team.sandbox.read(other));
            rewrite(team, |text| text.replacen("status = \"draft\"", "status = \"in-review\"", 1) + "\n" + &copied);
        },
        "the signature does not match what it signs",
    ),
    (
        "an edit with the digest recomputed",
        When::Approved,
        |team| {
            rewrite(team, |text| text.replace("at the prompt", "at any prompt"));
            let json = team.sandbox.run(&format!("pm status {ID} --format json")).stdout;
            let digest = &json[json.find("pm1-sha256:").expect("a digest")..][..75];
            rewrite_sign_offs(team, |all| {
                for entry in all.iter_mut() {
                    *entry = with_value(entry, "content", &format!("\"{digest}\""));
                }
            });
        },
        "the signature does not match what it signs",
    ),
    (
        "an edit after the approval",
        When::Approved,
        |team| rewrite(team, |text| text.replace("at the prompt", "at any prompt")),
        "the approval is stale since …",
    ),
    (
        "an earlier sign-off removed",
        When::Approved,
        |team| rewrite_sign_offs(team, |all| drop(all.remove(1))),
        "the approval by Bob Lead … is gone",
    ),
    (
        "the tail removed after a reopening",
        When::Approved,
        |team| {
            team.by("ann", "git switch -q main && pm status reopen -q -m 'Another cause' && git switch -q -C side")
                .ok();
            rewrite(team, |text| {
                let (record, mut all) = parts(text);
                drop(all.pop());
                joined(&record.replacen("status = \"draft\"", "status = \"approved\"", 1), &all)
            });
        },
        "the reopening by Ann Example … is gone",
    ),
    (
        "an approver who is not in the base policy",
        When::Submitted,
        |team| {
            let add = "printf '\\n[people.mallory]\\nname = \"Mallory Rogue\"\\nemail = [\"mallory@example.com\"]\\nroles = [\"engineering-lead\"]\\n' >> pm.toml && git commit -qam people";
            in_a_clone(
                team,
                &[("mallory", add), ("mallory", "pm status approve -q"), ("vera", "pm status approve -q")],
            );
        },
        "mallory@example.com is not one of [people], by main",
    ),
    (
        "a changed owner to allow self-approval",
        When::Draft,
        |team| {
            team.by("ann", "git switch -q main && sed -i 's/\"facilitator\"/\"facilitator\", \"engineering-lead\"/' pm.toml && git commit -qam roles && git tag -f before").ok();
            in_a_clone(
                team,
                &[
                    ("ann", "sed -i 's/^\\[approval\\]/[approval]\\nown_work = true/' pm.toml && git commit -qam own"),
                    ("ann", "pm set -q owner='Bob Lead <bob@example.com>'"),
                    ("bob", "pm status submit -q"),
                    ("ann", "pm status approve -q --as engineering-lead"),
                    ("vera", "pm status approve -q"),
                ],
            );
        },
        "own work: Ann Example is the owner",
    ),
    (
        "a lowered severity",
        When::Draft,
        |team| {
            in_a_clone(
                team,
                &[("ann", "pm set -q severity=P3"), ("ann", "pm status submit -q"), ("bob", "pm status approve -q")],
            );
        },
        "it lacks vp-engineering",
    ),
    (
        "impersonation by user.email",
        When::Submitted,
        |team| {
            // Bob's name and address, and Mallory's key, which Mallory's own settings take for Bob's.
            let key = "bob=$(grep -A4 'people.bob' pm.toml | grep '^keys' | cut -d'\"' -f2); sed -i \"s|$bob|$MALLORY|\" pm.toml && git commit -qam keys";
            let mallory = team.key_of("mallory");
            in_a_clone(team, &[("ann", &format!("MALLORY='{mallory}'; {key}"))]);
            let bob = "export GIT_AUTHOR_NAME='Bob Lead' GIT_AUTHOR_EMAIL=bob@example.com GIT_COMMITTER_NAME='Bob Lead' GIT_COMMITTER_EMAIL=bob@example.com; ";
            team.by("mallory", &format!("{bob}cd ../own && pm status approve -q")).ok();
            team.sandbox.run("git fetch -q ../own main && git checkout -q -B side FETCH_HEAD").ok();
        },
        "not one of Bob Lead's",
    ),
    (
        "impersonation without a signature",
        When::Submitted,
        |team| {
            let own = "sed -i 's/\"required\"/\"optional\"/' pm.toml && git commit -qam optional";
            in_a_clone(
                team,
                &[("ann", own), ("bob", "pm status approve -q --no-sign"), ("vera", "pm status approve -q")],
            );
        },
        "it carries no signature, and one is required",
    ),
    (
        "a harvested commit signature",
        When::Approved,
        |team| {
            // The signature of Vera's genuine commit, over another commit than the statement's.
            let raw = team.sandbox.run("git cat-file commit main").ok();
            let start = raw.find("gpgsig ").expect("a signature");
            let armour: Vec<&str> =
                raw[start..].lines().map(str::trim).take_while(|line| !line.contains("END")).collect();
            let body: String =
                armour[1..].iter().filter(|line| !line.is_empty() && !line.starts_with('=')).copied().collect();
            rewrite_sign_offs(team, |all| {
                let last = all.last_mut().expect("a sign-off");
                *last = with_value(last, "signature", &format!("\"{body}\""));
            });
        },
        "the signature does not match what it signs",
    ),
    (
        "a back-dated sign-off",
        When::Approved,
        |team| {
            rewrite_sign_offs(team, |all| {
                let last = all.last_mut().expect("a sign-off");
                *last = with_value(last, "at", "2026-03-01T09:00:00Z");
            });
        },
        "it says it was made before a sign-off that it builds on",
    ),
    (
        "a signature taken off",
        When::Approved,
        |team| {
            rewrite_sign_offs(team, |all| {
                let last = all.last_mut().expect("a sign-off");
                *last = with_value(&with_value(last, "method", "\"none\""), "signature", "\"\"");
            });
        },
        "the signature of the approval by Vera Vice … was changed or removed",
    ),
    (
        "a signature of another sign-off",
        When::Approved,
        |team| {
            rewrite_sign_offs(team, |all| {
                let other = value(&all[1], "signature").to_owned();
                all[2] = with_value(&all[2], "signature", &other);
            });
        },
        "the signature does not match what it signs",
    ),
];

fn table(signing: Signing) -> String {
    let mut table = String::new();
    for (what, when, act, said) in FORGERIES {
        let team = Team::new(signing, APPROVAL);
        match when {
            When::Approved => team.approved(),
            When::Submitted => drop(team.by("ann", "pm status submit -q").ok()),
            When::Draft => {}
        }
        assert_eq!(team.sandbox.run("pm verify").code, 0, "before {what}: {}", team.sandbox.run("pm verify"));
        team.sandbox.run("git tag before && git switch -qc side").ok();
        act(&team);
        let output = team.sandbox.run(&format!("pm verify {ID}"));
        let words = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(output.code == 1 && tells(&words, said), "{what} should be told as {said:?}: {output}");
        let _ = writeln!(table, "{what}: {said}");
    }
    table
}

/// The same for the page on sign-offs.
#[test]
fn the_page_names_every_forgery() {
    let mut table = "| what was tried | the record was | what `pm verify` says |\n|---|---|---|\n".to_owned();
    for (what, when, _, said) in FORGERIES {
        let when = match when {
            When::Approved => "approved",
            When::Submitted => "submitted",
            When::Draft => "draft",
        };
        writeln!(table, "| {what} | {when} | {said} |").expect("a string takes everything");
    }
    table_holds(Path::new("docs/concepts/sign-offs.md"), "forgeries", &table);
}

#[test]
fn every_forgery_is_caught_and_named_with_ssh_keys() {
    assert_data_eq!(
        table(Signing::Ssh),
        str![[r#"
a status set by hand: the status was set by hand: it is approved, and the sign-offs lead to draft
a sign-off typed by hand: it builds on no sign-off, though there are earlier ones
a sign-off copied from another record: the signature does not match what it signs
an edit with the digest recomputed: the signature does not match what it signs
an edit after the approval: the approval is stale since …
an earlier sign-off removed: the approval by Bob Lead … is gone
the tail removed after a reopening: the reopening by Ann Example … is gone
an approver who is not in the base policy: mallory@example.com is not one of [people], by main
a changed owner to allow self-approval: own work: Ann Example is the owner
a lowered severity: it lacks vp-engineering
impersonation by user.email: not one of Bob Lead's
impersonation without a signature: it carries no signature, and one is required
a harvested commit signature: the signature does not match what it signs
a back-dated sign-off: it says it was made before a sign-off that it builds on
a signature taken off: the signature of the approval by Vera Vice … was changed or removed
a signature of another sign-off: the signature does not match what it signs

"#]]
    );
}

#[test]
fn every_forgery_is_caught_and_named_with_openpgp_keys() {
    assert_eq!(table(Signing::OpenPgp).lines().count(), FORGERIES.len());
}

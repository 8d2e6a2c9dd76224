//! The same record in every format of `pm check`, each read by something that is not ours.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::runner::commands;
use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2026/2026-01-01-wrong.toml";

fn wrong() -> Sandbox {
    let sandbox = Sandbox::with_example();
    // The example is of 2017.
    sandbox.write("pm.toml", "[rules]\ndeadline-passed = \"off\"\n");
    sandbox.run("git add pm.toml && git commit -qm rules").ok();
    sandbox.write(
        FILE,
        "format = 1\ntitle = \"Wörng 障害 [x](y)\"\nstatus = \"draft\"\nservices = \"äpi\"\nowners = \"Ann\"\n[[timeline]]\nat = 2026-01-01\nevent = \"x\"\n",
    );
    sandbox
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// What the schema of the standard says of a report.
pub(super) fn complaints(report: &Value) -> Vec<String> {
    let schema = json(include_str!("../fixtures/sarif-schema-2.1.0.json"));
    let validator = jsonschema::draft4::options().should_validate_formats(true).build(&schema).expect("a schema");
    validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn annotations_are_what_the_runner_reads() {
    let sandbox = wrong();
    let output = sandbox.run("pm check --format github");
    let found = commands(&output.stdout);
    let json = json(&sandbox.run("pm check --format json").stdout);
    let findings = json["findings"].as_array().expect("findings");
    assert_eq!((found.len(), output.code), (findings.len(), 1));
    for finding in findings {
        let level = if finding["level"] == "note" { "notice" } else { finding["level"].as_str().expect("a level") };
        let is_it = |command: &&crate::runner::Command| {
            command.name == level
                && command.properties["title"] == finding["rule"]
                && command.properties["file"] == finding["file"]
                && command.properties["line"].parse().ok() == finding["line"].as_u64()
                && command.properties["col"].parse().ok() == finding["column"].as_u64()
                && command.data.starts_with(finding["message"].as_str().expect("a message"))
        };
        assert_eq!(found.iter().filter(is_it).count(), 1, "{finding}");
    }
    let worst: Vec<&str> = found.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(worst, ["error", "warning", "warning"]);
    // The runner shows ten of a level: what says how many are left out has to be one of them.
    let rows = "[[timeline]]\nat = 2026-01-01T00:00:00Z\n".repeat(40);
    sandbox.write(FILE, format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{rows}"));
    let found = commands(&sandbox.run("pm check --format github").stdout);
    assert_eq!(found.len(), 10);
    assert_eq!(found[9].data, "31 more: `pm check` shows them all");
}

#[test]
fn the_page_of_a_step_has_what_changes_and_the_findings() {
    let sandbox = wrong();
    sandbox.run("git switch -qc request && git add -A && git commit -qm wrong && pm set -q -p database-removed severity=P3 'summary=A | B <b>'").ok();
    let run = "echo '# Before' > ../page.md; GITHUB_STEP_SUMMARY=../page.md pm check --base main --format github; cat ../page.md";
    assert_data_eq!(
        sandbox.run(run).to_string(),
        str![[r#"
::error file=postmortems/2026/2026-01-01-wrong.toml,line=4,endLine=4,col=12,title=wrong-type::`services` is text, not a list of names%0Ahelp: write `["äpi"]`
::warning file=postmortems/2026/2026-01-01-wrong.toml,line=5,endLine=5,col=1,title=unknown-key::`owners` is not a key of the format; it is kept%0Ahelp: did you mean `owner`? Keys of your own belong under `[custom]`
::warning file=postmortems/2026/2026-01-01-wrong.toml,line=7,endLine=7,col=6,title=clock-missing::`timeline[1].at` says the day but not the time%0Ahelp: write it as 2017-01-31T23:27:00Z when the time is known
1 error, 2 warnings
# Before
## Postmortems

Against `main` since `037172ef23`.

1 error, 2 warnings

| | Place | Rule | What |
|---|---|---|---|
| error | `postmortems/2026/2026-01-01-wrong.toml:4` | `wrong-type` | &#96;services&#96; is text, not a list of names<br>write &#96;/["äpi"/]&#96; |
| warning | `postmortems/2026/2026-01-01-wrong.toml:5` | `unknown-key` | &#96;owners&#96; is not a key of the format; it is kept<br>did you mean &#96;owner&#96;? Keys of your own belong under &#96;/[custom/]&#96; |
| warning | `postmortems/2026/2026-01-01-wrong.toml:7` | `clock-missing` | &#96;timeline/[1/].at&#96; says the day but not the time<br>write it as 2017-01-31T23:27:00Z when the time is known |

## What changes

### Production database directory removed by mistake

`2017-01-31-database-removed`

- severity P1 → P3
- summary reworded (+4 −33 words)
  <br><del>An engineer repairing replication removed the data directory of the primary database instead of the secondary's. GitLab.com was down for about 18 hours, and database changes made between 17:20 and midnight were lost.</del> <ins>A /| B &lt;b&gt;</ins>

### Wörng 障害 /[x/](y)

`2026-01-01-wrong`

Record added: draft, 1 timeline entry, 0 actions

"#]]
    );
    // Without a base there is nothing that changes, only findings; a page that cannot be written is said and fails nothing.
    assert_data_eq!(
        sandbox
            .run("rm ../page.md; GITHUB_STEP_SUMMARY=../page.md pm check --format github -q > ../out; cat ../page.md")
            .to_string(),
        str![[r###"
## Postmortems

1 error, 2 warnings

| | Place | Rule | What |
|---|---|---|---|
| error | `postmortems/2026/2026-01-01-wrong.toml:4` | `wrong-type` | &#96;services&#96; is text, not a list of names<br>write &#96;/["äpi"/]&#96; |
| warning | `postmortems/2026/2026-01-01-wrong.toml:5` | `unknown-key` | &#96;owners&#96; is not a key of the format; it is kept<br>did you mean &#96;owner&#96;? Keys of your own belong under &#96;/[custom/]&#96; |
| warning | `postmortems/2026/2026-01-01-wrong.toml:7` | `clock-missing` | &#96;timeline/[1/].at&#96; says the day but not the time<br>write it as 2017-01-31T23:27:00Z when the time is known |

"###]]
    );
    let refused = sandbox.run("GITHUB_STEP_SUMMARY=../no/such/page pm check --format github database-removed");
    assert!(refused.code == 0 && refused.stderr.contains("cannot write the page of the step"), "{refused}");
    // Other formats write none.
    assert_eq!(sandbox.run("rm ../page.md; GITHUB_STEP_SUMMARY=../page.md pm check; test ! -e ../page.md").code, 0);
    // What is there already counts: GitHub shows nothing of a page of more than 1 MiB.
    let rows = "[[timeline]]\nat = 2026-01-01T00:00:00Z\n".repeat(9_000);
    sandbox.write(FILE, format!("format = 1\ntitle = \"x\"\nstatus = \"draft\"\n{rows}"));
    for (there, most) in [(0, 1_048_576_u64), (1_000_000, 1_048_576), (1_048_000, 1_048_000)] {
        let line = format!(
            "head -c {there} /dev/zero > ../page.md; GITHUB_STEP_SUMMARY=../page.md pm check --base main --format github -q > ../out; wc -c < ../page.md"
        );
        let length: u64 = sandbox.run(&line).stdout.trim().parse().expect("a length");
        assert!(length <= most && length >= there, "{there}: {length}");
    }
}

#[test]
fn a_code_quality_report_has_what_gitlab_reads_and_fingerprints_that_stay() {
    let sandbox = wrong();
    assert_data_eq!(
        sandbox.run("pm check --format gitlab").to_string(),
        str![[r#"
[
  {
    "description": "`services` is text, not a list of names: write `[/"äpi/"]`",
    "check_name": "wrong-type",
    "fingerprint": "b15308694750993951c28c02818d5f9509248da60b86dfa5245ce7d940695c6f",
    "severity": "major",
    "location": {
      "path": "postmortems/2026/2026-01-01-wrong.toml",
      "lines": {
        "begin": 4
      }
    }
  },
  {
    "description": "`owners` is not a key of the format; it is kept: did you mean `owner`? Keys of your own belong under `[custom]`",
    "check_name": "unknown-key",
    "fingerprint": "6dd0fb80a6b946bda7d034522edd71112b8f02fb0ed4fc55564a43d7543e5109",
    "severity": "minor",
    "location": {
      "path": "postmortems/2026/2026-01-01-wrong.toml",
      "lines": {
        "begin": 5
      }
    }
  },
  {
    "description": "`timeline[1].at` says the day but not the time: write it as 2017-01-31T23:27:00Z when the time is known",
    "check_name": "clock-missing",
    "fingerprint": "6cf5e6f48418a8de1a5bdc048b17bb0df63e3777e498271e8ad87f51fa169915",
    "severity": "minor",
    "location": {
      "path": "postmortems/2026/2026-01-01-wrong.toml",
      "lines": {
        "begin": 7
      }
    }
  }
]
--- exit 1

"#]]
    );
    let issues =
        |sandbox: &Sandbox| json(&sandbox.run("pm check --format gitlab").stdout).as_array().expect("a list").clone();
    let before = issues(&sandbox);
    let all =
        |issues: &[Value]| -> Vec<String> { issues.iter().map(|issue| issue["fingerprint"].to_string()).collect() };
    for issue in &before {
        let severity = issue["severity"].as_str().expect("a severity");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        assert!(["description", "check_name", "fingerprint"].iter().all(|key| issue[key].is_string()), "{issue}");
    }
    // Lines and rows move, the record moves: the findings are the same.
    sandbox.run(&format!("sed -i '3a # a comment\\n\\ntags = [\"x\"]' {FILE} && mkdir postmortems/2026/01 && mv {FILE} postmortems/2026/01/")).ok();
    sandbox.run("sed -i '/timeline/i [[timeline]]\\nat = 2025-12-31T00:00:00Z\\nevent = \"y\"\\n' postmortems/2026/01/*.toml").ok();
    let after = issues(&sandbox);
    assert_eq!(all(&before), all(&after));
    assert_ne!(before[0]["location"], after[0]["location"]);
    let mut unique = all(&after);
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), after.len());
    sandbox.run("git rm -rqf --cached postmortems/2026; rm -r postmortems/2026").ok();
    assert_eq!(sandbox.run("pm check --format gitlab").to_string(), "[]\n");
}

#[test]
fn a_sarif_report_is_one_by_the_schema_of_the_standard() {
    let sandbox = wrong();
    sandbox.run("mv postmortems/2026/2026-01-01-wrong.toml 'postmortems/2026/2026-01-01-wröng #1%.toml'").ok();
    let output = sandbox.run("pm check --format sarif");
    assert_eq!(output.code, 1);
    let report = json(&output.stdout);
    assert_eq!(complaints(&report), Vec::<String>::new());
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!rules[index]["help"]["text"].as_str().expect("help").is_empty());
    }
    let mut shown = run.clone();
    shown["tool"]["driver"]["rules"] = "…".into();
    shown["tool"]["driver"]["semanticVersion"] = "…".into();
    for result in shown["results"].as_array_mut().expect("results") {
        result["ruleIndex"] = "…".into();
    }
    assert_data_eq!(
        serde_json::to_string_pretty(&shown).expect("JSON"),
        str![[r#"
{
  "tool": {
    "driver": {
      "name": "pm",
      "semanticVersion": "…",
      "rules": "…"
    }
  },
  "invocations": [
    {
      "executionSuccessful": true
    }
  ],
  "columnKind": "unicodeCodePoints",
  "results": [
    {
      "ruleId": "wrong-type",
      "ruleIndex": "…",
      "level": "error",
      "message": {
        "text": "`services` is text, not a list of names/nhelp: write `//[/"äpi/"//]`"
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "postmortems/2026/2026-01-01-wr%C3%B6ng%20%231%25.toml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 4,
              "startColumn": 12,
              "endLine": 4,
              "endColumn": 17
            }
          }
        }
      ],
      "partialFingerprints": {
        "pmFinding/v1": "157adccf5ef120935b2f6a0c4acaddd91848e3d354cc0ff98c7e82b102f5f70d"
      }
    },
    {
      "ruleId": "unknown-key",
      "ruleIndex": "…",
      "level": "warning",
      "message": {
        "text": "`owners` is not a key of the format; it is kept/nhelp: did you mean `owner`? Keys of your own belong under `//[custom//]`"
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "postmortems/2026/2026-01-01-wr%C3%B6ng%20%231%25.toml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 5,
              "startColumn": 1,
              "endLine": 5,
              "endColumn": 7
            }
          }
        }
      ],
      "partialFingerprints": {
        "pmFinding/v1": "e4970dcf58edfa23569cd3d602064f07dc1964742b6a6c9496f0dac92ee9d390"
      }
    },
    {
      "ruleId": "clock-missing",
      "ruleIndex": "…",
      "level": "warning",
      "message": {
        "text": "`timeline//[1//].at` says the day but not the time/nhelp: write it as 2017-01-31T23:27:00Z when the time is known"
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "postmortems/2026/2026-01-01-wr%C3%B6ng%20%231%25.toml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 7,
              "startColumn": 6,
              "endLine": 7,
              "endColumn": 16
            }
          }
        }
      ],
      "partialFingerprints": {
        "pmFinding/v1": "02229c69eec4ad4d6022cc41d62b2abc6263e7bcb6442cef07ca5e38d559638e"
      }
    }
  ]
}
"#]]
    );
    // The schema refuses what is none, so that it is known to look.
    let mut wrong = report.clone();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!complaints(&wrong).is_empty());
    // Against a branch, what is new is told by the word of the standard for it.
    sandbox.run("git switch -qc request && git add -A && git commit -qm x && pm set -q -p database-removed severity=P4 && sed -i 's/^owners/ownerss/' postmortems/2026/*.toml").ok();
    let report = json(&sandbox.run("pm check --format sarif --base HEAD~1").stdout);
    assert_eq!(complaints(&report), Vec::<String>::new());
    let states: Vec<String> = report["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| format!("{} {}", result["baselineState"], result["ruleId"]))
        .collect();
    assert_eq!(states.join(", ").replace('"', ""), "unchanged wrong-type, new unknown-key, unchanged clock-missing");
}

#[test]
fn broken_settings_are_a_report_of_every_format_and_end_with_2() {
    let sandbox = wrong();
    sandbox.write("pm.toml", "records = \n");
    for format in ["json", "gitlab", "sarif", "github"] {
        let output = sandbox.run(&format!("pm check --format {format}"));
        assert_eq!(output.code, 2, "{output}");
        assert!(output.stderr.contains("error: `pm.toml` cannot be read as settings"), "{output}");
        match format {
            "github" => assert_eq!(commands(&output.stdout)[0].properties["file"], "pm.toml"),
            "json" => assert_eq!(json(&output.stdout)["findings"][0]["file"], "pm.toml"),
            "gitlab" => assert_eq!(json(&output.stdout)[0]["location"]["path"], "pm.toml"),
            _ => {
                let report = json(&output.stdout);
                assert_eq!(complaints(&report), Vec::<String>::new());
                assert_eq!(report["runs"][0]["invocations"][0]["executionSuccessful"], false);
            }
        }
    }
    assert_eq!(sandbox.run("pm check").code, 2);
    assert_eq!(
        sandbox.run("git commit -qam broken && git checkout -q --detach && pm check --format json --rev HEAD").code,
        2
    );
    assert_eq!(sandbox.run("pm check --format sarif --rev nosuch").code, 2);
}

#[test]
fn every_finding_of_a_branch_is_explained() {
    let sandbox = Sandbox::ready();
    assert_data_eq!(
        sandbox.run("pm check --explain merge-stale").to_string(),
        str![[r#"
merge-stale (error)

Merged with the branch it goes to, the record is not what was approved.

Each of the two branches is fine alone: an entry came on one side and an
approval on the other. The approval has to be given again for what both say.
Only `pm check --base` looks for it.

Source: the review of branches, `docs/decisions/0015-what-a-branch-brings.md`.

"#]]
    );
    for rule in ["merge-conflict", "transition", "status-behind", "settings-of-base"] {
        assert_eq!(sandbox.run(&format!("pm check --explain {rule}")).code, 0, "{rule}");
    }
}

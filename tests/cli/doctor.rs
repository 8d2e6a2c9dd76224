use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_ready_repository_is_well_and_a_fresh_one_is_told_what_to_do() {
    let sandbox = Sandbox::with_example();
    assert_data_eq!(
        sandbox.run("pm doctor | sed 's/git version.*/git version/; s/git [0-9].*/git X/'").to_string(),
        str![[r#"
ok    git          git X
ok    identity     Ann Example <ann@example.com>
ok    interrupted  no run was stopped half way
ok    operation    no merge or rebase is half way
ok    settings     pm.toml
ok    schema       postmortems/postmortem.schema.json
ok    attributes   .gitattributes keeps line endings, and has records merged by pm
ok    diff         hunk headers of `git diff` name the table
ok    merge        git merges records by field and entry
ok    driver       git finds pm to merge with
ok    index        what is staged is what is committed or in the working tree
ok    records      1 under postmortems, all readable

"#]]
    );
    let fresh = Sandbox::repository();
    assert_data_eq!(
        fresh.run("pm doctor | sed 's/git [0-9].*/git X/'").to_string(),
        str![[r#"
ok    git          git X
ok    identity     Ann Example <ann@example.com>
ok    interrupted  no run was stopped half way
ok    operation    no merge or rebase is half way
warn  settings     there is no pm.toml; defaults are in force
                   → `pm init` writes one
warn  schema       postmortems/postmortem.schema.json is missing, so editors cannot complete keys
                   → `pm init` writes it
warn  attributes   .gitattributes has no line for the records
                   → `pm init` adds it
warn  diff         this clone's git config does not know diff=pm
                   → `pm init` sets it
warn  merge        this clone merges records as lines of text
                   → `pm init` sets it up
ok    driver       git finds pm to merge with
ok    index        what is staged is what is committed or in the working tree
ok    records      none under postmortems yet

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&fresh.run("pm doctor --format json").ok()).expect("JSON");
    assert_eq!(json["schema"], 1);
}

#[test]
fn what_is_broken_is_said_and_ends_with_1() {
    let sandbox = Sandbox::with_example();
    sandbox.write("postmortems/2026/broken.toml", "title = \n");
    sandbox.write("pm.toml", "timezone = \"Mars\"\nrecods = \"x\"\n");
    let output = sandbox.run("GIT_AUTHOR_NAME= GIT_AUTHOR_EMAIL= pm doctor | sed 's/git [0-9].*/git X/'");
    assert_data_eq!(
        output.to_string(),
        str![[r#"
ok    git          git X
FAIL  identity     git does not know who you are (empty ident name (for <>) not allowed)
                   → `git config --global user.name "Your Name"` and `git config --global user.email you@example.com`
ok    interrupted  no run was stopped half way
ok    operation    no merge or rebase is half way
FAIL  settings     pm.toml has 2 findings
                   → `pm config` shows them
ok    schema       postmortems/postmortem.schema.json
ok    attributes   .gitattributes keeps line endings, and has records merged by pm
ok    diff         hunk headers of `git diff` name the table
ok    merge        git merges records by field and entry
ok    driver       git finds pm to merge with
ok    index        what is staged is what is committed or in the working tree
FAIL  records      1 of 2 have errors
                   → `pm check` shows them

"#]]
    );
    assert_eq!(sandbox.run("pm doctor").code, 1);
}

#[test]
fn the_settings_in_force_say_where_they_come_from() {
    let sandbox = Sandbox::ready();
    sandbox.write("pm.toml", "timezone = \"Europe/London\"\n\n[deadlines]\nsubmit = \"24h\"\n");
    assert_data_eq!(
        sandbox.run("pm config").to_string(),
        str![[r#"
records = "postmortems"                               # default
shard = "year"                                        # default
timezone = "Europe/London"                            # pm.toml:1
commit = true                                         # default
branch = "ask"                                        # default
currency = "USD"                                      # default
severity.P1 = "Critical"                              # default
severity.P2 = "High"                                  # default
severity.P3 = "Medium"                                # default
severity.P4 = "Low"                                   # default
targets.detection.from = "started"                    # default
targets.detection.to = "detected"                     # default
targets.detection.within = "5m"                       # default
targets.response.from = "detected"                    # default
targets.response.to = ["investigating", "attempted"]  # default
targets.response.within = "15m"                       # default
targets.resolution.from = "detected"                  # default
targets.resolution.to = "resolved"                    # default
targets.resolution.within = "60m"                     # default
targets.communication.from = "detected"               # default
targets.communication.to = "communicated"             # default
targets.communication.within = "30m"                  # default
deadlines.submit = "24h"                              # pm.toml:4
deadlines.approve = "7d"                              # default
deadlines.actions.P1 = "7d"                           # default
deadlines.actions.P2 = "14d"                          # default
deadlines.actions.P3 = "30d"                          # default
deadlines.calendar = "days"                           # default
approval.own_work = false                             # default
approval.signed_off_by = false                        # default
gates.submit.severity = "require"                     # default
gates.submit.summary = "require"                      # default
gates.submit.impact = "require"                       # default
gates.submit.timeline = "require"                     # default
gates.approve.timeline = "require"                    # default
gates.approve.root_cause = "require"                  # default
gates.approve.actions = "require"                     # default
gates.approve.prevention = "require"                  # default
gates.approve.lessons = "require"                     # default
gates.approve.review_held.P1 = "require"              # default
gates.approve.review_held.P2 = "require"              # default
gates.approve.review_held.default = "warn"            # default
gates.approve.agreed = "warn"                         # default
gates.complete.actions_closed = "require"             # default
gates.complete.shared = "require"                     # default

"#]]
    );
    sandbox.write("pm.toml", "timezone = \"Europe/Lodon\"\n");
    assert_data_eq!(
        sandbox.run("pm config | head -3").to_string(),
        str![[r#"
records = "postmortems"                               # default
shard = "year"                                        # default
timezone = "UTC"                                      # default
--- talk
error[wrong-setting]: `Europe/Lodon` is not a time zone
 --> pm.toml:1:12
  |
1 | timezone = "Europe/Lodon"
  |            ^^^^^^^^^^^^^^
  |
  = help: did you mean `Europe/London`? Zones have IANA names

1 error

"#]]
    );
    sandbox.write("pm.toml", "records = \"../elsewhere\"\n");
    assert_data_eq!(
        sandbox.run("pm list").to_string(),
        str![[r#"
--- talk
error[records-folder]: `records` leaves the repository or names its git folder
 --> pm.toml:1:11
  |
1 | records = "../elsewhere"
  |           ^^^^^^^^^^^^^^
  |
  = help: name a folder inside the repository, as in `records = "postmortems"`

1 error
error: `pm.toml` cannot be read as settings
hint: correct `pm.toml`, or remove it to go on with the defaults
--- exit 2

"#]]
    );
    sandbox.write("pm.toml", "records = \n");
    assert_data_eq!(
        sandbox.run("pm list").to_string(),
        str![[r#"
--- talk
error[syntax]: string values must be quoted, expected literal string
 --> pm.toml:1:11
  |
1 | records = 
  |           ^

1 error
error: `pm.toml` cannot be read as settings
hint: correct `pm.toml`, or remove it to go on with the defaults
--- exit 2

"#]]
    );
}

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn several() -> Sandbox {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new 'Checkout returns 502' --severity P2 --started '2026-03-01 14:05' --service checkout --tag rollback").ok();
    sandbox.run("pm new 'Mail is delayed | again' --owner 'Bo Example'").ok();
    sandbox
}

#[test]
fn records_come_newest_first_in_every_form() {
    let sandbox = several();
    assert_data_eq!(
        sandbox.run("pm list").to_string(),
        str![[r#"
ID                               SEVERITY  STATUS  STARTED     TITLE                                             OWNER
2026-03-02-mail-delayed-again    unknown   draft               Mail is delayed | again                           Bo Example
2026-03-01-checkout-returns-502  P2        draft   2026-03-01  Checkout returns 502                              Ann Example
2017-01-31-database-removed      P1        draft   2017-01-31  Production database directory removed by mistake  Database Team

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm list").to_string(),
        str![[r#"
SEVERITY  STATUS  RECORD
───────────────────────────────────────────────────────────────────
unknown   draft   2026-03-02-mail-delayed-again
                  Mail is delayed | again
P2        draft   2026-03-01-checkout-returns-502
                  Checkout returns 502
P1        draft   2017-01-31-database-removed
                  Production database directory removed by mistake

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm list --format csv").to_string(),
        str![[r#"
id,severity,status,started,title,owner,services,tags,open_actions,path,stale
2026-03-02-mail-delayed-again,,draft,,Mail is delayed | again,Bo Example,,,0,postmortems/2026/2026-03-02-mail-delayed-again.toml,false
2026-03-01-checkout-returns-502,P2,draft,2026-03-01T14:05:00Z,Checkout returns 502,Ann Example <ann@example.com>,checkout,rollback,0,postmortems/2026/2026-03-01-checkout-returns-502.toml,false
2017-01-31-database-removed,P1,draft,2017-01-31T19:00:00Z,Production database directory removed by mistake,Database Team <database@example.com>,gitlab.com; postgresql,backup; replication; operator-action,1,postmortems/2017/2017-01-31-database-removed.toml,false

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm list --format json --severity P2").to_string(),
        str![[r#"
{
  "schema": 1,
  "records": [
    {
      "id": "2026-03-01-checkout-returns-502",
      "path": "postmortems/2026/2026-03-01-checkout-returns-502.toml",
      "title": "Checkout returns 502",
      "severity": "P2",
      "status": "draft",
      "stale": false,
      "started": "2026-03-01T14:05:00Z",
      "owner": "Ann Example <ann@example.com>",
      "services": [
        "checkout"
      ],
      "tags": [
        "rollback"
      ],
      "open_actions": 0
    }
  ]
}

"#]]
    );
}

#[test]
fn filters_narrow_the_list() {
    let sandbox = several();
    let ids = |line: &str| -> Vec<String> {
        let csv = sandbox.run(&format!("pm list --format csv {line}")).ok();
        csv.lines().skip(1).map(|row| row.split(',').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(
        ids(""),
        ["2026-03-02-mail-delayed-again", "2026-03-01-checkout-returns-502", "2017-01-31-database-removed"]
    );
    assert_eq!(ids("--severity P1 --severity P2").len(), 2);
    assert_eq!(ids("--service CHECKOUT"), ["2026-03-01-checkout-returns-502"]);
    assert_eq!(ids("--tag backup"), ["2017-01-31-database-removed"]);
    assert_eq!(ids("--owner bo"), ["2026-03-02-mail-delayed-again"]);
    assert_eq!(ids("--since 2026-03-02"), ["2026-03-02-mail-delayed-again"]);
    assert_eq!(ids("--until yesterday").len(), 2);
    assert_eq!(ids("--status draft").len(), 3);
    assert_eq!(ids("502"), ["2026-03-01-checkout-returns-502"]);
    assert_eq!(ids("--rev HEAD~1").len(), 2);
    assert_data_eq!(
        sandbox.run("pm list nothing-like-this").to_string(),
        str![[r#"
--- talk
No record fits, of 3.

"#]]
    );
}

#[test]
fn what_cannot_be_read_is_skipped_said_and_fails_at_the_end() {
    let sandbox = several();
    sandbox.write("postmortems/2026/broken.toml", "title = \n");
    sandbox.write("postmortems/2026/latin.toml", b"title = \"caf\xe9\"\n");
    sandbox.run("ln -s /etc/passwd postmortems/2026/link.toml").ok();
    assert_data_eq!(
        sandbox.run("pm list").to_string(),
        str![[r#"
ID                               SEVERITY  STATUS  STARTED     TITLE                                             OWNER
2026-03-02-mail-delayed-again    unknown   draft               Mail is delayed | again                           Bo Example
2026-03-01-checkout-returns-502  P2        draft   2026-03-01  Checkout returns 502                              Ann Example
2017-01-31-database-removed      P1        draft   2017-01-31  Production database directory removed by mistake  Database Team
--- talk
skipped postmortems/2026/broken.toml: it is not valid TOML
skipped postmortems/2026/latin.toml: it is not UTF-8 from byte 13 on; save it as UTF-8
skipped postmortems/2026/link.toml: it is a symbolic link
error: 3 files were skipped
hint: `pm check` shows what is wrong with them
--- exit 2

"#]]
    );
}

#[test]
fn a_folder_named_after_a_record_holds_no_records() {
    let sandbox = several();
    sandbox.write("postmortems/2017/2017-01-31-database-removed/data.toml", "x = 1\n");
    sandbox.write(
        "postmortems/team/nested/2026-01-01-nested.toml",
        "format = 1\ntitle = \"Nested\"\nstatus = \"draft\"\n",
    );
    let csv = sandbox.run("pm list --format csv").ok();
    assert!(!csv.contains("data.toml"), "{csv}");
    assert!(csv.contains("2026-01-01-nested"), "{csv}");
}

#[test]
fn an_empty_repository_says_what_to_do() {
    assert_data_eq!(
        Sandbox::ready().run("pm list").to_string(),
        str![[r#"
--- talk
No record yet. `pm new "what happened"` writes the first one.

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().run("pm list").to_string(),
        str![[r#"
--- talk
error: [ROOT]/repo is not in a git repository; run `git init` or go to one with `-C DIR`
--- exit 2

"#]]
    );
}

#[test]
fn a_record_in_a_merge_conflict_is_skipped_with_the_way_out() {
    let sandbox = Sandbox::ready();
    sandbox.run("git config --remove-section merge.pm && pm new -q 'API down' && git switch -qc side").ok();
    sandbox.run("pm set -q owner=Ann && git switch -q main && pm set -q owner=Bob").ok();
    let _ = sandbox.run("git merge -q side");
    let file = "postmortems/2026/2026-03-02-api-down.toml";
    sandbox.run(&format!("grep -q '^<<<<<<< ' {file}")).ok();
    for line in ["pm list", "pm action list", "pm verify"] {
        let output = sandbox.run(line);
        let told = format!("{file}: it has conflict markers: `pm resolve` merges it by field and entry");
        assert!(output.code == 2 && output.stderr.contains(&told), "{line}: {output}");
    }
    sandbox.run("git checkout -q --ours -- postmortems && git add -A").ok();
    assert_eq!(sandbox.run("pm list").code, 0, "what the cache said of it does not stay");
}

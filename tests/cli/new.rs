use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_title_is_enough_without_a_terminal() {
    let sandbox = Sandbox::ready();
    assert_data_eq!(
        sandbox.run("pm new 'Checkout returns 502'").to_string(),
        str![[r#"
2026-03-02-checkout-returns-502
--- talk
postmortems/2026/2026-03-02-checkout-returns-502.toml
✓ committed be65eee714 on main
next: pm timeline add "…" --kind started --at "10m ago" -p 2026-03-02-checkout-returns-502

"#]]
    );
    assert_data_eq!(
        sandbox.read("postmortems/2026/2026-03-02-checkout-returns-502.toml"),
        str![[r##"
#:schema ../postmortem.schema.json

format = 1

title = "Checkout returns 502"

status = "draft"

owner = "Ann Example <ann@example.com>"

created = 2026-03-02

"##]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --stat --format='%an <%ae>%n%cd%n%B'").to_string(),
        str![[r#"
Ann Example <ann@example.com>
Mon Mar 2 09:02:00 2026 +0000
2026-03-02-checkout-returns-502: new postmortem

Postmortem: 2026-03-02-checkout-returns-502


 postmortems/2026/2026-03-02-checkout-returns-502.toml | 11 +++++++++++
 1 file changed, 11 insertions(+)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm new").to_string(),
        str![[r#"
--- talk
error: a title is missing
hint: say what happened in one line, as in `pm new "Checkout returns 502"`
--- exit 2

"#]]
    );
}

#[test]
fn every_answer_has_a_flag() {
    let sandbox = Sandbox::ready();
    let line = "pm new 'Checkout returns 502' --severity high --started '2026-03-01 23:50' --tz Europe/Berlin \
                --incident INC-42 --link https://example.com/INC-42 --owner 'Bo Example <bo@example.com>' \
                --service checkout,payments --service web --tag rollback -m 'Paged at night'";
    assert_data_eq!(
        sandbox.run(line).to_string(),
        str![[r#"
2026-03-01-checkout-returns-502
--- talk
started 2026-03-01 22:50 UTC (23:50 +01:00)
postmortems/2026/2026-03-01-checkout-returns-502.toml
✓ committed 127cce32ab on main
next: pm timeline add "…" -p 2026-03-01-checkout-returns-502

"#]]
    );
    assert_data_eq!(
        sandbox.read("postmortems/2026/2026-03-01-checkout-returns-502.toml"),
        str![[r##"
#:schema ../postmortem.schema.json

format = 1

title = "Checkout returns 502"

severity = "P2"

status = "draft"

owner = "Bo Example <bo@example.com>"

created = 2026-03-02

services = ["checkout", "payments", "web"]

tags = ["rollback"]

[incident]

id = "INC-42"

link = "https://example.com/INC-42"

[[timeline]]
at = 2026-03-01T23:50:00+01:00
kind = "started"
event = "Incident started"

"##]]
    );
    assert_data_eq!(
        sandbox.run("git log -1 --format=%B | git interpret-trailers --parse").to_string(),
        str![[r#"
Postmortem: 2026-03-01-checkout-returns-502

"#]]
    );
}

#[test]
fn the_same_incident_is_not_written_twice_here_or_on_another_branch() {
    let sandbox = Sandbox::ready();
    sandbox.run("git switch -qc other && pm new 'API down' --incident INC-7 && git switch -q main").ok();
    assert_data_eq!(
        sandbox.run("pm new 'API down'").to_string(),
        str![[r#"
--- talk
error: other has a record of this incident already: postmortems/2026/2026-03-02-api-down.toml
hint: `pm show 2026-03-02-api-down --rev other` shows it
hint: `git switch other` goes there to add to it
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm new 'Another title' --incident inc-7").to_string(),
        str![[r#"
--- talk
error: other has a record of this incident already: postmortems/2026/2026-03-02-api-down.toml
hint: `pm show 2026-03-02-api-down --rev other` shows it
hint: `git switch other` goes there to add to it
--- exit 2

"#]]
    );
    sandbox.run("git merge -q other").ok();
    assert_data_eq!(
        sandbox.run("pm new 'API down'").to_string(),
        str![[r#"
--- talk
error: there is a record 2026-03-02-api-down already: postmortems/2026/2026-03-02-api-down.toml
hint: `pm show 2026-03-02-api-down` shows it; `pm edit 2026-03-02-api-down` opens it
hint: another incident of that day needs another title
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm new 'Another title' --incident INC-7").to_string(),
        str![[r#"
--- talk
error: incident INC-7 has a record already: 2026-03-02-api-down
hint: `pm show 2026-03-02-api-down` shows it
--- exit 2

"#]]
    );
    sandbox.run("git clone -q . ../clone && git -C ../clone branch -qr").ok();
    sandbox.run("git switch -qc late && pm new 'Mail delayed'").ok();
    sandbox.run("git -C ../clone fetch -q").ok();
    assert_data_eq!(
        sandbox.run("pm -C ../clone new 'Mail delayed'").to_string(),
        str![[r#"
--- talk
error: origin/late has a record of this incident already: postmortems/2026/2026-03-02-mail-delayed.toml
hint: `pm show 2026-03-02-mail-delayed --rev origin/late` shows it
hint: `git switch late` goes there to add to it
--- exit 2

"#]]
    );
}

#[test]
fn a_branch_is_made_when_it_is_asked_for_or_the_rule() {
    let sandbox = Sandbox::ready();
    assert_data_eq!(
        sandbox.run("pm new 'API down' --branch").to_string(),
        str![[r#"
2026-03-02-api-down
--- talk
switched to the new branch postmortem/2026-03-02-api-down
postmortems/2026/2026-03-02-api-down.toml
✓ committed d3df5245cc on postmortem/2026-03-02-api-down
next: pm timeline add "…" --kind started --at "10m ago" -p 2026-03-02-api-down

"#]]
    );
    sandbox.run("git switch -q main && git remote add origin https://example.com/x.git").ok();
    assert_data_eq!(
        sandbox.run("pm new 'Mail delayed'").to_string(),
        str![[r#"
2026-03-02-mail-delayed
--- talk
warning: this commit goes to main, the default branch; where that is protected, use --branch (or `branch = "always"` in pm.toml)
postmortems/2026/2026-03-02-mail-delayed.toml
✓ committed 210d22a5c1 on main
next: pm timeline add "…" --kind started --at "10m ago" -p 2026-03-02-mail-delayed

"#]]
    );
    sandbox.run("sed -i 's/^branch = .*/branch = \"always\"/' pm.toml && git commit -qam rule").ok();
    assert_data_eq!(
        sandbox.run("pm new 'Disk full' && git branch --show-current").to_string(),
        str![[r#"
2026-03-02-disk-full
postmortem/2026-03-02-disk-full
--- talk
switched to the new branch postmortem/2026-03-02-disk-full
postmortems/2026/2026-03-02-disk-full.toml
✓ committed f81576e2b0 on postmortem/2026-03-02-disk-full
next: pm timeline add "…" --kind started --at "10m ago" -p 2026-03-02-disk-full

"#]]
    );
    assert_data_eq!(
        sandbox.run("git switch -q main && pm new 'Disk slow' --no-branch && git branch --show-current").to_string(),
        str![[r#"
2026-03-02-disk-slow
main
--- talk
postmortems/2026/2026-03-02-disk-slow.toml
✓ committed 60a092b771 on main
next: pm timeline add "…" --kind started --at "10m ago" -p 2026-03-02-disk-slow

"#]]
    );
}

#[test]
fn what_cannot_be_is_refused_with_what_can() {
    let sandbox = Sandbox::ready();
    let mut said = String::new();
    for line in [
        "pm new ''",
        "pm new x --severity P9",
        "pm new x --started 23:61",
        "pm new x --started 14:05 --tz IST",
        "pm new x --started 2027-01-01",
        "pm new x --link example.com",
        "pm new x --branch --no-branch",
    ] {
        let _ = write!(said, "$ {line}\n{}", sandbox.run(line));
    }
    assert_data_eq!(
        said,
        str![[r#"
$ pm new ''
--- talk
error: the title is empty
hint: say what happened in one line
--- exit 2
$ pm new x --severity P9
--- talk
error: `P9` is not a severity
hint: known are P1 (Critical), P2 (High), P3 (Medium), P4 (Low)
--- exit 2
$ pm new x --started 23:61
--- talk
error: `23:61` names a clock time that does not exist: minutes go from 00 to 59
hint: write a time between 00:00 and 23:59, as in 23:27 or 3:05 pm
--- exit 2
$ pm new x --started 14:05 --tz IST
--- talk
error: `IST` is an abbreviation, which has several meanings or holds for part of the year only; it may be Asia/Kolkata (+05:30), Europe/Dublin (+01:00) or Asia/Jerusalem (+02:00)
hint: write the name, or the offset, behind the time
--- exit 2
$ pm new x --started 2027-01-01
--- talk
error: `2027-01-01` is a day without a clock time
hint: add the time, as in `2027-01-01 14:05`
--- exit 2
$ pm new x --link example.com
--- talk
error: `example.com` is not an address
hint: as in https://example.com/INC-42
--- exit 2
$ pm new x --branch --no-branch
--- talk
error: the argument '--branch' cannot be used with '--no-branch'

Usage: pm new --branch <TITLE>

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert_eq!(sandbox.run("git log --oneline | wc -l").ok().trim(), "1", "nothing was committed");
}

#[test]
fn a_repository_without_settings_is_enough() {
    let sandbox = Sandbox::repository();
    sandbox.run("pm new 'API down'").ok();
    assert_data_eq!(
        sandbox.run("git status --short && pm list && git fsck --strict").to_string(),
        str![[r#"
ID                   SEVERITY  STATUS  STARTED  TITLE     OWNER
2026-03-02-api-down  unknown   draft            API down  Ann Example

"#]]
    );
}

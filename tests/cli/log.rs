//! `pm log`.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

/// A record with a history: hand edits, a sign-off, a side branch, a move, a version that cannot be read.
fn lived() -> Sandbox {
    let sandbox = Sandbox::with_example();
    for line in [
        "pm set -q severity=P2 owner='Bob <bob@example.com>'",
        "sed -i 's/^due = 2017-02-15/due = 2017-03-08/' postmortems/2017/*.toml && git commit -qam 'Later'",
        "git switch -qc side && pm status submit -q && git switch -q main",
        "sed -i 's/^due = 2017-03-08/due = 2017-03-18/' postmortems/2017/*.toml && git commit -qam 'Later again'",
        "git merge -q -s ours -m 'Not yet' side",
        "sed -i 's/^owner   *=/owner =/; s/^severity = /severity   = /' postmortems/2017/*.toml && git commit -qam 'Blanks'",
        "git mv postmortems/2017 postmortems/old && git commit -qm 'Another folder'",
        "echo '[broken' | tee -a postmortems/old/*.toml && git commit -qam 'By accident'",
        "sed -i -e '$d' -e 's/^severity .*/severity = \"P3\"/' postmortems/old/*.toml && git commit -qam 'Mended'",
        "sed -i '0,/^status = .*/s//status = \"approved\"/' postmortems/old/*.toml && git -c user.name='Mallory' commit -qam 'Looks fine'",
    ] {
        sandbox.run(line).ok();
    }
    sandbox
}

#[test]
fn a_line_a_commit_on_every_way_and_through_moves() {
    let sandbox = lived();
    assert_data_eq!(
        sandbox.run("pm log").to_string(),
        str![[r#"
e1fcb476ac  2026-03-02 09:12  Mallory      ! status draft → approved
9588aef925  2026-03-02 09:11  Ann Example    can be read again; severity P2 → P3
5619b0c05d  2026-03-02 09:10  Ann Example    cannot be read as a record
51e74f228a  2026-03-02 09:09  Ann Example    moved from postmortems/2017/2017-01-31-database-removed.toml
52bac44798  2026-03-02 09:08  Ann Example    only its text: formatting, comments or order
5313bec4ec  2026-03-02 09:07  Ann Example  ! merge: takes nothing of 22890a8198: status draft → in-review; submit by Ann Example as author
22890a8198  2026-03-02 09:05  Ann Example  ✓ submit by Ann Example as author; status draft → in-review
72aa7710ed  2026-03-02 09:06  Ann Example    action b9hd due slipped 10 days to 2017-03-18 (2nd slip)
08dc60600e  2026-03-02 09:04  Ann Example    action b9hd due slipped 21 days to 2017-03-08
21437e3b34  2026-03-02 09:03  Ann Example    severity P1 → P2; owner Database Team <database@example.com> → Bob <bob@example.com>
8e1f8b5473  2026-03-02 09:02  Ann Example    record written: P1, draft, 7 timeline entries, 3 actions
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm log --oneline -n 3 -q").to_string(),
        str![[r#"
e1fcb476ac ! status draft → approved
9588aef925   can be read again; severity P2 → P3
5619b0c05d   cannot be read as a record

"#]]
    );
    assert_data_eq!(
        sandbox.run("COLUMNS=80 pm log -q").to_string(),
        str![[r#"
e1fcb476ac  2026-03-02  Mallory      ! status draft → approved
9588aef925  2026-03-02  Ann Example    can be read again; severity P2 → P3
5619b0c05d  2026-03-02  Ann Example    cannot be read as a record
51e74f228a  2026-03-02  Ann Example    moved from postmortems/2017/2017-01-31-d…
52bac44798  2026-03-02  Ann Example    only its text: formatting, comments or o…
5313bec4ec  2026-03-02  Ann Example  ! merge: takes nothing of 22890a8198: stat…
22890a8198  2026-03-02  Ann Example  ✓ submit by Ann Example as author; status …
72aa7710ed  2026-03-02  Ann Example    action b9hd due slipped 10 days to 2017-…
08dc60600e  2026-03-02  Ann Example    action b9hd due slipped 21 days to 2017-…
21437e3b34  2026-03-02  Ann Example    severity P1 → P2; owner Database Team <d…
8e1f8b5473  2026-03-02  Ann Example    record written: P1, draft, 7 timeline en…

"#]]
    );
    let git = sandbox
        .run("git log --format=%h --abbrev=10 --full-history --topo-order -- postmortems/old postmortems/2017")
        .ok();
    let ours = sandbox.run("pm log -q --oneline").ok();
    let ours: Vec<&str> = ours.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ours, git.lines().collect::<Vec<_>>(), "no change is left out");
}

#[test]
fn full_has_every_change_and_the_message() {
    let sandbox = lived();
    assert_data_eq!(
        sandbox.run("pm log --full -q").to_string(),
        str![[r#"
commit e1fcb476ac1b0dfc192b372fe44d8c1d7a17e0ad
Author: Mallory <ann@example.com>, 2026-03-02 09:12 UTC

    Looks fine

  ~ status draft → approved

commit 9588aef925b6e68a871fda56afc8f70ffd7986a7
Author: Ann Example <ann@example.com>, 2026-03-02 09:11 UTC

    Mended

  = can be read again
  ~ severity P2 → P3

commit 5619b0c05d0eca2a00880e7362a27db8a5e036c9
Author: Ann Example <ann@example.com>, 2026-03-02 09:10 UTC

    By accident

  = cannot be read as a record

commit 51e74f228ad58ea2b82f8af5665419fcb875422a
Author: Ann Example <ann@example.com>, 2026-03-02 09:09 UTC

    Another folder

  = moved from postmortems/2017/2017-01-31-database-removed.toml

commit 52bac44798ca39729131e63d23a943f4d5ad1206
Author: Ann Example <ann@example.com>, 2026-03-02 09:08 UTC

    Blanks

  = only its text: formatting, comments or order

commit 5313bec4ecd43362cde0c7d22c0eb590b1439561  merge
Author: Ann Example <ann@example.com>, 2026-03-02 09:07 UTC

    Not yet

  = merge: takes nothing of 22890a8198: status draft → in-review; submit by Ann Example as author

commit 22890a8198c064be1717ea09e2bd204030fa0bfc
Author: Ann Example <ann@example.com>, 2026-03-02 09:05 UTC

    2017-01-31-database-removed: submit as author (draft to in-review)

  ✓ submit by Ann Example as author
  ~ status draft → in-review

commit 72aa7710ed543784762bfb74e80eea491438af63
Author: Ann Example <ann@example.com>, 2026-03-02 09:06 UTC

    Later again

  ~ action b9hd due slipped 10 days to 2017-03-18 (2nd slip)

commit 08dc60600ee6e35a5140e7cfe8829f068d5916cf
Author: Ann Example <ann@example.com>, 2026-03-02 09:04 UTC

    Later

  ~ action b9hd due slipped 21 days to 2017-03-08

commit 21437e3b34ea2f3e8a4dee7723bb5136eb24be28
Author: Ann Example <ann@example.com>, 2026-03-02 09:03 UTC

    2017-01-31-database-removed: severity, owner

  ~ severity P1 → P2
  ~ owner Database Team <database@example.com> → Bob <bob@example.com>

commit 8e1f8b5473cf69d2d69ab39a87fca37bce690661
Author: Ann Example <ann@example.com>, 2026-03-02 09:02 UTC

    example

  = record written: P1, draft, 7 timeline entries, 3 actions

"#]]
    );
}

#[test]
fn json_has_the_changes_and_who_signed() {
    let sandbox = lived();
    let json: serde_json::Value = serde_json::from_str(&sandbox.run("pm log -q --format json").ok()).expect("JSON");
    let commits = json["commits"].as_array().expect("a list");
    let of = |subject: &str| commits.iter().find(|commit| commit["subject"] == subject).expect("a commit");
    assert_eq!(of("Looks fine")["status"], serde_json::json!({ "from": "draft", "to": "approved" }));
    assert_eq!(of("Looks fine")["author"]["name"], "Mallory");
    assert_eq!(of("Another folder")["from_path"], FILE);
    assert_eq!(of("Blanks")["change"], "text-only");
    assert_eq!(of("By accident")["change"], "broke");
    assert_eq!(of("Mended")["mended"], true);
    assert_eq!(of("Mended")["changes"][0]["text"], "severity P2 → P3");
    assert_eq!(of("Later again")["changes"][0]["slips"], 2);
    let signed = commits.iter().find(|commit| commit["sign_offs"][0]["transition"] == "submit").expect("a sign-off");
    assert_eq!(signed["sign_offs"][0]["role"], "author");
    assert_eq!(commits.last().expect("a commit")["change"], "added");
}

#[test]
fn what_a_merge_settled_is_its_own() {
    let sandbox = Sandbox::with_example();
    for line in [
        "git switch -qc side && pm set -q severity=P2 && git switch -q main && pm set -q severity=P3 tags+=slow",
        "git merge -q side >/dev/null 2>&1; git checkout -q --theirs postmortems && sed -i 's/\"P2\"/\"P4\"/' postmortems/2017/*.toml && git commit -qam 'Between the two'",
    ] {
        sandbox.run(line).ok();
    }
    assert_data_eq!(
        sandbox.run("pm log -q").to_string(),
        str![[r#"
298813cc3e  2026-03-02 09:04  Ann Example    merge: severity P3 → P4; action b9hd priority P2 → P4
c5d3b64efe  2026-03-02 09:03  Ann Example    severity P1 → P2
3e1d39b229  2026-03-02 09:03  Ann Example    severity P1 → P3; tags: + slow
8e1f8b5473  2026-03-02 09:02  Ann Example    record written: P1, draft, 7 timeline entries, 3 actions

"#]]
    );
}

#[test]
fn a_record_under_another_id_is_found_by_what_it_says() {
    let sandbox = Sandbox::with_example();
    sandbox
        .run(&format!("git mv {FILE} postmortems/2017/2017-01-31-gitlab-down.toml && git commit -qm 'Another id'"))
        .ok();
    sandbox.run("pm set -q severity=P2").ok();
    assert_data_eq!(
        sandbox.run("pm log -q").to_string(),
        str![[r#"
444ec7bb24  2026-03-02 09:04  Ann Example    severity P1 → P2
8fdb11743a  2026-03-02 09:03  Ann Example    moved from postmortems/2017/2017-01-31-database-removed.toml
8e1f8b5473  2026-03-02 09:02  Ann Example    record written: P1, draft, 7 timeline entries, 3 actions

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm log -q --rev HEAD~2 database-removed").to_string(),
        str![[r#"
8e1f8b5473  2026-03-02 09:02  Ann Example    record written: P1, draft, 7 timeline entries, 3 actions

"#]]
    );
}

#[test]
fn without_a_commit_or_the_whole_history() {
    let sandbox = Sandbox::ready();
    sandbox.write("postmortems/2026/2026-03-01-a.toml", "title = \"A\"\nstatus = \"draft\"\n");
    assert_data_eq!(
        sandbox.run("pm log").to_string(),
        str![[r#"
--- talk
2026-03-01-a (the one record that differs from HEAD)
No commit has 2026-03-01-a yet.

"#]]
    );
    let sandbox = Sandbox::with_example();
    sandbox.run("pm set -q severity=P2 && git clone -q --depth 1 file://$PWD ../shallow").ok();
    assert_data_eq!(
        sandbox.run("pm -C ../shallow log").to_string(),
        str![[r#"
c5d3b64efe  2026-03-02 09:03  Ann Example    the history of this clone ends here
--- talk
2017-01-31-database-removed (the only record)
This clone is shallow: `git fetch --unshallow` brings the rest of the history.

"#]]
    );
    sandbox.run("git clone -q --bare . ../bare.git && pm set -q --no-commit severity=P3").ok();
    assert_data_eq!(
        sandbox.run("pm -C ../bare.git log --oneline").to_string(),
        str![[r#"
c5d3b64efe   severity P1 → P2
8e1f8b5473   record written: P1, draft, 7 timeline entries, 3 actions
--- talk
2017-01-31-database-removed (the only record)

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm log --oneline").to_string(),
        str![[r#"
c5d3b64efe   severity P1 → P2
8e1f8b5473   record written: P1, draft, 7 timeline entries, 3 actions
--- talk
2017-01-31-database-removed (the one record that differs from HEAD)
What is not committed yet is not in it: `pm diff` shows that.

"#]]
    );
}

#[test]
fn hostile_commits_and_records_are_shown_harmlessly() {
    let sandbox = Sandbox::with_example();
    let text = sandbox.read(FILE).replace("title = \"Production", "title = \"\\u001b[2J\\u202e Production");
    sandbox.write(FILE, text);
    sandbox
        .run("git -c user.name=\"$(printf 'E\\033[2Jve')\" commit -qam \"$(printf 'x\\033[2J\\n\\n::error::y')\"")
        .ok();
    for form in ["", "--full", "--oneline", "--format json"] {
        let shown = sandbox.run(&format!("pm log --color always {form}")).ok();
        assert!(!shown.contains("\u{1b}[2J") && !shown.contains('\u{202e}'), "{shown}");
    }
    let shown = sandbox.run("pm blame --color always").ok();
    assert!(!shown.contains("\u{1b}[2J") && !shown.contains('\u{202e}'), "{shown}");
}

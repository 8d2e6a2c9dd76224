//! Which record is meant, typed or not.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn several() -> Sandbox {
    let sandbox = Sandbox::with_example();
    sandbox.run("pm new 'Checkout returns 502' --incident INC-42 --started '2026-03-01 14:05'").ok();
    sandbox.run("pm new 'Checkout is slow' --started '2026-02-01 14:05'").ok();
    sandbox
}

fn shown(sandbox: &Sandbox, line: &str) -> String {
    let json = sandbox.run(line).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    json["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_id_a_path_an_incident_or_a_part_names_a_record() {
    let sandbox = several();
    sandbox.run("mkdir sub").ok();
    for line in [
        "pm show --format json 2026-03-01-checkout-returns-502",
        "pm show --format json postmortems/2026/2026-03-01-checkout-returns-502.toml",
        "pm -C postmortems/2026 show --format json 2026-03-01-checkout-returns-502.toml",
        "pm -C sub show --format json ../postmortems/2026/2026-03-01-checkout-returns-502.toml",
        "pm show --format json inc-42",
        "pm show --format json RETURNS",
        "pm show --format json -p 502",
        "PM_RECORD=502 pm show --format json",
    ] {
        assert_eq!(shown(&sandbox, line), "2026-03-01-checkout-returns-502", "{line}");
    }
}

#[test]
fn several_and_none_are_errors_that_help() {
    let sandbox = several();
    assert_data_eq!(
        sandbox.run("pm show checkout").to_string(),
        str![[r#"
--- talk
error: 2 records match `checkout`
  2026-03-01-checkout-returns-502  Checkout returns 502
  2026-02-01-checkout-slow  Checkout is slow
hint: give a longer part, or the id
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm show chekout-is-slow").to_string(),
        str![[r#"
--- talk
error: no record matches `chekout-is-slow`
hint: did you mean `2026-02-01-checkout-slow`? Checkout is slow
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm show zzz").to_string(),
        str![[r#"
--- talk
error: no record matches `zzz`
hint: `pm list` shows every record
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm show").to_string(),
        str![[r#"
--- talk
error: which record? 3 are not complete
  2026-03-01-checkout-returns-502  Checkout returns 502
  2026-02-01-checkout-slow  Checkout is slow
  2017-01-31-database-removed  Production database directory removed by mistake
hint: name one with `-p`, by its id, its incident id, or a part of its id or title
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("PM_RECORD=zzz pm show").to_string(),
        str![[r#"
--- talk
error: no record matches `zzz`
hint: `pm list` shows every record
hint: this came from $PM_RECORD
--- exit 2

"#]]
    );
}

#[test]
fn without_a_name_the_branch_then_what_differs_then_the_only_open_one_is_taken() {
    let sandbox = several();
    sandbox.run("git switch -qc postmortem/2026-03-01-checkout-returns-502").ok();
    assert_data_eq!(
        sandbox.run("pm set tags+=x").to_string(),
        str![[r#"
tags: + x
--- talk
2026-03-01-checkout-returns-502 (the record of branch postmortem/2026-03-01-checkout-returns-502)
✓ committed 8b066c61f3 on postmortem/2026-03-01-checkout-returns-502

"#]]
    );
    sandbox.run("git switch -q main && git switch -qc work && pm set 2017 tags+=y").ok();
    assert_data_eq!(
        sandbox.run("pm set tags+=z").to_string(),
        str![[r#"
tags: + z
--- talk
2017-01-31-database-removed (the one record that differs from main)
✓ committed a3ead181e3 on work

"#]]
    );
    sandbox.run("git switch -q main").ok();
    sandbox.write(
        "postmortems/2026/2026-02-01-checkout-slow.toml",
        "format = 1\ntitle = \"Checkout is slow\"\nstatus = \"draft\"\n",
    );
    assert_data_eq!(
        sandbox.run("pm set tags+=w").to_string(),
        str![[r#"
tags: + w
--- talk
2026-02-01-checkout-slow (the one record that differs from HEAD)
warning: postmortems/2026/2026-02-01-checkout-slow.toml has changes that are not committed yet; they go into this commit
✓ committed eff2d1cccc on main

"#]]
    );
    sandbox.run("sed -i 's/^status = .*/status = \"complete\"/' postmortems/*/*.toml && git commit -qam done").ok();
    sandbox.run("pm new 'Mail delayed' && git switch -q --detach").ok();
    assert_data_eq!(
        sandbox.run("pm show --format toml | head -3").to_string(),
        str![[r#"
#:schema ../postmortem.schema.json

format = 1
--- talk
2026-03-02-mail-delayed (the only record that is not complete)

"#]]
    );
}

#[test]
fn two_files_of_one_name_are_told_apart_by_path() {
    let sandbox = several();
    sandbox.run("mkdir postmortems/x && cp postmortems/2026/2026-03-01-checkout-returns-502.toml postmortems/x/").ok();
    assert_data_eq!(
        sandbox.run("pm show 2026-03-01-checkout-returns-502").to_string(),
        str![[r#"
--- talk
error: 2 records are named `2026-03-01-checkout-returns-502`
  postmortems/2026/2026-03-01-checkout-returns-502.toml
  postmortems/x/2026-03-01-checkout-returns-502.toml
hint: name one by its path
--- exit 2

"#]]
    );
    assert_eq!(
        shown(&sandbox, "pm show --format json postmortems/x/2026-03-01-checkout-returns-502.toml"),
        "2026-03-01-checkout-returns-502"
    );
    let checked = sandbox.run("pm check");
    assert_eq!(checked.code, 1);
    assert!(checked.stdout.contains("duplicate-id"), "{checked}");
}

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const OLD: &str = "2026-03-02-api-down";

/// A record on a branch of its own, with a figure, and another one there that names it.
fn on_a_branch() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.run("git switch -qc work && pm new -q 'API down' && pm new -q 'Cache cold'").ok();
    sandbox.run(&format!(
        "mkdir postmortems/2026/{OLD} && printf 'x' > postmortems/2026/{OLD}/lag.png && git add -A && git commit -qm figure && \
         pm set -q -p cache-cold custom.after='{OLD}/k7fq' custom.other='{OLD}-again'"
    ))
    .ok();
    sandbox
}

#[test]
fn file_figures_and_what_names_it_follow() {
    let sandbox = on_a_branch();
    assert_data_eq!(
        sandbox.run("pm rekey api-down 2026-03-02-api-down-asia").to_string(),
        str![[r#"
2026-03-02-api-down-asia
--- talk
postmortems/2026/2026-03-02-api-down-asia.toml, 3 files written
postmortems/2026/2026-03-02-cache-cold.toml names it, and follows
✓ committed c67f402f86 on work

"#]]
    );
    assert_data_eq!(
        sandbox.run("git status --short; git show --name-status --format=%s").ok(),
        str![[r#"
2026-03-02-api-down-asia: rekeyed, was 2026-03-02-api-down

R100	postmortems/2026/2026-03-02-api-down.toml	postmortems/2026/2026-03-02-api-down-asia.toml
R100	postmortems/2026/2026-03-02-api-down/lag.png	postmortems/2026/2026-03-02-api-down-asia/lag.png
M	postmortems/2026/2026-03-02-cache-cold.toml

"#]]
    );
    let other = sandbox.read("postmortems/2026/2026-03-02-cache-cold.toml");
    assert!(
        other.contains("after = \"2026-03-02-api-down-asia/k7fq\"") && other.contains("\"2026-03-02-api-down-again\""),
        "{other}"
    );
}

#[test]
fn what_is_on_the_default_branch_or_signed_keeps_its_id() {
    let sandbox = on_a_branch();
    for (line, said) in [
        ("pm rekey api-down 'API down'", "cannot be an id"),
        ("pm rekey api-down ../x", "cannot be an id"),
        ("pm rekey api-down nul", "Windows takes a file of that name for a device"),
        ("pm rekey api-down 2026-03-02-cache-cold", "2026-03-02-cache-cold"),
        ("pm rekey api-down 2026-03-02-api-down", "already"),
        ("git branch -f main work && pm rekey api-down 2026-03-02-x", "is on main already, so its id stays"),
    ] {
        let output = sandbox.run(line);
        assert_eq!(output.code, 2, "{line}: {output}");
        assert!(output.stderr.contains(said), "{line}: {output}");
    }
    let sandbox = on_a_branch();
    let entry = "[[sign_offs]]\nfrom = \"draft\"\nto = \"in-review\"\n";
    sandbox.run(&format!("printf '\\n{entry}' >> postmortems/2026/{OLD}.toml && git commit -qam signed")).ok();
    let output = sandbox.run("pm rekey api-down 2026-03-02-x");
    assert!(output.stderr.contains("was signed, and its sign-offs name it"), "{output}");
}

#[test]
fn addresses_keep_what_they_lead_to_and_uncommitted_work_is_told_of() {
    let sandbox = on_a_branch();
    let other = "postmortems/2026/2026-03-02-cache-cold.toml";
    sandbox.run(&format!("pm set -q -p cache-cold custom.page='https://wiki.example.com/{OLD}#x'")).ok();
    sandbox.run(&format!("printf '\n# by hand\n' >> {other}")).ok();
    assert_data_eq!(
        sandbox.run("pm rekey api-down 2026-03-02-api-down-asia").to_string(),
        str![[r#"
2026-03-02-api-down-asia
--- talk
warning: postmortems/2026/2026-03-02-cache-cold.toml has changes that are not committed yet; they go into this commit
postmortems/2026/2026-03-02-api-down-asia.toml, 3 files written
postmortems/2026/2026-03-02-cache-cold.toml names it, and follows
left as it is: https://wiki.example.com/2026-03-02-api-down#x
✓ committed 3055b143ad on work

"#]]
    );
    let text = sandbox.read(other);
    assert!(text.contains(&format!("page = \"https://wiki.example.com/{OLD}#x\"")), "{text}");
    assert!(text.contains("after = \"2026-03-02-api-down-asia/k7fq\"") && text.contains("# by hand"), "{text}");
    assert_eq!(sandbox.run("git status --short").ok(), "");
}

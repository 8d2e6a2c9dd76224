//! The rules about wording over postmortems that other people wrote: what they find there, to be read and judged.

use std::collections::BTreeMap;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// Each paragraph of a text as an answer to a why, where every rule about wording looks.
fn record(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let row = |paragraph: &str| format!("[[cause.whys]]\nbecause = {}\n", toml::Value::from(paragraph));
    let head = "format = 1\ntitle = \"x\"\nstatus = \"draft\"\n".to_owned();
    head + &paragraphs.map(row).collect::<String>()
}

#[test]
fn what_is_found_in_the_prose_of_real_postmortems_is_little_and_known() {
    let sandbox = Sandbox::ready();
    let texts = [
        ("memory-overload", include_str!("../fixtures/prose/2i2c-memory-overload.md")),
        ("flux-version-bump", include_str!("../fixtures/prose/dfds-flux-version-bump.md")),
        ("cargo", include_str!("../fixtures/prose/rust-cargo-postmortem.md")),
        ("crates-io", include_str!("../fixtures/prose/rust-crates-io-incident-report.md")),
    ];
    let mut words = 0;
    for (name, text) in texts {
        words += text.split_whitespace().count();
        sandbox.write(&format!("postmortems/2020/2020-01-01-{name}.toml"), record(text));
    }
    assert!(words > 2000, "{words}");
    let report: serde_json::Value = serde_json::from_str(&sandbox.run("pm check --format json").stdout).expect("JSON");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let file = text("file");
        let name = file.trim_start_matches("postmortems/2020/2020-01-01-").trim_end_matches(".toml");
        found.entry(text("rule")).or_default().push(format!("{name}: {}", text("message")));
    }
    let told = found.iter().map(|(rule, all)| format!("{rule}\n  {}", all.join("\n  "))).collect::<Vec<_>>().join("\n");
    // Judged: two that say how it ought to have gone, one wish that things had gone worse than they did, and one sentence that
    // denies what the rule looks for.
    assert_data_eq!(
        told,
        str![[r#"
counterfactual
  crates-io: “we could’ve noticed” tells how it did not go
  flux-version-bump: “shouldn't have been” tells how it did not go
  memory-overload: “should've been” tells how it did not go
human-error
  cargo: “operator error” ends the search at a person
"#]]
    );
}

use super::*;

#[test]
fn the_default_file_and_no_file_give_the_same_settings() {
    let (none, file) = (Config::read(None).expect("defaults"), Config::read(Some(DEFAULT_TEXT)).expect("readable"));
    assert_eq!(file.findings, []);
    assert_eq!(none.severities, file.severities);
    assert_eq!(none.targets, file.targets);
    assert_eq!((&none.records, none.timezone, none.branch), (&file.records, file.timezone, file.branch));
    assert_eq!(none.targets.len(), 4);
}

#[test]
fn a_whole_settings_file_has_no_finding() {
    let text = include_str!("../../../tests/fixtures/pm.toml");
    let config = Config::read(Some(text)).expect("readable");
    assert_eq!(config.findings, []);
    assert_eq!(config.default_branch.as_deref(), Some("main"));
}

#[test]
fn mistakes_are_findings_with_the_nearest_word_and_leave_the_default_in_force() {
    let text = "timezone = \"Europe/Lodon\"\ncommit = \"no\"\nrecord = \"x\"\n[targets]\nresolution = { from = \"detectd\", to = \"resolved\", within = \"60\" }\n[gates.approve]\ntimeline = \"required\"\n";
    let config = Config::read(Some(text)).expect("usable");
    let found: Vec<String> = config
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} [{}]: {} | {}",
                finding.rule,
                &text[finding.span.clone()],
                finding.message,
                finding.help.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "wrong-setting [\"Europe/Lodon\"]: `Europe/Lodon` is not a time zone | did you mean `Europe/London`? Zones have IANA names",
            "wrong-setting [\"no\"]: `commit` has a value of another kind | it is true or false",
            "unknown-setting [record]: `record` is not a setting | did you mean `records`?",
            "wrong-setting [\"detectd\"]: this is not a milestone | did you mean `detected`? Known are started, detected, alerted, notified, investigating, identified, attempted, mitigated, recovered, resolved, communicated",
            "wrong-setting [\"60\"]: `targets.resolution.within`: `60` has no unit behind 60; write 60m for minutes, or one of 90s, 5m, 48h, 7d, 2w, 1h30m | as in `48h`",
            "wrong-setting [\"required\"]: `required` is no value of `gates.approve.timeline` | did you mean `require`? Known are off, warn, require",
        ]
    );
    assert!(config.commit);
    assert_eq!(
        config.targets.iter().find(|target| target.name == "resolution").map(|target| target.from[0]),
        Some(Milestone::Detected)
    );
}

#[test]
fn a_target_measures_what_its_default_does_where_it_does_not_say() {
    let text = "[targets]\ndetection = { within = \"1m\" }\nresolution = { within = \"60\" }\nresponse = { to = \"attempted\" }\n\
                restoration = { from = \"started\", within = \"1h\" }\nother = { from = \"startd\", to = \"resolved\" }\n";
    let config = Config::read(Some(text)).expect("usable");
    let told = |target: &Target| {
        let ends =
            [&target.from, &target.to].map(|end| end.iter().map(|kind| kind.word()).collect::<Vec<_>>().join("|"));
        format!(
            "{} {} {}",
            target.name,
            ends.join(" "),
            target.within.map_or_else(|| "-".to_owned(), |within| within.to_string())
        )
    };
    let shown: Vec<String> = config.targets.iter().map(told).collect();
    assert_eq!(
        shown,
        [
            "detection started detected 60 s",
            "response detected attempted -",
            "resolution detected resolved 1 h",
            "communication detected communicated 30 min"
        ]
    );
    let found: Vec<&str> = config.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "`targets.resolution.within`: `60` has no unit behind 60; write 60m for minutes, or one of 90s, 5m, 48h, 7d, 2w, 1h30m",
            "`targets.restoration` has no `to`, so it is not measured",
            "this is not a milestone",
        ]
    );
    let listed: Vec<String> = config
        .listing
        .iter()
        .filter(|(path, ..)| path.starts_with("targets.re"))
        .map(|(path, value, from)| format!("{path}={value} {from:?}"))
        .collect();
    assert_eq!(
        listed,
        [
            "targets.response.to=[\"attempted\"] Line(4)",
            "targets.restoration.from=[\"started\"] Line(5)",
            "targets.restoration.within=\"1h\" Line(5)",
            "targets.response.from=\"detected\" Default",
            "targets.resolution.from=\"detected\" Default",
            "targets.resolution.to=\"resolved\" Default",
            "targets.resolution.within=\"60m\" Default",
        ]
    );
}

#[test]
fn a_folder_outside_the_repository_is_refused() {
    for folder in ["../x", "/etc", "", "a/../../b", ".git", "a//b", "C:\\x"] {
        let text = format!("records = {}\n", Value::from(folder));
        assert!(Config::read(Some(&text)).is_err(), "{folder}");
    }
}

#[test]
fn the_listing_says_where_each_setting_comes_from() {
    let config =
        Config::read(Some("timezone = \"Europe/London\"\n\n[severity]\nSEV1 = \"Worst\"\n")).expect("readable");
    let row = |path: &str| config.listing.iter().find(|(known, _, _)| known == path).cloned();
    assert_eq!(row("timezone"), Some(("timezone".into(), "\"Europe/London\"".into(), Origin::Line(1))));
    assert_eq!(row("severity.SEV1"), Some(("severity.SEV1".into(), "\"Worst\"".into(), Origin::Line(4))));
    assert_eq!(row("severity.P1"), None);
    assert_eq!(row("commit"), Some(("commit".into(), "true".into(), Origin::Default)));
}

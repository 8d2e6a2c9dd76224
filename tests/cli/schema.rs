use crate::sandbox::Sandbox;

fn json_of(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            serde_json::Value::Object(table.into_iter().map(|(key, value)| (key, json_of(value))).collect())
        }
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
    }
}

#[test]
fn the_schema_is_one_and_takes_the_example_and_refuses_what_is_wrong() {
    let schema: serde_json::Value = serde_json::from_str(&Sandbox::empty().run("pm schema").ok()).expect("JSON");
    assert!(jsonschema::draft7::meta::is_valid(&schema), "a schema of draft 7");
    let validator = jsonschema::draft7::new(&schema).expect("a schema");
    let example: toml::Table = include_str!("../fixtures/record.toml").parse().expect("TOML");
    let example = json_of(toml::Value::Table(example));
    let errors: Vec<String> = validator.iter_errors(&example).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    for (pointer, wrong) in [("/status", "nearly"), ("/impact/users/affected", "many"), ("/timeline/0/approx", "yes")] {
        let mut record = example.clone();
        *record.pointer_mut(pointer).expect("a key of the example") = wrong.into();
        assert!(!validator.is_valid(&record), "{pointer}");
    }
}

#[test]
fn the_schema_that_init_writes_knows_the_severities_of_the_team() {
    let sandbox = Sandbox::ready();
    sandbox.run("sed -i 's/^P4 = .*/SEV5 = \"Cosmetic\"/' pm.toml && pm init").ok();
    assert!(sandbox.read("postmortems/postmortem.schema.json").contains("\"SEV5\""));
    assert_eq!(sandbox.run("pm new x --severity SEV5").code, 0);
    assert!(sandbox.read("postmortems/2026/2026-03-02-x.toml").starts_with("#:schema ../postmortem.schema.json\n"));
}

//! The JSON Schema of a record, from the key table: draft-07, which is what the TOML editors understand.

use serde_json::{Map, Value, json};

use crate::record::keys::{Key, Kind, children};
use crate::record::vocabulary::{Openness, Vocabulary};

/// The schema as text. `severities` are those of the team; none leaves the severity open.
pub fn schema(severities: &[String]) -> String {
    let mut root = object("", severities);
    let head = [
        ("$schema", json!("http://json-schema.org/draft-07/schema#")),
        ("$id", json!("postmortem.schema.json")),
        ("title", json!("Postmortem")),
        ("description", json!("An incident postmortem kept by pm, format 1.")),
    ];
    let mut schema: Map<String, Value> = head.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(root) = root.as_object_mut() {
        schema.append(root);
    }
    schema.insert("required".to_owned(), json!(["format", "title", "status"]));
    format!("{:#}\n", Value::Object(schema))
}

/// The schema of a table. Keys of one's own are allowed: they are reported by `pm check`, with the nearest known key.
fn object(plain_path: &str, severities: &[String]) -> Value {
    let properties: Map<String, Value> =
        children(plain_path).map(|key| (key.name().to_owned(), property(key, severities))).collect();
    json!({ "type": "object", "properties": properties })
}

fn property(key: &Key, severities: &[String]) -> Value {
    let plain = key.plain_path();
    let mut schema = match key.kind {
        Kind::Table => object(&plain, severities),
        Kind::Tables => json!({ "type": "array", "items": object(&plain, severities) }),
        kind => value(kind, severities),
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), json!(key.meaning));
    }
    schema
}

fn value(kind: Kind, severities: &[String]) -> Value {
    // TOML's dates have no type in JSON; editors take a date as a string of that format.
    let time = json!({ "type": "string", "format": "date-time" });
    match kind {
        Kind::Text | Kind::Prose | Kind::Person => json!({ "type": "string" }),
        Kind::Url => json!({ "type": "string", "format": "uri" }),
        Kind::Word(vocabulary) => word(vocabulary),
        Kind::Severity if severities.is_empty() => json!({ "type": "string" }),
        Kind::Severity => json!({ "type": "string", "enum": severities }),
        Kind::List | Kind::Names => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Words(vocabulary) => json!({ "type": "array", "items": word(vocabulary) }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::FlagOrText => json!({ "anyOf": [{ "type": "boolean" }, { "type": "string" }] }),
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::Amount => json!({ "type": "number", "minimum": 0 }),
        Kind::Percent => json!({ "type": "number", "minimum": 0, "maximum": 100 }),
        Kind::Reading => json!({ "anyOf": [{ "type": "string" }, { "type": "number" }] }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => time,
        Kind::TimeOrNo => json!({ "anyOf": [time, { "const": false }] }),
        Kind::Table => json!({ "type": "object" }),
        Kind::Tables => json!({ "type": "array" }),
        Kind::Free => json!({}),
    }
}

/// A closed vocabulary is an enumeration; another offers its words and takes any text.
fn word(vocabulary: &Vocabulary) -> Value {
    let words: Vec<&str> = vocabulary.slugs().collect();
    match vocabulary.openness {
        Openness::Closed => json!({ "type": "string", "enum": words }),
        Openness::Expected | Openness::Open => json!({ "anyOf": [{ "enum": words }, { "type": "string" }] }),
    }
}

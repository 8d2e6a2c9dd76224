//! What holds for any input: no panic, nothing twice, no half of an import.

use proptest::prelude::*;

use super::*;

/// Any JSON, with the keys that readers look for more often than not.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let keys = prop::sample::select(vec![
        "log_entries",
        "notes",
        "incidents",
        "incident",
        "incident_updates",
        "data",
        "messages",
        "ts",
        "text",
        "type",
        "created_at",
        "createdAt",
        "display_at",
        "log",
        "event",
        "user",
        "body",
        "id",
        "status",
        "subtype",
        "files",
        "attachments",
        "channel",
        "source",
        "issue",
        "rename",
        "label",
        "thread_ts",
        "summary",
        "content",
        "x",
    ]);
    let texts = prop::sample::select(vec![
        "",
        "x",
        "2024-03-05T10:00:00Z",
        "2024-03-05T23:59:60+14:00",
        "9999-12-31T23:59:59-23:00",
        "0000-01-01T00:00:00Z",
        "1516454537.000093",
        "99999999999.9",
        "<@U1> <",
        "closed",
        "commented",
        "cross-referenced",
        "trigger_log_entry",
        "resolve_log_entry",
        "https://a@b?token=1",
        "\u{0}\u{202e}🚢",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        texts.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((keys.clone(), inner), 0..8)
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// Reads and plans; what comes of it is written as TOML and read again.
fn survives(product: Product, bytes: &[u8]) {
    let Ok(export) = read_with(product, bytes, None, &[]) else { return };
    let once = plan(&export, &Record::default(), true);
    let record = with(&Record::default(), &once);
    let text = toml::to_string(record.values()).expect("TOML");
    let read: Table = text.parse().expect("the TOML just written");
    let again = plan(&export, &Record::new(read), true);
    assert_eq!(again.add, [], "{product}: {text}");
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused_and_adds_nothing_twice(value in any_json()) {
        let text = value.to_string();
        for product in Product::ALL {
            survives(product, text.as_bytes());
        }
    }

    #[test]
    fn any_table_is_read_or_refused_and_adds_nothing_twice(
        rows in prop::collection::vec("(2017-01-31|31/01/2017|01/02/2017|~?[0-9]{1,2}:[0-9]{2}( pm|Z)?|[ -~üß]{0,12}|\"[^\"]{0,9}\"|)[,;\t]?([ -~é]{0,9}|x),?(10:00|y|)", 0..8)
    ) {
        for header in ["time,event,until", "date,time,event", "Time (UTC);Event"] {
            let table = format!("{header}\n{}", rows.join("\n"));
            survives(Product::Csv, table.as_bytes());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for product in Product::ALL {
            survives(product, &bytes);
        }
    }
}

#[test]
fn every_truncation_of_a_sample_is_an_error_or_a_shorter_import() {
    let table = TABLE.as_bytes().to_vec();
    let samples = SAMPLES.iter().map(|(product, name)| (*product, fixture(name))).chain([(Product::Csv, table)]);
    for (product, bytes) in samples {
        let whole = export(product, &bytes).events.len();
        // Every place of the small ones, a few hundred of the others.
        let step = bytes.len() / 400 + 1;
        for end in (0..bytes.len()).step_by(step) {
            if let Ok(part) = read_with(product, &bytes[..end], None, &[]) {
                let rest_is_blank = bytes[end..].iter().all(u8::is_ascii_whitespace);
                assert!(part.events.len() <= whole, "{product} {end}");
                assert!(product == Product::Csv || rest_is_blank, "{product} {end}");
            }
        }
    }
}

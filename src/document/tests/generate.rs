//! Valid documents in every shape, built piece by piece: a piece that would make the document invalid is left out.

use proptest::collection::vec;
use proptest::prelude::*;
use toml::{Table, Value};

use crate::document::{Document, Layout, Style};

/// A layout with an opinion on some of the generated keys.
pub(super) struct Ranked;

impl Layout for Ranked {
    fn rank(&self, path: &[&str]) -> Option<usize> {
        const ORDER: [&str; 14] =
            ["kind", "a", "b", "t", "t.a", "t.b", "t.u", "t.u.a", "l", "l.a", "l.b", "l.s", "l.m", "v"];
        let path = path.join(".");
        ORDER.iter().position(|known| *known == path)
    }

    fn style(&self, path: &[&str]) -> Style {
        match path.last() {
            Some(&"a") => Style::Prose,
            Some(&"b" | &"kind") => Style::OneLine,
            Some(&"c") => Style::Inline,
            _ => Style::List,
        }
    }
}

fn bare_name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "kind", "x-1", "t", "u", "l"]).prop_map(String::from)
}

fn written_key() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => bare_name(),
        1 => Just("\"q r\"".to_owned()),
        1 => Just("'l.t'".to_owned()),
        1 => Just("\"\\u00e9\"".to_owned()),
        1 => Just("\"\"".to_owned()),
    ]
}

fn dotted_key() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => written_key(),
        1 => (written_key(), written_key()).prop_map(|(a, b)| format!("{a}.{b}")),
        1 => (written_key(), written_key(), written_key()).prop_map(|(a, b, c)| format!("{a} . {b}.{c}")),
    ]
}

fn scalar() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "1",
        "-17",
        "0xff",
        "1_000",
        "3.14",
        "-0.0",
        "nan",
        "inf",
        "6.02e23",
        "true",
        "false",
        "\"plain\"",
        "\"with \\\"quotes\\\" and \\\\\"",
        "'literal \\ '",
        "\"\"",
        "''",
        "\"# no comment, ]\"",
        "\"\"\"\nprose\nin lines\n\"\"\"",
        "\"\"\"tight \\\n   folded\"\"\"",
        "'''\nraw \\ lines\n'''",
        "''''quoted''''",
        "2017-01-31T17:20:00Z",
        "2017-01-31 17:20:00.5+01:00",
        "2017-01-31T17:20:00",
        "2017-01-31",
        "17:20:00",
    ])
    .prop_map(String::from)
}

fn list(item: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    prop_oneof![
        (vec(item.clone(), 0..4), any::<bool>()).prop_map(|(items, trailing)| {
            let comma = if trailing && !items.is_empty() { "," } else { "" };
            format!("[{}{comma}]", items.join(", "))
        }),
        (vec(item.clone(), 0..3), any::<bool>()).prop_map(|(items, trailing)| {
            let comma = if trailing && !items.is_empty() { " ," } else { "" };
            format!("[ {}{comma} ]", items.join(","))
        }),
        (vec((item.clone(), 0..4_u8), 0..4), any::<bool>(), any::<bool>()).prop_map(|(items, trailing, close)| {
            let mut text = "[ # in brackets, ]".to_owned();
            let last = items.len().saturating_sub(1);
            for (at, (item, comment)) in items.iter().enumerate() {
                let comma = if at < last || trailing { "," } else { "" };
                let line = match comment {
                    0 => format!("\n  {item}{comma}"),
                    1 => format!("\n  {item}{comma} # behind, [it"),
                    2 => format!("\n  # above it\n  {item} # between\n  {comma}"),
                    _ => format!(" {item}{comma}").replacen(' ', "\n\t", 1),
                };
                text.push_str(&line);
            }
            text.push_str(if close || items.is_empty() || text.contains("behind") || text.ends_with("between\n  ") {
                "\n]"
            } else {
                "]"
            });
            text
        }),
        vec(item, 2..5).prop_map(|items| format!("[\n    {}\n]", items.join(", "))),
    ]
}

fn inline_table(item: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    vec((dotted_key(), item), 0..4).prop_map(|pairs| {
        let mut kept: Vec<String> = Vec::new();
        for (key, value) in pairs {
            let mut with = kept.clone();
            with.push(format!("{key} = {value}"));
            if Document::parse(format!("x = {{ {} }}", with.join(", "))).is_ok() {
                kept = with;
            }
        }
        if kept.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", kept.join(", ")) }
    })
}

fn written_value() -> impl Strategy<Value = String> {
    let leaf = scalar().boxed();
    let nested = leaf.clone().prop_recursive(2, 8, 3, |inner| prop_oneof![list(inner.clone()), inline_table(inner)]);
    prop_oneof![3 => leaf, 2 => nested]
}

/// A header or a pair, without what is around it.
fn header_or_pair() -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec![
        "[t]",
        "[t.u]",
        "[ t . u . \"w\" ]",
        "[[l]]",
        "[[l]]",
        "[[ l ]]",
        "[l.s]",
        "[[l.m]]",
        "[v]",
        "['q'.z]",
        "  [in.dented]",
    ])
    .prop_map(String::from);
    let pair = (
        prop::sample::select(vec!["", "", "", "  ", "\t"]),
        dotted_key(),
        prop::sample::select(vec![" = ", " = ", "=", "   =  "]),
        written_value(),
    )
        .prop_map(|(indent, key, equals, value)| format!("{indent}{key}{equals}{value}"));
    prop_oneof![1 => header, 3 => pair]
}

/// A piece of a document: some lines.
fn piece() -> impl Strategy<Value = String> {
    let above = prop::sample::select(vec![
        "",
        "",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "# above\n",
        "\n# above\n# in two lines\n",
        "\n# apart\n\n",
        "  \n",
    ]);
    let behind = prop::sample::select(vec!["", "", "", " # behind", "#", "  "]);
    (above, header_or_pair(), behind).prop_map(|(above, statement, behind)| format!("{above}{statement}{behind}\n"))
}

/// A valid document.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    (vec(piece(), 0..14), 0..3_u8, any::<bool>(), 0..4_u8).prop_map(|(pieces, ending, mark, end)| {
        let mut text = String::new();
        for piece in pieces {
            let longer = format!("{text}{piece}");
            if Document::parse(longer.as_str()).is_ok() {
                text = longer;
            }
        }
        match end {
            0 => text.truncate(text.trim_end().len()),
            1 => text.push_str("\n# the end\n"),
            2 => text.push('\n'),
            _ => {}
        }
        if ending == 1 {
            text = text.replace('\n', "\r\n");
        } else if ending == 2 {
            text = text.replacen('\n', "\r\n", 2);
        }
        if mark {
            text.insert(0, '\u{feff}');
        }
        Document::parse(text).expect("built to be valid")
    })
}

/// A valid document of one habit: a blank line above every statement, or none at all.
pub(super) fn tidy_document() -> impl Strategy<Value = Document> {
    (
        vec((header_or_pair(), prop::sample::select(vec!["", " # behind"])), 0..12),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(pieces, spaced, crlf, finished)| {
            let mut text = String::new();
            for (piece, behind) in pieces {
                let gap = if spaced && !text.is_empty() { "\n" } else { "" };
                let longer = format!("{text}{gap}{piece}{behind}\n");
                if Document::parse(longer.as_str()).is_ok() {
                    text = longer;
                }
            }
            if !finished {
                text.truncate(text.trim_end().len());
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            Document::parse(text).expect("built to be valid")
        })
}

/// Any text, with what is troublesome in TOML.
pub(super) fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ -~]{0,6}".prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        2 => prop::sample::select(vec!["\n", "\"", "\"\"\"", "'", "'''", "\\", "\r", "\r\n", "\t", "\u{0}", "\u{7f}", "\u{1b}", "#", "é", "\n\n"]).prop_map(String::from),
    ];
    vec(part, 0..7).prop_map(|parts| parts.concat())
}

/// A value of a single line or text.
pub(super) fn scalar_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => text().prop_map(Value::String),
        1 => any::<i64>().prop_map(Value::Integer),
        1 => any::<f64>().prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => scalar().prop_map(|text| {
            let document = Document::parse(format!("x = {text}")).expect("a scalar");
            document.values()["x"].clone()
        }),
    ]
}

/// Any value.
pub(super) fn value() -> impl Strategy<Value = Value> {
    scalar_value().prop_recursive(2, 10, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((bare_name(), inner.clone()), 0..4).prop_map(|fields| Value::Table(fields.into_iter().collect())),
            vec(vec((bare_name(), inner), 1..3), 1..3).prop_map(|items| Value::Array(
                items.into_iter().map(|fields| Value::Table(fields.into_iter().collect::<Table>())).collect()
            )),
        ]
    })
}

/// A key as the value tree has it.
pub(super) fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => bare_name(), 1 => Just("q r".to_owned()), 1 => Just("new one".to_owned()), 2 => Just("z".to_owned()), 1 => text()]
}

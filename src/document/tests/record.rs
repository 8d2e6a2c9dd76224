//! Edits of a whole record, one after the other, and all that they change of its text.

use std::fmt::Write as _;

use similar::TextDiff;
use snapbox::{assert_data_eq, file};
use toml::Value;

use crate::document::{Document, Layout, Path, Style};

const RECORD: &str = include_str!("../../../tests/fixtures/record.toml");

/// The order and styles of the fixture itself.
struct Canonical(Vec<String>);

impl Canonical {
    fn new() -> Self {
        let document = Document::parse(RECORD).expect("the fixture is valid");
        let mut order: Vec<String> = Vec::new();
        let known = document.statements().iter().map(|statement| statement.path.generic().join("."));
        for path in known.chain(["sign_offs".to_owned()]) {
            if !order.contains(&path) {
                order.push(path);
            }
        }
        // Keys the fixture shows no example of, behind their neighbours.
        for (new, behind) in
            [("timeline.link", "timeline.notes"), ("impact.reputation.partners", "impact.reputation.escalations")]
        {
            let at = order.iter().position(|path| path == behind).expect("a neighbour");
            order.insert(at + 1, new.to_owned());
        }
        Self(order)
    }
}

impl Layout for Canonical {
    fn rank(&self, path: &[&str]) -> Option<usize> {
        let path = path.join(".");
        self.0.iter().position(|known| *known == path || known.starts_with(&format!("{path}.")))
    }

    fn style(&self, path: &[&str]) -> Style {
        match path {
            ["summary"] | ["cause" | "appendix", _] | ["timeline", "notes"]
                if path != ["cause", "whys"] && path != ["cause", "factors"] =>
            {
                Style::Prose
            }
            ["title"] => Style::OneLine,
            ["services" | "tags"] => Style::Inline,
            _ => Style::List,
        }
    }
}

fn path(text: &str) -> Path {
    text.parse().expect("a path")
}

fn value(text: &str) -> Value {
    Document::parse(format!("x = {text}")).expect("a value").values()["x"].clone()
}

fn fields(text: &str) -> Vec<(String, Value)> {
    value(text).as_table().expect("a table").clone().into_iter().collect()
}

type Edit = Box<dyn Fn(&Document) -> Document>;

fn set(at: &'static str, to: &'static str) -> (String, Edit) {
    let edit = move |document: &Document| document.set(&path(at), &value(to), &Canonical::new()).expect(at);
    (format!("set {at} = {to}"), Box::new(edit))
}

fn clear(at: &'static str) -> (String, Edit) {
    (format!("clear {at}"), Box::new(move |document: &Document| document.clear(&path(at)).expect(at)))
}

fn append(at: &'static str, what: &'static str) -> (String, Edit) {
    let edit = move |document: &Document| document.append(&path(at), &value(what), &Canonical::new()).expect(at);
    (format!("append {at} {what}"), Box::new(edit))
}

fn remove(at: &'static str, what: &'static str) -> (String, Edit) {
    let edit = move |document: &Document| document.remove_value(&path(at), &value(what)).expect(at);
    (format!("remove {at} {what}"), Box::new(edit))
}

fn insert(at: &'static str, index: Option<usize>, what: &'static str) -> (String, Edit) {
    let edit =
        move |document: &Document| document.insert_table(&path(at), index, &fields(what), &Canonical::new()).expect(at);
    (format!("insert {at} {index:?} {what}"), Box::new(edit))
}

fn edits() -> Vec<(String, Edit)> {
    vec![
        set("severity", "\"P2\""),
        set("status", "\"in-review\""),
        set("title", "'Production \"database\" removed'"),
        set("summary", "\"One line now.\\n\\nAnd \\\"\\\"\\\" more.\\n\""),
        set("impact.users.affected", "5200"),
        set("impact.users.percent", "99.5"),
        set("impact.data.loss", "false"),
        set("impact.reputation.partners", "2"),
        set("timeline[2].link", "\"https://example.com/a\""),
        set("timeline[1].kind", "\"note\""),
        set("cause.whys[2].because", "\"They looked the same.\\nThey still do.\\n\""),
        set("custom.\"on call\"", "\"nobody\""),
        set("custom.budget.left", "12"),
        set("zeta", "1"),
        set("brand_new.table", "true"),
        set("lessons.went_well", "[\"Progress was shared in public as it happened\", \"More\"]"),
        clear("owner"),
        clear("status"),
        clear("summary"),
        clear("format"),
        clear("incident.id"),
        clear("incident"),
        clear("timeline[1]"),
        clear("timeline[4]"),
        clear("timeline[4].private"),
        clear("timeline"),
        clear("prevention.monitoring[1]"),
        clear("custom.error_budget_minutes"),
        clear("impact"),
        append("tags", "\"people\""),
        append("impact.users.features", "\"merge \\\"trains\\\"\""),
        append("lessons.absent", "\"a new list\""),
        remove("tags", "\"backup\""),
        remove("impact.users.regions", "\"worldwide\""),
        insert("timeline", Some(0), "{ at = 2017-01-31T10:00:00Z, event = \"Before it all\" }"),
        insert("timeline", Some(3), "{ at = 2017-01-31T22:30:00Z, event = \"Between\" }"),
        insert("timeline", None, "{ at = 2017-02-02T10:00:00Z, event = \"After it all\", notes = \"Two\\nlines\\n\" }"),
        insert("actions", None, "{ id = \"zzzz\", action = \"New\", due = 2017-03-01 }"),
        insert("sign_offs", None, "{ from = \"in-review\", to = \"approved\", prev = [\"a\", \"b\"] }"),
        insert("links", Some(1), "{ url = \"https://example.com\" }"),
        insert("extra.list", None, "{ a = 1 }"),
    ]
}

#[test]
fn edits_of_a_record_change_these_lines_only() {
    let document = Document::parse(RECORD).expect("the fixture is valid");
    let mut report = String::new();
    for (name, edit) in edits() {
        let edited = edit(&document);
        let diff = TextDiff::from_lines(RECORD, edited.text());
        let diff = diff.unified_diff().context_radius(2).to_string();
        writeln!(report, "## {name}\n\n{diff}").expect("a string takes all");
    }
    assert_data_eq!(report, file!["../../../tests/fixtures/record-edits.txt"].raw());
}

#[test]
fn the_same_edits_in_a_crlf_file_with_a_mark_differ_in_line_breaks_only() {
    let document = Document::parse(RECORD).expect("the fixture is valid");
    let text = format!("\u{feff}{}", RECORD.replace('\n', "\r\n"));
    let other = Document::parse(text).expect("so is this");
    for (name, edit) in edits() {
        let (expected, edited) = (edit(&document), edit(&other));
        let expected = format!("\u{feff}{}", expected.text().replace('\n', "\r\n"));
        assert_eq!(edited.text(), expected, "{name}");
    }
}

#[test]
fn what_is_added_and_taken_out_again_leaves_the_text_as_it_was() {
    let document = Document::parse(RECORD).expect("the fixture is valid");
    let layout = Canonical::new();
    for (at, what) in [
        ("impact.reputation.partners", "2"),
        ("timeline[2].link", "\"x\""),
        ("custom.another", "1"),
        ("zeta", "1"),
        ("brand_new", "{ table = true }"),
        ("timeline[4].notes", "\"Two\\nlines\\n\""),
    ] {
        let edited = document.set(&path(at), &value(what), &layout).expect(at);
        assert_ne!(edited.text(), RECORD, "{at}");
        assert_eq!(edited.clear(&path(at)).expect(at).text(), RECORD, "{at}");
    }
    for list in ["timeline", "actions", "links", "cause.whys", "prevention.monitoring", "sign_offs"] {
        let len = document.len_of(&path(list)).unwrap_or(0);
        for index in 0..=len {
            let edited = document.insert_table(&path(list), Some(index), &fields("{ a = 1, b = \"x\" }"), &layout);
            let cleared = edited.expect(list).clear(&path(list).index(index)).expect(list);
            assert_eq!(cleared.text(), RECORD, "{list} {index}");
        }
    }
}

#[test]
fn a_record_can_be_written_from_nothing() {
    let document = Document::parse(RECORD).expect("the fixture is valid");
    let layout = Canonical::new();
    let entries: Vec<(Path, Value)> =
        document.values().iter().rev().map(|(key, value)| (Path::of(&[key]), value.clone())).collect();
    let written = Document::create("#:schema ../postmortem.schema.json\n", &entries, &layout).expect("all can be set");
    assert_eq!(written.values(), document.values());
    assert_data_eq!(written.text(), file!["../../../tests/fixtures/record-written.toml"].raw());
}

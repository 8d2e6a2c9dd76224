//! Edits by example, one for each shape a value can have.

use toml::Value;

use super::generate::Ranked;
use crate::document::{Document, EditError, Layout as _, LineEnding, Path, Plain, Step, Style};

fn path(text: &str) -> Path {
    text.parse().expect("a path")
}

fn value(text: &str) -> Value {
    read(&format!("x = {text}")).values()["x"].clone()
}

fn read(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

#[track_caller]
fn set(before: &str, at: &str, to: &str, after: &str) {
    let edited = read(before).set(&path(at), &value(to), &Ranked).expect("can be set");
    assert_eq!(edited.text(), after);
}

#[track_caller]
fn clear(before: &str, at: &str, after: &str) {
    let edited = read(before).clear(&path(at)).expect("can be cleared");
    assert_eq!(edited.text(), after);
}

#[track_caller]
fn append(before: &str, at: &str, what: &str, after: &str) {
    let edited = read(before).append(&path(at), &value(what), &Ranked).expect("can be appended to");
    assert_eq!(edited.text(), after);
}

#[track_caller]
fn insert(before: &str, at: &str, index: usize, what: &str, after: &str) {
    let edited = read(before).insert(&path(at), index, &value(what), &Ranked).expect("can be inserted");
    assert_eq!(edited.text(), after);
}

#[test]
fn a_value_is_replaced_and_nothing_else() {
    set("a  =  1   # why\nb=2", "a", "\"x\"", "a  =  \"x\"   # why\nb=2");
    set("\u{feff}a = 1\r\nb = 2\r\n", "b", "3", "\u{feff}a = 1\r\nb = 3\r\n");
    set("a.b . c = 1 # x\n", "a.b.c", "true", "a.b . c = true # x\n");
    set("\"q r\" = 1\n", "\"q r\"", "2017-01-31", "\"q r\" = 2017-01-31\n");
    set("t = { a = 1, 'b' = [1, {c = 2}] }\n", "t.b[2].c", "3", "t = { a = 1, 'b' = [1, {c = 3}] }\n");
}

#[test]
fn a_string_keeps_its_kind_where_it_can() {
    set("a = 'x'\n", "a", r#""say \"hi\" \\""#, "a = 'say \"hi\" \\'\n");
    set("a = 'x'\n", "a", r#""it's""#, "a = \"it's\"\n");
    set("a = \"x\"\n", "a", "'say \"hi\"'", "a = \"say \\\"hi\\\"\"\n");
    set("a = \"\"\"\nx\n\"\"\"\n", "a", "\"y\\nz\\n\"", "a = \"\"\"\ny\nz\n\"\"\"\n");
    set("a = \"\"\"x\"\"\"\n", "a", "\"y\"", "a = \"\"\"y\"\"\"\n");
    set("a = '''\nx'''\n", "a", r#""C:\\y\nz""#, "a = '''\nC:\\y\nz'''\n");
    set("a = '''\nx'''\n", "a", "\"'''\"", "a = \"\"\"\n'''\"\"\"\n");
    set("a = \"\"\"\r\nx\"\"\"\r\n", "a", "\"y\\nz\"", "a = \"\"\"\r\ny\r\nz\"\"\"\r\n");
    // A line of prose that becomes several takes the form of prose.
    set("a = \"x\"\n", "a", "\"y\\nz\\n\"", "a = \"\"\"\ny\nz\n\"\"\"\n");
    set("b = \"x\"\n", "b", "\"y\\nz\\n\"", "b = \"y\\nz\\n\"\n");
}

#[test]
fn a_list_changes_in_its_own_layout() {
    let list = "a = [\n  1, # one\n  # above two\n  2\n]\n";
    append(list, "a", "3", "a = [\n  1, # one\n  # above two\n  2,\n  3\n]\n");
    insert(list, "a", 0, "0", "a = [\n  0,\n  1, # one\n  # above two\n  2\n]\n");
    insert(list, "a", 1, "9", "a = [\n  1, # one\n  9,\n  # above two\n  2\n]\n");
    clear(list, "a[2]", "a = [\n  1 # one\n  # above two\n]\n");
    clear(list, "a[1]", "a = [\n  # above two\n  2\n]\n");
    append("a = [\n    'x', # one\n]", "a", "\"y\"", "a = [\n    'x', # one\n    'y',\n]");
    append("a = [\r\n]\r\n", "a", "1", "a = [\r\n    1,\r\n]\r\n");
    append("a = [1, 2]", "a", "3", "a = [1, 2, 3]");
    append("a = [1, 2,]", "a", "3", "a = [1, 2, 3,]");
    append("a = [ 1 ]", "a", "3", "a = [ 1, 3 ]");
    append("a = []", "a", "[1, 'b']", "a = [[1, \"b\"]]");
    clear("a = [1, 2, 3]", "a[2]", "a = [1, 3]");
    clear("a = [1, 2, 3]", "a[3]", "a = [1, 2]");
    clear("a = [1, 2,]", "a[2]", "a = [1,]");
    clear("a = [ 1 ]", "a[1]", "a = []");
    set(list, "a", "[1, 2, 3]", "a = [\n  1, # one\n  # above two\n  2,\n  3\n]\n");
    set("a = [1, 2] # x", "a", "[]", "a = [] # x");
    set("a = [1, 2] # x", "a", "\"none\"", "a = \"none\" # x");
}

#[test]
fn an_inline_table_changes_entry_by_entry() {
    set("t = { a = 1 }\n", "t.b", "2", "t = { a = 1, b = 2 }\n");
    set("t = {b = 1}\n", "t.a", "2", "t = {a = 2, b = 1}\n");
    set("t = {}\n", "t.a.deep", "2", "t = { a.deep = 2 }\n");
    set("t = { a.x = 1 }\n", "t.a.y", "2", "t = { a.x = 1, a.y = 2 }\n");
    set("t = { a = 1, b = 2 }\n", "t", "{ a = 1, c = 3 }", "t = { a = 1, c = 3 }\n");
    clear("t = { a = 1, b = 2 }\n", "t.a", "t = { b = 2 }\n");
    clear("t = { a = 1, b = 2 }\n", "t.b", "t = { a = 1 }\n");
    clear("t = { a.x = 1, b = 2, a.y = 3 }\n", "t.a", "t = { b = 2 }\n");
    clear("t = { a = 1 }\n", "t.a", "t = {}\n");
    append("l = [{ a = 1 }]\n", "l", "{ a = 2 }", "l = [{ a = 1 }, { a = 2 }]\n");
    insert("l = [{ a = 1 }]\n", "l", 0, "{ a = 2 }", "l = [{ a = 2 }, { a = 1 }]\n");
}

#[test]
fn a_new_key_goes_to_its_rank_with_the_spacing_of_its_neighbours() {
    set("a = 1\n\nzz = 2\n", "b", "3", "a = 1\n\nb = 3\n\nzz = 2\n");
    set("b = 1\nzz = 2\n", "a", "3", "a = 3\nb = 1\nzz = 2\n");
    set("a = 1", "b", "3", "a = 1\n\nb = 3");
    set("kind = 1\r\n", "b", "3", "kind = 1\r\n\r\nb = 3\r\n");
    set("# about the file\nb = 1\nc = 2\n", "a", "3", "# about the file\na = 3\nb = 1\nc = 2\n");
    set("# top\n\n# about b\nb = 1\nc = 2\n", "a", "3", "# top\n\na = 3\n# about b\nb = 1\nc = 2\n");
    set("[t]\n  b=1\n  c=2\n", "t.a", "3", "[t]\n  a=3\n  b=1\n  c=2\n");
    set("", "a", "1", "a = 1\n");
    set("# only this\n", "a", "1", "# only this\n\na = 1\n");
    set("[t]\nb = 1\n\n[v]\n", "a", "1", "a = 1\n\n[t]\nb = 1\n\n[v]\n");
    set("[t]\n\n[v]\n", "t.a", "1", "[t]\n\na = 1\n\n[v]\n");
}

#[test]
fn a_key_in_a_missing_table_makes_the_table_in_its_place() {
    set("kind = 1\n\n[v]\nx = 1\n", "t.a", "1", "kind = 1\n\n[t]\na = 1\n\n[v]\nx = 1\n");
    set("[t.u]\nx = 1\n", "t.a", "1", "[t]\na = 1\n\n[t.u]\nx = 1\n");
    set("[t]\nx = 1\n", "t.u.a", "1", "[t]\nx = 1\n\n[t.u]\na = 1\n");
    // An element's table stays with its element.
    set(
        "[[l]]\nx = 1\n\n[[l]]\nx = 2\n\n[v]\n",
        "l[1].s.a",
        "1",
        "[[l]]\nx = 1\n\n[l.s]\n\na = 1\n\n[[l]]\nx = 2\n\n[v]\n",
    );
    set(
        "[[l]]\nx = 1\n\n[v]\n\n[[l]]\nx = 2\n",
        "l[2].s.a",
        "1",
        "[[l]]\nx = 1\n\n[v]\n\n[[l]]\nx = 2\n\n[l.s]\n\na = 1\n",
    );
    // Where the document writes dotted keys, so does the edit.
    set("t.u.x = 1\nt.z = 2\n", "t.u.a", "1", "t.u.x = 1\nt.u.a = 1\nt.z = 2\n");
    set("t.x = 1\n", "v.x", "1", "t.x = 1\n\nv.x = 1\n");
    set("[t]\nu.x = 1\n\n[v]\n", "t.u.y", "1", "[t]\nu.x = 1\n\nu.y = 1\n\n[v]\n");
    // A header below made the table first, but dotted keys have added to it: it can have no header any more.
    set("[t.u.w]\n[t]\nu.x = 1\n", "t.u.y", "2", "[t.u.w]\n[t]\nu.x = 1\nu.y = 2\n");
    set("t = { x = 1 }\n", "v.x.y", "1", "t = { x = 1 }\n\nv = { x = { y = 1 } }\n");
}

#[test]
fn comments_below_a_key_stay_with_it() {
    set("[t]\na = 1\n# z = 2\n\n[v]\n", "t.b", "3", "[t]\na = 1\n# z = 2\n\nb = 3\n\n[v]\n");
    set("a = 1\n# of the rest\nzz = 2\n", "b", "3", "a = 1\nb = 3\n# of the rest\nzz = 2\n");
    set("[t]\n# nothing yet\n\n[v]\n", "t.a", "1", "[t]\n# nothing yet\n\na = 1\n\n[v]\n");
    set("a = 1\n\n# the end\n", "t.u", "1", "a = 1\n\n# the end\n\n[t]\n\nu = 1\n");
}

#[test]
fn a_cleared_key_takes_its_line_and_one_blank_line() {
    clear("a = 1\n\nb = 2 # gone too\n\nc = 3\n", "b", "a = 1\n\nc = 3\n");
    clear("a = 1\nb = 2\nc = 3\n", "b", "a = 1\nc = 3\n");
    clear("a = 1\n\n\nb = 2\n", "b", "a = 1\n\n");
    clear("a = 1\nb = 2", "b", "a = 1");
    clear("a = 1\r\n\r\nb = 2", "b", "a = 1");
    clear("a = 1\n\nb = 2\n", "a", "b = 2\n");
    clear("# stays\nb = 2\nc = 3\n", "b", "# stays\nc = 3\n");
    clear("[t]\na = 1\n\n[v]\n", "t.a", "[t]\n\n[v]\n");
    clear("t.a = 1\nt.b = 2\nc = 3\n", "t", "c = 3\n");
    clear("[t]\na = 1\n\n# with u\n[t.u]\n\n# apart\n\n[v]\n", "t", "# apart\n\n[v]\n");
    clear("[t.u]\na = 1\n\n[v]\n\n[t]\nb = 1\n", "t", "[v]\n");
}

#[test]
fn a_block_is_put_in_and_taken_out_with_its_tables() {
    let list = "# the list\n[[l]]\nx = 1\n[l.s]\ny = 1\n\n# second\n[[l]]\nx = 2\n\n[v]\n\n[l.s]\ny = 2\n";
    insert(
        list,
        "l",
        0,
        "{ x = 0 }",
        "# the list\n[[l]]\nx = 0\n\n[[l]]\nx = 1\n[l.s]\ny = 1\n\n# second\n[[l]]\nx = 2\n\n[v]\n\n[l.s]\ny = 2\n",
    );
    insert(
        list,
        "l",
        1,
        "{ x = 0 }",
        "# the list\n[[l]]\nx = 1\n[l.s]\ny = 1\n\n[[l]]\nx = 0\n\n# second\n[[l]]\nx = 2\n\n[v]\n\n[l.s]\ny = 2\n",
    );
    append(list, "l", "{ x = 0 }", &format!("{list}\n[[l]]\nx = 0\n"));
    clear(list, "l[1]", "# the list\n# second\n[[l]]\nx = 2\n\n[v]\n\n[l.s]\ny = 2\n");
    clear(list, "l[2]", "# the list\n[[l]]\nx = 1\n[l.s]\ny = 1\n\n[v]\n");
    clear(list, "l", "[v]\n");
    append(
        "kind = 1\n\n[v]\n",
        "l",
        "{ x = 1, s = { y = 1 }, c = { d = 2 } }",
        "kind = 1\n\n[[l]]\nx = 1\nc = { d = 2 }\n\n[l.s]\n\ny = 1\n\n[v]\n",
    );
}

#[test]
fn a_table_may_become_a_value_and_a_value_a_table() {
    set("[t]\na = 1\n\n[v]\n", "t", "1", "t = 1\n\n[v]\n");
    set("t.a = 1\n", "t", "{}", "[t]\n");
    set("t = 1 # x\n", "t", "{ b = 2 }", "t = { b = 2 } # x\n");
    set("[[l]]\na = 1\n\n[[l]]\na = 2\n", "l", "[{ a = 2 }]", "[[l]]\na = 2\n");
    set("[[l]]\na = 1\n", "l", "[{ a = 1 }, { a = 2 }]", "[[l]]\na = 1\n\n[[l]]\na = 2\n");
}

#[test]
fn equal_elements_go_together_and_none_is_an_error() {
    let document = read("a = [1, 2, 1, 3] # x\n");
    assert_eq!(document.remove_value(&path("a"), &value("1")).expect("there").text(), "a = [2, 3] # x\n");
    let error = document.remove_value(&path("a"), &value("'x'")).expect_err("not there");
    assert_eq!(error.to_string(), "`a` does not hold \"x\"; nothing to remove");
    let blocks = read("[[l]]\na = 1\n\n[[l]]\na = 2\n\n[[l]]\na = 1\n");
    let left = blocks.remove_value(&path("l"), &value("{ a = 1 }")).expect("there");
    assert_eq!(left.text(), "[[l]]\na = 2\n");
}

#[test]
fn an_edit_that_cannot_be_made_says_why() {
    let document = read("a = 1\nl = [1]\n[[t]]\nb = 1\n");
    let set = |at: &str| document.set(&path(at), &value("1"), &Plain).expect_err("impossible").to_string();
    assert_eq!(set("a.b"), "`a` is a whole number, not a table, so it has no keys");
    assert_eq!(set("l.b"), "`l` is a list, not a table, so it has no keys; name an entry by number, as in `[1]`");
    assert_eq!(set("l[2]"), "there is no `l[2]`: the list has 1 entries; append to it to add one");
    assert_eq!(set("a[1]"), "`a` is a whole number, not a list; set it as a whole instead");
    assert_eq!(set("new[1].b"), "there is no `new[1]`: the list has 0 entries; append to it to add one");
    assert_eq!(set("t[1]"), "`t` is a list of tables; give the new entry as one, as in `{ name = \"…\" }`");
    let clear = |at: &str| document.clear(&path(at)).expect_err("impossible").to_string();
    assert_eq!(clear("b"), "`b` is not in the document; nothing to change there");
    assert_eq!(clear("t[2]"), "there is no `t[2]`: the list has 1 entries; append to it to add one");
    assert_eq!(document.clear(&Path::root()).expect_err("impossible"), EditError::Root);
    let append = document.append(&path("a"), &value("1"), &Plain).expect_err("impossible");
    assert_eq!(append.to_string(), "`a` is a whole number, not a list; set it as a whole instead");
    assert!(matches!(document.append(&path("t"), &value("1"), &Plain), Err(EditError::NotFields { .. })));
}

#[test]
fn all_that_is_wrong_with_a_text_is_told_at_once() {
    let text = "a = 1\na = 2\nb = \nc = 99999999999999999999\nd = 1e999\n[t\n";
    let errors = Document::parse(text).expect_err("wrong");
    let lines: Vec<usize> = errors.iter().map(|error| crate::document::line_column(text, error.span.start).0).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6], "{errors:?}");
}

#[test]
fn line_breaks_in_strings_are_read_as_one_character() {
    let document = read("a = \"\"\"\r\nx\r\ny\\r\\n\"\"\"\r\nb = '''x\r\ny'''\r\nc = \"x\\r\\ny\"\r\n");
    assert_eq!(document.line_ending(), LineEnding::Crlf);
    assert_eq!(document.get(&path("a")), Some(Value::String("x\ny\r\n".to_owned())));
    assert_eq!(document.get(&path("b")), Some(Value::String("x\ny".to_owned())));
    assert_eq!(document.get(&path("c")), Some(Value::String("x\r\ny".to_owned())));
}

#[test]
fn places_are_counted_in_lines_and_characters() {
    let document = read("\u{feff}a = \"é\" # x\n\n[[t]]\nb.c = [1, { d = 2 }]\n");
    let at = |at: &str| {
        let span = document.span_of(&path(at)).expect("there");
        (document.line_column(span.start), &document.text()[span])
    };
    assert_eq!(at("a"), ((1, 5), "\"é\""));
    assert_eq!(at("t"), ((3, 1), "[[t]]"));
    assert_eq!(at("t[1]"), ((3, 1), "[[t]]"));
    assert_eq!(at("t[1].b.c"), ((4, 7), "[1, { d = 2 }]"));
    assert_eq!(at("t[1].b.c[2].d"), ((4, 17), "2"));
    assert_eq!(document.line_column(13), (1, 10), "behind é, which is two bytes");
    assert_eq!(document.line_column(9999), (5, 1));
    let key = |at: &str| document.key_span_of(&path(at)).map(|span| &document.text()[span]);
    assert_eq!(key("t[1].b.c"), Some("c"));
    assert_eq!(key("t[1].b"), Some("b"));
    assert_eq!(key("t"), Some("t"));
    assert_eq!(key("t[1].b.c[1]"), None);
    assert_eq!(document.len_of(&path("t[1].b.c")), Some(2));
    assert_eq!(document.len_of(&path("a")), None);
}

#[test]
fn the_text_of_a_table_is_all_that_is_in_it() {
    let document = read("t.a = 1\nx = 1\n# of b\nt.b = 2 # x\n[[l]]\na = 1\n\n# of s\n[l.s]\n\n[v]\n");
    let regions = |at: &str| -> Vec<&str> {
        document.regions_of(&path(at)).into_iter().map(|range| &document.text()[range]).collect()
    };
    assert_eq!(regions("t"), ["t.a = 1\n", "# of b\nt.b = 2 # x\n"]);
    assert_eq!(regions("l[1]"), ["[[l]]\na = 1\n", "# of s\n[l.s]\n"]);
    assert_eq!(regions("nothing"), [""; 0]);
}

#[test]
fn statements_know_their_lines_and_comments() {
    let document = read("# a\n\n# b\n# c\n[[t]] # d\nx . y = \"\"\"\n1\"\"\" # e\n");
    let text = |range: &std::ops::Range<usize>| &document.text()[range.clone()];
    let [header, pair] = document.statements() else { panic!("two statements") };
    assert_eq!(header.path, path("t[1]"));
    assert_eq!(text(&header.leading), "# b\n# c\n");
    assert_eq!(text(&header.lines), "[[t]] # d\n");
    assert_eq!(header.comment.as_ref().map(text), Some("# d"));
    assert_eq!(pair.path, path("t[1].x.y"));
    assert_eq!(pair.keys.iter().map(text).collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(text(&pair.body), "x . y = \"\"\"\n1\"\"\"");
    assert_eq!(text(&pair.lines), "x . y = \"\"\"\n1\"\"\" # e\n");
    assert_eq!(pair.comment.as_ref().map(text), Some("# e"));
    assert!(pair.leading.is_empty());
}

#[test]
fn a_path_is_written_as_people_count() {
    let steps = [Step::Key("cause".into()), Step::Key("whys".into()), Step::Index(1), Step::Key("be cause".into())];
    assert_eq!(path("cause.whys[2].\"be cause\"").steps(), steps);
    assert_eq!(path("cause.whys[2].'be cause'").to_string(), "cause.whys[2].\"be cause\"");
    assert_eq!(path("m[1][2]"), Path::of(&["m"]).index(0).index(1));
    assert_eq!(path("cause.whys[2].because").generic(), ["cause", "whys", "because"]);
    let error = |text: &str| text.parse::<Path>().expect_err("no path").to_string();
    assert_eq!(error(""), "a key is missing; name one, as in `impact.users.affected`");
    assert_eq!(error("l[0]"), "`l[0]` counts from zero; entries are numbered from 1, so write `[1]` for the first");
    assert_eq!(error("l[x]"), "`l[x]` needs a number between `[` and `]` at character 2, as in `cause.whys[2]`");
    assert_eq!(error("l[99999999999999999999999]").split(' ').nth(1), Some("needs"));
    assert_eq!(error("a..b"), "`a..b` has an empty part at character 3; write one key between two dots");
    assert_eq!(error("a."), "`a.` has an empty part at character 3; write one key between two dots");
    assert_eq!(error("\"a"), "`\"a` has a quoted key at character 1 that does not read as one");
    assert_eq!(error("a.\"\\q\""), "`a.\"\\q\"` has a quoted key at character 3 that does not read as one");
    assert_eq!(
        error("é b"),
        "`é b` has 'é' at character 1; put keys with other than letters, digits, `-` and `_` in quotes"
    );
    assert_eq!(
        error("a[1]b"),
        "`a[1]b` has 'b' at character 5; put keys with other than letters, digits, `-` and `_` in quotes"
    );
}

#[test]
fn a_document_is_made_of_entries_in_any_order() {
    let entries =
        [(path("v.x"), value("1")), (path("a"), value("\"p\\nq\\n\"")), (path("l"), value("[{ b = 1 }, { b = 2 }]"))];
    let made = Document::create("# new\n\n", &entries, &Ranked).expect("all can be set");
    assert_eq!(made.text(), "# new\n\na = \"\"\"\np\nq\n\"\"\"\n\n[[l]]\nb = 1\n\n[[l]]\nb = 2\n\n[v]\n\nx = 1\n");
}

#[test]
fn a_layout_need_know_nothing() {
    assert_eq!(Plain.rank(&["a"]), None);
    assert_eq!(Plain.style(&["a"]), Style::Prose);
    let edited = read("").set(&path("a.b"), &value("'x'"), &Plain).expect("can be set");
    assert_eq!(edited.text(), "[a]\n\nb = \"x\"\n");
}

//! What GitHub's runner makes of the lines that a step prints: a parser of its own, written after the runner's source
//! (`ActionCommand.cs`), and nothing of the program's.

use std::collections::BTreeMap;

/// A command that the runner would carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) data: String,
}

/// The commands of everything a step has printed.
pub(crate) fn commands(printed: &str) -> Vec<Command> {
    printed.split(['\n', '\r']).filter_map(|line| current(line).or_else(|| old(line))).collect()
}

/// `::name key=value,key=value::data`, after blanks.
fn current(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, data) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let properties = properties.trim().split(',').filter_map(|pair| pair.split_once('=')).map(|(key, value)| {
        let value = unescaped(value, &[("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]);
        (key.trim().to_owned(), value)
    });
    let data = unescaped(data, &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]);
    (!name.is_empty()).then(|| Command { name: name.to_owned(), properties: properties.collect(), data })
}

/// `##[name key=value;key=value]data`, anywhere in a line.
fn old(line: &str) -> Option<Command> {
    let rest = &line[line.find("##[")? + 3..];
    let (head, data) = rest.split_once(']')?;
    let name = head.split(' ').next().unwrap_or_default();
    (!name.is_empty()).then(|| Command { name: name.to_owned(), properties: BTreeMap::new(), data: data.to_owned() })
}

fn unescaped(text: &str, escapes: &[(&str, &str)]) -> String {
    escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn the_parser_knows_both_forms() {
    let printed = "  ::error file=a%2Cb,line=3::x%0Ay %25\n::debug::\nplain :: text\nhere ##[warning]z\n::nothing";
    let all = commands(printed);
    assert_eq!(all.iter().map(|command| command.name.as_str()).collect::<Vec<_>>(), ["error", "debug", "warning"]);
    assert_eq!((all[0].properties["file"].as_str(), all[0].data.as_str()), ("a,b", "x\ny %"));
}

//! Generated repositories: records as teams have them, most of them long done.

use std::fmt::Write as _;
use std::path::Path;

use crate::sh;

/// One record in so many is still being worked on, and has open actions.
const OPEN: usize = 10;

/// A repository of records of about 5 KB, by year, in one commit.
pub(crate) fn generate(repository: &Path, count: usize) {
    generate_with(repository, count, OPEN);
}

/// The same where one record in `open` is a draft with open actions.
pub(crate) fn generate_with(repository: &Path, count: usize, open: usize) {
    std::fs::create_dir_all(repository).expect("a directory");
    sh(
        repository,
        "git init -q && git config user.name Bench && git config user.email bench@example.com && git config gc.auto 0",
    );
    let (before, after) = body();
    for number in 0..count {
        let year = 2020 + number % 6;
        let folder = repository.join(format!("postmortems/{year}"));
        if number < 6 {
            std::fs::create_dir_all(&folder).expect("a directory");
        }
        let text = record(number, number.is_multiple_of(open), &before, &after);
        std::fs::write(folder.join(format!("{}.toml", id(number))), text).expect("a record");
    }
    sh(repository, "git add -A && git commit -q -m generated && git repack -adq && git status > /dev/null");
}

/// The id of a record.
pub(crate) fn id(number: usize) -> String {
    format!("{}-01-01-incident-{number}", 2020 + number % 6)
}

/// The file of a record.
pub(crate) fn file(number: usize) -> String {
    format!("postmortems/{}/{}.toml", 2020 + number % 6, id(number))
}

/// What a record says below its title, with the actions of the complete example.
pub(crate) fn whole_body() -> String {
    let example = include_str!("../fixtures/record.toml");
    let body = example.split_once("title =").and_then(|(_, rest)| rest.split_once('\n')).expect("a title").1;
    body.lines().filter(|line| !line.starts_with('#')).fold(String::new(), |text, line| text + line + "\n")
}

/// What stands before and behind the actions of the complete example, without its comments, its figures, whose files are
/// not generated, and the longest texts: about as long as a real one.
fn body() -> (String, String) {
    let example = include_str!("../fixtures/record.toml");
    let mut text = String::new();
    let mut left_out = false;
    for line in example.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            left_out = ["[[figures]]", "[[actions]]", "[[sign_offs]]", "[custom", "[[metrics]]"]
                .iter()
                .any(|table| line.starts_with(table));
        }
        let own = ["title = ", "status = ", "format = "].iter().any(|key| line.starts_with(key));
        if !left_out && !own {
            let _ = writeln!(text, "{line}");
        }
    }
    let place = text.find("[prevention]").expect("the example has it");
    (text[..place].to_owned(), text[place..].to_owned())
}

fn record(number: usize, open: bool, before: &str, after: &str) -> String {
    let status = if open { "draft" } else { "complete" };
    let mut text = format!(
        "format = 1\n\ntitle = \"Incident {number} of the generated collection\"\n\nstatus = \"{status}\"\n{before}"
    );
    for action in 0..4 {
        let year = 2020 + number % 6;
        let _ = write!(
            text,
            "[[actions]]\n\nid = \"{}\"\n\naction = \"Keep incident {number} from happening again, part {action}\"\n\n\
             type = \"prevent\"\n\nowner = \"Team {} <team@example.com>\"\n\npriority = \"P{}\"\n\ndue = {year}-02-0{}\n\n",
            action_id(number * 4 + action),
            number % 17,
            1 + action % 3,
            1 + action,
        );
        let rest = if open && action % 2 == 0 {
            "status = \"open\"\n\n".to_owned()
        } else {
            format!("status = \"done\"\n\nclosed = {year}-02-01\n\nevidence = \"https://example.com/{number}\"\n\n")
        };
        text.push_str(&rest);
    }
    text + after
}

/// The id of the n-th action; they begin again after 720,896.
fn action_id(number: usize) -> String {
    let alphabet = b"0123456789abcdefghjkmnpqrstvwxyz";
    let letter = |index: usize| char::from(alphabet[index]);
    let (first, rest) = (10 + number % 22, number / 22);
    [letter(first), letter(rest % 32), letter(rest / 32 % 32), letter(rest / 1024 % 32)].iter().collect()
}

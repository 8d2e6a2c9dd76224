//! CODEOWNERS: who the forge asks to review records, the settings and the job that judges them.
//!
//! The lines stand between two marker lines and are made anew from the people of the settings each time; nothing outside of
//! the markers is ever touched. Never makes somebody up: where the settings name nobody the lines are comments.

use super::{Wanted, text_of};
use crate::cli::failure::Failure;
use crate::config::policy::Person;
use crate::config::{Config, FILE_NAME};
use crate::store::{RepoPath, Store};

/// Above our lines.
const BEGIN: &str = "# pm: lines for postmortems, from the people of pm.toml; `pm init` writes them anew";
/// Below our lines.
const END: &str = "# pm: end";

/// The first words of the lines that earlier versions wrote, without markers and as comments.
const OLD: &str = "# Postmortems: name who reviews records and the settings of pm, then remove the `# ` in front.";

/// A forge, as far as its owners go.
pub(super) struct Forge {
    /// Where it looks for the file, the place for a new one first.
    pub(super) places: &'static [&'static str],
    /// The files that say what a job does.
    pub(super) jobs: &'static [&'static str],
}

/// The file or files with our lines in them. Two forges that read the same file share it.
pub(super) fn owners(
    store: &Store,
    config: &Config,
    records: &RepoPath,
    forges: &[Forge],
) -> Result<Vec<Wanted>, Failure> {
    let mut files: Vec<(RepoPath, Option<String>, Vec<&str>)> = Vec::new();
    for forge in forges {
        let mut found = None;
        for place in forge.places {
            let path = RepoPath::new(*place)?;
            let text = text_of(store, &path)?;
            if text.is_some() {
                found = Some((path, text));
                break;
            }
        }
        let (path, before) = match found {
            Some(found) => found,
            None => (RepoPath::new(forge.places[0])?, None),
        };
        match files.iter_mut().find(|(known, _, _)| *known == path) {
            Some((_, _, jobs)) => jobs.extend(forge.jobs),
            None => files.push((path, before, forge.jobs.to_vec())),
        }
    }
    Ok(files.into_iter().map(|(path, before, jobs)| wanted(config, records, path, before, &jobs)).collect())
}

fn wanted(config: &Config, records: &RepoPath, path: RepoPath, before: Option<String>, jobs: &[&str]) -> Wanted {
    let text = before.as_deref().unwrap_or_default();
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let ours = lines(config, records, &path, jobs).join(ending) + ending;
    let (text, left) = match between(text) {
        Some((start, end)) => (format!("{}{ours}{}", &text[..start], &text[end..]), None),
        // Somebody has written such lines already: theirs count.
        None if text.lines().any(|line| line.contains(FILE_NAME)) => {
            (text.to_owned(), Some(format!("it names {FILE_NAME} already")))
        }
        None => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { ending };
            (format!("{text}{gap}{ours}"), None)
        }
    };
    Wanted { path, text, before, left }
}

/// Where our lines are: from one marker to the other, or those that an earlier version wrote.
fn between(text: &str) -> Option<(usize, usize)> {
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |length| at + length + 1);
    let line = |wanted: &str, from: usize| {
        let mut at = from;
        for line in text[from..].split_inclusive('\n') {
            if line.trim_end() == wanted {
                return Some(at);
            }
            at += line.len();
        }
        None
    };
    if let Some(start) = line(BEGIN, 0) {
        return Some((start, line_end(line(END, start)?)));
    }
    let start = line(OLD, 0)?;
    let mut end = line_end(start);
    // As long as they are the comments that were written, all of which name the same owner.
    while text[end..]
        .lines()
        .next()
        .is_some_and(|line| line.starts_with("# /") && line.ends_with("@your-org/incident-reviewers"))
    {
        end = line_end(end);
    }
    Some((start, end))
}

fn lines(config: &Config, records: &RepoPath, own: &RepoPath, jobs: &[&str]) -> Vec<String> {
    let people = &config.policy.people;
    let asked: Vec<&String> =
        config.policy.approval.by_severity.iter().flat_map(|(_, requirement)| &requirement.roles).collect();
    let is_asked = |person: &&Person| person.roles.iter().any(|role| asked.contains(&role));
    let named = |people: Vec<&Person>| -> Vec<String> { people.into_iter().filter_map(owner).collect() };
    let reviewers = named(people.iter().filter(|person| !person.roles.is_empty()).collect());
    // Who may approve watches over what decides that; where no role is asked for, all who have one.
    let approvers = named(people.iter().filter(is_asked).collect());
    let approvers = if approvers.is_empty() { reviewers.clone() } else { approvers };
    let mut lines = vec![BEGIN.to_owned()];
    let mut add = |place: &str, owners: &[String]| {
        let place = place.replace(' ', "\\ ");
        lines.push(match owners {
            [] => format!("# /{place} @your-org/incident-reviewers"),
            owners => format!("/{place} {}", owners.join(" ")),
        });
    };
    add(&format!("{records}/"), &reviewers);
    for place in std::iter::once(FILE_NAME).chain(jobs.iter().copied()).chain(std::iter::once(own.as_str())) {
        add(place, &approvers);
    }
    if reviewers.is_empty() {
        lines.insert(1, "# Name people with roles under [people] of pm.toml and run `pm init` again, or write these lines outside of the markers.".to_owned());
    }
    lines.push(END.to_owned());
    lines
}

/// How a forge knows somebody: by a handle, where the short name or the name is one, else by the first address.
fn owner(person: &Person) -> Option<String> {
    let is_handle = |text: &&String| {
        let name = text.strip_prefix('@').unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    };
    let is_address = |text: &&String| {
        !text.starts_with('@')
            && text.contains('@')
            && text.chars().all(|c| c.is_ascii_graphic() && !"#\\[]!".contains(c))
    };
    let handle = [&person.key, &person.name].into_iter().find(is_handle);
    handle.or_else(|| person.emails.iter().find(is_address)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(settings: &str, before: Option<&str>) -> String {
        let config = Config::read(Some(settings)).expect("settings");
        let records = RepoPath::new("post mortems").expect("a path");
        let path = RepoPath::new(".github/CODEOWNERS").expect("a path");
        wanted(&config, &records, path, before.map(str::to_owned), &["job.yml"]).text
    }

    const PEOPLE: &str = "[approval]\nP1 = { roles = [\"engineering-lead\"] }\n\
        [people.\"@ann\"]\nemail = [\"ann@e.x\"]\nroles = [\"facilitator\"]\n\
        [people.bob]\nemail = [\"bad #x@e.x\", \"bob@e.x\"]\nroles = [\"engineering-lead\"]\n\
        [people.none]\nroles = [\"legal\"]\n[people.eve]\nemail = [\"eve@e.x\"]\n";

    #[test]
    fn people_with_roles_review_and_those_whose_role_is_asked_for_watch_over_the_settings() {
        let text = made(PEOPLE, Some("* @all\r\n"));
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "* @all",
                BEGIN,
                "/post\\ mortems/ @ann bob@e.x",
                "/pm.toml bob@e.x",
                "/job.yml bob@e.x",
                "/.github/CODEOWNERS bob@e.x",
                END,
                ""
            ]
        );
    }

    #[test]
    fn our_lines_are_made_anew_and_no_others() {
        let first = made("", Some("* @all"));
        assert!(first.starts_with("* @all\n# pm: lines") && first.contains("\n# /pm.toml @your-org"), "{first}");
        let mine = format!("{first}/docs @writers\n");
        let second = made(PEOPLE, Some(&mine));
        assert!(second.starts_with("* @all\n") && second.ends_with("# pm: end\n/docs @writers\n"), "{second}");
        assert_eq!(made(PEOPLE, Some(&second)), second);
        let old = format!("{OLD}\n# /postmortems/ @your-org/incident-reviewers\n/mine @me\n");
        assert!(made(PEOPLE, Some(&old)).ends_with("# pm: end\n/mine @me\n"));
        // A marker without its other one, and lines of somebody's own, stay.
        for own in ["/pm.toml @us\n".to_owned(), format!("{BEGIN}\n/pm.toml @x\n")] {
            assert_eq!(made(PEOPLE, Some(&own)), own);
        }
    }
}

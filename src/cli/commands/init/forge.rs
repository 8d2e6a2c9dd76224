//! The files a forge reads: jobs that check records, templates for requests, owners of the settings.

use super::{Wanted, text_of, with_line};
use crate::cli::failure::Failure;
use crate::config::{Config, FILE_NAME};
use crate::store::{RepoPath, Store};

/// What GitHub reads.
pub(super) fn github(store: &Store, config: &Config, records: &RepoPath) -> Result<Vec<Wanted>, Failure> {
    let workflow = include_str!("github.yml").replace("@RECORDS@", &yaml_path(records));
    let branch = config.default_branch.clone();
    let _ = branch;
    Ok(vec![
        once(store, ".github/workflows/postmortems.yml", workflow)?,
        once(store, ".github/PULL_REQUEST_TEMPLATE/postmortem.md", request(records))?,
        owners(store, records)?,
    ])
}

/// What GitLab reads.
pub(super) fn gitlab(store: &Store, records: &RepoPath) -> Result<Vec<Wanted>, Failure> {
    let job = include_str!("gitlab.yml").replace("@RECORDS@", &yaml_path(records));
    Ok(vec![
        once(store, ".gitlab/postmortems.gitlab-ci.yml", job)?,
        once(store, ".gitlab/merge_request_templates/Postmortem.md", request(records))?,
        include_job(store)?,
    ])
}

/// A file that is written once and then left to the team.
fn once(store: &Store, path: &str, text: String) -> Result<Wanted, Failure> {
    let path = RepoPath::new(path)?;
    let before = text_of(store, &path)?;
    let left = before.as_ref().filter(|before| **before != text).map(|_| "it is yours".to_owned());
    Ok(Wanted { path, text, before, left })
}

/// A path inside double quotes of YAML.
fn yaml_path(path: &RepoPath) -> String {
    path.as_str().replace('"', "\\\"")
}

fn request(records: &RepoPath) -> String {
    include_str!("request.md").replace("@RECORDS@", records.as_str())
}

/// Lines that make the settings and the workflow somebody's to review. Who that is, is the team's to say: they are written
/// as comments.
fn owners(store: &Store, records: &RepoPath) -> Result<Wanted, Failure> {
    let places = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
    let mut path = RepoPath::new(places[0])?;
    for place in places {
        let candidate = RepoPath::new(place)?;
        if text_of(store, &candidate)?.is_some() {
            path = candidate;
            break;
        }
    }
    let before = text_of(store, &path)?;
    let lines = format!(
        "# Postmortems: name who reviews records and the settings of pm, then remove the `# ` in front.\n\
         # /{records}/ @your-org/incident-reviewers\n\
         # /{FILE_NAME} @your-org/incident-reviewers\n\
         # /.github/workflows/postmortems.yml @your-org/incident-reviewers"
    );
    let text = with_line(before.as_deref().unwrap_or_default(), &lines, |known| known.contains(FILE_NAME));
    Ok(Wanted { path, text, before, left: None })
}

/// GitLab reads one file; ours is included from it when there is none yet, else the line to add is said.
fn include_job(store: &Store) -> Result<Wanted, Failure> {
    const INCLUDE: &str = "include:\n  - local: .gitlab/postmortems.gitlab-ci.yml\n";
    let path = RepoPath::new(".gitlab-ci.yml")?;
    let before = text_of(store, &path)?;
    let left = before
        .as_ref()
        .filter(|before| !before.contains("postmortems.gitlab-ci.yml"))
        .map(|_| "add `- local: .gitlab/postmortems.gitlab-ci.yml` under its `include:`".to_owned());
    let text = before.clone().unwrap_or_else(|| INCLUDE.to_owned());
    Ok(Wanted { path, text, before, left })
}

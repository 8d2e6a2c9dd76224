//! The files a forge reads: jobs that check records, templates for requests.

use super::owners::Forge;
use super::{Wanted, text_of};
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::store::{RepoPath, Store};

/// What GitHub reads to know who owns what.
pub(super) const GITHUB: Forge = Forge {
    places: &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    jobs: &[".github/workflows/postmortems.yml"],
};

/// What GitLab reads for the same.
pub(super) const GITLAB: Forge = Forge {
    places: &[".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    jobs: &[".gitlab/postmortems.gitlab-ci.yml", ".gitlab-ci.yml"],
};

/// What GitHub reads.
pub(super) fn github(store: &Store, config: &Config, records: &RepoPath) -> Result<Vec<Wanted>, Failure> {
    let branches = config.default_branch.as_deref().map_or_else(
        || "\"main\", \"master\"".to_owned(),
        |branch| format!("\"{}\"", branch.replace('\\', "\\\\").replace('"', "\\\"")),
    );
    let workflow =
        include_str!("github.yml").replace("@RECORDS@", &yaml_path(records)).replace("@BRANCHES@", &branches);
    Ok(vec![
        once(store, ".github/workflows/postmortems.yml", workflow)?,
        once(store, ".github/PULL_REQUEST_TEMPLATE/postmortem.md", request(records))?,
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

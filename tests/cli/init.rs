use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn an_empty_repository_is_made_ready_and_a_second_run_changes_nothing() {
    let sandbox = Sandbox::repository();
    assert_data_eq!(
        sandbox.run("pm init").to_string(),
        str![[r#"
--- talk
wrote    pm.toml
wrote    postmortems/postmortem.schema.json
wrote    .gitattributes
✓ committed d4e5725df2 on main
set      git config diff.pm (hunk headers name the table)
set      git config merge.pm (records merge by field and entry)
next: pm new "what happened"

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm init").to_string(),
        str![[r#"
--- talk
left     pm.toml: it is yours
as it is postmortems/postmortem.schema.json
as it is .gitattributes
as it is git config diff.pm (hunk headers name the table)
as it is git config merge.pm (records merge by field and entry)
✓ nothing to do: everything is ready

"#]]
    );
    assert_data_eq!(
        sandbox.run("git status --short && git log --format='%an %s' --stat").to_string(),
        str![[r#"
Ann Example pm: make the repository ready for postmortems

 .gitattributes                     |    1 +
 pm.toml                            |   28 +
 postmortems/postmortem.schema.json | 1125 ++++++++++++++++++++++++++++++++++++
 3 files changed, 1154 insertions(+)

"#]]
    );
}

#[test]
fn what_is_there_stays_and_is_added_to() {
    let sandbox = Sandbox::repository();
    sandbox.write(".gitattributes", "*.png binary\r\n*.sh eol=lf");
    sandbox.write("pm.toml", "# ours\ntimezone = \"Europe/Berlin\"   # where we are\n");
    sandbox.write("src/code.rs", "fn main() {}\n");
    sandbox.run("git add -A && git commit -qm content && echo more >> src/code.rs && mkdir -p src/deep").ok();
    assert_data_eq!(
        sandbox.run("pm -C src/deep init --records docs/incidents").to_string(),
        str![[r#"
--- talk
added to pm.toml
wrote    docs/incidents/postmortem.schema.json
added to .gitattributes
✓ committed [..] on main
set      git config diff.pm (hunk headers name the table)
set      git config merge.pm (records merge by field and entry)
next: pm new "what happened"

"#]]
    );
    assert_eq!(
        sandbox.read(".gitattributes"),
        "*.png binary\r\n*.sh eol=lf\r\ndocs/incidents/**/*.toml text eol=lf merge=pm diff=pm linguist-language=TOML\r\n"
    );
    assert_data_eq!(
        sandbox.read("pm.toml"),
        str![[r##"
# ours
timezone = "Europe/Berlin"   # where we are

records = "docs/incidents"

"##]]
    );
    assert_eq!(sandbox.run("git status --short").ok(), " M src/code.rs\n");
    sandbox.run("pm new 'API down'").ok();
    assert_eq!(sandbox.run("ls docs/incidents").ok(), "2026\npostmortem.schema.json\n");
}

#[test]
fn a_file_with_other_work_in_it_is_left_for_its_author_to_commit() {
    let sandbox = Sandbox::repository();
    sandbox.run("echo '*.png binary' > .gitattributes && git add -A && git commit -qm a && echo '*.gif binary' >> .gitattributes").ok();
    let output = sandbox.run("pm init");
    assert!(
        output.stderr.contains("added to .gitattributes, not committed: it has other changes of yours"),
        "{output}"
    );
    assert_eq!(output.code, 0);
    assert_eq!(sandbox.run("git status --short").ok(), " M .gitattributes\n");
    assert!(sandbox.read(".gitattributes").contains("diff=pm"));
}

#[test]
fn a_folder_that_cannot_be_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::repository();
    for folder in ["../outside", "/etc", ".git/x", ""] {
        let output = sandbox.run(&format!("pm init --records '{folder}'"));
        assert_eq!(output.code, 2, "{folder}: {output}");
    }
    assert_eq!(sandbox.run("git status --short").ok(), "");
    assert_eq!(Sandbox::empty().run("pm init").code, 2);
}

#[test]
fn the_files_for_forges_are_valid_and_written_once() {
    let sandbox = Sandbox::ready();
    assert_data_eq!(
        sandbox.run("pm init --github --gitlab").to_string(),
        str![[r#"
--- talk
left     pm.toml: it is yours
as it is postmortems/postmortem.schema.json
as it is .gitattributes
wrote    .github/workflows/postmortems.yml
wrote    .github/PULL_REQUEST_TEMPLATE/postmortem.md
wrote    .gitlab/postmortems.gitlab-ci.yml
wrote    .gitlab/merge_request_templates/Postmortem.md
wrote    .gitlab-ci.yml
wrote    .github/CODEOWNERS
wrote    .gitlab/CODEOWNERS
✓ committed 6b16eb9158 on main
as it is git config diff.pm (hunk headers name the table)
as it is git config merge.pm (records merge by field and entry)
next: pm new "what happened"

"#]]
    );
    for file in [".github/workflows/postmortems.yml", ".gitlab/postmortems.gitlab-ci.yml", ".gitlab-ci.yml"] {
        let documents = yaml_rust2::YamlLoader::load_from_str(&sandbox.read(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(documents.len(), 1, "{file}");
    }
    let workflow =
        &yaml_rust2::YamlLoader::load_from_str(&sandbox.read(".github/workflows/postmortems.yml")).expect("YAML")[0];
    let steps = workflow["jobs"]["check"]["steps"].as_vec().expect("steps");
    let runs: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    let check = r#"pm check ${BASE:+--base "origin/$BASE"} --format github"#;
    assert_eq!(runs[1..], [check, r#"pm verify ${BASE:+--base "origin/$BASE"}"#]);
    // Safe for forks: read only, no secret, nothing that stays behind, and actions that nobody can move.
    let text = sandbox.read(".github/workflows/postmortems.yml");
    assert!(!text.contains("pull_request_target") && !text.contains("secrets."), "{text}");
    assert_eq!(steps[0]["with"]["persist-credentials"].as_bool(), Some(false));
    assert_eq!(workflow["permissions"].as_hash().map(yaml_rust2::yaml::Hash::len), Some(1));
    for action in steps.iter().filter_map(|step| step["uses"].as_str()) {
        let commit = action.split('@').nth(1).expect("a version");
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
    }
    // What a request may name itself reaches a shell only as a variable.
    assert!(runs.iter().all(|run| !run.contains("${{")), "{runs:?}");
    assert_eq!(steps[0]["with"]["fetch-depth"].as_i64(), Some(0), "`pm verify` needs the history");
    let job = &yaml_rust2::YamlLoader::load_from_str(&sandbox.read(".gitlab/postmortems.gitlab-ci.yml")).expect("YAML")
        [0]["postmortems"];
    assert_eq!(job["variables"]["GIT_DEPTH"].as_str(), Some("0"));
    assert_eq!(job["artifacts"]["reports"]["codequality"].as_str(), Some("gl-code-quality-report.json"));
    // The guide shows the lines as they are written.
    let guide = include_str!("../../docs/guides/review.md");
    for file in [".github/workflows/postmortems.yml", ".gitlab/postmortems.gitlab-ci.yml"] {
        let text = sandbox.read(file);
        for verb in ["check", "verify"] {
            let line = text.lines().find(|line| line.contains(&format!(" {verb} ${{"))).expect("a line that does it");
            assert!(guide.contains(&format!("\n{line}\n")), "{file}: {line}");
        }
    }
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    assert_eq!(workflow["on"]["pull_request"]["paths"][0].as_str(), Some("postmortems/**"));
    sandbox.run("echo '# ours' >> .github/workflows/postmortems.yml && git commit -qam ours").ok();
    let again = sandbox.run("pm init --github --gitlab");
    assert!(again.stderr.contains("left     .github/workflows/postmortems.yml: it is yours"), "{again}");
    assert_eq!(sandbox.run("git status --short").ok(), "");
}

#[test]
fn a_job_of_the_workflow_finds_what_is_wrong() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm init --github").ok();
    let workflow =
        &yaml_rust2::YamlLoader::load_from_str(&sandbox.read(".github/workflows/postmortems.yml")).expect("YAML")[0];
    let steps = workflow["jobs"]["check"]["steps"].as_vec().expect("steps");
    let install = steps.iter().find(|step| step["name"].as_str() == Some("Install pm")).expect("a step");
    sandbox.write("../home/install.sh", install["run"].as_str().expect("a script"));
    let unset = sandbox.run("GITHUB_PATH=../home/path PM_BINARY= PM_GIT_URL= bash -e ~/install.sh");
    assert_eq!(unset.code, 2, "{unset}");
    assert!(unset.stdout.starts_with("::error::set the variable"), "{unset}");
    sandbox.run("GITHUB_PATH=../home/path PM_BINARY=$(command -v pm) PM_GIT_URL= bash -e ~/install.sh && test -x ~/.cargo/bin/pm").ok();
    assert_eq!(sandbox.run("~/.cargo/bin/pm check --format github").ok(), "no findings\n");
    // The request: a clone with the whole history and a branch that goes to `main`; and the push that came of it.
    let verify = steps.last().and_then(|step| step["run"].as_str()).expect("a script");
    sandbox.write("../home/verify.sh", verify);
    let example = include_str!("../fixtures/record.toml");
    sandbox.write("postmortems/2017/2017-01-31-database-removed.toml", example);
    sandbox
        .run("git add -A && git commit -qm example && git clone -q . ../job && cd ../job && git switch -qc request")
        .ok();
    sandbox.run("cd ../job && pm status submit -q && BASE=main bash -e ~/verify.sh; test $? = 3").ok();
    sandbox.run("printf '\\n[approval]\\nsignatures = \"optional\"\\n' >> pm.toml && git commit -qam optional").ok();
    sandbox.run("cd ../job && git fetch -q && BASE=main bash -e ~/verify.sh").ok();
    let typed = "cd ../job && sed -i 's/^status = .*/status = \"approved\"/' postmortems/*/*.toml && git commit -qam x";
    sandbox.run(typed).ok();
    assert_eq!(sandbox.run("cd ../job && BASE=main bash -e ~/verify.sh").code, 1);
    sandbox.run("BASE= bash -e ~/verify.sh").ok();
}

#[test]
fn the_job_for_gitlab_leaves_a_report_and_fails_for_what_the_request_brings() {
    let sandbox = Sandbox::ready();
    sandbox.run("pm init --gitlab && printf '\n[approval]\nsignatures = \"optional\"\n' >> pm.toml && git commit -qam optional").ok();
    let job = &yaml_rust2::YamlLoader::load_from_str(&sandbox.read(".gitlab/postmortems.gitlab-ci.yml")).expect("YAML")
        [0]["postmortems"];
    sandbox.write("../home/job.sh", job["script"][0].as_str().expect("a script"));
    sandbox
        .run("pm new 'API down' && git clone -q . ../job && cd ../job && git switch -qc request && pm set -q owner=Ann")
        .ok();
    let run =
        "cd ../job && PM_BINARY=$(command -v pm) PM_GIT_URL= CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main bash -e ~/job.sh";
    let well = sandbox.run(run);
    assert_eq!(well.code, 0, "{well}");
    sandbox.run("cd ../job && sed -i 's/^title = .*/title = 1/' postmortems/*/*.toml && git commit -qam wrong").ok();
    let output = sandbox.run(run);
    assert_eq!(output.code, 1, "{output}");
    let report: serde_json::Value =
        serde_json::from_str(&sandbox.read("../job/gl-code-quality-report.json")).expect("JSON");
    assert_eq!(report[0]["check_name"], "wrong-type");
    // Without a target it is the default branch, and looks at everything.
    let all =
        sandbox.run(&run.replace("CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME="));
    assert_eq!(all.code, 1, "{all}");
}

#[test]
fn owners_follow_the_people_of_the_settings_and_nothing_else_is_touched() {
    let sandbox = Sandbox::ready();
    sandbox.write("CODEOWNERS", "* @everybody\n");
    sandbox.run("git add -A && git commit -qm owners && pm init --github --gitlab -q").ok();
    assert_data_eq!(
        sandbox.read("CODEOWNERS"),
        str![[r#"
* @everybody
# pm: lines for postmortems, from the people of pm.toml; `pm init` writes them anew
# Name people with roles under [people] of pm.toml and run `pm init` again, or write these lines outside of the markers.
# /postmortems/ @your-org/incident-reviewers
# /pm.toml @your-org/incident-reviewers
# /.github/workflows/postmortems.yml @your-org/incident-reviewers
# /.gitlab/postmortems.gitlab-ci.yml @your-org/incident-reviewers
# /.gitlab-ci.yml @your-org/incident-reviewers
# /CODEOWNERS @your-org/incident-reviewers
# pm: end

"#]]
    );
    let people = "\n[people.ann]\nemail = [\"ann@example.com\"]\nroles = [\"facilitator\"]\n\n[people.\"@bob\"]\nemail = [\"bob@example.com\"]\nroles = [\"engineering-lead\"]\n\n[approval]\nP1 = { roles = [\"engineering-lead\"] }\n";
    sandbox.write("pm.toml", sandbox.read("pm.toml") + people);
    sandbox.run("git commit -qam people && echo '/docs/ @writers' >> CODEOWNERS && git commit -qam docs").ok();
    assert_data_eq!(
        sandbox.run("pm init --github --gitlab 2>&1 | grep OWNERS && cat CODEOWNERS").to_string(),
        str![[r#"
added to CODEOWNERS
* @everybody
# pm: lines for postmortems, from the people of pm.toml; `pm init` writes them anew
/postmortems/ ann@example.com @bob
/pm.toml @bob
/.github/workflows/postmortems.yml @bob
/.gitlab/postmortems.gitlab-ci.yml @bob
/.gitlab-ci.yml @bob
/CODEOWNERS @bob
# pm: end
/docs/ @writers

"#]]
    );
    assert_data_eq!(
        sandbox.run("pm init --github --gitlab 2>&1 | grep OWNERS").to_string(),
        str![[r#"
as it is CODEOWNERS

"#]]
    );
}

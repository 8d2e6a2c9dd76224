//! `pm new`: a new record, asked for in a minute at 3 a.m.

use clap::Args;
use toml::Value;

use crate::cli::arguments::CommitArgs;
use crate::cli::change::{edit_failure, message, put, report_commit};
use crate::cli::commands::edit;
use crate::cli::context::Context;
use crate::cli::failure::{Exit, Failure};
use crate::cli::prompt;
use crate::cli::resolve::record::BRANCH_PREFIX;
use crate::cli::resolve::{time, value};
use crate::config::BranchRule;
use crate::document::check::check;
use crate::document::read::values;
use crate::document::{Canonical, Document, Path};
use crate::record::RecordId;
use crate::record::keys::FORMAT;
use crate::record::time::Moment;
use crate::render::sanitise::one_line;
use crate::store::records::{Located, Records};
use crate::store::{At, Base, Branch, BranchKind, FileChange, RepoPath};

/// Start a postmortem
///
/// On a terminal it asks for what is missing; elsewhere a title is enough. The id is the
/// day the incident started and a few words of the title, and never changes.
///
/// Examples:
///   pm new
///   pm new "Checkout returns 502" --severity P2 --started 14:05 --service checkout
///   pm new "Checkout returns 502" --incident INC-42 --branch
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct NewArgs {
    /// What happened, in one line
    #[arg(value_name = "TITLE")]
    pub title: Option<String>,

    /// How bad it is; leave it out while that is not known
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<String>,

    /// When impact began
    #[arg(long, value_name = "TIME")]
    pub started: Option<String>,

    /// The zone of --started; the default is `timezone` of pm.toml
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub tz: Option<String>,

    /// Its id in the incident tracker
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,

    /// Its page in the incident tracker
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,

    /// The one accountable writer; the default is you, as git knows you
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,

    /// A service that was hit (can be repeated)
    #[arg(long = "service", value_name = "SERVICE")]
    pub services: Vec<String>,

    /// A word to find it by (can be repeated)
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,

    /// Make and switch to the branch postmortem/ID first
    ///
    /// `branch = "always"` in pm.toml makes that the rule while the default branch is checked out.
    #[arg(long)]
    pub branch: bool,

    /// Stay on the current branch, whatever pm.toml says
    #[arg(long, conflicts_with = "branch")]
    pub no_branch: bool,

    /// Open the new record in the editor
    #[arg(long)]
    pub edit: bool,

    #[command(flatten)]
    pub commit: CommitArgs,
}

/// What a new record starts with.
struct Beginning {
    title: String,
    severity: Option<String>,
    started: Option<Moment>,
    services: Vec<String>,
    owner: Option<String>,
}

/// Writes the record, and says its id, its path and the next command.
pub fn run(context: &mut Context, args: &NewArgs) -> Result<Exit, Failure> {
    if context.store.is_bare() {
        return Err(Failure::from(crate::store::StoreError::NoWorkTree));
    }
    let beginning = ask(context, args)?;
    let day = beginning.started.map_or_else(|| context.now().date_naive(), |moment| moment.day());
    let id = RecordId::new(day, &beginning.title);
    refuse_twin(context, &id, args.incident.as_deref())?;
    let path = context.records().place_for(&id, day)?;
    let branch = wants_branch(context, args, &id)?;
    let text = text(context, args, &beginning, &path)?;
    let (checked, _) = check(None, text.into(), &context.terms()).map_err(|refused| {
        let report = context.report(&path, &refused.text, &refused.findings);
        Failure::new("the new record would be wrong, so nothing was written").report(report)
    })?;
    let before = context.store.head()?;
    if let Some(name) = &branch {
        context.store.new_branch(name)?;
    }
    let write = FileChange { path: path.clone(), content: Some(checked.into_bytes()), base: Base::Absent };
    let message = message(&id, "new postmortem", &[], args.commit.message.as_deref());
    let commits = !args.commit.no_commit && context.config.commit;
    let written = context.store.lock().and_then(|mut writer| {
        let notes: Vec<String> = writer.notes.iter().map(ToString::to_string).collect();
        Ok((put(&mut writer, commits, vec![write], message, "new", &args.commit)?, notes))
    });
    let (committed, notes) = match (written, &branch) {
        (Ok(written), _) => written,
        (Err(error), None) => return Err(error.into()),
        (Err(error), Some(name)) => {
            context.store.unmake_branch(name, &before)?;
            return Err(error.into());
        }
    };
    for note in notes {
        context.ui.warn(&note);
    }
    if let Some(name) = &branch {
        context.ui.note(&format!("switched to the new branch {name}"));
    }
    context.ui.result(&format!("{id}\n"))?;
    context.ui.note(path.as_str());
    report_commit(context, committed.as_ref(), &path);
    if args.edit {
        let located = located(context, &path)?;
        return edit::edit(context, &located, &args.commit);
    }
    say_next(context, &id, &beginning);
    Ok(Exit::Fine)
}

fn located(context: &Context, path: &RepoPath) -> Result<Located, Failure> {
    let (all, _) = context.records().locate()?;
    all.into_iter().find(|located| located.file.path == *path).ok_or_else(|| Failure::new(format!("{path} is gone")))
}

fn say_next(context: &mut Context, id: &RecordId, beginning: &Beginning) {
    let started = if beginning.started.is_some() { "" } else { " --kind started --at \"10m ago\"" };
    context.ui.note(&format!("next: pm timeline add \"…\"{started} -p {id}"));
}

/// The answers: flags first, questions on a terminal for the rest.
fn ask(context: &mut Context, args: &NewArgs) -> Result<Beginning, Failure> {
    let asks = context.ui.interactive() && args.title.is_none();
    let title = match &args.title {
        Some(title) => title.clone(),
        None if asks => loop {
            let title = prompt::line("What happened?", None)?;
            if !title.is_empty() {
                break title;
            }
        },
        None => {
            return Err(Failure::new("a title is missing")
                .hint("say what happened in one line, as in `pm new \"Checkout returns 502\"`"));
        }
    };
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(Failure::new("the title is empty").hint("say what happened in one line"));
    }
    let severity = match &args.severity {
        Some(text) => Some(value::severity(context, text)?),
        None if asks => ask_severity(context)?,
        None => None,
    };
    let zone = time::zone(context, args.tz.as_deref())?;
    let started = match &args.started {
        Some(text) => Some(started(context, text, zone)?),
        None if asks => ask_started(context, zone)?,
        None => None,
    };
    let services = if args.services.is_empty() && asks {
        names(&prompt::line("Services hit (commas between, empty: not known)", None)?)
    } else {
        args.services.iter().flat_map(|text| names(text)).collect()
    };
    let owner = match &args.owner {
        Some(owner) => Some(owner.clone()),
        None => default_owner(context, asks)?,
    };
    if let Some(link) = &args.link
        && value::url(link).is_none()
    {
        return Err(
            Failure::new(format!("`{}` is not an address", one_line(link))).hint("as in https://example.com/INC-42")
        );
    }
    Ok(Beginning { title, severity, started, services, owner })
}

fn ask_severity(context: &Context) -> Result<Option<String>, Failure> {
    // First, so that Enter claims nothing.
    let mut choices = vec!["not known yet".to_owned()];
    choices.extend(context.config.severities.iter().map(|severity| format!("{}  {}", severity.name, severity.meaning)));
    let picked = prompt::pick("How bad is it?", &choices)?.and_then(|index| index.checked_sub(1));
    Ok(picked.and_then(|index| context.config.severities.get(index)).map(|severity| severity.name.clone()))
}

/// Asks again until the answer is understood: at 3 a.m. a slip must not end the interview.
fn ask_started(context: &mut Context, zone: crate::cli::resolve::when::Zone) -> Result<Option<Moment>, Failure> {
    loop {
        let text = prompt::line(&format!("When did it start? (14:05, 10m ago; {zone}; empty: not known)"), None)?;
        if text.is_empty() {
            return Ok(None);
        }
        match started(context, &text, zone) {
            Ok(moment) => return Ok(Some(moment)),
            Err(failure) => context.ui.failure(&failure),
        }
    }
}

fn started(context: &mut Context, text: &str, zone: crate::cli::resolve::when::Zone) -> Result<Moment, Failure> {
    let understood = time::time(context, text, zone, &[], false)?;
    context.ui.note(&format!("started {understood}"));
    Ok(Moment::from(understood.instant))
}

fn default_owner(context: &mut Context, asks: bool) -> Result<Option<String>, Failure> {
    let me = context.store.identity().ok().map(|who| format!("{} <{}>", who.name, who.email));
    if asks {
        let owner = prompt::line("Who writes it up?", me.as_deref())?;
        return Ok(Some(owner).filter(|owner| !owner.is_empty()));
    }
    Ok(me)
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The text of the new record.
fn text(context: &Context, args: &NewArgs, beginning: &Beginning, path: &RepoPath) -> Result<String, Failure> {
    let set = |key: &str, value: Value| (key.parse::<Path>().expect("a key of the format"), value);
    let list = |items: &[String]| Value::Array(items.iter().map(|item| Value::from(item.as_str())).collect());
    let date = |text: String| text.parse().map(Value::Datetime).expect("a date chrono printed");
    let mut entries = vec![set("format", Value::from(FORMAT)), set("title", Value::from(beginning.title.as_str()))];
    entries.extend(beginning.severity.as_deref().map(|severity| set("severity", Value::from(severity))));
    entries.push(set("status", Value::from("draft")));
    entries.extend(beginning.owner.as_deref().map(|owner| set("owner", Value::from(owner))));
    entries.push(set("created", date(context.today().to_string())));
    if !beginning.services.is_empty() {
        entries.push(set("services", list(&beginning.services)));
    }
    let tags: Vec<String> = args.tags.iter().flat_map(|text| names(text)).collect();
    if !tags.is_empty() {
        entries.push(set("tags", list(&tags)));
    }
    entries.extend(args.incident.as_deref().map(|id| set("incident.id", Value::from(id.trim()))));
    entries.extend(args.link.as_deref().map(|link| set("incident.link", Value::from(link.trim()))));
    let mut document = Document::create(&schema_line(&context.config.records, path), &entries, &Canonical)
        .map_err(|error| edit_failure(&error))?;
    if let Some(started) = beginning.started {
        let entry = [
            ("at".to_owned(), date(started.to_toml())),
            ("kind".to_owned(), Value::from("started")),
            ("event".to_owned(), Value::from("Incident started")),
        ];
        let timeline = "timeline".parse::<Path>().expect("a key of the format");
        document = document.insert_table(&timeline, None, &entry, &Canonical).map_err(|error| edit_failure(&error))?;
    }
    Ok(document.text().to_owned())
}

/// The line that tells editors where the schema is.
pub fn schema_line(records: &str, path: &RepoPath) -> String {
    let inside = path.as_str().strip_prefix(records).unwrap_or_default().trim_start_matches('/');
    let up = "../".repeat(inside.matches('/').count());
    format!("#:schema {up}{}\n\n", crate::cli::commands::schema::FILE_NAME)
}

/// Whether a branch is to be made for the record, and its name.
fn wants_branch(context: &mut Context, args: &NewArgs, id: &RecordId) -> Result<Option<String>, Failure> {
    let name = format!("{BRANCH_PREFIX}{id}");
    if args.branch {
        return Ok(Some(name));
    }
    let commits = !args.commit.no_commit && context.config.commit;
    if args.no_branch || !commits || context.config.branch == BranchRule::Never {
        return Ok(None);
    }
    let head = context.store.head()?;
    let default = context.store.default_branch(context.config.default_branch.as_deref())?;
    let on_default = match (&head.branch, default) {
        (Some(branch), Some(default)) => *branch == default.name,
        _ => false,
    };
    // Before the first commit, and without a remote, there is no protection to run into.
    if !on_default || head.commit.is_none() {
        return Ok(None);
    }
    if context.config.branch == BranchRule::Always {
        return Ok(Some(name));
    }
    if context.store.remotes()?.is_empty() {
        return Ok(None);
    }
    let branch = one_line(head.branch.as_deref().unwrap_or_default());
    if context.ui.interactive() {
        context
            .ui
            .note(&format!("You are on {branch}, the default branch; a forge that protects it will refuse the push."));
        return Ok(prompt::confirm(&format!("Make a branch {name}?"), true)?.then_some(name));
    }
    context.ui.warn(&format!(
        "this commit goes to {branch}, the default branch; where that is protected, use --branch (or `branch = \"always\"` in pm.toml)"
    ));
    Ok(None)
}

/// The same incident on this or another branch: says so instead of making a twin.
pub fn refuse_twin(context: &Context, id: &RecordId, incident: Option<&str>) -> Result<(), Failure> {
    let (here, _) = context.records().locate()?;
    if let Some(twin) = here.iter().find(|located| located.id == *id) {
        return Err(Failure::new(format!("there is a record {id} already: {}", twin.file.path))
            .hint(format!("`pm show {id}` shows it; `pm edit {id}` opens it"))
            .hint("another incident of that day needs another title"));
    }
    if let Some(incident) = incident
        && let Some(twin) = of_incident(&context.records(), &here, incident)?
    {
        return Err(Failure::new(format!("incident {} has a record already: {}", one_line(incident), twin.id))
            .hint(format!("`pm show {}` shows it", twin.id)));
    }
    let mut seen = vec![here];
    for branch in context.store.branches()? {
        if let Some(twin) = twin_on(context, &branch, id, incident, &mut seen)? {
            return Err(Failure::new(format!(
                "{} has a record of this incident already: {}",
                one_line(&branch.name),
                twin.file.path
            ))
            .hint(format!("`pm show {} --rev {}` shows it", twin.id, one_line(&branch.name)))
            .hint(format!("`git switch {}` goes there to add to it", one_line(local_name(&branch)))));
        }
    }
    Ok(())
}

/// The name to switch to: `origin/x` becomes `x`.
fn local_name(branch: &Branch) -> &str {
    match branch.kind {
        BranchKind::Local => &branch.name,
        BranchKind::Remote => branch.name.split_once('/').map_or(branch.name.as_str(), |(_, name)| name),
    }
}

fn of_incident(records: &Records<'_>, located: &[Located], incident: &str) -> Result<Option<Located>, Failure> {
    let matches = records.load_each(located, |loaded| {
        let record = loaded.ok().and_then(|loaded| values(&loaded.text));
        record.is_some_and(|record| record.text("incident.id").is_some_and(|id| id.eq_ignore_ascii_case(incident)))
    })?;
    Ok(located.iter().zip(matches).find(|(_, same)| *same).map(|(located, _)| located.clone()))
}

/// A record of the same id or incident on a branch; files that were looked at on another branch are not read again.
fn twin_on(
    context: &Context,
    branch: &Branch,
    id: &RecordId,
    incident: Option<&str>,
    seen: &mut Vec<Vec<Located>>,
) -> Result<Option<Located>, Failure> {
    let records = Records::new(&context.store, &context.config, At::Revision(branch.commit));
    let (there, _) = records.locate()?;
    let new: Vec<Located> = there
        .into_iter()
        .filter(|located| {
            !seen.iter().flatten().any(|known| {
                known.file.path == located.file.path && (incident.is_none() || known.file.source == located.file.source)
            })
        })
        .collect();
    let mut twin = new.iter().find(|located| located.id == *id).cloned();
    if let (None, Some(incident)) = (&twin, incident) {
        twin = of_incident(&records, &new, incident)?;
    }
    seen.push(new);
    Ok(twin)
}

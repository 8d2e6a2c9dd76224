//! What every command needs: the repository, its settings, the state to read, the terminal.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::failure::Failure;
use super::ui::Ui;
use crate::config::{Config, FILE_NAME};
use crate::document::read::Terms;
use crate::finding::Finding;
use crate::lint;
use crate::render::findings::{self, Look, Source};
use crate::render::sanitise::one_line;
use crate::store::records::Records;
use crate::store::{At, Environment, ObjectId, RepoPath, Store};

/// The surroundings of one command.
pub struct Context {
    /// The repository.
    pub store: Store,
    /// The settings in force.
    pub config: Config,
    /// The state that is read.
    pub at: At,
    /// The names of the severities, worst first.
    severities: Vec<String>,
    /// The terminal.
    pub ui: Ui,
}

impl Context {
    /// Opens the repository around the directory of the run and reads its settings as of `revision`, else of the
    /// working tree; in a bare repository, as of HEAD.
    pub fn open(ui: Ui, revision: Option<&str>) -> Result<Self, Box<(Ui, Failure)>> {
        match Self::parts(&ui, revision) {
            Ok((store, config, at)) => {
                let severities = config.severity_names();
                let mut context = Self { store, config, at, severities, ui };
                context.talk_about_settings();
                Ok(context)
            }
            Err(failure) => Err(Box::new((ui, failure))),
        }
    }

    fn parts(ui: &Ui, revision: Option<&str>) -> Result<(Store, Config, At), Failure> {
        let world = ui.world();
        let store = Store::open(&environment(world.cwd.clone(), world))?;
        let at = match revision {
            Some(revision) => At::Revision(store.resolve(revision)?),
            None if store.is_bare() => match store.head()?.commit {
                Some(commit) => At::Revision(commit),
                None => return Err(Failure::new("this bare repository has no commit yet")),
            },
            None => At::WorkTree,
        };
        let config = settings(&store, at, ui.look())?;
        Ok((store, config, at))
    }

    /// Turns to another state, with the settings it has.
    pub fn turn_to(&mut self, commit: ObjectId) -> Result<(), Failure> {
        self.at = At::Revision(commit);
        self.config = settings(&self.store, self.at, self.ui.look())?;
        self.severities = self.config.severity_names();
        Ok(())
    }

    /// The text of the settings file, empty when there is none.
    pub fn settings_text(&self) -> String {
        settings_text(&self.store, self.at).unwrap_or_default()
    }

    fn talk_about_settings(&mut self) {
        if self.config.findings.is_empty() {
            return;
        }
        let text = self.settings_text();
        if let [_] = self.config.findings[..] {
            let source = Source { path: FILE_NAME, text: &text, findings: &self.config.findings, known: &[] };
            let report = findings::text(&[source], self.ui.look());
            return self.ui.note(report.trim_end());
        }
        // Many would push the answer out of sight; `pm check` shows each with its line.
        let (first, count) = (&self.config.findings[0], self.config.findings.len());
        let line = text.get(..first.span.start).map_or(0, |before| before.matches('\n').count()) + 1;
        let message = format!("{FILE_NAME} has {count} mistakes, the first at line {line}: {}", first.message);
        self.ui.warn(&one_line(&message));
        self.ui.note("`pm check` shows all of them");
    }

    /// What reading a record has to know of the settings.
    pub fn terms(&self) -> Terms<'_> {
        Terms { severities: &self.severities }
    }

    /// The records of the state that is read.
    pub fn records(&self) -> Records<'_> {
        Records::new(&self.store, &self.config, self.at)
    }

    /// The time of the run.
    pub fn now(&self) -> DateTime<Utc> {
        self.ui.world().now()
    }

    /// The day of the run, in the zone of the settings.
    pub fn today(&self) -> NaiveDate {
        self.now().with_timezone(&self.config.timezone).date_naive()
    }

    /// Findings of a record as text for the terminal.
    pub fn report(&self, path: &RepoPath, text: &str, found: &[Finding]) -> String {
        findings::text(&[Source { path: path.as_str(), text, findings: found, known: &[] }], self.ui.look())
    }

    /// Prints a result that may be long, through the user's pager where it does not fit.
    pub fn page(&mut self, text: &str) -> Result<(), Failure> {
        let store = &self.store;
        self.ui.page(text, || store.pager().ok())
    }

    /// Says what an earlier run that was killed left to do.
    pub fn mention_interrupted(&mut self) {
        if let Some(note) = self.store.interrupted() {
            self.ui.warn(&note.to_string());
        }
    }
}

/// The surroundings a store is opened in.
pub fn environment(cwd: PathBuf, world: &super::world::World) -> Environment {
    Environment { cwd, vars: world.vars.clone(), ..Environment::default() }
}

/// The text of the settings file of a state, when there is one.
pub fn settings_text(store: &Store, at: At) -> Option<String> {
    let path = RepoPath::new(FILE_NAME).ok()?;
    let bytes = store.read(&path, at).ok()??;
    String::from_utf8(bytes).ok()
}

/// The settings of a state.
pub fn settings(store: &Store, at: At, look: Look) -> Result<Config, Failure> {
    let path = RepoPath::new(FILE_NAME)?;
    let text = match store.read(&path, at)? {
        None => None,
        Some(bytes) => Some(
            String::from_utf8(bytes)
                .map_err(|_| Failure::new(format!("`{FILE_NAME}` is not UTF-8")).hint("save it as UTF-8"))?,
        ),
    };
    let config = Config::read(text.as_deref()).map_err(|broken| {
        let text = text.as_deref().unwrap_or_default();
        let report = findings::text(&[Source { path: FILE_NAME, text, findings: &broken.findings, known: &[] }], look);
        Failure::new(broken.to_string())
            .report(report)
            .hint(format!("correct `{FILE_NAME}`, or remove it to go on with the defaults"))
    });
    config.map(|mut config| {
        config.findings.extend(lint::of_settings(&config));
        config.findings.sort_by_key(|finding| finding.span.start);
        config
    })
}

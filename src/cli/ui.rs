//! Output and prompts: results to stdout, talk to stderr, colour where it is wanted, the pager for what is long.
//!
//! Text from records comes here already sanitised by `render`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::process::{Command, Stdio};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use super::failure::Failure;
use super::world::World;
use crate::render::findings::Look;
use crate::render::sanitise::terminal;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` or `TERM=dumb` says no; `CLICOLOR_FORCE` forces it
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The terminal of one run.
pub struct Ui {
    world: World,
    quiet: bool,
    colour: ColorChoice,
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

impl Ui {
    /// The terminal of a world.
    pub fn new(world: World, quiet: bool, colour: ColorChoice) -> Self {
        Self { world, quiet, colour }
    }

    /// The world it was made of.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The width for pages: that of the terminal, 80 where there is none.
    pub fn page_width(&self) -> usize {
        self.world.terminal.columns.unwrap_or(80).max(40)
    }

    /// The width for lists: that of the terminal, none where there is none, since a pipe has no edge.
    pub fn list_width(&self) -> Option<usize> {
        self.world.terminal.columns.map(|columns| columns.max(40))
    }

    /// Whether there is somebody to ask.
    pub fn interactive(&self) -> bool {
        self.world.interactive()
    }

    fn colours(&self, is_terminal: bool) -> bool {
        match self.colour {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                if self.world.var("NO_COLOR").is_some() {
                    return false;
                }
                if self.world.var("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
                    return true;
                }
                is_terminal && self.world.var("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }

    /// How findings look on standard error.
    pub fn look(&self) -> Look {
        Look { styled: self.talk_colours(), width: self.page_width() }
    }

    /// Whether results are in colour.
    pub fn result_colours(&self) -> bool {
        self.colours(self.world.terminal.stdout)
    }

    /// Whether talk is in colour.
    pub fn talk_colours(&self) -> bool {
        self.colours(self.world.terminal.stderr)
    }

    /// Prints a result. A closed pipe is not an error: the reader has seen enough.
    pub fn result(&mut self, text: &str) -> Result<(), Failure> {
        let stripped;
        // Nearly everything that goes through a pipe is plain already, and may be long. The last byte begins the other
        // half of the control characters.
        let may_drive = |byte: u8| (byte < b' ' && byte != b'\n') || byte == 0x7f || byte == 0xc2;
        let text = if self.result_colours() || !text.bytes().any(may_drive) {
            text
        } else {
            stripped = anstream::adapter::strip_str(text).to_string();
            &stripped
        };
        let stdout = &mut self.world.stdout;
        quiet_pipe(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
    }

    /// Hands bytes through as they are, whatever they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let stdout = &mut self.world.stdout;
        quiet_pipe(stdout.write_all(bytes).and_then(|()| stdout.flush()))
    }

    /// Prints a result that may be long: through the user's pager on a terminal where it does not fit.
    pub fn page(&mut self, text: &str, pager: impl FnOnce() -> Option<String>) -> Result<(), Failure> {
        let terminal = self.world.terminal;
        let fits = terminal.lines.is_none_or(|lines| text.lines().count() < lines);
        if !terminal.stdout || fits {
            return self.result(text);
        }
        let Some(pager) = pager().filter(|pager| !pager.trim().is_empty() && pager.trim() != "cat") else {
            return self.result(text);
        };
        let mut command = shell(&pager);
        command.current_dir(&self.world.cwd).stdin(Stdio::piped());
        if self.world.var("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        let Ok(mut child) = command.spawn() else { return self.result(text) };
        let stripped =
            if self.result_colours() { text.to_owned() } else { anstream::adapter::strip_str(text).to_string() };
        if let Some(mut stdin) = child.stdin.take() {
            quiet_pipe(stdin.write_all(stripped.as_bytes()))?;
        }
        child.wait().map_err(Failure::from).map(drop)
    }

    /// Says something beside the result, unless `-q` asks for silence.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.talk(&format!("{text}\n"));
        }
    }

    /// Warns beside the result, unless `-q` asks for silence.
    pub fn warn(&mut self, text: &str) {
        if !self.quiet {
            self.talk(&format!("{DOUBT}warning{DOUBT:#}: {}\n", terminal(text)));
        }
    }

    /// Text for people without what the log of a CI job would take for a command: `::error::` at the start of a line on GitHub,
    /// and anywhere in it `##[error]` there, `##vso[…]` on Azure, `##teamcity[…]`. The latter are often pasted from another
    /// log; only where a job runs do they do anything.
    pub fn for_log<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let in_job = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];
        if in_job.iter().all(|name| self.world.var(name).is_none()) || !(text.contains("##") || text.contains("::")) {
            return Cow::Borrowed(text);
        }
        let mut safe = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start().len();
            safe.push_str(&line[..blanks]);
            if line[blanks..].starts_with("::") {
                safe.push('\\');
            }
            for (index, part) in line[blanks..].split("##").enumerate() {
                if index > 0 {
                    let is_command = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[');
                    safe.push_str(if is_command { "## " } else { "##" });
                }
                safe.push_str(part);
            }
        }
        Cow::Owned(safe)
    }

    /// Says what was done, unless `-q` asks for silence.
    pub fn done(&mut self, text: &str) {
        if !self.quiet {
            self.talk(&format!("{GOOD}✓{GOOD:#} {}\n", terminal(text)));
        }
    }

    /// Prints findings or other text that is said even under `-q`.
    pub fn talk(&mut self, text: &str) {
        let text = &*self.for_log(text);
        let text = if self.talk_colours() { text.to_owned() } else { anstream::adapter::strip_str(text).to_string() };
        // Nobody can be told that talking failed.
        let _ = self.world.stderr.write_all(text.as_bytes());
        let _ = self.world.stderr.flush();
    }

    /// Prints why the run failed.
    pub fn failure(&mut self, failure: &Failure) {
        if !failure.report.is_empty() {
            self.talk(&failure.report);
        }
        // Whatever a message quotes, from the command line or from a file, cannot drive the terminal.
        let mut text = format!("{BAD}error{BAD:#}: {}\n", terminal(&failure.message));
        for detail in &failure.details {
            let _ = writeln!(text, "  {}", terminal(detail));
        }
        for hint in &failure.hints {
            let _ = writeln!(text, "{HINT}hint{HINT:#}: {}", terminal(hint));
        }
        self.talk(&text);
    }

    /// All of standard input as text, with LF line breaks.
    pub fn read_stdin() -> Result<String, Failure> {
        let text = io::read_to_string(io::stdin()).map_err(|error| {
            Failure::new(format!("cannot read standard input: {error}")).hint("it has to be text in UTF-8")
        })?;
        Ok(text.replace("\r\n", "\n"))
    }

    /// Standard input as bytes; [`None`] as soon as there are more than `most`, however much would follow.
    pub fn read_stdin_up_to(most: usize) -> Result<Option<Vec<u8>>, Failure> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        Ok((bytes.len() <= most).then_some(bytes))
    }
}

/// A command line that is run by the shell, as git runs editors and pagers.
pub fn shell(command_line: &str) -> Command {
    // Git for Windows brings a sh and runs editors and pagers through it, too.
    let mut command = Command::new("sh");
    command.arg("-c").arg(command_line);
    command
}

fn quiet_pipe(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(Failure::from),
    }
}

//! git's configuration, as git reads it: includes, `GIT_CONFIG_*`, `git -c`, worktree files.

use super::{Store, StoreError, environment::Wait};

/// Every setting in force, in order; the last of a key wins.
#[derive(Debug, Default)]
pub(super) struct Config {
    settings: Vec<(String, Option<String>)>,
}

impl Config {
    /// Reads what `git config --list -z` prints: `key LF value NUL`, or `key NUL` for one without `=`.
    pub(super) fn parse(listing: &[u8]) -> Self {
        let settings = listing
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let entry = String::from_utf8_lossy(entry);
                match entry.split_once('\n') {
                    Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                    None => (entry.into_owned(), None),
                }
            })
            .collect();
        Self { settings }
    }

    /// The value of `key` (section and name in lower case); a key without a value is the empty text.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.settings.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_deref().unwrap_or_default())
    }

    /// A boolean by git's rules; `None` when unset or no boolean.
    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        let (_, value) = self.settings.iter().rev().find(|(name, _)| name == key)?;
        let Some(value) = value else {
            return Some(true);
        };
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" | "" => Some(false),
            number => number.parse::<i64>().ok().map(|n| n != 0),
        }
    }

    pub(super) fn any_under(&self, section: &str) -> bool {
        self.settings.iter().any(|(key, _)| key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')))
    }
}

impl Store {
    pub(super) fn config(&self) -> Result<&Config, StoreError> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        // Plain: settings that `read` passes on the command line would be listed as the user's.
        let listing = self.git.plain("config").args(["--list", "-z"]).run()?;
        Ok(self.config.get_or_init(|| Config::parse(&listing.stdout)))
    }

    /// The value of `key` in this repository's own configuration file.
    pub fn local_config(&self, key: &str) -> Result<Option<String>, StoreError> {
        let output = self.git.read("config").args(["--local", "-z", "--get", key]).output()?;
        match output.code {
            Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end_matches('\0').to_owned())),
            Some(1) => Ok(None),
            code => Err(StoreError::Git { command: "config".into(), code, stderr: output.complaint() }),
        }
    }

    /// Sets `key` in this repository's own configuration file; `false` when it had that value already.
    ///
    /// git does not wait for the lock of a configuration file, so this does.
    pub fn set_local_config(&self, key: &str, value: &str) -> Result<bool, StoreError> {
        if self.local_config(key)?.as_deref() == Some(value) {
            return Ok(false);
        }
        let mut wait = Wait::new(self.patience().git);
        loop {
            let attempt = self.git.write("config").args(["--local", "--replace-all", key, value]).run();
            match attempt {
                Ok(_) => return Ok(true),
                Err(StoreError::Git { stderr, .. })
                    if stderr.contains("could not lock config file") && wait.again() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether the user wants the value before between the two sides of a conflict.
    pub fn shows_base_in_conflicts(&self) -> bool {
        let style = self.config().ok().and_then(|config| config.get("merge.conflictstyle"));
        matches!(style, Some("diff3" | "zdiff3"))
    }

    /// The user's editor by git's rules: a string to run through `sh`.
    pub fn editor(&self) -> Result<String, StoreError> {
        Ok(self.git.plain("var").arg("GIT_EDITOR").run()?.text())
    }

    /// The user's pager by git's rules: a string to run through `sh`.
    pub fn pager(&self) -> Result<String, StoreError> {
        Ok(self.git.plain("var").arg("GIT_PAGER").run()?.text())
    }
}

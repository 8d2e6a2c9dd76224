//! Failures: why the run could not do its work, and how a run ends.
//!
//! Findings are about a record and let the program go on; a failure is about the run and ends it, with what to do next.

use std::fmt;

/// How a run ends. The numbers are a contract with scripts and CI jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything went well.
    Fine,
    /// The answer is no: findings, differences that were asked for, a refused transition, a failed verification.
    Findings,
    /// The run failed: bad usage or input, no repository, a lost race, a record that could not be read.
    Failure,
    /// It cannot be told, for want of history or keys.
    CannotTell,
}

impl Exit {
    /// Every way to end, with the meaning the reference prints.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Fine, "Fine."),
        (
            Self::Findings,
            "The answer is no: findings that are errors (and warnings under `--strict`), differences under `--exit-code`, a refused transition, a failed \
             verification.",
        ),
        (
            Self::Failure,
            "The run failed: bad usage or input, no repository, a refusing hook, a lost race; also a listing that had to \
             skip a record it could not read, after printing the rest.",
        ),
        (
            Self::CannotTell,
            "`pm verify` cannot tell: for want of history or keys, or because a sign-off is only claimed.",
        ),
    ];

    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::Failure => 2,
            Self::CannotTell => 3,
        }
    }
}

/// Why the run could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, in one lower-case sentence that names the thing.
    pub message: String,
    /// What it is about, a line each: the candidates, the files.
    pub details: Vec<String>,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
    /// Findings already rendered as text, printed before the message.
    pub report: String,
    /// How the run ends.
    pub exit: Exit,
}

impl Failure {
    /// A failure with exit code 2.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: Vec::new(),
            hints: Vec::new(),
            report: String::new(),
            exit: Exit::Failure,
        }
    }

    /// The same failure with one more line of what it is about.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// The same failure with one more thing to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same failure as an answer: what was asked for is refused, and nothing went wrong.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.exit = Exit::Findings;
        self
    }

    /// The same failure with findings printed before it.
    #[must_use]
    pub fn report(mut self, report: String) -> Self {
        self.report = report;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<crate::store::StoreError> for Failure {
    fn from(error: crate::store::StoreError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(format!("cannot write the output: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_contract() {
        assert_eq!(Exit::ALL.map(|(exit, _)| exit.code()), [0, 1, 2, 3]);
    }
}

//! A team with a policy and real keys: Ann owns the record, Bob and Vera approve, Mallory would like to.
//!
//! The keys are fixed, so that signatures and commit ids are, too; they are worth nothing anywhere else.

use std::fmt::Write as _;

use crate::sandbox::{Output, Sandbox};

/// The id of the record they work on.
pub(crate) const ID: &str = "2017-01-31-database-removed";
/// Its file.
pub(crate) const FILE: &str = "postmortems/2017/2017-01-31-database-removed.toml";

/// A person: short name, name, address, role, private and public key.
const PEOPLE: [(&str, &str, &str, &str, &str, &str); 4] = [
    (
        "ann",
        "Ann Example",
        "ann@example.com",
        "facilitator",
        include_str!("fixtures/keys/ann"),
        include_str!("fixtures/keys/ann.pub"),
    ),
    (
        "bob",
        "Bob Lead",
        "bob@example.com",
        "engineering-lead",
        include_str!("fixtures/keys/bob"),
        include_str!("fixtures/keys/bob.pub"),
    ),
    (
        "vera",
        "Vera Vice",
        "vera@example.com",
        "vp-engineering",
        include_str!("fixtures/keys/vera"),
        include_str!("fixtures/keys/vera.pub"),
    ),
    (
        "mallory",
        "Mallory Rogue",
        "mallory@example.com",
        "",
        include_str!("fixtures/keys/mallory"),
        include_str!("fixtures/keys/mallory.pub"),
    ),
];

/// How people sign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signing {
    /// Not at all.
    No,
    /// With their ssh keys.
    Ssh,
    /// With openpgp keys, made for the occasion.
    OpenPgp,
}

/// The team and its repository.
pub(crate) struct Team {
    pub(crate) sandbox: Sandbox,
    signing: Signing,
}

impl Team {
    /// The complete example, to be approved by Bob and Vera, under settings with `approval` as the body of `[approval]`.
    pub(crate) fn new(signing: Signing, approval: &str) -> Self {
        Self::within(Sandbox::ready(), signing, approval)
    }

    /// The same in a repository of one's own, after `pm init`.
    pub(crate) fn within(sandbox: Sandbox, signing: Signing, approval: &str) -> Self {
        for (short, .., private, public) in PEOPLE {
            std::fs::write(sandbox.home().join(short), private).expect("a key");
            std::fs::write(sandbox.home().join(format!("{short}.pub")), public).expect("a key");
        }
        sandbox.run("chmod 600 ~/ann ~/bob ~/vera ~/mallory").ok();
        if signing == Signing::OpenPgp {
            // Signatures say when they were made: a clock that stands still near the sandbox's, so that no key is younger than what it signs.
            sandbox.run("mkdir -m 700 ~/.gnupg && echo 'faked-system-time 20260302T090000!' > ~/.gnupg/gpg.conf").ok();
            for (_, name, email, ..) in &PEOPLE {
                let make = format!(
                    "gpg --batch --quiet --passphrase '' --quick-generate-key '{name} <{email}>' ed25519 sign never"
                );
                sandbox.run(&make).ok();
            }
        }
        let mut settings = sandbox.read("pm.toml");
        settings.push_str("\n[approval]\nP1 = { signers = 2, roles = [\"engineering-lead\", \"vp-engineering\"] }\n");
        settings.push_str(approval);
        for (short, name, email, role, _, public) in &PEOPLE[..3] {
            let key = key_of(&sandbox, signing, email, public);
            let _ = write!(
                settings,
                "\n[people.{short}]\nname = \"{name}\"\nemail = [\"{email}\"]\nroles = [\"{role}\"]\nkeys = [\"{key}\"]\n"
            );
        }
        sandbox.write("pm.toml", settings);
        sandbox.run("git add -A && git commit -qm settings").ok();
        let example = include_str!("fixtures/record.toml");
        sandbox.write(FILE, example.replace("Database Team <database@example.com>", "Ann Example <ann@example.com>"));
        sandbox.run("git add -A && git commit -qm record").ok();
        Self { sandbox, signing }
    }

    /// Somebody's public key, as it stands in the settings.
    pub(crate) fn key_of(&self, who: &str) -> String {
        let (_, _, email, _, _, public) = PEOPLE.iter().find(|person| person.0 == who).expect("one of the team");
        key_of(&self.sandbox, self.signing, email, public)
    }

    /// Runs a line of `sh` as somebody.
    pub(crate) fn by(&self, who: &str, line: &str) -> Output {
        self.sandbox.run(&format!("{}{line}", self.surroundings(who)))
    }

    /// What makes a line of `sh` somebody's.
    pub(crate) fn surroundings(&self, who: &str) -> String {
        let (short, name, email, ..) = PEOPLE.iter().find(|person| person.0 == who).expect("one of the team");
        let identity = format!(
            "export GIT_AUTHOR_NAME='{name}' GIT_AUTHOR_EMAIL={email} GIT_COMMITTER_NAME='{name}' GIT_COMMITTER_EMAIL={email}; "
        );
        match self.signing {
            Signing::No => identity,
            Signing::Ssh => identity + &with_key(short),
            Signing::OpenPgp => {
                identity
                    + &format!(
                        "export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.signingKey GIT_CONFIG_VALUE_0={email} \
                 GIT_CONFIG_KEY_1=commit.gpgSign GIT_CONFIG_VALUE_1=true; "
                    )
            }
        }
    }

    /// Submitted by Ann, approved by Bob and Vera.
    pub(crate) fn approved(&self) {
        self.by("ann", "pm status submit -q").ok();
        self.by("bob", "pm status approve -q").ok();
        self.by("vera", "pm status approve -q").ok();
    }
}

fn key_of(sandbox: &Sandbox, signing: Signing, email: &str, public: &str) -> String {
    match signing {
        Signing::OpenPgp => {
            let list = format!(
                "gpg --batch --with-colons --list-keys {email} | awk -F: '$1 == \"fpr\" {{ print $10; exit }}'"
            );
            sandbox.run(&list).ok().trim().to_owned()
        }
        Signing::No | Signing::Ssh => public.split(' ').take(2).collect::<Vec<_>>().join(" "),
    }
}

/// What makes git sign with somebody's ssh key.
pub(crate) fn with_key(short: &str) -> String {
    format!(
        "export GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=gpg.format GIT_CONFIG_VALUE_0=ssh GIT_CONFIG_KEY_1=user.signingKey \
         GIT_CONFIG_VALUE_1=$HOME/{short}.pub GIT_CONFIG_KEY_2=commit.gpgSign GIT_CONFIG_VALUE_2=true; "
    )
}

impl Drop for Team {
    fn drop(&mut self) {
        if self.signing == Signing::OpenPgp {
            drop(self.sandbox.run("gpgconf --kill all"));
        }
    }
}

//! Who somebody is: an identity as git has it, against the people of the settings and the names in a record.

use crate::config::policy::{Person, Policy};

/// A name and an address, as in a commit or a sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Identity {
    /// The person of the settings that has the address.
    pub fn person<'a>(&self, policy: &'a Policy) -> Option<&'a Person> {
        policy.people.iter().find(|person| person.emails.iter().any(|email| same(email, &self.email)))
    }

    /// What stands for this person when people are counted: their name in the settings, else the address.
    pub fn seat(&self, policy: &Policy) -> String {
        match self.person(policy) {
            Some(person) => format!("[people.{}]", person.key),
            None => self.email.to_lowercase(),
        }
    }

    /// Every address of this person.
    pub fn emails(&self, policy: &Policy) -> Vec<String> {
        let mut emails = vec![self.email.clone()];
        emails.extend(self.person(policy).into_iter().flat_map(|person| person.emails.iter().cloned()));
        emails
    }

    /// Whether a text in a record means this person, or them among others: `Name <address>`, a name, an address, several of
    /// them with commas between.
    pub fn is_named_by(&self, text: &str, policy: &Policy) -> bool {
        let emails = self.emails(policy);
        let addresses = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c));
        if addresses.filter(|word| word.contains('@')).any(|word| emails.iter().any(|own| same(own, word))) {
            return true;
        }
        let known = self.person(policy).map(|person| person.name.as_str());
        let names = [Some(self.name.as_str()), known];
        let parts = text.split(|c: char| "<>()[],;/&+".contains(c)).flat_map(|part| part.split(" and "));
        parts.map(str::trim).any(|part| names.into_iter().flatten().any(|name| same(name, part)))
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.to_lowercase() == b.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_named_in_every_way_people_write() {
        let policy = crate::config::Config::read(None).expect("defaults").policy;
        let bob = Identity { name: "Bob Lead".to_owned(), email: "bob@example.com".to_owned() };
        for text in [
            "Bob Lead",
            "bob lead",
            "BOB@example.com",
            "Bob Lead <bob@example.com> (on call)",
            "Bob Lead, Ann Example",
            "Ann Example and Bob Lead",
            "bob@example.com (Bob)",
            "Somebody <bob@example.com>",
        ] {
            assert!(bob.is_named_by(text, &policy), "{text}");
        }
        for text in ["Bob", "Bob Leader", "Team Bob Leads", "bob@example.com.au", ""] {
            assert!(!bob.is_named_by(text, &policy), "{text}");
        }
    }
}

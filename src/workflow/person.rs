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
        policy.people.iter().find(|person| person.emails.iter().any(|email| same_email(email, &self.email)))
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

    /// Whether a text in a record, `Name <address>` or just a name, means this person.
    pub fn is_named_by(&self, text: &str, policy: &Policy) -> bool {
        let person = self.person(policy);
        let text = text.trim();
        if let Some((_, rest)) = text.rsplit_once('<')
            && let Some(email) = rest.strip_suffix('>')
        {
            return self.emails(policy).iter().any(|own| same_email(own, email.trim()));
        }
        let known = person.map(|person| person.name.as_str());
        same_email(text, &self.email)
            || [Some(self.name.as_str()), known].into_iter().flatten().any(|name| same_name(name, text))
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

fn same_email(a: &str, b: &str) -> bool {
    !a.is_empty() && a.to_lowercase() == b.to_lowercase()
}

fn same_name(a: &str, b: &str) -> bool {
    !a.is_empty() && a.to_lowercase() == b.to_lowercase()
}

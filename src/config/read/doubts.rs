//! What the settings of the review ask for and the people of the settings cannot give.

use super::Reader;
use crate::config::policy::{Person, Policy, SecurityRule};
use crate::finding::Level;
use crate::record::nearest::nearest;

/// What the security team signs as.
const SECURITY: &str = "security";

impl Reader {
    /// Reports people who cannot sign, and approvals that nobody can give. Where nobody is named anybody may sign, and
    /// there is nothing to say.
    pub(super) fn doubts(&mut self, policy: &Policy) {
        if policy.people.is_empty() {
            return;
        }
        for person in &policy.people {
            let path = format!("people.{}", person.key);
            // An address that was written wrong has its finding already.
            if self.place(&format!("{path}.email")).is_none() {
                let span = self.place(&path).unwrap_or(0..0);
                self.cannot_sign(&path, span);
            }
        }
        for (severity, needs) in &policy.approval.by_severity {
            let row = format!("approval.{severity}");
            for role in &needs.roles {
                self.role(&policy.people, &format!("{row}.roles"), &format!("{row}.roles[{role}]"), role);
            }
            let (wanted, there) = (needs.signers, policy.people.len());
            if wanted > there {
                let place = ["signers", "roles"].iter().find_map(|key| self.place(&format!("{row}.{key}")));
                let (people, are) = if there == 1 { ("person", "is") } else { ("people", "are") };
                let message = format!("`{row}` wants {wanted} signers, and there {are} {there} {people} in `[people]`");
                let help = "name more people, or want fewer signers".to_owned();
                self.report("wrong-setting", Level::Warning, place.unwrap_or(0..0), message, help);
            }
        }
        if matches!(policy.approval.security, Some(SecurityRule::Always | SecurityRule::WhenExposed)) {
            self.role(&policy.people, "approval.security", "approval.security", SECURITY);
        }
    }

    /// Reports a role that is wanted and that nobody has.
    fn role(&mut self, people: &[Person], setting: &str, place: &str, role: &str) {
        let mut roles = people.iter().flat_map(|person| &person.roles).map(String::as_str);
        if roles.clone().any(|known| known == role) {
            return;
        }
        let near = nearest(role, &mut roles).filter(|_| setting != place);
        let help = match near {
            Some(near) => format!("did you mean `{near}`? Otherwise add it to the `roles` of a person"),
            None => "add it to the `roles` of a person".to_owned(),
        };
        let message = format!("`{setting}` wants the role `{}`, which nobody in `[people]` has", role.escape_debug());
        let span = self.place(place).unwrap_or(0..0);
        self.report("wrong-setting", Level::Warning, span, message, help);
    }
}

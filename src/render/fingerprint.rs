//! By what a finding is known again: in another run, in the version before a change, by a forge.
//!
//! Lines and numbers of rows move whenever something is added above, so they are no part of it.

use std::collections::HashMap;

use super::findings::Source;
use crate::finding::Finding;
use crate::workflow::canonical::sha256;

/// What a finding says, without the numbers of rows.
pub fn gist(finding: &Finding) -> String {
    let mut gist = format!("{}\u{0}", finding.rule);
    let mut rest = finding.message.as_str();
    while let Some(open) = rest.find('[') {
        let (before, behind) = rest.split_at(open + 1);
        gist.push_str(before);
        rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    gist.push_str(rest);
    gist
}

/// Fingerprints of the findings of one report, each another one.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<String, usize>,
}

impl Fingerprints {
    /// That of the next finding: 64 hexadecimal digits, the same for the same rule, message and record, however often the
    /// record has moved.
    pub(super) fn next(&mut self, source: &Source<'_>, finding: &Finding) -> String {
        let file = source.path.rsplit('/').next().unwrap_or(source.path);
        let key = format!("{file}\u{0}{}", gist(finding));
        let nth = self.seen.entry(key.clone()).or_insert(0);
        *nth += 1;
        sha256(format!("{key}\u{0}{nth}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    fn finding(message: &str, start: usize) -> Finding {
        Finding {
            rule: "zone-missing",
            level: Level::Warning,
            message: message.to_owned(),
            span: start..start,
            help: None,
        }
    }

    #[test]
    fn a_finding_is_known_again_on_another_line_in_another_row_and_in_a_moved_record() {
        let (before, after) =
            (finding("`timeline[3].at` has no zone", 30), finding("`timeline[12].at` has no zone", 900));
        let source = |path| Source { path, text: "", findings: &[], known: &[] };
        let next = |path, finding| Fingerprints::default().next(&source(path), finding);
        assert_eq!(next("postmortems/2026/x.toml", &before), next("postmortems/2026/03/x.toml", &after));
        assert_ne!(next("postmortems/2026/x.toml", &before), next("postmortems/2026/y.toml", &before));
        let mut all = Fingerprints::default();
        assert_ne!(all.next(&source("x"), &before), all.next(&source("x"), &before), "two of a kind are two");
    }
}

use super::*;
use crate::config::Config;

fn policy(text: &str) -> Policy {
    let config = Config::read(Some(text)).expect("usable");
    assert_eq!(config.findings, [], "{text}");
    config.policy
}

fn needs(signers: usize, roles: &[&str]) -> Requirement {
    Requirement { signers, roles: roles.iter().map(|role| (*role).to_owned()).collect() }
}

/// The level of a gate at each severity, and at none.
fn levels(policy: &Policy, transition: &str, gate: &str) -> String {
    let severities = ["P1", "P2", "P3", "P4"].map(Some).into_iter().chain([None, Some("SEV1")]);
    let words: Vec<&str> = severities.map(|severity| policy.gates.level(transition, gate, severity).word()).collect();
    words.join(" ")
}

fn length(text: &str) -> Length {
    text.parse().expect("a length")
}

#[test]
fn without_a_file_anybody_may_sign_and_one_signer_is_enough() {
    let policy = policy("");
    assert_eq!(policy.people, []);
    assert_eq!(policy.approval.by_severity, []);
    assert!(!policy.approval.own_work);
    assert_eq!(policy.approval.security, None);
    for severity in [Some("P1"), Some("P4"), Some("other"), None] {
        assert_eq!(policy.approval.requirement(severity), needs(1, &[]));
        assert_eq!(policy.approval.signatures(severity), None);
    }
    let deadlines = policy.deadlines;
    assert_eq!((deadlines.submit, deadlines.approve, deadlines.business_days), (length("48h"), length("7d"), false));
    for severity in [Some("P1"), Some("P4"), Some("other"), None] {
        let of = |priority| deadlines.action(priority, severity);
        assert_eq!(
            ["P1", "P2", "P3", "P4"].map(of),
            [Some("7d"), Some("14d"), Some("30d"), None].map(|l| l.map(length))
        );
    }
}

#[test]
fn an_action_may_have_less_time_where_the_incident_was_worse() {
    let text = "[deadlines.actions]\nP1 = { P1 = \"3d\", P4 = \"60d\" }\nP2 = { P1 = \"5d\", default = \"10d\" }\nP3 = \"20d\"\n";
    let deadlines = policy(text).deadlines;
    let of = |severity| ["P1", "P2", "P3"].map(|priority| deadlines.action(priority, severity));
    let lengths = |texts: [&str; 3]| texts.map(|text| Some(length(text)));
    assert_eq!(of(Some("P1")), lengths(["3d", "5d", "20d"]));
    assert_eq!(of(Some("P2")), lengths(["7d", "10d", "20d"]), "the usual length where no default is written");
    assert_eq!(of(Some("P4")), lengths(["60d", "10d", "20d"]));
    assert_eq!(of(None), lengths(["3d", "5d", "20d"]), "the strictest");
}

#[test]
fn every_setting_of_a_whole_file_comes_out_typed() {
    let policy = policy(include_str!("../../../tests/fixtures/pm.toml"));
    let [ann, bob] = &policy.people[..] else { panic!("two people") };
    assert_eq!((ann.key.as_str(), ann.name.as_str()), ("ann", "Ann Example"));
    assert_eq!(ann.roles, ["facilitator", "engineering-lead"]);
    assert!(ann.keys[0].starts_with("ssh-ed25519 AAAAC3"));
    assert_eq!((bob.name.as_str(), bob.emails.len()), ("bob", 2));
    assert_eq!(bob.keys, ["0123456789ABCDEF0123456789ABCDEF01234567"]);
    assert_eq!(policy.approval.requirement(Some("P1")), needs(2, &["engineering-lead", "vp-engineering"]));
    assert_eq!(policy.approval.requirement(Some("P3")), needs(1, &[]));
    assert_eq!(policy.approval.security, Some(SecurityRule::WhenExposed));
    assert_eq!(policy.approval.signatures(Some("P1")), Some(SignatureRule::Required));
    assert_eq!(policy.approval.signatures(Some("P2")), Some(SignatureRule::Optional));
    assert_eq!(policy.deadlines.actions.len(), 3);
}

#[test]
fn a_severity_nobody_knows_needs_what_the_strictest_needs() {
    let text = "[approval]\nP1 = { roles = [\"a\", \"b\"] }\nP2 = { signers = 3, roles = [\"b\", \"c\"] }\n\
                signatures = { P2 = \"required\", P3 = \"optional\" }\n";
    let approval = policy(text).approval;
    assert_eq!(approval.requirement(Some("P1")), needs(2, &["a", "b"]));
    assert_eq!(approval.requirement(None), needs(3, &["a", "b", "c"]));
    assert_eq!(approval.requirement(Some("low")), needs(3, &["a", "b", "c"]));
    assert_eq!(approval.requirement(Some("P4")), needs(1, &[]));
    assert_eq!(approval.signatures(None), Some(SignatureRule::Required));
    assert_eq!(approval.signatures(Some("P4")), None);
    let approval = policy("[approval]\nown_work = true\nsecurity = \"never\"\nsignatures = \"optional\"\n").approval;
    assert!(approval.own_work);
    assert_eq!(approval.security, Some(SecurityRule::Never));
    assert_eq!(approval.signatures(Some("P4")), Some(SignatureRule::Optional));
    assert_eq!(approval.signatures(None), Some(SignatureRule::Optional));
}

#[test]
fn gates_are_as_written_by_name_then_by_default_then_as_usual() {
    let none = policy("");
    assert_eq!(levels(&none, "submit", "summary"), "require require require require require require");
    assert_eq!(levels(&none, "approve", "review_held"), "require require warn warn require require");
    assert_eq!(levels(&none, "approve", "agreed"), "warn warn warn warn warn warn");
    assert_eq!(levels(&none, "approve", "no_such_gate"), "require require require require require require");
    let text = "[gates.approve]\nlessons = \"off\"\nreview_held = { default = \"off\" }\nagreed = { P1 = \"require\" }\n\
                timeline = { P4 = \"off\", default = \"warn\" }\nactions = { P1 = \"warn\", P2 = \"warn\", P3 = \"warn\", P4 = \"off\" }\n";
    let written = policy(text);
    assert_eq!(levels(&written, "approve", "lessons"), "off off off off off off");
    assert_eq!(levels(&written, "approve", "review_held"), "off off off off off off");
    assert_eq!(levels(&written, "approve", "agreed"), "require warn warn warn require require");
    assert_eq!(levels(&written, "approve", "timeline"), "warn warn warn off warn warn");
    assert_eq!(levels(&written, "approve", "actions"), "warn warn warn off require require");
    assert_eq!(levels(&written, "submit", "timeline"), "require require require require require require");
    let own = policy("[severity]\nSEV1 = \"Worst\"\nSEV2 = \"Bad\"\nSEV3 = \"So so\"\n").gates;
    let held = |severity| own.level("approve", "review_held", Some(severity)).word();
    assert_eq!(["SEV1", "SEV2", "SEV3"].map(held), ["require", "require", "warn"]);
}

#[test]
fn the_words_of_the_settings_are_the_words_of_the_types() {
    use crate::config::settings::{SETTINGS, Shape, find};
    let words = |path: &[&str]| match find(path).map(|setting| setting.kind) {
        Some(Shape::Word(words) | Shape::TableOr(words)) => words,
        kind => panic!("{path:?} is {kind:?}"),
    };
    assert_eq!(words(&["gates", "submit", "summary"]), GateLevel::ALL.map(GateLevel::word));
    assert_eq!(words(&["approval", "security"]), SecurityRule::WORDS.map(|(word, _)| word));
    assert!(words(&["approval", "signatures"]).iter().all(|word| SignatureRule::named(word).is_some()));
    let priorities = SETTINGS.iter().filter_map(|setting| setting.path.strip_prefix("deadlines.actions."));
    let priorities = priorities.filter(|name| !name.contains('*'));
    assert!(priorities.eq(vocabulary::PRIORITY.slugs()));
    let table: Table = format!("x = {}", GateDefault::Worst.written()).parse().expect("TOML");
    let severities = ["P1", "P2", "P3", "P4"].map(str::to_owned);
    assert_eq!(BySeverity::read(table.get("x"), GateLevel::named), GateDefault::Worst.levels(&severities));
}

#[test]
fn keys_are_compared_without_their_comments_and_spelling() {
    use people::{NoKey, key_of};
    let digits = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(key_of("ssh-ed25519 AAAA ann@example.com").as_deref(), Ok("ssh-ed25519 AAAA"));
    assert_eq!(key_of("sk-ssh-ed25519@openssh.com AAAA+/8=").as_deref(), Ok("sk-ssh-ed25519@openssh.com AAAA+/8="));
    assert_eq!(key_of("ecdsa-sha2-nistp256 AAAA").as_deref(), Ok("ecdsa-sha2-nistp256 AAAA"));
    assert_eq!(key_of(digits), Ok(digits.to_uppercase()));
    assert_eq!(key_of(&digits[..32].repeat(2)).map(|key| key.len()), Ok(64));
    for (text, why) in [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", NoKey::Private),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", NoKey::Private),
        ("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU", NoKey::Private),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----", NoKey::Armour),
        ("89ABCDEF01234567", NoKey::ShortId),
        ("ssh-ed25519", NoKey::BadSsh),
        ("ssh-ed25519 AAAA…", NoKey::BadSsh),
        ("ssh-ed25519 AAAAC", NoKey::BadSsh),
        ("ssh-ed25519 AAAA\nssh-ed25519 AAAA", NoKey::BadSsh),
        ("~/.ssh/id_ed25519.pub", NoKey::Other),
        ("", NoKey::Other),
    ] {
        assert_eq!(key_of(text), Err(why), "{text}");
    }
}

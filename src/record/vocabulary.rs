//! The words the format knows, with their labels in the postmortem template.
//!
//! A word is a slug (`resource-exhaustion`); its label is what the template prints (`Resource exhaustion`). Where a
//! vocabulary is [open](Openness), any other text is allowed and means the template's "(Other)".

/// What a text outside a vocabulary means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// The program must understand the word: anything else is an error.
    Closed,
    /// The word should be known; another one is kept, treated as "other", and reported as a warning.
    Expected,
    /// Free text is a legitimate answer (the template's "(Other)"); reported as a note that names the nearest word.
    Open,
}

/// One known word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// How it is written in a record.
    pub slug: &'static str,
    /// How the template and the terminal show it.
    pub label: &'static str,
}

/// A named set of words.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// What one of the words is called in a message: "status", "human factor".
    pub noun: &'static str,
    /// The words in the template's order.
    pub words: &'static [Word],
    /// What other text means.
    pub openness: Openness,
    /// A prefix that makes any text after it a known word, such as `tool:` in `tool:pg_basebackup`.
    pub prefix: Option<&'static str>,
}

impl Vocabulary {
    /// Whether `text` is one of the words (or carries the vocabulary's prefix).
    pub fn knows(&self, text: &str) -> bool {
        self.label(text).is_some() || self.prefix.is_some_and(|prefix| text.starts_with(prefix))
    }

    /// The label of a known word.
    pub fn label(&self, slug: &str) -> Option<&'static str> {
        self.words.iter().find(|word| word.slug == slug).map(|word| word.label)
    }

    /// The known word nearest to `text`, when one is near enough to be what was meant.
    pub fn nearest(&self, text: &str) -> Option<&'static str> {
        super::nearest::nearest(text, self.words.iter().map(|word| word.slug))
    }

    /// The slugs, for messages and completion.
    pub fn slugs(&self) -> impl Iterator<Item = &'static str> {
        self.words.iter().map(|word| word.slug)
    }
}

const fn word(slug: &'static str, label: &'static str) -> Word {
    Word { slug, label }
}

const fn vocabulary(noun: &'static str, openness: Openness, words: &'static [Word]) -> Vocabulary {
    Vocabulary { noun, words, openness, prefix: None }
}

/// Where a record stands; moved only by transitions.
pub static STATUS: Vocabulary = vocabulary(
    "status",
    Openness::Closed,
    &[
        word("draft", "Draft"),
        word("in-review", "In Review"),
        word("approved", "Approved"),
        word("complete", "Complete"),
    ],
);

/// The milestones that durations are computed from.
pub static MILESTONE: Vocabulary = vocabulary(
    "kind of timeline entry",
    Openness::Expected,
    &[
        word("started", "Started"),
        word("detected", "Detected"),
        word("alerted", "Alerted"),
        word("notified", "Notified"),
        word("investigating", "Investigating"),
        word("identified", "Identified"),
        word("attempted", "Attempted"),
        word("mitigated", "Mitigated"),
        word("recovered", "Recovered"),
        word("resolved", "Resolved"),
        word("communicated", "Communicated"),
    ],
);

/// The template's human factors.
pub static HUMAN_FACTOR: Vocabulary = vocabulary(
    "human factor",
    Openness::Open,
    &[
        word("lack-of-documentation", "Lack of documentation"),
        word("inadequate-training", "Inadequate training"),
        word("communication-breakdown", "Communication breakdown"),
        word("misunderstanding-of-process", "Misunderstanding of process"),
        word("fatigue", "Fatigue/overwork"),
        word("distraction", "Distraction"),
    ],
);

/// The template's process factors.
pub static PROCESS_FACTOR: Vocabulary = vocabulary(
    "process factor",
    Openness::Open,
    &[
        word("missing-checklist-item", "Missing checklist item"),
        word("inadequate-review-process", "Inadequate review process"),
        word("missing-approval-step", "Missing approval step"),
        word("inadequate-testing", "Inadequate testing"),
        word("incomplete-documentation", "Incomplete documentation"),
        word("no-change-control-process", "No change control process"),
    ],
);

/// The template's technical factors.
pub static TECHNICAL_FACTOR: Vocabulary = vocabulary(
    "technical factor",
    Openness::Open,
    &[
        word("undetected-bug", "Undetected bug in code"),
        word("race-condition", "Race condition"),
        word("resource-exhaustion", "Resource exhaustion"),
        word("third-party-service-failure", "Third-party service failure"),
        word("network-issue", "Network issue"),
        word("database-issue", "Database issue"),
        word("infrastructure-failure", "Infrastructure failure"),
    ],
);

/// The template's environmental factors.
pub static ENVIRONMENTAL_FACTOR: Vocabulary = vocabulary(
    "environmental factor",
    Openness::Open,
    &[
        word("production-configuration-issue", "Production configuration issue"),
        word("environment-variable-wrong", "Environment variable wrong"),
        word("secret-misconfigured", "Secret misconfigured"),
        word("permission-issue", "Permission issue"),
    ],
);

/// What an action does about the incident.
pub static ACTION_TYPE: Vocabulary = vocabulary(
    "action type",
    Openness::Expected,
    &[
        word("prevent", "Prevention"),
        word("mitigate", "Mitigation"),
        word("detect", "Detection"),
        word("process", "Process"),
        word("communicate", "Communication"),
        word("train", "Training"),
    ],
);

/// How soon an action is to be done; the meanings are the template's.
pub static PRIORITY: Vocabulary = vocabulary(
    "priority",
    Openness::Expected,
    &[
        word("P1", "Critical: within 1 week"),
        word("P2", "Important: within 2 weeks"),
        word("P3", "Nice to have: within 1 month"),
    ],
);

/// Where an action stands.
pub static ACTION_STATUS: Vocabulary = vocabulary(
    "action status",
    Openness::Expected,
    &[word("open", "Open"), word("in-progress", "In progress"), word("done", "Done"), word("dropped", "Dropped")],
);

/// The template's training needs; `tool:NAME` names the tool.
pub static TRAINING: Vocabulary = Vocabulary {
    noun: "training need",
    openness: Openness::Open,
    words: &[
        word("runbook", "Runbook training needed"),
        word("process", "Process training needed"),
        word("technical", "Technical training needed"),
        word("escalation", "Escalation procedure clarification needed"),
        word("tool", "Tool training needed (which tool)"),
    ],
    prefix: Some("tool:"),
};

/// The template's documentation updates.
pub static DOCUMENTATION: Vocabulary = vocabulary(
    "documentation update",
    Openness::Open,
    &[
        word("runbook", "Runbook needs update"),
        word("sop", "SOP needs update"),
        word("architecture", "Architecture documentation needs update"),
        word("deployment-checklist", "Deployment checklist needs update"),
        word("troubleshooting", "Troubleshooting guide needs update"),
    ],
);

/// The topics of the incident review meeting.
pub static TOPIC: Vocabulary = vocabulary(
    "review topic",
    Openness::Open,
    &[
        word("timeline", "Timeline review and validation"),
        word("root-cause", "Root cause discussion and agreement"),
        word("impact", "Impact assessment review"),
        word("actions", "Action items assignment"),
        word("ownership", "Timeline and ownership"),
        word("prevention", "Prevention measures discussion"),
        word("communication", "Communication review"),
        word("team", "Team feedback and morale check"),
    ],
);

/// What a link points to; the template's Appendix A.
pub static LINK_KIND: Vocabulary = vocabulary(
    "kind of link",
    Openness::Expected,
    &[
        word("sentry", "Sentry error"),
        word("issue", "GitHub issue"),
        word("pr", "Related PR"),
        word("internal", "Internal docs"),
        word("external", "External docs"),
    ],
);

/// Who the postmortem should be shared with.
pub static AUDIENCE: Vocabulary = vocabulary(
    "audience",
    Openness::Open,
    &[
        word("engineering", "Engineering team"),
        word("devops", "DevOps team"),
        word("product", "Product team"),
        word("support", "Customer support team"),
        word("leadership", "Leadership"),
        word("security", "Security team (if applicable)"),
    ],
);

/// The system metrics the template asks for. A record may name any other.
pub static SYSTEM_METRIC: &[&str] =
    &["Error rate", "Response time P95", "CPU usage", "Memory usage", "Database connections", "Active users"];

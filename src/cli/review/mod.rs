//! What a branch does to records, held against the branch it goes to: `pm check --base`.
//!
//! Three questions: what is wrong with the records that the branch changes, and was not before; what would be wrong once the
//! two branches are merged; and whether each move and sign-off is one the workflow allows. The settings of the branch that is
//! gone to judge, never those under review. Records that neither side changed are not read, but for the ids of their actions,
//! which the cache knows. Prints nothing, and merges in memory alone.

pub mod base;
pub mod checked;
mod ids;
mod merged;
pub mod rules;
mod transitions;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::cli::comparison::{self, Pair, State};
use crate::cli::context::{Context, settings as settings_at, settings_text};
use crate::cli::failure::Failure;
use crate::config::{Config, FILE_NAME};
use crate::document::read::{Places, Terms};
use crate::finding::{Finding, Level};
use crate::lint::{self, Group};
use crate::record::{Record, RecordId};
use crate::render::changes::Report;
use crate::render::fingerprint::gist;
use crate::store::records::{Loaded, Located, Unread};
use crate::store::{At, RepoPath};
use base::Base;
use checked::{Checked, looked_at, unreadable};

/// What the branch is called in findings.
const BRANCH: &str = "the branch";

/// What was found.
pub struct Review {
    /// The branch that is gone to.
    pub base: Base,
    /// The files that the branch changes, by path.
    pub files: Vec<Checked>,
    /// How many records it changes.
    pub records: usize,
    pairs: Vec<Pair>,
    states: [State; 2],
}

/// A record that the branch changes and that can be read.
struct Changed {
    pair: Pair,
    after: Located,
    checked: Checked,
    read: Option<(Record, Places)>,
    /// What it was where the two parted.
    before: Option<Before>,
    /// The gists of what was found in it there.
    was: HashMap<String, usize>,
}

/// A record where the two parted.
struct Before {
    text: String,
    record: Option<Record>,
    ids: HashSet<String>,
}

impl Changed {
    /// Where the value of a key is; the file as a whole where it has none.
    fn place(&self, path: &str) -> std::ops::Range<usize> {
        self.read.as_ref().map_or(0..0, |(_, places)| places.nearest(path))
    }

    fn add(&mut self, rule: &'static str, span: std::ops::Range<usize>, message: String, help: Option<&str>) {
        let level = level_of(rule);
        self.checked.findings.push(Finding { rule, level, message, span, help: help.map(str::to_owned) });
    }
}

/// How much a finding of a rule matters.
fn level_of(rule: &str) -> Level {
    lint::rule(rule).map_or(Level::Error, |rule| rule.level)
}

/// Looks at what the branch changes; at these records alone, when some are named.
pub fn review(context: &mut Context, named: &str, only: Option<&[Located]>) -> Result<Review, Failure> {
    let base = Base::find(context, named)?;
    let there = settings_at(&context.store, At::Revision(base.parted), context.ui.look());
    let there = there.map_or_else(|_| base.settings.clone(), Arc::new);
    let parted = State::commit(&base.named, base.parted).with(there);
    let tip = State::commit(&base.named, base.tip).with(base.settings.clone());
    let head = match context.at {
        At::WorkTree => State::work_tree(),
        At::Revision(commit) => State::commit(BRANCH, commit),
    };
    let (mut pairs, skipped) = comparison::pairs(context, &parted, &head)?;
    if let Some(only) = only {
        let wanted: HashSet<&RepoPath> = only.iter().map(|located| &located.file.path).collect();
        pairs.retain(|pair| pair.after.as_ref().is_some_and(|after| wanted.contains(&after.file.path)));
    }
    let theirs = if base.tip == base.parted { Vec::new() } else { comparison::pairs(context, &parted, &tip)?.0 };
    let mut all = looked(context, &base, (&parted, &head), &pairs)?;
    let mut files = Vec::new();
    // What is asked of the branch as a whole comes to the findings of each record before they are told apart.
    ids::look(context, &base, (&parted, &tip), &mut all)?;
    for changed in &mut all {
        lint::settle(&changed.checked.text, &mut changed.checked.findings, &base.settings);
    }
    // No comment of the branch allows what merging would break.
    merged::look(context, &base, (&tip, &theirs), &mut all)?;
    let mut changed = Vec::with_capacity(all.len());
    for mut one in all {
        let found = std::mem::take(&mut one.checked.findings);
        let text = &one.checked.text;
        let (known, new) = found.into_iter().partition(|finding| take(&mut one.was, finding, text));
        (one.checked.known, one.checked.findings) = (known, new);
        changed.push(one);
    }
    if only.is_none() {
        files.extend(gone(context, &base, (&parted, &head), &pairs, &theirs)?);
    }
    transitions::look(context, &base, &mut changed)?;
    let records = pairs.len();
    files.extend(changed.into_iter().map(|changed| changed.checked));
    if only.is_none() {
        files.extend(skipped.into_iter().map(|skipped| unreadable(skipped.path, skipped.reason)));
        files.extend(settings(context, &base));
    }
    files.iter_mut().for_each(Checked::sort);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Review { base, files, records, pairs, states: [parted, head] })
}

impl Review {
    /// What changes in meaning, for a page that shows it.
    pub fn changes(&self, context: &Context) -> Result<Report, Failure> {
        let [before, after] = &self.states;
        let (records, _) = comparison::compare(context, before, after, self.pairs.clone(), |_| None)?;
        Ok(Report { from: before.side(), to: after.side(), records })
    }
}

/// Takes a finding out of those that were there before, each of which stands for one.
fn take(was: &mut HashMap<String, usize>, finding: &Finding, text: &str) -> bool {
    match was.get_mut(&known_by(finding, text)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// By what a finding is known as one that was there before. One about words stands for the whole text it is in: a text that
/// had one secret and has another one now has a new one.
fn known_by(finding: &Finding, text: &str) -> String {
    let of_words = lint::rule(finding.rule).is_some_and(|rule| matches!(rule.group, Group::Wording | Group::Text));
    let words = if of_words { around(text, &finding.span) } else { "" };
    format!("{}\u{0}{words}", gist(finding))
}

/// The text of several lines that a place is in, else the lines it is on.
fn around<'t>(text: &'t str, span: &std::ops::Range<usize>) -> &'t str {
    let (Some(before), Some(behind)) = (text.get(..span.start), text.get(span.end..)) else { return "" };
    for quotes in ["\"\"\"", "'''"] {
        if before.matches(quotes).count() % 2 == 1 {
            let from = before.rfind(quotes).unwrap_or_default();
            let to = behind.find(quotes).map_or(text.len(), |at| span.end + at);
            return &text[from..to];
        }
    }
    let from = before.rfind('\n').map_or(0, |at| at + 1);
    let to = behind.find('\n').map_or(text.len(), |at| span.end + at);
    &text[from..to]
}

fn counted(findings: &[Finding], text: &str) -> HashMap<String, usize> {
    let mut gists = HashMap::new();
    for finding in findings {
        *gists.entry(known_by(finding, text)).or_insert(0) += 1;
    }
    gists
}

/// The records that are there on the branch, with what is found in each alone, and what was found in it before.
fn looked(
    context: &Context,
    base: &Base,
    (parted, head): (&State, &State),
    pairs: &[Pair],
) -> Result<Vec<Changed>, Failure> {
    let severities = base.settings.severity_names();
    let terms = Terms { severities: &severities };
    let inspector = lint::Inspector::new(&base.settings);
    let now = context.now();
    let pairs: Vec<&Pair> = pairs.iter().filter(|pair| pair.after.is_some()).collect();
    let side = |pick: fn(&Pair) -> Option<&Located>| pairs.iter().filter_map(|pair| pick(pair).cloned()).collect();
    let (old, new): (Vec<Located>, Vec<Located>) =
        (side(|pair| pair.before.as_ref()), side(|pair| pair.after.as_ref()));
    let look = |loaded: Result<Loaded, Unread>| looked_at(loaded, &terms, &inspector, now);
    let mut old = parted.load_each(context, &old, look)?.into_iter();
    let new = head.load_each(context, &new, look)?;
    let with = pairs.iter().zip(new).filter_map(|(pair, (checked, read))| {
        let after = pair.after.clone()?;
        let before = pair.before.as_ref().and_then(|_| old.next());
        let was = before.as_ref().map(|(checked, _)| {
            // What a comment allowed there is new when the comment goes.
            let mut findings = checked.findings.clone();
            lint::settle(&checked.text, &mut findings, &base.settings);
            counted(&findings, &checked.text)
        });
        let was = was.unwrap_or_default();
        let before = before.map(|(checked, read)| Before {
            ids: checked.ids.into_iter().map(|(id, _)| id).collect(),
            text: checked.text,
            record: read.map(|(record, _)| record),
        });
        Some(Changed { pair: (*pair).clone(), after, checked, read, before, was })
    });
    Ok(with.collect())
}

/// Records that are not there any more on the branch: not those with sign-offs, and not those that the other side has changed.
/// One may also be gone by what hides it, or by settings that look for records elsewhere, without a change of its file.
fn gone(
    context: &Context,
    base: &Base,
    (parted, head): (&State, &State),
    pairs: &[Pair],
    theirs: &[Pair],
) -> Result<Vec<Checked>, Failure> {
    let here: HashSet<RecordId> = head.locate(context)?.0.into_iter().map(|located| located.id).collect();
    let renamed: HashSet<&RepoPath> = pairs
        .iter()
        .filter(|pair| pair.after.is_some())
        .filter_map(|pair| Some(&pair.before.as_ref()?.file.path))
        .collect();
    let mut went = parted.locate(context)?.0;
    went.retain(|located| !here.contains(&located.id) && !renamed.contains(&located.file.path));
    let signed = parted.load_each(context, &went, |loaded| {
        let record = loaded.ok().and_then(|loaded| crate::document::read::values(&loaded.text));
        record.map_or(0, |record| record.tables("sign_offs").len())
    })?;
    let mut files = Vec::new();
    for (located, signed) in went.into_iter().zip(signed) {
        let mut found = Vec::new();
        let mut add = |rule: &'static str, message: String, help: &str| {
            let (level, help) = (level_of(rule), Some(help.to_owned()));
            found.push(Finding { rule, level, message, span: 0..0, help });
        };
        if signed > 0 {
            let many = if signed == 1 { "1 sign-off".to_owned() } else { format!("{signed} sign-offs") };
            add(
                rules::TRANSITION,
                format!("a record with {many} is not there any more, or hidden"),
                "bring it back: `pm status reopen` is the way to begin again",
            );
        }
        let changed = theirs.iter().find(|pair| pair.before.as_ref().is_some_and(|before| before.id == located.id));
        if changed.is_some_and(|pair| pair.after.is_some()) {
            add(
                rules::CONFLICT,
                format!("the branch takes out the record, and {} has changed it", base.named),
                MERGE_IT,
            );
        }
        if !found.is_empty() {
            files.push(Checked { findings: found, ..Checked::of(located.file.path.to_string(), "") });
        }
    }
    Ok(files)
}

/// What to do about a conflict.
const MERGE_IT: &str = "merge the other branch into this one, settle it (`pm resolve`), and have it reviewed again";

/// The settings, where the branch changes them.
fn settings(context: &Context, base: &Base) -> Option<Checked> {
    let was = settings_text(&context.store, At::Revision(base.parted)).unwrap_or_default();
    let text = context.settings_text();
    if was == text {
        return None;
    }
    let mut before = Config::read(Some(&was)).map(|config| counted(&config.findings, &was)).unwrap_or_default();
    let mut checked = Checked::of(FILE_NAME, text);
    let found = context.config.findings.iter().cloned();
    (checked.known, checked.findings) = found.partition(|finding| take(&mut before, finding, &checked.text));
    let mut message = format!("the branch changes the settings; it is judged by those of {}", base.named);
    if base.settings.records != context.config.records {
        let (from, to) = (&base.settings.records, &context.config.records);
        message = format!("{message}, and takes the records from `{from}` to `{to}`");
    }
    checked.findings.push(Finding {
        rule: rules::SETTINGS,
        level: level_of(rules::SETTINGS),
        message,
        span: 0..0,
        help: Some("look at each change: what it loosens counts once it is merged".to_owned()),
    });
    Some(checked)
}

/// The pair of the other side about the same record.
fn counterpart<'a>(pair: &Pair, theirs: &'a [Pair]) -> Option<&'a Pair> {
    let is_at = |mine: &Option<Located>, other: &Option<Located>| match (mine, other) {
        (Some(mine), Some(other)) => mine.file.path == other.file.path,
        _ => false,
    };
    theirs.iter().find(|other| {
        // Two that came with one id to two places are two records, of which the ids tell.
        let both_came = pair.before.is_none() && other.before.is_none() && is_at(&pair.after, &other.after);
        is_at(&pair.before, &other.before) || both_came
    })
}

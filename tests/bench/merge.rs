//! Two branches at work on one record: how many of their merges conflict, with git's own merge of text, with
//! a merger that knows TOML and with `pm`, and how long each takes.
//!
//! `cargo bench -- merge 300` prints the table of `docs/concepts/merging.md`. The scenarios come from a fixed seed. mergiraf takes
//! part where it is on the PATH: `cargo install mergiraf`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A kind of scenario: what it is called, and whether its two sides contradict each other.
struct Kind {
    name: &'static str,
    contradicts: bool,
    change: fn(&mut Dice, &mut Record, usize),
}

/// Numbers from a fixed seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides.max(1)
    }
}

/// A record as rows of lines.
#[derive(Clone)]
struct Record {
    severity: &'static str,
    owner: String,
    tags: Vec<String>,
    sentences: Vec<String>,
    entries: Vec<(usize, String, Option<String>)>,
    actions: Vec<(String, String, String, String)>,
    votes: Vec<String>,
}

impl Record {
    fn new(dice: &mut Dice) -> Self {
        let count = 6 + dice.roll(10);
        Self {
            severity: "P3",
            owner: "Ann Example".to_owned(),
            tags: vec!["api".to_owned(), "deploy".to_owned()],
            sentences: (0..4).map(|number| format!("Sentence {number} of the summary says something.")).collect(),
            entries: (0..count).map(|number| (number * 30, format!("What happened, part {number}"), None)).collect(),
            actions: (0..6)
                .map(|number| {
                    (
                        format!("k{number}fq"),
                        format!("Do thing {number}"),
                        "open".to_owned(),
                        "Infrastructure".to_owned(),
                    )
                })
                .collect(),
            votes: Vec::new(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "#:schema ../postmortem.schema.json\n\nformat = 1\n\ntitle = \"API down\"\n\nseverity = \"{}\"\n\nstatus = \"in-review\"\n\nowner = \"{}\"\n\ntags = [{}]\n\nsummary = \"\"\"\n{}\n\"\"\"\n",
            self.severity,
            self.owner,
            self.tags.iter().map(|tag| format!("\"{tag}\"")).collect::<Vec<_>>().join(", "),
            self.sentences.join(" ")
        );
        for (minute, event, notes) in &self.entries {
            let (hour, minute) = (8 + minute / 60, minute % 60);
            let _ = write!(text, "\n[[timeline]]\nat = 2026-03-01T{hour:02}:{minute:02}:00Z\nevent = \"{event}\"\n");
            if let Some(notes) = notes {
                let _ = writeln!(text, "notes = \"{notes}\"");
            }
        }
        for (id, action, status, owner) in &self.actions {
            let _ = write!(
                text,
                "\n[[actions]]\nid = \"{id}\"\naction = \"{action}\"\nowner = \"{owner}\"\npriority = \"P2\"\nstatus = \"{status}\"\n"
            );
        }
        for who in &self.votes {
            let _ = write!(
                text,
                "\n[[sign_offs]]\nfrom = \"in-review\"\nto = \"approved\"\nrole = \"lead\"\nname = \"{who}\"\nemail = \"{who}@example.com\"\nat = 2026-03-02T10:00:00Z\ncontent = \"pm1-sha256:00\"\nprev = []\nmethod = \"none\"\n"
            );
        }
        text
    }

    fn entry(&mut self, minute: usize, event: String) {
        let place = self.entries.partition_point(|entry| entry.0 <= minute);
        self.entries.insert(place, (minute, event, None));
    }
}

const KINDS: &[Kind] = &[
    Kind {
        name: "both add two entries at the end",
        contradicts: false,
        change: |dice, record, side| {
            for number in 0..2 {
                let last = record.entries.last().map_or(0, |entry| entry.0);
                record.entry(last + 1 + dice.roll(20), format!("Seen by {side}, {number}"));
            }
        },
    },
    Kind {
        name: "both fill in two earlier entries",
        contradicts: false,
        change: |dice, record, side| {
            for number in 0..2 {
                let minute = dice.roll(record.entries.len() * 30);
                record.entry(minute, format!("Remembered by {side}, {number}"));
            }
        },
    },
    Kind {
        name: "both add two actions",
        contradicts: false,
        change: |dice, record, side| {
            for number in 0..2 {
                let id = format!("{}{number}{}x", if side == 0 { 'm' } else { 'n' }, dice.roll(10));
                record.actions.push((
                    id,
                    format!("Wanted by {side}, {number}"),
                    "open".to_owned(),
                    "Support".to_owned(),
                ));
            }
        },
    },
    Kind {
        name: "both approve",
        contradicts: false,
        change: |_, record, side| record.votes.push(format!("approver-{side}")),
    },
    Kind {
        name: "one closes an action, the other rewords it",
        contradicts: false,
        change: |dice, record, side| {
            let place = dice.roll(2);
            match side {
                0 => "done".clone_into(&mut record.actions[place].2),
                _ => record.actions[0].1.push_str(", at once"),
            }
        },
    },
    Kind {
        name: "both change different keys of one action",
        contradicts: false,
        change: |_, record, side| match side {
            0 => record.actions[2].1.push_str(", at once"),
            _ => "Support".clone_into(&mut record.actions[2].3),
        },
    },
    Kind {
        name: "both reword different sentences of the summary",
        contradicts: false,
        change: |dice, record, side| {
            let place = 2 * side + dice.roll(2);
            record.sentences[place] = format!("Side {side} says it in other words.");
        },
    },
    Kind {
        name: "both add a tag",
        contradicts: false,
        change: |dice, record, side| {
            let tag = format!("tag-{side}-{}", dice.roll(50));
            record.tags.push(tag);
        },
    },
    Kind {
        name: "one adds entries, the other actions",
        contradicts: false,
        change: |dice, record, side| match side {
            0 => record.entry(dice.roll(300), "Seen".to_owned()),
            _ => record.actions.push(("zzzz".to_owned(), "Wanted".to_owned(), "open".to_owned(), "Support".to_owned())),
        },
    },
    Kind {
        name: "both set another severity",
        contradicts: true,
        change: |_, record, side| record.severity = ["P1", "P2"][side],
    },
    Kind {
        name: "one takes an entry out, the other changes it",
        contradicts: true,
        change: |_, record, side| match side {
            0 => drop(record.entries.remove(3)),
            _ => record.entries[3].2 = Some("seen twice".to_owned()),
        },
    },
];

/// What the merges of one program came to.
#[derive(Default)]
struct Sum {
    conflicts: usize,
    wrong: usize,
    times: Vec<Duration>,
}

impl Sum {
    fn median(&mut self) -> Duration {
        self.times.sort();
        self.times.get(self.times.len() / 2).copied().unwrap_or_default()
    }
}

/// A program that merges: what it is called, and its arguments for `base`, `ours` and `theirs`, with the result in `ours`.
struct Merger {
    name: &'static str,
    program: &'static str,
    args: &'static [&'static str],
}

/// Prints the table: `git merge-file`, mergiraf where it is installed, and `pm`.
#[expect(clippy::print_stdout, reason = "a benchmark prints its table")]
pub(crate) fn print(count: usize) {
    let scratch = tempfile::tempdir().expect("a directory for temporary files");
    let directory = scratch.path();
    let all = [
        Merger { name: "git merge-file", program: "git", args: &["merge-file", "ours", "base", "theirs"] },
        Merger {
            name: "mergiraf",
            program: "mergiraf",
            args: &["merge", "base", "ours", "theirs", "-p", "x.toml", "-o", "ours"],
        },
        Merger {
            name: "pm",
            program: env!("CARGO_BIN_EXE_pm"),
            args: &["merge-driver", "base", "ours", "theirs", "7", "x.toml"],
        },
    ];
    let is_there = |merger: &&Merger| {
        let command =
            Command::new(merger.program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        command.is_ok_and(|status| status.success())
    };
    let mergers: Vec<&Merger> = all.iter().filter(is_there).collect();
    let names = mergers.iter().map(|merger| format!(" `{}`: conflicts | clean and wrong | time |", merger.name));
    println!("| {count} merges each |{}", names.collect::<String>());
    println!("|---|{}", "---:|".repeat(3 * mergers.len()));
    for kind in KINDS {
        let mut dice = Dice(42);
        let mut sums: Vec<Sum> = mergers.iter().map(|_| Sum::default()).collect();
        for _ in 0..count {
            let base = Record::new(&mut dice);
            let sides = [0, 1].map(|side| {
                let mut record = base.clone();
                (kind.change)(&mut dice, &mut record, side);
                record.text()
            });
            let texts = [base.text(), sides[0].clone(), sides[1].clone()];
            for (merger, sum) in mergers.iter().zip(&mut sums) {
                merged(directory, &texts, merger, sum);
            }
        }
        let mark = if kind.contradicts { " (a contradiction)" } else { "" };
        let cells = sums.iter_mut().map(|sum| {
            let milliseconds = sum.median().as_secs_f64() * 1000.0;
            format!(" {} % | {} % | {milliseconds:.1} ms |", percent(sum.conflicts, count), percent(sum.wrong, count))
        });
        println!("| {}{mark} |{}", kind.name, cells.collect::<String>());
    }
    lengths(directory, &mergers);
}

/// Prints how long one merge takes of records of different length, to both of which an entry was added.
#[expect(clippy::print_stdout, reason = "a benchmark prints its table")]
fn lengths(directory: &Path, mergers: &[&Merger]) {
    let names = mergers.iter().map(|merger| format!(" `{}` |", merger.name)).collect::<Vec<_>>().concat();
    println!("\n| entries |{names}\n|---:|{}", "---:|".repeat(mergers.len()));
    for entries in [10, 200, 1000] {
        let mut base = Record::new(&mut Dice(42));
        base.entries = (0..entries).map(|number| (number * 600 / entries, format!("Part {number}"), None)).collect();
        let side = |side: usize| {
            let mut record = base.clone();
            record.entry(601 + side, format!("Seen by {side}"));
            record.text()
        };
        let texts = [base.text(), side(0), side(1)];
        let cells = mergers.iter().map(|merger| {
            let mut sum = Sum::default();
            (0..30).for_each(|_| merged(directory, &texts, merger, &mut sum));
            format!(" {:.1} ms |", sum.median().as_secs_f64() * 1000.0)
        });
        println!("| {entries} |{}", cells.collect::<String>());
    }
}

fn percent(part: usize, all: usize) -> usize {
    (part * 100).div_ceil(all.max(1))
}

fn merged(directory: &Path, texts: &[String; 3], merger: &Merger, sum: &mut Sum) {
    for (name, text) in ["base", "ours", "theirs"].into_iter().zip(texts) {
        std::fs::write(directory.join(name), text).expect("a file");
    }
    let mut command = Command::new(merger.program);
    command.args(merger.args).current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let clean = command.status().is_ok_and(|status| status.success());
    sum.times.push(start.elapsed());
    if !clean {
        sum.conflicts += 1;
    } else if std::fs::read_to_string(directory.join("ours")).is_ok_and(|text| is_wrong(texts, &text)) {
        sum.wrong += 1;
    }
}

/// Whether a merge that was called clean is no TOML, or lacks a word that a side has brought along.
fn is_wrong([base, ours, theirs]: &[String; 3], merged: &str) -> bool {
    let parts = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '-').map(str::to_owned).collect();
    let words = |text: &str| -> std::collections::HashSet<String> { parts(text) };
    let (old, found) = (words(base), words(merged));
    let is_lost = |side: &str| words(side).difference(&old).any(|word| !found.contains(word));
    merged.parse::<toml::Table>().is_err() || is_lost(ours) || is_lost(theirs)
}

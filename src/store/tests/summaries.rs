//! The cache of summaries: with it and without it the answer is the same, whatever happens to files and cache.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::super::summaries::{Asked, Made, Part, summaries};
use super::super::{At, RepoPath, Store, StoreError};
use super::{Repo, at};

/// Far enough ahead that every file is settled.
fn settled() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

/// The part that was asked for of every file, by its path.
type Known = BTreeMap<String, Vec<u8>>;

struct Question {
    cached: bool,
    maker: u64,
    part: Part,
    now: SystemTime,
}

impl Default for Question {
    fn default() -> Self {
        Self { cached: true, maker: 7, part: Part::Rest, now: settled() }
    }
}

fn ask(store: &Store, from: At, question: &Question) -> (Known, usize) {
    let read = AtomicUsize::new(0);
    let make = |path: &RepoPath, bytes: Result<Vec<u8>, StoreError>| {
        read.fetch_add(1, Ordering::Relaxed);
        let lasting = bytes.is_ok();
        let text = bytes.unwrap_or_else(|error| error.to_string().into_bytes());
        let brief = if text.starts_with(b"open") { format!("{path} is open").into_bytes() } else { Vec::new() };
        Made { brief, card: [b"card of ", text.as_slice()].concat(), rest: text, judged: 1, lasting }
    };
    let Question { cached, maker, part, now } = *question;
    let asked = Asked { cached, part, maker, holds: &|_, judged| judged == 1, make: &make, now };
    let found = summaries(store, &at("postmortems"), from, &asked).expect("an answer");
    let known = found.iter().map(|held| (held.path().to_owned(), held.part().to_vec())).collect();
    (known, read.into_inner())
}

fn with(store: &Store, from: At) -> (Known, usize) {
    ask(store, from, &Question::default())
}

fn without(store: &Store, from: At) -> Known {
    ask(store, from, &Question { cached: false, ..Question::default() }).0
}

fn many(count: usize) -> Repo {
    let repo = Repo::bare_ground();
    repo.git(&["init", "--quiet", "--initial-branch=main"]);
    for number in 0..count {
        let what = if number % 3 == 0 { "open" } else { "done" };
        repo.write(&format!("postmortems/{}/record-{number}.toml", 2020 + number % 4), &format!("{what} {number}\n"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "--message=many"]);
    repo
}

fn kept(store: &Store) -> Vec<PathBuf> {
    store.kept_summaries()
}

fn head(store: &Store) -> At {
    At::Revision(store.head().expect("a head").commit.expect("a commit"))
}

#[test]
fn what_did_not_change_is_not_read_again() {
    let repo = many(100);
    let store = repo.store();
    assert_eq!(with(&store, At::WorkTree).1, 100);
    assert_eq!(with(&store, At::WorkTree).1, 0);
    repo.write("postmortems/2020/record-0.toml", "open, and longer\n");
    std::fs::remove_file(repo.root.join("postmortems/2021/record-1.toml")).expect("removed");
    let (known, read) = with(&store, At::WorkTree);
    assert_eq!((known.len(), read), (99, 1));
    assert_eq!(known, without(&store, At::WorkTree));

    assert_eq!(with(&store, head(&store)).1, 2, "what was changed and what was removed on disk is known no more");
    assert_eq!(with(&store, head(&store)).1, 0);
    repo.git(&["commit", "--quiet", "--all", "--message=change"]);
    let (known, read) = with(&store, head(&store));
    assert_eq!((known.len(), read), (99, 1), "the tree is another one, and one content new");
    assert_eq!(known, without(&store, head(&store)));
}

#[test]
fn a_file_that_may_still_change_unseen_is_read_every_time() {
    let repo = many(10);
    let store = repo.store();
    let now = || Question { now: SystemTime::now(), ..Question::default() };
    for turn in 0..20 {
        // As long as before, within the same tick of the clock as often as not.
        repo.write("postmortems/2020/record-0.toml", &format!("open {turn:03}\n"));
        let (known, _) = ask(&store, At::WorkTree, &now());
        assert_eq!(known["postmortems/2020/record-0.toml"], format!("open {turn:03}\n").into_bytes());
    }
}

#[test]
fn a_cache_with_anything_odd_about_it_is_none() {
    let repo = many(30);
    let store = repo.store();
    let parts = [Part::Brief, Part::Card, Part::Rest];
    let truths =
        parts.map(|part| ask(&store, At::WorkTree, &Question { part, cached: false, ..Question::default() }).0);
    let truth = without(&store, At::WorkTree);
    with(&store, At::WorkTree);
    let place = kept(&store).pop().expect("a file");
    let whole = std::fs::read(&place).expect("readable");
    // The ids of the contents, which are looked at only when something has changed.
    let blob = repo.git(&["hash-object", "postmortems/2020/record-0.toml"]);
    let bytes: Vec<u8> =
        (0..blob.len()).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("hex")).collect();
    let start = whole.windows(bytes.len()).position(|window| window == bytes).expect("its id") / 32 * 32;
    let ids = start.saturating_sub(30 * 32)..start + 30 * 32;
    for index in (0..whole.len()).step_by(29) {
        let mut torn = whole.clone();
        torn[index] ^= 0x41;
        std::fs::write(&place, &torn).expect("writable");
        let mut doubted = false;
        for (part, truth) in parts.iter().zip(&truths) {
            std::fs::write(&place, &torn).expect("writable");
            let (known, read) = ask(&store, At::WorkTree, &Question { part: *part, ..Question::default() });
            assert_eq!(known, *truth, "byte {index}");
            doubted |= read == 30;
            assert!(matches!(read, 0 | 30), "byte {index}: all of what is read is believed, or nothing");
        }
        assert!(doubted || ids.contains(&index), "byte {index}: who reads it sees that it is not as it was");
    }
    for length in [0, 1, 50, 111, 112, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&place, &whole[..length]).expect("writable");
        assert_eq!(with(&store, At::WorkTree), (truth.clone(), 30), "{length} bytes");
    }
    std::fs::write(&place, &whole).expect("writable");
    let other = Question { maker: 8, ..Question::default() };
    assert_eq!(ask(&store, At::WorkTree, &other).1, 30, "another program makes other summaries");
}

#[test]
fn every_part_is_there_for_whoever_needs_it() {
    let repo = many(30);
    let store = repo.store();
    let brief = Question { part: Part::Brief, ..Question::default() };
    ask(&store, At::WorkTree, &brief);
    let (known, read) = ask(&store, At::WorkTree, &brief);
    assert_eq!((known.len(), read), (30, 0));
    assert_eq!(known.values().filter(|brief| !brief.is_empty()).count(), 10);
    let (known, read) = ask(&store, At::WorkTree, &Question { part: Part::Card, ..Question::default() });
    assert_eq!(read, 0);
    assert!(known.values().all(|card| card.starts_with(b"card of ")));
    assert_eq!(with(&store, At::WorkTree), (without(&store, At::WorkTree), 0));
}

#[test]
fn a_repository_that_cannot_be_written_to_works_without() {
    let repo = many(5);
    let store = repo.store();
    // A file where the folder should be, which stops whoever is allowed to write anywhere, too.
    std::fs::write(repo.root.join(".git/pm"), "in the way").expect("writable");
    assert_eq!(with(&store, At::WorkTree), (without(&store, At::WorkTree), 5));
    assert_eq!(with(&store, At::WorkTree).1, 5);
}

#[test]
fn what_could_not_be_read_is_asked_for_again() {
    let repo = many(5);
    repo.git(&["init", "--quiet", "--bare", "elsewhere"]);
    let store = repo.store();
    let blob = repo.git(&["rev-parse", "HEAD:postmortems/2020/record-0.toml"]);
    let object = repo.root.join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    let hidden = repo.home.path().join("object");
    std::fs::rename(&object, &hidden).expect("moved");
    let (known, _) = with(&store, head(&store));
    assert!(!known["postmortems/2020/record-0.toml"].starts_with(b"open"), "it cannot be read now");
    std::fs::rename(&hidden, &object).expect("moved back");
    let (known, _) = with(&repo.store(), head(&store));
    assert_eq!(known["postmortems/2020/record-0.toml"], b"open 0\n");
}

#[test]
fn files_of_the_cache_do_not_pile_up() {
    let repo = many(3);
    for number in 0..12 {
        let name = format!("tree-{number}");
        repo.git(&["worktree", "add", "--quiet", "--detach", &name]);
        let store = Store::open(&repo.environment(&repo.root.join(&name))).expect("a linked working tree");
        with(&store, At::WorkTree);
    }
    assert!(kept(&repo.store()).len() <= 8, "{:?}", kept(&repo.store()));
}

#[test]
fn many_readers_and_writers_at_once_all_have_the_truth() {
    let repo = many(200);
    let parts = [Part::Brief, Part::Card, Part::Rest];
    let truths = parts.map(|part| ask(&repo.store(), At::WorkTree, &Question { part, ..Question::default() }).0);
    std::thread::scope(|scope| {
        for turn in 0..8 {
            let (repo, truths) = (&repo, &truths);
            scope.spawn(move || {
                let store = repo.store();
                for round in 0..6 {
                    // Each other round as another program, which replaces what the first has kept.
                    let (maker, part) = ((turn + round) % 2, parts[usize::try_from(round % 3).expect("small")]);
                    let (known, _) = ask(&store, At::WorkTree, &Question { maker, part, ..Question::default() });
                    assert!(known == truths[part as usize]);
                }
            });
        }
    });
}

/// What may happen to a repository between two questions.
#[derive(Debug, Clone)]
enum Event {
    Edit(usize),
    Remove(usize),
    Move(usize),
    Attach(usize),
    Commit,
    Back,
    Touch(usize),
    Break(usize),
    Forget,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0usize..12).prop_map(Event::Edit),
        2 => (0usize..12).prop_map(Event::Remove),
        2 => (0usize..12).prop_map(Event::Move),
        1 => (0usize..12).prop_map(Event::Attach),
        2 => Just(Event::Commit),
        1 => Just(Event::Back),
        1 => (0usize..12).prop_map(Event::Touch),
        1 => (0usize..4000).prop_map(Event::Break),
        1 => Just(Event::Forget),
    ]
}

fn happen(repo: &Repo, event: &Event, turn: &Cell<usize>) {
    // Every text has a length of its own, so that no edit can hide within a tick of the clock.
    turn.set(turn.get() + 1);
    let place = |number: &usize| format!("postmortems/{}/record-{number}.toml", 2020 + number % 4);
    let on_disk = |number: &usize| repo.root.join(place(number));
    match event {
        Event::Edit(number) => {
            let what = if turn.get().is_multiple_of(2) { "open" } else { "done" };
            repo.write(&place(number), &format!("{what} {}\n", "x".repeat(turn.get())));
        }
        Event::Remove(number) => drop(std::fs::remove_file(on_disk(number))),
        Event::Move(number) => {
            let _ = std::fs::rename(on_disk(number), on_disk(number).with_file_name(format!("moved-{number}.toml")));
        }
        Event::Attach(number) => {
            let folder = place(number);
            repo.write(&format!("{}/figure.toml", folder.trim_end_matches(".toml")), &"f".repeat(turn.get()));
        }
        Event::Commit => {
            repo.git(&["add", "--all", "."]);
            repo.try_git(&["commit", "--quiet", "--message=change"]);
        }
        Event::Back => drop(repo.try_git(&["checkout", "--quiet", "--force", "HEAD~1"])),
        Event::Touch(number) => {
            if let Ok(file) = std::fs::File::options().append(true).open(on_disk(number)) {
                file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(turn.get() as u64)).expect("touched");
            }
        }
        Event::Break(byte) => {
            for place in kept(&repo.store()) {
                let mut bytes = std::fs::read(&place).expect("readable");
                let length = bytes.len().max(1);
                if let Some(torn) = bytes.get_mut(byte % length) {
                    *torn ^= 1;
                }
                std::fs::write(&place, bytes).expect("writable");
            }
        }
        Event::Forget => {
            for place in kept(&repo.store()) {
                std::fs::remove_file(place).expect("removed");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn with_and_without_the_cache_the_answer_is_the_same(events in proptest::collection::vec(event(), 1..14)) {
        let repo = many(12);
        let turn = Cell::new(0);
        for event in &events {
            happen(&repo, event, &turn);
            let store = repo.store();
            for from in [At::WorkTree, head(&store)] {
                for part in [Part::Brief, Part::Card, Part::Rest] {
                    let question = Question { part, ..Question::default() };
                    let (known, _) = ask(&store, from, &question);
                    let (truth, _) = ask(&store, from, &Question { cached: false, ..question });
                    prop_assert_eq!(known, truth, "{:?} after {:?} of {:?}", part, event, events);
                }
            }
        }
    }
}

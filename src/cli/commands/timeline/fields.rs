//! The fields of an entry as people give them: kinds, times, owners, evidence; and an entry told back in a line.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Timelike as _};
use toml::Value;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::prompt;
use crate::cli::resolve::time;
use crate::cli::resolve::when::Zone;
use crate::cli::ui::Ui;
use crate::record::duration::Length;
use crate::record::milestone::Milestone;
use crate::record::milestone::wording::suggested;
use crate::record::time::Moment;
use crate::record::vocabulary::MILESTONE;
use crate::render::sanitise::one_line;

/// The most that is taken as evidence: what a person pastes fits many times over, a runaway log does not. A record is read
/// whole by every command, so logs lie in a folder beside it.
pub const LONGEST_NOTE: usize = 64 * 1024;

/// The offset of `at` that a typed time has, or why it has none.
pub fn read_time(
    context: &mut Context,
    typed: &str,
    zone: Zone,
    entries: &[Moment],
) -> Result<DateTime<FixedOffset>, Failure> {
    let understood = time::time(context, typed, zone, entries, false)?;
    // Whoever typed the day knows it; the answer says the time in UTC all the same.
    let has_day = typed.contains(&understood.instant.format("%Y-%m-%d").to_string());
    if !has_day && !typed.trim().eq_ignore_ascii_case("now") {
        let told = told(Moment::from(understood.instant), zone);
        context.ui.note(&format!("{} is {told}: {}", one_line(typed.trim()), one_line(&understood.note)));
    }
    warn_of_yesterday(context, typed, &understood.instant, entries);
    Ok(understood.instant)
}

/// A clock time that is soon to come, and so was taken as yesterday's, far from every entry: most often it was read off a
/// clock of another zone.
fn warn_of_yesterday(context: &mut Context, typed: &str, instant: &DateTime<FixedOffset>, entries: &[Moment]) {
    const FAR_MINUTES: i64 = 12 * 60;
    let near = entries
        .iter()
        .filter_map(Moment::instant)
        .any(|entry| entry.signed_duration_since(instant).num_minutes().abs() < FAR_MINUTES);
    let only_a_clock = !typed.contains(['-', '/', 'T', '@', '+']) && typed.contains(|c: char| c.is_ascii_digit());
    let words = typed.split_whitespace().any(|word| word.len() > 2 && word.chars().all(char::is_alphabetic));
    let next = *instant + chrono::TimeDelta::days(1);
    let ahead = next.signed_duration_since(context.now()).num_minutes();
    if only_a_clock && !words && !near && ahead > 0 && ahead < FAR_MINUTES {
        let day = instant.format("%Y-%m-%d");
        let typed = one_line(typed.trim());
        context.ui.warn(&format!(
            "{typed} is still to come today, so this is {day}; for a clock of another zone add it, as in --at '{typed} Europe/Berlin'"
        ));
    }
}

/// The end of an entry: read against its beginning, and not before it.
pub fn read_until(context: &mut Context, typed: &str, zone: Zone, at: Moment) -> Result<Moment, Failure> {
    let until = Moment::from(read_time(context, typed, zone, &[at])?);
    not_before(until, at, zone)?;
    Ok(until)
}

/// Refuses an end before the beginning.
pub fn not_before(until: Moment, at: Moment, zone: Zone) -> Result<(), Failure> {
    if at.length_to(&until).is_some_and(Length::is_negative) {
        return Err(Failure::new(format!(
            "the end, {}, is before the beginning, {}",
            told(until, zone),
            told(at, zone)
        ))
        .hint("give both with their day, as in --at '2017-01-31 23:27' --until '2017-02-01 00:10'"));
    }
    Ok(())
}

/// The milestone of a word, whatever its case; the empty word and `none` are a plain note.
pub fn read_kind(typed: &str) -> Result<Option<Milestone>, Failure> {
    let word = typed.trim().to_lowercase();
    if word.is_empty() || word == "none" || word == "note" {
        return Ok(None);
    }
    if let Ok(kind) = word.parse() {
        return Ok(Some(kind));
    }
    let known = MILESTONE.slugs().collect::<Vec<_>>().join(", ");
    let failure = Failure::new(format!("`{}` is not a milestone", one_line(typed.trim())));
    Err(match MILESTONE.nearest(&word) {
        Some(near) => failure.hint(format!("did you mean `{near}`? Known are {known}")),
        None => failure.hint(format!("known are {known}; leave --kind out for a plain note")),
    })
}

/// What asking for the kind of an event came to.
pub enum Kind {
    /// Marked, or a plain note by decision.
    Settled(Option<Milestone>),
    /// Nobody was there to ask, and the wording suggests this.
    Suggested(Milestone),
}

/// The kind of a new event: as given, else asked for where the wording suggests one.
pub fn kind_of(context: &mut Context, typed: Option<&str>, event: &str) -> Result<Kind, Failure> {
    if let Some(typed) = typed {
        return read_kind(typed).map(Kind::Settled);
    }
    let Some(suggestion) = suggested(event) else { return Ok(Kind::Settled(None)) };
    if !context.ui.interactive() {
        return Ok(Kind::Suggested(suggestion));
    }
    let others = Milestone::ALL.into_iter().filter(|milestone| *milestone != suggestion);
    let mut choices: Vec<Option<Milestone>> = vec![Some(suggestion), None];
    choices.extend(others.map(Some));
    let labels: Vec<String> = choices.iter().map(|choice| label(*choice)).collect();
    match prompt::pick("Does this mark a milestone?", &labels)? {
        Some(index) => Ok(Kind::Settled(choices[index])),
        None => Err(Failure::new("nothing was added").hint("`--kind none` adds it as a plain note")),
    }
}

fn label(kind: Option<Milestone>) -> String {
    let Some(kind) = kind else { return "no, a plain note".to_owned() };
    match MILESTONE.label(kind.word()) {
        Some(label) => format!("{kind}: {label}"),
        None => kind.to_string(),
    }
}

/// One line of text without the escape sequences that come with what is copied from a terminal.
pub fn line(typed: &str) -> String {
    let plain = anstream::adapter::strip_str(typed).to_string();
    plain.split_whitespace().map(visible).collect::<Vec<_>>().join(" ")
}

fn visible(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).collect()
}

/// What happened, which has to be something.
pub fn read_event(typed: &str) -> Result<String, Failure> {
    let event = line(typed);
    if event.is_empty() {
        return Err(Failure::new("the event is empty")
            .hint("say what happened in one line, as in `pm timeline add \"Alert fired\"`"));
    }
    Ok(event)
}

/// Evidence: as typed, or for `-` all of standard input.
pub fn read_note(context: &mut Context, typed: &str) -> Result<String, Failure> {
    let piped;
    let text = if typed == "-" {
        if context.ui.world().terminal.stdin {
            context.ui.note("Reading the note from the keyboard; end it with Ctrl-D.");
        }
        piped = Ui::read_stdin_up_to(LONGEST_NOTE)?.ok_or_else(|| too_long(None))?;
        let text = String::from_utf8_lossy(&piped);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            context.ui.warn("the note has bytes that are not UTF-8; each is kept as \u{fffd}");
        }
        text.into_owned()
    } else {
        typed.to_owned()
    };
    if text.len() > LONGEST_NOTE {
        return Err(too_long(Some(text.len())));
    }
    Ok(evidence(&text))
}

fn too_long(length: Option<usize>) -> Failure {
    let limit = LONGEST_NOTE / 1024;
    let found = length.map(|length| format!(" ({} KiB)", length / 1024)).unwrap_or_default();
    Failure::new(format!("the note is longer than {limit} KiB{found}, so nothing was changed"))
        .hint("keep the lines that show it, as in `… | tail -n 50 | pm timeline add … --note -`")
        .hint("a whole log belongs in the folder named after the record, beside it")
}

/// Output of a command as prose: no escape sequences, the last state of a line that was drawn over, a line break at the end
/// of more than one line.
fn evidence(text: &str) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    let lines = plain.lines().map(|line| {
        let drawn = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
        drawn.chars().filter(|c| *c == '\t' || !c.is_control()).collect::<String>().trim_end().to_owned()
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.trim_end().trim_start_matches('\n');
    if text.contains('\n') { format!("{text}\n") } else { text.to_owned() }
}

/// A moment as a value of a record.
pub fn written(moment: Moment) -> Value {
    let text = moment.to_toml();
    text.parse().map_or_else(|_| Value::from(text), Value::Datetime)
}

/// A moment in UTC and, where that differs, on the clock of the zone in hand: `2017-01-31 22:27 UTC (23:27 Europe/Berlin)`.
/// A time that was typed with another offset shows that one. Seconds only where there are any.
pub fn told(moment: Moment, zone: Zone) -> String {
    let Some(instant) = moment.instant() else { return moment.to_string() };
    let utc = instant.naive_utc();
    let here = zone.of(instant.to_utc());
    let (local, name) = if here.offset() == instant.offset() {
        (here, zone.to_string())
    } else {
        (instant, instant.offset().to_string())
    };
    let mut text = format!("{} {} UTC", utc.date(), clock(utc));
    if local.offset().local_minus_utc() != 0 {
        let wall = local.naive_local();
        let day = if wall.date() == utc.date() { String::new() } else { format!("{} ", wall.date()) };
        let _ = write!(text, " ({day}{} {name})", clock(wall));
    }
    text
}

/// [`told`] cut to the minute, for times that nobody typed.
pub fn told_to_the_minute(moment: Moment, zone: Zone) -> String {
    let minute = moment.instant().and_then(|instant| instant.with_second(0));
    told(minute.map_or(moment, Moment::from), zone)
}

fn clock(time: NaiveDateTime) -> String {
    let format = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.format(format).to_string()
}

/// What an entry is, in a word.
pub fn kind_word(kind: Option<Milestone>) -> &'static str {
    kind.map_or("plain note", Milestone::word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_what_a_person_saw() {
        assert_eq!(evidence("\u{1b}[31mFAIL\u{1b}[0m\r\nnext\r\n"), "FAIL\nnext\n");
        assert_eq!(evidence("10%\r50%\r100%\n"), "100%");
        assert_eq!(evidence("\n\nonly one\n\n"), "only one");
        assert_eq!(evidence("a\tb \u{7}\n  c\n"), "a\tb\n  c\n");
        assert_eq!(evidence(""), "");
    }

    #[test]
    fn an_event_is_one_line_without_what_drives_a_terminal() {
        assert_eq!(line("  \u{1b}]0;x\u{7}Alert\n fired\u{1b}[2J "), "Alert fired");
        assert!(read_event(" \n").is_err());
    }

    #[test]
    fn a_kind_is_a_milestone_in_any_case_or_a_plain_note() {
        assert_eq!(read_kind("Identified").ok().flatten(), Some(Milestone::Identified));
        assert_eq!(read_kind("none").ok(), Some(None));
        let failure = read_kind("detceted").expect_err("a slip");
        assert!(failure.hints[0].starts_with("did you mean `detected`?"), "{failure:?}");
    }

    #[test]
    fn a_time_is_told_in_utc_and_on_the_clock_that_was_meant() {
        let berlin = Zone::parse("Europe/Berlin").expect("a zone");
        let at = |text: &str| Moment::from(DateTime::parse_from_rfc3339(text).expect("a time"));
        assert_eq!(told(at("2017-01-31T23:27:00Z"), Zone::UTC), "2017-01-31 23:27 UTC");
        assert_eq!(
            told(at("2017-02-01T00:27:05+01:00"), berlin),
            "2017-01-31 23:27:05 UTC (2017-02-01 00:27:05 Europe/Berlin)"
        );
        assert_eq!(told(at("2017-01-31T23:27:00+05:30"), Zone::UTC), "2017-01-31 17:57 UTC (23:27 +05:30)");
        assert_eq!(told_to_the_minute(at("2017-01-31T23:27:41Z"), Zone::UTC), "2017-01-31 23:27 UTC");
    }
}

//! What an import says: the entries it adds, and how many it does not.

use unicode_width::UnicodeWidthStr as _;

use crate::import::timeline::plan::Plan;
use crate::record::time::Moment;
use crate::render::sanitise::one_line;

/// How wide the column of owners is at most.
const WIDEST_OWNER: usize = 24;

/// The new entries, a line each: time in UTC, milestone, owner, event. Lines are cut where the terminal ends.
pub(super) fn table(plan: &Plan, width: Option<usize>) -> String {
    let mut rows: Vec<[String; 4]> = Vec::with_capacity(plan.add.len());
    let mut above: Option<Moment> = None;
    for new in &plan.add {
        let entry = new.entry();
        let approx = if entry.approx() { "~" } else { "" };
        let text = new.at.text_after(above.as_ref());
        rows.push([
            format!("{approx}{text}"),
            entry.kind().map(|kind| kind.word().to_owned()).unwrap_or_default(),
            cut(&one_line(entry.owner().unwrap_or_default()), WIDEST_OWNER),
            one_line(entry.event()),
        ]);
        above = Some(new.at);
    }
    let widths: [usize; 3] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0));
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = width - cell.width();
            // Clock times are read down their last digits.
            let (before, after) = if column == 0 { (gap, 0) } else { (0, gap) };
            if width > 0 {
                line.extend([" ".repeat(before).as_str(), cell, &" ".repeat(after), "  "]);
            }
        }
        line.push_str(&row[3]);
        let line = width.map_or(line.clone(), |width| cut(&line, width));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// "12 entries added, 3 already there, 20 left out (15 notify, 5 join; --all takes them)", and what was not marked.
pub(super) fn counts(plan: &Plan, all: bool, dry_run: bool) -> String {
    let added = entries(plan.add.len());
    let mut parts = vec![if dry_run { format!("{added} to add") } else { format!("{added} added") }];
    if plan.there > 0 {
        parts.push(format!("{} already there", plan.there));
    }
    let left_out = plan.left_out_in_all();
    if left_out > 0 && !all {
        let words: Vec<String> =
            plan.left_out.iter().map(|(word, count)| format!("{count} {}", counted(&one_line(word), *count))).collect();
        parts.push(format!(
            "{left_out} left out ({}; --all takes {})",
            words.join(", "),
            if left_out == 1 { "it" } else { "them" }
        ));
    }
    let mut text = format!("{}\n", parts.join(", "));
    if !plan.unmarked.is_empty() {
        let words: Vec<&str> = plan.unmarked.iter().map(|milestone| milestone.word()).collect();
        text = format!("{text}not marked, since the record has them: {}\n", words.join(", "));
    }
    text
}

/// The word for more than one of what is left out; most say what happened and have none.
fn counted(word: &str, count: usize) -> String {
    let noun =
        matches!(word, "join" | "leave" | "notification" | "placeholder" | "postmortem notice" | "view" | "other log");
    if noun && count != 1 { format!("{word}s") } else { word.to_owned() }
}

/// "1 entry", "12 entries".
pub(super) fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// At most so many columns of a line.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out
}

//! Action items as Markdown: a table for a wiki, an issue or the notes of a meeting.

use super::{Shown, history, parts, status, totals};
use crate::query::actions::{Listed, Totals};
use crate::record::action::is_id;
use crate::render::markdown::escape;
use crate::render::words;

/// The list as Markdown tables, the totals below; a sentence when there is nothing.
pub fn markdown(shown: Shown<'_>) -> String {
    if shown.actions.is_empty() {
        return "No action items.\n".to_owned();
    }
    let mut out = String::new();
    for (heading, actions) in parts(shown) {
        if let Some(heading) = heading {
            out.extend(["### ", &escape::inline(&heading), "\n\n"]);
        }
        out.push_str("| Due | Action | Owner | Priority | Status | Record |");
        out.push_str(if shown.history {
            " History |\n|---|---|---|---|---|---|---|\n"
        } else {
            "\n|---|---|---|---|---|---|\n"
        });
        for action in actions {
            out.push_str(&row(action));
            if shown.history {
                out.extend([" ", &escape::cell(&history::line(action)), " |"]);
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out + &format!("{} (on {})\n", escape::inline(&totals(&Totals::of(shown.actions), shown.history)), shown.today)
}

fn row(action: &Listed<'_>) -> String {
    let text = |text: Option<&str>| text.map(escape::cell).unwrap_or_default();
    let due = match (action.due, action.overdue) {
        (Some(due), Some(days)) => format!("**{due}** ({days} d overdue)"),
        (Some(due), None) => due.to_string(),
        (None, _) => text(action.no_date.as_deref()),
    };
    // Only a real id is sure to have nothing that ends a code span or a cell.
    let name = action.id.map(|id| if is_id(id) { escape::code(id) } else { escape::cell(id) });
    let named = format!("{} {}", name.as_deref().unwrap_or("–"), escape::cell(action.action));
    let linked = action.link.filter(|link| escape::destination(link).is_some());
    let tracked = linked.map(|address| format!(" ({})", escape::labelled_link("tracked", address))).unwrap_or_default();
    let owner = action.owner.map(words::name_of).map(escape::cell).unwrap_or_default();
    let severity = action.severity.map(|severity| format!(" ({})", escape::cell(severity))).unwrap_or_default();
    let branch = action.branch.map(|branch| format!(" on {}", escape::cell(branch))).unwrap_or_default();
    format!(
        "| {due} | {named}{tracked} | {owner} | {} | {} | {}{severity}{branch} |",
        text(action.priority),
        escape::cell(&status(action)),
        escape::cell(action.record),
    )
}

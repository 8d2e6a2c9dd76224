//! Due dates as a calendar (RFC 5545) that people can subscribe to.
//!
//! Each open action with a due date is an event of that whole day, since most calendars show events and few show
//! to-dos. Its UID is the action's, so that a calendar that is fetched again moves and removes what it has. The same list
//! on the same day is the same text.

use chrono::Datelike as _;
use icalendar::{Calendar, Class, Component as _, Event, EventLike as _, Property};

use super::{Shown, history};
use crate::query::actions::Listed;
use crate::render::sanitise;
use crate::workflow::canonical::sha256;

/// The open actions with a due date as a calendar.
pub fn calendar(shown: Shown<'_>) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//pm//action items//EN"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.name("Postmortem action items");
    for action in shown.actions.iter().filter(|action| action.stands.is_open()) {
        if let Some(event) = event(action, shown.today) {
            calendar.push(event);
        }
    }
    calendar.to_string()
}

fn event(action: &Listed<'_>, today: chrono::NaiveDate) -> Option<Event> {
    // A calendar has no year 10000.
    let due = action.due.filter(|due| (0..9999).contains(&due.year()))?;
    let name = action.id.map_or_else(|| sha256(action.action.as_bytes())[..12].to_owned(), str::to_owned);
    let stamp = today.and_hms_opt(0, 0, 0)?.and_utc();
    let late = action.overdue.map(|days| format!("Overdue by {days} days on {today}"));
    let owner = action.owner.map(|owner| format!("Owner: {owner}"));
    let record = format!("{}: {}", action.record, action.title);
    let branch = action.branch.map(|branch| format!("On branch {branch}"));
    let history = Some(history::line(action)).filter(|line| !line.is_empty());
    let told = late.into_iter().chain(owner).chain([record]).chain(branch).chain(history);
    let description = told.map(|line| sanitise::one_line(&line)).collect::<Vec<_>>().join("\n");
    let priority = action.priority.map(|priority| format!("{priority}: ")).unwrap_or_default();
    let mut event = Event::new();
    event
        .uid(&format!("{}@{}", sanitise::one_line(&name), sanitise::one_line(action.record)))
        .timestamp(stamp)
        .starts(due)
        .ends(due.succ_opt()?)
        .summary(&sanitise::one_line(&format!("{priority}{}", action.action)))
        .description(&description)
        .class(if action.private { Class::Private } else { Class::Public })
        .append_property(Property::new("TRANSP", "TRANSPARENT"));
    if let Some(link) = action.link.filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
        event.url(&sanitise::one_line(link));
    }
    Some(event.done())
}

//! Reading JSON with the place of everything at hand, so that a wrong field can be named.

use chrono::{DateTime, Datelike as _, FixedOffset};
use serde_json::Value;

use super::error::ImportError;
use super::{Product, text};

/// A value, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

/// The whole text as a value.
pub(super) fn parse(text: &str) -> Result<Value, ImportError> {
    // serde_json itself refuses what is nested deeper than 128.
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let (line, column) = (error.line(), error.column());
        ImportError::Syntax { line, column, message: message.to_owned() }
    })
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, place: String::new() }
    }

    fn name(&self) -> &str {
        if self.place.is_empty() { "the file" } else { &self.place }
    }

    fn place_of(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// The value of a key; `None` when it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self { value, place: self.place_of(key) })
    }

    /// The value of a key that has to be there.
    pub(super) fn need(&self, key: &str, wanted: &'static str) -> Result<Self, ImportError> {
        if !self.value.is_object() {
            return Err(self.wrong("an object"));
        }
        self.get(key).ok_or_else(|| ImportError::Shape {
            place: format!("`{}`", self.place_of(key)),
            wanted,
            found: "missing".to_owned(),
        })
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, ImportError> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("a list"))?;
        let item = |(index, value)| Self { value, place: format!("{}[{index}]", self.place) };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// The text that this is.
    pub(super) fn text(&self) -> Result<&'a str, ImportError> {
        self.value.as_str().ok_or_else(|| self.wrong("a text"))
    }

    /// The text of a key; `None` when it is missing, null or blank.
    pub(super) fn text_of(&self, key: &str) -> Result<Option<&'a str>, ImportError> {
        let text = self.get(key).map(|node| node.text()).transpose()?;
        Ok(text.map(str::trim).filter(|text| !text.is_empty()))
    }

    /// A text further down that is nice to have: whatever is in its way, it is just not there.
    pub(super) fn maybe(&self, path: &[&str]) -> Option<&'a str> {
        let value = path.iter().try_fold(self.value, |value, key| value.get(key))?;
        value.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// An id, a text or a number.
    pub(super) fn id_of(&self, key: &str) -> Option<String> {
        match self.value.get(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The instant of a key that has to be there, with its offset.
    pub(super) fn time_of(&self, key: &str) -> Result<DateTime<FixedOffset>, ImportError> {
        let node = self.need(key, "a time")?;
        let text = node.text()?;
        instant(text).map_err(|why| ImportError::Time {
            place: node.place,
            text: text::shortened(text, 60),
            why: why.to_owned(),
        })
    }

    /// The error that this is not what it should be.
    pub(super) fn wrong(&self, wanted: &'static str) -> ImportError {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        ImportError::Shape { place: self.name().to_owned(), wanted, found: found.to_owned() }
    }
}

/// An instant of RFC 3339, in years that a record can hold.
pub(super) fn instant(text: &str) -> Result<DateTime<FixedOffset>, &'static str> {
    let instant = DateTime::parse_from_rfc3339(text.trim())
        .map_err(|_| "not a time with its offset, as in 2017-01-31T23:27:00Z")?;
    // Go and .NET write the year 1 where there is no time.
    if instant.naive_utc().year() <= 1 || instant.naive_local().year() <= 1 {
        return Err("the year 1 stands for \"no time\"");
    }
    let years = 2..=9999;
    if !years.contains(&instant.naive_utc().year()) || !years.contains(&instant.naive_local().year()) {
        return Err("beyond the years 1 to 9999");
    }
    if !crate::record::time::leap_second_fits(&instant) {
        return Err("a second 60 exists only at 23:59:60 UTC on the last day of a month");
    }
    Ok(instant)
}

/// The product whose export this looks like, by the keys that only it has.
pub(super) fn recognise(text: &str) -> Option<Product> {
    let value = parse(text).ok()?;
    let root = Node::root(&value);
    let has = |key: &str| root.get(key).is_some();
    if value.is_array() {
        // `gh api --paginate --slurp` wraps the pages in a list of their own.
        let items = root.items().ok()?.into_iter().flat_map(|item| item.items().unwrap_or_else(|_| vec![item]));
        let items: Vec<Node<'_>> = items.collect();
        let any = |keys: &[&str]| items.iter().any(|item| keys.iter().all(|key| item.get(key).is_some()));
        return if any(&["ts"]) {
            Some(Product::Slack)
        } else if any(&["event"]) || any(&["user", "body", "html_url"]) {
            Some(Product::GitHub)
        } else if any(&["incident_updates"]) {
            Some(Product::Statuspage)
        } else {
            None
        };
    }
    let stamped =
        |messages: Node<'_>| messages.items().is_ok_and(|items| items.iter().any(|item| item.get("ts").is_some()));
    if root.get("messages").is_some_and(stamped) {
        return Some(Product::Slack);
    }
    if has("log_entries") || has("log_entry") || has("notes") {
        return Some(Product::PagerDuty);
    }
    if has("incidents")
        || has("scheduled_maintenances")
        || root.get("incident").is_some_and(|incident| incident.get("incident_updates").is_some())
    {
        return Some(Product::Statuspage);
    }
    let logs = root.get("data").and_then(|data| data.items().ok());
    logs.is_some_and(|logs| logs.iter().any(|log| log.get("log").is_some())).then_some(Product::Opsgenie)
}

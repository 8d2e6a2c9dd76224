//! Slack: the day files of a channel from a workspace export, a list of messages such as exported threads, and what
//! `conversations.history` answers.
//!
//! Told is what people wrote. Joins, changes of the channel and bots are left out. No message is a milestone: who wrote what
//! is for people to judge. The date in a file's name is only a bucket; `ts` is the time (to the second: its last six digits are
//! a sequence number) and the id.

mod markup;

use std::collections::{BTreeSet, HashMap};

use chrono::DateTime;
use serde_json::Value;

use super::error::{Broken, ImportError};
use super::json::{Node, parse};
use super::{File, Files, Found, Reading, text};
use crate::record::time::Moment;

/// Who and what the ids of an export are.
#[derive(Debug, Default)]
struct Directory {
    users: HashMap<String, String>,
    channels: HashMap<String, String>,
    /// Ids that messages name and the export does not.
    unknown: BTreeSet<String>,
}

impl Directory {
    fn user(&mut self, id: &str) -> String {
        if let Some(name) = self.users.get(id) {
            return name.clone();
        }
        self.unknown.insert(id.to_owned());
        id.to_owned()
    }
}

pub(super) fn read(files: &Files) -> Result<Reading, Broken> {
    let mut directory = Directory::default();
    if let Some(users) = &files.users {
        directory.users = in_file(users, names_of_users)?;
    }
    if let Some(channels) = &files.channels {
        directory.channels = in_file(channels, names_of_channels)?;
    }
    let mut reading = Reading::default();
    for file in &files.events {
        in_file(file, |root| messages(file, root, &mut directory, &mut reading))?;
    }
    if !directory.unknown.is_empty() {
        let ids: Vec<&str> = directory.unknown.iter().take(5).map(String::as_str).collect();
        let more = if directory.unknown.len() > 5 { ", …" } else { "" };
        let why = if files.users.is_some() { "not in users.json" } else { "no users.json beside or above the export" };
        reading.remarks.push(format!("users without a name ({why}): {}{more}", text::shortened(&ids.join(", "), 120)));
    }
    Ok(reading)
}

fn in_file<T>(file: &File, read: impl FnOnce(&Node<'_>) -> Result<T, ImportError>) -> Result<T, Broken> {
    let broken = |error| Broken { file: file.name.clone(), error };
    let text = text::decode(&file.bytes).map_err(broken)?;
    let value = parse(text).map_err(broken)?;
    read(&Node::root(&value)).map_err(broken)
}

fn names_of_users(root: &Node<'_>) -> Result<HashMap<String, String>, ImportError> {
    let name = |user: Node<'_>| {
        let names = [&["profile", "real_name"][..], &["real_name"], &["profile", "display_name"], &["name"]];
        Some((user.id_of("id")?, names.into_iter().find_map(|path| user.maybe(path))?.to_owned()))
    };
    Ok(root.items()?.into_iter().filter_map(name).collect())
}

fn names_of_channels(root: &Node<'_>) -> Result<HashMap<String, String>, ImportError> {
    let name = |channel: Node<'_>| Some((channel.id_of("id")?, channel.maybe(&["name"])?.to_owned()));
    Ok(root.items()?.into_iter().filter_map(name).collect())
}

fn messages(file: &File, root: &Node<'_>, directory: &mut Directory, reading: &mut Reading) -> Result<(), ImportError> {
    let messages = match root.get("messages") {
        Some(messages) => messages.items()?,
        None => root.items()?,
    };
    if root.value.get("has_more").and_then(Value::as_bool) == Some(true) {
        reading.remarks.push("there are more messages than in this export (`has_more` is true)".to_owned());
    }
    // The first words of what is replied to, by its id.
    let beginnings: HashMap<&str, &str> =
        messages.iter().filter_map(|message| Some((message.maybe(&["ts"])?, message.maybe(&["text"])?))).collect();
    for message in &messages {
        reading.events.push(event(file, message, &beginnings, directory)?);
    }
    Ok(())
}

fn event(
    file: &File,
    message: &Node<'_>,
    beginnings: &HashMap<&str, &str>,
    directory: &mut Directory,
) -> Result<Found, ImportError> {
    let ts = message.need("ts", "the time of the message, as text")?;
    let stamp = ts.text()?;
    let at = time(stamp).ok_or_else(|| ImportError::Time {
        place: ts.place.clone(),
        text: text::shortened(stamp, 40),
        why: "not seconds since 1970 and a sequence number, as in 1516454537.000093".to_owned(),
    })?;
    let subtype = message.text_of("subtype")?;
    let written = message.text_of("text")?.unwrap_or_default();
    let mut words = markup::plain(written, directory);
    let attached = attached(message, directory);
    if words.trim().is_empty() {
        words = attached.join("\n");
    }
    let names = file_names(message);
    if words.trim().is_empty() {
        words = names.join("\n");
    }
    let mut found = Found::new(at, words);
    if !names.is_empty() && found.text != names.join("\n") {
        found.notes.push(names.join("\n"));
    }
    let parent = message.maybe(&["thread_ts"]).filter(|parent| *parent != stamp);
    if let Some(beginning) = parent.and_then(|parent| beginnings.get(parent)) {
        let beginning = markup::plain(beginning, directory);
        found.notes.push(format!("In reply to “{}”", text::shortened(&beginning, 80)));
    }
    found.owner = owner(message, directory);
    found.noise = noise(message, subtype, &found);
    let channel = channel(file, message, directory);
    found.id = Some(format!("{channel}/{stamp}"));
    found.link = message.maybe(&["permalink"]).map(str::to_owned);
    Ok(found)
}

/// The id of the channel where the export has it, else its name.
fn channel(file: &File, message: &Node<'_>, directory: &Directory) -> String {
    if let Some(id) = message.maybe(&["channel"]) {
        return id.to_owned();
    }
    let name = message.maybe(&["channel_name"]).or(file.folder.as_deref()).unwrap_or("channel");
    let id = directory.channels.iter().find(|(_, known)| *known == name).map(|(id, _)| id.as_str());
    id.unwrap_or(name).to_owned()
}

fn owner(message: &Node<'_>, directory: &mut Directory) -> Option<String> {
    if let Some(id) = message.maybe(&["user"]) {
        let own = [["user_profile", "real_name"], ["user_profile", "display_name"], ["user_profile", "name"]];
        if !directory.users.contains_key(id)
            && let Some(name) = own.iter().find_map(|path| message.maybe(path))
        {
            return Some(name.to_owned());
        }
        return Some(directory.user(id));
    }
    [&["username"][..], &["bot_profile", "name"], &["bot_id"]]
        .into_iter()
        .find_map(|path| message.maybe(path))
        .map(str::to_owned)
}

fn noise(message: &Node<'_>, subtype: Option<&str>, found: &Found) -> Option<String> {
    let word = match subtype {
        Some("channel_join" | "group_join") => "join",
        Some("channel_leave" | "group_leave") => "leave",
        Some("bot_message" | "slackbot_response" | "reminder_add") => "by bots",
        Some("reply_broadcast" | "tombstone" | "message_deleted") => "placeholder",
        None | Some("thread_broadcast" | "me_message" | "file_share" | "file_comment" | "file_mention") => {
            if message.maybe(&["bot_id"]).is_some() || message.maybe(&["user"]) == Some("USLACKBOT") {
                "by bots"
            } else if found.text.trim().is_empty() {
                "empty"
            } else {
                return None;
            }
        }
        Some(other) if other.starts_with("channel_") || other.starts_with("group_") || other.contains("pinned") => {
            "about the channel"
        }
        Some(other) => return Some(text::shortened(&other.replace('_', " "), 40)),
    };
    Some(word.to_owned())
}

/// What is attached, in its plain form.
fn attached(message: &Node<'_>, directory: &mut Directory) -> Vec<String> {
    let attachments = message.get("attachments").and_then(|list| list.items().ok()).unwrap_or_default();
    attachments
        .iter()
        .filter_map(|attachment| {
            let plain: Vec<String> = ["title", "text"]
                .iter()
                .filter_map(|key| attachment.maybe(&[key]))
                .map(|text| markup::plain(text, directory))
                .collect();
            if plain.is_empty() {
                attachment.maybe(&["fallback"]).map(|text| markup::plain(text, directory))
            } else {
                Some(plain.join(": "))
            }
        })
        .collect()
}

fn file_names(message: &Node<'_>) -> Vec<String> {
    let files = message.get("files").and_then(|list| list.items().ok()).unwrap_or_default();
    let one = message.get("file");
    files
        .iter()
        .chain(&one)
        .filter_map(|file| file.maybe(&["title"]).or_else(|| file.maybe(&["name"])))
        .map(|name| format!("File: {name}"))
        .collect()
}

/// Unix seconds before the point.
fn time(stamp: &str) -> Option<Moment> {
    let (seconds, sequence) = stamp.split_once('.').unwrap_or((stamp, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(sequence) || seconds.len() > 11 {
        return None;
    }
    DateTime::from_timestamp(seconds.parse().ok()?, 0).map(Moment::from)
}

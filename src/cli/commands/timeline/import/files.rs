//! The files of an export: one, standard input, or the folder of a Slack channel with what is known beside it.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::import::timeline::{File, Files, LARGEST, Product};
use crate::render::sanitise::one_line;

/// How many folders above a file are searched for `users.json`.
const LEVELS: usize = 2;

/// How many channels an answer lists.
const LISTED: usize = 12;

/// Reads the files, at most [`LARGEST`] bytes in all.
pub(super) fn read(context: &Context, typed: &str, product: Product) -> Result<Files, Failure> {
    if typed == "-" {
        let mut bytes = Vec::new();
        let limit = u64::try_from(LARGEST + 1).unwrap_or(u64::MAX);
        let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        if bytes.len() > LARGEST {
            return Err(too_large("standard input"));
        }
        let file = File { name: "standard input".to_owned(), folder: None, bytes };
        return Ok(Files { events: vec![file], ..Files::default() });
    }
    let path = context.ui.world().cwd.join(typed);
    let mut budget = LARGEST;
    if path.is_dir() {
        if product != Product::Slack {
            return Err(Failure::new(format!("{} is a folder", one_line(typed)))
                .hint(format!("name the file that holds {}", product.noun())));
        }
        let channel = channel(&path, typed)?;
        let mut files = Files::default();
        for day in day_files(&channel)? {
            files.events.push(load(&day, &mut budget)?);
        }
        beside(&channel, &mut files, &mut budget)?;
        return Ok(files);
    }
    let mut files = Files { events: vec![load_named(&path, typed, &mut budget)?], ..Files::default() };
    if product == Product::Slack
        && let Some(folder) = path.parent()
    {
        beside(folder, &mut files, &mut budget)?;
    }
    Ok(files)
}

fn too_large(name: &str) -> Failure {
    Failure::new(format!("{} is larger than {} MB", one_line(name), LARGEST / 1024 / 1024))
        .hint("export a shorter time, or split it; importing several parts adds up")
}

fn load(path: &Path, budget: &mut usize) -> Result<File, Failure> {
    let name: PathBuf = path.components().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    load_named(path, &name.to_string_lossy(), budget)
}

fn load_named(path: &Path, name: &str, budget: &mut usize) -> Result<File, Failure> {
    let cannot = |error: io::Error| {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        };
        Failure::new(format!("cannot read {}: {reason}", one_line(name)))
    };
    let file = fs::File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    // One byte more than may be read tells that there is more.
    let limit = u64::try_from(*budget + 1).unwrap_or(u64::MAX);
    file.take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > *budget {
        return Err(too_large(name));
    }
    *budget -= bytes.len();
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    Ok(File { name: name.to_owned(), folder, bytes })
}

/// The names of the export, if they are in the folder or above it.
fn beside(folder: &Path, files: &mut Files, budget: &mut usize) -> Result<(), Failure> {
    for folder in folder.ancestors().take(LEVELS) {
        for (name, place) in [("users.json", &mut files.users), ("channels.json", &mut files.channels)] {
            let path = folder.join(name);
            if place.is_none() && path.is_file() {
                *place = Some(load_named(&path, name, budget)?);
            }
        }
    }
    Ok(())
}

/// The folder of the channel: the one named, or the only one in an export.
fn channel(folder: &Path, typed: &str) -> Result<PathBuf, Failure> {
    if !day_files(folder)?.is_empty() {
        return Ok(folder.to_owned());
    }
    let mut channels = Vec::new();
    for inside in listing(folder)? {
        if inside.is_dir() && !day_files(&inside)?.is_empty() {
            channels.push(inside);
        }
    }
    match channels.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::new(format!("{} holds no channel of a Slack export", one_line(typed)))
            .hint("a channel is a folder of files such as 2017-01-31.json")),
        several => {
            let mut failure =
                Failure::new(format!("{} holds {} channels; import one of them", one_line(typed), several.len()));
            for channel in several.iter().take(LISTED) {
                let name = channel.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let path = Path::new(typed).join(name);
                failure =
                    failure.hint(format!("pm timeline import {} --from slack", one_line(&path.to_string_lossy())));
            }
            if several.len() > LISTED {
                failure = failure.hint(format!("and {} more", several.len() - LISTED));
            }
            Err(failure)
        }
    }
}

/// `2017-01-31.json` and the like, in order.
fn day_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_day = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let day = name.strip_suffix(".json").unwrap_or_default();
        day.parse::<chrono::NaiveDate>().is_ok() && path.is_file()
    };
    Ok(listing(folder)?.into_iter().filter(is_day).collect())
}

fn listing(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot =
        |error: io::Error| Failure::new(format!("cannot read {}: {error}", one_line(&folder.to_string_lossy())));
    let mut paths = Vec::new();
    for inside in fs::read_dir(folder).map_err(cannot)? {
        paths.push(inside.map_err(cannot)?.path());
    }
    paths.sort();
    Ok(paths)
}
